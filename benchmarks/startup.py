"""How soon the command line answers: a help text against an interpreter that only imports the same library."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

from benchmarks.measure import Measurement, interleaved, python


def rows(folder: Path, rounds: int = 21) -> Iterator[Measurement]:
    """`show --help` in a fresh process, and for comparison the top-level help.

    All are compiled once, in the round that warms up, as an installation has them: where the environment forbids Python
    to keep what it compiles, ours would be compiled at each start and the installed library would not.
    """
    started = partial(python, PYTHONPYCACHEPREFIX=str(folder), PYTHONDONTWRITEBYTECODE="")
    took = interleaved(
        {
            "show": lambda: started("-m", "matrix", "show", "--help"),
            "top": lambda: started("-m", "matrix", "--help"),
            "click": lambda: started("-c", "import click"),
        },
        rounds,
    )
    peer = "python -c 'import click'"
    yield Measurement("policy-matrix show --help", took["show"] * 1e3, took["click"] * 1e3, peer, 1.5, unit="ms")
    yield Measurement("policy-matrix --help", took["top"] * 1e3, took["click"] * 1e3, peer, unit="ms")
