"""Timeline, Proposal and Actor in a browser: a journalist goes through time, then to the person, and back."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser.parts import body, evidence


def test_a_mark_opens_its_statement_and_an_event_its_card(page, dashboard: str, settled) -> None:
    shown = page(dashboard + "/timeline")
    marks = body(shown).locator(".js-plotly-plot .scatterlayer .trace").filter(has_text="◐").locator(".points path")
    marks.first.click(force=True)
    expect(evidence(shown)).to_contain_text("On condition")
    expect(shown).to_have_url(re.compile("cell="))
    settled(shown)
    shown.locator(".js-plotly-plot .scatterlayer .trace").filter(has_text="□").locator(".points path").first.click(
        force=True
    )
    expect(shown.get_by_role("article", name=re.compile("^Event: Trump-Xi summit"))).to_be_visible()
    expect(shown).to_have_url(re.compile("event=summit-plan-2026-05"))


def test_the_slider_moves_by_keyboard_and_with_it_the_filter(page, dashboard: str, settled) -> None:
    shown = page(dashboard + "/timeline?time=as-of&as-of=2026-05-12")
    shown.get_by_role("slider").focus()
    shown.keyboard.press("ArrowRight")
    settled(shown)
    expect(body(shown)).to_contain_text("As of 13 May 2026:")
    expect(shown).to_have_url(re.compile("as-of=2026-05-13"))
    expect(shown.get_by_role("button", name="As of: 13 May 2026")).to_be_visible()
    shown.get_by_role("button", name="All dates").click()
    expect(body(shown)).to_contain_text("Of all dates: 89 positions")
    expect(shown).not_to_have_url(re.compile("[?&]as-of="))


def test_from_a_cell_to_the_actor_to_a_proposal_and_back_without_loading_anew(page, dashboard: str, settled) -> None:
    shown = page(dashboard + "/?cell=nc3-red-lines~sun-chenghao&side=china")
    shown.evaluate("window.stillHere = true")
    evidence(shown).get_by_role("link", name=re.compile("^All of this actor")).click()
    expect(body(shown)).to_contain_text("Closest and farthest")
    expect(body(shown).locator("h2").first).to_contain_text("Sun Chenghao 孙成昊")
    settled(shown)
    expect(shown).to_have_url(re.compile("actor-open=sun-chenghao"))
    expect(shown).to_have_url(re.compile("side=china"))
    body(shown).get_by_role("link", name="All voices on Agreed AI red lines in nuclear command (NC3)").click()
    expect(body(shown)).to_contain_text("Rung 5 of 6")
    settled(shown)
    body(shown).get_by_role("link", name=re.compile("^Total ban on AI")).last.click()
    expect(body(shown)).to_contain_text("Rung 6 of 6")
    settled(shown)
    assert shown.evaluate("window.stillHere") is True  # no page was loaded anew
    shown.go_back()
    expect(body(shown)).to_contain_text("Rung 5 of 6")
    shown.go_back()
    expect(body(shown)).to_contain_text("Closest and farthest")
    expect(shown).to_have_url(re.compile("actor-open=sun-chenghao"))
    again = page(shown.url)
    expect(body(again).locator("h2").first).to_contain_text("Sun Chenghao 孙成昊")
    shown.go_back()
    expect(evidence(shown)).to_contain_text("Sun Chenghao")
