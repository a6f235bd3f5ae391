"""A number and a noun become words."""

from __future__ import annotations


def plural(n: int, one: str, many: str = "") -> str:
    """`1 source`, `2 sources`, `1,200 statements`."""
    return f"{n:,} {one if n == 1 else many or one + 's'}"
