"""An event becomes a card: what, when, how sure, the source's words, which proposals it touches."""

from __future__ import annotations

from matrix.dashboard.rows import Record
from matrix.dashboard.said import Said
from matrix.dashboard.text import bdi, esc, humane, link
from matrix.dataset import dates
from matrix.dataset.schema import LIST_SEPARATOR


def event_card(said: Said, event: Record) -> str:
    """The whole event."""
    e = {str(k): str(v) for k, v in event.items()}
    status = humane(e["status"]) if e["status"] else ""
    when = dates.words(e["date_start"], e["date_end"])
    unsure = " pm-hatched" if e["status"] == "unconfirmed" else ""
    sides = " ".join(said.side(s) for s in e["sides"].split(LIST_SEPARATOR) if s)
    touches = "; ".join(said.proposal(p) for p in e["proposals"].split(LIST_SEPARATOR) if p)
    rows = [
        ("Status", esc(status)),
        ("Kind", esc(humane(e["kind"]))),
        ("Sides", sides),
        ("Date", bdi(e["date_note"]) if e["date_note"] else ""),
        ("Proposals", touches),
        ("Source", source_of(said, e["source"])),
        ("Note", bdi(e["note"]) if e["note"] else ""),
    ]
    details = "".join(f"<dt>{name}</dt><dd>{value}</dd>" for name, value in rows if value)
    quote = f'<blockquote dir="auto">“{esc(e["quote"])}”</blockquote>' if e["quote"] else ""
    return (
        f'<article class="pm-card pm-event{unsure}" aria-label="{esc("Event: " + e["title"])}">'
        f'<p class="pm-said"><b>{bdi(e["title"])}</b><span>{esc(when)}</span></p>{quote}<dl>{details}</dl>'
        f'<p class="pm-foot"><span class="pm-id">Event {esc(e["id"])}</span></p></article>'
    )


def source_of(said: Said, id_: str) -> str:
    """A source's title, linked where it has an address, with publisher and date."""
    if not id_:
        return ""
    s = said.row("sources", id_)
    title = link(str(s["url"]), str(s["title"])) if s["url"] else bdi(str(s["title"]))
    date = dates.words(str(s["date"]), str(s["date"])) if s["date"] else "undated"
    return f"{title} <span class='pm-quiet'>{esc(', '.join(v for v in (str(s['publisher']), date) if v))}</span>"
