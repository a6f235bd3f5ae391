"""The widget that codes in a source's text: select words, and a form beside them asks who, on what and which stance."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import streamlit as st

from matrix.dashboard import visit
from matrix.dashboard.assets import component

HERE = Path(__file__).parent
KEY: Final = "marking"  # of the widget; its state `sent` holds what a visitor asked for last
_SEEN = f"{KEY}.seen"


def marking(data: Mapping[str, Any]) -> None:
    """Draw it: a line that says how, and the form, which opens beside words that are selected in the text."""
    component("marking", HERE / "marking.js", HERE / "marking.css")(key=KEY, data=data, on_sent_change=_nothing)


def sent() -> Mapping[str, Any] | None:
    """What the browser asks for, once by its number; no more of it is checked than that it says what it wants."""
    state: Any = st.session_state.get(KEY)
    value = state.get("sent") if isinstance(state, Mapping) else None
    number = value.get("number") if isinstance(value, Mapping) else None
    if not isinstance(value, Mapping) or type(number) is not int or number == visit.page_state().get(_SEEN):
        return None
    visit.page_state()[_SEEN] = number
    return value if isinstance(value.get("what"), str) else None


def _nothing() -> None:
    """Streamlit keeps only such state as has a callback."""
