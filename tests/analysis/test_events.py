"""Events: which contradict each other, which are silences, which name an actor."""

from __future__ import annotations

import pytest

from matrix.analysis.events import conflicting_events, mentions, silent_events
from tests.analysis.over_time import EVENTS
from tests.tiny import dataset, table


def test_a_conflict_named_on_both_events_is_one() -> None:
    (found,) = conflicting_events(dataset(events=table(*EVENTS)))
    assert (found.one["id"], found.other["id"]) == ("met", "denied")
    assert conflicting_events(dataset()) == []


def test_silences_are_found_by_the_word_in_their_kind() -> None:
    assert [e["id"] for e in silent_events(dataset(events=table(*EVENTS)))] == ["hush"]


@pytest.mark.parametrize(
    ("name", "native", "kind", "text", "named"),
    [
        ("Ann Smith", "", "person", "Talks with Smith went on", True),
        ("Ann Smith", "", "person", "Talks with Smithson went on", False),
        ("Ann Smith", "", "person", "Ann was there", False),  # three letters find too many
        ("Ann Smith", "", "organisation", "Talks with Smith went on", False),
        ("Fudan", "复旦", "organisation", "在复旦会谈", True),
        ("Ann Smith", "", "organisation", "the id ann-s in a note", True),
    ],
)
def test_an_event_names_an_actor(name: str, native: str, kind: str, text: str, named: bool) -> None:
    actor = {"id": "ann-s", "name": name, "name_native": native, "kind": kind}
    assert mentions(actor, {"title": text, "quote": "", "note": ""}) is named
