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


def test_headings_remarks_and_sums_among_statements_leave_nothing_behind() -> None:
    text = "Actor,Proposal,Stance\nINDUSTRY,,\nA,P,yes\nTotal,2,\nAverage,3,0.5\n* preliminary,,\n,P,no\n"
    tables = tables_of(text)
    assert tables.frames["actors"]["id"].tolist() == ["a"]
    assert tables.frames["proposals"]["id"].tolist() == ["p"]
    assert "2 rows without proposal left out: row 2 ('INDUSTRY'), 6 ('* preliminary')." in tables.notes
    assert "2 rows left out as a sum of the others: row 4, 5." in tables.notes


@pytest.mark.parametrize("header", ["Country", "Parti", "Miembro", "议员"])
def test_where_no_column_is_called_actor_the_one_of_countries_or_members_holds_them(header: str) -> None:
    assert tables_of(f"{header},Bill,Vote\nA,P,yes\n").frames["actors"]["id"].tolist() == ["a"]
    beside = tables_of(f"Actor,{header},Proposal,Stance\nA,B,P,yes\n")
    assert beside.frames["actors"]["id"].tolist() == ["a"]
    assert "no column holds the actor" in problems("Country,Party,Bill,Vote\nA,B,P,yes\n")[0]
