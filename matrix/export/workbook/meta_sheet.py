"""The hidden sheet _meta: what an import needs to know of the export. Rows of (what, where, name, value), all text.

`head` names format and versions, `table` and `column` say what stands where, `added` which columns are for reading
only, and `exported` holds every value as it
left: so that an import tells an edit from what changed in the dataset meanwhile.
"""

from __future__ import annotations

import hashlib
import json
import zlib
from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain

from matrix.dataset.schema import MAIN, TABLES
from matrix.export.cell_text import LONGEST
from matrix.export.extract import Extract
from matrix.export.json_document import lines
from matrix.export.workbook.table_sheets import added, headers, sheet_name
from matrix.export.workbook.writer import TEXT, Book

_WHOLE = LONGEST // 4 * 3  # bytes whose base64 just fits into a cell
_MOST = 400 << 20  # bytes that the tables may unpack to: as much as a workbook itself may


def packed(texts: Iterable[str]) -> Iterator[str]:
    """The texts one after the other, as pieces of which each fits into a cell."""
    packer, held = zlib.compressobj(6), b""
    for text in chain(texts, [None]):
        held += packer.flush() if text is None else packer.compress(text.encode("utf-8", "backslashreplace"))
        while len(held) >= _WHOLE:
            yield b64encode(held[:_WHOLE]).decode("ascii")
            held = held[_WHOLE:]
    yield b64encode(held).decode("ascii")


def unpacked(pieces: Iterable[str]) -> bytes:
    """What was packed, in UTF-8; ValueError where it was damaged."""
    unpacker = zlib.decompressobj()
    try:
        data = unpacker.decompress(b"".join(b64decode(p, validate=True) for p in pieces), _MOST)
    except (NotBase64, zlib.error) as e:
        raise ValueError(str(e)) from None
    if not unpacker.eof:
        raise ValueError("it ends too early, or is too long")
    return data


NAME, FORMAT, FORMAT_VERSION = "_meta", "policy-matrix-workbook", "1"


def schema_version() -> str:
    """Eight hexadecimal digits that change when a table or column of the schema does."""
    described = [[t.name, [[c.name, c.kind, c.required, c.target] for c in t.columns]] for t in TABLES.values()]
    return hashlib.sha256(json.dumps(described).encode()).hexdigest()[:8]


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
    sheet = book.sheet(NAME, streamed=True)
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
