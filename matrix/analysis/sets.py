"""What actors or sides back together: what exactly these do, and what at least these do, for every combination."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd

from matrix.analysis.positions import Positions, fold
from matrix.analysis.sides import roll_up
from matrix.dataset.dataset import Dataset
from matrix.dataset.problems import SelectionError, not_one_of
from matrix.dataset.selection import Selection

ACTORS, SIDES = BY = ("actors", "sides")
EXCLUSIVE, INCLUSIVE = MODES = ("exclusive", "inclusive")  # backed by exactly these, by at least these
MOST = 12  # sets of which every combination is listed: 4,095 at most; of more only those that occur


@dataclass(frozen=True)
class Intersection:
    """One combination of the chosen sets, with the proposals in it.

    `exclusive`: backed by exactly these of the chosen; `inclusive`: by at least these.
    """

    of: tuple[str, ...]
    exclusive: tuple[str, ...]
    inclusive: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Sets:
    """What an UpSet plot draws (Lex et al. 2014): each set's proposals, and each combination that holds any.

    `complete` says whether every combination with an inclusive member is listed, or only those with an exclusive one.
    `unknown`: proposals of the union of which it is not known whether exactly these back them, because their list is
    known only in part: they are in no exclusive part. `n`: proposals that any of the chosen back; `sentence` says why
    there is nothing to compare, else ''.
    """

    by: str
    sets: dict[str, tuple[str, ...]]
    intersections: tuple[Intersection, ...]
    union: tuple[str, ...]
    complete: bool
    formula: str
    unknown: tuple[str, ...] = ()

    @property
    def frame(self) -> pd.DataFrame:
        """A line a combination: its ids (a tuple), and how many proposals exactly and at least these back."""
        lines = [(i.of, len(i.exclusive), len(i.inclusive)) for i in self.intersections]
        return pd.DataFrame(lines, columns=["of", "exclusive", "inclusive"])

    @property
    def n(self) -> int:
        return len(self.union)

    @property
    def sentence(self) -> str:
        if not self.sets:
            return f"Nothing to compare: choose at least two {self.by}."
        return "" if self.union else f"Nothing to compare: the chosen {self.by} back no proposal of this selection."


def most_backing(positions: Positions, *, most: int) -> list[str]:
    """The chosen actors who back most of the chosen proposals, at most so many, in the order of their table."""
    backs = np.append(positions.dataset.scale.scores > 0, [False, False])[positions.codes[positions.rows]].sum(axis=0)
    backs = np.where(positions.chosen, backs, 0)
    top = [i for i in np.argsort(-backs, kind="stable")[:most] if backs[i]]
    ids = positions.dataset.frames["actors"]["id"].tolist()
    return [ids[i] for i in sorted(top)]


def sets(dataset: Dataset, selection: Selection | None = None, *, of: Sequence[str], by: str = ACTORS) -> Sets:
    """Overlaps of what the given actors or sides back, on the chosen proposals; a side what a chosen member backs.

    The exclusive parts are disjoint and add up to the union without what is `unknown`; an inclusive one adds up all
    combinations that contain it.
    A backs p1 and p2, B backs p2: exclusive A: p1, A and B: p2, B: nothing; inclusive A: p1, p2, B: p2, A and B: p2.
    """
    selection = selection or Selection()
    if by not in BY:
        raise SelectionError(f"by: {not_one_of(by, BY)}")
    ids = dataset.frames[by]["id"].tolist()
    for one in of:
        if one not in ids:
            raise SelectionError(f"{by.removesuffix('s')}: {not_one_of(one, ids)}")
    chosen = tuple(dict.fromkeys(of))
    folded = fold(dataset, selection)
    rows = folded.rows
    if by == ACTORS:
        backs = np.append(dataset.scale.scores > 0, [False, False])[folded.codes[rows]]
        table = backs[:, [ids.index(one) for one in chosen]]
        uncounted = folded.uncounted[rows][:, [ids.index(one) for one in chosen]]
    else:
        counts = roll_up(folded)
        table = np.array([counts[s]["backing"][rows] > 0 for s in chosen], bool).reshape(len(chosen), len(rows)).T
        of_sides = [folded.uncounted[rows][:, folded.members(s)].any(axis=1) for s in chosen]
        uncounted = np.array(of_sides, bool).reshape(len(chosen), len(rows)).T & ~table
    proposals = dataset.frames["proposals"]["id"].iloc[rows].tolist()
    at = [frozenset(np.flatnonzero(row).tolist()) for row in table]
    known = [not row.any() for row in uncounted]
    complete = len(chosen) <= MOST
    occurring = sorted(
        {s for s, sure in zip(at, known, strict=True) if s and (sure or complete)}, key=lambda s: (len(s), sorted(s))
    )
    listed = occurring
    if complete:
        every = (frozenset(c) for n in range(1, len(chosen) + 1) for c in combinations(range(len(chosen)), n))
        listed = [c for c in every if any(c <= s for s in occurring)]
    found = tuple(
        Intersection(
            tuple(chosen[i] for i in sorted(c)),
            tuple(p for p, s, sure in zip(proposals, at, known, strict=True) if s == c and sure),
            tuple(p for p, s in zip(proposals, at, strict=True) if s >= c),
        )
        for c in listed
    )
    return Sets(
        by,
        {one: tuple(p for p, s in zip(proposals, at, strict=True) if i in s) for i, one in enumerate(chosen)},
        found,
        tuple(p for p, s in zip(proposals, at, strict=True) if s),
        complete,
        "proposals backed by exactly these (exclusive) or by at least these (inclusive) of the chosen " + by,
        tuple(p for p, s, sure in zip(proposals, at, known, strict=True) if s and not sure),
    )
