"""Two-mode tables of discourse networks: a number for each proposal and actor, counted or signed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from matrix.analysis.counting import KEEP, POSITIONS, units
from matrix.analysis.positions import EMPTY, View
from matrix.dataset.dataset import Dataset
from matrix.dataset.problems import SelectionError, not_one_of
from matrix.dataset.selection import Selection, columns_of, rows_of

COUNT, SIGNED = WHAT = ("count", "signed")
FORMULAS = {COUNT: "sum_k x_ijk", SIGNED: "sum_k k x_ijk"}
ACTIVITY, PROMINENCE = "activity", "prominence"
DIVISORS = {ACTIVITY: "n_i", PROMINENCE: "the chosen actors' units on the proposal"}


@dataclass(frozen=True, eq=False)
class Values:
    """`frame`: proposals x actors. `n`: the units that the table is made of, before any division.

    `sentence` says why there is no number, else ''.
    """

    frame: pd.DataFrame
    n: float
    formula: str

    @property
    def sentence(self) -> str:
        return "" if self.n else "No number to give: nobody of this selection has a position."


def values(
    dataset: Dataset,
    selection: Selection | None = None,
    *,
    what: str = COUNT,
    normalize: str | None = None,
    count: str = POSITIONS,
    duplicates: str = KEEP,
) -> Values:
    """Proposals x actors: count = sum_k x_ijk, or signed = sum_k k x_ijk (Leifeld 2017).

    Divided by `activity` (n_i, the actor's units on the chosen proposals) or `prominence` (the chosen actors'
    units on the proposal); 0/0 is 0. A signed 0 is neutral only where the count is not 0: elsewhere it is silence.
    """
    if what not in WHAT:
        raise SelectionError(f"values: {not_one_of(what, WHAT)}")
    if normalize is not None and normalize not in DIVISORS:
        raise SelectionError(f"normalize: {not_one_of(normalize, list(DIVISORS))}")
    selection = selection or Selection()
    rows, columns = np.flatnonzero(rows_of(dataset, selection)), np.flatnonzero(columns_of(dataset, selection))
    cells = units(dataset, selection, count, duplicates, rows, columns)
    factor = np.unique(dataset.scale.scores)[cells.kind] if what == SIGNED else 1.0
    shape = len(rows), len(columns)
    place = cells.on * shape[1] + cells.who
    table = np.bincount(place, cells.weight * factor, minlength=shape[0] * shape[1]).reshape(shape)
    if normalize == ACTIVITY:
        total = np.broadcast_to(cells.sums()[None, :], shape)
    else:
        total = np.broadcast_to(np.bincount(cells.on, cells.weight, minlength=shape[0])[:, None], shape)
    if normalize is not None:
        table = np.divide(table, total, out=np.zeros(shape), where=total > 0)
    frame = pd.DataFrame(
        table,
        index=pd.Index(dataset.frames["proposals"]["id"].iloc[rows], name="proposal"),
        columns=pd.Index(dataset.frames["actors"]["id"].iloc[columns], name="actor"),
    )
    n = float(cells.weight.sum())
    formula = FORMULAS[what] if normalize is None else f"({FORMULAS[what]}) / {DIVISORS[normalize]}"
    return Values(frame, n, f"{formula}, over {count} (Leifeld 2017)")


def seen_values(seen: View, *, what: str = COUNT) -> pd.DataFrame:
    """The numbers of what is looked at: a cell that a filter hides is empty; signed, so is one without a position.

    There 0 is neutral, or as much for as against; no position is neither.
    """
    positions = seen.positions
    table = values(positions.dataset, positions.selection.without("stance", "search"), what=what).frame
    table = table.loc[seen.proposals["id"], seen.actors["id"]].where(~seen.hidden)
    return table.where(seen.codes != EMPTY) if what == SIGNED else table
