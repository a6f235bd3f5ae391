"""The way back and the ways in by command: every change printed, nothing written without --apply, all or nothing."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import networkx as nx
import openpyxl
import pytest
from click.testing import CliRunner, Result

from matrix.cli import main
from matrix.dataset.dataset import Dataset
from matrix.store.folder import contents, load
from matrix.store.history import history, save
from tests.tiny import dataset, minimal

pytestmark = pytest.mark.slow


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A dataset `d`, and its workbook beside it, in the current folder."""
    monkeypatch.chdir(tmp_path)
    save(dataset("ann talk support late", "cem talk oppose late"), Path("d"))
    assert run("export", "d.xlsx", "d").exit_code == 0
    return tmp_path / "d"


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, list(arguments))


def edit(file: str, sheet: str, cell: str, value: Any) -> None:
    book = openpyxl.load_workbook(file)
    book[sheet][cell] = value
    book.save(file)


def test_an_unedited_workbook_changes_nothing(folder: Path) -> None:
    result = run("import", "d.xlsx", "d")
    assert (result.exit_code, result.stdout, result.stderr) == (0, "", "no change\n")


def test_the_network_of_actors_takes_the_measures_of_an_overlap(folder: Path) -> None:
    chosen = ("--measure", "congruence", "--normalize", "average", "--count", "statements", "--min-n", "1")
    done = run("export", "n.actors.graphml", "d", *chosen)
    assert (done.exit_code, done.stderr) == (
        0,
        "1 compared pair with a measure of 0: no edge\nwrote n.actors.graphml\n",
    )
    graph = nx.read_graphml("n.actors.graphml").graph
    assert [graph[name] for name in ("measure", "normalize", "pairs_without_edge")] == ["congruence", "average", 1]
    assert "counting statements, duplicates: keep" in graph["formula"]
    assert (
        "only a network of actors (.actors.graphml, .edges.csv) takes --min-n"
        in run("export", "x.csv", "d", "--min-n", "2").stderr
    )
    assert "No pair of these 4 actors is compared" in run("export", "n.actors.graphml", "d", "--min-n", "2").stderr
    wrong = run("export", "n.actors.graphml", "d", "--measure", "points", "--normalize", "average")
    assert (wrong.exit_code, "points is defined without normalisation" in wrong.stderr) == (2, True)


def test_the_pairs_of_actors_are_the_edges_of_an_overlap_whatever_the_measure(folder: Path) -> None:
    for chosen in ((), ("--measure", "net", "--count", "statements", "--min-n", "1")):
        done = run("export", "n.edges.csv", "d", *chosen)
        assert (done.exit_code, done.stderr.splitlines()[-1]) == (0, "wrote n.edges.csv")
        edges = run("overlap", "d", "--edges", "--order", "high", "--format", "csv", *chosen)
        assert Path("n.edges.csv").read_text("utf-8") == edges.stdout
        assert edges.stdout.startswith("one,other,value,n,opposed_once\n")


def test_names_that_an_export_prints_do_not_reach_the_terminal_as_they_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    lines = ("ann talk support", "bob talk oppose", "ann talk oppose", "bob talk support")
    days = ("2019-03-01", "2019-03-02", "2026-01-01", "2026-01-02")
    said = (f"{line} late date_start={day} date_end={day}" for line, day in zip(lines, days, strict=True))
    titles = "id,title,theme,parent\ntalk,Red \x08 talks,t,\n"
    save(dataset(*said), "d")
    Path("d/proposals.csv").write_text(titles, "utf-8")
    told = run("export", "n.actors.graphml", "d").stderr
    assert "opposed each other on “Red" in told
    assert "\x08" not in told


def test_a_change_is_printed_and_written_only_with_apply(folder: Path) -> None:
    before = contents(load(folder))
    edit("d.xlsx", "Actors", "B2", "Anna")
    shown = run("import", "d.xlsx", "d")
    assert shown.stdout == "Actors row 2, column name: changed ann: 'Ann' -> 'Anna'\n"
    assert shown.stderr == "1 changed\nnothing was written; --apply does it\n"
    assert contents(load(folder)) == before
    done = run("import", "d.xlsx", "d", "--apply")
    assert done.exit_code == 0
    assert load(folder).actors["name"][0] == "Anna"
    assert [e.why for e in history(folder)] == ["import d.xlsx"]


def test_problems_and_conflicts_stop_all_of_it(folder: Path) -> None:
    edit("d.xlsx", "Actors", "B2", "Anna")
    edit("d.xlsx", "Statements", "F2", "suport")
    result = run("import", "d.xlsx", "d", "--apply")
    assert result.exit_code == 1
    assert "Statements row 2, column stance: 'suport' is not one of" in result.stdout
    assert result.stderr.endswith("1 problem\nnothing was written\n")
    edit("d.xlsx", "Statements", "F2", "support")
    shutil.copy("d.xlsx", "later.xlsx")
    edit("later.xlsx", "Actors", "B2", "Annie")
    assert run("import", "later.xlsx", "d", "--apply").exit_code == 0
    result = run("import", "d.xlsx", "d", "--apply")
    assert result.exit_code == 1
    assert "conflict ann: 'Ann' -> 'Anna'; here it was changed to 'Annie' meanwhile" in result.stdout
    assert load(folder).actors["name"][0] == "Annie"


@pytest.mark.parametrize("ending", ["xlsx", "json", "parquet"])
def test_a_dataset_survives_the_way_through_a_file_byte_by_byte(folder: Path, ending: str, shipped: Path) -> None:
    for number, original in enumerate((folder, shipped)):
        assert run("export", f"out.{ending}", str(original)).exit_code == 0
        assert run("import", f"out.{ending}", f"again{number}", "--apply").exit_code == 0
        assert contents(load(f"again{number}")) == contents(load(original))


def test_import_export_import_is_stable(folder: Path) -> None:
    Path("mine.csv").write_text("Actor,Proposal,Stance,Quote\nEve,A new rule,supports,yes\n", "utf-8")
    assert run("import", "mine.csv", "mine", "--apply").exit_code == 0
    assert run("export", "mine.xlsx", "mine").exit_code == 0
    assert run("import", "mine.xlsx", "mine").stderr == "no change\n"
    assert run("import", "mine.csv", "mine").stderr.endswith("no change\n")


def test_another_dataset_is_merged_and_never_takes_away(folder: Path) -> None:
    other = load(folder).frames["actors"].astype("str")
    shutil.copytree("d", "other")
    other = other.assign(name=["Ann", "Robert", "Cem", "Dee"], mood=["calm", "", "", ""])
    other.loc[4] = {**dict.fromkeys(other.columns, ""), "id": "eve", "name": "Eve"}
    other.iloc[[0, 1, 4]].to_csv("other/actors.csv", index=False)
    Path("other/statements.csv").write_text(
        "id,actor,proposal,stance,source\ns1,eve,talk,oppose,late\ns9,eve,talk,oppose,late\n", "utf-8"
    )
    result = run("import", "other", "d", "--apply")
    assert result.exit_code == 1
    assert result.stdout.splitlines() == [
        "actors.csv row 2, column mood: changed ann: '' -> 'calm'",
        "actors.csv row 3, column name: conflict bob: 'Bob' -> 'Robert'; the id bob already has another value here",
        "actors.csv row 4: added eve (name 'Eve')",
        "statements.csv row 2, column actor: conflict s1: 'ann' -> 'eve'; the id s1 already has another value here",
        "statements.csv row 2, column stance: conflict s1: 'support' -> 'oppose'; the id s1 already has another value here",
        "statements.csv row 3: added s9 (actor 'eve', proposal 'talk', stance 'oppose', source 'late')",
    ]


def test_a_broken_file_leaves_no_half_dataset_behind(folder: Path) -> None:
    Path("broken.xlsx").write_bytes(b"PK\x03\x04 not a workbook")
    Path("empty.dna").write_bytes(b"")
    Path("broken.qdpx").write_bytes(b"PK")
    Path("broken.json").write_text('{"format": 1', "utf-8")
    Path("notes.txt").write_text("x", "utf-8")
    for file in ("broken.xlsx", "empty.dna", "broken.qdpx", "broken.json", "notes.txt"):
        result = run("import", file, "new", "--apply")
        assert result.exit_code == 1, file
        assert len(result.stderr.splitlines()) == 2, result.stderr
        assert not Path("new").exists()
    assert not [f for f in Path().iterdir() if f.name.startswith(".policy-matrix-")]


def test_diff_speaks_the_same_language(folder: Path) -> None:
    shutil.copytree("d", "e")
    text = Path("e/actors.csv").read_text("utf-8")
    Path("e/actors.csv").write_text(text.replace("Ann", "Anna"), "utf-8")
    result = run("diff", "d", "e")
    assert result.stdout == "actors.csv row 2, column name: changed ann: 'Ann' -> 'Anna'\n"
    assert run("diff", "d", "d").stderr == "no change\n"
    rows = text.splitlines(keepends=True)
    Path("e/actors.csv").write_text("".join([rows[0], *rows[:0:-1]]), "utf-8")
    assert run("diff", "d", "e").stderr == "the same rows; their order, or columns without values, differ\nno change\n"


@pytest.mark.parametrize("option", ["--map=A", "--stance==x", "--map=A="])
def test_an_option_that_is_no_pair_is_wrong_use(folder: Path, option: str) -> None:
    result = run("import", "d.xlsx", "d", option)
    assert result.exit_code == 2
    assert "is not of the form A=B" in result.stderr


@pytest.mark.parametrize("ending", ["json", "parquet", "xlsx"])
def test_another_dataset_never_takes_the_place_of_this_one(folder: Path, ending: str) -> None:
    save(Dataset.from_frames(minimal("x|a|p|support|s")), Path("other"))
    assert run("export", f"other.{ending}", "other").exit_code == 0
    before = contents(load(folder))
    result = run("import", f"other.{ending}", "d", "--apply")
    assert result.exit_code == 1
    assert "another dataset: no id appears in both" in result.stderr
    assert contents(load(folder)) == before


def test_what_would_not_be_sound_is_told_before_it_is_applied(folder: Path) -> None:
    assert run("export", "d.json", "d").exit_code == 0
    text = Path("d.json").read_text("utf-8")
    Path("d.json").write_text(text.replace('["ann", "Ann"', '["anna", "Ann"'), "utf-8")
    assert run("import", "d.json", "d").exit_code == 1
