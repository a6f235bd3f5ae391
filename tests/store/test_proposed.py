"""Changes that wait for an editor: proposed, accepted as one step of the history, declined, withdrawn; on every store."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from click.testing import CliRunner

from matrix.cli import main
from matrix.dataset.changes import Change
from matrix.dataset.codebook import Recoding, merge, rename
from matrix.dataset.dataset import Dataset
from matrix.dataset.former_ids import Became
from matrix.dataset.location import Database, Location
from matrix.dataset.problems import DatasetError, SelectionError
from matrix.store import files, open_store
from matrix.store.atomic_files import PROPOSED_FILE
from matrix.store.copy import copy
from matrix.store.folder import load
from matrix.store.history import OutdatedError, apply, history, save, undo
from matrix.store.layers import new_layer
from matrix.store.proposed import (
    LONGEST,
    NOT_ACCEPTED,
    ProposedChanges,
    accept,
    decline,
    propose,
    proposed,
    proposed_problems,
    taken_back,
    withdraw_proposed,
)
from tests.steps import killed, steps_of
from tests.tiny import dataset

NOTE = Change("changed", "statements", "s1", "note", "", "as I read it")
EVE = Change("added", "actors", "eve", values=(("name", "Eve"), ("side", "north")))


def coded(id_: str, **values: str) -> Change:
    given = {"actor": "bob", "proposal": "ban", "stance": "oppose", "source": "early", **values}
    return Change("added", "statements", id_, values=tuple(given.items()))


@pytest.fixture(
    params=(
        "folder",
        pytest.param("sqlite", marks=pytest.mark.slow),
        pytest.param("postgresql", marks=pytest.mark.slow),
    )
)
def at(request: pytest.FixtureRequest, tmp_path: Path, new_database: Callable[[str], Database]) -> Location:
    """Two statements, in a folder or in a database."""
    made = tmp_path / "d" if request.param == "folder" else new_database(request.param)
    save(dataset("ann talk support late", "cem talk oppose early"), made)
    return made


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    save(dataset("ann talk support late", "cem talk oppose early"), tmp_path / "d")
    return tmp_path / "d"


def ask(at: Location, *changes: Change, why: str = "heard it again") -> ProposedChanges:
    return propose(at, changes, seen="", by="Kim", why=why)


def everything(at: Location) -> dict[str, bytes | None]:
    """What is kept of the dataset besides its tables, and its version."""
    return {**files.everything(at), "version": load(at).version.encode()}


def test_what_is_proposed_changes_only_the_list_until_it_is_accepted(at: Location) -> None:
    before = load(at)
    made = propose(at, [NOTE, EVE], seen=before.version, by="Kim", why="  heard it again\n ")
    assert (made.number, made.by, made.why, made.state, made.changes) == (
        1,
        "Kim",
        "heard it again",
        "open",
        (NOTE, EVE),
    )
    assert load(at).version == before.version
    assert history(at) == []
    assert proposed(at) == [made]

    now = accept(at, 1, by="Edith")
    assert now.version == load(at).version != before.version
    assert load(at).statements["note"].tolist() == ["as I read it", ""]
    (step,) = history(at)
    assert (step.by, step.kind, step.why) == ("Edith", "edit", "proposed by Kim: heard it again")
    assert step.changes == (NOTE, EVE)
    (done,) = proposed(at)
    assert (done.state, done.step, done.decided_by, done.changes) == ("accepted", 1, "Edith", made.changes)
    assert done.decided_at >= made.at


def test_what_was_decided_is_decided_once(at: Location) -> None:
    before = load(at).version
    for change in (NOTE, EVE, coded("s3")):
        ask(at, change)
    decline(at, 1, by="Edith", reason="not what was said")
    withdraw_proposed(at, 2)
    assert [(p.state, p.decided_by, p.reason) for p in proposed(at)] == [
        ("declined", "Edith", "not what was said"),
        ("withdrawn", "", ""),
        ("open", "", ""),
    ]
    accept(at, 3, by="Edith")
    held = everything(at)
    for number, state in ((1, "declined by Edith"), (2, "withdrawn"), (3, "accepted by Edith")):
        for act in (
            partial(accept, at, number, by="x"),
            partial(decline, at, number, by="x", reason="y"),
            partial(withdraw_proposed, at, number),
        ):
            with pytest.raises(SelectionError, match=f"number: {number} is not open, it was {state}"):
                act()
    for number in (0, 4, -1):
        with pytest.raises(SelectionError, match=f"nothing was proposed as number {number}; open: nothing"):
            accept(at, number, by="x")
    assert everything(at) == held
    assert load(at).version != before


def test_what_could_not_be_applied_now_cannot_be_proposed_and_is_refused_alike(at: Location) -> None:
    ask(at, NOTE)
    held = everything(at)
    for changes in (
        [Change("changed", "statements", "s9", "note", "", "x")],
        [Change("changed", "statements", "s1", "note", "other", "x")],
        [Change("deleted", "actors", "ann")],
        [coded("s3", actor="nobody")],
        [coded("s1")],
    ):
        with pytest.raises(DatasetError) as of_proposing:
            ask(at, *changes)
        with pytest.raises(DatasetError) as of_applying:
            apply(at, changes, by="x", why="x")
        assert of_proposing.value.problems == of_applying.value.problems
    with pytest.raises(OutdatedError):
        propose(at, [EVE], seen="0" * 12, by="Kim", why="x")
    for why, words in (
        ("", "is needed"),
        (" \n", "is needed"),
        ("x" * (LONGEST + 1), "501 characters, and 500 at most"),
    ):
        with pytest.raises(SelectionError, match=f"why: .*{words}"):
            ask(at, EVE, why=why)
        with pytest.raises(SelectionError, match=f"reason: .*{words}"):
            decline(at, 1, by="x", reason=why)
    with pytest.raises(SelectionError, match="there are none to propose"):
        ask(at)
    with pytest.raises(SelectionError, match="you have proposed just this already, as number 1"):
        ask(at, NOTE, why="again")
    for kind in ("undo", "import", "reconcile", "fill"):
        with pytest.raises(SelectionError, match=f"kind: '{kind}' is not one of"):
            propose(at, [EVE], seen="", by="Kim", why="x", kind=kind)
    assert everything(at) == held


def test_what_has_changed_meanwhile_is_a_conflict_that_is_named_and_leaves_it_open(at: Location) -> None:
    ask(at, NOTE, Change("changed", "actors", "bob", "name", "Bob", "Ben"))
    ask(at, Change("deleted", "statements", "s2"))
    ask(at, EVE)
    ask(at, Change("changed", "statements", "s2", "note", "", "x"))
    apply(
        at,
        [
            Change("changed", "statements", "s1", "note", "", "as Olga reads it"),
            Change("changed", "statements", "s2", "stance", "oppose", "support"),
            Change("added", "actors", "eve", values=(("name", "Another Eve"),)),
        ],
        by="Olga",
        why="meanwhile",
    )
    held = everything(at)
    for number, words in (
        (
            1,
            "statements.csv: the note of s1 is 'as Olga reads it' by now; number 1 proposed 'as I read it' in place of ''",
        ),
        (2, "statements.csv: s2, which was to be deleted, was changed meanwhile"),
        (3, "actors.csv: there is another 'eve' by now"),
    ):
        with pytest.raises(DatasetError) as caught:
            accept(at, number, by="Edith")
        assert [str(p) for p in caught.value.problems] == [words]
        assert caught.value.outcome == NOT_ACCEPTED
    assert everything(at) == held
    assert all(p.is_open for p in proposed(at))
    accept(at, 4, by="Edith")  # another value of a row that was changed is no conflict
    assert load(at).statements["note"].tolist() == ["as Olga reads it", "x"]
    apply(at, [Change("deleted", "statements", "s1")], by="Olga", why="out")
    with pytest.raises(DatasetError, match="there is no 's1' any more"):
        accept(at, 1, by="Edith")


def test_what_the_dataset_has_by_now_is_left_out_and_of_nothing_else_no_step_is_made(folder: Path) -> None:
    ask(folder, NOTE, Change("deleted", "statements", "s2"), EVE)
    ask(folder, NOTE, coded("s3"))
    apply(folder, [NOTE, Change("deleted", "statements", "s2"), EVE], by="Olga", why="meanwhile")
    with pytest.raises(SelectionError, match="the dataset has all of number 1 already: decline it"):
        accept(folder, 1, by="Edith")
    accept(folder, 2, by="Edith")
    assert [c.id for c in history(folder)[-1].changes] == ["s3"]


def test_what_would_make_the_dataset_unsound_by_now_stays_open(folder: Path) -> None:
    ask(folder, coded("s3", actor="bob"))
    apply(folder, [Change("deleted", "actors", "bob")], by="Olga", why="out")
    with pytest.raises(DatasetError, match="'bob' is not one of ann, cem, dee") as caught:
        accept(folder, 1, by="Edith")
    assert caught.value.outcome == NOT_ACCEPTED
    assert [p.state for p in proposed(folder)] == ["open"]


def test_a_new_statement_whose_id_was_taken_gets_the_next_free_one_also_where_it_supersedes(at: Location) -> None:
    supersedes = Change("changed", "statements", "s2", "superseded_by", "", "s3")
    ask(at, coded("s3", actor="cem", proposal="talk", stance="support", source="late", date_note="undated"), supersedes)
    apply(at, [coded("s3"), coded("s4", proposal="test")], by="Olga", why="meanwhile")
    apply(at, [Change("deleted", "statements", "s4")], by="Olga", why="out")
    accept(at, 1, by="Edith")
    now = load(at).statements.set_index("id")
    assert [*now.index] == ["s1", "s2", "s3", "s5"], "nor that of a row that there once was"
    assert now.loc["s2", "superseded_by"] == "s5"
    assert (now.loc["s3", "actor"], now.loc["s5", "actor"]) == ("bob", "cem")


def test_a_code_that_is_renamed_or_merged_is_known_under_its_old_id_once_it_is_accepted(at: Location) -> None:
    made = merge(load(at), "proposals", ["test"], into="talk")
    propose(at, made.changes, seen="", by="Kim", why="the same", became=made.became, kind=made.kind)
    other = rename(load(at), "actors", "dee", id="dora", title="Dora")
    propose(at, other.changes, seen="", by="Kim", why="her name", became=other.became, kind=other.kind)
    assert [p.became for p in proposed(at)] == [made.became, other.became]
    for number in (1, 2):
        accept(at, number, by="Edith")
    assert [s.kind for s in history(at)] == ["merge", "rename"]
    now = load(at)
    assert (now.moved["proposals"]["test"], now.moved["actors"]["dee"]) == ("talk", "dora")


def test_an_accepted_step_is_taken_back_like_any_other_and_stays_accepted_in_the_list(at: Location) -> None:
    before = load(at).version
    ask(at, NOTE)
    ask(at, EVE)
    accept(at, 2, by="Edith")
    accept(at, 1, by="Edith")
    assert taken_back(at, proposed(at)) == set()
    undo(at, by="Olga", step=1)
    assert taken_back(at, proposed(at)) == {2}
    undo(at, by="Olga", step=2)
    assert load(at).version == before
    assert [p.state for p in proposed(at)] == ["accepted", "accepted"]
    assert ask(at, NOTE).number == 3, "it can be proposed again"


@pytest.mark.slow
def test_the_list_travels_with_a_copy_any_way(
    folder: Path, tmp_path: Path, new_database: Callable[[str], Database]
) -> None:
    for change in (NOTE, EVE, coded("s3", note='a\u2028b\n\x00\r, "quoted" 杰姆')):
        ask(folder, change)
    accept(folder, 1, by="Edith")
    decline(folder, 2, by="Edith", reason="no")
    found = proposed(folder)
    place: Location = folder
    for target in (new_database("sqlite"), new_database("postgresql"), tmp_path / "back"):
        copy(place, target)
        assert proposed(target) == found
        place = target
    assert (tmp_path / "back" / PROPOSED_FILE).read_bytes() == (folder / PROPOSED_FILE).read_bytes()


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"{", "it is not JSON"),
        (b"[]", "an object is expected, not a list"),
        (b"\xff", "it is not UTF-8"),
        (b"{}", "at is missing"),
        (b"[" * 100_000, "it is nested too deeply"),
        (b'{"at":"","by":"","why":"","state":"done","changes":[]}', "state 'done' is not one of"),
        (b'{"at":"","by":"","why":"","state":"open","changes":[]}', "changes is empty"),
        (b'{"at":"","by":"","why":"","state":"open","kind":"undo","changes":[]}', "kind 'undo' is not one of"),
        (b'{"at":"","by":"","why":"","state":"accepted","changes":[]}', "step is not the number of a step"),
        (b'{"at":"","by":"","why":"","state":"open","step":3,"changes":[]}', "step is not the number of a step"),
        (b'{"at":"","by":"","why":"","state":"open","step":true,"changes":[]}', "step is not the number of a step"),
        (b'{"at":1,"by":"","why":"","state":"open","changes":[]}', "where a text is expected"),
        (b'{"at":"","by":"","why":"","state":"open","changes":[{"kind":"added","table":"nope","id":"x"}]}', "the table 'nope'"),
        (b'{"at":"","at":"","by":"","why":"","state":"open","changes":[]}', "'at' appears twice"),
    ],
    ids=range(14),
)  # fmt: skip
def test_a_line_that_is_none_is_a_problem_with_its_number_and_is_not_written_over(
    folder: Path, raw: bytes, words: str
) -> None:
    ask(folder, NOTE)
    file = folder / PROPOSED_FILE
    broken = raw + b"\n\n" + file.read_bytes().removesuffix(b"\n")
    file.write_bytes(broken)
    (problem,) = proposed_problems(folder)
    assert (problem.file, problem.row) == (PROPOSED_FILE, 1)
    assert words in problem.message
    checked = CliRunner().invoke(main, ["check", str(folder)])
    assert checked.exit_code == 1
    assert words in checked.stdout
    for act in (
        lambda: accept(folder, 1, by="x"),
        lambda: decline(folder, 1, by="x", reason="y"),
        lambda: withdraw_proposed(folder, 1),
    ):
        with pytest.raises(DatasetError, match="is not a line of proposed changes") as caught:
            act()
        assert "number 1 of the proposed changes cannot be read" in caught.value.outcome
    assert file.read_bytes() == broken
    # The others are decided all the same, and that line stays what it is.
    assert ask(folder, EVE).number == 4
    decline(folder, 4, by="x", reason="y")
    accept(folder, 3, by="Edith")
    assert [(p.number, p.state) for p in proposed(folder)] == [(3, "accepted"), (4, "declined")]
    assert file.read_bytes().startswith(raw + b"\n\n")
    file.write_bytes(file.read_bytes().partition(b"\n")[2])
    assert not proposed_problems(folder)
    assert CliRunner().invoke(main, ["check", str(folder)]).exit_code == 0


# ---- what may be kept


@pytest.mark.parametrize(
    ("changes", "became", "words"),
    [
        ([coded("s3", note="half \ud800 a character")], [], "lone surrogate"),
        ([Change("added", "statements", "s3", values=(*coded("s3").values, ("note", 5)))], [], "where a text is"),  # type: ignore[arg-type]
        ([Change("added", "statements", "s3", values=(*coded("s3").values, ("note", b"x")))], [], "JSON"),  # type: ignore[arg-type]
        ([replace(coded("s3"), values=(*coded("s3").values, ("actor", "bob")))], [], "each column once"),
        ([replace(coded("s3"), values=(*coded("s3").values, ("id", "zz")))], [], "'s3' have another id"),
        ([replace(coded("s3"), column="note")], [], "has the column 'note'"),
        ([replace(coded("s3"), at=-7)], [], "'at' is not a row"),
        ([Change("conflict", "statements", "s1", "note", "", "x")], [], "kind 'conflict' is not one of"),
        ([Change("changed", "statements", "s1", "id", "s1", "s8")], [], "has the column 'id'"),
        ([Change("added", "members", "x", values=(("role", "owner"),))], [], "the table 'members' is not one of"),
        ([EVE], [Became("members", "a", "b")], "'members' is not one of"),
    ],
    ids=range(11),
)
def test_what_no_line_can_hold_is_refused_in_a_sentence_and_nothing_is_kept(
    at: Location, changes: list[Change], became: list[Became], words: str
) -> None:
    ask(at, NOTE)
    held = everything(at)
    with pytest.raises(SelectionError, match="changes: they cannot be kept: ") as caught:
        propose(at, changes, seen="", by="Kim", why="x", became=became)
    assert words in str(caught.value)
    assert everything(at) == held
    assert ask(at, replace(coded("s3"), values=(*coded("s3").values, ("id", "s3")))).changes[0].id == "s3"


@pytest.mark.slow
def test_what_postgresql_cannot_keep_is_not_proposed_there(new_database: Callable[[str], Database]) -> None:
    place = new_database("postgresql")
    save(dataset("ann talk support late"), place)
    with pytest.raises(SelectionError, match="NUL"):
        ask(place, coded("s3", note="a\0b"))
    assert proposed(place) == []


def test_one_person_s_open_changes_are_bounded_in_number_and_in_bytes(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from matrix.store import proposed as module

    monkeypatch.setattr(module, "MOST", 3)
    for number in range(3):
        ask(folder, coded(f"s{number + 3}"))
    with pytest.raises(SelectionError, match="3 proposals of yours wait for an editor, 3 at most: withdraw one"):
        ask(folder, EVE)
    propose(folder, [EVE], seen="", by="Lee", why="of somebody else")
    withdraw_proposed(folder, 1)
    assert ask(folder, NOTE).number == 5
    monkeypatch.setattr(module, "LARGEST", 2_000)
    withdraw_proposed(folder, 2)
    with pytest.raises(SelectionError, match=r"they have \d,\d{3} bytes, and 2,000 at most are kept: propose fewer"):
        ask(folder, coded("s9", note="x" * 2_000))
    with pytest.raises(SelectionError, match=r"2 proposals of yours wait for an editor, 2,000 bytes at most"):
        ask(folder, coded("s9", note="x" * 1_500))


def test_what_was_withdrawn_long_ago_leaves_the_list_and_every_other_keeps_its_number(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from matrix.store import proposed as module

    monkeypatch.setattr(module, "LARGEST", 2_500)
    for number in range(1, 12):
        assert propose(folder, [coded("s3", note="x" * 800)], seen="", by="Kim", why="x").number == number
        withdraw_proposed(folder, number)
    assert [p.number for p in proposed(folder)] == [9, 10, 11], "two of 2,500 bytes were left, and the last one came"
    assert not proposed_problems(folder)
    assert (folder / PROPOSED_FILE).stat().st_size < 4_000
    with pytest.raises(SelectionError, match="nothing was proposed as number 3"):
        withdraw_proposed(folder, 3)


def test_in_a_folder_it_is_said_who_has_proposed_just_this(folder: Path) -> None:
    ask(folder, NOTE)
    with pytest.raises(SelectionError, match="Kim has proposed just this already, as number 1"):
        propose(folder, [NOTE], seen="", by="Lee", why="so do I")


# ---- held against what the dataset has become


def test_two_who_supersede_one_statement_are_a_conflict_though_both_took_the_next_number(at: Location) -> None:
    supersedes = Change("changed", "statements", "s1", "superseded_by", "", "s3")
    later = {"actor": "ann", "proposal": "talk", "source": "late", "date_note": "undated"}
    ask(at, coded("s3", **later, note="Kim's"), supersedes)
    ask(at, coded("s3", **later, note="Lee's"), supersedes)
    accept(at, 1, by="Edith")
    with pytest.raises(DatasetError) as caught:
        accept(at, 2, by="Edith")
    words = (
        "the superseded by of s1 is 's3' by now; number 2 proposed 's3' (its own, which would be 's4') in place of ''"
    )
    assert [p.message for p in caught.value.problems] == [words]
    assert [p.state for p in proposed(at)] == ["accepted", "open"]
    assert load(at).statements["note"].tolist() == ["", "", "Kim's"]


def test_the_number_of_a_statement_that_was_deleted_is_not_given_again(at: Location) -> None:
    ask(at, coded("s3", note="Kim's"))
    apply(at, [coded("s3", note="Olga's")], by="Olga", why="meanwhile")
    apply(at, [Change("deleted", "statements", "s3")], by="Olga", why="out")
    accept(at, 1, by="Edith")
    assert load(at).statements["id"].tolist() == ["s1", "s2", "s4"]


def recode(at: Location, made: Recoding, *more: Change) -> None:
    propose(at, [*made.changes, *more], seen="", by="Kim", why="x", became=made.became, kind=made.kind)


def write_recoding(at: Location, made: Recoding) -> None:
    apply(at, made.changes, by="Olga", why="meanwhile", became=made.became, kind=made.kind)


@pytest.mark.parametrize(
    ("mine", "theirs", "words"),
    [
        (
            lambda d: rename(d, "proposals", "ban", id="prohibit"),
            lambda d: rename(d, "proposals", "ban", id="forbid"),
            "proposals.csv: 'ban', which was to become 'prohibit', is 'forbid' by now",
        ),
        (
            lambda d: merge(d, "actors", ["dee"], into="bob"),
            lambda d: merge(d, "actors", ["dee"], into="cem"),
            "actors.csv: 'dee', which was to become 'bob', is 'cem' by now",
        ),
        (
            lambda d: merge(d, "actors", ["ann"], into="bob"),
            lambda d: merge(d, "actors", ["ann"], into="cem"),
            "actors.csv: 'ann', which was to become 'bob', is 'cem' by now",
        ),
    ],
    ids=["renamed", "merged, named by nobody", "merged"],
)
def test_a_code_that_became_something_else_meanwhile_is_a_conflict_and_nothing_is_half_made(
    at: Location, mine: Callable[[Dataset], Recoding], theirs: Callable[[Dataset], Recoding], words: str
) -> None:
    recode(at, mine(load(at)))
    recode(at, mine(load(at)), NOTE)
    write_recoding(at, theirs(load(at)))
    before = load(at)
    for number in (1, 2):
        with pytest.raises(DatasetError) as caught:
            accept(at, number, by="Edith")
        assert words in map(str, caught.value.problems)
        assert caught.value.outcome == NOT_ACCEPTED
    assert load(at).version == before.version


def test_a_row_that_is_gone_is_met_only_where_all_the_rest_is(folder: Path) -> None:
    made = merge(load(folder), "actors", ["dee"], into="bob")
    recode(folder, made)
    recode(folder, made, NOTE)
    write_recoding(folder, made)
    with pytest.raises(SelectionError, match="the dataset has all of number 1 already: decline it"):
        accept(folder, 1, by="Edith")
    with pytest.raises(DatasetError, match="'dee', which was to become 'bob', is 'bob' by now"):
        accept(folder, 2, by="Edith")
    ask(folder, Change("deleted", "statements", "s2"), NOTE)
    apply(folder, [Change("deleted", "statements", "s2")], by="Olga", why="out")
    with pytest.raises(DatasetError, match="there is no 's2' any more, which was to be deleted"):
        accept(folder, 3, by="Edith")


def test_what_names_a_code_since_is_renamed_or_merged_along(at: Location) -> None:
    recode(at, rename(load(at), "proposals", "ban", id="prohibit"))
    recode(at, merge(load(at), "actors", ["dee"], into="bob"))
    recode(at, merge(load(at), "themes", ["process"], into="arms"))
    more = [
        coded("s3"),
        coded("s4", proposal="test", actor="dee"),
        Change("added", "proposals", "hotline", values=(("title", "A hotline"), ("theme", "process"))),
    ]
    apply(at, more, by="Olga", why="meanwhile")
    for number in (1, 2, 3):
        accept(at, number, by="Edith")
    now = load(at)
    assert now.statements["proposal"].tolist() == ["talk", "talk", "prohibit", "test"]
    assert now.statements["actor"].tolist() == ["ann", "cem", "bob", "bob"]
    assert set(now.frames["proposals"]["theme"]) == {"arms"}
    assert (now.moved["proposals"]["ban"], now.moved["actors"]["dee"]) == ("prohibit", "bob")


@pytest.mark.skipif(os.name != "posix", reason="children are forked")
@pytest.mark.slow
def test_killed_while_it_is_accepted_the_list_says_so_if_and_only_if_the_step_is_there(folder: Path) -> None:
    ask(folder, NOTE)
    spare = shutil.copytree(folder, folder.parent / "spare")
    steps = steps_of(lambda: accept(folder, 1, by="Edith"))
    seen = set()
    for step in range(0, steps, 2):
        shutil.rmtree(folder)
        shutil.copytree(spare, folder)
        assert killed(lambda: accept(folder, 1, by="Edith"), step)
        done = len(history(folder))
        assert [(p.state, p.step) for p in proposed(folder)] == [("accepted", 1) if done else ("open", 0)], step
        assert load(folder).statements["note"].tolist()[0] == ("as I read it" if done else ""), step
        seen.add(done)
        if not done:
            accept(folder, 1, by="Edith")
    assert seen == {0, 1}


def test_what_somebody_added_to_a_line_stays(folder: Path) -> None:
    ask(folder, NOTE)
    file = folder / PROPOSED_FILE
    file.write_text(json.dumps({**json.loads(file.read_text("utf-8")), "seen by": "Lee"}), encoding="utf-8")
    ask(folder, EVE)
    decline(folder, 1, by="Edith", reason="no")
    assert [json.loads(x).get("seen by") for x in file.read_text("utf-8").splitlines()] == ["Lee", None]


def test_a_list_that_is_broken_keeps_nobody_from_working(folder: Path) -> None:
    (folder / PROPOSED_FILE).write_bytes(b"{\n")
    assert isinstance(apply(folder, [NOTE], by="Olga", why="a look"), Dataset)


def test_changes_are_proposed_to_the_dataset_itself(folder: Path) -> None:
    new_layer(folder, "kim")
    for act in (proposed, lambda at: propose(at, [NOTE], seen="", by="Kim", why="x")):
        with pytest.raises(ValueError, match="not to the layer kim"):
            act(open_store(folder, layer="kim"))


def test_of_two_who_propose_at_once_each_gets_a_number_of_their_own(at: Location) -> None:
    with ThreadPoolExecutor(4) as pool:
        made = [pool.submit(ask, at, coded(f"s{n}"), why=f"w{n}") for n in range(3, 11)]
        numbers = sorted(each.result().number for each in made)
    assert numbers == [p.number for p in proposed(at)] == [*range(1, 9)]
    assert {p.why for p in proposed(at)} == {f"w{n}" for n in range(3, 11)}


def between(monkeypatch: pytest.MonkeyPatch, act: Callable[[], object]) -> None:
    """Somebody else comes once, between the look at what is proposed and the writing."""
    from matrix.store import proposed as module

    def late(*args: object, **given: object) -> Dataset:
        monkeypatch.setattr(module, "apply", apply)
        act()
        return apply(*args, **given)  # type: ignore[arg-type]

    monkeypatch.setattr(module, "apply", late)


def test_of_two_who_decide_at_once_one_does(at: Location, monkeypatch: pytest.MonkeyPatch) -> None:
    ask(at, NOTE)
    ask(at, EVE)
    between(monkeypatch, lambda: accept(at, 1, by="Olga"))
    with pytest.raises(SelectionError, match="number: 1 is not open, it was accepted by Olga"):
        accept(at, 1, by="Edith")
    between(monkeypatch, lambda: decline(at, 2, by="Olga", reason="no"))
    with pytest.raises(SelectionError, match="number: 2 is not open, it was declined by Olga"):
        accept(at, 2, by="Edith")
    assert [s.by for s in history(at)] == ["Olga"]
    assert [p.state for p in proposed(at)] == ["accepted", "declined"]


def test_what_somebody_writes_between_the_look_and_the_writing_is_held_against_it_too(
    at: Location, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask(at, NOTE)
    between(monkeypatch, lambda: apply(at, [EVE], by="Olga", why="new"))
    accept(at, 1, by="Edith")
    assert [s.by for s in history(at)] == ["Olga", "Edith"]
    ask(at, Change("deleted", "statements", "s2"))
    between(
        monkeypatch, lambda: apply(at, [Change("changed", "statements", "s2", "note", "", "x")], by="Olga", why="y")
    )
    with pytest.raises(DatasetError, match="s2, which was to be deleted, was changed meanwhile"):
        accept(at, 2, by="Edith")
    assert load(at).statements["note"].tolist() == ["as I read it", "x"]
