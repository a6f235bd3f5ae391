"""Tables in which a row may have a `parent`: what is above and below a row, and all rows as a tree."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from matrix.dataset.frames import by_id


def children(table: pd.DataFrame) -> dict[str, list[str]]:
    """Parent -> the ids directly below it, in the order of the table; those without a parent are below ''."""
    found: dict[str, list[str]] = {}
    for id_, parent in by_id(table, "parent").items():
        found.setdefault(parent, []).append(id_)
    return found


def above(table: pd.DataFrame, id_: str) -> list[str]:
    """The parents of a row that are in the table, the nearest first."""
    parent = by_id(table, "parent")
    found: list[str] = []
    at = parent.get(id_, "")
    while at in parent and at not in found:  # a circle cannot be in a dataset, `check` refuses it
        found.append(at)
        at = parent[at]
    return found


def below(table: pd.DataFrame, ids: Iterable[str]) -> set[str]:
    """The given ids and all ids below them."""
    of, wanted = children(table), set(ids)
    open_ = [*wanted]
    while open_:
        more = [child for child in of.get(open_.pop(), ()) if child not in wanted]
        wanted.update(more)
        open_ += more
    return wanted


def branches(table: pd.DataFrame) -> dict[str, set[str]]:
    """Each id -> itself and all ids below it."""
    return {id_: below(table, [id_]) for id_ in table["id"]}


def tree(table: pd.DataFrame) -> list[tuple[str, int]]:
    """Every id, below the one it belongs to, with its depth."""
    of = children(table)
    lines: list[tuple[str, int]] = []
    stack = [(id_, 0) for id_ in reversed(of.get("", []))]
    while stack:
        id_, depth = stack.pop()
        lines.append((id_, depth))
        stack += [(child, depth + 1) for child in reversed(of.get(id_, []))]
    return lines
