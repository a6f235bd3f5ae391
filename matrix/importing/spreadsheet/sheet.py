"""What a sheet from outside is once it is in, and how big it may be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from matrix.export import cell_text

MOST_CELLS = 20_000_000  # of a file, counted as laid out: with the blanks before a row's last value
MOST_ROWS, MOST_COLUMNS = cell_text.MOST_ROWS, cell_text.MOST_COLUMNS
TOO_MANY = f"holds more than {MOST_CELLS:,} cells, blanks between values included; split it"

Row = tuple[int, tuple[str, ...]]


@dataclass(frozen=True)
class Sheet:
    """The rows of a sheet as text, as a person would have typed it.

    rows: the row's number in the spreadsheet (from 1) and its cells, without trailing blanks; blank rows are left out.
    unvalued: row and column (from 0) of formulas whose value the file does not hold, as no program calculated it.
    merged: cells that reach over several rows: first and last row, and the column (from 0) that holds the value.
    """

    name: str
    hidden: bool
    rows: Sequence[Row]
    unvalued: frozenset[tuple[int, int]] = frozenset()
    merged: tuple[tuple[int, int, int], ...] = ()
