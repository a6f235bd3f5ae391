"""The Actor page: who one actor is, what they back on which conditions, who is near, what they said when."""

from __future__ import annotations

import streamlit as st

from matrix.analysis.positions import fold
from matrix.dashboard import choose
from matrix.dashboard.actor_view import ActorView
from matrix.dashboard.desk import beside_evidence, heading
from matrix.dashboard.names import choices
from matrix.dashboard.proposal_page import unused
from matrix.dashboard.said import Said
from matrix.dataset.dataset import Dataset
from matrix.dataset.selection import Selection

ABOUT_PAGE = (
    "One actor: who it is, every position with its conditions, who is near and who is far, and what was said when."
)


def show(dataset: Dataset, selection: Selection) -> None:
    """Draw the page from top to bottom."""
    heading(dataset, selection, "Actor", ABOUT_PAGE)
    offered = choices(dataset, "actor")
    with beside_evidence(fold(dataset, selection)):
        if not offered:
            st.html('<div class="pm-note" role="status"><p>The dataset has no actors yet.</p></div>')
            return
        with st.container(key="page-tools"):
            id_ = choose.one("Actor", "actor-open", offered)
        st.html(unused(selection, "All this actor said is shown"))
        st.html(ActorView(Said(dataset), id_, selection.evidence()).html())
