"""Data > Proposed: changes that coders propose and editors decide on; a coder sees their own, and what came of them."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import asdict
from functools import partial

import streamlit as st

from matrix.dashboard import visit
from matrix.dashboard.datasets import Stamp, address_of, while_open
from matrix.dashboard.html.templates import SHORT, render
from matrix.dashboard.pages.data import editing
from matrix.dashboard.pages.data.change_lines import change_lines
from matrix.dashboard.pages.data.history import when
from matrix.dashboard.paging import stretch, turn
from matrix.dashboard.problems import problem_list
from matrix.dataset.dataset import Dataset
from matrix.dataset.location import Database
from matrix.dataset.problems import DatasetError, Problem
from matrix.dataset.schema import MAIN
from matrix.store import Store
from matrix.store.files import stamps
from matrix.store.proposed import ProposedChanges, proposed_and_problems, taken_back

SECTION, TEMPLATE, OLDER = "proposed", "proposed.html", "proposed-older"
OPEN, DECIDED, CHANGES = 20, 10, 50  # shown at first; changes of one in its table


Seen = tuple[list[ProposedChanges], tuple[Problem, ...]]  # and what of the list cannot be read


def proposed_here(dataset: Dataset) -> Seen | None:
    """What a visitor who changes the dataset sees of what was proposed; None where the page has no part for it."""
    if dataset.location is None or dataset.layer != MAIN:
        return None
    try:
        found, problems = proposed_and_problems(editing.store_of(dataset))
    except DatasetError as e:
        return [], e.problems
    except OSError:  # of a role that was lost just now, or a database that went: the page says so elsewhere
        return None
    team = isinstance(dataset.location, Database) and dataset.location.person
    return (found, problems) if found or problems or team else None


def how_many(seen: Seen) -> str:
    """`Proposed (2)`: how many wait."""
    waiting = sum(p.is_open for p in seen[0])
    return f"Proposed ({waiting:,})" if waiting else "Proposed"


def show_proposed(dataset: Dataset, seen: Seen, *, decides: bool) -> None:
    """Those that wait, each with its buttons, then the others, the newest first; `decides`: an editor looks."""
    editing.show_outcome(SECTION)
    found, problems = seen
    if problems:
        st.html(render("data.html", "refused", "", problem_list(problems), options=False))
    elif not found:
        st.html(render(TEMPLATE, "nothing", decides))
    if not found:
        return
    waiting = [p for p in found if p.is_open]
    if not waiting:
        st.html(render(TEMPLATE, "none_open"))
    part = stretch(len(waiting), "waiting", dataset.layer, OPEN)
    for p in waiting[part.first : part.last]:
        with st.container(key=f"proposed-{p.number}"):
            _one(dataset, p, decides)
    turn(part, "waiting")
    decided = [p for p in found if not p.is_open][::-1]
    count = DECIDED + int(visit.page_state().get(OLDER, 0))
    shown = decided[:count]
    if shown:
        gone = _gone(dataset, shown)
        rows = [
            (p, when(p.at), when(p.decided_at), p.number in gone, _lines(dataset, p), len(p.changes) - CHANGES)
            for p in shown
        ]
        st.html(render(TEMPLATE, "decided", rows))
    if len(decided) > count:
        st.button("Show older", key="proposed-more", on_click=_older, args=(count,))


def _older(count: int) -> None:
    visit.page_state()[OLDER] = count


def _lines(dataset: Dataset, p: ProposedChanges) -> Sequence[object]:
    return change_lines(dataset, p.changes[:CHANGES])


def _one(dataset: Dataset, p: ProposedChanges, decides: bool) -> None:
    """One that waits: who, when and why, its changes, and what can be done with it."""
    st.html(render(TEMPLATE, "waiting", p, when(p.at), _lines(dataset, p), len(p.changes) - CHANGES))
    values = (v for c in p.changes for v in (c.old, c.new, *dict(c.values).values()))
    if len(p.changes) > CHANGES or any(len(v) > SHORT for v in values):
        st.download_button(
            "Everything in it (.json)",
            data=while_open(dataset, partial(_whole, p)),
            file_name=f"proposed-{p.number}.json",
            mime="application/json",
            key=f"proposed-whole-{p.number}",
            on_click="ignore",
        )
    with st.container(key=f"proposed-do-{p.number}", horizontal=True, vertical_alignment="bottom"):
        if not decides:
            st.button("Withdraw", key=f"proposed-withdraw-{p.number}", on_click=_do, args=(withdraw, dataset, p.number))
            return
        st.button(
            "Accept", key=f"proposed-accept-{p.number}", type="primary", on_click=_do, args=(accept, dataset, p.number)
        )
        st.text_input(  # beside the buttons: from one that opens, the Tab key would lead past its fields
            "If not, why",
            key=_reason(p.number),
            max_chars=editing.LONGEST_WHY,
            placeholder="For who proposed it",
            width=360,
        )
        st.button("Decline", key=f"proposed-decline-{p.number}", on_click=_do, args=(decline, dataset, p.number))


def _whole(p: ProposedChanges) -> bytes:
    """All changes with their values as they are, of which the page shows the beginning."""
    cells = ({k: v for k, v in asdict(c).items() if v not in ("", (), -1, 0)} for c in p.changes)
    return json.dumps([*cells], ensure_ascii=False, indent=1).encode()


def _reason(number: int) -> str:
    return f"proposed-why-{number}"


def accept(dataset: Dataset, number: int) -> editing.Outcome:
    """Make the changes of this number."""
    return editing.accept_proposed(dataset, number)


def decline(dataset: Dataset, number: int) -> editing.Outcome:
    """Decline them, for the reason that was typed."""
    return editing.decline_proposed(dataset, number, str(st.session_state.get(_reason(number)) or ""))


def withdraw(dataset: Dataset, number: int) -> editing.Outcome:
    """Take back one's own."""
    return editing.withdraw_own(dataset, number)


@editing.on_click(SECTION)
def _do(act: Callable[[Dataset, int], editing.Outcome], dataset: Dataset, number: int) -> None:
    editing.remember(SECTION, act(dataset, number))


def _gone(dataset: Dataset, shown: Sequence[ProposedChanges]) -> set[int]:
    """Of those that were accepted, the ones whose step was taken back since."""
    accepted = {p.number: p for p in shown if p.state == "accepted"}
    store = editing.store_of(dataset)
    if accepted:
        with suppress(DatasetError):  # a history that cannot be read: its own part says so
            key = address_of(store.location), stamps(store.location, [store.history_file])
            return _taken_back(store, [*accepted.values()], *key, tuple(accepted))
    return set()


@st.cache_resource(max_entries=4, show_spinner=False)
def _taken_back(
    _store: Store, _accepted: list[ProposedChanges], name: bytes, stamp: Stamp, numbers: tuple[int, ...]
) -> set[int]:
    """Looked up once for a history as it is, which may be long."""
    del name, stamp, numbers  # only the key
    return taken_back(_store, _accepted)
