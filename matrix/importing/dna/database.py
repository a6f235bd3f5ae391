"""The tables of a SQLite database from outside, read with bounds: `open_database`, `read_tables`, `columns_of`."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

from matrix.dataset.problems import refuse

MAGIC = b"SQLite format 3\x00"
LARGEST_FILE = 4 << 30
LARGEST_VALUE = 64 << 20  # bytes of one value: a document of that size is no document
TIMES_ITS_SIZE = 4  # characters that may come out for each byte of the file
_STEPS = 1_000_000  # virtual-machine steps between two looks at the clock that counts them
_STEPS_PER_BYTE = 20  # a sane file has no more rows than bytes; reading a row takes some ten steps
_LEAST_STEPS = 100_000_000

Value = str | int | float | None
Rows = list[tuple[Value, ...]]


@contextmanager
def open_database(path: Path) -> Iterator[sqlite3.Connection]:
    """The database, read-only and without its journal; DatasetError where it is none or turns out to be broken."""
    size = _size(path)
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True)) as connection:
            _restrict(connection, size)
            yield connection
    except (sqlite3.Error, UnicodeDecodeError, OSError) as e:
        refuse(path.name, f"cannot be read as a database: {_reason(e)}")


def read_tables(connection: sqlite3.Connection, file: str, wanted: Mapping[str, Sequence[str]]) -> dict[str, Rows]:
    """The wanted columns of the wanted tables; DatasetError for a missing or disguised table, or binary values."""
    kinds = _kinds(connection)
    missing = [t for t in wanted if t not in kinds]
    if missing:
        refuse(file, f"has no table {', '.join(missing)}")
    pages, size = (connection.execute(f"PRAGMA {what}").fetchone()[0] for what in ("page_count", "page_size"))
    budget = _Budget(file, TIMES_ITS_SIZE * pages * size)
    return {table: _rows(connection, file, table, columns, kinds[table], budget) for table, columns in wanted.items()}


def columns_of(connection: sqlite3.Connection) -> dict[str, set[str]]:
    """The plain tables of the database and their plain columns."""
    plain = [table for table, kind in _kinds(connection).items() if kind == "table"]
    return {t: {c for c, hidden in _columns(connection, t).items() if not hidden} for t in plain}


class _Budget:
    """How many more bytes may come out of a file: pages that are used many times over must not fill the memory."""

    def __init__(self, file: str, left: int) -> None:
        self.file, self.left = file, left

    def take(self, row: tuple[Value, ...]) -> None:
        self.left -= sum(len(v) for v in row if isinstance(v, str)) + 1
        if self.left < 0:
            refuse(self.file, "holds far more text than its size allows; it is damaged or malicious")


def _rows(
    connection: sqlite3.Connection, file: str, table: str, columns: Sequence[str], kind: str, budget: _Budget
) -> Rows:
    if kind != "table":
        refuse(file, f"{table} is a {kind}, not a plain table")
    found = _columns(connection, table)
    for column in columns:
        if found.get(column) != 0:
            refuse(file, f"the table {table} has no {'plain ' if column in found else ''}column {column}")
    rows: Rows = []
    names = ", ".join(f'"{c}"' for c in columns)
    for row in connection.execute(f'SELECT {names} FROM "{table}" ORDER BY rowid'):
        for column, value in zip(columns, row, strict=True):
            if isinstance(value, bytes):
                refuse(file, f"the table {table} holds binary data where text is expected", len(rows) + 1, column)
        if columns[0] == "ID" and not isinstance(row[0], int):
            refuse(file, f"the table {table} holds an ID that is not a number", len(rows) + 1, "ID")
        budget.take(row)
        rows.append(row)
    return rows


def _columns(connection: sqlite3.Connection, table: str) -> dict[str, int]:
    """The columns of a table; 0 for a plain one, else in which way it is hidden or computed."""
    return dict(connection.execute("SELECT name, hidden FROM pragma_table_xinfo(?)", (table,)))


def _kinds(connection: sqlite3.Connection) -> dict[str, str]:
    """What each name of the schema is: table, virtual table, view."""
    kinds = {}
    for kind, name, sql in connection.execute(
        "SELECT type, name, sql FROM sqlite_schema WHERE type IN ('table', 'view')"
    ):
        virtual = kind == "table" and str(sql).split()[:2][-1:] == ["VIRTUAL"]
        kinds[str(name)] = "virtual table" if virtual else str(kind)
    return kinds


def _restrict(connection: sqlite3.Connection, size: int) -> None:
    connection.execute("PRAGMA trusted_schema = OFF")
    connection.execute("PRAGMA cell_size_check = ON")
    connection.execute("PRAGMA mmap_size = 0")  # a file that shrinks meanwhile must not end the process
    connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, LARGEST_VALUE)
    connection.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
    connection.setlimit(sqlite3.SQLITE_LIMIT_COLUMN, 100)
    left = max(_LEAST_STEPS, _STEPS_PER_BYTE * size) // _STEPS

    def count() -> int:
        nonlocal left
        left -= 1
        return int(left < 0)

    connection.set_progress_handler(count, _STEPS)


def _size(path: Path) -> int:
    if not path.is_file():
        refuse(path.name, "there is no such file")
    with path.open("rb") as file:
        if file.read(len(MAGIC)) != MAGIC:
            refuse(path.name, "is not a SQLite database, as a DNA file is")
    size = path.stat().st_size
    if size > LARGEST_FILE:
        refuse(path.name, f"is larger than {LARGEST_FILE >> 30} GB")
    return size


def _reason(error: Exception) -> str:
    text = str(error)
    if isinstance(error, UnicodeDecodeError) or "UTF-8" in text:
        return "it holds text that is not UTF-8"
    if "too big" in text:
        return f"it holds a value larger than {LARGEST_VALUE >> 20} MB"
    if "interrupted" in text:
        return "reading it takes far longer than its size allows; it is damaged or malicious"
    return text
