"""What a visitor has chosen: widgets, address and open cell kept in step; pages of one visit share it.

Three things can change it: a widget, a click in the page, or an address that came from outside (a pasted link, Back).
An address is known to come from outside when it differs from the one we wrote last and no widget was touched since: a
browser may send an address that is older than the visitor's last click, and that must not undo the click.
"""

from __future__ import annotations

from typing import Any

import streamlit as st

from matrix.dashboard.address import NAMES, Address, read, write
from matrix.dashboard.grid import Picked
from matrix.dashboard.order import ORDERS
from matrix.dataset.dataset import Dataset
from matrix.dataset.selection import EVIDENCE, SINGLE, Selection

SORT, TABLE = "matrix-sort", "matrix-table"  # keys of the page's own widgets
_CELL, _WRITTEN, _TOUCHED, _SEEN, _COMPLAINTS, _NOTE, _PAGE = (
    f"visit.{n}" for n in ("cell", "written", "touched", "selection", "complaints", "version", "page")
)
MORE = ("proposal", "kind", "authority")


def key(name: str) -> str:
    """The key of a filter's widget."""
    return f"filter-{NAMES[name]}"


def adopt(dataset: Dataset, page: str) -> None:
    """Take over an address that came from outside; to be called once a run, before any widget is drawn."""
    state = st.session_state
    params = {name: st.query_params.get_all(name) for name in st.query_params}
    ours = state.get(_WRITTEN, {}) == params
    moved = not params and state.get(_PAGE, page) != page  # a page's plain link drops the parameters: they are put back
    state[_PAGE] = page
    if state.get(_TOUCHED) or ours or moved:
        return
    address, state[_COMPLAINTS] = read(params, dataset)
    for name in NAMES:
        value = getattr(address.selection, name)
        state[key(name)] = value if name in SINGLE else list(value)
    state[SORT], state[TABLE] = address.sort, address.table
    state[_CELL] = address.cell
    state[_NOTE] = address.version if address.version != dataset.version else ""
    chosen = address.selection.chosen()
    state["more.open"] = any(n in chosen for n in MORE)
    state["evidence.open"] = any(n in chosen for n in (*EVIDENCE, "rule"))
    state[_WRITTEN] = params


def settle(selection: Selection) -> None:
    """Keep the selection that the widgets gave, for the address and for what is drawn later in the run."""
    st.session_state[_SEEN] = selection


def publish(dataset: Dataset) -> None:
    """Write what is chosen into the address, where it does not say so already."""
    state = st.session_state
    address = Address(
        state.get(_SEEN, Selection()),
        state.get(_CELL),
        state.get(SORT) or ORDERS[0],
        bool(state.get(TABLE)),
        dataset.version,
    )
    params = write(address)
    if params != {name: st.query_params.get_all(name) for name in st.query_params}:
        st.query_params.from_dict(params)
    state[_WRITTEN], state[_TOUCHED] = params, False


def touched() -> None:
    """A widget was used: until it is written, the address is older than the page."""
    st.session_state[_TOUCHED] = True


def clear(*names: str) -> None:
    """Clear the named filters, or all."""
    touched()
    default = Selection()
    for name in names or NAMES:
        value: Any = getattr(default, name)
        st.session_state[key(name)] = value if name in SINGLE else []
    st.session_state[_COMPLAINTS] = []


def open_cell(cell: Picked | None) -> None:
    """Open a cell's evidence, or close it."""
    touched()
    st.session_state[_CELL] = cell


def cell() -> Picked | None:
    """The open cell."""
    found: Picked | None = st.session_state.get(_CELL)
    return found


def complaints() -> list[str]:
    """What the address asked for in vain."""
    found: list[str] = st.session_state.get(_COMPLAINTS, [])
    return found


def other_version() -> str:
    """The version of the dataset on which the visitor's link was made, where it is not this one."""
    return str(st.session_state.get(_NOTE, ""))


def dismiss() -> None:
    """The notices about the address have been read."""
    touched()
    st.session_state[_COMPLAINTS], st.session_state[_NOTE] = [], ""
