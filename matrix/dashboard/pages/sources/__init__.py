"""The Sources page: every source with what was said in it, and one with the quotes marked in its text."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from matrix.analysis.evidence import Standing, evidence
from matrix.analysis.positions import Positions, fold, view
from matrix.analysis.statement_order import left_out
from matrix.dashboard import visit
from matrix.dashboard.datasets import refusal
from matrix.dashboard.html.dataset_html import DatasetHtml
from matrix.dashboard.html.templates import render
from matrix.dashboard.page_choices import ADDING
from matrix.dashboard.page_frame import beside_evidence, explained, heading, note
from matrix.dashboard.pages.data.editing import show_outcome
from matrix.dashboard.pages.sources.add import SECTION, add_form, open_form
from matrix.dashboard.pages.sources.reading import TEMPLATE, checked, show_source, stance_counts
from matrix.dashboard.paging import stretch, turn
from matrix.dashboard.source_texts import SourceQuotes, source_quotes
from matrix.dataset.dataset import Dataset, Record, records
from matrix.dataset.schema import MAIN
from matrix.dataset.selection import Selection
from matrix.wording import some_of

ABOUT_PAGE = (
    "Where it was said: every source with its date and statements; where its text is here, with the quotes marked."
)


def show(dataset: Dataset, selection: Selection) -> None:
    """Draw the page from top to bottom: the source that is read, or the list of all."""
    facts = heading(dataset, selection, "Sources", ABOUT_PAGE)
    positions = fold(dataset, selection)
    every = evidence(dataset, selection, every=True, seen=view(positions))
    found = source_quotes(dataset)
    editable = dataset.location is not None and not refusal(dataset)
    if visit.choice(ADDING) and editable and dataset.layer == MAIN:
        with st.container(key="body"):
            add_form(dataset)
        return
    with beside_evidence(positions):
        show_outcome(SECTION)
        if editable and dataset.layer == MAIN and not visit.choice("reading"):
            with st.container(key="page-tools"):
                st.button("Add a source", icon=":material/add:", on_click=open_form)
        if reading := visit.choice("reading"):
            show_source(positions, every[every["source"] == reading], reading, found, DatasetHtml(dataset))
        elif len(dataset.frames["sources"]):
            _all(positions, every, found, facts.sources)
        else:
            adding = editable and dataset.layer == MAIN
            note(f"The dataset has no source yet{': “Add a source” brings one in' if adding else ''}.")
        if not found.has_folder:
            st.html(render(TEMPLATE, "no_texts"))
        _explained()


def _all(positions: Positions, every: pd.DataFrame, found: SourceQuotes, behind: int) -> None:
    """The list; `behind` of them have statements of the selection."""
    dataset, chosen = positions.dataset, positions.selection.source
    sources = dataset.frames["sources"]
    part = sources[sources["id"].isin(chosen)] if chosen else sources
    used = part["id"].isin(every.loc[every["standing"] != Standing.OUTSIDE, "source"])
    part = pd.concat([part[used], part[~used]])  # those of the selection first
    shown = stretch(len(part), "part", (positions.selection, dataset.version))
    html = DatasetHtml(dataset)
    out = left_out(positions, every)
    counting = every.loc[every.index.difference(out.index, sort=False)]
    words = shown.words("source") if shown.pages > 1 else some_of(len(part), len(sources), "source")
    words += f", {behind:,} with statements of this selection" if behind < len(part) else ""
    lines = [
        _line(html, source, counting[counting["source"] == source["id"]], found)
        for source in records(part.iloc[shown.first : shown.last])
    ]
    st.html(render(TEMPLATE, "listing", html, words, lines))
    turn(shown, "part")


def _line(html: DatasetHtml, source: Record, counting: pd.DataFrame, found: SourceQuotes) -> dict[str, object]:
    """A source with its statements that count, and what came of its quotes."""
    total = int((html.dataset.frames["statements"]["source"] == source["id"]).sum())
    counts = f"{some_of(len(counting), total, 'statement')} {'counts' if len(counting) == 1 else 'count'} here"
    return {
        "row": source,
        "has_text": source["id"] in found.texts,
        "counts": counts if total else "No statement",
        "stances": stance_counts(html, counting),
        "checked": checked(quotes) if (quotes := found.quotes[source["id"]]) else "",
    }


def _explained() -> None:
    explained(
        ("Verified", "The quote is in the source's text, character for character, at the place named."),
        ("Found without a place", "It is in the text, but the data does not say at which character."),
        ("Not found", "It is not there as the data has it; what is nearest is named."),
        ("Quotes", "With those of conditions and of events; each is compared with the text by itself."),
        ("Text not here", "No text that is kept here has its fingerprint (SHA-256): nothing is claimed."),
        ("Marks", "The colour and sign are the stance of the statement; a flag is an event."),
        ("Counts here", "It makes a position with the filters as they are."),
    )
