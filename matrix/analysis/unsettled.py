"""What the sources do not settle: events they tell differently, and official silences, each with its rule."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from matrix.analysis.common_ground import chosen_sides
from matrix.analysis.positions import EMPTY, SILENT, Positions
from matrix.analysis.sides import OFFICIAL
from matrix.dataset.dataset import Dataset
from matrix.dataset.records import records
from matrix.dataset.selection import rows_of

SILENCE = "silence"  # in the kind of an event
RULE = (
    "Rule: an official of one compared side has a position on a proposal, and no official of the other side has ever "
    "spoken on it in these sources. Its experts may have. Silence is not neutral."
)

Record = Mapping[str, Any]


class Conflict(NamedTuple):
    """Two events that tell one matter differently, in the order of the table."""

    one: Record
    other: Record


def conflicts(dataset: Dataset) -> list[Conflict]:
    """Every pair of events of which one names the other in `conflicts_with`, once."""
    rows = {str(e["id"]): e for e in records(dataset.frames["events"])}
    order = {id_: i for i, id_ in enumerate(rows)}
    pairs = dict.fromkeys(
        tuple(sorted((id_, str(e["conflicts_with"])), key=lambda i: order[i]))
        for id_, e in rows.items()
        if str(e["conflicts_with"]) in rows
    )
    return [Conflict(rows[a], rows[b]) for a, b in pairs]


def silent_events(dataset: Dataset) -> list[Record]:
    """The events that are silences: their kind holds the word."""
    return [e for e in records(dataset.frames["events"]) if SILENCE in str(e["kind"]).casefold()]


def official_silences(positions: Positions) -> pd.DataFrame:
    """By RULE: side, proposal, officials (how many the silent side has), raised_by (ids of the others' officials).

    Over the rows of the selection; in the order of the sides, then of the proposals. Empty with fewer than two sides.
    """
    dataset = positions.dataset
    actors, proposals = dataset.frames["actors"], dataset.frames["proposals"]["id"].tolist()
    official, side = (actors["authority"] == OFFICIAL).to_numpy(), actors["side"].astype("str").to_numpy()
    ids = actors["id"].to_numpy(dtype=object)
    rows = rows_of(dataset, positions.selection)
    compared = chosen_sides(positions)
    lines = []
    for one in compared if len(compared) > 1 else ():
        own = official & (side == one)
        theirs = official & np.isin(side, [s for s in compared if s != one])
        spoken = positions.codes[:, theirs] != EMPTY
        silent = (positions.why[:, own] == SILENT).all(axis=1)
        for p in np.flatnonzero(rows & spoken.any(axis=1) & silent):
            lines.append((one, proposals[p], int(own.sum()), tuple(ids[theirs][spoken[p]])))
    return pd.DataFrame(lines, columns=["side", "proposal", "officials", "raised_by"])
