"""The Overlaps page: who stands with whom - two by two, all with all, sets, network, groups, what it rests on."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import streamlit as st

from matrix.analysis.comparison import PairComparison
from matrix.analysis.positions import Positions, fold
from matrix.analysis.sets import SIDES
from matrix.dashboard import controls, visit
from matrix.dashboard.html.dataset_html import DatasetHtml
from matrix.dashboard.page_choices import AGREEMENT, CAMPS, COALITIONS, NETWORK, OVER_TIME, PAIR, SETS, WHAT_IF
from matrix.dashboard.page_frame import beside_evidence, heading, needs_statements, note, nothing_to_show
from matrix.dashboard.pages.overlaps.agreement import show_agreement
from matrix.dashboard.pages.overlaps.camps import show_camps
from matrix.dashboard.pages.overlaps.coalitions import show_coalitions
from matrix.dashboard.pages.overlaps.comparison import show_comparison
from matrix.dashboard.pages.overlaps.network import show_network
from matrix.dashboard.pages.overlaps.over_time import show_over_time
from matrix.dashboard.pages.overlaps.pairs import picked_pair
from matrix.dashboard.pages.overlaps.sets import show_sets
from matrix.dashboard.pages.overlaps.two import pick_two
from matrix.dashboard.pages.overlaps.what_if import show_what_if
from matrix.dataset.dataset import Dataset
from matrix.dataset.selection import Selection

VIEW_WORDS = {
    PAIR: "Two side by side",
    AGREEMENT: "All with all",
    SETS: "Sets",
    NETWORK: "Network",
    COALITIONS: "Coalitions",
    CAMPS: "Camps",
    OVER_TIME: "Over time",
    WHAT_IF: "What if",
}
OF_STATEMENTS = (WHAT_IF,)  # not to be had of counts
ABOUT_PAGE = (
    "Who stands with whom, on what, and how much of it depends on one source. Every number names its formula and n."
)


def show(dataset: Dataset, selection: Selection) -> None:
    """Draw the page from top to bottom; only the chosen view is computed."""
    facts = heading(dataset, selection, "Overlaps", ABOUT_PAGE)
    positions = fold(dataset, selection)
    html = DatasetHtml(dataset)
    with beside_evidence(positions, lambda: picked_pair(positions, html)):
        with st.container(key="page-tools"):
            left_out = OF_STATEMENTS if dataset.on_engine else ()
            view = controls.switch("View", "view", {v: w for v, w in VIEW_WORDS.items() if v not in left_out})
        if (asked := visit.choice("view")) in left_out:
            note(needs_statements(f"The view {VIEW_WORDS[asked]}"))
        if not facts.positions:
            nothing_to_show(dataset, selection)
        else:
            SHOW[view](positions, html)


def _pair(positions: Positions, html: DatasetHtml) -> None:
    with st.container(key="page-choices", horizontal=True, vertical_alignment="bottom"):
        two = pick_two(positions)
        if not two:
            return
        by, one, other = two
        name = "side" if by == SIDES else "actor"
        if one != other and set(getattr(positions.selection, name)) != {one, other}:
            st.button(
                "Filter to these two",
                help="Then the matrix, and every file taken from here, holds only them.",
                on_click=visit.narrow,
                args=(name, one, other),
            )
    show_comparison(PairComparison(positions, one, other, by), html)


SHOW: Mapping[str, Callable[[Positions, DatasetHtml], None]] = {
    PAIR: _pair,
    AGREEMENT: show_agreement,
    SETS: show_sets,
    NETWORK: show_network,
    COALITIONS: show_coalitions,
    CAMPS: show_camps,
    OVER_TIME: show_over_time,
    WHAT_IF: show_what_if,
}
