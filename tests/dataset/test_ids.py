"""The next free id looks like those that are there."""

from __future__ import annotations

import pytest

from matrix.dataset.changes import next_id


@pytest.mark.parametrize(
    ("ids", "free"),
    [
        (["s001", "s002"], "s003"),
        (["s009"], "s010"),
        (["s099"], "s100"),
        (["s999"], "s1000"),
        (["s2", "s10", "s3"], "s11"),
        (["s1", "e7", "s2"], "s3"),
        (["ban", "talks"], "new-1"),
        (["new-1"], "new-2"),
        ([], "new-1"),
        (["8f3a1c20", "0b77e4d1", "c2d5590a"], "new-1"),  # hashes that happen to end in digits
        (["h48151623", "h42108000"], "new-1"),
    ],
)
def test_the_next_id_continues_the_last_numbered_one(ids: list[str], free: str) -> None:
    assert next_id(ids) == free
    assert free not in ids


def test_an_id_that_was_there_before_is_not_given_again() -> None:
    assert next_id(["s098"], ["s099", "s100", "x7"]) == "s101"
    assert next_id([], ["new-1"]) == "new-2"
    assert next_id(["ban"], ["new-1", "new-2"]) == "new-3"
