"""Common ground: for each proposal how far the sides meet on it, who says so on which conditions, what is missing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from matrix.analysis.empty_cells import OUTSIDE, partly_known
from matrix.analysis.positions import Positions, fold, view
from matrix.analysis.sides import COUNTS, Ints, counted_sides, roll_up
from matrix.analysis.voices import JOINT, KNOWN_BY, in_words, voices
from matrix.dataset.codes import codes_of
from matrix.dataset.dataset import Dataset, row
from matrix.dataset.problems import SelectionError, not_one_of
from matrix.dataset.schema import LIST_SEPARATOR
from matrix.dataset.selection import Selection, below, columns_of, words
from matrix.wording import listed

OFFICIAL, OFFICIAL_EXPERT, EXPERT, CONTESTED, ONE_SIDED, REJECTED, RAISED, UNHEARD = TIERS = (
    *("official", "official+expert", "expert", "contested", "one-sided", "rejected", "raised", "unheard"),
)
SCORE_FORMULA = "product over the sides of (backing + 1)/(speakers + 2)"
SCORE_SOURCE = "group-aware consensus of Polis (Small et al. 2021)"
SCORE = f"{SCORE_FORMULA}, {SCORE_SOURCE}"
# What each tier says, for the heading of its group.
ABOUT = {
    OFFICIAL: "officials of every side back it, nobody of them opposes",
    OFFICIAL_EXPERT: "backed on every side, by officials on some, nobody opposes",
    EXPERT: "backed on every side, by no official, nobody opposes",
    CONTESTED: "backed by some and opposed by others, or somebody is both for and against",
    ONE_SIDED: "backed on some of the sides only",
    REJECTED: "opposed, and backed by nobody",
    RAISED: "spoken on, neither backed nor opposed",
    UNHEARD: "nobody of these sides speaks on it in the chosen evidence",
}


@dataclass(frozen=True, eq=False)
class CommonGround:
    """Tier, score and counts per side for each chosen proposal; `sentence` says why there are no tiers, else ''.

    `frame`: index proposal ids; `tier`, `score`, `missing` (ids of the chosen sides nobody of which backs it), and per
    side SIDE_members ... SIDE_official_backing. `n`: speakers of the chosen sides on each proposal.
    """

    frame: pd.DataFrame
    n: pd.Series[Any]
    sides: tuple[str, ...]
    sentence: str
    positions: Positions
    rows: Ints
    formula: str = SCORE

    @cached_property
    def who(self) -> pd.DataFrame:
        """One line for every listed member of a chosen side with a position, as `voices` gives them.

        The column filters choose who is listed here; tiers, counts, `conditions` and `basis` rest on every member.
        """
        listed = columns_of(self.positions.dataset, self.positions.selection)
        ids = self.positions.dataset.frames["actors"]["id"][listed]
        return self._every[self._every["actor"].isin(ids)].reset_index(drop=True)

    @cached_property
    def conditions(self) -> pd.DataFrame:
        """The conditions of those whose backing makes a tier (of `official` the officials); index proposal ids.

        `texts`: each condition once (a tuple); `all`: whether everybody of them states one, False where nobody backs.
        """
        tier, every = self.frame["tier"], self._every
        backing = every[(every["score"] > 0) & (every["official"] | (every["proposal"].map(tier) != OFFICIAL))]
        stated = backing[backing["conditions"] != ""]
        texts = {str(p): tuple(dict.fromkeys(own)) for p, own in stated.groupby("proposal", sort=False)["conditions"]}
        whole, some = (lines["proposal"].value_counts().to_dict() for lines in (backing, stated))
        ids = tier.index
        return pd.DataFrame(
            {
                "texts": pd.Series([texts.get(p, ()) for p in ids], index=ids, dtype=object),
                "all": pd.Series([p in whole and some.get(p) == whole[p] for p in ids], index=ids, dtype=bool),
            }
        )

    @cached_property
    def basis(self) -> pd.DataFrame:
        """The weakest attribution and confidence among the statements that a tier rests on; index proposal ids.

        A tier rests on those who make it: official backers for `official`, all backers for the next two and
        `one-sided`, who backs, opposes or is mixed for `contested`, who opposes for `rejected`, speakers for `raised`.
        """
        dataset = self.positions.dataset
        every = self._every
        tier = every["proposal"].map(self.frame["tier"])
        backs, opposes = every["score"] > 0, every["score"] < 0
        mixed = every["stance"] == self.positions.states[-1]
        behind = (
            (backs & every["official"] & (tier == OFFICIAL))
            | (backs & tier.isin((OFFICIAL_EXPERT, EXPERT, CONTESTED, ONE_SIDED)))
            | ((opposes | mixed) & (tier == CONTESTED))
            | (opposes & (tier == REJECTED))
            | (tier == RAISED)
        )
        result = {}
        for name in KNOWN_BY:
            place = {w: i for i, w in enumerate((*words(dataset, "statements", name), ""))}
            rank = every.loc[behind, name].map(place).groupby(every.loc[behind, "proposal"]).max()
            ranks: Ints = rank.reindex(self.frame.index, fill_value=-1).to_numpy().astype(np.int64)
            result[name] = in_words(dataset, name, ranks)
        return pd.DataFrame(result, index=self.frame.index)

    @cached_property
    def missing(self) -> pd.Series[str]:
        """In words, per proposal, what each side that does not back it says: `no US voice in these sources`.

        Of a proposal that is known only in part: `list known in part: US not found`.
        """
        dataset, why = self.positions.dataset, self.positions.why
        side = codes_of(dataset.frames["actors"]["side"], dataset.frames["sides"]["id"])
        ids, names = (dataset.frames["sides"][c].tolist() for c in ("id", "name"))
        outside = {s: (why[:, side == ids.index(s)] == OUTSIDE).any(axis=1)[self.rows] for s in self.sides}
        partly = partly_known(dataset)[self.rows]
        lines = []
        for i, missing in enumerate(self.frame["missing"]):
            found, heard, unfound = [], [], []
            for s in filter(None, missing.split(LIST_SEPARATOR)):
                name = names[ids.index(s)]
                if self.frame[f"{s}_speakers"].iloc[i]:
                    heard.append(name)
                elif partly[i] and not outside[s][i]:
                    unfound.append(name)
                elif outside[s][i]:
                    found.append(f"no {name} voice in the chosen evidence")
                else:
                    found.append(f"no {name} voice in these sources")
            if heard:  # a side's name may be singular or plural: no verb with it
                found.append(f"heard without backing it: {listed(heard)}")
            if unfound:
                found.append(f"list known in part: {listed(unfound)} not found")
            lines.append("; ".join(found))
        return pd.Series(lines, index=self.frame.index, name="missing", dtype="str")

    def groups(self, by: str = "theme") -> pd.DataFrame:
        """How many proposals of each theme or risk area stand in each tier, with their number n; index group ids.

        A risk area means itself and all below it, and a proposal may be of several: areas do not add up to the whole.
        """
        dataset = self.positions.dataset
        proposals = dataset.frames["proposals"].iloc[self.rows]
        if by == "theme":
            member = {t: (proposals["theme"] == t).to_numpy() for t in proposals["theme"].unique()}
        elif by == "risk_area":
            listed = [set(text.split(LIST_SEPARATOR)) for text in proposals["risk_areas"]]
            areas = dataset.frames["risk_areas"]
            trees = {area: below(areas, [area]) for area in areas["id"]}
            member = {area: np.array([bool(tree & own) for own in listed], bool) for area, tree in trees.items()}
        else:
            raise SelectionError(f"by: {not_one_of(by, ('theme', 'risk_area'))}")
        tiers = self.frame["tier"].to_numpy(dtype=object)
        rows = {g: {"n": int(m.sum())} | {t: int((m & (tiers == t)).sum()) for t in TIERS} for g, m in member.items()}
        index = pd.Index(list(rows), name=by, dtype="str")
        return pd.DataFrame(list(rows.values()), index=index, columns=["n", *TIERS])

    @cached_property
    def _every(self) -> pd.DataFrame:
        """One line for every member of a chosen side with a position."""
        member = self.positions.dataset.frames["actors"]["side"].isin(self.sides)
        return voices(self.positions, self.rows, np.flatnonzero(member))


def common_ground(
    dataset: Dataset, selection: Selection | None = None, *, sides: Sequence[str] | None = None
) -> CommonGround:
    """How far the sides (ids; default: the main ones) meet on each proposal of the selection's rows.

    Tiers: the first that holds of official, official+expert, expert, contested, one-sided, rejected, raised, unheard.
    Score: the product over the sides of (backing + 1)/(speakers + 2), the group-aware consensus of Polis (Small et al.
    2021). Column filters change neither: every member of a side counts. Two sides with one backer of one speaker each:
    (2/3)^2 = 0.444 with n = 2. Fewer than two sides: no rows, and a sentence.
    """
    selection = selection or Selection()
    folded = fold(dataset, selection)
    chosen = chosen_sides(folded, sides)
    rows = view(folded).rows
    if len(chosen) < 2:
        empty = pd.DataFrame(columns=["tier", "score", "missing"], index=pd.Index([], name="proposal", dtype="str"))
        return CommonGround(empty, pd.Series([], dtype="int64"), chosen, _too_few(dataset, chosen), folded, rows[:0])
    table = roll_up(folded)
    counts = {s: {c: table[s][c][rows] for c in COUNTS} for s in chosen}
    index = pd.Index(dataset.frames["proposals"]["id"].iloc[rows], name="proposal")
    columns = {
        "tier": tiers_of(list(counts.values())),
        "score": np.prod([(c["backing"] + 1) / (c["speakers"] + 2) for c in counts.values()], axis=0),
        "missing": _missing(counts, len(rows)),
        **{f"{s}_{c}": counts[s][c] for s in chosen for c in COUNTS},
    }
    n = pd.Series(sum(c["speakers"] for c in counts.values()), index=index, name="n")
    return CommonGround(pd.DataFrame(columns, index=index), n, chosen, "", folded, rows)


def chosen_sides(folded: Positions, sides: Sequence[str] | None = None) -> tuple[str, ...]:
    """The sides that are compared: the given ones, else those with main=true, else all that count and say something.

    It rests on the whole chosen evidence, whatever the rows: so a tier does not depend on the other rows.
    """
    dataset = folded.dataset
    counted = [s for s, _ in counted_sides(dataset)]
    if sides is not None:
        for s in sides:
            if s not in counted:
                known = s in set(dataset.frames["sides"]["id"])
                raise SelectionError(
                    f"sides: {s!r} is shown, never counted" if known else f"sides: {not_one_of(s, counted)}"
                )
        return tuple(dict.fromkeys(sides))
    table = dataset.frames["sides"]
    if (table["main"] != "").any():
        main = set(table["id"][table["main"] == "true"])
        return tuple(s for s in counted if s in main)
    heard = set(dataset.frames["actors"]["side"].iloc[dataset.codes.actor[folded.evidence.counts]])
    return tuple(s for s in counted if s in heard)


def tiers_of(counts: list[dict[str, Ints]]) -> NDArray[np.object_]:
    """The tier of each proposal from the counts of each side."""

    def each(kind: str) -> NDArray[np.bool_]:
        return np.array([c[kind] > 0 for c in counts])

    backing, official = each("backing"), each("official_backing")
    opposed, mixed = each("opposed").any(axis=0), each("mixed").any(axis=0)
    clear = ~opposed & ~mixed
    holds = (
        (OFFICIAL, official.all(axis=0) & clear),
        (OFFICIAL_EXPERT, backing.all(axis=0) & official.any(axis=0) & clear),
        (EXPERT, backing.all(axis=0) & clear),
        (CONTESTED, (opposed & backing.any(axis=0)) | mixed),
        (ONE_SIDED, backing.any(axis=0)),
        (REJECTED, opposed),
        (RAISED, each("speakers").any(axis=0)),
    )
    tiers = np.full(backing.shape[1], UNHEARD, dtype=object)
    for name, which in reversed(holds):
        tiers[which] = name
    return tiers


def _missing(counts: dict[str, dict[str, Ints]], n: int) -> list[str]:
    return [LIST_SEPARATOR.join(s for s, c in counts.items() if not c["backing"][i]) for i in range(n)]


def _too_few(dataset: Dataset, chosen: tuple[str, ...]) -> str:
    if not len(dataset.frames["sides"]):
        return "No common ground to tell: the dataset has no sides. Overlaps compare actors without them."
    only = f"only {row(dataset, 'sides', chosen[0])['name']}" if chosen else "none"
    return f"No common ground to tell: it takes two sides that count, and here is {only}."


TERMS = ("tier", "conditions", "attribution", "confidence")
ONLY, FOR_SOME = "only on a condition: ", "for some on a condition: "


def terms(found: CommonGround) -> pd.DataFrame:
    """What a tier says and rests on, in words; index proposal ids, columns TERMS.

    `conditions`: `only on a condition: ...` where everybody whose backing makes the tier states one, `for some on a
    condition: ...` where a part of them does, else ''; `attribution`, `confidence`: the weakest behind it.
    """
    stated = found.conditions
    words = [
        (ONLY if every else FOR_SOME) + JOINT.join(texts) if texts else ""
        for texts, every in zip(stated["texts"], stated["all"], strict=True)
    ]
    return found.basis.assign(tier=found.frame["tier"], conditions=words)[list(TERMS)].astype(object)
