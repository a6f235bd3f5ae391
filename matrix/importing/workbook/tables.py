"""The tables of an edited workbook: which sheet is which table, which column is which, and the value of each cell."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field

import pandas as pd

from matrix.dataset.changes import next_id
from matrix.dataset.frames import FIRST_ROW, Frames, canonical, is_coded
from matrix.dataset.problems import Problem, near_miss, shown
from matrix.dataset.schema import TABLES
from matrix.export.cell_text import storable
from matrix.export.workbook_format import headers as shown_headers
from matrix.export.workbook_format import sheet_name
from matrix.importing.file_cells import Sheet
from matrix.importing.workbook.meta import Meta

SEARCHED = 50  # rows from the top in which the names of the columns are looked for
ALIKE = 0.8  # share of a column's values that must be under another name for it to be the same column
SAME_ROW = 0.6  # share of equal values from which a row without id is taken for one that is missing
ERRORS = frozenset(["#REF!", "#N/A", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!", "#SPILL!", "#CALC!"])
_LINE_ENDS = re.compile(r"\r\n?")
_BLANKS = re.compile(r"[\s_]+")


@dataclass(frozen=True)
class SheetRow:
    """A row of a sheet: its number, and its cells as text."""

    number: int
    cells: tuple[str, ...]

    def cell(self, at: int) -> str:
        return self.cells[at] if at < len(self.cells) else ""


@dataclass
class Layout:
    """The places of a sheet's columns (from 0), and the rows below their names; `id_at` is -1 where it has no ids."""

    table: str
    sheet: Sheet
    places: dict[str, int] = field(default_factory=dict)
    rows: list[SheetRow] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def problem(self, row: int, column: str, message: str) -> None:
        self.problems.append(Problem(TABLES[self.table].file, row, column, message, sheet=self.sheet.name))

    @property
    def id_at(self) -> int:
        return self.places.get("id", -1)


def _matches(sheet: Sheet, headers: Mapping[str, str]) -> float:
    """The share of the headers that one row of the sheet has."""
    wanted = {_key(h) for h in headers.values()}
    return max((len(wanted & set(map(_key, r))) for _, r in sheet.rows[:SEARCHED]), default=0) / max(len(wanted), 1)


def _key(header: str) -> str:
    """A header or name without the differences that do not count: case, blanks, underscores."""
    return _BLANKS.sub(" ", header).strip().casefold()


def _layout(
    sheet: Sheet, table: str, exported: Mapping[str, str], base: pd.DataFrame, added: AbstractSet[str] = frozenset()
) -> Layout:
    """The columns of a table's sheet; `exported` maps its columns to their headers, `base` holds what was exported.

    Columns with a header of `added` are for reading only.
    """
    found = Layout(table, sheet)
    names = dict(exported) or dict(zip(base.columns, shown_headers(list(base.columns)), strict=True))
    names = {**{c: c for c in TABLES[table].names if c not in names}, **names}
    wanted = {_key(header): column for column, header in names.items()}
    at = _header_row(sheet, wanted)
    if at < 0:
        words = f"no row names the columns; {names.get('id', 'id')} and others are expected in one of the first rows"
        found.problem(0, "", words)
        return found
    number, heads = sheet.rows[at]
    found.rows = [SheetRow(n, cells) for n, cells in sheet.rows[at + 1 :]]
    unknown: dict[int, str] = {}
    ignored, reading = set(), {_key(head) for head in added}
    for i, head in enumerate(heads):
        column = wanted.get(_key(head))
        if not column and _key(head) in reading:
            ignored.add(i)
        elif column in found.places:
            words = f"the column appears twice (columns {found.places[column] + 1} and {i + 1} of the sheet)"
            found.problem(number, column, words)
        elif column:
            found.places[column] = i
        else:
            unknown[i] = head
    _by_content(sheet, found, unknown, exported, base)
    if found.id_at < 0:
        twin = near_miss("id", [h for h in unknown.values() if h])
        found.problem(number, "id", f"the column is missing{twin}; nothing was read here")
        return found
    _own_columns(sheet, number, found, unknown, ignored)
    lost = [names[c] for c in exported if c not in found.places]
    if lost:
        found.notes.append(f"{sheet.name}: without {_listed(lost)}: these values are left as they are")
    return found


def _header_row(sheet: Sheet, wanted: Mapping[str, str]) -> int:
    """The row with the most names of columns, at least two; -1 where there is none."""
    best, most = -1, 1
    for i, (_, cells) in enumerate(sheet.rows[:SEARCHED]):
        hits = len({_key(c) for c in cells} & set(wanted))
        if hits > most:
            best, most = i, hits
    return best


def _by_content(
    sheet: Sheet, found: Layout, unknown: dict[int, str], exported: Mapping[str, str], base: pd.DataFrame
) -> None:
    """Columns under a new name: those whose values are the exported ones, row by row (the ids: as a set)."""
    for column in [c for c in exported if c not in found.places and c in base.columns]:
        values = base[column].astype("str").tolist()
        if column == "id":
            known = set(values)
            scores = {i: _share([r.cell(i).strip() in known for r in found.rows if r.cell(i)]) for i in unknown}
        elif found.id_at < 0:
            continue
        else:
            held = {i: v for i, v in zip(base["id"], values, strict=True) if v}
            pairs = [(r, held[k]) for r in found.rows if (k := r.cell(found.id_at).strip()) in held]
            scores = {i: _share([r.cell(i).strip() == v.strip() for r, v in pairs]) for i in unknown}
        best = max(scores, key=scores.__getitem__, default=-1)
        if best >= 0 and scores[best] >= ALIKE:
            head = unknown.pop(best)
            found.places[column] = best
            found.notes.append(f"{sheet.name}: the column headed {shown(head)} holds what was {column}, and is read so")


def _share(hits: Sequence[bool]) -> float:
    return sum(hits) / len(hits) if hits else 0.0


def _own_columns(
    sheet: Sheet, number: int, found: Layout, unknown: Mapping[int, str], ignored: AbstractSet[int]
) -> None:
    """Columns that the export did not have: kept under their header, where they hold anything."""
    width = max((len(r.cells) for r in found.rows), default=0)
    for i in [*unknown, *range(len(unknown) + len(found.places) + len(ignored), width)]:
        if i in found.places.values() or i in ignored:
            continue
        held = [r.number for r in found.rows if r.cell(i).strip() and r.cell(found.id_at).strip()]
        head = unknown.get(i, "").strip()
        if not held:
            continue
        if not head:
            words = (
                f"there is a value in column {i + 1} of the sheet, which has no name in row {number}; name the column"
            )
            found.problem(held[0], "", words)
        elif head in found.places:
            found.problem(number, head, "the column appears twice")
        else:
            found.places[head] = i
            found.notes.append(f"{sheet.name}: the column {shown(head)} is new and is kept")


def _listed(names: Sequence[str]) -> str:
    return "the column " + names[0] if len(names) == 1 else "the columns " + ", ".join(names)


@dataclass
class EditedTables:
    """The tables of a workbook (index + 2 is the sheet's row), their sheets, rows by id, and what was not understood.

    `without_id`: (table, id) of rows that seem to be missing, but are there without their id: they were not deleted.
    """

    frames: Frames = field(default_factory=dict)
    sheets: dict[str, str] = field(default_factory=dict)
    rows: dict[str, dict[str, int]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    without_id: set[tuple[str, str]] = field(default_factory=set)

    def sheet_of(self, file: str) -> str:
        """The sheet that holds the table of a file; '' for none."""
        return next((sheet for table, sheet in self.sheets.items() if TABLES[table].file == file), "")


def edited_tables(sheets: Sequence[Sheet], meta: Meta, base: Frames) -> EditedTables:
    """The tables of the sheets; a table whose sheet is missing, or a column, stays as it was in `base`."""
    edited, tables = EditedTables(), dict(base)
    free = [s for s in sheets if not s.name.startswith("_")]
    for name in TABLES:
        sheet = _sheet_for(name, free, meta, edited)
        if sheet is None:
            if name in meta.sheets:
                edited.notes.append(f"the sheet {meta.sheets[name]} is missing: its rows are left as they are")
            continue
        free.remove(sheet)
        own = set(meta.headers.get(name, {}).values()) | set(base[name].columns)
        added = meta.added - own if name == "statements" else frozenset()
        found = _layout(sheet, name, meta.headers.get(name, {}), base[name], added)
        if found.id_at >= 0:
            edited.sheets[name] = sheet.name
            tables[name] = _table(found, base[name], edited)
        edited.problems += found.problems
        edited.notes += found.notes
    edited.frames, _ = canonical(tables)
    return edited


def _sheet_for(table: str, free: Sequence[Sheet], meta: Meta, edited: EditedTables) -> Sheet | None:
    """By its name as exported, by the table's name, or - renamed - by its headers."""
    for name in (meta.sheets.get(table, ""), sheet_name(table)):
        for sheet in free:
            if name and _key(sheet.name) == _key(name):
                return sheet
    headers = meta.headers.get(table, {})
    taken = {_key(n) for n in (*meta.sheets.values(), *map(sheet_name, TABLES))}
    for sheet in free:
        if headers and _key(sheet.name) not in taken and _matches(sheet, headers) > 0.7:
            edited.notes.append(f"the sheet {shown(sheet.name)} has the columns of {meta.sheets[table]} and is read so")
            return sheet
    return None


def _table(found: Layout, base: pd.DataFrame, edited: EditedTables) -> pd.DataFrame:
    columns = [*dict.fromkeys((*base.columns, *found.places))]
    held = {c: base[c].astype("str").tolist() for c in base.columns}
    place = {id_: i for i, id_ in enumerate(held["id"])}
    rows: dict[int, list[str]] = {}
    seen: dict[str, int] = {}
    nameless: list[SheetRow] = []
    for row in found.rows:
        id_ = row.cell(found.id_at).strip()
        if not id_:
            nameless.append(row)
            continue
        if id_ in seen:
            words = f"{shown(id_)} is already the id of row {seen[id_]}"
            found.problem(row.number, "id", words)
            continue
        seen[id_] = row.number
        old = place.get(id_, -1)
        rows[row.number] = [id_, *(_value(c, row, old, held, found) for c in columns[1:])]
    edited.rows[found.table] = seen
    missing = [i for i in held["id"] if i not in seen]
    for row in nameless:
        _without_id(row, found, missing, held, place, edited)
    index = pd.Index([n - FIRST_ROW for n in rows], dtype="int64")
    return pd.DataFrame(list(rows.values()), columns=columns, index=index, dtype="str")


def _value(column: str, row: SheetRow, old: int, held: Mapping[str, list[str]], found: Layout) -> str:
    """A cell's value, where it is no edit the very one that was exported."""
    was = held[column][old] if old >= 0 and column in held else ""
    at = found.places.get(column, -1)
    if at < 0:
        return was
    raw = row.cell(at)
    if raw == was:
        return was
    if (row.number, at) in found.sheet.uncalculated:
        words = "holds a formula without its value; save the file in a spreadsheet program, or write the text"
        found.problem(row.number, column, words)
        return was
    if raw.strip() in ERRORS:
        words = f"holds the error value {raw.strip()} of a spreadsheet; write the text"
        found.problem(row.number, column, words)
        return was
    return settled(raw, was, coded=is_coded(found.table, column))


def settled(raw: str, was: str, *, coded: bool) -> str:
    """The value that a cell's text means: the old one where only blanks at the ends or line ends differ."""
    if raw == was or _plain(raw) == _plain(storable(was)):
        return was
    if not raw.strip():
        return ""
    return raw.strip() if coded else raw


def _plain(text: str) -> str:
    return _LINE_ENDS.sub("\n", text).strip()


def _without_id(
    row: SheetRow,
    found: Layout,
    missing: Sequence[str],
    held: Mapping[str, list[str]],
    place: Mapping[str, int],
    edited: EditedTables,
) -> None:
    """A row without id: one that lost it, a new one that needs one, or a remark beside the table."""
    values = {c: _plain(row.cell(at)) for c, at in found.places.items() if c != "id"}
    filled = {c for c, v in values.items() if v}
    if not any(c.required and c.name in filled for c in TABLES[found.table].columns):
        edited.notes.append(
            f"{found.sheet.name} row {row.number} is not read: it has no id and none of the required values"
        )
        return
    best, share = "", 0.0
    for id_ in missing:
        own = {c: _plain(storable(held[c][place[id_]])) for c in values if c in held}
        compared = [c for c in own if own[c] or values[c]]
        equal = sum(own[c] == values[c] for c in compared) / max(len(compared), 1)
        if equal > share:
            best, share = id_, equal
    if share >= SAME_ROW:
        edited.without_id.add((found.table, best))
        words = f"is empty; the other values are those of {shown(best)}, which is missing: write {best} here"
    else:
        words = (
            f"is empty; a new row needs an id of its own, such as {next_id([*held['id'], *edited.rows[found.table]])}"
        )
    found.problem(row.number, "id", words)
