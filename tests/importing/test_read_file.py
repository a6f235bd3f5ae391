"""Which sheet of a workbook is read, and that no option goes unheard."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl
import pytest

from matrix.dataset.problems import DatasetError
from matrix.export.workbook import to_workbook
from matrix.importing import Corrections, Incoming, read_incoming
from tests.tiny import dataset

DATA = (("Actor", "Proposal", "Stance"), ("Ann", "Ban", "yes"))
WIDE = (("Proposal", "EU", "US"), ("Ban", "yes", "no"))
LEGEND = (("Stance", "Definition"), ("yes", "is for it"))
REMARKS = (("Made in", "May"), ("by", "us"))


def book(path: Path, **sheets: tuple[tuple[str, ...], ...]) -> Path:
    made = openpyxl.Workbook()
    made.remove(made.active)
    for name, rows in sheets.items():
        sheet = made.create_sheet(name)
        for row in rows:
            sheet.append(row)
    made.save(path)
    return path


def read(path: Path, **said: Any) -> Incoming:
    return read_incoming(path, None, Corrections(**said))


@pytest.mark.parametrize("data", [DATA, WIDE])
@pytest.mark.parametrize("other", [LEGEND, REMARKS])
def test_the_sheet_with_statements_is_read_wherever_it_stands(tmp_path: Path, data: Any, other: Any) -> None:
    found = read(book(tmp_path / "b.xlsx", Legend=other, Data=data))
    assert found.told.startswith("b.xlsx, sheet 'Data': ")
    assert "the sheet 'Legend' is not read; --sheet 'Legend' takes it instead" in found.notes
    assert found.dataset is not None


def test_of_two_sheets_of_statements_the_user_chooses(tmp_path: Path) -> None:
    path = book(tmp_path / "b.xlsx", One=DATA, Two=DATA)
    (problem,) = read(path).problems
    assert str(problem).startswith("b.xlsx: several sheets look like statements: 'One', 'Two'; say which with")
    assert "sheet 'Two'" in read(path, sheet="Two").told
    with pytest.raises(DatasetError, match=r"--sheet Tow: 'Tow' is not one of One, Two; did you mean 'Two'"):
        read(path, sheet="Tow")


def test_where_no_header_is_known_the_first_sheet_is_asked_about(tmp_path: Path) -> None:
    sheets = {"One": REMARKS, "Two": (("Wer denn", "Worum", "Sagt"), ("A", "B", "yes"))}
    path = book(tmp_path / "b.xlsx", **sheets)
    assert "sheet 'One'" in read(path).told
    columns = {"Wer denn": "actor", "Worum": "proposal", "Sagt": "stance"}
    assert "sheet 'Two'" in read(path, columns=columns).told


@pytest.mark.parametrize(
    ("name", "said", "message"),
    [
        ("a.dna", {"columns": {"Who": "actor"}}, "a.dna: --map says nothing about a .dna file: it is for .csv, .xlsx"),
        ("a.csv", {"actors": "person"}, "a.csv: --actors says nothing about a .csv file: it is for .dna"),
        ("a.csv", {"sheet": "One"}, "a.csv: --sheet says nothing about a .csv file: it is for .xlsx"),
        ("a.xlsx", {"proposals": "Demands"}, "a.xlsx: --proposals says nothing about a .xlsx file: it is for .qdpx"),
        ("a.json", {"stances": {"x": "support"}}, "a.json: --stance says nothing about a .json file: it is for .csv"),
        ("", {"same": ["A=B"]}, "--same says nothing about a folder: it is for .csv, .xlsx from elsewhere"),
    ],
)
def test_an_option_for_another_kind_of_file_is_refused(
    tmp_path: Path, name: str, said: dict[str, Any], message: str
) -> None:
    with pytest.raises(DatasetError) as error:
        read(tmp_path / name if name else tmp_path, **said)
    assert message in str(error.value)


def test_a_workbook_of_ours_takes_no_options_either(tmp_path: Path) -> None:
    path = tmp_path / "d.xlsx"
    to_workbook(dataset("ann talk support late"), path)
    with pytest.raises(DatasetError, match="--map says nothing about a workbook of ours"):
        read(path, columns={"Who": "actor"})
