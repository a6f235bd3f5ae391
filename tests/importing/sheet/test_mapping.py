"""What is proposed for the columns of a sheet, and the messages about those that are doubled, missing or named wrongly."""

from __future__ import annotations

import pytest

from tests.importing.sheet.test_read import problems, tables_of
from tests.importing.sheet.triples import triples


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
    text = "Actor,Proposal,Stance\nINDUSTRY,,\nA,P,yes\nTotal,2,\nAverage,3,0.5\n* preliminary,,\n"
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


def test_headers_that_python_takes_for_one_name_are_two_columns() -> None:
    found = problems("Actor,Proposal,Stance,A,Ａ\nAnn,Ban,yes,x,y\n,Fund,no,x,y\n")
    assert "column Actor: the row below a named actor has none" in found[0]


def test_a_name_given_once_for_the_rows_below_it_is_asked_about() -> None:
    text = "Proposal,Actor,Stance,Source\nBan,Ann,yes,Letter\n,Bo,no,\nFund,Ann,no,Speech\n,Bo,yes,\n"
    assert problems(text) == [
        "mine.csv row 3, column Proposal: the row (and 1 more) below a named proposal has none: say --set "
        "'proposal=@above' if a blank cell means the same as above, or --set 'proposal=@blank' if such a row is left out"
    ]
    left = tables_of(text, constants={"proposal": "@blank"})
    assert left.frames["statements"]["actor"].tolist() == ["ann", "ann"]
    above = {"proposal": "@above"}
    assert problems(text, constants=above) == [
        "mine.csv row 3, column Source: is blank in the rows that have their actor or proposal from above: say --set "
        "'source=@above' if a blank cell means the same as above, or --set 'source=@blank' if such a row stays without "
        "one"
    ]
    whole = tables_of(text, constants={**above, "source": "@above"}).frames["statements"]
    assert whole[["proposal", "actor", "stance", "source"]].values.tolist() == [
        ["ban", "ann", "support", "letter"],
        ["ban", "bo", "oppose", "letter"],
        ["fund", "ann", "oppose", "speech"],
        ["fund", "bo", "support", "speech"],
    ]
    assert problems("Bill,Supporters,Opponents\nB 1,Anvil,Brook\n,Cedar,\n")[0].endswith("if such a row is left out")
    gap = tables_of("Actor,Proposal,Stance\nAnn,Ban,yes\nAnn,Fund,no\n,Tax,no\nBo,Ban,no\n")
    assert "1 row without actor left out: row 4." in gap.notes  # names are repeated here: that one was forgotten
    wide = tables_of("Theme,Proposal,USA,Chad\nSafety,Ban,yes,no\n,Fund,no,yes\nTrade,Tax,no,no\n")
    assert "1 blank cell of 'Theme' left blank: --set 'theme=@above' if it means the same as above." in wide.notes


def test_columns_of_stances_called_by_years_are_dated_statements() -> None:
    text = "Actor,Proposal,Stance 2022,Stance 2024\nAnn,Ban,yes,no\nBo,Ban,,no\n"
    assert triples(tables_of(text), "date_start") == [
        "Ann / Ban / support / 2022",
        "Ann / Ban / oppose / 2024",
        "Bo / Ban / oppose / 2024",
    ]
    assert triples(tables_of(text, columns={"Stance 2022": "skip"})) == ["Ann / Ban / oppose", "Bo / Ban / oppose"]
    years = "Country,2019,2021\nPeru,yes,no\nChad,no,hm\n"
    assert problems(years)[0].endswith(
        "no column holds the proposal: say --set 'proposal=…' if it is the same in every row"
    )
    one = tables_of(years, constants={"proposal": "Ban"}, stances={"hm": "skip"})
    assert triples(one, "date_start") == [
        "Peru / Ban / support / 2019",
        "Peru / Ban / oppose / 2021",
        "Chad / Ban / oppose / 2019",
    ]
    dated = "Actor,Proposal,Date,Vote 2022,Vote 2024\nAnn,Ban,2020,yes,no\n"
    assert "say --map 'Date=keep' (or skip)" in problems(dated)[0]
    assert len(tables_of(dated, columns={"Date": "keep"}).frames["statements"]) == 2


@pytest.mark.parametrize(
    ("one", "other", "starts"),
    [
        ("2025-03", "2025-04", ["2025-03", "2025-04"]),
        ("Mar 2025", "Apr 2025", ["2025-03", "2025-04"]),
        ("Position Q1 2025", "Position Q2 2025", ["2025-01", "2025-04"]),
        ("Position (Oct 2025)", "Position (Nov 2025)", ["2025-10", "2025-11"]),
        ("2024 vote", "2025 vote", ["2024", "2025"]),
    ],
)
def test_columns_called_by_a_time_are_dates_of_one_proposal_which_is_asked(
    one: str, other: str, starts: list[str]
) -> None:
    text = f"Country,{one},{other}\nPeru,yes,no\nChad,no,no\n"
    assert "no column holds the proposal: say --set 'proposal=…'" in problems(text)[0]
    dated = tables_of(text, constants={"proposal": "Ban"}).frames["statements"]
    assert list(dated["proposal"].unique()) == ["ban"]
    assert [d[: len(s)] for d, s in zip(dated["date_start"], starts, strict=False)] == starts
    assert (
        "the sheet says it; leave the constant out" in problems(text, constants={"proposal": "Ban", "date": "2020"})[0]
    )


def test_a_column_called_by_a_time_beside_proposals_is_asked() -> None:
    text = "Party,Raise VAT,2024 vote,2025 vote\nGreens,yes,no,no\nReds,no,yes,abstain\n"
    assert [p.partition(" may be one of the proposals")[0] for p in problems(text)] == [
        "mine.csv row 1, column 2024 vote:",
        "mine.csv row 1, column 2025 vote:",
    ]


def test_a_column_of_words_for_stances_is_no_date_whatever_it_is_called() -> None:
    czech = "Teza,ODS,ANO\nEuro,souhlasím,nesouhlasím\nNATO,nesouhlasím,souhlasím\n"
    assert triples(tables_of(czech))[:2] == ["ODS / Euro / support", "ANO / Euro / oppose"]
    russian = "Тезис,Голос,Родина,Яблоко\nA,за,против,за\nB,против,за,за\n"
    assert "say --map 'Голос=stance' if each of these columns is of one actor" in problems(russian)[0]
    assert "Голос / A / support" in triples(tables_of(russian, columns={"Голос": "stance"}))
    noted = problems("Country,Ban,Tax,Note\nPeru,yes,no,no\nChad,no,yes,yes\n")
    assert "column Note: may be one of the proposals" in noted[0]


def test_the_date_of_a_signature_is_not_that_of_other_positions() -> None:
    text = "Company,Signed pledge?,Date signed,Position on tax\nAnvil,Yes,2024-05-21,Support\n"
    assert triples(tables_of(text), "date_start") == [
        "Anvil / Signed pledge? / support / 2024-05-21",
        "Anvil / Position on tax / support / ",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "time,docTitle,person,organization,concept,agreement\n2020-01-02 10:00:00,Hearing,Ann,EPA,Tax,1\n"
        "2020-01-03 10:00:00,Hearing,Bo,EPA,Tax,0\n",
        "Org,Issue,Sentiment\nEPA,Tax,positive\nSierra,Tax,negative\n",
        "Actor,Issue,Position (-2 to 2)\nEPA,Tax,2\nSierra,Tax,-1\nSierra,Ban,0\n",
    ],
)
def test_headers_of_exports_and_of_other_trackers_are_known(text: str) -> None:
    options = {"columns": {"Org": "actor"}} if text.startswith("Org") else {}
    stances = tables_of(text, **options, stances={"0": "oppose"}).frames["statements"]["stance"].tolist()
    assert stances[0] in ("support", "strongly-agrees")
    assert stances[1] in ("oppose", "disagrees")


def test_a_legend_below_the_statements_is_no_list_of_names() -> None:
    tables = tables_of('Proposal,Actor,Stance\nBan,Peru,1\nTax,Peru,2\n"1 = yes, 2 = no, 3 = abstain",,\n')
    assert triples(tables) == ["Peru / Ban / support", "Peru / Tax / oppose"]


def test_newspapers_of_statements_without_a_source_stay_with_them() -> None:
    tables = tables_of("Date,Newspaper,Actor,Claim,Pro/Con\n2024,Post,Ann,Tax,Pro\n2024,Times,Bo,Tax,Con\n")
    assert triples(tables, "newspaper") == ["Ann / Tax / support / Post", "Bo / Tax / oppose / Times"]
