"""A file's ending chooses how a dataset leaves; the file appears whole or not at all."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from matrix.dataset.dataset import Dataset
from matrix.dataset.selection import Selection

if TYPE_CHECKING:
    from matrix.exchange.target import Target
    from matrix.exchange.workbook.report import Altered

Writer = Callable[[Dataset, "Target", Selection], list[str]]


def _workbook(dataset: Dataset, target: Target, selection: Selection) -> list[str]:
    from matrix.exchange.workbook import to_workbook

    report = to_workbook(dataset, target, selection)
    return [*_summed_up(report.altered), *report.left_out]


def _summed_up(altered: Sequence[Altered]) -> list[str]:
    """One line for what was altered in the same way in a column: its first place, and in how many more."""
    groups: dict[tuple[str, str, str], list[Altered]] = {}
    for one in altered:
        groups.setdefault((one.sheet, one.column, one.what), []).append(one)
    return [f"{g[0]}" + (f" (and in {len(g) - 1:,} more rows)" if len(g) > 1 else "") for g in groups.values()]


def _by(module: str, function: str) -> Writer:
    """A writer that imports its module, and what that needs, only when it runs."""

    def run(dataset: Dataset, target: Target, selection: Selection) -> list[str]:
        getattr(import_module(f"matrix.exchange.{module}"), function)(dataset, target, selection)
        return []

    return run


WRITERS: dict[str, Writer] = {
    ".xlsx": _workbook,
    ".csv": _by("tables", "to_csv"),
    ".excel.csv": _by("tables", "to_excel_csv"),
    ".signed.csv": _by("tables", "to_signed_csv"),
    ".statements.csv": _by("tables", "to_statements_csv"),
    ".json": _by("whole_json", "to_json"),
    ".parquet": _by("parquet", "to_parquet"),
    ".graphml": _by("graph", "to_graphml"),
    ".bib": _by("bibliography", "to_bib"),
    ".md": _by("brief", "to_markdown"),
    ".html": _by("brief", "to_html"),
}


def ending_of(path: Path) -> str:
    """The longest ending of WRITERS that the file's name has, '' for none."""
    return max((e for e in WRITERS if path.name.lower().endswith(e)), key=len, default="")


def write(dataset: Dataset, path: Path, selection: Selection) -> list[str]:
    """Write the selection to a file with an ending of WRITERS; a line for all that was altered or left out."""
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=".policy-matrix-") as folder:
        # Beside the target, so that the last step is a rename on one file system.
        made = Path(folder) / path.name
        messages = WRITERS[ending_of(path)](dataset, made, selection)
        made.replace(path)
    return messages
