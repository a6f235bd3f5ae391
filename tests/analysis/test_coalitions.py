"""Maximal groups: all of them, each once, and nothing else."""

from __future__ import annotations

from itertools import combinations, islice
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matrix.analysis import coalitions as module
from matrix.analysis.coalitions import Coalition, TooManyCoalitionsError, coalitions, maximal_groups
from matrix.dataset.problems import SelectionError
from matrix.dataset.selection import Selection
from matrix.store.folder import load
from tests.tiny import dataset

LINES = ("ann talk support early", "ann test conditional early", "bob talk support early", "bob test support early")


def test_by_hand() -> None:
    data = dataset(*LINES, "cem talk support late", "dee talk oppose late")
    assert list(coalitions(data).groups) == [Coalition(("ann", "bob"), ("talk", "test"))]
    assert set(coalitions(data, min_actors=1, min_proposals=1).groups) == {
        (("ann", "bob", "cem"), ("talk",)),
        (("ann", "bob"), ("talk", "test")),
    }
    assert set(coalitions(data, min_actors=1, min_proposals=1, strict=True).groups) == {
        (("ann", "bob", "cem"), ("talk",)),
        (("bob",), ("talk", "test")),
    }
    south = Selection(side=("south",))
    assert coalitions(data, south).groups == ()
    assert coalitions(data, south, min_actors=1, min_proposals=1).groups == ((("cem",), ("talk",)),)


def test_the_result_names_its_formula_and_lists_the_largest_first() -> None:
    found = coalitions(dataset(*LINES, "cem talk support late", "dee talk oppose late"), min_actors=1, min_proposals=1)
    assert found.frame.to_dict("list") == {
        "actors": [("ann", "bob"), ("ann", "bob", "cem")],
        "proposals": [("talk", "test"), ("talk",)],
        "size": [4, 3],
    }
    assert (found.n, found.sentence) == (2, "")
    assert found.formula.endswith("backing = a positive score")
    strict = coalitions(dataset(*LINES), min_actors=3, strict=True)
    assert strict.sentence == "No group of 3 actors or more backs 2 proposals or more together."
    assert strict.formula.endswith("without a condition")


def named(table: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]) -> tuple[list[str], list[str]]:
    return [f"a{i}" for i in range(table.shape[0])], [f"p{j}" for j in range(table.shape[1])]


def slowly(table: np.ndarray[tuple[int, ...], np.dtype[np.bool_]], least: int, fewest: int) -> set[Coalition]:
    actors, proposals = named(table)
    found = set()
    for n in range(1, len(actors) + 1):
        for group in combinations(range(len(actors)), n):
            shared = np.asarray(table[list(group)].all(axis=0))
            closed = np.asarray(table[:, shared].all(axis=1))
            if shared.any() and closed.sum() >= least and shared.sum() >= fewest:
                who = tuple(a for a, c in zip(actors, closed, strict=True) if c)
                found.add(Coalition(who, tuple(p for p, c in zip(proposals, shared, strict=True) if c)))
    return found


@pytest.mark.slow
@settings(max_examples=150)
@given(st.integers(0, 2**32), st.integers(1, 7), st.integers(1, 7), st.sampled_from((0.2, 0.5, 0.8, 1.0)), st.data())
def test_complete_and_without_duplicates(
    seed: int, rows: int, columns: int, density: float, data: st.DataObject
) -> None:
    table = np.random.default_rng(seed).random((rows, columns)) < density
    least, fewest = data.draw(st.integers(1, 3)), data.draw(st.integers(1, 3))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "CHUNK", data.draw(st.sampled_from((1, 10, 1000))))
        found = list(maximal_groups(table, *named(table), min_actors=least, min_proposals=fewest))
    assert len(found) == len(set(found))
    assert set(found) == slowly(table, least, fewest)


def test_more_than_a_word_of_proposals_and_the_longer_side_turned() -> None:
    table = np.random.default_rng(5).random((8, 150)) < 0.5
    actors, proposals = named(table)
    found = set(maximal_groups(table, actors, proposals))
    assert found == slowly(table, 1, 1)
    turned = {Coalition(g.proposals, g.actors) for g in maximal_groups(table.T, proposals, actors)}
    assert turned == found


def test_the_limit_is_a_sentence_and_never_a_silent_cut() -> None:
    table = np.random.default_rng(5).random((12, 60)) < 0.5
    whole = list(maximal_groups(table, *named(table)))
    assert list(maximal_groups(table, *named(table), limit=len(whole))) == whole
    with pytest.raises(TooManyCoalitionsError, match="stopped after 10 coalitions") as caught:
        list(maximal_groups(table, *named(table), limit=10))
    assert caught.value.found == 10


def test_groups_come_as_they_are_found() -> None:
    table = ~np.eye(60, dtype=bool)  # 2**60 groups
    assert len(list(islice(maximal_groups(table, *named(table)), 1000))) == 1000


@pytest.mark.parametrize(("actors", "proposals"), [(0, 2), (2, 0)])
def test_minimum_sizes_are_at_least_one(actors: int, proposals: int) -> None:
    with pytest.raises(SelectionError, match="is not 1 or more"):
        coalitions(dataset(*LINES), min_actors=actors, min_proposals=proposals)


def test_without_backing_there_is_no_group(shipped: Path) -> None:
    assert coalitions(dataset(), min_actors=1, min_proposals=1).groups == ()
    silent = Selection(proposal=("dialogue-scope",), side=("us",))
    assert coalitions(load(shipped), silent, min_actors=1, min_proposals=1).groups == ()


def test_the_shipped_dataset(shipped: Path) -> None:
    found = {g.actors: set(g.proposals) for g in coalitions(load(shipped)).groups}
    assert found["xiao-qian", "cai-cuihong"] == {"bounded-cooperation", "incident-communication", "evaluation-exchange"}
