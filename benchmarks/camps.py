"""A seed becomes lines of the table: the best split of actors in two camps against what one would write for it.

Of few actors that is a comparison of every split, of more the textbook's mixed-integer program in the same time, and
networkx's local search. All want the same sum; what each reaches, of the better of the two, stands beside the times,
and what it proves that no split exceeds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.measure import Measurement, interleaved
from matrix.analysis.best_split import STARTS, best_split, between, searched
from matrix.analysis.camps import SECONDS, camps
from matrix.analysis.overlap import overlap
from matrix.shipped import datasets
from matrix.store.folder import load

PROPOSALS, SPOKEN, STRAY = 60, 0.3, 0.1  # share of proposals an actor speaks on, and of these not as its camp does

Floats = NDArray[np.float64]
Found = tuple[NDArray[np.bool_], float]  # a split, and what none exceeds


def rows(seed: int) -> Iterator[Measurement]:
    """Two camps with strays, few, some and many actors; the shipped dataset of 219, and all that `camps` does with it.

    The programs are stopped after the same time, so only what they reach compares them where the time is used up.
    """
    yield _line("20 actors", network(20, seed), ours, by_comparing, "every split, numpy", most=1.0)
    some, many = network(90, seed), network(219, seed)
    program = f"textbook program in scipy's milp, {SECONDS:g} s"
    yield _line("90 actors", some, ours, by_program, program)
    yield _line("219 actors", many, ours, by_program, program)
    dataset = load(datasets()[1])
    weights = -overlap(dataset, measure="net").frame.to_numpy()
    yield _line("the shipped 219 actors", weights, ours, by_program, program)
    yield _line(
        f"90 actors, search from {STARTS} starts", some, by_search, by_exchange, "networkx one_exchange, 1 start"
    )
    took = interleaved({"ours": partial(camps, dataset, draws=0)}, 1)["ours"]
    yield Measurement("camps of the shipped 219 actors, without the shuffled stances", took, ceiling=10)


def _line(
    what: str,
    weights: Floats,
    mine: Callable[[Floats], Found],
    peer: Callable[[Floats], Found],
    peer_is: str,
    most: float | None = None,
) -> Measurement:
    """The times of both, and in words what both reach and prove; AssertionError where they contradict each other."""
    found: dict[str, Found] = {}

    def kept(name: str, work: Callable[[Floats], Found]) -> None:
        found[name] = work(weights)

    took = interleaved({"ours": partial(kept, "ours", mine), "peer": partial(kept, "peer", peer)}, 1)
    reached = {name: between(weights, split) for name, (split, _) in found.items()}
    best = max(reached.values())
    words = {}
    for name, (_, bound) in found.items():
        if bound < best * (1 - 1e-6):
            raise AssertionError(f"{what}: a split has more than what {name} proved to be the most")
        proof = "proved" if bound <= reached[name] * (1 + 1e-6) else f"at most {bound / best:.1%}"
        words[name] = f"{reached[name] / best:.1%}, {'no bound' if bound == np.inf else proof}"
    return Measurement(f"{what}: {words['ours']}", took["ours"], took["peer"], f"{peer_is}: {words['peer']}", most)


def ours(weights: Floats) -> Found:
    """As `camps` asks for it."""
    split = best_split(weights, seconds=SECONDS)
    return split.other, split.bound


def by_search(weights: Floats) -> Found:
    """Our local search alone."""
    return searched(weights, seed=0), np.inf


def network(actors: int, seed: int) -> Floats:
    """Conflict less congruence between any two, from positions for and against in which two camps can be seen."""
    random = np.random.default_rng(seed)
    camp = random.choice([-1.0, 1.0], (actors, 1))
    stance = camp * random.choice([-1.0, 1.0], PROPOSALS) * np.where(random.random((actors, PROPOSALS)) < STRAY, -1, 1)
    stance *= random.random((actors, PROPOSALS)) < SPOKEN
    weights: Floats = -(stance @ stance.T)
    np.fill_diagonal(weights, 0)
    return weights


def by_comparing(weights: Floats) -> Found:
    """Every split, the first node staying where it is: a row each, in one product."""
    n = len(weights)
    other = (np.arange(1 << (n - 1))[:, None] >> np.arange(n - 1) & 1).astype(np.float64)
    other = np.hstack([np.zeros((len(other), 1)), other])
    gain = 2 * np.einsum("si,si->s", other @ weights, 1 - other)
    best = int(gain.argmax())
    return other[best] > 0, float(gain[best])


def by_program(weights: Floats) -> Found:
    """x of a node is its part, y of a pair whether it is divided, held by all four inequalities of the textbook."""
    from scipy import sparse
    from scipy.optimize import Bounds, LinearConstraint, milp

    i, j = np.nonzero(np.triu(weights, 1))
    nodes, pairs = len(weights), len(i)
    x, y = sparse.identity(nodes, format="csr"), sparse.identity(pairs, format="csr")
    table = sparse.vstack(
        [sparse.hstack([a * x[i] + b * x[j], c * y]) for a, b, c in ((-1, -1, 1), (1, 1, 1), (1, -1, -1), (-1, 1, -1))]
    )
    most = np.repeat([0.0, 2.0, 0.0, 0.0], pairs)
    done: Any = milp(
        np.concatenate([np.zeros(nodes), -2 * weights[i, j]]),
        integrality=np.concatenate([np.ones(nodes), np.zeros(pairs)]),
        bounds=Bounds(0, 1),
        constraints=LinearConstraint(table, -np.inf, most),
        options={"time_limit": SECONDS, "mip_rel_gap": 0},
    )
    bound = weights[weights > 0].sum() if done.mip_dual_bound is None else -done.mip_dual_bound
    return np.zeros(nodes, bool) if done.x is None else np.asarray(done.x[:nodes] > 0.5), float(bound)


def by_exchange(weights: Floats) -> Found:
    """One local search for the largest cut, from networkx's random start."""
    import networkx as nx

    _, (_, other) = nx.approximation.one_exchange(nx.from_numpy_array(weights), seed=0, weight="weight")
    found = np.zeros(len(weights), bool)
    found[list(other)] = True
    return found, np.inf
