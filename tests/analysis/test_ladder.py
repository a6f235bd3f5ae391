"""Ladders: rungs in order, who stands on each, who rejects which."""

from __future__ import annotations

from pathlib import Path

import pytest

from matrix.analysis.ladder import ladder
from matrix.dataset.dataset import Dataset
from matrix.dataset.selection import Selection
from matrix.store.folder import load
from tests.tiny import dataset, table


@pytest.fixture(scope="module")
def shipped_data(shipped: Path) -> Dataset:
    return load(shipped)


def test_the_ladder_shows_sun_on_five_rungs_and_against_the_sixth(shipped_data: Dataset) -> None:
    rungs = ladder(shipped_data).frame
    sun = rungs[rungs["actor"] == "sun-chenghao"]
    assert sun["rung"].tolist() == [1, 2, 3, 4, 5, 6]
    assert sun["stands"].tolist() == [True] * 5 + [False]
    assert sun["rejects"].tolist() == [False] * 5 + [True]
    silent = ladder(shipped_data, Selection(source=("krasa-2026-05-08",))).frame
    assert silent["rung"].tolist() == [1, 2, 3, 4, 5, 6]
    assert set(silent["actor"]) == {""}
    assert not silent["stands"].any()


def test_no_ladder_is_an_empty_table() -> None:
    assert ladder(dataset()).sentence.startswith("No ladder to draw")


def test_rungs_from_the_least_demanding_up_with_who_backs_and_who_opposes() -> None:
    proposals = table(
        "id|title|theme|parent|ladder|rung", "ban|Ban|t||arms|2", "talk|Talk|t||arms|1", "test|Test|t||arms|"
    )
    found = ladder(dataset("ann talk support early", "ann ban oppose early", proposals=proposals))
    assert [(r.proposal, r.actor, r.stands, r.rejects) for r in found.frame.itertuples()] == [
        *(("talk", "ann", True, False), ("ban", "ann", False, True), ("test", "", False, False)),
    ]
    assert (found.n, found.sentence) == (2, "")
    assert found.places == {"talk": (1, 3), "ban": (2, 3), "test": (3, 3)}
    refused = ladder(
        dataset("ann talk support early", "ann ban oppose early", proposals=proposals), Selection(stance="oppose")
    )
    assert refused.frame["proposal"].tolist() == ["ban"], "a search or stance filter hides rungs too"
    assert refused.places["ban"] == (2, 3), "and a rung keeps its place"
    assert found.formula.startswith("an actor stands on a rung that it backs")


def test_where_sides_meet_and_who_stands_on_how_many_rungs() -> None:
    proposals = table(
        "id|title|theme|parent|ladder|rung", "talk|Talk|t||arms|1", "test|Test|t||arms|2", "ban|Ban|t||arms|3"
    )
    data = dataset(
        "cem talk support early",
        "ann talk support early",
        "ann test support early",
        "dee test support early",
        "cem test oppose early",
        "bob ban oppose early",
        proposals=proposals,
    )
    found = ladder(data)
    assert found.meeting("arms", ["north", "south"]) == [1], "on the second, a member of the south is against"
    assert found.meeting("arms", ["north"]) == [1, 2]
    assert [tuple(s) for s in found.steps("arms")] == [
        *(("ann", [1, 2], []), ("cem", [1], [2]), ("dee", [2], []), ("bob", [], [3])),
    ]
