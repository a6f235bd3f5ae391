"""What a visitor says of a file from elsewhere: which sheet of a workbook, who the actors of a database are, ..."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import PurePath
from typing import TYPE_CHECKING, Any, Literal

import streamlit as st

from matrix.dashboard.text import esc
from matrix.dataset.untrusted import clean

if TYPE_CHECKING:
    from matrix.exchange.incoming import Corrections

TWO, ONE, OTHER = "two", "one", "other"
_SAID = "visit.mapping"
_LONGEST = 200  # characters of a name that is typed in
_ACTORS = {"organization": "the organisations", "person": "the persons"}


@dataclass(eq=False)
class Said:
    """What the visitor has said of one file; `turns` counts how often."""

    file: str
    columns: dict[str, str] = field(default_factory=dict)
    stances: dict[str, str] = field(default_factory=dict)
    pairs: dict[tuple[str, str], str] = field(default_factory=dict)
    other: dict[str, str] = field(default_factory=dict)  # dates, sheet, actors, qualifier, proposals, codes
    turns: int = 0

    def corrections(self) -> Corrections:
        """As the reader of files takes them."""
        from matrix.exchange.incoming import Corrections

        pairs = self.pairs.items()
        same = [f"{a}={b}" if which == ONE else f"{b}={a}" for (a, b), which in pairs if which in (ONE, OTHER)]
        different = [f"{a}={b}" for (a, b), which in pairs if which == TWO]
        named = {k: v for k, v in self.other.items() if k != "codes" and v}
        return Corrections(self.columns, {**self.stances, **_meanings(self.other)}, same, different, **named)


def said_of(file: str) -> Said:
    """What has been said of a file so far; of another one everything is forgotten."""
    held: Any = st.session_state.get(_SAID)
    if isinstance(held, Said) and held.file == file:
        return held
    own = Said(file)
    st.session_state[_SAID] = own
    return own


def ways_form(file: str, name: str, sheets: tuple[str, ...], sheet: str) -> None:
    """Draw the choices that this kind of file leaves open; each one reads the file again."""
    own = said_of(file)
    ending = PurePath(name).suffix.lower()
    if len(sheets) > 1:
        taken = own.other.get("sheet") or sheet
        box(own, own.other, "sheet", _key(own, "sheet"), "Sheet that is read", {s: clean(s) for s in sheets}, taken)
    if ending == ".dna":
        with st.container(horizontal=True):
            taken = own.other.get("actors") or "organization"
            box(own, own.other, "actors", _key(own, "actors"), "The actors are", _ACTORS, taken)
            _line(own, "qualifier", "Variable that says for or against", "agreement")
    if ending == ".qdpx":
        with st.container(horizontal=True):
            _line(own, "proposals", "Code above the proposals", "Proposals")
            _line(own, "codes", "What codes for stances mean", "Thumbs up = support; Neutral = skip")
        if unread := [part for part in _parts(own.other) if not _pair(part)]:
            words = ", ".join(f"“{part}”" for part in unread)
            st.html(
                f'<p class="pm-note pm-caution" role="alert">Not understood: {esc(words)}. Each code is written as '
                "<code>Thumbs up = support</code>, one after the other with a semicolon between them.</p>"
            )


def box(
    own: Said,
    kept: dict[Any, str],
    name: Any,
    key: str,
    label: str,
    words: dict[str, str],
    taken: str,
    *,
    placeholder: str = "not certain: choose",
    width: int | Literal["stretch"] = "stretch",
) -> None:
    """A choice, kept as `kept[name]`: it shows what was taken, or that it is not certain; `words` are the options."""
    options = list(words)
    st.selectbox(
        label,
        options,
        index=options.index(taken) if taken in options else None,
        format_func=words.__getitem__,
        placeholder=placeholder,
        key=key,
        on_change=_take,
        args=(own, kept, name, key),
        width=width,
    )


def _meanings(other: dict[str, str]) -> dict[str, str]:
    """`code = stance; code = stance` as pairs."""
    return dict(pair for part in _parts(other) if (pair := _pair(part)))


def _parts(other: dict[str, str]) -> list[str]:
    """One after the other with semicolons between; with commas, where there is no semicolon."""
    text = other.get("codes", "").replace("；", ";").replace("，", ",")
    return [part.strip() for part in text.split(";" if ";" in text else ",") if part.strip()]


def _pair(part: str) -> tuple[str, str] | None:
    word, divider, id = part.rpartition("=")
    return (word.strip(), id.strip()) if divider and word.strip() and id.strip() else None


def _line(own: Said, name: str, label: str, example: str) -> None:
    key = _key(own, name)
    args = (own, own.other, name, key)
    st.text_input(label, placeholder=example, max_chars=_LONGEST, key=key, on_change=_take, args=args)


def _key(own: Said, name: str) -> str:
    return f"way-{own.file}-{name}"


def _take(own: Said, kept: dict[Any, str], name: Any, key: str) -> None:
    value = (st.session_state.get(key) or "").strip()
    if value:
        kept[name] = value
    else:
        kept.pop(name, None)
    own.turns += 1
