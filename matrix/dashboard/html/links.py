"""Names in a page's text that open their evidence: plain links, answered without loading the page anew."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode

import streamlit as st
from markupsafe import Markup

from matrix.analysis.evidence import Picked
from matrix.dashboard import visit
from matrix.dashboard.address import CELL, NAMES, VERSION, cell_of, cell_text
from matrix.dashboard.assets import HERE, component
from matrix.dashboard.datasets import changes_by
from matrix.dashboard.html.templates import render
from matrix.dashboard.page_choices import DATASET, DETAILS, EVENT, ID_SEPARATOR, SOURCES, STATEMENT
from matrix.dataset.dataset import Dataset, is_there

EDITING = "edit"  # in the state of the page: the statement whose form is open
_KEY, _GO, _ASKED = "opener", "go", "edit asked"


@dataclass(frozen=True, eq=False)
class Links:
    """Makes links on the page as it is now; around text, or around HTML of a template."""

    dataset: Dataset

    def to(self, picked: Picked, inner: str, label: str = "") -> Markup:
        """A link that opens a cell, a row or a column on this page."""
        cell = cell_text(picked)
        return render("parts.html", "cell_link", f"?{self._page}&{CELL}={quote(cell, safe='~')}", cell, inner, label)

    def reading(self, statement: str, inner: str) -> Markup:
        """A link that opens one statement beside the list of them."""
        address = (
            f"?{urlencode([*((k, v) for k, v in parse_qsl(self._page) if k != STATEMENT), (STATEMENT, statement)])}"
        )
        return render("parts.html", "statement_link", address, statement, inner)

    def detail(self, table: str, id_: str, inner: str, label: str = "") -> Markup:
        """A link to the page of a proposal or an actor; the filters go along."""
        page, param = DETAILS[table]
        address = f"{page}?{urlencode([*self._filters, (param, id_)])}"
        return render("parts.html", "row_link", address, f"{page}{ID_SEPARATOR}{id_}", inner, label)

    def page(self, path: str, inner: str, label: str = "", **choices: str) -> Markup:
        """A link to another page, with these choices made there; the filters go along."""
        address = f"{path}?{urlencode([*self._filters, *choices.items()])}"
        return render("parts.html", "page_link", address, inner, label)

    def in_source(self, source: str, statement: str) -> Markup:
        """A line with a link to a statement's place in its source."""
        label = f"In its source: statement {statement}"
        return render("parts.html", "quiet", self.page(SOURCES, "In its source", label, reading=source, at=statement))

    def choosing(self, name: str, value: str, inner: str) -> Markup:
        """A link to the page as it is, with this choice made."""
        params = [(k, v) for k, v in parse_qsl(self._page) if k != name]
        return render("parts.html", "page_link", f"?{urlencode([*params, (name, value)])}", inner)

    def event(self, id_: str, inner: str, label: str = "") -> Markup:
        """A link that opens an event's card beside the page."""
        params = [(k, v) for k, v in parse_qsl(self._page) if k != EVENT]
        return render("parts.html", "event_link", f"?{urlencode([*params, (EVENT, id_)])}", id_, inner, label)

    @cached_property
    def _page(self) -> str:
        params = {k: v for k, v in visit.parameters(self.dataset, Picked("-")).items() if k != CELL}
        return urlencode(params, doseq=True)

    @cached_property
    def _filters(self) -> list[tuple[str, str]]:
        carried = (*NAMES.values(), VERSION, DATASET)
        return [(k, v) for k, v in parse_qsl(self._page) if k in carried]


def listen(dataset: Dataset) -> None:
    """Open what is clicked; to be called where the evidence is drawn, so that only that part runs again."""

    def clicked() -> None:
        answer: Any = st.session_state.get(_KEY) or {}
        cell, _ = cell_of(str(answer.get("cell") or ""), dataset)
        if cell:  # a browser may send anything: only ids of the dataset open something
            visit.open_cell(cell)

    def picked() -> None:
        answer: Any = st.session_state.get(_KEY) or {}
        id_ = str(answer.get("statement") or "")
        if is_there(dataset, "statements", id_):
            visit.read_statement(id_)

    def happened() -> None:
        answer: Any = st.session_state.get(_KEY) or {}
        id_ = str(answer.get("event") or "")
        if is_there(dataset, "events", id_):
            visit.open_cell(None)
            visit.choose(EVENT, id_)

    def edited() -> None:
        answer: Any = st.session_state.get(_KEY) or {}
        id_ = str(answer.get(EDITING) or "")
        if changes_by(dataset) and is_there(dataset, "statements", id_):
            visit.page_state()[_ASKED] = id_

    def left() -> None:
        answer: Any = st.session_state.get(_KEY) or {}
        page, _, id_ = str(answer.get("page") or "").partition(ID_SEPARATOR)
        for table, (path, param) in DETAILS.items():
            if path == page and is_there(dataset, table, id_):
                visit.choose(param, id_)
                visit.open_cell(None)  # the page says it all
                visit.page_state()[_GO] = path

    cell = visit.current().cell
    with st.container(key="opener-place"):
        component("opener", HERE / "links.js")(
            key=_KEY,
            data={
                "open": cell_text(cell) if cell else "",
                STATEMENT: "" if cell else visit.choice(STATEMENT),
                EVENT: "" if cell else visit.choice(EVENT),
            },
            on_cell_change=clicked,
            on_statement_change=picked,
            on_event_change=happened,
            on_page_change=left,
            on_edit_change=edited,
        )
    leave()
    if asked := visit.page_state().pop(_ASKED, ""):  # the form is drawn over the whole page
        visit.page_state()[EDITING] = asked
        st.rerun(scope="app")


def leave() -> None:
    """Go to the page that a click chose; to be called where `listen` is not, while no evidence is open."""
    if path := visit.page_state().pop(_GO, ""):
        st.switch_page(st.Page(lambda: None, title=path, url_path=path))  # found by its path: app.py holds the page
