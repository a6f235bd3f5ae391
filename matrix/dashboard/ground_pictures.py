"""The pictures of the Common ground page, each made when it is opened: all proposals, the ladders, the coverage."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from matrix.analysis.common_ground import CommonGround
from matrix.analysis.coverage import Coverage, coverage
from matrix.dashboard import state
from matrix.dashboard.figures import figure
from matrix.dashboard.grid import Picked
from matrix.dashboard.params import COMMON_GROUND, COVERAGE, LADDER
from matrix.dashboard.said import Said
from matrix.dataset.dataset import Dataset
from matrix.dataset.selection import Selection


def ground_picture(found: CommonGround) -> None:
    """Every proposal as bars that leave the middle; a click opens what the side says on it."""

    def build(width: int, dark: bool) -> Any:
        from matrix.charts.common_ground import common_ground_bars

        return common_ground_bars(found, width=width, dark=dark)

    figure(
        found.positions.dataset,
        COMMON_GROUND,
        build,
        None,
        lambda data: state.open_cell(Picked(data[0], "", data[1])) if len(data) > 1 else None,
    )


def ladder_pictures(dataset: Dataset, table: pd.DataFrame) -> None:
    """Every ladder as a figure; a click opens what the actor says on the rung."""
    for number, name in enumerate(dict.fromkeys(table["ladder"]), 1):

        def build(width: int, dark: bool, name: str = str(name)) -> Any:
            from matrix.charts.ladder import ladder_figure

            return ladder_figure(table, dataset, name, width=width, dark=dark)

        figure(dataset, f"{LADDER}-{number}", build, None, lambda data: state.open_cell(Picked(data[0], data[1])))


def coverage_picture(dataset: Dataset, selection: Selection, sides: Sequence[str]) -> None:
    """On how much of each risk area each side has a voice, as bars and as a table."""
    found = coverage(dataset, selection)

    def build(width: int, dark: bool) -> Any:
        from matrix.charts.coverage import coverage_bars

        return coverage_bars(found, dataset, sides=tuple(sides), width=width, dark=dark)

    figure(dataset, COVERAGE, build, lambda: _covered(found, Said(dataset), sides))


def _covered(found: Coverage, said: Said, sides: Sequence[str]) -> pd.DataFrame:
    """A line for each risk area."""
    table = found.frame
    columns: dict[str, Any] = {"Risk area": [said.plain("risk_areas", a) for a in table.index]}
    columns["Proposals"] = table["proposals"].tolist()
    for side in sides:
        columns[f"With a voice of {said.plain('sides', side)}"] = table[f"{side}_proposals"].tolist()
        columns[f"Speakers of {said.plain('sides', side)}"] = table[f"{side}_speakers"].tolist()
    return pd.DataFrame(columns)
