"""The rows of a workbook or CSV file as text, and what the sheet shows beside them; or one plain sentence."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter
from openpyxl.comments import Comment
from openpyxl.styles import Font

from matrix.dataset.dataset import Dataset
from matrix.dataset.problems import DatasetError
from matrix.export import cell_text
from matrix.importing.file_cells import Sheet
from matrix.importing.file_cells.csv import read_csv_sheet
from matrix.importing.file_cells.xlsx import read_workbook
from tests.export.test_cell_text import EQUAL, with_each
from tests.importing import hostile
from tests.small import data_of

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
TEXTS = [*EQUAL, "_x005F_x0041_", "a_x0041_x0042_b", "x005F_", "_x000D_", "_x0041", "0.10", "1,5", "\n", "x\t"]


def cells_of(data: bytes) -> Sequence[tuple[int, tuple[str, ...]]]:
    return read_workbook(data, "f.xlsx")[0].rows


def written(*rows: list[Any], **options: Any) -> bytes:
    """A workbook of XlsxWriter; dates with a format that shows them."""
    target = BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True, "default_date_format": "yyyy-mm-dd hh:mm", **options})
    sheet = book.add_worksheet("One")
    for r, row in enumerate(rows):
        for c, value in enumerate(row):
            sheet.write_string(r, c, value) if isinstance(value, str) else sheet.write(r, c, value)
    book.close()
    return target.getvalue()


def test_rows_keep_their_numbers_and_lose_their_blanks() -> None:
    data = written(["id", "name", ""], [], ["a", "", "b"], ["", "", ""], [" "], [" ", "c", " "])
    assert cells_of(data) == [(1, ("id", "name")), (3, ("a", "", "b")), (6, (" ", "c", " "))]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (3, "3"),
        (3.0, "3"),
        (-0.0, "0"),
        (0.1 + 0.2, "0.3"),
        (1.5, "1.5"),
        (123456789012345, "123456789012345"),
        (1e20, "100000000000000000000"),
        (1e-7, "1e-07"),
        (1e300, "1e+300"),
        (True, "true"),
        (False, "false"),
        (date(2026, 5, 14), "2026-05-14"),
        (datetime(2026, 5, 14, 13, 30), "2026-05-14T13:30:00"),
        (date(1900, 1, 1), "1900-01-01"),
        (time(13, 30), "13:30:00"),
    ],
)
@pytest.mark.parametrize("old_epoch", [False, True])
def test_values_are_the_text_a_person_types(value: Any, text: str, old_epoch: bool) -> None:
    if old_epoch and value == date(1900, 1, 1):
        pytest.skip("is before 1904")
    assert cells_of(written([value], date_1904=old_epoch)) == [(1, (text,))]


def test_lengths_of_time_errors_and_days_stored_as_text() -> None:
    book = openpyxl.Workbook()
    book.active.append([timedelta(hours=26, minutes=30), "#REF!"])
    target = BytesIO()
    book.save(target)
    assert cells_of(target.getvalue()) == [(1, ("26:30:00", "#REF!"))]
    iso = '<row><c t="d"><v>2026-05-14T00:00:00</v></c><c t="d"><v>2026-05-14</v></c></row>'
    assert cells_of(hostile.workbook(iso)) == [(1, ("2026-05-14", "2026-05-14"))]


def test_a_date_format_built_into_chinese_excel_and_a_serial_that_is_no_day() -> None:
    styles = '<cellXfs><xf numFmtId="0"/><xf numFmtId="31"/></cellXfs>'
    data = hostile.workbook('<row><c s="1"><v>46156</v></c><c s="1"><v>99999999</v></c></row>', styles=styles)
    assert cells_of(data) == [(1, ("2026-05-14", "99999999"))]


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("constant_memory", [False, True], ids=["shared", "inline"])
def test_text_of_xlsxwriter_comes_in_verbatim(text: str, constant_memory: bool) -> None:
    if text.startswith("<r>") and text.endswith("</r>"):
        pytest.skip("XlsxWriter takes it for markup; the guard writes it as runs")
    assert cells_of(written([text, "end"], constant_memory=constant_memory)) == [(1, (text, "end"))]


OURS = [t for t in TEXTS if t.strip()]  # our tables hold no blank values


@pytest.fixture(scope="module")
def our_sheets() -> dict[str, Any]:
    """The rows of each sheet of a workbook of ours that holds all of the texts."""
    return {s.name: s.rows for s in read_workbook(data_of(with_each(OURS)))}


@pytest.mark.parametrize("text", OURS)
def test_text_of_our_own_workbook_comes_in_verbatim(text: str, our_sheets: dict[str, Any]) -> None:
    sheets, row = our_sheets, OURS.index(text) + 1
    for name, column in (("Statements", "quote"), ("Statements", "extra"), ("Actors", "name"), ("Proposals", "theme")):
        assert dict(zip(sheets[name][0][1], sheets[name][row][1], strict=False))[column] == text


@pytest.mark.parametrize(
    ("xml", "text"),
    [
        ("<t>a_x000D_b</t>", "a\rb"),
        ("<t>_x005F_x0041_</t>", "_x0041_"),
        ("<r><t>_x</t></r><r><t>0041_</t></r>", "_x0041_"),
        ("<t>_x005F_x0041_x0042_</t>", "_x0041_x0042_"),
        ("<t>_x005F_x0041_x005F_x0042_</t>", "_x0041_x0042_"),
        ("<t>_xD83D__xDE00_</t>", "😀"),
        ('<t>东京</t><rPh sb="0" eb="2"><t>トウキョウ</t></rPh>', "东京"),
        ("<t> a\nb </t>", " a\nb "),
        ("<t/>", ""),
    ],
)
def test_escapes_runs_and_readings(xml: str, text: str) -> None:
    inline = hostile.workbook(f'<row><c t="inlineStr"><is>{xml}</is></c><c><v>1</v></c></row>')
    shared = hostile.workbook('<row><c t="s"><v>0</v></c><c><v>1</v></c></row>', sharedStrings=f"<si>{xml}</si>")
    assert cells_of(inline) == cells_of(shared) == [(1, (text, "1"))]


def test_formulas_count_as_their_values_and_those_without_one_are_named() -> None:
    book = openpyxl.Workbook()
    book.active.append(["a", "=1+1"])  # openpyxl writes no value
    book.active.append(["=1+1"])
    target = BytesIO()
    book.save(target)
    [sheet] = read_workbook(target.getvalue())
    assert sheet.rows == [(1, ("a",))]
    assert sheet.uncalculated == {(1, 1), (2, 0)}
    valued = '<row><c><f>1+1</f><v>2</v></c><c t="str"><f>""</f><v></v></c><c t="e"><f>#REF!</f><v>#REF!</v></c></row>'
    [sheet] = read_workbook(hostile.workbook(valued))
    assert (sheet.rows, sheet.uncalculated) == ([(1, ("2", "", "#REF!"))], frozenset())


def test_hidden_sheets_are_marked(small: Dataset) -> None:
    hidden = {s.name: s.hidden for s in read_workbook(data_of(small))}
    assert hidden["_meta"]
    assert not hidden["Statements"]


def shown_by(change: Callable[[Any], None]) -> Sheet:
    """A sheet of three rows and columns, as it is read after a person has changed it."""
    book = openpyxl.Workbook()
    for row in ("abc", "def", "ghi"):
        book.active.append([*row])
    change(book.active)
    target = BytesIO()
    book.save(target)
    [sheet] = read_workbook(target.getvalue())
    assert [cells for _, cells in sheet.rows] == [tuple("abc"), tuple("def"), tuple("ghi")]  # nothing is left out here
    return sheet


def test_hidden_and_filtered_rows_and_hidden_columns_are_carried() -> None:
    def hide(sheet: Any) -> None:
        sheet.row_dimensions[2].hidden = True
        sheet.column_dimensions["C"].hidden = True
        sheet.row_dimensions[9].hidden = True  # without anything in it

    sheet = shown_by(hide)
    assert (sheet.hidden_rows, sheet.hidden_columns) == ({2}, {2})


def test_struck_out_cells_are_carried() -> None:
    def strike(sheet: Any) -> None:
        sheet["B1"].font = Font(strike=True)
        sheet["B2"].font = Font(strike=False, bold=True)
        sheet["B9"].font = Font(strike=True)  # without anything in it

    assert shown_by(strike).struck == {(1, 1)}


def test_comments_are_carried() -> None:
    def comment(sheet: Any) -> None:
        sheet["A3"].comment = Comment("only in private", "me")

    assert shown_by(comment).comments == {(3, 0): "only in private"}


def test_merged_cells_are_carried() -> None:
    def merge(sheet: Any) -> None:
        sheet["E1"] = None
        sheet.merge_cells("D1:D3")
        sheet.merge_cells("E1:F1")  # over columns only

    assert shown_by(merge).merged == ((1, 3, 3),)


def test_a_workbook_of_ours_shows_its_comments_but_hides_no_row(small: Dataset) -> None:
    sheets = {s.name: s for s in read_workbook(data_of(small))}
    assert sheets["Matrix"].comments
    assert not any(s.hidden_rows or s.struck for s in sheets.values())


def test_openpyxl_is_loaded_only_for_a_workbook(tmp_path: Path) -> None:
    """Reading a CSV file waits for nothing that only workbooks need."""
    (tmp_path / "a.csv").write_text("Actor,Proposal,Stance\nAnn,Ban,yes\n", "utf-8")
    (tmp_path / "a.xlsx").write_bytes(written(["Actor", "Proposal", "Stance"], ["Ann", "Ban", "yes"]))
    program = """
import sys
from matrix import read_file
for file in sys.argv[1:]:
    assert len(read_file(file).dataset.statements) == 1
    print("openpyxl" in sys.modules)
"""
    files = [str(tmp_path / "a.csv"), str(tmp_path / "a.xlsx")]
    done = subprocess.run([sys.executable, "-c", program, *files], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.split() == ["False", "True"]


def test_openpyxl_reads_the_same(small: Dataset) -> None:
    data = data_of(small)
    book = openpyxl.load_workbook(BytesIO(data), data_only=True)
    sheets = read_workbook(data)
    assert [s.name for s in sheets] == book.sheetnames
    for sheet in sheets:
        theirs = {(c.row, c.column): c.value for row in book[sheet.name] for c in row if c.value is not None}
        ours = {(r, c): text for r, cells in sheet.rows for c, text in enumerate(cells, 1) if text}
        assert ours == {p: f"{v:.15g}" if isinstance(v, float) else str(v) for p, v in theirs.items() if v != ""}


@pytest.mark.office
def test_what_libreoffice_saved_again_reads_the_same(
    tmp_path: Path, convert: Callable[[Path, str], Path], small: Dataset
) -> None:
    file = tmp_path / "ours.xlsx"
    texts = [t for t in TEXTS if t != "_x005F_x0041_"]  # LibreOffice itself reads two escapes in a row differently
    file.write_bytes(written(*([t, "end"] for t in texts), [date(2026, 5, 14), True, 0.1 + 0.2]))
    again = convert(file, "xlsx")
    assert read_workbook(again)[0].rows == read_workbook(file)[0].rows
    file.write_bytes(data_of(small))
    ours, theirs = read_workbook(file), read_workbook(convert(file, "xlsx"))
    assert [(s.name, s.hidden, s.rows) for s in ours if s.name in ("Statements", "Actors", "_meta")] == [
        (s.name, s.hidden, s.rows) for s in theirs if s.name in ("Statements", "Actors", "_meta")
    ]


@pytest.fixture(scope="session")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The hostile and the odd files, by name."""
    folder = tmp_path_factory.mktemp("hostile")
    makers = {**{name: make for name, (make, _) in hostile.REFUSED.items()}, **hostile.READ}
    files = {}
    for number, (name, make) in enumerate(makers.items()):
        files[name] = folder / f"{number}.xlsx"
        files[name].write_bytes(make())
    return files


@pytest.mark.parametrize("name", hostile.REFUSED)
def test_hostile_files_are_refused_with_one_sentence(name: str, corpus: dict[str, Path]) -> None:
    with pytest.raises(DatasetError, match=hostile.REFUSED[name][1]) as refused:
        read_workbook(corpus[name])
    [problem] = refused.value.problems
    assert problem.file == corpus[name].name
    assert len(str(problem)) < 300


@pytest.mark.parametrize("name", hostile.READ)
def test_odd_files_are_read_for_what_they_hold(name: str, corpus: dict[str, Path]) -> None:
    assert cells_of(corpus[name].read_bytes()) == [(1, ("1",))]


def test_hostile_files_cost_little_memory(corpus: dict[str, Path]) -> None:
    """All one after the other in one process: never 200 MB more than the process that waits for them."""
    program = """
import json, resource, sys
from pathlib import Path
from matrix.dataset.problems import DatasetError
from matrix.importing.file_cells.xlsx import read_workbook
def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
idle, refused = peak(), 0
for file in json.load(sys.stdin):
    try:
        read_workbook(Path(file))
    except DatasetError:
        refused += 1
print(json.dumps([refused, peak() - idle]))
"""
    files = json.dumps([str(corpus[name]) for name in hostile.REFUSED])
    done = subprocess.run(
        [sys.executable, "-c", program], input=files, capture_output=True, text=True, check=True, cwd=ROOT
    )
    refused, more = json.loads(done.stdout)
    assert refused == len(hostile.REFUSED)
    assert more < 200


def test_a_file_that_is_not_there_and_a_folder(tmp_path: Path) -> None:
    for path in (tmp_path / "none.xlsx", tmp_path):
        for read in (read_workbook, read_csv_sheet):
            with pytest.raises(DatasetError, match="there is no such file"):
                read(path)


TABLE = [(1, ("Akteur", "Zitat")), (2, ("Müller", "Grüße, „ja“; so"))]
GERMAN = 'Akteur{s}Zitat\nMüller{s}"Grüße, „ja“; so"\n'


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_csv_of_any_encoding_separator_and_line_end(separator: str, encoding: str, line_end: str) -> None:
    text = GERMAN.format(s=separator).replace("\n", line_end)
    assert read_csv_sheet(text.encode(encoding), "f.csv") == Sheet("f", False, TABLE)


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("Akteur;Zitat\nMüller;schön und gut, für alle\n", "iso-8859-1"),
        ("Land;Name\nÖsterreich;Käthe Weiß\nSchweiz;Jürg Häberli\n", "iso-8859-1"),
        ("行为者,立场,引文\n外交部,支持,我们支持建立人工智能对话机制\n", "gb18030"),
        ("actor,quote\nacmé,“déjà vu” – naïve\n", "cp1252"),
    ],
)
def test_old_encodings_are_recognised_by_their_letters(text: str, encoding: str) -> None:
    rows = read_csv_sheet(text.encode(encoding), "f.csv").rows
    separator = ";" if ";" in text else ","
    assert [cells for _, cells in rows] == [tuple(line.split(separator)) for line in text.splitlines()]


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("a,b\n\n1,2\n", [(1, ("a", "b")), (3, ("1", "2"))]),
        ('a,b\n"two\nlines",2\n3,\n', [(1, ("a", "b")), (2, ("two\nlines", "2")), (3, ("3",))]),
        ("sep=;\na;b,c\n", [(2, ("a", "b,c"))]),
        (
            "only\none, two, three\nfour, five\n",
            [(1, ("only",)), (2, ("one", " two", " three")), (3, ("four", " five"))],
        ),
        ("a;b;c\n1,5;2;3\n2,5;3;4\n", [(1, ("a", "b", "c")), (2, ("1,5", "2", "3")), (3, ("2,5", "3", "4"))]),
        ('say "hi",b\n', [(1, ('say "hi"', "b"))]),
        ("a,b\n , \n=1+1,0012\n", [(1, ("a", "b")), (3, ("=1+1", "0012"))]),
        ("", []),
    ],
)
def test_rows_of_csv(text: str, rows: list[tuple[int, tuple[str, ...]]]) -> None:
    assert read_csv_sheet(text.encode(), "f.csv").rows == rows


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (hostile.workbook(), "is a workbook, not CSV"),
        (hostile.ole(), "is a workbook, not CSV"),
        (bytes(100), "is not text"),
        (b"\xff\xfea\x00b", "begins as UTF-16"),
        (b"\xef\xbb\xbfa\xff", "begins as UTF-8"),
        (b'a,b\n1,"open\n2,3\n', "row 2: cannot be read as CSV"),
        (b'a,b\n1,"x"y\n', "row 2: cannot be read as CSV"),
        (b'a,b\n"' + b"x\n" * 2_500_000, "longer than 4,000,000 characters; is a quotation mark left open"),
        (b"x," * 20_000, "20,001 columns"),
        (b"," * 5_000_000, "longer than 4,000,000"),
        (b"\n" * (cell_text.MOST_ROWS + 1), "more than 1,048,576 rows"),
        ((b"," * 16_000 + b"x\n") * 1_300, "more than 20,000,000 cells"),
    ],
)
def test_broken_csv_is_refused_with_its_place(data: bytes, message: str) -> None:
    with pytest.raises(DatasetError, match=message) as refused:
        read_csv_sheet(data, "f.csv")
    assert len(refused.value.problems) == 1


def test_the_corpus_is_what_it_says(corpus: dict[str, Path]) -> None:
    """Openpyxl or zipfile take the smallest workbook and the lying one for real: not the builder is at fault."""
    assert openpyxl.load_workbook(BytesIO(hostile.workbook())).worksheets[0]["A1"].value == 1
    with zipfile.ZipFile(corpus["1 GB of zeros"]) as archive:
        assert max(i.file_size for i in archive.infolist()) == 1_000 * hostile.MB
