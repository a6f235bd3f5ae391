"""The order of rows: themes as they first appear, children below their parents; or the most backed, the most disputed."""

from __future__ import annotations

import pandas as pd
import pytest

from matrix.analysis.positions import fold, view
from matrix.dashboard.order import ordered
from matrix.dataset.dataset import Dataset
from matrix.dataset.selection import Selection


@pytest.fixture(scope="module")
def dataset() -> Dataset:
    proposals = [
        {"id": "a", "theme": "x", "parent": ""},
        {"id": "b", "theme": "y", "parent": ""},
        {"id": "a2", "theme": "x", "parent": "a1"},
        {"id": "a1", "theme": "x", "parent": "a"},
        {"id": "c", "theme": "y", "parent": "a"},  # under another theme than its parent
    ]
    stances = {"a": "+", "b": "++-", "a1": "+++", "c": "--"}
    return Dataset.from_frames(
        {
            "sources": pd.DataFrame([{"id": "s", "title": "S"}]),
            "actors": pd.DataFrame([{"id": f"u{i}", "name": f"U{i}"} for i in range(3)]),
            "proposals": pd.DataFrame([{**p, "title": p["id"]} for p in proposals]),
            "statements": pd.DataFrame(
                [
                    {"id": f"{p}{i}", "actor": f"u{i}", "proposal": p, "source": "s", "quote": "q", "stance": stance}
                    for p, signs in stances.items()
                    for i, sign in enumerate(signs)
                    for stance in ["support" if sign == "+" else "oppose"]
                ]
            ),
        }
    )


def shown(dataset: Dataset, order: str, **chosen: object) -> list[tuple[str, int]]:
    seen = view(fold(dataset, Selection.of(chosen)))
    ids = seen.proposals["id"].tolist()
    return [(ids[p.row], p.depth) for p in ordered(seen, order)]


def test_by_theme_children_stand_below_their_parents(dataset: Dataset) -> None:
    assert shown(dataset, "theme") == [("a", 0), ("a1", 1), ("a2", 2), ("b", 0), ("c", 0)]


def test_a_child_whose_parent_is_filtered_away_stands_alone(dataset: Dataset) -> None:
    assert shown(dataset, "theme", proposal=("a2", "a")) == [("a", 0), ("a2", 0)]


def test_most_backed_and_most_disputed_first(dataset: Dataset) -> None:
    assert [p for p, _ in shown(dataset, "backed")] == ["a1", "b", "a", "a2", "c"]
    assert [p for p, _ in shown(dataset, "disputed")] == ["b", "c", "a1", "a", "a2"]
