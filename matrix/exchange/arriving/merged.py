"""Cells of a sheet that were merged over several rows: each row gets the value that a reader sees beside it."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import replace

from openpyxl.utils import get_column_letter

from matrix.exchange.arriving.arrival import refuse
from matrix.exchange.sheets import MOST_CELLS, TOO_MANY, Sheet


def filled_down(sheet: Sheet, header_row: int, file: str) -> tuple[Sheet, list[str]]:
    """The sheet with merged cells below its header filled down, and their ranges."""
    wanted = [(first, last, column) for first, last, column in sheet.merged if first > header_row]
    if not wanted:
        return sheet, []
    rows = list(sheet.rows)
    numbers = [number for number, _ in rows]
    room, ranges = MOST_CELLS, []
    for first, last, column in wanted:
        at, end = bisect_left(numbers, first), bisect_right(numbers, last)
        room -= end - at
        if room < 0:
            refuse(file, TOO_MANY)
        if at == end or numbers[at] != first or len(rows[at][1]) <= column or not rows[at][1][column].strip():
            continue
        value = rows[at][1][column]
        for i in range(at + 1, end):
            number, cells = rows[i]
            wide = [*cells, *[""] * (column + 1 - len(cells))]
            wide[column] = wide[column] or value
            rows[i] = (number, tuple(wide))
        letter = get_column_letter(column + 1)
        ranges.append(f"{letter}{first}:{letter}{last}")
    return replace(sheet, rows=rows), ranges
