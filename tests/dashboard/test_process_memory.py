"""What a server holds: results with their dataset, of each folder the newest version, of a file only while it is open."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from streamlit import config
from streamlit.testing.v1 import AppTest

from matrix.dashboard import access, process_memory
from matrix.dashboard.datasets import open_dataset
from matrix.dashboard.grid.payload import screen
from matrix.dashboard.pages.data import upload as data_upload
from matrix.dataset.datapackage import Package
from matrix.dataset.dataset import Dataset, remembered
from matrix.dataset.selection import Selection
from matrix.store.history import save
from tests.tiny import dataset as tiny
from tests.tiny import frames, stated

Open = Callable[..., AppTest]
Read = Callable[[AppTest], str]
SHEET = "Actor,Proposal,Stance\n" + "".join(f"Actor {i},Ban,support\n" for i in range(3))


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("POLICY_MATRIX_READ_ONLY", raising=False)
    config.set_option("server.address", "127.0.0.1")
    save(tiny("ann talk support early"), tmp_path / "tiny")
    return tmp_path / "tiny"


def new() -> Dataset:
    """A dataset that nobody else holds."""
    return Dataset.from_frames(frames(stated("ann talk support early")))


def gone(one: weakref.ReferenceType[Any]) -> bool:
    gc.collect()
    return one() is None


# ---- results


def test_a_result_stays_with_its_dataset_and_goes_with_it() -> None:
    asked = []

    @remembered(2)
    def length(dataset: Dataset, table: str) -> list[int]:
        asked.append(table)
        return [len(dataset.frames[table])]

    one, other = new(), new()
    assert length(one, "actors") is length(one, "actors") == [4]
    assert length(other, "actors") is not length(one, "actors")  # equal tables, another dataset
    length(one, "sides")
    length(one, "sources")  # the third: the first is forgotten
    length(one, "actors")
    assert asked == ["actors", "actors", "sides", "sources", "actors"]
    held = weakref.ref(one)
    del one
    assert gone(held)


def test_two_datasets_with_equal_tables_and_other_titles_have_screens_of_their_own() -> None:
    one = new()
    other = replace(one, package=Package({"title": "Other"}), _memo={})
    assert one.version == other.version
    for dataset in (one, other):
        assert screen(dataset, Selection()).view.positions.dataset is dataset


def test_of_a_folder_only_the_newest_version_is_held(folder: Path) -> None:
    before = open_dataset(folder)
    assert isinstance(before, Dataset)
    screen(before, Selection())
    assert open_dataset(folder) is before
    held = weakref.ref(before)
    save(tiny("ann talk support early", "bob talk oppose early"), folder)
    after = open_dataset(folder)
    assert isinstance(after, Dataset)
    assert len(after.statements) == 2
    del before
    assert gone(held)


# ---- uploads


@pytest.fixture(autouse=True)
def may_write(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever visits here may write: who may is tested elsewhere."""
    monkeypatch.setattr(access, "refusal", lambda headers, cookies: None)


def upload(app: AppTest) -> AppTest:
    app.get("file_uploader")[0].upload("hand.csv", SHEET.encode())
    app.run()
    for choice in app.segmented_control:
        if choice.label == "Where does it go?":  # not asked of a file that is refused
            choice.set_value("here")
    app.run()
    assert not app.exception
    return app


def test_a_file_of_too_many_rows_is_refused_in_a_plain_sentence(
    folder: Path, page: Open, page_text: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(data_upload, "MOST", 2)
    app = upload(page("data", "?data=bring-in", folder))
    assert (
        "“hand.csv” cannot be used. hand.csv: holds 4 rows, and the page takes 2 at once; the command line "
        in page_text(app)
    )
    assert not app.session_state["visit"].page_state["upload"].changes


def test_what_was_read_is_given_back_with_the_file_and_read_again_when_the_page_returns(
    folder: Path, page: Open
) -> None:
    app = upload(page("data", "?data=bring-in", folder))
    shown = app.session_state["visit"].page_state["upload"]
    change, line = weakref.ref(shown.changes[0]), weakref.ref(shown.lines[0])
    turned_down = frozenset([shown.lines[0].id])
    shown.unwanted = turned_down
    shown.give_back()  # as Streamlit has it do when the connection is gone; widgets' callbacks still hold `shown`
    assert gone(change)
    assert gone(line)
    app.run()  # the connection is back
    again = app.session_state["visit"].page_state["upload"]
    assert again.lines
    assert again.unwanted == turned_down
    change = weakref.ref(again.changes[0])
    del again
    app.get("file_uploader")[0].clear()
    app.run()
    assert gone(change)


def test_nothing_is_applied_of_what_is_not_held_any_more(folder: Path, page: Open, page_text: Read) -> None:
    app = upload(page("data", "?data=bring-in", folder))
    app.session_state["visit"].page_state["upload"].give_back()
    before = (folder / "statements.csv").read_bytes()
    next(b for b in app.button if b.label.startswith("Apply")).click()
    app.run()
    assert not app.exception
    assert (folder / "statements.csv").read_bytes() == before
    assert "nothing was written. The file was read again; apply once more." in page_text(app)
    assert next(b for b in app.button if b.label.startswith("Apply")).label == "Apply 8 changes"


# ---- garbage


def test_garbage_is_looked_for_now_and_then_not_after_every_run(monkeypatch: pytest.MonkeyPatch) -> None:
    now, searches = [1_000.0], []
    monkeypatch.setattr(process_memory, "monotonic", lambda: now[0])
    monkeypatch.setattr(gc, "collect", lambda: searches.append(now[0]))
    monkeypatch.setattr(process_memory, "_tidied", 1_000.0)
    for now[0] in (1_001.0, 1_029.0, 1_030.0, 1_031.0, 1_059.0, 1_060.0):
        process_memory.tidy()
    assert searches == [1_030.0, 1_060.0]
