"""Frames and schema become every Problem: all rules of the data model, all tables, all rows, in one pass.

Each rule looks at whole columns. A column of repeated values (references, vocabularies, dates) is judged once per
distinct value, so that a million statements cost little more than reading them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

import pandas as pd

from matrix.dataset import check_rows, check_values
from matrix.dataset.frames import Frames, canonical
from matrix.dataset.package import Package
from matrix.dataset.problems import Problem, near_miss
from matrix.dataset.schema import TABLES, Column, Table

NAMED_APART = ("dna", "case")  # prefixes by which data from elsewhere keeps clear of a column of ours: dna_theme


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
            yield from check_values.doubled(table, frame)
            for column in frame.columns:
                spec = table[column] if column in table else Column(column)
                if spec.target not in lost and (not spec.required or column in columns[table.name]):
                    yield from check_values.wrong(table, spec, frame, frames, closed.get((table.name, column)))
    yield from check_rows.trees(frames)
    yield from check_rows.stances(frames)
    yield from check_rows.ladders(frames)
    yield from check_rows.links(frames)
    yield from check_rows.events(frames)
    yield from check_rows.dates(frames)
    yield from check_rows.statements(frames, "conditional" in columns.get("stances", ()))


def _reading_order(p: Problem) -> tuple[int, int, str, str]:
    files = [t.file for t in TABLES.values()]
    return (files.index(p.file) if p.file in files else -1, p.row, p.column, p.message)


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
