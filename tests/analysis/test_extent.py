"""Over how much a selection speaks, counted by hand."""

from __future__ import annotations

from matrix.analysis.extent import Extent, extent, sources_of
from matrix.analysis.positions import fold, view
from matrix.dataset.selection import Selection
from tests.tiny import dataset

DATA = dataset(
    "ann talk support early",
    "ann ban oppose late superseded_by=s3",
    "ann ban support early",
    "cem ban oppose late",
)


def test_everything_is_counted_by_hand() -> None:
    assert extent(view(fold(DATA))) == Extent(
        proposals=3, actors=4, speakers=2, unheard=2, statements=4, superseded=1, sources=2, positions=3,
        latest="2026-01-31", undated=0, unsure=0,
    )  # fmt: skip


def test_who_is_left_out_by_the_evidence_is_not_unheard() -> None:
    found = extent(view(fold(DATA, Selection(source=("late",)))))
    assert (found.speakers, found.unheard, found.statements, found.sources) == (2, 2, 2, 1)
    chosen = extent(view(fold(DATA, Selection(source=("early",)))))
    assert (chosen.speakers, chosen.unheard, chosen.statements) == (1, 2, 2), "cem speaks in another source"


def test_the_sources_of_what_is_chosen() -> None:
    assert sources_of(fold(DATA)).tolist() == [0, 1]
    assert sources_of(fold(DATA, Selection(actor=("ann",)))).tolist() == [0], "the statement in the other is superseded"
    assert sources_of(fold(DATA, Selection(proposal=("test",)))).tolist() == []


def test_who_speaks() -> None:
    folded = fold(DATA, Selection(proposal=("talk",), actor=("cem",)))
    assert folded.speaking.tolist() == [True, False, False, False], "whoever is chosen"
    assert view(folded).speaking.tolist() == [False]
    assert view(fold(DATA)).stated == 3
