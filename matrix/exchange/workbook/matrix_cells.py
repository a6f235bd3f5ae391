"""The matrix sheet's cells: positions with their link and note, the sides' counts, each actor's coverage."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

from matrix.analysis.positions import EMPTY, HIDDEN, OUTSIDE, SUPERSEDED
from matrix.dataset.scale import Scale
from matrix.exchange.scope import Scope
from matrix.exchange.workbook.book import QUIET, RULE, TEXT, Sheet, cell
from matrix.exchange.workbook.looks import empty_styles, state_styles
from matrix.exchange.workbook.matrix_layout import COUNT_HEADS, FIRST, TITLES, Count, Plan
from matrix.exchange.workbook.notes import Notes, Place
from matrix.palette import Look

ZERO_AS_DOT = '0;-0;"·"'


class Cells:
    """Writes positions: the stance id as value, its evidence behind a click and in a note."""

    def __init__(
        self, sheet: Sheet, notes: Notes, looks: Sequence[Look], statement_rows: Mapping[int, int], words: bool
    ) -> None:
        self.sheet, self.notes, self.statement_rows = sheet, notes, statement_rows
        self.states, self.empty = state_styles(sheet.book, looks, words=words), empty_styles(sheet.book)
        self.codes, self.why = notes.seen.codes.tolist(), notes.seen.why.tolist()

    def write(self, place: Place, row: int, column: int) -> None:
        """One cell; one that was never stated is left out, its lines come from the sheet's grid."""
        code, kind = self.codes[place[0]][place[1]], self.why[place[0]][place[1]]
        sheet = self.sheet
        if code == EMPTY:
            if kind in (SUPERSEDED, OUTSIDE, HIDDEN):
                sheet.xlsx.write_blank(row, column, None, self.empty[kind])
            if kind in (SUPERSEDED, OUTSIDE):
                sheet.note(row, column, self.notes.empty(place, kind))
            return
        state, target = self.notes.seen.positions.states[code], self.statement_rows.get(self.notes.lead(place))
        if target is None:
            sheet.xlsx.write_string(row, column, state, self.states[code])
        else:
            # A function, not a hyperlink on a text: LibreOffice would show that as blue `support`, without the glyph.
            # What stands in it is a row number and a stance id, which the check holds to a-z, 0-9 and hyphens.
            link = f'=HYPERLINK("#Statements!A{target + 1}","{state}")'
            sheet.xlsx.write_formula(row, column, link, self.states[code], state)
            sheet.links += 1
        sheet.note(row, column, partial(self.notes.stated, place))


def roll_up_cells(sheet: Sheet, count: Count, laid: Plan, at: Place, place: int, scale: Scale) -> None:
    """A side's numbers in a row.

    Formulas over the side's cells where all its members stand in the sheet. Where the selection hides some, numbers: a
    roll-up counts every member of its side, and a formula could only count those that are listed.
    """
    row, column = at
    actors = [laid.actors[i] for i in count.block.actors]
    span = f"{cell(row, min(actors))}:{cell(row, max(actors))}"
    scored = list(zip(scale.ids, scale.scores, strict=True))
    of = {
        "backing": "+".join(f'COUNTIF({span},"{i}")' for i, s in scored if s > 0),
        "opposed": "+".join(f'COUNTIF({span},"{i}")' for i, s in scored if s < 0),
        "speakers": f"COUNTA({span})",
    }
    edge = {"bottom": 1, "bottom_color": RULE, "align": "center", "valign": "vcenter", "num_format": ZERO_AS_DOT}
    for k, (key, _) in enumerate(COUNT_HEADS):
        value = getattr(count, key)[place]
        weight = {"font_color": QUIET} if key == "speakers" else {"bold": True}
        side = {"left": 1, "left_color": count.block.look.colour} if k == 0 else {}
        style = sheet.book.style(**edge, **weight, **side)
        if count.complete and of[key]:
            sheet.xlsx.write_formula(row, column + k, f"={of[key]}", style, value)
        else:
            sheet.xlsx.write_number(row, column + k, value, style)


def coverage(sheet: Sheet, scope: Scope, laid: Plan) -> None:
    """Below the matrix: on how many of its proposals each actor has a position."""
    row, style = laid.last + 1, sheet.book.style
    top = {"top": 1, "top_color": QUIET, "font_color": QUIET, "valign": "vcenter"}
    label = f"Positions of each actor, on {len(scope.seen.rows)} proposals"
    sheet.text(row, TITLES, label, style(**top, italic=True, num_format=TEXT))
    sheet.blank(row, range(TITLES + 1, laid.end), style(**top))
    spoken = (scope.seen.codes != EMPTY).sum(axis=0).tolist()
    number = style(**top, align="center", font_size=9, num_format=ZERO_AS_DOT)
    for place, column in laid.actors.items():
        span = f"{cell(FIRST, column)}:{cell(laid.last, column)}"
        sheet.xlsx.write_formula(row, column, f"=COUNTA({span})", number, spoken[place])
