"""Hostile text: nothing runs, nothing is lost in silence, everything that a cell can hold comes back equal."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matrix.dataset.dataset import Dataset
from matrix.dataset.problems import DatasetError
from matrix.export import cell_text
from matrix.export.workbook import to_workbook
from tests.small import FRAMES

pytestmark = pytest.mark.slow

EQUAL = [
    '=HYPERLINK("http://evil.example","x")',
    "+1",
    "-1",
    "@x",
    "{=1+1}",
    "#REF!",
    "\ttab first",
    "two\nlines",
    "_x0041_",
    "_x0041_x0042_",
    "<r>not markup</r>",
    "<r><t>not markup</t></r>",
    " blanks ",
    "3/4",
    "0012",
    "1e5",
    "TRUE",
    "‏right to left‎",
    "👩‍👩‍👧 𝒳",
    "支持，中国",
    "decomposed ü, soft\u00adhyphen, <b>bold</b>",
    "javascript:alert(1)",
    "file:///etc/passwd",
    "\\\\server\\share",
    "internal:'_meta'!A1",
    "https://example.org/a b",
    "x" * cell_text.LONGEST,
    "'quoted",
]
ALTERED = {"a\x08b": "a␈b", "a\r\nb": "a\nb", "a\rb": "a\nb", "nul\x00": "nul␀", "no\uffffchar": "no\ufffdchar"}


def with_text(text: str, **more: str) -> Dataset:
    """The small dataset with a text in every place where a stranger could put one."""
    first = {**FRAMES["statements"][0], "quote": text, "note": text, "extra": text}
    actor = {**FRAMES["actors"][0], "name": text, "name_native": text, "role": text}
    proposal = {**FRAMES["proposals"][0], "title": text, "title_zh": text, "theme": text, "definition": text}
    source = {**FRAMES["sources"][0], "title": text, **more}
    tables = {"statements": first, "actors": actor, "proposals": proposal, "sources": source}
    return Dataset.from_frames({t: [tables[t], *rows[1:]] if t in tables else rows for t, rows in FRAMES.items()})


def with_each(texts: Sequence[str]) -> Dataset:
    """A statement, an actor and a proposal for each of the texts, which is in all places of its rows."""
    rows: dict[str, list[dict[str, Any]]] = {"statements": [], "actors": [], "proposals": []}
    for i, text in enumerate(texts):
        made = with_text(text)
        for table, own in (("actors", f"a{i}"), ("proposals", f"p{i}"), ("statements", f"s{i}")):
            rows[table].append({**made.table(table).iloc[0], "id": own})
        rows["statements"][i] |= {"actor": f"a{i}", "proposal": f"p{i}"}
    return Dataset.from_frames({**FRAMES, **rows})


def read(dataset: Dataset) -> tuple[Any, Any]:
    target = BytesIO()
    report = to_workbook(dataset, target)
    return openpyxl.load_workbook(target), report


def cell(book: Any, sheet: str, column: str, row: int = 2) -> Any:
    head = [c.value for c in book[sheet][1]]
    return book[sheet].cell(row, head.index(column) + 1)


@pytest.fixture(scope="module")
def book_of_all() -> tuple[Any, Any]:
    """One workbook with all the texts, and its report."""
    return read(with_each(EQUAL))


@pytest.mark.parametrize("text", EQUAL)
def test_text_is_inert_and_comes_back_equal(text: str, book_of_all: tuple[Any, Any]) -> None:
    book, report = book_of_all
    places = [("Statements", "quote"), ("Statements", "extra"), ("Actors", "name"), ("Proposals", "theme")]
    for sheet, column in places:
        found = cell(book, sheet, column, EQUAL.index(text) + 2)
        assert (found.value, found.data_type) == (text, "s")
        assert found.hyperlink is None
    assert not report.altered


@pytest.mark.parametrize("text", ["javascript:alert(1)", "=1+1", "file:///etc/passwd", "ftp://example.org", "https://"])
def test_only_web_addresses_become_links(text: str) -> None:
    found = cell(read(with_text("x", url=text))[0], "Sources", "url")
    assert found.value == text
    assert found.hyperlink is None


def test_a_web_address_is_a_link_and_its_text_the_address() -> None:
    found = cell(read(with_text("x", url="https://example.org/ä?b=1&c=2#d"))[0], "Sources", "url")
    assert found.value == "https://example.org/ä?b=1&c=2#d"
    assert found.hyperlink.target.startswith("https://example.org/")


@pytest.mark.parametrize(("text", "shown"), ALTERED.items())
def test_what_cannot_stand_in_a_cell_is_replaced_and_reported(text: str, shown: str) -> None:
    book, report = read(with_text(text))
    assert cell(book, "Statements", "quote").value == shown
    where = {(a.sheet, a.row, a.column) for a in report.altered}
    assert ("Statements", 2, "quote") in where
    assert ("Actors", 2, "name") in where


@pytest.mark.parametrize("text", ["x" * (cell_text.LONGEST + 1), "👍" * (cell_text.LONGEST // 2 + 1)])
def test_over_long_text_is_refused_with_its_place(text: str) -> None:
    frames = {**FRAMES, "statements": [{**s, "quote": text if s["id"] == "s3" else ""} for s in FRAMES["statements"]]}
    target = BytesIO()
    with pytest.raises(DatasetError, match=r"statements\.csv row 4, column quote: 32,768 characters do not fit"):
        to_workbook(Dataset.from_frames(frames), target)
    assert not target.getvalue()


def test_headers_that_excel_takes_for_the_same_are_told_apart_and_reported() -> None:
    rows = [{**s, "Quote": "a", "new\nline": "b", "_x0041_": "c"} for s in FRAMES["statements"]]
    book, report = read(Dataset.from_frames({**FRAMES, "statements": rows}))
    head = [c.value for c in book["Statements"][1]]
    assert {"quote", "Quote (2)", "new line", "_ x0041_"} <= set(head)
    assert {a.column for a in report.altered} == {"Quote", "new\nline", "_x0041_"}
    assert ("column", "Statements", "statements.Quote", "Quote (2)") in list(book["_meta"].values)


def test_a_title_with_codes_of_page_headers_is_printed_as_it_is() -> None:
    assert cell_text.print_line("R&D &P") == "R&&D &&P"


@given(st.text(max_size=60))
def test_runs_are_the_text_and_none_looks_like_an_escape(text: str) -> None:
    pieces = cell_text.runs(text)
    assert "".join(pieces) == text
    assert all(cell_text.runs(p) == [p] for p in pieces)


@given(st.text(max_size=60))
def test_cleaning_twice_changes_nothing_more(text: str) -> None:
    once = cell_text.storable(text)
    assert cell_text.storable(once) == once
    assert bool(cell_text.altered(text)) == (once != text)
