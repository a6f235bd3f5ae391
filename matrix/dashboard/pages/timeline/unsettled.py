"""What the sources leave open: matters that they tell differently, and where officials are silent, by which rule."""

from __future__ import annotations

import streamlit as st

from matrix.analysis.events import conflicts, silent_events
from matrix.analysis.positions import Positions
from matrix.analysis.sides import has_officials
from matrix.analysis.silences import official_silences
from matrix.dashboard.html.cards import event_card
from matrix.dashboard.html.dataset_html import DatasetHtml
from matrix.dashboard.html.templates import render
from matrix.dataset.records import records

TEMPLATE = "timeline.html"


def show_unsettled(positions: Positions, html: DatasetHtml) -> None:
    """Conflicts of fact side by side, silences that a source reports, and silences of officials."""
    pairs = [[event_card(html, c.one), event_card(html, c.other)] for c in conflicts(html.dataset)]
    st.html(render(TEMPLATE, "conflicts", pairs))
    st.html(render(TEMPLATE, "silent_events", [event_card(html, e) for e in silent_events(html.dataset)]))
    if not has_officials(positions):
        return
    found = official_silences(positions)
    sides = [
        (str(side), int(lines["officials"].iloc[0]), records(lines))
        for side, lines in found.frame.groupby("side", sort=False)
    ]
    st.html(render(TEMPLATE, "silences", html, found.formula, sides, found.n))
