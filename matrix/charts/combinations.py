"""Sets become the combinations of a picture: those with members in the chosen mode, the largest first."""

from __future__ import annotations

from matrix.analysis.sets import Intersection, Sets

EXCLUSIVE, INCLUSIVE = MODES = ("exclusive", "inclusive")


def members(one: Intersection, mode: str) -> tuple[str, ...]:
    """The proposals of a combination in the chosen mode."""
    return one.exclusive if mode == EXCLUSIVE else one.inclusive


def largest_first(result: Sets, mode: str) -> list[Intersection]:
    """The combinations with members, largest first; of the same size the simpler first."""
    filled = [i for i in result.intersections if members(i, mode)]
    if mode == INCLUSIVE:  # of one alone it is the size of its set, which stands beside its name anyway
        filled = [i for i in filled if len(i.of) > 1] or filled
    return sorted(filled, key=lambda i: (-len(members(i, mode)), len(i.of)))


def nothing_of(result: Sets) -> str:
    """Why there is nothing to draw, as a sentence; '' where there is."""
    if not result.sets:
        return f"Nothing to compare: choose at least two {result.by}."
    if not result.union:
        return f"Nothing to compare: the chosen {result.by} back no proposal of this selection."
    return ""
