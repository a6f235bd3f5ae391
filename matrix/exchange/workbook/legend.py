"""The key to the matrix: in the corner beside the names, and in full below the last row."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from matrix.analysis.positions import HIDDEN, OUTSIDE, SILENT, SUPERSEDED
from matrix.dataset.selection import LATEST
from matrix.exchange import guard
from matrix.exchange.scope import Scope
from matrix.exchange.workbook.book import QUIET, RULE, TEXT, Sheet
from matrix.exchange.workbook.looks import EMPTY_WORDS, MIXED_DEFINITION, empty_styles
from matrix.exchange.workbook.matrix_layout import TITLES
from matrix.palette import INK, Look

FOLDED = (
    "Folded cautiously: statements for and against make a mixed position; else any refusal, then any condition, "
    "outweighs plain support. All statements count that nothing later supersedes.",
    "Folded by the latest day: only an actor's latest statements on a proposal count; among these, any refusal, "
    "then any condition, outweighs plain support.",
)


def corner(sheet: Sheet, row: int, column: int, looks: Sequence[Look], *, words: bool) -> None:
    """Glyph and word of every state, above the titles; where cells show words, only what an empty one means."""
    book = sheet.book
    style = book.style(text_wrap=True, valign="bottom", font_size=9, num_format=TEXT)
    last = "An empty cell is not neutral (see below)"
    if words:
        sheet.text(row, column, last, book.style(text_wrap=True, valign="bottom", font_size=9, font_color=QUIET))
        return
    parts: list[Any] = []
    for look in looks:
        parts += [book.style(bold=True, font_size=11, font_color=look.colour), guard.quoted(look.glyph, 4)]
        parts += [book.style(font_size=9), f"  {guard.quoted(look.word)}\n"]
    sheet.xlsx.write_rich_string(row, column, *parts, book.style(font_size=9, font_color=QUIET), last, style)


def legend(sheet: Sheet, scope: Scope, looks: Sequence[Look], row: int, *, complete: bool) -> None:
    """Every state and every kind of empty cell with its look and meaning, from a row on."""
    style, empty = sheet.book.style, empty_styles(sheet.book)
    definitions = [*map(str, scope.dataset.stances["definition"].tolist()), MIXED_DEFINITION]
    sheet.text(row, TITLES, "Legend", style(bold=True, num_format=TEXT))
    words = style(num_format=TEXT, font_size=9, valign="vcenter", indent=1)
    for look, definition in zip(looks, definitions, strict=True):
        row += 1
        swatch = style(num_format=TEXT, bg_color=look.light, font_color=INK, border=1, border_color=RULE)
        sheet.text(row, TITLES, f"{look.glyph}  {look.word}", swatch)
        if definition:
            sheet.text(row, TITLES + 1, definition, words)
    for kind in (SILENT, SUPERSEDED, OUTSIDE, *([HIDDEN] if scope.selection.stance else [])):
        row += 1
        sheet.blank(row, [TITLES], empty[kind])
        sheet.text(row, TITLES + 1, EMPTY_WORDS[kind], words)
    remarks = [FOLDED[scope.selection.rule == LATEST], "Click a cell for its statements; rest on it for a quote."]
    if not complete:
        remarks.append("A side's numbers count all its members, also those that the selection leaves out here.")
    for remark in remarks:
        row += 1
        sheet.text(row, TITLES, remark, style(num_format=TEXT, font_size=9, font_color=QUIET))
