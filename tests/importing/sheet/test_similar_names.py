"""Two spellings that may be one name are asked about; names that differ on purpose are not."""

from __future__ import annotations

import pytest

from matrix.importing.name_matching import MOST_COMPARED, Decisions, nearly_same
from tests.importing.sheet.test_read import problems, tables_of
from tests.importing.sheet.triples import triples

NOTHING_SAID = Decisions()


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("Schmidt", "Schmitt"),
        ("Huawei", "Hauwei"),
        ("Meier", "Meyer"),
        ("Siemens", "Siemes"),
        ("Brüssel", "Bruessel"),
        ("GRÜNE", "Gruene"),
        ("Außenamt", "Aussenamt"),
        ("Müller", "Muller"),
        ("Müller, Jan", "Jan Müller"),
        ("Mueller, Jan", "Jan Müller"),
        ("王伟, Institute", "Institute 王伟"),
        ("Ann Lee", "Anne Lee"),
        ("Google", "Go ogle"),
    ],
)
def test_asked(a: str, b: str) -> None:
    assert [(p.a, p.b) for p in nearly_same("actor", [a, b], NOTHING_SAID)] == [(a, b)]
    assert nearly_same("actor", [a, b], Decisions.of([], [f"{a}={b}"], [a, b])) == []
    assert nearly_same("actor", [a, b], Decisions.of([f"{a}={b}"], [], [a, b])) == []


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("Iran", "Iraq"),
        ("EU", "US"),
        ("Expert A", "Expert B"),
        ("Article 5", "Article 6"),
        ("Group 12", "Group 21"),
        ("中国外交部", "美国外交部"),
        ("Schmidt", "Schmied"),
        ("", "A"),
    ],
)
def test_not_asked(a: str, b: str) -> None:
    assert nearly_same("actor", [a, b], NOTHING_SAID) == []


def test_among_very_many_names_umlauts_and_order_are_still_found() -> None:
    others = [f"name{n}" for n in range(MOST_COMPARED)]
    found = nearly_same("actor", ["Jan Müller", "Mueller, Jan", "Meier", "Meyer", *others], NOTHING_SAID)
    assert [(p.a, p.b) for p in found] == [("Jan Müller", "Mueller, Jan")]


def test_names_that_only_capitals_tell_apart_are_asked_about() -> None:
    text = "Actor,Proposal,Stance\nAnvil,Ban,yes\nanvil ,Tax,no\n"
    assert problems(text) == [
        "mine.csv row 3, column Actor: 'anvil' and 'Anvil' differ in capitals only: say --same 'Anvil=anvil' if they "
        "are one actor, or --different 'Anvil=anvil'"
    ]
    assert tables_of(text, same=["Anvil=anvil"]).frames["actors"]["name"].tolist() == ["Anvil"]
    assert tables_of(text, different=["Anvil=anvil"]).frames["actors"]["name"].tolist() == ["Anvil", "anvil"]


SMITHS = "Member,Party,State,Bill,Vote\nJohn Smith,Left,Ohio,HB 1,aye\nJohn Smith,Right,Utah,HB 1,nay\nAnn Lee,Left,Ohio,HB 1,aye\n"


def test_two_people_of_one_name_are_asked_about_and_told_apart() -> None:
    (asked,) = problems(SMITHS)
    assert asked == (
        "mine.csv row 2, column Party: 'John Smith' is of 'Left' here and of 'Right' in row 3: say --different "
        "'John Smith=John Smith' if they are two of one name, or --same 'John Smith=John Smith' if it is one"
    )
    pair = ["John Smith=John Smith"]
    assert triples(tables_of(SMITHS, different=pair))[:2] == [
        "John Smith (Left) / HB 1 / support",
        "John Smith (Right) / HB 1 / oppose",
    ]
    assert triples(tables_of(SMITHS, same=pair))[:2] == ["John Smith / HB 1 / support", "John Smith / HB 1 / oppose"]
    sides = {"columns": {"Party": "side"}}
    assert tables_of(SMITHS, different=pair, **sides).frames["actors"]["side"].tolist() == ["left", "right", "left"]
    assert "an actor has one side: say --different 'John Smith=John Smith'" in problems(SMITHS, same=pair, **sides)[0]


def test_one_who_is_of_another_party_later_or_elsewhere_is_one() -> None:
    later = "Member,Party,Bill,Vote,Date\nAnn,Left,HB 1,aye,2020\nAnn,Right,HB 1,nay,2024\nAnn,Right,HB 2,nay,2020\n"
    assert len(tables_of(later).frames["actors"]) == 1
