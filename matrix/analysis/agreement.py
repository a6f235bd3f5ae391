"""How well coders agree: Krippendorff's alpha of any table of ratings, and the figures of two or more layers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any, Literal, get_args

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from matrix.analysis.coding_units import NOT_RECORDED, CodingUnits, coding_units
from matrix.dataset.dataset import Dataset
from matrix.dataset.problems import SelectionError, not_one_of
from matrix.wording import listed, plural

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

Level = Literal["nominal", "ordinal", "interval"]
LEVELS: tuple[str, ...] = get_args(Level)
ALPHA = "1 - (n - 1) * sum_ck o_ck d_ck / sum_ck n_c n_k d_ck"
DISTANCES = {
    "nominal": "d_ck = 1 where c and k differ, else 0",
    "ordinal": "d_ck = (values between c and k in the order, those of c and of k counted half)^2",
    "interval": "d_ck = (c - k)^2",
}
CONSTANT = "all ratings are the same, and without any other value there is no alpha"
NOTHING_PAIRED = "no unit was rated by two coders"

SHARE = 95  # per cent of the bootstrap draws between the ends of an interval
FEWEST = 5  # sources; of fewer the units are drawn
_HELD = 4_000_000  # numbers of the draws that are held at a time


# ---- alpha of a table


@dataclass(frozen=True, eq=False)
class Alpha:
    """Krippendorff's alpha: `value` (also `float(...)`), NaN where it is not defined: then `sentence` says why.

    `n`: the units that at least two coders rated; `frame`: the coincidences of any two values, which alpha is made of.
    """

    value: float
    frame: pd.DataFrame
    n: int
    formula: str
    sentence: str = ""

    def __float__(self) -> float:
        return self.value


def alpha(ratings: Any, *, level: str = "nominal") -> Alpha:
    """Krippendorff's alpha of a table of ratings, coders x units, NaN (or None) where a coder did not rate a unit.

    1 - (n - 1) sum_ck o_ck d_ck / sum_ck n_c n_k d_ck (Krippendorff 2011). Ratings of level nominal may be words;
    ordinal and interval ones are numbers, an order or a scale. A unit that fewer than two coders rated does not count;
    a table with a single value has no alpha: NaN, never 1. SelectionError for an unknown level, ValueError for what is
    not a table of ratings.

    >>> round(float(alpha([[1, 2, 3, 3], [1, 2, 3, 2]], level="ordinal")), 2)
    0.79
    """
    if level not in LEVELS:
        raise SelectionError(f"level: {not_one_of(level, LEVELS)}")
    table = np.array(
        [list(row) for row in (ratings.to_numpy() if isinstance(ratings, pd.DataFrame) else ratings)], object
    )
    if table.ndim != 2:
        raise ValueError("ratings: one row a coder is expected, each with as many units")
    if level != "nominal":
        table = table.astype(float)
        if np.isinf(table).any():
            raise ValueError("ratings: a number without end has no distance to the others")
    missing = pd.isna(table)
    codes, values = pd.factorize(table[~missing], sort=True)
    places = np.full(table.shape, -1)
    places[~missing] = codes
    counts = np.zeros((table.shape[1], len(values)))
    for row in places:
        rated = np.flatnonzero(row >= 0)
        counts[rated, row[rated]] += 1
    paired = counts[counts.sum(axis=1) > 1]
    weight = 1 / (paired.sum(axis=1) - 1)
    together = (paired * weight[:, None]).T @ paired - np.diag(weight @ paired)
    scale = np.asarray(values, float) if level == "interval" else None
    value = float(_alphas(together[None], level, scale)[0])
    why = "" if np.isfinite(value) else f"Not defined: {CONSTANT if len(paired) else NOTHING_PAIRED}."
    frame = pd.DataFrame(together, index=pd.Index(values, name="value"), columns=pd.Index(values))
    return Alpha(value, frame, len(paired), _alpha_words(level), why)


def _alpha_words(level: str, name: str = "alpha") -> str:
    return f"{name}, {level}: {ALPHA}; {DISTANCES[level]} [Krippendorff 2011]"


def _alphas(together: Floats, level: str, scale: Floats | None = None) -> Floats:
    """Alpha of each matrix of coincidences (matrices x values x values); NaN where there is nothing but one value."""
    each = together.sum(axis=2)
    n = each.sum(axis=1)
    if level == "nominal":
        apart: Floats = 1 - np.eye(together.shape[1])[None]
    else:
        # What lies between two values in the order is the difference of their middle ranks (Krippendorff's d of ranks).
        at = scale[None] if scale is not None else np.cumsum(each, axis=1) - each / 2
        apart = (at[:, :, None] - at[:, None, :]) ** 2
    seen = (together * apart).sum(axis=(1, 2))
    expected = np.einsum("gc,gk,gck->g", each, each, np.broadcast_to(apart, together.shape))
    by_chance = np.divide((n - 1) * seen, expected, out=np.full(len(n), np.nan), where=expected > 0)
    found: Floats = 1 - by_chance
    return found


# ---- agreement of layers


@dataclass(frozen=True)
class Figure:
    """One figure of agreement: name for people, formula, what its n counts, whether it is defined for pairs only."""

    name: str
    formula: str
    n: str
    pairs_only: bool = False


BOTH = "units that both recorded"
FIGURES: Mapping[str, Figure] = {
    "seeing": Figure(
        "recorded by both (Dice)",
        "seeing: 2a / (2a + b + c) [Dice 1945]",
        "units that either recorded",
        pairs_only=True,
    ),
    "stance_ordinal": Figure(
        "stance, in its order",
        f"{_alpha_words('ordinal', 'stance')}; order: by score, then as in the table; mixed has no place in it",
        f"{BOTH}, mixed ones left out",
    ),
    "stance_nominal": Figure("stance", f"{_alpha_words('nominal', 'stance')}; mixed is a stance of its own", BOTH),
    "stance_same": Figure("same stance", "stance_same: units with the same stance / n", BOTH, pairs_only=True),
    "condition": Figure("condition given", _alpha_words("nominal", "condition"), "units that both back"),
    "quotes": Figure(
        "words marked",
        "quotes: characters marked by both / by either",
        f"{BOTH}, with words whose place in the source is known",
        pairs_only=True,
    ),
}
ALL = "all"  # of more than two coders: the figures over all of them
COLUMNS = ("coders", "measure", "value", "low", "high", "n", "n_counts", "drawn", "draws", "why", "formula")


@dataclass(frozen=True, eq=False)
class Agreement:
    """The figures of measures.md: `frame`, one row a figure and pair of coders (of more than two also `all`).

    Its columns: coders (joined by `;`), measure, value, low and high (95 % of the draws), n and what it counts, drawn
    (`sources` or `units`), draws (those in which the figure is defined), why (it is not defined), formula. `n`: the
    units that anybody recorded in the sources that at least two have finished; `sentence`: the finding, or why there is
    none.
    """

    frame: pd.DataFrame
    n: int
    formula: str
    sentence: str
    draws: int
    units: CodingUnits = field(repr=False)

    @property
    def coders(self) -> tuple[str, ...]:
        return self.units.names

    @property
    def sources(self) -> tuple[str, ...]:
        """The ids of the sources that at least two coders have finished."""
        ids = self.units.coders[0].frames["sources"]["id"]
        return tuple(ids.iloc[self.units.compared])

    def of(self, *coders: str) -> pd.DataFrame:
        """The figures of two coders (of more than two, without a name, those over all), by measure."""
        own = self.frame[self.frame["coders"] == self._key(coders)]
        return own.set_index("measure").drop(columns="coders")

    def by(self, what: Literal["source", "proposal", "actor", "side"], *coders: str) -> pd.DataFrame:
        """The figures of two coders for each source, proposal, actor or side with a unit: id x values, each with its n.

        Columns: units, both (recorded), then of each figure its value and `n_` figure. A unit's side is its actor's,
        '' for an actor of none.
        """
        pair = self._pair(coders)
        groups, ids = self._groups(what)
        sums = _Sums.of(self.units, pair)
        here, place = np.unique(groups[sums.at], return_inverse=True)
        totals = np.zeros((len(here), sums.each.shape[1]))
        np.add.at(totals, place, sums.each)
        values, n = sums.figures(totals)
        made: dict[str, Any] = {"units": sums.count(totals, "either"), "both": sums.count(totals, "both")}
        for name in FIGURES:
            made |= {name: values[name], f"n_{name}": n[name].round().astype(int)}
        return pd.DataFrame(made, index=pd.Index([ids[i] for i in here.tolist()], name=what, dtype="str"))

    def _groups(self, what: str) -> tuple[Ints, list[str]]:
        """Of each unit the place of its source, proposal, actor or side among the ids, which are the other."""
        frames = self.units.coders[0].frames
        if what != "side":
            return getattr(self.units, what), frames[f"{what}s"]["id"].tolist()
        ids = [*frames["sides"]["id"].tolist(), ""]
        place = {id_: i for i, id_ in enumerate(ids)}
        of = np.array([place.get(s, len(ids) - 1) for s in frames["actors"]["side"].astype("str")], dtype=np.int64)
        return of[self.units.actor], ids

    def confusion(self, *coders: str) -> pd.DataFrame:
        """How many units have each stance of the one coder (rows) and of the other (columns).

        Both end with `not recorded`: units of sources that this coder has finished without a statement there.
        """
        one, other = self._pair(coders)
        units, states = self.units, (*self.units.states, NOT_RECORDED)
        read = (units.finished[one] & units.finished[other])[units.source]
        cell = (units.stance[one] % len(states)) * len(states) + units.stance[other] % len(states)  # -1: the last place
        seen = read & (units.saw[one] | units.saw[other])
        counts = np.bincount(cell[seen], minlength=len(states) ** 2).reshape(len(states), -1)
        index, columns = (pd.Index(states, name=units.names[k], dtype="str") for k in (one, other))
        return pd.DataFrame(counts, index=index, columns=columns)

    def behind(
        self,
        *coders: str,
        source: str = "",
        proposal: str = "",
        actor: str = "",
        side: str | None = None,
        stances: tuple[str, str] | None = None,
    ) -> pd.DataFrame:
        """The units behind a number of two coders, a row each: source, actor, proposal, stances, ids of statements.

        `stances`: a cell of `confusion`, row and column; the others narrow it to one source, proposal, actor or
        side ('': actors of no side).
        """
        one, other = self._pair(coders)
        units = self.units
        read = (units.finished[one] & units.finished[other])[units.source]
        seen = read & (units.saw[one] | units.saw[other])
        if side is not None:
            groups, ids = self._groups("side")
            if side not in ids:
                raise SelectionError(f"side: {not_one_of(side, ids)}")
            seen &= groups == ids.index(side)
        found = units.frame[seen]
        for column, wanted in (("source", source), ("proposal", proposal), ("actor", actor)):
            if wanted:
                found = found[found[column] == wanted]
        for k, wanted in zip((one, other), stances or (), strict=False):
            if wanted not in (allowed := (*units.states, NOT_RECORDED)):
                raise SelectionError(f"stance: {not_one_of(wanted, allowed)}")
            found = found[found[f"{units.names[k]}_stance"] == wanted]
        names = (units.names[k] for k in (one, other))
        columns = ["source", "actor", "proposal", *(f"{n}_{c}" for n in names for c in ("stance", "statements"))]
        shown: pd.DataFrame = found.loc[:, columns]
        return shown

    def _pair(self, coders: Sequence[str]) -> tuple[int, int]:
        names = self.coders
        if not coders and len(names) == 2:
            return 0, 1
        if len(coders) != 2 or coders[0] == coders[1]:
            raise SelectionError(f"layers: two of {', '.join(names)} are compared")
        for name in coders:
            if name not in names:
                raise SelectionError(f"layers: {not_one_of(name, names)}")
        return names.index(coders[0]), names.index(coders[1])

    def _key(self, coders: Sequence[str]) -> str:
        if not coders and len(self.coders) > 2:
            return ALL
        return ";".join(self.coders[k] for k in sorted(self._pair(coders)))


def agreement(coders: Sequence[Dataset], *, draws: int = 2_000, seed: int = 0) -> Agreement:
    """How well two or more coders agree on the sources that they have finished: figures with n and interval.

    `coders`: the layers, as `load(address, layer="kim")` gives them; `main` may be one of them (a coder in training)
    and counts as having finished the sources of which it has statements. Unit: (source, actor, proposal), several
    statements of a coder folded by `cautious`. seeing (Dice 1945); stance as Krippendorff's alpha (2011), ordinal and
    nominal, and plain; condition given or not (alpha); characters quoted. The interval holds 95 % of `draws` bootstrap
    draws with this `seed`: of sources, or of units where fewer than five sources are compared.
    """
    units = coding_units(coders)
    groups = [*combinations(range(len(coders)), 2)]
    rows: list[dict[str, Any]] = []
    if len(coders) > 2:
        rows += _figures(units, tuple(range(len(coders))), ALL, draws, seed)
    for pair in groups:
        rows += _figures(units, pair, ";".join(units.names[k] for k in pair), draws, seed)
    frame = pd.DataFrame(rows, columns=list(COLUMNS))
    formula = "; ".join(f.formula for f in FIGURES.values())
    return Agreement(frame, len(units), formula, _finding(units, frame), draws, units)


def _figures(units: CodingUnits, group: tuple[int, ...], name: str, draws: int, seed: int) -> list[dict[str, Any]]:
    sums = _Sums.of(units, group)
    values, n = sums.figures(sums.each.sum(axis=0)[None])
    sources = np.flatnonzero(units.finished[list(group)].sum(axis=0) > 1)
    drawn = "sources" if len(sources) >= FEWEST else "units"
    what = sums.each
    if drawn == "sources":
        place = np.searchsorted(sources, units.source[sums.at])
        what = np.zeros((len(sources), sums.each.shape[1]))
        np.add.at(what, place, sums.each)
    ends = _intervals(what, sums.figures, draws, seed)
    rows = []
    for measure, figure in FIGURES.items():
        if figure.pairs_only and len(group) > 2:
            continue
        value, count = float(values[measure][0]), round(float(n[measure][0]))
        low, high, defined = ends[measure] if np.isfinite(value) else (np.nan, np.nan, 0)
        why = "" if np.isfinite(value) else f"no {figure.n}" if not count else CONSTANT
        counts = figure.n if len(group) == 2 else figure.n.replace("both", "at least two")
        row = (name, measure, value, low, high, count, counts, drawn, defined, why, figure.formula)
        rows.append(dict(zip(COLUMNS, row, strict=True)))
    return rows


def _intervals(
    what: Floats, figures: Callable[[Floats], tuple[dict[str, Floats], dict[str, Floats]]], draws: int, seed: int
) -> dict[str, tuple[float, float, int]]:
    """Of each figure the ends of its interval over draws of rows with replacement, and in how many it is defined."""
    rng, size = np.random.default_rng(seed), len(what)
    found: dict[str, list[Floats]] = {name: [] for name in FIGURES}
    at_once = max(1, _HELD // max(1, size))
    for start in range(0, draws if size else 0, at_once):
        n = min(at_once, draws - start)
        taken = rng.integers(0, size, (n, size)) + np.arange(n)[:, None] * size
        times = np.bincount(taken.ravel(), minlength=n * size).reshape(n, size)
        values, _ = figures(times.astype(np.float64) @ what)
        for name in FIGURES:
            found[name].append(values[name])
    ends = {}
    for name, parts in found.items():
        values_of = np.concatenate([np.zeros(0), *parts])
        defined = values_of[np.isfinite(values_of)]
        tail = (100 - SHARE) / 2
        low, high = np.percentile(defined, [tail, 100 - tail]) if len(defined) else (np.nan, np.nan)
        ends[name] = (float(low), float(high), len(defined))
    return ends


@dataclass(frozen=True, eq=False)
class _Sums:
    """Per unit of some coders the numbers of which every figure is made by adding up: units x columns.

    So a figure of a source, of a proposal or of a bootstrap draw is one sum, and 2,000 draws are one product.
    `at`: which of all units these are; `columns`: where each kind of number lies.
    """

    at: Ints
    each: Floats
    columns: Mapping[str, slice]
    order: Ints  # of the stances, by score

    @classmethod
    def of(cls, units: CodingUnits, group: tuple[int, ...]) -> _Sums:
        coders = list(group)
        read = units.finished[coders][:, units.source]
        saw = units.saw[coders] & read
        at = np.flatnonzero(saw.any(axis=0) & (read.sum(axis=0) > 1))
        saw, stance = saw[:, at], np.where(saw, units.stance[coders], -1)[:, at]
        scale = units.scale
        both = saw.sum(axis=0) > 1
        mixed = len(scale)
        order = np.lexsort((np.arange(len(scale)), -scale.scores))
        backs = np.append(scale.scores > 0, [False, False])[stance]  # mixed, and -1 for none, back nothing
        given = np.array([_any(units, k, _conditions(units.coders[k])) for k in coders])[:, at]
        marked, placed = _marked(units, group, at)
        parts = {
            "either": np.ones((len(at), 1)),
            "both": both[:, None],
            "same": (both & (stance == stance[0]).all(axis=0))[:, None],
            "nominal": _coincidences(stance, mixed + 1),
            "ordinal": _coincidences(np.where(stance < mixed, stance, -1), mixed),
            "ordinal_n": (((stance >= 0) & (stance < mixed)).sum(axis=0) > 1)[:, None],
            "condition": _coincidences(np.where(backs, given, -1), 2),
            "condition_n": (backs.sum(axis=0) > 1)[:, None],
            "marked": np.where((placed & both)[:, None], marked, 0),
            "quotes_n": (placed & both & (marked[:, 1] > 0))[:, None],
        }
        ends = np.cumsum([p.shape[1] for p in parts.values()]).tolist()
        columns = {n: slice(e - p.shape[1], e) for e, (n, p) in zip(ends, parts.items(), strict=True)}
        return cls(at, np.hstack([*parts.values()]).astype(np.float64), columns, order)

    def count(self, totals: Floats, name: str) -> Ints:
        return totals[:, self.columns[name]][:, 0].round().astype(np.int64)

    def figures(self, totals: Floats) -> tuple[dict[str, Floats], dict[str, Floats]]:
        """Of each row of sums (rows x columns) every figure and its n."""

        def total(name: str) -> Floats:
            return totals[:, self.columns[name]]

        def matrix(name: str) -> Floats:
            found = total(name)
            size = round(found.shape[1] ** 0.5)
            return found.reshape(-1, size, size)

        ordered = matrix("ordinal")[:, self.order][:, :, self.order]
        values = {
            "seeing": _ratio(2 * total("both"), total("both") + total("either")),
            "stance_ordinal": _alphas(ordered, "ordinal"),
            "stance_nominal": _alphas(matrix("nominal"), "nominal"),
            "stance_same": _ratio(total("same"), total("both")),
            "condition": _alphas(matrix("condition"), "nominal"),
            "quotes": _ratio(total("marked")[:, :1], total("marked")[:, 1:]),
        }
        n = dict(zip(FIGURES, ("either", "ordinal_n", "both", "both", "condition_n", "quotes_n"), strict=True))
        return values, {name: total(of)[:, 0] for name, of in n.items()}


def _ratio(part: Floats, whole: Floats) -> Floats:
    found: Floats = np.divide(part, whole, out=np.full(part.shape, np.nan), where=whole > 0)
    return found.reshape(-1)


def _coincidences(values: Ints, size: int) -> Floats:
    """Of each unit the coincidences of its values (coders x units, -1 for none): units x (size * size)."""
    counts: Floats = (values[:, :, None] == np.arange(size)).sum(axis=0).astype(np.float64)
    raters = counts.sum(axis=1)
    pairs = counts[:, :, None] * counts[:, None, :]
    diagonal = np.arange(size)
    pairs[:, diagonal, diagonal] -= counts
    pairs[raters < 2] = 0
    found: Floats = pairs / np.maximum(raters - 1, 1)[:, None, None]
    return found.reshape(len(counts), size * size)


def _conditions(coder: Dataset) -> Bools:
    return np.asarray(coder.frames["statements"]["condition"].astype("str") != "", dtype=bool)


def _any(units: CodingUnits, coder: int, statements: Bools) -> Bools:
    """Of which units at least one of the coder's statements is among these."""
    found = np.zeros(len(units), bool)
    of = units.of[coder]
    found[of[(of >= 0) & statements]] = True
    return found


def _marked(units: CodingUnits, group: tuple[int, ...], at: Ints) -> tuple[Floats, Bools]:
    """Of these units the characters that all and that any of the coders have marked (units x 2), and where it is known.

    Words without a place in their source's text cannot be held against others: then it is not known.
    """
    spans = [_spans(units, k) for k in group]
    found, placed = np.zeros((len(at), 2)), np.ones(len(at), bool)
    for place, unit in enumerate(at.tolist()):
        own = [s[unit] for s in spans]
        if any(o is None for o in own):
            placed[place] = False
            continue
        marks = [set().union(*(range(a, b) for a, b in o or ())) for o in own]
        found[place] = len(set.intersection(*marks)), len(set().union(*marks))
    return found, placed


def _spans(units: CodingUnits, coder: int) -> list[list[tuple[int, int]] | None]:
    """Of each unit where the coder's quotes begin and end; None where one of them has no place."""
    frame = units.coders[coder].frames["statements"]
    quotes, starts = frame["quote"].tolist(), frame["start"].tolist()
    found: list[list[tuple[int, int]] | None] = [[] for _ in range(len(units))]
    for row in np.flatnonzero(units.of[coder] >= 0).tolist():
        if not quotes[row]:
            continue
        unit = int(units.of[coder][row])
        if not starts[row]:
            found[unit] = None
        elif (spans := found[unit]) is not None:
            spans.append((int(starts[row]), int(starts[row]) + len(quotes[row])))
    return found


def _finding(units: CodingUnits, frame: pd.DataFrame) -> str:
    """What the figures come to, in words: of two coders, or over all of them."""
    names = listed(units.names)
    if not len(units.compared):
        return (
            f"Nothing to compare: no source is finished by two of {names}."
            if len(units.coders) > 2
            else (f"Nothing to compare: no source is finished by both {names}.")
        )
    where = plural(len(units.compared), "source")
    if not len(units):
        return f"Nothing to compare: in {where} finished by both, neither of {names} recorded a statement."
    own = frame[frame["coders"] == frame["coders"].iloc[0]].set_index("measure")
    order = own.loc["stance_ordinal"]
    value = f"{order['value']:.2f}" if np.isfinite(order["value"]) else f"not defined ({order['why']})"
    krippendorff = f"Krippendorff's alpha of the stances, in their order, is {value} (n = {order['n']})"
    if len(units.coders) > 2:
        return f"Over {where} finished by at least two of {names}, {krippendorff}."
    both, same = own.loc["seeing"], own.loc["stance_same"]
    alike = round(same["value"] * same["n"]) if same["n"] else 0
    return (
        f"In {where} that {names} have finished, both recorded {same['n']} of {plural(both['n'], 'unit')}, and "
        f"{alike} of these with the same stance; {krippendorff}."
    )
