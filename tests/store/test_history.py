"""Changes are written whole, once, with their history; they are taken back; a second writer sees the first one."""

from __future__ import annotations

import json
import os
import random
import re
import shutil
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from matrix.dataset.changes import Change
from matrix.dataset.problems import DatasetError
from matrix.store import history
from matrix.store.folder import load, save
from matrix.store.history import OutdatedError, apply, read_history, undo
from matrix.store.journal import HISTORY_FILE
from tests.steps import KILLS, killed, steps_of
from tests.tiny import dataset

ANNA = Change("changed", "actors", "ann", "name", "Ann", "Anna")
EVE = Change("added", "actors", "eve", values=(("name", "Eve"), ("side", "north"), ("mood", "calm")))
NO_BOB = Change("deleted", "actors", "bob", values=(("name", "Bob"), ("side", "north"), ("authority", "expert")), at=1)
LINK = Change("added", "links", "l1", values=(("proposal", "talk"), ("other", "test"), ("kind", "tension")))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    save(dataset("ann talk support late", "cem talk oppose late"), tmp_path / "d")
    return tmp_path / "d"


def bytes_of(folder: Path) -> dict[str, bytes]:
    return {f.name: f.read_bytes() for f in folder.iterdir() if f.suffix in (".csv", ".json")}


def test_changes_stand_in_the_folder_and_the_history_says_who_what_and_both_values(folder: Path) -> None:
    seen = load(folder).version
    made = apply(folder, [ANNA, EVE, NO_BOB], seen=seen, who="lee", what="import annex.xlsx")
    assert load(folder).version == made.version
    assert load(folder).actors[["id", "name", "mood"]].values.tolist() == [
        *(["ann", "Anna", ""], ["cem", "Cem", ""], ["dee", "Dee", ""], ["eve", "Eve", "calm"])
    ]
    (entry,) = read_history(folder)
    assert (entry.who, entry.what, entry.before, entry.after) == ("lee", "import annex.xlsx", seen, made.version)
    told = json.loads((folder / HISTORY_FILE).read_text("utf-8"))["changes"]
    assert told[0] == {"kind": "changed", "table": "actors", "id": "ann", "column": "name", "old": "Ann", "new": "Anna"}
    assert told[2]["values"] == [["name", "Bob"], ["side", "north"], ["authority", "expert"]]


def test_undo_gives_back_every_byte(folder: Path) -> None:
    before, seen = bytes_of(folder), load(folder).version
    apply(folder, [ANNA, EVE, NO_BOB, LINK], seen=seen, who="lee", what="edit")
    assert bytes_of(folder) != before
    assert undo(folder, who="kim").version == seen
    assert bytes_of(folder) == before
    assert [(e.who, e.undoes) for e in read_history(folder)] == [("lee", 0), ("kim", 1)]


def test_a_second_undo_takes_back_the_change_before(folder: Path) -> None:
    first = load(folder).version
    second = apply(folder, [ANNA], seen=first, who="lee", what="one").version
    apply(folder, [EVE], seen=second, who="lee", what="two")
    assert undo(folder, who="lee").version == second
    assert undo(folder, who="lee").version == first
    with pytest.raises(DatasetError, match="holds nothing that could be taken back"):
        undo(folder, who="lee")


def test_what_was_built_upon_is_not_taken_back(folder: Path) -> None:
    apply(folder, [ANNA, EVE], seen=load(folder).version, who="lee", what="edit")
    text = (folder / "actors.csv").read_text("utf-8").replace("Anna", "Annie").replace("Eve", "Eva")
    (folder / "actors.csv").write_text(text, "utf-8")
    now = load(folder).version
    with pytest.raises(DatasetError) as caught:
        undo(folder, who="lee")
    assert [p.message for p in caught.value.problems] == [
        "cannot be taken back: actors.csv, column name: changed ann: 'Ann' -> 'Anna'; it is 'Annie' now",
        "cannot be taken back: actors.csv: added eve (name 'Eve', side 'north', mood 'calm'); eve has been changed since",
    ]
    assert load(folder).version == now


def test_undo_takes_back_only_the_entry_that_was_meant(folder: Path) -> None:
    apply(folder, [ANNA], seen=load(folder).version, who="lee", what="first")
    now = apply(folder, [EVE], seen=load(folder).version, who="kim", what="second").version
    with pytest.raises(DatasetError, match="the last change is another one meanwhile"):
        undo(folder, who="lee", number=1)
    assert load(folder).version == now
    undo(folder, who="lee", number=2)
    assert [e.undoes for e in read_history(folder)] == [0, 0, 2]


def test_another_change_elsewhere_does_not_stand_in_the_way_of_undo(folder: Path) -> None:
    apply(folder, [ANNA], seen=load(folder).version, who="lee", what="edit")
    text = (folder / "actors.csv").read_text("utf-8").replace("Dee", "Deirdre")
    (folder / "actors.csv").write_text(text, "utf-8")
    undo(folder, who="lee")
    assert load(folder).actors["name"].tolist() == ["Ann", "Bob", "Cem", "Deirdre"]


def test_what_would_be_unsound_is_refused_and_nothing_is_written(folder: Path) -> None:
    before = bytes_of(folder)
    no_ann = Change("deleted", "actors", "ann")
    with pytest.raises(DatasetError, match="'ann' is not one of"):
        apply(folder, [EVE, no_ann], seen=load(folder).version, who="lee", what="edit")
    assert bytes_of(folder) == before
    assert not (folder / HISTORY_FILE).exists()


def test_changes_that_were_shown_on_another_version_are_refused(folder: Path) -> None:
    seen = load(folder).version
    apply(folder, [ANNA], seen=seen, who="lee", what="edit")
    with pytest.raises(OutdatedError, match="was changed meanwhile") as caught:
        apply(folder, [EVE], seen=seen, who="kim", what="edit")
    assert caught.value.now.version == load(folder).version


def test_of_two_that_apply_at_once_one_succeeds_and_the_other_sees_it(folder: Path) -> None:
    seen = load(folder).version

    def one(name: str) -> str:
        change = Change("changed", "actors", "ann", "name", "Ann", name)
        try:
            return apply(folder, [change], seen=seen, who=name, what="edit").version
        except OutdatedError as e:
            return f"outdated: {e.now.version}"

    with ThreadPoolExecutor(4) as pool:
        answers = sorted(pool.map(one, ["Anna", "Annie", "Anne", "Hannah"]))
    now = load(folder).version
    assert answers == sorted([now, *[f"outdated: {now}"] * 3])
    assert len(read_history(folder)) == 1


def test_a_broken_line_of_history_is_named_and_kept(folder: Path) -> None:
    (folder / HISTORY_FILE).write_text("not json", "utf-8")
    with pytest.raises(DatasetError, match=r"history\.jsonl row 1: is not a line of a history: it is not JSON"):
        read_history(folder)
    apply(folder, [ANNA], seen=load(folder).version, who="lee", what="edit")
    assert (folder / HISTORY_FILE).read_text("utf-8").startswith("not json\n{")


SOUND: dict[str, Any] = {
    "at": "2026-05-14T10:00:00+00:00",
    "who": "lee",
    "what": "edit",
    "before": "0" * 12,
    "after": "1" * 12,
    "changes": [{"kind": "changed", "table": "actors", "id": "ann", "column": "name", "old": "Ann", "new": "Anna"}],
    "columns": {"actors": ["id", "name"]},
}


def line(**other: Any) -> bytes:
    return json.dumps({**SOUND, **other}).encode()


def change(**other: Any) -> bytes:
    return line(changes=[{**SOUND["changes"][0], **other}])


DEEP = b"[" * 100_000 + b"]" * 100_000
BROKEN_LINES = {
    b'{"at": "\xff"}': "it is not UTF-8 (byte 0xff)",
    b"\x00\x00": "it is not JSON (Expecting value, character 1)",
    line() + line(): "it is not JSON (Extra data, character 269)",
    b"[]": "an object is expected, not a list",
    b"7": "an object is expected, not a number",
    b"{}": "at is missing",
    DEEP: "it is nested too deeply",
    line(columns=7)[:-2] + DEEP + b"}": "it is nested too deeply",
    line()[:-1] + b', "at": "again"}': "'at' appears twice",
    line(who=7): "a number ('7') where a text is expected",
    line(what=["edit"]): "a list where a text is expected",
    line(who="\ud800"): "it holds a character that is no text (a lone surrogate)",
    line(after="../../etc"): "after is not a version but '../../etc'",
    line(undoes="1"): "undoes is not the number of an earlier line but a text ('1')",
    line(undoes=-1): "undoes is not the number of an earlier line but a number ('-1')",
    line(undoes=1): "undoes is not the number of an earlier line but a number ('1')",
    line(undoes=True): "undoes is not the number of an earlier line but true or false ('True')",
    line(undoes=float("inf")): "undoes is not the number of an earlier line but a number ('inf')",
    line()[:-1] + b', "undoes": 1e999}': "undoes is not the number of an earlier line but a number ('inf')",
    line()[:-1] + b', "undoes": ' + b"9" * 5000 + b"}": "Exceeds the limit",
    line(changes={}): "changes is not a list but an object",
    line(changes=None): "changes is not a list but null",
    line(changes=["x"]): "a change is not an object but a text",
    change(kind="conflict"): "a change's kind 'conflict' is not one of added, changed, deleted",
    change(kind="added"): "a change of kind added has the column 'name' and the id 'ann'",
    change(column=""): "a change of kind changed has the column '' and the id 'ann'",
    change(column="id"): "a change of kind changed has the column 'id' and the id 'ann'",
    change(table="actor"): "the table 'actor' is not one of",
    change(id=""): "a change of kind changed has the column 'name' and the id ''",
    change(old=None): "null ('None') where a text is expected",
    change(at="2"): "a change's place 'at' is not a row but a text ('2')",
    change(at=-2): "a change's place 'at' is not a row but a number ('-2')",
    change(values="ab"): "values is not a list but a text",
    change(values=[["name"]]): "a change's values are not pairs",
    change(values=[["name", "A"], ["name", "B"]]): "a change's values are not pairs",
    line(columns=[]): "columns is not an object but a list",
    line(columns={"actor": []}): "the table 'actor' is not one of",
    line(columns={"actors": "id"}): "the columns of a table are not a list but a text",
    line(columns={"actors": ["id", "id"]}): "a column of a table appears twice",
}


@pytest.mark.parametrize("broken", BROKEN_LINES, ids=[f"{i}" for i in range(len(BROKEN_LINES))])
def test_a_line_that_is_none_is_a_problem_that_says_why_and_undo_writes_nothing(folder: Path, broken: bytes) -> None:
    before = bytes_of(folder)
    (folder / HISTORY_FILE).write_bytes(broken + b"\n")
    for act in (lambda: read_history(folder), lambda: undo(folder, who="lee")):
        with pytest.raises(DatasetError) as caught:
            act()
        (problem,) = caught.value.problems
        assert problem.row == 1
        assert f"is not a line of a history: {BROKEN_LINES[broken]}" in problem.message
    assert bytes_of(folder) == before


def test_the_line_that_the_broken_ones_are_made_of_is_sound(folder: Path) -> None:
    (folder / HISTORY_FILE).write_bytes(line() + b"\n\n" + line(undoes=1))
    assert [(e.number, e.undoes, e.intact) for e in read_history(folder)] == [(1, 0, None), (3, 1, None)]


@pytest.mark.parametrize("what", ["folder", "pipe", "dangling", "loop"])
def test_a_history_that_is_no_file_is_a_problem_and_nothing_is_written(folder: Path, what: str) -> None:
    file = folder / HISTORY_FILE
    make: dict[str, Callable[[], None]] = {
        "folder": file.mkdir,
        "pipe": lambda: os.mkfifo(file),
        "dangling": lambda: file.symlink_to("nowhere"),
        "loop": lambda: file.symlink_to(file.name),
    }
    make[what]()
    seen = load(folder).version
    acts = (
        lambda: read_history(folder),
        lambda: undo(folder, who="lee"),
        lambda: apply(folder, [ANNA], seen=seen, who="lee", what="edit"),
    )
    for act in acts:
        with pytest.raises(DatasetError, match=r"history\.jsonl: (is|cannot be read)"):
            act()
    assert load(folder).version == seen


TAMPERED = {
    '"old": "Ann"': '"old": "Eva"',
    '"new": "Anna"': '"new": "Anne"',
    '"who": "lee"': '"who": "kim"',
}


@pytest.mark.parametrize("old", TAMPERED)
@pytest.mark.parametrize("by_hand", [False, True])
@pytest.mark.parametrize("hash_", ["stale", "gone"])
def test_undo_refuses_old_values_that_the_dataset_never_held(folder: Path, old: str, by_hand: bool, hash_: str) -> None:
    apply(folder, [ANNA], seen=load(folder).version, who="lee", what="edit")
    if by_hand:
        text = (folder / "actors.csv").read_text("utf-8").replace("Dee", "Deirdre")
        (folder / "actors.csv").write_text(text, "utf-8")
    told = (folder / HISTORY_FILE).read_text("utf-8").replace(old, TAMPERED[old])
    if hash_ == "gone":
        told = re.sub(', "hash": "[^"]*"', "", told)
    (folder / HISTORY_FILE).write_text(told, "utf-8")
    before = bytes_of(folder)
    if hash_ == "gone" and not by_hand and "who" in old:  # the versions speak for the values; a name is no value
        undo(folder, who="lee")
        return
    with pytest.raises(DatasetError):
        undo(folder, who="lee")
    assert bytes_of(folder) == before


def test_undo_says_which_version_the_old_values_would_give(folder: Path) -> None:
    seen = load(folder).version
    apply(folder, [ANNA], seen=seen, who="lee", what="edit")
    told = json.loads((folder / HISTORY_FILE).read_text("utf-8"))
    del told["hash"]
    told["changes"][0]["old"] = "Eva"
    (folder / HISTORY_FILE).write_text(json.dumps(told), "utf-8")
    with pytest.raises(DatasetError, match=f"its old values do not lead back to version {seen} but to [0-9a-f]{{12}}"):
        undo(folder, who="lee")


def test_the_history_has_the_values_that_were_there_whatever_the_caller_says(folder: Path) -> None:
    before, seen = bytes_of(folder), load(folder).version
    lies = [Change("changed", "actors", "ann", "name", "Eva", "Anna"), Change("deleted", "actors", "bob")]
    apply(folder, lies, seen=seen, who="lee", what="edit")
    assert undo(folder, who="lee").version == seen
    assert bytes_of(folder) == before


def test_names_that_are_no_text_do_not_break_the_history(folder: Path) -> None:
    apply(folder, [ANNA], seen=load(folder).version, who="l\udcffe", what="import \x1b[31m\udcff.xlsx")
    assert [(e.who, e.what) for e in read_history(folder)] == [("l\ufffde", "import \ufffd[31m\ufffd.xlsx")]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork to measure a process of its own")
def test_undo_after_a_long_history_needs_little_memory(folder: Path) -> None:
    long = line(undoes=1, changes=SOUND["changes"] * 5000) + b"\n"
    with (folder / HISTORY_FILE).open("wb") as f:
        f.write(line() + b"\n")
        for _ in range(80_000_000 // len(long)):
            f.write(long)
    seen = load(folder).version
    size = (folder / HISTORY_FILE).stat().st_size
    child = os.fork()
    if not child:
        import resource

        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        apply(folder, [ANNA], seen=seen, who="lee", what="edit")
        undo(folder, who="lee")
        grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
        os._exit(0 if grown * (1 if sys.platform == "darwin" else 1024) < size / 2 else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert load(folder).version == seen
    assert (folder / HISTORY_FILE).stat().st_size > size


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork to kill a writer")
def test_killed_at_any_step_the_dataset_is_the_old_or_the_new_one_and_the_history_agrees(tmp_path: Path) -> None:
    old = dataset("ann talk support late", "cem talk oppose late")
    save(old, tmp_path / "old")
    new = history.applied(load(tmp_path / "old"), [ANNA, EVE, NO_BOB])
    shutil.copytree(tmp_path / "old", tmp_path / "counted")

    def change(folder: Path) -> None:
        apply(folder, [ANNA, EVE, NO_BOB], seen=old.version, who="lee", what="edit")

    steps = steps_of(lambda: change(tmp_path / "counted"))
    seen: dict[str, int] = {}
    rng = random.Random(7)
    for _ in range(KILLS):
        folder = tmp_path / "mine"
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(tmp_path / "old", folder)
        assert killed(lambda folder=folder: change(folder), at=rng.randrange(steps))
        version = load(folder).version
        entries = read_history(folder)
        assert [e.after for e in entries] == ([new.version] if version == new.version else [])
        assert version in (old.version, new.version)
        seen[version] = seen.get(version, 0) + 1
    assert min(seen.values()) > KILLS // 10, f"kills that came too early or too late: {seen}"
    assert len(seen) == 2
