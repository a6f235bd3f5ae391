"""The order of a heatmap's rows: who agree stand beside each other, as the leaves of a dendrogram do."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.cluster.hierarchy import leaves_list, linkage

Floats = NDArray[np.float64]


def dendrogram_order(closeness: Floats) -> list[int]:
    """Places in the order of a dendrogram's leaves: average linkage, neighbours as close as the tree allows.

    `closeness`: square and symmetric, more is closer; NaN (not defined) is taken as the mean of what is defined.
    Optimal leaf ordering: Bar-Joseph, Gifford and Jaakkola 2001.
    """
    n = len(closeness)
    if n < 3:
        return list(range(n))
    i, j = np.triu_indices(n, 1)
    pairs = closeness[i, j]
    known = pairs[np.isfinite(pairs)]
    if not len(known) or known.min() == known.max() == pairs.max():
        return list(range(n))
    far = np.where(np.isfinite(pairs), known.max() - pairs, known.max() - known.mean())
    tree = linkage(far / (far.max() or 1.0), method="average", optimal_ordering=n <= 400)
    order = [int(k) for k in leaves_list(tree)]
    return order if order[0] < order[-1] else order[::-1]  # a tree has no left and right: the table decides
