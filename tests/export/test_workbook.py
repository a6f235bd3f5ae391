"""The workbook as a whole: its sheets, what a selection leaves, the same bytes twice, strangers' datasets."""

from __future__ import annotations

import json
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from matrix.analysis.citation import citation
from matrix.analysis.evidence import evidence
from matrix.dataset.datapackage import Package
from matrix.dataset.dataset import Dataset
from matrix.dataset.problems import DatasetError
from matrix.dataset.selection import Selection
from matrix.export import cell_text
from matrix.export.workbook import to_workbook
from matrix.store.folder import load
from tests.small import FRAMES, data_of

MINIMAL = ("actors", "proposals", "sources", "statements")


def column(sheet: Any, name: str) -> list[Any]:
    head = [c.value for c in sheet[1]]
    return [r[head.index(name)] for r in sheet.iter_rows(min_row=2, values_only=True)]


def words(sheet: Any) -> str:
    return "\n".join(str(v) for row in sheet.iter_rows(values_only=True) for v in row if v is not None)


def test_it_has_a_sheet_for_every_table_that_the_dataset_has(small: Dataset, opened: Any) -> None:
    book = opened(small)
    shown = [s.title for s in book if s.sheet_state == "visible"]
    assert shown == [
        "Read me",
        "By side",
        "Matrix",
        "Common ground",
        "Overlap",
        "Statements",
        "Proposals",
        "Actors",
        "Sources",
        "Sides",
    ]
    assert [s.title for s in book if s.sheet_state != "visible"] == ["_lists", "_meta"]


@pytest.mark.slow
def test_tables_hold_the_dataset_cell_by_cell_as_text(shipped: Path, opened: Any) -> None:
    dataset = load(shipped)
    book = opened(dataset)
    for name in dataset.columns:
        sheet = book[name.replace("_", " ").capitalize()]
        frame = dataset.frames[name]
        head = [c.value for c in sheet[1]]
        added = ["actor name", "proposal title", "citation"] if name == "statements" else []
        assert sorted(head) == sorted([*dataset.columns[name], *added])
        for c in set(head) - set(added):
            assert [v or "" for v in column(sheet, c)] == frame[c].tolist()
        assert sheet.tables
        assert {sheet.cell(2, i + 1).number_format for i in range(len(head)) if sheet.cell(2, i + 1).value} == {"@"}


def test_statements_have_names_titles_and_citations_beside_the_ids(small: Dataset, opened: Any) -> None:
    sheet = opened(small)["Statements"]
    head = [c.value for c in sheet[1]]
    assert head[:5] == ["id", "actor", "actor name", "proposal", "proposal title"]
    assert head[-1] == "citation"
    cited = [citation(small, s) for _, s in small.statements.iterrows()]
    assert column(sheet, "citation") == cited
    assert column(sheet, "actor name")[0] == "Ann"


def test_statements_print_one_page_across_with_what_is_seldom_read_folded(shipped: Path, opened: Any) -> None:
    dataset = load(shipped)
    sheet = opened(dataset, selection=Selection(risk_area="nc3"))["Statements"]
    setup = sheet.page_setup
    assert (setup.orientation, setup.fitToWidth or 1, setup.fitToHeight) == ("landscape", 1, 0), "not said means one"
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    head = {c.value: c.column_letter for c in sheet[1]}
    hidden = {name for name, at in head.items() if name != "citation" and sheet.column_dimensions[at].hidden}
    assert hidden <= {"condition_quote", "start", "date_note", "confidence", "superseded_by", "coder", "note"}
    assert {"start", "date_note"} <= hidden
    height = sum(sheet.row_dimensions[r].height for r in range(1, sheet.max_row + 1))
    assert sheet.max_row == 10, "nine statements"
    assert height < 2 * 800, "two pages of A4 across, at the 0.62 to which a page's width is scaled"


@pytest.mark.slow
def test_the_same_dataset_gives_the_same_bytes(small: Dataset) -> None:
    again = Dataset.from_frames(FRAMES)
    assert data_of(small) == data_of(again)
    chosen = Selection(side="us")
    assert data_of(small, chosen) == data_of(again, chosen)


def test_a_selection_leaves_what_it_shows_and_what_stands_behind_it(small: Dataset, opened: Any) -> None:
    chosen = Selection(proposal="ban", side="china")
    book = opened(small, chosen)
    assert column(book["Statements"], "id") == ["s4", "s5"]
    assert column(book["Proposals"], "id") == ["ban"]
    assert column(book["Actors"], "id") == ["chen", "dao"]
    assert column(book["Sides"], "id") == ["china"]
    told = words(book["Read me"])
    assert "Proposal: A ban (ban)" in told
    assert "Side: China (china)" in told
    assert "2 of 7 (5 left out by the selection)" in told
    assert "selection: Proposal: A ban (ban); Side: China (china)" in book["Matrix"]["B2"].value


@pytest.mark.slow
@pytest.mark.parametrize(
    "chosen",
    [
        Selection(source="early"),
        Selection(stance="mixed"),
        Selection(as_of="2026-05"),
        Selection(since="2026-06"),
        Selection(rule="latest"),
        Selection(theme="weapons", authority="official"),
    ],
)
def test_the_statements_are_the_evidence_of_the_selection(small: Dataset, opened: Any, chosen: Selection) -> None:
    found = column(opened(small, chosen)["Statements"], "id")
    assert found == evidence(small, chosen)["id"].tolist()


def test_a_search_does_not_part_a_cell_from_what_it_rests_on(opened: Any) -> None:
    frames = {**FRAMES, "statements": [*FRAMES["statements"]]}
    frames["statements"].append(
        {"id": "s8", "actor": "ann", "proposal": "hotline", "stance": "support", "source": "late", "quote": "telefon"}
    )
    book = opened(Dataset.from_frames(frames), Selection(search="telefon"))
    assert column(book["Statements"], "id") == ["s1", "s8"]


def test_read_me_says_what_this_is_and_that_empty_is_not_neutral(opened: Any) -> None:
    licence = {"licenses": [{"name": "CC-BY-4.0", "title": "Attribution 4.0"}], "title": "Talks & <bans>"}
    dataset = Dataset.from_frames(FRAMES, Package(licence))
    told = words(opened(dataset)["Read me"])
    for text in ("Talks & <bans>", dataset.version, "1 June 2026", "Attribution 4.0, CC-BY-4.0", "not neutral"):
        assert text in told
    assert "none: the whole dataset" in told


def test_dropdowns_take_their_values_from_ranges(small: Dataset, opened: Any) -> None:
    sheet = opened(small)["Statements"]
    head = [c.value for c in sheet[1]]
    source = {head[next(iter(v.sqref.ranges)).min_col - 1]: v.formula1 for v in sheet.data_validations.dataValidation}
    assert source["actor"] == "'Actors'!$A$2:$A$7"
    assert source["proposal"] == "'Proposals'!$A$2:$A$5"
    assert source["source"] == "'Sources'!$A$2:$A$3"
    assert source["stance"].startswith("'_lists'!")


def test_meta_says_what_was_exported(small: Dataset, opened: Any) -> None:
    book = opened(small, Selection(side="us"))
    rows = list(book["_meta"].iter_rows(min_row=2, values_only=True))
    heads = {r[2]: r[3] for r in rows if r[0] == "head"}
    assert heads["dataset_version"] == small.version
    assert json.loads(heads["selection"]) == {"side": ["us"]}
    assert ("column", "Statements", "statements.stance", "stance") in rows
    assert ("table", "Actors", "actors", "3 of 6") in rows
    properties = {p.name: p.value for p in book.custom_doc_props.props}
    assert properties["policy_matrix_format_version"] == "1"


def test_four_minimal_tables_without_sides_on_another_scale(opened: Any) -> None:
    dataset = Dataset.from_frames(
        {
            "stances": [
                {"id": f"st{i}", "name": n, "score": s}
                for i, (n, s) in enumerate([("Ja!", 2), ("Ja", 1), ("Öfter", 0), ("Nein", -1), ("反对", -2)])
            ],
            "actors": [{"id": "a", "name": "Müller, Schmidt; und / Söhne"}, {"id": "b", "name": "外交部"}],
            "proposals": [{"id": "p", "title": 'Ein "Abkommen"\nüber KI, jetzt; sofort / später'}],
            "sources": [{"id": "q", "title": "Quelle"}],
            "statements": [
                {"id": "s1", "actor": "a", "proposal": "p", "stance": "st0", "source": "q"},
                {"id": "s2", "actor": "b", "proposal": "p", "stance": "st4", "source": "q"},
            ],
        }
    )
    book = opened(dataset)
    assert column(book["Actors"], "name") == ["Müller, Schmidt; und / Söhne", "外交部"]
    assert column(book["Proposals"], "title") == ['Ein "Abkommen"\nüber KI, jetzt; sofort / später']
    row = [c.value for c in book["Matrix"][7]]
    assert row == ["p", 'Ein "Abkommen"\nüber KI, jetzt; sofort / später', 1, 1, 2, "st0", "st4"]


@pytest.mark.parametrize("empty", [Selection(search="nowhere"), Selection(stance="mixed", proposal="pause")])
def test_an_empty_selection_is_still_a_workbook(small: Dataset, opened: Any, empty: Selection) -> None:
    assert column(opened(small, empty)["Statements"], "id") in ([], [None])


def test_a_dataset_without_a_single_row(opened: Any) -> None:
    heads = {t: list(FRAMES[t][0]) for t in MINIMAL}
    frames: dict[str, dict[str, list[str]]] = {t: {key: [] for key in columns} for t, columns in heads.items()}
    assert [c.value for c in opened(Dataset.from_frames(frames))["Statements"][1]][:2] == ["id", "actor"]


def test_limits_are_checked_before_anything_is_written(small: Dataset, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cell_text, "MOST_ROWS", 7)
    target = BytesIO()
    with pytest.raises(DatasetError, match=r"statements\.csv: 7 rows do not fit.*narrow the selection"):
        to_workbook(small, target)
    assert not target.getvalue()


def test_past_the_limit_of_links_the_row_alone_is_linked(small: Dataset, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cell_text, "MOST_LINKS", 4)
    target = BytesIO()
    report = to_workbook(small, target)
    assert any("the rows' titles are linked" in said for said in report.left_out)
    sheet = openpyxl.load_workbook(target)["Matrix"]
    assert not [c for row in sheet.iter_rows() for c in row if str(c.value).startswith("=HYPERLINK")]
    assert sheet["B8"].hyperlink.location == "Statements!A2"


def test_notes_end_at_their_limit_and_the_report_says_so(small: Dataset, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cell_text, "MOST_NOTES", 3)
    report = to_workbook(small, BytesIO())
    assert report.notes == 3
    assert any("cells are left without a note, after the first 3 notes" in said for said in report.left_out)


@pytest.mark.slow
def test_a_path_and_a_file_get_the_same(small: Dataset, tmp_path: Path) -> None:
    file = tmp_path / "out.xlsx"
    report = to_workbook(small, file)
    assert file.read_bytes() == data_of(small)
    assert report.rows["Statements"] == 7
    assert report.links == 5
    assert openpyxl.load_workbook(file).sheetnames[0] == "Read me"
