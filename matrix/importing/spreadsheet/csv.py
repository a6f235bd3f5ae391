"""A CSV file made by hand comes in, whatever its encoding and separator; its rows as text go out."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Generator, Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import IO

import numpy as np
import pyarrow as pa
import pyarrow.csv as pacsv

from matrix.dataset.problems import DatasetError, shown
from matrix.importing.guard import refused, stream
from matrix.importing.spreadsheet.columns import Columns, TooWideError
from matrix.importing.spreadsheet.sheet import MOST_CELLS, MOST_COLUMNS, MOST_ROWS, TOO_MANY, Row, Sheet

LONGEST_ROW = 4 << 20  # bytes; a longer one is for the reader that can say where it stands
# In these each sign that means something to CSV is one byte, and that byte means nothing else.
_ENCODINGS = {"utf-8": "utf8", "utf-8-sig": "utf8", "cp1252": "cp1252", "latin-1": "latin-1"}
_SCANNED = 1 << 20
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
    last, chunk, marks, cells = b"\n", file.read(_SCANNED), 0, 0
    while chunk:
        following = file.read(_SCANNED)
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


SEPARATORS = ",;\t|"
_LONGEST_ROW = 4_000_000  # characters
_LOOKED_AT = 20  # rows that tell the separator
_CHUNK = 1 << 20
_SAMPLE = 1 << 17  # bytes that tell the encoding
_GUESSED = ["cp1252", "gb18030", "big5"]


def read_csv_sheet(source: Path | bytes, name: str = "") -> Sheet:
    """The rows of a CSV file; `name` is the file's in messages when bytes are given.

    Row numbers are a spreadsheet's: blank rows count, line breaks in quotes do not. DatasetError, one sentence, for
    what is no text, an open quotation mark, or too big.
    """
    called = name or (source.name if isinstance(source, Path) else "the file")
    with stream(source, called) as file:
        encoding = _encoding(file, called)
        separator, told = _separator(file, encoding, called)
        try:
            rows = _plain(file, encoding, separator, told) or Columns.of(
                _filled(file, encoding, separator, told, called)
            )
        except TooWideError:
            raise refused(called, TOO_MANY) from None
    return Sheet(Path(called).stem, False, rows)


def _plain(file: IO[bytes], encoding: str, separator: str, told: int) -> Columns | None:
    """All rows at once, where each is like the first; None where one must look at them one by one."""
    with suppress(DatasetError, StopIteration):
        with closing(_rows(file, encoding, separator, "")) as rows:
            width = len([next(rows)[1] for _ in range(told + 1)][told])
        return read_plain(file, encoding, separator, width, told)
    return None


def _filled(file: IO[bytes], encoding: str, separator: str, told: int, name: str) -> Iterator[Row]:
    """The rows that hold anything, without their trailing blanks; DatasetError where there is too much."""
    laid = 0
    for number, cells in _rows(file, encoding, separator, name):
        if number <= told:
            continue
        if len(cells) > MOST_COLUMNS:
            raise refused(name, f"has {len(cells):,} columns; {MOST_COLUMNS:,} are the most", number)
        while cells and not cells[-1]:
            cells.pop()
        if not any(map(str.strip, cells)):
            continue
        laid += len(cells)
        if laid > MOST_CELLS:
            raise refused(name, TOO_MANY)
        yield number, tuple(cells)


def _encoding(file: IO[bytes], name: str) -> str:
    """The encoding that reads the whole file: as its first bytes say, UTF-8, or what its letters make likely."""
    start = file.read(_SAMPLE)
    if start[:4] in (b"PK\x03\x04", b"\xd0\xcf\x11\xe0"):
        raise refused(name, "is a workbook, not CSV, whatever its name says; name it .xlsx")
    marked = start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    if b"\0" in start and not marked:
        raise refused(name, "is no text, or not in UTF-8; save it as 'CSV UTF-8'")
    if marked or start.startswith(codecs.BOM_UTF8):
        encoding = "utf-16" if marked else "utf-8-sig"
        if not _reads(file, encoding):
            raise refused(name, f"is not whole: it begins as {encoding[:6].upper()} and goes on otherwise")
        return encoding
    if _reads(file, "utf-8"):
        return "utf-8"
    return _likely(file)


def _reads(file: IO[bytes], encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    file.seek(0)
    try:
        while chunk := file.read(_CHUNK):
            decoder.decode(chunk)
        decoder.decode(b"", True)
    except UnicodeDecodeError:
        return False
    return True


def _likely(file: IO[bytes]) -> str:
    """An old encoding, told from the lines that are not ASCII; Latin 1, which reads anything, where none fits."""
    from charset_normalizer import from_bytes

    file.seek(0)
    telling = b"".join(line for line in file.read(_SAMPLE * 8).splitlines(keepends=True) if not line.isascii())[
        :_SAMPLE
    ]
    best = from_bytes(telling, cp_isolation=_GUESSED).best()
    encodings = [best.encoding] if best else []
    return next((e for e in [*encodings, "cp1252"] if _reads(file, e)), "latin-1")


def _separator(file: IO[bytes], encoding: str, name: str) -> tuple[str, int]:
    """The sign that divides the first rows alike, and how many rows do no more than name it (`sep=;`)."""
    file.seek(0)
    first = file.read(64).decode(encoding, "ignore").splitlines() or [""]
    if first[0].lower().startswith("sep=") and first[0][4:5] in set(SEPARATORS):
        return first[0][4:5], 1
    scores = {}
    for separator in SEPARATORS:
        widths = []
        with suppress(DatasetError):
            for _, cells in _rows(file, encoding, separator, name):
                widths += [len(cells)] if any(cells) else []
                if len(widths) == _LOOKED_AT:
                    break
        wide = [w for w in widths if w > 1]
        head = widths[0] if widths else 0
        scores[separator] = (head > 1, len(wide) and sum(w == head for w in wide) / len(widths), head)
    return max(SEPARATORS, key=lambda s: scores[s]), 0


class _Lines:
    """The lines of a file, as long as a row does not take too many of them."""

    def __init__(self, text: io.TextIOWrapper) -> None:
        self.taken = 0
        self._text = text

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        line = self._text.readline(_LONGEST_ROW + 1)
        self.taken += len(line)
        if self.taken > _LONGEST_ROW:
            raise csv.Error(f"the row is longer than {_LONGEST_ROW:,} characters; is a quotation mark left open?")
        if not line:
            raise StopIteration
        return line


def _rows(file: IO[bytes], encoding: str, separator: str, name: str) -> Generator[tuple[int, list[str]]]:
    """Every row with its number, blank ones too."""
    file.seek(0)
    csv.field_size_limit(1 << 30)  # as the folder sets it: one limit for the whole process
    text = io.TextIOWrapper(file, encoding, newline="")
    lines = _Lines(text)
    reader = csv.reader(lines, delimiter=separator, strict=True)
    number = 0
    try:
        for number, cells in enumerate(reader, 1):
            lines.taken = 0
            if number > MOST_ROWS:
                raise refused(name, f"has more than {MOST_ROWS:,} rows; split it")
            yield number, cells
    except csv.Error as e:
        raise refused(name, f"cannot be read as CSV from here on: {e}", number + 1) from None
    except UnicodeDecodeError as e:
        raise refused(name, f"holds bytes that are no {encoding}: {shown(str(e.reason))}", number + 1) from None
    finally:
        text.detach()
