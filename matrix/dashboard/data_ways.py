"""What a visitor says of a file from elsewhere: which sheet of a workbook, who the actors of a database are, ..."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

import streamlit as st

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
        box(
            own,
            "sheet",
            "Sheet that is read",
            {s: clean(s) for s in sheets},
            own.other.get("sheet") or sheet,
        )
    if ending == ".dna":
        with st.container(horizontal=True):
            box(own, "actors", "The actors are", _ACTORS, own.other.get("actors") or "organization")
            _line(own, "qualifier", "Variable that says for or against", "agreement")
    if ending == ".qdpx":
        with st.container(horizontal=True):
            _line(own, "proposals", "Code above the proposals", "Proposals")
            _line(own, "codes", "What codes for stances mean", "Thumbs up = support; Neutral = skip")


def box(
    own: Said, name: str, label: str, words: dict[str, str], taken: str, placeholder: str = "not certain: choose"
) -> None:
    """One choice about the whole file; `words` are the options as they are shown."""
    key = f"way-{own.file}-{name}"
    options = list(words)
    st.selectbox(
        label,
        options,
        index=options.index(taken) if taken in options else None,
        format_func=words.__getitem__,
        placeholder=placeholder,
        key=key,
        on_change=_take,
        args=(own, name, key),
    )


def _meanings(other: dict[str, str]) -> dict[str, str]:
    """`code = stance; code = stance` as pairs; what is no pair is left to the reader's message."""
    pairs = (each.rpartition("=") for each in other.get("codes", "").split(";"))
    return {word.strip(): id.strip() for word, _, id in pairs if word.strip() and id.strip()}


def _line(own: Said, name: str, label: str, example: str) -> None:
    key = f"way-{own.file}-{name}"
    st.text_input(label, placeholder=example, max_chars=_LONGEST, key=key, on_change=_take, args=(own, name, key))


def _take(own: Said, name: str, key: str) -> None:
    own.other[name] = (st.session_state.get(key) or "").strip()
    own.turns += 1
