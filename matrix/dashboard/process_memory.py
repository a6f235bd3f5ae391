"""What a server process gives back: garbage, and what the reading of a large file has left unused."""

from __future__ import annotations

import gc
from time import monotonic

import pyarrow as pa

TIDY = 30.0  # seconds between two searches for garbage

_tidied = monotonic()


def give_back() -> None:
    """Give the system what the reading of a large file has left unused in Arrow's own store."""
    pa.default_memory_pool().release_unused()


def tidy() -> None:
    """Free what nothing reaches any more; to be called after a run, and does nothing if it was done just before.

    Streamlit would do so after every run (`runner.postScriptGC`). That looks through every object of every library,
    during which no other visitor is answered: it took three quarters of the time of a run.
    """
    global _tidied
    now = monotonic()
    if now - _tidied >= TIDY:
        _tidied = now
        gc.collect()
