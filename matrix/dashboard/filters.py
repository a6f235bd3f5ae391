"""The sidebar: every filter of a Selection, the same on all pages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

from matrix.dashboard import visit
from matrix.dashboard.address import LONGEST
from matrix.dashboard.filter_words import FILTERS, RULES, choices
from matrix.dashboard.html.templates import render
from matrix.dataset.dataset import Dataset
from matrix.dataset.dates import date_problem
from matrix.dataset.selection import DATES, EVIDENCE, SINGLE, Selection
from matrix.wording import sentence

COMMON = ("risk_area", "side", "actor", "theme", "stance")
_HELP = {
    "risk_area": "An area means itself and all areas below it.",
    "stance": "Hides the cells of other stances, and rows and columns left without any.",
    "actor": "Type a name, in Latin or in native script.",
    "search": "Keeps proposals and actors whose own text, or one of whose statements, holds these words.",
    "since": "2026, 2026-05 or 2026-05-14. A year or month means its first day.",
    "as_of": "2026, 2026-05 or 2026-05-14. A year or month means its last day.",
}


def sidebar(dataset: Dataset) -> Selection:
    """Draw the filters and return what is chosen."""
    values: dict[str, Any] = {}
    with st.sidebar:
        st.html(render("page_frame.html", "sidebar_title", "Filters"))
        for name in COMMON:
            values[name] = _several(dataset, name)
        values["search"] = _text(dataset, "search", "Words in names, titles, quotes …", LONGEST)
        values |= _section(dataset, "More filters", "more", visit.MORE, _more)
        values |= _section(dataset, "Evidence", "evidence", (*EVIDENCE, "rule"), _evidence)
    selection = visit.current().selection = Selection.of(values)
    return selection


def _section(
    dataset: Dataset, title: str, section: str, names: tuple[str, ...], draw: Callable[[Dataset], dict[str, Any]]
) -> dict[str, Any]:
    """Filters that are drawn only while their section is open: every run would draw those of a closed one too."""
    key = visit.bound(f"filters-{section}", section in visit.current().sections)
    with st.expander(title, key=key, on_change=_turn, args=(section,)) as inside:
        return draw(dataset) if inside.open else {name: _chosen(dataset, name) for name in names}


def _turn(section: str) -> None:
    sections = visit.current().sections
    (sections.add if st.session_state[f"filters-{section}"] else sections.discard)(section)


def _more(dataset: Dataset) -> dict[str, Any]:
    return {name: _several(dataset, name) for name in visit.MORE}


def _evidence(dataset: Dataset) -> dict[str, Any]:
    about = (
        "These choose which statements count at all. They can change a position; "
        "the filters above only choose what is shown."
    )
    st.html(render("parts.html", "hint", about))
    several = {name: _several(dataset, name) for name in EVIDENCE if name not in DATES}
    return {**several, **_dates(dataset), "rule": _rule(dataset)}


def _chosen(dataset: Dataset, name: str) -> Any:
    """What is chosen in a filter; what the dataset does not have, or no longer, cannot be chosen."""
    value = visit.filter_value(name)
    if name not in SINGLE:
        offered = choices(dataset, name)
        return tuple(v for v in value if v in offered)
    text = value.strip()
    return "" if name in DATES and text and date_problem(text) else text


def _several(dataset: Dataset, name: str) -> tuple[str, ...]:
    offered = choices(dataset, name)
    if offered:
        st.multiselect(
            FILTERS[name],
            list(offered),
            format_func=lambda v: offered.get(v, str(v)),
            key=visit.bound(visit.key(name), list(_chosen(dataset, name))),
            placeholder="All",
            help=_HELP.get(name),
            on_change=visit.take_filter,
            args=(name,),
            filter_mode="contains",
            select_all=False,
        )
    return tuple(_chosen(dataset, name))


def _text(dataset: Dataset, name: str, placeholder: str, most: int) -> str:
    st.text_input(
        FILTERS[name],
        key=visit.bound(visit.key(name), visit.filter_value(name)),
        placeholder=placeholder,
        help=_HELP.get(name),
        max_chars=most,
        on_change=visit.take_filter,
        args=(name,),
    )
    return str(_chosen(dataset, name))


def _dates(dataset: Dataset) -> dict[str, str]:
    """The window of time; what cannot be read as a date is not applied, and an empty window is said to be one."""
    found = {}
    for name in DATES:
        found[name] = _text(dataset, name, "Any date", 10)
        typed = visit.filter_value(name).strip()
        if typed and (problem := date_problem(typed)):
            st.html(render("parts.html", "wrong", f"{sentence(problem)} No date is applied."))
    if problem := Selection(**found).empty_window():
        st.html(render("parts.html", "wrong", sentence(problem)))
    return found


def _rule(dataset: Dataset) -> str:
    st.radio(
        "When an actor said different things",
        list(RULES),
        format_func=lambda r: RULES[r],
        captions=["a refusal or condition is never folded away", "only the last dated statements count"],
        key=visit.bound(visit.key("rule"), visit.filter_value("rule")),
        on_change=visit.take_filter,
        args=("rule",),
    )
    return str(_chosen(dataset, "rule"))
