"""All with all: a measure between any two actors, or any two proposals, as a heatmap and a table."""

from __future__ import annotations

from typing import Any

import streamlit as st

from matrix.analysis.counting import COUNTS, DUPLICATES
from matrix.analysis.measures import MEASURES, NORMALISATIONS, OF
from matrix.analysis.positions import Positions
from matrix.dashboard import controls, visit
from matrix.dashboard.figures import figure
from matrix.dashboard.html.dataset_html import DatasetHtml
from matrix.dashboard.page_choices import AGREEMENT
from matrix.dashboard.page_frame import note
from matrix.dashboard.pages.overlaps.pairs import (
    choose_pair,
    edges_table,
    ends,
    explained_measures,
    measure_words,
    measured,
    picked_pair,
)
from matrix.dataset.problems import SelectionError

OF_WORDS = {"actors": "Actors", "proposals": "Proposals"}
NORMAL_WORDS = {
    "none": "Not normalised",
    "average": "By average activity",
    "jaccard": "By all they said (Jaccard)",
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


def show_agreement(positions: Positions, html: DatasetHtml) -> None:
    """Choose, refuse or compute, draw; then what is behind the clicked cell."""
    dataset = positions.dataset
    with st.container(key="page-choices", horizontal=True, vertical_alignment="bottom"):
        of = controls.switch("Between", "of", {o: OF_WORDS[o] for o in OF}, shown=True)
        measure = controls.one("Measure", "measure", measure_words(tuple(MEASURES)))
        normalize = controls.one("Normalisation", "normalize", {n: NORMAL_WORDS[n] for n in NORMALISATIONS})
        count = controls.one("Counting", "count", {c: COUNT_WORDS[c] for c in COUNTS})
        duplicates = controls.one(
            "Repeated statements count", "duplicates", {d: DUPLICATE_WORDS[d] for d in DUPLICATES}
        )
    try:
        found = measured(dataset, positions.selection, (measure,), normalize, count, duplicates, of)[measure]
    except SelectionError as e:
        note(str(e))
        st.button("Count positions, not normalised", on_click=_count_positions)
        return
    if found.sentence:
        note(found.sentence)
        return

    def build(width: int, dark: bool) -> Any:
        from matrix import charts

        return charts.heatmap(found, dataset, width=width, dark=dark)

    figure(dataset, AGREEMENT, build, lambda: edges_table(found, html), lambda data: choose_pair(data[:2]))
    ends(found, html)
    explained_measures()
    picked_pair(positions, html, of)


def _count_positions() -> None:
    for name in ("normalize", "count", "duplicates"):
        visit.choose(name)
