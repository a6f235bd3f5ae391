"""What the sheets of an .ods file show beside their values: `formats_of` reads it from the XML, within bounds."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from matrix.importing.file_cells import MOST_CELLS, MOST_COLUMNS, MOST_ROWS
from matrix.importing.guard import MOST_FOUND, Archive, local, read_elements, too_deep

_CONTENT, _STYLES, _MANIFEST = "content.xml", "styles.xml", "META-INF/manifest.xml"
_HIDING = ("collapse", "filter")
_RGB = re.compile("#([0-9a-fA-F]{6})")
_MOST_STRUCK = 1_000_000
_FAR = "holds a value far from all others; delete it, or what is blank before it"


@dataclass
class SheetFormats:
    """What a sheet shows, rows from 1 and columns from 0."""

    hidden: bool = False
    merged: list[tuple[int, int, int]] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    struck: set[tuple[int, int]] = field(default_factory=set)
    partly_struck: set[tuple[int, int]] = field(default_factory=set)
    texts: dict[tuple[int, int], str] = field(default_factory=dict)  # of those of an .ods: what is not struck out
    comments: dict[tuple[int, int], str] = field(default_factory=dict)
    colours: dict[tuple[int, int], str] = field(default_factory=dict)  # of blank cells


@dataclass
class _Style:
    """What a style says itself; '' leaves it to its parent."""

    parent: str = ""
    strike: str = ""
    colour: str = ""
    display: str = ""


def formats_of(archive: Archive, most_cells: int, too_many: str) -> list[SheetFormats]:
    """Those of each sheet in order; DatasetError for another kind of file, or too many cells, repeated ones too."""
    if archive.find("xl/workbook.xml"):
        archive.refuse("is an .xlsx workbook, despite its name; name it .xlsx")
    if not archive.find(_CONTENT):
        archive.refuse("is not an .ods workbook, despite its name")
    if archive.find(_MANIFEST) and b"encryption-data" in archive.read(_MANIFEST):
        archive.refuse("is protected by a password; remove it and save again")
    styles: dict[str, _Style] = {}
    if archive.find(_STYLES):
        read_elements(archive, _STYLES, _ContentXml(archive, _STYLES, styles, most_cells, too_many))
    content = _ContentXml(archive, _CONTENT, styles, most_cells, too_many)
    read_elements(archive, _CONTENT, content)
    if not content.is_spreadsheet:
        archive.refuse("is an OpenDocument file, but not a spreadsheet")
    return content.sheets


class _ContentXml:
    """Reads styles, then row by row which cells hold values, are struck out, coloured, hidden or commented on."""

    def __init__(self, archive: Archive, part: str, styles: dict[str, _Style], most_cells: int, too_many: str) -> None:
        self.pieces: list[str] = []
        self.sheets: list[SheetFormats] = []
        self.is_spreadsheet = False
        self._archive, self._part, self._styles = archive, part, styles
        self._left, self._too_many = most_cells, too_many
        self._depth = self._tables = 0
        self._style: _Style | None = None
        self._looks: dict[str, tuple[bool, str]] = {}
        self._row = self._column = self._repeat = 0  # rows and columns so far; how often this row is there
        self._last_row = self._widest = 0
        self._row_hidden = False
        self._row_style = ""
        self._column_styles: list[tuple[int, str]] = []  # up to which column, and the style
        self._columns_so_far = 0
        self._cell: Mapping[str, str] | None = None
        self._filled: list[tuple[int, int, bool]] = []  # of the row: column, how many, struck out
        self._blank: list[tuple[int, int, str]] = []  # of the row: column, how many, colour
        self._first_colour: str | None = None
        self._note: list[str] | None = None  # paragraphs of an annotation
        self._text: list[str] = []
        self._spans: list[bool] = []  # of the cell, whether each open one is struck out
        self._kept: list[str] = []  # what of its text is not
        self._cut = False
        self._parts: list[tuple[int, int, str]] = []  # of the row: column, how many, text

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self._take_text()
        self._depth += 1
        too_deep(self._archive, self._part, self._depth)
        tag = local(name)
        a = {local(k): v for k, v in attributes.items()} if tag in _WANTED else {}
        if tag == "style":
            self._style = self._styles[a.get("name", "")] = _Style(a.get("parent-style-name", ""))
            if len(self._styles) > MOST_FOUND:
                self._archive.refuse(f"holds more than {MOST_FOUND:,} styles")
        elif self._style is not None and tag.endswith("-properties"):
            through = a.get("text-line-through-type", self._style.strike)
            self._style.strike = a.get("text-line-through-style", through)
            self._style.colour = a.get("background-color", self._style.colour)
            self._style.display = a.get("display", self._style.display)
        elif tag == "spreadsheet":
            self.is_spreadsheet = True
        elif tag == "table":
            self._begin_table(a)
        elif not self._tables:
            return
        elif tag == "table-column":
            self._begin_column(a)
        elif tag == "table-row" and self._tables == 1:
            self._begin_row(a)
        elif tag in ("table-cell", "covered-table-cell") and self._tables == 1:
            self._cell, self._spans, self._kept, self._cut = a, [], [], False
        elif tag == "span":
            self._spans.append(self._look(a.get("style-name", ""))[0])
        elif tag in _BLANKS and self._note is None and not any(self._spans):
            self._kept.append(_BLANKS[tag] * min(_times(a, "c"), _MOST_BLANKS))
        elif tag == "annotation":
            self._note, self._text = [], []

    def end(self, name: str) -> None:
        self._depth -= 1
        tag = local(name)
        self._take_text()
        if tag == "span" and self._spans:
            self._spans.pop()
        elif tag == "p" and self._note is None and self._kept:
            self._kept.append("\n")
        if self._note is not None:
            if tag == "p":
                self._note.append("".join(self._text))
            if tag != "span" and tag != "a":
                self._text = []
        if tag == "style":
            self._style = None
        elif tag == "table":
            self._tables -= 1
        elif tag == "annotation" and self._note is not None:
            self._take_note("\n".join(self._note))
            self._note = None
        elif tag in ("table-cell", "covered-table-cell") and self._tables == 1 and self._cell is not None:
            self._end_cell(self._cell)
            self._cell = None
        elif tag == "table-row" and self._tables == 1:
            self._end_row()

    def _take_text(self) -> None:
        """Take what was written since the last element."""
        if self.pieces:
            text = "".join(self.pieces)
            if self._note is not None:
                self._text.append(text)
            elif self._cell is not None and any(self._spans):
                self._cut |= bool(text.strip())
            elif self._cell is not None:
                self._kept.append(text)
            self.pieces.clear()

    def _begin_table(self, a: Mapping[str, str]) -> None:
        self._tables += 1
        if self._tables > 1:
            return  # a table within a cell
        style = self._styles.get(a.get("style-name", ""), _Style())
        self.sheets.append(SheetFormats(hidden=style.display == "false"))
        self._row = self._last_row = self._widest = self._columns_so_far = 0
        self._column_styles = []

    def _begin_column(self, a: Mapping[str, str]) -> None:
        first = self._columns_so_far
        self._columns_so_far = min(MOST_COLUMNS, first + _times(a, "number-columns-repeated"))
        if a.get("visibility") in _HIDING:
            self.sheets[-1].hidden_columns.update(range(first, self._columns_so_far))
        if len(self._column_styles) < MOST_COLUMNS:
            self._column_styles.append((self._columns_so_far, a.get("default-cell-style-name", "")))

    def _begin_row(self, a: Mapping[str, str]) -> None:
        self._column, self._repeat = 0, _times(a, "number-rows-repeated")
        self._row_hidden, self._row_style = a.get("visibility") in _HIDING, a.get("default-cell-style-name", "")
        self._filled, self._blank, self._parts, self._first_colour = [], [], [], None

    def _end_cell(self, a: Mapping[str, str]) -> None:
        number = _times(a, "number-columns-repeated")
        struck, colour = self._look(a.get("style-name", "") or self._row_style or self._style_of_column())
        if self._cut and not struck and a.get("value-type") == "string":
            kept = "".join(self._kept).strip()
            struck = not kept
            if kept and len(self._parts) < MOST_FOUND:
                self._parts.append((self._column, number, kept))
        if a.get("value-type"):
            self._filled.append((self._column, number, struck))
            if self._first_colour is None:
                self._first_colour = colour
            if (rows := _times(a, "number-rows-spanned")) > 1 and len(self.sheets[-1].merged) < MOST_FOUND:
                self.sheets[-1].merged.append((self._row + 1, self._row + rows, self._column))
        elif colour and len(self._blank) < MOST_FOUND:
            self._blank.append((self._column, number, colour))
        self._column += number

    def _end_row(self) -> None:
        if self._filled:
            formats = self.sheets[-1]
            width = max(column + number for column, number, _ in self._filled)
            self._last_row, self._widest = self._row + self._repeat, max(self._widest, width)
            self._left -= width * self._repeat
            if self._left < 0:
                self._archive.refuse(self._too_many)
            if self._last_row > MOST_ROWS or width > MOST_COLUMNS or self._last_row * self._widest > MOST_CELLS:
                self._archive.refuse(_FAR)
            marked = sum(n for _, n, struck in self._filled if struck)
            if len(formats.struck) + marked * self._repeat > _MOST_STRUCK:
                self._archive.refuse(f"holds more than {_MOST_STRUCK:,} struck-out cells")
            for row in range(self._row + 1, self._row + self._repeat + 1):
                if self._row_hidden:
                    formats.hidden_rows.add(row)
                formats.struck.update(
                    (row, at) for column, n, struck in self._filled if struck for at in range(column, column + n)
                )
                for column, n, text in self._parts:
                    if len(formats.texts) > _MOST_STRUCK:
                        self._archive.refuse(f"holds more than {_MOST_STRUCK:,} struck-out cells")
                    formats.texts.update(((row, at), text) for at in range(column, min(column + n, width)))
                if len(formats.colours) < MOST_FOUND:
                    formats.colours.update(
                        ((row, at), colour)
                        for column, n, colour in self._blank
                        if colour != self._first_colour and column <= self._widest
                        for at in range(column, min(column + n, self._widest))
                    )
        self._row += self._repeat

    def _take_note(self, text: str) -> None:
        comments = self.sheets[-1].comments
        if self._tables == 1 and self._cell is not None and text.strip():
            comments[self._row + 1, self._column] = text
            if len(comments) > MOST_FOUND:
                self._archive.refuse(f"holds more than {MOST_FOUND:,} comments")

    def _style_of_column(self) -> str:
        return next((style for end, style in self._column_styles if self._column < end), "")

    def _look(self, name: str) -> tuple[bool, str]:
        """Whether a style strikes out, and its colour."""
        if name not in self._looks:
            strike = colour = ""
            at, steps = self._styles.get(name), 0
            while at is not None and steps < 20:
                strike, colour = strike or at.strike, colour or at.colour
                at, steps = self._styles.get(at.parent), steps + 1
            found = _RGB.fullmatch(colour)
            shade = found[1].upper() if found else ""
            self._looks[name] = strike not in ("", "none"), "" if shade == "FFFFFF" else shade
        return self._looks[name]


_BLANKS = {"s": " ", "tab": "\t", "line-break": "\n"}
_MOST_BLANKS = 1_000
_WANTED = frozenset(
    (
        *("style", "text-properties", "table-cell-properties", "table-properties"),
        *("span", "s", "tab", "line-break"),
        *("table", "table-column", "table-row", "table-cell", "covered-table-cell"),
    )
)


def _times(a: Mapping[str, str], name: str) -> int:
    """How often something is repeated; a number that is none counts as once."""
    text = a.get(name, "1")
    return max(1, int(text)) if text.isascii() and text.isdecimal() and len(text) < 8 else 1 if len(text) < 8 else 10**8
