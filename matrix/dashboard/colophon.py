"""What stands only on paper: when a page was printed, from which data and address, and the sources it rests on."""

from __future__ import annotations

from datetime import date
from urllib.parse import urlencode

import numpy as np
import streamlit as st

from matrix.analysis.positions import Positions
from matrix.dashboard import state
from matrix.dashboard.names import in_words
from matrix.dashboard.rows import Record, records
from matrix.dashboard.text import bdi, esc, listed
from matrix.dataset import dates
from matrix.dataset.amounts import plural

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
