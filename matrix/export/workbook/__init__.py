"""Dataset and selection become an Excel workbook: what is concluded, a sheet a table, and what an import will need."""

from __future__ import annotations

from os import PathLike
from pathlib import Path
from typing import BinaryIO

import numpy as np

from matrix.analysis.positions import EMPTY
from matrix.dataset.dataset import Dataset
from matrix.dataset.selection import Selection
from matrix.export import cell_text
from matrix.export.extract import extract
from matrix.export.workbook.by_side_sheet import by_side_sheet
from matrix.export.workbook.ground_sheet import ground_sheet
from matrix.export.workbook.limits import within_limits
from matrix.export.workbook.matrix_sheet import matrix_sheet
from matrix.export.workbook.meta_sheet import meta_sheet
from matrix.export.workbook.overlap_sheet import overlap_sheet
from matrix.export.workbook.readme_sheet import readme_sheet, subtitle
from matrix.export.workbook.table_sheets import dropdowns, lists_sheet, shown_frames, tables_sheets
from matrix.export.workbook.writer import Altered, Book, WorkbookReport
from matrix.export.workbook_format import sheet_name
from matrix.palette import stances_of

__all__ = ["Altered", "WorkbookReport", "to_workbook"]


def to_workbook(
    dataset: Dataset, target: str | PathLike[str] | BinaryIO, *, selection: Selection | None = None
) -> WorkbookReport:
    """Write the dataset, or what a selection shows of it, as .xlsx to a path or a binary file.

    The same dataset and selection give the same bytes. DatasetError, before anything is written, for what Excel cannot
    hold: too many rows or columns, a text longer than a cell. The report names every text that had to be altered.
    """
    chosen = extract(dataset, selection)
    within_limits(chosen)
    looks = tuple(stances_of(dataset).values())
    book = Book(dataset.title, dataset.version)
    readme_sheet(book, chosen, looks)
    by_side_sheet(book, chosen, looks, subtitle(chosen))
    places = np.flatnonzero(dataset.frames["statements"]["id"].isin(set(chosen.frames["statements"]["id"]))).tolist()
    matrix = matrix_sheet(book, chosen, looks, {p: i for i, p in enumerate(places, 1)}, subtitle(chosen))
    ground_sheet(book, chosen, looks)
    left_out = overlap_sheet(book, chosen)
    frames = shown_frames(chosen)
    ranges, lists = dropdowns(chosen, frames)
    left_out += tables_sheets(book, chosen, frames, looks, ranges)
    lists_sheet(book, lists)
    meta_sheet(book, chosen)
    positions = int((chosen.seen.codes != EMPTY).sum())
    if positions > cell_text.MOST_LINKS:
        words = f"{positions:,} cells are more than Excel's {cell_text.MOST_LINKS:,} links; the rows' titles are linked"
        left_out.append(f"Matrix: {words}")
    if matrix.unnoted:
        words = f"{matrix.unnoted:,} cells are left without a note, after the first {cell_text.MOST_NOTES:,} notes"
        left_out.append(f"Matrix: {words}")
    data = book.bytes()
    if isinstance(target, str | PathLike):
        Path(target).write_bytes(data)
    else:
        target.write(data)
    rows = {"Matrix": len(chosen.seen.rows), **{sheet_name(n): len(f) for n, f in chosen.frames.items()}}
    return WorkbookReport(rows, matrix.links, matrix.notes, tuple(book.altered), tuple(left_out))
