"""Common ground as a sheet: proposals under their tiers, who stands where with every condition, and what is missing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from matrix.analysis.common_ground import SCORE, CommonGround, common_ground
from matrix.analysis.row_order import Band, in_bands
from matrix.analysis.selection_words import absent
from matrix.dataset.dataset import Record, records
from matrix.export import cell_text
from matrix.export.extract import Extract
from matrix.export.workbook.matrix_layout import COUNT_HEADS
from matrix.export.workbook.writer import HEAD, QUIET, RULE, TEXT, Book, SheetWriter, cell, line_height, lines_in
from matrix.palette import PAPER, Look, mix, proposal_title, sides_of
from matrix.wording import capital

NAME = "Common ground"
FORMULA = (
    f"Score: {SCORE}; n = speakers of these sides, heard with any position.",
    "Backing counts conditional backing too; every condition stands beside its name. Weakest: among the statements "
    "that a tier rests on.",
)
TOP, FIRST = 4, 6  # rows: the side's banner; the first proposal
PROPOSAL, TITLE_COLUMN, LINK = 0, 1, 2  # the id, kept from sight; the title; a way to the proposal's own row
TITLE_WIDTH, WHO_WIDTH, COUNT_WIDTH, MISSING_WIDTH, KNOWN_WIDTH, NUMBER_WIDTH = 30.0, 38.0, 8.5, 20.0, 13.0, 6.5


def ground_sheet(book: Book, extract: Extract, looks: Sequence[Look]) -> None:
    """Write the sheet; where the dataset has not two sides to compare it holds the sentence that says so."""
    found = common_ground(extract.dataset, selection=extract.selection)
    sheet = book.sheet(NAME)
    sheet.text(0, TITLE_COLUMN, NAME, book.style(bold=True, font_size=15, num_format=TEXT))
    sheet.xlsx.set_row(0, 22)
    sheet.xlsx.set_column(PROPOSAL, PROPOSAL, 2)
    sheet.xlsx.set_column(TITLE_COLUMN, TITLE_COLUMN, TITLE_WIDTH)
    for row, line in enumerate((found.sentence,) if found.sentence else (found.headline, *FORMULA), 1):
        sheet.text(row, TITLE_COLUMN, line, book.style(font_color=QUIET, num_format=TEXT))
    width = TITLE_WIDTH
    if not found.sentence:
        width = _Ground(sheet, extract, found, looks).write()
    sheet.page(width, head=(TOP, TOP + 1), repeat=TITLE_COLUMN)


class _Ground:
    """Where everything stands on the sheet, and the writing of it."""

    def __init__(self, sheet: SheetWriter, extract: Extract, found: CommonGround, looks: Sequence[Look]) -> None:
        self.sheet, self.found, self.style = sheet, found, sheet.book.style
        self.glyphs = {look.id: look.glyph for look in looks}
        actors = records(extract.dataset.frames["actors"])
        self.names = {a["id"]: f"{a['name']} {a['name_native']}".strip() for a in actors}
        proposals = records(extract.dataset.frames["proposals"])
        self.titles = {p["id"]: "\n".join(filter(None, (proposal_title(p), p["title_zh"]))) for p in proposals}
        every = sides_of(extract.dataset)
        self.sides = [every[s] for s in found.sides]
        self.rows_of = {str(p): i for i, p in enumerate(extract.frames["proposals"]["id"], 2)}
        self.who: dict[tuple[str, str], list[Record]] = {}
        for v in records(found.who.sort_values(["score", "official"], ascending=False, kind="stable")):
            self.who.setdefault((v["proposal"], v["side"]), []).append(v)
        self.counts = found.frame.to_dict("index")
        self.first = {look.id: LINK + 1 + i * (1 + len(COUNT_HEADS)) for i, look in enumerate(self.sides)}
        self.missing = LINK + 1 + len(self.sides) * (1 + len(COUNT_HEADS))
        self.end = self.missing + 5  # missing, score, n, weakest attribution, weakest confidence

    def write(self) -> float:
        self._heads()
        row = FIRST
        for band, ids in in_bands(self.found).items():
            self._band(row, band, len(ids))
            for i, id_ in enumerate(ids, 1):
                self._proposal(row + i, id_)
            row += 1 + len(ids)
        ws = self.sheet.xlsx
        ws.autofilter(FIRST - 1, PROPOSAL, max(row - 1, FIRST), self.end - 1)
        ws.freeze_panes(FIRST, TITLE_COLUMN + 1)
        ws.outline_settings(True, False, True, False)
        beside = MISSING_WIDTH + 2 * (NUMBER_WIDTH + KNOWN_WIDTH)
        return TITLE_WIDTH + len(self.sides) * (WHO_WIDTH + 3 * COUNT_WIDTH) + beside

    def _heads(self) -> None:
        ws = self.sheet.xlsx
        ws.set_row(FIRST - 1, 42)
        quiet = self.style(bold=True, text_wrap=True, valign="bottom", bottom=1, bottom_color=QUIET, num_format=TEXT)
        self.sheet.text(FIRST - 1, PROPOSAL, "proposal", self.style(num_format=";;;", bottom=1, bottom_color=QUIET))
        self.sheet.text(FIRST - 1, TITLE_COLUMN, "Proposal", quiet)
        self.sheet.blank(FIRST - 1, [LINK], quiet)
        ws.set_column(LINK, LINK, 3)
        for look in self.sides:
            at = self.first[look.id]
            tint = self.style(bold=True, bg_color=mix(look.colour, PAPER, 0.3), align="center_across", num_format=TEXT)
            self.sheet.blank(TOP, range(at, at + 1 + len(COUNT_HEADS)), tint)
            self.sheet.text(TOP, at, look.word, tint)
            ws.set_column(at, at, WHO_WIDTH)
            ws.set_column(at + 1, at + len(COUNT_HEADS), COUNT_WIDTH)
            members = int(self.found.frame[f"{look.id}_members"].iloc[0]) if len(self.found.frame) else 0
            nobody = "".join(absent(self.found.positions.dataset, self.found.positions.selection, [look.id]))
            self.sheet.text(FIRST - 1, at, capital(nobody) or "Who stands where, on which condition", quiet)
            for k, (_, head) in enumerate(COUNT_HEADS, 1):
                self.sheet.text(FIRST - 1, at + k, head.format(members) if members else head.split(",")[0], quiet)
        heads = ("Missing", "Score", "n", "Weakest attribution", "Weakest confidence")
        widths = (MISSING_WIDTH, NUMBER_WIDTH, NUMBER_WIDTH, KNOWN_WIDTH, KNOWN_WIDTH)
        for at, (head, width) in enumerate(zip(heads, widths, strict=True), self.missing):
            ws.set_column(at, at, width)
            self.sheet.text(FIRST - 1, at, head, quiet)

    def _band(self, row: int, band: Band, n: int) -> None:
        look = self.style(bold=True, bg_color=HEAD, num_format=TEXT, valign="vcenter", top=1, top_color=RULE)
        words = f"{band.words} ({n}): {band.about}"
        self.sheet.xlsx.set_row(row, 20)
        self.sheet.text(row, TITLE_COLUMN, words, look)
        self.sheet.blank(row, range(TITLE_COLUMN + 1, self.end), look)

    def _proposal(self, row: int, id_: str) -> None:
        found, line = self.found, {"bottom": 1, "bottom_color": RULE}
        body = self.style(num_format=TEXT, text_wrap=True, **line)
        title = str(self.titles[id_])
        self.sheet.text(row, PROPOSAL, id_, self.style(num_format=";;;", **line))
        bold = self.style(num_format=TEXT, text_wrap=True, bold=True, **line)
        self.sheet.text(row, TITLE_COLUMN, title, bold, "title")
        if self.sheet.links < cell_text.MOST_LINKS:
            self.sheet.links += 1  # beside the title: LibreOffice does not wrap a linked text
            target = f"internal:Proposals!A{self.rows_of[id_]}"
            self.sheet.xlsx.write_url(row, LINK, target, self.style(align="center", **line), "→", "The proposal's row")
        lines = [lines_in(title, TITLE_WIDTH - 2)]
        for look in self.sides:
            text = self._voices(id_, look.id)
            at = self.first[look.id]
            self.sheet.text(row, at, text, body, "who")
            lines.append(lines_in(text, WHO_WIDTH))
            for k, (kind, _) in enumerate(COUNT_HEADS, 1):
                number = int(self.counts[id_][f"{look.id}_{kind}"])
                self.sheet.xlsx.write_number(
                    row, at + k, number, self.style(num_format='0;-0;"–"', align="center", **line)
                )
        missing = str(found.missing[id_])
        self.sheet.text(row, self.missing, missing, body, "missing")
        lines.append(lines_in(missing, MISSING_WIDTH))
        self._score(row, id_, line)
        known_look = {"num_format": TEXT, "text_wrap": True, "indent": 1, **line}
        known = [str(found.basis[c][id_]).replace("_", " ") for c in ("attribution", "confidence")]
        for k, text in enumerate(known, 3):
            self.sheet.text(row, self.missing + k, text, self.style(**known_look), "basis")
        self.sheet.xlsx.set_row(row, line_height(max(lines)), None, {"level": 1})

    def _score(self, row: int, id_: str, line: Mapping[str, Any]) -> None:
        """Score and n as formulas over the counts beside them, with the values that the analysis gave."""
        places = [(cell(row, self.first[s.id] + 1), cell(row, self.first[s.id] + 3)) for s in self.sides]
        product = "*".join(f"({backing}+1)/({speakers}+2)" for backing, speakers in places)
        total = "+".join(speakers for _, speakers in places)
        score, n = float(self.found.frame["score"][id_]), int(self.found.n[id_])
        self.sheet.formula(row, self.missing + 1, product, self.style(num_format="0.00", **line), score)
        centred = self.style(num_format="0", align="center", **line)  # what stands beside it begins at the left
        self.sheet.formula(row, self.missing + 2, total, centred, n)

    def _voices(self, id_: str, side: str) -> str:
        """Who of a side stands where: officials marked, conditions in full; cut where a cell would end, and said so."""
        texts = []
        for v in self.who.get((id_, side), ()):
            office = " (official)" if v["official"] else ""
            condition = f" – on the condition: {v['conditions']}" if v["conditions"] else ""
            texts.append(f"{self.glyphs[v['stance']]} {self.names[v['actor']]}{office}{condition}")
        return _fitting(texts)


def _fitting(texts: Sequence[str]) -> str:
    """As many of the lines as a cell holds, and how many are left out."""
    whole = "\n".join(texts)
    if not cell_text.too_long(whole):
        return whole
    fitting: list[str] = []
    for i, text in enumerate(texts):
        if cell_text.too_long("\n".join([*fitting, text]) + "\n… and 1,000,000 more: see Statements"):
            return "\n".join([*fitting, f"… and {len(texts) - i:,} more: see Statements"])
        fitting.append(text)
    return whole
