"""A real browser on a real dashboard: servers, pages, what they asked for, pictures, axe-core's findings."""

from __future__ import annotations

import os
import re
import sys
from collections import defaultdict
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Error, Page, expect

from tests.browser.parts import wide
from tests.servers import Server, free_port, live, running
from tests.servers import dashboard as run_dashboard
from tests.servers import token as read_token

HERE = Path(__file__).resolve().parent
SIZES = {"desktop": (1440, 900), "phone": (390, 844)}
expect.set_options(timeout=60_000)  # a slow machine is no failure

_LOCAL = {"127.0.0.1", "localhost", "::1", None}  # None: data:, blob: and about: have no host
_FAILED = pytest.StashKey[bool]()


class Serve(Protocol):
    """serve(dataset, "--read-only", ...): the address of a dashboard on it (None: on the shipped one)."""

    def __call__(self, dataset: Path | None = None, *options: str, env: dict[str, str] | None = None) -> str: ...


class OpenPage(Protocol):
    """page(url, size, scheme): a settled page in its own context; size is in SIZES or (width, height).

    Its browser has the token of every server that runs, unless it is a stranger's.
    """

    def __call__(
        self,
        url: str | None = None,
        size: str | tuple[int, int] = "desktop",
        scheme: str = "light",
        *,
        stranger: bool = False,
    ) -> Page: ...


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Marks every test in here, for `-m browser` and `-m "not browser"`."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.browser)


# ---------------------------------------------------------------- the server


@pytest.fixture(scope="session")
def dashboard(tmp_path_factory: pytest.TempPathFactory, shipped: Path) -> Iterator[str]:
    """The address of the dashboard on the shipped dataset, one for all tests: change nothing there."""
    with run_dashboard(tmp_path_factory.mktemp("dashboard"), shipped) as url:
        yield url


@pytest.fixture
def serve(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serve]:
    """Dashboards on other datasets, each ended with the test that asked for it."""
    with ExitStack() as servers:

        def start(dataset: Path | None = None, *options: str, env: dict[str, str] | None = None) -> str:
            folder = tmp_path_factory.mktemp("serve")
            return servers.enter_context(run_dashboard(folder, dataset, options, env))

        yield start


@pytest.fixture(scope="session")
def server_at() -> Callable[[str], Server]:
    """server_at(url): the process behind an address, and its log."""
    return lambda url: live[url]


@pytest.fixture(scope="session")
def token_of() -> Callable[[str], str]:
    """token_of(url): the token with which one may edit at an address."""
    return lambda url: read_token(live[url])


@pytest.fixture
def serve_script(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], str]]:
    """serve_script(source): the address of a Streamlit script of the test's own, say to measure against."""
    with ExitStack() as servers:

        def start(source: str) -> str:
            folder, port = tmp_path_factory.mktemp("script"), free_port()
            (folder / "script.py").write_text(source, encoding="utf-8")
            options = [
                "--server.port",
                str(port),
                "--server.address",
                "127.0.0.1",
                "--server.headless=true",
                "--browser.gatherUsageStats=false",
            ]
            command = [sys.executable, "-m", "streamlit", "run", "script.py", *options]
            return servers.enter_context(running(command, port, folder))

        yield start


# ---------------------------------------------------------------- the browser


@pytest.fixture
def requests() -> list[str]:
    """Every address that the test's pages asked for so far, websockets included."""
    return []


@pytest.fixture
def outside(requests: list[str]) -> Callable[[], list[str]]:
    """outside(): the requests that left this machine; no test should find any."""
    return lambda: [url for url in requests if urlsplit(url).hostname not in _LOCAL]


@pytest.fixture
def errors() -> list[str]:
    """What went wrong in the test's pages so far, as their consoles tell."""
    return []


class Profiles:
    """Browser profiles to borrow: empty as new ones, but with Streamlit's scripts compiled already.

    A visit in a new profile takes nearly twice the processor time.
    """

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._free: dict[tuple[str | tuple[int, int], str], list[BrowserContext]] = defaultdict(list)
        self._borrowed: dict[BrowserContext, tuple[str | tuple[int, int], str]] = {}

    def __call__(self, size: str | tuple[int, int], scheme: str) -> BrowserContext:
        """One that nobody uses, with this size of window and colour scheme."""
        key = (size, scheme)
        context = self._free[key].pop() if self._free[key] else self._new(size, scheme)
        self._borrowed[context] = key
        return context

    def release(self, context: BrowserContext) -> None:
        """Give it back: what its pages have stored is deleted."""
        for page in context.pages:
            if page.url.startswith("http") and not page.is_closed():
                with suppress(Error):  # a page that hangs stores nothing that matters
                    page.evaluate("localStorage.clear()")
            page.close()
        context.clear_cookies()
        self._free[self._borrowed.pop(context)].append(context)

    def _new(self, size: str | tuple[int, int], scheme: str) -> BrowserContext:
        width, height = SIZES[size] if isinstance(size, str) else size
        phone = size == "phone"
        context = self._browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme="dark" if scheme == "dark" else "light",
            is_mobile=phone,
            has_touch=phone,
            device_scale_factor=2 if phone else 1,
            locale="en-GB",
            timezone_id="UTC",
            reduced_motion="reduce",
            accept_downloads=True,
        )
        context.set_default_timeout(60_000)
        context.grant_permissions(["clipboard-read", "clipboard-write"])
        return context


@pytest.fixture(scope="session")
def profile(browser: Browser) -> Profiles:
    """The browser's profiles, for all tests of a worker."""
    return Profiles(browser)


@pytest.fixture
def page(
    profile: Profiles,
    requests: list[str],
    errors: list[str],
    settled: Callable[[Page], None],
    shot: Callable[[Page, str], Path],
    request: pytest.FixtureRequest,
) -> Iterator[OpenPage]:
    """Opens pages (see OpenPage); a failing test leaves a picture of each in the artefacts."""
    opened: list[Page] = []
    borrowed: list[BrowserContext] = []
    listeners: dict[str, Callable[..., None]] = {
        "request": lambda asked: requests.append(asked.url),
        "console": lambda message: errors.extend(_error(message)),
        "weberror": lambda thrown: errors.append(str(thrown.error)),
        "page": lambda new: new.on("websocket", lambda socket: requests.append(socket.url)),
    }

    def open_page(
        url: str | None = None,
        size: str | tuple[int, int] = "desktop",
        scheme: str = "light",
        *,
        stranger: bool = False,
    ) -> Page:
        context = profile(size, scheme)
        borrowed.append(context)
        for at, server in live.items():
            if (token := read_token(server)) and not stranger:
                context.add_cookies([{"name": f"policy_matrix_{urlsplit(at).port}", "value": token, "url": at}])
        for event, listen in listeners.items():
            context.on(event, listen)  # type: ignore[call-overload]
        new = context.new_page()
        opened.append(new)
        if url:
            new.goto(url, timeout=60_000)
            settled(new)
        return new

    yield open_page
    for number, each in enumerate(opened, 1):
        if request.node.stash.get(_FAILED, False) and not each.is_closed():
            # The picture is a courtesy: a page that cannot be drawn must not hide why the test failed.
            try:
                shot(each, f"failed-{request.node.name}-{number}")
            except Error as problem:
                print(f"no picture of page {number}: {problem}")
    for context in borrowed:
        for event, listen in listeners.items():
            context.remove_listener(event, listen)
        profile.release(context)


def _error(message: ConsoleMessage) -> list[str]:
    at = message.location.get("url", "")
    return [f"{message.text} ({at})"] if message.type == "error" else []


# Quiet for a third of a second: right after a click the script has not started, and looks as if it had ended; and a
# figure is drawn again once its room is known.
_QUIET = """() => {
  if (!window.changes) {
    window.changes = new MutationObserver(() => { window.quietSince = undefined })
    window.changes.observe(document.body, { childList: true, subtree: true, attributes: true, characterData: true })
  }
  const app = document.querySelector('[data-testid="stApp"]')
  const quiet = app?.dataset.testScriptState === "notRunning"
    && !document.querySelector('[data-testid="stSkeleton"], [data-stale="true"]')
  window.quietSince = quiet ? window.quietSince ?? performance.now() : undefined
  return quiet && performance.now() - window.quietSince > 330
}"""


@pytest.fixture(scope="session")
def settled() -> Callable[[Page], None]:
    """settled(page): waits until Streamlit has run the script to its end and the page has stopped to change."""

    def wait(page: Page) -> None:
        page.evaluate("window.quietSince = undefined")
        page.wait_for_function(_QUIET, timeout=90_000, polling=50)

    return wait


# ---------------------------------------------------------------- looking at it


@pytest.fixture(scope="session")
def artefacts(root: Path) -> Path:
    """Where pictures go: $POLICY_MATRIX_ARTEFACTS, else artefacts/ in the checkout (never committed)."""
    folder = Path(os.environ.get("POLICY_MATRIX_ARTEFACTS") or root / "artefacts")
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture(scope="session")
def shot(artefacts: Path) -> Callable[[Page, str], Path]:
    """shot(page, name): a picture of what a visitor sees, as NAME.png in the artefacts."""

    def take(page: Page, name: str) -> Path:
        file = artefacts / f"{re.sub(r'[^A-Za-z0-9_.-]+', '-', name).strip('-')}.png"
        page.screenshot(path=file, timeout=30_000)
        return file

    return take


@pytest.fixture(scope="session")
def axe(settled: Callable[[Page], None]) -> Callable[..., list[str]]:
    """axe(page): axe-core's serious and critical violations, one line a node: rule, impact, where, why.

    axe(page, only=[rule, ...]) tries these rules alone, axe(page, without=[rule, ...]) all others.
    """

    def findings(page: Page, *, only: Sequence[str] = (), without: Sequence[str] = ()) -> list[str]:
        if page.locator('[data-testid="stApp"]').count():
            settled(page)  # what is about to be replaced is paler than it may be
        # What passes is not described node by node: on a large table that takes longer than the checks.
        options: dict[str, object] = {"resultTypes": ["violations"]}
        if only:
            options["runOnly"] = {"type": "rule", "values": list(only)}
        if without:
            options["rules"] = {rule: {"enabled": False} for rule in without}
        violations = Axe().run(page, options=options).response["violations"]
        return [
            f"{rule['id']} ({rule['impact']}): {rule['help']}; {node['target']} {node['html'][:160]}"
            f" - {' '.join(node.get('failureSummary', '').split())}"
            for rule in violations
            if rule["impact"] in ("serious", "critical")
            for node in rule["nodes"]
        ]

    return findings


@pytest.fixture
def fits_every_look(
    page: OpenPage,
    shot: Callable[[Page, str], Path],
    axe: Callable[..., list[str]],
    outside: Callable[[], list[str]],
    errors: list[str],
    settled: Callable[[Page], None],
) -> Callable[[str, str], None]:
    """fits_every_look(url, name): wide, narrower, dark and on a phone the page fits and is accessible.

    With $POLICY_MATRIX_ARTEFACTS each look leaves a picture.
    """

    def look(shown: Page, look: str, **rules: Sequence[str]) -> None:
        expect(shown.locator("h1")).to_be_visible()
        settled(shown)
        if "POLICY_MATRIX_ARTEFACTS" in os.environ:  # somebody wants to look
            shot(shown, look)
        assert not wide(shown), look
        assert axe(shown, **rules) == [], look
        assert shown.get_by_role("navigation", name="App pages").get_by_text("more").count() == 0, look

    def look_at(url: str, name: str) -> None:
        # One visitor whose window and whose evening change: the page follows without being loaded anew.
        shown = page(url)
        look(shown, f"{name}-desktop-light")
        light = shown.evaluate(_GROUND)
        shown.set_viewport_size({"width": 1024, "height": 768})
        settled(shown)
        assert not wide(shown), f"{name}-1024"
        shown.set_viewport_size({"width": 1440, "height": 900})
        shown.emulate_media(color_scheme="dark")
        shown.wait_for_function(f"{_GROUND} !== {light!r}")
        look(shown, f"{name}-desktop-dark", only=["color-contrast"])  # only the colours are others
        shown.emulate_media(color_scheme="light")
        shown.set_viewport_size({"width": 390, "height": 844})
        shown.wait_for_function(f"{_GROUND} === {light!r}")
        look(shown, f"{name}-phone-light", without=["color-contrast"])  # only the colours are the same
        assert outside() == []
        assert errors == []

    return look_at


_GROUND = "getComputedStyle(document.querySelector('.stApp')).backgroundColor"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Notes that a test failed, and adds the end of what its servers printed."""
    report = yield
    if report.failed and report.when == "call":
        item.stash[_FAILED] = True
        for log in (server.log for server in live.values()):
            report.sections.append((f"the end of {log.parent.name}/{log.name}", log.read_text()[-4000:]))
    return report
