"""On what a conditional statement of a sheet depends: as its own column says, or the cell of the stance."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from matrix.dataset.problems import Problem, shown
from matrix.exchange.arriving.arrival import LISTED
from matrix.exchange.arriving.mapping import Mapping_


def told(m: Mapping_, columns: Mapping[str, pd.Series[Any]]) -> pd.Series[Any]:
    """The column's condition, else the one that stands in the cell of the stance."""
    stance = m.coded["stance"]
    beside = stance.taken([m.words.split(v)[1] for v in stance.values])
    if "condition" not in columns:
        return beside
    return columns["condition"].where(columns["condition"] != "", beside)


def asked(m: Mapping_, condition: pd.Series[Any], stances: Sequence[str], kept: NDArray[np.bool_]) -> list[Problem]:
    """A problem for each kept row that is conditional without a condition, or has one without need.

    `stances`: the stance id of each of the sheet's words.
    """
    words, problems = m.coded["stance"], []
    conditional = np.array([id in m.words.conditional for id in stances])[words.codes]
    given = (condition != "").to_numpy(dtype=bool)
    stance, column = m.header("stance"), m.header("condition") or "condition"
    lacking, extra = kept & conditional & ~given, kept & ~conditional & given
    for at in np.flatnonzero(lacking)[:LISTED].tolist():
        word = words.values[int(words.codes[at])]
        message = (
            f"the stance {shown(word)} is conditional, but no condition is given: say on what it depends, here or "
            f"as '{word}: if …', or give the word another meaning with --stance '{word}=…'"
        )
        problems.append(m.cells.problem(at, stance if m.cells.label_of is not None else column, message))
    for at in np.flatnonzero(extra)[:LISTED].tolist():
        word = words.values[int(words.codes[at])]
        message = (
            f"a condition is given, but the stance {shown(word)} is not conditional: --stance '{word}="
            f"{min(m.words.conditional, default='…')}', or move the text to another column"
        )
        problems.append(m.cells.problem(at, column, message))
    for mask, what in ((lacking, "conditional statements without a condition"), (extra, "conditions without need")):
        if (more := int(mask.sum()) - LISTED) > 0:
            problems.append(Problem(m.cells.file, 0, column, f"{more:,} more {what}"))
    return problems
