"""Ids for statements that have none: `ids_of` makes them of what is stated, so that they stay when rows move."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

_DIGITS = np.frombuffer(b"0123456789abcdef", np.uint8)
_BYTES = 5  # ten hexadecimal digits do
_START = b"s-"
_WIDTH = len(_START) + 2 * _BYTES
_NUMBERED = rf"s-[0-9a-f]{{{2 * _BYTES}}}-\d+"

IdsByDetail = dict[int, list[str]]


def ids_of(
    columns: Iterable[pd.Series[Any]],
    details: Mapping[str, pd.Series[Any]] | None = None,
    known: pd.DataFrame | None = None,
) -> pd.Series[Any]:
    """`s-` and ten digits for each row of the columns; the second that states the same ends in `-2`, and so on.

    `details`: columns by which those that state the same differ, so that their order does not matter. `known`:
    statements that have ids; a row that is one of them in all `details` columns keeps its id.
    """
    details = details or {}
    keys = _keys(columns)
    made = pd.Series(_written(keys), dtype="str")
    numbered = _numbered(known)
    again = pd.Series(keys).duplicated(keep=False).to_numpy(dtype=bool) | made.isin(numbered).to_numpy(dtype=bool)
    at = np.flatnonzero(again)
    if not len(at):
        return made
    detail = _keys([np.zeros(len(at)), *(c.iloc[at] for c in details.values())])
    order = np.lexsort((detail, keys[at]))
    at, detail = at[order], detail[order]
    base = made.iloc[at]
    taken = _taken(known, set(base), details)
    if not taken:
        times = base.groupby(keys[at], sort=False).cumcount().to_numpy() + 1
        made.iloc[at] = [_nth(id, int(n)) for id, n in zip(base, times, strict=True)]
        return made
    made.iloc[at] = _with_known(list(base), detail.tolist(), taken)
    return made


def _nth(id: str, number: int) -> str:
    return f"{id}-{number}" if number > 1 else id


def _numbered(known: pd.DataFrame | None) -> list[str]:
    """The ids without their numbers, of known statements that state the same as another."""
    if known is None:
        return []
    ids = known["id"].astype("str")
    return sorted({*ids[ids.str.fullmatch(_NUMBERED)].str.slice(0, _WIDTH)})


def _taken(
    known: pd.DataFrame | None, bases: set[str], details: Mapping[str, pd.Series[Any]]
) -> dict[str, IdsByDetail]:
    """The known statements of these ids: id without number -> detail (by which they differ) -> their ids."""
    taken: dict[str, IdsByDetail] = {}
    if known is None:
        return taken
    ids = known["id"].astype("str")
    base = ids.str.slice(0, _WIDTH)
    rows = known[(base.isin(bases) & ((ids.str.len() == _WIDTH) | ids.str.fullmatch(_NUMBERED))).to_numpy(dtype=bool)]
    if not len(rows):
        return taken
    detail = _keys([np.zeros(len(rows)), *(rows[c].astype("str") for c in details)])
    for id, key in zip(rows["id"], detail.tolist(), strict=True):
        taken.setdefault(id[:_WIDTH], {}).setdefault(key, []).append(id)
    return taken


def _with_known(bases: Sequence[str], details: Sequence[int], taken: Mapping[str, IdsByDetail]) -> list[str]:
    """The ids of rows that state the same: of the known statement that each of them is, else the next that is free."""
    ids = [left.pop(0) if (left := taken.get(b, {}).get(t)) else "" for b, t in zip(bases, details, strict=True)]
    used = {*ids}
    number: dict[str, int] = {}
    for i, base in enumerate(bases):
        while not ids[i]:
            number[base] = number.get(base, 0) + 1
            free = _nth(base, number[base])
            if free not in used:
                ids[i] = free
    return ids


def _keys(columns: Iterable[pd.Series[Any] | NDArray[np.float64]]) -> NDArray[np.uint64]:
    """A number for each row, of as many digits as an id shows; equal rows have equal numbers."""
    key: NDArray[np.uint64] = np.zeros(1, np.uint64)
    for column in columns:
        codes, uniques = pd.factorize(column)
        digests = [hashlib.blake2b(str(u).encode(), digest_size=8).digest() for u in uniques]
        key = key * np.uint64(0x9E3779B97F4A7C15) + np.frombuffer(b"".join(digests), "<u8")[codes]
    return key >> np.uint64(64 - 8 * _BYTES)


def _written(keys: NDArray[np.uint64]) -> pa.LargeStringArray:
    """The numbers as texts, all at once: a Python string each would take as long as reading them."""
    width = _WIDTH
    last = keys.astype(">u8").view(np.uint8).reshape(len(keys), 8)[:, -_BYTES:]
    letters = np.empty((len(keys), width), np.uint8)
    letters[:, : len(_START)] = np.frombuffer(_START, np.uint8)
    letters[:, len(_START) :: 2], letters[:, len(_START) + 1 :: 2] = _DIGITS[last >> 4], _DIGITS[last & 15]
    ends = np.arange(len(keys) + 1, dtype=np.int64) * width
    return pa.LargeStringArray.from_buffers(len(keys), pa.py_buffer(ends), pa.py_buffer(letters))
