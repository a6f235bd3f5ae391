"""The page that asks who is not signed in to do so, and the menu behind the name of who is."""

from __future__ import annotations

import streamlit as st

from matrix.dashboard import access, signed_in
from matrix.dashboard.controls import label
from matrix.dashboard.html.templates import render
from matrix.dashboard.sign_in_file import DEFAULT


def admitted() -> bool:
    """Whether this visitor may see the page; who may not is asked to sign in instead, and told nothing else."""
    if not signed_in.required():
        return True
    if not signed_in.person():
        _ask()
        return False
    return True


def menu() -> None:
    """The name of who is signed in, and behind it the way out."""
    found = signed_in.person()
    if not found:
        return
    with st.container(key="signed-in"), st.popover(label(found.name or found.email or "Signed in", 30)):
        st.html(render("parts.html", "hint", f"Signed in as {found.email or found.name or found.subject}."))
        st.button("Sign out", on_click=signed_in.end, width="stretch")


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
