"""Actor x actor as a sheet: one measure, named with its formula, and how many proposals each number rests on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matrix.analysis.measures import MEASURES
from matrix.analysis.opposed import MOST_OPPOSED, hidden_in
from matrix.analysis.outline import by_side
from matrix.analysis.overlap import Overlap, overlap
from matrix.analysis.selection_words import scope
from matrix.dataset.dataset import Record, places, records
from matrix.export.extract import Extract
from matrix.export.workbook.writer import QUIET, RULE, TEXT, Book, SheetWriter
from matrix.palette import BACKING_COLOURS, OPPOSING_COLOURS, PAPER, mix
from matrix.wording import display_width

NAME = "Overlap"
MOST = 200  # actors on the sheet, those with the most to compare; all of them are in `overlap --format csv`
FIRST = 6  # row of the first actor, below names and ids
NARROWEST, WIDEST, CELL_WIDTH = 14.0, 46.0, 5.5


def overlap_sheet(book: Book, extract: Extract) -> list[str]:
    """Write the sheet; gives what was left out, in words."""
    found = overlap(extract.dataset, extract.selection)
    sheet = book.sheet(NAME)
    sheet.text(0, 1, f"Overlap: {MEASURES[found.measure].name} of any two actors", book.style(bold=True, font_size=15))
    sheet.xlsx.set_row(0, 22)
    quiet = book.style(font_color=QUIET, num_format=TEXT)
    sheet.text(1, 1, found.sentence or f"{found.formula}; unit: {found.count}", quiet)
    order, left = _order(extract, found)
    sheet.xlsx.set_column(0, 0, 2)
    width = WIDEST
    if not found.sentence and len(order):
        words = f"An empty cell is not defined: no proposal on which both took a stance. n: {found.n_words}."
        sheet.text(2, 1, words, quiet)
        hides = hidden_in(extract.dataset, extract.selection, found).in_words(extract.dataset, most=MOST_OPPOSED)
        told = [f"{over}."] if (over := scope(extract.dataset, extract.selection)) else []
        if hides:
            told.append("Some who agree here opposed each other at a time: they are named below the tables.")
        if told:
            sheet.text(3, 1, " ".join(told), quiet)
        sheet.xlsx.set_column(2, 1 + len(order), CELL_WIDTH)
        every = records(extract.dataset.frames["actors"])
        actors = [every[i] for i in _places(extract, found, order)]
        width = min(WIDEST, max([NARROWEST, *(display_width(a["name"]) + 2.0 for a in actors)]))
        sheet.xlsx.set_column(1, 1, width)
        below = _block(sheet, actors, found.frame.to_numpy()[np.ix_(order, order)], FIRST, "0%")
        _scale(sheet, FIRST, len(order))
        sheet.text(below + 1, 1, f"n: {found.n_words}", book.style(bold=True, num_format=TEXT))
        n = np.where(np.eye(len(order), dtype=bool), np.nan, found.n.to_numpy()[np.ix_(order, order)])
        foot = _block(sheet, actors, n, below + 5, '0;-0;"–"') + 1
        if hides:
            sheet.text(foot, 1, "Opposed each other at a time", book.style(bold=True, num_format=TEXT))
        for k, line in enumerate(hides, foot + 1):
            sheet.text(k, 1, line, quiet)
        sheet.xlsx.set_h_pagebreaks([below + 1])
        sheet.xlsx.freeze_panes(FIRST, 2)
    sheet.page(width + CELL_WIDTH * len(order), repeat=1)
    if not left:
        return []
    return [f"{NAME}: {left:,} actors with fewer comparisons are left out; overlap --format csv has all pairs"]


def _order(extract: Extract, found: Overlap) -> tuple[NDArray[np.intp], int]:
    """Places in the result, by side as on the matrix: of actors that can be compared at all, at most MOST."""
    n = found.n.to_numpy()
    met = n.sum(axis=1) - n.diagonal()
    able = np.flatnonzero(met)
    chosen = set(able[np.argsort(-met[able], kind="stable")][:MOST].tolist())
    actors = extract.dataset.frames["actors"]
    listed = actors.set_index("id", drop=False).loc[list(found.frame.index)]
    order = [i for _, places in by_side(extract.dataset, listed) for i in places if i in chosen]
    return np.array(order, np.intp), len(able) - len(chosen)


def _places(extract: Extract, found: Overlap, order: NDArray[np.intp]) -> list[int]:
    place = places(extract.dataset, "actors")
    return [place[id_] for id_ in found.frame.index[order]]


def _block(sheet: SheetWriter, actors: Sequence[Record], values: NDArray[np.float64], first: int, number: str) -> int:
    """Names above and beside, ids kept from sight, the numbers; gives the row below."""
    book, edge = sheet.book, {"border": 1, "border_color": RULE}
    head = book.style(rotation=90, valign="bottom", align="center", num_format=TEXT, font_size=9, text_wrap=True)
    side = book.style(num_format=TEXT, valign="vcenter", **edge)
    hidden = book.style(num_format=";;;")
    body = book.style(num_format=number, align="center", valign="vcenter", font_size=9, **edge)
    longest = min(44, max(display_width(a["name"]) for a in actors))  # a longer one takes two lines
    sheet.xlsx.set_row(first - 2, min(230.0, max(40.0, longest * 5.2 + 10)))
    sheet.text(first - 1, 0, "id", hidden)
    for k, actor in enumerate(actors):
        sheet.text(first - 2, 2 + k, actor["name"], head, "name")
        sheet.text(first - 1, 2 + k, actor["id"], hidden)
        sheet.text(first + k, 0, actor["id"], hidden)
        sheet.text(first + k, 1, actor["name"], side, "name")
    write: Any = sheet.xlsx.write_number
    for i, row in enumerate(values.tolist(), first):
        for k, value in enumerate(row, 2):
            if value == value:
                write(i, k, value, body)
            else:
                sheet.xlsx.write_blank(i, k, None, body)
    return first + len(actors)


def _scale(sheet: SheetWriter, first: int, n: int) -> None:
    """A pale scale from disagreement to agreement; the numbers stand in the cells, so colour is never alone."""
    look = {"min_type": "num", "mid_type": "num", "max_type": "num", "min_value": 0, "mid_value": 0.5, "max_value": 1}
    colours = {
        "min_color": mix(OPPOSING_COLOURS[0], PAPER, 0.4),
        "mid_color": PAPER,
        "max_color": mix(BACKING_COLOURS[0], PAPER, 0.4),
    }
    sheet.xlsx.conditional_format(first, 2, first + n - 1, 1 + n, {"type": "3_color_scale", **look, **colours})
