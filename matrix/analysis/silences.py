"""Who is silent on what, by three rules: a side's officials, an official beside its colleagues, everyone on a proposal.

Silent means never stated in these sources, or looked for and not found, whatever evidence is chosen; it is not neutral.
Where who backs a proposal is known only in part, an empty cell is no silence.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from matrix.analysis.common_ground import chosen_sides
from matrix.analysis.positions import EMPTY, Positions, view
from matrix.analysis.sides import OFFICIAL, counted_sides
from matrix.dataset.dataset import place, row

RULE = (
    "Rule: an official of one compared side has a position on a proposal, and no official of the other side has ever "
    "spoken on it in these sources. Its experts may have. Silence is not neutral."
)


@dataclass(frozen=True, eq=False)
class OfficialSilences:
    """`frame`: side, proposal, officials (how many the silent side has), raised_by (ids of the others' officials).

    In the order of the sides, then of the proposals. `n`: lines; `sentence` says why there can be none, else ''.
    """

    frame: pd.DataFrame
    sentence: str = ""
    formula: str = RULE

    @property
    def n(self) -> int:
        return len(self.frame)


def official_silences(positions: Positions) -> OfficialSilences:
    """By RULE, over the rows of the selection and the sides that are compared; none with fewer than two of these."""
    dataset = positions.dataset
    actors, proposals = dataset.frames["actors"], dataset.frames["proposals"]["id"].tolist()
    official = (actors["authority"] == OFFICIAL).to_numpy()
    ids = actors["id"].to_numpy(dtype=object)
    rows = np.zeros(len(proposals), bool)
    rows[view(positions).rows] = True
    compared = chosen_sides(positions)
    few = len(compared) < 2
    lines = []
    for one in () if few else compared:
        own = official & positions.members(one)
        theirs = official & positions.members(*(s for s in compared if s != one))
        if not own.any():  # nobody is chosen who could be silent
            continue
        spoken = positions.codes[:, theirs] != EMPTY
        silent = positions.silent[:, own].all(axis=1)
        for p in np.flatnonzero(rows & spoken.any(axis=1) & silent):
            lines.append((one, proposals[p], int(own.sum()), tuple(ids[theirs][spoken[p]])))
    frame = pd.DataFrame(lines, columns=["side", "proposal", "officials", "raised_by"])
    return OfficialSilences(frame, "No silence to tell: it takes two sides that count." if few else "")


def silent_beside_colleagues(positions: Positions, *, actor: str) -> tuple[str, ...]:
    """Of an official: ids of the proposals on which another official of its side has a position and it never spoke."""
    dataset, own = positions.dataset, row(positions.dataset, "actors", actor)
    if own["authority"] != OFFICIAL or not own["side"]:
        return ()
    actors, at = dataset.frames["actors"], place(dataset, "actors", actor)
    others = (actors["authority"] == OFFICIAL).to_numpy() & positions.members(own["side"])
    others[at] = False
    spoken = (positions.codes[np.ix_(positions.rows, others)] != EMPTY).any(axis=1)
    silent = positions.silent[positions.rows, at]
    return tuple(dataset.frames["proposals"]["id"].iloc[positions.rows[spoken & silent]])


@dataclass(frozen=True)
class SilentMembers:
    """Of a side with so many members: those silent on a proposal but heard elsewhere, and those heard nowhere (ids).

    `unknown`: how many more have no position, and it is known only in part who backs the proposal.
    """

    side: str
    members: int
    silent: tuple[str, ...]
    unheard: tuple[str, ...]
    unknown: int = 0


def silent_on(positions: Positions, *, proposal: str) -> list[SilentMembers]:
    """For every side that counts, and of which anybody is chosen, who of the chosen never spoke on a proposal."""
    dataset = positions.dataset
    ids = dataset.frames["actors"]["id"].to_numpy(dtype=object)
    p = place(dataset, "proposals", proposal)
    silent, unheard = positions.silent[p], ~positions.ever.any(axis=0)
    found = []
    for one, _ in counted_sides(dataset):
        own = positions.members(one)
        if not own.any():
            continue
        quiet, never = tuple(ids[own & silent & ~unheard]), tuple(ids[own & silent & unheard])
        found.append(SilentMembers(one, int(own.sum()), quiet, never, int((own & positions.uncounted[p]).sum())))
    return found
