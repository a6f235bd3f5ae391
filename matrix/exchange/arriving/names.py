"""When two spellings are the same name: exactly, nearly, or not at all."""

from __future__ import annotations

import re
import unicodedata

_SPACES = re.compile(r"\s+")
_NO_LETTER = re.compile(r"[^a-z0-9]+")
_SAID_NOT_SHOWN = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u2060\ufeff"))  # soft hyphens, zero-width marks


def exact(text: str) -> str:
    """The name itself: one way of writing accents, single blanks, nothing invisible. Equal here is the same name."""
    if text.isascii():
        return _SPACES.sub(" ", text).strip()
    return _SPACES.sub(" ", unicodedata.normalize("NFC", text.translate(_SAID_NOT_SHOWN))).strip()


def loose(text: str) -> str:
    """The name without what people write differently: case, width, punctuation. Equal here may be the same name."""
    if text.isascii():
        return _NO_LETTER.sub(" ", text.lower()).strip()
    folded = unicodedata.normalize("NFKC", text.translate(_SAID_NOT_SHOWN)).casefold()
    return _SPACES.sub(" ", "".join(c if c.isalnum() else " " for c in unicodedata.normalize("NFC", folded))).strip()
