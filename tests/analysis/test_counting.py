"""Counted units as sparse arrays, and sums over pairs of them: by hand, and dense against sparse."""

from __future__ import annotations

import numpy as np
import pytest

from matrix.analysis import counting as module
from matrix.analysis.counting import Cells, distances, pair_sums, two_sums, units
from matrix.dataset.problems import SelectionError
from matrix.dataset.selection import Selection
from tests.analysis.worked_example import worked
from tests.tiny import dataset, table

ROWS, COLUMNS = np.arange(5), np.arange(2)


def cells(count: str = "statements", duplicates: str = "keep") -> Cells:
    return units(worked(), Selection(), count, duplicates, ROWS, COLUMNS)


def test_units_of_the_worked_example() -> None:
    found = cells()
    assert found.shape == (2, 5, 2)  # actors, proposals, scores from low to high
    assert found.sums().tolist() == [5, 6]
    assert list(zip(found.who, found.on, found.kind, found.weight, strict=True))[:3] == [
        *((0, 0, 0, 2.0), (0, 1, 0, 1.0), (0, 2, 1, 2.0)),
    ]
    assert found.totals().shape == (2, 5, 1)
    assert set(found.ones().weight) == {1.0}
    assert cells(duplicates="all").sums().tolist() == [3, 5]
    assert cells("positions").sums().tolist() == [3, 5]


def test_exchanging_the_roles_twice_changes_nothing() -> None:
    found = cells()
    again = found.swapped().swapped()
    for one, other in zip(vars(found).values(), vars(again).values(), strict=True):
        assert np.array_equal(one, other)


def test_pairs_summed_by_hand_dense_and_sparse(monkeypatch: pytest.MonkeyPatch) -> None:
    far, scale = distances(worked().scale)
    assert (far.tolist(), scale) == ([[0, 2], [2, 0]], 2)
    for sparse in (False, True):
        monkeypatch.setattr(module, "_is_sparse", lambda *_, which=sparse: which)
        found = cells()
        assert pair_sums(found)[0, 1] == 7  # 2*2 + 1*1 + 2*1: what both speak on
        assert pair_sums(found, np.eye(2))[0, 1] == 2  # of the same stance
        shared, near = two_sums(found, scale - far)
        assert (shared[0, 1], near[0, 1] / scale) == (7, 2)


def test_scores_in_tenths_are_made_whole() -> None:
    scale = dataset(stances=table("id|name|score", "a|A|0.3", "b|B|-0.7")).scale
    far, span = distances(scale)
    assert (far[0, 1], span) == (10, 10)


@pytest.mark.parametrize(("count", "duplicates"), [("words", "keep"), ("statements", "day"), ("positions", "week")])
def test_what_does_not_go_together_is_refused(count: str, duplicates: str) -> None:
    with pytest.raises(SelectionError):
        cells(count, duplicates)
