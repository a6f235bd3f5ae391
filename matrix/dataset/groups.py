"""Statements that an engine has counted: groups of alike ones in the place of the rows, for whoever folds them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from matrix.dataset.codes import Codes
from matrix.dataset.problems import SelectionError

if TYPE_CHECKING:
    from matrix.dataset.dataset import Dataset
    from matrix.dataset.selection import Selection

Bools = NDArray[np.bool_]

MOST_FETCHED = 10_000  # statements of one cell that are fetched together
STATED_THERE = "see the statements"  # in the place of a condition's text, which no group carries
NOT_HERE = (
    "this needs the statements themselves, and an engine has only counted them: "
    "show, overlap, common-ground, coalitions, camps, serve and export to .csv, .excel.csv, .signed.csv, "
    ".actors.graphml and .edges.csv work on counts, evidence of one cell; "
    "for anything else load the folder of CSV tables that was converted, or a part of it (a workbook's sheet holds "
    "1,048,576 rows)"
)


class Engine(Protocol):
    """Where the statements are: what is asked of them there. `cells`: whether each proposal x actor is meant."""

    def counted(self, selection: Selection | None = None, *, duplicates: str = "keep") -> Dataset:
        """The dataset counted on the evidence, and by the rule, of a selection."""
        ...

    def occurring(self, selection: Selection, cells: Bools) -> pd.DataFrame:
        """Which `source`, `attribution` and `confidence` occur together in these cells and dates, `n` times each."""
        ...

    def fetched(self, selection: Selection, cells: Bools, most: int) -> Dataset:
        """The dataset of the statements of these cells that pass, `most` of them."""
        ...

    def cell(self, *, proposal: str, actor: str) -> Dataset:
        """The dataset of all statements of one cell."""
        ...

    def days(self, selection: Selection, cells: Bools) -> tuple[pd.DataFrame, pd.DataFrame, int]:
        """How many statements (`n`) of these cells pass with which `first` and `last` day; the same of all that
        supersede others; how many undated ones of these cells count."""
        ...

    def standing(
        self, selection: Selection, cells: Bools, *, start: int, end: int, duplicates: str = "keep"
    ) -> Dataset:
        """The dataset of the statements of these cells that pass and stand in these days, as if there were no other."""
        ...


@dataclass(frozen=True, eq=False)
class Groups:
    """One entry for all statements that are alike in actor, proposal, stance, whether they count, and `duplicates`.

    `codes`: as of statements, `weight` being how many each entry stands for, `first` and `last` the earliest and the
    latest of their days. `frame`: the weakest attribution and confidence of each, and `condition`, '' or STATED_THERE.
    `passes`, `counts`, `uncertain`: as in Evidence; `undated`: left out by the window of time because without a date.
    `evidence`: the filters, and the rule, by which that was decided, empty where nothing was counted yet; `words`: all
    that occur in a vocabulary column.
    """

    frame: pd.DataFrame
    codes: Codes
    passes: Bools
    counts: Bools
    uncertain: Bools
    undated: Bools
    evidence: Mapping[str, Any]
    duplicates: str
    words: Mapping[str, tuple[str, ...]]
    version: str
    n: int  # statements in all
    engine: Engine

    def weight_of(self, which: Bools) -> int:
        """How many statements these entries stand for."""
        assert self.codes.weight is not None
        return int(self.codes.weight[which].sum())


class WithoutStatements(dict[str, pd.DataFrame]):
    """The tables of a dataset whose statements are on an engine: asking for them says so instead of giving others."""

    def __missing__(self, name: str) -> pd.DataFrame:
        raise SelectionError(NOT_HERE) if name == "statements" else KeyError(name)
