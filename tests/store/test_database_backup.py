"""Backup and restore, by the very commands of docs/team.md: nothing is lost, and people go on."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

import pytest

from matrix.dataset.changes import Change
from matrix.dataset.dataset import Dataset
from matrix.dataset.location import Database, Person
from matrix.store import open_store
from matrix.store.copy import copy
from matrix.store.folder import load, signature
from matrix.store.history import apply
from matrix.store.layers import finish, new_layer
from matrix.store.members import bind, invite
from tests.databases import PostgresServer, dump, forget
from tests.tiny import dataset

pytestmark = pytest.mark.slow


def commands(root: Path, about: str) -> list[str]:
    """The commands that docs/team.md gives for one kind of database: for the backup, and for the way back."""
    text = (root / "docs" / "team.md").read_text("utf-8").partition("## Backup and restore")[2]
    part = re.split(r"^##", text.partition(f"### {about}\n")[2], maxsplit=1, flags=re.MULTILINE)[0]
    return re.findall(r"^```sh\n(.*?)^```", part, re.DOTALL | re.MULTILINE)


def run(script: str, folder: Path, environment: dict[str, str], root: Path) -> None:
    """Run commands in a folder, as they are; `policy-matrix` is this checkout's."""
    programs = folder / "programs"
    programs.mkdir(exist_ok=True)
    (programs / "policy-matrix").write_text(f'#!/bin/sh\nexec "{sys.executable}" -m matrix "$@"\n', "utf-8")
    (programs / "policy-matrix").chmod(0o755)
    path = f"{programs}{os.pathsep}{environment['PATH']}"
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script],
        cwd=folder,
        env={**environment, "PATH": path, "PYTHONPATH": str(root)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert not done.returncode, f"{script}\n{done.stdout}{done.stderr}"


def filled(at: Database, folder: Path) -> None:
    """A dataset with a text, members, a layer and a history."""
    copy(folder, at)
    kim = at.as_person(Person("https://id.example.org", "7", "kim@example.org", True, "Kim"))
    invite(at, "kim@example.org", "coder")
    invite(at, "olo@example.org", "owner")
    assert bind(kim)
    new_layer(kim, "kim")
    values = (("actor", "ann"), ("proposal", "ban"), ("stance", "oppose"), ("source", "early"))
    apply(open_store(kim, layer="kim"), [Change("added", "statements", "s1", values=values)], by="", why="coding")
    finish(kim, "early", layer="kim")
    apply(at, [Change("changed", "actors", "ann", "name", "Ann", "Anna")], by="olo", why="edit")


@pytest.fixture
def folder(tmp_path: Path, saved: Callable[[Dataset, Path], Path]) -> Path:
    return saved(dataset("ann talk support late", "cem talk oppose late"), tmp_path / "d")


def test_a_file_of_sqlite_is_backed_up_and_restored(
    root: Path, tmp_path: Path, folder: Path, new_database: Callable[[str], Database], absent: Callable[[str], NoReturn]
) -> None:
    if not shutil.which("sqlite3"):
        absent("sqlite3 (Debian's package)")
    backup, restore = commands(root, "SQLite")
    new_database("sqlite")
    at = Database(f"sqlite:///{tmp_path / 'study.db'}")
    filled(at, folder)
    before, version = dump(at), load(at).version
    run(backup, tmp_path, dict(os.environ), root)
    stamps = []
    for name in ("Anne", "Annie"):
        apply(at, [Change("changed", "actors", "ann", "name", load(at).actors["name"].iloc[0], name)], by="x", why="y")
        stamps.append(signature(at))
    run(restore, tmp_path, dict(os.environ), root)
    assert dump(at) == before
    assert load(at).version == version
    apply(at, [Change("changed", "actors", "bob", "name", "Bob", "Ben")], by="olo", why="on")
    assert signature(at) not in stamps, "a page that has seen what was there takes it for no other"


def test_a_database_of_postgresql_is_backed_up_and_restored(
    root: Path, tmp_path: Path, folder: Path, postgresql: PostgresServer
) -> None:
    backup, restore = commands(root, "PostgreSQL")
    postgresql.run("CREATE DATABASE study")
    at, restored = Database(postgresql.url("study")), Database(postgresql.url("study_restored"))
    try:
        filled(at, folder)
        before, version = dump(at), load(at).version
        run(backup, tmp_path, postgresql.environment, root)
        apply(at, [Change("changed", "actors", "bob", "name", "Bob", "Ben")], by="olo", why="lost")
        run(restore, tmp_path, postgresql.environment, root)
        assert dump(restored) == before
        assert load(restored).version == version
        apply(restored, [Change("changed", "actors", "bob", "name", "Bob", "Bo")], by="olo", why="on")
    finally:
        forget([at, restored])
        for name in ("study", "study_restored"):
            postgresql.run(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
