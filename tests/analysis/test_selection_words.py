"""A selection in words: the scope of a finding, and why nobody of a side is chosen."""

from __future__ import annotations

import pytest

from matrix.analysis.selection_words import absent, noun, period, scope, scoped, selection_words
from matrix.dataset.selection import Selection
from tests.tiny import dataset, table

DATA = dataset(
    sides=table("id|name|main|counted", "north|United North|true|true", "south|South|true|true"),
    risk_areas=table("id|name|parent", "nc3|Nuclear command|"),
)


@pytest.mark.parametrize(
    ("chosen", "words"),
    [
        ({}, ""),
        ({"authority": "expert"}, "Among experts"),
        ({"authority": ("official", "expert")}, "Among officials and experts"),
        ({"authority": "expert", "kind": "person"}, "Among experts (persons)"),
        ({"kind": ("company", "state")}, "Among companies and states"),
        ({"side": "north"}, "Among actors of the United North"),
        ({"authority": "expert", "side": ("north", "south")}, "Among experts of the United North and South"),
        ({"actor": "ann"}, "Counting only Ann"),
        ({"actor": ("ann", "bob", "cem", "dee")}, "Among Ann, Bob, Cem and 1 more"),
        ({"authority": "expert", "actor": "bob"}, "Among experts: Bob"),
        ({"risk_area": "nc3", "since": "2025", "as_of": "2026-05"}, "On Nuclear command, from 2025 to May 2026"),
        ({"theme": "arms"}, "Under the theme arms"),
        ({"proposal": "ban"}, "On “Ban it all”"),
        ({"source": "early", "attribution": "quoted"}, "In “Early paper”, by what is quoted"),
        ({"confidence": ("high", "medium")}, "By statements of high or medium confidence"),
        ({"stance": ("oppose", "mixed")}, "Where a position is “Opposes” or “Mixed”"),
        ({"search": "hotline"}, "Where “hotline” occurs"),
        ({"rule": "latest"}, "By the latest statements only"),
    ],
)
def test_the_scope_names_every_filter(chosen: dict[str, str], words: str) -> None:
    assert scope(DATA, Selection(**chosen)) == words


def test_a_finding_stands_behind_its_scope() -> None:
    assert scoped(DATA, Selection(), "both sides back it.") == "Both sides back it."
    assert scoped(DATA, Selection(authority="expert"), "both sides back it.") == "Among experts: both sides back it."
    officials = Selection(authority="official")
    assert scoped(DATA, officials, "officials of both sides back it.") == "Officials of both sides back it."
    assert scoped(DATA, officials, "nobody backs it.") == "Among officials: nobody backs it."


def test_periods() -> None:
    assert period(Selection()) == ""
    assert period(Selection(since="2025")) == "from 2025 on"
    assert period(Selection(as_of="2026-05-14")) == "up to 14 May 2026"


def test_why_nobody_of_a_side_is_chosen() -> None:
    data = dataset(actors=table("id|name|side|authority", "ann|Ann|north|expert", "cem|Cem|south|official"))
    both = ["north", "south"]
    assert absent(data, Selection(), both) == ()
    assert absent(data, Selection(authority="expert"), both) == ("no expert of South is in this dataset",)
    assert absent(data, Selection(side="north"), both) == ("no actor of South is chosen",)
    assert absent(data, Selection(authority=("official", "media"), side="north"), ["north"]) == (
        "no official or medium of North is in this dataset",
    )
    assert noun(Selection(authority="made-up")) == ("made-up", "made-up")


def test_lines_of_a_selection_name_ids_too() -> None:
    assert selection_words(DATA, Selection(side="south", since="2025")) == ["From: 2025", "Side: South (south)"]
