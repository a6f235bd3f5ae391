"""What changed, from the right of the navigation: by the keyboard, at every size, with its files."""

from __future__ import annotations

import shutil
from pathlib import Path

from playwright.sync_api import expect

from matrix.dataset.changes import Change
from matrix.store.history import apply


def test_the_way_to_it_is_on_every_page_and_it_fits_every_look(
    page, serve, settled, fits_every_look, shipped: Path, tmp_path: Path
) -> None:
    folder = Path(shutil.copytree(shipped, tmp_path / "own"))
    other = Path(shutil.copytree(shipped, tmp_path / "other"))
    shutil.rmtree(other / "layers", ignore_errors=True)
    apply(folder, [Change("changed", "statements", "s001", "stance", "support", "oppose")], by="Lee", why="read again")
    url = serve(tmp_path)
    shown = page(f"{url}/timeline?dataset=own&side=china")
    settled(shown)
    shown.get_by_role("link", name="What changed").focus()
    shown.keyboard.press("Enter")
    expect(shown.get_by_role("heading", name="What changed", level=1)).to_be_visible()
    expect(shown.get_by_role("heading", name="Among actors of China: since")).to_contain_text("1 position turned.")
    with shown.expect_download() as begun:
        shown.get_by_role("button", name="Text (.md)").click()
    assert "supports → opposes" in Path(begun.value.path()).read_text("utf-8")
    for width in (1440, 1024, 390):
        shown.set_viewport_size({"width": width, "height": 844})
        settled(shown)
        pages = shown.get_by_role("navigation", name="App pages").locator("a, button")
        ends = [box["x"] + box["width"] for i in range(pages.count()) if (box := pages.nth(i).bounding_box())]
        begins = shown.get_by_role("navigation", name="Dataset").bounding_box()
        assert begins
        assert max(ends, default=0) <= begins["x"], f"at {width} the tools stand on the navigation"
    fits_every_look(f"{url}/what-changed?dataset=own", "what-changed")
