"""What the pages of one proposal and of one actor have in common: the choice of which one, and the frame around it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from matrix.analysis.positions import fold
from matrix.dashboard import controls
from matrix.dashboard.filter_words import choices
from matrix.dashboard.html.dataset_html import DatasetHtml
from matrix.dashboard.html.templates import render
from matrix.dashboard.page_frame import (
    beside_evidence,
    filters_without_effect,
    heading,
    needs_statements,
    note,
)
from matrix.dataset.dataset import Dataset
from matrix.dataset.selection import VIEW, Selection
from matrix.wording import sentence


@dataclass(frozen=True, eq=False)
class EntityView:
    """What the page shows, as its template asks for it; `evidence`: the selection without filters that do not apply."""

    html: DatasetHtml
    id: str
    evidence: Selection

    @property
    def not_here(self) -> str:
        """Why what was stated, and when, is not on the page, '' where it is."""
        if not self.html.dataset.on_engine:
            return ""
        return sentence(needs_statements("What was stated, and when,")) + " A position opens its own statements."


def show_one(
    dataset: Dataset,
    selection: Selection,
    view: type[EntityView],
    *,
    kind: str,
    about: str,
    shown: str,
    unused: Sequence[str] = VIEW,
) -> None:
    """Draw the page of one `kind` (proposal, actor) from top to bottom.

    `shown` says what no filter hides here, `unused` names the filters that do not apply.
    """
    heading(dataset, selection, kind.capitalize(), about)
    offered = choices(dataset, kind)
    with beside_evidence(fold(dataset, selection)):
        if not offered:
            note(f"The dataset has no {kind}s yet.")
            return
        html = DatasetHtml(dataset)
        with st.container(key="page-tools", horizontal=True, vertical_alignment="center"):
            st.html(render("parts.html", "tool", html.links.page("./", "Back to the matrix")))
            id_ = controls.one(
                kind.capitalize(), f"{kind}-open", offered, default="".join(getattr(selection, kind)[:1]), width=520
            )
        own = kind if getattr(selection, kind) == (id_,) else ""  # the address that opened the page by its name
        filters_without_effect(selection, shown, [name for name in unused if name != own])
        st.html(render(f"{kind}.html", "page", html, view(html, id_, selection.without(*unused))))
