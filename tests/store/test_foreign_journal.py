"""A folder from a stranger is harmless: whatever stands in its journal, lock or links, nothing else is touched."""

from __future__ import annotations

import json
import os
import random
import shutil
import stat
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from matrix.cli import main
from matrix.dataset.changes import Change
from matrix.dataset.dataset import Dataset
from matrix.dataset.problems import DatasetError
from matrix.dataset.quotes import hash_of
from matrix.store import atomic_files, lock, safe_folder
from matrix.store.folder import load, signature
from matrix.store.history import apply, history
from tests.tiny import dataset

pytestmark = pytest.mark.slow

posix = pytest.mark.skipif(os.name != "posix", reason="needs links and named pipes")
ANNA = Change("changed", "actors", "ann", "name", "Ann", "Anna")


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, saved: Callable[[Dataset, Path], Path]) -> Path:
    """A place with the folder `strange`, another dataset, and what belongs to the reader: `home`."""
    saved(dataset("ann talk support late"), tmp_path / "strange")
    saved(dataset("ann talk oppose late"), tmp_path / "other")
    (tmp_path / "home" / "texts").mkdir(parents=True)
    for name in ("victim.txt", "actors.csv", "texts/a.txt"):
        (tmp_path / "home" / name).write_text("mine", "utf-8")
    (tmp_path / "home" / "victim.txt").chmod(0o640)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture(params=[True, False], ids=["by-handle", "by-name"])
def by_handle(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both ways of holding a folder: with directory handles, and as on systems without them."""
    monkeypatch.setattr(safe_folder, "BY_HANDLE", safe_folder.BY_HANDLE and request.param)


def everything(folder: Path) -> dict[str, Any]:
    """What can be told of all that is below a folder: kind, mode, owner, content, where a link leads."""
    found: dict[str, Any] = {}
    for p in [folder, *sorted(folder.rglob("*"))]:
        s = p.lstat()
        content = str(p.readlink()) if p.is_symlink() else p.read_bytes() if p.is_file() else None
        found[str(p)] = (s.st_mode, s.st_ino, s.st_uid, s.st_gid, s.st_nlink, content)
    return found


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, arguments)


def commit_by_hand(folder: Path, committed: str | bytes, **files: str) -> Path:
    """A journal in a folder, as a stranger may put one there."""
    inside = folder / atomic_files.JOURNAL
    inside.mkdir()
    for name, content in files.items():
        (inside / name).write_text(content, "utf-8")
    (inside / atomic_files.COMMITTED).write_bytes(committed if isinstance(committed, bytes) else committed.encode())
    return inside


def replaced(folder: Path, names: Iterable[str]) -> dict[str, str]:
    """The hashes of the files that are there."""
    found = {}
    for name in names:
        with suppress(OSError, ValueError):
            if stat.S_ISREG((folder / name).stat().st_mode) and folder in (folder / name).resolve().parents:
                found[name] = hash_of((folder / name).read_bytes())
    return found


def plan(folder: Path, write: list[str], remove: list[str]) -> str:
    """What a crash leaves of a save that writes and removes these files."""
    return json.dumps({"write": write, "remove": remove, "replaced": replaced(folder, [*write, *remove])})


BAD = {
    "absolute": '{"write": [], "remove": ["/HERE/home/victim.txt"], "replaced": {}}',
    "upwards": '{"write": ["../home/victim.txt"], "remove": [], "replaced": {}}',
    "upwards in a folder": '{"write": [], "remove": ["texts/../../home/victim.txt"], "replaced": {}}',
    "not of a dataset": '{"write": [], "remove": ["notes.txt"], "replaced": {}}',
    "hidden": '{"write": [], "remove": [".git/config"], "replaced": {}}',
    "the lock": '{"write": [], "remove": [".policy-matrix.lock"], "replaced": {}}',
    "two folders": '{"write": ["texts/a/b.txt"], "remove": [], "replaced": {}}',
    "backslash": '{"write": ["texts\\\\..\\\\a.txt"], "remove": [], "replaced": {}}',
    "drive": '{"write": ["texts/C:a.txt"], "remove": [], "replaced": {}}',
    "twice": '{"write": ["actors.csv"], "remove": ["actors.csv"], "replaced": {}}',
    "no list": '{"write": "actors.csv", "remove": [], "replaced": {}}',
    "no names": '{"write": [1, null, {"a": []}], "remove": [], "replaced": {}}',
    "more": '{"write": [], "remove": [], "replaced": {}, "run": ["rm"]}',
    "less": '{"write": ["actors.csv"], "remove": []}',
    "replaces what it does not write": f'{{"write": [], "remove": [], "replaced": {{"actors.csv": "{"0" * 64}"}}}}',
    "replaces without a hash": '{"write": ["actors.csv"], "remove": [], "replaced": {"actors.csv": 1}}',
    "replaces a list": '{"write": ["actors.csv"], "remove": [], "replaced": ["actors.csv"]}',
    "null": "null",
    "nothing": "",
    "no JSON": "{",
    "half a character": '{"write": ["texts/a\\ud800.txt"], "remove": [], "replaced": {}}',
    "nul": '{"write": ["texts/a\\u0000.txt"], "remove": [], "replaced": {}}',
    "not UTF-8": b'{"write": ["\xff"], "remove": [], "replaced": {}}',
    "deep": "[" * 200_000,
    "deep names": '{"write": [' + "[" * 900 + "]" * 900 + '], "remove": [], "replaced": {}}',
    "a long number": '{"write": [' + "9" * 10_000 + '], "remove": [], "replaced": {}}',
    "huge": " " * ((1 << 24) + 1),
}


@pytest.mark.parametrize("committed", BAD.values(), ids=BAD)
def test_a_journal_that_names_anything_else_is_a_problem_and_touches_nothing(
    here: Path, committed: str | bytes, by_handle: None
) -> None:
    if isinstance(committed, str):
        committed = committed.replace("/HERE", str(here))
    (here / "strange" / "notes.txt").write_text("mine", "utf-8")
    commit_by_hand(here / "strange", committed)
    before = everything(here)
    for arguments in (["check"], ["show"], ["diff", "other"], ["export", "a.csv"]):
        result = run(*arguments, "strange")
        assert result.exit_code == 1, arguments
        assert isinstance(result.exception, SystemExit)
        assert ".policy-matrix-journal: is not a journal of this program" in result.output
    with pytest.raises(DatasetError, match="is not a journal of this program"):
        history(here / "strange")
    assert signature(here / "strange")
    assert everything(here) == before
    with pytest.raises(DatasetError, match="is not a journal of this program"):
        apply(here / "strange", [ANNA], seen="", by="lee", why="edit")
    assert everything(here) == before


KINDS: dict[str, Callable[[Path, Path], object]] = {
    "the journal is a link": lambda inside, home: (
        shutil.move(inside, home / "journal"),
        inside.symlink_to(home / "journal"),
    ),
    "the journal is a file": lambda inside, _: (shutil.rmtree(inside), inside.write_text("x")),
    "the journal is a pipe": lambda inside, _: (shutil.rmtree(inside), os.mkfifo(inside)),
    "the list is a link": lambda inside, home: (
        shutil.move(inside / atomic_files.COMMITTED, home / "list"),
        (inside / atomic_files.COMMITTED).symlink_to(home / "list"),
    ),
    "the list is a pipe": lambda inside, _: (
        (inside / atomic_files.COMMITTED).unlink(),
        os.mkfifo(inside / atomic_files.COMMITTED),
    ),
    "the list is a folder": lambda inside, _: (
        (inside / atomic_files.COMMITTED).unlink(),
        (inside / atomic_files.COMMITTED).mkdir(),
    ),
    "a file is a link": lambda inside, home: (
        (inside / "actors.csv").unlink(),
        (inside / "actors.csv").symlink_to(home / "actors.csv"),
    ),
    "a file is a folder": lambda inside, _: ((inside / "actors.csv").unlink(), (inside / "actors.csv").mkdir()),
    "a file is a pipe": lambda inside, _: ((inside / "actors.csv").unlink(), os.mkfifo(inside / "actors.csv")),
    "the texts are a link": lambda inside, home: (inside / "texts").symlink_to(home / "texts"),
    "the texts are a file": lambda inside, _: (inside / "texts").write_text("x"),
}


@posix
@pytest.mark.parametrize("kind", KINDS)
def test_a_journal_of_links_pipes_and_folders_is_a_problem_and_touches_nothing(
    here: Path, kind: str, by_handle: None
) -> None:
    inside = commit_by_hand(
        here / "strange",
        plan(here / "strange", ["actors.csv", "texts/a.txt"], []),
        **{"actors.csv": "id,name\nann,X\n"},
    )
    KINDS[kind](inside, here / "home")
    before = everything(here)
    result = run("check", "strange")
    assert isinstance(result.exception, SystemExit)
    assert ".policy-matrix-journal: is not a journal of this program" in result.output
    assert everything(here) == before
    with pytest.raises(DatasetError, match="is not a journal of this program"):
        atomic_files.commit(here / "strange", {"actors.csv": b"id,name\n"})
    assert everything(here) == before


@posix
def test_a_link_in_the_folder_does_not_lead_a_sound_journal_out_of_it(here: Path, by_handle: None) -> None:
    for name, link in (("actors.csv", "actors.csv"), ("texts/a.txt", "texts")):
        folder = here / f"with-{link}"
        shutil.copytree(here / "strange", folder)
        (folder / link).unlink(missing_ok=True)
        (folder / link).symlink_to(here / "home" / link)
        inside = commit_by_hand(folder, plan(folder, [name], []))
        (inside / name).parent.mkdir(exist_ok=True)
        (inside / name).write_text("id,name\nann,X\n", "utf-8")
        before = everything(here / "home")
        with pytest.raises(DatasetError, match="a link that leads out of the folder"):
            atomic_files.commit(folder, {"actors.csv": b"id,name\n"})
        assert everything(here / "home") == before


@posix
def test_removing_below_a_linked_folder_removes_nothing(here: Path, by_handle: None) -> None:
    (here / "strange" / "texts").symlink_to(here / "home" / "texts")
    commit_by_hand(here / "strange", plan(here / "strange", [], ["texts/a.txt"]))
    before = everything(here / "home")
    with pytest.raises(DatasetError, match=r"texts/a\.txt: lies below what is not a folder"):
        atomic_files.commit(here / "strange", {"actors.csv": b"id,name\n"})
    assert everything(here / "home") == before


@posix
@pytest.mark.parametrize("kind", ["link", "hard link", "pipe", "folder"])
def test_a_strange_lock_file_is_not_written(here: Path, kind: str, by_handle: None) -> None:
    place = here / "strange" / lock.LOCK
    place.unlink(missing_ok=True)
    victim = here / "home" / "victim.txt"
    {
        "link": lambda: place.symlink_to(victim),
        "hard link": lambda: place.hardlink_to(victim),
        "pipe": lambda: os.mkfifo(place),
        "folder": place.mkdir,
    }[kind]()
    before = everything(here / "home")
    if kind == "hard link":
        apply(here / "strange", [ANNA], seen=load(here / "strange").version, by="lee", why="edit")
    else:
        with pytest.raises(DatasetError, match="is not a file"):
            atomic_files.commit(here / "strange", {"actors.csv": b"id,name\n"})
    assert everything(here / "home") == before


@posix
def test_what_is_hidden_in_the_folder_is_not_written_through_a_link(here: Path) -> None:
    (here / "strange" / ".git").mkdir()
    (here / "strange" / ".git" / "config").write_text("mine", "utf-8")
    (here / "strange" / "actors.csv").unlink()
    (here / "strange" / "actors.csv").symlink_to(".git/config")
    with pytest.raises(DatasetError, match="a link that leads out of the folder"):
        atomic_files.commit(here / "strange", {"actors.csv": b"id,name\n"})
    assert (here / "strange" / ".git" / "config").read_text("utf-8") == "mine"


# ---- 500 of them


def random_journal(rng: random.Random, folder: Path, home: Path) -> None:
    """Something random where a journal would be; half of what it names are our own files."""
    own = ["actors.csv", "sources.csv", "sides.csv", "datapackage.json", "history.jsonl", "README.md", "imports.json"]
    own += ["texts/a.txt", "layers/kim/statements.csv", "statements.csv"]
    evil = [
        str(home / "victim.txt"),
        "../home/victim.txt",
        "texts/../../home/victim.txt",
        "notes.txt",
        "",
        ".",
        "..",
        "/",
    ]
    evil += [
        "texts/",
        "texts//a",
        "layers/../x.csv",
        "layers/kim/../../../home/actors.csv",
        "C:\\x",
        "a\0b",
        "\ud800",
        "NUL",
    ]
    evil += [".policy-matrix.lock", ".policy-matrix-journal/committed.json", "x" * 5_000, "texts/" + "é" * 249]
    contents = [b"", b"id,name\nann,Anne\n", b"\xff\xfe\x00", b'id,name\n"', os.urandom(50), b"a" * 100_000, b"{}\n[]"]

    mild = rng.random() < 0.5  # mostly what a crash would leave: then there is something to read and to settle

    def thing(place: Path) -> None:
        kind = rng.choice(["file"] * (60 if mild else 6) + ["link", "link", "folder", "pipe", "nothing", "hard link"])
        sound = (folder / place.name).read_bytes() if mild and (folder / place.name).is_file() else None
        place.parent.mkdir(parents=True, exist_ok=True)
        if place.exists() or place.is_symlink():
            if place.is_dir() and not place.is_symlink():
                return
            place.unlink()
        if kind == "file":
            place.write_bytes(rng.choice(contents) if sound is None else sound)
        elif kind == "link":
            ours: list[str | Path] = [home / "actors.csv", home, home / "texts" / "a.txt"]
            place.symlink_to(rng.choice([*ours, "/dev/zero", "nowhere", place.name]))
        elif kind == "folder":
            place.mkdir()
            (place / "x").write_text("x", "utf-8")
        elif kind == "pipe":
            os.mkfifo(place)
        elif kind == "hard link":
            place.hardlink_to(home / "actors.csv")

    for name in rng.sample(own, rng.randint(0, 0 if mild else 2)):  # the folder's own files may be anything too
        thing(folder / name)
    inside = folder / atomic_files.JOURNAL
    if rng.random() < 0.1 and not mild:
        thing(inside)
        return
    inside.mkdir()
    names = rng.choices(own, k=rng.randint(0, 6)) + (
        rng.choices(evil, k=rng.randint(1, 3)) if rng.random() < 0.5 and not mild else []
    )
    if mild or rng.random() < 0.6:
        names = list(dict.fromkeys(names))
    rng.shuffle(names)
    cut = len(names) if mild else rng.randint(0, len(names))
    for name in names:
        if name in own and rng.random() < 0.8:
            thing(inside / name)
    committed: Any = {"write": names[:cut], "remove": names[cut:], "replaced": replaced(folder, names)}
    shape = 0.5 if mild else rng.random()
    if shape < 0.1:
        committed = rng.choice(
            [
                [],
                None,
                1,
                "x",
                {},
                {"write": []},
                {"write": {}, "remove": 3},
                {"write": [[1]], "remove": [], "replaced": {}},
            ]
        )
    text = json.dumps(committed).encode()
    if 0.1 < shape < 0.2:
        text = rng.choice([text[: len(text) // 2], b"\xff" + text, b"[" * 100_000, os.urandom(100), text + b"\0"])
    if shape > 0.97:
        thing(inside / atomic_files.COMMITTED)
    elif shape < 0.95:
        (inside / atomic_files.COMMITTED).write_bytes(text)


COMMANDS = [["check"], ["show"], ["evidence"], ["diff", "other"], ["export", "out.json"], ["import", "other"]]


@posix
def test_500_random_journals_touch_nothing_outside_and_never_give_a_trace(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    outside = {name: everything(here / name) for name in ("home", "other")}
    outcomes = {"read": 0, "refused": 0, "written": 0, "not written": 0}
    for seed in range(500):
        rng = random.Random(seed)
        folder = here / "mine"
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(here / "strange", folder)
        random_journal(rng, folder, here / "home")
        monkeypatch.setattr(safe_folder, "BY_HANDLE", os.open in os.supports_dir_fd and seed % 2 == 0)
        left = everything(folder)
        reading = rng.choice(COMMANDS) if seed % 5 == 0 else []  # every fifth, since they parse
        result = run(*reading, "mine") if reading else None
        signature(folder)
        with suppress(DatasetError):
            history(folder)
        try:
            with atomic_files.reading(folder, ["actors.csv", "sides.csv", "texts/a.txt"]) as found:
                assert found.files.keys() | found.faults.keys() <= {"actors.csv", "sides.csv", "texts/a.txt"}
            outcomes["read"] += 1
        except DatasetError:
            outcomes["refused"] += 1
            assert not result or result.exit_code == 1, f"{seed} {result.output}"
        if result:
            assert result.exception is None or isinstance(result.exception, SystemExit), f"{seed} {result.output}"
            assert "Traceback" not in result.output
        assert everything(folder) == left, f"reading has written: {seed} {reading}"
        (here / "out.json").unlink(missing_ok=True)
        try:
            atomic_files.commit(folder, {"actors.csv": b"id,name\nann,Anna\n", "texts/b.txt": b"text"})
            outcomes["written"] += 1
        except DatasetError:
            outcomes["not written"] += 1
        hard = {n: {k: (*v[:4], v[5]) for k, v in everything(here / n).items()} for n in outside}  # but for link counts
        assert hard == {n: {k: (*v[:4], v[5]) for k, v in all_.items()} for n, all_ in outside.items()}, seed
    assert min(outcomes.values()) > 50, outcomes
