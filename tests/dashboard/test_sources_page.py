"""The Sources page without a browser: the list, one source opened, its text with the quotes in place."""

from __future__ import annotations

import hashlib
import html
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from matrix import Dataset, load
from matrix.analysis.source_quotes import quotes_of
from matrix.dashboard.html.dataset_html import DatasetHtml
from matrix.dashboard.pages.sources.marked_text import BLOCK, LONGEST, text_html

Read = Callable[[AppTest], str]
Write = Callable[..., Path]
Open = Callable[..., AppTest]

MARKUP = '<script>alert(1)</script> ![p](http://evil.example/p.png) **b** <img src="//evil.example">'
TEXT = (
    f"Ann: we want a ban.\r\nBo: talks, if calm. {MARKUP}\r\n"
    "Ann: no ban, then. 博 agrees & <b>talks</b>.\r\nThey met in May.\r\n"
)
SOURCES = f"""id,title,publisher,date,date_note,url,archived_url,language,sha256
n,News,The Paper,2026-05,,https://example.org/n,https://example.org/old,en,{hashlib.sha256(TEXT.encode()).hexdigest()}
x,Odd,,,Nobody knows when,javascript:alert(1),,,
"""
ACTORS = "id,name,name_native\nann,Ann,\nbo,Bo,博"
PROPOSALS = "id,title\nban,A ban\ntalks,Talks"
STATEMENTS = f"""id,actor,proposal,stance,source,quote,start,condition,condition_quote
s1,ann,ban,support,n,a ban,{TEXT.index("a ban")},,
s2,ann,ban,oppose,n,"no ban, then",,,
s3,bo,talks,conditional,n,"talks, if calm",{TEXT.index("talks, if")},calm,if calm
s4,bo,ban,support,n,never said,,,
s5,bo,ban,oppose,n,we want a ban,{TEXT.index("we want")},,
s6,bo,talks,support,x,,,,
"""
EVENTS = (
    f"id,title,date_start,date_end,source,quote,start\ne1,A meeting,2026-05,2026-05,n,met in May,{TEXT.index('met in')}"
)
TABLES = {
    "sources": SOURCES,
    "actors": ACTORS,
    "proposals": PROPOSALS,
    "statements": STATEMENTS,
    "events": EVENTS,
}


@pytest.fixture
def texts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of texts, named in the environment, with the text of `n` in it."""
    folder = tmp_path / "texts"
    folder.mkdir()
    (folder / "any-name.txt").write_bytes(TEXT.encode())
    monkeypatch.setenv("POLICY_MATRIX_TEXTS", str(folder))
    return folder


@pytest.fixture(autouse=True)
def no_texts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("POLICY_MATRIX_TEXTS", raising=False)


def marks(made: str) -> list[tuple[str, str]]:
    """Every mark: where it leads, and its words."""
    found = re.findall(r'<mark [^>]*data-jump="([^"]*)"[^>]*>(.*?)</mark>', made, re.DOTALL)
    return [(to, html.unescape(words)) for to, words in found]


# ---------------------------------------------------------------- the list


def test_each_source_has_publisher_date_counts_and_addresses(page: Open, page_text: Read, markup: Read) -> None:
    app = page("sources")
    words = page_text(app)
    assert "2 sources" in words
    assert "Krasa AI · 8 May 2026" in words
    assert "AI Safety in China · Date of publication not given (Undated; written after the visit" in words
    assert "70 statements count here ● Supports 51 ◐ Supports on a condition 6 △ Raises as a concern 9 ✕" in words
    assert (
        "98 passages of its words (70 of statements, 6 of conditions and 22 of events); the text is not here" in words
    )
    assert 'href="https://www.krasa.ai/' in markup(app)


def test_without_texts_it_says_how_to_start_with_them(page: Open, page_text: Read, markup: Read) -> None:
    app = page("sources", "?reading=aisc-2026-05")
    assert "policy-matrix serve --texts FOLDER" in page_text(app)
    assert "Not compared with the source: its text is not here" in page_text(app)
    assert 'class="pm-text"' not in markup(app)


def test_the_counts_follow_the_filters(page: Open, page_text: Read) -> None:
    words = page_text(page("sources", "?search=孙成昊"))
    assert "0 of 26 statements count here" in words
    assert "13 of 70 statements count here" in words


def test_a_source_that_has_no_text_here_is_told_apart_from_no_texts_at_all(
    page: Open, write: Write, texts: Path, page_text: Read
) -> None:
    words = page_text(page("sources", "?reading=x", write(**TABLES)))
    assert "The text of this source is not in the folder of texts" in words
    assert "serve --texts" not in words


# ---------------------------------------------------------------- one source


def test_the_text_stands_there_with_its_quotes_in_place(page: Open, write: Write, texts: Path, markup: Read) -> None:
    made = markup(page("sources", "?reading=n", write(**TABLES)))
    assert marks(made) == [
        ("st-s5", "we want "),
        ("st-s1", "a ban"),  # where two quotes overlap, the inner one leads
        ("st-s3", "talks, "),
        ("st-s3", "if calm"),
        ("st-s2", "no ban, then"),
        ("ev-e1", "met in May"),
    ]
    assert 'title="Statement s5: Bo, opposes, Statement s1: Ann, supports"' in made


def test_each_quote_says_what_came_of_it_and_where_it_is(
    page: Open, write: Write, texts: Path, page_text: Read
) -> None:
    words = page_text(page("sources", "?reading=n", write(**TABLES)))
    assert (
        "5 of 7 passages stand in the source as the data has them, 1 stands there, but the data does not say where and "
        "1 does not stand so there (" in words
    )
    assert f"✓ These words stand in the source at character {TEXT.index('a ban')} In the text" in words
    assert "○ These words stand in the source; the data does not say where" in words
    assert "✗ These words do not stand so in the source: 'never said' is not in the source's text" in words
    assert "✓ The condition: these words stand in the source" in words
    assert "1 event in this source" in words


def test_statements_stand_in_the_order_of_the_text(page: Open, write: Write, texts: Path, markup: Read) -> None:
    made = markup(page("sources", "?reading=n", write(**TABLES)))
    assert re.findall(r'<li id="st-(\w+)"', made) == ["s5", "s1", "s3", "s2", "s4"]


def test_every_way_into_the_text_and_back_leads_somewhere(page: Open, write: Write, texts: Path, markup: Read) -> None:
    made = markup(page("sources", "?reading=n", write(**TABLES)))
    places = re.findall(r' id="([^"]+)"', made)
    assert len(places) == len(set(places))
    ways = re.findall(r'data-jump="([^"]+)"', made)
    assert len(ways) == 6 + 6 + 6  # marks, signs, and from the statements and the event
    assert {*ways} <= {*places}


def test_a_link_to_a_statement_arrives_at_its_quote(page: Open, write: Write, texts: Path, markup: Read) -> None:
    folder = write(**TABLES)
    assert 'data-at="at-statements-s3-quote"' in markup(page("sources", "?reading=n&at=s3", folder))
    assert 'data-at="st-s4"' in markup(page("sources", "?reading=n&at=s4", folder))  # it has no place
    assert "data-at" not in markup(page("sources", "?reading=n", folder))


def test_what_the_filters_hide_is_counted_and_not_marked(
    page: Open, write: Write, texts: Path, page_text: Read, markup: Read
) -> None:
    app = page("sources", "?reading=n&actor=ann", write(**TABLES))
    assert "2 of 5 statements (the filters hide 3, which are not marked)." in page_text(app)
    assert [to for to, _ in marks(markup(app))] == ["st-s1", "st-s2", "ev-e1"]


def test_markup_in_a_text_stays_text(page: Open, write: Write, texts: Path, page_text: Read, markup: Read) -> None:
    app = page("sources", "?reading=n", write(**TABLES))
    assert "<script>" not in markup(app)
    assert "<img" not in markup(app)
    assert 'href="javascript:' not in markup(app)
    assert MARKUP in page_text(app)
    assert "<b>talks</b>" in html.unescape(markup(app))


def test_a_source_that_is_not_known_is_answered(page: Open, page_text: Read) -> None:
    words = page_text(page("sources", "?reading=aisc"))
    assert "Reading: 'aisc' is not one of krasa-2026-05-08, aisc-2026-05" in words
    assert "2 sources" in words


def test_a_dataset_without_a_source_says_so(page: Open, write: Write, page_text: Read) -> None:
    empty = {name: text.splitlines()[0] for name, text in TABLES.items()}
    assert "The dataset has no source yet." in page_text(page("sources", "", write(**empty)))


# ---------------------------------------------------------------- the text itself


def shown(made: str) -> str:
    """The text as a reader sees it: without tags and signs."""
    bare = re.sub(r'<a class="pm-sign".*?</a>|<details.*?</details>', "", made, flags=re.DOTALL)
    return html.unescape(re.sub(r"<[^>]+>", "", bare))


@pytest.fixture
def dataset(write: Write) -> Dataset:
    return load(write(**TABLES))


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends_are_kept_whatever_they_are(end: str, dataset: Dataset) -> None:
    text = TEXT.replace("\r\n", end)
    assert shown(text_html(DatasetHtml(dataset), text, [])) == TEXT.replace("\r\n", "\n")


@pytest.mark.parametrize(
    "text", ["", "x" * 90_000, "word " * 20_000, "a line\n" * 20_000, "\n" * 9_000, "y" * (BLOCK + 5)]
)
def test_a_long_text_is_cut_into_blocks_that_a_browser_can_lay_out(text: str, dataset: Dataset) -> None:
    made = text_html(DatasetHtml(dataset), text, [])
    blocks = re.findall(r'<div class="pm-block"[^>]*>(.*?)</div>', made, re.DOTALL)
    assert shown(made) == text
    assert all(len(block) <= LONGEST for block in blocks)


def test_more_signs_than_fit_before_a_quote_are_folded(dataset: Dataset) -> None:
    quotes = quotes_of(dataset, "n", TEXT)
    same = [q for q in quotes if q.row == "s1"] * 9
    made = text_html(DatasetHtml(dataset), TEXT, same)
    assert "<summary>+3</summary>" in made
    assert made.count('class="pm-sign"') == 9


def test_every_quote_of_the_shipped_dataset_stands_in_the_texts_where_they_are_here(
    shared_sources: Path, page: Open, page_text: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("POLICY_MATRIX_TEXTS", str(shared_sources))
    words = page_text(page("sources"))
    assert (
        "All 55 passages stand in the source as the data has them (26 of statements, 2 of conditions and 27 of events)."
        in words
    )
    assert (
        "All 98 passages stand in the source as the data has them (70 of statements, 6 of conditions and 22 of events)."
        in words
    )
