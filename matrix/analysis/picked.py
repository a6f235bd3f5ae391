"""What was picked in a matrix - a cell, a row, a column, a side's share - and the statements behind it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from matrix.analysis.evidence import Emptiness, standings, why_empty
from matrix.analysis.positions import Positions
from matrix.dataset.dataset import Dataset
from matrix.dataset.records import Record, place, row
from matrix.dataset.selection import Selection, rows_of


@dataclass(frozen=True)
class Picked:
    """What was picked: a cell (proposal, actor), a side's share (proposal, side), a row's or a column's head."""

    proposal: str = ""
    actor: str = ""
    side: str = ""


@dataclass(frozen=True, eq=False)
class PickedEvidence:
    """The folded positions, what was picked in them, and the statements behind it, each with `standing` and `by`."""

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
        picked = self.picked
        if not (picked.actor and picked.proposal):
            return None
        return why_empty(
            self.dataset, self.selection, proposal=picked.proposal, actor=picked.actor, folded=self.positions
        )

    def row(self, table: str, id_: str) -> Record:
        """A row of a table by its id."""
        return row(self.dataset, table, id_)


def behind(positions: Positions, picked: Picked) -> PickedEvidence:
    """The statements behind what was picked: all of a cell; of a row, column or side's share those of who is chosen.

    Of a cell also the statements outside the chosen evidence: they say why it is empty, or what else there is.
    """
    dataset, found, codes = positions.dataset, positions.evidence, positions.dataset.codes
    keep = np.ones(len(codes.actor), bool)
    if picked.proposal:
        keep &= codes.proposal == place(dataset, "proposals", picked.proposal)
    if picked.actor:
        keep &= codes.actor == place(dataset, "actors", picked.actor)
    if picked.side:
        keep &= positions.members(picked.side)[codes.actor]
    elif not picked.actor:
        keep &= positions.chosen[codes.actor]
    elif not picked.proposal:
        keep &= rows_of(dataset, positions.selection)[codes.proposal]
    if not (picked.actor and picked.proposal):
        keep &= found.passes
    at = np.flatnonzero(keep)
    at = at[np.argsort(~found.counts[at], kind="stable")]  # those that count first; otherwise in the table's order
    statements = dataset.frames["statements"].iloc[at].assign(**standings(positions, at))
    return PickedEvidence(positions, picked, statements)
