"""One side's brief: what it backs, refuses and raises, and on what it is silent."""

from __future__ import annotations

from pathlib import Path

import pytest

from matrix.analysis.side_brief import side_brief
from matrix.dataset.dataset import Dataset
from matrix.dataset.problems import SelectionError
from matrix.dataset.selection import Selection
from matrix.store.folder import load
from tests.tiny import dataset


@pytest.fixture(scope="module")
def shipped_data(shipped: Path) -> Dataset:
    return load(shipped)


def test_a_sides_brief(shipped_data: Dataset) -> None:
    us = side_brief(shipped_data, side="us")
    assert us.others == ("china", "other"), "third parties are named too, nobody of no side is"
    assert us.part("backs")["official"].all()
    assert us.part("backs")["proposal"].iloc[0] == "intergovernmental-dialogue"
    assert set(us.unheard) == {"us-defense-department", "us-state-department", "dario-amodei", "anthropic"}
    assert "nc3-red-lines" in set(us.part("silent")["proposal"])
    assert not set(us.part("silent")["proposal"]) & set(us.part("backs")["proposal"])
    china = side_brief(shipped_data, side="china")
    officials = china.part("backs").drop_duplicates("proposal")["official"].tolist()
    assert officials == sorted(officials, reverse=True)  # those with an official come first
    assert set(china.part("refuses")["proposal"]) == {
        *("sweeping-framework", "us-defined-frameworks", "securitising-civilian-ai", "nc3-ban"),
    }
    assert set(china.part("raises")["actor"]) <= {"cicir", "xiao-qian", "cai-cuihong"}
    assert (china.conditions["conditions"] != "").all()
    assert set(china.part("silent")["proposal"]) == {
        *("ai-protocols", "start-and-calendar", "us-ai-leadership"),
        *("continued-talks", "dialogue-scope", "working-group"),  # third parties ask for these
    }
    assert set(side_brief(shipped_data, side="china", others=["us"]).part("silent")["proposal"]) == {
        *("ai-protocols", "start-and-calendar", "us-ai-leadership"),
    }


def test_a_side_that_spoke_outside_the_evidence_is_not_called_silent() -> None:
    data = dataset("ann talk support early", "cem talk concern late", "cem ban support early")
    assert side_brief(data, Selection(source=("early",)), side="south").part("silent")["proposal"].tolist() == []
    assert side_brief(data, side="north").part("silent")["proposal"].tolist() == ["ban"]
    with pytest.raises(SelectionError, match="did you mean 'north'"):
        side_brief(data, side="nort")


def test_the_parts_stand_in_one_frame_with_n_over_its_own_lines() -> None:
    data = dataset(
        "ann talk support early", "ann test conditional early", "bob test support late", "cem ban support late"
    )
    found = side_brief(data, side="north")
    assert list(zip(found.frame["part"], found.frame["proposal"], found.frame["actor"], strict=True)) == [
        *(("backs", "test", "ann"), ("backs", "test", "bob"), ("backs", "talk", "ann")),
        ("silent", "ban", "cem"),
    ]
    assert (found.n, found.sentence, found.others) == (3, "", ("south",))
    assert found.conditions["proposal"].tolist() == ["test"]
    assert found.formula.startswith("backs: a positive score")
    with pytest.raises(SelectionError, match="did you mean 'backs'"):
        found.part("back")


def test_among_experts_a_side_speaks_and_is_silent_by_its_experts() -> None:
    data = dataset("ann talk support early", "bob test support early", "dee ban oppose early", "dee talk support late")
    experts = Selection(authority="expert")
    north = side_brief(data, experts, side="north")
    assert north.part("backs")["actor"].tolist() == ["bob"]
    assert north.part("silent")["proposal"].tolist() == ["talk"], "Ann, an official, speaks on it"
    south = side_brief(data, experts, side="south")
    assert south.part("silent")["proposal"].tolist() == ["test"]
    nobody = side_brief(data, Selection(side="north"), side="south")
    assert (len(nobody.frame), nobody.unheard) == (0, ())
    assert nobody.sentence == "No actor of South is chosen."


def test_a_side_without_a_position_says_so() -> None:
    found = side_brief(dataset("cem ban support late"), side="north")
    assert found.sentence == "No position of North is in this selection."
    assert found.unheard == ("ann", "bob")
