"""A file's ending chooses how a dataset leaves; the file appears whole or not at all."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

from matrix.dataset.dataset import Dataset
from matrix.dataset.selection import Selection


def _workbook(dataset: Dataset, path: Path, selection: Selection) -> list[str]:
    from matrix.exchange.workbook import to_workbook

    report = to_workbook(dataset, path, selection)
    return [*map(str, report.altered), *report.left_out]


def _csv(dataset: Dataset, path: Path, selection: Selection) -> list[str]:
    from matrix.exchange.tables import to_csv

    to_csv(dataset, path, selection)
    return []


WRITERS: dict[str, Callable[[Dataset, Path, Selection], list[str]]] = {".xlsx": _workbook, ".csv": _csv}


def write(dataset: Dataset, path: Path, selection: Selection) -> list[str]:
    """Write the selection to a file with an ending of WRITERS; a line for all that was altered or left out."""
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=".policy-matrix-") as folder:
        # Beside the target, so that the last step is a rename on one file system.
        made = Path(folder) / path.name
        messages = WRITERS[path.suffix.lower()](dataset, made, selection)
        made.replace(path)
    return messages
