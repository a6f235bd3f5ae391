"""Marks in a text: each lands on exactly the marked characters, and what is stale or forged is refused.

A text is made of characters as readers know them, so that where each begins is known without counting anything.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import asdict, replace
from itertools import pairwise
from pathlib import Path
from typing import Any, NoReturn

import pytest

from matrix.dataset.quotes import hash_of
from matrix.dataset.text_marks import CONTEXT, MarkError, TextMark, checked, mark_at

TEXT = "No ban.\r\nNo ban.\r\n𠮷野家 says: no 👨‍👩‍👧 ban."
CHARACTERS = [
    *("a", "b", "e\u0301", "n\u0303\u0331", ".", '"', "\u201d"),
    *("\U00020bb7", "\u7981", "\u6b62", "\u3002", "\u3000"),
    *("👍🏽", "👨‍👩‍👧", "🇨🇳", "🇺🇸", "❤️", "😀"),
    *("\u05e9\u05b8", "\u05dc", "\u0645\u064f", "\u0644", "\u200f"),
    *("\r\n", " ", " ", " ", "\u00a0", "\t"),
]
MARKS = 600


def sendable(mark: TextMark, text: str) -> dict[str, Any]:
    """The mark as a browser sends it."""
    return {**asdict(mark), "sha256": hash_of(text.encode())}


def random_case(rng: random.Random) -> dict[str, Any]:
    """A text, the text nodes of a page that shows it, a selection in them and the mark that it must become."""
    line_end = rng.choice(["\r\n", "\n", "\r"])
    sentence = [rng.choice(CHARACTERS) for _ in range(rng.randint(4, 20))]
    parts = [sentence, [rng.choice(CHARACTERS) for _ in range(rng.randint(0, 60))], sentence]
    text = [line_end if c == "\r\n" else c for part in parts for c in part]
    shown = [c.replace("\r\n", "\n").replace("\r", "\n") for c in text]
    units = len("".join(shown).encode("utf-16-le")) // 2
    one, other = rng.randint(0, units), rng.randint(0, units)
    covered = _covered(shown, min(one, other), max(one, other))
    while covered and not text[covered[0]].strip():
        covered.pop(0)
    while covered and not text[covered[-1]].strip():
        covered.pop()
    mark = None
    if covered:
        start = len("".join(text[: covered[0]]))
        mark = asdict(mark_at("".join(text), start, start + len("".join(text[covered[0] : covered[-1] + 1]))))
    nodes, places = _nodes("".join(shown), rng, one, other)
    return {"text": "".join(text), "shown": nodes, "from": places[0], "to": places[1], "mark": mark}


def _covered(shown: list[str], start: int, end: int) -> list[int]:
    """The characters of which at least a part is between these UTF-16 units."""
    found, at = [], 0
    for i, character in enumerate(shown):
        length = len(character.encode("utf-16-le")) // 2
        if start < end and at < end and start < at + length:
            found.append(i)
        at += length
    return found


def _nodes(shown: str, rng: random.Random, *units: int) -> tuple[list[str], list[tuple[int, int]]]:
    """The text cut into text nodes (never within a code point), and (node, offset) of each of these UTF-16 units."""
    cuts = sorted({0, *(rng.randint(0, len(shown)) for _ in range(3)), len(shown)})
    nodes = [shown[a:b] for a, b in pairwise(cuts)] or [""]
    places = []
    for unit in units:
        at = 0
        for i, node in enumerate(nodes):
            length = len(node.encode("utf-16-le")) // 2
            if unit <= at + length:
                places.append((i, unit - at))
                break
            at += length
    return nodes, places


@pytest.fixture(scope="module")
def cases() -> list[dict[str, Any]]:
    rng = random.Random(20_177)
    return [random_case(rng) for _ in range(MARKS)]


def test_500_random_marks_land_on_exactly_the_marked_characters(cases: list[dict[str, Any]]) -> None:
    found = [case for case in cases if case["mark"]]
    assert len(found) >= 500
    for case in found:
        text, mark = case["text"], TextMark(**case["mark"])
        assert text[mark.start : mark.end] == mark.exact
        assert checked(text, sendable(mark, text)) == mark
        again = text.find(mark.exact, mark.start + 1)
        if again >= 0:  # the same words elsewhere are another mark
            assert checked(text, sendable(mark_at(text, again, again + len(mark.exact)), text)).start == again


def test_the_browser_makes_the_same_marks(
    cases: list[dict[str, Any]], tmp_path: Path, root: Path, absent: Callable[[str], NoReturn]
) -> None:
    node = shutil.which("node") or absent("node")
    file = tmp_path / "marks.json"
    file.write_text(json.dumps(cases), encoding="utf-8")
    done = subprocess.run(
        [node, "--test", str(root / "tests" / "dashboard" / "scripts" / "offsets.test.js")],
        env={**os.environ, "MARKS": str(file)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-3_000:]
    assert "skipped 0" in done.stdout


def test_a_mark_moved_by_one_character_is_refused(cases: list[dict[str, Any]]) -> None:
    for case in cases:
        if case["mark"]:
            text, mark = case["text"], TextMark(**case["mark"])
            moved = replace(mark, start=mark.start + 1, end=mark.end + 1)
            with pytest.raises(MarkError):
                checked(text, sendable(moved, text))


def test_the_words_around_are_at_most_32_characters() -> None:
    mark = mark_at("a" * 40 + "x" + "b" * 40, 40, 41)
    assert (mark.before, mark.after) == ("a" * CONTEXT, "b" * CONTEXT)
    assert mark_at("xy", 0, 1) == TextMark(0, 1, "x", "", "y")


def test_of_the_same_sentence_twice_the_marked_one_is_taken() -> None:
    second = mark_at(TEXT, 9, 16)
    assert second.exact == "No ban."
    assert checked(TEXT, sendable(second, TEXT)).start == 9


MARK = sendable(mark_at(TEXT, 9, 16), TEXT)


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        (None, "is not a mark in a text"),
        ([9, 16, "No ban."], "is not a mark in a text"),
        ({}, "is not a mark in a text"),
        ({**MARK, "start": "9"}, "is not a mark in a text"),
        ({**MARK, "start": 9.0}, "is not a mark in a text"),
        ({**MARK, "start": True}, "is not a mark in a text"),
        ({**MARK, "exact": None}, "is not a mark in a text"),
        ({**MARK, "start": -1}, "are not a place in the text"),
        ({**MARK, "start": 16, "end": 9}, "are not a place in the text"),
        ({**MARK, "end": 10**12}, "are not a place in the text"),
        ({**MARK, "start": 9, "end": 9, "exact": ""}, "are not a place in the text"),
        ({**MARK, "exact": "No ban!"}, "the text reads 'No ban.', not 'No ban!'"),
        ({**MARK, "exact": "no ban."}, "the text reads 'No ban.'"),
        ({**MARK, "before": ""}, "the words around 'No ban.' are others"),
        ({**MARK, "after": "\r\n"}, "the words around 'No ban.' are others"),
        ({**MARK, "sha256": "0" * 64}, "the text of this source was changed meanwhile"),
        ({k: v for k, v in MARK.items() if k != "sha256"}, "the text of this source was changed meanwhile"),
        (sendable(mark_at(TEXT, 7, 9), TEXT), "only blanks are marked"),
    ],
)
def test_a_forged_or_stale_mark_is_refused_with_a_sentence(sent: object, words: str) -> None:
    with pytest.raises(MarkError, match=words) as refused:
        checked(TEXT, sent)
    assert str(refused.value).endswith("select the words again")


def test_a_mark_on_the_text_as_it_was_before_is_refused() -> None:
    with pytest.raises(MarkError, match="changed meanwhile"):
        checked(TEXT + " More.", MARK)
