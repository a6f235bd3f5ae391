"""What an operation on the codebook would change, counted by hand; and which codes may be the same."""

from __future__ import annotations

import pytest

from matrix.analysis.codebook import likely_same, preview
from matrix.dataset.codebook import merge, move, rename, retire, split
from matrix.dataset.dataset import Dataset
from tests.tiny import dataset, table


@pytest.fixture
def data() -> Dataset:
    return dataset(
        "ann talk support early",
        "cem talk oppose late",
        "bob test conditional early",
        "dee ban support early superseded_by=s5",
        "dee ban oppose late",
        links=table("id|proposal|other|kind|why", "l1|talk|test|tension|slow", "l2|ban|talk|tension|loud"),
    )


def cells(frame: object) -> list[str]:
    return frame.to_csv(header=False, index=False).splitlines()  # type: ignore[attr-defined]


def test_a_merge_shows_each_cell_that_changes_with_what_it_was_and_will_be(data: Dataset) -> None:
    found = preview(data, merge(data, "proposals", ["ban"], into="talk"))
    # dee refuses talk too now. That ann and cem have a position on what ban became is no change: it goes.
    assert cells(found.frame) == ["talk,dee,,oppose"]
    assert found.n == 1 == len(found.frame)
    assert found.statements == ("s4", "s5")
    assert found.rows == {"proposals": ("ban",), "statements": ("s4", "s5"), "links": ("l2",)}
    assert found.sentence == (
        "Proposal 'ban' merged into 'talk'. It touches 2 statements, 1 row of proposals, 1 row of links; "
        "1 position changes."
    )


def test_a_merge_shows_what_the_code_that_goes_loses(data: Dataset) -> None:
    made = merge(data, "proposals", ["talk"], into="test")
    assert cells(preview(data, made).frame) == ["test,ann,,support", "test,cem,,oppose"]
    both = dataset("ann talk support early", "ann ban oppose late", "bob ban support late")
    found = preview(both, merge(both, "proposals", ["ban"], into="talk"))
    assert cells(found.frame) == ["talk,ann,support,mixed", "talk,bob,,support", "ban,ann,oppose,mixed"]
    assert "3 positions change." in found.sentence


@pytest.mark.parametrize(("kind", "code"), [("proposals", "sub"), ("proposals", "alone"), ("actors", "eve")])
def test_a_code_that_is_retired_changes_no_position(kind: str, code: str) -> None:
    data = dataset(
        "ann talk support early",
        proposals=table("id|title|parent", "talk|Talk|", "sub|A part|talk", "alone|Alone|"),
        actors=table("id|name", "ann|Ann", "eve|Eve"),
    )
    found = preview(data, retire(data, kind, code))
    assert (found.n, code in found.after.frames[kind]["id"].tolist()) == (0, False)
    assert found.sentence.endswith("no position changes.")


def test_a_split_shows_what_the_old_code_loses_and_the_new_one_has(data: Dataset) -> None:
    made = split(data, "proposals", "talk", {"chat": ["s1"]}, titles={"chat": "Chat"})
    assert cells(preview(data, made).frame) == ["talk,ann,support,", "chat,ann,,support"]


def test_another_id_or_place_changes_no_position(data: Dataset) -> None:
    for made in (
        rename(data, "proposals", "talk", id="chat"),
        rename(data, "stances", "support", id="backs"),
        rename(data, "actors", "ann", id="anna", title="Anna"),
        rename(data, "themes", "process", title="procedure"),
        move(data, "proposals", ["talk"], theme="arms"),
    ):
        found = preview(data, made)
        assert found.n == 0
        assert found.sentence.endswith("no position changes.")
    assert preview(data, rename(data, "stances", "support", id="backs")).statements == ("s1", "s4")


def test_a_merge_of_actors_folds_their_words_and_of_stances_their_cells(data: Dataset) -> None:
    assert cells(preview(data, merge(data, "actors", ["dee"], into="cem")).frame) == ["ban,cem,,oppose"]
    wide = dataset(
        "ann talk hails early",
        "bob talk support early",
        stances=table(
            "id|name|score|conditional", "hails|Hails|1|false", "support|Backs|1|false", "oppose|Opposes|-1|false"
        ),
    )
    assert cells(preview(wide, merge(wide, "stances", ["hails"], into="support")).frame) == ["talk,ann,hails,support"]


def test_what_may_be_the_same_is_named_with_its_reason_and_nothing_is_merged() -> None:
    data = dataset(
        "ann talk support early quote=we_shall_keep_talking_to_them",
        "ann ban support early quote=we_shall_keep_talking_to_them",
        "bob talk support early quote=short",
        "bob report support late quote=short",
        proposals=table(
            "id|title", "talk|Keep talking", "ban|Ban it all", "report|Incident reporting", "tell|Reporting incidents"
        ),
    )
    assert likely_same(data, "proposals").values.tolist() == [["talk", "ban", 27, 1], ["report", "tell", 97, 0]]
    assert likely_same(data, "actors").empty
    assert data.proposals["id"].tolist() == ["talk", "ban", "report", "tell"]
