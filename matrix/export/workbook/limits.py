"""What Excel cannot hold, found before anything is written: too many rows or columns, a text longer than a cell."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from matrix.dataset.problems import DatasetError, Problem
from matrix.dataset.schema import TABLES
from matrix.export import cell_text
from matrix.export.extract import Extract

EDGES = 20  # columns of the matrix sheet that are no actors: ids, titles, and room for counts


def within_limits(chosen: Extract) -> None:
    """DatasetError, with every place in the dataset and what to do, for what no sheet or cell can hold."""
    problems = [*_limits(chosen.frames, len(chosen.seen.columns)), *_over_long(chosen.frames)]
    if problems:
        raise DatasetError(problems)


def _limits(frames: Mapping[str, pd.DataFrame], actors: int) -> list[Problem]:
    advice = "narrow the selection, or export to .json"
    found = []
    for name, frame in frames.items():
        if len(frame) >= cell_text.MOST_ROWS:
            words = f"{len(frame):,} rows do not fit on a sheet of {cell_text.MOST_ROWS:,}: {advice}"
            found.append(Problem(TABLES[name].file, 0, "", words))
        if frame.shape[1] > cell_text.MOST_COLUMNS:
            words = f"{frame.shape[1]:,} columns do not fit on a sheet of {cell_text.MOST_COLUMNS:,}: {advice}"
            found.append(Problem(TABLES[name].file, 0, "", words))
    sides = len(frames["sides"]) if "sides" in frames else 1
    if actors + 4 * sides + EDGES > cell_text.MOST_COLUMNS:
        words = (
            f"{actors:,} actors do not fit beside each other on a sheet of {cell_text.MOST_COLUMNS:,} columns: {advice}"
        )
        found.append(Problem(TABLES["actors"].file, 0, "", words))
    return found


def _over_long(frames: Mapping[str, pd.DataFrame]) -> list[Problem]:
    """Every text that a cell cannot hold, with its place in the dataset."""
    found = []
    for name, frame in frames.items():
        for column in frame.columns:
            values = frame[column]
            if isinstance(values.dtype, pd.CategoricalDtype):
                suspects = values[values.isin([c for c in values.cat.categories if cell_text.too_long(c)])]
            else:
                suspects = values[values.str.len() > cell_text.LONGEST // 2]
            for row, text in suspects.items():
                if cell_text.too_long(text):
                    units = f"{len(text.encode('utf-16-le')) // 2:,}"
                    most = f"{cell_text.LONGEST:,}"
                    words = f"{units} characters do not fit into a cell of {most}: shorten it, or export .json"
                    found.append(Problem(TABLES[name].file, int(str(row)) + 2, column, words))
        long_names = [c for c in frame.columns if len(cell_text.header(c)) > 255]
        found += [
            Problem(TABLES[name].file, 1, c[:60], "the column's name is longer than 255 characters") for c in long_names
        ]
    return found
