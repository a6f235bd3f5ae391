"""Frames and schema become every Problem: all rules of the data model, all tables, all rows, in one pass.

Each rule looks at whole columns. A column of repeated values (references, vocabularies, dates) is judged once per
distinct value, so that a million statements cost little more than reading them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

import pandas as pd

from matrix.dataset import check_rows, check_values
from matrix.dataset.check_report import Report
from matrix.dataset.datapackage import Package
from matrix.dataset.frames import Frames, canonical
from matrix.dataset.problems import Problem, near_miss
from matrix.dataset.schema import TABLES, Column, Table

NAMED_APART = ("dna", "case")  # prefixes by which data from elsewhere keeps clear of a column of ours: dna_theme


def check(frames: Mapping[str, Any], package: Package | None = None, *, every: bool = False) -> list[Problem]:
    """Every problem of the tables, errors and warnings, in the order of file and row; [] when all is well.

    `frames` maps table names to data frames of any dtype; `package` closes the vocabularies that its enums list. More
    than 20 rows that are wrong in one way are one problem, unless `every` row shall have its own.
    """
    text, problems = canonical(frames)
    columns = {name: tuple(map(str, pd.DataFrame(frame).columns)) for name, frame in frames.items()}
    return in_order({*problems, *check_canonical(text, columns, package, every=every)})


def check_canonical(
    frames: Frames,
    columns: Mapping[str, Sequence[str]],
    package: Package | None,
    unread: Collection[str] = (),
    partial: Collection[str] = (),
    *,
    every: bool = False,
) -> list[Problem]:
    """The same over canonical frames, in no order; `columns` are those that each table really had.

    Of an `unread` table nothing is reported, nor of references into a `partial` one: their one cause has been named.
    """
    closed = package.closed if package else {}
    lost = {*partial, *(name for name, present in columns.items() if "id" not in present)}
    report = Report(every=every)
    for table in TABLES.values():
        if table.name in unread:
            continue
        if table.name in columns:
            report.problems += _columns(table, columns[table.name])
        elif table.required:
            report.problems.append(Problem(table.file, 0, "", "the table is missing"))
    for table in TABLES.values():
        frame = frames[table.name]
        if len(frame):
            check_values.doubled(report, table, frame)
            for column in columns.get(
                table.name, ()
            ):  # the others are blank, which is wrong only where they are missed
                spec = table[column] if column in table else Column(column)
                if spec.target not in lost and column in frame:
                    check_values.wrong(report, table, spec, frame, frames, closed.get((table.name, column)))
    check_rows.trees(report, frames)
    check_rows.stances(report, frames)
    for name in ("actors", "proposals"):
        check_rows.names(report, TABLES[name], frames[name])
    check_rows.ladders(report, frames)
    check_rows.links(report, frames)
    check_rows.events(report, frames)
    check_rows.dates(report, frames)
    check_rows.statements(report, frames, "conditional" in columns.get("stances", ()))
    return report.problems


def in_order(problems: Iterable[Problem]) -> list[Problem]:
    """Problems as one reads them: the folder's own files, then the tables in their order, by row and column."""
    files = {table.file: place for place, table in enumerate(TABLES.values())}
    return sorted(
        problems, key=lambda p: (files.get(p.file.rpartition("/")[2], -1), p.file, p.row, p.column, p.message)
    )


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
        if c not in table and (hint := near_miss(c, missing, least=75)):
            yield Problem(table.file, 1, c, f"is not a column of this table and is kept as it is{hint}", warning=True)
