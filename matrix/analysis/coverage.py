"""Who speaks on what: on how many proposals of each risk area each side has a voice at all."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from matrix.analysis.positions import EMPTY, fold, view
from matrix.dataset.codes import codes_of
from matrix.dataset.dataset import Dataset
from matrix.dataset.schema import LIST_SEPARATOR
from matrix.dataset.selection import Selection
from matrix.dataset.trees import below, tree

FORMULA = (
    "proposals of the area on which at least one actor of the side took a position / proposals of the area, without "
    "those of which is known only in part who backs them where none of the side is found"
)


@dataclass(frozen=True, eq=False)
class Coverage:
    """`frame`: index risk areas in reading order; `depth`, number of `proposals`, per side SIDE_proposals
    (with a voice of it), SIDE_known (of which it is known whether there is one) and SIDE_speakers (different actors).
    `n`: proposals of the selection, each once. `sentence` says why there is nothing to draw, else ''.
    """

    frame: pd.DataFrame
    n: int
    formula: str = FORMULA

    @property
    def sentence(self) -> str:
        if not len(self.frame):
            return "No coverage to draw: the dataset has no risk areas."
        some = (self.frame["proposals"] > 0).any()
        return "" if some else "No coverage to draw: the selection leaves no proposal of a risk area."


def coverage(dataset: Dataset, selection: Selection | None = None) -> Coverage:
    """Who speaks on what, over the selection's rows and listed actors.

    An area means itself and all below it; a proposal may be of several, so areas do not add up. Areas without a
    proposal in the selection are listed too.
    """
    folded = fold(dataset, selection)
    rows, columns = view(folded).rows, folded.columns
    spoken = folded.codes[np.ix_(rows, columns)] != EMPTY
    side = codes_of(dataset.frames["actors"]["side"], dataset.frames["sides"]["id"])[columns]
    sides = dataset.frames["sides"]["id"].tolist()
    own = [set(filter(None, t.split(LIST_SEPARATOR))) for t in dataset.frames["proposals"]["risk_areas"].iloc[rows]]
    areas = dataset.frames["risk_areas"]
    found = []
    for area, depth in tree(areas):
        branch = below(areas, [area])
        of = np.array([bool(branch & o) for o in own], bool)
        line: dict[str, object] = {"area": area, "depth": depth, "proposals": int(of.sum())}
        for k, name in enumerate(sides):
            theirs = spoken[np.ix_(of, side == k)]
            line[f"{name}_proposals"] = int(theirs.any(axis=1).sum())
            unknown = folded.uncounted[np.ix_(rows[of], columns[side == k])].any(axis=1) & ~theirs.any(axis=1)
            line[f"{name}_known"] = int((~unknown).sum())
            line[f"{name}_speakers"] = int(theirs.any(axis=0).sum())
        found.append(line)
    counts = [f"{s}_{c}" for s in sides for c in ("proposals", "known", "speakers")]
    frame = pd.DataFrame(found, columns=["area", "depth", "proposals", *counts]).set_index("area")
    return Coverage(frame, len(rows))
