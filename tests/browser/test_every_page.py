"""Every page with a figure or many words, at every size: it fits, it is accessible, nothing leaves the machine."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.parts import body, wide

LOOKS = [("desktop", "light"), ("desktop", "dark"), ((1024, 768), "light"), ("phone", "light")]
PAGES = {
    "common-ground": "/common-ground?open=one-sided",
    "side": "/side?brief=china",
    "overlaps-pair": "/overlaps?one=xiao-qian&other=cai-cuihong",
    "overlaps-agreement": "/overlaps?view=agreement&pair=xiao-qian~cai-cuihong",
    "overlaps-sets": "/overlaps?view=sets&bar=xiao-qian~cai-cuihong",
    "overlaps-network": "/overlaps?view=network",
    "overlaps-coalitions": "/overlaps?view=coalitions",
    "overlaps-what-if": "/overlaps?view=what-if",
    "timeline-lanes": "/timeline",
    "timeline-as-of": "/timeline?time=as-of&as-of=2026-05-12",
    "timeline-changes": "/timeline?time=changes&from=2026-05-08&until=2026-05-13",
    "timeline-unsettled": "/timeline?time=unsettled",
    "proposal": "/proposal?proposal-open=nc3-red-lines",
    "actor": "/actor?actor-open=xiao-qian",
}


@pytest.mark.parametrize("name", PAGES)
def test_every_page_fits_and_is_accessible(name: str, page, dashboard: str, shot, axe, outside, settled) -> None:
    for size, scheme in LOOKS:
        shown = page(dashboard + PAGES[name], size, scheme)
        expect(body(shown)).to_be_visible()
        shown.wait_for_timeout(600)  # a figure is drawn again once its room is known
        settled(shown)
        assert not wide(shown)
        shot(shown, f"{name}-{size if isinstance(size, str) else size[0]}-{scheme}")
        assert axe(shown) == []
        assert shown.get_by_role("navigation", name="App pages").get_by_text("more").count() == 0
    assert outside() == []
