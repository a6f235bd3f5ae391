"""What an engine counts is folded into the same positions and measures as the folder of CSV tables, on any input."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from random import Random
from typing import Any, NoReturn

import numpy as np
import pandas as pd
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
from matrix.dataset.selection import Selection
from matrix.engine.convert import convert
from matrix.engine.counted import OnEngine, open_engine

SOURCES = ["one", "two", "three"]
COLUMNS = [
    *("id", "actor", "proposal", "stance", "source", "condition", "attribution", "confidence"),
    *("date_start", "date_end", "superseded_by"),
]
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


Pick = Callable[[list[Any]], Any]
SIDES = ["us", "us", "china", "china", ""]


def rows(pick: Pick, most: int, of: str = "") -> list[dict[str, str]]:
    """Some statements of five actors on four proposals, in chains that may be long; `of` begins all ids."""
    made: list[dict[str, str]] = []
    for i in range(pick([*range(most + 1)])):
        start, end = pick(DATES)
        stance = pick(["support", "conditional", "concern", "oppose"])
        made.append(
            {
                "id": f"{of}s{i}",
                "actor": f"{of}a{pick([*range(5)])}",
                "proposal": f"{of}p{pick([*range(4)])}",
                "stance": stance,
                "source": pick(SOURCES),
                "condition": "if so" if stance == "conditional" else "",
                "attribution": pick(["", "quoted", "paraphrased", "by-hearsay", "after-dinner"]),
                "confidence": pick(["", "high", "low", "so-so"]),
                "date_start": start,
                "date_end": end,
                "superseded_by": "",
            }
        )
    for i, row in enumerate(made):  # a later statement is of the same side on the same proposal, and never earlier
        after = [
            r["id"]
            for r in made[i + 1 :]
            if r["proposal"] == row["proposal"]
            and SIDES[int(r["actor"][-1])] == SIDES[int(row["actor"][-1])] != ""
            and DATES.index((r["date_start"], r["date_end"])) >= DATES.index((row["date_start"], row["date_end"]))
        ]
        if after and pick([True, False]):
            row["superseded_by"] = after[0]
    return made


def dataset_of(statements: list[dict[str, str]], *prefixes: str) -> Dataset:
    """The dataset of these statements: under each prefix five actors and four proposals, the last known in part."""
    actors = [f"{of}a{i}" for of in prefixes for i in range(5)]
    proposals = [f"{of}p{i}" for of in prefixes for i in range(4)]
    official = ["official", "expert", "official", "expert", "expert"] * len(prefixes)
    looked = {"id": ["x"], "actor": actors[:1], "proposal": proposals[3:4], "where": "w", "by": "b", "date": "2026"}
    return Dataset.from_frames(
        {
            "sides": {"id": ["us", "china"], "name": ["US", "China"], "main": "true"},
            "sources": {"id": SOURCES, "title": SOURCES, "date": ["2025-03", "", "2026-02-01"]},
            "actors": {"id": actors, "name": actors, "side": SIDES * len(prefixes), "authority": official},
            "proposals": {"id": proposals, "title": proposals, "coverage": ["", "", "", "partial"] * len(prefixes)},
            "statements": pd.DataFrame(statements, columns=COLUMNS, dtype="str"),
            "searches": pd.DataFrame(looked),
        }
    )


@st.composite
def datasets(draw: st.DrawFn) -> Dataset:
    """A dataset of up to 24 statements."""
    return dataset_of(rows(lambda of: draw(st.sampled_from(of)), 24), "")


@st.composite
def selections(draw: st.DrawFn, dataset: Dataset) -> Selection:
    """Evidence filters, a window, a rule, and now and then a view."""
    said = [w for w in dataset.frames["statements"]["attribution"].unique() if w]

    def some(words: list[str]) -> tuple[str, ...]:
        return tuple(draw(st.lists(st.sampled_from(words), max_size=2, unique=True))) if words else ()

    return Selection(
        source=some(SOURCES),
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
    counted = opened.counted(selection, duplicates=duplicates)
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
    for count in ("positions", "statements"):
        more = {"count": count, "duplicates": duplicates if count == "statements" else "keep"}
        pairs = zip(
            overlaps(local, selection, **more).items(), overlaps(counted, selection, **more).values(), strict=True
        )
        for (measure, a), b in pairs:
            pd.testing.assert_frame_equal(a.frame, b.frame, obj=measure)
            pd.testing.assert_frame_equal(a.n, b.n, obj=measure)
        pd.testing.assert_frame_equal(values(local, selection, **more).frame, values(counted, selection, **more).frame)


@pytest.mark.slow
@given(data=st.data())
@settings(max_examples=12, suppress_health_check=[HealthCheck.too_slow])
def test_what_duckdb_counts_folds_as_the_rows_do(
    duckdb: str, tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    dataset = data.draw(datasets())
    folder = tmp_path_factory.mktemp("parts") / "d"
    convert(dataset, folder, rows=7)
    same(
        dataset,
        open_engine(folder, engine=duckdb),
        data.draw(selections(dataset)),
        data.draw(st.sampled_from(DUPLICATES)),
    )


@pytest.fixture
def batch() -> Dataset:
    """Sixty random datasets side by side in one, each with ids of its own."""
    pick = Random(15).choice
    prefixes = [f"d{k}-" for k in range(60)]
    return dataset_of([row for of in prefixes for row in rows(pick, 24, of)], *prefixes)


BATCHES = [
    (Selection(), "keep"),
    (Selection(attribution=("quoted", "paraphrased"), confidence="high", since="2024-06", rule="latest"), "source"),
    (Selection(source=("one", "three"), since="2024-06", as_of="2025-06-10", side="us"), "week"),
]


@pytest.mark.slow
@pytest.mark.parametrize("engine", ["duckdb", "spark"])
def test_sixty_datasets_in_one_batch_fold_as_their_rows_do(
    engine: str, batch: Dataset, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    convert(batch, tmp_path / "d", rows=200)
    opened = open_engine(tmp_path / "d", engine=request.getfixturevalue(engine))
    for selection, duplicates in BATCHES:
        same(batch, opened, selection, duplicates)
