"""Rows of text held as columns: `Columns` takes a fraction of the memory and time that a tuple for each row takes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import zip_longest
from typing import Any, overload

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from matrix.importing.file_cells import MOST_CELLS, NumberedRow

MOST_TURNED = 2 * MOST_CELLS  # cells of the rectangle: a single wide row makes all others as wide
# What is turned into columns together: so few rows of a usual sheet fit a processor's cache, so many cells the memory.
_ROWS_AT_ONCE, _CELLS_AT_ONCE = 2_000, 1_000_000


class TooWideError(ValueError):
    """The rectangle around all rows is too big to be laid out."""


class Columns(Sequence[NumberedRow]):
    """Rows and their numbers, all as wide as the widest; a row that is asked for comes without its trailing blanks."""

    def __init__(self, numbers: NDArray[np.int64], columns: Sequence[pa.ChunkedArray]) -> None:
        self.numbers = numbers
        self._columns = tuple(columns)

    @classmethod
    def of(cls, rows: Iterable[NumberedRow]) -> Columns:
        """The rows, held one by one no longer than it takes to turn some of them; TooWideError."""
        turning = _Turning()
        for number, cells in rows:
            turning.take(number, cells)
        return cls(*turning.done())

    @property
    def width(self) -> int:
        return len(self._columns)

    def frame(self, names: Sequence[str]) -> pd.DataFrame:
        """The columns under these names, one each."""
        frame: pd.DataFrame = pa.table(list(self._columns), list(names)).to_pandas()
        return frame

    def but(self, cells: tuple[str, ...]) -> Columns:
        """All rows that are not exactly these cells."""
        same = np.ones(len(self), dtype=bool)
        for at, column in enumerate(self._columns):
            same &= np.asarray(pc.equal(column, cells[at] if at < len(cells) else ""))
            if not same.any():
                return self
        return self._where(~same)

    def filled(self) -> Columns:
        """All rows that hold more than white space."""
        blank = np.ones(len(self), dtype=bool)
        for column in self._columns:
            blank &= np.asarray(pc.or_(pc.equal(column, ""), pc.utf8_is_space(column)))
            if not blank.any():
                return self
        return self._where(~blank)

    def _where(self, mask: NDArray[np.bool_]) -> Columns:
        return Columns(self.numbers[mask], [c.filter(pa.array(mask)) for c in self._columns])

    def __len__(self) -> int:
        return len(self.numbers)

    @overload
    def __getitem__(self, at: int) -> NumberedRow: ...
    @overload
    def __getitem__(self, at: slice) -> Columns: ...
    def __getitem__(self, at: int | slice) -> NumberedRow | Columns:
        if isinstance(at, slice):
            begin, end, step = at.indices(len(self))
            if step != 1:
                raise ValueError("rows are cut out one after the other")
            length = max(0, end - begin)
            return Columns(self.numbers[begin:end], [c.slice(begin, length) for c in self._columns])
        if at < 0:
            at += len(self)
        return int(self.numbers[at]), _trimmed([c[at].as_py() for c in self._columns])

    def __iter__(self) -> Iterator[NumberedRow]:
        some = _at_once(self.width)
        for begin in range(0, len(self), some):
            numbers = self.numbers[begin : begin + some].tolist()
            cells = zip(*(c.slice(begin, some).to_pylist() for c in self._columns), strict=True)
            yield from zip(numbers, map(_trimmed, cells), strict=True)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and list(self) == list(other)

    __hash__ = None  # type: ignore[assignment]  # as that of a list

    def __repr__(self) -> str:
        return f"Columns({list(self)!r})"


class _Turning:
    """Turns rows into columns, some thousands of them at a time."""

    def __init__(self) -> None:
        self._numbers: list[NDArray[np.int64]] = []
        self._parts: list[list[pa.Array]] = []  # column -> its parts, of all rows so far
        self._lengths: list[int] = []
        self._waiting: list[tuple[str, ...]] = []
        self._their_numbers: list[int] = []
        self._widest = self._rows = 0

    def take(self, number: int, cells: tuple[str, ...]) -> None:
        if len(self._waiting) >= _at_once(max(self._widest, len(cells))):
            self._turn()
        self._waiting.append(cells)
        self._their_numbers.append(number)
        self._widest = max(self._widest, len(cells))

    def done(self) -> tuple[NDArray[np.int64], list[pa.ChunkedArray]]:
        self._turn()
        numbers = np.concatenate([np.zeros(0, np.int64), *self._numbers])
        return numbers, [pa.chunked_array(part, pa.large_string()).combine_chunks() for part in self._parts]

    def _turn(self) -> None:
        some = self._waiting
        if not some:
            return
        self._rows += len(some)
        width = max(len(self._parts), max(map(len, some)))
        if self._rows * width > MOST_TURNED:
            raise TooWideError
        for _ in range(width - len(self._parts)):
            self._parts.append([_blanks(n) for n in self._lengths])
        try:
            columns: list[Sequence[str]] = list(zip(*some, strict=True))  # several times faster, where none is shorter
        except ValueError:
            columns = list(zip_longest(*some, fillvalue=""))
        for at, part in enumerate(self._parts):
            part.append(pa.array(columns[at], pa.large_string()) if at < len(columns) else _blanks(len(some)))
        self._lengths.append(len(some))
        self._numbers.append(np.array(self._their_numbers, dtype=np.int64))
        self._waiting, self._their_numbers, self._widest = [], [], 0


def _at_once(width: int) -> int:
    return max(1, min(_ROWS_AT_ONCE, _CELLS_AT_ONCE // max(1, width)))


def _blanks(number: int) -> Any:
    return pa.array([""], pa.large_string()).take(pa.array(np.zeros(number, np.int64)))


def _trimmed(cells: Sequence[str]) -> tuple[str, ...]:
    length = len(cells)
    while length and not cells[length - 1]:
        length -= 1
    return tuple(cells[:length])
