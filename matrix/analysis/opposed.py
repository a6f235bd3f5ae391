"""Whom a measure over all time shows as agreed although they opposed each other at some time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from matrix.analysis.counting import POSITIONS, Floats
from matrix.analysis.measures import ACTORS, POLARISATION, PROPOSALS
from matrix.analysis.overlap import Overlap, listed_places
from matrix.analysis.positions import Positions, at_places, fold
from matrix.dataset import dates
from matrix.dataset.dataset import Dataset, column, remembered
from matrix.dataset.dates import LAST_DAY, UNKNOWN
from matrix.dataset.groups import MOST_FETCHED
from matrix.dataset.selection import Selection, evidence_of
from matrix.wording import listed, plural

MOST_OPPOSED = 1_000  # cases that are listed: of random data nearly every pair is one
MOST_SAID = 3  # of them in words, where they stand beside something else
NOT_KNOWN = "not known"  # of a pair in a file, where an engine has too many statements to be looked at
MOST_CROSSED = 4_000_000  # times of yes and times of no, held against each other in one go
WORDS = {1: "back it", 0: "take neither side", -1: "oppose it"}

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class Opposed:
    """Two actors who came to oppose each other on a proposal in these years, and over all time are on one side of it.

    `now`: where both stand over all time; `counts_as`: what the measure takes that for, such as agreement.
    """

    one: str
    other: str
    proposal: str
    years: tuple[str, ...]
    now: str
    counts_as: str

    def in_words(self, dataset: Dataset) -> str:
        """`Ann and Bob opposed each other on “Talks” in 2019 and 2026; over all time both are mixed on it ...`."""
        names = column(dataset, "actors", "name")
        title = column(dataset, "proposals", "title")[self.proposal]
        who = f"{names[self.one]} and {names[self.other]}"
        return (
            f"{who} opposed each other on “{title}” in {listed(self.years)}; over all time {self.now}, which counts as "
            f"{self.counts_as}."
        )


@dataclass(frozen=True)
class Hidden:
    """What numbers over all time do not show: who opposed each other, the first thousand cases; or why nobody knows."""

    cases: tuple[Opposed, ...]
    unknown: str

    def in_words(self, dataset: Dataset, most: int = MOST_SAID) -> list[str]:
        """The first cases, a sentence each, how many more there are, and why they are not known; empty for nothing."""
        return [*opposed_in_words(dataset, self.cases, most), *([self.unknown] if self.unknown else [])]


def opposed_in_words(dataset: Dataset, cases: Sequence[Opposed], most: int = MOST_SAID) -> list[str]:
    """The first cases, a sentence each, and how many more there are."""
    said = [o.in_words(dataset) for o in cases[:most]]
    if (more := len(cases) - most) > 0:
        pairs = len({(o.one, o.other) for o in cases})
        or_more = " or more" * (len(cases) == MOST_OPPOSED)
        said.append(f"And {plural(more, 'more such case')}{or_more}, of {plural(pairs, 'pair')} in all{or_more}.")
    return said


@remembered(16)
def hidden(
    dataset: Dataset,
    selection: Selection,
    *,
    measure: str = "points",
    count: str = POSITIONS,
    of: str = "",
    across: bool = False,
) -> Hidden:
    """The cases of `opposed_once`, kept for a page; `of`: only those of this actor; `across`: of two sides."""
    side = column(dataset, ACTORS, "side")
    once = opposed_once(dataset, selection, measure=measure, count=count)
    mine = (o for o in once if (not of or of in (o.one, o.other)) and not (across and side[o.one] == side[o.other]))
    unknown = opposed_unknown(dataset, selection, measure=measure, count=count)
    return Hidden(tuple(islice(mine, MOST_OPPOSED)), unknown)


@remembered(8)
def hidden_in(dataset: Dataset, selection: Selection, found: Overlap) -> Hidden:
    """The cases of `opposed_once` of the pairs that have a number in this overlap, which is of the selection."""
    if found.of != ACTORS:
        return Hidden((), "")
    unknown = opposed_unknown(dataset, selection, measure=found.measure, count=found.count)
    return Hidden(tuple(islice(_cases_in(dataset, selection, found), MOST_OPPOSED)), unknown)


def opposed_pairs(dataset: Dataset, selection: Selection, found: Overlap) -> Mapping[tuple[str, str], str]:
    """Of each pair with a number that hides it, as a file holds it: `talks: 2019, 2026; tests: 2024`.

    `not known` of every pair where an engine has too many statements to be looked at.
    """
    if found.of != ACTORS:
        return {}
    if opposed_unknown(dataset, selection, measure=found.measure, count=found.count):
        return dict.fromkeys(found.edges()[["one", "other"]].itertuples(index=False, name=None), NOT_KNOWN)
    texts: dict[tuple[str, str], list[str]] = {}
    for o in _cases_in(dataset, selection, found):
        texts.setdefault((o.one, o.other), []).append(f"{o.proposal}: {', '.join(o.years)}")
    return {pair: "; ".join(own) for pair, own in texts.items()}


def edges_opposed(dataset: Dataset, selection: Selection, found: Overlap, *, order: str = "") -> pd.DataFrame:
    """The edges of an overlap; of actors with a column `opposed_once`, blank where the number hides nothing."""
    edges = found.edges(order=order)
    if found.of != ACTORS:
        return edges
    told = opposed_pairs(dataset, selection, found)
    pairs = edges[["one", "other"]].itertuples(index=False, name=None)
    return edges.assign(opposed_once=[told.get(pair, "") for pair in pairs])


def _cases_in(dataset: Dataset, selection: Selection, found: Overlap) -> Iterator[Opposed]:
    known = found.frame.notna().to_numpy(bool) & (found.n.to_numpy(float) > 0)
    place = {id_: k for k, id_ in enumerate(found.frame.index.tolist())}
    once = opposed_once(dataset, selection, measure=found.measure, count=found.count)
    return (o for o in once if {o.one, o.other} <= place.keys() and known[place[o.one], place[o.other]])


def opposed_once(
    dataset: Dataset,
    selection: Selection | None = None,
    *,
    measure: str = "points",
    count: str = POSITIONS,
    group: Ints | None = None,
) -> Iterator[Opposed]:
    """Pairs whom this measure over all time takes for agreed on a proposal, and who opposed each other at some time.

    At some time: one backed it while the other opposed it; each holds a position from its day until the day of the next
    statement on it. So two who have changed places are both mixed over all time, which agreement takes for the same.
    Each has `one`, `other`, the `proposal`, the `years` in which they came to oppose each other, where both stand `now`
    and what that `counts_as`. `group`: a number for each actor of the dataset; only pairs of one number are looked for.
    On an engine the statements in question are fetched; where they are too many there are none here, and
    `opposed_unknown` says so.
    """
    selection = (selection or Selection()).within(dataset)
    asked = _asked(dataset, selection, measure, count)
    in_question = asked.in_question
    if not in_question.any():
        return
    if dataset.groups:
        if asked.fetching > MOST_FETCHED:
            return
        dataset = dataset.groups.engine.fetched(selection, in_question, MOST_FETCHED)
    of_actors, codes = in_question.shape[1], dataset.codes
    counts = evidence_of(dataset, selection).counts & (codes.day != UNKNOWN) & in_question[codes.proposal, codes.actor]
    held = _Held.of(dataset, counts)
    ids = {t: dataset.frames[t]["id"].to_numpy(dtype=object) for t in (PROPOSALS, ACTORS)}
    on = held.cell // of_actors
    for proposal in np.unique(on):
        a, b = (int(np.searchsorted(on, proposal, side=side)) for side in ("left", "right"))
        position = asked.folded.codes[proposal]
        alike = asked.value[position] if group is None else asked.value[position] + 3 * group
        found = _opposed_on(held.between(a, b), alike, of_actors)
        for (one, other), years in sorted(found.items()):
            if counted_as := asked.counted_as(int(position[one]), int(position[other])):
                mixed = position[one] == position[other] == len(dataset.scale)
                now = "are mixed on it" if mixed else WORDS[int(asked.value[position[one]])]
                who, what = (str(ids[ACTORS][one]), str(ids[ACTORS][other])), str(ids[PROPOSALS][proposal])
                yield Opposed(*who, what, tuple(sorted(years)), f"both {now}", counted_as)


def opposed_unknown(
    dataset: Dataset, selection: Selection | None = None, *, measure: str = "points", count: str = POSITIONS
) -> str:
    """Why it is not known who opposed each other at a time; '' where `opposed_once` tells, or nobody can have."""
    if not dataset.groups:
        return ""
    asked = _asked(dataset, (selection or Selection()).within(dataset), measure, count)
    if not asked.in_question.any() or (n := asked.fetching) <= MOST_FETCHED:
        return ""
    return (
        f"Whether two who count as agreed opposed each other at a time is not known here: an engine has counted the "
        f"{n:,} statements in question, and at most {MOST_FETCHED:,} are fetched. Fewer actors or proposals may do."
    )


@remembered(8)
def _asked(dataset: Dataset, selection: Selection, measure: str, count: str) -> _Asked:
    """What is asked; kept, for it is asked twice: who it is, and whether that can be known."""
    return _Asked(fold(dataset, selection), *listed_places(dataset, selection), measure, count)


@dataclass(frozen=True, eq=False)
class _Asked:
    """What is asked of whom: the positions over all time, and which of them a measure may wrongly show as agreed."""

    folded: Positions
    rows: Ints
    columns: Ints
    measure: str
    count: str

    @cached_property
    def value(self) -> Floats:
        """Of each code of a position its direction: 1, 0 or -1; 0 for mixed, NaN where there is none."""
        return np.append(np.sign(self.folded.dataset.scale.scores), [0.0, np.nan])

    def counted_as(self, one: int, other: int) -> str:
        """What the measure takes two positions of one direction for, such as `agreement`; '' for neither."""
        alike, mixed = one == other, len(self.folded.dataset.scale) in (one, other)
        if self.count != POSITIONS:  # each statement is held against each other's: nothing is hidden
            return ""
        is_so = {
            "points": True,
            "share_same": alike,
            "congruence": alike and not mixed,
            "net": alike and not mixed,
            "jaccard_backed": bool(self.value[one] > 0),
        }
        if is_so.get(self.measure):
            return "agreement"
        if self.measure == "clashes":
            return "no clash"
        if self.measure == POLARISATION and alike:  # two mixed ones: each half for, half against
            return "agreement in part" if mixed else "agreement"
        return "no conflict" if self.measure == "conflict" and alike and not mixed else ""

    @cached_property
    def in_question(self) -> Bools:
        """Cells of two who over all time count as agreed, where one has said yes and the other no."""
        found: Bools = np.zeros(self.folded.codes.shape, bool)
        if self.count != POSITIONS:
            return found
        listed = at_places(self.rows, len(found))[:, None] & at_places(self.columns, found.shape[1])[None, :]
        yes, no = (cells & listed for cells in _yes_and_no(self.folded.dataset, self.folded.selection.evidence()))
        some = np.flatnonzero(yes.any(axis=1) & no.any(axis=1))
        position = self.folded.codes[some]
        for value in (1, 0, -1):
            own = self.value[position] == value
            there = np.flatnonzero(np.bincount(position[own])).tolist()
            for code in there:
                if not any(self.counted_as(code, c) for c in there):
                    own &= position != code
            pro, con = yes[some] & own, no[some] & own
            two = pro.any(axis=1) & con.any(axis=1) & ((pro | con).sum(axis=1) > 1)
            found[some] |= (pro | con) & two[:, None]
        return found

    @cached_property
    def fetching(self) -> int:
        """How many statements an engine would have to give: all that pass the filters, whether they count or not."""
        dataset = self.folded.dataset
        assert dataset.groups
        here = self.in_question[dataset.codes.proposal, dataset.codes.actor] & dataset.groups.passes
        return dataset.groups.weight_of(here)


@remembered(2)
def _yes_and_no(dataset: Dataset, evidence: Selection) -> tuple[Bools, Bools]:
    """Of which cells some dated statement of this evidence says yes, and of which no; kept, for each measure asks."""
    codes, sign = dataset.codes, np.sign(dataset.scale.scores)
    dated = evidence_of(dataset, evidence).counts & (codes.day != UNKNOWN)
    cells = np.zeros((2, len(dataset.frames[PROPOSALS]), len(dataset.frames[ACTORS])), bool)
    for own, which in zip(cells, (sign > 0, sign < 0), strict=True):
        at = dated & which[codes.stance]
        own[codes.proposal[at], codes.actor[at]] = True
    return cells[0], cells[1]


@dataclass(frozen=True, eq=False)
class _Held:
    """Who backed (`sign` 1) or opposed (-1) what from one day on until another; a cell is proposal x actor, in order.

    Who says both yes and no on one day is for neither from that day on.
    """

    cell: Ints
    sign: Ints
    start: Ints
    end: Ints

    @classmethod
    def of(cls, dataset: Dataset, which: Bools) -> _Held:
        codes, at = dataset.codes, np.flatnonzero(which)
        cell = codes.proposal[at].astype(np.int64) * len(dataset.frames[ACTORS]) + codes.actor[at]
        day = codes.day[at].astype(np.int64)
        low = int(day.min(initial=LAST_DAY))
        span = int(day.max(initial=low)) - low + 1
        days, place = np.unique(cell * span + (day - low), return_inverse=True)
        sign = np.sign(dataset.scale.scores)[codes.stance[at]]
        yes, no = (np.bincount(place[side], minlength=len(days)) > 0 for side in (sign > 0, sign < 0))
        stand, cell, day = yes.astype(np.int64) - no.astype(np.int64), days // span, days % span + low
        new = np.ones(len(cell), bool)  # what is said again goes on
        new[1:] = (cell[1:] != cell[:-1]) | (stand[1:] != stand[:-1])
        cell, stand, day = cell[new], stand[new], day[new]
        end = np.full(len(cell), LAST_DAY + 1)
        end[:-1] = np.where(cell[1:] == cell[:-1], day[1:], LAST_DAY + 1)
        taken = stand != 0
        return cls(cell[taken], stand[taken], day[taken], end[taken])

    def between(self, a: int, b: int) -> _Held:
        return _Held(self.cell[a:b], self.sign[a:b], self.start[a:b], self.end[a:b])

    def of_sign(self, sign: int) -> _Held:
        which = self.sign == sign
        return _Held(self.cell[which], self.sign[which], self.start[which], self.end[which])


def _opposed_on(held: _Held, value: Floats, of_actors: int) -> dict[tuple[int, int], set[str]]:
    """Of one proposal: pairs of actors alike in `value` who were for and against it at once; the years it began."""
    found: dict[tuple[int, int], set[str]] = {}
    yes, no = held.of_sign(1), held.of_sign(-1)
    actors = no.cell % of_actors
    step = max(1, MOST_CROSSED // max(1, len(no.cell)))
    for k in range(0, len(yes.cell), step):
        some = yes.between(k, k + step)
        whose = some.cell % of_actors
        at_once = (some.start[:, None] < no.end[None, :]) & (no.start[None, :] < some.end[:, None])
        at_once &= value[whose][:, None] == value[actors][None, :]
        i, j = np.nonzero(at_once)
        pairs = np.sort(np.stack([whose[i], actors[j]]), axis=0)
        later = np.maximum(some.start[i], no.start[j])
        for one, other, day in np.unique(np.stack([*pairs, later]), axis=1).T.tolist():
            found.setdefault((one, other), set()).add(dates.iso(day)[:4])
    return found
