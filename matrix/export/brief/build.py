"""Dataset and selection in, the facts of a brief out: who stands where on each proposal, and what is missing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from matrix.analysis.common_ground import SCORE_FORMULA, SCORE_SOURCE, TIERS, CommonGround, common_ground
from matrix.analysis.empty_cells import LOOKED_FOR, NEVER, OUTSIDE, SUPERSEDED, partly_known
from matrix.analysis.empty_selection import nothing_in_view
from matrix.analysis.outline import by_side, outline
from matrix.analysis.positions import View
from matrix.analysis.selection_words import absent, as_of_words, scope, selection_words, since_words
from matrix.analysis.side_brief import side_brief
from matrix.analysis.sides import OFFICIAL, Ints, roll_up
from matrix.dataset import dates
from matrix.dataset.dataset import names, records
from matrix.dataset.schema import LIST_SEPARATOR
from matrix.export.brief.model import BilingualName, Brief, ProposalPage, SideBlock, Touch, stands
from matrix.export.brief.voices import References, Row, Voices
from matrix.export.extract import MIXED_DEFINITION, Extract, rule_words, up_to
from matrix.palette import LINK_WORDS, PARTLY_GLYPH, Look, known_in_part, proposal_title, sides_of, stances_of
from matrix.wording import capital, humane, known_by, listed, plural, some_of, unspoken, unsure_of_date

MOST_NAMES = 8  # in one line
SCORE = (
    f"Consensus score: the {SCORE_FORMULA}, the {SCORE_SOURCE}, from 0 to 1; n counts the speakers of the compared "
    "sides. With n = 0 it says nothing."
)
EMPTY = (
    "Who is not listed has never stated a position in these sources, or only one that was superseded or is outside the "
    "chosen evidence. None of these is neutral."
)


def facts(chosen: Extract) -> Iterator[tuple[str, str]]:
    """Label and text of everything that says what this brief rests on."""
    dataset, selection, n = chosen.dataset, chosen.selection, chosen.seen
    sources = len(set(chosen.frames["statements"]["source"]))
    yield (
        "Covers",
        f"{some_of(len(n.rows), len(dataset.frames['proposals']), 'proposal')}; {_speakers(n)}; "
        f"n = {some_of(n.n, len(dataset.frames['statements']), 'statement')} from {plural(sources, 'source')}",
    )
    yield "Selection", "; ".join(selection_words(dataset, selection)) or "none: the whole dataset"
    yield "Up to", up_to(chosen) or "no statement is dated"
    if selection.since:
        yield "From", since_words(selection.since)
    if selection.as_of:
        yield "As of", as_of_words(selection.as_of)
    if n.positions.evidence.undated:
        yield "Left out", f"{plural(n.positions.evidence.undated, 'undated statement')}"
    if unsure := unsure_of_date(n.unsure):
        yield "Dates", unsure
    yield "Dataset", f"{dataset.title}, version {dataset.version}"
    head: Mapping[str, Any] = dataset.package.head if dataset.package else {}
    licences = head.get("licenses")
    named = (
        [str(x.get("title") or x.get("name") or "") for x in licences if isinstance(x, dict)]
        if isinstance(licences, list)
        else []
    )
    if any(named):
        yield "Licence", f"{', '.join(filter(None, named))}; the quoted words belong to their authors"


def _speakers(seen: View) -> str:
    """How many of the chosen actors take a position here, and how many more are named."""
    n = int((seen.codes >= 0).any(axis=0).sum())
    more = f" ({len(seen.columns) - n:,} more named)" if len(seen.columns) > n else ""
    return f"{plural(n, 'speaker')}{more}"


def looks_explained(chosen: Extract, looks: Sequence[Look]) -> list[tuple[Look, str]]:
    """Every state of a position and what it means."""
    return list(zip(looks, [*map(str, chosen.dataset.stances["definition"].tolist()), MIXED_DEFINITION], strict=True))


def reading(chosen: Extract, ground: CommonGround, tiers: Sequence[str]) -> Iterator[tuple[str, str]]:
    """How to read what follows: folding, emptiness, tiers (those that occur) and the score."""
    yield "Position", rule_words(chosen.selection)
    yield "Silence", EMPTY
    if partly_known(chosen.dataset)[chosen.seen.rows].any():
        yield (
            f"Marked {PARTLY_GLYPH}",
            "who backs it is known only in part: nothing is known of those who are not found",
        )
    if ground.sentence:
        yield "Common ground", ground.sentence
    else:
        sides = names(chosen.dataset, "sides")
        among = scope(chosen.dataset, chosen.selection.without("stance", "search"))
        yield "Compared", listed(sides[s] for s in ground.sides) + (f". {among}" if among else "")
        yield from (("Not chosen", f"{capital(line)}.") for line in ground.absent)
        yield from ((ground.tiers[tier].words, ground.tiers[tier].about) for tier in tiers)
        yield "Score", SCORE
    uncounted = [s["name"] for s in records(chosen.dataset.frames["sides"]) if s["counted"] == "false"]
    if uncounted:
        yield "Shown, never counted", ", ".join(uncounted)


def brief_of(chosen: Extract) -> Brief:
    """The brief of what an extract shows; without a proposal or an actor in view a sentence instead of pages."""
    dataset, seen = chosen.dataset, chosen.seen
    looks = tuple(stances_of(dataset).values())
    ground = common_ground(dataset, selection=chosen.selection)
    sentence = nothing_in_view(dataset, len(seen.rows), len(seen.columns))
    pages = [] if sentence else list(Pages(chosen, looks, ground).all())
    used = set() if ground.sentence else set(ground.frame["tier"])
    return Brief(
        dataset.title,
        dataset.version,
        list(facts(chosen)),
        looks_explained(chosen, looks),
        list(reading(chosen, ground, [t for t in TIERS if t in used])),
        [side_name(s) for s in records(dataset.frames["sides"]) if s["id"] in ground.sides],
        "" if ground.sentence else ground.headline,
        list(_asks(chosen, ground)),
        pages,
        sentence,
    )


def _asks(chosen: Extract, ground: CommonGround) -> Iterator[tuple[str, list[tuple[str, list[str]]]]]:
    """What each compared side asks for and refuses, officials apart from experts: proposals with who stands so."""
    dataset = chosen.dataset
    titles, called = names(dataset, "proposals"), names(dataset, "actors")
    for side in ground.sides:
        found = side_brief(dataset, chosen.selection, side=side)
        parts = [
            (
                title,
                [
                    _line(titles[str(p)], [called[a] for a in own["actor"]])
                    for p, own in lines.groupby("proposal", sort=False)
                ],
            )
            for title, lines in found.asks_and_refusals()
        ]
        yield names(dataset, "sides")[side], [part for part in parts if part[1]]


def _line(title: str, who: list[str]) -> str:
    return f"{title}: {listed(who, most=MOST_NAMES)}"


@dataclass(frozen=True, eq=False)
class Pages:
    """Makes the pages of one extract."""

    chosen: Extract
    looks: Sequence[Look]
    ground: CommonGround

    def all(self) -> Iterator[ProposalPage]:
        """Every proposal in view in reading order: by theme, children below their parent."""
        for line in outline(self.chosen.seen.proposals):
            yield self._page(int(self.chosen.seen.rows[line.place]))

    def _page(self, place: int) -> ProposalPage:
        p = self._proposals[place]
        references = References(self._voices.sources)
        blocks = [b for side, actors in self._members if (b := self._block(place, side, actors, references))]
        tier, score, weakest = self._tier(p["id"])
        return ProposalPage(
            p["id"],
            BilingualName(proposal_title(p), p["title_zh"], "zh"),
            p["theme"],
            p["definition"],
            list(self._facts(p)),
            self.ground.asks(p["id"]) if tier else "",
            self.ground.tiers[tier].about if tier else "",
            score,
            weakest,
            blocks,
            list(self._gaps(place)),
            self._touches.get(p["id"], []),
            references.listed(),
            [self._glance(place, s) for s in self.ground.sides],
        )

    def _facts(self, p: Row) -> Iterator[tuple[str, str]]:
        if p["parent"]:
            yield "Part of", self._titles[p["parent"]]
        if p["date"]:
            yield "Date", dates.words(p["date"], p["date"])
        if partly := known_in_part(p):
            yield "Coverage", f"{PARTLY_GLYPH} {partly}"
        if p["ladder"]:
            yield "Ladder", self._rung(p)
        areas = [self._areas[a] for a in p["risk_areas"].split(LIST_SEPARATOR) if a]
        if areas:
            yield "Risk areas", ", ".join(areas)

    def _rung(self, p: Row) -> str:
        """Which rung of its ladder, and what stands one below and one above it."""
        rungs = sorted(
            (q for q in self._proposals if q["ladder"] == p["ladder"]),
            key=lambda q: int(q["rung"]) if q["rung"] else len(self._proposals),
        )
        at = next(i for i, q in enumerate(rungs) if q["id"] == p["id"])
        words = [f"“{p['ladder']}”" + (f", rung {p['rung']} of {len(rungs)}" if p["rung"] else "")]
        if at:
            words.append(f"one below: {rungs[at - 1]['title']}")
        if at + 1 < len(rungs):
            words.append(f"one above: {rungs[at + 1]['title']}")
        return "; ".join(words)

    def _tier(self, id_: str) -> tuple[str, str, str]:
        if self.ground.sentence:
            return "", "", ""
        row = self._ground[id_]
        n = int(self.ground.n[id_])
        score = f"score {row['score']:.2f}, " if n else ""
        return str(row["tier"]), f"{score}n = {n}", known_by(self._basis[id_])

    # ---- sides

    def _block(self, place: int, side: str, actors: Sequence[int], references: References) -> SideBlock | None:
        """A side's block; none for a side that is not compared and has nothing to show here."""
        voices = [v for a in actors if (v := self._voices.voice(place, a, references))]
        if not voices and side not in self.ground.sides:
            return None
        row = self._sides.get(side)
        if row is None:
            return SideBlock(BilingualName("No side"), "", "", "", voices)
        hidden = int(self._rolled[side]["speakers"][place]) - len(voices)  # by a search or stance filter
        notes = ["Shown, never counted." if row["counted"] == "false" else ""]
        notes.append(f"{plural(hidden, 'position')} not listed under this selection." if hidden else "")
        return SideBlock(
            side_name(row), self._colours[side], self._counts(place, side), " ".join(filter(None, notes)), voices
        )

    def _counts(self, place: int, side: str) -> str:
        """`2 back (1 on a condition), 1 opposes; 11 of 14 members without a position`."""
        c = {k: int(v[place]) for k, v in self._rolled[side].items()}
        if not c["members"]:
            return capital("; ".join(absent(self.chosen.dataset, self.chosen.selection, [side])))
        of = f"of {plural(c['members'], 'member')}"
        if partly_known(self.chosen.dataset)[place]:
            rest = listed([f"{of} {words}" for words in unspoken(c)] or [f"all {plural(c['members'], 'member')} found"])
            return f"{stands(c)}; {rest}" if c["speakers"] else rest
        if not c["speakers"]:
            return f"none {of} has a position"
        silent = f"{c['silent']} {of}" if c["silent"] else "no member"
        return f"{stands(c)}; {silent} without a position"

    def _glance(self, place: int, side: str) -> str:
        return stands({k: int(v[place]) for k, v in self._rolled[side].items()})

    def _gaps(self, place: int) -> Iterator[tuple[str, str]]:
        """What is missing: sides that do not back it, officials who have never spoken on it, superseded words."""
        id_, seen = self._proposals[place]["id"], self.chosen.seen
        if not self.ground.sentence and (missing := self.ground.missing[id_]):
            yield "Missing", f"{missing[0].upper()}{missing[1:]}."
        why, called = seen.positions.why[place], self._names
        for side in self.ground.sides:
            members = np.array(dict(self._members).get(side, ()), int)
            if not len(members):
                continue
            silent = [called[a] for a in members[np.isin(why[members], (NEVER, LOOKED_FOR))] if self._officials[a]]
            if silent:
                word = f"Silent officials, {self._sides[side]['name']}"
                yield word, listed(silent, most=MOST_NAMES)
        for kind, words in (
            (SUPERSEDED, "Earlier words, superseded"),
            (OUTSIDE, "Outside the chosen evidence"),
            (LOOKED_FOR, "Looked for and not found"),
        ):
            of = [called[a] for a in np.flatnonzero((why == kind) & seen.positions.chosen)]
            if of:
                yield words, listed(of, most=MOST_NAMES)

    # ---- what the pages look up

    @cached_property
    def _voices(self) -> Voices:
        return Voices.of_view(self.chosen.seen, self.looks)

    @cached_property
    def _members(self) -> list[tuple[str, list[int]]]:
        """Every side with its chosen members' places, officials first; a compared side also without any."""
        dataset, columns = self.chosen.dataset, self.chosen.seen.positions.columns
        own = {s: [int(columns[i]) for i in m] for s, m in by_side(dataset, dataset.frames["actors"].iloc[columns])}
        order = [s for s in (*dataset.frames["sides"]["id"], "") if s in own or s in self.ground.sides]
        return [(s, sorted(own.get(s, []), key=lambda a: not self._officials[a])) for s in order]

    @cached_property
    def _officials(self) -> list[bool]:
        return [a == OFFICIAL for a in self.chosen.dataset.frames["actors"]["authority"]]

    @cached_property
    def _names(self) -> list[str]:
        return list(self.chosen.dataset.frames["actors"]["name"])

    @cached_property
    def _proposals(self) -> list[Row]:
        return list(records(self.chosen.dataset.frames["proposals"]))

    @cached_property
    def _titles(self) -> Mapping[str, str]:
        return names(self.chosen.dataset, "proposals")

    @cached_property
    def _areas(self) -> Mapping[str, str]:
        return names(self.chosen.dataset, "risk_areas")

    @cached_property
    def _sides(self) -> dict[str, Row]:
        return {s["id"]: s for s in records(self.chosen.dataset.frames["sides"])}

    @cached_property
    def _colours(self) -> dict[str, str]:
        return {x.id: x.colour for x in sides_of(self.chosen.dataset).values()}

    @cached_property
    def _rolled(self) -> Mapping[str, Mapping[str, Ints]]:
        return roll_up(self.chosen.seen.positions)

    @cached_property
    def _basis(self) -> Mapping[str, Row]:
        return dict(zip(self.ground.frame.index, records(self.ground.basis), strict=True))

    @cached_property
    def _ground(self) -> dict[str, dict[str, object]]:
        frame = self.ground.frame
        return dict(zip(frame.index, records(frame[["tier", "score"]]), strict=True))

    @cached_property
    def _touches(self) -> dict[str, list[Touch]]:
        """Of every proposal what it touches, in both directions."""
        here = set(self.chosen.seen.proposals["id"])
        result: dict[str, list[Touch]] = {}
        for link in records(self.chosen.dataset.frames["links"]):
            kind = LINK_WORDS.get(link["kind"], humane(link["kind"]))
            for one, other in ((link["proposal"], link["other"]), (link["other"], link["proposal"])):
                touch = Touch(kind, self._titles[other], link["why"], other if other in here else "")
                result.setdefault(one, []).append(touch)
        return result


def side_name(side: Row) -> BilingualName:
    """A side's name with the Chinese one beside it."""
    return BilingualName(side["name"], side["name_zh"], "zh")
