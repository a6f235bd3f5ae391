"""Two layers with planted differences give exactly these; whatever was coded, each unit is alike or different."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matrix.analysis.agreement import agreement
from matrix.analysis.differences import Decision, differences, seen_of
from matrix.dataset.dataset import Dataset
from matrix.dataset.problems import SelectionError
from tests import tiny

stances = st.sampled_from(["support", "concern", "oppose"])
cells = st.tuples(st.sampled_from(["ann", "bob", "cem"]), st.sampled_from(["talk", "ban"]))
coding = st.dictionaries(cells, stances, max_size=6)


def layer(name: str, coded: dict[tuple[str, str], str]) -> Dataset:
    return tiny.layer(name, *(f"{a} {p} {s} early" for (a, p), s in coded.items()), finished="early")


@settings(max_examples=40)
@given(coding, coding)
def test_every_unit_is_alike_or_different_and_as_agreement_counts(one: Any, other: Any) -> None:
    kim, lee = layer("kim", one), layer("lee", other)
    found = differences(kim, lee)
    assert found.n == len(found.items) + len(found.alike) == len(one.keys() | other.keys())
    counted: Any = agreement([kim, lee], draws=1).of()
    both = one.keys() & other.keys()
    assert sum(d.kind == "recorded" for d in found.items) == len(one.keys() ^ other.keys())
    assert len(found.alike) == round(counted.loc["stance_same", "value"] * len(both) if both else 0)
    assert differences(kim, layer("lee", one)).items == ()


def test_a_difference_is_found_by_its_unit_and_knows_what_was_decided() -> None:
    kim, lee = layer("kim", {("ann", "ban"): "support"}), layer("lee", {("ann", "ban"): "oppose"})
    (found,) = differences(kim, lee).items
    assert (found.unit, found.kind, found.state) == ("early~ann~ban", "stance", "open")
    seen = seen_of(found.one), seen_of(found.other)
    made = Decision("kim", "lee", "early", "ann", "ban", "mine", "page 3", seen=seen)
    assert differences(kim, lee, decided=[made]).of("early~ann~ban").state == "decided"
    changed = layer("lee", {("ann", "ban"): "concern"})
    assert differences(kim, changed, decided=[made]).of("early~ann~ban").state == "outdated"
    turned = made.turned()
    assert (turned.one, turned.decision, turned.seen) == ("lee", "theirs", seen[::-1])
    with pytest.raises(SelectionError, match="did you mean 'early~ann~ban'"):
        differences(kim, lee).of("early~ann~bann")
