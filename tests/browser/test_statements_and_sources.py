"""The pages Statements and Sources in a browser: a journalist copies citations, a checker goes from quote to text."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.parts import evidence, search_for
from tests.tiny import written

TEXT = "".join(f"Line {i}: Ann says <i>nothing</i> of talks.\n" for i in range(400)) + "Ann: we want talks, if calm.\n"
TABLES = {
    "sources": "id,title,publisher,date,url,language,sha256\n"
    f"n,News,The Paper,2026-05,https://example.org/n,en,{hashlib.sha256(TEXT.encode()).hexdigest()}\n",
    "actors": "id,name,name_native\nann,Ann,安\n",
    "proposals": "id,title\ntalks,Talks\ncalm,Calm\n",
    "statements": "id,actor,proposal,stance,source,quote,start,condition,condition_quote\n"
    f's1,ann,talks,conditional,n,"we want talks, if calm",{TEXT.index("we want")},calm,if calm\n'
    f"s2,ann,calm,support,n,says <i>nothing</i>,{TEXT.index('says')},,\n",
}


@pytest.fixture
def checked(serve, tmp_path: Path) -> str:
    """The address of a dashboard on two statements, with the text of their source."""
    folder, texts = written(tmp_path / "dataset", TABLES), tmp_path / "texts"
    texts.mkdir()
    (texts / "text.txt").write_bytes(TEXT.encode())
    return serve(folder, "--texts", str(texts))


def body(page: Page) -> Locator:
    return page.locator(".st-key-body")


def clipboard(page: Page) -> str:
    return str(page.evaluate("navigator.clipboard.readText()"))


def test_a_text_with_its_quotes_fits_and_is_accessible(checked: str, fits_every_look) -> None:
    fits_every_look(f"{checked}/sources?reading=n", "source")


def test_a_journalist_copies_each_statement_with_its_citation_by_keyboard(page, dashboard: str, settled) -> None:
    shown = page(f"{dashboard}/statements")
    search_for(shown, "孙成昊")
    settled(shown)
    expect(body(shown)).to_contain_text("13 statements that count here")
    button = body(shown).locator("tbody tr .pm-copy").first
    button.focus()
    shown.keyboard.press("Enter")
    expect(body(shown).get_by_role("button", name="Copied")).to_be_visible()
    citation = clipboard(shown)
    assert "Sun Chenghao (孙成昊)" in citation
    assert "paraphrased: the source's words, not the speaker's own" in citation
    assert "https://aisafetychina.substack.com/" in citation
    body(shown).get_by_role("button", name="Copy these 13 with citation").click()
    expect(body(shown).locator(".pm-listed").get_by_role("button", name="Copied")).to_be_visible()
    assert clipboard(shown).count("(孙成昊)") == 13
    body(shown).get_by_role("link", name="Sun Chenghao").first.click()
    expect(evidence(shown)).to_contain_text("Sun Chenghao")
    expect(shown).to_have_url(re.compile("cell=~sun-chenghao"))  # the evidence stands before its address does
    again = page(shown.url)
    expect(body(again)).to_contain_text("13 statements that count here")
    expect(evidence(again)).to_contain_text("Sun Chenghao")


def test_a_reader_goes_from_line_to_line_by_keyboard_and_back(page, dashboard: str, settled) -> None:
    shown = page(f"{dashboard}/statements")
    body(shown).get_by_text("Own words 12").click()
    expect(body(shown)).to_contain_text("12 statements that count here")
    settled(shown)
    words = body(shown).locator("a[data-statement]")
    expect(words).to_have_count(12)
    for i in (0, 3):
        words.nth(i).focus()
        shown.keyboard.press("Enter")
        expect(words.nth(i)).to_have_attribute("aria-current", "true")
        expect(evidence(shown).locator("blockquote")).to_contain_text(words.nth(i).inner_text())
        expect(evidence(shown).get_by_role("article")).to_have_count(1)
    expect(shown).to_have_url(re.compile(f"statement={words.nth(3).get_attribute('data-statement')}"))
    again = page(shown.url)
    expect(evidence(again).locator("blockquote")).to_contain_text(words.nth(3).inner_text())
    again.close()
    settled(shown)
    shown.go_back()
    expect(words.nth(0)).to_have_attribute("aria-current", "true")
    shown.keyboard.press("Escape")
    expect(evidence(shown)).to_be_hidden()


def test_on_paper_each_statement_is_a_card(page, dashboard: str) -> None:
    shown = page(f"{dashboard}/statements?attribution=quoted")
    cards = body(shown).locator(".pm-on-paper article")
    expect(cards).to_have_count(12)
    expect(cards.first).to_be_hidden()
    shown.emulate_media(media="print")
    expect(cards.first).to_be_visible()
    expect(body(shown).locator(".pm-statements")).to_be_hidden()
    for control in (".stSelectbox", ".stDownloadButton", ".pm-copy"):
        expect(body(shown).locator(control).first).to_be_hidden()


def test_where_a_browser_refuses_to_copy_the_text_stands_there_to_be_copied_by_hand(page, checked: str) -> None:
    shown = page(f"{checked}/statements")
    shown.evaluate(
        "() => { Object.defineProperty(navigator, 'clipboard', { value: undefined }); document.execCommand = () => false }"
    )
    body(shown).locator("tbody tr .pm-copy").first.click()
    text = shown.get_by_role("textbox", name="The text to copy")
    expect(text).to_be_focused()
    assert "— Ann (安)" in text.input_value()
    assert shown.evaluate("getSelection().toString()") == text.input_value()


def test_evidence_that_opens_far_down_is_seen_at_once(page, dashboard: str) -> None:
    shown = page(f"{dashboard}/statements")
    link = body(shown).locator("tbody tr").nth(40).locator("a.pm-open").first
    link.click()
    expect(evidence(shown).get_by_role("heading").first).to_be_in_viewport()


def test_a_checker_goes_from_a_statement_to_its_quote_and_back_by_keyboard(page, checked: str, settled) -> None:
    shown = page(f"{checked}/statements")
    body(shown).get_by_role("link", name="we want talks, if calm").click()
    evidence(shown).get_by_role("link", name="In its source: statement s1").click()
    expect(body(shown)).to_contain_text("All 3 passages stand in the source as the data has them")
    sign = shown.locator("#at-statements-s1-quote")
    expect(sign).to_be_focused()
    expect(sign).to_be_in_viewport()
    shown.keyboard.press("Enter")
    statement = shown.locator("#st-s1")
    expect(statement).to_be_focused()
    statement.get_by_role("link", name="Condition in the text: s1").focus()
    shown.keyboard.press("Enter")
    expect(shown.locator("#at-statements-s1-condition_quote")).to_be_focused()
    shown.locator("mark").first.click()
    expect(shown.locator("#st-s2")).to_be_focused()
    expect(shown.locator("mark").first).to_have_text("says <i>nothing</i>")
    shown.get_by_role("link", name="All sources").click()
    expect(body(shown)).to_contain_text("1 source")
    expect(shown).not_to_have_url(re.compile("reading="))
    shown.go_back()
    expect(body(shown)).to_contain_text("All 3 passages stand in the source as the data has them")
