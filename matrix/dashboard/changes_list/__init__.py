"""A list of changes to choose from: rows in, the ids of those that are not wanted out; a table with real checkboxes.

Streamlit's own table editor is a canvas: it neither wraps a quote nor reads well aloud.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import streamlit as st

from matrix.dashboard.assets import component

HERE = Path(__file__).parent
Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class ChangeLine:
    """One row: `id` is its own, `old` and `new` are (column, value) pairs; only a `sound` one can be chosen."""

    id: str
    kind: str
    glyph: str
    word: str
    place: str
    what: str
    old: Pairs
    new: Pairs
    why: str
    sound: bool


def changes_list(lines: Sequence[ChangeLine], unwanted: frozenset[str], *, key: str, stamp: str) -> None:
    """Draw the lines; `answer` tells which are not wanted.

    `stamp` changes when the choice was made elsewhere: then `unwanted` holds, not what the browser remembers.
    """
    component("changes", HERE / "changes.js", HERE / "changes.css")(
        key=key,
        data={"stamp": stamp, "lines": [{**asdict(x), "on": x.sound and x.id not in unwanted} for x in lines]},
        on_unwanted_change=_nothing,
    )


def answer(lines: Sequence[ChangeLine], *, key: str, stamp: str) -> frozenset[str] | None:
    """The ids of these lines that the browser says are not wanted; None where it has sent nothing about them."""
    state: Any = st.session_state.get(key)
    sent = state.get("unwanted") if isinstance(state, Mapping) else None
    if not isinstance(sent, Mapping) or sent.get("stamp") != stamp or not isinstance(sent.get("ids"), list):
        return None
    return frozenset({x.id for x in lines if x.sound} & {i for i in sent["ids"] if isinstance(i, str)})


def _nothing() -> None:
    """Streamlit keeps only such state as has a callback."""
