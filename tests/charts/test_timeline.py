"""The timeline as a picture: a line of time to scale with marked breaks, marks and names that do not overlap, events apart."""

from __future__ import annotations

from itertools import combinations, pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matrix.analysis.timeline import BAR, EXACT, NOT_AFTER, NOT_BEFORE, timeline
from matrix.charts.caption import alt, words
from matrix.charts.figure_text import wide
from matrix.charts.timeline import timeline as timeline_figure
from matrix.charts.timeline_layout import ARROW, EVENTS, TimeLayout, axis, laid_out, snapped, ticks, years
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
EVENTS_TABLE = (
    "id|title|date_start|date_end|date_note|kind|sides|proposals|status",
    "met|They met|2026-05-14|2026-05-14||meeting|north;south|talk|confirmed",
    "rumour|A rumour|2026-05-10|2026-05-12||claim|south|talk|unconfirmed",
)


def day(text: str) -> int:
    return dates.interval(text)[0]


def drawn(*rows: str, as_of: str = "", width: int = 1100, dark: bool = False, **tables: Any):
    data = dataset(*(rows or ROWS), **tables)
    return timeline_figure(timeline(data, Selection(as_of=as_of)), data, width=width, dark=dark)


def layout(*rows: str, space: float = 960, **tables: Any) -> TimeLayout:
    data = dataset(*rows, **tables)
    return laid_out(timeline(data), data, [space])[0]


def on(day: str, *statements: str) -> list[str]:
    return [f"{s} late date_start={day} date_end={day}" for s in statements]


def with_events(**options: Any):
    return drawn(events=table(*EVENTS_TABLE), **options)


def traces(figure: Any) -> dict[str, Any]:
    return {t.name: t for t in figure.data}


# ---------------------------------------------------------------- the line of time


def test_a_long_stretch_without_a_statement_is_shortened_and_says_how_long_it_is() -> None:
    spans = [(EXACT, day(d), day(d)) for d in ("2024-05-01", "2024-05-20", "2025-07-20", "2025-08-10")]
    (gap,) = axis(spans, 960).breaks
    assert gap.words == "14 months without a statement"
    assert gap.full == "14 months without a statement, 21 May 2024 – 19 July 2025"


@pytest.mark.parametrize(
    ("span", "lacking"),
    [
        ((BAR, "2024-04-01", "2025-09-01"), "an exact date"),
        ((NOT_AFTER, "2025-08-01", "2025-08-01"), "an exact date"),  # it may have been in the stretch
        ((NOT_BEFORE, "2024-05-02", "2024-05-02"), "an exact date"),
        ((NOT_AFTER, "2024-05-02", "2024-05-02"), "a statement"),
        ((NOT_BEFORE, "2025-08-01", "2025-08-01"), "a statement"),
    ],
)
def test_a_stretch_into_which_a_rough_date_reaches_is_not_called_empty(
    span: tuple[str, str, str], lacking: str
) -> None:
    spans = [(EXACT, day(d), day(d)) for d in ("2024-05-01", "2024-05-20", "2025-07-20", "2025-08-10")]
    line = axis([*spans, (span[0], day(span[1]), day(span[2]))], 960)
    words = next(gap.words for gap in line.breaks if gap.first <= day("2025-01-01") < gap.end)
    assert words == f"14 months without {lacking}"


def test_a_line_without_long_empty_stretches_has_no_break() -> None:
    assert axis([(EXACT, d, d) for d in range(20_000, 20_400, 25)], 960).breaks == ()


@pytest.mark.parametrize(
    ("first", "end", "length"),
    [
        ("2025-01-01", "2025-02-10", "40 days"),
        ("2025-01-01", "2025-08-01", "7 months"),
        ("2025-01-01", "2026-03-01", "14 months"),
        ("2020-01-01", "2025-01-01", "5 years"),
    ],
)
def test_the_length_of_a_stretch_is_in_days_months_or_years(first: str, end: str, length: str) -> None:
    days = [day(first) - 1 - n * 3 for n in range(4)] + [day(end)]
    spans = [(EXACT, d, d) for d in days]
    assert [gap.length for gap in axis(spans, 960).breaks] == [length]


spans = st.lists(
    st.tuples(
        st.sampled_from([EXACT, EXACT, BAR, NOT_AFTER, NOT_BEFORE]), st.integers(15_000, 21_000), st.integers(0, 400)
    ).map(lambda t: (t[0], t[1], t[1] + (t[2] if t[0] == BAR else 0))),
    min_size=1,
    max_size=14,
)


@pytest.mark.slow
@given(spans, st.sampled_from([288, 344, 568, 1108]))
def test_time_fills_the_line_and_outside_of_breaks_every_day_takes_the_same_pixels(
    given_spans: list[tuple[str, int, int]], space: int
) -> None:
    line = axis(given_spans, space)
    kinds = {kind for kind, _, _ in given_spans}
    assert line.places[0] == (ARROW if NOT_AFTER in kinds else 0)
    assert line.places[-1] == pytest.approx(space - (ARROW if NOT_BEFORE in kinds else 0))
    assert all(a < b for a, b in pairwise(line.places))
    cut = {gap.first for gap in line.breaks}
    parts = zip(pairwise(line.edges), pairwise(line.places), strict=True)
    a_day = [(x1 - x0) / (end - first) for (first, end), (x0, x1) in parts if first not in cut]
    assert a_day == pytest.approx([a_day[0]] * len(a_day))
    exact = [d for kind, d, _ in given_spans if kind == EXACT]
    assert not [gap for gap in line.breaks if any(gap.first <= d < gap.end for d in exact)]


@pytest.mark.slow
@given(spans, st.sampled_from([288, 568, 1108]))
def test_labels_along_the_line_do_not_touch(given_spans: list[tuple[str, int, int]], space: int) -> None:
    line = axis(given_spans, space)
    for found in (ticks(line, [(a, a) for _, a, _ in given_spans], space), years(line, space)):
        taken = sorted(
            (t.at - wide(t.text, 11.5), t.at) if t.flipped else (t.at, t.at + wide(t.text, 11.5)) for t in found
        )
        assert all(before[1] < after[0] for before, after in pairwise(taken))
        assert all(a >= -1 and b <= space + 1 for a, b in taken)


@pytest.mark.parametrize(
    ("unit", "stated"),
    [
        ("day", ("2026-05-14", "2026-05-14")),
        ("month", ("2026-05-01", "2026-05-31")),
        ("year", ("2026-01-01", "2026-12-31")),
        ("decade", ("2020-01-01", "2029-12-31")),
        ("century", ("2000-01-01", "2099-12-31")),
    ],
)
def test_a_day_is_snapped_to_the_unit_that_holds_it(unit: str, stated: tuple[str, str]) -> None:
    first, last = snapped(np.array([day("2026-05-14")]), unit)
    assert (first.tolist(), last.tolist()) == ([day(stated[0])], [day(stated[1])])


@pytest.mark.parametrize("text", ["1969-12-31", "0001-01-01", "9999-12-31", "2024-02-29"])
def test_days_before_1970_and_leap_days_are_snapped_too(text: str) -> None:
    first, last = snapped(np.array([day(text)]), "month")
    assert (first[0], last[0]) == dates.interval(text[:7])


# ---------------------------------------------------------------- pieces and names


def overlapping(drawing: TimeLayout, stretched: float = 1.0) -> list[tuple[str, str]]:
    """Pairs of pieces of one band that overlap, as the page places them over a width that many times as large."""
    found = []
    for band in drawing.bands:
        boxes = []
        for p in band.pieces:
            size = p.right - p.left
            left = p.anchor * stretched - (p.anchor - p.left)  # words begin or end there, whatever the width
            x0, x1 = (p.x0 * stretched, p.x1 * stretched) if p.span == BAR else (left, left)
            boxes.append((min(x0, left), max(x1, left + size), p))
        for (a0, a1, one), (b0, b1, other) in combinations(boxes, 2):
            if a0 < b1 and b0 < a1 and one.y < other.y + other.height and other.y < one.y + one.height:
                found.append((one.id, other.id))
    return found


stated = st.lists(
    st.tuples(
        st.sampled_from(["ann", "bob", "cem", "dee"]),
        st.sampled_from(["talk", "ban"]),
        st.sampled_from(["support", "oppose"]),
        st.integers(0, 120),
        st.sampled_from(
            ["date_start={0} date_end={0}", "date_start={0} date_end={1}", "date_end={0}", "date_start={0}"]
        ),
        st.integers(0, 60),
    ).map(
        lambda t: (
            f"{t[0]} {t[1]} {t[2]} late "
            + t[4].format(dates.iso(20_000 + t[3] * 3), dates.iso(20_000 + t[3] * 3 + t[5]))
        )
    ),
    min_size=1,
    max_size=40,
)


@pytest.mark.slow
@given(stated)
def test_no_two_pieces_overlap_and_none_leaves_the_line(rows: list[str]) -> None:
    data = dataset(*rows)
    for drawing in laid_out(timeline(data), data, [288, 568, 1108]):
        assert overlapping(drawing) == []
        assert overlapping(drawing, 1.4) == []
        for piece in (p for band in drawing.bands for p in band.pieces):
            assert -0.01 <= piece.left < piece.right <= drawing.space + 0.01
            assert piece.label_width <= piece.right - piece.left
        signs = [m for band in drawing.bands for p in band.pieces for m in p.marks]
        left_out = sum(p.total for band in drawing.bands for p in band.pieces if not p.of)
        assert sum(m.n for m in signs) + left_out == len(rows)


def test_a_name_is_whole_or_ends_with_the_sign_that_it_is_cut() -> None:
    rows = [row for d in range(1, 29) for row in on(f"2026-05-{d:02}", "ann talk support", "bob ban oppose")]
    for space in (288, 568, 1108):
        for band in layout(*rows, space=space).bands:
            for piece in band.pieces:
                assert piece.label == "" or piece.label == piece.name or piece.label.endswith("…")


def test_who_is_alone_in_a_lane_is_not_named_again_but_what_it_speaks_on_is() -> None:
    drawing = layout(*on("2026-05-14", "ann talk support", "ann ban oppose"))
    assert sorted(p.label for p in drawing.bands[0].pieces) == ["Ban it all", "Keep talking"]


def test_many_on_one_proposal_are_numbers_by_stance() -> None:
    actors = table("id|name|side", *(f"a{n}|Actor {n}|north" for n in range(30)))
    rows = on("2026-05-14", *(f"a{n} talk {'oppose' if n < 4 else 'support'}" for n in range(30)))
    (piece,) = layout(*rows, actors=actors).bands[0].pieces
    assert [(m.stance, m.n, m.item) for m in piece.marks] == [("support", 26, None), ("oppose", 4, None)]
    assert (piece.name, piece.of) == ("Keep talking", "proposal")


def test_more_of_one_date_than_there_is_room_for_is_a_number() -> None:
    actors = table("id|name|side", *(f"a{n}|Actor {n}|north" for n in range(9)))
    proposals = table("id|title", *(f"p{n}|Plan {n}" for n in range(9)))
    rows = on("2026-05-14", *(f"a{n} p{n} support" for n in range(9)))
    pieces = layout(*rows, actors=actors, proposals=proposals).bands[0].pieces
    assert [p.label for p in pieces if not p.of] == ["+ 6 more actors (6)"]
    assert sum(p.total for p in pieces) == 9


def test_events_have_a_band_of_their_own_with_their_titles() -> None:
    drawing = layout(*ROWS, events=table(*EVENTS_TABLE))
    assert drawing.bands[-1].id == EVENTS
    assert [p.label for p in drawing.bands[-1].pieces] == ["A rumour", "They met"]
    assert not [p for band in drawing.bands[:-1] for p in band.pieces if p.of == "event"]


def test_many_days_are_gathered_and_that_is_said() -> None:
    days = [dates.iso(20_000 + 3 * i) for i in range(200)]
    figure = drawn(*(f"ann talk support late date_start={d} date_end={d}" for d in days), width=900)
    assert "Days are gathered by month." in words(figure).subtitle


# ---------------------------------------------------------------- the figure


def test_every_dated_statement_and_event_is_a_mark_that_knows_what_it_opens() -> None:
    data = [tuple(d) for t in with_events().data for d in t.customdata]
    assert sorted(data) == [
        ("event", "met"),
        ("event", "rumour"),
        *(("statement", f"s{i}", "talk", who) for i, who in enumerate(("ann", "bob", "cem", "dee"), 1)),
    ]


def test_stance_has_glyph_and_colour_and_an_event_the_flag_that_it_has_everywhere() -> None:
    found = traces(with_events())
    assert {name: t.text[0] for name, t in found.items()} == {
        "statement support": "●",
        "statement conditional": "◐",
        "statement oppose": "✕",
        "event": "⚑",
    }
    assert len({found[f"statement {s}"].textfont.color for s in ("support", "conditional", "oppose")}) == 3


def test_planned_and_unconfirmed_events_have_another_line() -> None:
    dashes = {shape.line.dash for shape in with_events().layout.shapes if shape.line.width == 3}
    assert dashes == {"solid", "dot"}  # of bob's May and of the rumour


def test_events_are_below_the_lanes_from_north_to_south() -> None:
    stated = [a for a in with_events().layout.annotations if a.text and "<b>" in a.text and a.xref == "x"]
    names = [n for a in sorted(stated, key=lambda a: a.y) for n in ("Events", "North", "South") if f"{n}</b>" in a.text]
    assert names == ["North", "South", "Events"]


def test_days_are_above_the_lanes_and_below_them() -> None:
    figure = with_events()
    at = sorted(a.y for a in figure.layout.annotations if a.text == "14 May")
    lanes = [a.y for a in figure.layout.annotations if a.text and "North" in a.text]
    assert at[0] < lanes[0] < at[1]


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
    assert "North: 2 statements; South: 2 statements; Events: 2 events" in alt(figure)
    assert "1 event unconfirmed" in alt(figure)


def test_what_comes_after_the_as_of_date_is_pale_and_said() -> None:
    figure = with_events(as_of="2026-05-13")
    pale = {d[1] for t in figure.data if t.opacity and t.opacity < 1 for d in t.customdata}
    assert pale == {"s1", "s2", "s4", "met"}
    assert "4 more come after 13 May 2026 and are pale." in words(figure).subtitle


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
    shown = [h for t in figure.data for h in t.hovertext if "Event" in h]
    shown += [a.text for a in figure.layout.annotations if a.text and ";x&" in a.text]
    assert len(shown) == 2
    assert not [text for text in shown if "&lt;b&gt;x" not in text or "<a " in text or "<i>" in text]


@pytest.mark.parametrize("dark", [False, True])
def test_it_is_drawn_light_and_dark_at_any_width(dark: bool) -> None:
    for width in (320, 600, 1240):
        assert with_events(width=width, dark=dark).layout.width == width
