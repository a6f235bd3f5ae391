"""Dates as people write them (`14. Mai 2026`, `May 2026`, `2026年5月14日`, `5/14/2026`): `iso` makes ISO text."""

from __future__ import annotations

import re
import unicodedata

from matrix.dataset import dates

DAY_FIRST, MONTH_FIRST = "day-first", "month-first"

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan januar jänner",
            "february feb februar",
            "march mar märz mrz maerz",
            "april apr",
            "may mai",
            "june jun juni",
            "july jul juli",
            "august aug",
            "september sep sept",
            "october oct oktober okt",
            "november nov",
            "december dec dezember dez",
        ),
        1,
    )
    for name in names.split()
}
_TIME = re.compile(r"[T ]\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?$")
_ISO = re.compile(r"(\d{4})(?:[-/.](\d{1,2})(?:[-/.](\d{1,2}))?)?")
_CHINESE = re.compile(r"(\d{4})\s*年(?:\s*(\d{1,2})\s*月(?:\s*(\d{1,2})\s*[日号])?)?")
_NUMBERS = re.compile(r"(\d{1,2})([./-])\s*(\d{1,2})\2\s*(\d{4})")
_MONTH_YEAR = re.compile(r"(\d{1,2})[./-](\d{4})")
_DAY_NAME = re.compile(r"(\d{1,2})(?:\.|st|nd|rd|th)?\s+([^\W\d]+)\.?,?\s+(\d{4})")
_NAME_DAY = re.compile(r"([^\W\d]+)\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})")
_NAME_YEAR = re.compile(r"([^\W\d]+)\.?,?\s+(\d{4})")
_SHORT_YEAR = re.compile(r"\d{1,2}[./-]\s*\d{1,2}[./-]\s*\d{2}")


class AmbiguousError(ValueError):
    """A date that can be read with the day or the month first."""


def iso(text: str, order: str = "") -> str:
    """The ISO text of a whole or partial date; ValueError says why not, AmbiguousError where `order` must be given.

    `order`: "day-first" or "month-first", for `5/6/2026`; dots always put the day first, as in German.
    """
    plain = " ".join(unicodedata.normalize("NFKC", text).split())
    plain = _TIME.sub("", plain)
    year, month, day = _parts(plain, order)
    found = "-".join([f"{year:04}", *(f"{n:02}" for n in (month, day) if n)])
    dates.interval(found)
    return found


def _parts(text: str, order: str) -> tuple[int, int, int]:
    """Year, month, day; 0 for what is missing."""
    if found := _ISO.fullmatch(text) or _CHINESE.fullmatch(text):
        year, month, day = (int(n) if n else 0 for n in found.groups())
        if any(n is not None and int(n) == 0 for n in found.groups()[1:]):
            raise ValueError("is not a date: it has a month or day 0")
        return year, month, day
    if found := _NUMBERS.fullmatch(text):
        return _ordered(int(found[1]), int(found[3]), int(found[4]), DAY_FIRST if found[2] == "." else order)
    if found := _MONTH_YEAR.fullmatch(text):
        return int(found[2]), _positive(int(found[1])), 0
    if found := _DAY_NAME.fullmatch(text):
        return int(found[3]), _month(found[2]), _positive(int(found[1]))
    if found := _NAME_DAY.fullmatch(text):
        return int(found[3]), _month(found[1]), _positive(int(found[2]))
    if found := _NAME_YEAR.fullmatch(text):
        return int(found[2]), _month(found[1]), 0
    if _SHORT_YEAR.fullmatch(text):
        raise ValueError("has a year of two digits: write all four")
    if text.isdecimal():
        raise ValueError("is a bare number, not a date: format the column as text or as a date and write the day")
    raise ValueError("is not a date that can be read: write it as 2026-05-14, 2026-05 or 2026")


def _ordered(first: int, second: int, year: int, order: str) -> tuple[int, int, int]:
    if order == DAY_FIRST or (not order and first > 12 >= second):
        return year, _positive(second), _positive(first)
    if order == MONTH_FIRST or (not order and second > 12 >= first):
        return year, _positive(first), _positive(second)
    if first == second:
        return year, _positive(first), _positive(second)
    raise AmbiguousError(f"may be the day {first} of month {second} or the day {second} of month {first}")


def _month(name: str) -> int:
    number = _MONTHS.get(name.casefold())
    if number is None:
        raise ValueError(f"is not a date that can be read: {name[:20]!r} is not a month")
    return number


def _positive(number: int) -> int:
    if not number:
        raise ValueError("is not a date: it has a month or day 0")
    return number
