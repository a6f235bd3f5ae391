"""The statements behind a cell, a row, a column or a whole view, each with whether it counts; why a cell is empty."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from matrix.analysis.empty_cells import LOOKED_FOR, OUTSIDE, SUPERSEDED, UNKNOWN, Why, searched
from matrix.analysis.positions import EMPTY, Positions, View, fold, view
from matrix.dataset.codes import days_of
from matrix.dataset.dataset import Dataset, Record, column, place, row
from matrix.dataset.dates import UNKNOWN as UNDATED
from matrix.dataset.dates import iso
from matrix.dataset.groups import MOST_FETCHED
from matrix.dataset.problems import SelectionError, not_one_of
from matrix.dataset.selection import Selection, rows_of, search
from matrix.palette import BLANKS, known_in_part

Bools = NDArray[np.bool_]


class Standing(StrEnum):
    """Whether a statement counts, and if not, why."""

    COUNTS = "counts"
    SUPERSEDED = "superseded"
    OUTSIDE = "outside"  # the chosen evidence
    OLDER = "older"  # under the rule `latest`
    EARLIER = "earlier"  # than the window of time
    LATER = "later"  # than it


STANDING_WORDS = {
    Standing.COUNTS: "counts",
    Standing.SUPERSEDED: "superseded by a later statement",
    Standing.OUTSIDE: "outside the chosen evidence",
    Standing.OLDER: "older than the latest, which alone makes the position",
    Standing.EARLIER: "before the first date chosen",
    Standing.LATER: "after the as-of date",
}


def standing_words(standing: str, by: str = "") -> str:
    """Why a statement does not count: `superseded by s002`, `outside the chosen evidence`."""
    if by and standing == Standing.SUPERSEDED:
        return f"superseded by {by}"
    return STANDING_WORDS[Standing(standing)]


def superseded_words(actor: str, id_: str) -> str:
    """Why a cell is empty whose statements were all superseded, by the name of who made the later one and its id."""
    return f"superseded by {actor}'s statement {id_}"


def evidence(
    dataset: Dataset,
    selection: Selection | None = None,
    *,
    proposal: str | None = None,
    actor: str | None = None,
    every: bool = False,
    seen: View | None = None,
) -> pd.DataFrame:
    """The statements behind the visible cells, in the order of the table; of one proposal, actor or cell if named.

    Under a search only those that match, by their own text or their row's or column's. With `every` also the statements
    of these cells that do not count, and of each two columns more: `standing` (a value of Standing) and `by`, the id of
    the statement that supersedes it, else ''. SelectionError for an unknown id. Who has the view of this selection
    already hands it in as `seen`, and nothing is folded again.
    """
    seen = seen or view(fold(dataset, selection))
    keep = _in_view(seen, every=every)
    for name, wanted in (("proposal", proposal), ("actor", actor)):
        if wanted is not None:
            keep &= _is(dataset, name, wanted)
    found = dataset.table("statements")[keep]
    return found.assign(**standings(seen.positions, np.flatnonzero(keep))) if every else found


def standings(positions: Positions, places: NDArray[np.integer]) -> dict[str, NDArray[np.object_]]:
    """Of the statements at these places whether each counts (`standing`), and the id of what supersedes it (`by`)."""
    found = positions.evidence
    over = (found.passes & (found.by >= 0))[places]
    standing = np.where(found.counts[places], Standing.COUNTS.value, Standing.OUTSIDE.value).astype(object)
    standing[over] = Standing.SUPERSEDED.value
    by = np.full(len(places), "", dtype=object)
    by[over] = positions.dataset.frames["statements"]["id"].to_numpy(dtype=object)[found.by[places][over]]
    return {"standing": standing, "by": by}


def predecessors(dataset: Dataset) -> Mapping[str, list[str]]:
    """Of every statement that supersedes others the ids of these, along the whole chain."""
    later = column(dataset, "statements", "superseded_by")
    found: dict[str, list[str]] = {}
    for id_, by in later.items():
        while by in later:
            found.setdefault(by, []).append(id_)
            by = later[by]
    return found


def latest_day(dataset: Dataset, places: NDArray[np.int64]) -> str:
    """The ISO day of the latest of some statements (places in their table) or their sources, '' where none is dated."""
    codes = dataset.codes
    _, published = days_of(dataset.frames["sources"]["date"])
    known = np.concatenate([codes.day[places], published[codes.source[places]], [UNDATED]])
    return iso(int(known.max()))


@dataclass(frozen=True)
class Tally:
    """Of the statements behind the visible cells that pass the filters how many there are, and of how many sources.

    `superseded`: of these statements; `latest`: the ISO day of the latest of them or of their sources, '' for none.
    """

    statements: int
    superseded: int
    sources: int
    latest: str


def tally(seen: View) -> Tally:
    """Over how much a view speaks; on an engine one question, which it answers without giving out a statement."""
    dataset, selection = seen.positions.dataset, seen.positions.selection
    groups, codes, found = dataset.groups, dataset.codes, seen.positions.evidence
    if not groups:
        behind = evidence(dataset, selection, every=True, seen=seen)
        behind = behind[behind["standing"] != Standing.OUTSIDE]
        places = dataset.frames["statements"].index.get_indexer(behind.index)
        over = int((behind["standing"] == Standing.SUPERSEDED).sum())
        return Tally(len(behind), over, len(np.unique(codes.source[places])), latest_day(dataset, places))
    visible = _visible(seen)
    here = visible[codes.proposal, codes.actor] & found.passes
    n, counting = groups.weight_of(here), groups.weight_of(here & found.counts)
    used = occurring(dataset, selection, visible)["source"].unique().tolist() if n else []
    published = days_of(dataset.frames["sources"]["date"])[1][dataset.frames["sources"]["id"].isin(used).to_numpy()]
    days = np.concatenate([codes.day[here], published, [UNDATED]])
    return Tally(n, n - counting, len(used), iso(int(days.max())))


def sources_of(positions: Positions) -> NDArray[np.intp]:
    """The places of the sources that the chosen actors' positions on the chosen proposals rest on.

    Of statements on an engine also those of superseded ones, which it does not tell apart by source.
    """
    dataset, codes = positions.dataset, positions.dataset.codes
    cells = np.zeros(positions.codes.shape, bool)
    cells[np.ix_(positions.rows, positions.columns)] = True
    if not dataset.groups:
        return np.unique(codes.source[positions.evidence.counts & cells[codes.proposal, codes.actor]]).astype(np.intp)
    used = occurring(dataset, positions.selection, cells)["source"].unique()
    return np.flatnonzero(dataset.frames["sources"]["id"].isin(used))


def occurring(dataset: Dataset, selection: Selection, cells: Bools, without: str = "") -> pd.DataFrame:
    """Which source, attribution and confidence the statements have that pass in these cells, on an engine; `n` of each.

    `without`: the evidence filter that is not asked.
    """
    assert dataset.groups
    found = dataset.groups.engine.occurring(selection, cells)
    for name in ("source", "attribution", "confidence"):
        if name != without and (wanted := getattr(selection, name)):
            found = found[found[name].isin(wanted)]
    return found


@dataclass(frozen=True)
class Emptiness:
    """Why a cell has no position: `kind` (one of EMPTY_KINDS), in words, and the id of what supersedes it."""

    kind: Why
    words: str
    by: str = ""


def why_empty(
    dataset: Dataset,
    selection: Selection | None = None,
    *,
    proposal: str,
    actor: str,
    folded: Positions | None = None,
) -> Emptiness | None:
    """Why the cell of this proposal and actor has no position; None where it has one.

    `folded` are the positions of this selection, where they are at hand.
    """
    folded = folded or fold(dataset, selection)
    here = _is(dataset, "proposal", proposal) & _is(dataset, "actor", actor)
    p, a = place(dataset, "proposals", proposal), place(dataset, "actors", actor)
    if folded.codes[p, a] != EMPTY:
        return None
    kind = Why(int(folded.why[p, a]))
    if kind == SUPERSEDED:
        later = dataset.frames["statements"].iloc[int(folded.evidence.by[here & folded.evidence.passes].max())]
        name = row(dataset, "actors", later["actor"])["name"]
        return Emptiness(kind, superseded_words(name, later["id"]), str(later["id"]))
    if kind == OUTSIDE:
        return Emptiness(kind, BLANKS[kind.id].word)
    if kind == LOOKED_FOR:
        return Emptiness(kind, f"{BLANKS[kind.id].word}: {'; '.join(searched(dataset, proposal, actor))}")
    if kind == UNKNOWN:
        return Emptiness(kind, f"not known: {known_in_part(row(dataset, 'proposals', proposal))}")
    return Emptiness(kind, f"{BLANKS[kind.id].word}; this is not neutral")


def _in_view(seen: View, *, every: bool) -> Bools:
    dataset, chosen = seen.positions.dataset, seen.positions.selection
    keep: Bools = _visible(seen)[dataset.codes.proposal, dataset.codes.actor]
    if not every:
        keep = keep & seen.positions.folded
    if chosen.search:
        found = search(dataset, chosen.search)
        keep = keep & (found.statements | found.proposals[dataset.codes.proposal] | found.actors[dataset.codes.actor])
    return keep


def _visible(seen: View) -> Bools:
    """Which of all cells the view shows."""
    visible = np.zeros(seen.positions.codes.shape, bool)
    visible[np.ix_(seen.rows, seen.columns)] = ~seen.hidden
    return visible


def _is(dataset: Dataset, name: str, wanted: str) -> Bools:
    ids = dataset.frames[f"{name}s"]["id"].tolist()
    if wanted not in ids:
        raise SelectionError(f"{name}: {not_one_of(wanted, ids)}")
    codes = dataset.codes.proposal if name == "proposal" else dataset.codes.actor
    return np.asarray(codes == ids.index(wanted))


# ---- what was picked in a matrix


@dataclass(frozen=True)
class Picked:
    """What was picked: a cell (proposal, actor), a side's share (proposal, side), a row's or a column's head."""

    proposal: str = ""
    actor: str = ""
    side: str = ""


@dataclass(frozen=True, eq=False)
class PickedEvidence:
    """The folded positions, what was picked in them, and the statements behind it, each with `standing` and `by`.

    `n`: how many there are, of so many actors or proposals (`over`); of an engine only the first are in `statements`.
    `there`: the positions of the dataset that has these rows, the same ones or those of what was fetched.
    """

    positions: Positions
    picked: Picked
    statements: pd.DataFrame
    n: int
    over: int
    there: Positions

    @property
    def dataset(self) -> Dataset:
        return self.positions.dataset

    @property
    def selection(self) -> Selection:
        return self.positions.selection

    @cached_property
    def why(self) -> Emptiness | None:
        """Why the picked cell is empty; None where it is not, or no cell was picked."""
        picked = self.picked
        if not (picked.actor and picked.proposal):
            return None
        if self.positions.codes[self._cell] != EMPTY:
            return None
        there = self.there
        return why_empty(there.dataset, self.selection, proposal=picked.proposal, actor=picked.actor, folded=there)

    @property
    def stances(self) -> list[str]:
        """The names of the stances that are folded into the picked cell, in the order of the scale."""
        p, a = self._cell
        codes, scale = self.dataset.codes, self.dataset.scale
        folded = self.positions.folded & (codes.proposal == p) & (codes.actor == a)
        return [scale.names[i] for i in np.unique(codes.stance[folded])]

    @property
    def _cell(self) -> tuple[int, int]:
        picked = self.picked
        return place(self.dataset, "proposals", picked.proposal), place(self.dataset, "actors", picked.actor)

    def row(self, table: str, id_: str) -> Record:
        """A row of a table by its id."""
        return row(self.there.dataset, table, id_)


def behind(positions: Positions, picked: Picked, most: int = MOST_FETCHED) -> PickedEvidence:
    """The statements behind what was picked: all of a cell; of a row, column or side's share those of who is chosen.

    Of a cell also the statements outside the chosen evidence: they say why it is empty, or what else there is.
    `most`: how many are needed where an engine has them; here it is all.
    """
    dataset, found, codes = positions.dataset, positions.evidence, positions.dataset.codes
    keep = np.ones(len(codes.actor), bool)
    if picked.proposal:
        keep &= codes.proposal == place(dataset, "proposals", picked.proposal)
    if picked.actor:
        keep &= codes.actor == place(dataset, "actors", picked.actor)
    if picked.side:
        keep &= positions.members(picked.side)[codes.actor]
    elif not picked.actor:
        keep &= positions.chosen[codes.actor]
    elif not picked.proposal:
        keep &= rows_of(dataset, positions.selection)[codes.proposal]
    if not (picked.actor and picked.proposal):
        keep &= found.passes
    at, there = np.flatnonzero(keep), positions
    over = len(np.unique((codes.actor if picked.proposal else codes.proposal)[at]))
    n = dataset.groups.weight_of(keep) if dataset.groups else len(at)
    if dataset.groups:
        there = fold(_fetched(positions, picked, at, most), positions.selection)
        first = np.zeros(positions.codes.shape, bool)  # without those of other cells that only supersede them
        first[codes.proposal[at], codes.actor[at]] = True
        own, found = there.dataset.codes, there.evidence
        at = np.flatnonzero(first[own.proposal, own.actor])
    at = at[np.argsort(~found.counts[at], kind="stable")]  # those that count first; otherwise in the table's order
    statements = there.dataset.frames["statements"].iloc[at].assign(**standings(there, at))
    return PickedEvidence(positions, picked, statements, n, over, there)


def _fetched(positions: Positions, picked: Picked, at: NDArray[np.intp], most: int) -> Dataset:
    """The statements of a cell; of more cells those of the first, so many that `most` are there; entries are `at`."""
    groups, codes = positions.dataset.groups, positions.dataset.codes
    assert groups
    assert codes.weight is not None
    one = bool(picked.proposal and picked.actor)
    if one and codes.weight[at].sum() <= MOST_FETCHED:
        return groups.engine.cell(proposal=picked.proposal, actor=picked.actor)
    passing = positions.evidence.passes[at].any()
    by = codes.actor if picked.proposal else codes.proposal
    n = np.bincount(by[at], codes.weight[at], minlength=positions.codes.shape[1 if picked.proposal else 0])
    first = np.cumsum(n) - n < most
    cells = np.zeros(positions.codes.shape, bool)
    cells[codes.proposal[at], codes.actor[at]] = first[by[at]]
    evidence_ = positions.selection if passing else Selection()
    # All of these cells: which of their statements come first is known only when they are there.
    return groups.engine.fetched(evidence_, cells, most if one else min(int(n[first].sum()), MOST_FETCHED))
