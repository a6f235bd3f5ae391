"""Counted units - how often each actor takes each stance on each proposal - and their sums over pairs of actors."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from fractions import Fraction
from math import lcm
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from matrix.analysis.positions import EMPTY, Positions, fold
from matrix.dataset.codes import Scale
from matrix.dataset.dataset import Dataset
from matrix.dataset.dates import UNKNOWN
from matrix.dataset.problems import SelectionError, not_one_of
from matrix.dataset.selection import Selection, evidence_of

POSITIONS, STATEMENTS = COUNTS = ("positions", "statements")
KEEP, SOURCE, YEAR, MONTH, WEEK, ALL = DUPLICATES = ("keep", "source", "year", "month", "week", "all")
LAID_OUT = 8  # cells of a counting table for each number that goes into it; in a larger one keys are sorted instead
EXACT = 2**20  # whole numbers up to here stay exact in every sum of products that a matrix of any real size makes
# Seconds that one multiplication takes in a sparse product and in BLAS, roughly: only their ratio matters.
SPARSE, DENSE = 8e-9, 1e-10
MOST_DENSE = 60_000_000  # numbers in one laid-out factor
BLOCKS, LEAST_BLOCK = 8, 128
EXACT_SINGLE = 2**24  # single precision holds every whole number up to here

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


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

    def ones(self) -> Cells:
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
    weight = None if c.weight is None else c.weight[keep].astype(np.float64)
    if duplicates != KEEP:
        if dataset.groups and duplicates not in (ALL, dataset.groups.duplicates):
            told = dataset.groups.duplicates
            raise SelectionError(f"duplicates: {duplicates!r} is asked for, and the engine told them apart by {told!r}")
        bucket = _bucket(dataset, duplicates)[keep]
        key = ((who * max(1, len(rows)) + on) * len(scale) + stance) * (bucket.max(initial=0) + 1) + bucket
        _, once = np.unique(key, return_index=True)
        on, who, stance, weight = on[once], who[once], stance[once], None
    kinds, kind_of = np.unique(scale.scores, return_inverse=True)
    return Cells.counted(who, on, kind_of[stance], weight, (len(columns), len(rows), len(kinds)))


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


# ---- sums over pairs


def pair_sums(left: Cells, weights: Floats | None = None, right: Cells | None = None) -> Floats:
    """Whos x whos: sum over on, k, k' of left[i,on,k] * weights[k,k'] * right[i',on,k'].

    Without weights: of the totals T over the kinds, as if every weight were 1. `right` is `left` where not given.
    """
    right = left if right is None else right
    if not left.shape[0] * right.shape[0]:  # nobody is left to compare
        return np.zeros((left.shape[0], right.shape[0]))
    if weights is None:
        same = right is left
        left = left.totals()
        right = left if same else right.totals()
        weights = np.ones((1, 1))
    left, right = _used(left, weights), _used(right, weights.T)
    return _sparse(left, weights, right) if _is_sparse(left, right) else _dense(left, weights, right)


def two_sums(cells: Cells, weights: Floats) -> tuple[Floats, Floats]:
    """`pair_sums` without and with weights (not below 0), as one product where that saves one.

    With a large power of two added to every weight one sum holds both: one in its high digits, the other in its low.
    """
    most = cells.sums().max(initial=0) * cells.totals().weight.max(initial=0)
    base = 2.0 ** np.ceil(np.log2(most * weights.max(initial=0) + 2))
    fits = 4 * base * most < 2**53 and (weights == np.round(weights)).all()  # fourths: halves times halves
    if not fits or not _is_sparse(cells, cells):
        return pair_sums(cells), pair_sums(cells, weights)
    low = pair_sums(cells, weights + base)
    high: Floats = np.floor(low * (1 / base))
    low -= high * base
    return high, low


def _is_sparse(left: Cells, right: Cells) -> bool:
    whos, ons, kinds = left.shape
    meetings = float(np.bincount(left.on, minlength=ons) @ np.bincount(right.on, minlength=ons))
    return SPARSE * meetings < DENSE * whos * whos * ons * kinds or whos * ons * kinds > MOST_DENSE


def _used(cells: Cells, weights: Floats) -> Cells:
    """Only the numbers whose kind has a weight."""
    keep = np.asarray(weights.any(axis=1))[cells.kind]
    if keep.all():
        return cells
    return Cells(cells.who[keep], cells.on[keep], cells.kind[keep], cells.weight[keep], cells.shape)


def _sparse(left: Cells, weights: Floats, right: Cells) -> Floats:
    whos, _, kinds = left.shape
    plain = _factor(right, right.on * kinds + right.kind, right.weight)
    # Each number of the left factor goes to every kind that has a weight with its own: no more products than without.
    targets = [np.flatnonzero(w) for w in weights]
    often = np.array([len(t) for t in targets])[left.kind]
    first = np.repeat(np.cumsum(often) - often, often)
    kind = np.repeat(left.kind, often)
    starts = np.cumsum([0, *(len(t) for t in targets)])
    to = np.concatenate(targets)[starts[kind] + np.arange(len(kind)) - first]
    spread = Cells(np.repeat(left.who, often), np.repeat(left.on, often), to, left.weight, left.shape)
    factor = _factor(spread, spread.on * kinds + to, np.repeat(left.weight, often) * weights[kind, to])
    if right is not left:
        product: Floats = (factor @ plain.T.tocsr()).toarray()
        return product
    # Alike in both directions: blocks of whos against those from them on make a little more than half of all products.
    product = np.empty((whos, whos))
    block = max(LEAST_BLOCK, -(-whos // BLOCKS))

    def fill(a: int) -> None:
        b = a + block
        product[a:b, a:] = (factor[a:b] @ plain[a:].T.tocsr()).toarray()
        product[b:, a:b] = product[a:b, b:].T

    if whos <= block:
        fill(0)
        return product
    with ThreadPoolExecutor(min(BLOCKS, os.cpu_count() or 1)) as pool:  # scipy multiplies without holding others up
        list(pool.map(fill, range(0, whos, block)))
    return product


def _factor(cells: Cells, column: NDArray[np.int64], weight: Floats) -> sparse.csr_array:
    """Numbers sorted by who as a compressed matrix; a column may occur twice in a row, a product adds them up."""
    whos, ons, kinds = cells.shape
    size = np.int32 if max(ons * kinds, len(column)) < 2**31 else np.int64
    starts = np.searchsorted(cells.who, np.arange(whos + 1)).astype(size)
    return sparse.csr_array((weight, column.astype(size), starts), shape=(whos, ons * kinds))


def _dense(left: Cells, weights: Floats, right: Cells) -> Floats:
    whos = left.shape[0]
    kind = _precision(left, weights, right)
    one = _laid_out(left, kind)
    other = one if right is left else _laid_out(right, kind)
    if (weights == np.eye(len(weights))).all():
        product: NDArray[Any] = (
            one.reshape(whos, -1) @ other.reshape(whos, -1).T
        )  # of an array with itself BLAS computes one half
    else:
        product = one.reshape(whos, -1) @ np.matmul(weights.astype(kind), other).reshape(whos, -1).T
    result: Floats = product.astype(np.float64)
    return result


def _laid_out(cells: Cells, dtype: type[np.floating[Any]]) -> NDArray[Any]:
    """The numbers as an array who x kind x on."""
    whos, ons, kinds = cells.shape
    table = np.zeros((whos, kinds, ons), dtype)
    table[cells.who, cells.kind, cells.on] = cells.weight
    return table


def _precision(left: Cells, weights: Floats, right: Cells) -> type[np.floating[Any]]:
    """Single precision where it makes no difference: whole or half numbers whose sums of products stay small enough."""
    for part in (2 * left.weight, 2 * right.weight, weights):
        if (part != np.round(part)).any():
            return np.float64
    most = left.sums().max(initial=0) * right.totals().weight.max(initial=0) * weights.max(initial=0)
    return np.float32 if 4 * most < EXACT_SINGLE else np.float64
