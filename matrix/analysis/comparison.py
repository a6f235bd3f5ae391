"""Two actors, or two sides, side by side: what they share, where they differ, and on what only one of them speaks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from matrix.analysis.formulas import MEASURES
from matrix.analysis.overlap import Overlap, overlaps
from matrix.analysis.positions import EMPTY, Positions
from matrix.analysis.sets import ACTORS, SIDES, sets
from matrix.analysis.sides import roll_up
from matrix.analysis.voices import voices
from matrix.dataset.records import Record, place, records
from matrix.dataset.selection import COLUMNS, Selection, rows_of

SECTIONS = ("shared", "refused", "differ", "only-one", "only-other")
SHOWN = ("points", "share_same", "jaccard_backed", "clashes")
_SPLIT, _NEUTRAL, _SILENT = 9, 0, -9


@dataclass(frozen=True, eq=False)
class PairComparison:
    """Two of the same kind (`by`: actors or sides) on the rows of the selection."""

    positions: Positions
    one: str
    other: str
    by: str = ACTORS

    @cached_property
    def parts(self) -> Mapping[str, tuple[str, ...]]:
        """Ids of proposals by section: shared, refused (alike, but not backing it), differ, only-one, only-other.

        Shared means that both back it; what only one speaks on is silence of the other, not a list known only in part.
        A side backs what a member backs while no member opposes it or is mixed on it.
        """
        a, b = self._stands(self.one), self._stands(self.other)
        heard_a, heard_b = a != _SILENT, b != _SILENT
        shared = (a == 1) & (b == 1)
        alike = (a == b) & heard_a & ~shared & (a != _SPLIT)
        only_a, only_b = (
            heard_a & ~heard_b & ~self._uncounted(self.other),
            heard_b & ~heard_a & ~self._uncounted(self.one),
        )
        which = (shared, alike, heard_a & heard_b & ~shared & ~alike, only_a, only_b)
        ids = self.positions.dataset.frames["proposals"]["id"].to_numpy(dtype=object)[self._rows]
        return {name: tuple(ids[mask]) for name, mask in zip(SECTIONS, which, strict=True)}

    @cached_property
    def voices(self) -> Mapping[tuple[str, str], list[Record]]:
        """Who speaks: (proposal, one or other) -> lines of `voices`, officials first."""
        dataset = self.positions.dataset
        result: dict[tuple[str, str], list[Record]] = {}
        for who in (self.one, self.other):
            if self.by == ACTORS:
                columns = np.array([place(dataset, "actors", who)])
            else:
                columns = np.flatnonzero((dataset.frames["actors"]["side"] == who).to_numpy())
            found = voices(self.positions, self._rows, columns)
            for line in records(found.sort_values("official", ascending=False, kind="stable")):
                result.setdefault((line["proposal"], who), []).append(line)
        return result

    @cached_property
    def quotes(self) -> Mapping[tuple[str, str], list[Record]]:
        """The statements that a position rests on: (proposal, actor) -> rows."""
        return quotes(self.positions, {a["actor"] for lines in self.voices.values() for a in lines})

    @cached_property
    def measures(self) -> list[tuple[Overlap, float, int]]:
        """Of two actors: each measure over positions, its value and n."""
        if self.by == SIDES or self.one == self.other:
            return []
        only = self.positions.selection.without(*COLUMNS, "stance", "search")
        pair = Selection.of({**{n: v for n, v in vars(only).items() if v}, "actor": (self.one, self.other)})
        found = overlaps(self.positions.dataset, pair, measures=SHOWN)
        return [
            (o, float(o.frame.to_numpy()[0, 1]), int(o.n.to_numpy()[0, 1]))
            for o in (found[m] for m in SHOWN if m in MEASURES)
        ]

    @cached_property
    def backed(self) -> tuple[int, int]:
        """How many proposals both back, and how many either does where both are known; a side as any of its members."""
        found = sets(self.positions.dataset, self.positions.selection, of=(self.one, self.other), by=self.by)
        both = next((len(i.inclusive) for i in found.intersections if len(i.of) == 2), 0)
        return both, len(found.union) - len(found.unknown)

    @property
    def _rows(self) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
        return np.flatnonzero(rows_of(self.positions.dataset, self.positions.selection))

    def _uncounted(self, who: str) -> NDArray[np.bool_]:
        """On which of the rows nothing is known of it, or of a member, because a list is known only in part."""
        dataset, column = self.positions.dataset, "side" if self.by == SIDES else "id"
        of = (dataset.frames["actors"][column] == who).to_numpy(dtype=bool)
        return np.asarray(self.positions.uncounted[self._rows][:, of].any(axis=1))

    def _stands(self, who: str) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
        dataset, rows = self.positions.dataset, self._rows
        if self.by == SIDES:
            c = {k: v[rows] for k, v in roll_up(self.positions)[who].items()}
            against = c["opposed"] + c["mixed"] > 0
            stands = [c["speakers"] == 0, against & (c["backing"] + c["mixed"] > 0), against, c["backing"] > 0]
            return np.select(stands, [_SILENT, _SPLIT, -1, 1], _NEUTRAL).astype(np.int64)
        codes = self.positions.codes[rows, place(dataset, "actors", who)]
        sign = np.append(np.sign(dataset.scale.scores), [_SPLIT, _SILENT])
        return np.asarray(sign[np.where(codes == EMPTY, len(sign) - 1, codes)], np.int64)


def quotes(positions: Positions, actors: set[str]) -> dict[tuple[str, str], list[Record]]:
    """The statements behind the positions of these actors: (proposal, actor) -> rows of the table."""
    dataset = positions.dataset
    wanted = dataset.frames["actors"]["id"].isin(actors).to_numpy()
    frame: pd.DataFrame = dataset.frames["statements"][positions.folded & wanted[dataset.codes.actor]]
    result: dict[tuple[str, str], list[Record]] = {}
    for line in records(frame):
        result.setdefault((str(line["proposal"]), str(line["actor"])), []).append(line)
    return result
