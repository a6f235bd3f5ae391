"""Functions become medians: rivals take turns in one process, so that a noisy machine treats them alike."""

from __future__ import annotations

import gc
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

ROOT = Path(__file__).resolve().parents[1]

Work = Callable[[], Any]


@dataclass(frozen=True)
class Measurement:
    """One line of the table: what ours takes, what the peer takes (in s, ms or MB), and what is allowed.

    `most` bounds ours in times of the peer, `ceiling` bounds ours itself; without either the line only informs.
    """

    what: str
    ours: float
    peer: float | None = None
    peer_is: str = ""
    most: float | None = None
    ceiling: float | None = None
    unit: str = "s"

    @property
    def ratio(self) -> float | None:
        """Ours in times of the peer."""
        return self.ours / self.peer if self.peer else None

    @property
    def ok(self) -> bool | None:
        """Whether ours is allowed; None where nothing is demanded."""
        if self.most is not None and self.ratio is not None:
            return self.ratio <= self.most
        return None if self.ceiling is None else self.ours <= self.ceiling

    def cells(self) -> tuple[str, ...]:
        """The line as text: what, ours, peer, ratio, limit, ok, and what the peer is."""
        amount = {"s": "{:.3f} s", "ms": "{:.0f} ms", "MB": "{:.0f} MB"}[self.unit].format
        limit = "" if self.ceiling is None else amount(self.ceiling)
        return (
            self.what,
            amount(self.ours),
            "" if self.peer is None else amount(self.peer),
            "" if self.ratio is None else f"{self.ratio:.2f}",
            limit if self.most is None else f"{self.most:g} x",
            {None: "", True: "yes", False: "NO"}[self.ok],
            self.peer_is,
        )


HEAD = ("what", "ours", "peer", "ratio", "limit", "ok", "the peer")


def table(rows: Iterable[Measurement]) -> str:
    """All lines side by side, as text."""
    lines = [HEAD, *(r.cells() for r in rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    at_left = {0, len(HEAD) - 1}
    text = [
        "  ".join(
            cell.ljust(width) if i in at_left else cell.rjust(width)
            for i, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    ]
    return "\n".join([text[0], "-" * max(map(len, text)), *text[1:]])


def interleaved(rivals: Mapping[str, Work], rounds: int) -> dict[str, float]:
    """The median seconds of each rival over rounds in which all take a turn, after one round to warm up."""
    seconds: dict[str, list[float]] = {name: [] for name in rivals}
    for turn in range(rounds + 1):
        for name, work in rivals.items():
            gc.collect()
            begin = time.perf_counter()
            result = work()
            took = time.perf_counter() - begin
            del result  # freed outside the measured time, for all alike
            if turn:
                seconds[name].append(took)
    return {name: median(s) for name, s in seconds.items()}


def peak_memory(code: str, *arguments: str) -> float:
    """The peak resident megabytes of a fresh interpreter that runs the code; sys.argv[1:] are the arguments."""
    return int(python("-c", code + _PRINT_PEAK, *arguments).split()[-1]) / 1e6


def python(*arguments: str, **variables: str) -> str:
    """What a fresh interpreter prints, started at the project's root; RuntimeError where it fails.

    `variables`: of its environment, in place of ours.
    """
    env = {**environment(), **variables}
    ran = subprocess.run([sys.executable, *arguments], cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    if ran.returncode:
        raise RuntimeError(f"python {' '.join(arguments[:2])} failed:\n{ran.stderr[-4000:]}")
    return ran.stdout


def environment(root: Path = ROOT) -> dict[str, str]:
    """The environment in which a child finds this project, installed or not; or another checkout of it."""
    path = os.pathsep.join(p for p in (str(root), os.environ.get("PYTHONPATH", "")) if p)
    return {**os.environ, "PYTHONPATH": path}


# On Linux ru_maxrss starts at what the parent held when it forked; VmHWM belongs to the new program alone.
_PRINT_PEAK = """
import resource, sys
try:
    with open("/proc/self/status") as status:
        print(next(int(line.split()[1]) * 1024 for line in status if line.startswith("VmHWM")))
except OSError:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(peak if sys.platform == "darwin" else peak * 1024)
"""
