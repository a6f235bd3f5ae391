"""Make the picture in the README: the matrix of the shipped dataset with the evidence of one position beside it."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "docs" / "images" / "matrix.png"
CELL = "[data-proposal=intergovernmental-dialogue][data-actor=scott-bessent]"


def main() -> None:
    """Serve the shipped dataset, open a cell, take the picture."""
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        port = s.getsockname()[1]
    server = subprocess.Popen([sys.executable, "-m", "matrix", "serve", "--port", str(port)], cwd=ROOT)
    url = f"http://127.0.0.1:{port}"
    try:
        for _ in range(120):
            try:
                urllib.request.urlopen(f"{url}/_stcore/health")
                break
            except OSError:
                time.sleep(0.5)
        browser_path = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
        with sync_playwright() as p:
            browser = p.chromium.launch(executable_path=browser_path, args=["--no-sandbox", "--disable-gpu"])
            page = browser.new_page(viewport={"width": 1440, "height": 860}, device_scale_factor=1.5)
            page.goto(url)
            page.locator(CELL).first.click()
            page.get_by_role("button", name="Copy with citation").first.wait_for()
            page.wait_for_timeout(1500)  # fonts and the last layout
            TARGET.parent.mkdir(exist_ok=True)
            page.screenshot(path=TARGET)
            browser.close()
    finally:
        server.terminate()


if __name__ == "__main__":
    main()
