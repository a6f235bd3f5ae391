"""The whole dataset, or what a selection shows of it, as one JSON file; and back."""

from __future__ import annotations

from os import PathLike
from pathlib import Path

from matrix.dataset.dataset import Dataset
from matrix.dataset.selection import Selection
from matrix.exchange.document import dataset_of, document
from matrix.exchange.scope import scope
from matrix.exchange.target import Target, put


def to_json(dataset: Dataset, target: Target, selection: Selection | None = None) -> None:
    """Write package and tables, all text, as one JSON document; read back it is the same dataset, same version."""
    put(document(scope(dataset, selection)), target)


def read_json(path: str | PathLike[str]) -> Dataset:
    """The dataset in a file that `to_json` wrote; DatasetError carries every problem, with table, row and column."""
    file = Path(path)
    return dataset_of(file.read_bytes(), file.name)
