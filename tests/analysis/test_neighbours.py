"""One actor beside all others: what only it backs, who is close and who is far."""

from __future__ import annotations

from matrix.analysis.neighbours import neighbours, only_backed
from matrix.analysis.positions import fold
from tests.tiny import dataset


def test_only_what_nobody_else_backs_is_its_own() -> None:
    folded = fold(
        dataset("ann talk support early", "ann ban conditional early", "cem talk support late", "dee ban oppose late")
    )
    assert only_backed(folded, actor="ann") == ["ban"]
    assert only_backed(folded, actor="dee") == []


def test_neighbours_need_two_proposals_and_come_with_their_n() -> None:
    rows = ["ann talk support early", "ann ban oppose early", "ann test support early"]
    rows += ["bob talk support early", "bob ban oppose early", "cem talk oppose late", "cem ban support late"]
    found = neighbours(fold(dataset(*rows, "dee talk support late")), actor="ann")
    assert [(r.actor, r.value, r.n) for r in found.frame.itertuples()] == [("bob", 1.0, 2), ("cem", 0.0, 2)]
    assert (found.fewer, found.least) == (1, 2)
    assert found.formula.startswith("points: ")
    assert found.closest(1)["actor"].tolist() == ["bob"]
    assert (found.closest(5)["actor"].tolist(), found.farthest(5)["actor"].tolist()) == (["bob"], ["cem"])


def test_who_meets_nobody_often_enough_is_a_sentence() -> None:
    found = neighbours(fold(dataset("ann talk support early", "bob talk support late")), actor="ann")
    assert (found.n, found.fewer, found.sentence) == (
        0,
        1,
        "Nobody else took a position on 2 or more of the same proposals.",
    )
