"""One writer at a time in a folder; whoever has to wait is told who writes: user, process, machine, since when."""

from __future__ import annotations

import json
import logging
import os
import socket
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from getpass import getuser

from filelock import lock_descriptor, unlock_descriptor

from matrix.dataset.problems import DatasetError, Problem
from matrix.store.safe_folder import SafeFolder, belong
from matrix.wording import clean

LOCK = ".policy-matrix.lock"
PATIENCE = 30.0  # seconds to wait for another writer before giving up
NOTICE = 1.0  # seconds after which who waits is told why; most writers are done sooner
_PAUSE = 0.05
_LONGEST, _SHOWN = 2_000, 60  # bytes of the note that are read, characters of a value that are shown
_NOTE_AT = 1  # Windows keeps others from reading the locked first byte

_log = logging.getLogger(__name__)


@contextmanager
def locked(folder: SafeFolder) -> Iterator[None]:
    """Be the only writer of the folder; TimeoutError, which names the other one, where that takes too long."""
    fd = _acquired(folder)
    try:
        _sign(fd, _note())
        yield
    finally:
        with suppress(OSError):
            _sign(fd, b"")
        with suppress(OSError):
            unlock_descriptor(fd)
        os.close(fd)


def whoami() -> str:
    """Who works here, as the machine knows it."""
    try:
        return getuser()
    except (OSError, KeyError, ImportError):  # a container may run under a number without a name
        return "unknown"


def _acquired(folder: SafeFolder) -> int:
    start, waiting = time.monotonic(), False
    while True:
        fd = _opened(folder)
        try:
            # The file may have been removed and made anew between: then this lock is one that nobody else looks at.
            if lock_descriptor(fd, blocking=False) and _is_still(folder, fd):
                return fd
            waited = time.monotonic() - start
            if waited >= PATIENCE:
                raise TimeoutError(f"{folder.path} is being written by {_holder(fd)}; try again in a moment")
            if waited >= NOTICE and not waiting:
                waiting = True
                _log.warning("%s is being written by %s; waiting", clean(str(folder.path)), _holder(fd))
        except BaseException:
            os.close(fd)
            raise
        os.close(fd)
        time.sleep(_PAUSE)


def _opened(folder: SafeFolder) -> int:
    """The lock file, made where there is none: all who may write the folder may write it."""
    fd = None
    while fd is None:
        found = folder.stat(LOCK)
        if found is not None and not stat.S_ISREG(found.st_mode):
            raise DatasetError([Problem(LOCK, 0, "", "is not a file: remove it; nothing was written")])
        try:
            # Made only where it is missing: in a folder like /tmp nobody may open another one's file "or make it".
            fd = folder.open(LOCK, os.O_RDWR | (os.O_CREAT | os.O_EXCL if found is None else 0))
        except (FileExistsError, FileNotFoundError):
            continue  # somebody was quicker
        except PermissionError:
            if found is None:
                raise
            try:
                fd = folder.open(LOCK, os.O_RDONLY)  # enough to lock, not to sign
            except PermissionError:
                words = (
                    "belongs to somebody else, and you may not open it: its owner can remove it; nothing was written"
                )
                raise DatasetError([Problem(LOCK, 0, "", words)]) from None
    own = os.fstat(fd)
    if folder.fd is not None and found is None:
        above = os.fstat(folder.fd)
        writable = above.st_mode & 0o022
        belong(fd, above, (own.st_mode & 0o777) | writable | writable << 1)
    return fd


def _is_still(folder: SafeFolder, fd: int) -> bool:
    named, own = folder.stat(LOCK), os.fstat(fd)
    return named is not None and (named.st_dev, named.st_ino) == (own.st_dev, own.st_ino)


def _note() -> bytes:
    since = datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
    return json.dumps({"user": whoami(), "process": os.getpid(), "host": socket.gethostname(), "since": since}).encode()


def _sign(fd: int, note: bytes) -> None:
    """Leave a note of who holds the lock - unless the file is another one too, or may only be read."""
    if os.fstat(fd).st_nlink != 1:  # a second name of a file elsewhere: it is not ours to write
        return
    with suppress(OSError):
        os.ftruncate(fd, _NOTE_AT if note else 0)
        os.lseek(fd, _NOTE_AT, os.SEEK_SET)
        if note:
            os.write(fd, note)


def _holder(fd: int) -> str:
    """Who holds the lock, as far as the note can be read; it is text of unknown origin."""
    try:
        os.lseek(fd, _NOTE_AT, os.SEEK_SET)
        note = json.loads(os.read(fd, _LONGEST).decode("utf-8", "replace"))
        user, process, host, since = (clean(str(note[k]))[:_SHOWN] for k in ("user", "process", "host", "since"))
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return "someone else"
    return f"{user} (process {process} on {host}, since {since})"
