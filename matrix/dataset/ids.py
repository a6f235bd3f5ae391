"""Ids that a table has become the next one that is free, in the manner of those there are."""

from __future__ import annotations

import re
from collections.abc import Sequence

_NUMBERED = re.compile(r"^(.*?)(\d+)$")


def next_id(ids: Sequence[str]) -> str:
    """An id that is free, in the manner of the last one that ends in a number: after `s096` comes `s097`."""
    numbered = [m for m in map(_NUMBERED.match, ids) if m]
    if not numbered:
        return "new-1"
    head = numbered[-1][1]
    width = len(numbered[-1][2])
    return f"{head}{max(int(m[2]) for m in numbered if m[1] == head) + 1:0{width}d}"
