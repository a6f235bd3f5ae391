"""The order of the rows: proposals by theme with their children below them, or by how they are backed or disputed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from matrix.analysis.order import outline
from matrix.analysis.positions import EMPTY, View

ORDERS = THEME, BACKED, DISPUTED = ("theme", "backed", "disputed")
ORDER_WORDS = {
    THEME: "Sort by theme",
    BACKED: "Most backed first",
    DISPUTED: "Most disputed first",
}


@dataclass(frozen=True)
class Place:
    """One row of the screen: its place in the view, and how many of its visible parents stand above it."""

    row: int
    depth: int = 0


def ordered(view: View, order: str = THEME) -> list[Place]:
    """The view's rows in the order in which they are shown.

    By theme: themes in order of first appearance, parents before their children. Otherwise by the visible positions of
    actors of counted sides (`mixed` both backs and opposes): the most backed first; or the most disputed first - where
    most stand on the smaller side, then where most oppose.
    """
    if order == THEME:
        return [Place(line.place, line.depth) for line in outline(view.proposals)]
    backing, opposed = _camps(view)
    # The last key decides first, as np.lexsort has it.
    keys = (-opposed, backing) if order == BACKED else (backing, opposed, np.minimum(backing, opposed))
    return [Place(int(i)) for i in np.lexsort((np.arange(len(backing)), *(-k for k in keys)))]


def _camps(view: View) -> tuple[np.ndarray, np.ndarray]:
    """Of each row the numbers of visible positions that back and that oppose it; `mixed` counts in both."""
    dataset = view.positions.dataset
    sides = dataset.frames["sides"]
    uncounted = sides["id"][(sides["counted"] == "false").to_numpy()].tolist()
    codes = view.codes[:, ~view.actors["side"].isin(uncounted).to_numpy()]
    mixed = codes == len(dataset.scale)
    score = np.append(dataset.scale.scores, [0.0, 0.0])[codes]  # `mixed` and EMPTY read the two zeros
    stated = codes != EMPTY
    return (
        ((score > 0) & stated | mixed).sum(axis=1),
        ((score < 0) & stated | mixed).sum(axis=1),
    )
