"""The cells of a file as rows of text (`Sheet`), whatever they mean: `xlsx` reads workbooks, `csv` hand-made CSV."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from matrix.export import cell_text
from matrix.importing.file_cells.encoding import Encoding

BOOKS, TEXTS = (".xlsx", ".xlsm", ".ods", ".xls"), (".csv", ".tsv", ".txt")  # endings of files with sheets
MOST_CELLS = 20_000_000  # of a file, counted as laid out: with the blanks before a row's last value
MOST_ROWS, MOST_COLUMNS = cell_text.MOST_ROWS, cell_text.MOST_COLUMNS
TOO_MANY = f"holds more than {MOST_CELLS:,} cells, blanks between values included; split it"

NumberedRow = tuple[int, tuple[str, ...]]


@dataclass(frozen=True)
class Sheet:
    """The rows of a sheet as text, as a person would have typed it; places are a row from 1 and a column from 0.

    rows: the row's number in the spreadsheet and its cells, without trailing blanks; blank rows are left out.
    uncalculated: formulas whose value the file does not hold.
    merged: cells that reach over several rows: first and last row, and the column that holds the value.
    hidden_rows (also those that a filter hides), hidden_columns, struck (the whole cell), comments: as the sheet shows.
    colours: of cells without text, as RRGGBB; not those that are as the row's first cell is.
    partly_struck: cells whose text comes without the part that is struck out.
    encoding: of a text file, how it was read.
    """

    name: str
    hidden: bool
    rows: Sequence[NumberedRow]
    uncalculated: frozenset[tuple[int, int]] = frozenset()
    merged: tuple[tuple[int, int, int], ...] = ()
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    struck: frozenset[tuple[int, int]] = frozenset()
    comments: Mapping[tuple[int, int], str] = field(default_factory=dict)
    colours: Mapping[tuple[int, int], str] = field(default_factory=dict)
    partly_struck: frozenset[tuple[int, int]] = frozenset()
    encoding: Encoding | None = field(default=None, compare=False)
