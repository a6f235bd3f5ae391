"""Who stands together as a network: nodes, edges of a measure, conflict apart; a click shows what is behind it."""

from __future__ import annotations

from typing import Any

import streamlit as st

from matrix.analysis.evidence import Picked
from matrix.analysis.measures import ACTORS, MEASURES
from matrix.analysis.overlap import Overlap
from matrix.analysis.positions import Positions
from matrix.dashboard import controls, visit
from matrix.dashboard.figures import figure, known_width
from matrix.dashboard.html.dataset_html import DatasetHtml
from matrix.dashboard.page_choices import NETWORK, NETWORK_MEASURES
from matrix.dashboard.page_frame import note
from matrix.dashboard.pages.overlaps.pairs import (
    choose_pair,
    edges_table,
    explained_measures,
    measure_words,
    measured,
    picked_pair,
)


def show_network(positions: Positions, html: DatasetHtml) -> None:
    """Choose, compute, draw; then what is behind the clicked edge."""
    dataset = positions.dataset
    with st.container(key="page-choices", horizontal=True, vertical_alignment="bottom"):
        measure = controls.one("Joined by", "measure", measure_words(NETWORK_MEASURES))
        both = measured(dataset, positions.selection, (measure, "clashes"))
        found, clash = both[measure], both["clashes"]
        threshold = controls.number(
            "At least",
            "threshold",
            help="Left empty: the lowest that leaves a readable picture.",
            most=1.0 if MEASURES[measure].is_share else None,
            placeholder=_in_force(found),
        )
    if found.sentence:
        note(found.sentence)
        return

    def build(width: int, dark: bool) -> Any:
        from matrix import charts

        return charts.network(found, dataset, clash=clash, threshold=threshold, width=width, dark=dark)

    figure(dataset, NETWORK, build, lambda: edges_table(found, html), _choose_node)
    explained_measures()
    picked_pair(positions, html, ACTORS)


def _in_force(found: Overlap) -> str:
    """The threshold that is taken where none is given."""
    from matrix.charts.network import edges_of, readable

    return "" if found.sentence else f"{readable(edges_of(found), known_width()).value:.3g}"


def _choose_node(data: list[str]) -> None:
    if data[:1] == ["actor"]:
        visit.open_cell(Picked("", data[1]))
    else:
        choose_pair(data[1:3])
