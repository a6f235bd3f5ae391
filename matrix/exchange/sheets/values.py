"""The stored value of a cell becomes the text a person would have typed."""

from __future__ import annotations

import math
import re
from datetime import date, datetime, time, timedelta

from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format, is_timedelta_format
from openpyxl.utils.datetime import from_excel

# XlsxWriter and LibreOffice escape `_x0041_x0042_` as `_x005F_x0041_x0042_`, Excel each part of it: both are undone.
_ESCAPE = re.compile("_x005F(_x[0-9A-Fa-f]{4}_)(?!x005F_x[0-9A-Fa-f]{4}_)|_x([0-9A-Fa-f]{4})_")
_SURROGATE = re.compile("[\ud800-\udfff]")
_WHOLE = re.compile(r"[+-]?[0-9]{1,32}")
_NUMBER = re.compile(r"\s*[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,4})?\s*")
_LONGEST_FORMAT = 255
_LONGEST_NUMBER = 400
_EAST_ASIAN_DATES = {*range(27, 37), *range(50, 59)}  # built into Excel, missing in openpyxl


def unescaped(text: str) -> str:
    """The text without OOXML's escapes: `_x000D_` is CR, `_x005F_x0041_` is `_x0041_`."""
    if "_x" not in text:
        return text
    plain = _ESCAPE.sub(lambda found: found[1] or chr(int(found[2], 16)), text)
    if _SURROGATE.search(plain):  # two escapes may make one character
        plain = plain.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")
    return plain


def number_text(stored: str) -> str | None:
    """`0.30000000000000004` as 0.3 and `3.0` as 3: 15 digits, as spreadsheets show; None for what is no number."""
    if _WHOLE.fullmatch(stored):
        return str(int(stored))  # identifiers of 16 and more digits stay whole
    if len(stored) > _LONGEST_NUMBER or not _NUMBER.fullmatch(stored) or not math.isfinite(float(stored)):
        return None
    text = f"{float(stored):.15g}"
    if "e+" in text and abs(float(text)) < 1e21:
        return str(int(float(text)))
    return "0" if text == "-0" else text


def date_text(stored: str, epoch: datetime, elapsed: bool) -> str | None:
    """The serial number of a day as ISO text, with the time only where there is one; None where it is no day."""
    if number_text(stored) is None:
        return None
    try:
        moment = from_excel(float(stored), epoch, timedelta=elapsed)
    except (OverflowError, ValueError):
        return None
    return moment_text(moment)


def moment_text(moment: datetime | date | time | timedelta) -> str:
    """A date, time, both or a length of time as ISO text."""
    if isinstance(moment, datetime) and moment.time() == time():
        return moment.date().isoformat()
    if isinstance(moment, timedelta):
        minutes, seconds = divmod(round(moment.total_seconds()), 60)
        return f"{minutes // 60}:{minutes % 60:02}:{seconds:02}"
    return moment.isoformat()


def iso_text(stored: str) -> str:
    """A day stored as ISO text (as strict OOXML has it): without a time where it is midnight."""
    try:
        return moment_text(datetime.fromisoformat(stored))
    except ValueError:
        return stored


def shows_date(number: int, formats: dict[int, str]) -> bool:
    """Whether a number format shows a day or time."""
    if number not in formats and number in _EAST_ASIAN_DATES:
        return True
    return bool(is_date_format(_format(number, formats)))


def shows_elapsed(number: int, formats: dict[int, str]) -> bool:
    """Whether a number format shows a length of time (`[h]:mm`)."""
    return bool(is_timedelta_format(_format(number, formats)))


def _format(number: int, formats: dict[int, str]) -> str:
    code: str = formats.get(number) or BUILTIN_FORMATS.get(number, "General")
    return "General" if len(code) > _LONGEST_FORMAT or code.casefold().startswith("general") else code
