"""The order in which a matrix is read."""

from __future__ import annotations

from matrix.analysis.outline import Line, by_side, outline

from tests.tiny import dataset, table


def test_themes_as_they_appear_children_below_their_parents() -> None:
    made = dataset(
        proposals=table(
            "id|title|theme|parent",
            "leaf|Leaf|b|branch",
            "lone|Lone|a|",
            "root|Root|b|",
            "branch|Branch|b|root",
            "stray|Stray|a|root",  # its parent stands under another theme
        )
    )
    assert outline(made.proposals) == [
        Line(2, "b", 0),
        Line(3, "b", 1),
        Line(0, "b", 2),
        Line(1, "a", 0),
        Line(4, "a", 0),
    ]
    assert outline(made.proposals.iloc[[0, 2]]) == [Line(0, "b", 0), Line(1, "b", 0)]


def test_actors_by_side_in_the_order_of_the_sides_and_those_of_none_last() -> None:
    made = dataset(actors=table("id|name|side", "a|A|south", "b|B|", "c|C|north", "d|D|south"))
    assert by_side(made, made.actors) == [("north", [2]), ("south", [0, 3]), ("", [1])]
