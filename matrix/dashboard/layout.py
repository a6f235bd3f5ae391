"""What stands only on paper: when a page was printed, from which data and address, and the sources it rests on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from urllib.parse import urlencode

import numpy as np
import streamlit as st

from matrix.analysis.positions import Positions
from matrix.dashboard import state
from matrix.dashboard.datasets import changed
from matrix.dashboard.errors import guarded
from matrix.dashboard.evidence_panel import panel
from matrix.dashboard.grid.payload import Facts, screen
from matrix.dashboard.html.links import Links, listen
from matrix.dashboard.html.text import bdi, esc, label, listed, sentence, some_of
from matrix.dashboard.names import in_words
from matrix.dashboard.params import DATA
from matrix.dataset import dates
from matrix.dataset.dataset import Dataset
from matrix.dataset.records import Record, records
from matrix.dataset.selection import Selection
from matrix.wording import plural


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


def intro(dataset: Dataset, facts: Facts) -> None:
    """Title, and one sentence that says what is seen and over what."""
    total = {t: len(dataset.frames[t]) for t in ("proposals", "actors", "statements", "sources")}
    unheard = f" ({facts.actors - facts.unheard} heard, {facts.unheard} named but unheard)" if facts.unheard else ""
    superseded = f" ({facts.superseded:,} since superseded)" if facts.superseded else ""
    until = f", up to {dates.words(facts.latest, facts.latest)}" if facts.latest else ""
    st.html(
        f'<div class="pm-title"><h1>{bdi(dataset.title)}</h1>'
        "<p>Who supports, sets conditions on or opposes what, with the quotes behind every cell: "
        f"<b>{some_of(facts.proposals, total['proposals'], 'proposal')}</b> × "
        f"<b>{some_of(facts.actors, total['actors'], 'actor')}</b>{unheard}, from "
        f"<b>{some_of(facts.statements, total['statements'], 'statement')}</b>{superseded} in "
        f"<b>{some_of(facts.sources, total['sources'], 'source')}</b>{esc(until)}.</p></div>"
    )


def notices(dataset: Dataset, facts: Facts) -> None:
    """What a reader should know about the link they followed and about the as-of date."""
    lines = []
    if version := state.other_version():
        lines.append(
            f"This link was made on another version of the data ({bdi(version[:40])}); you see version "
            f"{esc(dataset.version)}. Positions may differ."
        )
    if complaints := state.complaints():
        listing = "".join(f"<li>{esc(sentence(c))}</li>" for c in complaints[:8])
        lines.append(f"Parts of the address are not known here and were left out:<ul>{listing}</ul>")
    if facts.undated:
        count = "does not count" if facts.undated == 1 else "do not count"
        lines.append(f"{plural(facts.undated, 'statement')} without any date {count} while an as-of date is set.")
    if lines:
        body = "".join(f"<p>{line}</p>" if "<ul>" not in line else f"<div>{line}</div>" for line in lines)
        with st.container(key="notices", horizontal=True, vertical_alignment="center"):
            st.html(f'<div class="pm-note" role="status">{body}</div>')
            if state.complaints() or state.other_version():
                st.button("Understood", type="tertiary", on_click=state.dismiss)


def chips(dataset: Dataset, selection: Selection) -> None:
    """The filters that are set, in words; each goes with a click, or all at once."""
    said = in_words(dataset, selection)
    if not said:
        return
    with st.container(key="chips", horizontal=True, gap="xsmall", vertical_alignment="center"):
        for name, words in said.items():
            st.button(
                label(words),
                key=f"chip-{name}",
                icon=":material/close:",
                icon_position="right",
                help="Remove this filter",
                on_click=state.clear,
                args=(name,),
            )
        st.button("Clear filters", key="clear-filters", type="tertiary", on_click=state.clear)


def refuse(dataset: Dataset, selection: Selection, found: list[tuple[tuple[str, ...], int]]) -> None:
    """Nothing is left to see: which filter emptied it, and a way out."""
    said = in_words(dataset, selection, most=2)
    if not len(dataset.frames["statements"]):
        there = Links(dataset).page(DATA, "Data")
        st.html(
            '<div class="pm-note" role="status"><p><b>This dataset has no statement yet.</b> Add the first one by the '
            f"form, bring a sheet or a workbook, or fill the CSV tables: {there}.</p></div>"
        )
        return
    if not found:
        st.html('<div class="pm-note" role="status"><p>No position: nothing is stated in this selection.</p></div>')
        return
    groups = [g for g, _ in found]
    single = len(groups[0]) == 1
    if single:
        who = listed([f"“{said[g[0]]}”" for g in groups], "or")
        reason = f"Without {who} there would be something to see."
        if len(groups) == 1:
            reason = f"{said[groups[0][0]]} - this filter alone hides everything that the others leave."
    else:
        reason = f"No filter alone is the reason, but together: {listed([said[n] for n in groups[0]])}."
    with st.container(key="nothing"):
        st.html(
            f'<div class="pm-note" role="status"><p><b>Nothing to see with these filters.</b> {esc(reason)}</p></div>'
        )
        with st.container(horizontal=True):
            for group, count in found[:4]:
                st.button(
                    label(f"Remove {listed([said[n] for n in group])} → {plural(count, 'position')}"),
                    key=f"without-{'-'.join(group)}",
                    on_click=state.clear,
                    args=group,
                )


MOST = 100  # sources; the rest is counted


def colophon(positions: Positions) -> None:
    """Add it to the page; hidden on the screen."""
    dataset, selection = positions.dataset, positions.selection
    today = date.today().isoformat()
    asked = urlencode(state.parameters(dataset, state.cell()), doseq=True)
    address = f"{st.context.url or ''}{'?' if asked else ''}{asked}"
    filters = listed(in_words(dataset, selection).values()) or "none"
    lines = [
        f"Printed on {dates.words(today, today)} from {bdi(dataset.title)}, version {esc(dataset.version)}.",
        f"Filters: {bdi(filters)}.",
        f"Address: {esc(address)}",
    ]
    st.html(f'<footer class="pm-colophon">{"".join(f"<p>{line}</p>" for line in lines)}{_sources(positions)}</footer>')


def _sources(positions: Positions) -> str:
    """The sources of every statement that counts on the chosen evidence."""
    dataset = positions.dataset
    used = np.unique(dataset.codes.source[positions.evidence.counts])
    items = "".join(f"<li>{_source(s)}</li>" for s in records(dataset.frames["sources"].iloc[used[:MOST]]))
    more = f"<p>and {plural(len(used) - MOST, 'more source')}.</p>" if len(used) > MOST else ""
    return f"<p>{plural(len(used), 'source')}:</p><ol>{items}</ol>{more}" if len(used) else ""


def _source(source: Record) -> str:
    by = ", ".join(dict.fromkeys(str(source[c]) for c in ("author", "publisher") if source[c]))
    when = str(source["date"])
    parts = [by, f"“{source['title']}”", dates.words(when, when) if when else "", str(source["url"])]
    return ", ".join(bdi(p) for p in parts if p)
