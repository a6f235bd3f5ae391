"""What coders are compared on: units (source, actor, proposal), with each coder's statements and what they come to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from matrix.analysis.positions import fold_set
from matrix.dataset.codes import Scale
from matrix.dataset.dataset import Dataset
from matrix.dataset.problems import SelectionError
from matrix.dataset.schema import MAIN, MIXED
from matrix.dataset.selection import evidence_of
from matrix.wording import listed

SHARED = ("sources", "actors", "proposals", "stances")
NOT_RECORDED = "not recorded"  # of a coder who has finished the source: no slug, so no stance has this name

Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class CodingUnits:
    """Units of the sources that at least two coders have finished; a unit is there once any of them recorded it.

    Arrays of one entry a unit: the places of its source, actor and proposal. `finished` and `saw` are coders x sources
    and coders x units: what a coder has read to the end, and where they have a statement. `stance`, coders x units: the
    place of the cautious fold of these statements in the scale, its length for `mixed`, -1 for none. `of`: of each
    coder the unit of each statement, -1 where it belongs to none (superseded, or its source is not compared).
    """

    coders: tuple[Dataset, ...]
    source: Ints
    actor: Ints
    proposal: Ints
    finished: Bools
    saw: Bools
    stance: Ints
    of: tuple[Ints, ...]

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(c.layer for c in self.coders)

    @property
    def scale(self) -> Scale:
        return self.coders[0].scale

    @property
    def states(self) -> tuple[str, ...]:
        """The ids that a coder's stance on a unit can have."""
        return (*self.scale.ids, MIXED)

    def __len__(self) -> int:
        return len(self.source)

    @cached_property
    def compared(self) -> Ints:
        """The places of the sources that at least two have finished."""
        return np.flatnonzero(self.finished.sum(axis=0) > 1)

    def rows(self, coder: int) -> list[list[int]]:
        """Of each unit the rows of this coder's statements, in the order of the table."""
        found: list[list[int]] = [[] for _ in range(len(self))]
        for row in np.flatnonzero(self.of[coder] >= 0).tolist():
            found[self.of[coder][row]].append(row)
        return found

    @cached_property
    def frame(self) -> pd.DataFrame:
        """A row a unit: source, actor, proposal, and of each coder the stance and the ids of the statements."""
        frames = self.coders[0].frames
        places = {"source": self.source, "actor": self.actor, "proposal": self.proposal}
        made = {n: frames[f"{n}s"]["id"].to_numpy(dtype=object)[at] for n, at in places.items()}
        words = np.array([*self.states, NOT_RECORDED], dtype=object)
        for k, name in enumerate(self.names):
            read = self.finished[k][self.source]
            made[f"{name}_stance"] = np.where(read, words[self.stance[k]], "")
            ids = self.coders[k].frames["statements"]["id"].tolist()
            made[f"{name}_statements"] = np.array([";".join(ids[r] for r in rows) for rows in self.rows(k)], object)
        return pd.DataFrame(made, dtype="str")


def coding_units(coders: Sequence[Dataset], *, every: bool = False) -> CodingUnits:
    """The units on which these coders' layers can be compared; SelectionError for layers of different datasets.

    Superseded statements make none, unless `every` statement shall. A layer has finished the sources that it marks so;
    `main` those of which it has a statement.
    """
    names = [c.layer for c in coders]
    if len(names) < 2:
        raise SelectionError("layers: at least two are compared")
    if twice := sorted({n for n in names if names.count(n) > 1}):
        raise SelectionError(f"layers: {listed(twice)} appears twice")
    for table in SHARED:
        ids = [c.frames[table]["id"].tolist() for c in coders]
        if other := [n for n, i in zip(names, ids, strict=True) if i != ids[0]]:
            raise SelectionError(f"layers: {names[0]} and {other[0]} do not have the same {table}: load them again")
    frames = coders[0].frames
    actors, proposals = len(frames["actors"]), len(frames["proposals"])
    finished = np.array([_finished(c) for c in coders])
    compared = finished.sum(axis=0) > 1
    keys, keep = [], []
    for coder, read in zip(coders, finished, strict=True):
        codes = coder.codes
        counts = np.ones(len(codes.source), bool) if every else evidence_of(coder).counts
        keep.append(counts & (read & compared)[codes.source])
        cell = codes.source.astype(np.int64) * actors + codes.actor
        keys.append(cell * proposals + codes.proposal)
    units = np.unique(np.concatenate([k[kept] for k, kept in zip(keys, keep, strict=True)]))
    of = tuple(np.where(kept, np.searchsorted(units, k), -1) for k, kept in zip(keys, keep, strict=True))
    stance = np.array([_folded(c, at, len(units)) for c, at in zip(coders, of, strict=True)]).reshape(
        len(coders), len(units)
    )
    cell, proposal = np.divmod(units, max(1, proposals))
    source, actor = np.divmod(cell, max(1, actors))
    return CodingUnits(tuple(coders), source, actor, proposal, finished, stance >= 0, stance, of)


def _finished(coder: Dataset) -> Bools:
    sources = coder.frames["sources"]["id"]
    read = set(coder.frames["statements"]["source"].astype("str")) if coder.layer == MAIN else set(coder.finished)
    return np.array([s in read for s in sources.tolist()], dtype=bool)


def _folded(coder: Dataset, of: Ints, units: int) -> Ints:
    """The cautious fold of a coder's statements on each unit."""
    taken = np.zeros((units, len(coder.scale)), bool)
    kept = np.flatnonzero(of >= 0)
    taken[of[kept], coder.codes.stance[kept]] = True
    sets, which = np.unique(taken, axis=0, return_inverse=True)
    folded = np.array([fold_set(np.flatnonzero(s), coder.scale) for s in sets], dtype=np.int64)
    return folded[which.reshape(-1)] if units else np.zeros(0, np.int64)
