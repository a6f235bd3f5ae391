"""Exactly these, or at least these: overlaps of what chosen actors or sides back."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings

from matrix.analysis import sets as module
from matrix.analysis.positions import fold
from matrix.analysis.sets import most_backing, sets
from matrix.dataset.problems import SelectionError
from matrix.dataset.selection import Selection
from matrix.store.folder import load
from tests.analysis import random_data
from tests.tiny import dataset

LINES = ("ann talk support early", "ann test conditional early", "bob test support early", "cem ban oppose early")


def test_exclusive_and_inclusive_by_hand() -> None:
    found = sets(dataset(*LINES), of=["ann", "bob", "cem"])
    rows = {i.of: (i.exclusive, i.inclusive) for i in found.intersections}
    assert rows == {
        ("ann",): (("talk",), ("talk", "test")),
        ("bob",): ((), ("test",)),
        ("ann", "bob"): (("test",), ("test",)),
    }
    assert found.sets == {"ann": ("talk", "test"), "bob": ("test",), "cem": ()}
    assert found.union == ("talk", "test")


def test_a_side_backs_what_a_member_backs() -> None:
    found = sets(dataset(*LINES), of=["north", "south"], by="sides")
    assert [(i.of, i.exclusive) for i in found.intersections] == [(("north",), ("talk", "test"))]
    rows = sets(dataset(*LINES), Selection(proposal=("talk",)), of=["north", "south"], by="sides")
    assert rows.union == ("talk",)


def test_unknown_ones_are_refused() -> None:
    with pytest.raises(SelectionError, match="actor: 'nobody'"):
        sets(dataset(), of=["nobody"])
    with pytest.raises(SelectionError, match=r"side: 'nort' .* did you mean 'north'"):
        sets(dataset(), of=["nort"], by="sides")
    with pytest.raises(SelectionError, match="by: "):
        sets(dataset(), of=[], by="people")
    assert sets(dataset(), of=[]).intersections == ()


@pytest.mark.slow
@settings(max_examples=40)
@given(random_data.datasets())
def test_exclusive_sets_add_up_to_the_union(made: Any) -> None:
    data = made[2]
    chosen = data.actors["id"].tolist()
    found = sets(data, of=chosen)
    parts = [p for i in found.intersections for p in i.exclusive]
    assert sorted(parts) == sorted(found.union)
    backed = {a: set(found.sets[a]) for a in chosen}
    for n in range(1, 6):
        for c in combinations(chosen, n):
            expected = set.intersection(*(backed[a] for a in c))
            got = next((set(i.inclusive) for i in found.intersections if i.of == c), set())
            assert got == expected
            exact = next((set(i.exclusive) for i in found.intersections if i.of == c), set())
            assert exact == expected - set().union(*(backed[a] for a in chosen if a not in c))


def test_of_many_sets_only_the_combinations_that_occur(shipped: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = load(shipped)
    found = sets(data, of=data.actors["id"].tolist())
    assert not found.complete
    assert all(i.exclusive for i in found.intersections)
    assert sum(len(i.exclusive) for i in found.intersections) == len(found.union)
    monkeypatch.setattr(module, "MOST", 1)
    assert not sets(data, of=["xiao-qian", "cai-cuihong"]).complete


def test_two_experts_share_three_proposals(shipped: Path) -> None:
    both = sets(load(shipped), of=["xiao-qian", "cai-cuihong"]).intersections[-1]
    assert both.of == ("xiao-qian", "cai-cuihong")
    assert set(both.exclusive) == {"bounded-cooperation", "incident-communication", "evaluation-exchange"}


def test_who_backs_most_in_the_order_of_the_table() -> None:
    data = dataset("ann talk support early", "ann ban oppose early", "dee talk support early", "dee ban support early")
    assert most_backing(fold(data), most=2) == ["ann", "dee"]
    assert most_backing(fold(data), most=1) == ["dee"]
    assert most_backing(fold(data, Selection(actor=("ann", "bob"))), most=2) == ["ann"], "nobody who backs nothing"
