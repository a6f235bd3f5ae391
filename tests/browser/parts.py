"""What the stories of several pages look at, and the tables they write."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from pathlib import Path

from playwright.sync_api import Locator, Page


def evidence(page: Page) -> Locator:
    """The panel beside the page."""
    return page.locator(".st-key-evidence")


def body(page: Page) -> Locator:
    """What the page itself shows, beside the evidence."""
    return page.locator(".st-key-body")


def wide(page: Page) -> bool:
    """Whether the page as a whole can be pushed sideways."""
    return bool(page.evaluate("document.scrollingElement.scrollWidth > innerWidth + 1"))


def write_table(folder: Path, name: str, rows: Iterable[dict[str, str]]) -> None:
    """One CSV table of a dataset."""
    rows = list(rows)
    with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
