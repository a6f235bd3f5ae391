"""Text from a dataset or an address becomes safe HTML or a safe label; the only way by which such text reaches a page.

What stands in a table is shown as it stands: never as markup, never as a link or picture that a browser would fetch.
"""

from __future__ import annotations

import html
import re
from urllib.parse import urlsplit

from matrix.dataset.schema import HTTP_URL
from matrix.wording import humane as humane
from matrix.wording import listed as listed
from matrix.wording import sentence as sentence
from matrix.wording import some_of as some_of

_PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")
_SPACES = re.compile(r"\s+")
# Streamlit's Markdown looks for these once more after escaping: shortcodes (:name:) and addresses (http:, www., a@b).
_AFTER = re.compile(r"(?<=[:@])(?=\S)|(?<=www)(?=\.)", re.IGNORECASE)
_JOINER = "\u2060"  # takes no room and shows nothing
_COLOUR = re.compile(r"#[0-9A-Fa-f]{6}")


def esc(text: str) -> str:
    """Text as HTML that shows exactly this text."""
    return html.escape(text, quote=True)


def bdi(text: str) -> str:
    """The same where other text follows on the line: neither its direction nor its control characters spill over."""
    return f"<bdi>{esc(text)}</bdi>"


def label(text: str, most: int = 90) -> str:
    """Text as the label of a button or widget, which Streamlit reads as Markdown: one line, nothing in it is markup."""
    line = _SPACES.sub(" ", text).strip()
    line = line if len(line) <= most else line[: most - 1].rstrip() + "…"
    return _AFTER.sub(_JOINER, line).translate(_ESCAPES)


_ESCAPES = {i: f"\\{chr(i)}" for i in range(33, 127) if _PUNCTUATION.match(chr(i))}


def link(url: str, text: str) -> str:
    """A link that opens beside the page where the address is http(s), else the text alone."""
    if not _is_address(url):
        return bdi(text)
    return f'<a href="{esc(url)}" target="_blank" rel="noopener noreferrer">{bdi(text)}</a>'


def _is_address(url: str) -> bool:
    try:
        return bool(re.fullmatch(HTTP_URL, url)) and bool(urlsplit(url).hostname)
    except ValueError:  # an address in brackets that is none
        return False


def colour(value: str) -> str:
    """A colour that is one, for a style; anything else becomes grey."""
    return value if _COLOUR.fullmatch(value) else "#777777"
