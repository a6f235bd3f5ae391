"""Which sign-ins count: Streamlit tells no tab that another has signed out, and a tab keeps who it was opened by."""

from __future__ import annotations

import hashlib
import json
import logging
import os
import re
import sqlite3
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

# The cookie in which Streamlit keeps who signed in, signed; a long one in several.
_COOKIE = re.compile(r"_streamlit_user(_[0-9]+)?")
COOKIES = re.compile(r"_streamlit_user(_tokens)?(_[0-9]+)?")  # and what the provider gave with it

_open: dict[str, str] = {}  # cookies of a browser in which somebody is signed in, and the sign-in that made them
_ended: set[str] = set()
_kept_in: list[Path] = []  # the file that has them too
_LAST = 31 * 86_400  # seconds: Streamlit's cookie counts for 30 days
_log = logging.getLogger("matrix.dashboard")


def sign_in_of(claims: Mapping[str, Any]) -> str:
    """A name for one sign-in: what the provider said then, which has a random number and the time in it."""
    return _digest(json.dumps(claims, sort_keys=True, default=str))


def keep(cookies: Mapping[str, str], sign_in: str) -> None:
    """A page was shown to somebody with these cookies: what their browser asks for besides pages is theirs too."""
    if own := _digest_of(cookies):
        _open[own] = sign_in


def keep_in(file: Path) -> None:
    """Keep which sign-ins have ended in this file too: for the next start, and for all processes that are given it.

    It has their names, which tell of nobody, for as long as a copied cookie would count. Where it cannot be written
    they are kept in memory alone, which the log says.
    """
    _kept_in[:] = [file.absolute()]
    try:
        with _opened(file.absolute()) as kept:
            kept.execute("DELETE FROM ended WHERE until < ?", (time.time(),))
        file.chmod(0o600)
    except (OSError, sqlite3.Error) as e:
        _kept_in.clear()
        why = getattr(e, "strerror", None) or e
        _log.warning("%s cannot be written (%s): who has signed out is known until the server ends", file, why)


@contextmanager
def _opened(file: Path) -> Iterator[sqlite3.Connection]:
    """The list in the file; one that is not there, or was taken away, begins with what is known here."""
    new = not file.exists()
    if new:
        os.close(os.open(file, os.O_RDWR | os.O_CREAT, 0o600))
    with closing(sqlite3.connect(f"{file.as_uri()}?mode=rw", uri=True)) as kept, kept:
        kept.execute("CREATE TABLE IF NOT EXISTS ended (sign_in TEXT PRIMARY KEY, until REAL NOT NULL)")
        if new:
            kept.executemany("INSERT OR REPLACE INTO ended VALUES (?, ?)", [(s, time.time() + _LAST) for s in _ended])
        yield kept


def end(sign_in: str) -> None:
    """Somebody signed out: of all tabs that this sign-in was made for."""
    _ended.add(sign_in)
    for file in _kept_in:
        try:
            with _opened(file) as kept:
                kept.execute("INSERT OR REPLACE INTO ended VALUES (?, ?)", (sign_in, time.time() + _LAST))
        except (OSError, sqlite3.Error) as e:
            _log.warning("%s cannot be written (%s): a sign-out is known until the server ends", file, e)


def end_in(cookies: Mapping[str, str]) -> None:
    """The browser with these cookies asks to be signed out."""
    if sign_in := _open.get(_digest_of(cookies)):
        end(sign_in)


def has_ended(sign_in: str) -> bool:
    """Whether somebody signed out of it."""
    for file in () if sign_in in _ended else _kept_in:
        try:
            with _opened(file) as kept:
                if kept.execute("SELECT 1 FROM ended WHERE sign_in = ?", (sign_in,)).fetchone():
                    _ended.add(sign_in)
        except (OSError, sqlite3.Error) as e:
            _log.warning("%s cannot be read (%s): sign-outs of before, and of other processes, are not known", file, e)
    return sign_in in _ended


def is_open(cookies: Mapping[str, str]) -> bool:
    """Whether a page was shown to somebody with these cookies who has not signed out since."""
    sign_in = _open.get(_digest_of(cookies))
    return sign_in is not None and not has_ended(sign_in)


def _digest_of(cookies: Mapping[str, str]) -> str:
    own = sorted((k, v) for k, v in cookies.items() if _COOKIE.fullmatch(k))
    return _digest(json.dumps(own)) if own else ""


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
