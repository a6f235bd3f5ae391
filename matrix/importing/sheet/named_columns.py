"""A sheet as named columns of text: `cells_of` finds the header, `SheetCells` knows the row number of every value."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from matrix.dataset.problems import Problem, refuse, shown
from matrix.importing.file_cells import MOST_CELLS, TOO_MANY, NumberedRow, Sheet
from matrix.importing.file_cells.columns import Columns, TooWideError
from matrix.importing.name_matching import exact, loose
from matrix.importing.sheet.headers import ACROSS, LONGEST_PLACEHOLDER, PLACEHOLDERS, REQUIRED, WORDS, is_row_word
from matrix.importing.sheet.stances import VOTE_WORDS

YEAR = re.compile(r"(?:19|20)\d\d")
LOOKED_AT = 15  # rows among which the header is looked for: titles and remarks may be above it

CodeArray = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Coded:
    """A column of values that repeat: each distinct one once, cleaned, and for every row which it is."""

    codes: CodeArray
    values: list[str]

    @property
    def filled(self) -> NDArray[np.bool_]:
        """Which rows have a value."""
        return self.which(bool)

    @property
    def counts(self) -> dict[str, int]:
        """How often each value occurs, in the order of first appearance; blanks left out."""
        numbers = np.bincount(self.codes, minlength=len(self.values))
        return {v: int(n) for v, n in zip(self.values, numbers, strict=True) if v and n}

    def first(self, value: str) -> int:
        """The first position of a value."""
        return int(np.argmax(self.codes == self.values.index(value)))

    def which(self, holds: Callable[[str], bool]) -> NDArray[np.bool_]:
        """The rows whose value does so."""
        return np.array([holds(v) for v in self.values] or [False])[self.codes]

    def only(self, rows: NDArray[np.bool_], every: Collection[str] = ()) -> Coded:
        """The column in these rows and blank in all others, with the values that are left, and those of `every`."""
        codes = np.where(rows, self.codes, self.values.index(""))
        used = {*np.unique(codes).tolist(), *(i for i, v in enumerate(self.values) if v in every or not v)}
        place = np.zeros(len(self.values), dtype=np.int64)
        place[sorted(used)] = np.arange(len(used))
        return Coded(place[codes], [self.values[i] for i in sorted(used)])

    def taken(self, values: Sequence[str]) -> pd.Series[Any]:
        """The column with other values in the place of these, one each."""
        texts = pa.array(values or [""], pa.large_string())
        return pd.Series(texts.take(pa.array(self.codes)), dtype="str")

    def named(self, values: Sequence[str]) -> pd.Series[Any]:
        """The same as categories: no text is written a second time."""
        place = {v: i for i, v in enumerate(dict.fromkeys(values or [""]))}
        codes = np.array([place[v] for v in values or [""]], dtype=np.int32)[self.codes]
        return pd.Series(pd.Categorical.from_codes(codes, pd.Index([*place], dtype="str"), validate=False))


@dataclass(frozen=True, eq=False)
class SheetCells:
    """The named columns of a sheet, in its order; of a wide sheet, its cells one below the other."""

    file: str
    sheet: str
    frame: pd.DataFrame
    rows: NDArray[np.int64]  # the number that a spreadsheet shows for each
    header_row: int
    above: int  # rows over the header that were not read
    uncalculated: tuple[Problem, ...] = ()
    groups: Mapping[str, str] = field(default_factory=dict)  # header -> what a row of groups above it says
    labels: tuple[str, ...] = ()  # of a wide sheet: the columns of the cells; `label_of` says which, row by row
    label_of: NDArray[np.int64] | None = None
    made: frozenset[str] = frozenset()  # columns of the frame that were made of cells, not read as columns
    hold: str = ""  # of a wide sheet and of lists: whether the sheet's rows are actors or proposals
    lists: bool = False  # whether the labels are lists of names
    every: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # names that are there even without a cell
    odd_rows: Mapping[str, str] = field(default_factory=dict)  # names of rows that are no rows like others -> taken for
    notes: tuple[str, ...] = ()  # what of the sheet was not taken
    placeholders: dict[str, dict[str, int]] = field(default_factory=dict)  # column -> placeholders, how often
    comments: Mapping[tuple[int, str], str] = field(default_factory=dict)  # row and header -> the comment on that cell

    @property
    def headers(self) -> list[str]:
        return list(map(str, self.frame.columns))

    def problem(self, position: int, column: str, message: str, kind: str = "") -> Problem:
        """A problem at a row of the frame, with the row and column that the spreadsheet shows."""
        if self.label_of is not None and (column in self.made or column not in self.frame.columns):
            column = self.labels[int(self.label_of[position])]
        return Problem(self.file, int(self.rows[position]), column, message, kind=kind)

    def coded(self, column: str, meant: Collection[str] = (), nothing: Callable[[str], bool] | None = None) -> Coded:
        """A column of names, words or dates, cleaned: one way of writing accents, no soft hyphens, single blanks.

        `meant`: words that say something here, though they are placeholders elsewhere. `nothing`: what else is blank.
        """
        blank = nothing or is_placeholder
        codes, uniques = pd.factorize(self.frame[column])
        found: dict[str, int] = {}
        cleaned = []
        for text, times in zip(map(exact, map(str, uniques)), np.bincount(codes, minlength=len(uniques)), strict=True):
            cleaned.append("" if blank(text) and text not in meant else text)
            if text and not cleaned[-1]:
                found[text] = int(times)
        self.placeholders[column] = found
        values = list(
            dict.fromkeys(
                [*(n for n in map(exact, self.every.get(column, ())) if not (nothing and blank(n))), *cleaned, ""]
            )
        )
        place = {v: i for i, v in enumerate(values)}
        return Coded(np.array([place[c] for c in cleaned] or [0], dtype=np.int64)[codes], values)

    def prose(self, column: str) -> pd.Series[Any]:
        """A column of running text, to the letter; empty where it holds blanks or a placeholder only."""
        texts = self.frame[column]
        length = texts.str.len()
        short = np.flatnonzero(((length > 0) & (length <= LONGEST_PLACEHOLDER)).to_numpy(dtype=bool))
        found: dict[str, int] = {}
        blank = np.flatnonzero(texts.str.isspace().to_numpy(dtype=bool)).tolist()
        for i, text in zip(short.tolist(), texts.iloc[short].str.strip(), strict=True):
            if text and is_placeholder(text):
                found[text] = found.get(text, 0) + 1
                blank.append(i)
        self.placeholders[column] = found
        if not blank:
            return texts
        emptied = texts.copy()
        emptied.iloc[blank] = ""
        return emptied


def is_placeholder(text: str) -> bool:
    """Whether a cell says no more than that there is nothing to say: `-`, `n/a`, `tbd`."""
    return len(text) <= LONGEST_PLACEHOLDER and text.casefold() in PLACEHOLDERS


def cells_of(sheet: Sheet, file: str, named: Collection[str] = ()) -> SheetCells:
    """The sheet below its header row, which is found by the words known as headers, or `named` by the user."""
    if not sheet.rows:
        refuse(file, f"the sheet {sheet.name!r} is empty")
    try:
        rows = sheet.rows if isinstance(sheet.rows, Columns) else Columns.of(sheet.rows)
    except TooWideError:
        refuse(file, TOO_MANY)
    at = _header_at(rows[:LOOKED_AT], {loose(n) for n in named})
    at, groups = _two_rows(rows[: at + 3], at)
    number, head = rows[at]
    head = _with_upper(head, groups)
    below = rows[at + 1 :].but(head)  # a header pasted in again is no row
    if not len(below):
        refuse(file, f"the sheet {sheet.name!r} has a header in row {number} and nothing below it", number)
    headers = _headers(head, below.width)
    frame = below.frame(headers)
    unnamed = [h for h, name in zip(headers, [*head, *[""] * len(headers)], strict=False) if not name.strip()]
    frame = frame.drop(columns=[h for h in unnamed if (frame[h] == "").all()])
    grouped = {h: g for h, g in zip(headers, groups, strict=False) if g and h in frame}
    _one_table(file, frame, below.numbers)
    uncalculated = tuple(
        Problem(file, row, headers[column] if column < len(headers) else "", _NO_VALUE)
        for row, column in sorted(sheet.uncalculated)
        if row > number
    )
    comments = {
        (row, headers[column] if column < len(headers) else f"column {column + 1}"): text
        for (row, column), text in sheet.comments.items()
    }
    return SheetCells(
        file, sheet.name, frame, below.numbers, number, at, uncalculated, groups=grouped, comments=comments
    )


def _one_table(file: str, frame: pd.DataFrame, numbers: NDArray[np.int64]) -> None:
    """DatasetError for a second header below the first: a table of its own, whose cells are of other columns."""
    for header in frame.columns:
        if WORDS.get(loose(header)) not in ACROSS and not is_row_word(header):
            continue
        for at in np.flatnonzero((frame[header].str.strip() == header).to_numpy(dtype=bool)).tolist():
            others = [v for h, v in frame.iloc[at].items() if h != header and str(v).strip()]
            if others and not all(map(_is_number, others)):
                words = ", ".join(shown(exact(str(v))) for v in others[:3])
                refuse(
                    file,
                    f"repeats the header word {shown(header)} beside {words}: the rows below it seem to be a second "
                    "table; give each table a sheet or file of its own",
                    int(numbers[at]),
                )


def _two_rows(top: Sequence[NumberedRow], at: int) -> tuple[int, list[str]]:
    """The place of the header, and what a row above it groups its columns by, as far as there is such a row.

    A row of groups has gaps, or says the same several times, where the row below names each column; that row holds no
    stance.
    """
    for upper, lower in ((at, at + 1), (at - 1, at)):
        if upper < 0 or lower >= len(top):
            continue
        over, names = (list(map(exact, top[i][1])) for i in (upper, lower))
        over += [""] * (len(names) - len(over))
        inner = over[1:]
        said = [g for g in inner if g]
        named = [n for n in names[1:] if n]
        if len(set(said)) < 2 or len(over) > len(names) or any(loose(n) in VOTE_WORDS or _is_number(n) for n in named):
            continue
        if upper == at and (len(named) < len(said) or len(said) == len(inner) == len(set(said))):
            continue  # a header like any other, with a row below it
        if upper == at and len(fields_named(over if names[0] else inner)) > len(fields_named(names)):
            continue
        if upper == at and 3 * sum(b in ("", a) for a, b in pairwise(inner)) < len(inner):
            continue
        group, groups = "", [over[0]]
        for cell, name in zip(inner, names[1:], strict=True):
            group = cell or group
            groups.append(group if name or cell else "")
        return lower, groups
    return at, []


def _is_number(text: str) -> bool:
    return text.replace(",", ".").replace(".", "", 1).lstrip("-+−").isdecimal() and not YEAR.fullmatch(text)


def _with_upper(head: Sequence[str], groups: Sequence[str]) -> tuple[str, ...]:
    """The header, with the cell above where its own is blank, as one that is merged over both rows."""
    wide = [*head, *[""] * (len(groups) - len(head))]
    return tuple(h if h.strip() or i >= len(groups) else groups[i] for i, h in enumerate(wide))


def _header_at(top: Sequence[NumberedRow], named: Collection[str]) -> int:
    """The row that the user names columns of, or that names two fields; else the first with two cells.

    A later row wins only where it names two fields more: the cells of a table, too, may be words of a header.
    """
    words = [[loose(c) for c in cells] for _, cells in top]
    # A first cell that the user speaks of may name a row below the header: a sum, a heading.
    usual = _header_at(top, ()) if named else len(top)
    hits = [
        sum(w in named for i, w in enumerate(row) if w and (i or at <= usual)) if sum(map(bool, row)) > 1 else 0
        for at, row in enumerate(words)
    ]
    scores = [len(fields_named(cells)) if n == max(hits) else 0 for (_, cells), n in zip(top, hits, strict=True)]
    if max(hits) or max(scores) > 1:
        return next(
            at
            for at, (n, score) in enumerate(zip(hits, scores, strict=True))
            if n == max(hits) and score >= max(scores) - 1 and (n or score > 1)
        )
    filled = [sum(map(bool, map(str.strip, cells))) for _, cells in top]
    return next((at for at, number in enumerate(filled) if number > 1), 0)


def header_of(sheet: Sheet, named: Collection[str] = (), row: int = 0) -> NumberedRow:
    """The header row and its number; `row` where that is known."""
    if row:
        return next((r for r in sheet.rows if r[0] == row), (row, ()))
    top = list(sheet.rows[:LOOKED_AT])
    return top[_header_at(top, {loose(n) for n in named})]


def fields_named(cells: Sequence[str]) -> set[str]:
    """The fields that a row names, were it the header; words that are stances as well (`no`) say nothing of that."""
    return {WORDS[w] for c in cells if (w := loose(c)) in WORDS and w not in VOTE_WORDS}


def likeness(sheet: Sheet, named: Collection[str] = ()) -> int:
    """How much a sheet looks like one of statements: the columns needed that its header names, or 2 of a wide sheet."""
    top = list(sheet.rows[:LOOKED_AT])
    if not top:
        return 0
    wanted = {loose(n) for n in named}
    head = [c for c in top[_header_at(top, wanted)][1] if c.strip()]
    needed = len(fields_named(head) & {*REQUIRED}) + sum(loose(c) in wanted for c in head)
    unknown = sum(loose(c) not in WORDS for c in head)
    return max(needed, 2 if needed and unknown > 1 else 0)


_NO_VALUE = "is a formula whose value was never calculated: open the file in a spreadsheet program and save it"


def _headers(head: Sequence[str], width: int) -> list[str]:
    """A name for each column: as written, `(2)` after one that occurs again, `column 5` for one without."""
    names: dict[str, None] = {}
    for number in range(max(width, len(head))):
        name = exact(head[number]) if number < len(head) else ""
        base = name or f"column {number + 1}"
        name, times = base, 1
        while name in names:
            times += 1
            name = f"{base} ({times})"
        names[name] = None
    return list(names)


def filled_down(sheet: Sheet, header_row: int, file: str) -> tuple[Sheet, list[str]]:
    """The sheet with merged cells below its header filled down, and their ranges."""
    wanted = [(first, last, column) for first, last, column in sheet.merged if first > header_row]
    if not wanted:
        return sheet, []
    from openpyxl.utils import get_column_letter  # only a workbook has merged cells

    rows = list(sheet.rows)
    numbers = [number for number, _ in rows]
    left, ranges = MOST_CELLS, []
    for first, last, column in wanted:
        at, end = bisect_left(numbers, first), bisect_right(numbers, last)
        left -= end - at
        if left < 0:
            refuse(file, TOO_MANY)
        if at == end or numbers[at] != first or len(rows[at][1]) <= column or not rows[at][1][column].strip():
            continue
        value = rows[at][1][column]
        for i in range(at + 1, end):
            number, cells = rows[i]
            wide = [*cells, *[""] * (column + 1 - len(cells))]
            wide[column] = wide[column] or value
            rows[i] = (number, tuple(wide))
        letter = get_column_letter(column + 1)
        ranges.append(f"{letter}{first}:{letter}{last}")
    return replace(sheet, rows=rows), ranges
