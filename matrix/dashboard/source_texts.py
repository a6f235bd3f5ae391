"""The sources' texts on this machine, and the quotes found in them: worked out once for all visitors."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from matrix.analysis.source_quotes import Quote, QuoteFound, find_in, quotes_of
from matrix.dashboard import datasets
from matrix.dataset.dataset import Dataset
from matrix.dataset.quotes import texts_of
from matrix.store.atomic_files import below
from matrix.store.folder import read_texts

Stamp = tuple[tuple[str, int, int], ...]


@dataclass(frozen=True)
class SourceQuotes:
    """Whether there is a folder of texts, the text of each source that is in it, and every source's quotes."""

    has_folder: bool
    texts: Mapping[str, str]
    quotes: Mapping[str, list[Quote]]


def source_quotes(dataset: Dataset) -> SourceQuotes:
    """The quotes of all sources as they are found now."""
    folders = datasets.texts_folders(dataset)
    return _quotes(dataset, _version(dataset), folders, _stamp(folders))


def texts_here(dataset: Dataset) -> Mapping[str, str]:
    """The text of each source that is on this machine."""
    folders = datasets.texts_folders(dataset)
    return _texts(dataset, _version(dataset), folders, _stamp(folders)) if folders else {}


def _version(dataset: Dataset) -> str:
    """The version with all sources' hashes: that of a layer does not cover its sources."""
    return " ".join((dataset.version, *dataset.frames["sources"]["sha256"]))


@st.cache_resource(max_entries=4, show_spinner=False)
def _texts(_dataset: Dataset, version: str, folders: tuple[Path, ...], stamp: Stamp) -> Mapping[str, str]:
    del version, stamp  # only parts of the key
    files = {digest: text for folder in reversed(folders) for digest, text in read_texts(folder).items()}
    return texts_of(dict(_dataset.frames), files)


@st.cache_resource(max_entries=4, show_spinner="Looking for the quotes in the texts …")
def _quotes(_dataset: Dataset, version: str, folders: tuple[Path, ...], stamp: Stamp) -> SourceQuotes:
    texts = _texts(_dataset, version, folders, stamp) if folders else {}
    quotes = {s: quotes_of(_dataset, s, texts.get(s)) for s in _dataset.frames["sources"]["id"].tolist()}
    return SourceQuotes(bool(folders), texts, quotes)


def _stamp(folders: tuple[Path, ...]) -> Stamp:
    """What tells that a file came, went or changed, without reading any."""
    return tuple((str(f), s.st_size, s.st_mtime_ns) for folder in folders for f, s in below(folder, Path.stat))


def find_quote(dataset: Dataset, source: str, quote: str) -> QuoteFound:
    """Look for a quote in the text of a source of the dataset, where that text is on this machine."""
    text = source_quotes(dataset).texts.get(source)
    if text is None:
        return QuoteFound("no text", quote)
    return find_in(text, quote)
