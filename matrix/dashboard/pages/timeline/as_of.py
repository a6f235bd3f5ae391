"""The matrix as of a day: a slider over the days on which it changes, and a compact table that marks what is new."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import streamlit as st

from matrix.analysis.outline import by_side, outline
from matrix.analysis.position_changes import GONE, MOVED, NEW, REPLACED, Changes, before, changes, moments
from matrix.analysis.positions import EMPTY, Positions, View, view
from matrix.dashboard import state
from matrix.dashboard.html.render import Said
from matrix.dashboard.html.text import bdi, esc, humane, listed
from matrix.dashboard.params import ALL, BEGIN, CHANGES
from matrix.dataset import dates
from matrix.dataset.dataset import Dataset
from matrix.dataset.records import records
from matrix.dataset.selection import Selection
from matrix.wording import plural

SLIDER = "as-of-slider"
MOST, MOST_NAMES = 80, 8  # rows of the table, names in a cell; the rest is counted
WORDS = {NEW: "new", MOVED: "moved", REPLACED: "superseded", GONE: "gone"}


def day_slider(dataset: Dataset, selection: Selection) -> None:
    """Moves the as-of filter, which the sidebar shows too, along the days on which the matrix changes."""
    days = list(moments(dataset, selection))
    if not days:
        return
    if selection.as_of and selection.as_of not in days:
        days = sorted([*days, selection.as_of], key=lambda d: dates.interval(d)[1])
    st.session_state[SLIDER] = selection.as_of or ALL
    with st.container(key="as-of-tools", horizontal=True, vertical_alignment="bottom"):
        st.select_slider(
            "As of",
            [*days, ALL],
            format_func=lambda d: "All dates" if d == ALL else dates.words(d, d),
            key=SLIDER,
            on_change=lambda: as_of(st.session_state[SLIDER]),
            help="The same as the filter “As of”. Only days on which a statement was made are offered.",
        )
        if selection.as_of:
            st.button("All dates", key="as-of-all", icon=":material/restart_alt:", on_click=as_of, args=(ALL,))


def as_of(day: str) -> None:
    """Set the sidebar's as-of filter: there is only this one."""
    state.narrow("as_of", "" if day == ALL else day)


def show_as_of(positions: Positions, said: Said) -> None:
    """What it is as of the chosen day, what changed since the day before on which anything did, and the table."""
    dataset, selection = positions.dataset, positions.selection
    seen = view(positions, stated=True)
    since = _since(dataset, selection)
    found = changes(dataset, since, selection.as_of, selection)
    st.html(_summary(seen, found))
    if since and len(found.frame):
        st.button("Show what changed", key="to-changes", on_click=_to_changes, args=(since, selection.as_of))
    st.html(table(seen, {(r["proposal"], r["actor"]): r["kind"] for r in records(found.frame)}, said))


def _since(dataset: Dataset, selection: Selection) -> str:
    """The last day before on which the matrix changed; of all dates, the day before the latest."""
    days = moments(dataset, selection)
    return before(days, selection.as_of) if selection.as_of else days[-2] if len(days) > 1 else ""


def _to_changes(since: str, until: str) -> None:
    state.choose("from", since or BEGIN)
    state.choose("until", until or ALL)
    state.choose("time", CHANGES)


def _summary(seen: View, found: Changes) -> str:
    when = f"As of {dates.words(found.until, found.until)}" if found.until else "Of all dates"
    n = int((seen.codes != EMPTY).sum())
    head = (
        f"{when}: {plural(n, 'position')} on {plural(len(seen.rows), 'proposal')} "
        f"of {plural(len(seen.columns), 'actor')}, from {plural(seen.n, 'statement')}"
    )
    counts = list(filter(None, map(found.counted, WORDS)))
    day = dates.words(found.since, found.since) if found.since else ""
    since = f"Since {day}, the last day on which anything was said before: " if day else "Nothing was said before: "
    return (
        f'<h2 class="pm-answer">{esc(head)}</h2>'
        f'<p class="pm-quiet">{esc(since + (listed(counts) or "nothing changed"))}. '
        f"Folding rule: {esc(found.rule)}.</p>"
    )


def table(seen: View, marked: dict[tuple[str, str], str], said: Said) -> str:
    """Proposals with a position in rows, sides in columns; in each cell who stands where, what changed named so."""
    dataset = seen.positions.dataset
    groups = by_side(dataset, seen.actors)
    if not len(seen.rows):
        return '<div class="pm-note" role="status"><p>No position as of this day. A later day has some.</p></div>'
    heads = "".join(f'<th scope="col">{said.side(s) if s else _nobodys(dataset)}</th>' for s, _ in groups)
    body, theme, ordered = [], None, outline(seen.proposals)
    for line in ordered[:MOST]:
        if line.theme != theme:
            theme = line.theme
            name = bdi(humane(theme)) if theme else "No theme"
            body.append(f'<tr class="pm-theme"><th colspan="{len(groups) + 1}" scope="colgroup">{name}</th></tr>')
        body.append(_row(seen, line.place, groups, marked, said))
    more = len(ordered) - MOST
    rest = f'<p class="pm-quiet">and {plural(more, "more proposal")}: narrow the filters.</p>' if more > 0 else ""
    return (
        '<div class="pm-table" tabindex="0" role="region" aria-label="Matrix as of the day"><table class="pm-as-of">'
        f'<thead><tr><th scope="col">Proposal</th>{heads}</tr></thead><tbody>{"".join(body)}</tbody></table>'
        f"</div>{rest}"
    )


def _nobodys(dataset: Dataset) -> str:
    return "No side" if len(dataset.frames["sides"]) else "Actors"


def _row(
    seen: View, place: int, groups: Sequence[tuple[str, list[int]]], marked: dict[tuple[str, str], str], said: Said
) -> str:
    proposal = str(seen.proposals["id"].iloc[place])
    cells = []
    for side, columns in groups:
        here = [c for c in columns if seen.codes[place, c] != EMPTY]
        who = "".join(_who(seen, place, c, proposal, marked, said) for c in here[:MOST_NAMES])
        more = f'<span class="pm-quiet">and {len(here) - MOST_NAMES} more</span>' if len(here) > MOST_NAMES else ""
        label = esc(said.plain("sides", side) if side else _nobodys(seen.positions.dataset))
        cells.append(f'<td data-side="{label}"{"" if here else " class=pm-blank"}>{who}{more}</td>')
    return f'<tr><th scope="row">{said.proposal(proposal)}</th>{"".join(cells)}</tr>'


def _who(seen: View, place: int, column: int, proposal: str, marked: dict[tuple[str, str], str], said: Said) -> str:
    actor = str(seen.actors["id"].iloc[column])
    stance = seen.positions.states[int(np.int16(seen.codes[place, column]))]
    kind = marked.get((proposal, actor))
    mark = f' <b class="pm-changed">{WORDS[kind]}</b>' if kind else ""
    return f'<span class="pm-stands">{said.glyph(stance)} {said.actor(proposal, actor)}{mark}</span>'
