"""The matrix as CSV: ids, every row and column, nothing added; and what a spreadsheet opens without running it."""

from __future__ import annotations

import csv
from io import BytesIO, StringIO
from pathlib import Path

import pandas as pd
import pytest

from matrix.analysis.positions import positions
from matrix.dataset.dataset import Dataset
from matrix.dataset.selection import Selection
from matrix.export.csv_tables import safe, to_csv, to_excel_csv, to_signed_csv, to_statements_csv
from matrix.store.folder import load
from tests.small import FRAMES


def test_cells_are_stance_ids_mixed_or_empty(small: Dataset) -> None:
    target = StringIO()
    to_csv(small, target)
    assert target.getvalue() == (
        "proposal,ann,bob,hermit,chen,dao,press\n"
        "hotline,support,conditional,,oppose,,\n"
        "ban,,,,mixed,,\n"
        "partial-ban,,,,,,concern\n"
        "pause,,,,,,\n"
    )


def test_signed_cells_are_scores_and_empty_where_nobody_spoke(small: Dataset) -> None:
    target = StringIO()
    to_signed_csv(small, target)
    assert target.getvalue() == (
        "proposal,ann,bob,hermit,chen,dao,press\n"
        "hotline,1.0,0.5,,-1.0,,\n"
        "ban,,,,0.0,,\n"
        "partial-ban,,,,,,0.0\n"
        "pause,,,,,,\n"
    )
    narrow = StringIO()
    to_signed_csv(small, narrow, Selection(stance="oppose"))
    assert narrow.getvalue() == "proposal,chen\nhotline,-1.0\n"


def test_a_selection_narrows_it(small: Dataset) -> None:
    target = BytesIO()
    to_csv(small, target, Selection(side="us", theme="talks"))
    assert target.getvalue() == b"proposal,ann,bob,hermit\nhotline,support,conditional,\npause,,,\n"


def test_the_shipped_matrix_reads_back_as_it_is(shipped: Path, tmp_path: Path) -> None:
    dataset = load(shipped)
    to_csv(dataset, tmp_path / "m.csv")
    found = pd.read_csv(tmp_path / "m.csv", dtype=str, keep_default_na=False, index_col="proposal")
    expected = positions(dataset).astype(object)
    assert found.equals(expected.where(expected.notna(), "").astype("str"))


def test_for_spreadsheets_it_is_the_same_matrix(small: Dataset) -> None:
    plain, target = StringIO(), BytesIO()
    to_csv(small, plain)
    to_excel_csv(small, target)
    assert target.getvalue().startswith(b'\xef\xbb\xbf"proposal","ann","bob"')
    rows = list(csv.reader(StringIO(target.getvalue().decode("utf-8-sig"), newline="")))
    assert rows == list(csv.reader(StringIO(plain.getvalue())))
    assert target.getvalue().count(b"\r\n") == target.getvalue().count(b"\n") == 5


def test_statements_for_spreadsheets_have_names_beside_ids_and_say_what_they_are(small: Dataset) -> None:
    target = BytesIO()
    to_statements_csv(small, target, Selection(actor="bob"))
    (row,) = csv.DictReader(StringIO(target.getvalue().decode("utf-8-sig"), newline=""))
    assert {k: row[k] for k in ("id", "actor", "actor_name", "proposal_name", "stance_name", "source_name")} == {
        "id": "s2",
        "actor": "bob",
        "actor_name": "Bob",
        "proposal_name": "A hotline",
        "stance_name": "Supports on a condition",
        "source_name": "Late paper",
    }
    assert (row["dataset_version"], row["selection"]) == (small.version, "Actor: Bob (bob)")


def test_an_own_column_of_the_same_name_stays() -> None:
    rows = [{**s, "actor_name": "own", "selection": "own"} for s in FRAMES["statements"]]
    target = BytesIO()
    to_statements_csv(Dataset.from_frames({**FRAMES, "statements": rows}), target)
    row = next(iter(csv.DictReader(StringIO(target.getvalue().decode("utf-8-sig"), newline=""))))
    assert (row["actor_name"], row["actor_name_"], row["selection"]) == ("own", "Ann", "own")
    assert row["selection_"] == "none: the whole dataset"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("=1+1", "'=1+1"),
        ("+1", "'+1"),
        ("-1", "'-1"),
        ("@x", "'@x"),
        ("\tx", "'\tx"),
        ("\rx", "'\nx"),
        ("\nx", "'\nx"),
        ("  =1", "'  =1"),
        ("\u00a0=1", "'\u00a0=1"),
        ("\uff1d1", "'\uff1d1"),
        ("\uff0b1", "'\uff0b1"),
        ("\uff0d1", "'\uff0d1"),
        ("\uff20x", "'\uff20x"),
        ("\u200b=1", "'\u200b=1"),
        ("a\x08b", "a\u2408b"),
        ("a=1", "a=1"),
        ("'quoted'", "'quoted'"),
        ("2026-05", "2026-05"),
        ("支持", "支持"),
        ("", ""),
    ],
)
def test_what_a_spreadsheet_might_run_gets_a_mark(text: str, shown: str) -> None:
    assert safe(text) == shown
