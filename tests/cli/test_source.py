"""`source add`: what a file would add to a dataset, and with --apply adds; nothing else is written."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from matrix.cli import main
from matrix.export.formats import FORMATS, write_file
from matrix.store.folder import load
from matrix.store.history import history

PAGE = b"<html lang=en><title>A title</title><article><p>Ann: we want talks.</article>"


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(a) for a in arguments])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    run("new", tmp_path / "mine")
    return tmp_path / "mine"


@pytest.fixture
def page(tmp_path: Path) -> Path:
    file = tmp_path / "a.html"
    file.write_bytes(PAGE)
    return file


def test_it_shows_first_and_adds_with_apply(folder: Path, page: Path) -> None:
    shown = run("source", "add", page, folder, "--date", "2026-05")
    assert (shown.exit_code, shown.stdout.splitlines()[:4]) == (
        0,
        ["id: a-title", "title: A title", "date: 2026-05", "language: en"],
    )
    assert "nothing was written; --apply does it" in shown.stderr
    assert load(folder).sources.empty
    assert not (folder / "texts").exists()
    done = run("source", "add", page, folder, "--title", "Mine", "--apply", "--why", "for the story")
    assert done.exit_code == 0, done.output
    assert load(folder).sources[["id", "title"]].values.tolist() == [["mine", "Mine"]]
    assert (folder / "texts" / "mine.txt").read_bytes() == b"Ann: we want talks."
    assert [s.why for s in history(folder)] == ["for the story"]
    again = run("source", "add", page, folder)
    assert "note: mine has this very text: is it the same?" in again.stderr


@pytest.mark.parametrize(
    ("content", "options", "words"),
    [
        (PAGE, ("--date", "May"), "'May' is not a date"),
        (PAGE, ("--id", "Not an id"), "id"),
        (b"<p>x", (), "title"),
        (b"<script>1</script>", (), "holds no text"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_written(
    folder: Path, page: Path, content: bytes, options: tuple[str, ...], words: str
) -> None:
    page.write_bytes(content)
    found = run("source", "add", page, folder, *options, "--apply")
    assert found.exit_code == 1
    assert words in found.output
    assert "nothing was written" in found.stderr or "1 problem" in found.stderr
    assert load(folder).sources.empty


def test_an_encoding_that_is_not_certain_is_asked_for(folder: Path, tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_bytes("кот".encode("cp1251"))
    asked = run("source", "add", file, folder, "--title", "T", "--apply")
    assert asked.exit_code == 1
    assert "--encoding cp1251" in asked.stderr
    assert load(folder).sources.empty
    assert run("source", "add", file, folder, "--title", "T", "--encoding", "cp1251", "--apply").exit_code == 0
    assert (folder / "texts" / "t.txt").read_text(encoding="utf-8") == "кот"


@pytest.mark.parametrize("ending", [".json", ".html", ".bib", ".statements.csv"])
def test_no_export_holds_the_text(folder: Path, page: Path, tmp_path: Path, ending: str) -> None:
    assert ending in FORMATS
    run("source", "add", page, folder, "--apply")
    out = tmp_path / f"out{ending}"
    write_file(load(folder), out)
    assert b"we want talks" not in out.read_bytes()
