"""Data > Members: who may open a dataset in a database, with which role; owners invite, change and take out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import streamlit as st

from matrix.dashboard.html.templates import render
from matrix.dashboard.pages.data import editing
from matrix.dataset.dataset import Dataset
from matrix.dataset.location import Database
from matrix.store.layers import layers
from matrix.store.members import ROLES, is_owner, owners_of_layers
from matrix.store.members import members as members_of
from matrix.wording import clean

SECTION, TEMPLATE = "members", "members.html"
WORDS = {
    "reader": "reader: reads the dataset",
    "coder": "coder: codes in a layer of their own, proposes changes",
    "editor": "editor: changes the dataset and its codebook, sees all layers",
    "owner": "owner: also chooses the members",
}
_EMAIL, _ROLE, _GONE = "members-email", "members-role", "members-gone"
_LAYER, _CODER = "members-layer-name", "members-layer-coder"


def has_members(dataset: Dataset) -> bool:
    """Whether this visitor may see and change who the members are."""
    return isinstance(dataset.location, Database) and is_owner(dataset.location)


def members(dataset: Dataset) -> None:
    """The list, and below it the fields that change it."""
    if not isinstance(dataset.location, Database):
        return
    found = members_of(dataset.location)
    st.html(render(TEMPLATE, "members", found))
    with st.container(key="members-invite", horizontal=True, vertical_alignment="bottom"):
        st.text_input("E-mail address", key=_EMAIL, max_chars=200, placeholder="kim@example.org", width=280)
        st.selectbox("Role", ROLES, format_func=lambda role: WORDS[role], key=_ROLE, width=420)
        st.button("Invite, or give this role", key="members-invite-do", on_click=_invite, args=(dataset,))
    if found:
        with st.container(key="members-remove", horizontal=True, vertical_alignment="bottom"):
            gone = _chosen("Member", [m.email for m in found], key=_GONE, width=420)
            st.button("Take out", key="members-remove-do", on_click=_remove, args=(dataset,), disabled=not gone)
    there = [x.name for x in layers(editing.store_of(dataset))]
    if found and there:
        with st.container(key="members-layer", horizontal=True, vertical_alignment="bottom"):
            owners = owners_of_layers(dataset.location)
            words = {name: f"{name} ({owners.get(name, 'nobody')})" for name in there}
            layer = _chosen("Layer", there, key=_LAYER, width=280, words=words)
            coder = _chosen("Coder", [m.email for m in found], key=_CODER, width=280)
            none = not (layer and coder)
            st.button("Give them this layer", key="members-layer-do", on_click=_give, args=(dataset,), disabled=none)
    editing.show_outcome(SECTION)


def _chosen(label: str, of: Sequence[str], *, key: str, width: int, words: Mapping[str, str] | None = None) -> str:
    """One of these: nothing is chosen for the visitor, as what is done with it cannot be taken back by a click."""
    known = words or {}
    return st.selectbox(label, of, index=None, format_func=lambda x: known.get(x, x), key=key, width=width) or ""


@editing.on_click(SECTION)
def _give(dataset: Dataset) -> None:
    layer, email = (str(st.session_state.get(key) or "") for key in (_LAYER, _CODER))
    outcome = editing.give_member_layer(dataset, layer, email)
    if outcome.done:
        outcome = replace(outcome, words=f"The layer {layer} is {clean(email)}'s now.")
    editing.remember(SECTION, outcome)


@editing.on_click(SECTION)
def _invite(dataset: Dataset) -> None:
    email, role = (str(st.session_state.get(key) or "") for key in (_EMAIL, _ROLE))
    outcome = editing.invite_member(dataset, email, role)
    if outcome.done:
        st.session_state.pop(_EMAIL, None)
        outcome = replace(outcome, words=f"{clean(email).strip()} is {role} now, or will be at the first sign-in.")
    editing.remember(SECTION, outcome)


@editing.on_click(SECTION)
def _remove(dataset: Dataset) -> None:
    email = str(st.session_state.get(_GONE) or "")
    outcome = editing.remove_member(dataset, email)
    if outcome.done:
        outcome = replace(outcome, words=f"{clean(email)} is no member any more.")
    editing.remember(SECTION, outcome)
