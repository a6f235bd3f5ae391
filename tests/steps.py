"""What code asks of the system, step by step: tests look in between, or kill it there."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import pytest

SOAK = bool(os.environ.get("SOAK"))  # `make soak`: more of what is made by chance, which takes minutes
KILLS = 200 if SOAK else 16
WRITING = ("open", "fsync", "replace", "unlink", "mkdir", "rmdir", "fchmod")
READING = ("open", "stat", "fstat", "close")


@contextmanager
def each_step(names: tuple[str, ...], before: Callable[[int], object]) -> Iterator[None]:
    """Call `before` with the number of each step, before it is done; what that asks of the system is not counted."""
    count, busy = 0, False

    def stepping(function: Callable[..., Any]) -> Callable[..., Any]:
        def step(*args: Any, **kwargs: Any) -> Any:
            nonlocal count, busy
            if not busy:
                busy = True
                try:
                    before(count)
                finally:
                    busy = False
                count += 1
            return function(*args, **kwargs)

        return step

    with pytest.MonkeyPatch.context() as patched:
        for name in names:
            patched.setattr(os, name, stepping(getattr(os, name)))
        yield


@contextmanager
def each_statement(before: Callable[[int], object]) -> Iterator[None]:
    """The same for what is asked of a database: each statement, and the commit."""
    from sqlalchemy import event
    from sqlalchemy.engine import Engine

    count = 0

    def step(*_: object) -> None:
        nonlocal count
        before(count)
        count += 1

    for name in ("before_cursor_execute", "commit"):
        event.listen(Engine, name, step)
    try:
        yield
    finally:
        for name in ("before_cursor_execute", "commit"):
            event.remove(Engine, name, step)


Steps = Callable[[Callable[[int], object]], AbstractContextManager[None]]


def _writing(before: Callable[[int], object]) -> AbstractContextManager[None]:
    return each_step(WRITING, before)


def steps_of(act: Callable[[], object], each: Steps = _writing) -> int:
    """How many steps it takes to write."""
    count = 0

    def counted(number: int) -> None:
        nonlocal count
        count = number + 1

    with each(counted):
        act()
    return count


def killed(act: Callable[[], object], at: int, each: Steps = _writing, after: float = 0.0) -> bool:
    """Do it in a child process that is killed before its step number `at`; whether it came to that.

    `after`: so many seconds later, wherever it is then, in the midst of a commit too.
    """

    def kill(number: int) -> None:
        if number == at and after:
            signal.signal(signal.SIGALRM, signal.SIG_DFL)  # by the system, whatever code runs then
            signal.setitimer(signal.ITIMER_REAL, after)
        elif number == at:
            os.kill(os.getpid(), signal.SIGKILL)

    child = os.fork()
    if not child:
        try:
            with each(kill):
                act()
            os._exit(0)
        finally:
            os._exit(1)  # whatever happens, the child is no second run of the tests
    ended = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    assert ended in (0, -signal.SIGKILL, -signal.SIGALRM), "what was to be killed has failed"
    return ended != 0
