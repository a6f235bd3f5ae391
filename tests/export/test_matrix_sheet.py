"""The Matrix sheet: stance ids as values, counts as formulas that are right, kinds of emptiness that stay empty."""

from __future__ import annotations

import re
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest

from matrix.analysis.positions import positions
from matrix.analysis.sides import sides
from matrix.dataset.dataset import Dataset
from matrix.dataset.selection import Selection
from matrix.export.workbook import to_workbook
from matrix.store.folder import load
from tests.small import data_of
from tests.tiny import partly_known

IDS = 6  # the row of the ids, as a spreadsheet counts


def machine(book: Any) -> pd.DataFrame:
    """What a program reads: the ids' row as header, column A as index, theme rows and legend dropped."""
    rows = list(book["Matrix"].iter_rows(min_row=IDS, values_only=True))
    table = pd.DataFrame(rows[1:], columns=rows[0]).set_index("proposal")
    return table[table.index.notna()]


def at(book: Any, proposal: str, column: str) -> Any:
    sheet = book["Matrix"]
    row = next(r for r in range(1, sheet.max_row + 1) if sheet.cell(r, 1).value == proposal)
    return sheet.cell(row, next(c for c in range(1, sheet.max_column + 1) if sheet.cell(IDS, c).value == column))


def test_cells_are_stance_ids_or_nothing(small: Dataset, opened: Any) -> None:
    table, expected = machine(opened(small)), positions(small)
    for proposal in expected.index:
        for actor in expected.columns:
            found, wanted = table.loc[proposal, actor], expected.loc[proposal, actor]
            assert (found if pd.notna(found) else None) == (wanted if pd.notna(wanted) else None)


@pytest.mark.slow
def test_the_shipped_matrix_is_that_of_show(shipped: Path, opened: Any) -> None:
    dataset = load(shipped)
    expected = positions(dataset).astype(object).fillna("")
    table = machine(opened(dataset)).astype(object).fillna("")
    assert table.loc[list(expected.index), list(expected.columns)].to_numpy().tolist() == expected.to_numpy().tolist()


def test_rows_stand_by_theme_and_children_below_their_parent(small: Dataset, opened: Any) -> None:
    sheet = opened(small)["Matrix"]
    shown = [(sheet.cell(r, 2).value, sheet.row_dimensions[r].outlineLevel) for r in range(IDS + 1, IDS + 7)]
    assert shown == [
        ("Talks", 0),
        ("A hotline", 1),
        ("A pause", 2),
        ("Weapons", 0),
        ("A ban", 1),
        ("A ban in part", 2),
    ]


def test_counts_are_formulas_with_the_right_value_beside(small: Dataset, opened: Any) -> None:
    values, formulas, expected = opened(small), opened(small, formulas=True), sides(small)
    for proposal in expected.index:
        for side in ("us", "china"):
            for kind in ("backing", "opposed", "speakers"):
                assert at(formulas, proposal, f"{side}_{kind}").value.startswith("=COUNT")
                assert at(values, proposal, f"{side}_{kind}").value == expected.loc[proposal, f"{side}_{kind}"]
    assert at(values, "hotline", "us_backing").value == 2
    assert at(values, "ban", "china_backing").value == 0  # mixed is neither backing nor opposing
    assert at(values, "ban", "china_speakers").value == 1
    assert "rumour_backing" not in [c.value for c in values["Matrix"][IDS]]


def test_who_is_chosen_counts_and_who_is_only_hidden_counts_too(small: Dataset, opened: Any) -> None:
    officials = Selection(authority="official")
    assert at(opened(small, officials), "hotline", "us_backing").value == 1, "of the officials only ann backs it"
    book = opened(small, Selection(search="bob"), formulas=True)
    found = at(book, "hotline", "us_backing")
    assert found.value == 2  # ann and bob, though only bob is listed
    assert "All 3 members" in book["Matrix"].cell(4, found.column).comment.text


@pytest.mark.slow
def test_no_formula_uses_a_function_that_needs_a_prefix_in_the_file(small: Dataset, opened: Any) -> None:
    """They are written as they stand; the prefix of younger functions would be missing."""
    cells = [
        str(c.value)
        for sheet in opened(small, formulas=True)
        for row in sheet.iter_rows()
        for c in row
        if c.data_type == "f"
    ]
    used = {name for text in cells for name in re.findall(r"([A-Z.]+)\(", text)}
    assert used == {"HYPERLINK", "COUNTIF", "COUNTA"}


def test_a_filled_cell_leads_to_its_evidence(small: Dataset, opened: Any) -> None:
    formulas, values = opened(small, formulas=True), opened(small)
    for proposal, actor, statement in (("hotline", "bob", "s2"), ("ban", "chen", "s4")):
        link = at(formulas, proposal, actor).value
        target = link.split('"')[1].removeprefix("#Statements!")
        assert values["Statements"][target].value == statement
    note = at(values, "hotline", "bob").comment.text
    assert "Bob: Supports on a condition" in note
    assert "Condition: if both do" in note


def test_a_superseded_cell_is_empty_and_says_so_in_its_note(small: Dataset, opened: Any) -> None:
    cell = at(opened(small), "ban", "dao")
    assert cell.value is None
    assert "Superseded by Chen's statement s4" in cell.comment.text
    assert cell.border.diagonal.style == "thin"


def test_a_cell_outside_the_evidence_is_empty_and_says_so(small: Dataset, opened: Any) -> None:
    cell = at(opened(small, Selection(source="late")), "hotline", "ann")
    assert cell.value is None
    assert "outside the chosen evidence" in cell.comment.text


def test_the_unheard_are_there_and_folded_away_behind_their_number(small: Dataset, opened: Any) -> None:
    sheet = opened(small)["Matrix"]
    hermit = next(c for c in sheet[IDS] if c.value == "hermit").column_letter
    assert sheet.column_dimensions[hermit].hidden
    assert "1 named, unheard" in [c.value for c in sheet[4]]


@pytest.mark.parametrize(("actors", "shown"), [(20, '"Supports"'), (21, '"●"')])
def test_up_to_twenty_actors_read_words_more_read_glyphs(actors: int, shown: str, opened: Any) -> None:
    dataset = Dataset.from_frames(
        {
            "actors": [{"id": f"a{i}", "name": f"Actor {i}"} for i in range(actors)],
            "proposals": [{"id": "p", "title": "P"}],
            "sources": [{"id": "q", "title": "Q"}],
            "statements": [
                {"id": f"s{i}", "actor": f"a{i}", "proposal": "p", "stance": "support", "source": "q"}
                for i in range(actors)
            ],
        }
    )
    cell = at(opened(dataset), "p", "a0")
    assert (cell.value, cell.number_format) == ("support", f";;;{shown}")


def test_banners_are_not_merged(small: Dataset, opened: Any) -> None:
    sheet = opened(small)["Matrix"]
    assert not sheet.merged_cells.ranges
    assert {c.alignment.horizontal for c in sheet[3] if c.value} == {"centerContinuous"}


def test_it_prints_on_landscape_pages_with_its_headers(small: Dataset, opened: Any) -> None:
    sheet = opened(small)["Matrix"]
    assert sheet.page_setup.orientation == "landscape"
    assert sheet.page_setup.fitToHeight == 0  # as many pages down as it takes, one (the default) across
    assert sheet.page_setup.fitToWidth is None
    assert sheet.print_title_rows == "$3:$6"
    assert small.version in sheet.oddFooter.left.text
    assert sheet.freeze_panes
    assert sheet.auto_filter.ref


@pytest.mark.slow
@pytest.mark.office
def test_every_reader_and_libreoffice_have_the_same_numbers(
    shipped: Path, tmp_path: Path, convert: Callable[[Path, str], Path]
) -> None:
    file, bare = tmp_path / "ours.xlsx", tmp_path / "bare.xlsx"
    to_workbook(load(shipped), file)
    formulas = openpyxl.load_workbook(file)
    formulas.save(bare)  # formulas without values: LibreOffice has to calculate them
    theirs = openpyxl.load_workbook(convert(bare, "xlsx"), data_only=True)
    for sheet, least in (("Matrix", 500), ("Common ground", 80)):
        engines = [pd.read_excel(file, sheet_name=sheet, header=None, engine=e) for e in ("openpyxl", "calamine")]
        compared = 0
        for row in formulas[sheet].iter_rows():
            for cell in row:
                if isinstance(cell.value, str) and cell.value.startswith("="):
                    expected = theirs[sheet][cell.coordinate].value
                    read = [frame.iloc[cell.row - 1, cell.column - 1] for frame in engines]
                    assert read == [pytest.approx(expected)] * 2, cell.coordinate
                    compared += 1
        assert compared > least


@pytest.mark.slow
@pytest.mark.office
def test_libreoffice_prints_it(small: Dataset, tmp_path: Path, convert: Callable[[Path, str], Path]) -> None:
    file = tmp_path / "matrix.xlsx"
    to_workbook(small, file)
    assert convert(file, "pdf").read_bytes().startswith(b"%PDF")


def test_the_kinds_of_empty_and_a_list_known_in_part_look_and_read_apart() -> None:
    book = openpyxl.load_workbook(BytesIO(data_of(partly_known())))
    sheet = book["Matrix"]
    notes = {cell.comment.text for row in sheet.iter_rows() for cell in row if cell.comment}
    texts = {str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value}
    assert "Superseded by Dee's statement s8. This is not neutral." in notes
    assert "List known in part: 3 of 4 names." in notes
    searched = "Cora, the list of signatories, source Early paper, February 2026"
    assert f"Looked for and not found: {searched}. This is not neutral." in notes
    assert {"Test models †", "Ban it all †", "Keep talking"} <= texts
    assert any(t.startswith("Empty: looked for and not found; the note says by whom") for t in texts)
    assert any(t.startswith("Empty: not known: who backs it is known only in part") for t in texts)
    fills = {cell.fill.patternType for row in sheet.iter_rows() for cell in row}
    assert "gray125" in fills  # of what is not known
    assert "Test models †" in {str(cell.value) for row in book["Common ground"].iter_rows() for cell in row}


def test_without_such_lists_the_legend_says_nothing_of_them(small: Dataset) -> None:
    sheet = openpyxl.load_workbook(BytesIO(data_of(small)))["Matrix"]
    assert not any("known only in part" in str(cell.value) for row in sheet.iter_rows() for cell in row)
