"""The matrix as plain text tables for other programs: ids in, ids out, every character as it is."""

from __future__ import annotations

from os import PathLike
from typing import IO

from matrix.analysis.positions import positions
from matrix.dataset.dataset import Dataset
from matrix.dataset.selection import Selection


def to_csv(
    dataset: Dataset, target: str | PathLike[str] | IO[str] | IO[bytes], selection: Selection | None = None
) -> None:
    """Write the matrix as CSV: a column `proposal`, then one per actor id; cells a stance id, `mixed` or empty.

    UTF-8, comma, LF; rows and columns in the dataset's order, also when empty. The same as `show --format csv`.
    """
    table = positions(dataset, selection)
    table.astype("object").to_csv(target, encoding="utf-8", lineterminator="\n", index_label="proposal")
