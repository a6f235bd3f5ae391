"""The Data page in parts: files out; files, statements and proposed changes in; coders; history; codebook."""

from __future__ import annotations

import streamlit as st

from matrix.dashboard.access import Refusal
from matrix.dashboard.controls import switch
from matrix.dashboard.datasets import changes_by, refusal
from matrix.dashboard.downloads import download_list
from matrix.dashboard.html.templates import render
from matrix.dashboard.page_choices import BRING_IN, CODEBOOK, CODERS, HISTORY, MEMBERS, PROPOSED, TAKE_ALONG
from matrix.dashboard.page_frame import heading, needs_statements, note
from matrix.dashboard.pages.data import editing
from matrix.dashboard.pages.data.coders import coders
from matrix.dashboard.pages.data.glossary import glossary, show_check
from matrix.dashboard.pages.data.history import history
from matrix.dashboard.pages.data.members import has_members, members
from matrix.dashboard.pages.data.proposed import how_many, proposed_here, show_proposed
from matrix.dashboard.pages.data.recoding import recode
from matrix.dashboard.pages.data.statement_form import form
from matrix.dashboard.pages.data.upload import bring_in
from matrix.dataset.dataset import Dataset
from matrix.dataset.schema import MAIN
from matrix.dataset.selection import Selection

ABOUT_PAGE = "Download the data in any format, import edits, see who changed what, and look up what a word means."
ABOUT_ON_ENGINE = "Download what can be written from counts: the matrix, and the network of actors."
WORDS = {
    TAKE_ALONG: "Take along",
    BRING_IN: "Bring in",
    PROPOSED: "Proposed",
    CODERS: "Coders",
    HISTORY: "History",
    CODEBOOK: "Codebook",
    MEMBERS: "Members",
}


def show(dataset: Dataset, selection: Selection) -> None:
    """Draw the page from top to bottom."""
    heading(dataset, selection, "Data", ABOUT_ON_ENGINE if dataset.on_engine else ABOUT_PAGE)
    refused = refusal(dataset)
    how = changes_by(dataset)
    may_edit, only_proposes = how == "writing", how == "proposing"
    codes = may_edit or refused == Refusal.OWN_LAYER
    waiting = proposed_here(dataset) if how else None
    told = may_edit or (refused is not None and refused.is_members)
    shown = ((BRING_IN, may_edit or only_proposes), (PROPOSED, waiting is not None), (CODERS, codes), (HISTORY, told))
    hidden = tuple(p for p, there in shown if not there)
    if dataset.layer != MAIN or not has_members(dataset):
        hidden = (*hidden, MEMBERS)
    if dataset.on_engine:
        hidden = (*hidden, CODEBOOK)
    if dataset.layer != MAIN:  # what all coders share is changed in the dataset itself
        hidden = (*hidden, BRING_IN)
    own = {BRING_IN: "Add a statement"} if only_proposes else {}
    own |= {PROPOSED: how_many(waiting)} if waiting is not None else {}
    parts = {name: words for name, words in (WORDS | own).items() if name not in hidden}
    with st.container(key="body"):
        with st.container(key="page-tools"):
            part = switch("Part of the page", "data", parts)
        if dataset.on_engine:
            note(needs_statements("Editing, importing, coding, history and codebook", "need"))
        elif refused:
            st.html(render("data.html", "read_only", refused))
        if part == TAKE_ALONG:
            _title("Take along", _selected(selection))
            download_list(dataset, selection)
        elif part == CODERS and codes:
            _title(
                "Coders",
                "Each codes in a layer of their own, blind to the others; then two are compared and reconciled.",
            )
            editing.name_field(dataset)
            coders(dataset)
        elif part == BRING_IN and only_proposes:
            _title("Add one statement", "An editor decides whether it comes in. Fields with * are needed.")
            form(dataset)
        elif part == PROPOSED and waiting is not None:
            _title(
                "Proposed",
                "Changes of the dataset that wait for you or another editor. What is accepted is a step of the history."
                if may_edit
                else "What you would change in the dataset. An editor accepts or declines it.",
            )
            show_proposed(dataset, waiting, decides=may_edit)
        elif part == BRING_IN and may_edit:
            _title(
                "Bring in an edited workbook, or data from elsewhere",
                "Edit the tables' sheets in the Excel workbook, save it, and drop it here - or a sheet of your own. "
                "You see every change first.",
            )
            editing.name_field(dataset)
            bring_in(dataset)
            _title("Add one statement", "For a single finding, without a file. Fields with * are needed.")
            form(dataset)
        elif part == HISTORY and told:
            _title(
                "History",
                "Every change, the newest first."
                + (" Any can be taken back as long as no later one rests on it." if may_edit else ""),
            )
            history(dataset)
        elif part == MEMBERS and MEMBERS in parts:
            _title("Members", "Who may open this dataset here, and what each of them may do.")
            members(dataset)
        elif part == CODEBOOK:
            _title("Codebook", "What every word, sign and number here means.")
            glossary(dataset)
            if how and dataset.layer == MAIN:
                _title(
                    "Change the codebook",
                    "Rename, merge, split, move or retire codes. You see what it touches; old links go on opening."
                    + (" An editor decides." if only_proposes else ""),
                )
                editing.name_field(dataset)
                recode(dataset)
            _title("Check", "The rules of the data model, checked on these tables.")
            show_check(dataset)


def _title(title: str, about: str) -> None:
    st.html(render("data.html", "title", title, about))


def _selected(selection: Selection) -> str:
    what = "what the filters show now" if selection.chosen() else "the whole dataset, as no filter is set"
    return f"Each file holds {what}. It is made when you click; its name carries the version."
