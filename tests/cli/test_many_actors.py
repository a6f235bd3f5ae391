"""What the terminal shows of a dataset with more actors than columns: counts by side, abstentions, the chosen sides."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from matrix.cli import main
from matrix.dataset.dataset import Dataset
from matrix.shipped import datasets
from matrix.store.history import save
from tests import tiny

BACKERS = 61


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """61 of the north back `talk`, two abstain and one opposes; of the south one backs it; 13 of the north never speak."""
    rows = [f"n{i} talk support early" for i in range(BACKERS)]
    rows += ["x1 talk concern early", "x2 talk concern early", "x3 talk oppose early", "s1 talk conditional early"]
    north = [f"n{i}" for i in range(BACKERS)] + ["x1", "x2", "x3"] + [f"quiet{i}" for i in range(13)]
    actors = tiny.table(
        "id|name|side|authority", *(f"{a}|Actor {a}|north|official" for a in north), "s1|Actor s1|south|official"
    )
    place = tmp_path_factory.mktemp("many") / "d"
    save(Dataset.from_frames(tiny.frames(tiny.stated(*rows), actors=actors)), place)
    return place


def run(*command: object) -> str:
    done = CliRunner().invoke(main, [str(c) for c in command], catch_exceptions=False)
    assert done.exit_code == 0
    return done.stdout


def test_more_actors_than_columns_are_counted_by_side(folder: Path) -> None:
    text = run("show", folder)
    row = next(line for line in text.splitlines() if line.strip().startswith("Keep talking"))
    assert row.split()[2:] == ["61+", "2o", "1-", "1+"]
    assert "65 actors have a position here, too many for a column each" in text
    assert "13 named, unheard: North 13" in text
    assert "Actor n1" not in text


def test_sides_that_are_not_chosen_have_no_column(folder: Path) -> None:
    text = run("show", "--side", "south", folder)
    assert "South" in text
    assert "North" not in text
    row = next(line for line in text.splitlines() if line.strip().startswith("Keep talking"))
    assert "61+" not in row


def test_many_voices_of_one_stance_are_a_number_and_the_others_have_their_names(folder: Path) -> None:
    text = " ".join(run("common-ground", folder).split())
    assert "North: ● 61 (Supports); △ Actor x1, official; △ Actor x2, official; ✕ Actor x3, official" in text
    assert "South: ◐ Actor s1, official (if: it is mutual)" in text


def test_a_large_coalition_is_counted_by_side(folder: Path) -> None:
    assert "62 actors, 1 proposal\n  North 61, South 1\n" in run("coalitions", "--min-proposals", "1", folder)


def test_pairs_are_ordered_and_thinned_as_asked() -> None:
    _, instruments = datasets()
    low = run("overlap", "--order", "low", "--min-n", "5", instruments).splitlines()
    assert "pairs with n > 4, the lowest first" in low[0]
    assert int(low[2].split()[-1]) >= 5
    values = [int(line.split("%")[0].split()[-1]) for line in low[2:20]]
    assert values == sorted(values)
    edges = run("overlap", "--edges", "--min-n", "9", "--order", "high", "--format", "csv", instruments).splitlines()[
        1:
    ]
    pairs = [(float(value), int(n)) for _, _, value, n, _ in (e.split(",") for e in edges)]
    assert all(n >= 9 for _, n in pairs)
    assert [v for v, _ in pairs] == sorted((v for v, _ in pairs), reverse=True)
    table = run("overlap", "--min-n", "9", "--format", "csv", instruments).splitlines()
    filled = sum(bool(cell) for line in table[1:] for cell in line.split(",")[1:])
    assert filled == 2 * len(pairs)


def test_the_second_shipped_dataset_fits_one_screen_wide() -> None:
    _, instruments = datasets()
    text = run("show", instruments)
    assert max(map(len, text.splitlines())) <= 100
    assert "22+ 5o" in text
    assert "† list known in part: Seoul Ministerial Statement (2024) (7 of 27" in text
