"""What changed between two days: new, moved, superseded and gone cells, each with the statements that did it."""

from __future__ import annotations

import streamlit as st

from matrix.analysis.between import ABOUT, GONE, MOVED, NEW, REPLACED, Changes, changes, moments
from matrix.analysis.positions import Positions
from matrix.dashboard import state
from matrix.dashboard.params import ALL, BEGIN
from matrix.dashboard.rows import Record, records
from matrix.dashboard.said import Said, known_by, on_condition
from matrix.dashboard.text import bdi, esc
from matrix.dataset import dates
from matrix.dataset.amounts import plural
from matrix.dataset.dataset import Dataset
from matrix.dataset.selection import Selection

SLIDER = "between-slider"
MOST = 60  # proposals listed under one heading
ORDER = (MOVED, REPLACED, GONE, NEW)
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
    for kind in ORDER:
        if len(found.of(kind)):
            st.html(_section(found, kind, said))


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


def summary(found: Changes, selection: Selection, dataset: Dataset) -> str:
    """How much changed between which days, by which rule, over what."""
    since = dates.words(found.since, found.since) if found.since else "before anything was said"
    until = dates.words(found.until, found.until) if found.until else "all dates"
    counts = [f"{len(found.of(k))} {k}" for k in ORDER if len(found.of(k))]
    told = ", ".join(counts) or "nothing changed"
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


def _section(found: Changes, kind: str, said: Said) -> str:
    lines = found.of(kind)
    groups = list(lines.groupby("proposal", sort=False))
    items = "".join(
        f'<li class="pm-item"><p class="pm-what">{said.proposal(str(p))}</p>'
        f'<ul class="pm-plain">{"".join(_line(r, said) for r in records(group))}</ul></li>'
        for p, group in groups[:MOST]
    )
    more = len(groups) - MOST
    rest = f'<p class="pm-quiet">and {plural(more, "more proposal")}: narrow the filters.</p>' if more > 0 else ""
    wide = " pm-items" if kind == NEW else ""
    return (
        f'<section><h2>{TITLES[kind]} <span class="pm-quiet">{len(lines)}</span></h2>'
        f'<p class="pm-quiet">{esc(ABOUT[kind][:1].upper() + ABOUT[kind][1:])}.</p>'
        f'<ul class="pm-plain{wide}">{items}</ul>{rest}</section>'
    )


def _line(r: Record, said: Said) -> str:
    who = f"{said.side(str(r['side']))} {said.actor(str(r['proposal']), str(r['actor']))}"
    if r["kind"] == NEW:
        return f'<li class="pm-voice">{said.glyph(str(r["after"]))}<div>{who}{_said(r["statements"], said)}</div></li>'
    stance = said.cards.stance
    after = stance(str(r["after"])) if r["after"] else "no position of its own"
    parts = [f"<p>{who}: {stance(str(r['before']))} → {after}</p>"]
    if r["replaced"]:
        parts.append(f"<div><b>Before</b>{_said(r['replaced'], said, quoted=True)}</div>")
    if r["by"]:
        parts.append(f"<div><b>In its place</b>{_said(r['by'], said, quoted=True, named=True)}</div>")
    fresh = [s for s in r["statements"] if s not in r["by"]]
    if fresh:
        parts.append(f"<div><b>Since then</b>{_said(fresh, said, quoted=True)}</div>")
    return f'<li class="pm-change">{"".join(parts)}</li>'


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
