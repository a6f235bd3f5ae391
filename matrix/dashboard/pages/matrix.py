"""The Matrix page: proposals x actors, and the evidence behind whatever is picked in it."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from matrix.analysis.empty_cells import NEVER, STATED, Why
from matrix.analysis.evidence import Picked
from matrix.analysis.positions import EMPTY, View
from matrix.analysis.row_order import ORDER_ABOUT, ORDER_WORDS, ORDERS, ordered
from matrix.dashboard import visit
from matrix.dashboard.datasets import changed
from matrix.dashboard.downloads import downloads
from matrix.dashboard.errors import guarded
from matrix.dashboard.evidence_panel import prepare
from matrix.dashboard.evidence_panel import show as show_evidence
from matrix.dashboard.filter_words import choices
from matrix.dashboard.grid import matrix_grid, news
from matrix.dashboard.grid.payload import Screen, screen
from matrix.dashboard.html.links import leave, listen
from matrix.dashboard.html.templates import render
from matrix.dashboard.page_frame import chips, intro, nothing_to_show, notices
from matrix.dashboard.problems import show_warnings
from matrix.dataset.dataset import Dataset
from matrix.dataset.selection import Selection
from matrix.palette import BLANKS
from matrix.wording import humane

GRID, TABLE, SORT, AS_TABLE = "matrix-grid", "matrix-words", "matrix-sort", "matrix-table"  # the widgets' keys
_WHY = {k: "" if k in (NEVER, STATED) else f"({BLANKS[k.id].short})" for k in Why}


def show(dataset: Dataset, selection: Selection) -> None:
    """Draw the page from top to bottom."""
    order = visit.current().sort
    shown = screen(dataset, selection, order)
    intro(dataset, selection, shown.facts)
    # Each part has a place of its own, filled or not: the grid keeps its place, and so need not be built again.
    with st.container():
        notices(dataset, shown.facts)
    with st.container():
        chips(dataset, selection)
    with st.container():
        if not shown.facts.positions:
            nothing_to_show(dataset, selection)
    with st.container():
        if shown.has_cells:
            _tools(dataset, selection)
            if about := ORDER_ABOUT[order]:
                st.html(render("parts.html", "hint", about))
    _grid_and_evidence(dataset, order, shown)
    show_warnings(dataset.warnings)


def _tools(dataset: Dataset, selection: Selection) -> None:
    with st.container(key="tools", horizontal=True, vertical_alignment="center"):
        st.selectbox(
            "Sort proposals by",
            ORDERS,
            format_func=lambda o: ORDER_WORDS[o],
            key=visit.bound(SORT, visit.current().sort),
            label_visibility="collapsed",
            on_change=_sort,
            width=200,
        )
        st.toggle("As a table", key=visit.bound(AS_TABLE, visit.current().as_table), on_change=_turn)
        downloads(dataset, selection)


def _sort() -> None:
    visit.used()
    visit.current().sort = st.session_state[SORT]


def _turn() -> None:
    visit.used()
    visit.current().as_table = st.session_state[AS_TABLE]


@st.fragment
@guarded
def _grid_and_evidence(dataset: Dataset, order: str, shown: Screen) -> None:
    """Grid and panel: a pick runs only this part again."""
    leave()
    if dataset.folder and changed(dataset.folder, dataset):
        st.rerun(scope="app")
    as_grid = shown.has_cells and not visit.current().as_table
    picked = news(shown.grid, key=GRID) if as_grid else None
    if picked:
        visit.open_cell(picked)
    cell = visit.current().cell
    evidence = prepare(shown.view.positions, cell) if cell else None
    # Both columns are always there, so that the grid keeps its place and need not be built again when the panel opens.
    # The panel is sent first: it is what a visitor waits for.
    with st.container(key="with-evidence"):
        left, right = st.columns(2)
    with right:
        if evidence:
            listen(dataset)
            show_evidence(evidence)
    with left:
        if not shown.has_cells:
            pass  # what emptied it is said above
        elif visit.current().as_table:
            _show_table(shown.view, order)
        else:
            alone = shown.facts.unheard == shown.facts.actors
            matrix_grid(shown.grid, open_cell=cell, show_unheard=alone, key=GRID, picked=picked)
    visit.publish(dataset)  # after the evidence: the browser draws the whole page anew for another address


# ---- the same as a table of words


def _table(view: View, rows: list[int]) -> pd.DataFrame:
    """Proposals x actors as words: stance names, or in brackets why a cell is empty that is not just never stated."""
    dataset = view.positions.dataset
    words = [*dataset.scale.names, "Mixed"]
    names = choices(dataset, "actor")
    titles = choices(dataset, "proposal")
    proposals = view.proposals.iloc[rows]
    cells = {
        names[a]: [
            words[code] if code != EMPTY else _WHY[kind]
            for code, kind in zip(view.codes[rows, j].tolist(), view.why[rows, j].tolist(), strict=True)
        ]
        for j, a in enumerate(view.actors["id"])
    }
    heads = {"Proposal": [titles[p] for p in proposals["id"]]}
    if (proposals["theme"] != "").any():
        heads["Theme"] = [humane(t) for t in proposals["theme"]]
    return pd.DataFrame({**heads, **cells}).set_index("Proposal")


def _show_table(view: View, order: str) -> None:
    """Draw the table; a picked cell opens its evidence, as in the grid."""
    rows = [place.row for place in ordered(view, order)]
    frame, proposals = _table(view, rows), view.proposals["id"].iloc[rows].tolist()
    heads = list(frame.columns)
    first = len(heads) - len(view.actors)  # the columns before are no actors

    def pick() -> None:
        cells = st.session_state[TABLE].selection.cells
        if cells and (column := heads.index(str(cells[0][1])) - first) >= 0:
            visit.open_cell(Picked(proposals[cells[0][0]], str(view.actors["id"].iloc[column])))

    st.dataframe(
        frame,
        height=min(640, 36 * (len(frame) + 1) + 2),
        row_height=36,
        key=TABLE,
        on_select=pick,
        selection_mode="single-cell",
    )
