"""Silences by their three rules: of a side's officials, of an official beside colleagues, on one proposal."""

from __future__ import annotations

from matrix.analysis.positions import fold
from matrix.analysis.silences import SilentMembers, official_silences, silent_beside_colleagues, silent_on
from matrix.dataset.selection import Selection
from tests.tiny import dataset, table


def test_a_side_is_officially_silent_where_its_officials_never_spoke_and_the_others_did() -> None:
    data = dataset("ann talk support early", "dee talk oppose early", "bob ban oppose early", "cem test support late")
    found = official_silences(fold(data))
    assert [tuple(r) for r in found.frame.itertuples(index=False)] == [
        ("north", "test", 1, ("cem",)),
        ("south", "talk", 1, ("ann",)),
    ]
    assert (found.n, found.sentence) == (2, "")
    assert found.formula.startswith("Rule: an official of one compared side has a position")


def test_spoken_outside_the_chosen_evidence_is_no_silence() -> None:
    data = dataset("ann talk support early", "cem talk support late")
    assert official_silences(fold(data, Selection(source=("early",)))).n == 0


def test_one_side_alone_is_silent_to_nobody() -> None:
    data = dataset(
        "ann talk support early", sides=table("id|name|main|counted", "north|North|true|", "south|South||false")
    )
    found = official_silences(fold(data))
    assert (found.n, found.sentence) == (0, "No silence to tell: it takes two sides that count.")


ACTORS = table(
    "id|name|name_native|side|authority",
    "ann|Ann||north|official",
    "abe|Abe||north|official",
    "bob|Bob||north|expert",
    "cem|Cem||south|official",
)


def test_an_official_is_silent_where_a_colleague_speaks() -> None:
    data = dataset("ann talk support early", "abe ban oppose early", "bob test support early", actors=ACTORS)
    folded = fold(data)
    assert silent_beside_colleagues(folded, actor="abe") == ("talk",)
    assert silent_beside_colleagues(folded, actor="ann") == ("ban",)
    assert silent_beside_colleagues(folded, actor="bob") == (), "an expert is not compared"
    assert silent_beside_colleagues(folded, actor="cem") == (), "nobody of the other side is a colleague"


def test_a_word_outside_the_evidence_is_no_silence_beside_a_colleague() -> None:
    data = dataset("ann talk support early", "abe talk support late", actors=ACTORS)
    assert silent_beside_colleagues(fold(data, Selection(source=("early",))), actor="abe") == ()


def test_on_a_proposal_who_is_heard_elsewhere_and_who_nowhere() -> None:
    folded = fold(dataset("ann talk support early", "bob test support early", "cem ban oppose late"))
    assert silent_on(folded, proposal="talk") == [
        SilentMembers("north", 2, silent=("bob",), unheard=()),
        SilentMembers("south", 2, silent=("cem",), unheard=("dee",)),
    ]
    assert len(silent_on(folded, proposal="ban")[0].silent) == 2
