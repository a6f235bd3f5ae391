"""The statements behind a cell, a row, a column or a view, why others do not count, and why a cell is empty."""

from __future__ import annotations

import pytest

from matrix import Selection, SelectionError, evidence
from matrix.analysis.empty_cells import NEVER, SUPERSEDED
from matrix.analysis.evidence import Picked, PickedEvidence, Standing, behind, predecessors, standing_words, why_empty
from matrix.analysis.positions import fold
from tests.tiny import dataset

CHAIN = (
    "ann talk conditional early date_end=2026-01-10 superseded_by=s2",
    "ann talk oppose late date_start=2026-02-01 date_end=2026-02-01 superseded_by=s3",
    "bob talk support late date_start=2026-03-01 date_end=2026-03-01",
)


def test_evidence_is_what_stands_behind_the_visible_cells() -> None:
    made = dataset(*CHAIN, "cem ban oppose late quote=never")
    assert evidence(made)["id"].tolist() == ["s3", "s4"]
    assert evidence(made, proposal="talk", actor="ann").empty
    every = evidence(made, proposal="talk", every=True)
    assert list(zip(every["id"], every["standing"], every["by"], strict=True)) == [
        ("s1", Standing.SUPERSEDED, "s2"),
        ("s2", Standing.SUPERSEDED, "s3"),
        ("s3", Standing.COUNTS, ""),
    ]
    assert evidence(made, Selection(stance=("oppose",)))["id"].tolist() == ["s4"]
    assert evidence(made, Selection(search="NEVER"))["id"].tolist() == ["s4"]
    with pytest.raises(SelectionError):
        evidence(made, proposal="tal")


def test_outside_the_chosen_evidence_is_not_superseded() -> None:
    made = dataset(*CHAIN)
    every = evidence(made, Selection(source=("early",)), every=True).set_index("id")
    assert set(every.loc[every["standing"] == Standing.OUTSIDE, "by"]) == {""}
    assert not every.empty


def test_a_standing_in_words() -> None:
    assert standing_words("superseded", "s2") == "superseded by s2"
    assert standing_words(Standing.SUPERSEDED) == "superseded by a later statement"
    assert [standing_words(s) for s in (Standing.COUNTS, Standing.OUTSIDE, Standing.LATER)] == [
        *("counts", "outside the chosen evidence", "after the as-of date"),
    ]


def test_an_empty_cell_says_why_in_words() -> None:
    made = dataset(*CHAIN)
    empty = why_empty(made, proposal="talk", actor="ann")
    assert empty is not None
    assert empty.words == "superseded by Bob's statement s3"
    assert empty.by == "s3"
    outside = why_empty(made, Selection(source=("early",)), proposal="talk", actor="bob")
    assert outside is not None
    assert outside.words == "stated, but outside the chosen evidence"
    silent = why_empty(made, proposal="ban", actor="bob")
    assert silent is not None
    assert "never stated in these sources" in silent.words
    assert why_empty(made, proposal="talk", actor="bob") is None


def test_a_statement_takes_the_place_of_its_whole_chain() -> None:
    assert predecessors(dataset(*CHAIN)) == {"s2": ["s1"], "s3": ["s1", "s2"]}


LINES = (
    "ann talk conditional early superseded_by=s2",
    "bob talk support late",
    "ann ban oppose early",
    "cem talk oppose late",
)


def picked(selection: Selection | None = None, **what: str) -> PickedEvidence:
    return behind(fold(dataset(*LINES), selection), Picked(**what))


def ids(found: PickedEvidence) -> list[str]:
    return found.statements["id"].tolist()


def test_rows_columns_cells_and_shares_of_a_side() -> None:
    assert ids(picked(proposal="talk")) == ["s2", "s4", "s1"], "those that count first"
    assert ids(picked(actor="ann")) == ["s3", "s1"]
    assert ids(picked(proposal="talk", actor="bob")) == ["s2"]
    assert ids(picked(proposal="talk", side="north")) == ["s2", "s1"]


def test_each_says_whether_it_counts() -> None:
    lines = picked(proposal="talk").statements
    assert list(zip(lines["standing"], lines["by"], strict=True)) == [
        *((Standing.COUNTS, ""), (Standing.COUNTS, ""), (Standing.SUPERSEDED, "s2")),
    ]


def test_filters_narrow_a_row_and_a_column_but_not_a_cell() -> None:
    south, late = Selection(side=("south",)), Selection(source=("late",))
    assert ids(picked(south, proposal="talk")) == ["s4"]
    assert ids(picked(Selection(proposal=("ban",)), actor="ann")) == ["s3"]
    assert ids(picked(south, proposal="talk", actor="bob")) == ["s2"]
    assert ids(picked(late, actor="ann")) == []
    cell = picked(late, proposal="ban", actor="ann")
    assert cell.statements["standing"].tolist() == [Standing.OUTSIDE]


def test_an_empty_cell_says_why() -> None:
    why = picked(proposal="talk", actor="ann").why
    assert why is not None
    assert (why.kind, why.by) == (SUPERSEDED, "s2")
    silent = picked(proposal="ban", actor="dee").why
    assert silent is not None
    assert silent.kind == NEVER
    assert picked(proposal="talk", actor="bob").why is None
    assert picked(proposal="talk").why is None
    assert picked(actor="ann").row("actors", "ann")["name"] == "Ann"
