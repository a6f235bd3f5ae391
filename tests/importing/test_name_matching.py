"""Names in any script become ids that people recognise, one for each."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matrix.dataset.schema import SLUG
from matrix.importing.name_matching import LONGEST, exact, slug, unique_slugs


@pytest.mark.parametrize(
    ("name", "id"),
    [
        ("Außenministerium (AA)", "aussenministerium-aa"),
        ("清华大学", "qing-hua-da-xue"),
        ("U.S. State Dept.", "us-state-dept"),
        ("O’Brien", "obrien"),
        ("panel.txt", "panel-txt"),
        ("Ministère des Affaires étrangères", "ministere-des-affaires-etrangeres"),
        ("word " * 30, "-".join(["word"] * 12)),
        ("???", ""),
    ],
)
def test_slugs(name: str, id: str) -> None:
    assert slug(name) == id


@given(st.lists(st.text(max_size=80), max_size=20), st.sets(st.sampled_from(["a", "actor", "b-2"])))
def test_ids_are_valid_new_and_all_different(names: list[str], taken: set[str]) -> None:
    ids = unique_slugs(names, "actor", taken)
    assert len({*ids, *taken}) == len(names) + len(taken)
    assert all(re.fullmatch(SLUG, id) and len(id) <= LONGEST + 4 for id in ids)


@pytest.mark.parametrize("mark", [*"\u00ad\u200b\u200d\u200e\u200f\u061c\u2060\ufeff", *map(chr, range(0x202A, 0x202F)), *map(chr, range(0x2066, 0x206A))])  # fmt: skip
def test_a_mark_that_nobody_sees_makes_no_other_name(mark: str) -> None:
    assert exact(f"{mark}Ministry{mark}\u00a0of Tra{mark}de {mark} ") == "Ministry of Trade"
    assert exact("Cafe\u0301") == exact("Caf\u00e9")
