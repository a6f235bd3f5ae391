"""Ids of proposals, actors, themes and stances that are gone, and what each became: rules kept in `former_ids.csv`.

A link, a workbook, a layer or a copy from before goes on opening what its ids mean today. The rules are a file beside
the tables, not read out of the history: a dataset may be shipped without one, and a link must open at once.
"""

from __future__ import annotations

import io
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import pandas as pd

from matrix.dataset import delimited
from matrix.dataset.codes import Scale
from matrix.dataset.delimited import DelimitedError
from matrix.dataset.frames import FIRST_ROW, by_id
from matrix.dataset.problems import Problem, near_miss, not_one_of, shown
from matrix.dataset.schema import LIST_SEPARATOR, SLUG, TABLES

FORMER_FILE = "former_ids.csv"
PROPOSALS, ACTORS, THEMES, STANCES = KINDS = ("proposals", "actors", "themes", "stances")
COLUMNS = ("kind", "id", "name", "now", "why")


@dataclass(frozen=True)
class Former:
    """One id that is gone: what it was called, what took its place (`now`, '' for nothing), and why it went."""

    kind: str
    id: str
    name: str = ""
    now: str = ""
    why: str = ""


class Became(NamedTuple):
    """What a step of the history makes of an id: `now` is the other one, of the same kind."""

    kind: str
    id: str
    now: str


Moved = Mapping[str, Mapping[str, str]]
Tables = Mapping[str, pd.DataFrame]


def codes(frames: Tables, kind: str) -> list[str]:
    """The ids of a kind that are in the tables, in their order; a theme is one that a proposal has."""
    if kind == THEMES:
        return [t for t in dict.fromkeys(frames[PROPOSALS]["theme"].tolist()) if t]
    if kind == STANCES:
        return [*Scale.of(frames[STANCES]).ids]
    return list(frames[kind]["id"].tolist())


def referring(kind: str) -> list[tuple[str, str]]:
    """Every table and column in which an id of the kind stands."""
    if kind == THEMES:
        return [(PROPOSALS, "theme")]
    return [(t.name, c.name) for t in TABLES.values() for c in t.columns if c.target == kind]


def moved(frames: Tables, former: Iterable[Former]) -> dict[str, dict[str, str]]:
    """What each id that is gone is today, by kind; '' for nothing. An id that was given anew is not among them."""
    rules: dict[str, dict[str, str]] = {kind: {} for kind in KINDS}
    for f in former:
        rules[f.kind][f.id] = f.now
    found: dict[str, dict[str, str]] = {}
    for kind, by in rules.items():
        there = set(codes(frames, kind)) if by else set()
        found[kind] = {id_: _end(id_, by, there) for id_ in by if id_ not in there}
    return found


def _end(id_: str, rules: Mapping[str, str], there: Collection[str]) -> str:
    """The end of a chain of rules, '' where it ends in nothing or in a circle."""
    seen: set[str] = set()
    while id_ and id_ not in there:
        if id_ in seen or id_ not in rules:
            return ""
        seen.add(id_)
        id_ = rules[id_]
    return id_


def followed(ids: Mapping[str, str], values: Iterable[str]) -> tuple[str, ...]:
    """Values with what became of those that are gone, each once; one that nothing took the place of stays as it is."""
    return tuple(dict.fromkeys(ids.get(v) or v for v in values))


def gone(former: Iterable[Former], kind: str, id_: str) -> str:
    """What is to be said of an id that was taken out and became nothing; '' where there is no such rule."""
    found = next((f for f in former if (f.kind, f.id) == (kind, id_)), None)
    if found is None:
        return ""
    name = f" ({found.name})" if found.name and found.name != id_ else ""
    return f"{shown(id_)}{name} was taken out, and nothing took its place" + (f": {found.why}" if found.why else "")


def after(before: Sequence[Former], old: Tables, new: Tables, became: Iterable[Became], why: str) -> tuple[Former, ...]:
    """The rules once tables have changed: each id that goes has one, which names what it became, as far as is known.

    `became` says so for some; for others it is what most of their references now name. Rules that `became` turns round
    are taken back.
    """
    rules = {(f.kind, f.id): f for f in before}
    named = {}
    there = {kind: set(codes(new, kind)) for kind in KINDS}
    today = moved(new, before)
    for b in became:
        # What it becomes may have gone itself since, as a code that was split and then merged has.
        named[b.kind, b.id] = b.now if b.now in there[b.kind] else today[b.kind].get(b.now, b.now)
        rule = rules.get((b.kind, b.now))
        if rule is not None and rule.now == b.id and b.now in there[b.kind]:
            del rules[b.kind, b.now]
    for kind in KINDS:
        gone = [i for i in codes(old, kind) if i not in there[kind]]
        if not gone:
            continue
        called = _names(old, kind)
        unnamed = {i for i in gone if named.get((kind, i), "") not in there[kind]}
        inferred = _taken_over(
            old, new, kind, unnamed, there[kind], {i: now for (k, i), now in named.items() if k == PROPOSALS}
        )
        for id_ in gone:
            now = inferred.get(id_, "") if id_ in unnamed else named[kind, id_]
            known = rules.pop((kind, id_), None)
            if not now and known is not None:
                ids = {f.id: f.now for f in rules.values() if f.kind == kind}
                now = _end(known.now, ids, there[kind])
            rules[kind, id_] = Former(kind, id_, called.get(id_, ""), now, why)
    return tuple(f for f in rules.values() if f.now or f.id not in there[f.kind])


def _names(frames: Tables, kind: str) -> dict[str, str]:
    if kind == THEMES:
        return {}
    if kind == STANCES:
        scale = Scale.of(frames[STANCES])
        return dict(zip(scale.ids, scale.names, strict=True))
    return by_id(frames[kind], TABLES[kind].label)


def _taken_over(
    old: Tables, new: Tables, kind: str, ids: Collection[str], there: Collection[str], proposals: Mapping[str, str]
) -> dict[str, str]:
    """For each id the one that most of the rows that named it name now; ids that nothing named are left out.

    `proposals`: those that have another id now, or are another one.
    """
    if not ids:
        return {}
    votes: dict[str, Counter[str]] = {}
    for table, column in referring(kind):
        frame = old[table]
        if table in TABLES and TABLES[table][column].kind == "list":
            continue
        rows = frame[frame[column].isin(list(ids))]
        if rows.empty:
            continue
        now = by_id(new[table], column)
        for row, id_ in zip(rows["id"].tolist(), rows[column].astype("str").tolist(), strict=True):
            if (
                other := now.get(proposals.get(row, row) if table == PROPOSALS and row not in now else row, "")
            ) in there:
                votes.setdefault(id_, Counter())[other] += 1
    return {id_: counted.most_common(1)[0][0] for id_, counted in votes.items()}


# ---- tables that were made before


def as_today(
    frames: Tables, moved: Moved, *, anew: Collection[tuple[str, str]] = (), rows: bool = True
) -> dict[str, pd.DataFrame]:
    """Tables from before - a workbook's, a layer's, an older copy's - with the ids of today; their index is kept.

    Every reference is followed. A row of an id that is gone takes the id that it became, or is left out where that has
    a row of its own, or without `rows`. `anew`: (kind, id) that these tables give to something new.
    """
    found = dict(frames)
    for kind in KINDS:
        ids = {i: now for i, now in moved.get(kind, {}).items() if now and (kind, i) not in anew}
        if not ids:
            continue
        for table, column in referring(kind):
            if table in found and column in found[table]:
                found[table] = with_ids(found[table], table, column, ids)
        if kind in found and (mine := found[kind]["id"].isin(list(ids))).any():
            frame = found[kind]
            own = set(frame.loc[~mine, "id"])
            now = frame["id"].map(lambda i, ids=ids: ids.get(i, i)).astype("str")
            out = mine & (now.isin(list(own)) | now.where(mine).duplicated() | (not rows))
            found[kind] = frame.assign(id=now)[~out]
    return found


def with_ids(frame: pd.DataFrame, table: str, column: str, ids: Mapping[str, str]) -> pd.DataFrame:
    """A table with other ids in one of its columns; of a list, each id once."""
    values = frame[column].astype("str")
    many = TABLES[table][column].kind == "list"
    new = values.map(lambda v: with_other_ids(v, lambda i: ids.get(i, i), many=many)).astype("str")
    return frame if new.equals(values) else frame.assign(**{column: new})


def with_other_ids(value: str, other: Callable[[str], str], *, many: bool) -> str:
    """What a cell names once its id, or of a list (`many`) each, is another one; there each id once."""
    if not many or not value:
        return other(value)
    return LIST_SEPARATOR.join(dict.fromkeys(map(other, value.split(LIST_SEPARATOR))))


# ---- the file


def to_frame(former: Iterable[Former]) -> pd.DataFrame:
    """The rules as the table that is written."""
    return pd.DataFrame([[getattr(f, c) for c in COLUMNS] for f in former], columns=list(COLUMNS), dtype="str")


def parsed(content: bytes) -> tuple[tuple[Former, ...], list[Problem]]:
    """The rules of a file, and what is wrong with it; a row that is wrong is no rule."""
    found: dict[tuple[str, str], Former] = {}
    problems: list[Problem] = []
    header: list[str] = []
    try:
        for number, values in delimited.rows(io.BytesIO(content), encoding="utf-8-sig"):
            if not header:
                header = values
                if sorted(header) != sorted(COLUMNS):
                    words = f"the columns are {', '.join(map(shown, header))}; they must be {', '.join(COLUMNS)}"
                    return (), [Problem(FORMER_FILE, 1, "", words)]
            elif any(values):
                problems += _row(number, dict(zip(header, values, strict=False)), len(values), found)
    except DelimitedError as e:
        problems.append(Problem(FORMER_FILE, e.row, "", str(e)))
    return tuple(found.values()), problems


def _row(number: int, row: Mapping[str, str], width: int, found: dict[tuple[str, str], Former]) -> Iterator[Problem]:
    if width != len(COLUMNS):
        words = f"has {width} values where the header names {len(COLUMNS)} columns; is a comma or a quote missing?"
        yield Problem(FORMER_FILE, number, "", words)
        return
    rule = Former(**row)
    if rule.kind not in KINDS:
        yield Problem(FORMER_FILE, number, "kind", not_one_of(rule.kind, KINDS))
        return
    for column in ("id", "now"):
        value = row[column]
        if not value and column == "id":
            yield Problem(FORMER_FILE, number, "id", "is empty")
            return
        if value and rule.kind != THEMES and not re.fullmatch(SLUG, value):
            words = f"{shown(value)} is not an id: lower-case letters a-z, digits and single hyphens, such as ai-summit"
            yield Problem(FORMER_FILE, number, column, words)
            return
    if rule.id == rule.now:
        yield Problem(FORMER_FILE, number, "now", f"{shown(rule.now)} is the id itself")
    elif (rule.kind, rule.id) in found:
        yield Problem(FORMER_FILE, number, "id", f"{shown(rule.id)} appears twice among {rule.kind}")
    else:
        found[rule.kind, rule.id] = rule


def dangling(frames: Tables, former: Sequence[Former]) -> list[Problem]:
    """A warning for each rule that leads to an id that is not there and never was."""
    found = []
    for kind in {f.kind for f in former}:
        there = codes(frames, kind)
        known = {*there, *(f.id for f in former if f.kind == kind), ""}
        found += [
            Problem(
                FORMER_FILE, i + FIRST_ROW, "now", f"{shown(f.now)} is not among {kind}{near_miss(f.now, there)}", True
            )
            for i, f in enumerate(former)
            if f.kind == kind and f.now not in known
        ]
    return found
