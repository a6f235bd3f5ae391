"""What a visitor has chosen: widgets, address and open cell kept in step; pages of one visit share it.

Three things can change it: a widget, a click in the page, or an address that came from outside (a pasted link, Back).
An address is known to come from outside when it differs from the one we wrote last and no widget was touched since: a
browser may send an address that is older than the visitor's last click, and that must not undo the click. Nor does an
address that we have replaced since: no step back leads to it, so it was sent before the new one arrived.
"""

from __future__ import annotations

from typing import Any

import streamlit as st

from matrix.analysis.picked import Picked
from matrix.analysis.row_order import ORDERS
from matrix.dashboard.address import CELL, NAMES, Address, read, write
from matrix.dashboard.params import DETAILS, PARAMS
from matrix.dataset.dataset import Dataset
from matrix.dataset.selection import EVIDENCE, SINGLE, Selection

SORT, TABLE = "matrix-sort", "matrix-table"  # keys of the page's own widgets
_CELL, _WRITTEN, _REPLACED, _TOUCHED, _SEEN, _COMPLAINTS, _NOTE, _PAGE, _CHOICES = (
    f"visit.{n}"
    for n in ("cell", "written", "replaced", "touched", "selection", "complaints", "version", "page", "choices")
)
_STEPS = (CELL, *(param for _, param in DETAILS.values()))
MORE = ("proposal", "kind", "authority")
MORE_OPEN, EVIDENCE_OPEN = "more-open", "evidence-open"  # keys of the sidebar's sections


def key(name: str) -> str:
    """The key of a filter's widget."""
    return f"filter-{NAMES[name]}"


def adopt(dataset: Dataset, page: str) -> None:
    """Take over an address that came from outside; to be called once a run, before any widget is drawn."""
    state = st.session_state
    params = {name: st.query_params.get_all(name) for name in st.query_params}
    ours = state.get(_WRITTEN, {}) == params
    moved = not params and state.get(_PAGE, page) != page  # a page's plain link drops the parameters: they are put back
    late = params in state.get(_REPLACED, []) and state.get(_PAGE, page) == page
    state[_PAGE] = page
    for widget in (SORT, TABLE):  # Streamlit forgets what is not drawn: on another page they are kept by hand
        if widget in state:
            state[widget] = state[widget]
    if state.get(_TOUCHED) or ours or moved or late:
        return
    address, state[_COMPLAINTS] = read(params, dataset)
    for name in NAMES:
        value = getattr(address.selection, name)
        state[key(name)] = value if name in SINGLE else list(value)
    state[SORT], state[TABLE] = address.sort, address.table
    state[_CELL], state[_CHOICES] = address.cell, dict(address.choices)
    state[_NOTE] = address.version if address.version != dataset.version else ""
    chosen = address.selection.chosen()
    state[MORE_OPEN] = any(n in chosen for n in MORE)
    state[EVIDENCE_OPEN] = any(n in chosen for n in (*EVIDENCE, "rule"))
    state[_WRITTEN], state[_REPLACED] = params, []


def settle(selection: Selection) -> None:
    """Keep the selection that the widgets gave, for the address and for what is drawn later in the run."""
    st.session_state[_SEEN] = selection


def publish(dataset: Dataset) -> None:
    """Write what is chosen into the address, where it does not say so already."""
    state = st.session_state
    params = parameters(dataset, state.get(_CELL))
    if params != {name: st.query_params.get_all(name) for name in st.query_params}:
        st.query_params.from_dict(params)
    written = state.get(_WRITTEN, params)
    if params != written:  # steps that Back takes, as page.js has it; all else replaces what stood there
        step = any(params.get(name) != written.get(name) for name in _STEPS)
        state[_REPLACED] = [] if step else [*state.get(_REPLACED, []), written]
    state[_WRITTEN], state[_TOUCHED] = params, False


def parameters(dataset: Dataset, cell: Picked | None) -> dict[str, list[str]]:
    """The parameters of the page as it is, with this cell open."""
    state = st.session_state
    address = Address(
        state.get(_SEEN, Selection()),
        cell,
        state.get(SORT) or ORDERS[0],
        bool(state.get(TABLE)),
        dataset.version,
        state.get(_CHOICES, {}),
    )
    return write(address, state.get(_PAGE, ""))


def choices(name: str) -> tuple[str, ...]:
    """What is chosen under this name of `params`; the default, or nothing, where nothing is."""
    default = PARAMS[name].default
    found: tuple[str, ...] = st.session_state.get(_CHOICES, {}).get(name, (default,) if default else ())
    return found


def choice(name: str) -> str:
    """The one value chosen under this name, '' where there is none."""
    return (choices(name) or ("",))[-1]


def choose(name: str, *values: str) -> None:
    """Choose these values under this name; none goes back to the default."""
    touched()
    chosen = dict(st.session_state.get(_CHOICES, {}))
    chosen[name] = tuple(v for v in values if v)
    st.session_state[_CHOICES] = {n: v for n, v in chosen.items() if v}


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


def narrow(name: str, *values: str) -> None:
    """Set a filter to these values."""
    touched()
    st.session_state[key(name)] = values[0] if name in SINGLE else list(values)


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
