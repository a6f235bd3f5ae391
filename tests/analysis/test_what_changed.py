"""What changed between two states: counted by hand, held against the positions of both, and blind to other names."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matrix.analysis.positions import positions
from matrix.analysis.what_changed import CONDITION, NEW, SILENT, TURNED, WhatChanged, compared
from matrix.dataset.changes import Change, applied
from matrix.dataset.codebook import merge, rename
from matrix.dataset.dataset import Dataset, records
from matrix.dataset.selection import Selection
from tests.analysis.random_data import build
from tests.tiny import dataset

THEN = dataset(
    "ann talk support late",
    "cem talk oppose late",
    "bob test conditional late",
    "cem ban concern early",
    "ann test conditional early",
)


def changed(*changes: Change) -> Dataset:
    return applied(THEN, changes)


def lines(found: WhatChanged) -> list[tuple[str, ...]]:
    return [tuple(r[c] for c in ("proposal", "actor", "kind", "before", "after")) for r in records(found.frame)]


def statement(id_: str, actor: str, proposal: str, stance: str, **more: str) -> Change:
    values = {"actor": actor, "proposal": proposal, "stance": stance, "source": "late", **more}
    return Change("added", "statements", id_, values=tuple(values.items()))


def cell(id_: str, column: str, old: str, new: str) -> Change:
    return Change("changed", "statements", id_, column, old, new)


def test_each_kind_of_change_is_told_with_its_statements_and_nothing_else() -> None:
    now = changed(
        cell("s1", "stance", "support", "oppose"),
        cell("s3", "stance", "conditional", "support"),
        cell("s3", "condition", "it is mutual", ""),
        Change("deleted", "statements", "s4"),
        statement("s9", "dee", "ban", "support"),
        statement("s8", "cem", "talk", "oppose"),
        Change("changed", "actors", "ann", "name", "Ann", "Anna"),
    )
    found = compared(THEN, now)
    assert lines(found) == [
        ("talk", "ann", TURNED, "support", "oppose"),
        ("test", "bob", TURNED, "conditional", "support"),
        ("ban", "cem", SILENT, "concern", ""),
        ("ban", "dee", NEW, "", "support"),
    ]
    assert found.frame["dropped"].tolist() == [(), ("it is mutual",), (), ()]
    assert found.frame["statements"].tolist() == [("s1",), ("s3",), (), ("s9",)]
    assert found.frame["replaced"].tolist() == [("s1",), ("s3",), ("s4",), ()]
    assert found.frame["why"].tolist() == ["", "", "statement s4 was withdrawn", ""]
    assert (found.voices, found.proposals, found.gone) == (("dee",), (), ())
    assert (found.repeated, found.edits) == (1, 1), "cem said it once more; a name was spelled anew"
    assert found.n == 6
    assert found.finding == (
        "2 positions turned, 1 condition dropped, 1 new position, 1 position no longer there and 1 new voice"
    )


def test_a_condition_is_added_dropped_or_worded_anew_while_the_position_stands() -> None:
    now = changed(
        cell("s3", "condition", "it is mutual", "it is mutual and lasting"),
        statement("s9", "ann", "test", "conditional", condition="others join"),
    )
    found = compared(THEN, now)
    assert lines(found) == [
        (p, a, CONDITION, "conditional", "conditional") for p, a in (("test", "ann"), ("test", "bob"))
    ]
    assert found.frame["added"].tolist() == [("others join",), ()]
    assert found.frame["reworded"].tolist() == [(), (("it is mutual", "it is mutual and lasting"),)]
    assert "dropped" not in found.finding
    back = compared(now, THEN)
    assert back.frame["dropped"].tolist() == [("others join",), ()]
    assert back.frame["reworded"].tolist() == [(), (("it is mutual and lasting", "it is mutual"),)]


def test_nothing_changed_is_said_with_how_many_stand() -> None:
    found = compared(THEN, THEN)
    assert (len(found.frame), found.edits, found.repeated) == (0, 0, 0)
    assert found.finding == "no position changed: 5 stand as they did"


@pytest.mark.parametrize(("kind", "code"), [("proposals", "talk"), ("actors", "cem"), ("themes", "process")])
def test_what_is_only_called_otherwise_has_not_changed(kind: str, code: str) -> None:
    made = rename(THEN, kind, code, id="other-name")
    now = applied(THEN, made.changes, became=made.became, why="plain")
    found = compared(THEN, now)
    assert (len(found.frame), found.voices, found.proposals, found.gone, found.edits) == (0, (), (), (), 0)


def test_a_merge_tells_only_what_it_made_of_positions() -> None:
    made = merge(THEN, "proposals", ["ban"], into="talk")
    found = compared(THEN, applied(THEN, made.changes, became=made.became, why="one thing"))
    assert lines(found) == [], "cem opposes the one and has a concern on the other: oppose, as before on the one"
    assert (found.proposals, found.gone) == ((), ())
    made = merge(THEN, "actors", ["cem"], into="ann")
    found = compared(THEN, applied(THEN, made.changes, became=made.became, why="one person"))
    assert lines(found) == [], "the old state is read by the names of today too"


def test_a_statement_that_is_coded_elsewhere_says_where() -> None:
    found = compared(THEN, changed(cell("s4", "proposal", "ban", "test")))
    assert lines(found) == [("test", "cem", NEW, "", "concern"), ("ban", "cem", SILENT, "concern", "")]
    assert found.frame["why"].tolist() == [
        "statement s4 was coded as Cem on “Ban it all” before",
        "statement s4 is coded as Cem on “Test models” now",
    ]
    assert found.voices == (), "cem spoke before"


def test_a_superseded_position_names_what_took_its_place() -> None:
    now = changed(statement("s9", "dee", "ban", "oppose"), cell("s4", "superseded_by", "", "s9"))
    found = compared(THEN, now)
    assert found.of(SILENT)["why"].tolist() == ["statement s4 is superseded by s9 now"]


def test_rows_that_are_gone_are_still_called_by_their_names() -> None:
    now = changed(
        Change("deleted", "statements", "s4"),
        Change("deleted", "proposals", "ban"),
        Change("added", "proposals", "halt", values=(("title", "Halt it"),)),
        statement("s9", "dee", "halt", "support"),
    )
    found = compared(THEN, now)
    assert (found.proposals, found.gone) == (("halt",), ("ban",))
    assert set(found.now.proposals["title"]) == {"Keep talking", "Test models", "Ban it all", "Halt it"}
    assert lines(found) == [("halt", "dee", NEW, "", "support"), ("ban", "cem", SILENT, "concern", "")]
    assert (found.repeated, found.edits) == (0, 0)


def test_the_selection_chooses_cells_and_evidence_and_is_named() -> None:
    now = changed(
        cell("s1", "stance", "support", "oppose"),
        cell("s2", "stance", "oppose", "support"),
        statement("s9", "dee", "ban", "support"),
    )
    found = compared(THEN, now, Selection(side="south"))
    assert lines(found) == [("talk", "cem", TURNED, "oppose", "support"), ("ban", "dee", NEW, "", "support")]
    assert found.headline.startswith("Among actors of South: since version ")
    assert (found.repeated, found.edits) == (0, 0), "what turned outside the selection is no edit of another kind"
    assert lines(compared(THEN, now, Selection(stance="oppose"))) == [
        ("talk", "ann", TURNED, "support", "oppose"),
        ("talk", "cem", TURNED, "oppose", "support"),
    ]
    assert lines(compared(THEN, now, Selection(source="early"))) == []
    assert compared(THEN, now, Selection(proposal="ban")).voices == ("dee",)


def test_a_stance_that_the_scale_has_no_more_is_still_read_as_it_was() -> None:
    scale = [("yes", 1.0, "false"), ("maybe", 0.5, "true"), ("no", -1.0, "false")]
    table = (
        pd.DataFrame(scale, columns=["id", "score", "conditional"]).astype("str").assign(name=[s for s, *_ in scale])
    )
    old = dataset("ann talk maybe late condition=mutual", "cem talk no late", stances=table)
    new = dataset("ann talk yes late", "cem talk no late", stances=table[table["id"] != "maybe"])
    found = compared(old, new)
    assert lines(found) == [("talk", "ann", TURNED, "maybe", "yes")]
    assert found.frame["dropped"].tolist() == [("mutual",)]


_stated = st.lists(
    st.tuples(
        st.integers(0, 4),
        st.integers(0, 3),
        st.sampled_from(["support", "conditional", "concern", "oppose"]),
        st.just(""),
    ),
    max_size=12,
)


@settings(max_examples=25)
@given(_stated, _stated, st.sampled_from([{}, {"side": "us"}, {"authority": "expert"}, {"proposal": ("p1", "p2")}]))
def test_the_changed_cells_are_those_in_which_the_positions_differ(
    one: Any, other: Any, chosen: dict[str, Any]
) -> None:
    old, new = build("shipped", one), build("shipped", other)
    selection = Selection(**chosen)
    before, after = (positions(d, selection).astype("str").fillna("") for d in (old, new))
    expected = {
        (str(p), str(a)): (before.at[p, a], after.at[p, a])
        for p in before.index
        for a in before.columns
        if before.at[p, a] != after.at[p, a]
    }
    found = compared(old, new, selection)
    told = found.frame[found.frame["kind"] != CONDITION]
    assert {(r["proposal"], r["actor"]): (r["before"], r["after"]) for r in records(told)} == expected
    spoke = [
        {f"a{a}" for a, p, *_ in given if f"a{a}" in before.columns and f"p{p}" in before.index}
        for given in (one, other)
    ]
    assert set(found.voices) == spoke[1] - spoke[0]
    turned = compared(new, old, selection)
    assert {tuple(r[:2]) for r in turned.frame.itertuples(index=False)} == {
        tuple(r[:2]) for r in found.frame.itertuples(index=False)
    }, "backwards the same cells differ"


def test_words_say_since_when() -> None:
    found = compared(THEN, THEN)
    for since, words in (
        ("2026-05-14", "since 14 May 2026"),
        ("2026-05", "since May 2026"),
        ("0123456789ab", "since version 0123456789ab"),
        ("2026-05-14T10:32:00+00:00", "since 14 May 2026, 10:32 UTC"),
    ):
        assert replace(found, since=since).since_words == words
