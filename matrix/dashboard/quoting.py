"""A quote is looked for in its source's text: where it stands, word for word, or that it does not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from matrix.dashboard.texts import held
from matrix.dataset.dataset import Dataset
from matrix.dataset.quotes import fault, places

AROUND = 45  # characters shown before and after a place

Kind = Literal["found", "missing", "no text"]


@dataclass(frozen=True)
class Standing:
    """Whether a quote stands in a text: its places in characters, or what is wrong where it has none.

    `quote` is the quote with the line ends of the source.
    """

    kind: Kind
    quote: str
    places: tuple[int, ...] = ()
    why: str = ""
    text: str = ""

    def around(self, place: int) -> str:
        """The words about a place, on one line."""
        start, end = max(0, place - AROUND), place + len(self.quote) + AROUND
        words = " ".join(self.text[start:end].split())
        return ("…" if start else "") + words + ("…" if end < len(self.text) else "")


def look(dataset: Dataset, source: str, quote: str) -> Standing:
    """Look for a quote in the text of a source of the dataset, where that text is on this machine."""
    text = held(dataset).texts.get(source)
    if text is None:
        return Standing("no text", quote)
    return standing(text, quote)


def standing(text: str, quote: str) -> Standing:
    """Where a quote stands exactly; a page's field knows one kind of line end only, so the source's are tried."""
    tried = dict.fromkeys((quote, quote.replace("\r\n", "\n"), quote.replace("\r\n", "\n").replace("\n", "\r\n")))
    for one in tried:
        if found := places(text, one):
            return Standing("found", one, tuple(found), text=text)
    return Standing("missing", quote, why=fault(text, quote, ""))
