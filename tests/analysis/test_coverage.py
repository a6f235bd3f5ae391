"""On how many proposals of each risk area a side has a voice."""

from __future__ import annotations

from matrix.analysis.coverage import coverage
from matrix.dataset.selection import Selection
from tests.tiny import dataset, table

AREAS = table("id|name|parent", "war|War|", "arms|Arms|war", "law|Law|", "void|Void|")
PROPOSALS = table("id|title|theme|parent|risk_areas", "talk|Talk|p||law", "test|Test|p||law;arms", "ban|Ban|p||arms")
STATED = ("ann test support early", "bob ban oppose early")


def test_an_area_counts_its_own_proposals_and_those_below() -> None:
    data = dataset(*STATED, risk_areas=AREAS, proposals=PROPOSALS)
    found = coverage(data)
    assert found.n == 3
    assert found.frame.index.tolist() == ["war", "arms", "law", "void"]
    assert found.frame["depth"].tolist() == [0, 1, 0, 0]
    assert found.frame["proposals"].tolist() == [2, 2, 2, 0]
    assert found.frame["north_proposals"].tolist() == [2, 2, 1, 0]
    assert found.frame["north_speakers"].tolist() == [2, 2, 1, 0]
    assert found.frame["south_proposals"].tolist() == [0, 0, 0, 0]


def test_only_listed_actors_and_chosen_proposals_are_counted() -> None:
    data = dataset(*STATED, risk_areas=AREAS, proposals=PROPOSALS)
    assert coverage(data, Selection(actor=("ann",))).frame["north_proposals"].tolist() == [1, 1, 1, 0]
    only = coverage(data, Selection(proposal=("ban",)))
    assert only.n == 1
    assert only.frame["proposals"].tolist() == [1, 1, 0, 0]


def test_without_risk_areas_there_is_nothing_to_count() -> None:
    assert not len(coverage(dataset(*STATED)).frame)
