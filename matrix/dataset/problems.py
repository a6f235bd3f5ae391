"""What is wrong with a dataset, as values: where, what was found, what was allowed, what was probably meant."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NoReturn

from rapidfuzz.fuzz import ratio
from rapidfuzz.process import extractOne

from matrix.wording import escaped

SHOWN = 60  # characters of a found value that a message repeats: enough to recognise it
LISTED = 12  # allowed values that a message lists; of more, only the near miss
LONGEST = 200


@dataclass(frozen=True, order=True)
class Problem:
    """One thing wrong at one place, or of one kind in many rows of a column.

    `row` is the row a spreadsheet shows (the header is row 1), 0 for a whole file and for many rows. Of many rows,
    `count` says how many they are and `first` which come first. `sheet`: of an edited workbook, where the table of
    `file` was read from it; the rows are then that sheet's. `kind`: what it is, where code acts on that; the message is
    for readers alone. `offers`: answers to choose from, each as an option takes it, with what it stands for. `others`:
    the other columns that are asked about with `column`, as one of two that may be the same.
    """

    file: str
    row: int
    column: str
    message: str
    warning: bool = False
    count: int = 1
    first: tuple[int, ...] = ()
    sheet: str = ""
    kind: str = field(default="", compare=False)
    offers: tuple[tuple[str, str], ...] = field(default=(), compare=False)
    others: tuple[str, ...] = field(default=(), compare=False)

    @property
    def rows(self) -> str:
        """The row, or how many rows they are; '' for a whole file."""
        return f"{self.count:,} rows" if self.count > 1 else str(self.row or "")

    @property
    def whole_file(self) -> bool:
        """Whether it is said of a file, such as that rows are missing, not of rows in it."""
        return not self.row and self.count == 1

    @property
    def words(self) -> str:
        """The message, with the first of many rows."""
        return f"{self.message}; first rows {', '.join(map(str, self.first))}" if self.first else self.message

    @property
    def table(self) -> str:
        """The sheet or file that is wrong."""
        return self.sheet or self.file

    @property
    def place(self) -> str:
        """`statements.csv row 4, column stance`, or `Statements row 4, column stance`."""
        rows = f", {self.rows}" if self.count > 1 else f" row {self.row}" if self.row else ""
        return self.table + rows + (f", column {self.column}" if self.column else "")

    def __str__(self) -> str:
        warning = "warning: " if self.warning else ""
        column = f", column {self.column}" if self.column else ""
        if self.count > 1:
            return escaped(f"{self.table}: {warning}{self.rows}{column}{',' if column else ''} {self.words}")
        return escaped(f"{self.place}: {warning}{self.message}")


def number_of(problems: Iterable[Problem]) -> int:
    """How many rows are wrong: a problem of many rows counts each of them."""
    return sum(p.count for p in problems)


UNUSABLE = "the dataset cannot be used"


class DatasetError(ValueError):
    """The data cannot be used, or not for this; `problems` holds every reason, `outcome` says what came of it."""

    def __init__(self, problems: Iterable[Problem], *, outcome: str = UNUSABLE) -> None:
        self.problems = tuple(problems)
        self.outcome = outcome
        super().__init__("\n".join(map(str, self.problems)) or outcome)


class SelectionError(ValueError):
    """A filter names something that the dataset does not have."""


def refuse(
    file: str, message: str, row: int = 0, column: str = "", *, offers: Iterable[tuple[str, str]] = ()
) -> NoReturn:
    """Raise DatasetError for a file that cannot be read: one sentence, with its place where there is one."""
    problem = Problem(file, row, column, message, offers=tuple(offers))
    raise DatasetError([problem], outcome="the file cannot be used") from None


def shown(value: str) -> str:
    """A found value for a message: quoted, control characters escaped, cut to a readable length."""
    return repr(value if len(value) <= SHOWN else value[: SHOWN - 1] + "…")


def near_miss(value: str, allowed: Sequence[str], least: int = 60) -> str:
    """`; did you mean 'support'?` where one allowed value is close, as a whole or in one of its words; else nothing.

    `least`: how alike the wholes have to be, of 100: more where the value may well be right as it is.
    """
    whole, words = _keys(tuple(allowed))
    key = re.sub(r"[\s_]+", "-", value.strip().casefold()[:LONGEST])
    if key in whole:
        return f"; did you mean {whole[key]!r}?"
    for candidates, cutoff in ((whole, least), (words, 75)):
        if hit := extractOne(key, candidates.keys(), scorer=ratio, score_cutoff=cutoff):
            return f"; did you mean {candidates[hit[0]]!r}?"
    return ""


@lru_cache(maxsize=16)  # one call for every wrong value of a column, all against the same ids
def _keys(allowed: tuple[str, ...]) -> tuple[dict[str, str], dict[str, str]]:
    """The allowed values by their folded form, and by each word of it that says something."""
    whole = {a.casefold(): a for a in reversed(allowed)}
    return whole, {w: a for f, a in whole.items() for w in f.split("-") if len(w) > 2}


def listed(allowed: Sequence[str]) -> str:
    """The allowed values for a message; of many the first."""
    return ", ".join(allowed[:LISTED]) + (f", … ({len(allowed)} in all)" if len(allowed) > LISTED else "")


def not_one_of(value: str, allowed: Sequence[str]) -> str:
    """`'suport' is not one of support, oppose; did you mean 'support'?`"""
    if not allowed:
        return f"{shown(value)} is unknown: this dataset defines none"
    return f"{shown(value)} is not one of {listed(allowed)}{near_miss(value, allowed)}"
