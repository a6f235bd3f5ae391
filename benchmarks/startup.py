"""How soon the command line answers: a help text against an interpreter that only imports the same library."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.measure import Measurement, interleaved, python


def rows(rounds: int = 21) -> Iterator[Measurement]:
    """`show --help` in a fresh process, and for comparison the top-level help."""
    took = interleaved(
        {
            "show": lambda: python("-m", "matrix", "show", "--help"),
            "top": lambda: python("-m", "matrix", "--help"),
            "click": lambda: python("-c", "import click"),
        },
        rounds,
    )
    peer = "python -c 'import click'"
    yield Measurement("policy-matrix show --help", took["show"] * 1e3, took["click"] * 1e3, peer, 1.5, unit="ms")
    yield Measurement("policy-matrix --help", took["top"] * 1e3, took["click"] * 1e3, peer, unit="ms")
