"""What an engine counts is folded into the same positions and measures as the folder of CSV tables, on any input."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import NoReturn

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from matrix.analysis.common_ground import common_ground
from matrix.analysis.counting import DUPLICATES
from matrix.analysis.matrix_numbers import values
from matrix.analysis.overlap import overlaps
from matrix.analysis.positions import fold, positions, view
from matrix.analysis.side_brief import side_brief
from matrix.analysis.sides import sides
from matrix.dataset.dataset import Dataset
from matrix.dataset.problems import DatasetError, SelectionError
from matrix.dataset.selection import Selection
from matrix.engine.convert import convert
from matrix.engine.counted import OnEngine, open_engine
from matrix.store.folder import load

SHOWN = ["tier", "score", "missing"]
ATTRIBUTIONS = ["", "quoted", "paraphrased", "by-hearsay", "after-dinner"]


@pytest.fixture(scope="module")
def duckdb(absent: Callable[[str], NoReturn]) -> str:
    """The engine that runs in this process, where its extra is installed."""
    if not (find_spec("ibis") and find_spec("duckdb")):
        absent("the extra [scale] (Ibis and DuckDB)")
    return "duckdb"


@pytest.fixture(scope="module")
def spark(absent: Callable[[str], NoReturn]) -> str:
    """Spark in this process's own Java, where both are installed."""
    if not (find_spec("ibis") and find_spec("pyspark")):
        absent("the extra [spark] (Ibis and PySpark)")
    if not shutil.which("java"):
        absent("Java, on which Spark runs,")
    return "spark-local"


@st.composite
def datasets(draw: st.DrawFn) -> Dataset:
    """Up to 24 statements of five actors on four proposals, in chains that may be long, with all that filters ask."""
    n = draw(st.integers(0, 24))
    side = ["us", "us", "china", "china", ""]
    rows: list[dict[str, str]] = []
    for i in range(n):
        start, end = draw(st.sampled_from(DATES))
        stance = draw(st.sampled_from(["support", "conditional", "concern", "oppose"]))
        rows.append(
            {
                "id": f"s{i}",
                "actor": f"a{draw(st.integers(0, 4))}",
                "proposal": f"p{draw(st.integers(0, 3))}",
                "stance": stance,
                "source": draw(st.sampled_from(["one", "two", "three"])),
                "condition": "if so" if stance == "conditional" else "",
                "attribution": draw(st.sampled_from(ATTRIBUTIONS)),
                "confidence": draw(st.sampled_from(["", "high", "low", "so-so"])),
                "date_start": start,
                "date_end": end,
                "superseded_by": "",
            }
        )
    # A later statement is of the same side on the same proposal, and never earlier.
    for i, row in enumerate(rows):
        after = [
            r["id"]
            for r in rows[i + 1 :]
            if r["proposal"] == row["proposal"]
            and side[int(r["actor"][1])] == side[int(row["actor"][1])] != ""
            and DATES.index((r["date_start"], r["date_end"])) >= DATES.index((row["date_start"], row["date_end"]))
        ]
        if after and draw(st.booleans()):
            row["superseded_by"] = after[0]
    columns = ["id", "actor", "proposal", "stance", "source", "condition", "attribution", "confidence"]
    columns += ["date_start", "date_end", "superseded_by"]
    ids = [f"a{i}" for i in range(5)]
    partial = ["", "", "", draw(st.sampled_from(["", "partial"]))]
    return Dataset.from_frames(
        {
            "sides": {"id": ["us", "china"], "name": ["US", "China"], "main": "true"},
            "sources": {"id": ["one", "two", "three"], "title": ["1", "2", "3"], "date": ["2025-03", "", "2026-02-01"]},
            "actors": {"id": ids, "name": ids, "side": side, "authority": ["official", "expert"] * 2 + ["expert"]},
            "proposals": {"id": [f"p{i}" for i in range(4)], "title": [*"ABCD"], "coverage": partial},
            "statements": pd.DataFrame(rows, columns=columns, dtype="str"),
            "searches": {"id": ["x"], "actor": ["a0"], "proposal": ["p3"], "where": ["w"], "by": ["b"], "date": ["2026"]},
        }
    )


# From the earliest to the latest; what is open or undated stands where a chain that goes there is not going back.
DATES = [
    ("2023-05-05", "2023-05-05"),
    ("2024", "2024"),
    ("2024-12-30", "2025-01-02"),
    ("2025-01-05", "2025-01-06"),
    ("2025-06", ""),
    ("", "2025-12"),
    ("", ""),
]


@st.composite
def selections(draw: st.DrawFn, dataset: Dataset) -> Selection:
    """Evidence filters, a window, a rule, and now and then a view."""
    said = [w for w in dataset.frames["statements"]["attribution"].unique() if w]

    def some(words: list[str]) -> tuple[str, ...]:
        return tuple(draw(st.lists(st.sampled_from(words), max_size=2, unique=True))) if words else ()

    return Selection(
        source=some(["one", "two", "three"]),
        attribution=some(said),
        confidence=some(["high", "low"]),
        since=draw(st.sampled_from(["", "", "2024-06", "2025-01-03"])),
        as_of=draw(st.sampled_from(["", "", "2025", "2025-06-10"])),
        rule=draw(st.sampled_from(["cautious", "latest"])),
        side=some(["us", "china"]),
        authority=some(["official", "expert"]),
        proposal=some(["p0", "p1", "p3"]),
    )


def same(local: Dataset, opened: OnEngine, selection: Selection, duplicates: str) -> None:
    """All that can be folded, rolled up and compared is the same from rows and from counts."""
    counted = opened.counted(selection)
    here, there = fold(local, selection), fold(counted, selection)
    for what in ("codes", "n", "differing", "uncertain", "why", "ever"):
        np.testing.assert_array_equal(getattr(here, what), getattr(there, what), err_msg=what)
    assert here.evidence.undated == there.evidence.undated
    assert (view(here).n, view(here).unsure) == (view(there).n, view(there).unsure)
    pd.testing.assert_frame_equal(positions(local, selection), positions(counted, selection))
    pd.testing.assert_frame_equal(sides(local, selection), sides(counted, selection))
    one, other = common_ground(local, selection), common_ground(counted, selection)
    pd.testing.assert_frame_equal(one.frame, other.frame)
    pd.testing.assert_frame_equal(one.basis, other.basis)
    pd.testing.assert_series_equal(one.conditions["all"], other.conditions["all"])
    assert one.headline == other.headline
    lines = [side_brief(d, selection, side="us").frame.drop(columns="conditions") for d in (local, counted)]
    pd.testing.assert_frame_equal(*lines)
    told_apart = opened.counted(selection, duplicates=duplicates)
    for count in ("positions", "statements"):
        more = {"count": count, "duplicates": duplicates if count == "statements" else "keep"}
        pairs = zip(overlaps(local, selection, **more).items(), overlaps(told_apart, selection, **more).values())
        for (measure, a), b in pairs:
            pd.testing.assert_frame_equal(a.frame, b.frame, obj=measure)
            pd.testing.assert_frame_equal(a.n, b.n, obj=measure)
        pd.testing.assert_frame_equal(values(local, selection, **more).frame, values(told_apart, selection, **more).frame)


@given(data=st.data())
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@pytest.mark.slow
def test_what_duckdb_counts_folds_as_the_rows_do(
    data: st.DataObject, duckdb: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    dataset = data.draw(datasets())
    folder = tmp_path_factory.mktemp("parts") / "d"
    convert(dataset, folder, rows=7)
    opened = open_engine(folder, engine=duckdb)
    for _ in range(3):
        same(dataset, opened, data.draw(selections(dataset)), data.draw(st.sampled_from(DUPLICATES)))
