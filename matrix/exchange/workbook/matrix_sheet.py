"""The matrix as a sheet: sides' counts and actors beside the proposals, each cell a stance with look, link and note.

Its values are for machines too: column A and the filter row hold ids that a number format keeps from sight, a cell
holds a stance id or nothing. An empty kind is told by its look and note, never by a value.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

from matrix.analysis.positions import EMPTY
from matrix.exchange import guard
from matrix.exchange.scope import Scope
from matrix.exchange.workbook.book import (
    HEAD,
    QUIET,
    RULE,
    TEXT,
    Book,
    Sheet,
    cell,
    line_height,
    lines_in,
)
from matrix.exchange.workbook.legend import legend
from matrix.exchange.workbook.looks import short_word
from matrix.exchange.workbook.matrix_cells import Cells, coverage, roll_up_cells
from matrix.exchange.workbook.matrix_head import NATIVE_WIDTH, TITLE_WIDTH, WORD_WIDTHS, columns, heading
from matrix.exchange.workbook.matrix_layout import BANNER, FIRST, IDS, PROPOSAL, TITLES, Plan, Row, plan
from matrix.exchange.workbook.notes import Notes
from matrix.palette import Look


def matrix_sheet(
    book: Book, scope: Scope, looks: Sequence[Look], statement_rows: Mapping[int, int], subtitle: str
) -> Sheet:
    """Write the sheet; `statement_rows` maps places in the statements table to rows of the Statements sheet."""
    sheet, seen, laid = book.sheet("Matrix"), scope.seen, plan(scope.seen)
    linked = int((seen.codes != EMPTY).sum()) <= guard.MOST_LINKS
    cells = Cells(sheet, Notes.behind(seen, looks), looks, statement_rows if linked else {}, laid.words)
    widths = columns(sheet, laid, looks)
    heading(sheet, scope, laid, looks, subtitle)
    for row, line in enumerate(laid.rows, FIRST):
        if line.place < 0:
            _theme(sheet, row, line.theme, laid.end)
            continue
        _proposal(sheet, scope, row, line, laid, looks)
        for place, column in laid.actors.items():
            cells.write((line.place, place), row, column)
        for count, column in zip(laid.counts, laid.first_counts, strict=True):
            roll_up_cells(sheet, count, laid, (row, column), line.place, scope.dataset.scale)
        if not linked:
            _row_link(sheet, scope, cells, line.place, row, statement_rows)
    _grid(sheet, laid)
    coverage(sheet, scope, laid)
    legend(sheet, scope, looks, laid.last + 3, complete=all(c.complete for c in laid.counts))
    sheet.xlsx.autofilter(IDS, PROPOSAL, laid.last, laid.end - 1)
    sheet.xlsx.freeze_panes(FIRST, TITLES + 1 + laid.native)
    sheet.xlsx.outline_settings(True, False, True, False)
    sheet.xlsx.ignore_errors({"formula_differs": f"A1:{cell(laid.last + 1, laid.end)}"})
    sheet.page(sum(widths.values()), head=(BANNER, IDS), repeat=TITLES)
    return sheet


def _theme(sheet: Sheet, row: int, theme: str, end: int) -> None:
    """A theme's heading across the sheet."""
    style = {"bold": True, "bg_color": HEAD, "num_format": TEXT, "valign": "vcenter"}
    shown = sheet.book.style(**style, top=1, top_color=RULE)
    sheet.xlsx.set_row(row, 20)
    sheet.text(row, TITLES, theme, shown, "theme")
    sheet.blank(row, range(TITLES + 1, end), shown)


def _proposal(sheet: Sheet, scope: Scope, row: int, line: Row, laid: Plan, looks: Sequence[Look]) -> None:
    """A row's head: id, title indented below its parent, native title; and the row's height and outline level."""
    book, frame = sheet.book, scope.seen.proposals
    title, other = str(frame["title"].iloc[line.place]), str(frame["title_zh"].iloc[line.place])
    sheet.text(row, PROPOSAL, str(frame["id"].iloc[line.place]), book.style(num_format=TEXT), "id")
    sheet.text(row, TITLES, title, book.style(**_head_look(), indent=2 * line.depth), "title")
    lines = lines_in(title, TITLE_WIDTH - 2 - 3 * line.depth)
    if laid.native:
        sheet.text(row, TITLES + 1, other, book.style(**_head_look(), font_size=9, font_color=QUIET), "title_zh")
        lines = max(lines, lines_in(other, NATIVE_WIDTH, 9))
    if laid.words:
        said = {code for code in scope.seen.codes[line.place].tolist() if code != EMPTY}
        lines = max([lines, *(lines_in(short_word(looks[code]), WORD_WIDTHS[0]) for code in said)])
    level = line.depth + (laid.rows[0].place < 0)  # below a theme, where there are themes
    sheet.xlsx.set_row(row, line_height(lines), None, {"level": level})


def _head_look() -> dict[str, Any]:
    return {"text_wrap": True, "valign": "vcenter", "num_format": TEXT, "bottom": 1, "bottom_color": RULE}


def _grid(sheet: Sheet, laid: Plan) -> None:
    """Lines between the cells, by rule: an empty cell needs no entry of its own for them."""
    if laid.first == laid.end:
        return
    look = sheet.book.xlsx.add_format({"border": 1, "border_color": RULE})
    numbered = enumerate(laid.rows, FIRST)
    for is_theme, group in groupby(numbered, key=lambda at: at[1].place < 0):
        if not is_theme:
            rows = [row for row, _ in group]
            rule = {"type": "formula", "criteria": "=TRUE", "format": look}
            sheet.xlsx.conditional_format(rows[0], laid.first, rows[-1], laid.end - 1, rule)


def _row_link(
    sheet: Sheet, scope: Scope, cells: Cells, place: int, row: int, statement_rows: Mapping[int, int]
) -> None:
    """From the proposal to its first evidence, where the cells are too many for links of their own."""
    leads = [cells.notes.lead((place, a)) for a in range(len(scope.seen.columns))]
    targets = [statement_rows[p] for p in leads if p in statement_rows]
    title = guard.clean(str(scope.seen.proposals["title"].iloc[place]))
    if targets and sheet.links < guard.MOST_LINKS and len(guard.runs(title)) == 1:
        sheet.links += 1
        style = sheet.book.style(**_head_look())
        sheet.xlsx.write_url(row, TITLES, f"internal:Statements!A{min(targets) + 1}", style, title)
