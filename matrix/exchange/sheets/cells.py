"""The XML of one sheet streams by; out come its rows as text, and a plain sentence for what no spreadsheet holds."""

from __future__ import annotations

import re
from typing import NoReturn

from openpyxl.utils import column_index_from_string, get_column_letter

from matrix.dataset.problems import shown
from matrix.exchange.elements import read_elements, too_deep
from matrix.exchange.sheets.book import Book, Place
from matrix.exchange.sheets.sheet import MOST_CELLS, MOST_COLUMNS, MOST_ROWS, TOO_MANY, Sheet
from matrix.exchange.sheets.values import date_text, iso_text, number_text, unescaped
from matrix.exchange.unpacking import Archive

_SPACES = ("http://schemas.openxmlformats.org/spreadsheetml/2006/main", "http://purl.oclc.org/ooxml/spreadsheetml/main")
_TAGS = {f"{space} {tag}": tag for space in _SPACES for tag in ("row", "c", "v", "f", "t", "rPh", "mergeCell")}
_ROW, _CELL = 3, 4  # how deep rows and cells stand: worksheet, sheetData, row, c
_REFERENCE = re.compile("([A-Z]{1,3})([0-9]{1,7})")
_RANGE = re.compile(r"\$?([A-Z]{1,3})\$?([0-9]{1,7}):\$?([A-Z]{1,3})\$?([0-9]{1,7})")
_FAR_ROWS, _FAR_COLUMNS = 100_000, 1_000  # blanks before a value that nobody put there on purpose
_LETTERS = [get_column_letter(c) for c in range(1, MOST_COLUMNS + 1)]


def read_cells(
    archive: Archive, place: Place, book: Book, room: int = MOST_CELLS, too_many: str = TOO_MANY
) -> tuple[Sheet, int]:
    """A sheet, and the number of its cells as laid out, which may be `room`; `too_many` says that there are more."""
    cells = _Cells(archive, place, book, room, too_many)
    read_elements(archive, place.part, cells)
    return Sheet(place.name, place.hidden, cells.rows, frozenset(cells.unvalued), tuple(cells.merged)), cells.laid


class _Cells:
    def __init__(self, archive: Archive, place: Place, book: Book, room: int, too_many: str) -> None:
        self.pieces: list[str] = []
        self.rows: list[tuple[int, tuple[str, ...]]] = []
        self.unvalued: list[tuple[int, int]] = []
        self.merged: list[tuple[int, int, int]] = []
        self.laid = 0
        self._archive, self._place, self._book, self._room = archive, place, book, room
        self._too_many = too_many
        self._depth = self._row = self._filled = self._widest = self._reading = 0
        self._number = ""  # the row's, as text
        self._cells: list[str] = []
        self._column = -1
        self._kind, self._style = "n", ""
        self._value = ""
        self._runs: list[str] = []
        self._formula = self._said = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self.pieces.clear()
        self._depth += 1
        tag = _TAGS.get(name)
        if tag == "c" and self._depth == _CELL:
            self._begin_cell(attributes)
        elif tag == "row" and self._depth == _ROW:
            self._begin_row(attributes)
        elif tag == "rPh":
            self._reading += 1
        elif tag == "mergeCell":
            self._merged(attributes.get("ref", ""))
        elif self._depth > _CELL:
            too_deep(self._archive, self._place.part, self._depth)

    def end(self, name: str) -> None:
        self._depth -= 1
        tag = _TAGS.get(name)
        if tag == "v":
            self._value = "".join(self.pieces)
        elif tag == "c" and self._depth == _CELL - 1:
            self._end_cell()
        elif tag == "t":
            if not self._reading:
                self._runs.append(unescaped("".join(self.pieces)))
        elif tag == "f":
            self._formula = True
        elif tag == "rPh":
            self._reading -= 1
        elif tag == "row" and self._depth == _ROW - 1:
            self._end_row()

    def _begin_row(self, attributes: dict[str, str]) -> None:
        number = attributes.get("r", "")
        row = self._row + 1 if not number else int(number) if number.isdecimal() and len(number) < 8 else 0
        if not self._row < row <= MOST_ROWS:
            self._refuse(f"row {shown(number or str(row))} cannot follow row {self._row}", self._row)
        self._row, self._number, self._column = row, str(row), -1

    def _begin_cell(self, attributes: dict[str, str]) -> None:
        column = self._column + 1
        reference = attributes.get("r")
        if reference is None:
            fits = column < MOST_COLUMNS
        elif not (fits := column < MOST_COLUMNS and reference == _LETTERS[column] + self._number):
            found = _REFERENCE.fullmatch(reference)
            index = column_index_from_string(found[1]) - 1 if found else -1
            fits = bool(found) and found[2] == self._number and column <= index < MOST_COLUMNS  # type: ignore[index]
            column = index
        if not fits:
            self._refuse(f"a cell stands where none can, at {shown(reference or 'the end')}", self._row)
        self._column = column
        self._kind, self._style = attributes.get("t", "n"), attributes.get("s", "")
        self._value, self._formula = "", False
        self._runs.clear()

    def _end_cell(self) -> None:
        stored = self._value
        if self._kind == "inlineStr":
            text = "".join(self._runs)
        elif not stored:
            if self._formula and self._kind != "str":
                self.unvalued.append((self._row, self._column))
            return
        else:
            text = self._text(stored)
        if not text:
            return
        gap = self._column - len(self._cells)
        if gap:
            if gap > _FAR_COLUMNS and self._column > self._widest + _FAR_COLUMNS:
                self._far()
            self._cells.extend([""] * gap)
        self._cells.append(text)
        self._said = self._said or not text.isspace()

    def _text(self, stored: str) -> str:
        kind, book = self._kind, self._book
        if kind == "s":
            if stored.isdecimal() and len(stored) < 9 and int(stored) < len(book.texts):
                return book.texts[int(stored)]
        elif kind == "n":
            style = int(self._style) if self._style.isdecimal() and len(self._style) < 9 else 0
            elapsed = book.dates.get(style)
            text = number_text(stored) if elapsed is None else date_text(stored, book.epoch, elapsed)
            text = text or number_text(stored)
            if text is not None:
                return text
        elif kind == "b":
            if stored in ("0", "1", "false", "true"):
                return "true" if stored in ("1", "true") else "false"
        elif kind == "d":
            return iso_text(stored)
        else:  # the value of a formula (str), an error (e)
            return unescaped(stored)
        words = {"s": "a text the workbook does not hold", "b": "a yes or no"}.get(kind, "a number")
        return self._refuse(f"the value {shown(stored)} should be {words}", self._row, self._column)

    def _end_row(self) -> None:
        cells = self._cells
        if self._said:
            if self._row - self._filled > _FAR_ROWS:
                self._far()
            self.laid += len(cells)
            if self.laid > self._room:
                self._archive.refuse(self._too_many)
            self.rows.append((self._row, tuple(cells)))
            self._filled, self._widest = self._row, max(self._widest, len(cells))
        cells.clear()
        self._said = False

    def _merged(self, reference: str) -> None:
        """Where a merge reaches over several rows: only its first cell holds a value. None is as big as the sheet."""
        if found := _RANGE.fullmatch(reference):
            left, top, right, bottom = found.groups()
            wide = abs(column_index_from_string(right) - column_index_from_string(left)) + 1
            if wide * (abs(int(bottom) - int(top)) + 1) > MOST_CELLS:
                self._archive.refuse(
                    f"sheet {shown(self._place.name)} merges the cells {reference} into one; undo that"
                )
            first, last = sorted((int(top), int(bottom)))
            if last > first:
                self.merged.append((first, last, column_index_from_string(left) - 1))

    def _far(self) -> NoReturn:
        where = f"{_LETTERS[self._column]}{self._row}"
        words = f"a value stands alone in {where}, far from all others; delete it, or what is blank before it"
        self._refuse_plainly(words, self._row, _LETTERS[self._column])

    def _refuse(self, what: str, row: int = 0, column: int = -1) -> NoReturn:
        words = f"{what}: the file is damaged; open it in a spreadsheet program and save it again"
        self._refuse_plainly(words, row, _LETTERS[column] if column >= 0 else "")

    def _refuse_plainly(self, what: str, row: int, column: str) -> NoReturn:
        self._archive.refuse(f"in sheet {shown(self._place.name)} {what}", row, column)
