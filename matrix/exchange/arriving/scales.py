"""Two datasets about to be merged, of which one relies on the shipped scale: it is written down, so that it holds."""

from __future__ import annotations

import pandas as pd

from matrix.dataset.dataset import Dataset
from matrix.dataset.frames import Frames
from matrix.dataset.scale import Scale


def on_one_scale(into: Dataset, other: Dataset) -> tuple[Frames, Frames]:
    """The tables of both; else ids of the one would silently mean what the other's scale says, or nothing at all."""
    mine, theirs = dict(into.frames), dict(other.frames)
    if len(mine["stances"]) and not len(theirs["stances"]):
        theirs["stances"] = _only_scores(_used(other), mine["stances"])
    elif len(theirs["stances"]) and not len(mine["stances"]):
        used = _used(into)
        if _agree(used, theirs["stances"]):
            whole = into.stances  # what could be said here can still be said
            missing = whole[~whole["id"].isin(theirs["stances"]["id"])]
            theirs["stances"] = pd.concat([theirs["stances"], missing], ignore_index=True)
        else:
            mine["stances"] = used
    return _as_before(mine, theirs, (into, other))


def _as_before(mine: Frames, theirs: Frames, whole: tuple[Dataset, Dataset]) -> tuple[Frames, Frames]:
    """The same where every stance stays conditional or not as it was; else that is written down, for both to see."""
    one, two = mine["stances"].astype("str"), theirs["stances"].astype("str")
    if not len(two):
        return mine, theirs
    into, other = whole
    here = _conditional(into, one if len(one) else _used(into))
    there = _conditional(other, two)
    if _united(one, two).items() >= {*here.items(), *there.items()}:
        return mine, theirs
    only = pd.DataFrame({"id": [i for i in here if i not in {*two["id"]}]}, dtype="str")
    two = pd.concat([two, only], ignore_index=True).fillna("")
    two["conditional"] = two["id"].map({**here, **there}).fillna("")
    clashing = [i for i in here if i in there and here[i] != there[i]]
    if clashing:
        one = one if len(one) else _used(into).astype("str")
        one["conditional"] = one["id"].map({i: here[i] for i in clashing}).fillna("")
    return {**mine, "stances": one}, {**theirs, "stances": two}


def _conditional(dataset: Dataset, rows: pd.DataFrame) -> dict[str, str]:
    """Which of these stances are conditional on the dataset's own scale, as its table says it."""
    ids, told = dataset.scale.ids, dataset.scale.conditional
    return {i: "true" if c else "false" for i, c in zip(ids, told, strict=True) if i in {*rows["id"]}}


def _united(one: pd.DataFrame, two: pd.DataFrame) -> dict[str, str]:
    """Which stances are conditional on the scale that the two make together."""
    columns = ["id", "name", "score", "conditional"]
    both = pd.concat([f.reindex(columns=columns, fill_value="") for f in (one, two)]).replace("", pd.NA)
    scale = Scale.of(both.groupby("id", sort=False).first().fillna("").reset_index())
    return {i: "true" if c else "false" for i, c in zip(scale.ids, scale.conditional, strict=True)}


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
