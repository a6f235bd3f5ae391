"""An id that was renamed, merged away or taken out goes on meaning what it became; the file of the rules is checked."""

from __future__ import annotations

from dataclasses import replace

import pytest

from matrix.analysis.common_ground import common_ground
from matrix.analysis.overlap import overlap
from matrix.analysis.positions import positions
from matrix.analysis.selection_words import scope
from matrix.analysis.timeline import timeline
from matrix.dataset.dataset import Dataset
from matrix.dataset.former_ids import Became, Former, after, as_today, dangling, parsed
from matrix.dataset.problems import SelectionError
from matrix.dataset.selection import Selection
from tests.tiny import dataset, table

HEAD = "kind,id,name,now,why\n"
BEGUN = dataset("ann talk support early", "cem talk oppose late", "bob ban support early")


def with_rules(*rules: Former) -> Dataset:
    return replace(BEGUN, former=rules)


def rule(kind: str, id_: str, now: str) -> Former:
    return Former(kind, id_, "", now, "because")


def test_what_an_id_becomes_may_itself_have_become_another_one() -> None:
    # `test` was made by a split of `ban`, which then became `talk`; the split is taken back.
    old, new = (
        dict(BEGUN.frames) | {"proposals": BEGUN.proposals[BEGUN.proposals["id"].isin(ids)]}
        for ids in (["talk", "test"], ["talk"])
    )
    found = after([rule("proposals", "ban", "talk")], old, new, [Became("proposals", "test", "ban")], "undo of a split")
    assert {(f.id, f.now) for f in found} == {("ban", "talk"), ("test", "talk")}


def test_a_chain_of_rules_is_followed_to_its_end_and_an_id_given_anew_wins() -> None:
    data = with_rules(
        rule("proposals", "a", "b"),
        rule("proposals", "b", "c"),
        rule("proposals", "c", "talk"),
        rule("proposals", "ban", "talk"),
    )
    assert data.moved["proposals"] == {"a": "talk", "b": "talk", "c": "talk"}
    assert positions(data, Selection(proposal=["a", "ban"])).index.tolist() == ["talk", "ban"]


def test_a_circle_of_rules_leads_nowhere_and_ends() -> None:
    assert with_rules(rule("actors", "x", "y"), rule("actors", "y", "x")).moved["actors"] == {"x": "", "y": ""}


def test_every_filter_and_measure_takes_an_old_id_for_the_new_one() -> None:
    data = with_rules(
        *(rule("proposals", "chat", "talk"), rule("actors", "anna", "ann"), rule("themes", "procedure", "process")),
        *(rule("stances", "against", "oppose"), rule("actors", "gone", "")),
    )
    for old, new in (
        (Selection(proposal="chat"), Selection(proposal="talk")),
        (Selection(actor="anna"), Selection(actor="ann")),
        (Selection(theme="procedure"), Selection(theme="process")),
        (Selection(stance="against"), Selection(stance="oppose")),
    ):
        assert positions(data, old).equals(positions(data, new))
        assert common_ground(data, old).frame.equals(common_ground(data, new).frame)
        assert overlap(data, old).frame.equals(overlap(data, new).frame)
        assert timeline(data, old).frame.equals(timeline(data, new).frame)
        assert scope(data, old) == scope(data, new)
        assert old.within(data) == new
    with pytest.raises(SelectionError, match="actor: 'gone' was taken out, and nothing took its place: because"):
        Selection(actor="gone").within(data)


def test_what_goes_becomes_what_it_is_said_to_or_what_its_references_name_now() -> None:
    old = BEGUN.frames
    new = dataset(
        "ann chat support early",
        "cem chat oppose late",
        "bob test support early",
        proposals=table("id|title|theme|parent", "chat|Chat|process|", "test|Test models|process|chat"),
    ).frames
    found = after((), old, new, [Became("proposals", "talk", "chat")], "why")
    assert [(f.kind, f.id, f.name, f.now) for f in found] == [
        ("proposals", "talk", "Keep talking", "chat"),
        ("proposals", "ban", "Ban it all", "test"),  # s3 is on it now
        ("themes", "arms", "", ""),  # nothing is known to have taken its place
    ]
    back = after(found, new, old, [Became("proposals", "chat", "talk")], "undo")
    assert [(f.id, f.now) for f in back] == [("ban", "test"), ("chat", "talk")]


def test_tables_from_before_are_read_in_the_ids_of_today() -> None:
    moved = {"proposals": {"chat": "talk", "halt": "ban"}, "themes": {"weapons": "arms"}}
    frames = dataset(
        "ann chat support early",
        proposals=table("id|title|theme|parent", "chat|Chat|process|", "ban|Ban|weapons|chat", "halt|Halt|weapons|"),
        events=table("id|title|proposals", "e1|Both|ban;halt"),
    ).frames
    found = as_today(frames, moved)
    assert found["proposals"][["id", "theme", "parent"]].values.tolist() == [
        ["talk", "process", ""],
        ["ban", "arms", "talk"],
    ]
    assert found["proposals"].index.tolist() == [0, 1]
    assert found["statements"]["proposal"].tolist() == ["talk"]
    assert found["events"]["proposals"].tolist() == ["ban"]
    assert as_today(frames, moved, rows=False)["proposals"]["id"].tolist() == ["ban"]
    anew = as_today(frames, moved, anew={("proposals", "chat")})
    assert anew["statements"]["proposal"].tolist() == ["chat"]


@pytest.mark.parametrize(
    ("content", "words"),
    {
        "kind,id,now\n": "row 1: the columns are 'kind', 'id', 'now'; they must be kind, id, name, now, why",
        HEAD
        + "proposal,a,,b,\n": "row 2, column kind: 'proposal' is not one of proposals, actors, themes, stances; did you",
        HEAD + "proposals,,,b,\n": "row 2, column id: is empty",
        HEAD + "proposals,A b,,c,\n": "row 2, column id: 'A b' is not an id: lower-case letters",
        HEAD + "proposals,a,,<b>,\n": "row 2, column now: '<b>' is not an id: lower-case letters",
        HEAD + "proposals,a,,a,\n": "row 2, column now: 'a' is the id itself",
        HEAD + "actors,a,,b,\n\nactors,a,,c,\n": "row 4, column id: 'a' appears twice among actors",
        HEAD + "actors,a,b\n": "row 2: has 3 values where the header names 5 columns",
        HEAD + 'actors,"a\n': "row 2: cannot be read as CSV from here on",
    }.items(),
)
def test_a_file_that_is_wrong_is_named_with_row_and_column(content: str, words: str) -> None:
    _, problems = parsed(content.encode())
    assert [str(p) for p in problems if words in str(p)], [*map(str, problems)]


def test_a_rule_that_leads_to_what_never_was_is_a_warning() -> None:
    found, problems = parsed((HEAD + "themes,old,,procss,\nproposals,a,,talk,\nproposals,b,,,\n").encode())
    assert not problems
    assert [*map(str, dangling(BEGUN.frames, found))] == [
        "former_ids.csv row 2, column now: warning: 'procss' is not among themes; did you mean 'process'?"
    ]
