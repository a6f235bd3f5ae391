"""What was picked in a matrix - a cell, row, column or share of a side - becomes the statements behind it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from matrix.analysis.evidence import COUNTS, NOT_CHOSEN, Emptiness, why_empty
from matrix.analysis.positions import EMPTY, Positions
from matrix.dataset.dataset import Dataset
from matrix.dataset.records import Record, place, row
from matrix.dataset.selection import Selection, columns_of, rows_of


@dataclass(frozen=True)
class Picked:
    """What was picked: a cell (proposal, actor), a roll-up (proposal, side), a row's or a column's head."""

    proposal: str = ""
    actor: str = ""
    side: str = ""


@dataclass(frozen=True, eq=False)
class Open:
    """What is open: the folded positions, and the statements behind what was picked, each with a `standing`."""

    positions: Positions
    picked: Picked
    statements: pd.DataFrame

    @property
    def dataset(self) -> Dataset:
        return self.positions.dataset

    @property
    def selection(self) -> Selection:
        return self.positions.selection

    @cached_property
    def why(self) -> Emptiness | None:
        """Why the picked cell is empty; None where it is not, or no cell was picked."""
        if not (self.picked.actor and self.picked.proposal):
            return None
        p, a = place(self.dataset, "proposals", self.picked.proposal), place(self.dataset, "actors", self.picked.actor)
        if self.positions.codes[p, a] != EMPTY:
            return None
        return why_empty(self.dataset, self.selection, self.picked.proposal, self.picked.actor, folded=self.positions)

    def row(self, table: str, id_: str) -> Record:
        """A row of a table by its id."""
        return row(self.dataset, table, id_)


def behind(positions: Positions, picked: Picked) -> Open:
    """The statements behind what was picked: all of a cell or side; of a row or column those that the filters show.

    Of a cell also the statements outside the chosen evidence: they say why it is empty, or what else there is.
    """
    dataset, found, codes = positions.dataset, positions.evidence, positions.dataset.codes
    keep = np.ones(len(codes.actor), bool)
    if picked.proposal:
        keep &= codes.proposal == place(dataset, "proposals", picked.proposal)
    if picked.actor:
        keep &= codes.actor == place(dataset, "actors", picked.actor)
    if picked.side:
        keep &= (dataset.frames["actors"]["side"] == picked.side).to_numpy()[codes.actor]
    elif not picked.actor:
        keep &= columns_of(dataset, positions.selection)[codes.actor]
    elif not picked.proposal:
        keep &= rows_of(dataset, positions.selection)[codes.proposal]
    if not (picked.actor and picked.proposal):
        keep &= found.passes
    at = np.flatnonzero(keep)
    at = at[np.argsort(~found.counts[at], kind="stable")]  # those that count first; otherwise in the table's order
    frame = dataset.frames["statements"]
    statements = frame.iloc[at].assign(standing=[_standing(positions, int(s)) for s in at])
    return Open(positions, picked, statements)


def _standing(positions: Positions, statement: int) -> str:
    found = positions.evidence
    if not found.passes[statement]:
        return NOT_CHOSEN
    by = int(found.by[statement])
    if by < 0:
        return COUNTS
    return f"superseded by {positions.dataset.frames['statements']['id'].iloc[by]}"
