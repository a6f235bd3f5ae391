"""The actors, proposals, sides and sources that a hand-made sheet names: an id for each, and what it says of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from matrix.dataset.dataset import Dataset, column, records
from matrix.dataset.problems import Problem, shown
from matrix.export import cell_text
from matrix.importing.name_matching import exact, unique_slugs
from matrix.importing.result import TableRow, some
from matrix.importing.sheet.cell_formats import date_notes
from matrix.importing.sheet.headers import FIELDS
from matrix.importing.sheet.mapping import SheetMapping, known_names
from matrix.importing.sheet.named_columns import CodeArray, Coded
from matrix.importing.sheet.written_dates import as_one_date
from matrix.wording import plural

Known = tuple[str, str]  # id, address


@dataclass(frozen=True, eq=False)
class Entities:
    """The rows of a table that a sheet names, and for each row of the sheet the id of its own ('' for none).

    `unnamed`: how many statements name none, where the sheet itself is taken for it.
    """

    rows: Sequence[TableRow]
    column: pd.Series[Any]
    unnamed: int = 0


def named(
    m: SheetMapping,
    field: str,
    more: Mapping[str, Coded],
    notes: list[str],
    sides: Entities | None = None,
    problems: list[Problem] | None = None,
) -> Entities:
    """The actors, proposals or sides: names decided to be the same have one id, known ones the id they have.

    `more`: further columns of the table. An actor on two sides is a problem.
    """
    column, spec = m.coded[field], FIELDS[field]
    canonical = [m.decided.canonical.get(v, v) for v in column.values]
    names = list(dict.fromkeys(n for n in canonical if n))
    known = _chosen(m, field, canonical, names, sides, problems)
    ids = _ids(m, field, names, known)
    things = {id: i for i, id in enumerate(dict.fromkeys(ids))}  # a known thing may be called by two of its names
    place = {n: things[id] for n, id in zip(names, ids, strict=True)}
    of = np.array([place.get(n, -1) for n in canonical], dtype=np.int64)[column.codes]
    first = dict(zip(reversed(ids), reversed(names), strict=True))
    rows = [{"id": id, spec.column: first[id]} for id in things]
    for attribute, values in more.items():
        _describe(rows, of, attribute, values, notes)
    if sides is not None and problems is not None:
        _take_sides(m, rows, of, sides, problems)
    return Entities(_as_known(m, field, rows), column.named([rows[place[n]]["id"] if n else "" for n in canonical]))


def sources(
    m: SheetMapping, more: Mapping[str, Coded], notes: list[str], wanted: NDArray[np.bool_], problems: list[Problem]
) -> Entities:
    """The sources of the wanted rows: one for each title and address; the sheet itself for rows that name none."""
    n = len(m.cells.rows)
    nothing = Coded(np.zeros(n, np.int64), [""])
    title, url = m.coded.get("source", nothing), more.get("url", nothing)
    titles = [m.decided.canonical.get(v, v) for v in title.values]
    place = {t: i for i, t in enumerate(dict.fromkeys(titles))}
    merged = np.array([place[t] for t in titles], dtype=np.int64)[title.codes]
    distinct, width = [*place], len(url.values)
    at, pairs = pd.factorize(merged * width + _with_address(merged, place.get("", -1), url))
    rows: list[TableRow] = []
    for pair in pairs.tolist():
        t, u = distinct[pair // width], url.values[pair % width]
        rows.append({"title": t or u or m.cells.file, "url": u or (t if cell_text.is_link(t) else "")})
    itself = [
        i for i, pair in enumerate(pairs.tolist()) if not distinct[pair // width] and not url.values[pair % width]
    ]
    used = np.unique(at[wanted]).tolist()
    unnamed = int((at == itself[0])[wanted].sum()) if itself else 0
    again = [title for title, times in Counter(r["title"] for r in rows).items() if times > 1]
    if again:
        notes.append(f"{plural(len(again), 'title')} with several addresses, each a source of its own: {some(again)}.")
    fitting = _known_sources(m.into, rows)
    for i in used:
        if len(fitting[i]) > 1:
            message = _several(rows[i]["title"], fitting[i], bool(distinct[pairs[i] // width]))
            column = m.header("source") or m.header("url")
            problems.append(m.cells.problem(int(np.argmax((at == i) & wanted)), column, message))
    ids = _ids(m, "source", [r["title"] for r in rows], [each[0] if each else "" for each in fitting])
    things = {id: i for i, id in enumerate(dict.fromkeys(ids))}
    of = np.array([things[id] for id in ids], dtype=np.int64)[at]
    first = dict(zip(reversed(ids), reversed(rows), strict=True))
    rows = [{"id": id, **first[id]} for id in things]
    for attribute, values in more.items():
        if attribute == "date":
            days = m.days["source_date"]
            notes += date_notes(values, days, m.header("source_date"), m.cells.rows)
            if any(
                words := [d.note or ("" if d.start == d.end else v) for d, v in zip(days, values.values, strict=True)]
            ):
                _describe(rows, of, "date_note", Coded(values.codes, words), notes)
            values = Coded(values.codes, [as_one_date(d) for d in days])
        if attribute != "url":
            _describe(rows, of, attribute, values, notes)
    taken = {ids[i] for i in used}
    return Entities(_as_known(m, "source", [r for r in rows if r["id"] in taken]), Coded(at, ids).named(ids), unnamed)


def _with_address(titles: CodeArray, nobody: int, url: Coded) -> CodeArray:
    """The addresses, with that of the title where a row gives none and its title has but one."""
    blank = url.values.index("")
    seen = np.unique(np.stack([titles, url.codes], axis=1)[url.codes != blank], axis=0)
    only, first, times = np.unique(seen[:, 0], return_index=True, return_counts=True)
    only, first, times = (each[only != nobody] for each in (only, first, times))
    address = np.full(int(titles.max(initial=0)) + 1, blank, dtype=np.int64)
    single = times == 1
    address[only[single]] = seen[first[single], 1]
    return np.where(url.codes == blank, address[titles], url.codes)


def _ids(m: SheetMapping, field: str, names: Sequence[str], known: Sequence[str]) -> list[str]:
    """The id that each name has in the dataset it goes into, else a new one."""
    taken = set(m.into.frames[FIELDS[field].table]["id"]) if m.into is not None else set()
    new = iter(unique_slugs([n for n, id in zip(names, known, strict=True) if not id], field, taken))
    return [id or next(new) for id in known]


def _chosen(
    m: SheetMapping,
    field: str,
    canonical: Sequence[str],
    names: Sequence[str],
    sides: Entities | None,
    problems: list[Problem] | None,
) -> list[str]:
    """The known thing that each name means, '' for none; of several the one on the sheet's side, else it is asked."""
    known = known_names(m.into, field)
    chosen = []
    for name in names:
        each = known.get(name, ())
        if len(each) > 1 and m.into is not None:
            here = np.isin(m.coded[field].codes, [i for i, n in enumerate(canonical) if n == name])
            if sides is not None:
                side = column(m.into, FIELDS[field].table, "side")
                those = {str(s) for s in sides.column[here].unique() if s}
                each = tuple(id for id in each if side[id] in those) or each
            if len(each) > 1 and problems is not None:
                message = _several(name, each, True)
                problems.append(m.cells.problem(int(np.argmax(here)), m.header(field), message))
        chosen.append(each[0] if each else "")
    return chosen


def _several(name: str, ids: Sequence[str], named: bool) -> str:
    how = f"--same '{ids[0]}={name}'" if named else "write its id as the source"
    return f"{shown(name)} may be {' or '.join(map(shown, ids))} of the dataset: say which, as in {how}"


def _as_known(m: SheetMapping, field: str, rows: Sequence[TableRow]) -> list[TableRow]:
    """All that the dataset has and the sheet says of it, then what is new: nobody is renamed.

    A value that differs is given on, for the comparison to show: what is meant is for people to say.
    """
    if m.into is None:
        return list(rows)
    given = {r["id"]: r for r in rows}
    there = [{str(c): str(v) for c, v in r.items()} for r in records(m.into.frames[FIELDS[field].table])]
    known = [_updated(r, given.get(r["id"], {}), FIELDS[field].column) for r in there]
    ids = {r["id"] for r in there}
    return [*known, *(r for r in rows if r["id"] not in ids)]


def _updated(known: TableRow, given: TableRow, naming: str) -> TableRow:
    """A row with what the sheet says otherwise, but for its name and for other ways of writing the same."""
    other = {c: v for c, v in given.items() if v and c != naming and exact(known.get(c, "")) != v}
    return {**known, **other}


def _describe(rows: list[TableRow], of: CodeArray, attribute: str, values: Coded, notes: list[str]) -> None:
    """Write what the sheet says of each thing; the first word counts where it says several."""
    several = []
    for thing, value in _pairs(of, values):
        if attribute in rows[thing]:
            several.append(rows[thing]["id"])
        else:
            rows[thing][attribute] = value
    if several:
        number = plural(len(set(several)), "entry", "entries")
        notes.append(f"{number} with more than one {attribute}, of which the first counts: {some(several)}.")


def _pairs(of: CodeArray, column: Coded) -> list[tuple[int, str]]:
    """Thing and value, each pair once, in the order of the sheet."""
    width = len(column.values)
    stated = (of >= 0) & column.filled
    pairs = pd.unique((of * width + column.codes)[stated]).tolist()
    return [(p // width, column.values[p % width]) for p in pairs]


def _take_sides(m: SheetMapping, rows: list[TableRow], of: CodeArray, sides: Entities, problems: list[Problem]) -> None:
    codes, ids = pd.factorize(sides.column)
    column = Coded(codes.astype(np.int64), list(map(str, ids)))
    for thing, side in _pairs(of, column):
        taken = rows[thing].setdefault("side", side)
        if taken != side:
            at = int(np.argmax((of == thing) & (codes == column.values.index(side))))
            name = shown(rows[thing]["name"])
            pair = f"{rows[thing]['name']}={rows[thing]['name']}"
            message = (
                f"{name} is on the side {shown(taken)} in another row; an actor has one side: say --different '{pair}' "
                "if these are two of one name, or correct it in the sheet"
            )
            problems.append(m.cells.problem(at, m.header("side"), message))


def _known_sources(into: Dataset | None, rows: Sequence[Mapping[str, str]]) -> list[tuple[str, ...]]:
    """The ids that each of the rows (title, url) may be: none is a new source, several are a question."""
    if into is None:
        return [() for _ in rows]
    frame = into.frames["sources"]
    titled: dict[str, list[Known]] = {}
    addressed: dict[str, list[str]] = {}
    for id, title, url in zip(frame["id"], frame["title"], frame["url"], strict=True):
        titled.setdefault(exact(title), []).append((id, url))
        if url:
            addressed.setdefault(url, []).append(id)
    place = dict(zip(frame["id"], zip(frame["title"], frame["url"], strict=True), strict=True))
    found = []
    for row in rows:
        title, url = row["title"], row["url"]
        fits = _fitting(titled.get(title, ()), url)
        if not fits and title == url:  # the sheet knows no more than its address
            fits = tuple(addressed.get(url, ()))
        if title in place and title not in titled:  # the id itself, as a person says which of several is meant
            name, address = place[title]
            same = tuple(id for id, u in titled[exact(name)] if u and u == url)
            fits = same or ((title,) if not url or address in ("", url) else ())
        found.append(fits)
    return _once(found, rows, titled)


def _fitting(known: Sequence[Known], url: str) -> tuple[str, ...]:
    """Of the sources of a title those of the address; else those whose address, or the row's, is not known."""
    same = tuple(id for id, u in known if u == url)
    return same or tuple(id for id, u in known if not u or not url)


def _once(
    found: Sequence[tuple[str, ...]], rows: Sequence[Mapping[str, str]], titled: Mapping[str, Sequence[Known]]
) -> list[tuple[str, ...]]:
    """A source without an address takes on that of one row; where several would give it theirs, each is a new one."""
    blank = {id for each in titled.values() for id, url in each if not url}
    claims = Counter(each[0] for each, r in zip(found, rows, strict=True) if len(each) == 1 and r["url"])
    return [
        () if len(each) == 1 and r["url"] and each[0] in blank and claims[each[0]] > 1 else each
        for each, r in zip(found, rows, strict=True)
    ]
