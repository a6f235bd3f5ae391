"""Nodes and weighted edges become places: an igraph layout with a fixed seed, and labels that keep off each other."""

from __future__ import annotations

import random
import threading
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from matrix.charts.text import wide

SEED = 20260514
_one = threading.Lock()  # igraph's random numbers are one stream for the process
_WHERE = (
    *(("top center", 0, -1), ("bottom center", 0, 1), ("middle right", 1, 0), ("middle left", -1, 0)),
    *(("top right", 1, -1), ("top left", -1, -1), ("bottom right", 1, 1), ("bottom left", -1, 1)),
)

Floats = NDArray[np.float64]
Edges = Sequence[tuple[int, int, float]]


def layout(nodes: int, edges: Edges, loose: Edges = ()) -> Floats:
    """A place between 0 and 1 for every node (Fruchterman and Reingold 1991); the same input, the same places.

    `loose` edges keep nodes from drifting off that nothing else holds, and hardly pull.
    """
    import igraph  # type: ignore[import-untyped]

    graph = igraph.Graph(n=nodes, edges=[(a, b) for a, b, _ in (*edges, *loose)])
    top = max((w for *_, w in edges), default=1.0) or 1.0
    graph.es["weight"] = [*(0.2 + w / top for *_, w in edges), *(0.05 for _ in loose)]
    angle = 2 * np.pi * np.arange(nodes) / max(nodes, 1)
    start = np.column_stack([np.cos(angle), np.sin(angle)]) * np.sqrt(nodes)
    with _one:
        igraph.set_random_number_generator(random.Random(SEED))
        try:
            found = graph.layout_fruchterman_reingold(
                weights="weight", seed=start.tolist(), niter=1500, grid=False, start_temp=np.sqrt(nodes)
            )
        finally:
            igraph.set_random_number_generator(random)
    at = np.array(found.coords, float).reshape(nodes, 2)
    low, span = at.min(axis=0), np.ptp(at, axis=0)
    centred = np.where(span > 1e-9, (at - low) / np.where(span > 1e-9, span, 1), 0.5)
    return _spread(np.asarray(centred, float))


def _spread(at: Floats, rounds: int = 60) -> Floats:
    """Nodes that lie on each other are pushed apart, a little at a time."""
    least = 0.55 / np.sqrt(max(len(at), 1))
    for _ in range(rounds):
        away = at[:, None] - at[None, :]
        far = np.hypot(away[..., 0], away[..., 1]) + np.eye(len(at))
        close = far < least
        if not close.any():
            break
        push = np.where(close, (least - far) / far / 2, 0)[..., None] * away
        at = np.clip(at + push.sum(axis=1) * 0.5, 0, 1)
    return at


def label_places(at: Floats, names: Sequence[str], width: float, height: float, size: float, node: float) -> list[str]:
    """For each node where its label stands ('top center' ...), '' where every place is taken.

    The first nodes choose first: give the more important ones first. `at` is between 0 and 1, y downwards.
    """
    boxes = [(x * width - node, y * height - node, x * width + node, y * height + node) for x, y in at]
    result = []
    for k, name in enumerate(names):
        x, y = at[k] * (width, height)
        w, h = wide(name, size), size * 1.25
        best = ""
        for where, right, down in _WHERE:
            left = x - w / 2 + right * (w / 2 + node + 2)
            top = y - h / 2 + down * (h / 2 + (node if not right else node / 2))
            box = (left, top, left + w, top + h)
            inside = left >= -30 and left + w <= width + 30
            if inside and not any(_meet(box, other) for n, other in enumerate(boxes) if n != k):
                best = where
                boxes.append(box)
                break
        result.append(best)
    return result


def _meet(a: tuple[float, ...], b: tuple[float, ...]) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]
