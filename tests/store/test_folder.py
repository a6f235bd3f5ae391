"""Folders: what is read, what is refused and where, and that saving is all or nothing."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matrix import Dataset, DatasetError, load, save
from matrix.dataset.quotes import hash_of
from matrix.store import atomic_files, lock, safe_folder
from matrix.store.folder import read_folder, signature
from tests.steps import READING, WRITING, each_step, killed
from tests.tiny import dataset, minimal

pytestmark = pytest.mark.slow

TWO = Dataset.from_frames(minimal("x|a|p|support|s", "y|b|q|oppose|s"))


@pytest.fixture
def folder(tmp_path: Path, saved: Callable[[Dataset, Path], Path]) -> Path:
    """A minimal dataset on disk."""
    return saved(TWO, tmp_path / "mine")


@pytest.fixture(params=[True, False], ids=["by-handle", "by-name"])
def by_handle(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> bool:
    """Both ways of holding a folder: with directory handles, and as on systems without them."""
    monkeypatch.setattr(safe_folder, "BY_HANDLE", safe_folder.BY_HANDLE and request.param)
    return safe_folder.BY_HANDLE


def problems(path: Path) -> list[str]:
    with pytest.raises(DatasetError) as caught:
        load(path)
    return [str(p) for p in caught.value.problems]


def test_the_shipped_dataset_survives_load_and_save_byte_by_byte(shipped: Path, tmp_path: Path) -> None:
    save(load(shipped), tmp_path / "copy")
    for file in shipped.iterdir():
        if file.name != "README.md":
            assert (tmp_path / "copy" / file.name).read_bytes() == file.read_bytes(), file.name


def test_everything_is_read_as_text(folder: Path) -> None:
    (folder / "actors.csv").write_text("id,name,note\na,NA,0012\nb,3/4,\n", "utf-8")
    actors = load(folder).actors
    assert actors["name"].tolist() == ["NA", "3/4"]
    assert actors["note"].tolist() == ["0012", ""]


def test_unknown_columns_survive(folder: Path, tmp_path: Path) -> None:
    (folder / "actors.csv").write_text("id,Lieblingsfarbe,name\na,grün,Ada\nb,,Ben\n", "utf-8")
    save(load(folder), tmp_path / "copy")
    assert (tmp_path / "copy" / "actors.csv").read_text("utf-8") == "id,Lieblingsfarbe,name\na,grün,Ada\nb,,Ben\n"


def test_a_byte_order_mark_crlf_and_blank_lines_do_no_harm(folder: Path) -> None:
    (folder / "actors.csv").write_bytes(b"\xef\xbb\xbfid,name\r\na,Ada\r\n\r\nb,Ben\r\n,\r\n")
    read = load(folder)
    assert read.actors["name"].tolist() == ["Ada", "Ben"]
    assert read.actors.index.tolist() == [0, 2]  # the rows a spreadsheet shows as 2 and 4


def test_line_breaks_and_quotation_marks_inside_a_value_do_not_shift_rows(folder: Path) -> None:
    (folder / "actors.csv").write_text('id,name\na,"two\nlines, ""quoted"""\nb,Ben\na,Again\n', "utf-8")
    assert problems(folder)[0] == "actors.csv row 4, column id: 'a' is already the id of row 2"


UNREADABLE = {
    b"id,name\na,Ada,more\nb,Ben\n": "actors.csv row 2: has 3 values where the header names 2 columns "
    "(it begins 'a'); is a comma or a quote missing?",
    b"id,name\na,Ada\nb\n": "actors.csv row 3: has 1 values where the header names 2 columns "
    "(it begins 'b'); is a comma or a quote missing?",
    b'id,name\na,"Ada\nb,Ben\n': "actors.csv row 2: cannot be read as CSV from here on: unexpected end of data",
    b"id,name\na,J\xfcrgen\nb,Ben\n": "actors.csv: is not UTF-8 (line 2 holds the byte 0xfc); save it as 'CSV UTF-8'",
    "id,name\na,Ada\n".encode("utf-16"): "actors.csv: is UTF-16; save it as 'CSV UTF-8'",
    b"id;name\na;Ada\n": "actors.csv row 1: is separated by ';'; save it with ',' between the columns",
    b"id,name,name\na,Ada,x\n": "actors.csv row 1, column name: the column appears twice",
    b"": "actors.csv row 1: is empty; the first row names the columns",
}


@pytest.mark.parametrize("content", UNREADABLE, ids=[v[:50] for v in UNREADABLE.values()])
def test_an_unreadable_file_is_named_with_its_row(folder: Path, content: bytes) -> None:
    (folder / "actors.csv").write_bytes(content)
    assert UNREADABLE[content] in problems(folder)


def test_a_missing_table_a_misspelt_one_and_no_folder_at_all(folder: Path) -> None:
    (folder / "statements.csv").rename(folder / "statement.csv")
    assert problems(folder) == ["statements.csv: the file is missing in mine; did you mean 'statement.csv'?"]
    assert "there is no such folder" in problems(folder / "nowhere")[0]


@pytest.mark.parametrize(
    "content",
    [
        b"id,name\na,J\xfcrgen\nb,Ben\n",
        b"id;name\na;Ada\n",
        b"id\tname\na\tAda\n",
        b"",
        b"id,name,name\na,A,A\n",
        b'id,name\na,"Ada\nb,Ben\n',
    ],
    ids=["not-utf8", "semicolons", "tabs", "empty", "doubled", "open-quote"],
)
def test_one_unreadable_table_is_one_problem(folder: Path, content: bytes) -> None:
    (folder / "actors.csv").write_bytes(content)
    assert len(problems(folder)) == 1
    (folder / "actors.csv").unlink()
    assert problems(folder) == ["actors.csv: the file is missing in mine"]


def test_a_missing_id_column_is_one_problem(folder: Path) -> None:
    (folder / "proposals.csv").write_text("ident,title\np,Plan\nq,Quota\n", "utf-8")
    assert problems(folder) == ["proposals.csv row 1, column id: the column is missing"]


def test_a_broken_package_is_named(folder: Path) -> None:
    (folder / "datapackage.json").write_text('{"name": "x",\n "resources": [}', "utf-8")
    assert problems(folder)[0].startswith("datapackage.json row 2: is not JSON")
    (folder / "datapackage.json").write_text("[]", "utf-8")
    assert "is not a Data Package" in problems(folder)[0]


# ---- saving

TEXT = st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=20)


@settings(max_examples=30)  # each one syncs two folders to disk
@given(names=st.lists(TEXT.filter(bool), min_size=2, max_size=2), notes=st.lists(TEXT, min_size=2, max_size=2))
def test_any_text_survives_save_and_load(tmp_path_factory: Any, names: list[str], notes: list[str]) -> None:
    tables = minimal("x|a|p|support|s")
    tables["actors"] = pd.DataFrame({"id": ["a", "b"], "name": names, "remark": notes}, dtype=object)
    made = Dataset.from_frames(tables)
    folder = tmp_path_factory.mktemp("d")
    save(made, folder)
    again = load(folder)
    assert again.actors["name"].tolist() == names
    assert again.actors["remark"].tolist() == notes
    assert again.version == made.version


def test_the_version_changes_with_every_cell_and_with_nothing_else(folder: Path) -> None:
    before = load(folder).version
    text = (folder / "actors.csv").read_text("utf-8")
    (folder / "actors.csv").write_bytes(text.replace("\n", "\r\n").replace("Ada", '"Ada"').encode())
    assert load(folder).version == before
    (folder / "actors.csv").write_text(text.replace("Ada", "Ida"), "utf-8")
    assert load(folder).version != before


def test_the_signature_changes_when_a_file_does(folder: Path) -> None:
    before = signature(folder)
    assert signature(folder) == before
    (folder / "actors.csv").write_text("id,name\na,Ada\nb,Bea\n", "utf-8")
    assert signature(folder) != before


def test_a_table_that_is_gone_is_removed_and_other_files_stay(folder: Path) -> None:
    (folder / "notes.txt").write_text("mine", "utf-8")
    with_sides = dataset("ann talk support late")
    save(with_sides, folder)
    assert (folder / "sides.csv").exists()
    save(Dataset.from_frames(minimal("x|a|p|support|s")), folder)
    assert not (folder / "sides.csv").exists()
    assert (folder / "notes.txt").read_text("utf-8") == "mine"


def old_and_new(tmp_path: Path) -> tuple[list[str], dict[str, bytes | None]]:
    """The versions of a dataset saved in `old` and of another one, and the files that turn the first into the second."""
    old, new = dataset("ann talk support late"), TWO
    save(old, tmp_path / "old")
    save(new, tmp_path / "new")
    contents: dict[str, bytes | None] = {f.name: None for f in (tmp_path / "old").glob("*.csv")}
    contents |= {f.name: f.read_bytes() for f in (tmp_path / "new").glob("*.csv")}
    return [old.version, new.version], contents


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork to die in the middle of a save")
def test_killed_at_any_step_of_a_save_the_dataset_is_the_old_or_the_new_one(tmp_path: Path) -> None:
    versions, contents = old_and_new(tmp_path)
    seen: list[str] = []
    finished = False
    while not finished:
        shutil.rmtree(tmp_path / "mine", ignore_errors=True)
        shutil.copytree(tmp_path / "old", tmp_path / "mine")
        finished = not killed(lambda: atomic_files.commit(tmp_path / "mine", contents), at=len(seen))
        left = tree(tmp_path / "mine")
        seen.append(load(tmp_path / "mine").version)
        assert tree(tmp_path / "mine") == left, "reading writes nothing"
        with atomic_files.writing(tmp_path / "mine"):  # a writer settles it
            assert load(tmp_path / "mine").version == seen[-1]
        assert {p.name for p in (tmp_path / "mine").iterdir()} <= {*contents, lock.LOCK}
    assert len(seen) > 15, "too few steps were interrupted for this test to mean anything"
    assert set(seen) == set(versions)
    assert seen == sorted(seen, key=versions.index), "once true, the change stays true"


def tree(folder: Path) -> dict[str, tuple[int, bytes]]:
    """Everything below a folder: inode and content of files, inode of folders."""
    return {
        str(p.relative_to(folder)): (p.lstat().st_ino, p.read_bytes() if p.is_file() else b"")
        for p in folder.rglob("*")
    }


def test_a_reader_at_any_step_of_a_save_sees_the_old_or_the_new_one(tmp_path: Path, by_handle: bool) -> None:
    versions, contents = old_and_new(tmp_path)
    seen: list[str] = []
    with each_step(WRITING, lambda _: seen.append(load(tmp_path / "old").version)):
        atomic_files.commit(tmp_path / "old", contents)
    assert len(seen) > 15
    assert set(seen) == set(versions)
    assert seen == sorted(seen, key=versions.index)


@pytest.mark.parametrize("saves", [1, 2])
def test_saves_at_any_step_of_a_reader_leave_it_with_a_whole_dataset(tmp_path: Path, saves: int) -> None:
    versions, there = old_and_new(tmp_path)
    back: dict[str, bytes | None] = dict.fromkeys(there)
    back |= {f.name: f.read_bytes() for f in (tmp_path / "old").glob("*.csv")}
    folder, now, steps = tmp_path / "old", 0, 1
    for at in range(400):
        before, steps = now, 0

        def save_there(number: int, at: int = at) -> None:
            nonlocal now, steps
            steps = number
            if number == at:
                for _ in range(saves):
                    atomic_files.commit(folder, (there, back)[now])
                    now = 1 - now

        with each_step(READING, save_there):
            seen = load(folder).version
        assert seen in {versions[before], versions[now]}, f"a mixture, at step {at}"
        if steps < at:
            break
    assert 30 < at < 399, "every step of a reader was tried"


def test_reading_goes_through_a_committed_journal_and_leaves_it(folder: Path) -> None:
    inside = folder / atomic_files.JOURNAL
    inside.mkdir()
    (inside / "actors.csv").write_text("id,name\na,Ada\nb,Bea\n", "utf-8")
    (folder / "sides.csv").write_text("id,name\nnorth,North\n", "utf-8")
    replaced = {name: hash_of((folder / name).read_bytes()) for name in ("actors.csv", "sides.csv")}
    plan = {"write": ["actors.csv"], "remove": ["sides.csv"], "replaced": replaced}
    (inside / atomic_files.COMMITTED).write_text(json.dumps(plan), "utf-8")
    left = tree(folder)
    assert load(folder).actors["name"].tolist() == ["Ada", "Bea"]
    assert load(folder).sides.empty
    assert tree(folder) == left
    before = signature(folder)
    with atomic_files.writing(folder):
        pass
    assert signature(folder) == before, "the same files, in their places"
    assert not inside.exists()
    assert "Bea" in (folder / "actors.csv").read_text("utf-8")
    assert not (folder / "sides.csv").exists()


def test_an_uncommitted_journal_is_ignored_by_readers_and_removed_by_a_writer(folder: Path) -> None:
    before = load(folder).version
    for name in (atomic_files.JOURNAL, atomic_files.PREPARED):
        (folder / name).mkdir()
        (folder / name / "actors.csv").write_text("half", "utf-8")
    left = tree(folder)
    assert load(folder).version == before
    assert tree(folder) == left
    with atomic_files.writing(folder):
        assert load(folder).version == before
    assert not (folder / atomic_files.JOURNAL).exists()
    assert not (folder / atomic_files.PREPARED).exists()


def test_a_frame_taken_out_and_changed_does_not_change_the_dataset() -> None:
    made = dataset("ann talk support late")
    taken = made.statements
    taken.loc[0, "quote"] = "changed"
    assert made.statements["quote"].tolist() == [""]


def test_reading_does_not_write(folder: Path) -> None:
    before = sorted(f.name for f in folder.iterdir())
    read_folder(folder)
    assert sorted(f.name for f in folder.iterdir()) == before


def test_a_dataset_introduces_itself_in_a_line(shipped: Path) -> None:
    made = load(shipped)
    assert repr(made) == (
        f"<Dataset 'US-China dialogue on AI risk, spring 2026', version {made.version}: "
        "50 proposals, 33 actors, 96 statements, 2 sources>"
    )
