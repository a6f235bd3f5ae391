"""Quotes: verified exactly at their place, or reported with the passage that comes nearest."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from matrix import Dataset, load
from matrix.dataset.quotes import Verification, fill, places, verify
from matrix.store.files import texts
from tests.tiny import minimal, table

TEXT = "Ada said: “we need a hotline” – and soon.\r\nBen: we need a test. Ben again: we need a test.\n"
DIGEST = hashlib.sha256(TEXT.encode()).hexdigest()


def made(quote: str, start: str = "", digest: str = DIGEST) -> Dataset:
    tables = minimal()
    tables["sources"] = table("id|title|sha256", f"s|A paper|{digest}")
    tables["statements"] = table("id|actor|proposal|stance|source|quote|start", f"x|a|p|support|s|{quote}|{start}")
    return Dataset.from_frames(tables)


def found(dataset: Dataset, tmp_path: Path) -> Verification:
    (tmp_path / "whatever.txt").write_bytes(TEXT.encode())
    (tmp_path / "other.txt").write_text("something else", "utf-8")
    return verify(dict(dataset.frames), texts(tmp_path))


def test_a_quote_at_its_place_is_verified(tmp_path: Path) -> None:
    result = found(made("we need a hotline", str(TEXT.index("we need a hotline"))), tmp_path)
    assert (result.verified, result.failed, result.problems) == (1, 0, ())


FAULTS = {
    (
        "we need a hotlime",
        "11",
    ): "'we need a hotlime' is not in the source's text; the nearest passage, at 11, reads 'we need a hotline'",
    ("we need a hotline", "12"): "'we need a hotline' is not at character 12 of the source, but at 11",
    ("we need a test", "0"): "'we need a test' is not at character 0 of the source, but in 2 other places",
    (
        '"we need a hotline"',
        "",
    ): "'\"we need a hotline\"' differs from the source in quotation marks, dashes or blanks only: '“we need a hotline”' at 10",
    ("nothing like it 0123456789", ""): "'nothing like it 0123456789' is not in the source's text",
}


@pytest.mark.parametrize(("quote", "start"), FAULTS)
def test_a_quote_that_does_not_stand_there_is_reported(quote: str, start: str, tmp_path: Path) -> None:
    result = found(made(quote, start), tmp_path)
    assert [str(p) for p in result.problems] == [f"statements.csv row 2, column quote: {FAULTS[quote, start]}"]
    assert (result.verified, result.failed) == (0, 1)


def test_without_the_text_nothing_is_claimed(tmp_path: Path) -> None:
    result = found(made("we need a hotline", "11", digest="0" * 64), tmp_path)
    assert (result.verified, result.failed, result.no_text, result.missing) == (0, 0, 1, ("s",))


def test_fill_finds_the_text_and_the_place(tmp_path: Path) -> None:
    (tmp_path / "t.txt").write_bytes(TEXT.encode())
    assert [(c.table, c.column, c.old, c.new) for c in fill(made("we need a hotline", digest=""), texts(tmp_path))] == [
        ("sources", "sha256", "", DIGEST),
        ("statements", "start", "", "11"),
    ]


def test_fill_leaves_a_quote_alone_that_stands_twice(tmp_path: Path) -> None:
    (tmp_path / "t.txt").write_bytes(TEXT.encode())
    assert fill(made("we need a test"), texts(tmp_path)) == []


def test_fill_does_not_choose_between_two_texts(tmp_path: Path) -> None:
    (tmp_path / "one.txt").write_bytes(TEXT.encode())
    (tmp_path / "two.txt").write_bytes(TEXT.encode() + b"more")
    assert fill(made("we need a hotline", digest=""), texts(tmp_path)) == []


def test_the_shipped_dataset_verifies_completely(shipped: Path, shared_sources: Path) -> None:
    dataset = load(shipped)
    result = verify(dict(dataset.frames), texts(shared_sources))
    quotes = sum(
        int((dataset.frames[t][c] != "").sum())
        for t, c in (("statements", "quote"), ("statements", "condition_quote"), ("events", "quote"))
    )
    assert (result.verified, result.failed, result.unplaced, result.no_text) == (quotes, 0, 0, 0)


@pytest.mark.parametrize(
    ("text", "quote", "found"),
    [
        ("ban, no ban", "ban", [0, 8]),
        ("aaa", "aa", [0, 1]),
        ("a.c abc", "a.c", [0]),
        ("ban", "Ban", []),
        ("ban", "", []),
    ],
)
def test_places_are_exact_and_may_overlap(text: str, quote: str, found: list[int]) -> None:
    assert places(text, quote) == found
