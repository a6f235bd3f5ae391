"""The same matrix as a plain table of words, for readers who need one."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from matrix.analysis.positions import EMPTY, HIDDEN, OUTSIDE, SILENT, SUPERSEDED, View
from matrix.dashboard import state
from matrix.dashboard.grid import Picked
from matrix.dashboard.names import choices
from matrix.dashboard.order import ordered
from matrix.dashboard.text import humane

KEY = "matrix-words"  # the widget's key
_WHY = {SILENT: "", SUPERSEDED: "superseded", OUTSIDE: "outside the evidence", HIDDEN: "hidden by the stance filter"}


def table_of(view: View, rows: list[int]) -> pd.DataFrame:
    """Proposals x actors as words: stance names, or in brackets why a cell that was once stated is empty."""
    dataset = view.positions.dataset
    words = [*dataset.scale.names, "Mixed"]
    why = [f"({_WHY[k]})" if _WHY.get(k) else "" for k in range(5)]
    names = choices(dataset, "actor")
    titles = choices(dataset, "proposal")
    proposals = view.proposals.iloc[rows]
    cells = {
        names[a]: [
            words[code] if code != EMPTY else why[kind]
            for code, kind in zip(view.codes[rows, j].tolist(), view.why[rows, j].tolist(), strict=True)
        ]
        for j, a in enumerate(view.actors["id"])
    }
    heads = {"Proposal": [titles[p] for p in proposals["id"]]}
    if (proposals["theme"] != "").any():
        heads["Theme"] = [humane(t) for t in proposals["theme"]]
    return pd.DataFrame({**heads, **cells}).set_index("Proposal")


def show_table(view: View, order: str) -> None:
    """Draw the table; a picked cell opens its evidence, as in the grid."""
    rows = [place.row for place in ordered(view, order)]
    frame, proposals = table_of(view, rows), view.proposals["id"].iloc[rows].tolist()
    heads = list(frame.columns)
    first = len(heads) - len(view.actors)  # the columns before are no actors

    def pick() -> None:
        cells = st.session_state[KEY].selection.cells
        if cells and (column := heads.index(str(cells[0][1])) - first) >= 0:
            state.open_cell(Picked(proposals[cells[0][0]], str(view.actors["id"].iloc[column])))

    st.dataframe(
        frame,
        height=min(640, 36 * (len(frame) + 1) + 2),
        row_height=36,
        key=KEY,
        on_select=pick,
        selection_mode="single-cell",
    )
