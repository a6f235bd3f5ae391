"""Run as a program of its own, never imported: the cells of an .ods or .xls file as lines of JSON.

    python -I cells_process.py FILE MOST_CELLS

calamine reads an .ods; xlrd reads an .xls, as it also shows what is hidden, struck out, coloured or commented on. A
damaged or hostile file may end such a library's process or fill the memory: so it is run by limited_program.py. The
first line of the output lists the sheets, `[name, hidden]` each; then come `[sheet, row from 0, cells]`, with days as
`["d", ISO]` and lengths of time as `["t", seconds]`, and for each sheet of an .xls `{"sheet": number, ...}` with lists
of its formats, rows from 1 and columns from 0. The last line is `"end"`, or `"too many"` where cells or formats are.
"""

from __future__ import annotations

import datetime
import json
import os
import sys
from pathlib import Path
from typing import Any

_MOST_FORMATS = 1_000_000
_ELAPSED = ("[h", "[m", "[s")


def main(file: str, most_cells: int) -> None:
    """Write the cells of all sheets to the standard output."""
    _write("end" if (_xls if file.lower().endswith(".xls") else _ods)(file, most_cells) else "too many")


def _ods(file: str, most_cells: int) -> bool:
    """Whether all cells were written: not where there are more than `most_cells`."""
    from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

    book = CalamineWorkbook.from_path(file)
    worksheets = [m for m in book.sheets_metadata if m.typ == SheetTypeEnum.WorkSheet]
    _write([[m.name, m.visible != SheetVisibleEnum.Visible] for m in worksheets])
    for number, about in enumerate(worksheets):
        sheet = book.get_sheet_by_name(about.name)
        first = sheet.start
        if first is None:
            continue
        top, left = first
        for row, values in enumerate(sheet.iter_rows(), top):
            cells = [_plain(v) for v in values]
            while cells and cells[-1] == "":
                cells.pop()
            if not cells:
                continue
            most_cells -= left + len(cells)
            if most_cells < 0:
                return False
            _write([number, row, [""] * left + cells])
    return True


def _xls(file: str, most_cells: int) -> bool:
    """Whether all cells and formats were written: not where there are more than `most_cells`, or too many formats."""
    import xlrd

    with Path(os.devnull).open("w", encoding="utf-8") as nothing:
        book = xlrd.open_workbook(file, logfile=nothing, formatting_info=True, ragged_rows=True)
    sheets = book.sheets()
    _write([[s.name, s.visibility != 0] for s in sheets])
    left = _MOST_FORMATS
    for number, sheet in enumerate(sheets):
        reader = _XlsSheet(book, sheet)
        for row in range(sheet.nrows):
            cells = reader.cells(row)
            if not cells:
                continue
            most_cells -= len(cells)
            if most_cells < 0:
                return False
            _write([number, row, cells])
        formats = reader.formats()
        left -= sum(map(len, formats.values()))
        if left < 0:
            return False
        _write({"sheet": number, **formats})
    return True


class _XlsSheet:
    """The cells of one sheet, row by row, and what it shows beside them."""

    def __init__(self, book: Any, sheet: Any) -> None:
        self._book, self._sheet = book, sheet
        self._struck: list[tuple[int, int]] = []
        self._partly: list[tuple[int, int]] = []
        self._colours: list[tuple[int, int, str]] = []
        self._width = 0

    def cells(self, row: int) -> list[Any]:
        """The row's values without trailing blanks; what it shows is kept."""
        import xlrd

        cells: list[Any] = []
        first, blank = None, []
        for column, cell in enumerate(self._sheet.row(row)):
            xf = self._book.xf_list[cell.xf_index] if cell.xf_index is not None else None
            value = "" if cell.ctype in (xlrd.XL_CELL_EMPTY, xlrd.XL_CELL_BLANK) else self._value(cell, xf)
            if value != "" and (self._font(xf).struck_out if xf else False):
                self._struck.append((row + 1, column))
            elif cell.ctype == xlrd.XL_CELL_TEXT and xf:
                value = self._without_struck(row, column, value, xf)
            colour = self._colour(xf)
            if value == "":
                blank.append((row + 1, column, colour))
            elif first is None:
                first = colour
            cells.append(value)
        while cells and cells[-1] == "":
            cells.pop()
        self._width = max(self._width, len(cells))
        if cells:
            self._colours += [each for each in blank if each[2] and each[2] != first]
        return cells

    def formats(self) -> dict[str, list[Any]]:
        """What there is beside the values."""
        sheet = self._sheet
        rows = {r: info.hidden for r, info in sheet.rowinfo_map.items()}
        columns = {c for c, info in sheet.colinfo_map.items() if info.hidden and c < sheet.ncols}
        notes = sheet.cell_note_map.items()
        return {
            "hidden_rows": [r + 1 for r in range(sheet.nrows) if rows.get(r, sheet.default_row_hidden)],
            "hidden_columns": sorted(columns),
            "merged": [(top + 1, end, left) for top, end, left, _ in sheet.merged_cells if end - top > 1],
            "struck": self._struck,
            "partly_struck": self._partly,
            "comments": [(r + 1, c, note.text) for (r, c), note in notes if note.text.strip()],
            "colours": [each for each in self._colours if each[1] < self._width],
        }

    def _value(self, cell: Any, xf: Any) -> Any:
        import xlrd

        if cell.ctype == xlrd.XL_CELL_BOOLEAN:
            return bool(cell.value)
        if cell.ctype == xlrd.XL_CELL_ERROR:
            return xlrd.error_text_from_code.get(cell.value, "#N/A")
        if cell.ctype != xlrd.XL_CELL_DATE:
            return cell.value
        known = self._book.format_map.get(xf.format_key) if xf else None
        if known and known.format_str.lower().lstrip().startswith(_ELAPSED):
            return _plain(datetime.timedelta(days=cell.value))
        try:
            day = xlrd.xldate_as_datetime(cell.value, self._book.datemode)
        except (xlrd.xldate.XLDateError, OverflowError, ValueError):
            return cell.value
        return _plain(day.time() if 0 <= cell.value < 1 else day)

    def _font(self, xf: Any) -> Any:
        return self._book.font_list[xf.font_index]

    def _without_struck(self, row: int, column: int, text: str, xf: Any) -> str:
        """The text without those of its letters that are struck out."""
        runs = self._sheet.rich_text_runlist_map.get((row, column), ())
        if not any(self._book.font_list[font].struck_out for _, font in runs):
            return text
        starts = [(0, xf.font_index), *runs]
        ends = [start for start, _ in starts[1:]] + [len(text)]
        pieces = [
            text[start:end]
            for (start, font), end in zip(starts, ends, strict=True)
            if not self._book.font_list[font].struck_out
        ]
        rest = "".join(pieces)
        if not rest.strip():
            self._struck.append((row + 1, column))
            return text
        self._partly.append((row + 1, column))
        return rest

    def _colour(self, xf: Any) -> str:
        """The colour that fills the cell, as RRGGBB; '' for none and white."""
        if xf is None or xf.background.fill_pattern != 1:
            return ""
        found = self._book.colour_map.get(xf.background.pattern_colour_index)
        return "{:02X}{:02X}{:02X}".format(*found) if found and found != (255, 255, 255) else ""


def _plain(value: Any) -> Any:
    if isinstance(value, datetime.timedelta):
        return ["t", value.total_seconds()]
    if isinstance(value, datetime.datetime):
        return ["d", (value if value.time() != datetime.time() else value.date()).isoformat()]
    if isinstance(value, datetime.date | datetime.time):
        return ["d", value.isoformat()]
    return value


def _write(line: Any) -> None:
    sys.stdout.write(json.dumps(line) + "\n")


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
