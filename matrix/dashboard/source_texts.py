"""The sources' texts on this machine, and whether and where a quote is in its source's text, word for word."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import streamlit as st

from matrix.analysis.source_quotes import NO_TEXT, NOT_FOUND, UNPLACED, VERIFIED, Quote, quotes_of
from matrix.dashboard import datasets
from matrix.dataset.dataset import Dataset
from matrix.dataset.quotes import fault, places, texts_of
from matrix.store.atomic_files import below
from matrix.store.folder import read_texts

QUOTE_WORDS: Mapping[str, str] = {
    VERIFIED: "verified",
    UNPLACED: "found, but without a place in the data",
    NOT_FOUND: "not found as the data has it",
    NO_TEXT: "not compared with the text, which is not here",
}
QUOTE_SIGNS: Mapping[str, str] = {VERIFIED: "✓", UNPLACED: "○", NOT_FOUND: "✗", NO_TEXT: "–"}
AROUND = 45  # characters shown before and after a place

Kind = Literal["found", "missing", "no text"]
Stamp = tuple[tuple[str, int, int], ...]


@dataclass(frozen=True)
class SourceQuotes:
    """Whether there is a folder of texts, the text of each source that is in it, and every source's quotes."""

    has_folder: bool
    texts: Mapping[str, str]
    quotes: Mapping[str, list[Quote]]


def source_quotes(dataset: Dataset) -> SourceQuotes:
    """The quotes of all sources as they are found now."""
    folder = datasets.texts_folder()
    return _quotes(dataset, dataset.version, str(folder or ""), _stamp(folder) if folder else ())


def texts_here(dataset: Dataset) -> Mapping[str, str]:
    """The text of each source that is on this machine."""
    folder = datasets.texts_folder()
    return _texts(dataset, dataset.version, str(folder), _stamp(folder)) if folder else {}


@st.cache_resource(max_entries=4, show_spinner=False)
def _texts(_dataset: Dataset, version: str, folder: str, stamp: Stamp) -> Mapping[str, str]:
    del version, stamp  # only parts of the key
    return texts_of(dict(_dataset.frames), read_texts(Path(folder)))


@st.cache_resource(max_entries=4, show_spinner="Looking for the quotes in the texts …")
def _quotes(_dataset: Dataset, version: str, folder: str, stamp: Stamp) -> SourceQuotes:
    texts = _texts(_dataset, version, folder, stamp) if folder else {}
    quotes = {s: quotes_of(_dataset, s, texts.get(s)) for s in _dataset.frames["sources"]["id"].tolist()}
    return SourceQuotes(bool(folder), texts, quotes)


def _stamp(folder: Path) -> Stamp:
    """What tells that a file came, went or changed, without reading any."""
    return tuple((str(f), s.st_size, s.st_mtime_ns) for f, s in below(folder, Path.stat))


@dataclass(frozen=True)
class QuoteFound:
    """Whether a quote is in a text: its places in characters, or what is wrong where it has none.

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


def find_quote(dataset: Dataset, source: str, quote: str) -> QuoteFound:
    """Look for a quote in the text of a source of the dataset, where that text is on this machine."""
    text = source_quotes(dataset).texts.get(source)
    if text is None:
        return QuoteFound("no text", quote)
    return find_in(text, quote)


def find_in(text: str, quote: str) -> QuoteFound:
    """Where a quote is exactly; a page's field knows one kind of line end only, so the source's are tried."""
    tried = dict.fromkeys((quote, quote.replace("\r\n", "\n"), quote.replace("\r\n", "\n").replace("\n", "\r\n")))
    for one in tried:
        if found := places(text, one):
            return QuoteFound("found", one, tuple(found), text=text)
    return QuoteFound("missing", quote, why=fault(text, quote, ""))
