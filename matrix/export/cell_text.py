"""What may stand in a cell: any text comes in, text that a spreadsheet shows and never runs goes out."""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import urlsplit

from matrix.wording import one_line

LONGEST = 32_767  # UTF-16 units in one cell
LONGEST_URL = 2_079
MOST_ROWS, MOST_COLUMNS = 1_048_576, 16_384
MOST_LINKS = 65_530  # per sheet; Excel drops the rest
MOST_NOTES = 5_000  # per sheet; beyond that a sheet opens slowly

_LINE_END = re.compile(r"\r\n?")
_UNSTORABLE = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff\ud800-\udfff]")
_ESCAPE_LIKE = re.compile(r"(?<=_x)(?=[0-9A-Fa-f]{4}_)")
_SPACES = re.compile(r"\s+")


def storable(text: str) -> str:
    """The text as XML can hold it: control characters become their picture (␈), CR LF, no-characters U+FFFD."""
    if not _UNSTORABLE.search(text):
        return text
    return _UNSTORABLE.sub(_picture, _LINE_END.sub("\n", text))


def altered(text: str) -> str:
    """In words, what `storable` changes in a text; empty where it changes nothing."""
    if not _UNSTORABLE.search(text):
        return ""
    found = {f"U+{ord(c):04X}" for c in _UNSTORABLE.findall(_LINE_END.sub("\n", text))}
    words = ["line ends were made LF"] if "\r" in text else []
    if found:
        words.append(f"{', '.join(sorted(found))} cannot be stored in a workbook and was replaced")
    return "; ".join(words)


def runs(text: str) -> list[str]:
    """The text in pieces that no spreadsheet takes for an escape (`_x0041_`) and XlsxWriter not for ready XML (`<r>`).

    One piece nearly always. Several are written as a rich string, which reads back as the same text.
    """
    pieces = _ESCAPE_LIKE.split(text) if "_x" in text else [text]
    if text.startswith("<r>") and text.endswith("</r>"):
        pieces[:1] = [pieces[0][:1], pieces[0][1:]]
    return pieces


def plain(texts: Iterable[str]) -> bool:
    """Whether none of the texts needs `storable` or `runs`: a whole column is asked once."""
    together = "\n".join(texts)
    return not _UNSTORABLE.search(together) and not _ESCAPE_LIKE.search(together) and "<r>" not in together


def too_long(text: str) -> bool:
    """Whether a cell cannot hold the text."""
    return len(text) > LONGEST // 2 and len(text.encode("utf-16-le", "surrogatepass")) // 2 > LONGEST


def is_link(text: str) -> bool:
    """Whether the text is a web address that may be clicked: http(s), a host, no blanks, short enough for Excel."""
    if not text.lower().startswith(("http://", "https://")) or len(text) > LONGEST_URL or _SPACES.search(text):
        return False
    if storable(text) != text:
        return False
    try:
        return bool(urlsplit(text).hostname)
    except ValueError:
        return False


def header(text: str) -> str:
    """The text as a column header of an Excel table: one line, nothing that looks like an escape or markup."""
    line = one_line(storable(text)) or "(no name)"
    return "_ x".join(re.split(r"_x(?=[0-9A-Fa-f]{4}_)", line)).replace("<r>", "< r>")


def quoted(text: str, most: int = 60) -> str:
    """The text inside a number format's quotes: one line, without quotes of its own, cut to what a cell shows."""
    line = one_line(storable(text)).replace('"', "”").replace("\\", "")
    return line if len(line) <= most else line[: most - 1] + "…"


def print_line(text: str, most: int = 80) -> str:
    """The text inside a page header or footer, whose codes begin with `&`."""
    line = one_line(storable(text))
    return (line if len(line) <= most else line[: most - 1] + "…").replace("&", "&&")


def _picture(found: re.Match[str]) -> str:
    code = ord(found.group())
    return chr(0x2400 + code) if code < 0x20 else "\ufffd"
