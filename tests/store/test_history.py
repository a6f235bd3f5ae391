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
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from matrix.dataset.changes import Change, applied
from matrix.dataset.dataset import Dataset
from matrix.dataset.former_ids import FORMER_FILE
from matrix.dataset.problems import DatasetError
from matrix.store import history as steps_module
from matrix.store.atomic_files import HISTORY_FILE
from matrix.store.folder import contents, load, with_package
from matrix.store.history import OutdatedError, apply, history, save, undo
from tests.steps import KILLS, killed, steps_of
from tests.tiny import dataset

pytestmark = pytest.mark.slow

ANNA = Change("changed", "actors", "ann", "name", "Ann", "Anna")
EVE = Change("added", "actors", "eve", values=(("name", "Eve"), ("side", "north"), ("mood", "calm")))
NO_BOB = Change("deleted", "actors", "bob", values=(("name", "Bob"), ("side", "north"), ("authority", "expert")), at=1)
LINK = Change("added", "links", "l1", values=(("proposal", "talk"), ("other", "test"), ("kind", "tension")))


@pytest.fixture
def folder(tmp_path: Path, saved: Callable[[Dataset, Path], Path]) -> Path:
    return saved(dataset("ann talk support late", "cem talk oppose late"), tmp_path / "d")


def bytes_of(folder: Path) -> dict[str, bytes]:
    """The tables and their description; what became of ids is kept beside them, also of those that an undo takes."""
    files = (f for f in folder.iterdir() if f.suffix in (".csv", ".json") and f.name != FORMER_FILE)
    return {f.name: f.read_bytes() for f in files}


def test_changes_stand_in_the_folder_and_the_history_says_who_what_and_both_values(folder: Path) -> None:
    seen = load(folder).version
    made = apply(folder, [ANNA, EVE, NO_BOB], seen=seen, by="lee", why="import annex.xlsx")
    assert load(folder).version == made.version
    assert load(folder).actors[["id", "name", "mood"]].values.tolist() == [
        *(["ann", "Anna", ""], ["cem", "Cem", ""], ["dee", "Dee", ""], ["eve", "Eve", "calm"])
    ]
    (entry,) = history(folder)
    assert (entry.by, entry.why, entry.before, entry.after) == ("lee", "import annex.xlsx", seen, made.version)
    told = json.loads((folder / HISTORY_FILE).read_text("utf-8"))["changes"]
    assert told[0] == {"kind": "changed", "table": "actors", "id": "ann", "column": "name", "old": "Ann", "new": "Anna"}
    assert told[2]["values"] == [["name", "Bob"], ["side", "north"], ["authority", "expert"]]


def test_undo_gives_back_every_byte(folder: Path) -> None:
    before, seen = bytes_of(folder), load(folder).version
    apply(folder, [ANNA, EVE, NO_BOB, LINK], seen=seen, by="lee", why="edit")
    assert bytes_of(folder) != before
    assert undo(folder, by="kim").version == seen
    assert bytes_of(folder) == before
    assert [(e.by, e.undoes) for e in history(folder)] == [("lee", 0), ("kim", 1)]


def test_a_second_undo_takes_back_the_change_before(folder: Path) -> None:
    first = load(folder).version
    second = apply(folder, [ANNA], seen=first, by="lee", why="one").version
    apply(folder, [EVE], seen=second, by="lee", why="two")
    assert undo(folder, by="lee").version == second
    assert undo(folder, by="lee").version == first
    with pytest.raises(DatasetError, match="holds nothing that could be taken back"):
        undo(folder, by="lee")


def test_what_was_built_upon_is_not_taken_back(folder: Path) -> None:
    apply(folder, [ANNA, EVE], seen=load(folder).version, by="lee", why="edit")
    text = (folder / "actors.csv").read_text("utf-8").replace("Anna", "Annie").replace("Eve", "Eva")
    (folder / "actors.csv").write_text(text, "utf-8")
    now = load(folder).version
    with pytest.raises(DatasetError) as caught:
        undo(folder, by="lee")
    assert [p.message for p in caught.value.problems] == [
        "cannot be taken back: actors.csv, column name: changed ann: 'Ann' -> 'Anna'; it is 'Annie' now",
        "cannot be taken back: actors.csv: added eve (name 'Eve', side 'north', mood 'calm'); eve has been changed since",
    ]
    assert load(folder).version == now


def test_a_forged_line_with_its_own_hash_is_refused_where_the_versions_do_not_fit(folder: Path) -> None:
    save(with_package(load(folder).frames), folder.parent / "described")
    folder = folder.parent / "described"
    apply(folder, [ANNA], by="lee", why="first")
    apply(folder, [EVE], by="lee", why="second")
    file, lines = folder / HISTORY_FILE, (folder / HISTORY_FILE).read_text("utf-8").splitlines()

    def forged(line: str, **other: Any) -> str:
        made = json.loads(line) | other
        del made["hash"]
        return json.dumps(made | {"hash": steps_module._hash(made)})

    of_anna = [{**json.loads(lines[0])["changes"][0], "old": "Forged"}]
    wrong = {
        "another version at the end": [lines[0], forged(lines[1], after="0" * 12)],
        "its end is gone": lines[:1],
        "another order": lines[::-1],
        "an older value": [forged(lines[0], changes=of_anna, after="0" * 12)],
    }
    before = bytes_of(folder)
    for why, kept in wrong.items():
        file.write_text("\n".join(kept) + "\n", "utf-8")
        with pytest.raises(DatasetError, match=r"last saved as version|nothing was taken back|cannot be taken back"):
            undo(folder, by="kim")
        assert bytes_of(folder) == before, why
    columns = json.loads(lines[1])["columns"]
    columns["actors"].append("forged")
    file.write_text("\n".join([lines[0], forged(lines[1], columns=columns)]) + "\n", "utf-8")
    undo(folder, by="kim")
    assert "forged" not in load(folder).actors


def test_an_earlier_step_is_taken_back_where_nothing_later_touched_its_rows(folder: Path) -> None:
    apply(folder, [ANNA], by="lee", why="first")
    apply(folder, [EVE], by="kim", why="second", kind="import")
    undo(folder, by="lee", step=1)
    assert load(folder).actors["name"].tolist() == ["Ann", "Bob", "Cem", "Dee", "Eve"]
    undo(folder, by="lee")
    assert [(s.kind, s.undoes) for s in history(folder)] == [("edit", 0), ("import", 0), ("undo", 1), ("undo", 2)]
    with pytest.raises(DatasetError, match="row 1: was taken back already, by step 3"):
        undo(folder, by="lee", step=1)
    with pytest.raises(DatasetError, match="has no step 9"):
        undo(folder, by="lee", step=9)


def test_later_steps_on_the_same_rows_are_named(folder: Path) -> None:
    apply(folder, [ANNA], by="lee", why="first")
    apply(folder, [Change("changed", "actors", "ann", "name", "Anna", "Anne")], by="kim", why="second")
    apply(folder, [Change("changed", "actors", "ann", "side", "north", "south")], by="pat", why="third")
    now = load(folder).version
    with pytest.raises(DatasetError) as caught:
        undo(folder, by="lee", step=1)
    assert [str(p) for p in caught.value.problems] == [
        "history.jsonl row 1: cannot be taken back: 'ann' was changed since by step 3 (edit by pat: third); "
        "take that back first",
        "history.jsonl row 1: cannot be taken back: 'ann' was changed since by step 2 (edit by kim: second); "
        "take that back first",
    ]
    assert load(folder).version == now
    for step in (3, 2, 1):
        undo(folder, by="lee", step=step)
    assert load(folder).actors["name"].tolist()[0] == "Ann"


def test_taking_back_an_undo_makes_the_change_again(folder: Path) -> None:
    apply(folder, [ANNA, NO_BOB, LINK], by="lee", why="first")
    after = bytes_of(folder)
    undo(folder, by="lee")
    assert undo(folder, by="lee", step=2).version == history(folder)[0].after
    assert bytes_of(folder) == after
    assert undo(folder, by="lee", step=1).version == history(folder)[0].before, "the first stands again"


def test_without_a_version_that_was_seen_the_old_values_must_stand(folder: Path) -> None:
    with pytest.raises(DatasetError, match=r"actors.csv, column name: of ann is 'Ann', not 'An': look at the change"):
        apply(folder, [Change("changed", "actors", "ann", "name", "An", "Anna")], by="lee", why="edit")
    for kind in ("changed", "deleted"):
        with pytest.raises(DatasetError, match=f"there is no 'zed' to be {kind}"):
            apply(folder, [Change(kind, "actors", "zed", "name" if kind == "changed" else "")], by="lee", why="edit")
    assert apply(folder, [], by="lee", why="nothing").version == load(folder).version
    assert not (folder / HISTORY_FILE).exists()


def test_a_save_over_a_dataset_is_a_step_and_over_a_broken_one_refused(folder: Path) -> None:
    first = load(folder)
    other = applied(first, [ANNA, NO_BOB])
    save(other, folder, by="lee", why="from a notebook")
    assert load(folder).version == other.version
    assert [(s.kind, s.by, s.why, len(s.changes)) for s in history(folder)] == [("edit", "lee", "from a notebook", 2)]
    save(other, folder)
    assert len(history(folder)) == 1, "nothing differs"
    assert undo(folder, by="lee").version == first.version
    (folder / "actors.csv").write_text("id\n'", "utf-8")
    with pytest.raises(DatasetError, match=r"actors\.csv"):
        save(first, folder)
    assert (folder / "actors.csv").read_text("utf-8") == "id\n'"


def random_step(random: random.Random, data: Dataset, number: int) -> list[Change]:
    """Some changes that are sound together: actors renamed, added (some with a new column), or deleted."""
    actors = data.actors
    speakers = set(data.statements["actor"])
    changes: list[Change] = []
    for i in random.sample(range(len(actors)), min(2, len(actors))):
        row = actors.iloc[i]
        if row["id"] not in speakers and random.random() < 0.5:
            changes.append(Change("deleted", "actors", row["id"]))
        else:
            changes.append(Change("changed", "actors", row["id"], "name", row["name"], f"N{number}-{i}"))
    values = [("name", f"New {number}"), ("side", "north")]
    if random.random() < 0.2:
        values.append((f"mood{number % 3}", "calm"))
    if random.random() < 0.6:
        changes.append(Change("added", "actors", f"a{number}", values=tuple(values)))
    return changes


@pytest.mark.parametrize("seed", range(4))
def test_taking_back_any_step_that_nothing_depends_on_gives_the_tables_as_if_it_had_never_been(
    tmp_path: Path, seed: int
) -> None:
    rng = random.Random(seed)
    start, folder = dataset("ann talk support late", "cem talk oppose late"), tmp_path / "d"
    save(start, folder)
    given: dict[int, list[Change]] = {}
    for _ in range(7):
        data = load(folder)
        changes = random_step(rng, data, len(given) + 1)
        apply(folder, changes, by="lee", why="step")
        given[len(given) + 1] = changes
    steps = history(folder)
    left, free = dict(given), 0
    for number in rng.sample(sorted(given), len(given)):
        rows = {(c.table, c.id) for c in steps[number - 1].changes}
        depend = [n for n in left if n > number and rows & {(c.table, c.id) for c in steps[n - 1].changes}]
        before = bytes_of(folder)
        if depend:
            with pytest.raises(DatasetError, match=f"step {max(depend)} "):
                undo(folder, by="lee", step=number)
            assert bytes_of(folder) == before
            continue
        undo(folder, by="lee", step=number)
        del left[number]
        free += 1
        never = start
        for changes in left.values():
            never = applied(never, changes)
        made = contents(never).items()
        tables = {n: b for n, b in made if b is not None and n.endswith(".csv") and n != FORMER_FILE}
        assert {n: b for n, b in bytes_of(folder).items() if n in tables} == tables, f"without step {number}"
    assert free


def test_another_change_elsewhere_does_not_stand_in_the_way_of_undo(folder: Path) -> None:
    apply(folder, [ANNA], seen=load(folder).version, by="lee", why="edit")
    text = (folder / "actors.csv").read_text("utf-8").replace("Dee", "Deirdre")
    (folder / "actors.csv").write_text(text, "utf-8")
    undo(folder, by="lee")
    assert load(folder).actors["name"].tolist() == ["Ann", "Bob", "Cem", "Deirdre"]


def test_what_would_be_unsound_is_refused_and_nothing_is_written(folder: Path) -> None:
    before = bytes_of(folder)
    no_ann = Change("deleted", "actors", "ann")
    with pytest.raises(DatasetError, match="'ann' is not one of"):
        apply(folder, [EVE, no_ann], seen=load(folder).version, by="lee", why="edit")
    assert bytes_of(folder) == before
    assert not (folder / HISTORY_FILE).exists()


def test_changes_that_were_shown_on_another_version_are_refused(folder: Path) -> None:
    seen = load(folder).version
    apply(folder, [ANNA], seen=seen, by="lee", why="edit")
    with pytest.raises(OutdatedError, match="was changed meanwhile") as caught:
        apply(folder, [EVE], seen=seen, by="kim", why="edit")
    assert caught.value.now.version == load(folder).version


def test_of_two_that_apply_at_once_one_succeeds_and_the_other_sees_it(folder: Path) -> None:
    seen = load(folder).version

    def one(name: str) -> str:
        change = Change("changed", "actors", "ann", "name", "Ann", name)
        try:
            return apply(folder, [change], seen=seen, by=name, why="edit").version
        except OutdatedError as e:
            return f"outdated: {e.now.version}"

    with ThreadPoolExecutor(4) as pool:
        answers = sorted(pool.map(one, ["Anna", "Annie", "Anne", "Hannah"]))
    now = load(folder).version
    assert answers == sorted([now, *[f"outdated: {now}"] * 3])
    assert len(history(folder)) == 1


def test_a_broken_line_of_history_is_named_and_kept(folder: Path) -> None:
    (folder / HISTORY_FILE).write_text("not json", "utf-8")
    with pytest.raises(DatasetError, match=r"history\.jsonl row 1: is not a line of a history: it is not JSON"):
        history(folder)
    apply(folder, [ANNA], seen=load(folder).version, by="lee", why="edit")
    assert (folder / HISTORY_FILE).read_text("utf-8").startswith("not json\n{")


SOUND: dict[str, Any] = {
    "at": "2026-05-14T10:00:00+00:00",
    "by": "lee",
    "kind": "edit",
    "why": "edit",
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
    line() + line(): f"it is not JSON (Extra data, character {len(line()) + 1})",
    b"[]": "an object is expected, not a list",
    b"7": "an object is expected, not a number",
    b"{}": "at is missing",
    DEEP: "it is nested too deeply",
    line(columns=7)[:-2] + DEEP + b"}": "it is nested too deeply",
    line()[:-1] + b', "at": "again"}': "'at' appears twice",
    line(kind="edited"): f"kind 'edited' is not one of {', '.join(steps_module.KINDS)}; did you mean 'edit'?",
    line(by=7): "a number ('7') where a text is expected",
    line(why=["edit"]): "a list where a text is expected",
    line(by="\ud800"): "it holds half a character (a lone surrogate)",
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
    for act in (lambda: history(folder), lambda: undo(folder, by="lee")):
        with pytest.raises(DatasetError) as caught:
            act()
        (problem,) = caught.value.problems
        assert problem.row == 1
        assert f"is not a line of a history: {BROKEN_LINES[broken]}" in problem.message
    assert bytes_of(folder) == before


def test_the_line_that_the_broken_ones_are_made_of_is_sound(folder: Path) -> None:
    (folder / HISTORY_FILE).write_bytes(line() + b"\n\n" + line(undoes=1))
    assert [(e.number, e.undoes, e.intact) for e in history(folder)] == [(1, 0, None), (3, 1, None)]


def test_a_line_from_before_there_were_kinds_is_read(folder: Path) -> None:
    old = {k: v for k, v in SOUND.items() if k not in ("by", "kind", "why")} | {"who": "lee", "what": "import a.xlsx"}
    (folder / HISTORY_FILE).write_text(json.dumps(old) + "\n", "utf-8")
    assert [(s.by, s.kind, s.why) for s in history(folder)] == [("lee", "edit", "import a.xlsx")]


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
        lambda: history(folder),
        lambda: undo(folder, by="lee"),
        lambda: apply(folder, [ANNA], seen=seen, by="lee", why="edit"),
    )
    for act in acts:
        with pytest.raises(DatasetError, match=r"history\.jsonl: (is|cannot be read)"):
            act()
    assert load(folder).version == seen


TAMPERED = {
    '"old": "Ann"': '"old": "Eva"',
    '"new": "Anna"': '"new": "Anne"',
    '"by": "lee"': '"by": "kim"',
}


@pytest.mark.parametrize("old", TAMPERED)
@pytest.mark.parametrize("by_hand", [False, True])
@pytest.mark.parametrize("hash_", ["stale", "gone"])
def test_undo_refuses_old_values_that_the_dataset_never_held(folder: Path, old: str, by_hand: bool, hash_: str) -> None:
    apply(folder, [ANNA], seen=load(folder).version, by="lee", why="edit")
    if by_hand:
        text = (folder / "actors.csv").read_text("utf-8").replace("Dee", "Deirdre")
        (folder / "actors.csv").write_text(text, "utf-8")
    told = (folder / HISTORY_FILE).read_text("utf-8").replace(old, TAMPERED[old])
    if hash_ == "gone":
        told = re.sub(', "hash": "[^"]*"', "", told)
    (folder / HISTORY_FILE).write_text(told, "utf-8")
    before = bytes_of(folder)
    if hash_ == "gone" and not by_hand and "by" in old:  # the versions speak for the values; a name is no value
        undo(folder, by="lee")
        return
    with pytest.raises(DatasetError):
        undo(folder, by="lee")
    assert bytes_of(folder) == before


def test_undo_says_which_version_the_old_values_would_give(folder: Path) -> None:
    seen = load(folder).version
    apply(folder, [ANNA], seen=seen, by="lee", why="edit")
    told = json.loads((folder / HISTORY_FILE).read_text("utf-8"))
    del told["hash"]
    told["changes"][0]["old"] = "Eva"
    (folder / HISTORY_FILE).write_text(json.dumps(told), "utf-8")
    with pytest.raises(DatasetError, match=f"its old values do not lead back to version {seen} but to [0-9a-f]{{12}}"):
        undo(folder, by="lee")


def test_the_history_has_the_values_that_were_there_whatever_the_caller_says(folder: Path) -> None:
    before, seen = bytes_of(folder), load(folder).version
    lies = [Change("changed", "actors", "ann", "name", "Eva", "Anna"), Change("deleted", "actors", "bob")]
    apply(folder, lies, seen=seen, by="lee", why="edit")
    assert undo(folder, by="lee").version == seen
    assert bytes_of(folder) == before


def test_names_that_are_no_text_do_not_break_the_history(folder: Path) -> None:
    apply(folder, [ANNA], seen=load(folder).version, by="l\udcffe", why="import \x1b[31m\udcff.xlsx")
    assert [(e.by, e.why) for e in history(folder)] == [("l\ufffde", "import \ufffd[31m\ufffd.xlsx")]


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
        apply(folder, [ANNA], seen=seen, by="lee", why="edit")
        undo(folder, by="lee")
        grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
        os._exit(0 if grown * (1 if sys.platform == "darwin" else 1024) < size / 2 else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert load(folder).version == seen
    assert (folder / HISTORY_FILE).stat().st_size > size


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork to kill a writer")
def test_killed_at_any_step_the_dataset_is_the_old_or_the_new_one_and_the_history_agrees(tmp_path: Path) -> None:
    old = dataset("ann talk support late", "cem talk oppose late")
    save(old, tmp_path / "old")
    new = applied(load(tmp_path / "old"), [ANNA, EVE, NO_BOB])
    shutil.copytree(tmp_path / "old", tmp_path / "counted")

    def change(folder: Path) -> None:
        apply(folder, [ANNA, EVE, NO_BOB], seen=old.version, by="lee", why="edit")

    steps = steps_of(lambda: change(tmp_path / "counted"))
    seen: dict[str, int] = {}
    rng = random.Random(7)
    for _ in range(KILLS):
        folder = tmp_path / "mine"
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(tmp_path / "old", folder)
        assert killed(partial(change, folder), at=rng.randrange(steps))
        version = load(folder).version
        entries = history(folder)
        assert [e.after for e in entries] == ([new.version] if version == new.version else [])
        assert version in (old.version, new.version)
        seen[version] = seen.get(version, 0) + 1
    assert min(seen.values()) > KILLS // 10, f"kills that came too early or too late: {seen}"
    assert len(seen) == 2
