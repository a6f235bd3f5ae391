"""The Actor page: who one actor is, what they back on which conditions, who is near, what they said when."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property

import pandas as pd
from markupsafe import Markup

from matrix.analysis.comparison import NEAR_BY, ONLY, neighbours, only_backed
from matrix.analysis.events import mentions
from matrix.analysis.measures import number_text
from matrix.analysis.positions import Positions, fold
from matrix.analysis.silences import silent_beside_colleagues
from matrix.analysis.timeline import timeline
from matrix.analysis.voices import voices_of
from matrix.dashboard.html.cards import event_card
from matrix.dashboard.html.chronology import ACTOR, history_list
from matrix.dashboard.pages.detail_page import EntityView, show_one
from matrix.dataset.dataset import Dataset, Record, column, place, records
from matrix.dataset.selection import COLUMNS, Selection
from matrix.wording import capital, listed, plural

NO_EFFECT = (*COLUMNS, "stance", "search")
MOST = 5  # neighbours at each end
MOST_LINES = 120  # positions; the rest is counted
ABOUT_PAGE = (
    "One actor: who it is, every position with its conditions, who is near and who is far, and what was said when."
)


def show(dataset: Dataset, selection: Selection) -> None:
    """Draw the page from top to bottom."""
    shown = "One actor, whoever else is chosen"
    show_one(dataset, selection, ActorView, kind="actor", about=ABOUT_PAGE, shown=shown, unused=NO_EFFECT)


class ActorView(EntityView):
    """What the page of one actor shows, part by part."""

    @cached_property
    def actor(self) -> Record:
        """Its row."""
        return self.html.row("actors", self.id)

    @property
    def summary(self) -> str:
        """How many proposals it backs, opposes or takes neither side on; or why it has no position."""
        lines = self._lines
        if not len(lines):
            ever = self._positions.ever[:, place(self.html.dataset, "actors", self.id)].any()
            return (
                "No position of its own on the chosen evidence; what it said is below."
                if ever
                else "Named but unheard: no statement of it stands in these sources. That is not neutral."
            )
        backs = lines["score"] > 0
        counts = [
            (int(backs.sum()), "backs {}"),
            (int((backs & (lines["conditions"] != "")).sum()), "{} of them on a condition"),
            (int((lines["score"] < 0).sum()), "opposes {}"),
            (int((lines["score"] == 0).sum()), "takes neither side on {}"),
        ]
        return (
            f"Takes a position on {plural(len(lines), 'proposal')} in {plural(int(lines['n'].sum()), 'statement')} "
            f"(rule {self.evidence.rule}): {listed(words.format(n) for n, words in counts if n)}."
        )

    # ---- its positions, and who is near

    @cached_property
    def _positions(self) -> Positions:
        return fold(self.html.dataset, self.evidence)

    @cached_property
    def _lines(self) -> pd.DataFrame:
        """Its positions, in the order in which the matrix is read."""
        return voices_of(self._positions, actor=self.id)

    @property
    def positions_count(self) -> int:
        """On how many proposals it takes a position."""
        return len(self._lines)

    @property
    def more_positions(self) -> int:
        """How many of them are not shown."""
        return max(0, len(self._lines) - MOST_LINES)

    @property
    def themes(self) -> list[tuple[str, list[Record]]]:
        """Its positions by theme."""
        lines = self._lines.head(MOST_LINES)
        theme_of = lines["proposal"].map(column(self.html.dataset, "proposals", "theme")).astype("str")
        return [(str(theme), records(own)) for theme, own in lines.groupby(theme_of, sort=False)]

    @cached_property
    def only(self) -> list[str]:
        """The proposals that nobody else backs."""
        return list(only_backed(self._positions, actor=self.id))

    about_only = f"{capital(ONLY)}."

    @property
    def neighbours(self) -> dict[str, object]:
        """Whom it agrees with most and least, each with value and n."""
        found = neighbours(self._positions, actor=self.id)
        ends = [("Closest", found.closest(MOST)), ("Farthest", found.farthest(MOST))]
        others = [str(a) for _, lines in ends for a in lines["actor"]]
        verb = "is" if found.fewer == 1 else "are"
        fewer = f"{plural(found.fewer, 'other actor')} met on fewer than {found.least} proposals {verb}"
        return {
            "about": f"Agreement ({found.formula}); n = {found.n_words}, at least {found.least}. "
            "A few proposals in common say little: read the value beside its n.",
            "ends": [(title, [self._neighbour(r) for r in records(lines)]) for title, lines in ends if len(lines)],
            "hidden": found.hidden(others).in_words(self.html.dataset) if others else [],
            "least": found.least,
            "fewer": f"{fewer} left out." if found.fewer else "",
        }

    def _neighbour(self, line: Record) -> tuple[str, str, str, int]:
        side = str(self.html.row("actors", str(line["actor"]))["side"])
        return str(line["actor"]), side, number_text(NEAR_BY, line["value"]), int(line["n"])

    # ---- what was said when, and what was not

    @cached_property
    def _history(self) -> pd.DataFrame:
        if self.html.dataset.on_engine:
            return pd.DataFrame()
        own = replace(self.evidence, actor=(self.id,))  # not of all actors, to keep one
        frame = timeline(self.html.dataset, own).frame
        return frame[frame["actor"] == self.id]

    @property
    def history_count(self) -> int:
        """How many statements of its own there are."""
        return len(self._history)

    @property
    def history(self) -> Markup:
        """Its statements in the order of time."""
        return history_list(self._history, self.html, ACTOR)

    @cached_property
    def events(self) -> list[Markup]:
        """The cards of the events that name it."""
        events = records(self.html.dataset.frames["events"])
        return [event_card(self.html, e) for e in events if mentions(self.actor, e)]

    @cached_property
    def silent(self) -> list[str]:
        """Of an official: the proposals on which only other officials of its side have a position."""
        return list(silent_beside_colleagues(self._positions, actor=self.id))
