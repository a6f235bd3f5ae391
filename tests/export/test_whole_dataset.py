"""A dataset leaves as one JSON or Parquet file and comes back the same: version, columns, package, every byte."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matrix.dataset.datapackage import Package
from matrix.dataset.dataset import Dataset
from matrix.dataset.problems import DatasetError
from matrix.dataset.selection import Selection
from matrix.export.extract import extract
from matrix.export.json_document import to_json
from matrix.export.parquet import to_parquet
from matrix.importing.json_document import read_json
from matrix.importing.parquet import read_parquet_dataset
from matrix.store.folder import load
from matrix.store.history import save
from tests.small import FRAMES
from tests.tiny import frames, partly_known

WAYS = {"json": (to_json, read_json), "parquet": (to_parquet, read_parquet_dataset)}


@pytest.fixture(params=WAYS)
def there_and_back(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[Dataset], Dataset]:
    write, read = WAYS[request.param]
    file = tmp_path / f"all.{request.param}"

    def run(dataset: Dataset) -> Dataset:
        write(dataset, file)
        return read(file)

    return run


def bytes_of(folder: Path) -> dict[str, bytes]:
    return {f.name: f.read_bytes() for f in folder.iterdir() if f.suffix in (".csv", ".json")}


def test_the_shipped_folder_comes_back_byte_for_byte(
    shipped: Path, tmp_path: Path, there_and_back: Callable[[Dataset], Dataset]
) -> None:
    dataset = load(shipped)
    back = there_and_back(dataset)
    assert (back.version, back.package, back.columns) == (dataset.version, dataset.package, dataset.columns)
    save(back, tmp_path / "back")
    assert bytes_of(tmp_path / "back") == bytes_of(shipped)


def test_extra_columns_and_the_order_of_columns_stay(there_and_back: Callable[[Dataset], Dataset]) -> None:
    statements = [{"zz extra": "=1", "quote": "q\r\n", **s} for s in FRAMES["statements"]]
    dataset = Dataset.from_frames({**FRAMES, "statements": statements})
    back = there_and_back(dataset)
    assert back.version == dataset.version
    assert back.columns["statements"][:2] == ("zz extra", "quote")


def test_searches_and_coverage_come_along(tmp_path: Path, there_and_back: Callable[[Dataset], Dataset]) -> None:
    dataset = partly_known()
    back = there_and_back(dataset)
    assert (back.version, back.columns) == (dataset.version, dataset.columns)
    save(back, tmp_path / "folder")
    assert load(tmp_path / "folder").version == dataset.version
    assert load(tmp_path / "folder").searches["where"].tolist() == ["the list of signatories"]


def test_a_selection_takes_along_the_searches_in_view() -> None:
    there = extract(partly_known(), Selection(actor=("bob",), proposal=("test",))).frames
    assert (there["searches"]["id"].tolist(), there["sources"]["id"].tolist()) == (["w1"], ["early"])
    assert not len(extract(partly_known(), Selection(actor=("ann",))).frames["searches"])


def test_a_package_made_by_hand_keeps_its_closed_vocabulary(there_and_back: Callable[[Dataset], Dataset]) -> None:
    package = Package({"title": "By hand"}, {("statements", "confidence"): ("high", "low")})
    back = there_and_back(Dataset.from_frames(frames(), package))
    assert back.title == "By hand"
    assert back.package is not None
    assert back.package.closed["statements", "confidence"] == ("high", "low")


@pytest.mark.slow
@settings(max_examples=40)
@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=30), st.sampled_from(sorted(WAYS)))
def test_any_text_comes_back_equal(tmp_path_factory: pytest.TempPathFactory, text: str, way: str) -> None:
    write, read = WAYS[way]
    file = tmp_path_factory.mktemp("any") / f"x.{way}"
    dataset = Dataset.from_frames({**FRAMES, "actors": [{**FRAMES["actors"][0], "note": text}, *FRAMES["actors"][1:]]})
    write(dataset, file)
    assert read(file).frames["actors"]["note"].iloc[0] == text


@pytest.mark.parametrize("way", WAYS)
def test_two_exports_are_the_same_bytes(way: str, small: Dataset, tmp_path: Path) -> None:
    for name in "ab":
        WAYS[way][0](small, tmp_path / name)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


@pytest.mark.parametrize("way", WAYS)
def test_a_selection_says_so_and_is_no_whole_dataset(way: str, small: Dataset, tmp_path: Path) -> None:
    write, read = WAYS[way]
    write(small, tmp_path / "part", Selection(side="us"))
    with pytest.raises(DatasetError, match="part: holds a selection only"):
        read(tmp_path / "part")


def test_a_selection_holds_only_what_is_shown(small: Dataset, tmp_path: Path) -> None:
    to_json(small, tmp_path / "part.json", Selection(actor="ann"))
    document = json.loads((tmp_path / "part.json").read_text("utf-8"))
    assert document["selection"] == {"actor": ["ann"]}
    assert document["dataset_version"] == small.version
    assert [row[0] for row in document["tables"]["statements"]["rows"]] == ["s1"]
    assert [row[0] for row in document["tables"]["actors"]["rows"]] == ["ann"]


def test_pandas_opens_the_parquet_file_as_the_statements(small: Dataset, tmp_path: Path) -> None:
    to_parquet(small, tmp_path / "x.parquet")
    table = pd.read_parquet(tmp_path / "x.parquet")
    assert list(table["id"]) == ["s1", "s2", "s3", "s4", "s5", "s6", "s7"]
    assert list(table.columns)[:5] == ["id", "actor", "proposal", "stance", "source"]
    assert {str(t) for t in table.dtypes} == {"str"}
    assert b"policy_matrix" in pq.read_metadata(tmp_path / "x.parquet").metadata


# ---- broken files


def document_of(dataset: Dataset, file: Path) -> dict[str, Any]:
    to_json(dataset, file)
    made: dict[str, Any] = json.loads(file.read_text("utf-8"))
    return made


def broken(change: Callable[[dict[str, Any]], Any]) -> Callable[[dict[str, Any]], str]:
    def run(document: dict[str, Any]) -> str:
        change(document)
        return json.dumps(document)

    return run


def set_cell(table: str, row: int, column: int, value: Any) -> Callable[[dict[str, Any]], str]:
    return broken(lambda d: d["tables"][table]["rows"][row].__setitem__(column, value))


BROKEN: dict[str, tuple[Callable[[dict[str, Any]], str], str]] = {
    "not JSON": (lambda d: '{"format": ', r"x\.json: is not JSON: Expecting value \(line 1, character 12\)"),
    "empty": (lambda d: "", r"x\.json: is not JSON: Expecting value"),
    "another JSON": (lambda d: "[1]", r"x\.json: is not a dataset of this tool: an object with \"format\""),
    "another format": (broken(lambda d: d.update(format="x")), "is not a dataset of this tool"),
    "another version": (broken(lambda d: d.update(format_version="9")), "has format version '9'; this program reads"),
    "deep": (lambda d: "[" * 200_000, "is nested too deeply"),
    "deep package": (
        lambda d: json.dumps(d | {"package": 0}).replace(
            '"package": 0', '"package": {"a": ' + "[" * 900 + "]" * 900 + "}"
        ),
        "is nested too deeply",
    ),
    "NaN": (lambda d: json.dumps(d).replace('"ann"', "NaN", 1), "NaN is not a value"),
    "Infinity": (lambda d: json.dumps(d).replace('"ann"', "-Infinity", 1), "-Infinity is not a value"),
    "long number": (lambda d: json.dumps(d).replace('"ann"', "9" * 5000, 1), "is not JSON of a dataset"),
    "name twice": (lambda d: '{"a": 1, "a": 2}', "the name 'a' appears twice"),
    "no tables": (broken(lambda d: d.pop("tables")), "has no object 'tables'"),
    "table is a list": (broken(lambda d: d["tables"].update(links=[])), "table links: needs an object with 'columns'"),
    "no rows": (broken(lambda d: d["tables"]["actors"].pop("rows")), "table actors: needs 'rows', a list of lists"),
    "column is a number": (broken(lambda d: d["tables"]["actors"].update(columns=[1])), "'columns', a list of names"),
    "column twice": (
        broken(lambda d: d["tables"]["actors"]["columns"].__setitem__(1, "id")),
        r"x\.json, table actors row 1, column id: the column appears twice",
    ),
    "a number": (set_cell("actors", 1, 1, 7), "table actors row 3, column name: is a number; every value is text"),
    "null": (set_cell("actors", 0, 1, None), "table actors row 2, column name: is null"),
    "true": (set_cell("sides", 0, 1, True), "table sides row 2, column name: is true or false"),
    "a list": (set_cell("sides", 0, 1, []), "table sides row 2, column name: is a list"),
    "short row": (
        broken(lambda d: d["tables"]["sides"]["rows"][0].pop()),
        "table sides row 2: has 2 values; a list of 3",
    ),
    "row is text": (
        broken(lambda d: d["tables"]["sides"].update(rows=["x"])),
        "table sides row 2: is text; a list of 3",
    ),
    "lone surrogate": (
        set_cell("actors", 2, 1, "a\ud800"),
        "table actors row 4, column name: holds a character that is not text",
    ),
    "surrogate in a column": (
        broken(lambda d: d["tables"]["sides"]["columns"].__setitem__(1, "\udfff")),
        "a list of names",
    ),
    "surrogate in the package": (broken(lambda d: d.update(package={"title": "\ud800"})), "package: holds a character"),
    "package is a list": (broken(lambda d: d.update(package=[])), "package: is not a Data Package"),
    "unknown table": (
        broken(lambda d: d["tables"].update(actor=d["tables"]["actors"])),
        "table actor: is not a table of a dataset; did you mean 'actors'",
    ),
    "unknown actor": (
        set_cell("statements", 0, 1, "anna"),
        "table statements row 2, column actor: 'anna' is not one of",
    ),
    "table is missing": (broken(lambda d: d["tables"].pop("sources")), "table sources"),
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_broken_document_is_answered_with_the_place(case: str, small: Dataset, tmp_path: Path) -> None:
    make, message = BROKEN[case]
    text = make(document_of(small, tmp_path / "x.json"))
    (tmp_path / "x.json").write_text(text, "utf-8")
    with pytest.raises(DatasetError, match=message):
        read_json(tmp_path / "x.json")


def test_bytes_that_are_no_text_are_refused(tmp_path: Path) -> None:
    (tmp_path / "x.json").write_bytes(b'{"a": "\xff"}')
    with pytest.raises(DatasetError, match="is not JSON in UTF-8"):
        read_json(tmp_path / "x.json")


def test_a_broken_parquet_file_is_refused(small: Dataset, tmp_path: Path) -> None:
    file = tmp_path / "x.parquet"
    to_parquet(small, file)
    whole = file.read_bytes()
    for damaged in (b"", b"PAR1", whole[:200], whole[:-30] + bytes(30), b"PK" + whole):
        file.write_bytes(damaged)
        with pytest.raises(DatasetError, match=r"x\.parquet: cannot be read as Parquet"):
            read_parquet_dataset(file)


def test_another_parquet_file_is_refused(tmp_path: Path) -> None:
    pq.write_table(pa.table({"id": ["a"]}), tmp_path / "x.parquet")
    with pytest.raises(DatasetError, match="none that this tool wrote"):
        read_parquet_dataset(tmp_path / "x.parquet")


@pytest.mark.parametrize(
    ("column", "message"),
    [
        (pa.array([1] * 7), "column id: holds something that is not text"),
        (pa.array(["a", None, "c", "d", "e", "f", "g"]), "column id: holds something that is not text"),
        (pa.Array.from_buffers(pa.string(), 7, pa.array([b"\xff"] * 7).buffers()), "cannot be read as Parquet"),
        (pa.array(["a"] * 7), "table statements row 3, column id: 'a' is already the id of row 2"),
    ],
)
def test_parquet_columns_are_text(column: pa.Array, message: str, small: Dataset, tmp_path: Path) -> None:
    file = tmp_path / "x.parquet"
    to_parquet(small, file)
    table = pq.read_table(file)
    rest = pq.read_metadata(file).metadata[b"policy_matrix"]
    changed = table.set_column(table.column_names.index("id"), "id", column)
    pq.write_table(changed.replace_schema_metadata({b"policy_matrix": rest}), file)
    with pytest.raises(DatasetError, match=message):
        read_parquet_dataset(file)


def test_a_column_that_is_not_described_is_refused(small: Dataset, tmp_path: Path) -> None:
    file = tmp_path / "x.parquet"
    to_parquet(small, file)
    rest = pq.read_metadata(file).metadata[b"policy_matrix"]
    more = pq.read_table(file).append_column("more", pa.array(["x"] * 7))
    pq.write_table(more.replace_schema_metadata({b"policy_matrix": rest}), file)
    with pytest.raises(DatasetError, match="table statements: the columns are not those"):
        read_parquet_dataset(file)
