"""A measure in windows of time: hand-counted, and equal to the measure of that time."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matrix.analysis.over_time import OverTime, days_of, landmarks, over_time
from matrix.analysis.overlap import overlap
from matrix.dataset.dataset import Dataset
from matrix.dataset.problems import SelectionError
from matrix.dataset.selection import Selection, select
from tests.analysis import random_data
from tests.analysis.over_time import said
from tests.tiny import dataset


def lines(found: OverTime, one: str = "ann", other: str = "bob") -> list[tuple[str, str, float | None, int]]:
    own = found.frame[(found.frame["one"] == one) & (found.frame["other"] == other)]
    values = [None if np.isnan(v) else v for v in own["value"]]
    return list(zip(own["start"], own["end"], values, own["n"], strict=True))


CHANGED = said(
    "ann talk support 2026-01-01",
    "bob talk support 2026-01-10",
    "ann talk oppose 2026-02-05",
    "bob talk support 2026-02-09",
    "ann test support 2026-03-05",
    "bob ban support",
)


def test_a_line_a_window_and_pair_by_hand() -> None:
    found = over_time(CHANGED, window="30d")
    assert lines(found) == [
        ("2026-01-01", "2026-01-30", 1.0, 1),
        ("2026-01-31", "2026-03-01", 0.0, 1),
        ("2026-03-02", "2026-03-31", None, 0),
    ]
    assert (found.undated, found.n, found.sentence) == (1, 5, "")
    assert found.windows["statements"].tolist() == [2, 2, 1]
    assert found.windows["speakers"].tolist() == [2, 2, 1]
    assert found.formula.startswith("points: ")
    assert found.n_words == "proposals on which both took a stance"


def test_windows_overlap_where_a_step_is_shorter_and_the_last_one_reaches_the_last_day() -> None:
    found = over_time(CHANGED, window="30d", step="10d")
    assert found.windows["start"].tolist()[:3] == ["2026-01-01", "2026-01-11", "2026-01-21"]
    assert [end >= "2026-03-05" for end in found.windows["end"]] == [False] * (len(found.windows) - 1) + [True]
    whole = over_time(CHANGED, window="52w", step="1d")
    assert len(whole.windows) == 1


def test_a_window_without_two_speakers_is_empty_not_0() -> None:
    found = over_time(CHANGED, window="30d", measure="congruence")
    assert [value for *_, value, _ in lines(found)] == [1.0, 0.0, None]
    beside = said("ann talk support 2026-01-01", "bob test support 2026-01-02", "bob talk support 2026-06-01")
    apart = over_time(beside, window="90d", measure="congruence")
    assert apart.frame.empty, "no window in which they meet"
    assert apart.sentence == "Nothing to show over time: in no window do two actors speak on the same."
    meeting = said(*("ann talk support 2026-01-01", "bob talk support 2026-01-02"), "ann talk support 2026-06-01")
    both = over_time(said(*("ann talk support 2026-01-01", "bob talk support 2026-01-02")), window="90d", measure="net")
    assert [value for *_, value, _ in lines(both)] == [1.0]
    assert [value for *_, value, _ in lines(over_time(meeting, window="90d", measure="net"))] == [1.0, None]
    spoken = said(
        "ann talk support 2026-01-01",
        "bob talk support 2026-01-02",
        "ann test oppose 2026-06-01",
        "bob ban oppose 2026-06-02",
    )
    assert [value for *_, value, _ in lines(over_time(spoken, window="90d", measure="net"))] == [1.0, 0.0]
    assert [value for *_, value, _ in lines(over_time(spoken, window="90d"))] == [1.0, None]


def test_sides_are_the_mean_over_their_pairs_or_the_sum() -> None:
    data = said(
        "ann talk support 2026-01-01",
        "bob talk support 2026-01-02",
        "bob test support 2026-01-02",
        "cem talk support 2026-01-03",
        "cem test support 2026-01-03",
        "dee talk oppose 2026-01-04",
        "ann talk support 2026-06-01",
    )
    share = over_time(data, window="30d", of="sides")
    # ann-cem 1 (n 1), ann-dee 0 (n 1), bob-cem 1 (n 2), bob-dee 0 (n 1)
    assert lines(share, "north", "south")[0][2:] == (pytest.approx(3 / 5), 5)
    assert lines(share, "north", "south")[-1][2:] == (None, 0)
    assert "mean over the pairs of their members, weighted by n" in share.formula
    counted = over_time(data, window="30d", of="sides", measure="clashes")
    assert lines(counted, "north", "south")[0][2:] == (2.0, 5)
    assert "the sum over the pairs" in counted.formula


def test_between_proposals_and_with_statements_as_unit() -> None:
    data = said("ann talk support 2026-01-01", "ann test support 2026-01-02", "ann test support 2026-01-03")
    found = over_time(data, window="30d", of="proposals", measure="shared", count="statements")
    assert found.frame[["one", "other", "value", "n"]].values.tolist() == [["talk", "test", 2.0, 1]]


def test_polarisation_has_a_line_a_window() -> None:
    data = said(
        *(f"{who} talk support 2026-01-0{i}" for i, who in enumerate(("ann", "bob"), 1)),
        *(f"{who} talk oppose 2026-01-0{i}" for i, who in enumerate(("cem", "dee"), 3)),
        "ann talk support 2026-02-20",
        *(f"{who} talk support 2026-04-0{i}" for i, who in enumerate(("ann", "bob", "cem", "dee"), 1)),
    )
    found = over_time(data, window="30d", measure="polarisation")
    values = found.frame["value"].tolist()
    assert values[0] == pytest.approx(8 / 12)
    assert np.isnan(values[1]), "one speaker"
    assert values[3] == 0
    assert found.frame["n"].tolist()[0] == 6
    assert found.frame["exact"].all()
    assert found.formula.startswith("frustration = ")


def test_imprecise_days_stand_at_their_last_and_are_counted() -> None:
    data = dataset(
        "ann talk support late date_start=2026 date_end=2026",
        "bob talk support late date_start=2026-12-20 date_end=2026-12-20",
        "cem talk support late date_start=2026-12-25",  # nothing says until when
    )
    found = over_time(data, window="30d")
    assert found.windows[["start", "statements", "unsure"]].values.tolist() == [["2026-12-20", 3, 2]]
    assert found.undated == 0


def test_a_statement_superseded_later_counts_in_its_own_window() -> None:
    data = said(
        "ann talk support 2026-01-01 superseded_by=s2",
        "ann talk oppose 2026-06-01",
        "bob talk support 2026-01-05",
        "bob talk support 2026-06-05",
    )
    assert [value for *_, value, _ in lines(over_time(data, window="60d")) if value is not None] == [1.0, 0.0]


def test_the_selection_chooses_evidence_rows_and_columns() -> None:
    late = over_time(CHANGED, Selection(since="2026-02"), window="30d")
    assert late.windows["start"].tolist()[0] == "2026-02-05"
    assert late.undated == 0, "a window of time leaves them out by itself"
    assert over_time(CHANGED, Selection(proposal="test"), window="30d").windows["statements"].tolist() == [1]
    assert over_time(CHANGED, Selection(actor="ann"), window="30d").frame.empty
    assert over_time(CHANGED, Selection(search="no such words"), window="30d").sentence.endswith(
        "no statement is chosen."
    )
    found = over_time(CHANGED, Selection(search="Keep talking"), window="30d")
    assert found.windows["statements"].tolist() == [2, 2]


def test_a_window_ends_at_the_end_of_time() -> None:
    late = over_time(said("ann talk support 9999-12-01", "bob talk support 9999-12-31"), window="366000d")
    assert late.windows[["start", "end"]].values.tolist() == [["9999-12-01", "9999-12-31"]]


def test_numbers_over_few_are_left_out_and_nothing_is_a_sentence() -> None:
    assert over_time(CHANGED, window="30d").at_least(2).frame["value"].isna().all()
    undated = over_time(said("ann talk support", "bob talk support"), window="30d")
    assert undated.sentence == "Nothing to show over time: 2 statements, all undated."
    assert (undated.undated, len(undated.windows)) == (2, 0)


def test_a_statement_without_an_exact_day_stands_at_its_last_and_that_is_said() -> None:
    data = dataset(
        "ann talk support late date_start=2021 date_end=2021",
        "bob talk support late date_start=2022-01-10 date_end=2022-01-10",
    )
    found = over_time(data, window="30d")
    assert found.windows[["start", "unsure"]].to_numpy().tolist() == [["2021-12-31", 1]]
    assert found.notes == (
        "1 statement without an exact day stands at its last possible day (at its first, where the last is open), and "
        "the windows begin on such a day too.",
        "1 window counts 1 statement that may have been made before it begins.",
    )
    exact = over_time(said("ann talk support 2021-12-31", "bob talk support 2022-01-10"), window="30d")
    assert (exact.imprecise, exact.notes) == (0, ())


def test_without_a_window_n_is_named_all_the_same() -> None:
    assert over_time(said(), window="90d").n_words == "proposals on which both took a stance"


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"window": "90"}, "window: '90' is not a number of days or weeks, such as 90d or 13w"),
        ({"window": "0d"}, "window: '0d' is not a number of days"),
        ({"window": "²d"}, "is not a number of days"),
        ({"window": ""}, "is not a number of days"),
        ({"window": "9" * 30 + "d"}, "is more than 366,000 days, which is the most"),
        ({"window": "60000w"}, "window: '60000w' is more than 366,000 days"),
        ({"window": "30d", "step": "60d"}, "step: 60d is longer than the window 30d"),
        ({"window": "30d", "measure": "piont"}, "measure: 'piont' is not one of"),
        ({"window": "30d", "of": "states"}, "of: 'states' is not one of actors, proposals, sides"),
        ({"window": "30d", "of": "sides", "measure": "polarisation"}, "polarisation is of actors, not of sides"),
        ({"window": "30d", "normalize": "average"}, "without normalisation"),
    ],
)
def test_what_cannot_be_is_refused(wrong: dict[str, str], message: str) -> None:
    with pytest.raises(SelectionError) as error:
        over_time(CHANGED, **wrong)  # type: ignore[arg-type]
    assert message in str(error.value)


def test_too_many_windows_are_refused() -> None:
    far = said("ann talk support 2001-01-01", "bob talk support 2026-01-01")
    with pytest.raises(SelectionError, match=r"that makes 9,1\d\d windows, 2,000 at most: take longer steps"):
        over_time(far, window="10d", step="1d")
    assert [days_of("window", w) for w in ("90d", "13w", "007d")] == [90, 91, 7]


@settings(max_examples=30)
@given(random_data.datasets(), st.sampled_from(("points", "congruence", "clashes")), st.sampled_from(("", "latest")))
def test_a_window_is_the_measure_of_its_own_statements(
    made: tuple[str, list[tuple[int, int, str, str]], Dataset], measure: str, rule: str
) -> None:
    data = made[2]
    selection = Selection(rule=rule) if rule else Selection()
    found = over_time(data, selection, window="7d", measure=measure)
    for start, end, value, n in lines(found, "a0", "a1"):
        own = Selection(since=start, as_of=end, rule=selection.rule)
        same = overlap(data, own, measure=measure)
        assert n == same.n.loc["a0", "a1"]
        heard = select(data, own).statements["actor"]
        if {"a0", "a1"} <= set(heard):
            expected = same.frame.to_numpy()[0, 1]
            assert value == (None if np.isnan(expected) else pytest.approx(expected))
        else:
            assert value is None


@pytest.mark.parametrize(
    ("values", "found"),
    [
        ([], {}),
        ([2.0], {0: "first"}),
        ([2.0, 1.0, 2.0], {0: "first", 2: "last"}),
        ([2.0, 1.0, 4.0, 3.0], {0: "first", 1: "lowest", 2: "highest", 3: "last"}),
        ([1.0, 4.0, 3.0], {0: "first", 1: "highest", 2: "last"}),
        ([3.0, 1.0, 4.0], {0: "first", 1: "lowest", 2: "highest"}),
    ],
)
def test_the_numbers_that_tell_a_course(values: list[float], found: dict[int, str]) -> None:
    assert landmarks(values) == found
