"""Where a database is and what it is: its address without the password, its tables' version, what else may be there."""

from __future__ import annotations

import logging
import os
import re
import shutil
import sqlite3
import traceback
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import NoReturn

import pytest

from matrix.dataset.changes import Change
from matrix.dataset.dataset import Dataset
from matrix.dataset.location import Database, location_of, name_of
from matrix.dataset.problems import DatasetError
from matrix.store import open_store
from matrix.store.copy import copy
from matrix.store.folder import contents, create, load
from matrix.store.history import apply, history, save
from matrix.store.members import invite, members
from tests.databases import SECRET, PostgresServer, dump, forget, missing
from tests.tiny import dataset

pytestmark = pytest.mark.slow

ANNA = Change("changed", "actors", "ann", "name", "Ann", "Anna")
New = Callable[[str], Database]


@pytest.fixture(autouse=True)
def _databases(absent: Callable[[str], NoReturn]) -> None:
    """All of these need the extra; each says so, before it imports anything."""
    if (what := missing()).startswith("the extra"):
        absent(what)


@pytest.fixture
def folder(tmp_path: Path, saved: Callable[[Dataset, Path], Path]) -> Path:
    return saved(dataset("ann talk support late", "cem talk oppose late"), tmp_path / "d")


@pytest.fixture(params=("sqlite", "postgresql"))
def at(request: pytest.FixtureRequest, new_database: New, folder: Path) -> Database:
    made = new_database(request.param)
    copy(folder, made)
    return made


@pytest.fixture
def here(tmp_path: Path, new_database: New) -> Path:
    """A folder for database files, where databases are to be had."""
    new_database("sqlite")
    return tmp_path


# ---- the tables' version


@pytest.fixture
def steps(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, new_database: New) -> Iterator[Callable[[str, str], None]]:
    """steps("0002", "op...."): from then on there is one more step."""
    new_database("sqlite")
    from matrix.store import database

    own = Path(shutil.copytree(database.MIGRATIONS, tmp_path / "migrations"))

    def add(number: str, what: str) -> None:
        before = f"{int(number) - 1:04}"
        text = f"import sqlalchemy as sa\nfrom alembic import op\nrevision = {number!r}\ndown_revision = {before!r}\n"
        (own / "versions" / f"{number}_more.py").write_text(f"{text}\ndef upgrade():\n    {what}\n", "utf-8")
        monkeypatch.setattr(database, "MIGRATIONS", own)
        database.known_schemas.cache_clear()

    yield add
    monkeypatch.undo()
    database.known_schemas.cache_clear()


def structure(at: Database) -> list[tuple[str, tuple[str, ...]]]:
    import sqlalchemy as sa

    from matrix.store import database

    with database.engine(at.url).connect() as c, c.begin():
        look = sa.inspect(c)
        return sorted((t, tuple(x["name"] for x in look.get_columns(t))) for t in look.get_table_names())


def test_the_steps_make_exactly_the_tables_that_the_store_uses(at: Database) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    from matrix.store import database

    with database.engine(at.url).connect() as c, c.begin():
        context = MigrationContext.configure(c, opts={"version_table": database.VERSION_TABLE, "compare_type": True})
        assert compare_metadata(context, database.METADATA) == []
    assert database.upgrade(at) is False


def test_an_earlier_version_of_the_tables_is_refused_until_it_is_brought_up(
    at: Database, folder: Path, steps: Callable[[str, str], None]
) -> None:
    from matrix.store import database

    before, tables, version = dump(at), structure(at), load(at).version
    steps("0002", 'op.add_column("members", sa.Column("note", sa.Text, nullable=False, server_default=""))')
    line = re.escape(f"those of an earlier version of policy-matrix: policy-matrix upgrade {at}")
    acts = (partial(load, at), partial(history, at), partial(apply, at, [ANNA], by="lee", why="edit"),
            partial(invite, at, "kim@example.org", "owner"), partial(copy, folder, at), partial(create, at),
            partial(save, load(folder), at))  # fmt: skip
    for act in acts:
        with pytest.raises(DatasetError, match=line):
            act()
    assert structure(at) == tables, "nobody brings it up by the way"
    assert database.upgrade(at) is True
    assert database.upgrade(at) is False
    assert dict(structure(at))["members"] == (*dict(tables)["members"], "note")
    assert (load(at).version, dump(at)) == (version, before)
    apply(at, [ANNA], by="lee", why="edit")


def test_an_upgrade_is_whole_or_not_at_all(at: Database, steps: Callable[[str, str], None]) -> None:
    from matrix.store import database

    tables = structure(at)
    steps("0002", 'op.add_column("members", sa.Column("note", sa.Text, nullable=False, server_default=""))')
    steps("0003", 'op.drop_table("history"); op.execute("SELECT no_such_thing FROM members")')
    with pytest.raises((DatasetError, OSError)):
        database.upgrade(at)
    assert structure(at) == tables
    with pytest.raises(DatasetError, match="policy-matrix upgrade"):
        load(at)


def test_a_later_version_of_the_tables_is_left_alone(at: Database) -> None:
    from matrix.store import database

    with database.engine(at.url).begin() as c:
        c.exec_driver_sql(f"UPDATE {database.VERSION_TABLE} SET version_num = '9999'")
    before = structure(at)
    for act in (
        partial(load, at),
        partial(database.upgrade, at),
        partial(apply, at, [ANNA], by="lee", why="edit"),
        partial(create, at),
    ):
        with pytest.raises(DatasetError, match="those of a later version of policy-matrix: install that one"):
            act()
    assert structure(at) == before


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_what_else_is_in_a_database_is_left_alone(new_database: New, kind: str, folder: Path) -> None:
    from matrix.store import database

    at = new_database(kind)
    with database.engine(at.url).begin() as c:
        c.exec_driver_sql("CREATE TABLE alembic_version (version_num text)")
        c.exec_driver_sql("INSERT INTO alembic_version VALUES ('0001')")
        c.exec_driver_sql("CREATE TABLE visits (id text)")
    with pytest.raises(DatasetError, match="holds no dataset"):
        load(at)
    copy(folder, at)
    assert load(at).version == load(folder).version
    other = new_database(kind)
    with database.engine(other.url).begin() as c:
        c.exec_driver_sql("CREATE TABLE history (id text)")
        c.exec_driver_sql("CREATE TABLE files (id text)")
    before = structure(other)
    with pytest.raises(
        DatasetError, match=r"holds tables of something else .files and history.: take a database, or a schema"
    ):
        copy(folder, other)
    assert structure(other) == before


def test_a_database_that_has_not_every_character_is_refused(
    postgresql: PostgresServer, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for encoding in ("LATIN1", "SQL_ASCII"):
        at = postgresql.own(f"ENCODING '{encoding}' TEMPLATE template0")
        with pytest.raises(DatasetError, match=f"keeps its text as {encoding}, which has not every character"):
            copy(folder, at)
        assert structure(at) == []
        forget([at])
    monkeypatch.setenv("PGCLIENTENCODING", "LATIN1")  # of the user's own, for another program
    at = postgresql.new()
    made = dataset("ann talk support late")
    assert made.actors["name_native"].tolist()[2] == "杰姆"
    save(made, at)
    assert contents(load(at)) == contents(made)
    forget([at])


# ---- addresses


@pytest.mark.parametrize(
    "address",
    [
        f"postgresql://lee:{SECRET}@db/study",
        f"postgresql+psycopg://lee:{SECRET}@db:5432/study",
        f"PostgreSQL://lee:{SECRET}@db/study",
        f"postgresql://lee:a/{SECRET}@db/study",
        f"postgresql://lee:a?{SECRET}@db/study",
        f"postgresql://lee:a#{SECRET}@db/study",
        f"postgresql://lee:[{SECRET}@db/study",
        f"postgresql://lee:{SECRET}]@db/study",
        f"postgresql://lee:a@{SECRET}@db/study",
        f"postgresql://lee:a:{SECRET}@db/study",
        f"postgresql://lee:%41{SECRET}@db/study",
        f"postgresql://lee:{SECRET}@/study",
        f"postgresql://lee@db/study?password={SECRET}",
        f"postgresql://lee@db/study?PASSWORD={SECRET}&connect_timeout=1",
        f"postgresql://db/study?pass%77ord={SECRET}",
        f"postgresql://db/study?user=lee&password=a@{SECRET}",
        f"postgresql://db/study?sslpassword={SECRET}",
        f"postgresql://db/study?user=lee@x&password={SECRET}",
        f"postgresql://db/study?pasword={SECRET}",
        f"postgresql://db:{SECRET}/study",
    ],
)
def test_no_address_shows_its_password(address: str, here: Path) -> None:
    at = location_of(address)
    assert isinstance(at, Database)
    for text in (
        str(at),
        repr(at),
        f"{at}",
        repr(open_store(address)),
        name_of(at),
        repr([at]),
        repr(at.as_person(None)),
    ):
        assert SECRET not in text
    assert "lee" in str(at) or "db" in str(at)


def test_an_address_without_a_password_is_shown_as_it_is() -> None:
    for address in (
        "postgresql+psycopg://db/study",
        "postgresql+psycopg://lee@db:5432/study?connect_timeout=3&options=-csearch_path%3Dx",
        "postgresql+psycopg:///study",
        "postgresql+psycopg://lee@[::1]:5432/study",
        "postgresql+psycopg://lee@/study?host=/run/postgresql",
    ):
        assert str(location_of(address)) == address
        assert name_of(location_of(address)) == "study"


def unlike(server: PostgresServer) -> dict[str, tuple[str, str]]:
    """Addresses that do not work, each with what is said of it."""
    port = server.port
    wrong = "nothing-like-it"
    return {
        "another password": (server.url(password=wrong), "does not take this user and password: PGPASSFILE"),
        "of the query": (
            f"postgresql+psycopg://lee@127.0.0.1:{port}/postgres?password={wrong}",
            "does not take this user",
        ),
        "another user": (server.url(user="nobody", password=wrong), "does not take this user and password"),
        "another database": (server.url("nothing"), "there is no such database"),
        "another port": (f"postgresql+psycopg://lee:{wrong}@127.0.0.1:1/postgres", "cannot be reached"),
        "a port that is none": (f"postgresql+psycopg://127.0.0.1:{wrong}/postgres", "is no address of a database"),
        "no host": (f"postgresql+psycopg://lee:{wrong}@no-such-host.invalid/postgres", "cannot be reached"),
        "a socket": (f"postgresql+psycopg://lee:{wrong}@/postgres?host=/nowhere", "cannot be reached"),
        "half a password": (f"postgresql+psycopg://lee:a@{wrong}@127.0.0.1:{port}/postgres", "cannot be reached"),
        "an option that is none": (f"{server.url()}?pasword={wrong}", "PostgreSQL has no option 'pasword'; one is"),
        "no schema": (f"{server.url()}?options=-csearch_path%3Dnowhere", "holds no dataset"),
    }


def test_no_error_and_no_log_shows_a_password(
    postgresql: PostgresServer, folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    from matrix.store import database

    caplog.set_level(logging.DEBUG)
    for name, (address, words) in unlike(postgresql).items():
        at = location_of(address)
        assert isinstance(at, Database)
        acts: tuple[Callable[[], object], ...] = (
            partial(load, at), partial(history, at), partial(apply, at, [ANNA], by="lee", why="edit"), partial(members, at),
        )  # fmt: skip
        acts += () if name == "no schema" else (partial(copy, folder, at), partial(database.upgrade, at))
        for act in acts:
            with pytest.raises((OSError, DatasetError)) as caught:
                act()
            assert re.search(words, str(caught.value)), (name, str(caught.value))
            told = "".join(traceback.format_exception(caught.value))
            assert not re.search(f"{SECRET}|nothing-like-it", told), name
    assert not re.search(f"{SECRET}|nothing-like-it", caplog.text)


def test_what_is_kept_holds_no_password(postgresql: PostgresServer, new_database: New, folder: Path) -> None:
    at = new_database("postgresql")
    copy(folder, at)
    invite(at, "kim@example.org", "owner")
    apply(at, [ANNA], by="lee", why="edit")
    with pytest.raises(DatasetError):
        apply(at, [Change("added", "actors", "No Slug", values=(("name", "x"),))], by="lee", why="edit")
    assert SECRET not in repr(dump(at))
    assert SECRET not in repr(load(at)) + load(at).title + str(load(at).location)


@pytest.mark.parametrize(
    "name",
    [
        "a b.db",
        "50%.db",
        "a#b.db",
        "%41.db",
        "陈.db",
        "file:x.db",
        ":memory:",
        "a'b.db",
        "-x",
        "no ending",
    ],
)
def test_a_file_is_the_one_that_is_named(here: Path, folder: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(here)
    (here / "sub").mkdir()
    for given, meant in ((f"sqlite:///{here}/{name}", here / name), (f"sqlite:///sub/{name}", here / "sub" / name)):
        at = location_of(given)
        copy(folder, at)
        assert meant.is_file()
        assert (isinstance(at, Database) and at.file) == meant
        assert load(given).version == load(folder).version
        assert name_of(at) == Path(name).stem
        monkeypatch.chdir(here.parent)  # an address is absolute once it is read
        apply(at, [ANNA], by="lee", why="edit")
        assert not (here.parent / "sub").exists()
        monkeypatch.chdir(here)
    assert {f.name for f in here.iterdir()} == {"d", "sub", name}


@pytest.mark.skipif(os.name != "posix", reason="modes")
def test_a_new_file_is_its_owners_alone_and_one_that_is_there_stays_as_it_is(here: Path, folder: Path) -> None:
    """It holds the members' addresses."""
    from matrix.store.database import upgrade

    acts: tuple[Callable[[Database], object], ...] = (partial(copy, folder), create, partial(save, load(folder)))
    for number, act in enumerate(acts):
        at = Database(f"sqlite:///{here}/{number}.db")
        act(at)
        apply(at, [Change("added", "actors", "eve", values=(("name", "Eve"),))], by="lee", why="edit")
        assert {f.name: f.stat().st_mode & 0o777 for f in here.glob(f"{number}.db*")} == {f"{number}.db": 0o600}
    for mode in (0o640, 0o666):
        there = here / f"{mode}.db"
        there.touch()
        there.chmod(mode)
        at = Database(f"sqlite:///{there}")
        copy(folder, at)
        invite(at, "kim@example.org", "owner")
        upgrade(at)
        assert there.stat().st_mode & 0o777 == mode


def test_no_folder_is_made_for_a_file(here: Path, folder: Path) -> None:
    for act in (partial(copy, folder), create, partial(save, load(folder))):
        with pytest.raises(DatasetError, match=f"there is no folder {here}/no/such: make it first"):
            act(Database(f"sqlite:///{here}/no/such/x.db"))
        with pytest.raises(FileExistsError, match="is a folder"):
            act(Database(f"sqlite:///{folder}"))
    assert [f.name for f in here.iterdir()] == ["d"]


@pytest.mark.skipif(os.name != "posix", reason="links")
def test_a_link_leads_to_its_file(here: Path, folder: Path) -> None:
    (here / "real").mkdir()
    copy(folder, Database(f"sqlite:///{here}/real/x.db"))
    (here / "link.db").symlink_to("real/x.db")
    apply(f"sqlite:///{here}/link.db", [ANNA], by="lee", why="edit")
    assert (here / "link.db").is_symlink()
    assert load(f"sqlite:///{here}/real/x.db").actors["name"].tolist()[0] == "Anna"


@pytest.mark.parametrize("what", ["nothing", "a folder", "empty", "text", "cut", "another's"])
def test_what_is_no_database_of_ours_is_said_and_left_as_it_is(here: Path, folder: Path, what: str) -> None:
    file = here / "x.db"
    if what == "a folder":
        file.mkdir()
    elif what in ("empty", "text"):
        file.write_bytes(b"" if what == "empty" else b"id,name\n" * 1000)
    elif what == "another's":
        sqlite3.connect(file).execute("CREATE TABLE visits (id)").connection.close()
    elif what == "cut":
        copy(folder, Database(f"sqlite:///{file}"))
        file.write_bytes(file.read_bytes()[:9000])
    before = file.read_bytes() if file.is_file() else None
    missing = what in ("nothing", "a folder")  # then there is no history, as in a folder that is not there
    for act in (load, *([] if missing else [history]), partial(apply, changes=[ANNA], by="lee", why="edit")):
        with pytest.raises(
            (DatasetError, OSError), match=r"no such database|holds no dataset|not a database|cannot be"
        ):
            act(f"sqlite:///{file}")
    assert (file.read_bytes() if file.is_file() else None) == before


@pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="needs root to become somebody else")
def test_who_may_only_read_the_file_reads_and_is_told_so_when_writing(
    new_database: New, folder: Path, tmp_path: Path
) -> None:
    from matrix.store import database

    home = Path("/tmp") / f"policy-matrix-{os.getpid()}"
    home.mkdir(mode=0o755)
    try:
        at = Database(f"sqlite:///{home}/x.db")
        copy(folder, at)
        version = load(at).version
        (home / "x.db").chmod(0o644)
        reading, writing = os.pipe()
        child = os.fork()
        if not child:
            os.setgid(65534)
            os.setuid(65534)
            words = [load(at).version]
            for act in (partial(apply, at, [ANNA], by="lee", why="edit"), partial(database.upgrade, at)):
                try:
                    words.append(str(act()))
                except Exception as e:
                    words.append(f"{type(e).__name__}: {e}")
            os.write(writing, "\n".join(words).encode())
            os._exit(0)
        os.close(writing)
        os.waitpid(child, 0)
        with os.fdopen(reading) as f:
            words = f.read().splitlines()
        assert words[0] == version
        assert words[1].startswith("DatasetError: ")
        assert "you may read this database but not write in it: nothing was written" in words[1]
        assert load(at).version == version
    finally:
        shutil.rmtree(home)


def test_what_a_role_of_postgresql_may_only_read_is_said(
    postgresql: PostgresServer, new_database: New, folder: Path
) -> None:
    at = new_database("postgresql")
    copy(folder, at)
    schema = at.url.rpartition("%3D")[2]
    if not postgresql.run("SELECT 1 FROM pg_roles WHERE rolname = 'looks'"):
        postgresql.run(f"CREATE ROLE looks LOGIN PASSWORD '{SECRET}'")
    postgresql.run(f"GRANT USAGE ON SCHEMA {schema} TO looks")
    postgresql.run(f"GRANT SELECT ON ALL TABLES IN SCHEMA {schema} TO looks")
    mine = Database(at.url.replace("//lee:", "//looks:"))
    assert load(mine).version == load(at).version
    with pytest.raises(DatasetError, match="you may read this database but not write in it: nothing was written"):
        apply(mine, [ANNA], by="lee", why="edit")
    forget([mine])


# ---- what is in it

WRONG = {
    "columns no list": "UPDATE table_columns SET columns = '7' WHERE name = 'actors'",
    "columns no JSON": "UPDATE table_columns SET columns = '[' WHERE name = 'actors'",
    "columns deep": f"UPDATE table_columns SET columns = '{'[' * 50_000}' WHERE name = 'actors'",
    "columns of lists": "UPDATE table_columns SET columns = '[[]]' WHERE name = 'actors'",
    "no id": "UPDATE table_columns SET columns = '[\"name\"]' WHERE name = 'actors'",
    "extra no object": "UPDATE table_columns SET columns = '[\"id\", \"name\", \"x\"]' WHERE name = 'actors'; UPDATE actors SET extra = '7'",
    "extra half a character": 'UPDATE table_columns SET columns = \'["id", "name", "x"]\' WHERE name = \'actors\'; UPDATE actors SET extra = \'{"x": "\\ud800"}\'',
    "a version gone": "DELETE FROM policy_matrix_version",
    "a row gone": "DELETE FROM actors WHERE id = 'ann'",
    "a table gone": "DELETE FROM table_columns WHERE name = 'statements'",
}
WRONG_IN_SQLITE = {
    "bytes": "UPDATE actors SET name = x'ff00'",
    "a number": "UPDATE actors SET name = 7.5",
    "half a text": "UPDATE actors SET name = CAST(x'ff' AS TEXT)",
    "a table dropped": "DROP TABLE actors",
    "a view": "DROP TABLE actors; CREATE VIEW actors AS SELECT 'main' AS layer, 'ann' AS id, 0 AS position, 7 AS name",
}  # fmt: skip


@pytest.mark.parametrize("what", [*WRONG, *WRONG_IN_SQLITE])
def test_what_another_tool_left_is_a_problem_and_no_traceback(at: Database, what: str) -> None:
    from matrix.store import database

    statements = WRONG.get(what) or WRONG_IN_SQLITE[what]
    if at.file is None and what in WRONG_IN_SQLITE:
        pytest.skip("PostgreSQL keeps each column to its kind")
    with database.engine(at.url).begin() as c:
        for statement in statements.split("; "):
            c.exec_driver_sql(statement.replace("%", "%%"))
    if what == "a number" and load(at).actors["name"].tolist()[0] == "7.5":
        return  # the column makes a text of it
    words = {
        "a table dropped": "lacks the table actors, which another tool must have removed: go back to a backup",
        "a version gone": "which version its tables are is not told any more .*: go back to a backup",
    }
    for act in (load, partial(apply, changes=[ANNA], by="lee", why="edit")):
        with pytest.raises(DatasetError, match=words.get(what)):
            act(at)


@pytest.mark.parametrize("what", ["line", "file"])
def test_bytes_that_are_none_are_a_problem(here: Path, folder: Path, what: str) -> None:
    from matrix.store import database

    at = Database(f"sqlite:///{here}/x.db")
    copy(folder, at)
    apply(at, [ANNA], by="lee", why="edit")
    with database.engine(at.url).begin() as c:
        c.exec_driver_sql(
            "UPDATE history SET line = 'text'" if what == "line" else "INSERT INTO files VALUES ('datapackage.json', 7)"
        )
    for act in (history, partial(copy, target=folder.parent / "back")) if what == "line" else (load,):
        with pytest.raises(DatasetError):
            act(at)


# ---- values


@pytest.mark.parametrize("text", ["a\0b", "\ud800", "x" * 3_000_000, "\r\n\u2028\ufeff\x85", "'; DROP TABLE actors; --", "%s %(x)s :x {x}"], ids=["nul", "surrogate", "huge", "breaks", "sql", "formats"])  # fmt: skip
@pytest.mark.parametrize("column", ["note", "my own"])
def test_a_value_is_kept_or_refused_as_in_a_folder(at: Database, folder: Path, text: str, column: str) -> None:
    """But that no text of PostgreSQL has a NUL, of which row and column are named."""
    change = Change("changed", "actors", "ann", column, "", text)
    found: list[str | list[str]] = []
    for place in (folder, at):
        before = load(place).version
        try:
            found.append(apply(place, [change], by="lee", why="edit").version)
            assert load(place).actors[column].tolist()[0] == text
        except DatasetError as e:
            found.append([p.message for p in e.problems])
            assert load(place).version == before
        except UnicodeError:
            found.append("UnicodeError")
            assert load(place).version == before
    if "\0" in text and column == "note" and at.file is None:
        assert found[1] == ["holds the character NUL (0x00), which no text of PostgreSQL can"]
    else:
        assert found[0] == found[1]


def test_a_long_id_is_kept_or_refused_in_words(at: Database) -> None:
    import random

    long = "".join(random.Random(1).choices("abcdefghijklmnopqrstuvwxyz0123456789", k=9000))
    change = Change("added", "actors", long, values=(("name", "Long"),))
    before = dump(at)
    if at.file is not None:
        assert apply(at, [change], by="lee", why="edit").actors["id"].tolist()[-1] == long
        return
    with pytest.raises(
        DatasetError, match="a value is longer than this database can keep: an id or a name has 2,500 bytes"
    ):
        apply(at, [change], by="lee", why="edit")
    assert dump(at) == before
