"""The page "Bring your data" shows what happens: its sheets, its Python, its printed proposal and its commands run."""

from __future__ import annotations

import csv
import re
import shlex
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import CliRunner

from matrix.cli import main
from matrix.importing.file_cells.xlsx import read_workbook
from matrix.importing.sheet.mapping import propose
from matrix.store.folder import load
from matrix.store.history import save
from tests.importing.made_dna import dna
from tests.importing.made_qdpx import qdpx
from tests.tiny import dataset

PAGE = Path(__file__).resolve().parents[2] / "docs" / "bring-your-data.md"


def blocks(kind: str) -> list[str]:
    return re.findall(rf"```{kind}\n(.*?)```", PAGE.read_text("utf-8"), flags=re.S)


@pytest.fixture(autouse=True)
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The files that the page speaks of, in the current folder."""
    monkeypatch.chdir(tmp_path)
    long, *others = blocks("csv")
    book = openpyxl.Workbook()
    for row in csv.reader(long.splitlines()):
        book.active.append(row)
    book.save("mine.xlsx")
    named = dict.fromkeys(re.findall(r"import (\S+\.csv)", "".join(blocks("sh"))))
    for name, text in zip(named, others, strict=True):
        Path(name).write_text(text, "utf-8")
    dna(tmp_path / "study.dna")
    qdpx(tmp_path / "project.qdpx")
    save(dataset("ann talk support early"), tmp_path / "other-dataset")


def test_the_python_shown_runs_and_says_what_is_promised() -> None:
    names: dict[str, Any] = {}
    promises = 0
    for line in "".join(blocks("python")).splitlines():
        code, _, promised = line.partition("  # ")
        if promised:
            assert eval(code, names) == eval(promised), line
            promises += 1
        else:
            exec(code, names)
    assert promises >= 10


def test_the_proposal_shown_is_the_one_that_is_made() -> None:
    (shown,) = blocks("text")
    assert str(propose(read_workbook(Path("mine.xlsx"))[0], "mine.xlsx")) == shown.strip()


@pytest.mark.parametrize("command", [c for block in blocks("sh") for c in block.splitlines()])
def test_the_commands_shown_run(command: str) -> None:
    result = CliRunner().invoke(main, shlex.split(command)[1:])
    # Without the corrections the first command shows the proposal and what must be decided: problems in the data.
    assert result.exit_code == (0 if "--apply" in command else 1), result.output


def test_each_example_says_what_it_shows() -> None:
    shown = {}
    for command in (c for block in blocks("sh") for c in block.splitlines() if ".csv" in c):
        assert CliRunner().invoke(main, shlex.split(command)[1:]).exit_code == 0
        made = load(shlex.split(command)[3])
        shown[made.location.name if made.location else ""] = (list(made.actors["name"]), len(made.statements))
    assert shown == {
        "my-matrix": (["Ann Lee", "王伟", "Trade chamber"], 4),
        "other-matrix": (["Peru", "Chad"], 4),
        "bills": (["Anvil AI", "Open Labs", "Chamber of Trade"], 5),
        "letter": (["Ada Muster", "Bo Beispiel"], 2),
        "rounds": (["Peru", "Chad"], 2),
        "survey": (["Anvil AI", "Open Labs"], 4),
        "segments": (["Ministry of Trade"], 1),
    }
