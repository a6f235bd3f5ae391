"""A source's text becomes HTML with its quotes marked in place: coloured by stance, each a link to its statement.

The text is untrusted and may be long: all of it is escaped, and it is cut into blocks that a browser lays out only
when they are looked at.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby

from matrix.analysis.source_quotes import CONDITION_QUOTE, Quote, Segment, segments
from matrix.dashboard.html.render import Said
from matrix.dashboard.html.statement_list import anchor
from matrix.dashboard.html.text import colour, esc
from matrix.palette import Look

BLOCK, LONGEST = 3_000, 20_000  # characters of a block: it ends with a line, and without lines at the longest
_MOST_SIGNS = 6  # signs before one quote; the rest is a number


def text_html(said: Said, text: str, quotes: Sequence[Quote], language: str = "") -> str:
    """The whole text with these quotes marked."""
    cuts = list(_cuts(text))
    ends = {cut: i for i, cut in enumerate(cuts)}
    marks = Marks(said, text)
    blocks, block = [], []
    for segment in segments(len(text), quotes, cuts):
        block.append(marks.html(segment))
        if segment.end in ends or segment.end == len(text):
            blocks.append(f'<div class="pm-block" dir="auto">{"".join(block)}</div>')
            block = []
    lang = f' lang="{esc(language)}"' if language else ""
    return (
        f'<div class="pm-text"{lang} tabindex="0" role="region" aria-label="The text of the source">'
        f"{''.join(blocks)}</div>"
    )


@dataclass(frozen=True, eq=False)
class Marks:
    """Makes the HTML of a text's segments."""

    said: Said
    text: str

    def html(self, segment: Segment) -> str:
        """A segment, marked where a quote covers it, behind the signs of those that begin there."""
        words = esc(self._words(segment))
        if not segment.covering:
            return words
        looks = {look.id: look for q in segment.covering if (look := self._look(q))}
        kinds = " pm-several" if len(looks) > 1 else "" if looks else " pm-told"
        only_condition = all(q.column == CONDITION_QUOTE for q in segment.covering)
        kinds += " pm-if" if only_condition else ""
        look = next(iter(looks.values()), None)
        style = f' style="{_style(look)}"' if look else ""
        first = segment.covering[-1]  # the innermost
        said = ", ".join(dict.fromkeys(self._name(q) for q in segment.covering[:12]))
        return (
            f"{self._signs(segment.beginning)}"
            f'<mark class="pm-mark{kinds}"{style} data-jump="{target(first)}" title="{esc(said)}">{words}</mark>'
        )

    def _words(self, segment: Segment) -> str:
        """Its characters, with one line end for each, whatever they were."""
        words = self.text[segment.start : segment.end]
        return words.replace("\r", "" if self._newlines else "\n")

    @cached_property
    def _newlines(self) -> bool:
        return "\n" in self.text

    def _signs(self, beginning: Sequence[Quote]) -> str:
        signs = [self._sign(q) for q in beginning]
        more = len(signs) - _MOST_SIGNS
        rest = "".join(signs[_MOST_SIGNS:])
        tail = f'<details class="pm-signs"><summary>+{more}</summary>{rest}</details>' if more > 0 else ""
        return "".join(signs[:_MOST_SIGNS]) + tail

    def _sign(self, quote: Quote) -> str:
        """A small link before a quote: the stance's glyph; `if` for a condition, a diamond for an event."""
        look = self._look(quote)
        shown = "◆" if look is None else f"{look.glyph} if" if quote.column == CONDITION_QUOTE else look.glyph
        style = f' style="{_style(look)}"' if look else ""
        return (
            f'<a class="pm-sign" id="{place(quote)}" href="#{target(quote)}" data-jump="{target(quote)}"{style} '
            f'title="{esc(self._name(quote))}" aria-label="{esc(self._name(quote))}">{esc(shown)}</a>'
        )

    def _look(self, quote: Quote) -> Look | None:
        if quote.table != "statements":
            return None
        return self.said.cards.looks[str(self.said.row("statements", quote.row)["stance"])]

    def _name(self, quote: Quote) -> str:
        look = self._look(quote)
        if look is None:
            return f"Event {quote.row}: {self.said.row('events', quote.row)['title']}"
        actor = self.said.plain("actors", str(self.said.row("statements", quote.row)["actor"]))
        condition = "Condition in statement" if quote.column == CONDITION_QUOTE else "Statement"
        return f"{condition} {quote.row}: {actor}, {look.word.lower()}"


def place(quote: Quote) -> str:
    """The id of a quote's sign in the text."""
    return f"at-{esc(quote.key)}"


def target(quote: Quote) -> str:
    """The id of what a quote belongs to, in the list beside the text."""
    return anchor(quote.row) if quote.table == "statements" else f"ev-{esc(quote.row)}"


def by_row(quotes: Sequence[Quote]) -> Mapping[tuple[str, str], list[Quote]]:
    """The quotes of each row: its own, and that of its condition."""
    ordered = sorted(quotes, key=lambda q: (q.table, q.row))
    return {key: list(group) for key, group in groupby(ordered, key=lambda q: (q.table, q.row))}


def _style(look: Look) -> str:
    return f"--l:{colour(look.light)};--d:{colour(look.dark)}"


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
