"""Proposals that form a ladder, from the least to the most demanding: who stands on which rung, who rejects which."""

from __future__ import annotations

import numpy as np
import pandas as pd

from matrix.analysis.positions import fold
from matrix.analysis.voices import COLUMNS, voices
from matrix.dataset.dataset import Dataset
from matrix.dataset.selection import Selection, columns_of, rows_of


def ladder(dataset: Dataset, selection: Selection | None = None) -> pd.DataFrame:
    """Every rung of every ladder in order: a line for each listed actor with a position on it, or one without an actor.

    Columns: ladder, rung, then those of `voices`; `stands` where the actor backs the rung, `rejects` where it opposes.
    Rungs without a number come last in their ladder.
    """
    selection = selection or Selection()
    folded = fold(dataset, selection)
    proposals = dataset.frames["proposals"]
    rows = np.flatnonzero(rows_of(dataset, selection) & (proposals["ladder"] != "").to_numpy())
    rungs = pd.DataFrame(
        {
            "ladder": proposals["ladder"].iloc[rows].to_numpy(dtype=object),
            "rung": pd.to_numeric(proposals["rung"].iloc[rows].astype("str"), errors="coerce").to_numpy(),
            "proposal": proposals["id"].iloc[rows].to_numpy(dtype=object),
        }
    )
    first = {name: i for i, name in enumerate(dict.fromkeys(rungs["ladder"]))}
    rungs = rungs.sort_values(
        ["ladder", "rung"], key=lambda c: c.map(first) if c.name == "ladder" else c, kind="stable"
    )
    said = voices(folded, rows, np.flatnonzero(columns_of(dataset, selection)))
    table = rungs.merge(said, on="proposal", how="left", sort=False).reset_index(drop=True)
    for column in ("side", "actor", "stance", "conditions", "attribution", "confidence"):
        table[column] = table[column].astype(object).where(table[column].notna(), "")
    table["official"] = table["official"].eq(True)
    table["n"] = table["n"].fillna(0).astype(int)
    table["rung"] = table["rung"].astype("Int64")
    table["stands"], table["rejects"] = table["score"] > 0, table["score"] < 0
    return table[["ladder", "rung", *COLUMNS, "stands", "rejects"]]
