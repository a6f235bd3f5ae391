"""The sheets Common ground and Overlap: who, on which condition, what is missing; each number with formula and n."""

from __future__ import annotations

from typing import Any

from matrix.dataset.dataset import Dataset
from matrix.dataset.selection import Selection
from tests.tiny import dataset as tiny
from tests.tiny import minimal


def lines(sheet: Any) -> list[list[Any]]:
    return [[v for v in row if v is not None] for row in sheet.iter_rows(values_only=True)]


def test_common_ground_stands_by_tier_with_conditions_and_what_is_missing(small: Dataset, opened: Any) -> None:
    sheet = opened(small)["Common ground"]
    told = lines(sheet)
    assert told[5] == [
        "proposal",
        "Proposal",
        *("Who stands where, on which condition", "Backing", "Opposing", "Heard, of 3"),
        *("Who stands where, on which condition", "Backing", "Opposing", "Heard, of 2"),
        *("Missing", "Score", "n", "Weakest attribution", "Weakest confidence"),
    ]
    by_id = {row[0]: row for row in told if row}
    assert by_id["hotline"][2:] == [
        *("→", "● Ann (official)\n◐ Bob – on the condition: if both do", 2, 0, 2),
        *("✕ Chen 陈 (official)", 0, 1, 1),
        *("heard without backing it: China", 3 / 4 * 1 / 3, 3, "", ""),
    ]
    assert by_id["ban"][2:5] == ["→", "", 0]
    assert by_id["ban"][7] == "◆ Chen 陈 (official)"
    heads = [row[0] for row in told if len(row) == 1]
    assert heads[-3:] == [
        "Contested (2): backed by some and opposed by others, or somebody is both for and against",
        "Not heard (1): nobody of these sides speaks on it in the chosen evidence",
        "Only others speak on it (1): nobody of these sides speaks on it in the chosen evidence",
    ]


def test_score_and_n_are_formulas_over_the_counts_beside_them(small: Dataset, opened: Any) -> None:
    sheet = opened(small, formulas=True)["Common ground"]
    row = next(r for r in sheet.iter_rows() if r[0].value == "hotline")
    assert [c.value for c in row if str(c.value).startswith("=")] == ["=(E8+1)/(G8+2)*(I8+1)/(K8+2)", "=G8+K8"]


def test_without_two_sides_the_sheet_says_so(opened: Any) -> None:
    sheet = opened(Dataset.from_frames(minimal("x|a|p|support|s")))["Common ground"]
    assert lines(sheet)[1] == [
        "No common ground to tell: the dataset has no sides. Overlaps compare actors without them."
    ]


def test_overlap_names_its_measure_and_gives_n_for_each_pair(small: Dataset, opened: Any) -> None:
    told = lines(opened(small)["Overlap"])
    assert told[0] == ["Overlap: agreement of any two actors"]
    assert told[1][0].startswith("points: 1 - mean |v-v'|/2")
    # ann and bob back the hotline, chen opposes it: 100 % and 0 %, each over one proposal.
    rows = [r for r in told if r and r[0] in ("ann", "bob", "chen")]
    assert rows == [
        *(["ann", "Ann", 1, 0], ["bob", "Bob", 1, 0], ["chen", "Chen", 0, 0]),
        *(["ann", "Ann", 1, 1], ["bob", "Bob", 1, 1], ["chen", "Chen", 1, 1]),
    ]
    assert ["n: proposals on which both took a stance"] in told


def test_who_agrees_and_opposed_each_other_at_a_time_is_named_on_the_sheet(opened: Any) -> None:
    days = {"ann support": "2019-03-01", "bob oppose": "2019-05-01", "ann oppose": "2026-01-01"}
    days["bob support"] = "2026-02-01"
    lines_ = (f"{w.split()[0]} talk {w.split()[1]} late date_start={d} date_end={d}" for w, d in days.items())
    told = lines(opened(tiny(*lines_))["Overlap"])
    assert ["Some who agree here opposed each other at a time: they are named below the tables."] in told
    assert told[-2] == ["Opposed each other at a time"]
    assert told[-1][0].startswith("Ann and Bob opposed each other on “Keep talking” in 2019 and 2026; over all time")


def test_nothing_to_compare_is_a_sentence(small: Dataset, opened: Any) -> None:
    told = lines(opened(small, Selection(search="hotline"))["Overlap"])
    assert ["Where “hotline” occurs."] in told
    told = lines(opened(small, Selection(actor="ann"))["Overlap"])
    assert told[1] == ["Nothing to compare: the filters leave 1 actor."]


def test_a_side_of_which_nobody_is_chosen_is_named_and_not_counted_of_none(small: Dataset, opened: Any) -> None:
    heads = lines(opened(small, selection=Selection(actor=("ann",)))["Common ground"])[5]
    assert heads[6:10] == ["No actor of China is chosen", "Backing", "Opposing", "Heard"]
