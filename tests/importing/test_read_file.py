"""Which sheet of a workbook is read, and that no option goes unheard."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl
import pytest

from matrix.dataset.problems import DatasetError
from matrix.dataset.selection import Selection
from matrix.export.files import write
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


THREE = ("ann ban support early", "bob ban oppose early", "cem ban support late")


def files(folder: Path) -> dict[str, Path]:
    """A file of each kind with the same three statements."""
    three = dataset(*THREE)
    rows = (DATA[0], *((f"Actor {i}", "Ban", "support") for i in range(3)))
    (folder / "hand.csv").write_text("".join(",".join(row) + "\n" for row in rows), encoding="utf-8")
    book(folder / "hand.xlsx", Data=rows)
    for ending in ("json", "parquet", "xlsx"):
        write(three, folder / f"ours.{ending}", Selection())
    return {path.name: path for path in folder.iterdir()}


@pytest.mark.parametrize(
    ("name", "most", "found"),
    [
        ("hand.csv", 2, "holds 4 rows"),  # the header is one
        ("hand.xlsx", 2, "holds 4 rows"),
        ("hand.xlsx", 0, "holds more than 0 cells, too many for 0 rows"),
        ("ours.xlsx", 0, "holds more than 0 cells, too many for 0 rows"),
        ("ours.json", 13, "holds 14 rows"),  # 2 sides, 2 sources, 4 actors, 3 proposals, 3 statements
        ("ours.parquet", 13, "holds 14 rows"),
        ("hand.csv", 7, "comes to 8 changes"),  # 3 actors, a proposal, a source and 3 statements are new
    ],
)
def test_a_file_of_more_rows_than_a_page_takes_is_refused_with_the_way_out(
    name: str, most: int, found: str, tmp_path: Path
) -> None:
    file, into = files(tmp_path)[name], dataset(*THREE)
    with pytest.raises(DatasetError) as refused:
        read_incoming(file, into, most=most)
    assert str(refused.value.problems[0]) == (
        f"{name}: {found}, and the page takes {most} at once; the command line takes all: "
        f"policy-matrix import {name} FOLDER"
    )
    assert len(read_incoming(files(tmp_path)["hand.csv"], into, most=8).comparison.changes) == 8


def test_rows_that_a_file_lacks_count_as_changes(tmp_path: Path) -> None:
    whole = dataset(*["ann ban support early"] * 14)
    write(dataset("ann ban support early"), tmp_path / "less.json", Selection())  # 12 rows, and lacks 13 statements
    with pytest.raises(DatasetError, match=r"less.json: comes to 13 changes, and the page takes 12 at once"):
        read_incoming(tmp_path / "less.json", whole, most=12)
    assert len(read_incoming(tmp_path / "less.json", whole, most=13).comparison.changes) == 13
