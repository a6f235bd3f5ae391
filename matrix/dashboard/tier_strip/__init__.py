"""The finding above the matrix: the headline with the proposals it names, and a strip of tiers that filter the rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import streamlit as st

from matrix.analysis.evidence import Picked
from matrix.analysis.row_order import Band, band_look
from matrix.dashboard import visit
from matrix.dashboard.assets import component
from matrix.dashboard.grid.payload import Screen, screen
from matrix.dashboard.page_choices import MATRIX
from matrix.dataset.dataset import Dataset, column
from matrix.dataset.selection import Selection

HERE = Path(__file__).parent
KEY = "tier-strip"
MOST_NAMED = 2  # proposals in the headline; the others are counted


def tier_strip(dataset: Dataset, drawn: Screen, only: Sequence[str]) -> None:
    """Draw it; a click on a proposal opens its evidence, one on a tier shows the rows of that tier alone."""
    ground, bands = drawn.ground, drawn.bands
    titles = column(dataset, "proposals", "title")
    listed = set(drawn.view.proposals["id"])
    shown = [p for p in ground.found if p in listed]
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


def tiers_chosen(dataset: Dataset, selection: Selection) -> dict[str, str]:
    """The tiers that alone are shown, on the Matrix page: id -> words; of those that this selection has."""
    only = visit.choices("tier") if visit.current().page == MATRIX else ()
    bands = screen(dataset, selection).bands if only else []
    return {band.id: band.words for band, _ in bands if band.id in only}


def narrowed(dataset: Dataset, selection: Selection) -> Selection:
    """The selection with the proposals of the chosen tiers named: what is shown, counted and taken along.

    The tiers themselves are those of the selection; a proposal's does not change when others are left out.
    """
    only = tuple(tiers_chosen(dataset, selection))
    if not only:
        return selection
    shown = screen(dataset, selection, only=only)
    ids = shown.view.proposals["id"].tolist()
    return replace(selection, proposal=tuple(ids[row] for row in sorted(place.row for place in shown.places)))


def _sent(dataset: Dataset, band: Band, n: int) -> list[str | int]:
    look = band_look(dataset, band)
    return [band.id, band.short, band.words, n, look.on_light, look.on_dark, band.about]
