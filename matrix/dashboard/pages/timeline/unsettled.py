"""What the sources leave open: matters that they tell differently, and where officials are silent, by which rule."""

from __future__ import annotations

import streamlit as st

from matrix.analysis.positions import Positions
from matrix.analysis.unsettled import RULE, conflicts, official_silences, silent_events
from matrix.dashboard.html.render import Said, event_card
from matrix.dashboard.html.text import esc
from matrix.dataset.records import records
from matrix.wording import plural


def show_unsettled(positions: Positions, said: Said) -> None:
    """Conflicts of fact side by side, silences that a source reports, and silences of officials."""
    st.html(_conflicts(said))
    st.html(_reported(said))
    st.html(_silences(positions, said))


def _conflicts(said: Said) -> str:
    found = conflicts(said.dataset)
    pairs = "".join(
        f'<div class="pm-versions">{event_card(said, c.one)}{event_card(said, c.other)}</div>' for c in found
    )
    about = "Two events that tell the same matter differently, as noted in the data. Neither is taken as the right one."
    body = pairs or '<p class="pm-quiet">None is noted in this dataset.</p>'
    count = f' <span class="pm-quiet">{len(found)}</span>' if found else ""
    return (
        f"<section><h2>Where sources tell it differently{count}</h2>"
        f'<p class="pm-quiet">{about} Filters do not apply here.</p>{body}</section>'
    )


def _reported(said: Said) -> str:
    found = silent_events(said.dataset)
    cards = "".join(event_card(said, e) for e in found)
    body = f'<div class="pm-versions">{cards}</div>' if cards else '<p class="pm-quiet">No source reports one.</p>'
    count = f' <span class="pm-quiet">{len(found)}</span>' if found else ""
    return (
        f"<section><h2>Silences that a source reports{count}</h2>"
        f'<p class="pm-quiet">Events of the kind “silence”. Filters do not apply here.</p>{body}</section>'
    )


def _silences(positions: Positions, said: Said) -> str:
    found = official_silences(positions)
    parts = []
    for side, lines in found.groupby("side", sort=False):
        officials = int(lines["officials"].iloc[0])
        items = "".join(
            f"<li>{said.proposal(str(r['proposal']))} <span class='pm-quiet'>raised by</span> "
            f"{said.names(str(r['proposal']), r['raised_by'])}</li>"
            for r in records(lines)
        )
        n = f"{plural(len(lines), 'proposal')}; it has {plural(officials, 'official')} here"
        parts.append(
            f'<h3>{said.side(str(side))} <span class="pm-quiet">{esc(n)}</span></h3><ul class="pm-plain">{items}</ul>'
        )
    body = "".join(parts) or '<p class="pm-quiet">None, or fewer than two sides to compare.</p>'
    count = f' <span class="pm-quiet">{len(found)}</span>' if len(found) else ""
    return (
        f"<section><h2>Officially silent on what the other side's officials raised{count}</h2>"
        f'<p class="pm-quiet">{esc(RULE)}</p>{body}</section>'
    )
