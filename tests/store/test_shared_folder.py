"""A folder that several people use: modes, groups and links stay, readers never fail, who waits knows for whom."""

from __future__ import annotations

import json
import logging
import os
import random
import shutil
import signal
import socket
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Any, NoReturn

import pytest
from click.testing import CliRunner

from matrix.cli import main
from matrix.dataset.changes import Change, applied
from matrix.dataset.dataset import Dataset
from matrix.dataset.problems import DatasetError, shown
from matrix.dataset.quotes import hash_of
from matrix.store import atomic_files, lock
from matrix.store import history as steps_module
from matrix.store.files import texts
from matrix.store.folder import load, signature
from matrix.store.history import apply, history, save, undo
from matrix.store.safe_folder import open_folder
from tests.steps import SOAK, killed, steps_of
from tests.tiny import dataset

pytestmark = pytest.mark.slow

posix = pytest.mark.skipif(os.name != "posix", reason="modes, groups and links are those of POSIX systems")
as_root = pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root can act as several users: run the tests as root"
)
ANNA = Change("changed", "actors", "ann", "name", "Ann", "Anna")
ANNE = Change("changed", "actors", "ann", "name", "Anna", "Anne")
TEAM, LEE, KIM, STRANGER = 7001, 6001, 6002, 6003  # a group, two of its members, somebody else


@pytest.fixture
def folder(tmp_path: Path, saved: Callable[[Dataset, Path], Path]) -> Path:
    for place in (tmp_path, *tmp_path.parents[:3]):  # one more where several workers share the tests
        if place == tmp_path or place.name.startswith(("pytest-", "popen-")):
            place.chmod(0o755)  # pytest's own folders are closed to other users
    saved(dataset("ann talk support late"), tmp_path / "d")
    load(tmp_path / "d")  # so that all is imported before somebody acts who may not read the interpreter's files
    return tmp_path / "d"


@contextmanager
def umask(mask: int) -> Iterator[None]:
    before = os.umask(mask)
    try:
        yield
    finally:
        os.umask(before)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def as_user(user: int, act: Callable[[], object], *, groups: tuple[int, ...] = (), mask: int = 0o022) -> str:
    """What `act` gives when another user runs it, or the name and words of what it raises."""
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        try:
            os.setgroups(groups)
            os.setgid(user)
            os.setuid(user)
            os.umask(mask)
            answer = str(act())
        except BaseException as e:
            answer = f"{type(e).__name__}: {e}"
        os.write(writing, answer.encode()[:60_000])
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as f:
        answer = f.read().decode()
    os.waitpid(child, 0)
    return answer


def edit(folder: Path, change: Change = ANNA, who: str = "lee") -> str:
    return apply(folder, [change], seen=load(folder).version, by=who, why="edit").version


def crash(folder: Path, contents: Mapping[str, bytes | None]) -> None:
    """Leave the folder as a crash does right after the change has become true: nothing is moved yet."""
    with pytest.MonkeyPatch.context() as patched:
        settle, calls = atomic_files._settle, []

        def once(root: object) -> None:  # the first call is that of the writer that begins
            calls.append(root)
            if len(calls) == 1:
                settle(root)  # type: ignore[arg-type]

        patched.setattr(atomic_files, "_settle", once)
        atomic_files.commit(folder, contents)
    assert (folder / atomic_files.JOURNAL / atomic_files.COMMITTED).is_file()


# ---- an edit by hand while a journal stands for the file


def texts_of(folder: Path) -> dict[str, str]:
    return {str(f.relative_to(folder)): f.read_text("utf-8") for f in sorted(folder.rglob("*")) if f.is_file()}


def crashed_and_edited(folder: Path) -> None:
    crash(folder, {"actors.csv": b"id,name\nann,Saved\ncem,Cem\n", "links.csv": b"id,proposal,other,kind\n"})
    (folder / "actors.csv").write_text("id,name\nann,By hand\ncem,Cem\n", "utf-8")


@pytest.mark.parametrize("copied", [False, True])
def test_an_edit_by_hand_after_a_crash_is_named_and_never_overwritten(folder: Path, copied: bool) -> None:
    crashed_and_edited(folder)
    if copied:  # other inodes and times
        shutil.copytree(folder, folder.parent / "copy")
        folder = folder.parent / "copy"
    seen, before = load(folder), texts_of(folder)
    assert seen.actors["name"].tolist() == ["Saved", "Cem"]
    words = (
        "was edited by hand after a save that was interrupted, and that save's copy .policy-matrix-journal/actors.csv "
        "stands for it: delete that copy to keep actors.csv as it is, or delete actors.csv to keep the save's"
    )
    assert [(p.file, p.message) for p in seen.warnings] == [("actors.csv", words)]
    acts: list[Callable[[], object]] = [
        lambda: edit(folder),
        lambda: save(seen, folder),
        lambda: undo(folder, by="lee"),
    ]
    for act in acts:
        with pytest.raises(DatasetError) as refused:
            act()
        assert [p.message for p in refused.value.problems] == [f"{words}; nothing was written"]
    now = texts_of(folder)
    for name in ("actors.csv", f"{atomic_files.JOURNAL}/actors.csv", "statements.csv"):
        assert now[name] == before[name]
    assert "history.jsonl" not in now


def test_the_hand_edit_stays_where_the_copy_is_deleted_and_the_copy_where_the_file_is(folder: Path) -> None:
    shutil.copytree(folder, folder.parent / "other")
    for place, gone, name in (
        (folder, atomic_files.JOURNAL, "By hand"),
        (folder.parent / "other", "", "Saved"),
    ):
        crashed_and_edited(place)
        before = signature(place)
        (place / gone / "actors.csv").unlink()
        assert signature(place) != before
        assert load(place).actors["name"].tolist() == [name, "Cem"]
        assert not load(place).warnings
        edit(place, Change("changed", "actors", "cem", "name", "Cem", "Jim"))
        assert not (place / atomic_files.JOURNAL).exists()
        assert load(place).actors["name"].tolist() == [name, "Jim"]
        assert (place / "links.csv").is_file(), "what nobody edited came with the save"


def test_a_file_that_a_save_removes_and_somebody_edits_is_not_removed(folder: Path) -> None:
    (folder / "links.csv").write_text("id,proposal,other,kind\n", "utf-8")
    crash(folder, {"links.csv": None})
    edit(folder)  # as the crash left it: nobody has touched it
    assert not (folder / "links.csv").exists()
    (folder / "links.csv").write_text("id,proposal,other,kind\n", "utf-8")
    crash(folder, {"links.csv": None})
    (folder / "links.csv").write_text("id,proposal,other,kind\n\n", "utf-8")
    with pytest.raises(DatasetError, match=r"links.csv: was edited by hand .* move it elsewhere and back"):
        edit(folder, ANNE)
    (folder / "links.csv").unlink()
    edit(folder, ANNE)


def test_a_save_that_stopped_between_two_moves_is_no_edit(folder: Path) -> None:
    crash(folder, {"actors.csv": b"id,name\nann,Saved\ncem,Cem\n", "links.csv": b"id,proposal,other,kind\n"})
    (folder / atomic_files.JOURNAL / "actors.csv").rename(folder / "actors.csv")
    assert not load(folder).warnings
    edit(folder, Change("changed", "actors", "ann", "name", "Saved", "Ann"))


HAND = "id,name\nann,By hand\ncem,Cem\ndee,Dee\n"


@pytest.mark.parametrize("edited", ["actors.csv", "sources.csv"])
def test_an_edit_while_a_change_is_being_made_stays_and_the_change_is_refused(
    folder: Path, edited: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between reading and writing: a table that is changed, and one that would only be written as it was."""
    by_hand = (folder / edited).read_text("utf-8") + "\n"

    def meanwhile(*given: Any, **more: Any) -> Any:
        (folder / edited).write_text(by_hand, "utf-8")
        return applied(*given, **more)

    monkeypatch.setattr(steps_module, "applied", meanwhile)
    with pytest.raises(DatasetError, match=f"{edited}: was edited by hand while it was being changed here"):
        edit(folder)
    assert (folder / edited).read_text("utf-8") == by_hand
    assert not (folder / atomic_files.HISTORY_FILE).exists()


@pytest.mark.parametrize("in_place", [True, False])
def test_an_edit_between_the_commit_and_the_moves_stays_and_is_named(
    folder: Path, in_place: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    settle = atomic_files._settle

    def meanwhile(root: Any) -> None:
        if (folder / atomic_files.JOURNAL).exists():
            if in_place:
                (folder / "actors.csv").write_text(HAND, "utf-8")
            else:
                (folder / "new").write_text(HAND, "utf-8")
                (folder / "new").replace(folder / "actors.csv")
        settle(root)

    monkeypatch.setattr(atomic_files, "_settle", meanwhile)
    edit(folder)
    monkeypatch.undo()
    assert (folder / "actors.csv").read_text("utf-8") == HAND
    assert load(folder).actors["name"].tolist()[0] == "Anna"
    assert "was edited by hand after a save" in load(folder).warnings[0].message
    with pytest.raises(DatasetError, match="was edited by hand after a save"):
        edit(folder, ANNE)
    (folder / atomic_files.JOURNAL / "actors.csv").unlink()
    edit(folder, Change("changed", "actors", "ann", "name", "By hand", "Ann"))
    assert not (folder / atomic_files.JOURNAL).exists()


@posix
@as_root
def test_in_a_sticky_folder_files_of_others_are_not_changed_by_halves(folder: Path) -> None:
    os.chown(folder, LEE, TEAM)
    for file in folder.iterdir():
        os.chown(file, LEE, TEAM)
        file.chmod(0o664)
    folder.chmod(0o3775)
    found = as_user(KIM, lambda: edit(folder), groups=(TEAM,))
    assert "actors.csv: belongs to somebody else, in a folder where only the owner may replace a file" in found
    assert not (folder / atomic_files.JOURNAL).exists()
    assert as_user(LEE, lambda: edit(folder), groups=(TEAM,)) == load(folder).version


@posix
@as_root
def test_a_new_file_is_for_those_who_may_use_the_tables_whatever_the_umask(folder: Path) -> None:
    os.chown(folder, LEE, TEAM)
    for file in folder.iterdir():
        os.chown(file, LEE, TEAM)
        file.chmod(0o664)
    folder.chmod(0o775)
    as_user(LEE, lambda: edit(folder), groups=(TEAM,), mask=0o077)
    assert mode(folder / atomic_files.HISTORY_FILE) == 0o664
    assert (folder / atomic_files.HISTORY_FILE).stat().st_gid == TEAM
    assert as_user(KIM, lambda: edit(folder, ANNE), groups=(TEAM,)) == load(folder).version


@posix
@as_root
def test_a_lock_that_one_may_not_open_is_named(folder: Path) -> None:
    folder.chmod(0o777)
    (folder / lock.LOCK).chmod(0o600)
    found = as_user(STRANGER, lambda: atomic_files.commit(folder, {"links.csv": b"id\n"}))
    assert found == (
        "DatasetError: .policy-matrix.lock: belongs to somebody else, and you may not open it: its owner can remove it; "
        "nothing was written"
    )


@posix
@as_root
def test_who_may_only_read_is_told_so_when_writing(folder: Path) -> None:
    os.chown(folder, LEE, TEAM)
    folder.chmod(0o755)
    words = "you may read this folder but not write in it: nothing was written"
    assert words in as_user(STRANGER, lambda: edit(folder))
    assert words in as_user(STRANGER, lambda: atomic_files.commit(folder, {"links.csv": b"id\n"}))


# ---- modes, groups, links


@posix
def test_a_file_keeps_its_mode_and_a_new_one_follows_the_umask(folder: Path) -> None:
    (folder / "actors.csv").chmod(0o600)
    (folder / "sources.csv").chmod(0o664)
    with umask(0o022):
        atomic_files.commit(
            folder, {"actors.csv": b"id,name\nx,X\n", "sources.csv": b"id,title\n", "links.csv": b"id\n"}
        )
    assert [oct(mode(folder / f"{t}.csv")) for t in ("actors", "sources", "links")] == ["0o600", "0o664", "0o644"]


@posix
def test_in_a_shared_folder_everything_new_belongs_to_the_group_whatever_the_umask(folder: Path) -> None:
    folder.chmod(0o2775)
    (folder / lock.LOCK).unlink()
    with umask(0o022):
        atomic_files.commit(folder, {"links.csv": b"id\n", "texts/a.txt": b"text"})
        assert mode(folder / "links.csv") == 0o664
        assert mode(folder / "texts") == 0o2775
        assert mode(folder / "texts" / "a.txt") == 0o664
        assert mode(folder / lock.LOCK) == 0o664
        crash(folder, {"links.csv": b"id\nx\n", "texts/b.txt": b"text"})
    inside = folder / atomic_files.JOURNAL
    assert mode(inside) & 0o777 == mode(inside / "texts") & 0o777 == 0o775
    assert mode(inside / atomic_files.COMMITTED) == 0o664


@posix
def test_who_may_read_the_folder_may_read_its_journal_whatever_the_umask(folder: Path) -> None:
    folder.chmod(0o755)
    with umask(0o077):
        crash(folder, {"actors.csv": b"id,name\nx,X\n"})
    assert mode(folder / atomic_files.JOURNAL) == 0o755
    assert mode(folder / atomic_files.JOURNAL / atomic_files.COMMITTED) == 0o644
    assert mode(folder / atomic_files.JOURNAL / "actors.csv") == mode(folder / "actors.csv")


@posix
@as_root
def test_two_members_of_a_group_change_the_same_folder_in_turn(folder: Path) -> None:
    shutil.rmtree(folder)
    folder.mkdir()
    os.chown(folder, LEE, TEAM)
    folder.chmod(0o2775)
    made = dataset("ann talk support late")
    assert as_user(LEE, lambda: save(made, folder), groups=(TEAM,)) == "None"
    (folder / "sources.csv").chmod(0o660)
    first = as_user(KIM, lambda: edit(folder), groups=(TEAM,))
    second = as_user(LEE, lambda: edit(folder, ANNE), groups=(TEAM,))
    assert [e.after for e in history(folder)] == [first, second]
    changed = [folder / name for name in ("actors.csv", "sources.csv", atomic_files.HISTORY_FILE, lock.LOCK)]
    assert [(oct(mode(f)), f.stat().st_gid) for f in changed] == [
        *(("0o664", TEAM), ("0o660", TEAM), ("0o664", TEAM), ("0o664", TEAM))
    ]
    assert as_user(STRANGER, lambda: edit(folder)) == "DatasetError: sources.csv: cannot be read: Permission denied"
    assert as_user(STRANGER, lambda: atomic_files.commit(folder, {"links.csv": b"id\n"})).startswith("DatasetError: ")
    # What one member's crash left, the other settles.
    as_user(LEE, lambda: crash(folder, {"links.csv": b"id,proposal,other,kind\n"}), groups=(TEAM,))
    assert (folder / atomic_files.JOURNAL).is_dir()
    assert as_user(KIM, lambda: edit(folder, Change("changed", "actors", "ann", "name", "Anne", "A")), groups=(TEAM,))
    assert not (folder / atomic_files.JOURNAL).exists()
    assert (folder / "links.csv").is_file()


@posix
@as_root
def test_root_keeps_the_owner_and_a_file_is_not_opened_to_another_group(folder: Path) -> None:
    os.chown(folder / "actors.csv", LEE, TEAM)
    (folder / "actors.csv").chmod(0o660)
    atomic_files.commit(folder, {"actors.csv": b"id,name\nx,X\n"})
    kept = (folder / "actors.csv").stat()
    assert (kept.st_uid, kept.st_gid, oct(mode(folder / "actors.csv"))) == (LEE, TEAM, "0o660")
    folder.chmod(0o777)
    (folder / lock.LOCK).chmod(0o666)
    assert as_user(STRANGER, lambda: atomic_files.commit(folder, {"actors.csv": b"id,name\ny,Y\n"})) == "None"
    assert (folder / "actors.csv").stat().st_gid == STRANGER
    assert oct(mode(folder / "actors.csv")) == "0o600"


@posix
def test_a_link_within_the_folder_stays_a_link_and_its_file_is_changed(folder: Path) -> None:
    (folder / "tables").mkdir()
    (folder / "actors.csv").rename(folder / "tables" / "people.csv")
    (folder / "actors.csv").symlink_to("tables/people.csv")
    (folder / "tables" / "people.csv").chmod(0o640)
    edit(folder)
    assert (folder / "actors.csv").is_symlink()
    assert "Anna" in (folder / "tables" / "people.csv").read_text("utf-8")
    assert mode(folder / "tables" / "people.csv") == 0o640
    assert not load(folder).warnings


@posix
def test_a_link_out_of_the_folder_is_read_and_named_and_never_written_through(folder: Path) -> None:
    outside = folder.parent / "people.csv"
    (folder / "actors.csv").rename(outside)
    (folder / "actors.csv").symlink_to(outside)
    content, words = outside.read_bytes(), f"is a link that leads out of the folder, to {shown(str(outside))}"
    assert [str(w) for w in load(folder).warnings] == [f"actors.csv: warning: {words}; it is read, not written"]
    before = load(folder).version
    with pytest.raises(DatasetError) as caught:
        edit(folder)
    assert [str(p) for p in caught.value.problems] == [
        f"actors.csv: {words}: it is not written through, so nothing was written"
    ]
    assert (load(folder).version, outside.read_bytes()) == (before, content)
    assert not history(folder)


@posix
def test_two_names_of_one_file_are_not_written_over_each_other(folder: Path) -> None:
    shutil.copy(folder / "actors.csv", folder / "all.csv")
    for name in ("actors.csv", "sides.csv"):
        (folder / name).unlink()
        (folder / name).symlink_to("all.csv")
    with pytest.raises(DatasetError, match="is the same file as"):
        atomic_files.commit(folder, {"actors.csv": b"id,name\n", "sides.csv": b"id,name\n"})


def test_what_does_not_change_is_not_written(folder: Path) -> None:
    before = {f.name: f.stat().st_ino for f in folder.glob("*.csv")}
    edit(folder)
    after = {f.name: f.stat().st_ino for f in folder.glob("*.csv")}
    assert [n for n in before if before[n] != after[n]] == ["actors.csv"]


# ---- readers without any right to write


@posix
@as_root
def test_who_may_only_read_reads_at_any_moment_and_leaves_no_trace(folder: Path, tmp_path: Path) -> None:
    text = "“We will talk.”".encode()
    old = load(folder).version
    made = applied(load(folder), [ANNA])
    files = {"actors.csv": (folder / "actors.csv").read_bytes().replace(b"Ann,", b"Anna,"), "texts/late.txt": text}

    def look() -> list[object]:
        signature(folder)
        shown = CliRunner().invoke(main, ["show", str(folder)])
        checked = CliRunner().invoke(main, ["check", "--texts", str(folder / "texts"), str(folder)])
        assert (shown.exit_code, checked.exit_code) == (0, 0), shown.output + checked.output
        return [load(folder).version, len(history(folder)), hash_of(text) in texts(folder / "texts")]

    (folder / "texts").mkdir()
    assert str(look()) == str([old, 0, False])
    with atomic_files.writing(folder):
        assert as_user(STRANGER, look) == str([old, 0, False])
    crash(folder, files)
    before = sorted(str(p) for p in folder.rglob("*"))
    assert as_user(STRANGER, look) == str([made.version, 0, True])
    with open_folder(folder) as root, lock.locked(root):
        assert as_user(STRANGER, look) == str([made.version, 0, True])
    assert sorted(str(p) for p in folder.rglob("*")) == before
    assert (folder / "actors.csv").stat().st_mode & 0o222 == 0o200


@posix
@as_root
def test_a_table_that_may_not_be_read_is_a_problem(folder: Path) -> None:
    assert CliRunner().invoke(main, ["check", str(folder)]).exit_code == 0
    (folder / "actors.csv").chmod(0o600)
    assert "actors.csv: cannot be read: Permission denied" in as_user(STRANGER, lambda: load(folder))
    folder.chmod(0o700)
    assert "cannot be read: Permission denied" in as_user(STRANGER, lambda: load(folder))
    assert "is not readable" in as_user(STRANGER, lambda: CliRunner().invoke(main, ["check", str(folder)]).output)


# ---- a reader in a loop while others write and die


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork to kill a writer")
def test_a_reader_in_a_loop_during_applies_and_kills_sees_only_old_or_new(folder: Path, tmp_path: Path) -> None:
    names = [*(f.name for f in folder.glob("*.csv")), "links.csv", atomic_files.HISTORY_FILE]
    link = Change("added", "links", "l1", values=(("proposal", "talk"), ("other", "test"), ("kind", "tension")))
    states = [(load(folder).version, files_of(folder, names))]
    apply(folder, [ANNA, link], seen=states[0][0], by="lee", why="edit")
    states.append((load(folder).version, files_of(folder, names)))
    steps = steps_of(lambda: atomic_files.commit(folder, states[0][1])) + 10  # more where the one before died halfway
    ready, tell = os.pipe()
    reader = os.fork()
    if not reader:
        _read_on(folder, states, tell, tmp_path)
    rng, rounds, dead, kept, now = random.Random(3), 200 if SOAK else 60, 0, 0, 0
    try:
        for _ in range(rounds):
            os.read(ready, 1 << 16)  # what was read before; then the pace is the reader's: one read at least each round
            os.read(ready, 1 << 16)
            wanted = states[1 - now][1]
            dead += killed(partial(atomic_files.commit, folder, wanted), at=rng.randrange(steps))
            before, now = now, [files for _, files in states].index(files_of(folder, names))
            kept += now != before
        (tmp_path / "enough").touch()  # no signal: Arrow takes those that come while it reads
        assert os.waitstatus_to_exitcode(os.waitpid(reader, 0)[1]) == 0
    finally:
        with suppress(ProcessLookupError, ChildProcessError):
            os.kill(reader, signal.SIGKILL)
            os.waitpid(reader, 0)
        os.close(ready)
        os.close(tell)
    seen = json.loads((tmp_path / "seen.json").read_text("utf-8"))
    assert seen["errors"] == []
    assert set(seen["states"]) == {0, 1}, "the reader saw both, and nothing else"
    assert seen["reads"] > rounds
    assert seen["loads"] > rounds // 20
    assert rounds - kept > rounds // 10 < kept
    assert rounds // 4 < dead < rounds


def files_of(folder: Path, names: list[str]) -> dict[str, bytes | None]:
    with atomic_files.reading(folder, names) as found:
        return {n: found.files[n].read() if n in found.files else None for n in names}


def _read_on(folder: Path, states: list[tuple[str, dict[str, bytes | None]]], tell: int, place: Path) -> NoReturn:
    """Read in this child process until there is enough; each read is told, and what was seen is written in the end."""
    seen: set[int] = set()
    errors: list[str] = []
    reads, loads = 0, 0
    os.set_blocking(tell, False)
    while not (place / "enough").exists():
        try:
            signature(folder)
            seen.add([files for _, files in states].index(files_of(folder, list(states[0][1]))))
            reads += 1
            if reads % 20 == 0:
                seen.add([version for version, _ in states].index(load(folder).version))
                history(folder)
                loads += 1
        except BaseException as e:
            errors.append(repr(e)[:500])
        with suppress(BlockingIOError):  # the writers are slower: read on
            os.write(tell, b".")
    told = {"states": sorted(seen), "errors": errors[:3], "reads": reads, "loads": loads}
    (place / "seen.json").write_text(json.dumps(told), "utf-8")
    os._exit(0)


# ---- who holds the lock

HOLD = """
import sys
from pathlib import Path
from matrix.store import atomic_files
with atomic_files.writing(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


@contextmanager
def another_process_writes(folder: Path) -> Iterator[int]:
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout
        assert other.stdin
        assert other.stdout.readline() == "held\n"
        yield other.pid
        other.stdin.close()


def test_who_waits_is_told_who_writes_since_when_and_where(
    folder: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(lock, "PATIENCE", 0.2)
    monkeypatch.setattr(lock, "NOTICE", 0.0)
    host = socket.gethostname()
    with another_process_writes(folder) as pid, caplog.at_level(logging.WARNING):
        holder = rf"is being written by {lock.whoami()} \(process {pid} on {host}, since \d{{4}}-\d\d-\d\d .* UTC\)"
        with pytest.raises(TimeoutError, match=holder + "; try again in a moment"):
            edit(folder)
        assert [r.message.endswith("; waiting") for r in caplog.records] == [True]
        result = CliRunner().invoke(main, ["import", str(folder), str(folder), "--apply"])
        assert result.exit_code == 0  # nothing differs, so nothing waits
    edit(folder)
    assert (folder / lock.LOCK).read_bytes() == b"", "no name stays behind"


@pytest.mark.parametrize(
    "note",
    [b"", b"\0{", b"\0[]", b"\0\xff\xfe", b"\0" + b"[" * 100_000, b'\0{"user": 1}', b"x" * 1_000_000],
    ids=["none", "cut", "a list", "no text", "deep", "part", "huge"],
)
def test_a_note_in_the_lock_that_is_none_is_not_shown(
    folder: Path, monkeypatch: pytest.MonkeyPatch, note: bytes
) -> None:
    monkeypatch.setattr(lock, "PATIENCE", 0.0)
    with another_process_writes(folder):
        (folder / lock.LOCK).write_bytes(note)
        with pytest.raises(TimeoutError, match="is being written by someone else; try again"):
            edit(folder)


def test_a_note_in_the_lock_is_shown_as_text_of_a_stranger(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lock, "PATIENCE", 0.0)
    note = {"user": "\x1b[31mroot\r\n", "process": "9" * 500, "host": "h", "since": "now"}
    with another_process_writes(folder):
        (folder / lock.LOCK).write_bytes(b"\0" + json.dumps(note).encode())
        with pytest.raises(TimeoutError) as caught:
            edit(folder)
    assert f"by \ufffd[31mroot   (process {'9' * 60} on h, since now)" in str(caught.value)
