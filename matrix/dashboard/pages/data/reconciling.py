"""Two coders reconciled: each difference side by side, decided with a reason, all decisions one step of the history."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import streamlit as st

from matrix.analysis.differences import KINDS, Difference, Differences
from matrix.dashboard import visit
from matrix.dashboard.datasets import changed
from matrix.dashboard.errors import guarded
from matrix.dashboard.html.dataset_html import DatasetHtml
from matrix.dashboard.html.templates import render
from matrix.dashboard.pages.data import editing
from matrix.dashboard.pages.data.statement_form import FIELDS, fields, fill, problems_above, statement
from matrix.dashboard.pages.data.statement_form import SECTION as FORM
from matrix.dashboard.problems import problem_list
from matrix.dataset.dataset import Dataset, Record
from matrix.dataset.problems import DatasetError
from matrix.store.reconcile import differences_of, settlement
from matrix.wording import plural

SECTION, SETTLED, TEMPLATE = "reconcile", "reconcile settled", "coders.html"
AROUND = 90  # characters of the text on both sides of a quote
EDITED = "edited"
_UNIT, _CHOICE, _REASON, _WHY, _FILLED, _DONE = (
    *("reconcile-unit", "reconcile-choice", "reconcile-reason", "reconcile-why"),
    *("reconcile filled", "reconcile done"),
)
_NOT_OF_A_UNIT = ("id", "actor", "proposal", "source")


@st.fragment
@guarded
def reconciling(dataset: Dataset, one: str, other: str) -> None:
    """The differences one by one, then what the decisions would change; each entry runs only this part again."""
    if dataset.location and changed(dataset.location, dataset):
        st.rerun(scope="app")
    store = editing.store_of(dataset)
    try:
        found = differences_of(store, one, other)
    except DatasetError as e:
        st.html(problem_list(e.problems))
        return
    html = DatasetHtml(dataset)
    st.html(render(TEMPLATE, "reconcile_title", found.sentence, found.states(), found.formula))
    if found.items:
        _one(dataset, found, html)
        st.html(render(TEMPLATE, "differences", html, found.coders, found.items, KINDS))
    editing.show_outcome(SECTION)
    _settle(dataset, found)


def _one(dataset: Dataset, found: Differences, html: DatasetHtml) -> None:
    units = [d.unit for d in found.items]
    waiting = [d.unit for d in found.items if d.state in ("open", "outdated")]
    if st.session_state.get(_UNIT) not in units:
        visit.bound(_UNIT, (waiting or units)[0])
    words = {d.unit: _named(html, d) for d in found.items}
    st.selectbox(
        "Difference",
        units,
        format_func=lambda u: f"{units.index(u) + 1} of {len(units)}: {words[u]}" if u in words else str(u),
        key=_UNIT,
        filter_mode="contains",
    )
    difference = found.of(str(st.session_state[_UNIT]))
    sides = [
        (name, [(s, _context(html, s)) for s in side])
        for name, side in zip(found.coders, (difference.one, difference.other), strict=True)
    ]
    st.html(render(TEMPLATE, "difference", html, difference, KINDS[difference.kind], sides))
    with st.container(key="reconcile-decide"):
        choice = _choose(found, difference)
        if choice == EDITED:
            _edit(dataset, difference)
        key = f"{_REASON}-{difference.unit}"
        if key not in st.session_state and difference.decision:
            visit.bound(key, difference.decision.reason)
        st.text_input("Why", key=key, max_chars=500, placeholder="What in the text decides it")
        with st.container(horizontal=True):
            st.button(
                "Decide",
                key="reconcile-do",
                type="primary",
                on_click=_decide,
                args=(dataset, found, difference, choice or ""),
            )
            if difference.decision and difference.state != "settled":
                st.button(
                    "Withdraw the decision", key="reconcile-withdraw", on_click=_withdraw, args=(dataset, difference)
                )


def _named(html: DatasetHtml, d: Difference) -> str:
    actor, proposal = html.plain("actors", d.actor), html.plain("proposals", d.proposal)
    state = f"{d.state}: {d.decision.decision}" if d.decision else d.state
    state += f"; {d.without_effect}" if d.without_effect else ""
    return f"{actor} on {proposal} - {KINDS[d.kind]} ({state})"


def _choose(found: Differences, d: Difference) -> str | None:
    one, other = found.coders
    words = {
        "mine": f"As {one}" if d.one else f"As {one}: none",
        "theirs": f"As {other}" if d.other else f"As {other}: none",
        "both": "Both",
        "neither": "Neither",
        EDITED: "Edited",
    }
    key = f"{_CHOICE}-{d.unit}"
    if key not in st.session_state and d.decision:
        visit.bound(key, d.decision.decision)
    return st.segmented_control("Decision", [*words], format_func=lambda c: words.get(c, c), key=key)


def _edit(dataset: Dataset, d: Difference) -> None:
    """The form of a statement, filled with what would stand: of the first coder, else of the other."""
    base = _base(d)
    if visit.page_state().get(_FILLED) != d.unit:
        visit.page_state()[_FILLED] = d.unit
        editing.remember_problems(FORM, {})
        values = d.decision.values if d.decision and d.decision.decision == EDITED else {}
        fill({**base, **values}, edited=True)
    with st.container(key="form"):
        fields(dataset, base, of_a_unit=True)
        problems_above("Not decided")


def _base(d: Difference) -> dict[str, str]:
    return {str(k): str(v) for k, v in (d.one or d.other)[0].items()}


def _context(html: DatasetHtml, s: Record) -> tuple[str, str, str] | None:
    """The quote with the words of the text around it, where its place is known and right."""
    text, start, quote = html.texts.get(s["source"], ""), s["start"], s["quote"]
    if not (quote and start.isascii() and start.isdigit() and text[int(start) :].startswith(quote)):
        return None
    at, end = int(start), int(start) + len(quote)
    return text[max(0, at - AROUND) : at], quote, text[end : end + AROUND]


# ---- deciding


@editing.on_click(SECTION)
def _decide(dataset: Dataset, found: Differences, d: Difference, choice: str) -> None:
    reason = str(st.session_state.get(f"{_REASON}-{d.unit}") or "").strip()
    values: Mapping[str, str] | None = None
    if missing := [w for w, there in (("a decision", choice), ("a reason", reason)) if not there]:
        editing.remember(SECTION, editing.Outcome(f"Not decided yet: give {' and '.join(missing)}."))
        return
    if choice == EDITED:
        base = _base(d)
        row, problems = statement(dataset, base)
        by_field = {p.column if p.column in FIELDS else "": [p.message] for p in problems}
        editing.remember_problems(FORM, by_field)
        if problems:
            editing.forget()
            return
        columns = (*(c for c in FIELDS if c not in _NOT_OF_A_UNIT), "start")
        values = {c: row.get(c, "") for c in columns if base.get(c, "") != row.get(c, "")}
    outcome = editing.decide_difference(dataset, found, d.unit, choice, reason=reason, values=values)
    if outcome.done:
        left = [x.unit for x in found.items if x.state in ("open", "outdated") and x.unit != d.unit]
        outcome = replace(outcome, words=f"Decided and kept. {len(left) or 'None'} left to decide.")
        if left:
            visit.bound(_UNIT, left[0])
        visit.page_state().pop(_FILLED, None)
    editing.remember(SECTION, outcome)


@editing.on_click(SECTION)
def _withdraw(dataset: Dataset, d: Difference) -> None:
    if not d.decision:
        return
    outcome = editing.withdraw_decision(dataset, d.decision)
    for name in (_CHOICE, _REASON):
        st.session_state.pop(f"{name}-{d.unit}", None)
    words = "Withdrawn: it is to be decided again." if outcome.done else outcome.words
    editing.remember(SECTION, replace(outcome, words=words))


# ---- carrying out


def _settle(dataset: Dataset, found: Differences) -> None:
    """What the decisions would change in the dataset, and the button that makes it one step of the history."""
    made = settlement(editing.store_of(dataset), *found.coders)
    if made.changes or made.refused:
        st.html(render(TEMPLATE, "settlement", made, plural(len(made.changes), "change")))
    if made.changes:
        st.text_input("Why (for the history)", key=_WHY, max_chars=editing.LONGEST_WHY)
        st.button(
            f"Take over {plural(len(made.made), 'unit')} into the dataset",
            key="reconcile-settle",
            type="primary",
            on_click=_take_over,
            args=(dataset, *found.coders),
        )
    editing.show_outcome(SETTLED)
    if number := visit.page_state().get(_DONE):
        st.button("Take it back", key="reconcile-undo", icon=":material/undo:", on_click=_undo, args=(dataset, number))


@editing.on_click(SETTLED)
def _take_over(dataset: Dataset, one: str, other: str) -> None:
    why = str(st.session_state.get(_WHY) or "").strip()
    outcome = editing.settle_differences(dataset, one, other, why=why)
    editing.remember(SETTLED, outcome)
    if outcome.dataset is not None:
        visit.page_state()[_DONE] = editing.step_just_made(outcome)


@editing.on_click(SETTLED)
def _undo(dataset: Dataset, number: int) -> None:
    editing.remember(SETTLED, editing.take_back(dataset, number))
    visit.page_state().pop(_DONE, None)
