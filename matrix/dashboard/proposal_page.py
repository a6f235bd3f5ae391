"""The Proposal page: everything about one proposal - what it is, where it stands, who says what, and who is silent."""

from __future__ import annotations

import streamlit as st

from matrix.analysis.positions import fold
from matrix.dashboard import choose
from matrix.dashboard.desk import beside_evidence, heading
from matrix.dashboard.names import FILTERS, choices
from matrix.dashboard.proposal_view import ProposalView
from matrix.dashboard.said import Said
from matrix.dashboard.text import esc, listed
from matrix.dataset.dataset import Dataset
from matrix.dataset.selection import VIEW, Selection

ABOUT_PAGE = (
    "One proposal: what it is, how far the sides meet on it, every voice with its conditions, and who is silent."
)


def show(dataset: Dataset, selection: Selection) -> None:
    """Draw the page from top to bottom."""
    heading(dataset, selection, "Proposal", ABOUT_PAGE)
    offered = choices(dataset, "proposal")
    with beside_evidence(fold(dataset, selection)):
        if not offered:
            st.html('<div class="pm-note" role="status"><p>The dataset has no proposals yet.</p></div>')
            return
        with st.container(key="page-tools"):
            id_ = choose.one("Proposal", "proposal-open", offered)
        st.html(unused(selection, "All voices on it are shown"))
        st.html(ProposalView(Said(dataset), id_, selection.evidence()).html())


def unused(selection: Selection, instead: str) -> str:
    """Which set filters have no say on a page about one row or column of the matrix."""
    named = [FILTERS[f] for f in VIEW if getattr(selection, f)]
    if not named:
        return "<span></span>"
    verb = "does" if len(named) == 1 else "do"
    return f'<p class="pm-quiet">{esc(f"{instead}: {listed(named)} {verb} not apply here. Evidence filters do.")}</p>'
