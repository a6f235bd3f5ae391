"""The browser tests' own tools: a planted fault is found, a clean page is not blamed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

CLEAN = "<!doctype html><html lang=en><title>t</title><main><h1>Title</h1><button>Press</button></main>"
NAMELESS = CLEAN.replace("Press", "")
FAINT = CLEAN.replace("<h1>", "<h1 style='color:#ddd;background:#fff'>")
SCRIPT = """
import streamlit as st
st.title("Counter")
st.session_state.n = st.session_state.get("n", 0) + st.button("Add")
st.write(f"n = {st.session_state.n}")
"""


def test_axe_finds_planted_violations_and_nothing_on_a_clean_page(page, axe: Callable[[Page], list[str]]) -> None:
    blank = page()
    for markup, expected in [(CLEAN, []), (NAMELESS, ["button-name"]), (FAINT, ["color-contrast"])]:
        blank.set_content(markup)
        assert [line.split()[0] for line in axe(blank)] == expected


def test_a_request_that_leaves_the_machine_is_recorded(page, outside: Callable[[], list[str]]) -> None:
    blank = page()
    blank.route("**/*", lambda route: route.abort())  # recorded all the same, and nothing is sent
    blank.set_content(
        "<img src='http://example.invalid/pixel.png'><img src='data:image/gif;base64,R0lGODlhAQABAAAAACw='>"
    )
    assert outside() == ["http://example.invalid/pixel.png"]


def test_a_script_is_served_settled_clicked_and_pictured(
    page, serve_script: Callable[[str], str], settled, shot, outside, requests: list[str]
) -> None:
    url = serve_script(SCRIPT)
    for size, scheme, width in [("desktop", "light", 1440), ("phone", "dark", 390)]:
        shown = page(url, size, scheme)
        shown.get_by_role("button", name="Add").click()
        expect(shown.get_by_text("n = 1")).to_be_visible()
        settled(shown)
        assert shown.evaluate("[innerWidth, matchMedia('(prefers-color-scheme: dark)').matches]") == [
            width,
            scheme == "dark",
        ]
        picture: Path = shot(shown, f"harness {size} {scheme}")
        assert picture.name == f"harness-{size}-{scheme}.png"
        assert picture.stat().st_size > 1000
    assert outside() == []
    assert any(asked.startswith("ws://127.0.0.1") for asked in requests)
