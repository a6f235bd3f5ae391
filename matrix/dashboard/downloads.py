"""The current selection as a file in every format there is, built only when it is asked for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal
from urllib.parse import urlencode

import streamlit as st

from matrix.dashboard import visit
from matrix.dashboard.datasets import while_open
from matrix.dashboard.html.templates import render
from matrix.dashboard.page_choices import DATA
from matrix.dataset.dataset import Dataset, remembered
from matrix.dataset.problems import DatasetError
from matrix.dataset.selection import Selection
from matrix.export.cell_text import MOST_ROWS
from matrix.export.formats import FORMATS, ON_COUNTS, Format, file_name
from matrix.wording import sentence

Width = int | Literal["stretch"]
FOR_PEOPLE = (".xlsx", ".pdf", ".html", ".md", ".excel.csv", ".statements.csv")  # first on the page Data
PRINTED = (".pdf", ".html", ".md", ".annex.pdf")  # behind Print on every page
AT_HAND = (".xlsx", ".pdf", ".statements.csv", ".csv")  # beside the matrix; the others are on the page Data


def downloads(dataset: Dataset, selection: Selection) -> None:
    """A button that opens the formats most asked for, and leads to the others."""
    with st.popover("Download", icon=":material/download:"):
        about = "What the filters show now. The workbook names the filters and the version."
        st.html(render("parts.html", "hint", about))
        for ending in ON_COUNTS if dataset.on_engine else AT_HAND:
            ending = ".html" if ending == ".pdf" and no_browser() else ending
            _button(dataset, selection, FORMATS[ending], key=f"hand{ending}", width="stretch")
        page = st.Page(_elsewhere, title="Data", url_path=DATA)
        st.page_link(page, label="All formats, and what each holds", icon=":material/arrow_forward:")


def print_menu(dataset: Dataset, selection: Selection) -> None:
    """What can be printed from any page: the page itself, or the brief of what the filters show."""
    with st.container(key="print"), st.popover("Print"):
        st.html(render("page_frame.html", "print_page"))
        if dataset.on_engine:
            st.html(render("parts.html", "hint", _not_of_counts("The brief")))
            return
        st.html(render("parts.html", "hint", "The brief of what the filters show, on two pages:"))
        without = no_browser()
        if without:
            st.html(render("parts.html", "hint", without))
        for ending in PRINTED:
            if not (without and ending.endswith(".pdf")):
                _button(dataset, selection, FORMATS[ending], key=f"print{ending}", width="stretch")


def download_list(dataset: Dataset, selection: Selection) -> None:
    """Every format with what it holds and who opens it."""
    first = [FORMATS[ending] for ending in FOR_PEOPLE if ending in FORMATS]
    rest = [one for one in FORMATS.values() if one not in first]
    with st.container(key="downloads"):
        for one in (*first, None, *rest):
            if one is None:
                st.html(render("data.html", "kind_of_files", "For programs"))
                continue
            why = unavailable(dataset, selection, one.ending)
            with st.container(horizontal=True, vertical_alignment="center", gap="small"):
                _button(dataset, selection, one, key=f"download{one.ending}", width=325, disabled=bool(why))
                st.html(render("data.html", "format", *_about(one, bool(selection.chosen())), why))


def unavailable(dataset: Dataset, selection: Selection, ending: str) -> str:
    """Why there is no file of this ending, '' where there is one: a click would only fail."""
    if dataset.on_engine and ending not in ON_COUNTS:
        limit = f" A sheet holds {MOST_ROWS:,} rows." if ending == ".xlsx" else ""
        return f"{_not_of_counts('It')}{limit}"
    if ending.endswith(".pdf"):
        return no_browser()
    return too_much(dataset, selection) if ending == ".xlsx" else ""


def no_browser() -> str:
    """Why no PDF can be printed on this machine, '' where one can."""
    from matrix.export.brief.pdf import NO_BROWSER, browser

    return "" if browser() else NO_BROWSER


def _not_of_counts(what: str) -> str:
    return (
        f"{what} needs the statements themselves, and an engine only counts them: export the folder that was converted."
    )


@remembered(64)
def too_much(dataset: Dataset, selection: Selection) -> str:
    """Why Excel cannot hold the selection, '' where it can: a click would only fail."""
    from matrix.export.extract import extract
    from matrix.export.workbook.limits import within_limits

    try:
        within_limits(extract(dataset, selection))
    except DatasetError as e:
        more = f" (and {len(e.problems) - 1:,} more places)" if len(e.problems) > 1 else ""
        return f"Excel cannot hold this: {e.problems[0]}{more}"
    return ""


def _about(one: Format, narrowed: bool) -> tuple[str, str]:
    """What a file holds, and who opens it."""
    back = ""
    if one.back:
        fits = one.ending == ".xlsx" or not narrowed
        back = "Can be edited and imported." if fits else "Can be imported only without filters."
    return sentence(one.holds), f"Opens in: {one.opens}. {back}".strip()


def _button(
    dataset: Dataset, selection: Selection, one: Format, *, key: str, width: Width, disabled: bool = False
) -> None:
    st.download_button(
        f"{one.name} ({one.ending})",
        data=while_open(dataset, file(dataset, one.ending, selection, _address(dataset))),
        file_name=file_name(dataset, selection, one.ending),
        mime=one.mime,
        key=key,
        on_click="ignore",
        width=width,
        disabled=disabled,
    )


def _address(dataset: Dataset) -> str:
    """The address of the page as it is, without what opens a cell: the foot of a brief prints it."""
    params = urlencode(visit.parameters(dataset, None), doseq=True)
    return f"{st.context.url}{'?' if params else ''}{params}" if st.context.url else ""


def file(dataset: Dataset, ending: str, selection: Selection, address: str = "") -> Callable[[], bytes]:
    """A function that builds the file; the libraries it needs are loaded only then."""

    def build() -> bytes:
        from matrix.export.formats import made

        return made(dataset, ending, selection, address)

    return build


def _elsewhere() -> None:
    """Takes the place of the page Data in a link to it."""
