"""Workbooks of LibreOffice (.ods) and of old Excel (.xls): `read_ods_or_xls` gives every sheet as text."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import IO, Any

from matrix.dataset.problems import DatasetError, refuse
from matrix.importing.file_cells import MOST_CELLS, MOST_ROWS, TOO_MANY, NumberedRow, Sheet
from matrix.importing.file_cells.ods_parts import SheetFormats, formats_of
from matrix.importing.file_cells.xlsx import text_of
from matrix.importing.guard import MB, OLE, open_archive, run_limited, stream

MEMORY = 2_000 * MB  # of the process that reads the file
SECONDS = 120  # that it may take
_PROGRAM = Path(__file__).with_name("cells_process.py")
_ENCRYPTED, *_STREAMS = (name.encode("utf-16-le") for name in ("EncryptedPackage", "Workbook", "Book"))
_OTHERS = {
    b"PK\x03\x04": "is an .xlsx or .ods workbook, despite its name; name it so",
    b"<": "is a web page or XML, despite its name; open it in a spreadsheet program and save it as .xlsx",
}
_UNREADABLE = "cannot be read as a workbook; open it in a spreadsheet program and save it as .xlsx"


def read_ods_or_xls(
    source: Path,
    *,
    most_cells: int = MOST_CELLS,
    too_many: str = TOO_MANY,
    memory: int = MEMORY,
    seconds: int = SECONDS,
) -> list[Sheet]:
    """Every sheet of the file in order, with what is hidden, struck out, coloured or commented on.

    `most_cells`: of all sheets together, counted as laid out; a file with more is refused with the words `too_many`.
    DatasetError, one sentence, for what is no such file, hostile, damaged, protected, or takes more than `memory` bytes
    or `seconds`: it is read in a process of its own.
    """
    formats: list[SheetFormats] = []
    if source.suffix.lower() == ".ods":
        with open_archive(source, most={"table:table-row": MOST_ROWS}) as archive:
            formats = formats_of(archive, most_cells, too_many)
    else:
        _check_xls(source)
    with tempfile.TemporaryFile() as output:
        _run(source, output, most_cells, memory, seconds)
        output.seek(0)
        try:
            heads, rows, shown, end = _parsed((json.loads(line) for line in output), source.name)
        except (ValueError, TypeError, LookupError) as e:
            if isinstance(e, DatasetError):
                raise
            refuse(source.name, _UNREADABLE)
    if end == "too many":
        refuse(source.name, too_many)
    formats = formats or shown
    if len(formats) != len(heads):
        refuse(source.name, _UNREADABLE)
    sheets = []
    for at, (name, hidden) in enumerate(heads):
        m = formats[at]
        sheets.append(
            Sheet(
                name,
                hidden or m.hidden,
                _without_struck(rows[at], m.texts),
                merged=tuple(m.merged),
                hidden_rows=frozenset(m.hidden_rows),
                hidden_columns=frozenset(m.hidden_columns),
                struck=frozenset(m.struck),
                comments=m.comments,
                colours=m.colours,
                partly_struck=frozenset({*m.partly_struck, *m.texts}),
            )
        )
    return sheets


def _without_struck(rows: list[NumberedRow], texts: Mapping[tuple[int, int], str]) -> list[NumberedRow]:
    """The rows with the texts of cells of which a part is struck out."""
    those = {row for row, _ in texts}
    return [
        (n, tuple(texts.get((n, at), cell) for at, cell in enumerate(cells)) if n in those else cells)
        for n, cells in rows
    ]


def _check_xls(source: Path) -> None:
    """DatasetError for what is no old workbook, or is protected."""
    with stream(source, source.name) as file:
        start = file.read(8)
        if not start:
            refuse(source.name, "is empty")
        if start != OLE:
            text = start.lstrip(b"\xef\xbb\xbf \r\n\t")
            known = next((words for sign, words in _OTHERS.items() if text.startswith(sign)), "")
            refuse(source.name, known or "is not an .xls workbook, despite its name (text is named .csv or .txt)")
        data = file.read()
    if _ENCRYPTED in data:
        refuse(source.name, "is protected by a password; remove it and save again")
    if not any(name in data for name in _STREAMS):
        refuse(source.name, "is an old office file, not a workbook")


def _run(source: Path, output: IO[bytes], most_cells: int, memory: int, seconds: int) -> None:
    """Have the file's cells written to `output`; DatasetError where that ends in any other way than it should."""
    done = run_limited(
        _PROGRAM,
        source.resolve(),
        most_cells,
        name=source.name,
        output=output,
        memory=memory,
        seconds=seconds,
        too_slow=f"takes longer than {seconds} seconds to read; save it as .xlsx",
        way_out="save it as .xlsx",
    )
    if done.returncode:
        words = done.stderr.decode("utf-8", "replace").lower()
        if "password" in words or "encrypt" in words:
            refuse(source.name, "is protected by a password; remove it and save again")
        refuse(source.name, f"{_UNREADABLE} (its reader came to an end)" if done.returncode < 0 else _UNREADABLE)


def _parsed(
    lines: Iterator[Any], name: str
) -> tuple[list[tuple[str, bool]], list[list[NumberedRow]], list[SheetFormats], str]:
    """The sheets' names and whether they are hidden, the rows and formats of each, and the last word."""
    end = ""
    heads: list[tuple[str, bool]] = []
    rows: list[list[NumberedRow]] = []
    formats: list[SheetFormats] = []
    with suppress(StopIteration):
        heads = [(str(title), bool(hidden)) for title, hidden in next(lines)]
        rows = [[] for _ in heads]
        formats = [SheetFormats() for _ in heads]
    for line in lines:
        if isinstance(line, str):
            end = line
            continue
        if isinstance(line, dict):
            formats[line["sheet"]] = _formats(line)
            continue
        sheet, row, cells = line
        texts = [cell if type(cell) is str else _text(cell) for cell in cells]
        while texts and not texts[-1]:
            texts.pop()
        if any(map(str.strip, texts)):
            rows[sheet].append((row + 1, tuple(texts)))
    if not end:
        refuse(name, _UNREADABLE)
    return heads, rows, formats, end


def _formats(line: Mapping[str, Any]) -> SheetFormats:
    """The formats of a sheet as the process wrote them."""
    return SheetFormats(
        merged=[(top, end, column) for top, end, column in line["merged"]],
        hidden_rows={*line["hidden_rows"]},
        hidden_columns={*line["hidden_columns"]},
        struck={(row, column) for row, column in line["struck"]},
        partly_struck={(row, column) for row, column in line["partly_struck"]},
        comments={(row, column): str(text) for row, column, text in line["comments"]},
        colours={(row, column): str(colour) for row, column, colour in line["colours"]},
    )


def _text(value: Any) -> str:
    if isinstance(value, list):
        return str(value[1]) if value[0] == "d" else text_of(timedelta(seconds=value[1]))
    return text_of(value)
