"""Many visitors at once: how long each waits for a filter change, and what it costs the server's processor."""

from __future__ import annotations

import asyncio
import os
import random
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

import websockets
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.typing import Origin

from benchmarks.browser import PATIENCE, server
from benchmarks.measure import Measurement
from benchmarks.pages import EMPTY_APP, PEER
from matrix.shipped import dataset as shipped

SESSIONS = (10, 30)
THINKING = 1.0  # seconds between an answer and the next change
CHANGES = 5  # of each session, in each round
EASED = "the same with our setting: no search for garbage after each run"
LABELS = ("Side", "Filter")  # of the filter that is changed: ours, the empty app's
_TICKS = os.sysconf("SC_CLK_TCK") if hasattr(os, "sysconf") else 100


@dataclass
class Taken:
    """What one server took: seconds until each answer, and seconds of its processor over all of them."""

    waits: list[float] = field(default_factory=list)
    processor: float = 0.0

    @property
    def wait(self) -> float:
        """The median wait in milliseconds."""
        return median(self.waits) * 1000

    @property
    def work(self) -> float:
        """The processor's milliseconds for one answer."""
        return self.processor * 1000 / len(self.waits)


@dataclass
class Visitor:
    """One visit without a browser: keeps what a browser keeps, and sends what a browser sends."""

    url: str
    random: random.Random
    waits: list[float] = field(default_factory=list)
    query: str = ""
    kept: set[str] = field(default_factory=set)  # hashes of messages that need not be sent again
    widget: str = ""
    options: tuple[str, ...] = ()

    async def run(self, ready: asyncio.Barrier, changes: int) -> None:
        """Open the page, wait until all have, then change the filter again and again."""
        address = f"{self.url.replace('http', 'ws', 1)}/_stcore/stream"
        quiet: dict[str, Any] = {"max_size": None, "compression": None, "proxy": None, "ping_interval": None}
        async with websockets.connect(address, origin=Origin(self.url), **quiet) as to:
            async with asyncio.timeout(PATIENCE):
                await self._answer(to)
            await ready.wait()
            await asyncio.sleep(self.random.random() * THINKING)
            for turn in range(changes):
                begin = perf_counter()
                async with asyncio.timeout(PATIENCE):
                    await self._answer(to, [self.random.choice(self.options)] if turn % 3 != 2 else [])
                self.waits.append(perf_counter() - begin)
                await asyncio.sleep(THINKING)
            await ready.wait()

    async def _answer(self, to: websockets.ClientConnection, chosen: list[str] | None = None) -> None:
        asked = BackMsg()
        asked.rerun_script.query_string = self.query
        asked.rerun_script.cached_message_hashes.extend(self.kept)
        if chosen is not None:
            one = asked.rerun_script.widget_states.widgets.add(id=self.widget)
            one.string_array_value.data.extend(chosen)
        await to.send(asked.SerializeToString())
        while True:
            said = ForwardMsg.FromString(await to.recv(decode=False))
            kind = said.WhichOneof("type")
            if kind == "script_finished":
                if said.script_finished != ForwardMsg.FINISHED_SUCCESSFULLY:
                    raise RuntimeError("the script did not finish")
                return
            if kind == "page_info_changed":
                self.query = said.page_info_changed.query_string
            if said.metadata.cacheable:
                self.kept.add(said.hash)
            if kind == "delta" and said.delta.new_element.WhichOneof("type") == "multiselect":
                box = said.delta.new_element.multiselect
                if box.label in LABELS:
                    self.widget, self.options = box.id, tuple(box.options)


def rows(folder: Path, seed: int, against: Path | None, rounds: int = 2) -> Iterator[Measurement]:
    """Medians over rounds in which every server takes its turn; `against`: another checkout, measured beside ours."""
    folder.mkdir(parents=True, exist_ok=True)
    empty = folder / "empty.py"
    empty.write_text(EMPTY_APP, encoding="utf-8")
    flags = ["--server.headless=true", "--server.address=127.0.0.1"]
    serve = ["-m", "matrix", "serve", str(shipped()), "--read-only", "--port"]
    with ExitStack() as stack:
        run = ["-m", "streamlit", "run", str(empty), *flags]
        eased = [*run, "--runner.postScriptGC=false"]
        apps = {
            "ours": stack.enter_context(server(lambda port: [*serve, str(port)])),
            "empty": stack.enter_context(server(lambda port: [*run, f"--server.port={port}"])),
            "eased": stack.enter_context(server(lambda port: [*eased, f"--server.port={port}"])),
        }
        if against:
            apps["other"] = stack.enter_context(server(lambda port: [*serve, str(port)], root=against))
        for sessions in SESSIONS:
            taken = {name: Taken() for name in apps}
            for number in range(rounds + 1):
                for name, (url, process) in apps.items():
                    found = asyncio.run(_round(url, process, sessions, seed + number, CHANGES if number else 2))
                    if number:  # the first round warms up
                        taken[name].waits += found.waits
                        taken[name].processor += found.processor
            what = f"{sessions} visitors: "
            ours = taken["ours"]
            for name, called, most in (("empty", PEER, None), ("eased", EASED, None), ("other", str(against), 0.5)):
                if peer := taken.get(name):
                    yield Measurement(f"{what}wait for a filter change", ours.wait, peer.wait, called, most, unit="ms")
                    yield Measurement(f"{what}processor, one change", ours.work, peer.work, called, most, unit="ms")


async def _round(url: str, process: int, sessions: int, seed: int, changes: int) -> Taken:
    ready = asyncio.Barrier(sessions + 1)
    visitors = [Visitor(url, random.Random(seed * 1000 + i)) for i in range(sessions)]
    async with asyncio.TaskGroup() as tasks:
        for visitor in visitors:
            tasks.create_task(visitor.run(ready, changes))
        await ready.wait()
        before = _processor(process)
        await ready.wait()
        after = _processor(process)
    return Taken([w for v in visitors for w in v.waits], after - before)


def _processor(process: int) -> float:
    """Seconds that a process has used of the processors; 0 where the system does not say it in /proc."""
    try:
        fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / _TICKS
