"""Two actors or sides on the same proposals, shared, alike and different; and one actor beside all others."""

from __future__ import annotations

from typing import Any

import pytest

from matrix.analysis.comparison import PairComparison, neighbours, only_backed, quotes
from matrix.analysis.positions import fold
from matrix.dataset.selection import Selection
from tests.tiny import dataset, table

PROPOSALS = table("id|title|theme|parent", *(f"{p}|{p.upper()}|t|" for p in ("a", "b", "c", "d", "e")))
LINES = (
    *("ann a support early", "cem a conditional late"),  # both back it
    *("ann b oppose early", "cem b oppose late"),  # alike, and against it
    *("ann c support early", "cem c oppose late"),
    *("ann d support early", "cem e concern late"),
)

YES_NO = ("support", "oppose")
MIXED = (("ann d", "oppose"), ("bob d", "concern"), ("ann e", "oppose"), *(("bob e", s) for s in YES_NO))


def compared(one: str = "ann", other: str = "cem", by: str = "actors", *more: str, **chosen: Any) -> PairComparison:
    data = dataset(*LINES, *more, proposals=PROPOSALS)
    return PairComparison(fold(data, Selection(**chosen)), one, other, by)


def test_every_proposal_on_which_either_speaks_is_in_one_part() -> None:
    assert compared().parts == {
        "shared": ("a",),
        "refused": ("b",),
        "mixed": (),
        "differ": ("c",),
        "only-one": ("d",),
        "only-other": ("e",),
        "unknown": (),
    }
    assert compared("cem", "ann").parts["only-one"] == ("e",)


def test_two_that_are_mixed_are_not_told_to_differ_whether_actors_or_sides() -> None:
    pair = compared("ann", "bob", "actors", "ann e support early", *(f"{w} {s} early" for w, s in MIXED))
    assert (pair.parts["mixed"], pair.parts["differ"]) == (("d", "e"), ())
    assert pair.measures[0][1:] == (1.0, 2), "agreement takes mixed and neutral for the same"
    sides = compared("north", "south", "sides", *(f"{w} d {s} early" for w in ("bob", "cem") for s in YES_NO))
    assert (sides.parts["mixed"], sides.parts["differ"]) == (("d",), ("c",))


def test_a_side_that_is_divided_shares_nothing() -> None:
    assert compared("north", "south", "sides").parts["shared"] == ("a",)
    divided = compared("north", "south", "sides", "bob a oppose early")
    assert divided.parts["shared"] == ()
    assert divided.parts["differ"] == ("a", "c")


def test_row_filters_narrow_it() -> None:
    assert compared(proposal=("c",)).parts["differ"] == ("c",)
    assert compared(proposal=("c",)).parts["shared"] == ()


def test_voices_and_statements_stand_behind_each_part() -> None:
    found = compared()
    voices = found.voices(["a", "e"])
    assert [v["stance"] for v in voices["a", "cem"]] == ["conditional"]
    assert ("e", "ann") not in voices
    assert not [proposal for proposal, _ in voices if proposal not in ("a", "e")]
    on = quotes(found.positions, {"ann"}, ["a"])
    assert [(k, [s["id"] for s in rows]) for k, rows in on.items()] == [(("a", "ann"), ["s1"])]


def test_measures_of_two_actors_with_their_n() -> None:
    found = {o.measure: (value, n) for o, value, n in compared().measures}
    assert found["points"] == (pytest.approx(2 / 3), 3)
    assert found["jaccard_backed"] == (pytest.approx(1 / 3), 3)
    assert compared("north", "south", "sides").measures == []
    assert compared("ann", "ann").measures == []
    assert compared().backed == (1, 3)


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
