"""Statements and events in time: lanes, what a date means, and what an as-of date leaves for later."""

from __future__ import annotations

import pytest

from matrix.analysis.timeline import EVENT, OTHERS, SEVERAL, STATEMENT, lanes, timeline
from matrix.dataset import dates
from matrix.dataset.selection import Selection
from tests.analysis.over_time import DAY, EVENTS, considering_then_agreed
from tests.tiny import dataset, table


def test_what_concerns_several_sides_stands_after_the_first_and_all_the_rest_last() -> None:
    assert [(lane.id, lane.name) for lane in lanes(dataset())] == [
        *(("north", "North"), (SEVERAL, "Both sides"), ("south", "South"), (OTHERS, "Others")),
    ]


def test_without_sides_there_is_one_lane() -> None:
    plain = dataset(sides=table("id|name"), actors=table("id|name|side", "ann|Ann|"))
    assert [lane.name for lane in lanes(plain)] == ["All actors"]


def test_an_uncounted_side_shares_the_last_lane() -> None:
    data = dataset(sides=table("id|name|counted", "north|North|true", "south|South|false"))
    assert [(lane.name, lane.sides) for lane in lanes(data)] == [("North", ("north",)), ("South", ("south",))]


@pytest.mark.parametrize(
    ("row", "span", "words"),
    [
        ("ann talk support late date_start=2026-05-14 date_end=2026-05-14", "exact", "14 May 2026"),
        ("ann talk support late date_start=2026-05 date_end=2026-05", "bar", "May 2026"),
        ("ann talk support late date_start=2026-05-11 date_end=2026-05-12", "bar", "11–12 May 2026"),
        ("ann talk support late date_end=2026-05-13", "not after", "not after 13 May 2026"),
        ("ann talk support late date_start=2026-05-13", "not before", "from 13 May 2026 on"),
        ("ann talk support late", "undated", "undated"),
        ("ann talk support early", "not after", "not after 31 January 2026 (the date of its source)"),
    ],
)
def test_a_date_says_what_it_is(row: str, span: str, words: str) -> None:
    line = timeline(dataset(row)).frame.iloc[0]
    assert (line["span"], line["date"]) == (span, words)


def test_everything_stands_in_the_order_of_time_and_the_undated_last() -> None:
    frame = timeline(
        dataset(
            "ann talk support late",
            f"bob talk support late {DAY.format('2026-05-02')}",
            f"cem ban oppose late {DAY.format('2026-05-01')}",
            events=table(*EVENTS),
        )
    ).frame
    assert frame["id"].tolist() == ["met", "other", "hush", "s3", "s2", "s1", "denied"]
    assert frame["lane"].tolist() == [SEVERAL, OTHERS, "south", "south", "north", "north", "south"]


def test_a_first_date_takes_nothing_away_but_says_what_was_earlier() -> None:
    data = dataset(
        "ann talk support late date_start=2026-02-03 date_end=2026-02-03",
        "bob talk support late date_start=2026-03-03 date_end=2026-03-03",
        "cem talk support late date_start=2026-04-03 date_end=2026-04-03",
    )
    frame = timeline(data, Selection(since="2026-03", as_of="2026-03")).frame.set_index("id")
    assert frame["standing"].to_dict() == {"s1": "earlier", "s2": "counts", "s3": "later"}
    assert frame["after"].to_dict() == {"s1": False, "s2": False, "s3": True}


def test_an_as_of_date_takes_nothing_away_but_says_what_comes_later() -> None:
    data = considering_then_agreed()
    frame = timeline(data, Selection(as_of="2026-03")).frame.set_index("id")
    assert frame["after"].to_dict() == {"s1": False, "s2": True, "s3": True, "s4": False}
    assert frame["standing"].to_dict() == {"s1": "counts", "s2": "later", "s3": "later", "s4": "later"}
    assert timeline(data).frame.set_index("id").loc["s1", ["standing", "by"]].tolist() == ["superseded", "s2"]


@pytest.mark.parametrize(
    ("selection", "statements", "events"),
    [
        (Selection(), 4, ["met", "other", "hush", "denied"]),
        (Selection(side=("south",)), 2, ["met", "hush", "denied"]),
        (Selection(proposal=("ban",)), 0, ["hush"]),
        (Selection(source=("late",)), 2, ["hush", "denied"]),
        (Selection(search="NO WORD"), 0, ["hush"]),
        (Selection(actor=("ann",)), 1, ["met", "other", "hush", "denied"]),
    ],
)
def test_filters_narrow_both_as_far_as_they_apply(selection: Selection, statements: int, events: list[str]) -> None:
    data = dataset(
        f"ann talk support early {DAY.format('2026-03-01')}",
        "bob talk support early",
        "cem talk oppose late",
        "dee talk support late",
        events=table(*EVENTS),
    )
    frame = timeline(data, selection).frame
    assert (frame["kind"] == STATEMENT).sum() == statements
    assert frame.loc[frame["kind"] == EVENT, "id"].tolist() == events


def test_days_in_the_frame_are_days() -> None:
    line = timeline(dataset(f"ann talk support early {DAY.format('2026-05-14')}")).frame.iloc[0]
    assert dates.iso(int(line["first"])) == dates.iso(int(line["last"])) == "2026-05-14"


def test_nothing_to_draw_is_a_sentence() -> None:
    assert timeline(dataset()).sentence == "Nothing to draw: no statement or event is in this selection."
    undated = timeline(dataset("dee talk support late"))
    assert (undated.n, undated.sentence) == (1, "Nothing to draw: none of the 1 statements and events has a date.")
    assert timeline(considering_then_agreed()).sentence == ""
    assert timeline(considering_then_agreed()).formula.startswith("in the order of the last day")
