"""Statements and events in the order of time: each with its lane, the days between which it was, and how sure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from matrix.analysis.evidence import Standing, evidence, standings
from matrix.analysis.positions import fold, view
from matrix.analysis.sides import counted_sides
from matrix.dataset import dates
from matrix.dataset.codes import first_and_last
from matrix.dataset.dataset import Dataset, Record, column, records, remembered
from matrix.dataset.dates import UNKNOWN
from matrix.dataset.schema import LIST_SEPARATOR
from matrix.dataset.selection import DATES, ROWS, Selection, rows_of, search_key

STATEMENT, EVENT = "statement", "event"
EXACT, BAR, NOT_AFTER, NOT_BEFORE, UNDATED = SPANS = ("exact", "bar", "not after", "not before", "undated")
SEVERAL, OTHERS = "~several", "~others"  # lanes that are no side: an id of a table never begins so
COLUMNS = (
    *("kind", "id", "lane", "first", "last", "span", "date", "date_note", "stance", "status", "title"),
    *("proposal", "actor", "sides", "source", "standing", "by", "after"),
)
FORMULA = "in the order of the last day on which each can have been; what is open at its end by its first; undated last"
FILTERS_OF_EVENTS = "Events follow the filters on proposals, side, source and search; they have no actor or stance."

Rows = list[dict[str, Any]]


@dataclass(frozen=True)
class Lane:
    """One lane: a side that counts, what concerns several of them, or all the rest."""

    id: str
    name: str
    sides: tuple[str, ...]


def lanes(dataset: Dataset) -> list[Lane]:
    """The lanes from top to bottom: the first side, what concerns several, the other sides, everybody else."""
    counted = counted_sides(dataset)
    found = [Lane(id_, name, (id_,)) for id_, name in counted]
    if len(counted) > 1:
        found.insert(1, Lane(SEVERAL, "Both sides" if len(counted) == 2 else "Several sides", ()))
    table = dataset.frames["sides"]
    rest = table[~table["id"].isin([c for c, _ in counted])]
    named = rest["name"].tolist() + (["no side"] if (dataset.frames["actors"]["side"] == "").any() else [])
    name = ("Others" if len(named) != 1 else named[0]) if len(table) else "All actors"
    return [*found, Lane(OTHERS, name, tuple(rest["id"]))]


@dataclass(frozen=True, eq=False)
class Timeline:
    """Statements and events in the order of time: a line each in `frame` (columns COLUMNS), `lanes` from top to bottom.

    `first` and `last` are days since 1970-01-01, UNKNOWN where open; `span` says how the date is meant: an exact day,
    a bar of days, `not after` its last day, `not before` its first, or undated. `lane` is the id of a lane, `standing`
    a value of Standing (of an event '' or `later`), `by` the statement that supersedes it. `n`: lines; `sentence` says
    why there is nothing to draw, else ''. `before`: lines that were left out because they come before `since`.
    """

    frame: pd.DataFrame
    lanes: tuple[Lane, ...]
    as_of: str
    since: str = ""
    before: int = 0
    formula: str = FORMULA

    @property
    def n(self) -> int:
        return len(self.frame)

    @cached_property
    def within(self) -> Timeline:
        """The same without what comes before the first date chosen; what comes after the last one stays, marked.

        Always the same object: what is drawn of it is remembered by it.
        """
        earlier = self.frame["standing"] == Standing.EARLIER
        return replace(self, frame=self.frame[~earlier].reset_index(drop=True), before=int(earlier.sum()))

    @property
    def sentence(self) -> str:
        if not self.n:
            return "Nothing to draw: no statement or event is in this selection."
        if (self.frame["span"] == UNDATED).all():
            return f"Nothing to draw: none of the {self.n} statements and events has a date."
        return ""


@remembered(8)
def timeline(dataset: Dataset, selection: Selection | None = None) -> Timeline:
    """Every statement and event of the selection in the order of time, undated ones last.

    Dates chosen take nothing away here: what was earlier or is later has such a `standing`, and what counts only after
    an as-of date is marked `after`.
    """
    selection = selection or Selection()
    events = pd.DataFrame(_events(dataset, selection), columns=list(COLUMNS))
    frame = pd.concat([f for f in (_statements(dataset, selection), events) if len(f)] or [events], ignore_index=True)
    known = frame["last"].where(frame["last"] != UNKNOWN, frame["first"])
    by = frame.assign(_none=known == UNKNOWN, _day=known, _start=frame["first"])
    order = by.sort_values(["_none", "_day", "_start"], kind="stable").index
    return Timeline(frame.loc[order].reset_index(drop=True), tuple(lanes(dataset)), selection.as_of, selection.since)


def _statements(dataset: Dataset, selection: Selection) -> pd.DataFrame:
    any_day = selection.without(*DATES)
    shown = evidence(dataset, any_day, every=True, seen=view(fold(dataset, any_day)))
    shown = shown[shown["standing"] != Standing.OUTSIDE]
    places = dataset.frames["statements"].index.get_indexer(shown.index)
    codes, folded = dataset.codes, fold(dataset, selection)
    passes, now = folded.evidence.passes[places], standings(folded, places)
    first, last, day = codes.first[places], codes.last[places], codes.day[places]
    since, _ = selection.window()
    earlier = (last > UNKNOWN) & (last < since) if since is not None else np.zeros(len(places), bool)
    outside = np.where(earlier, Standing.EARLIER.value, Standing.LATER.value)
    side = shown["actor"].map(column(dataset, "actors", "side"))
    lane, of = {s: _lane_of(dataset)((s,)) for s in side.unique()}, shown["proposal"]
    spans = np.select([first != UNKNOWN, last != UNKNOWN], [NOT_BEFORE, NOT_AFTER], UNDATED)
    known = (first != UNKNOWN) & (last != UNKNOWN)
    return pd.DataFrame(
        {
            "kind": STATEMENT,
            "id": shown["id"],
            "lane": side.map(lane),
            "first": first,
            "last": last,
            "span": np.where(known, np.where(first == last, EXACT, BAR), spans),
            "date": [
                dates.words_by(start, end, dates.iso(d) if d != UNKNOWN else "")
                for start, end, d in zip(
                    shown["date_start"].tolist(), shown["date_end"].tolist(), last.tolist(), strict=True
                )
            ],
            "date_note": shown["date_note"],
            "stance": shown["stance"],
            "status": "",
            "title": of.map(column(dataset, "proposals", "title")),
            "proposal": of,
            "actor": shown["actor"],
            "sides": side,
            "source": shown["source"],
            "standing": np.where(passes, now["standing"], outside),
            "by": now["by"],
            "after": ~passes & (day != UNKNOWN) & ~earlier,
        },
        index=shown.index,
    ).reset_index(drop=True)


def _events(dataset: Dataset, selection: Selection) -> Rows:
    frame = dataset.frames["events"]
    if not len(frame):
        return []
    first, _, _, last = first_and_last(frame)
    since, until = selection.window()
    keep = _events_of(dataset, selection)
    of, rows = _lane_of(dataset), []
    for i, e in enumerate(records(frame)):
        if not keep[i]:
            continue
        day = int(first[i] if last[i] == UNKNOWN else last[i])
        after = until is not None and day != UNKNOWN and day > until
        before = since is not None and day != UNKNOWN and UNKNOWN < int(last[i]) < since
        rows.append(
            {
                "kind": EVENT,
                "id": e["id"],
                "lane": of(tuple(filter(None, str(e["sides"]).split(LIST_SEPARATOR)))),
                **_when(e, int(first[i]), int(last[i])),
                "stance": "",
                "status": str(e["status"]),
                "title": e["title"],
                "proposal": str(e["proposals"]),
                "actor": "",
                "sides": str(e["sides"]),
                "source": str(e["source"]),
                "standing": Standing.LATER.value if after else Standing.EARLIER.value if before else "",
                "by": "",
                "after": after,
            }
        )
    return rows


def _events_of(dataset: Dataset, selection: Selection) -> NDArray[np.bool_]:
    """Which events the filters on proposals, side, source and search leave."""
    frame = dataset.frames["events"]
    rows = set(dataset.frames["proposals"]["id"][rows_of(dataset, selection)])
    wanted = search_key(selection.search)

    def fits(e: Record) -> bool:
        proposals, sides = (set(filter(None, str(e[c]).split(LIST_SEPARATOR))) for c in ("proposals", "sides"))
        if any(getattr(selection, f) for f in ROWS) and not proposals & rows:
            return False
        if selection.side and not sides & set(selection.side):
            return False
        if selection.source and str(e["source"]) not in selection.source:
            return False
        return not wanted or wanted in search_key(f"{e['title']} {e['quote']} {e['note']}")

    return np.array([fits(e) for e in records(frame)], bool)


def _when(row: Any, first: int, last: int) -> dict[str, Any]:
    """Days, kind of span and words of an event's date."""
    words = dates.words(str(row["date_start"]), str(row["date_end"]))
    return {"first": first, "last": last, "span": _span(first, last), "date": words, "date_note": str(row["date_note"])}


def _span(first: int, last: int) -> str:
    if first == UNKNOWN:
        return UNDATED if last == UNKNOWN else NOT_AFTER
    if last == UNKNOWN:
        return NOT_BEFORE
    return EXACT if first == last else BAR


def _lane_of(dataset: Dataset) -> Callable[[tuple[str, ...]], str]:
    counted = {id_ for id_, _ in counted_sides(dataset)}

    def lane(sides: tuple[str, ...]) -> str:
        named = [s for s in dict.fromkeys(sides) if s in counted]
        if len(named) > 1:
            return SEVERAL
        return named[0] if named else OTHERS

    return lane
