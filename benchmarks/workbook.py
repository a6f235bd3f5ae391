"""A dataset folder becomes lines of the table: our styled workbook against pandas' plain one of the same two tables."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

from benchmarks.generate import generate
from benchmarks.measure import Measurement, interleaved, peak_memory
from matrix.analysis.positions import positions
from matrix.dataset.dataset import Dataset
from matrix.export.workbook import to_workbook
from matrix.store.folder import load

PEER = 'DataFrame.to_excel(engine="openpyxl"), plain, statements and matrix'
OURS_ALONE = """
import sys
from matrix.store.folder import load
from matrix.export.workbook import to_workbook
to_workbook(load(sys.argv[1]), sys.argv[2])
"""


def rows(folder: Path, seed: int) -> Iterator[Measurement]:
    """Ours with all sheets, links, notes and what an import needs; the peer with two sheets of bare values."""
    for statements, rounds, most in ((10_000, 3, 1.0), (100_000, 1, 0.5)):
        made = generate(folder / str(statements), 200, 300, statements, seed)
        dataset = load(made)
        out = folder / "out.xlsx"
        took = interleaved(
            {"ours": partial(to_workbook, dataset, out), "pandas": partial(by_pandas, dataset, out)}, rounds
        )
        size = f"workbook, {statements:,} statements + 300 x 200"
        yield Measurement(size, took["ours"], took["pandas"], PEER, most)
        if statements == 100_000:
            peak = peak_memory(OURS_ALONE, str(made), str(out))
            yield Measurement("peak memory of a process that loads and writes it", peak, unit="MB", ceiling=500)


def by_pandas(dataset: Dataset, out: Path) -> None:
    """The same two tables as one would write them in a notebook."""
    import pandas as pd

    with pd.ExcelWriter(out, engine="openpyxl") as writer:
        dataset.frames["statements"].to_excel(writer, sheet_name="Statements", index=False)
        positions(dataset).to_excel(writer, sheet_name="Matrix")
