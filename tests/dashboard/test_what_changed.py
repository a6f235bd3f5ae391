"""The page of what changed without a browser: since a day, a version, one's last visit; what it says where it cannot."""

from __future__ import annotations

import re
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from matrix.dashboard import access
from matrix.dashboard.pages import what_changed as the_page
from matrix.dataset.changes import Change
from matrix.dataset.codebook import rename
from matrix.dataset.dataset import Dataset
from matrix.store.folder import load
from matrix.store.history import apply, history, undo
from tests.tiny import dataset

Open = Callable[..., AppTest]
Read = Callable[[AppTest], str]

MARKUP = "<script>alert(1)</script> **b**"
BAN = Change(
    "added",
    "statements",
    "s9",
    values=(
        ("actor", "dee"),
        ("proposal", "ban"),
        ("stance", "support"),
        ("source", "late"),
        ("quote", "Yes"),
        ("attribution", "quoted"),
    ),
)
NAME = "what-changed"


@pytest.fixture
def folder(tmp_path: Path, saved: Callable[[Dataset, Path], Path]) -> Path:
    """Four steps: a position turned, a condition dropped; a title's spelling; a new voice; a statement withdrawn."""
    place = saved(dataset("ann talk support late", "cem talk oppose late", "bob test conditional late"), tmp_path / "d")
    stance = Change("changed", "statements", "s1", "stance", "support", "oppose")
    reads = [
        Change("changed", "statements", "s3", *of)
        for of in (("stance", "conditional", "support"), ("condition", "it is mutual", ""))
    ]
    apply(place, [stance, *reads], by="lee", why=MARKUP)
    made = rename(load(place), "proposals", "talk", id="speak")
    apply(place, made.changes, kind=made.kind, became=made.became, by="lee", why="plain")
    apply(place, [BAN], by="kim", why="import a sheet")
    apply(place, [Change("deleted", "statements", "s2")], by="kim", why="said by somebody else")
    return place


def test_it_tells_what_turned_with_statements_conditions_voices_and_who_did_it(
    page: Open, page_text: Read, markup: Read, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(the_page, "refusal", lambda *_: None)  # as a server has it for who may edit
    app = page(NAME, "?changed-day=2026-01", folder)
    words = page_text(app)
    assert (
        "Since January 2026: 2 positions turned, 1 condition dropped, 1 new position, 1 position no longer there and "
        "1 new voice." in words
    )
    assert "the history begins with step 1" in words
    assert "North Ann: ● Supports → ✕ Opposes" in words
    assert "Statement s1 was coded before: ● Supports" in words
    assert "Condition dropped it is mutual" in words
    assert "South Dee: ● Supports Now undated, statement s9; quoted “Yes”" in words
    assert "South Cem 杰姆 : ✕ Opposes → no position Before undated, statement s2" in words
    assert "Statement s2 was withdrawn." in words
    assert "Who made the changes: 4 steps: kim 2, lee 2" in words
    assert "<script>" not in markup(app)
    assert f"step 1 lee: {MARKUP} 3 changes" in words


def test_without_a_day_it_is_that_of_the_newest_step(page: Open, page_text: Read, folder: Path) -> None:
    app = page(NAME, "", folder)
    assert app.text_input[-1].placeholder == history(folder)[-1].at[:10]
    assert "2 positions turned" in page_text(app)
    assert "It is compared with" not in page_text(app)


def test_a_version_is_a_step_of_the_history(page: Open, page_text: Read, folder: Path) -> None:
    app = page(NAME, "?changed=version", folder)
    box = next(s for s in app.selectbox if s.label == "Before which step")
    assert [o.split(",")[0] for o in box.options] == ["step 4", "step 3", "step 2", "step 1"]
    assert "1 position no longer there." in page_text(app)
    box.select(history(folder)[2].before).run()
    assert "1 new position, 1 position no longer there and 1 new voice." in page_text(app)
    assert app.query_params["changed-version"] == history(folder)[2].before
    undo(folder, by="kim", step=4)
    assert "1 new position and 1 new voice." in page_text(app.run())


def test_it_obeys_the_filters_and_says_so(page: Open, page_text: Read, folder: Path) -> None:
    words = page_text(page(NAME, "?changed-day=2026-01&side=north", folder))
    assert "Among actors of North: since January 2026: 2 positions turned and 1 condition dropped." in words
    assert "Dee" not in words.partition("Beside this")[0].partition("January 2026")[2]


def test_my_last_visit_is_offered_where_it_is_known(
    page: Open, page_text: Read, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "visit" not in page(NAME, "", folder).button_group[-1].options
    assert "2 positions turned" in page_text(page(NAME, "?changed=visit", folder)), "of which nothing is known: a day"
    monkeypatch.setattr(the_page, "last_seen", lambda person: "2999-01-01T10:00:00+00:00")
    words = page_text(page(NAME, "", folder))
    assert "Since 1 January 2999, 10:00 UTC: no position changed: 3 stand as they did." in words


def test_the_text_and_the_sheet_hold_the_same_with_the_scope(
    page: Open, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files: dict[str, Any] = {}
    monkeypatch.setattr(st, "download_button", lambda name, data, **_: files.update({name: data}))
    page(NAME, "?changed-day=2026-01&side=north", folder)
    sentence = "Among actors of North: since January 2026: 2 positions turned and 1 condition dropped."
    assert sentence in files["Text (.md)"]()
    book = openpyxl.load_workbook(BytesIO(files["Sheet (.xlsx)"]()))
    assert book["What changed"]["A2"].value.startswith(sentence)
    assert book.sheetnames == ["What changed"], "who may only read is not told who made the steps"


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("?changed-day=tomorrow", "'tomorrow' is not a date"),
        ("?changed=version&changed-version=nothing", "is not a version: 12 digits"),
        ("?changed=version&changed-version=0123456789ab", "the history does not lead to version 0123456789ab"),
    ],
)
def test_an_address_that_means_nothing_here_is_answered(
    page: Open, page_text: Read, folder: Path, address: str, words: str
) -> None:
    assert words in page_text(page(NAME, address, folder))


def test_where_nothing_can_be_told_it_says_why(page: Open, page_text: Read, folder: Path, shipped: Path) -> None:
    assert "Nothing has been changed in this dataset" in page_text(page(NAME, "", shipped))
    text = (folder / "actors.csv").read_text("utf-8").replace("Dee", "Deirdre")
    (folder / "actors.csv").write_text(text, "utf-8")
    words = page_text(page(NAME, "", folder))
    assert "it was changed past its history" in words
    assert "turned" not in words


def test_who_may_only_read_is_not_told_who_made_the_changes(
    page: Open, page_text: Read, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(the_page, "refusal", lambda *_: access.Refusal.READ_ONLY)
    words = page_text(page(NAME, "?changed-day=2026-01", folder))
    assert "4 steps." in words
    assert not re.search(r"\b(lee|kim)\b", words)
    app = page(NAME, "?changed=version", folder)
    box = next(s for s in app.selectbox if s.label == "Before which step")
    assert not any("lee" in o or "kim" in o for o in box.options)


def test_every_page_leads_to_it(page: Open, folder: Path) -> None:
    links = page("timeline", "", folder).get("page_link")
    assert [link.proto.page for link in links if link.proto.label == "What changed"] == [NAME]
