"""The timeline as a picture: marks by stance and status, boxes for imprecise dates, an axis that says whether it is to scale."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matrix.analysis.timeline import timeline
from matrix.charts.caption import alt, words
from matrix.charts.timeline import timeline as timeline_figure
from matrix.charts.timeline_layout import GAP, axis, laid_out, pack, snapped
from matrix.dataset import dates
from matrix.dataset.selection import Selection
from tests.tiny import dataset, table

ROWS = (
    "ann talk support late date_start=2026-05-14 date_end=2026-05-14",
    "bob talk conditional late date_start=2026-05 date_end=2026-05",
    "cem talk oppose late date_end=2026-05-13",
    "dee talk support late date_start=2026-05-15",
    "dee ban support late",
)
EVENTS = (
    "id|title|date_start|date_end|date_note|kind|sides|proposals|status",
    "met|They met|2026-05-14|2026-05-14||meeting|north;south|talk|confirmed",
    "rumour|A rumour|2026-05-10|2026-05-12||claim|south|talk|unconfirmed",
)


def drawn(*rows: str, as_of: str = "", width: int = 1100, dark: bool = False, **tables: Any):
    data = dataset(*(rows or ROWS), **tables)
    return timeline_figure(timeline(data, Selection(as_of=as_of)), data, width=width, dark=dark)


def with_events(**options: Any):
    return drawn(events=table(*EVENTS), **options)


def traces(figure: Any) -> dict[str, Any]:
    return {t.name: t for t in figure.data}


def test_every_dated_statement_and_event_is_a_mark_that_knows_what_it_opens() -> None:
    data = [tuple(d) for t in with_events().data if t.type == "scatter" for d in t.customdata]
    assert sorted(data) == [
        ("event", "met"),
        ("event", "rumour"),
        *(("statement", f"s{i}", "talk", who) for i, who in enumerate(("ann", "bob", "cem", "dee"), 1)),
    ]


def test_stance_has_glyph_and_colour_an_event_a_shape_of_its_own_and_unconfirmed_is_hatched() -> None:
    found = traces(with_events())
    assert {name: t.text[0] for name, t in found.items() if t.type == "scatter"} == {
        "statement support": "●",
        "statement conditional": "◐",
        "statement oppose": "✕",
        "event confirmed": "■",
        "event unconfirmed": "▨",
    }
    colours = {found[f"statement {s}"].textfont.color for s in ("support", "conditional", "oppose")}
    assert len(colours) == 3
    assert found["unconfirmed"].marker.pattern.shape == "/"
    assert found["event confirmed"].marker.symbol == "square"


def test_lanes_run_from_north_over_both_to_south() -> None:
    stated = [a for a in with_events().layout.annotations if a.text and "<b>" in a.text and a.xref == "x"]
    names = [n for a in sorted(stated, key=lambda a: a.y) for n in ("North", "Both sides", "South") if n in a.text]
    assert names == ["North", "Both sides", "South"]


def test_open_dates_have_an_arrow_to_their_open_side() -> None:
    texts = [a.text for a in with_events().layout.annotations]
    assert (texts.count("←"), texts.count("→")) == (1, 1)


def test_the_words_say_what_is_seen_over_what_and_what_is_not_drawn() -> None:
    figure = with_events()
    around = words(figure)
    assert around.title == "5 statements and 2 events, no two statements on the same exact day"
    more = words(drawn(*ROWS, ROWS[0])).title
    assert more == "2 of 6 statements fall on 14 May 2026, the day on which most was said"
    assert "n = 5 statements and 2 events: 2 with an exact day, 4 with an imprecise date" in around.subtitle
    assert "1 undated below" in around.subtitle
    assert "North: 2 statements, 0 events; Both sides: 0 statements, 1 event" in alt(figure)
    assert "1 event unconfirmed" in alt(figure)


def test_what_comes_after_the_as_of_date_is_pale_and_said() -> None:
    figure = with_events(as_of="2026-05-13")
    pale = {d[1] for t in figure.data if t.opacity and t.opacity < 1 for d in t.customdata}
    assert pale == {"s1", "s2", "s4", "met"}
    assert "What comes after 13 May 2026 is pale (4)." in words(figure).subtitle


@pytest.mark.parametrize(
    ("rows", "around"),
    [
        (("ann talk support late",), "none of the 1 statements and events has a date"),
        (("ann talk support late date_end=2026-05-13",), "no statement on an exact day"),
    ],
)
def test_without_exact_days_or_any_date_it_says_so(rows: tuple[str, ...], around: str) -> None:
    assert around in words(drawn(*rows)).title


def test_an_empty_frame_is_a_sentence() -> None:
    data = dataset()
    assert "no statement or event" in words(timeline_figure(timeline(data), data)).title


def test_text_is_shown_never_obeyed() -> None:
    rows = (
        "id|title|date_start|date_end|status",
        "e|<b>x</b> <a href='//evil'>y</a> $z$|2026-05-14|2026-05-14|<i>odd</i>",
    )
    figure = drawn(events=table(*rows))
    hover = [h for t in figure.data if t.type == "scatter" for h in t.hovertext if "Event" in h]
    assert "&lt;b&gt;x" in hover[0]
    assert "<a " not in hover[0]
    assert "<i>" not in hover[0]


@pytest.mark.parametrize("width", [360, 720, 1100])
def test_nothing_lies_outside_or_on_top_of_another(width: int) -> None:
    rows = [
        f"ann talk support late date_start=2026-05-{d:02} date_end=2026-05-{d:02}"
        for d in (1, 2, 2, 9, 30)
        for _ in range(9)
    ]
    data = dataset(*rows, *ROWS, "cem ban oppose late date_start=2024 date_end=2024")
    boxes, line = laid_out(timeline(data).frame, width)
    top = 0.0
    for lane in {b.lane for b in boxes}:
        here = [b for b in boxes if b.lane == lane]
        top = pack(here, top)
        for one, other in combinations(here, 2):
            apart = (
                one.x1 + GAP / 2 <= other.x0 or other.x1 + GAP / 2 <= one.x0 or one.y1 < other.y0 or other.y1 < one.y0
            )
            assert apart
        for box in here:
            assert -0.5 <= box.x0 < box.x1 <= width + 0.5
            for n in range(len(box.shown)):
                x, y = box.mark(n)
                assert box.x0 <= x <= box.x1
                assert box.y0 <= y <= box.y1
    assert list(line.places) == sorted(line.places)


def test_many_days_are_gathered_and_that_is_said() -> None:
    days = [dates.iso(20_000 + 3 * i) for i in range(200)]
    figure = drawn(*(f"ann talk support late date_start={d} date_end={d}" for d in days), width=900)
    assert "Days are gathered by month." in words(figure).subtitle


def test_more_marks_than_there_is_room_for_are_a_number() -> None:
    figure = drawn(*["ann talk support late date_start=2026-05-14 date_end=2026-05-14"] * 60)
    assert sum(len(t.x) for t in figure.data) == 46
    assert "+14" in [a.text for a in figure.layout.annotations]


spans = st.lists(
    st.tuples(st.integers(19_000, 21_000), st.integers(0, 400)).map(lambda t: (t[0], t[0] + t[1])),
    min_size=1,
    max_size=12,
)


@pytest.mark.slow
@given(spans)
def test_time_never_runs_backwards_and_fills_the_line(given_spans: list[tuple[int, int]]) -> None:
    line = axis(given_spans, {}, 1000, (10, 20), "day")
    assert line.to_scale
    places = [line.start(d) for d in range(min(a for a, _ in given_spans), max(b for _, b in given_spans) + 2)]
    assert places == sorted(places)
    assert (round(places[0], 6), round(places[-1], 6)) == (10, 980)


@pytest.mark.parametrize(("unit", "stated"), [("day", "2026-05-14"), ("month", "2026-05"), ("year", "2026")])
def test_a_day_is_snapped_to_the_unit_that_holds_it(unit: str, stated: str) -> None:
    day = dates.interval("2026-05-14")[0]
    assert snapped(day, day, unit) == dates.interval(stated)


@pytest.mark.parametrize("dark", [False, True])
def test_it_is_drawn_light_and_dark_at_any_width(dark: bool) -> None:
    for width in (320, 600, 1240):
        assert with_events(width=width, dark=dark).layout.width == width
