"""The numbers in the lists of filters: what each value would leave, with the other filters as they are."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from matrix import load
from matrix.analysis.evidence import evidence
from matrix.analysis.option_counts import COUNTED, option_counts, statement_counts
from matrix.analysis.positions import EMPTY, fold, view
from matrix.dataset.dataset import Dataset
from matrix.dataset.selection import Selection, rows_of


def test_counts_on_the_small_dataset(small: Dataset) -> None:
    found = option_counts(small, Selection())
    seen = view(fold(small))
    stated = seen.codes != EMPTY
    assert found["actor"] == {a: n for a, n in zip(seen.actors["id"], stated.sum(axis=0), strict=True) if n}
    assert sum(found["stance"].values()) == stated.sum()
    assert sum(found["side"].values()) <= int(stated.any(axis=0).sum())


@pytest.mark.parametrize(
    "chosen",
    [
        {},
        {"risk_area": ("nc3",), "side": ("china",)},
        {"authority": ("expert",), "stance": ("support",)},
        {"as_of": "2026-05-12", "attribution": ("quoted", "paraphrased")},
        {"search": "dialogue"},
    ],
)
def test_a_count_is_what_choosing_the_value_alone_leaves(shipped: Path, chosen: dict[str, object]) -> None:
    dataset = load(shipped)
    found = option_counts(dataset, Selection.of(chosen))
    for name, unit in COUNTED.items():
        for value, n in list(found[name].items())[:5]:
            looked = view(fold(dataset, Selection.of({**chosen, name: (value,)})))
            stated = looked.codes != EMPTY
            left = {
                "proposals": stated.any(axis=1).sum(),
                "speakers": stated.any(axis=0).sum(),
                "positions": stated.sum(),
            }
            if unit in left:
                assert n == left[unit], (name, value)
            else:
                codes = dataset.codes
                rows = rows_of(dataset, looked.positions.selection)
                there = np.isin(codes.actor, looked.positions.columns) & rows[codes.proposal]
                assert n == (looked.positions.evidence.passes & there).sum(), (name, value)


@pytest.mark.parametrize("chosen", [{}, {"stance": ("oppose",)}, {"attribution": ("quoted",), "side": ("china",)}])
def test_a_stance_has_the_statements_that_choosing_it_leaves(shipped: Path, chosen: dict[str, object]) -> None:
    dataset = load(shipped)
    found = statement_counts(dataset, Selection.of(chosen))
    for stance in (*dataset.scale.ids, "mixed"):
        alone = evidence(dataset, Selection.of({**chosen, "stance": (stance,)}))
        assert found["stance"].get(stance, 0) == len(alone)
    whole = evidence(dataset, Selection.of({**chosen, "attribution": ()}))
    assert found["attribution"] == whole["attribution"].astype("str").value_counts().to_dict()
