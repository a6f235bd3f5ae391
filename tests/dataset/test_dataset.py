"""What rows are called: by the schema's column, in their own script beside it, by id."""

from __future__ import annotations

from matrix.dataset.dataset import names
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
