"""The Matrix page: the finding, then proposals by side, by actor or as a table, with the evidence of what is picked."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from matrix.analysis.empty_cells import NEVER, STATED, Why
from matrix.analysis.evidence import Picked
from matrix.analysis.positions import EMPTY
from matrix.analysis.row_order import GROUND, GROUP_WORDS, NONE, SORT_ABOUT, SORT_WORDS, THEME
from matrix.dashboard import visit
from matrix.dashboard.controls import one, switch
from matrix.dashboard.datasets import changed
from matrix.dashboard.downloads import downloads
from matrix.dashboard.errors import guarded
from matrix.dashboard.evidence_panel import prepare
from matrix.dashboard.evidence_panel import show as show_evidence
from matrix.dashboard.figures import on_phone
from matrix.dashboard.filter_words import choices
from matrix.dashboard.grid import matrix_grid, news
from matrix.dashboard.grid.payload import Screen, screen
from matrix.dashboard.html.links import Links, leave, listen
from matrix.dashboard.html.templates import render
from matrix.dashboard.page_choices import AS_TABLE, BY_ACTOR, BY_SIDE, OVERLAPS
from matrix.dashboard.page_frame import intro, nothing_to_show
from matrix.dashboard.problems import show_warnings
from matrix.dashboard.tier_strip import narrowed, tier_strip, tiers_chosen
from matrix.dataset.dataset import Dataset
from matrix.dataset.selection import Selection
from matrix.palette import BLANKS
from matrix.wording import humane

GRID, SIDES, TABLE = "matrix-grid", "matrix-sides", "matrix-words"  # the widgets' keys
LAYOUT_WORDS = {BY_SIDE: "By side", BY_ACTOR: "By actor", AS_TABLE: "Table"}
PROPOSAL, OF_THEME = "Proposal", "Theme"  # heads of the table
WIDE = "\u1100"  # letters of double width from here on
WIDEST, NARROW = 600, 190  # pixels of a column of titles at most; on a phone
_WHY = {k: "" if k in (NEVER, STATED) else f"({BLANKS[k.id].short})" for k in Why}


def show(dataset: Dataset, selection: Selection) -> None:
    """Draw the page from top to bottom."""
    tiers = tuple(tiers_chosen(dataset, selection))
    # A plain table has no heads between its rows: it is sorted over all of them.
    group = NONE if visit.choice("layout") == AS_TABLE else visit.choice("group")
    shown = screen(dataset, selection, group, visit.choice("sort"), tiers)
    intro(dataset, selection, screen(dataset, narrowed(dataset, selection)).facts if tiers else shown.facts)
    # Each part has a place of its own, filled or not: the matrix keeps its place, and so need not be built again.
    with st.container():
        if shown.facts.positions:
            tier_strip(dataset, shown, tiers)
        else:
            nothing_to_show(dataset, selection)
    with st.container():
        if shown.has_cells:
            _tools(dataset, selection, shown)
    _matrix_and_evidence(dataset, shown)
    show_warnings(dataset.warnings)


def _tools(dataset: Dataset, selection: Selection, shown: Screen) -> None:
    grouped = {GROUND: GROUP_WORDS[GROUND]} if shown.bands else {}
    if (dataset.frames["proposals"]["theme"] != "").any():
        grouped[THEME] = GROUP_WORDS[THEME]
    grouped[NONE] = GROUP_WORDS[NONE]
    with st.container(key="tools", horizontal=True, vertical_alignment="center"):
        switch("View", "layout", LAYOUT_WORDS)
        if len(grouped) > 1 and visit.choice("layout") != AS_TABLE:
            st.html(render("parts.html", "quiet", "grouped by"))
            switch("Grouped by", "group", grouped)
        one("Sort proposals", "sort", SORT_WORDS, width=190)
        with st.container(key="tools-right", horizontal=True, horizontal_alignment="right"):
            st.html(render("parts.html", "tool", Links(dataset).page(OVERLAPS, "Compare two")))
            downloads(dataset, narrowed(dataset, selection))
    if about := SORT_ABOUT[visit.choice("sort")]:
        st.html(render("parts.html", "hint", about))


@st.fragment
@guarded
def _matrix_and_evidence(dataset: Dataset, shown: Screen) -> None:
    """Matrix and panel: a pick runs only this part again."""
    leave()
    if dataset.location and changed(dataset.location, dataset):
        st.rerun(scope="app")
    layout = visit.choice("layout")
    key = {BY_SIDE: SIDES, BY_ACTOR: GRID}.get(layout)
    picked = news(shown.grid, key=key) if key and shown.has_cells else None
    if picked:
        visit.open_cell(picked)
    cell = visit.current().cell
    evidence = prepare(shown.view.positions, cell) if cell else None
    # Both columns are always there: the matrix keeps its place and need not be built again when the panel opens.
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
        elif key:
            alone = shown.facts.unheard == shown.facts.actors
            matrix_grid(
                shown.grid, open_cell=cell, show_unheard=alone, key=key, picked=picked, by_side=layout == BY_SIDE
            )
        else:
            _show_table(shown)
    visit.publish(dataset)  # after the evidence: the browser draws the whole page anew for another address


# ---- the same as a table of words


def _table(shown: Screen) -> pd.DataFrame:
    """Proposals x actors as words: stance names, or in brackets why a cell is empty that is not just never stated."""
    view = shown.view
    dataset = view.positions.dataset
    rows = [place.row for place in shown.places]
    words = [*dataset.scale.names, "Mixed"]
    names = {
        a: f"{name} ({a})" if name in (PROPOSAL, OF_THEME) else name for a, name in choices(dataset, "actor").items()
    }
    titles = choices(dataset, "proposal")
    proposals = view.proposals.iloc[rows]
    cells = {
        names[a]: [
            words[code] if code != EMPTY else _WHY[kind]
            for code, kind in zip(view.codes[rows, j].tolist(), view.why[rows, j].tolist(), strict=True)
        ]
        for j, a in enumerate(view.actors["id"])
    }
    heads = {PROPOSAL: [titles[p] for p in proposals["id"]]}
    if (proposals["theme"] != "").any():
        heads[OF_THEME] = [humane(t) for t in proposals["theme"]]
    return pd.DataFrame({**heads, **cells}).set_index(PROPOSAL)


def _show_table(shown: Screen) -> None:
    """Draw the table; a picked cell opens its evidence, as in the grid."""
    view = shown.view
    frame = _table(shown)
    proposals = view.proposals["id"].iloc[[place.row for place in shown.places]].tolist()
    heads = list(frame.columns)
    first = len(heads) - len(view.actors)  # the columns before are no actors

    def pick() -> None:
        cells = st.session_state[TABLE].selection.cells
        if cells and (column := heads.index(str(cells[0][1])) - first) >= 0:
            visit.open_cell(Picked(proposals[cells[0][0]], str(view.actors["id"].iloc[column])))

    letters = max((len(title) + sum(c > WIDE for c in title) for title in frame.index), default=0)
    st.dataframe(
        frame,
        column_config={
            "_index": st.column_config.Column(width=min(24 + 6 * letters, NARROW if on_phone() else WIDEST))
        },
        height=min(640, 36 * (len(frame) + 1) + 2),
        row_height=36,
        key=TABLE,
        on_select=pick,
        selection_mode="single-cell",
    )
