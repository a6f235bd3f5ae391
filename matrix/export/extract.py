"""What a file of any format holds: of a selection the view of the matrix and the rows of every table; and in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from matrix.analysis.evidence import latest_day
from matrix.analysis.positions import View, fold, view
from matrix.dataset import dates
from matrix.dataset.dataset import Dataset
from matrix.dataset.schema import LIST_SEPARATOR
from matrix.dataset.selection import LATEST, ROWS, Selection
from matrix.dataset.trees import above

MIXED_DEFINITION = "Statements for and against, none superseding the other."
_CAUTIOUS = (
    "Folded cautiously: statements for and against make a mixed position; else any refusal, then any condition, "
    "outweighs plain support. All statements count that nothing later supersedes."
)
_LATEST = (
    "Folded by the latest day: only an actor's latest statements on a proposal count; among these, any refusal, "
    "then any condition, outweighs plain support."
)


def rule_words(selection: Selection) -> str:
    """How statements fold into a position under the selection's rule."""
    return _LATEST if selection.rule == LATEST else _CAUTIOUS


ORDER = (
    "statements",
    "proposals",
    "actors",
    "sources",
    "risk_areas",
    "searches",
    "events",
    "links",
    "sides",
    "stances",
)


@dataclass(frozen=True, eq=False)
class Extract:
    """What is exported: `frames` are the tables' rows in their order, each with the columns that the dataset has."""

    dataset: Dataset
    selection: Selection
    seen: View
    frames: Mapping[str, pd.DataFrame]

    @property
    def narrowed(self) -> bool:
        """Whether a selection was made; the whole dataset is exported otherwise."""
        return bool(self.selection.chosen())


def extract(dataset: Dataset, selection: Selection | None = None) -> Extract:
    """The rows that leave: all, or what the selection shows and what stands behind it."""
    selection = (selection or Selection()).within(dataset)
    seen = view(fold(dataset, selection))
    given = {n: dataset.frames[n] for n in ORDER if n in dataset.columns or len(dataset.frames[n])}
    rows = _touched(seen, given) if selection.chosen() else given
    frames = {n: f[_columns(dataset, n)] for n, f in rows.items()}
    return Extract(dataset, selection, seen, frames)


def _columns(dataset: Dataset, name: str) -> list[str]:
    """The columns that a table came with or that were filled since, in the schema's order; then its own extra ones."""
    frame, given = dataset.frames[name], dataset.columns.get(name, ())
    return [c for c in frame.columns if c in given or (frame[c] != "").any()]


def _touched(seen: View, frames: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """The rows in view, the statements behind every visible cell, and whatever these name."""
    chosen = seen.positions.selection
    proposals, actors = set(seen.proposals["id"]), set(seen.actors["id"])
    keep = {n: np.ones(len(f), bool) for n, f in frames.items()}
    keep["proposals"] = _in(frames["proposals"]["id"], proposals)
    keep["actors"] = _in(frames["actors"]["id"], actors)
    keep["statements"] = behind(seen)
    if "links" in frames:
        links = frames["links"]
        keep["links"] = _in(links["proposal"], proposals) & _in(links["other"], proposals)
    if "events" in frames:
        events = frames["events"]
        if any(getattr(chosen, name) for name in ROWS) or chosen.search or chosen.stance:
            keep["events"] &= _lists(events["proposals"], proposals)
        if chosen.source:
            keep["events"] &= _in(events["source"], {"", *chosen.source})
    if "searches" in frames:
        searches = frames["searches"]
        keep["searches"] = _in(searches["proposal"], proposals) & _in(searches["actor"], actors)
    sources = set().union(*(frames[n]["source"][keep[n]] for n in ("statements", "events", "searches") if n in frames))
    keep["sources"] = _in(frames["sources"]["id"], sources)
    if "sides" in frames:
        keep["sides"] = _in(frames["sides"]["id"], set(seen.actors["side"]))
    if "risk_areas" in frames:
        named = {area for areas in set(seen.proposals["risk_areas"]) for area in areas.split(LIST_SEPARATOR)}
        areas = frames["risk_areas"]
        keep["risk_areas"] = _in(areas["id"], named.union(*(above(areas, area) for area in named)))
    return {n: f[keep[n]] for n, f in frames.items()}


def behind(seen: View) -> NDArray[np.bool_]:
    """The statements that make the visible cells.

    The same as `evidence`, but a search does not thin them out: a cell in a file keeps all it rests on.
    """
    codes, visible = seen.positions.dataset.codes, np.zeros(seen.positions.codes.shape, bool)
    visible[np.ix_(seen.rows, seen.columns)] = ~seen.hidden
    found: NDArray[np.bool_] = visible[codes.proposal, codes.actor] & seen.positions.folded
    return found


def _in(values: pd.Series, wanted: set[str]) -> NDArray[np.bool_]:
    return np.asarray(values.isin(wanted), bool)


def _lists(values: pd.Series, wanted: set[str]) -> NDArray[np.bool_]:
    return np.array([bool(wanted.intersection(v.split(LIST_SEPARATOR))) for v in values.tolist()], bool)


def up_to(extract: Extract) -> str:
    """The latest day of the statements exported or of their sources, as people read it; empty where none is dated."""
    ids = extract.dataset.frames["statements"]["id"]
    day = latest_day(extract.dataset, np.flatnonzero(ids.isin(extract.frames["statements"]["id"])))
    return dates.words(day, day) if day else ""
