"""A thin layer over XlsxWriter: styles by name, guarded text, one page set-up; nothing in it knows about policy."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import Any
from xml.sax.saxutils import escape

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name, xl_rowcol_to_cell
from xlsxwriter.worksheet import CellFormulaTuple

from matrix.export import cell_text
from matrix.palette import INK
from matrix.wording import display_width


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
class WorkbookReport:
    """Rows per sheet, links and notes of the matrix, what was altered, and what Excel's limits made us leave out."""

    rows: Mapping[str, int]
    links: int
    notes: int
    altered: tuple[Altered, ...] = ()
    left_out: tuple[str, ...] = ()


FONT, SIZE = "Arial", 10
TEXT = "@"  # the number format of importable cells: `3/4` stays 3/4, `0012` keeps its zeros
PAPER_A4 = 9
LATIN = 0.98  # columns that a Latin letter takes at most, on average; a Chinese character takes two
PAGE = 230.0  # characters across a landscape page before print becomes too small to read
RULE, QUIET, HEAD = "#D5D9DE", "#5B6570", "#E9ECF0"

_LETTERS = tuple(xl_col_to_name(i) for i in range(cell_text.MOST_COLUMNS))
_MARKUP = re.compile("[&<>]")
EPOCH = datetime(2000, 1, 1)  # a fixed date: the same dataset gives the same bytes


class Book:
    """A workbook in memory; `bytes()` closes it."""

    def __init__(self, title: str, version: str) -> None:
        self._buffer = BytesIO()
        inert = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
        font = {"font_name": FONT, "font_size": SIZE}
        self.xlsx: Any = xlsxwriter.Workbook(self._buffer, {**inert, "default_format_properties": font})
        self.xlsx.set_properties({"title": cell_text.storable(title), "created": EPOCH})
        self.xlsx.set_size(2400, 1500)
        self.title, self.version = title, version
        self.altered: list[Altered] = []
        self._styles: dict[tuple[tuple[str, Any], ...], Any] = {}

    def style(self, **look: Any) -> Any:
        """The format with these properties; made once."""
        key = tuple(sorted(look.items()))
        if key not in self._styles:
            base = {"font_name": FONT, "font_size": SIZE, "font_color": INK, "valign": "top"}
            self._styles[key] = self.xlsx.add_format({**base, **look})
        return self._styles[key]

    def sheet(self, name: str, *, streamed: bool = False) -> SheetWriter:
        """A new sheet at the end."""
        return SheetWriter(self, name, streamed=streamed)

    def bytes(self) -> bytes:
        """The finished file."""
        self.xlsx.close()
        return self._buffer.getvalue()


class _Forgetful(dict[Any, Any]):
    """Takes everything and keeps nothing."""

    def __setitem__(self, key: Any, value: Any) -> None:
        pass


class SheetWriter:
    """One sheet: every text goes through the guard, and what it alters is noted in the book.

    A streamed one is written from top to bottom: all that a row needs comes before the first cell of the next.
    """

    def __init__(self, book: Book, name: str, *, streamed: bool = False) -> None:
        self.book, self.name = book, name
        book.xlsx.constant_memory = streamed  # what a sheet takes over from its book when it is added
        self.xlsx: Any = book.xlsx.add_worksheet(name)
        book.xlsx.constant_memory = False
        if streamed:
            self.xlsx.table_cells = _Forgetful()  # every cell of a table, to find overlaps: there is one table a sheet
        self.links = self.notes = self.unnoted = 0

    def text(self, row: int, column: int, text: str, style: Any, name: str = "") -> None:
        """Write text as text, whatever it looks like; `name` is the column's name for the report."""
        shown = cell_text.storable(text)
        if shown is not text:
            self.book.altered.append(Altered(self.name, row + 1, name, cell_text.altered(text)))
        pieces = cell_text.runs(shown)
        if len(pieces) == 1:
            self.xlsx.write_string(row, column, shown, style)
        else:
            font = self.book.style()
            parts = [part for piece in pieces[1:] for part in (font, piece)]
            self.xlsx.write_rich_string(row, column, pieces[0], *parts, style)

    def rich(self, row: int, column: int, parts: Sequence[tuple[str, Any]], style: Any, name: str = "") -> None:
        """Write a text of several looks as text; one that a cell cannot hold ends with a mark."""
        pieces: list[tuple[str, Any]] = []
        room = cell_text.LONGEST - 10
        for text, look in parts:
            shown = cell_text.storable(text)
            if shown is not text:
                self.book.altered.append(Altered(self.name, row + 1, name, cell_text.altered(text)))
            units = len(shown.encode("utf-16-le", "surrogatepass")) // 2
            if units > room:
                pieces.append((" …", look))
                break
            room -= units
            pieces += [(piece, look) for piece in cell_text.runs(shown) if piece]
        if len(pieces) == 1:
            pieces = [*_split(*pieces[0])]
        if len(pieces) > 1:
            self.xlsx.write_rich_string(row, column, *(x for text, look in pieces for x in (look, text)), style)

    def texts(self, row: int, height: float, cells: Sequence[tuple[int, str, Any]]) -> None:
        """A streamed sheet's next row: texts that `cell_text.plain` lets pass, with their styles; blank ones left out.

        Cell by cell takes twice as long for the whole workbook, so a row is written at once as soon as XlsxWriter has
        numbered its formats, which it does when it first writes a cell of them.
        """
        filled = [(column, text, style) for column, text, style in cells if text]
        self.xlsx.write_string(row, *filled[0])  # the row before is complete now
        if any(style.xf_index is None for _, _, style in filled):
            self.xlsx.set_row(row, height)
            for column, text, style in filled[1:]:
                self.xlsx.write_string(row, column, text, style)
            return
        del self.xlsx.table[row]
        made = []
        for column, text, style in filled:
            space = ' xml:space="preserve"' if text[0].isspace() or text[-1].isspace() else ""
            shown = escape(text) if _MARKUP.search(text) else text
            at = f'r="{_LETTERS[column]}{row + 1}" s="{style.xf_index}"'
            made.append(f'<c {at} t="inlineStr"><is><t{space}>{shown}</t></is></c>')
        self.xlsx.row_data_fh.write(f'<row r="{row + 1}" ht="{height:g}" customHeight="1">{"".join(made)}</row>')

    def table(self, rows: int, columns: int, options: Mapping[str, Any]) -> None:
        """A table from the first cell on, over `rows` rows below its header, with XlsxWriter's options."""
        streamed = self.xlsx.constant_memory
        self.xlsx.constant_memory = False  # refused while streaming, as it fills the header's cells; ours come after it
        self.xlsx.add_table(0, 0, rows, columns - 1, options)
        self.xlsx.constant_memory = streamed

    def web(self, row: int, column: int, text: str, style: Any, plain: Any, name: str = "") -> None:
        """Write an address: as a link where it is a harmless one and Excel has room, else as text."""
        if self.links < cell_text.MOST_LINKS and cell_text.is_link(text) and len(cell_text.runs(text)) == 1:
            self.links += 1
            self.xlsx.write_url(row, column, text, style, text)
        else:
            self.text(row, column, text, plain, name)

    def formula(self, row: int, column: int, formula: str, style: Any, value: float | str) -> None:
        """A formula, without its `=`, that uses no function younger than Excel 2007, and the value it has.

        XlsxWriter's own way looks for 29 young functions in each one, a tenth of the whole workbook's time.
        """
        self.xlsx.write_blank(row, column, None, style)
        self.xlsx.table[row][column] = CellFormulaTuple(formula, style, value)

    def note(self, row: int, column: int, text: Callable[[], str] | str) -> None:
        """Attach a note, sized to its text; once the sheet has as many as it bears, only their number grows."""
        if self.notes >= cell_text.MOST_NOTES:
            self.unnoted += 1
            return
        self.notes += 1
        shown = cell_text.storable(text if isinstance(text, str) else text())
        lines = sum(max(1, math.ceil(display_width(line) / 50)) for line in shown.split("\n"))
        look = {"width": 340, "height": 14 * lines + 14, "font_name": FONT, "font_size": 9, "color": "#FFFDF4"}
        self.xlsx.write_comment(row, column, shown, look)

    def blank(self, row: int, columns: Sequence[int], style: Any) -> None:
        """Give empty cells a look."""
        for column in columns:
            self.xlsx.write_blank(row, column, None, style)

    def page(self, width: float, *, head: tuple[int, int] = (0, 0), repeat: int = -1, portrait: bool = False) -> None:
        """Print set-up: A4, as many pages across as stay readable, rows `head` and columns to `repeat` on each."""
        ws, book = self.xlsx, self.book
        if portrait:
            ws.set_portrait()
        else:
            ws.set_landscape()
        ws.set_paper(PAPER_A4)
        ws.set_margins(left=0.5, right=0.5, top=0.75, bottom=0.75)
        ws.fit_to_pages(1 if portrait else max(1, math.ceil(width / PAGE)), 0)
        ws.repeat_rows(*head)
        if repeat >= 0:
            ws.repeat_columns(0, repeat)
        ws.set_header(f"&L&9{cell_text.print_line(book.title)}&R&9{self.name}", {"margin": 0.3})
        ws.set_footer(f"&L&9Dataset version &K000000{book.version}&R&9Page &P of &N", {"margin": 0.3})
        ws.hide_gridlines(2)


def _split(text: str, look: Any) -> list[tuple[str, Any]]:
    """A text in two pieces: XlsxWriter wants two at least."""
    return [(text[:1], look), (text[1:] or " ", look)]


def cell(row: int, column: int) -> str:
    """`B3` of row 2, column 1."""
    return str(xl_rowcol_to_cell(row, column))


def lines_in(text: str, width: float, size: int = SIZE) -> int:
    """How many lines a wrapped text takes at a column's width; rather one too many than too few."""
    if text.isascii() and "\n" not in text:
        return max(1, math.ceil(len(text) * LATIN * size / SIZE / width))
    total = 0
    for line in text.split("\n"):
        both = display_width(line)
        wide = max(0, both - len(line))  # each counts twice in `both`
        total += max(1, math.ceil(((both - 2 * wide) * LATIN + 2 * wide) * size / SIZE / width))
    return total


def line_height(lines: int) -> float:
    """Points of a row with so many lines; a row ends at 409."""
    return min(409.0, 13.2 * lines + 4)
