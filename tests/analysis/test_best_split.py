"""The best split of a signed network: by hand, against a comparison of all splits, and one way against the other."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from matrix.analysis import best_split as module
from matrix.analysis.best_split import ENUMERATION, PROGRAM, SEARCH, best_split, between, searched

Floats = NDArray[np.float64]


def network(n: int, *edges: tuple[int, int, float]) -> Floats:
    weights = np.zeros((n, n))
    for i, j, w in edges:
        weights[i, j] = weights[j, i] = w
    return weights


def random_network(seed: int, n: int, density: float, *, whole: bool) -> Floats:
    random = np.random.default_rng(seed)
    weights = random.integers(-3, 4, (n, n)).astype(float) if whole else random.normal(size=(n, n))
    weights *= random.random((n, n)) < density
    upper = np.triu(weights, 1)
    return upper + upper.T


def slowly(weights: Floats) -> float:
    """The most that any split gains, pair by pair."""
    n = len(weights)
    return max(
        sum(weights[i, j] for i in range(n) for j in range(n) if part[i] != part[j])
        for part in product((0, 1), repeat=n)
    )


def in_another_way(weights: Floats, *, seconds: float = 30.0) -> module.Split:
    """As of a network that is too large to compare all splits."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "MOST_COMPARED", 0)
        return best_split(weights, seconds=seconds)


def test_two_pairs_that_oppose_each_other() -> None:
    pairs = network(4, (0, 1, -1), (2, 3, -1), *((i, j, 1) for i in (0, 1) for j in (2, 3)))
    found = best_split(pairs, seconds=1)
    assert found.other.tolist() == [False, False, True, True]
    assert (found.gain, found.bound, found.exact, found.method) == (8, 8, True, ENUMERATION)


@settings(max_examples=40)
@given(seed=st.integers(0, 10_000), n=st.integers(2, 6))
def test_all_splits_that_are_as_good_are_found_where_every_one_is_compared(seed: int, n: int) -> None:
    weights = random_network(seed, n, 0.7, whole=True)
    found, most = best_split(weights, seconds=1), slowly(weights)
    every = [np.array((0, *rest), bool) for rest in product((0, 1), repeat=n - 1)]
    best = {tuple(s) for s in every if between(weights, s) == most}
    assert found.equal is not None
    assert {tuple(s) for s in found.equal} == best
    assert len(found.equal) == len(best)


def test_where_nothing_is_gained_there_is_no_split() -> None:
    for n in (0, 1, 2, 5, 30):
        agreed = -(np.ones((n, n)) - np.eye(n))
        found = best_split(agreed, seconds=1)
        assert (found.gain, found.exact, found.other.any()) == (0, True, False)
        assert not best_split(np.zeros((n, n)), seconds=1).other.any()


def test_three_who_all_oppose_each_other_cannot_be_divided_without_a_loss() -> None:
    found = best_split(network(3, (0, 1, 1), (0, 2, 1), (1, 2, 1)), seconds=1)
    assert found.gain == 4, "two of three pairs, both ways"


@settings(max_examples=60)
@given(st.integers(0, 2**32), st.integers(2, 9), st.sampled_from((0.2, 0.6, 1.0)), st.booleans())
def test_every_split_is_compared(seed: int, n: int, density: float, whole: bool) -> None:
    weights = random_network(seed, n, density, whole=whole)
    found = best_split(weights, seconds=1)
    assert found.gain == pytest.approx(slowly(weights))
    assert between(weights, found.other) == found.gain


@settings(max_examples=25)
@given(st.integers(0, 2**32), st.integers(2, 16), st.sampled_from((0.2, 0.6, 1.0)), st.booleans())
def test_the_program_and_the_comparison_of_all_agree(seed: int, n: int, density: float, whole: bool) -> None:
    weights = random_network(seed, n, density, whole=whole)
    compared, other = best_split(weights, seconds=1), in_another_way(weights)
    assert other.exact
    assert other.gain == pytest.approx(compared.gain, abs=1e-4)
    assert between(weights, other.other) == pytest.approx(other.gain)


def test_the_program_finds_what_a_search_has_missed(monkeypatch: pytest.MonkeyPatch) -> None:
    weights = random_network(5, 14, 1.0, whole=True)
    best = best_split(weights, seconds=1).gain
    monkeypatch.setattr(module, "searched", lambda weights, *, seed: np.zeros(len(weights), bool))
    found = in_another_way(weights)
    assert (found.gain, found.exact, found.method) == (pytest.approx(best), True, PROGRAM)


def test_without_a_proof_the_answer_is_searched_and_has_a_bound() -> None:
    weights = random_network(7, 90, 1.0, whole=True)
    found = best_split(weights, seconds=0.1)
    assert (found.exact, found.method) == (False, SEARCH)
    assert between(weights, found.other) == found.gain < found.bound <= weights[weights > 0].sum()


def test_a_network_too_large_for_the_program_is_searched(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_PAIRS", 10)
    weights = random_network(7, 24, 1.0, whole=True)
    found = best_split(weights, seconds=30)
    assert (found.exact, found.method, found.bound) == (False, SEARCH, weights[weights > 0].sum())


def test_a_search_that_reaches_the_most_that_there_is_needs_no_program() -> None:
    camp = np.arange(30) < 12
    weights = np.where(camp[:, None] == camp[None, :], -1.0, 2.0) * (1 - np.eye(30))
    found = best_split(weights, seconds=0)
    assert (found.exact, found.method) == (True, SEARCH)
    assert found.other.tolist() == (~camp).tolist()


@settings(max_examples=40)
@given(st.integers(0, 2**32), st.integers(2, 30))
def test_a_search_ends_where_no_single_change_gains(seed: int, n: int) -> None:
    weights = random_network(seed, n, 0.8, whole=False)
    other = searched(weights, seed=seed)
    assert other.tolist() == searched(weights, seed=seed).tolist()
    for node in range(n):
        changed = other.copy()
        changed[node] ^= True
        assert between(weights, changed) <= between(weights, other) + 1e-6
