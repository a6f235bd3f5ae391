"""Words for people from a dataset's values, and text that is safe in a widget's label; HTML is the templates' part.

A value of a table is shown exactly as it is: never as markup, never as a link or picture that a browser would fetch.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import urlsplit

from matrix.analysis.citation import ATTRIBUTION_WORDS
from matrix.dataset.records import Record
from matrix.dataset.schema import HTTP_URL
from matrix.wording import plural

_PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")
_SPACES = re.compile(r"\s+")
# Streamlit's Markdown looks for these once more after escaping: shortcodes (:name:) and addresses (http:, www., a@b).
_AFTER = re.compile(r"(?<=[:@])(?=\S)|(?<=www)(?=\.)", re.IGNORECASE)
_JOINER = "\u2060"  # takes no room and shows nothing
_COLOUR = re.compile(r"#[0-9A-Fa-f]{6}")
_ESCAPES = {i: f"\\{chr(i)}" for i in range(33, 127) if _PUNCTUATION.match(chr(i))}


def label(text: str, most: int = 90) -> str:
    """Text as the label of a button or widget, which Streamlit reads as Markdown: one line, nothing in it is markup."""
    line = _SPACES.sub(" ", text).strip()
    line = line if len(line) <= most else line[: most - 1].rstrip() + "…"
    return _AFTER.sub(_JOINER, line).translate(_ESCAPES)


def is_web_address(url: str) -> bool:
    """Whether it may become a link: http(s), and nothing else."""
    try:
        return bool(re.fullmatch(HTTP_URL, url)) and bool(urlsplit(url).hostname)
    except ValueError:  # brackets that hold no address
        return False


def colour(value: str) -> str:
    """A colour that is one, for a style; anything else becomes grey."""
    return value if _COLOUR.fullmatch(value) else "#777777"


def some_of(n: int, total: int, one: str, many: str = "") -> str:
    """`12 sources`, or `3 of 12 sources` where not all are meant."""
    return plural(n, one, many) if n == total else f"{n:,} of {plural(total, one, many)}"


def listed(names: Iterable[str], last: str = "and") -> str:
    """`a`, `a and b`, `a, b and c`."""
    *rest, final = [*names] or [""]
    return f"{', '.join(rest)} {last} {final}" if rest else final


def capital(text: str) -> str:
    """The same with a capital at its beginning."""
    return text[:1].upper() + text[1:]


def sentence(text: str) -> str:
    """The same with a capital at its beginning and a full stop at its end."""
    return capital(text) + ("" if text.endswith((".", "?", "!")) else ".")


def humane(word: str) -> str:
    """A word of a vocabulary for people: `former_official` is `Former official`."""
    return capital(word.replace("_", " "))


def known_by(line: Record) -> str:
    """How well something is known: `quoted, high confidence`; the weakest where it rests on several statements."""
    attribution, confidence = str(line["attribution"]), str(line["confidence"])
    words = [ATTRIBUTION_WORDS.get(attribution, attribution), f"{humane(confidence).lower()} confidence"]
    return ", ".join(w for w, given in zip(words, (attribution, confidence), strict=True) if given)


def office(actor: Record) -> str:
    """An actor's role and institution: `Foreign minister, Ministry of Foreign Affairs`."""
    return _distinct(actor["role"], actor["institution"])


def publisher(source: Record) -> str:
    """Who wrote and published a source: `Ann Smith, Reuters`."""
    return _distinct(source["author"], source["publisher"])


def _distinct(*values: object) -> str:
    return ", ".join(dict.fromkeys(str(v) for v in values if v))
