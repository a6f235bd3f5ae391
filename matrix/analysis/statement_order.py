"""Statements in the order in which a reader wants to see them, and those that make no position, each with why."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from matrix.analysis.evidence import Standing
from matrix.analysis.positions import Positions
from matrix.dataset.dataset import Dataset
from matrix.dataset.dates import UNKNOWN
from matrix.dataset.schema import TABLES
from matrix.dataset.selection import options

ORDERS = NEWEST, OLDEST, ACTOR, PROPOSAL, STANCE, SOURCE, CONFIDENCE = (
    *("newest", "oldest", "actor", "proposal", "stance", "source", "confidence"),
)
_LAST = np.int64(1) << 40  # behind every day and every rank

Keys = NDArray[np.int64]


def ordered(dataset: Dataset, statements: pd.DataFrame, by: str = NEWEST) -> pd.DataFrame:
    """The statements by day, name, place on the scale or confidence; undated ones last, equal ones newest first.

    Names and titles are ordered without regard to case, stances by the scale, confidence from high to low.
    """
    at, codes = _places(dataset, statements), dataset.codes
    day = codes.day[at].astype(np.int64)
    newest = np.where(day == UNKNOWN, _LAST, -day)
    if by == NEWEST:
        key = newest
    elif by == OLDEST:
        key = np.where(day == UNKNOWN, _LAST, day)
    elif by == STANCE:
        key = codes.stance[at].astype(np.int64)
    elif by == CONFIDENCE:
        words = list(options(dataset)["confidence"])
        key = np.array([words.index(c) if c in words else len(words) for c in statements["confidence"]], np.int64)
    else:
        key = _ranks(dataset, f"{by}s")[getattr(codes, by)[at]]
    return statements.iloc[np.lexsort((at, newest, key))]


def in_text_order(statements: pd.DataFrame) -> pd.DataFrame:
    """Rows with a `start` in the order of their source's text; those without a place last, in the table's order."""
    places = [int(s) if s.isdecimal() else _LAST for s in statements["start"].tolist()]
    return statements.iloc[np.argsort(np.array(places, np.int64), kind="stable")]


def left_out(positions: Positions, statements: pd.DataFrame) -> pd.DataFrame:
    """Of statements with a `standing` those that make no position, each with why; under `latest` older ones too."""
    folded = positions.folded[_places(positions.dataset, statements)]
    counts = positions.evidence.counts[_places(positions.dataset, statements)]
    why = statements["standing"].where(~(counts & ~folded), Standing.OLDER.value)
    return statements.assign(standing=why)[~folded]


def _places(dataset: Dataset, statements: pd.DataFrame) -> NDArray[np.intp]:
    return dataset.frames["statements"].index.get_indexer(statements.index)


def _ranks(dataset: Dataset, table: str) -> Keys:
    names = dataset.frames[table][TABLES[table].label].astype("str").str.casefold()
    return names.rank(method="dense").to_numpy().astype(np.int64)
