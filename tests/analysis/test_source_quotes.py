"""Each quote of a source held against its text; and a text cut into segments where quotes begin, end and overlap."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matrix import Dataset
from matrix.analysis.source_quotes import NO_TEXT, NOT_FOUND, UNPLACED, VERIFIED, Quote, quotes_of, segments, totals
from matrix.dataset.quotes import verify
from tests.tiny import minimal, table

TEXT = "If both agree, we test. Later: we test, if both agree. 测试 is a hotline. A hotline!\n"
DIGEST = hashlib.sha256(TEXT.encode()).hexdigest()
HEADER = "id|actor|proposal|stance|source|condition|condition_quote|quote|start"
FIRST, SECOND = TEXT.index("we test"), TEXT.rindex("we test")


def made(*rows: str) -> Dataset:
    tables = minimal()
    tables["sources"] = table("id|title|sha256", f"s|A paper|{DIGEST}", "t|Another|")
    tables["statements"] = table(HEADER, *rows)
    tables["events"] = table(
        "id|title|date_start|date_end|source|quote|start", f"e|A test|||s|测试|{TEXT.index('测试')}", "f|None|||s||"
    )
    return Dataset.from_frames(tables)


CASES = {
    f"x|a|p|support|s|||we test|{SECOND}": [("quote", VERIFIED, SECOND)],
    "x|a|p|support|s|||Later|": [("quote", UNPLACED, TEXT.index("Later"))],
    "x|a|p|support|s|||we test|": [("quote", UNPLACED, None)],  # in two places: nobody knows in which
    "x|a|p|support|s|||we test|5": [("quote", NOT_FOUND, None)],
    "x|a|p|support|s|||we toast|": [("quote", NOT_FOUND, None)],
    f"x|a|p|conditional|s|both agree|both agree|we test|{SECOND}": [
        ("quote", VERIFIED, SECOND),
        ("condition_quote", VERIFIED, TEXT.rindex("both agree")),  # the one that follows the quote
    ],
    f"x|a|p|conditional|s|both agree|If both agree|we test|{FIRST}": [
        ("quote", VERIFIED, FIRST),
        ("condition_quote", VERIFIED, 0),
    ],
    "x|a|p|conditional|s|calm|if calm||": [("condition_quote", NOT_FOUND, None)],
    "x|a|p|support|t|||we test|5": [],  # of another source
}


@pytest.mark.parametrize("row", CASES)
def test_each_quote_has_its_state_and_its_place(row: str) -> None:
    found = quotes_of(made(row), "s", TEXT)
    event = found.pop()
    assert (event.table, event.row, event.state, event.start) == ("events", "e", VERIFIED, TEXT.index("测试"))
    assert [(q.column, q.state, q.start) for q in found] == CASES[row]
    assert all(bool(q.fault) == (q.state == NOT_FOUND) for q in found)
    assert all(TEXT[q.start : q.end] in row for q in found if q.start is not None)


@pytest.mark.parametrize("row", CASES)
def test_the_totals_are_those_of_the_check(row: str) -> None:
    dataset = made(row)
    for files in ({DIGEST: TEXT.encode()}, {}):
        checked = verify(dict(dataset.frames), files)
        text = TEXT if files else None
        counts = totals([*quotes_of(dataset, "s", text), *quotes_of(dataset, "t", None)])
        stated = {
            VERIFIED: checked.verified,
            UNPLACED: checked.unplaced,
            NOT_FOUND: checked.failed,
            NO_TEXT: checked.no_text,
        }
        assert counts == {state: n for state, n in stated.items() if n}


def quote(name: str, start: int, end: int) -> Quote:
    return Quote("statements", name, "quote", VERIFIED, "", start, end)


def test_overlapping_quotes_are_split_where_one_begins_or_ends() -> None:
    long, inner, same = quote("long", 2, 9), quote("inner", 4, 6), quote("same", 4, 6)
    found = segments(12, [inner, long, same], cuts=[5, 12, 0])
    assert [(s.start, s.end, [q.row for q in s.covering], [q.row for q in s.beginning]) for s in found] == [
        (0, 2, [], []),
        (2, 4, ["long"], ["long"]),
        (4, 5, ["long", "inner", "same"], ["inner", "same"]),
        (5, 6, ["long", "inner", "same"], []),
        (6, 9, ["long"], []),
        (9, 12, [], []),
    ]


SPANS = st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), max_size=12)


@given(SPANS, st.lists(st.integers(-5, 60), max_size=6))
def test_segments_are_the_text_and_each_character_has_the_quotes_that_cover_it(
    spans: list[tuple[int, int]], cuts: list[int]
) -> None:
    quotes = [quote(str(i), a, b) for i, (a, b) in enumerate(spans)]
    found = segments(40, quotes, cuts)
    assert [i for s in found for i in range(s.start, s.end)] == list(range(40))
    for s in found:
        for i in range(s.start, s.end):
            assert {q.row for q in s.covering} == {q.row for q in quotes if (q.start or 0) <= i < (q.end or 0)}
    begun = [q.row for s in found for q in s.beginning]
    assert sorted(begun) == sorted(q.row for q in quotes if (q.start or 0) < (q.end or 0))
