"""The statements behind a cell, a row, a column or a whole view - and, for an empty cell, why it is empty."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from matrix.analysis.positions import OUTSIDE, SILENT, STATED, SUPERSEDED, Positions, View, fold, view
from matrix.dataset.codes import days_of
from matrix.dataset.dataset import Dataset
from matrix.dataset.dates import UNKNOWN, iso
from matrix.dataset.problems import SelectionError, not_one_of
from matrix.dataset.selection import Selection, search


def latest_day(dataset: Dataset, places: NDArray[np.int64]) -> str:
    """The ISO day, '' where nothing is dated; `places` are positions in the statements table."""
    codes = dataset.codes
    _, published = days_of(dataset.frames["sources"]["date"])
    known = np.concatenate([codes.day[places], published[codes.source[places]], [UNKNOWN]])
    return iso(int(known.max()))


COUNTS, NOT_CHOSEN = "counts", "outside the chosen evidence"


def evidence(
    dataset: Dataset,
    selection: Selection | None = None,
    proposal: str | None = None,
    actor: str | None = None,
    *,
    every: bool = False,
    seen: View | None = None,
) -> pd.DataFrame:
    """The statements behind the visible cells, in the order of the table; of one proposal, actor or cell if named.

    Under a search only those that match, by their own text or their row's or column's. With `every` also the statements
    of these cells that do not count, and a column `standing` says of each: `counts`, `superseded by ID`, or `outside
    the chosen evidence`. SelectionError for an unknown id. Who has the view of this selection already hands it in as
    `seen`, and nothing is folded again.
    """
    seen = seen or view(fold(dataset, selection))
    keep = _in_view(seen, every=every)
    for name, wanted in (("proposal", proposal), ("actor", actor)):
        if wanted is not None:
            keep &= _is(dataset, name, wanted)
    found = dataset.table("statements")[keep]
    return found.assign(standing=standing(seen)[keep]) if every else found


def standing(seen: View) -> np.ndarray[tuple[int], np.dtype[np.object_]]:
    """Of every statement of the dataset: `counts`, `superseded by ID`, or `outside the chosen evidence`."""
    found = seen.positions.evidence
    ids = seen.positions.dataset.frames["statements"]["id"].to_numpy(dtype=object)
    result = np.where(found.counts, COUNTS, NOT_CHOSEN).astype(object)
    over = found.passes & (found.by >= 0)
    result[over] = "superseded by " + ids[found.by[over]]
    return result


@dataclass(frozen=True)
class Emptiness:
    """Why a cell has no position: `kind` (SILENT, SUPERSEDED, OUTSIDE), in words, and what supersedes it."""

    kind: int
    words: str
    by: str = ""


def why_empty(
    dataset: Dataset, selection: Selection | None, proposal: str, actor: str, *, folded: Positions | None = None
) -> Emptiness | None:
    """Why the cell of this proposal and actor has no position; None where it has one.

    `folded` are the positions of this selection, where they are at hand.
    """
    folded = folded or fold(dataset, selection)
    where = _is(dataset, "proposal", proposal) & _is(dataset, "actor", actor)
    p = int(np.flatnonzero(dataset.frames["proposals"]["id"] == proposal)[0])
    a = int(np.flatnonzero(dataset.frames["actors"]["id"] == actor)[0])
    kind = int(folded.why[p, a])
    if kind == STATED:
        return None
    if kind == SUPERSEDED:
        by = int(folded.evidence.by[where & folded.evidence.passes].max())
        statement = dataset.frames["statements"].iloc[by]
        name = dataset.frames["actors"]["name"].iloc[dataset.codes.actor[by]]
        return Emptiness(SUPERSEDED, f"superseded by {name}'s statement {statement['id']}", str(statement["id"]))
    if kind == OUTSIDE:
        return Emptiness(OUTSIDE, f"stated, but {NOT_CHOSEN}")
    return Emptiness(SILENT, "never stated in these sources; this is not neutral")


def _in_view(seen: View, *, every: bool) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    dataset, chosen = seen.positions.dataset, seen.positions.selection
    shape = seen.positions.codes.shape
    visible = np.zeros(shape, bool)
    visible[np.ix_(seen.rows, seen.columns)] = ~seen.hidden
    keep: np.ndarray[tuple[int], np.dtype[np.bool_]] = visible[dataset.codes.proposal, dataset.codes.actor]
    if not every:
        keep = keep & seen.positions.folded
    if chosen.search:
        found = search(dataset, chosen.search)
        keep = keep & (found.statements | found.proposals[dataset.codes.proposal] | found.actors[dataset.codes.actor])
    return keep


def _is(dataset: Dataset, column: str, wanted: str) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    ids = dataset.frames[f"{column}s"]["id"].tolist()
    if wanted not in ids:
        raise SelectionError(f"{column}: {not_one_of(wanted, ids)}")
    codes = dataset.codes.proposal if column == "proposal" else dataset.codes.actor
    return np.asarray(codes == ids.index(wanted))
