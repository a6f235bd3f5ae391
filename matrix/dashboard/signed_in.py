"""Who is signed in, the page that asks for it, and the menu behind the name; all of it looked at anew in each run."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import streamlit as st

from matrix.dashboard import access, sign_ins
from matrix.dashboard.controls import label
from matrix.dashboard.html.templates import render
from matrix.dashboard.sign_in_file import DEFAULT
from matrix.store.members import Person
from matrix.wording import clean

_MICROSOFT = "https://login.microsoftonline.com/"  # has a claim of its own in place of email_verified
File = TypeVar("File", bytes, bytes | str)


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


def admitted() -> bool:
    """Whether this visitor may see the page; who may not is asked to sign in instead, and told nothing else."""
    if not required():
        return True
    if not person():
        _ask()
        return False
    sign_ins.keep(st.context.cookies, sign_ins.sign_in_of(_claims()))
    return True


def menu(more: Callable[[], None] = lambda: None) -> None:
    """The name of who is signed in; behind it what `more` draws, and the way out."""
    found = person()
    if not found:
        return
    with st.container(key="signed-in"), st.popover(label(found.name or found.email or "Signed in", 30)):
        st.html(render("parts.html", "hint", f"Signed in as {found.email or found.name or found.subject}."))
        more()
        st.button("Sign out", on_click=_sign_out, width="stretch")


def while_signed_in(make: Callable[[], File]) -> Callable[[], File]:
    """The same function, which makes nothing any more once this visitor has signed out: files are asked for later."""
    if not required():
        return make
    sign_in = sign_ins.sign_in_of(_claims())

    def made() -> File:
        if sign_ins.has_ended(sign_in):
            raise PermissionError("a file was asked for by who has signed out")
        return make()

    return made


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


def _sign_out() -> None:
    sign_ins.end(sign_ins.sign_in_of(_claims()))
    st.logout()


def _ask() -> None:
    asked = access.sign_in()
    if not asked:
        return
    came_to = st.context.headers.get("Origin") or asked.origin
    with st.container(key="sign-in"):
        st.html(render("page_frame.html", "sign_in", asked.origin if came_to.lower() != asked.origin else ""))
        if came_to.lower() != asked.origin:
            return
        for provider in asked.providers:
            words = "Sign in" if provider == DEFAULT else f"Sign in with {provider}"
            st.button(label(words), key=f"sign-in-{provider}", on_click=st.login, args=(provider,), type="primary")
