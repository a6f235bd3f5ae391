"""The hidden sheet _meta: what an import needs to know of the export. Rows of (what, where, name, value), all text.

`head` names format and versions, `table` and `column` say what stands where, `added` which columns are for reading
only, and `exported` holds every value as it left: so that an import tells an edit from what changed in the dataset
meanwhile.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

from matrix.dataset.schema import MAIN
from matrix.export.cell_text import LONGEST
from matrix.export.extract import Extract
from matrix.export.json_document import lines
from matrix.export.workbook.table_sheets import added
from matrix.export.workbook.writer import TEXT, Book
from matrix.export.workbook_format import FORMAT, FORMAT_VERSION, META, headers, packed, schema_version, sheet_name


def meta_sheet(book: Book, extract: Extract) -> None:
    """Write the sheet, and the same heads as custom properties (text: LibreOffice would turn a number into a float)."""
    heads = {
        "format": FORMAT,
        "format_version": FORMAT_VERSION,
        "schema_version": schema_version(),
        "dataset_version": extract.dataset.version,
        "selection": json.dumps(extract.selection.chosen(), ensure_ascii=False),
        **({"layer": extract.dataset.layer} if extract.dataset.layer != MAIN else {}),
    }
    sheet = book.sheet(META, streamed=True)
    style = book.style(num_format=TEXT)
    for r, row in enumerate(_rows(extract, heads)):
        for c, text in enumerate(row):
            if text:
                sheet.text(r, c, text, style)
    sheet.xlsx.set_column(0, 3, 28)
    sheet.xlsx.hide()
    for key, value in heads.items():
        if len(value) <= 255:  # Excel's limit for a property; the sheet has it in any case
            book.xlsx.set_custom_property(f"policy_matrix_{key}", value, "text")


def _rows(extract: Extract, heads: Mapping[str, str]) -> Iterator[tuple[str, str, str, str]]:
    yield "what", "where", "name", "value"
    for key, value in heads.items():
        for start in range(0, max(len(value), 1), LONGEST):
            yield "head", "", key, value[start : start + LONGEST]
    for name, frame in extract.frames.items():
        whole = len(extract.dataset.frames[name])
        yield "table", sheet_name(name), name, f"{len(frame)} of {whole}"
        columns = list(frame.columns)
        for column, shown in zip(columns, headers(columns), strict=True):
            yield "column", sheet_name(name), f"{name}.{column}", shown
    for column in added(extract):
        yield "added", sheet_name("statements"), "statements", column
    for piece in packed(lines(extract)):
        yield "exported", "", "", piece
