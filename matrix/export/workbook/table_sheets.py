"""Every table as an importable sheet: an Excel table of texts, with dropdowns, widths and links from the schema."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from matrix.analysis.citation import citation
from matrix.dataset.dataset import names, records, values_of
from matrix.dataset.schema import TABLES, Column
from matrix.dataset.selection import words
from matrix.export import cell_text
from matrix.export.extract import Extract
from matrix.export.workbook.writer import (
    LATIN,
    QUIET,
    RULE,
    TEXT,
    Altered,
    Book,
    SheetWriter,
    cell,
    line_height,
    lines_in,
)
from matrix.export.workbook_format import ADDED, CITED, NAME_OF, TITLE_OF, headers, sheet_name
from matrix.palette import INK, Look
from matrix.wording import display_width

NAME = "_lists"


@dataclass(frozen=True)
class Dropdowns:
    """Ranges by table (its ids) and by (table, column) (its vocabulary). An inline list would end at 255 characters."""

    ids: dict[str, str] = field(default_factory=dict)
    vocabularies: dict[tuple[str, str], str] = field(default_factory=dict)

    def source(self, table: str, column: Column) -> str:
        """The range for a column, as a validation wants it; empty where nothing is to choose from."""
        if column.kind == "ref":
            return self.ids.get(column.target, "")
        return self.vocabularies.get((table, column.name), "")


def dropdowns(extract: Extract, frames: Mapping[str, pd.DataFrame]) -> tuple[Dropdowns, list[tuple[str, list[str]]]]:
    """The ranges of the columns of `shown_frames`, and the lists (header, values) that `lists_sheet` holds for them."""
    found, lists = Dropdowns(), []

    def listed(head: str, values: list[str]) -> str:
        lists.append((head, values))
        return _span(NAME, len(lists) - 1, len(values))

    for name, frame in frames.items():
        if len(frame):
            found.ids[name] = _span(name.replace("_", " ").capitalize(), list(frame.columns).index("id"), len(frame))
        for column in frame.columns:
            spec = TABLES[name][column] if column in TABLES[name] else Column(column)
            values = [*words(extract.dataset, name, column)] if spec.kind == "vocabulary" else []
            values = ["true", "false"] if spec.kind == "boolean" else values
            if values:
                found.vocabularies[name, column] = listed(f"{name}.{column}", values)
    if "stances" not in found.ids:
        found.ids["stances"] = listed("stances.id", list(extract.dataset.scale.ids))
    return found, lists


def lists_sheet(book: Book, lists: list[tuple[str, list[str]]]) -> None:
    """The hidden sheet with one list a column."""
    sheet = book.sheet(NAME)
    for column, (head, values) in enumerate(lists):
        for row, text in enumerate([head, *values]):
            sheet.text(row, column, text, book.style(num_format=TEXT), head)
    sheet.xlsx.hide()


def _span(sheet: str, column: int, rows: int) -> str:
    first, last = cell(1, column), cell(rows, column)
    return f"='{sheet}'!${first.rstrip('0123456789')}$2:${last.rstrip('0123456789')}${rows + 1}"


BLOCK = 2_000  # rows whose texts are held at a time
SAMPLED = 500  # rows that a column's width is chosen from
NARROWEST, LINE, WIDEST = 8.0, 30.0, 58.0  # columns: of letters
LINE_BELOW = {"bottom": 1, "bottom_color": RULE}
SPARE = 500  # blank rows below the data that still have dropdowns


MOST_CITED = 20_000  # statements; a citation is longer than all the rest of its row
ASIDE = ("condition_quote", "start", "date_note", "confidence", "superseded_by", "coder", "note")  # folded at first
STATEMENT_WIDTHS = {  # so that a page across is read with ease, and nine statements take no more than two pages
    "id": 7.0,
    "actor": 12.5,
    "proposal": 13.5,
    "stance": 11.0,
    NAME_OF: 15.0,
    TITLE_OF: 20.0,
    "condition": 20.0,
    "quote": 34.0,
    "summary": 29.0,
    "source": 11.5,
    "attribution": 11.5,
    "date_start": 10.5,
    "date_end": 10.5,
}


def shown_frames(extract: Extract) -> dict[str, pd.DataFrame]:
    """The tables as their sheets show them: statements with names, titles and citations beside the ids."""
    frames = dict(extract.frames)
    frame, taken = frames["statements"], {str(c).casefold() for c in frames["statements"].columns}
    values = {
        NAME_OF: lambda: frame["actor"].astype("str").map(names(extract.dataset, "actors")),
        TITLE_OF: lambda: frame["proposal"].astype("str").map(names(extract.dataset, "proposals")),
    }
    if len(frame) <= MOST_CITED:
        whole = extract.dataset.frames["statements"].loc[frame.index]
        values[CITED] = lambda: pd.Series([citation(extract.dataset, s) for s in records(whole)], frame.index)
    made = frame.copy()
    for name, beside in ((NAME_OF, "actor"), (TITLE_OF, "proposal"), (CITED, "")):
        if name in values and name not in taken:  # a dataset may have such a column of its own
            at = list(made.columns).index(beside) + 1 if beside else len(made.columns)
            made.insert(at, name, values[name]().astype("str"))
    frames["statements"] = made
    return frames


def added(extract: Extract) -> list[str]:
    """The columns of the sheet Statements that an import ignores."""
    given = {str(c).casefold() for c in extract.frames["statements"].columns}
    cited = len(extract.frames["statements"]) <= MOST_CITED
    return [c for c in ADDED if c not in given and (cited or c != CITED)]


def tables_sheets(
    book: Book, extract: Extract, frames: Mapping[str, pd.DataFrame], looks: Sequence[Look], dropdowns: Dropdowns
) -> list[str]:
    """Write a sheet for every table of `shown_frames`; gives what Excel's limits left out, in words."""
    left_out = []
    extra = added(extract)
    for name, frame in frames.items():
        sheet = book.sheet(sheet_name(name), streamed=True)
        _table(sheet, name, frame, dropdowns, looks, extra if name == "statements" else ())
        if name == "statements" and len(frame) > MOST_CITED:
            left_out.append(f"{sheet.name}: no citations beside more than {MOST_CITED:,} statements")
        if sheet.links >= cell_text.MOST_LINKS:
            left_out.append(f"{sheet.name}: addresses past the first {cell_text.MOST_LINKS:,} are text, not links")
    return left_out


def _table(
    sheet: SheetWriter,
    name: str,
    frame: pd.DataFrame,
    dropdowns: Dropdowns,
    looks: Sequence[Look],
    extra: Sequence[str] = (),
) -> None:
    book, ws, columns = sheet.book, sheet.xlsx, list(frame.columns)
    shown = headers(columns)
    for column, head in zip(columns, shown, strict=True):
        if head != column:
            book.altered.append(Altered(sheet.name, 1, column, f"the header is written {head!r}"))
    body = book.style(num_format=TEXT, text_wrap=True)
    link = book.style(num_format=TEXT, text_wrap=True, font_color="#0B4F8A", underline=1)
    head_style = book.style(bold=True, num_format=TEXT, font_color="#FFFFFF", bg_color="#33475B", valign="vcenter")
    quiet = book.style(num_format=TEXT, text_wrap=True, font_color=QUIET)
    unwrapped = book.style(num_format=TEXT, font_color=QUIET)
    wide = _widths(name, frame, shown)
    folds = _folds(name, columns)
    rows = max(len(frame), 1)
    heads = [{"header": h} for h in shown]
    sheet.table(rows, len(columns), {"name": f"{name}_table", "style": "Table Style Light 15", "columns": heads})
    ws.set_row(0, 20)
    cells = []
    for i, (column, width) in enumerate(zip(columns, wide, strict=True)):
        spec = TABLES[name][column] if column in TABLES[name] else Column(column)
        style = quiet if spec.kind in ("id", "hash") or column in extra else body
        cells.append(_ColumnCells(sheet, i, spec, unwrapped if column == CITED in extra else style, link))
        ws.set_column(i, i, width, cells[i].style, folds[i])
        ws.write_string(0, i, shown[i], head_style)
        if column in extra:
            sheet.note(0, i, "For reading only: made from the ids, and ignored when the workbook is imported.")
        elif spec.about:
            sheet.note(0, i, spec.about + (" Required." if spec.required else ""))
        if source := dropdowns.source(name, spec):
            ws.data_validation(1, i, len(frame) + SPARE, i, _choice(source, column))
    _rows(
        sheet,
        frame,
        cells,
        [0.0 if c == CITED in extra or folds[i].get("hidden") else wide[i] for i, c in enumerate(columns)],
    )
    ws.freeze_panes(1, 1)
    if name == "statements":
        _colour(sheet, columns.index("stance"), rows, looks)
    rule = {"type": "formula", "criteria": "=TRUE", "format": book.xlsx.add_format(LINE_BELOW)}
    ws.conditional_format(1, 0, rows, len(columns) - 1, rule)  # LibreOffice draws no table styles
    ws.ignore_errors({"number_stored_as_text": f"A1:XFD{rows + SPARE}"})
    if name != "statements":
        sheet.page(sum(wide), repeat=0)
        return
    seen = [i for i, c in enumerate(columns) if not folds[i].get("hidden") and c not in extra[2:]]
    sheet.page(sum(wide[i] for i in seen), repeat=0)
    ws.fit_to_pages(1, 0)
    ws.print_area(0, 0, rows, max(seen))  # a citation says the rest of its row once more


def _folds(name: str, columns: Sequence[str]) -> list[dict[str, Any]]:
    """How each column is folded: what one seldom reads lies in a closed outline, a click from sight."""
    aside = [name == "statements" and c in ASIDE for c in columns]
    return [
        {"level": 1, "hidden": True} if own else {"collapsed": True} if before else {}
        for own, before in zip(aside, [False, *aside], strict=False)
    ]


@dataclass(frozen=True)
class _ColumnCells:
    """How a column's cells are written."""

    sheet: SheetWriter
    at: int
    spec: Column
    style: Any
    link: Any

    def plain(self, values: Sequence[str]) -> bool:
        """Whether all of these may be written as they are."""
        return self.spec.kind != "url" and cell_text.plain(values)

    def write(self, row: int, text: str) -> None:
        """One cell with whatever its text needs; an empty one needs no entry, its column has a format."""
        if text and self.spec.kind == "url":
            self.sheet.web(row, self.at, text, self.link, self.style, self.spec.name)
        elif text:
            self.sheet.text(row, self.at, text, self.style, self.spec.name)


def _rows(sheet: SheetWriter, frame: pd.DataFrame, cells: Sequence[_ColumnCells], widths: Sequence[float]) -> None:
    """Write the rows, a block at a time; those whose texts are all plain, nearly all, in one go each."""
    for start in range(0, len(frame), BLOCK):
        values = [values_of(frame[c.spec.name].iloc[start : start + BLOCK]) for c in cells]
        strange = [c.at for c, column in zip(cells, values, strict=True) if not c.plain(column)]
        heights = [line_height(n) for n in _lines(values, widths)]
        for row, (height, *texts) in enumerate(zip(heights, *values, strict=True), start + 1):
            if all(not texts[i] or cells[i].plain([texts[i]]) for i in strange):
                sheet.texts(row, height, [(c.at, text, c.style) for c, text in zip(cells, texts, strict=True)])
            else:
                sheet.xlsx.set_row(row, height)
                for c, text in zip(cells, texts, strict=True):
                    c.write(row, text)


def _lines(columns: Sequence[Sequence[str]], widths: Sequence[float]) -> list[int]:
    """The lines of every row's longest text: LibreOffice does not make rows as high by itself on opening."""
    lines = [1] * len(columns[0])
    for column, width in zip(columns, widths, strict=True):
        if not width:
            continue
        for i, value in enumerate(column):
            if (len(value) * LATIN > width or "\n" in value or not value.isascii()) and (
                n := lines_in(value, width)
            ) > lines[i]:
                lines[i] = n
    return lines


def _choice(source: str, column: str) -> Mapping[str, str]:
    """A list to choose from; other values are questioned, not refused: a new actor may be on its way."""
    return {
        "validate": "list",
        "source": source,
        "error_type": "warning",
        "error_title": "Not in the list",
        "error_message": f"This {column.replace('_', ' ')} is not listed in the workbook. Keep it all the same?"[:255],
    }


def _colour(sheet: SheetWriter, at: int, rows: int, looks: Sequence[Look]) -> None:
    """Stances in their tint, by rule rather than by hand: so that an edited stance changes its colour."""
    for look in looks:
        tint = sheet.book.xlsx.add_format({"bg_color": look.light, "font_color": INK, **LINE_BELOW})
        rule = {"type": "cell", "criteria": "==", "value": f'"{look.id}"', "format": tint}
        sheet.xlsx.conditional_format(1, at, rows + SPARE, at, rule)


def _widths(name: str, frame: pd.DataFrame, shown: Sequence[str]) -> list[float]:
    """A column is as wide as its longest line, or as a paragraph that is read with ease where its texts are long."""
    result = []
    for column, head in zip(frame.columns, shown, strict=True):
        texts = [t for t in frame[column].head(SAMPLED).tolist() if t]
        longest = max((display_width(line) for t in texts for line in t.split("\n")), default=0)
        mean = sum(map(display_width, texts)) / max(len(texts), 1)
        kind = TABLES[name][column].kind if column in TABLES[name] else "text"
        width = longest * 1.15 + 1.5
        if name == "statements" and column in STATEMENT_WIDTHS:
            result.append(min(STATEMENT_WIDTHS[column], max(width, display_width(head) * 1.1 + 1.5)))
            continue
        if name == "statements" and column == CITED:
            result.append(WIDEST)
            continue
        if kind == "hash":
            width = 20.0
        elif kind == "url":  # has no blanks at which it could wrap
            width = min(width, 2 * WIDEST)
        elif width > LINE:
            width = min(WIDEST, max(LINE, mean / 1.7), width)
        result.append(max(NARROWEST, display_width(head) * 1.2 + 4.5, width))
    return result
