"""The order of the rows: by theme with children below their parents, or by who backs, disputes or shares them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from matrix.analysis.common_ground import SCORE, TIERS, common_ground
from matrix.analysis.outline import outline
from matrix.analysis.positions import EMPTY, View

ORDERS = THEME, BACKED, GROUND, DISPUTED, SIMILAR = ("theme", "backed", "common-ground", "disputed", "similarity")
ORDER_WORDS = {
    THEME: "Sort by theme",
    BACKED: "Most backed first",
    GROUND: "Common ground first",
    DISPUTED: "Most disputed first",
    SIMILAR: "Similar ones together",
}
# What an order means, for the line above the grid; the theme needs none, it stands there.
ORDER_ABOUT = {
    THEME: "",
    BACKED: "Sorted by how many actors back it; “mixed” counts as backing and as opposing.",
    GROUND: f"Sorted by tier of common ground, as on the page of that name, then by score: {SCORE}.",
    DISPUTED: "Sorted by how many stand on the smaller side, for or against; then by how many oppose it.",
    SIMILAR: "Neighbours are proposals on which the same actors stand alike: points, 1 - mean |v-v'|/2 over the actors "
    "who took a stance on both, in the order of a dendrogram (average linkage). Proposals without a position are last.",
}


@dataclass(frozen=True)
class RowPlace:
    """One row of the screen: its place in the view, and how many of its visible parents stand above it."""

    row: int
    depth: int = 0


def ordered(view: View, order: str = THEME) -> list[RowPlace]:
    """The view's rows in the order in which they are shown.

    By theme: themes in order of first appearance, parents before their children. By common ground: the tiers from
    `official` to `unheard`, the highest score first; as they stand where there are no two sides to compare. By
    similarity: see `_similar`. Otherwise by the visible positions of actors of counted sides (`mixed` both backs and
    opposes): the most backed first; or the most disputed first - where most stand on the smaller side, then where most
    oppose.
    """
    if order == THEME:
        return [RowPlace(line.place, line.depth) for line in outline(view.proposals)]
    if order == GROUND:
        return [RowPlace(i) for i in _by_ground(view)]
    if order == SIMILAR:
        return [RowPlace(i) for i in _similar(view)]
    backing, opposed = _camps(view)
    # The last key decides first, as np.lexsort has it.
    keys = (-opposed, backing) if order == BACKED else (backing, opposed, np.minimum(backing, opposed))
    return [RowPlace(int(i)) for i in np.lexsort((np.arange(len(backing)), *(-k for k in keys)))]


def _by_ground(view: View) -> list[int]:
    ground = common_ground(view.positions.dataset, selection=view.positions.selection)
    if ground.sentence:
        return list(range(len(view.rows)))
    found = ground.frame.reindex(view.proposals["id"])
    tier = np.array([TIERS.index(t) for t in found["tier"]])
    return [int(i) for i in np.lexsort((np.arange(len(tier)), -found["score"].to_numpy(), tier))]


def _similar(view: View) -> list[int]:
    """Rows as the leaves of a dendrogram of their agreement over the chosen actors; those nobody speaks on last."""
    from matrix.analysis.overlap import (
        dendrogram_order,
        overlap,  # brings scipy, for which the first page need not wait
    )

    ids = view.proposals["id"]
    heard = (view.codes != EMPTY).any(axis=1)
    agreement = overlap(view.positions.dataset, of="proposals", selection=view.positions.selection).frame
    spoken = ids[heard]
    places = np.flatnonzero(heard)
    leaves = dendrogram_order(agreement.reindex(index=spoken, columns=spoken).to_numpy())
    return [*(int(places[i]) for i in leaves), *np.flatnonzero(~heard).tolist()]


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
