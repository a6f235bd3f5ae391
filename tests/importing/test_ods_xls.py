"""Workbooks of LibreOffice (.ods) and old Excel (.xls, .xlsm): values and marks, or one sentence; never a crash."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.comments import Comment
from openpyxl.styles import Font, PatternFill

from matrix.dataset.problems import DatasetError
from matrix.importing import read_file
from matrix.importing.file_cells import Sheet, ods_xls
from matrix.importing.file_cells.ods_xls import read_ods_or_xls
from matrix.importing.file_cells.xlsx import read_workbook
from tests.importing import hostile
from tests.importing.hostile import packed

pytestmark = pytest.mark.slow

SPACES = " ".join(
    f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{long}:1.0"'
    for short, long in {
        "office": "office",
        "table": "table",
        "text": "text",
        "style": "style",
        "fo": "xsl-fo-compatible",
    }.items()
)
STYLES = (
    '<style:style style:name="struck" style:family="table-cell"><style:text-properties style:text-line-through-style="solid"/>'
    '</style:style><style:style style:name="child" style:family="table-cell" style:parent-style-name="struck"/>'
    '<style:style style:name="yellow" style:family="table-cell"><style:table-cell-properties fo:background-color="#ffff00"/>'
    '</style:style><style:style style:name="away" style:family="table"><style:table-properties table:display="false"/>'
    "</style:style>"
)


def cell(text: str, more: str = "", inside: str = "") -> str:
    """A cell of a text; '' is a blank one."""
    if not text:
        return f"<table:table-cell {more}/>"
    return f'<table:table-cell office:value-type="string" {more}>{inside}<text:p>{text}</text:p></table:table-cell>'


def row(*cells: str, more: str = "") -> str:
    return f"<table:table-row {more}>{''.join(c if c.startswith('<') else cell(c) for c in cells)}</table:table-row>"


def content(*tables: str) -> bytes:
    body = "".join(
        t if t.startswith("<table:table ") else f'<table:table table:name="One">{t}</table:table>' for t in tables
    )
    return (
        f"<office:document-content {SPACES}><office:automatic-styles>{STYLES}</office:automatic-styles>"
        f"<office:body><office:spreadsheet>{body}</office:spreadsheet></office:body></office:document-content>"
    ).encode()


def parts(*tables: str) -> dict[str, bytes]:
    """The parts of the smallest .ods file around the tables' rows."""
    manifest = b'<m:manifest xmlns:m="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>'
    kind = b"application/vnd.oasis.opendocument.spreadsheet"
    return {"mimetype": kind, "META-INF/manifest.xml": manifest, "content.xml": content(*tables)}


def ods(folder: Path, *tables: str) -> Path:
    file = folder / "f.ods"
    file.write_bytes(packed(parts(*tables)))
    return file


HEAD = row("Actor", "Proposal", "Stance")


def test_values_and_marks_of_an_ods_file(tmp_path: Path) -> None:
    note = "<office:annotation><text:p>unless <text:span>amended</text:span></text:p><text:p>soon</text:p></office:annotation>"
    rows = [
        "<table:table-column table:number-columns-repeated='2'/><table:table-column table:visibility='collapse'/>",
        HEAD,
        row("Ann", "Ban", cell("yes", inside=note)),
        row("Bob", "Ban", "no", more='table:visibility="filter"'),
        row(more='table:number-rows-repeated="2"'),
        row(cell("Cem", 'table:style-name="struck"'), cell("Ban", 'table:style-name="child"'), "no"),
        row("Dee", cell("", 'table:style-name="yellow"'), cell("x", 'table:number-columns-repeated="2"')),
        row(more='table:number-rows-repeated="1048000"'),
    ]
    hidden = f'<table:table table:name="Away" table:style-name="away">{row("x")}</table:table>'
    one, away = read_ods_or_xls(ods(tmp_path, "".join(rows), hidden))
    assert one.rows == [
        (1, ("Actor", "Proposal", "Stance")),
        (2, ("Ann", "Ban", "yes")),
        (3, ("Bob", "Ban", "no")),
        (6, ("Cem", "Ban", "no")),
        (7, ("Dee", "", "x", "x")),
    ]
    assert (one.hidden_rows, one.hidden_columns, one.struck) == ({3}, {2}, {(6, 0), (6, 1)})
    assert (one.comments, one.colours) == ({(2, 2): "unless amended\nsoon"}, {(7, 1): "FFFF00"})
    assert (away.name, away.hidden, away.rows) == ("Away", True, [(1, ("x",))])


def test_a_cell_of_an_ods_file_comes_without_the_part_that_is_struck_out(tmp_path: Path) -> None:
    def struck(text: str) -> str:
        return f'<text:span text:style-name="struck">{text}</text:span>'

    part = cell(
        f"yes{struck(' or no')}<text:s text:c='2'/><text:span>at <text:tab/>all</text:span></text:p><text:p>now"
    )
    (one,) = read_ods_or_xls(ods(tmp_path, row("Ann", part, cell(struck("Ban")), "no")))
    assert one.rows == [(1, ("Ann", "yes  at \tall\nnow", "Ban", "no"))]
    assert (one.partly_struck, one.struck) == ({(1, 1)}, {(1, 2)})


def test_numbers_and_days_of_an_ods_file_are_the_text_a_person_types(tmp_path: Path) -> None:
    values = [
        '<table:table-cell office:value-type="float" office:value="3"><text:p>3</text:p></table:table-cell>',
        '<table:table-cell office:value-type="float" office:value="0.30000000000000004"/>',
        '<table:table-cell office:value-type="date" office:date-value="2026-05-14"/>',
        '<table:table-cell office:value-type="boolean" office:boolean-value="true"/>',
    ]
    [sheet] = read_ods_or_xls(ods(tmp_path, row(*values)))
    assert sheet.rows == [(1, ("3", "0.3", "2026-05-14", "true"))]


def test_an_ods_file_becomes_a_dataset_of_what_it_shows(tmp_path: Path) -> None:
    rows = HEAD + row("Ann", "Ban", "yes") + row("Bob", "Ban", "no", more='table:visibility="collapse"')
    found = read_file(ods(tmp_path, rows))
    assert list(found.dataset.actors["name"]) == ["Ann"]
    assert any("1 hidden or filtered row left out: row 3" in n for n in found.notes)


REPEATED = 'table:number-columns-repeated="16384"'
REFUSED: dict[str, tuple[Callable[[], bytes], str]] = {
    "empty": (lambda: b"", "is empty"),
    "text": (lambda: b"Actor,Stance\n", "is not a workbook"),
    "xlsx": (hostile.workbook, r"is an \.xlsx workbook, despite its name"),
    "text document": (
        lambda: packed({"content.xml": content("").replace(b"office:spreadsheet", b"office:text")}),
        "not a spreadsheet",
    ),
    "zip of nothing": (lambda: packed({"a.txt": b"x"}), r"is not an \.ods workbook"),
    "password": (
        lambda: packed({**parts(HEAD), "META-INF/manifest.xml": b"<m><manifest:encryption-data/></m>"}),
        "protected by a password",
    ),
    "entities": (
        lambda: packed({**parts(), "content.xml": b"<!DOCTYPE x [" + hostile.LAUGHS.encode() + b"]><x>&a9;</x>"}),
        "DOCTYPE",
    ),
    "half": (lambda: packed({**parts(), "content.xml": content(HEAD)[:-40]}), "is not XML"),
    "cut off": (lambda: packed(parts(HEAD))[:-60], "damaged or cut off"),
    "100 MB of zeros": (lambda: hostile.blown_up("content.xml", 100), "as only damaged or malicious files do"),
    "all cells filled": (
        lambda: packed(parts(row(cell("x", REPEATED), more='table:number-rows-repeated="1048576"'))),
        "more than 20,000,000 cells",
    ),
    "a cell far away": (
        lambda: packed(
            parts(row(more='table:number-rows-repeated="1048575"') + row(cell("", REPEATED.replace("4", "3")), "x"))
        ),
        "far from all others",
    ),
    "a number of 400 digits": (
        lambda: packed(parts(row(cell("x", f'table:number-columns-repeated="{"9" * 400}"')))),
        "more than 20,000,000 cells",
    ),
    "many struck-out cells": (
        lambda: packed(
            parts(row(cell("x", 'table:style-name="struck"'), more='table:number-rows-repeated="1048576"') * 1)
        ),
        "struck-out cells",
    ),
    "deep": (lambda: packed({**parts(), "content.xml": b"<x>" * 900_000 + b"</x>" * 900_000}), "nests more than"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_hostile_ods_files_are_refused_with_one_sentence(name: str, tmp_path: Path) -> None:
    make, message = REFUSED[name]
    file = tmp_path / "f.ods"
    file.write_bytes(make())
    with pytest.raises(DatasetError, match=message) as refused:
        read_ods_or_xls(file)
    assert len(str(refused.value)) < 300


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "is empty"),
        (hostile.workbook(), r"is an \.xlsx or \.ods workbook, despite its name"),
        (b"<html><table><tr><td>1</td></tr></table>", "is a web page"),
        (b"Actor;Stance\n", "text is named .csv or .txt"),
        (hostile.ole(), "not a workbook"),
        (hostile.ole("EncryptedPackage".encode("utf-16-le")), "protected by a password"),
        (hostile.ole("Workbook".encode("utf-16-le")), "cannot be read as a workbook"),
    ],
)
def test_what_is_no_xls_file_is_refused_with_one_sentence(data: bytes, message: str, tmp_path: Path) -> None:
    file = tmp_path / "f.xls"
    file.write_bytes(data)
    with pytest.raises(DatasetError, match=message):
        read_file(file)


@pytest.mark.parametrize(
    ("program", "message"),
    [
        ("import os; os.abort()", r"cannot be read as a workbook.*its reader came to an end"),
        ("raise SystemExit(3)", "cannot be read as a workbook"),
        ("print('[[\"One\", false]]')", "cannot be read as a workbook"),  # and then nothing more
        ("print('no JSON')", "cannot be read as a workbook"),
        ("while True: pass", "takes longer than 1 seconds"),
        ("import sys; sys.exit('xls: the file is encrypted')", "protected by a password"),
    ],
)
def test_whatever_becomes_of_the_process_that_reads_is_one_sentence(
    program: str, message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "program.py").write_text(program, encoding="utf-8")
    monkeypatch.setattr(ods_xls, "_PROGRAM", tmp_path / "program.py")
    with pytest.raises(DatasetError, match=message):
        read_ods_or_xls(ods(tmp_path, HEAD), seconds=1)


def test_memory_is_bounded(tmp_path: Path) -> None:
    rows = row(cell("x", 'table:number-columns-repeated="1000"'), more='table:number-rows-repeated="15000"')
    with pytest.raises(DatasetError, match="cannot be read as a workbook"):
        read_ods_or_xls(ods(tmp_path, rows), memory=300_000_000)


def test_a_long_text_that_is_repeated_fills_neither_memory_nor_disk(tmp_path: Path) -> None:
    rows = row(cell("x" * 30_000, 'table:number-columns-repeated="100"'), more='table:number-rows-repeated="2000"')
    with pytest.raises(DatasetError, match="cannot be read as a workbook"):
        read_ods_or_xls(ods(tmp_path, rows))


def test_a_broken_ods_file_is_read_or_refused(tmp_path: Path) -> None:
    chance = random.Random(7)
    whole = parts(HEAD + row("Ann", "Ban", "yes") + row("Bob", "Ban", cell("no", 'table:number-columns-repeated="3"')))
    outcomes = set()
    for _ in range(40):
        broken = bytearray(whole["content.xml"])
        for _ in range(chance.choice([1, 1, 3])):
            broken[chance.randrange(len(broken))] = chance.randrange(256)
        file = tmp_path / "f.ods"
        file.write_bytes(packed({**whole, "content.xml": bytes(broken)}))
        try:
            outcomes.add("read" if all(isinstance(s, Sheet) for s in read_ods_or_xls(file)) else "")
        except DatasetError:
            outcomes.add("refused")
    assert outcomes == {"read", "refused"}


def by_hand(file: Path) -> None:
    """A workbook with all that a person does to it."""
    book = openpyxl.Workbook()
    sheet: Any = book.active
    sheet.title = "Positions"
    line: tuple[str | None, ...]
    for line in (("Actor", "Proposal", "Stance"), ("Ann", "Ban", "yes"), ("Bob", "Ban", "no"), ("Cem", "Ban", "no")):
        sheet.append(line)
    sheet.row_dimensions[3].hidden = True
    sheet["C2"].comment = Comment("unless amended", "me")
    for column in "ABC":
        sheet[f"{column}4"].font = Font(strike=True)
    wide: Any = book.create_sheet("Wide")
    for line in (("Proposal", "USA", "China"), ("Ban", "yes", None), ("Fund", "no", "no")):
        wide.append(line)
    wide["C2"].fill = PatternFill("solid", fgColor="FFFF00")
    kinds: Any = book.create_sheet("Kinds")
    kinds.append(("Day", "Time", "Lasts", "Number", "Yes", "Far"))
    kinds.append((date(2026, 5, 14), time(9, 30), timedelta(hours=30), 0.1 + 0.2, True, datetime(2026, 5, 14, 9, 30)))
    kinds["C2"].number_format = "[h]:mm:ss"
    kinds.append((CellRichText("yes", TextBlock(InlineFont(strike=True), " no")), "x", None, 3))
    kinds.append(
        (CellRichText(TextBlock(InlineFont(strike=True), "all"), TextBlock(InlineFont(strike=True), " of it")),)
    )
    kinds.append(("over two", "b"))
    kinds.append((None, "c"))
    kinds.merge_cells("A5:A6")
    kinds.column_dimensions["D"].hidden = True
    book.create_sheet("Away").sheet_state = "hidden"
    book["Away"]["A1"] = "x"
    book.save(file)


@pytest.mark.office
def test_what_libreoffice_saves_as_ods_or_xls_reads_like_the_xlsx(
    tmp_path: Path, convert: Callable[[Path, str], Path]
) -> None:
    file = tmp_path / "hand.xlsx"
    by_hand(file)
    xlsx, old = read_workbook(file), convert(file, "xls")
    positions, wide, kinds, away = read_ods_or_xls(old)
    assert [positions, wide, away] == [s for s in xlsx if s.name != "Kinds"]
    by_office = read_ods_or_xls(convert(file, "ods"))
    assert [positions, wide, away] == [s for s in by_office if s.name != "Kinds"]
    (same,) = [s for s in by_office if s.name == "Kinds"]
    assert (same.rows[2][1][0], same.partly_struck, same.struck) == ("yes", {(3, 0)}, {(4, 0)})
    assert kinds.rows == [
        (1, ("Day", "Time", "Lasts", "Number", "Yes", "Far")),
        (2, ("2026-05-14", "09:30:00", "30:00:00", "0.3", "true", "2026-05-14T09:30:00")),
        (3, ("yes", "x", "", "3")),
        (4, ("all of it",)),
        (5, ("over two", "b")),
        (6, ("", "c")),
    ]
    assert (kinds.partly_struck, kinds.struck, kinds.merged) == ({(3, 0)}, {(4, 0)}, ((5, 6, 0),))
    assert (kinds.hidden_columns, kinds.hidden_rows) == ({3}, frozenset())
    found = read_file(old)
    assert found.sheets == ("Positions", "Wide", "Kinds")
    assert len(found.dataset.statements) == len(read_file(file).dataset.statements)


@pytest.mark.office
def test_a_broken_xls_file_is_read_or_refused(tmp_path: Path, convert: Callable[[Path, str], Path]) -> None:
    file = tmp_path / "hand.xlsx"
    by_hand(file)
    whole, chance = convert(file, "xls").read_bytes(), random.Random(7)
    outcomes = set()
    for _ in range(20):
        broken = bytearray(whole)
        for _ in range(chance.choice([1, 30])):
            broken[chance.randrange(512, len(broken))] = chance.randrange(256)
        (tmp_path / "f.xls").write_bytes(broken)
        try:
            outcomes.add("read" if all(isinstance(s, Sheet) for s in read_ods_or_xls(tmp_path / "f.xls")) else "")
        except DatasetError:
            outcomes.add("refused")
    assert outcomes == {"read", "refused"}


def test_the_values_of_a_workbook_with_macros_are_read_where_its_name_says_so(tmp_path: Path) -> None:
    kind = "application/vnd.ms-excel.sheet.macroEnabled.main+xml"
    lines = (("Actor", "Proposal", "Stance"), ("Ann", "Ban", "yes"))
    cells = [[f'<c t="inlineStr"><is><t>{text}</t></is></c>' for text in line] for line in lines]
    rows = "".join(f"<row>{''.join(line)}</row>" for line in cells)
    data = packed({**hostile.parts(rows, kind=kind), "xl/vbaProject.bin": b"macros"})
    (tmp_path / "a.xlsm").write_bytes(data)
    (tmp_path / "a.xlsx").write_bytes(data)
    assert len(read_file(tmp_path / "a.xlsm").dataset.statements) == 1
    with pytest.raises(DatasetError, match=r"holds macros; save it as \.xlsx"):
        read_file(tmp_path / "a.xlsx")


@pytest.mark.parametrize(
    ("name", "way"),
    [
        ("a.numbers", "export it as .xlsx there"),
        ("a.pdf", "copy its table into a spreadsheet"),
        ("a.docx", "copy its table into a spreadsheet"),
        ("a.doc", "copy its table into a spreadsheet"),
        ("a.sav", "export it as CSV with labels there"),
        ("a.xlsb", "open it in a spreadsheet program and save as .xlsx"),
        ("a.nvp", "export it as a REFI-QDA project"),
    ],
)
def test_what_cannot_be_read_says_what_to_save_it_as(name: str, way: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(b"x")
    with pytest.raises(DatasetError, match=f"{name}: cannot be read: {way}"):
        read_file(tmp_path / name)
