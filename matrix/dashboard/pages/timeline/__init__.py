"""The Timeline page: who said what when, the matrix as of a day, what changed between two, and what stays unsettled."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd
import streamlit as st

from matrix.analysis.empty_selection import culprits
from matrix.analysis.picked import Picked
from matrix.analysis.positions import Positions, fold
from matrix.analysis.timeline import EVENT, FILTERS_OF_EVENTS, STATEMENT, UNDATED, lanes, timeline
from matrix.dashboard import controls, state
from matrix.dashboard.figures import figure
from matrix.dashboard.html.render import Said, event_card, terms
from matrix.dashboard.html.text import bdi, esc, humane
from matrix.dashboard.layout import beside_evidence, heading, refuse
from matrix.dashboard.names import choices
from matrix.dashboard.pages.timeline.as_of import day_slider, show_as_of
from matrix.dashboard.pages.timeline.changes import show_changes
from matrix.dashboard.pages.timeline.unsettled import show_unsettled
from matrix.dashboard.params import AS_OF, CHANGES, LANES, TIMELINE, UNSETTLED
from matrix.dataset.dataset import Dataset
from matrix.dataset.records import Record, records
from matrix.dataset.schema import LIST_SEPARATOR
from matrix.dataset.selection import Selection
from matrix.palette import stances_of
from matrix.wording import plural

ABOUT_PAGE = "Who said what when, what the matrix was on a day, what changed between two, and what stays unsettled."
VIEW_WORDS = {
    LANES: "In lanes",
    AS_OF: "Matrix as of a day",
    CHANGES: "What changed",
    UNSETTLED: "Not settled",
}
MOST = 60  # lines of the tray


def show(dataset: Dataset, selection: Selection) -> None:
    """Draw the page from top to bottom; only the chosen view is computed."""
    facts = heading(dataset, selection, "Timeline", ABOUT_PAGE)
    positions = fold(dataset, selection)
    with beside_evidence(positions):
        with st.container(key="page-tools"):
            view = controls.switch("View", "time", VIEW_WORDS)
        if view in (LANES, AS_OF):
            day_slider(dataset, selection)
        if view in (AS_OF, CHANGES) and not facts.positions and not selection.as_of:
            refuse(dataset, selection, culprits(dataset, selection))
        else:
            SHOW[view](positions, Said(dataset))
        _explained()


def _lanes(positions: Positions, said: Said) -> None:
    dataset, selection = positions.dataset, positions.selection
    frame = timeline(dataset, selection)
    if not len(frame):
        refuse(dataset, selection, culprits(dataset, selection))
        return

    def build(width: int, dark: bool) -> Any:
        from matrix.charts.timeline import timeline_figure

        return timeline_figure(frame, lanes(dataset), dataset, selection.as_of, width=width, dark=dark)

    if state.choice("event"):
        _event(said, state.choice("event"))
    figure(dataset, TIMELINE, build, lambda: as_table(frame, dataset), _open)
    st.html(tray(frame[frame["span"] == UNDATED], said))
    if len(dataset.frames["events"]):
        st.html(f'<p class="pm-quiet">{esc(FILTERS_OF_EVENTS)}</p>')


def _open(data: list[str]) -> None:
    """A click: a statement's cell, or the card of an event."""
    if data[0] == STATEMENT and len(data) > 3:
        state.open_cell(Picked(data[2], data[3]))
    elif data[0] == EVENT and len(data) > 1:
        state.choose("event", data[1])


def _event(said: Said, id_: str) -> None:
    with st.container(key="event-open"):
        st.html(event_card(said, said.row("events", id_)))
        st.button("Close", key="close-event", type="tertiary", on_click=state.choose, args=("event",))


def as_table(frame: pd.DataFrame, dataset: Dataset) -> pd.DataFrame:
    """The same in words, lane by lane and in the order of time."""
    called = {lane.id: lane.name for lane in lanes(dataset)}
    order = {id_: i for i, id_ in enumerate(called)}
    stances, titles = stances_of(dataset), choices(dataset, "proposal")
    actors, sources = choices(dataset, "actor"), choices(dataset, "source")
    lines = frame.sort_values("lane", key=lambda c: c.map(order), kind="stable")
    return pd.DataFrame(
        [
            {
                "Lane": called[r["lane"]],
                "Date": r["date"],
                "Who or what": actors[r["actor"]] if r["actor"] else f"Event: {r['title']}",
                "Stance or status": stances[r["stance"]].word if r["stance"] else humane(r["status"]),
                "Proposal": "; ".join(titles[p] for p in r["proposal"].split(LIST_SEPARATOR) if p),
                "Standing": humane(r["standing"]),
                "Source": sources.get(r["source"], ""),
                "About the date": r["date_note"],
                "Id": r["id"],
            }
            for r in records(lines)
        ]
    )


def tray(frame: pd.DataFrame, said: Said) -> str:
    """What has no date, each with why; nothing of it is in the picture."""
    if not len(frame):
        return '<p class="pm-quiet">Nothing undated: all of it is in the picture.</p>'
    items = "".join(_undated(r, said) for r in records(frame.head(MOST)))
    more = len(frame) - MOST
    rest = f'<p class="pm-quiet">and {plural(more, "more")}: the table above lists them.</p>' if more > 0 else ""
    return (
        f'<section class="pm-tray" aria-label="Undated"><h2>Undated <span class="pm-quiet">{len(frame)}</span></h2>'
        '<p class="pm-quiet">No day, month or year is known, so they stand in no lane; under an as-of date an undated '
        f'statement does not count.</p><ul class="pm-plain">{items}</ul>{rest}</section>'
    )


def _undated(r: Record, said: Said) -> str:
    why = bdi(str(r["date_note"])) if r["date_note"] else "No reason is given."
    if r["kind"] == STATEMENT:
        inner = f"{said.glyph(str(r['stance']))} {said.actor(str(r['proposal']), str(r['actor']))}"
        what = f"{inner} on {bdi(str(r['title']))}"
    else:
        status = humane(str(r["status"])).lower() or "event"
        link = said.links.choosing("event", str(r["id"]), bdi(str(r["title"])))
        what = f'{link} <span class="pm-quiet">event, {esc(status)}</span>'
    return f'<li>{what} <span class="pm-quiet">· {why}</span></li>'


def _explained() -> None:
    with st.popover("What the words mean", icon=":material/help:"):
        st.html(
            terms(
                ("Exact day", "A mark without a box, in the pale band of its day."),
                ("Box", "All that is known: it happened on some day between the box's two ends."),
                ("Fading box", "Open on one side: not after, or not before, the day at its firm end."),
                (
                    "Hatched",
                    "An event that is unconfirmed: only claimed, or announced without being sure.",
                ),
                ("Undated", "No day, month or year is known; listed below the picture with why."),
                ("As of", "The matrix from the statements made by that day at the latest; the same as the filter."),
                ("Superseded", "A later statement of the same side stands in its place."),
            )
        )


SHOW: Mapping[str, Callable[[Positions, Said], None]] = {
    LANES: _lanes,
    AS_OF: show_as_of,
    CHANGES: show_changes,
    UNSETTLED: show_unsettled,
}
