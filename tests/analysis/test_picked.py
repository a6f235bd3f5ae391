"""What was picked in a matrix, and the statements behind it."""

from __future__ import annotations

from matrix.analysis.empty_cells import NEVER, SUPERSEDED
from matrix.analysis.evidence import Standing
from matrix.analysis.picked import Picked, PickedEvidence, behind
from matrix.analysis.positions import fold
from matrix.dataset.selection import Selection
from tests.tiny import dataset

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
