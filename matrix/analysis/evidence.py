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
    visible = np.zeros(seen.positions.codes.shape, bool)
    visible[np.ix_(seen.rows, seen.columns)] = ~seen.hidden
    keep: Bools = visible[dataset.codes.proposal, dataset.codes.actor]
    if not every:
        keep = keep & seen.positions.folded
    if chosen.search:
        found = search(dataset, chosen.search)
        keep = keep & (found.statements | found.proposals[dataset.codes.proposal] | found.actors[dataset.codes.actor])
    return keep


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
    """The folded positions, what was picked in them, and the statements behind it, each with `standing` and `by`."""

    positions: Positions
    picked: Picked
    statements: pd.DataFrame

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
        return why_empty(
            self.dataset, self.selection, proposal=picked.proposal, actor=picked.actor, folded=self.positions
        )

    def row(self, table: str, id_: str) -> Record:
        """A row of a table by its id."""
        return row(self.dataset, table, id_)


def behind(positions: Positions, picked: Picked) -> PickedEvidence:
    """The statements behind what was picked: all of a cell; of a row, column or side's share those of who is chosen.

    Of a cell also the statements outside the chosen evidence: they say why it is empty, or what else there is.
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
    at = np.flatnonzero(keep)
    at = at[np.argsort(~found.counts[at], kind="stable")]  # those that count first; otherwise in the table's order
    statements = dataset.frames["statements"].iloc[at].assign(**standings(positions, at))
    return PickedEvidence(positions, picked, statements)
