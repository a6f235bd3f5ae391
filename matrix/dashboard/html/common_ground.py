"""Common ground as HTML: what the sides back together and in which words, then the picture of all, and what is not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import pandas as pd
from markupsafe import Markup

from matrix.analysis.common_ground import (
    CONTESTED,
    EXPERT,
    OFFICIAL,
    OFFICIAL_EXPERT,
    ONE_SIDED,
    RAISED,
    REJECTED,
    UNHEARD,
    CommonGround,
    blank_words,
    neutral_words,
    share_of,
)
from matrix.analysis.evidence import Picked
from matrix.analysis.positions import View, view
from matrix.analysis.row_order import Band, band_look, bands, in_bands
from matrix.analysis.sides import Ints, counted_sides, roll_up
from matrix.analysis.voices import leads, voices
from matrix.dashboard.html.dataset_html import DatasetHtml, officials_first
from matrix.dashboard.html.templates import render
from matrix.dataset.dataset import Record, place, records
from matrix.dataset.frames import places_by_id
from matrix.palette import BACKING_COLOURS, LINK_WORDS, MIXED_COLOUR, NEUTRAL_COLOUR, OPPOSING_COLOURS
from matrix.wording import OUTSIDE_DATES, backed_of, capital, does, humane, known_by, listed, unspoken

TEMPLATE = "common_ground.html"
WEAK = {"attribution": ("unattributed", "announced_by_other_side"), "confidence": ("low",)}
AGREED = (OFFICIAL, OFFICIAL_EXPERT, EXPERT)
MOST = 80  # proposals in one section; the rest is counted
MOST_NAMES = 6  # of one side in one place; above, they are counted and named on demand
MOST_OF_MANY = 2  # of one side beside many of other sides
# A bar of the picture: the part of a side's counts, its colour, what it means.
BARS = (
    ("full", BACKING_COLOURS[0], "back it"),
    ("conditional", BACKING_COLOURS[2], "back it on a condition"),
    ("neutral", NEUTRAL_COLOUR, "take no side"),
    ("mixed", MIXED_COLOUR, "both for and against"),
    ("opposed", OPPOSING_COLOURS[0], "oppose it"),
)


@dataclass(frozen=True, eq=False)
class Ground:
    """Makes the HTML of one result."""

    found: CommonGround
    html: DatasetHtml

    # ---- what the sides back together

    def agreed(self, tier: str) -> list[Markup]:
        """An article for each proposal of a tier that every side backs, the best backed first."""
        return [self._agreement(p) for p in self.found.of_tier(tier)[:MOST]]

    def agreed_by_experts(self) -> Markup:
        """What both sides back, but not by officials of each."""
        parts = []
        for tier in (t for t in AGREED if t != self.found.first_tier and t in self.found.tiers):
            if ids := self.found.of_tier(tier):
                band = self._bands[ids[0]]
                look = band_look(self.html.dataset, band)
                parts.append((look, band, len(ids), self.agreed(tier), len(ids) - MOST))
        return render(TEMPLATE, "agreed", parts)

    def _agreement(self, id_: str) -> Markup:
        row = self._rows[id_]
        facts = [f"score {row['score']:.2f}, n = {int(self.found.n[id_])}"]
        if weakest := known_by(self._basis[id_]):
            facts.append(f"weakest evidence: {weakest}")
        sides = [self._side(id_, s) for s in self.found.sides]
        return render(TEMPLATE, "agreement", self.html, id_, facts, sides, self._others(id_))

    def _side(self, id_: str, side: str) -> dict[str, object]:
        """How many of a side back or oppose it, and who speaks with which words; many by name only, on demand."""
        row = self._rows[id_]
        c = {
            k: int(row[f"{side}_{k}"])
            for k in ("members", "speakers", "backing", "conditional", "neutral", "opposed", "mixed", "silent")
        }
        neutral = neutral_words(self.html.dataset)
        of_them = (
            "" if c["backing"] == 1 else f"{c['conditional'] if c['conditional'] < c['backing'] else 'all'} of them "
        )
        words = [
            backed_of(c),
            f"{of_them}on a condition" if c["conditional"] else "",
            f"{c['opposed']} {does(c['opposed'], 'oppose')} it" if c["opposed"] else "",
            f"{c['mixed']} {'is' if c['mixed'] == 1 else 'are'} for and against" if c["mixed"] else "",
            f"{c['neutral']} {neutral[c['neutral'] > 1]}" if c["neutral"] else "",
            *unspoken(c),
        ]
        lines = self._lines(id_, side)
        many = len(lines) > MOST_NAMES
        voices_ = [] if many else [(line, *self._lead(line)) for line in lines]
        names = self._named(lines) if many else []
        if c["members"] == 1 and lines and not many:
            words = []  # the one name says it
        if not lines and c["speakers"]:
            words.append(self._blank(id_, side))
        return {"id": side, "counts": [w for w in words if w], "voices": voices_, "names": names}

    def _lead(self, line: Record) -> tuple[Record, str, Markup]:
        """The statement that stands for a position (the latest, with words if any has), when it was made, its words."""
        statement = self._leads[str(line["proposal"]), str(line["actor"])]
        when = self.html.when(statement) + (f", {OUTSIDE_DATES}" if statement["id"] in self._unsure else "")
        return statement, when, render("parts.html", "carried", self.html.carried(statement))

    @cached_property
    def _unsure(self) -> frozenset[str]:
        """The statements that may have been made outside the chosen dates."""
        positions = self.found.positions
        return frozenset(positions.dataset.frames["statements"]["id"][positions.evidence.uncertain])

    @cached_property
    def _leads(self) -> Mapping[tuple[str, str], Record]:
        agreed = self.found.frame.index[self.found.frame["tier"].isin(AGREED)]
        return leads(self.found.positions, self._everyone[self._everyone["proposal"].isin(agreed)])

    def _others(self, id_: str) -> list[dict[str, object]]:
        """How those of no compared side stand on it, by side: each by name, or counted where they are many."""
        lines = self._shown.get(id_)
        if lines is None:
            return []
        rest = lines[~lines["side"].isin(self.found.sides)]
        few = len(rest) <= MOST_NAMES
        found: list[dict[str, object]] = []
        for side, own in rest.groupby("side", sort=False):
            named = few or len(own) <= MOST_OF_MANY
            found.append(
                {
                    "side": str(side),
                    "lines": officials_first(own) if named else [],
                    "count": "" if named else self._counted(id_, str(side), own),
                }
            )
        return found

    # ---- the picture of all proposals

    def picture(self) -> Markup:
        """Every proposal on which a compared side speaks: how many of each side stand where, as bars with words."""
        sides = self.found.sides
        most = {s: max(1, int(self.found.frame[f"{s}_members"].max())) for s in sides}
        groups = []
        for band, ids in self._groups.items():
            if band.tier == UNHEARD:
                continue
            rows = [(p, [self._bars(p, s, most[s]) for s in sides]) for p in ids[: 4 * MOST]]
            groups.append((band_look(self.html.dataset, band), band, len(ids), rows))
        neutral = neutral_words(self.html.dataset)[1]
        legend = [(colour, neutral if part == "neutral" else words) for part, colour, words in BARS]
        return render(TEMPLATE, "picture", self.html, sides, groups, legend) if groups else Markup("")

    def _bars(self, id_: str, side: str, most: int) -> tuple[Markup | str, list[tuple[str, float]]]:
        row = self._rows[id_]
        n = {k: int(row[f"{side}_{k}"]) for k in ("backing", "conditional", "neutral", "mixed", "opposed")}
        n["full"] = n["backing"] - n["conditional"]
        words = str(self.found.shares.loc[id_, side])
        link = self.html.links.to(Picked(id_, "", side), words) if words else self._blank(id_, side)
        return link, [(colour, 100 * n[kind] / most) for kind, colour, _ in BARS if n[kind]]

    # ---- what they do not back together

    def apart(self) -> Markup:
        """What only a side asks for, what is contested, refused (officials apart) or only raised, with who says so."""
        sections = []
        for band, ids in self._groups.items():
            if band.tier in (ONE_SIDED, CONTESTED, RAISED):
                sections.append(self._section(band, band.words, ids))
            elif band.tier == REJECTED:
                by_officials = [p for p in ids if p in self.found.refused_by_officials]
                others = [p for p in ids if p not in by_officials]
                refused = capital(self.found.tiers[REJECTED].short)
                if by_officials:
                    sections.append(self._section(band, f"{refused} by officials", by_officials))
                if others:
                    apart = self.found.officials
                    words = f"{refused} by experts and others, by no official" if apart else band.words
                    sections.append(self._section(band, words, others))
        return render(TEMPLATE, "sections", self.html, sections)

    def _section(self, band: Band, words: str, ids: Sequence[str]) -> dict[str, object]:
        """Proposals as rows, sides as columns; what most of them lack is said once above them."""
        shown = ids[:MOST]
        missing = Counter(self.found.missing[p] for p in ids if self.found.missing[p]).most_common(1)
        common = missing[0][0] if missing and missing[0][1] > 1 and band.tier == ONE_SIDED else ""
        unless = "" if missing and missing[0][1] == len(ids) else ", where nothing else is said"
        speaking = [s for s in self.found.sides if any(self._lines(p, s) for p in shown)]
        rows = [
            {
                "id": p,
                "missing": "" if self.found.missing[p] == common or band.tier == RAISED else self.found.missing[p],
                "cells": [self._cell(p, s) for s in speaking],
                "others": self._others(p),
            }
            for p in shown
        ]
        return {
            "look": band_look(self.html.dataset, band),
            "words": words,
            "about": "; ".join(filter(None, (band.about, common and common + unless))),
            "total": len(ids),
            "sides": speaking,
            "rows": rows,
            "others": any(r["others"] for r in rows),
        }

    def _cell(self, id_: str, side: str) -> dict[str, object]:
        lines = self._lines(id_, side)
        if len(lines) <= MOST_NAMES:
            return {"lines": lines, "count": "", "blank": "" if lines else self._blank(id_, side)}
        return {"lines": [], "blank": "", "count": self._counted(id_, side, pd.DataFrame(lines))}

    def unheard(self) -> Markup:
        """On what nobody of the compared sides speaks, with who else does."""
        parts = [
            (
                band_look(self.html.dataset, band),
                band,
                len(ids),
                [(p, self._others(p)) for p in ids[: 4 * MOST]],
                len(ids) - 4 * MOST,
            )
            for band, ids in self._groups.items()
            if band.tier == UNHEARD
        ]
        return render(TEMPLATE, "unheard", self.html, parts)

    def links(self) -> Markup:
        """Near matches and tensions between the chosen proposals, each pair once."""
        shown = set(
            self._spoken
        )  # of what nobody has spoken on by then, a coder's note would say more than the sources
        kinds: dict[str, list[tuple[str, str, str]]] = {}
        for link in records(self.html.dataset.frames["links"]):
            one, other = str(link["proposal"]), str(link["other"])
            if one in shown and other in shown:
                kinds.setdefault(str(link["kind"]), []).append((one, other, str(link["why"])))
        named = [(LINK_WORDS.get(kind, humane(kind)), pairs) for kind, pairs in kinds.items()]
        return render(TEMPLATE, "links", self.html, named)

    # ---- how sure it is

    def cautions(self, ids: Sequence[str]) -> list[tuple[str, list[str]]]:
        """By title, what one should know before leaning on the first tier: all on a condition, or only weakly known."""
        result = []
        for p in ids:
            weak, stated = self._basis[p], self.found.conditions.loc[p]
            parts = []
            if stated["all"]:
                parts.append(f"only on a condition ({listed(stated['texts'])})")
            if any(weak[c] in words for c, words in WEAK.items()):
                parts.append(
                    f"known only from unattributed reports of {humane(str(weak['confidence'])).lower()} confidence"
                    if weak["attribution"] == "unattributed" and weak["confidence"]
                    else f"weakest evidence: {known_by(weak)}"
                )
            if parts:
                result.append((self.html.plain("proposals", p), parts))
        return result

    # ---- what is looked up

    def _blank(self, id_: str, side: str) -> str:
        """Why a side has no position on a proposal: silent, outside the chosen evidence, not known ..."""
        return blank_words(self._seen, self._at[id_], side) or "silent"

    def _counted(self, id_: str, side: str, lines: pd.DataFrame) -> dict[str, object]:
        """Many of a side: how they stand in numbers, which open their evidence, and the names on demand."""
        at, of = place(self.html.dataset, "proposals", id_), self._whole.get(side)
        words = share_of(self.html.dataset, records(lines), {k: int(n[at]) for k, n in of.items()} if of else None)
        link = self.html.links.to(Picked(id_, "", side), words) if side else Markup.escape(words)
        return {"words": link, "names": self._named(records(lines))}

    def _named(self, lines: Sequence[Record]) -> list[tuple[Markup, list[str]]]:
        """The names of many, by stance."""
        by: dict[str, list[str]] = {}
        for line in lines:
            by.setdefault(str(line["stance"]), []).append(self.html.plain("actors", str(line["actor"])))
        return [(self.html.glyph(s), by[s]) for s in self.html.looks if s in by]

    def _lines(self, id_: str, side: str) -> list[Record]:
        lines = self._shown.get(id_)
        return [] if lines is None else officials_first(lines[lines["side"] == side])

    @cached_property
    def _whole(self) -> Mapping[str, Mapping[str, Ints]]:
        """The counts of every side that counts."""
        counted = {s for s, _ in counted_sides(self.html.dataset)}
        return {s: of for s, of in roll_up(self.found.positions).items() if s in counted}

    @cached_property
    def _everyone(self) -> pd.DataFrame:
        """A line for every chosen actor with a position, of a compared side or not."""
        return voices(self.found.positions, self.found.rows, self.found.positions.columns)

    @cached_property
    def _spoken(self) -> dict[str, pd.DataFrame]:
        return {str(p): lines for p, lines in self._everyone.groupby("proposal", sort=False)}

    @cached_property
    def _at(self) -> Mapping[str, int]:
        """The row of each proposal in the view."""
        return places_by_id(self._seen.proposals)

    @cached_property
    def _seen(self) -> View:
        return view(self.found.positions)

    @cached_property
    def _shown(self) -> dict[str, pd.DataFrame]:
        """The same without whom the search or the stance hides."""
        chosen = self.found.positions.selection
        if not (chosen.search or chosen.stance):
            return self._spoken
        frame = self._seen.frame().stack()
        visible = self._everyone.set_index(["proposal", "actor"]).index.isin(frame.index)
        return {str(p): lines for p, lines in self._everyone[visible].groupby("proposal", sort=False)}

    @cached_property
    def _bands(self) -> dict[str, Band]:
        return dict(zip(self.found.frame.index, bands(self.found), strict=True))

    @cached_property
    def _groups(self) -> dict[Band, list[str]]:
        return in_bands(self.found)

    @cached_property
    def _rows(self) -> dict[str, Record]:
        return dict(zip(self.found.frame.index, records(self.found.frame), strict=True))

    @cached_property
    def _basis(self) -> dict[str, Record]:
        return dict(zip(self.found.frame.index, records(self.found.basis), strict=True))
