"""Names in a page's text that open their evidence: plain links, answered without loading the page anew."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, quote, urlencode

import streamlit as st

from matrix.dashboard import state
from matrix.dashboard.address import CELL, NAMES, VERSION, cell_of, cell_text
from matrix.dashboard.assets import HERE, script
from matrix.dashboard.grid import Picked
from matrix.dashboard.params import BETWEEN, DATASET, DETAILS, SOURCES
from matrix.dashboard.text import esc
from matrix.dataset.dataset import Dataset

if TYPE_CHECKING:
    from streamlit.components.v2.types import ComponentRenderer

_KEY, _GO = "opener", "visit.go"


@dataclass(frozen=True, eq=False)
class Links:
    """Makes links that open a cell, row or column on the page as it is now."""

    dataset: Dataset

    @cached_property
    def _page(self) -> str:
        params = {k: v for k, v in state.parameters(self.dataset, Picked("-")).items() if k != CELL}
        return urlencode(params, doseq=True)

    def to(self, picked: Picked, inner: str, name: str = "") -> str:
        """A link around HTML of ours."""
        cell = cell_text(picked)
        address = f"?{self._page}&{CELL}={quote(cell, safe='~')}"
        label = f' aria-label="{esc(name)}"' if name else ""
        return f'<a class="pm-open" href="{esc(address)}" data-cell="{esc(cell)}"{label}>{inner}</a>'

    def detail(self, table: str, id_: str, inner: str, name: str = "") -> str:
        """A link around HTML of ours to the page of a proposal or an actor; the filters go along."""
        page, param = DETAILS[table]
        address = urlencode([*self._filters, (param, id_)])
        label = f' aria-label="{esc(name)}"' if name else ""
        target = esc(f"{page}{BETWEEN}{id_}")
        return f'<a class="pm-open" href="{page}?{esc(address)}" target="_self" data-page="{target}"{label}>{inner}</a>'

    def page(self, path: str, inner: str, name: str = "", **choices: str) -> str:
        """A link around HTML of ours to another page, with these choices made there; the filters go along."""
        label = f' aria-label="{esc(name)}"' if name else ""
        address = urlencode([*self._filters, *choices.items()])
        return f'<a href="{path}?{esc(address)}" target="_self"{label}>{inner}</a>'

    def in_source(self, source: str, statement: str) -> str:
        """A link to where a statement stands in its source."""
        name = f"In its source: statement {statement}"
        return f'<p class="pm-quiet">{self.page(SOURCES, "In its source", name, reading=source, at=statement)}</p>'

    @cached_property
    def _filters(self) -> list[tuple[str, str]]:
        carried = (*NAMES.values(), VERSION, DATASET)
        return [(k, v) for k, v in parse_qsl(self._page) if k in carried]

    def choosing(self, name: str, value: str, inner: str) -> str:
        """A link around HTML of ours to the page as it is, with this choice made."""
        params = [(k, v) for k, v in parse_qsl(self._page) if k != name]
        return f'<a href="?{esc(urlencode([*params, (name, value)]))}" target="_self">{inner}</a>'


def listen(dataset: Dataset) -> None:
    """Open what is clicked; to be called where the evidence is drawn, so that only that part runs again."""

    def clicked() -> None:
        answer: Any = st.session_state.get(_KEY) or {}
        cell, _ = cell_of(str(answer.get("cell") or ""), dataset)
        if cell:  # what a browser sends is not to be trusted: only ids of the dataset open anything
            state.open_cell(cell)

    def left() -> None:
        answer: Any = st.session_state.get(_KEY) or {}
        page, _, id_ = str(answer.get("page") or "").partition(BETWEEN)
        for table, (path, param) in DETAILS.items():
            if path == page and id_ in set(dataset.frames[table]["id"]):
                state.choose(param, id_)
                state.open_cell(None)  # the page says it all
                st.session_state[_GO] = path

    opened = state.cell()
    with st.container(key="opener-place"):
        _component()(
            key=_KEY,
            data={"open": cell_text(opened) if opened else ""},
            on_cell_change=clicked,
            on_page_change=left,
        )
    leave()


def leave() -> None:
    """Go to the page that a click asked for; for who does not listen while no evidence is open."""
    if path := st.session_state.pop(_GO, ""):
        st.switch_page(st.Page(lambda: None, title=path, url_path=path))  # told by its path: app.py holds the page


@cache
def _component() -> ComponentRenderer:
    return st.components.v2.component("policy_matrix_opener", js=script(HERE / "links.js"))
