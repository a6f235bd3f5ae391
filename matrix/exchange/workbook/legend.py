"""The key to the matrix: in the corner beside the names, and in full below the last row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from matrix.analysis.positions import HIDDEN, OUTSIDE, SILENT, SUPERSEDED
from matrix.exchange import guard
from matrix.exchange.workbook.book import INK, QUIET, RULE, TEXT, Sheet
from matrix.exchange.workbook.scope import Scope
from matrix.palette import HIDDEN_WORD, OUTSIDE_WORD, SILENT_WORD, SUPERSEDED_WORD, Look

FOLDED = (
    "Folded cautiously: statements for and against make a mixed position; else any refusal, then any condition, outweighs plain support; all statements count that nothing later supersedes.",
    "Folded by the latest day: only an actor's latest statements on a proposal count; among these, any refusal, then any condition, outweighs plain support.",
)
EMPTY_WORDS = {
    SILENT: f"Empty: {SILENT_WORD}. Silence is not neutrality.",
    SUPERSEDED: f"Empty: {SUPERSEDED_WORD}; the note says by which.",
    OUTSIDE: f"Empty: {OUTSIDE_WORD}.",
    HIDDEN: f"Empty: {HIDDEN_WORD}.",
}


def corner(sheet: Sheet, row: int, column: int, looks: Sequence[Look], *, words: bool) -> None:
    """Glyph and word of every state, in the cell above the titles; where cells show words, only what an empty one means."""
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


def legend(
    sheet: Sheet,
    scope: Scope,
    looks: Sequence[Look],
    row: int,
    empty: Mapping[int, Mapping[str, Any]],
    *,
    complete: bool,
) -> int:
    """Every state and every kind of empty cell with its look and meaning; gives the row after it."""
    book, definitions = sheet.book, [str(d) for d in scope.dataset.stances["definition"].tolist()]
    sheet.text(row, 1, "Legend", book.style(bold=True, num_format=TEXT))
    words = book.style(num_format=TEXT, font_size=9, valign="vcenter")
    for look, definition in zip(
        looks, [*definitions, "Statements for and against, none superseding the other."], strict=True
    ):
        row += 1
        style = book.style(num_format=TEXT, bg_color=look.light, font_color=INK, border=1, border_color=RULE)
        sheet.text(row, 1, f"{look.glyph}  {look.word}", style)
        if definition:
            sheet.text(row, 2, definition, words)
    for kind in (SILENT, SUPERSEDED, OUTSIDE, *([HIDDEN] if scope.selection.stance else [])):
        row += 1
        sheet.blank(row, [1], book.style(**{"border": 1, "border_color": RULE, **empty[kind]}))
        sheet.text(row, 2, EMPTY_WORDS[kind], words)
    remarks = [
        FOLDED[scope.selection.rule == "latest"],
        "Click a cell for its statements; rest on it for the lead quote.",
    ]
    if not complete:
        remarks.append(
            "The sides' numbers count every member of a side, also those that the selection leaves out here."
        )
    for remark in remarks:
        row += 1
        sheet.text(row, 1, remark, book.style(num_format=TEXT, font_size=9, font_color=QUIET))
    return row + 1
