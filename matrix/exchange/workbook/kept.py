"""The tables as exported become short texts for cells of _meta, and bytes again: exact, whatever Excel did since.

The document of the `.json` export, as zlib and base64: a tenth of the room of plain cells, no character that a
spreadsheet alters, and no import is told a difference that was only the spreadsheet's.
"""

from __future__ import annotations

import zlib
from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from collections.abc import Iterable, Iterator
from itertools import chain

from matrix.exchange.guard import LONGEST

_WHOLE = LONGEST // 4 * 3  # bytes whose base64 just fits into a cell
_MOST = 400 << 20  # bytes that the tables may unpack to: as much as a workbook itself may


def kept(texts: Iterable[str]) -> Iterator[str]:
    """The texts one after the other, as pieces of which each fits into a cell."""
    packer, held = zlib.compressobj(6), b""
    for text in chain(texts, [None]):
        held += packer.flush() if text is None else packer.compress(text.encode("utf-8", "backslashreplace"))
        while len(held) >= _WHOLE:
            yield b64encode(held[:_WHOLE]).decode("ascii")
            held = held[_WHOLE:]
    yield b64encode(held).decode("ascii")


def unkept(pieces: Iterable[str]) -> bytes:
    """What was kept, in UTF-8; ValueError where it was damaged."""
    unpacker = zlib.decompressobj()
    try:
        data = unpacker.decompress(b"".join(b64decode(p, validate=True) for p in pieces), _MOST)
    except (NotBase64, zlib.error) as e:
        raise ValueError(str(e)) from None
    if not unpacker.eof:
        raise ValueError("it ends too early, or is too long")
    return data
