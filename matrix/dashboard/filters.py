"""The sidebar: every filter of a Selection, the same on all pages."""

from __future__ import annotations

from typing import Any

import streamlit as st

from matrix.dashboard import state
from matrix.dashboard.address import LONGEST, date_problem
from matrix.dashboard.names import FILTERS, RULES, choices
from matrix.dashboard.text import esc, sentence
from matrix.dataset.dataset import Dataset
from matrix.dataset.selection import EVIDENCE, Selection

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
        st.html('<h2 class="pm-side">Filters</h2>')
        for name in COMMON:
            values[name] = _several(dataset, name)
        values["search"] = _text("search", "Words in names, titles, quotes …", LONGEST)
        with st.expander("More filters", expanded=st.session_state.get("more.open", False)):
            for name in state.MORE:
                values[name] = _several(dataset, name)
        with st.expander("Evidence", expanded=st.session_state.get("evidence.open", False)):
            st.html(
                '<p class="pm-hint">These choose which statements count at all. They can change a position; '
                "the filters above only choose what is shown.</p>"
            )
            for name in EVIDENCE[:-1]:
                values[name] = _several(dataset, name)
            values["as_of"] = _date()
            values["rule"] = _rule()
    selection = Selection.of(values)
    state.settle(selection)
    return selection


def _several(dataset: Dataset, name: str) -> tuple[str, ...]:
    offered = choices(dataset, name)
    if not offered:
        return ()
    key = state.key(name)
    # A file may have changed since: what the dataset no longer has cannot stay chosen.
    st.session_state[key] = [v for v in st.session_state.get(key, []) if v in offered]
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
        st.html(f'<p class="pm-wrong" role="alert">{esc(sentence(problem))} No date is applied.</p>')
    return "" if problem else text


def _rule() -> str:
    key = state.key("rule")
    st.session_state.setdefault(key, "cautious")
    rule: str | None = st.radio(
        "When an actor said different things",
        list(RULES),
        format_func=lambda r: RULES[r],
        captions=["a refusal or condition is never folded away", "only the last dated statements count"],
        key=key,
        on_change=state.touched,
    )
    return rule or "cautious"
