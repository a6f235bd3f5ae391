"""What the rules of the check find: rows and a reason in, problems out - one a row, or one for all rows of a kind."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from matrix.dataset.frames import FEW, FIRST_ROW, codes_and_words
from matrix.dataset.problems import Problem, shown
from matrix.dataset.schema import Table

MOST = 20  # rows of a kind that keep a line each; more are one line
_FIRST = 3  # rows that such a line names

Bools = NDArray[np.bool_]


@dataclass
class Report:
    """Collects what is wrong. Rows stay numbers in arrays: only what is shown becomes a problem with its words.

    With `every`, each row is a problem of its own, however many there are.
    """

    every: bool = False
    problems: list[Problem] = field(default_factory=list)

    def add(
        self,
        table: Table,
        column: str,
        rows: Any,
        message: str | Callable[[int], str],
        many: str = "",
        *,
        warning: bool = False,
    ) -> None:
        """Rows of a table's index in which a column is wrong in one way.

        `message` says what is wrong with one row, or makes these words from its place among `rows`; `many` says it of
        all of them. Without `many`, the message must be a text that is true of many rows too.
        """
        if not len(rows):
            return
        rows = np.asarray(rows, dtype=np.int64)
        if len(rows) > MOST and not self.every:
            words = many or str(message)
            first = tuple((rows[:_FIRST] + FIRST_ROW).tolist())
            self.problems.append(Problem(table.file, 0, column, words, warning, len(rows), first))
            return
        for place, row in enumerate(rows.tolist()):
            words = message if isinstance(message, str) else message(place)
            self.problems.append(Problem(table.file, row + FIRST_ROW, column, words, warning))

    def add_values(
        self,
        table: Table,
        column: str,
        values: pd.Series[Any],
        judge: Judge,
        *,
        warning: bool = False,
    ) -> None:
        """Judge every distinct value of a column once, and report each row that holds a wrong one."""
        codes, names = codes_and_words(values)
        wrong = [bool(v) and judge.wrong(v) for v in names]
        if not any(wrong):
            return
        at = np.flatnonzero(np.array([*wrong, False])[codes])
        if not len(at):
            return
        index, bad = values.index.to_numpy(), codes[at]
        if len(at) <= MOST or self.every:
            words = {c: judge.message(names[c]) for c in np.unique(bad).tolist()}
            self.add(table, column, index[at], lambda place: words[int(bad[place])], warning=warning)
        elif len(found := np.unique(bad)) <= MOST:
            for c in found.tolist():
                self.add(table, column, index[at[bad == c]], judge.message(names[c]), warning=warning)
        else:  # of that many values the near misses would help nobody
            self.add(table, column, index[at], "", judge.many, warning=warning)

    def add_unlike(
        self,
        table: Table,
        column: str,
        values: pd.Series[Any],
        pattern: str,
        one: str,
        many: str,
        *,
        warning: bool = False,
    ) -> None:
        """Report every value that is neither blank nor of the pattern; `one` follows the value, `many` all of them."""
        fits = pc.match_substring_regex(as_text(values), pattern=rf"^(?:{pattern})?$").to_numpy(zero_copy_only=False)
        # RE2's `$` is the end of the text, so that "id\n" does not fit.
        bad = values[~fits.astype(bool)]
        self.add(table, column, bad.index, lambda place: f"{shown(str(bad.iloc[place]))} {one}", many, warning=warning)

    def add_nul(self, table: Table, column: str, values: pd.Series[Any]) -> None:
        """Report every value with a NUL character, which neither a spreadsheet nor a database keeps."""
        coded = isinstance(values.dtype, pd.CategoricalDtype)
        text = values.cat.categories if coded else values
        if len(text) <= FEW and "\0" not in "".join(text.tolist()):
            return
        hit = pc.match_substring(pa.array(text, pa.large_string()), "\0")
        if pc.any(hit).as_py():
            found = hit.to_numpy(zero_copy_only=False).astype(bool)
            rows = np.append(found, False)[values.cat.codes.to_numpy()] if coded else found
            words = "contains a NUL character, which neither spreadsheets nor databases keep; remove it"
            self.add(table, column, values.index[rows], words, warning=True)


@dataclass(frozen=True)
class Judge:
    """What one value of a column may be: `wrong` decides, `message` says why not, `many` says it of many values."""

    wrong: Callable[[str], bool]
    message: Callable[[str], str]
    many: str

    @classmethod
    def by_words(cls, why: Callable[[str], str], many: str) -> Judge:
        """A judge that finds the words as quickly as the decision."""
        return cls(lambda value: bool(why(value)), why, many)

    @classmethod
    def of(cls, allowed: Collection[str], message: Callable[[str], str], many: str) -> Judge:
        """A judge that looks a value up."""
        return cls(lambda value: value not in allowed, message, many)


def equal(values: pd.Series[Any], text: str) -> Bools:
    """Which values are exactly this text."""
    if isinstance(values.dtype, pd.CategoricalDtype):
        codes, words = codes_and_words(values)
        return np.asarray(np.array([*(w == text for w in words), False])[codes], dtype=bool)
    if len(values) <= FEW:
        return np.array([v == text for v in values.tolist()], dtype=bool)
    return np.asarray(values == text, dtype=bool)


def as_text(values: pd.Series[Any]) -> pa.LargeStringArray:
    """The values as one array of Arrow's."""
    text = pa.array(values, pa.large_string()) if len(values) else pa.array([], pa.large_string())
    return text.combine_chunks() if isinstance(text, pa.ChunkedArray) else text
