"""Run as a program of its own, never imported: the cells of an .ods or .xls file as lines of JSON, read by calamine.

    python -I calamine_process.py FILE MOST_CELLS MEMORY_IN_BYTES SECONDS

A damaged or hostile file may end calamine's process or fill the memory: here it is this one, under limits. The first
line of the output lists the sheets, `[name, hidden]` each; then come `[sheet, row from 0, cells]`, with days as
`["d", ISO]` and lengths of time as `["t", seconds]`. The last line is `"end"`, or `"too many"` where cells are.
"""

from __future__ import annotations

import contextlib
import datetime
import json
import sys
from typing import Any


def main(file: str, most_cells: int, memory: int, seconds: int) -> None:
    """Write the cells of all sheets to the standard output."""
    _limit(memory, seconds)
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
                _write("too many")
                return
            _write([number, row, [""] * left + cells])
    _write("end")


def _limit(memory: int, seconds: int) -> None:
    """Bound memory, time and output, where the system can (Windows cannot: there only the caller's clock does)."""
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
        resource.setrlimit(resource.RLIMIT_FSIZE, (memory // 4, memory // 4))  # cells may be repeated
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


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
    main(sys.argv[1], *map(int, sys.argv[2:5]))
