"""Wide sheets: which columns are actors (or proposals) is shown; what is not certain is asked, never dropped."""

from __future__ import annotations

import pytest

from tests.importing.sheet.test_read import mapping_of, problems, tables_of

SURE = "Proposal,EU,US\nBan,yes,no\nTax,no,no\n"
MIXED = "Proposal,EU,US,CN,Brazil,Remark on it\nBan,yes,no,maybe,-,long\nTax,yes,yes,no,yes,\nAid,no,no,yes,n/a,\n"
SUMMED = "Proposal,EU,US,Total\nBan,1,1,2\nTax,-1,1,0\nGesamt,0,2,2\n"


def asked(text: str, **options: dict[str, str]) -> list[str]:
    """Column and first words of each problem."""
    return [p.split(": say --")[0].removeprefix("mine.csv ") for p in problems(text, **options)]


def test_the_columns_taken_for_actors_are_named() -> None:
    assert str(mapping_of(SURE)[1]).splitlines()[1] == "  in columns: 'EU', 'US'"
    assert len(tables_of(SURE).frames["statements"]) == 4


def test_an_unknown_word_keeps_no_actor_out() -> None:
    assert asked(MIXED) == [
        "row 1, column Remark on it: may be one of the actors, or say something of the rows",
        "row 2, column CN: 'maybe' (1 cell) is not a stance for certain",
        "row 2, column Brazil: '-' (1 cell) is not a stance for certain",
    ]
    tables = tables_of(MIXED, columns={"Remark on it": "keep"}, stances={"maybe": "skip", "-": "oppose"})
    assert tables.frames["actors"]["id"].tolist() == ["eu", "us", "cn", "brazil"]
    assert len(tables.frames["statements"]) == 10  # of 12 cells, one was left out and one says n/a
    assert "remark_on_it" in tables.frames["statements"]


def test_a_column_may_be_declared_to_hold_stances() -> None:
    text = "Proposal,EU,US,CN\nBan,yes,no,hm\nTax,no,yes,\n"
    assert asked(text) == ["row 1, column CN: may be one of the actors, or say something of the rows"]
    tables = tables_of(text, columns={"CN": "stance"}, stances={"hm": "concern"})
    assert tables.frames["actors"]["id"].tolist() == ["eu", "us", "cn"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Vorschlag,EU,US,CN\nBan,x,,x\nTax,x,x,\n", {"x": "support"}),
        ("Proposal,EU,US\nBan,✓,\nTax,,✓\n", {"✓": "support"}),
        ("Item,EU,US\nBan,TRUE,FALSE\nTax,FALSE,TRUE\n", {"TRUE": "support", "FALSE": "oppose"}),
        ("Actor,Ban,Tax\nEU,+,-\nUS,-,+\n", {"+": "support", "-": "oppose"}),
        ("Proposal,EU,US\nBan,yes,-\nTax,-,yes\n", {"-": "skip"}),
    ],
)
def test_a_wide_sheet_of_unknown_words_is_proposed_and_the_words_are_asked(text: str, words: dict[str, str]) -> None:
    assert "a wide sheet" in str(mapping_of(text)[1])
    assert len(asked(text)) == len(words)
    tables = tables_of(text, stances=words)
    cells = [c for line in text.splitlines()[1:] for c in line.split(",")[1:] if c]
    assert len(tables.frames["statements"]) == sum(words.get(c) != "skip" for c in cells)


@pytest.mark.parametrize(
    "text",
    [
        "Proposal,Wer genau,Sagt\nBan,Ann,hm\nTax,Bob,egal\n",  # the columns share no word
        "Proposal,Country,Region,Akt,Sgt,Words\nBan,EU,EU,Ann,hm,a\nTax,US,US,Bob,so,b\n",  # two of many
        "Actor,One,Two\nAnn,a long sentence on the ban,a long sentence on the tax\nBob,,\n",
    ],
)
def test_other_sheets_are_not_taken_for_wide_ones(text: str) -> None:
    assert "one row a statement" in str(mapping_of(text)[1])


def test_a_sum_is_no_actor_and_no_proposal_unless_the_user_says_so() -> None:
    assert asked(SUMMED)[0] == "row 1, column Total: may be one of the actors, or say something of the rows"
    tables = tables_of(SUMMED, columns={"Total": "skip"})
    assert tables.frames["proposals"]["id"].tolist() == ["ban", "tax"]
    assert tables.frames["actors"]["id"].tolist() == ["eu", "us"]
    assert "row 4 ('Gesamt') is left out as a sum of the others; --map 'Gesamt=proposal' reads it." in tables.notes
    read = {"Total": "stance", "Gesamt": "proposal"}
    tables = tables_of(SUMMED, columns=read, stances={"2": "support", "0": "skip"} | {"1": "support", "-1": "oppose"})
    assert tables.frames["proposals"]["id"].tolist() == ["ban", "tax", "gesamt"]
    assert tables.frames["actors"]["id"].tolist() == ["eu", "us", "total"]
    alone = tables_of("Proposal,EU,US\nBan,1,0\nTotal,1,1\n", columns={"Total": "proposal"}, stances={"0": "oppose"})
    assert alone.frames["proposals"]["id"].tolist() == ["ban", "total"]
    assert "gesamt" in tables_of("Proposal,EU,US\nBan,yes,no\nGesamt,yes,no\n").frames["proposals"]["id"].tolist()


def test_numbers_between_the_ends_leave_the_ends_certain() -> None:
    text = "Proposal,EU,US\nBan,1,0.5\nTax,-1,1\nAid,0,{}\n"
    stances = {"0.5": "conditional", "0": "skip"}
    assert mapping_of(text.format("1"), stances=stances)[1].problems == ()
    # Beside a 2, a 1 is no end of the scale.
    assert len(mapping_of(text.format("2"), stances={**stances, "2": "support"})[1].problems) == 2
