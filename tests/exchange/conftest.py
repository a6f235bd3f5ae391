"""What the tests of the exchange ask for: the small dataset, and a workbook as openpyxl reads it."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import Any

import openpyxl
import pytest

from matrix.dataset.dataset import Dataset
from matrix.dataset.selection import Selection
from tests.exchange.small import FRAMES, data_of


@pytest.fixture
def small() -> Dataset:
    """The hand-countable dataset."""
    return Dataset.from_frames(FRAMES)


Opened = Callable[..., Any]


@pytest.fixture(scope="session")
def opened() -> Opened:
    """opened(dataset, selection): the workbook as openpyxl reads it, with the values beside the formulas."""

    def run(dataset: Dataset, selection: Selection | None = None, *, formulas: bool = False) -> Any:
        return openpyxl.load_workbook(BytesIO(data_of(dataset, selection)), data_only=not formulas)

    return run
