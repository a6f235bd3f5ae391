"""Wide sheets: which columns are actors (or proposals) is shown; what is not certain is asked, never dropped."""

from __future__ import annotations

import pytest

from matrix.dataset.problems import DatasetError
from tests.importing.sheet.test_read import mapping_of, problems, tables_of
from tests.importing.sheet.triples import triples
from tests.tiny import dataset

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


# ---- which way round, and which column names the rows


@pytest.mark.parametrize(
    "header", ["Country", "Member state", "Name of the party", "Fraktion", "政党名称", "Entreprise", "Partido"]
)
def test_a_header_settles_that_actors_are_in_the_rows(header: str) -> None:
    assert triples(tables_of(f"{header},Ban,Fund\nPeru,no,yes\nChad,yes,\n")) == [
        "Peru / Ban / oppose",
        "Peru / Fund / support",
        "Chad / Ban / support",
    ]


@pytest.mark.parametrize(
    "header", ["Bill", "Agenda item", "These", "Gesetzentwurf", "法案名称", "Projet de loi", "Medida"]
)
def test_a_header_settles_that_proposals_are_in_the_rows(header: str) -> None:
    assert triples(tables_of(f"{header},Peru,Chad\nBan,no,yes\n")) == ["Peru / Ban / oppose", "Chad / Ban / support"]


@pytest.mark.parametrize("header", ["Name", "Wibble", "", "Party proposal", "Who"])
def test_any_other_header_is_asked_about(header: str) -> None:
    text = f"{header},Ban,Fund\nPeru,no,yes\nChad,yes,no\n"
    column = header or "column 1"
    assert problems(text) == [
        f"mine.csv row 1, column {column}: names the rows, but does not say what they are: say --map '{column}=proposal' "
        f"if proposals are in the rows and 'Ban', 'Fund' are actors, or --map '{column}=actor' if actors are in the rows"
    ]
    assert triples(tables_of(text, columns={column: "actor"}))[0] == "Peru / Ban / oppose"
    assert triples(tables_of(text, columns={column: "proposal"}))[0] == "Ban / Peru / oppose"


def test_names_that_the_dataset_knows_settle_it() -> None:
    assert "a wide sheet, actors in rows" in str(
        mapping_of(",Ban,Fund\nAnn,no,yes\n", into=dataset("ann talk support early"))[1]
    )


def test_a_number_or_theme_before_the_names_says_more_of_the_rows() -> None:
    numbered = tables_of("No.,Topic,Proposal,Peru,Chad\n1,Arms,Ban,no,yes\n2,Arms,Aid,yes,no\n3,Tax,Fund,no,\n")
    assert triples(numbered) == [
        "Peru / Ban / oppose",
        "Chad / Ban / support",
        "Peru / Aid / support",
        "Chad / Aid / oppose",
        "Peru / Fund / oppose",
    ]
    assert numbered.frames["proposals"]["theme"].tolist() == ["Arms", "Arms", "Tax"]


def test_another_column_of_the_rows_may_be_their_side() -> None:
    text = "Party,Member,Ban,Fund\nBlue,Ann,yes,no\nBlue,Bo,no,no\nRed,Cem,yes,yes\n"
    assert tables_of(text).frames["actors"]["name"].tolist() == ["Ann", "Bo", "Cem"]
    assert tables_of(text, columns={"Party": "side"}).frames["actors"]["side"].tolist() == ["blue", "blue", "red"]


def test_a_column_taken_for_an_actor_can_be_said_not_to_be_one() -> None:
    text = "Proposal,Costly,In force,Peru,Chad\nBan,yes,no,no,yes\nFund,no,no,yes,no\n"
    _, mapping = mapping_of(text)
    assert dict(mapping.columns) == {
        "Proposal": "proposal", "Costly": "stance", "In force": "keep", "Peru": "stance", "Chad": "stance"
    }  # fmt: skip
    assert asked(text) == ["row 1, column In force: may be one of the actors, or say something of the rows"]
    tables = tables_of(text, columns={"Costly": "keep", "In force": "skip"})
    assert tables.frames["actors"]["name"].tolist() == ["Peru", "Chad"]
    as_actor = tables_of(text, columns={"Costly": "keep", "In force": "keep", "Peru": "actor"})
    assert as_actor.frames["actors"]["name"].tolist() == ["Peru", "Chad"]


def test_a_single_actor_may_be_left() -> None:
    text = "Proposal,Costly,Peru\nBan,yes,no\nFund,no,yes\n"
    assert triples(tables_of(text, columns={"Costly": "keep"})) == ["Peru / Ban / oppose", "Peru / Fund / support"]


def test_signs_of_a_roll_call_are_asked_about() -> None:
    assert [a.split("'")[1] for a in asked("MEP,Group,Vote A,Vote B\nX,EPP,+,-\nY,S&D,-,0\n")] == ["+", "-", "0"]


# ---- columns that belong together


@pytest.mark.parametrize(
    "header",
    ["title,left,left_text,right,right_text", "Policy,left,left (reason),right,right (reason)", "These,left,Begründung,right,Begründung",
     "Bill,left position,left comment,right position,right comment"],
)  # fmt: skip
def test_a_column_of_words_belongs_to_the_actor_beside_it(header: str) -> None:
    tables = tables_of(f"{header}\nSpeed limit,yes,Saves lives.,no,Free roads.\nTuition,no,,yes,Costs money.\n")
    (column,) = {"summary", "note"} & {*tables.frames["statements"]}
    assert triples(tables, column) == [
        "left / Speed limit / support / Saves lives.",
        "right / Speed limit / oppose / Free roads.",
        "left / Tuition / oppose / ",
        "right / Tuition / support / Costs money.",
    ]


def test_words_beside_an_actor_are_a_quote_only_if_told() -> None:
    text = "title,left,left_text,right\nSpeed limit,yes,Saves lives.,no\nTuition,,Too dear.,yes\n"
    tables = tables_of(text, columns={"left_text": "quote"})
    assert tables.frames["statements"]["quote"].tolist() == ["Saves lives.", "", ""]
    assert "1 cell of 'left_text' beside an empty cell left out." in tables.notes


def test_two_columns_of_words_of_one_kind_are_asked_about() -> None:
    text = "title,left,left_text,left_reason,right\nSpeed limit,yes,a,b,no\nTuition,no,c,d,yes\n"
    assert asked(text) == ["row 1, column left_reason: would be the summary of 'left', as 'left_text' is"]
    assert tables_of(text, columns={"left_reason": "note"}).frames["statements"]["note"].tolist()[0] == "b"


def test_a_name_over_two_columns_is_asked_about_and_never_two_actors() -> None:
    text = "Proposal,Peru,Chad,Peru\nBan,no,yes,yes\nFund,yes,no,yes\n"
    assert asked(text) == ["row 1, column Peru (2): 'Peru' appears twice in the header"]
    for answer, names in (("stance", ["Peru", "Chad"]), ("skip", ["Peru", "Chad"])):
        assert tables_of(text, columns={"Peru (2)": answer}).frames["actors"]["name"].tolist() == names


@pytest.mark.parametrize("head", ["Proposal,Peru 2019,Peru 2023,Chad 2019", ",Peru,,Chad\nProposal,2019,2023,2019"])
def test_years_in_the_header_are_dates(head: str) -> None:
    tables = tables_of(f"{head}\nBan,no,yes,yes\nFund,yes,,no\n")
    assert triples(tables, "date_start") == [
        "Peru / Ban / oppose / 2019",
        "Peru / Ban / support / 2023",
        "Chad / Ban / support / 2019",
        "Peru / Fund / support / 2019",
        "Chad / Fund / oppose / 2019",
    ]


def test_a_row_of_groups_above_the_header_gives_sides() -> None:
    tables = tables_of(",West,,East\nProposal,Peru,Chad,Fiji\nBan,no,yes,yes\n")
    assert tables.frames["actors"][["name", "side"]].values.tolist() == [
        ["Peru", "west"],
        ["Chad", "west"],
        ["Fiji", "east"],
    ]
    assert "'West', 'East' in the row above the header: taken as sides." in tables.notes


def test_actors_in_the_row_above_have_a_pair_of_columns_each() -> None:
    text = ",Peru,,Chad,\nProposal,Position,Source,Position,Source\nBan,no,Letter,yes,Speech\nFund,yes,Letter,no,\n"
    tables = tables_of(text)
    assert triples(tables) == [
        "Peru / Ban / oppose",
        "Chad / Ban / support",
        "Peru / Fund / support",
        "Chad / Fund / oppose",
    ]
    assert tables.frames["sources"]["title"].tolist() == ["Letter", "Speech", "mine.csv"]


# ---- rows that are no rows like the others

SECTIONS = """Proposal,Peru,Chad
A. SAFETY,,
Ban,no,yes
B. TRADE,,
Fund,yes,no
* preliminary,,
Sources: own research,,
"""


def test_headings_are_themes_and_remarks_leave_nothing_behind() -> None:
    tables = tables_of(SECTIONS)
    assert tables.frames["proposals"][["title", "theme"]].values.tolist() == [
        ["Ban", "A. SAFETY"],
        ["Fund", "B. TRADE"],
    ]
    assert len(tables.frames["statements"]) == 4
    notes = " ".join(tables.notes)
    assert all(f"row {row} (" in notes for row in (2, 4, 6, 7))
    assert tables_of("Country,Ban,Fund\nEUROPE,,\nMalta,no,yes\nASIA,,\nNepal,yes,no\n").frames["actors"][
        "side"
    ].tolist() == ["europe", "asia"]


def test_marks_of_footnotes_are_no_part_of_a_name() -> None:
    tables = tables_of("Proposal,Peru*,Chad\nBan†,no,yes\nFund,yes,no\n* observer,,\n† revised,,\n")
    assert tables.frames["actors"]["name"].tolist() == ["Peru", "Chad"]
    assert tables.frames["proposals"]["title"].tolist() == ["Ban", "Fund"]


def test_a_row_with_nothing_beside_it_is_a_heading_or_a_proposal() -> None:
    text = "Proposal,Peru,Chad\nBan,no,yes\nTrade,,\nFund,yes,no\n"
    assert asked(text) == ["row 3, column Proposal: 'Trade' has nothing beside it"]
    titles = {
        answer: tables_of(text, columns={"Trade": answer}).frames["proposals"]["title"].tolist()
        for answer in ("theme", "proposal", "skip")
    }
    assert titles == {"theme": ["Ban", "Fund"], "proposal": ["Ban", "Trade", "Fund"], "skip": ["Ban", "Fund"]}


@pytest.mark.parametrize("row", ["Average,0.5,1", "Supporters,2,1", "Sum of yes,2,2"])
def test_a_row_of_sums_or_averages_is_left_out(row: str) -> None:
    tables = tables_of(f"Proposal,Peru,Chad\nBan,no,yes\nFund,yes,no\n{row}\n")
    assert tables.frames["proposals"]["title"].tolist() == ["Ban", "Fund"]
    assert any("left out as a sum of the others" in n for n in tables.notes)


MEMBERS = "Tax Bill,Ban Bill\nAnn Lee,Labour,Aye,No\nBo Chen,Tory,No,Aye\n"


@pytest.mark.parametrize("head", ["Name,Party", "Nom,Parti", "Nombre,País", "MP,Country", "姓名,政党"])
def test_a_name_goes_before_the_party_that_several_rows_share(head: str) -> None:
    tables = tables_of(f"{head},{MEMBERS}Cy Dunn,Labour,Aye,Aye\n")
    assert tables.frames["actors"]["name"].tolist() == ["Ann Lee", "Bo Chen", "Cy Dunn"]
    assert f"1 column kept as it is: '{head.partition(',')[2]}'." in tables.notes


@pytest.mark.parametrize("head", ["Name,Party", "Nom,Parti"])
def test_a_name_beside_a_party_that_no_two_rows_share_is_asked_about(head: str) -> None:
    name, party = head.split(",")
    text = f"{head},{MEMBERS}"
    assert asked(text) == [f"row 1, column {name}: may name the rows, as '{party}' may"]
    for column, first in ((name, "Ann Lee"), (party, "Labour")):
        assert tables_of(text, columns={column: "actor"}).frames["actors"]["name"].tolist()[0] == first


def test_names_beside_parties_in_rows_of_one_statement_are_asked_about() -> None:
    text = "Nom,Parti,Proposal,Stance\nAnn Lee,Labour,Ban,yes\n"
    assert "--map 'COLUMN=actor', where COLUMN is one of 'Nom', 'Parti'" in problems(text)[0]


def test_numbers_and_letters_of_footnotes_are_no_part_of_an_actor_s_name() -> None:
    names = ["Anvil Corp.", "Cedar", "Brook Ltd"]
    for text in (
        "Company,Ban,Tax\nAnvil Corp. [1],yes,no\nCedar (a),no,no\nBrook Ltd *,no,yes\n",
        "Bill,Anvil Corp. [1],Cedar (a),Brook Ltd *\nBan,yes,no,no\nTax,no,no,yes\n",
    ):
        tables = tables_of(text)
        assert tables.frames["actors"]["name"].tolist() == names
        assert any(n.startswith("'Anvil Corp. [1]', 'Cedar (a)', 'Brook Ltd *': the mark of a") for n in tables.notes)
    kept = tables_of("Bill,Peru [1],Peru [2]\nArticle (a),yes,no\nArticle 5 (b),no,no\n")
    assert kept.frames["actors"]["name"].tolist() == ["Peru [1]", "Peru [2]"]
    assert kept.frames["proposals"]["title"].tolist() == ["Article (a)", "Article 5 (b)"]


def test_a_heading_without_a_row_below_it_is_asked_about() -> None:
    text = "Country,Ban,Tax\nEurope,,\nFrance,yes,no\nAsia,,\nJapan,no,no\nChina,,\nTotal yes,1,0\n"
    assert asked(text) == ["row 6, column Country: 'China' has nothing beside it"]
    tables = tables_of(text, columns={"China": "actor"})
    assert tables.frames["actors"]["name"].tolist() == ["France", "Japan", "China"]
    assert tables.frames["sides"]["name"].tolist() == ["Europe", "Asia"]


@pytest.mark.parametrize("head", ["Member,Party", "Party,Senator", "Abgeordnete,Partei", "Député,Parti", "议员,政党"])
def test_members_go_before_their_parties_though_no_two_share_one(head: str) -> None:
    column = 0 if head.startswith(("Member", "Abge", "Dép", "议")) else 1
    rows = [("Ann Lee", "Labour"), ("Bo Chen", "Tory")]
    text = "".join(f"{','.join(r[:: 1 - 2 * column])},{'yes,no' if r[1] == 'Tory' else 'no,yes'}\n" for r in rows)
    assert tables_of(f"{head},Ban,Tax\n{text}").frames["actors"]["name"].tolist() == ["Ann Lee", "Bo Chen"]


@pytest.mark.parametrize("head", ["Position USA,Position EU", "Vote: USA,Vote: EU", "Standpunkt USA,Standpunkt EU"])
def test_a_word_before_each_name_in_the_header_is_no_part_of_it(head: str) -> None:
    assert tables_of(f"Bill,{head}\nBan,yes,no\nTax,no,yes\n").frames["actors"]["name"].tolist() == ["USA", "EU"]
    questions = tables_of("Organisation,Position on Ban,Position on Tax\nUSA,yes,no\nEU,no,yes\n")
    assert questions.frames["proposals"]["title"].tolist() == ["Ban", "Tax"]
    mixed = tables_of("Bill,Vote Leave,Labour\nBan,yes,no\nTax,no,yes\n")
    assert mixed.frames["actors"]["name"].tolist() == ["Vote Leave", "Labour"]


def test_reasons_called_before_the_name_belong_to_it() -> None:
    tables = tables_of("Bill,USA,Reason USA,EU,Reason EU\nBan,yes,good,no,dear\nTax,no,bad,yes,\n")
    assert tables.frames["actors"]["name"].tolist() == ["USA", "EU"]
    assert tables.frames["statements"]["summary"].tolist() == ["good", "dear", "bad", ""]


def test_years_in_brackets_are_dates_of_their_columns() -> None:
    tables = tables_of("Bill,USA (2019),USA (2023)\nBan,yes,no\nTax,no,yes\n")
    assert tables.frames["actors"]["name"].tolist() == ["USA"]
    assert tables.frames["statements"]["date_start"].tolist() == ["2019", "2023"] * 2


@pytest.mark.parametrize("more", ["Total yes,1,1", "% in favour,50%,50%", "For,1,1", "Turnout,81.5,79"])
def test_numbers_that_count_beside_words_are_kept_as_they_are(more: str) -> None:
    header, first, second = more.split(",")
    tables = tables_of(f"Bill,USA,EU,{header}\nBan,yes,no,{first}\nTax,no,yes,{second}\n")
    assert tables.frames["actors"]["name"].tolist() == ["USA", "EU"]
    assert f"1 column kept as it is: '{header}'." in tables.notes


def test_others_is_nobody_s_name_unless_the_dataset_knows_it() -> None:
    for text in ("Country,Ban,Tax\nUSA,yes,no\nOthers,no,yes\n", "Actor,Proposal,Stance\nUSA,Ban,yes\nOthers,Ban,no\n"):
        tables = tables_of(text)
        assert tables.frames["actors"]["name"].tolist() == ["USA"]
        assert any("taken as blank: 'Others'" in n for n in tables.notes)


@pytest.mark.parametrize(
    "head",
    ["Party,Ban,Weight,Tax,Weight", "Party,Ban,Weight 1,Tax,Weight 2", ",Ban,,Tax,\nParty,View,Worth,View,Worth"],
)
def test_a_column_that_is_repeated_beside_each_other_one_belongs_to_it(head: str) -> None:
    tables = tables_of(f"{head}\nA,yes,1,no,2\nB,no,2,yes,1\n")
    kept = "worth" if "Worth" in head else "weight"
    assert triples(tables, kept) == [
        "A / Ban / support / 1",
        "A / Tax / oppose / 2",
        "B / Ban / oppose / 2",
        "B / Tax / support / 1",
    ]


def test_a_repeated_column_of_words_for_stances_is_asked_about() -> None:
    text = "Party,Ban,Dear to us,Tax,Dear to us\nA,yes,yes,no,no\nB,no,no,yes,no\n"
    assert asked(text) == ["row 1, column Dear to us (2): 'Dear to us' appears twice in the header"]
    tables = tables_of(text, columns={"Dear to us": "keep", "Dear to us (2)": "keep"})
    assert triples(tables, "dear_to_us")[:2] == ["A / Ban / support / yes", "A / Tax / oppose / no"]


@pytest.mark.parametrize("turned", [False, True])
def test_a_row_or_column_of_several_names_is_asked_about(turned: bool) -> None:
    text = 'Country,Ban,Tax\nPeru,yes,no\n"Chad, Mali",no,yes\nFiji and Oman,yes,yes\n'
    if turned:
        text = 'Proposal,Peru,"Chad, Mali",Fiji and Oman\nBan,yes,no,yes\nTax,no,yes,yes\n'
    assert [p.partition(": ")[2] for p in problems(text)] == [
        f"'{name}' may be several actors: say --map '{name}=actors' to divide it, or --map '{name}=actor' if it is one "
        "name"
        for name in ("Chad, Mali", "Fiji and Oman")
    ]
    tables = tables_of(text, columns={"Chad, Mali": "actors", "Fiji and Oman": "actor"})
    assert {*triples(tables)} == {
        "Peru / Ban / support",
        "Peru / Tax / oppose",
        "Chad / Ban / oppose",
        "Mali / Ban / oppose",
        "Chad / Tax / support",
        "Mali / Tax / support",
        "Fiji and Oman / Ban / support",
        "Fiji and Oman / Tax / support",
    }
    names = '"Korea, Republic of",Ministry of Trade and Industry,"Anvil, Inc."'
    assert len(tables_of(f"Proposal,{names}\nBan,yes,no,yes\nTax,no,yes,yes\n").frames["actors"]) == 3


@pytest.mark.parametrize(
    "text",
    [
        "Actor,Proposal,Stance\nEPA,Tax,yes\nOthers,Tax,no\n",
        "Proposal,EPA,Others\nTax,yes,no\nBan,yes,\n",
        "Party,Tax,Ban\nEPA,yes,no\nOthers,no,yes\n",
        "Bill,Supporters,Opponents\nTax,EPA,Others\n",
    ],
)
def test_others_are_kept_as_an_actor_where_that_is_said(text: str) -> None:
    left = tables_of(text)
    assert "EPA / Tax / support" in triples(left)
    assert left.frames["actors"]["name"].tolist() == ["EPA"]
    assert any("--map 'Others=actor' keeps it" in note for note in left.notes)
    assert "Others / Tax / oppose" in triples(tables_of(text, columns={"Others": "actor"}))


def test_one_proposal_at_several_times_is_asked_about() -> None:
    text = "Expert,R1 Ban,R2 Ban,Tax\nAnn,agree,disagree,yes\nBo,agree,agree,no\n"
    assert problems(text) == [
        "mine.csv row 1, column R1 Ban: may be one proposal with 'R2 Ban', at another time: say --map 'R1 Ban=stance' if "
        "they are several proposals, or --map 'R2 Ban=skip' (or keep) to leave one out"
    ]
    assert len(tables_of(text, columns={"R1 Ban": "stance"}).frames["proposals"]) == 3
    assert len(tables_of(text, columns={"R1 Ban": "skip"}).frames["proposals"]) == 2


def test_a_title_before_the_word_for_its_answers_is_kept_as_it_is_written() -> None:
    text = "Respondent,Q1: A list? [Answer],Q1: A list? [Comment],Q2: Ban? [Answer],Q2: Ban? [Comment]\n"
    tables = tables_of(text + "Ann,Yes,Good,No,Bad\nBo,No,,Yes,\n")
    assert tables.frames["proposals"]["title"].tolist() == ["Q1: A list?", "Q2: Ban?"]
    assert triples(tables, "note")[0] == "Ann / Q1: A list? / support / Good"


def test_rows_of_one_name_that_nothing_tells_apart_are_asked_about() -> None:
    text = "Country,{}Ban,Tax\nPeru,{}yes,no\nPeru,{}no,no\nChad,{}yes,yes\n"
    plain = text.format("", "", "", "")
    assert asked(plain) == ["row 3, column Country: 'Peru' names an earlier row, too"]
    tables = tables_of(plain, columns={"Country": "actor"})
    assert "1 statement that is there twice, alike in all columns, kept: row 3." in tables.notes
    assert "2 statements that differ in nothing but their stance, kept: row 2, 3." in tables.notes
    assert len(tables_of(text.format("Year,", "2019,", "2021,", "2019,")).frames["statements"]) == 6


def test_like_columns_of_unknown_words_are_taken_for_a_wide_sheet_and_its_rows_are_asked() -> None:
    text = (
        "Väite,Kokoomus,SDP,Vihreät\nKielletään,täysin eri mieltä,jokseenkin samaa mieltä,täysin samaa mieltä\n"
        "Nostetaan,jokseenkin samaa mieltä,täysin eri mieltä,en osaa sanoa\n"
    )
    first, *rest = problems(text)
    assert (
        "say --map 'Väite=proposal' if proposals are in the rows and 'Kokoomus', 'SDP', 'Vihreät' are actors" in first
    )
    assert all("is not a stance for certain" in p for p in rest)


def test_names_that_recur_below_each_group_are_told_apart_by_it() -> None:
    text = ",USA,,China,\nProposal,Government,Industry,Government,Industry\nBan,no,no,yes,no\nFund,yes,no,yes,yes\n"
    tables = tables_of(text)
    assert triples(tables)[:4] == [
        "USA Government / Ban / oppose",
        "USA Industry / Ban / oppose",
        "China Government / Ban / support",
        "China Industry / Ban / oppose",
    ]
    assert sorted({*tables.frames["actors"]["side"]}) == ["china", "usa"]


def test_two_tables_below_each_other_are_refused() -> None:
    text = "Proposal,USA,China\nBan,no,yes\nFund,yes,yes\n\nProposal,India,Brazil\nBan,yes,yes\n"
    with pytest.raises(DatasetError) as error:
        mapping_of(text)
    assert str(error.value.problems[0]) == (
        "mine.csv row 5: repeats the header word 'Proposal' beside 'India', 'Brazil': the rows below it seem to be a second "
        "table; give each table a sheet or file of its own"
    )
    same = text.replace("India,Brazil", "USA,China").replace(
        "Ban,yes,yes", "Tax,yes,yes"
    )  # pasted below, header and all
    assert triples(tables_of(same))[-1] == "China / Tax / support"


def test_two_tables_beside_each_other_are_not_mixed() -> None:
    text = "Proposal,USA,China,,Proposal,India,Brazil\nBan,no,yes,,Ban,yes,yes\nFund,yes,yes,,Tax,no,no\n"
    asked = problems(text)
    assert ["--map 'India=skip'" in asked[0], "--map 'Brazil=skip'" in asked[1], len(asked)] == [True, True, 2]
    one = tables_of(text, columns={"India": "skip", "Brazil": "skip", "Proposal (2)": "skip"})
    assert triples(one)[-1] == "China / Fund / support"
    assert problems(text, columns={"USA": "skip", "China": "skip"}), "the names of the other table are not theirs"
    same = text.replace("Tax", "Fund")  # the names again, to be seen when scrolling
    assert triples(tables_of(same, columns={"Proposal (2)": "skip"}))[-1] == "Brazil / Fund / oppose"


def test_a_column_of_country_codes_names_the_rows_though_one_is_no() -> None:
    tables = tables_of("Country code,Ban,Fund\nNO,yes,no\nNA,no,yes\n")
    assert triples(tables)[0] == "NO / Ban / support"


def test_thumbs_and_ticks_beside_unknown_signs_are_cells_of_a_wide_sheet() -> None:
    text = "Party,Tax,Fund\nLeft,👍,👎\nRight,❌,✔\nMid,🤷,✔\n"
    (asked,) = problems(text)
    assert "'🤷' (1 cell) is not a stance for certain" in asked
    assert triples(tables_of(text, stances={"🤷": "skip"}))[:2] == ["Left / Tax / support", "Left / Fund / oppose"]


def test_parties_beside_persons_are_named_as_possible_sides() -> None:
    text = "Member,Party,Motion,Vote\nAnn,Left,M1,aye\nBo,Right,M1,nay\n"
    assert any("--map 'Party=side' makes them the sides" in n for n in tables_of(text).notes)
    sides = tables_of(text, columns={"Party": "side"})
    assert sides.frames["actors"]["side"].tolist() == ["left", "right"]
    assert not any("--map 'Party=side'" in n for n in sides.notes)


def test_the_description_names_whom_the_columns_are_of() -> None:
    text = "Proposal,USA,,China,\n,Position,Source,Position,Source\nBan,no,Letter,yes,Speech\n"
    assert "  in columns: 'USA', 'China'\n" in str(mapping_of(text)[1])
