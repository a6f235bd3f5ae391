"""The history of the dataset: what was changed, by whom and when; and the last change taken back."""

from __future__ import annotations

import os
from datetime import datetime
from itertools import islice
from pathlib import Path

import streamlit as st

from matrix.dashboard import visit
from matrix.dashboard.datasets import Stamp, refusal
from matrix.dashboard.html.templates import render
from matrix.dashboard.pages.data import editing
from matrix.dashboard.pages.data.change_lines import change_lines
from matrix.dashboard.problems import problem_list
from matrix.dataset import dates
from matrix.dataset.dataset import Dataset
from matrix.dataset.problems import DatasetError
from matrix.store.atomic_files import HISTORY_FILE, stamps
from matrix.store.history import Step, newest_first, standing

SECTION, OLDER = "history", "history-older"
TEMPLATE = "data.html"
STEPS, CHANGES, FEW = 10, 50, 5  # shown at first; changes of one step in the table, before undoing it


def history(dataset: Dataset) -> None:
    """The button that takes back, and the table."""
    folder = dataset.folder
    if folder is None:
        return
    editing.show_outcome(SECTION)
    count = STEPS + int(visit.page_state().get(OLDER, 0))
    try:
        steps, undoable = _steps(os.fsencode(folder), stamps(folder, [HISTORY_FILE]), count + 1)
    except DatasetError as e:
        st.html(render(TEMPLATE, "refused", "", problem_list(e.problems), options=False))
        return
    if not steps:
        st.html(render(TEMPLATE, "no_history"))
        return
    if undoable and not refusal():
        _undo(dataset, undoable)
    rows = [
        (s, when(s.at), not stands, change_lines(dataset, s.changes[:CHANGES]), len(s.changes) - CHANGES)
        for s, stands in steps[:count]
    ]
    st.html(render(TEMPLATE, "history", rows, HISTORY_FILE))
    if len(steps) > count:
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
def _steps(name: bytes, stamp: Stamp, count: int) -> tuple[list[tuple[Step, bool]], Step | None]:
    """The newest steps, not more than are shown of a history of any length; and the one that can be taken back."""
    del stamp  # only part of the key; the name need not be UTF-8, as a text in it must
    folder = Path(os.fsdecode(name))
    undoable = next((s for s, stands in standing(newest_first(folder)) if stands and not (s.undoes or s.begins)), None)
    return list(islice(standing(newest_first(folder)), count)), undoable


def _older(count: int) -> None:
    visit.page_state()[OLDER] = count


# ---- taking back


def _undo(dataset: Dataset, step: Step) -> None:
    with st.popover("Undo the last change", icon=":material/undo:", key="undo"):
        lines = change_lines(dataset, step.changes[:FEW])
        st.html(render(TEMPLATE, "undo", step, when(step.at), lines, len(step.changes) - FEW))
        st.button("Take it back", key="undo-yes", on_click=_take_back, args=(dataset, step.number))


def _take_back(dataset: Dataset, number: int) -> None:
    editing.remember(SECTION, editing.take_back(dataset, number))
