"""Several datasets on one server: a switch in the header, the one looked at in the address, a broken one by itself."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from playwright.sync_api import expect

from tests.browser.parts import evidence, write_table

TALKS = "US-China dialogue on AI risk, spring 2026"  # the title; the others go by their folders' names


def test_one_server_shows_several_studies_and_what_is_wrong_with_one_of_them(
    page, serve, settled, shipped: Path, tmp_path: Path, axe, shot
) -> None:
    shutil.copytree(shipped, tmp_path / "talks")
    write(tmp_path / "election", "support")
    write(tmp_path / "draft", "suport")
    shown = page(serve(tmp_path))
    switch = shown.get_by_role("navigation", name="Dataset")
    expect(switch.locator("summary")).to_have_text("election")  # the first that can be shown
    switch.locator("summary").click()
    expect(switch.get_by_role("link")).to_have_text(["draft", "election", TALKS])
    assert axe(shown) == []
    shown.keyboard.press("Escape")
    expect(switch.get_by_role("link")).to_have_count(0)
    switch.locator("summary").click()
    switch.get_by_role("link", name="draft").click()
    expect(shown.get_by_role("heading", name="This dataset cannot be shown yet")).to_be_visible()
    expect(shown.get_by_text("did you mean 'support'?")).to_be_visible()

    switch.locator("summary").click()
    switch.get_by_role("link", name=TALKS).click()
    expect(shown.get_by_role("gridcell").first).to_be_visible()
    expect(switch.locator("summary")).to_have_text(TALKS)
    shown.goto(shown.url.split("?")[0] + "?dataset=talks&side=china&cell=evaluation-exchange~cai-cuihong")
    expect(evidence(shown)).to_contain_text("model-evaluation methods")
    settled(shown)
    expect(shown).to_have_url(re.compile(r"dataset=talks.*v=[0-9a-f]{12}|v=[0-9a-f]{12}.*dataset=talks"))
    assert axe(shown) == []
    shot(shown, "datasets")

    # The filters of one study mean nothing in another: they stay behind.
    switch.locator("summary").click()
    switch.get_by_role("link", name="election").click()
    expect(shown.get_by_role("gridcell")).to_have_count(1)
    expect(shown.get_by_role("button", name="Clear filters")).to_have_count(0)
    shown.get_by_role("link", name="Statements", exact=True).click()
    expect(shown.get_by_role("cell", name="Build it.").first).to_be_visible()
    expect(shown).to_have_url(re.compile("statements.*dataset=election"))
    shown.go_back()
    expect(shown.get_by_role("gridcell")).to_have_count(1)
    shown.go_back()
    expect(switch.locator("summary")).to_have_text(TALKS)
    expect(evidence(shown)).to_contain_text("model-evaluation methods")


def write(folder: Path, stance: str) -> None:
    folder.mkdir()
    write_table(folder, "sources", [{"id": "s", "title": "Paper"}])
    write_table(folder, "actors", [{"id": "red", "name": "Red Party"}])
    write_table(folder, "proposals", [{"id": "tram", "title": "A tram"}])
    said = {"id": "s1", "actor": "red", "proposal": "tram", "stance": stance, "source": "s", "quote": "Build it."}
    write_table(folder, "statements", [said])
