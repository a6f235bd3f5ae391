"""What one side brings to the table: its asks, conditions, refusals and worries - and on what it has been silent."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from matrix.analysis.common_ground import chosen_sides
from matrix.analysis.positions import SILENT, fold
from matrix.analysis.sides import counted_sides
from matrix.analysis.voices import voices
from matrix.dataset.dataset import Dataset
from matrix.dataset.problems import SelectionError, not_one_of
from matrix.dataset.selection import Selection, rows_of

Bools = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Asks:
    """One side's brief; every frame has the columns of `voices`, one line an actor.

    `asks`: what it backs, proposals with an official backer first, then the most backed; `conditions`: those of these
    lines that carry one; `refusals`: what it opposes, `mixed` where somebody is both for and against; `raises`: what it
    speaks on without backing or opposing it. `silent`: what the other sides back and none of this side has ever spoken
    on in these sources (the lines are theirs). `unheard`: ids of members who never speak in these sources.
    """

    side: str
    others: tuple[str, ...]
    asks: pd.DataFrame
    conditions: pd.DataFrame
    refusals: pd.DataFrame
    mixed: pd.DataFrame
    raises: pd.DataFrame
    silent: pd.DataFrame
    unheard: tuple[str, ...]


def asks(
    dataset: Dataset, side: str, selection: Selection | None = None, others: tuple[str, ...] | None = None
) -> Asks:
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
    others = tuple(s for s in compared if s != side) or tuple(s for s, _ in counted_sides(dataset) if s != side)
    of = dataset.frames["actors"]["side"]
    mine = (of == side).to_numpy()
    own = voices(folded, rows, np.flatnonzero(mine))
    backs, opposes, mixed = own["score"] > 0, own["score"] < 0, own["stance"] == folded.states[-1]
    taken = own["proposal"].isin(own.loc[backs | opposes | mixed, "proposal"])
    asked = _most_backed_first(own[backs])
    never = np.flatnonzero((folded.why[:, mine] == SILENT).all(axis=1))
    theirs = voices(folded, rows[np.isin(rows, never)], np.flatnonzero(of.isin(others).to_numpy()))
    unheard = dataset.frames["actors"]["id"][mine & (folded.why == SILENT).all(axis=0)]
    return Asks(
        side,
        others,
        asks=asked,
        conditions=asked[asked["conditions"] != ""].reset_index(drop=True),
        refusals=own[opposes].reset_index(drop=True),
        mixed=own[mixed].reset_index(drop=True),
        raises=own[~taken].reset_index(drop=True),
        silent=_most_backed_first(theirs[theirs["score"] > 0]),
        unheard=tuple(unheard),
    )


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
    return lines.loc[order.sort_values(list(order.columns), kind="stable").index].reset_index(drop=True)
