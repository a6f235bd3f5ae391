"""The order of rows: themes as they first appear, children below parents; or by backing, dispute, common ground, likeness."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from matrix import load
from matrix.analysis.common_ground import TIERS, common_ground
from matrix.analysis.positions import fold, view
from matrix.analysis.row_order import ORDERS, ordered
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


def in_order(shipped: Path, order: str, **chosen: object) -> list[str]:
    seen = view(fold(load(shipped), Selection.of(chosen)))
    return [seen.proposals["id"].iloc[p.row] for p in ordered(seen, order)]


def test_common_ground_goes_from_what_officials_of_both_sides_back_to_what_nobody_speaks_on(shipped: Path) -> None:
    ground = common_ground(load(shipped)).frame
    order = in_order(shipped, "common-ground")
    assert order[:2] == ["intergovernmental-dialogue", "human-control-nuclear"]
    ranks = [(TIERS.index(ground.loc[p, "tier"]), -ground.loc[p, "score"]) for p in order]
    assert ranks == sorted(ranks)


def test_without_two_sides_there_is_no_common_ground_to_sort_by(dataset: Dataset) -> None:
    assert [p for p, _ in shown(dataset, "common-ground")] == ["a", "b", "a2", "a1", "c"]


def test_similar_proposals_are_neighbours_and_those_without_a_position_last(dataset: Dataset) -> None:
    # a + . .   a1 + + +   b + + -   c - - .   on a2 nobody speaks: a and a1 agree wholly, c opposes them wholly
    order = [p for p, _ in shown(dataset, "similarity")]
    assert sorted(order) == ["a", "a1", "a2", "b", "c"]
    assert order[-1] == "a2"
    assert abs(order.index("a") - order.index("a1")) == 1
    assert order.index("c") in (0, 3)


@pytest.mark.slow
@pytest.mark.parametrize(
    "chosen", [{"stance": ("oppose",)}, {"search": "nuclear"}, {"side": ("us",), "risk_area": ("nc3",)}]
)
@pytest.mark.parametrize("order", ORDERS)
def test_every_order_shows_each_row_once(shipped: Path, order: str, chosen: dict[str, object]) -> None:
    assert sorted(in_order(shipped, order, **chosen)) == sorted(in_order(shipped, "theme", **chosen))
