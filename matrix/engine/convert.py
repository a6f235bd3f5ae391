"""A dataset becomes a folder for an engine: the small tables as CSV, the statements as Parquet parts."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from matrix.dataset.dataset import Dataset
from matrix.dataset.dates import UNKNOWN, Days
from matrix.dataset.problems import refuse
from matrix.store import atomic_files
from matrix.store.folder import PARTS, contents

FIRST, LAST = DAYS = ("first_day", "last_day")
ROWS = 1_000_000  # of a part


def convert(dataset: Dataset, out: str | Path, *, rows: int = ROWS) -> int:
    """Write the dataset for an engine into a folder that is new or empty, whole or not at all; how many parts it has.

    The small tables as CSV; `statements/*.parquet` with every column as text, '' where nothing is given, and
    `first_day`, `last_day`: the days between which each was said, null where open. Texts, layers and history stay
    behind. DatasetError where a column's name is taken, FileExistsError where something is there already.
    """
    target = Path(out).resolve()
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise FileExistsError(f"{out} exists and is not an empty folder")
    statements = dataset.frames["statements"]
    _names_apart(statements)
    around = {name: columns for name, columns in dataset.columns.items() if name != "statements"}
    small = replace(dataset, frames={**dataset.frames, "statements": statements.iloc[:0]}, columns=around, _memo={})
    target.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=target.parent, prefix=".policy-matrix-") as near:
        made = Path(near) / target.name
        made.mkdir()
        atomic_files.commit(made, contents(small))
        (made / PARTS).mkdir()
        starts = range(0, max(1, len(statements)), rows)
        for number, start in enumerate(starts):
            part = slice(start, start + rows)
            table = _text(statements.iloc[part])
            table[FIRST], table[LAST] = _days(dataset.codes.first[part]), _days(dataset.codes.last[part])
            pq.write_table(pa.table(table), made / PARTS / f"part-{number:05}.parquet")
        made.replace(target)
    return len(starts)


def _text(statements: pd.DataFrame) -> dict[str, pa.Array]:
    columns = {}
    for name in statements.columns:
        values = statements[name]
        if isinstance(values.dtype, pd.CategoricalDtype):
            words = pa.array(values.cat.categories, pa.string())
            columns[name] = words.take(pa.array(values.cat.codes.to_numpy()))
        else:
            columns[name] = pa.array(values, pa.string())
    return columns


def _days(days: Days) -> pa.Array:
    return pa.array(days.astype(np.int32), pa.int32(), mask=days == UNKNOWN).cast(pa.date32())


def _names_apart(statements: pd.DataFrame) -> None:
    """DatasetError where an engine, to which `Note` and `note` are one, could not tell two columns apart."""
    taken = {name: f"{name}, which convert adds" for name in DAYS}
    for name in map(str, statements.columns):
        if (key := name.casefold()) in taken:
            refuse("statements.csv", f"an engine does not tell this column from {taken[key]}", 1, name)
        taken[key] = name
