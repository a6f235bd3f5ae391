"""A million ids are looked at as the bytes they are: quick answers for the usual cases, which need no text each."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

_LETTERS = np.isin(np.arange(256), list(b"abcdefghijklmnopqrstuvwxyz0123456789-"))
_DASH = ord("-")
_MIX = np.uint64(0x9E3779B97F4A7C15)  # odd: a product with it loses nothing
_WIDEST = 64  # bytes of ids that are packed into numbers


def all_different(ids: pa.LargeStringArray) -> bool:
    """Whether no id stands twice."""
    return _rising(ids) or _apart(ids) or len(pc.unique(ids)) == len(ids)


def all_slugs(ids: pa.LargeStringArray) -> bool:
    """Whether each is blank or small letters and digits joined by single '-'; no null among them."""
    ends, data = _bytes(ids)
    dash = data == _DASH
    begins, ends = ends[:-1], ends[1:]
    filled = ends > begins
    single = not (dash[1:] & dash[:-1]).any()
    return single and bool(_LETTERS[data].all()) and not (dash[begins[filled]] | dash[ends[filled] - 1]).any()


def _rising(ids: pa.LargeStringArray) -> bool:
    """Whether each id is longer than the one before, or as long and behind it by spelling: then none stands twice."""
    before, after = ids[:-1], ids[1:]
    was, is_now = pc.binary_length(before), pc.binary_length(after)
    behind = pc.or_(pc.greater(is_now, was), pc.and_(pc.equal(is_now, was), pc.greater(after, before)))
    return bool(pc.all(behind, min_count=0).as_py())


def _apart(ids: pa.LargeStringArray) -> bool:
    """Whether ids that are all as long, as those made by a program, give a number each, and no number stands twice."""
    ends, data = _bytes(ids)
    width = int(ends[1] - ends[0]) if len(ends) > 1 else 0
    if not 0 < width <= _WIDEST or (np.diff(ends) != width).any():
        return False
    padded = np.zeros((len(ids), -(-width // 8) * 8), dtype=np.uint8)
    padded[:, :width] = data.reshape(len(ids), width)
    key = np.zeros(len(ids), dtype=np.uint64)
    for word in padded.view("<u8").T:
        key = (key ^ word) * _MIX
        key ^= key >> np.uint64(29)
    key.sort()
    return not (key[1:] == key[:-1]).any()


def _bytes(ids: pa.LargeStringArray) -> tuple[NDArray[np.int64], NDArray[np.uint8]]:
    """Where each text begins and ends (one number more than there are texts), and the bytes of them all."""
    _, offsets, data = ids.buffers()
    every = np.frombuffer(offsets, dtype=np.int64)[ids.offset : ids.offset + len(ids) + 1]
    letters = np.frombuffer(data, dtype=np.uint8) if data is not None else np.zeros(0, np.uint8)
    return every - every[0], letters[every[0] : every[-1]]
