"""What a page is on paper: light whatever the theme, the matrix whole with its heads on every page, no controls."""

from __future__ import annotations

import io
import re
import unicodedata
from collections.abc import Callable
from pathlib import Path

import pypdf
import pytest
from playwright.sync_api import Page

from matrix.analysis.common_ground import common_ground
from matrix.analysis.positions import fold, view
from matrix.analysis.row_order import in_bands
from matrix.dataset.selection import Selection
from matrix.store.folder import load
from tests.servers import dashboard as run_dashboard

LANDSCAPE = (842, 595)  # points


def printed(page: Page) -> list[str]:
    """The text of each page of paper, without spaces: letters that are set apart have some between them."""
    made = pypdf.PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True, print_background=True)))
    assert {tuple(round(v) for v in (p.mediabox.width, p.mediabox.height)) for p in made.pages} == {LANDSCAPE}
    return [re.sub(r"\s", "", unicodedata.normalize("NFKC", p.extract_text())) for p in made.pages]


def test_the_matrix_is_printed_whole_and_light(
    root: Path, tmp_path: Path, page: Callable[..., Page], settled: Callable[[Page], None]
) -> None:
    folder = root / "data" / "ai-governance-instruments"
    data = load(folder)
    seen = view(fold(data, Selection()))
    with run_dashboard(tmp_path, folder) as url:
        shown = page(f"{url}/?layout=actors", scheme="dark")
        by_actor = printed(shown)
        shown.evaluate("dispatchEvent(new Event('beforeprint'))")
        cells = shown.locator(".pm-paper td.st").count()
        shown.evaluate("dispatchEvent(new Event('afterprint'))")
        assert not shown.locator(".pm-paper").count()
        shown.locator(".st-key-tools").get_by_text("By side", exact=True).click()
        settled(shown)
        by_side = printed(shown)
        shown.emulate_media(media="print")
        ground = shown.evaluate("getComputedStyle(document.querySelector('.stApp')).backgroundColor")
        chip = shown.locator(".pm-chip").first.evaluate(
            "c => [getComputedStyle(c).color, getComputedStyle(c).colorScheme]"
        )
        tools = shown.locator(".st-key-tools, .st-key-frame-tools, .stAppHeader, .filters .row")
        assert not any(tools.nth(i).is_visible() for i in range(tools.count()))
    assert cells == int((seen.codes >= 0).sum())
    assert all("25proposals" in text for text in by_actor[1:]), "the heads of the columns on every page"
    assert re.search(r"actors\d+–215of215", by_actor[-1])
    assert ground == "rgb(255, 255, 255)"
    assert chip == ["rgb(0, 0, 0)", "light"]
    assert all("139of143heard" in text for text in by_side), "the sides' heads on every page"
    bands = [f"{band.words}{len(ids)}" for band, ids in in_bands(common_ground(data)).items()]
    for words in bands:
        assert sum(text.count(re.sub(r"\s", "", words)) for text in by_side) == 1


@pytest.mark.parametrize("path", ["timeline", "overlaps?view=network", "common-ground"])
def test_no_page_of_paper_is_empty(path: str, page: Callable[..., Page], dashboard: str) -> None:
    shown = page(f"{dashboard}/{path}")
    made = pypdf.PdfReader(io.BytesIO(shown.pdf(prefer_css_page_size=True)))
    assert all(p.extract_text().strip() for p in made.pages)
