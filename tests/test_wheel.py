"""What is built works without the checkout: wheel and sdist carry app, data, configuration and types."""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

from matrix.shipped import DATASETS


def run(*command: str | Path, cwd: Path, **env: str) -> str:
    done = subprocess.run(
        [sys.executable, *map(str, command)],
        cwd=cwd,
        env=os.environ | env,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=300,
        stdin=subprocess.DEVNULL,
        check=False,
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"
    return done.stdout


def build(target: str, source: Path, out: Path) -> Path:
    """A wheel or an sdist, by the build backend itself: no isolation, no network."""
    run("-m", "hatchling", "build", "-t", target, "-d", out, cwd=source)
    (built,) = out.iterdir()
    return built


def names(wheel: Path) -> set[str]:
    return set(zipfile.ZipFile(wheel).namelist())


@pytest.fixture(scope="module")
def wheel(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build("wheel", root, tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel's files as an installer lays them down; dependencies come from the running environment."""
    site = tmp_path_factory.mktemp("site")
    zipfile.ZipFile(wheel).extractall(site)
    return site


def test_the_wheel_holds_the_package_and_a_mirror_of_the_checkout(wheel: Path, root: Path) -> None:
    package = {
        file.relative_to(root).as_posix()
        for file in (root / "matrix").rglob("*")
        if file.is_file() and file.suffix != ".pyc"
    }
    data = {f"data/{name}/{file.name}" for name in DATASETS for file in (root / "data" / name).iterdir()}
    assert {"data/us-china-ai-dialogue/statements.csv", "data/ai-governance-instruments/statements.csv"} <= data
    mirror = {f"matrix/_shipped/{name}" for name in {"app.py", ".streamlit/config.toml", *data}}
    metadata = {name for name in names(wheel) if name.startswith("policy_matrix-0")}
    assert names(wheel) - metadata == package | mirror
    assert "matrix/py.typed" in package
    assert any(name.endswith("licenses/LICENSE") for name in metadata)


@pytest.mark.slow
def test_the_sdist_builds_the_same_wheel(wheel: Path, root: Path, tmp_path: Path) -> None:
    sdist = build("sdist", root, tmp_path / "sdist")
    with tarfile.open(sdist) as archive:
        archive.extractall(tmp_path, filter="data")
    again = build("wheel", tmp_path / sdist.name.removesuffix(".tar.gz"), tmp_path / "wheel")
    assert names(again) == names(wheel)


def test_shipped_files_are_found_beside_the_package(installed: Path, root: Path, tmp_path: Path) -> None:
    code = (
        "from matrix import shipped as s; print(s.home(), s.app(), s.dataset(), *s.datasets(), s.config(), sep='\\n')"
    )
    for place, home in [(installed, installed / "matrix/_shipped"), (root, root)]:
        found = run("-c", code, cwd=tmp_path, PYTHONPATH=str(place))
        paths = [Path(line) for line in found.splitlines()]
        assert paths[0] == home
        assert [path.relative_to(home).as_posix() for path in paths[1:] if path.exists()] == [
            "app.py",
            "data/us-china-ai-dialogue",
            "data/us-china-ai-dialogue",
            "data/ai-governance-instruments",
            ".streamlit/config.toml",
        ]


@pytest.mark.slow
def test_the_command_line_shows_the_shipped_dataset_from_anywhere(installed: Path, tmp_path: Path) -> None:
    shown = run("-m", "matrix", "show", "--format", "csv", cwd=tmp_path, PYTHONPATH=str(installed))
    assert shown.startswith("proposal,")
    assert len(shown.splitlines()) > 10
