"""Two datasets about to be merged, of which one relies on the shipped scale: it is written down, so that it holds."""

from __future__ import annotations

import pandas as pd

from matrix.dataset.dataset import Dataset
from matrix.dataset.frames import Frames


def on_one_scale(into: Dataset, other: Dataset) -> tuple[Frames, Frames]:
    """The tables of both; else ids of the one would silently mean what the other's scale says, or nothing at all."""
    mine, theirs = dict(into.frames), dict(other.frames)
    if len(mine["stances"]) and not len(theirs["stances"]):
        theirs["stances"] = _only_scores(_used(other), mine["stances"])
    elif len(theirs["stances"]) and not len(mine["stances"]):
        used = _used(into)
        if _agree(used, theirs["stances"]):
            missing = used[~used["id"].isin(theirs["stances"]["id"])]
            theirs["stances"] = pd.concat([theirs["stances"], missing], ignore_index=True)
        else:
            mine["stances"] = used
    return mine, theirs


def _used(dataset: Dataset) -> pd.DataFrame:
    """The rows of its scale that its statements take."""
    scale = dataset.stances
    return scale[scale["id"].isin(dataset.statements["stance"].astype("str"))]


def _only_scores(rows: pd.DataFrame, there: pd.DataFrame) -> pd.DataFrame:
    """Of stances that stand there, only what they count: another name for them is no other meaning."""
    known = rows["id"].isin(there["id"])
    told = rows.astype("str")
    told.loc[known, [c for c in told.columns if c not in ("id", "score")]] = ""
    return told


def _agree(rows: pd.DataFrame, there: pd.DataFrame) -> bool:
    """Whether the same ids have the same scores."""
    both = rows.merge(there, on="id")
    return bool((both["score_x"].astype(float) == both["score_y"].astype(float)).all())
