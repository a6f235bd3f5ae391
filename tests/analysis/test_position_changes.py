"""What changed in the matrix between two days, and what one cell held from which day on."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matrix.analysis.position_changes import GONE, MOVED, NEW, REPLACED, before, cell_history, moments, position_changes
from matrix.analysis.positions import EMPTY, fold
from matrix.dataset.selection import Selection
from tests.analysis.over_time import DAY, considering_then_agreed
from tests.tiny import dataset


def test_only_days_on_which_something_is_said_are_offered() -> None:
    data = considering_then_agreed()
    assert moments(data) == ("2026-03-01", "2026-04-01", "2026-05-01")
    assert moments(data, Selection(source=("early",))) == ("2026-03-01", "2026-04-01")
    assert moments(dataset("ann talk support late")) == ()


def test_the_day_before_is_the_last_earlier_one() -> None:
    assert before(("2026-03-01", "2026-04-01"), "2026-04-01") == "2026-03-01"
    assert before(("2026-03-01", "2026-04-01"), "2026") == "2026-04-01"
    assert before(("2026-03-01",), "2026-03-01") == ""


def lines(since: str, until: str, selection: Selection | None = None):
    found = position_changes(considering_then_agreed(), selection, since=since, until=until)
    return [(r.actor, r.kind, r.before, r.after, r.statements, r.replaced, r.by) for r in found.frame.itertuples()]


def test_a_position_superseded_by_its_own_side_is_named_with_what_stands_in_its_place() -> None:
    assert lines("2026-03-01", "2026-04-01") == [
        ("ann", REPLACED, "conditional", "", (), ("s1",), ("s2",)),
        ("bob", NEW, "", "support", ("s2",), (), ()),
    ]


@pytest.mark.parametrize(
    ("stances", "now", "words"),
    [
        (("support",), "support", "1 superseded (1 of them moved to another stance)"),
        (("conditional",), "conditional", "1 superseded"),
        (("support", "oppose"), "mixed", "1 superseded (1 of them moved to another stance)"),
    ],
)
def test_a_superseded_position_moves_where_its_side_now_takes_another_stance(
    stances: tuple[str, ...], now: str, words: str
) -> None:
    data = dataset(
        *(
            f"ann talk conditional early superseded_by=s{len(stances) + i + 1} {DAY.format('2026-03-01')}"
            for i in range(len(stances))
        ),
        *(f"bob talk {stance} early {DAY.format('2026-04-01')}" for stance in stances),
    )
    found = position_changes(data, since="2026-03-01", until="2026-04-01")
    assert found.of(REPLACED)["now"].tolist() == [now]
    assert found.carried["now"].tolist() == ([now] if now != "conditional" else [])
    assert found.counted(REPLACED) == words
    assert found.counted(GONE) == ""


def test_from_the_beginning_all_is_new_and_at_the_end_the_undated_count() -> None:
    assert lines("", "2026-03-01") == [("ann", NEW, "", "conditional", ("s1",), (), ())]
    assert ("dee", NEW, "", "support", ("s4",), (), ()) in lines("2026-05-01", "")
    assert lines("2026-05-01", "2026-05-01") == []


def test_backwards_in_time_positions_go() -> None:
    assert [r[:2] for r in lines("2026-05-01", "2026-03-01")] == [("ann", NEW), ("bob", GONE), ("cem", GONE)]


def test_the_same_actor_moves_from_considering_to_agreed() -> None:
    data = dataset(
        f"ann talk conditional early superseded_by=s2 {DAY.format('2026-03-01')}",
        f"ann talk support early {DAY.format('2026-04-01')}",
    )
    (line,) = position_changes(data, since="2026-03-01", until="2026-04-01").frame.itertuples()
    assert (line.kind, line.before, line.after) == (MOVED, "conditional", "support")
    assert (line.statements, line.replaced, line.by) == (("s2",), ("s1",), ("s2",))


def test_filters_choose_the_cells_and_the_stances_of_either_day() -> None:
    assert [r[0] for r in lines("2026-03-01", "", Selection(side=("south",)))] == ["cem", "dee"]
    assert [r[0] for r in lines("2026-03-01", "", Selection(stance=("conditional",)))] == ["ann"]
    assert lines("2026-03-01", "", Selection(as_of="2026-03")) == lines("2026-03-01", "")


def test_counts_and_rule_stand_beside_the_changes() -> None:
    found = position_changes(considering_then_agreed(), Selection(rule="latest"), since="2026-03-01", until="")
    assert (found.positions, found.counting, found.rule) == ((1, 3), (1, 3), "latest")
    assert len(found.of(NEW)) == 3


@pytest.mark.slow
@given(st.lists(st.sampled_from(["2026-03", "2026-03-01", "2026-04-01", "2026-05", ""]), min_size=2, max_size=2))
def test_positions_change_by_what_is_new_less_what_is_lost(days: list[str]) -> None:
    since, until = days
    found = position_changes(considering_then_agreed(), since=since, until=until)
    lost = len(found.of(REPLACED)) + len(found.of(GONE))
    assert found.positions[1] - found.positions[0] == len(found.of(NEW)) - lost
    after = fold(considering_then_agreed(), Selection(as_of=until)).codes
    assert found.positions[1] == (after != EMPTY).sum()


def test_the_history_of_a_cell_has_a_step_for_each_change() -> None:
    data = considering_then_agreed()
    steps = [(s.day, s.position, s.statements, s.by) for s in cell_history(data, proposal="talk", actor="ann")]
    assert steps == [("2026-03-01", "conditional", ("s1",), ()), ("2026-04-01", "", (), ("s2",))]
    assert [(s.day, s.position) for s in cell_history(data, proposal="talk", actor="dee")] == [("", "support")]
    assert cell_history(data, proposal="ban", actor="ann") == ()


def test_the_result_names_its_formula_and_counts_the_cells_compared() -> None:
    found = position_changes(considering_then_agreed(), since="2026-03-01", until="2026-05-01")
    assert found.n == 3  # ann's of March, bob's of April, cem's of May
    assert found.sentence == ""
    assert found.formula.startswith("positions as of the first and as of the second day")
    same = position_changes(considering_then_agreed(), since="2026-03-01", until="2026-03-02")
    assert same.sentence == "No position changed: 1 stand as they did on both days."
