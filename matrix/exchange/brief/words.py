"""Numbers and lists in words: counts in, a short phrase out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

MOST_NAMES = 8
NONE = "no position"


def stands(c: Mapping[str, int]) -> str:
    """How a side stands: `2 back (1 on a condition), 1 opposes`; `no position` where nobody of it has one."""
    share = "" if c["backing"] == 1 else "all " if c["conditional"] == c["backing"] else f"{c['conditional']} "
    words = [
        _number(c["backing"], "backs", "back") + (f" ({share}on a condition)" if c["conditional"] else ""),
        _number(c["opposed"], "opposes", "oppose"),
        _number(c["mixed"], "mixed", "mixed"),
        _number(c["neutral"], "neutral", "neutral"),
    ]
    return ", ".join(w for w in words if w) or NONE


def some(n: int, total: int, word: str) -> str:
    """`12 sources`, or `3 of 12 sources` where not all are meant."""
    return f"{n:,}{f' of {total:,}' if n != total else ''} {word}{'' if total == 1 else 's'}"


def listed(names: Sequence[str]) -> str:
    """`a, b, c`; of many the first, and how many more."""
    more = len(names) - MOST_NAMES
    return ", ".join(names[:MOST_NAMES]) + (f" and {more} more" if more > 0 else "")


def _number(n: int, one: str, many: str) -> str:
    return f"{n:,} {one if n == 1 else many}" if n else ""
