"""Ten people at once on one server, each with other filters on another page: nobody sees another's, none costs much."""

from __future__ import annotations

import csv
import os
import re
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.browser.parts import search_for
from tests.servers import Server

SESSION = 60  # MB that one more may cost
QUIET = 20  # seconds of trying until the server's memory stands still


class Tables:
    """The shipped tables, read with nothing of the package: what a visitor with filters must be told."""

    def __init__(self, folder: Path) -> None:
        self.tables = {t: _rows(folder / f"{t}.csv") for t in ("actors", "proposals", "statements", "sources")}
        self.side = {row["id"]: row["side"] for row in self.tables["actors"]}
        self.theme = {row["id"]: row["theme"] for row in self.tables["proposals"]}

    def over(self, **wanted: str) -> re.Pattern[str]:
        """`12 of 50 proposals · ... · 30 of 96 statements · 1 of 2 sources`, for filters by actor, side or theme."""
        proposals = {p for p, theme in self.theme.items() if wanted.get("theme", theme) == theme}
        said = [s for s in self.tables["statements"] if s["proposal"] in proposals and self._by(s["actor"], wanted)]
        numbers = {"proposals": len(proposals), "statements": len(said), "sources": len({s["source"] for s in said})}
        words = {name: self._of(n, name) for name, n in numbers.items()}
        return re.compile(f"{words['proposals']}.*{words['statements']}.*{words['sources']}")

    def _by(self, actor: str, wanted: dict[str, str]) -> bool:
        return wanted.get("actor", actor) == actor and wanted.get("side", self.side[actor]) == self.side[actor]

    def _of(self, n: int, table: str) -> str:
        total = len(self.tables[table])
        return f"{n} of {total} {table}" if n != total else f"{n} {table}"


def _rows(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


VISITS: tuple[tuple[str, dict[str, str]], ...] = (
    ("common-ground", {"theme": "nuclear"}),
    ("side", {"side": "us"}),
    ("side", {"side": "china"}),
    ("overlaps", {"side": "china"}),
    ("timeline", {"actor": "xi-jinping"}),
    ("statements", {"actor": "sun-chenghao"}),
    ("statements", {"actor": "cai-cuihong"}),
    ("sources", {"side": "us"}),
    ("data", {"actor": "xiao-qian"}),
    ("data", {"theme": "process"}),
)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the memory of a process is read from Linux's /proc")
def test_ten_at_once_see_their_own_and_cost_little(
    page: Callable[..., Page],
    serve: Callable[..., str],
    server_at: Callable[[str], Server],
    settled: Callable[[Page], None],
    shipped: Path,
    errors: list[str],
    outside: Callable[[], list[str]],
    record_property: Callable[[str, object], None],
) -> None:
    """Ten colleagues want to work on one server at the same time, each on their own question."""
    url, tables = serve(shipped, "--read-only"), Tables(shipped)
    server = server_at(url)
    first = page(url)
    for where, wanted in VISITS:  # what all share is loaded before anything is weighed
        first.goto(address(url, where, wanted))
        settled(first)
    alone = memory_at_rest(server)
    assert alone > SESSION  # with pandas and Streamlit loaded: it is really the server that is weighed

    visitors = [page(address(url, *visit)) for visit in VISITS]
    for shown, (_, wanted) in zip(visitors, VISITS, strict=True):
        sees_only(shown, wanted, tables)
    # Three rounds in which all act before any answer is awaited: they type, take it back, and go elsewhere.
    for number, shown in enumerate(visitors):
        search_for(shown, f"visitor {number}")
    for number, shown in enumerate(visitors):
        expect(shown.get_by_role("button", name=re.compile("^Remove the filter Search: "))).to_contain_text(
            f"“visitor {number}”"
        )
    for shown in visitors:
        search_for(shown, "")
    for shown, (_, wanted) in zip(visitors, VISITS, strict=True):
        settled(shown)
        sees_only(shown, wanted, tables)
    for shown in visitors:
        shown.get_by_role("link", name="Statements", exact=True).first.click(no_wait_after=True)
    for shown, (_, wanted) in zip(visitors, VISITS, strict=True):
        expect(shown.get_by_role("heading", level=1, name=re.compile("^Statements"))).to_be_visible()
        settled(shown)
        sees_only(shown, wanted, tables)
    for shown, (where, wanted) in zip(visitors, VISITS, strict=True):
        if where == "statements":
            continue  # they were there already: Back would leave the dashboard
        shown.go_back()
        expect(shown).to_have_url(re.compile(f"/{where}"))
        settled(shown)
        sees_only(shown, wanted, tables)
    each = (memory_at_rest(server) - alone) / len(visitors)
    record_property("MB per session", round(each, 1))
    print(f"\none session: {alone:.0f} MB; each of {len(visitors)} more: {each:.1f} MB")
    assert each < SESSION
    assert errors == []
    assert outside() == []
    assert not re.search(r"Traceback|Error|Exception", server.log.read_text())


def address(url: str, where: str, wanted: dict[str, str]) -> str:
    return f"{url}/{where}?" + "&".join(f"{name}={value}" for name, value in wanted.items())


def sees_only(shown: Page, wanted: dict[str, str], tables: Tables) -> None:
    """The counts of these filters stand on the page, and the address says these filters and no others."""
    expect(shown.locator(".pm-over")).to_contain_text(tables.over(**wanted))
    expected = {name: [value] for name, value in wanted.items()}

    def says_so(url: str) -> bool:
        said = parse_qs(urlsplit(url).query)
        return {name: said[name] for name in ("actor", "side", "theme", "search") if name in said} == expected

    shown.wait_for_url(says_so)


# ---------------------------------------------------------------- memory


def memory_at_rest(server: Server) -> float:
    """MB that the server's processes hold, once that has stopped to change: what is shared is counted once."""
    until, before, now = time.monotonic() + QUIET, -1.0, memory(server)
    while abs(now - before) > 0.5 and time.monotonic() < until:
        time.sleep(1)
        before, now = now, memory(server)
    return now


def memory(server: Server) -> float:
    sizes: dict[int, float] = defaultdict(float)
    for process in group(server.pid):
        with suppress(OSError):  # it may end at any moment
            rollup = Path(f"/proc/{process}/smaps_rollup").read_text()
            sizes[process] = sum(map(int, re.findall(r"^(?:Pss|SwapPss): +(\d+) kB", rollup, re.MULTILINE))) / 1024
    return sum(sizes.values())


def group(leader: int) -> Iterable[int]:
    """The processes that the server started and itself."""
    for entry in Path("/proc").iterdir():
        with suppress(ProcessLookupError):
            if entry.name.isdigit() and os.getpgid(int(entry.name)) == leader:
                yield int(entry.name)
