"""An Overlap becomes the edges of a network: every pair, and the threshold that keeps the picture readable."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matrix.analysis.overlap import Overlap
from matrix.charts.theme import NARROW

PER_NODE, AGAINST_PER_NODE = 3, 1  # edges per node that can still be followed, when the threshold is chosen here
MOST_EDGES, NARROW_EDGES = 300, 90  # in all; more is a ball of wool

Ints = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Edges:
    """Pairs as arrays alike in length: places of both ends, the measure (above 0), and over how many it is taken."""

    one: Ints
    other: Ints
    value: NDArray[np.float64]
    n: Ints

    def __len__(self) -> int:
        return len(self.value)

    def where(self, keep: NDArray[np.bool_]) -> Edges:
        """Only these."""
        return Edges(self.one[keep], self.other[keep], self.value[keep], self.n[keep])

    def at_least(self, value: float, n: int = 1) -> Edges:
        """Only those of at least this value over at least this n."""
        return self.where((self.value >= value) & (self.n >= n))

    @property
    def nodes(self) -> Ints:
        """The places that some edge joins."""
        return np.unique(np.concatenate([self.one, self.other]))

    def pairs(self) -> list[tuple[int, int]]:
        """Both ends of each."""
        return list(zip(self.one.tolist(), self.other.tolist(), strict=True))


@dataclass(frozen=True)
class Threshold:
    """An edge is drawn from this value on, over at least this n."""

    value: float
    n: int = 1


def edges_of(result: Overlap) -> Edges:
    """Every pair once that is compared on something and has a value above 0."""
    value, n = result.frame.to_numpy(float), result.n.to_numpy()
    one, other = np.nonzero(np.triu((value > 0) & (n > 0), 1))
    return Edges(one, other, value[one, other], n[one, other].astype(np.int64))


def most_edges(width: int) -> int:
    """How many edges a picture of this width can hold."""
    return NARROW_EDGES if width < NARROW else MOST_EDGES


def readable(edges: Edges, width: int, least_n: int = 1) -> Threshold:
    """The lowest value that leaves at most three edges a node, and two thirds of what the picture can hold."""
    return _lowest(edges, least_n, PER_NODE, most_edges(width) * 2 // 3)


def readable_against(edges: Edges, width: int) -> Threshold:
    """The same for edges of conflict: one a node, a third of what the picture can hold."""
    return _lowest(edges, 1, AGAINST_PER_NODE, most_edges(width) // 3)


def _lowest(edges: Edges, least_n: int, per_node: int, in_all: int) -> Threshold:
    """The lowest value that leaves few enough edges; where even the highest leaves too many, a higher n."""
    edges = edges.where(edges.n >= least_n)
    if not len(edges):
        return Threshold(0.0, least_n)
    most = min(in_all, per_node * len(edges.nodes))
    value = _first_of_few(edges.value, most)
    if value is not None:
        return Threshold(value, least_n)
    top = edges.value.max()
    counts = edges.n[edges.value == top]
    n = _first_of_few(counts, most)
    return Threshold(float(top), int(counts.max() if n is None else n))


def _first_of_few(numbers: NDArray[np.float64] | Ints, most: int) -> float | None:
    """The lowest of these numbers that at most so many of them reach; None where too many reach the highest."""
    values, times = np.unique(numbers, return_counts=True)
    reach = times[::-1].cumsum()[::-1]
    few = np.flatnonzero(reach <= most)
    return float(values[few[0]]) if len(few) else None
