"""An earlier state is the one that was there, to the byte that a version counts; or it is said that it is not known."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from matrix.analysis.what_changed import COLUMNS, compared
from matrix.dataset.changes import Change
from matrix.dataset.codebook import rename
from matrix.dataset.dataset import Dataset
from matrix.dataset.problems import DatasetError, SelectionError
from matrix.dataset.schema import TABLES
from matrix.dataset.selection import Selection
from matrix.store import open_store
from matrix.store.atomic_files import HISTORY_FILE
from matrix.store.folder import load
from matrix.store.history import apply, begin, history, save, undo
from matrix.store.layers import new_layer
from matrix.store.past import as_it_was, steps_back
from matrix.store.what_changed import what_changed
from tests.steps import SOAK
from tests.store.test_codebook import BEGUN, draw_change
from tests.tiny import dataset

pytestmark = pytest.mark.slow

STANCE = Change("changed", "statements", "s1", "stance", "support", "oppose")
NAME = Change("changed", "actors", "ann", "name", "Ann", "Anna")
BAN = Change(
    "added",
    "statements",
    "s9",
    values=(("actor", "dee"), ("proposal", "ban"), ("stance", "support"), ("source", "late")),
)


@pytest.fixture
def folder(tmp_path: Path, saved: Callable[[Dataset, Path], Path]) -> Path:
    return saved(dataset("ann talk support late", "cem talk oppose late"), tmp_path / "d")


def redated(folder: Path, *days: str) -> None:
    """The history with its steps on these days; a line that names no hash is read as one from before there were any."""
    made = []
    for line, day in zip((folder / HISTORY_FILE).read_text("utf-8").splitlines(), days, strict=True):
        step = {**json.loads(line), "at": f"{day}T12:00:00+00:00"}
        del step["hash"]
        made.append(json.dumps(step))
    (folder / HISTORY_FILE).write_text("\n".join(made) + "\n", "utf-8")


def same(one: Any, other: Any) -> None:
    assert one.frame[list(COLUMNS)].equals(other.frame[list(COLUMNS)])
    for name in ("n", "voices", "proposals", "gone", "repeated", "edits", "versions", "finding"):
        assert getattr(one, name) == getattr(other, name), name


@settings(max_examples=60 if SOAK else 5, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(st.randoms(use_true_random=False))
def test_every_state_of_a_generated_history_comes_back_and_what_changed_since_is_what_differs(chance: Random) -> None:
    with TemporaryDirectory() as place:
        folder = Path(place) / "d"
        save(BEGUN, folder)
        now = load(folder)
        states = [now]
        for number in range(chance.randint(3, 9)):
            steps = history(folder)
            try:
                if steps and chance.random() < 0.25:
                    now = undo(folder, by="kim", step=chance.choice(steps).number)
                elif drawn := draw_change(chance, now, number):
                    now = apply(folder, drawn[0], by="lee", why=f"step {number}", **drawn[1])
            except DatasetError:
                continue
            states.append(now)
        for state in states:
            past = as_it_was(now, folder, since=state.version)
            assert past.short == ""
            assert past.dataset.version == state.version
            for name in TABLES:
                mine, theirs = (d.frames[name].astype("str").reset_index(drop=True) for d in (past.dataset, state))
                assert mine.reindex(columns=theirs.columns, fill_value="").equals(theirs), name
        if history(folder):  # where nothing was changed, nothing can be told
            state = chance.choice(states)
            same(what_changed(folder, since=state.version), compared(state, now))
            beginning = what_changed(folder, since="1970")
            same(beginning, compared(states[0], now))
            assert len(beginning.steps) == len(history(folder))
            assert "the history begins with step 1" in beginning.short
            assert what_changed(folder, since="9999").steps == ()


def test_a_step_that_was_taken_back_leaves_nothing_changed_and_both_are_told(folder: Path) -> None:
    before = load(folder).version
    apply(folder, [STANCE, BAN], by="lee", why="second reading")
    undo(folder, by="kim")
    found = what_changed(folder, since="1970")
    assert found.finding == "no position changed: 2 stand as they did"
    assert (found.voices, found.repeated, found.edits) == ((), 0, 0)
    assert [(s.number, s.by, s.stands) for s in found.steps] == [(2, "kim", True), (1, "lee", False)]
    assert found.made_by() == "2 steps: kim 1, lee 1"
    assert found.made_by(named=False) == "2 steps"
    assert what_changed(folder, since=before).steps == (), "the version is the one that stands"


def test_a_day_takes_back_the_steps_of_that_day_and_later_ones(folder: Path) -> None:
    apply(folder, [NAME], by="lee", why="spelling")
    apply(folder, [STANCE], by="lee", why="second reading")
    apply(folder, [BAN], by="kim", why="import")
    redated(folder, "2026-05-03", "2026-05-14", "2026-05-20")
    since = {
        day: [s.number for s in what_changed(folder, since=day).steps]
        for day in ("2026-05-14", "2026-05-15", "2026-05", "2027")
    }
    assert since == {"2026-05-14": [3, 2], "2026-05-15": [3], "2026-05": [3, 2, 1], "2027": []}
    at = [what_changed(folder, since=f"2026-05-14T{time}").steps for time in ("11:59:00", "12:00:01", "15:00:00+04:00")]
    assert [len(steps) for steps in at] == [2, 1, 2], "in UTC where no zone is named"
    assert what_changed(folder, since="2026-05-03").short == "", "the history reaches back to that day"
    assert "begins with step 1 (2026-05-03): nothing is known" in what_changed(folder, since="2026-05-02").short
    assert what_changed(folder, since="9999").short.startswith("9999 is still to come: it is ")


def test_what_was_edited_by_hand_between_two_steps_ends_what_is_known(folder: Path) -> None:
    first = load(folder).version
    apply(folder, [NAME], by="lee", why="spelling")
    text = (folder / "actors.csv").read_text("utf-8").replace("Dee", "Deirdre")
    (folder / "actors.csv").write_text(text, "utf-8")
    by_hand = load(folder).version
    apply(folder, [STANCE], by="lee", why="second reading")
    redated(folder, "2026-05-03", "2026-05-14")
    for since in ("2026-05-01", "2026-05-10"):
        found = what_changed(folder, since=since)
        assert found.versions[0] == by_hand
        assert (
            "between step 1 (2026-05-03) and step 2 (2026-05-14) the dataset was changed past its history"
            in found.short
        )
        assert found.short in found.sentence
    assert what_changed(folder, since="2026-05-14").short != "", "the hand may have done it on that day"
    with pytest.raises(SelectionError, match=f"does not lead to version {first}; it leads from .* back to {by_hand}"):
        what_changed(folder, since=first)


def test_what_was_edited_by_hand_after_the_last_step_is_not_guessed_at(folder: Path) -> None:
    apply(folder, [STANCE], by="lee", why="second reading")
    last = load(folder).version
    text = (folder / "actors.csv").read_text("utf-8").replace("Dee", "Deirdre")
    (folder / "actors.csv").write_text(text, "utf-8")
    for since in ("1970", "9999", last):
        with pytest.raises(
            DatasetError, match=f"ends with version {last}, and the dataset is version .* past its history"
        ):
            what_changed(folder, since=since)
    assert what_changed(folder, since=load(folder).version).finding.startswith("no position changed")


def test_old_values_that_were_changed_are_not_believed(folder: Path) -> None:
    apply(folder, [NAME], by="lee", why="spelling")
    apply(folder, [STANCE], by="lee", why="second reading")
    middle = history(folder)[1].before
    path = folder / HISTORY_FILE
    path.write_text(path.read_text("utf-8").replace('"old": "Ann"', '"old": "Eve"'), "utf-8")
    found = what_changed(folder, since="1970")
    assert found.versions[0] == middle
    assert [s.number for s in found.steps] == [2]
    assert "the old values of step 1" in found.short
    with pytest.raises(SelectionError, match="does not lead to version"):
        what_changed(folder, since=history(folder)[0].before)


def test_a_dataset_without_a_history_says_so(folder: Path) -> None:
    with pytest.raises(DatasetError, match="holds no step"):
        what_changed(folder, since="2026")
    with pytest.raises(ValueError, match="no history"):
        what_changed(dataset("ann talk support late"), since="2026")


def test_before_it_was_made_there_is_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "new"
    begin(dataset("ann talk support late"), folder, by="lee", why="import a sheet")
    apply(folder, [STANCE], by="lee", why="second reading")
    found = what_changed(folder, since="1970")
    assert "made the dataset: there is nothing before version" in found.short
    assert [s.number for s in found.steps] == [2]
    assert [s.number for s in steps_back(load(folder))] == [2]


def test_a_dataset_that_was_read_before_is_compared_as_it_was_read(folder: Path) -> None:
    apply(folder, [STANCE], by="lee", why="second reading")
    read = load(folder)
    apply(folder, [BAN], by="kim", why="import")
    assert [s.number for s in what_changed(read, since="1970").steps] == [1]
    assert [s.number for s in steps_back(read)] == [1]
    assert [s.number for s in what_changed(load(folder), since="1970").steps] == [2, 1]


@pytest.mark.parametrize("since", ["", "yesterday", "2026-13", "0123456789abc", "2026-05-14Tnoon", "0123456789AB"])
def test_what_is_no_date_and_no_version_is_refused(folder: Path, since: str) -> None:
    with pytest.raises(SelectionError, match="neither a date"):
        what_changed(folder, since=since)


def test_a_step_without_a_time_is_not_dated(folder: Path) -> None:
    apply(folder, [STANCE], by="lee", why="second reading")
    redated(folder, "some day")
    with pytest.raises(DatasetError, match="ask for a version"):
        what_changed(folder, since="2026")
    assert len(what_changed(folder, since=history(folder)[0].before).frame) == 1


def test_a_layer_has_a_history_of_its_own(folder: Path) -> None:
    new_layer(open_store(folder), "kim")
    own = open_store(folder, layer="kim")
    begun = own.load()
    apply(own, [BAN], by="kim", why="coding", kind="coding")
    found = what_changed(own, since=begun.version)
    assert found.finding == "1 new position and 1 new voice"
    assert what_changed(folder, Selection(layer="kim"), since=begun.version).finding == found.finding
    assert found.now.layer == "kim"


def test_nothing_is_written(folder: Path) -> None:
    made = rename(load(folder), "proposals", "talk", id="speak")
    apply(folder, made.changes, kind=made.kind, became=made.became, by="lee", why="plain")
    before = {f: f.read_bytes() for f in folder.rglob("*") if f.is_file()}
    assert what_changed(folder, since="1970").edits == 0
    assert {f: f.read_bytes() for f in folder.rglob("*") if f.is_file()} == before
