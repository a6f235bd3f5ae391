"""Attributes of coding programs become our columns where they are called so, and are kept beside them where not."""

from __future__ import annotations

import pytest

from matrix.importing.result import attributes


def test_attributes_named_like_our_columns_become_those_columns() -> None:
    ann, bo = {"id": "ann", "name": "Ann"}, {"id": "bo", "name": "Bo"}
    found = attributes(
        "actors",
        [
            (ann, {"Side": "Left", "Institution": "Ministry", "Founded": "1902", "Type": "Ministry", "中文名": "安"}),
            (bo, {"Side": "Right ", "Type": "trade union", "Authority": "former official", "Notes": "retired"}),
        ],
        "case",
    )
    assert ann == {
        "id": "ann",
        "name": "Ann",
        "side": "left",
        "institution": "Ministry",
        "founded": "1902",
        "kind": "ministry",
        "name_native": "安",
    }
    assert bo == {
        "id": "bo",
        "name": "Bo",
        "side": "right",
        "type": "trade union",
        "authority": "former_official",
        "note": "retired",
    }
    assert found.sides == ({"id": "left", "name": "Left"}, {"id": "right", "name": "Right"})
    assert "'Side' is side" in found.notes[0]
    assert found.notes[1] == "Attributes of actors kept as columns of their own: 'Founded'."
    assert "'trade union'" in found.notes[2]


@pytest.mark.parametrize(
    ("table", "label", "value", "column", "text"),
    [
        ("actors", "Seite", "Links", "side", "links"),
        ("actors", "所属机构", "商务部", "institution", "商务部"),
        ("actors", "Track", "nine", "x_track", "nine"),
        ("actors", "Name", "Other", "x_name", "Other"),
        ("actors", "Party", "Greens", "party", "Greens"),
        ("proposals", "Thema", "trade", "theme", "trade"),
        ("proposals", "Description", "A list.", "definition", "A list."),
        ("proposals", "Parent", "x", "x_parent", "x"),
        ("sources", "Datum", "14. Mai 2026", "date", "2026-05-14"),
        ("sources", "Date", "5/6/2026", "x_date", "5/6/2026"),
    ],
)
def test_one_attribute(table: str, label: str, value: str, column: str, text: str) -> None:
    row = {"id": "a"}
    attributes(table, [(row, {label: value})], "x")
    assert row == {"id": "a", column: text}


def test_a_second_attribute_for_one_column_stays_itself() -> None:
    row = {"id": "a"}
    attributes("actors", [(row, {"Side": "Left", "Lager": "West", "Role": " "})], "x")
    assert row == {"id": "a", "side": "left", "lager": "West"}
