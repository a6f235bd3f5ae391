"""The order of a dendrogram's leaves: like beside like, whatever is missing."""

from __future__ import annotations

import numpy as np

from matrix.analysis.dendrogram import dendrogram_order


def test_order_puts_those_who_agree_side_by_side() -> None:
    close = np.array([[0, 0.1, 0.9, 0.1], [0.1, 0, 0.1, 0.9], [0.9, 0.1, 0, 0.1], [0.1, 0.9, 0.1, 0]])
    order = dendrogram_order(close)
    assert sorted(order) == [0, 1, 2, 3]
    assert abs(order.index(0) - order.index(2)) == abs(order.index(1) - order.index(3)) == 1


def test_order_stands_missing_values_and_a_single_value() -> None:
    assert dendrogram_order(np.full((4, 4), np.nan)) == [0, 1, 2, 3]
    assert dendrogram_order(np.full((4, 4), 0.5)) == [0, 1, 2, 3]
    close = np.array([[0, 1, np.nan], [1, 0, 0.2], [np.nan, 0.2, 0]])
    assert sorted(dendrogram_order(close)) == [0, 1, 2]
