"""Whom one compares: two sides or two actors, chosen in the lists of a page and where to begin."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from matrix.analysis.common_ground import chosen_sides
from matrix.analysis.measures import ACTORS
from matrix.analysis.positions import Positions
from matrix.analysis.sets import SIDES
from matrix.analysis.sides import counted_sides
from matrix.dashboard import controls, visit
from matrix.dashboard.filter_words import choices
from matrix.dashboard.page_choices import compared_by
from matrix.dashboard.page_frame import note
from matrix.dashboard.pages.overlaps.pairs import measured

BY_WORDS = {SIDES: "Sides", ACTORS: "Actors"}


class Two(NamedTuple):
    """Actors or sides, and the ids of the two."""

    by: str
    one: str
    other: str


def pick_two(positions: Positions) -> Two | None:
    """The lists to choose them from; None where the filters leave fewer, which is said."""
    dataset = positions.dataset
    sides = {i: choices(dataset, "side")[i] for i, _ in counted_sides(dataset)}
    by = compared_by(visit.current().choices, dataset)
    named, heard = visit.choice("by") or visit.choice("one"), _heard_sides(positions, sides)
    if not visit.choice("by") and (positions.selection.actor or (len(heard) < 2 and not named)):
        by = ACTORS  # who chose two actors wants to see these; nor are there two sides where one alone speaks
    if len(sides) > 1:
        by = controls.switch("Compare", "by", BY_WORDS, shown=True, default=by)
    offered = sides if by == SIDES else _heard(positions)
    if len(offered) < 2:
        note("It takes two to compare: the filters leave fewer. Clear one.")
        return None
    first, second = list(offered)[:2] if by == ACTORS else _first_sides(positions, heard, list(offered))
    if by == ACTORS and not (visit.choice("one") and visit.choice("other")):
        shared = measured(dataset, positions.by_proposal, ("shared",))["shared"]
        first, second = shared.highest(list(offered)) or (first, second)
    one = controls.one("One", "one", offered, default=first if visit.choice("other") != first else second)
    other = controls.one("Other", "other", offered, default=second if second != one else first)
    return Two(by, one, other)


def _heard_sides(positions: Positions, sides: Iterable[str]) -> set[str]:
    """Of which sides somebody chosen takes a position here."""
    return {s for s in sides if (positions.speaking & positions.members(s)).any()}


def _first_sides(positions: Positions, heard: set[str], sides: list[str]) -> list[str]:
    """Which two sides to begin with: of those that are heard here the compared ones; else these anyhow."""
    compared = chosen_sides(positions)
    return sorted(sides, key=lambda s: (s not in heard, s not in compared))[:2]


def _heard(positions: Positions) -> dict[str, str]:
    """The actors that the filters list and that take a position, in the order of the table."""
    names = choices(positions.dataset, "actor")
    shown = positions.chosen & positions.speaking
    return {i: names[i] for i in positions.dataset.frames["actors"]["id"][shown]}
