"""Two actors, or two sides, on the same proposals: shared, alike, different, and on which only one speaks."""

from __future__ import annotations

from typing import Any

import pytest

from matrix.analysis.comparison import PairComparison
from matrix.analysis.positions import fold
from matrix.dataset.selection import Selection
from tests.tiny import dataset, table

PROPOSALS = table("id|title|theme|parent", *(f"{p}|{p.upper()}|t|" for p in ("a", "b", "c", "d", "e")))
LINES = (
    *("ann a support early", "cem a conditional late"),  # both back it
    *("ann b oppose early", "cem b oppose late"),  # alike, and against it
    *("ann c support early", "cem c oppose late"),
    *("ann d support early", "cem e concern late"),
)


def compared(one: str = "ann", other: str = "cem", by: str = "actors", *more: str, **chosen: Any) -> PairComparison:
    data = dataset(*LINES, *more, proposals=PROPOSALS)
    return PairComparison(fold(data, Selection(**chosen)), one, other, by)


def test_every_proposal_on_which_either_speaks_is_in_one_part() -> None:
    assert compared().parts == {
        "shared": ("a",),
        "refused": ("b",),
        "differ": ("c",),
        "only-one": ("d",),
        "only-other": ("e",),
    }
    assert compared("cem", "ann").parts["only-one"] == ("e",)


def test_a_side_that_is_divided_shares_nothing() -> None:
    assert compared("north", "south", "sides").parts["shared"] == ("a",)
    divided = compared("north", "south", "sides", "bob a oppose early")
    assert divided.parts["shared"] == ()
    assert divided.parts["differ"] == ("a", "c")


def test_row_filters_narrow_it() -> None:
    assert compared(proposal=("c",)).parts["differ"] == ("c",)
    assert compared(proposal=("c",)).parts["shared"] == ()


def test_voices_and_statements_stand_behind_each_part() -> None:
    found = compared()
    assert [v["stance"] for v in found.voices["a", "cem"]] == ["conditional"]
    assert [s["id"] for s in found.quotes["a", "ann"]] == ["s1"]
    assert ("e", "ann") not in found.voices


def test_measures_of_two_actors_with_their_n() -> None:
    found = {o.measure: (value, n) for o, value, n in compared().measures}
    assert found["points"] == (pytest.approx(2 / 3), 3)
    assert found["jaccard_backed"] == (pytest.approx(1 / 3), 3)
    assert compared("north", "south", "sides").measures == []
    assert compared("ann", "ann").measures == []
    assert compared().backed == (1, 3)
