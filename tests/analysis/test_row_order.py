"""The order of rows: bands of common ground, themes as they first appear; in a band by backing, date, title, likeness."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from matrix import load
from matrix.analysis.common_ground import TIERS, common_ground
from matrix.analysis.positions import fold, view
from matrix.analysis.row_order import GROUPS, SORTS, bands, ordered, tier_bands
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


def shown(dataset: Dataset, group: str, sort: str, **chosen: object) -> list[tuple[str, int]]:
    seen = view(fold(dataset, Selection.of(chosen)))
    ids = seen.proposals["id"].tolist()
    return [(ids[p.row], p.depth) for p in ordered(seen, group, sort)]


def test_by_theme_children_stand_below_their_parents(dataset: Dataset) -> None:
    assert shown(dataset, "theme", "listed") == [("a", 0), ("a1", 1), ("a2", 2), ("b", 0), ("c", 0)]


def test_a_child_whose_parent_is_filtered_away_stands_alone(dataset: Dataset) -> None:
    assert shown(dataset, "theme", "listed", proposal=("a2", "a")) == [("a", 0), ("a2", 0)]


def test_most_backed_and_most_disputed_first(dataset: Dataset) -> None:
    assert [p for p, _ in shown(dataset, "none", "backed")] == ["a1", "b", "a", "a2", "c"]
    assert [p for p, _ in shown(dataset, "none", "disputed")] == ["b", "c", "a1", "a", "a2"]


def test_within_a_theme_the_rows_are_sorted_too(dataset: Dataset) -> None:
    assert shown(dataset, "theme", "backed") == [(p, 0) for p in ("a1", "a", "a2", "b", "c")]
    assert [p for p, _ in shown(dataset, "none", "title")] == ["a", "a1", "a2", "b", "c"]


def test_the_latest_statement_comes_first_and_what_is_undated_last(sided: Dataset) -> None:
    assert [p for p, _ in shown(sided, "none", "date")] == ["alone", "both", "refused", "silent", "others"]


@pytest.fixture(scope="module")
def sided() -> Dataset:
    """Officials of north and south back `both`; only south asks `alone`; `refused` by north; of others `others`."""
    said = [
        ("both", "ann", "support", "2026-01-02"),
        ("both", "cy", "support", "2026-01-03"),
        ("alone", "cy", "support", "2026-03-01"),
        ("refused", "ann", "oppose", "2025-12-31"),
        ("others", "un", "support", ""),
    ]
    return Dataset.from_frames(
        {
            "sources": pd.DataFrame([{"id": "s", "title": "S"}]),
            "sides": pd.DataFrame([{"id": s, "name": s.capitalize(), "main": m} for s, m in SIDES.items()]),
            "actors": pd.DataFrame(
                [
                    {"id": "ann", "name": "Ann", "side": "north", "authority": "official"},
                    {"id": "cy", "name": "Cy", "side": "south", "authority": "official"},
                    {"id": "un", "name": "UN", "side": "world", "authority": "official"},
                ]
            ),
            "proposals": pd.DataFrame(
                [{"id": p, "title": p} for p in ("both", "alone", "refused", "silent", "others")]
            ),
            "statements": pd.DataFrame(
                [
                    {
                        "id": f"{p}-{a}",
                        "actor": a,
                        "proposal": p,
                        "stance": stance,
                        "source": "s",
                        "quote": "q",
                        "date_start": day,
                        "date_end": day,
                    }
                    for p, a, stance, day in said
                ]
            ),
        }
    )


SIDES = {"north": "true", "south": "true", "world": "false"}


def test_bands_run_from_what_officials_of_both_back_to_what_nobody_speaks_on(sided: Dataset) -> None:
    seen = view(fold(sided))
    assert [(band.id, band.short, n) for band, n in tier_bands(seen)] == [
        ("official", "officials of both", 1),
        ("one-sided~south", "South, not North", 1),
        ("rejected", "refused", 1),
        ("unheard", "not heard", 1),
        ("unheard~others", "only others", 1),
    ]
    assert [p for p, _ in shown(sided, "common-ground", "backed")] == ["both", "alone", "refused", "silent", "others"]
    asked = ordered(seen)[1].band
    assert asked
    assert (asked.words, asked.side) == ("South asks, North does not", "south")


def test_one_band_alone_can_be_shown_whatever_the_grouping(sided: Dataset) -> None:
    seen = view(fold(sided))
    ids = seen.proposals["id"].tolist()
    for group in GROUPS:
        rows = ordered(seen, group, only=("one-sided~south", "unheard"))
        assert sorted(ids[p.row] for p in rows) == ["alone", "silent"]


def test_bands_of_the_shipped_dataset_are_its_tiers(shipped: Path) -> None:
    ground = common_ground(load(shipped))
    found = bands(ground)
    assert [band.tier for band in found] == ground.frame["tier"].tolist()
    order = [p.band.tier for p in ordered(view(ground.positions)) if p.band]
    assert order == sorted(order, key=TIERS.index)
    assert len(order) == len(ground.frame)


def test_without_two_sides_there_is_no_common_ground_to_group_by(dataset: Dataset) -> None:
    assert tier_bands(view(fold(dataset))) == []
    assert shown(dataset, "common-ground", "listed") == shown(dataset, "theme", "listed")


def test_similar_proposals_are_neighbours_and_those_without_a_position_last(dataset: Dataset) -> None:
    # a + . .   a1 + + +   b + + -   c - - .   on a2 nobody speaks: a and a1 agree wholly, c opposes them wholly
    order = [p for p, _ in shown(dataset, "none", "similarity")]
    assert sorted(order) == ["a", "a1", "a2", "b", "c"]
    assert order[-1] == "a2"
    assert abs(order.index("a") - order.index("a1")) == 1
    assert order.index("c") in (0, 3)


@pytest.mark.parametrize(
    "chosen", [{"stance": ("oppose",)}, {"search": "nuclear"}, {"side": ("us",), "risk_area": ("nc3",)}]
)
@pytest.mark.parametrize("sort", SORTS)
def test_every_order_shows_each_row_once(shipped: Path, sort: str, chosen: dict[str, object]) -> None:
    seen = view(fold(load(shipped), Selection.of(chosen)))
    for group in GROUPS:
        assert sorted(p.row for p in ordered(seen, group, sort)) == list(range(len(seen.rows)))
