"""The matrix by side as a sheet, what one reads first: proposals under their tiers, a column a side, names in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

from matrix.analysis.common_ground import CommonGround, blank_words, common_ground, share_of, shown_sides
from matrix.analysis.row_order import ordered
from matrix.analysis.sides import counted_sides, roll_up
from matrix.analysis.voices import voices
from matrix.dataset.dataset import Record, records
from matrix.dataset.frames import places_by_id
from matrix.export.extract import Extract
from matrix.export.workbook.writer import (
    HEAD,
    QUIET,
    RULE,
    SIZE,
    TEXT,
    Book,
    SheetWriter,
    line_height,
    lines_in,
)
from matrix.palette import NO_SIDE_COLOUR, PAPER, Look, known_in_part, mix, proposal_title, sides_of
from matrix.wording import capital

NAME = "By side"
ABOUT = (
    "Names in bold are officials; under a name its conditions. An empty cell is silence in these sources, and not "
    "neutral."
)
TITLE, FINDING, HEADS, FIRST = 0, 1, 4, 5  # rows
MANY, NAMED = 8, 5  # with more names in a cell they are counted, and so many of a stance are named
TITLE_WIDTH, SIDES_WIDTH, NARROWEST, WIDEST = 36.0, 150.0, 24.0, 58.0
LARGE = 11.0  # a cell's type is 10 points; names in bold are a little wider

Part = tuple[str, bool, bool]  # text, bold, quiet


def by_side_sheet(book: Book, extract: Extract, looks: Sequence[Look], subtitle: str) -> None:
    """Write the sheet; without two sides to compare the proposals stand under their themes."""
    found = common_ground(extract.dataset, selection=extract.selection)
    sheet = book.sheet(NAME)
    made = _BySide(sheet, extract, found, looks)
    sheet.text(TITLE, 0, extract.dataset.title, book.style(bold=True, font_size=15, num_format=TEXT))
    sheet.xlsx.set_row(TITLE, 22)
    quiet = book.style(font_color=QUIET, num_format=TEXT)
    sheet.text(FINDING, 0, found.headline, book.style(bold=True, num_format=TEXT))
    sheet.text(FINDING + 1, 0, subtitle, quiet)
    sheet.text(FINDING + 2, 0, f"{made.scale}. {ABOUT}", quiet)
    made.write()
    sheet.page(TITLE_WIDTH + made.width * len(made.sides), head=(HEADS, HEADS), repeat=0)
    sheet.xlsx.fit_to_pages(1, 0)


class _BySide:
    def __init__(self, sheet: SheetWriter, extract: Extract, found: CommonGround, looks: Sequence[Look]) -> None:
        self.sheet, self.style, self.found, self.seen = sheet, sheet.book.style, found, extract.seen
        self.looks = {look.id: look for look in looks}
        self.scale = "  ".join(f"{look.glyph} {look.word.split(':')[0]}" for look in looks)
        dataset = extract.dataset
        self.actors = {a["id"]: a for a in records(dataset.frames["actors"])}
        self.proposals = {p["id"]: p for p in records(self.seen.proposals)}
        shown = shown_sides(self.seen)
        every = [x for x in sides_of(dataset).values() if x.id in shown]
        if "" in shown:
            every.append(Look("", "No side" if every else "Actors", "", "", NO_SIDE_COLOUR))
        self.sides = every
        self.width = min(WIDEST, max(NARROWEST, SIDES_WIDTH / max(len(every), 1)))
        self.rows = places_by_id(self.seen.proposals)
        self.cells = self._cells()
        counted = {s for s, _ in counted_sides(dataset)}  # of a side that does not count no share is told
        self.whole = {s: n for s, n in roll_up(self.seen.positions).items() if s in counted}

    def _cells(self) -> dict[tuple[str, str], list[Record]]:
        """The visible positions of each proposal and side: the fullest backing first, officials before others."""
        lines = voices(self.seen.positions, self.seen.rows, self.seen.columns)
        ids, actors = (frame["id"].tolist() for frame in (self.seen.proposals, self.seen.actors))
        row, column = ({v: i for i, v in enumerate(of)} for of in (ids, actors))
        cells: dict[tuple[str, str], list[Record]] = {}
        for line in records(lines.sort_values(["score", "official"], ascending=False, kind="stable")):
            if not self.seen.hidden[row[line["proposal"]], column[line["actor"]]]:
                cells.setdefault((line["proposal"], line["side"]), []).append(line)
        return cells

    # ---- rows

    def groups(self) -> Iterator[tuple[str, list[str]]]:
        """The bands and their proposals, both in the order of the page."""
        ids = self.seen.proposals["id"].tolist()
        for band, own in groupby(ordered(self.seen), key=lambda place: place.band):
            yield capital(band.words if band else "") or "No theme", [ids[place.row] for place in own]

    def write(self) -> None:
        """Heads, bands and rows; frozen panes, and rows that fold by band."""
        ws = self.sheet.xlsx
        ws.set_column(0, 0, TITLE_WIDTH)
        head = self.style(bold=True, valign="vcenter", bottom=1, bottom_color=QUIET, num_format=TEXT)
        self.sheet.text(HEADS, 0, "Proposal", head)
        for at, look in enumerate(self.sides, 1):
            ground = mix(look.colour, PAPER, 0.3)
            tint = self.style(bold=True, bg_color=ground, valign="vcenter", text_wrap=True, num_format=TEXT)
            ws.set_column(at, at, self.width)
            self.sheet.text(HEADS, at, "\n".join(filter(None, (look.word, look.native))), tint, "side")
        ws.set_row(HEADS, line_height(2))
        row = FIRST
        for band, ids in self.groups():
            style = self.style(bold=True, bg_color=HEAD, valign="vcenter", top=1, top_color=RULE, num_format=TEXT)
            ws.set_row(row, 20)
            self.sheet.text(row, 0, f"{band} ({len(ids)})", style, "tier")
            self.sheet.blank(row, range(1, len(self.sides) + 1), style)
            for at, id_ in enumerate(ids, row + 1):
                self._proposal(at, id_)
            row += 1 + len(ids)
        ws.freeze_panes(FIRST, 1)
        ws.outline_settings(True, False, True, False)

    def _proposal(self, row: int, id_: str) -> None:
        line = {"bottom": 1, "bottom_color": RULE}
        body = self.style(num_format=TEXT, text_wrap=True, **line)
        p = self.proposals[id_]
        parts: list[Part] = [(proposal_title(p), True, False)]
        parts += [(f"\n{text}", False, True) for text in (p["title_zh"], known_in_part(p)) if text]
        heights = [self._write(row, 0, parts, body, TITLE_WIDTH)]
        for at, look in enumerate(self.sides, 1):
            heights.append(self._write(row, at, self._cell(id_, look.id), body, self.width))
        self.sheet.xlsx.set_row(row, line_height(max(heights)), None, {"level": 1})

    def _cell(self, proposal: str, side: str) -> list[Part]:
        """Who of a side stands where, and under a name its conditions; counts first where there are many."""
        lines = self.cells.get((proposal, side), [])
        parts: list[Part] = []
        if not lines:
            return [(text, False, True) for text in [self._blank(proposal, side)] if text]
        if len(lines) <= MANY:
            for line in lines:
                parts += self._named(line, first=not parts)
            return parts
        whole = {c: int(n[self.seen.rows[self.rows[proposal]]]) for c, n in self.whole.get(side, {}).items()}
        share = share_of(self.seen.positions.dataset, lines, whole)
        parts.append((share, True, False))
        groups: dict[str, list[Record]] = {}
        for line in lines:
            groups.setdefault(line["stance"], []).append(line)
        for stance, own in groups.items():
            some = ", ".join(self.actors[r["actor"]]["name"] for r in own[:NAMED])
            more = f" and {len(own) - NAMED:,} more" if len(own) > NAMED else ""
            parts.append((f"\n{self.looks[stance].glyph} {some}{more}", False, False))
        stated = [line for line in lines if line["conditions"]]
        for line in stated[:NAMED]:
            parts += self._named(line, first=False)
        if len(stated) > NAMED:
            parts.append((f"\nand {len(stated) - NAMED:,} more on a condition: see Statements", False, True))
        return parts

    def _blank(self, proposal: str, side: str) -> str:
        """Why nobody of a side stands in a cell, where it is not just never stated."""
        return blank_words(self.seen, self.rows[proposal], side)

    def _named(self, line: Record, *, first: bool) -> Iterator[Part]:
        actor = self.actors[line["actor"]]
        native = f" {actor['name_native']}" if actor["name_native"] else ""
        yield f"{'' if first else chr(10)}{self.looks[line['stance']].glyph} ", False, False
        yield f"{actor['name']}{native}", bool(line["official"]), False
        if line["conditions"]:
            yield f"\n     on condition: {line['conditions']}", False, True

    def _write(self, row: int, column: int, parts: Sequence[Part], style: Any, width: float) -> int:
        """One cell of several looks; the lines that it takes."""
        if not parts:
            self.sheet.blank(row, [column], style)
            return 1
        looks: Mapping[tuple[bool, bool], Any] = {
            (bold, quiet): self.style(**({"bold": True} if bold else {}), **({"font_color": QUIET} if quiet else {}))
            for _, bold, quiet in parts
        }
        self.sheet.rich(row, column, [(text, looks[bold, quiet]) for text, bold, quiet in parts], style, NAME)
        text = "".join(text for text, *_ in parts)
        return sum(lines_in(line, width * SIZE / LARGE) for line in text.split("\n"))
