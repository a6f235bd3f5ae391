"""When two spellings are the same name: exactly, nearly, or not at all."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Sequence

from anyascii import anyascii

LONGEST = 60  # characters of an id: enough to recognise it in an address and in a column head

_HAN = re.compile("([\u3400-\u9fff\uf900-\ufaff])")  # every character is a word
_NOT_SLUG = re.compile(r"[^a-z0-9]+")
_INSIDE = re.compile(r"(?<=\w)['’](?=\w)|(?<=\b\w)\.(?=\w\b)")  # don't -> dont, U.S. -> us


def slug(name: str) -> str:
    """`Außenministerium (AA)` -> `aussenministerium-aa`, `清华大学` -> `qing-hua-da-xue`; '' without a letter."""
    latin = anyascii(_HAN.sub(r" \1 ", name)).casefold()
    full = _NOT_SLUG.sub("-", _INSIDE.sub("", latin)).strip("-")
    if len(full) <= LONGEST:
        return full
    cut = full.rfind("-", LONGEST // 2, LONGEST + 1)  # after a whole word, where one ends in time
    return full[:cut] if cut > 0 else full[:LONGEST]


def unique_slugs(names: Sequence[str], kind: str, taken: Collection[str] = ()) -> list[str]:
    """An id for each name, in order: its slug, with `-2`, `-3` where another has it already.

    `kind` stands in for a name without a letter or digit; `taken` ids are given to no name.
    """
    used = {*taken}
    last: dict[str, int] = {}
    ids = []
    for name in names:
        base = slug(name) or kind
        candidate, number = base, last.get(base, 1)
        while candidate in used:
            number += 1
            candidate = f"{base}-{number}"
        used.add(candidate)
        last[base] = number
        ids.append(candidate)
    return ids


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
