"""The parts of a workbook, checked before openpyxl reads it: is it sound, and what is hidden, merged or struck out."""

from __future__ import annotations

import colorsys
import math
import posixpath
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NoReturn

from openpyxl.styles.colors import COLOR_INDEX
from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format, is_timedelta_format
from openpyxl.utils import column_index_from_string, get_column_letter

from matrix.dataset.problems import shown
from matrix.importing.file_cells import MOST_CELLS, MOST_COLUMNS, MOST_ROWS, TOO_MANY
from matrix.importing.guard import MOST_FOUND, Archive, find_elements, local, read_elements, too_deep

MOST_TEXTS = 5_000_000
_FAR_ROWS, _FAR_COLUMNS = 100_000, 1_000  # blanks before a value that nobody put there on purpose
_LONGEST_FORMAT = 255  # as Excel has it; longer ones would take openpyxl long
_LONGEST_NUMBER = 400
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_TYPES, _ROOT = "[Content_Types].xml", "_rels/.rels"
_ROW, _CELL = 3, 4  # how deep rows and cells are nested: worksheet, sheetData, row, c
_TAGS = {f"{_MAIN} {tag}": tag for tag in ("row", "c", "v", "f", "t", "rPh", "mergeCell", "col")}
_REFERENCE = re.compile("([A-Z]{1,3})([0-9]{1,7})")
_RANGE = re.compile(r"\$?([A-Z]{1,3})\$?([0-9]{1,7}):\$?([A-Z]{1,3})\$?([0-9]{1,7})")
_WHOLE = re.compile(r"[+-]?[0-9]{1,400}")
_NUMBER = re.compile(r"\s*[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,4})?\s*")
# XlsxWriter and LibreOffice escape `_x0041_x0042_` as `_x005F_x0041_x0042_`, Excel each part of it: both are undone.
_ESCAPE = re.compile("_x005F(_x[0-9A-Fa-f]{4}_)(?!x005F_x[0-9A-Fa-f]{4}_)|_x([0-9A-Fa-f]{4})_")
_RGB = re.compile("[0-9A-F]{6}")
_SURROGATE = re.compile("[\ud800-\udfff]")
_DAY = re.compile(r"\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?Z?)?")
_LETTERS = [get_column_letter(c) for c in range(1, MOST_COLUMNS + 1)]
_EAST_ASIAN_DATES = {*range(27, 37), *range(50, 59)}  # built into Excel, missing in openpyxl
_LAST_DAY = 2_957_000  # from here on, serial numbers are soon past the last day there is, 9999-12-31
_OTHERS = {
    "word/document.xml": "is a Word document; a spreadsheet (.xlsx) is wanted",
    "ppt/presentation.xml": "is a presentation; a spreadsheet (.xlsx) is wanted",
    "xl/workbook.bin": "is a binary workbook (.xlsb); save it as .xlsx",
    "index/document.iwa": "is a Numbers document; export it as .xlsx",
    "content.xml": "is an OpenDocument file; name it .ods, or save it as .xlsx",
}
_NOTHING = ("0", "0.0")  # a height or width that hides as well
_WHITE = ("FFFFFF", "")
_THEME = (
    "lt1",
    "dk1",
    "lt2",
    "dk2",
    *(f"accent{n}" for n in range(1, 7)),
    "hlink",
    "folHlink",
)  # as styles number them
_MACROS = "holds macros; save it as .xlsx, which has none, or name it .xlsm to have its values read"
_DAMAGED = "the file is damaged; open it in a spreadsheet program and save it again"


@dataclass(frozen=True)
class SheetPart:
    """A sheet in the file: its name as stored, the part that holds it, those of its comments and threads ('': none)."""

    name: str
    hidden: bool
    part: str
    comments: str = ""
    threads: str = ""


@dataclass(frozen=True)
class WorkbookParts:
    """What the cells of all sheets refer to.

    texts: the table of texts, each a PlainText where something in it looks like an escape. dates: styles that show a
    day or time -> whether it is a length of time. asian: those of them that openpyxl does not know. struck: styles
    whose text is struck out. struck_texts: places in the table of texts that are struck out as a whole (True), or whose
    struck-out part was left out. fills: styles with a colour behind the text -> that colour, as RRGGBB.
    """

    sheets: list[SheetPart]
    texts: list[str]
    dates: Mapping[int, bool]
    asian: frozenset[int]
    struck: frozenset[int]
    struck_texts: Mapping[int, bool]
    fills: Mapping[int, str]


@dataclass
class SheetLayout:
    """What the XML of a sheet shows beside its values, rows from 1 and columns from 0."""

    last_row: int = 0  # the last one that holds more than white space
    cells: int = 0  # as laid out, blanks before the last value of a row included
    uncalculated: set[tuple[int, int]] = field(default_factory=set)
    merged: list[tuple[int, int, int]] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    struck: set[tuple[int, int]] = field(default_factory=set)
    partly_struck: set[tuple[int, int]] = field(default_factory=set)
    colours: dict[tuple[int, int], str] = field(default_factory=dict)  # of blank cells
    # What openpyxl reads otherwise: days, and texts of several runs that look like an escape where runs meet.
    serials: dict[tuple[int, int], tuple[str, bool]] = field(default_factory=dict)
    texts: dict[tuple[int, int], str] = field(default_factory=dict)


def workbook_parts(archive: Archive) -> WorkbookParts:
    """The workbook's frame; DatasetError where the file is another kind, or holds macros without being named .xlsm."""
    _right_kind(archive)
    main = next((p for kind, p in _relations(archive, _ROOT).values() if kind == "officeDocument"), None)
    if main is None:
        archive.refuse("is not a workbook, despite its name")
    relations = _relations(archive, _relations_of(main))
    sheets = _sheets(archive, main, relations)
    single = dict(relations.values())
    texts, struck_texts = _texts(archive, single["sharedStrings"]) if "sharedStrings" in single else ([], {})
    theme = single.get("theme", "")
    shown_by = _styles(archive, single["styles"], theme) if "styles" in single else ({}, frozenset(), frozenset(), {})
    dates, asian, struck, fills = shown_by
    return WorkbookParts(sheets, texts, dates, asian, struck, struck_texts, fills)


def sheet_layout(
    archive: Archive, sheet: SheetPart, parts: WorkbookParts, most: int = MOST_CELLS, too_many: str = TOO_MANY
) -> SheetLayout:
    """One pass over a sheet's XML; DatasetError, with its place, for all that openpyxl would misread or choke on.

    `most` cells as laid out are taken; `too_many` says that there are more.
    """
    cells = _CellCheck(archive, sheet, parts, most, too_many)
    read_elements(archive, sheet.part, cells)
    return cells.layout


def comments_of(archive: Archive, sheet: SheetPart) -> dict[tuple[int, int], str]:
    """Row (from 1) and column (from 0) -> the text of the comment on that cell."""
    found: dict[tuple[int, int], str] = {}
    for part, tag in ((sheet.comments, "comment"), (sheet.threads, "threadedComment")):
        if part:
            handler = _Comments(archive, part, tag)
            read_elements(archive, part, handler)
            found |= handler.found  # a thread goes before the text that older programs show in its place
    return found


def number_text(stored: str) -> str | None:
    """`0.30000000000000004` as 0.3 and `3.0` as 3: 15 digits, as spreadsheets show; None for what is not a number."""
    if len(stored) > _LONGEST_NUMBER:
        return None
    if _WHOLE.fullmatch(stored):
        return str(int(stored))  # identifiers of 16 and more digits stay whole
    if not _NUMBER.fullmatch(stored) or not math.isfinite(float(stored)):
        return None
    return float_text(float(stored))


def float_text(number: float) -> str:
    """The 15 digits that a spreadsheet shows."""
    text = f"{number:.15g}"
    if "e+" in text and abs(float(text)) < 1e21:
        return str(int(float(text)))
    return "0" if text == "-0" else text


class PlainText(str):
    """A text in which nothing is an escape (`_x000D_`) any more."""

    __slots__ = ()


def unescaped(text: str) -> str:
    """The text without OOXML's escapes: `_x000D_` is CR, `_x005F_x0041_` is `_x0041_`."""
    if "_x" not in text:
        return text
    plain = _ESCAPE.sub(lambda found: found[1] or chr(int(found[2], 16)), text)
    if _SURROGATE.search(plain):  # two escapes may make one character
        plain = plain.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")
    return plain


def _joined(runs: Sequence[str]) -> str:
    """A text of runs: an escape is never spread over two of them."""
    text = "".join(map(unescaped, runs))
    return PlainText(text) if "_x" in text else text


class _CellCheck:
    """Checks each cell of a sheet, and keeps what openpyxl's read-only mode does not show."""

    def __init__(self, archive: Archive, sheet: SheetPart, parts: WorkbookParts, most: int, too_many: str) -> None:
        self.pieces: list[str] = []
        self.layout = SheetLayout()
        self._archive, self._sheet, self._parts, self._most = archive, sheet, parts, most
        self._too_many = too_many
        self._styled = bool(parts.dates or parts.struck)
        self._fills = parts.fills
        self._blank_colours: list[tuple[int, str]] = []  # of the row
        self._first_colour: str | None = None  # of the row's first filled cell
        self._counts: dict[str, int] = {}
        self._depth = self._row = self._widest = self._width = 0
        self._number = ""  # the row's, as text
        self._hidden = False
        self._column = -1
        self._kind, self._style, self._value = "n", "", ""
        self._formula = self._filled = self._in_row = self._reading = False
        self._runs: list[str] = []  # of an inline string

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self.pieces.clear()
        self._depth += 1
        tag = _TAGS.get(name)
        if tag == "c" and self._depth == _CELL:
            self._begin_cell(attributes)
        elif tag == "row" and self._depth == _ROW:
            self._begin_row(attributes)
        elif tag in ("c", "row") or (self._in_row and self._depth == _CELL):  # openpyxl would read it as a cell
            self._damaged(f"{shown(local(name))} is where no part of a row can be", self._row)
        elif self._depth == 1 and not name.startswith(_MAIN):
            self._archive.refuse("is in the format 'Strict Open XML Spreadsheet'; save it as 'Excel Workbook'")
        elif not self._in_row:
            self._count(local(name))
            if tag == "mergeCell":
                self._merged(attributes.get("ref", ""))
            elif tag == "col":
                self._columns(attributes)
        elif tag == "rPh":
            self._reading = True
        if self._depth > _CELL:
            too_deep(self._archive, self._sheet.part, self._depth)

    def end(self, name: str) -> None:
        self._depth -= 1
        tag = _TAGS.get(name)
        if tag == "v" and self._depth == _CELL and not self._value:
            self._value = "".join(self.pieces)
        elif tag == "c" and self._depth == _CELL - 1:
            self._end_cell()
        elif tag == "f":
            self._formula = True
        elif tag == "row" and self._depth == _ROW - 1:
            self._in_row = False
            self._end_row()
        elif tag == "t" and not self._reading:  # of an inline string
            self._runs.append("".join(self.pieces))
        elif tag == "rPh":
            self._reading = False

    def _count(self, tag: str) -> None:
        """Each of these becomes an object of openpyxl's."""
        self._counts[tag] = self._counts.get(tag, 0) + 1
        if self._counts[tag] > MOST_FOUND:
            self._archive.refuse(f"holds more than {MOST_FOUND:,} entries {tag} in its part {shown(self._sheet.part)}")

    def _begin_row(self, attributes: dict[str, str]) -> None:
        number = attributes.get("r", "")
        row = self._row + 1 if not number else int(number) if number.isdecimal() and len(number) < 8 else 0
        if not self._row < row <= MOST_ROWS or (number and number != str(row)):
            self._damaged(f"row {shown(number or str(row))} cannot follow row {self._row}", self._row)
        self._row, self._number, self._column, self._width, self._filled = row, str(row), -1, 0, False
        self._hidden = attributes.get("hidden") in ("1", "true") or attributes.get("ht") in _NOTHING
        self._in_row, self._blank_colours, self._first_colour = True, [], None

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
            self._damaged(f"a cell is where none can be, at {shown(reference or 'the end')}", self._row)
        self._column = column
        self._kind, self._style = attributes.get("t", "n"), attributes.get("s", "")
        self._value, self._formula, self._runs = "", False, []

    def _end_cell(self) -> None:
        stored, here = self._value, (self._row, self._column)
        if self._kind == "inlineStr":
            text = "".join(self._runs)
            filled = bool(text) and not text.isspace()
            if "_x" in text and len(self._runs) > 1:
                self.layout.texts[here] = _joined(self._runs)
        elif not stored:
            if self._formula and self._kind != "str":
                self.layout.uncalculated.add(here)
            elif self._fills and self._style and (colour := self._fills.get(self._style_number())):
                self._blank_colours.append((self._column, colour))
            return
        else:
            filled = self._checked(stored)
        if self._column > self._width + _FAR_COLUMNS and self._column > self._widest + _FAR_COLUMNS:
            self._far()
        self._width = self._column + 1
        if self._fills:
            colour = self._fills.get(self._style_number(), "") if self._style else ""
            if filled and self._first_colour is None:
                self._first_colour = colour
            elif colour and not filled:
                self._blank_colours.append((self._column, colour))
        self._filled = self._filled or filled
        if self._styled and self._style and self._style_number() in self._parts.struck:
            self.layout.struck.add(here)
        elif self._parts.struck_texts and self._kind == "s" and (place := int(stored)) in self._parts.struck_texts:
            (self.layout.struck if self._parts.struck_texts[place] else self.layout.partly_struck).add(here)

    def _checked(self, stored: str) -> bool:
        """Whether the value is more than white space; refused where it is not of its stated kind."""
        kind = self._kind
        if kind == "s":
            if stored.isdecimal() and len(stored) < 9 and int(stored) < len(self._parts.texts):
                text = self._parts.texts[int(stored)]
                return bool(text) and not text.isspace()
            words = "a text that the workbook holds"
        elif kind == "n":
            if number_text(stored) is not None:
                if self._styled and self._style:
                    self._serial(stored)
                return True
            words = "a number"
        elif kind == "b":
            if stored in ("0", "1"):
                return True
            words = "a yes or no"
        elif kind == "d":
            if _DAY.fullmatch(stored):
                return True
            words = "a date"
        else:  # the value of a formula (str), an error (e)
            return not stored.isspace()
        return self._damaged(f"the value {shown(stored)} should be {words}", self._row, self._column)

    def _serial(self, stored: str) -> None:
        style = self._style_number()
        elapsed = self._parts.dates.get(style)
        if elapsed is not None and (style in self._parts.asian or not 0 <= float(stored) < _LAST_DAY):
            self.layout.serials[self._row, self._column] = stored, elapsed

    def _style_number(self) -> int:
        if not self._style.isdecimal() or len(self._style) > 8:
            self._damaged(f"a cell has the style {shown(self._style)}", self._row, self._column)
        return int(self._style)

    def _end_row(self) -> None:
        if not self._filled:
            return
        if self._row - self.layout.last_row > _FAR_ROWS:
            self._far()
        self.layout.cells += self._width
        if self.layout.cells > self._most:
            self._archive.refuse(self._too_many)
        if self._hidden:
            self.layout.hidden_rows.add(self._row)
        if len(self.layout.colours) < MOST_FOUND:
            self.layout.colours.update(
                {(self._row, column): c for column, c in self._blank_colours if c != self._first_colour}
            )
        self.layout.last_row, self._widest = self._row, max(self._widest, self._width)

    def _merged(self, reference: str) -> None:
        """Where a merge reaches over several rows: only its first cell holds a value. None is as big as the sheet."""
        if found := _RANGE.fullmatch(reference):
            left, top, right, bottom = found.groups()
            wide = abs(column_index_from_string(right) - column_index_from_string(left)) + 1
            if wide * (abs(int(bottom) - int(top)) + 1) > MOST_CELLS:
                self._archive.refuse(
                    f"sheet {shown(self._sheet.name)} merges the cells {reference} into one; undo that"
                )
            first, last = sorted((int(top), int(bottom)))
            if last > first:
                self.layout.merged.append((first, last, column_index_from_string(left) - 1))

    def _columns(self, attributes: dict[str, str]) -> None:
        ends = [attributes.get(name, "") for name in ("min", "max")]
        if not all(e.isdecimal() and len(e) < 6 and 0 < int(e) <= MOST_COLUMNS for e in ends):
            self._damaged(f"columns {shown('-'.join(ends))} have a width")
        if attributes.get("hidden") in ("1", "true") or attributes.get("width") in _NOTHING:
            self.layout.hidden_columns.update(range(int(ends[0]) - 1, int(ends[1])))

    def _far(self) -> NoReturn:
        where = f"{_LETTERS[self._column]}{self._row}"
        words = f"a value is alone in {where}, far from all others; delete it, or what is blank before it"
        self._refuse(words, self._row, self._column)

    def _damaged(self, what: str, row: int = 0, column: int = -1) -> NoReturn:
        self._refuse(f"{what}: {_DAMAGED}", row, column)

    def _refuse(self, what: str, row: int, column: int) -> NoReturn:
        letters = _LETTERS[column] if column >= 0 else ""
        self._archive.refuse(f"in sheet {shown(self._sheet.name)} {what}", row, letters)


class _Texts:
    """Collects the table of texts: runs are joined, readings of Chinese characters (rPh) left out.

    openpyxl's own reading of the table drops every `x005F_` of a text, whether it is an escape or not.
    """

    def __init__(self, archive: Archive, part: str) -> None:
        self.pieces: list[str] = []
        self.texts: list[str] = []
        self.struck: dict[int, bool] = {}  # place of a text -> whether all of it is struck out, not only a part
        self._archive, self._part, self._depth, self._reading = archive, part, 0, 0
        self._runs: list[str] = []
        self._struck_runs: list[str] = []
        self._strike = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self.pieces.clear()
        self._depth += 1
        too_deep(self._archive, self._part, self._depth)
        tag = local(name)
        if tag == "rPh":
            self._reading += 1
        elif tag == "r":
            self._strike = False
        elif tag == "strike":
            self._strike = attributes.get("val", "1") not in ("0", "false")

    def end(self, name: str) -> None:
        self._depth -= 1
        tag = local(name)
        if tag == "t" and not self._reading:
            (self._struck_runs if self._strike else self._runs).append("".join(self.pieces))
        elif tag == "rPh":
            self._reading -= 1
        elif tag == "si":
            if any(map(str.strip, self._struck_runs)):
                whole = not any(map(str.strip, self._runs))
                self.struck[len(self.texts)] = whole
                self._runs = self._struck_runs if whole else self._runs
            self.texts.append(_joined(self._runs))
            self._runs, self._struck_runs, self._strike = [], [], False
            if len(self.texts) > MOST_TEXTS:
                self._archive.refuse(f"holds more than {MOST_TEXTS:,} different texts; split it")


class _Comments:
    """Collects the comments of a sheet, each as the text of its runs, several on a cell one below the other."""

    def __init__(self, archive: Archive, part: str, tag: str) -> None:
        self._tag = tag
        self.pieces: list[str] = []
        self.found: dict[tuple[int, int], str] = {}
        self._archive, self._part, self._depth = archive, part, 0
        self._at: tuple[int, int] | None = None
        self._runs: list[str] = []

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self.pieces.clear()
        self._depth += 1
        too_deep(self._archive, self._part, self._depth)
        if local(name) == self._tag:
            place = _REFERENCE.fullmatch(attributes.get("ref", ""))
            self._at = (int(place[2]), column_index_from_string(place[1]) - 1) if place else None
            self._runs.clear()

    def end(self, name: str) -> None:
        self._depth -= 1
        tag = local(name)
        if tag in ("t", "text") and (text := "".join(self.pieces)):
            self._runs.append(text)
            self.pieces.clear()
        elif tag == self._tag and self._at:
            text = str(_joined(self._runs))
            self.found[self._at] = f"{self.found[self._at]}\n{text}" if self._at in self.found else text
            if len(self.found) > MOST_FOUND:
                self._archive.refuse(f"holds more than {MOST_FOUND:,} comments in its part {shown(self._part)}")


def _right_kind(archive: Archive) -> None:
    parts = [p.casefold() for p in archive.parts]
    named_so = archive.name.casefold().endswith(".xlsm")  # its values are read; its macros never are
    if not named_so and any(p.endswith("vbaproject.bin") or "/macrosheets/" in p for p in parts):
        archive.refuse(_MACROS)
    for part, message in _OTHERS.items():
        if archive.find(part) and not archive.find("xl/workbook.xml"):
            archive.refuse(message)
    if not archive.find(_TYPES) or not archive.find(_ROOT):
        archive.refuse("is not a workbook, despite its name")
    if not named_so and any(
        "macroenabled" in a.get("ContentType", "").casefold()
        for _, a in find_elements(archive, _TYPES, {"Override", "Default"})
    ):
        archive.refuse(_MACROS)


def _relations_of(part: str) -> str:
    return posixpath.join(posixpath.dirname(part), "_rels", posixpath.basename(part) + ".rels")


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


def _sheets(archive: Archive, main: str, relations: dict[str, tuple[str, str]]) -> list[SheetPart]:
    sheets: list[SheetPart] = []
    # Names of ranges are not wanted, but openpyxl makes an object of each.
    for tag, a in find_elements(archive, main, {"sheet", "definedName"}):
        kind, part = relations.get(a.get("id", ""), ("", ""))
        if tag != "sheet" or kind != "worksheet":
            continue  # sheets of charts and dialogs hold no cells
        if not archive.find(part):
            archive.refuse(f"is incomplete: its part {shown(part)} is missing")
        own = _relations(archive, _relations_of(part)).values() if archive.find(_relations_of(part)) else ()
        comments, threads = (
            next((p for kind, p in own if kind == wanted and archive.find(p)), "")
            for wanted in ("comments", "threadedComment")
        )
        sheets.append(SheetPart(a.get("name", ""), a.get("state", "visible") != "visible", part, comments, threads))
    if not sheets:
        archive.refuse("holds no sheet with cells")
    for what in ([s.part.casefold() for s in sheets], [s.name.casefold() for s in sheets]):
        if len(set(what)) < len(what):
            archive.refuse("names a sheet twice")
    return sheets


def _texts(archive: Archive, part: str) -> tuple[list[str], dict[int, bool]]:
    handler = _Texts(archive, part)
    read_elements(archive, part, handler)
    return handler.texts, handler.struck


def _styles(
    archive: Archive, part: str, theme: str
) -> tuple[dict[int, bool], frozenset[int], frozenset[int], dict[int, str]]:
    """Of the cells' styles: those that show a day or time, those of them that openpyxl misses, struck ones, colours."""
    formats: dict[int, str] = {}
    struck_fonts: set[int] = set()
    styles: list[tuple[int, int, int]] = []  # number format, font and fill
    fills: list[str] = []
    scheme = _theme_colours(archive, theme) if theme else []
    section, fonts = "", 0
    bounded = {"fill", "border", "dxf", "cellStyle", "patternFill", "fgColor"}  # each becomes an object of openpyxl's
    sections = {"fonts", "fills", "cellStyleXfs", "cellXfs", "cellStyles", "dxfs"}
    for tag, a in find_elements(archive, part, {"numFmt", "xf", "font", "strike", *sections, *bounded}):
        if tag in sections:
            section = tag
        elif tag == "numFmt":
            code = a.get("formatCode", "")
            if len(code) > _LONGEST_FORMAT:
                archive.refuse(f"has a number format of {len(code):,} characters: {_DAMAGED}")
            formats[_number(a.get("numFmtId", "0"))] = code
        elif tag == "font" and section == "fonts":
            fonts += 1
        elif tag == "strike" and section == "fonts" and a.get("val", "1") not in ("0", "false"):
            struck_fonts.add(fonts - 1)
        elif tag == "fill" and section == "fills":
            fills.append("")
        elif tag == "patternFill" and section == "fills" and fills:
            fills[-1] = a.get("patternType", "")
        elif tag == "fgColor" and section == "fills" and fills:
            fills[-1] = _colour(a, scheme) if fills[-1] == "solid" else ""
        elif tag == "xf" and section == "cellXfs":
            styles.append(
                (_number(a.get("numFmtId", "0")), _number(a.get("fontId", "0")), _number(a.get("fillId", "0")))
            )
    asian = {n for n, _, _ in styles if n not in formats and n in _EAST_ASIAN_DATES}
    dated = {n for n in {n for n, _, _ in styles} if n in asian or is_date_format(_format(n, formats))}
    return (
        {i: bool(is_timedelta_format(_format(n, formats))) for i, (n, _, _) in enumerate(styles) if n in dated},
        frozenset(i for i, (n, _, _) in enumerate(styles) if n in asian),
        frozenset(i for i, (_, font, _) in enumerate(styles) if font in struck_fonts),
        {i: fills[f] for i, (_, _, f) in enumerate(styles) if f < len(fills) and len(fills[f]) == 6},
    )


def _colour(a: Mapping[str, str], scheme: Sequence[str]) -> str:
    """The colour as RRGGBB; '' for white and for what cannot be told."""
    found = a.get("rgb", "")[-6:].upper()
    number = _number(a.get("theme", "")) if "theme" in a else -1
    if 0 <= number < len(scheme):
        found = scheme[number]
    elif "indexed" in a and _number(a["indexed"]) < len(COLOR_INDEX):
        found = str(COLOR_INDEX[_number(a["indexed"])])[-6:].upper()
    if not _RGB.fullmatch(found):
        return ""
    if (tint := _tint(a.get("tint", ""))) and found:
        hue, light, strength = colorsys.rgb_to_hls(*(int(found[i : i + 2], 16) / 255 for i in (0, 2, 4)))
        light = light * (1 + tint) if tint < 0 else light * (1 - tint) + tint
        found = "".join(f"{round(255 * part):02X}" for part in colorsys.hls_to_rgb(hue, light, strength))
    return "" if found in _WHITE else found


def _tint(text: str) -> float:
    return min(1.0, max(-1.0, float(text))) if _NUMBER.fullmatch(text) else 0.0


def _theme_colours(archive: Archive, part: str) -> list[str]:
    """The colours that a workbook's styles name by number."""
    found: dict[str, str] = {}
    slot = ""
    if archive.find(part):
        for tag, a in find_elements(archive, part, {*_THEME, "srgbClr", "sysClr"}):
            if tag in _THEME:
                slot = tag
            elif slot:
                found.setdefault(slot, a.get("lastClr" if tag == "sysClr" else "val", "").upper())
                slot = ""
    return [found.get(name, "") for name in _THEME]


def _format(number: int, formats: Mapping[int, str]) -> str:
    return formats[number] if number in formats else BUILTIN_FORMATS.get(number, "General")


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 10 else 0
