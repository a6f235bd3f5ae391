"""A workbook that left comes back: what was edited in it, held against what it was and what the dataset is now."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from os import PathLike
from pathlib import Path

from matrix.dataset.changes import Change, Comparison, compare, strangers
from matrix.dataset.dataset import Dataset, Folder
from matrix.dataset.frames import FIRST_ROW, Frames, canonical
from matrix.dataset.problems import DatasetError, Problem
from matrix.dataset.schema import TABLES
from matrix.export.workbook.meta_sheet import NAME
from matrix.importing.spreadsheet import Sheet, read_workbook
from matrix.importing.workbook.meta import Meta, read_meta
from matrix.importing.workbook.tables import Returned, returned
from matrix.store.history import unsound

__all__ = ["compare_workbook", "is_ours", "workbook_dataset"]


def compare_workbook(source: str | PathLike[str] | bytes, dataset: Dataset, name: str = "") -> Comparison:
    """What an edited workbook (path or bytes) would change in the dataset, three ways; nothing is written.

    Unchanged is what equals the export, but for blanks at the ends, line ends and what the workbook could not hold. A
    row that is gone was deleted; rows that the export did not have were never in question. DatasetError for what is no
    workbook, or none of this program.
    """
    sheets = read_workbook(Path(source) if isinstance(source, str | PathLike) else source, name)
    meta = _meta(sheets, name or _name(source))
    if meta.exported and strangers(meta.exported.frames, dataset.frames):
        words = "was exported from another dataset: none of its ids stands here"
        raise DatasetError([Problem(name or _name(source), 0, "", words)])
    base = meta.exported.frames if meta.exported else _without_deletions(dataset, sheets, meta)
    came = returned(sheets, meta, base)
    changes = compare(base, came.frames, dict(dataset.frames), came.sheets)
    changes = [c for c in changes if c.kind != "deleted" or (c.table, c.id) not in came.twins]
    notes = [*came.notes]
    if not meta.exported:
        notes.insert(0, "the hidden sheet _meta is missing: compared with the dataset as it is, and no row was deleted")
    elif meta.version != dataset.version:
        notes.insert(0, f"exported from version {meta.version}, now at {dataset.version}: compared three ways")
    problems = [*came.problems, *_unsound(dataset, changes, came)]
    return Comparison(tuple(changes), tuple(problems), tuple(notes), dataset.version)


def workbook_dataset(source: str | PathLike[str] | bytes, name: str = "") -> Dataset:
    """The dataset that a workbook holds, on its own; DatasetError carries every problem with sheet, row and column."""
    sheets = read_workbook(Path(source) if isinstance(source, str | PathLike) else source, name)
    meta = _meta(sheets, name or _name(source))
    if meta.selected:
        words = "holds a selection only; a dataset comes back from an export of the whole"
        raise DatasetError([Problem(name or _name(source), 0, "", words)])
    empty, _ = canonical({})
    exported = meta.exported or Folder(empty, None, {}, ())
    came = returned(sheets, meta, exported.frames)
    if came.problems:
        raise DatasetError(came.problems)
    columns = dict(exported.columns)
    for table in came.sheets:
        given = columns.get(table, ())
        filled = [c for c in came.frames[table].columns if c not in given and (came.frames[table][c] != "").any()]
        columns[table] = (*given, *filled)
    try:
        return Dataset.of(Folder(came.frames, exported.package, columns, ()))
    except DatasetError as e:
        raise DatasetError([replace(p, file=came.sheet_of(p.file)) for p in e.problems]) from None


def _name(source: str | PathLike[str] | bytes) -> str:
    return "the workbook" if isinstance(source, bytes) else Path(source).name


def is_ours(sheets: Sequence[Sheet]) -> bool:
    """Whether the sheets are those of an exported workbook, or named like its tables."""
    names = {s.name.strip().casefold().replace(" ", "_") for s in sheets}
    return NAME in names or {"statements", "actors"} <= names


def _meta(sheets: Sequence[Sheet], name: str) -> Meta:
    meta = read_meta(sheets, name)
    if not is_ours(sheets):
        words = "is no workbook of this program: neither _meta nor sheets named like tables, such as Statements"
        raise DatasetError([Problem(name, 0, "", words)])
    return meta


def _without_deletions(dataset: Dataset, sheets: Sequence[Sheet], meta: Meta) -> Frames:
    """Without the export to compare with: the dataset's own rows, as far as the workbook has them."""
    came = returned(sheets, meta, dict(dataset.frames))
    return {
        name: frame[frame["id"].isin(set(came.frames[name]["id"]))] if name in came.sheets else frame
        for name, frame in dataset.frames.items()
    }


def _unsound(dataset: Dataset, changes: Sequence[Change], came: Returned) -> Iterable[Problem]:
    """What would be wrong with the dataset after the changes, told where the workbook shows it."""
    sound = [c for c in changes if c.kind != "conflict"]
    return [_in_the_workbook(p, dataset, sound, came) for p in unsound(dataset, sound)]


def _in_the_workbook(p: Problem, dataset: Dataset, changes: Sequence[Change], came: Returned) -> Problem:
    table = p.file.removesuffix(".csv")
    if table not in TABLES or p.row < FIRST_ROW:
        return replace(p, file=came.sheet_of(p.file))
    ids = _ids_after(dataset, table, changes)
    at = came.rows.get(table, {}).get(ids[p.row - FIRST_ROW]) if p.row - FIRST_ROW < len(ids) else None
    if at is None:  # a row of the dataset that the workbook does not hold, or holds no more
        return p
    return replace(p, file=came.sheet_of(p.file), row=at)


def _ids_after(dataset: Dataset, table: str, changes: Sequence[Change]) -> Sequence[str]:
    gone = {c.id for c in changes if c.table == table and c.kind == "deleted"}
    new = [c.id for c in changes if c.table == table and c.kind == "added"]
    return [*(i for i in dataset.frames[table]["id"] if i not in gone), *new]
