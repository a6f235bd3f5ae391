"""Widgets for what a page lets one choose: each keeps its value in the visit and so in the address."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import streamlit as st

from matrix.dashboard import visit
from matrix.dashboard.html.templates import render
from matrix.dashboard.page_choices import PARAMS, forgotten
from matrix.dataset.dates import date_problem
from matrix.wording import one_line, sentence

_PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")
# Streamlit's Markdown looks for these once more after escaping: shortcodes (:name:) and addresses (http:, www., a@b).
_AFTER = re.compile(r"(?<=[:@])(?=\S)|(?<=www)(?=\.)", re.IGNORECASE)
_JOINER = "\u2060"  # takes no width and shows nothing
_ESCAPES = {i: f"\\{chr(i)}" for i in range(33, 127) if _PUNCTUATION.match(chr(i))}


def label(text: str, most: int = 90) -> str:
    """Text as the label of a button or widget, which Streamlit reads as Markdown: one line, nothing in it is markup."""
    line = one_line(text)
    line = line if len(line) <= most else line[: most - 1].rstrip() + "…"
    return _AFTER.sub(_JOINER, line).translate(_ESCAPES)


def key(name: str) -> str:
    """The key of a choice's widget."""
    return f"choose-{name}"


def switch(
    title: str,
    name: str,
    options: Mapping[str, str],
    *,
    shown: bool = False,
    help: str | None = None,
    default: str = "",
) -> str:
    """One of a few, side by side; the first, or the default, where nothing else is chosen."""
    visit.bound(key(name), _current(name, list(options), default))
    found: str | None = st.segmented_control(
        title,
        list(options),
        format_func=lambda v: label(options.get(v, str(v))),
        key=key(name),
        required=True,
        help=help,
        on_change=_keep,
        args=(name,),
        label_visibility="visible" if shown else "collapsed",
    )
    return found or next(iter(options))


def one(
    title: str,
    name: str,
    options: Mapping[str, str],
    *,
    help: str | None = None,
    default: str = "",
    width: int | None = None,
) -> str:
    """One of a list; of a given width it stands in a line of tools, and its title is for screen readers."""
    visit.bound(key(name), _current(name, list(options), default))
    found: str = st.selectbox(
        title,
        list(options),
        format_func=lambda v: options.get(v, str(v)),
        key=key(name),
        help=help,
        on_change=_keep,
        args=(name,),
        filter_mode="contains",
        label_visibility="collapsed" if width else "visible",
        width=width or "stretch",
    )
    return found


def several(
    title: str, name: str, options: Mapping[str, str], default: Sequence[str] = (), *, few: bool = False, most: int = 99
) -> tuple[str, ...]:
    """Any of a list; `few` shows them side by side."""
    chosen = [v for v in visit.choices(name) if v in options] or list(default)
    visit.bound(key(name), chosen)
    common: dict[str, Any] = {"key": key(name), "on_change": _keep, "args": (name,)}
    if few:
        found: Sequence[str] = st.pills(
            title, list(options), selection_mode="multi", format_func=lambda v: label(options.get(v, str(v))), **common
        )
    else:
        found = st.multiselect(
            title,
            list(options),
            format_func=lambda v: options.get(v, str(v)),
            max_selections=most,
            filter_mode="contains",
            select_all=False,
            **common,
        )
    return tuple(v for v in options if v in found)


def size(title: str, name: str, least: int, most: int, help: str | None = None) -> int:
    """A whole number."""
    visit.bound(key(name), min(max(int(visit.choice(name) or least), least), most))
    found: int = st.number_input(
        title, least, most, key=key(name), step=1, help=help, on_change=_keep, args=(name,), width=150
    )
    return found


def number(title: str, name: str, otherwise: float, help: str | None = None, most: float | None = None) -> float | None:
    """A number from 0 to `most`, or none: then the field shows what is taken `otherwise`."""
    given = float(visit.choice(name)) if visit.choice(name) else None
    shown = otherwise if given is None else given
    visit.bound(key(name), shown if most is None else min(shown, most))
    st.number_input(
        title,
        min_value=0.0,
        max_value=most,
        value=None,  # so that it can be emptied
        key=key(name),
        step=0.05 if most else 1.0,
        help=help,
        on_change=_keep,
        args=(name,),
        width=170,
    )
    return given if most is None or given is None else min(given, most)


def text(title: str, name: str, placeholder: str, help: str | None = None) -> str:
    """A date or other word; what is wrong with it is said in place, and it is not used."""
    visit.bound(key(name), visit.current().typed.get(name, visit.choice(name)))
    given = st.text_input(
        title,
        key=key(name),
        placeholder=placeholder,
        help=help,
        on_change=_take_text,
        args=(name,),
        max_chars=10,
        width=200,
    ).strip()
    problem = date_problem(given) if given else ""
    if problem:
        st.html(render("parts.html", "wrong", f"{sentence(problem)} No date is applied."))
    return "" if problem else given


def yes(title: str, name: str, help: str | None = None) -> bool:
    """On or off."""
    visit.bound(key(name), visit.choice(name) == "1")
    return st.toggle(title, key=key(name), help=help, on_change=_keep, args=(name,))


def opens(section: str, title: str, body: Callable[[], None]) -> None:
    """A section that opens, whose body is only made while it is open; which are open is in the address."""
    widget = visit.bound(f"open-{section}", section in visit.choices("open"))
    with st.expander(title, key=widget, on_change=_turn, args=(section,)) as inside:
        if inside.open:
            body()


def _turn(section: str) -> None:
    others = [s for s in visit.choices("open") if s != section]
    visit.choose("open", *others, *([section] if st.session_state[f"open-{section}"] else []))


def _take_text(name: str) -> None:
    typed = st.session_state[key(name)].strip()
    if date_problem(typed) if typed else "":
        visit.current().typed[name] = typed
        visit.choose(name)
    else:
        visit.current().typed.pop(name, None)
        _keep(name)


def _keep(name: str) -> None:
    value = st.session_state[key(name)]
    if isinstance(value, bool):
        value = "1" if value else ""
    if isinstance(value, float):
        value = f"{value:g}"
    visit.choose(name, *([str(v) for v in value] if isinstance(value, list | tuple) else [str(value or "")]))
    for other in forgotten(name, {n: visit.choices(n) for n in PARAMS}):
        visit.choose(other)


def _current(name: str, options: list[str], default: str = "") -> str | None:
    chosen = visit.choice(name) or default
    return chosen if chosen in options else next(iter(options), None)
