"""Coalitions as a table: who backs the same proposals, complete, the largest first."""

from __future__ import annotations

from collections import Counter

import streamlit as st

from matrix.analysis.coalitions import Coalition, Coalitions, TooManyCoalitionsError, coalitions
from matrix.analysis.positions import Positions
from matrix.dashboard import controls
from matrix.dashboard.html.dataset_html import DatasetHtml
from matrix.dashboard.html.templates import render
from matrix.dashboard.page_choices import MOST_ASKED
from matrix.dashboard.page_frame import note
from matrix.wording import plural

MOST_GROUPS, MOST_FOUND = 60, 5_000
METHOD = (
    "A coalition: actors who all back the same proposals, so that no actor or proposal could be added "
    "(maximal biclique, or formal concept: Wille 1982). Size: actors × proposals."
)


def show_coalitions(positions: Positions, html: DatasetHtml) -> None:
    """Choose the smallest size, compute, list."""
    with st.container(key="page-choices", horizontal=True, vertical_alignment="bottom"):
        actors = controls.size("Actors, at least", "min-actors", 1, MOST_ASKED)
        proposals = controls.size("Proposals, at least", "min-proposals", 1, MOST_ASKED)
        strict = controls.yes("Full support only", "strict", help="Backing on a condition does not count.")
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
    shown = found.groups[:MOST_GROUPS]
    side_of = dict(zip(*(positions.dataset.frames["actors"][c].astype(str) for c in ("id", "side")), strict=True))
    counted = [(group, list(Counter(side_of[a] for a in group.actors).items())) for group in shown]
    st.html(render("overlaps.html", "coalitions", html, *_words(found, counted), METHOD, counted))


def _words(found: Coalitions, counted: list[tuple[Coalition, list[tuple[str, int]]]]) -> tuple[str, str]:
    """How many there are and how many reach over sides, which is what one looks for."""
    across = sum(len([s for s, _ in sides if s]) > 1 for _, sides in counted)
    more = f"; the largest {MOST_GROUPS} are shown" if found.n > MOST_GROUPS else ""
    of_these = "of these " if more else ""
    join = "joins" if across == 1 else "join"
    title = f"{plural(found.n, 'coalition')}{more}: {across or 'none'} {of_these}{join} actors of more than one side"
    complete = "All of them are counted, and each is named once" if more else "The list is complete and names each once"
    return title, f"Actors who all back the same proposals. {complete}, the largest first."
