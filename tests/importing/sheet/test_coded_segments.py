"""A list of coded segments, as MAXQDA writes it: a row for each segment and code."""

from __future__ import annotations

import pytest

from tests.importing.sheet.test_read import problems, tables_of
from tests.importing.sheet.triples import triples

HEAD = "Color;Comment;Document group;Document name;Code;Beginning;End;Segment;Author;Creation date\n"
SEGMENTS = (
    HEAD
    + """●;;State;Ministry;Demands > Register;1;1;We want it.;AB;01.03.2026
●;;State;Ministry;Views > support;1;1;We want it.;AB;01.03.2026
●;firm;Unions;Union;Demands > Trade > Ban;2;2;We reject it.;CD;02.03.2026
●;;Unions;Union;Views > oppose;2;2;We reject it.;CD;02.03.2026
●;;Unions;Union;Demands > Register;3;3;Not sure.;CD;02.03.2026
●;;Unions;Union;Tone > angry;3;3;Not sure.;CD;02.03.2026
"""
)
SAID = ["Ministry / Register / support / We want it. / AB", "Union / Ban / oppose / We reject it. / CD"]


def test_the_code_above_the_proposals_is_asked() -> None:
    assert problems(SEGMENTS) == [
        "mine.csv row 1, column Code: is a list of coded segments; say --proposals CODE, where CODE is the code above the "
        "proposals: 'Demands', 'Tone', 'Trade' and 1 more"
    ]
    assert "--proposals Wishes: no code stands below it" in problems(SEGMENTS, proposals="Wishes")[0]


def test_segments_become_statements() -> None:
    tables = tables_of(SEGMENTS, proposals="Demands")
    assert triples(tables, "quote", "coder") == SAID
    assert tables.frames["proposals"]["theme"].tolist() == ["", "Trade"]
    assert tables.frames["sources"]["title"].tolist() == ["Ministry", "Union"]
    assert "1 segment with a proposal and no stance of the same coder left out." in tables.notes
    assert "1 segment of other codes left out: 'angry'." in tables.notes


def test_stances_below_the_proposals_and_codes_with_backslashes() -> None:
    text = "Dokumentname;Code;Segment\nMinistry;Demands\\Register\\support;We want it.\n"
    assert triples(tables_of(text, proposals="Demands")) == ["Ministry / Register / support"]


def test_another_column_may_say_who_speaks() -> None:
    tables = tables_of(SEGMENTS, proposals="Demands", columns={"Document group": "actor"})
    assert triples(tables) == ["State / Register / support", "Unions / Ban / oppose"]


def test_two_coders_do_not_complete_each_other() -> None:
    text = SEGMENTS.replace("Views > support;1;1;We want it.;AB", "Views > support;1;1;We want it.;EF")
    tables = tables_of(text, proposals="Demands")
    assert triples(tables) == ["Union / Ban / oppose"]
    assert "1 segment with a stance and no proposal of the same coder left out." in tables.notes


@pytest.mark.parametrize("text", ["Actor,Proposal,Stance\nA,P,yes\n"])
def test_the_option_is_not_for_other_sheets(text: str) -> None:
    assert "--proposals Demands: is for lists of coded segments" in problems(text, proposals="Demands")[0]
