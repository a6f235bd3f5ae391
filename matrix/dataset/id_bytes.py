"""A million ids are looked at as the bytes they are: quick answers for the usual cases, which need no text each."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

_LETTERS = np.isin(np.arange(256), list(b"abcdefghijklmnopqrstuvwxyz0123456789-"))
_DASH = ord("-")
_MIX = np.uint64(0x9E3779B97F4A7C15)  # odd: a product with it loses nothing
_FIRST = np.array([(1 << 8 * n) - 1 for n in range(9)], dtype=np.uint64)  # the first n bytes of eight
_LONGEST = 64  # bytes of an id that is turned into a number


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
    """Whether no two ids give the same number: then none stands twice."""
    ends, data = _bytes(ids)
    begins, lengths = ends[:-1], np.diff(ends)
    longest = int(lengths.max(initial=0))
    if longest > _LONGEST:
        return False
    # The eight bytes from any place on, as a number; of the last ones only those that belong to the id.
    padded = np.concatenate([data, np.zeros(8, np.uint8)])
    words = np.ndarray(len(data) + 1, dtype="<u8", buffer=padded, strides=(1,))
    key = lengths.astype(np.uint64)
    for at in range(0, longest, 8):
        left = np.clip(lengths - at, 0, 8)
        key = (key ^ (words[np.minimum(begins + at, len(data))] & _FIRST[left])) * _MIX
        key ^= key >> np.uint64(29)
    key.sort()
    return not (key[1:] == key[:-1]).any()


def _bytes(ids: pa.LargeStringArray) -> tuple[NDArray[np.int64], NDArray[np.uint8]]:
    """Where each text begins and ends (one number more than there are texts), and the bytes of them all."""
    _, offsets, data = ids.buffers()
    every = np.frombuffer(offsets, dtype=np.int64)[ids.offset : ids.offset + len(ids) + 1]
    letters = np.frombuffer(data, dtype=np.uint8) if data is not None else np.zeros(0, np.uint8)
    return every - every[0], letters[every[0] : every[-1]]
