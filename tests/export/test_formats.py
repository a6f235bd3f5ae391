"""The ending chooses the format; a file appears whole or not at all."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from matrix.cli import main
from matrix.dataset.dataset import Dataset
from matrix.dataset.selection import Selection
from matrix.export.brief.pdf import browser
from matrix.export.formats import FORMATS, ending_of, write_file

START = {
    ".xlsx": b"PK",
    ".csv": b"proposal,",
    ".excel.csv": b'\xef\xbb\xbf"proposal"',
    ".signed.csv": b"proposal,",
    ".edges.csv": b"one,other,value,n,opposed_once\n",
    ".statements.csv": b'\xef\xbb\xbf"id"',
    ".json": b"{",
    ".parquet": b"PAR1",
    ".actors.graphml": b"<?xml",
    ".graphml": b"<?xml",
    ".bib": b"@comment{",
    ".md": b"# ",
    ".html": b"<!DOCTYPE html>",
    ".pdf": b"%PDF",
}
PACKED = (".xlsx", ".pdf", ".annex.pdf")  # whose bytes do not show their text
NAMELESS = (
    ".csv",
    ".excel.csv",
    ".signed.csv",
    ".edges.csv",
)  # the canonical matrix and its twins hold nothing but the matrix


@pytest.mark.parametrize(
    "ending", [pytest.param(e, marks=pytest.mark.slow) if e.endswith(".pdf") else e for e in FORMATS]
)
def test_every_ending_writes_its_format(ending: str, small: Dataset, tmp_path: Path) -> None:
    if ending.endswith(".pdf") and not browser():
        pytest.skip("no browser is installed")
    write_file(small, tmp_path / f"out{ending}")
    assert (tmp_path / f"out{ending}").read_bytes().startswith(START[ending.removeprefix(".annex")])
    assert [f.name for f in tmp_path.iterdir()] == [f"out{ending}"], "nothing else is left behind"


@pytest.mark.parametrize("ending", [e for e in FORMATS if e not in (*PACKED, *NAMELESS)])
def test_every_file_says_version_and_selection(ending: str, small: Dataset, tmp_path: Path) -> None:
    write_file(small, tmp_path / f"out{ending}", selection=Selection(actor="bob"))
    data = (tmp_path / f"out{ending}").read_bytes()
    assert small.version.encode() in data
    assert (b"Actor: Bob (bob)" in data) or (b'"actor": [\n      "bob"' in data)


@pytest.mark.parametrize("ending", [e for e in FORMATS if e not in PACKED])
def test_what_the_selection_leaves_out_is_not_in_the_file(ending: str, small: Dataset, tmp_path: Path) -> None:
    write_file(small, tmp_path / f"out{ending}", selection=Selection(proposal="hotline", actor="ann"))
    data = (tmp_path / f"out{ending}").read_bytes()
    assert b"partial-ban" not in data
    assert b"if both do" not in data
    assert b"press" not in data


@pytest.mark.parametrize(
    ("name", "ending"),
    [
        ("a.csv", ".csv"),
        ("a.excel.csv", ".excel.csv"),
        ("A.EXCEL.CSV", ".excel.csv"),
        ("a.statements.csv", ".statements.csv"),
        ("a.b.json", ".json"),
        ("a", ""),
        ("a.docx", ""),
    ],
)
def test_the_longest_ending_holds(name: str, ending: str) -> None:
    assert ending_of(Path(name)) == ending


def test_the_command_s_help_names_every_ending() -> None:
    text = CliRunner().invoke(main, ["export", "--help"]).stdout
    listed = text[text.index(".xlsx") : text.index("Examples")]
    assert set(re.findall(r"(?<= )\.[a-z.]+", " " + listed)) == set(FORMATS)


def test_a_failing_writer_leaves_the_old_file(small: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> list[str]:
        raise OSError("disk full")

    monkeypatch.setitem(FORMATS, ".md", replace(FORMATS[".md"], writer=fail))
    (tmp_path / "x.md").write_text("old")
    with pytest.raises(OSError, match="disk full"):
        write_file(small, tmp_path / "x.md")
    assert [(f.name, f.read_text()) for f in tmp_path.iterdir()] == [("x.md", "old")]
