"""Where the nodes of a network stand, so that those joined stand near, and where each name fits beside its node."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import rustworkx as rx
from numpy.typing import NDArray

from matrix.charts.figure_text import wide

SEED = 20260514
ROUNDS = 500
GRAVITY = 0.1  # pull towards the middle where a network falls into parts: they would drift away from each other
_WHERE = ((0, -1), (0, 1), (1, 0), (-1, 0), (1, -1), (-1, -1), (1, 1), (-1, 1))  # right and down of its node
OUTSIDE = 30  # pixels that a label may stand out of the drawing

Floats = NDArray[np.float64]
WeightedPairs = Sequence[tuple[int, int, float]]
Lines = Sequence[tuple[int, int]]
Box = tuple[float, float, float, float]


def layout(nodes: int, edges: WeightedPairs, loose: WeightedPairs = ()) -> Floats:
    """A place between 0 and 1 for every node (Fruchterman and Reingold 1991); the same input, the same places.

    `loose` edges keep nodes from drifting off that nothing else holds, and hardly pull.
    """
    top = max((w for *_, w in edges), default=1.0) or 1.0
    graph: rx.PyGraph[None, float] = rx.PyGraph()
    graph.add_nodes_from([None] * nodes)
    graph.add_edges_from([(a, b, 0.2 + w / top) for a, b, w in edges] + [(a, b, 0.05) for a, b, _ in loose])
    angle = 2 * np.pi * np.arange(nodes) / max(nodes, 1)
    start = {i: (float(np.cos(a)) / 2, float(np.sin(a)) / 2) for i, a in enumerate(angle)}
    if nodes > 1 and not rx.is_connected(graph):
        middle = graph.add_node(None)
        graph.add_edges_from([(i, middle, GRAVITY) for i in range(nodes)])
        start[middle] = (0.0, 0.0)
    found = rx.spring_layout(graph, pos=start, weight_fn=float, adaptive_cooling=False, num_iter=ROUNDS, seed=SEED)
    at = np.array([found[i] for i in range(nodes)], float).reshape(nodes, 2)
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


class Spot(NamedTuple):
    """Where a label's middle stands: pixels to the right of its node, and below it."""

    right: float
    down: float


def label_places(
    at: Floats, names: Sequence[str], width: float, height: float, size: float, node: float, lines: Lines = ()
) -> list[Spot | None]:
    """For each node where its label stands, None where every place is taken by a label or node.

    Of the free places the one that fewest `lines` (pairs of nodes) run through. The first nodes choose first: give the
    more important ones first. `at` is between 0 and 1, y downwards; width and height are pixels.
    """
    points = at * (width, height)
    ends = np.array(lines, int).reshape(-1, 2)
    boxes = [(x - node, y - node, x + node, y + node) for x, y in points]
    result: list[Spot | None] = []
    for k, name in enumerate(names):
        x, y = points[k]
        w, h = wide(name, size) + 4, size * 1.3
        free = []
        for right, down in _WHERE:
            spot = Spot(right * (w / 2 + node + 1), down * (h / 2 + (node if not right else node / 2)))
            left, top = x + spot.right - w / 2, y + spot.down - h / 2
            box = (left, top, left + w, top + h)
            inside = left >= -OUTSIDE and left + w <= width + OUTSIDE
            if inside and not any(_meet(box, other) for n, other in enumerate(boxes) if n != k):
                free.append((_crossed(box, points[ends[:, 0]], points[ends[:, 1]]), spot, box))
        best = min(free, key=lambda place: place[0]) if free else None
        result.append(best[1] if best else None)
        if best:
            boxes.append(best[2])
    return result


def _crossed(box: Box, one: Floats, other: Floats) -> int:
    """How many straight lines between the two rows of points run through a box."""
    if not len(one):
        return 0
    way = other - one
    with np.errstate(divide="ignore", invalid="ignore"):
        near, far = ((np.array(corner) - one) / way for corner in (box[:2], box[2:]))
    still, within = way == 0, (one >= box[:2]) & (one <= box[2:])
    enter = np.where(still, np.where(within, -np.inf, np.inf), np.minimum(near, far)).max(axis=1)
    leave = np.where(still, np.where(within, np.inf, -np.inf), np.maximum(near, far)).min(axis=1)
    return int((np.maximum(enter, 0) <= np.minimum(leave, 1)).sum())


def _meet(a: Box, b: Box) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]
