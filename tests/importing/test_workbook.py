"""An exported workbook comes back: unedited it changes nothing, edited exactly what was edited."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from matrix.dataset.changes import applied
from matrix.dataset.dataset import Dataset
from matrix.dataset.problems import DatasetError
from matrix.dataset.selection import Selection
from matrix.importing.file_cells.xlsx import read_workbook
from matrix.importing.result import Import
from matrix.importing.workbook import compare_workbook, dataset_of_sheets
from matrix.store.folder import contents, load
from matrix.store.history import apply, save
from tests import tiny
from tests.small import FRAMES, data_of
from tests.tiny import minimal

pytestmark = pytest.mark.slow

Edit = Callable[[Any], None]


def edited(dataset: Dataset, *edits: Edit, selection: Selection | None = None) -> bytes:
    """The workbook as somebody leaves it who edits with openpyxl."""
    book = openpyxl.load_workbook(BytesIO(data_of(dataset, selection)))
    for edit in edits:
        edit(book)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def changes(found: Import) -> list[str]:
    return list(map(str, found.changes))


def at(sheet: Any, id_: str, column: str) -> Any:
    """The cell of a row and column of a table's sheet."""
    head = [c.value for c in sheet[1]]
    row = next(r for r in sheet.iter_rows(min_row=2) if r[head.index("id")].value == id_)
    return row[head.index(column)]


def put(sheet: str, id_: str, column: str, value: Any) -> Edit:
    def edit(book: Any) -> None:
        at(book[sheet], id_, column).value = value

    return edit


def drop(sheet: str, id_: str) -> Edit:
    return lambda book: book[sheet].delete_rows(at(book[sheet], id_, "id").row)


def append(sheet: str, **values: str) -> Edit:
    def edit(book: Any) -> None:
        head = [c.value for c in book[sheet][1]]
        last = max(c.row for c in book[sheet]["A"] if c.value)
        for name, value in values.items():
            book[sheet].cell(last + 1, head.index(name) + 1).value = value

    return edit


# ---- what is no change


def test_an_unedited_workbook_changes_nothing(small: Dataset, shipped: Path) -> None:
    for dataset in (small, load(shipped)):
        for data in (
            data_of(dataset),
            edited(dataset),
            data_of(dataset, Selection(side="us" if dataset is small else "china")),
        ):
            found = compare_workbook(data, dataset)
            assert (changes(found), found.problems, found.notes) == ([], (), ())


def move_columns(book: Any) -> None:
    sheet = book["Statements"]
    rows = [[c.value for c in r][::-1] for r in sheet.iter_rows()]
    for r, row in enumerate(rows, 1):
        for c, value in enumerate(row, 1):
            sheet.cell(r, c).value = value


def shout_headers(book: Any) -> None:
    for cell in book["Statements"][1]:
        cell.value = f" {cell.value.upper().replace('_', ' ')} "


def sort_rows(book: Any) -> None:
    sheet = book["Statements"]
    rows = sorted([[c.value for c in r] for r in sheet.iter_rows(min_row=2)], key=lambda r: str(r[1]))
    for r, row in enumerate(rows, 2):
        for c, value in enumerate(row, 1):
            sheet.cell(r, c).value = value


def insert_rows(book: Any) -> None:
    book["Statements"].insert_rows(1, 3)
    book["Statements"].cell(1, 1).value = "Coded by two of us"
    book["Statements"].insert_rows(6, 2)


def stray_blanks(book: Any) -> None:
    for row in book["Statements"].iter_rows(min_row=2):
        for cell in row:
            cell.value = f" {cell.value}\n" if cell.value else "  "


def rename_sheet(book: Any) -> None:
    book["Statements"].title = "What they say"


def rename_column(book: Any) -> None:
    next(c for c in book["Statements"][1] if c.value == "quote").value = "their words"


def remark_below(book: Any) -> None:
    book["Statements"].cell(40, at(book["Statements"], "s1", "condition").column).value = "96 in all, checked in May"


def without_conditions(book: Any) -> None:
    book["Statements"].delete_cols(at(book["Statements"], "s1", "condition").column)


@pytest.mark.parametrize(
    ("edit", "note"),
    [
        (move_columns, ""),
        (shout_headers, ""),
        (sort_rows, ""),
        (insert_rows, ""),
        (stray_blanks, ""),
        (rename_sheet, "the sheet 'What they say' has the columns of Statements and is read so"),
        (rename_column, "Statements: the column headed 'their words' holds what was quote, and is read so"),
        (remark_below, "Statements row 40 is not read: it has no id and none of the required values"),
        (without_conditions, "Statements: without the column condition: these values are left as they are"),
        (lambda book: book.remove(book["Actors"]), "the sheet Actors is missing: its rows are left as they are"),
        (lambda book: book["Matrix"].delete_rows(8), ""),
    ],
)  # fmt: skip
def test_what_people_do_to_a_sheet_without_editing_it_is_no_change(small: Dataset, edit: Edit, note: str) -> None:
    found = compare_workbook(edited(small, edit), small)
    assert (changes(found), found.problems, list(found.notes)) == ([], (), [note] if note else [])


@pytest.mark.office
def test_saved_again_by_libreoffice_it_is_no_change(
    shipped: Path, tmp_path: Path, convert: Callable[[Path, str], Path]
) -> None:
    dataset = load(shipped)
    (tmp_path / "book.xlsx").write_bytes(data_of(dataset))
    found = compare_workbook(convert(tmp_path / "book.xlsx", "xlsx"), dataset)
    assert (changes(found), found.problems, found.notes) == ([], (), ())


def test_messy_text_goes_out_and_comes_back_equal(tmp_path: Path) -> None:
    messy = [
        "a\tb\u00adc <b>bold</b>",
        "Zu\u0308rich and Zürich",
        "back\x08space",
        "long " * 400,
        "a/b, c; d",
        "=1+1",
        "+49",
        "-x",
        "@you",
        "\rCR first",
        "#REF!",
        "_x0041_",
        "\u202eright to left",
        "🙂",
        "javascript:alert(1)",
        "two\r\nlines",
        "  blanks  ",
        "<r>not xml</r>",
        "0012",
        "3/4",
    ]
    frames = {n: [*rows] for n, rows in FRAMES.items()}
    frames["actors"] = [{"id": f"a{i}", "name": text, "remark\x07": text} for i, text in enumerate(messy)]
    frames["statements"] = [
        {"id": f"s{i}", "actor": f"a{i}", "proposal": "ban", "stance": "support", "source": "early", "quote": text}
        for i, text in enumerate(messy)
    ]
    dataset = Dataset.from_frames(frames)
    assert changes(compare_workbook(data_of(dataset), dataset)) == []
    again = dataset_of_sheets(read_workbook(data_of(dataset)), "book.xlsx")
    assert again.version == dataset.version
    assert again.actors["remark\x07"].tolist() == messy


def test_a_dataset_survives_the_way_through_a_workbook_byte_by_byte(shipped: Path) -> None:
    dataset = load(shipped)
    again = dataset_of_sheets(read_workbook(data_of(dataset)), "book.xlsx")
    assert again.version == dataset.version
    assert contents(again) == contents(dataset)


# ---- what is one


def test_searches_and_coverage_go_through_a_workbook() -> None:
    dataset = tiny.partly_known()
    assert changes(compare_workbook(data_of(dataset), dataset)) == []
    data = edited(
        dataset,
        put("Searches", "w1", "by", "Dora"),
        put("Proposals", "test", "coverage", "complete"),
        append("Searches", id="w2", actor="dee", proposal="ban", where="its site", by="Dora", date="2026-03"),
    )
    found = compare_workbook(data, dataset)
    assert found.problems == ()
    assert changes(found) == [
        "Proposals row 3, column coverage: changed test: 'partial' -> 'complete'",
        "Searches row 2, column by: changed w1: 'Cora' -> 'Dora'",
        "Searches row 3: added w2 (actor 'dee', proposal 'ban', where 'its site', by 'Dora', date '2026-03')",
    ]


def test_twenty_edits_are_exactly_these_twenty(shipped: Path) -> None:
    dataset = load(shipped)
    ids = dataset.statements["id"].tolist()
    head = [c.value for c in openpyxl.load_workbook(BytesIO(data_of(dataset)))["Statements"][1]]
    edits, expected = [], set()
    for i in range(12):
        edits.append(put("Statements", ids[i], "note", f"edit {i}"))
        expected.add(("changed", "Statements", i + 2, "note", ids[i]))
    for i in range(3):
        edits.append(put("Actors", dataset.actors["id"][i], "role", f"role {i}"))
        expected.add(("changed", "Actors", i + 2, "role", dataset.actors["id"][i]))
    edits.append(put("Sources", dataset.sources["id"][0], "language", "zh"))
    expected.add(("changed", "Sources", 2, "language", dataset.sources["id"][0]))
    names = [str(name) for name in head if name in dataset.statements.columns]
    copied = dict(zip(names, dataset.statements[names].iloc[0], strict=True))
    for i in range(2):
        edits.append(append("Statements", **{**copied, "id": f"new-{i}", "superseded_by": ""}))
        expected.add(("added", "Statements", len(ids) + 2 + i, "", f"new-{i}"))
    links = dataset.links["id"].tolist()
    for i in (1, 0):
        edits.append(drop("Links", links[i]))
        expected.add(("deleted", "Links", 0, "", links[i]))
    found = compare_workbook(edited(dataset, *edits), dataset)
    assert {(c.kind, c.sheet, c.row, c.column, c.id) for c in found.changes} == expected
    assert len(found.changes) == 20
    assert found.problems == ()


def test_a_change_says_sheet_row_column_old_and_new(small: Dataset) -> None:
    found = compare_workbook(
        edited(small, put("Statements", "s3", "stance", "concern"), drop("Actors", "hermit")), small
    )
    assert changes(found) == [
        "Actors: deleted hermit (name 'The Hermit', side 'us', authority 'expert')",
        "Statements row 4, column stance: changed s3: 'oppose' -> 'concern'",
    ]
    assert found.sound


def test_names_titles_and_citations_beside_the_ids_are_for_reading_only(small: Dataset) -> None:
    def overwrite(book: Any) -> None:
        for column in ("actor name", "proposal title", "citation"):
            at(book["Statements"], "s1", column).value = "something else"

    found = compare_workbook(edited(small, overwrite), small)
    assert (found.changes, found.notes) == ((), ())
    without_meta = compare_workbook(edited(small, overwrite, lambda book: book.remove(book["_meta"])), small)
    assert not without_meta.changes


def test_a_column_of_ones_own_that_is_called_citation_is_data() -> None:
    statements = [{**s, "citation": f"mine of {s['id']}"} for s in FRAMES["statements"]]
    own = Dataset.from_frames({**FRAMES, "statements": statements})
    found = compare_workbook(edited(own, put("Statements", "s1", "citation", "changed")), own)
    assert changes(found) == ["Statements row 2, column citation: changed s1: 'mine of s1' -> 'changed'"]


def test_a_new_column_is_kept_and_noted(small: Dataset) -> None:
    def mood(book: Any) -> None:
        book["Statements"].cell(1, 20).value = "Mood"
        at(book["Statements"], "s1", "id").offset(column=19).value = "calm"

    found = compare_workbook(edited(small, mood), small)
    assert changes(found) == ["Statements row 2, column Mood: changed s1: '' -> 'calm'"]
    assert found.notes == ("Statements: the column 'Mood' is new and is kept",)
    assert applied(small, found.changes).statements["Mood"].tolist()[0] == "calm"


def test_numbers_and_booleans_that_a_program_wrote_count_as_their_text(small: Dataset) -> None:
    found = compare_workbook(
        edited(small, put("Sides", "us", "counted", False), put("Statements", "s1", "quote", 2026)), small
    )
    assert [(c.column, c.new) for c in found.changes] == [("counted", "false"), ("quote", "2026")]


# ---- what is wrong is reported where the workbook shows it


@pytest.mark.parametrize(
    ("edit", "message"),
    [
        (put("Statements", "s1", "stance", "suport"), "Statements row 2, column stance: 'suport' is not one of support, conditional, concern, oppose; did you mean 'support'?"),
        (put("Statements", "s2", "id", None), "Statements row 3, column id: is empty; the other values are those of 's2', which is missing: write s2 here"),
        (append("Statements", actor="ann", proposal="ban", stance="support", source="late"), "Statements row 9, column id: is empty; a new row needs an id of its own, such as s8"),
        (put("Statements", "s2", "id", "s1"), "Statements row 3, column id: 's1' is already the id of row 2"),
        (put("Statements", "s1", "quote", '=A1&"x"'), "Statements row 2, column quote: holds a formula without its value; save the file in a spreadsheet program, or write the text"),
        (put("Statements", "s1", "quote", "#REF!"), "Statements row 2, column quote: holds the error value #REF! of a spreadsheet; write the text"),
        (drop("Proposals", "pause"), ""),
        (drop("Actors", "ann"), "Statements row 2, column actor: 'ann' is not one of bob, hermit, chen, dao, press"),
        (lambda book: book["Statements"].delete_cols(1), "Statements row 1, column id: the column is missing; nothing was read here"),
    ],
)  # fmt: skip
def test_a_mistake_is_reported_with_sheet_row_and_column(small: Dataset, edit: Edit, message: str) -> None:
    found = compare_workbook(edited(small, edit), small)
    assert [str(p) for p in found.problems] == ([message] if message else [])
    assert found.sound == (not message)


def test_of_many_mistakes_the_first_rows_are_those_of_the_sheet() -> None:
    many = tiny.dataset(*["ann talk support late"] * 25)
    wrong = [put("Statements", f"s{n}", "stance", "suport") for n in range(1, 26)]
    data = edited(many, *wrong, lambda book: book["Statements"].insert_rows(1, 2))
    (problem,) = compare_workbook(data, many).problems
    assert (problem.sheet, problem.count, problem.first) == ("Statements", 25, (4, 5, 6))
    assert str(problem).startswith("Statements: 25 rows, column stance, 'suport' is not one of support, conditional")
    assert problem.place == "Statements, 25 rows, column stance"


def test_a_row_that_lost_its_id_is_not_deleted(small: Dataset) -> None:
    found = compare_workbook(edited(small, put("Statements", "s2", "id", None)), small)
    assert changes(found) == []


# ---- three ways


def test_what_changed_here_meanwhile_is_shown_and_never_overwritten(small: Dataset, tmp_path: Path) -> None:
    folder = tmp_path / "d"
    save(small, folder)
    data = edited(
        small, put("Actors", "ann", "name", "Anna"), put("Actors", "bob", "name", "Robert"), drop("Actors", "hermit")
    )
    here = compare_workbook(
        edited(small, put("Actors", "ann", "name", "Annie"), put("Actors", "dao", "name", "Dao II")), small
    )
    now = apply(folder, here.changes, seen=small.version, by="lee", why="edit")
    found = compare_workbook(data, now)
    assert changes(found) == [
        "Actors row 2, column name: conflict ann: 'Ann' -> 'Anna'; here it was changed to 'Annie' meanwhile",
        "Actors row 3, column name: changed bob: 'Bob' -> 'Robert'",
        "Actors: deleted hermit (name 'The Hermit', side 'us', authority 'expert')",
    ]
    assert not found.sound
    assert found.notes == (f"exported from version {small.version}, now at {now.version}: compared three ways",)


def test_rows_outside_the_exported_selection_are_not_deleted(small: Dataset) -> None:
    chosen = Selection(side="us")
    data = edited(small, drop("Statements", "s2"), selection=chosen)
    assert changes(compare_workbook(data, small)) == [
        "Statements: deleted s2 (actor 'bob', proposal 'hotline', stance 'conditional', source 'late', condition 'if both do')"
    ]


def test_without_meta_nothing_counts_as_deleted(small: Dataset) -> None:
    data = edited(
        small, lambda book: book.remove(book["_meta"]), drop("Statements", "s2"), put("Actors", "ann", "name", "Anna")
    )
    found = compare_workbook(data, small)
    assert changes(found) == ["Actors row 2, column name: changed ann: 'Ann' -> 'Anna'"]
    assert (
        found.notes[0]
        == "the hidden sheet _meta is missing: compared with the dataset as it is, and no row was deleted"
    )


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("format", "another", "book.xlsx: its sheet _meta is not one of this program"),
        ("format_version", "9", "book.xlsx: has workbook format '9'; this program reads '1'"),
        ("exported", "AAAA", "book.xlsx: what was exported cannot be read from the sheet _meta any more"),
    ],
)
def test_a_damaged_meta_is_reported(small: Dataset, name: str, value: str, message: str) -> None:
    def damage(book: Any) -> None:
        next(r for r in book["_meta"].iter_rows() if name in (r[0].value, r[2].value))[3].value = value

    with pytest.raises(DatasetError) as caught:
        compare_workbook(edited(small, damage), small, name="book.xlsx")
    assert str(caught.value).startswith(message)


def test_a_workbook_of_another_kind_is_refused_with_a_sentence(small: Dataset) -> None:
    book, out = openpyxl.Workbook(), BytesIO()
    book.active.append(["who", "what"])
    book.save(out)
    with pytest.raises(DatasetError, match="is not a workbook of this program"):
        compare_workbook(out.getvalue(), small, name="mine.xlsx")


def test_a_workbook_of_another_dataset_is_not_taken_for_an_unedited_one(small: Dataset) -> None:
    other = Dataset.from_frames(minimal("x|a|p|support|s"))
    with pytest.raises(DatasetError, match=r"mine\.xlsx: was exported from another dataset: no id appears in both"):
        compare_workbook(data_of(other), small, name="mine.xlsx")


def test_a_selection_is_no_dataset_of_its_own(small: Dataset) -> None:
    with pytest.raises(DatasetError, match="holds a selection only"):
        dataset_of_sheets(read_workbook(data_of(small, Selection(side="us"))), "book.xlsx")
