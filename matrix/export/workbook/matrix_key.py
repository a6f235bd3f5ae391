"""The key to the matrix: in the corner beside the names, and in full below the last row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from matrix.analysis.empty_cells import EMPTY_KINDS, HIDDEN, LOOKED_FOR, NEVER, OUTSIDE, SUPERSEDED, UNKNOWN, Why
from matrix.export import cell_text
from matrix.export.extract import MIXED_DEFINITION, Extract, rule_words
from matrix.export.workbook.matrix_layout import TITLES
from matrix.export.workbook.writer import QUIET, RULE, TEXT, Book, SheetWriter
from matrix.palette import BLANK_GROUND, BLANK_STROKE, BLANKS, HIDDEN_GROUND, INK, PAPER, PARTLY_GLYPH, Look

_STROKE = {"bg_color": BLANK_GROUND, "diag_color": BLANK_STROKE}
# Strokes and greys, not signs: a sign would be a value, and an empty cell must read as empty.
EMPTY_LOOKS: Mapping[int, Mapping[str, Any]] = {
    NEVER: {},
    SUPERSEDED: {**_STROKE, "diag_type": 1, "diag_border": 1},
    OUTSIDE: {**_STROKE, "diag_type": 3, "diag_border": 4},
    LOOKED_FOR: {**_STROKE, "diag_type": 2, "diag_border": 1},
    UNKNOWN: {"pattern": 17, "fg_color": BLANK_STROKE, "bg_color": PAPER},
    HIDDEN: {"bg_color": HIDDEN_GROUND},
}
EMPTY_WORDS: Mapping[int, str] = {
    NEVER: f"Empty: {BLANKS[NEVER.id].word}. Silence is not neutrality.",
    SUPERSEDED: f"Empty: {BLANKS[SUPERSEDED.id].word}; the note says by which.",
    OUTSIDE: f"Empty: {BLANKS[OUTSIDE.id].word}.",
    LOOKED_FOR: f"Empty: {BLANKS[LOOKED_FOR.id].word}; the note says by whom, where and when.",
    UNKNOWN: f"Empty: {BLANKS[UNKNOWN.id].word} (the proposals marked {PARTLY_GLYPH}); the cell counts nowhere.",
    HIDDEN: f"Empty: {BLANKS[HIDDEN.id].word}.",
}


def empty_kinds(extract: Extract) -> list[Why]:
    """The kinds of empty cell that a key explains: the usual ones, and what else this view has."""
    there = {int(k) for k in np.unique(extract.seen.why)}
    usual = {NEVER, SUPERSEDED, OUTSIDE, *([HIDDEN] if extract.selection.stance else [])}
    return [k for k in (NEVER, *EMPTY_KINDS[:-1], HIDDEN) if k in usual or (k in there and k != HIDDEN)]


def short_word(look: Look) -> str:
    """A stance's word as a cell shows it: up to the colon."""
    return cell_text.quoted(look.word.split(":")[0], 40)


def state_styles(book: Book, looks: Sequence[Look], *, words: bool) -> list[Any]:
    """The format of every state, by its place among the looks: the value stays the id, word or glyph are shown."""
    edge = {"border": 1, "border_color": RULE, "align": "center", "valign": "vcenter", "font_color": INK}
    font = {"font_size": 9 if words else 11, "text_wrap": words}
    shown = [short_word(look) if words else cell_text.quoted(look.glyph, 4) for look in looks]
    return [
        book.style(**edge, **font, num_format=f';;;"{text}"', bg_color=look.light)
        for text, look in zip(shown, looks, strict=True)
    ]


def empty_styles(book: Book) -> dict[int, Any]:
    """The format of every kind of empty cell."""
    return {kind: book.style(**{"border": 1, "border_color": RULE, **look}) for kind, look in EMPTY_LOOKS.items()}


def corner(sheet: SheetWriter, row: int, column: int, looks: Sequence[Look], *, words: bool) -> None:
    """Glyph and word of every state, above the titles; where cells show words, only what an empty one means."""
    book = sheet.book
    style = book.style(text_wrap=True, valign="bottom", font_size=9, num_format=TEXT)
    last = "An empty cell is not neutral (see below)"
    if words:
        sheet.text(row, column, last, book.style(text_wrap=True, valign="bottom", font_size=9, font_color=QUIET))
        return
    parts: list[Any] = []
    for look in looks:
        parts += [book.style(bold=True, font_size=11, font_color=look.colour), cell_text.quoted(look.glyph, 4)]
        parts += [book.style(font_size=9), f"  {cell_text.quoted(look.word)}\n"]
    sheet.xlsx.write_rich_string(row, column, *parts, book.style(font_size=9, font_color=QUIET), last, style)


def legend(sheet: SheetWriter, extract: Extract, looks: Sequence[Look], row: int, *, complete: bool) -> None:
    """Every state and every kind of empty cell with its look and meaning, from a row on."""
    style, empty = sheet.book.style, empty_styles(sheet.book)
    definitions = [*map(str, extract.dataset.stances["definition"].tolist()), MIXED_DEFINITION]
    sheet.text(row, TITLES, "Legend", style(bold=True, num_format=TEXT))
    words = style(num_format=TEXT, font_size=9, valign="vcenter", indent=1)
    for look, definition in zip(looks, definitions, strict=True):
        row += 1
        swatch = style(num_format=TEXT, bg_color=look.light, font_color=INK, border=1, border_color=RULE)
        sheet.text(row, TITLES, f"{look.glyph}  {look.word}", swatch)
        if definition:
            sheet.text(row, TITLES + 1, definition, words)
    for kind in empty_kinds(extract):
        row += 1
        sheet.blank(row, [TITLES], empty[kind])
        sheet.text(row, TITLES + 1, EMPTY_WORDS[kind], words)
    remarks = [rule_words(extract.selection), "Click a cell for its statements; rest on it for a quote."]
    if not complete:
        remarks.append(
            "A side's numbers count all its chosen members, also those that a search or stance filter hides here."
        )
    for remark in remarks:
        row += 1
        sheet.text(row, TITLES, remark, style(num_format=TEXT, font_size=9, font_color=QUIET))
