"""Maximal groups: actors who all back the same proposals, so that no actor and no proposal could be added.

These are the formal concepts of the table of who backs what (Wille 1982), also called maximal bicliques. They are found
by Close-by-One (Kuznetsov 1993; In-Close, Andrews 2009): a group grows by one member and all who then belong to it, and
is kept only if none of these stands before the new one - so each is found once, and nothing found has to be remembered.
Each first member has a small table of its own, what it backs and who shares enough of that; within it many groups grow
at a time, as bits.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from matrix.analysis.positions import fold
from matrix.dataset.dataset import Dataset
from matrix.dataset.problems import SelectionError
from matrix.dataset.selection import Selection

FORMULA = "maximal bicliques of who backs what (formal concepts, Wille 1982), backing = a positive score"
STRICT = ", without a condition"
LIMIT = 100_000
CHUNK = 2_000_000  # (candidate, member) pairs looked at in one go: bounds the memory, whatever the size of the table

Bools = NDArray[np.bool_]
Bits = NDArray[np.uint64]
Names = NDArray[np.object_]


class Coalition(NamedTuple):
    """A maximal group: ids of actors and of the proposals that all of them back, both in table order."""

    actors: tuple[str, ...]
    proposals: tuple[str, ...]


class TooManyCoalitionsError(SelectionError):
    """There are more groups than the limit; `found` is how many were given before it."""

    def __init__(self, found: int) -> None:
        self.found = found
        super().__init__(
            f"stopped after {found:,} coalitions, and there are more: the list would not be complete; "
            "raise the minimum number of actors or proposals, or select fewer of them"
        )


@dataclass(frozen=True, eq=False)
class Coalitions:
    """Every maximal group, each once, the largest (actors times proposals) first; `n`: how many there are.

    `sentence` says that there is none of this size, else ''.
    """

    groups: tuple[Coalition, ...]
    min_actors: int
    min_proposals: int
    formula: str

    @property
    def frame(self) -> pd.DataFrame:
        """A line a group: its actors and proposals (tuples of ids) and its size, their product."""
        lines = [(*g, len(g.actors) * len(g.proposals)) for g in self.groups]
        return pd.DataFrame(lines, columns=["actors", "proposals", "size"])

    @property
    def n(self) -> int:
        return len(self.groups)

    @property
    def sentence(self) -> str:
        least = f"{self.min_actors} actors or more backs {self.min_proposals} proposals or more"
        return "" if self.groups else f"No group of {least} together."


def coalitions(
    dataset: Dataset,
    selection: Selection | None = None,
    *,
    min_actors: int = 2,
    min_proposals: int = 2,
    strict: bool = False,
    limit: int | None = LIMIT,
) -> Coalitions:
    """Every maximal group of at least `min_actors` actors and `min_proposals` proposals.

    Backing is a positive score; `strict` asks for backing without a condition. Groups are maximal among the actors and
    proposals that the selection's column and row filters leave. Past `limit` groups TooManyCoalitionsError is raised
    (None: never). Of the worked example of docs/measures.md:

    >>> coalitions(worked, min_actors=2, min_proposals=1).groups
    (Coalition(actors=('a', 'b'), proposals=('p3',)),)
    """
    selection = selection or Selection()
    folded = fold(dataset, selection)
    rows, columns = folded.rows, folded.columns
    full = dataset.scale.scores > 0
    if strict:
        full &= ~dataset.scale.conditional
    backed = np.append(full, [False, False])[folded.codes[np.ix_(rows, columns)].T]  # mixed and EMPTY back nothing
    actors = dataset.frames["actors"]["id"].iloc[columns].tolist()
    proposals = dataset.frames["proposals"]["id"].iloc[rows].tolist()
    found = maximal_groups(backed, actors, proposals, min_actors=min_actors, min_proposals=min_proposals, limit=limit)
    largest_first = sorted(found, key=lambda g: (-len(g.actors) * len(g.proposals), -len(g.actors)))
    return Coalitions(tuple(largest_first), min_actors, min_proposals, FORMULA + (STRICT if strict else ""))


def maximal_groups(
    table: Bools,
    actors: list[str],
    proposals: list[str],
    *,
    min_actors: int = 1,
    min_proposals: int = 1,
    limit: int | None = None,
) -> Iterator[Coalition]:
    """The maximal groups of any table actors x proposals of who backs what, each once, as it is found."""
    for name, least in (("min-actors", min_actors), ("min-proposals", min_proposals)):
        if least < 1:
            raise SelectionError(f"{name}: {least} is not 1 or more")
    if len(actors) <= len(proposals):
        found = _groups(table, actors, proposals, min_actors, min_proposals)
    else:  # the shorter side is grown: its members are tried one by one
        found = (Coalition(b, a) for a, b in _groups(table.T, proposals, actors, min_proposals, min_actors))
    return _until(limit, found)


def _until(limit: int | None, found: Iterator[Coalition]) -> Iterator[Coalition]:
    yield from islice(found, limit)
    if limit is not None and next(found, None) is not None:
        raise TooManyCoalitionsError(limit)


def _groups(table: Bools, members: list[str], items: list[str], least: int, fewest: int) -> Iterator[Coalition]:
    names, things = np.array(members, dtype=object), np.array(items, dtype=object)
    counts = table.astype(np.float32)  # exact: no one shares 2**24 items
    for first in range(len(members)):
        own = np.flatnonzero(np.asarray(table[first]))
        if len(own) < fewest:
            continue
        near = np.flatnonzero(counts @ counts[first] >= fewest)
        part = table[np.ix_(near, own)]
        if len(near) < least or bool(np.any(part[near < first].all(axis=1))):
            continue  # too few, or whoever stands before it has all of this: found there
        yield from _grown(part, int(np.searchsorted(near, first)), names[near], things[own], least, fewest)


def _grown(part: Bools, first: int, names: Names, things: Names, least: int, fewest: int) -> Iterator[Coalition]:
    """All groups whose first member is `first`, from its table of near members x own items."""
    bits, n = _packed(part), len(part)
    before = np.tri(n, k=-1, dtype=bool)  # row i: the members before i
    # A block of groups: who is in, what they share, and from which member on they may grow.
    stack = [(np.asarray(part.all(axis=1))[None, :], bits[first][None, :], np.array([first + 1]))]
    while stack:
        inside, shared, start = stack.pop()
        yield from _named(inside, shared, names, things, least)
        step = max(1, CHUNK // n)
        for a in range(0, len(inside), step):
            some, start_of = inside[a : a + step], start[a : a + step, None]
            common = _in_common(shared[a : a + step], bits)
            # With a new member join at most all who stand after it.
            most = some.sum(axis=1)[:, None] + n - np.arange(n)
            g, i = np.nonzero(~some & (np.arange(n) >= start_of) & (common >= fewest) & (most >= least))
            for at in range(0, len(g), step):
                block, new = g[at : at + step] + a, i[at : at + step]
                meet = shared[block] & bits[new]
                joined = _containing(meet, bits)
                once = ~np.any((joined ^ inside[block]) & before[new], axis=1)
                if once.any():
                    stack.append((joined[once], meet[once], new[once] + 1))


def _in_common(shared: Bits, bits: Bits) -> NDArray[np.integer[Any]]:
    """Groups x members: how many of a group's items the member has."""
    result: NDArray[np.integer[Any]] = np.bitwise_count(shared[:, 0, None] & bits[:, 0]).astype(np.int32)
    for word in range(1, bits.shape[1]):
        result += np.bitwise_count(shared[:, word, None] & bits[:, word])
    return result


def _containing(meet: Bits, bits: Bits) -> Bools:
    """Meets x members: whose items hold all of the meet."""
    result: Bools = (meet[:, 0, None] & ~bits[:, 0]) == 0
    for word in range(1, bits.shape[1]):
        result &= (meet[:, word, None] & ~bits[:, word]) == 0
    return result


def _named(inside: Bools, shared: Bits, names: Names, things: Names, least: int) -> Iterator[Coalition]:
    enough = inside.sum(axis=1) >= least
    held = np.unpackbits(shared[enough].view(np.uint8), axis=1, count=len(things)).astype(bool)
    return map(Coalition, _split(inside[enough], names), _split(held, things))


def _split(marks: Bools, names: Names) -> list[tuple[str, ...]]:
    """For each row the names at its marks."""
    listed = tuple(names[np.nonzero(marks)[1]].tolist())
    ends = np.cumsum(marks.sum(axis=1)).tolist()
    return [listed[a:b] for a, b in zip([0, *ends], ends, strict=False)]


def _packed(table: Bools) -> Bits:
    """Each row as whole 64-bit words."""
    packed = np.packbits(table, axis=1)
    padded = np.zeros((len(table), max(1, -(-packed.shape[1] // 8)) * 8), np.uint8)
    padded[:, : packed.shape[1]] = packed
    return padded.view(np.uint64)
