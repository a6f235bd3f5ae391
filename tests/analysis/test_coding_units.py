"""Which units coders are compared on, and what each coder's statements on a unit come to."""

from __future__ import annotations

from matrix.analysis.coding_units import NOT_RECORDED, coding_units
from tests import tiny


def test_a_unit_is_a_source_an_actor_and_a_proposal_that_somebody_recorded() -> None:
    kim = tiny.layer(
        "kim", "ann talk support early", "ann talk oppose early", "bob ban concern late", finished="early late"
    )
    lee = tiny.layer("lee", "cem talk support early", "bob ban support late", finished="early")
    units = coding_units([kim, lee])
    assert units.compared.tolist() == [0], "late is not finished by lee"
    assert units.frame.to_dict("records") == [
        {
            "source": "early",
            "actor": "ann",
            "proposal": "talk",
            "kim_stance": "mixed",
            "kim_statements": "s1;s2",
            "lee_stance": NOT_RECORDED,
            "lee_statements": "",
        },
        {
            "source": "early",
            "actor": "cem",
            "proposal": "talk",
            "kim_stance": NOT_RECORDED,
            "kim_statements": "",
            "lee_stance": "support",
            "lee_statements": "s1",
        },
    ]
    assert units.rows(0) == [[0, 1], []]


def test_of_three_a_source_needs_two_and_who_has_not_finished_it_is_no_coder_of_it() -> None:
    units = coding_units(
        [
            tiny.layer("kim", "ann talk support early", finished="early"),
            tiny.layer("lee", "ann talk support early", finished="early"),
            tiny.layer("max", "ann talk oppose early", finished="late"),
        ]
    )
    (unit,) = units.frame.to_dict("records")
    assert (unit["kim_stance"], unit["lee_stance"], unit["max_stance"]) == ("support", "support", "")


def test_nothing_coded_gives_no_units() -> None:
    units = coding_units([tiny.layer("kim", finished="early"), tiny.layer("lee", finished="early")])
    assert len(units) == 0
    assert units.frame.empty
    assert units.stance.shape == (2, 0)
