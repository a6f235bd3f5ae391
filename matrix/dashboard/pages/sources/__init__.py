"""The Sources page: every source with what was said in it; one of them opened, its text with the quotes in place."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from matrix.analysis.evidence import evidence
from matrix.analysis.positions import Positions, fold, view
from matrix.analysis.statement_order import left_out
from matrix.dashboard import state
from matrix.dashboard.html.render import Said, terms
from matrix.dashboard.html.text import bdi, esc, link, some_of
from matrix.dashboard.layout import beside_evidence, heading
from matrix.dashboard.pages.sources.reading import Counted, checked, published, show_source
from matrix.dashboard.paging import stretch, turn
from matrix.dashboard.source_texts import Held, held
from matrix.dataset.dataset import Dataset
from matrix.dataset.records import records
from matrix.dataset.selection import Selection

ABOUT_PAGE = (
    "Where it was said: every source with its date and its statements and, where its text is on this machine, "
    "the text with the quotes marked in place."
)
START = (
    "No texts are on this machine. To see the quotes in place, start the dashboard with the folder of the sources' "
    "texts: <code>policy-matrix serve --texts FOLDER</code>"
)


def show(dataset: Dataset, selection: Selection) -> None:
    """Draw the page from top to bottom: the source that is read, or the list of all."""
    heading(dataset, selection, "Sources", ABOUT_PAGE)
    positions = fold(dataset, selection)
    every = evidence(dataset, selection, every=True, seen=view(positions))
    found = held(dataset)
    with beside_evidence(positions):
        if reading := state.choice("reading"):
            show_source(positions, every[every["source"] == reading], reading, found, Said(dataset))
        elif len(dataset.frames["sources"]):
            _all(positions, every, found)
        else:
            st.html('<div class="pm-note" role="status"><p>The dataset has no source yet.</p></div>')
        if not found.named:
            st.html(f'<p class="pm-quiet">{START}</p>')
        _explained()


def _all(positions: Positions, every: pd.DataFrame, found: Held) -> None:
    dataset = positions.dataset
    chosen = positions.selection.source
    sources = dataset.frames["sources"]
    listed = sources[sources["id"].isin(chosen)] if chosen else sources
    shown = stretch(len(listed), "part", (positions.selection, dataset.version))
    said = Said(dataset)
    out = left_out(positions, every)
    counting = every.loc[every.index.difference(out.index, sort=False)]
    words = shown.words("source") if shown.pages > 1 else some_of(len(listed), len(sources), "source")
    items = "".join(
        _source(said, dict(source), counting[counting["source"] == source["id"]], found)
        for source in records(listed.iloc[shown.first : shown.last])
    )
    st.html(f'<h2>{esc(words)}</h2><ul class="pm-plain pm-sources">{items}</ul>')
    turn(shown, "part")


def _source(said: Said, source: dict[str, str], counting: pd.DataFrame, found: Held) -> str:
    id_ = source["id"]
    total = int((said.dataset.frames["statements"]["source"] == id_).sum())
    by = ", ".join(dict.fromkeys(v for v in (source["author"], source["publisher"]) if v))
    where = [
        link(source["url"], "Original page") if source["url"] else "No address is given",
        link(source["archived_url"], "Archived copy") if source["archived_url"] else "",
        "Text on this machine" if id_ in found.texts else "",
    ]
    counts = f"{some_of(len(counting), total, 'statement')} {'counts' if len(counting) == 1 else 'count'} here"
    return (
        f"<li><h3>{said.links.choosing('reading', id_, bdi(source['title']))}</h3>"
        f"<p>{bdi(by) + ' · ' if by else ''}{published(source)}</p>"
        f'<p class="pm-quiet">{" · ".join(w for w in where if w)}</p>'
        f"<p>{esc(counts) if total else 'No statement'}</p>{Counted(said).stances(counting)}"
        f'<p class="pm-quiet">{esc(checked(found.quotes[id_]))}</p></li>'
    )


def _explained() -> None:
    with st.popover("What the words mean", icon=":material/help:"):
        st.html(
            terms(
                ("Verified", "The quote stands in the source's text, character for character, at the place named."),
                ("Found without a place", "It stands in the text, but the data does not say at which character."),
                ("Not found", "It does not stand there as the data has it; what is nearest is named."),
                ("Quotes", "With those of conditions and of events; each is held against the text by itself."),
                ("Text not here", "No file on this machine has the text's fingerprint (SHA-256): nothing is claimed."),
                ("Marks", "The colour and sign are the stance of the statement; a diamond is an event."),
                ("Counts here", "It makes a position with the filters as they are."),
            )
        )
