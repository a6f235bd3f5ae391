"""What `serve` hands to the dashboard: the dataset, the texts, whether it may be edited, and who can reach it."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from click.testing import CliRunner

from matrix import serving
from matrix.cli import main


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[tuple[list[str], dict[str, str]]]:
    """The commands and environments with which Streamlit would have been started."""
    calls: list[tuple[list[str], dict[str, str]]] = []
    for name in (serving.READ_ONLY, serving.TEXTS):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(serving.os, "execve", lambda _path, command, env: calls.append((command, env)))
    monkeypatch.setattr(serving.subprocess, "call", lambda command, env: calls.append((command, env)) or 0)
    return calls


def serve(*options: str) -> int:
    return CliRunner().invoke(main, ["serve", *options]).exit_code


def test_a_dashboard_on_this_machine_can_be_edited(shipped: Path, started: list) -> None:
    serve(str(shipped))
    command, env = started[0]
    assert env["POLICY_MATRIX_DATASET"] == str(shipped)
    assert serving.READ_ONLY not in env
    assert serving.TEXTS not in env
    assert "--server.address=127.0.0.1" in command


@pytest.mark.parametrize(
    "options", [["--read-only"], ["--address", "0.0.0.0"], ["--address", "::"], ["--address", "desk.example"]]
)
def test_read_only_where_it_is_told_or_others_can_reach_it(options: list[str], shipped: Path, started: list) -> None:
    serve(*options, str(shipped))
    assert started[0][1][serving.READ_ONLY] == "1"


def test_the_texts_are_handed_on_as_a_whole_path(
    shipped: Path, tmp_path: Path, started: list, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "texts").mkdir()
    monkeypatch.chdir(tmp_path)
    serve("--texts", "texts", str(shipped))
    assert started[0][1][serving.TEXTS] == str((tmp_path / "texts").resolve())


def test_texts_that_are_not_there_are_wrong_use(shipped: Path, started: list) -> None:
    assert serve("--texts", "nowhere", str(shipped)) == 2
    assert not started


@pytest.mark.parametrize(
    ("address", "own"),
    [
        ("127.0.0.1", True),
        ("127.8.9.1", True),
        ("::1", True),
        ("[::1]", True),
        ("localhost", True),
        ("0.0.0.0", False),
        ("::", False),
        ("10.0.0.3", False),
        ("localhost.example", False),
        ("", False),
    ],
)
def test_which_addresses_only_this_machine_reaches(address: str, own: bool) -> None:
    assert serving.is_loopback(address) is own


def test_no_search_for_garbage_follows_every_run(shipped: Path, root: Path, started: list) -> None:
    serve(str(shipped))  # it took three quarters of a run's time, and everybody waited
    assert "--runner.postScriptGC=false" in started[0][0]
    settings = tomllib.loads((root / ".streamlit" / "config.toml").read_text("utf-8"))
    assert settings["runner"]["postScriptGC"] is False


def test_another_site_cannot_write_through_a_visitors_browser(shipped: Path, started: list) -> None:
    serve(str(shipped))
    assert {"--server.enableCORS=true", "--server.enableXsrfProtection=true"} <= set(started[0][0])
