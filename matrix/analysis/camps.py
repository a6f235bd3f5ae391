"""Two camps: the split of the actors that puts most conflict and least agreement between them, and what divides them.

Frustration is what such a split leaves wrong - agreement between the camps, conflict within them. Polarisation is what
it gains over no split; both have the same optimum. The best split is that of `best_split`; how much of it chance would
make as well is asked of the same network with the stances shuffled within each proposal.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import islice, pairwise

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from matrix.analysis.best_split import (
    ENUMERATION,
    NOTHING,
    PROGRAM,
    Split,
    best_split,
    between,
    searched,
)
from matrix.analysis.counting import KEEP, POSITIONS, STATEMENTS, Cells, Floats, distances, pair_sums, units
from matrix.analysis.measures import ACTORS, DIVISORS, DNA, NONE, POLARISATION, measure_of
from matrix.analysis.opposed import MOST_OPPOSED, Opposed, opposed_in_words, opposed_once, opposed_unknown
from matrix.analysis.overlap import divisor_of, listed_places, network_numbers, nothing_to_compare, unknown_of
from matrix.analysis.positions import EMPTY, Positions, fold
from matrix.analysis.selection_words import scoped
from matrix.dataset.codes import Scale
from matrix.dataset.dataset import Dataset, column
from matrix.dataset.problems import SelectionError
from matrix.dataset.selection import Selection
from matrix.wording import does, listed, named_side, plural

FORMULA = (
    "frustration = (C between + D within) / (C + D); polarisation = (D between - C between) / (C + D), "
    "summed over ordered pairs; C: congruence, D: conflict"
)
WEDGE = "a proposal on which there is more conflict than agreement between the camps"
BRIDGE = "a proposal that somebody of each camp backs"
DRAWS, SECONDS = 200, 5.0
HIGH_QUANTILE = 0.95
FEW = 3  # names or titles in a sentence; the rest is counted
PLACES = ("speakers", "backing", "opposed")

Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Shuffled:
    """What chance makes: the polarisation of the best split found with the stances shuffled within each proposal.

    `mean` and `p95` (which 95 % do not exceed) are of `draws` draws; `observed` is what the same search, from the same
    starts, finds for the stances as they are.
    """

    draws: int
    mean: float
    p95: float
    observed: float

    @property
    def is_exceeded(self) -> bool:
        """Whether the stances as they are divide the actors more than 95 % of the draws."""
        return self.observed > self.p95 + NOTHING


@dataclass(frozen=True, eq=False)
class Camps:
    """Two camps (ids, the larger first; the second is empty where no split gains anything), and how sure that is.

    `frustration` is the share of what the actors have in common that the split leaves wrong, `frustration_unsplit` that
    share without a split, `polarisation` the difference. No split has more polarisation than `bound`; `exact`: the two
    are equal; `method`: enumeration, milp or search. `as_good`: how many other splits of each part of the network (see
    below) have the same polarisation, by part, and `another` of part 1 (two camps, ids; () for none); None: not looked
    for, as only enumeration does. `null`: the same with shuffled stances, None where none was asked.
    Where agreement and conflict do not link everybody, the camps are those of the largest part of the network; every
    smaller one stands apart and is split by itself. These numbers are of all of them, with `n` pairs of actors that
    share a proposal; `polarisation_between` and `n_between` are of the members of the two camps alone.
    `frame` has a line an actor with its `camp` (1, 2; 0: in neither), its `part` (1, 2, ...; 0: nothing is shared with
    anybody) and `half` of that (1, 2; in part 1 the camp), `linked` (with how many others something is shared) and
    `margin` (how much polarisation is lost if this one alone changes its half). `proposals`: a line a proposal on which
    two or more took a stance: what of its conflict and congruence lies across the split and what not (as shares of
    C + D), `divides` (conflict minus congruence across the two camps alone), how many of camp 1 and of camp 2 speak,
    back and oppose, and whether it is a `wedge` or a `bridge` of the two camps; the ids of these, weightiest first, are
    `wedges` and `bridges`. `sentence` says why there is nothing to divide, else ''.
    """

    positions: Positions
    camps: tuple[tuple[str, ...], tuple[str, ...]]
    frustration: float
    frustration_unsplit: float
    polarisation: float
    bound: float
    method: str
    as_good: tuple[int, ...] | None
    another: tuple[tuple[str, ...], ...]
    null: Shuffled | None
    frame: pd.DataFrame
    proposals: pd.DataFrame
    n: int
    polarisation_between: float
    n_between: int
    normalize: str
    count: str
    duplicates: str
    sentence: str

    @property
    def formula(self) -> str:
        return formula_of(self.normalize)

    @property
    def exact(self) -> bool:
        return self.polarisation == self.bound

    @property
    def wedges(self) -> tuple[str, ...]:
        """Proposals whose conflict lies across the camps, those that add most to polarisation first."""
        order = self.proposals["divides"][self.proposals["wedge"]]
        return tuple(order.sort_values(ascending=False, kind="stable").index)

    @property
    def bridges(self) -> tuple[str, ...]:
        """Proposals backed in both camps: those that nobody opposes first, then those that more of both back."""
        found = self.proposals[self.proposals["bridge"]]
        against = found["opposed_1"] + found["opposed_2"]
        fewer = found[["backing_1", "backing_2"]].min(axis=1)
        order = pd.DataFrame({"against": against, "fewer": -fewer}).sort_values(["against", "fewer"], kind="stable")
        return tuple(order.index)

    @property
    def unlinked(self) -> tuple[str, ...]:
        """Actors in no camp: on no chosen proposal of theirs has another one taken a stance."""
        return tuple(self.frame.index[self.frame["part"] == 0])

    @property
    def undecided(self) -> tuple[str, ...]:
        """Actors who could as well stand in the other camp: nothing is lost if one of them changes alone."""
        either = (self.frame["part"] == 1) & (self.frame["margin"] <= NOTHING)
        return tuple(self.frame.index[either]) if self.camps[1] else ()

    @property
    def apart(self) -> tuple[tuple[str, ...], ...]:
        """The smaller parts of the network: nothing puts their members with the one camp or the other."""
        own = self.frame[self.frame["part"] > 1]
        return tuple(tuple(group.index) for _, group in own.groupby("part"))

    @cached_property
    def opposed(self) -> tuple[Opposed, ...]:
        """Pairs within one camp who opposed each other at some time, the first thousand; without two camps any pair."""
        dataset, selection = self.positions.dataset, self.positions.selection
        group = None
        if self.camps[1]:
            group = np.arange(3, 3 + len(dataset.frames["actors"]))  # whoever is in no camp has one of their own
            camp = self.frame["camp"].to_numpy()
            group[dataset.frames["actors"]["id"].isin(self.frame.index[camp > 0])] = camp[camp > 0]
        found = opposed_once(dataset, selection, measure=POLARISATION, count=self.count, group=group)
        return tuple(islice(found, MOST_OPPOSED))

    @cached_property
    def opposed_unknown(self) -> str:
        """Why that is not known; '' where it is."""
        dataset, selection = self.positions.dataset, self.positions.selection
        return opposed_unknown(dataset, selection, measure=POLARISATION, count=self.count)

    @property
    def headline(self) -> str:
        """The finding in one sentence."""
        return self.findings[0]

    @property
    def findings(self) -> tuple[str, ...]:
        """What was found, a sentence each: the camps, what divides and what joins them, then how sure that is."""
        if self.sentence:
            return (self.sentence,)
        dataset = self.positions.dataset
        return (scoped(dataset, self.positions.selection, self._camps_in_words()), *self._details())

    @property
    def in_words(self) -> tuple[str, ...]:
        """Who stands in each camp: how many, of which sides; the main ones first, however few they are."""
        dataset = self.positions.dataset
        side = column(dataset, "actors", "side")
        names, main = (column(dataset, "sides", c) for c in ("name", "main"))
        found = []
        for camp in self.camps:
            of = Counter(side[a] for a in camp if side[a]).most_common()
            both: tuple[list[tuple[str, int]], ...] = ([], [])
            for s, n in of:
                both[main[s] != "true"].append((s, n))
            told = [*both[0][:FEW], *both[1][:FEW]]
            some = [f"{n} of {named_side(names[s])}" for s, n in told]
            if told and (rest := len(camp) - sum(n for _, n in told)):
                some.append(f"{rest} others" if rest > 1 else "1 other")
            found.append(plural(len(camp), "actor") + (f" ({listed(some)})" if some else ""))
        return tuple(found)

    def backing(self, proposal: str) -> str:
        """How many of the speakers of both camps back a proposal: `backed by 2 of 2 in camp 1, 0 of 3 in camp 2`."""
        line = self.proposals.loc[proposal]
        one, two = (f"{line[f'backing_{k}']} of {line[f'speakers_{k}']} in camp {k}" for k in (1, 2))
        return f"backed by {one}, {two}"

    def _camps_in_words(self) -> str:
        first, second = self.camps
        names = column(self.positions.dataset, "actors", "name")
        if not first:
            return (
                "no camps: no two of these actors have more agreement than conflict, or more conflict than agreement."
            )
        if not second:
            split = "no split puts" if self.exact else "no split was found that puts"
            every = plural(len(first), "actor")
            return f"{every} do not fall into camps: {split} more conflict than agreement between two camps."
        one, two = (
            listed([names[a] for a in camp]) if len(camp) <= FEW else many
            for camp, many in zip(self.camps, self.in_words, strict=True)
        )
        chance = "" if self.null is None or self.null.is_exceeded else ", but no more so than chance would divide them"
        return f"two camps{chance}: {one} against {two}."

    def _details(self) -> Iterator[str]:
        if self.camps[1]:
            if self.as_good and (n := self.as_good[0]):
                shown = " against ".join(map(self._names, self.another))
                others = "One other split is as good" if n == 1 else f"{n:,} other splits are as good; one of them"
                yield f"{others}: {shown}."
            yield f"What divides them: {self._titles(self.wedges) or 'no single proposal'}."
            yield f"What somebody of each backs: {self._titles(self.bridges) or 'nothing'}."
        if self.undecided:
            yield f"Could as well stand in the other camp: {self._names(self.undecided)}."
        if not self.camps[0] and (mixed := self._mixed()):
            are = "are" if mixed > 1 else "is"
            yield (
                f"{plural(mixed, 'position')} {are} mixed and {does(mixed, 'count')} half for, half against: in a "
                "shorter time there may be camps."
            )
        if self.opposed:
            yield self._opposed_in_words()
        if self.opposed_unknown:
            yield self.opposed_unknown
        apart = self.apart if self.camps[0] else ()  # where nobody is in a camp the headline has said it of all
        where, whom = ("In neither camp", "these") if self.camps[1] else ("Apart from these actors", "them")
        for k, group in enumerate(apart[:FEW], 1):
            halves = [tuple(a for a in group if self.frame.at[a, "half"] == k) for k in (1, 2)]
            inside = f"; among themselves {' against '.join(map(self._names, halves))}" if halves[1] else ""
            if inside and self.as_good and (n := self.as_good[k]):
                inside += f" ({plural(n, 'other split')} of them {'is' if n == 1 else 'are'} as good)"
            yield f"{where}, for nothing puts them with or against {whom}: {self._names(group)}{inside}."
        if (more := len(apart) - FEW) > 0:
            yield f"{plural(more, 'more group')} {does(more, 'stand')} apart likewise."
        if self.unlinked:
            yield f"In no camp, for nobody else took a stance on a proposal of theirs: {self._names(self.unlinked)}."
        yield self._numbers()
        yield self._certainty()
        if self.null:
            yield self._chance(self.null)

    def _opposed_in_words(self) -> str:
        """The first pairs within one camp who opposed each other at some time, and how many more there are."""
        said = opposed_in_words(self.positions.dataset, self.opposed, FEW)
        return f"{'Within one camp: ' if self.camps[1] else ''}{' '.join(said)}"

    def _mixed(self) -> int:
        """How many positions of these actors are mixed, where positions are the unit."""
        tables = self.positions.dataset.frames
        rows, columns = (
            np.flatnonzero(tables[t]["id"].isin(ids))
            for t, ids in (("proposals", self.proposals.index), ("actors", self.frame.index))
        )
        mixed = self.positions.codes[np.ix_(rows, columns)] == len(self.positions.dataset.scale)
        return int(mixed.sum()) if self.count == POSITIONS else 0

    def _names(self, ids: tuple[str, ...]) -> str:
        names = column(self.positions.dataset, "actors", "name")
        return listed([names[a] for a in ids], most=FEW)

    def _titles(self, ids: tuple[str, ...]) -> str:
        titles = column(self.positions.dataset, "proposals", "title")
        return listed([f"“{titles[p]}” ({self.backing(p)})" for p in ids], most=FEW)

    def _numbers(self) -> str:
        n = f"(n = {plural(self.n, 'pair')} on {plural(len(self.proposals), 'proposal')})"
        if not self.camps[1] and not self.polarisation:
            return f"Of all that these actors share {self.frustration:.0%} is conflict {n}; polarisation is 0."
        across = self.proposals[["conflict_across", "congruence_across"]].sum()
        split, it = ("the camps", "them") if self.n == self.n_between else ("the split", "it")
        return (
            f"Polarisation {self.polarisation:.3f}: of all that these actors share, {across['conflict_across']:.1%} is "
            f"conflict across {split} and {across['congruence_across']:.1%} agreement across {it} {n}; frustration "
            f"{self.frustration:.3f}, without a split {self.frustration_unsplit:.3f}.{self._between_in_words()}"
        )

    def _between_in_words(self) -> str:
        """What of the numbers is the two camps' own, where others stand apart."""
        if self.n == self.n_between:
            return ""
        if not self.camps[1]:
            return " All of it lies among those who stand apart, each group split by itself."
        return (
            " That is with those in neither camp, each group of them split by itself; of the two camps alone "
            f"polarisation is {self.polarisation_between:.3f} (n = {plural(self.n_between, 'pair')})."
        )

    def _certainty(self) -> str:
        if self.method == ENUMERATION:
            alone = self.camps[1] and not any(self.as_good or ())
            return f"No split is better{', and no other as good' if alone else ''}: every one was compared."
        if self.exact:
            why = "this one divides every pair with more conflict than agreement, and no other"
            why = "mixed-integer programming proves it" if self.method == PROGRAM else why
            others = " Whether another one is as good was not looked for." if self.camps[1] else ""
            return f"No split is better: {why}.{others}"
        return (
            f"Searched, not proved: a better split may exist, of a polarisation of at most {self.bound:.3f}. More time "
            "may find it, or prove this one. Whether another one is as good was not looked for."
        )

    def _chance(self, null: Shuffled) -> str:
        return (
            f"With the stances shuffled within each proposal polarisation is {null.mean:.3f} on average, at most "
            f"{null.p95:.3f} in 95 % of {plural(null.draws, 'draw')}; as they are it is {null.observed:.3f} (by one "
            "and the same local search)."
        )


def formula_of(normalize: str) -> str:
    """The formula as it stands beside the numbers, with what is normalised by."""
    divided = f", each divided by {DIVISORS[normalize]}" if normalize != NONE else ""
    return f"{FORMULA}{divided} [{DNA}]"


def camps(
    dataset: Dataset,
    selection: Selection | None = None,
    *,
    normalize: str = NONE,
    count: str = POSITIONS,
    duplicates: str = KEEP,
    draws: int = DRAWS,
    seconds: float = SECONDS,
    seed: int = 0,
) -> Camps:
    """The best split of the listed actors in two camps, from their congruence and conflict (`overlap`).

    frustration = (C between + D within) / (C + D), polarisation = (D between - C between) / (C + D), over ordered
    pairs; a zero denominator gives 0. All splits are compared of up to 20 linked actors; of more, a seeded local search
    is proved or bettered by mixed-integer programming within `seconds`. `draws`: how often stances are shuffled within
    each proposal - positions among those who took one, single statements with statements as unit - for `null`; 0:
    never. Of the worked example of docs/measures.md:

    >>> found = camps(worked)
    >>> found.camps, round(found.polarisation, 3), found.wedges
    ((('a',), ('b',)), 0.333, ('p1', 'p2'))
    """
    selection = selection or Selection()
    measure_of("conflict", normalize, count, ACTORS)
    for name, given in (("draws", draws), ("seconds", seconds)):
        if given < 0:
            raise SelectionError(f"{name}: {given} is not 0 or more")
    rows, columns = listed_places(dataset, selection)
    network = _Network(
        units(dataset, selection, count, duplicates, rows, columns),
        unknown_of(dataset, selection, rows, columns, normalize=normalize),
        normalize,
        dataset.scale,
    )
    congruence, conflict = network.numbers()
    weights, total = conflict - congruence, float((congruence + conflict).sum())
    shared = congruence + conflict > 0
    linked = np.asarray(shared.any(axis=1))
    split = best_split(weights[np.ix_(linked, linked)], seconds=seconds, seed=seed)
    half, part = _placed(weights, linked, split)
    first = part == 1
    camp = np.where(first, half, 0)
    folded = fold(dataset, selection)
    by_proposal = _by_proposal(network, half, part)
    by_proposal[:, :5] /= total or 1
    frame = pd.DataFrame(
        {
            "camp": camp,
            "linked": shared.sum(axis=1),
            "part": part,
            "half": half,
            "margin": _margins(weights, half) / (total or 1),
        },
        index=pd.Index(dataset.frames["actors"]["id"].iloc[columns], name="actor"),
    )
    ids = frame.index.to_numpy(dtype=object)
    unsplit = float(conflict.sum()) / (total or 1)
    gain = split.gain / (total or 1)
    n = int(shared.sum()) // 2
    own = np.ix_(first, first)
    in_camps = float((congruence + conflict)[own].sum())
    return Camps(
        folded,
        (tuple(ids[camp == 1]), tuple(ids[camp == 2])),
        max(0.0, unsplit - gain),
        unsplit,
        gain,
        split.bound / (total or 1),
        split.method,
        *_as_good(split, half[linked], part[linked], ids[linked]),
        _shuffled(network, count, draws, seed) if draws and n else None,
        frame,
        _proposals(folded, rows, columns, camp, by_proposal),
        n,
        between(weights[own], half[first] == 2) / (in_camps or 1),
        int(shared[own].sum()) // 2,
        *(normalize, count, duplicates),
        nothing_to_compare(shared.astype(int), dataset, ACTORS),
    )


@dataclass(frozen=True, eq=False)
class _Network:
    """The units of the listed actors, and what their sums are divided by."""

    cells: Cells
    unknown: Bools | None
    normalize: str
    scale: Scale

    @property
    def divisor(self) -> Floats | None:
        return divisor_of(self.cells, self.unknown, self.normalize)

    def numbers(self) -> tuple[Floats, Floats]:
        """Congruence and conflict between any two."""
        found = network_numbers(self.cells, ["congruence", "conflict"], self.divisor, self.scale)
        congruence, conflict = (found[m][0] for m in ("congruence", "conflict"))
        for values in (congruence, conflict):
            np.fill_diagonal(values, 0)
        return congruence, conflict


# ---- who stands where


def _placed(weights: Floats, linked: Bools, split: Split) -> tuple[Ints, Ints]:
    """Half and part of the network of each actor: 1 or 2, the larger half first; 1 for the largest part; else 0.

    Each part is turned by itself, its larger half being 1.
    """
    from scipy.sparse.csgraph import connected_components

    strong = np.abs(weights) > NOTHING * np.abs(weights).max(initial=0)
    _, label = connected_components(strong[np.ix_(linked, linked)], directed=False)
    size = np.bincount(label, minlength=1)
    order = np.argsort(-size, kind="stable")
    place = np.empty(len(size), np.int64)
    place[order] = np.arange(1, len(size) + 1) + (size.max() == 1)  # one alone is no camp
    other = split.other.copy()
    for k in range(len(size)):
        own = label == k
        second = int(other[own].sum())
        if 2 * second > size[k] or (2 * second == size[k] and other[own][:1].any()):
            other[own] = ~other[own]
    half, part = np.zeros(len(linked), np.int64), np.zeros(len(linked), np.int64)
    half[linked], part[linked] = np.where(other, 2, 1), place[label]
    return half, part


def _as_good(
    split: Split, half: Ints, part: Ints, ids: NDArray[np.object_]
) -> tuple[tuple[int, ...] | None, tuple[tuple[str, ...], ...]]:
    """Of each part of the network, how many other splits of it are as good; and one of part 1. All of who is linked."""
    if split.equal is None:
        return None, ()
    counts: list[int] = []
    another: tuple[tuple[str, ...], ...] = ()
    for k in range(1, int(part.max(initial=0)) + 1):
        at = part == k
        if not at.any():  # the first place is nobody's where each stands alone
            counts.append(0)
            continue
        splits = split.equal[:, at]
        splits = np.unique(splits ^ splits[:, :1], axis=0)  # its halves have no names
        own = half[at] == 2
        others = splits[(splits != (own ^ own[0])).any(axis=1)]
        counts.append(len(others))
        if k == 1 and len(others):
            halves = ids[at][~others[0]], ids[at][others[0]]
            another = tuple(tuple(map(str, h)) for h in sorted(halves, key=len, reverse=True))
    return tuple(counts), another


def _margins(weights: Floats, half: Ints) -> Floats:
    """What each actor's change of half alone would take from the weights between the halves."""
    sign = np.where(half == 2, -1.0, 1.0) * (half > 0)
    margins: Floats = np.maximum(0.0, -2 * sign * (weights @ sign)) + 0.0  # no -0.0
    return margins


# ---- what divides and what joins


def _by_proposal(network: _Network, half: Ints, part: Ints) -> Floats:
    """For each proposal its conflict and congruence across the split, then elsewhere: ordered pairs, normalised.

    Then conflict minus congruence across the two camps, which are those of part 1. The last column counts the actors
    who took a stance on it.
    """
    apart, scale = distances(network.scale)
    apart = apart / (scale or 1)
    cells, divisor = network.cells.swapped(), network.divisor
    ends = np.searchsorted(cells.who, np.arange(cells.shape[0] + 1))
    result = np.zeros((cells.shape[0], 6))
    for j, (a, b) in enumerate(pairwise(ends.tolist())):
        actors, at = np.unique(cells.on[a:b], return_inverse=True)
        own = np.zeros((len(actors), cells.shape[2]))
        own[at, cells.kind[a:b]] = cells.weight[a:b]
        both = own.sum(axis=1)
        factor = np.ones((len(actors), len(actors)))
        if divisor is not None:
            divided = divisor[np.ix_(actors, actors)]
            factor = np.divide(1.0, divided, out=np.zeros_like(divided), where=divided > 0)
        np.fill_diagonal(factor, 0)
        conflict = own @ apart @ own.T * factor
        congruence = both[:, None] * both[None, :] * factor - conflict
        across = half[actors][:, None] != half[actors][None, :]
        across &= part[actors][:, None] == part[actors][None, :]
        result[j, :4] = [values[which].sum() for which in (across, ~across) for values in (conflict, congruence)]
        result[j, 4] = (conflict - congruence)[across & (part[actors] == 1)[:, None]].sum()
        result[j, 5] = len(actors)
    return result


def _proposals(folded: Positions, rows: Ints, columns: Ints, camp: Ints, sums: Floats) -> pd.DataFrame:
    """The lines of the proposals on which two or more took a stance."""
    codes = folded.codes[np.ix_(rows, columns)]
    sign = np.append(np.sign(folded.dataset.scale.scores), [0.0, 0.0])[codes]
    states = (codes != EMPTY, sign > 0, sign < 0)
    frame = pd.DataFrame(
        sums[:, :5],
        columns=["conflict_across", "congruence_across", "conflict_within", "congruence_within", "divides"],
        index=pd.Index(folded.dataset.frames["proposals"]["id"].iloc[rows], name="proposal"),
    )
    for k in (1, 2):
        for name, which in zip(PLACES, states, strict=True):
            frame[f"{name}_{k}"] = which[:, camp == k].sum(axis=1)
    frame["wedge"] = frame["divides"] > NOTHING
    frame["bridge"] = (frame["backing_1"] > 0) & (frame["backing_2"] > 0)
    return frame[sums[:, 5] > 1]


# ---- what chance makes


def _shuffled(network: _Network, count: str, draws: int, seed: int) -> Shuffled:
    """Polarisation with the stances of each proposal shuffled among those who took one, and as they are."""
    cells = network.cells
    if count == STATEMENTS:  # a statement is a unit
        entry = np.repeat(np.arange(len(cells.who)), cells.weight.astype(np.int64))
        weight, unit = np.ones(len(entry)), np.arange(len(entry))
    else:  # a position is one, also a mixed one with its two halves
        entry, weight = np.arange(len(cells.who)), cells.weight
        place = cells.who * cells.shape[1] + cells.on
        unit = np.unique(place, return_inverse=True)[1]
    on, who, kind = cells.on[entry], cells.who[entry], cells.kind[entry]
    first = np.unique(unit, return_index=True)[1]
    whose, where = who[first], on[first]
    stay = np.argsort(where, kind="stable")
    shared = pair_sums(cells)
    random = np.random.default_rng(seed)
    found = np.empty(draws)
    for k in range(draws):
        new = np.empty_like(whose)
        new[np.lexsort((random.random(len(whose)), where))] = whose[stay]
        dealt = Cells.counted(new[unit], on, kind, weight, cells.shape)
        found[k] = _searched(_Network(dealt, network.unknown, network.normalize, network.scale), shared, seed)
    observed = _searched(network, shared, seed)
    return Shuffled(draws, float(found.mean()), float(np.quantile(found, HIGH_QUANTILE)), observed)


def _searched(network: _Network, shared: Floats, seed: int) -> float:
    """Polarisation by the search alone; who shares how much is the same in all draws: one product is enough."""
    apart, scale = distances(network.scale)
    weights = 2 * pair_sums(network.cells, apart) / scale - shared if scale else -shared
    total, divisor = shared, network.divisor
    if divisor is not None:
        weights, total = (np.divide(x, divisor, out=np.zeros_like(x), where=divisor > 0) for x in (weights, total))
    np.fill_diagonal(weights, 0)
    whole = float(total.sum() - np.trace(total))
    return between(weights, searched(weights, seed=seed)) / (whole or 1)
