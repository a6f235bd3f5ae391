"""Text of unknown origin in, text out that stays on its line and is no markup: for the terminal and for Markdown."""

from __future__ import annotations

import re


def plural(n: int, one: str, many: str = "") -> str:
    """`1 source`, `2 sources`, `1,200 statements`."""
    return f"{n:,} {one if n == 1 else many or one + 's'}"


_CONTROL = re.compile(  # control characters, lone surrogates, ends of lines, and direction held beyond the next letter
    "[\x00-\x1f\x7f-\x9f\ud800-\udfff\u2028\u2029\u202a-\u202e\u2066-\u2069]"
)
_SPECIAL = re.compile(r"[\\`*_\[\]<>|#!&~$]")
_ADDRESS = re.compile(r"(?<=:)//|(?<=www)\.|(?<=\w)@(?=\w)", re.IGNORECASE)  # what GitHub links without being asked


def clean(text: str) -> str:
    """Text without what could move the cursor, recolour the screen or turn round the rest of the line."""
    return _CONTROL.sub(lambda found: " " if found.group() in "\r\n\t\u2028\u2029" else "\ufffd", text)


def escaped(text: str) -> str:
    """A path or message on one line of a terminal: what `clean` replaces is written out (`\\x1b`, `\\n`).

    So a name can be recognised; a byte of a path that is no UTF-8 is written as `\\xff`.
    """
    return _CONTROL.sub(lambda found: _written_out(found.group()), text)


def _written_out(character: str) -> str:
    byte = ord(character) - 0xDC00  # how Python holds a byte that is no UTF-8
    return f"\\x{byte:02x}" if 0x80 <= byte <= 0xFF else character.encode("unicode_escape").decode()


def markdown(text: str) -> str:
    """The text as Markdown shows exactly it within a line: no markup, link, picture, table cell or HTML comes of it."""
    marked = _SPECIAL.sub(r"\\\g<0>", clean(text))
    return _ADDRESS.sub(lambda found: "".join(f"\\{c}" for c in found.group()), marked)
