"""Trees of parents, by hand: climate > warming > arctic, climate > rain, and health."""

from __future__ import annotations

from matrix.dataset.trees import above, below, branches, children, tree
from tests.tiny import table

AREAS = table("id|parent", "arctic|warming", "climate|", "warming|climate", "rain|climate", "health|", "lost|gone")


def test_children_in_the_order_of_the_table() -> None:
    assert children(AREAS) == {
        "warming": ["arctic"], "": ["climate", "health"], "climate": ["warming", "rain"], "gone": ["lost"],
    }  # fmt: skip


def test_above_runs_from_the_nearest_up_and_stops_at_what_is_not_there() -> None:
    assert above(AREAS, "arctic") == ["warming", "climate"]
    assert above(AREAS, "climate") == above(AREAS, "lost") == above(AREAS, "nowhere") == []


def test_a_circle_ends() -> None:
    assert above(table("id|parent", "a|b", "b|a"), "a") == ["b", "a"]
    assert below(table("id|parent", "a|b", "b|a"), ["a"]) == {"a", "b"}


def test_below_holds_what_was_given() -> None:
    assert below(AREAS, ["warming", "health", "nowhere"]) == {"warming", "arctic", "health", "nowhere"}
    assert branches(AREAS)["climate"] == {"climate", "warming", "arctic", "rain"}


def test_the_tree_is_read_from_the_top() -> None:
    assert tree(AREAS) == [("climate", 0), ("warming", 1), ("arctic", 2), ("rain", 1), ("health", 0)]
