"""Frames and schema become every Problem: all rules of the data model, all tables, all rows, in one pass.

Each rule looks at whole columns. A column of repeated values (references, vocabularies, dates) is judged once per
distinct value, so that a million statements cost little more than reading them.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from matrix.dataset import dates
from matrix.dataset.codes import among, codes_of, first_and_last, published_by, side_of, successors
from matrix.dataset.frames import FIRST_ROW, Frames, canonical
from matrix.dataset.id_bytes import all_different, all_slugs
from matrix.dataset.package import Package
from matrix.dataset.problems import LISTED, Problem, near_miss, not_one_of, shown
from matrix.dataset.scale import Scale
from matrix.dataset.schema import (
    COLOUR,
    HTTP_URL,
    LIST_SEPARATOR,
    MIXED,
    SHA256,
    SHIPPED_STANCES,
    SLUG,
    TABLES,
    Column,
    Table,
)

REPEATS = 20  # rows listed for one and the same wrong value; the rest are counted in one line
NAMED_APART = ("dna", "case")  # prefixes by which data from elsewhere keeps clear of a column of ours: dna_theme

Bools = NDArray[np.bool_]


def check(frames: Mapping[str, Any], package: Package | None = None) -> list[Problem]:
    """Every problem of the tables, errors and warnings, in the order of file and row; [] when all is well.

    `frames` maps table names to data frames of any dtype; `package` closes the vocabularies that its enums list.
    """
    text, problems = canonical(frames)
    columns = {name: tuple(map(str, pd.DataFrame(frame).columns)) for name, frame in frames.items()}
    return sorted({*problems, *check_canonical(text, columns, package)}, key=_reading_order)


def check_canonical(
    frames: Frames,
    columns: Mapping[str, Sequence[str]],
    package: Package | None,
    unread: Collection[str] = (),
    partial: Collection[str] = (),
) -> Iterator[Problem]:
    """The same over canonical frames; `columns` are those that each table really had.

    Of an `unread` table nothing is said, nor of references into a `partial` one: their one cause has been named.
    """
    closed = package.closed if package else {}
    lost = {*partial, *(name for name, present in columns.items() if "id" not in present)}
    for table in TABLES.values():
        if table.name in unread:
            continue
        if table.name in columns:
            yield from _columns(table, columns[table.name])
        elif table.required:
            yield Problem(table.file, 0, "", "the table is missing")
    for table in TABLES.values():
        frame = frames[table.name]
        if len(frame):
            yield from _ids(table, frame)
            for column in frame.columns:
                spec = table[column] if column in table else Column(column)
                if spec.target not in lost and (not spec.required or column in columns[table.name]):
                    yield from _values(table, spec, frame, frames, closed.get((table.name, column)))
    yield from _trees(frames)
    yield from _stances(frames)
    yield from _ladders(frames)
    yield from _links(frames)
    yield from _events(frames)
    yield from _dates(frames)
    yield from _statements(frames, "conditional" in columns.get("stances", ()))


def _reading_order(p: Problem) -> tuple[int, int, str, str]:
    files = [t.file for t in TABLES.values()]
    return (files.index(p.file) if p.file in files else -1, p.row, p.column, p.message)


# ---- columns and single values


def _columns(table: Table, present: Sequence[str]) -> Iterator[Problem]:
    for column in table.columns:
        if column.required and column.name not in present:
            unknown = [c for c in present if c not in table]
            yield Problem(table.file, 1, column.name, f"the column is missing{near_miss(column.name, unknown)}")
    missing = [c for c in table.names if c not in present]
    for c in present:
        prefix, _, name = c.partition("_")
        if prefix in NAMED_APART and name in table:
            continue
        if c not in table and (hint := near_miss(c, missing)):
            yield Problem(table.file, 1, c, f"is no column of this table and is kept as it is{hint}", warning=True)


def _ids(table: Table, frame: pd.DataFrame) -> Iterator[Problem]:
    ids = frame["id"]
    if all_different(_text(ids)):
        return
    again = ids[ids.duplicated() & (ids != "")]
    if again.empty:
        return
    first = ids[ids.isin(again)].drop_duplicates()
    row = dict(zip(first, first.index + FIRST_ROW, strict=True))
    for i, v in again.items():
        yield _at(table, i, "id", f"{shown(v)} is already the id of row {row[v]}")


def _values(
    table: Table, column: Column, frame: pd.DataFrame, frames: Frames, closed: tuple[str, ...] | None
) -> Iterator[Problem]:
    values = frame[column.name]
    if column.required:
        yield from _listed(table, column.name, frame.index[_equal(values, "")], "is empty; a value is required")
    if column.kind == "id":
        if all_slugs(_text(values)):
            return
        yield from _where_not(
            table, column.name, values, SLUG, "is no id: lower-case letters and digits, joined by single '-'"
        )
        return
    if column.kind == "hash":
        yield from _where_not(table, column.name, values, SHA256, "is no SHA-256: 64 hexadecimal digits in lower case")
    elif column.name == "start":
        yield from _where_not(table, column.name, values, r"\d+", "is no whole number from 0")
    elif column.kind == "url":
        yield from _where_not(
            table,
            column.name,
            values,
            HTTP_URL,
            "is no http(s) address and is shown as plain text",
            warning=True,
        )
    judge = _judge(column, values, frames)
    if judge:
        yield from _each_value(table, column.name, values, judge)
    if closed is not None:
        yield from _each_value(table, column.name, values, lambda v: "" if v in closed else not_one_of(v, closed))
    elif column.values:
        yield from _each_value(
            table,
            column.name,
            values,
            lambda v: "" if v in column.values else not_one_of(v, column.values),
            warning=True,
        )


def _judge(column: Column, values: pd.Series[Any], frames: Frames) -> Callable[[str], str] | None:
    """What is wrong with one distinct value of a coded column; '' when nothing is."""
    if column.name == "start":
        return None  # nearly every value is distinct: its pattern says all, for the whole column at once
    if column.kind in ("ref", "list"):
        target = _ids_in(frames, column.target)

        @cache
        def ids() -> list[str]:
            return [i for i in target.tolist() if i]

        if column.kind == "ref":
            # Only the ids that are named become Python objects: the target may be a million statements.
            named = set(target[among(target, values.cat.categories)].tolist())
            return lambda v: "" if v in named else _no_such(v, column.target, ids())
        known = set(ids())
        return lambda v: _bad_list(v, column.target, ids(), known)
    return {
        "boolean": _bad_boolean,
        "integer": _bad_integer,
        "number": _bad_number,
        "colour": _bad_colour,
        "date": _bad_date,
    }.get(column.kind)


def _ids_in(frames: Frames, target: str) -> pd.Series[Any]:
    """The ids a reference may name; without a stances table the shipped scale stands in."""
    if target == "stances" and not len(frames[target]):
        return pd.Series([s["id"] for s in SHIPPED_STANCES], dtype="str")
    return frames[target]["id"]


def _no_such(value: str, target: str, ids: Sequence[str]) -> str:
    if len(ids) <= LISTED:
        return not_one_of(value, ids)
    return f"{shown(value)} is no id in {TABLES[target].file}{near_miss(value, ids)}"


def _bad_list(value: str, target: str, ids: Sequence[str], known: set[str]) -> str:
    items = value.split(LIST_SEPARATOR)
    if "" in items:
        return f"{shown(value)} has an empty place between its '{LIST_SEPARATOR}'"
    twice = sorted({i for i in items if items.count(i) > 1})
    if twice:
        return f"{shown(value)} names {shown(twice[0])} twice"
    return "; ".join(_no_such(i, target, ids) for i in items if i not in known)


def _bad_boolean(value: str) -> str:
    return "" if value in ("true", "false") else not_one_of(value, ("true", "false"))


def _bad_integer(value: str) -> str:
    return "" if value.isascii() and value.removeprefix("-").isdigit() else f"{shown(value)} is no whole number"


def _bad_number(value: str) -> str:
    try:
        number = float(value)
    except ValueError:
        return f"{shown(value)} is no number"
    return "" if np.isfinite(number) and "_" not in value else f"{shown(value)} is no finite number"


def _bad_colour(value: str) -> str:
    return "" if pd.Series([value]).str.fullmatch(COLOUR).all() else f"{shown(value)} is no colour: #RRGGBB is expected"


def _bad_date(value: str) -> str:
    try:
        dates.interval(value)
    except ValueError as e:
        return f"{shown(value)} {e}"
    return ""


# ---- rules between rows


def _trees(frames: Frames) -> Iterator[Problem]:
    """No circle among parents, nor along superseded_by."""
    for name, column in (("risk_areas", "parent"), ("proposals", "parent"), ("statements", "superseded_by")):
        frame = frames[name]
        parent = successors(frame, column)
        ids = frame["id"]
        for i in np.flatnonzero(_in_circle(parent)).tolist():
            ring, at = [i], parent[i]
            while at != i and len(ring) <= 6:  # no more than is shown: every node of a long circle comes by here
                ring.append(at)
                at = parent[at]
            path = " -> ".join(str(ids.iloc[j]) for j in [*ring[:6], *(ring[:1] if len(ring) <= 6 else [])])
            yield _at(
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


def _stances(frames: Frames) -> Iterator[Problem]:
    table, frame = TABLES["stances"], frames["stances"]
    for i in frame.index[frame["id"] == MIXED]:
        yield _at(table, i, "id", f"{MIXED!r} is the name of the derived state and cannot be a stance")
    for i in frame.index[frame["glyph"].str.len() > 2]:
        yield _at(table, i, "glyph", "is longer than a glyph; only its beginning is shown", warning=True)


def _ladders(frames: Frames) -> Iterator[Problem]:
    table, frame = TABLES["proposals"], frames["proposals"]
    ladder, rung = frame["ladder"].astype("str"), frame["rung"].astype("str")
    for i in frame.index[(rung != "") & (ladder == "")]:
        yield _at(table, i, "rung", "stands without a ladder")
    for i in frame.index[(rung == "") & (ladder != "")]:
        yield _at(table, i, "rung", "is empty; a proposal on a ladder needs its place", warning=True)
    both = pd.DataFrame({"ladder": ladder, "rung": rung})[(rung != "") & (ladder != "")]
    for i in both.index[both.duplicated()]:
        yield _at(
            table, i, "rung", f"{rung[i]} of the ladder {shown(ladder[i])} is taken by another proposal", warning=True
        )


def _links(frames: Frames) -> Iterator[Problem]:
    table, frame = TABLES["links"], frames["links"]
    a, b = frame["proposal"].astype("str"), frame["other"].astype("str")
    for i in frame.index[(a == b) & (a != "")]:
        yield _at(table, i, "other", f"{shown(b[i])} is linked to itself")


def _events(frames: Frames) -> Iterator[Problem]:
    table, frame = TABLES["events"], frames["events"]
    other = successors(frame, "conflicts_with")
    ids = frame["id"].to_numpy()
    for i in np.flatnonzero(other >= 0).tolist():
        if other[i] == i:
            yield _at(table, frame.index[i], "conflicts_with", f"{shown(ids[i])} conflicts with itself")
        elif other[other[i]] != i:
            yield _at(
                table,
                frame.index[i],
                "conflicts_with",
                f"{shown(ids[other[i]])} does not name {shown(ids[i])} in return",
                warning=True,
            )


def _dates(frames: Frames) -> Iterator[Problem]:
    for name in ("statements", "events"):
        table, frame = TABLES[name], frames[name]
        start, _, _, end = first_and_last(frame)
        late = (start != dates.UNKNOWN) & (end != dates.UNKNOWN) & (start > end)
        for i in frame.index[late]:
            yield _at(
                table,
                i,
                "date_end",
                f"{shown(frame['date_end'][i])} is before date_start {shown(frame['date_start'][i])}",
            )
        if name == "events":
            continue  # an event may lie ahead of the source that announces it
        published = published_by(frame, frames["sources"])
        early = (start != dates.UNKNOWN) & (published != dates.UNKNOWN) & (start > published)
        for i, day in zip(frame.index[early], published[early], strict=True):
            said = shown(frame["date_start"][i])
            yield _at(
                table, i, "date_start", f"{said} is after its source was published ({dates.iso(day)})", warning=True
            )


def _statements(frames: Frames, has_conditional: bool) -> Iterator[Problem]:
    table, frame = TABLES["statements"], frames["statements"]
    yield from _conditions(table, frame, Scale.of(frames["stances"]), has_conditional)
    later = successors(frame, "superseded_by")
    if not (later >= 0).any():
        return
    at = np.flatnonzero(later >= 0)
    to = later[at]
    proposal = frame["proposal"].cat.codes.to_numpy()
    actor = codes_of(frame["actor"], frames["actors"]["id"])
    side = side_of(frame["actor"], frames["actors"], frames["sides"])
    start, _, end_first, end = first_and_last(frame)
    unknown = dates.UNKNOWN
    elsewhere = proposal[at] != proposal[to]
    # An actor that does not exist has been reported: that it is of no side is no news.
    both = (actor[at] >= 0) & (actor[to] >= 0)
    stranger = both & (actor[at] != actor[to]) & ((side[at] < 0) | (side[at] != side[to]))
    earlier = (end[to] != unknown) & (start[at] != unknown) & (end[to] < start[at])
    said = np.where(end[at] != unknown, end[at], start[at])
    begin = np.where(start[to] != unknown, start[to], end_first[to])
    overlap = ~earlier & (said != unknown) & (begin != unknown) & (begin < said)
    for k in np.flatnonzero(elsewhere | stranger | earlier | overlap):
        i, j = int(at[k]), int(to[k])
        where, what = frame.index[i], shown(frame["id"].iloc[j])
        if elsewhere[k]:
            yield _at(
                table, where, "superseded_by", f"{what} is on another proposal, {shown(frame['proposal'].iloc[j])}"
            )
        if stranger[k]:
            yield _at(
                table,
                where,
                "superseded_by",
                f"{what} is of {shown(frame['actor'].iloc[j])}, which is not on the same side",
            )
        if earlier[k]:
            yield _at(
                table,
                where,
                "superseded_by",
                f"{what} is earlier ({dates.iso(end[j])}) than this ({dates.iso(start[i])})",
            )
        if overlap[k]:
            yield _at(
                table, where, "superseded_by", f"{what} may be earlier than this: their dates overlap", warning=True
            )


def _conditions(table: Table, frame: pd.DataFrame, scale: Scale, has_conditional: bool) -> Iterator[Problem]:
    warning = not (has_conditional or scale.is_shipped)
    stance = codes_of(frame["stance"], pd.Series(scale.ids))
    conditional = np.append(scale.conditional, False)[stance]
    given = ~_equal(frame["condition"], "")
    known = stance >= 0
    names = frame["stance"]
    for i in frame.index[known & conditional & ~given]:
        yield _at(
            table,
            i,
            "condition",
            f"is empty, but the stance {shown(names[i])} is conditional: say on what it depends",
            warning=warning,
        )
    for i in frame.index[known & ~conditional & given]:
        yield _at(
            table,
            i,
            "condition",
            f"{shown(frame['condition'][i])} is given, but the stance {shown(names[i])} is not conditional",
            warning=warning,
        )


# ---- helpers


def _at(table: Table, index: Any, column: str, message: str, *, warning: bool = False) -> Problem:
    return Problem(table.file, int(index) + FIRST_ROW, column, message, warning)


def _listed(
    table: Table, column: str, rows: Iterable[Any], message: str, *, warning: bool = False
) -> Iterator[Problem]:
    rows = list(rows)
    for i in rows[:REPEATS]:
        yield _at(table, i, column, message, warning=warning)
    if len(rows) > REPEATS:
        rest = f"{message} (the same in {len(rows) - REPEATS:,} more rows)"
        yield _at(table, rows[REPEATS], column, rest, warning=warning)


def _equal(values: pd.Series[Any], text: str) -> Bools:
    if isinstance(values.dtype, pd.CategoricalDtype):
        hit = np.append(np.asarray(values.cat.categories == text, dtype=bool), False)
        return np.asarray(hit[values.cat.codes.to_numpy()], dtype=bool)
    return np.asarray(values == text, dtype=bool)


def _where_not(
    table: Table, column: str, values: pd.Series[Any], pattern: str, message: str, *, warning: bool = False
) -> Iterator[Problem]:
    """A problem for every value that is neither blank nor of the pattern."""
    fits = pc.match_substring_regex(_text(values), pattern=rf"^(?:{pattern})?$").to_numpy(zero_copy_only=False)
    # RE2's `$` is the end of the text, so that "id\n" does not fit.
    bad = values[~fits.astype(bool)]
    for value, rows in bad.groupby(bad, sort=False).groups.items():
        yield from _listed(table, column, rows, f"{shown(str(value))} {message}", warning=warning)


def _text(values: pd.Series[Any]) -> pa.LargeStringArray:
    text = pa.array(values, pa.large_string()) if len(values) else pa.array([], pa.large_string())
    return text.combine_chunks() if isinstance(text, pa.ChunkedArray) else text


def _each_value(
    table: Table, column: str, values: pd.Series[Any], judge: Callable[[str], str], *, warning: bool = False
) -> Iterator[Problem]:
    """Judge every distinct value once; a problem for each row that holds a bad one."""
    coded = values if isinstance(values.dtype, pd.CategoricalDtype) else values.astype("category")
    codes = coded.cat.codes.to_numpy()
    wrong = {c: m for c, v in enumerate(coded.cat.categories) if v and (m := judge(v))}
    if not wrong:
        return
    for c, message in wrong.items():
        yield from _listed(table, column, values.index[codes == c], message, warning=warning)
