"""A dataset folder becomes lines of the table: measures between actors against the bare product of their counts."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from scipy import sparse

from benchmarks.generate import generate
from benchmarks.measure import Measurement, interleaved
from matrix.analysis.overlap import overlap, overlaps
from matrix.dataset.dataset import Dataset
from matrix.dataset.selection import evidence_of
from matrix.store.folder import load

WIDE = (2_000, 2_000, 100_000)  # actors, proposals, statements
LONG = (200, 7_000, 1_200_000)


BARE = "scipy.sparse T @ T.T, T ready"


def rows(folder: Path, seed: int, rounds: int = 7) -> Iterator[Measurement]:
    """From the dataset to the labelled result; the peer has its sparse matrix ready, and its product has no labels."""
    yield from _wide(load(generate(folder / "wide", *WIDE, seed, distinct=False)), rounds)
    yield from _long(load(generate(folder / "long", *LONG, seed, distinct=False)), rounds)


def _wide(dataset: Dataset, rounds: int) -> Iterator[Measurement]:
    counts = totals(dataset)
    took = interleaved(
        {
            "bare": lambda: counts @ counts.T,
            "statements": lambda: overlap(dataset, measure="congruence", count="statements"),
            "positions": lambda: overlap(dataset, measure="congruence"),
            "shared": lambda: overlap(dataset, measure="shared", count="statements"),
        },
        rounds,
    )
    for unit in ("statements", "positions"):
        yield Measurement(f"congruence with n, {unit}, 2,000 x 2,000 x 100,000", took[unit], took["bare"], BARE, 3)
    naive = interleaved({"pandas": lambda: by_pandas(dataset)}, 1)["pandas"]
    yield Measurement("shared with n, statements", took["shared"], naive, "pd.crosstab + DataFrame.dot, twice", 1 / 50)


def _long(dataset: Dataset, rounds: int) -> Iterator[Measurement]:
    counts = totals(dataset)
    took = interleaved(
        {
            "bare": lambda: counts @ counts.T,
            "statements": lambda: overlaps(dataset, count="statements"),
            "positions": lambda: overlaps(dataset),
        },
        rounds,
    )
    for unit in ("statements", "positions"):
        yield Measurement(f"all network measures, {unit}, 200 x 7,000 x 1.2 million", took[unit], took["bare"], BARE, 4)


def totals(dataset: Dataset) -> Any:
    """T: counting statements of each actor on each proposal, as a compressed sparse matrix."""
    codes, counts = dataset.codes, evidence_of(dataset).counts
    shape = len(dataset.frames["actors"]), len(dataset.frames["proposals"])
    places = codes.actor[counts], codes.proposal[counts]
    return sparse.coo_array((np.ones(counts.sum()), places), shape=shape).tocsr()


def by_pandas(dataset: Dataset) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Shared units and n for each pair as one would write it in a notebook."""
    said = dataset.frames["statements"][evidence_of(dataset).counts]
    table = pd.crosstab(said["actor"].astype("str"), said["proposal"].astype("str"))
    marks = (table > 0).astype(int)
    return table.dot(table.T), marks.dot(marks.T)
