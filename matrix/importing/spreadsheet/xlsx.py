"""An .xlsx file from outside comes in, its sheets go out as text: guarded first, then streamed."""

from __future__ import annotations

import math
import posixpath
import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import NoReturn

from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format, is_timedelta_format
from openpyxl.utils import column_index_from_string, get_column_letter
from openpyxl.utils.datetime import MAC_EPOCH, WINDOWS_EPOCH, from_excel

from matrix.dataset.problems import shown
from matrix.export import cell_text
from matrix.importing.guard import Archive, find_elements, local, opened, read_elements, too_deep
from matrix.importing.spreadsheet.sheet import MOST_CELLS, MOST_COLUMNS, MOST_ROWS, TOO_MANY, Sheet

# XlsxWriter and LibreOffice escape `_x0041_x0042_` as `_x005F_x0041_x0042_`, Excel each part of it: both are undone.
_ESCAPE = re.compile("_x005F(_x[0-9A-Fa-f]{4}_)(?!x005F_x[0-9A-Fa-f]{4}_)|_x([0-9A-Fa-f]{4})_")
_SURROGATE = re.compile("[\ud800-\udfff]")
_WHOLE = re.compile(r"[+-]?[0-9]{1,32}")
_NUMBER = re.compile(r"\s*[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,4})?\s*")
_LONGEST_FORMAT = 255
_LONGEST_NUMBER = 400
_EAST_ASIAN_DATES = {*range(27, 37), *range(50, 59)}  # built into Excel, missing in openpyxl


def unescaped(text: str) -> str:
    """The text without OOXML's escapes: `_x000D_` is CR, `_x005F_x0041_` is `_x0041_`."""
    if "_x" not in text:
        return text
    plain = _ESCAPE.sub(lambda found: found[1] or chr(int(found[2], 16)), text)
    if _SURROGATE.search(plain):  # two escapes may make one character
        plain = plain.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")
    return plain


def number_text(stored: str) -> str | None:
    """`0.30000000000000004` as 0.3 and `3.0` as 3: 15 digits, as spreadsheets show; None for what is no number."""
    if _WHOLE.fullmatch(stored):
        return str(int(stored))  # identifiers of 16 and more digits stay whole
    if len(stored) > _LONGEST_NUMBER or not _NUMBER.fullmatch(stored) or not math.isfinite(float(stored)):
        return None
    text = f"{float(stored):.15g}"
    if "e+" in text and abs(float(text)) < 1e21:
        return str(int(float(text)))
    return "0" if text == "-0" else text


def date_text(stored: str, epoch: datetime, elapsed: bool) -> str | None:
    """The serial number of a day as ISO text, with the time only where there is one; None where it is no day."""
    if number_text(stored) is None:
        return None
    try:
        moment = from_excel(float(stored), epoch, timedelta=elapsed)
    except (OverflowError, ValueError):
        return None
    return moment_text(moment)


def moment_text(moment: datetime | date | time | timedelta) -> str:
    """A date, time, both or a length of time as ISO text."""
    if isinstance(moment, datetime) and moment.time() == time():
        return moment.date().isoformat()
    if isinstance(moment, timedelta):
        minutes, seconds = divmod(round(moment.total_seconds()), 60)
        return f"{minutes // 60}:{minutes % 60:02}:{seconds:02}"
    return moment.isoformat()


def iso_text(stored: str) -> str:
    """A day stored as ISO text (as strict OOXML has it): without a time where it is midnight."""
    try:
        return moment_text(datetime.fromisoformat(stored))
    except ValueError:
        return stored


def shows_date(number: int, formats: dict[int, str]) -> bool:
    """Whether a number format shows a day or time."""
    if number not in formats and number in _EAST_ASIAN_DATES:
        return True
    return bool(is_date_format(_format(number, formats)))


def shows_elapsed(number: int, formats: dict[int, str]) -> bool:
    """Whether a number format shows a length of time (`[h]:mm`)."""
    return bool(is_timedelta_format(_format(number, formats)))


def _format(number: int, formats: dict[int, str]) -> str:
    code: str = formats.get(number) or BUILTIN_FORMATS.get(number, "General")
    return "General" if len(code) > _LONGEST_FORMAT or code.casefold().startswith("general") else code


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


MOST_TEXTS = 5_000_000
TYPES, ROOT = "[Content_Types].xml", "_rels/.rels"
_OTHERS = {
    "word/document.xml": "is a Word document; a spreadsheet (.xlsx) is wanted",
    "ppt/presentation.xml": "is a presentation; a spreadsheet (.xlsx) is wanted",
    "xl/workbook.bin": "is a binary workbook (.xlsb); save it as .xlsx",
    "index/document.iwa": "is a Numbers document; export it as .xlsx",
    "content.xml": "is an OpenDocument file (.ods); save it as .xlsx",
}
_MACROS = "holds macros; save it as .xlsx, which has none"


@dataclass(frozen=True)
class Place:
    """A sheet in the file: its name, whether it is hidden, the part that holds it."""

    name: str
    hidden: bool
    part: str


@dataclass(frozen=True)
class Book:
    """What the cells of all sheets refer to; dates: the cell styles that show one -> whether it is a length of time."""

    sheets: list[Place]
    texts: list[str]
    dates: dict[int, bool]
    epoch: datetime


def read_book(archive: Archive) -> Book:
    """The workbook's frame; DatasetError where it is none, or one with macros."""
    _right_kind(archive)
    main = next((p for kind, p in _relations(archive, ROOT).values() if kind == "officeDocument"), None)
    if main is None:
        archive.refuse("is not a workbook, whatever its name says")
    relations = _relations(
        archive, posixpath.join(posixpath.dirname(main), "_rels", posixpath.basename(main) + ".rels")
    )
    places, epoch = _sheets(archive, main, relations)
    single = dict(relations.values())
    texts = _texts(archive, single["sharedStrings"]) if "sharedStrings" in single else []
    dates = _dates(archive, single["styles"]) if "styles" in single else {}
    return Book(places, texts, dates, epoch)


def _right_kind(archive: Archive) -> None:
    parts = [p.casefold() for p in archive.parts]
    if any(p.endswith("vbaproject.bin") or "/macrosheets/" in p for p in parts):
        archive.refuse(_MACROS)
    for part, message in _OTHERS.items():
        if archive.find(part) and not archive.find("xl/workbook.xml"):
            archive.refuse(message)
    if not archive.find(TYPES) or not archive.find(ROOT):
        archive.refuse("is not a workbook, whatever its name says")
    if any(
        "macroenabled" in a.get("ContentType", "").casefold()
        for _, a in find_elements(archive, TYPES, {"Override", "Default"})
    ):
        archive.refuse(_MACROS)


def _relations(archive: Archive, part: str) -> dict[str, tuple[str, str]]:
    """Id -> (last word of the kind, the part it leads to); what leads out of the file is left out."""
    folder = posixpath.dirname(posixpath.dirname(part))
    found = {}
    for _, a in find_elements(archive, part, {"Relationship"}):
        if a.get("TargetMode", "").casefold() == "external":
            continue
        target = posixpath.normpath(posixpath.join("/", folder, a.get("Target", ""))).lstrip("/")
        found[a.get("Id", "")] = (a.get("Type", "").rpartition("/")[2], target)
    return found


def _sheets(archive: Archive, main: str, relations: dict[str, tuple[str, str]]) -> tuple[list[Place], datetime]:
    places: list[Place] = []
    epoch = WINDOWS_EPOCH
    for tag, a in find_elements(archive, main, {"sheet", "workbookPr"}):
        if tag == "workbookPr":
            epoch = MAC_EPOCH if a.get("date1904") in ("1", "true") else WINDOWS_EPOCH
            continue
        kind, part = relations.get(a.get("id", ""), ("", ""))
        if kind != "worksheet":
            continue  # sheets of charts and dialogs hold no cells
        if not archive.find(part):
            archive.refuse(f"is incomplete: its part {shown(part)} is missing")
        places.append(Place(unescaped(a.get("name", "")), a.get("state", "visible") != "visible", part))
    if not places:
        archive.refuse("holds no sheet with cells")
    for what in ([p.part.casefold() for p in places], [p.name.casefold() for p in places]):
        if len(set(what)) < len(what):
            archive.refuse("names a sheet twice")
    return places, epoch


class _Texts:
    """Collects the table of texts: runs are joined, readings of Chinese characters (rPh) left out."""

    def __init__(self, archive: Archive, part: str) -> None:
        self.pieces: list[str] = []
        self.texts: list[str] = []
        self._archive, self._part, self._depth, self._reading = archive, part, 0, 0
        self._runs: list[str] = []

    def start(self, name: str, _attributes: dict[str, str]) -> None:
        self.pieces.clear()
        self._depth += 1
        too_deep(self._archive, self._part, self._depth)
        if local(name) == "rPh":
            self._reading += 1

    def end(self, name: str) -> None:
        self._depth -= 1
        tag = local(name)
        if tag == "t" and not self._reading:
            self._runs.append(unescaped("".join(self.pieces)))
        elif tag == "rPh":
            self._reading -= 1
        elif tag == "si":
            self.texts.append("".join(self._runs))
            self._runs.clear()
            if len(self.texts) > MOST_TEXTS:
                self._archive.refuse(f"holds more than {MOST_TEXTS:,} different texts; split it")


def _texts(archive: Archive, part: str) -> list[str]:
    handler = _Texts(archive, part)
    read_elements(archive, part, handler)
    return handler.texts


def _dates(archive: Archive, part: str) -> dict[int, bool]:
    """The cell styles that show a day or time, and whether it is a length of time."""
    formats: dict[int, str] = {}
    styles: list[int] = []
    inside = False
    for tag, a in find_elements(archive, part, {"numFmt", "cellStyleXfs", "cellXfs", "cellStyles", "dxfs", "xf"}):
        if tag == "xf":
            if inside:
                styles.append(_whole(a.get("numFmtId", "0")))
        elif tag == "numFmt":
            formats.setdefault(_whole(a.get("numFmtId", "0")), a.get("formatCode", ""))
        else:
            inside = tag == "cellXfs"
    dated = {number for number in set(styles) if shows_date(number, formats)}
    return {style: shows_elapsed(number, formats) for style, number in enumerate(styles) if number in dated}


def _whole(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 10 else 0


def read_workbook(
    source: Path | bytes, name: str = "", *, most_cells: int = MOST_CELLS, too_many: str = TOO_MANY
) -> list[Sheet]:
    """Every sheet of an .xlsx file in order; `name` is the file's in messages when bytes are given.

    `most_cells`: of all sheets together, counted as laid out; a file with more is refused with the words `too_many`.

    Formulas count as their stored values; links to other files are not followed. DatasetError, one sentence, for what
    is no workbook, hostile, damaged, or bigger than a spreadsheet program would bear.
    """
    sheets = []
    with opened(source, name, most={"row": cell_text.MOST_ROWS}) as archive:
        book = read_book(archive)
        room = most_cells
        for place in book.sheets:
            sheet, laid = read_cells(archive, place, book, room, too_many)
            sheets.append(sheet)
            room -= laid
    return sheets
