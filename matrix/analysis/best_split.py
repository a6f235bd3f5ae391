"""The best way to divide the nodes of a signed network in two: what the weights between the parts sum up to, at most.

Up to `MOST_COMPARED` nodes every split is compared. Of more a local search finds a good one, and a mixed-integer
program tries within a time limit to find a better one or to prove that there is none. The answer says which it was.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

ENUMERATION, PROGRAM, SEARCH = METHODS = ("enumeration", "milp", "search")
MOST_COMPARED = 20  # nodes: 524,288 splits
MOST_PAIRS = 250_000  # with a weight, in one mixed-integer program: of more it only makes itself ready in the time
STARTS = 16  # of one local search
NOTHING = 1e-9  # times the largest weight: a smaller difference is rounding
PROVED = 1e-5  # times the largest weight: as near as the solver closes the gap

Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Split:
    """`other`: which nodes are in the second part; `gain`: the weights between the parts, each pair in both directions.

    No split has more than `bound`; where the two are equal, `exact`, none is better. `method`: what it rests on, one of
    METHODS. `equal`: splits x nodes, `other` of every split with this gain, this one first; None: not looked for.
    """

    other: Bools
    gain: float
    bound: float
    method: str
    equal: Bools | None = None

    @property
    def exact(self) -> bool:
        return self.gain == self.bound


def best_split(weights: Floats, *, seconds: float, seed: int = 0) -> Split:
    """The split with the largest sum of weights between its parts; no split where nothing is gained by one.

    `weights`: square and symmetric, 0 on the diagonal. `seconds`: for the mixed-integer program, roughly.
    """
    if len(weights) <= MOST_COMPARED:
        equal = _compared(weights)
        gain = between(weights, equal[0])
        return Split(equal[0], gain, gain, ENUMERATION, equal)
    unit = float(np.abs(weights).max(initial=0))
    other = searched(weights, seed=seed)
    gain, bound = between(weights, other), float(weights[weights > 0].sum())
    method = SEARCH
    if bound - gain > NOTHING * unit and np.count_nonzero(weights) <= 2 * MOST_PAIRS:
        found, most = _programmed(weights, seconds)
        bound = min(bound, most)
        if found is not None and between(weights, found) > gain + PROVED * unit:
            other, gain = found, between(weights, found)
        method = PROGRAM if bound - gain <= PROVED * unit else SEARCH
    exact = bound - gain <= PROVED * unit
    return Split(other, gain, gain if exact else bound, method)


def between(weights: Floats, other: Bools) -> float:
    """The sum of the weights between the two parts, each pair in both directions."""
    return float(2 * weights[np.ix_(~other, other)].sum())


def _compared(weights: Floats) -> Bools:
    """The best of all splits, a row each, the first node staying in the first part; no split first where it is one.

    All are those of half of the others times those of the rest.
    """
    n = len(weights)
    if n < 2:
        return np.zeros((1, n), bool)
    rest = weights[1:, 1:]
    degree, half = weights.sum(axis=1)[1:], (n - 1) // 2
    left, right = (_subsets(k) for k in (half, n - 1 - half))

    def alone(some: Floats, at: slice) -> Floats:
        """What is between the subset and all others."""
        value: Floats = some @ degree[at] - np.einsum("si,ij,sj->s", some, rest[at, at], some)
        return value

    a, b = slice(0, half), slice(half, n - 1)
    gains = alone(left, a)[:, None] + alone(right, b)[None, :] - 2 * (left @ rest[a, b]) @ right.T
    i, j = np.nonzero(gains >= gains.max() - NOTHING * np.abs(weights).max())
    return np.concatenate([np.zeros((len(i), 1), bool), left[i] > 0, right[j] > 0], axis=1)


def _subsets(n: int) -> Floats:
    """All subsets of n nodes, a row each, the empty one first."""
    return (np.arange(1 << n)[:, None] >> np.arange(n) & 1).astype(np.float64)


def searched(weights: Floats, *, seed: int) -> Bools:
    """A good split by local search: from many random ones, and from none, node by node while something is gained.

    The same weights and seed give the same split.
    """
    n = len(weights)
    least = NOTHING * np.abs(weights).max(initial=0)
    sign = np.random.default_rng(seed).choice([-1.0, 1.0], (STARTS, n))
    sign[0] = 1.0  # no split: what is left where nothing is gained by any
    # What a change of part adds between the parts, for each node of each start. By einsum and not `@`: handing matrices
    # so small to several threads takes longer than multiplying them.
    gains = sign * np.einsum("si,ij->sj", sign, weights)
    going = np.arange(STARTS if n else 0)
    while len(going):
        node = gains[going].argmax(axis=1)
        going, node = (x[gains[going, node] > least] for x in (going, node))
        old = sign[going, node]
        gains[going] -= 2 * sign[going] * old[:, None] * weights[node]
        gains[going, node] *= -1
        sign[going, node] = -old
    gain = -(np.einsum("si,ij->sj", sign, weights) * sign).sum(axis=1)
    best = sign[int(np.argmax(gain >= gain.max() - n * least))]
    return np.asarray(best != best[:1], bool)


def _programmed(weights: Floats, seconds: float) -> tuple[Bools | None, float]:
    """The best split that a mixed-integer program finds in the time, if any, and what no split can exceed.

    x of a node is the part it is in, y of a pair whether it is divided; each y is held only where the sum would push it
    (Aref and Wilson 2019).
    """
    from scipy import sparse  # takes a while to load, and most networks are small
    from scipy.optimize import Bounds, LinearConstraint, milp

    unit = float(np.abs(weights).max())
    i, j = np.nonzero(np.triu(np.abs(weights) > NOTHING * unit, 1))
    w = weights[i, j] / unit
    nodes, pairs = len(weights), len(w)
    up = w > 0
    # Up: y <= x_i + x_j and y <= 2 - x_i - x_j. Down: y >= x_i - x_j and y >= x_j - x_i.
    y = np.where(up, 1.0, -1.0)
    columns = np.concatenate([nodes + np.arange(pairs), i, j] * 2)
    values = np.concatenate([y, np.where(up, -1.0, 1.0), -np.ones(pairs), y, np.where(up, 1.0, -1.0), np.ones(pairs)])
    rows = np.concatenate([np.arange(pairs)] * 3 + [pairs + np.arange(pairs)] * 3)
    table = sparse.csr_array((values, (rows, columns)), shape=(2 * pairs, nodes + pairs))
    most = np.concatenate([np.zeros(pairs), np.where(up, 2.0, 0.0)])
    upper = np.ones(nodes + pairs)
    upper[np.abs(weights).sum(axis=1).argmax()] = 0  # parts have no names: one node stays where it is
    done: Any = milp(
        np.concatenate([np.zeros(nodes), -w]),
        integrality=np.concatenate([np.ones(nodes), np.zeros(pairs)]),
        bounds=Bounds(0, upper),
        constraints=LinearConstraint(table, -np.inf, most),
        options={"time_limit": seconds, "mip_rel_gap": 0},
    )
    bound = np.inf if done.mip_dual_bound is None else -2 * unit * done.mip_dual_bound
    return None if done.x is None else np.asarray(done.x[:nodes] > 0.5), float(bound)
