"""Nothing to see: the smallest sets of filters that are to blame."""

from __future__ import annotations

from pathlib import Path

import pytest

from matrix.analysis.empty_selection import culprits, visible
from matrix.dataset.dataset import Dataset
from matrix.dataset.selection import Selection
from matrix.store.folder import load


@pytest.fixture(scope="module")
def dataset(shipped: Path) -> Dataset:
    return load(shipped)


@pytest.mark.parametrize(
    ("chosen", "groups"),
    [
        ({"side": ("us",), "search": "zzzz"}, [("search",)]),
        ({"search": "zzzz"}, [("search",)]),
        ({"as_of": "1990", "side": ("us",)}, [("as_of",)]),
        ({"side": ("us",), "actor": ("xi-jinping",)}, [("side",), ("actor",)]),
    ],
)
def test_the_filters_to_blame(dataset: Dataset, chosen: dict[str, object], groups: list[tuple[str, ...]]) -> None:
    selection = Selection.of(chosen)
    assert visible(dataset, selection) == 0
    found = culprits(dataset, selection)
    assert sorted(g for g, _ in found) == sorted(groups)
    assert all(n == visible(dataset, selection.without(*g)) > 0 for g, n in found)
