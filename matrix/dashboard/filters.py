"""The sidebar: every filter of a Selection, the same on all pages."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

import streamlit as st

from matrix.dashboard import state
from matrix.dashboard.address import LONGEST
from matrix.dashboard.html.templates import render
from matrix.dashboard.names import FILTERS, RULES, choices
from matrix.dataset.dataset import Dataset
from matrix.dataset.dates import date_problem
from matrix.dataset.selection import CAUTIOUS, EVIDENCE, SINGLE, Selection
from matrix.wording import sentence

COMMON = ("risk_area", "side", "actor", "theme", "stance")
_HELP = {
    "risk_area": "An area means itself and all areas below it.",
    "stance": "Hides the cells of other stances, and rows and columns left without any.",
    "actor": "Type a name, in Latin or in native script.",
    "search": "Keeps proposals and actors whose own text, or one of whose statements, holds these words.",
    "as_of": "2026, 2026-05 or 2026-05-14. A year or month means its last day.",
}


def sidebar(dataset: Dataset) -> Selection:
    """Draw the filters and return what is chosen."""
    values: dict[str, Any] = {}
    with st.sidebar:
        st.html(render("layout.html", "sidebar_title", "Filters"))
        for name in COMMON:
            values[name] = _several(dataset, name)
        values["search"] = _text("search", "Words in names, titles, quotes …", LONGEST)
        values |= _section(dataset, "More filters", state.MORE_OPEN, state.MORE, _more)
        values |= _section(dataset, "Evidence", state.EVIDENCE_OPEN, (*EVIDENCE, "rule"), _evidence)
    selection = Selection.of(values)
    state.settle(selection)
    return selection


def _section(
    dataset: Dataset, title: str, key: str, names: tuple[str, ...], draw: Callable[[Dataset], dict[str, Any]]
) -> dict[str, Any]:
    """Filters that are drawn only while their section is open: every run would draw those of a closed one too."""
    with st.expander(title, key=key, on_change="rerun") as inside:
        return draw(dataset) if inside.open else {name: _kept(dataset, name) for name in names}


def _more(dataset: Dataset) -> dict[str, Any]:
    return {name: _several(dataset, name) for name in state.MORE}


def _evidence(dataset: Dataset) -> dict[str, Any]:
    about = (
        "These choose which statements count at all. They can change a position; "
        "the filters above only choose what is shown."
    )
    st.html(render("parts.html", "hint", about))
    several = {name: _several(dataset, name) for name in EVIDENCE[:-1]}
    return {**several, "as_of": _date(), "rule": _rule()}


def _kept(dataset: Dataset, name: str) -> Any:
    """What is chosen in a filter that is not drawn; Streamlit forgets it unless it is set in every run."""
    if name not in SINGLE:
        return tuple(_offered(choices(dataset, name), name))
    key = state.key(name)
    text = st.session_state[key] = st.session_state.get(key, getattr(Selection(), name))
    return "" if name == "as_of" and date_problem(text) else text


def _offered(offered: Collection[str], name: str) -> list[str]:
    # A file may have changed since: what the dataset no longer has cannot stay chosen.
    key = state.key(name)
    chosen: list[str] = [v for v in st.session_state.get(key, []) if v in offered]
    st.session_state[key] = chosen
    return chosen


def _several(dataset: Dataset, name: str) -> tuple[str, ...]:
    offered = choices(dataset, name)
    if not offered:
        return ()
    key = state.key(name)
    _offered(offered, name)
    chosen: list[str] = st.multiselect(
        FILTERS[name],
        list(offered),
        format_func=lambda v: offered.get(v, str(v)),
        key=key,
        placeholder="All",
        help=_HELP.get(name),
        on_change=state.touched,
        filter_mode="contains",
        select_all=False,
    )
    return tuple(chosen)


def _text(name: str, placeholder: str, most: int) -> str:
    key = state.key(name)
    st.session_state.setdefault(key, "")
    text = st.text_input(
        FILTERS[name],
        key=key,
        placeholder=placeholder,
        help=_HELP.get(name),
        max_chars=most,
        on_change=state.touched,
    )
    return text.strip()


def _date() -> str:
    text = _text("as_of", "Any date", 10)
    problem = date_problem(text) if text else ""
    if problem:
        st.html(render("parts.html", "wrong", f"{sentence(problem)} No date is applied."))
    return "" if problem else text


def _rule() -> str:
    key = state.key("rule")
    st.session_state.setdefault(key, CAUTIOUS)
    rule: str | None = st.radio(
        "When an actor said different things",
        list(RULES),
        format_func=lambda r: RULES[r],
        captions=["a refusal or condition is never folded away", "only the last dated statements count"],
        key=key,
        on_change=state.touched,
    )
    return rule or CAUTIOUS
