"""What is wrong with a dataset, as values: where, what was found, what was allowed, what was probably meant."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NoReturn

from rapidfuzz.fuzz import ratio
from rapidfuzz.process import extractOne

SHOWN = 60  # characters of a found value that a message repeats: enough to recognise it
LISTED = 12  # allowed values that a message lists; of more, only the near miss
LONGEST = 200


@dataclass(frozen=True, order=True)
class Problem:
    """One thing wrong at one place; `row` is the row a spreadsheet shows (the header is row 1), 0 for a whole file.

    `sheet`: of an edited workbook, where the table of `file` was read from it; `row` is then that sheet's.
    """

    file: str
    row: int
    column: str
    message: str
    warning: bool = False
    sheet: str = ""

    @property
    def place(self) -> str:
        """`statements.csv row 4, column stance`, or `Statements row 4, column stance`."""
        where = self.sheet or self.file
        if self.row:
            where += f" row {self.row}"
        if self.column:
            where += f", column {self.column}"
        return where

    def __str__(self) -> str:
        return f"{self.place}: {'warning: ' if self.warning else ''}{self.message}"


class DatasetError(ValueError):
    """The data cannot be used; `problems` holds every reason, not just the first."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)) or "the dataset cannot be used")


class SelectionError(ValueError):
    """A filter names something that the dataset does not have."""


def refuse(file: str, message: str, row: int = 0, column: str = "") -> NoReturn:
    """Raise DatasetError for a file that cannot be read: one sentence, with its place where there is one."""
    raise DatasetError([Problem(file, row, column, message)]) from None


def shown(value: str) -> str:
    """A found value for a message: quoted, control characters escaped, cut to a readable length."""
    return repr(value if len(value) <= SHOWN else value[: SHOWN - 1] + "…")


def near_miss(value: str, allowed: Sequence[str]) -> str:
    """`; did you mean 'support'?` where one allowed value is close, as a whole or in one of its words; else nothing."""
    whole, words = _keys(tuple(allowed))
    key = re.sub(r"[\s_]+", "-", value.strip().casefold()[:LONGEST])
    if key in whole:
        return f"; did you mean {whole[key]!r}?"
    for candidates, cutoff in ((whole, 60), (words, 75)):
        if hit := extractOne(key, candidates.keys(), scorer=ratio, score_cutoff=cutoff):
            return f"; did you mean {candidates[hit[0]]!r}?"
    return ""


@lru_cache(maxsize=16)  # one call for every wrong value of a column, all against the same ids
def _keys(allowed: tuple[str, ...]) -> tuple[dict[str, str], dict[str, str]]:
    """The allowed values by their folded form, and by each word of it that says something."""
    whole = {a.casefold(): a for a in reversed(allowed)}
    return whole, {w: a for f, a in whole.items() for w in f.split("-") if len(w) > 2}


def not_one_of(value: str, allowed: Sequence[str]) -> str:
    """`'suport' is not one of support, oppose; did you mean 'support'?`"""
    listed = ", ".join(allowed[:LISTED]) + (f", … ({len(allowed)} in all)" if len(allowed) > LISTED else "")
    if not allowed:
        return f"{shown(value)} is unknown: this dataset defines nothing of the kind"
    return f"{shown(value)} is not one of {listed}{near_miss(value, allowed)}"
