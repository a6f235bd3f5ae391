"""Common ground: for each proposal how far the sides meet on it, who says so on which conditions, what is missing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from matrix.analysis.empty_cells import NEVER, OUTSIDE, named_kind, partly_known
from matrix.analysis.positions import EMPTY, Positions, View, fold, view
from matrix.analysis.selection_words import absent, noun, scoped
from matrix.analysis.sides import COUNTS, Ints, counted_sides, has_officials, roll_up
from matrix.analysis.voices import JOINT, KNOWN_BY, in_words, voices
from matrix.dataset.dataset import Dataset, Record, column, row
from matrix.dataset.problems import SelectionError, not_one_of
from matrix.dataset.schema import LIST_SEPARATOR, MIXED
from matrix.dataset.selection import Selection, words
from matrix.dataset.trees import branches
from matrix.palette import BLANKS, NOBODY_HERE, NOTHING_MATCHES, Tier, tiers
from matrix.wording import OTHERS_UNKNOWN, are_many, backed_of, capital, listed, named_side, unknown_of

OFFICIAL, OFFICIAL_EXPERT, EXPERT, CONTESTED, ONE_SIDED, REJECTED, RAISED, UNHEARD = TIERS = (
    *("official", "official+expert", "expert", "contested", "one-sided", "rejected", "raised", "unheard"),
)
SCORE_FORMULA = "product over the sides of (backing + 1)/(speakers + 2)"
SCORE_SOURCE = "group-aware consensus of Polis (Small et al. 2021)"
SCORE = f"{SCORE_FORMULA}, {SCORE_SOURCE}"
ONLY_OTHERS = "Only others speak on it"  # where nobody of the compared sides does
ANY, MAJORITY = TIER_RULES = ("all", "majority")
RULE_WORDS = {
    ANY: "tier rule all: a side backs what any member backs, and nobody may oppose",
    MAJORITY: "tier rule majority: a side backs or opposes what more than half of its speakers back or oppose",
}


@dataclass(frozen=True, eq=False)
class CommonGround:
    """Tier, score and counts per side for each chosen proposal; `sentence` says why there are no tiers, else ''.

    `frame`: index proposal ids; `tier` ('' where fewer than two sides are compared), `score`, `missing` (ids of the
    compared sides that do not back it), and per side SIDE_members ... SIDE_official_backing over the chosen actors.
    `n`: speakers of the compared sides on each proposal. `headline` is the finding in a sentence.
    """

    frame: pd.DataFrame
    n: pd.Series[Any]
    sides: tuple[str, ...]
    sentence: str
    positions: Positions
    rows: Ints
    tier_rule: str = ANY

    @property
    def formula(self) -> str:
        """How the score is counted, and by which rule the tier."""
        return f"{SCORE}; {RULE_WORDS[self.tier_rule]}"

    @cached_property
    def who(self) -> pd.DataFrame:
        """One line for every chosen member of a compared side with a position, as `voices` gives them."""
        members = self.positions.members(*self.sides) if self.sides else np.zeros(len(self.positions.chosen), bool)
        return voices(self.positions, self.rows, np.flatnonzero(members))

    @cached_property
    def officials(self) -> bool:
        """Whether a chosen actor of any side is an official; if not, no word about officials is said."""
        return has_officials(self.positions)

    @cached_property
    def tiers(self) -> dict[str, Tier]:
        """What each tier is called here and means, by its id."""
        majority = self.tier_rule == MAJORITY
        return tiers(len(self.sides), officials=self.officials, majority=majority, others=self.others)

    @cached_property
    def heard_elsewhere(self) -> frozenset[str]:
        """The proposals on which somebody chosen speaks who is of no compared side."""
        others = np.flatnonzero(self.positions.chosen & ~self.positions.members(*self.sides))
        spoken = (self.positions.codes[np.ix_(self.rows, others)] != EMPTY).any(axis=1)
        return frozenset(self.frame.index[spoken])

    @cached_property
    def others(self) -> bool:
        """Whether somebody of another counted side is chosen: then no word says that nobody else asks."""
        counted = [s for s, _ in counted_sides(self.positions.dataset) if s not in self.sides]
        return bool(counted and (self.positions.members(*counted) & self.positions.chosen).any())

    def asks(self, proposal: str) -> str:
        """What the tier of a proposal is called; of a one-sided one by who asks.

        `Only China asks`; where sides that are not compared may ask too `China asks, the United States does not`; and
        `China asks` where nobody of the United States is chosen.
        """
        line = self.frame.loc[proposal]
        if line["tier"] == UNHEARD and proposal in self.heard_elsewhere:
            return ONLY_OTHERS
        if line["tier"] != ONE_SIDED:
            return self.tiers[line["tier"]].words if line["tier"] else ""
        backing, missing = self._parted(str(line["missing"]))
        words = f"{listed(backing)} {'ask' if are_many(backing) else 'asks'}"
        if not missing:
            return capital(words)
        if not self.others:
            return f"Only {words}"
        return capital(f"{words}, {listed(missing, most=2)} {'do' if are_many(missing) else 'does'} not")

    def asks_short(self, missing: str) -> str:
        """The same beside its number in a strip of all tiers: `only China`, `China, not the United States`, `China`."""
        backing, without = self._parted(missing)
        if not without:
            return listed(backing)
        return f"{listed(backing)}, not {listed(without, 'or', 2)}" if self.others else f"only {listed(backing)}"

    def _parted(self, missing: str) -> tuple[list[str], list[str]]:
        """The names of the compared sides that back and of those that do not, as they stand within a sentence.

        A side of which nobody is chosen is not said not to back.
        """
        names, without = column(self.positions.dataset, "sides", "name"), missing.split(LIST_SEPARATOR)
        chosen = [s for s in self.sides if (self.positions.members(s) & self.positions.chosen).any()]
        backing = [named_side(names[s]) for s in self.sides if s not in without]
        return backing, [named_side(names[s]) for s in chosen if s in without]

    @cached_property
    def absent(self) -> tuple[str, ...]:
        """For each compared side of which nobody is chosen why not: `no expert of China is in this dataset`."""
        return absent(self.positions.dataset, self.positions.selection, self.sides)

    @cached_property
    def headline(self) -> str:
        """The finding in one sentence, over its scope: `Among experts: both sides back 2 of 3 proposals.`"""
        return self.sentence or scoped(self.positions.dataset, self.positions.selection, f"{self._finding}.")

    @property
    def _finding(self) -> str:
        both = "both sides" if len(self.sides) == 2 else f"all {len(self.sides)} sides"
        if len(counted_sides(self.positions.dataset)) > len(self.sides) + 1:  # of many: which ones are meant
            named = column(self.positions.dataset, "sides", "name")
            both += f" ({listed([named[s] for s in self.sides])})"
        total = len(self.frame)
        if not total:
            return "no proposal is chosen"
        if self.absent:
            return f"{listed(self.absent)}, so nothing is backed by {both}"
        n = {t: int((self.frame["tier"] == t).sum()) for t in (OFFICIAL, OFFICIAL_EXPERT, EXPERT)}
        backed = sum(n.values())
        if not self.officials:
            found = f"{both} back {_of_proposals(backed, total)}{self._conditional}"
            return found if backed else _on_none(total, both)
        if n[OFFICIAL]:
            return f"officials of {both} back {_of_proposals(n[OFFICIAL], total)}{self._conditional}"
        them = "it" if total == 1 else f"{backed} of them"
        others = f"; {both} back {them}, not by officials of each" if backed else ""
        return f"{_on_none(total, f'officials of {both}')}{others}"

    @property
    def _conditional(self) -> str:
        """Of how many of the found proposals everybody whose backing makes the tier states a condition, in words."""
        n = int(self.conditions.loc[list(self.found), "all"].sum())
        some = "" if n == len(self.found) else f"{n} of them "
        return f", {some}only on a condition" if n else ""

    @cached_property
    def found(self) -> tuple[str, ...]:
        """The ids of the proposals that the headline is about, the best backed first; () where it finds none."""
        tiers = (OFFICIAL,) if (self.frame["tier"] == OFFICIAL).any() else (EXPERT,) if not self.officials else ()
        return tuple(_best_backed(self.frame, *tiers))

    @property
    def first_tier(self) -> str:
        """The tier that the finding is about: of officials, where any is chosen."""
        return OFFICIAL if self.officials else EXPERT

    def of_tier(self, tier: str) -> list[str]:
        """The ids of its proposals, the best backed first."""
        return _best_backed(self.frame, tier)

    @cached_property
    def refused_by_officials(self) -> frozenset[str]:
        """The ids of the proposals that an official of a compared side opposes."""
        who = self.who
        return frozenset(who.loc[who["official"] & (who["score"] < 0), "proposal"])

    @cached_property
    def shares(self) -> pd.DataFrame:
        """Of each compared side's members how many back, oppose ... in words (`107 of 143 back, 5 abstain`).

        Index proposal ids, columns sides; '' where nobody of the side speaks.
        """
        neutral = neutral_words(self.positions.dataset)
        counts = {s: self.frame[[f"{s}_{c}" for c in COUNTS]].to_numpy() for s in self.sides}
        return pd.DataFrame(
            {s: [share_words(dict(zip(COUNTS, line, strict=True)), *neutral) for line in c] for s, c in counts.items()},
            index=self.frame.index,
            dtype=object,
        )

    @cached_property
    def conditions(self) -> pd.DataFrame:
        """The conditions of those whose backing makes a tier (of `official` the officials); index proposal ids.

        `texts`: each condition once (a tuple); `all`: whether everybody of them states one, False where nobody backs.
        """
        tier, every = self.frame["tier"], self.who
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
        every = self.who
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
        ids, names = (dataset.frames["sides"][c].tolist() for c in ("id", "name"))
        outside = {s: (why[:, self.positions.members(s)] == OUTSIDE).any(axis=1)[self.rows] for s in self.sides}
        chosen = self.positions.selection
        among = f" among {noun(chosen)[1]}" if chosen.authority or chosen.kind else ""
        nobody = {s: line for s in self.sides for line in absent(dataset, chosen, [s])}
        partly = partly_known(dataset)[self.rows]
        lines = []
        for i, missing in enumerate(self.frame["missing"]):
            found, heard, unfound = [], [], []
            for s in filter(None, missing.split(LIST_SEPARATOR)):
                name = names[ids.index(s)]
                if s in nobody:
                    found.append(nobody[s])
                elif self.frame[f"{s}_backing"].iloc[i]:
                    found.append(f"not more than half of those of {name} who speak on it back it")
                elif self.frame[f"{s}_speakers"].iloc[i]:
                    heard.append(name)
                elif partly[i] and not outside[s][i]:
                    unfound.append(name)
                elif outside[s][i]:
                    found.append(f"no {name} voice{among} in the chosen evidence")
                else:
                    found.append(f"no {name} voice{among} in these sources")
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
            trees = branches(dataset.frames["risk_areas"])
            member = {area: np.array([bool(tree & own) for own in listed], bool) for area, tree in trees.items()}
        else:
            raise SelectionError(f"by: {not_one_of(by, ('theme', 'risk_area'))}")
        tiers = self.frame["tier"].to_numpy(dtype=object)
        rows = {g: {"n": int(m.sum())} | {t: int((m & (tiers == t)).sum()) for t in TIERS} for g, m in member.items()}
        index = pd.Index(list(rows), name=by, dtype="str")
        return pd.DataFrame(list(rows.values()), index=index, columns=["n", *TIERS])


def common_ground(
    dataset: Dataset,
    selection: Selection | None = None,
    *,
    sides: Sequence[str] | None = None,
    tier_rule: str = ANY,
) -> CommonGround:
    """How far the sides (ids; default: the main ones) meet on each chosen proposal, among the chosen actors.

    Tiers: the first that holds of official, official+expert, expert, contested, one-sided, rejected, raised, unheard.
    Score: the product over the sides of (backing + 1)/(speakers + 2), the group-aware consensus of Polis (Small et al.
    2021). Two sides with one backer of one speaker each: (2/3)^2 = 0.444 with n = 2. Fewer than two sides: no tier and
    no score, and a sentence. `tier_rule`: with `all` a side backs what any member backs and opposes what any opposes or
    is mixed on; with `majority` more than half of its speakers must.
    """
    if tier_rule not in TIER_RULES:
        raise SelectionError(f"tier-rule: {not_one_of(tier_rule, TIER_RULES)}")
    selection = selection or Selection()
    folded = fold(dataset, selection)
    chosen = chosen_sides(folded, sides)
    rows = view(folded).rows
    few = len(chosen) < 2
    table = roll_up(folded)
    counts = {s: {c: table[s][c][rows] for c in COUNTS} for s in chosen}
    index = pd.Index(dataset.frames["proposals"]["id"].iloc[rows], name="proposal")
    score = np.prod([(c["backing"] + 1) / (c["speakers"] + 2) for c in counts.values()], axis=0)
    columns = {
        "tier": np.full(len(rows), "", dtype=object) if few else tiers_of(list(counts.values()), tier_rule),
        "score": np.full(len(rows), np.nan) if few else score,
        "missing": np.full(len(rows), "", dtype=object) if few else _missing(counts, len(rows), tier_rule),
        **{f"{s}_{c}": counts[s][c] for s in chosen for c in COUNTS},
    }
    n = pd.Series(sum((c["speakers"] for c in counts.values()), np.zeros(len(rows), np.int64)), index=index, name="n")
    sentence = _too_few(dataset, chosen) if few else ""
    return CommonGround(pd.DataFrame(columns, index=index), n, chosen, sentence, folded, rows, tier_rule)


def _best_backed(frame: pd.DataFrame, *tiers: str) -> list[str]:
    ranked = frame[frame["tier"].isin(tiers)].sort_values("score", ascending=False, kind="stable")
    ids: list[str] = ranked.index.tolist()
    return ids


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


def shown_sides(seen: View) -> tuple[str, ...]:
    """The sides that have a column where the matrix stands by side, in table order; '' for actors of no side.

    Those that the side filter names, else the compared ones, whoever is chosen, and every other that speaks here.
    """
    actors, named = seen.actors["side"], seen.positions.selection.side
    heard = set(actors[seen.speaking])
    kept = set(named) if named else {*chosen_sides(seen.positions), *heard}
    ids: list[str] = seen.positions.dataset.frames["sides"]["id"].tolist()
    return (*(s for s in ids if s in kept), *([""] if "" in heard else []))


def blank_words(seen: View, row: int, side: str) -> str:
    """Why nobody of a side has a visible position in a row of the view, in a word; '' where it was never stated.

    `nobody here`; `nothing that matches`, where a search or a stance leaves nobody of it; else the kind of empty.
    """
    own = (seen.actors["side"] == side).to_numpy()
    if not own.any():
        return NOTHING_MATCHES if seen.positions.members(side).any() else NOBODY_HERE
    why = named_kind(seen.why[row, own])
    return BLANKS[why.id].short if why != NEVER else ""


def tiers_of(counts: list[dict[str, Ints]], tier_rule: str = ANY) -> NDArray[np.object_]:
    """The tier of each proposal from the counts of each side."""

    def each(kind: str) -> NDArray[np.bool_]:
        return np.array([c[kind] > 0 for c in counts])

    backing = np.array([_backs(c, tier_rule) for c in counts])
    official = backing & each("official_backing")
    opposed, mixed = each("opposed").any(axis=0), each("mixed").any(axis=0)
    if tier_rule == MAJORITY:
        opposed = np.any([2 * c["opposed"] > c["speakers"] for c in counts], axis=0)
        mixed = opposed & False
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


def _backs(counts: dict[str, Ints], tier_rule: str) -> NDArray[np.bool_]:
    """On which proposals a side backs it, by the rule."""
    backs: NDArray[np.bool_] = np.asarray(
        2 * counts["backing"] > counts["speakers"] if tier_rule == MAJORITY else counts["backing"] > 0
    )
    return backs


def _missing(counts: dict[str, dict[str, Ints]], n: int, tier_rule: str) -> list[str]:
    backs = {s: _backs(c, tier_rule) for s, c in counts.items()}
    return [LIST_SEPARATOR.join(s for s, b in backs.items() if not b[i]) for i in range(n)]


def share_words(counts: Mapping[str, int], neutral: str = "is neutral", neutrals: str = "are neutral") -> str:
    """Of a side's members how many stand where: `107 of 143 back, 5 abstain, 1 opposes`; '' where nobody speaks.

    The rest is silent. Of a list that is known only in part `15 back, others not known`.
    """
    if not counts["speakers"]:
        return ""
    words = [backed_of(counts).removesuffix(" it")] if counts["backing"] else []
    if not words and counts.get("members") and not unknown_of(counts) and counts["speakers"] > 1:
        words = [f"none of {counts['members']:,} backs"]
    for kind, one, many in (
        ("neutral", neutral, neutrals),
        ("opposed", "opposes", "oppose"),
        ("mixed", "is mixed", "are mixed"),
    ):
        if n := counts[kind]:
            words.append(f"{n:,} {one if n == 1 else many}")
    return ", ".join([*words, OTHERS_UNKNOWN] if unknown_of(counts) else words)


def share_of(dataset: Dataset, lines: Sequence[Record], whole: Mapping[str, int] | None) -> str:
    """The same of the lines of `voices` that are shown of a side, `whole` being all of its counts, where it counts.

    Where a search or a stance hides some of them only the shown ones are counted, of nobody knows how many.
    """
    if whole and whole["speakers"] == len(lines):
        return share_words(whole, *neutral_words(dataset))
    backing, opposed = (sum(line["score"] * sign > 0 for line in lines) for sign in (1, -1))
    mixed = sum(line["stance"] == MIXED for line in lines)
    counts = {"speakers": len(lines), "backing": backing, "opposed": opposed, "mixed": mixed}
    return share_words({**counts, "neutral": len(lines) - backing - opposed - mixed}, *neutral_words(dataset))


def neutral_words(dataset: Dataset) -> tuple[str, str]:
    """What taking a stance that is neither for nor against is called, of one and of several."""
    neutral = {i for i, score in zip(dataset.scale.ids, dataset.scale.scores, strict=True) if score == 0}
    words = {"abstain": ("abstains", "abstain"), "concern": ("raises a concern", "raise a concern")}
    return words.get("".join(neutral), ("is neutral", "are neutral"))


def _too_few(dataset: Dataset, chosen: tuple[str, ...]) -> str:
    if not len(dataset.frames["sides"]):
        return "No common ground to tell: the dataset has no sides. Overlaps compare actors without them."
    only = f"only {named_side(row(dataset, 'sides', chosen[0])['name'])}" if chosen else "none"
    return f"No common ground to tell: it takes two sides that count, and here is {only}."


def _of_proposals(n: int, total: int) -> str:
    return "the one proposal" if total == 1 else f"{n:,} of {total:,} proposals"


def _on_none(total: int, who: str) -> str:
    return (
        f"none of {total:,} proposals is backed by {who}" if total > 1 else f"the one proposal is not backed by {who}"
    )


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
