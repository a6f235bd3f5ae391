"""What an engine counts is folded into the same positions and measures as the folder of CSV tables, on any input."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from random import Random
from typing import Any, NoReturn

import networkx as nx
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from matrix.analysis import evidence as evidence_module
from matrix.analysis import opposed
from matrix.analysis import over_time as over_time_module
from matrix.analysis.common_ground import common_ground
from matrix.analysis.comparison import PairComparison
from matrix.analysis.counting import DUPLICATES
from matrix.analysis.evidence import Picked, behind, evidence
from matrix.analysis.matrix_numbers import values
from matrix.analysis.measures import MEASURES
from matrix.analysis.opposed import edges_opposed, opposed_once, opposed_unknown
from matrix.analysis.over_time import over_time
from matrix.analysis.overlap import overlap, overlaps
from matrix.analysis.positions import fold, positions, view
from matrix.analysis.side_brief import side_brief
from matrix.analysis.sides import sides
from matrix.analysis.timeline import timeline
from matrix.cli import main
from matrix.dashboard import server
from matrix.dataset.dataset import Dataset
from matrix.dataset.groups import STATED_THERE
from matrix.dataset.problems import DatasetError, SelectionError
from matrix.dataset.selection import Selection
from matrix.engine import counted
from matrix.engine.convert import convert
from matrix.engine.counted import OnEngine, open_engine
from matrix.export.brief import brief
from matrix.export.formats import FORMATS, write_file
from matrix.export.graphml import actors_graphml
from matrix.store.folder import load
from matrix.store.history import save
from matrix.store.what_changed import what_changed
from tests import tiny

MATRIX = (".csv", ".excel.csv", ".signed.csv")
WRITTEN = (*MATRIX, ".actors.graphml", ".edges.csv")
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
def spark(absent: Callable[[str], NoReturn]) -> Iterator[str]:
    """Spark in this process's own Java, where both are installed."""
    if not (find_spec("ibis") and find_spec("pyspark")):
        absent("the extra [spark] (Ibis and PySpark)")
    if not shutil.which("java"):
        absent("Java, on which Spark runs,")
    # Java's second compiler costs more than it gains in a minute of small questions: a third of the time without it.
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("PYSPARK_SUBMIT_ARGS", "--driver-java-options -XX:TieredStopAtLevel=1 pyspark-shell")
        yield "spark-local"


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
    ours, theirs = (side_brief(d, selection, side="us").frame.drop(columns="conditions") for d in (local, counted))
    pd.testing.assert_frame_equal(ours, theirs)
    assert [*opposed_once(local, selection)] == [*opposed_once(counted, selection)]
    assert opposed_unknown(counted, selection) == ""
    ours, theirs = (edges_opposed(d, selection, overlap(d, selection)) for d in (local, counted))
    pd.testing.assert_frame_equal(ours, theirs)
    for count in ("positions", "statements"):
        more: dict[str, Any] = {"count": count, "duplicates": duplicates if count == "statements" else "keep"}
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
    opened = open_engine(folder, engine=duckdb)
    if before := data.draw(st.none() | selections(dataset)):  # then only what passes is asked for
        opened.counted(before)
    same(dataset, opened, data.draw(selections(dataset)), data.draw(st.sampled_from(DUPLICATES)))


OVER_TIME = [
    (m, of) for m in MEASURES for of in ("actors", "sides", "proposals") if m != "clashes" or of != "proposals"
]


def same_over_time(local: Dataset, opened: OnEngine, selection: Selection, **asked: Any) -> None:
    """Every window has the same numbers, statements and speakers, or the same is refused."""
    counted = opened.counted(selection)
    try:
        here = over_time(local, selection, **asked)
    except SelectionError as e:
        with pytest.raises(SelectionError, match=re.escape(str(e))):
            over_time(counted, selection, **asked)
        return
    there = over_time(counted, selection, **asked)
    pd.testing.assert_frame_equal(here.frame, there.frame)
    pd.testing.assert_frame_equal(here.windows, there.windows)
    for what in ("undated", "n", "formula", "n_words", "opposed", "sentence", "notes", "in_words"):
        assert getattr(here, what) == getattr(there, what), what


@pytest.mark.slow
@given(data=st.data())
@settings(max_examples=12, suppress_health_check=[HealthCheck.too_slow])
def test_what_duckdb_counts_in_windows_of_time_is_what_the_rows_make(
    duckdb: str, tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    dataset = data.draw(datasets())
    folder = tmp_path_factory.mktemp("parts") / "d"
    convert(dataset, folder, rows=7)
    measure, of = data.draw(st.sampled_from([*OVER_TIME, ("polarisation", "actors")]))
    network = measure in ("shared", "congruence", "conflict", "net", "polarisation")
    count = data.draw(st.sampled_from(["positions", "statements"])) if network else "positions"
    window = data.draw(st.sampled_from(["400d", "90d", "1w"]))
    same_over_time(
        dataset,
        open_engine(folder, engine=duckdb),
        replace(data.draw(selections(dataset)), stance=data.draw(st.sampled_from([(), (), ("support", "mixed")]))),
        window=window,
        step={"400d": "150d", "90d": "", "1w": "3d"}[window],
        measure=measure,
        of=of,
        normalize=data.draw(st.sampled_from(["none", "average", "jaccard"])) if network else "none",
        count=count,
        duplicates=data.draw(st.sampled_from(DUPLICATES)) if count == "statements" else "keep",
    )


@pytest.fixture
def batch() -> Dataset:
    """Fifty random datasets side by side in one, each with ids of its own."""
    pick = Random(15).choice
    prefixes = [f"d{k}-" for k in range(50)]
    return dataset_of([row for of in prefixes for row in rows(pick, 24, of)], *prefixes)


BATCHES = [
    (Selection(), "keep"),
    (Selection(attribution=("quoted", "paraphrased"), confidence="high", since="2024-06", rule="latest"), "source"),
    (Selection(source=("one", "three"), since="2024-06", as_of="2025-06-10", side="us"), "week"),
]


@pytest.mark.slow
@pytest.mark.parametrize("engine", ["duckdb", "spark"])
def test_fifty_datasets_in_one_batch_fold_as_their_rows_do(
    engine: str, batch: Dataset, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    convert(batch, tmp_path / "d", rows=200)
    opened = open_engine(tmp_path / "d", engine=request.getfixturevalue(engine))
    for selection, duplicates in BATCHES if engine == "duckdb" else BATCHES[:2]:
        same(batch, opened, selection, duplicates)
        if engine == "spark" and not selection.since:
            continue  # each window is a question of its own, of which Spark takes its time
        long, apart = ("2000d", "") if engine == "spark" else ("400d", "300d")
        asked: dict[str, Any] = {"window": long, "step": apart, "measure": "net", "count": "statements"}
        same_over_time(batch, opened, selection, **asked, duplicates=duplicates)


# ---- what is refused, and how


@pytest.fixture
def parts(duckdb: str, small: Dataset, tmp_path: Path) -> Path:
    """The hand-countable dataset, converted."""
    convert(small, tmp_path / "parts")
    return tmp_path / "parts"


def rewritten(folder: Path, **columns: pa.Array | None) -> Path:
    """The folder with other columns in its one part: None takes one away."""
    file = next((folder / "statements").glob("*.parquet"))
    table = pq.read_table(file)
    for name, held in columns.items():
        table = table.drop_columns([name]) if name in table.column_names else table
        table = table if held is None else table.append_column(name, held)
    pq.write_table(table, file)
    return folder


def of(folder: Path, column: str, change: dict[str, str]) -> pa.Array:
    """A column of the one part, with some of its values changed."""
    values = pq.read_table(folder / "statements").column(column).to_pylist()
    return pa.array([change.get(v, v) for v in values], pa.string())


UNKNOWN = [
    ("actor", "ann", "anne", "column actor: 'anne' is not an id in actors.csv; did you mean 'ann'? (1 statement)"),
    ("stance", "support", "", "3 rows, column stance, is blank"),
    ("source", "early", "erly", "rows, column source, 'erly' is not an id in sources.csv; did you mean 'early'?"),
    ("superseded_by", "s4", "s44", "statements/*.parquet, column superseded_by: names a statement that is not there"),
]


@pytest.mark.parametrize(("column", "before", "after", "message"), UNKNOWN)
def test_what_names_something_unknown_is_counted_and_refused(
    parts: Path, column: str, before: str, after: str, message: str
) -> None:
    rewritten(parts, **{column: of(parts, column, {before: after})})
    with pytest.raises(DatasetError, match=re.escape(message)):
        open_engine(parts).counted()


def test_a_column_that_is_missing_or_is_not_text_is_named(parts: Path) -> None:
    with pytest.raises(DatasetError, match=r"part-00000.parquet, column first_day: the column is missing"):
        open_engine(rewritten(parts, first_day=None))
    n = pq.read_table(parts / "statements").num_rows
    rewritten(parts, first_day=pa.nulls(n, pa.date32()), last_day=pa.array([1] * n))
    with pytest.raises(DatasetError, match=r"column last_day: is of the type int64, and a date is expected"):
        open_engine(parts)


def test_columns_that_may_be_missing_are_blank(parts: Path, small: Dataset) -> None:
    rewritten(parts, attribution=None, confidence=None, condition=None, superseded_by=None)
    counted = open_engine(parts).counted()
    statements = small.table("statements").assign(attribution="", confidence="", condition="", superseded_by="")
    expected = fold(Dataset(dict(small.frames) | {"statements": statements.astype("category")}, small.columns))
    assert (fold(counted).codes == expected.codes).all()


@pytest.mark.parametrize(
    ("engine", "lean_first"),
    [("duckdb", True), ("duckdb", False), pytest.param("spark", True, marks=pytest.mark.slow)],
)
def test_parts_that_lack_columns_are_blank_there_in_any_order(
    engine: str, lean_first: bool, parts: Path, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    n = pq.read_table(parts / "statements").num_rows
    whole = pq.read_table(rewritten(parts, attribution=pa.array(["quoted"] * n)) / "statements")
    some = [i for i, later in enumerate(whole.column("superseded_by").to_pylist()) if not later][:3]
    lacking = ("attribution", "confidence", "condition", "superseded_by", "quote")
    rest = whole.take([i for i in range(whole.num_rows) if i not in some])
    assert any(rest.column("superseded_by").to_pylist())
    shutil.copytree(parts, tmp_path / "filled")
    blank = {c: ["" if i in some else v for i, v in enumerate(whole.column(c).to_pylist())] for c in lacking}
    filled = open_engine(rewritten(tmp_path / "filled", **{c: pa.array(v) for c, v in blank.items()}))
    lean = whole.take(some).drop_columns([*lacking])
    for i, table in enumerate((lean, rest) if lean_first else (rest, lean)):
        pq.write_table(table, parts / "statements" / f"part-{i:05}.parquet")
    opened = open_engine(parts, engine=request.getfixturevalue(engine))
    for chosen in (Selection(), Selection(attribution="quoted", rule="latest")):
        expected, found = (positions(o.counted(chosen), chosen) for o in (filled, opened))
        pd.testing.assert_frame_equal(expected, found)
    assert opened.words == filled.words
    ids = {"proposal": lean.column("proposal")[0].as_py(), "actor": lean.column("actor")[0].as_py()}
    expected, found = (evidence(o.cell(**ids), **ids, every=True) for o in (filled, opened))
    pd.testing.assert_frame_equal(expected, found)


CLASHES = [
    ("actor", None, "part-00001.parquet, column actor: the column is missing; in 1 more part as well"),
    ("stance", pa.int64(), "part-00001.parquet, column stance: is of the type int64, and text is expected"),
    ("quote", pa.int64(), "part-00001.parquet, column quote: is of the type int64, and text in part-00000.parquet"),
    ("Actor", pa.string(), "part-00001.parquet, column Actor: an engine does not tell this column from actor; in 1"),
    ("Quote", pa.string(), "column Quote: an engine does not tell this column from quote in part-00000.parquet"),
]


@pytest.mark.parametrize(("column", "kind", "message"), CLASHES)
def test_parts_whose_columns_clash_are_named(
    column: str, kind: pa.DataType | None, message: str, parts: Path, tmp_path: Path
) -> None:
    shutil.copytree(parts, tmp_path / "other")
    n = pq.read_table(parts / "statements").num_rows
    rewritten(tmp_path / "other", **{column: None if kind is None else pa.nulls(n, kind)})
    for i in (1, 2):
        shutil.copy(tmp_path / "other/statements/part-00000.parquet", parts / f"statements/part-0000{i}.parquet")
    with pytest.raises(DatasetError, match=re.escape(message)):
        open_engine(parts)


def test_two_columns_of_one_name_are_refused(parts: Path) -> None:
    file = parts / "statements" / "part-00000.parquet"
    table = pq.read_table(file)
    pq.write_table(table.append_column("actor", table.column("actor")), file)
    with pytest.raises(DatasetError, match=re.escape("part-00000.parquet: has two columns of one name")):
        open_engine(parts)


def test_a_part_that_is_no_parquet_file_is_named(parts: Path) -> None:
    (parts / "statements" / "more.parquet").write_text("id,actor")
    with pytest.raises(DatasetError, match=re.escape("statements/more.parquet: is not a Parquet file")):
        open_engine(parts)


CIRCLES = [
    ({"s4": "s4"}, "column superseded_by: 's4' is superseded by itself (1 statement)"),
    ({"s3": "s4", "s4": "s5", "s5": "s4"}, "2 rows, column superseded_by, run in a circle, 's4' among them"),
]


@pytest.mark.parametrize(("change", "message"), CIRCLES)
def test_statements_that_supersede_each_other_in_a_circle_are_refused(
    change: dict[str, str], message: str, parts: Path
) -> None:
    ids = pq.read_table(parts / "statements").column("id").to_pylist()
    rewritten(parts, superseded_by=pa.array([change.get(id_, "") for id_ in ids]))
    with pytest.raises(DatasetError, match=re.escape(message)):
        open_engine(parts)


def test_long_chains_of_superseded_statements_are_no_circle(parts: Path) -> None:
    ids = pq.read_table(parts / "statements").column("id").to_pylist()
    rewritten(parts, superseded_by=pa.array([*ids[1:], ""]))
    assert open_engine(parts).counted().groups is not None


def test_what_needs_the_statements_themselves_is_refused(parts: Path, tmp_path: Path) -> None:
    counted = open_engine(parts).counted()
    for work in (
        lambda: evidence(counted),
        lambda: counted.statements,
        lambda: timeline(counted),
        lambda: brief(counted),
        lambda: save(counted, tmp_path / "saved"),
        *(lambda e=e: write_file(counted, tmp_path / f"x{e}") for e in FORMATS if e not in WRITTEN),
    ):
        with pytest.raises(SelectionError, match="this needs the statements themselves"):
            work()
    with pytest.raises(SelectionError, match="the history stays with the folder of CSV tables"):
        what_changed(counted, since="2026")
    with pytest.raises(SelectionError, match="search: it looks into the texts of the statements too"):
        positions(counted, Selection(search="hotline"))


def test_the_network_of_actors_is_written_as_from_the_rows(parts: Path, small: Dataset) -> None:
    opened, chosen = open_engine(parts), Selection(rule="latest")
    told_apart: dict[str, Any] = {"measure": "shared", "count": "statements", "duplicates": "month"}
    for options in (told_apart, {}):
        there = opened.counted(chosen, duplicates=options.get("duplicates", "keep"))
        found = [actors_graphml(overlap(d, chosen, **options), d, chosen).decode() for d in (small, there)]
        assert found[0].count("<edge ") > 0
        here = found[0].replace(small.version, there.version).replace(f">{small.title}<", f">{there.title}<")
        assert found[1] == here


@pytest.mark.parametrize("ending", MATRIX)
def test_the_matrix_is_written_as_from_the_rows(ending: str, parts: Path, small: Dataset, tmp_path: Path) -> None:
    for name, dataset in (("here", small), ("there", open_engine(parts).counted())):
        write_file(dataset, tmp_path / f"{name}{ending}")
    assert (tmp_path / f"here{ending}").read_bytes() == (tmp_path / f"there{ending}").read_bytes()


def test_counts_answer_only_for_the_evidence_they_were_made_on(parts: Path) -> None:
    counted = open_engine(parts).counted(Selection(source="early"))
    positions(counted, Selection(source="early", side="us"))
    with pytest.raises(SelectionError, match="counted on other evidence"):
        positions(counted)
    with pytest.raises(SelectionError, match="'month' is asked for, and the engine told them apart by 'keep'"):
        overlaps(counted, Selection(source="early"), measures=("shared",), count="statements", duplicates="month")


def test_only_an_engine_reads_a_converted_folder(parts: Path, small: Dataset, tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match=r"the statements are Parquet parts in statements/"):
        load(parts)
    save(small, tmp_path / "tables")
    with pytest.raises(DatasetError, match=r"has no Parquet parts in statements/: policy-matrix convert makes"):
        open_engine(tmp_path / "tables")
    with pytest.raises(SelectionError, match=r"engine: 'duckbd' is not one of .*; did you mean 'duckdb'"):
        open_engine(parts, engine="duckbd")


def test_convert_takes_a_new_folder_and_columns_that_an_engine_tells_apart(small: Dataset, tmp_path: Path) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "file").touch()
    with pytest.raises(FileExistsError, match="is not an empty folder"):
        convert(small, tmp_path / "full")
    for name, other in (("First_Day", "first_day, which convert adds"), ("Note", "note")):
        statements = small.table("statements").assign(**{name: "x"})
        doubled = Dataset.from_frames({**small.frames, "statements": statements})
        with pytest.raises(DatasetError, match=f"column {name}: an engine does not tell this column from {other}"):
            convert(doubled, tmp_path / "new")
    assert not (tmp_path / "new").exists()


def test_commands_count_a_converted_folder_and_say_the_same(parts: Path, small: Dataset, tmp_path: Path) -> None:
    save(small, tmp_path / "tables")

    def said(*words: str, of: Path) -> str:
        ran = CliRunner().invoke(main, [*words[:1], str(of), *words[1:]])
        assert not ran.exit_code, ran.output
        return ran.stdout

    for words in (
        ("show", "--format", "csv"),
        ("show", "--by", "sides", "--source", "late", "--format", "markdown"),
        ("show", "--values", "signed", "--rule", "latest", "--format", "csv"),
        ("overlap", "--measure", "net", "--count", "statements", "--duplicates", "month", "--format", "csv"),
        ("common-ground", "--sides", "us,china", "--format", "csv"),
        ("common-ground", "--sides", "us,china"),
        ("overlap", "--window", "365d", "--step", "90d", "--format", "csv"),
        ("overlap", "--window", "365d", "--of", "sides", "--measure", "net", "--count", "statements"),
        ("overlap", "--window", "52w", "--measure", "polarisation"),
        ("coalitions", "--min-actors", "1", "--min-proposals", "1", "--format", "csv"),
    ):
        there = said(*words, "--engine", "duckdb", of=parts)
        assert there == said(*words, of=parts)
        assert there.replace(STATED_THERE, "if both do") == said(*words, of=tmp_path / "tables"), words
    assert said("show", of=parts).endswith("policy-matrix evidence --proposal ID --actor ID\n")
    cell = ("evidence", "--proposal", "ban", "--actor", "dao")
    assert said(*cell, of=parts) == said(*cell, of=tmp_path / "tables")
    for refused, code, sentence in (
        (["evidence", str(parts), "--actor", "dao"], 2, "name one --proposal and one --actor"),
        (["serve", str(parts), "--engine", "duckbd"], 2, "engine: 'duckbd' is not one of duckdb"),
        (
            ["serve", str(tmp_path / "tables"), "--engine", "duckdb"],
            2,
            "no Parquet parts are there for --engine to count",
        ),
        (["check", str(parts)], 1, "nothing else reads them"),
        (["export", str(tmp_path / "x.xlsx"), str(parts)], 2, "this needs the statements themselves"),
    ):
        ran = CliRunner().invoke(main, refused)
        assert (ran.exit_code, sentence in " ".join(ran.output.split())) == (code, True), ran.output


def test_who_changed_places_is_named_from_counts_too_or_it_is_said_that_nobody_looked(
    duckdb: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = ("ann talk support", "bob talk oppose", "ann talk oppose", "bob talk support", "cem talk support")
    days = ("2019-03-01", "2019-09-05", "2026-03-01", "2026-09-05", "2026-09-05")
    swapped = tiny.dataset(*(f"{at} late date_start={d} date_end={d}" for at, d in zip(lines, days, strict=True)))
    convert(swapped, tmp_path / "swapped")

    def said(*words: str) -> str:
        return CliRunner().invoke(main, ["overlap", str(tmp_path / "swapped"), *words]).output

    word = "Ann and Bob opposed each other on “Keep talking” in 2019 and 2026; over all time both are mixed on it"
    assert word in said()
    assert "opposed" not in said("--measure", "net")
    monkeypatch.setattr(opposed, "MOST_FETCHED", 3)
    unknown = (
        "Whether two who count as agreed opposed each other at a time is not known here: an engine has counted the 4 "
        "statements in question, and at most 3 are fetched. Fewer actors or proposals may do."
    )
    assert unknown in said()
    assert word not in said()
    assert unknown in said("--format", "json")
    assert "is not known here" not in said("--actor", "ann", "--actor", "cem"), "nobody can have"
    data = open_engine(tmp_path / "swapped").counted()
    assert "ann,bob,1.0,1,not known" in said("--edges", "--format", "csv")
    graph = nx.parse_graphml(actors_graphml(overlap(data), data, Selection()).decode())
    assert {e["opposed_once"] for _, _, e in graph.edges(data=True)} == {"not known"}
    assert graph.graph["opposed_unknown"] == unknown
    assert PairComparison(fold(data, Selection()), "ann", "bob").hidden.unknown == unknown
    assert PairComparison(fold(data, Selection()), "ann", "cem").hidden.unknown == ""


def test_windows_of_the_same_statements_are_counted_once_empty_ones_never_and_too_many_are_refused(
    duckdb: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    days = {"ann": "2019-03-01", "bob": "2019-03-25", "cem": "2019-05-01"}
    local = tiny.dataset(*(f"{who} talk support late date_start={d} date_end={d}" for who, d in days.items()))
    convert(local, tmp_path / "d")
    data = open_engine(tmp_path / "d", engine=duckdb).counted()
    asked: list[Any] = []
    monkeypatch.setattr(counted, "_batches", lambda e, f: asked.append(e) or e.to_pyarrow().to_batches())
    found = over_time(data, window="30d", step="10d")
    pd.testing.assert_frame_equal(found.windows, over_time(local, window="30d", step="10d").windows)
    assert found.windows["statements"].tolist() == [2, 1, 1, 0, 1]
    assert len(asked) == 3
    monkeypatch.setattr(over_time_module, "MOST_COUNTED", 2)
    with pytest.raises(SelectionError, match="by itself, and 3 of them hold statements, 2 at most: take longer steps"):
        over_time(data, window="30d", step="10d")
    with pytest.raises(SelectionError, match="counted on other evidence"):
        over_time(data, Selection(since="2026"), window="30d")
    with pytest.raises(SelectionError, match=r"duplicates: 'moth' is not one of .*; did you mean 'month'"):
        over_time(data, window="400d", measure="net", count="statements", duplicates="moth")


ALIKE = [  # a statement that stands in both of two windows, and what tells these apart
    ("date_start=2019-03-15 date_end=2019-03-25", "2019-05-02", [[2, 0], [1, 0], [1, 1], [0, 0], [1, 0]]),
    (
        "date_start=2019-03-25 date_end=2019-03-25 superseded_by=s4",
        "2019-04-12",
        [[2, 0], [1, 0], [0, 0], [0, 0], [1, 0]],
    ),
]


@pytest.mark.parametrize(("dated", "later", "windows"), ALIKE)
def test_windows_of_the_same_statements_differ_by_what_may_be_earlier_and_by_what_supersedes_them(
    dated: str, later: str, windows: list[list[int]], duckdb: str, tmp_path: Path
) -> None:
    days = ("date_start=2019-03-01 date_end=2019-03-01", dated, "date_start=2019-05-01 date_end=2019-05-01")
    bob = f"bob talk support late date_start={later} date_end={later}"
    local = tiny.dataset(*(f"ann talk support late {day}" for day in days), bob)
    convert(local, tmp_path / "d")
    counted, ann = open_engine(tmp_path / "d", engine=duckdb).counted(), Selection(actor="ann")
    here, there = (over_time(data, ann, window="30d", step="10d").windows for data in (local, counted))
    pd.testing.assert_frame_equal(here, there)
    assert there[["statements", "unsure"]].to_numpy().tolist() == windows


def test_the_dashboard_of_converted_folders_is_read_only(
    parts: Path, small: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    save(small, tmp_path / "tables")
    started: list[tuple[str | None, bool]] = []
    monkeypatch.setattr(server, "run", lambda *_, engine, read_only, **__: started.append((engine, read_only)))
    for folders in ([parts], [parts, tmp_path / "tables"], [tmp_path / "tables"]):
        assert not CliRunner().invoke(main, ["serve", *map(str, folders)]).exit_code
    assert started == [("duckdb", True), ("duckdb", False), (None, False)]


@pytest.mark.parametrize("chosen", [Selection(), Selection(since="2025", as_of="2025-12", stance="support")])
def test_what_occurs_in_some_cells_is_counted_there(parts: Path, small: Dataset, chosen: Selection) -> None:
    opened = open_engine(parts)
    every = fold(small, chosen)
    cells = np.zeros(every.codes.shape, bool)
    cells.flat[::2] = True  # no rectangle
    rectangle = np.asarray(cells.any(axis=1))[:, None] & (np.arange(len(small.frames["actors"])) < 2)
    for asked in (cells, np.ones_like(cells), rectangle, ~cells & cells):
        codes = small.codes
        rows = small.frames["statements"][every.evidence.passes & asked[codes.proposal, codes.actor]]
        expected = rows.astype("str").value_counts(["source", "attribution", "confidence"]).to_dict()
        found = opened.occurring(chosen, asked).astype(dict.fromkeys(("source", "attribution", "confidence"), "str"))
        assert {tuple(r[:3]): r[3] for r in found.itertuples(index=False)} == expected
        assert found["n"].sum() == len(rows)
        part = opened.fetched(chosen, asked, 1_000).frames["statements"]
        assert set(rows["id"]) <= set(part["id"])
        assert set(part["id"]) - set(rows["id"]) <= set(part["superseded_by"])


def test_what_was_counted_is_kept_as_far_as_it_is_small(parts: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = open_engine(parts)
    first = opened.counted()
    assert opened.counted(Selection(side="us")) is first
    quoted = opened.counted(Selection(attribution="quoted"))
    assert opened.counted() is first
    monkeypatch.setattr(counted, "MOST_KEPT", len(first.codes.actor))
    assert opened.counted(Selection(rule="latest")) is not first
    assert opened.counted(Selection(attribution="quoted")) is not quoted


LATER = [
    (Selection(source="late"), "keep"),
    (Selection(since="2025", as_of="2025-12", rule="latest"), "source"),
    (Selection(attribution="quoted", as_of="2025-01"), "month"),
]


@pytest.mark.parametrize(("chosen", "duplicates"), LATER)
def test_after_one_counting_only_what_passes_is_asked_for(
    parts: Path, small: Dataset, chosen: Selection, duplicates: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened, asked = open_engine(parts), []
    monkeypatch.setattr(counted, "_batches", lambda e, f: asked.append(e) or e.to_pyarrow().to_batches())
    opened.counted(Selection(source="early"))
    same(small, opened, chosen, duplicates)
    n = [int(e.to_pyarrow()["n"].to_numpy().sum()) for e in asked]
    assert n[0] == len(small.frames["statements"]) > n[1]
    at = Picked("ban", "dao")
    there, here = (behind(fold(d, chosen), at) for d in (opened.counted(chosen, duplicates=duplicates), small))
    assert there.n == here.n == len(there.statements)


def test_a_cell_of_very_many_statements_is_fetched_in_part(parts: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(evidence_module, "MOST_FETCHED", 1)
    found = behind(fold(open_engine(parts).counted()), Picked("ban", "chen"), 1)
    assert (found.n, len(found.statements)) == (2, 1)
    assert found.why is None


@pytest.mark.parametrize("known", [False, True], ids=["asked first", "counted before"])
def test_a_cell_of_more_statements_than_are_fetched_is_refused(
    parts: Path, known: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = open_engine(parts)
    if known:
        opened.counted()
    monkeypatch.setattr(counted, "MOST_FETCHED", 1)
    assert len(opened.cell(proposal="ban", actor="dao").frames["statements"]) > 0
    with pytest.raises(SelectionError, match="proposal ban, actor chen: more than 1 statements are in this cell"):
        opened.cell(proposal="ban", actor="chen")


def test_a_cell_is_fetched_with_the_chain_that_supersedes_it(parts: Path, small: Dataset) -> None:
    opened = open_engine(parts)
    for proposal, actor in (("ban", "dao"), ("ban", "chen"), ("pause", "ann")):
        expected = evidence(small, proposal=proposal, actor=actor, every=True)
        found = evidence(opened.cell(proposal=proposal, actor=actor), proposal=proposal, actor=actor, every=True)
        assert (
            found[["id", "quote", "standing", "by"]].values.tolist()
            == expected[["id", "quote", "standing", "by"]].values.tolist()
        )
    with pytest.raises(SelectionError, match=r"actor: 'daos' is not one of .*; did you mean 'dao'"):
        opened.cell(proposal="ban", actor="daos")
