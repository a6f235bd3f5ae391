"""Rows of a dataset's tables as records: all of a frame, one by its id, its place in the table, or one column by id."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pandas as pd

from matrix.dataset.memo import remembered

if TYPE_CHECKING:
    from matrix.dataset.dataset import Dataset

Record = Mapping[str, Any]


def records(frame: pd.DataFrame) -> list[Record]:
    """Every row of a frame, by column name."""
    columns = [frame[c].tolist() for c in frame.columns]
    return [dict(zip(frame.columns, row, strict=True)) for row in zip(*columns, strict=True)]


def row(dataset: Dataset, table: str, id_: str) -> Record:
    """A row of a table by its id."""
    return _rows(dataset, table)[id_]


def place(dataset: Dataset, table: str, id_: str) -> int:
    """Where a row stands in its table; the id is known to be there."""
    return _places(dataset, table)[id_]


def column(dataset: Dataset, table: str, name: str) -> Mapping[str, str]:
    """One column of a table: id -> text."""
    frame = dataset.frames[table]
    return dict(zip(frame["id"].tolist(), frame[name].tolist(), strict=True))


@remembered(16)
def _places(dataset: Dataset, table: str) -> Mapping[str, int]:
    return {id_: i for i, id_ in enumerate(dataset.frames[table]["id"].tolist())}


@remembered(16)
def _rows(dataset: Dataset, table: str) -> Mapping[str, Record]:
    return {str(r["id"]): r for r in records(dataset.frames[table])}
