"""Which sign-ins count: Streamlit tells no tab that another has signed out, and a tab keeps who it was opened by."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from typing import Any

# The cookie in which Streamlit keeps who signed in, signed; a long one in several.
_COOKIE = re.compile(r"_streamlit_user(_[0-9]+)?")
COOKIES = re.compile(r"_streamlit_user(_tokens)?(_[0-9]+)?")  # and what the provider gave with it

_open: dict[str, str] = {}  # cookies of a browser in which somebody is signed in, and the sign-in that made them
_ended: set[str] = set()


def sign_in_of(claims: Mapping[str, Any]) -> str:
    """A name for one sign-in: what the provider said then, which has a random number and the time in it."""
    return _digest(json.dumps(claims, sort_keys=True, default=str))


def keep(cookies: Mapping[str, str], sign_in: str) -> None:
    """A page was shown to somebody with these cookies: what their browser asks for besides pages is theirs too."""
    if own := _digest_of(cookies):
        _open[own] = sign_in


def end(sign_in: str) -> None:
    """Somebody signed out: of all tabs that this sign-in was made for."""
    _ended.add(sign_in)


def end_in(cookies: Mapping[str, str]) -> None:
    """The browser with these cookies asks to be signed out."""
    if sign_in := _open.get(_digest_of(cookies)):
        end(sign_in)


def has_ended(sign_in: str) -> bool:
    """Whether somebody signed out of it."""
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
