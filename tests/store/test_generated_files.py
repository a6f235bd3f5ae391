"""The shipped datapackage.json and README.md are generated, valid and not stale."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest
from frictionless import Package

from matrix import Dataset, load, save
from matrix.dataset.dataset import problems_of
from matrix.dataset.schema import SHIPPED_STANCES, TABLES
from matrix.shipped import datasets
from matrix.store.folder import create, read_folder
from matrix.store.generated_files import package as described
from matrix.store.generated_files import readme

STALE = "is stale: run python -m matrix.store.generated_files on its folder"


@pytest.fixture(params=datasets(), ids=lambda folder: folder.name)
def each(request: pytest.FixtureRequest) -> Path:
    """The folder of every shipped dataset in turn."""
    folder: Path = request.param
    return folder


def test_every_shipped_dataset_is_without_a_problem(each: Path) -> None:
    assert problems_of(read_folder(each), every=True) == []


@pytest.mark.slow
def test_the_package_is_valid_by_frictionless(each: Path) -> None:
    report = Package(str(each / "datapackage.json")).validate()
    assert report.valid, report.flatten(["rowNumber", "fieldName", "message"])


def test_the_package_is_not_stale(each: Path) -> None:
    dataset = load(each)
    assert (each / "datapackage.json").read_bytes() == described(dataset, each), f"datapackage.json {STALE}"


def test_the_readme_is_not_stale_and_names_every_table_column_and_vocabulary(each: Path) -> None:
    text = (each / "README.md").read_text("utf-8")
    dataset = load(each)
    assert text == readme(dataset), f"README.md {STALE}"
    for name, columns in dataset.columns.items():
        assert f"[{name}.csv]" in text
        for column in columns:
            assert f"| `{column}` |" in text
            for word in TABLES[name][column].values if column in TABLES[name] else ():
                assert f"`{word}`" in text


def test_the_licence_covers_our_coding_and_not_the_quotes(each: Path) -> None:
    head = json.loads((each / "datapackage.json").read_text("utf-8"))
    assert [x["name"] for x in head["licenses"]] == ["CC-BY-4.0"]
    assert "quotes belong to their authors" in head["rights"]
    if each.name == "ai-governance-instruments":
        assert "facts of votes and signatures come from the pages that each source names" in head["rights"]


def test_the_scale_that_stands_in_is_the_shipped_one(shipped: Path) -> None:
    assert pd.read_csv(shipped / "stances.csv", dtype=str).to_dict("records") == [dict(s) for s in SHIPPED_STANCES]


def test_a_new_dataset_is_valid_and_empty(tmp_path: Path) -> None:
    create(tmp_path / "mine")
    dataset = load(tmp_path / "mine")
    assert [f.name for f in (tmp_path / "mine").glob("*.csv")].__len__() == len(TABLES)
    assert not len(dataset.statements)
    assert Package(str(tmp_path / "mine" / "datapackage.json")).validate().valid


@pytest.mark.slow
def test_a_package_keeps_what_we_do_not_know_and_learns_new_columns(shipped: Path, tmp_path: Path) -> None:
    save(load(shipped), tmp_path / "d")
    file = tmp_path / "d" / "datapackage.json"
    package = json.loads(file.read_text("utf-8"))
    package["homepage"] = "https://example.org"
    package["resources"][0]["schema"]["fields"][0]["rdfType"] = "https://example.org/side"
    file.write_text(json.dumps(package), "utf-8")
    dataset = load(tmp_path / "d")
    frames = {name: dataset.table(name)[list(columns)] for name, columns in dataset.columns.items()}
    frames["sides"] = frames["sides"].assign(anthem="la")
    save(Dataset.from_frames(frames, dataset.package), tmp_path / "d")
    again = json.loads(file.read_text("utf-8"))
    fields = again["resources"][0]["schema"]["fields"]
    assert again["homepage"] == "https://example.org"
    assert fields[0]["rdfType"] == "https://example.org/side"
    assert fields[-1]["name"] == "anthem"
    assert Package(str(file)).validate().valid
