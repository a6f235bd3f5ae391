"""Proposals that form a ladder, from the least to the most demanding: who backs which rung, and who rejects which."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import pandas as pd

from matrix.analysis.positions import fold, view
from matrix.analysis.voices import COLUMNS, voices
from matrix.dataset.dataset import Dataset, column
from matrix.dataset.selection import Selection
from matrix.wording import capital

FORMULA = "an actor stands on a rung that it backs (a positive score) and rejects one that it opposes (a negative one)"


@dataclass(frozen=True, eq=False)
class Ladder:
    """Every rung in order: a line for each listed actor with a position on it, or one without an actor.

    Columns of `frame`: ladder, rung, then those of `voices`; `stands` where the actor backs the rung, `rejects` where
    it opposes it. `places`: by proposal its place from the least demanding rung up and how many rungs there are,
    whatever is chosen. `n`: the statements behind these positions; `sentence` says why there is no ladder, else ''.
    """

    frame: pd.DataFrame
    places: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    formula: str = FORMULA

    @property
    def n(self) -> int:
        return int(self.frame["n"].sum())

    @property
    def sentence(self) -> str:
        return "" if len(self.frame) else "No ladder to draw: no proposal of this selection is a rung of one."

    def meeting(self, name: str, sides: Sequence[str]) -> list[int]:
        """The rungs of a ladder, by number, that each of these sides is heard backing and none of them opposes."""
        rungs = self.frame[self.frame["ladder"] == name]
        on = rungs[rungs["stands"]]
        opposed = set(rungs.loc[rungs["rejects"] & rungs["side"].isin(sides), "proposal"])
        every = [p for p in dict.fromkeys(rungs["proposal"]) if p not in opposed]
        return [self.places[p][0] for p in every if set(sides) <= set(on.loc[on["proposal"] == p, "side"])]

    def steps(self, name: str) -> list[Steps]:
        """Who stands on which rungs of a ladder, who stands on most of them first; then who only rejects some."""
        rungs = self.frame[self.frame["ladder"] == name]

        def numbers(which: str) -> dict[str, list[int]]:
            lines = rungs[rungs[which]].groupby("actor", sort=False)["proposal"]
            return {str(actor): [self.places[p][0] for p in own] for actor, own in lines}

        stands, rejects = numbers("stands"), numbers("rejects")
        ranked = sorted(stands, key=lambda actor: -len(stands[actor]))
        only = [actor for actor in rejects if actor not in stands]
        return [Steps(a, stands.get(a, []), rejects.get(a, [])) for a in (*ranked, *only)]


class Steps(NamedTuple):
    """One actor on a ladder: the numbers of the rungs that it stands on and of those that it rejects."""

    actor: str
    stands: list[int]
    rejects: list[int]


def ladder_name(dataset: Dataset, id_: str) -> str:
    """What a ladder is called: as the risk area of the same id (NC3), else its own word (Autonomous weapons)."""
    areas = {str(k).casefold(): str(v) for k, v in column(dataset, "risk_areas", "name").items()}
    own = id_.replace("_", " ").replace("-", " ")
    return areas.get(id_.casefold(), own.upper() if len(own) < 5 else capital(own))


def ladder(dataset: Dataset, selection: Selection | None = None) -> Ladder:
    """Every ladder of the selection's rows with the listed actors; rungs without a number come last in their ladder."""
    selection = selection or Selection()
    folded = fold(dataset, selection)
    proposals = dataset.frames["proposals"]
    every = np.flatnonzero((proposals["ladder"] != "").to_numpy())
    rungs = pd.DataFrame(
        {
            "ladder": proposals["ladder"].iloc[every].to_numpy(dtype=object),
            "rung": pd.to_numeric(proposals["rung"].iloc[every].astype("str"), errors="coerce").to_numpy(),
            "proposal": proposals["id"].iloc[every].to_numpy(dtype=object),
        }
    )
    first = {name: i for i, name in enumerate(dict.fromkeys(rungs["ladder"]))}
    rungs = rungs.sort_values(
        ["ladder", "rung"], key=lambda c: c.map(first) if c.name == "ladder" else c, kind="stable"
    )
    each = rungs.groupby("ladder", sort=False)["proposal"]
    places = dict(zip(rungs["proposal"], zip(each.cumcount() + 1, each.transform("size"), strict=True), strict=True))
    rows = np.intersect1d(every, view(folded).rows)
    rungs = rungs[rungs["proposal"].isin(proposals["id"].iloc[rows])]
    spoken = voices(folded, rows, folded.columns)
    table = rungs.merge(spoken, on="proposal", how="left", sort=False).reset_index(drop=True)
    for name in ("side", "actor", "stance", "conditions", "attribution", "confidence"):
        table[name] = table[name].astype(object).where(table[name].notna(), "")
    table["official"] = table["official"].eq(True)
    table["n"] = table["n"].fillna(0).astype(int)
    table["rung"] = table["rung"].astype("Int64")
    table["stands"], table["rejects"] = table["score"] > 0, table["score"] < 0
    return Ladder(table[["ladder", "rung", *COLUMNS, "stands", "rejects"]], places)
