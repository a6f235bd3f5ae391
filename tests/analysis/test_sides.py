"""Sides: members, speakers and what they back, summed over every member."""

from __future__ import annotations

from matrix import Selection, sides
from tests.tiny import dataset


def test_every_member_of_a_side_is_silent_or_a_speaker() -> None:
    made = dataset(
        "ann talk support late",
        "bob talk conditional late",
        "cem talk support late",
        "cem talk oppose late",
        "dee talk concern late",
    )
    north, south = (
        sides(made).loc["talk"].filter(like=f"{s}_").rename(lambda c: c.split("_", 1)[1]).to_dict()
        for s in ("north", "south")
    )
    assert north == {
        "members": 2,
        "speakers": 2,
        "backing": 2,
        "conditional": 1,
        "neutral": 0,
        "opposed": 0,
        "mixed": 0,
        "silent": 0,
        "official_backing": 1,
    }
    assert south == {
        "members": 2,
        "speakers": 2,
        "backing": 0,
        "conditional": 0,
        "neutral": 1,
        "opposed": 0,
        "mixed": 1,
        "silent": 0,
        "official_backing": 0,
    }
    assert sides(made, Selection(side=("south",), actor=("dee",))).columns[0] == "south_members"
    some = sides(made, Selection(authority=("expert",))).loc["talk"]
    assert some[
        ["north_members", "north_backing", "north_official_backing", "south_members", "south_neutral"]
    ].tolist() == [
        *(1, 1, 0, 1, 1),
    ], "bob and dee are chosen"
