"""Rows against each other: circles, ladders, links, dates, what supersedes what, conditions and their stances."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from matrix.dataset import dates as days
from matrix.dataset.check_report import Bools, Report, equal
from matrix.dataset.codes import Scale, codes_of, first_and_last, published_by, side_of, successors
from matrix.dataset.frames import Frames, is_blank
from matrix.dataset.problems import shown
from matrix.dataset.schema import MIXED, TABLES, Table
from matrix.wording import exact

Ints = NDArray[np.int64]


def trees(report: Report, frames: Frames) -> None:
    """No circle among parents, nor along superseded_by."""
    for name, column in (("risk_areas", "parent"), ("proposals", "parent"), ("statements", "superseded_by")):
        frame = frames[name]
        parent = successors(frame, column)
        at = np.flatnonzero(_in_circle(parent))
        message = partial(_circle, frame["id"], parent, at)
        report.add(TABLES[name], column, frame.index[at], message, "run in a circle")


def _circle(ids: pd.Series[Any], parent: NDArray[np.int64], at: NDArray[np.int64], place: int) -> str:
    start = int(at[place])
    ring, node = [start], int(parent[start])
    while node != start and len(ring) <= 6:  # no more than is shown: every node of a long circle comes by here
        ring.append(node)
        node = int(parent[node])
    path = " -> ".join(str(ids.iloc[j]) for j in [*ring[:6], *(ring[:1] if len(ring) <= 6 else [])])
    return f"runs in a circle: {path}{' -> …' if len(ring) > 6 else ''}"


def _in_circle(parent: NDArray[np.int64]) -> Bools:
    """Which nodes lie on a circle of the function `parent` (-1: none): those reached after as many jumps as nodes."""
    jump = np.append(parent, -1)  # the sentinel at -1 leads to itself
    for _ in range(len(parent).bit_length()):
        if jump.max() < 0:
            break  # all have arrived, as in any data of short chains
        jump = jump[jump]
    on = np.zeros(len(parent), bool)
    on[jump[jump >= 0]] = True
    return on


def stances(report: Report, frames: Frames) -> None:
    """The name of the derived state is no stance, and a glyph is short."""
    table, frame = TABLES["stances"], frames["stances"]
    if not len(frame):
        return
    words = f"{MIXED!r} is the name of the derived state and cannot be a stance"
    report.add(table, "id", frame.index[frame["id"] == MIXED], words)
    words = "longer than a glyph; only its beginning is shown"
    report.add(table, "glyph", frame.index[frame["glyph"].str.len() > 2], f"is {words}", f"are {words}", warning=True)


def names(report: Report, table: Table, frame: pd.DataFrame) -> None:
    """No two rows of a table of actors or proposals are called the same, however blanks and invisible marks are set."""
    called = frame[table.label].astype("str").map(exact)
    again = called[(called != "") & called.duplicated()]
    if again.empty:
        return
    first = dict(zip(reversed(called.tolist()), reversed(frame["id"].tolist()), strict=True))
    report.add(
        table,
        table.label,
        again.index,
        lambda k: f"{shown(again.iloc[k])} is the name of {shown(first[again.iloc[k]])} too",
        "have the name of another row",
        warning=True,
    )


def ladders(report: Report, frames: Frames) -> None:
    """A rung has a ladder, a proposal on a ladder a rung of its own."""
    table, frame = TABLES["proposals"], frames["proposals"]
    if is_blank(frame["ladder"]) and is_blank(frame["rung"]):
        return
    ladder, rung = frame["ladder"].astype("str"), frame["rung"].astype("str")
    alone = frame.index[(rung != "") & (ladder == "")]
    report.add(table, "rung", alone, "has no ladder", "have no ladder")
    words = "empty; a proposal on a ladder needs its place"
    blank = frame.index[(rung == "") & (ladder != "")]
    report.add(table, "rung", blank, f"is {words}", f"are {words}", warning=True)
    both = pd.DataFrame({"ladder": ladder, "rung": rung})[(rung != "") & (ladder != "")]
    taken = both.index[both.duplicated()]
    report.add(
        table,
        "rung",
        taken,
        lambda k: f"{rung[taken[k]]} of the ladder {shown(ladder[taken[k]])} is taken by another proposal",
        "are taken by another proposal of the same ladder",
        warning=True,
    )


def links(report: Report, frames: Frames) -> None:
    """No proposal is linked to itself."""
    table, frame = TABLES["links"], frames["links"]
    if not len(frame):
        return
    a, b = frame["proposal"].astype("str"), frame["other"].astype("str")
    rows = frame.index[(a == b) & (a != "")]
    report.add(table, "other", rows, lambda k: f"{shown(b[rows[k]])} is linked to itself", "are linked to themselves")


def events(report: Report, frames: Frames) -> None:
    """Conflicts of fact name each other."""
    table, frame = TABLES["events"], frames["events"]
    other = successors(frame, "conflicts_with")
    ids, of = frame["id"].to_numpy(), np.arange(len(frame))
    itself = np.flatnonzero(other == of)
    report.add(
        table,
        "conflicts_with",
        frame.index[itself],
        lambda k: f"{shown(ids[itself[k]])} conflicts with itself",
        "conflict with themselves",
    )
    back = np.append(other, -1)[other]  # the sentinel at -1: names nobody
    single = np.flatnonzero((other >= 0) & (other != of) & (back != of))
    report.add(
        table,
        "conflicts_with",
        frame.index[single],
        lambda k: f"{shown(ids[other[single[k]]])} does not name {shown(ids[single[k]])} in return",
        "name an event that does not name them in return",
        warning=True,
    )


def dates(report: Report, frames: Frames) -> None:
    """Nothing ends before it begins, and no statement is younger than its source."""
    for name in ("statements", "events"):
        table, frame = TABLES[name], frames[name]
        if is_blank(frame["date_start"]):
            continue  # nothing can be before it, nor it before anything
        start, _, _, end = first_and_last(frame)
        late = np.flatnonzero((start != days.UNKNOWN) & (end != days.UNKNOWN) & (start > end))
        begins, ends = frame["date_start"], frame["date_end"]

        def backwards(k: int, at: Ints = late, begins: Any = begins, ends: Any = ends) -> str:
            return f"{shown(ends.iloc[at[k]])} is before date_start {shown(begins.iloc[at[k]])}"

        report.add(table, "date_end", frame.index[late], backwards, "are before date_start")
        if name == "events":
            continue  # an event may lie ahead of the source that announces it
        published = published_by(frame, frames["sources"])
        early = np.flatnonzero((start != days.UNKNOWN) & (published != days.UNKNOWN) & (start > published))

        def after_source(k: int, at: Ints = early, begins: Any = begins, published: Any = published) -> str:
            day = days.iso(published[at[k]])
            return f"{shown(begins.iloc[at[k]])} is after its source was published ({day})"

        many = "are after their source was published"
        report.add(table, "date_start", frame.index[early], after_source, many, warning=True)


def statements(report: Report, frames: Frames, has_conditional: bool) -> None:
    """Conditions where stances ask for them; what supersedes is later, by the same side, on the same proposal."""
    table, frame = TABLES["statements"], frames["statements"]
    _conditions(report, table, frame, Scale.of(frames["stances"]), has_conditional)
    later = successors(frame, "superseded_by")
    if not (later >= 0).any():
        return
    of = np.flatnonzero(later >= 0)
    to = later[of]
    proposal = frame["proposal"].cat.codes.to_numpy()
    actor = codes_of(frame["actor"], frames["actors"]["id"])
    side = side_of(frame["actor"], frames["actors"], frames["sides"])
    start, _, end_first, end = first_and_last(frame)
    unknown = days.UNKNOWN
    elsewhere = proposal[of] != proposal[to]
    # An actor that does not exist has been reported: that it is of no side is no news.
    both = (actor[of] >= 0) & (actor[to] >= 0)
    stranger = both & (actor[of] != actor[to]) & ((side[of] < 0) | (side[of] != side[to]))
    earlier = (end[to] != unknown) & (start[of] != unknown) & (end[to] < start[of])
    stated = np.where(end[of] != unknown, end[of], start[of])
    begin = np.where(start[to] != unknown, start[to], end_first[to])
    overlap = ~earlier & (stated != unknown) & (begin != unknown) & (begin < stated)

    def add(which: Bools, words: Callable[[int, int], str], many: str, *, warning: bool = False) -> None:
        """Words from the place of a statement and of the one that supersedes it."""
        at = np.flatnonzero(which)

        def message(k: int) -> str:
            i, j = int(of[at[k]]), int(to[at[k]])
            return f"{shown(frame['id'].iloc[j])} {words(i, j)}"

        report.add(table, "superseded_by", frame.index[of[at]], message, many, warning=warning)

    add(
        elsewhere,
        lambda _, j: f"is on another proposal, {shown(frame['proposal'].iloc[j])}",
        "name a statement on another proposal",
    )
    add(
        stranger,
        lambda _, j: f"is of {shown(frame['actor'].iloc[j])}, which is not on the same side",
        "name a statement of an actor that is not on the same side",
    )
    add(
        earlier,
        lambda i, j: f"is earlier ({days.iso(end[j])}) than this ({days.iso(start[i])})",
        "name an earlier statement",
    )
    add(
        overlap,
        lambda *_: "may be earlier than this: their dates overlap",
        "name a statement that may be earlier: their dates overlap",
        warning=True,
    )


def _conditions(report: Report, table: Table, frame: pd.DataFrame, scale: Scale, has_conditional: bool) -> None:
    warning = not (has_conditional or scale.is_shipped)
    stance = codes_of(frame["stance"], scale.ids)
    conditional = np.append(scale.conditional, False)[stance]
    given = ~equal(frame["condition"], "")
    known = stance >= 0
    names, conditions = frame["stance"], frame["condition"]
    missing = np.flatnonzero(known & conditional & ~given)
    report.add(
        table,
        "condition",
        frame.index[missing],
        lambda k: f"is empty, but the stance {shown(names.iloc[missing[k]])} is conditional: say on what it depends",
        "are empty, but their stance is conditional: say on what they depend",
        warning=warning,
    )
    idle = np.flatnonzero(known & ~conditional & given)
    report.add(
        table,
        "condition",
        frame.index[idle],
        lambda k: (
            f"{shown(conditions.iloc[idle[k]])} is given, but the stance {shown(names.iloc[idle[k]])} is not "
            "conditional"
        ),
        "are given, but their stance is not conditional",
        warning=warning,
    )
