"""Generated Parquet parts of any size become lines of the table: what an engine counts, against its bare GROUP BY."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from benchmarks.generate import (
    ATTRIBUTION_SHARES,
    ATTRIBUTIONS,
    CONDITIONS,
    CONFIDENCE_SHARES,
    CONFIDENCES,
    FIRST_DAY,
    LAST_DAY,
    STANCE_SHARES,
    generate,
)
from benchmarks.measure import PRINT_PEAK, Measurement, interleaved, peak_memory, python
from matrix.analysis.positions import fold
from matrix.dataset.dataset import Dataset
from matrix.dataset.schema import SHIPPED_STANCES
from matrix.dataset.selection import Selection
from matrix.engine.addresses import SPARK_LOCAL
from matrix.engine.counted import OnEngine, open_engine

ACTORS, PROPOSALS, SOURCES = 200, 7_000, 5_000
PART = 1_000_000
OVERTAKEN = 0.01  # of the statements: as many name a later one
MEMORY = 2_000  # MB
LARGE = 100_000_000  # statements for which the dashboard has limits: of fewer a page's own seconds are most of it
ENOUGH = 10_000_000  # statements from which on the engine's own work is more than putting the question to it
BARE = """
SELECT actor, proposal, stance, superseded_by <> '' AS superseded, count(*), min(first_day),
  max(coalesce(last_day, first_day)), max(attribution), max(confidence), max(condition)
FROM {0} {1} GROUP BY 1, 2, 3, 4
"""
WINDOW = Selection(since="2022-07-01", as_of="2024-12-31", attribution=("quoted", "paraphrased"))
WHERE = (
    "WHERE first_day >= DATE '2022-07-01' AND last_day <= DATE '2024-12-31' "
    "AND attribution IN ('quoted', 'paraphrased')"
)
OPEN = """
import sys
from matrix.analysis.positions import fold
from matrix.engine.counted import open_engine
fold(open_engine(sys.argv[1]).counted())
"""
CELL = "WHERE proposal = 'proposal-00010' AND actor = 'actor-00010'"
QUOTED = "WHERE attribution = 'quoted'"
DATED = "WHERE first_day >= DATE '2022-07-01' AND last_day <= DATE '2024-12-31'"
# What a visitor waits for, without a browser: the app's own runs in a fresh process, one after the other.
DASHBOARD = """
import os, sys, time
os.environ["POLICY_MATRIX_DATASET"] = sys.argv[1]
from streamlit.testing.v1 import AppTest

def run(app):
    begin = time.perf_counter()
    app.run()
    assert not app.exception and not app.error, (app.exception, app.error)
    print(time.perf_counter() - begin)

def choose(number, **changes):
    app.session_state["filters"] = {"set": {"changes": changes, "time": number}}
    run(app)

app = AppTest.from_file("app.py", default_timeout=3600)
run(app)
choose(1, side=["us"])
choose(2, side=[], attribution=["quoted"])
choose(3, attribution=[], since="2022-07-01", as_of="2024-12-31")
choose(4, since="", as_of="")
for actor in ("actor-00009", "actor-00010", "actor-00011"):
    app.query_params["cell"] = f"proposal-00010~{actor}"
    run(app)
"""


def rows(folder: Path, seed: int, sizes: list[int], *, spark: bool) -> Iterator[Measurement]:
    """The fold, a change of filters, the memory and the dashboard, at each size; `spark`: also Spark's local mode."""
    before: tuple[int, float] | None = None
    for size in sizes:
        place = parts(folder / str(size), size, seed)
        begin = perf_counter()
        opened = open_engine(place)
        yield Measurement(f"{size:,}: open, with its checks", perf_counter() - begin)
        rounds = 3 if size <= 10_000_000 else 1
        took = interleaved(
            {
                "ours": lambda o=opened: fold(_anew(o)),
                "bare": lambda p=place: _bare(p),
                "filtered": lambda o=opened: fold(_anew(o, WINDOW), WINDOW),
                "bare, filtered": lambda p=place: _bare(p, WHERE),
            },
            rounds,
        )
        groups = "DuckDB's GROUP BY over the same columns, fetched as Arrow"
        yield Measurement(f"{size:,}: counted and folded", took["ours"], took["bare"], groups, 1.2)
        yield Measurement(
            f"{size:,}: other evidence, chains followed",
            took["filtered"],
            took["bare, filtered"],
            f"{groups}, WHERE",
            3 if size >= ENOUGH else None,
        )
        yield Measurement(
            f"{size:,}: peak memory, fresh process", peak_memory(OPEN, str(place)), ceiling=MEMORY, unit="MB"
        )
        if before:
            times, longer = size / before[0], took["ours"] / before[1]
            yield Measurement(f"{size:,}: {times:g} times the statements take {longer:.1f} times as long", took["ours"])
        before = size, took["ours"]
        fetched = interleaved(
            {
                "ours": lambda o=opened: o.cell(proposal="proposal-00010", actor="actor-00010"),
                "bare": lambda p=place: _bare(p, CELL, "SELECT * FROM {0} {1}"),
            },
            5,
        )
        select = "DuckDB's SELECT of its statements, without those that supersede them"
        what = f"{size:,}: the statements of a cell"
        yield Measurement(what, fetched["ours"], fetched["bare"], select, 2 if size >= ENOUGH else None)
        yield from _dashboard(place, size, took["bare"], fetched["bare"])
        if spark and size <= ENOUGH:  # its local mode has a gigabyte of memory, which 100 million do not fit into
            yield from _on_spark(place, size, took["ours"])


def _anew(opened: OnEngine, selection: Selection | None = None) -> Dataset:
    """Counted, whether it has been before or not."""
    opened._kept.clear()
    return opened.counted(selection)


def _dashboard(place: Path, size: int, bare: float, bare_cell: float) -> Iterator[Measurement]:
    """Pages against the engine's own question; opening, with its checks, is part of the first."""
    printed = [float(line) for line in python("-c", DASHBOARD + PRINT_PEAK, str(place)).split()]
    first, view, evidence, window, back, *cells, peak = printed
    times, twice = (3, 2) if size >= LARGE else (None, None)
    name = f"{size:,}: dashboard"
    groups = "DuckDB's GROUP BY"
    yield Measurement(f"{name}, first page", first, bare, groups, times)
    yield Measurement(f"{name}, other side", view, bare, groups, times)
    for what, ours, where in (("other evidence", evidence, QUOTED), ("a window of time", window, DATED)):
        peer = interleaved({"bare": partial(_bare, place, where)}, 1)["bare"]
        yield Measurement(f"{name}, {what}", ours, peer, f"{groups}, WHERE", times)
    yield Measurement(f"{name}, back to what was counted", back, bare, groups)
    yield Measurement(f"{name}, a cell opened", median(cells), bare_cell, "DuckDB's SELECT of its statements", twice)
    yield Measurement(f"{name}, peak memory after that", peak / 1e6, unit="MB")


def _on_spark(place: Path, size: int, duckdb: float) -> Iterator[Measurement]:
    begin = perf_counter()
    opened: OnEngine = open_engine(place, engine=SPARK_LOCAL)
    yield Measurement(f"{size:,}: open on spark-local, Java started", perf_counter() - begin)
    begin = perf_counter()
    fold(opened.counted())
    yield Measurement(f"{size:,}: counted and folded, spark-local", perf_counter() - begin, duckdb, "DuckDB")


def _bare(place: Path, where: str = "", question: str = BARE) -> Any:
    """The engine's own group-by, or other question, under the same limits of memory."""
    import duckdb

    connection = duckdb.connect(config={"memory_limit": "1GB", "temp_directory": f"{place}-disk"})
    files = f"read_parquet('{place}/statements/*.parquet')"
    return connection.sql(question.format(files, where)).to_arrow_table()


def parts(folder: Path, statements: int, seed: int) -> Path:
    """A converted folder of this many statements; the same size and seed write the same rows."""
    rng = np.random.default_rng(seed)
    generate(folder, ACTORS, PROPOSALS, 0, seed)
    (folder / "statements.csv").unlink()
    with (folder / "sources.csv").open("w", encoding="utf-8", newline="") as f:
        csv.writer(f, lineterminator="\n").writerows(
            [("id", "title"), *((f"source-{i:05d}", "Article") for i in range(SOURCES))]
        )
    (folder / "statements").mkdir()
    for number, start in enumerate(range(0, statements, PART)):
        table = _part(rng, np.arange(start, min(start + PART, statements)))
        pq.write_table(table, folder / "statements" / f"part-{number:05}.parquet")
    return folder


def _part(rng: np.random.Generator, row: np.ndarray) -> pa.Table:
    n = len(row)
    stance = rng.choice(len(STANCE_SHARES), n, p=STANCE_SHARES)
    first = rng.integers(FIRST_DAY.astype(int), LAST_DAY.astype(int), n).astype(np.int32)
    last = first + rng.integers(0, 3, n).astype(np.int32)
    undated, overtaken = rng.random(n) < 0.05, (rng.random(n) < OVERTAKEN) & (np.arange(n) < n - 1)
    actor, proposal = rng.integers(0, ACTORS, n), rng.integers(0, PROPOSALS, n)
    for at in np.flatnonzero(overtaken):  # by a later one of the same cell
        actor[at + 1], proposal[at + 1] = actor[at], proposal[at]
    days = {"first_day": (first, undated), "last_day": (last, undated | (rng.random(n) < 0.05))}
    ids = pc.binary_join_element_wise("s", pa.array(row).cast(pa.string()), "")
    after = pc.binary_join_element_wise("s", pa.array(row + 1).cast(pa.string()), "")
    return pa.table(
        {
            "id": ids,
            "actor": _named("actor", ACTORS).take(pa.array(actor)),
            "proposal": _named("proposal", PROPOSALS).take(pa.array(proposal)),
            "stance": pa.array([s["id"] for s in SHIPPED_STANCES]).take(pa.array(stance)),
            "source": _named("source", SOURCES).take(pa.array(rng.integers(0, SOURCES, n))),
            "condition": pa.array(["", CONDITIONS[0]]).take(pa.array((stance == 1).astype(np.int8))),
            "attribution": pa.array(ATTRIBUTIONS).take(
                pa.array(rng.choice(len(ATTRIBUTIONS), n, p=ATTRIBUTION_SHARES))
            ),
            "confidence": pa.array(CONFIDENCES).take(pa.array(rng.choice(len(CONFIDENCES), n, p=CONFIDENCE_SHARES))),
            "superseded_by": pc.if_else(pa.array(overtaken), after, ""),
            **{c: pa.array(d, pa.int32(), mask=m).cast(pa.date32()) for c, (d, m) in days.items()},
        }
    )


def _named(name: str, n: int) -> pa.Array:
    return pa.array([f"{name}-{i:05d}" for i in range(n)])
