"""A thin layer over XlsxWriter: styles by name, guarded text, one page set-up; nothing in it knows about policy."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import Any
from xml.sax.saxutils import escape

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name, xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

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
class Report:
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
        self.xlsx.set_properties({"title": cell_text.clean(title), "created": EPOCH})
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

    def sheet(self, name: str, *, streamed: bool = False) -> Sheet:
        """A new sheet at the end."""
        return Sheet(self, name, streamed=streamed)

    def bytes(self) -> bytes:
        """The finished file."""
        self.xlsx.close()
        return self._buffer.getvalue()


class _PlainFormulas(Worksheet):  # type: ignore[misc]
    """A sheet that takes formulas as they are: ours use no new functions, and looking for these is slow."""

    def _prepare_formula(self, formula: str, expand_future_functions: bool = False) -> str:  # noqa: ARG002
        return formula.removeprefix("=")


class _Forgetful(dict[Any, Any]):
    """Takes everything and keeps nothing."""

    def __setitem__(self, key: Any, value: Any) -> None:
        pass


class _Streamed(_PlainFormulas):
    """A sheet that forgets a row once the next one begins: 100,000 statements would take 400 MB otherwise."""

    def _initialize(self, init_data: Mapping[str, Any]) -> None:
        super()._initialize({**init_data, "constant_memory": True})
        self.table_cells = _Forgetful()  # every cell of a table, to find overlaps: there is one table a sheet

    def add_table(self, *args: Any) -> Any:
        # Refused while streaming, because it fills the cells of the header itself; ours are written after it.
        self.constant_memory = False
        try:
            return super().add_table(*args)
        finally:
            self.constant_memory = True

    def write_texts(self, row: int, height: float, texts: Iterable[tuple[int, str, int]]) -> None:
        """A whole row at once, as (column, text, index of its format): several times faster than cell by cell."""
        self._write_single_row(row)  # the row before is complete now
        self.table.pop(row - 1, None)
        cells, last = [], 0
        for column, text, look in texts:
            last = column
            space = ' xml:space="preserve"' if text[0].isspace() or text[-1].isspace() else ""
            shown = escape(text) if _MARKUP.search(text) else text
            cells.append(
                f'<c r="{_LETTERS[column]}{row + 1}" s="{look}" t="inlineStr"><is><t{space}>{shown}</t></is></c>'
            )
        self._check_dimensions(row, last)
        self.row_data_fh.write(f'<row r="{row + 1}" ht="{height:g}" customHeight="1">{"".join(cells)}</row>')


class Sheet:
    """One sheet: every text goes through the guard, and what it alters is noted in the book.

    A streamed one is written from top to bottom: all that a row needs comes before the first cell of the next.
    """

    def __init__(self, book: Book, name: str, *, streamed: bool = False) -> None:
        self.book, self.name = book, name
        self.xlsx: Any = book.xlsx.add_worksheet(name, _Streamed if streamed else _PlainFormulas)
        self.links = self.notes = self.unnoted = 0

    def text(self, row: int, column: int, text: str, style: Any, name: str = "") -> None:
        """Write text as text, whatever it looks like; `name` is the column's name for the report."""
        shown = cell_text.clean(text)
        if shown is not text:
            self.book.altered.append(Altered(self.name, row + 1, name, cell_text.altered(text)))
        pieces = cell_text.runs(shown)
        if len(pieces) == 1:
            self.xlsx.write_string(row, column, shown, style)
        else:
            font = self.book.style()
            parts = [part for piece in pieces[1:] for part in (font, piece)]
            self.xlsx.write_rich_string(row, column, pieces[0], *parts, style)

    def texts(self, row: int, height: float, cells: Sequence[tuple[int, str, Any]]) -> None:
        """A streamed sheet's next row: texts that `guard.plain` lets pass, each with its style; blank ones left out."""
        self.xlsx.write_texts(row, height, ((c, text, style._get_xf_index()) for c, text, style in cells if text))

    def web(self, row: int, column: int, text: str, style: Any, plain: Any, name: str = "") -> None:
        """Write an address: as a link where it is a harmless one and Excel has room, else as text."""
        if self.links < cell_text.MOST_LINKS and cell_text.is_link(text) and len(cell_text.runs(text)) == 1:
            self.links += 1
            self.xlsx.write_url(row, column, text, style, text)
        else:
            self.text(row, column, text, plain, name)

    def note(self, row: int, column: int, text: Callable[[], str] | str) -> None:
        """Attach a note, sized to its text; once the sheet has as many as it bears, only their number grows."""
        if self.notes >= cell_text.MOST_NOTES:
            self.unnoted += 1
            return
        self.notes += 1
        shown = cell_text.clean(text if isinstance(text, str) else text())
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
