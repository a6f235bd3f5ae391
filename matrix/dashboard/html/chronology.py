"""Statements and events in the order of time as HTML: when, who, on what, and which took the place of which."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
from markupsafe import Markup

from matrix.analysis.evidence import Standing, predecessors
from matrix.analysis.position_changes import cell_history
from matrix.analysis.timeline import EVENT, UNDATED
from matrix.dashboard.html.dataset_html import DatasetHtml
from matrix.dashboard.html.templates import render
from matrix.dataset import dates
from matrix.dataset.dataset import Record, records
from matrix.dataset.selection import Selection
from matrix.wording import capital, known_by, listed, plural

ACTOR, PROPOSAL = "actor", "proposal"
MOST = 120  # lines; the rest is counted


def history_list(frame: pd.DataFrame, html: DatasetHtml, of: str) -> Markup:
    """Lines of `analysis.timeline` of one proposal (`of` PROPOSAL) or actor (ACTOR), each a link to its evidence."""
    earlier = predecessors(html.dataset)
    items: list[dict[str, object]] = []
    day = None
    for r in records(frame.head(MOST)):
        same, day = (r["date"], r["date_note"]) == day, (r["date"], r["date_note"])
        when = "" if same else "Undated" if r["span"] == UNDATED else capital(str(r["date"]))
        own = _event(r, html) if r["kind"] == EVENT else _statement(r, html, of, earlier)
        items.append({**r, **own, "is_event": r["kind"] == EVENT, "when": when})
    return render("history.html", "history", html, items, len(frame) - MOST)


def over_time(html: DatasetHtml, proposal: str, actor: str, selection: Selection) -> Markup:
    """In words what a cell held from which day on; nothing where it never changed."""
    steps = cell_history(html.dataset, selection, proposal=proposal, actor=actor)
    if len(steps) < 2:
        return Markup("")
    parts = []
    for step in steps:
        since = f"as of {dates.words(step.day, step.day)}" if step.day else "with what is undated"
        what = html.word(step.position) if step.position else "no position of its own any more"
        by = listed([html.plain("actors", str(html.row("statements", s)["actor"])) for s in step.by])
        took = f", superseded by {by}" if by else ""
        n = f" ({plural(len(step.statements), 'statement')})" if len(step.statements) else ""
        parts.append(f"{since}: {what}{took}{n}")
    return render("history.html", "over_time", parts)


def _event(r: Record, html: DatasetHtml) -> dict[str, object]:
    return {"quote": html.row("events", str(r["id"]))["quote"]}


def _statement(r: Record, html: DatasetHtml, of: str, earlier: Mapping[str, list[str]]) -> dict[str, object]:
    s = html.row("statements", str(r["id"]))
    notes = []
    standing = r["standing"]
    if standing == Standing.SUPERSEDED:
        notes.append(f"superseded by {_in_words(html, r['by'])}")
    elif standing == Standing.LATER:
        notes.append("after the as-of date, so it does not count here")
    elif standing == Standing.EARLIER:
        notes.append("before the first date chosen, so it does not count here")
    notes += [f"takes the place of {_in_words(html, id_)}" for id_ in earlier.get(str(r["id"]), ())]
    return {
        "name": html.name("actors", r["actor"]) if of == PROPOSAL else html.name("proposals", r["proposal"]),
        "side": r["sides"] if of == PROPOSAL else None,
        "known_by": known_by(s),
        "carried": html.carried(s),
        "condition": s["condition"],
        "notes": notes,
    }


def _in_words(html: DatasetHtml, id_: str) -> str:
    s = html.row("statements", id_)
    return f"{html.plain('actors', str(s['actor']))}'s statement {id_} ({html.word(str(s['stance']))})"
