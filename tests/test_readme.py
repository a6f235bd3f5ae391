"""What the README and the docs show works as it stands there."""

from __future__ import annotations

import re
import shlex
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from matrix.cli import main

ROOT = Path(__file__).resolve().parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]


def commands() -> list[str]:
    """Every command shown on a line of its own, without its comment; `serve` would not end."""
    lines = [line.split("#")[0].rstrip() for page in PAGES for line in page.read_text("utf-8").splitlines()]
    return sorted({x.strip() for x in lines if x.startswith("    policy-matrix ") and " serve" not in x})


def test_the_readme_shows_commands_and_python() -> None:
    assert len(commands()) >= 5
    assert len(re.findall(r"```python\n", PAGES[0].read_text("utf-8"))) >= 2


@pytest.mark.slow
def test_every_command_shown_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, shipped: Path) -> None:
    monkeypatch.chdir(tmp_path)
    in_order = sorted(commands(), key=lambda c: (" new " not in c, " convert " not in c))
    counted = find_spec("ibis") is not None  # an extra; tests/engine says so where it is not installed
    for command in in_order:
        if re.search(r"\b[A-Z]{3,}\b", command):
            continue  # a form, not an example
        if "spark" in command or ("my-parts" in command and " convert " not in command and not counted):
            continue  # a cluster's are tried in tests/engine
        result = CliRunner().invoke(main, shlex.split(command)[1:])
        assert result.exit_code == 0, f"{command}\n{result.output}"
    assert (tmp_path / "annex.xlsx").exists()
    assert (tmp_path / "my-dataset" / "statements.csv").exists()


def test_the_python_shown_runs(monkeypatch: pytest.MonkeyPatch, root: Path) -> None:
    monkeypatch.chdir(root)
    for block in re.findall(r"```python\n(.*?)```", PAGES[0].read_text("utf-8"), flags=re.S):
        names: dict[str, Any] = {}
        for line in block.strip().splitlines():
            code, _, promised = line.partition("  #")
            if "'" in promised:
                assert eval(code, names) == promised.strip().strip("'"), line
            else:
                exec(code, names)


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.name)
def test_links_between_pages_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text("utf-8")):
        assert (page.parent / target).exists(), f"{page.name} links to {target}"
