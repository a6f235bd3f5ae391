"""Why a selection shows nothing: in a sentence, and which filters are to blame."""

from __future__ import annotations

from itertools import combinations

from matrix.analysis.positions import fold, view
from matrix.dataset.dataset import Dataset
from matrix.dataset.selection import Selection

_TRIED = 60  # combinations; beyond these only all of them together are named


def nothing_in_view(dataset: Dataset, rows: int, columns: int) -> str:
    """Why there is nothing to show, by whose doing; '' where there is a proposal (row) and an actor (column)."""
    for table, left in (("proposals", rows), ("actors", columns)):
        if not left:
            whose = "the filters leave" if len(dataset.frames[table]) else "the dataset has"
            return f"Nothing to show: {whose} no {table.removesuffix('s')}."
    return ""


def visible(dataset: Dataset, selection: Selection) -> int:
    """How many positions a selection shows."""
    return view(fold(dataset, selection)).stated


def culprits(dataset: Dataset, selection: Selection) -> list[tuple[tuple[str, ...], int]]:
    """The smallest sets of filters without which positions come back, each with how many do.

    Single filters where one alone is to blame, else pairs, and so on; empty where the dataset has no position at all.
    """
    names = [n for n in selection.chosen() if n not in ("rule", "layer")]
    tried = 0
    for size in range(1, len(names)):
        tried += (n := len(list(combinations(names, size))))
        if tried > _TRIED and n > len(names):
            break
        found = [
            (group, count)
            for group in combinations(names, size)
            if (count := visible(dataset, selection.without(*group)))
        ]
        if found:
            return found
    count = visible(dataset, selection.without(*names)) if names else 0
    return [(tuple(names), count)] if count else []
