"""One side's brief: what it backs and on which conditions, what it refuses and raises, and on what it is silent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from matrix.analysis.common_ground import chosen_sides
from matrix.analysis.positions import fold
from matrix.analysis.sides import counted_sides
from matrix.analysis.voices import voices
from matrix.dataset.dataset import Dataset
from matrix.dataset.problems import SelectionError, not_one_of
from matrix.dataset.selection import Selection, rows_of

BACKS, REFUSES, MIXED, RAISES, SILENT_ON = PARTS = ("backs", "refuses", "mixed", "raises", "silent")
FORMULA = (
    "backs: a positive score; refuses: a negative one; mixed: both; raises: neither, on a proposal that nobody of the "
    "side backs, refuses or is mixed on; silent: backed by another side, never spoken on by this one "
    "(nor a list known only in part)"
)


@dataclass(frozen=True, eq=False)
class SideBrief:
    """`frame`: one line an actor and proposal, with the columns of `voices` and its `part` of the brief.

    In `backs` and `silent` proposals with an official backer come first, then the most backed; the lines of `silent`
    are the other sides'. `n`: the statements that the side's own lines rest on; `unheard`: ids of members who never
    speak in these sources; `sentence` says that the side takes no position here, else ''.
    """

    side: str
    others: tuple[str, ...]
    frame: pd.DataFrame
    unheard: tuple[str, ...]
    formula: str = FORMULA

    def part(self, name: str) -> pd.DataFrame:
        """The lines of one part: backs, refuses, mixed, raises, silent."""
        if name not in PARTS:
            raise SelectionError(f"part: {not_one_of(name, PARTS)}")
        return self.frame[self.frame["part"] == name].drop(columns="part").reset_index(drop=True)

    @property
    def conditions(self) -> pd.DataFrame:
        """The lines of what it backs on a condition."""
        lines = self.part(BACKS)
        return lines[lines["conditions"] != ""].reset_index(drop=True)

    @property
    def n(self) -> int:
        return int(self.frame.loc[self.frame["part"] != SILENT_ON, "n"].sum())

    @property
    def sentence(self) -> str:
        return "" if self.n else f"No position of {self.side} is in this selection."


def side_brief(
    dataset: Dataset, selection: Selection | None = None, *, side: str, others: Sequence[str] | None = None
) -> SideBrief:
    """The brief of a side over the selection's rows; column filters do not narrow it, every member speaks for itself.

    `others` are the sides whose backing it is silent on: the ones compared by default, without itself.
    """
    selection = selection or Selection()
    ids = dataset.frames["sides"]["id"].tolist()
    if side not in ids:
        raise SelectionError(f"side: {not_one_of(side, ids)}")
    folded = fold(dataset, selection)
    rows = np.flatnonzero(rows_of(dataset, selection))
    compared = chosen_sides(folded, others)
    rest = tuple(s for s in compared if s != side) or tuple(s for s, _ in counted_sides(dataset) if s != side)
    of = dataset.frames["actors"]["side"]
    mine = (of == side).to_numpy()
    own = voices(folded, rows, np.flatnonzero(mine))
    backs, opposes, mixed = own["score"] > 0, own["score"] < 0, own["stance"] == folded.states[-1]
    taken = own["proposal"].isin(own.loc[backs | opposes | mixed, "proposal"])
    never = np.flatnonzero(folded.silent[:, mine].all(axis=1))
    theirs = voices(folded, rows[np.isin(rows, never)], np.flatnonzero(of.isin(rest).to_numpy()))
    parts = {
        BACKS: _most_backed_first(own[backs]),
        REFUSES: own[opposes],
        MIXED: own[mixed],
        RAISES: own[~taken],
        SILENT_ON: _most_backed_first(theirs[theirs["score"] > 0]),
    }
    frame = pd.concat([lines.assign(part=name) for name, lines in parts.items()], ignore_index=True)
    unheard = dataset.frames["actors"]["id"][mine & ~folded.ever.any(axis=0)]
    return SideBrief(side, rest, frame, tuple(unheard))


def _most_backed_first(lines: pd.DataFrame) -> pd.DataFrame:
    """Proposals with an official first, then the most backed; within a proposal officials first."""
    by = lines.groupby("proposal", sort=False)
    order = pd.DataFrame(
        {
            "any": -by["official"].transform("max").astype(int),
            "many": -by["actor"].transform("size").astype(int),
            "place": by.ngroup(),
            "own": -lines["official"].astype(int),
        },
        index=lines.index,
    )
    return lines.loc[order.sort_values(list(order.columns), kind="stable").index]
