"""Events among themselves and with actors: which contradict each other, which are silences, which name an actor."""

from __future__ import annotations

import re
from typing import NamedTuple

from matrix.dataset.dataset import Dataset, Record, records

SILENCE = "silence"  # in the kind of an event
LONG = 4  # letters of a single name that finds a person in an event


class ConflictingEvents(NamedTuple):
    """Two events that tell one matter differently, in the order of the table."""

    one: Record
    other: Record


def conflicting_events(dataset: Dataset) -> list[ConflictingEvents]:
    """Every pair of events of which one names the other in `conflicts_with`, once."""
    rows = {str(e["id"]): e for e in records(dataset.frames["events"])}
    order = {id_: i for i, id_ in enumerate(rows)}
    pairs = dict.fromkeys(
        tuple(sorted((id_, str(e["conflicts_with"])), key=lambda i: order[i]))
        for id_, e in rows.items()
        if str(e["conflicts_with"]) in rows
    )
    return [ConflictingEvents(rows[a], rows[b]) for a, b in pairs]


def silent_events(dataset: Dataset) -> list[Record]:
    """The events that are silences: their kind holds the word."""
    return [e for e in records(dataset.frames["events"]) if SILENCE in str(e["kind"]).casefold()]


def mentions(actor: Record, event: Record) -> bool:
    """Whether an event names an actor: by its id, a full name, or for a person a long enough single name."""
    text = " ".join(str(event[c]) for c in ("title", "quote", "note"))
    native, name = str(actor["name_native"]), str(actor["name"])
    if native and native in text:
        return True
    single = [w for w in name.split() if len(w) >= LONG] if actor["kind"] == "person" else []
    return any(re.search(rf"(?<!\w){re.escape(w)}(?!\w)", text) for w in (str(actor["id"]), name, *single))
