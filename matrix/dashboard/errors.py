"""A fault of ours becomes a plain sentence for the visitor and a stack trace in the server's log."""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextvars import ContextVar
from functools import wraps
from typing import ParamSpec

import streamlit as st

P = ParamSpec("P")
_log = logging.getLogger("matrix.dashboard")
_whole: ContextVar[bool] = ContextVar("whole", default=False)  # while a whole page is drawn


def whole_page(draw: Callable[P, None]) -> Callable[P, None]:
    """The same function for all of a page, whose failure does not reach the visitor; it looks itself who they are."""

    @wraps(draw)
    def marked(*args: P.args, **kwargs: P.kwargs) -> None:
        token = _whole.set(True)
        try:
            draw(*args, **kwargs)
        finally:
            _whole.reset(token)

    return _contained(marked)


def guarded(draw: Callable[P, None]) -> Callable[P, None]:
    """The same function for a part of a page, which may run again by itself; its failure does not reach the visitor.

    By itself it does not run for who has signed out or been taken out since the page was drawn: the page does.
    """

    @wraps(draw)
    def looked(*args: P.args, **kwargs: P.kwargs) -> None:
        from matrix.dashboard.page_frame import may_stay  # it has such parts itself

        if not _whole.get() and not may_stay():
            st.rerun()
        draw(*args, **kwargs)

    return _contained(looked)


def _contained(draw: Callable[P, None]) -> Callable[P, None]:
    @wraps(draw)
    def safely(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            draw(*args, **kwargs)
        except Exception:
            _log.exception("the page could not be drawn")
            st.error(
                "Something went wrong while drawing this page. Your filters are still in the address: reload to try "
                "again, or clear them. What happened is in the server's log."
            )

    return safely
