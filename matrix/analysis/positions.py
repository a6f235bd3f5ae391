"""Positions: the proposals x actors table, in each cell the stance that the counting statements fold into.

A position depends only on the set of stances among the counting statements of its cell. So folding is one scatter of
(cell, stance) pairs into a table of bits and one look-up of each cell's bits among the few combinations that occur.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from matrix.analysis.empty_cells import (
    EMPTY_KINDS,
    HIDDEN,
    LOOKED_FOR,
    NEVER,
    OUTSIDE,
    STATED,
    SUPERSEDED,
    UNKNOWN,
    looked_for,
    partly_known,
)
from matrix.dataset.codes import Codes, Scale
from matrix.dataset.dataset import Dataset
from matrix.dataset.dates import UNKNOWN as UNDATED
from matrix.dataset.schema import MIXED
from matrix.dataset.selection import LATEST, Evidence, Selection, columns_of, evidence_of, rows_of, search

EMPTY = -1  # the code of a cell without a position

Bools = NDArray[np.bool_]
Cell = NDArray[np.int16]


@dataclass(frozen=True, eq=False)
class Positions:
    """All positions of a dataset on the chosen evidence: arrays proposals x actors.

    No view filter changes a position; `rows` and `columns` are the proposals and actors that they choose: over these
    runs whatever is counted.
    `codes`: place in `states` (the scale's stances, then `mixed`), EMPTY where there is no position; `folded`: the
    statements that make the positions, all that count or, under `latest`, only the last of each cell.
    """

    dataset: Dataset
    selection: Selection
    evidence: Evidence
    folded: Bools
    codes: Cell

    @property
    def states(self) -> tuple[str, ...]:
        """The ids that a cell can hold."""
        return (*self.dataset.scale.ids, MIXED)

    @cached_property
    def rows(self) -> NDArray[np.int64]:
        """The places of the chosen proposals, as search and stance leave them: what every measure runs over."""
        return view(self).rows

    @property
    def by_proposal(self) -> Selection:
        """The same selection with the chosen proposals named, in the place of the search and stance that chose them."""
        if not (self.selection.search or self.selection.stance):
            return self.selection
        ids = tuple(self.dataset.frames["proposals"]["id"].iloc[self.rows])
        return replace(self.selection.without("search", "stance"), proposal=ids)

    @cached_property
    def columns(self) -> NDArray[np.int64]:
        """The places of the chosen actors: who counts in every roll-up and measure."""
        return np.flatnonzero(self.chosen)

    @cached_property
    def chosen(self) -> Bools:
        """Whether each actor is chosen."""
        return columns_of(self.dataset, self.selection)

    @cached_property
    def speaking(self) -> Bools:
        """Whether each actor, chosen or not, takes a position on a chosen proposal."""
        return np.asarray((self.codes[self.rows] != EMPTY).any(axis=0), dtype=bool)

    def members(self, *sides: str) -> Bools:
        """Which actors are chosen and of one of these sides; of any side where none is given."""
        of = self.dataset.frames["actors"]["side"]
        mine: Bools = ((of != "") if not sides else of.isin(sides)).to_numpy()
        return mine & self.chosen

    @cached_property
    def n(self) -> NDArray[np.int32]:
        """How many counting statements each cell rests on."""
        return self._count(self.folded)

    @cached_property
    def differing(self) -> Bools:
        """Which cells fold statements of different stances."""
        sets = _stance_sets(self.dataset.codes, self.folded, self.codes.shape, len(self.dataset.scale))
        differing: Bools = (np.bitwise_count(sets).sum(axis=1) > 1).reshape(self.codes.shape)
        return differing

    @cached_property
    def uncertain(self) -> Bools:
        """Which cells rest on a statement that may have been made outside the window of time."""
        return self._count(self.evidence.uncertain & self.folded) > 0

    @cached_property
    def why(self) -> NDArray[np.int8]:
        """Why a cell is empty, one of EMPTY_KINDS; or STATED."""
        passed = self._count(self.evidence.passes) > 0
        partly = np.broadcast_to(partly_known(self.dataset)[:, None], self.codes.shape)
        holds = [self.codes != EMPTY, passed, self.ever, looked_for(self.dataset, self.codes.shape), partly]
        return np.select(holds, [STATED, SUPERSEDED, OUTSIDE, LOOKED_FOR, UNKNOWN], NEVER).astype(np.int8)

    @cached_property
    def ever(self) -> Bools:
        """Which cells have a statement at all, whether it counts or not."""
        every: Bools = self._count(np.ones(len(self.evidence.passes), bool)) > 0
        return every

    @cached_property
    def silent(self) -> Bools:
        """Which cells are silence: never stated in these sources, or looked for and not found."""
        silent: Bools = (self.why == NEVER) | (self.why == LOOKED_FOR)
        return silent

    @cached_property
    def uncounted(self) -> Bools:
        """Which cells count nowhere: empty ones of a proposal known in part, but those that were looked for."""
        partly = partly_known(self.dataset)
        if not partly.any():
            return np.zeros(self.codes.shape, bool)
        uncounted: Bools = partly[:, None] & (self.codes == EMPTY) & (self.why != LOOKED_FOR)
        return uncounted

    def _count(self, which: Bools) -> NDArray[np.int32]:
        c = self.dataset.codes
        weight = None if c.weight is None else c.weight[which]
        counts = np.bincount(_cell(c, self.codes.shape)[which], weight, minlength=self.codes.size)
        return counts.reshape(self.codes.shape).astype(np.int32)


def fold(dataset: Dataset, selection: Selection | None = None) -> Positions:
    """Fold the evidence into positions of every actor on every proposal; view filters are not applied here.

    Rule `cautious`: a positive and a negative stance make `mixed`; else the lowest negative; else a conditional stance;
    else the lowest positive; else neutral. Rule `latest`: the same over the statements with the latest last day.
    """
    selection = (selection or Selection()).within(dataset)
    evidence = evidence_of(dataset, selection)
    codes, scale = dataset.codes, dataset.scale
    shape = len(dataset.frames["proposals"]), len(dataset.frames["actors"])
    folded = _latest(codes, evidence.counts, shape) if selection.rule == LATEST else evidence.counts
    sets = _stance_sets(codes, folded, shape, len(scale))
    return Positions(dataset, selection, evidence, folded, _fold_sets(sets, scale).reshape(shape))


def positions(dataset: Dataset, selection: Selection | None = None) -> pd.DataFrame:
    """The comparison matrix: index proposal ids, columns actor ids, cells categorical stance ids, `mixed` or missing.

    Rows and columns are all that the selection's row and column filters choose, also when empty; `stance` and `search`
    drop what they hide.
    """
    return view(fold(dataset, selection)).frame()


@dataclass(frozen=True, eq=False)
class View:
    """What of the positions is looked at: rows and columns (places in their tables), and which cells are hidden."""

    positions: Positions
    rows: NDArray[np.int64]
    columns: NDArray[np.int64]
    hidden: Bools  # over rows x columns

    @cached_property
    def codes(self) -> Cell:
        """The visible position of each cell, EMPTY where hidden."""
        codes: Cell = self.positions.codes[self._at]  # a copy
        codes[self.hidden] = EMPTY
        return codes

    @cached_property
    def why(self) -> NDArray[np.int8]:
        """Why each cell is as it is: STATED, one of EMPTY_KINDS, or HIDDEN (by the stance filter)."""
        why = self.positions.why[self._at]
        return np.where(self.hidden & (why == STATED), HIDDEN, why).astype(np.int8)

    @property
    def ever(self) -> Bools:
        """Which cells of the view have a statement at all, whether it counts or not."""
        ever: Bools = self.positions.ever[self._at]
        return ever

    @property
    def heard(self) -> Bools:
        """Which actors of the view have a statement on one of its proposals."""
        return np.asarray(self.ever.any(axis=0), dtype=bool)

    @property
    def speaking(self) -> Bools:
        """Which actors of the view have a visible position."""
        return np.asarray((self.codes != EMPTY).any(axis=0), dtype=bool)

    @property
    def stated(self) -> int:
        """How many cells show a position."""
        return int((self.codes != EMPTY).sum())

    @property
    def n(self) -> int:
        """How many statements the visible cells rest on."""
        return int(self.positions.n[self._at][~self.hidden].sum())

    @cached_property
    def unsure(self) -> int:
        """How many of these may have been made outside the window of time."""
        positions, c = self.positions, self.positions.dataset.codes
        visible = np.zeros(positions.codes.shape, bool)
        visible[self._at] = ~self.hidden
        unsure = positions.evidence.uncertain & positions.folded & visible[c.proposal, c.actor]
        return int(unsure.sum() if c.weight is None else c.weight[unsure].sum())

    @property
    def _at(self) -> tuple[NDArray[np.int64], ...]:
        return np.ix_(self.rows, self.columns)

    @property
    def proposals(self) -> pd.DataFrame:
        return self.positions.dataset.frames["proposals"].iloc[self.rows]

    @property
    def actors(self) -> pd.DataFrame:
        return self.positions.dataset.frames["actors"].iloc[self.columns]

    def kinds_of_empty(self) -> dict[str, dict[str, list[str]]]:
        """Kind of empty -> proposal -> actors of the visible cells, without those that were just never stated."""
        proposals, actors = self.proposals["id"].to_numpy(dtype=object), self.actors["id"].to_numpy(dtype=object)
        found: dict[str, dict[str, list[str]]] = {}
        for kind in (*EMPTY_KINDS[:-1], HIDDEN):
            for i, j in zip(*np.nonzero(self.why == kind), strict=True):
                found.setdefault(kind.id, {}).setdefault(proposals[i], []).append(actors[j])
        return found

    def frame(self) -> pd.DataFrame:
        """The pandas table of the view: categorical cells with all states as categories."""
        dtype = pd.CategoricalDtype(pd.Index(self.positions.states, dtype="str"))
        # Turned round, in the width that pandas holds them in: then every column is a piece of it and none is copied.
        codes = np.ascontiguousarray(self.codes.T, dtype=np.min_scalar_type(-len(dtype.categories)))
        cells = [pd.Categorical.from_codes(c, dtype=dtype, validate=False) for c in codes]
        index = pd.Index(self.proposals["id"], name="proposal", dtype="str")
        frame = pd.DataFrame(dict(enumerate(cells)), index=index, copy=False)
        frame.columns = pd.Index(self.actors["id"], name="actor", dtype="str")
        return frame


def view(positions: Positions, *, stated: bool = False) -> View:
    """Apply the view filters of the selection; `stated` also drops rows and columns without a visible position.

    Row and column filters keep empty rows and columns. `search` keeps those whose own text, or one of whose statements,
    matches. `stance` hides the cells of other stances, and the rows and columns that this leaves empty.
    """
    dataset, chosen = positions.dataset, positions.selection
    keep_rows, keep_columns = rows_of(dataset, chosen), columns_of(dataset, chosen)
    if chosen.search:
        found, codes = search(dataset, chosen.search), dataset.codes
        matching = found.statements & positions.evidence.passes
        keep_rows &= found.proposals | at_places(codes.proposal[matching], len(keep_rows))
        keep_columns &= found.actors | at_places(codes.actor[matching], len(keep_columns))
    rows, columns = np.flatnonzero(keep_rows), np.flatnonzero(keep_columns)
    hidden = np.zeros((len(rows), len(columns)), bool)
    if chosen.stance or stated:
        shown = positions.codes[np.ix_(rows, columns)]
        if chosen.stance:
            wanted = [positions.states.index(s) for s in chosen.stance]
            hidden = (shown != EMPTY) & ~np.isin(shown, wanted)
        visible = (shown != EMPTY) & ~hidden
        some_row, some_column = visible.any(axis=1), visible.any(axis=0)
        rows, columns, hidden = rows[some_row], columns[some_column], hidden[np.ix_(some_row, some_column)]
    return View(positions, rows, columns, hidden)


def _cell(codes: Codes, shape: tuple[int, int]) -> NDArray[np.int64]:
    return codes.proposal.astype(np.int64) * shape[1] + codes.actor


def _stance_sets(codes: Codes, which: Bools, shape: tuple[int, int], stances: int) -> NDArray[np.uint8]:
    """Which stances occur in each cell among the statements of `which`: one bit a stance, cells x bytes."""
    cells, width = shape[0] * shape[1], -(-stances // 8) * 8  # whole bytes, so that all are packed in one sweep
    at = _cell(codes, shape)
    at *= width
    at += codes.stance
    present = np.zeros(cells * width, bool)
    present[at if which.all() else at[which]] = True
    return np.packbits(present, bitorder="little").reshape(cells, width // 8)


def _fold_sets(sets: NDArray[np.uint8], scale: Scale) -> Cell:
    """The position of each set of stances; every distinct set is folded once."""
    if len(scale) <= 8:
        every = np.arange(1 << len(scale), dtype=np.uint8)[:, None]
        return _fold_each(every, scale)[sets.ravel()]
    distinct, which = np.unique(sets, axis=0, return_inverse=True)
    return _fold_each(distinct, scale)[which.ravel()]


def _fold_each(sets: NDArray[np.uint8], scale: Scale) -> Cell:
    bits = np.unpackbits(sets, axis=1, count=len(scale), bitorder="little")
    return np.array([fold_set(np.flatnonzero(b), scale) for b in bits], dtype=np.int16)


def fold_set(stances: NDArray[np.intp], scale: Scale) -> int:
    """The cautious position of a set of stances (places in the scale): a place, len(scale) for mixed, or EMPTY."""
    if not len(stances):
        return EMPTY
    scores = scale.scores[stances]
    if scores.max() > 0 and scores.min() < 0:
        return len(scale)
    conditional = scale.conditional[stances]
    for group in (scores < 0, conditional, scores > 0):  # a refusal, then a condition, is never folded away
        if group.any():
            stances, scores = stances[group], scores[group]
            break
    return int(stances[scores.argmin()])  # several of a kind: the lowest score, then the order of the scale


def _latest(codes: Codes, counts: Bools, shape: tuple[int, int]) -> Bools:
    """Of the counting statements, those with the latest last day in their cell; undated ones if nothing is dated.

    A statement whose last day is open is taken at its first day, as under an as-of date.
    """
    day = codes.day
    cell = _cell(codes, shape)
    newest = np.full(shape[0] * shape[1], UNDATED)
    np.maximum.at(newest, cell[counts], day[counts])
    last: Bools = counts & (day == newest[cell])
    return last


def at_places(places: NDArray[np.integer], n: int) -> Bools:
    """True at these places of n."""
    marks = np.zeros(n, bool)
    marks[places] = True
    return marks
