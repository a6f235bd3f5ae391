"""Make the pictures in the README and docs/coding.md from the shipped dataset, with an installed Chromium."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from matrix import apply, load
from matrix.dataset.changes import Change
from matrix.importing.new_source import new_source
from matrix.store import open_store
from matrix.store.layers import finish, new_layer

ROOT = Path(__file__).resolve().parent.parent
IMAGES = ROOT / "docs" / "images"
CELL = "[data-proposal=intergovernmental-dialogue][data-actor=scott-bessent]"
SOURCE = "aisc-2026-05"
# Invented for the pictures: nobody said this.
TEXT = (
    "An invented report, for this picture only.\n\n"
    "Sun Chenghao said that an official intergovernmental AI dialogue should begin this year. Nobody asked when.\n\n"
    "Scott Bessent called for shared guardrails, and for a hotline for AI incidents between the two governments.\n"
)


def dataset(folder: Path) -> Path:
    """A copy of the shipped dataset with an invented source and two coders, who differ in some statements."""
    made = Path(shutil.copytree(ROOT / "data" / "us-china-ai-dialogue", folder / "us-china-ai-dialogue"))
    source = new_source(load(made), {"id": "report", "title": "An invented report", "date": "2026-06-01"}, TEXT)
    apply(made, [source.change], by="kim", why="add source report", kind="coding", texts=source.texts)
    rows = load(made).frames["statements"].astype("str").to_dict("records")
    own = [{str(k): str(v) for k, v in r.items() if v and k != "superseded_by"} for r in rows if r["source"] == SOURCE]
    for name, skipped in (("kim", 7), ("lee", 5)):
        new_layer(made, name)
        changes = []
        for n, row in enumerate(own):
            if n % skipped:
                unlike = {"stance": "concern"} if name == "lee" and not n % 9 else {}
                kept = {k: v for k, v in row.items() if k != "id" and not (unlike and k.startswith("condition"))}
                changes.append(Change("added", "statements", row["id"], values=tuple({**kept, **unlike}.items())))
        apply(open_store(made, layer=name), changes, by=name, why="code", kind="coding")
        finish(made, SOURCE, layer=name)
    return made


@contextmanager
def served(*options: str) -> Iterator[str]:
    """The address of a dashboard that is up."""
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        port = s.getsockname()[1]
    server = subprocess.Popen([sys.executable, "-m", "matrix", "serve", "--port", str(port), *options], cwd=ROOT)
    url = f"http://127.0.0.1:{port}"
    try:
        for _ in range(120):
            try:
                urllib.request.urlopen(f"{url}/_stcore/health")
                break
            except OSError:
                time.sleep(0.5)
        yield url
    finally:
        server.terminate()


def take(page: Page, name: str) -> None:
    """The picture, once fonts and the last layout are there."""
    page.get_by_test_id("stStatusWidget").wait_for(state="hidden")
    page.wait_for_timeout(1500)
    page.screenshot(path=IMAGES / name)


def matrix(page: Page, url: str) -> None:
    """The matrix with the evidence of one position beside it."""
    page.goto(url)
    page.locator(CELL).first.click()
    page.get_by_role("button", name="Copy with citation").first.wait_for()
    take(page, "matrix.png")


def coding(page: Page, url: str) -> None:
    """A text with the form open, a statement edited from its card, two coders reconciled."""
    page.goto(f"{url}/sources?reading=report")
    page.get_by_text("Read ahead").click()
    page.get_by_role("button", name="Code it").first.click()
    page.locator(".marking form").wait_for()
    take(page, "coding.png")
    page.goto(f"{url}/statements?statement=s005")
    page.get_by_role("button", name="Edit statement s005").last.click()
    page.get_by_role("dialog").get_by_text("Supersede it").click()
    page.get_by_role("button", name="Save the new statement").wait_for()
    take(page, "editing.png")
    page.set_viewport_size({"width": 1440, "height": 1200})
    page.goto(f"{url}/data?data=coders")
    page.get_by_text("Reconcile", exact=True).wait_for()
    page.get_by_role("button", name="Decide").scroll_into_view_if_needed()
    take(page, "reconcile.png")


def main() -> None:
    """All pictures, or those of the names given."""
    IMAGES.mkdir(exist_ok=True)
    browser_path = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    wanted = sys.argv[1:] or ["matrix", "coding"]
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as p:
        browser = p.chromium.launch(executable_path=browser_path, args=["--no-sandbox", "--disable-gpu"])
        for name, draw in (("matrix", matrix), ("coding", coding)):
            options = [] if name == "matrix" else ["--no-token", str(dataset(Path(folder)))]
            if name in wanted:
                with served(*options) as url:
                    draw(browser.new_page(viewport={"width": 1440, "height": 860}, device_scale_factor=1.5), url)
        browser.close()


if __name__ == "__main__":
    main()
