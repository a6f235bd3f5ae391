"""Each operation on the codebook follows every reference; what cannot be is refused with the way out."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from matrix.dataset.changes import changed_frames
from matrix.dataset.codebook import Recoding, merge, move, rename, retire, split
from matrix.dataset.dataset import Dataset, column
from matrix.dataset.problems import DatasetError, SelectionError
from tests.tiny import dataset, table


@pytest.fixture
def data() -> Dataset:
    return dataset(
        "ann talk support early",
        "bob test conditional early",
        "cem ban support early superseded_by=s4",
        "dee ban oppose late",
        proposals=table(
            "id|title|title_zh|definition|theme|parent|risk_areas|coverage|coverage_note|asked",
            "talk|Keep talking|||process||war|||",
            "test|Test models|测试|By others.|process|talk||partial|3 of 4|yes",
            "ban|Ban it all|||arms|test|war;leak|complete||",
        ),
        risk_areas=table("id|name", "war|War", "leak|Leak"),
        links=table(
            "id|proposal|other|kind|why",
            "l1|talk|test|tension|slow",
            "l2|ban|talk|tension|loud",
            "l3|ban|test|tension|odd",
        ),
        events=table("id|title|proposals", "e1|Talks|test;talk;ban"),
        searches=table(
            "id|actor|proposal|where|by|date", "w1|dee|test|papers|Cora|2026", "w2|dee|talk|papers|Cora|2026"
        ),
    )


def after(data: Dataset, made: Recoding) -> dict[str, list[list[str]]]:
    """Rows of the tables that change, as they are then."""
    frames = changed_frames(data.frames, made.changes)
    return {t: frames[t].astype("str").values.tolist() for t in {c.table for c in made.changes}}


def column_after(data: Dataset, made: Recoding, name: str, what: str) -> dict[str, str]:
    frame = changed_frames(data.frames, made.changes)[name]
    return dict(zip(frame["id"], frame[what].astype("str"), strict=True))


def test_a_new_id_is_followed_everywhere_and_the_row_keeps_its_place(data: Dataset) -> None:
    made = rename(data, "proposals", "talk", id="chat", title="A chat")
    frames = changed_frames(data.frames, made.changes)
    assert frames["proposals"]["id"].tolist() == ["chat", "test", "ban"]
    assert frames["proposals"]["title"].tolist()[0] == "A chat"
    assert column_after(data, made, "proposals", "parent")["test"] == "chat"
    assert column_after(data, made, "statements", "proposal")["s1"] == "chat"
    assert frames["links"][["proposal", "other"]].values.tolist() == [
        ["chat", "test"],
        ["ban", "chat"],
        ["ban", "test"],
    ]
    assert frames["events"]["proposals"].tolist() == ["test;chat;ban"]
    assert frames["searches"]["proposal"].tolist() == ["test", "chat"]
    assert made.became == (("proposals", "talk", "chat"),)
    assert not any("talk" in frame.astype("str").values.ravel() for frame in frames.values())


def test_a_merge_joins_what_both_have_and_says_what_it_drops(data: Dataset) -> None:
    made = merge(data, "proposals", ["test"], into="talk")
    frames = changed_frames(data.frames, made.changes)
    kept = frames["proposals"].astype("str").set_index("id").loc["talk"].to_dict()
    assert kept["title"] == "Keep talking"
    assert (kept["title_zh"], kept["definition"], kept["asked"]) == ("测试", "By others.", "yes")
    assert (kept["risk_areas"], kept["coverage"], kept["coverage_note"]) == ("war", "partial", "3 of 4")
    assert column_after(data, made, "proposals", "parent") == {"talk": "", "ban": "talk"}
    # l1 would link it to itself, and l3 says what l2 says.
    assert frames["links"].astype("str").values.tolist() == [["l2", "ban", "talk", "tension", "loud; odd"]]
    assert frames["events"]["proposals"].tolist() == ["talk;ban"]
    assert frames["searches"]["id"].tolist() == ["w1"]
    assert made.notes == ("Of 'test' only the history keeps title 'Test models'.",)


def test_a_merge_into_what_is_below_lifts_it_out(data: Dataset) -> None:
    made = merge(data, "proposals", ["talk"], into="ban")  # talk > test > ban
    assert column_after(data, made, "proposals", "parent") == {"test": "ban", "ban": ""}


def test_two_statements_that_become_the_same_are_named_and_kept() -> None:
    data = dataset("ann talk support early quote=yes", "bob talk support early quote=yes")
    made = merge(data, "actors", ["bob"], into="ann")
    assert "s1 and s2 then state the same in the same words; both stay." in made.notes
    assert column_after(data, made, "statements", "actor") == {"s1": "ann", "s2": "ann"}


def test_a_split_deals_out_statements_and_keeps_the_rest_where_it_is(data: Dataset) -> None:
    made = split(data, "proposals", "ban", {"halt": ["s3", "s4"]}, titles={"halt": "Halt it"})
    assert column_after(data, made, "statements", "proposal") == {
        "s1": "talk",
        "s2": "test",
        "s3": "halt",
        "s4": "halt",
    }
    new = changed_frames(data.frames, made.changes)["proposals"].astype("str").set_index("id").loc["halt"].to_dict()
    assert (new["title"], new["theme"], new["parent"], new["risk_areas"]) == ("Halt it", "arms", "test", "war;leak")
    assert {c.table for c in made.changes} == {"proposals", "statements"}


def test_a_theme_is_split_by_its_proposals_and_merged_by_its_word(data: Dataset) -> None:
    made = split(data, "themes", "process", {"trials": ["test"]})
    assert column_after(data, made, "proposals", "theme") == {"talk": "process", "test": "trials", "ban": "arms"}
    made = merge(data, "themes", ["arms"], into="process")
    assert set(column_after(data, made, "proposals", "theme").values()) == {"process"}


def test_the_shipped_scale_becomes_a_table_in_its_order_and_stays_as_conditional_as_it_was(data: Dataset) -> None:
    made = rename(data, "stances", "conditional", id="if-asked", title="If asked")
    frames = changed_frames(data.frames, made.changes)
    assert frames["stances"]["id"].tolist() == ["support", "if-asked", "concern", "oppose"]
    assert column_after(data, made, "statements", "stance")["s2"] == "if-asked"
    # Without 0.5's higher neighbour, and without a word, 0.5 would count as full support.
    wide = dataset("bob talk conditional early")
    made = retire(wide, "stances", "support")
    assert column_after(wide, made, "stances", "conditional") == {
        "conditional": "true",
        "concern": "false",
        "oppose": "false",
    }


def test_a_move_changes_the_place_alone(data: Dataset) -> None:
    made = move(data, "proposals", ["talk", "ban"], theme="arms", risk_areas=["leak"])
    assert column_after(data, made, "proposals", "theme") == {"talk": "arms", "test": "process", "ban": "arms"}
    assert column_after(data, made, "proposals", "risk_areas") == {"talk": "leak", "test": "", "ban": "leak"}
    assert column_after(data, move(data, "actors", ["ann"], side="south"), "actors", "side")["ann"] == "south"


def test_a_code_that_nothing_names_is_retired_and_opens_the_one_above(data: Dataset) -> None:
    data = dataset("ann talk support early")
    made = retire(data, "proposals", "test")
    assert [(c.kind, c.table, c.id) for c in made.changes] == [("deleted", "proposals", "test")]
    assert made.became == (("proposals", "test", "talk"),)
    assert column(data, "proposals", "parent")["test"] == "talk"


REFUSED: dict[str, tuple[Callable[[Dataset], Recoding], str]] = {
    "unknown": (
        lambda d: rename(d, "proposals", "tlk", id="x"),
        "proposal: 'tlk' is not one of talk, test, ban; did you mean",
    ),
    "taken": (lambda d: rename(d, "proposals", "talk", id="ban"), "'ban' is a proposal already: merge the two"),
    "no id": (lambda d: rename(d, "proposals", "talk", id="A B"), "'A B' is not an id: lower-case letters"),
    "mixed": (lambda d: rename(d, "stances", "support", id="mixed"), "'mixed' is the name of the derived state"),
    "theme taken": (lambda d: rename(d, "themes", "arms", id="process"), "'process' is a theme already: merge"),
    "alone": (lambda d: merge(d, "proposals", ["talk"], into="talk"), "name at least one other proposal than 'talk'"),
    "a chain": (
        lambda d: split(d, "proposals", "ban", {"halt": ["s3"]}, titles={"halt": "Halt"}),
        "'s3' would be on 'halt', and 's4', which takes its place, on 'ban': deal out both to the same, or neither",
    ),
    "not its own": (
        lambda d: split(d, "proposals", "ban", {"halt": ["s1"]}, titles={"halt": "Halt"}),
        "proposal 'ban' has no such statement: 's1' is not one of s3, s4",
    ),
    "no title": (lambda d: split(d, "proposals", "ban", {"halt": []}), "'halt' needs a title"),
    "in use": (
        lambda d: retire(d, "proposals", "talk"),
        "proposal 'talk' is in 1 row: s1; merge it into another one, or move what refers to it first",
    ),
    "no place": (
        lambda d: move(d, "themes", ["arms"], side="north"),
        "themes have no side; only proposals and actors are moved",
    ),
    "no side": (
        lambda d: move(d, "actors", ["ann"], side="nort"),
        "side: 'nort' is not one of north, south; did you mean",
    ),
}


@pytest.mark.parametrize("why", REFUSED)
def test_what_cannot_be_is_refused_with_the_way_out(data: Dataset, why: str) -> None:
    act, words = REFUSED[why]
    with pytest.raises((DatasetError, SelectionError)) as caught:
        act(data)
    assert words in str(caught.value)
