"""From a click on a cell to its evidence on screen, against the least that any Streamlit app can do, in one browser."""

from __future__ import annotations

import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median

import pandas as pd
from playwright.sync_api import Browser, Error, Locator, Page, Playwright, sync_playwright

from benchmarks.generate import generate
from benchmarks.measure import ROOT, Measurement, environment

ACTORS, PROPOSALS, STATEMENTS = 200, 300, 60_000
PATIENCE = 90  # seconds until a server or a first page answers
PAUSE = 400  # milliseconds between two clicks: both apps are at rest again
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
FLAGS = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-dev-shm-usage"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-proxy-server"),
]

EMPTY_APP = """
import streamlit as st
st.session_state.clicks = st.session_state.get("clicks", 0)
if st.button("Answer"):
    st.session_state.clicks += 1
    st.write(f"answer number {st.session_state.clicks}.")
"""

# The page's own clock, from the press of the button to the first frame in which the words stand in the document.
WATCH = """([where, words]) => {
  window.answered = new Promise((done) => {
    let begin = null
    addEventListener("pointerdown", () => { begin = performance.now() }, { capture: true, once: true })
    const look = () => {
      const found = begin !== null
        && [...document.querySelectorAll(where)].some((e) => e.textContent.includes(words))
      if (found) done(performance.now() - begin)
      else requestAnimationFrame(look)
    }
    look()
  })
}"""


def rows(folder: Path, seed: int, rounds: int = 15) -> Iterator[Measurement]:
    """The median milliseconds of both, over rounds in which each is clicked once."""
    dataset = generate(folder / "grid", ACTORS, PROPOSALS, STATEMENTS, seed)
    cells = _cells(dataset, rounds + 2, seed)
    (folder / "empty.py").write_text(EMPTY_APP, encoding="utf-8")
    streamlit = ["-m", "streamlit", "run", str(folder / "empty.py"), "--server.headless=true"]
    with ExitStack() as stack:
        ours_at = stack.enter_context(served(lambda port: ["-m", "matrix", "serve", "--port", str(port), str(dataset)]))
        peer_at = stack.enter_context(
            served(lambda port: [*streamlit, f"--server.port={port}", "--server.address=127.0.0.1"])
        )
        browser = launch(stack.enter_context(sync_playwright()))
        stack.callback(browser.close)
        ours, peer = (page_of(browser, url) for url in (f"{ours_at}/?layout=actors", peer_at))
        ours.get_by_role("gridcell").first.wait_for(timeout=PATIENCE * 1000)
        button = peer.get_by_role("button", name="Answer")
        button.wait_for(timeout=PATIENCE * 1000)
        took: list[tuple[float, float]] = []
        for turn, (proposal, actor, words) in enumerate(cells, 1):
            a = click(ours, _cell(ours, proposal, actor), "blockquote", words)
            b = click(peer, button, "[data-testid=stMarkdownContainer]", f"answer number {turn}.")
            took.append((a, b))
        ours_took, peer_took = (median(t) for t in zip(*took[2:], strict=True))  # the first two warm up
    yield Measurement(
        "click on a cell to its evidence", ours_took, peer_took, "an empty app: button, one text", 2, unit="ms"
    )


def _cells(dataset: Path, n: int, seed: int) -> list[tuple[str, str, str]]:
    """Cells that hold statements, each with words that stand in one of their quotes only."""
    statements = pd.read_csv(dataset / "statements.csv", dtype=str, keep_default_na=False)
    counting = statements[statements["superseded_by"] == ""].drop_duplicates(["proposal", "actor"])
    chosen = counting.iloc[random.Random(seed).sample(range(len(counting)), n)]
    words = [quote.splitlines()[-1] for quote in chosen["quote"]]
    return list(zip(chosen["proposal"], chosen["actor"], words, strict=True))


def _cell(page: Page, proposal: str, actor: str) -> Locator:
    """The cell of a proposal and an actor: its row and its column's head carry their ids."""
    column = page.locator(f"[role=columnheader][data-actor={actor}]").get_attribute("aria-colindex")
    row = page.locator(f"[role=row][data-proposal={proposal}]")
    row.scroll_into_view_if_needed()
    return row.locator(f"[role=gridcell][aria-colindex='{column}']")


def click(page: Page, target: Locator, where: str, words: str) -> float:
    """Milliseconds from a real press of the mouse until the words stand in an element of `where`."""
    # Found once, before the pause: a search through sixty thousand cells right before the press would be in the figure.
    found = target.element_handle()
    found.evaluate("e => e.scrollIntoView({ block: 'center', inline: 'center' })")
    page.wait_for_timeout(PAUSE)
    box = found.bounding_box()
    if box is None:
        raise RuntimeError("the element to click is not on screen")
    page.evaluate(WATCH, [where, words])
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    answered = "Promise.race([window.answered, new Promise((_, no) => setTimeout(no, 20000, 'no answer in 20 s'))])"
    return float(page.evaluate(answered))


# ---- servers and browser


@contextmanager
def served(command: Callable[[int], list[str]]) -> Iterator[str]:
    """A server as a process of its own, from its first healthy answer until the block ends; its address."""
    with server(command) as (url, _):
        yield url


@contextmanager
def server(command: Callable[[int], list[str]], root: Path = ROOT) -> Iterator[tuple[str, int]]:
    """The same, with the number of its process; `root`: the checkout whose code it runs."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    with tempfile.TemporaryDirectory(prefix="policy-matrix-") as home:
        process = subprocess.Popen(
            [sys.executable, *command(port)],
            cwd=home,
            env={**environment(root), "HOME": home, "NO_PROXY": "*", "STREAMLIT_BROWSER_GATHER_USAGE_STATS": "false"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            url = f"http://127.0.0.1:{port}"
            _wait_until_healthy(url, process)
            yield url, process.pid
        finally:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _wait_until_healthy(url: str, server: subprocess.Popen[bytes]) -> None:
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and server.poll() is None:
        try:
            with direct.open(f"{url}/_stcore/health", timeout=5) as answer:
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(f"no dashboard answers at {url}; start the same command by hand to see why")


def launch(playwright: Playwright) -> Browser:
    """An installed Chrome or Chromium, else Playwright's own."""
    for name in BROWSERS:
        found = shutil.which(name)
        if found:
            return playwright.chromium.launch(executable_path=found, args=FLAGS)
    try:
        return playwright.chromium.launch(args=FLAGS)
    except Error as e:
        raise RuntimeError("no browser: install Chromium, or run `playwright install chromium`") from e


def page_of(browser: Browser, url: str) -> Page:
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    page.goto(url)
    return page
