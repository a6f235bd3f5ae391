"""Two layers with planted differences give exactly these; decisions outlast a crash and become one step of `main`."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from matrix.analysis.agreement import agreement
from matrix.analysis.differences import KINDS
from matrix.dataset import codebook
from matrix.dataset.changes import Change
from matrix.dataset.dataset import Dataset
from matrix.dataset.problems import DatasetError, SelectionError
from matrix.store import open_store, reconcile
from matrix.store.atomic_files import DECISIONS_FILE
from matrix.store.decisions import decisions, withdraw
from matrix.store.folder import load
from matrix.store.history import OutdatedError, apply, history, undo
from matrix.store.layers import finish, new_layer, reopen
from matrix.store.reconcile import decide, differences_of, settle, settlement
from tests.steps import KILLS, SOAK, killed, steps_of
from tests.tiny import dataset

SHARED = ("ann talk support early", "cem ban oppose early")
KIM = (
    *SHARED,
    "bob talk support early",  # recorded by kim alone
    "ann ban support early",  # lee: oppose
    "cem talk conditional early condition=treaty",  # lee: another condition
    "ann test support early quote=peace start=10",  # lee: other words
    "bob ban oppose early attribution=quoted",  # lee: another attribution
    "dee talk support late",  # a source that lee has not finished
)
LEE = (
    *SHARED,
    "dee ban support early",  # recorded by lee alone
    "ann ban oppose early",
    "cem talk conditional early condition=verification",
    "ann test support early quote=peace start=90",
    "bob ban oppose early attribution=paraphrased",
    "dee talk oppose late",
)
PLANTED = {
    "early~bob~talk": "recorded",
    "early~dee~ban": "recorded",
    "early~ann~ban": "stance",
    "early~cem~talk": "condition",
    "early~ann~test": "quote",
    "early~bob~ban": "details",
}


@pytest.fixture
def folder(tmp_path: Path, saved: Callable[[Dataset, Path], Path]) -> Path:
    return saved(dataset("dee test concern late"), tmp_path / "d")


def code(folder: Path, name: str, rows: Iterable[str], *finished: str) -> None:
    """A layer with these statements: `actor proposal stance source column=value ...`."""
    new_layer(folder, name)
    changes = []
    for n, row in enumerate(rows, 1):
        actor, proposal, stance, source, *more = row.split()
        values = {"actor": actor, "proposal": proposal, "stance": stance, "source": source}
        values |= {"condition": "it is mutual"} if stance == "conditional" else {}
        values |= {"coder": name, **dict(x.split("=") for x in more)}
        changes.append(Change("added", "statements", f"s{n}", values=tuple(values.items())))
    if changes:
        apply(open_store(folder, layer=name), changes, by=name, why="coding")
    for source in finished:
        finish(folder, source, layer=name)


@pytest.fixture(scope="module")
def first_coded(tmp_path_factory: pytest.TempPathFactory, saved: Callable[[Dataset, Path], Path]) -> Path:
    made = saved(dataset("dee test concern late"), tmp_path_factory.mktemp("coded") / "d")
    code(made, "kim", KIM, "early", "late")
    code(made, "lee", LEE, "early")
    return made


@pytest.fixture
def coded(first_coded: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(first_coded, tmp_path / "d"))


def rows_of(folder: Path) -> dict[str, list[str]]:
    """What the dataset holds: `source~actor~proposal` and the stances, in the order of the table."""
    found: dict[str, list[str]] = {}
    for s in load(folder).statements.to_dict("records"):
        found.setdefault(f"{s['source']}~{s['actor']}~{s['proposal']}", []).append(s["stance"])
    return found


def decided(folder: Path, unit: str, choice: str, one: str = "kim", other: str = "lee", **more: Any) -> None:
    decide(folder, differences_of(folder, one, other), unit, choice, reason="looked again", by="max", **more)


# ---- differences


def test_planted_differences_are_found_and_no_others(coded: Path) -> None:
    found = differences_of(coded, "kim", "lee")
    assert {d.unit: d.kind for d in found.items} == PLANTED
    assert set(PLANTED.values()) == set(KINDS)
    assert [d.unit for d in found.alike] == ["early~ann~talk", "early~cem~ban"]
    assert found.n == 8
    assert found.sentence == "In 1 source kim and lee agree on 2 units; 6 differ, 6 are to be decided."
    clash = found.of("early~ann~ban")
    assert [(s["id"], s["stance"], s["coder"]) for s in (*clash.one, *clash.other)] == [
        ("s4", "support", "kim"),
        ("s4", "oppose", "lee"),
    ]
    assert found.frame.set_index("unit").loc["early~bob~talk"].to_dict() == {
        "source": "early",
        "actor": "bob",
        "proposal": "talk",
        "kind": "recorded",
        "kim_stance": "support",
        "kim_statements": "s3",
        "lee_stance": "",
        "lee_statements": "",
        "state": "open",
        "decision": "",
        "reason": "",
    }
    turned = differences_of(coded, "lee", "kim")
    assert [(d.unit, d.kind, d.one, d.other) for d in turned.items] == [
        (d.unit, d.kind, d.other, d.one) for d in found.items
    ]


def test_nothing_finished_or_nothing_different_is_said(folder: Path) -> None:
    code(folder, "kim", KIM)
    code(folder, "lee", KIM, "early")
    assert differences_of(folder, "kim", "lee").sentence == (
        "Nothing to reconcile: no source is finished by both kim and lee."
    )
    finish(folder, "early", layer="kim")
    assert (
        differences_of(folder, "kim", "lee").sentence
        == "Nothing to reconcile: in 1 source kim and lee agree on 7 units."
    )
    with pytest.raises(SelectionError, match="layer: 'max' is not one of main, kim, lee"):
        differences_of(folder, "kim", "max")


# ---- decisions


@pytest.mark.parametrize(
    ("unit", "choice", "more", "words"),
    [
        ("early~ann~ban", "min", {}, "decision: 'min' is not one of mine, theirs, both, neither, edited; did you mean 'mine'"),
        ("early~ann~bann", "mine", {}, "unit: 'early~ann~bann' is not one of .*; did you mean 'early~ann~ban'"),
        ("early~ann~talk", "mine", {}, "unit: 'early~ann~talk' is not one of"),
        ("early~ann~ban", "mine", {"values": {"stance": "oppose"}}, "decision: 'mine' changes no column"),
        ("early~ann~ban", "edited", {}, "decision: 'edited' says in which columns the statement differs"),
        ("early~ann~ban", "edited", {"values": {"stanc": "oppose"}}, "column: 'stanc' is not one of .*did you mean 'stance'"),
        ("early~ann~ban", "edited", {"values": {"actor": "dee"}}, "column: 'actor' is not one of"),
    ],
)  # fmt: skip
def test_what_cannot_be_decided_is_refused(coded: Path, unit: str, choice: str, more: Any, words: str) -> None:
    with pytest.raises(SelectionError, match=words):
        decided(coded, unit, choice, **more)
    assert decisions(coded, "kim", "lee") == []


def test_a_decision_needs_a_reason_and_an_edited_one_must_be_sound(coded: Path) -> None:
    found = differences_of(coded, "kim", "lee")
    with pytest.raises(SelectionError, match="reason: a decision needs one"):
        decide(coded, found, "early~ann~ban", "mine", reason=" ", by="max")
    with pytest.raises(
        DatasetError, match=r"statements.csv, column condition: is empty, but the stance 'conditional' is conditional"
    ):
        decided(coded, "early~ann~ban", "edited", values={"stance": "conditional"})
    with pytest.raises(DatasetError, match=r"column stance: 'opose' is not one of .*did you mean 'oppose'"):
        decided(coded, "early~ann~ban", "edited", values={"stance": "opose"})
    assert not (coded / DECISIONS_FILE).exists()


def test_a_decision_is_kept_replaced_turned_and_withdrawn(coded: Path) -> None:
    decided(coded, "early~ann~ban", "mine")
    decided(coded, "early~bob~talk", "neither")
    decided(coded, "early~ann~ban", "theirs")
    (kept, one) = sorted(decisions(coded, "kim", "lee"), key=lambda d: d.actor)
    assert (kept.decision, kept.reason, kept.by, one.decision) == ("theirs", "looked again", "max", "neither")
    turned = {d.unit: d.decision.decision for d in differences_of(coded, "lee", "kim").items if d.decision}
    assert turned == {"early~ann~ban": "mine", "early~bob~talk": "neither"}
    decided(coded, "early~ann~ban", "theirs", "lee", "kim")
    assert len(decisions(coded, "kim", "lee")) == 2
    assert {d.decision for d in decisions(coded, "kim", "lee")} == {"mine", "neither"}
    withdraw(coded, decisions(coded, "kim", "lee")[0])
    found = differences_of(coded, "kim", "lee")
    assert sorted(found.states().items()) == [("decided", 1), ("open", 5), ("outdated", 0), ("settled", 0)]
    assert found.sentence.endswith("6 differ, 5 are to be decided.")


def test_a_decision_on_statements_that_were_changed_since_is_open_again(coded: Path) -> None:
    decided(coded, "early~ann~ban", "mine")
    reopen(coded, "early", layer="lee")
    changed = Change("changed", "statements", "s4", "stance", "oppose", "concern")
    apply(open_store(coded, layer="lee"), [changed], by="lee", why="second thought")
    finish(coded, "early", layer="lee")
    found = differences_of(coded, "kim", "lee")
    assert found.of("early~ann~ban").state == "outdated"
    assert settlement(coded, "kim", "lee").open == 6
    assert "early~ann~ban" not in settle(coded, "kim", "lee", by="max").sentence
    assert "early~ann~ban" not in rows_of(coded)


BAD = {
    "decision": ("kim,lee,early,ann,ban,mein,x", "column decision: 'mein' is not one of"),
    "step": ("kim,lee,early,ann,ban,mine,x,,,,,,-1", "column step: '-1' is not the number of a step"),
    "values": ("kim,lee,early,ann,ban,edited,x,,,,,[1]", r"column values: '\[1\]' is not a JSON object of texts"),
    "column": ('kim,lee,early,ann,ban,edited,x,,,,,"{""stanc"": ""a""}"', "column values: 'stanc' is not one of"),
    "twice": ("kim,lee,early,ann,ban,mine,x\nlee,kim,early,ann,ban,mine,x", "decides on the same unit as a row above"),
    "deep": ("kim,lee,early,ann,ban,mine,x,,,,," + "[" * 50_000, "is not a JSON object of texts"),
}


@pytest.mark.parametrize(("rows", "words"), BAD.values(), ids=BAD)
def test_a_file_of_decisions_that_is_not_ours_is_a_problem(coded: Path, rows: str, words: str) -> None:
    head = "one,other,source,actor,proposal,decision,reason,by,time,seen_one,seen_other,values,step,ids"
    lines = [head, *(r + "," * (13 - r.count(",")) if "{" not in r else r + ",,,"[:2] for r in rows.split("\n"))]
    (coded / DECISIONS_FILE).write_text("\n".join(lines) + "\n", "utf-8")
    with pytest.raises(DatasetError, match=rf"layers/decisions.csv row \d.*{words}"):
        differences_of(coded, "kim", "lee")
    (coded / DECISIONS_FILE).write_text("one,other\n", "utf-8")
    with pytest.raises(DatasetError, match=r"layers/decisions.csv row 1, column actor: the column is missing"):
        decided(coded, "early~ann~ban", "mine")


# ---- carrying out


def test_decisions_become_one_step_of_the_dataset(coded: Path) -> None:
    decided(coded, "early~bob~talk", "mine")
    decided(coded, "early~dee~ban", "neither")
    decided(coded, "early~ann~ban", "both")
    decided(coded, "early~cem~talk", "theirs")
    edited = {"quote": "peace now", "start": "12"}
    decided(coded, "early~ann~test", "edited", values=edited)
    before, kim = load(coded), load(coded, layer="kim").version
    preview = settlement(coded, "kim", "lee")
    assert load(coded).version == before.version
    made = settle(coded, "kim", "lee", by="max", reason="second meeting")
    assert made.changes == preview.changes
    assert made.main.version == load(coded).version
    assert rows_of(coded) == {
        "late~dee~test": ["concern"],
        "early~bob~talk": ["support"],
        "early~ann~ban": ["support", "oppose"],
        "early~cem~talk": ["conditional"],
        "early~ann~test": ["support"],
        "early~ann~talk": ["support"],
        "early~cem~ban": ["oppose"],
    }
    now = load(coded).statements.set_index("id")
    (test,) = now[(now["actor"] == "ann") & (now["proposal"] == "test")].to_dict("records")
    assert (test["quote"], test["start"], test["coder"]) == ("peace now", "12", "kim")
    (condition,) = now[now["stance"] == "conditional"].to_dict("records")
    assert (condition["condition"], condition["coder"]) == ("verification", "lee")
    assert now.index.is_unique
    (step,) = history(coded)
    assert (step.kind, step.by) == ("reconcile", "max")
    assert step.why == "reconcile kim and lee: 5 differences decided, 2 units alike, 1 still open; second meeting"
    assert load(coded, layer="kim").version == kim
    found = differences_of(coded, "kim", "lee")
    assert found.states() == {"open": 1, "outdated": 0, "decided": 0, "settled": 5}
    assert settlement(coded, "kim", "lee").changes == ()
    assert settle(coded, "kim", "lee", by="max").changes == ()
    assert len(history(coded)) == 1, "what was carried out is not carried out again"
    decided(coded, "early~bob~ban", "theirs")
    settle(coded, "kim", "lee", by="max")
    assert rows_of(coded)["early~bob~ban"] == ["oppose"]
    assert len(history(coded)) == 2


def test_a_settlement_that_is_taken_back_can_be_made_again(coded: Path) -> None:
    decided(coded, "early~ann~ban", "mine")
    before = (coded / "statements.csv").read_bytes()
    settle(coded, "kim", "lee", by="max")
    after = (coded / "statements.csv").read_bytes()
    undo(coded, by="max")
    assert (coded / "statements.csv").read_bytes() == before
    assert differences_of(coded, "kim", "lee").of("early~ann~ban").state == "decided"
    settle(coded, "kim", "lee", by="max")
    assert (coded / "statements.csv").read_bytes() == after


def test_an_id_that_a_statement_had_is_not_given_to_another_and_its_own_comes_back(coded: Path) -> None:
    own = (("actor", "dee"), ("proposal", "talk"), ("stance", "support"), ("source", "late"))
    apply(coded, [Change("added", "statements", "s2", values=own)], by="max", why="a slip")
    undo(coded, by="max")
    decided(coded, "early~ann~ban", "mine")
    settle(coded, "kim", "lee", by="max")
    first = load(coded).statements.set_index("id")["proposal"].astype("str").to_dict()
    assert "s2" not in first
    undo(coded, by="max")
    decided(coded, "early~bob~talk", "mine")
    settle(coded, "kim", "lee", by="max")
    now = load(coded).statements.set_index("id")["proposal"].astype("str").to_dict()
    assert len(now) == len(first) + 1
    assert first.items() < now.items()


def test_units_that_the_dataset_has_already_are_left_alone_and_named(coded: Path) -> None:
    own = (("actor", "ann"), ("proposal", "ban"), ("stance", "concern"), ("source", "early"))
    same = (("actor", "ann"), ("proposal", "talk"), ("stance", "support"), ("source", "early"))
    apply(coded, [Change("added", "statements", "m1", values=own), Change("added", "statements", "m2", values=same)],
          by="max", why="by hand")  # fmt: skip
    before = differences_of(coded, "kim", "lee")
    assert before.of("early~ann~ban").without_effect == "in the dataset already: m1"
    assert before.sentence.endswith("1 is in the dataset already: deciding changes nothing there; compare with main.")
    decided(coded, "early~ann~ban", "mine")
    made = settle(coded, "kim", "lee", by="max")
    added = [c for c in made.changes if c.kind == "added" and c.table == "statements"]
    assert [c.id for c in added] == [f"m{n}" for n in range(3, 3 + len(added))]  # numbered on as the dataset's own
    assert {dict(c.values)["coder"] for c in added} <= {"kim", "lee"}
    assert made.refused == ("early~ann~ban: m1 is in the dataset already; compare kim or lee with main",)
    assert made.notes == ("1 unit alike has statements in the dataset already: left as they are",)
    assert rows_of(coded)["early~ann~ban"] == ["concern"]
    assert made.alike == 1


def test_supersession_comes_along_with_new_ids(folder: Path) -> None:
    chain = ("ann ban support early superseded_by=s2", "ann ban oppose late", "bob ban support early superseded_by=s4",
             "bob ban oppose late")  # fmt: skip
    code(folder, "kim", chain, "early", "late")
    code(
        folder,
        "lee",
        ("ann ban support early superseded_by=s2", "ann ban oppose late", "bob ban support early"),
        "early",
        "late",
    )
    found = differences_of(folder, "kim", "lee")
    assert {d.unit: d.kind for d in found.items} == {"early~bob~ban": "details", "late~bob~ban": "recorded"}
    decided(folder, "early~bob~ban", "mine")
    made = settle(folder, "kim", "lee", by="max")
    now = load(folder).statements.set_index(["source", "actor"])
    assert now.loc[("early", "ann"), "superseded_by"] == now.loc[("late", "ann"), "id"]
    assert now.loc[("early", "bob"), "superseded_by"] == ""
    assert len(made.notes) == 1
    assert "kim's s4, which supersedes it, is not in the dataset: the link is left out" in made.notes[0]


def test_a_layer_or_dataset_that_changed_meanwhile_stops_it(coded: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    decided(coded, "early~ann~ban", "mine")
    plan = settlement(coded, "kim", "lee")
    late = Change("added", "searches", "w1", values=(("actor", "dee"), ("proposal", "ban"), ("where", "all"),
                                                     ("by", "lee"), ("date", "2026")))  # fmt: skip
    apply(open_store(coded, layer="lee"), [late], by="lee", why="searched")
    monkeypatch.setattr(reconcile, "settlement", lambda *_: plan)
    before = (coded / "statements.csv").read_bytes()
    with pytest.raises(OutdatedError):
        settle(coded, "kim", "lee", by="max")
    undo(open_store(coded, layer="lee"), by="lee")
    apply(coded, [Change("changed", "actors", "ann", "name", "Ann", "Anna")], by="max", why="name")
    with pytest.raises(OutdatedError):
        settle(coded, "kim", "lee", by="max")
    assert (coded / "statements.csv").read_bytes() == before


# ---- training


def test_a_coder_in_training_is_compared_with_main(folder: Path) -> None:
    own = {"actor": "ann", "proposal": "ban", "stance": "oppose", "source": "early", "coder": "max"}
    others = [
        ("m1", own),
        ("m2", own | {"actor": "bob"}),
        ("m3", own | {"actor": "cem"}),
        ("m4", own | {"actor": "dee"}),
    ]
    apply(folder, [Change("added", "statements", i, values=tuple(v.items())) for i, v in others], by="max", why="coded")
    code(folder, "kim", ("ann ban support early", "bob ban support early", "cem ban concern early", "ann talk support early",
                         "dee ban oppose early"), "early", "late")  # fmt: skip
    found = differences_of(folder, "kim", "main")
    assert {d.unit: d.kind for d in found.items} == {
        "early~ann~talk": "recorded",
        "early~ann~ban": "stance",
        "early~bob~ban": "stance",
        "early~cem~ban": "stance",
        "late~dee~test": "recorded",
    }
    assert agreement([load(folder, layer="kim"), load(folder)]).of().loc["seeing", "n"] == 6
    decided(folder, "early~ann~ban", "mine", "kim", "main")
    decided(folder, "early~bob~ban", "theirs", "kim", "main")
    decided(folder, "early~cem~ban", "both", "kim", "main")
    decided(folder, "late~dee~test", "neither", "kim", "main")
    settle(folder, "kim", "main", by="max")
    now = load(folder).statements
    assert now[["id", "actor", "stance", "coder"]].values.tolist() == [
        ["m1", "ann", "support", "kim"],
        ["m2", "bob", "oppose", "max"],
        ["m3", "cem", "oppose", "max"],
        ["m4", "dee", "oppose", "max"],
        [now["id"].iloc[-1], "cem", "concern", "kim"],
    ]
    found = differences_of(folder, "kim", "main")
    assert {d.unit: d.state for d in found.items} == {
        "early~ann~talk": "open",
        "early~bob~ban": "settled",
        "early~cem~ban": "settled",
    }


# ---- crashes


@pytest.mark.slow
def test_no_decision_is_lost_when_the_writer_is_killed(coded: Path) -> None:
    found = differences_of(coded, "kim", "lee")
    units = [d.unit for d in found.items]
    decide(coded, found, units[0], "mine", reason="first", by="max")
    spare = shutil.copytree(coded, coded.parent / "spare")
    steps = steps_of(lambda: decide(spare, found, units[1], "theirs", reason="counted", by="max"))
    kills = made = lost = 0
    known = {units[0]: "first"}
    while kills < KILLS:
        unit, reason = units[made % len(units)], f"number {made}"
        act = partial(decide, coded, found, unit, "mine", reason=reason, by="max")
        died = killed(act, made * 7 % (steps + 1))
        kills += died
        there = {f"{d.source}~{d.actor}~{d.proposal}": d.reason for d in decisions(coded, "kim", "lee")}
        new = {**known, unit: reason}
        assert there == new or (died and there == known), (
            f"kill {kills}: what was decided is there, whatever came after"
        )
        lost += there != new
        known, made = there, made + 1
    assert 0 < lost < kills, "killed before a decision was true, and after"
    assert load(coded).version == load(spare).version


@pytest.mark.slow
def test_killed_while_settling_it_is_settled_or_not(coded: Path) -> None:
    for unit in PLANTED:
        decided(coded, unit, "mine")
    spare = shutil.copytree(coded, coded.parent / "spare")
    steps = steps_of(lambda: settle(coded, "kim", "lee", by="max"))
    outcomes = set()
    for step in {
        *range(0, steps, 3 if SOAK else 15),
        *range(steps - 3, steps),
    }:  # most of the last steps move what is true already
        shutil.rmtree(coded)
        shutil.copytree(spare, coded)
        assert killed(lambda: settle(coded, "kim", "lee", by="max"), step)
        states = differences_of(coded, "kim", "lee").states()
        done = (states["settled"], len(history(coded)), len(load(coded).statements))
        assert done in ((0, 0, 1), (6, 1, 8)), f"step {step}"
        outcomes.add(done)
        settle(coded, "kim", "lee", by="max")
        assert len(load(coded).statements) == 8
    assert len(outcomes) == 2


# ---- laws

stances = st.sampled_from(["support", "concern", "oppose"])
cells = st.tuples(st.sampled_from(["ann", "bob", "cem"]), st.sampled_from(["talk", "ban"]))
coding = st.dictionaries(cells, stances, max_size=6)


@pytest.mark.slow
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(coding, coding, st.data())
def test_what_is_settled_is_what_was_decided(
    tmp_path_factory: pytest.TempPathFactory, saved: Any, one: Any, other: Any, data: Any
) -> None:
    folder = saved(dataset("dee test concern late"), tmp_path_factory.mktemp("law") / "d")
    for name, given_ in (("kim", one), ("lee", other)):
        code(folder, name, [f"{a} {p} {s} early" for (a, p), s in given_.items()], "early")
    found = differences_of(folder, "kim", "lee")
    expected: dict[str, list[str]] = {"late~dee~test": ["concern"]}
    for (a, p), s in one.items():
        if other.get((a, p)) == s:
            expected[f"early~{a}~{p}"] = [s]
    for d in found.items:
        choice = data.draw(st.sampled_from(["mine", "theirs", "both", "neither", ""]))
        if not choice:
            continue
        decide(folder, found, d.unit, choice, reason="law", by="max")
        sides = {"mine": [d.one], "theirs": [d.other], "both": [d.one, d.other], "neither": []}[choice]
        if wanted := [s["stance"] for side in sides for s in side]:
            expected[d.unit] = wanted
    settle(folder, "kim", "lee", by="max")
    assert rows_of(folder) == expected
    ids = load(folder).statements["id"]
    assert ids.is_unique
    assert isinstance(ids, pd.Series)


# ---- what is renamed meanwhile, and what was looked for


def recoded(folder: Path, made: codebook.Recoding) -> None:
    apply(folder, made.changes, by="max", why="a better word", kind=made.kind, became=made.became)


def test_decisions_hold_when_what_they_are_about_is_called_otherwise(coded: Path) -> None:
    decided(coded, "early~ann~ban", "mine")
    decided(coded, "early~ann~test", "edited", values={"stance": "concern"})
    recoded(coded, codebook.rename(load(coded), "actors", "ann", id="anna"))
    recoded(coded, codebook.rename(load(coded), "proposals", "ban", id="no-weapons"))
    found = differences_of(coded, "kim", "lee")
    assert {d.unit: d.state for d in found.items if d.decision} == {
        "early~anna~no-weapons": "decided",
        "early~anna~test": "decided",
    }
    recoded(coded, codebook.rename(load(coded), "stances", "concern", id="worry"))
    recoded(coded, codebook.rename(load(coded), "stances", "support", id="back"))
    found = differences_of(coded, "kim", "lee")
    made = {d.unit: d.decision for d in found.items if d.decision and d.state == "decided"}
    assert dict(made["early~anna~test"].values) == {"stance": "worry"}
    decided(coded, "early~anna~no-weapons", "theirs")  # in the place of the one under the old names
    assert sorted(d.decision for d in decisions(coded, "kim", "lee")) == ["edited", "theirs"]
    settle(coded, "kim", "lee", by="max")
    assert rows_of(coded)["early~anna~no-weapons"] == ["oppose"]
    assert rows_of(coded)["early~anna~test"] == ["worry"]


def test_a_decision_on_units_that_were_merged_is_open_again(coded: Path) -> None:
    decided(coded, "early~ann~ban", "mine")
    decided(coded, "early~bob~ban", "theirs")
    recoded(coded, codebook.merge(load(coded), "actors", ["bob"], into="ann"))
    assert differences_of(coded, "kim", "lee").of("early~ann~ban").state == "outdated"


def test_searches_come_along_once_and_those_of_an_open_source_wait(folder: Path) -> None:
    for name, sources in (("kim", ("", "early", "late")), ("lee", ("",))):
        code(folder, name, KIM if name == "kim" else LEE)
        rows = [
            (
                *(
                    ("actor", "dee"),
                    ("proposal", "test"),
                    ("where", "all speeches"),
                    ("by", "max"),
                    ("date", "2026-06"),
                ),
                *([("source", s)] if s else []),
            )
            for s in sources
        ]
        changes = [Change("added", "searches", f"n{n}", values=values) for n, values in enumerate(rows, 1)]
        apply(open_store(folder, layer=name), changes, by=name, why="looked")
        finish(folder, "early", layer=name)
    made = settle(folder, "kim", "lee", by="max")
    assert "2 searches of kim come along" in made.notes
    assert "1 search of kim, not both have finished the source: left in the layer" in made.notes
    assert load(folder).frames["searches"]["source"].tolist() == ["", "early"]
    assert not [c for c in settlement(folder, "kim", "lee").changes if c.table == "searches"]
    undo(folder, by="max")
    assert load(folder).frames["searches"].empty
