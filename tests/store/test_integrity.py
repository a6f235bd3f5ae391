"""Half a file is noticed, and an edit by hand stays welcome: tables held against what the package recorded of them."""

from __future__ import annotations

import json
import random
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from matrix.cli import main
from matrix.dataset.changes import Change
from matrix.dataset.dataset import Dataset, problems_of
from matrix.dataset.quotes import hash_of
from matrix.store.folder import create, load, read_folder, with_package, write_new
from matrix.store.history import apply, newest_first, save, undo
from tests.tiny import minimal

CUTS = 150
ADA = Change("changed", "actors", "a", "name", "Ada", "Ida")
STATEMENTS = ("x|a|p|support|s", "y|b|q|oppose|s")
DESCRIBED = with_package(minimal(*STATEMENTS))


@pytest.fixture
def folder(tmp_path: Path, saved: Callable[[Dataset, Path], Path]) -> Path:
    """A minimal dataset with a package, as a save leaves it."""
    return saved(DESCRIBED, tmp_path / "mine")


def remarks(folder: Path) -> list[str]:
    """The remarks on a folder that is sound."""
    return [str(p) for p in load(folder).warnings]


def errors(folder: Path) -> list[str]:
    return [str(p) for p in problems_of(read_folder(folder)) if not p.warning]


@pytest.mark.slow
@pytest.mark.parametrize("name", ["statements.csv", "links.csv"])
def test_a_table_cut_at_any_place_is_noticed(shipped: Path, tmp_path: Path, name: str) -> None:
    folder = tmp_path / "d"
    folder.mkdir()
    for file in (name, "datapackage.json"):  # the other tables would only take time
        shutil.copy(shipped / file, folder)
    version = load(shipped).version
    assert not [p for p in read_folder(folder).problems if p.file == name]
    whole = (shipped / name).read_bytes()
    rows = len(load(shipped).frames[name.removesuffix(".csv")])
    ends = [i + 1 for i in range(len(whole) - 1) if whole[i : i + 1] == b"\n" and whole.count(b'"', 0, i) % 2 == 0]
    places = random.Random(1).sample(range(len(whole)), CUTS)
    for place in [*places, *ends[:5], *ends[-5:]]:
        (folder / name).write_bytes(whole[:place])
        found = [p for p in read_folder(folder).problems if p.file == name]
        if place in ends:
            left = ends.index(place)
            assert [p.message for p in found if "missing" in p.message and p.warning] == [
                f"has {left:,} of the {rows:,} rows of version {version}: "
                f"{rows - left:,} {'is' if rows - left == 1 else 'are'} missing, cut off or deleted by hand"
            ]
        else:
            assert [p.warning for p in found] == [False], place
            assert "is cut off" in found[0].message


def test_a_cut_is_told_with_its_row_and_the_way_out(folder: Path) -> None:
    version = load(folder).version
    (folder / "actors.csv").write_bytes(b"id,name\na,Ada\nb,Be")
    assert errors(folder) == [
        f"actors.csv row 3: is cut off: 18 of the 20 bytes of version {version}, and no line end after the last row; "
        "get the whole file again or, if nothing is missing, end the last row with a line end"
    ]
    (folder / "actors.csv").write_bytes(b"id,name\na,Ada\nb,Be\n")
    assert remarks(folder) == [f"actors.csv: warning: edited by hand since version {version}"]


def test_an_optional_table_that_is_gone_is_a_remark(folder: Path) -> None:
    tables = minimal(*STATEMENTS)
    tables["sides"] = tables["actors"].iloc[:1]
    save(with_package(tables), folder)
    (folder / "sides.csv").unlink()
    version = json.loads((folder / "datapackage.json").read_text("utf-8"))["savedVersion"]
    assert remarks(folder) == [f"sides.csv: warning: the file is missing; version {version} had it, with 1 row"]


BY_HAND = {
    "id,name\na,Ada\nb,Benn\n": "edited by hand since version {}",
    "id,name\na,Eda\nb,Ben\n": "edited by hand since version {}",
    "id,name\na,Ada\nb,Ben\nc,Cem": "edited by hand since version {}; the last row has no line end: is the file whole?",
    "id,name\r\na,Ada\r\nb,Ben\r\n": "has other line ends than in version {}; the values are the same",
    "\ufeffid,name\r\na,Ada\r\nb,Ben\r\n": "has other line ends than in version {}; the values are the same",
    "id,name\r\na,Ada\r\nb,Bel\r\n": "edited by hand since version {}",
}


@pytest.mark.parametrize("content", BY_HAND)
def test_an_edit_by_hand_is_a_remark_and_the_next_save_records_it(folder: Path, content: str) -> None:
    version = load(folder).version
    (folder / "actors.csv").write_bytes(content.encode())
    assert remarks(folder) == [f"actors.csv: warning: {BY_HAND[content].format(version)}"]
    save(load(folder), folder)
    assert remarks(folder) == []


def test_with_windows_line_ends_a_cut_is_a_cut(folder: Path) -> None:
    tables = minimal(*STATEMENTS)
    tables["actors"] = tables["actors"].loc[[0, 1] * 20].assign(id=[f"a{i}" for i in range(40)])
    tables["statements"] = tables["statements"].iloc[:0]
    save(with_package(tables), folder)
    crlf = (folder / "actors.csv").read_bytes().replace(b"\n", b"\r\n")
    (folder / "actors.csv").write_bytes(crlf[:-4])
    size = len(crlf.replace(b"\r\n", b"\n"))
    assert f"is cut off: {size - 3:,} of the {size:,} bytes" in errors(folder)[0], "as with our line ends"


@pytest.mark.parametrize("broken", ["gone", "other", "no version"])
def test_without_a_record_these_are_remarks_at_most(folder: Path, broken: str) -> None:
    file = folder / "datapackage.json"
    package = json.loads(file.read_text("utf-8"))
    for resource in package["resources"]:
        if broken == "other":
            resource |= {"bytes": "20", "hash": "d41d8cd98f00b204e9800998ecf8427e"}
    file.write_text(json.dumps(package), "utf-8")
    if broken == "gone":
        file.unlink()
    (folder / "actors.csv").write_bytes(b"id,name\na,Ada\nb,B")
    if broken == "no version":
        package["savedVersion"] = "../x"
        file.write_text(json.dumps(package), "utf-8")
        assert "of the last save" in errors(folder)[0]
    else:
        assert remarks(folder) == ["actors.csv: warning: the last row has no line end: is the file whole?"]
        (folder / "actors.csv").write_bytes(b"id,name\na,Ada\nb,B\n")
        assert remarks(folder) == []


def recorded(folder: Path) -> bool:
    """Whether the package records exactly the files that are there."""
    package = json.loads((folder / "datapackage.json").read_text("utf-8"))
    told = {r["path"]: (r["bytes"], r["hash"], r["rows"]) for r in package["resources"]}
    data = load(folder)
    assert package["savedVersion"] == data.version
    return told == {
        f.name: (f.stat().st_size, f"sha256:{hash_of(f.read_bytes())}", len(data.frames[f.stem]))
        for f in folder.glob("*.csv")
    }


@pytest.mark.slow
def test_every_save_records_the_files_and_the_version_does_not_depend_on_it(folder: Path, tmp_path: Path) -> None:
    first = load(folder)
    assert recorded(folder)
    apply(folder, [ADA], seen=first.version, by="lee", why="edit")
    assert recorded(folder)
    undo(folder, by="lee")
    assert recorded(folder)
    create(tmp_path / "new")
    assert recorded(tmp_path / "new")
    write_new(first, tmp_path / "settled")
    assert recorded(tmp_path / "settled")
    (tmp_path / "settled" / "datapackage.json").unlink()
    assert load(tmp_path / "settled").version == first.version


def test_an_import_says_that_rows_are_missing_before_what_it_writes_hides_it(folder: Path, tmp_path: Path) -> None:
    table = folder / "statements.csv"
    save(load(folder), tmp_path / "other")
    table.write_bytes(b"".join(table.read_bytes().splitlines(keepends=True)[:-1]))
    result = CliRunner().invoke(main, ["import", str(tmp_path / "other"), str(folder)])
    assert "note: statements.csv: warning: has 1 of the 2 rows" in result.stderr
    assert "1 is missing" in result.stderr


def test_the_history_keeps_that_rows_were_missing_when_a_change_was_made(folder: Path) -> None:
    table = folder / "statements.csv"
    table.write_bytes(b"".join(table.read_bytes().splitlines(keepends=True)[:-1]))
    apply(folder, [ADA], seen=load(folder).version, by="lee", why="edit")
    assert next(newest_first(folder)).why == (
        "edit; statements.csv had 2 rows at the last save and 1 before this change"
    )
    assert remarks(folder) == []
    undo(folder, by="lee")
    apply(folder, [ADA], seen=load(folder).version, by="lee", why="edit again")
    assert next(newest_first(folder)).why == "edit again"


@pytest.mark.parametrize("content", [b"null\n", b"[]\n", b"\xff\xfe\n", b'{"at": 1}\n', b"[" * 100_000])
def test_check_names_the_line_of_a_broken_history(folder: Path, content: bytes) -> None:
    (folder / "history.jsonl").write_bytes(content)
    result = CliRunner().invoke(main, ["check", str(folder)])
    assert result.exit_code == 1
    assert "history.jsonl row 1: is not a line of a history" in result.stdout
