"""The frame of a page: its heading, notices and filters above, its body on the left, the open evidence on the right."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from matrix.analysis.positions import Positions
from matrix.dashboard import state
from matrix.dashboard.colophon import colophon
from matrix.dashboard.evidence_panel import panel
from matrix.dashboard.guard import guarded
from matrix.dashboard.intro import chips, notices
from matrix.dashboard.links import listen
from matrix.dashboard.opening import changed
from matrix.dashboard.screen import Facts, screen
from matrix.dashboard.text import bdi, esc, some_of
from matrix.dataset import dates
from matrix.dataset.dataset import Dataset
from matrix.dataset.selection import Selection


def heading(dataset: Dataset, selection: Selection, title: str, about: str) -> Facts:
    """Title and what the page answers (HTML), over what it speaks, notices and set filters."""
    facts = screen(dataset, selection).facts
    st.html(
        f'<div class="pm-title"><h1>{esc(title)} <span class="pm-of">{bdi(dataset.title)}</span></h1>'
        f'<p>{about}</p><p class="pm-over">{_over(dataset, selection, facts)}</p></div>'
    )
    with st.container():
        notices(dataset, facts)
    with st.container():
        chips(dataset, selection)
    return facts


@contextmanager
def beside_evidence(positions: Positions) -> Iterator[None]:
    """What is drawn inside stands on the left; the evidence of the open cell on the right, run again by itself."""
    with st.container(key="desk"):
        left, right = st.columns(2)
    with left, st.container(key="body"):
        yield
        colophon(positions)
    with right:
        _evidence(positions)


@st.fragment
@guarded
def _evidence(positions: Positions) -> None:
    dataset = positions.dataset
    if dataset.folder and changed(dataset.folder, dataset):
        st.rerun(scope="app")
    listen(dataset)
    if cell := state.cell():
        panel(positions, cell)
    state.publish(dataset)


def _over(dataset: Dataset, selection: Selection, facts: Facts) -> str:
    total = {t: len(dataset.frames[t]) for t in ("proposals", "statements", "sources")}
    as_of = dates.words(selection.as_of, selection.as_of) if selection.as_of else ""
    until = f", as of {as_of}" if as_of else ""
    if not as_of and facts.latest:
        until = f", up to {dates.words(facts.latest, facts.latest)}"
    return (
        f"Over {some_of(facts.proposals, total['proposals'], 'proposal')}, "
        f"{some_of(facts.statements, total['statements'], 'statement')} in "
        f"{some_of(facts.sources, total['sources'], 'source')}{esc(until)}."
    )
