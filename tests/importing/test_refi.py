"""A REFI-QDA project comes in: cases, codes, passages; what is not certain is asked, what does not map is listed."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from typing import Any

import pytest

from matrix.dataset.dataset import Dataset
from matrix.dataset.problems import DatasetError
from matrix.dataset.quotes import verify
from matrix.importing import refi
from matrix.importing.refi import read_refi
from matrix.importing.result import ImportedTables, ImportOptions
from tests.importing.made_qdpx import CASES, CODES, FIRST, SELECTIONS, code, guid, project, qdpx, selection


def demands(**more: Any) -> ImportOptions:
    """The proposals are below `Demands`."""
    return ImportOptions(proposals="Demands", **more)


@pytest.fixture
def study(tmp_path: Path) -> Path:
    return qdpx(tmp_path / "study.qdpx")


def row(tables: ImportedTables, table: str, id: str) -> dict[str, str]:
    frame = tables.frames[table]
    return dict(frame[frame["id"] == id].iloc[0])


def test_the_whole_project(study: Path) -> None:
    tables = read_refi(study, demands())
    assert {n: len(f) for n, f in tables.frames.items()} == {
        "sources": 2,
        "actors": 2,
        "proposals": 3,
        "statements": 4,
    }
    assert tables.title == "Study of AI rules"
    agreed, conditional, against, chinese = tables.frames["statements"].to_dict("records")
    assert agreed == {
        "id": agreed["id"],
        "actor": "dr-wu",
        "proposal": "register-of-models",
        "stance": "support",
        "source": "panel-txt",
        "condition": "",
        "quote": "We back a register of models.",
        "coder": "Kim",
        "start": str(FIRST.index("We back")),
    }
    assert conditional["condition"] == "the register is kept small"
    assert chinese["actor"] == "dr-wu"  # its own case goes before its source's
    assert against["stance"] == "oppose"
    assert row(tables, "actors", "trade-chamber")["kind"] == "company"
    assert row(tables, "actors", "dr-wu")["rank"] == "7"
    assert row(tables, "proposals", "register-of-models") == {
        "id": "register-of-models",
        "title": "Register of models",
        "definition": "A public list.",
        "theme": "Transparency",
        "parent": "",
    }
    assert row(tables, "proposals", "ban-in-schools")["parent"] == "ban"


def test_what_does_not_map_is_listed(study: Path) -> None:
    notes = read_refi(study, demands()).notes
    assert "1 selection coded with a proposal but with no stance: 'panel-txt 0-5'." in notes
    assert "Not read: 1 picture, 1 PDF source, 1 memo that is tied to no selection of text." in notes
    assert "Codes taken for the stance support: 'Agrees'." in notes


def test_other_codes_and_codings_of_other_sources_are_counted(tmp_path: Path) -> None:
    chosen = {**SELECTIONS, 1: [*SELECTIONS[1], selection(107, FIRST, "notes", 21)]}
    pdf = f'<PDFSource guid="{guid(54)}" name="a.pdf"><PDFSelection><Coding/><Coding/></PDFSelection></PDFSource>'
    xml = project(codes=CODES + code(21, "Emotion"), selections=chosen, more=pdf)
    notes = read_refi(qdpx(tmp_path / "study.qdpx", xml), demands()).notes
    assert "Codes neither proposal nor stance: 'Emotion' (1 selection), 'Tone' (0 selections)." in notes
    assert any(n.startswith("Not read: 1 PDF source, 2 codings in a PDF source, 1 memo") for n in notes)


def test_every_quote_verifies_also_with_a_byte_order_mark_and_after_an_emoji(study: Path) -> None:
    tables = read_refi(study, demands())
    dataset = Dataset.from_frames(tables.frames)
    checked = verify(dict(dataset.frames), {hashlib.sha256(t).hexdigest(): t for t in tables.texts.values()})
    assert (checked.verified, checked.failed, checked.no_text) == (4, 0, 0)


def test_a_file_in_memory_and_a_folder_of_another_case(tmp_path: Path) -> None:
    path = qdpx(tmp_path / "study.qdpx", folder="Sources")
    assert len(read_refi(path.read_bytes(), ImportOptions(proposals="demands"), name="upload.qdpx").texts) == 2


def test_codes_are_named_for_stances_by_the_user(tmp_path: Path) -> None:
    xml = project(codes=CODES.replace('"Agrees"', '"Thumbs up"'))
    with pytest.raises(
        DatasetError,
        match=r"study\.qdpx: the code 'Thumbs up' is among the stances, but .*; give --stance 'Thumbs up=",
    ):
        read_refi(qdpx(tmp_path / "study.qdpx", xml), demands())
    tables = read_refi(qdpx(tmp_path / "study.qdpx", xml), demands(stances={"thumbs UP": "support"}))
    assert len(tables.frames["statements"]) == 4


def test_without_a_parent_only_the_scales_own_names_are_stances(tmp_path: Path) -> None:
    flat = "".join(
        [
            code(1, "Demands", code(3, "Register"), code(4, "Ban")),
            code(11, "Supports"),
            code(13, "Opposes"),
            code(12, "no"),
        ]
    )
    tables = read_refi(qdpx(tmp_path / "study.qdpx", project(codes=flat)), demands())
    assert list(tables.frames["statements"]["stance"]) == ["support", "oppose", "support"]


def test_a_passage_of_two_cases_counts_for_both(tmp_path: Path) -> None:
    both = CASES.replace("</Case>", f'<SourceRef targetGUID="{guid(51)}"/></Case>', 1)
    tables = read_refi(qdpx(tmp_path / "study.qdpx", project(cases=both)), demands())
    assert list(tables.frames["statements"]["actor"][:2]) == ["trade-chamber", "dr-wu"]
    assert any(n.startswith("2 selections of several cases (a statement was made for each)") for n in tables.notes)


@pytest.mark.parametrize(
    ("chosen", "note"),
    [
        (selection(107, FIRST, "notes", 3, 11, 13), "1 selection coded with a proposal but with several stances (support, oppose): 'panel-txt 8-13'."),
        (selection(107, FIRST, "notes", memo=301), "1 selection with a memo but no code: 'panel-txt 8-13'."),
        (selection(107, FIRST, "notes", 11), "1 selection coded with a stance but with no proposal: 'panel-txt 8-13'."),
        (selection(107, FIRST, "notes", 3, 11).replace('endPosition="13"', 'endPosition="999"'), "1 selection outside the plain text of their source (the statements have no quote): 'panel-txt 8-999'."),
        (selection(107, FIRST, "notes", 3, 11).replace('startPosition="8"', 'startPosition="-8"'), "1 selection outside the plain text of their source (the statements have no quote): 'panel-txt -1-13'."),
    ],
)  # fmt: skip
def test_doubtful_passages_are_listed(tmp_path: Path, chosen: str, note: str) -> None:
    xml = project(selections={**SELECTIONS, 1: [*SELECTIONS[1], chosen]})
    tables = read_refi(qdpx(tmp_path / "study.qdpx", xml), demands())
    assert note in tables.notes
    Dataset.from_frames(tables.frames)


def test_a_code_is_left_out_at_the_users_word(tmp_path: Path) -> None:
    tables = read_refi(qdpx(tmp_path / "study.qdpx"), demands(stances={"against": "skip"}))
    assert len(tables.frames["statements"]) == 3
    assert "1 selection coded with 'against', left out, as asked: 'letter 0-26'." in tables.notes


@pytest.mark.parametrize(
    ("xml", "why"),
    [
        (project(cases=CASES.replace("<SourceRef", "<X").replace(guid(106), guid(9))), "4 selections of no case, so that nobody says them"),
        (project(selections={1: [selection(101, FIRST, "Panel", 3)]}), "1 selection coded with a proposal but with no stance: 'panel-txt 0-5'"),
        (project(selections={}), "no selection of text is coded"),
    ],
)  # fmt: skip
def test_a_project_without_any_statement_is_refused_with_the_reasons(tmp_path: Path, xml: str, why: str) -> None:
    with pytest.raises(DatasetError, match="holds no statement that can be read: .*" + re.escape(why)):
        read_refi(qdpx(tmp_path / "study.qdpx", xml), demands())


@pytest.mark.parametrize("texts", [{}, {"1.txt": b"\xff\xfe\x00", "2.txt": b"\x80"}])
def test_a_source_without_text_gives_statements_without_quotes(tmp_path: Path, texts: dict[str, bytes]) -> None:
    tables = read_refi(qdpx(tmp_path / "study.qdpx", texts=texts), demands())
    assert not tables.texts
    assert len(tables.frames["statements"]) == 4
    assert "2 sources without plain text in UTF-8: 'Panel.txt', 'Letter'." in tables.notes


BOMB = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa">]><Project xmlns="urn:QDA-XML:project:1.0" name="&a;"/>'


@pytest.mark.parametrize(
    ("xml", "message"),
    [
        (project().replace("Demands", "Wishes"), "has no codes under a code named 'Demands'"),
        (project().replace('"Demands"', '"Demand"'), "did you mean 'Demand'?: name the code above the proposals with --proposals, or a set, a prefix, or codes as 'A;B' (codes at the top: 'Demand', 'Stances', 'Tone'; --proposals '*' takes all codes)"),
        (project(codes=code(1, "Demands", code(3, "Register"))), "has no code named for a stance: name the code above such codes with --stance-from, or say what they mean, as in --stance 'Agrees=support'"),
        (project().replace("<NoteRef", "<Nothing"), "the selection panel-txt 46-75 is coded as conditional, but no memo on it says the condition"),
        (project().replace(guid(5), guid(4)), "gives the codes 'Ban' and 'Ban in schools' one guid"),
        ("<Project", "project.qde is not XML that can be read"),
        ("<Projekt/>", "project.qde is not a REFI-QDA project"),
        (BOMB, "DOCTYPE"),
        (BOMB.encode("utf-16"), "declares entities or a document type"),
    ],
    ids=range(9),
)  # fmt: skip
def test_what_cannot_be_read_is_refused_in_one_sentence(tmp_path: Path, xml: str | bytes, message: str) -> None:
    with pytest.raises(DatasetError) as error:
        read_refi(qdpx(tmp_path / "study.qdpx", xml), demands())
    (problem,) = error.value.problems
    assert message in problem.message
    assert [p.name for p in tmp_path.iterdir()] == ["study.qdpx"]


def test_a_project_of_endless_tags_is_refused(study: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(refi, "MOST_TAGS", 10)
    with pytest.raises(DatasetError, match="holds more than 10 XML tags"):
        read_refi(study, demands())


def test_spans_that_overlap_without_end_are_refused(study: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(refi, "MOST_QUOTED", 40)
    with pytest.raises(DatasetError, match="far more quoted text"):
        read_refi(study, demands())


def test_a_stance_that_does_not_exist(study: Path) -> None:
    with pytest.raises(DatasetError, match="--stance Agrees=suport: 'suport' is not one of support"):
        read_refi(study, demands(stances={"Agrees": "suport"}))


def test_what_is_no_archive_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "study.qdpx"
    path.write_bytes(b"hello")
    with pytest.raises(DatasetError, match="is not a REFI-QDA project"):
        read_refi(path)


def test_a_path_out_of_the_archive_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("secret")
    for way in ("absolute:///" + str(tmp_path / "secret.txt"), "internal://../../secret.txt", "relative://secret.txt"):
        xml = project().replace("internal://1.txt", way)
        assert list(read_refi(qdpx(tmp_path / "study.qdpx", xml), demands()).texts) == ["letter"]
