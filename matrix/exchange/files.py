"""A file's ending chooses how a dataset leaves; the file appears whole or not at all."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from matrix.dataset.dataset import Dataset
from matrix.dataset.selection import Selection

if TYPE_CHECKING:
    from matrix.exchange.workbook.report import Altered


def _workbook(dataset: Dataset, path: Path, selection: Selection) -> list[str]:
    from matrix.exchange.workbook import to_workbook

    report = to_workbook(dataset, path, selection)
    return [*_summed_up(report.altered), *report.left_out]


def _summed_up(altered: Sequence[Altered]) -> list[str]:
    """One line for what was altered in the same way in a column: its first place, and in how many more."""
    groups: dict[tuple[str, str, str], list[Altered]] = {}
    for one in altered:
        groups.setdefault((one.sheet, one.column, one.what), []).append(one)
    return [f"{g[0]}" + (f" (and in {len(g) - 1:,} more rows)" if len(g) > 1 else "") for g in groups.values()]


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
