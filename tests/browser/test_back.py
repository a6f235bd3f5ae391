"""Back from every kind of link leads to where one was, with and without filters, from a fresh tab; then out, at once."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.browser.parts import evidence

FILTERS = {"no filter": "", "a filter": "as-of=2026-12-31"}  # one that leaves everything on the pages
# The address, and a link of each kind that there is.
LINKS = {
    "a name in the matrix by side": ("/", ".pm-chip[data-actor]"),
    "a cell of the grid": ("/?layout=actors", "[role=gridcell].st"),
    "a name that opens evidence": ("/common-ground", "a.pm-open[data-cell]"),
    "a name that opens a page": ("/proposal?proposal-open=nc3-red-lines", "a.pm-open[data-page]"),
    "a statement in its source": ("/statements?statement=s012", '.st-key-evidence .pm-quiet a[href^="sources?"]'),
    "another view of a page, from an address that names the default": (
        "/overlaps?view=pair&v=1",
        "label:has-text('Coalitions'), button:has-text('Coalitions')",
    ),
    "another page": (
        "/overlaps?view=camps",
        'nav a[href$="/statements"], [data-testid="stTopNavLink"][href$="/statements"]',
    ),
}


def place(page: Page) -> tuple[str, dict[str, list[str]], str]:
    """Where a page is: what it is on, and all that is chosen there."""
    url = urlsplit(page.url)
    return url.path, parse_qs(url.query), url.fragment


@pytest.mark.parametrize("filtered", FILTERS)
@pytest.mark.parametrize("kind", LINKS)
def test_back_from_a_link_leads_to_where_one_was_and_then_out(
    kind: str, filtered: str, page: Callable[..., Page], dashboard: str, settled: Callable[[Page], None]
) -> None:
    address, link = LINKS[kind]
    shown = page()
    tab = shown.url
    joined = "&" if "?" in address else "?"
    shown.goto(dashboard + address + (joined + FILTERS[filtered] if FILTERS[filtered] else ""))
    settled(shown)
    begun, heading = place(shown), shown.get_by_role("heading", level=1).inner_text()
    left, opened = shown.url, evidence(shown).count()
    shown.locator(link).first.click()
    expect(shown).not_to_have_url(left)
    settled(shown)
    shown.go_back()
    # First the heading: a page of one proposal or actor is loaded anew, and while it is nothing can be asked of it.
    expect(shown.get_by_role("heading", level=1)).to_have_text(heading)
    settled(shown)
    assert place(shown) == begun
    expect(shown.get_by_role("heading", level=1)).to_have_text(heading)
    expect(evidence(shown)).to_have_count(opened)
    shown.go_back()
    shown.wait_for_url(tab)
