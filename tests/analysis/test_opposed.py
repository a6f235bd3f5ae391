"""Who opposed each other at a time and agrees over all time: hand-made cases, and held against a plain count."""

from __future__ import annotations

from itertools import combinations, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matrix.analysis.measures import MEASURES
from matrix.analysis.opposed import edges_opposed, hidden, hidden_in, opposed_once
from matrix.analysis.over_time import over_time
from matrix.analysis.overlap import overlap
from matrix.analysis.positions import fold
from matrix.dataset.dataset import Dataset
from matrix.dataset.dates import UNKNOWN
from matrix.dataset.selection import Selection
from tests.analysis import random_data
from tests.analysis.over_time import said

SWAPPED = said(
    "ann talk support 2019-03-01",
    "bob talk oppose 2019-05-01",
    "ann talk oppose 2026-01-01",
    "bob talk support 2026-02-01",
    "cem talk oppose 2019-03-01",
)


def test_two_who_changed_places_agree_over_all_time_but_not_without_a_word() -> None:
    assert overlap(SWAPPED).frame.loc["ann", "bob"] == 1, "both are mixed"
    (found,) = opposed_once(SWAPPED)
    assert (found.one, found.other, found.proposal, found.years) == ("ann", "bob", "talk", ("2019", "2026"))
    assert found.in_words(SWAPPED) == (
        "Ann and Bob opposed each other on “Keep talking” in 2019 and 2026; over all time both are mixed on it, which "
        "counts as agreement."
    )
    assert over_time(SWAPPED, window="365d").opposed == (found,)
    assert over_time(SWAPPED, window="365d", of="sides").opposed == (), "both are of the North"
    assert over_time(SWAPPED, window="365d", of="proposals").opposed == ()


def test_who_opposed_each_other_and_now_agrees_by_the_latest_statement_is_named_too() -> None:
    data = said("ann talk support 2019-03-01", "bob talk oppose 2019-05-01", "ann talk oppose 2026-01-01")
    assert [*opposed_once(data)] == [], "ann is mixed, bob opposes: no agreement to be doubted"
    (found,) = opposed_once(data, Selection(rule="latest"))
    assert found.now == "both oppose it"
    assert found.years == ("2019",)


def test_a_position_is_held_until_the_next_however_long_that_takes() -> None:
    (found,) = opposed_once(
        said(
            *("ann talk support 2019-01-10", "bob talk oppose 2020-05-20"),
            *("ann talk oppose 2026-01-10", "bob talk support 2027-02-01"),
        )
    )
    assert found.years == ("2020", "2027")


@pytest.mark.parametrize(
    "lines",
    [
        ("ann talk support", "bob talk oppose", "ann talk oppose", "bob talk support"),
        # One has let go before the other begins, or on the same day.
        (
            *("ann talk support 2019-01-01", "ann talk concern 2020-01-01", "bob talk oppose 2020-01-01"),
            *("bob talk concern 2021-01-01", "ann talk oppose 2022-01-01", "bob talk concern 2022-06-01"),
            "bob talk support 2019-06-01",
        ),
        # Both say yes and no in the same breath: mixed at any time.
        tuple(f"{who} talk {stance} 2019-01-01" for who in ("ann", "bob") for stance in ("support", "oppose")),
        # Both change their mind on the same day.
        tuple(f"{who} talk {w}" for who in ("ann", "bob") for w in ("support 2019-01-01", "oppose 2020-01-01")),
    ],
)
def test_who_were_for_and_against_it_at_different_times_did_not_oppose_each_other(lines: tuple[str, ...]) -> None:
    data = said(*lines)
    assert overlap(data).frame.loc["ann", "bob"] == 1
    assert [*opposed_once(data)] == []


@pytest.mark.parametrize(
    ("rule", "told"),
    [
        ("", {"points": "agreement", "share_same": "agreement", "clashes": "no clash"}),
        (
            "latest",
            {
                **dict.fromkeys(("points", "share_same", "congruence", "net"), "agreement"),
                "clashes": "no clash",
                "conflict": "no conflict",
            },
        ),
    ],
)
def test_the_word_is_what_the_measure_makes_of_it_and_none_where_it_makes_nothing(
    rule: str, told: dict[str, str]
) -> None:
    """With positions as unit congruence takes two mixed ones for half agreed, half in conflict; shared asks no stance."""
    end = ["bob talk oppose 2026-03-01"] if rule else []
    data = said(
        *("ann talk support 2019-03-01", "bob talk oppose 2019-05-01", "ann talk oppose 2026-01-01"),
        *("bob talk support 2026-02-01", *end),
    )
    for measure in MEASURES:
        found = [*opposed_once(data, Selection(rule=rule or "cautious"), measure=measure)]
        assert [o.counts_as for o in found] == ([told[measure]] if measure in told else [])
        if found:
            assert found[0].in_words(data).endswith(f", which counts as {told[measure]}.")
    assert [*opposed_once(data, measure="net", count="statements")] == []
    windows = {m: over_time(data, window="365d", measure=m).opposed for m in ("points", "congruence")}
    assert (len(windows["points"]), len(windows["congruence"])) == (1, 0)


@settings(max_examples=60)
@given(random_data.datasets(), st.sampled_from(("cautious", "latest")))
def test_who_opposed_each_other_is_who_did_so_on_some_day(
    made: tuple[str, list[tuple[int, int, str, str]], Dataset], rule: str
) -> None:
    """Held against a plain count: what each held on every day on which anybody said anything."""
    data, selection = made[2], Selection(rule=rule)
    folded, codes = fold(data, selection), data.codes
    sign = np.sign(data.scale.scores)
    value = np.append(sign, [0, np.nan])[folded.codes]
    dated = folded.evidence.counts & (codes.day != UNKNOWN)

    def held(proposal: int, actor: int, day: int) -> float:
        own = dated & (codes.proposal == proposal) & (codes.actor == actor) & (codes.day <= day)
        last = own & (codes.day == codes.day[own].max(initial=UNKNOWN))
        said = {*sign[codes.stance[last]]} - {0}
        return said.pop() if len(said) == 1 else 0

    expected = set()
    for p, (one, other) in product(range(value.shape[0]), combinations(range(value.shape[1]), 2)):
        if value[p, one] == value[p, other]:
            days = np.unique(codes.day[dated])
            if any(held(p, one, d) * held(p, other, d) < 0 for d in days):
                expected.add((p, one, other))
    ids = {t: data.frames[t]["id"].tolist() for t in ("proposals", "actors")}
    found = {
        (ids["proposals"].index(o.proposal), ids["actors"].index(o.one), ids["actors"].index(o.other))
        for o in opposed_once(data, selection)
    }
    assert found == expected


def test_each_pair_of_a_list_says_so_and_what_has_no_number_is_not_named() -> None:
    found = overlap(SWAPPED)
    edges = edges_opposed(SWAPPED, Selection(), found)
    assert dict(zip(zip(edges["one"], edges["other"], strict=True), edges["opposed_once"], strict=True)) == {
        ("ann", "bob"): "talk: 2019, 2026",
        ("ann", "cem"): "",
        ("bob", "cem"): "",
    }
    assert len(hidden_in(SWAPPED, Selection(), found).cases) == 1
    assert hidden_in(SWAPPED, Selection(), found.at_least(2)).cases == (), "they meet on one proposal"
    of_proposals = overlap(SWAPPED, of="proposals")
    assert hidden_in(SWAPPED, Selection(), of_proposals).cases == ()
    assert "opposed_once" not in edges_opposed(SWAPPED, Selection(), of_proposals)


def test_of_one_actor_and_across_sides_only_these_are_given() -> None:
    assert len(hidden(SWAPPED, Selection(), of="ann").cases) == 1
    assert hidden(SWAPPED, Selection(), of="cem").cases == ()
    assert hidden(SWAPPED, Selection(), across=True).cases == (), "both are of the North"


def test_only_the_chosen_are_named() -> None:
    for selection in (Selection(actor=("ann", "cem")), Selection(proposal="ban"), Selection(as_of="2020")):
        assert [*opposed_once(SWAPPED, selection)] == []
    assert len([*opposed_once(SWAPPED, Selection(since="2026"))]) == 0, "there they oppose each other in the number too"


def test_many_statements_are_held_against_each_other_piece_by_piece(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("matrix.analysis.opposed.MOST_CROSSED", 1)
    assert len([*opposed_once(SWAPPED)]) == 1
