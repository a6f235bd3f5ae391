"""What a sheet shows beside its values: hidden, filtered and struck-out rows, comments, colours; each left out or said."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.comments import Comment
from openpyxl.styles import Font, PatternFill
from openpyxl.styles.colors import Color

from matrix.importing import Import, ImportOptions, read_file
from matrix.importing.file_cells.xlsx import read_workbook
from tests.importing import hostile

LONG = (
    ("Actor", "Proposal", "Position", "Quote"),
    ("TechNet", "SB 1047", "Oppose", "too broad"),
    ("Old Org (merged)", "SB 1", "Support", ""),
    ("Encode", "SB 1047", "Support", ""),
    ("Chamber", "SB 53", "Oppose", ""),
)
WIDE = (
    ("Proposal", "USA", "China", "EU"),
    ("Ban", "yes", "no", None),
    ("Registry", "no", None, "yes"),
    ("Fund", "no", "yes", "yes"),
)


def made(folder: Path, rows: Any, change: Callable[[Any], None]) -> Path:
    """A workbook of one sheet after a person has changed it."""
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    change(book.active)
    path = folder / "mine.xlsx"
    book.save(path)
    return path


def read(folder: Path, rows: Any, change: Callable[[Any], None], **options: Any) -> Import:
    return read_file(made(folder, rows, change), options=ImportOptions(**options))


def triples(found: Import) -> list[str]:
    """`actor / proposal / stance` of each statement."""
    assert found.dataset is not None, found.problems
    d = found.dataset
    names = {
        t: dict(zip(d.frames[t]["id"], d.frames[t][c], strict=True))
        for t, c in (("actors", "name"), ("proposals", "title"))
    }
    s = d.statements.astype("str")
    each = zip(s["actor"], s["proposal"], s["stance"], strict=True)
    return [f"{names['actors'][a]} / {names['proposals'][p]} / {t}" for a, p, t in each]


def actors(found: Import) -> list[str]:
    assert found.dataset is not None
    return list(found.dataset.actors["name"])


REST = ["TechNet / SB 1047 / oppose", "Encode / SB 1047 / support", "Chamber / SB 53 / oppose"]


def hide_row(sheet: Any) -> None:
    sheet.row_dimensions[3].hidden = True


def filter_row(sheet: Any) -> None:
    sheet.auto_filter.ref = "A1:D5"
    sheet.row_dimensions[3].hidden = True


def strike_row(sheet: Any) -> None:
    for column in "ABC":
        sheet[f"{column}3"].font = Font(strike=True)


def strike(place: str) -> Callable[[Any], None]:
    def change(sheet: Any) -> None:
        sheet[place].font = Font(strike=True)

    return change


@pytest.mark.parametrize("change", [hide_row, filter_row, strike_row, *map(strike, ("A3", "B3", "C3"))])
def test_a_row_that_is_hidden_or_struck_out_is_left_out_with_its_number_and_leaves_nobody_behind(
    tmp_path: Path, change: Any
) -> None:
    found = read(tmp_path, LONG, change)
    assert triples(found) == REST
    assert actors(found) == ["TechNet", "Encode", "Chamber"]
    assert list(found.dataset.proposals["title"]) == ["SB 1047", "SB 53"]
    [note] = [n for n in found.notes if "left out" in n]
    assert "row left out: row 3; " in note


def test_another_struck_out_cell_is_read_and_named(tmp_path: Path) -> None:
    found = read(tmp_path, LONG, strike("D2"))
    assert len(triples(found)) == 4
    assert "1 struck-out cell read all the same, being neither name nor stance: D2." in found.notes


def test_a_hidden_column_is_left_out_unless_the_user_names_it(tmp_path: Path) -> None:
    def change(sheet: Any) -> None:
        sheet.column_dimensions["D"].hidden = True

    found = read(tmp_path, LONG, change)
    assert "quote" not in found.dataset.statements or not (found.dataset.statements["quote"] != "").any()
    assert any(
        n.startswith("1 hidden column left out: 'Quote'; show it in the file, or name it with --map")
        for n in found.notes
    )
    named = read(tmp_path, LONG, change, columns={"Quote": "quote"})
    assert named.dataset.statements["quote"].tolist()[:1] == ["too broad"]


def test_a_hidden_column_that_is_needed_is_asked_for_with_the_reason(tmp_path: Path) -> None:
    def change(sheet: Any) -> None:
        sheet.column_dimensions["C"].hidden = True

    found = read(tmp_path, LONG, change)
    assert found.problems
    assert any("1 hidden column left out: 'Position'" in n for n in found.notes)


def test_in_a_wide_sheet_hidden_and_struck_out_actors_proposals_and_stances_go(tmp_path: Path) -> None:
    def change(sheet: Any) -> None:
        sheet.column_dimensions["B"].hidden = True  # USA
        sheet["A3"].font = Font(strike=True)  # Registry
        sheet["C4"].font = Font(strike=True)  # China on the fund

    found = read(tmp_path, WIDE, change)
    assert triples(found) == ["China / Ban / oppose", "EU / Fund / support"]
    assert actors(found) == ["China", "EU"]
    assert any("1 struck-out row left out: row 3" in n for n in found.notes)
    assert any("1 struck-out cell left out: C4" in n for n in found.notes)


def test_a_struck_out_header_of_a_wide_sheet_is_no_actor(tmp_path: Path) -> None:
    found = read(tmp_path, WIDE, strike("C1"))
    assert actors(found) == ["USA", "EU"]
    assert any("1 struck-out column left out: 'China'" in n for n in found.notes)


def test_a_comment_becomes_the_note_of_the_statement_on_whose_cell_it_is(tmp_path: Path) -> None:
    def change(sheet: Any) -> None:
        sheet["C2"].comment = Comment("Unless amended", "me")
        sheet["A2"].comment = Comment("a lobby", "me")
        sheet["B1"].comment = Comment("of the state", "me")

    found = read(tmp_path, LONG, change)
    assert list(found.dataset.statements["note"])[:2] == ["a lobby\nUnless amended", ""]
    assert "2 comments on cells taken as notes of their statements." in found.notes
    assert any("row 1, Proposal: 'of the state'" in n for n in found.notes)


def test_a_comment_is_added_to_the_note_that_the_sheet_has(tmp_path: Path) -> None:
    def change(sheet: Any) -> None:
        sheet["D1"] = "Note"
        sheet["C2"].comment = Comment("Unless amended", "me")

    notes = read(tmp_path, LONG, change).dataset.statements["note"].tolist()
    assert notes == ["too broad\nUnless amended", "", "", ""]


def test_in_a_wide_sheet_a_comment_is_of_its_cell_and_one_on_the_name_of_its_row(tmp_path: Path) -> None:
    def change(sheet: Any) -> None:
        sheet["B2"].comment = Comment("in 2024", "me")
        sheet["A4"].comment = Comment("of 5 bn", "me")

    found = read(tmp_path, WIDE, change)
    notes = dict(zip(triples(found), found.dataset.statements["note"], strict=True))
    assert {t: n for t, n in notes.items() if n} == {
        "USA / Ban / support": "in 2024",
        "USA / Fund / oppose": "of 5 bn",
        "China / Fund / support": "of 5 bn",
        "EU / Fund / support": "of 5 bn",
    }


def colour_blanks(sheet: Any) -> None:
    sheet["D2"].fill = PatternFill("solid", fgColor="FFFF00")
    sheet["C3"].fill = PatternFill("solid", fgColor="FFFF00")


def test_a_coloured_cell_without_text_is_asked_about_and_may_be_a_stance(tmp_path: Path) -> None:
    asked = read(tmp_path, WIDE, colour_blanks)
    assert any(
        "'colour FFFF00' (2 cells) is not a stance" in str(p) and "--stance 'colour FFFF00=" in str(p)
        for p in asked.problems
    )
    found = read(tmp_path, WIDE, colour_blanks, stances={"colour FFFF00": "conditional"})
    assert found.dataset is None  # a condition is wanted: the meaning is taken like that of any word
    found = read(tmp_path, WIDE, colour_blanks, stances={"colour FFFF00": "support"})
    assert {"EU / Ban / support", "China / Registry / support"} < {*triples(found)}
    assert len(triples(found)) == 9
    assert len(triples(read(tmp_path, WIDE, colour_blanks, stances={"colour FFFF00": "skip"}))) == 7


def test_a_sheet_of_colours_alone_is_a_wide_one(tmp_path: Path) -> None:
    def change(sheet: Any) -> None:
        for place, colour in {"B2": "00B050", "C2": "FF0000", "B3": "FF0000", "C3": "00B050"}.items():
            sheet[place].fill = PatternFill("solid", fgColor=colour)

    rows = (("Proposal", "USA", "China"), ("Ban", None, None), ("Fund", None, None))
    assert read(tmp_path, rows, change).problems
    found = read(tmp_path, rows, change, stances={"colour 00B050": "support", "colour FF0000": "oppose"})
    assert triples(found) == [
        "USA / Ban / support",
        "China / Ban / oppose",
        "USA / Fund / oppose",
        "China / Fund / support",
    ]


def test_every_colour_of_a_column_of_stances_is_asked_and_no_coloured_cell_is_lost(tmp_path: Path) -> None:
    """A column of one colour throughout, also of a party whose name is a word for what rows are, and of words beside."""

    def change(sheet: Any) -> None:
        for place in ("C2", "C3", "D2", "D3"):
            sheet[place].fill = PatternFill("solid", fgColor="FF0000" if place < "D" else "00B050")
        sheet["E3"].fill = PatternFill("solid", fgColor="FFFF00")

    rows = (("Proposal", "Labour", "Reform", "Greens", "Source"), ("Ban", "yes", *["", "", "x"]), ("Fund", "no"))
    asked = read(tmp_path, rows, change)
    assert [str(p).partition("'colour ")[2][:6] for p in asked.problems] == ["FF0000", "00B050"]
    assert any(n.startswith("1 coloured cell without text not read: E3;") for n in asked.notes)
    found = read(tmp_path, rows, change, stances={"colour 00B050": "support", "colour FF0000": "oppose"})
    assert {"Reform / Ban / oppose", "Reform / Fund / oppose", "Greens / Fund / support"} < {*triples(found)}


def test_a_colour_of_the_theme_is_named_as_it_is_seen(tmp_path: Path) -> None:
    def change(sheet: Any) -> None:
        sheet["D2"].fill = PatternFill("solid", fgColor=Color(theme=4))
        sheet["C3"].fill = PatternFill("solid", fgColor=Color(theme=4, tint=0.5))

    words = [str(p) for p in read(tmp_path, WIDE, change).problems]
    assert any("'colour 4F81BD'" in w for w in words)
    assert any("'colour A7C0DE'" in w for w in words)


def test_bands_of_colour_and_colours_of_a_long_sheet_say_nothing(tmp_path: Path) -> None:
    def band(sheet: Any) -> None:
        for column in "ABCD":
            sheet[f"{column}2"].fill = PatternFill("solid", fgColor="EEEEEE")

    assert len(triples(read(tmp_path, WIDE, band))) == 7

    def mark(sheet: Any) -> None:
        sheet["D3"].fill = PatternFill("solid", fgColor="FFFF00")

    found = read(tmp_path, LONG, mark)
    assert len(triples(found)) == 4
    assert any(n.startswith("1 coloured cell without text not read") for n in found.notes)


def of_texts(*texts: str) -> bytes:
    """A long sheet whose second row's cells are texts of runs."""
    head = "".join(f"<si><t>{t}</t></si>" for t in LONG[0])
    cells = "".join(f'<c t="s"><v>{i}</v></c>' for i in range(4 + len(texts)))
    rows = cells.split("</c>")
    first, second = "</c>".join(rows[:4]) + "</c>", "</c>".join(rows[4:])
    return hostile.workbook(
        f"<row>{first}</row><row>{second}</row>", sharedStrings=head + "".join(f"<si>{t}</si>" for t in texts)
    )


def test_a_text_is_read_without_the_part_that_is_struck_out(tmp_path: Path) -> None:
    struck = "<r><rPr><strike/></rPr><t>Old Name</t></r>"
    path = tmp_path / "mine.xlsx"
    path.write_bytes(of_texts(f"{struck}<r><t> New Name</t></r>", "<t>Ban</t>", "<t>yes</t>", "<t>x</t>"))
    found = read_file(path)
    assert triples(found) == ["New Name / Ban / support"]
    assert "1 cell read without the part that is struck out: A2." in found.notes
    path.write_bytes(of_texts(struck, "<t>Ban</t>", "<t>yes</t>", "<t>x</t>"))
    assert any("1 struck-out row left out: row 2" in n for n in read_file(path).notes)


def test_a_thread_of_comments_goes_before_what_older_programs_show_in_its_place() -> None:
    relation = f'<Relationships xmlns="{hostile.PACKAGE}/relationships">' + "".join(
        f'<Relationship Id="{kind}" Type="x/{kind}" Target="../{kind}.xml"/>'
        for kind in ("comments", "threadedComment")
    )
    old = "<t>[Threaded comment] Your version of Excel allows you to read this</t>"
    parts = hostile.parts() | {
        "xl/worksheets/_rels/sheet1.xml.rels": (relation + "</Relationships>").encode(),
        "xl/comments.xml": f'<comments><comment ref="A1"><text>{old}</text></comment></comments>'.encode(),
        "xl/threadedComment.xml": b'<T><threadedComment ref="A1"><text>Really?</text></threadedComment>'
        b'<threadedComment ref="A1"><text>Yes.</text></threadedComment></T>',
    }
    assert read_workbook(hostile.packed(parts))[0].comments == {(1, 0): "Really?\nYes."}


def test_a_name_that_is_merged_over_a_hidden_row_counts_for_the_others(tmp_path: Path) -> None:
    def change(sheet: Any) -> None:
        sheet["A3"] = None
        sheet.merge_cells("A2:A3")
        sheet.row_dimensions[2].hidden = True

    assert triples(read(tmp_path, LONG, change))[0] == "TechNet / SB 1 / support"


def test_a_row_or_column_of_no_size_is_hidden_too() -> None:
    data = hostile.workbook(
        '<row r="1"><c><v>1</v></c><c><v>2</v></c></row><row r="2" ht="0" customHeight="1"><c><v>3</v></c></row>',
        before='<cols><col min="2" max="2" width="0"/></cols>',
    )
    [sheet] = read_workbook(data)
    assert (sheet.hidden_rows, sheet.hidden_columns) == ({2}, {1})
