"""What a cell for a stance says: the stance, and the condition beside it."""

from __future__ import annotations

import pytest

from matrix.importing.sheet.stances import StanceWords
from tests.importing.sheet.test_read import mapping_of, problems, tables_of


@pytest.mark.parametrize(
    ("cell", "condition"),
    [
        ("conditional: others do", "others do"),
        ("有条件支持（其他国家也这样做）", "其他国家也这样做"),
        ("有条件：其他国家也这样做", "其他国家也这样做"),
        ("bedingt, alle machen mit", "alle machen mit"),
        ("with conditions – all do; and soon", "all do; and soon"),
        ("yes, if others do", "if others do"),
        ("Yes if others do", "if others do"),
        ("for (if others)", "if others"),
        ("dafür (Bedingung: alle machen mit)", "alle machen mit"),
        ("ja, aber nur wenn alle mitmachen", "aber nur wenn alle mitmachen"),
        ("支持，前提是公开", "前提是公开"),
        ("支持，如果公开", "如果公开"),
    ],
)
def test_a_condition_in_the_cell(cell: str, condition: str) -> None:
    assert StanceWords.of({}, None).meaning(cell) == ("conditional", condition)


@pytest.mark.parametrize(
    "cell",
    [
        "for, maybe",
        "no, if others do",
        "yes (strongly)",
        "ja, wenn auch ungern",
        "if others do",
        "yes, iffy",
        "hm: if so",
    ],
)
def test_what_is_no_certain_condition_is_asked(cell: str) -> None:
    assert StanceWords.of({}, None).meaning(cell) == ("", "")


def test_the_condition_of_a_word_that_the_user_calls_conditional() -> None:
    text = 'Actor,Proposal,Stance\nA,P,"rather, with all others"\n'
    assert "is not a stance for certain" in problems(text)[0]
    stances = {"rather, with all others": "conditional"}
    assert tables_of(text, stances=stances).frames["statements"]["condition"].tolist() == ["with all others"]
    assert (
        "no condition is given" in problems("Actor,Proposal,Stance\nA,P,rather\n", stances={"rather": "conditional"})[0]
    )


def test_the_split_is_shown() -> None:
    text = str(mapping_of('Actor,Proposal,Stance\nA,P,"yes, if others do"\n')[1])
    assert "  yes, if others do        1 time   -> conditional, on the condition 'if others do'" in text
