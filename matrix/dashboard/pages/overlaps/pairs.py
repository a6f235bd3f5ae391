"""What the pictures of pairs share: a clicked pair with the statements behind its number, all pairs as a table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
import streamlit as st

from matrix.analysis.comparison import Comparison
from matrix.analysis.formulas import ACTORS, MEASURES, NONE
from matrix.analysis.overlap import Overlap, overlaps
from matrix.analysis.positions import Positions
from matrix.analysis.units import COUNTS, DUPLICATES
from matrix.dashboard import state
from matrix.dashboard.html.render import Said, terms
from matrix.dashboard.html.text import esc, humane, sentence
from matrix.dashboard.pages.overlaps.comparison import proposals_together, show_comparison, table, value_words
from matrix.dashboard.params import BETWEEN
from matrix.dataset.dataset import Dataset
from matrix.dataset.selection import Selection

FEW = 6  # pairs at each end
MOST_PAIRS = 10_000  # lines of the table of all


def measure_words(ids: Sequence[str]) -> dict[str, str]:
    """Measures by id, as a list offers them."""
    return {m: humane(MEASURES[m].name) for m in ids}


def note(text: str) -> None:
    """A sentence in place of what cannot be shown."""
    st.html(f'<div class="pm-note" role="status"><p>{esc(sentence(text))}</p></div>')


def measured(
    dataset: Dataset,
    selection: Selection,
    measures: tuple[str, ...],
    normalize: str = NONE,
    count: str = COUNTS[0],
    duplicates: str = DUPLICATES[0],
    of: str = ACTORS,
) -> Mapping[str, Overlap]:
    """Measures between any two of the selection; kept, so that a click or another width computes nothing anew."""
    return _kept(dataset, dataset.version, selection, measures, normalize, count, duplicates, of)


@st.cache_resource(max_entries=6, show_spinner="Comparing …", hash_funcs={Selection: repr})
def _kept(
    _dataset: Dataset,
    version: str,
    selection: Selection,
    measures: tuple[str, ...],
    normalize: str,
    count: str,
    duplicates: str,
    of: str,
) -> Mapping[str, Overlap]:
    del version  # only part of the key
    return overlaps(_dataset, measures, normalize, count, duplicates, of, selection)


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
    """Every pair with its value and n, the highest first; of very many those that a table can show."""
    edges = found.edges().sort_values(["value", "n"], ascending=False, kind="stable")
    if len(edges) > MOST_PAIRS:
        st.html(
            f'<p class="pm-quiet">The {MOST_PAIRS:,} highest of {len(edges):,} pairs; <code>policy-matrix overlap '
            "--edges</code> lists all.</p>"
        )
        edges = edges.head(MOST_PAIRS)
    names = {i: said.plain(found.of, i) for i in found.frame.index}
    return pd.DataFrame(
        {
            "One": edges["one"].map(names),
            "Other": edges["other"].map(names),
            humane(MEASURES[found.measure].name): [value_words(found.measure, v) for v in edges["value"]],
            "n": edges["n"],
        }
    )


def ends(found: Overlap, said: Said) -> None:
    """The highest and the lowest pairs in words, with value and n: what a small or a touched picture cannot show."""
    value, n = found.frame.to_numpy(), found.n.to_numpy()
    one, other = np.nonzero(np.triu(~np.isnan(value) & (n > 0), 1))
    value, n = value[one, other], n[one, other]
    order = np.lexsort((-n, -value))
    parts = [("The highest", order[:FEW]), ("The lowest", np.lexsort((-n, value))[:FEW])]
    if len(order) <= 2 * FEW:
        parts = [("Every pair", order)]
    name = humane(MEASURES[found.measure].name)
    tables = []
    for title, places in parts:
        rows = "".join(
            f"<tr><td>{_pair_link(found, int(one[k]), int(other[k]), said)}</td>"
            f'<td class="pm-number">{value_words(found.measure, float(value[k]))}</td>'
            f'<td class="pm-number">{int(n[k])}</td></tr>'
            for k in places
        )
        tables.append(f"<div><h3>{title}</h3>{table(['Pair', name, 'n'], rows, title)}</div>")
    st.html(f'<div class="pm-ends">{"".join(tables)}</div>')


def _pair_link(found: Overlap, i: int, j: int, said: Said) -> str:
    ids = [str(found.frame.index[i]), str(found.frame.index[j])]
    names = " · ".join(said.name(found.of, k) for k in ids)
    return said.links.choosing("pair", BETWEEN.join(ids), names)


def explained() -> None:
    """The measures by name, formula, source and n."""
    with st.popover("What the measures mean", icon=":material/help:"):
        st.html(terms(*((humane(m.name), f"{m.formula} ({m.source}); n: proposals {m.n}.") for m in MEASURES.values())))
