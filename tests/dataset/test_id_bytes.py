"""What is told of ids by their bytes is what is told of them one by one."""

from __future__ import annotations

import re

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matrix.dataset.check_values import all_different, all_slugs
from matrix.dataset.schema import SLUG

IDS = st.lists(st.text("ab1-é \n", max_size=5) | st.text("abcdefgh-0", min_size=9, max_size=9), max_size=8)


def column(ids: list[str]) -> pa.LargeStringArray:
    """As part of a longer one, since a slice shares the bytes of the whole."""
    return pa.array(["x-", *ids, "-y"], pa.large_string())[1 : 1 + len(ids)]


@given(IDS)
def test_of_any_ids(ids: list[str]) -> None:
    assert all_different(column(ids)) == (len({*ids}) == len(ids))
    assert all_slugs(column(ids)) == all(not i or re.fullmatch(SLUG, i) is not None for i in ids)


@pytest.mark.parametrize("width", [1, 7, 8, 9, 16, 64, 65])
def test_of_ids_that_are_all_as_long(width: int) -> None:
    ids = [f"{i:0{width}d}"[-width:] for i in (7, 3, 5, 1)]
    assert all_different(column(ids))
    assert not all_different(column([*ids, ids[1]]))
    assert all_slugs(column(ids))
