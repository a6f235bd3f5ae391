"""The matrix as a sheet: sides' counts and actors beside the proposals, each cell a stance with look, link and note.

Its values are for machines too: column A and the filter row hold ids that a number format keeps from sight, a cell
holds a stance id or nothing. An empty kind is told by its look and note, never by a value.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from itertools import groupby
from typing import Any

from matrix.analysis.empty_cells import NEVER
from matrix.analysis.positions import EMPTY
from matrix.dataset.codes import Scale
from matrix.dataset.dataset import Record, records
from matrix.dataset.dataset import row as row_of
from matrix.export import cell_text
from matrix.export.extract import Extract
from matrix.export.workbook.cell_notes import NOTED, Notes, Place
from matrix.export.workbook.matrix_key import corner, empty_styles, legend, short_word, state_styles
from matrix.export.workbook.matrix_layout import (
    BANNER,
    COUNT_HEADS,
    FIRST,
    IDS,
    NAMES,
    NATIVE,
    PROPOSAL,
    TITLE,
    TITLES,
    ColumnBlock,
    Count,
    MatrixRow,
    Plan,
    plan,
)
from matrix.export.workbook.writer import (
    HEAD,
    QUIET,
    RULE,
    TEXT,
    Book,
    SheetWriter,
    cell,
    line_height,
    lines_in,
)
from matrix.palette import PAPER, Look, known_in_part, mix, proposal_title
from matrix.wording import display_width, plural, sentence

TITLE_WIDTH, NATIVE_WIDTH, COUNT_WIDTH, GLYPH_WIDTH = 44.0, 22.0, 5.0, 3.9
WORD_WIDTHS = 11.0, 16.0
NAME_SIZE, NATIVE_SIZE = 9, 8
TALLEST = 165.0  # points of the rotated names; longer ones take a second line


def columns(sheet: SheetWriter, laid: Plan, looks: Sequence[Look]) -> dict[int, float]:
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


def heading(sheet: SheetWriter, extract: Extract, laid: Plan, looks: Sequence[Look], subtitle: str) -> None:
    """Write all rows above the matrix."""
    book, ws, actors = sheet.book, sheet.xlsx, records(extract.seen.actors)
    sheet.text(TITLE, TITLES, extract.dataset.title, book.style(bold=True, font_size=15, num_format=TEXT), "title")
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
        _block_head(sheet, block, actors, laid, laid.folds.get(b), narrowed=extract.narrowed)
    corner(sheet, NAMES, TITLES, looks, words=laid.words)
    sheet.text(NATIVE, TITLES, "Proposal", book.style(bold=True, valign="bottom", num_format=TEXT))
    for column, name in enumerate(["proposal", "title", "title_zh"][: 2 + laid.native]):
        _id(sheet, column, name)


def _count_head(sheet: SheetWriter, count: Count, first: int) -> None:
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
    sheet: SheetWriter, block: ColumnBlock, actors: Sequence[Record], laid: Plan, fold: int | None, *, narrowed: bool
) -> None:
    look, book = block.look, sheet.book
    folds = [] if fold is None else [fold]
    span = [*(laid.actors[i] for i in block.actors), *folds]
    shown = [*(laid.actors[i] for i in block.heard), *folds]
    room = (WORD_WIDTHS[0] if laid.words else GLYPH_WIDTH) * len(block.heard) + GLYPH_WIDTH * len(folds)
    names = (look.word + ("" if block.counted else " (not counted)"), look.word)
    fitting = (name for name in names if display_width(name) * 1.1 <= room)
    _banner(sheet, look, span, shown[0], next(fitting, "") or cell_text.quoted(look.word, max(2, int(room / 1.3))))
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


def _banner(sheet: SheetWriter, look: Look, span: Sequence[int], at: int, text: str) -> None:
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


def _id(sheet: SheetWriter, column: int, text: str) -> None:
    """An id for machines in the filter row: the value stands there, the number format shows nothing."""
    sheet.text(IDS, column, text, sheet.book.style(num_format=";;;", bottom=1, bottom_color=QUIET))


ZERO_AS_DOT = '0;-0;"·"'


class PositionCells:
    """Writes positions: the stance id as value, its evidence behind a click and in a note."""

    def __init__(
        self, sheet: SheetWriter, notes: Notes, looks: Sequence[Look], statement_rows: Mapping[int, int], words: bool
    ) -> None:
        self.sheet, self.notes, self.statement_rows = sheet, notes, statement_rows
        self.states, self.empty = state_styles(sheet.book, looks, words=words), empty_styles(sheet.book)
        self.codes, self.why = notes.seen.codes.tolist(), notes.seen.why.tolist()

    def write(self, place: Place, row: int, column: int) -> None:
        """One cell; one that was never stated is left out, its lines come from the sheet's grid."""
        code, kind = self.codes[place[0]][place[1]], self.why[place[0]][place[1]]
        sheet = self.sheet
        if code == EMPTY:
            if kind != NEVER:
                sheet.xlsx.write_blank(row, column, None, self.empty[kind])
            if kind in NOTED:
                sheet.note(row, column, self.notes.empty(place, kind))
            return
        state, target = self.notes.seen.positions.states[code], self.statement_rows.get(self.notes.lead(place))
        if target is None:
            sheet.xlsx.write_string(row, column, state, self.states[code])
        else:
            # A function, not a hyperlink on a text: LibreOffice would show that as blue `support`, without the glyph.
            # What stands in it is a row number and a stance id, which the check holds to a-z, 0-9 and hyphens.
            link = f'HYPERLINK("#Statements!A{target + 1}","{state}")'
            sheet.formula(row, column, link, self.states[code], state)
            sheet.links += 1
        sheet.note(row, column, partial(self.notes.stated, place))


def roll_up_cells(sheet: SheetWriter, count: Count, laid: Plan, at: Place, place: int, scale: Scale) -> None:
    """A side's numbers in a row.

    Formulas over the side's cells where all its chosen members stand in the sheet. Where a search or stance hides
    some, numbers: a roll-up counts every chosen member, and a formula could only count those that are listed.
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
            sheet.formula(row, column + k, of[key], style, value)
        else:
            sheet.xlsx.write_number(row, column + k, value, style)


def coverage(sheet: SheetWriter, extract: Extract, laid: Plan) -> None:
    """Below the matrix: on how many of its proposals each actor has a position."""
    row, style = laid.last + 1, sheet.book.style
    top = {"top": 1, "top_color": QUIET, "font_color": QUIET, "valign": "vcenter"}
    label = f"Positions of each actor, on {plural(len(extract.seen.rows), 'proposal')}"
    sheet.text(row, TITLES, label, style(**top, italic=True, num_format=TEXT))
    sheet.blank(row, range(TITLES + 1, laid.end), style(**top))
    spoken = (extract.seen.codes != EMPTY).sum(axis=0).tolist()
    number = style(**top, align="center", font_size=9, num_format=ZERO_AS_DOT)
    for place, column in laid.actors.items():
        span = f"{cell(FIRST, column)}:{cell(laid.last, column)}"
        sheet.formula(row, column, f"COUNTA({span})", number, spoken[place])


def matrix_sheet(
    book: Book, extract: Extract, looks: Sequence[Look], statement_rows: Mapping[int, int], subtitle: str
) -> SheetWriter:
    """Write the sheet; `statement_rows` maps places in the statements table to rows of the Statements sheet."""
    sheet, seen, laid = book.sheet("Matrix"), extract.seen, plan(extract.seen)
    linked = int((seen.codes != EMPTY).sum()) <= cell_text.MOST_LINKS
    cells = PositionCells(sheet, Notes.behind(seen, looks), looks, statement_rows if linked else {}, laid.words)
    widths = columns(sheet, laid, looks)
    heading(sheet, extract, laid, looks, subtitle)
    for row, line in enumerate(laid.rows, FIRST):
        if line.place < 0:
            _theme(sheet, row, line.theme, laid.end)
            continue
        _proposal(sheet, extract, row, line, laid, looks)
        for place, column in laid.actors.items():
            cells.write((line.place, place), row, column)
        for count, column in zip(laid.counts, laid.first_counts, strict=True):
            roll_up_cells(sheet, count, laid, (row, column), line.place, extract.dataset.scale)
        if not linked:
            _row_link(sheet, extract, cells, line.place, row, statement_rows)
    _grid(sheet, laid)
    coverage(sheet, extract, laid)
    legend(sheet, extract, looks, laid.last + 3, complete=all(c.complete for c in laid.counts))
    sheet.xlsx.autofilter(IDS, PROPOSAL, laid.last, laid.end - 1)
    sheet.xlsx.freeze_panes(FIRST, TITLES + 1 + laid.native)
    sheet.xlsx.outline_settings(True, False, True, False)
    sheet.xlsx.ignore_errors({"formula_differs": f"A1:{cell(laid.last + 1, laid.end)}"})
    sheet.page(sum(widths.values()), head=(BANNER, IDS), repeat=TITLES)
    return sheet


def _theme(sheet: SheetWriter, row: int, theme: str, end: int) -> None:
    """A theme's heading across the sheet."""
    style = {"bold": True, "bg_color": HEAD, "num_format": TEXT, "valign": "vcenter"}
    shown = sheet.book.style(**style, top=1, top_color=RULE)
    sheet.xlsx.set_row(row, 20)
    sheet.text(row, TITLES, theme, shown, "theme")
    sheet.blank(row, range(TITLES + 1, end), shown)


def _proposal(
    sheet: SheetWriter, extract: Extract, row: int, line: MatrixRow, laid: Plan, looks: Sequence[Look]
) -> None:
    """A row's head: id, title indented below its parent, native title; and the row's height and outline level."""
    book, frame = sheet.book, extract.seen.proposals
    proposal = row_of(extract.dataset, "proposals", str(frame["id"].iloc[line.place]))
    title, other = proposal_title(proposal), str(proposal["title_zh"])
    sheet.text(row, PROPOSAL, str(frame["id"].iloc[line.place]), book.style(num_format=TEXT), "id")
    sheet.text(row, TITLES, title, book.style(**_head_look(), indent=2 * line.depth), "title")
    if partly := known_in_part(proposal):
        sheet.note(row, TITLES, sentence(partly))
    lines = lines_in(title, TITLE_WIDTH - 2 - 3 * line.depth)
    if laid.native:
        sheet.text(row, TITLES + 1, other, book.style(**_head_look(), font_size=9, font_color=QUIET), "title_zh")
        lines = max(lines, lines_in(other, NATIVE_WIDTH, 9))
    if laid.words:
        stated = {code for code in extract.seen.codes[line.place].tolist() if code != EMPTY}
        lines = max([lines, *(lines_in(short_word(looks[code]), WORD_WIDTHS[0]) for code in stated)])
    level = line.depth + (laid.rows[0].place < 0)  # below a theme, where there are themes
    sheet.xlsx.set_row(row, line_height(lines), None, {"level": level})


def _head_look() -> dict[str, Any]:
    return {"text_wrap": True, "valign": "vcenter", "num_format": TEXT, "bottom": 1, "bottom_color": RULE}


def _grid(sheet: SheetWriter, laid: Plan) -> None:
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
    sheet: SheetWriter, extract: Extract, cells: PositionCells, place: int, row: int, statement_rows: Mapping[int, int]
) -> None:
    """From the proposal to its first evidence, where the cells are too many for links of their own."""
    leads = [cells.notes.lead((place, a)) for a in range(len(extract.seen.columns))]
    targets = [statement_rows[p] for p in leads if p in statement_rows]
    id_ = str(extract.seen.proposals["id"].iloc[place])
    title = cell_text.storable(proposal_title(row_of(extract.dataset, "proposals", id_)))
    if targets and sheet.links < cell_text.MOST_LINKS and len(cell_text.runs(title)) == 1:
        sheet.links += 1
        style = sheet.book.style(**_head_look())
        sheet.xlsx.write_url(row, TITLES, f"internal:Statements!A{min(targets) + 1}", style, title)
