"""Suggestions for a new text: sentences where they stand, proposals with the words that are their cause, actors."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matrix import Dataset, load
from matrix.analysis.suggestions import Passage, goes_on, hit_rate, sentences, suggestions
from tests.tiny import dataset, frames, stated, table

SENTENCES = (
    Path(__file__).parent.parent / "dashboard/scripts/sentences.json"
)  # the marking form takes them by the same ends
TEXT = (
    "The two delegations met for an hour. Xi Jinping said that both governments will open a formal channel on AI. "
    "Scott Bessent asked for reports on serious safety incidents within a day! Later Bessent spoke of soy beans.\n"
    "习近平说，双方同意建立政府间人工智能对话。他还谈到了大豆的价格问题以及其他。"
)


@pytest.fixture(scope="module")
def dialogue() -> Dataset:
    return load(Path(__file__).parents[2] / "data" / "us-china-ai-dialogue")


def passage(found: tuple[Passage, ...], words: str) -> Passage:
    return next(p for p in found if words in p.text)


@given(st.text(alphabet=st.sampled_from("ab .!?。！\n\r \U00020bb7é👩‍👧ا”"), max_size=60))
def test_a_sentence_is_a_part_of_the_text_and_no_two_overlap(text: str) -> None:
    spans = list(sentences(text))
    assert all(text[a:b] == text[a:b].strip() != "" for a, b in spans)
    assert [a for a, _ in spans] == sorted(a for a, _ in spans)
    assert all(b <= a for (_, b), (a, _) in pairwise(spans))


def test_a_sentence_ends_with_its_sign_or_its_line() -> None:
    assert [TEXT[a:b].split()[0] for a, b in sentences(TEXT)][:4] == ["The", "Xi", "Scott", "Later"]
    assert [TEXT[a:b][:3] for a, b in sentences(TEXT)][4:] == ["习近平", "他还谈"]


@pytest.mark.parametrize(("text", "parts"), json.loads(SENTENCES.read_bytes()))
def test_an_abbreviation_ends_no_sentence(text: str, parts: list[str]) -> None:
    assert [text[a:b] for a, b in sentences(text)] == parts


def test_an_abbreviation_is_the_name_that_it_is_without_its_full_stops() -> None:
    actors = table("id|name", "dos|US Department of State", "dod|U.S. Department of Defense", "mfa|Foreign Ministry")
    data = dataset("dos talk support early", actors=actors)
    words = "The U.S. Department of State and the US Department of Defense want to keep talking, an official said."
    (passage,) = suggestions(data, words).passages
    assert [a.id for a in passage.actors] == ["dos", "dod"]


def test_proposals_are_found_by_title_definition_and_earlier_words(dialogue: Dataset) -> None:
    found = suggestions(dialogue, TEXT).passages
    assert passage(found, "formal channel").proposals[0].id == "intergovernmental-dialogue"
    assert passage(found, "safety incidents").proposals[0].id == "incident-reporting"
    assert passage(found, "建立政府间").proposals[0].id == "intergovernmental-dialogue"
    assert not [p for p in found if "soy beans" in p.text or "大豆" in p.text]
    assert all(TEXT[p.start : p.end] == p.text for p in found)
    assert all(len(p.proposals) <= 5 for p in found)
    reasons = {r.words.casefold() for p in found for c in p.proposals for r in c.reasons}
    assert reasons
    assert not reasons & {"will", "that", "first", "a", "the", "for", "and"}


def test_actors_are_found_by_their_names_and_behind_these_by_a_part(dialogue: Dataset) -> None:
    found = suggestions(dialogue, TEXT.replace("soy beans", "safety incidents reported to the other side")).passages
    assert [c.id for c in passage(found, "formal channel").actors] == ["xi-jinping"]
    assert [c.id for c in passage(found, "建立政府间").actors] == ["xi-jinping"]
    (whole,), (part,) = passage(found, "within a day").actors, passage(found, "Later").actors
    assert (whole.id, whole.reasons[0].words, part.id, part.reasons[0].words) == (
        *("scott-bessent", "Scott Bessent"),
        *("scott-bessent", "Bessent"),
    )
    assert whole.score > part.score
    assert not suggestions(dialogue, "Bessent asked for safety-incident reporting.").passages[0].actors


SPOKEN = (
    "Xi Jinping said talks matter. He wants a channel. “Soon,” he said, with a smile. They want reports. He left it at "
    "that. Norway's minister said that, if asked, he may help. He told Scott Bessent of it. Nobody else spoke. He told Bessent of tariffs. 习近平说大豆价格很重要。他还谈到了对话。"
)


@pytest.mark.parametrize(
    ("since", "now", "actor", "same"),
    [
        ("talks matter", "a channel", "xi-jinping", True),
        ("talks matter", "Soon", "xi-jinping", True),
        ("大豆价格", "对话", "xi-jinping", True),
        ("Soon", "reports", "xi-jinping", False),  # they are several
        ("Soon", "left it", "xi-jinping", False),  # others have spoken since
        ("a channel", "talks matter", "xi-jinping", False),
        ("left it", "may help", "xi-jinping", False),  # of a minister whom nobody knows
        ("may help", "of it", "xi-jinping", False),  # another is named
        ("Nobody", "of tariffs", "xi-jinping", False),  # by a part of the name
        ("talks matter", "a channel", "mofa-china", False),  # no person
        ("talks matter", "a channel", "nobody", False),
    ],
)
def test_who_spoke_before_goes_on_only_where_each_sentence_says_he_or_she(
    dialogue: Dataset, since: str, now: str, actor: str, same: bool
) -> None:
    places = [(at, at + len(words)) for words in (since, now) for at in [SPOKEN.index(words)]]
    assert goes_on(dialogue, SPOKEN, places[0], places[1], actor) is same


def test_a_reason_is_a_cause_without_its_words_the_proposal_stands_lower(dialogue: Dataset) -> None:
    checked = 0
    for found in suggestions(dialogue, TEXT).passages:
        for at, candidate in enumerate(found.proposals):
            without = found.text
            for reason in candidate.reasons:
                assert TEXT[reason.start : reason.end] == reason.words
                a, b = reason.start - found.start, reason.end - found.start
                without = without[:a] + "ʘ" * (b - a) + without[b:]  # a word that nobody knows
            again = [c.id for p in suggestions(dialogue, without).passages for c in p.proposals]
            assert candidate.reasons
            assert candidate.id not in again[: at + 1]
            checked += 1
    assert checked > 8


def test_what_was_dismissed_is_not_offered_again(dialogue: Dataset) -> None:
    first = suggestions(dialogue, TEXT).passages[0]
    again = suggestions(dialogue, TEXT, dismissed=[(first.text, first.proposals[0].id)])
    same = [p for p in again.passages if p.start == first.start]
    assert first.proposals[0].id not in [c.id for p in same for c in p.proposals]
    gone = suggestions(dialogue, TEXT, dismissed=[(first.text, c.id) for c in first.proposals])
    assert first.start not in [p.start for p in gone.passages]  # nor with what is less likely


def test_what_is_learnt_from_a_source_can_be_left_out() -> None:
    statements = stated("ann talk support early", "bob ban support late")
    statements["quote"] = ["a mutual crayfish moratorium", "no more of it"]
    data = Dataset.from_frames(frames(statements))
    text = "They want a mutual crayfish moratorium by June."
    assert suggestions(data, text).passages[0].proposals[0].id == "talk"
    without = suggestions(data, text, without=["early"]).passages
    assert "talk" not in [c.id for p in without for c in p.proposals]


def test_how_often_it_is_right_is_counted_without_the_source_itself(dialogue: Dataset) -> None:
    found = hit_rate(dialogue)
    quoted = int((dialogue.statements["quote"] != "").sum())
    assert found.n == quoted
    assert 0.8 * found.n <= found.five <= found.n  # 89 % before any tuning
    assert found.first <= found.five
    assert f"Of {quoted} passages coded before {found.five} have their proposal among the first five" in found.sentence


def test_a_dataset_without_words_suggests_nothing() -> None:
    empty = Dataset.from_frames(frames(stated(), proposals=table("id|title")))
    assert suggestions(empty, TEXT).passages == ()
    assert hit_rate(dataset()).sentence.startswith("No passage was coded yet")
    assert suggestions(empty, "").n == 0
