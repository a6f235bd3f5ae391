"""The Data page: files out, edited files back, what was changed and by whom, one statement by form, the codebook."""

from __future__ import annotations

import streamlit as st

from matrix.dashboard.access import Refusal
from matrix.dashboard.datasets import refusal
from matrix.dashboard.downloads import download_list
from matrix.dashboard.html.text import esc
from matrix.dashboard.layout import heading
from matrix.dashboard.pages.data import editing
from matrix.dashboard.pages.data.codebook import checked, codebook
from matrix.dashboard.pages.data.history import history
from matrix.dashboard.pages.data.statement_form import form
from matrix.dashboard.pages.data.upload import bring_back
from matrix.dataset.dataset import Dataset
from matrix.dataset.selection import Selection

ABOUT_PAGE = "Take the data along in any format, bring edits back, see who changed what, and look up what a word means."
_SERVE = "To edit, run <code>policy-matrix serve FOLDER</code> on your own machine"
READ_ONLY = {
    Refusal.NOT_SERVED: f"with <code>streamlit run</code> nobody can be told from anybody else. {_SERVE}.",
    Refusal.READ_ONLY: f"this server is read-only. {_SERVE}, without <code>--read-only</code>.",
    Refusal.REACHABLE: f"other machines can reach this server, and so it is read-only for everyone. {_SERVE}.",
    Refusal.NAMED: "under this name the page is read-only for everyone. To edit, open it on the machine that it "
    "runs on, at the address that <code>policy-matrix serve</code> has printed there.",
    Refusal.NO_TOKEN: "your browser has not shown the token. To edit, open the address that "
    "<code>policy-matrix serve</code> has printed in its terminal: it holds the token of this start, and your browser "
    "keeps it.",
}
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
            bring_back(dataset)
        elif refused:
            words = f"Editing is off: {READ_ONLY[refused]}"
            st.html(f'<div class="pm-note" role="status" id="data-read-only"><p>{words}</p></div>')
        if editable:
            _title("history", "Every change that was applied, the newest first. The last one can be taken back.")
            history(dataset)
            _title("add", "For a single finding, without a file. Fields with * are needed.")
            form(dataset)
        _title("codebook", "What every word, sign and number here means.")
        codebook(dataset)
        _title("check", "The rules of the data model, held against these tables.")
        checked(dataset)


def _contents(editable: bool) -> str:
    links = " · ".join(
        f'<a href="#data-{part}" target="_self">{esc(title)}</a>'
        for part, title in SECTIONS.items()
        if editable or part not in (*_EDITING, "history")
    )
    return f'<nav class="pm-contents" aria-label="On this page"><p>{links}</p></nav>'


def _title(part: str, about: str) -> None:
    st.html(f'<h2 id="data-{part}">{esc(SECTIONS[part])}</h2><p class="pm-quiet">{esc(about)}</p>')


def _selected(selection: Selection) -> str:
    what = "what the filters show now" if selection.chosen() else "the whole dataset, for no filter is set"
    return f"Each file holds {what}. It is made when you click; its name carries the version."
