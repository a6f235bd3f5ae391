"""Text whose UTF-8 was read as Windows-1252 and saved as UTF-8 again: `GrÃ¼ne` for `Grüne`."""

from __future__ import annotations

import codecs
import io
import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from typing import IO

from matrix.dataset.problems import refuse
from matrix.importing.file_cells.encoding import Encoding, Reading

NAME = "utf-8-twice"
_LABEL = "UTF-8 that was read as Windows-1252 and saved again"
_LINES = 2_000  # with letters beyond ASCII, that are looked at
_WORDS = 3
_WORD = re.compile(r"\w*[^\W\x00-\x7f][^\s,;\t|\"]*")


def doubted(file: IO[bytes], found: Encoding) -> Encoding:
    """The encoding, to be asked about where each line of the UTF-8 file may have been written twice."""
    first = ""
    for line in islice(_lines(file), _LINES):
        text = line.decode("utf-8-sig", "replace")
        try:
            first = first or (text if _once(text) else "")
        except UnicodeError:
            return found
    if not first:
        return found
    readings = tuple(
        Reading(name, label, tuple(_WORD.findall(text))[:_WORDS])
        for name, label, text in ((NAME, _LABEL, _once(first)), ("utf-8", found.label, first))
    )
    return replace(found, readings=readings, asked=True)


def as_once(file: IO[bytes], name: str) -> tuple[IO[bytes], Encoding]:
    """The file as it was before, in UTF-8, and how it is called; DatasetError where it was not written twice."""
    file.seek(0)
    try:
        text = _once(file.read().decode("utf-8-sig"))
    except UnicodeError:
        refuse(name, f"is not UTF-8 that was read as Windows-1252 and saved again, as --encoding {NAME} says")
    return io.BytesIO(text.encode()), Encoding(NAME, _LABEL, ", as asked")


def _lines(file: IO[bytes]) -> Iterator[bytes]:
    """The lines with more than ASCII in them, in order."""
    file.seek(0)
    return (line for line in file if not line.removeprefix(codecs.BOM_UTF8).isascii())


def _once(text: str) -> str:
    return text.encode("cp1252", "as-latin-1").decode("utf-8")


def _as_latin_1(error: UnicodeError) -> tuple[bytes, int]:
    """The bytes that Windows-1252 leaves open stand for themselves."""
    if isinstance(error, UnicodeEncodeError) and (part := error.object[error.start : error.end]) and max(part) < "\xa0":
        return part.encode("latin-1"), error.end
    raise error


codecs.register_error("as-latin-1", _as_latin_1)
