"""The lock files: nobody's registry in them, nothing that pyproject asks for missing, all of one mind."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
RUNTIME, DEV, ALL = LOCKS = [ROOT / f"requirements{name}.lock" for name in ("", "-dev", "-all")]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def pins(lock: Path) -> dict[str, set[str]]:
    """Name -> pinned versions (more than one where Pythons differ)."""
    found: dict[str, set[str]] = {}
    for name, version in re.findall(r"^([\w.-]+)==([^\s;]+)", lock.read_text(encoding="utf-8"), re.MULTILINE):
        found.setdefault(canonicalize_name(name), set()).add(version)
    return found


def asked(group: str) -> list[str]:
    wanted = PROJECT["dependency-groups"][group]
    return [one for one in wanted if isinstance(one, str)]


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_a_lock_names_no_host_and_no_path(lock: Path) -> None:
    text = lock.read_text(encoding="utf-8")
    for trace in (
        "http:",
        "https:",
        "://",
        "file:",
        " @ ",
        "--index",
        "--extra-index",
        "--find-links",
        "--trusted-host",
    ):
        assert trace not in text
    assert not re.search(r"(^|\s)/\w", text), "an absolute path"


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_a_lock_pins_and_hashes_everything(lock: Path) -> None:
    text = lock.read_text(encoding="utf-8")
    entries = re.split(r"\n(?=[\w.-]+==)", text)[1:]
    assert len(entries) == sum(map(len, pins(lock).values()))
    assert all("--hash=sha256:" in entry for entry in entries)


def test_locks_hold_what_pyproject_asks_for() -> None:
    runtime = [*PROJECT["project"]["dependencies"], *asked("build"), *PROJECT["build-system"]["requires"]]
    extras = [one for extra in PROJECT["project"]["optional-dependencies"].values() for one in extra]
    wanted_of = {RUNTIME: runtime, DEV: [*runtime, *asked("dev")], ALL: [*runtime, *asked("dev"), *extras]}
    for lock, wanted in wanted_of.items():
        for requirement in map(Requirement, wanted):
            versions = pins(lock).get(canonicalize_name(requirement.name), set())
            assert versions, f"{lock.name} lacks {requirement.name}: make lock"
            assert all(map(requirement.specifier.contains, versions)), f"{lock.name}: {requirement}, {versions}"


def test_each_lock_only_adds_to_the_one_before() -> None:
    assert pins(RUNTIME).items() <= pins(DEV).items() <= pins(ALL).items()


def test_what_only_an_extra_needs_is_not_installed_for_everybody() -> None:
    extras = {
        canonicalize_name(Requirement(one).name)
        for e in PROJECT["project"]["optional-dependencies"].values()
        for one in e
    }
    assert not extras & {*pins(RUNTIME), *pins(DEV)}


def test_the_lock_of_the_scripts_checkers_names_no_registry_and_hashes_everything() -> None:
    package, lock = (
        json.loads((ROOT / name).read_text(encoding="utf-8")) for name in ("package.json", "package-lock.json")
    )
    assert "dependencies" not in package, "what checks the scripts is for development only"
    assert lock["packages"][""]["devDependencies"] == package["devDependencies"]
    installed = {name: entry for name, entry in lock["packages"].items() if name}
    assert all("resolved" not in entry and entry["integrity"].startswith("sha512-") for entry in installed.values())
    assert all(entry["dev"] or entry["optional"] for entry in installed.values())
    for entry in installed.values():
        entry.pop("funding", None)  # a page that asks for money is no registry
    assert "://" not in json.dumps(lock)
