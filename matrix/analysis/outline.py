"""The outline of a matrix: proposals by theme with children below their parents, actors by side."""

from __future__ import annotations

from typing import NamedTuple

import pandas as pd

from matrix.dataset.codes import codes_of
from matrix.dataset.dataset import Dataset


class Line(NamedTuple):
    """One row of the outline: its place in the given frame, its theme, and how deep it stands below a parent."""

    place: int
    theme: str
    depth: int


def outline(proposals: pd.DataFrame) -> list[Line]:
    """The rows of a proposals frame in reading order: themes as they first appear, children under their parents.

    A child whose parent is not in the frame, or under another theme, stands at the top of its own theme.
    """
    ids = proposals["id"].tolist()
    themes = proposals["theme"].astype("str").tolist()
    place = {v: i for i, v in enumerate(ids)}
    children: dict[int, list[int]] = {}
    roots: dict[str, list[int]] = {theme: [] for theme in themes}
    for i, parent in enumerate(proposals["parent"].astype("str")):
        above = place.get(parent, -1)
        if above >= 0 and themes[above] == themes[i]:
            children.setdefault(above, []).append(i)
        else:
            roots[themes[i]].append(i)
    lines: list[Line] = []
    for theme, tops in roots.items():
        stack = [(i, 0) for i in reversed(tops)]
        while stack:
            i, depth = stack.pop()
            lines.append(Line(i, theme, depth))
            stack += [(c, depth + 1) for c in reversed(children.get(i, []))]
    return lines


def by_side(dataset: Dataset, actors: pd.DataFrame) -> list[tuple[str, list[int]]]:
    """Places in an actors frame grouped by side in the order of the sides table; actors of no side last, under ''."""
    sides = dataset.frames["sides"]["id"].tolist()
    codes = codes_of(actors["side"], dataset.frames["sides"]["id"]).tolist()
    groups = [(name, [i for i, c in enumerate(codes) if c == k]) for k, name in enumerate(sides)]
    groups.append(("", [i for i, c in enumerate(codes) if c < 0]))
    return [(name, places) for name, places in groups if places]
