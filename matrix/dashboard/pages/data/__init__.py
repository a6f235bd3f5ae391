"""The Data page: files out, edited files back, what was changed and by whom, one statement by form, the codebook."""

from __future__ import annotations

import streamlit as st
from markupsafe import Markup

from matrix.dashboard.datasets import refusal
from matrix.dashboard.downloads import download_list
from matrix.dashboard.html.templates import render
from matrix.dashboard.page_frame import heading
from matrix.dashboard.pages.data import editing
from matrix.dashboard.pages.data.codebook import codebook, show_check
from matrix.dashboard.pages.data.history import history
from matrix.dashboard.pages.data.statement_form import form
from matrix.dashboard.pages.data.upload import bring_in
from matrix.dataset.dataset import Dataset
from matrix.dataset.selection import Selection

ABOUT_PAGE = "Download the data in any format, import edits, see who changed what, and look up what a word means."
SECTIONS = {
    "download": "Download",
    "back": "Bring in an edited workbook, or data from elsewhere",
    "history": "History",
    "add": "Add one statement",
    "codebook": "Codebook",
    "check": "Check",
}
_EDITING = ("back", "add")


def show(dataset: Dataset, selection: Selection) -> None:
    """Draw the page from top to bottom."""
    heading(dataset, selection, "Data", ABOUT_PAGE)
    refused = refusal()
    editable = not refused and dataset.folder is not None
    with st.container(key="body"):
        st.html(_contents(editable))
        _title("download", _selected(selection))
        download_list(dataset, selection)
        if editable:
            _title(
                "back",
                "Edit the tables' sheets in the Excel workbook, save it, and drop it here - or a sheet of your own. "
                "You see every change first.",
            )
            editing.name_field()
            bring_in(dataset)
        elif refused:
            st.html(render("data.html", "read_only", refused))
        if editable:
            _title("history", "Every change that was applied, the newest first. The last one can be taken back.")
            history(dataset)
            _title("add", "For a single finding, without a file. Fields with * are needed.")
            form(dataset)
        _title("codebook", "What every word, sign and number here means.")
        codebook(dataset)
        _title("check", "The rules of the data model, checked on these tables.")
        show_check(dataset)


def _contents(editable: bool) -> Markup:
    hidden = () if editable else (*_EDITING, "history")
    return render("data.html", "contents", [part for part in SECTIONS.items() if part[0] not in hidden])


def _title(part: str, about: str) -> None:
    st.html(render("data.html", "title", part, SECTIONS[part], about))


def _selected(selection: Selection) -> str:
    what = "what the filters show now" if selection.chosen() else "the whole dataset, as no filter is set"
    return f"Each file holds {what}. It is made when you click; its name carries the version."
