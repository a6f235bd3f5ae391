"""Which quotes of a source stand in its text, and where, in words too: for a text with marks, and for a form."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import pandas as pd

from matrix.dataset.dataset import Dataset
from matrix.dataset.quotes import fault, places
from matrix.dataset.schema import QUOTED_TABLES

STATES = VERIFIED, UNPLACED, NOT_FOUND, NO_TEXT = ("verified", "unplaced", "not found", "text not here")
COLUMNS = QUOTE, CONDITION_QUOTE = ("quote", "condition_quote")
STATE_WORDS: Mapping[str, str] = {
    VERIFIED: "these words stand in the source",
    UNPLACED: "these words stand in the source; the data does not say where",
    NOT_FOUND: "these words do not stand so in the source",
    NO_TEXT: "not compared with the source: its text is not here",
}
STATE_SIGNS: Mapping[str, str] = {VERIFIED: "✓", UNPLACED: "○", NOT_FOUND: "✗", NO_TEXT: "–"}
AROUND = 45  # characters shown before and after a place


@dataclass(frozen=True)
class Quote:
    """One quote of one row: what came of looking for it, and the characters of the text that it covers, if known."""

    table: str
    row: str
    column: str
    state: str
    fault: str = ""  # what is wrong, in words
    start: int | None = None
    end: int | None = None

    @property
    def key(self) -> str:
        """A word of its own in the whole dataset, for anchors."""
        return f"{self.table}-{self.row}-{self.column}"


@dataclass(frozen=True)
class Segment:
    """A stretch of a text that the same quotes cover from its beginning to its end; those that begin here apart."""

    start: int
    end: int
    covering: tuple[Quote, ...]
    beginning: tuple[Quote, ...]


def quotes_of(dataset: Dataset, source: str, text: str | None) -> list[Quote]:
    """Every quote, condition_quote and event quote of a source, statements first; `text` is None where it is not here.

    Counted as `verify` counts: a quote without a `start` that stands in the text is `unplaced`; a condition_quote,
    which has no place of its own in the data, is verified wherever it stands.
    """
    found = []
    for table in QUOTED_TABLES:
        rows = dataset.frames[table]
        for _, row in rows[rows["source"] == source].iterrows():
            found += quotes_in(table, row, text)
    return found


def quotes_in(table: str, row: pd.Series, text: str | None) -> list[Quote]:
    """The quote and the condition_quote of one row, as far as it has them."""
    quote = _held(table, row, QUOTE, text, row["start"]) if row["quote"] else None
    if not row.get(CONDITION_QUOTE):
        return [quote] if quote else []
    near = quote.start if quote and quote.start is not None else 0
    return [*([quote] if quote else []), _held(table, row, CONDITION_QUOTE, text, "", near)]


def totals(quotes: Iterable[Quote]) -> dict[str, int]:
    """How many quotes are in which state; states without a quote are left out."""
    counts = Counter(q.state for q in quotes)
    return {state: counts[state] for state in STATES if counts[state]}


def segments(length: int, quotes: Sequence[Quote], cuts: Iterable[int] = ()) -> list[Segment]:
    """A text of so many characters as consecutive segments, cut where a quote begins or ends and at `cuts`."""
    placed = sorted(
        (q for q in quotes if q.start is not None and q.end is not None and q.start < q.end <= length),
        key=lambda q: (q.start or 0, -(q.end or 0)),
    )
    edges = {0, length, *(c for c in cuts if 0 < c < length)}
    edges |= {e for q in placed for e in (q.start, q.end) if e is not None}
    bounds, made, active, next_ = sorted(edges), [], list[Quote](), 0
    for start, end in pairwise(bounds):
        active = [q for q in active if (q.end or 0) > start]
        first = next_
        while next_ < len(placed) and placed[next_].start == start:
            next_ += 1
        beginning = placed[first:next_]
        active += beginning
        made.append(Segment(start, end, tuple(active), tuple(beginning)))
    return made


def _held(table: str, row: pd.Series, column: str, text: str | None, place: str, near: int = 0) -> Quote:
    """The quote of a column in the text: at its place, else at its only one, else the one that follows `near`."""
    quote = str(row[column])
    if text is None:
        return Quote(table, row["id"], column, NO_TEXT)
    if wrong := fault(text, quote, place):
        return Quote(table, row["id"], column, NOT_FOUND, wrong)
    if place:
        start: int | None = int(place)
    else:
        stands = places(text, quote)
        start = stands[min(bisect_left(stands, near), len(stands) - 1)] if column == CONDITION_QUOTE else None
        start = stands[0] if len(stands) == 1 else start
    state = UNPLACED if column == QUOTE and not place else VERIFIED
    return Quote(table, row["id"], column, state, "", start, None if start is None else start + len(quote))


# ---- one quote, in a text that may be here


@dataclass(frozen=True)
class QuoteFound:
    """Whether a quote is in a text: its places in characters, or what is wrong where it has none.

    `quote` is the quote with the line ends of the source.
    """

    kind: Literal["found", "missing", "no text"]
    quote: str
    places: tuple[int, ...] = ()
    why: str = ""
    text: str = ""

    def around(self, place: int) -> str:
        """The words about a place, on one line."""
        start, end = max(0, place - AROUND), place + len(self.quote) + AROUND
        words = " ".join(self.text[start:end].split())
        return ("…" if start else "") + words + ("…" if end < len(self.text) else "")


def find_in(text: str, quote: str) -> QuoteFound:
    """Where a quote is exactly; a page's field knows one kind of line end only, so the source's are tried."""
    tried = dict.fromkeys((quote, quote.replace("\r\n", "\n"), quote.replace("\r\n", "\n").replace("\n", "\r\n")))
    for one in tried:
        if found := places(text, one):
            return QuoteFound("found", one, tuple(found), text=text)
    return QuoteFound("missing", quote, why=fault(text, quote, ""))
