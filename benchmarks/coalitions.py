"""A seed becomes lines of the table: maximal groups of random tables against the lattice of `concepts` and networkx."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.util import find_spec
from itertools import combinations
from typing import Any

import numpy as np

from benchmarks.measure import Measurement, interleaved
from matrix.analysis.coalitions import maximal_groups

ACTORS = [f"actor-{i:02}" for i in range(20)]
PROPOSALS = [f"proposal-{i:03}" for i in range(200)]
DENSITIES = (0.3, 0.5)
PEERS = ("concepts", "networkx")


def rows(seed: int, rounds: int = 3) -> Iterator[Measurement]:
    """Every group as ids, on 20 x 200 random tables; the peers' sets are checked to be the same."""
    peers = [p for p in PEERS if find_spec(p)]
    for density in DENSITIES:
        table = np.random.default_rng(seed).random((len(ACTORS), len(PROPOSALS))) < density
        rivals: dict[str, Any] = {"ours": lambda t=table: list(maximal_groups(t, ACTORS, PROPOSALS))}
        makers = {"concepts": by_concepts, "networkx": by_cliques}
        rivals |= {p: (lambda t=table, make=makers[p]: make(t)) for p in peers}
        ours = {(frozenset(g.actors), frozenset(g.proposals)) for g in rivals["ours"]()}
        for p in peers:
            if set(filter(all, rivals[p]())) != ours:
                raise AssertionError(f"{p} finds other groups than ours at density {density}")
        took = interleaved(rivals, rounds)
        what = f"{len(ours):,} groups of 20 x 200 at density {density}"
        if not peers:
            yield Measurement(f"{what} (pip install concepts networkx to compare)", took["ours"])
            continue
        best = min(peers, key=took.__getitem__)
        others = "".join(f" ({p}: {took[p]:.3f} s)" for p in peers if p != best)
        yield Measurement(what, took["ours"], took[best], f"{best}, the same sets{others}", 1 / 5)


def by_concepts(table: Any) -> list[tuple[frozenset[str], frozenset[str]]]:
    """The formal concepts of the table, from the `concepts` package."""
    from concepts import Context

    lattice = Context(ACTORS, PROPOSALS, table.tolist()).lattice
    return [(frozenset(c.extent), frozenset(c.intent)) for c in lattice]


def by_cliques(table: Any) -> list[tuple[frozenset[str], frozenset[str]]]:
    """Maximal bicliques as the maximal cliques of the graph in which each side is joined with itself."""
    import networkx as nx

    graph = nx.Graph()
    for side in (ACTORS, PROPOSALS):
        graph.add_edges_from(combinations(side, 2))
    graph.add_edges_from((ACTORS[i], PROPOSALS[j]) for i, j in np.argwhere(table))
    actors = frozenset(ACTORS)
    cliques = map(frozenset, nx.find_cliques(graph))
    return [(clique & actors, clique - actors) for clique in cliques]
