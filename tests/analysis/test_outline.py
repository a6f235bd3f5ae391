"""The order in which a matrix is read."""

from __future__ import annotations

from matrix.analysis.outline import Family, OutlineLine, by_side, family, outline
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
        OutlineLine(2, "b", 0),
        OutlineLine(3, "b", 1),
        OutlineLine(0, "b", 2),
        OutlineLine(1, "a", 0),
        OutlineLine(4, "a", 0),
    ]
    assert outline(made.proposals.iloc[[0, 2]]) == [OutlineLine(0, "b", 0), OutlineLine(1, "b", 0)]


def test_actors_by_side_in_the_order_of_the_sides_and_those_of_none_last() -> None:
    made = dataset(actors=table("id|name|side", "a|A|south", "b|B|", "c|C|north", "d|D|south"))
    assert by_side(made, made.actors) == [("north", [2]), ("south", [0, 3]), ("", [1])]


def test_a_proposals_family_is_its_parents_from_the_top_and_what_is_below() -> None:
    made = dataset(proposals=table("id|title|theme|parent", "a|A|t|", "b|B|t|a", "c|C|t|b", "d|D|t|b"))
    children = {"": ["a"], "a": ["b"], "b": ["c", "d"]}
    assert family(made, "c") == Family(("a", "b"), children)
    assert family(made, "a").above == ()
