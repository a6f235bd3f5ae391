"""The pages Common ground, Side and Overlaps in a browser: an analyst, a desk officer, a pasted link, hostile data."""

from __future__ import annotations

import re
from contextlib import suppress
from pathlib import Path

from playwright.sync_api import Error, Locator, Page, expect

from tests.browser.parts import body, evidence


def test_an_analyst_compares_xiao_and_cai_and_passes_on_the_link(page, dashboard: str, settled) -> None:
    shown = page(dashboard)
    shown.get_by_role("link", name="Overlaps").click()
    body(shown).get_by_text("Actors", exact=True).click()
    settled(shown)
    for label, name in (("One", "Xiao"), ("Other", "Cai")):
        box = shown.get_by_role("combobox", name=label, exact=True)
        box.fill(name)
        shown.get_by_role("option", name=name).first.click()
        settled(shown)
    expect(body(shown)).to_contain_text("Xiao Qian and Cai Cuihong both back 3 proposals")
    for title in ("Narrow, issue-specific", "Incident and crisis communication", "Exchange on model and safety"):
        expect(body(shown).locator("section").first).to_contain_text(title)
    article = body(shown).locator("article").filter(has_text="Exchange on model and safety evaluation")
    expect(article).to_contain_text("paraphrasing Xiao Qian: technical exchanges on AI safety evaluation")
    expect(article).to_contain_text("paraphrasing Cai Cuihong: model-evaluation methods")
    expect(article.locator(".pm-condition")).to_contain_text("exchange is mutual")
    article.get_by_role("link", name="Cai Cuihong").click()
    expect(evidence(shown)).to_contain_text("Cai Cuihong")
    expect(evidence(shown)).to_contain_text("On condition")
    expect(article.get_by_role("link", name="Cai Cuihong")).to_have_attribute("aria-current", "true")
    expect(shown).to_have_url(re.compile("cell=evaluation-exchange~cai-cuihong"))
    again = page(shown.url)
    expect(body(again)).to_contain_text("Xiao Qian and Cai Cuihong both back 3 proposals")
    expect(evidence(again)).to_contain_text("Cai Cuihong")
    expect(again).to_have_url(shown.url)


def test_a_desk_officer_reads_the_answer_and_the_ladder(page, dashboard: str) -> None:
    shown = page(f"{dashboard}/common-ground")
    expect(shown.get_by_role("heading", name="Officials of both sides back 2 of 50 proposals")).to_be_visible()
    rungs = shown.locator(".pm-rung")
    expect(rungs).to_have_count(6)
    expect(rungs.first).to_contain_text("rejects it")
    expect(rungs.first).to_contain_text("Sun Chenghao")
    for i in range(1, 6):
        expect(rungs.nth(i).locator(".pm-stand").last).to_contain_text("Sun Chenghao")
    rungs.first.get_by_role("link", name="Sun Chenghao").focus()
    shown.keyboard.press("Enter")
    expect(evidence(shown)).to_contain_text("Opposes")
    refused = body(shown).locator("section").filter(has_text="Refused by experts and others, by no official")
    expect(refused).to_contain_text("Security limits on civilian AI")
    shown.get_by_role("link", name="Sides", exact=True).click()
    expect(shown.locator("h1")).to_contain_text("Sides")  # the page before has a China to click on, too
    shown.locator(".st-key-page-tools").get_by_text("China").click()
    expect(body(shown)).to_contain_text("Of its 14 members, 12 are heard.")


def test_a_brief_prints_without_the_tools_around_it(page, dashboard: str) -> None:
    shown = page(f"{dashboard}/side?brief=china")
    shown.emulate_media(media="print")
    expect(shown.locator('[data-testid="stSidebar"]')).to_be_hidden()
    expect(shown.locator(".stAppHeader")).to_be_hidden()
    expect(shown.get_by_text("Named but unheard in these sources")).to_be_visible()
    assert shown.evaluate("document.documentElement.scrollHeight") > 1200  # it runs on, nothing is cut off


def test_a_click_in_a_figure_shows_what_is_behind_the_number(page, dashboard: str, settled) -> None:
    shown = page(f"{dashboard}/overlaps?view=sets")
    shown.locator(".stPlotlyChart .barlayer .point path").nth(3).click(force=True)
    expect(body(shown)).to_contain_text("3 proposals backed by exactly Xiao Qian and Cai Cuihong")
    expect(shown).to_have_url(re.compile("bar=xiao-qian~cai-cuihong"))
    body(shown).get_by_text("The same as a table").click()
    expect(body(shown).get_by_test_id("stDataFrame")).to_be_visible()
    body(shown).get_by_role("button", name="Download the picture").click()
    with shown.expect_download(timeout=60_000) as waiting:
        shown.get_by_role("button", name="Interactive page").click()
    text = Path(waiting.value.path()).read_text(encoding="utf-8")
    assert "Which of 6 actors back the same proposals" in text


def point(shown: Page, trace: str, number: int) -> Locator:
    """A marker of a trace of the network, counted from the last trace: its nodes."""
    nth = {"nodes": -1, "pairs": -2}[trace]
    return shown.locator(".stPlotlyChart .scatterlayer .trace").nth(nth).locator("path.point").nth(number)


def click_on(shown: Page, mark: Locator) -> None:
    """With the mouse, where the marker is: plotly listens on a layer above it."""
    box = None
    for _ in range(40):  # a figure is drawn again once its room is known: until it stands still
        with suppress(Error):  # the mark of the figure before may go at any moment
            mark.scroll_into_view_if_needed()
        shown.wait_for_timeout(200)
        before, box = box, mark.bounding_box()
        if box and box == before:
            break
    assert box
    shown.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)


def test_a_click_on_a_node_opens_the_actor_and_on_an_edge_the_pair(page, dashboard: str, settled) -> None:
    shown = page(f"{dashboard}/overlaps?view=network")
    click_on(shown, point(shown, "nodes", 0))
    expect(shown).to_have_url(re.compile("cell=~[a-z-]+"))
    expect(evidence(shown)).to_be_visible()
    settled(shown)
    click_on(shown, point(shown, "pairs", 0))
    expect(shown).to_have_url(re.compile("pair=[a-z-]+~[a-z-]+"))
    expect(shown.locator(".st-key-evidence h2").first).to_contain_text("both back")
