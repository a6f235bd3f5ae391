"""A PostgreSQL of the tests' own on loopback, in a temporary folder: started once, with an empty schema a test."""

from __future__ import annotations

import itertools
import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NoReturn

from matrix.dataset.location import Database

SECRET = "s3cret-w0rd"  # the password of the tests' own server: no message may hold it
USER = "lee"
_QUICK = (
    # Nobody cuts the power here.
    *("-c", "fsync=off", "-c", "full_page_writes=off", "-c", "unix_socket_directories=", "-c", "shared_buffers=16MB"),
    *("-c", "max_connections=60", "-c", "log_min_messages=fatal"),
)


@cache
def programs() -> Path | None:
    """The folder of PostgreSQL's programs; Debian keeps them from the path."""
    found = shutil.which("initdb")
    kept = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda f: float(f.parts[-3]))
    return Path(found).resolve().parent if found else kept[-1].parent if kept else None


def missing() -> str:
    """What the tests of databases need and this machine has not; '' for nothing."""
    if any(find_spec(name) is None for name in ("sqlalchemy", "alembic", "psycopg")):
        return "the extra [team] (make extras)"
    return "" if programs() else "PostgreSQL (Debian's package postgresql)"


@dataclass
class PostgresServer:
    """A server in a folder of its own, listening on a free port of loopback; it takes one user, with a password."""

    folder: Path
    port: int
    process: subprocess.Popen[bytes] | None = None
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    @classmethod
    def made(cls) -> PostgresServer:
        folder = Path(tempfile.mkdtemp(prefix="policy-matrix-postgresql-"))
        password = folder / "password"
        password.write_text(SECRET, encoding="ascii")
        for path in (folder, password):
            os.chown(path, _as()["user"], _as()["group"]) if _as() else None
        options = ("--auth=scram-sha-256", f"--pwfile={password}", "--encoding=UTF8", "--locale=C", "--no-sync")
        _run("initdb", "-D", str(folder / "data"), f"--username={USER}", *options)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            return cls(folder, free.getsockname()[1])

    def start(self) -> None:
        """Start it, and return when it answers."""
        assert programs()
        assert self.process is None
        command = [
            str(programs() / "postgres"),
            "-D",
            str(self.folder / "data"),
            "-h",
            "127.0.0.1",
            "-p",
            str(self.port),
        ]
        log = self.folder / "log"
        with log.open("ab") as out:
            self.process = subprocess.Popen(
                [*command, *_QUICK], stdin=subprocess.DEVNULL, stdout=out, stderr=out, cwd="/", **_as()
            )
        while subprocess.run(
            [str(programs() / "pg_isready"), "-q", "-t", "1", "-h", "127.0.0.1", "-p", str(self.port)], check=False
        ).returncode:
            assert self.process.poll() is None, f"PostgreSQL did not start: {log.read_text('utf-8', 'replace')[-2000:]}"

    def stop(self, *, at_once: bool = False) -> None:
        """End it, and with it every session: after what each does is rolled back, or as a crash would (`at_once`)."""
        if self.process is not None:
            # SIGINT is its "fast" shutdown, SIGQUIT its "immediate" one.
            self.process.send_signal(3 if at_once else 2)
            self.process.wait(60)
            self.process = None

    def remove(self) -> None:
        self.stop(at_once=True)
        shutil.rmtree(self.folder, ignore_errors=True)

    def url(self, database: str = "postgres", *, user: str = USER, password: str = SECRET) -> str:
        return f"postgresql+psycopg://{user}:{password}@127.0.0.1:{self.port}/{database}"

    def new(self) -> Database:
        """An empty schema, which a dataset takes for a database: a database of its own takes a hundred times the disk."""
        name = f"d{next(self._numbers)}"
        self.run(f"CREATE SCHEMA {name}")
        return Database(f"{self.url()}?options=-csearch_path%3D{name}")

    def own(self, options: str = "") -> Database:
        """An empty database of its own."""
        name = f"d{next(self._numbers)}"
        self.run(f"CREATE DATABASE {name} {options}")
        return Database(self.url(name))

    def run(self, statement: str, database: str = "postgres") -> list[tuple[Any, ...]]:
        """What a statement gives, outside of a transaction."""
        import psycopg

        with psycopg.connect(self.url(database).replace("+psycopg", ""), autocommit=True) as c:
            found = c.execute(statement)
            return found.fetchall() if found.description else []

    @property
    def environment(self) -> dict[str, str]:
        """What the programs of PostgreSQL take from the environment to reach it, as docs/team.md has it."""
        own = {"PGHOST": "127.0.0.1", "PGPORT": str(self.port), "PGUSER": USER, "PGPASSWORD": SECRET}
        return {**os.environ, **own, "PATH": f"{programs()}{os.pathsep}{os.environ['PATH']}"}


def _as() -> dict[str, Any]:
    """As whom PostgreSQL runs: it refuses root."""
    if os.geteuid():
        return {}
    import pwd  # not everywhere, nor is root

    try:
        who = pwd.getpwnam("postgres")
    except KeyError:
        who = pwd.getpwnam("nobody")
    return {"user": who.pw_uid, "group": who.pw_gid, "extra_groups": []}


def _run(program: str, *arguments: str) -> None:
    assert programs()
    done = subprocess.run(
        [str(programs() / program), *arguments], capture_output=True, text=True, check=False, cwd="/", **_as()
    )
    assert not done.returncode, f"{program}: {done.stderr[-2000:]}"


def started(absent: Callable[[str], NoReturn]) -> Iterator[PostgresServer]:
    """A server while it is needed; `absent` says what this machine has not."""
    if what := missing():
        absent(what)
    server = PostgresServer.made()
    try:
        server.start()
        yield server
    finally:
        server.remove()


@cache
def without_waiting() -> None:
    """Nobody cuts the power here: SQLite does not wait for the disk either."""
    from sqlalchemy import event
    from sqlalchemy.engine import Engine

    def quick(connection: Any, _: Any) -> None:
        if type(connection).__module__.startswith("sqlite3"):
            connection.execute("PRAGMA synchronous = OFF")

    event.listen(Engine, "connect", quick)


def forget(made: Iterable[Database]) -> None:
    """Close the connections to these: a server takes so many and no more."""
    from matrix.store import database

    for at in made:
        database.engine(at.url).dispose()


def dump(at: Database) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table of ours, whoever opened the database."""
    from matrix.store import database

    with database.reading_rows(at.as_person(None)) as (c, _):
        tables = database.METADATA.sorted_tables
        return {t.name: sorted(map(tuple, c.execute(t.select())), key=repr) for t in tables}


def refill(at: Database, like: Database) -> None:
    """Make an empty database hold the rows of another, all of them and in no other way than as rows."""
    from matrix.store import database

    held = dump(like)
    database.upgrade(at, make=True)
    with database.changing_rows(at) as (c, _):
        for table in database.METADATA.sorted_tables:
            names = [column.name for column in table.columns]
            if rows := [dict(zip(names, row, strict=True)) for row in held[table.name]]:
                c.execute(table.insert(), rows)
