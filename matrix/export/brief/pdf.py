"""The HTML page of a brief becomes a PDF, printed by the browser that is installed, without a network."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

NAMES = (
    *("chromium", "chromium-browser", "chromium-headless-shell", "chrome-headless-shell"),
    *("google-chrome", "google-chrome-stable", "chrome", "microsoft-edge", "microsoft-edge-stable", "msedge"),
)
PLACES = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe",
)
NO_BROWSER = (
    "No browser is installed here that could print a PDF (Chromium, Chrome or Edge). Export the brief as .html, open "
    "it in any browser and print it from there."
)
SECONDS = 120


class PdfError(OSError):
    """Why there is no PDF, and what to do instead, in a sentence."""


def browser() -> str:
    """The path of a browser that prints without a window, '' where none is installed."""
    return next((found for name in (*NAMES, *PLACES) if (found := shutil.which(name))), "")


def pdf_of(page: str) -> bytes:
    """The page as a PDF. PdfError without a browser, or where it fails or takes too long.

    The browser gets a profile of its own that is thrown away, and no name is looked up and no address reached: the page
    holds all it needs, and may run nothing.
    """
    program = browser()
    if not program:
        raise PdfError(NO_BROWSER)
    with tempfile.TemporaryDirectory(prefix="policy-matrix-", ignore_cleanup_errors=True) as folder:
        source, made = Path(folder) / "brief.html", Path(folder) / "brief.pdf"
        source.write_text(page, "utf-8")
        command = [
            program,
            "--headless",
            "--disable-gpu",
            "--no-first-run",
            "--no-default-browser-check",
            "--disable-extensions",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--host-resolver-rules=MAP * ~NOTFOUND",
            "--proxy-server=http://127.0.0.1:9",
            f"--user-data-dir={Path(folder) / 'profile'}",
            "--no-pdf-header-footer",
            f"--print-to-pdf={made}",
        ]
        if hasattr(os, "geteuid") and os.geteuid() == 0:
            command.append("--no-sandbox")  # a browser of root's refuses to start with one; the page runs no script
        try:
            done = subprocess.run(
                [*command, source.as_uri()], stdin=subprocess.DEVNULL, capture_output=True, timeout=SECONDS, check=False
            )
        except (OSError, subprocess.TimeoutExpired) as e:
            why = f"took more than {SECONDS} seconds" if isinstance(e, subprocess.TimeoutExpired) else "did not start"
            raise PdfError(f"The browser {program} {why}. {_INSTEAD}") from e
        if not made.is_file() or not made.stat().st_size:
            last = done.stderr.decode("utf-8", "replace").strip().splitlines()[-1:] or ["no message"]
            raise PdfError(f"The browser {program} printed nothing ({last[0][:200]}). {_INSTEAD}")
        return made.read_bytes()


def pages_of(pdf: bytes) -> int:
    """How many pages such a PDF has: a browser writes an object for each, uncompressed."""
    return len(re.findall(rb"/Type\s*/Page\b(?!s)", pdf))


_INSTEAD = "Export the brief as .html instead, open it in any browser and print it from there."
