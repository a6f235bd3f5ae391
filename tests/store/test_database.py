"""A database holds what a folder holds and does what a folder does: copies are equal, and so is each step on it."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from threading import Barrier, Event, Thread
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from matrix.dataset.changes import Change
from matrix.dataset.codebook import rename
from matrix.dataset.dataset import Dataset
from matrix.dataset.location import Database, Location
from matrix.dataset.problems import DatasetError, SelectionError
from matrix.dataset.quotes import hash_of
from matrix.dataset.schema import MAIN, TABLES
from matrix.store import files, open_store
from matrix.store.atomic_files import DECISIONS_FILE, IMPORTS_FILE
from matrix.store.copy import copy
from matrix.store.decisions import decisions
from matrix.store.dismissed import Answered, answer, answered
from matrix.store.folder import contents, create, load, signature, with_package
from matrix.store.history import OutdatedError, apply, begin, history, not_undone, save, undo
from matrix.store.layers import finish, layers, new_layer, reopen
from matrix.store.reconcile import decide, differences_of, settle
from tests.databases import dump
from tests.steps import SOAK
from tests.tiny import dataset, frames, table

pytestmark = pytest.mark.slow

KINDS = ("sqlite", "postgresql")
ANNA = Change("changed", "actors", "ann", "name", "Ann", "Anna")
BEN = Change("changed", "actors", "bob", "name", "Bob", "Ben")
EVE = Change("added", "actors", "eve", values=(("name", "Eve"), ("side", "north"), ("mood", "calm")))
NO_BOB = Change("deleted", "actors", "bob", values=(("name", "Bob"), ("side", "north"), ("authority", "expert")), at=1)
TEXT = "“We will talk.”\r\nSo they said.\0".encode()
New = Callable[[str], Database]


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def folder(tmp_path: Path, saved: Callable[[Dataset, Path], Path]) -> Path:
    return saved(dataset("ann talk support late", "cem talk oppose late"), tmp_path / "d")


@pytest.fixture
def at(kind: str, new_database: New, folder: Path) -> Database:
    """A database with the tiny dataset, as a copy of the folder makes it."""
    made = new_database(kind)
    copy(folder, made)
    return made


def coded(number: int, actor: str, proposal: str, stance: str, source: str = "early") -> Change:
    values = (("actor", actor), ("proposal", proposal), ("stance", stance), ("source", source), ("mood", "calm"))
    return Change("added", "statements", f"s{number}", values=values)


@pytest.fixture(scope="module")
def rich(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with all that a dataset can have beside its tables."""
    at = tmp_path_factory.mktemp("rich") / "d"
    sources = table("id|title|sha256|layer", "early|Early paper||x", f"late|Late paper|{hash_of(TEXT)}|")
    save(with_package(frames(sources=sources), title="A rich one"), at)
    apply(at, [ANNA, EVE, NO_BOB], by="lee", why="edit")
    values = (("name", "Fay"), ("extra", "1"), ("position", '"'), ("layer", "0,\n"), ("", "no name")[:0])
    fay = Change("added", "actors", "fay", values=tuple(v for v in values if v))
    apply(at, [fay], by="kim", why="import", kind="import", texts={"late": TEXT}, imports=lambda v: b'{"version": 1}')
    undo(at, by="lee", step=1)
    found = rename(load(at), "proposals", "test", id="try")
    apply(at, found.changes, by="lee", why="rename", kind="rename", became=found.became)
    for name, stance in (("kim", "support"), ("lee-2", "oppose")):
        new_layer(at, name)
        made = [
            coded(1, "ann", "talk", stance),
            coded(2, "cem", "ban", "oppose"),
            coded(3, "dee", "try", stance, "late"),
        ]
        apply(open_store(at, layer=name), made, by=name, why="coding", kind="coding")
        finish(at, "early", layer=name)
        answer(open_store(at, layer=name), [Answered("late", "We will talk.", "talk", "", name)])
    answer(at, [Answered("late", "So they said.", "ban", "", "lee")])
    decide(at, differences_of(at, "kim", "lee-2"), "early~ann~talk", "mine", reason="heard it again", by="max")
    settle(at, "kim", "lee-2", by="max")
    new_layer(at, "empty")
    (at / "README.md").write_text("# A rich one\n", "utf-8")
    return at


def all_of(at: Location) -> dict[str, Any]:
    """All that a dataset has: versions, every file with its bytes, and what is read out of it."""
    names = (MAIN, *files.layers(at))
    found: dict[str, Any] = {}
    for name in names:
        there = load(at, layer=name)
        found |= {n: c for n, c in contents(there).items() if c is not None}
        found[f"version of {name}"] = (there.version, there.columns, dict(there.finished), there.former, there.package)
        found[f"history of {name}"] = history(open_store(at, layer=name))
        found[f"answers in {name}"] = answered(open_store(at, layer=name))
    described = [(x.name, x.version, x.statements, dict(x.finished), x.open) for x in layers(at)]
    texts = files.texts(files.own_texts(at)) if isinstance(at, Database) or files.own_texts(at).is_dir() else {}
    return found | files.everything(at) | {"layers": described, "texts": texts, "ids": sorted(files.text_ids(at))}


def there_and_back(start: Path, new: New, back: Path) -> None:
    first, second = new("sqlite"), new("postgresql")
    meant = all_of(start)
    at: Location = start
    for to in (first, second, back):
        copied = copy(at, to)
        at = to
        now = all_of(to)
        assert now == meant
        assert (copied.dataset.version, copied.layers) == (load(start).version, files.layers(start))
        assert copied.texts == len(files.text_ids(start))
    held = dump(second)
    assert all(rows == held[name] for name, rows in dump(first).items() if name != "revisions")


@pytest.mark.parametrize("name", ["us-china-ai-dialogue", "ai-governance-instruments"])
def test_a_shipped_dataset_goes_to_sqlite_to_postgresql_and_back(
    root: Path, name: str, new_database: New, tmp_path: Path
) -> None:
    there_and_back(root / "data" / name, new_database, tmp_path / "back")
    for file in (root / "data" / name).iterdir():
        if file.suffix in (".csv", ".json", ".jsonl"):
            assert (tmp_path / "back" / file.name).read_bytes() == file.read_bytes()


def test_layers_histories_texts_decisions_and_columns_of_ones_own_come_along(
    rich: Path, new_database: New, tmp_path: Path
) -> None:
    meant = all_of(rich)
    assert {
        IMPORTS_FILE,
        DECISIONS_FILE,
        "dismissed.csv",
        "layers/kim/dismissed.csv",
        "former_ids.csv",
        "README.md",
    } <= {*meant}
    assert meant["layers/kim/finished.csv"].count(b"\n") == 2
    assert meant["texts"] == {hash_of(TEXT): TEXT}
    assert len(decisions(rich, "kim", "lee-2")) == 2
    there_and_back(rich, new_database, tmp_path / "back")
    for at in (rich, tmp_path / "back"):  # and it goes on
        undo(at, by="lee")
    assert load(rich).version == load(tmp_path / "back").version


SPECIAL = st.sampled_from(
    ["", '"', ",", "\r", "\n", "\u2028", "\ufeff", "😀", "陈", "=1+1", "\\", "'", "%s", ":id", "null", " "]
)
WORDS = st.lists(
    SPECIAL | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=8), max_size=4
)
NAMES = st.sampled_from(
    ["layer", "position", "extra", "Note", "note2", "a b", "陈", '"', "%s", ":x", "id2", "'", "b_id"]
)


@st.composite
def datasets(draw: st.DrawFn) -> Dataset:
    """A sound dataset whose texts and own columns are anything."""
    text = WORDS.map("".join)
    tables = frames(table("id|actor|proposal|stance|source", "s1|ann|talk|support|late", "s2|cem|ban|oppose|early"))
    for name in ("actors", "sources", "statements", "proposals"):
        frame = tables[name]
        column = {"actors": "note", "sources": "note", "statements": "summary", "proposals": "definition"}[name]
        own = draw(st.lists(NAMES, max_size=3, unique=True))
        for each in dict.fromkeys((column, *own)):
            frame[each] = [draw(text) for _ in range(len(frame))]
        order = draw(st.permutations([*frame.columns]))
        tables[name] = frame.sample(frac=1, random_state=draw(st.integers(0, 9)))[order].reset_index(drop=True)
    return with_package(tables, title="Any")


@settings(
    max_examples=100 if SOAK else 5, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(datasets(), st.data())
def test_any_sound_dataset_goes_there_and_back(
    new_database: New, tmp_path_factory: pytest.TempPathFactory, made: Dataset, data: st.DataObject
) -> None:
    place = tmp_path_factory.mktemp("any")
    save(made, place / "d")
    note = Change("changed", "actors", "ann", "note", str(made.actors.set_index("id").at["ann", "note"]), "other\r")
    apply(place / "d", [note], seen=made.version, by=data.draw(WORDS.map("".join)), why="edit")
    there_and_back(place / "d", new_database, place / "back")


# ---- each step on it


def drawn_step(chance: random.Random, now: Dataset, number: int) -> list[Change]:
    """Some changes that are sound together: rows renamed, added (some with a new column) and deleted."""
    changes: list[Change] = []
    speakers = {*now.statements["actor"]}
    for row in chance.sample(now.actors.to_dict("records"), min(2, len(now.actors))):
        if row["id"] not in speakers and chance.random() < 0.4:
            changes.append(Change("deleted", "actors", row["id"]))
        else:
            changes.append(Change("changed", "actors", row["id"], "name", row["name"], f"N{number} {chance.random()}"))
    if chance.random() < 0.7:
        more = ((f"mood{number % 3}", "calm"),) if chance.random() < 0.4 else ()
        at = chance.choice([-1, 0, 1])
        changes.append(Change("added", "actors", f"a{number}", values=(("name", f"New {number}"), *more), at=at))
    if chance.random() < 0.5:
        changes.append(coded(100 + number, "ann", now.proposals["id"].iloc[0], "support"))
    if chance.random() < 0.3 and len(now.statements) > 2:
        changes.append(Change("deleted", "statements", now.statements["id"].iloc[-1]))
    return changes


def told(at: Location, layer: str = MAIN) -> list[dict[str, Any]]:
    """The lines of the history but their times, and the hashes in which these are."""
    content = files.read(at, open_store(at, layer=layer).history_file) or b""
    return [{k: v for k, v in json.loads(x).items() if k not in ("at", "hash")} for x in content.splitlines()]


@pytest.mark.parametrize("seed", range(12 if SOAK else 1))
def test_the_same_steps_give_the_same_dataset_and_history_wherever_they_are_made(
    folder: Path, new_database: New, tmp_path: Path, seed: int
) -> None:
    places: list[Location] = [folder, new_database("sqlite"), new_database("postgresql")]
    for to in places[1:]:
        copy(folder, to)
    chance = random.Random(seed)
    taken = 0
    for number in range(1, 9):
        now, steps = load(folder), history(folder)
        act = "undo" if number in (3, 8) else chance.choice(["apply", "apply", "apply", "undo", "save", "rename"])
        what: Callable[[Location], object]
        if act == "undo" and (free := [s.number for s in steps if not not_undone(folder, step=s.number)]):
            step = chance.choice(free)
            what = partial(undo, by="kim", step=step)
            taken += 1
        elif act == "save":
            other = with_package(now.frames | {"actors": now.actors.assign(note=f"note {number}")})
            what = partial(save, other, by="lee")
        elif act == "rename":
            found = rename(now, "proposals", now.proposals["id"].iloc[0], id=f"p{number}", title=f"Title {number}")
            what = partial(apply, changes=found.changes, by="lee", why="r", kind="rename", became=found.became)
        else:
            changes, seen = drawn_step(chance, now, number), chance.choice(["", now.version])
            what = partial(apply, changes=changes, seen=seen, by="lee", why="step")
        for at in places:
            what(at)
        for at in places[1:]:
            assert told(at) == told(folder)
            assert contents(load(at)) == contents(load(folder))
            assert load(at).version == load(folder).version
            assert files.everything(at).keys() == files.everything(folder).keys()
    assert taken


def test_layers_reconcile_and_settle_on_a_database_as_in_a_folder(folder: Path, at: Database) -> None:
    found = []
    for place in (folder, at):
        for name, stance in (("kim", "support"), ("lee", "oppose")):
            new_layer(place, name)
            layer = open_store(place, layer=name)
            seen = layer.load().version
            made = [
                coded(1, "ann", "ban", stance),
                coded(2, "dee", "test", "support"),
                coded(3, "bob", "talk", "oppose", "late"),
            ]
            apply(layer, made, seen=seen, by=name, why="coding", kind="coding")
            with pytest.raises(OutdatedError):
                apply(layer, [coded(4, "ann", "test", "support")], seen=seen, by=name, why="coding")
            finish(place, "early", layer=name)
            with pytest.raises(DatasetError, match="is finished in the layer"):
                apply(layer, [coded(4, "ann", "test", "support")], by=name, why="coding")
            with pytest.raises(DatasetError, match="is shared by all layers"):
                apply(layer, [ANNA], by=name, why="coding")
            finish(place, "late", layer=name)
            reopen(place, "late", layer=name)
        with pytest.raises(SelectionError, match="already: choose another name"):
            new_layer(place, "kim")
        differ = differences_of(place, "kim", "lee")
        assert [d.unit for d in differ.items] == ["early~ann~ban"]
        decide(place, differ, "early~ann~ban", "theirs", reason="as it was said", by="max")
        settle(place, "kim", "lee", by="max")
        states = [(d.unit, d.state) for d in differences_of(place, "kim", "lee").items]
        here = all_of(place)
        tables = {n: b for n, b in here.items() if n.endswith(".csv") and "finished" not in n and "decisions" not in n}
        found.append(
            (states, tables, told(place), told(place, "kim"), load(place).version, load(place, layer="lee").version)
        )
    assert found[0] == found[1]


def test_an_import_begins_an_empty_database_and_a_new_dataset_is_made_in_one(kind: str, new_database: New) -> None:
    at, made = new_database(kind), dataset("ann talk support late")
    begin(made, at, by="lee", why="import a.xlsx", imports=lambda version: version.encode())
    assert [(s.kind, s.begins) for s in history(at)] == [("import", True)]
    assert files.read(at, IMPORTS_FILE) == load(at).version.encode()
    with pytest.raises(FileExistsError, match="holds a dataset already"):
        begin(made, at, by="lee", why="again")
    with pytest.raises(DatasetError, match="there is nothing to take back"):
        undo(at, by="lee", step=1)
    other = new_database(kind)
    with pytest.raises(DatasetError, match=r"there is no such database|holds no dataset"):
        load(other)
    create(other)
    assert (len(load(other).statements), load(other).title) == (0, load(other).package.title)
    third = new_database(kind)
    save(made, third)
    assert (load(third).version, history(third)) == (made.version, [])
    save(load(at), third, by="lee")
    with pytest.raises(FileExistsError, match="holds a dataset already"):
        copy(at, other)


def test_a_save_and_an_import_give_up_nothing_where_something_is_there(at: Database) -> None:
    before = dump(at)
    with pytest.raises(FileExistsError):
        create(at)
    with pytest.raises(DatasetError, match="'zed' is not one of"):
        apply(at, [EVE, Change("changed", "actors", "ann", "side", "north", "zed")], by="lee", why="edit")
    with pytest.raises(OutdatedError):
        apply(at, [EVE], seen="0" * 12, by="lee", why="edit")
    assert dump(at) == before


# ---- two at once


def test_two_who_change_different_rows_both_succeed_and_of_one_row_the_second_is_refused(at: Database) -> None:
    apply(at, [ANNA], by="lee", why="one")
    apply(at, [BEN], by="kim", why="other")
    assert load(at).actors["name"].tolist()[:2] == ["Anna", "Ben"]
    with pytest.raises(DatasetError, match="of ann is 'Anna', not 'Ann': look at the change again"):
        apply(at, [Change("changed", "actors", "ann", "name", "Ann", "Anne")], by="kim", why="late")
    with pytest.raises(OutdatedError) as caught:
        apply(at, [EVE], seen=history(at)[0].after, by="kim", why="late")
    assert caught.value.now.version == load(at).version
    assert [s.by for s in history(at)] == ["lee", "kim"]


def test_of_many_who_write_at_once_each_has_their_turn(at: Database) -> None:
    many, ready = 20, Barrier(20)  # more than a process keeps connections

    def one(number: int) -> str:
        ready.wait()
        new = Change("added", "actors", f"a{number}", values=(("name", f"N{number}"),))
        mine = Change("changed", "actors", "ann", "name", "Ann", f"Ann {number}")
        apply(at, [new], by=f"p{number}", why="add")
        try:
            return apply(at, [mine], by=f"p{number}", why="name").version
        except DatasetError:
            return ""

    with ThreadPoolExecutor(many) as pool:
        answers = [*pool.map(one, range(many))]
    assert sum(map(bool, answers)) == 1
    now, steps = load(at), history(at)
    assert len(now.actors) == 4 + many
    assert [s.before for s in steps[1:]] == [s.after for s in steps[:-1]]
    assert (len(steps), steps[-1].after) == (many + 1, now.version)


def test_a_reader_sees_one_instant_while_another_writes(at: Database) -> None:
    versions, done = {load(at).version}, Event()
    seen: set[str] = set()

    def read() -> None:
        while not done.is_set():
            seen.add(load(at).version)

    reader = Thread(target=read)
    reader.start()
    try:
        for number in range(10):
            versions.add(
                apply(at, [Change("added", "actors", f"a{number}", values=(("name", "N"),))], by="l", why="w").version
            )
    finally:
        done.set()
        reader.join()
    assert seen <= versions
    assert seen


def test_who_waits_too_long_is_told_so(at: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    from matrix.store import database

    monkeypatch.setattr(database, "PATIENCE", 0.1)
    database.engine.cache_clear()
    held = Database(at.url + "&application_name=another")  # the same by another address: as another process has it
    if at.file is not None:
        (at.file.parent / "link.db").symlink_to(at.file)
        held = Database(f"sqlite:///{at.file.parent / 'link.db'}")
    with database.writing(held):
        with pytest.raises(TimeoutError, match="is being written by somebody else; try again in a moment"):
            apply(at, [ANNA], by="lee", why="edit")
        with ThreadPoolExecutor(1) as pool, pytest.raises(TimeoutError, match="is being written by somebody else"):
            pool.submit(apply, held, [ANNA], by="lee", why="edit").result()
    apply(at, [ANNA], by="lee", why="edit")
    database.engine.cache_clear()


# ---- what is written


def test_only_rows_that_differ_are_written(at: Database) -> None:
    from sqlalchemy import event

    from matrix.store import database

    many = [Change("added", "actors", f"a{n:03}", values=(("name", f"N{n}"),)) for n in range(300)]
    apply(at, many, by="lee", why="many")
    written: list[tuple[str, int]] = []

    def note(_c: Any, _cursor: Any, statement: str, parameters: Any, _context: Any, executemany: bool) -> None:
        verb, *rest = statement.split()
        if verb in ("INSERT", "UPDATE", "DELETE"):
            name = next(w for w in rest if w not in ("INTO", "FROM")).strip('"')
            if name in TABLES:
                written.append((f"{verb} {name}", len(parameters) if executemany else 1))

    engine = database.engine(at.url)
    event.listen(engine, "before_cursor_execute", note)
    try:
        acts: list[tuple[list[Change], list[tuple[str, int]]]] = [
            ([Change("changed", "actors", "a150", "name", "N150", "Other")], [("UPDATE actors", 1)]),
            ([Change("deleted", "actors", "a100")], [("DELETE actors", 1)]),
            ([Change("added", "actors", "zz", values=(("name", "Z"),))], [("INSERT actors", 1)]),
            ([Change("changed", "actors", "a151", "mood", "", "calm")], [("UPDATE actors", 1)]),
        ]
        for changes, meant in acts:
            written.clear()
            apply(at, changes, by="lee", why="edit")
            assert written == meant
        written.clear()
        undo(at, by="lee", step=3)  # a row that returns has its old place, which is free
        assert written == [("INSERT actors", 1)]
        answer(at, [Answered("late", "x", "talk", "", "lee")])
        assert written == [("INSERT actors", 1)]
    finally:
        event.remove(engine, "before_cursor_execute", note)


def test_a_stamp_moves_with_each_change_of_the_dataset_or_the_layer_and_with_no_other(at: Database) -> None:
    new_layer(at, "kim")
    stamps = [(signature(at), signature(at, "kim"))]
    assert stamps[0] == (signature(at), signature(at, "kim"))
    apply(at, [ANNA], by="lee", why="edit")
    stamps.append((signature(at), signature(at, "kim")))
    apply(open_store(at, layer="kim"), [coded(1, "ann", "ban", "oppose")], by="kim", why="coding")
    stamps.append((signature(at), signature(at, "kim")))
    answer(at, [Answered("late", "x", "talk", "", "lee")])
    assert stamps[-1] == (signature(at), signature(at, "kim"))
    assert stamps[0][0] != stamps[1][0] == stamps[2][0]
    assert len({kim for _, kim in stamps}) == 3


def test_a_copy_is_of_one_instant(at: Database, new_database: New, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever writes between the reading of the tables and of the history is not half in the copy."""
    plain = files.everything
    turns: list[Dataset] = []

    def meanwhile(place: Location) -> dict[str, bytes]:
        if place == at and not turns:
            turns.append(apply(at, [ANNA], by="lee", why="meanwhile"))
        return plain(place)

    monkeypatch.setattr(files, "everything", meanwhile)
    to = new_database("sqlite")
    copy(at, to)
    assert turns
    assert [s.after for s in history(to)] == [load(to).version]
