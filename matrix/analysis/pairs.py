"""Counted cells become sums over pairs: for any two whos, their numbers multiplied on everything that both are on.

One product does for every measure: sum over on, k, k' of x[i,on,k] * W[k,k'] * x[i',on,k'], with a table W for each.
The weights go into one factor before the product, so that it costs no more than the bare product of the totals, T.T'.
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from matrix.analysis.units import Cells

Floats = NDArray[np.float64]

# Seconds that one multiplication takes in a sparse product and in BLAS, roughly: only their ratio matters.
SPARSE, DENSE = 8e-9, 1e-10
MOST_DENSE = 60_000_000  # numbers in one laid-out factor
BLOCKS, LEAST_BLOCK = 8, 128
EXACT = 2**24  # single precision holds every whole number up to here


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
    return np.float32 if 4 * most < EXACT else np.float64
