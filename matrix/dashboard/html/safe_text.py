"""Words for people from a dataset's values, and text that is safe in a widget's label; HTML is the templates' part.

A value of a table is shown exactly as it is: never as markup, never as a link or picture that a browser would fetch.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from matrix.dataset.schema import HTTP_URL

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
