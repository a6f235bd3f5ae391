"""What changed, to take along: the text and the sheet say the same as the result, and no text becomes markup or formula."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO

import openpyxl
import pytest

from matrix.analysis.what_changed import MadeStep, WhatChanged, compared
from matrix.dataset.changes import Change, applied
from matrix.dataset.selection import Selection
from matrix.export.what_changed import table, to_markdown, to_workbook_of
from tests.tiny import dataset

HOSTILE = '=1+1 ![p](http://evil.example/p.png) <b>"'
THEN = dataset("ann talk support late", "cem talk oppose late", "bob test conditional late")
NOW = applied(
    THEN,
    [
        Change("changed", "statements", "s1", "stance", "support", "oppose"),
        Change("changed", "statements", "s3", "condition", "it is mutual", HOSTILE),
        Change("deleted", "statements", "s2"),
        Change(
            "added",
            "statements",
            "s9",
            values=(
                ("actor", "dee"),
                ("proposal", "ban"),
                ("stance", "support"),
                ("source", "early"),
                ("quote", "Yes"),
                ("attribution", "quoted"),
            ),
        ),
    ],
)
STEPS = (
    MadeStep(2, "2026-05-14T10:00:00+00:00", "Ann", "edit", HOSTILE, 4, True),
    MadeStep(1, "x", "Bo", "edit", "y", 1, False),
)


@pytest.fixture
def found() -> WhatChanged:
    return replace(compared(THEN, NOW), since="2026-05-14", short="the history begins with step 1", steps=STEPS)


def test_the_text_has_each_line_with_its_words_and_who_did_it(found: WhatChanged) -> None:
    text = to_markdown(found)
    assert text.startswith("# What changed: dataset\n\nSince 14 May 2026: 1 position turned")
    assert "for the history begins with step 1." in text
    assert "- Ann (North) on “Keep talking”: supports → opposes\n  - now: s1, opposes: no quote is given" in text
    assert "  - before: s1 was coded: supports" in text
    assert "- Dee (South) on “Ban it all”: supports\n  - now: s9, supports: “Yes” - " in text
    assert "- Cem 杰姆 (South) on “Keep talking”: opposes, no longer there\n  - before: s2, opposes: " in text
    assert "## New voices\n\n- Dee (South)\n" in text
    assert "2 steps: Ann 1, Bo 1." in text
    assert HOSTILE not in text
    assert "![p]" not in text
    assert "<b>" not in text.replace("\\<b>", "")
    assert "Ann 1" not in to_markdown(found, named=False)
    assert "2 steps." in to_markdown(found, named=False)


def test_the_sheet_has_the_sentence_a_row_a_change_and_the_steps(found: WhatChanged) -> None:
    book = openpyxl.load_workbook(BytesIO(to_workbook_of(found)))
    assert book.sheetnames == ["What changed", "Steps"]
    rows = [[c.value for c in row] for row in book["What changed"].iter_rows()]
    assert rows[0][0] == "What changed"
    assert rows[1][0] == found.sentence
    head = next(i for i, row in enumerate(rows) if row[0] == "What")
    told = [dict(zip(rows[head], row, strict=True)) for row in rows[head + 1 :]]
    assert [(r["What"], r["Proposal"], r["Who"], r["Before"], r["Now"]) for r in told] == [
        ("Positions that turned", "Keep talking", "Ann", "Supports", "Opposes"),
        ("Positions that are not there any more", "Keep talking", "Cem", "Opposes", None),
        (
            "Conditions dropped, added or worded anew",
            "Test models",
            "Bob",
            "Supports on a condition",
            "Supports on a condition",
        ),
        ("New positions", "Ban it all", "Dee", None, "Supports"),
        ("New voices", None, "Dee", None, None),
    ]
    assert told[2]["Conditions worded anew"] == f"it is mutual → {HOSTILE}"
    assert told[3]["Statements now"].startswith("s9, supports: “Yes” - ")
    assert (told[3]["proposal"], told[3]["actor"]) == ("ban", "dee")
    assert all(c.data_type != "f" for sheet in book for row in sheet.iter_rows() for c in row)
    steps = [[c.value for c in row] for row in book["Steps"].iter_rows()]
    assert steps[-2:] == [
        ["2", "2026-05-14T10:00:00+00:00", "Ann", "edit", HOSTILE, "4", None],
        ["1", "x", "Bo", "edit", "y", "1", "taken back"],
    ]
    assert openpyxl.load_workbook(BytesIO(to_workbook_of(found, named=False))).sheetnames == ["What changed"]


def test_the_scope_is_in_the_sentence_of_both() -> None:
    found = compared(THEN, NOW, Selection(side="south"))
    assert "Among actors of South: since version" in to_markdown(found)
    sheet = openpyxl.load_workbook(BytesIO(to_workbook_of(found)))["What changed"]
    assert sheet["A2"].value.startswith("Among actors of South: since version")
    assert set(table(found)["Who"]) == {"Cem", "Dee"}


def test_nothing_changed_makes_files_too() -> None:
    found = compared(THEN, THEN)
    assert "no position changed: 3 stand as they did" in to_markdown(found)
    sheet = openpyxl.load_workbook(BytesIO(to_workbook_of(found)))["What changed"]
    assert "no position changed" in sheet["A2"].value
