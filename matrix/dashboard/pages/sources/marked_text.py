"""A source's text as HTML with its quotes marked in place: coloured by stance, each a link to its statement.

The text may hold anything and be long: all of it is escaped, and it is cut into blocks that a browser lays out only
when they are looked at.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby

from markupsafe import Markup

from matrix.analysis.source_quotes import CONDITION_QUOTE, Quote, Segment, segments
from matrix.dashboard.html.cards import anchor
from matrix.dashboard.html.dataset_html import DatasetHtml
from matrix.dashboard.html.templates import render
from matrix.palette import EVENT_GLYPH, Look

BLOCK, LONGEST = 3_000, 20_000  # characters of a block: it ends with a line, and without lines at the longest
_MOST_SIGNS = 6  # signs before one quote; the rest is a number


def text_html(html: DatasetHtml, text: str, quotes: Sequence[Quote], language: str = "") -> Markup:
    """The whole text with these quotes marked."""
    cuts = list(_cuts(text))
    ends = {*cuts, len(text)}
    marks = Marks(html, text)
    blocks: list[list[str]] = []
    block: list[str] = []
    for segment in segments(len(text), quotes, cuts):
        block.append(marks.segment(segment))
        if segment.end in ends:
            blocks.append(block)
            block = []
    return render("sources.html", "text", language, blocks)


@dataclass(frozen=True, eq=False)
class Marks:
    """Makes the HTML of a text's segments."""

    html: DatasetHtml
    text: str

    def segment(self, segment: Segment) -> str:
        """Its words; marked where a quote covers them, behind the signs of the quotes that begin there."""
        words = self._words(segment)
        if not segment.covering:
            return words
        looks = {look.id: look for q in segment.covering if (look := self._look(q))}
        kinds = " pm-several" if len(looks) > 1 else "" if looks else " pm-event"
        kinds += " pm-if" if all(q.column == CONDITION_QUOTE for q in segment.covering) else ""
        signs = [self._sign(q) for q in segment.beginning]
        title = ", ".join(dict.fromkeys(self._name(q) for q in segment.covering[:12]))
        return render(
            "sources.html",
            "mark",
            signs[:_MOST_SIGNS],
            signs[_MOST_SIGNS:],
            kinds,
            next(iter(looks.values()), None),
            target(segment.covering[-1]),  # of the innermost
            title,
            words,
        )

    def _words(self, segment: Segment) -> str:
        """Its characters, with one line end for each, whatever they were."""
        words = self.text[segment.start : segment.end]
        return words.replace("\r", "" if self._newlines else "\n")

    @cached_property
    def _newlines(self) -> bool:
        return "\n" in self.text

    def _sign(self, quote: Quote) -> dict[str, object]:
        """A small link before a quote: the stance's glyph; `if` for a condition, a diamond for an event."""
        look = self._look(quote)
        glyph = EVENT_GLYPH if look is None else f"{look.glyph} if" if quote.column == CONDITION_QUOTE else look.glyph
        return {"id": place(quote), "jump": target(quote), "look": look, "name": self._name(quote), "glyph": glyph}

    def _look(self, quote: Quote) -> Look | None:
        if quote.table != "statements":
            return None
        return self.html.looks[str(self.html.row("statements", quote.row)["stance"])]

    def _name(self, quote: Quote) -> str:
        look = self._look(quote)
        if look is None:
            return f"Event {quote.row}: {self.html.row('events', quote.row)['title']}"
        actor = self.html.plain("actors", str(self.html.row("statements", quote.row)["actor"]))
        condition = "Condition in statement" if quote.column == CONDITION_QUOTE else "Statement"
        return f"{condition} {quote.row}: {actor}, {look.word.lower()}"


def place(quote: Quote) -> str:
    """The id of a quote's sign in the text."""
    return f"at-{quote.key}"


def target(quote: Quote) -> str:
    """The id of what a quote belongs to, in the list beside the text."""
    return anchor(quote.row) if quote.table == "statements" else f"ev-{quote.row}"


def by_row(quotes: Sequence[Quote]) -> Mapping[tuple[str, str], list[Quote]]:
    """The quotes of each row: its own, and that of its condition."""
    ordered = sorted(quotes, key=lambda q: (q.table, q.row))
    return {key: list(group) for key, group in groupby(ordered, key=lambda q: (q.table, q.row))}


def _cuts(text: str) -> Iterator[int]:
    """Where a block ends: behind a line's end, or where a line is too long to be laid out at once."""
    at = 0
    while len(text) - at > BLOCK:
        line = text.find("\n", at + BLOCK, at + LONGEST)
        blank = text.rfind(" ", at, at + LONGEST)
        if line < 0 and len(text) - at <= LONGEST:
            return
        at = line + 1 if line >= 0 else blank + 1 if blank > at else at + LONGEST
        if at < len(text):
            yield at
