"""A text comes in by the browser: pasted, saved, open, and the quote of a statement marked in it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from matrix.store.folder import load
from tests.browser.test_coding import select_by_mouse
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


ABOUT = {  # proposal: what is asked for
    "hotline": "a telephone hotline between ministers",
    "inspections": "unannounced inspections of laboratories",
    "registry": "an open registry of large models",
    "pause": "a pause of dangerous experiments",
    "sharing": "the exchange of incident reports",
}
PEOPLE = ("Ann", "Bob")
SENTENCES = [f"{name} asked the assembly for {what} this year." for what in ABOUT.values() for name in PEOPLE]
LONG = "\n\n".join(f"{s} {'The room was full and it rained on that long grey day. ' * 14}" for s in SENTENCES)


def select_by_touch(page: Page, words: str) -> None:
    """As a phone does: a finger rests on the text, the system selects the words, and the form waits until it rests."""
    page.evaluate(
        """words => {
            const region = document.querySelector(".pm-text")
            region.dispatchEvent(new PointerEvent("pointerdown", { pointerType: "touch", bubbles: true, composed: true }))
            const walker = document.createTreeWalker(region, NodeFilter.SHOW_TEXT)
            while (walker.nextNode()) {
                const at = walker.currentNode.data.indexOf(words)
                if (at < 0) continue
                getSelection().setBaseAndExtent(walker.currentNode, at, walker.currentNode, at + words.length)
                return
            }
        }""",
        words,
    )


def test_from_pasting_a_text_to_ten_statements_in_three_actions_each(serve, page, tmp_path: Path, settled, axe) -> None:
    assert len(LONG.split()) > 1_500
    folder = written(
        tmp_path / "dataset",
        {
            "sources": "id,title\n",
            "actors": "id,name\n" + "".join(f"{n.lower()},{n}\n" for n in PEOPLE),
            "proposals": "id,title,definition\n" + "".join(f"{i},{w.capitalize()},{w}\n" for i, w in ABOUT.items()),
            "statements": "id,actor,proposal,stance,source\n",
        },
    )
    shown = page(f"{serve(folder)}/sources?add=source")
    shown.get_by_role("textbox", name="or pasted").fill(LONG)
    shown.get_by_role("textbox", name="Title *").fill("A long day")
    shown.get_by_role("textbox", name="Title *").press("Tab")
    expect(shown.get_by_role("textbox", name="Id *")).to_have_value("a-long-day")
    settled(shown)
    shown.get_by_role("button", name="Add this source").click()
    form = shown.locator(".marking form")
    for number, words in enumerate(SENTENCES):
        expect(shown.get_by_role("region", name="The text of the source")).to_be_visible()
        settled(shown)
        select_by_touch(shown, words) if number == 4 else select_by_mouse(shown, words)  # 1
        first = form.get_by_role("listbox", name="Proposals").get_by_role("option").first
        expect(first).to_contain_text("suggested: ")
        expect(form.get_by_label("Actor", exact=True)).to_have_value(PEOPLE[number % 2])
        if number == 4:
            first.click()  # 2
            form.get_by_role("radio").first.click()  # 3
        else:
            shown.keyboard.press("Enter")  # 2
            shown.keyboard.press("1")  # 3
        expect(shown.locator(".marking .status")).to_contain_text(f"new-{number + 1} is saved")
    settled(shown)
    saved = load(folder).statements
    assert saved["quote"].tolist() == SENTENCES
    assert saved["actor"].tolist() == ["ann", "bob"] * 5
    assert saved["proposal"].tolist() == [i for i in ABOUT for _ in PEOPLE]
    # One is corrected from its card and taken back there by key.
    shown.get_by_role("button", name="Edit statement new-3").click()
    dialog = shown.get_by_role("dialog")
    dialog.get_by_role("textbox", name="Summary").fill("Before winter.")
    dialog.get_by_role("textbox", name="Summary").press("Tab")
    settled(shown)
    assert not axe(shown)
    dialog.get_by_role("button", name="Save the correction").click()
    expect(dialog).to_have_count(0)
    expect(shown.get_by_text("new-3 is corrected.")).to_be_visible()
    settled(shown)
    shown.locator("body").press("Control+z")
    expect(shown.get_by_text("Taken back.").first).to_be_visible()
    assert len(load(folder).statements) == 10
    assert "summary" not in load(folder).columns["statements"]


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
