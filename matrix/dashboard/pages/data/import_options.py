"""How an uploaded file is read, as choices: each column's field, each stance word, names that may be the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import TYPE_CHECKING, Any, Literal

import streamlit as st

from matrix.dashboard import visit
from matrix.dashboard.controls import label as markup_free
from matrix.dashboard.html.templates import render
from matrix.dataset.dataset import Dataset
from matrix.wording import clean, plural

if TYPE_CHECKING:
    from matrix.importing import ImportOptions
    from matrix.importing.file_cells.encoding import Reading
    from matrix.importing.sheet.mapping import SheetMapping


TWO, ONE, OTHER, UNSURE = "two", "one", "other", ""
_OPTIONS = "import options"
MOST = 40  # words and pairs that are asked about on a page; the command line takes more
_WIDTH = 290  # pixels of a box: three or four side by side, and one on a phone
_LONGEST = 200  # characters of a name that is typed in
_ACTORS = {"organization": "the organisations", "person": "the persons"}


@dataclass(eq=False)
class FileOptions:
    """What the visitor has chosen about one file; `turns` counts how often."""

    file: str
    columns: dict[str, str] = field(default_factory=dict)
    stances: dict[str, str] = field(default_factory=dict)
    pairs: dict[tuple[str, str], str] = field(default_factory=dict)
    other: dict[str, str] = field(default_factory=dict)  # dates, sheet, encoding, actors, stance_from, proposals, codes
    turns: int = 0

    def options(self) -> ImportOptions:
        """As the reader of files takes them."""
        from matrix.importing import ImportOptions

        pairs = self.pairs.items()
        same = [f"{a}={b}" if which == ONE else f"{b}={a}" for (a, b), which in pairs if which in (ONE, OTHER)]
        different = [f"{a}={b}" for (a, b), which in pairs if which == TWO]
        named: dict[str, Any] = {k: v for k, v in self.other.items() if k != "codes" and v}
        return ImportOptions(
            columns=self.columns,
            stances={**self.stances, **_meanings(self.other)},
            same=same,
            different=different,
            **named,
        )


def options_of(file: str) -> FileOptions:
    """What has been chosen about a file so far; about another one everything is forgotten."""
    found: Any = visit.page_state().get(_OPTIONS)
    if isinstance(found, FileOptions) and found.file == file:
        return found
    own = FileOptions(file)
    visit.page_state()[_OPTIONS] = own
    return own


def reading_form(
    file: str, name: str, sheets: tuple[str, ...], sheet: str, encodings: tuple[Reading, ...] = ()
) -> None:
    """Draw the choices that this kind of file leaves open; each one reads the file again."""
    own = options_of(file)
    ending = PurePath(name).suffix.lower()
    if len(sheets) > 1 or (sheets and ending == ".xls"):
        # An .xls is held until somebody has chosen the sheet: what is hidden in it cannot be seen.
        taken = own.other.get("sheet") or ("" if ending == ".xls" else sheet)
        words = {**{s: clean(s) for s in sheets}, **({"*": "all of them"} if len(sheets) > 1 else {})}
        box(own, own.other, "sheet", _key(own, "sheet"), "Sheet that is read", words, taken)
    if encodings or own.other.get("encoding"):
        words = {r.encoding: f"{r.label}: {', '.join(map(clean, r.words))}" for r in encodings}
        words.setdefault(own.other.get("encoding", "utf-8"), own.other.get("encoding", "utf-8"))
        taken = own.other.get("encoding", "")
        box(own, own.other, "encoding", _key(own, "encoding"), "Encoding, with the first words in each", words, taken)
    if ending == ".dna":
        with st.container(horizontal=True):
            taken = own.other.get("actors") or "organization"
            box(own, own.other, "actors", _key(own, "actors"), "The actors are", _ACTORS, taken)
            _line(own, "stance_from", "Variable that says for or against", "agreement")
    if ending == ".qdpx":
        with st.container(horizontal=True):
            _line(own, "proposals", "Code above the proposals", "Proposals")
            _line(own, "codes", "What codes for stances mean", "Thumbs up = support; Neutral = skip")
        if unread := [part for part in _parts(own.other) if not _pair(part)]:
            st.html(render("data.html", "not_understood", unread))


def box(
    own: FileOptions,
    chosen: dict[Any, str],
    name: Any,
    key: str,
    label: str,
    words: dict[str, str],
    taken: str,
    *,
    placeholder: str = "not certain: choose",
    width: int | Literal["stretch"] = "stretch",
) -> None:
    """A choice, kept as `chosen[name]`: it shows what was taken, or that it is not certain; `words` are the options."""
    options = list(words)
    st.selectbox(
        label,
        options,
        index=options.index(taken) if taken in options else None,
        format_func=words.__getitem__,
        placeholder=placeholder,
        key=key,
        on_change=_take,
        args=(own, chosen, name, key),
        width=width,
    )


def _meanings(other: dict[str, str]) -> dict[str, str]:
    """`code = stance; code = stance` as pairs."""
    return dict(pair for part in _parts(other) if (pair := _pair(part)))


def _parts(other: dict[str, str]) -> list[str]:
    """What was typed, cut at its semicolons, or at its commas where it has no semicolon."""
    text = other.get("codes", "").replace("；", ";").replace("，", ",")
    return [part.strip() for part in text.split(";" if ";" in text else ",") if part.strip()]


def _pair(part: str) -> tuple[str, str] | None:
    word, divider, id = part.rpartition("=")
    return (word.strip(), id.strip()) if divider and word.strip() and id.strip() else None


def _line(own: FileOptions, name: str, label: str, example: str) -> None:
    key = _key(own, name)
    args = (own, own.other, name, key)
    st.text_input(label, placeholder=example, max_chars=_LONGEST, key=key, on_change=_take, args=args)


def _key(own: FileOptions, name: str) -> str:
    return f"way-{own.file}-{name}"


def _take(own: FileOptions, chosen: dict[Any, str], name: Any, key: str) -> None:
    value = (st.session_state.get(key) or "").strip()
    if value:
        chosen[name] = value
    else:
        chosen.pop(name, None)
    own.turns += 1


def mapping_form(file: str, mapping: SheetMapping, dataset: Dataset) -> None:
    """Draw the choices; each one reads the file again."""
    from matrix.importing.sheet.headers import DATES

    own = options_of(file)
    with st.expander("How the sheet is read: correct what was misread", expanded=bool(mapping.problems)):
        st.html(render("parts.html", "quiet", "Each column of the sheet, and what it holds."))
        with _row():
            _columns(mapping, own)
        if mapping.counts:
            st.html(render("parts.html", "quiet", "Each word for a stance, and which one it means."))
        with _row():
            _stances(mapping, own, dataset)
        if any(f in DATES for f in mapping.columns.values()):
            orders = {"day-first": "5/6/2026 is the 5th of June", "month-first": "5/6/2026 is the 6th of May"}
            taken, key = own.other.get("dates", ""), f"map-{file}-dates"
            some = "only if the sheet has some"
            box(own, own.other, "dates", key, "Dates with slashes", orders, taken, placeholder=some)
        pairs = [*own.pairs, *((q.a, q.b) for q in mapping.questions if (q.a, q.b) not in own.pairs)]
        if pairs:
            st.html(
                render("parts.html", "quiet", "Names that look alike. Until you decide, they are treated as different.")
            )
        with _row():
            _pairs(pairs, own)
        left = max(0, len(mapping.counts) - MOST) + max(0, len(mapping.questions) - MOST)
        if left:
            st.html(render("data.html", "more_choices", left))


def _row() -> Any:
    return st.container(horizontal=True, gap="small", vertical_alignment="bottom")


def _columns(mapping: SheetMapping, own: FileOptions) -> None:
    from matrix.importing.sheet.headers import FIELDS, KEEP, SKIP

    words = {f: f.replace("_", " ") for f in FIELDS} | {KEEP: "keep as a column of its own", SKIP: "leave out"}
    crossed = mapping.cells.label_of is not None  # then the last two columns are made of the cells
    for i, (header, taken) in enumerate(list(mapping.columns.items())[: -2 if crossed else None]):
        _choice(f"Column “{header}”", words, taken, f"{own.file}-column-{i}", (own, own.columns, header))
    sums = {SKIP: "a sum of the others: left out", "proposal": "a row like the others"}
    for i, name in enumerate(mapping.cells.totals[:MOST]):
        taken = own.columns.get(name, SKIP)
        _choice(f"Row “{name}”", sums, taken, f"{own.file}-row-{i}", (own, own.columns, name))


def _stances(mapping: SheetMapping, own: FileOptions, dataset: Dataset) -> None:
    from matrix.importing.sheet.headers import SKIP

    named = zip(dataset.scale.ids, dataset.scale.names, strict=True)
    words = {id: f"{name} ({id})" for id, name in named} | {SKIP: "leave out"}
    words_by_need = sorted(mapping.counts, key=lambda w: (bool(mapping.stances.get(w)), -mapping.counts[w]))
    for i, word in enumerate(words_by_need[:MOST]):
        label = f"“{word}” ({plural(mapping.counts[word], 'time')})"
        taken = mapping.stances.get(word, UNSURE)
        _choice(label, words, taken, f"{own.file}-stance-{i}", (own, own.stances, word))


def _pairs(pairs: Sequence[tuple[str, str]], own: FileOptions) -> None:
    for i, (a, b) in enumerate(pairs[:MOST]):
        words = {TWO: "two different ones", ONE: f"one: {a}", OTHER: f"one: {b}"}
        taken = own.pairs.get((a, b), UNSURE)
        _choice(f"“{a}” and “{b}”", words, taken, f"{own.file}-pair-{i}", (own, own.pairs, (a, b)))


def _choice(
    label: str, words: dict[str, str], taken: str, name: str, place: tuple[FileOptions, dict[Any, str], Any]
) -> None:
    box(*place, f"map-{name}", markup_free(label), words, taken, width=_WIDTH)
