"""The pages on a dataset with lists known in part and a search that found nothing: marks, notes, words, counts."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from matrix.dashboard.grid.payload import screen
from matrix.dataset.selection import Selection
from matrix.store.history import save
from tests.tiny import partly_known

Open = Callable[..., AppTest]
Read = Callable[[AppTest], str]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    save(partly_known(), tmp_path / "partly")
    return tmp_path / "partly"


def test_the_grid_has_a_sign_for_every_kind_and_says_who_looked() -> None:
    grid = screen(partly_known(), Selection()).grid
    cells = {row.id: cells[:4] for row, cells in zip(grid.rows, grid.cells, strict=True)}
    assert [cells["talk"][1], cells["test"][1], cells["test"][3], cells["ban"][1], cells["ban"][2]] == [*".luus"]
    assert [row.title for row in grid.rows] == ["Test models †", "Keep talking", "Ban it all †"]
    assert grid.rows[0].detail == "List known in part: 3 of 4 names"
    assert (0, 1, "Cora, the list of signatories, source Early paper, February 2026") in grid.notes


@pytest.mark.parametrize(
    ("cell", "words"),
    [
        ("test~bob", "Looked for and not found: Cora, the list of signatories, source Early paper, February 2026."),
        ("test~dee", "Not known: list known in part: 3 of 4 names."),
        ("test~~south", "2 members: 1 with a position, 1 not known."),
        ("talk~~north", "2 members: 1 with a position, 1 silent."),
        ("test", "† List known in part: 3 of 4 names."),
        ("talk~ann", "On the list of Early paper"),
    ],
)
def test_what_an_opened_cell_says(visit: Open, folder: Path, page_text: Read, cell: str, words: str) -> None:
    assert words in page_text(visit(f"?cell={cell}", folder))


def test_the_proposal_page_shows_date_and_coverage(page: Open, folder: Path, page_text: Read) -> None:
    words = page_text(page("proposal", "?proposal-open=test", folder))
    assert "Coverage List known in part: 3 of 4 names." in words
    assert "1 not known" in words


@pytest.mark.parametrize("name", ["common-ground", "side", "overlaps", "statements", "timeline", "data", "sources"])
def test_every_page_can_be_shown(page: Open, folder: Path, name: str) -> None:
    page(name, "", folder)
