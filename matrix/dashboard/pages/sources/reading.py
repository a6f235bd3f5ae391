"""One source: its facts, its statements and events in the order of its text, and the text with the quotes marked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

import pandas as pd
import streamlit as st
from markupsafe import Markup

from matrix.analysis.positions import Positions
from matrix.analysis.source_quotes import (
    CONDITION_QUOTE,
    NO_TEXT,
    NOT_FOUND,
    QUOTE,
    STATE_SIGNS,
    STATE_WORDS,
    UNPLACED,
    VERIFIED,
    Quote,
    totals,
)
from matrix.analysis.statement_order import in_text_order
from matrix.dashboard import visit
from matrix.dashboard.datasets import refusal
from matrix.dashboard.html.cards import statement_list
from matrix.dashboard.html.dataset_html import DatasetHtml
from matrix.dashboard.html.templates import render
from matrix.dashboard.pages.data.coders import finishing
from matrix.dashboard.pages.sources.coding import coding
from matrix.dashboard.pages.sources.marked_text import by_row, place, target, text_html
from matrix.dashboard.pages.sources.replacing import replacing
from matrix.dashboard.paging import Stretch, stretch, turn
from matrix.dashboard.source_texts import SourceQuotes
from matrix.dataset.dataset import Record, records
from matrix.dataset.schema import MAIN
from matrix.wording import listed, plural, some_of

LANGUAGES = {"en": "English", "zh": "Chinese", "de": "German", "fr": "French", "es": "Spanish", "ru": "Russian"}
MOST = 300  # statements beside a text at once; the marks are theirs
TEMPLATE = "sources.html"
Checks = Mapping[tuple[str, str], list[Quote]]


def show_source(positions: Positions, every: pd.DataFrame, source: str, found: SourceQuotes, html: DatasetHtml) -> None:
    """Draw the source; `every` are its statements in the view, each with a `standing`."""
    dataset, quotes = positions.dataset, found.quotes[source]
    row, language = html.row("sources", source), str(html.row("sources", source)["language"])
    total = int((dataset.frames["statements"]["source"] == source).sum())
    statements = in_text_order(every)
    shown = _stretch(positions, statements, source)
    part = statements.iloc[shown.first : shown.last]
    events = in_text_order(dataset.frames["events"][dataset.frames["events"]["source"] == source])
    head = render(
        TEMPLATE,
        "head",
        html,
        row,
        language=LANGUAGES.get(language, language),
        shown=some_of(len(statements), total, "statement"),
        hidden=total - len(statements),
        checked=checked(quotes),
        counts=stance_counts(html, statements),
    )
    st.html(head)
    lists = _lists(html, part, records(events), by_row(quotes), shown)
    text = found.texts.get(source)
    if text is None:
        missing = render(TEMPLATE, "text_missing") if found.has_folder else Markup("")
        st.html(missing + lists)
    else:
        ids = {"statements": set(part["id"]), "events": set(events["id"])}
        marked = [q for q in quotes if q.row in ids[q.table]]
        if not refusal(dataset):
            if dataset.layer != MAIN:
                finishing(dataset, source)
            if source not in dataset.finished:
                coding(dataset, source, text)
        st.html(render(TEMPLATE, "beside_text", _jump(marked), text_html(html, text, marked, language), lists))
    turn(shown, "part")
    if text is not None and dataset.layer == MAIN and not refusal(dataset):
        replacing(dataset, source, text)


def stance_counts(html: DatasetHtml, statements: pd.DataFrame) -> list[tuple[str, int]]:
    """The stances of the scale that occur, in its order, each with its number of statements."""
    counts = statements["stance"].astype("str").value_counts()
    return [(s, int(counts[s])) for s in html.dataset.scale.ids if s in counts.index]


def checked(quotes: list[Quote]) -> str:
    """What came of all words taken from a source: `60 of 71 passages stand there and 11 do not`, in more words."""
    if not quotes:
        return "No words of this source are quoted yet."
    found = totals(quotes)
    if NO_TEXT in found:
        return (
            f"{plural(len(quotes), 'passage')} of its words{_of_what(quotes)}; the text is not here: none is compared."
        )
    words = {UNPLACED: "there, but the data does not say where", NOT_FOUND: "so there"}
    stand = {UNPLACED: ("stands", "stand"), NOT_FOUND: ("does not stand", "do not stand")}
    rest = [f"{n:,} {stand[state][n != 1]} {words[state]}" for state, n in found.items() if state != VERIFIED]
    verified, of = found.get(VERIFIED, 0), plural(len(quotes), "passage")
    all_of_it = (
        f"All {of} stand"
        if verified == len(quotes) > 1
        else f"{verified:,} of {of} {'stands' if verified == 1 else 'stand'}"
    )
    whole = f"{all_of_it} in the source as the data has them"
    return f"{listed([whole, *rest])}{_of_what(quotes)}."


def _of_what(quotes: list[Quote]) -> str:
    """Whose passages these are, where not all are of statements: there are more of them than statements then."""
    kinds = Counter("conditions" if q.column == CONDITION_QUOTE else q.table for q in quotes)
    parts = [f"{n:,} of {kind}" for kind, n in kinds.items()]
    return f" ({listed(parts)})" if set(kinds) != {"statements"} else ""


def _stretch(positions: Positions, statements: pd.DataFrame, source: str) -> Stretch:
    """The part of a long list that is shown: with the statement that a link led to, if it names one."""
    over = (positions.selection, source, positions.dataset.version)
    ids = statements["id"].tolist()
    at = visit.choice("at")
    if at in ids and visit.page_state().get("reading.at") != at:
        visit.page_state()["paging.part"] = over
        visit.choose("part", str(ids.index(at) // MOST + 1))
    visit.page_state()["reading.at"] = at
    return stretch(len(statements), "part", over, MOST)


def _lists(html: DatasetHtml, statements: pd.DataFrame, events: list[Record], checks: Checks, shown: Stretch) -> Markup:
    """The statements and the events of the source, each with what came of its quotes."""
    cards = statement_list(
        html,
        statements,
        first=shown.first + 1,
        beside=lambda s: _checks(checks.get(("statements", str(s["id"])), [])),
    )
    return render(
        TEMPLATE,
        "lists",
        shown.words("statement"),
        cards if len(statements) else "",
        [(e, _checks(checks.get(("events", str(e["id"])), []))) for e in events],
    )


def _checks(quotes: list[Quote]) -> Markup:
    """What came of a row's quotes, and links to their places in the text."""
    ordered = sorted(quotes, key=lambda q: q.column != QUOTE)
    lines = [
        {
            "state": q.state.replace(" ", "-"),
            "sign": STATE_SIGNS[q.state],
            "what": "" if q.column == QUOTE else "The condition: ",
            "words": STATE_WORDS[q.state],
            "start": q.start,
            "reason": f": {q.fault}" if q.fault else "",
        }
        for q in ordered
    ]
    words = {True: "In the text", False: "Condition in the text"}
    links = [(place(q), q.row, words[q.column == QUOTE]) for q in ordered if q.end]
    return render(TEMPLATE, "checks", lines, links)


def _jump(marked: list[Quote]) -> str:
    """Where a link into this text leads: to the statement's quote, or to the statement where that has no place."""
    of = [q for q in marked if q.table == "statements" and q.row == visit.choice("at")]
    placed = sorted((q for q in of if q.start is not None), key=lambda q: q.column != QUOTE)
    return place(placed[0]) if placed else target(of[0]) if of else ""
