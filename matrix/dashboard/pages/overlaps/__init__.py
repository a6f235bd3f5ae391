"""The Overlaps page: who stands with whom - two by two, all with all, sets, network, groups, what it rests on."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

import numpy as np
import streamlit as st

from matrix.analysis.common_ground import chosen_sides
from matrix.analysis.comparison import PairComparison
from matrix.analysis.measures import ACTORS
from matrix.analysis.positions import EMPTY, Positions, fold
from matrix.analysis.sets import SIDES
from matrix.analysis.sides import counted_sides
from matrix.dashboard import controls, visit
from matrix.dashboard.filter_words import choices
from matrix.dashboard.html.dataset_html import DatasetHtml
from matrix.dashboard.page_choices import AGREEMENT, CAMPS, COALITIONS, NETWORK, PAIR, SETS, WHAT_IF, compared_by
from matrix.dashboard.page_frame import beside_evidence, heading, note, nothing_to_show
from matrix.dashboard.pages.overlaps.agreement import show_agreement
from matrix.dashboard.pages.overlaps.camps import show_camps
from matrix.dashboard.pages.overlaps.coalitions import show_coalitions
from matrix.dashboard.pages.overlaps.comparison import show_comparison
from matrix.dashboard.pages.overlaps.network import show_network
from matrix.dashboard.pages.overlaps.pairs import measured, picked_pair
from matrix.dashboard.pages.overlaps.sets import show_sets
from matrix.dashboard.pages.overlaps.what_if import show_what_if
from matrix.dataset.dataset import Dataset
from matrix.dataset.selection import Selection

VIEW_WORDS = {
    PAIR: "Two side by side",
    AGREEMENT: "All with all",
    SETS: "Sets",
    NETWORK: "Network",
    COALITIONS: "Coalitions",
    CAMPS: "Camps",
    WHAT_IF: "What if",
}
BY_WORDS = {SIDES: "Sides", ACTORS: "Actors"}
ABOUT_PAGE = (
    "Who stands with whom, on what, and how much of it depends on one source. Every number names its formula and n."
)


def show(dataset: Dataset, selection: Selection) -> None:
    """Draw the page from top to bottom; only the chosen view is computed."""
    facts = heading(dataset, selection, "Overlaps", ABOUT_PAGE)
    positions = fold(dataset, selection)
    html = DatasetHtml(dataset)
    with beside_evidence(positions, lambda: picked_pair(positions, html)):
        with st.container(key="page-tools"):
            view = controls.switch("View", "view", VIEW_WORDS)
        if not facts.positions:
            nothing_to_show(dataset, selection)
        else:
            SHOW[view](positions, html)


def _pair(positions: Positions, html: DatasetHtml) -> None:
    dataset = positions.dataset
    sides = {i: choices(dataset, "side")[i] for i, _ in counted_sides(dataset)}
    with st.container(key="page-choices", horizontal=True, vertical_alignment="bottom"):
        by = compared_by(visit.current().choices, dataset)
        named, heard = visit.choice("by") or visit.choice("one"), _heard_sides(positions, sides)
        if not visit.choice("by") and (positions.selection.actor or (len(heard) < 2 and not named)):
            by = ACTORS  # who chose two actors wants to see these; nor are there two sides where one alone speaks
        if len(sides) > 1:
            by = controls.switch("Compare", "by", BY_WORDS, shown=True, default=by)
        offered = sides if by == SIDES else _heard(positions)
        if len(offered) < 2:
            note("It takes two to compare: the filters leave fewer. Clear one.")
            return
        first, second = list(offered)[:2] if by == ACTORS else _first_sides(positions, heard, list(offered))
        if by == ACTORS and not (visit.choice("one") and visit.choice("other")):
            first, second = _nearest(positions, list(offered))
        one = controls.one("One", "one", offered, default=first if visit.choice("other") != first else second)
        other = controls.one("Other", "other", offered, default=second if second != one else first)
        name = "side" if by == SIDES else "actor"
        if one != other and set(getattr(positions.selection, name)) != {one, other}:
            st.button(
                "Filter to these two",
                help="Then the matrix, and every file taken from here, holds only them.",
                on_click=visit.narrow,
                args=(name, one, other),
            )
    show_comparison(PairComparison(positions, one, other, by), html)


def _heard_sides(positions: Positions, sides: Iterable[str]) -> set[str]:
    """Of which sides somebody chosen takes a position here."""
    spoken = (positions.codes[positions.rows] != EMPTY).any(axis=0)
    return {s for s in sides if (spoken & positions.members(s)).any()}


def _first_sides(positions: Positions, heard: set[str], sides: list[str]) -> list[str]:
    """Which two sides to begin with: of those that are heard here the compared ones; else these anyhow."""
    compared = chosen_sides(positions)
    return sorted(sides, key=lambda s: (s not in heard, s not in compared))[:2]


def _heard(positions: Positions) -> dict[str, str]:
    """The actors that the filters list and that take a position, in the order of the table."""
    names = choices(positions.dataset, "actor")
    shown = positions.chosen & (positions.codes[positions.rows] != EMPTY).any(axis=0)
    return {i: names[i] for i in positions.dataset.frames["actors"]["id"][shown]}


def _nearest(positions: Positions, ids: list[str]) -> tuple[str, str]:
    """Where to begin: the two who back most proposals together."""
    found = measured(positions.dataset, positions.by_proposal, ("shared",))["shared"]
    table = found.frame.reindex(index=ids, columns=ids).to_numpy(float)
    i, j = np.unravel_index(int(np.nanargmax(np.triu(table, 1))), table.shape)
    return (ids[int(i)], ids[int(j)]) if i != j else (ids[0], ids[1])


SHOW: Mapping[str, Callable[[Positions, DatasetHtml], None]] = {
    PAIR: _pair,
    AGREEMENT: show_agreement,
    SETS: show_sets,
    NETWORK: show_network,
    COALITIONS: show_coalitions,
    CAMPS: show_camps,
    WHAT_IF: show_what_if,
}
