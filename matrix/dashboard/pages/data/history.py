"""The history of the dataset: what was changed, by whom and when; and the last change taken back."""

from __future__ import annotations

from datetime import datetime
from itertools import islice
from pathlib import Path

import streamlit as st

from matrix.dashboard.datasets import Stamp, refusal
from matrix.dashboard.html.templates import render
from matrix.dashboard.pages.data import editing
from matrix.dashboard.pages.data.change_lines import change_lines
from matrix.dashboard.problems import problem_list
from matrix.dataset import dates
from matrix.dataset.dataset import Dataset
from matrix.dataset.problems import DatasetError
from matrix.store.history import Entry, last, newest_first
from matrix.store.journal import HISTORY_FILE, stamps

SECTION, OLDER = "history", "history-older"
TEMPLATE = "data.html"
ENTRIES, CHANGES, FEW = 10, 50, 5  # shown at first; changes of one entry in the table, before undoing it


def history(dataset: Dataset) -> None:
    """The button that takes back, and the table."""
    folder = dataset.folder
    if folder is None:
        return
    editing.show_outcome(SECTION)
    count = ENTRIES + int(st.session_state.get(OLDER, 0))
    try:
        entries, undoable = _entries(folder, stamps(folder, [HISTORY_FILE]), count + 1)
    except DatasetError as e:
        st.html(render(TEMPLATE, "refused", "", problem_list(e.problems), options=False))
        return
    if not entries:
        st.html(render(TEMPLATE, "no_history"))
        return
    if undoable and not refusal():
        _undo(dataset, undoable)
    undone = {e.undoes for e in entries}
    rows = [
        (e, when(e.at), e.number in undone, change_lines(dataset, e.changes[:CHANGES]), len(e.changes) - CHANGES)
        for e in entries[:count]
    ]
    st.html(render(TEMPLATE, "history", rows, HISTORY_FILE))
    if len(entries) > count:
        st.button("Show older", on_click=_older, args=(count,))


def when(at: str) -> str:
    """`14 May 2026, 10:32 UTC`; what is not a time stays as it is."""
    try:
        moment = datetime.fromisoformat(at)
    except ValueError:
        return at
    day = moment.date().isoformat()
    return f"{dates.words(day, day)}, {moment:%H:%M} UTC"


@st.cache_resource(max_entries=4, show_spinner=False)
def _entries(folder: Path, stamp: Stamp, count: int) -> tuple[list[Entry], Entry | None]:
    """The newest entries, not more than are shown of a history of any length; and the one that can be taken back."""
    del stamp  # only part of the key
    return list(islice(newest_first(folder), count)), last(newest_first(folder))


def _older(count: int) -> None:
    st.session_state[OLDER] = count


# ---- taking back


def _undo(dataset: Dataset, entry: Entry) -> None:
    with st.popover("Undo the last change", icon=":material/undo:", key="undo"):
        lines = change_lines(dataset, entry.changes[:FEW])
        st.html(render(TEMPLATE, "undo", entry, when(entry.at), lines, len(entry.changes) - FEW))
        st.button("Take it back", key="undo-yes", on_click=_take_back, args=(dataset, entry.number))


def _take_back(dataset: Dataset, number: int) -> None:
    editing.remember(SECTION, editing.take_back(dataset, number))
