"""The hidden sheet _meta: what an import needs to know of the export. Rows of (what, where, name, value), all text.

The values as exported (for the three-way comparison) can follow as rows of their own kind.
"""

from __future__ import annotations

import hashlib
import json

from matrix.dataset.schema import TABLES
from matrix.exchange.scope import Scope
from matrix.exchange.workbook.book import TEXT, Book
from matrix.exchange.workbook.tables_sheets import headers, sheet_name

NAME, FORMAT, FORMAT_VERSION = "_meta", "policy-matrix-workbook", "1"


def schema_version() -> str:
    """Eight hexadecimal digits that change when a table or column of the schema does."""
    told = [[t.name, [[c.name, c.kind, c.required, c.target] for c in t.columns]] for t in TABLES.values()]
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()[:8]


def meta_sheet(book: Book, scope: Scope) -> None:
    """Write the sheet, and the same heads as custom properties (text: LibreOffice would turn a number into a float)."""
    heads = {
        "format": FORMAT,
        "format_version": FORMAT_VERSION,
        "schema_version": schema_version(),
        "dataset_version": scope.dataset.version,
        "selection": json.dumps(scope.selection.chosen(), ensure_ascii=False),
    }
    rows = [("what", "where", "name", "value"), *(("head", "", k, v) for k, v in heads.items())]
    for name, frame in scope.frames.items():
        whole = len(scope.dataset.frames[name])
        rows.append(("table", sheet_name(name), name, f"{len(frame)} of {whole}"))
        columns = list(frame.columns)
        rows += [("column", sheet_name(name), f"{name}.{c}", h) for c, h in zip(columns, headers(columns), strict=True)]
    sheet = book.sheet(NAME)
    for r, row in enumerate(rows):
        for c, text in enumerate(row):
            if text:
                sheet.text(r, c, text, book.style(num_format=TEXT), rows[0][c])
    sheet.xlsx.set_column(0, 3, 28)
    sheet.xlsx.hide()
    for key, value in heads.items():
        if len(value) <= 255:  # Excel's limit for a property; the sheet has it in any case
            book.xlsx.set_custom_property(f"policy_matrix_{key}", value, "text")
