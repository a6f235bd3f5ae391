"""One actor against all others: what only it backs, and who is closest to and farthest from it, with measure and n."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from matrix.analysis.overlap import overlap
from matrix.analysis.positions import Positions
from matrix.dataset.records import place
from matrix.dataset.selection import COLUMNS

MEASURE, LEAST = "points", 2
ONLY = (
    "backed by this actor, and by no other actor of the dataset on the chosen evidence; without proposals of which is "
    "known only in part who backs them"
)


@dataclass(frozen=True, eq=False)
class Neighbours:
    """Others by agreement: `frame` has actor, value, n (proposals on which both took a stance), closest first.

    `n`: how many others there are in it; `fewer` met on fewer proposals than `least`; `sentence` says why nobody is
    compared, else ''.
    """

    frame: pd.DataFrame
    formula: str
    n_words: str
    least: int
    fewer: int

    @property
    def n(self) -> int:
        return len(self.frame)

    @property
    def sentence(self) -> str:
        return "" if self.n else f"Nobody else took a position on {self.least} or more of the same proposals."

    def closest(self, most: int) -> pd.DataFrame:
        """The closest; of equal ones those with the larger n."""
        return self.frame.head(self._near(most))

    def farthest(self, most: int) -> pd.DataFrame:
        """The farthest first, without those whom `closest` names already."""
        rest = self.frame.iloc[self._near(most) :]
        return rest.sort_values(["value", "n"], ascending=[True, False], kind="stable").head(most)

    def _near(self, most: int) -> int:
        """How many of few are near: the nearer half."""
        return min(most, -(-len(self.frame) // 2))


def only_backed(positions: Positions, *, actor: str) -> list[str]:
    """The proposals that this actor backs and no other does, in the order of the table; none known only in part."""
    dataset = positions.dataset
    backs = np.append(dataset.scale.scores > 0, [False, False])[positions.codes]
    own = place(dataset, "actors", actor)
    alone = backs[:, own] & (backs.sum(axis=1) == 1) & ~positions.uncounted.any(axis=1)
    return [str(p) for p in dataset.frames["proposals"]["id"][alone]]


def neighbours(positions: Positions, *, actor: str, least: int = LEAST) -> Neighbours:
    """Agreement (`points`) with everybody whom the actor meets on at least `least` proposals.

    Column filters, stance and search do not narrow it; row and evidence filters do.
    """
    everybody = positions.selection.without(*COLUMNS, "stance", "search")
    found = overlap(positions.dataset, measure=MEASURE, selection=everybody)
    frame = pd.DataFrame(
        {"actor": found.frame.columns, "value": found.frame.loc[actor].to_numpy(), "n": found.n.loc[actor].to_numpy()}
    )
    met = frame[(frame["actor"] != actor) & frame["value"].notna() & (frame["n"] > 0)]
    enough = met[met["n"] >= least].sort_values(["value", "n"], ascending=False, kind="stable")
    return Neighbours(enough.reset_index(drop=True), found.formula, found.n_words, least, len(met) - len(enough))
