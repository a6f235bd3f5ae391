"""A folder held open: what is read, made, moved or removed in it stays in it, whatever links are put there meanwhile.

What is made in it can be used by those who can use the folder: a shared folder stays shared.
"""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

# Where the system names a file by an open directory and refuses links (Linux, macOS), no link is ever followed.
# Elsewhere (Windows) each name is looked at before it is used: safe against what lies in a folder that came from
# somewhere, not against somebody who exchanges it in that very moment. Owners and modes do not exist there.
BY_HANDLE = os.open in os.supports_dir_fd and hasattr(os, "O_NOFOLLOW")
_PLAIN = getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0)  # a named pipe must not make anybody wait
_NO_LINK = getattr(os, "O_NOFOLLOW", 0)
_DIRECTORY = os.O_RDONLY | getattr(os, "O_DIRECTORY", 0)


@dataclass(frozen=True)
class SafeFolder:
    """An open directory; `path` is its real one, `fd` its handle where the system works with these."""

    path: Path
    fd: int | None

    @contextmanager
    def below(self, name: str) -> Iterator[SafeFolder]:
        """The folder of this name in it; OSError where there is none, and for a link."""
        if self.fd is None:
            found = self.stat(name)
            if found is None:
                raise FileNotFoundError(2, "there is no such folder", name)
            if not stat.S_ISDIR(found.st_mode) or os.path.realpath(self._at(name)) != self._at(name):
                raise NotADirectoryError(20, "is not a folder", name)
            yield SafeFolder(self.path / name, None)
            return
        fd = os.open(name, _DIRECTORY | _NO_LINK, dir_fd=self.fd)
        try:
            yield SafeFolder(self.path / name, fd)
        finally:
            os.close(fd)

    def open(self, name: str, flags: int = os.O_RDONLY, *, follow: bool = False) -> int:
        """A handle of a file; OSError for a link, unless links are followed."""
        if self.fd is None and not follow and (self.path / name).is_symlink():
            raise OSError(40, "is a link", name)
        return os.open(self._at(name), flags | _PLAIN | (0 if follow else _NO_LINK), 0o666, dir_fd=self.fd)

    def stat(self, name: str, *, follow: bool = False) -> os.stat_result | None:
        """What there is under this name (a link itself, unless links are followed); None for nothing."""
        try:
            return os.stat(self._at(name), dir_fd=self.fd, follow_symlinks=follow)
        except (FileNotFoundError, NotADirectoryError):
            return None

    def names(self) -> list[str]:
        """What it holds, in the order of the names."""
        with os.scandir(self.path if self.fd is None else self.fd) as found:
            return sorted(entry.name for entry in found)

    def rename(self, name: str, to: SafeFolder, new: str) -> None:
        """Move a file or folder, replacing the file that is there."""
        os.replace(self._at(name), to._at(new), src_dir_fd=self.fd, dst_dir_fd=to.fd)

    def unlink(self, name: str) -> None:
        """Remove a file, or a link itself."""
        os.unlink(self._at(name), dir_fd=self.fd)

    def clear(self, name: str) -> None:
        """Remove a folder and all in it (a link is removed, never followed), or whatever else has this name."""
        found = self.stat(name)
        if found is None:
            return
        if not stat.S_ISDIR(found.st_mode):
            self.unlink(name)
        else:
            shutil.rmtree(self._at(name), dir_fd=self.fd)

    def make(self, name: str, *, same: bool = False) -> None:
        """Make a folder in it; with `same`, one that exactly those can read and write who can read and write this."""
        os.mkdir(self._at(name), dir_fd=self.fd)
        if self.fd is None:
            return
        own = os.fstat(self.fd)
        fd = os.open(name, _DIRECTORY | _NO_LINK, dir_fd=self.fd)
        try:
            if same:
                belong(fd, own, stat.S_IMODE(own.st_mode) & ~stat.S_ISVTX)
            else:
                _share(fd, own, 0o070)
        finally:
            os.close(fd)

    def settle_mode(self, fd: int, replaced: os.stat_result | None) -> None:
        """Give a new file owner, group and mode of the file that it replaces (or of a folder, for those who may use
        that), else what a shared folder implies.
        """
        if self.fd is None:
            return
        if replaced is None:
            _share(fd, os.fstat(self.fd), 0o060)
        else:
            belong(fd, replaced, replaced.st_mode & (0o777 if stat.S_ISREG(replaced.st_mode) else 0o666))

    def is_shared(self) -> bool:
        """Whether the folder hands its group on to what is made in it, for the group to write."""
        own = self.own_stat().st_mode
        return bool(own & stat.S_ISGID and own & stat.S_IWGRP)

    def own_stat(self) -> os.stat_result:
        """What the folder itself is."""
        return self.path.stat() if self.fd is None else os.fstat(self.fd)

    def sync(self) -> None:
        """Make what was moved in it outlast a power cut."""
        if self.fd is not None:  # elsewhere a directory cannot be opened, and a rename is durable on its own
            os.fsync(self.fd)

    def _at(self, name: str) -> str:
        return name if self.fd is not None else str(self.path / name)


@contextmanager
def open_folder(folder: Path) -> Iterator[SafeFolder]:
    """Open the folder that a person named, following links to it; OSError where there is none."""
    path = Path(os.path.realpath(folder))
    if not BY_HANDLE:
        next(path.iterdir(), None)  # fails as opening would
        yield SafeFolder(path, None)
        return
    fd = os.open(path, _DIRECTORY)
    try:
        yield SafeFolder(path, fd)
    finally:
        os.close(fd)


def belong(fd: int, like: os.stat_result, mode: int) -> None:
    """Give an open file or folder the owner and group of another, as far as one may, and a mode."""
    made = os.fstat(fd)
    if (made.st_uid, made.st_gid) != (like.st_uid, like.st_gid):
        try:
            os.fchown(fd, like.st_uid, like.st_gid)
        except OSError:  # only root gives files away
            with suppress(OSError):
                os.fchown(fd, -1, like.st_gid)
    if os.fstat(fd).st_gid != like.st_gid:  # what was open to one group must not be open to another: as to all others
        mode = mode & ~0o070 | (mode & 0o007) << 3
    _set_mode(fd, mode)


def _share(fd: int, folder: os.stat_result, bits: int) -> None:
    """In a folder whose group is inherited and may write, the group may write what is made there: umask or not."""
    if folder.st_mode & stat.S_ISGID and folder.st_mode & stat.S_IWGRP:
        _set_mode(fd, stat.S_IMODE(os.fstat(fd).st_mode) | bits)


def _set_mode(fd: int, mode: int) -> None:
    if stat.S_IMODE(os.fstat(fd).st_mode) != mode:
        with suppress(OSError):  # a file system without modes, or a file of somebody else
            os.fchmod(fd, mode)
