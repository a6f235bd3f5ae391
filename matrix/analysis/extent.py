"""Up to which day a choice of statements speaks: theirs, or the publication of their sources, whichever is later."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from matrix.dataset.codes import days_of
from matrix.dataset.dataset import Dataset
from matrix.dataset.dates import UNKNOWN, iso


def latest_day(dataset: Dataset, places: NDArray[np.int64]) -> str:
    """The ISO day, '' where nothing is dated; `places` are positions in the statements table."""
    codes = dataset.codes
    _, published = days_of(dataset.frames["sources"]["date"])
    known = np.concatenate([codes.day[places], published[codes.source[places]], [UNKNOWN]])
    return iso(int(known.max()))
