"""Which filters are to blame where a selection shows nothing."""

from __future__ import annotations

from itertools import combinations

from matrix.analysis.positions import EMPTY, fold, view
from matrix.dataset.dataset import Dataset
from matrix.dataset.selection import Selection, counted_for

_TRIED = 60  # combinations; beyond these only all of them together are named


def visible(dataset: Dataset, selection: Selection) -> int:
    """How many positions a selection shows."""
    return int((view(fold(counted_for(dataset, selection), selection)).codes != EMPTY).sum())


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
