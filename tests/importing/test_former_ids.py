"""What was exported, copied or kept before a code was renamed or merged comes home under the ids of today."""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from matrix.dataset.codebook import Recoding, merge, rename
from matrix.dataset.dataset import Dataset
from matrix.dataset.former_ids import FORMER_FILE
from matrix.export.formats import write_file
from matrix.importing import read_file
from matrix.importing.result import Import
from matrix.importing.workbook import compare_workbook
from matrix.store.folder import load
from matrix.store.history import apply, save, undo
from tests.small import FRAMES, data_of

pytestmark = pytest.mark.slow

SMALL = Dataset.from_frames(FRAMES)


@pytest.fixture
def folder(tmp_path: Path, saved: Callable[[Dataset, Path], Path]) -> Path:
    return saved(SMALL, tmp_path / "d")


def do(folder: Path, made: Recoding) -> Dataset:
    return apply(folder, made.changes, by="lee", why="one word for it", kind=made.kind, became=made.became)


@pytest.fixture
def recoded(folder: Path) -> Dataset:
    """`pause` is merged into `hotline`, which is called `red-phone` then; `dao` is `tao`, the theme `talks` `contact`."""
    do(folder, merge(load(folder), "proposals", ["pause"], into="hotline"))
    do(folder, rename(load(folder), "proposals", "hotline", id="red-phone", title="A red phone"))
    do(folder, rename(load(folder), "actors", "dao", id="tao"))
    return do(folder, rename(load(folder), "themes", "talks", title="contact"))


def workbook(*edits: tuple[str, str, str, str], new: dict[str, str] | None = None) -> bytes:
    """The workbook of before, with cells (sheet, id, column) edited and one statement more."""
    book: Any = openpyxl.load_workbook(BytesIO(data_of(SMALL)))
    for sheet, id_, column, value in edits:
        head = [c.value for c in book[sheet][1]]
        row = next(r for r in book[sheet].iter_rows(min_row=2) if r[head.index("id")].value == id_)
        row[head.index(column)].value = value
    sheet = book["Statements"]
    row, head = sheet.max_row + 1, [c.value for c in sheet[1]]
    for column, value in (new or {}).items():
        sheet.cell(row, head.index(column) + 1, value)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def lines(found: Import) -> list[str]:
    return [
        f"{c.kind} {c.table} {c.id} {c.column} {c.old}>{c.new}{'; ' + c.why if c.why else ''}" for c in found.changes
    ]


def test_a_workbook_from_before_comes_home(recoded: Dataset) -> None:
    assert lines(compare_workbook(workbook(), recoded)) == []
    edits = (
        ("Statements", "s3", "quote", "no"),
        ("Statements", "s5", "proposal", "pause"),
        ("Proposals", "hotline", "title_zh", "红色电话"),
        ("Actors", "dao", "authority", "industry"),
    )
    new = {"id": "s8", "actor": "dao", "proposal": "pause", "stance": "support", "source": "late"}
    found = compare_workbook(workbook(*edits, new=new), recoded)
    assert lines(found) == [
        "changed actors tao authority expert>industry",
        "changed proposals red-phone title_zh 热线>红色电话",
        "changed statements s3 quote >no",
        "changed statements s5 proposal ban>red-phone",
        "added statements s8  >",
    ]
    assert not found.problems
    assert dict(found.changes[-1].values)["actor"] == "tao"
    assert dict(found.changes[-1].values)["proposal"] == "red-phone"


def test_an_edit_of_a_row_that_was_merged_away_is_a_conflict_that_names_where_it_went(recoded: Dataset) -> None:
    found = compare_workbook(workbook(("Proposals", "pause", "title", "A long pause")), recoded)
    assert lines(found) == [
        "conflict proposals pause title A pause>A long pause; pause was merged into red-phone here meanwhile: make the edit there"
    ]


def test_an_older_copy_and_a_document_from_before_name_what_they_mean_today(folder: Path, recoded: Dataset) -> None:
    older = folder.parent / "older"
    save(SMALL, older)
    assert lines(read_file(older, into=recoded)) == []
    write_file(SMALL, folder.parent / "older.json")
    # A document is the dataset itself: its titles and words of then are what it would bring back, nothing else.
    assert lines(read_file(folder.parent / "older.json", into=recoded)) == [
        "changed proposals red-phone title A red phone>A hotline"
    ]


def test_a_sheet_made_by_hand_may_say_what_a_code_was_called(folder: Path, recoded: Dataset) -> None:
    sheet = folder.parent / "more.csv"
    sheet.write_text("actor,proposal,stance\nDao,A pause,support\nann,hotline,support\n", "utf-8")
    found = read_file(sheet, into=recoded)
    assert {
        (dict(c.values)["actor"], dict(c.values)["proposal"]) for c in found.changes if c.table == "statements"
    } == {
        ("tao", "red-phone"),
        ("ann", "red-phone"),
    }
    assert {c.table for c in found.changes} == {"sources", "statements"}


def test_a_newer_copy_of_an_imported_sheet_changes_nothing_after_a_merge(folder: Path) -> None:
    sheet = folder.parent / "mine.csv"
    sheet.write_text("actor,proposal,stance\nEve,Opening,support\nEve,An opening,support\n", "utf-8")
    found = read_file(sheet, into=load(folder))
    apply(folder, found.changes, by="lee", why="import", kind="import", imports=found.memory)
    do(folder, merge(load(folder), "proposals", ["an-opening"], into="opening"))
    assert lines(read_file(sheet, into=load(folder))) == []


def test_rules_travel_with_a_save_and_are_no_part_of_the_version(folder: Path, recoded: Dataset) -> None:
    other = folder.parent / "other"
    save(recoded, other)
    assert load(other).former == recoded.former
    assert replace(recoded, former=()).version == recoded.version
    rows = list(csv.reader((other / FORMER_FILE).open(encoding="utf-8", newline="")))
    assert rows == [
        ["kind", "id", "name", "now", "why"],
        ["proposals", "pause", "A pause", "hotline", "one word for it"],
        ["proposals", "hotline", "A hotline", "red-phone", "one word for it"],
        ["actors", "dao", "Dao", "tao", "one word for it"],
        ["themes", "talks", "", "contact", "one word for it"],
    ]


def test_undoing_a_rename_takes_its_rule_back_and_links_made_in_between_go_on_opening(folder: Path) -> None:
    do(folder, rename(load(folder), "proposals", "hotline", id="red-phone"))
    now = undo(folder, by="kim")
    assert [(f.id, f.now) for f in now.former] == [("red-phone", "hotline")]
