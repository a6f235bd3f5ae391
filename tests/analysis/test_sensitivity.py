"""What changes when a part of the evidence is left out."""

from __future__ import annotations

from pathlib import Path

import pytest

from matrix.analysis.overlap import overlap
from matrix.analysis.positions import positions
from matrix.analysis.sensitivity import WhatIf, of_largest_sources, sensitivity, what_ifs, without
from matrix.dataset.problems import SelectionError
from matrix.dataset.selection import Selection
from matrix.store.folder import load
from tests.tiny import dataset

LINES = (
    "ann talk support early attribution=quoted confidence=high superseded_by=s2",
    "ann talk oppose late attribution=author_voice confidence=low",
    "cem talk support early attribution=quoted",
)


def test_the_usual_questions() -> None:
    asked = what_ifs(dataset(*LINES), before="2025")
    assert [q.words for q in asked] == [
        *("without source early", "without source late", "without attribution author voice"),
        *("without confidence low", "as of 2025"),
    ]
    assert what_ifs(dataset(), Selection(source=("late",))) == [WhatIf("source", "late")]


def test_what_was_superseded_counts_again() -> None:
    found = sensitivity(
        dataset(*LINES), measure="tiers", questions=[WhatIf("source", "late"), WhatIf("confidence", "high")]
    )
    tiers = found.frame[found.frame["other"] == "tier"]
    assert tiers.to_dict("records") == [
        {"what_if": "without source late", "id": "talk", "other": "tier", "before": "contested", "after": "official"}
    ]
    assert found.counts["changed"].tolist() == [1, 0]
    assert found.counts["compared"].tolist() == [3, 3]
    assert found.counts["statements"].tolist() == [2, 2]  # the blank confidence stays when `high` goes


def test_a_tier_that_stays_on_a_condition_and_on_weaker_evidence_is_a_change() -> None:
    data = dataset(
        "ann talk support early attribution=quoted confidence=high superseded_by=s2",
        "ann talk conditional late attribution=unattributed confidence=low",
        "cem talk support early attribution=quoted confidence=high",
        "ann test support early attribution=quoted confidence=high",
        "cem test conditional early attribution=quoted confidence=high",
    )
    found = sensitivity(data, measure="tiers", questions=[WhatIf("source", "late")])
    assert found.frame[["id", "other", "before", "after"]].values.tolist() == [
        ["talk", "conditions", "for some on a condition: it is mutual", ""],
        ["talk", "attribution", "unattributed", "quoted"],
        ["talk", "confidence", "low", "high"],
    ]
    assert found.counts[["changed", "shifted"]].values.tolist() == [[0, 1]]


def test_the_highest_tiers_that_fall_come_first(shipped: Path) -> None:
    changes = sensitivity(load(shipped), questions=[WhatIf("source", "aisc-2026-05")]).frame
    order = ["official", "official+expert", "expert", "contested", "one-sided", "rejected", "raised", "unheard"]
    places = [order.index(t) for t in changes.loc[changes["other"] == "tier", "before"]]
    assert places == sorted(places)
    assert changes["id"].iloc[0] == "human-control-nuclear"
    values = sensitivity(load(shipped), measure="points", questions=[WhatIf("source", "aisc-2026-05")]).frame
    assert values["after"].isna().iloc[0]


def test_a_gap_in_a_chain_is_closed() -> None:
    data = dataset(
        "ann talk support early superseded_by=s2",
        "ann talk concern early confidence=low superseded_by=s3",
        "ann talk oppose late",
    )
    part, _ = without(data, Selection(), question=WhatIf("confidence", "low"))
    assert positions(part).loc["talk", "ann"] == "oppose"


def test_any_measure_as_a_table(shipped: Path) -> None:
    data = load(shipped)
    found = sensitivity(data, measure="points")
    assert found.counts["compared"].nunique() == 1
    one = found.frame.iloc[0]
    asked = next(q for q in what_ifs(data) if q.words == one["what_if"])
    again = overlap(without(data, Selection(), question=asked)[0]).frame
    value = again.loc[one["id"], one["other"]]
    assert value == one["after"] or (one["after"] is None and value != value)
    assert len(sensitivity(data, measure="positions").frame)
    assert sensitivity(data, measure=positions).measure == "positions"


def test_as_of_and_a_chosen_source(shipped: Path) -> None:
    data = load(shipped)
    changes = sensitivity(data, questions=[WhatIf("as_of", "2024-12-31")]).frame
    tiers = changes[changes["other"] == "tier"].set_index("id")
    assert tiers.loc["intergovernmental-dialogue", ["before", "after"]].tolist() == ["official", "unheard"]
    assert "human-control-nuclear" not in tiers.index
    only = Selection(source=("krasa-2026-05-08",), as_of="2026-05-08")
    nothing = sensitivity(data, only, measure="positions", questions=[WhatIf("source", "krasa-2026-05-08")])
    assert nothing.counts["statements"].tolist() == [0]
    assert nothing.frame["after"].isna().all()
    assert not len(
        sensitivity(data, only, measure="positions", questions=[WhatIf("as_of", "2030")]).frame
    )  # never later than chosen


@pytest.mark.parametrize(
    ("question", "wrong"),
    [(WhatIf("source", "earl"), "did you mean 'early'"), (WhatIf("coder", "c1"), "what-if: 'coder'")],
)
def test_unknown_questions_are_refused(question: WhatIf, wrong: str) -> None:
    with pytest.raises(SelectionError, match=wrong):
        sensitivity(dataset(*LINES), questions=[question])
    with pytest.raises(SelectionError, match="measure: 'tier'"):
        sensitivity(dataset(*LINES), measure="tier")


def test_the_largest_sources_are_asked_about_and_everything_that_is_no_source() -> None:
    data = dataset("ann talk support early", "ann ban support late", "cem ban oppose late confidence=low")
    words = [q.value for q in of_largest_sources(data, what_ifs(data), most=1)]
    assert words == ["late", "low"]
