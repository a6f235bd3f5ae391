"""The finding above the matrix: the headline with the proposals it names, and a strip of tiers that filter the rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import streamlit as st

from matrix.analysis.evidence import Picked
from matrix.analysis.row_order import Band, band_look
from matrix.dashboard import visit
from matrix.dashboard.assets import component
from matrix.dashboard.grid.payload import Screen
from matrix.dataset.dataset import Dataset, column

HERE = Path(__file__).parent
KEY = "tier-strip"
MOST_NAMED = 2  # proposals in the headline; the others are counted


def tier_strip(dataset: Dataset, screen: Screen, only: Sequence[str]) -> None:
    """Draw it; a click on a proposal opens its evidence, one on a tier shows the rows of that tier alone."""
    ground, bands = screen.ground, screen.bands
    titles = column(dataset, "proposals", "title")
    shown = [p for p in ground.found if p in set(screen.view.proposals["id"])]
    known = {band.id for band, _ in bands}

    def clicked() -> None:
        answer: Any = st.session_state.get(KEY)
        value = answer.get("picked") if isinstance(answer, Mapping) else None
        if not isinstance(value, (list, tuple)) or len(value) != 2:
            return
        what, id_ = value
        if what == "proposal" and id_ in titles:
            visit.open_cell(Picked(str(id_)))
        elif what == "tier" and id_ in known:  # a browser may send anything
            visit.choose("tier", *() if [id_] == list(only) else (str(id_),))
        elif what == "all":
            visit.choose("tier")

    component("tier_strip", HERE / "tier_strip.js", HERE / "tier_strip.css")(
        key=KEY,
        data={
            "headline": ground.headline.rstrip("."),
            "proposals": [[p, titles[p]] for p in shown[:MOST_NAMED]],
            "more": max(len(shown) - MOST_NAMED, 0),
            "about": ground.formula,
            "bands": [_sent(dataset, band, n) for band, n in bands],
            "only": [b for b in only if b in known],
        },
        on_picked_change=clicked,
    )


def _sent(dataset: Dataset, band: Band, n: int) -> list[str | int]:
    look = band_look(dataset, band)
    return [band.id, band.short, band.words, n, look.on_light, look.on_dark, band.about]
