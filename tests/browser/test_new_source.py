"""A text comes in by the browser: pasted, saved, open, and the quote of a statement marked in it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from matrix.store.folder import load
from tests.tiny import written

TEXT = "Ann spoke first.\n\nWe want 𠮷 talks, if calm.\nNothing else was said: “We want 𠮷 talks”.\n"
TABLES = {
    "sources": "id,title\nold,Old news\n",
    "actors": "id,name\nann,Ann\n",
    "proposals": "id,title\ntalks,Talks\n",
    "statements": "id,actor,proposal,stance,source,quote\n",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return written(tmp_path / "dataset", TABLES)


def test_a_pasted_text_opens_and_the_words_quoted_from_it_are_marked(serve, page, folder: Path, settled, axe) -> None:
    url = serve(folder)
    shown = page(f"{url}/sources")
    shown.get_by_role("button", name="Add a source").click()
    shown.get_by_role("textbox", name="or pasted").fill(TEXT)
    shown.get_by_role("textbox", name="Title *").fill("Ann on talks")
    shown.get_by_role("textbox", name="Title *").press("Tab")
    expect(shown.get_by_role("textbox", name="Id *")).to_have_value("ann-on-talks")
    shown.get_by_role("textbox", name="Address").fill("https://example.org/ann")
    settled(shown)
    assert not axe(shown)
    shown.get_by_role("button", name="Add this source").click()
    text = shown.get_by_role("region", name="The text of the source")
    expect(text).to_contain_text("We want 𠮷 talks, if calm.")
    expect(shown).to_have_url(re.compile("reading=ann-on-talks"))
    assert (folder / "texts" / "ann-on-talks.txt").read_bytes() == TEXT.encode()
    quote = "𠮷 talks, if"
    with (folder / "statements.csv").open("a", encoding="utf-8") as file:
        file.write(f's1,ann,talks,support,ann-on-talks,"{quote}"\n')
    assert load(folder).sources["id"].tolist() == ["old", "ann-on-talks"]
    again = page(f"{url}/sources?reading=ann-on-talks")
    expect(again.get_by_role("region", name="The text of the source").locator("mark")).to_have_text(quote)
    stranger = page(f"{url}/sources?add=source", stranger=True)
    expect(stranger.get_by_text("Old news")).to_be_visible()
    expect(stranger.get_by_role("button", name="Add a source")).to_have_count(0)
    expect(stranger.get_by_role("button", name="Add this source")).to_have_count(0)
