"""The order in which a matrix is read: proposals under their themes and parents, actors by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import pandas as pd

from matrix.dataset.codes import codes_of
from matrix.dataset.dataset import Dataset
from matrix.dataset.frames import places_by_id
from matrix.dataset.trees import above, children


class OutlineLine(NamedTuple):
    """One row of the outline: its place in the given frame, its theme, and how deep it stands below a parent."""

    place: int
    theme: str
    depth: int


def outline(proposals: pd.DataFrame) -> list[OutlineLine]:
    """The rows of a proposals frame in reading order: themes as they first appear, children under their parents.

    A child whose parent is not in the frame, or under another theme, stands at the top of its own theme.
    """
    themes = proposals["theme"].astype("str").tolist()
    place = places_by_id(proposals)
    inside: dict[int, list[int]] = {}
    roots: dict[str, list[int]] = {theme: [] for theme in themes}
    for i, parent in enumerate(proposals["parent"].astype("str")):
        over = place.get(parent, -1)
        if over >= 0 and themes[over] == themes[i]:
            inside.setdefault(over, []).append(i)
        else:
            roots[themes[i]].append(i)
    lines: list[OutlineLine] = []
    for theme, tops in roots.items():
        stack = [(i, 0) for i in reversed(tops)]
        while stack:
            i, depth = stack.pop()
            lines.append(OutlineLine(i, theme, depth))
            stack += [(c, depth + 1) for c in reversed(inside.get(i, []))]
    return lines


def by_side(dataset: Dataset, actors: pd.DataFrame) -> list[tuple[str, list[int]]]:
    """Places in an actors frame grouped by side in the order of the sides table; actors of no side last, under ''."""
    sides = dataset.frames["sides"]["id"].tolist()
    codes = codes_of(actors["side"], dataset.frames["sides"]["id"]).tolist()
    groups = [(name, [i for i, c in enumerate(codes) if c == k]) for k, name in enumerate(sides)]
    groups.append(("", [i for i, c in enumerate(codes) if c < 0]))
    return [(name, places) for name, places in groups if places]


class Family(NamedTuple):
    """Where a proposal stands among others: its parents from the top down, and the proposals below each."""

    above: tuple[str, ...]
    children: Mapping[str, Sequence[str]]


def family(dataset: Dataset, proposal: str) -> Family:
    """The parents of a proposal, and of every proposal those directly below it."""
    table = dataset.frames["proposals"]
    return Family(tuple(reversed(above(table, proposal))), children(table))
