"""A fault of ours becomes a plain sentence for the visitor and a stack trace in the server's log."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec

import streamlit as st

from matrix.wording import sentence

P = ParamSpec("P")
_log = logging.getLogger("matrix.dashboard")
UNREACHED = (
    "The database cannot be reached now, so this page is not whole, and nothing was written. It goes on when the "
    "database answers again: reload the page."
)


def guarded(draw: Callable[P, None]) -> Callable[P, None]:
    """The same function for a part of a page, which runs again by itself: not for who has signed out meanwhile.

    Who was taken out of a dataset's members meanwhile is found by the part, as any change of the dataset is.
    """

    @wraps(draw)
    def admitted(*args: P.args, **kwargs: P.kwargs) -> None:
        from matrix.dashboard import signed_in  # only here, for it brings pandas

        if signed_in.required() and not signed_in.person():
            st.rerun()
        draw(*args, **kwargs)

    return contained(admitted)


def contained(draw: Callable[P, None]) -> Callable[P, None]:
    """The same function, whose failure does not reach the visitor; while it draws, a role is asked for once."""

    @wraps(draw)
    def safely(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            from matrix.store.members import asked_once  # only here, for it brings pandas

            with asked_once():
                draw(*args, **kwargs)
        except (ConnectionError, TimeoutError) as e:
            _log.warning("the page could not be drawn to its end: %s", e)
            st.error(UNREACHED)
        except Exception as e:
            from matrix.store.members import RoleError

            if isinstance(e, RoleError):  # a role that changed while the page was drawn
                st.error(f"{sentence(str(e))} The page is not whole: reload it.")
                return
            _log.exception("the page could not be drawn")
            st.error(
                "Something went wrong while drawing this page. Your filters are still in the address: reload to try "
                "again, or clear them. What happened is in the server's log."
            )

    return safely
