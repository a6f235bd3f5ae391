"""A statement corrected, superseded or deleted from its card, on whatever page it is; and the step taken back there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import streamlit as st

from matrix.dashboard import visit
from matrix.dashboard.datasets import changed, changes_by
from matrix.dashboard.errors import guarded
from matrix.dashboard.html.dataset_html import DatasetHtml
from matrix.dashboard.html.links import EDITING
from matrix.dashboard.html.templates import render
from matrix.dashboard.page_choices import STATEMENT
from matrix.dashboard.pages.data import editing
from matrix.dashboard.pages.data.statement_form import (
    SECTION,
    check,
    empty,
    fields,
    fill,
    fill_again,
    is_drawn,
    key,
    problems_above,
    taken_over,
    typed,
    value,
)
from matrix.dataset.changes import Change
from matrix.dataset.dataset import Dataset, Record, column, is_there, records
from matrix.dataset.problems import Problem
from matrix.wording import humane, listed

CORRECT, SUPERSEDE, DELETE = "correct", "supersede", "delete"
WORDS = {CORRECT: "Correct it", SUPERSEDE: "Supersede it", DELETE: "Delete it"}
KEPT = ("actor", "proposal", "stance", "condition")  # of a statement that is superseded, as the new one's beginning
UNDO_KEY = "undo-step-button"
_FILLED, _DATED, _DONE, _SEEN, _ACT = "edited statement", "edited date", "edit done", "edited version", "edit-act"
_PAGE = "edited on"  # the page whose card asked for the form
# The row as it filled the fields, the columns that somebody else has changed since, whether it was said at saving, and
# whether a saving was refused for them.
_ROW, _MEANWHILE, _TOLD, _REFUSED = "edited row", "edited meanwhile", "edited told", "edited refused"
_TYPED = "edited fields"  # as they were when they were last drawn


@dataclass(frozen=True)
class _Done:
    """What was written last from a card: where, in a sentence, and the step that takes it back; 0 for none."""

    page: str
    outcome: editing.Outcome
    step: int = 0


def show(dataset: Dataset) -> None:
    """Draw what was written last, with its undo, and the form of the statement whose card asked for it."""
    page = visit.current().page or ""
    if visit.page_state().get(EDITING) and visit.page_state().setdefault(_PAGE, page) != page:
        _close()  # Back leaves a form open, whose fields another page may have too
    id_ = str(visit.page_state().get(EDITING) or "")
    is_open = bool(id_) and changes_by(dataset) is not None
    if id_ and not (is_open and is_there(dataset, "statements", id_)):
        if is_open and visit.page_state().get(_FILLED):
            words = f"{id_} is not there any more: somebody else has taken it out, and nothing was written."
            _written(editing.Outcome(words), 0)
        elif not is_open and (said := editing.outcome_in(SECTION)):  # of who may change nothing any more
            _written(said, 0)
        _close()
        id_ = ""
    _bar(dataset)
    if not id_:
        return
    st.dialog("Statement", width="large", on_dismiss=_close)(_form)(dataset, id_)


def _close() -> None:
    state = visit.page_state()
    for name in (EDITING, _PAGE, _FILLED, _DATED, _ROW, _MEANWHILE, _TOLD, _REFUSED, _TYPED):
        state.pop(name, None)
    st.session_state.pop(_ACT, None)
    editing.remember_problems(SECTION, {})
    empty()


# ---- the form


@guarded
def _form(dataset: Dataset, id_: str) -> None:
    """What to do with it, and what that takes; each entry runs only this part again."""
    state = visit.page_state()
    if state.get(_FILLED) and is_drawn():
        state[_TYPED] = typed()  # before anything keeps the fields from being drawn, such as a database that is away
    if not state.get(EDITING) or (dataset.location and changed(dataset.location, dataset)):
        st.rerun(scope="app")
    state[_SEEN] = dataset.version
    html = DatasetHtml(dataset)
    old = html.row("statements", id_)
    if old["source"] in dataset.finished:
        st.html(render("parts.html", "note", "Its source is finished: open it again to edit what is coded there."))
        return
    acts = [CORRECT, *([] if old["superseded_by"] else [SUPERSEDE]), DELETE]
    st.html(render("cards.html", "edited", html, old))
    if _ACT not in st.session_state:  # as the fields: not drawn for a while, it has lost what was chosen
        filled, chosen = state.get(_FILLED, ("", CORRECT))
        visit.bound(_ACT, chosen if filled == id_ and chosen in acts else CORRECT)
    st.segmented_control("What to do", acts, required=True, format_func=lambda a: WORDS.get(a, a), key=_ACT)
    act = str(st.session_state[_ACT])
    now = {str(c): str(v) for c, v in old.items()}
    if state.get(_FILLED) == (id_, act) and act != DELETE and not is_drawn():
        fill_again(state.get(_TYPED, {}))
    if state.get(_FILLED) != (id_, act):
        state[_FILLED] = id_, act
        for name in (_DATED, _MEANWHILE, _TOLD, _REFUSED):
            state.pop(name, None)
        editing.remember_problems(SECTION, {})
        empty()
        fill(old if act == CORRECT else {c: old[c] for c in KEPT}, edited=act == CORRECT)
    elif act == CORRECT and (before := state[_ROW]) != now and (others := taken_over(before, now)):
        state[_MEANWHILE] = [*dict.fromkeys((*state.get(_MEANWHILE, ()), *others))]
        state[_TOLD] = bool(state.get(_REFUSED))  # a refusal has said it
    state.pop(_REFUSED, None)
    state[_ROW] = now
    if columns := state.get(_MEANWHILE):
        st.html(render("cards.html", "meanwhile", [(humane(c), now[c]) for c in columns]))
    if act == DELETE:
        st.html(render("cards.html", "deleting", id_, listed(_superseded_by(dataset, id_)), old["superseded_by"]))
        _button(dataset, old, act, f"Delete {id_}", f"Propose to delete {id_}")
        return
    if act == SUPERSEDE:
        st.html(render("cards.html", "superseding", id_))
        _date_of_source(dataset)
    with st.container(key="form"):
        fields(dataset, old if act == CORRECT else None)
    problems_above("Not saved")
    what = "correction" if act == CORRECT else "new statement"
    _button(dataset, old, act, f"Save the {what}", f"Propose the {what}")


def _date_of_source(dataset: Dataset) -> None:
    """The source's date, for a statement that has none: once for each source that is chosen."""
    source = value("source")
    if source and visit.page_state().get(_DATED) != source:
        visit.page_state()[_DATED] = source
        if not value("date_start"):
            visit.bound(key("date_start"), column(dataset, "sources", "date").get(source, ""))


def _button(dataset: Dataset, old: Record, act: str, words: str, proposing: str) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom", horizontal_alignment="distribute"):
        editing.write_button(dataset, words, proposing, key="edit-do", on_click=_do, args=(dataset, old, act))
        editing.name_field(dataset)
    editing.show_outcome(SECTION)


def _superseded_by(dataset: Dataset, id_: str) -> list[str]:
    return [str(s["id"]) for s in records(dataset.frames["statements"]) if s["superseded_by"] == id_]


# ---- writing


@editing.on_click(SECTION)
def _do(dataset: Dataset, old: Record, act: str) -> None:
    id_ = str(old["id"])
    if is_drawn():
        visit.page_state()[_TYPED] = typed()
    remarks: Sequence[Problem] = ()
    new_id = ""
    if act == DELETE:
        later = str(old["superseded_by"])
        before = [Change("changed", "statements", i, "superseded_by", id_, later) for i in _superseded_by(dataset, id_)]
        changes = [*before, Change("deleted", "statements", id_)]
        words = f"delete statement {id_}"
    else:
        found = check(dataset, old if act == CORRECT else None, supersedes=id_ if act == SUPERSEDE else "")
        if found is None:
            return
        changes, remarks, new_id = found.changes, found.remarks, found.id
        words = f"correct statement {id_}" if act == CORRECT else f"statement {new_id} supersedes {id_}"
        if not changes:
            editing.remember(SECTION, editing.Outcome("Nothing is different: nothing was written."))
            return
        if visit.page_state().get(_TOLD) is False:  # what somebody else wrote goes only once it can have been read
            visit.page_state()[_TOLD] = True
            words = "Somebody else has changed this meanwhile, see above: look at it, and save again to replace it."
            editing.remember(SECTION, editing.Outcome(words))
            return
    # A correction is held against each value that it replaces: what others do to other values is no conflict.
    seen = "" if act == CORRECT else str(visit.page_state().get(_SEEN) or dataset.version)
    outcome = editing.write(dataset, changes, seen=seen, why=words, kind="edit" if act != SUPERSEDE else "coding")
    if outcome.dataset is None:
        visit.page_state()[_REFUSED] = True
        editing.remember(SECTION, outcome)
        return
    told = {CORRECT: f"{id_} is corrected.", SUPERSEDE: f"{new_id} supersedes {id_}.", DELETE: f"{id_} is deleted."}
    remarked = " The check has remarks:" if remarks else ""
    said = outcome.told(told[act])
    _written(replace(said, words=said.words + remarked, problems=tuple(remarks)), editing.step_just_made(outcome))
    if act == DELETE and not outcome.proposed:
        for name in (STATEMENT, "at"):
            if visit.choice(name) == id_:
                visit.choose(name)
    _close()
    editing.forget()


def _written(outcome: editing.Outcome, step: int) -> None:
    visit.page_state()[_DONE] = _Done(visit.current().page or "", outcome, step)


# ---- what was written, and taking it back


def forget_done() -> None:
    """Something else was written since, with an undo of its own."""
    visit.page_state().pop(_DONE, None)


def _bar(dataset: Dataset) -> None:
    """A line at the foot of the window: it is there wherever the card was."""
    done = visit.page_state().get(_DONE)
    if not isinstance(done, _Done) or done.page != (visit.current().page or ""):
        visit.page_state().pop(_DONE, None)
        return
    with st.container(key="undo-step", horizontal=True, vertical_alignment="center"):
        st.html(render("cards.html", "done", done.outcome))
        if done.step:
            st.button("Undo", key=UNDO_KEY, icon=":material/undo:", on_click=_undo, args=(dataset, done.step))
        st.button("Close", key="undo-step-close", type="tertiary", on_click=forget_done)


@editing.on_click(SECTION)
def _undo(dataset: Dataset, step: int) -> None:
    _written(editing.take_back(dataset, step), 0)
