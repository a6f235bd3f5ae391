"""What changed between two days: new, moved, superseded and gone cells, each with the statements that did it."""

from __future__ import annotations

import pandas as pd
import streamlit as st
from markupsafe import Markup

from matrix.analysis.position_changes import (
    ABOUT,
    GONE,
    MOVED,
    NEW,
    REPLACED,
    PositionChanges,
    moments,
    position_changes,
)
from matrix.analysis.positions import Positions
from matrix.dashboard import visit
from matrix.dashboard.html.dataset_html import DatasetHtml
from matrix.dashboard.html.templates import render
from matrix.dashboard.page_choices import ALL, BEGIN
from matrix.dashboard.page_frame import note
from matrix.dataset import dates
from matrix.dataset.dataset import Dataset, Record, records
from matrix.dataset.selection import Selection
from matrix.wording import capital, listed, plural

SLIDER = "between-slider"
MOST = 60  # proposals listed under one heading
ORDER = (MOVED, REPLACED, GONE, NEW)
CARRIED = "Moved by a later statement of its side"
ABOUT_CARRIED = "A position on the first day; on the second another voice of the same side takes another stance"
TITLES = {MOVED: "Moved", REPLACED: "Superseded", GONE: "Gone", NEW: "New positions"}


def show_changes(positions: Positions, html: DatasetHtml) -> None:
    """Two days to choose, the sum of what changed, then every changed cell."""
    dataset, selection = positions.dataset, positions.selection
    days = list(moments(dataset, selection))
    if not days:
        note("Nothing is dated here, so no two days can differ.")
        return
    since, until = _two_days(days)
    found = position_changes(dataset, selection, since=since, until=until)
    st.html(_summary(found, selection, dataset))
    for title, about, lines in _parts(found):
        if len(lines):
            st.html(_section(title, about, lines, html))


def _two_days(days: list[str]) -> tuple[str, str]:
    """The chosen days; an earlier end and a later beginning change places."""
    middle = days[max(0, len(days) // 2 - 1)]
    until = visit.choice("until")
    chosen = visit.choice("from") or (
        middle if until == ALL or dates.interval(until) > dates.interval(middle) else BEGIN
    )
    given = [d for d in (visit.choice("from"), until) if d not in ("", BEGIN, ALL)]
    offered = [BEGIN, *sorted({*days, *given}, key=lambda d: (dates.interval(d)[1], d)), ALL]
    pair = sorted((chosen, until), key=offered.index)
    visit.bound(SLIDER, (pair[0], pair[1]))
    st.select_slider(
        "Between",
        offered,
        format_func=_day_words,
        key=SLIDER,
        on_change=_chosen,
        help="Only days on which a statement was made are offered. The filter “As of” is not used here.",
    )
    return ("" if pair[0] == BEGIN else pair[0]), ("" if pair[1] == ALL else pair[1])


def _day_words(day: str) -> str:
    return {BEGIN: "Before all", ALL: "All dates"}.get(day) or dates.words(day, day)


def _chosen() -> None:
    pair = st.session_state.get(SLIDER)
    if isinstance(pair, (tuple, list)) and len(pair) == 2:  # as the slider goes, the browser sends one end alone
        visit.choose("from", pair[0])
        visit.choose("until", pair[1])


def _parts(found: PositionChanges) -> list[tuple[str, str, pd.DataFrame]]:
    """Heading, what it means and lines of each part; every changed cell is in one, a side's moves in their own."""
    result = []
    for kind in ORDER:
        lines = found.of(kind)
        if kind == REPLACED:
            result.append((CARRIED, ABOUT_CARRIED, found.carried))
            lines = lines.drop(found.carried.index)
        result.append((TITLES[kind], ABOUT[kind], lines))
    return result


def _summary(found: PositionChanges, selection: Selection, dataset: Dataset) -> Markup:
    """How much changed between which days, by which rule, over what."""
    since = dates.words(found.since, found.since) if found.since else "before anything was said"
    until = dates.words(found.until, found.until) if found.until else "all dates"
    counts = ", ".join(filter(None, map(found.counted, ORDER))) or "nothing changed"
    undated = (
        " All dates include what is undated." if not found.until and (dataset.codes.day == dates.UNKNOWN).any() else ""
    )
    unused = " The filter “As of” is not used here." if selection.as_of else ""
    return render(
        "timeline.html",
        "summary",
        f"{capital(since)} → {until}: {counts}",
        f"{plural(found.positions[0], 'position')} from {plural(found.counting[0], 'statement')} "
        f"as of the first day, {found.positions[1]:,} from {found.counting[1]:,} as of the second; both folded by the "
        f"rule {found.rule}. n = {plural(len(found.frame), 'changed cell')}.{undated}{unused}",
    )


def _section(title: str, about: str, lines: pd.DataFrame, html: DatasetHtml) -> Markup:
    groups = list(lines.groupby("proposal", sort=False))
    return render(
        "timeline.html",
        "changes",
        html,
        title=title,
        about=f"{capital(about)}.",
        total=len(lines),
        groups=[(str(p), [_line(r, html) for r in records(group)]) for p, group in groups[:MOST]],
        hidden=len(groups) - MOST,
        wide=title == TITLES[NEW],
    )


def _line(r: Record, html: DatasetHtml) -> dict[str, object]:
    """A changed cell with its statements; where others of its side take its place, who they are."""
    rows = {name: [html.row("statements", s) for s in r[name]] for name in ("statements", "replaced", "by")}
    others = dict.fromkeys(html.plain("actors", str(s["actor"])) for s in rows["by"])
    return {
        **r,
        **rows,
        "is_new": r["kind"] == NEW,
        "since": [s for s in rows["statements"] if s["id"] not in r["by"]],
        "by_others": "" if r["after"] else listed(others),
        "same_stance": r["now"] == r["before"],
    }
