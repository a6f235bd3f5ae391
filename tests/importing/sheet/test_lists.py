"""Lists of names under a stance, several names in a cell, and what holds for every row."""

from __future__ import annotations

from typing import Any

import pytest

from tests.importing.sheet.test_read import mapping_of, problems, tables_of
from tests.importing.sheet.triples import triples


@pytest.mark.parametrize(
    "head",
    ["Bill,Supporters,Opponents,Neutral", "Gesetz,Befürworter,Gegner,Enthaltungen", "法案,支持者,反对者,中立", "Loi,Pour,Contre,Abstention",
     "Motion,Parties in favour,Parties against,Abstained"],
)  # fmt: skip
def test_lists_of_supporters_and_opponents(head: str) -> None:
    text = f'{head}\nB 1,"Anvil; Open Labs","Tech Net\nChamber",\nB 2,Anvil,none,Open Labs\n'
    assert triples(tables_of(text)) == [
        "Anvil / B 1 / support",
        "Open Labs / B 1 / support",
        "Tech Net / B 1 / oppose",
        "Chamber / B 1 / oppose",
        "Anvil / B 2 / support",
        "Open Labs / B 2 / neutral",
    ]


def test_lists_of_proposals_beside_actors() -> None:
    tables = tables_of('Country,Supports,Opposes\nPeru,"Ban; Fund",Tax\nChad,,\n')
    assert triples(tables) == ["Peru / Ban / support", "Peru / Fund / support", "Peru / Tax / oppose"]
    assert tables.frames["actors"]["name"].tolist() == ["Peru", "Chad"]


def test_a_list_under_another_word_is_named_by_its_stance() -> None:
    text = "Bill,Fans,Foes\nB 1,Anvil; Open Labs,Chamber\n"
    assert any("--map 'COLUMN=support' says that all of them support" in p for p in problems(text))
    options: Any = {"columns": {"Fans": "support", "Foes": "oppose"}}
    assert triples(tables_of(text, **options)) == [
        "Anvil / B 1 / support",
        "Open Labs / B 1 / support",
        "Chamber / B 1 / oppose",
    ]
    assert dict(mapping_of(text, **options)[1].columns) == {"Bill": "proposal", "Fans": "support", "Foes": "oppose"}


def test_commas_in_a_list_are_asked_about() -> None:
    text = 'Bill,Supporters,Opponents\nB 1,"Anvil, Open Labs",Chamber\n'
    (found,) = problems(text)
    assert "'Anvil, Open Labs' may be several actors: say --map 'Supporters=support'" in found
    assert len(triples(tables_of(text, columns={"Supporters": "support"}))) == 3


def test_numbers_under_for_and_against_are_no_actors() -> None:
    assert problems("Bill,For,Against\nB 1,1,0\nB 2,1,1\n")


def test_items_conditions_and_doubts_in_a_list() -> None:
    head = "Bill,Supporters,Opponents\n"
    assert triples(tables_of(head + 'B 1,"1. Anvil\n2. Open Labs","- Chamber"\n')) == [
        "Anvil / B 1 / support",
        "Open Labs / B 1 / support",
        "Chamber / B 1 / oppose",
    ]
    conditional = tables_of(head + "B 1,Anvil (if amended); Open Labs (Peru),Chamber\n")
    assert triples(conditional, "condition")[:2] == [
        "Anvil / B 1 / conditional / if amended",
        "Open Labs (Peru) / B 1 / support / ",
    ]
    assert "confidence" not in conditional.frames["statements"]
    (found,) = problems(head + "B 1,Anvil?,Chamber\n")
    assert "'support?' (1 cell) has a mark of doubt" in found


@pytest.mark.parametrize("word", ["and", "&", "et", "und", "y", "e", "和", "/"])
def test_two_names_in_a_list_are_divided_where_both_are_known_else_asked_about(word: str) -> None:
    pair = f"Anvil {word} Brook"
    text = f"Bill,Supporters,Opponents\nB 1,{pair};,Cedar\n"
    assert problems(text) == [
        f"mine.csv row 2, column Supporters: '{pair}' may be several actors: say --map '{pair}=actors' to divide it, "
        f"or --map '{pair}=actor' if it is one name"
    ]
    for answer, names in (("actors", ["Anvil", "Brook"]), ("actor", [pair]), ("skip", [])):
        tables = tables_of(text, columns={pair: answer})
        assert tables.frames["actors"]["name"].tolist() == [*names, "Cedar"]
    tables = tables_of(text + "B 2,Brook,Anvil\n")
    assert triples(tables)[:2] == ["Anvil / B 1 / support", "Brook / B 1 / support"]
    assert f"1 entry of lists divided into names that are known: '{pair}'." in tables.notes


def test_chinese_names_need_no_blanks_and_the_people_s_republic_is_one() -> None:
    assert "'甲和乙' may be several actors" in problems("法案,支持者,反对者\n一,甲和乙,中华人民共和国\n")[0]


def test_the_last_names_after_commas_are_asked_about_too() -> None:
    text = 'Bill,Supporters,Opponents\nB 1,"Anvil, Brook and Cedar",Dune\n'
    (found,) = problems(text, columns={"Supporters": "support"})
    assert "'Brook and Cedar' may be several actors" in found
    tables = tables_of(text, columns={"Supporters": "support", "Brook and Cedar": "actors"})
    assert tables.frames["actors"]["name"].tolist() == ["Anvil", "Brook", "Cedar", "Dune"]


def test_entries_that_name_nobody_are_left_out_and_counted() -> None:
    text = "Bill,Supporters,Opponents\nB 1,Anvil; others; 3 more; ?,various\nB 2,none known; etc.,-\nB 3,TBD,unknown\n"
    tables = tables_of(text)
    assert triples(tables) == ["Anvil / B 1 / support"]
    assert any(n.startswith("9 entries of lists that name nobody left out: 'others', ") for n in tables.notes)


def test_what_is_written_at_a_name_in_a_list_is_asked_about() -> None:
    text = "Bill,Supporters,Opponents\nB 1,Not Anvil; Brook (with reservations),Elm (sat out); Labs (Peru)\n"
    assert [p.split(": ")[1].split(" (1 cell)")[0] for p in problems(text)] == [
        "'Not Anvil' may say more than a name",
        "'Elm (sat out)' may say more than a name",
        "'support (with reservations)'",
    ]
    answers: Any = {
        "columns": {"Not Anvil": "skip", "Elm (sat out)": "skip"},
        "stances": {"support (with reservations)": "concern"},
    }
    assert triples(tables_of(text, **answers)) == ["Brook / B 1 / concern", "Labs (Peru) / B 1 / oppose"]


# ---- several names in a cell


def test_names_divided_by_a_semicolon_or_line_are_several_actors() -> None:
    tables = tables_of('Actor,Proposal,Stance\n"Anvil; Open Labs",Ban,yes\n"Tech Net\nChamber",Ban,no\n')
    assert triples(tables) == [
        "Anvil / Ban / support",
        "Open Labs / Ban / support",
        "Tech Net / Ban / oppose",
        "Chamber / Ban / oppose",
    ]
    assert any("divided into several actors" in n for n in tables.notes)


def test_several_names_have_statements_with_ids_of_their_own() -> None:
    tables = tables_of("Id,Actor,Proposal,Stance\na1,Anvil; Open Labs,Ban,yes\na2,Chamber,Ban,no\n")
    assert tables.frames["statements"]["id"].tolist() == ["a1", "a1-2", "a2"]


def test_several_actors_of_a_wide_sheet_in_rows_or_header() -> None:
    assert triples(tables_of("Country,Ban,Tax\nPeru; Chad,yes,no\n"))[:2] == [
        "Peru / Ban / support",
        "Chad / Ban / support",
    ]
    assert triples(tables_of("Bill,Peru; Chad,Fiji\nBan,yes,no\n"))[:2] == [
        "Peru / Ban / support",
        "Chad / Ban / support",
    ]


def test_one_name_on_two_lines_is_one() -> None:
    tables = tables_of('Actor,Proposal,Stance\n"Open\nLabs",Ban,yes\nOpen Labs,Tax,no\n')
    assert tables.frames["actors"]["name"].tolist() == ["Open Labs"]


@pytest.mark.parametrize(
    "cell", ["Anvil / Open Labs", "Anvil, Open Labs", "Anvil, Chamber and Open Labs", "Anvil and Open Labs"]
)
def test_slashes_and_commas_are_asked_about(cell: str) -> None:
    text = f'Actor,Proposal,Stance\n"{cell}",Ban,yes\nAnvil,Tax,no\n'
    (found,) = problems(text)
    assert f"'{cell}' may be several actors: say --map 'Actor=actors' to make each a name of its own" in found
    assert tables_of(text, columns={"Actor": "actors"}).frames["actors"]["name"].tolist()[0] == "Anvil"
    one = tables_of(text, columns={"Actor": "actor"})
    assert one.frames["actors"]["name"].tolist() == [cell, "Anvil"]
    assert any("with a comma or slash read as one" in n for n in one.notes) == ("," in cell or "/" in cell)


def test_a_family_name_first_is_one_name_and_noted() -> None:
    tables = tables_of('Actor,Proposal,Stance\n"Lee, Ann",Ban,yes\n')
    assert tables.frames["actors"]["name"].tolist() == ["Lee, Ann"]
    assert any("'Lee, Ann'" in n for n in tables.notes)


def test_several_proposals_in_a_cell_are_asked_about() -> None:
    text = "Actor,Proposal,Stance\nAnvil,B 1; B 2,yes\n"
    assert "'B 1; B 2' may be several proposals" in problems(text)[0]
    assert triples(tables_of(text, columns={"Proposal": "proposals"})) == [
        "Anvil / B 1 / support",
        "Anvil / B 2 / support",
    ]


# ---- what holds for every row

LETTER = "Name,Affiliation,Signed on\nAda,Lab North,2023-03-29\nBo,,2023-03-30\n"


def test_signatories_of_a_letter() -> None:
    found = problems(LETTER)
    assert all(
        f"say --set '{what}=…' if it is the same in every row" in " ".join(found) for what in ("proposal", "stance")
    )
    tables = tables_of(LETTER, constants={"proposal": "Open letter", "stance": "support"})
    assert triples(tables, "date_start") == [
        "Ada / Open letter / support / 2023-03-29",
        "Bo / Open letter / support / 2023-03-30",
    ]


def test_a_sheet_is_named_after_its_actor() -> None:
    assert triples(tables_of("Proposal,Stance\nBan,yes\n", constants={"actor": "@sheet"})) == ["mine / Ban / support"]


@pytest.mark.parametrize(
    ("constant", "message"),
    [
        ({"stanse": "support"}, "--set stanse=support: 'stanse' is not one of"),
        ({"actor": "Ada"}, "--set actor=Ada: the column 'Actor' says it; leave that out with --map 'Actor=skip'"),
    ],
)
def test_a_constant_that_cannot_be(constant: dict[str, str], message: str) -> None:
    assert message in " ".join(problems("Actor,Proposal,Stance\nA,P,yes\n", constants=constant))


def test_names_between_commas_beside_semicolons_are_asked_about() -> None:
    text = 'Bill,Supporters,Opponents\nB 1,"Anvil, Brook; Cedar","Dune, Inc.; Elm and others"\n'
    assert [p.split(" may be several")[0] for p in problems(text)] == [
        "mine.csv row 2, column Supporters: 'Anvil, Brook'"
    ]
    tables = tables_of(text, columns={"Anvil, Brook": "actors"})
    assert tables.frames["actors"]["name"].tolist() == ["Anvil", "Brook", "Cedar", "Dune, Inc.", "Elm"]
    turned = tables_of('Bill,Supporters,Opponents\nB 1,"Lee, Ann; Chen, Bo","Dunn, Cy"\n')
    assert turned.frames["actors"]["name"].tolist() == ["Lee, Ann", "Chen, Bo", "Dunn, Cy"]


def test_ticks_below_for_and_against_are_stances() -> None:
    tables = tables_of("Actor,Proposal,For,Against\nPeru,Ban,x,\nChad,Ban,,x\n")
    assert triples(tables) == ["Peru / Ban / support", "Chad / Ban / oppose"]
    assert "the ticks below 'For', 'Against' are taken as stances." in tables.notes
    votes = tables_of("Member,Yes,No,Abstain\nAnn,x,,\nBo,,x,\nCy,,,x\n", constants={"proposal": "Ban"})
    assert triples(votes) == ["Ann / Ban / support", "Bo / Ban / oppose", "Cy / Ban / neutral"]
    alone = tables_of("Actor,Proposal,Endorsed\nPeru,Ban,x\nChad,Ban,\n", columns={"Endorsed": "support"})
    assert triples(alone) == ["Peru / Ban / support"]
    both = "Actor,Proposal,For,Against\nPeru,Ban,x,x\nChad,Ban,x,\n"
    assert "'For + Against' (1 cell) is not a stance for certain" in problems(both)[0]
    assert triples(tables_of(both, stances={"For + Against": "neutral"}))[0] == "Peru / Ban / neutral"


def test_columns_of_yes_and_no_for_each_stance_are_one_column_of_stances() -> None:
    text = "Actor,Proposal,Support,Oppose,Neutral\nPeru,Ban,1,0,0\nChad,Ban,0,1,0\nMali,Ban,0,0,1\nFiji,Ban,0,0,0\n"
    assert triples(tables_of(text)) == ["Peru / Ban / support", "Chad / Ban / oppose", "Mali / Ban / neutral"]
    assert triples(tables_of("Actor,Proposal,Supports?,Opposes?\nPeru,Ban,Yes,No\n")) == ["Peru / Ban / support"]


def test_another_column_of_the_same_names_is_asked_about() -> None:
    text = "Bill,Supporters,Opponents,Sat out\nB 1,Anvil; Brook,Cedar,\nB 2,Anvil,,Brook\n"
    assert "column Sat out: names some of the actors of the lists: say --map 'Sat out=neutral'" in problems(text)[0]
    assert triples(tables_of(text, columns={"Sat out": "neutral"}))[-1] == "Brook / B 2 / neutral"
    assert len(triples(tables_of(text, columns={"Sat out": "keep"}))) == 4


def test_everybody_in_a_list_is_asked_about_and_counts_of_votes_are_left_out() -> None:
    text = "Bill,Supporters,Opponents\nB 1,Anvil (12); Brook (3),Cedar (4)\nB 2,Anvil (12),all others\n"
    assert "'all others' may say more than a name" in problems(text)[0]
    tables = tables_of(text, columns={"all others": "skip"})
    assert tables.frames["actors"]["name"].tolist() == ["Anvil", "Brook", "Cedar"]
    assert "the numbers in brackets behind names of lists are left out." in tables.notes


def test_a_list_in_words_is_divided_at_its_and() -> None:
    text = 'Actor,Proposal,Stance\n"Anvil, Brook and Cedar",Ban,yes\nDune,Ban,no\n'
    assert "may be several actors" in problems(text)[0]
    tables = tables_of(text, columns={"Actor": "actors"})
    assert tables.frames["actors"]["name"].tolist() == ["Anvil", "Brook", "Cedar", "Dune"]


def test_the_comma_within_a_name_of_a_state_is_not_cut_at() -> None:
    names = (
        "Brazil, Iran (Islamic Republic of), Korea, Republic of, Gambia, The, Congo, Democratic Republic of the, Fiji"
    )
    text = f'Resolution,In favour,Against\nR 1,"{names}","Mali, Tanzania, United Republic of"\n'
    found = tables_of(text, columns={"In favour": "support", "Against": "oppose"})
    assert list(found.frames["actors"]["name"]) == [
        *("Brazil", "Iran (Islamic Republic of)", "Korea, Republic of", "Gambia, The"),
        *("Congo, Democratic Republic of the", "Fiji", "Mali", "Tanzania, United Republic of"),
    ]


def test_a_column_of_words_for_stances_is_not_suggested_for_names() -> None:
    text = "Законопроект,Слуга народу,Голос,Батьківщина\nA,за,проти,хм\nB,проти,за,за\n"
    (actor, *_) = [p for p in problems(text) if "no column holds the actor" in p]
    assert "'Слуга народу'" not in actor


@pytest.mark.parametrize(
    ("head", "name"),
    [("First name,Last name", "Ada Muster"), ("Nom,Prénom", "Muster Ada"), ("Vorname,Nachname", "Ada Muster")],
)
def test_who_signed_is_a_person_by_both_names(head: str, name: str) -> None:
    text = f"{head},Organisation,Country\nAda,Muster,ETH,CH\nBo,Beispiel,Union,DE\n"
    found = tables_of(text, constants={"stance": "support", "proposal": "Letter"})
    assert found.frames["actors"]["name"][0] == name
    assert found.frames["actors"]["institution"][0] == "ETH"
    assert any("together are the names of the actors" in n for n in found.notes)


def test_others_behind_a_name_are_left_out() -> None:
    tables = tables_of("Gesetz,Befürworter,Gegner\nRente,Union; SPD,Grüne u. a.\nKlima,SPD et al.,Union\n")
    assert triples(tables)[2:] == ["Grüne / Rente / oppose", "SPD / Klima / support", "Union / Klima / oppose"]
    assert any("that name nobody left out: 'et al.', 'u. a.'" in n for n in tables.notes)


def test_a_third_column_of_ticks_is_asked_about() -> None:
    text = "Verband,Forderung,dafür,dagegen,{}\nBDI,Limit,,x,\nBUND,Limit,x,,\nADAC,Limit,,,x\n"
    (asked,) = problems(text.format("weder noch"))
    assert "column weder noch: holds ticks as 'dafür', 'dagegen' do: say --map 'weder noch=neutral'" in asked
    told = tables_of(text.format("weder noch"), columns={"weder noch": "neutral"})
    assert triples(told)[2] == "ADAC / Limit / neutral"
    assert len(triples(tables_of(text.format("weder noch"), columns={"weder noch": "keep"}))) == 2
    assert triples(tables_of(text.format("egal")))[2] == "ADAC / Limit / neutral"


def test_favourable_and_unfavourable_head_lists() -> None:
    text = "Proposal,Favourable,Unfavourable,Undecided\nBan,SPD; Left,CDU,FDP\nTax,SPD,CDU; FDP,\n"
    assert triples(tables_of(text))[:4] == [
        "SPD / Ban / support",
        "Left / Ban / support",
        "CDU / Ban / oppose",
        "FDP / Ban / neutral",
    ]


ROUNDS = "Bill,{},{},{},{}\nB 1,Anvil; Bell,Cedar,Anvil,Bell; Cedar\n"


@pytest.mark.parametrize(
    "heads",
    [("Supporters (first vote)", "Opponents (first vote)", "Supporters (second vote)", "Opponents (second vote)"),
     ("Ayes round 1", "Noes round 1", "Ayes round 2", "Noes round 2"), ("Supporters", "Opponents", "Supporters", "Opponents")],
)  # fmt: skip
def test_lists_of_two_rounds_are_asked_about(heads: tuple[str, ...]) -> None:
    text = ROUNDS.format(*heads)
    third, fourth = (f"{h} (2)" if h in heads[:2] else h for h in heads[2:])
    asked = problems(text)
    assert [f"column {h}: is another list for" in a for h, a in zip((third, fourth), asked, strict=True)] == [
        True,
        True,
    ]
    second: dict[str, Any] = {"columns": dict.fromkeys(heads[:2], "skip")}
    assert triples(tables_of(text, **second)) == [
        "Anvil / B 1 / support",
        "Bell / B 1 / oppose",
        "Cedar / B 1 / oppose",
    ]
    assert len(triples(tables_of(text, columns={third: "support", fourth: "oppose"}))) == 6


def test_years_of_lists_are_their_dates() -> None:
    tables = tables_of(ROUNDS.format("Supporters 2019", "Opponents 2019", "Supporters 2023", "Opponents 2023"))
    assert triples(tables, "date_start")[:4] == [
        "Anvil / B 1 / support / 2019",
        "Bell / B 1 / support / 2019",
        "Cedar / B 1 / oppose / 2019",
        "Anvil / B 1 / support / 2023",
    ]
    assert len(triples(tables_of("Bill,Supporters,Co-sponsors,Opponents\nB 1,Anvil,Bell,Cedar\n"))) == 3
