"""How much there is behind each value of a filter, with the other filters as they are: the numbers in the lists."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from matrix.analysis.evidence import evidence
from matrix.analysis.positions import EMPTY, View, fold, view
from matrix.dataset.codes import codes_of
from matrix.dataset.dataset import Dataset, remembered
from matrix.dataset.schema import LIST_SEPARATOR
from matrix.dataset.selection import Selection, rows_of
from matrix.dataset.trees import branches

# What is counted behind the values of each filter.
COUNTED: Mapping[str, str] = {
    **dict.fromkeys(("risk_area", "theme"), "proposals"),
    **dict.fromkeys(("side", "kind", "authority"), "speakers"),
    **dict.fromkeys(("proposal", "actor", "stance"), "positions"),
    **dict.fromkeys(("source", "attribution", "confidence"), "statements"),
}
_EVIDENCE = ("source", "attribution", "confidence")

Counts = Mapping[str, Mapping[str, int]]


@remembered(32)
def option_counts(dataset: Dataset, selection: Selection) -> Counts:
    """For each filter (names of Selection) how many of `COUNTED` every value would leave, had it no value now.

    Proposals: with a visible position, an area with all below it; speakers: actors with one; positions: visible cells;
    statements: of the chosen actors on the chosen proposals, superseded ones too. Values with nothing are left out;
    "" is who has no authority, so that all of them are everyone.
    """
    seen: dict[Selection, View] = {}

    def without(name: str) -> View:
        values: dict[str, Any] = {name: ()}
        chosen = replace(selection, **values) if getattr(selection, name) else selection
        if chosen not in seen:
            seen[chosen] = view(fold(dataset, chosen))
        return seen[chosen]

    found: dict[str, dict[str, int]] = {}
    for name in COUNTED:
        looked = without(name)
        stated = looked.codes != EMPTY
        if name == "risk_area":
            listed = [set(text.split(LIST_SEPARATOR)) for text in looked.proposals["risk_areas"][stated.any(axis=1)]]
            trees = branches(dataset.frames["risk_areas"])
            found[name] = {area: sum(bool(tree & own) for own in listed) for area, tree in trees.items()}
        elif name == "theme":
            found[name] = _times(looked.proposals["theme"][stated.any(axis=1)])
        elif name == "proposal":
            found[name] = _by_id(looked.proposals["id"], stated.sum(axis=1))
        elif name == "actor":
            found[name] = _by_id(looked.actors["id"], stated.sum(axis=0))
        elif name == "stance":
            states = looked.positions.states
            found[name] = _by_id(states, np.bincount(looked.codes[stated], minlength=len(states)))
        elif name in _EVIDENCE:
            found[name] = _statements(looked, name)
        else:
            found[name] = _times(looked.actors[name][stated.any(axis=0)])
    return {
        name: {value: n for value, n in counts.items() if n and (value or name == "authority")}
        for name, counts in found.items()
    }


@remembered(32)
def statement_counts(dataset: Dataset, selection: Selection) -> Counts:
    """How many statements that count here each value of `stance` and `attribution` has, had that filter no value now.

    A stance means the position of the statement's cell, as in the filter: a refusal folded into `mixed` is under that.
    """
    found: dict[str, dict[str, int]] = {}
    for name in ("stance", "attribution"):
        values: dict[str, Any] = {name: ()}
        seen = view(fold(dataset, replace(selection, **values)))
        statements = evidence(dataset, seen.positions.selection, seen=seen)
        if name == "stance":
            at, codes = dataset.frames["statements"].index.get_indexer(statements.index), dataset.codes
            position = seen.positions.codes[codes.proposal[at], codes.actor[at]]
            states = seen.positions.states
            found[name] = _by_id(states, np.bincount(position, minlength=len(states)))
        else:
            found[name] = _times(statements[name])
    return {name: {value: n for value, n in counts.items() if n and value} for name, counts in found.items()}


def _times(values: pd.Series[Any]) -> dict[str, int]:
    return {str(v): int(n) for v, n in values.astype("str").value_counts().items()}


def _by_id(ids: Any, counts: NDArray[np.int64]) -> dict[str, int]:
    return {str(i): int(n) for i, n in zip(ids, counts, strict=True)}


def _statements(looked: View, name: str) -> dict[str, int]:
    positions = looked.positions
    dataset, codes = positions.dataset, positions.dataset.codes
    shape = positions.codes.shape
    columns = np.zeros(shape[1], bool)
    columns[positions.columns] = True
    rows = rows_of(dataset, positions.selection)
    keep = positions.evidence.passes & rows[codes.proposal] & columns[codes.actor]
    if name == "source":
        ids = dataset.frames["sources"]["id"]
        return _by_id(ids, np.bincount(codes.source[keep], minlength=len(ids)))
    values = dataset.frames["statements"][name].astype("category")
    words = values.cat.categories.tolist()
    return _by_id(words, np.bincount(codes_of(values, pd.Series(words))[keep], minlength=len(words)))
