"""Text from a dataset or an address becomes safe HTML or a safe label; the only way by which such text reaches a page.

What stands in a table is shown as it stands: never as markup, never as a link or picture that a browser would fetch.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from urllib.parse import urlsplit

from matrix.dataset.amounts import plural
from matrix.dataset.schema import HTTP_URL
from matrix.palette import Look

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


def side_style(look: Look) -> str:
    """A side's colour as the variable that style sheets draw it with, on light and on dark ground."""
    return f"--s:light-dark({colour(look.on_light)},{colour(look.on_dark)})"


def some_of(n: int, total: int, one: str, many: str = "") -> str:
    """`12 sources`, or `3 of 12 sources` where not all are meant."""
    return plural(n, one, many) if n == total else f"{n:,} of {plural(total, one, many)}"


def listed(names: Iterable[str], last: str = "and") -> str:
    """`a`, `a and b`, `a, b and c`."""
    *rest, final = [*names] or [""]
    return f"{', '.join(rest)} {last} {final}" if rest else final


def sentence(text: str) -> str:
    """The same with a capital at its beginning and a full stop at its end."""
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "?", "!")) else ".")


def humane(word: str) -> str:
    """A word of a vocabulary for people: `former_official` is `Former official`."""
    plain = word.replace("_", " ")
    return plain[:1].upper() + plain[1:]
