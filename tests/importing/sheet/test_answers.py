"""A question that was answered is not asked again: a sheet is read after a few rounds, whatever is answered."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matrix.dataset.dataset import Dataset
from tests.importing.sheet.answers import answered
from tests.importing.sheet.test_read import problems, tables_of

NAMES = ["Anvil", "ANVIL", "anvil", "Brook", "brook", "Anvil and Brook", "others", "Cedar (a)", "Cedar", "Not Anvil",
         "Dune [1]", "Anvil / Brook", "Elm (sat out)", "China", "A. SAFETY"]  # fmt: skip
WORDS = ["yes", "no", "", "maybe", "yes?", "support if all do", "n/a", "Yes", "1"]
HEADS = ["Party", "Actor", "Country", "Bill", "Xyz"]


@st.composite
def sheets(draw: st.DrawFn) -> str:
    """A sheet with a row a statement, a wide one, or lists; of names that are easily mistaken."""
    names = draw(st.lists(st.sampled_from(NAMES), min_size=2, max_size=5, unique=True))
    kind = draw(st.sampled_from(["rows", "wide", "lists"]))
    words = st.sampled_from(WORDS)
    if kind == "rows":
        lines = [f"{name},{draw(st.sampled_from(['Ban', 'ban', 'Tax']))},{draw(words)}" for name in names]
        return "\n".join(["Actor,Proposal,Stance", *lines])
    if kind == "wide":
        more = draw(st.sampled_from(["", ",Party", ",Name"]))
        head = f"{draw(st.sampled_from(HEADS))}{more},Ban,Tax,Fund"
        lines = [f"{name}{',Left' if more else ''},{','.join(draw(words) for _ in range(3))}" for name in names]
        return "\n".join([head, *lines])
    listed = st.lists(st.sampled_from(names), max_size=3).map("; ".join)
    lines = [f"B {i},{draw(listed)},{draw(listed)}" for i in range(2)]
    return "\n".join(["Bill,Supporters,Opponents", *lines])


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(sheets(), st.booleans(), st.data())
def test_after_an_answer_to_each_question_a_sheet_is_read(text: str, known: bool, data: st.DataObject) -> None:
    there = Dataset.from_frames(tables_of("Actor,Proposal,Stance\nanvil,Ban,yes\nBROOK,Tax,no\n").frames)
    answered(text, lambda answers: data.draw(st.sampled_from(answers)), there if known else None)


def test_two_names_that_the_dataset_has_as_two_are_not_asked_about() -> None:
    text = "Actor,Proposal,Stance\nAnvil,Ban,yes\nANVIL,Tax,no\n"
    there = Dataset.from_frames(tables_of(text, different=["ANVIL=Anvil"]).frames)
    assert len(tables_of(text.replace("Tax", "Fund"), into=there).frames["actors"]) == 2


def test_a_name_that_is_said_to_be_one_of_the_dataset_makes_no_second_actor_whichever_is_first() -> None:
    there = Dataset.from_frames(tables_of("Actor,Proposal,Stance\nAnvil,Ban,yes\n").frames)
    text = "Actor,Proposal,Stance\nANVIL,Tax,no\n"
    for pair in ("ANVIL=Anvil", "Anvil=ANVIL"):
        assert tables_of(text, into=there, same=[pair]).frames["actors"]["name"].tolist() == ["Anvil"]


def test_a_column_that_may_not_be_the_one_of_actors_is_not_asked_about_its_names() -> None:
    text = "Actor,Name,Ban,Tax,Fund\nAnvil and Brook,Left,yes,,\nAnvil,Left,yes,,\n"
    assert not any("several actors" in p for p in problems(text))
    assert any("--map 'Actor=actors'" in p for p in problems(text, columns={"Name": "keep"}))
    rows = "Party,Name,Ban,Tax\nAnvil,Left,yes,yes\nAnvil / Brook,Left,yes,yes\nBrook,Left,no,yes\n"
    assert not any("'Anvil / Brook=actors'" in p for p in problems(rows))
    assert any("'Anvil / Brook=actors'" in p for p in problems(rows, columns={"Name": "keep"}))
