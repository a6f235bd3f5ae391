"""The sheet By side: bands of tiers, a column a side, officials in bold, conditions under names, counts where many."""

from __future__ import annotations

import re
from io import BytesIO
from itertools import groupby
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.cell.rich_text import CellRichText, TextBlock

from matrix.dashboard.grid.payload import screen
from matrix.dataset.dataset import Dataset
from matrix.dataset.selection import Selection
from matrix.export.workbook import to_workbook
from matrix.store.folder import load
from tests.tiny import dataset, minimal, table


def sheet_of(data: Dataset, *, rich: bool = False, **selection: str) -> Any:
    buffer = BytesIO()
    to_workbook(data, buffer, selection=Selection.of(selection))
    return openpyxl.load_workbook(buffer, rich_text=rich)["By side"]


def lines(sheet: Any) -> list[list[Any]]:
    return [[v or "" for v in row] for row in sheet.iter_rows(min_row=5, values_only=True)]


TALKS = ("ann talk support early", "bob talk concern early", "cem talk conditional early", "dee ban oppose early")


def test_proposals_stand_under_their_tiers_with_names_and_conditions_by_side() -> None:
    assert lines(sheet_of(dataset(*TALKS))) == [
        ["Proposal", "North", "South"],
        ["Officials of both sides back it (1)", "", ""],
        ["Keep talking", "● Ann\n△ Bob", "◐ Cem 杰姆\n     on condition: it is mutual"],
        ["Refused (1)", "", ""],
        ["Ban it all", "", "✕ Dee"],
        ["Not heard (1)", "", ""],
        ["Test models", "", ""],
    ]


@pytest.mark.parametrize("name", ["us-china-ai-dialogue", "ai-governance-instruments"])
def test_bands_and_rows_stand_in_the_order_of_the_page_and_both_sheets_name_them_alike(name: str) -> None:
    data = load(Path(__file__).parents[2] / "data" / name)
    grid = screen(data, Selection()).grid
    expected = []
    for band, rows in groupby(grid.rows, key=lambda row: grid.bands[row.band].words):
        own = [row.title for row in rows]
        expected += [f"{band} ({len(own)})", *own]
    buffer = BytesIO()
    to_workbook(data, buffer)
    book = openpyxl.load_workbook(buffer)
    assert [row[0].split("\n")[0] for row in lines(book["By side"])[1:]] == expected
    told = [row[1].split(":")[0] for row in book["Common ground"].iter_rows(min_row=7, values_only=True) if not row[0]]
    assert told == [
        line for line in expected if re.search(r" \(\d+\)$", line) and line not in {r.title for r in grid.rows}
    ]


def test_officials_are_bold() -> None:
    cell = sheet_of(dataset(*TALKS), rich=True)["B7"].value
    assert isinstance(cell, CellRichText)
    bold = {str(part): bool(part.font.b) for part in cell if isinstance(part, TextBlock)}
    assert bold["Ann"]
    assert not bold["Bob"]


def test_many_are_counted_first_and_some_named() -> None:
    actors = table(
        "id|name|side|authority",
        *(f"a{i}|Actor {i}|north|expert" for i in range(12)),
        "cem|Cem|south|official",
    )
    rows = [f"a{i} talk {'support' if i < 10 else 'oppose'} early" for i in range(12)]
    (north,) = [row[1] for row in lines(sheet_of(dataset(*rows, actors=actors))) if row[0] == "Keep talking"]
    assert north == (
        "10 of 12 back, 2 oppose\n● Actor 0, Actor 1, Actor 2, Actor 3, Actor 4 and 5 more\n✕ Actor 10, Actor 11"
    )


def test_who_is_chosen_and_what_a_stance_hides_hold_here_too() -> None:
    cells = {row[0]: row[1:] for row in lines(sheet_of(dataset(*TALKS), authority="expert"))}
    assert cells["Keep talking"] == ["△ Bob", ""]
    cells = {row[0]: row[1:] for row in lines(sheet_of(dataset(*TALKS), stance="concern"))}
    assert cells["Keep talking"][0] == "△ Bob"


def test_without_sides_they_stand_by_theme_in_one_column() -> None:
    made = lines(sheet_of(Dataset.from_frames(minimal("1|a|p|support|s", "2|b|p|oppose|s"))))
    assert made[0] == ["Proposal", "Actors"]
    assert ["Plan", "● Ada\n✕ Ben"] in made


def test_hostile_text_stays_text() -> None:
    proposals = table("id|title", "talk|=1+1", "test|<r>x</r>", "ban|_x0041_ B")
    actors = table("id|name|side", "ann|=cmd()|north", "bob|_x0041_|north", "cem|<r>|south", "dee|Dee|south")
    made = lines(sheet_of(dataset(*TALKS, proposals=proposals, actors=actors)))
    assert ["=1+1", "● =cmd()\n△ _x0041_", "◐ <r>\n     on condition: it is mutual"] in made
    assert {"<r>x</r>", "_x0041_ B"} <= {row[0] for row in made}


def test_an_empty_cell_says_why_where_it_is_not_just_silence() -> None:
    (keep,) = [row for row in lines(sheet_of(dataset(*TALKS), authority="official", side="north")) if "Keep" in row[0]]
    assert keep == ["Keep talking", "● Ann"], "a side that is not chosen has no column"
    experts = table(
        "id|name|side|authority", "ann|Ann|north|official", "bob|Bob|north|expert", "cem|Cem|south|official"
    )
    told = lines(sheet_of(dataset(*TALKS[:3], actors=experts), authority="expert"))
    assert next(row for row in told if "Keep" in row[0]) == ["Keep talking", "△ Bob", "nobody here"]
    north = lines(sheet_of(dataset(*TALKS), search="Cem"))
    assert next(row for row in north if "Keep" in row[0])[1] == "nothing that matches", (
        "Ann and Bob are chosen all the same"
    )
    late = lines(sheet_of(dataset("ann talk support early", "cem talk support late"), source="late"))
    assert next(row for row in late if "Keep" in row[0])[1] == "outside the chosen evidence"
