"""What each role may do is checked in the store itself: whoever calls a function of it with their own identity."""

from __future__ import annotations

import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any, NoReturn

import pytest

from matrix.dataset.changes import Change
from matrix.dataset.location import Database, Person
from matrix.dataset.problems import DatasetError, SelectionError
from matrix.dataset.schema import MAIN
from matrix.store import files, open_store
from matrix.store.atomic_files import DECISIONS_FILE, HISTORY_FILE, IMPORTS_FILE, PROPOSED_FILE
from matrix.store.copy import copy
from matrix.store.decisions import decisions, withdraw
from matrix.store.dismissed import Answered, answer, answered, forget
from matrix.store.folder import create, load, signature
from matrix.store.history import apply, begin, history, save, undo
from matrix.store.layers import finish, layers, new_layer, reopen
from matrix.store.members import ROLES, RoleError, bind, invite, last_seen, look, members, remove
from matrix.store.proposed import accept, decline, propose, proposed, proposed_problems, withdraw_proposed
from matrix.store.reconcile import decide, differences_of, settle
from tests.databases import dump, missing, refill, without_waiting
from tests.tiny import dataset

pytestmark = pytest.mark.slow

ISSUER = "https://id.example.org"
NAMES = {"reader": "rae", "coder": "kim", "editor": "eda", "owner": "olo", "stranger": "sam"}
EVE = Change("added", "actors", "eve", values=(("name", "Eve"), ("side", "north")))
REFUSED = (RoleError, DatasetError, SelectionError)


def person(name: str, *, issuer: str = ISSUER, verified: bool = True) -> Person:
    return Person(issuer, f"subject of {name}", f"{name}@example.org", verified, name.title())


def added(actor: str) -> Change:
    return Change("added", "actors", actor, values=(("name", actor.title()),))


def coded(number: int, proposal: str = "ban", stance: str = "oppose", source: str = "early") -> Change:
    values = (("actor", "ann"), ("proposal", proposal), ("stance", stance), ("source", source))
    return Change("added", "statements", f"s{number}", values=values)


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory, absent: Callable[[str], NoReturn]) -> Database:
    """A dataset with a text, a member of each role, and the layers of two coders, kim and lee, who propose changes."""
    if (what := missing()).startswith("the extra"):
        absent(what)
    without_waiting()
    made = Database(f"sqlite:///{tmp_path_factory.mktemp('first') / 'd.db'}")
    begin(dataset("ann talk support late"), made, by="admin", why="import a.xlsx", imports=lambda v: b"{}")
    apply(made, [Change("changed", "actors", "bob", "name", "Bob", "Ben")], by="admin", why="edit")
    for role, name in (*NAMES.items(), ("coder", "lee")):
        if role != "stranger":
            invite(made, f"{name}@example.org", role)
            assert bind(made.as_person(person(name)))
    for name, stance in (("kim", "support"), ("lee", "oppose")):
        mine = made.as_person(person(name))
        new_layer(mine, name)
        apply(open_store(mine, layer=name), [coded(1, stance=stance), coded(2, "test")], by="", why="coding")
        apply(open_store(mine, layer=name), [coded(3, "talk", source="late")], by="", why="coding")
        finish(mine, "early", layer=name)
        answer(open_store(mine, layer=name), [Answered("early", "x", "talk", "", name)])
        for number in range(2):
            propose(mine, [added(f"{name}-{number}")], seen="", by="", why=f"{name} has heard of them")
    with files.writing(made) as write:
        write({"texts/late.txt": b"We will talk."})
    decide(made, differences_of(made, "kim", "lee"), "early~ann~ban", "mine", reason="so it was said", by="admin")
    return made


@pytest.fixture(params=("sqlite", "postgresql"))
def at(request: pytest.FixtureRequest, first: Database, new_database: Callable[[str], Database]) -> Database:
    """The same, row for row, in a database that a test may change."""
    made = new_database(request.param)
    refill(made, first)
    return made


def written(at: Database, name: str, content: bytes = b"") -> None:
    with files.writing(at) as write:
        write({name: content})


def _deciding(at: Database, layer: str = "lee") -> None:
    found = differences_of(at.as_person(None), "kim", "lee")
    decide(at, found, "early~ann~ban", "theirs", reason="heard again", by="x")


def _proposing(at: Database) -> None:
    propose(at, [added("gus")], seen="", by="x", why="he spoke too")


# Of what was proposed, 1 and 2 are of kim, 3 and 4 of lee.
ANSWER = [Answered("late", "y", "talk", "", "x")]
# What is called, and by which roles it may be: the layer `lee` is another coder's, `kim` that of the coder who asks.
WRITING: dict[str, tuple[Callable[[Database], object], str]] = {
    "apply": (lambda at: apply(at, [EVE], by="x", why="edit"), "editor owner"),
    "apply to a layer": (lambda at: apply(open_store(at, layer="lee"), [coded(9)], by="x", why="e", seen=""), ""),
    "undo": (lambda at: undo(at, by="x"), "editor owner"),
    "save": (lambda at: save(load(at.as_person(None)), at, by="x"), "editor owner"),
    "undo in a layer": (lambda at: undo(open_store(at, layer="lee"), by="x"), "editor owner"),
    "finish": (lambda at: finish(at, "late", layer="lee"), "editor owner"),
    "reopen": (lambda at: reopen(at, "late", layer="lee"), "editor owner"),
    "answer": (lambda at: answer(at, ANSWER), "editor owner"),
    "forget": (lambda at: forget(at, ANSWER), "editor owner"),
    "answer in a layer": (lambda at: answer(open_store(at, layer="lee"), ANSWER), "editor owner"),
    "decide": (_deciding, "editor owner"),
    "withdraw": (lambda at: withdraw(at, decisions(at.as_person(None), "kim", "lee")[0]), "editor owner"),
    "decide again": (_deciding, "editor owner"),
    "settle": (lambda at: settle(at, "kim", "lee", by="x"), "editor owner"),
    "write a table": (lambda at: written(at, "links.csv", b"id,proposal,other,kind\n"), "editor owner"),
    "write a layer's table": (lambda at: written(at, "layers/lee/searches.csv", b"id,actor,proposal,where,by,date\n"), "editor owner"),
    "write the history": (lambda at: written(at, "layers/lee/history.jsonl"), "editor owner"),
    "write the decisions": (lambda at: written(at, DECISIONS_FILE, b"one,other,source,actor,proposal,decision\n"), "editor owner"),
    "write a text": (lambda at: written(at, "texts/early.txt", b"x"), "editor owner"),
    "invite": (lambda at: invite(at, "new@example.org", "owner"), "owner"),
    "remove": (lambda at: remove(at, "lee@example.org"), "owner"),
    "apply to one's layer": (lambda at: apply(open_store(at, layer="kim"), [coded(9, "talk", source="late")], by="x", why="e"), "coder editor owner"),
    "finish in one's layer": (lambda at: finish(at, "late", layer="kim"), "coder editor owner"),
    "undo in one's layer": (lambda at: (reopen(at, "late", layer="kim"), undo(open_store(at, layer="kim"), by="x")), "coder editor owner"),
    "answer in one's layer": (lambda at: answer(open_store(at, layer="kim"), ANSWER), "coder editor owner"),
    "begin a layer": (lambda at: new_layer(at, "new"), "coder editor owner"),
    "look": (lambda at: look(at, "0" * 12), "reader coder editor owner"),
    "propose": (_proposing, "coder editor owner"),
    "withdraw what another has proposed": (lambda at: withdraw_proposed(at, 3), ""),
    "withdraw what nobody has proposed": (lambda at: withdraw_proposed(at, 99), ""),
    "withdraw what one has proposed": (lambda at: withdraw_proposed(at, 1), "coder"),
    "accept": (lambda at: accept(at, 3, by="x"), "editor owner"),
    "accept what nobody has proposed": (lambda at: accept(at, 99, by="x"), ""),
    "decline": (lambda at: decline(at, 4, by="x", reason="no"), "editor owner"),
    "write what was proposed": (lambda at: written(at, PROPOSED_FILE), "editor owner"),
}  # fmt: skip
READING: dict[str, tuple[Callable[[Database], object], str]] = {
    "load": (load, "reader coder editor owner"),
    "history": (history, "reader coder editor owner"),
    "answered": (answered, "reader coder editor owner"),
    "texts": (files.texts, "reader coder editor owner"),
    "text ids": (files.text_ids, "reader coder editor owner"),
    "text stamps": (files.text_stamps, "reader coder editor owner"),
    "a file": (lambda at: files.read(at, IMPORTS_FILE), "reader coder editor owner"),
    "layers": (layers, "reader coder editor owner"),
    "one's layer": (lambda at: load(at, layer="kim"), "coder editor owner"),
    "one's history": (lambda at: history(open_store(at, layer="kim")), "coder editor owner"),
    "one's answers": (lambda at: answered(open_store(at, layer="kim")), "coder editor owner"),
    "a layer": (lambda at: load(at, layer="lee"), "editor owner"),
    "a layer's rows": (lambda at: _rows(at, "lee"), "editor owner"),
    "a layer's history": (lambda at: history(open_store(at, layer="lee")), "editor owner"),
    "a layer's history as a file": (lambda at: files.read(at, f"layers/lee/{HISTORY_FILE}"), "editor owner"),
    "a layer's answers": (lambda at: answered(open_store(at, layer="lee")), "editor owner"),
    "a layer's finished sources": (lambda at: files.read(at, "layers/lee/finished.csv"), "editor owner"),
    "decisions": (lambda at: files.read(at, DECISIONS_FILE), "editor owner"),
    "differences": (lambda at: differences_of(at, "kim", "lee"), "editor owner"),
    "everything": (files.everything, "editor owner"),
    "members": (members, "owner"),
    "what was proposed": (proposed, "coder editor owner"),
    "what was proposed, as a file": (lambda at: files.read(at, PROPOSED_FILE), "editor owner"),
}  # fmt: skip


def _rows(at: Database, layer: str) -> object:
    from matrix.store import database

    return database.tables(at, layer, ())


@pytest.mark.parametrize("role", NAMES)
def test_a_role_does_what_is_its_own_and_whatever_else_leaves_no_trace_but_a_line_in_the_log(
    at: Database, role: str, caplog: pytest.LogCaptureFixture
) -> None:
    mine = at.as_person(person(NAMES[role]))
    before = dump(at)
    for name, (act, allowed) in (WRITING | READING).items():
        if role in allowed.split() or (name == "apply to a layer" and role in ("editor", "owner")):
            continue
        caplog.clear()
        with caplog.at_level(logging.WARNING, "matrix"), pytest.raises(REFUSED):
            act(mine)
        assert dump(at) == before, name
        if name in WRITING:
            if name == "settle":  # which is refused already what it reads
                continue
            if name == "accept what nobody has proposed" and role in ("editor", "owner"):
                continue  # that is no matter of roles
            (line,) = caplog.messages
            assert line.startswith("refused: "), name
            assert f"({NAMES[role]}@example.org)" in line, name
    for act in (create, lambda at: begin(dataset(), at, by="x", why="x")):
        with pytest.raises((*REFUSED, FileExistsError)):
            act(mine)
        assert dump(at) == before
    for name, (act, allowed) in READING.items():
        if role in allowed.split():
            act(mine)
            assert dump(at) == before, name
    for act, allowed in WRITING.values():
        if role in allowed.split():
            act(mine)
    by = {s.by for layer in (MAIN, "kim", "lee") for s in history(open_store(at, layer=layer)) if s.by != "admin"}
    assert by <= {str(person(n)) for n in (NAMES[role], "kim", "lee")}, (
        "the history has who signed in, not who is named"
    )


def test_a_coder_sees_no_layer_but_their_own_in_no_list(at: Database) -> None:
    kim = at.as_person(person("kim"))
    assert [x.name for x in layers(kim)] == ["kim"]
    assert files.layers(at.as_person(person("rae"))) == ()
    assert files.layers(at.as_person(person("eda"))) == ("kim", "lee")
    with pytest.raises(SelectionError) as caught:
        load(kim, layer="lee")
    assert str(caught.value) == "layer: 'lee' is not one of main, kim"
    assert "lee" not in str(signature(kim, "kim"))


def test_a_coder_sees_what_they_have_proposed_themselves_and_no_word_of_others(at: Database) -> None:
    def seen(name: str) -> list[int]:
        return [p.number for p in proposed(at.as_person(person(name)))]

    assert (seen("kim"), seen("lee"), seen("eda"), seen("olo")) == ([1, 2], [3, 4], [1, 2, 3, 4], [1, 2, 3, 4])
    assert [p.number for p in proposed(at)] == [1, 2, 3, 4], "and so does the administrator"
    kim = at.as_person(person("kim"))
    propose(kim, [added("lee-0")], seen="", by="", why="as lee did, of which kim knows nothing")
    assert seen("kim") == [1, 2, 5]
    accept(at.as_person(person("eda")), 3, by="")
    assert history(at)[-1].why == "proposed by Lee (lee@example.org): lee has heard of them"
    assert history(at)[-1].by == "Eda (eda@example.org)"
    # Of another line that cannot be read, nothing of what is in it.
    with files.writing(at) as write:
        write(
            {PROPOSED_FILE: (files.read(at, PROPOSED_FILE) or b"").replace(b'"state": "open"', b'"state": "a secret"')}
        )
    with pytest.raises(RoleError) as caught:
        withdraw_proposed(kim, 1)
    assert "secret" not in str(caught.value) + str(proposed_problems(kim))
    assert [p.row for p in proposed_problems(kim)] == [1, 2, 4, 5]
    assert "'a secret'" in str(proposed_problems(at.as_person(person("eda"))))
    with pytest.raises(RoleError):
        proposed_problems(at.as_person(person("rea")))


def test_whose_it_is_is_said_by_issuer_and_subject_not_by_the_name(at: Database) -> None:
    """Another provider's Kim, with the same subject and the same name, is somebody else; so is a new account."""
    invite(at, "kim@elsewhere.example.org", "coder")
    other = Person("https://elsewhere.example.org", "subject of kim", "kim@elsewhere.example.org", True, "Kim")
    assert bind(at.as_person(other))
    assert proposed(at.as_person(other)) == []
    with pytest.raises(RoleError, match="has proposed no number 1"):
        withdraw_proposed(at.as_person(other), 1)
    renamed = Person(ISSUER, "subject of kim", "new@example.org", True, "Kimberly")
    assert [p.by for p in proposed(at.as_person(renamed))] == ["Kim (kim@example.org)"] * 2
    withdraw_proposed(at.as_person(renamed), 1)
    with pytest.raises(RoleError):
        withdraw_proposed(at, 2)
    remove(at, "kim@example.org")
    for act in (proposed, _proposing, lambda mine: withdraw_proposed(mine, 2)):
        with pytest.raises(REFUSED, match="is not a member"):
            act(at.as_person(person("kim")))
    assert [p.state for p in proposed(at)] == ["withdrawn", "open", "open", "open"], "what they proposed stays"


def test_a_layer_of_another_is_not_taken_over_by_beginning_it_again(at: Database) -> None:
    before = dump(at)
    with pytest.raises(SelectionError, match="there is a layer 'lee' already: choose another name"):
        new_layer(at.as_person(person("kim")), "lee")
    assert dump(at) == before
    assert files.layers(at.as_person(person("kim"))) == ("kim",)


def test_who_was_removed_is_out_at_the_next_call_and_another_role_counts_at_once(at: Database) -> None:
    kim, eda = at.as_person(person("kim")), at.as_person(person("eda"))
    stamp = signature(kim)
    remove(at.as_person(person("olo")), "kim@example.org")
    assert signature(kim) != stamp, "a page that asks only whether something changed looks again"
    for act in (load, layers, history):
        with pytest.raises(REFUSED, match="is not a member of this dataset"):
            act(kim)
    invite(at, "eda@example.org", "reader")
    with pytest.raises(RoleError, match="is a reader of this dataset and cannot change it"):
        apply(eda, [EVE], by="", why="edit")
    assert load(eda).version == load(at).version
    invite(at, "kim@example.org", "coder")
    assert bind(kim)
    assert files.layers(kim) == ("kim",), "the layer is theirs again"


def test_an_address_that_is_not_verified_gets_no_role(at: Database) -> None:
    invite(at, "new@example.org", "editor")
    before = dump(at)
    for who in (
        person("new", verified=False),
        Person(ISSUER, "7", "", True, "new@example.org"),
        Person("", "", "new@example.org", True),
        Person(ISSUER, "", "new@example.org", True),
        Person("", "7", "new@example.org", True),
        Person(ISSUER, "7", "other@example.org", True),
        Person(ISSUER, "7", "new@example.org.evil.example", True),
    ):
        assert not bind(at.as_person(who))
        with pytest.raises(REFUSED):
            load(at.as_person(who))
        with pytest.raises(REFUSED):
            apply(at.as_person(who), [EVE], by="", why="edit")
        with pytest.raises(RoleError):
            look(at.as_person(who), "0" * 12)
        assert last_seen(at.as_person(who)) == ""
    assert dump(at) == before
    assert bind(at.as_person(Person(ISSUER, "7", " New@Example.org ", True)))
    assert load(at.as_person(Person(ISSUER, "7"))).version == load(at).version, "known from then on without the address"


def test_two_providers_with_the_same_subject_are_two_people(at: Database) -> None:
    other = at.as_person(person("eda", issuer="https://elsewhere.example.org"))
    assert not bind(other), "the invitation is taken"
    with pytest.raises(REFUSED, match="is not a member"):
        load(other)
    invite(at, "second@example.org", "reader")
    second = at.as_person(Person("https://elsewhere.example.org", "subject of eda", "second@example.org", True))
    assert bind(second)
    assert apply(at.as_person(person("eda")), [EVE], by="", why="edit").version == load(second).version
    with pytest.raises(RoleError):
        undo(second, by="")
    look(second, "1" * 12)
    assert (last_seen(second), last_seen(at.as_person(person("eda")))) == ("1" * 12, "")


def test_an_invitation_is_bound_once_also_by_two_at_once(at: Database) -> None:
    for number in range(5):
        invite(at, f"one{number}@example.org", "owner")
        ready = Barrier(4)

        def come(subject: str, number: int = number, ready: Barrier = ready) -> bool:
            ready.wait()
            return bind(at.as_person(Person(ISSUER, f"{subject}{number}", f"one{number}@example.org", True)))

        with ThreadPoolExecutor(4) as pool:
            assert sorted(pool.map(come, "abcd")) == [False, False, False, True]
    assert not bind(at.as_person(person("kim"))), "who is a member is one already"


def test_one_person_has_one_membership(at: Database) -> None:
    invite(at, "kim2@example.org", "owner")
    assert not bind(at.as_person(Person(ISSUER, "subject of kim", "kim2@example.org", True)))
    with pytest.raises(RoleError):
        members(at.as_person(person("kim")))


def test_the_last_owner_can_neither_go_nor_become_something_else(at: Database) -> None:
    olo = at.as_person(person("olo"))
    for act in (lambda: remove(olo, "OLO@example.org "), lambda: invite(olo, "olo@example.org", "editor"),
                lambda: remove(at, "olo@example.org")):  # fmt: skip
        with pytest.raises(SelectionError, match="is the last owner: make somebody else an owner first"):
            act()
    invite(olo, "eda@example.org", "owner")
    remove(olo, "olo@example.org")
    with pytest.raises(RoleError):
        members(olo)
    eda = at.as_person(person("eda"))
    with pytest.raises(SelectionError, match="is the last owner"):
        invite(eda, "eda@example.org", "reader")
    # Of two owners who take each other out at once, one stays.
    invite(eda, "olo@example.org", "owner")
    bind(olo)
    ready = Barrier(2)

    def out(who: Database, other: str) -> str:
        ready.wait()
        try:
            remove(who, other)
        except (SelectionError, RoleError) as e:
            return type(e).__name__
        return ""

    with ThreadPoolExecutor(2) as pool:
        answers = [*pool.map(out, (eda, olo), ("olo@example.org", "eda@example.org"))]
    assert sorted(map(bool, answers)) == [False, True]
    assert sum(m.role == "owner" for m in members(at)) == 1


def test_what_is_no_address_is_not_invited(at: Database) -> None:
    before = dump(at)
    for email in ("", "kim", "kim@", "@x", "a b@x", "a@b@c", "a\n@x", "a\0@x", "x" * 200 + "@x", "<kim@x>", "a@b",
                  "a@b.", "a@.b", "a@b..c", "ann.example.org@example"):  # fmt: skip
        with pytest.raises(SelectionError, match="is not an e-mail address"):
            invite(at, email, "reader")
    with pytest.raises(SelectionError, match="role: 'admin' is not one of"):
        invite(at, "kim@example.org", "admin")
    with pytest.raises(SelectionError, match="members: "):
        remove(at, "nobody@example.org")
    assert dump(at) == before


def test_a_role_that_is_none_in_the_table_gives_nothing(at: Database) -> None:
    from matrix.store import database

    with database.changing_rows(at) as (c, _):
        c.execute(database.MEMBERS.update().where(database.MEMBERS.c.email == "eda@example.org").values(role="admin"))
    with pytest.raises(REFUSED, match="is not a member"):
        load(at.as_person(person("eda")))
    assert set(ROLES) == {"reader", "coder", "editor", "owner"}


def test_only_the_administrator_makes_and_upgrades_tables(
    at: Database, new_database: Callable[[str], Database]
) -> None:
    from matrix.store import database

    olo: Any = at.as_person(person("olo"))
    with pytest.raises(RoleError, match="administrator's to upgrade"):
        database.upgrade(olo)
    empty = new_database("sqlite").as_person(person("olo"))
    with pytest.raises((RoleError, DatasetError, OSError)):
        copy(at, empty)
    assert empty.file is not None
    assert not empty.file.exists()
