"""A dataset's files by their names, in a folder or in a database: read as they are together, written together."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from contextlib import AbstractContextManager
from pathlib import Path

from matrix.dataset.location import Database, Location
from matrix.dataset.problems import DatasetError, Problem
from matrix.dataset.quotes import hash_of
from matrix.dataset.schema import file_of
from matrix.store import atomic_files
from matrix.store.atomic_files import TABLE_FILES, TEXTS, Snapshot, Stamp, Write

# The module for databases is imported where one is opened: it brings SQLAlchemy, which is an extra.


class UnsureError(ConnectionError):
    """The connection was lost while something was written: it may have been."""


def reading(at: Location, names: Collection[str]) -> AbstractContextManager[Snapshot]:
    """The named files as they are together; of a database not the tables. DatasetError, OSError where it cannot be."""
    if isinstance(at, Database):
        from matrix.store import database

        return database.reading(at, names)
    return atomic_files.reading(at, names)


def read(at: Location, name: str) -> bytes | None:
    """The content of one file as it is now, None for none; DatasetError where it cannot be read."""
    try:
        with reading(at, [name]) as found:
            if name in found.faults:
                raise DatasetError([Problem(name, 0, "", found.faults[name])])
            return found.files[name].read() if name in found.files else None
    except (FileNotFoundError, NotADirectoryError):
        return None


def writing(at: Location) -> AbstractContextManager[Write]:
    """Hold the dataset alone: what is read inside stays true until the given function writes, once or never."""
    if isinstance(at, Database):
        from matrix.store import database

        return database.writing(at)
    return atomic_files.writing(at)


def stamps(at: Location, names: Iterable[str]) -> tuple[tuple[str, Stamp], ...]:
    """What changes when one of the named files does; looks only, and never fails."""
    if isinstance(at, Database):
        from matrix.store import database

        return database.stamps(at, names)
    return atomic_files.stamps(at, names)


def mark(at: Location) -> tuple[tuple[str, Stamp], ...]:
    """What changes when anything of a dataset does: its tables, its layers, what is kept beside them."""
    names = [file_of("statements", name) for name in layers(at)] if isinstance(at, Database) else atomic_files.names(at)
    return stamps(at, names)


def layers(at: Location) -> tuple[str, ...]:
    """The names of the layers, of a database those that the person may see."""
    if isinstance(at, Database):
        from matrix.store import database

        return database.layers(at)
    return atomic_files.layers(at)


def texts(at: Location) -> dict[str, bytes]:
    """The sources' texts, keyed by the SHA-256 of their bytes: of a folder the files in it or below."""
    if isinstance(at, Database):
        from matrix.store import database

        return database.texts(at)
    return {hash_of(content): content for _, content in atomic_files.below(at, Path.read_bytes)}


def text_stamps(at: Location) -> tuple[tuple[str, ...], ...]:
    """What tells that a source's text came, went or changed, without reading any."""
    if isinstance(at, Database):
        from matrix.store import database

        return database.text_names(at)
    return tuple((str(f), str(s.st_size), str(s.st_mtime_ns)) for f, s in atomic_files.below(at, Path.stat))


def text_ids(at: Location) -> list[str]:
    """The sources of which a text is kept."""
    if isinstance(at, Database):
        from matrix.store import database

        names = [name.removeprefix(f"{TEXTS}/") for name, _ in database.text_names(at)]
        return [name.removesuffix(".txt") for name in names if name.endswith(".txt")]
    return [f.stem for f in (at / TEXTS).glob("*.txt")]


def own_texts(at: Location) -> Location:
    """Where the texts are that came in with the dataset, for `texts`."""
    return at if isinstance(at, Database) else at / TEXTS


def everything(at: Location) -> dict[str, bytes]:
    """Every file of the dataset but its tables and its description, for a copy."""
    if isinstance(at, Database):
        from matrix.store import database

        return database.everything(at)
    names = [n for n in atomic_files.names(at) if n.rpartition("/")[2] not in TABLE_FILES]
    return {name: content for name in names if (content := read(at, name)) is not None}
