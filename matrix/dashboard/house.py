"""The pages of the house, in the order of the navigation on top; two more are reached by a click or a link."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Literal

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from matrix.dashboard import (
    actor_page,
    common_ground_page,
    data_page,
    data_upload,
    matrix_page,
    overlaps_page,
    proposal_page,
    side_page,
    sources_page,
    statements_page,
    timeline_page,
)
from matrix.dashboard.params import ACTOR, COMMON_GROUND, DATA, OVERLAPS, PROPOSAL, SIDE, SOURCES, STATEMENTS, TIMELINE
from matrix.dataset.dataset import Dataset
from matrix.dataset.selection import Selection

Show = Callable[[Dataset, Selection], None]

PAGES: tuple[tuple[Show, str, str], ...] = (
    (matrix_page.show, "Matrix", "matrix"),
    (common_ground_page.show, "Common ground", COMMON_GROUND),
    (side_page.show, "Side", SIDE),
    (overlaps_page.show, "Overlaps", OVERLAPS),
    (timeline_page.show, "Timeline", TIMELINE),
    (statements_page.show, "Statements", STATEMENTS),
    (sources_page.show, "Sources", SOURCES),
    (proposal_page.show, "Proposal", PROPOSAL),
    (actor_page.show, "Actor", ACTOR),
    (data_page.show, "Data", DATA),
)
BY_CLICK = (PROPOSAL, ACTOR)


def navigation(draw: Callable[[Show], None]) -> StreamlitPage:
    """Draw the navigation; the page that the address names. Running it has `draw` show that page."""
    pages: list[StreamlitPage] = []
    for show, title, path in PAGES:
        seen: Literal["visible", "hidden"] = "hidden" if path in BY_CLICK else "visible"
        pages.append(st.Page(partial(draw, show), title=title, url_path=path, default=not pages, visibility=seen))
    chosen = st.navigation(pages, position="top")
    if chosen.url_path != DATA:
        data_upload.forget()
    return chosen
