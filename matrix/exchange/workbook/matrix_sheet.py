"""The matrix as a sheet: sides' counts and actors beside the proposals, each cell a stance with its look, link and note.

Its values are for machines too: column A and the filter row hold ids that a number format keeps from sight, a cell holds a
stance id or nothing. An empty kind is told by its look and note, never by a value.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from matrix.analysis.positions import EMPTY, HIDDEN, OUTSIDE, SILENT, SUPERSEDED
from matrix.dataset.schema import MIXED
from matrix.exchange import guard
from matrix.exchange.workbook import matrix_layout as layout
from matrix.exchange.workbook.book import (
    HEAD,
    QUIET,
    RULE,
    TEXT,
    Book,
    Sheet,
    cell,
    display_width,
    line_height,
    lines_in,
)
from matrix.exchange.workbook.legend import corner, legend
from matrix.exchange.workbook.matrix_layout import Block, Count
from matrix.exchange.workbook.notes import Notes
from matrix.exchange.workbook.scope import Scope
from matrix.palette import INK, PAPER, Look, mix

WORDS_UP_TO = 20  # actors whose stances are shown as words; above, glyphs
TITLE, BANNER, NAMES, NATIVE, IDS, FIRST = 0, 2, 3, 4, 5, 6  # rows
PROPOSAL, TITLES = 0, 1  # columns
TITLE_WIDTH, NATIVE_WIDTH, COUNT_WIDTH, GLYPH_WIDTH, TALLEST = 44.0, 22.0, 5.0, 3.9, 165
COUNT_HEADS = (("backing", "Backing"), ("opposed", "Opposing"), ("speakers", "Heard, of {}"))
EMPTY_LOOKS = {
    SUPERSEDED: {"bg_color": "#F1F1F1", "diag_type": 1, "diag_border": 1, "diag_color": "#8A8A8A"},
    OUTSIDE: {"bg_color": "#F1F1F1", "diag_type": 3, "diag_border": 4, "diag_color": "#8A8A8A"},
    HIDDEN: {"bg_color": "#E2E2E2"},
    SILENT: {},
}


@dataclass(frozen=True)
class Places:
    """Where the columns stand: of each actor (by place in the view), each count's first, each fold's summary."""

    actors: dict[int, int]
    counts: list[int]
    folds: dict[int, int]  # of each block with unheard actors
    first: int
    end: int


def matrix_sheet(
    book: Book, scope: Scope, looks: tuple[Look, ...], statement_rows: dict[int, int], subtitle: str
) -> Sheet:
    """Write the sheet; `statement_rows` maps places in the statements table to rows of the Statements sheet."""
    sheet, seen = book.sheet("Matrix"), scope.seen
    rows, blocks = layout.rows(seen), layout.blocks(seen)
    counts = layout.counts(seen, blocks)
    native = any(seen.proposals["title_zh"])
    places = _places(blocks, counts, TITLES + 1 + native)
    words = sum(len(b.heard) for b in blocks) <= WORDS_UP_TO
    notes = Notes.behind(seen, looks)
    widths = _columns(sheet, scope, blocks, counts, places, looks, words=words, native=native)
    _heading(sheet, scope, blocks, counts, places, looks, notes, subtitle, words=words, native=native)
    linked = (seen.codes != EMPTY).sum() <= guard.MOST_LINKS
    styles = _cell_styles(book, looks, words=words)
    for i, line in enumerate(rows):
        row = FIRST + i
        if line.place < 0:
            sheet.xlsx.set_row(row, 20)
            heading = book.style(bold=True, bg_color=HEAD, num_format=TEXT, valign="vcenter", top=1, top_color=RULE)
            sheet.text(row, TITLES, line.theme, heading, "theme")
            sheet.blank(row, [c for c in range(TITLES + 1, places.end)], heading)
            continue
        level = line.depth + any(r.place < 0 for r in rows[:1])
        _proposal(sheet, scope, row, line, native=native, level=level, widths=widths, words=words, looks=looks)
        for place, column in places.actors.items():
            _cell(sheet, notes, (line.place, place), (row, column), styles, statement_rows if linked else {})
        for count, column in zip(counts, places.counts, strict=True):
            _count(sheet, count, places, row, column, line.place, scope)
        for column in places.folds.values():
            sheet.blank(row, [column], _fold_style(book))
        if not linked:
            _row_link(sheet, scope, notes, line.place, row, statement_rows)
    last = FIRST + len(rows) - 1
    _coverage(sheet, scope, places, last + 1)
    legend(sheet, scope, looks, last + 3, EMPTY_LOOKS, complete=all(c.complete for c in counts))
    sheet.xlsx.autofilter(IDS, PROPOSAL, max(last, FIRST), places.end - 1)
    sheet.xlsx.freeze_panes(FIRST, TITLES + 1 + native)
    sheet.xlsx.outline_settings(True, False, True, False)
    sheet.xlsx.ignore_errors({"formula_differs": f"A1:{cell(last + 1, places.end)}"})
    sheet.page(sum(widths.values()), head=(BANNER, IDS), repeat=TITLES)
    return sheet


def _places(blocks: Sequence[Block], counts: Sequence[Count], start: int) -> Places:
    column, actors, folds = start, {}, {}
    first_counts = []
    for _ in counts:
        first_counts.append(column)
        column += len(COUNT_HEADS)
    first = column
    for b, block in enumerate(blocks):
        for place in block.actors:
            actors[place] = column
            column += 1
        if block.unheard:
            folds[b] = column
            column += 1
    return Places(actors, first_counts, folds, first, column)


def _columns(
    sheet: Sheet,
    scope: Scope,
    blocks: Sequence[Block],
    counts: Sequence[Count],
    places: Places,
    looks: Sequence[Look],
    *,
    words: bool,
    native: bool,
) -> dict[int, float]:
    """Set all widths and fold the unheard away; gives the width of every visible column."""
    widths = {TITLES: TITLE_WIDTH}
    if native:
        widths[TITLES + 1] = NATIVE_WIDTH
    sheet.xlsx.set_column(PROPOSAL, PROPOSAL, 12, None, {"hidden": True})
    for count, column in zip(counts, places.counts, strict=True):
        for c in range(column, column + len(COUNT_HEADS)):  # wide enough for the side's name across them
            widths[c] = max(COUNT_WIDTH, (display_width(count.block.look.word) * 1.05 + 1) / len(COUNT_HEADS))
    longest = max((display_width(w) for look in looks for w in short_word(look).split()), default=8)
    width = min(16.0, max(11.0, longest * 1.2 + 1)) if words else GLYPH_WIDTH
    for block in blocks:
        widths.update({places.actors[i]: width for i in block.heard})
        for i in block.unheard:
            folded = {"level": 1, "hidden": True}
            sheet.xlsx.set_column(places.actors[i], places.actors[i], width, None, folded)
    for c, w in widths.items():
        sheet.xlsx.set_column(c, c, w)
    for c in places.folds.values():
        widths[c] = GLYPH_WIDTH
        sheet.xlsx.set_column(c, c, GLYPH_WIDTH, None, {"collapsed": True})
    return widths


def _heading(
    sheet: Sheet,
    scope: Scope,
    blocks: Sequence[Block],
    counts: Sequence[Count],
    places: Places,
    looks: Sequence[Look],
    notes: Notes,
    subtitle: str,
    *,
    words: bool,
    native: bool,
) -> None:
    book, ws, seen = sheet.book, sheet.xlsx, scope.seen
    sheet.text(TITLE, TITLES, scope.dataset.title, book.style(bold=True, font_size=15, num_format=TEXT))
    sheet.text(TITLE + 1, TITLES, subtitle, book.style(font_color=QUIET, num_format=TEXT))
    ws.set_row(TITLE, 22)
    ws.set_row(TITLE + 1, 18)
    ws.set_row(BANNER, 18)
    actors = seen.actors.to_dict("records")
    heads = [t.format(c.members) for c in counts for _, t in COUNT_HEADS]
    height = _names_height([a["name"] for a in actors], heads, words=words)
    ws.set_row(NAMES, max(height, 14.0 * (len(looks) + 2)) if not words else height)
    natives = [display_width(a["name_native"]) for a in actors]
    ws.set_row(NATIVE, 11.5 * -(-max(natives, default=0) // (12 if words else 4)) + 4)
    ws.set_row(IDS, 16)
    for count, column in zip(counts, places.counts, strict=True):
        columns = range(column, column + len(COUNT_HEADS))
        _banner(sheet, count.block.look, columns, count.block.look.word)
        for c, (key, head) in zip(columns, COUNT_HEADS, strict=True):
            style = _head_style(book, count.block.look, rotated=True, first=c == column)
            sheet.text(NAMES, c, head.format(count.members), style)
            sheet.blank(NATIVE, [c], _head_style(book, count.block.look, first=c == column))
            _id(sheet, IDS, c, f"{count.block.look.id or 'all'}_{key}")
        if not count.complete:
            sheet.note(NAMES, column, f"Counts all {count.members} members; {count.listed} are listed on this sheet.")
    for b, block in enumerate(blocks):
        fold = [places.folds[b]] if b in places.folds else []
        columns = [*(places.actors[i] for i in block.actors), *fold]
        shown = [*(places.actors[i] for i in block.heard), *fold]
        room = sum((14.0 if words else GLYPH_WIDTH) for _ in shown)
        name = block.look.word + ("" if block.counted else " (not counted)")
        label = next(
            (n for n in (name, block.look.word, block.look.id, block.look.native) if display_width(n) * 1.1 <= room), ""
        )
        _banner(sheet, block.look, columns, label, at=shown[0])
        for i in block.actors:
            c, who = places.actors[i], actors[i]
            sheet.text(
                NAMES, c, who["name"], _head_style(book, block.look, rotated=not words, first=c == columns[0]), "name"
            )
            style = _head_style(book, block.look, first=c == columns[0], size=8)
            sheet.text(NATIVE, c, who["name_native"], style, "name_native")
            _id(sheet, IDS, c, who["id"])
            about = "\n".join(
                w for w in (who["name"], who["name_native"], who["role"], who["institution"], who["authority"]) if w
            )
            sheet.note(NAMES, c, about)
        for c in fold:
            head = f"{len(block.unheard)} named, unheard" + (" here" if scope.narrowed else "")
            style = _head_style(book, block.look, rotated=True, quiet=True)
            sheet.text(NAMES, c, head, style)
            sheet.blank(NATIVE, [c], _head_style(book, block.look))
            sheet.note(NAMES, c, "Open with the + above:\n" + "\n".join(actors[i]["name"] for i in block.unheard))
    corner(sheet, NAMES, TITLES, looks, words=words)
    sheet.text(NATIVE, TITLES, "Proposal", book.style(bold=True, valign="bottom", num_format=TEXT))
    _id(sheet, IDS, PROPOSAL, "proposal")
    _id(sheet, IDS, TITLES, "title")
    if native:
        _id(sheet, IDS, TITLES + 1, "title_zh")


def _names_height(names: Sequence[str], heads: Sequence[str], *, words: bool) -> float:
    """Points: unrotated names wrap in wide columns; rotated ones stand in at most two lines."""
    if words:
        return max([13.0 * max((lines_in(n, 11) for n in names), default=1) + 6, 90.0 if heads else 0.0])
    longest = max((display_width(n) for n in names), default=0)
    single = [display_width(n) for n in [*names, *heads] if display_width(n) <= 30] or [10]
    return float(min(TALLEST, max(max(single) * 5.8 + 12, longest / 2 * 6.4 + 16)))


def _banner(sheet: Sheet, look: Look, columns: Sequence[int], text: str, at: int | None = None) -> None:
    style = {"align": "center_across", "bold": True, "bg_color": mix(look.colour, PAPER, 0.3), "num_format": TEXT}
    first = sheet.book.style(**style, valign="vcenter", left=1, left_color=look.colour)
    rest = sheet.book.style(**style, valign="vcenter")
    sheet.blank(BANNER, columns, rest)
    at = columns[0] if at is None else at
    sheet.text(BANNER, at, text, first)


def _head_style(
    book: Book, look: Look, *, rotated: bool = False, first: bool = False, quiet: bool = False, size: int = 9
) -> object:
    """A name in its side's palest tint: rotated in a narrow column, level and wrapped in a wide one."""
    style = {"num_format": TEXT, "text_wrap": True, "font_size": size, "bg_color": mix(look.colour, PAPER, 0.1)}
    style |= (
        {"rotation": 90, "align": "center", "valign": "bottom"} if rotated else {"align": "center", "valign": "top"}
    )
    if first:
        style |= {"left": 1, "left_color": look.colour}
    if quiet:
        style |= {"italic": True, "font_color": QUIET}
    return book.style(**style)


def _id(sheet: Sheet, row: int, column: int, text: str) -> None:
    """An id for machines: the value stands there, the number format shows nothing."""
    sheet.text(row, column, text, sheet.book.style(num_format=";;;", bottom=1, bottom_color=QUIET), text)


def short_word(look: Look) -> str:
    """A stance's word as a cell shows it: up to the colon."""
    return guard.quoted(look.word.split(":")[0], 40)


def _cell_styles(book: Book, looks: Sequence[Look], *, words: bool) -> dict[int, object]:
    """The format of every state: by its place among the looks; of every empty kind: by -1 - kind."""
    edge = {"border": 1, "border_color": RULE, "align": "center", "valign": "vcenter"}
    styles = {}
    for i, look in enumerate(looks):
        shown = short_word(look) if words else guard.quoted(look.glyph, 4)
        font = {"font_size": 9 if words else 11, "text_wrap": words}
        styles[i] = book.style(**edge, **font, num_format=f';;;"{shown}"', bg_color=look.light, font_color=INK)
    for kind, look_of in EMPTY_LOOKS.items():
        styles[-1 - kind] = book.style(**edge, **look_of)
    return styles


def _proposal(
    sheet: Sheet,
    scope: Scope,
    row: int,
    line: layout.Row,
    *,
    native: bool,
    level: int,
    widths: dict[int, float],
    words: bool,
    looks: Sequence[Look],
) -> None:
    """The row's header: id, title indented below its parent, native title; and the row's height and outline level."""
    book, frame = sheet.book, scope.seen.proposals
    title, other = str(frame["title"].iloc[line.place]), str(frame["title_zh"].iloc[line.place])
    edge = {"text_wrap": True, "valign": "vcenter", "num_format": TEXT, "bottom": 1, "bottom_color": RULE}
    sheet.text(row, PROPOSAL, str(frame["id"].iloc[line.place]), book.style(num_format=TEXT), "id")
    sheet.text(row, TITLES, title, book.style(**edge, indent=2 * line.depth), "title")
    lines = lines_in(title, TITLE_WIDTH - 2 - 3 * line.depth)
    if native:
        sheet.text(row, TITLES + 1, other, book.style(**edge, font_size=9, font_color=QUIET), "title_zh")
        lines = max(lines, lines_in(other, NATIVE_WIDTH, 9))
    if words:
        lines = max([lines, *(lines_in(short_word(look), 11) for look in looks)])
    sheet.xlsx.set_row(row, line_height(lines), None, {"level": level})


def _cell(
    sheet: Sheet,
    notes: Notes,
    place: tuple[int, int],
    at: tuple[int, int],
    styles: dict[int, object],
    statement_rows: dict[int, int],
) -> None:
    """One position: the stance id as value, its evidence behind a click and in a note."""
    seen = notes.seen
    code, kind = int(seen.codes[place]), int(seen.why[place])
    if code == EMPTY:
        sheet.xlsx.write_blank(*at, None, styles[-1 - kind])
        if kind in (SUPERSEDED, OUTSIDE):
            sheet.note(*at, notes.empty(place, kind))
        return
    state = seen.positions.states[code]
    target = statement_rows.get(notes.lead(place))
    if target is None:
        sheet.xlsx.write_string(*at, state, styles[code])
    else:
        # A function, not a hyperlink on a text: LibreOffice would show that as blue `support` instead of the glyph.
        # Its arguments are a row number and a stance id, which the check holds to a-z, 0-9 and hyphens.
        sheet.xlsx.write_formula(*at, f'=HYPERLINK("#Statements!A{target + 1}","{state}")', styles[code], state)
        sheet.links += 1
    if sheet.notes < guard.MOST_NOTES:
        sheet.note(*at, notes.stated(place))


def _count(sheet: Sheet, count: Count, places: Places, row: int, column: int, place: int, scope: Scope) -> None:
    """A side's numbers in a row.

    Formulas over the side's cells where all its members stand in the sheet. Where the selection hides some, plain numbers:
    a roll-up counts every member of its side, and a formula could only count those that are listed.
    """
    scale, actors = scope.dataset.scale, [places.actors[i] for i in count.block.actors]
    span = f"{cell(row, min(actors))}:{cell(row, max(actors))}"
    of = {
        "backing": "+".join(f'COUNTIF({span},"{i}")' for i, s in zip(scale.ids, scale.scores, strict=True) if s > 0),
        "opposed": "+".join(f'COUNTIF({span},"{i}")' for i, s in zip(scale.ids, scale.scores, strict=True) if s < 0),
        "speakers": f"COUNTA({span})",
    }
    for k, (key, _) in enumerate(COUNT_HEADS):
        value = getattr(count, key)[place]
        edge = {"bottom": 1, "bottom_color": RULE, "align": "center", "valign": "vcenter"}
        quiet = {"font_color": QUIET} if key == "speakers" else {"bold": True}
        line = {"left": 1, "left_color": count.block.look.colour} if k == 0 else {}
        style = sheet.book.style(**edge, **quiet, **line, num_format='0;-0;"·"')
        if count.complete and of[key]:
            sheet.xlsx.write_formula(row, column + k, f"={of[key]}", style, value)
        else:
            sheet.xlsx.write_number(row, column + k, value, style)


def _fold_style(book: Book) -> object:
    return book.style(bg_color="#FAFAFA", bottom=1, bottom_color=RULE)


def _row_link(sheet: Sheet, scope: Scope, notes: Notes, place: int, row: int, statement_rows: dict[int, int]) -> None:
    """From the proposal to its first evidence, where the cells are too many for links of their own."""
    leads = [notes.lead((place, a)) for a in range(len(scope.seen.columns))]
    targets = [statement_rows[p] for p in leads if p in statement_rows]
    title = str(scope.seen.proposals["title"].iloc[place])
    if targets and sheet.links < guard.MOST_LINKS and len(guard.runs(guard.clean(title))) == 1:
        sheet.links += 1
        style = sheet.book.style(text_wrap=True, valign="vcenter", num_format=TEXT, bottom=1, bottom_color=RULE)
        sheet.xlsx.write_url(row, TITLES, f"internal:Statements!A{min(targets) + 1}", style, guard.clean(title))


def _coverage(sheet: Sheet, scope: Scope, places: Places, row: int) -> None:
    """Below the matrix: on how many of its proposals each actor has a position."""
    top = {"top": 1, "top_color": QUIET, "font_color": QUIET, "valign": "vcenter"}
    label = f"Positions of each actor, on {len(scope.seen.rows)} proposals"
    sheet.text(row, TITLES, label, sheet.book.style(**top, italic=True, num_format=TEXT))
    sheet.blank(row, range(TITLES + 1, places.end), sheet.book.style(**top))
    spoken = (scope.seen.codes != EMPTY).sum(axis=0)
    style = sheet.book.style(**top, align="center", font_size=9, num_format='0;-0;"·"')
    for place, column in places.actors.items():
        span = f"{cell(FIRST, column)}:{cell(max(row - 1, FIRST), column)}"
        sheet.xlsx.write_formula(row, column, f"=COUNTA({span})", style, int(spoken[place]))


__all__ = ["EMPTY_LOOKS", "MIXED", "matrix_sheet"]
