"""Who stands together as a network: nodes, edges of a measure, conflict apart; a click shows what is behind it."""

from __future__ import annotations

from typing import Any

import streamlit as st

from matrix.analysis.evidence import Picked
from matrix.analysis.measures import MEASURES
from matrix.analysis.opposed import hidden_in
from matrix.analysis.overlap import Overlap
from matrix.analysis.positions import Positions
from matrix.dashboard import controls, visit
from matrix.dashboard.datasets import while_open
from matrix.dashboard.figures import figure
from matrix.dashboard.html.dataset_html import DatasetHtml
from matrix.dashboard.page_choices import NETWORK, NETWORK_MEASURES
from matrix.dashboard.pages.overlaps.comparison import say_hidden
from matrix.dashboard.pages.overlaps.pairs import (
    choose_pair,
    chosen_overlap,
    edges_table,
    explained_measures,
    how_to_pick,
    measured,
)
from matrix.export.formats import file_name


def show_network(positions: Positions, html: DatasetHtml) -> None:
    """Choose, compute, draw; and the same network as files."""
    dataset = positions.dataset
    line = st.container(key="page-choices", horizontal=True, vertical_alignment="bottom")
    found = chosen_overlap(line, positions, NETWORK_MEASURES)
    if not found:
        return
    clash = measured(dataset, positions.selection, ("clashes",), min_n=found.min_n)["clashes"]
    with line:
        threshold = controls.number(
            "At least",
            "threshold",
            help="Until you choose one, and when you empty it: the lowest that leaves a readable picture.",
            most=1.0 if MEASURES[found.measure].is_share else None,
            otherwise=_chosen_here(found),
        )
    sizes = _statements(positions)

    def build(width: int, dark: bool) -> Any:
        from matrix import charts

        return charts.network(found, dataset, clash=clash, threshold=threshold, sizes=sizes, width=width, dark=dark)

    say_hidden(dataset, *(hidden_in(dataset, positions.selection, o) for o in (found, clash)))
    figure(dataset, NETWORK, build, lambda: edges_table(found, html), _choose_node)
    how_to_pick()
    _files(found, positions)
    explained_measures()


def _statements(positions: Positions) -> dict[str, int]:
    """How many statements of the selection each actor's positions rest on."""
    counts = positions.n[positions.rows].sum(axis=0)
    return dict(zip(positions.dataset.frames["actors"]["id"].tolist(), counts.tolist(), strict=True))


def _files(found: Overlap, positions: Positions) -> None:
    """The network itself, every pair of it: as a list, and for programs that draw networks."""
    dataset, selection = positions.dataset, positions.selection

    def edges() -> bytes:
        from matrix.export.csv_tables import edges_csv

        return edges_csv(found, dataset, selection)

    def graph() -> bytes:
        from matrix.export.graphml import actors_graphml

        return actors_graphml(found, dataset, selection)

    with st.container(horizontal=True):
        for title, make, ending in (
            ("Edges (.csv)", edges, "edges.csv"),
            ("Actors (.graphml)", graph, "actors.graphml"),
        ):
            st.download_button(
                title,
                data=while_open(dataset, make),
                file_name=file_name(dataset, selection, ending),
                icon=":material/download:",
                key=f"network-{ending}",
                on_click="ignore",
            )


def _chosen_here(found: Overlap) -> float:
    """The threshold that is taken where none is given."""
    from matrix.charts.network import edges_of, readable

    return readable(edges_of(found)).value


def _choose_node(data: list[str]) -> None:
    if data[:1] == ["actor"]:
        visit.open_cell(Picked("", data[1]))
    else:
        choose_pair(data[1:3])
