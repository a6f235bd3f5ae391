"""The matrix sheet's head: column widths, the sides' banners, names and ids, the key in the corner."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from matrix.dataset.frames import records
from matrix.exchange import guard
from matrix.exchange.scope import Scope
from matrix.exchange.workbook.book import QUIET, TEXT, Book, Sheet, display_width, lines_in
from matrix.exchange.workbook.legend import corner
from matrix.exchange.workbook.looks import short_word
from matrix.exchange.workbook.matrix_layout import (
    BANNER,
    COUNT_HEADS,
    IDS,
    NAMES,
    NATIVE,
    PROPOSAL,
    TITLE,
    TITLES,
    Block,
    Count,
    Plan,
)
from matrix.palette import PAPER, Look, mix

TITLE_WIDTH, NATIVE_WIDTH, COUNT_WIDTH, GLYPH_WIDTH = 44.0, 22.0, 5.0, 3.9
WORD_WIDTHS = 11.0, 16.0
NAME_SIZE, NATIVE_SIZE = 9, 8
TALLEST = 165.0  # points of the rotated names; longer ones take a second line


def columns(sheet: Sheet, laid: Plan, looks: Sequence[Look]) -> dict[int, float]:
    """Set all widths and fold the unheard away behind their number; gives the width of every visible column."""
    longest = max((display_width(w) for look in looks for w in short_word(look).split()), default=8)
    low, high = WORD_WIDTHS
    width = min(high, max(low, longest * 1.2 + 1)) if laid.words else GLYPH_WIDTH
    widths = {TITLES: TITLE_WIDTH}
    if laid.native:
        widths[TITLES + 1] = NATIVE_WIDTH
    for count, first in zip(laid.counts, laid.first_counts, strict=True):
        name = (display_width(count.block.look.word) * 1.05 + 1) / len(COUNT_HEADS)  # it stands across them
        widths.update(dict.fromkeys(range(first, first + len(COUNT_HEADS)), max(COUNT_WIDTH, name)))
    widths.update({laid.actors[i]: width for block in laid.blocks for i in block.heard})
    ws = sheet.xlsx
    ws.set_column(PROPOSAL, PROPOSAL, 12, None, {"hidden": True})
    for column, wide in widths.items():
        ws.set_column(column, column, wide)
    for block in laid.blocks:
        for i in block.unheard:
            ws.set_column(laid.actors[i], laid.actors[i], width, None, {"level": 1, "hidden": True})
    for column in laid.folds.values():
        widths[column] = GLYPH_WIDTH
        ws.set_column(column, column, GLYPH_WIDTH, None, {"collapsed": True})
    return widths


def heading(sheet: Sheet, scope: Scope, laid: Plan, looks: Sequence[Look], subtitle: str) -> None:
    """Write all rows above the matrix."""
    book, ws, actors = sheet.book, sheet.xlsx, records(scope.seen.actors)
    sheet.text(TITLE, TITLES, scope.dataset.title, book.style(bold=True, font_size=15, num_format=TEXT), "title")
    sheet.text(TITLE + 1, TITLES, subtitle, book.style(font_color=QUIET, num_format=TEXT), "subtitle")
    native = max((display_width(a["name_native"]) for a in actors), default=0)
    heights = {
        TITLE: 22.0,
        TITLE + 1: 18.0,
        BANNER: 18.0,
        NAMES: _names_height([a["name"] for a in actors], laid, len(looks)),
        NATIVE: max(15.0, 11.5 * -(-native // (12 if laid.words else 4)) + 4),
        IDS: 16.0,
    }
    for row, height in heights.items():
        ws.set_row(row, height)
    for count, first in zip(laid.counts, laid.first_counts, strict=True):
        _count_head(sheet, count, first)
    for b, block in enumerate(laid.blocks):
        _block_head(sheet, block, actors, laid, laid.folds.get(b), narrowed=scope.narrowed)
    corner(sheet, NAMES, TITLES, looks, words=laid.words)
    sheet.text(NATIVE, TITLES, "Proposal", book.style(bold=True, valign="bottom", num_format=TEXT))
    for column, name in enumerate(["proposal", "title", "title_zh"][: 2 + laid.native]):
        _id(sheet, column, name)


def _count_head(sheet: Sheet, count: Count, first: int) -> None:
    look, book = count.block.look, sheet.book
    span = range(first, first + len(COUNT_HEADS))
    _banner(sheet, look, span, first, look.word)
    for column, (key, head) in zip(span, COUNT_HEADS, strict=True):
        edge = column == first
        sheet.text(NAMES, column, head.format(count.members), _head_style(book, look, rotated=True, edge=edge))
        sheet.blank(NATIVE, [column], _head_style(book, look, edge=edge))
        _id(sheet, column, f"{look.id or 'all'}_{key}")
    if not count.complete:
        words = f"All {count.members} members are counted; {count.listed} of them are listed on this sheet."
        sheet.note(NAMES, first, words)


def _block_head(
    sheet: Sheet, block: Block, actors: Sequence[dict[str, str]], laid: Plan, fold: int | None, *, narrowed: bool
) -> None:
    look, book = block.look, sheet.book
    folds = [] if fold is None else [fold]
    span = [*(laid.actors[i] for i in block.actors), *folds]
    shown = [*(laid.actors[i] for i in block.heard), *folds]
    room = (WORD_WIDTHS[0] if laid.words else GLYPH_WIDTH) * len(block.heard) + GLYPH_WIDTH * len(folds)
    names = (look.word + ("" if block.counted else " (not counted)"), look.word)
    fitting = (name for name in names if display_width(name) * 1.1 <= room)
    _banner(sheet, look, span, shown[0], next(fitting, "") or guard.quoted(look.word, max(2, int(room / 1.3))))
    for i in block.actors:
        column, who = laid.actors[i], actors[i]
        edge = column == span[0]
        latin = display_width(who["name"]) == len(who["name"])  # rotated Chinese characters overlap
        style = _head_style(book, look, rotated=latin and not laid.words, edge=edge)
        sheet.text(NAMES, column, who["name"], style, "name")
        sheet.text(
            NATIVE, column, who["name_native"], _head_style(book, look, edge=edge, size=NATIVE_SIZE), "name_native"
        )
        _id(sheet, column, who["id"])
        about = ("name", "name_native", "role", "institution", "authority")
        sheet.note(NAMES, column, "\n".join(who[k] for k in about if who[k]))
    for column in folds:
        head = f"{len(block.unheard)} named, unheard" + (" here" if narrowed else "")
        if not block.heard:  # too narrow for a banner with the side's name
            head = f"{look.word}: {head}"
        sheet.text(NAMES, column, head, _head_style(book, look, rotated=True, quiet=True))
        sheet.blank(NATIVE, [column], _head_style(book, look))
        sheet.note(NAMES, column, "Open with the + above:\n" + "\n".join(actors[i]["name"] for i in block.unheard))


def _names_height(names: Sequence[str], laid: Plan, looks: int) -> float:
    """Points: level names wrap in wide columns; rotated ones take at most two lines; the key needs its lines."""
    if laid.words:
        level = 13.0 * max((lines_in(n, WORD_WIDTHS[0]) for n in names), default=1) + 6
        return max(level, 120.0 if laid.folds else 75.0 if laid.counts else 0.0)
    widths = [display_width(n) for n in names]
    one_line = max([20, *(w for w in widths if w <= 30)]) * 5.8 + 12
    two_lines = max(widths, default=0) / 2 * 6.4 + 16
    return max(min(TALLEST, max(one_line, two_lines)), 14.0 * (looks + 2))


def _banner(sheet: Sheet, look: Look, span: Sequence[int], at: int, text: str) -> None:
    """A side's name centred across its columns: no merged cells, so that columns can still be sorted and moved."""
    style = {"align": "center_across", "valign": "vcenter", "bold": True, "num_format": TEXT}
    style["bg_color"] = mix(look.colour, PAPER, 0.3)
    sheet.blank(BANNER, span, sheet.book.style(**style))
    sheet.text(BANNER, at, text, sheet.book.style(**style, left=1, left_color=look.colour))


def _head_style(
    book: Book, look: Look, *, rotated: bool = False, edge: bool = False, quiet: bool = False, size: int = NAME_SIZE
) -> Any:
    """A name in its side's palest tint: rotated in a narrow column, level and wrapped in a wide one."""
    style: dict[str, Any] = {"num_format": TEXT, "text_wrap": True, "font_size": size, "align": "center"}
    style["bg_color"] = mix(look.colour, PAPER, 0.1)
    style["valign"] = "bottom" if size == NAME_SIZE else "top"
    if rotated:
        style["rotation"] = 90
    if edge:
        style |= {"left": 1, "left_color": look.colour}
    if quiet:
        style |= {"italic": True, "font_color": QUIET}
    return book.style(**style)


def _id(sheet: Sheet, column: int, text: str) -> None:
    """An id for machines in the filter row: the value stands there, the number format shows nothing."""
    sheet.text(IDS, column, text, sheet.book.style(num_format=";;;", bottom=1, bottom_color=QUIET))
