"""An Overlap becomes the square that fits a picture: who is in it, in which order - and who is left out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matrix.analysis.formulas import MEASURES
from matrix.analysis.overlap import Overlap
from matrix.charts.arrange import dendrogram_order
from matrix.charts.caption import EDGE
from matrix.charts.names import Name
from matrix.charts.text import wide
from matrix.charts.theme import NARROW

LEAST_CELL, NARROW_CELL, MOST_CELL = 11, 20, 46  # pixels; a phone has no hover: there a number must fit in
LABELS = {"actors": 300, "proposals": 380}  # pixels of the names on the left, at most
LABELS_NARROW = {"actors": 120, "proposals": 140}
LABELS_SHARE = 0.3  # of the width, at most

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Square:
    """Names in the order drawn, value and n between any two (NaN: not defined), and the pixels of a cell and of names.

    `left_out`: compared, but without room here; `alone`: compared with nobody.
    """

    shown: list[Name]
    value: Floats
    n: Floats
    left_out: list[str]
    alone: list[str]
    cell: float
    labels: float
    narrow: bool


def square(result: Overlap, called: dict[str, Name], width: int, most: int | None = None) -> Square:
    """At most as many as the width has readable room for, or `most`: those compared on most; like beside like."""
    narrow = width < NARROW
    ids = result.frame.index.tolist()
    value = result.frame.to_numpy(float)
    n = result.n.to_numpy()
    defined = np.isfinite(value) & (n > 0)  # 0 of nothing in common is no measurement
    np.fill_diagonal(defined, False)
    met = np.flatnonzero(defined.any(axis=1))
    labels = _labels(result.of, width, max(wide(called[ids[i]].label) for i in met))
    inner = width - 2 * EDGE - labels - 10
    fits = max(2, int(inner // (NARROW_CELL if narrow else LEAST_CELL)))
    limit = min(fits, most or fits)
    weight = np.where(defined, n, 0).sum(axis=1)[met]
    kept = met if len(met) <= limit else np.sort(met[np.argsort(-weight, kind="stable")[:limit]])
    at = np.ix_(kept, kept)
    shown = np.where(defined[at], value[at], np.nan)
    order = dendrogram_order(-shown if MEASURES[result.measure].id in ("conflict", "clashes") else shown)
    at = np.ix_(order, order)
    drawn = set(kept.tolist())
    return Square(
        [called[ids[kept[k]]] for k in order],
        shown[at],
        np.where(defined, n, 0)[np.ix_(kept, kept)][at].astype(float),
        [called[ids[i]].label for i in met if i not in drawn],
        [called[ids[i]].label for i in np.flatnonzero(~defined.any(axis=1))],
        min(MOST_CELL, inner / len(kept)),
        labels,
        narrow,
    )


def _labels(of: str, width: int, longest: float) -> float:
    narrow = width < NARROW
    most: float = LABELS_NARROW[of] if narrow else min(LABELS[of], width * LABELS_SHARE)
    return min(most, longest + (44 if narrow else 32))
