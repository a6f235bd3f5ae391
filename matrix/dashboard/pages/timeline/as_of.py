"""The matrix as of a day: a slider over the days on which it changes, and a compact table that marks what is new."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby

import streamlit as st
from markupsafe import Markup

from matrix.analysis.outline import by_side, outline
from matrix.analysis.position_changes import (
    GONE,
    MOVED,
    NEW,
    REPLACED,
    PositionChanges,
    before,
    moments,
    position_changes,
)
from matrix.analysis.positions import EMPTY, Positions, View, view
from matrix.dashboard import visit
from matrix.dashboard.html.dataset_html import DatasetHtml
from matrix.dashboard.html.templates import render
from matrix.dashboard.page_choices import ALL, BEGIN, CHANGES
from matrix.dashboard.page_frame import note
from matrix.dataset import dates
from matrix.dataset.dataset import Dataset, records
from matrix.dataset.selection import Selection
from matrix.wording import listed, plural

SLIDER = "as-of-slider"
MOST, MOST_NAMES = 80, 8  # rows of the table, names in a cell; the rest is counted
WORDS = {NEW: "new", MOVED: "moved", REPLACED: "superseded", GONE: "gone"}


def day_slider(dataset: Dataset, selection: Selection) -> None:
    """Moves the as-of filter, which the line of filters shows too, along the days on which the matrix changes."""
    days = list(moments(dataset, selection))
    if not days:
        return
    if selection.as_of and selection.as_of not in days:
        days = sorted([*days, selection.as_of], key=lambda d: dates.interval(d)[1])
    visit.bound(SLIDER, selection.as_of or ALL)
    with st.container(key="as-of-tools", horizontal=True, vertical_alignment="bottom"):
        st.select_slider(
            "As of",
            [*days, ALL],
            format_func=lambda d: "All dates" if d == ALL else dates.words(d, d),
            key=SLIDER,
            on_change=lambda: _set_as_of(st.session_state[SLIDER]),
            help="The same as the filter “As of”. Only days on which a statement was made are offered.",
        )
        if selection.as_of:
            st.button("All dates", key="as-of-all", icon=":material/restart_alt:", on_click=_set_as_of, args=(ALL,))


def _set_as_of(day: str) -> None:
    """Set the as-of filter: there is only this one."""
    visit.narrow("as_of", "" if day == ALL else day)


def show_as_of(positions: Positions, html: DatasetHtml) -> None:
    """What it is as of the chosen day, what changed since the day before on which anything did, and the table."""
    dataset, selection = positions.dataset, positions.selection
    seen = view(positions, stated=True)
    since = _since(dataset, selection)
    found = position_changes(dataset, selection, since=since, until=selection.as_of)
    st.html(_summary(seen, found))
    if since and len(found.frame):
        st.button("Show what changed", key="to-changes", on_click=_to_changes, args=(since, selection.as_of))
    if len(seen.rows):
        st.html(_table(seen, {(r["proposal"], r["actor"]): r["kind"] for r in records(found.frame)}, html))
    else:
        note("No position as of this day; there are some on later days.")


def _since(dataset: Dataset, selection: Selection) -> str:
    """The last day before on which the matrix changed; of all dates, the day before the latest."""
    days = moments(dataset, selection)
    return before(days, selection.as_of) if selection.as_of else days[-2] if len(days) > 1 else ""


def _to_changes(since: str, until: str) -> None:
    visit.choose("from", since or BEGIN)
    visit.choose("until", until or ALL)
    visit.choose("time", CHANGES)


def _summary(seen: View, found: PositionChanges) -> Markup:
    when = f"As of {dates.words(found.until, found.until)}" if found.until else "Of all dates"
    head = (
        f"{when}: {plural(seen.stated, 'position')} on {plural(len(seen.rows), 'proposal')} "
        f"of {plural(len(seen.columns), 'actor')}, from {plural(seen.n, 'statement')}"
    )
    counts = list(filter(None, map(found.counted, WORDS)))
    day = dates.words(found.since, found.since) if found.since else ""
    since = f"Since {day}, the last day on which anything was said before: " if day else "Nothing was said before: "
    about = f"{since}{listed(counts) or 'nothing changed'}. Folding rule: {found.rule}."
    return render("timeline.html", "summary", head, about)


def _table(seen: View, changed: Mapping[tuple[str, str], str], html: DatasetHtml) -> Markup:
    """Proposals with a position in rows, sides in columns; in each cell who takes which, and what changed named so."""
    dataset, lines = seen.positions.dataset, outline(seen.proposals)
    groups = by_side(dataset, seen.actors)
    nobodys = "No side" if len(dataset.frames["sides"]) else "Actors"
    heads = [(side, html.plain("sides", side) if side else nobodys, columns) for side, columns in groups]
    themes = [
        (theme, [_row(seen, line.place, heads, changed) for line in own])
        for theme, own in groupby(lines[:MOST], key=lambda line: line.theme)
    ]
    return render(
        "timeline.html",
        "as_of",
        html,
        heads=[(side, name) for side, name, _ in heads],
        themes=themes,
        width=len(heads) + 1,
        hidden=len(lines) - MOST,
    )


def _row(
    seen: View, place: int, heads: Sequence[tuple[str, str, list[int]]], changed: Mapping[tuple[str, str], str]
) -> tuple[str, list[dict[str, object]]]:
    """A proposal, and for each side who of it takes which position."""
    proposal = str(seen.proposals["id"].iloc[place])
    actors, states = seen.actors["id"].tolist(), seen.positions.states
    cells: list[dict[str, object]] = []
    for _, name, columns in heads:
        taken = [c for c in columns if seen.codes[place, c] != EMPTY]
        positions = [
            (actors[c], states[int(seen.codes[place, c])], WORDS.get(changed.get((proposal, actors[c]), ""), ""))
            for c in taken[:MOST_NAMES]
        ]
        cells.append({"name": name, "positions": positions, "hidden": max(0, len(taken) - MOST_NAMES)})
    return proposal, cells
