"""All with all: a measure between any two actors, or any two proposals, as a heatmap and a table."""

from __future__ import annotations

from typing import Any

import streamlit as st

from matrix.analysis.measures import MEASURES, OF
from matrix.analysis.opposed import hidden_in
from matrix.analysis.positions import Positions
from matrix.dashboard.figures import figure
from matrix.dashboard.html.dataset_html import DatasetHtml
from matrix.dashboard.page_choices import AGREEMENT
from matrix.dashboard.pages.overlaps.comparison import say_hidden
from matrix.dashboard.pages.overlaps.pairs import (
    choose_pair,
    chosen_overlap,
    edges_table,
    ends,
    explained_measures,
    how_to_pick,
)


def show_agreement(positions: Positions, html: DatasetHtml) -> None:
    """Choose, refuse or compute, draw."""
    dataset = positions.dataset
    line = st.container(key="page-choices", horizontal=True, vertical_alignment="bottom")
    found = chosen_overlap(line, positions, tuple(MEASURES), OF)
    if not found:
        return

    def build(width: int, dark: bool) -> Any:
        from matrix import charts

        return charts.heatmap(found, dataset, width=width, dark=dark)

    say_hidden(dataset, hidden_in(dataset, positions.selection, found))
    figure(dataset, AGREEMENT, build, lambda: edges_table(found, html), lambda data: choose_pair(data[:2]))
    how_to_pick()
    ends(found, html)
    explained_measures()
