"""Text of unknown origin in, text out that stays on its line and is no markup: for the terminal and for Markdown."""

from __future__ import annotations

import re
import unicodedata

TURNING = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"  # direction held beyond the next letter
_SPECIAL = re.compile(r"[\\`*_\[\]<>|#!&~$]")
_ADDRESS = re.compile(r"(?<=:)//|(?<=www)\.|(?<=\w)@(?=\w)", re.IGNORECASE)  # what GitHub links without being asked


def clean(text: str) -> str:
    """Text without what could move the cursor, recolour the screen or turn round the rest of the line."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(
        " " if c in "\r\n\t\u2028\u2029" else "\ufffd" if unicodedata.category(c) in ("Cc", "Cs") or c in TURNING else c
        for c in text
    )


def markdown(text: str) -> str:
    """The text as Markdown shows exactly it within a line: no markup, link, picture, table cell or HTML comes of it."""
    marked = _SPECIAL.sub(r"\\\g<0>", clean(text))
    return _ADDRESS.sub(lambda found: "".join(f"\\{c}" for c in found.group()), marked)
