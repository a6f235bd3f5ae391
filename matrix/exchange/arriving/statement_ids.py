"""Statements without an id of their own get one from what they state: it stays the same when rows move."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

_DIGITS = np.frombuffer(b"0123456789abcdef", np.uint8)
_BYTES = 5  # ten hexadecimal digits do
_START = b"s-"


def ids_of(columns: Iterable[pd.Series[Any]]) -> pd.Series[Any]:
    """`s-` and ten digits for each row of the columns; the second that states the same ends in `-2`, and so on."""
    keys = _keys(columns)
    made = pd.Series(_written(keys), dtype="str")
    at = np.flatnonzero(pd.Series(keys).duplicated(keep=False))
    if len(at):
        times = made.iloc[at].groupby(keys[at]).cumcount().to_numpy() + 1
        made.iloc[at] = [f"{id}-{n}" if n > 1 else id for id, n in zip(made.iloc[at], times, strict=True)]
    return made


def _keys(columns: Iterable[pd.Series[Any]]) -> NDArray[np.uint64]:
    """A number for each row, of as many digits as an id shows; equal rows have equal numbers."""
    key: NDArray[np.uint64] = np.zeros(1, np.uint64)
    for column in columns:
        codes, uniques = pd.factorize(column)
        digests = [hashlib.blake2b(str(u).encode(), digest_size=8).digest() for u in uniques]
        key = key * np.uint64(0x9E3779B97F4A7C15) + np.frombuffer(b"".join(digests), "<u8")[codes]
    return key >> np.uint64(64 - 8 * _BYTES)


def _written(keys: NDArray[np.uint64]) -> pa.LargeStringArray:
    """The numbers as texts, all at once: a Python string each would take as long as reading them."""
    width = len(_START) + 2 * _BYTES
    last = keys.astype(">u8").view(np.uint8).reshape(len(keys), 8)[:, -_BYTES:]
    letters = np.empty((len(keys), width), np.uint8)
    letters[:, : len(_START)] = np.frombuffer(_START, np.uint8)
    letters[:, len(_START) :: 2], letters[:, len(_START) + 1 :: 2] = _DIGITS[last >> 4], _DIGITS[last & 15]
    ends = np.arange(len(keys) + 1, dtype=np.int64) * width
    return pa.LargeStringArray.from_buffers(len(keys), pa.py_buffer(ends), pa.py_buffer(letters))
