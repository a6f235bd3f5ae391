"""Several datasets in one dashboard: which one an address names, what stays in it, and one that cannot be shown."""

from __future__ import annotations

import html
import json
import os
import re
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from matrix.dashboard import server
from matrix.dashboard.datasets import locations

Read = Callable[[AppTest], str]
Open = Callable[..., AppTest]

TABLES = {"sources": "id,title\nn,News", "proposals": "id,title\nban,A ban\ntalks,Talks"}


def made(folder: Path, actor: str, stance: str = "support") -> Path:
    """A dataset in which this actor backs a ban."""
    folder.mkdir(parents=True)
    tables = {
        **TABLES,
        "actors": f"id,name\na,{actor}",
        "statements": f"id,actor,proposal,stance,source\ns1,a,ban,{stance},n",
    }
    for name, text in tables.items():
        (folder / f"{name}.csv").write_text(text + "\n", encoding="utf-8")
    return folder


@pytest.fixture
def parent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with two datasets, a broken one, and something else."""
    monkeypatch.delenv(server.DATASETS, raising=False)
    folder = tmp_path / "shelf"
    made(folder / "North_Set 2", "Ann")
    made(folder / "south", "Cem")
    made(folder / "west", "Wim", stance="suport")
    (folder / "notes").mkdir()
    return folder


def test_a_folder_of_datasets_stands_for_those_in_it(parent: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POLICY_MATRIX_DATASET", str(parent))
    assert list(locations()) == ["north-set-2", "south", "west"]
    monkeypatch.setenv("POLICY_MATRIX_DATASET", str(parent / "south"))
    assert locations() == {"south": parent / "south"}
    monkeypatch.setenv("POLICY_MATRIX_DATASET", str(parent / "notes"))
    assert locations() == {"notes": parent / "notes"}


def test_folders_of_one_name_are_told_apart(parent: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    other = made(parent.parent / "elsewhere" / "south", "Eve")
    monkeypatch.setenv(server.DATASETS, json.dumps([str(parent / "south"), str(other)]))
    assert locations() == {"south": parent / "south", "south-2": other}


def test_one_dataset_needs_no_switch_and_no_name(page: Open, parent: Path, page_text: Read) -> None:
    app = page("statements", "", parent / "south")
    assert "dataset" not in app.query_params
    assert "<details" not in "".join(h.value for h in app.get("html")).split("</style>")[-1]


def test_the_address_names_dataset_and_version_on_every_page(page: Open, parent: Path, page_text: Read) -> None:
    app = page("statements", "?dataset=south", parent)
    assert "Cem" in page_text(app)
    assert "Ann" not in page_text(app)
    assert app.query_params["dataset"] in ("south", ["south"])
    assert app.query_params["v"]
    assert "south North_Set 2 south west This page" in page_text(app)
    first = page("matrix", "", parent)
    assert first.query_params["dataset"] in ("north-set-2", ["north-set-2"])


def test_a_filter_keeps_the_dataset(page: Open, choose: Open, parent: Path, page_text: Read) -> None:
    app = choose(page("statements", "?dataset=south", parent), search="Cem")
    assert app.query_params["dataset"] in ("south", ["south"])
    assert "Cem" in page_text(app)


def test_one_that_fails_its_check_shows_its_problems_and_the_way_to_the_others(
    page: Open, parent: Path, page_text: Read, markup: Read
) -> None:
    app = page("statements", "?dataset=west", parent)
    assert "This dataset cannot be shown yet" in page_text(app)
    assert "'suport' is not one of support" in page_text(app)
    assert 'href="?dataset=south"' in markup(app)


def test_datasets_go_by_their_titles_and_those_of_one_title_by_their_folders_too(
    page: Open, parent: Path, page_text: Read
) -> None:
    for name, title in (("North_Set 2", "Talks"), ("south", "Talks"), ("west", "<b>Bold</b>")):
        (parent / name / "datapackage.json").write_text(json.dumps({"title": title}), encoding="utf-8")
    words = page_text(page("statements", "?dataset=south", parent))
    assert "Talks (south) Talks (North_Set 2) Talks (south) <b>Bold</b> This page" in words


def test_a_name_that_no_dataset_has_is_answered(page: Open, parent: Path, page_text: Read) -> None:
    words = page_text(page("statements", "?dataset=sout", parent))
    assert "Dataset: 'sout' is not one of north-set-2, south, west; did you mean 'south'?" in words
    assert "Ann" in words


def test_links_to_other_pages_keep_the_dataset(page: Open, parent: Path, markup: Read) -> None:
    made = html.unescape(markup(page("statements", "?dataset=south&cell=ban~a", parent)))
    ways = re.findall(r'href="((?:sources|proposal|actor)\?[^"]*)"', made)
    assert {way.split("?")[0] for way in ways} >= {"sources", "proposal", "actor"}
    assert all("dataset=south" in way for way in ways)


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere a file system holds text only")
@pytest.mark.parametrize("several", [False, True])
def test_a_folder_whose_name_is_not_utf_8_is_shown(
    visit: Callable[..., AppTest],
    page: Callable[..., AppTest],
    page_text: Callable[[AppTest], str],
    shipped: Path,
    tmp_path: Path,
    several: bool,
) -> None:
    strange = tmp_path / "all" / os.fsdecode(b"na\xffme")
    shutil.copytree(shipped, strange)
    if several:
        shutil.copytree(shipped, tmp_path / "all" / "other")
    folder = tmp_path / "all" if several else strange
    assert "US-China dialogue on AI risk" in page_text(visit(folder=folder))
    words = page_text(page("data", "?data=codebook", folder))
    assert "Every rule holds" in words
    assert ("na\ufffdme" in words or "na?me" in words) is several
