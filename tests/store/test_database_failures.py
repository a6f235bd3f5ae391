"""A writer is killed, a server stops, a disk is full: the old dataset or the new one, a plain sentence, and on it goes."""

from __future__ import annotations

import errno
import os
import random
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from threading import Event, Thread
from typing import Any, NoReturn

import pytest

from matrix.dataset.changes import Change
from matrix.dataset.dataset import Dataset
from matrix.dataset.location import Database, Person
from matrix.dataset.problems import DatasetError
from matrix.store import open_store
from matrix.store.copy import copy
from matrix.store.dismissed import Answered, answer
from matrix.store.files import UnsureError
from matrix.store.folder import contents, load
from matrix.store.history import apply, history, undo
from matrix.store.layers import finish, new_layer
from matrix.store.members import give_layer, invite, members, remove, require_reading
from tests.databases import SECRET, PostgresServer, dump, forget, missing, started
from tests.steps import KILLS, SOAK, each_statement, killed, steps_of
from tests.tiny import dataset

pytestmark = pytest.mark.slow

OLD = dataset("ann talk support late", "cem talk oppose late", "dee ban oppose late")
S2 = (("actor", "cem"), ("proposal", "talk"), ("stance", "oppose"), ("source", "late"))
FORTH = (
    Change("changed", "actors", "ann", "name", "Ann", "Anna" * 2000),  # more than a page
    Change("deleted", "actors", "bob", values=(("name", "Bob"), ("side", "north"), ("authority", "expert")), at=1),
    Change("changed", "sources", "late", "title", "Late paper", "Later paper"),
    Change("deleted", "statements", "s2", values=S2, at=1),
)


@pytest.fixture(autouse=True)
def _databases(absent: Callable[[str], NoReturn]) -> None:
    """All of these need the extra; each says so, before it imports anything."""
    if (what := missing()).startswith("the extra"):
        absent(what)


@pytest.fixture
def folder(tmp_path: Path, saved: Callable[[Dataset, Path], Path]) -> Path:
    return saved(OLD, tmp_path / "d")


@pytest.fixture(params=("sqlite", "postgresql"))
def at(request: pytest.FixtureRequest, new_database: Callable[[str], Database], folder: Path) -> Database:
    made = new_database(request.param)
    copy(folder, made)
    return made


@pytest.fixture(scope="module")
def fragile(absent: Callable[[str], NoReturn]) -> Iterator[PostgresServer]:
    """A server that the tests may stop."""
    yield from started(absent)


@pytest.fixture
def there(fragile: PostgresServer, folder: Path) -> Iterator[Database]:
    made = fragile.new()
    copy(folder, made)
    yield made
    if fragile.process is None:
        fragile.start()
    forget([made])


class BackAndForth:
    """A dataset that is one of two, each a step away from the other; all that is in the database says which."""

    def __init__(self, at: Database) -> None:
        self.at = at
        one = load(at)
        other = apply(at, FORTH, seen=one.version, by="lee", why="edit")
        self.ways = {one.version: FORTH, other.version: tuple(c.reversed() for c in reversed(FORTH))}
        self.files = {d.version: contents(d) for d in (one, other)}

    def go(self) -> str:
        """One step from what is there to the other."""
        now = load(self.at).version
        return apply(self.at, self.ways[now], seen=now, by="lee", why="edit").version

    def stands(self) -> tuple[str, int]:
        """The version and the number of steps; AssertionError where something is half."""
        from matrix.store import database

        with database.changing_rows(self.at) as (c, _):  # what a killed client's server still does has ended then
            columns = {row.name: row.sha256 for row in c.execute(database.COLUMNS.select())}
        found, steps = load(self.at), history(self.at)
        assert contents(found) == self.files[found.version]
        assert steps[-1].after == found.version
        assert [s.before for s in steps[1:]] == [s.after for s in steps[:-1]]
        assert set(columns) == {t for t in found.frames if t in found.columns}
        return found.version, len(steps)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork to kill a writer")
def test_killed_at_any_instant_the_dataset_is_the_old_or_the_new_one_and_the_history_agrees(at: Database) -> None:
    two = BackAndForth(at)
    began: list[float] = []
    with each_statement(lambda _: began.append(time.perf_counter())):
        two.go()
    steps, commit = len(began), time.perf_counter() - began[-1]
    rng, kept = random.Random(5), {True: 0, False: 0}
    before = two.stands()
    for number in range(KILLS):
        # Every other time around the commit, where it is decided.
        late = number % 2 == 0
        step = steps - 1 if late else rng.randrange(steps)
        killed(
            two.go,
            step,
            each_statement,
            after=max(1e-6, rng.uniform(0, 3 * commit)) if late else rng.choice([0.0, 0.002]),
        )
        now = two.stands()
        assert now[1] - before[1] == (now[0] != before[0])
        kept[now[0] != before[0]] += 1
        before = now
    assert min(kept.values()) >= KILLS // 10, f"kills that came too early or too late: {kept}"
    two.go()
    assert two.stands()[1] == before[1] + 1


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_a_child_process_neither_uses_nor_closes_its_parents_connections(
    new_database: Callable[[str], Database], folder: Path
) -> None:
    from matrix.store import database

    at = new_database("postgresql")
    copy(folder, at)
    two = BackAndForth(at)
    with database.reading_rows(at) as (c, _):
        assert not killed(two.go, -1, each_statement)
        assert c.exec_driver_sql("SELECT 1").scalar() == 1
    assert two.stands()[1] == 2


# ---- the server stops


def refused(act: Callable[[], object]) -> str:
    """The words of the error that an act ends with: plain, and without a password."""
    with pytest.raises((OSError, DatasetError)) as caught:
        act()
    words = re.sub(r"postgresql\+psycopg://\S*", "ADDRESS", str(caught.value))
    assert words.count("ADDRESS") == 1
    assert SECRET not in words
    assert "Traceback" not in words
    assert "psycopg" not in words
    return words


def test_a_server_that_stops_between_two_calls_is_said_and_gone_on_with(
    fragile: PostgresServer, there: Database
) -> None:
    two = BackAndForth(there)
    for at_once in (False, True):
        before = two.stands()
        fragile.stop(at_once=at_once)
        for act in (partial(load, there), two.go, partial(history, there), partial(undo, there, by="lee"),
                    partial(new_layer, there, "kim"), partial(apply, there, FORTH, by="lee", why="edit")):  # fmt: skip
            assert "cannot be reached" in refused(act)
        fragile.start()
        assert two.stands() == before
        two.go()
        assert two.stands()[1] == before[1] + 1


def test_a_server_that_stops_during_calls_leaves_the_old_or_the_new(fragile: PostgresServer, there: Database) -> None:
    two, up, done = BackAndForth(there), Event(), Event()
    wrong: list[str] = []
    tried: list[str] = []

    def work() -> None:
        while not done.is_set():
            up.wait(60)
            try:
                two.go()
                tried.append("")
            except (OSError, DatasetError) as e:
                tried.append(str(e))
            except Exception as e:
                wrong.append(repr(e))
                return

    up.set()
    worker = Thread(target=work)
    worker.start()
    rng = random.Random(3)
    try:
        for number in range(20 if SOAK else 4):
            count = len(tried)
            while tried[count:].count("") < rng.randrange(1, 4) and worker.is_alive():
                done.wait(0.001)
            fragile.stop(at_once=number % 2 == 0)
            up.clear()
            fragile.start()
            up.set()
    finally:
        done.set()
        up.set()
        worker.join(60)
    assert wrong == []
    said = {words for words in tried if words}
    assert all("cannot be reached" in words for words in said), said
    assert SECRET not in str(said)
    assert two.stands()[1] - 1 in range(tried.count(""), len(tried) + 1)


def test_a_connection_that_is_lost_at_any_statement_writes_nothing(
    new_database: Callable[[str], Database], folder: Path
) -> None:
    import psycopg

    at = new_database("postgresql")
    copy(folder, at)
    two = BackAndForth(at)
    plain = at.url.replace("+psycopg", "")
    steps = steps_of(two.go, each_statement)
    before, data = two.stands(), dump(at)

    def end_others(number: int, when: int) -> None:
        if number == when:
            with psycopg.connect(plain, autocommit=True) as c:
                own = "application_name = 'policy-matrix' AND pid <> pg_backend_pid()"
                c.execute(f"SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE {own}")

    for when in range(steps) if SOAK else sorted({steps - 1, steps - 2, *random.Random(1).sample(range(steps), 8)}):
        with each_statement(partial(end_others, when=when)):
            assert "cannot be reached" in refused(two.go)
        assert dump(at) == data
    two.go()
    assert two.stands()[1] == before[1] + 1


def test_a_commit_of_which_only_the_answer_is_lost_is_no_failure(at: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    from sqlalchemy import event

    from matrix.store import database

    two = BackAndForth(at)
    engine = database.engine(at.url)
    commit, error = engine.dialect.do_commit, engine.dialect.loaded_dbapi.OperationalError
    lost: list[int] = []
    writes: list[bool] = []

    def begins(c: Any) -> None:
        writes[:] = [c.get_execution_options().get("writes", False)]

    def deaf(connection: Any) -> None:
        commit(connection)
        if writes[0] and not lost:
            lost.append(1)
            raise error("server closed the connection unexpectedly")

    event.listen(engine, "commit", begins)
    before = two.stands()
    new_layer(at, "kim")
    invite(at, "olo@example.org", "owner")
    monkeypatch.setattr(engine.dialect, "do_commit", deaf)
    # No line of the history tells of these: they are done, which nobody can know.
    for act in (partial(finish, at, "late", layer="kim"), partial(invite, at, "kim@example.org", "coder"),
                partial(give_layer, at, "kim", "kim@example.org"), partial(answer, at, [Answered("late", "x", "talk")]),
                partial(remove, at, "kim@example.org")):  # fmt: skip
        lost.clear()
        with pytest.raises(UnsureError, match=r"cannot be .*, and whether this was written is not known: look"):
            act()
    assert [m.email for m in members(at)] == ["olo@example.org"]
    lost.clear()
    # Done again with the next page: there is nothing to look for.
    with pytest.raises(ConnectionError, match=r"cannot be (opened|reached)$"):
        require_reading(at.as_person(Person("https://id.example.org", "1", "olo@example.org", True)))
    assert [*load(at, layer="kim").finished] == ["late"]
    now = load(at).version
    lost.clear()
    made = apply(at, two.ways[now], seen=now, by="lee", why="edit")
    assert lost
    monkeypatch.undo()
    event.remove(engine, "commit", begins)
    assert two.stands() == (made.version, before[1] + 1)


# ---- the disk is full


@contextmanager
def full(at: Database, table: str) -> Iterator[None]:
    """While no more fits on the disk: SQLite by its own limit, PostgreSQL by what it says of one, in this table."""
    from sqlalchemy import event

    from matrix.store import database

    engine = database.engine(at.url)
    if at.file is not None:

        def limit(connection: Any, _: Any) -> None:
            (pages,) = connection.execute("PRAGMA page_count").fetchone()
            connection.execute(f"PRAGMA max_page_count = {pages}")

        event.listen(engine, "connect", limit)
        try:
            yield
        finally:
            event.remove(engine, "connect", limit)
        return
    with engine.begin() as c:
        c.exec_driver_sql(
            "CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            "RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = '53100'; END $$"
        )
        c.exec_driver_sql(
            f"CREATE TRIGGER full_disk AFTER INSERT OR UPDATE OR DELETE ON {table} EXECUTE FUNCTION full_disk()"
        )
    try:
        yield
    finally:
        with engine.begin() as c:
            c.exec_driver_sql("DROP FUNCTION full_disk() CASCADE")


@pytest.mark.parametrize("table", ["actors", "statements", "history", "revisions", "table_columns"])
def test_a_full_disk_writes_nothing_and_is_said(at: Database, table: str) -> None:
    two = BackAndForth(at)
    before, data = two.stands(), dump(at)
    more = Change("changed", "actors", "cem", "name", "Cem", "x" * 200_000)
    gone = Change("deleted", "statements", load(at).statements["id"].iloc[-1])
    with full(at, table):
        with pytest.raises(OSError, match=r"the disk of .* is full: nothing was written") as caught:
            apply(at, [more, gone], by="lee", why="edit")
        assert caught.value.errno == errno.ENOSPC
        assert SECRET not in str(caught.value)
        assert dump(at) == data
        assert load(at).version == before[0]
        assert open_store(at).load().version == before[0]
    two.go()
    assert two.stands()[1] == before[1] + 1


def test_a_copy_onto_a_full_disk_is_none(folder: Path, at: Database) -> None:
    from sqlalchemy import event

    from matrix.store import database

    if at.file is None:
        pytest.skip("one way is enough: a copy is written like everything else")
    to = Database(f"sqlite:///{at.file.parent / 'copy.db'}")

    room = [60, 3]  # pages: full while the rows are written, and before all tables are made

    def limit(connection: Any, _: Any) -> None:
        connection.execute(f"PRAGMA max_page_count = {room[0]}")

    engine = database.engine(to.url)
    event.listen(engine, "connect", limit)
    big = Change("changed", "actors", "ann", "name", "Ann", "x" * 300_000)
    apply(folder, [big], by="lee", why="big")
    kept = sorted(at.file.parent.iterdir())
    while room:
        with pytest.raises(OSError, match="is full: nothing was written"):
            copy(folder, to)
        assert sorted(at.file.parent.iterdir()) == kept
        room.pop(0)
    event.remove(engine, "connect", limit)
    copy(folder, to)
    assert load(to).version == load(folder).version


@pytest.mark.skipif(os.name != "posix", reason="elsewhere an open file is not taken away")
def test_who_waited_for_a_file_that_is_taken_away_is_refused(
    folder: Path, new_database: Callable[[str], Database]
) -> None:
    """Two copies to one new file, of which the first fails: the second does not write into what nobody finds."""
    from sqlalchemy import event

    from matrix.store import database

    at = new_database("sqlite")
    assert at.file
    own = Database(f"sqlite:///{at.file.parent}/./{at.file.name}")  # as another process has it
    waits = Event()
    said: list[Exception] = []

    def has_opened(_: Any, options: dict[str, Any]) -> None:
        if options.get("writes"):
            waits.set()

    def second() -> None:
        try:
            copy(folder, own)
        except (OSError, DatasetError) as e:
            said.append(e)

    event.listen(database.engine(own.url), "set_connection_execution_options", has_opened)
    at.file.touch()
    worker = Thread(target=second)
    with database.engine(at.url).connect().execution_options(writes=True) as c, c.begin():
        worker.start()
        assert waits.wait(60)
        at.file.unlink()
    worker.join(60)
    assert len(said) == 1
    assert not at.file.exists()
