"""Dates as people write them (`14. Mai 2026`, `5/14/2026`, `Q3 2026`, `early May 2026`): `day` makes an interval."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from matrix.dataset import dates

DAY_FIRST, MONTH_FIRST = "day-first", "month-first"


@dataclass(frozen=True)
class Day:
    """First and last day as (partial) ISO text, the same one for one day, month or year; and what is to be known."""

    start: str = ""
    end: str = ""
    note: str = ""


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
_SHORT_YEAR = re.compile(r"(\d{1,2})([./-])\s*(\d{1,2})\2\s*['’]?(\d{2})")
_DIGITS = re.compile(r"(\d{4})(\d{2})(\d{2})")
_WEEKDAY = re.compile(
    r"^(mon|tues?|wed(nes)?|thu(rs)?|fri|sat(ur)?|sun)(day)?[.,]?\s+|^(montag|dienstag|mittwoch|donnerstag|freitag|samstag|"
    r"sonnabend|sonntag|mo|di|mi|do|fr|sa|so)[.,]+\s*|\s*(星期|周)[一二三四五六日天]$|\s*\((mon|tue|wed|thu|fri|sat|sun)[a-z]*\)$",
    re.IGNORECASE,
)
_CENTURY = 70  # two digits from here on are of the last century


class AmbiguousError(ValueError):
    """A date that can be read with the day or the month first."""


class NumberError(ValueError):
    """A bare number, such as the one by which a spreadsheet counts days: no words that are worth keeping."""


def day(text: str, order: str = "") -> Day:
    """The interval that the words mean, with the words themselves where they are vague.

    ValueError says why there is none; AmbiguousError where `order` must be given (as for `iso`), NumberError for a bare
    number.
    """
    plain = _WEEKDAY.sub("", " ".join(unicodedata.normalize("NFKC", text).split()))
    try:
        found = iso(plain, order)
        return Day(found, found)
    except (AmbiguousError, NumberError):
        raise
    except ValueError as e:
        why = e
    for meaning in (_part_of_year, _range, _open, _vague):
        if (interval := meaning(plain, order)) is not None:
            return replace(interval, note=interval.note and text.strip())
    raise why


def as_one_date(found: Day) -> str:
    """The day, month or year that an interval lies in, for what has one date only; '' where it spans several years."""
    if found.start == found.end or not (found.start and found.end):
        return found.start if found.start == found.end else ""
    same = 7 if found.start[:7] == found.end[:7] else 4 if found.start[:4] == found.end[:4] else 0
    return found.start[:same]


def iso(text: str, order: str = "") -> str:
    """The ISO text of a whole or partial date; ValueError says why not, AmbiguousError where `order` must be given.

    `order`: "day-first" or "month-first", for `5/6/2026`; dots always put the day first, as in German.
    """
    plain = " ".join(unicodedata.normalize("NFKC", text).split())
    plain = _TIME.sub("", plain)
    year, month, number = _parts(plain, order)
    found = "-".join([f"{year:04}", *(f"{n:02}" for n in (month, number) if n)])
    dates.interval(found)
    return found


def _parts(text: str, order: str) -> tuple[int, int, int]:
    """Year, month, day; 0 for what is missing."""
    if found := _ISO.fullmatch(text) or _CHINESE.fullmatch(text):
        year, month, number = (int(n) if n else 0 for n in found.groups())
        if any(n is not None and int(n) == 0 for n in found.groups()[1:]):
            raise ValueError("is not a date: it has a month or day 0")
        return year, month, number
    if found := _DIGITS.fullmatch(text):
        return int(found[1]), _positive(int(found[2])), _positive(int(found[3]))
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
    if found := _SHORT_YEAR.fullmatch(text):
        if not order:
            raise AmbiguousError("has a year of two digits")
        short = int(found[4])
        return _ordered(int(found[1]), int(found[3]), short + (1900 if short >= _CENTURY else 2000), order)
    if text.isdecimal():
        raise NumberError("is a bare number, not a date: format the column as text or as a date and write the day")
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


# ---- parts of a year, ranges, and what is said vaguely

_YEAR = r"(?P<year>[12]\d{3})"
_NTH = {
    **{
        w: n
        for n, ws in enumerate(
            (
                "1 first erste erstes ersten i 一",
                "2 second zweite zweites zweiten ii 二",
                "3 third dritte drittes dritten iii 三",
                "4 fourth vierte viertes vierten iv 四",
            ),
            1,
        )
        for w in ws.split()
    },
    "上": 1,
    "下": 2,
}
_NTH_WORD = f"(?P<nth>{'|'.join(sorted(map(re.escape, _NTH), key=len, reverse=True))})"
_SEASONS = {
    **dict.fromkeys(("spring", "frühling", "frühjahr", "春", "春季", "春天"), (3, 5)),
    **dict.fromkeys(("summer", "sommer", "夏", "夏季", "夏天"), (6, 8)),
    **dict.fromkeys(("autumn", "fall", "herbst", "秋", "秋季", "秋天"), (9, 11)),
    **dict.fromkeys(("winter", "冬", "冬季", "冬天"), (12, 14)),
}
_SEASON = f"(?P<season>{'|'.join(sorted(_SEASONS, key=len, reverse=True))})"
_THIRDS = {
    **dict.fromkeys(("early", "beginning of", "start of", "anfang", "beginn", "初", "上旬"), 0),
    **dict.fromkeys(("mid", "mid-", "middle of", "mitte", "中", "中旬"), 1),
    **dict.fromkeys(("late", "end of", "ende", "底", "末", "下旬"), 2),
}
_QUARTERS = [
    re.compile(p, re.IGNORECASE)
    for p in (
        rf"[QT]\s*(?P<nth>[1-4])[\s/,.-]*(?:of\s+)?{_YEAR}",
        rf"(?P<nth>[1-4])\s*Q[\s/,.-]*{_YEAR}",
        rf"{_YEAR}[\s/,.-]*[QT]\s*(?P<nth>[1-4])",
        rf"{_NTH_WORD}(?:\.|st|nd|rd|th|e)?\s*(?:quarter|quartal|trimestre)\s*(?:of\s+|des\s+jahres\s+)?,?\s*{_YEAR}",
        rf"{_YEAR}\s*年?\s*第?\s*{_NTH_WORD}\s*季度",
    )
]
_HALVES = [
    re.compile(p, re.IGNORECASE)
    for p in (
        rf"H\s*(?P<nth>[12])[\s/,.-]*{_YEAR}",
        rf"(?P<nth>[12])\s*H[\s/,.-]*{_YEAR}",
        rf"{_YEAR}[\s/,.-]*H\s*(?P<nth>[12])",
        rf"(?:the\s+)?{_NTH_WORD}(?:\.|st|nd)?\s*(?:half|halbjahr|hälfte)\s*(?:of\s+|von\s+)?,?\s*{_YEAR}",
        rf"{_YEAR}\s*年\s*{_NTH_WORD}\s*半年",
    )
]
_SEASON_YEAR = [
    re.compile(
        rf"(?:in\s+|the\s+|im\s+)*{_SEASON}\s*(?:of\s+)?,?\s*{_YEAR}(?:\s*[/–-]\s*(?P<next>\d{{2}}|\d{{4}}))?",
        re.IGNORECASE,
    ),
    re.compile(rf"{_YEAR}\s*年?\s*{_SEASON}", re.IGNORECASE),
]
_WEEK = [
    re.compile(rf"(?:week|kw|kalenderwoche|cw)\.?\s*(?P<nth>\d{{1,2}})[\s/,.-]*(?:of\s+)?{_YEAR}", re.IGNORECASE),
    re.compile(rf"{_YEAR}-?W(?P<nth>\d{{2}})", re.IGNORECASE),
]
_YEARS = re.compile(rf"{_YEAR}\s*[/–-]\s*(?P<next>\d{{2}}|\d{{4}})")
_BETWEEN = re.compile(
    r"\s+(?:-|–|—|to|until|till|through|bis|and|und|~|/)\s+|\s*(?:–|—|~|至|到|/)\s*|\.?-\s*", re.IGNORECASE
)
_FROM_WORD = re.compile(r"^(?:between|from|zwischen|vom|von|自|从)\s*", re.IGNORECASE)
_SINCE = re.compile(
    r"^(?:since|from|starting|as of|seit|ab|自|从)\s*(?P<date>.+?)\s*(?:on|onwards?|an|起|以来)?$", re.IGNORECASE
)
_UNTIL = re.compile(
    r"^(?:until|till|before|by|not after|bis|vor|spätestens)\s*(?P<date>.+?)\s*(?:以前|之前)?$", re.IGNORECASE
)
_ABOUT = re.compile(
    r"^(?:c|ca|circa|about|around|approx|approximately|roughly|probably|etwa|ungefähr|um|wohl|约|大约)\b\.?\s*|^[~≈]\s*|^约\s*|"
    r"\s*\(?\?+\)?$|\s*\([^()]*\)$|\s*左右$",
    re.IGNORECASE,
)
_THIRD_FIRST = re.compile(
    rf"(?P<third>{'|'.join(sorted((w for w in _THIRDS if w.isascii()), key=len, reverse=True))})[\s-]*(?P<rest>.+)",
    re.IGNORECASE,
)
_THIRD_LAST = re.compile(r"(?P<rest>\d{4}\s*年(?:\s*\d{1,2}\s*月)?)\s*(?P<third>初|中|底|末|上旬|中旬|下旬)")


def _part_of_year(text: str, _order: str) -> Day | None:
    """Quarters, halves, seasons (those of the north), weeks, and years such as 2023/24."""
    for patterns, months in ((_QUARTERS, 3), (_HALVES, 6)):
        if found := _first(patterns, text):
            nth = _NTH[found["nth"].casefold()]
            return _months(int(found["year"]), (nth - 1) * months + 1, nth * months) if nth * months <= 12 else None
    if found := _first(_WEEK, text):
        try:
            monday = date.fromisocalendar(int(found["year"]), int(found["nth"]), 1)
        except ValueError:
            return None
        return Day(monday.isoformat(), (monday + timedelta(days=6)).isoformat())
    if found := _first(_SEASON_YEAR, text):
        year, (first, last) = int(found["year"]), _SEASONS[found["season"].casefold()]
        following = found.groupdict().get("next")
        if following and (last <= 12 or int(following[-2:]) != (year + 1) % 100):
            return None
        # "Winter 2024" may begin or end in that year.
        return _months(year, 1 if last > 12 and not following else first, last, "vague")
    if (found := _YEARS.fullmatch(text)) and int(found["next"][-2:]) == (int(found["year"]) + 1) % 100:
        return _months(int(found["year"]), 1, 24, "" if len(found["next"]) == 4 else "vague")
    return None


def _range(text: str, order: str) -> Day | None:
    """`3-5 May 2026`, `May 3 to 5, 2026`, `May-July 2026`, `30 April 2026 - 2 May 2026`."""
    text = _FROM_WORD.sub("", text)
    for between in _BETWEEN.finditer(text):
        left, right = text[: between.start()], text[between.end() :]
        if not left.strip() or not right.strip():
            continue
        for one, other in _completed(left, right):
            start, end = _whole(one, order), _whole(other, order)
            if start and end and dates.interval(start)[0] <= dates.interval(end)[1]:
                return Day(_first_day(start), _last_day(end))
    return None


def _completed(left: str, right: str) -> Iterator[tuple[str, str]]:
    """Both ends of a range, with what is written only once."""
    ends = ["", *(right[m.start() :] for m in re.finditer(r"(?<=[\d.])[\s,年]|(?<=[^\W\d])\s|(?<=月)", right))]
    begins = ["", *(left[: m.end()] for m in re.finditer(r"[\s年月]\s*|(?<=\D)(?=\d)", left))]
    for begin in begins:
        for end in ends:
            yield left + end, begin + right
            if left.rstrip(".") != left or left.isdecimal():
                yield left.rstrip(".") + end, begin + right


def _open(text: str, order: str) -> Day | None:
    """`since May 2026`, `until 2026`."""
    for pattern, make in ((_SINCE, _from), (_UNTIL, _to)):
        if (found := pattern.match(text)) and (whole := _whole(found["date"], order)):
            return make(whole)
    return None


def _from(whole: str) -> Day:
    return Day(whole, "", "open")


def _to(whole: str) -> Day:
    return Day("", whole, "open")


def _vague(text: str, order: str) -> Day | None:
    """`early May 2026`, `mid-2026`, `c. 2026`, `May 2026 (draft)`."""
    if found := _THIRD_FIRST.fullmatch(text) or _THIRD_LAST.fullmatch(text):
        return _third(_whole(found["rest"], order), _THIRDS[found["third"].casefold()])
    if (certain := _ABOUT.sub("", text)) != text and certain:
        try:
            return replace(day(certain, order), note="vague")
        except NumberError:
            return None
        except AmbiguousError:
            raise
        except ValueError:
            return None
    return None


def _third(whole: str, third: int) -> Day | None:
    """The beginning, middle or end of a month or year, a third each."""
    if len(whole) == 4:
        return _months(int(whole), third * 4 + 1, third * 4 + 4, "vague")
    if len(whole) != 7:
        return None
    last = (10, 20, int(_last_day(whole)[8:]))[third]
    return Day(f"{whole}-{third * 10 + 1:02}", f"{whole}-{last:02}", "vague")


def _whole(text: str, order: str) -> str:
    """The ISO text of a date; '' where it is none."""
    try:
        return iso(text.strip(" ,"), order)
    except AmbiguousError:
        raise
    except ValueError:
        return ""


def _months(year: int, first: int, last: int, note: str = "") -> Day:
    """From the first day of a month to the last of another; those after December are of the next year."""
    years = [year + (m - 1) // 12 for m in (first, last)]
    months = [(m - 1) % 12 + 1 for m in (first, last)]
    return Day(f"{years[0]:04}-{months[0]:02}-01", _last_day(f"{years[1]:04}-{months[1]:02}"), note)


def _first_day(whole: str) -> str:
    return dates.iso(dates.interval(whole)[0])


def _last_day(whole: str) -> str:
    return dates.iso(dates.interval(whole)[1])


def _first(patterns: list[re.Pattern[str]], text: str) -> re.Match[str] | None:
    return next((found for p in patterns if (found := p.fullmatch(text))), None)
