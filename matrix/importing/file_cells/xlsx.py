"""Workbooks (.xlsx) read by openpyxl, once their parts were found sound: `read_workbook` gives every sheet as text."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import IO, Any

from openpyxl.reader.excel import ExcelReader
from openpyxl.styles.stylesheet import apply_stylesheet
from openpyxl.utils.datetime import from_excel

from matrix.importing.file_cells import MOST_CELLS, MOST_ROWS, TOO_MANY, NumberedRow, Sheet
from matrix.importing.file_cells.xlsx_parts import (
    PlainText,
    SheetLayout,
    comments_of,
    float_text,
    number_text,
    sheet_layout,
    unescaped,
    workbook_parts,
)
from matrix.importing.guard import Archive, open_archive

# Of what openpyxl would lose on saving: nothing is saved. (Not catch_warnings, which other threads would see too.)
warnings.filterwarnings("ignore", module=r"openpyxl\.")


def read_workbook(
    source: Path | bytes, name: str = "", *, most_cells: int = MOST_CELLS, too_many: str = TOO_MANY
) -> list[Sheet]:
    """Every sheet of an .xlsx file in order; `name` is the file's in messages when bytes are given.

    `most_cells`: of all sheets together, counted as laid out; a file with more is refused with the words `too_many`.

    Formulas count as their stored values; links to other files are not followed. DatasetError, one sentence, for what
    is no workbook, hostile, damaged, or bigger than a spreadsheet program would bear.
    """
    with open_archive(source, name, most={"row": MOST_ROWS}) as archive:
        parts = workbook_parts(archive)
        layouts: list[SheetLayout] = []
        for sheet in parts.sheets:
            left = most_cells - sum(one.cells for one in layouts)
            layouts.append(sheet_layout(archive, sheet, parts, left, too_many))
        values = _values(archive, parts.texts, {s.name: one for s, one in zip(parts.sheets, layouts, strict=True)})
        return [
            Sheet(
                unescaped(sheet.name),
                sheet.hidden,
                values[sheet.name],
                frozenset(layout.uncalculated),
                tuple(layout.merged),
                frozenset(layout.hidden_rows),
                frozenset(layout.hidden_columns),
                frozenset(layout.struck),
                comments_of(archive, sheet),
                layout.colours,
                frozenset(layout.partly_struck),
            )
            for sheet, layout in zip(parts.sheets, layouts, strict=True)
        ]


class _Reader(ExcelReader):
    """openpyxl's reader with the table of texts as it is stored, and without the parts that no cell refers to."""

    def __init__(self, file: IO[bytes], texts: list[str]) -> None:
        super().__init__(file, read_only=True, data_only=True, keep_links=False)
        self.shared_strings = texts

    def read(self) -> None:
        self.read_manifest()
        self.read_workbook()
        apply_stylesheet(self.archive, self.wb)
        self.read_worksheets()

    def read_chartsheet(self, sheet: Any, rel: Any) -> None:
        """A sheet that is a chart holds no cells."""


def _values(archive: Archive, texts: list[str], layouts: dict[str, SheetLayout]) -> dict[str, list[NumberedRow]]:
    """The rows of the sheets, by name; whatever openpyxl cannot make sense of is one sentence."""
    try:
        reader = _Reader(archive.file, texts)
        reader.read()
        found = {sheet.title: sheet for sheet in reader.wb.worksheets}
        return {name: list(_rows(found[name], layout, reader.wb.epoch)) for name, layout in layouts.items()}
    except (
        Exception
    ) as e:  # of a damaged file anything: KeyError, TypeError, AttributeError, ParseError, BadZipFile ...
        archive.refuse(
            f"cannot be read as a workbook ({type(e).__name__}): open it in a spreadsheet program and save it again"
        )


def _rows(sheet: Any, layout: SheetLayout, epoch: datetime) -> Iterator[NumberedRow]:
    if not layout.last_row:
        return
    sheet.reset_dimensions()  # what a file says of its own size may be wrong, or a lie
    days, texts = layout.serials, layout.texts
    rows_of_others = {row for row, _ in (*days, *texts)}
    for number, values in enumerate(sheet.iter_rows(max_row=layout.last_row, values_only=True), 1):
        # Nearly all cells are text or blank.
        cells = [v if type(v) is str and "_x" not in v else "" if v is None else text_of(v) for v in values]
        if number in rows_of_others:
            for column in range(len(cells)):
                if (number, column) in days:
                    cells[column] = _serial_text(*days[number, column], epoch)
                elif (number, column) in texts:
                    cells[column] = texts[number, column]
        while cells and not cells[-1]:
            cells.pop()
        if any(map(str.strip, cells)):
            yield number, tuple(cells)


def text_of(value: Any) -> str:
    """A cell's value as a person would type it."""
    if isinstance(value, str):
        return str(value) if isinstance(value, PlainText) else unescaped(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return float_text(value)
    if isinstance(value, datetime) and value.time() == time():
        return value.date().isoformat()
    if isinstance(value, timedelta):
        minutes, seconds = divmod(round(value.total_seconds()), 60)
        return f"{minutes // 60}:{minutes % 60:02}:{seconds:02}"
    return value.isoformat() if isinstance(value, date | time) else str(value)


def _serial_text(stored: str, elapsed: bool, epoch: datetime) -> str:
    """The serial number of a day as ISO text; as the number, where it is not a day."""
    try:
        return text_of(from_excel(float(stored), epoch, timedelta=elapsed))
    except (OverflowError, ValueError):
        return number_text(stored) or stored
