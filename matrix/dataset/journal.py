"""Several files change together or not at all, as seen by everyone who calls `recover` before reading.

New contents are written into a hidden folder beside the files. The rename of its list to COMMITTED is the one instant
at which the change becomes true: before it a crash is rolled back, after it the next reader completes the moves.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from filelock import FileLock, Timeout

JOURNAL = ".policy-matrix-journal"
LOCK = ".policy-matrix.lock"
COMMITTED = "committed.json"
PATIENCE = 30.0  # seconds to wait for another writer before saying so


@dataclass(frozen=True)
class Longer:
    """A file as it is, with more at its end: copied from file to file, however large, and never held in memory."""

    more: bytes


Content = bytes | Longer | None
Write = Callable[[Mapping[str, Content]], None]


def commit(folder: Path, contents: Mapping[str, Content]) -> None:
    """Write (or with None remove) the named files of `folder` as one change; TimeoutError while another one writes.

    A name may lead into a folder below: `texts/a.txt`.
    """
    with writing(folder) as write:
        write(contents)


@contextmanager
def writing(folder: Path) -> Iterator[Write]:
    """Hold the folder alone: what is read inside stays true until the given function commits it, once or never.

    TimeoutError while another process or thread writes.
    """
    folder.mkdir(parents=True, exist_ok=True)
    lock = FileLock(folder / LOCK)
    try:
        lock.acquire(timeout=PATIENCE)
    except Timeout:
        raise TimeoutError(f"{folder} is being written by someone else; try again in a moment") from None
    try:
        _settle(folder)
        yield partial(_commit, folder)
    finally:
        lock.release(force=True)


def _commit(folder: Path, contents: Mapping[str, Content]) -> None:
    journal = folder / JOURNAL
    journal.mkdir()
    for name, content in contents.items():
        if isinstance(content, Longer):
            with suppress(FileNotFoundError):
                shutil.copyfile(folder / name, journal / name)
            _write(journal / name, content.more, "ab")
        elif content is not None:
            _write(journal / name, content)
    plan = {
        "write": [n for n, c in contents.items() if c is not None],
        "remove": [n for n, c in contents.items() if c is None],
    }
    _write(journal / "plan.json", json.dumps(plan).encode())
    (journal / "plan.json").rename(journal / COMMITTED)
    _sync(journal)
    _settle(folder)


def recover(folder: Path) -> None:
    """Complete or roll back what a crash left; nothing to do, and nothing written, where there is no journal."""
    journal = folder / JOURNAL
    if not journal.is_dir():
        return
    with suppress(Timeout), FileLock(folder / LOCK).acquire(timeout=PATIENCE if (journal / COMMITTED).is_file() else 0):
        # Without the lock, an uncommitted journal belongs to a living writer: the old state is still the true one.
        _settle(folder)


def _settle(folder: Path) -> None:
    journal = folder / JOURNAL
    if not journal.is_dir():
        return
    if (journal / COMMITTED).is_file():
        plan = json.loads((journal / COMMITTED).read_text("utf-8"))
        for name in plan["write"]:
            (folder / name).parent.mkdir(exist_ok=True)
            with suppress(FileNotFoundError):  # moved before the crash
                (journal / name).replace(folder / name)
        for name in plan["remove"]:
            (folder / name).unlink(missing_ok=True)
        for place in {(folder / name).parent for name in plan["write"]} | {folder}:
            _sync(place)
        # The list goes first: a journal without it is rolled back, and there is nothing left in it to lose.
        (journal / COMMITTED).unlink()
    shutil.rmtree(journal)


def _write(path: Path, content: bytes, mode: str = "wb") -> None:
    path.parent.mkdir(exist_ok=True)
    with path.open(mode) as f:
        f.write(content)
        f.flush()
        os.fsync(f.fileno())


def _sync(folder: Path) -> None:
    if os.name == "posix":  # elsewhere a directory cannot be opened, and a rename is durable on its own
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
