"""Rows of a dataset's tables as records, and the looks of its stances and sides."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

import pandas as pd

from matrix.dashboard.memory import kept
from matrix.dataset.dataset import Dataset
from matrix.palette import Look, side_looks, stance_looks

Record = Mapping[str, Any]


def records(frame: pd.DataFrame) -> list[Record]:
    """Every row of a frame, by column name."""
    return cast("list[Record]", frame.to_dict("records"))


def place(dataset: Dataset, table: str, id_: str) -> int:
    """Where a row stands in its table; the id is known to be there."""
    return _places(dataset, table)[id_]


@kept(16)
def _places(dataset: Dataset, table: str) -> Mapping[str, int]:
    return {id_: i for i, id_ in enumerate(dataset.frames[table]["id"].tolist())}


def row(dataset: Dataset, table: str, id_: str) -> Record:
    """A row of a table by its id."""
    return _rows(dataset, table)[id_]


@kept(16)
def _rows(dataset: Dataset, table: str) -> Mapping[str, Record]:
    return {str(r["id"]): r for r in records(dataset.frames[table])}


@kept(1)
def stances_of(dataset: Dataset) -> dict[str, Look]:
    """How each stance of the scale, and `mixed`, is drawn."""
    return {look.id: look for look in stance_looks(records(dataset.stances))}


@kept(1)
def sides_of(dataset: Dataset) -> dict[str, Look]:
    """How each side is drawn."""
    return {look.id: look for look in side_looks(records(dataset.frames["sides"]))}
