"""Timeline, Proposal and Actor in a browser: a journalist goes through time, then to the person, and back."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.parts import body, evidence

# The picture at each frame from the first on: which layout, how far to the right it goes, how high it is.
SEEN = """
const seen = (window.seenPictures = [])
const look = () => {
  const picture = [...document.querySelectorAll(".pm-tl-layout, .js-plotly-plot .main-svg")].find((e) => e.clientWidth)
  if (picture) {
    const { right, height } = picture.getBoundingClientRect()
    seen.push([picture.dataset.from ?? "figure", right <= innerWidth + 1, Math.round(height)].join(" "))
  }
  requestAnimationFrame(look)
}
requestAnimationFrame(look)
"""


@pytest.mark.parametrize(("width", "layout"), [(390, "344"), (1024, "940"), (1440, "1240")])
def test_the_picture_is_right_from_the_first_frame_on(width: int, layout: str, page, dashboard: str, settled) -> None:
    shown = page(None, (width, 844))
    shown.add_init_script(SEEN)
    shown.goto(dashboard + "/timeline")
    settled(shown)
    found = set(shown.evaluate("window.seenPictures"))
    assert len(found) == 1
    assert found.pop().startswith(f"{layout} true ")


def test_a_mark_opens_its_statement_and_an_event_its_card_beside_it(page, dashboard: str, settled) -> None:
    shown = page(dashboard + "/timeline")
    body(shown).get_by_role("link", name=re.compile("^Cai Cuihong, supports on a condition")).first.click()
    expect(evidence(shown)).to_contain_text("On condition")
    expect(shown).to_have_url(re.compile("cell="))
    settled(shown)
    body(shown).get_by_role("link", name=re.compile("^Trump-Xi summit in Beijing")).click()
    card = evidence(shown).get_by_role("article", name=re.compile("^Event: Trump-Xi summit"))
    expect(card).to_be_in_viewport()
    expect(shown).to_have_url(re.compile("event=summit-plan-2026-05"))
    expect(shown).not_to_have_url(re.compile("cell="))
    evidence(shown).get_by_role("button", name="Close").click()
    expect(card).to_have_count(0)


def test_marks_are_reached_by_keyboard(page, dashboard: str) -> None:
    shown = page(dashboard + "/timeline")
    link = body(shown).get_by_role("link", name=re.compile("^Krasa AI article before the summit"))
    link.focus()
    shown.keyboard.press("Enter")
    expect(evidence(shown).get_by_role("article", name=re.compile("^Event: Krasa AI"))).to_be_visible()


def test_days_stay_in_sight_above_and_below_while_the_page_is_scrolled(page, dashboard: str) -> None:
    shown = page(dashboard + "/timeline")
    lanes = body(shown).locator(".pm-tl-layout:visible")
    top, foot = lanes.locator(".pm-tl-top"), lanes.locator(".pm-tl-foot")
    box = foot.bounding_box()
    assert box
    assert box["y"] + box["height"] == pytest.approx(900, abs=2)
    shown.mouse.move(700, 600)
    shown.mouse.wheel(0, 600)
    bar = shown.locator(".stAppHeader").bounding_box()
    shown.wait_for_function("() => document.querySelector('h1').getBoundingClientRect().bottom < 0")
    box = top.bounding_box()
    assert box
    assert bar
    assert box["y"] == pytest.approx(bar["height"], abs=1)
    expect(lanes.get_by_text("Xie Feng", exact=True)).to_be_in_viewport()


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
