"""Which sheet of a workbook is read, and that no option is ignored."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl
import pytest

from matrix.dataset.problems import DatasetError
from matrix.export.formats import write_file
from matrix.export.workbook import to_workbook
from matrix.importing import Import, ImportOptions, read_file
from matrix.store.history import save
from tests.tiny import dataset

DATA = (("Actor", "Proposal", "Stance"), ("Ann", "Ban", "yes"))
WIDE = (("Proposal", "EU", "US"), ("Ban", "yes", "no"))
LEGEND = (("Stance", "Definition"), ("yes", "is for it"))
REMARKS = (("Made in", "May"), ("by", "us"))


def book(path: Path, **sheets: tuple[tuple[str, ...], ...]) -> Path:
    made = openpyxl.Workbook()
    made.remove(made.worksheets[0])
    for name, rows in sheets.items():
        sheet = made.create_sheet(name)
        for row in rows:
            sheet.append(row)
    made.save(path)
    return path


def read(path: Path, **options: Any) -> Import:
    return read_file(path, options=ImportOptions(**options))


@pytest.mark.parametrize("data", [DATA, WIDE])
@pytest.mark.parametrize("other", [LEGEND, REMARKS])
def test_the_sheet_with_statements_is_read_wherever_it_stands(tmp_path: Path, data: Any, other: Any) -> None:
    found = read(book(tmp_path / "b.xlsx", Legend=other, Data=data))
    assert str(found.mapping).startswith("b.xlsx, sheet 'Data': ")
    assert "the sheet 'Legend' is not read; --sheet 'Legend' takes it instead" in found.notes
    assert found.dataset is not None


def test_of_two_sheets_of_statements_the_user_chooses(tmp_path: Path) -> None:
    path = book(tmp_path / "b.xlsx", One=DATA, Two=DATA)
    (problem,) = read(path).problems
    assert str(problem).startswith("b.xlsx: several sheets look like statements: 'One', 'Two'; choose with")
    assert "sheet 'Two'" in str(read(path, sheet="Two").mapping)
    with pytest.raises(DatasetError, match=r"--sheet Tow: 'Tow' is not one of One, Two; did you mean 'Two'"):
        read(path, sheet="Tow")


def test_where_no_header_is_known_the_first_sheet_is_asked_about(tmp_path: Path) -> None:
    sheets = {"One": REMARKS, "Two": (("Wer denn", "Worum", "Sagt"), ("A", "B", "yes"))}
    path = book(tmp_path / "b.xlsx", **sheets)
    assert "sheet 'One'" in str(read(path).mapping)
    columns = {"Wer denn": "actor", "Worum": "proposal", "Sagt": "stance"}
    assert "sheet 'Two'" in str(read(path, columns=columns).mapping)


@pytest.mark.parametrize(
    ("name", "options", "message"),
    [
        (
            "a.dna",
            {"columns": {"Who": "actor"}},
            "a.dna: --map does not apply to a .dna file: it is for .csv, .tsv, .txt, .xlsx",
        ),
        ("a.csv", {"actors": "person"}, "a.csv: --actors does not apply to a .csv file: it is for .dna, .qdpx"),
        ("a.csv", {"sheet": "One"}, "a.csv: --sheet does not apply to a .csv file: it is for .xlsx"),
        ("a.xlsx", {"types": ["Claim"]}, "a.xlsx: --type does not apply to a .xlsx file: it is for .dna"),
        ("a.json", {"stances": {"x": "support"}}, "a.json: --stance does not apply to a .json file: it is for .csv"),
        (
            "",
            {"same": ["A=B"]},
            "--same does not apply to a folder: it is for .csv, .tsv, .txt, .xlsx, .xlsm, .ods, .xls, .dna, .qdpx files that others made",
        ),
    ],
)
def test_an_option_for_another_kind_of_file_is_refused(
    tmp_path: Path, name: str, options: dict[str, Any], message: str
) -> None:
    with pytest.raises(DatasetError) as error:
        read(tmp_path / name if name else tmp_path, **options)
    assert message in str(error.value)


def test_a_workbook_of_ours_takes_no_options_either(tmp_path: Path) -> None:
    path = tmp_path / "d.xlsx"
    to_workbook(dataset("ann talk support late"), path)
    with pytest.raises(DatasetError, match="--map does not apply to a workbook of ours"):
        read(path, columns={"Who": "actor"})


@pytest.mark.parametrize("name", ["d.xlsx", "d.json", "d.parquet", "folder"])
def test_what_was_written_here_is_read_as_a_dataset_or_as_changes_to_one(tmp_path: Path, name: str) -> None:
    ours, path = dataset("ann talk support late"), tmp_path / name
    (save if name == "folder" else write_file)(ours, path)
    alone = read_file(path)
    assert alone.dataset is not None
    assert (alone.dataset.version, alone.changes, alone.seen) == (ours.version, (), "")
    again = read_file(path, into=ours)
    assert (again.dataset, again.changes, again.problems, again.seen) == (None, (), (), ours.version)
    assert again.sound


def test_a_folder_and_a_sheet_add_and_a_file_of_ours_also_takes_away(tmp_path: Path) -> None:
    small, large = dataset("ann talk support late"), dataset("ann talk support late", "bob talk oppose late")
    write_file(small, tmp_path / "d.json")
    save(small, tmp_path / "folder")
    assert [(c.kind, c.table) for c in read_file(tmp_path / "d.json", into=large).changes] == [
        ("deleted", "statements")
    ]
    assert read_file(tmp_path / "folder", into=large).changes == ()


@pytest.mark.parametrize("name", ["a.docs", "a", "a.exe"])
def test_a_file_of_another_kind_is_refused_with_what_can_be_read(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("x", "utf-8")
    with pytest.raises(
        DatasetError, match=r"cannot be read: a folder can, or a file that ends in \.xlsx, \.xlsm, \.ods"
    ):
        read_file(tmp_path / name)


THREE = ("ann ban support early", "bob ban oppose early", "cem ban support late")


def files(folder: Path) -> dict[str, Path]:
    """A file of each kind with the same three statements."""
    three = dataset(*THREE)
    rows = (DATA[0], *((f"Actor {i}", "Ban", "support") for i in range(3)))
    (folder / "hand.csv").write_text("".join(",".join(row) + "\n" for row in rows), encoding="utf-8")
    book(folder / "hand.xlsx", Data=rows)
    for ending in ("json", "parquet", "xlsx"):
        write_file(three, folder / f"ours.{ending}")
    return {path.name: path for path in folder.iterdir()}


@pytest.mark.slow
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
        read_file(file, into=into, most=most)
    assert str(refused.value.problems[0]) == (
        f"{name}: {found}, and the page takes {most} at once; the command line takes all: "
        f"policy-matrix import {name} FOLDER"
    )
    assert len(read_file(files(tmp_path)["hand.csv"], into=into, most=8).changes) == 8


def test_rows_that_a_file_lacks_count_as_changes(tmp_path: Path) -> None:
    whole = dataset(*["ann ban support early"] * 14)
    write_file(dataset("ann ban support early"), tmp_path / "less.json")  # 12 rows, and lacks 13 statements
    with pytest.raises(DatasetError, match=r"less.json: comes to 13 changes, and the page takes 12 at once"):
        read_file(tmp_path / "less.json", into=whole, most=12)
    assert len(read_file(tmp_path / "less.json", into=whole, most=13).changes) == 13
