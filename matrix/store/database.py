"""A dataset in a database, SQLite's one file or PostgreSQL: its rows, texts and history, changed in one transaction."""

from __future__ import annotations

import errno
import io
import json
import logging
import os
import re
import secrets
import sqlite3
import threading
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from matrix.dataset import delimited
from matrix.dataset.frames import FIRST_ROW, is_coded
from matrix.dataset.location import Database
from matrix.dataset.problems import DatasetError, Problem, SelectionError
from matrix.dataset.quotes import hash_of
from matrix.dataset.schema import LAYERED, LAYERS, MAIN, TABLES, file_of
from matrix.store.atomic_files import (
    DECISIONS_FILE,
    DISMISSED_FILE,
    HISTORY_FILE,
    PROPOSED_FILE,
    TEXTS,
    Content,
    Longer,
    Read,
    Snapshot,
    Stamp,
    Write,
    is_own,
)
from matrix.store.files import UnsureError
from matrix.store.lock import PATIENCE
from matrix.store.members import Permissions, RoleError, ask_again, permissions
from matrix.wording import listed

try:
    import sqlalchemy as sa
    from sqlalchemy import exc
except ImportError:
    raise SelectionError(
        "a dataset in a database needs what comes with an extra: pip install 'policy-matrix[team]'"
    ) from None

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine


_log = logging.getLogger(__name__)
_OF_LAYER = re.compile(rf"{LAYERS}/([^/]+)/([^/]+)")
_LOCK = 0x706D5F6C  # PostgreSQL's advisory lock: one writer at a time in a database
_BESIDE = {DISMISSED_FILE, PROPOSED_FILE, DECISIONS_FILE.rpartition("/")[2]}
_EDITORS = {DECISIONS_FILE: "what was decided between coders", PROPOSED_FILE: "what others have proposed"}
_MANY = 5_000  # rows in one statement
_OPTION = "postgresql+psycopg://HOST/NAME?sslmode=require"
MIGRATIONS = Path(__file__).parent / "migrations"
VERSION_TABLE = (
    "policy_matrix_version"  # of the schema; another tool's tables may have a version of their own beside it
)

METADATA = sa.MetaData()


def _text(name: str, **more: Any) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False, server_default="", **more)


def _rows_of(name: str) -> sa.Table:
    """A table of a dataset: its columns as they are in the schema, and in `extra` those that it has besides."""
    own = [_text(c) for c in TABLES[name].names if c != "id"]
    return sa.Table(
        name,
        METADATA,
        sa.Column("layer", sa.Text, primary_key=True),
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("position", sa.Integer, nullable=False),
        *own,
        _text("extra"),  # a JSON object, '' for none
    )


ROWS = {name: _rows_of(name) for name in TABLES}
# The columns that each table has, in their order, and the SHA-256 of the table as a CSV file.
COLUMNS = sa.Table(
    "table_columns",
    METADATA,
    sa.Column("layer", sa.Text, primary_key=True),
    sa.Column("name", sa.Text, primary_key=True),
    _text("columns"),
    _text("sha256"),
)
HISTORY = sa.Table(
    "history",
    METADATA,
    sa.Column("layer", sa.Text, primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("line", sa.LargeBinary, nullable=False),
)
FILES = sa.Table(  # what is no table: the description, what imports are remembered by, decisions, finished sources
    "files",
    METADATA,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("content", sa.LargeBinary, nullable=False),
)
SOURCE_TEXTS = sa.Table(
    "texts",
    METADATA,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("sha256", sa.Text, nullable=False, index=True),
    sa.Column("content", sa.LargeBinary, nullable=False),
)
REVISIONS = sa.Table(  # another number with each change of a layer, and of `main`
    "revisions",
    METADATA,
    sa.Column("layer", sa.Text, primary_key=True),
    sa.Column("revision", sa.Integer, nullable=False),
)
MEMBERS = sa.Table(
    "members",
    METADATA,
    sa.Column("email", sa.Text, primary_key=True),
    sa.Column("role", sa.Text, nullable=False),
    _text("issuer"),
    _text("subject"),
    _text("name"),
    _text("since"),
    _text("seen"),
)
sa.Index(
    "one_member_a_person",
    MEMBERS.c.issuer,
    MEMBERS.c.subject,
    unique=True,
    sqlite_where=MEMBERS.c.issuer != "",
    postgresql_where=MEMBERS.c.issuer != "",
)
LAYER_OWNERS = sa.Table(
    "layer_owners",
    METADATA,
    sa.Column("layer", sa.Text, primary_key=True),
    sa.Column("issuer", sa.Text, nullable=False),
    sa.Column("subject", sa.Text, nullable=False),
)


# ---- connections


@cache
def engine(url: str) -> Engine:
    """The connections to a database; what is sent over them is never in a message. ValueError for no address."""
    if (file := Database(url).file) is None:
        return sa.create_engine(
            url,
            hide_parameters=True,
            pool_pre_ping=True,
            connect_args={"connect_timeout": 10, "application_name": "policy-matrix", "client_encoding": "utf8"},
        )
    # A connection for each use: a file that is put back from a backup is another one. Transactions are ours to begin.
    made = sa.create_engine(
        sa.URL.create("sqlite", database=str(file.absolute())),  # in whose name '?' is a character like any other
        hide_parameters=True,
        poolclass=sa.pool.NullPool,
        connect_args={"timeout": PATIENCE, "isolation_level": None},
    )

    def begin(c: Connection) -> None:
        # A writer says at once that it is one: two readers who both went on to write would stop each other.
        c.exec_driver_sql("BEGIN IMMEDIATE" if c.get_execution_options().get("writes") else "BEGIN")

    sa.event.listen(made, "begin", begin)
    return made


_turns: dict[str, threading.Lock] = {}


def _turn(at: Database) -> threading.Lock:
    """Which of this process's threads may write: those who wait take no connection from the one who writes."""
    return _turns.setdefault(at.url, threading.Lock())


def _forget_connections() -> None:
    """A child process has copies of its parent's connections, which it must neither use nor close."""
    engine.cache_clear()
    _turns.clear()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_connections)


def _is_sqlite(c: Connection) -> bool:
    return bool(c.dialect.name == "sqlite")


@contextmanager
def reading_rows(at: Database) -> Iterator[tuple[Connection, Permissions]]:
    """The database as it is at one instant, for whoever opened it."""
    with _in_words(at), _connected(at) as c:
        if not _is_sqlite(c):
            c = c.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        with c.begin():
            require_schema(c, at)
            yield c, permissions(c, at)


@contextmanager
def changing_rows(at: Database) -> Iterator[tuple[Connection, Permissions]]:
    """Hold the database alone until the end, at which all that was done becomes true, or nothing of it.

    TimeoutError while another one writes; RoleError is noted in the log, as is every attempt that is not allowed.
    UnsureError where the connection was lost with the answer to whether it did.
    """
    turn, done = _turn(at), False
    if not turn.acquire(timeout=PATIENCE):
        raise _busy(at)
    try:
        with _in_words(at), _connected(at) as c:
            c = c.execution_options(writes=True)
            with c.begin():
                if not _is_sqlite(c):
                    c.exec_driver_sql(f"SET LOCAL lock_timeout = '{PATIENCE * 1000:.0f}ms'")
                    c.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")
                require_schema(c, at)
                yield c, permissions(c, at)
                done = True
    except ConnectionError as e:
        if not done:
            raise
        raise UnsureError(f"{e}, and whether this was written is not known: look before you do it again") from None
    except RoleError as e:
        log_refused(e)
        raise
    finally:
        turn.release()
        ask_again()


def log_refused(why: object) -> None:
    """Note what somebody asked for who may not have it."""
    _log.warning("refused: %s", why)


def _busy(at: Database) -> TimeoutError:
    return TimeoutError(f"{at} is being written by somebody else; try again in a moment")


@contextmanager
def _connected(at: Database) -> Iterator[Connection]:
    if at.file is not None and not at.file.is_file():
        raise FileNotFoundError(errno.ENOENT, "there is no such database", str(at))
    with _engine(at).connect() as c:
        yield c


def _engine(at: Database) -> Engine:
    try:
        return engine(at.url)
    except (ValueError, exc.ArgumentError):  # whose words may hold the password
        words = "is no address of a database; one is postgresql+psycopg://USER@HOST:PORT/NAME"
        raise DatasetError([Problem(str(at), 0, "", words)]) from None


@contextmanager
def _in_words(at: Database) -> Iterator[None]:
    """What a database says, as what the rest of the tool knows: without the statement, its values and the password."""
    try:
        yield
    except exc.DBAPIError as e:
        raise _translated(e.orig, at, e.connection_invalidated) from None
    except sqlite3.Error as e:  # while rows are fetched, past SQLAlchemy
        raise _translated(e, at) from None
    except exc.TimeoutError:
        raise _busy(at) from None
    except exc.SQLAlchemyError as e:
        raise DatasetError([Problem(str(at), 0, "", f"cannot be used: {type(e).__name__}")]) from None


def _translated(e: BaseException | None, at: Database, lost: bool = False) -> Exception:
    said = str(e).strip().split("\n")[0].lower()
    code = getattr(e, "sqlstate", None) or ""
    kind = type(e).__name__

    def problem(words: str) -> DatasetError:
        return DatasetError([Problem(str(at), 0, "", words)])

    if code == "55P03" or "database is locked" in said:
        return _busy(at)
    if code == "53100" or "disk is full" in said or "no space left" in said:
        return OSError(errno.ENOSPC, f"the disk of {at} is full: nothing was written")
    if code in ("42501", "25006") or "readonly database" in said:
        return problem("you may read this database but not write in it: nothing was written. Copy it to change it")
    if code == "3F000":
        return problem("the schema that its search_path names is not there")
    if code == "42P01" or "no such table" in said:  # that of the version is there
        found = re.search(r"relation \"(\w+)\"|no such table: (\w+)", said)
        table = f"the table {found[1] or found[2]}" if found else "a table"
        return problem(f"lacks {table}, which another tool must have removed: go back to a backup")
    if option := re.search(r"invalid connection option \"(\w+)\"", said):
        return problem(f"PostgreSQL has no option {option[1]!r}; one is written as in {_OPTION}")
    if "not a database" in said or "malformed" in said or "could not decode" in said:
        return problem("is not a database of SQLite, or a damaged one")
    if code in ("28P01", "28000") or "password" in said or "pg_hba.conf" in said:
        return ConnectionError(f"{at} does not take this user and password: PGPASSFILE or PGPASSWORD gives it")
    if code == "3D000" or ("does not exist" in said and "database" in said):
        return ConnectionError(f"{at}: there is no such database")
    if code == "22021" or "nul (0x00)" in said or "null character" in said:
        return problem("PostgreSQL keeps no text that holds the character NUL (0x00)")
    if code == "54000":
        return problem("a value is longer than this database can keep: an id or a name has 2,500 bytes at most")
    if lost or {"OperationalError", "InterfaceError"} & {c.__name__ for c in type(e).__mro__}:
        return ConnectionError(f"{at} cannot be {'opened' if at.file else 'reached'}")
    return problem(f"the database refuses this: {kind} {code}".rstrip())


def _no_dataset(at: Database) -> DatasetError:
    words = f"holds no dataset; one is brought in by policy-matrix copy FOLDER {at}"
    return DatasetError([Problem(str(at), 0, "", words)])


# ---- the schema's own versions


def require_schema(c: Connection, at: Database) -> None:
    """DatasetError where the database's tables are not those of this version of the tool, with what to do."""
    found = _schema_version(c)
    if found is None:
        raise _no_dataset(at)
    if found == newest_schema():
        return
    if not found:
        words = f"which version its tables are is not told any more ({VERSION_TABLE} is empty): go back to a backup"
    elif found in known_schemas():
        words = f"its tables are those of an earlier version of policy-matrix: policy-matrix upgrade {at}"
    else:
        words = "its tables are those of a later version of policy-matrix: install that one"
    raise DatasetError([Problem(str(at), 0, "", words)])


def _schema_version(c: Connection) -> str | None:
    if not sa.inspect(c).has_table(VERSION_TABLE):
        return None
    return str(c.exec_driver_sql(f"SELECT version_num FROM {VERSION_TABLE}").scalar() or "")


@cache
def known_schemas() -> tuple[str, ...]:
    """Every version of the tables that there was, the newest first."""
    from alembic.script import ScriptDirectory

    return tuple(step.revision for step in ScriptDirectory(str(MIGRATIONS)).walk_revisions())


def newest_schema() -> str:
    return known_schemas()[0]


def upgrade(at: Database, *, make: bool = False) -> bool:
    """Bring the tables to the newest version; whether there was anything to do. Whole or not at all.

    `make`: make them where there are none. Only for the administrator: RoleError for somebody who signed in.
    DatasetError where there are none, where they are those of a later version, or where something else has tables of
    these names there.
    """
    if at.person is not None:
        raise RoleError("the tables of a database are its administrator's to upgrade")
    if at.file is not None and make:
        _make_file(at, at.file)
    elif at.file is not None and not at.file.is_file():
        raise DatasetError([Problem(str(at), 0, "", "there is no such database")])
    with _making(at) as c:
        found = _schema_version(c)
        if found == newest_schema():
            return False
        if found is None and not make:
            raise _no_dataset(at)
        if found is None:
            _require_room(c, at)
        elif found not in known_schemas():
            require_schema(c, at)
        _run_steps(c)
    return True


@contextmanager
def prepared(at: Database) -> Iterator[None]:
    """Make the tables where there are none yet; those of an earlier version stay, which `upgrade` brings up.

    A file that was made for it goes again where what is done then fails.
    """
    new = at.file is not None and not at.file.exists()
    if at.file is not None and at.file.is_dir():
        raise FileExistsError(f"{at} is a folder, and a dataset's database of SQLite is a file")
    try:
        if new or _is_without_tables(at):
            upgrade(at, make=True)
        yield
    except BaseException:
        if new and at.file is not None and at.file.exists():
            _discard(at, at.file)
        raise


def _is_without_tables(at: Database) -> bool:
    with _in_words(at), _connected(at) as c, c.begin():
        return _schema_version(c) is None


def _make_file(at: Database, file: Path) -> None:
    """A new file is its owner's alone, for it has people's addresses; what SQLite keeps beside it is then as well."""
    if not file.parent.is_dir():
        words = f"there is no folder {file.parent}: make it first"
        raise DatasetError([Problem(str(at), 0, "", words)], outcome="nothing was written")
    os.close(os.open(file, os.O_RDWR | os.O_CREAT, 0o600))


def _discard(at: Database, file: Path) -> None:
    """Take away a file in which nobody has written; who waits to write in it is refused by SQLite then."""
    with suppress(OSError, DatasetError), _making(at) as c:
        there = {*sa.inspect(c).get_table_names()}
        of_ours = [t for t in METADATA.sorted_tables if t.name in there]
        if not any(c.execute(sa.select(sa.literal(1)).select_from(t)).first() for t in of_ours):
            file.unlink()


@contextmanager
def _making(at: Database) -> Iterator[Connection]:
    with _in_words(at), _engine(at).connect().execution_options(writes=True) as c, c.begin():
        if not _is_sqlite(c):
            c.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")
        yield c


def _require_room(c: Connection, at: Database) -> None:
    """DatasetError where our tables cannot be made in a database as it is."""
    if others := sorted({*METADATA.tables} & {*sa.inspect(c).get_table_names()}):
        words = f"holds tables of something else ({listed(others[:3])}): take a database, or a schema, of its own"
        raise DatasetError([Problem(str(at), 0, "", words)])
    if not _is_sqlite(c) and (found := str(c.exec_driver_sql("SHOW server_encoding").scalar())) != "UTF8":
        words = f"keeps its text as {found}, which has not every character: make one with ENCODING 'UTF8'"
        raise DatasetError([Problem(str(at), 0, "", words)])


def _run_steps(c: Connection) -> None:
    from alembic import command
    from alembic.config import Config

    steps = Config(attributes={"connection": c, "version_table": VERSION_TABLE})
    steps.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    command.upgrade(steps, "head")


# ---- reading


@dataclass(frozen=True)
class TableRows:
    """A dataset's tables as they are in a database, with the columns of each, and the files beside them."""

    frames: Mapping[str, pd.DataFrame]
    files: Mapping[str, bytes]


def tables(at: Database, layer: str, files: Collection[str]) -> TableRows:
    """The tables of the dataset, of a layer its own in their place, and the named files; as they are together."""
    with reading_rows(at) as (c, may):
        may.require_reading(layer if layer != MAIN else None)
        with _sound(at):
            columns = _columns(c)
            frames = {}
            for name in TABLES:
                of = layer if name in LAYERED else MAIN
                if (of, name) in columns:
                    frames[name] = _frame(c, name, of, columns[of, name])
            return TableRows(frames, _files(c, files))


@contextmanager
def _sound(at: Database) -> Iterator[None]:
    """What is read was written by anybody: DatasetError for what is not of the kind that we write."""
    try:
        yield
    except (TypeError, ValueError, KeyError, AttributeError, RecursionError, OverflowError, pa.ArrowException):
        words = "holds something that is not of the kind it should be: it was changed by another tool, or is damaged"
        raise DatasetError([Problem(str(at), 0, "", words)]) from None


def _columns(c: Connection) -> dict[tuple[str, str], list[str]]:
    return {(row.layer, row.name): json.loads(row.columns) for row in c.execute(COLUMNS.select())}


def _frame(c: Connection, name: str, layer: str, columns: list[str]) -> pd.DataFrame:
    table = ROWS[name]
    here = [k for k in columns if k in table.c and k not in ("layer", "position", "extra")]
    extra = [k for k in columns if k not in here]
    wanted = [table.c[k] for k in here] + ([table.c.extra] if extra else [])
    rows = _fetched(c, sa.select(*wanted).where(table.c.layer == layer).order_by(table.c.position))
    values = [*zip(*rows, strict=True)] if rows else [()] * len(wanted)
    given = dict(zip(here, values, strict=False))
    if extra:
        more = [json.loads(text) if text else {} for text in values[-1]]
        given |= {k: tuple(str(each.get(k, "")) for each in more) for k in extra}
    arrays = {k: pa.array(given[k], pa.string()) for k in columns}
    coded = {k: a.dictionary_encode() if is_coded(name, k) else a for k, a in arrays.items()}
    return cast(pd.DataFrame, pa.table(coded).to_pandas())


def _files(c: Connection, names: Collection[str]) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    for name in names:
        if of := _history_of(name):
            lines = c.execute(
                sa.select(HISTORY.c.line).where(HISTORY.c.layer == of).order_by(HISTORY.c.number)
            ).scalars()
            if content := b"".join(lines):
                found[name] = content
        else:
            table = SOURCE_TEXTS if name.startswith(f"{TEXTS}/") else FILES
            kept = c.execute(sa.select(table.c.content).where(table.c.name == name)).scalar()
            if kept is not None:
                found[name] = bytes(memoryview(kept))  # TypeError where it is no bytes
    return found


def _history_of(name: str) -> str:
    """The layer whose history a file holds; '' for another file."""
    if name == HISTORY_FILE:
        return MAIN
    of = _OF_LAYER.fullmatch(name)
    return of[1] if of and of[2] == HISTORY_FILE else ""


@contextmanager
def reading(at: Database, names: Collection[str]) -> Iterator[Snapshot]:
    """The named files as they are together, but the tables, of which `tables` reads the rows."""
    with reading_rows(at) as (c, may):
        for name in names:
            _require_file(may, name)
        with _sound(at):
            found = _files(c, names)
    yield Snapshot({name: io.BytesIO(content) for name, content in found.items()}, {}, {}, {})


def beside(at: Database, name: str) -> tuple[bytes | None, Permissions]:
    """A file beside the tables as it is now, whoever asks, and what they may do: what of it is theirs is not said."""
    with reading_rows(at) as (c, may), _sound(at):
        return _files(c, [name]).get(name), may


def _require_file(may: Permissions, name: str) -> None:
    of = _layer_of(name)
    if name in _EDITORS and not may.sees_layers:
        may.require_reading(None)
        raise RoleError(f"{may.who} is {may.a_role} of this dataset and cannot see {_EDITORS[name]}")
    may.require_reading(None if of == MAIN else of)


def _layer_of(name: str) -> str:
    of = _OF_LAYER.fullmatch(name)
    return of[1] if of and name != DECISIONS_FILE else MAIN


def texts(at: Database) -> dict[str, bytes]:
    """The sources' texts by the SHA-256 of their bytes."""
    with reading_rows(at) as (c, may):
        may.require_reading(None)
        return {row.sha256: row.content for row in c.execute(SOURCE_TEXTS.select())}


def text_names(at: Database) -> tuple[tuple[str, str], ...]:
    """The names of the sources' texts with the SHA-256 of each, which is what tells that one has changed."""
    with reading_rows(at) as (c, may):
        may.require_reading(None)
        chosen = sa.select(SOURCE_TEXTS.c.name, SOURCE_TEXTS.c.sha256).order_by(SOURCE_TEXTS.c.name)
        return tuple((row.name, row.sha256) for row in c.execute(chosen))


def layers(at: Database) -> tuple[str, ...]:
    """The names of the layers that whoever opened the database may see."""
    with reading_rows(at) as (c, may):
        may.require_reading(None)
        chosen = sa.select(COLUMNS.c.layer).where((COLUMNS.c.name == "statements") & (COLUMNS.c.layer != MAIN))
        return tuple(sorted(n for n in c.execute(chosen).scalars() if may.sees_layers or n in may.layers))


def stamps(at: Database, names: Iterable[str]) -> tuple[tuple[str, Stamp], ...]:
    """What changes when one of the named files may have changed, or what the person may read; it never fails."""
    wanted = {_layer_of(name) for name in names}
    try:
        with _in_words(at), _connected(at) as c, c.begin():
            may = permissions(c, at)
            may.require_reading(None)
            found = c.execute(REVISIONS.select().where(REVISIONS.c.layer.in_({MAIN, *wanted}))).all()
            return tuple(sorted((row.layer, (row.revision,)) for row in found))
    except RoleError:
        return (("", (errno.EACCES,)),)
    except (DatasetError, OSError) as e:
        return (("", (getattr(e, "errno", None) or errno.EIO,)),)


def everything(at: Database) -> dict[str, bytes]:
    """Every file but the tables, for a copy; only for who may see all layers."""
    with reading_rows(at) as (c, may):
        if not may.sees_layers:
            raise RoleError(f"{may.who} cannot copy this dataset with its layers: that takes an editor")
        names = [*c.execute(sa.select(FILES.c.name)).scalars(), *c.execute(sa.select(SOURCE_TEXTS.c.name)).scalars()]
        of = c.execute(sa.select(HISTORY.c.layer).distinct()).scalars()
        with _sound(at):
            return _files(c, [*names, *(HISTORY_FILE if n == MAIN else f"{LAYERS}/{n}/{HISTORY_FILE}" for n in of)])


# ---- writing


@contextmanager
def writing(at: Database) -> Iterator[Write]:
    """Hold the database alone: what is read inside stays true until the given function writes, once or never.

    What it wrote becomes true when this ends without an exception. TimeoutError while another one writes. RoleError
    where the one who opened the database may not change what is written. UnsureError where nothing tells whether it
    did.
    """
    written: list[tuple[str, int, bytes]] = []
    try:
        with changing_rows(at) as (c, may):
            may.require_any_writing()
            yield partial(_write, c, at, may, written)
    except UnsureError:
        if not (written and _holds(at, *written[-1])):
            raise


def _holds(at: Database, layer: str, number: int, line: bytes) -> bool:
    here = (HISTORY.c.layer == layer) & (HISTORY.c.number == number)
    try:
        with reading_rows(at) as (c, _):
            return bool(c.execute(sa.select(HISTORY.c.line).where(here)).scalar() == line)
    except (DatasetError, OSError):
        return False


def _write(
    c: Connection,
    at: Database,
    may: Permissions,
    written: list[tuple[str, int, bytes]],
    contents: Mapping[str, Content],
    read: Read | None = None,
) -> None:
    """Write (or with None remove) files as one change; nobody edits a database by hand, so `read` is not needed."""
    del read
    if strange := sorted(n for n in contents if not is_own(n)):
        raise DatasetError([Problem(n, 0, "", "is not a name of a file of a dataset") for n in strange])
    before = {(row.layer, row.name): row for row in c.execute(COLUMNS.select())}
    known = {layer for layer, _ in before}
    touched = {_layer_of(name) for name in contents}
    for layer in sorted(touched):
        may.require_writing(None if layer == MAIN else layer, new=layer not in known)
        if at.person and layer != MAIN and layer not in known:
            owner = {"layer": layer, "issuer": at.person.issuer, "subject": at.person.subject}
            c.execute(LAYER_OWNERS.insert().values(owner))
    tables = {file_of(t, layer): (t, layer) for layer in touched for t in (TABLES if layer == MAIN else LAYERED)}
    for name, content in contents.items():
        if name in tables:
            if isinstance(content, Longer):
                raise TypeError(f"{name} is a table and is written whole")
            table, layer = tables[name]
            _write_table(c, table, layer, before.get((layer, table)), content)
        elif of := _history_of(name):
            written += _write_history(c, of, content)
        else:
            _write_file(c, name, content)
    # What no table is read from changes no dataset that somebody has read.
    for layer in sorted({_layer_of(n) for n in contents if n.rpartition("/")[2] not in _BESIDE}):
        # By chance: counted on, a database restored from a backup would come to numbers that it had for something else.
        number = secrets.randbelow(1 << 31)
        if not c.execute(REVISIONS.update().where(REVISIONS.c.layer == layer).values(revision=number)).rowcount:
            c.execute(REVISIONS.insert().values(layer=layer, revision=number))


def _write_table(c: Connection, name: str, layer: str, known: Any, content: bytes | None) -> None:
    """Make a table's rows those of the CSV file: only rows that differ are written. `known`: its columns before."""
    table = ROWS[name]
    here = (COLUMNS.c.layer == layer) & (COLUMNS.c.name == name)
    if content is None:
        if known is not None:
            c.execute(table.delete().where(table.c.layer == layer))
            c.execute(COLUMNS.delete().where(here))
        return
    digest = hash_of(content)
    if known is not None and known.sha256 == digest:
        return
    header, given = _parsed(content)
    if b"\0" in content and not _is_sqlite(c):
        _refuse_nul(file_of(name, layer), name, given)
    ids: list[str] = given["id"].to_pylist()
    own = [k for k in header if k in TABLES[name] and k != "id"]
    extra = _extra(given, [k for k in header if k not in TABLES[name]])
    chosen = sa.select(table.c.id, table.c.position, table.c.extra, *(table.c[k] for k in own))
    found = [*zip(*_fetched(c, chosen.where(table.c.layer == layer)), strict=True)] or [()] * (3 + len(own))
    old_ids, old_position, old_extra, *old_values = found
    place = {id_: i for i, id_ in enumerate(old_ids)}
    at = np.array([place.get(id_, -1) for id_ in ids], dtype=np.intp)
    position, last = [], -1
    for i in at.tolist():
        # Only their order counts: a row keeps its number where it can, so that a row less is no change of all others.
        last = old_position[i] if i >= 0 and old_position[i] > last else last + 1
        position.append(last)
    there = at >= 0
    differs = np.zeros(len(ids), dtype=bool)
    if there.any():
        of = np.where(there, at, 0)
        differs |= np.array(old_position)[of] != np.array(position)
        differs |= np.array(old_extra, dtype=object)[of] != np.array(extra, dtype=object)
        for k, values in zip(own, old_values, strict=True):
            was = pa.array(values, pa.string()).take(pa.array(of))
            differs |= pc.not_equal(given[k], was).to_numpy().astype(bool)

    def rows(which: NDArray[np.intp]) -> Iterator[list[dict[str, Any]]]:
        for start in range(0, len(which), _MANY):
            part = which[start : start + _MANY]
            texts = given.select(["id", *own]).take(pa.array(part)).to_pylist()
            yield [{**t, "position": position[i], "extra": extra[i]} for t, i in zip(texts, part.tolist(), strict=True)]

    if known is not None and (gone_columns := {*json.loads(known.columns)} & {*TABLES[name].names} - {*header}):
        c.execute(table.update().where(table.c.layer == layer).values(dict.fromkeys(gone_columns, "")))
    this = (table.c.layer == sa.bindparam("b_layer")) & (table.c.id == sa.bindparam("b_id"))
    if gone := [{"b_layer": layer, "b_id": id_} for id_ in place.keys() - {*ids}]:
        c.execute(table.delete().where(this), gone)
    update = table.update().where(this).values({k: sa.bindparam(f"b_{k}") for k in ("position", "extra", *own)})
    for part in rows(np.flatnonzero(there & differs)):
        c.execute(update, [{"b_layer": layer, **{f"b_{k}": v for k, v in row.items()}} for row in part])
    for part in rows(np.flatnonzero(~there)):
        c.execute(table.insert(), [{"layer": layer, **row} for row in part])
    c.execute(COLUMNS.delete().where(here))
    columns = json.dumps(header, ensure_ascii=False)
    c.execute(COLUMNS.insert().values(layer=layer, name=name, columns=columns, sha256=digest))


def _parsed(content: bytes) -> tuple[list[str], pa.Table]:
    """The columns of a table's file, and its rows."""
    found = delimited.rows(io.BytesIO(content))
    _, header = next(found)
    table = delimited.table(io.BytesIO(content), header, header=True, coded=())
    if table is None:
        columns = [*zip(*(row for _, row in found), strict=True)] or [()] * len(header)
        table = pa.table({k: pa.array(v, pa.string()) for k, v in zip(header, columns, strict=True)})
    return header, table.combine_chunks()


def _extra(given: pa.Table, columns: list[str]) -> list[str]:
    """Of each row what stands in columns that are not of the schema, as a JSON object; '' for nothing."""
    if not columns:
        return [""] * len(given)
    rows = ({k: v for k, v in row.items() if v} for row in given.select(columns).to_pylist())
    return [json.dumps(row, ensure_ascii=False) if row else "" for row in rows]


def _fetched(c: Connection, chosen: sa.Select[Any]) -> list[tuple[Any, ...]]:
    """Rows as the driver has them: SQLAlchemy's own cost as much as the query."""
    found = c.execute(chosen)
    return found.cursor.fetchall() if found.cursor else []


def _refuse_nul(file: str, table: str, given: pa.Table) -> None:
    words = "holds the character NUL (0x00), which no text of PostgreSQL can"
    columns = [k for k in given.column_names if k in TABLES[table]]
    cells = [(i, k) for k in columns for i, v in enumerate(given[k].to_pylist()) if "\0" in v]
    if found := [Problem(file, i + FIRST_ROW, k, words) for i, k in sorted(cells)]:
        raise DatasetError(found, outcome="nothing was written")


def _write_history(c: Connection, layer: str, content: Content) -> list[tuple[str, int, bytes]]:
    """Add lines to a layer's history, or put these in its place; what was written, each with layer and number."""
    last = 0
    if isinstance(content, Longer):
        last = c.execute(sa.select(sa.func.max(HISTORY.c.number)).where(HISTORY.c.layer == layer)).scalar() or 0
    else:
        c.execute(HISTORY.delete().where(HISTORY.c.layer == layer))
    given = content.more if isinstance(content, Longer) else content or b""
    lines = [line + b"\n" for line in given.removesuffix(b"\n").split(b"\n")] if given else []
    made = [(layer, number, line) for number, line in enumerate(lines, last + 1)]
    if made:
        c.execute(HISTORY.insert(), [dict(zip(("layer", "number", "line"), each, strict=True)) for each in made])
    return made


def _write_file(c: Connection, name: str, content: Content) -> None:
    if isinstance(content, Longer):
        content = _files(c, [name]).get(name, b"") + content.more
    table = SOURCE_TEXTS if name.startswith(f"{TEXTS}/") else FILES
    c.execute(table.delete().where(table.c.name == name))
    if content is not None:
        more = {"sha256": hash_of(content)} if table is SOURCE_TEXTS else {}
        c.execute(table.insert().values(name=name, content=content, **more))
