"""Delimited text (CSV) of any separator and encoding: all rows at once where they are alike, else one after the other.

Both readers give what Python's `csv` module in strict mode gives; `table` is some ten times faster and knows when it
would not. To `table` a blank line is a row of blank values.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Generator, Iterator, Sequence
from typing import IO

import numpy as np
import pyarrow as pa
import pyarrow.csv as pacsv

# In these each sign that means something to CSV is one byte, and that byte means nothing else.
_ENCODINGS = {"utf-8": "utf8", "utf-8-sig": "utf8", "cp1252": "cp1252", "latin-1": "latin-1"}
_LONGEST = 1 << 30  # characters of a value, for the csv module: one limit for the whole process
_SCANNED = 1 << 20
_MARK = ord('"')
_BOM = b"\xef\xbb\xbf"


class DelimitedError(ValueError):
    """Text that cannot be read from one row on; `row` counts from 1, blank lines too."""

    def __init__(self, row: int, message: str) -> None:
        super().__init__(message)
        self.row = row


def table(
    file: IO[bytes],
    columns: Sequence[str],
    *,
    separator: str = ",",
    encoding: str = "utf-8",
    skipped_lines: int = 0,
    header: bool = False,
    coded: Collection[str] | None = None,
    most_cells: int | None = None,
    longest_row: int = 1 << 24,
    checked: bool = False,
) -> pa.Table | None:
    """All rows as text columns of these names; None where `rows` must read them.

    That is: where a row has another number of values, a quotation mark is left open or is inside a value, or the
    bytes are of another encoding - and where there are more than `most_cells` cells, or a row of more than
    `longest_row` bytes. `header`: the first row names the columns and is left out, as `skipped_lines` before it are.
    `coded`: columns whose values repeat, as dictionaries; None makes all of them large strings. `checked`: the caller
    has had the quotation marks checked (`QuotationMarks`) while it read the file for something else.
    """
    if encoding not in _ENCODINGS or not (checked or _is_regular(file, separator, most_cells)):
        return None
    text = pa.large_string() if coded is None else pa.string()
    repeated = pa.dictionary(pa.int32(), text)
    file.seek(0)
    try:
        return pacsv.read_csv(
            file,
            read_options=pacsv.ReadOptions(
                column_names=columns,
                skip_rows=skipped_lines,
                skip_rows_after_names=int(header),
                block_size=longest_row,
                encoding=_ENCODINGS[encoding],
            ),
            parse_options=pacsv.ParseOptions(delimiter=separator, newlines_in_values=True, ignore_empty_lines=False),
            convert_options=pacsv.ConvertOptions(
                column_types={c: repeated if c in (coded or ()) else text for c in columns},
                null_values=[],
                strings_can_be_null=False,
            ),
        )
    except (pa.ArrowInvalid, UnicodeDecodeError):
        return None


def rows(
    file: IO[bytes], *, separator: str = ",", encoding: str = "utf-8", longest_row: int = _LONGEST
) -> Generator[tuple[int, list[str]]]:
    """Every row with its number, blank ones too; DelimitedError says from which row on it cannot be read."""
    file.seek(0)
    csv.field_size_limit(_LONGEST)
    text = io.TextIOWrapper(file, encoding, newline="")
    lines = _Lines(text, longest_row)
    number = 0
    try:
        for number, values in enumerate(csv.reader(lines, delimiter=separator, strict=True), 1):
            lines.taken = 0
            yield number, values
    except csv.Error as e:
        raise DelimitedError(number + 1, f"cannot be read as CSV from here on: {e}") from None
    except UnicodeDecodeError as e:
        raise DelimitedError(number + 1, f"holds bytes that are not {encoding} ({e.reason})") from None
    finally:
        text.detach()


class _Lines:
    """The lines of a file, as long as a row does not take too many of them."""

    def __init__(self, text: io.TextIOWrapper, longest_row: int) -> None:
        self.taken = 0
        self._text, self._longest = text, longest_row

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._text.readline(self._longest + 1)
        self.taken += len(line)
        if self.taken > self._longest:
            raise csv.Error(f"the row is longer than {self._longest:,} characters; is a quotation mark left open?")
        if not line:
            raise StopIteration
        return line


class QuotationMarks:
    """Whether each mark begins a value, ends one or is doubled, and none is left open; fed a file block by block.

    Where it is not so, the fast reader would swallow rows silently. A byte order mark is looked for in the first block.
    """

    def __init__(self, separator: str = ",") -> None:
        self._edges = np.isin(np.arange(256), list(f'{separator}\r\n"'.encode()))
        self._begun, self._sound, self._marks = False, True, 0
        self._tail = b"\n"  # the last byte that was checked, and one that waits for its neighbour

    def feed(self, block: bytes) -> None:
        if not self._begun:
            self._begun, block = True, block.removeprefix(_BOM)
        joined = self._tail + block
        part = np.frombuffer(joined, dtype=np.uint8)
        at = np.flatnonzero(part[1:-1] == _MARK) + 1
        begins = (np.arange(len(at)) + self._marks) % 2 == 0
        beside = np.where(begins, part[at - 1], part[at + 1])
        self._sound = self._sound and bool(self._edges[beside].all())
        self._marks += len(at)
        self._tail = joined[-2:]

    def sound(self) -> bool:
        """Whether all is well; the file ends here."""
        self.feed(b"\n")
        return self._sound and self._marks % 2 == 0


def _is_regular(file: IO[bytes], separator: str, most_cells: int | None) -> bool:
    """Whether the quotation marks are sound, and there are not too many cells."""
    marks, cells = QuotationMarks(separator), 0
    file.seek(0)
    while block := file.read(_SCANNED):
        marks.feed(block)
        cells += block.count(separator.encode()) + block.count(b"\n")
        if most_cells is not None and cells > most_cells:
            return False
    return marks.sound()
