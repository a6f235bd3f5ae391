"""One side's brief: what it backs and on which conditions, what it refuses and raises, and on what it is silent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from matrix.analysis.common_ground import chosen_sides
from matrix.analysis.positions import EMPTY, fold, view
from matrix.analysis.selection_words import absent
from matrix.analysis.sides import counted_sides, has_officials
from matrix.analysis.voices import voices
from matrix.dataset.dataset import Dataset, column
from matrix.dataset.problems import SelectionError, not_one_of
from matrix.dataset.selection import Selection
from matrix.wording import capital, listed, named_side

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
    members: int  # how many of the side are chosen
    officials: bool  # whether a chosen actor of any side is an official; if not, no word about officials is said
    nobody: str = ""  # why nobody of the side is chosen, in words
    name: str = ""  # of the side, as it stands within a sentence
    anyone_else: bool = True  # whether somebody of the other sides speaks here, who could ask for something
    formula: str = FORMULA

    def part(self, name: str) -> pd.DataFrame:
        """The lines of one part: backs, refuses, mixed, raises, silent."""
        if name not in PARTS:
            raise SelectionError(f"part: {not_one_of(name, PARTS)}")
        return self.frame[self.frame["part"] == name].drop(columns="part").reset_index(drop=True)

    def split(self, name: str) -> tuple[pd.DataFrame, pd.DataFrame]:
        """The lines of a part on which an official of the side stands, and those on which only others do."""
        lines = self.part(name)
        by_official = lines["proposal"].isin(lines.loc[lines["official"], "proposal"])
        return lines[by_official].reset_index(drop=True), lines[~by_official].reset_index(drop=True)

    def asks_and_refusals(self) -> list[tuple[str, pd.DataFrame]]:
        """What it asks for and what it refuses, officials apart from experts: a title and the lines of each."""
        (asked, asked_by_others), (refused, refused_by_others) = self.split(BACKS), self.split(REFUSES)
        if not self.officials:
            return [("What it asks for", asked_by_others), ("What it refuses", refused_by_others)]
        return [
            ("What its officials ask for", asked),
            ("What its officials refuse", refused),
            ("What only its experts and others ask for", asked_by_others),
            ("What only its experts and others refuse", refused_by_others),
        ]

    @property
    def summary(self) -> str:
        """In numbers of proposals: `asks for 12 and refuses 4`, officials apart from experts."""
        n = [lines["proposal"].nunique() or "none" for _, lines in self.asks_and_refusals()]
        if not self.officials:
            return f"asks for {n[0]} and refuses {n[1]}"
        more = [f"ask for {n[2]} more"] * (n[2] != "none") + [f"refuse {n[3]}"] * (n[3] != "none")
        alone = f"only experts and others {listed(more)}" if more else "experts and others add nothing to that"
        return f"officials ask for {n[0]} and refuse {n[1]}; {alone}"

    @property
    def conditions(self) -> pd.DataFrame:
        """The lines of what it backs on a condition."""
        lines = self.part(BACKS)
        return lines[lines["conditions"] != ""].reset_index(drop=True)

    @property
    def heard(self) -> int:
        """How many of its members take a position on the chosen proposals."""
        return int(self.frame.loc[self.frame["part"] != SILENT_ON, "actor"].nunique())

    @property
    def n(self) -> int:
        return int(self.frame.loc[self.frame["part"] != SILENT_ON, "n"].sum())

    @property
    def sentence(self) -> str:
        if self.n:
            return ""
        return self.nobody or f"No position of {self.name} is in this selection."


def side_brief(
    dataset: Dataset, selection: Selection | None = None, *, side: str, others: Sequence[str] | None = None
) -> SideBrief:
    """The brief of a side over the chosen proposals and the chosen actors of that and the other sides.

    `others` are the sides whose backing it is silent on: by default every other one that counts as a side.
    """
    selection = selection or Selection()
    ids = dataset.frames["sides"]["id"].tolist()
    if side not in ids:
        raise SelectionError(f"side: {not_one_of(side, ids)}")
    folded = fold(dataset, selection)
    rows = view(folded).rows
    compared = chosen_sides(folded, others) if others else [s for s, _ in counted_sides(dataset)]
    rest = tuple(s for s in compared if s != side)
    mine = folded.members(side)
    own = voices(folded, rows, np.flatnonzero(mine))
    backs, opposes, mixed = own["score"] > 0, own["score"] < 0, own["stance"] == folded.states[-1]
    taken = own["proposal"].isin(own.loc[backs | opposes | mixed, "proposal"])
    never = np.flatnonzero(folded.silent[:, mine].all(axis=1) & mine.any())
    theirs = voices(folded, rows[np.isin(rows, never)], np.flatnonzero(folded.members(*rest)) if rest else rows[:0])
    parts = {
        BACKS: _most_backed_first(own[backs]),
        REFUSES: own[opposes],
        MIXED: own[mixed],
        RAISES: own[~taken],
        SILENT_ON: _most_backed_first(theirs[theirs["score"] > 0]),
    }
    frame = pd.concat([lines.assign(part=name) for name, lines in parts.items()], ignore_index=True)
    unheard = dataset.frames["actors"]["id"][mine & ~folded.ever.any(axis=0)]
    nobody = "".join(f"{capital(line)}." for line in absent(dataset, selection, [side]))
    name = named_side(column(dataset, "sides", "name")[side])
    anyone = bool(rest and (folded.codes[np.ix_(rows, np.flatnonzero(folded.members(*rest)))] != EMPTY).any())
    return SideBrief(side, rest, frame, tuple(unheard), int(mine.sum()), has_officials(folded), nobody, name, anyone)


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
