"""The second shipped dataset, of 219 actors and lists known only in part: each page of it fits and is accessible."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.parts import wide
from tests.servers import dashboard as run_dashboard

PAGES = {
    "by-side": "/",
    "by-actor": "/?layout=actors",
    "cell": "/?cell=delhi-declaration~~eu",
    "common-ground": "/common-ground",
    "side": "/side?brief=eu",
    "overlaps-sides": "/overlaps",
    "overlaps-agreement": "/overlaps?view=agreement",
    "overlaps-sets": "/overlaps?view=sets",
    "overlaps-network": "/overlaps?view=network",
    "overlaps-coalitions": "/overlaps?view=coalitions",
    "overlaps-camps": "/overlaps?view=camps",
    "overlaps-over-time": "/overlaps?view=over-time&window=365d&one=us&other=eu",
    "timeline": "/timeline",
    "statements": "/statements",
    "sources": "/sources",
    "proposal": "/proposal?proposal-open=delhi-declaration",
    "actor": "/actor?actor-open=usa",
}


@pytest.fixture(scope="module")
def url(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A dashboard on it, for all tests of this file."""
    folder = tmp_path_factory.mktemp("instruments")
    with run_dashboard(folder, root / "data" / "ai-governance-instruments") as address:
        yield address


@pytest.mark.parametrize("name", PAGES)
def test_it_fits_and_is_accessible(
    name: str, url: str, page: Callable[[str], Page], settled: Callable[[Page], None], axe: Callable[..., list[str]]
) -> None:
    shown = page(url + PAGES[name])
    expect(shown.locator("h1")).to_be_visible()
    settled(shown)
    assert not wide(shown)
    assert axe(shown) == []
    shown.set_viewport_size({"width": 390, "height": 844})
    settled(shown)
    assert not wide(shown)
