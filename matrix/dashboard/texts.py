"""The sources' texts on this machine become quotes held against them, once for all visitors, until a file changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from matrix.analysis.source_quotes import NO_TEXT, NOT_FOUND, UNPLACED, VERIFIED, Quote, quotes_of
from matrix.dashboard import opening
from matrix.dataset.dataset import Dataset
from matrix.dataset.journal import below
from matrix.dataset.quotes import read_texts, texts_of

QUOTE_WORDS: Mapping[str, str] = {
    VERIFIED: "verified",
    UNPLACED: "found, but without a place in the data",
    NOT_FOUND: "not found as the data has it",
    NO_TEXT: "not held against the text, which is not here",
}
QUOTE_SIGNS: Mapping[str, str] = {VERIFIED: "✓", UNPLACED: "○", NOT_FOUND: "✗", NO_TEXT: "–"}
Stamp = tuple[tuple[str, int, int], ...]


@dataclass(frozen=True)
class Held:
    """Whether a folder of texts was named at all, the text of each source that is in it, and every source's quotes."""

    named: bool
    texts: Mapping[str, str]
    quotes: Mapping[str, list[Quote]]


def held(dataset: Dataset) -> Held:
    """The quotes of all sources as they are found now."""
    folder = opening.texts_folder()
    return _held(dataset, dataset.version, str(folder or ""), _stamp(folder) if folder else ())


def texts_here(dataset: Dataset) -> Mapping[str, str]:
    """The text of each source that is on this machine."""
    folder = opening.texts_folder()
    return _texts(dataset, dataset.version, str(folder), _stamp(folder)) if folder else {}


@st.cache_resource(max_entries=4, show_spinner=False)
def _texts(_dataset: Dataset, version: str, folder: str, stamp: Stamp) -> Mapping[str, str]:
    del version, stamp  # only parts of the key
    return texts_of(dict(_dataset.frames), read_texts(Path(folder)))


@st.cache_resource(max_entries=4, show_spinner="Looking for the quotes in the texts …")
def _held(_dataset: Dataset, version: str, folder: str, stamp: Stamp) -> Held:
    texts = _texts(_dataset, version, folder, stamp) if folder else {}
    quotes = {s: quotes_of(_dataset, s, texts.get(s)) for s in _dataset.frames["sources"]["id"].tolist()}
    return Held(bool(folder), texts, quotes)


def _stamp(folder: Path) -> Stamp:
    """What tells that a file came, went or changed, without reading any."""
    return tuple((str(f), s.st_size, s.st_mtime_ns) for f, s in below(folder, Path.stat))
