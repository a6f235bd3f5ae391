"""A browser signs in, sees who it is, and signs out of both its tabs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import NoReturn
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage
from tests.sign_in import ANN, provider, signing_in

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")  # the provider's
ELSEWHERE = ("cdn.jsdelivr.net",)  # from where the provider's own pages would have their style


def test_sign_in_see_the_name_and_sign_out_of_both_tabs(
    tmp_path: Path,
    shipped: Path,
    absent: Callable[[str], NoReturn],
    page: OpenPage,
    settled: Callable[[Page], None],
    axe: Callable[..., list[str]],
    requests: list[str],
) -> None:
    with provider(absent, ANN) as address, signing_in(tmp_path, shipped, default=address) as url:
        one = page(url)
        for host in ELSEWHERE:
            one.route(f"**://{host}/**", lambda asked: asked.abort())
        expect(one.get_by_role("heading", level=1)).to_have_text("Policy matrix")
        expect(one).to_have_title("Policy matrix")
        assert axe(one) == []
        one.get_by_role("button", name="Sign in").click()
        one.get_by_role("button", name="1", exact=True).click()  # at the provider
        one.wait_for_url(f"{url}/")
        name = one.get_by_test_id("stPopover").get_by_role("button", name="Ann")
        expect(name).to_be_visible()
        settled(one)
        assert axe(one) == []
        # In a narrow window nothing lies on the button that closes the navigation.
        one.set_viewport_size({"width": 390, "height": 844})
        one.get_by_test_id("stExpandSidebarButton").click()
        one.get_by_test_id("stSidebarCollapseButton").get_by_role("button").click()
        expect(name).to_be_visible()
        one.set_viewport_size({"width": 1440, "height": 900})
        settled(one)
        other = one.context.new_page()
        other.goto(f"{url}/statements")
        expect(other.get_by_role("button", name="Ann")).to_be_visible()
        settled(other)
        name.click()
        expect(one.get_by_text("Signed in as ann@example.org.")).to_be_visible()
        one.get_by_role("button", name="Sign out").click()
        one.wait_for_url(f"{address}/**")
        # What was drawn stays in the other tab until something is done there.
        other.get_by_role("link", name="Timeline").click()
        expect(other.get_by_role("button", name="Sign in")).to_be_visible()
        expect(other.get_by_role("button", name="Ann")).to_have_count(0)
        expect(other.locator("h1")).to_have_text("Policy matrix")
        one.goto(url)
        expect(one.get_by_role("button", name="Sign in")).to_be_visible()
        hosts = {urlsplit(a).hostname for a in requests if a.startswith(("http", "ws"))}
        assert hosts == {"localhost", "127.0.0.1", *ELSEWHERE}
