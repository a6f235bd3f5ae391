"""Who gets in, in a real browser: the owner by the printed address; no foreign name, no other port, no stranger."""

from __future__ import annotations

import re
import shutil
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, Playwright, expect

from tests.conftest import FLAGS

# Tries to read, to upload and to talk over a websocket, and tells what came of it.
ATTACK = """async ([url, session]) => {
  const tried = async (doing) => { try { return await doing() } catch (error) { return "failed" } }
  const socket = () => new Promise((done) => {
    const open = new WebSocket(url.replace("http", "ws") + "/_stcore/stream", ["streamlit"])
    open.onopen = () => done("open")
    open.onerror = () => done("failed")
  })
  const image = () => new Promise((done) => {
    const made = document.createElement("img")
    made.onload = () => done("loaded")
    made.onerror = () => done("failed")
    made.src = url + "/favicon.png"
  })
  return {
    read: await tried(async () => (await fetch(url + "/_stcore/host-config", { credentials: "include" })).text()),
    page: await tried(async () => (await fetch(url + "/data", { credentials: "include" })).text()),
    upload: await tried(async () => (await fetch(
      url + `/_stcore/upload_file/${session}/a`, { method: "PUT", body: new FormData(), credentials: "include" }
    )).status),
    image: await image(),
    socket: await socket(),
  }
}"""


@pytest.fixture
def own(shipped: Path, tmp_path: Path) -> Path:
    """A copy of the shipped dataset that may be changed."""
    return Path(shutil.copytree(shipped, tmp_path / "own"))


@pytest.fixture
def other_port(tmp_path: Path) -> Iterator[str]:
    """The address of another server of this machine, with an empty page."""
    pages = tmp_path / "pages"
    pages.mkdir()
    (pages / "index.html").write_text("<!doctype html><title>Other</title>")
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(SimpleHTTPRequestHandler, directory=pages)) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def upload(shown: Page) -> int:
    return shown.locator("input[type=file]").count()


def test_the_owner_opens_the_printed_address_edits_and_carries_no_token_on(
    own: Path, serve, page, token_of, settled, requests: list[str]
) -> None:
    url = serve(own)
    secret = token_of(url)
    shown = page(f"{url}/data?data=bring-in&side=china&token={secret}", stranger=True)
    expect(shown).to_have_url(re.compile(r"/data\?.*side=china"))
    expect(shown.locator("input[type=file]")).to_have_count(1)
    assert secret not in shown.url
    assert secret not in shown.content()
    assert secret not in shown.evaluate("document.cookie + JSON.stringify({ ...localStorage, ...sessionStorage })")
    kept = [c for c in shown.context.cookies() if c["value"] == secret]
    assert [(c["name"], c["httpOnly"], c["sameSite"]) for c in kept] == [
        (f"policy_matrix_{urlsplit(url).port}", True, "Strict")
    ]
    # A second tab and a reload are the owner's too; Back does not lead to the token.
    tab = shown.context.new_page()
    tab.goto(f"{url}/data?data=bring-in")
    expect(tab.locator("input[type=file]")).to_have_count(1)
    shown.get_by_role("link", name="Matrix", exact=True).click()
    expect(shown.get_by_role("gridcell").first).to_be_visible()
    shown.go_back()
    expect(shown.locator("input[type=file]")).to_have_count(1)
    assert secret not in shown.url
    assert [asked for asked in requests if secret in asked] == [f"{url}/data?data=bring-in&side=china&token={secret}"]


def test_without_the_token_everything_is_shown_nothing_edited_and_the_way_is_named(
    own: Path, serve, page, axe, shot
) -> None:
    url = serve(own)
    for address in (f"{url}/data?data=bring-in", f"{url}/data?data=bring-in&token=of-yesterday"):
        shown = page(address, stranger=True)
        expect(shown.locator("#data-read-only")).to_contain_text(
            "open the address that policy-matrix serve has printed"
        )
        expect(shown.get_by_role("radio", name="History")).to_have_count(0)
        assert upload(shown) == 0
        assert "token" not in shown.url
    assert axe(shown) == []
    shot(shown, "data-no-token")
    shown.get_by_role("link", name="Matrix", exact=True).click()
    expect(shown.get_by_role("gridcell").first).to_be_visible()


def test_a_foreign_name_that_leads_to_this_machine_reads_and_writes_nothing(
    own: Path, serve, playwright: Playwright, chromium: str, token_of
) -> None:
    """DNS rebinding: the browser takes the server for one of evil.example."""
    url = serve(own)
    before = {file.name: file.read_bytes() for file in own.iterdir() if file.is_file()}
    flags = [*FLAGS, "--host-resolver-rules=MAP evil.example 127.0.0.1"]
    browser = playwright.chromium.launch(executable_path=chromium, args=flags, timeout=60_000)
    try:
        shown = browser.new_page()
        evil = f"http://evil.example:{urlsplit(url).port}"
        answer = shown.goto(f"{evil}/data?token={token_of(url)}")
        assert answer
        assert answer.status == 421
        assert shown.locator("#root").count() == 0
        assert shown.context.cookies() == []
        found = shown.evaluate(ATTACK, [evil, "a"])
        assert found["upload"] == 421
        assert found["socket"] == "failed"
        assert found["image"] == "failed"
        assert found["read"] == found["page"]  # the refusal
        assert "does not answer to this name" in found["read"]
    finally:
        browser.close()
    assert {file.name: file.read_bytes() for file in own.iterdir() if file.is_file()} == before


def test_a_page_on_another_port_reads_and_writes_nothing_even_in_the_owners_browser(
    own: Path, serve, page, other_port: str, requests: list[str]
) -> None:
    url = serve(own)
    owner = page(f"{url}/data?data=bring-in")
    expect(owner.locator("input[type=file]")).to_have_count(1)
    before = {file.name: file.read_bytes() for file in own.iterdir() if file.is_file()}
    other = owner.context.new_page()
    other.goto(other_port)
    assert other.evaluate(ATTACK, [url, "a"]) == dict.fromkeys(("read", "page", "upload", "image", "socket"), "failed")
    # Nor in a frame, in which the page would be its own.
    del requests[:]
    other.evaluate(
        """(url) => new Promise((done) => {
          const frame = document.createElement("iframe")
          frame.onload = done
          frame.src = url + "/data"
          document.body.append(frame)
        })""",
        url,
    )
    assert other.frame_locator("iframe").locator("#root").count() == 0
    assert [asked for asked in requests if asked.startswith("ws:")] == []
    assert {file.name: file.read_bytes() for file in own.iterdir() if file.is_file()} == before


def test_the_attacks_succeed_where_the_page_is_the_servers_own(own: Path, serve, page) -> None:
    """So that a failure above is the server's answer and not a mistake of the test."""
    url = serve(own)
    found = page(f"{url}/data").evaluate(ATTACK, [url, "a"])
    assert "allowedOrigins" in found["read"]
    assert "<html" in found["page"].lower()
    assert found["upload"] == 403  # without Streamlit's own token against forgery
    assert found["image"] == "loaded"
    assert found["socket"] == "open"
