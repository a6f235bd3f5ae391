"""What the tests of the figures share: hostile names, a look into a figure's texts, the installed browser."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from typing import Any, NoReturn

import pytest

HOSTILE = '<a href="https://evil.example">x</a> <b>b</b> $\\frac{1}{2}$ %{meta} <img src=x onerror=alert(1)>'


@pytest.fixture(scope="session")
def drawing(absent: Callable[[str], NoReturn]) -> str:
    """A browser for pictures: its path, or a skip."""
    named = os.environ.get("BROWSER_PATH") or os.environ.get("CHROMIUM") or ""
    return next(
        filter(None, map(shutil.which, [named] if named else ["chromium", "chromium-browser", "google-chrome"])), None
    ) or absent("Chromium")


def texts(figure: Any) -> list[str]:
    """Every text in a figure that plotly would read as its kind of HTML: all but ids, meta and typefaces."""
    found: list[str] = []

    def walk(node: Any, key: str) -> None:
        if isinstance(node, dict):
            for k, v in node.items():
                if k not in ("meta", "customdata", "family", "name"):
                    walk(v, k)
        elif isinstance(node, list):
            for v in node:
                walk(v, key)
        elif isinstance(node, str):
            found.append(node)

    walk(json.loads(figure.to_json()), "")
    return found
