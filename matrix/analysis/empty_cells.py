"""The kinds of empty cell: why a cell has no position, which of them is silence, and who looked and found nothing."""

from __future__ import annotations

from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from matrix.dataset import dates
from matrix.dataset.codes import codes_of
from matrix.dataset.dataset import Dataset, column, records
from matrix.dataset.schema import PARTIAL

Bools = NDArray[np.bool_]


class Why(IntEnum):
    """Why a cell shows what it shows. The kinds of empty stand in their order: of several the first holds."""

    STATED = 0
    SUPERSEDED = 1
    OUTSIDE = 2  # stated, and the chosen evidence leaves it out
    LOOKED_FOR = 3  # and not found: the table `searches` says by whom, where and when
    UNKNOWN = 4  # of a proposal of which is known only in part who backs it
    NEVER = 5  # stated in these sources
    HIDDEN = 6  # stated, and the filter `stance` does not show it

    @property
    def id(self) -> str:
        """The name of the kind in files: `looked_for`."""
        return self.name.lower()


STATED, SUPERSEDED, OUTSIDE, LOOKED_FOR, UNKNOWN, NEVER, HIDDEN = Why
EMPTY_KINDS = (SUPERSEDED, OUTSIDE, LOOKED_FOR, UNKNOWN, NEVER)


def named_kind(kinds: NDArray[np.int8]) -> Why:
    """The kind that a cell is named by which stands for several empty ones, such as a side's: what is least silence."""
    held = set(kinds.tolist())
    return next((why for why in (SUPERSEDED, OUTSIDE, HIDDEN, LOOKED_FOR, UNKNOWN) if why in held), NEVER)


def partly_known(dataset: Dataset) -> Bools:
    """Of which proposals it is known only in part who backs them, by their `coverage`."""
    return (dataset.frames["proposals"]["coverage"] == PARTIAL).to_numpy(dtype=bool)


def looked_for(dataset: Dataset, shape: tuple[int, int]) -> Bools:
    """Where somebody looked for a position and found none."""
    searches, found = dataset.frames["searches"], np.zeros(shape, bool)
    p = codes_of(searches["proposal"], dataset.frames["proposals"]["id"])
    a = codes_of(searches["actor"], dataset.frames["actors"]["id"])
    found[p, a] = True
    return found


def searched(dataset: Dataset, proposal: str, actor: str) -> list[str]:
    """Who looked for a position and did not find it, where and when: `Cora, in the official list, February 2026`."""
    frame = dataset.frames["searches"]
    titles = column(dataset, "sources", "title")
    lines = []
    for s in records(frame[(frame["proposal"] == proposal) & (frame["actor"] == actor)]):
        source = f"source {titles[s['source']]}" if s["source"] else ""
        lines.append(
            ", ".join(filter(None, (s["by"], s["where"], source, dates.words(s["date"], s["date"]), s["note"])))
        )
    return lines
