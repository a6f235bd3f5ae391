"""What the pictures of pairs share: a clicked pair with the statements behind its number, all pairs as a table."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from matrix.analysis.formulas import ACTORS, MEASURES
from matrix.analysis.overlap import Overlap
from matrix.analysis.positions import Positions
from matrix.dashboard import state
from matrix.dashboard.comparison import Comparison
from matrix.dashboard.comparison_view import proposals_together, show_comparison, value_words
from matrix.dashboard.params import BETWEEN
from matrix.dashboard.said import Said, terms
from matrix.dashboard.text import esc, humane, sentence


def measure_words(ids: Sequence[str]) -> dict[str, str]:
    """Measures by id, as a list offers them."""
    return {m: humane(MEASURES[m].name) for m in ids}


def note(text: str) -> None:
    """A sentence in place of what cannot be shown."""
    st.html(f'<div class="pm-note" role="status"><p>{esc(sentence(text))}</p></div>')


def choose_pair(ids: Sequence[str]) -> None:
    """Show what stands behind the number of these two."""
    state.choose("pair", BETWEEN.join(ids))


def picked_pair(positions: Positions, said: Said, of: str) -> None:
    """What stands behind a clicked number."""
    if not state.choice("pair"):
        st.html('<p class="pm-quiet">Click a cell, node or line to see the statements behind its number.</p>')
        return
    one, other = state.choice("pair").split(BETWEEN)
    with st.container(key="page-picked"):
        st.button(
            "Close the comparison", type="tertiary", icon=":material/close:", on_click=state.choose, args=("pair",)
        )
        if of == ACTORS:
            show_comparison(Comparison(positions, one, other), said)
        else:
            pair = Comparison(positions, "", "")
            st.html("<h2>Who took a stance on both</h2>" + proposals_together(said, pair, one, other))


def edges_table(found: Overlap, said: Said) -> pd.DataFrame:
    """Every pair with its value and n, the highest first."""
    edges = found.edges().sort_values(["value", "n"], ascending=False, kind="stable")
    names = {i: said.plain(found.of, i) for i in found.frame.index}
    return pd.DataFrame(
        {
            "One": edges["one"].map(names),
            "Other": edges["other"].map(names),
            humane(MEASURES[found.measure].name): [value_words(found.measure, v) for v in edges["value"]],
            "n": edges["n"],
        }
    )


def explained() -> None:
    """The measures by name, formula, source and n."""
    with st.popover("What the measures mean", icon=":material/help:"):
        st.html(terms(*((humane(m.name), f"{m.formula} ({m.source}); n: proposals {m.n}.") for m in MEASURES.values())))
