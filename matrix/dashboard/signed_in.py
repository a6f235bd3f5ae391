"""Who is signed in: looked at anew in each run, and in each part of a page that runs by itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from matrix.dashboard import access, sign_ins
from matrix.dataset.location import Person
from matrix.wording import clean

NOBODY = Person("", "")  # who opens a database where people sign in, and has not
_MICROSOFT = "https://login.microsoftonline.com/"  # has a claim of its own in place of email_verified


def required() -> bool:
    """Whether nobody may see anything here who has not signed in."""
    return access.sign_in() is not None


def person() -> Person | None:
    """Who is signed in, as their provider says; None: nobody, or who has signed out since, in this tab or another.

    They are the one that issuer and subject name together. Their address counts if the provider says that it is theirs.
    """
    claims = _claims()
    if not claims:
        return None
    email, name = (clean(found).strip() if isinstance(found := claims.get(k), str) else "" for k in ("email", "name"))
    return Person(claims["iss"], claims["sub"], email, bool(email) and _verified(claims), name)


def keep() -> None:
    """A page is shown to who is signed in: what their browser asks for besides it is theirs too."""
    if claims := _claims():
        sign_ins.keep(st.context.cookies, sign_ins.sign_in_of(claims))


def end() -> None:
    """Sign out, in this tab and in every other for which the same sign-in was made."""
    sign_ins.end(current())
    st.logout()


def current() -> str:
    """What names the sign-in of this visitor, for `sign_ins.has_ended` where no page is being drawn."""
    return sign_ins.sign_in_of(_claims())


def _claims() -> Mapping[str, Any]:
    """What the provider said of who is signed in; empty where nobody is."""
    asked = access.sign_in()
    claims: Mapping[str, Any] = st.user.to_dict() if asked else {}
    if not asked or claims.get("is_logged_in") is not True or claims.get("provider") not in asked.providers:
        return {}
    if not all(isinstance(claims.get(k), str) and claims[k] for k in ("iss", "sub")):
        return {}
    return {} if sign_ins.has_ended(sign_ins.sign_in_of(claims)) else claims


def _verified(claims: Mapping[str, Any]) -> bool:
    """Whether the provider has made sure that the address is theirs."""
    if "email_verified" not in claims and claims["iss"].startswith(_MICROSOFT):
        return claims.get("xms_edov") in (True, "true", "1")
    return claims.get("email_verified") in (True, "true")
