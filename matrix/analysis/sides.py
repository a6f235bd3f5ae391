"""Counts by side: for every proposal how many members of each side back it, oppose it or are silent."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from matrix.analysis.empty_cells import LOOKED_FOR, partly_known
from matrix.analysis.positions import EMPTY, Positions, fold
from matrix.dataset.codes import codes_of
from matrix.dataset.dataset import Dataset
from matrix.dataset.selection import Selection

COUNTS = ("members", "speakers", "backing", "conditional", "neutral", "opposed", "mixed", "silent", "official_backing")
OFFICIAL = "official"

Ints = NDArray[np.int64]


def sides(dataset: Dataset, selection: Selection | None = None) -> pd.DataFrame:
    """Counts of actors per proposal (rows: ids) and side (columns SIDE_members, SIDE_speakers, ..., in table order).

    members = speakers + silent; speakers = backing + neutral + opposed + mixed; conditional is part of backing. Where
    who backs a proposal is known only in part, silent are those who were looked for; of the rest nothing is known. Row
    filters choose the proposals, column filters who counts as a member, `side` the sides that are listed. A side that
    is not counted is listed too: what must not count it leaves it out.
    """
    selection = selection or Selection()
    folded = fold(dataset, selection)
    table, keep = roll_up(folded), folded.rows
    listed = selection.side or tuple(dataset.frames["sides"]["id"])
    index = pd.Index(dataset.frames["proposals"]["id"].iloc[keep].tolist(), name="proposal", dtype="str")
    return pd.DataFrame({f"{s}_{c}": table[s][c][keep] for s in listed for c in COUNTS}, index=index)


def counted_sides(dataset: Dataset) -> list[tuple[str, str]]:
    """Id and name of the sides that count (`counted` is not false), in table order."""
    table = dataset.frames["sides"]
    keep = table[table["counted"] != "false"]
    return list(zip(keep["id"], keep["name"], strict=True))


def has_officials(positions: Positions) -> bool:
    """Whether a chosen actor of any side is an official; where none is, no word about officials is said."""
    official = (positions.dataset.frames["actors"]["authority"] == OFFICIAL).to_numpy()
    return bool((official & positions.members()).any())


def roll_up(positions: Positions) -> dict[str, dict[str, Ints]]:
    """For each side its counts over the chosen actors, one entry a proposal each."""
    dataset, codes = positions.dataset, positions.codes
    actors = dataset.frames["actors"]
    side = codes_of(actors["side"], dataset.frames["sides"]["id"])
    official = (actors["authority"] == OFFICIAL).to_numpy()
    # One more entry than there are states, so that EMPTY (-1) reads the last: nothing.
    score = np.append(dataset.scale.scores, [0.0, 0.0])
    conditional = np.append(dataset.scale.conditional, [False, False])
    mixed = codes == len(dataset.scale)
    spoken = codes != EMPTY
    backing, opposed = score[codes] > 0, score[codes] < 0
    by_kind = {
        "speakers": spoken,
        "backing": backing,
        "conditional": backing & conditional[codes],
        "neutral": spoken & ~backing & ~opposed & ~mixed,
        "opposed": opposed,
        "mixed": mixed,
        "official_backing": backing & official,
    }
    partly = partly_known(dataset)
    result = {}
    for k, name in enumerate(dataset.frames["sides"]["id"]):
        of = positions.chosen & (side == k)
        counts = {kind: which[:, of].sum(axis=1) for kind, which in by_kind.items()}
        counts["members"] = np.full(len(codes), of.sum())
        looked_for = (positions.why[partly][:, of] == LOOKED_FOR).sum(axis=1)
        counts["silent"] = counts["members"] - counts["speakers"]
        counts["silent"][partly] = looked_for
        result[name] = {c: counts[c] for c in COUNTS}
    return result
