"""Partial ISO dates as intervals of days: text in, first and last day (days since 1970-01-01) out."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from matrix.dataset.problems import shown
from matrix.dataset.schema import PARTIAL_DATE

UNKNOWN = np.int32(np.iinfo(np.int32).min)  # a day that is not known; before every day that is
_EPOCH = date(1970, 1, 1)
LAST_DAY = (date.max - _EPOCH).days
_FORM = re.compile(PARTIAL_DATE)

Days = NDArray[np.int32]


def now() -> str:
    """This moment in UTC, to the second (ISO)."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def interval(text: str) -> tuple[int, int]:
    """First and last day of `2026`, `2026-05` or `2026-05-14`; ValueError says what is wrong with any other text."""
    if not _FORM.fullmatch(text) or not text.isascii():
        raise ValueError("is not a date: YYYY, YYYY-MM or YYYY-MM-DD is expected")
    parts = [int(p) for p in text.split("-")]
    year, month = parts[0], parts[1] if len(parts) > 1 else 0
    if year < 1:
        raise ValueError("is not a date: there is no year 0000")
    if len(parts) > 1 and not 1 <= month <= 12:
        raise ValueError(f"is not a date: there is no month {text[5:7]}")
    if len(parts) == 3:
        try:
            day = date(*parts)
        except ValueError:
            raise ValueError(f"is not a date: {text[:7]} has no day {text[8:]}") from None
        return _number(day), _number(day)
    first = date(year, month or 1, 1)
    last = _last_of_month(year, month or 12)
    return _number(first), _number(last)


def date_problem(text: str) -> str:
    """What is wrong with a partial date; empty where nothing is."""
    try:
        interval(text)
    except ValueError as e:
        return f"{shown(text)} {e}"
    return ""


def iso(day: int) -> str:
    """A day number as ISO text; empty where it is unknown."""
    return "" if day == UNKNOWN else (_EPOCH + timedelta(days=int(day))).isoformat()


def _number(day: date) -> int:
    return (day - _EPOCH).days


def _last_of_month(year: int, month: int) -> date:
    return date(year, 12, 31) if month == 12 else date(year, month + 1, 1) - timedelta(days=1)


MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]


@lru_cache(maxsize=4096)  # many statements are of one day
def words(start: str, end: str) -> str:
    """An interval as people read it: `12 May 2026`, `11–12 May 2026`, `not after 13 May 2026`, `from May 2026 on`."""
    if not start and not end:
        return "undated"
    if not start:
        return f"not after {_say(end)}"
    if not end:
        return f"from {_say(start)} on"
    if interval(start) == interval(end):
        return _say(start if len(start) <= len(end) else end)
    first, last = iso(interval(start)[0]), iso(interval(end)[1])
    if (whole := _whole(first, last)) is not None:
        return whole
    a, b = (start, end) if len(start) == len(end) == 10 else (first, last)
    if a[:7] == b[:7]:
        return f"{int(a[8:])}–{_say(b)}"
    if a[:4] == b[:4]:
        return f"{_say(a).removesuffix(' ' + a[:4])} – {_say(b)}"
    return f"{_say(a)} – {_say(b)}"


@lru_cache(maxsize=4096)  # many statements are of one day
def words_by(start: str, end: str, last: str) -> str:
    """The words of a statement's date; `last`: the ISO day before which it was at the latest, '' where unknown.

    Where no end is given and the date of its source bounds it, that is said.
    """
    return words(start, end or last) + (" (the date of its source)" if last and not end else "")


def _say(text: str) -> str:
    parts = text.split("-")
    named = [parts[0]] if len(parts) == 1 else [MONTHS[int(parts[1]) - 1], parts[0]]
    return " ".join([str(int(parts[2])), *named] if len(parts) == 3 else named)


def _whole(first: str, last: str) -> str | None:
    """The month, year or span of months that the two days exactly fill."""
    if first[8:] != "01" or iso(_number(_last_of_month(int(last[:4]), int(last[5:7])))) != last:
        return None
    if first[:7] == last[:7]:
        return _say(first[:7])
    if first[:4] == last[:4]:
        return (
            first[:4]
            if first[5:7] == "01" and last[5:7] == "12"
            else f"{MONTHS[int(first[5:7]) - 1]} – {_say(last[:7])}"
        )
    return f"{_say(first[:7])} – {_say(last[:7])}"
