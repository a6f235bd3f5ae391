"""Actors found in a text by the names that people usually give them."""

from __future__ import annotations

from pathlib import Path

import pytest

from matrix import Dataset, load
from matrix.analysis.actor_names import names
from matrix.analysis.suggestions import suggestions


@pytest.fixture(scope="module")
def dialogue() -> Dataset:
    return load(Path(__file__).parents[2] / "data" / "us-china-ai-dialogue")


def named(name: str, **more: str) -> list[str]:
    return names({"name": name, "name_native": "", **more})


def test_a_name_is_its_own_first_and_no_way_to_write_it_comes_twice() -> None:
    found = named("Ministry for Trade of Norway (MTN)", name_native="Handel", aliases="Trade Office;MTN")
    assert found[:5] == [
        *("Ministry for Trade of Norway (MTN)", "Ministry for Trade of Norway", "Handel", "MTN", "Trade Office"),
    ]
    assert "Norwegian Trade Ministry" in found
    assert len(found) == len(set(found))
    assert named("China's policy community") == ["China's policy community"]
    assert named("Bank of Elsewhere") == ["Bank of Elsewhere"]
    assert named("United States") == ["United States", "US", "USA"]


@pytest.mark.parametrize(
    ("words", "actors"),
    [
        ("The U.S. Department of State", ["us-state-department"]),
        ("The U.S. State Department", ["us-state-department"]),
        ("The Chinese Ministry of Foreign Affairs", ["mofa-china"]),
        ("China’s Foreign Ministry", ["mofa-china"]),
        ("The Chinese government", ["china-government"]),
        ("The UK", ["united-kingdom"]),
        ("The Chinese", []),
        ("The department of state", []),
        ("Bush", []),
    ],
)
def test_offices_and_countries_are_found_as_they_are_usually_written(
    dialogue: Dataset, words: str, actors: list[str]
) -> None:
    (found,) = suggestions(dialogue, f"{words} asked for safety-incident reporting.").passages
    assert [c.id for c in found.actors] == actors
