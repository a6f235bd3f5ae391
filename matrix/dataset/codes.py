"""Statements as integers: canonical frames in, one small array a column out; what every fold and measure runs over."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from matrix.dataset import dates
from matrix.dataset.dates import UNKNOWN, Days
from matrix.dataset.frames import FEW, codes_and_words
from matrix.dataset.schema import SHIPPED_STANCES


@dataclass(frozen=True, eq=False)
class Scale:
    """A stance scale in its own order; every array has one entry a stance."""

    ids: tuple[str, ...]
    names: tuple[str, ...]
    scores: NDArray[np.float64]
    conditional: NDArray[np.bool_]
    is_shipped: bool

    @classmethod
    def of(cls, stances: pd.DataFrame) -> Scale:
        """The scale of a stances table, or the shipped one where the table is empty; a bad score reads as 0."""
        rows: list[dict[Any, Any]] = stances.to_dict("records") if len(stances) else [dict(s) for s in SHIPPED_STANCES]
        scores = np.array([_number(r["score"]) for r in rows])
        top = scores.max(initial=0.0)
        stated = [str(r.get("conditional", "")) for r in rows]
        derived = (scores > 0) & (scores < top)
        conditional = np.array(
            [s == "true" if s else bool(d) for s, d in zip(stated, derived, strict=True)], dtype=bool
        )
        pairs = [(r["id"], _number(r["score"])) for r in rows]
        shipped = [(s["id"], float(s["score"])) for s in SHIPPED_STANCES]
        return cls(tuple(r["id"] for r in rows), tuple(r["name"] for r in rows), scores, conditional, pairs == shipped)

    def is_conditional(self, stance: str) -> bool:
        """Whether a stance of the scale needs a condition; an unknown one does not."""
        return stance in self.ids and bool(self.conditional[self.ids.index(stance)])

    @property
    def range(self) -> float:
        """Highest minus lowest score."""
        return float(np.ptp(self.scores)) if len(self.scores) else 0.0

    def __len__(self) -> int:
        return len(self.ids)


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 0.0  # `check` has reported it; the other rules still want to run


Ints = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Codes:
    """One entry a statement: the place of its actor, proposal, stance, source in their tables, its days, its successor.

    `first` and `last` bound the day on which it was said (UNKNOWN where open); `later` is the position of the statement
    that supersedes it, -1 for none. `weight`: how many statements an entry stands for, where an engine counted them.
    """

    actor: NDArray[np.int32]
    proposal: NDArray[np.int32]
    stance: NDArray[np.int32]
    source: NDArray[np.int32]
    first: Days
    last: Days
    later: NDArray[np.int32]
    weight: Ints | None = None

    @property
    def day(self) -> Days:
        """The last day on which each statement can have been said; where that is open, the first."""
        return np.where(self.last == UNKNOWN, self.first, self.last)

    @classmethod
    def of(cls, frames: dict[str, pd.DataFrame], stance_ids: tuple[str, ...]) -> Codes:
        s = frames["statements"]
        first, last = first_and_last_day(s, frames["sources"])
        return cls(
            codes_of(s["actor"], frames["actors"]["id"]),
            codes_of(s["proposal"], frames["proposals"]["id"]),
            codes_of(s["stance"], stance_ids),
            codes_of(s["source"], frames["sources"]["id"]),
            first,
            last,
            successors(s, "superseded_by").astype(np.int32),
        )


def codes_of(values: pd.Series[Any], ids: pd.Series[Any] | tuple[str, ...]) -> NDArray[np.int32]:
    """Position of each value in `ids`; -1 for a blank or unknown one."""
    codes, words = codes_and_words(values)
    known = ids if isinstance(ids, tuple) else ids.tolist()
    position = {v: i for i, v in reversed(list(enumerate(known)))}  # of a doubled id, the first
    lookup = np.array([*(position.get(w, -1) for w in words), -1], dtype=np.int32)
    return lookup[codes]


def successors(frame: pd.DataFrame, column: str) -> Ints:
    """For each row the position of the row that `column` names in the same table, -1 for none."""
    values = frame[column]
    codes, words = codes_and_words(values)
    if len(frame) == 0 or words == [""]:
        return np.full(len(frame), -1, dtype=np.int64)  # nothing to look up: spare a dictionary of a million ids
    few = len(frame) <= FEW
    named = np.arange(len(frame)) if few else np.flatnonzero(among(frame["id"], values.cat.categories))
    ids = frame["id"].iloc[named[::-1]].tolist()
    position = dict(zip(ids, named[::-1].tolist(), strict=True))  # of a doubled id, the first
    position.pop("", None)  # a blank names nothing, not even a row without an id
    lookup = np.array([*(position.get(w, -1) for w in words), -1], dtype=np.int64)
    return lookup[codes]


def among(values: pd.Series[Any], wanted: pd.Index[Any]) -> NDArray[np.bool_]:
    """Which values are among the wanted ones; the wanted ones are hashed, so a few of them cost little on a million."""
    text = pa.array(values, pa.large_string())
    found = pc.is_in(text, value_set=pa.array(wanted, pa.large_string()))
    return np.asarray(found.to_numpy(zero_copy_only=False), dtype=bool)


def days_of(values: pd.Series[Any]) -> tuple[Days, Days]:
    """First and last day of every partial date in a column; UNKNOWN for a blank or unreadable one."""
    codes, words = codes_and_words(values)
    first = np.full(len(words) + 1, UNKNOWN)
    last = np.full(len(words) + 1, UNKNOWN)
    for i, text in enumerate(words):
        try:
            first[i], last[i] = dates.interval(text)
        except ValueError:
            continue  # blank, or reported by `check`
    return first[codes], last[codes]


def first_and_last(frame: pd.DataFrame) -> tuple[Days, Days, Days, Days]:
    """Of date_start and date_end each the first and the last day they can mean."""
    return (*days_of(frame["date_start"]), *days_of(frame["date_end"]))


def published_by(frame: pd.DataFrame, sources: pd.DataFrame) -> Days:
    """The last day of the date of each row's source; UNKNOWN where it has none."""
    _, last = days_of(sources["date"])
    return np.append(last, UNKNOWN)[codes_of(frame["source"], sources["id"])]


def first_and_last_day(frame: pd.DataFrame, sources: pd.DataFrame) -> tuple[Days, Days]:
    """The first and the last day on which each row can have been said.

    An empty end is bounded by the end of the source's date - a source reports nothing that comes after it - unless that
    contradicts the start, which `check` reports.
    """
    first, _, _, last = first_and_last(frame)
    bound = published_by(frame, sources)
    open_end = (last == UNKNOWN) & (bound != UNKNOWN)
    return first, np.where(open_end, np.maximum(bound, first), last)


def side_of(actor: pd.Series[Any], actors: pd.DataFrame, sides: pd.DataFrame) -> NDArray[np.int32]:
    """Position of the side of each row's actor; -1 for none."""
    of_actor = np.append(codes_of(actors["side"], sides["id"]), np.int32(-1))
    return of_actor[codes_of(actor, actors["id"])]
