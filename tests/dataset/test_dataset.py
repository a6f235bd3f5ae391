"""What rows are called; what tells datasets apart, and what stays with whoever opened one."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from matrix.dataset.dataset import Dataset, names, remembered
from matrix.dataset.schema import TABLES
from tests.tiny import dataset


def test_each_table_says_which_column_names_its_rows() -> None:
    called = {name: (table.label, table.native) for name, table in TABLES.items()}
    assert called["actors"] == ("name", "name_native")
    assert called["sides"] == called["risk_areas"] == ("name", "name_zh")
    assert called["proposals"] == ("title", "title_zh")
    assert called["sources"] == ("title", "")
    assert called["links"] == called["statements"] == ("", "")


def test_names_are_found_by_id() -> None:
    made = dataset("ann talk support early")
    assert (names(made, "actors")["ann"], names(made, "proposals")["talk"]) == ("Ann", "Keep talking")


@remembered(1)
def _place(dataset: Dataset) -> object:
    return dataset.location


def test_what_was_worked_out_for_one_who_opened_it_is_not_given_to_another() -> None:
    one = replace(dataset("ann talk support early"), location=Path("one"), _memo={})
    assert _place(one) == Path("one")
    other = one.opened_at(Path("other"))
    assert _place(other) == Path("other")
    assert _place(one) == Path("one")
    assert (other.version, other.title) == (one.version, "other")
    assert other.codes is one.codes


def test_a_layer_is_told_apart_also_by_what_it_is_coded_in() -> None:
    made = dataset("ann talk support early")
    sides = made.frames["sides"].assign(name="Another")
    one, other = (
        replace(made, layer="kim", frames=frames, _memo={}) for frames in (made.frames, {**made.frames, "sides": sides})
    )
    assert one.version == other.version
    assert one.of_all_tables != other.of_all_tables
    assert made.of_all_tables == made.version
