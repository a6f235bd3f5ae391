"""The command `codebook`: shows first, writes with a reason; what the page on coding shows runs as it stands there."""

from __future__ import annotations

import re
import shlex
import shutil
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from matrix.cli import main
from matrix.store.folder import load
from matrix.store.history import history

PAGE = Path(__file__).resolve().parents[2] / "docs" / "coding.md"


@pytest.fixture
def folder(tmp_path: Path, shipped: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    shutil.copytree(shipped, tmp_path / "my-dataset")
    return tmp_path / "my-dataset"


def run(line: str, code: int = 0) -> Result:
    result = CliRunner().invoke(main, shlex.split(line))
    assert result.exit_code == code, f"{line}\n{result.output}"
    return result


@pytest.mark.slow
def test_what_the_page_shows_runs_and_leaves_the_dataset_as_it_was(folder: Path) -> None:
    before = load(folder).version
    section = PAGE.read_text("utf-8").partition("## The codebook")[2].partition("\n## ")[0]
    commands = [c for block in re.findall(r"```sh\n(.*?)```", section, flags=re.S) for c in block.splitlines()]
    assert len(commands) == 9
    said = {c: run(c.removeprefix("policy-matrix ")).output for c in commands}
    opened = said["policy-matrix show my-dataset --proposal ai-protocols"]
    assert "AI protocols between the two governments" in opened
    assert "proposal ai-protocols (AI protocols between the two governments) is now protocols: shorter" in "".join(
        said.values()
    )
    assert [s.kind for s in history(folder)] == ["rename", "undo"]
    assert load(folder).version == before
    (python,) = re.findall(r"```python\n(.*?)```", section, flags=re.S)
    names: dict[str, Any] = {}
    exec(python, names)
    assert "exchanges" not in load(folder).proposals["theme"].tolist()


@pytest.mark.slow
def test_nothing_is_written_without_apply_and_apply_needs_a_reason(folder: Path) -> None:
    line = "codebook merge proposal my-dataset --from human-control-nuclear --into human-control-other-powers"
    seen = run(line)
    assert (
        "It touches 3 statements, 4 rows of proposals, 1 row of links, 2 rows of events; 2 positions change."
        in seen.output
    )
    assert "human-control-other-powers, us-government: no position -> support" in seen.output
    assert "nothing was written; --apply --why TEXT does it" in seen.output
    assert "--apply needs a reason for the history: --why TEXT" in run(f"{line} --apply", 2).output
    assert not (folder / "history.jsonl").exists()
    run(f"{line} --apply --why 'one understanding'")
    old = run("show my-dataset --format csv --proposal human-control-nuclear").output
    assert old == run("show my-dataset --format csv --proposal human-control-other-powers").output


@pytest.mark.slow
def test_what_is_wrong_is_said_with_the_exit_code_of_its_kind(folder: Path) -> None:
    assert "did you mean 'ai-protocols'?" in run("codebook rename proposal ai-protocol my-dataset --id x", 2).output
    assert "merge it into another one" in run("codebook retire proposal ai-protocols my-dataset", 1).output
    assert "is not of the form NEW=..." in run("codebook split proposal ai-protocols my-dataset --to new", 2).output
