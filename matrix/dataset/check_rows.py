"""Rows against each other: circles, ladders, links, dates, what supersedes what, conditions and their stances."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from matrix.dataset import dates as days
from matrix.dataset.codes import Scale, codes_of, first_and_last, published_by, side_of, successors
from matrix.dataset.frames import Frames
from matrix.dataset.problems import Problem, shown
from matrix.dataset.rules import Bools, at, equal
from matrix.dataset.schema import MIXED, TABLES, Table


def trees(frames: Frames) -> Iterator[Problem]:
    """No circle among parents, nor along superseded_by."""
    for name, column in (("risk_areas", "parent"), ("proposals", "parent"), ("statements", "superseded_by")):
        frame = frames[name]
        parent = successors(frame, column)
        ids = frame["id"]
        for i in np.flatnonzero(_in_circle(parent)).tolist():
            ring, node = [i], parent[i]
            while node != i and len(ring) <= 6:  # no more than is shown: every node of a long circle comes by here
                ring.append(node)
                node = parent[node]
            path = " -> ".join(str(ids.iloc[j]) for j in [*ring[:6], *(ring[:1] if len(ring) <= 6 else [])])
            yield at(
                TABLES[name], frame.index[i], column, f"runs in a circle: {path}{' -> …' if len(ring) > 6 else ''}"
            )


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


def stances(frames: Frames) -> Iterator[Problem]:
    """The name of the derived state is no stance, and a glyph is short."""
    table, frame = TABLES["stances"], frames["stances"]
    for i in frame.index[frame["id"] == MIXED]:
        yield at(table, i, "id", f"{MIXED!r} is the name of the derived state and cannot be a stance")
    for i in frame.index[frame["glyph"].str.len() > 2]:
        yield at(table, i, "glyph", "is longer than a glyph; only its beginning is shown", warning=True)


def ladders(frames: Frames) -> Iterator[Problem]:
    """A rung has a ladder, a proposal on a ladder a rung of its own."""
    table, frame = TABLES["proposals"], frames["proposals"]
    ladder, rung = frame["ladder"].astype("str"), frame["rung"].astype("str")
    for i in frame.index[(rung != "") & (ladder == "")]:
        yield at(table, i, "rung", "stands without a ladder")
    for i in frame.index[(rung == "") & (ladder != "")]:
        yield at(table, i, "rung", "is empty; a proposal on a ladder needs its place", warning=True)
    both = pd.DataFrame({"ladder": ladder, "rung": rung})[(rung != "") & (ladder != "")]
    for i in both.index[both.duplicated()]:
        yield at(
            table, i, "rung", f"{rung[i]} of the ladder {shown(ladder[i])} is taken by another proposal", warning=True
        )


def links(frames: Frames) -> Iterator[Problem]:
    """No proposal is linked to itself."""
    table, frame = TABLES["links"], frames["links"]
    a, b = frame["proposal"].astype("str"), frame["other"].astype("str")
    for i in frame.index[(a == b) & (a != "")]:
        yield at(table, i, "other", f"{shown(b[i])} is linked to itself")


def events(frames: Frames) -> Iterator[Problem]:
    """Conflicts of fact name each other."""
    table, frame = TABLES["events"], frames["events"]
    other = successors(frame, "conflicts_with")
    ids = frame["id"].to_numpy()
    for i in np.flatnonzero(other >= 0).tolist():
        if other[i] == i:
            yield at(table, frame.index[i], "conflicts_with", f"{shown(ids[i])} conflicts with itself")
        elif other[other[i]] != i:
            yield at(
                table,
                frame.index[i],
                "conflicts_with",
                f"{shown(ids[other[i]])} does not name {shown(ids[i])} in return",
                warning=True,
            )


def dates(frames: Frames) -> Iterator[Problem]:
    """Nothing ends before it begins, and no statement is younger than its source."""
    for name in ("statements", "events"):
        table, frame = TABLES[name], frames[name]
        start, _, _, end = first_and_last(frame)
        late = (start != days.UNKNOWN) & (end != days.UNKNOWN) & (start > end)
        for i in frame.index[late]:
            yield at(
                table,
                i,
                "date_end",
                f"{shown(frame['date_end'][i])} is before date_start {shown(frame['date_start'][i])}",
            )
        if name == "events":
            continue  # an event may lie ahead of the source that announces it
        published = published_by(frame, frames["sources"])
        early = (start != days.UNKNOWN) & (published != days.UNKNOWN) & (start > published)
        for i, day in zip(frame.index[early], published[early], strict=True):
            said = shown(frame["date_start"][i])
            yield at(
                table, i, "date_start", f"{said} is after its source was published ({days.iso(day)})", warning=True
            )


def statements(frames: Frames, has_conditional: bool) -> Iterator[Problem]:
    """Conditions where stances ask for them; what supersedes is later, by the same side, on the same proposal."""
    table, frame = TABLES["statements"], frames["statements"]
    yield from _conditions(table, frame, Scale.of(frames["stances"]), has_conditional)
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
    said = np.where(end[of] != unknown, end[of], start[of])
    begin = np.where(start[to] != unknown, start[to], end_first[to])
    overlap = ~earlier & (said != unknown) & (begin != unknown) & (begin < said)
    for k in np.flatnonzero(elsewhere | stranger | earlier | overlap):
        i, j = int(of[k]), int(to[k])
        where, what = frame.index[i], shown(frame["id"].iloc[j])
        if elsewhere[k]:
            yield at(
                table, where, "superseded_by", f"{what} is on another proposal, {shown(frame['proposal'].iloc[j])}"
            )
        if stranger[k]:
            yield at(
                table,
                where,
                "superseded_by",
                f"{what} is of {shown(frame['actor'].iloc[j])}, which is not on the same side",
            )
        if earlier[k]:
            yield at(
                table,
                where,
                "superseded_by",
                f"{what} is earlier ({days.iso(end[j])}) than this ({days.iso(start[i])})",
            )
        if overlap[k]:
            yield at(
                table, where, "superseded_by", f"{what} may be earlier than this: their dates overlap", warning=True
            )


def _conditions(table: Table, frame: pd.DataFrame, scale: Scale, has_conditional: bool) -> Iterator[Problem]:
    warning = not (has_conditional or scale.is_shipped)
    stance = codes_of(frame["stance"], pd.Series(scale.ids))
    conditional = np.append(scale.conditional, False)[stance]
    given = ~equal(frame["condition"], "")
    known = stance >= 0
    names = frame["stance"]
    for i in frame.index[known & conditional & ~given]:
        yield at(
            table,
            i,
            "condition",
            f"is empty, but the stance {shown(names[i])} is conditional: say on what it depends",
            warning=warning,
        )
    for i in frame.index[known & ~conditional & given]:
        yield at(
            table,
            i,
            "condition",
            f"{shown(frame['condition'][i])} is given, but the stance {shown(names[i])} is not conditional",
            warning=warning,
        )
