"""What is proposed for the columns of a sheet, and the messages about those that are doubled, missing or named wrongly."""

from __future__ import annotations

import pytest

from tests.importing.sheet.test_read import problems, tables_of


@pytest.mark.parametrize(
    ("header", "options", "message"),
    [
        ("Actor,Proposal,Stance,Actor", {}, "column Actor (2): would be actor, as 'Actor' is: say which with"),
        (
            "Organisation,Forderung,Position,Rest",
            {},
            "column actor: no column holds the actor; did you mean 'Organisation'?: say --map 'Organisation=actor'",
        ),
        (
            "Actor,Proposal,Stance,Rest",
            {"columns": {"Rest": "quelle"}},
            "column Rest: --map Rest=quelle: 'quelle' is a word for source: say source",
        ),
    ],
)
def test_what_the_user_reads_about_a_column(header: str, options: dict[str, dict[str, str]], message: str) -> None:
    found = problems(f"{header}\nA,P,yes,B\n", **options)
    assert [p.startswith(f"mine.csv row 1, {message}") for p in found] == [True]


def test_a_second_column_of_one_name_may_be_kept() -> None:
    tables = tables_of("Actor,Proposal,Stance,Actor\nA,P,yes,B\n", columns={"Actor (2)": "keep"})
    assert tables.frames["actors"]["id"].tolist() == ["a"]


def test_names_that_are_only_in_rows_left_out_are_noted() -> None:
    tables = tables_of("Actor,Proposal,Stance\nA,P,yes\nGesamt,,1\nB,Q,hm\n", stances={"hm": "skip", "1": "skip"})
    assert tables.frames["actors"]["id"].tolist() == ["a", "b"]  # a row without a proposal leaves no actor behind
    assert "1 actor without a statement: 'b'." in tables.notes
    assert "1 proposal without a statement: 'q'." in tables.notes
    assert not any("without a statement" in n for n in tables_of("Actor,Proposal,Stance\nA,P,yes\n").notes)


@pytest.mark.parametrize("header", ["Thema", "Topic", "议题"])
def test_beside_proposals_a_topic_is_their_theme_and_alone_it_is_the_proposal(header: str) -> None:
    beside = tables_of(f"Actor,Vorschlag,{header},Stance\nA,P,Arms,yes\n")
    assert beside.frames["proposals"][["id", "theme"]].values.tolist() == [["p", "Arms"]]
    assert tables_of(f"Actor,{header},Stance\nA,P,yes\n").frames["proposals"]["id"].tolist() == ["p"]
