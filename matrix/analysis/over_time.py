"""A measure over a moving window of time.

A statement stands at the last day on which it can have been made (at its first, where the last is open), as under an
as-of date. In a window only the statements count that stand in it; undated ones stand in none and are counted apart.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from matrix.analysis.camps import camps, formula_of
from matrix.analysis.counting import KEEP, POSITIONS, STATEMENTS, Floats
from matrix.analysis.measures import ACTORS, MEASURES, NONE, POLARISATION, PROPOSALS, in_words, measure_of
from matrix.analysis.opposed import Hidden, Opposed, hidden
from matrix.analysis.overlap import listed_places, n_words_of, overlap
from matrix.analysis.positions import at_places
from matrix.analysis.sides import counted_sides
from matrix.dataset import dates
from matrix.dataset.dataset import Dataset
from matrix.dataset.dates import LAST_DAY, UNKNOWN
from matrix.dataset.problems import SelectionError, not_one_of, shown
from matrix.dataset.selection import EVIDENCE, Selection, evidence_of, only, select
from matrix.wording import does, plural

SIDES = "sides"
OF = (ACTORS, PROPOSALS, SIDES)
DAYS = {"d": 1, "w": 7}
LONGEST = 366_000  # days
MOST_WINDOWS = 2_000
MOST_COUNTED = 200  # windows that an engine counts, one after the other
SECONDS = 1.0  # for the proof of one window's camps
OF_SIDES = {
    True: "between sides: the mean over the pairs of their members, weighted by n",
    False: "between sides: the sum over the pairs of their members",
}

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class OverTime:
    """A measure in each window of time.

    `frame`: a line a pair and window, the pair's windows together: `one`, `other`, `start` and `end` (ISO days, both in
    it), `value` and `n`, as of `overlap`; pairs that meet in no window are left out. A window in which not both speak
    is empty, not 0. Of `polarisation` there is a line a window, `exact` saying whether no split is better, and one and
    other are blank. `windows`: start and end, the `statements` that stand in it, how many of these may have been made
    before it (`unsure`), and the `speakers`. `undated`: statements that stand in no window; `n`: those that can stand
    in one, `imprecise` of them without an exact day. `opposed`: pairs that a number over all time shows as agreed
    although they opposed each other, the first thousand; `opposed_unknown` says why that is not known, else ''.
    `sentence` says why there is nothing to show, else ''.
    """

    frame: pd.DataFrame
    windows: pd.DataFrame
    measure: str
    normalize: str
    of: str
    window: str
    step: str
    undated: int
    n: int
    formula: str
    n_words: str
    opposed: tuple[Opposed, ...]
    sentence: str
    opposed_unknown: str = ""
    imprecise: int = 0

    @property
    def in_words(self) -> str:
        """How time is cut: `12 windows of 90 days, one each 30 days`."""
        return f"{plural(len(self.windows), 'window')} of {_in_words(self.window)}, one each {_in_words(self.step)}"

    @property
    def notes(self) -> tuple[str, ...]:
        """What to know about the dates: statements that stand in no window, or perhaps in an earlier one."""
        found = []
        if n := self.imprecise:
            day = "its last possible day (at its" if n == 1 else "their last possible day (at their"
            found.append(
                f"{plural(n, 'statement')} without an exact day {does(n, 'stand')} at {day} first, where the last is "
                "open), and the windows begin on such a day too."
            )
        unsure = self.windows["unsure"][self.windows["unsure"] > 0]
        if some := len(unsure):
            most = "" if some == 1 else "up to "
            found.append(
                f"{plural(some, 'window')} {does(some, 'count')} {most}{plural(int(unsure.max()), 'statement')} that "
                f"may have been made before {'it begins' if some == 1 else 'they begin'}."
            )
        if self.undated:
            found.append(f"In no window, being undated: {plural(self.undated, 'statement')}.")
        return tuple(found)

    def at_least(self, min_n: int) -> OverTime:
        """The same without the numbers whose n is smaller: they are empty, and their n stays."""
        value = self.frame["value"].where(self.frame["n"] >= min_n)
        return self if min_n <= 1 else replace(self, frame=self.frame.assign(value=value))


def landmarks(values: Sequence[float]) -> dict[int, str]:
    """Places in a line of numbers that tell its course, by place: the first, the lowest, the highest and the last.

    Where one is two of these it is called by the earlier word; where at most two numbers occur, the ends say it all.
    """
    if not values:
        return {}
    places = [("first", 0), ("last", len(values) - 1)]
    if len(set(values)) > 2:
        places[1:1] = [("lowest", int(np.argmin(values))), ("highest", int(np.argmax(values)))]
    found: dict[int, str] = {}
    for word, place in places:
        found.setdefault(place, word)
    return found


def over_time(
    dataset: Dataset,
    selection: Selection | None = None,
    *,
    window: str,
    step: str = "",
    measure: str = "points",
    normalize: str = NONE,
    count: str = POSITIONS,
    duplicates: str = KEEP,
    of: str = ACTORS,
) -> OverTime:
    """A measure of `overlap`, or `polarisation` of `camps`, in windows of `90d` or `13w`, one each `step`.

    A statement stands at its last possible day, at its first where the last is open; undated is one that has no date
    and whose source has none. The first window begins where the first of the chosen statements stands, the last is the
    first that reaches the last of them; without a step one begins where the other ends. `of`: actors, proposals, or
    sides. A number between two sides is over all pairs of their chosen members: of a share the mean weighted by n, else
    the sum; n adds up. Where a later statement is not in the window, the earlier one that it supersedes counts again,
    as under every evidence filter.
    On an engine each window that holds statements is counted there, 200 at most.
    """
    selection = (selection or Selection()).within(dataset)
    long, apart = _lengths(window, step)
    for name, given, allowed in (("of", of, OF), ("measure", measure, (*MEASURES, POLARISATION))):
        if given not in allowed:
            raise SelectionError(f"{name}: {not_one_of(given, allowed)}")
    if measure == POLARISATION and of != ACTORS:
        raise SelectionError(f"of: {POLARISATION} is of actors, not of {of}")
    between = PROPOSALS if of == PROPOSALS else ACTORS
    kind = measure_of("conflict" if measure == POLARISATION else measure, normalize, count, between)
    units: dict[str, Any] = {"normalize": normalize, "count": count, "duplicates": duplicates}
    scope = _Scope.of(dataset, selection, between)
    told_apart = duplicates if count == STATEMENTS else KEEP
    if measure == POLARISATION:

        def split(part: Dataset) -> tuple[float, int, bool]:
            found = camps(part, scope.chosen, **units, draws=0, seconds=SECONDS)
            return found.polarisation, found.n, found.exact

        windows = scope.windows(long, apart, told_apart, split)
        frame = _polarisations(windows)
        formula, n_words = formula_of(normalize), "pairs of actors who share a proposal"
    else:

        def numbers(part: Dataset) -> tuple[Floats, Floats]:
            found = overlap(part, scope.chosen, measure=measure, of=between, **units)
            return found.frame.to_numpy(), found.n.to_numpy().astype(np.float64)

        windows = scope.windows(long, apart, told_apart, numbers)
        formula, n_words = in_words(kind, normalize, between), n_words_of(measure, between)
        if of == SIDES:
            formula, n_words = f"{formula}; {OF_SIDES[kind.is_share]}", f"{n_words}, over all pairs of their members"
        frame = _pairs(scope, windows, of, kind.is_share)
    hides = Hidden((), "")
    if of != PROPOSALS:  # between sides those of two sides
        hides = hidden(dataset, selection, measure=measure, count=count, across=of == SIDES)
    return OverTime(
        frame,
        pd.DataFrame([w.line for w in windows], columns=["start", "end", "statements", "unsure", "speakers"]),
        *(measure, normalize, of, window, step or window),
        *(scope.undated, scope.dated),
        *(formula, n_words),
        hides.cases,
        _sentence(scope, frame, of),
        hides.unknown,
        scope.imprecise,
    )


def days_of(name: str, text: str) -> int:
    """`90d` or `13w` in days; SelectionError, with the name of what was given, for any other text and for too many."""
    number, unit = text[:-1].lstrip("0"), DAYS.get(text[-1:], 0)
    if not (unit and number.isascii() and number.isdigit()):
        raise SelectionError(f"{name}: {shown(text)} is not a number of days or weeks, such as 90d or 13w")
    if len(number) > len(str(LONGEST)) or int(number) * unit > LONGEST:
        raise SelectionError(f"{name}: {shown(text)} is more than {LONGEST:,} days, which is the most")
    return int(number) * unit


def _in_words(text: str) -> str:
    """`90d` is `90 days`."""
    return plural(int(text[:-1]), {"d": "day", "w": "week"}[text[-1]])


def _lengths(window: str, step: str) -> tuple[int, int]:
    long = days_of("window", window)
    apart = days_of("step", step) if step else long
    if apart > long:
        raise SelectionError(f"step: {step} is longer than the window {window}: what lies between would be in none")
    return long, apart


# ---- the windows


@dataclass(frozen=True, eq=False)
class _InWindow:
    """What stands in a window and counts: how many statements, and what was made of them.

    `numbers`: what was made of the dataset of a window, which is not kept. `spoken`: the places of the proposals and of
    the actors that these statements are on and of. `begin`: their first days in order, or how many of them may be
    earlier, where an engine has counted that.
    """

    numbers: tuple[Any, ...]
    statements: int
    spoken: Mapping[str, NDArray[np.integer]]
    begin: Ints | int

    def before(self, start: int) -> int:
        """How many of them may have been made before this day."""
        return self.begin if isinstance(self.begin, int) else int(np.searchsorted(self.begin, start))


_NOTHING = _InWindow((), 0, dict.fromkeys((PROPOSALS, ACTORS), np.zeros(0, np.int64)), 0)


@dataclass(frozen=True, eq=False)
class _Window:
    """The days of a window, and what stands in it; `_NOTHING` where nothing of the scope does."""

    start: int
    end: int
    held: _InWindow

    @property
    def speakers(self) -> int:
        return len(self.held.spoken[ACTORS])

    @property
    def days(self) -> tuple[str, str]:
        return dates.iso(self.start), dates.iso(self.end)

    @property
    def line(self) -> tuple[str, str, int, int, int]:
        return *self.days, self.held.statements, self.held.before(self.start), self.speakers


@dataclass(frozen=True, eq=False)
class _Scope:
    """What is chosen, once for all windows: the evidence, the rest of the selection, the places of rows and columns.

    `base`: the dataset of the evidence; on an engine, which is asked for each window, the whole as it was counted.
    """

    base: Dataset
    evidence: Selection
    chosen: Selection
    rows: Ints
    columns: Ints

    @classmethod
    def of(cls, dataset: Dataset, selection: Selection, between: str) -> _Scope:
        evidence_of(dataset, selection)  # an engine that has counted on other evidence says so before it is asked again
        rows, columns = listed_places(dataset, selection, between)
        chosen = selection.without(*EVIDENCE, "search", "stance")
        if selection.search or selection.stance:  # what they find is found in all of the evidence, not window by window
            ids = {t: tuple(dataset.frames[t]["id"].iloc[at]) for t, at in ((PROPOSALS, rows), (ACTORS, columns))}
            chosen = replace(chosen, proposal=ids[PROPOSALS], actor=ids[ACTORS])
        base = dataset if dataset.groups else select(dataset, selection)
        return cls(base, selection.evidence(), replace(chosen, layer=selection.layer), rows, columns)

    @cached_property
    def cells(self) -> Bools:
        """Which cells are of a chosen actor on a chosen proposal."""
        rows, columns = (
            at_places(at, len(self.base.frames[t])) for t, at in ((PROPOSALS, self.rows), (ACTORS, self.columns))
        )
        return rows[:, None] & columns[None, :]

    @cached_property
    def mine(self) -> Bools:
        """Which statements of the base are in these cells."""
        found: Bools = self.cells[self.base.codes.proposal, self.base.codes.actor]
        return found

    @cached_property
    def _asked(self) -> tuple[pd.DataFrame, int]:
        """How many chosen statements have which first and last day; how many undated ones count."""
        if self.base.groups:
            return self._of_engine[0], self._of_engine[2]
        codes = self.base.codes
        undated = self.mine & evidence_of(self.base, self.chosen).counts & (codes.day == UNKNOWN)
        days = pd.DataFrame({"first": codes.first[self.mine], "last": codes.last[self.mine]})
        return days.value_counts(sort=False).rename("n").reset_index(), int(undated.sum())

    @cached_property
    def _of_engine(self) -> tuple[pd.DataFrame, pd.DataFrame, int]:
        assert self.base.groups
        return self.base.groups.engine.days(self.evidence, self.cells)

    @cached_property
    def days(self) -> pd.DataFrame:
        """How many statements (`n`) have which `first` and `last` day and so can stand on a `day`.

        Over all time a later one may take their place.
        """
        return _standing(self._asked[0])

    @cached_property
    def later(self) -> pd.DataFrame:
        """The same of all statements on an engine that supersede others, whoever made them."""
        return _standing(self._of_engine[1])

    @property
    def dated(self) -> int:
        """How many statements can stand in a window."""
        return int(self.days["n"].sum())

    @property
    def imprecise(self) -> int:
        """How many of these have no exact day."""
        return int(self.days["n"][self.days["first"] != self.days["last"]].sum())

    @property
    def undated(self) -> int:
        """How many count over all time and stand in no window."""
        return self._asked[1]

    def windows(
        self, long: int, apart: int, duplicates: str, numbers: Callable[[Dataset], tuple[Any, ...]]
    ) -> list[_Window]:
        """From the first dated day on, one each `apart` days, up to the first that reaches the last day.

        `numbers` is asked once of all windows of the same statements: one early date makes a thousand in which nobody
        speaks. The dataset of a window is let go when it has answered: on an engine each has millions of entries.
        """
        if not self.dated:
            return []
        first, last = int(self.days["day"].min()), int(self.days["day"].max())
        many = 1 + max(0, -(-(last - first + 1 - long) // apart))
        if many > MOST_WINDOWS:
            raise SelectionError(f"step: that makes {many:,} windows, {MOST_WINDOWS:,} at most: take longer steps")
        ends = [(start, min(start + long - 1, LAST_DAY)) for start in range(first, first + many * apart, apart)]
        keys = [self._key(*window) for window in ends]
        distinct = {which: window for which, window in zip(keys, ends, strict=True) if which is not None}
        if self.base.groups and len(distinct) > MOST_COUNTED:
            raise SelectionError(
                f"step: an engine counts each window by itself, and {len(distinct):,} of them hold statements, "
                f"{MOST_COUNTED:,} at most: take longer steps, or less time (since, as-of)"
            )
        made = {w: self._made(self._part(*days, duplicates), numbers) for w, days in distinct.items()}
        return [_Window(*window, made[w] if w is not None else _NOTHING) for window, w in zip(ends, keys, strict=True)]

    def _key(self, start: int, end: int) -> bytes | None:
        """What tells the statements of a window, and what supersedes them there, from those of others; None: none."""
        inside = self.days["day"].between(start, end)
        if not inside.any():
            return None
        if not self.base.groups:
            day = self.base.codes.day
            return np.packbits((day >= start) & (day <= end)).tobytes()
        before = self.days["first"] < start  # who may have spoken earlier: afterwards an engine does not tell
        return b"".join(
            np.packbits(x).tobytes() for x in (inside, inside & before, self.later["day"].between(start, end))
        )

    def _part(self, start: int, end: int, duplicates: str) -> Dataset:
        groups, day = self.base.groups, self.base.codes.day
        if groups:
            return groups.engine.standing(self.evidence, self.cells, start=start, end=end, duplicates=duplicates)
        return only(self.base, (day >= start) & (day <= end))

    def _made(self, part: Dataset, numbers: Callable[[Dataset], tuple[Any, ...]]) -> _InWindow:
        codes, found = part.codes, evidence_of(part, self.chosen)
        inside = found.counts & self.cells[codes.proposal, codes.actor]
        spoken = {t: np.unique(c[inside]) for t, c in ((PROPOSALS, codes.proposal), (ACTORS, codes.actor))}
        if part.groups:
            n, unsure = (part.groups.weight_of(which) for which in (inside, inside & found.uncertain))
            return _InWindow(numbers(part), n, spoken, unsure)
        ever = np.iinfo(np.int64).min  # of an open end the first day is the only one that is known
        begin = np.where(codes.last == UNKNOWN, ever, codes.first.astype(np.int64))[inside]
        return _InWindow(numbers(part), int(inside.sum()), spoken, np.sort(begin))


def _standing(days: pd.DataFrame) -> pd.DataFrame:
    """The dated ones of some first and last days, with the `day` on which each stands."""
    found = days.assign(day=days["last"].where(days["last"] != UNKNOWN, days["first"]))
    return found[found["day"] != UNKNOWN]


# ---- the numbers


def _polarisations(windows: list[_Window]) -> pd.DataFrame:
    """A line a window: the polarisation of its own best split."""
    lines: list[tuple[Any, ...]] = []
    for w in windows:
        value, n, exact = w.held.numbers or (np.nan, 0, True)
        lines.append(("", "", *w.days, value if w.speakers > 1 else np.nan, n, exact))
    return pd.DataFrame(lines, columns=["one", "other", "start", "end", "value", "n", "exact"])


def _pairs(scope: _Scope, windows: list[_Window], of: str, is_share: bool) -> pd.DataFrame:
    """A line a pair that meets in any window, and window: in the order of the table, then of time."""
    places = scope.rows if of == PROPOSALS else scope.columns
    ids = scope.base.frames[PROPOSALS if of == PROPOSALS else ACTORS]["id"].iloc[places].tolist()
    members = None
    if of == SIDES:
        side = scope.base.frames[ACTORS]["side"].to_numpy(dtype=object)[places]
        ids = [i for i, _ in counted_sides(scope.base) if i in set(side)]
        members = np.array([side == i for i in ids], np.float64).reshape(len(ids), len(places))
    one, other = np.triu_indices(len(ids), 1)
    values, numbers = (np.full((len(windows), len(one)), nothing) for nothing in (np.nan, 0.0))
    for k, window in enumerate(windows):
        if not window.held.numbers:
            continue
        value, n = window.held.numbers
        spoken = np.isin(places, window.held.spoken[PROPOSALS if of == PROPOSALS else ACTORS])
        if members is not None:
            weighted = members @ np.nan_to_num(value * n if is_share else value) @ members.T
            n, spoken = members @ n @ members.T, members @ spoken > 0
            value = np.divide(weighted, n, out=np.full_like(n, np.nan), where=n > 0) if is_share else weighted
        values[k] = np.where(spoken[one] & spoken[other], value[one, other], np.nan)
        numbers[k] = n[one, other]
    meet = np.flatnonzero((numbers > 0).any(axis=0))
    names, times = np.array(ids, dtype=object), len(windows)
    return pd.DataFrame(
        {
            "one": np.repeat(names[one[meet]], times),
            "other": np.repeat(names[other[meet]], times),
            "start": [dates.iso(w.start) for w in windows] * len(meet),
            "end": [dates.iso(w.end) for w in windows] * len(meet),
            "value": values[:, meet].T.ravel(),
            "n": numbers[:, meet].T.ravel().astype(np.int64),
        }
    )


def _sentence(scope: _Scope, frame: pd.DataFrame, of: str) -> str:
    """Why there is nothing to show, in words; '' where a window has a number."""
    if not scope.dated:
        why = f"{plural(scope.undated, 'statement')}, all undated" if scope.undated else "no statement is chosen"
        return f"Nothing to show over time: {why}."
    if not frame["value"].notna().any():
        return f"Nothing to show over time: in no window do two {of} speak on the same."
    return ""
