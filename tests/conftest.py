"""What every test may ask for: the shipped dataset, the sources, LibreOffice, hypothesis's settings."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any, NoReturn

import openpyxl
import pytest
from hypothesis import settings
from playwright.sync_api import Browser, Playwright, sync_playwright

from matrix.dataset.dataset import Dataset
from matrix.dataset.location import Database
from matrix.dataset.selection import Selection
from matrix.store.history import save
from tests import databases
from tests.small import FRAMES, data_of

ROOT = Path(__file__).resolve().parent.parent
BROWSER = "tests/browser/"
# The shell is the same browser without its windows: a visit takes half the processor time.
BROWSERS = (
    "chromium-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
)

# The last two lines keep the browser's own errands (updates, sync, proxies) out of the recorded requests.
FLAGS = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-dev-shm-usage"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
    *("--no-default-browser-check", "--no-proxy-server"),
]

# A slow machine is no failure; in CI the same examples are tried every time.
settings.register_profile("dev", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE") or ("ci" if os.environ.get("CI") else "dev"))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """With `-n`: a file's tests stay together, so its fixtures are made once."""
    # xdist 3.8's own `--dist loadfile` sorts the files by their number of tests: the few, long browser tests come last.
    from xdist.scheduler import LoadScopeScheduling

    class ByFile(LoadScopeScheduling):  # type: ignore[misc]
        def _split_scope(self, nodeid: str) -> str:
            return nodeid.partition("::")[0]

    config.option.loadscopereorder = False
    return ByFile(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Browser tests and others take turns, file by file: two browsers at once are the exception, and none comes last."""
    files = list(dict.fromkeys(item.nodeid.partition("::")[0] for item in items))
    kinds = [[f for f in files if f.startswith(BROWSER) is browser] for browser in (True, False)]
    turn = {file: i / len(kind) for kind in kinds for i, file in enumerate(kind)}
    items.sort(key=lambda item: turn[item.nodeid.partition("::")[0]])


@pytest.fixture(scope="session")
def root() -> Path:
    """The checkout's root."""
    return ROOT


@pytest.fixture(scope="session")
def shipped(root: Path) -> Path:
    """The folder of the shipped dataset; copy it before changing anything."""
    return root / "data" / "us-china-ai-dialogue"


@pytest.fixture(scope="session")
def shared_sources(root: Path) -> Path:
    """The folder with the sources' full texts, which stay outside the repository; skips where it is not."""
    texts = root.parent / "shared" / "sources"
    if not texts.is_dir():
        pytest.skip("the sources' texts (../shared/sources beside the checkout) are not on this machine")
    return texts


@pytest.fixture(scope="session")
def absent() -> Callable[[str], NoReturn]:
    """absent(what): a tool is not installed - a failure in CI, which must have everything, else a skip."""

    def report(what: str) -> NoReturn:
        if os.environ.get("CI"):
            pytest.fail(f"{what} is not installed, and CI must not pass without it", pytrace=False)
        pytest.skip(f"{what} is not installed")

    return report


@pytest.fixture(scope="session")
def soffice(absent: Callable[[str], NoReturn]) -> str:
    """The path of LibreOffice's program."""
    return shutil.which("soffice") or shutil.which("libreoffice") or absent("LibreOffice (soffice)")


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """Playwright's driver: one a process, for it keeps an event loop of its own in the tests' thread."""
    with sync_playwright() as driver:
        yield driver


@pytest.fixture(scope="session")
def chromium(playwright: Playwright, absent: Callable[[str], NoReturn]) -> str:
    """The path of $CHROMIUM, of an installed Chromium or Chrome, or of Playwright's own."""
    named = os.environ.get("CHROMIUM")
    found = next(filter(None, map(shutil.which, [named] if named else BROWSERS)), None)
    own = playwright.chromium.executable_path
    return found or (own if Path(own).is_file() and not named else absent(named or "Chromium"))


@pytest.fixture(scope="session")
def browser(playwright: Playwright, chromium: str) -> Iterator[Browser]:
    """One headless browser for all tests; each test's pages are in contexts of their own."""
    running = playwright.chromium.launch(executable_path=chromium, args=FLAGS, timeout=60_000)
    yield running
    running.close()


@pytest.fixture
def convert(soffice: str, tmp_path: Path) -> Callable[[Path, str], Path]:
    """convert(file, "pdf"): what LibreOffice makes of a file; the result lies in a folder of its own."""

    def run(file: Path, to: str) -> Path:
        out = tmp_path / "converted"
        profile = (tmp_path / "office-profile").as_uri()  # its own: two at once would block each other
        command = [soffice, f"-env:UserInstallation={profile}", "--headless", "--norestore"]
        done = subprocess.run(
            [*command, "--convert-to", to, "--outdir", str(out), str(file)],
            capture_output=True,
            text=True,
            timeout=180,
            stdin=subprocess.DEVNULL,
            check=False,
        )
        made = out / f"{file.stem}.{to.partition(':')[0]}"
        assert made.is_file(), f"LibreOffice made no {to} of {file.name}: {done.stdout}{done.stderr}"
        return made

    return run


@pytest.fixture(scope="session")
def postgresql(absent: Callable[[str], NoReturn]) -> Iterator[databases.PostgresServer]:
    """A PostgreSQL of this process's own: started with the first test that asks for it."""
    yield from databases.started(absent)


@pytest.fixture
def new_database(
    request: pytest.FixtureRequest, tmp_path: Path, absent: Callable[[str], NoReturn]
) -> Iterator[Callable[[str], Database]]:
    """new_database("sqlite" or "postgresql"): an empty database; that of SQLite is a file that is not there yet."""
    made: list[Database] = []

    def make(kind: str) -> Database:
        if (what := databases.missing()).startswith("the extra"):
            absent(what)
        databases.without_waiting()
        if kind == "postgresql":
            server: databases.PostgresServer = request.getfixturevalue("postgresql")
            databases.forget([d for d in made if d.file is None][:-3])  # Hypothesis asks for many in one test
            made.append(server.new())
        else:
            made.append(Database(f"sqlite:///{tmp_path / f'd{len(made)}.db'}"))
        return made[-1]

    yield make
    if made:
        databases.forget(made)


@pytest.fixture(scope="session", autouse=True)
def no_waiting_for_the_disk() -> Iterator[None]:
    """Nobody cuts the power here: what was written is read again without waiting until it would outlast that."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(os, "fsync", lambda _fd: None)
        yield


@pytest.fixture(scope="session")
def small() -> Dataset:
    """The hand-countable dataset."""
    return Dataset.from_frames(FRAMES)


@pytest.fixture(scope="session")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Dataset, Path], Path]:
    """saved(dataset, place): a folder as a save leaves it; written once for each dataset, then copied."""

    @cache
    def first(dataset: Dataset) -> Path:
        folder = tmp_path_factory.mktemp("saved") / "d"
        save(dataset, folder)
        return folder

    return lambda dataset, place: Path(shutil.copytree(first(dataset), place))


Opened = Callable[..., Any]


@pytest.fixture(scope="session")
def opened() -> Opened:
    """opened(dataset, selection): the workbook as openpyxl reads it, with the values beside the formulas."""

    def run(dataset: Dataset, selection: Selection | None = None, *, formulas: bool = False) -> Any:
        return openpyxl.load_workbook(BytesIO(data_of(dataset, selection)), data_only=not formulas)

    return run
