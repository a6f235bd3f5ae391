"""First page, filter change and page change of the dashboard, against an empty Streamlit app in the same browser."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from statistics import median

from playwright.sync_api import Browser, Page, sync_playwright

from benchmarks.browser import ACTORS, PATIENCE, PROPOSALS, STATEMENTS, click, launch, page_of, served
from benchmarks.generate import generate
from benchmarks.measure import Measurement
from matrix.shipped import dataset as shipped

EMPTY_APP = """
import streamlit as st
def one():
    st.html("<h1>One</h1>")
    if st.multiselect("Filter", ["a", "b", "c", "d"], key="filter"):
        st.button("Clear filters", on_click=lambda: st.session_state.update(filter=[]))
def two():
    st.html("<h1>Two</h1>")
pages = [st.Page(one, title="One", url_path="one", default=True), st.Page(two, title="Two", url_path="two")]
st.navigation(pages, position="top").run()
"""
PEER = "an empty app with two pages"
HOME = "[data-testid=stMultiSelect]"  # what stands on the empty app's first page
# Every other page of the second dataset, and what stands on it last.
DRAWN = ".js-plotly-plot .main-svg"
LARGER = (
    *(("common-ground", ".pm-answer"), ("side", ".pm-answer"), ("overlaps", ".pm-answer")),
    *((f"overlaps?view={view}", DRAWN) for view in ("agreement", "sets", "network", "over-time")),
    *((f"overlaps?view={view}", ".pm-answer") for view in ("coalitions", "camps", "what-if")),
    *(("timeline", ".pm-answer"), ("statements", ".pm-statements table"), ("sources", "h2"), ("data", "h2")),
)
MS = {"unit": "ms"}


def rows(folder: Path, seed: int, rounds: int = 7) -> Iterator[Measurement]:
    """Medians over rounds in which both take a turn; the first round warms up."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "empty.py").write_text(EMPTY_APP, encoding="utf-8")
    streamlit = ["-m", "streamlit", "run", str(folder / "empty.py"), "--server.headless=true"]
    large = generate(folder / "grid", ACTORS, PROPOSALS, STATEMENTS, seed)
    with ExitStack() as stack:
        peer = stack.enter_context(
            served(lambda port: [*streamlit, f"--server.port={port}", "--server.address=127.0.0.1"])
        )
        small = stack.enter_context(served(lambda port: ["-m", "matrix", "serve", "--port", str(port), str(shipped())]))
        many = stack.enter_context(served(lambda port: ["-m", "matrix", "serve", "--port", str(port)]))
        big = stack.enter_context(served(lambda port: ["-m", "matrix", "serve", "--port", str(port), str(large)]))
        browser = launch(stack.enter_context(sync_playwright()))
        stack.callback(browser.close)
        first = _medians(
            rounds,
            lambda: _first(browser, small, "[role=gridcell]"),
            lambda: _first(browser, peer, HOME),
        )
        yield Measurement("first page, shipped dataset", *first, PEER, 1.6, **MS)  # type: ignore[arg-type]
        second = _medians(
            rounds,
            lambda: _first(browser, f"{many}/?dataset=ai-governance-instruments", "[role=gridcell]"),
            lambda: _first(browser, peer, HOME),
        )
        yield Measurement("first page, 219 actors", *second, PEER, 2, **MS)  # type: ignore[arg-type]
        for path, seen in LARGER:
            address = f"{many}/{path}{'&' if '?' in path else '?'}dataset=ai-governance-instruments"
            took = _medians(rounds, partial(_first, browser, address, seen), lambda: _first(browser, peer, HOME))
            yield Measurement(f"/{path}, 219 actors", *took, PEER, 3, **MS)  # type: ignore[arg-type]
        ours, theirs = page_of(browser, small), page_of(browser, peer)
        change = _medians(rounds, lambda: _our_filter(ours), lambda: _filter(theirs))
        yield Measurement("a filter change, shipped dataset", *change, f"{PEER}: its only filter", 2, **MS)  # type: ignore[arg-type]
        turn = _medians(
            rounds,
            lambda: _turn(ours, "Common ground", "Matrix", "[role=gridcell]"),
            lambda: _turn(theirs, "Two", "One", HOME),
        )
        yield Measurement("a page change, shipped dataset", *turn, PEER, 2, **MS)  # type: ignore[arg-type]
        wide = page_of(browser, big)
        wide.get_by_role("gridcell").first.wait_for(timeout=PATIENCE * 1000)
        theirs.goto(peer)
        theirs.locator(HOME).wait_for()
        change = _medians(rounds, lambda: _our_filter(wide), lambda: _filter(theirs))
        yield Measurement("a filter change, 300 x 200", *change, f"{PEER}: its only filter", 3, **MS)  # type: ignore[arg-type]


def _medians(rounds: int, ours: Callable[[], float], peer: Callable[[], float]) -> tuple[float, float]:
    took = [(ours(), peer()) for _ in range(rounds + 1)][1:]
    a, b = zip(*took, strict=True)
    return median(a), median(b)


def _first(browser: Browser, url: str, seen: str) -> float:
    """Milliseconds from asking for the address, in a fresh context, until the first such element is visible."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    page = context.new_page()
    begin = time.perf_counter()
    page.goto(url, wait_until="commit")
    page.locator(f"{seen} >> visible=true").first.wait_for(timeout=PATIENCE * 1000)
    took = (time.perf_counter() - begin) * 1000
    context.close()
    return took


def _our_filter(page: Page) -> float:
    """Milliseconds from a press on a theme in the line of filters until the page says that it is filtered."""
    bar = page.locator(".filters")
    bar.get_by_role("button", name=re.compile("^Theme")).click()
    option = bar.get_by_role("checkbox").first
    option.wait_for()
    took = click(page, option, ".pm-over", " of ")
    bar.get_by_role("button", name="Clear filters").wait_for()
    page.keyboard.press("Escape")
    bar.get_by_role("button", name="Clear filters").click()
    bar.get_by_role("button", name="Clear filters").wait_for(state="detached")
    return took


def _filter(page: Page) -> float:
    """Milliseconds from a press on an option of the first filter until the page says that it is filtered."""
    box = page.get_by_role("combobox").first
    box.click()
    option = page.get_by_role("option").first
    option.wait_for()
    took = click(page, option, "button", "Clear filters")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Clear filters").click()
    page.get_by_role("button", name="Clear filters").wait_for(state="detached")
    return took


def _turn(page: Page, there: str, back: str, home: str) -> float:
    """Milliseconds from a press on another page's name until its heading stands; then back again."""
    took = click(page, page.get_by_role("link", name=there, exact=True), "h1", there)
    page.get_by_role("link", name=back, exact=True).click()
    page.locator(home).first.wait_for()
    return took
