"""What a sheet made by hand was taken for, as choices: each column's field, each stance word, names that may be one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import TYPE_CHECKING, Any, Literal

import streamlit as st

from matrix.dashboard.html.text import esc
from matrix.dashboard.html.text import label as markup_free
from matrix.dataset.dataset import Dataset
from matrix.wording import clean, plural

if TYPE_CHECKING:
    from matrix.importing import ImportOptions
    from matrix.importing.sheet.mapping import SheetMapping


TWO, ONE, OTHER = "two", "one", "other"
_ANSWERS = "visit.mapping"
_LONGEST = 200  # characters of a name that is typed in
_ACTORS = {"organization": "the organisations", "person": "the persons"}


@dataclass(eq=False)
class ImportAnswers:
    """The choices that the visitor has made about one file; `turns` counts how often."""

    file: str
    columns: dict[str, str] = field(default_factory=dict)
    stances: dict[str, str] = field(default_factory=dict)
    pairs: dict[tuple[str, str], str] = field(default_factory=dict)
    other: dict[str, str] = field(default_factory=dict)  # dates, sheet, actors, qualifier, proposals, codes
    turns: int = 0

    def options(self) -> ImportOptions:
        """As the reader of files takes them."""
        from matrix.importing import ImportOptions

        pairs = self.pairs.items()
        same = [f"{a}={b}" if which == ONE else f"{b}={a}" for (a, b), which in pairs if which in (ONE, OTHER)]
        different = [f"{a}={b}" for (a, b), which in pairs if which == TWO]
        named = {k: v for k, v in self.other.items() if k != "codes" and v}
        return ImportOptions(self.columns, {**self.stances, **_meanings(self.other)}, same, different, **named)


def answers_of(file: str) -> ImportAnswers:
    """The choices made about a file so far; those about another one are forgotten."""
    held: Any = st.session_state.get(_ANSWERS)
    if isinstance(held, ImportAnswers) and held.file == file:
        return held
    own = ImportAnswers(file)
    st.session_state[_ANSWERS] = own
    return own


def ways_form(file: str, name: str, sheets: tuple[str, ...], sheet: str) -> None:
    """Draw the choices that this kind of file leaves open; each one reads the file again."""
    own = answers_of(file)
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
    own: ImportAnswers,
    answers: dict[Any, str],
    name: Any,
    key: str,
    label: str,
    words: dict[str, str],
    taken: str,
    *,
    placeholder: str = "not certain: choose",
    width: int | Literal["stretch"] = "stretch",
) -> None:
    """A choice, held in `answers[name]`; it shows what was taken, or that this is not certain; `words`: the options."""
    options = list(words)
    st.selectbox(
        label,
        options,
        index=options.index(taken) if taken in options else None,
        format_func=words.__getitem__,
        placeholder=placeholder,
        key=key,
        on_change=_take,
        args=(own, answers, name, key),
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


def _line(own: ImportAnswers, name: str, label: str, example: str) -> None:
    key = _key(own, name)
    args = (own, own.other, name, key)
    st.text_input(label, placeholder=example, max_chars=_LONGEST, key=key, on_change=_take, args=args)


def _key(own: ImportAnswers, name: str) -> str:
    return f"way-{own.file}-{name}"


def _take(own: ImportAnswers, answers: dict[Any, str], name: Any, key: str) -> None:
    value = (st.session_state.get(key) or "").strip()
    if value:
        answers[name] = value
    else:
        answers.pop(name, None)
    own.turns += 1


MOST = 40  # words and pairs that are asked about on a page; more are for the command line
UNSURE = ""
_WIDTH = 290  # pixels of a box: three or four beside each other, and one on a phone


def mapping_form(file: str, mapping: SheetMapping, dataset: Dataset) -> None:
    """Draw the choices; each one reads the file again."""
    from matrix.importing.sheet.headers import DATES

    own = answers_of(file)
    with st.expander("How the sheet is read: correct what was taken wrongly", expanded=bool(mapping.problems)):
        st.html('<p class="pm-quiet">Each column of the sheet, and what it holds.</p>')
        with _row():
            _columns(mapping, own)
        if mapping.counts:
            st.html('<p class="pm-quiet">Each word for a stance, and which one it means.</p>')
        with _row():
            _stances(mapping, own, dataset)
        if any(f in DATES for f in mapping.columns.values()):
            orders = {"day-first": "5/6/2026 is the 5th of June", "month-first": "5/6/2026 is the 6th of May"}
            taken, key = own.other.get("dates", ""), f"map-{file}-dates"
            some = "only if the sheet has some"
            box(own, own.other, "dates", key, "Dates with slashes", orders, taken, placeholder=some)
        pairs = [*own.pairs, *((q.a, q.b) for q in mapping.questions if (q.a, q.b) not in own.pairs)]
        if pairs:
            st.html('<p class="pm-quiet">Names that look alike. Undecided, they are two.</p>')
        with _row():
            _pairs(pairs, own)
        left = max(0, len(mapping.counts) - MOST) + max(0, len(mapping.questions) - MOST)
        if left:
            st.html(f'<p class="pm-quiet">and {left:,} more: <code>policy-matrix import</code> takes them all.</p>')


def _row() -> Any:
    return st.container(horizontal=True, gap="small", vertical_alignment="bottom")


def _columns(mapping: SheetMapping, own: ImportAnswers) -> None:
    from matrix.importing.sheet.headers import FIELDS, KEEP, SKIP

    words = {f: f.replace("_", " ") for f in FIELDS} | {KEEP: "keep as a column of its own", SKIP: "leave out"}
    crossed = mapping.cells.label_of is not None  # then the last two columns are made of the cells
    for i, (header, taken) in enumerate(list(mapping.columns.items())[: -2 if crossed else None]):
        _choice(f"Column “{header}”", words, taken, f"{own.file}-column-{i}", (own, own.columns, header))
    sums = {SKIP: "a sum of the others: left out", "proposal": "a row like the others"}
    for i, name in enumerate(mapping.cells.totals[:MOST]):
        taken = own.columns.get(name, SKIP)
        _choice(f"Row “{name}”", sums, taken, f"{own.file}-row-{i}", (own, own.columns, name))


def _stances(mapping: SheetMapping, own: ImportAnswers, dataset: Dataset) -> None:
    from matrix.importing.sheet.headers import SKIP

    named = zip(dataset.scale.ids, dataset.scale.names, strict=True)
    words = {id: f"{name} ({id})" for id, name in named} | {SKIP: "leave out"}
    asked = sorted(mapping.counts, key=lambda w: (bool(mapping.stances.get(w)), -mapping.counts[w]))
    for i, word in enumerate(asked[:MOST]):
        label = f"“{word}” ({plural(mapping.counts[word], 'time')})"
        taken = mapping.stances.get(word, UNSURE)
        _choice(label, words, taken, f"{own.file}-stance-{i}", (own, own.stances, word))


def _pairs(pairs: Sequence[tuple[str, str]], own: ImportAnswers) -> None:
    for i, (a, b) in enumerate(pairs[:MOST]):
        words = {TWO: "two different ones", ONE: f"one: {a}", OTHER: f"one: {b}"}
        taken = own.pairs.get((a, b), UNSURE)
        _choice(f"“{a}” and “{b}”", words, taken, f"{own.file}-pair-{i}", (own, own.pairs, (a, b)))


def _choice(
    label: str, words: dict[str, str], taken: str, name: str, place: tuple[ImportAnswers, dict[Any, str], Any]
) -> None:
    box(*place, f"map-{name}", markup_free(label), words, taken, width=_WIDTH)
