"""Which row of a sheet names the columns, and which column is which: by the export's notes, by name, by content."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pandas as pd

from matrix.dataset.problems import Problem, near_miss, shown
from matrix.dataset.schema import TABLES
from matrix.export.workbook.table_sheets import headers as shown_headers
from matrix.importing.spreadsheet import Sheet

SEARCHED = 50  # rows from the top in which the names of the columns are looked for
ALIKE = 0.8  # share of a column's values that must stand under another name for it to be the same column
_BLANKS = re.compile(r"[\s_]+")


@dataclass(frozen=True)
class Row:
    """A row of a sheet: its number, and its cells as text."""

    number: int
    cells: tuple[str, ...]

    def cell(self, at: int) -> str:
        return self.cells[at] if at < len(self.cells) else ""


@dataclass
class Layout:
    """Where the columns stand (from 0), and the rows below their names; `id_at` is -1 where there are no ids."""

    places: dict[str, int] = field(default_factory=dict)
    rows: list[Row] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def id_at(self) -> int:
        return self.places.get("id", -1)


def matches(sheet: Sheet, headers: Mapping[str, str]) -> float:
    """The share of the headers that one row of the sheet has."""
    wanted = {key(h) for h in headers.values()}
    return max((len(wanted & set(map(key, r))) for _, r in sheet.rows[:SEARCHED]), default=0) / max(len(wanted), 1)


def key(header: str) -> str:
    """A header without the differences that do not count: case, blanks, underscores."""
    return _BLANKS.sub(" ", header).strip().casefold()


def layout(sheet: Sheet, table: str, exported: Mapping[str, str], base: pd.DataFrame) -> Layout:
    """The columns of a table's sheet; `exported` maps its columns to their headers, `base` holds what was exported."""
    found = Layout()
    names = dict(exported) or dict(zip(base.columns, shown_headers(list(base.columns)), strict=True))
    names = {**{c: c for c in TABLES[table].names if c not in names}, **names}
    wanted = {key(header): column for column, header in names.items()}
    at = _header_row(sheet, wanted)
    if at < 0:
        words = f"no row names the columns; {names.get('id', 'id')} and others are expected in one of the first rows"
        found.problems.append(Problem(sheet.name, 0, "", words))
        return found
    number, heads = sheet.rows[at]
    found.rows = [Row(n, cells) for n, cells in sheet.rows[at + 1 :]]
    unknown: dict[int, str] = {}
    for i, head in enumerate(heads):
        column = wanted.get(key(head))
        if column in found.places:
            words = f"the column stands twice (columns {found.places[column] + 1} and {i + 1} of the sheet)"
            found.problems.append(Problem(sheet.name, number, column, words))
        elif column:
            found.places[column] = i
        else:
            unknown[i] = head
    _by_content(sheet, found, unknown, exported, base)
    if found.id_at < 0:
        twin = near_miss("id", [h for h in unknown.values() if h])
        found.problems.append(Problem(sheet.name, number, "id", f"the column is missing{twin}; nothing was read here"))
        return found
    _own_columns(sheet, number, found, unknown)
    lost = [names[c] for c in exported if c not in found.places]
    if lost:
        found.notes.append(f"{sheet.name}: without {_listed(lost)}: these values are left as they are")
    return found


def _header_row(sheet: Sheet, wanted: Mapping[str, str]) -> int:
    """The row with the most names of columns, at least two; -1 where there is none."""
    best, most = -1, 1
    for i, (_, cells) in enumerate(sheet.rows[:SEARCHED]):
        hits = len({key(c) for c in cells} & set(wanted))
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


def _own_columns(sheet: Sheet, number: int, found: Layout, unknown: Mapping[int, str]) -> None:
    """Columns that the export did not have: kept under their header, where they hold anything."""
    width = max((len(r.cells) for r in found.rows), default=0)
    for i in [*unknown, *range(len(unknown) + len(found.places), width)]:
        if i in found.places.values():
            continue
        held = [r.number for r in found.rows if r.cell(i).strip() and r.cell(found.id_at).strip()]
        head = unknown.get(i, "").strip()
        if not held:
            continue
        if not head:
            words = f"a value stands in column {i + 1} of the sheet, which has no name in row {number}; name the column"
            found.problems.append(Problem(sheet.name, held[0], "", words))
        elif head in found.places:
            found.problems.append(Problem(sheet.name, number, head, "the column stands twice"))
        else:
            found.places[head] = i
            found.notes.append(f"{sheet.name}: the column {shown(head)} is new and is kept")


def _listed(names: Sequence[str]) -> str:
    return "the column " + names[0] if len(names) == 1 else "the columns " + ", ".join(names)
