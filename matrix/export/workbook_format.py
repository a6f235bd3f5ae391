"""What our workbooks are called inside - sheets, headers, the hidden sheet - for their writer and their reader.

It stands beside the writer, not in its folder, so that reading a workbook does not load what writes one.
"""

from __future__ import annotations

import hashlib
import json
import zlib
from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

from matrix.dataset.schema import TABLES
from matrix.export import cell_text
from matrix.export.cell_text import LONGEST

META, FORMAT, FORMAT_VERSION = "_meta", "policy-matrix-workbook", "1"
# Columns of the sheet Statements that an import ignores: they say in words what the ids say.
NAME_OF, TITLE_OF, CITED = "actor name", "proposal title", "citation"
ADDED = (NAME_OF, TITLE_OF, CITED)
_WHOLE = LONGEST // 4 * 3  # bytes whose base64 just fits into a cell
_MOST = 400 << 20  # bytes that the tables may unpack to: as much as a workbook itself may


def sheet_name(table: str) -> str:
    """`Risk areas` of `risk_areas`."""
    return table.replace("_", " ").capitalize()


def headers(columns: Sequence[str]) -> list[str]:
    """The headers of a table's columns: their names, made different where Excel would take them for the same."""
    taken: set[str] = set()
    result = []
    for name in columns:
        shown, n = cell_text.header(name), 1
        while shown.casefold() in taken:
            n += 1
            shown = f"{cell_text.header(name)} ({n})"
        taken.add(shown.casefold())
        result.append(shown)
    return result


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


def schema_version() -> str:
    """Eight hexadecimal digits that change when a table or column of the schema does."""
    described = [[t.name, [[c.name, c.kind, c.required, c.target] for c in t.columns]] for t in TABLES.values()]
    return hashlib.sha256(json.dumps(described).encode()).hexdigest()[:8]
