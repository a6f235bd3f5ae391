"""Each way in, by command: what came in goes out and comes back the same; what is broken or hostile leaves nothing."""

from __future__ import annotations

import sqlite3
import zipfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from matrix.cli import main
from matrix.dataset.dataset import Dataset
from matrix.dataset.quotes import hash_of
from matrix.store import atomic_files, folder
from matrix.store.folder import load
from matrix.store.history import save
from tests.importing import hostile
from tests.importing.made_dna import dna
from tests.importing.made_qdpx import project, qdpx
from tests.tiny import frames, stated, table

pytestmark = pytest.mark.slow

LONG = """Speaker,Proposal,Stance,Condition,Quote,Source,Date,Side,Region
Ann,Register,agrees,,"so, ""yes"" ok",Speech,14 May 2026,North,EU
王伟,Register,with conditions,others do,,Paper,2026年5月,South,
Ann,Ban,against,,,,,North,EU
"""
WIDE = "Proposal,Theme,Ann,王伟,Silent Corp\nRegister,openness,yes,no,\nBan,arms,conditional: if all do,,\n"


def made_sheet(path: Path, text: str) -> Path:
    path.write_text(text, "utf-8")
    return path


def made_folder(path: Path) -> Path:
    """A dataset with a column of its own."""
    statements = stated("ann talk support early", "cem ban conditional late").assign(mood=["calm", ""])
    save(Dataset.from_frames(frames(statements)), path)
    return path


WAYS: dict[str, tuple[Callable[[Path], Path], list[str]]] = {
    "a sheet made by hand": (lambda here: made_sheet(here / "long.csv", LONG), []),
    "a wide sheet": (lambda here: made_sheet(here / "wide.csv", WIDE), []),
    "a DNA database": (lambda here: dna(here / "study.dna"), []),
    "persons of a DNA database": (lambda here: dna(here / "study.dna"), ["--actors", "person"]),
    "a REFI-QDA project": (lambda here: qdpx(here / "study.qdpx"), ["--proposals", "Demands"]),
    "another dataset": (lambda here: made_folder(here / "other"), []),
}


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture(params=WAYS)
def way(request: pytest.FixtureRequest, here: Path) -> list[str]:
    """The arguments that bring a file in by each way, but for the dataset."""
    make, options = WAYS[request.param]
    return [str(make(here)), *options]


def run_import(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["import", *arguments])


def files(folder: Path) -> dict[str, bytes]:
    """Every file below a folder but the lock of writers."""
    return {
        str(f.relative_to(folder)): f.read_bytes() for f in folder.rglob("*") if f.is_file() and f.suffix != ".lock"
    }


def without_times(folder: Path) -> dict[str, bytes]:
    """The files but for the history, which says when."""
    return {name: content for name, content in files(folder).items() if not name.endswith(atomic_files.HISTORY_FILE)}


# ---- what comes in is stable


def test_the_same_file_gives_the_same_folder_byte_by_byte(way: list[str]) -> None:
    for parent in ("one", "two"):
        assert run_import(*way, f"{parent}/d", "--apply").exit_code == 0
    assert without_times(Path("one")) == without_times(Path("two"))


@pytest.mark.parametrize("ending", ["xlsx", "json", "parquet"])
def test_import_export_import_is_stable(way: list[str], ending: str) -> None:
    assert run_import(*way, "d", "--apply").exit_code == 0
    assert CliRunner().invoke(main, ["export", f"d.{ending}", "d"]).exit_code == 0
    assert run_import(f"d.{ending}", "again", "--apply").exit_code == 0
    assert load("again").version == load("d").version
    there = {n: c for n, c in without_times(Path("d")).items() if not n.startswith(("texts", "imports.json"))}
    assert without_times(Path("again")) == there
    assert run_import(f"d.{ending}", "d").stderr == "no change\n"


def test_a_file_that_came_in_before_adds_nothing(way: list[str]) -> None:
    assert run_import(*way, "d", "--apply").exit_code == 0
    before = files(Path("d"))
    again = run_import(*way, "d", "--apply")
    assert (again.exit_code, again.stderr.splitlines()[-1]) == (0, "no change")
    assert files(Path("d")) == before


def test_a_dataset_merged_with_itself_adds_nothing(way: list[str]) -> None:
    assert run_import(*way, "d", "--apply").exit_code == 0
    before = files(Path("d"))
    assert run_import("d", "d", "--apply").stderr == "no change\n"
    assert files(Path("d")) == before


# ---- what is broken, huge or hostile leaves nothing behind


def cut(path: Path) -> Path:
    """The file without its second half."""
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    return path


def with_bomb(path: Path, part: str) -> Path:
    """The project with a part of zeros more."""
    with zipfile.ZipFile(qdpx(path), "a", zipfile.ZIP_DEFLATED) as z:
        z.writestr(part, bytes(60 * hostile.MB))
    return path


def written(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


LAUGHS = f'<?xml version="1.0"?><!DOCTYPE x [{hostile.LAUGHS}]><Project xmlns="urn:QDA-XML:project:1.0" name="&a9;"/>'
VIEW = "ALTER TABLE DOCUMENTS RENAME TO D; CREATE VIEW DOCUMENTS AS SELECT * FROM D"
HARMFUL: dict[str, Callable[[Path], Path]] = {
    "half a workbook": lambda here: cut(written(here / "x.xlsx", hostile.workbook())),
    "half a project": lambda here: cut(qdpx(here / "x.qdpx")),
    "half a database": lambda here: cut(dna(here / "x.dna")),
    "half a quotation": lambda here: written(here / "x.csv", b'Actor,Proposal,Stance\nA,P,yes\nB,"P,no\n'),
    "a sheet that ends as no text": lambda here: written(
        here / "x.csv", b"\xef\xbb\xbfActor,Proposal,Stance\nA,P,\xff"
    ),
    "half a dataset as JSON": lambda here: written(here / "x.json", b'{"format": 1, "tables": {"actors"'),
    "no dataset as Parquet": lambda here: written(here / "x.parquet", b"PAR1" + bytes(99)),
    "a workbook that blows up": lambda here: written(here / "x.xlsx", hostile.blown_up(hostile.SHEET + "x", 500)),
    "a project that blows up": lambda here: with_bomb(here / "x.qdpx", "sources/3.txt"),
    "entities that multiply": lambda here: qdpx(here / "x.qdpx", LAUGHS),
    "entities that multiply, in UTF-16": lambda here: qdpx(here / "x.qdpx", LAUGHS.encode("utf-16")),
    "a part that climbs out": lambda here: qdpx(here / "x.qdpx", texts={"../../x.txt": b"x"}),
    "a view for a table": lambda here: dna(here / "x.dna", VIEW),
    "a row of another length": lambda here: written(here / "x.csv", b"x\n" * 3_000 + b"x," * 16_000 + b"x\n"),
    "rows that leave something open": lambda here: written(here / "x.csv", b"Actor,Proposal,Stance\nA,P,perhaps\n"),
    "a folder without tables": lambda here: (here / "x").mkdir() or here / "x",
}


@pytest.mark.parametrize("harm", HARMFUL)
def test_what_is_broken_or_hostile_leaves_nothing(here: Path, harm: str) -> None:
    file = HARMFUL[harm](here)
    made_folder(here / "there")
    before, around = files(here / "there"), sorted(p.name for p in here.iterdir())
    for target in ("new", "deep/new", "there"):
        result = run_import(str(file), target, "--proposals", "Demands", "--apply")
        assert (result.exit_code, type(result.exception)) == (1, SystemExit), result.output
        assert f"{file.name}" in result.output
    assert files(here / "there") == before
    assert sorted(p.name for p in here.iterdir()) == around


def test_a_databases_triggers_and_views_never_run(here: Path) -> None:
    trigger = "CREATE TRIGGER t AFTER INSERT ON CODERS BEGIN DELETE FROM STATEMENTS; END; CREATE VIEW v AS SELECT 1"
    file = dna(here / "x.dna", trigger)
    content = file.read_bytes()
    assert run_import("x.dna", "new", "--apply").exit_code == 0
    assert len(load("new").statements) == 4
    assert file.read_bytes() == content
    with closing(sqlite3.connect(file)) as db:
        assert db.execute("SELECT count(*) FROM STATEMENTS").fetchone() == (5,)


def test_a_path_out_of_the_project_is_not_followed(here: Path) -> None:
    (here / "secret.txt").write_text("secret")
    for number, way in enumerate(
        (f"absolute://{here}/secret.txt", "internal://../../secret.txt", "relative://secret.txt")
    ):
        qdpx(here / "x.qdpx", project().replace("internal://1.txt", way))
        assert run_import("x.qdpx", f"new{number}", "--proposals", "Demands", "--apply").exit_code == 0
        assert sorted(n for n in files(here / f"new{number}") if n.startswith("texts")) == ["texts/letter.txt"]


class FullDisk:
    """Writes so many files, then no more."""

    def __init__(self, left: int) -> None:
        self.left = left
        self.write = atomic_files._write

    def __call__(self, *given: Any) -> None:
        self.left -= 1
        if self.left < 0:
            raise OSError(28, "No space left on device")
        self.write(*given)


@pytest.mark.parametrize("written_before", [0, 1, 3])
def test_a_full_disk_leaves_nothing(
    here: Path, way: list[str], written_before: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    made_folder(here / "there")
    before, around = files(here / "there"), sorted(p.name for p in here.iterdir())
    monkeypatch.setattr(atomic_files, "_write", FullDisk(written_before))
    result = run_import(*way, "new", "--apply")
    assert result.exit_code != 0
    assert sorted(p.name for p in here.iterdir()) == around
    assert files(here / "there") == before


@pytest.mark.parametrize("written_before", [0, 1, 3])
def test_a_full_disk_leaves_the_dataset_that_is_there(
    here: Path, written_before: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    made_folder(here / "there")
    made_sheet(here / "long.csv", LONG)
    before = files(here / "there")
    with monkeypatch.context() as patched:
        patched.setattr(atomic_files, "_write", FullDisk(written_before))
        assert run_import("long.csv", "there", "--apply").exit_code != 0
    load("there")  # tidies up after what was broken off
    assert files(here / "there") == before


def test_a_disk_that_is_full_once_the_texts_are_written_leaves_nothing(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    dna(here / "x.dna")
    monkeypatch.setattr(folder, "text_files", full)
    assert run_import("x.dna", "new", "--apply").exit_code != 0
    assert [p.name for p in here.iterdir()] == ["x.dna"]


def test_texts_and_rows_come_into_a_dataset_that_is_there_together(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert CliRunner().invoke(main, ["new", "there"]).exit_code == 0
    dna(here / "x.dna")
    before = files(here / "there")
    for written_before in range(1, 100, 4):
        with monkeypatch.context() as patched:
            patched.setattr(atomic_files, "_write", FullDisk(written_before))
            if run_import("x.dna", "there", "--apply").exit_code == 0:
                break
        load("there")
        assert files(here / "there") == before
    texts = files(here / "there" / "texts")
    assert written_before > len(texts) > 0
    assert {hash_of(text) for text in texts.values()} <= set(load("there").sources["sha256"])
    assert not (here / "there" / atomic_files.JOURNAL).exists()


def test_a_folder_that_holds_something_else_stays_as_it_is(here: Path, way: list[str]) -> None:
    (here / "full").mkdir()
    (here / "full" / "letter.txt").write_text("mine")
    assert run_import(*way, "full", "--apply").exit_code == 1
    assert files(here / "full") == {"letter.txt": b"mine"}
    (here / "file").write_text("mine")
    assert run_import(*way, "file", "--apply").exit_code in (1, 2)
    assert (here / "file").read_text() == "mine"


def test_a_sheet_under_another_name_is_asked_about(here: Path) -> None:
    bare = "Actor,Proposal,Stance\nAnn,Register,for\nCem,Register,against\n"
    for name in ("mine.csv", "mine-2.csv"):
        made_sheet(here / name, bare)
    assert run_import("mine.csv", "d", "--apply").exit_code == 0
    asked = run_import("mine-2.csv", "d")
    assert asked.exit_code == 1
    assert "2 of its 2 statements are in the dataset already, of 'mine.csv'" in asked.stdout
    assert "no change" in run_import("mine-2.csv", "d", "--same", "mine.csv=mine-2.csv").stderr
    assert "no change" in run_import("mine.csv", "d").stderr


def test_what_is_gone_is_removed_by_update(here: Path) -> None:
    made_sheet(here / "mine.csv", "Actor,Proposal,Stance\nAnn,Register,for\nCem,Register,against\n")
    run_import("mine.csv", "d", "--apply")
    made_sheet(here / "mine.csv", "Actor,Proposal,Stance\nAnn,Register,for\n")
    kept = run_import("mine.csv", "d", "--apply")
    assert "1 statement of this source is no longer in the file: 'Cem / Register / oppose'" in kept.stderr
    assert len(load("d").statements) == 2
    assert run_import("mine.csv", "d", "--update", "--apply").exit_code == 0
    assert load("d").statements["actor"].tolist() == ["ann"]


def test_answers_are_used_again_and_forgotten_when_asked(here: Path) -> None:
    made_sheet(here / "mine.csv", "Wer,Proposal,Stance\nAnn,Register,hurra\n")
    assert run_import("mine.csv", "d", "--stance", "hurra=support", "--apply").exit_code == 0
    again = run_import("mine.csv", "d")
    assert again.exit_code == 0
    assert "--stance 'hurra=support' (--forget asks anew)" in again.stderr
    assert run_import("mine.csv", "d", "--forget").exit_code == 1


# ---- two scales


def test_a_dataset_on_the_shipped_scale_and_one_of_its_own_keep_their_meanings(here: Path) -> None:
    made_sheet(here / "long.csv", LONG)
    dna(here / "x.dna")
    for number, (first, second) in enumerate((("long.csv", "x.dna"), ("x.dna", "long.csv"))):
        into, other = f"into{number}", f"other{number}"
        assert run_import(first, into, "--apply").exit_code == 0
        assert run_import(second, other, "--apply").exit_code == 0
        merged = run_import(other, into, "--apply")
        assert merged.exit_code == 0, merged.output
        scale = load(into).stances
        scores = {"support": "1", "conditional": "0.5", "oppose": "-1"}
        # A stance that was possible in the dataset that others are merged into stays possible.
        unused = {"concern": "0"} if into == "into0" else {}
        assert dict(zip(scale["id"], scale["score"], strict=True)) == scores | unused
        assert len(load(into).statements) == 7


@pytest.mark.parametrize("own", ["into", "from"])
def test_another_meaning_of_a_stance_is_a_conflict(here: Path, own: str) -> None:
    stances = table("id|name|score", "support|For|3", "oppose|Against|-3")
    given = {"from": {"stances": stances}} if own == "from" else {"into": {"stances": stances}}
    save(Dataset.from_frames(frames(stated("ann talk support early"), **given.get("into", {}))), here / "a")
    theirs = stated("bob ban support late").assign(id="s9")
    save(Dataset.from_frames(frames(theirs, **given.get("from", {}))), here / "b")
    result = run_import("b", "a", "--apply")
    assert result.exit_code == 1
    assert "column score: conflict support: " in result.stdout


# ---- texts beside a dataset


def test_the_texts_of_another_dataset_come_along_where_they_are_its_own(here: Path) -> None:
    dna(here / "x.dna")
    assert run_import("x.dna", "other", "--apply").exit_code == 0
    (here / "other" / "texts" / "d2.txt").write_text("not what was coded")
    made_sheet(here / "long.csv", LONG)
    assert run_import("long.csv", "there", "--apply").exit_code == 0
    for target in ("new", "there"):
        assert run_import("other", target, "--apply").exit_code == 0
        texts = {n: c for n, c in files(here / target).items() if n.startswith("texts")}
        assert texts == {"texts/d1.txt": (here / "other" / "texts" / "d1.txt").read_bytes()}


# ---- what is written can be used


def test_a_foreign_kind_of_actor_leaves_a_dataset_that_can_be_used(here: Path) -> None:
    made_sheet(here / "ngo.csv", "Actor,Actor type,Proposal,Stance\nWWF,NGO,Ban,for\n")
    assert run_import("ngo.csv", "d", "--apply").exit_code == 0
    assert load("d").actors[["name", "type"]].to_numpy().tolist() == [["WWF", "NGO"]]
    assert run_import("ngo.csv", "d", "--apply").stderr.splitlines()[-1] == "no change"


def test_a_word_outside_a_vocabulary_is_asked_and_nothing_is_written(here: Path) -> None:
    made_sheet(here / "x.csv", "Actor,Proposal,Stance,Confidence\nWWF,Ban,for,sure\n")
    result = run_import("x.csv", "d", "--apply")
    assert result.exit_code == 1
    assert "x.csv row 2, column Confidence: 'sure' is not one of high, medium, low" in result.stdout
    assert not Path("d").exists()


def test_warnings_of_a_new_dataset_are_printed(here: Path) -> None:
    made_sheet(here / "x.csv", "Actor,Proposal,Stance,Source,Link\nWWF,Ban,for,Paper,not an address\n")
    result = run_import("x.csv", "d", "--apply")
    assert result.exit_code == 0
    assert "sources.csv row 2, column url: warning: 'not an address' is not an http(s) address" in result.stdout


# ---- stances that are conditional by their place on the scale

PLAIN = ("support|For|1", "oppose|Against|-1")
STRONG = ("fully|Fully|2|false", "partly|Partly|1|false", "not|Not|-2|false")


def on_scale(path: Path, statement: str, id: str, head: str, *rows: str) -> Path:
    tables = frames(stated(statement).assign(id=id), stances=table(head, *rows))
    save(Dataset.from_frames(tables), path)
    return path


@pytest.mark.parametrize("turned", [False, True])
def test_no_stance_turns_conditional_because_another_scale_reaches_higher(here: Path, turned: bool) -> None:
    on_scale(here / "plain", "ann talk support early", "s1", "id|name|score", *PLAIN)
    on_scale(here / "strong", "bob ban partly late", "s9", "id|name|score|conditional", *STRONG)
    other, into = ("plain", "strong") if turned else ("strong", "plain")
    result = run_import(other, into, "--apply")
    assert result.exit_code == 0, result.output
    made = load(into)
    assert dict(zip(made.scale.ids, made.scale.conditional.tolist(), strict=True)) == dict.fromkeys(
        made.scale.ids, False
    )
    assert CliRunner().invoke(main, ["check", into]).exit_code == 0


def test_a_stance_that_is_conditional_in_one_dataset_only_is_a_conflict(here: Path) -> None:
    on_scale(here / "a", "ann talk support early", "s1", "id|name|score", *PLAIN)
    theirs = frames(stated("bob ban fully late").assign(id="s9"))
    theirs["stances"] = table("id|name|score", "fully|Fully|2", "support|For|1", "oppose|Against|-1")
    save(Dataset.from_frames(theirs), here / "b")
    before = files(here / "a")
    result = run_import("b", "a", "--apply")
    assert result.exit_code == 1
    assert "column conditional: conflict support: 'false' -> 'true'" in result.stdout
    assert files(here / "a") == before


def test_a_dataset_on_the_shipped_scale_does_not_turn_conditional(here: Path) -> None:
    save(Dataset.from_frames(frames(stated("ann talk support early"))), here / "a")
    on_scale(here / "b", "bob ban partly late", "s9", "id|name|score|conditional", *STRONG)
    assert run_import("b", "a", "--apply").exit_code == 0
    assert not load("a").scale.conditional[list(load("a").scale.ids).index("support")]
    assert CliRunner().invoke(main, ["check", "a"]).exit_code == 0


def test_another_value_of_a_known_actor_is_a_conflict_and_another_address_another_source(here: Path) -> None:
    head = "Actor,Side,Role,Proposal,Stance,Source,Link\n"
    made_sheet(here / "old.csv", head + "Lee,cn,Chair,Ban,for,S,https://a.example\n")
    made_sheet(here / "new.csv", head + "Lee,US,Minister,Tax,for,S,https://b.example\n")
    assert run_import("old.csv", "d", "--apply").exit_code == 0
    before = files(here / "d")
    result = run_import("new.csv", "d", "--apply")
    assert result.exit_code == 1
    for line in ("column side: conflict lee: 'cn' -> 'us'", "column role: conflict lee: 'Chair' -> 'Minister'"):
        assert line in result.stdout
    assert "added s-2 (title 'S', url 'https://b.example')" in result.stdout
    assert files(here / "d") == before


def test_all_words_of_a_sheet_can_be_listed_before_anything_is_written(here: Path) -> None:
    cells = "".join(f"A{i},Register,support{'!' * i}\n" for i in range(40))
    made_sheet(here / "mine.csv", f"Actor,Proposal,Stance\n{cells}")
    short = run_import("mine.csv", "d").stdout
    assert "and 10 more words (--all lists them)" in short
    whole = run_import("mine.csv", "d", "--all").stdout
    assert "more words" not in whole
    assert f"support{'!' * 31}  " in whole
