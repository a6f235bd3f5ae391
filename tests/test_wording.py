"""Words that screen, chart, workbook and terminal share."""

from __future__ import annotations

import pytest

from matrix.wording import (
    backed_of,
    display_width,
    humane,
    known_by,
    listed,
    office,
    plural,
    publisher,
    sentence,
    some_of,
    source_words,
    unsure_of_date,
    whole_office,
)

ACTOR = {"name": "Wang", "role": "Minister", "institution": "Foreign Ministry", "parent_institution": "State Council"}


def test_numbers_and_lists() -> None:
    assert [plural(1, "source"), plural(1200, "source"), plural(2, "party", "parties")] == [
        *("1 source", "1,200 sources", "2 parties"),
    ]
    assert [some_of(2, 2, "side"), some_of(1, 2, "side")] == ["2 sides", "1 of 2 sides"]
    assert [listed([]), listed(["a"]), listed(["a", "b", "c"], "or")] == ["", "a", "a, b or c"]
    assert listed(["a", "b", "c", "d"], most=2) == "a, b and 2 more"
    assert listed(["a", "b"], most=2) == "a and b"
    assert [sentence("why"), sentence("why?"), humane("former_official")] == ["Why.", "Why?", "Former official"]


def test_a_person_and_a_source_in_a_line() -> None:
    assert office(ACTOR) == "Minister, Foreign Ministry"
    assert whole_office(ACTOR) == "Minister, Foreign Ministry, State Council"
    assert office({**ACTOR, "role": "Foreign Ministry"}) == "Foreign Ministry", "the same is not named twice"
    assert office({**ACTOR, "name": "Foreign Ministry"}) == "Minister", "nor the actor itself"
    assert publisher({"author": "", "publisher": "Reuters"}) == "Reuters"


@pytest.mark.parametrize(
    ("attribution", "confidence", "words"),
    [
        ("quoted", "high", "quoted, high confidence"),
        ("author_voice", "", "in the author's own voice"),
        ("", "low", "low confidence"),
        ("", "", ""),
    ],
)
def test_how_well_something_is_known(attribution: str, confidence: str, words: str) -> None:
    assert known_by({"attribution": attribution, "confidence": confidence}) == words


def test_wide_letters_take_two_columns_and_combining_marks_none() -> None:
    assert [display_width("Cem"), display_width("杰姆"), display_width("e\u0301")] == [3, 4, 1]


PAPER = {"title": "The late paper", "author": "", "publisher": "The Paper", "kind": "news"}


@pytest.mark.parametrize(
    ("attribution", "line"),
    [
        ("quoted", "“We talk”"),
        ("recorded", "On record in The late paper: We talk"),  # a headline names no list
        ("paraphrased", "The Paper, paraphrasing Ann: We talk"),
        ("announced_by_other_side", "The Paper, on what the other side announced of Ann: We talk"),
        ("unattributed", "The Paper, on Ann, naming nobody: We talk"),
        ("author_voice", "The Paper, on Ann in the author's own voice: We talk"),
        ("", "The Paper, on Ann: We talk"),
        ("overheard", "The Paper, on Ann: We talk"),
    ],
)
def test_quotation_marks_belong_to_the_speakers_own_words_alone(attribution: str, line: str) -> None:
    statement = {"quote": "We talk", "attribution": attribution}
    assert source_words(statement, PAPER, 1.0, "Ann").line == line
    assert bool(source_words(statement, PAPER, 1.0).quote) == (attribution == "quoted")


def test_where_the_name_stands_already_and_where_nothing_is_quoted() -> None:
    statement = {"quote": "We talk", "attribution": "paraphrased"}
    assert source_words(statement, PAPER, 1.0).line == "The Paper, paraphrasing: We talk"
    assert source_words(statement, {**PAPER, "publisher": ""}, 1.0).line == "The late paper, paraphrasing: We talk"
    own_voice = {"quote": "We talk", "attribution": "author_voice"}
    assert (
        source_words(own_voice, PAPER, 1.0, "The Paper's editors").line
        == "The Paper, in the author's own voice: We talk"
    )
    assert not any(source_words({"quote": "", "attribution": "paraphrased"}, PAPER, 1.0, "Ann"))


def test_how_many_of_a_side_back_it() -> None:
    cases = ((0, 3), (1, 1), (1, 3), (2, 2), (2, 3), (25, 25))
    words = [backed_of({"backing": n, "speakers": n, "silent": m - n, "members": m}) for n, m in cases]
    assert words == [
        *("", "backs it", "1 of 3 backs it"),
        *("both back it", "2 of 3 back it", "all 25 back it"),
    ]
    assert backed_of({"backing": 15, "speakers": 15, "silent": 0, "members": 28}) == "15 back it", (
        "a list known in part"
    )


def test_what_may_lie_outside_the_dates_is_counted() -> None:
    assert [unsure_of_date(n) for n in (0, 1, 2)] == [
        "",
        "1 statement counts that may have been made outside the chosen dates",
        "2 statements count that may have been made outside the chosen dates",
    ]
