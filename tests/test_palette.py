"""Looks and words: one home, and the same as plain values for the browser."""

from __future__ import annotations

import json

from matrix.analysis.common_ground import TIERS
from matrix.dataset.schema import TABLES
from matrix.palette import LINK_WORDS, TIER_WORDS, as_data, contrast, sides_of, stances_of
from tests.tiny import dataset


def test_every_tier_and_kind_of_link_has_a_word() -> None:
    assert tuple(TIER_WORDS) == TIERS
    assert set(LINK_WORDS) == set(TABLES["links"]["kind"].values)


def test_all_looks_and_words_are_plain_values() -> None:
    data = dataset()
    found = json.loads(json.dumps(as_data(data)))
    assert [s["id"] for s in found["stances"]] == [*data.scale.ids, "mixed"] == list(stances_of(data))
    assert [s["colour"] for s in found["sides"]] == [s.colour for s in sides_of(data).values()]
    assert found["empty"]["silent"] == {"glyph": "·", "word": "never stated in these sources"}
    assert found["tiers"]["one-sided"] == "One-sided"
    for one in found["stances"]:
        assert contrast(one["light"], "#1B1F24") >= 4.5
        assert contrast(one["dark"], "#F2F4F7") >= 4.5
