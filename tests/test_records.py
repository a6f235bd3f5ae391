"""A vote, a signature, a name on a list is shown as a record, in no place as somebody's words in quotation marks."""

from __future__ import annotations

from io import BytesIO, StringIO
from pathlib import Path

import openpyxl
import pytest

from matrix.analysis.citation import citation
from matrix.cli.terminal import evidence_text
from matrix.dashboard.html.cards import statement_cards
from matrix.dashboard.html.dataset_html import DatasetHtml
from matrix.dataset.dataset import Dataset, records
from matrix.export.formats import write_file
from matrix.wording import source_words
from tests import tiny
from tests.small import data_of

LIST = "Signed by Ann, Bob and others"
SOURCES = tiny.table(
    "id|title|kind|date", "early|Voting record of 78/1|voting record|2026-01-31", "late|The pact|treaty|"
)


@pytest.fixture(scope="module")
def data() -> Dataset:
    statements = tiny.stated(
        "ann talk support early attribution=recorded",
        "cem test support late attribution=recorded",
        "dee ban oppose late attribution=quoted",
    )
    statements["quote"] = ["", LIST, "Never"]
    statements["summary"] = ["Votes in favour.", "Is among those who signed.", "Turns it down."]
    return Dataset.from_frames(tiny.frames(statements, sources=SOURCES))


def test_one_function_says_what_a_source_has_of_a_statement(data: Dataset) -> None:
    sources = {s["id"]: s for s in records(SOURCES)}
    scores = dict(zip(data.scale.ids, data.scale.scores.tolist(), strict=True))
    found = [source_words(s, sources[s["source"]], scores[s["stance"]]) for s in records(data.statements)]
    assert found == [
        ("", "Voted: Voting record of 78/1", "", ""),
        ("", f"On the list of The pact: {LIST}", "", ""),
        ("Never", "", "", ""),
    ]
    declined = {"attribution": "recorded", "quote": ""}
    assert source_words(declined, sources["late"], -0.5) == (
        "",
        "On record in The pact",
        "",
        "",
    )  # it is not on the list


def held(text: str) -> bool:
    """Whether a text shows the three as they are: two records without quotation marks, one quote with them."""
    return (
        "Voted: Voting record of 78/1" in text
        and f"On the list of The pact: {LIST}" in text
        and f"“{LIST}" not in text
        and "“Never”" in text
    )


def test_a_citation_and_the_terminal_show_it_so(data: Dataset) -> None:
    lines = [citation(data, s) for _, s in data.statements.iterrows()]
    assert held("\n".join(lines))
    assert lines[0].startswith(
        "Voted: Voting record of 78/1. [our summary] Votes in favour. — Ann; Supports: Keep talking; not after 31 "
        "January 2026 (the date of its source); on record."
    )
    assert held(evidence_text(data, data.statements, 200))


def test_the_cards_show_it_so(data: Dataset) -> None:
    cards = "".join(statement_cards(DatasetHtml(data), data.statements))
    assert '<p class="pm-record"><bdi>Voted: Voting record of 78/1</bdi></p>' in cards
    assert cards.count("<blockquote") == 1
    assert "No quote is given" not in cards


@pytest.mark.parametrize("ending", ["html", "md"])
def test_the_brief_shows_it_so(data: Dataset, tmp_path: Path, ending: str) -> None:
    write_file(data, tmp_path / f"brief.{ending}", annex=True)
    text = (tmp_path / f"brief.{ending}").read_text("utf-8")
    assert held(text)
    assert "No quote" not in text


def test_a_note_of_the_workbook_shows_it_so(data: Dataset) -> None:
    book = openpyxl.load_workbook(BytesIO(data_of(data)))
    out = StringIO()
    for row in book["Matrix"].iter_rows():
        out.writelines(cell.comment.text + "\n" for cell in row if cell.comment)
    assert held(out.getvalue())
    assert "Voted: Voting record of 78/1. Votes in favour." in out.getvalue()
