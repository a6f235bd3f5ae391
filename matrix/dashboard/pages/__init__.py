"""The pages of the dashboard in the order of the navigation; those of one proposal and one actor open by links.

A page gets the dataset and the selection, asks analysis/ for a result and draws it. It may not compute what another
page, a file or the command line would need too, draw a figure itself (charts/ does), hold HTML in Python (templates/
escapes all it is given), write a file, or change the dataset but through data/editing.py: tests/test_architecture.py.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Literal

import streamlit as st

from matrix.dashboard.page_choices import (
    ACTOR,
    COMMON_GROUND,
    DATA,
    OVERLAPS,
    PROPOSAL,
    SIDE,
    SOURCES,
    STATEMENTS,
    TIMELINE,
    WHAT_CHANGED,
)
from matrix.dashboard.page_frame import heading, needs_statements, note
from matrix.dashboard.pages import (
    actor,
    common_ground,
    data,
    matrix,
    overlaps,
    proposal,
    side,
    sources,
    statements,
    timeline,
    what_changed,
)
from matrix.dashboard.pages.data import upload
from matrix.dataset.dataset import Dataset
from matrix.dataset.selection import Selection

Show = Callable[[Dataset, Selection], None]

PAGES: tuple[tuple[Show, str, str], ...] = (
    (matrix.show, "Matrix", "matrix"),
    (common_ground.show, "Common ground", COMMON_GROUND),
    (side.show, "Sides", SIDE),
    (overlaps.show, "Overlaps", OVERLAPS),
    (timeline.show, "Timeline", TIMELINE),
    (statements.show, "Statements", STATEMENTS),
    (sources.show, "Sources", SOURCES),
    (proposal.show, "Proposal", PROPOSAL),
    (actor.show, "Actor", ACTOR),
    (data.show, "Data", DATA),
    (what_changed.show, "What changed", WHAT_CHANGED),
)
BY_CLICK = (PROPOSAL, ACTOR, WHAT_CHANGED)
# Nothing is left of them where an engine has the statements; the history stays with the folder that was converted.
OF_STATEMENTS = (TIMELINE, STATEMENTS, SOURCES, WHAT_CHANGED)


def navigation(dataset: Dataset, draw: Callable[[Show], None]) -> st.Page:
    """Draw the navigation; the page that the address names. Running it has `draw` show that page.

    Of a dataset on an engine the pages of statements are left out; an address that names one is told why.
    """
    pages: list[st.Page] = []
    for show, title, path in PAGES:
        left_out = dataset.on_engine and path in OF_STATEMENTS
        seen: Literal["visible", "hidden"] = "hidden" if left_out or path in BY_CLICK else "visible"
        show = partial(_left_out, title) if left_out else show
        pages.append(st.Page(partial(draw, show), title=title, url_path=path, default=not pages, visibility=seen))
    chosen = st.navigation(pages, position="top")
    if chosen.url_path != DATA:
        upload.forget()
    return chosen


def _left_out(title: str, dataset: Dataset, selection: Selection) -> None:
    heading(dataset, selection, title, "")
    note(needs_statements(f"The page {title}"))
