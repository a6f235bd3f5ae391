"""What an export answers: how much was written, and every place where a text had to be altered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Altered:
    """A cell whose text is not exactly the dataset's; `row` as the spreadsheet shows it."""

    sheet: str
    row: int
    column: str
    what: str

    def __str__(self) -> str:
        return f"{self.sheet} row {self.row}, column {self.column}: {self.what}"


@dataclass(frozen=True)
class Report:
    """Rows per sheet, links and notes of the matrix, what was altered, and what Excel's limits made us leave out."""

    rows: Mapping[str, int]
    links: int
    notes: int
    altered: tuple[Altered, ...] = ()
    left_out: tuple[str, ...] = ()
