"""Voices: a line for everyone who takes a position, with the conditions and how well it is known."""

from __future__ import annotations

import numpy as np

from matrix.analysis.positions import fold
from matrix.analysis.voices import COLUMNS, voices, voices_of
from matrix.dataset.dataset import Dataset
from matrix.dataset.selection import Selection
from tests.tiny import dataset


def every(data: Dataset) -> list[tuple[object, ...]]:
    rows, columns = np.arange(len(data.proposals)), np.arange(len(data.actors))
    return [tuple(v) for v in voices(fold(data), rows, columns).itertuples(index=False)]


def test_a_line_an_actor_and_proposal_by_side_with_the_weakest_evidence() -> None:
    data = dataset(
        "cem talk oppose late attribution=quoted confidence=high",
        "ann talk conditional early attribution=quoted confidence=high",
        "ann talk conditional late attribution=unattributed confidence=low",
    )
    assert voices(fold(data), np.array([0]), np.array([0])).columns.tolist() == list(COLUMNS)
    assert every(data) == [
        ("talk", "north", "ann", "conditional", 0.5, True, "it is mutual", 2, "unattributed", "low"),
        ("talk", "south", "cem", "oppose", -1.0, True, "", 1, "quoted", "high"),
    ]


def test_a_mixed_position_has_the_score_0_and_no_position_no_line() -> None:
    data = dataset("bob ban support early", "bob ban oppose late")
    assert every(data) == [("ban", "north", "bob", "mixed", 0.0, False, "", 2, "", "")]


def test_only_the_given_proposals_and_actors() -> None:
    folded = fold(dataset("ann talk support early", "bob talk support early", "ann ban oppose early"))
    found = voices(folded, np.array([2]), np.array([0, 1]))
    assert list(zip(found["proposal"], found["actor"], strict=True)) == [("ban", "ann")]


def test_of_one_actor_in_the_order_in_which_the_matrix_is_read() -> None:
    data = dataset("ann ban support early", "ann test oppose early", "ann talk support early", "bob ban support early")
    folded = fold(data, Selection(proposal=("ban", "test"), side=("south",)))
    assert voices_of(folded, actor="ann")["proposal"].tolist() == ["test", "ban"], "whoever else is chosen"
    assert not len(voices_of(folded, actor="dee"))
