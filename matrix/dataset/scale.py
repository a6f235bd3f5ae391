"""The stance scale as numbers: its ids in order, scores, which stances are conditional, and how they are drawn."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from matrix.dataset.schema import SHIPPED_STANCES


@dataclass(frozen=True, eq=False)
class Scale:
    """A stance scale in its own order; every array has one entry a stance."""

    ids: tuple[str, ...]
    names: tuple[str, ...]
    scores: NDArray[np.float64]
    conditional: NDArray[np.bool_]
    is_shipped: bool

    @classmethod
    def of(cls, stances: pd.DataFrame) -> Scale:
        """The scale of a stances table, or the shipped one where the table is empty; a bad score reads as 0."""
        rows: list[dict[Any, Any]] = stances.to_dict("records") if len(stances) else [dict(s) for s in SHIPPED_STANCES]
        scores = np.array([_number(r["score"]) for r in rows])
        top = scores.max(initial=0.0)
        stated = [str(r.get("conditional", "")) for r in rows]
        derived = (scores > 0) & (scores < top)
        conditional = np.array(
            [s == "true" if s else bool(d) for s, d in zip(stated, derived, strict=True)], dtype=bool
        )
        pairs = [(r["id"], _number(r["score"])) for r in rows]
        shipped = [(s["id"], float(s["score"])) for s in SHIPPED_STANCES]
        return cls(tuple(r["id"] for r in rows), tuple(r["name"] for r in rows), scores, conditional, pairs == shipped)

    @property
    def range(self) -> float:
        """Highest minus lowest score."""
        return float(np.ptp(self.scores)) if len(self.scores) else 0.0

    def __len__(self) -> int:
        return len(self.ids)


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 0.0  # `check` has reported it; the other rules still want to run
