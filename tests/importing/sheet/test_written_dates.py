"""Dates as people write them: read for certain, or with the reason why not."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matrix.importing.sheet.written_dates import AmbiguousError, iso


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
