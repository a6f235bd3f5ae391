"""A sheet made by hand: its mapping is proposed, shown and corrected; nothing is guessed; messy files come in whole."""

from __future__ import annotations

import unicodedata
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matrix.dataset.dataset import Dataset
from matrix.dataset.problems import DatasetError
from matrix.importing import read_file
from matrix.importing.file_cells import Sheet
from matrix.importing.file_cells.csv import read_csv_sheet
from matrix.importing.file_cells.xlsx import read_workbook
from matrix.importing.name_matching import exact, loose
from matrix.importing.result import COLUMN_ASKED, NO_COLUMN, ImportedTables, ImportOptions
from matrix.importing.sheet import read_sheet
from matrix.importing.sheet.mapping import SheetMapping, propose
from tests.importing.sheet import tiny_sheets
from tests.tiny import dataset

GERMAN = """Nr;Akteur;Seite;Vorschlag;Haltung;Bedingung;Zitat;Quelle;Datum;Region
1;Außenministerium;Nord;Modellregister;dafür;;„Wir wollen es.“;Rede;14.05.2026;EU
2;清华大学;Süd;Modellregister;unter Bedingungen;wenn alle mitmachen;;Rede;Mai 2026;
3;Außenministerium;Nord;Verbot;lehnt ab;;;Brief;2026;
"""


def mapping_of(text: str | bytes, *, into: Dataset | None = None, **options: Any) -> tuple[Sheet, SheetMapping]:
    sheet = read_csv_sheet(text if isinstance(text, bytes) else text.encode(), "mine.csv")
    return sheet, propose(sheet, "mine.csv", options=ImportOptions(**options), into=into)


def tables_of(text: str | bytes, **options: Any) -> ImportedTables:
    tables = read_sheet(*mapping_of(text, **options))
    Dataset.from_frames(tables.frames)  # whatever comes in is a dataset
    return tables


def problems(text: str | bytes, **options: Any) -> list[str]:
    with pytest.raises(DatasetError) as error:
        read_sheet(*mapping_of(text, **options))
    for p in error.value.problems:  # what a page and a way out go by is not the sentence
        assert (p.kind == COLUMN_ASKED) == (f"--map '{p.column}=" in p.message), str(p)
        assert (p.kind == NO_COLUMN) == p.message.startswith("no column holds the "), str(p)
    return [str(p) for p in error.value.problems]


def row(tables: ImportedTables, table: str, id: str) -> dict[str, str]:
    frame = tables.frames[table]
    return dict(frame[frame["id"] == id].iloc[0])


# ---- one row a statement


def test_a_german_sheet_comes_in_whole() -> None:
    tables = tables_of(GERMAN)
    assert {n: len(f) for n, f in tables.frames.items()} == {
        "sides": 2,
        "sources": 2,
        "actors": 2,
        "proposals": 2,
        "statements": 3,
    }
    assert row(tables, "statements", "1") == {
        "id": "1",
        "actor": "aussenministerium",
        "proposal": "modellregister",
        "stance": "support",
        "source": "rede",
        "condition": "",
        "quote": "„Wir wollen es.“",
        "date_start": "2026-05-14",
        "date_end": "2026-05-14",
        "region": "EU",
    }
    assert row(tables, "statements", "2")["condition"] == "wenn alle mitmachen"
    assert row(tables, "statements", "2")["date_start"] == "2026-05"
    assert row(tables, "actors", "qing-hua-da-xue") == {"id": "qing-hua-da-xue", "name": "清华大学", "side": "sud"}


@pytest.mark.parametrize(("header", "words", "stances"), tiny_sheets.LANGUAGES)
def test_columns_in_any_order_in_three_languages(header: str, words: str, stances: list[str]) -> None:
    lines = [words.replace("STANCE", word) for word in stances]
    tables = tables_of("\n".join([header, *lines]))
    assert list(tables.frames["statements"]["stance"]) == ["support", "oppose", "concern"]
    assert set(tables.frames["statements"]["quote"]) == {"so it is"}
    assert tables.frames["sources"]["url"].tolist() == ["https://example.org/a"]


@pytest.mark.parametrize(
    ("word", "id"),
    [
        *((w, "support") for w in ("agree", "YES", "supports", "pro", "dafür", "Ja", "unterstützt", "支持", "赞成", "in favour")),
        *((w, "concern") for w in ("concern", "Bedenken", "关切")),
        *((w, "oppose") for w in ("against", "no", "lehnt ab", "dagegen", "反对")),
        *((f"{w}: all do", "conditional") for w in ("conditional", "with conditions", "unter Bedingungen", "bedingt", "有条件支持")),
        ("有条件：all do", "conditional"),
    ],
)  # fmt: skip
def test_stance_words_of_people(word: str, id: str) -> None:
    tables = tables_of(f"Actor;Proposal;Stance\nA;P;{word}\n")
    assert tables.frames["statements"]["stance"].tolist() == [id]
    assert tables.frames["statements"].get("condition", [""])[0] == ("all do" if id == "conditional" else "")


def test_the_proposal_of_a_mapping_can_be_read() -> None:
    _, mapping = mapping_of(GERMAN.replace("dafür", "vielleicht"))
    lines = str(mapping).splitlines()
    assert lines[0] == "mine.csv, sheet 'mine': one row a statement, 3 statements, header in row 1"
    assert "  Akteur     -> actor" in lines
    assert "  Region     -> kept as a column of its own" in lines
    assert "  vielleicht               1 time   -> ? not certain" in lines
    assert "  lehnt ab                 1 time   -> oppose" in lines
    assert any("say --stance 'vielleicht=…'" in line for line in lines)


def test_corrections_are_taken() -> None:
    text = "Wer sagt es;Worum;Sagt;Rest\nAnn;Tax;hm;x\nBob;Tax;egal;y\n"
    assert problems(text)[0].endswith(
        "say --set 'actor=…' if it is the same in every row, or name it with --map 'COLUMN=actor', where COLUMN is one of 'Wer sagt es', 'Worum', 'Sagt' and 1 more"
    )
    options = {"columns": {"Wer sagt es": "actor", "Worum": "proposal", "Sagt": "stance", "Rest": "skip"}}
    tables = tables_of(text, **options, stances={"hm": "concern", "egal": "skip"})
    assert tables.frames["statements"][["actor", "stance"]].to_numpy().tolist() == [["ann", "concern"]]
    assert "rest" not in tables.frames["statements"]
    assert "1 cell left out, as asked: 'egal'." in tables.notes


@pytest.mark.parametrize(
    ("text", "options", "message"),
    [
        ("Actor,Proposal,Stance\nA,P,suports\n", {}, "mine.csv row 2, column Stance: 'suports' (1 cell) is not a stance for certain; did you mean 'supports' (support)?: say --stance 'suports=…' with one of support, conditional, concern, oppose, neutral, or skip"),
        ("Actr,Proposal,Stance\nA,P,yes\n", {}, "mine.csv row 1, column actor: no column holds the actor; did you mean 'Actr'?: say --map 'Actr=actor'"),
        ("Actor,Proposal,Stance,Qoute\nA,P,yes,q\n", {}, "mine.csv row 1, column Qoute: may be meant for quote ('quote'): say --map 'Qoute=quote', or --map 'Qoute=keep' to keep it as a column of its own"),
        ("Actor,Proposal,Stance,Who\nA,P,yes,B\n", {}, "mine.csv row 1, column Who: would be actor, as 'Actor' is: say which with --map 'Who=actor' and --map 'Actor=keep' (or skip, or another field)"),
        ("Actor,Proposal,Stance\nA,P,yes\n", {"columns": {"Actr": "actor"}}, "mine.csv row 1, column Actr: --map Actr=actor: there is no such column; did you mean 'Actor'?"),
        ("Actor,Proposal,Stance\nA,P,yes\n", {"columns": {"Actor": "acktr"}}, "mine.csv row 1, column Actor: --map Actor=acktr: 'acktr' is not one of"),
        ("Actor,Proposal,Stance\nA,P,yes\n", {"stances": {"yes": "suport"}}, "mine.csv: --stance yes=suport: 'suport' is not one of support, conditional, concern, oppose, neutral, skip"),
        ("Actor,Proposal,Stance\nA,P,yes\n", {"same": ["A=C"]}, "mine.csv: 'A=C' does not name two names of the sheet"),
        ("Actor,Proposal,Stance,Date\nA,P,yes,5/6/2026\n", {}, "mine.csv row 2, column Date: '5/6/2026' may be the day 5 of month 6 or the day 6 of month 5: say --dates day-first or --dates month-first"),
        ("Actor,Proposal,Stance,Date\nA,P,yes,46156\n", {}, "mine.csv row 2, column Date: '46156' is a bare number, not a date"),
        ("Actor,Proposal,Stance,Date\nA,P,yes,2026\n", {"dates": "dayfirst"}, "mine.csv: --dates dayfirst: 'dayfirst' is not one of day-first, month-first"),
        ("Actor,Proposal,Stance\nA,P,conditional\n", {}, "mine.csv row 2, column condition: the stance 'conditional' is conditional, but no condition is given: say on what it depends, here or as 'conditional: if …', or give the word another meaning with --stance 'conditional=…'"),
        ("Actor,Proposal,Stance,Condition\nA,P,yes,if all do\n", {}, "mine.csv row 2, column Condition: a condition is given, but the stance 'yes' is not conditional: --stance 'yes=conditional', or move the text to another column"),
        ("Actor,Proposal,Stance,Side\nA,P,yes,N\nA,Q,no,S\n", {}, "mine.csv row 3, column Side: 'A' is on the side 'n' in another row; an actor has one side"),
        ("Id,Actor,Proposal,Stance\na1,A,P,yes\n,A,P,yes\nA1,A,Q,yes\n", {}, "mine.csv row 4, column Id: the id 'a1' is already in row 2"),
        ("Actor,Proposal,Stance\n", {}, "mine.csv row 1: the sheet 'mine' has a header in row 1 and nothing below it"),
    ],
)  # fmt: skip
def test_what_is_not_certain_names_its_place_and_the_option(text: str, options: dict[str, Any], message: str) -> None:
    assert [p[: len(message)] for p in problems(text, **options)] == [message]


def test_every_problem_is_named_at_once() -> None:
    assert len(problems("Actor,Proposal,Stance,Date\nA,P,hm,5/6/2026\nB,P,ho,1.1.26\n")) == 4


def test_the_same_fault_in_many_rows_is_counted() -> None:
    found = problems("Actor,Proposal,Stance\n" + "A,P,conditional\n" * 30)
    assert len(found) == 21
    assert found[-1] == "mine.csv, column condition: 10 more conditional statements without a condition"


# ---- names


def test_only_the_exactly_same_name_is_the_same() -> None:
    decomposed = unicodedata.normalize("NFD", "Grüne")
    text = f"Actor,Proposal,Stance,Quote\nGrüne,P,yes,\n{decomposed},Q,no,{decomposed}\n  Grü\u00adne ,R,no,\nGRÜNE,S,no,\n"
    assert "'GRÜNE' and 'Grüne' differ in capitals only" in problems(text)[0]
    tables = tables_of(text, different=["Grüne=GRÜNE"])
    assert tables.frames["actors"]["id"].tolist() == ["grune", "grune-2"]
    assert tables.frames["actors"]["name"].tolist() == ["Grüne", "GRÜNE"]
    assert tables.frames["statements"]["quote"].tolist() == ["", decomposed, "", ""]  # quotes are kept to the letter


NEAR = "Actor,Proposal,Stance\nMinistry of Finance,P,yes\nMinstry of Finance,P,no\nARTICLE 5 Group,P,no\nArticle 6 Group,P,no\nＭinistry of Finance,P,yes\n"


def test_near_names_are_asked_and_decided_by_the_user(tmp_path: Path) -> None:
    _, mapping = mapping_of(NEAR)
    assert [(q.a, q.b) for q in mapping.questions] == [
        ("Ministry of Finance", "Minstry of Finance"),
        ("Ministry of Finance", "Ｍinistry of Finance"),
        ("Minstry of Finance", "Ｍinistry of Finance"),
    ]
    assert [p.partition(": ")[2] for p in problems(NEAR)] == [
        "'Ｍinistry of Finance' and 'Ministry of Finance' differ in spelling only: say --same 'Ministry of Finance="
        "Ｍinistry of Finance' if they are one actor, or --different 'Ministry of Finance=Ｍinistry of Finance'"
    ]
    (tmp_path / "near.csv").write_text(NEAR, encoding="utf-8")
    two = ImportOptions(different=["Ministry of Finance=Ｍinistry of Finance"])
    notes = read_file(tmp_path / "near.csv", options=two).notes
    assert [n.startswith("2 pairs of names nearly the same, taken for different") for n in notes].count(True) == 1
    for a, b in (("Müller", "Mueller"), ("USA", "U.S.A."), ("Ann Lee", "Lee Ann")):
        assert "differ in spelling only" in problems(f"Actor,Proposal,Stance\n{a},Ban,yes\n{b},Tax,no\n")[0]
    same = ["Ministry of Finance=Minstry of Finance", "Minstry of Finance=Ｍinistry of Finance"]
    _, decided = mapping_of(NEAR, same=same)
    assert decided.questions == ()
    assert tables_of(NEAR, same=same).frames["actors"]["name"].tolist() == [
        "Ministry of Finance",
        "ARTICLE 5 Group",
        "Article 6 Group",
    ]
    _, apart = mapping_of(NEAR, same=same[1:], different=same[:1])
    assert [(q.a, q.b) for q in apart.questions] == [("Ministry of Finance", "Ｍinistry of Finance")]


@given(st.text(max_size=12))
def test_exactly_the_same_is_also_nearly_the_same(text: str) -> None:
    assert exact(exact(text)) == exact(text)
    assert loose(exact(text)) == loose(text)


def test_ids_are_stable_when_rows_move() -> None:
    text = "Actor,Proposal,Stance,Date\nA,P,yes,2026\nB,P,no,2026\nA,Q,no,\n"
    lines = text.splitlines()
    moved = "\n".join([lines[0], *reversed(lines[1:])])
    one, other = (
        set(map(tuple, tables_of(t).frames["statements"][["id", "actor", "proposal"]].to_numpy()))
        for t in (text, moved)
    )
    assert one == other
    assert len(set(tables_of(text + "A,P,no,2026\n").frames["statements"]["id"])) == 4


# ---- sources, blanks and mess


def test_sources_by_title_and_address() -> None:
    text = """Actor,Proposal,Stance,Source,Link,Published
A,P,yes,Paper,https://example.org/1,2026-01-01
B,P,yes,Paper,https://example.org/2,
C,P,yes,Speech,https://example.org/3,
D,P,yes,Speech,,
E,P,yes,,https://example.org/4,
F,P,yes,https://example.org/5,,
G,P,yes,,,
"""
    tables = tables_of(text)
    assert tables.frames["sources"].to_numpy().tolist() == [
        ["paper", "Paper", "2026-01-01", "https://example.org/1"],
        ["paper-2", "Paper", "", "https://example.org/2"],
        ["speech", "Speech", "", "https://example.org/3"],
        ["https-example-org-4", "https://example.org/4", "", "https://example.org/4"],
        ["https-example-org-5", "https://example.org/5", "", "https://example.org/5"],
        ["mine-csv", "mine.csv", "", ""],
    ]
    assert tables.frames["statements"]["source"].tolist()[3] == "speech"
    assert "1 statement without a source: the sheet is taken for it, as 'mine.csv'." in tables.all_notes
    assert "1 title with several addresses, each a source of its own: 'Paper'." in tables.notes


def test_placeholders_and_blank_cells_are_reported() -> None:
    text = "Nr,Actor,Proposal,Stance,Quote,Date\n1,A,P,yes,tbd,n/a\n,B,P,no,-,2026\n3,n/a,P,no,x,2026\n4,NA,P,,x,\n5,NA,P,no,42,\n"
    tables = tables_of(text)
    assert tables.frames["statements"][["actor", "quote"]].to_numpy().tolist() == [["a", ""], ["b", ""], ["na", "42"]]
    for note in (
        "1 row without actor left out: row 4.",
        "1 row without stance left out: row 5.",
        "2 cells of 'Quote' taken as blank: 'tbd', '-'.",
        "1 cell of 'Date' taken as blank: 'n/a'.",
    ):
        assert note in tables.notes
    assert tables.frames["statements"]["id"].tolist()[::2] == ["1", "5"]


@pytest.mark.parametrize("encoding", ["iso-8859-1", "utf-8-sig", "utf-16"])
def test_encodings_of_spreadsheets(encoding: str) -> None:
    text = (
        GERMAN.replace("清华大学", "Universität Köln")
        .replace("„", '""')
        .replace("“", '""')
        .replace(';""Wir wollen es.""', ';"""Wir wollen es."""')
    )
    assert [*tables_of(text.encode(encoding)).frames["actors"]["name"]] == ["Außenministerium", "Universität Köln"]


def test_titles_above_and_headers_again_in_between_are_no_rows() -> None:
    tables = tables_of("My study,,\n,,\nActor,Proposal,Stance\nA,P,yes\nActor,Proposal,Stance\nB,P,no\n")
    assert tables.frames["actors"]["id"].tolist() == ["a", "b"]


def test_two_columns_of_the_same_name_and_one_without() -> None:
    tables = tables_of("Actor,Proposal,Stance,Region,Region,\nA,P,yes,EU,UK,left\n")
    assert row(tables, "statements", tables.frames["statements"]["id"][0])["region_2"] == "UK"
    assert tables.frames["statements"]["column_6"].tolist() == ["left"]


def test_a_formula_without_a_value_is_a_problem() -> None:
    sheet = Sheet("s", False, [(1, ("Actor", "Proposal", "Stance")), (2, ("A", "P", "yes"))], frozenset({(2, 1)}))
    assert str(propose(sheet, "f.xlsx").problems[0]).startswith(
        "f.xlsx row 2, column Proposal: is a formula whose value was never"
    )


CELLS = st.sampled_from(["Actor", "Proposal", "Stance", "Quelle", "URL", "Date", "Condition", "Side", "Id", "yes", "no", "conditional: x", "1", "0", "-1",
                         "n/a", "", " ", "A", "a", "Ａ", "B", "???", "mixed", "5/6/2026", "13.5.2026", "May 2026", "https://example.org/x", "javascript:x", "x\ny", "\u00ad"])  # fmt: skip


@pytest.mark.slow
@given(st.lists(st.lists(CELLS, max_size=7), max_size=7), st.booleans())
def test_any_sheet_is_a_dataset_or_named_problems(rows: list[list[str]], headed: bool) -> None:
    head = [(1, ("Actor", "Proposal", "Stance", "Source", "Link", "Date", "Condition"))] if headed else []
    sheet = Sheet("s", False, [*head, *((n, tuple(r)) for n, r in enumerate(rows, 2) if any(map(str.strip, r)))])
    try:
        tables = read_sheet(sheet, propose(sheet, "f.csv"))
    except DatasetError as e:
        assert all(p.file == "f.csv" for p in e.problems)  # noqa: PT017
    else:
        Dataset.from_frames(tables.frames)


def test_an_empty_sheet_is_refused() -> None:
    with pytest.raises(DatasetError, match="the sheet 's' is empty"):
        propose(Sheet("s", False, []), "f.xlsx")


# ---- wide sheets


def test_a_wide_sheet_with_actors_who_say_nothing() -> None:
    text = "Proposal,Ministry,清华大学,Silent Corp\nRegister,yes,no,\nBan,agree,conditional: if all do,\nTax,,,\n"
    _, mapping = mapping_of(text)
    assert (
        str(mapping).splitlines()[0]
        == "mine.csv, sheet 'mine': a wide sheet, proposals in rows and 3 actors in columns, 4 statements, header in row 1"
    )
    tables = tables_of(text)
    assert tables.frames["actors"]["name"].tolist() == ["Ministry", "清华大学", "Silent Corp"]
    assert tables.frames["proposals"]["title"].tolist() == ["Register", "Ban", "Tax"]
    assert tables.frames["statements"][["actor", "proposal", "stance", "condition"]].to_numpy().tolist() == [
        ["ministry", "register", "support", ""],
        ["qing-hua-da-xue", "register", "oppose", ""],
        ["ministry", "ban", "support", ""],
        ["qing-hua-da-xue", "ban", "conditional", "if all do"],
    ]


def test_a_wide_sheet_with_actors_in_rows() -> None:
    tables = tables_of("Actor,Side,Register,Ban\nAnn,N,yes,no\nBob,S,,yes\n")
    assert tables.frames["statements"][["actor", "proposal"]].to_numpy().tolist() == [
        ["ann", "register"],
        ["ann", "ban"],
        ["bob", "ban"],
    ]
    assert row(tables, "actors", "bob")["side"] == "s"


def test_numbers_in_a_wide_sheet_need_a_word_for_the_zero() -> None:
    text = "Proposal,Theme,Ann,Bob\nRegister,openness,1,0\nBan,arms,-1,1\n"
    assert problems(text) == [
        "mine.csv row 2, column Bob: '0' (1 cell) is not a stance for certain: say --stance '0=…' with one of support, conditional, concern, oppose, neutral, or skip"
    ]
    tables = tables_of(text, stances={"0": "skip"})
    assert tables.frames["statements"]["stance"].tolist() == ["support", "oppose", "support"]
    assert tables.frames["proposals"]["theme"].tolist() == ["openness", "arms"]


def test_a_wide_sheet_names_row_and_actor_of_a_problem() -> None:
    assert problems("Proposal,Ann,Bob\nRegister,yes,no\nBan,no,conditional\n")[0].startswith(
        "mine.csv row 3, column Bob: the stance 'conditional' is conditional"
    )


# ---- into a dataset that is there


def test_names_and_stances_of_the_dataset_are_known() -> None:
    there = dataset("ann talk support early")
    text = "Actor,Proposal,Stance,Source,Side\nAnn,Keep talking,Opposes,Late paper,North\n杰姆,test,yes,New,\nAnna,talk,yes,New,\n"
    tables = tables_of(text, into=there)
    statements = tables.frames["statements"]
    assert statements[["actor", "proposal", "source"]].to_numpy().tolist() == [
        ["ann", "talk", "late"],
        ["cem", "test", "new"],
        ["anna", "talk", "new"],
    ]
    assert row(tables, "actors", "cem") == {
        "id": "cem",
        "name": "Cem",
        "name_native": "杰姆",
        "side": "south",
        "authority": "official",
    }
    assert row(tables, "sides", "north")["main"] == "true"


def test_an_id_that_looks_like_a_name_is_no_question() -> None:
    there = Dataset.from_frames(tables_of("Actor,Proposal,Stance\nAnn Lee,Register,yes\n").frames)
    _, mapping = mapping_of("Actor,Proposal,Stance\nAnne Lee,Register,no\nann-lee,Ban,no\n", into=there)
    assert list(map(str, mapping.questions)) == ["actor: 'Anne Lee' and 'ann-lee'", "actor: 'Anne Lee' and 'Ann Lee'"]
    _, mapping = mapping_of("Actor,Proposal,Stance\nAnne Lee,Register,no\n", into=there)
    assert list(map(str, mapping.questions)) == ["actor: 'Anne Lee' and 'Ann Lee'"]


# ---- vocabularies


@pytest.mark.parametrize(
    ("header", "word", "message"),
    [
        ("Confidence", "sure", "'sure' is not one of high, medium, low"),
        ("Attribution", "quotd", "'quotd' is not one of quoted, recorded, paraphrased, announced_by_other_side, unattributed, author_voice; did you mean 'quoted'?"),
        ("Authority", "boss", "'boss' is not one of official, former_official, state_media, expert, industry, media, unnamed"),
    ],
)  # fmt: skip
def test_a_word_that_a_vocabulary_does_not_have_is_asked(header: str, word: str, message: str) -> None:
    text = f"Actor,Proposal,Stance,{header}\nA,P,yes,\nB,P,no,{word}\nC,P,no,{word}\n"
    (found,) = problems(text)
    assert found.startswith(f"mine.csv row 3, column {header}: {message}")
    assert found.endswith(f"keep the column as it is with --map '{header}=keep'")
    assert tables_of(text, columns={header: "keep"}).frames["statements"].iloc[2].iloc[-1] == word


def test_words_for_a_vocabulary_in_other_letters_are_its_own() -> None:
    text = "Actor,Proposal,Stance,Confidence,Attribution,Authority\nA,P,yes,HIGH,author voice,Former Official\nA,Q,no,hoch,,former-official\n"
    tables = tables_of(text)
    assert tables.frames["statements"]["confidence"].tolist() == ["high", "high"]
    assert tables.frames["statements"]["attribution"].tolist() == ["author_voice", ""]
    assert tables.frames["actors"]["authority"].tolist() == ["former_official"]
    assert not [n for n in tables.notes if "more than one" in n]


def test_a_type_that_is_no_kind_of_actor_is_kept_beside() -> None:
    tables = tables_of("Actor,Actor type,Proposal,Stance\nWWF,NGO,Ban,yes\nAnn,Person,Ban,no\n")
    assert row(tables, "actors", "wwf") == {"id": "wwf", "name": "WWF", "kind": "", "type": "NGO"}
    assert row(tables, "actors", "ann") == {"id": "ann", "name": "Ann", "kind": "person", "type": ""}
    assert "1 word of 'Actor type' that is no kind of actor here, kept in the column 'type': 'NGO'." in tables.notes


# ---- several things of one name, and values that differ

REPORTS = "Actor,Proposal,Stance,Source,Link\nA,P,yes,Report,https://a.example\nB,P,no,Report,https://b.example\n"


def test_a_source_is_known_by_title_and_address() -> None:
    there = Dataset.from_frames(tables_of(REPORTS).frames)
    text = REPORTS + "C,P,yes,Report,https://c.example\n"
    again = tables_of(text, into=there)
    assert again.frames["statements"]["source"].tolist() == ["report", "report-2", "report-3"]
    assert again.frames["sources"]["url"].tolist() == ["https://a.example", "https://b.example", "https://c.example"]


def test_a_title_of_several_sources_without_an_address_is_asked() -> None:
    there = Dataset.from_frames(tables_of(REPORTS).frames)
    text = "Actor,Proposal,Stance,Source\nC,P,yes,Report\n"
    assert problems(text, into=there) == [
        "mine.csv row 2, column Source: 'Report' may be 'report' or 'report-2' of the dataset: say which, as in --same 'report=Report'"
    ]
    decided = tables_of(text, into=there, same=["report-2=Report"])
    assert decided.frames["statements"]["source"].tolist() == ["report-2"]
    assert len(decided.frames["sources"]) == 2


def test_two_actors_of_one_name_are_lines_apart_by_their_side_or_asked() -> None:
    there = dataset("ann talk support early")
    frames = dict(there.frames)
    frames["actors"] = frames["actors"].assign(name=["Ann", "Bob", "Ann", "Dee"])
    twice = Dataset.from_frames(frames)
    sided = "Actor,Side,Proposal,Stance\nAnn,South,talk,yes\n"
    assert tables_of(sided, into=twice).frames["statements"]["actor"].tolist() == ["cem"]
    unsided = "Actor,Proposal,Stance\nAnn,talk,yes\n"
    assert problems(unsided, into=twice) == [
        "mine.csv row 2, column Actor: 'Ann' may be 'ann' or 'cem' of the dataset: say which, as in --same 'ann=Ann'"
    ]
    assert tables_of(unsided, into=twice, same=["cem=Ann"]).frames["statements"]["actor"].tolist() == ["cem"]


def test_rows_that_state_the_same_keep_their_ids_when_they_move_or_more_come() -> None:
    rows = ["A,P,yes,S,one", "A,P,no,S,two", "A,P,no,S,three"]

    def by_quote(*order: int, into: Dataset | None = None) -> dict[str, str]:
        text = "\n".join(["Actor,Proposal,Stance,Source,Quote", *(rows[i] for i in order)])
        made = tables_of(text, into=into).frames["statements"]
        return dict(zip(made["quote"], made["id"], strict=True))

    ids = by_quote(0, 1, 2)
    assert by_quote(2, 1, 0) == ids
    assert len(set(ids.values())) == 3
    for first in (0, 1, 2):
        there = Dataset.from_frames(tables_of("Actor,Proposal,Stance,Source,Quote\n" + rows[first]).frames)
        (old,) = there.statements["id"]
        grown = by_quote(2, 0, 1, into=there)
        assert grown[rows[first].split(",")[-1]] == old
        assert len(set(grown.values())) == 3
    there = Dataset.from_frames(tables_of("\n".join(["Actor,Proposal,Stance,Source,Quote", *rows])).frames)
    assert by_quote(1, into=there) == {"two": ids["two"]}


def test_a_cell_merged_over_several_rows_counts_for_each(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for line in (
        ["My study"],
        [],
        ["Actor", "Proposal", "Stance", "Source"],
        ["A", "Ban", "yes", "S"],
        ["B", None, "no", "S"],
        ["C", None, "no", None],
    ):
        book.active.append(line)
    for cells in ("A1:D2", "B4:B6", "D5:D6"):
        book.active.merge_cells(cells)
    book.save(tmp_path / "merged.xlsx")
    sheet = read_workbook(tmp_path / "merged.xlsx")[0]
    tables = read_sheet(sheet, propose(sheet, "merged.xlsx"))
    assert tables.frames["statements"][["actor", "proposal", "source"]].to_numpy().tolist() == [
        ["a", "ban", "s"],
        ["b", "ban", "s"],
        ["c", "ban", "s"],
    ]
    assert "2 cells merged over several rows, the value taken for each: 'B4:B6', 'D5:D6'." in tables.notes


@pytest.mark.parametrize(
    ("head", "yes", "no"),
    [
        ("الجهة,المقترح,الموقف,الاقتباس,المصدر,التاريخ", "مؤيد", "معارض"),
        ("Участник,Предложение,Позиция,Цитата,Источник,Дата", "за", "против"),
        ("Aktor,Propozycja,Stanowisko,Cytat,Źródło,Data", "popiera", "sprzeciw"),
        ("アクター,提案,立場,引用,出典,日付", "賛成", "反対"),
        ("Acteur,Proposition,Position,Citation,Source,Date", "pour", "contre"),
        ("Actor,Propuesta,Postura,Cita,Fuente,Fecha", "a favor", "en contra"),
        ("行為者,提案,立場,引文,來源,日期", "支持", "反對"),
        ("Attore,Proposta,Posizione,Citazione,Fonte,Data", "favorevole", "contrario"),
        ("Aktör,Öneri,Tutum,Alıntı,Kaynak,Tarih", "destekliyor", "karşı"),
        ("행위자,제안,입장,인용,출처,날짜", "찬성", "반대"),
    ],
)
def test_headers_and_words_of_more_languages(head: str, yes: str, no: str) -> None:
    tables = tables_of(f"{head}\nAnn,Ban,{yes},Well.,Speech,2024-05-06\nBo,Ban,{no},Never.,Letter,2024-05-07\n")
    statements = tables.frames["statements"]
    assert statements["stance"].astype("str").tolist() == ["support", "oppose"]
    assert statements["quote"].tolist() == ["Well.", "Never."]
    assert statements["date_start"].tolist() == ["2024-05-06", "2024-05-07"]
    assert tables.frames["sources"]["title"].tolist() == ["Speech", "Letter"]


def test_marks_of_footnotes_are_no_part_of_names_that_recur() -> None:
    text = "Actor,Proposal,Stance\nAnvil [1],Ban,yes\nAnvil,Tax [2],no\nGroup [1],Ban,no\nGroup [2],Ban,yes\n"
    tables = tables_of(text)
    assert tables.frames["actors"]["name"].tolist() == ["Anvil", "Group [1]", "Group [2]"]
    assert tables.frames["proposals"]["title"].tolist() == ["Ban", "Tax"]
    assert "'Anvil [1]': the mark of a footnote behind the name is left out." in tables.notes


def test_a_column_that_is_kept_is_not_taken_for_a_misspelling(tmp_path: Path) -> None:
    path = tmp_path / "mine.csv"
    path.write_text("Country,Party,Proposal,Stance\nPeru,Red,Ban,yes\n", "utf-8")
    found = read_file(path, options=ImportOptions(columns={"Country": "actor"}))
    assert found.dataset is not None
    assert found.dataset.warnings == ()
