"""The sources' texts on this machine, and the quotes found in them: worked out once for all visitors."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import streamlit as st

from matrix.analysis.source_quotes import Quote, QuoteFound, find_in, quotes_of
from matrix.dashboard import datasets
from matrix.dataset.dataset import Dataset
from matrix.dataset.location import Location
from matrix.dataset.quotes import texts_of
from matrix.store.files import text_stamps, texts

Stamp = tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class SourceQuotes:
    """Whether there is a folder of texts, the text of each source that is in it, and every source's quotes."""

    has_folder: bool
    texts: Mapping[str, str]
    quotes: Mapping[str, list[Quote]]


def source_quotes(dataset: Dataset) -> SourceQuotes:
    """The quotes of all sources as they are found now."""
    folders = datasets.texts_folders(dataset)
    return _quotes(dataset, dataset.of_all_tables, folders, _key(folders), _stamp(folders))


def texts_here(dataset: Dataset) -> Mapping[str, str]:
    """The text of each source that is on this machine."""
    folders = datasets.texts_folders(dataset)
    return _texts(dataset, dataset.of_all_tables, folders, _key(folders), _stamp(folders)) if folders else {}


@st.cache_resource(max_entries=4, show_spinner=False)
def _texts(
    _dataset: Dataset, tables: str, _folders: tuple[Location, ...], key: tuple[bytes, ...], stamp: Stamp
) -> Mapping[str, str]:
    del tables, key, stamp  # only parts of the key: who may open the dataset has its texts, whoever opened it first
    files = {digest: text for folder in reversed(_folders) for digest, text in texts(folder).items()}
    return texts_of(dict(_dataset.frames), files)


@st.cache_resource(max_entries=4, show_spinner="Looking for the quotes in the texts …")
def _quotes(
    _dataset: Dataset, tables: str, _folders: tuple[Location, ...], key: tuple[bytes, ...], stamp: Stamp
) -> SourceQuotes:
    found = _texts(_dataset, tables, _folders, key, stamp) if _folders else {}
    quotes = {s: quotes_of(_dataset, s, found.get(s)) for s in _dataset.frames["sources"]["id"].tolist()}
    return SourceQuotes(bool(_folders), found, quotes)


def _key(folders: tuple[Location, ...]) -> tuple[bytes, ...]:
    return tuple(map(datasets.address_of, folders))


def _stamp(folders: tuple[Location, ...]) -> Stamp:
    """What tells that a file came, went or changed, without reading any."""
    return tuple(stamp for folder in folders for stamp in text_stamps(folder))


def find_quote(dataset: Dataset, source: str, quote: str) -> QuoteFound:
    """Look for a quote in the text of a source of the dataset, where that text is on this machine."""
    text = source_quotes(dataset).texts.get(source)
    if text is None:
        return QuoteFound("no text", quote)
    return find_in(text, quote)
