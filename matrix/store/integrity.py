"""Whether a table's file is whole or was edited by hand, by what the package recorded of it at the last save."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import BinaryIO

from matrix.dataset.datapackage import Saved
from matrix.dataset.delimited import QuotationMarks
from matrix.dataset.problems import Problem
from matrix.wording import plural

_BLOCK = 1 << 20
_LINE_ENDS = (b"\n", b"\r")


@dataclass(frozen=True)
class FileBytes:
    """A file as bytes: size, SHA-256, its end, and whether a quotation mark is left open or is inside a value."""

    size: int
    sha256: str
    ended: bool  # with a line end
    stray_quotes: bool  # the fast reader would swallow rows silently


def measure(file: BinaryIO) -> FileBytes:
    """All that is asked of a file's bytes, in one pass over it."""
    digest = hashlib.sha256()
    marks = QuotationMarks()
    size, last = 0, b""
    file.seek(0)
    while block := file.read(_BLOCK):
        digest.update(block)
        marks.feed(block)
        size, last = size + len(block), block[-1:]
    return FileBytes(size, digest.hexdigest(), last in _LINE_ENDS, not marks.sound())


def cut_off(file: BinaryIO, name: str, found: FileBytes, saved: Saved | None, row: int) -> Problem | None:
    """The problem of a file that is shorter than it was saved, and ends inside a row; `row` is the last one."""
    if saved is None or found.ended or (now := _as_saved(file, found, saved)).size >= saved.bytes:
        return None
    since = f"version {saved.version}" if saved.version else "the last save"
    return Problem(
        name,
        row,
        "",
        f"is cut off: {now.size:,} of the {saved.bytes:,} bytes of {since}, and no line end after the last row; "
        "get the whole file again or, if nothing is missing, end the last row with a line end",
    )


def remark(file: BinaryIO, name: str, found: FileBytes, saved: Saved | None, rows: int) -> Problem | None:
    """What is to be known of a file that reads well: rows are missing, edited by hand, no line end at its end."""
    no_end = "" if found.ended else "the last row has no line end: is the file whole?"
    if saved is None:
        return Problem(name, 0, "", no_end, warning=True) if no_end else None
    if (found.size, found.sha256) == (saved.bytes, saved.sha256):
        return None
    since = f"version {saved.version}" if saved.version else "the last save"
    now, missing = _as_saved(file, found, saved), saved.rows - rows
    if (now.size, now.sha256) == (saved.bytes, saved.sha256):
        words = f"has other line ends than in {since}; the values are the same"
    elif missing > 0 and now.size < saved.bytes:
        gone = "1 is" if missing == 1 else f"{missing:,} are"
        words = f"has {rows:,} of the {saved.rows:,} rows of {since}: {gone} missing, cut off or deleted by hand"
    else:
        words = f"edited by hand since {since}" + (f"; {no_end}" if no_end else "")
    return Problem(name, 0, "", words, warning=True)


def missing(name: str, saved: Saved | None) -> Problem | None:
    """The remark on a table that was saved and is not in the folder."""
    if saved is None:
        return None
    since = f"version {saved.version}" if saved.version else "the last save"
    return Problem(name, 0, "", f"the file is missing; {since} had it, with {plural(saved.rows, 'row')}", warning=True)


def _as_saved(file: BinaryIO, found: FileBytes, saved: Saved) -> FileBytes:
    """The file with the line ends that we write and without a byte order mark: git or Excel add the others."""
    if (found.size, found.sha256) == (saved.bytes, saved.sha256):
        return found
    file.seek(0)
    plain = file.read().removeprefix(b"\xef\xbb\xbf").replace(b"\r\n", b"\n")
    return FileBytes(len(plain), hashlib.sha256(plain).hexdigest(), found.ended, found.stray_quotes)
