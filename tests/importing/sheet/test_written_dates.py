"""Dates as people write them: read for certain, or with the reason why not."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matrix.dataset.dates import interval
from matrix.importing.sheet.written_dates import AmbiguousError, Day, NumberError, as_one_date, day, iso


@pytest.mark.parametrize(
    ("written", "order", "read"),
    [
        ("2026-05-14", "", "2026-05-14"),
        ("2026/5/4", "", "2026-05-04"),
        ("14.05.2026", "", "2026-05-14"),
        ("5.6.2026", "", "2026-06-05"),
        ("5/14/2026", "", "2026-05-14"),
        ("14/5/2026", "", "2026-05-14"),
        ("5/5/2026", "", "2026-05-05"),
        ("5/6/2026", "day-first", "2026-06-05"),
        ("5/6/2026", "month-first", "2026-05-06"),
        ("14. Mai 2026", "", "2026-05-14"),
        ("1st March 2026", "", "2026-03-01"),
        ("May 14, 2026", "", "2026-05-14"),
        ("Sept. 2026", "", "2026-09"),
        ("Mai 2026", "", "2026-05"),
        ("5/2026", "", "2026-05"),
        ("2026年5月14日", "", "2026-05-14"),
        ("２０２６年５月", "", "2026-05"),
        ("2026年", "", "2026"),
        ("2026", "", "2026"),
        ("2026-05-14T10:30:00Z", "", "2026-05-14"),
        ("2026-05-14 00:00", "", "2026-05-14"),
    ],
)
def test_dates_that_are_read(written: str, order: str, read: str) -> None:
    assert iso(written, order) == read


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ("31.02.2026", "2026-02 has no day 31"),
        ("2026-13", "there is no month 13"),
        ("13/13/2026", "there is no month 13"),
        ("14.5.26", "has a year of two digits"),
        ("46156", "is a bare number, not a date"),
        ("14 Brumaire 1799", "'Brumaire' is not a month"),
        ("in spring", "is not a date that can be read"),
        ("0.5.2026", "has a month or day 0"),
        ("2026-00-01", "has a month or day 0"),
    ],
)
def test_dates_that_are_not_read(written: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        iso(written)


def test_what_can_be_read_in_two_ways_is_never_chosen() -> None:
    with pytest.raises(AmbiguousError, match="may be the day 5 of month 6 or the day 6 of month 5"):
        iso("5/6/2026")


@given(st.dates())
def test_every_day_is_read_in_the_ways_it_is_written(day: date) -> None:
    for way in (day.isoformat(), f"{day.day}.{day.month}.{day.year:04}", f"{day.year:04}年{day.month}月{day.day}日"):
        assert iso(way) == day.isoformat()
    assert iso(f"{day.month}/{day.day}/{day.year:04}", "month-first") == day.isoformat()


@given(st.text(max_size=20))
def test_any_text_is_a_date_or_a_reason(text: str) -> None:
    try:
        assert len(iso(text)) in (4, 7, 10)
    except ValueError as e:
        assert str(e)  # noqa: PT017


@pytest.mark.parametrize(
    ("written", "start", "end"),
    [
        *((w, "2024-07-01", "2024-09-30") for w in ("Q3 2024", "2024Q3", "Q3/2024", "3Q 2024", "3. Quartal 2024")),
        *(
            (w, "2024-07-01", "2024-09-30")
            for w in ("third quarter of 2024", "3rd quarter 2024", "2024年第三季度", "T3 2024")
        ),
        *(
            (w, "2024-01-01", "2024-06-30")
            for w in ("H1 2024", "first half of 2024", "1. Halbjahr 2024", "2024年上半年")
        ),
        *(
            (w, "2024-05-03", "2024-05-05")
            for w in ("3-5 May 2024", "3.–5. Mai 2024", "May 3-5, 2024", "vom 3. bis 5. Mai 2024")
        ),
        *(
            (w, "2024-05-03", "2024-05-05")
            for w in ("2024-05-03/2024-05-05", "03.05.2024 - 05.05.2024", "2024年5月3日至5日")
        ),
        *(
            (w, "2024-05-01", "2024-07-31")
            for w in ("May-July 2024", "Mai–Juli 2024", "from May to July 2024", "2024年5月至7月")
        ),
        *(
            (w, "2024-04-30", "2024-05-02")
            for w in ("30 April - 2 May 2024", "30 Apr 2024 – 2 May 2024", "April 30 to May 2, 2024")
        ),
        ("2023-2025", "2023-01-01", "2025-12-31"),
        ("KW 12/2024", "2024-03-18", "2024-03-24"),
        ("Tuesday, 14 May 2024", "2024-05-14", "2024-05-14"),
        ("20240514", "2024-05-14", "2024-05-14"),
    ],
)
def test_spans_of_time_that_are_exact(written: str, start: str, end: str) -> None:
    assert day(written) == Day(start, end)


@pytest.mark.parametrize(
    ("written", "start", "end"),
    [
        *((w, "2024-03-01", "2024-05-31") for w in ("Spring 2024", "Frühjahr 2024", "2024年春", "in spring 2024")),
        ("Winter 2023/24", "2023-12-01", "2024-02-29"),
        ("winter 2024", "2024-01-01", "2025-02-28"),  # it may begin or end in that year
        ("early May 2024", "2024-05-01", "2024-05-10"),
        ("Mitte Mai 2024", "2024-05-11", "2024-05-20"),
        ("late February 2024", "2024-02-21", "2024-02-29"),
        ("mid-2024", "2024-05-01", "2024-08-31"),
        ("2024年底", "2024-09-01", "2024-12-31"),
        ("2023/24", "2023-01-01", "2024-12-31"),
        ("since May 2024", "2024-05", ""),
        ("bis 2024", "", "2024"),
        ("ca. 2024", "2024", "2024"),
        ("14 May 2024 (draft)", "2024-05-14", "2024-05-14"),
        ("May 2024?", "2024-05", "2024-05"),
    ],
)
def test_vague_words_are_spans_of_time_and_kept_as_a_note(written: str, start: str, end: str) -> None:
    assert day(written) == Day(start, end, written)


@pytest.mark.parametrize(
    "written", ["ongoing", "Q5 2024", "2024-02-30", "5 May", "5-3 May 2024", "Winter 2023/26", "soon, 2024"]
)
def test_what_is_no_span_of_time_is_not_made_one(written: str) -> None:
    with pytest.raises(ValueError):
        day(written)


@pytest.mark.parametrize("written", ["5/6/2024", "5/6/24", "5.6.24", "3/4/2024 - 5/6/2024", "c. 5/6/2024"])
def test_two_orders_of_day_and_month_are_asked_in_every_form(written: str) -> None:
    with pytest.raises(AmbiguousError):
        day(written)
    assert day(written, "day-first").start[:4] == "2024"


def test_two_digits_of_a_year_are_read_once_the_order_is_said() -> None:
    assert (day("5/6/24", "day-first").start, day("5/6/98", "month-first").start) == ("2024-06-05", "1998-05-06")


def test_a_bare_number_is_asked_about() -> None:
    with pytest.raises(NumberError):
        day("45000")


@given(st.text(max_size=20), st.sampled_from(["", "day-first", "month-first"]))
def test_any_text_is_a_span_in_order_or_a_reason(text: str, order: str) -> None:
    try:
        found = day(text, order)
    except ValueError as e:
        assert str(e)  # noqa: PT017
        return
    assert found.start or found.end
    for part in (found.start, found.end):
        assert part == "" or interval(part)
    if found.start and found.end:
        assert interval(found.start)[0] <= interval(found.end)[1]


@given(st.dates(), st.dates())
def test_a_range_of_two_days_is_read_in_the_ways_it_is_written(one: date, other: date) -> None:
    first, last = sorted((one, other))
    for way in (f"{first.isoformat()} - {last.isoformat()}", f"{first.isoformat()}/{last.isoformat()}"):
        assert day(way) == Day(first.isoformat(), last.isoformat())


def test_a_source_has_one_date() -> None:
    assert [as_one_date(day(w)) for w in ("Q3 2024", "3-5 May 2024", "2023/24", "May 2024")] == [
        "2024",
        "2024-05",
        "",
        "2024-05",
    ]
