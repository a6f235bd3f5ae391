"""An edited workbook of ours: what was changed in it, compared with its export and with the dataset as it is now."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from os import PathLike
from pathlib import Path

import pandas as pd

from matrix.dataset.changes import Change, compare, unrelated, unsound
from matrix.dataset.dataset import Dataset, Folder
from matrix.dataset.former_ids import KINDS, as_today, codes
from matrix.dataset.frames import FIRST_ROW, Frames, canonical
from matrix.dataset.problems import DatasetError, Problem, refuse, shown
from matrix.dataset.schema import MAIN, TABLES
from matrix.export.workbook_format import META
from matrix.importing.file_cells import Sheet
from matrix.importing.result import AnotherDatasetError, Import
from matrix.importing.workbook.meta import Meta, read_meta
from matrix.importing.workbook.tables import EditedTables, edited_tables


def compare_workbook(source: str | PathLike[str] | bytes, dataset: Dataset, *, name: str = "") -> Import:
    """What an edited workbook (path or bytes) would change in the dataset, three ways; nothing is written.

    Unchanged is what equals the export, but for blanks at the ends, line ends and what the workbook could not hold. A
    row that is gone was deleted; rows that the export did not have were never in question. `name`: the file's in
    messages, where bytes are given. DatasetError for what is no workbook, or none of this program.
    """
    from matrix.importing.file_cells.xlsx import read_workbook

    file = name or ("the workbook" if isinstance(source, bytes) else Path(source).name)
    return import_of_sheets(read_workbook(source if isinstance(source, bytes) else Path(source), file), dataset, file)


def import_of_sheets(sheets: Sequence[Sheet], dataset: Dataset, file: str) -> Import:
    """The same, of sheets that have been read."""
    meta = _meta(sheets, file)
    if meta.exported and unrelated(meta.exported.frames, dataset.frames):
        raise AnotherDatasetError([Problem(file, 0, "", "was exported from another dataset: no id appears in both")])
    if meta.layer != dataset.layer:
        of, here = (shown(x) if x != MAIN else "the dataset itself" for x in (meta.layer, dataset.layer))
        way = f"with --layer {shown(meta.layer)}" if meta.layer != MAIN else "into the dataset itself"
        words = f"holds the statements of {of}, not of {here}: import it {way}"
        refuse(file, words)
    base = meta.exported.frames if meta.exported else _without_deletions(dataset, sheets, meta)
    edited = edited_tables(sheets, meta, base)
    base, merged = _in_ids_of_today(dataset, base, edited) if dataset.former else (base, [])
    changes = [*compare(base, edited.frames, dict(dataset.frames), sheets=edited.sheets), *merged]
    changes = [c for c in changes if c.kind != "deleted" or (c.table, c.id) not in edited.without_id]
    notes = [*edited.notes]
    if not meta.exported:
        notes.insert(0, "the hidden sheet _meta is missing: compared with the dataset as it is, and no row was deleted")
    elif meta.version != dataset.version:
        notes.insert(0, f"exported from version {meta.version}, now at {dataset.version}: compared three ways")
    problems = [*edited.problems, *_unsound(dataset, changes, edited)]
    return Import(changes=tuple(changes), problems=tuple(problems), notes=tuple(notes), seen=dataset.version)


def _in_ids_of_today(dataset: Dataset, base: Frames, edited: EditedTables) -> tuple[Frames, list[Change]]:
    """What was exported, and in place what it was edited to, with the ids of today; edits of rows merged since."""
    anew = {
        (kind, i)
        for kind in KINDS
        for i in {*codes(edited.frames, kind)} - {*codes(base, kind)}
        if i in dataset.moved[kind]
    }
    before, after = (as_today(f, dataset.moved, anew=anew) for f in (base, edited.frames))
    found = []
    for table in edited.sheets.keys() & dataset.moved.keys():
        gone = {i: now for i, now in dataset.moved[table].items() if now and (table, i) not in anew}
        merged = [i for i in gone if i in {*base[table]["id"]} and i not in _renamed_rows(base[table], before[table])]
        one, other = (f[table][f[table]["id"].isin(merged)] for f in (base, edited.frames))
        for c in compare({**base, table: one}, {**base, table: other}, {**base, table: one}, sheets=edited.sheets):
            if c.kind == "changed":
                why = f"{c.id} was merged into {gone[c.id]} here meanwhile: make the edit there"
                found.append(replace(c, kind="conflict", why=why))
        edited.rows[table] = {
            **edited.rows.get(table, {}),
            **{gone.get(i, i): n for i, n in edited.rows.get(table, {}).items()},
        }
    edited.without_id |= {(t, dataset.moved.get(t, {}).get(i) or i) for t, i in edited.without_id}
    edited.frames = after
    return before, found


def _renamed_rows(base: pd.DataFrame, before: pd.DataFrame) -> set[str]:
    """The ids of rows that are still there, by the place that they had."""
    return {str(i) for i in base.loc[base.index.isin(before.index), "id"]}


def dataset_of_sheets(sheets: Sequence[Sheet], file: str) -> Dataset:
    """The dataset that a workbook holds, on its own; DatasetError carries every problem with sheet, row and column."""
    meta = _meta(sheets, file)
    if meta.selected:
        refuse(file, "holds a selection only; a dataset can be made from an export of the whole")
    empty, _ = canonical({})
    exported = meta.exported or Folder(empty, None, {}, ())
    edited = edited_tables(sheets, meta, exported.frames)
    if edited.problems:
        raise DatasetError(edited.problems)
    columns = dict(exported.columns)
    for table in edited.sheets:
        given = columns.get(table, ())
        frame = edited.frames[table]
        columns[table] = (*given, *(c for c in frame.columns if c not in given and (frame[c] != "").any()))
    try:
        return Dataset.of(Folder(edited.frames, exported.package, columns, ()))
    except DatasetError as e:
        raise DatasetError([replace(p, sheet=edited.sheet_of(p.file)) for p in e.problems]) from None


def is_ours(sheets: Sequence[Sheet]) -> bool:
    """Whether the sheets are those of an exported workbook, or named like its tables."""
    names = {s.name.strip().casefold().replace(" ", "_") for s in sheets}
    return META in names or {"statements", "actors"} <= names


def _meta(sheets: Sequence[Sheet], file: str) -> Meta:
    meta = read_meta(sheets, file)
    if not is_ours(sheets):
        refuse(file, "is not a workbook of this program: it has neither _meta nor sheets named like our tables")
    return meta


def _without_deletions(dataset: Dataset, sheets: Sequence[Sheet], meta: Meta) -> Frames:
    """Without the export to compare with: the dataset's own rows, as far as the workbook has them."""
    edited = edited_tables(sheets, meta, dict(dataset.frames))
    return {
        name: frame[frame["id"].isin(set(edited.frames[name]["id"]))] if name in edited.sheets else frame
        for name, frame in dataset.frames.items()
    }


def _unsound(dataset: Dataset, changes: Sequence[Change], edited: EditedTables) -> Iterable[Problem]:
    """What would be wrong with the dataset after the changes, at the place where the workbook shows it."""
    sound = [c for c in changes if c.kind != "conflict"]
    return [_in_the_workbook(p, dataset, sound, edited) for p in unsound(dataset, sound)]


def _in_the_workbook(p: Problem, dataset: Dataset, changes: Sequence[Change], edited: EditedTables) -> Problem:
    table = next((t.name for t in TABLES.values() if t.file == p.file), "")
    rows = [r for r in (p.row, *p.first) if r >= FIRST_ROW]
    if not table or not rows:
        return replace(p, sheet=edited.sheet_of(p.file))
    ids, shown = _ids_after(dataset, table, changes), edited.rows.get(table, {})
    at = [shown[ids[r - FIRST_ROW]] for r in rows if r - FIRST_ROW < len(ids) and ids[r - FIRST_ROW] in shown]
    if len(at) < len(rows):  # rows of the dataset that the workbook does not hold, or holds no more
        return p
    return replace(p, sheet=edited.sheet_of(p.file), **({"first": tuple(at)} if p.first else {"row": at[0]}))


def _ids_after(dataset: Dataset, table: str, changes: Sequence[Change]) -> Sequence[str]:
    gone = {c.id for c in changes if c.table == table and c.kind == "deleted"}
    new = [c.id for c in changes if c.table == table and c.kind == "added"]
    return [*(i for i in dataset.frames[table]["id"] if i not in gone), *new]
