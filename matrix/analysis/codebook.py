"""What an operation on the codebook would change - `preview` - and which codes may be the same - `likely_same`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from rapidfuzz.fuzz import token_sort_ratio
from rapidfuzz.process import cdist

from matrix.analysis.positions import EMPTY, Positions, fold
from matrix.dataset.changes import applied
from matrix.dataset.codebook import NOTHING, Recoding, called
from matrix.dataset.dataset import Dataset, places
from matrix.dataset.former_ids import ACTORS, PROPOSALS, STANCES
from matrix.dataset.problems import DatasetError
from matrix.dataset.schema import TABLES
from matrix.wording import exact, plural

ALIKE = 75  # of 100, the likeness of two titles from which they are named
_SHORTEST = 20  # characters of a quote that is no mere phrase
_ROWS = 256  # titles compared with all others at a time

Ints = NDArray[np.intp]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Preview:
    """What a recoding would do: the dataset `after` it, its cells that change (`frame`) and the rows that it touches.

    `frame` has a row for each cell whose position changes: proposal, actor, before, after (stance ids, `mixed`, '' for
    none), by the ids that stand before, and where there was no such cell by the new ones. A cell under another id is
    the same cell, and a stance under another id the same position; an empty cell of a row or column that goes has
    nothing that could change. `rows`: table -> ids of the rows that are changed.
    """

    recoding: Recoding
    after: Dataset
    frame: pd.DataFrame
    rows: Mapping[str, tuple[str, ...]]

    @property
    def n(self) -> int:
        """How many cells change their position."""
        return len(self.frame)

    @property
    def statements(self) -> tuple[str, ...]:
        """The ids of the statements that are touched."""
        return self.rows.get("statements", ())

    @cached_property
    def sentence(self) -> str:
        """What it does, and to how much."""
        touched = plural(len(self.statements), "statement")
        others = [f"{plural(len(ids), 'row')} of {t}" for t, ids in self.rows.items() if t != "statements"]
        cells = (
            f"{plural(self.n, 'position')} {'changes' if self.n == 1 else 'change'}"
            if self.n
            else "no position changes"
        )
        return f"{self.recoding.sentence} It touches {', '.join([touched, *others])}; {cells}."


def preview(dataset: Dataset, recoding: Recoding) -> Preview:
    """What a recoding would change in the dataset; DatasetError with every problem that it would cause."""
    try:
        after = applied(dataset, recoding.changes, became=recoding.became)
    except DatasetError as e:
        raise DatasetError(e.problems, outcome=NOTHING) from None
    rows: dict[str, dict[str, None]] = {t: {} for t in TABLES}
    for c in recoding.changes:
        rows[c.table][c.id] = None
    return Preview(recoding, after, _cells(dataset, after, recoding), {t: tuple(ids) for t, ids in rows.items() if ids})


def _cells(before: Dataset, after: Dataset, recoding: Recoding) -> pd.DataFrame:
    """The cells of before that are another position after, and the new ones that hold something.

    Of a row or column that goes - merged into one that was there already, or retired - only what it held can change:
    that others have a position on what took its place is no change of theirs.
    """
    now: dict[str, dict[str, str]] = {kind: {} for kind in (PROPOSALS, ACTORS, STANCES)}
    renamed: dict[str, str] = {}
    for b in recoding.became:
        if b.kind in now and recoding.kind != "split":
            now[b.kind][b.id] = b.now
        if b.kind == STANCES and recoding.kind == "rename":
            renamed[b.id] = b.now
    old, new = fold(before), fold(after)
    rows, columns = _places(before, after, PROPOSALS, now[PROPOSALS]), _places(before, after, ACTORS, now[ACTORS])
    states = {s: i for i, s in enumerate(new.states)}
    same = np.array([*(states.get(renamed.get(s, s), -2) for s in old.states), EMPTY])
    became = np.where((rows >= 0)[:, None] & (columns >= 0), new.codes[np.ix_(rows, columns)], EMPTY)
    goes = _goes(before, after, PROPOSALS, rows)[:, None] | _goes(before, after, ACTORS, columns)
    differs = (same[old.codes] != became) & ((old.codes != EMPTY) | ~goes)
    found = [
        (
            _id(before, PROPOSALS, p),
            _id(before, ACTORS, a),
            _state(old, int(old.codes[p, a])),
            _state(new, int(became[p, a])),
        )
        for p, a in np.argwhere(differs).tolist()
    ]
    covered = np.zeros(new.codes.shape, bool)
    covered[np.ix_(rows[rows >= 0], columns[columns >= 0])] = True
    found += [
        (_id(after, PROPOSALS, p), _id(after, ACTORS, a), "", _state(new, int(new.codes[p, a])))
        for p, a in np.argwhere(~covered & (new.codes != EMPTY)).tolist()
    ]
    return pd.DataFrame(found, columns=["proposal", "actor", "before", "after"], dtype="str")


def _places(before: Dataset, after: Dataset, table: str, now: Mapping[str, str]) -> Ints:
    """Where each row of before is after; -1 for one that is gone and became nothing."""
    there = places(after, table)
    return np.array([there.get(now.get(i, i), -1) for i in before.frames[table]["id"].tolist()], dtype=np.intp)


def _goes(before: Dataset, after: Dataset, table: str, places: Ints) -> Bools:
    """Which rows of before are gone after: those that became nothing, or one that was there already."""
    old, new = before.frames[table]["id"], after.frames[table]["id"]
    there, kept = set(old), set(new)
    return np.array(
        [i not in kept and (p < 0 or new.iloc[p] in there) for i, p in zip(old, places.tolist(), strict=True)], bool
    )


def _id(dataset: Dataset, table: str, at: int) -> str:
    return str(dataset.frames[table]["id"].iloc[at])


def _state(positions: Positions, code: int) -> str:
    return positions.states[code] if code != EMPTY else ""


# ---- which may be the same


def likely_same(dataset: Dataset, kind: str) -> pd.DataFrame:
    """Pairs of codes of a kind that may be one, the likeliest first; a hint, nothing is merged by it.

    Columns: one, other (ids), likeness (0 to 100, of titles or names: indel ratio of their sorted words), shared
    (quotes of 20 characters or more that are coded under both). A pair is named for a likeness of 75; proposals for a
    shared quote too, while those who speak together share words as a matter of course.
    """
    names = {i: exact(name).casefold() for i, name in called(dataset, kind).items()}
    ids = [*names]
    shared = _shared_quotes(dataset) if kind == PROPOSALS else Counter[tuple[str, str]]()
    pairs = {(a, b): token_sort_ratio(names[a], names[b]) for a, b in shared}
    for one, other, likeness in _alike([*names.values()]):
        pairs[ids[one], ids[other]] = likeness
    found = [(a, b, round(likeness), shared.get((a, b), 0)) for (a, b), likeness in pairs.items()]
    found.sort(key=lambda row: (-row[3] * 100 - row[2], row[0], row[1]))
    return pd.DataFrame(found, columns=["one", "other", "likeness", "shared"])


def _alike(titles: list[str]) -> Iterator[tuple[int, int, float]]:
    """Pairs of places of titles that are alike, each once, with their likeness."""
    for start in range(0, len(titles), _ROWS):
        scores = cdist(titles[start : start + _ROWS], titles, scorer=token_sort_ratio, score_cutoff=ALIKE)
        for i, j in np.argwhere(scores >= ALIKE).tolist():
            if start + i < j:
                yield start + i, j, float(scores[i, j])


def _shared_quotes(dataset: Dataset) -> Counter[tuple[str, str]]:
    """How many quotes each two proposals have in common; of a pair the one that comes first in its table is first."""
    frame = dataset.frames["statements"]
    frame = frame[frame["quote"].str.len() >= _SHORTEST]
    place = places(dataset, PROPOSALS)
    found: Counter[tuple[str, str]] = Counter()
    for _, own in frame.groupby(["source", "quote"], observed=True, sort=False)["proposal"]:
        codes = sorted(own.astype("str").unique().tolist(), key=place.__getitem__)
        found.update((a, b) for n, a in enumerate(codes) for b in codes[n + 1 :])
    return found
