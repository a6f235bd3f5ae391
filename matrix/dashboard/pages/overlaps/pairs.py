"""What the pictures of pairs share: a clicked pair with the statements behind its number, all pairs as a table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any

import pandas as pd
import streamlit as st
from markupsafe import Markup

from matrix.analysis.comparison import PairComparison
from matrix.analysis.counting import COUNTS, DUPLICATES, STATEMENTS
from matrix.analysis.measures import ACTORS, MEASURES, NONE, NORMALISATIONS, UNDEFINED, number_text
from matrix.analysis.overlap import HIGH, LOW, Overlap, overlaps
from matrix.analysis.positions import Positions
from matrix.dashboard import controls, visit
from matrix.dashboard.evidence_panel import closable
from matrix.dashboard.html.dataset_html import DatasetHtml
from matrix.dashboard.html.templates import render
from matrix.dashboard.page_choices import AGREEMENT, ID_SEPARATOR, MOST_ASKED, NETWORK
from matrix.dashboard.page_frame import explained, note
from matrix.dashboard.pages.overlaps.comparison import show_comparison, two_proposals
from matrix.dataset.dataset import Dataset, Record, records
from matrix.dataset.problems import SelectionError
from matrix.dataset.selection import Selection, counted_for
from matrix.wording import humane, plural

FEW = 6  # pairs at each end
MOST_PAIRS = 10_000  # lines of the table of all
OF_WORDS = {"actors": "Actors", "proposals": "Proposals"}
NORMAL_WORDS = {
    "none": "Not normalised",
    "average": "By average activity",
    "jaccard": "By all they stated (Jaccard)",
    "product": "By product of activity",
    "cosine": "By cosine",
}
COUNT_WORDS = {"positions": "Positions", "statements": "Statements"}
DUPLICATE_WORDS = {
    "keep": "Every time",
    "source": "Once a source",
    "year": "Once a year",
    "month": "Once a month",
    "week": "Once a week",
    "all": "Once in all",
}


def measure_words(ids: Sequence[str]) -> dict[str, str]:
    """Measures by id, as a list offers them."""
    return {m: humane(MEASURES[m].name) for m in ids}


def measured(
    dataset: Dataset,
    selection: Selection,
    measures: tuple[str, ...],
    normalize: str = NONE,
    count: str = COUNTS[0],
    duplicates: str = DUPLICATES[0],
    of: str = ACTORS,
    min_n: int = 1,
) -> Mapping[str, Overlap]:
    """Measures between any two of the selection; kept, so that a click or another width computes nothing anew."""
    return _measured(dataset, dataset.of_all_tables, selection, measures, normalize, count, duplicates, of, min_n)


@st.cache_resource(max_entries=6, show_spinner="Comparing …", hash_funcs={Selection: repr})
def _measured(
    _dataset: Dataset,
    tables: str,
    selection: Selection,
    measures: tuple[str, ...],
    normalize: str,
    count: str,
    duplicates: str,
    of: str,
    min_n: int,
) -> Mapping[str, Overlap]:
    del tables  # only part of the key
    told = counted_for(_dataset, selection, duplicates if count == STATEMENTS else "")
    found = overlaps(told, selection, measures=measures, normalize=normalize, count=count, duplicates=duplicates, of=of)
    return {name: one.at_least(min_n) for name, one in found.items()}


def chosen_overlap(
    line: AbstractContextManager[Any], positions: Positions, measures: Sequence[str], of: Sequence[str] = (ACTORS,)
) -> Overlap | None:
    """The measure as it is chosen in a line of lists, drawn in `line`; None where it is said why there is none."""
    with line:
        kind = controls.switch("Between", "of", {o: OF_WORDS[o] for o in of}, shown=True) if len(of) > 1 else of[0]
        measure = controls.one("Measure", "measure", measure_words(measures))
        what = "actors" if kind != ACTORS else "proposals"
        why = f"Pairs that are compared on fewer {what} are left out: they say little."
        min_n = controls.size("Min n", "min-n", 1, MOST_ASKED, help=why)
        normalize = controls.one("Normalisation", "normalize", {n: NORMAL_WORDS[n] for n in NORMALISATIONS})
        count = controls.one("Counting", "count", {c: COUNT_WORDS[c] for c in COUNTS})
        duplicates = controls.one("Repeated statements", "duplicates", {d: DUPLICATE_WORDS[d] for d in DUPLICATES})
    try:
        chosen = (normalize, count, duplicates, kind, min_n)
        found = measured(positions.dataset, positions.selection, (measure,), *chosen)[measure]
    except SelectionError as e:
        note(str(e))
        st.button("Count positions, not normalised", on_click=count_positions)
        return None
    if found.sentence:
        note(found.sentence)
        if found.left_out:
            words = f"Show the {plural(found.left_out, 'pair')} over fewer"
            st.button(words, on_click=visit.choose, args=("min-n", "1"))
        return None
    return found


def count_positions() -> None:
    """Count as everything can be counted."""
    for name in ("normalize", "count", "duplicates"):
        visit.choose(name)


def choose_pair(ids: Sequence[str]) -> None:
    """Show what is behind the number of these two."""
    visit.open_cell(None)  # which would stand in its place
    visit.choose("pair", ID_SEPARATOR.join(ids))


def picked_pair(positions: Positions, html: DatasetHtml) -> None:
    """What is behind the number of the chosen pair, beside the picture."""
    view, of = visit.choice("view"), visit.choice("of")
    if not visit.choice("pair") or view not in (AGREEMENT, NETWORK):
        return
    one, other = visit.choice("pair").split(ID_SEPARATOR)
    with closable("close-evidence", visit.choose, "pair"):
        if of == ACTORS or view == NETWORK:
            show_comparison(PairComparison(positions, one, other), html)
        else:
            st.html(two_proposals(html, positions, one, other))


def how_to_pick() -> None:
    """What a click in the picture does."""
    st.html(render("parts.html", "quiet", "Click a cell, node or line: the statements behind its number open beside."))


def edges_table(found: Overlap, html: DatasetHtml) -> pd.DataFrame:
    """Every pair with its value and n, the highest first; of very many those that a table can show."""
    edges = found.edges(order=HIGH)
    if len(edges) > MOST_PAIRS:
        st.html(render("overlaps.html", "more_pairs", MOST_PAIRS, len(edges)))
        edges = edges.head(MOST_PAIRS)
    names = {i: html.plain(found.of, i) for i in found.frame.index}
    return pd.DataFrame(
        {
            "One": edges["one"].map(names),
            "Other": edges["other"].map(names),
            humane(MEASURES[found.measure].name): [number_text(found.measure, v) or UNDEFINED for v in edges["value"]],
            "n": edges["n"],
        }
    )


def ends(found: Overlap, html: DatasetHtml) -> None:
    """The highest and the lowest pairs in words, with value and n: small pictures and touch cannot show them."""
    highest, lowest = found.edges(order=HIGH), found.edges(order=LOW)
    parts = [("The highest", highest.head(FEW)), ("The lowest", lowest.head(FEW))]
    if len(highest) <= 2 * FEW:
        parts = [("Every pair", highest)]

    def line(edge: Record) -> tuple[str, Markup, Markup, str, int]:
        pair = str(edge["one"]), str(edge["other"])
        names = html.name(found.of, pair[0]), html.name(found.of, pair[1])
        return ID_SEPARATOR.join(pair), *names, number_text(found.measure, edge["value"]) or UNDEFINED, int(edge["n"])

    heads = ["Pair", humane(MEASURES[found.measure].name), "n"]
    tables = [(title, [line(edge) for edge in records(edges)]) for title, edges in parts]
    st.html(render("overlaps.html", "ends", html, heads, tables))


def explained_measures() -> None:
    """The measures by name, formula, source and n."""
    measures = [(humane(m.name), f"{m.formula} ({m.source}); n: proposals {m.n}.") for m in MEASURES.values()]
    explained(*measures, title="What the measures mean")
