"""A quote is looked for in its source's text: where it stands, word for word, or that it does not."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import streamlit as st

from matrix.dashboard.opening import texts_folder
from matrix.dataset.dataset import Dataset
from matrix.dataset.quotes import fault, places, read_texts, texts_of

AROUND = 45  # characters shown before and after a place

Kind = Literal["found", "missing", "no text"]


@dataclass(frozen=True)
class Standing:
    """Whether a quote stands in a text: its places (characters from the beginning), and what is wrong where it has none.

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
    folder = texts_folder()
    text = _texts(dataset, dataset.version, str(folder), _stamp(folder)).get(source) if folder else None
    if text is None:
        return Standing("no text", quote)
    return standing(text, quote)


def standing(text: str, quote: str) -> Standing:
    """Where a quote stands exactly; a field of a web page knows one kind of line end only, so the source's are tried."""
    tried = dict.fromkeys((quote, quote.replace("\r\n", "\n"), quote.replace("\r\n", "\n").replace("\n", "\r\n")))
    for one in tried:
        if found := places(text, one):
            return Standing("found", one, tuple(found), text=text)
    return Standing("missing", quote, why=fault(text, quote, ""))


def _stamp(folder: Path | None) -> tuple[tuple[str, int, int], ...]:
    if folder is None:
        return ()
    files = sorted(f for f in folder.rglob("*") if f.is_file())
    return tuple((str(f), s.st_mtime_ns, s.st_size) for f in files for s in [f.stat()])


@st.cache_resource(max_entries=2, show_spinner="Reading the sources' texts …")
def _texts(_dataset: Dataset, version: str, folder: str, stamp: tuple[tuple[str, int, int], ...]) -> dict[str, str]:
    del version, stamp  # only parts of the key
    return texts_of(dict(_dataset.frames), read_texts(Path(folder)))
