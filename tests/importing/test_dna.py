"""A DNA database comes in whole, each quote at its place; whatever does not fit is noted, whatever is hostile refused."""

from __future__ import annotations

import hashlib
import sqlite3
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from matrix.cli import main
from matrix.dataset.dataset import Dataset
from matrix.dataset.problems import DatasetError
from matrix.dataset.quotes import verify
from matrix.importing import dna as dna_reader
from matrix.importing import read_file
from matrix.importing.dna import TextUnits, database, read_dna
from matrix.importing.result import ImportedTables, ImportOptions
from tests.importing.made_dna import (
    BACK,
    FIRST,
    REJECT,
    STATEMENTS,
    USUAL,
    WANT,
    CodedPassage,
    dna,
    dna_1,
    dna_2,
    letter,
    said,
)

PERSONS = ImportOptions(actors="person")
INTEGER = """
UPDATE VARIABLES SET DataType = 'integer' WHERE ID = 4;
INSERT INTO DATAINTEGER (StatementId, VariableId, Value) VALUES (1, 4, 2), (2, 4, -1), (3, 4, -1), (4, 4, 0), (5, 4, 1);
DELETE FROM DATABOOLEAN;
"""

HEDGED = """
UPDATE VARIABLES SET Variable = 'hedged' WHERE ID = 4;
INSERT INTO VARIABLES VALUES (6, 'grade', 'integer', 1);
INSERT INTO DATAINTEGER (StatementId, VariableId, Value) VALUES (1, 6, 2), (2, 6, -1);
"""
MORE = """
INSERT INTO ATTRIBUTEVARIABLES VALUES (4, 1, 'Party');
INSERT INTO ATTRIBUTEVALUES VALUES (6, 4, 4, 'Greens');
CREATE TABLE STATEMENTLINKS (ID INTEGER PRIMARY KEY, SourceStatementId INTEGER, TargetStatementId INTEGER);
INSERT INTO STATEMENTLINKS VALUES (1, 1, 2), (2, 3, 4);
UPDATE ENTITIES SET ChildOf = 5 WHERE ID = 9;
"""


@pytest.fixture
def study(tmp_path: Path) -> Path:
    return dna(tmp_path / "study.dna")


def row(tables: ImportedTables, table: str, id: str) -> dict[str, str]:
    frame = tables.frames[table]
    return dict(frame[frame["id"] == id].iloc[0])


def counts(tables: ImportedTables) -> dict[str, int]:
    return {name: len(frame) for name, frame in tables.frames.items()}


def test_organizations_as_actors(study: Path) -> None:
    tables = read_dna(study)
    assert counts(tables) == {"stances": 2, "sources": 2, "actors": 4, "proposals": 1, "statements": 4}
    assert row(tables, "statements", "s1") == {
        "id": "s1",
        "actor": "ministry-of-finance",
        "proposal": "carbon-tax",
        "stance": "support",
        "source": "d1",
        "quote": "The ministry backs a carbon tax.",
        "start": str(FIRST.index("The ministry")),
        "coder": "Kim",
        "date_start": "2026-05-14",
        "date_end": "2026-05-14",
        "person": "",
    }
    assert row(tables, "statements", "s3") | {"date_start": "", "person": "Ito, M."} == row(tables, "statements", "s3")
    assert row(tables, "actors", "steel-union") == {
        "id": "steel-union",
        "name": "Steel Union",
        "kind": "",
        "note": "steel only",
        "type": "trade union",
        "alias": "SU",
    }
    assert row(tables, "actors", "ministry-of-finance")["kind"] == "ministry"
    assert row(tables, "actors", "qi-hou-yan-jiu-suo")["name"] == "气候研究所"
    assert row(tables, "sources", "d1")["publisher"] == "The Daily"
    assert row(tables, "sources", "d1")["sha256"] == hashlib.sha256(FIRST.encode()).hexdigest()
    assert tables.texts["d1"] == FIRST.encode()
    assert tables.title == "study"


def test_what_does_not_map_is_noted(study: Path) -> None:
    notes = "\n".join(read_dna(study).notes)
    assert "1 statement without organization left out: 's5'." in notes
    assert "1 actor of a type that is not one of our kinds of actor ('trade union'" in notes
    assert "1 document without a date that can be read: 'd2'." in notes


def test_what_no_table_here_takes_is_counted(tmp_path: Path) -> None:
    path = dna(tmp_path / "more.dna", MORE)
    rest = "2 links between statements, 1 entity below another."
    assert f"Not read: attribute 'Party' of person (1 value), {rest}" in read_dna(path).notes
    of_organizations = "attribute 'Type' of organization (2 values), attribute 'Notes' of organization (1 value)"
    alias = "attribute 'Alias' of organization (1 value)"
    assert f"Not read: {of_organizations}, {alias}, {rest}" in read_dna(path, PERSONS).notes


def test_the_variable_that_is_the_stance_is_named(study: Path, tmp_path: Path) -> None:
    assert "The stance is the variable 'agreement' (boolean): 1 is support, 0 is oppose." in read_dna(study).notes
    hedged = dna(tmp_path / "hedged.dna", HEDGED)
    assert row(read_dna(hedged, ImportOptions(stance_from="Hedged")), "statements", "s2")["stance"] == "oppose"
    graded = read_dna(hedged, ImportOptions(stance_from="grade"))
    assert "The stance is the variable 'grade' (integer): each number is a stance of its own." in graded.notes
    assert graded.frames["statements"][["id", "stance", "hedged"]].to_numpy().tolist() == [
        ["s1", "plus-2", "1"],
        ["s2", "minus-1", "0"],
    ]
    with pytest.raises(DatasetError, match=r"variable 'graed' but hedged, grade; did you mean 'grade'\?"):
        read_dna(hedged, ImportOptions(stance_from="graed"))


def test_the_command_asks_for_the_qualifier_and_takes_it(tmp_path: Path) -> None:
    command = ["import", str(dna(tmp_path / "hedged.dna", HEDGED)), str(tmp_path / "new")]
    asked = CliRunner().invoke(main, command)
    assert asked.exit_code != 0
    assert "with --stance-from 'hedged'" in asked.output
    answered = CliRunner().invoke(main, [*command, "--stance-from", "hedged"])
    assert answered.exit_code == 0
    assert "The stance is the variable 'hedged' (boolean)" in answered.output


def test_persons_as_actors_keep_their_organization(study: Path) -> None:
    tables = read_dna(study, PERSONS)
    assert counts(tables)["statements"] == 1
    assert row(tables, "actors", "ito-m") == {"id": "ito-m", "name": "Ito, M.", "institution": "Steel Union"}
    assert row(tables, "statements", "s3")["organization"] == "Steel Union"


def test_a_person_of_two_organizations_has_no_single_institution(tmp_path: Path) -> None:
    twice = [*STATEMENTS, (6, 1, "Hearing", 4, 5, 8, 1)]
    tables = read_dna(dna(tmp_path / "two.dna", statements=twice), PERSONS)
    assert "institution" not in tables.frames["actors"]
    assert any("more than one organization ('Ito, M.')" in n for n in tables.notes)


def test_an_integer_qualifier_becomes_a_scale(tmp_path: Path) -> None:
    tables = read_dna(dna(tmp_path / "scale.dna", INTEGER))
    stances = tables.frames["stances"]
    assert stances[["id", "name", "score", "conditional"]].to_numpy().tolist() == [
        ["plus-2", "+2", "2", "false"],
        ["zero", "0", "0", "false"],
        ["minus-1", "-1", "-1", "false"],
    ]
    assert row(tables, "statements", "s2")["stance"] == "minus-1"


@pytest.mark.parametrize("change", ["", INTEGER])
def test_it_is_a_dataset_whose_every_quote_verifies(tmp_path: Path, change: str) -> None:
    tables = read_dna(dna(tmp_path / "study.dna", change))
    dataset = Dataset.from_frames(tables.frames)
    texts = {hashlib.sha256(t).hexdigest(): t for t in tables.texts.values()}
    checked = verify(dict(dataset.frames), texts)
    assert (checked.verified, checked.failed, checked.no_text, checked.unplaced) == (4, 0, 0, 0)
    assert not dataset.warnings


def test_the_more_used_statement_type_is_read_and_the_other_named(tmp_path: Path) -> None:
    more = "INSERT INTO STATEMENTS VALUES (9, 2, 1, 0, 4, 1)"
    tables = read_dna(dna(tmp_path / "two.dna", more))
    assert (
        "Only statements of the type 'DNA Statement' were read, not those of 'Annotation' (1 statement)."
        in tables.notes
    )


@pytest.mark.parametrize(
    ("change", "note"),
    [
        ("UPDATE STATEMENTS SET Stop = 9999 WHERE ID = 1", "1 statement without a quote, as the coded span is empty or outside the text: 's1'."),
        ("DELETE FROM DATABOOLEAN WHERE StatementId = 2", "1 statement without qualifier left out: 's2'."),
        ("UPDATE DATABOOLEAN SET Value = 7 WHERE StatementId = 2", "1 statement where 'agreement' is neither 0 nor 1 left out: 's2'."),
        ("UPDATE DATABOOLEAN SET Value = 7 WHERE StatementId = 5", "1 statement without organization and where 'agreement' is neither 0 nor 1 left out: 's5'."),
        ("UPDATE STATEMENTS SET DocumentId = 77 WHERE ID = 2", "1 statement without document left out: 's2'."),
        ("UPDATE DOCUMENTS SET Title = '' WHERE ID = 1", "1 document without a title: 'd1'."),
        ("UPDATE DOCUMENTS SET Date = 99999999999999 WHERE ID = 1", "2 documents without a date that can be read: 'd1', 'd2'."),
    ],
)  # fmt: skip
def test_gaps_in_the_coding_are_named(tmp_path: Path, change: str, note: str) -> None:
    tables = read_dna(dna(tmp_path / "study.dna", change))
    assert note in tables.notes
    Dataset.from_frames(tables.frames)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ("DROP TABLE DATASHORTTEXT", "is a database, but not one of DNA: it has no table DATASHORTTEXT"),
        ("ALTER TABLE DATASHORTTEXT RENAME COLUMN VariableId TO RoleVariableLinkId; ALTER TABLE DATASHORTTEXT RENAME COLUMN Entity TO E",
            "keeps its names in a way that is not known here (DNA 3.0.11 wrote it): in DNA 3 make a new database, choose 'Import from DNA database'"),
        ("DROP TABLE DATAINTEGER", "has no table DATAINTEGER"),
        ("UPDATE VARIABLES SET Variable = 'claim' WHERE ID = 3", "has no statement type with the variables organization and concept: 'DNA Statement' has person (short text), organization (short text), claim (short text), agreement (boolean)"),
        ("UPDATE DATABOOLEAN SET Value = 7", "holds no statement that can be read: 4 statements where 'agreement' is neither 0 nor 1 left out"),
        ("DELETE FROM STATEMENTS", "holds no statement that can be read: no statement of the type 'DNA Statement' has been coded"),
        (HEDGED, "has no boolean or integer variable 'agreement' but hedged, grade: say which one is for or against with --stance-from 'hedged'"),
        ("ALTER TABLE DOCUMENTS RENAME TO D; CREATE VIEW DOCUMENTS AS SELECT * FROM D", "DOCUMENTS is a view, not a plain table"),
        ("DROP TABLE CODERS; CREATE VIRTUAL TABLE CODERS USING fts5(ID, Name)", "CODERS is a virtual table, not a plain table"),
        ("DROP TABLE CODERS; CREATE TABLE CODERS (ID INTEGER PRIMARY KEY, Name AS (hex(zeroblob(9999))))", "has no plain column Name"),
        ("ALTER TABLE CODERS DROP COLUMN Name", "the table CODERS has no column Name"),
        ("UPDATE DOCUMENTS SET Text = zeroblob(99) WHERE ID = 1", "binary data where text is expected"),
        ("UPDATE DOCUMENTS SET Text = CAST(x'ff' AS TEXT)", "it holds text that is not UTF-8"),
        ("UPDATE DOCUMENTS SET Text = hex(zeroblob(33600000))", "larger than 64 MB"),
    ],
)  # fmt: skip
def test_another_version_or_a_hostile_file_is_refused_in_one_sentence(
    tmp_path: Path, change: str, message: str
) -> None:
    path = dna(tmp_path / "study.dna", change)
    with pytest.raises(DatasetError) as error:
        read_dna(path)
    (problem,) = error.value.problems
    assert problem.file == "study.dna"
    assert message in problem.message
    assert [p.name for p in tmp_path.iterdir()] == ["study.dna"]


@pytest.mark.parametrize("content", [b"", b"hello", b"SQLite format 3\x00" + b"\xff" * 5000])
def test_what_is_no_database_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "study.dna"
    path.write_bytes(content)
    with pytest.raises(DatasetError, match=r"study\.dna: (is not a SQLite database|cannot be read as a database)"):
        read_dna(path)


@pytest.mark.slow
def test_a_damaged_file_is_refused_or_read_but_never_crashes(tmp_path: Path) -> None:
    path = dna(tmp_path / "study.dna")
    whole = path.read_bytes()
    for at in range(100, len(whole), 3001):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 0xFF]) * 8 + whole[at + 8 :])
        with suppress(DatasetError):  # any other exception is a failure
            Dataset.from_frames(read_dna(path).frames)


def test_spans_that_overlap_without_end_are_refused(study: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dna_reader, "MOST_QUOTED", 40)
    with pytest.raises(DatasetError, match="far more quoted text"):
        read_dna(study)


def test_text_that_is_stored_once_and_used_many_times_is_refused(study: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "TIMES_ITS_SIZE", 0)
    with pytest.raises(DatasetError, match="far more text than its size allows"):
        read_dna(study)


def test_reading_without_end_is_stopped(study: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "_LEAST_STEPS", 0)
    monkeypatch.setattr(database, "_STEPS_PER_BYTE", 0)
    monkeypatch.setattr(database, "_STEPS", 5)
    with pytest.raises(DatasetError, match="reading it takes far longer than its size allows"):
        read_dna(study)


def test_the_file_itself_is_not_touched(study: Path) -> None:
    before = study.read_bytes()
    study.chmod(0o444)
    read_dna(study)
    assert study.read_bytes() == before
    assert [p.name for p in study.parent.iterdir()] == ["study.dna"]


def test_changes_still_in_the_journal_are_noted(study: Path) -> None:
    study.with_name("study.dna-wal").write_bytes(b"x")
    assert any("close the database in DNA" in n for n in read_dna(study).notes)


def test_a_name_with_odd_characters_opens(tmp_path: Path) -> None:
    assert len(read_dna(dna(tmp_path / "a ?mode=rwc#%41 b.dna")).frames["statements"]) == 4
    with closing(sqlite3.connect(tmp_path / "a ?mode=rwc#%41 b.dna")) as db:
        assert db.execute("SELECT count(*) FROM STATEMENTS").fetchone() == (5,)


@given(st.text(alphabet="a😀税\n\r\u0308", max_size=30), st.integers(0, 30), st.integers(0, 30))
def test_a_utf16_span_is_the_same_words(text: str, a: int, b: int) -> None:
    start, stop = sorted((min(a, len(text)), min(b, len(text))))
    units = [len(text[:at].encode("utf-16-le")) // 2 for at in (start, stop)]
    expected = (start, stop) if start < stop else None
    assert TextUnits(text).span(units[0], units[1]) == expected


def test_a_span_that_splits_a_character_takes_all_of_it() -> None:
    assert TextUnits("a😀b").span(2, 3) == (1, 2)
    assert TextUnits("a😀b").span(1, 4) == (1, 3)
    assert TextUnits("a😀b").span(3, 5) is None


# ---- variables and types


def triples(tables: ImportedTables) -> list[tuple[str, ...]]:
    """Who, on what, how, in which words: by their names."""
    names = dict(tables.frames["actors"][["id", "name"]].to_numpy().tolist())
    names |= dict(tables.frames["proposals"][["id", "title"]].to_numpy().tolist())
    rows = tables.frames["statements"][["actor", "proposal", "stance", "quote"]].to_numpy().tolist()
    return [(names[actor], names[proposal], stance, quote) for actor, proposal, stance, quote in rows]


TWO = [said(BACK, "Union", "Register", 1), said(REJECT, "Union", "Export ban", 0)]
AS_TWO = [("Union", "Register", "support", BACK), ("Union", "Export ban", "oppose", REJECT)]


@pytest.mark.parametrize("version", ["3.0.11", "3.1.2", "4.0", ""])
def test_the_tables_decide_not_the_version(tmp_path: Path, version: str) -> None:
    assert triples(read_dna(letter(tmp_path / "a.dna", TWO, version=version))) == AS_TWO


OWN = {"claimant": "short text", "addressee": "short text", "claim": "short text", "in favour": "boolean"}


def test_variables_of_other_names_are_asked_for_and_taken(tmp_path: Path) -> None:
    values: dict[str, str | int] = {"claimant": "Union", "addressee": "Ministry", "claim": "Register", "in favour": 0}
    path = letter(tmp_path / "own.dna", [CodedPassage(BACK, values, "Claim")], types={"Claim": OWN})
    with pytest.raises(DatasetError) as asked:
        read_dna(path)
    assert "'Claim' has claimant (short text), addressee (short text), claim (short text), in favour (boolean)" in str(
        asked.value
    )
    assert "--actors 'claimant' --proposals 'claim' --stance-from 'in favour'" in str(asked.value)
    found = read_dna(path, ImportOptions(actors="Claimant", proposals="claim ", stance_from="in favour"))
    assert triples(found) == [("Union", "Register", "oppose", BACK)]
    assert found.frames["statements"]["addressee"].tolist() == ["Ministry"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"actors": "claimnt", "proposals": "claim"}, "--actors: has no short text variable 'claimnt' but claimant, addressee, claim; did you mean 'claimant'?"),
        ({"actors": "in favour", "proposals": "claim"}, "--actors: has no short text variable 'in favour'"),
        ({"actors": "claimant", "proposals": "claimant"}, "'claimant' cannot say both who speaks and what is spoken of"),
        ({"actors": "claimant", "proposals": "claim", "stance_from": "claim"}, "--stance-from: has no boolean or integer variable 'claim' but in favour"),
        ({"types": ["Claims"]}, "--type 'Claims': 'Claims' is not one of Claim; did you mean 'Claim'?"),
    ],
)  # fmt: skip
def test_an_option_that_names_nothing_is_answered_with_what_there_is(
    tmp_path: Path, options: dict[str, Any], message: str
) -> None:
    values: dict[str, str | int] = {"claimant": "Union", "claim": "Register", "in favour": 1}
    path = letter(tmp_path / "own.dna", [CodedPassage(BACK, values, "Claim")], types={"Claim": OWN})
    with pytest.raises(DatasetError) as asked:
        read_dna(path, ImportOptions(**options))
    assert message in str(asked.value)


def test_a_type_without_for_or_against_mentions(tmp_path: Path) -> None:
    bare = {name: kind for name, kind in USUAL.items() if kind == "short text"}
    values = {"organization": "Union", "concept": "Register"}
    tables = read_dna(letter(tmp_path / "a.dna", [CodedPassage(BACK, values, "Frame")], types={"Frame": bare}))
    assert triples(tables) == [("Union", "Register", "mentioned", BACK)]
    scale = Dataset.from_frames(tables.frames).scale
    assert (scale.ids, scale.scores.tolist(), scale.conditional.tolist()) == (("mentioned",), [0.0], [False])
    assert any("neither supports nor opposes" in note for note in tables.notes)


def test_all_types_that_fit_are_read_or_those_that_are_named(tmp_path: Path) -> None:
    bare = {name: kind for name, kind in USUAL.items() if kind == "short text"}
    types = {"Policy": USUAL, "Problem": USUAL, "Frame": bare, "Note": {"text": "long text"}}
    statements = [
        CodedPassage(BACK, {"organization": "Union", "concept": "Register", "agreement": 1}, "Policy"),
        CodedPassage(WANT, {"organization": "Ministry", "concept": "Staff", "agreement": 0}, "Problem"),
        CodedPassage(REJECT, {"organization": "Union", "concept": "Trade"}, "Frame"),
        CodedPassage(REJECT, {"text": "a remark"}, "Note"),
    ]
    path = letter(tmp_path / "types.dna", statements, types=types)
    every = read_dna(path)
    rows = [
        ("Union", "Register", "support", BACK),
        ("Ministry", "Staff", "oppose", WANT),
        ("Union", "Trade", "mentioned", REJECT),
    ]
    assert triples(every) == rows
    assert every.frames["statements"]["statement_type"].tolist() == ["Policy", "Problem", "Frame"]
    notes = "\n".join(every.notes)
    assert "Statement types read: 'Policy' (1 statement), 'Problem' (1 statement), 'Frame' (1 statement)" in notes
    assert "not those of 'Note' (1 statement)" in notes
    Dataset.from_frames(every.frames)
    assert triples(read_dna(path, ImportOptions(types=["problem"]))) == [rows[1]]
    assert triples(read_dna(path, ImportOptions(types=["Policy", "Problem"]))) == rows[:2]
    with pytest.raises(
        DatasetError, match="has no statement type with the variables organization and concept: 'Note' has text"
    ):
        read_dna(path, ImportOptions(types=["Note"]))


def test_two_coders_on_one_passage_make_two_statements(tmp_path: Path) -> None:
    both = [said(BACK, "Union", "Register", 1, "Ann"), said(BACK, "Union", "Register", 1, "Bo")]
    assert read_dna(letter(tmp_path / "a.dna", both)).frames["statements"]["coder"].tolist() == ["Ann", "Bo"]


def test_a_name_is_one_however_its_blanks_and_marks_are_written(tmp_path: Path) -> None:
    spelt = ["Ministry of Trade", "Ministry of Trade ", "Ministry\u00a0of Trade", "\u200fMinistry of Trade"]
    tables = read_dna(letter(tmp_path / "a.dna", [said(BACK, name, "Register", 1) for name in spelt]))
    assert tables.frames["actors"]["name"].tolist() == ["Ministry of Trade"]
    assert len(tables.frames["statements"]) == 4


def test_attributes_are_our_columns_and_sides(tmp_path: Path) -> None:
    given = [
        ("organization", "Union", "Side", "Left"),
        ("organization", "Union", "Founded", "1902"),
        ("concept", "Register", "Thema", "openness"),
    ]
    tables = read_dna(letter(tmp_path / "a.dna", TWO, attributes=given))
    assert tables.frames["sides"].to_numpy().tolist() == [["left", "Left"]]
    assert row(tables, "actors", "union") == {"id": "union", "name": "Union", "side": "left", "founded": "1902"}
    assert tables.frames["proposals"]["theme"].tolist() == ["openness", ""]
    assert "Attributes of actors kept as columns of their own: 'Founded'." in tables.notes


# ---- older versions


@pytest.mark.parametrize("numbered", [False, True])
def test_a_database_of_dna_2_keeps_its_names_as_texts(tmp_path: Path, numbered: bool) -> None:
    tables, newer = read_dna(dna_2(tmp_path / "old.dna", numbered=numbered)), read_dna(dna(tmp_path / "new.dna"))
    assert sorted(triples(tables)) == sorted(triples(newer))
    assert row(tables, "actors", "ministry-of-finance") | {"kind": "ministry", "note": "of taxes"} == row(
        tables, "actors", "ministry-of-finance"
    )
    assert row(tables, "sources", "d1")["date"] == "2026-05-14"
    assert any("midnight" in note for note in tables.notes)


def test_a_file_of_dna_1(tmp_path: Path) -> None:
    tables = read_dna(dna_1(tmp_path / "old.dna"))
    assert triples(tables) == [
        ("Union & Co", "Carbon tax", "support", "We back it."),
        ("Chamber", "Carbon tax", "oppose", "We do not."),
    ]
    assert tables.texts["d1"].decode() == "First 😀 line.\nWe back it. We do not."
    assert row(tables, "sources", "d1")["date"] == "2026-05-14"
    persons = read_dna(dna_1(tmp_path / "old.dna"), PERSONS)
    assert persons.frames["actors"]["name"].tolist() == ["Ann"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("<a/>", "is XML, but not a file of DNA 1: its outermost element is 'a'"),
        ("<discourse><articles>", "cannot be read as XML, as a file of DNA 1 is"),
        ('<!DOCTYPE d [<!ENTITY e "x">]><discourse>&e;</discourse>', "it declares entities or a document type"),
        ("<discourse><articles/></discourse>", "holds no statement that can be read: no statement of the type 'DNA Statement'"),
    ],
)  # fmt: skip
def test_xml_that_is_no_study_is_refused(tmp_path: Path, content: str, message: str) -> None:
    path = tmp_path / "old.dna"
    path.write_text(content, "utf-8")
    with pytest.raises(DatasetError) as refused:
        read_dna(path)
    assert message in str(refused.value)


def test_dna_1_09_is_told_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match=r"open it in DNA 1\.31 and save it again"):
        read_dna(dna_1(tmp_path / "old.dna", "1.09"))


def test_two_spellings_of_one_organization_are_asked_about(tmp_path: Path) -> None:
    coded = [said(BACK, "Müller AG", "Register", 1), said(REJECT, "Mueller AG", "Ban", 0)]
    file = letter(tmp_path / "study.dna", coded)
    (problem,) = read_file(file).problems
    assert problem.message == (
        "'Müller AG' and 'Mueller AG' differ in spelling only: say --same 'Müller AG=Mueller AG' if they are one actor, or "
        "--different 'Müller AG=Mueller AG'"
    )
    one = read_file(file, options=ImportOptions(same=["Müller AG=Mueller AG"])).dataset
    assert one is not None
    assert one.actors["name"].tolist() == ["Müller AG"]
    two = read_file(file, options=ImportOptions(different=["Müller AG=Mueller AG"])).dataset
    assert two is not None
    assert len(two.actors) == 2
