"""Where the header of a sheet is, and which of its cells hold a place only."""

from __future__ import annotations

import pytest

from tests.importing.sheet.test_read import mapping_of, problems, tables_of
from tests.importing.sheet.triples import triples


@pytest.mark.parametrize(
    ("text", "header_row"),
    [
        ("Proposal,EU,US\nBan,yes,no\nReg,no,no\n", 1),  # `no` is a word for a number of rows, too
        ("Policy,China,US\nBan,no,no\nReg,yes,yes\n", 1),
        ("Who,What,Position\nA,Option,Document\n", 1),
        ("My study,,\n2026,spring,\nActor,Proposal,Stance\nA,P,yes\n", 3),
        ("Source,Note,\nActor,Proposal,Stance,Quote\nA,P,yes,q\n", 2),  # two fields more win over the row above
    ],
)
def test_the_header_is_the_first_row_that_names_fields(text: str, header_row: int) -> None:
    assert mapping_of(text)[1].cells.header_row == header_row


def test_columns_that_the_user_names_are_the_header() -> None:
    text = "Actor,Proposal\nAkt,Worum,Sagt\nA,P,yes\n"
    _, mapping = mapping_of(text, columns={"Akt": "actor", "Worum": "proposal", "Sagt": "stance"})
    assert (mapping.cells.header_row, mapping.problems) == (2, ())


def test_a_sign_for_a_stance_is_asked_about() -> None:
    text = "Actor,Proposal,Stance\nA,P,-\nB,P,+\nC,P,n/a\n"
    assert [p.split(" is not a stance")[0] for p in problems(text)] == [
        "mine.csv row 2, column Stance: '-' (1 cell)",
        "mine.csv row 3, column Stance: '+' (1 cell)",
    ]
    tables = tables_of(text, stances={"-": "oppose", "+": "support"})
    assert tables.frames["statements"]["stance"].tolist() == ["oppose", "support"]
    assert "1 cell of 'Stance' taken as blank: 'n/a'." in tables.notes


def test_a_word_that_the_user_explains_holds_no_place() -> None:
    assert tables_of("Actor,Proposal,Stance\nA,P,tbd\n", stances={"tbd": "concern"}).frames["statements"][
        "stance"
    ].tolist() == ["concern"]


def test_the_export_of_the_wahl_o_mat_is_known() -> None:
    head = "Partei: Nr.;Partei: Kurzbezeichnung;These: Nr.;These: Titel;These: These;Position: Position;Position: Begründung"
    tables = tables_of(
        f"{head}\n1;SPD;1;Tempolimit;Soll es gelten?;stimme zu;Es rettet Leben.\n2;FDP;1;Tempolimit;;stimme nicht zu;\n"
    )
    assert triples(tables, "summary") == [
        "SPD / Tempolimit / support / Es rettet Leben.",
        "FDP / Tempolimit / oppose / ",
    ]
    assert tables.frames["proposals"]["definition"].tolist() == ["Soll es gelten?"]


def test_the_votes_of_the_united_nations_are_known() -> None:
    tables = tables_of("ms_name,ms_vote,resolution\nPERU,Y,A/RES/1\nCHAD,N,A/RES/1\n")
    assert triples(tables) == ["PERU / A/RES/1 / support", "CHAD / A/RES/1 / oppose"]


def test_a_column_is_asked_about_once() -> None:
    asked = problems("Name,Ban,Tax,Any comments?\nAnn,yes,no,Fine\nBo,no,yes,Bad\n", columns={"Name": "actor"})
    assert [p for p in asked if "Any comments?" in p] == asked[:1]
