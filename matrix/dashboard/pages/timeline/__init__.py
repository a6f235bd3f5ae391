"""The Timeline page: who said what when, the matrix as of a day, what changed between two, and what stays unsettled."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pandas as pd
import streamlit as st

from matrix.analysis.events import conflicting_events, silent_events
from matrix.analysis.evidence import standing_words
from matrix.analysis.positions import Positions, fold
from matrix.analysis.sides import has_officials
from matrix.analysis.silences import official_silences
from matrix.analysis.timeline import FILTERS_OF_EVENTS, UNDATED, Timeline, timeline
from matrix.dashboard import controls, visit
from matrix.dashboard.evidence_panel import closable
from matrix.dashboard.figures import files, frame_table
from matrix.dashboard.filter_words import choices
from matrix.dashboard.html.cards import event_card
from matrix.dashboard.html.dataset_html import DatasetHtml
from matrix.dashboard.html.templates import render
from matrix.dashboard.page_choices import AS_OF, CHANGES, LANES, TABLE, TIMELINE, UNSETTLED
from matrix.dashboard.page_choices import EVENT as EVENT_OPEN
from matrix.dashboard.page_frame import beside_evidence, explained, heading, note, nothing_to_show
from matrix.dashboard.pages.timeline.as_of import day_slider, show_as_of
from matrix.dashboard.pages.timeline.lanes import drawings, lanes
from matrix.dashboard.pages.timeline.position_changes import show_changes
from matrix.dataset.dataset import Dataset, records
from matrix.dataset.schema import LIST_SEPARATOR
from matrix.dataset.selection import Selection
from matrix.palette import stances_of
from matrix.wording import capital, humane

ABOUT_PAGE = "Who said what when, what the matrix was on a day, what changed between two, and what stays unsettled."
VIEW_WORDS = {
    LANES: "In lanes",
    AS_OF: "As of a day",
    CHANGES: "What changed",
    UNSETTLED: "Not settled",
}
MOST = 60  # undated lines


def show(dataset: Dataset, selection: Selection) -> None:
    """Draw the page from top to bottom; only the chosen view is computed."""
    facts = heading(dataset, selection, "Timeline", ABOUT_PAGE)
    positions = fold(dataset, selection)
    with beside_evidence(positions, lambda: _event(DatasetHtml(dataset), visit.choice(EVENT_OPEN))):
        with st.container(key="page-tools"):
            view = controls.switch("View", "time", VIEW_WORDS)
        if view in (LANES, AS_OF):
            day_slider(dataset, selection)
        if view in (AS_OF, CHANGES) and not facts.positions and not selection.as_of:
            nothing_to_show(dataset, selection)
        else:
            SHOW[view](positions, DatasetHtml(dataset))
        _explained()


def _lanes(positions: Positions, html: DatasetHtml) -> None:
    dataset, selection = positions.dataset, positions.selection
    found = timeline(dataset, selection).within
    if not found.n:
        nothing_to_show(dataset, selection)
        return

    if found.sentence:
        note(found.sentence)
    else:
        _picture(found, dataset, html)
    undated = found.frame[found.frame["span"] == UNDATED]
    st.html(render("timeline.html", "undated", html, records(undated.head(MOST)), len(undated)))
    if len(dataset.frames["events"]):
        st.html(render("parts.html", "quiet", FILTERS_OF_EVENTS))


def _picture(found: Timeline, dataset: Dataset, html: DatasetHtml) -> None:
    """The lanes with their words, and the same as files and as a table."""
    from matrix import charts
    from matrix.charts.timeline import timeline_words

    made = drawings(dataset, found)
    words = timeline_words(found, max(made, key=lambda drawing: len(drawing.line.breaks)))
    st.html(render("page_frame.html", "figure_title", words.title, "", words.subtitle))
    st.html(lanes(found, made, html))
    files(
        dataset,
        TIMELINE,
        lambda width, dark: charts.timeline(found, dataset, width=width, dark=dark),
        st.context.theme.type == "dark",
    )
    controls.opens(TABLE, "The same as a table", lambda: frame_table(_table(found, dataset)))


def _event(html: DatasetHtml, id_: str) -> None:
    """The card of the chosen event, in the place of a cell's evidence."""
    if not id_:
        return
    with closable("close-event", visit.choose, EVENT_OPEN):
        st.html(event_card(html, html.row("events", id_)))


def _table(found: Timeline, dataset: Dataset) -> pd.DataFrame:
    """The same in words, lane by lane and in the order of time."""
    names = {lane.id: lane.name for lane in found.lanes}
    order = {id_: i for i, id_ in enumerate(names)}
    stances, titles = stances_of(dataset), choices(dataset, "proposal")
    actors, sources = choices(dataset, "actor"), choices(dataset, "source")
    lines = found.frame.sort_values("lane", key=lambda c: c.map(order), kind="stable")
    return pd.DataFrame(
        [
            {
                "Lane": names[r["lane"]],
                "Date": r["date"],
                "Who or what": actors[r["actor"]] if r["actor"] else f"Event: {r['title']}",
                "Stance or status": stances[r["stance"]].word if r["stance"] else humane(r["status"]),
                "Proposal": "; ".join(titles[p] for p in r["proposal"].split(LIST_SEPARATOR) if p),
                "Standing": capital(standing_words(r["standing"], r["by"])) if r["standing"] else "",
                "Source": sources.get(r["source"], ""),
                "About the date": r["date_note"],
                "Id": r["id"],
            }
            for r in records(lines)
        ]
    )


def _unsettled(positions: Positions, html: DatasetHtml) -> None:
    """Conflicts of fact side by side, silences that a source reports, and silences of officials."""
    pairs = [[event_card(html, c.one), event_card(html, c.other)] for c in conflicting_events(html.dataset)]
    st.html(render("timeline.html", "conflicts", pairs))
    st.html(render("timeline.html", "silent_events", [event_card(html, e) for e in silent_events(html.dataset)]))
    if not has_officials(positions):
        return
    found = official_silences(positions)
    sides = [
        (str(side), int(lines["officials"].iloc[0]), records(lines))
        for side, lines in found.frame.groupby("side", sort=False)
    ]
    st.html(render("timeline.html", "silences", html, found.formula, sides, found.n))


def _explained() -> None:
    explained(
        ("Upright", "The day of the marks beside it is known exactly."),
        ("Bar above", "All that is known: it was on some day between the bar's two ends."),
        ("Arrow", "Open on one side: not after (←), or not before (→), the day at the upright."),
        ("//", "A long stretch without an exact day, drawn narrower; how long it is stands at the top."),
        ("Number", "That many statements with this stance on that date; a click lists them."),
        ("Dashed, dotted", "An event that is planned, or unconfirmed: only claimed, or announced without being sure."),
        ("Undated", "No day, month or year is known; listed below the picture with why."),
        ("As of", "The matrix from the statements made by that day at the latest; the same as the filter."),
        ("Superseded", "A later statement of the same side takes its place."),
    )


SHOW: Mapping[str, Callable[[Positions, DatasetHtml], None]] = {
    LANES: _lanes,
    AS_OF: show_as_of,
    CHANGES: show_changes,
    UNSETTLED: _unsettled,
}
