"""Where the dropdowns take their values from: the id columns of other sheets, or columns of the hidden sheet _lists."""

from __future__ import annotations

from dataclasses import dataclass, field

from matrix.dataset.schema import TABLES, Column
from matrix.dataset.selection import words
from matrix.exchange.scope import Scope
from matrix.exchange.workbook.book import TEXT, Book, cell

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


def dropdowns(scope: Scope) -> tuple[Dropdowns, list[tuple[str, list[str]]]]:
    """The ranges of a scope's columns, and the lists (header, values) that `lists_sheet` has to hold for them."""
    found, lists = Dropdowns(), []

    def listed(head: str, values: list[str]) -> str:
        lists.append((head, values))
        return _span(NAME, len(lists) - 1, len(values))

    for name, frame in scope.frames.items():
        if len(frame):
            found.ids[name] = _span(name.replace("_", " ").capitalize(), list(frame.columns).index("id"), len(frame))
        for column in frame.columns:
            spec = TABLES[name][column] if column in TABLES[name] else Column(column)
            values = [*words(scope.dataset, name, column)] if spec.kind == "vocabulary" else []
            values = ["true", "false"] if spec.kind == "boolean" else values
            if values:
                found.vocabularies[name, column] = listed(f"{name}.{column}", values)
    if "stances" not in found.ids:
        found.ids["stances"] = listed("stances.id", list(scope.dataset.scale.ids))
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
