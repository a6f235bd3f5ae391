"""Two-mode tables: a number for each proposal and actor."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from matrix.analysis.matrix_numbers import seen_values, values
from matrix.analysis.positions import fold, view
from matrix.dataset.problems import SelectionError
from matrix.dataset.selection import Selection
from tests.analysis.worked_example import worked
from tests.tiny import dataset


def test_units_and_their_signs_by_hand() -> None:
    count = values(worked(), count="statements")
    assert count.frame.loc["p1"].tolist() == [2, 2]
    assert (count.n, count.sentence) == (11, "")
    assert count.formula == "sum_k x_ijk, over statements (Leifeld 2017)"
    assert values(worked(), what="signed", count="statements").frame.loc["p1"].tolist() == [-2, 2]
    assert values(worked(), count="statements", normalize="activity").frame.loc["p1"].tolist() == [2 / 5, 2 / 6]
    share = values(worked(), count="statements", normalize="prominence")
    assert share.frame.loc["p1"].tolist() == [0.5, 0.5]
    assert share.formula.startswith("(sum_k x_ijk) / the chosen actors' units on the proposal")


def test_prominence_counts_the_chosen_actors() -> None:
    alone = values(worked(), Selection(actor=("a",)), count="statements", normalize="prominence")
    assert alone.frame.loc["p1"].tolist() == [1.0]
    assert alone.n == 5


def test_without_a_position_there_is_a_sentence() -> None:
    assert values(dataset()).sentence == "No number to give: nobody of this selection has a position."


@pytest.mark.parametrize("options", [{"what": "counts"}, {"normalize": "averge"}])
def test_unknown_words_are_refused(options: dict[str, Any]) -> None:
    with pytest.raises(SelectionError, match="is not one of"):
        values(worked(), **options)


def test_what_a_filter_hides_is_empty_and_so_is_silence_where_signed() -> None:
    data = dataset("ann talk support early", "bob talk oppose early", "ann test concern early")
    seen = view(fold(data, Selection(stance=("support", "concern"))))
    counted: Any
    counted, signed = seen_values(seen), seen_values(seen, what="signed")
    assert counted.loc["talk", "ann"] == signed.loc["talk", "ann"] == 1
    assert signed.loc["test", "ann"] == 0, "neutral is a number"
    assert "bob" not in counted.columns or np.isnan(counted.loc["talk", "bob"])
