"""The matrix as CSV: ids, every row and column, nothing added."""

from __future__ import annotations

from io import BytesIO, StringIO
from pathlib import Path

import pandas as pd

from matrix.analysis.positions import positions
from matrix.dataset.dataset import Dataset, load
from matrix.dataset.selection import Selection
from matrix.exchange.tables import to_csv


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
