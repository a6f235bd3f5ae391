"""Rows of a dataset's tables as records: one by its id, its place in the table, or all of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

import pandas as pd

from matrix.dataset.dataset import Dataset
from matrix.dataset.memo import remembered

Record = Mapping[str, Any]


def records(frame: pd.DataFrame) -> list[Record]:
    """Every row of a frame, by column name."""
    return cast("list[Record]", frame.to_dict("records"))


def place(dataset: Dataset, table: str, id_: str) -> int:
    """Where a row stands in its table; the id is known to be there."""
    return _places(dataset, table)[id_]


@remembered(16)
def _places(dataset: Dataset, table: str) -> Mapping[str, int]:
    return {id_: i for i, id_ in enumerate(dataset.frames[table]["id"].tolist())}


def row(dataset: Dataset, table: str, id_: str) -> Record:
    """A row of a table by its id."""
    return _rows(dataset, table)[id_]


@remembered(16)
def _rows(dataset: Dataset, table: str) -> Mapping[str, Record]:
    return {str(r["id"]): r for r in records(dataset.frames[table])}
