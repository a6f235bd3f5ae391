"""A dataset folder becomes lines of the table: folding it, opening it, and the memory that takes."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd
from scipy import sparse

from benchmarks.measure import Measurement, Work, interleaved, peak_memory
from matrix.analysis.positions import fold, positions
from matrix.dataset.dataset import Dataset
from matrix.dataset.problems import number_of
from matrix.dataset.selection import LATEST, Selection
from matrix.store.folder import load

MEMORY = 1200  # MB

OPEN = """
import sys
from matrix.analysis.positions import fold
from matrix.store.folder import load
fold(load(sys.argv[1]))
"""
READ = """
import pathlib, sys
import pandas as pd
frames = [pd.read_csv(file, dtype=str) for file in sorted(pathlib.Path(sys.argv[1]).glob("*.csv"))]
"""


def rows(folder: Path, rounds: int = 7, *, demanded: bool = True) -> Iterator[Measurement]:
    """Folding against pandas and scipy; opening the folder against reading it as text.

    The limits hold for the size they were set for; at other sizes (`demanded=False`) the lines only inform.
    """
    for row in _rows(folder, rounds):
        yield row if demanded else replace(row, most=None, ceiling=None)


def _rows(folder: Path, rounds: int) -> Iterator[Measurement]:
    dataset = load(folder)
    took = interleaved(folding(dataset), rounds)
    kinds = {"categorical": took["crosstab, categorical"], "str": took["crosstab, str"]}
    better = min(kinds, key=kinds.__getitem__)
    crosstab = f"pd.crosstab(proposal, actor, values=score, aggfunc='sum'), {better} columns"
    slower = ", ".join(f"{kinds[k]:.3f} s with {k}" for k in kinds if k != better)
    yield Measurement("fold()", took["fold"], kinds[better], f"{crosstab} ({slower})", 0.25)
    yield Measurement("positions(), DataFrame included", took["positions"], kinds[better], crosstab, 0.25)
    yield Measurement("fold(), rule latest", took["latest"], kinds[better], crosstab)
    yield Measurement("fold()", took["fold"], took["sparse"], "scipy.sparse coo -> csr sum over ready codes", 15)
    yield Measurement("positions(), DataFrame included", took["positions"], took["sparse"], "the same", 15)
    del dataset
    took = interleaved({"ours": lambda: fold(load(folder)), "peer": lambda: _read(folder)}, max(3, rounds // 2))
    yield Measurement("read, check, type, fold the folder", took["ours"], took["peer"], "pd.read_csv(dtype=str)", 2)
    with TemporaryDirectory() as near:
        warned = _warned(folder, Path(near) / "warned")
        took = interleaved({"ours": lambda: fold(load(warned)), "peer": lambda: _read(warned)}, max(3, rounds // 2))
        counted = number_of(load(warned).warnings)
    yield Measurement(f"the same with {counted:,} warnings", took["ours"], took["peer"], "pd.read_csv(dtype=str)", 2)
    yield Measurement(
        "peak memory of that, fresh process",
        peak_memory(OPEN, str(folder)),
        peak_memory(READ, str(folder)),
        "pd.read_csv(dtype=str), all kept",
        ceiling=MEMORY,
        unit="MB",
    )
    dataset = load(folder)
    version = interleaved({"": lambda: replace(dataset).version}, 3)[""]  # a copy has not remembered it
    yield Measurement("Dataset.version (when asked for)", version, ceiling=2)


def _warned(folder: Path, copy: Path) -> Path:
    """The same dataset with sources older than everything in it: each dated statement draws a warning."""
    shutil.copytree(folder, copy, ignore=shutil.ignore_patterns("datapackage.json"))
    sources = pd.read_csv(copy / "sources.csv", dtype=str, keep_default_na=False)
    sources.assign(date="1900-01-01").to_csv(copy / "sources.csv", index=False)
    return copy


def folding(dataset: Dataset) -> dict[str, Work]:
    """The rivals of folding; each starts from what it likes best, made ready outside the measured time."""
    statements, codes = dataset.frames["statements"], dataset.codes
    score = dataset.scale.scores[codes.stance]
    coded = pd.DataFrame({"proposal": statements["proposal"], "actor": statements["actor"], "score": score})
    text = coded.astype({"proposal": "str", "actor": "str"})
    shape = len(dataset.proposals), len(dataset.actors)
    latest = Selection(rule=LATEST)
    return {
        "fold": lambda: fold(dataset),
        "latest": lambda: fold(dataset, latest),
        "positions": lambda: positions(dataset),
        "sparse": lambda: sparse.coo_array((score, (codes.proposal, codes.actor)), shape=shape).tocsr(),
        "crosstab, categorical": lambda: _crosstab(coded),
        "crosstab, str": lambda: _crosstab(text),
    }


def _crosstab(frame: pd.DataFrame) -> pd.DataFrame:
    return pd.crosstab(frame["proposal"], frame["actor"], values=frame["score"], aggfunc="sum")


def _read(folder: Path) -> list[pd.DataFrame]:
    return [pd.read_csv(file, dtype=str) for file in sorted(folder.glob("*.csv"))]
