"""A coder's layer beside the dataset: its own statements, version and history, through the same door as everything."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner

from matrix.analysis.positions import positions
from matrix.cli import main
from matrix.dataset.changes import Change, applied
from matrix.dataset.dataset import Dataset
from matrix.dataset.problems import DatasetError, SelectionError
from matrix.dataset.quotes import hash_of
from matrix.dataset.selection import Selection
from matrix.export.formats import file_name, write_file
from matrix.export.workbook import to_workbook
from matrix.importing.workbook import compare_workbook
from matrix.store import atomic_files, open_store, safe_folder
from matrix.store.folder import load, signature
from matrix.store.history import OutdatedError, apply, history, save, undo
from matrix.store.layers import finish, layers, new_layer, reopen
from tests.steps import KILLS, SOAK, killed, steps_of
from tests.tiny import dataset

posix = pytest.mark.skipif(os.name != "posix", reason="links and pipes")


@pytest.fixture
def folder(tmp_path: Path, saved: Callable[[Dataset, Path], Path]) -> Path:
    return saved(dataset("ann talk support late", "cem talk oppose late"), tmp_path / "d")


def coded(number: int, actor: str = "bob", stance: str = "oppose", source: str = "early") -> Change:
    values = {"actor": actor, "proposal": "ban", "stance": stance, "source": source, "coder": "kim"}
    return Change("added", "statements", f"k{number}", values=tuple(values.items()))


def bytes_of(folder: Path) -> dict[str, bytes]:
    return {str(f.relative_to(folder)): f.read_bytes() for f in folder.rglob("*") if f.is_file() and f.name[0] != "."}


def test_a_layer_has_statements_a_version_and_a_history_of_its_own(folder: Path) -> None:
    before = load(folder)
    kim = new_layer(folder, "kim")
    assert (kim.layer, len(kim.statements), kim.actors.equals(before.actors)) == ("kim", 0, True)
    at = open_store(folder, layer="kim")
    made = apply(at, [coded(1)], by="kim", why="coding", seen=kim.version)
    assert load(folder, layer="kim").version == made.version != kim.version
    assert load(folder, layer="kim").statements["actor"].tolist() == ["bob"]
    assert load(folder).version == before.version
    assert history(folder) == []
    assert [(s.by, s.kind, s.before, s.after) for s in history(at)] == [("kim", "edit", kim.version, made.version)]
    assert positions(load(folder, layer="kim")).loc["ban"].to_dict()["bob"] == "oppose"
    assert positions(load(folder)).loc["ban"].isna().all()


def test_what_changes_in_the_dataset_leaves_the_version_of_a_layer(folder: Path) -> None:
    kim = new_layer(folder, "kim")
    apply(folder, [Change("changed", "actors", "ann", "name", "Ann", "Anna")], by="lee", why="name")
    at = open_store(folder, layer="kim")
    made = apply(at, [coded(1)], by="kim", why="coding", seen=kim.version)
    assert made.actors["name"].tolist()[0] == "Anna"
    with pytest.raises(OutdatedError):
        apply(at, [coded(2)], by="kim", why="coding", seen=kim.version)


def test_a_step_of_a_layer_is_taken_back_byte_for_byte(folder: Path) -> None:
    new_layer(folder, "kim")
    new_layer(folder, "lee")
    at = open_store(folder, layer="kim")
    apply(at, [coded(1)], by="kim", why="one")
    apply(open_store(folder, layer="lee"), [coded(1, "cem")], by="lee", why="another's")
    before = {n: b for n, b in bytes_of(folder).items() if n.endswith(".csv")}
    searched = Change("added", "searches", "w1", values=(("actor", "dee"), ("proposal", "ban"), ("where", "all"),
                                                         ("by", "kim"), ("date", "2026")))  # fmt: skip
    apply(at, [coded(2, "dee"), searched, Change("changed", "statements", "k1", "stance", "oppose", "concern")],
          by="kim", why="two")  # fmt: skip
    assert (folder / "layers" / "kim" / "searches.csv").exists()
    apply(folder, [Change("changed", "actors", "ann", "name", "Ann", "Anna")], by="lee", why="name")
    undo(folder, by="lee")
    undo(at, by="kim")
    assert {n: b for n, b in bytes_of(folder).items() if n.endswith(".csv")} == before
    undo(at, by="kim", step=1)
    assert len(load(folder, layer="kim").statements) == 0
    assert [(s.kind, s.undoes) for s in history(at)] == [("edit", 0), ("edit", 0), ("undo", 2), ("undo", 1)]
    assert load(folder, layer="lee").statements["actor"].tolist() == ["cem"]
    with pytest.raises(DatasetError, match=r"layers/kim/history.jsonl: holds nothing that could be taken back"):
        undo(at, by="kim")


def test_the_checks_are_the_same_and_name_the_layer_s_file(folder: Path) -> None:
    new_layer(folder, "kim")
    wrong = [coded(1, "bobb", "conditional", "earl")]
    with pytest.raises(DatasetError) as caught:
        apply(open_store(folder, layer="kim"), wrong, by="kim", why="coding")
    assert [str(p) for p in caught.value.problems] == [
        "layers/kim/statements.csv row 2, column actor: 'bobb' is not one of ann, bob, cem, dee; did you mean 'bob'?",
        "layers/kim/statements.csv row 2, column condition: is empty, but the stance 'conditional' is conditional: "
        "say on what it depends",
        "layers/kim/statements.csv row 2, column source: 'earl' is not one of early, late; did you mean 'early'?",
    ]
    file = folder / "layers" / "kim" / "statements.csv"
    file.write_text(file.read_text("utf-8") + "k1,bobb,ban,oppose,early\n", "utf-8")
    result = CliRunner().invoke(main, ["check", str(folder)])
    assert result.exit_code == 1
    assert "layers/kim/statements.csv row 2: has 5 values where the header names 18 columns" in result.output
    assert len(load(folder).statements) == 2, "the dataset itself can be used"


def test_the_shared_tables_are_not_changed_in_a_layer(folder: Path) -> None:
    new_layer(folder, "kim")
    before = bytes_of(folder)
    with pytest.raises(
        DatasetError, match=r"actors.csv.*: is shared by all layers: it is changed in the dataset itself"
    ):
        apply(
            open_store(folder, layer="kim"), [Change("changed", "actors", "ann", "name", "Ann", "Anna")], by="k", why=""
        )
    with pytest.raises(ValueError, match="use apply"):
        save(load(folder, layer="kim"), folder)
    with pytest.raises(ValueError, match="use apply"):
        save(load(folder), open_store(folder, layer="kim"))
    assert bytes_of(folder) == before


# ---- names and lists


@pytest.mark.parametrize("name", ["", "../x", "a/b", "Kim", "kim_2", "kim ", "a" * 61, ".", "k\u00efm", "kim\n"])
def test_a_name_is_a_slug(folder: Path, name: str) -> None:
    with pytest.raises(SelectionError, match="cannot be a name: lower-case letters and digits"):
        new_layer(folder, name)
    assert not (folder / "layers").exists()


def test_a_layer_that_is_not_there_is_refused_with_its_near_miss(folder: Path) -> None:
    new_layer(folder, "kim-2")
    with pytest.raises(SelectionError, match=r"layer: 'kim2' is not one of main, kim-2; did you mean 'kim-2'\?"):
        load(folder, layer="kim2")
    with pytest.raises(SelectionError, match=r"layer: 'kim' is not one of main, kim-2; did you mean 'kim-2'\?"):
        apply(open_store(folder, layer="kim"), [coded(1)], by="kim", why="")
    with pytest.raises(SelectionError, match="already: choose another name"):
        new_layer(folder, "kim-2")
    with pytest.raises(SelectionError, match="'main' is the dataset itself"):
        new_layer(folder, "main")
    assert [x.name for x in layers(folder)] == ["kim-2"]


def test_finished_sources_are_listed_and_stay_as_they_are(folder: Path) -> None:
    new_layer(folder, "kim")
    at = open_store(folder, layer="kim")
    apply(at, [coded(1), coded(2, "dee", source="late")], by="kim", why="coding")
    assert finish(at, "early").finished.keys() == {"early"}
    (kim,) = layers(folder)
    assert (kim.statements, [*kim.finished], kim.open) == (2, ["early"], ("late",))
    refused: list[Change] = [
        Change("deleted", "statements", "k1"),
        Change("changed", "statements", "k1", "stance", "oppose", "concern"),
        coded(3),
        Change("changed", "statements", "k2", "source", "late", "early"),
    ]
    for change in refused:
        with pytest.raises(DatasetError, match="is of 'early', which is finished in the layer kim: reopen it first"):
            apply(at, [change], by="kim", why="late thought")
    with pytest.raises(DatasetError, match="reopen it first"):
        undo(at, by="kim")
    apply(at, [Change("changed", "statements", "k2", "stance", "oppose", "concern")], by="kim", why="still open")
    with pytest.raises(SelectionError, match="'early' is finished in the layer kim already"):
        finish(at, "early")
    with pytest.raises(SelectionError, match="source: 'erly' is not one of early, late; did you mean 'early'"):
        finish(at, "erly")
    assert reopen(at, "early").finished == {}
    with pytest.raises(SelectionError, match="'early' is not finished in kim"):
        reopen(folder, "early", layer="kim")
    with pytest.raises(SelectionError, match="not in 'main'"):
        finish(folder, "early")
    apply(at, [refused[0]], by="kim", why="after all")


def test_a_list_of_finished_sources_is_checked_and_keeps_what_somebody_added(folder: Path) -> None:
    new_layer(folder, "kim")
    file = folder / "layers" / "kim" / "finished.csv"
    file.write_text("source,note,time\nearly,twice read,2026\n", "utf-8")
    finish(folder, "late", layer="kim")
    lines = file.read_text("utf-8").splitlines()
    assert lines[:2] == ["source,note,time", "early,twice read,2026"]
    assert lines[2].startswith("late,,2")
    reopen(folder, "late", layer="kim")
    assert file.read_text("utf-8") == "source,note,time\nearly,twice read,2026\n"
    file.write_text("source,time\nerly,2026\nlate,2026\nlate,2027\n", "utf-8")
    with pytest.raises(DatasetError) as caught:
        load(folder, layer="kim")
    assert [str(p) for p in caught.value.problems] == [
        "layers/kim/finished.csv row 2, column source: 'erly' is not an id in sources.csv; did you mean 'early'?",
        "layers/kim/finished.csv row 4, column source: 'late' is listed twice",
    ]
    file.write_text("sourc,time\nearly,2026\n", "utf-8")
    with pytest.raises(DatasetError, match=r"row 1, column source: the column is missing; did you mean 'sourc'\?"):
        load(folder, layer="kim")


# ---- selection and export


def test_only_main_is_shown_unless_another_layer_is_chosen(folder: Path, tmp_path: Path) -> None:
    new_layer(folder, "kim")
    apply(open_store(folder, layer="kim"), [coded(1)], by="kim", why="coding")
    run = CliRunner().invoke
    assert "oppose" not in run(main, ["show", "--proposal", "ban", "--format", "csv", str(folder)]).stdout
    shown = run(main, ["show", "--proposal", "ban", "--layer", "kim", "--format", "csv", str(folder)])
    assert "ban,,oppose,," in shown.stdout
    assert "As coded in the layer kim" in run(main, ["show", "--layer", "kim", str(folder)]).stdout
    wrong = run(main, ["show", "--layer", "kin", str(folder)])
    assert (wrong.exit_code, "layer: 'kin' is not one of main, kim; did you mean 'kim'?" in wrong.stderr) == (2, True)
    assert run(main, ["show", "--layer", "main", "--format", "json", str(folder)]).stdout == (
        run(main, ["show", "--format", "json", str(folder)]).stdout
    )
    kim = load(folder, layer="kim")
    with pytest.raises(SelectionError, match="layer: 'kim' is chosen, and the statements are those of 'main'"):
        positions(load(folder), Selection(layer="kim"))
    assert "kim" in file_name(kim, Selection(), "csv")
    assert "kim" not in file_name(load(folder), Selection(layer="main"), "csv")
    write_file(kim, tmp_path / "kim.json")
    assert "(layer kim)" in (tmp_path / "kim.json").read_text("utf-8")


@pytest.mark.slow
def test_a_workbook_of_a_layer_comes_home_to_that_layer_alone(folder: Path, tmp_path: Path) -> None:
    new_layer(folder, "kim")
    made = apply(open_store(folder, layer="kim"), [coded(1)], by="kim", why="coding")
    to_workbook(made, tmp_path / "kim.xlsx")
    assert compare_workbook(tmp_path / "kim.xlsx", made).changes == ()
    with pytest.raises(DatasetError, match="holds the statements of 'kim', not of the dataset itself"):
        compare_workbook(tmp_path / "kim.xlsx", load(folder))
    to_workbook(load(folder), tmp_path / "main.xlsx")
    with pytest.raises(DatasetError, match="holds the statements of the dataset itself, not of 'kim'"):
        compare_workbook(tmp_path / "main.xlsx", made)


# ---- crashes, other writers, hostile folders


@pytest.mark.slow
def test_killed_at_any_step_a_layer_holds_all_of_a_change_or_nothing(folder: Path) -> None:
    new_layer(folder, "kim")
    at = open_store(folder, layer="kim")
    apply(at, [coded(1)], by="kim", why="one")
    spare = shutil.copytree(folder, folder.parent / "spare")

    def act(to: Path) -> None:
        apply(open_store(to, layer="kim"), [coded(2, "dee")], by="kim", why="two")

    steps, kills = steps_of(lambda: act(folder)), 0
    outcomes = set()
    while kills < KILLS:
        for step in range(0, steps, 1 if SOAK else 2):
            shutil.rmtree(folder)
            shutil.copytree(spare, folder)
            kills += killed(lambda: act(folder), step)
            statements, written = load(folder, layer="kim").statements["id"].tolist(), len(history(at))
            assert (statements, written) in ((["k1"], 1), (["k1", "k2"], 2)), f"step {step}"
            assert (folder / "statements.csv").read_bytes() == (spare / "statements.csv").read_bytes()
            outcomes.add(written)
            if written == 1:
                act(folder)  # the next writer is not in the way of what the crash left
                assert load(folder, layer="kim").statements["id"].tolist() == ["k1", "k2"]
    assert outcomes == {1, 2}


@pytest.mark.slow
def test_a_layer_in_a_committed_journal_is_there(folder: Path) -> None:
    spare = shutil.copytree(folder, folder.parent / "spare")
    before = signature(folder, "kim")
    steps = steps_of(lambda: new_layer(spare, "kim"))
    there = []
    for step in (*range(0, steps - 1, 4), steps - 1):
        shutil.rmtree(folder / "layers", ignore_errors=True)
        assert killed(lambda: new_layer(folder, "kim"), step)
        there.append([x.name for x in layers(folder)])
        assert (signature(folder, "kim") != before) is bool(there[-1])
        assert (not there[-1]) or load(folder, layer="kim").layer == "kim"
        atomic_files.commit(folder, {"layers/kim/statements.csv": None, "layers/kim/finished.csv": None})
        assert layers(folder) == []
    assert there == sorted(there)
    assert (there[0], there[-1]) == ([], ["kim"])


@pytest.mark.slow
def test_two_coders_write_at_once_and_lose_nothing(folder: Path) -> None:
    for name in ("kim", "lee"):
        new_layer(folder, name)

    def code(name: str) -> None:
        for i in range(8):
            apply(open_store(folder, layer=name), [coded(i)], by=name, why=f"{i}")

    threads = [threading.Thread(target=code, args=(name,)) for name in ("kim", "lee")]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert [x.statements for x in layers(folder)] == [8, 8]
    assert [len(history(open_store(folder, layer=n))) for n in ("kim", "lee")] == [8, 8]


def test_an_edit_by_hand_during_a_change_is_not_overwritten(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from matrix.store import history as module

    new_layer(folder, "kim")
    file = folder / "layers" / "kim" / "statements.csv"

    def edited_meanwhile(*args: object, **more: object) -> Dataset:
        file.write_bytes(file.read_bytes() + b"k9,ann,ban,oppose,early,,,,,,,,,,,,,\n")
        return applied(*args, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(module, "applied", edited_meanwhile)
    with pytest.raises(DatasetError, match=r"layers/kim/statements.csv: was edited by hand while"):
        apply(open_store(folder, layer="kim"), [coded(1)], by="kim", why="")
    assert load(folder, layer="kim").statements["id"].tolist() == ["k9"]


@posix
@pytest.mark.parametrize("by_handle", [True, False], ids=["by-handle", "by-name"])
def test_a_strange_layers_folder_touches_nothing_outside_and_never_makes_a_layer(
    folder: Path, tmp_path: Path, by_handle: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(safe_folder, "BY_HANDLE", safe_folder.BY_HANDLE and by_handle)
    home = tmp_path / "home" / "secret"
    home.mkdir(parents=True)
    (home / "statements.csv").write_text("id,actor,proposal,stance,source\n", "utf-8")
    (folder / "layers").symlink_to(home.parent)
    assert layers(folder) == []
    with pytest.raises(SelectionError, match="'secret' is not one of main"):
        load(folder, layer="secret")
    with pytest.raises(DatasetError, match="a link that leads out of the folder"):
        new_layer(folder, "kim")
    (folder / "layers").unlink()
    (folder / "layers").mkdir()
    (folder / "layers" / "secret").symlink_to(home)
    (folder / "layers" / "file").write_text("x", "utf-8")
    (folder / "layers" / "UPPER").mkdir()
    os.mkfifo(folder / "layers" / "pipe")
    (folder / "layers" / "empty").mkdir()
    (folder / "layers" / "folder").mkdir()
    (folder / "layers" / "folder" / "statements.csv").mkdir()
    for name in ("link", "device", "pipe-in", "loop", "nowhere"):
        (folder / "layers" / name).mkdir()
    (folder / "layers" / "link" / "statements.csv").symlink_to(home / "statements.csv")
    (folder / "layers" / "device" / "statements.csv").symlink_to("/dev/zero")
    os.mkfifo(folder / "layers" / "pipe-in" / "statements.csv")
    (folder / "layers" / "loop" / "statements.csv").symlink_to("statements.csv")
    (folder / "layers" / "nowhere" / "statements.csv").symlink_to("gone")
    before = {f.name: f.read_bytes() for f in home.iterdir()}
    for name in ("secret", "file", "pipe", "empty", "UPPER", "..", "../layers/link"):
        with pytest.raises(SelectionError, match="is not one of main"):
            load(folder, layer=name)
    for name in ("folder", "device", "pipe-in"):
        with pytest.raises(DatasetError, match="it is not a file"):
            load(folder, layer=name)
    # As of any table: a link that leads out is read, with a remark, and never written through.
    linked = load(folder, layer="link")
    assert any("is a link that leads out of the folder" in str(w) for w in linked.warnings)
    with pytest.raises(DatasetError, match="a link that leads out of the folder"):
        apply(open_store(folder, layer="link"), [coded(1)], by="kim", why="")
    result = CliRunner().invoke(main, ["check", str(folder)])
    assert result.exit_code == 1
    assert isinstance(result.exception, SystemExit)
    assert {f.name: f.read_bytes() for f in home.iterdir()} == before


def test_a_layer_that_cannot_be_used_is_listed_and_hides_no_other(folder: Path) -> None:
    for name in ("kim", "lee"):
        new_layer(folder, name)
    (folder / "layers" / "kim" / "statements.csv").write_text("id,actor\n", "utf-8")
    kim, lee = layers(folder)
    assert [p.column for p in kim.problems] == ["proposal", "source", "stance"]
    assert lee.problems == ()
    listed = CliRunner().invoke(main, ["layer", "list", str(folder)]).stdout
    assert listed.splitlines()[0] == "kim  cannot be used: 3 problems; policy-matrix check --layer kim names all"
    blind = CliRunner().invoke(main, ["check", "--layer", "lee", str(folder)])
    assert (blind.exit_code, "kim" in blind.output) == (0, False), "who codes blind sees no other layer"
    assert CliRunner().invoke(main, ["check", "--layer", "kim", str(folder)]).exit_code == 1
    assert CliRunner().invoke(main, ["check", str(folder)]).exit_code == 1


def test_a_layer_made_by_hand_without_a_list_of_finished_sources_is_one(folder: Path) -> None:
    own = folder / "layers" / "kim"
    own.mkdir(parents=True)
    shutil.copy(folder / "statements.csv", own / "statements.csv")
    assert load(folder, layer="kim").finished == {}
    assert [*finish(folder, "early", layer="kim").finished] == ["early"]
    assert (own / "finished.csv").read_text("utf-8").startswith("source,time\nearly,2")


def test_quotes_of_a_layer_are_placed_and_verified(folder: Path, tmp_path: Path) -> None:
    text = "They want peace now."
    texts = tmp_path / "texts"
    texts.mkdir()
    (texts / "early.txt").write_text(text, "utf-8")
    digest = hash_of(text.encode())
    apply(folder, [Change("changed", "sources", "early", "sha256", "", digest)], by="lee", why="text")
    new_layer(folder, "kim")
    own = dict(coded(1).values) | {"quote": "peace"}
    at = open_store(folder, layer="kim")
    apply(at, [Change("added", "statements", "k1", values=tuple(own.items()))], by="kim", why="coding")
    done = CliRunner().invoke(main, ["check", "--layer", "kim", "--texts", str(texts), "--fill", str(folder)])
    assert "quotes: 1 verified, 0 not found" in done.stderr
    assert load(folder, layer="kim").statements["start"].tolist() == ["10"]
    assert [s.kind for s in history(at)] == ["edit", "fill"]


def test_files_of_a_layer_that_are_not_text_are_problems(folder: Path) -> None:
    new_layer(folder, "kim")
    own = folder / "layers" / "kim"
    for name, content, words in (
        ("statements.csv", b"\xff\xfe\x00", "is UTF-16"),
        ("statements.csv", b"", "is empty; the first row names the columns"),
        ("finished.csv", b"source,time\n\xff,1\n", "is not UTF-8"),
        ("finished.csv", b"", "is empty; the first row names the columns"),
    ):
        kept = (own / name).read_bytes()
        (own / name).write_bytes(content)
        with pytest.raises(DatasetError, match=f"layers/kim/{name}.*{words}"):
            load(folder, layer="kim")
        (own / name).write_bytes(kept)
    (own / "history.jsonl").write_bytes(b"[" * 100_000)
    with pytest.raises(DatasetError, match=r"layers/kim/history.jsonl row 1: is not a line of a history"):
        history(open_store(folder, layer="kim"))


@pytest.mark.slow
def test_a_coder_may_work_in_a_workbook(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    new_layer(folder, "kim")
    made = apply(open_store(folder, layer="kim"), [coded(1)], by="kim", why="coding")
    to_workbook(made, tmp_path / "kim.xlsx")
    book = openpyxl.load_workbook("kim.xlsx")
    sheet = book["Statements"]
    (cell,) = [c for row in sheet.iter_rows() for c in row if c.value == "oppose"]
    cell.value = "concern"
    book.save("kim.xlsx")
    run = CliRunner().invoke
    assert "import it with --layer 'kim'" in run(main, ["import", "kim.xlsx", str(folder), "--apply"]).stderr
    done = run(main, ["import", "kim.xlsx", str(folder), "--layer", "kim", "--apply"])
    assert "1 changed" in done.stderr, done.output
    assert load(folder, layer="kim").statements["stance"].tolist() == ["concern"]
    assert [s.kind for s in history(open_store(folder, layer="kim"))] == ["edit", "import"]
    assert history(folder) == []
    (tmp_path / "sheet.csv").write_text("actor,proposal,stance,quote\nAnn,Keep talking,support,Yes\n", "utf-8")
    other = run(main, ["import", "sheet.csv", str(folder), "--layer", "kim", "--apply"])
    assert (other.exit_code, "takes the edited workbook of that layer" in other.stderr) == (2, True), other.output
