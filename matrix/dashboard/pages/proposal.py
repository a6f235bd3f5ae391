"""The Proposal page: everything about one proposal - what it is, how far the sides meet, all voices, who is silent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any

import pandas as pd
from markupsafe import Markup

from matrix.analysis.common_ground import SCORE_FORMULA, UNHEARD, CommonGround, common_ground
from matrix.analysis.evidence import Picked, behind
from matrix.analysis.ladder import Ladder, ladder, ladder_name
from matrix.analysis.outline import family
from matrix.analysis.positions import EMPTY, Positions
from matrix.analysis.selection_words import scope
from matrix.analysis.sides import COUNTS, roll_up
from matrix.analysis.silences import silent_on
from matrix.analysis.timeline import timeline
from matrix.analysis.voices import conditions_in, speaking_on
from matrix.dashboard.html.cards import statement_cards
from matrix.dashboard.html.chronology import PROPOSAL, history_list, over_time
from matrix.dashboard.html.ladder import ladders
from matrix.dashboard.pages.detail_page import EntityView, show_one
from matrix.dataset import dates
from matrix.dataset.dataset import Dataset, Record, names, place, records
from matrix.dataset.schema import LIST_SEPARATOR
from matrix.dataset.selection import ROWS, Selection
from matrix.palette import LINK_WORDS, known_in_part
from matrix.wording import humane, known_by, listed, office, plural

NO_EFFECT = (*ROWS, "stance", "search")
MOST, MOST_NAMES = 60, 60  # voices with their cards, silent names of a side
ABOUT_PAGE = (
    "One proposal: what it is, how far the sides meet on it, every voice with its conditions, and who is silent."
)


def show(dataset: Dataset, selection: Selection) -> None:
    """Draw the page from top to bottom."""
    shown = "One proposal, with every position on it"
    show_one(dataset, selection, ProposalView, kind="proposal", about=ABOUT_PAGE, shown=shown, unused=NO_EFFECT)


class ProposalView(EntityView):
    """What the page of one proposal shows, part by part."""

    @cached_property
    def proposal(self) -> Record:
        """Its row."""
        return self.html.row("proposals", self.id)

    @property
    def date(self) -> str:
        """When it was made, as people read it; '' where that is not given."""
        day = self.proposal["date"]
        return dates.words(day, day) if day else ""

    @property
    def known_in_part(self) -> str:
        """How much is known of who backs it, where that is not all."""
        return known_in_part(self.proposal)

    @property
    def risk_areas(self) -> list[str]:
        """The names of its risk areas."""
        named = names(self.html.dataset, "risk_areas")
        return [str(named.get(a, a)) for a in str(self.proposal["risk_areas"]).split(LIST_SEPARATOR) if a]

    # ---- how far the sides meet on it

    @cached_property
    def _found(self) -> CommonGround:
        return common_ground(self.html.dataset, self.evidence)

    @property
    def _positions(self) -> Positions:
        return self._found.positions

    @property
    def common_ground(self) -> dict[str, str]:
        """Its tier with what is missing and what it rests on; or only the sentence that says why there is none."""
        found = self._found
        if found.sentence:
            return {"sentence": found.sentence}
        line = records(found.frame.loc[[self.id]])[0]
        n = plural(int(found.n[self.id]), "speaker")
        return {
            "sentence": "",
            "name": self._scope + self._named(self.id, line["tier"]),
            "about": self._found.tiers[line["tier"]].about,
            "score": f"score = {SCORE_FORMULA}: {line['score']:.2f} (group-aware consensus), "
            f"n = {n} of the compared sides.",
            "missing": found.missing[self.id],
            "weakest": known_by(records(found.basis.loc[[self.id]])[0]),
        }

    @property
    def _scope(self) -> str:
        over = scope(self.html.dataset, self.evidence)
        return f"{over}: " if over else ""

    def _named(self, id_: str, tier: str) -> str:
        """What a tier is called; not heard names the compared sides: others may well speak on it."""
        if tier != UNHEARD:
            return self._found.asks(id_)
        sides = listed(self.html.plain("sides", s) for s in self._found.sides)
        return f"{self._found.tiers[tier].words} from {sides}"

    def _tier_of(self, id_: str) -> str:
        tier = str(self._found.frame["tier"].get(id_, ""))
        return self._named(id_, tier) if tier else ""

    # ---- its ladder, its tree, its links

    @cached_property
    def _ladders(self) -> Ladder:
        return ladder(self.html.dataset, self.evidence)

    @property
    def rung(self) -> dict[str, str] | None:
        """On which rung of which ladder it is."""
        name = str(self.proposal["ladder"])
        if not name:
            return None
        place, of = self._ladders.places[self.id]
        return {"at": f"Rung {place} of {of}", "ladder": ladder_name(self.html.dataset, name)}

    @property
    def ladder(self) -> Markup:
        """The whole ladder."""
        name = str(self.proposal["ladder"])
        return ladders(self.html, self._ladders, self._found.sides, name) if name else Markup("")

    @property
    def tree(self) -> dict[str, Any] | None:
        """From its highest parent down to all below it; None where it is alone. `check` refuses a circle."""
        above, children = family(self.html.dataset, self.id)
        if not above and self.id not in children:
            return None
        node = self._branch(self.id, children)
        for id_ in reversed(above):
            node = {"id": id_, "here": False, "tier": self._tier_of(id_), "below": [node]}
        return node

    def _branch(self, id_: str, children: Mapping[str, Sequence[str]]) -> dict[str, Any]:
        below = [self._branch(c, children) for c in children.get(id_, ())]
        return {"id": id_, "here": id_ == self.id, "tier": self._tier_of(id_), "below": below}

    @property
    def links(self) -> list[dict[str, str]]:
        """Near matches and tensions, in both directions."""
        found = []
        for link in records(self.html.dataset.frames["links"]):
            pair = [str(link["proposal"]), str(link["other"])]
            if self.id in pair:
                other = pair[1] if pair[0] == self.id else pair[0]
                word = LINK_WORDS.get(str(link["kind"]), humane(str(link["kind"])))
                found.append({"word": word, "other": other, "tier": self._tier_of(other), "why": str(link["why"])})
        return found

    # ---- who says what, when, and who is silent

    @cached_property
    def _speaking(self) -> set[str]:
        """Who of the chosen actors speaks on it."""
        return speaking_on(self._positions, self.id)

    @cached_property
    def _statements(self) -> dict[str, pd.DataFrame]:
        """All statements on it by actor; none where an engine has them."""
        if self.html.dataset.on_engine:
            return {}
        statements = behind(self._positions, Picked(self.id)).statements
        return {str(a): own for a, own in statements.groupby("actor", sort=False, observed=True)}

    @property
    def voices(self) -> int:
        """How many speak on it."""
        return len(self._speaking)

    @property
    def counted(self) -> str:
        """How many take a position on it here, and how many more only spoke on it: `8 speakers, 2 without ...`."""
        at, ids = place(self.html.dataset, "proposals", self.id), self.html.dataset.frames["actors"]["id"]
        spoken = set(ids[self._positions.codes[at] != EMPTY])
        n = len(spoken & self._speaking)
        rest = f", {self.voices - n:,} without a position now" if self.voices > n else ""
        return f"{plural(n, 'speaker')}{rest}"

    @property
    def more_voices(self) -> int:
        """How many of them are not shown."""
        return max(0, self.voices - MOST)

    @property
    def sides(self) -> list[dict[str, object]]:
        """Every side that speaks, and those of none, each with its people and their cards."""
        counts, p = roll_up(self._positions), place(self.html.dataset, "proposals", self.id)
        actors = self.html.dataset.frames["actors"]
        speaking = actors[actors["id"].isin(self._speaking)]
        parts: list[dict[str, object]] = []
        left = MOST
        for side in [*self.html.dataset.frames["sides"]["id"], ""]:
            own = speaking[speaking["side"].astype("str") == side]["id"].tolist()
            if own:
                c = {k: int(counts[side][k][p]) for k in COUNTS} if side else {}
                words = f"{c['speakers']} of {plural(c['members'], 'member')} with a position" if side else ""
                parts.append({"id": side, "words": words, "people": [self._person(a) for a in own[:left]]})
                left -= len(own[:left])
        return parts

    def _person(self, actor: str) -> dict[str, object]:
        row, statements = self.html.row("actors", actor), self._statements.get(actor)
        at = place(self.html.dataset, "proposals", self.id), place(self.html.dataset, "actors", actor)
        code = int(self._positions.codes[at])
        cards: list[Markup] = []
        over = ""
        if statements is None:
            conditions = conditions_in(self._positions, self.id, actor)
        else:
            conditions = list(dict.fromkeys(str(c) for c in statements["condition"] if c))
            cards = statement_cards(self.html, statements)
            if len(statements) > 1 or code == EMPTY:
                over = over_time(self.html, self.id, actor, self.evidence)
        return {
            "id": actor,
            "stance": self._positions.states[code] if code != EMPTY else "",
            "n": int(self._positions.n[at]),
            "rule": self.evidence.rule,
            "about": "; ".join(v for v in (humane(str(row["authority"])), office(row)) if v),
            "official": row["authority"] == "official",
            "conditions": conditions,
            "over_time": over,
            "cards": cards,
        }

    @cached_property
    def _history(self) -> pd.DataFrame:
        own = replace(self.evidence, proposal=(self.id,))  # not of all proposals, to keep one
        frame = timeline(self.html.dataset, own).frame
        return frame[[self.id in p.split(LIST_SEPARATOR) for p in frame["proposal"]]]

    @property
    def history_count(self) -> str:
        """How many statements and events there are, none included."""
        return str(len(self._history))

    @property
    def history(self) -> Markup:
        """Statements and events in the order of time."""
        return history_list(self._history, self.html, PROPOSAL)

    @property
    def silences(self) -> list[dict[str, object]]:
        """Of every side that counts, who never spoke on it: those heard elsewhere, and those heard nowhere."""
        return [
            {
                "id": found.side,
                "words": f"{len(found.silent) + len(found.unheard)} of {plural(found.members, 'member')} silent"
                + (f", {found.unknown} not known" if found.unknown else ""),
                "silent": list(found.silent),
                "unheard": list(found.unheard),
                "most": MOST_NAMES,
            }
            for found in silent_on(self._positions, proposal=self.id)
        ]
