"""Text files made by hand (CSV of any separator and encoding): `read_csv_sheet` gives their rows as text."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import IO

import numpy as np

from matrix.dataset import delimited
from matrix.dataset.delimited import DelimitedError
from matrix.dataset.problems import refuse
from matrix.importing.file_cells import MOST_CELLS, MOST_COLUMNS, MOST_ROWS, TOO_MANY, NumberedRow, Sheet, twice_encoded
from matrix.importing.file_cells.columns import Columns, TooWideError
from matrix.importing.file_cells.encoding import encoding_of
from matrix.importing.guard import stream

SEPARATORS = ",;\t|"
LONGEST_ROW = 4_000_000  # characters
_LOOKED_AT = 20  # rows that show which separator it is


def read_csv_sheet(source: Path | bytes, name: str = "", *, encoding: str = "") -> Sheet:
    """The rows of a CSV file; `name` is the file's in messages when bytes are given.

    `encoding`: as the user says it; else it is found out, and the sheet's `encoding` says how.

    Row numbers are a spreadsheet's: blank rows count, line breaks in quotes do not. DatasetError, one sentence, for
    what is not text, an open quotation mark, or too big.
    """
    called = name or (source.name if isinstance(source, Path) else "the file")
    with stream(source, called) as file:
        if encoding.strip().casefold() == twice_encoded.NAME:
            file, text = twice_encoded.as_once(file, called)
        else:
            text = encoding_of(file, called, encoding)
            if not encoding and not text.asked and text.how and text.name in ("utf-8", "utf-8-sig"):
                text = twice_encoded.doubted(file, text)
        codec = "utf-8" if text.name == twice_encoded.NAME else text.name
        separator, skipped = _separator(file, codec)
        found = at_once(file, codec, separator, skipped=skipped)
        if found is None:
            try:
                found = Columns.of(_filled(file, codec, separator, skipped, called))
            except TooWideError:
                refuse(called, TOO_MANY)
            except DelimitedError as e:
                refuse(called, str(e), e.row)
    return Sheet(Path(called).stem, False, found, encoding=text)


def at_once(file: IO[bytes], encoding: str, separator: str, *, skipped: int = 0) -> Columns | None:
    """All rows but the `skipped` ones on top, where each is as wide as the first; None where it is no such file."""
    with suppress(DelimitedError, StopIteration):
        with closing(_rows(file, encoding, separator)) as found:
            width = len([next(found)[1] for _ in range(skipped + 1)][skipped])
        if not 1 < width <= MOST_COLUMNS:
            return None
        table = delimited.table(
            file,
            list(map(str, range(width))),
            separator=separator,
            encoding=encoding,
            skipped_lines=skipped,
            most_cells=MOST_CELLS,
            longest_row=1 << 22,
        )
        if table is None or table.num_rows > MOST_ROWS - skipped or table.num_rows * width > MOST_CELLS:
            return None
        return Columns(np.arange(1 + skipped, 1 + skipped + table.num_rows, dtype=np.int64), table.columns).filled()
    return None


def _rows(file: IO[bytes], encoding: str, separator: str) -> Generator[tuple[int, list[str]]]:
    return delimited.rows(file, separator=separator, encoding=encoding, longest_row=LONGEST_ROW)


def _filled(file: IO[bytes], encoding: str, separator: str, skipped: int, name: str) -> Iterator[NumberedRow]:
    """The rows that hold anything, without their trailing blanks; DatasetError where there is too much."""
    cells_so_far = 0
    for number, cells in _rows(file, encoding, separator):
        if number <= skipped:
            continue
        if number > MOST_ROWS:
            refuse(name, f"has more than {MOST_ROWS:,} rows; split it", number)
        if len(cells) > MOST_COLUMNS:
            refuse(name, f"has {len(cells):,} columns; {MOST_COLUMNS:,} are the most", number)
        while cells and not cells[-1]:
            cells.pop()
        if not any(map(str.strip, cells)):
            continue
        cells_so_far += len(cells)
        if cells_so_far > MOST_CELLS:
            refuse(name, TOO_MANY)
        yield number, tuple(cells)


def _separator(file: IO[bytes], encoding: str) -> tuple[str, int]:
    """The sign that divides the first rows alike, and how many rows do no more than name it (`sep=;`)."""
    file.seek(0)
    first = file.read(64).decode(encoding, "ignore").splitlines() or [""]
    if first[0].lower().startswith("sep=") and first[0][4:5] in set(SEPARATORS):
        return first[0][4:5], 1
    scores = {}
    for separator in SEPARATORS:
        widths = []
        with suppress(DelimitedError), closing(_rows(file, encoding, separator)) as found:
            for _, cells in found:
                widths += [len(cells)] if any(cells) else []
                if len(widths) == _LOOKED_AT:
                    break
        wide = [w for w in widths if w > 1]
        head = widths[0] if widths else 0
        scores[separator] = (head > 1, len(wide) and sum(w == head for w in wide) / len(widths), head)
    return max(SEPARATORS, key=lambda s: scores[s]), 0
