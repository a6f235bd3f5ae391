"""The SQLite database of the Discourse Network Analyzer: its tables, read with bounds, and what its variables mean."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from matrix.dataset.problems import near_miss, refuse, shown
from matrix.wording import plural

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


def present(connection: sqlite3.Connection, wanted: Mapping[str, Sequence[str]]) -> dict[str, Sequence[str]]:
    """Those of the wanted tables that are there, plain and with all the columns."""
    kinds = _kinds(connection)
    plain = {table: columns for table, columns in wanted.items() if kinds.get(table) == "table"}
    return {t: columns for t, columns in plain.items() if all(_columns(connection, t).get(c) == 0 for c in columns)}


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


Actors = Literal["organization", "person"]
VERSION = "3.0."
SETTINGS = {"SETTINGS": ("Property", "Value")}
TABLES = {
    "STATEMENTTYPES": ("ID", "Label"),
    "VARIABLES": ("ID", "Variable", "DataType", "StatementTypeId"),
    "STATEMENTS": ("ID", "StatementTypeId", "DocumentId", "Start", "Stop", "Coder"),
    "ENTITIES": ("ID", "VariableId", "Value"),
    "DATASHORTTEXT": ("StatementId", "VariableId", "Entity"),
    "DATALONGTEXT": ("StatementId", "VariableId", "Value"),
    "DATABOOLEAN": ("StatementId", "VariableId", "Value"),
    "DATAINTEGER": ("StatementId", "VariableId", "Value"),
    "DOCUMENTS": ("ID", "Title", "Text", "Author", "Source", "Section", "Type", "Notes", "Date"),
    "ATTRIBUTEVARIABLES": ("ID", "VariableId", "AttributeVariable"),
    "ATTRIBUTEVALUES": ("EntityId", "AttributeVariableId", "AttributeValue"),
    "CODERS": ("ID", "Name"),
}
MORE = {"STATEMENTLINKS": ("ID", "SourceStatementId", "TargetStatementId"), "ENTITIES": ("ID", "ChildOf")}
AGREEMENT = "agreement"
_QUALIFIERS = {"boolean": "1 is support, 0 is oppose", "integer": "each number is a stance of its own"}


@dataclass(frozen=True)
class Kind:
    """The statement type that is read: which of its variables says what."""

    id: Value
    label: str
    actor: Value
    concept: Value
    qualifier: Value
    qualifier_name: str  # the qualifier's name
    scale: str  # boolean or integer
    others: Mapping[Value, str]  # the remaining variables and their names


def check_version(file: str, settings: Rows) -> None:
    """DatasetError where another version than 3.0 wrote the database."""
    version = next((str(value) for name, value in settings if name == "version"), "")
    if not version.startswith(VERSION):
        written = f"was written by DNA {version[:20]}" if version else "does not say which version of DNA wrote it"
        refuse(file, f"{written}; databases of DNA {VERSION}x can be read (others open in DNA 3.0)")


def kind_of(file: str, tables: Mapping[str, Rows], actors: Actors, qualifier: str, notes: list[str]) -> Kind:
    """The statement type with a concept, the wanted kind of actor and the qualifier; the others are noted.

    `qualifier`: the variable that says for or against, '' for the one named agreement. DatasetError where there is
    none of that name: which one it is instead cannot be guessed.
    """
    labels = {id: str(label) for id, label in tables["STATEMENTTYPES"]}
    used = Counter(row[1] for row in tables["STATEMENTS"])
    found = [k for id, label in labels.items() for k in _fitting(id, label, tables["VARIABLES"], actors)]
    if not found:
        has = "; ".join(f"{labels[id]!r} has {_variables(id, tables['VARIABLES'])}" for id in list(labels)[:5])
        refuse(
            file,
            f"has no statement type with the variables concept (short text), {actors} (short text) and one that "
            f"qualifies (boolean or integer), as the DNA Statement has: {has or 'it has none at all'}; "
            f"{_way_out(tables, actors)}",
        )
    kind = _qualified(file, found, qualifier, used)
    notes.append(f"The stance is the variable {shown(kind.qualifier_name)} ({kind.scale}): {_QUALIFIERS[kind.scale]}.")
    if left := [f"{labels[i]!r} ({plural(used[i], 'statement')})" for i in labels if i != kind.id and used[i]]:
        notes.append(f"Only statements of the type {kind.label!r} were read, not those of {', '.join(left)}.")
    return kind


def _way_out(tables: Mapping[str, Rows], actors: Actors) -> str:
    """What the user can do where the wanted variables are missing."""
    other: Actors = "person" if actors == "organization" else "organization"
    if any(_fitting(id, "", tables["VARIABLES"], other) for id, _ in tables["STATEMENTTYPES"]):
        return f"say --actors {other}"
    return "in DNA, rename the variables so and save the database again"


def _qualified(file: str, found: Sequence[Kind], qualifier: str, used: Mapping[Value, int]) -> Kind:
    """The most used type, which must have the qualifier; of types that have one named by the user the most used."""
    wanted = (qualifier.strip() or AGREEMENT).casefold()
    most_used = max(found, key=lambda k: used[k.id]).id
    named = [k for k in found if k.qualifier_name.casefold() == wanted and (qualifier or k.id == most_used)]
    if not named:
        names = list(dict.fromkeys(k.qualifier_name for k in found if qualifier or k.id == most_used))
        refuse(
            file,
            f"has no boolean or integer variable {shown(qualifier or AGREEMENT)} but {', '.join(names)}"
            f"{near_miss(wanted, names)}: say which one is for or against with --stance-from {shown(names[0])}",
        )
    return max(named, key=lambda k: used[k.id])


def _fitting(id: Value, label: str, variables: Rows, actors: Actors) -> list[Kind]:
    """The ways to read a statement type: one for each variable that may be the qualifier."""
    own = [(v, str(name), str(data)) for v, name, data, of in variables if of == id]
    short = {name.casefold(): v for v, name, data in own if data == "short text"}
    if actors not in short or "concept" not in short:
        return []
    actor, concept = short[actors], short["concept"]
    return [
        Kind(id, label, actor, concept, q, by, scale, {v: n for v, n, _ in own if v not in (actor, concept, q)})
        for q, by, scale in own
        if scale in _QUALIFIERS
    ]


def _variables(id: Value, variables: Rows) -> str:
    return ", ".join(f"{name} ({data})" for _, name, data, of in variables if of == id) or "none"
