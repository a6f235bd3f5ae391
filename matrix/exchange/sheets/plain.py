"""A CSV file without any irregularity comes in by Arrow's reader, many times faster; of any other it is said so."""

from __future__ import annotations

from typing import IO

import numpy as np
import pyarrow as pa
import pyarrow.csv as pacsv

from matrix.exchange.sheets.columns import Columns
from matrix.exchange.sheets.sheet import MOST_CELLS, MOST_COLUMNS, MOST_ROWS

LONGEST_ROW = 4 << 20  # bytes; a longer one is for the reader that can say where it stands
# In these each sign that means something to CSV is one byte, and that byte means nothing else.
_ENCODINGS = {"utf-8": "utf8", "utf-8-sig": "utf8", "cp1252": "cp1252", "latin-1": "latin-1"}
_CHUNK = 1 << 20
_MARK = ord('"')


def read_plain(file: IO[bytes], encoding: str, separator: str, width: int, told: int = 0) -> Columns | None:
    """The rows of a file in which every row has `width` cells, quoted by the rules; None where it is no such file.

    What comes is what `csv.reader` would give. `told` rows at the beginning say how to read it and are left out.
    """
    if encoding not in _ENCODINGS or not 1 < width <= MOST_COLUMNS or not _is_plain(file, separator):
        return None
    names = list(map(str, range(width)))
    file.seek(0)
    try:
        table = pacsv.read_csv(
            file,
            read_options=pacsv.ReadOptions(
                column_names=names, skip_rows=told, block_size=LONGEST_ROW, encoding=_ENCODINGS[encoding]
            ),
            parse_options=pacsv.ParseOptions(delimiter=separator, newlines_in_values=True, ignore_empty_lines=False),
            convert_options=pacsv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.large_string()), null_values=[], strings_can_be_null=False
            ),
        )
    except (pa.ArrowInvalid, UnicodeDecodeError):
        return None
    if table.num_rows > MOST_ROWS - told or table.num_rows * width > MOST_CELLS:
        return None
    return Columns(np.arange(1 + told, 1 + told + table.num_rows, dtype=np.int64), table.columns).filled()


def _is_plain(file: IO[bytes], separator: str) -> bool:
    """Whether quotation marks open, close or double as the rules have it, and the signs in between are not too many."""
    edges = np.isin(np.arange(256), list(f"{separator}\r\n".encode()))
    file.seek(0)
    if file.read(3) != b"\xef\xbb\xbf":
        file.seek(0)
    last, chunk, marks, cells = b"\n", file.read(_CHUNK), 0, 0
    while chunk:
        following = file.read(_CHUNK)
        part = np.frombuffer(last + chunk + (following[:1] or b"\n"), dtype=np.uint8)
        inside = part[1:-1]
        cells += int(np.count_nonzero(inside == ord(separator)) + np.count_nonzero(inside == ord("\n")))
        if cells > MOST_CELLS:
            return False
        at = np.flatnonzero(inside == _MARK) + 1
        opens = (np.arange(len(at)) + marks) % 2 == 0
        # One that opens begins a cell, one that closes ends it - or the two stand together, for one in the text.
        beside = np.where(opens, part[at - 1], part[at + 1])
        if not (edges[beside] | (beside == _MARK)).all():
            return False
        marks += len(at)
        last, chunk = chunk[-1:], following
    return marks % 2 == 0
