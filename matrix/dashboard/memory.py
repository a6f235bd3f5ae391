"""What a server process keeps in memory: what was worked out of a dataset, as long as it is in use, and no garbage."""

from __future__ import annotations

import gc
from collections import OrderedDict
from collections.abc import Callable, Hashable
from functools import wraps
from threading import Lock
from time import monotonic
from typing import Concatenate, ParamSpec, TypeVar

import pyarrow as pa

from matrix.dataset.dataset import Dataset

P = ParamSpec("P")
T = TypeVar("T")
TIDY = 30.0  # seconds between two searches for garbage

_LOCK = Lock()
_tidied = monotonic()


def kept(most: int) -> Callable[[Callable[Concatenate[Dataset, P], T]], Callable[Concatenate[Dataset, P], T]]:
    """A function of a dataset whose latest results, `most` of them, stay with that dataset and go with it.

    The key is the dataset itself, not its version (two with equal tables may have other titles), and all arguments.
    """

    def decorated(make: Callable[Concatenate[Dataset, P], T]) -> Callable[Concatenate[Dataset, P], T]:
        @wraps(make)
        def look(dataset: Dataset, /, *args: P.args, **kwargs: P.kwargs) -> T:
            found: OrderedDict[Hashable, T] = dataset.memo.setdefault(look, OrderedDict())
            key = (args, *sorted(kwargs.items()))
            with _LOCK:
                if key in found:
                    found.move_to_end(key)
                    return found[key]
            result = make(dataset, *args, **kwargs)
            with _LOCK:
                found[key] = result
                while len(found) > most:
                    found.popitem(last=False)
            return result

        return look

    return decorated


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
