"""Sets: what the chosen actors or sides back together, as an UpSet plot; a bar shows its proposals and voices."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from matrix.analysis.comparison import PairComparison
from matrix.analysis.measures import ACTORS
from matrix.analysis.positions import Positions
from matrix.analysis.sets import EXCLUSIVE, INCLUSIVE, SIDES, Sets, most_backing, sets
from matrix.analysis.sides import counted_sides
from matrix.dashboard import controls, visit
from matrix.dashboard.figures import figure
from matrix.dashboard.filter_words import choices
from matrix.dashboard.html.dataset_html import DatasetHtml
from matrix.dashboard.html.templates import render
from matrix.dashboard.page_choices import ID_SEPARATOR, SETS
from matrix.dashboard.page_frame import note
from matrix.dataset.schema import LIST_SEPARATOR
from matrix.wording import listed, plural

BEGIN = 6  # actors to begin with
MOST = 12  # sets: all their combinations are still counted
MODE_WORDS = {EXCLUSIVE: "Exactly these (exclusive)", INCLUSIVE: "At least these (inclusive)"}


def show_sets(positions: Positions, html: DatasetHtml) -> None:
    """Choose, compute, draw; then the members of the clicked bar."""
    dataset = positions.dataset
    sides = {i: choices(dataset, "side")[i] for i, _ in counted_sides(dataset)}
    with st.container(key="page-choices", horizontal=True, vertical_alignment="bottom"):
        by = (
            controls.switch("Of", "by", {SIDES: "Sides", ACTORS: "Actors"}, shown=True, default=ACTORS)
            if len(sides) > 1
            else ACTORS
        )
        mode = controls.switch("A bar counts", "mode", MODE_WORDS, shown=True)
    listed_ids = set(dataset.frames["actors"]["id"].iloc[positions.columns])
    offered = sides if by == SIDES else {i: name for i, name in choices(dataset, "actor").items() if i in listed_ids}
    begin = list(sides) if by == SIDES else most_backing(positions, most=BEGIN)
    chosen = controls.several("Compared", "set", offered, begin, most=MOST)
    if len(chosen) < 2:
        note(f"choose at least two {by} to see what they back together")
        return
    found = sets(dataset, positions.selection, of=chosen, by=by)

    def build(width: int, dark: bool) -> Any:
        from matrix import charts

        return charts.upset(found, dataset, mode=mode, width=width, dark=dark)

    figure(dataset, SETS, build, lambda: _combinations(found, html), _choose_bar)
    _members(found, html, positions, mode)


def _choose_bar(data: list[str]) -> None:
    visit.choose("bar", data[1].replace(LIST_SEPARATOR, ID_SEPARATOR) if len(data) > 2 else "")


def _combinations(found: Sets, html: DatasetHtml) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                "Combination": listed([html.plain(found.by, s) for s in i.of]),
                "Exactly these": len(i.exclusive),
                "At least these": len(i.inclusive),
                "Proposals (at least these)": "; ".join(html.plain("proposals", p) for p in i.inclusive),
            }
            for i in found.intersections
        ]
    )


def _members(found: Sets, html: DatasetHtml, positions: Positions, mode: str) -> None:
    at = {ID_SEPARATOR.join(i.of): i.exclusive if mode == EXCLUSIVE else i.inclusive for i in found.intersections}
    filled = sorted((k for k in at if at[k]), key=lambda k: -len(at[k]))
    if not filled:
        return
    names = {k: f"{listed([html.plain(found.by, s) for s in k.split(ID_SEPARATOR)])}: {len(at[k])}" for k in filled}
    word = "exactly" if mode == EXCLUSIVE else "at least"
    chosen = visit.choice("bar")
    if chosen not in names and (
        same := [k for k in names if set(k.split(ID_SEPARATOR)) == set(chosen.split(ID_SEPARATOR))]
    ):
        visit.choose("bar", same[0])
    elif chosen and chosen not in names:
        who = listed([html.plain(found.by, s) for s in chosen.split(ID_SEPARATOR)])
        why = "they back nothing together in this way, or not all are compared here"
        note(f"no bar of this picture is {word} {who}: {why}")
    bar = controls.one("The proposals of a bar", "bar", {"": "Click a bar, or choose here", **names})
    if not bar:
        return
    of = bar.split(ID_SEPARATOR)
    voices = {k: v for s in of for k, v in PairComparison(positions, s, s, found.by).voices.items()}
    who = listed([html.plain(found.by, s) for s in of])
    title = f"{plural(len(at[bar]), 'proposal')} backed by {word} {who}"
    proposals = [(p, [voices.get((p, s), []) for s in of]) for p in at[bar]]
    st.html(render("overlaps.html", "backed_by", html, title, proposals))
