"""The history of the dataset: what was changed, by whom and when; and the last change taken back."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import streamlit as st

from matrix.dashboard.datasets import read_only
from matrix.dashboard.html.templates import render
from matrix.dashboard.pages.data import editing
from matrix.dashboard.pages.data.change_lines import change_lines
from matrix.dashboard.problems import problem_list
from matrix.dataset import dates
from matrix.dataset.dataset import Dataset
from matrix.dataset.problems import DatasetError
from matrix.store.history import HISTORY_FILE, Entry, last, read_history

SECTION, OLDER = "history", "history-older"
TEMPLATE = "data.html"
ENTRIES, CHANGES, FEW = 10, 50, 5  # shown at first; changes of one entry in the table, before undoing it


def history(dataset: Dataset) -> None:
    """The button that takes back, and the table."""
    folder = dataset.folder
    if folder is None:
        return
    editing.show_outcome(SECTION)
    try:
        entries = _entries(folder, _stamp(folder))
    except DatasetError as e:
        st.html(render(TEMPLATE, "refused", "", problem_list(e.problems), options=False))
        return
    if not entries:
        st.html(render(TEMPLATE, "no_history"))
        return
    undoable = last(entries)
    if undoable and not read_only():
        _undo(dataset, undoable)
    count = ENTRIES + int(st.session_state.get(OLDER, 0))
    undone = {e.undoes for e in entries}
    rows = [
        (e, when(e.at), e.number in undone, change_lines(dataset, e.changes[:CHANGES]), len(e.changes) - CHANGES)
        for e in entries[::-1][:count]
    ]
    st.html(render(TEMPLATE, "history", rows, HISTORY_FILE))
    if len(entries) > count:
        st.button(f"Show older ({len(entries) - count:,} more)", on_click=_older, args=(count,))


def when(at: str) -> str:
    """`14 May 2026, 10:32 UTC`; what is not a time stays as it is."""
    try:
        moment = datetime.fromisoformat(at)
    except ValueError:
        return at
    day = moment.date().isoformat()
    return f"{dates.words(day, day)}, {moment:%H:%M} UTC"


def _stamp(folder: Path) -> tuple[int, int]:
    try:
        found = (folder / HISTORY_FILE).stat()
    except OSError:
        return 0, 0
    return found.st_mtime_ns, found.st_size


@st.cache_resource(max_entries=4, show_spinner=False)
def _entries(folder: Path, stamp: tuple[int, int]) -> list[Entry]:
    del stamp  # only part of the key
    return read_history(folder)


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
