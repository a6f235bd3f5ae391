"""Steps of the codebook in the history: any of them can be taken back, and every id that ever was opens something."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from matrix.dataset.changes import Change, applied, next_id
from matrix.dataset.codebook import merge, move, rename, retire, split
from matrix.dataset.dataset import Dataset
from matrix.dataset.former_ids import KINDS, STANCES, codes, referring, with_ids
from matrix.dataset.problems import DatasetError
from matrix.dataset.schema import TABLES
from matrix.store import open_store
from matrix.store.folder import contents, load
from matrix.store.history import Step, apply, history, save, standing, undo
from matrix.store.layers import new_layer
from tests.steps import SOAK
from tests.tiny import dataset, table

pytestmark = pytest.mark.slow

BEGUN = dataset(
    "ann talk support early",
    "bob talk conditional early",
    "cem test oppose early superseded_by=s4",
    "cem test concern late",
    "dee ban support late",
    "ann halt concern late",
    proposals=table(
        "id|title|title_zh|definition|theme|parent|risk_areas",
        "talk|Keep talking|||process||war",
        "test|Test models||By others.|process|talk|",
        "ban|Ban it all|禁止||arms||war;leak",
        "halt|Halt it||Until it is safe.|arms|ban|leak",
    ),
    risk_areas=table("id|name", "war|War", "leak|Leak"),
    links=table("id|proposal|other|kind|why", "l1|talk|test|tension|slow", "l2|ban|halt|near_match|alike"),
    events=table("id|title|proposals", "e1|Talks|talk;ban", "e2|A halt|halt"),
    searches=table(
        "id|actor|proposal|where|by|date", "w1|bob|ban|the papers|Cora|2026", "w2|bob|halt|the papers|Cora|2026"
    ),
)
# Where proposals are named beside the statements.
NAMING = (
    ("events", "proposals"),
    ("links", "other"),
    ("searches", "proposal"),
    ("proposals", "parent"),
    ("statements", "proposal"),
)


def tables_of(folder: Path) -> dict[str, bytes]:
    return {f.name: f.read_bytes() for f in folder.iterdir() if f.stem in TABLES}


def draw_change(chance: Random, now: Dataset, number: int) -> tuple[Sequence[Change], dict[str, Any]] | None:
    """One edit or one operation on the codebook, whatever fits the dataset; None where it is refused."""
    kind = chance.choice(KINDS)
    mine = codes(now.frames, kind)
    act = chance.choice(["edit", "add", "drop", "rename", "rename", "merge", "split", "move", "retire"])
    rows = now.statements["id"].tolist()
    if act == "edit" and chance.random() < 0.4:
        name, where = chance.choice(NAMING)
        frame = now.frames[name].set_index("id")
        if frame.empty:
            return None
        row, other = chance.choice(frame.index.tolist()), chance.choice(codes(now.frames, "proposals"))
        old = str(frame.at[row, where])
        new = ";".join(dict.fromkeys([*filter(None, old.split(";")), other])) if where == "proposals" else other
        return ([Change("changed", name, row, where, old, new)], {}) if new != old else None
    if act == "edit":
        row = chance.choice(rows)
        column = chance.choice(["note", "quote"])
        return [
            Change(
                "changed", "statements", row, column, str(now.statements.set_index("id").at[row, column]), f"n{number}"
            )
        ], {}
    if act == "add" and chance.random() < 0.5:
        who, what = (chance.choice(codes(now.frames, k)) for k in ("actors", "proposals"))
        stance = next(i for i, c in zip(now.scale.ids, now.scale.conditional, strict=True) if not c)
        values = (("actor", who), ("proposal", what), ("stance", stance), ("source", "late"))
        return [Change("added", "statements", next_id(rows), values=values)], {}
    if act == "add":
        former = [f.id for f in now.former if f.kind == "proposals" and f.id in now.moved["proposals"]]
        new = chance.choice([f"new{number}", *former])
        theme = chance.choice(["arms", "process", f"theme {number}"])
        return [Change("added", "proposals", new, values=(("title", f"New {number}"), ("theme", theme)))], {}
    if act == "drop" and chance.random() < 0.4:
        name, _ = chance.choice(NAMING[:3])
        others = now.frames[name]["id"].tolist()
        return ([Change("deleted", name, chance.choice(others))], {}) if others else None
    if act == "drop":
        followed = set(now.statements["superseded_by"])
        row = chance.choice([r for r in rows if r not in followed])
        return ([Change("deleted", "statements", row)], {}) if len(rows) > 2 else None
    code = chance.choice(mine)
    if act == "rename":
        former = list(now.moved[kind])
        new = chance.choice([f"{kind[:3]}{number}", *former])
        found = rename(
            now, kind, code, id=new, title="" if kind == "themes" or chance.random() < 0.5 else f"T {number}"
        )
    elif act == "merge":
        if len(mine) < 2:
            return None
        mine.remove(code)
        others = chance.sample(mine, min(len(mine), chance.choice([1, 2])))
        found = merge(now, kind, others, into=code)
    elif act == "split":
        where = "theme" if kind == "themes" else kind[:-1]
        frame = now.proposals if kind == "themes" else now.statements
        own = frame.loc[frame[where].astype("str") == code, "id"].tolist()
        part = chance.sample(own, chance.randint(0, min(2, len(own))))
        found = split(
            now, kind, code, {f"{kind[:3]}-part{number}": part}, titles={f"{kind[:3]}-part{number}": f"P {number}"}
        )
    elif act == "move":
        theme = chance.choice([*codes(now.frames, "themes"), f"theme {number}"])
        found = move(now, "proposals", [chance.choice(codes(now.frames, "proposals"))], theme=theme)
    else:
        found = retire(now, kind, code)
    return found.changes, {"kind": found.kind, "became": found.became}


def replayed(step: Step, now: Dataset) -> Dataset:
    """A step's changes made again on other tables; a renamed row keeps its place there, and what was not renamed."""
    changes = []
    gone = {(c.table, c.id): dict(c.values) for c in step.changes if c.kind == "deleted"}
    for c in step.changes:
        old = next((b.id for b in step.became if c.kind == "added" and (b.kind, b.now) == (c.table, c.id)), "")
        rows = now.frames[c.table].set_index("id")
        if step.kind == "rename" and old in rows.index:
            was, new = gone[c.table, old], dict(c.values)
            kept = {str(k): str(v) for k, v in rows.loc[old].items() if was.get(str(k), "") == new.get(str(k), "")}
            values = {k: v for k, v in {**new, **kept}.items() if v}
            changes.append(replace(c, at=rows.index.tolist().index(old), values=tuple(values.items())))
        else:
            changes.append(replace(c, at=-1))
    held = {(c.table, c.id, c.column) for c in changes} | {(c.table, c.id, "") for c in changes if c.whole_row}
    for b in step.became if step.kind in ("rename", "merge") else ():
        for name, column in referring(b.kind):
            frame = with_ids(now.frames[name], name, column, {b.id: b.now})
            for row, old, new in zip(frame["id"], now.frames[name][column], frame[column], strict=True):
                if old != new and not {(name, row, column), (name, row, "")} & held:
                    changes.append(Change("changed", name, row, column, str(old), str(new)))
    return applied(now, changes, became=step.became)


def check_that_every_id_opens(now: Dataset, ever: dict[str, set[str]], lost: bool) -> None:
    for kind in KINDS:
        there = set(codes(now.frames, kind))
        for id_ in ever[kind] - there:
            assert id_ in now.moved[kind], f"{kind} {id_} opens nothing"
            assert lost or now.moved[kind][id_] in there, f"{kind} {id_} became nothing"
        ever[kind] |= there


@settings(max_examples=1000 if SOAK else 12, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(st.randoms(use_true_random=False))
def test_undoing_an_independent_step_is_as_if_it_had_never_been_and_every_id_opens_something(chance: Random) -> None:
    check_a_sequence(chance)


def check_a_sequence(chance: Random) -> None:
    """Each step is looked at as it is given back, and is what the next one reads in the folder (`seen`); so the last."""
    with TemporaryDirectory() as place:
        folder = Path(place) / "d"
        save(BEGUN, folder)
        now, steps = load(folder), list[Step]()
        ever: dict[str, set[str]] = {kind: set() for kind in KINDS}
        lost = False  # whether anything was taken out that nothing took the place of
        for number in range(chance.randint(2, 7)):
            check_that_every_id_opens(now, ever, lost)
            if steps and chance.random() < 0.25:
                now, gone = check_undo(folder, now, chance.choice(steps))
                lost |= gone
                steps = history(folder)
                continue
            try:
                drawn = draw_change(chance, now, number)
            except DatasetError:
                continue
            if not drawn or not drawn[0]:
                continue
            changes, how = drawn
            scale = codes(now.frames, STANCES)
            try:
                now = apply(folder, changes, by="lee", why=f"step {number}", seen=now.version, **how)
            except DatasetError:
                assert load(folder).version == now.version
                continue
            steps = history(folder)
            deleted = {(c.table, c.id) for c in changes if c.kind == "deleted"}
            # Of the shipped scale, which has no table yet, a stance that is retired is no row that goes.
            deleted |= {(STANCES, i) for i in {*scale} - {*codes(now.frames, STANCES)}}
            known = {(k, i) for k in KINDS for i in ever[k]}
            lost |= bool(deleted - {(b.kind, b.id) for b in how.get("became", ())} & known)
        check_that_every_id_opens(now, ever, lost)
        if steps:
            now, gone = check_undo(folder, now, chance.choice(steps))
            check_that_every_id_opens(now, ever, lost or gone)
        there = load(folder)
        assert (there.version, there.former) == (now.version, now.former)


def check_undo(folder: Path, now: Dataset, step: Step) -> tuple[Dataset, bool]:
    """Take a step back and make all others anew without it; or see it refused, by name. Whether rows went for good."""
    before = tables_of(folder)
    stands = {s.number: stands for s, stands in standing(history(folder)[::-1])}
    try:
        new = undo(folder, by="kim", step=step.number)
    except DatasetError as e:
        assert tables_of(folder) == before
        if stands[step.number] and not step.undoes:
            words = str(e)
            assert any(f"step {n} " in words for n in stands if n > step.number), words
        return now, False
    if not step.undoes:
        again = BEGUN
        for s in [s for s, stood in standing(history(folder)[::-1]) if stood and not s.undoes][::-1]:
            again = replayed(s, again)
        made = {n: c for n, c in contents(again).items() if n[:-4] in TABLES and c is not None}
        assert {n: c.decode() for n, c in tables_of(folder).items()} == {n: c.decode() for n, c in made.items()}
    return new, any(c.kind == "added" and c.table in KINDS and not step.became for c in step.changes)


def test_a_theme_of_a_closed_list_is_renamed_in_the_list_too(tmp_path: Path, shipped: Path) -> None:
    folder = tmp_path / "d"
    save(load(shipped), folder)
    before = (folder / "datapackage.json").read_bytes()
    made = rename(load(folder), "themes", "exchanges", title="visits")
    now = apply(folder, made.changes, by="lee", why="plain", kind=made.kind, became=made.became)
    assert now.package is not None
    assert now.package.closed["proposals", "theme"][2] == "visits"
    assert "exchanges" not in now.package.closed["proposals", "theme"]
    undo(folder, by="lee")
    assert (folder / "datapackage.json").read_bytes() == before
    made = split(load(folder), "themes", "process", {"first-steps": ["ai-protocols"]})
    now = apply(folder, made.changes, by="lee", why="two things", kind=made.kind, became=made.became)
    assert now.package is not None
    assert now.package.closed["proposals", "theme"][:2] == ("process", "first-steps")


def test_a_theme_is_made_though_the_list_of_themes_is_closed_and_goes_from_it_again(
    tmp_path: Path, shipped: Path
) -> None:
    folder = tmp_path / "d"
    save(load(shipped), folder)
    before = {f.name: f.read_bytes() for f in folder.iterdir()}
    made = move(load(folder), "proposals", ["ai-protocols"], theme="Proces")
    assert made.notes == ("'Proces' is a new theme; did you mean 'process'?",)
    now = apply(folder, made.changes, by="lee", why="its own", kind=made.kind, became=made.became)
    assert load(folder).version == now.version
    assert now.package is not None
    assert now.package.closed["proposals", "theme"][-1] == "Proces"
    undo(folder, by="lee")
    assert {f: (folder / f).read_bytes() for f in before if f != "history.jsonl"} == before
    with pytest.raises(DatasetError, match="'Proces' is not one of process"):  # as before: nobody made it
        apply(folder, made.changes, by="lee", why="a slip")


@pytest.mark.parametrize("order", [(1, 2), (2, 1)])
def test_a_column_goes_with_the_last_step_that_used_it(tmp_path: Path, order: tuple[int, int]) -> None:
    folder = tmp_path / "d"
    save(BEGUN, folder)
    before = tables_of(folder)
    for row in ("s1", "s2"):
        apply(folder, [Change("changed", "statements", row, "note", "", "a note")], by="lee", why="a note")
    assert tables_of(folder) != before
    for step in order:
        undo(folder, by="kim", step=step)
    assert tables_of(folder) == before


def test_a_column_stays_where_a_step_that_stands_began_it_and_emptied_it_again(tmp_path: Path) -> None:
    folder = tmp_path / "d"
    save(BEGUN, folder)
    for row, old, new in (("s1", "", "one"), ("s2", "", "two"), ("s2", "two", "")):
        apply(folder, [Change("changed", "statements", row, "note", old, new)], by="lee", why="a note")
    assert "note" in undo(folder, by="kim", step=1).columns["statements"]
    undo(folder, by="kim", step=3)
    assert "note" not in undo(folder, by="kim", step=2).columns["statements"]


def test_a_step_is_not_taken_back_where_a_later_one_names_what_would_go(tmp_path: Path) -> None:
    folder = tmp_path / "d"
    save(BEGUN, folder)
    made = rename(load(folder), "proposals", "talk", id="chat")
    apply(folder, made.changes, by="lee", why="shorter", kind=made.kind, became=made.became)
    values = (("actor", "dee"), ("proposal", "chat"), ("stance", "support"), ("source", "late"))
    apply(folder, [Change("added", "statements", "s9", values=values)], by="kim", why="one more")
    with pytest.raises(DatasetError, match=r"'chat' is named by s9 since step 2 .*; take that back first"):
        undo(folder, by="lee", step=1)
    undo(folder, by="kim", step=2)
    assert undo(folder, by="lee", step=1).version == BEGUN.version


def test_what_comes_back_is_called_as_it_is_called_now(tmp_path: Path) -> None:
    folder = tmp_path / "d"
    save(BEGUN, folder)
    apply(folder, [Change("deleted", "statements", "s1")], by="lee", why="a slip")
    made = rename(load(folder), "proposals", "talk", id="chat")
    apply(folder, made.changes, by="lee", why="shorter", kind=made.kind, became=made.became)
    now = undo(folder, by="lee", step=1)
    assert now.statements.set_index("id")["proposal"].astype("str")["s1"] == "chat"
    assert now.statements["id"].tolist() == BEGUN.statements["id"].tolist()
    assert undo(folder, by="lee", step=2).version == BEGUN.version


@pytest.mark.parametrize("kind", ["themes", "proposals"])
def test_what_came_back_under_the_name_of_a_merge_has_its_old_one_again_when_the_merge_is_taken_back(
    tmp_path: Path, kind: str
) -> None:
    folder = tmp_path / "d"
    save(BEGUN, folder)
    before = tables_of(folder)

    def merged(kind: str, code: str, into: str) -> None:
        made = merge(load(folder), kind, [code], into=into)
        apply(folder, made.changes, by="lee", why="one word", kind=made.kind, became=made.became)

    if kind == "themes":
        merged("proposals", "halt", "test")
        merged("themes", "arms", "process")
    else:
        apply(folder, [Change("deleted", "events", "e1")], by="lee", why="a slip")
        merged("proposals", "ban", "halt")
    now = undo(folder, by="kim", step=1)
    named = {
        "themes": ("proposals", "halt", "theme", "process"),
        "proposals": ("events", "e1", "proposals", "talk;halt"),
    }
    table, row, column, value = named[kind]
    assert now.frames[table].set_index("id").at[row, column] == value
    assert now.frames[table]["id"].tolist() == BEGUN.frames[table]["id"].tolist()
    undo(folder, by="kim", step=2)
    assert tables_of(folder) == before
    assert undo(folder, by="kim", step=4).frames[table].set_index("id").at[row, column] == value  # the merge again


def test_what_goes_again_and_comes_back_is_not_called_by_a_merge_that_was_taken_back_meanwhile(tmp_path: Path) -> None:
    folder = tmp_path / "d"
    save(BEGUN, folder)
    before = tables_of(folder)
    for step in ("delete", "merge", 1, "delete", 2, 4):
        if step == "delete":
            apply(folder, [Change("deleted", "events", "e1")], by="lee", why="a slip")
        elif step == "merge":
            made = merge(load(folder), "proposals", ["ban"], into="halt")
            apply(folder, made.changes, by="lee", why="one word", kind=made.kind, became=made.became)
        else:
            undo(folder, by="kim", step=int(step))
    assert tables_of(folder) == before


def test_rows_stand_in_their_order_whichever_came_back_first(tmp_path: Path) -> None:
    folder = tmp_path / "d"
    save(BEGUN, folder)
    before = tables_of(folder)
    for row in ("s1", "s3", "s2"):
        apply(folder, [Change("deleted", "statements", row)], by="lee", why="a slip")
    for step in (1, 2, 3):
        undo(folder, by="kim", step=step)
    assert tables_of(folder) == before


def test_the_step_that_wrote_the_shipped_scale_out_stays_while_a_later_one_rests_on_it(tmp_path: Path) -> None:
    folder = tmp_path / "d"
    save(BEGUN, folder)
    before = tables_of(folder)
    for act in (
        lambda now: rename(now, STANCES, "support", id="backs"),
        lambda now: split(now, STANCES, "oppose", {"refuse": []}, titles={"refuse": "Refuses"}),
        lambda now: retire(now, STANCES, "refuse"),
    ):
        made = act(load(folder))
        apply(folder, made.changes, by="lee", why="other words", kind=made.kind, became=made.became)
    with pytest.raises(DatasetError, match=r"the stances, .* changed since by step 3 .*; take that back first"):
        undo(folder, by="kim", step=1)
    for step in (3, 2, 1):
        undo(folder, by="kim", step=step)
    assert tables_of(folder) == before


def test_a_layer_from_before_a_merge_is_read_in_the_ids_of_today(tmp_path: Path) -> None:
    folder = tmp_path / "d"
    save(BEGUN, folder)
    new_layer(folder, "kim")
    values = (("actor", "cem"), ("proposal", "talk"), ("stance", "oppose"), ("source", "late"))
    apply(open_store(folder, layer="kim"), [Change("added", "statements", "k1", values=values)], by="kim", why="coding")
    for act in (
        lambda now: merge(now, "proposals", ["talk"], into="ban"),
        lambda now: rename(now, "stances", "oppose", id="refuses"),
        lambda now: rename(now, "actors", "cem", id="jem"),
    ):
        made = act(load(folder))
        apply(folder, made.changes, by="lee", why="one word", kind=made.kind, became=made.became)
    row = load(folder, layer="kim").statements.astype("str").iloc[0]
    assert row[["actor", "proposal", "stance"]].tolist() == ["jem", "ban", "refuses"]
