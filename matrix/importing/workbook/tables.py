"""The sheets of a workbook become the dataset's tables again: sheets and columns found, decoration left out."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pandas as pd

from matrix.dataset.changes import next_id
from matrix.dataset.frames import FIRST_ROW, Frames, canonical, is_coded
from matrix.dataset.problems import Problem, shown
from matrix.dataset.schema import TABLES
from matrix.export.cell_text import clean
from matrix.export.workbook.table_sheets import sheet_name
from matrix.importing.spreadsheet import Sheet
from matrix.importing.workbook.columns import Layout, Row, layout, matches
from matrix.importing.workbook.meta import Meta

TWIN = 0.6  # share of equal values from which a row without id is taken for one that is missing
ERRORS = frozenset(["#REF!", "#N/A", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!", "#SPILL!", "#CALC!"])
_LINE_ENDS = re.compile(r"\r\n?")


@dataclass
class Returned:
    """What came back: tables (index + 2 is the sheet's row), their sheets, ids by row, and what was not understood.

    `twins` are (table, id) of missing rows that stand there without their id: they were not deleted.
    """

    frames: Frames = field(default_factory=dict)
    sheets: dict[str, str] = field(default_factory=dict)
    rows: dict[str, dict[str, int]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    twins: set[tuple[str, str]] = field(default_factory=set)

    def sheet_of(self, file: str) -> str:
        """The sheet in place of the table's file in a message."""
        return self.sheets.get(file.removesuffix(".csv"), file)


def returned(sheets: Sequence[Sheet], meta: Meta, base: Frames) -> Returned:
    """The tables of the sheets; a table whose sheet is missing, or a column, stays as it was in `base`."""
    came, tables = Returned(), dict(base)
    free = [s for s in sheets if not s.name.startswith("_")]
    for name in TABLES:
        sheet = _sheet_for(name, free, meta, came)
        if sheet is None:
            if name in meta.sheets:
                came.notes.append(f"the sheet {meta.sheets[name]} is missing: its rows are left as they are")
            continue
        free.remove(sheet)
        found = layout(sheet, name, meta.headers.get(name, {}), base[name])
        came.problems += found.problems
        came.notes += found.notes
        if found.id_at >= 0:
            came.sheets[name] = sheet.name
            tables[name] = _table(name, sheet, found, base[name], came)
    came.frames, _ = canonical(tables)
    return came


def _sheet_for(table: str, free: Sequence[Sheet], meta: Meta, came: Returned) -> Sheet | None:
    """By its name as exported, by the table's name, or - renamed - by its headers."""
    for name in (meta.sheets.get(table, ""), sheet_name(table)):
        for sheet in free:
            if name and _key(sheet.name) == _key(name):
                return sheet
    headers = meta.headers.get(table, {})
    taken = {_key(n) for n in (*meta.sheets.values(), *map(sheet_name, TABLES))}
    for sheet in free:
        if headers and _key(sheet.name) not in taken and matches(sheet, headers) > 0.7:
            came.notes.append(f"the sheet {shown(sheet.name)} has the columns of {meta.sheets[table]}, and is read so")
            return sheet
    return None


def _key(name: str) -> str:
    return re.sub(r"[\s_]+", " ", name).strip().casefold()


def _table(name: str, sheet: Sheet, found: Layout, base: pd.DataFrame, came: Returned) -> pd.DataFrame:
    columns = [*dict.fromkeys((*base.columns, *found.places))]
    held = {c: base[c].astype("str").tolist() for c in base.columns}
    place = {id_: i for i, id_ in enumerate(held["id"])}
    rows: dict[int, list[str]] = {}
    seen: dict[str, int] = {}
    nameless: list[Row] = []
    for row in found.rows:
        id_ = row.cell(found.id_at).strip()
        if not id_:
            nameless.append(row)
            continue
        if id_ in seen:
            words = f"{shown(id_)} is already the id of row {seen[id_]}"
            came.problems.append(Problem(sheet.name, row.number, "id", words))
            continue
        seen[id_] = row.number
        old = place.get(id_, -1)
        rows[row.number] = [id_, *(_value(name, c, row, old, held, found, sheet, came) for c in columns[1:])]
    came.rows[name] = seen
    missing = [i for i in held["id"] if i not in seen]
    for row in nameless:
        _without_id(name, sheet, row, found, missing, held, place, came)
    index = pd.Index([n - FIRST_ROW for n in rows], dtype="int64")
    return pd.DataFrame(list(rows.values()), columns=columns, index=index, dtype="str")


def _value(
    table: str,
    column: str,
    row: Row,
    old: int,
    held: Mapping[str, list[str]],
    found: Layout,
    sheet: Sheet,
    came: Returned,
) -> str:
    """A cell's value, where it is no edit the very one that was exported."""
    was = held[column][old] if old >= 0 and column in held else ""
    at = found.places.get(column, -1)
    if at < 0:
        return was
    raw = row.cell(at)
    if raw == was:
        return was
    if (row.number, at) in sheet.unvalued:
        words = "holds a formula without its value; save the file in a spreadsheet program, or write the text"
        came.problems.append(Problem(sheet.name, row.number, column, words))
        return was
    if raw.strip() in ERRORS:
        words = f"holds the error value {raw.strip()} of a spreadsheet; write the text"
        came.problems.append(Problem(sheet.name, row.number, column, words))
        return was
    return settled(raw, was, coded=is_coded(table, column))


def settled(raw: str, was: str, *, coded: bool) -> str:
    """The value that a cell's text stands for: the old one where only blanks at the ends or line ends differ."""
    if raw == was or _plain(raw) == _plain(clean(was)):
        return was
    if not raw.strip():
        return ""
    return raw.strip() if coded else raw


def _plain(text: str) -> str:
    return _LINE_ENDS.sub("\n", text).strip()


def _without_id(
    name: str,
    sheet: Sheet,
    row: Row,
    found: Layout,
    missing: Sequence[str],
    held: Mapping[str, list[str]],
    place: Mapping[str, int],
    came: Returned,
) -> None:
    """A row without id: one that lost it, a new one that needs one, or a remark beside the table."""
    values = {c: _plain(row.cell(at)) for c, at in found.places.items() if c != "id"}
    filled = {c for c, v in values.items() if v}
    if not any(c.required and c.name in filled for c in TABLES[name].columns):
        came.notes.append(f"{sheet.name} row {row.number} is not read: it has no id and none of the required values")
        return
    best, share = "", 0.0
    for id_ in missing:
        own = {c: _plain(clean(held[c][place[id_]])) for c in values if c in held}
        compared = [c for c in own if own[c] or values[c]]
        equal = sum(own[c] == values[c] for c in compared) / max(len(compared), 1)
        if equal > share:
            best, share = id_, equal
    if share >= TWIN:
        came.twins.add((name, best))
        words = f"is empty; the other values are those of {shown(best)}, which is missing: write {best} here"
    else:
        words = f"is empty; a new row needs an id of its own, such as {next_id([*held['id'], *came.rows[name]])}"
    came.problems.append(Problem(sheet.name, row.number, "id", words))
