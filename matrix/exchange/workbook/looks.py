"""How states and kinds of emptiness look in a cell: formats for XlsxWriter, from the palette."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from matrix.analysis.positions import HIDDEN, OUTSIDE, SILENT, SUPERSEDED
from matrix.exchange import guard
from matrix.exchange.workbook.book import RULE, Book
from matrix.palette import HIDDEN_WORD, INK, OUTSIDE_WORD, SILENT_WORD, SUPERSEDED_WORD, Look

MIXED_DEFINITION = "Statements for and against, none superseding the other."
_STROKE = {"bg_color": "#F1F1F1", "diag_color": "#8A8A8A"}
# Strokes and greys, not signs: a sign would be a value, and an empty cell must read as empty.
EMPTY_LOOKS: Mapping[int, Mapping[str, Any]] = {
    SILENT: {},
    SUPERSEDED: {**_STROKE, "diag_type": 1, "diag_border": 1},
    OUTSIDE: {**_STROKE, "diag_type": 3, "diag_border": 4},
    HIDDEN: {"bg_color": "#E2E2E2"},
}
EMPTY_WORDS: Mapping[int, str] = {
    SILENT: f"Empty: {SILENT_WORD}. Silence is not neutrality.",
    SUPERSEDED: f"Empty: {SUPERSEDED_WORD}; the note says by which.",
    OUTSIDE: f"Empty: {OUTSIDE_WORD}.",
    HIDDEN: f"Empty: {HIDDEN_WORD}.",
}


def short_word(look: Look) -> str:
    """A stance's word as a cell shows it: up to the colon."""
    return guard.quoted(look.word.split(":")[0], 40)


def state_styles(book: Book, looks: Sequence[Look], *, words: bool) -> list[Any]:
    """The format of every state, by its place among the looks: the value stays the id, word or glyph are shown."""
    edge = {"border": 1, "border_color": RULE, "align": "center", "valign": "vcenter", "font_color": INK}
    font = {"font_size": 9 if words else 11, "text_wrap": words}
    shown = [short_word(look) if words else guard.quoted(look.glyph, 4) for look in looks]
    return [
        book.style(**edge, **font, num_format=f';;;"{text}"', bg_color=look.light)
        for text, look in zip(shown, looks, strict=True)
    ]


def empty_styles(book: Book) -> dict[int, Any]:
    """The format of every kind of empty cell."""
    return {kind: book.style(**{"border": 1, "border_color": RULE, **look}) for kind, look in EMPTY_LOOKS.items()}
