"""Text of a dataset made safe for a figure: never markup, never a link, cut or wrapped to the space there is.

Plotly reads part of HTML, entities, formulas between dollar signs and %{...} in every label, title and hover text.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence

from matrix.wording import clean

_MEANT = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "$": "&#36;", "{": "&#123;", "}": "&#125;"}
_BREAK = "<br>"
_NARROW, _WIDE = frozenset("iljtfrI.,:;'|!()[]/- "), frozenset("mwMW@%—")


def plain(text: object) -> str:
    """Text that plotly shows exactly as it stands: on one line, without control or direction characters."""
    return one_line(text).translate(_TABLE)


_TABLE = str.maketrans(_MEANT)


def one_line(text: object) -> str:
    """The same before escaping: for places that read no markup, such as an attribute or a file."""
    return " ".join(clean(str(text)).split())


def wide(text: str, size: float = 12) -> float:
    """About how many pixels a text takes; the browser knows better, so leave some space."""
    return size * sum(map(_em, text))


def _em(c: str) -> float:
    if c.isascii():
        return 0.3 if c in _NARROW else 0.86 if c in _WIDE else 0.68 if c.isupper() else 0.55
    if unicodedata.combining(c):
        return 0.0
    return 1.0 if unicodedata.east_asian_width(c) in "WF" else 0.62


def clip(text: object, space: float, size: float = 12) -> str:
    """Clean text, cut with an ellipsis where it is wider than `space` pixels; not yet escaped."""
    line = one_line(text)
    if wide(line, size) <= space:
        return line
    used, fits = size, 0
    for c in line:
        used += size * _em(c)
        if used > space:
            break
        fits += 1
    return line[:fits].rstrip(" ,;:-") + "…"


def wrapped(text: object, space: float, size: float = 12) -> list[str]:
    """Clean text in lines of at most `space` pixels, broken at blanks and, where there are none, anywhere."""
    lines, line = [], ""
    for word in _pieces(one_line(text), space, size):
        longer = f"{line} {word}" if line else word
        if line and wide(longer, size) > space:
            lines.append(line)
            line = word
        else:
            line = longer
    return [*lines, line] if line else lines


def _pieces(text: str, space: float, size: float) -> Iterable[str]:
    for word in text.split(" "):
        piece = ""
        for c in word:
            if piece and wide(piece + c, size) > space:
                yield piece
                piece = ""
            piece += c
        yield piece


def lines_of(lines: Iterable[str]) -> str:
    """Clean lines as one escaped label."""
    return _BREAK.join(map(plain, lines))


def listed(names: Sequence[str], most: int = 8) -> str:
    """`A, B and C`; of many the first and how many more there are. Clean, not escaped."""
    shown = [one_line(n) for n in names[:most]]
    if len(names) > most:
        return f"{', '.join(shown)} and {len(names) - most} more"
    return " and ".join(filter(None, [", ".join(shown[:-1]), *shown[-1:]]))
