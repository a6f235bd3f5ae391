"""What a visitor has chosen, in one object in one slot of the session: every page and widget reads and changes it here.

Three things change it: a widget, a click in the page, or an address that came from outside (a pasted link, Back). Each
widget is bound in one way: before it is drawn its value is set from the visit (`bound`), and when it is used its value
is taken over by a callback. An address is known to come from outside when it differs from the one we wrote last and no
widget was used since: a browser may send an address that is older than the visitor's last click, and that must not undo
the click. Nor does an address that we have replaced since: no step back leads to it, so it was sent before the new one
arrived.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import streamlit as st

from matrix.analysis.evidence import Picked
from matrix.dashboard.address import CELL, NAMES, PageAddress, read, write
from matrix.dashboard.page_choices import DETAILS, PARAMS, STATEMENT, TIME_VIEW, VIEW
from matrix.dataset.dataset import Dataset
from matrix.dataset.selection import SINGLE, Selection

SLOT = "visit"
_STEPS = (CELL, STATEMENT, VIEW, TIME_VIEW, *(param for _, param in DETAILS.values()))
_DEFAULT = Selection()

Params = dict[str, list[str]]


@dataclass(eq=False)
class Visit:
    """One visitor's choices; `filters` as they were typed, `selection` what came of them in this run."""

    filters: dict[str, Any] = field(default_factory=dict)
    selection: Selection = _DEFAULT
    cell: Picked | None = None  # whose evidence is open
    choices: dict[str, tuple[str, ...]] = field(default_factory=dict)  # by the names of `page_choices`
    typed: dict[str, str] = field(default_factory=dict)  # what stands in a box and cannot be used
    page: str | None = None
    complaints: list[str] = field(default_factory=list)  # what the address asked for in vain
    other_version: str = ""  # of the dataset on which the visitor's link was made, where it is not this one
    page_state: dict[str, Any] = field(default_factory=dict)  # what single pages remember, by names of their own
    written: Params | None = None  # the address as we wrote it last
    replaced: list[Params] = field(default_factory=list)  # and those that it took the place of
    looked: dict[str, tuple[str, datetime]] = field(default_factory=dict)  # see last_seen.py
    used: bool = False  # a widget was used: until it is written, the address is older than the page


def current() -> Visit:
    """The visit of this session."""
    if SLOT not in st.session_state:
        st.session_state[SLOT] = Visit()
    found: Visit = st.session_state[SLOT]
    return found


def page_state() -> dict[str, Any]:
    """What single pages remember of this visit."""
    return current().page_state


def bound(key: str, value: Any) -> str:
    """Give a widget the visit's value before it is drawn; its key."""
    st.session_state[key] = value
    return key


def filter_value(name: str) -> Any:
    """What stands in a filter, as it was typed."""
    value = current().filters.get(name, getattr(_DEFAULT, name))
    return value if name in SINGLE else list(value)


def adopt(dataset: Dataset, page: str) -> None:
    """Take over an address that came from outside; to be called once a run, before any widget is drawn."""
    visit = current()
    params = {name: st.query_params.get_all(name) for name in st.query_params}
    ours = (visit.written or {}) == params
    before, visit.page = page if visit.page is None else visit.page, page
    moved = not params and before != page  # a page's plain link drops the parameters: they are put back
    late = params in visit.replaced and before == page
    if visit.used or ours or moved or late:
        return
    address, visit.complaints = read(params, dataset)
    visit.filters = {name: getattr(address.selection, name) for name in NAMES}
    visit.cell = address.cell
    visit.choices, visit.typed = dict(address.choices), {}
    visit.other_version = address.version if address.version != dataset.version else ""
    visit.written, visit.replaced = params, []


def layer_asked() -> str:
    """The layer that the visitor or the address asks for, '' for none; known before the dataset is opened."""
    visit = current()
    params = {name: st.query_params.get_all(name) for name in st.query_params}
    if visit.used or not params or params == visit.written or params in visit.replaced:
        return str(visit.filters.get("layer", ""))
    return (params.get("layer") or [""])[-1]


def publish(dataset: Dataset) -> None:
    """Write what is chosen into the address, where it does not say so already."""
    visit = current()
    params = parameters(dataset, visit.cell)
    if params != {name: st.query_params.get_all(name) for name in st.query_params}:
        st.query_params.from_dict(params)
    written = params if visit.written is None else visit.written
    if params != written:  # steps that Back takes, as page.js has it; all else replaces what stood there
        step = any(params.get(name) != written.get(name) for name in _STEPS)
        visit.replaced = [] if step else [*visit.replaced, written]
    visit.written, visit.used = params, False


def parameters(dataset: Dataset, cell: Picked | None) -> Params:
    """The parameters of the page as it is, with this cell open."""
    visit = current()
    address = PageAddress(visit.selection, cell, dataset.version, visit.choices)
    return write(address, visit.page or "")


def choices(name: str) -> tuple[str, ...]:
    """What is chosen under this name of `page_choices`; the default, or nothing, where nothing is."""
    default = PARAMS[name].default
    return current().choices.get(name, (default,) if default else ())


def choice(name: str) -> str:
    """The one value chosen under this name, '' where there is none."""
    return (choices(name) or ("",))[-1]


def choose(name: str, *values: str) -> None:
    """Choose these values under this name; none goes back to the default."""
    used()
    chosen = {**current().choices, name: tuple(v for v in values if v)}
    current().choices = {n: v for n, v in chosen.items() if v}


def used() -> None:
    """A widget was used: until it is written, the address is older than the page."""
    current().used = True


def clear(*names: str) -> None:
    """Clear the named filters, or all; the layer, which is none, is left only by its name."""
    used()
    for name in names or (n for n in NAMES if n != "layer"):
        current().filters.pop(name, None)
    current().complaints = []


def narrow(name: str, *values: str) -> None:
    """Set a filter to these values."""
    used()
    current().filters[name] = values[0] if name in SINGLE else values


def open_cell(cell: Picked | None) -> None:
    """Open a cell's evidence, or close what is open."""
    choose(STATEMENT)
    current().cell = cell


def read_statement(id_: str) -> None:
    """Open one statement beside the list of them."""
    choose(STATEMENT, id_)
    current().cell = None


def dismiss() -> None:
    """The notices about the address have been read."""
    used()
    current().complaints, current().other_version = [], ""
