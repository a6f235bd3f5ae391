"""What changed between two days: new, moved, superseded and gone cells, each with the statements that did it."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from matrix.analysis.position_changes import ABOUT, GONE, MOVED, NEW, REPLACED, Changes, changes, moments
from matrix.analysis.positions import Positions
from matrix.dashboard import state
from matrix.dashboard.html.render import Said, known_by, on_condition
from matrix.dashboard.html.text import bdi, esc, listed
from matrix.dashboard.params import ALL, BEGIN
from matrix.dataset import dates
from matrix.dataset.dataset import Dataset
from matrix.dataset.records import Record, records
from matrix.dataset.selection import Selection
from matrix.wording import plural

SLIDER = "between-slider"
MOST = 60  # proposals listed under one heading
ORDER = (MOVED, REPLACED, GONE, NEW)
CARRIED = "Moved by a later statement of its side"
ABOUT_CARRIED = "A position on the first day; on the second another voice of the same side takes another stance"
TITLES = {MOVED: "Moved", REPLACED: "Superseded", GONE: "Gone", NEW: "New positions"}


def show_changes(positions: Positions, said: Said) -> None:
    """Two days to choose, the sum of what changed, then every changed cell."""
    dataset, selection = positions.dataset, positions.selection
    days = list(moments(dataset, selection))
    if not days:
        st.html('<div class="pm-note" role="status"><p>Nothing is dated here, so no two days can differ.</p></div>')
        return
    since, until = _two_days(days)
    found = changes(dataset, since, until, selection)
    st.html(summary(found, selection, dataset))
    for title, about, lines in parts(found):
        if len(lines):
            st.html(_section(title, about, lines, said))


def _two_days(days: list[str]) -> tuple[str, str]:
    """The chosen days; an earlier end and a later beginning change places."""
    middle = days[max(0, len(days) // 2 - 1)]
    until = state.choice("until")
    chosen = state.choice("from") or (
        middle if until == ALL or dates.interval(until) > dates.interval(middle) else BEGIN
    )
    given = [d for d in (state.choice("from"), until) if d not in ("", BEGIN, ALL)]
    offered = [BEGIN, *sorted({*days, *given}, key=lambda d: (dates.interval(d)[1], d)), ALL]
    pair = sorted((chosen, until), key=offered.index)
    st.session_state[SLIDER] = (pair[0], pair[1])
    st.select_slider(
        "Between",
        offered,
        format_func=_called,
        key=SLIDER,
        on_change=_chosen,
        help="Only days on which a statement was made are offered. The filter “As of” is not used here.",
    )
    return ("" if pair[0] == BEGIN else pair[0]), ("" if pair[1] == ALL else pair[1])


def _called(day: str) -> str:
    return {BEGIN: "Before all", ALL: "All dates"}.get(day) or dates.words(day, day)


def _chosen() -> None:
    one, other = st.session_state[SLIDER]
    state.choose("from", one)
    state.choose("until", other)


def parts(found: Changes) -> list[tuple[str, str, pd.DataFrame]]:
    """Heading, what it means and lines of each part; every changed cell stands in one, a side's moves in their own."""
    result = []
    for kind in ORDER:
        lines = found.of(kind)
        if kind == REPLACED:
            result.append((CARRIED, ABOUT_CARRIED, found.carried))
            lines = lines.drop(found.carried.index)
        result.append((TITLES[kind], ABOUT[kind], lines))
    return result


def summary(found: Changes, selection: Selection, dataset: Dataset) -> str:
    """How much changed between which days, by which rule, over what."""
    since = dates.words(found.since, found.since) if found.since else "before anything was said"
    until = dates.words(found.until, found.until) if found.until else "all dates"
    told = ", ".join(filter(None, map(found.counted, ORDER))) or "nothing changed"
    undated = (
        " All dates include what is undated." if not found.until and (dataset.codes.day == dates.UNKNOWN).any() else ""
    )
    unused = " The filter “As of” is not used here." if selection.as_of else ""
    return (
        f'<h2 class="pm-answer">{esc(since[:1].upper() + since[1:])} → {esc(until)}: {esc(told)}</h2>'
        f'<p class="pm-quiet">{plural(found.positions[0], "position")} from {plural(found.counting[0], "statement")} '
        f"as of the first day, {found.positions[1]:,} from {found.counting[1]:,} as of the second; both folded by the "
        f"rule {esc(found.rule)}. n = {plural(len(found.frame), 'changed cell')}.{undated}{unused}</p>"
    )


def _section(title: str, about: str, lines: pd.DataFrame, said: Said) -> str:
    groups = list(lines.groupby("proposal", sort=False))
    items = "".join(
        f'<li class="pm-item"><p class="pm-what">{said.proposal(str(p))}</p>'
        f'<ul class="pm-plain">{"".join(_line(r, said) for r in records(group))}</ul></li>'
        for p, group in groups[:MOST]
    )
    more = len(groups) - MOST
    rest = f'<p class="pm-quiet">and {plural(more, "more proposal")}: narrow the filters.</p>' if more > 0 else ""
    wide = " pm-items" if title == TITLES[NEW] else ""
    return (
        f'<section><h2>{title} <span class="pm-quiet">{len(lines)}</span></h2>'
        f'<p class="pm-quiet">{esc(about[:1].upper() + about[1:])}.</p>'
        f'<ul class="pm-plain{wide}">{items}</ul>{rest}</section>'
    )


def _line(r: Record, said: Said) -> str:
    who = f"{said.side(str(r['side']))} {said.actor(str(r['proposal']), str(r['actor']))}"
    if r["kind"] == NEW:
        return f'<li class="pm-voice">{said.glyph(str(r["after"]))}<div>{who}{_said(r["statements"], said)}</div></li>'
    told = [f"<p>{who}: {said.cards.stance(str(r['before']))} → {_after(r, said)}</p>"]
    if r["replaced"]:
        told.append(f"<div><b>Before</b>{_said(r['replaced'], said, quoted=True)}</div>")
    if r["by"]:
        told.append(f"<div><b>In its place</b>{_said(r['by'], said, quoted=True, named=True)}</div>")
    fresh = [s for s in r["statements"] if s not in r["by"]]
    if fresh:
        told.append(f"<div><b>Since then</b>{_said(fresh, said, quoted=True)}</div>")
    return f'<li class="pm-change">{"".join(told)}</li>'


def _after(r: Record, said: Said) -> str:
    """Where the cell stands on the second day; where others of its side stand in its place, what they voice."""
    if r["after"] or not r["by"]:
        return said.cards.stance(str(r["after"])) if r["after"] else "no position of its own"
    voices = dict.fromkeys(said.plain("actors", str(said.row("statements", s)["actor"])) for s in r["by"])
    now = said.cards.stance(str(r["now"])) if r["now"] != r["before"] else "the same stance"
    return f"{now} now voiced by {bdi(listed(list(voices)))}"


def _said(ids: list[str], said: Said, quoted: bool = False, named: bool = False) -> str:
    """Statements in a line each: who where it is another, when, quote, condition."""
    lines = []
    for id_ in ids:
        s = said.row("statements", id_)
        when = esc(dates.words(str(s["date_start"]), str(s["date_end"])))
        who = (
            f"{said.actor(str(s['proposal']), str(s['actor']))} {said.cards.stance(str(s['stance']))} " if named else ""
        )
        known = f"; {known_by(s)}" if known_by(s) else ""
        quote = f'<blockquote dir="auto">“{esc(str(s["quote"]))}”</blockquote>' if quoted and s["quote"] else ""
        lines.append(
            f'<div>{who}<span class="pm-quiet">{when}, statement {bdi(id_)}{esc(known)}</span>{quote}'
            f"{on_condition(str(s['condition']))}</div>"
        )
    return "".join(lines)
