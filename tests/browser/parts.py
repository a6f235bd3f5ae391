"""What the stories of several pages look at, and the tables they write."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable
from pathlib import Path

from playwright.sync_api import Locator, Page, expect


def evidence(page: Page) -> Locator:
    """The panel beside the page."""
    return page.locator(".st-key-evidence")


def body(page: Page) -> Locator:
    """What the page itself shows, beside the evidence."""
    return page.locator(".st-key-body")


def wide(page: Page) -> bool:
    """Whether the page as a whole can be pushed sideways."""
    return bool(page.evaluate("document.scrollingElement.scrollWidth > innerWidth + 1"))


def filters(page: Page) -> Locator:
    """The line of filters."""
    return page.locator(".filters")


def open_filter(page: Page, name: str) -> Locator:
    """Open the list behind a button of the line of filters - on a phone all are behind one; the list."""
    bar = filters(page)
    narrow = page.evaluate("matchMedia('(max-width: 700px)').matches")
    bar.get_by_role("button", name=re.compile("^Filters" if narrow else f"^{name}")).first.click()
    panel = bar.get_by_role("dialog")
    expect(panel).to_be_visible()
    return panel


def filter_by(page: Page, title: str, *values: str, behind: str = "") -> None:
    """Choose values of a filter; `behind`: the button of several filters that it stands behind."""
    panel = open_filter(page, behind or title)
    folded = panel.locator("details").filter(has=page.get_by_text(title, exact=False).first)
    if folded.count():
        folded.first.locator("summary").click()
    for value in values:
        panel.get_by_role("checkbox", name=value).first.check()
    page.keyboard.press("Escape")
    expect(panel).to_be_hidden()


def search_for(page: Page, words: str) -> None:
    """Type into the search of the line of filters."""
    if page.evaluate("matchMedia('(max-width: 700px)').matches"):
        box = open_filter(page, "Filters").get_by_role("searchbox").first
        box.fill(words)
        box.press("Enter")
        page.keyboard.press("Escape")
        return
    box = filters(page).get_by_role("searchbox")
    box.fill(words)
    box.press("Enter")


def write_table(folder: Path, name: str, rows: Iterable[dict[str, str]]) -> None:
    """One CSV table of a dataset."""
    rows = list(rows)
    with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
