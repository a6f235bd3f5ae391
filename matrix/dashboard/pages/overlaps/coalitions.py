"""Coalitions as a table: who backs the same proposals, complete, the largest first."""

from __future__ import annotations

import streamlit as st

from matrix.analysis.coalitions import TooManyCoalitionsError, coalitions
from matrix.analysis.positions import Positions
from matrix.dashboard import controls
from matrix.dashboard.html.dataset_html import DatasetHtml
from matrix.dashboard.html.templates import render
from matrix.dashboard.page_choices import MOST_ASKED
from matrix.dashboard.page_frame import note
from matrix.wording import plural

MOST_GROUPS, MOST_FOUND = 60, 5_000


def show_coalitions(positions: Positions, html: DatasetHtml) -> None:
    """Choose the smallest size, compute, list."""
    with st.container(key="page-choices", horizontal=True, vertical_alignment="bottom"):
        actors = controls.size("Actors, at least", "min-actors", 1, MOST_ASKED)
        proposals = controls.size("Proposals, at least", "min-proposals", 1, MOST_ASKED)
        strict = controls.yes("Full support only", "strict", help="Backing on a condition does not count.")
    about = (
        "A coalition: actors who all back the same proposals, so that no actor or proposal could be added "
        "(maximal biclique, or formal concept: Wille 1982). The list is complete and names each once."
    )
    st.html(render("parts.html", "quiet", about))
    try:
        found = coalitions(
            positions.dataset,
            positions.selection,
            min_actors=actors,
            min_proposals=proposals,
            strict=strict,
            limit=MOST_FOUND,
        )
    except TooManyCoalitionsError as e:
        note(str(e))
        return
    if found.sentence:
        note("no coalition of this size: lower a minimum, or clear a filter")
        return
    more = f", the largest {MOST_GROUPS} shown" if found.n > MOST_GROUPS else ""
    title = f"{plural(found.n, 'coalition')}{more}"
    st.html(render("overlaps.html", "coalitions", html, title, found.groups[:MOST_GROUPS]))
