"""Two actors or sides beside each other, or one actor against all others: what they share, and where they differ."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from matrix.analysis.measures import MEASURES
from matrix.analysis.opposed import Hidden, hidden
from matrix.analysis.overlap import Overlap, overlap, overlaps
from matrix.analysis.positions import EMPTY, Positions
from matrix.analysis.sets import ACTORS, SIDES, sets
from matrix.analysis.sides import roll_up
from matrix.analysis.voices import voices
from matrix.dataset.dataset import Record, place, records
from matrix.dataset.selection import COLUMNS, Selection

SECTIONS = ("shared", "refused", "mixed", "differ", "only-one", "only-other", "unknown")
SHOWN = ("points", "share_same", "jaccard_backed", "clashes")
_SPLIT, _NEUTRAL, _SILENT = 9, 0, -9
NEAR_BY, LEAST = "points", 2  # the measure by which others are near or far, over so many proposals at least
ONLY = (
    "backed by this actor, and by no other of the chosen actors on the chosen evidence; without proposals of which is "
    "known only in part who backs them"
)


@dataclass(frozen=True, eq=False)
class PairComparison:
    """Two of the same kind (`by`: actors or sides) on the rows of the selection."""

    positions: Positions
    one: str
    other: str
    by: str = ACTORS

    @cached_property
    def parts(self) -> Mapping[str, tuple[str, ...]]:
        """Ids of proposals by section: shared, refused (alike, not backing it), mixed, differ, only-one, ....

        The others: only-other, unknown. Shared means that both back it; mixed that both are mixed, or one is and the
        other is neutral, which agreement takes for the same; a side is mixed where its members differ. What only one
        speaks on is silence of the other; unknown is what one speaks on while of the other it is not known, for the
        list is known only in part. Each proposal is in one of them. A side backs what a member backs while no member
        opposes it or is mixed on it.
        """
        a, b = self._stands(self.one), self._stands(self.other)
        heard_a, heard_b = a != _SILENT, b != _SILENT
        shared = (a == 1) & (b == 1)
        alike = (a == b) & heard_a & ~shared & (a != _SPLIT)
        mixed = np.isin(a, [_SPLIT, _NEUTRAL]) & np.isin(b, [_SPLIT, _NEUTRAL]) & ~alike
        only_a, only_b = (
            heard_a & ~heard_b & ~self._uncounted(self.other),
            heard_b & ~heard_a & ~self._uncounted(self.one),
        )
        unknown = (heard_a ^ heard_b) & ~only_a & ~only_b
        differ = heard_a & heard_b & ~shared & ~alike & ~mixed
        which = (shared, alike, mixed, differ, only_a, only_b, unknown)
        ids = self.positions.dataset.frames["proposals"]["id"].to_numpy(dtype=object)[self.positions.rows]
        return {name: tuple(ids[mask]) for name, mask in zip(SECTIONS, which, strict=True)}

    def voices(self, proposals: Sequence[str]) -> Mapping[tuple[str, str], list[Record]]:
        """Who speaks on these proposals: (proposal, one or other) -> lines of `voices`, officials first."""
        dataset = self.positions.dataset
        asked = dataset.frames["proposals"]["id"].isin(proposals).to_numpy()
        rows = self.positions.rows[asked[self.positions.rows]]
        result: dict[tuple[str, str], list[Record]] = {}
        for who in (self.one, self.other):
            if self.by == ACTORS:
                columns = np.array([place(dataset, "actors", who)])
            else:
                columns = np.flatnonzero(self.positions.members(who))
            found = voices(self.positions, rows, columns)
            for line in records(found.sort_values("official", ascending=False, kind="stable")):
                result.setdefault((line["proposal"], who), []).append(line)
        return result

    @cached_property
    def measures(self) -> list[tuple[Overlap, float, int]]:
        """Of two actors: each measure over positions, its value and n."""
        if self.by == SIDES or self.one == self.other or not len(self.positions.rows):
            return []
        found = overlaps(self.positions.dataset, self._pair, measures=SHOWN)
        return [
            (o, float(o.frame.to_numpy()[0, 1]), int(o.n.to_numpy()[0, 1]))
            for o in (found[m] for m in SHOWN if m in MEASURES)
        ]

    @property
    def hidden(self) -> Hidden:
        """On what the two, or a member of each, opposed each other at a time, and over all time count as agreed."""
        if self.one == self.other or not len(self.positions.rows):
            return Hidden((), "")
        if self.by == SIDES:
            two = replace(self.positions.selection, side=(self.one, self.other))
            return hidden(self.positions.dataset, two, across=True)
        return hidden(self.positions.dataset, self._pair)

    @property
    def _pair(self) -> Selection:
        """The selection of these two actors alone, whoever else is chosen."""
        return replace(self.positions.by_proposal.without(*COLUMNS), actor=(self.one, self.other))

    @cached_property
    def backed(self) -> tuple[int, int]:
        """How many proposals both back, and how many either does where both are known; a side as any of its members."""
        found = sets(self.positions.dataset, self.positions.selection, of=(self.one, self.other), by=self.by)
        both = next((len(i.inclusive) for i in found.intersections if len(i.of) == 2), 0)
        return both, len(found.union) - len(found.unknown)

    def _uncounted(self, who: str) -> NDArray[np.bool_]:
        """On which of the rows nothing is known of it, or of a chosen member: a list is known only in part."""
        positions, ids = self.positions, self.positions.dataset.frames["actors"]["id"]
        of = positions.members(who) if self.by == SIDES else (ids == who).to_numpy()
        return np.asarray(positions.uncounted[positions.rows][:, of].any(axis=1))

    def _stands(self, who: str) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
        dataset, rows = self.positions.dataset, self.positions.rows
        if self.by == SIDES:
            c = {k: v[rows] for k, v in roll_up(self.positions)[who].items()}
            against = c["opposed"] + c["mixed"] > 0
            stands = [c["speakers"] == 0, against & (c["backing"] + c["mixed"] > 0), against, c["backing"] > 0]
            return np.select(stands, [_SILENT, _SPLIT, -1, 1], _NEUTRAL).astype(np.int64)
        codes = self.positions.codes[rows, place(dataset, "actors", who)]
        sign = np.append(np.sign(dataset.scale.scores), [_SPLIT, _SILENT])
        return np.asarray(sign[np.where(codes == EMPTY, len(sign) - 1, codes)], np.int64)


def quotes(positions: Positions, actors: set[str], proposals: Sequence[str]) -> dict[tuple[str, str], list[Record]]:
    """The statements behind these positions: (proposal, actor) -> rows of the table; none where an engine has them."""
    dataset = positions.dataset
    if dataset.groups:
        return {}
    wanted, on = (
        dataset.frames[t]["id"].isin(ids).to_numpy() for t, ids in (("actors", actors), ("proposals", proposals))
    )
    which = positions.folded & wanted[dataset.codes.actor] & on[dataset.codes.proposal]
    frame: pd.DataFrame = dataset.frames["statements"][which]
    result: dict[tuple[str, str], list[Record]] = {}
    for line in records(frame):
        result.setdefault((str(line["proposal"]), str(line["actor"])), []).append(line)
    return result


# ---- one actor against all others


@dataclass(frozen=True, eq=False)
class Neighbours:
    """Others by agreement: `frame` has actor, value, n (proposals on which both took a stance), closest first.

    `n`: how many others there are in it; `fewer` met on fewer proposals than `least`; `sentence` says why nobody is
    compared, else ''.
    """

    positions: Positions
    actor: str
    frame: pd.DataFrame
    formula: str
    n_words: str
    least: int
    fewer: int

    @property
    def n(self) -> int:
        return len(self.frame)

    @property
    def sentence(self) -> str:
        return "" if self.n else f"Nobody else took a position on {self.least} or more of the same proposals."

    def closest(self, most: int) -> pd.DataFrame:
        """The closest; of equal ones those with the larger n."""
        return self.frame.head(self._near(most))

    def farthest(self, most: int) -> pd.DataFrame:
        """The farthest first, without those whom `closest` names already."""
        rest = self.frame.iloc[self._near(most) :]
        return rest.sort_values(["value", "n"], ascending=[True, False], kind="stable").head(most)

    def hidden(self, others: Sequence[str]) -> Hidden:
        """On what it opposed one of these at a time, with whom it counts as agreed over all time."""
        of = replace(self.positions.by_proposal.without(*COLUMNS), actor=(self.actor, *others))
        return hidden(self.positions.dataset, of, measure=NEAR_BY, of=self.actor)

    def _near(self, most: int) -> int:
        """How many of few are near: the nearer half."""
        return min(most, -(-len(self.frame) // 2))


def only_backed(positions: Positions, *, actor: str) -> list[str]:
    """The chosen proposals that this actor backs and no other chosen one does, in the order of the table.

    None that is known only in part.
    """
    dataset = positions.dataset
    backs = np.append(dataset.scale.scores > 0, [False, False])[positions.codes]
    own, counted = place(dataset, "actors", actor), positions.chosen.copy()
    counted[own] = True
    alone = backs[:, own] & (backs[:, counted].sum(axis=1) == 1) & ~positions.uncounted[:, counted].any(axis=1)
    return [str(p) for p in dataset.frames["proposals"]["id"].iloc[positions.rows[alone[positions.rows]]]]


def neighbours(positions: Positions, *, actor: str, least: int = LEAST) -> Neighbours:
    """Agreement (`points`) with every chosen actor whom the actor meets on at least `least` of the chosen proposals."""
    everybody = positions.selection.without(*COLUMNS, "stance", "search")
    found = overlap(positions.dataset, measure=NEAR_BY, selection=everybody)
    frame = pd.DataFrame(
        {"actor": found.frame.columns, "value": found.frame.loc[actor].to_numpy(), "n": found.n.loc[actor].to_numpy()}
    )
    met = frame[(frame["actor"] != actor) & positions.chosen & frame["value"].notna() & (frame["n"] > 0)]
    enough = met[met["n"] >= least].sort_values(["value", "n"], ascending=False, kind="stable")
    fewer = len(met) - len(enough)
    return Neighbours(positions, actor, enough.reset_index(drop=True), found.formula, found.n_words, least, fewer)
