"""What changed in the dataset since a day, a step of its history or one's last visit; behind the navigation's right."""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice

import pandas as pd
import streamlit as st

from matrix.analysis.positions import fold
from matrix.analysis.what_changed import CONDITION, KINDS, NEW, SILENT, TITLES, WhatChanged
from matrix.dashboard import controls, visit
from matrix.dashboard.datasets import refusal, while_open
from matrix.dashboard.html.dataset_html import DatasetHtml
from matrix.dashboard.html.templates import render
from matrix.dashboard.last_seen import is_first_visit, last_seen
from matrix.dashboard.page_choices import SINCE_DAY, SINCE_VERSION, SINCE_VISIT
from matrix.dashboard.page_frame import beside_evidence, heading, note
from matrix.dashboard.problems import problem_list
from matrix.dataset.dataset import Dataset, Record, is_there, records, remembered
from matrix.dataset.problems import DatasetError, SelectionError
from matrix.dataset.selection import Selection
from matrix.export.formats import file_name
from matrix.store import open_store
from matrix.store.history import Step, newest_first
from matrix.store.past import steps_back
from matrix.store.what_changed import what_changed

ABOUT_PAGE = (
    "What the edits of this dataset changed in the matrix. What was said between two days is on the page Timeline."
)
TEMPLATE = "what_changed.html"
WORDS = {SINCE_DAY: "Since a day", SINCE_VERSION: "Since a version", SINCE_VISIT: "Since my last visit"}
FIRST_VISIT = "This is your first visit: from the next one on, what changed since your last visit is offered here too."
MOST, MOST_STEPS = 60, 200  # proposals under one heading; steps to choose from
BEGINNING = "1970"
ABOUT = {
    SILENT: "A position then, none now.",
    NEW: "No position then, one now.",
    CONDITION: "The same position, on other conditions.",
}


def show(dataset: Dataset, selection: Selection) -> None:
    """Draw the page from top to bottom."""
    heading(dataset, selection, "What changed", ABOUT_PAGE)
    with beside_evidence(fold(dataset, selection)):
        tools = st.container(key="page-tools", horizontal=True, vertical_alignment="bottom", gap="small")
        try:
            if not _has_history(dataset):
                note("Nothing has been changed in this dataset with this tool yet, so there is nothing to tell.")
                return
            steps = _steps(dataset)
            with tools:
                since = _since(dataset, steps) if steps else BEGINNING  # of which it is told why nothing is known
            found = _found(dataset, selection, since)
        except SelectionError as e:
            note(str(e))
            return
        except DatasetError as e:
            st.html(render("data.html", "refused", "", problem_list(e.problems), options=False))
            return
        named = _is_named(dataset)
        with tools:
            _downloads(dataset, found, named)
        if is_first_visit(dataset):
            st.html(render("parts.html", "quiet", FIRST_VISIT))
        _show(dataset, found, named)


@remembered(16)
def _found(dataset: Dataset, selection: Selection, since: str) -> WhatChanged:
    return what_changed(dataset, selection, since=since)


@remembered(1)
def _has_history(dataset: Dataset) -> bool:
    store = open_store(dataset.location, layer=dataset.layer) if dataset.location else None
    return store is not None and next(newest_first(store), None) is not None


@remembered(1)
def _steps(dataset: Dataset) -> list[Step]:
    return [*islice(steps_back(dataset), MOST_STEPS)]


def _since(dataset: Dataset, steps: list[Step]) -> str:
    """Since when: a day (that of the newest step where none is given), a version, or the last visit."""
    seen = last_seen(dataset)
    how = controls.switch(
        "Since when",
        "changed",
        {name: words for name, words in WORDS.items() if name != SINCE_VISIT or seen},
        default=SINCE_VISIT if seen else SINCE_DAY,
    )
    if how == SINCE_VISIT:
        return seen
    if how == SINCE_DAY:
        newest = steps[0].at[:10]
        return controls.text("Day (in UTC)", "changed-day", newest, "YYYY, YYYY-MM or YYYY-MM-DD") or newest
    words = {s.before: _before(s, _is_named(dataset)) for s in steps[::-1]}
    words = {version: words[version] for version in dict.fromkeys(s.before for s in steps)}
    asked = visit.choice("changed-version")
    if asked and asked not in words:  # of an old link: what comes of it is said below
        words[asked] = f"version {asked}"
    return controls.one("Before which step", "changed-version", words)


def _before(step: Step, named: bool) -> str:
    who = f", {step.by}: {step.why}" if named else ""
    return f"step {step.number}, {step.at[:16].replace('T', ' ')}{who}"


def _is_named(dataset: Dataset) -> bool:
    """Whether who made the steps is told: to who may write here, and to members of a database."""
    refused = refusal(dataset)
    return refused is None or refused.is_members


def _show(dataset: Dataset, found: WhatChanged, named: bool) -> None:
    st.html(render("parts.html", "answer", found.headline))
    if found.reach:
        note(found.reach)
    now, then = DatasetHtml(dataset), DatasetHtml(found.then)
    for kind in KINDS:
        if len(lines := found.of(kind)):
            groups = [
                (_title(now, then, p), _lines(found, now, then, of)) for p, of in lines.groupby("proposal", sort=False)
            ]
            st.html(
                render(
                    TEMPLATE,
                    "changes",
                    now,
                    then,
                    TITLES[kind],
                    ABOUT.get(kind, ""),
                    len(lines),
                    groups[:MOST],
                    len(groups) - MOST,
                )
            )
    for title, ids in (("New proposals", found.proposals), ("Proposals taken out", found.gone)):
        if ids:
            st.html(render(TEMPLATE, "named", title, [_title(now, then, i) for i in ids]))
    if found.voices:
        st.html(render(TEMPLATE, "named", "New voices", [now.actor_of_row(i) for i in found.voices]))
    st.html(render(TEMPLATE, "made", found, found.made_by(named=named), named))


def _title(now: DatasetHtml, then: DatasetHtml, proposal: object) -> str:
    """The titles of a proposal: a link to its statements, where it still is there."""
    there = is_there(now.dataset, "proposals", proposal)
    return now.proposal(str(proposal)) if there else then.name("proposals", str(proposal))


def _lines(found: WhatChanged, now: DatasetHtml, then: DatasetHtml, lines: pd.DataFrame) -> list[Record]:
    """Each changed cell with its statements then and now."""
    made: list[Record] = []
    for r in records(lines):
        proposal, actor = str(r["proposal"]), str(r["actor"])
        there = is_there(now.dataset, "proposals", proposal) and is_there(now.dataset, "actors", actor)
        made.append(
            {
                **r,
                "name": now.actor(proposal, actor) if there else then.name("actors", actor),
                "since": [found.statements_now[s] for s in r["statements"]],
                "earlier": [found.statements_then[s] for s in r["replaced"] if s not in r["statements"]],
                "coded": [found.statements_then[s] for s in r["replaced"] if s in r["statements"]],
            }
        )
    return made


def _downloads(dataset: Dataset, found: WhatChanged, named: bool) -> None:
    """The same as text and as a sheet."""

    def text() -> str:
        from matrix.export.what_changed import to_markdown

        return to_markdown(found, named=named)

    def sheet() -> bytes:
        from matrix.export.what_changed import to_workbook_of

        return to_workbook_of(found, named=named)

    files: tuple[tuple[str, str, Callable[[], bytes | str]], ...] = (
        ("Text (.md)", "md", text),
        ("Sheet (.xlsx)", "xlsx", sheet),
    )
    for name, ending, build in files:
        st.download_button(
            name,
            data=while_open(dataset, build),
            file_name=file_name(dataset, found.selection, f"what-changed.{ending}"),
            key=f"changed-{ending}",
            on_click="ignore",
        )
