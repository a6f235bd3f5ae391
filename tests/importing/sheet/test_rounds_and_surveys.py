"""Sheets with two rounds of a vote, with offices called `Position`, and as surveys leave them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.importing.sheet.test_read import mapping_of, problems, tables_of
from tests.importing.sheet.triples import triples

ROUNDS = "{}\nUSA,Ban,yes,no\nChina,Ban,no,no\n"


@pytest.mark.parametrize(
    "head",
    ["Country,Proposal,First vote,Second vote", "Member,Motion,Vote 1,Vote 2", "Party,Bill,Position before,Position after",
     "Country,Proposal,Round 1,Round 2", "Partei,Antrag,1. Lesung,2. Lesung", "国家,提案,第一轮投票,第二轮投票"],
)  # fmt: skip
def test_of_two_rounds_of_a_vote_it_is_asked_which_counts(head: str) -> None:
    text = ROUNDS.format(head)
    *_, first, second = head.split(",")
    (asked,) = problems(text)
    assert f"column {second}: holds stances of the same actors on the same proposals as {first!r}" in asked
    last = tables_of(text, columns={second: "stance"})
    assert triples(last) == ["USA / Ban / oppose", "China / Ban / oppose"]
    assert triples(tables_of(text, columns={first: "stance"})) == ["USA / Ban / support", "China / Ban / oppose"]
    assert triples(last) == triples(tables_of(text, columns={first: "keep"}))
    each = tables_of(text, columns={first: "stance", second: "stance"})
    assert sorted(triples(each)) == [
        "China / Ban / oppose",
        "China / Ban / oppose",
        "USA / Ban / oppose",
        "USA / Ban / support",
    ]
    assert len({*each.frames["statements"]["round"]}) == 2


def test_rounds_are_no_proposals_unless_that_is_said() -> None:
    text = "Member,First vote,Second vote\nAdams,aye,no\nBell,no,no\n"
    (asked,) = problems(text)
    assert (
        "say --set 'proposal=…' if 'First vote', 'Second vote' are of one proposal, or --map 'First vote=stance'"
        in asked
    )
    each = tables_of(text, columns={"First vote": "stance", "Second vote": "stance"})
    assert triples(each)[:2] == ["Adams / First vote / support", "Adams / Second vote / oppose"]
    one: dict[str, Any] = {"constants": {"proposal": "Ban"}}
    assert "as 'First vote'" in problems(text, **one)[0]
    assert triples(tables_of(text, **one, columns={"First vote": "skip"})) == [
        "Adams / Ban / oppose",
        "Bell / Ban / oppose",
    ]


def test_numbered_votes_of_members_are_proposals() -> None:
    text = "Member,Vote 1,Vote 2,Vote 3\nAdams,aye,no,aye\nBell,no,no,no\n"
    assert triples(tables_of(text))[:2] == ["Adams / Vote 1 / support", "Adams / Vote 2 / oppose"]


PEOPLE = ["Ann Lee,Minister of Trade,Ministry,{}", "Bo Chen,Professor,University,{}"]


@pytest.mark.parametrize(
    ("columns", "cells"),
    [("Proposal,Stance", ["Ban,support", "Tax,oppose"]), ("Proposal,Vote", ["Ban,yes", "Tax,no"]),
     ("Supports,Opposes", ["Ban,", ",Tax"]), ("Ban,Tax", ["yes,", ",no"])],
)  # fmt: skip
def test_a_position_that_is_an_office_is_the_role_of_its_person(columns: str, cells: list[str]) -> None:
    rows = "\n".join(row.format(c) for row, c in zip(PEOPLE, cells, strict=True))
    tables = tables_of(f"Name,Position,Organisation,{columns}\n{rows}\n")
    assert triples(tables) == ["Ann Lee / Ban / support", "Bo Chen / Tax / oppose"]
    actors = tables.frames["actors"]
    assert actors["role"].tolist() == ["Minister of Trade", "Professor"]
    assert actors["institution"].tolist() == ["Ministry", "University"]
    assert any("'Position' holds no word for a stance" in n for n in tables.notes)


def test_a_position_is_a_stance_where_it_holds_one_or_that_is_said() -> None:
    text = "Name,Position,Proposal\nAnn,{},Ban\nBo,{},Ban\n"
    assert triples(tables_of(text.format("support", "no"))) == ["Ann / Ban / support", "Bo / Ban / oppose"]
    words = problems(text.format("hawk", "dove"))
    assert [w.partition(" (")[0] for w in words] == [
        "mine.csv row 2, column Position: 'hawk'",
        "mine.csv row 3, column Position: 'dove'",
    ]
    office = text.format("Minister", "Director")
    assert dict(mapping_of(office)[1].columns)["Position"] == "role"
    asked = problems(office, columns={"Position": "stance"})
    assert len(asked) == 2
    assert all("column Position" in p for p in asked)


@pytest.mark.parametrize(
    ("agree", "comment", "column"),
    [("{} Agree?", "{} Comment", "note"), ("{}: Agree?", "{}: Why?", "summary"), ("{} Do you agree?", "{} Comments", "note"),
     ("{} Agree or disagree?", "{} Please explain", "summary"), ("{} [Agreement]", "{} [Reason]", "summary"),
     ("{}: Stimmen Sie zu?", "{}: Warum?", "summary"), ("{}_agree", "{}_comment", "note")],
)  # fmt: skip
def test_a_survey_with_a_comment_beside_each_answer(agree: str, comment: str, column: str) -> None:
    head = ["Respondent", *(h.format(q) for q in ("Q1", "Q2") for h in (agree, comment))]
    tables = tables_of(f"{','.join(head)}\nAnn,yes,Good idea,no,Bad\nBo,no,,yes,Fine\n")
    assert triples(tables, column) == [
        "Ann / Q1 / support / Good idea",
        "Ann / Q2 / oppose / Bad",
        "Bo / Q1 / oppose / ",
        "Bo / Q2 / support / Fine",
    ]


def test_a_reason_belongs_to_the_question_of_its_number() -> None:
    head = "Organisation,Q1. Ban exports?,Q1. Please explain your answer,Q2. Tax chips?,Q2. Please explain your answer"
    tables = tables_of(f"{head}\nAnvil,agree,fine,disagree,bad\n")
    assert triples(tables, "summary")[1] == "Anvil / Q2. Tax chips? / oppose / bad"


def test_a_question_with_its_words_keeps_them_and_the_time_of_a_form_is_the_date() -> None:
    head = "Timestamp,Organisation,Q1 Ban exports - Agree?,Q1 Comment,Q2 Tax chips - Agree?,Q2 Comment"
    tables = tables_of(f"{head}\n2024-05-01 14:03:22,Anvil,yes,Good,no,Bad\n2024-05-02 09:00:00,Bell,no,,yes,\n")
    assert triples(tables, "date_start")[0] == "Anvil / Q1 Ban exports / support / 2024-05-01"
    assert triples(tables, "note")[1] == "Anvil / Q2 Tax chips / oppose / Bad"


def test_where_nothing_else_holds_the_stance_a_position_of_offices_is_asked_about() -> None:
    text = "Name,Position,Proposal\nAnn,Minister,Ban\nBo,Director,Ban\n"
    assert any("say --map 'Position=stance' if it is the stance, or --map 'Position=role'" in p for p in problems(text))
    told: dict[str, Any] = {"columns": {"Position": "role"}, "constants": {"stance": "support"}}
    assert triples(tables_of(text, **told)) == ["Ann / Ban / support", "Bo / Ban / support"]


def test_first_and_second_alone_are_rounds_too() -> None:
    assert "may be rounds of one vote" in problems("Country,First,Second\nUSA,yes,no\nChina,no,no\n")[0]


def test_a_comment_that_is_a_word_for_a_stance_stays_a_comment() -> None:
    text = "Respondent,Ban,Comment,Tax,Comment\nAnn,yes,fine,no,bad\nBo,no,x,yes,y\n"
    assert triples(tables_of(text), "note") == [
        "Ann / Ban / support / fine",
        "Ann / Tax / oppose / bad",
        "Bo / Ban / oppose / x",
        "Bo / Tax / support / y",
    ]
