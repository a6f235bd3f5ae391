"""Statements and events in the order of time as HTML: when, who, on what, and which stands in the place of which."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from matrix.analysis.picked import Picked
from matrix.analysis.position_changes import history
from matrix.analysis.timeline import AFTER, EVENT, UNDATED
from matrix.dashboard.html.render import Said, known_by, on_condition
from matrix.dashboard.html.text import bdi, esc, humane, listed, sentence
from matrix.dataset import dates
from matrix.dataset.records import Record, records
from matrix.dataset.schema import LIST_SEPARATOR
from matrix.dataset.selection import Selection
from matrix.wording import plural

ACTOR, PROPOSAL = "actor", "proposal"
MOST = 120  # lines; the rest is counted


def history_list(frame: pd.DataFrame, said: Said, of: str) -> str:
    """Lines of `analysis.timeline` of one proposal (`of` PROPOSAL) or actor (ACTOR), each opening its evidence."""
    after = _predecessors(said)
    lines = records(frame.head(MOST))
    days = [None, *((r["date"], r["date_note"]) for r in lines)]
    items = "".join(
        _item(r, said, of, after, same=(r["date"], r["date_note"]) == day) for r, day in zip(lines, days, strict=False)
    )
    more = len(frame) - MOST
    rest = f'<p class="pm-quiet">and {plural(more, "more line")}: the Timeline shows them.</p>' if more > 0 else ""
    return f'<ol class="pm-history">{items}</ol>{rest}' if items else '<p class="pm-quiet">Nothing is stated here.</p>'


def over_time(said: Said, proposal: str, actor: str, selection: Selection) -> str:
    """In words what a cell held from which day on; '' where it never changed."""
    steps = history(said.dataset, proposal, actor, selection)
    if len(steps) < 2:
        return ""
    parts = []
    for step in steps:
        since = f"as of {dates.words(step.day, step.day)}" if step.day else "with what is undated"
        what = said.cards.looks[step.position].word.lower() if step.position else "no position of its own any more"
        by = listed([said.plain("actors", str(said.row("statements", s)["actor"])) for s in step.by])
        took = f", superseded by {by}" if by else ""
        parts.append(f"{since}: {what}{took} ({plural(len(step.statements), 'statement')})")
    return f'<p class="pm-quiet">Over time - {esc("; ".join(parts))}.</p>'


def _predecessors(said: Said) -> Mapping[str, list[str]]:
    """Of every statement those whose place it takes, along the whole chain."""
    frame = said.dataset.frames["statements"]
    found: dict[str, list[str]] = {}
    later = dict(zip(frame["id"], frame["superseded_by"].astype("str"), strict=True))
    for id_, by in later.items():
        while by in later:
            found.setdefault(by, []).append(str(id_))
            by = later[by]
    return found


def _item(r: Record, said: Said, of: str, after: Mapping[str, list[str]], *, same: bool) -> str:
    """One line; its date is said where it differs from that of the line before."""
    when = "Undated" if r["span"] == UNDATED else esc(sentence(str(r["date"])).removesuffix("."))
    note = f' <span class="pm-quiet">{bdi(str(r["date_note"]))}</span>' if r["date_note"] else ""
    body = _event(r, said) if r["kind"] == EVENT else _statement(r, said, of, after)
    head = "" if same else f"<p><b>{when}</b>{note}</p>"
    return f"<li>{head}{body}</li>"


def _event(r: Record, said: Said) -> str:
    e = said.row("events", str(r["id"]))
    status = humane(str(r["status"])).lower() or "no status given"
    quote = f'<blockquote dir="auto">“{esc(str(e["quote"]))}”</blockquote>' if e["quote"] else ""
    sides = " ".join(said.side(s) for s in str(r["sides"]).split(LIST_SEPARATOR) if s)
    return f'<p>Event: {bdi(str(r["title"]))} <span class="pm-quiet">{esc(status)}</span> {sides}</p>{quote}'


def _statement(r: Record, said: Said, of: str, after: Mapping[str, list[str]]) -> str:
    s = said.row("statements", str(r["id"]))
    proposal, actor = str(r["proposal"]), str(r["actor"])
    name = said.name("actors", actor) if of == PROPOSAL else said.name("proposals", proposal)
    who = said.links.to(Picked(proposal, actor), name)
    side = f"{said.side(str(r['sides']))} " if of == PROPOSAL else ""
    quote = f'<blockquote dir="auto">“{esc(str(s["quote"]))}”</blockquote>' if s["quote"] else ""
    notes = []
    standing = str(r["standing"])
    if standing.startswith("superseded by "):
        notes.append(f"superseded by {_told(said, standing.removeprefix('superseded by '))}")
    elif standing == AFTER:
        notes.append("after the as-of date, so it does not count here")
    notes += [f"takes the place of {_told(said, id_)}" for id_ in after.get(str(r["id"]), ())]
    chain = f'<p class="pm-standing">{esc(sentence("; ".join(notes)))}</p>' if notes else ""
    stance = said.cards.stance(str(r["stance"]))
    known = f"; {known_by(s)}" if known_by(s) else ""
    return (
        f'<p>{stance} {side}{who} <span class="pm-quiet">statement {bdi(str(r["id"]))}{esc(known)}</span></p>'
        f"{quote}{on_condition(str(s['condition']))}{chain}"
    )


def _told(said: Said, id_: str) -> str:
    s = said.row("statements", id_)
    stance = said.cards.looks[str(s["stance"])].word.lower()
    return f"{said.plain('actors', str(s['actor']))}'s statement {id_} ({stance})"
