"""A dataset becomes counted units: how often each actor takes each stance on each proposal, as sparse arrays."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import lcm

import numpy as np
from numpy.typing import NDArray

from matrix.analysis.positions import EMPTY, Positions, fold
from matrix.dataset.dataset import Dataset
from matrix.dataset.dates import UNKNOWN
from matrix.dataset.problems import SelectionError, not_one_of
from matrix.dataset.scale import Scale
from matrix.dataset.selection import Selection, evidence_of

POSITIONS, STATEMENTS = COUNTS = ("positions", "statements")
KEEP, SOURCE, YEAR, MONTH, WEEK, ALL = DUPLICATES = ("keep", "source", "year", "month", "week", "all")

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

LAID_OUT = 8  # cells of a counting table for each number that goes into it; in a larger one keys are sorted instead
EXACT = 2**20  # whole numbers up to here stay exact in every sum of products that a matrix of any real size makes


@dataclass(frozen=True, eq=False)
class Cells:
    """Numbers at (who, on, kind), each place once and in that order; `shape` counts whos, ons and kinds.

    Between actors `who` is an actor, `on` a proposal and `kind` a score; `swapped` exchanges the first two.
    """

    who: Ints
    on: Ints
    kind: Ints
    weight: Floats
    shape: tuple[int, int, int]

    @classmethod
    def counted(cls, who: Ints, on: Ints, kind: Ints, weight: Floats | None, shape: tuple[int, int, int]) -> Cells:
        """Sum the weights (1 each if None) that fall on the same place."""
        key = (who * shape[1] + on) * shape[2] + kind
        size = shape[0] * shape[1] * shape[2]
        if size <= LAID_OUT * len(key):
            table = np.bincount(key, weight, minlength=size)
            places = np.flatnonzero(table)
            sums = table[places]
        elif weight is None:
            places, sums = np.unique(key, return_counts=True)
        else:
            places, inverse = np.unique(key, return_inverse=True)
            sums = np.bincount(inverse, weight)
        rest, kind = np.divmod(places.astype(np.int32) if size < 2**31 else places, max(1, shape[2]))
        who, on = np.divmod(rest, max(1, shape[1]))
        return cls(who, on, kind, sums.astype(np.float64), shape)

    def swapped(self) -> Cells:
        """The same numbers with the roles of who and on exchanged."""
        order = np.lexsort((self.kind, self.who, self.on))
        whos, ons, kinds = self.shape
        return Cells(self.on[order], self.who[order], self.kind[order], self.weight[order], (ons, whos, kinds))

    def totals(self) -> Cells:
        """T: summed over the kinds."""
        if self.shape[2] == 1:
            return self
        place = self.who * self.shape[1] + self.on
        first = np.flatnonzero(np.append(True, place[1:] != place[:-1])) if len(place) else np.zeros(0, np.int64)
        weight = np.add.reduceat(self.weight, first) if len(first) else self.weight
        none = np.zeros(len(first), np.int64)
        return Cells(self.who[first], self.on[first], none, weight, (*self.shape[:2], 1))

    def marks(self) -> Cells:
        """1 wherever there is a number."""
        if (self.weight == 1).all():
            return self
        return Cells(self.who, self.on, self.kind, np.ones(len(self.weight)), self.shape)

    def sums(self) -> Floats:
        """n: all numbers of each who."""
        return np.asarray(np.bincount(self.who, self.weight, minlength=self.shape[0]), np.float64)


def units(
    dataset: Dataset,
    selection: Selection,
    count: str,
    duplicates: str,
    rows: Ints,
    columns: Ints,
) -> Cells:
    """x[i,j,k] over the given columns (actors), rows (proposals) and the scale's distinct scores, from low to high.

    `positions`: one unit a cell, a mixed one half of its most positive and half of its most negative stance.
    `statements`: one unit a counting statement; of the same actor, proposal and stance one in each bucket that
    `duplicates` makes.
    """
    if count not in COUNTS:
        raise SelectionError(f"count: {not_one_of(count, COUNTS)}")
    if duplicates not in DUPLICATES:
        raise SelectionError(f"duplicates: {not_one_of(duplicates, DUPLICATES)}")
    if count == POSITIONS:
        if duplicates != KEEP:
            raise SelectionError(f"duplicates: {duplicates!r} needs statements as unit; a position counts once anyway")
        return _of_positions(fold(dataset, selection), rows, columns)
    return _of_statements(dataset, selection, duplicates, rows, columns)


def _of_positions(folded: Positions, rows: Ints, columns: Ints) -> Cells:
    scale, codes = folded.dataset.scale, folded.codes
    if (len(rows), len(columns)) != codes.shape:
        codes = codes[np.ix_(rows, columns)]
    on, who = np.nonzero(codes != EMPTY)
    code = codes[on, who]
    kinds, kind_of = np.unique(scale.scores, return_inverse=True)
    mixed = code == len(scale)
    kind, weight = np.append(kind_of, 0)[code], np.where(mixed, 0.5, 1.0)
    if mixed.any():
        low, high = _extremes(folded, rows[on[mixed]], columns[who[mixed]], kind_of)
        kind[mixed] = low
        who, on = np.concatenate([who, who[mixed]]), np.concatenate([on, on[mixed]])
        kind, weight = np.concatenate([kind, high]), np.concatenate([weight, weight[mixed]])
    return Cells.counted(who, on, kind, weight, (len(columns), len(rows), len(kinds)))


def _extremes(folded: Positions, proposals: Ints, actors: Ints, kind_of: Ints) -> tuple[Ints, Ints]:
    """The lowest and the highest score (places among the distinct ones) among the statements of each given cell."""
    c = folded.dataset.codes
    number = np.full(folded.codes.shape, -1, np.int64)
    number[proposals, actors] = np.arange(len(actors))
    at = number[c.proposal, c.actor]
    hit = (at >= 0) & folded.folded
    at, kind = at[hit], kind_of[c.stance[hit]]
    low, high = np.full(len(actors), kind_of.max()), np.zeros(len(actors), kind_of.dtype)
    np.minimum.at(low, at, kind)
    np.maximum.at(high, at, kind)
    return low, high


def _of_statements(dataset: Dataset, selection: Selection, duplicates: str, rows: Ints, columns: Ints) -> Cells:
    c, scale = dataset.codes, dataset.scale
    keep = evidence_of(dataset, selection).counts
    on, who = c.proposal.astype(np.int64), c.actor.astype(np.int64)
    for chosen, table, place in ((rows, "proposals", on), (columns, "actors", who)):
        if len(chosen) < len(dataset.frames[table]):
            place[:] = _place_of(chosen, len(dataset.frames[table]))[place]
            keep = keep & (place >= 0)
    on, who, stance = on[keep], who[keep], c.stance[keep]
    if duplicates != KEEP:
        bucket = _bucket(dataset, duplicates)[keep]
        key = ((who * max(1, len(rows)) + on) * len(scale) + stance) * (bucket.max(initial=0) + 1) + bucket
        _, once = np.unique(key, return_index=True)
        on, who, stance = on[once], who[once], stance[once]
    kinds, kind_of = np.unique(scale.scores, return_inverse=True)
    return Cells.counted(who, on, kind_of[stance], None, (len(columns), len(rows), len(kinds)))


def _place_of(chosen: Ints, n: int) -> Ints:
    places = np.full(n, -1, np.int64)
    places[chosen] = np.arange(len(chosen))
    return places


def _bucket(dataset: Dataset, duplicates: str) -> Ints:
    """Within which bucket the same actor, proposal and stance counts once: a number from 0 for each statement."""
    c = dataset.codes
    if duplicates == ALL:
        return np.zeros(len(c.stance), np.int64)
    if duplicates == SOURCE:
        return c.source.astype(np.int64)
    undated = c.first == UNKNOWN
    day = np.where(undated, 0, c.first).astype("datetime64[D]")
    if duplicates == WEEK:
        number = (day.astype(np.int64) + 3) // 7  # 1970-01-01 is a Thursday: the ISO week begins three days before it
    else:
        number = day.astype(f"datetime64[{'Y' if duplicates == YEAR else 'M'}]").astype(np.int64)
    number = number - number.min(initial=0) + 1
    return np.where(undated, 0, number)  # undated ones are a bucket of their own


def distances(scale: Scale) -> tuple[Floats, float]:
    """|k - k'| between the distinct scores, low to high, and the scale's range, both times one common factor.

    The factor makes whole numbers of scores such as 0.5 or 0.1: sums of products are exact, symmetric, and add up.
    """
    scores = np.unique(scale.scores)
    exact = [Fraction(str(s)) for s in scores]
    factor = lcm(*(f.denominator for f in exact)) if exact else 1
    whole = np.array([float(f * factor) for f in exact])
    if np.abs(whole).max(initial=0) <= EXACT:
        scores = whole
    return np.abs(scores[:, None] - scores[None, :]), float(np.ptp(scores)) if len(scores) else 0.0
