"""The Statements page: every statement in the selection, to sort, search, read and copy with its citation."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping

import pandas as pd
import streamlit as st
from markupsafe import Markup

from matrix.analysis.citation import citation, citations
from matrix.analysis.evidence import evidence, standing_words
from matrix.analysis.option_counts import statement_counts
from matrix.analysis.positions import Positions, fold, view
from matrix.analysis.statement_order import (
    ACTOR,
    CONFIDENCE,
    NEWEST,
    OLDEST,
    PROPOSAL,
    SOURCE,
    STANCE,
    left_out,
    ordered,
)
from matrix.dashboard import controls, visit
from matrix.dashboard.datasets import while_open
from matrix.dashboard.filter_words import choices, in_words
from matrix.dashboard.html.cards import statement_list
from matrix.dashboard.html.dataset_html import DatasetHtml
from matrix.dashboard.html.templates import render
from matrix.dashboard.page_choices import LEFT_OUT
from matrix.dashboard.page_frame import beside_evidence, explained, heading, note, nothing_to_show
from matrix.dashboard.paging import MOST, stretch, turn
from matrix.dataset.dataset import Dataset, records
from matrix.dataset.selection import Selection
from matrix.export.formats import file_name
from matrix.wording import WHOSE_WORDS, capital, listed, plural

ABOUT_PAGE = "Who said what, where and when, in the source's words - each ready to be copied with its citation."
ORDER_WORDS = {
    NEWEST: "Newest first",
    OLDEST: "Oldest first",
    ACTOR: "Actor",
    PROPOSAL: "Proposal",
    STANCE: "Stance",
    SOURCE: "Source",
    CONFIDENCE: "Confidence",
}


def show(dataset: Dataset, selection: Selection) -> None:
    """Draw the page from top to bottom."""
    heading(dataset, selection, "Statements", ABOUT_PAGE)
    positions = fold(dataset, selection)
    every = evidence(dataset, selection, every=True, seen=view(positions))
    out = left_out(positions, every)
    counting = every.loc[every.index.difference(out.index, sort=False)]
    html = DatasetHtml(dataset)
    with beside_evidence(positions):
        _counts(html, selection)
        if not len(every):
            nothing_to_show(dataset, selection)
            return
        if len(counting):
            _counting(html, positions, counting)
        else:
            note("None of these statements counts with these filters.")
        if len(out):
            controls.opens(LEFT_OUT, _why(out), lambda: _left_out(out, html))
        _explained()


def _counts(html: DatasetHtml, selection: Selection) -> None:
    """How many there are of each stance and attribution; a click shows these alone."""
    found = statement_counts(html.dataset, selection)
    glyphs = {id_: f"{look.glyph} {look.word}" for id_, look in html.looks.items()}
    whose = {id_: capital(words) for id_, words in WHOSE_WORDS.items()}
    with st.container(key="page-counts", horizontal=True):
        for title, name, words in (
            ("Position that they make", "stance", glyphs),
            ("Whose words", "attribution", whose),
        ):
            chosen = getattr(selection, name)
            offered = {v: w for v, w in choices(html.dataset, name).items() if v in found[name] or v in chosen}
            if len(offered) > 1 or chosen:
                _only(title, name, {v: f"{words.get(v, w)} {found[name].get(v, 0):,}" for v, w in offered.items()})


def _only(title: str, name: str, offered: Mapping[str, str]) -> None:
    """Values of a filter side by side, each with its number."""
    key = visit.bound(f"only-{name}", [v for v in visit.filter_value(name) if v in offered])
    st.pills(
        title,
        list(offered),
        selection_mode="multi",
        format_func=lambda v: controls.label(offered[v]),
        key=key,
        on_change=lambda: visit.narrow(name, *st.session_state[key]),
    )


def _counting(html: DatasetHtml, positions: Positions, counting: pd.DataFrame) -> None:
    dataset, selection = html.dataset, positions.selection
    with st.container(key="page-choices", horizontal=True, vertical_alignment="center"):
        title = st.empty()
        order = controls.one("Sort by", "order", ORDER_WORDS, width=170)
        st.download_button(
            "Download this list (.txt)",
            data=while_open(dataset, _file(dataset, selection, counting, order)),
            file_name=file_name(dataset, selection, "txt"),
            mime="text/plain",
            icon=":material/download:",
            on_click="ignore",
        )
    shown = stretch(len(counting), "page", (selection, order, dataset.version))
    page = ordered(dataset, counting, order).iloc[shown.first : shown.last]
    title.html(
        render(
            "statements.html",
            "title",
            f"{shown.words('statement')} that {'counts' if shown.total == 1 else 'count'} here",
            f"Copy {'it' if len(page) == 1 else f'these {len(page)}'} with citation",
            citations(dataset, page),
            shown.pages > 1,
        )
    )
    st.html(_table(html, page, positions))
    st.html(render("statements.html", "on_paper", _list(html, page, shown.first + 1)))
    turn(shown, "page")


def _table(html: DatasetHtml, page: pd.DataFrame, positions: Positions) -> Markup:
    """A line for each statement; its words open all of it beside the list."""
    lines = []
    at, codes = html.dataset.frames["statements"].index.get_indexer(page.index), html.dataset.codes
    made = [positions.states[code] for code in positions.codes[codes.proposal[at], codes.actor[at]]]
    for s, (_, series), position in zip(records(page), page.iterrows(), made, strict=True):
        lines.append(
            {
                "s": s,
                "actor": html.row("actors", s["actor"]),
                "words": html.carried(s),
                "whose": WHOSE_WORDS.get(s["attribution"], s["attribution"]),
                "citation": citation(html.dataset, series),
                # What its filter goes by, where other statements of the actor fold it into another one.
                "position": html.word(position) if position != s["stance"] else "",
            }
        )
    return render("statements.html", "table_of", html, lines)


def _file(dataset: Dataset, selection: Selection, counting: pd.DataFrame, order: str) -> Callable[[], bytes]:
    """A function that builds the file; the list is sorted and written out only when it is asked for."""

    def build() -> bytes:
        chosen = "; ".join(in_words(dataset, selection, most=99).values()) or "no filter is set"
        head = f"{dataset.title}, version {dataset.version}\n{plural(len(counting), 'statement')}; {chosen}"
        # With a mark of its encoding: an old editor would show Chinese names as noise without it.
        return citations(dataset, ordered(dataset, counting, order), heading=head).encode("utf-8-sig")

    return build


def _left_out(out: pd.DataFrame, html: DatasetHtml) -> None:
    st.html(_list(html, out.head(MOST)))
    if len(out) > MOST:
        st.html(render("statements.html", "more_left_out", len(out) - MOST))


def _list(html: DatasetHtml, statements: pd.DataFrame, first: int = 1) -> Markup:
    """Cards, each with the way to its place in its source."""
    in_source = html.links.in_source
    return statement_list(html, statements, first=first, beside=lambda s: in_source(str(s["source"]), str(s["id"])))


def _why(out: pd.DataFrame) -> str:
    """How many do not count, and why: `7 more do not count here: 5 superseded, 2 outside the chosen evidence`."""
    kinds = Counter(map(standing_words, out["standing"]))
    reasons = listed(f"{n:,} {reason}" for reason, n in kinds.most_common())
    return f"{len(out):,} more {'does' if len(out) == 1 else 'do'} not count here: {reasons}"


def _explained() -> None:
    explained(
        ("Statement", "One actor, one proposal, one stance, one quote in one source on one date."),
        ("Quoted", "The source gives the words as the speaker's own."),
        ("Paraphrased", "The words are the source's; only their sense is the speaker's."),
        ("Position", "What all statements of an actor on a proposal come to; filters of stance go by it."),
        ("Counts", "It makes the position of its cell, with the filters as they are."),
        ("Superseded", "A later statement of the same side on the same proposal took its place."),
        ("Date", "When it was said; where the day is not known, the span is, and why. Undated ones come last."),
        ("Confidence", "How sure the coder is that the statement is read rightly."),
    )
