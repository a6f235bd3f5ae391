"""What differs between two datasets; and between what left, what came back, and what stands now."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matrix.dataset.changes import Change, changed_frames, compare, diff, merge
from matrix.dataset.frames import canonical
from tests.tiny import frames, stated, table


def told(changes: list[Change]) -> list[str]:
    return list(map(str, changes))


def with_actors(*rows: str) -> dict[str, Any]:
    return canonical(frames(actors=table("id|name|side", *rows)))[0]


BASE = with_actors("ann|Ann|north", "bob|Bob|north", "cem|Cem|south")


def test_a_cell_a_new_row_and_a_missing_row_are_named_by_their_place_and_id() -> None:
    new = with_actors("ann|Anna|north", "cem|Cem|south", "dee|Dee|south")
    assert told(diff(BASE, new)) == [
        "actors.csv row 2, column name: changed ann: 'Ann' -> 'Anna'",
        "actors.csv row 4: added dee (name 'Dee', side 'south')",
        "actors.csv: deleted bob (name 'Bob', side 'north')",
    ]


def test_the_order_of_rows_and_columns_does_not_count() -> None:
    turned = {n: f[list(f.columns[::-1])].iloc[::-1].reset_index(drop=True) for n, f in BASE.items()}
    assert diff(BASE, turned) == []


def test_three_ways() -> None:
    edited = with_actors("ann|Anna|north", "bob|Bob|", "eve|Eve|north")  # ann renamed, bob's side taken, cem gone
    now = with_actors("ann|Annie|north", "bob|Bob|", "cem|Cem|south")  # ann renamed otherwise, bob's side taken too
    assert told(compare(BASE, edited, now, sheets={"actors": "Actors"})) == [
        "Actors row 2, column name: conflict ann: 'Ann' -> 'Anna'; here it was changed to 'Annie' meanwhile",
        "Actors row 4: added eve (name 'Eve', side 'north')",
        "Actors: deleted cem (name 'Cem', side 'south')",
    ]


def test_a_row_deleted_on_one_side_and_changed_on_the_other_is_a_conflict() -> None:
    without = with_actors("ann|Ann|north", "bob|Bob|north")
    changed = with_actors("ann|Ann|north", "bob|Bob|north", "cem|Cemal|south")
    assert [c.why for c in compare(BASE, without, changed)] == ["cem was deleted there, and changed here meanwhile"]
    assert [c.why for c in compare(BASE, changed, without)] == ["cem was deleted here meanwhile"]


def test_the_same_new_row_on_both_sides_is_no_change_and_two_different_ones_are_a_conflict() -> None:
    mine = with_actors("ann|Ann|north", "bob|Bob|north", "cem|Cem|south", "dee|Dee|south")
    other = with_actors("ann|Ann|north", "bob|Bob|north", "cem|Cem|south", "dee|Deirdre|south")
    assert compare(BASE, mine, mine) == []
    assert [(c.kind, c.why) for c in compare(BASE, mine, other)] == [
        ("conflict", "dee was added here meanwhile, with other values")
    ]


def test_what_changed_only_here_is_left_alone() -> None:
    assert compare(BASE, BASE, with_actors("ann|Annie|north", "eve|Eve|north")) == []


def test_a_column_of_ones_own_is_compared_like_any_other() -> None:
    own = {**BASE, "actors": BASE["actors"].assign(mood=["calm", "", ""])}
    assert told(diff(BASE, own)) == ["actors.csv row 2, column mood: changed ann: '' -> 'calm'"]
    assert told(diff(own, BASE)) == ["actors.csv row 2, column mood: changed ann: 'calm' -> ''"]


def test_a_merge_adds_what_is_new_fills_what_is_blank_and_reports_two_meanings_of_one_id() -> None:
    other = {
        **BASE,
        "actors": table("id|name|side|role|mood", "ann|Ann||envoy|", "bob|Robert|north||glad", "eve|Eve|north||"),
    }
    assert told(merge(BASE, canonical(other)[0])) == [
        "actors.csv row 2, column role: changed ann: '' -> 'envoy'",
        "actors.csv row 3, column name: conflict bob: 'Bob' -> 'Robert'; the id bob already has another value here",
        "actors.csv row 3, column mood: changed bob: '' -> 'glad'",
        "actors.csv row 4: added eve (name 'Eve', side 'north')",
    ]


OTHERS = canonical(frames(stated()))[0]


def rows(names: list[str]) -> dict[str, pd.DataFrame]:
    listed = [{"id": f"a{i}", "name": n or "x", "note": n} for i, n in enumerate(names) if n is not None]
    actors = pd.DataFrame(listed, columns=["id", "name", "note"], dtype="str")
    return {**OTHERS, "actors": canonical({"actors": actors})[0]["actors"]}


NAMES = st.lists(st.one_of(st.none(), st.sampled_from(["", "a", "b", "ü\r\n"])), max_size=6)


def content(tables: dict[str, pd.DataFrame]) -> dict[str, list[tuple[str, ...]]]:
    return {n: sorted(zip(*(f[c].tolist() for c in f), strict=True)) for n, f in tables.items()}


@pytest.mark.slow
@settings(max_examples=40)
@given(NAMES, NAMES)
def test_a_difference_applied_gives_the_new_and_reversed_the_old_one_in_its_order(old: Any, new: Any) -> None:
    before, after = rows(old), rows(new)
    changes = diff(before, after)
    made = canonical(changed_frames(before, changes))[0]
    assert content(made) == content(after)
    back = canonical(changed_frames(made, [c.reversed() for c in reversed(changes)]))[0]
    assert back["actors"].astype("str").values.tolist() == before["actors"].astype("str").values.tolist()


@pytest.mark.slow
@settings(max_examples=40)
@given(NAMES, NAMES)
def test_without_a_third_party_three_ways_are_two(old: Any, new: Any) -> None:
    before, after = rows(old), rows(new)
    assert compare(before, after, before) == diff(before, after)
    assert compare(before, after, after) == []
    assert compare(before, before, after) == []
