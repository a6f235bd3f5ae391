"""The history of the dataset: what was changed, by whom and when; any step taken back on which no later one rests."""

from __future__ import annotations

from datetime import datetime
from itertools import islice

import streamlit as st

from matrix.dashboard import visit
from matrix.dashboard.controls import label
from matrix.dashboard.datasets import Stamp, address_of, refusal
from matrix.dashboard.html.templates import render
from matrix.dashboard.pages.data import editing
from matrix.dashboard.pages.data.change_lines import change_lines
from matrix.dashboard.problems import problem_list
from matrix.dataset import dates
from matrix.dataset.dataset import Dataset
from matrix.dataset.problems import DatasetError
from matrix.store import Store
from matrix.store.files import stamps
from matrix.store.history import Step, newest_first, not_undone, standing

SECTION, OLDER = "history", "history-older"
TEMPLATE = "data.html"
STEPS, CHANGES, FEW = 10, 50, 5  # shown at first; changes of one step in the table, before undoing it


def history(dataset: Dataset) -> None:
    """The buttons that take back, and the table."""
    if dataset.location is None:
        return
    store = editing.store_of(dataset)
    editing.show_outcome(SECTION)
    count = STEPS + int(visit.page_state().get(OLDER, 0))
    try:
        key = address_of(store.location), store.layer, stamps(store.location, [store.history_file])
        steps, undoable = _steps(store, *key, count + 1)
    except DatasetError as e:
        st.html(render(TEMPLATE, "refused", "", problem_list(e.problems), options=False))
        return
    if not steps:
        st.html(render(TEMPLATE, "no_history"))
        return
    if undoable and not refusal(dataset):
        with st.container(horizontal=True, vertical_alignment="center"):
            _undo(dataset, undoable)
            if earlier := [s for s, stands in steps[:count] if _may_go(s, stands) and s.number != undoable.number]:
                _earlier(dataset, earlier)
    rows = [
        (s, when(s.at), not stands, change_lines(dataset, s.changes[:CHANGES]), len(s.changes) - CHANGES)
        for s, stands in steps[:count]
    ]
    st.html(render(TEMPLATE, "history", rows, store.history_file))
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
def _steps(
    _store: Store, name: bytes, layer: str, stamp: Stamp, count: int
) -> tuple[list[tuple[Step, bool]], Step | None]:
    """The newest steps, not more than are shown of a history of any length; and the one that can be taken back."""
    del name, layer, stamp  # only the key: who may open the dataset may read its history, whoever opened it first
    undoable = next((s for s, stands in standing(newest_first(_store)) if _may_go(s, stands)), None)
    return list(islice(standing(newest_first(_store)), count)), undoable


def _may_go(step: Step, stands: bool) -> bool:
    return stands and not (step.undoes or step.begins)


def _older(count: int) -> None:
    visit.page_state()[OLDER] = count


# ---- taking back


def _undo(dataset: Dataset, step: Step) -> None:
    with st.popover("Undo the last change", icon=":material/undo:", key="undo"):
        lines = change_lines(dataset, step.changes[:FEW])
        st.html(render(TEMPLATE, "undo", step, when(step.at), lines, len(step.changes) - FEW))
        st.button("Take it back", key="undo-yes", on_click=_take_back, args=(dataset, step.number))


def _earlier(dataset: Dataset, steps: list[Step]) -> None:
    """Any other step: what it did, and the button; or why it cannot go."""
    with st.popover("Undo an earlier one", icon=":material/undo:", key="undo-earlier"):
        words = {s.number: label(f"{s.number}: {s.why} ({s.by}, {when(s.at)})") for s in steps}
        number = st.selectbox(
            "Which step", [*words], index=None, format_func=lambda n: words.get(n, str(n)), key="undo-which"
        )
        step = next((s for s in steps if s.number == number), None)
        if step is None:
            st.html(
                render(TEMPLATE, "not_yet", "a step can go as long as no later one touched or needs what it changed")
            )
            return
        lines = change_lines(dataset, step.changes[:FEW])
        st.html(render(TEMPLATE, "undo", step, when(step.at), lines, len(step.changes) - FEW))
        if problems := not_undone(editing.store_of(dataset), step=step.number):
            st.html(render(TEMPLATE, "refused", "", problem_list(problems), options=False))
        else:
            st.button("Take it back", key="undo-earlier-yes", on_click=_take_back, args=(dataset, step.number))


@editing.on_click(SECTION)
def _take_back(dataset: Dataset, number: int) -> None:
    editing.remember(SECTION, editing.take_back(dataset, number))
