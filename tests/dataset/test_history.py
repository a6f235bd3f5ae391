"""Changes are written whole, once, with their history; they are taken back; a second writer sees the first one."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from matrix.dataset import history
from matrix.dataset.changes import Change
from matrix.dataset.dataset import Dataset, load, save
from matrix.dataset.history import OutdatedError, apply, read_history, undo
from matrix.dataset.journal import HISTORY_FILE
from matrix.dataset.problems import DatasetError
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
    with pytest.raises(DatasetError, match=r"history\.jsonl row 1: is no line of a history"):
        read_history(folder)
    apply(folder, [ANNA], seen=load(folder).version, who="lee", what="edit")
    assert (folder / HISTORY_FILE).read_text("utf-8").startswith("not json\n{")


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork to kill a writer")
def test_killed_200_times_the_dataset_is_the_old_or_the_new_one_and_the_history_agrees(tmp_path: Path) -> None:
    old = dataset("ann talk support late", "cem talk oppose late")
    save(old, tmp_path / "old")
    new = history.applied(load(tmp_path / "old"), [ANNA, EVE, NO_BOB])
    took = _time_of_an_apply(tmp_path, old)
    seen: dict[str, int] = {}
    rng = random.Random(7)
    for _ in range(200):
        folder = tmp_path / "mine"
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(tmp_path / "old", folder)
        child = os.fork()
        if not child:
            os.setpgid(0, 0)
            apply(folder, [ANNA, EVE, NO_BOB], seen=old.version, who="lee", what="edit")
            os._exit(0)
        time.sleep(rng.uniform(0, 1.3 * took))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        version = load(folder).version
        entries = read_history(folder)
        assert [e.after for e in entries] == ([new.version] if version == new.version else [])
        assert version in (old.version, new.version)
        seen[version] = seen.get(version, 0) + 1
        took *= 1.05 if version == old.version else 0.95  # a busy machine may take longer than when it was timed
    assert set(seen) == {old.version, new.version}, f"kills that never came in time, or always too early: {seen}"


def _time_of_an_apply(tmp_path: Path, old: Dataset) -> float:
    shutil.copytree(tmp_path / "old", tmp_path / "timed")
    start = time.monotonic()
    apply(tmp_path / "timed", [ANNA, EVE, NO_BOB], seen=old.version, who="lee", what="edit")
    return time.monotonic() - start
