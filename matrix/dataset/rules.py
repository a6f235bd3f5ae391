"""Where and how a rule is broken becomes problems: a line for each row, the rest of many counted."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from matrix.dataset.frames import FIRST_ROW
from matrix.dataset.problems import Problem, shown
from matrix.dataset.schema import Table

REPEATS = 20  # rows listed for one and the same wrong value; the rest are counted in one line

Bools = NDArray[np.bool_]


def at(table: Table, index: Any, column: str, message: str, *, warning: bool = False) -> Problem:
    """A problem at the row of a frame, with the number that its file shows."""
    return Problem(table.file, int(index) + FIRST_ROW, column, message, warning)


def listed(table: Table, column: str, rows: Iterable[Any], message: str, *, warning: bool = False) -> Iterator[Problem]:
    """The same problem at many rows: the first of them one by one, the rest counted."""
    rows = list(rows)
    for i in rows[:REPEATS]:
        yield at(table, i, column, message, warning=warning)
    if len(rows) > REPEATS:
        rest = f"{message} (the same in {len(rows) - REPEATS:,} more rows)"
        yield at(table, rows[REPEATS], column, rest, warning=warning)


def equal(values: pd.Series[Any], text: str) -> Bools:
    """Which values are exactly this text."""
    if isinstance(values.dtype, pd.CategoricalDtype):
        hit = np.append(np.asarray(values.cat.categories == text, dtype=bool), False)
        return np.asarray(hit[values.cat.codes.to_numpy()], dtype=bool)
    return np.asarray(values == text, dtype=bool)


def where_not(
    table: Table, column: str, values: pd.Series[Any], pattern: str, message: str, *, warning: bool = False
) -> Iterator[Problem]:
    """A problem for every value that is neither blank nor of the pattern."""
    fits = pc.match_substring_regex(as_text(values), pattern=rf"^(?:{pattern})?$").to_numpy(zero_copy_only=False)
    # RE2's `$` is the end of the text, so that "id\n" does not fit.
    bad = values[~fits.astype(bool)]
    for value, rows in bad.groupby(bad, sort=False).groups.items():
        yield from listed(table, column, rows, f"{shown(str(value))} {message}", warning=warning)


def as_text(values: pd.Series[Any]) -> pa.LargeStringArray:
    """The values as one array of Arrow's."""
    text = pa.array(values, pa.large_string()) if len(values) else pa.array([], pa.large_string())
    return text.combine_chunks() if isinstance(text, pa.ChunkedArray) else text


def each_value(
    table: Table, column: str, values: pd.Series[Any], judge: Callable[[str], str], *, warning: bool = False
) -> Iterator[Problem]:
    """Judge every distinct value once; a problem for each row that holds a bad one."""
    coded = values if isinstance(values.dtype, pd.CategoricalDtype) else values.astype("category")
    codes = coded.cat.codes.to_numpy()
    wrong = {c: m for c, v in enumerate(coded.cat.categories) if v and (m := judge(v))}
    if not wrong:
        return
    for c, message in wrong.items():
        yield from listed(table, column, values.index[codes == c], message, warning=warning)
