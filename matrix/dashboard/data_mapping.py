"""What a sheet made by hand was taken for, as choices: each column's field, each stance word, names that may be one."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import streamlit as st

from matrix.dashboard.text import label as markup_free
from matrix.dataset.amounts import plural
from matrix.dataset.dataset import Dataset

if TYPE_CHECKING:
    from matrix.exchange.arriving.mapping import Mapping_
    from matrix.exchange.incoming import Corrections

MOST = 40  # words and pairs that are asked about on a page; of more, the command line is told
_SAID = "visit.mapping"
UNSURE, TWO, ONE, OTHER = "", "two", "one", "other"


@dataclass(eq=False)
class _Said:
    """What the visitor has said of one file."""

    file: str
    columns: dict[str, str] = field(default_factory=dict)
    stances: dict[str, str] = field(default_factory=dict)
    pairs: dict[tuple[str, str], str] = field(default_factory=dict)
    dates: str = ""
    turns: int = 0


def said(file: str) -> tuple[Corrections, int]:
    """The corrections of a file so far, and their stamp."""
    from matrix.exchange.incoming import Corrections

    own = _own(file)
    same = [f"{a}={b}" if which == ONE else f"{b}={a}" for (a, b), which in own.pairs.items() if which in (ONE, OTHER)]
    different = [f"{a}={b}" for (a, b), which in own.pairs.items() if which == TWO]
    return Corrections(own.columns, own.stances, same, different, own.dates), own.turns


def mapping_form(file: str, mapping: Mapping_, dataset: Dataset) -> None:
    """Draw the choices; each one reads the file again."""
    from matrix.exchange.arriving.header_words import DATES, FIELDS, KEEP, SKIP

    own = _own(file)
    words = {KEEP: "keep as a column of its own", SKIP: "leave out"}
    options = [*FIELDS, KEEP, SKIP]
    with st.expander("How the sheet is read: correct what was taken wrongly", expanded=bool(mapping.problems)):
        st.html('<p class="pm-quiet">Each column of the sheet, and what it holds.</p>')
        for i, (header, taken) in enumerate(mapping.columns.items()):
            _choice(
                f"Column “{header}”",
                options,
                taken,
                f"{file}-column-{i}",
                (own, own.columns, header),
                {o: words.get(o, o.replace("_", " ")) for o in options},
            )
        stances = [*dataset.scale.ids, SKIP]
        names = dict(zip(dataset.scale.ids, dataset.scale.names, strict=True))
        asked = sorted(mapping.counts, key=lambda w: (bool(mapping.stances.get(w)), -mapping.counts[w]))
        if asked:
            st.html('<p class="pm-quiet">Each word for a stance, and which one it means.</p>')
        for i, word in enumerate(asked[:MOST]):
            _choice(
                f"“{word}” ({plural(mapping.counts[word], 'time')})",
                stances,
                mapping.stances.get(word, UNSURE),
                f"{file}-stance-{i}",
                (own, own.stances, word),
                {s: f"{names[s]} ({s})" if s in names else words[SKIP] for s in stances},
            )
        if any(f in DATES for f in mapping.columns.values()):
            orders = {"day-first": "5/6/2026 is the 5th of June", "month-first": "5/6/2026 is the 6th of May"}
            key = f"map-{file}-dates"
            st.selectbox(
                "Dates with slashes",
                list(orders),
                index=list(orders).index(own.dates) if own.dates else None,
                format_func=orders.__getitem__,
                placeholder="only if the sheet has some",
                key=key,
                on_change=_take_dates,
                args=(own, key),
            )
        _pairs(file, mapping, own)
        left = max(0, len(asked) - MOST) + max(0, len(mapping.questions) - MOST)
        if left:
            st.html(f'<p class="pm-quiet">and {left:,} more: <code>policy-matrix import</code> takes them all.</p>')


def _pairs(file: str, mapping: Mapping_, own: _Said) -> None:
    known = [*own.pairs, *((q.a, q.b) for q in mapping.questions if (q.a, q.b) not in own.pairs)]
    if known:
        st.html('<p class="pm-quiet">Names that look alike. Undecided, they are two.</p>')
    for i, (a, b) in enumerate(known[:MOST]):
        words = {TWO: "two different ones", ONE: f"one: {a}", OTHER: f"one: {b}"}
        _choice(
            f"“{a}” and “{b}”",
            list(words),
            own.pairs.get((a, b), UNSURE),
            f"{file}-pair-{i}",
            (own, own.pairs, (a, b)),
            words,
        )


def _choice(
    label: str,
    options: list[str],
    taken: str,
    name: str,
    place: tuple[_Said, dict[Any, str], Any],
    words: dict[str, str],
) -> None:
    """A box that shows what was taken, or that it is not certain."""
    key = f"map-{name}"
    st.selectbox(
        markup_free(label),
        options,
        index=options.index(taken) if taken in options else None,
        format_func=lambda o: words[o],
        placeholder="not certain: choose",
        key=key,
        on_change=_take,
        args=(*place, key),
    )


def _take(own: _Said, kept: dict[Any, str], name: Any, key: str) -> None:
    value = st.session_state.get(key)
    if value:
        kept[name] = value
    else:
        kept.pop(name, None)
    own.turns += 1


def _take_dates(own: _Said, key: str) -> None:
    own.dates = st.session_state.get(key) or ""
    own.turns += 1


def _own(file: str) -> _Said:
    held: Any = st.session_state.get(_SAID)
    if isinstance(held, _Said) and held.file == file:
        return held
    own = _Said(file)
    st.session_state[_SAID] = own
    return own
