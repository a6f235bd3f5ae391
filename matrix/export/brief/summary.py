"""The two pages of a brief as facts: what is backed, asked for and refused, on which terms, and who is not heard."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from matrix.analysis.common_ground import EXPERT, OFFICIAL, OFFICIAL_EXPERT, CommonGround, common_ground
from matrix.analysis.empty_cells import partly_known
from matrix.analysis.empty_selection import nothing_in_view
from matrix.analysis.evidence import Standing, evidence
from matrix.analysis.ladder import ladder, ladder_name
from matrix.analysis.selection_words import absent, scope, selection_words
from matrix.analysis.side_brief import BACKS, SILENT_ON, SideBrief, side_brief
from matrix.analysis.sides import counted_sides
from matrix.analysis.voices import voices
from matrix.dataset.dataset import places, records
from matrix.dataset.schema import MIXED
from matrix.export.brief.model import BilingualName, CitedQuote
from matrix.export.brief.voices import References, Row, Voices
from matrix.export.extract import Extract, up_to
from matrix.palette import Look, proposal_title, sides_of, stances_of
from matrix.wording import backed_of, capital, is_many, listed, named_side, plural, some_of

MOST_VOICES = 3  # with their words, under one proposal
MOST_NAMES, MOST_TITLES = 4, 3  # in one entry; the rest is counted
LONGEST = 150  # letters of a quote
ANNEX = "in the annex"


@dataclass(frozen=True)
class Point:
    """One entry: a glyph, a title in bold, what follows it, and what was stated in the speaker's own words."""

    title: str
    text: str = ""
    glyph: str = ""
    native: str = ""
    quote: str = ""
    language: str = ""
    url: str = ""

    @property
    def letters(self) -> str:
        """All of its text, to measure it."""
        return f"{self.glyph} {self.title} {self.native} {self.text} {self.quote} {self.url}".strip()


@dataclass(frozen=True)
class BriefColumn:
    """Entries below each other, of a side where it has a colour; `more` were left out; `flow` columns of print."""

    points: Sequence[Point]
    heading: str = ""
    colour: str = ""
    more: int = 0
    flow: int = 1
    numbered: bool = False


@dataclass(frozen=True)
class Block:
    """Columns side by side, under a title where they have one; `foot` is a line below them."""

    columns: Sequence[BriefColumn]
    title: BilingualName | None = None
    foot: str = ""


@dataclass(frozen=True)
class Section:
    """A heading and its blocks; `more` blocks were left out."""

    title: str
    blocks: Sequence[Block]
    aside: str = ""
    more: int = 0
    left_out: Sequence[str] = ()  # their titles, where they have one

    @property
    def rest(self) -> str:
        """The titles of what was left out, as they stand behind its number."""
        return f": {'; '.join(self.left_out)}" if self.left_out else ""


@dataclass(frozen=True)
class Summary:
    """What stands on the two pages, a list of sections each."""

    title: str
    about: str
    headline: str
    first: Sequence[Section]
    second: Sequence[Section]
    looks: Sequence[Look]
    partly: bool
    version: str
    selection: str
    address: str = ""


def summary_of(chosen: Extract, *, address: str = "") -> Summary:
    """The two pages of what an extract shows, before anything is cut to their size."""
    dataset, seen = chosen.dataset, chosen.seen
    ground = common_ground(dataset, selection=chosen.selection)
    behind = evidence(dataset, chosen.selection, every=True, seen=seen)
    behind = behind[behind["standing"] != Standing.OUTSIDE]  # the same that the page counts
    day = up_to(chosen)
    about = [
        scope(dataset, chosen.selection) or "everyone counted",
        ", ".join(
            [
                some_of(len(seen.rows), len(dataset.frames["proposals"]), "proposal"),
                some_of(len(behind), len(dataset.frames["statements"]), "statement"),
                plural(behind["source"].nunique(), "source"),
                *([f"to {day}"] if day else []),
            ]
        ),
    ]
    shown = _Sections(chosen, ground, frozenset(behind["source"]))
    return Summary(
        dataset.title,
        " · ".join(about),
        shown.headline,
        [s for s in shown.first() if s.blocks],
        [s for s in shown.second() if s.blocks],
        tuple(stances_of(dataset).values()),
        bool(partly_known(dataset)[seen.rows].any()),
        dataset.version,
        "; ".join(selection_words(dataset, chosen.selection)) or "the whole dataset",
        address,
    )


@dataclass(frozen=True, eq=False)
class _Sections:
    chosen: Extract
    ground: CommonGround
    sources: frozenset[str]  # that the first line counts

    # ---- page one

    @property
    def headline(self) -> str:
        seen = self.chosen.seen
        return nothing_in_view(self._dataset, len(seen.rows), len(seen.columns)) or self.ground.headline

    def first(self) -> Iterator[Section]:
        if self.ground.sentence:
            yield self._most_backed()
        else:
            for tier in (OFFICIAL, OFFICIAL_EXPERT, EXPERT):
                yield self._backed(tier)
            yield self._asked()
        yield self._refused()
        yield self._conditions()

    def _backed(self, tier: str) -> Section:
        """The proposals of a tier that every compared side backs, with who and in which words."""
        title = self.ground.tiers[tier].words if tier in self.ground.tiers else ""
        return Section(title, [self._agreement(p, officials=tier == OFFICIAL) for p in self.ground.of_tier(tier)])

    def _agreement(self, proposal: str, *, officials: bool) -> Block:
        p = self._proposals[proposal]
        backing = self._who[(self._who["proposal"] == proposal) & (self._who["score"] > 0)]
        if officials:
            backing = backing[backing["official"]]
        columns = []
        for side in self.ground.sides:
            own = records(backing[backing["side"] == side].sort_values("official", ascending=False, kind="stable"))
            points = [self._voice(line) for line in own[:MOST_VOICES]]
            columns.append(BriefColumn(points, colour=self._colour(side), more=len(own) - len(points)))
        others = [f"{name}: {words}" for name, of in self._others.items() if (words := of.get(proposal, ""))]
        return Block(columns, BilingualName(proposal_title(p), p["title_zh"], "zh"), "; ".join(others))

    def _voice(self, line: Mapping[str, Any]) -> Point:
        """Who backs it, when, and the words of the source, in quotation marks where they are the speaker's own."""
        actor, look = self._actors[line["actor"]], self._looks[line["stance"]]
        made = self._voices.voice(
            self._places["proposals"][line["proposal"]], self._places["actors"][line["actor"]], self._references
        )
        if made is None:  # hidden by a stance filter or a search
            return Point(actor["name"], "", look.glyph)
        lead = made.quotes[0]
        when = lead.when if lead.when != "undated" else "undated"
        words = lead.plain or ("" if lead.quote else _summary(lead))
        condition = f" On condition: {clipped(line['conditions'])}." if line["conditions"] else ""
        text = f", {when} [{lead.reference}].{condition}" + (f" {clipped(words)}" if words else "")
        return Point(actor["name"], text, look.glyph, "", clipped(lead.quote), lead.language)

    def _asked(self) -> Section:
        """What a side's officials ask for besides; where there are none, what anybody of it asks for."""
        both = {OFFICIAL} if self.ground.officials else {OFFICIAL, OFFICIAL_EXPERT, EXPERT}
        agreed = set(self.ground.frame.index[self.ground.frame["tier"].isin(both)])
        columns = []
        for side in self.ground.sides:
            by_officials, by_others = self._brief(side).split(BACKS)
            lines = by_officials if self.ground.officials else by_others
            if self.ground.officials:
                lines = lines[lines["official"]]
            points = self._asks(lines[~lines["proposal"].isin(agreed)])
            none = "Nothing else in these sources." if agreed else "Nothing in these sources."
            columns.append(self._of_side(side, points or [Point("", self._absent(side) or none)]))
        title = "What officials ask for" if self.ground.officials else "What each side asks for"
        if agreed:
            title += " besides"
        asking = [c for c in columns if any(p.title for p in c.points)]
        if len(asking) == 1 < len(columns) and len(asking[0].points) > 1:  # beside it half of the page would be empty
            return Section(title, [Block([replace(c, flow=2) if c is asking[0] else c]) for c in columns])
        return Section(title, [Block(columns)])

    def _absent(self, side: str) -> str:
        """Why nobody of a side is chosen, as a sentence; '' where somebody is."""
        return "".join(f"{capital(line)}." for line in absent(self._dataset, self.chosen.selection, [side]))

    def _asks(self, lines: pd.DataFrame) -> list[Point]:
        """An entry a proposal, with who asks for it."""
        return [
            Point(proposal_title(self._proposals[str(p)]), self._some(own))
            for p, own in lines.groupby("proposal", sort=False)
        ]

    def _most_backed(self) -> Section:
        """Without two sides to compare: the proposals that most actors back."""
        lines = self._everyone[self._everyone["score"] > 0]
        heard = self._everyone["proposal"].value_counts()
        order = lines["proposal"].value_counts(sort=False)
        points = []
        for p in order.sort_values(ascending=False, kind="stable").index:
            own = lines[lines["proposal"] == p]
            at = self._places["proposals"][str(p)]
            unknown = int((self.ground.positions.uncounted[at] & self._counting).sum())
            of = {"backing": len(own), "members": int(self._counting.sum()), "speakers": int(heard[p])}
            share = backed_of({**of, "silent": of["members"] - of["speakers"] - unknown})
            points.append(Point(proposal_title(self._proposals[p]), f"{share}: {self._some(own)}"))
        return Section("Most backed", [Block([BriefColumn(points, flow=2)])] if points else [])

    def _refused(self) -> Section:
        """Who refuses what, officials apart from the others; one who is alone with our summary of why."""
        lines = self._everyone[self._everyone["score"] < 0]
        if not len(lines):
            nobody = Point("", self._nobody_refuses())
            return Section("Refused", [Block([BriefColumn([nobody])])] if len(self._everyone) else [])
        by_officials, by_others = lines[lines["official"]], lines[~lines["official"]]
        if not self.ground.officials or not len(by_officials):
            split = (self._everyone["official"] & (self._everyone["stance"] == MIXED)).any()
            aside = f"no official refuses anything{' outright' * bool(split)}, these are experts and others"
            aside = aside if self.ground.officials else ""
            return Section("Refused", [Block([BriefColumn(self._refusals(lines))])], aside)
        columns = [BriefColumn(self._refusals(by_officials), heading="By officials" if len(by_others) else "")]
        if len(by_others):
            columns.append(BriefColumn(self._refusals(by_others), heading="By experts and others"))
        return Section("Refused", [Block(columns)], "" if len(by_others) else "by officials")

    def _nobody_refuses(self) -> str:
        """That nobody refuses anything; where a position is mixed, who has said no beside a yes."""
        mixed = self._everyone[self._everyone["stance"] == MIXED]
        if not len(mixed):
            return "Nobody who is heard refuses anything here."
        titles = {p: self._proposals[str(p)]["title"] for p in mixed["proposal"]}
        said = [f"{self._some(own)} on {titles[p]}" for p, own in mixed.groupby("proposal", sort=False)]
        return f"Nobody refuses anything outright here; both for and against it: {listed(said, most=MOST_NAMES)}."

    def _refusals(self, lines: pd.DataFrame) -> list[Point]:
        points = []
        for p, own in lines.groupby("proposal", sort=False):
            title, first = proposal_title(self._proposals[str(p)]), records(own)[0]
            glyph = self._looks[first["stance"]].glyph
            if len(own) > 1:
                points.append(Point(title, self._some(own), glyph))
                continue
            voice = self._voices.voice(
                self._places["proposals"][str(p)], self._places["actors"][first["actor"]], self._references
            )
            lead = voice.quotes[0] if voice else None
            plain, quote = (_summary(lead) or lead.plain, lead.quote) if lead else ("", "")
            points.append(
                Point(
                    self._actors[first["actor"]]["name"],
                    f"on {title}" + (f": {clipped(plain)}" if plain else ":" if quote else ""),
                    glyph,
                    quote="" if plain else clipped(quote),
                )
            )
        return points

    def _conditions(self) -> Section:
        """On what a backing depends: each condition once, with who states it and on which proposals."""
        lines = self._everyone[(self._everyone["conditions"] != "") & (self._everyone["score"] > 0)]
        found = []
        for text, own in lines.groupby("conditions", sort=False):
            titles = list(dict.fromkeys(self._proposals[p]["title"] for p in own["proposal"]))
            on = "; ".join(titles[:MOST_TITLES]) + ("; …" if len(titles) > MOST_TITLES else "")
            who = list(dict.fromkeys(self._actors[a]["name"] for a in own["actor"]))
            glyph = self._looks[records(own)[0]["stance"]].glyph
            point = Point(listed(who, most=MOST_NAMES), f": {clipped(str(text), 220)} ({len(titles)}: {on})", glyph)
            found.append((not own["official"].any(), -len(titles), point))
        points = [point for *_, point in sorted(found, key=lambda f: f[:2])]
        return Section(
            "Conditions", [Block([BriefColumn(points)])] if points else [], "who backs it, and on which terms"
        )

    # ---- page two

    def second(self) -> Iterator[Section]:
        others = any(a["authority"] != OFFICIAL for a in self._chosen_actors)
        if not self.ground.sentence and self.ground.officials and others:
            yield self._only_experts()
        yield self._not_heard()
        yield self._ladders()
        yield self._sources()

    def _only_experts(self) -> Section:
        blocks, asked = [], False
        for side in self.ground.sides:
            lines = self._brief(side).split(BACKS)[1]
            points = self._asks(lines)
            flow = 2 if len(points) > 1 else 1
            none = f"No expert of {named_side(self._sides[side]['name'])} is in this dataset."
            if any(a["side"] == side and a["authority"] != OFFICIAL for a in self._chosen_actors):
                none = "Nothing in these sources."
            none = self._absent(side) or none
            blocks.append(Block([self._of_side(side, points or [Point("", none)], flow=flow)]))
            asked |= bool(points)
        if not asked:
            blocks = [Block([c for b in blocks for c in b.columns])]
        return Section("What experts and others ask for", blocks, "and no official of their side has taken up")

    def _not_heard(self) -> Section:
        columns = []
        for side in self.ground.sides if not self.ground.sentence else ():
            found, name = self._brief(side), named_side(self._sides[side]["name"])
            silent = found.part(SILENT_ON)
            points = [Point("", words) for words in (self._absent(side),) if words]
            unheard = [self._actors[a] for a in found.unheard]
            for words, who in (
                ("Officials named but not heard", [a["name"] for a in unheard if a["authority"] == OFFICIAL]),
                ("Others named but not heard", [a["name"] for a in unheard if a["authority"] != OFFICIAL]),
            ):
                if who:
                    points.append(Point("", f"{words}: {listed(who, most=8)}."))
            for other in found.others:
                if n := silent.loc[silent["side"] == other, "proposal"].nunique():
                    asking = named_side(self._sides[other]["name"])
                    verb = "ask for" if is_many(asking) else "asks for"
                    points.append(
                        Point("", f"On {plural(n, 'proposal')} that {asking} {verb}, nobody of {name} is heard.")
                    )
            here = "" if found.heard == found.members else f", {found.heard} of {found.members} in this selection"
            columns.append(self._of_side(side, points or [Point("", f"Everybody named is heard{here}.")]))
        return Section("Not heard", [Block(columns)] if columns else [], "silence is not neutral")

    def _ladders(self) -> Section:
        """Every ladder, from the least to the most demanding rung, with who stands on it and who rejects it."""
        found = ladder(self._dataset, self.chosen.selection)
        blocks = []
        for name, rungs in found.frame.groupby("ladder", sort=False):
            each = [(str(p), own) for p, own in rungs.groupby("proposal", sort=False)]
            if len(each) < 2:  # one rung is no ladder
                continue
            whole = len(each) == found.places[each[0][0]][1]
            points = [
                Point(
                    ("" if whole else f"{found.places[p][0]} of {found.places[p][1]}: ")
                    + proposal_title(self._proposals[p]),
                    self._standing(own),
                )
                for p, own in each
            ]
            blocks.append(
                Block([BriefColumn(points, numbered=whole)], BilingualName(ladder_name(self._dataset, str(name))))
            )
        return Section("Ladders" if len(blocks) > 1 else "Ladder", blocks, "from the least to the most demanding")

    def _standing(self, own: pd.DataFrame) -> str:
        lines = [r for r in records(own.sort_values("score", ascending=False, kind="stable")) if r["actor"]]
        groups: dict[str, list[str]] = {}
        for line in lines:
            groups.setdefault(self._looks[line["stance"]].glyph, []).append(self._actors[line["actor"]]["name"])
        return "  ".join(f"{glyph} {self._listed(who)}" for glyph, who in groups.items()) or "nobody"

    def _sources(self) -> Section:
        for source in self._voices.sources:
            if source in self.sources:
                self._references.number(source)
        points = [Point("", f"{r.number}. {r.text}", url=r.url) for r in self._references.listed()]
        aside = "those without a number above stand behind what is only counted there"
        return Section("Sources", [Block([BriefColumn(points)])] if points else [], aside)

    # ---- what they look up

    def _of_side(self, side: str, points: Sequence[Point], flow: int = 1) -> BriefColumn:
        return BriefColumn(points, self._sides[side]["name"], self._colour(side), flow=flow)

    def _some(self, lines: pd.DataFrame) -> str:
        """Who they are: names with a glyph where the position is not the plainest of its kind; counted where many."""
        who = []
        for line in records(lines):
            look = self._looks[line["stance"]]
            glyph = f"{look.glyph} " if line["conditions"] and line["score"] > 0 else ""
            who.append(f"{glyph}{self._actors[line['actor']]['name']}")
        return self._listed(who)

    @staticmethod
    def _listed(who: Sequence[str]) -> str:
        if len(who) <= MOST_NAMES:
            return ", ".join(who)
        return f"{len(who):,}: {listed(who, most=MOST_NAMES)}"

    def _brief(self, side: str) -> SideBrief:
        return side_brief(self._dataset, self.chosen.selection, side=side)

    def _colour(self, side: str) -> str:
        return sides_of(self._dataset)[side].colour

    @property
    def _dataset(self) -> Any:
        return self.chosen.dataset

    @cached_property
    def _who(self) -> pd.DataFrame:
        return self.ground.who

    @cached_property
    def _counting(self) -> NDArray[np.bool_]:
        """Which actors are chosen and of a side that counts; of a dataset without sides, which are chosen."""
        positions, sides = self.ground.positions, [s for s, _ in counted_sides(self._dataset)]
        return positions.members(*sides) if sides else positions.chosen

    @cached_property
    def _everyone(self) -> pd.DataFrame:
        """The positions of everybody chosen whose side counts, or of all where there are no sides; officials first."""
        found = voices(self.ground.positions, self.ground.rows, np.flatnonzero(self._counting))
        return found.sort_values("official", ascending=False, kind="stable")

    @cached_property
    def _others(self) -> dict[str, dict[str, str]]:
        """Of every other side that counts, by its name, how its members stand on each proposal: `107 of 143 back`."""
        rest = [s for s, _ in counted_sides(self._dataset) if s not in self.ground.sides]
        if not rest:
            return {}
        shares = common_ground(self._dataset, selection=self.chosen.selection, sides=rest).shares
        return {self._sides[s]["name"]: dict(shares[s]) for s in rest}

    @cached_property
    def _voices(self) -> Voices:
        return Voices.of_view(self.chosen.seen, tuple(self._looks.values()))

    @cached_property
    def _references(self) -> References:
        return References(self._voices.sources)

    @cached_property
    def _looks(self) -> Mapping[str, Look]:
        return stances_of(self._dataset)

    @cached_property
    def _places(self) -> Mapping[str, Mapping[str, int]]:
        return {t: places(self._dataset, t) for t in ("proposals", "actors")}

    @cached_property
    def _proposals(self) -> dict[str, Row]:
        return {p["id"]: p for p in records(self._dataset.frames["proposals"])}

    @cached_property
    def _actors(self) -> dict[str, Row]:
        return {a["id"]: a for a in records(self._dataset.frames["actors"])}

    @cached_property
    def _chosen_actors(self) -> list[Row]:
        return list(records(self.chosen.seen.positions.dataset.frames["actors"].iloc[self.ground.positions.columns]))

    @cached_property
    def _sides(self) -> dict[str, Row]:
        return {s["id"]: s for s in records(self._dataset.frames["sides"])}


def clipped(text: str, most: int = LONGEST) -> str:
    """The text, or its first words and a mark that it goes on."""
    if len(text) <= most:
        return text
    return text[: most - 1].rsplit(" ", 1)[0].rstrip(" ,;:") + " …"


def _summary(words: CitedQuote) -> str:
    """The coder's summary, named as ours; '' where there is none."""
    return f"in our words: {words.summary}" if words.summary else ""
