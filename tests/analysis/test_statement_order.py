"""The orders of a list of statements, and which of them make no position."""

from __future__ import annotations

import pandas as pd
import pytest

from matrix import Selection, evidence
from matrix.analysis.evidence import standing_words
from matrix.analysis.positions import fold, view
from matrix.analysis.statement_order import ORDERS, in_text_order, left_out, ordered
from tests.tiny import dataset

# s1 is undated: its source has no date either.
TOLD = dataset(
    "dee talk support late",
    "ann ban oppose early date_start=2026-01-05 date_end=2026-01-05 confidence=low",
    "bob test conditional early date_start=2026-01-09 date_end=2026-01-09 confidence=high",
    "ann talk concern late date_start=2026-03 date_end=2026-03 confidence=medium",
)
EXPECTED = {
    "newest": "s4 s3 s2 s1",
    "oldest": "s2 s3 s4 s1",
    "actor": "s4 s2 s3 s1",  # Ann's newest first
    "proposal": "s2 s4 s1 s3",  # Ban it all, Keep talking, Test models
    "stance": "s1 s3 s4 s2",
    "source": "s3 s2 s4 s1",
    "confidence": "s3 s4 s2 s1",
}


@pytest.mark.parametrize("by", ORDERS)
def test_each_order_ends_in_newest_first_and_undated_last(by: str) -> None:
    assert " ".join(ordered(TOLD, TOLD.statements, by)["id"]) == EXPECTED[by]


@pytest.mark.parametrize("by", ORDERS)
def test_an_order_loses_nobody_and_does_not_depend_on_what_else_is_listed(by: str) -> None:
    some = TOLD.statements.iloc[[3, 0, 2]]
    assert list(ordered(TOLD, some, by)["id"]) == [s for s in EXPECTED[by].split() if s != "s2"]


def test_text_order_is_by_number_and_leaves_the_unplaced_to_the_end() -> None:
    frame = pd.DataFrame({"id": list("abcd"), "start": ["20", "", "3", ""]})
    assert list(in_text_order(frame)["id"]) == ["c", "a", "b", "d"]


def test_what_makes_no_position_says_why() -> None:
    made = dataset(
        "ann talk support early superseded_by=s2 date_start=2026-01-05 date_end=2026-01-05",
        "ann talk oppose late date_start=2026-02-05 date_end=2026-02-05",
        "bob talk support late confidence=low",
        "cem talk support early date_start=2026-01-01 date_end=2026-01-01 confidence=high",
        "cem talk concern late date_start=2026-02-01 date_end=2026-02-01 confidence=high",
    )

    def why(selection: Selection) -> dict[str, str]:
        positions = fold(made, selection)
        out = left_out(positions, evidence(made, selection, every=True, seen=view(positions)))
        return dict(zip(out["id"], map(standing_words, out["standing"], out["by"]), strict=True))

    assert why(Selection()) == {"s1": "superseded by s2"}
    assert why(Selection(confidence=("high",))) == {
        "s1": "outside the chosen evidence",
        "s2": "outside the chosen evidence",
        "s3": "outside the chosen evidence",
    }
    assert why(Selection(rule="latest")) == {
        "s1": "superseded by s2",
        "s4": "older than the latest, which alone makes the position",
    }
