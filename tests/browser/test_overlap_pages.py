"""The pages Common ground, Side and Overlaps in a browser: an analyst, a desk officer, a pasted link, hostile data."""

from __future__ import annotations

import re
from contextlib import suppress
from pathlib import Path

from playwright.sync_api import Error, Locator, Page, expect

from tests.browser.parts import body, evidence, write_table

HOSTILE = (
    '<img src="http://evil.example/a.png" onerror="document.title=\'owned\'">'
    "<script>document.title='owned'</script> ![p](http://evil.example/b.png) [l](http://evil.example/c) "
    "**b** `c` $x^2$ :red[r] :smile: www.evil.example"
)


def test_an_analyst_compares_xiao_and_cai_and_passes_on_the_link(page, dashboard: str, settled) -> None:
    shown = page(dashboard)
    shown.get_by_role("link", name="Overlaps").click()
    for label, name in (("One", "Xiao"), ("Other", "Cai")):
        box = shown.get_by_role("combobox", name=label, exact=True)
        box.fill(name)
        shown.get_by_role("option", name=name).first.click()
        settled(shown)
    expect(body(shown)).to_contain_text("Xiao Qian and Cai Cuihong both back 3 proposals")
    for title in ("Narrow, issue-specific", "Incident and crisis communication", "Exchange on model and safety"):
        expect(body(shown).locator("section").first).to_contain_text(title)
    article = body(shown).locator("article").filter(has_text="Exchange on model and safety evaluation")
    expect(article).to_contain_text("“technical exchanges on AI safety evaluation”")
    expect(article).to_contain_text("“model-evaluation methods”")
    expect(article.locator(".pm-condition")).to_contain_text("exchange is mutual")
    article.get_by_role("link", name="Cai Cuihong").click()
    expect(evidence(shown)).to_contain_text("Cai Cuihong")
    expect(evidence(shown)).to_contain_text("On condition")
    expect(article.get_by_role("link", name="Cai Cuihong")).to_have_attribute("aria-current", "true")
    assert "cell=evaluation-exchange~cai-cuihong" in shown.url
    again = page(shown.url)
    expect(body(again)).to_contain_text("Xiao Qian and Cai Cuihong both back 3 proposals")
    expect(evidence(again)).to_contain_text("Cai Cuihong")
    assert again.url == shown.url


def test_a_desk_officer_reads_the_answer_and_the_ladder(page, dashboard: str, settled) -> None:
    shown = page(f"{dashboard}/common-ground")
    expect(shown.get_by_role("heading", name="Officials of both sides back 2 of 50 proposals")).to_be_visible()
    rungs = shown.locator(".pm-rung")
    expect(rungs).to_have_count(6)
    expect(rungs.first).to_contain_text("Reject it")
    expect(rungs.first).to_contain_text("Sun Chenghao")
    for i in range(1, 6):
        expect(rungs.nth(i).locator(".pm-stand")).to_contain_text("Sun Chenghao")
    rungs.first.get_by_role("link", name="Sun Chenghao").focus()
    shown.keyboard.press("Enter")
    expect(evidence(shown)).to_contain_text("Opposes")
    shown.get_by_text("Rejected: 4").click()
    expect(body(shown)).to_contain_text("Security limits on civilian AI")
    settled(shown)
    assert "open=rejected" in shown.url
    shown.get_by_role("link", name="Side", exact=True).click()
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
    shown.wait_for_timeout(600)
    settled(shown)
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


def test_hostile_text_is_shown_and_does_nothing(page, serve, tmp_path: Path, outside) -> None:
    folder, h = tmp_path / "hostile", HOSTILE
    folder.mkdir()
    write_table(folder, "sides", [{"id": s, "name": h, "name_zh": h, "note": h} for s in ("x", "y")])
    write_table(
        folder, "stances", [{"id": "yes", "name": h, "score": "1"}, {"id": "if", "name": h + "2", "score": "0.5"}]
    )
    write_table(folder, "sources", [{"id": "q", "title": h, "author": h, "url": "javascript:document.title='owned'"}])
    who = {"name": h, "name_native": h, "role": h, "institution": h, "authority": "official"}
    write_table(folder, "actors", [{"id": i, "side": s, **who} for i, s in (("a", "x"), ("b", "y"), ("c", "y"))])
    what = {"title": h, "title_zh": h, "definition": h, "theme": h, "ladder": "l"}
    write_table(folder, "proposals", [{"id": i, "rung": r, **what} for i, r in (("p", "1"), ("q", "2"))])
    write_table(folder, "links", [{"id": "l", "proposal": "p", "other": "q", "kind": "tension", "why": h}])
    said = {"source": "q", "quote": h, "summary": h, "stance": "if", "condition": h}
    rows = [("s1", "a", "p"), ("s2", "b", "p"), ("s3", "a", "q"), ("s4", "b", "q")]
    write_table(folder, "statements", [{"id": i, "actor": a, "proposal": p, **said} for i, a, p in rows])
    url = serve(folder)
    for address in (
        "common-ground?cell=p~a",
        "side?brief=x",
        "overlaps?one=a&other=b",
        "overlaps?view=agreement",
        "overlaps?view=sets&set=a&set=b&bar=a~b",
        "overlaps?view=network",
        "overlaps?view=coalitions",
        "overlaps?view=what-if",
    ):
        shown = page(f"{url}/{address}")
        expect(body(shown)).to_be_visible()
        assert "owned" not in shown.title()
        assert shown.locator("img[src*=evil], a[href*=evil], a[href^=javascript]").count() == 0
        shown.close()
    assert outside() == []


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
        shown.wait_for_timeout(700)
        before, box = box, mark.bounding_box()
        if box and box == before:
            break
    assert box
    shown.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)


def test_a_click_on_a_node_opens_the_actor_and_on_an_edge_the_pair(page, dashboard: str, settled) -> None:
    shown = page(f"{dashboard}/overlaps?view=network")
    shown.wait_for_timeout(600)
    settled(shown)
    click_on(shown, point(shown, "nodes", 0))
    expect(shown).to_have_url(re.compile("cell=~[a-z-]+"))
    expect(evidence(shown)).to_be_visible()
    settled(shown)
    click_on(shown, point(shown, "pairs", 0))
    expect(shown).to_have_url(re.compile("pair=[a-z-]+~[a-z-]+"))
    expect(body(shown).locator(".st-key-page-picked h2").first).to_contain_text("both back")
