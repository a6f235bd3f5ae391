"""Statements and events in time: lanes, what a date means, what changed between two days - all countable by hand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matrix.analysis.neighbours import neighbours, only_backed
from matrix.analysis.position_changes import GONE, MOVED, NEW, REPLACED, before, changes, history, moments
from matrix.analysis.positions import EMPTY, fold
from matrix.analysis.timeline import EVENT, OTHERS, SEVERAL, STATEMENT, lanes, timeline
from matrix.analysis.unsettled import conflicts, official_silences, silent_events
from matrix.dataset import dates
from matrix.dataset.selection import Selection
from tests.tiny import dataset, table

DAY = "date_start={0} date_end={0}"
EVENTS = (
    "id|title|date_start|date_end|kind|sides|proposals|source|quote|status|conflicts_with|note",
    "met|They met|2026-02-01|2026-02-01|meeting|north;south|talk|early||confirmed|denied|",
    "denied|They did not meet|||claim|south|talk|late||unconfirmed|met|",
    "hush|No word from the South|2026-03|2026-03|official silence|south|ban|late||confirmed||",
    "other|A third speaks|2026-03-01||claim|||early||planned||Ann is named here",
)


def said(*rows: str, **tables):
    return dataset(*rows, **tables)


def considering_then_agreed():
    """North considers on 1 March, agrees on 1 April in bob's words; cem opposes from 1 May on, undated dee backs."""
    return said(
        f"ann talk conditional early superseded_by=s2 {DAY.format('2026-03-01')}",
        f"bob talk support early {DAY.format('2026-04-01')}",
        f"cem talk oppose late {DAY.format('2026-05-01')}",
        "dee talk support late",
    )


# ---------------------------------------------------------------- lanes and dates


def test_what_concerns_several_sides_stands_after_the_first_and_all_the_rest_last() -> None:
    assert [(lane.id, lane.name) for lane in lanes(said())] == [
        *(("north", "North"), (SEVERAL, "Both sides"), ("south", "South"), (OTHERS, "Others")),
    ]


def test_without_sides_there_is_one_lane() -> None:
    plain = said(sides=table("id|name"), actors=table("id|name|side", "ann|Ann|"))
    assert [lane.name for lane in lanes(plain)] == ["All actors"]


def test_an_uncounted_side_shares_the_last_lane() -> None:
    data = said(sides=table("id|name|counted", "north|North|true", "south|South|false"))
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
    line = timeline(said(row)).frame.iloc[0]
    assert (line["span"], line["date"]) == (span, words)


def test_everything_stands_in_the_order_of_time_and_the_undated_last() -> None:
    frame = timeline(
        said(
            "ann talk support late",
            f"bob talk support late {DAY.format('2026-05-02')}",
            f"cem ban oppose late {DAY.format('2026-05-01')}",
            events=table(*EVENTS),
        )
    ).frame
    assert frame["id"].tolist() == ["met", "other", "hush", "s3", "s2", "s1", "denied"]
    assert frame["lane"].tolist() == [SEVERAL, OTHERS, "south", "south", "north", "north", "south"]


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
    data = said(
        f"ann talk support early {DAY.format('2026-03-01')}",
        "bob talk support early",
        "cem talk oppose late",
        "dee talk support late",
        events=table(*EVENTS),
    )
    frame = timeline(data, selection).frame
    assert (frame["kind"] == STATEMENT).sum() == statements
    assert frame.loc[frame["kind"] == EVENT, "id"].tolist() == events


# ---------------------------------------------------------------- between two days


def test_only_days_on_which_something_is_said_are_offered() -> None:
    data = considering_then_agreed()
    assert moments(data) == ("2026-03-01", "2026-04-01", "2026-05-01")
    assert moments(data, Selection(source=("early",))) == ("2026-03-01", "2026-04-01")
    assert moments(said("ann talk support late")) == ()


def test_the_day_before_is_the_last_earlier_one() -> None:
    assert before(("2026-03-01", "2026-04-01"), "2026-04-01") == "2026-03-01"
    assert before(("2026-03-01", "2026-04-01"), "2026") == "2026-04-01"
    assert before(("2026-03-01",), "2026-03-01") == ""


def lines(since: str, until: str, selection: Selection | None = None):
    found = changes(considering_then_agreed(), since, until, selection)
    return [(r.actor, r.kind, r.before, r.after, r.statements, r.replaced, r.by) for r in found.frame.itertuples()]


def test_a_position_superseded_by_its_own_side_is_named_with_what_stands_in_its_place() -> None:
    assert lines("2026-03-01", "2026-04-01") == [
        ("ann", REPLACED, "conditional", "", (), ("s1",), ("s2",)),
        ("bob", NEW, "", "support", ("s2",), (), ()),
    ]


@pytest.mark.parametrize(
    ("stances", "now", "told"),
    [
        (("support",), "support", "1 superseded (1 of them moved to another stance)"),
        (("conditional",), "conditional", "1 superseded"),
        (("support", "oppose"), "mixed", "1 superseded (1 of them moved to another stance)"),
    ],
)
def test_a_superseded_position_moves_where_its_side_now_takes_another_stance(
    stances: tuple[str, ...], now: str, told: str
) -> None:
    data = said(
        *(
            f"ann talk conditional early superseded_by=s{len(stances) + i + 1} {DAY.format('2026-03-01')}"
            for i in range(len(stances))
        ),
        *(f"bob talk {stance} early {DAY.format('2026-04-01')}" for stance in stances),
    )
    found = changes(data, "2026-03-01", "2026-04-01")
    assert found.of(REPLACED)["now"].tolist() == [now]
    assert found.carried["now"].tolist() == ([now] if now != "conditional" else [])
    assert found.counted(REPLACED) == told
    assert found.counted(GONE) == ""


def test_from_the_beginning_all_is_new_and_at_the_end_the_undated_count() -> None:
    assert lines("", "2026-03-01") == [("ann", NEW, "", "conditional", ("s1",), (), ())]
    assert ("dee", NEW, "", "support", ("s4",), (), ()) in lines("2026-05-01", "")
    assert lines("2026-05-01", "2026-05-01") == []


def test_backwards_in_time_positions_go() -> None:
    assert [r[:2] for r in lines("2026-05-01", "2026-03-01")] == [("ann", NEW), ("bob", GONE), ("cem", GONE)]


def test_the_same_actor_moves_from_considering_to_agreed() -> None:
    data = said(
        f"ann talk conditional early superseded_by=s2 {DAY.format('2026-03-01')}",
        f"ann talk support early {DAY.format('2026-04-01')}",
    )
    (line,) = changes(data, "2026-03-01", "2026-04-01").frame.itertuples()
    assert (line.kind, line.before, line.after) == (MOVED, "conditional", "support")
    assert (line.statements, line.replaced, line.by) == (("s2",), ("s1",), ("s2",))


def test_filters_choose_the_cells_and_the_stances_of_either_day() -> None:
    assert [r[0] for r in lines("2026-03-01", "", Selection(side=("south",)))] == ["cem", "dee"]
    assert [r[0] for r in lines("2026-03-01", "", Selection(stance=("conditional",)))] == ["ann"]
    assert lines("2026-03-01", "", Selection(as_of="2026-03")) == lines("2026-03-01", "")


def test_counts_and_rule_stand_beside_the_changes() -> None:
    found = changes(considering_then_agreed(), "2026-03-01", "", Selection(rule="latest"))
    assert (found.positions, found.counting, found.rule) == ((1, 3), (1, 3), "latest")
    assert len(found.of(NEW)) == 3


@given(st.lists(st.sampled_from(["2026-03", "2026-03-01", "2026-04-01", "2026-05", ""]), min_size=2, max_size=2))
def test_positions_change_by_what_is_new_less_what_is_lost(days: list[str]) -> None:
    since, until = days
    found = changes(considering_then_agreed(), since, until)
    lost = len(found.of(REPLACED)) + len(found.of(GONE))
    assert found.positions[1] - found.positions[0] == len(found.of(NEW)) - lost
    after = fold(considering_then_agreed(), Selection(as_of=until)).codes
    assert found.positions[1] == (after != EMPTY).sum()


def test_the_history_of_a_cell_has_a_step_for_each_change() -> None:
    data = considering_then_agreed()
    steps = [(s.day, s.position, s.statements, s.by) for s in history(data, "talk", "ann")]
    assert steps == [("2026-03-01", "conditional", ("s1",), ()), ("2026-04-01", "", (), ("s2",))]
    assert [(s.day, s.position) for s in history(data, "talk", "dee")] == [("", "support")]
    assert history(data, "ban", "ann") == ()


# ---------------------------------------------------------------- what is not settled


def test_a_conflict_named_on_both_events_is_one() -> None:
    (found,) = conflicts(said(events=table(*EVENTS)))
    assert (found.one["id"], found.other["id"]) == ("met", "denied")
    assert conflicts(said()) == []


def test_silences_are_found_by_the_word_in_their_kind() -> None:
    assert [e["id"] for e in silent_events(said(events=table(*EVENTS)))] == ["hush"]


def test_a_side_is_officially_silent_where_its_officials_never_spoke_and_the_others_did() -> None:
    data = said("ann talk support early", "dee talk oppose early", "bob ban oppose early", "cem test support late")
    found = official_silences(fold(data))
    assert [tuple(r) for r in found.itertuples(index=False)] == [
        ("north", "test", 1, ("cem",)),
        ("south", "talk", 1, ("ann",)),
    ]


def test_spoken_outside_the_chosen_evidence_is_no_silence() -> None:
    data = said("ann talk support early", "cem talk support late")
    assert official_silences(fold(data, Selection(source=("early",)))).empty


def test_one_side_alone_is_silent_to_nobody() -> None:
    data = said(
        "ann talk support early", sides=table("id|name|main|counted", "north|North|true|", "south|South||false")
    )
    assert official_silences(fold(data)).empty


# ---------------------------------------------------------------- one actor


def test_only_what_nobody_else_backs_is_its_own() -> None:
    folded = fold(
        said("ann talk support early", "ann ban conditional early", "cem talk support late", "dee ban oppose late")
    )
    assert only_backed(folded, "ann") == ["ban"]
    assert only_backed(folded, "dee") == []


def test_neighbours_need_two_proposals_and_come_with_their_n() -> None:
    rows = ["ann talk support early", "ann ban oppose early", "ann test support early"]
    rows += ["bob talk support early", "bob ban oppose early", "cem talk oppose late", "cem ban support late"]
    found = neighbours(fold(said(*rows, "dee talk support late")), "ann")
    assert [(r.actor, r.value, r.n) for r in found.frame.itertuples()] == [("bob", 1.0, 2), ("cem", 0.0, 2)]
    assert (found.fewer, found.least) == (1, 2)
    assert found.formula.startswith("points: ")
    assert found.closest(1)["actor"].tolist() == ["bob"]
    assert (found.closest(5)["actor"].tolist(), found.farthest(5)["actor"].tolist()) == (["bob"], ["cem"])


def test_days_in_the_frame_are_days() -> None:
    line = timeline(said(f"ann talk support early {DAY.format('2026-05-14')}")).frame.iloc[0]
    assert dates.iso(int(line["first"])) == dates.iso(int(line["last"])) == "2026-05-14"
