"""An .xlsx file from outside comes in, its sheets go out as text: guarded first, then streamed."""

from __future__ import annotations

from pathlib import Path

from matrix.exchange import guard
from matrix.exchange.sheets.book import read_book
from matrix.exchange.sheets.cells import read_cells
from matrix.exchange.sheets.sheet import MOST_CELLS, TOO_MANY, Sheet
from matrix.exchange.unpacking import opened


def read_workbook(
    source: Path | bytes, name: str = "", *, most_cells: int = MOST_CELLS, too_many: str = TOO_MANY
) -> list[Sheet]:
    """Every sheet of an .xlsx file in order; `name` is the file's in messages when bytes are given.

    `most_cells`: of all sheets together, counted as laid out; a file with more is refused with the words `too_many`.

    Formulas count as their stored values; links to other files are not followed. DatasetError, one sentence, for what
    is no workbook, hostile, damaged, or bigger than a spreadsheet program would bear.
    """
    sheets = []
    with opened(source, name, most={"row": guard.MOST_ROWS}) as archive:
        book = read_book(archive)
        room = most_cells
        for place in book.sheets:
            sheet, laid = read_cells(archive, place, book, room, too_many)
            sheets.append(sheet)
            room -= laid
    return sheets
