"""Who stands with whom: a measure between any two actors, or any two proposals, from positions or statements."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from matrix.analysis.counting import KEEP, POSITIONS, Cells, Floats, distances, pair_sums, two_sums, units
from matrix.analysis.empty_cells import partly_known
from matrix.analysis.measures import (
    ACTORS,
    AVERAGE,
    COSINE,
    EITHER,
    JACCARD,
    MEASURES,
    NONE,
    PRODUCT,
    in_words,
    measure_of,
)
from matrix.analysis.positions import EMPTY, Positions, fold, view
from matrix.dataset.codes import Scale
from matrix.dataset.dataset import Dataset
from matrix.dataset.problems import SelectionError, not_one_of
from matrix.dataset.selection import Selection, columns_of, rows_of

Ints = NDArray[np.int64]

HIGH, LOW = ORDERS = ("high", "low")


@dataclass(frozen=True, eq=False)
class Overlap:
    """A measure between any two: `frame` and `n`, ids x ids, and everything that says what the numbers are.

    `n`: over how many proposals (of proposals: actors) the pair is compared - those on which both took a stance, for
    `jaccard_backed` those that either backs. `sentence` says in words why there is nothing to compare, else ''.
    `min_n`: numbers over fewer are left out of `frame`. Whom a number shows as agreed although they opposed each other
    at a time: `opposed_once`.
    """

    frame: pd.DataFrame
    n: pd.DataFrame
    measure: str
    normalize: str
    count: str
    duplicates: str
    of: str
    formula: str
    sentence: str = ""
    min_n: int = 1

    @property
    def n_words(self) -> str:
        """What n counts: `proposals on which both took a stance`."""
        return n_words_of(self.measure, self.of)

    def at_least(self, min_n: int) -> Overlap:
        """The same without the numbers of pairs whose n is smaller: they are empty, and their n stays."""
        if min_n <= 1:
            return self
        found = replace(self, frame=self.frame.where(self.n >= min_n), min_n=min_n)
        sentence = f"No pair of these {len(self.frame)} {self.of} is compared on at least {min_n} {self._unit}."
        return found if self.sentence or len(found.edges()) else replace(found, sentence=sentence)

    @property
    def left_out(self) -> int:
        """How many pairs have a number of their own that rests on fewer than `min_n`."""
        i, j = np.triu_indices(len(self.n), 1)
        n = self.n.to_numpy()[i, j]
        return int(((n > 0) & (n < self.min_n)).sum())

    @property
    def _unit(self) -> str:
        return "proposals" if self.of == ACTORS else "actors"

    def edges(self, *, order: str = "") -> pd.DataFrame:
        """Every pair once, as a list: one, other, value, n; pairs that are not defined or never meet are left out.

        In the order of the table, or by value with `order` high or low: of equal ones those with the larger n first.
        """
        if order not in ("", *ORDERS):
            raise SelectionError(f"order: {not_one_of(order, ORDERS)}")
        i, j = np.triu_indices(len(self.frame), 1)
        value, n = self.frame.to_numpy()[i, j], self.n.to_numpy()[i, j]
        keep = ~np.isnan(value) & (n > 0)
        ids = self.frame.index.to_numpy()
        edges = pd.DataFrame({"one": ids[i[keep]], "other": ids[j[keep]], "value": value[keep], "n": n[keep]})
        if not order:
            return edges
        by = edges.sort_values(["value", "n"], ascending=[order == LOW, False], kind="stable")
        return by.reset_index(drop=True)

    def highest(self, ids: list[str]) -> tuple[str, str] | None:
        """The two of these with the highest value, the first of equal ones; None where no two have one above 0."""
        values = np.triu(self.frame.reindex(index=ids, columns=ids).to_numpy(float), 1)
        if not (np.nan_to_num(values) > 0).any():
            return None
        i, j = np.unravel_index(int(np.nanargmax(values)), values.shape)
        return ids[int(i)], ids[int(j)]


def overlap(
    dataset: Dataset,
    selection: Selection | None = None,
    *,
    measure: str = "points",
    normalize: str = NONE,
    count: str = POSITIONS,
    duplicates: str = KEEP,
    of: str = ACTORS,
) -> Overlap:
    """One measure between all listed actors (of="actors") or proposals, with n for each pair.

    shared = sum_j T_ij T_i'j; congruence = sum_j sum_k,k' x_ijk x_i'jk' (1 - |k-k'|/range), conflict the same with
    |k-k'|/range, net = congruence - conflict (Leifeld 2017), divided by nothing or by `normalize`: average (n_i +
    n_i')/2, jaccard m10 + m01 + m11, product n_i n_i', cosine the lengths of the x vectors. Over positions also the
    shares points (Wahl-O-Mat scheme), share_same, jaccard_backed (Jaccard 1901) and the count clashes.

    The row filters, search and stance choose the proposals that are summed over - n_i too counts an actor's units on
    these only - and the column filters and the search the actors that are paired; between proposals the other way
    about. A zero denominator gives 0 for a network measure, an empty cell for a share; the diagonal too. The worked
    example of docs/measures.md:

    >>> overlap(worked, measure="congruence", normalize="jaccard", count="statements").frame.round(4)
    id    a    b
    id
    a   0.0  0.2
    b   0.2  0.0
    """
    found = overlaps(
        dataset, selection, measures=(measure,), normalize=normalize, count=count, duplicates=duplicates, of=of
    )
    return found[measure]


def overlaps(
    dataset: Dataset,
    selection: Selection | None = None,
    *,
    measures: tuple[str, ...] = ("shared", "congruence", "conflict", "net"),
    normalize: str = NONE,
    count: str = POSITIONS,
    duplicates: str = KEEP,
    of: str = ACTORS,
) -> dict[str, Overlap]:
    """Several measures of `overlap` at once: what they have in common is computed once."""
    selection = selection or Selection()
    chosen = [measure_of(m, normalize, count, of) for m in measures]
    rows, columns = listed_places(dataset, selection, of)
    listed = columns if of == ACTORS else rows
    ids = pd.Index(dataset.frames[of]["id"].iloc[listed], name="id")
    numbers: dict[str, tuple[Floats, NDArray[Any]]] = {}
    if any(m.network for m in chosen):
        cells = units(dataset, selection, count, duplicates, rows, columns)
        cells = cells if of == ACTORS else cells.swapped()
        unknown = unknown_of(dataset, selection, rows, columns, normalize=normalize, of=of)
        divisor = divisor_of(cells, unknown, normalize)
        numbers |= network_numbers(cells, [m.id for m in chosen if m.network], divisor, dataset.scale)
    if any(not m.network for m in chosen):
        units(dataset, selection, count, duplicates, rows[:0], columns[:0])  # refuses what does not go together
        folded = fold(dataset, selection)
        codes, unknown = folded.codes[np.ix_(rows, columns)], _unknown(folded, of, rows, columns)
        numbers |= _shares(
            codes.T if of == ACTORS else codes, unknown, [m.id for m in chosen if not m.network], dataset
        )
    result = {}
    for m in chosen:
        value, n = numbers[m.id]
        n.flags.writeable = False  # several measures show the same
        np.fill_diagonal(value, 0 if m.network else np.nan)
        sentence = nothing_to_compare(n, dataset, of, n_words_of(m.id, of))
        result[m.id] = Overlap(
            pd.DataFrame(value, index=ids, columns=ids, copy=False),
            pd.DataFrame(n.astype(np.int32, copy=False), index=ids, columns=ids, copy=False),
            *(m.id, normalize, count, duplicates, of, in_words(m, normalize, of), sentence),
        )
    return result


def listed_places(dataset: Dataset, selection: Selection, of: str = ACTORS) -> tuple[Ints, Ints]:
    """The places of the proposals and of the actors that a measure between any two of them runs over."""
    rows, columns = np.flatnonzero(rows_of(dataset, selection)), np.flatnonzero(columns_of(dataset, selection))
    if selection.search or selection.stance:  # the proposals that they leave are those that are summed over
        rows = fold(dataset, selection).rows
    if selection.search and of == ACTORS:  # and a search lists whom it finds
        columns = view(fold(dataset, selection.without("stance"))).columns
    return rows, columns


def unknown_of(
    dataset: Dataset, selection: Selection, rows: Ints, columns: Ints, *, normalize: str, of: str = ACTORS
) -> NDArray[np.bool_] | None:
    """Which cells count nowhere, where that changes the divisor; else None, which spares a fold."""
    if normalize != JACCARD or not partly_known(dataset).any():
        return None
    return _unknown(fold(dataset, selection), of, rows, columns)


def dendrogram_order(closeness: Floats) -> list[int]:
    """Places in the order of a dendrogram's leaves: average linkage, neighbours as close as the tree allows.

    `closeness`: square and symmetric, more is closer; NaN (not defined) is taken as the mean of what is defined.
    Optimal leaf ordering: Bar-Joseph, Gifford and Jaakkola 2001.
    """
    from scipy.cluster.hierarchy import leaves_list, linkage  # takes a tenth of a second to load

    n = len(closeness)
    if n < 3:
        return list(range(n))
    i, j = np.triu_indices(n, 1)
    pairs = closeness[i, j]
    known = pairs[np.isfinite(pairs)]
    if not len(known) or known.min() == known.max() == pairs.max():
        return list(range(n))
    far = np.where(np.isfinite(pairs), known.max() - pairs, known.max() - known.mean())
    tree = linkage(far / (far.max() or 1.0), method="average", optimal_ordering=n <= 400)
    order = [int(k) for k in leaves_list(tree)]
    return order if order[0] < order[-1] else order[::-1]  # a tree has no left and right: the table decides


def _unknown(folded: Positions, of: str, rows: Ints, columns: Ints) -> NDArray[np.bool_]:
    """Which cells, whos x ons, count nowhere: empty ones of a proposal of which is known only in part who backs it."""
    unknown = folded.uncounted[np.ix_(rows, columns)]
    return unknown.T if of == ACTORS else unknown


def network_numbers(
    cells: Cells, wanted: list[str], divisor: Floats | None, stances: Scale
) -> dict[str, tuple[Floats, NDArray[Any]]]:
    """The wanted network measures between any two whos, each with its n; `divisor`: of the normalisation, if any.

    The diagonal is not yet 0.
    """
    apart, scale = distances(stances)
    sums: dict[str, Floats] = {}
    totals = cells.totals()
    ones = totals.ones()
    # All four follow from what is shared and one more; and n is what is shared where nobody counts twice on a proposal.
    if wanted == ["congruence"] and scale and ones is not totals:
        sums["congruence"] = pair_sums(cells, scale - apart)
        sums["congruence"] /= scale
    elif wanted == ["shared"] or not scale:
        shared = sums["shared"] = pair_sums(cells)
        sums |= {"congruence": shared.copy(), "conflict": np.zeros_like(shared), "net": shared.copy()}
    else:
        shared, near = two_sums(cells, scale - apart)
        sums["shared"], sums["congruence"] = shared, near
        if wanted != ["congruence"]:
            sums["conflict"] = (shared * scale - near) / scale
        near /= scale
        if "net" in wanted:
            sums["net"] = near - sums["conflict"]
    n = (sums["shared"] if ones is totals else pair_sums(ones)).astype(np.int32)
    return {m: (sums[m] if divisor is None else _divided(sums[m], divisor), n) for m in wanted}


def divisor_of(cells: Cells, unknown: NDArray[np.bool_] | None, normalize: str) -> Floats | None:
    """What a network measure between any two whos is divided by; None: nothing."""
    n = cells.sums()
    if normalize == AVERAGE:
        half: Floats = (n[:, None] + n[None, :]) / 2
        return half
    if normalize == PRODUCT:
        return n[:, None] * n[None, :]
    same = np.eye(cells.shape[2])
    if normalize == COSINE:
        # The root of a product of whole numbers, not a product of roots: for two who are alike it is exact.
        squares = np.bincount(cells.who, cells.weight**2, minlength=cells.shape[0])
        lengths: Floats = np.sqrt(squares[:, None] * squares[None, :])
        return lengths
    if normalize == JACCARD:
        where_other = pair_sums(cells, same, cells.ones())  # units of i at places where i' has some
        alone = n[:, None] - where_other
        if unknown is not None:
            alone -= _where_unknown(cells.weight, cells, unknown)
        return alone + alone.T + pair_sums(cells, same)
    return None


def _shares(
    codes: NDArray[np.int16], unknown: NDArray[np.bool_], wanted: list[str], dataset: Dataset
) -> dict[str, tuple[Floats, NDArray[Any]]]:
    """Measures over positions: codes are whos x ons, places among the stances, then mixed, or EMPTY.

    `unknown`: cells that count nowhere, for the proposal is known only in part.
    """
    sign = np.append(np.sign(dataset.scale.scores), 0.0)  # mixed stands between for and against
    states = len(sign)
    who, on = np.nonzero(codes != EMPTY)
    cells = Cells(who, on, codes[who, on].astype(np.int64), np.ones(len(who)), (*codes.shape, states))
    both = pair_sums(cells)
    result: dict[str, tuple[Floats, NDArray[Any]]] = {}
    for measure in wanted:
        if measure == "points":
            apart = pair_sums(cells, np.abs(sign[:, None] - sign[None, :]))
            result[measure] = _share(2 * both - apart, 2 * both), both
        elif measure == "share_same":
            result[measure] = _share(pair_sums(cells, np.eye(states)), both), both
        elif measure == "clashes":
            result[measure] = pair_sums(cells, (np.outer(sign, sign) < 0).astype(np.float64)), both
        else:
            backs = sign > 0
            shared = pair_sums(cells, np.outer(backs, backs).astype(np.float64))
            backed = np.bincount(who, backs[cells.kind].astype(np.float64), minlength=len(codes))
            known = backed[:, None] - _where_unknown(backs[cells.kind].astype(np.float64), cells, unknown)
            either = known + known.T - shared
            result[measure] = _share(shared, either), either
    return result


def _where_unknown(weight: Floats, cells: Cells, unknown: NDArray[np.bool_]) -> Floats:
    """Of each who its weight at the places where the other's cell is unknown."""
    some = np.flatnonzero(unknown.any(axis=0))
    own = np.zeros((len(unknown), len(some)))
    at = np.full(unknown.shape[1], -1)
    at[some] = np.arange(len(some))
    there = at[cells.on] >= 0
    np.add.at(own, (cells.who[there], at[cells.on[there]]), weight[there])
    result: Floats = own @ unknown[:, some].T.astype(np.float64)
    return result


def _divided(sums: Floats, divisor: Floats) -> Floats:
    result: Floats = np.divide(sums, divisor, out=np.zeros_like(sums), where=divisor > 0)
    return result


def _share(part: Floats, whole: Floats) -> Floats:
    result: Floats = np.divide(part, whole, out=np.full(part.shape, np.nan), where=whole > 0)
    return result


def n_words_of(measure: str, of: str) -> str:
    """What the n of a measure counts: `proposals on which both took a stance`."""
    if of == ACTORS:
        return f"proposals {MEASURES[measure].n}"
    return "actors who back either" if MEASURES[measure].n == EITHER else "actors who took a stance on both"


def nothing_to_compare(n: NDArray[Any], dataset: Dataset, of: str, n_words: str = "") -> str:
    """Why there is nothing to compare, in words; '' where some pair has an n."""
    listed, whole = len(n), len(dataset.frames[of])
    if listed < 2:
        whose = "the filters leave" if whole > 1 else "the dataset has"
        return f"Nothing to compare: {whose} {listed or 'no'} {of if listed != 1 else of.removesuffix('s')}."
    if not (n.sum() - np.trace(n)) > 0:
        n_words = n_words or n_words_of("shared", of)
        return f"Nothing to compare: for no pair of these {listed} {of} are there {n_words}."
    return ""
