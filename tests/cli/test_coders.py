"""Several coders from the command line: layers, agreement, and what is decided where they differ."""

from __future__ import annotations

import csv
import io
import json
import re
import shlex
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from matrix.cli import main
from matrix.dataset.dataset import Dataset
from matrix.store.folder import load
from matrix.store.history import save
from tests.tiny import dataset

HEAD = "id,actor,proposal,stance,source,condition,quote,start,coder\n"
KIM = (
    HEAD
    + "s1,ann,talk,support,early,,,,kim\ns2,bob,ban,oppose,early,,,,kim\ns3,cem,talk,conditional,early,a treaty,peace,7,kim\n"
)
LEE = HEAD + "s1,ann,talk,support,early,,,,lee\ns2,bob,ban,concern,early,,,,lee\ns3,dee,ban,oppose,early,,,,lee\n"


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, arguments)


def done(*arguments: str) -> str:
    result = run(*arguments)
    assert result.exit_code == 0, result.output
    return result.stdout


@pytest.fixture(scope="module")
def first_folder(tmp_path_factory: pytest.TempPathFactory, saved: Callable[[Dataset, Path], Path]) -> Path:
    made = saved(dataset("dee talk concern late"), tmp_path_factory.mktemp("coders") / "d")
    for name, text in (("kim", KIM), ("lee", LEE)):
        done("layer", "new", name, str(made))
        (made / "layers" / name / "statements.csv").write_text(text, "utf-8")
        done("layer", "finish", name, "early", str(made))
    return made


@pytest.fixture
def folder(first_folder: Path, tmp_path: Path) -> str:
    return str(shutil.copytree(first_folder, tmp_path / "d"))


def test_layers_are_begun_listed_finished_and_opened_again(folder: str) -> None:
    assert done("layer", "list", folder) == ("kim  3 statements; finished: early\nlee  3 statements; finished: early\n")
    assert "kim: nothing is finished" in run("layer", "reopen", "kim", "early", folder).stderr
    rows = json.loads(done("layer", "list", "--format", "json", folder))["rows"]
    assert [(r["layer"], r["statements"], r.get("finished"), r.get("open")) for r in rows] == [
        ("kim", 3, None, "early"),
        ("lee", 3, "early", None),
    ]
    wrong = run("layer", "finish", "kim", "erly", folder)
    assert (wrong.exit_code, "source: 'erly' is not one of early, late; did you mean 'early'?" in wrong.stderr) == (
        2,
        True,
    )
    assert "layer: 'kin' is not one of main, kim, lee" in run("layer", "finish", "kin", "early", folder).stderr
    assert "'../x' cannot be a name" in run("layer", "new", "../x", folder).stderr


def test_agreement_in_text_csv_and_json(folder: str) -> None:
    text = done("agreement", folder)
    assert text.startswith(
        "In 1 source that kim and lee have finished, both recorded 2 of 4 units, and 1 of these with the "
    )
    assert "recorded by both (Dice)   0.667" in text
    assert "condition given              -                    all ratings are the same" in text
    assert "95 % of 2,000 seeded bootstrap draws of units, as fewer than five sources are compared." in text
    assert "seeing: 2a / (2a + b + c) [Dice 1945]" in text
    rows = [*csv.DictReader(io.StringIO(done("agreement", "--format", "csv", folder)))]
    assert [(r["coders"], r["measure"], r["n"]) for r in rows] == [
        ("kim;lee", "seeing", "4"),
        ("kim;lee", "stance_ordinal", "2"),
        ("kim;lee", "stance_nominal", "2"),
        ("kim;lee", "stance_same", "2"),
        ("kim;lee", "condition", "1"),
        ("kim;lee", "quotes", "0"),
    ]
    assert float(rows[3]["value"]) == 0.5
    found = json.loads(done("agreement", "--format", "json", folder))
    assert (found["n"], found["sources"]) == (4, ["early"])
    assert found["rows"][0]["formula"] == "seeing: 2a / (2a + b + c) [Dice 1945]"


def test_agreement_by_stance_source_and_unit(folder: str) -> None:
    table = [*csv.DictReader(io.StringIO(done("agreement", "--by", "stance", "--format", "csv", folder)))]
    assert {r["kim"]: {k: v for k, v in r.items() if v not in ("0", r["kim"])} for r in table} == {
        "support": {"support": "1"},
        "conditional": {"not recorded": "1"},
        "concern": {},
        "oppose": {"concern": "1"},
        "mixed": {},
        "not recorded": {"oppose": "1"},
    }
    assert "early      4     2" in done("agreement", "--by", "source", folder)
    by_side = done("agreement", "--by", "side", folder)
    assert re.findall(r"^ *(north|south|no side) +(\d) +(\d) ", by_side, re.M) == [
        ("north", "2", "2"),
        ("south", "2", "0"),
    ]
    units = [*csv.DictReader(io.StringIO(done("agreement", "--by", "unit", "--format", "csv", folder)))]
    assert [(u["actor"], u["kim_statements"], u["lee_statements"]) for u in units] == [
        ("ann", "s1", "s1"),
        ("bob", "s2", "s2"),
        ("cem", "s3", ""),
        ("dee", "", "s3"),
    ]


def test_agreement_with_the_dataset_and_of_more_than_two(folder: str) -> None:
    assert done("agreement", "--layers", "kim,main", folder).startswith(
        "Nothing to compare: no source is finished by both kim and main."
    )
    assert "all of kim, lee and main" in done("agreement", "--layers", "kim,lee,main", folder)
    assert (
        "--by stance is of two layers" in run("agreement", "--layers", "kim,lee,main", "--by", "stance", folder).stderr
    )
    assert "at least two are compared" in run("agreement", "--layers", "kim", folder).stderr


def test_a_dataset_without_layers_says_how_one_begins(tmp_path: Path, saved: Callable[[Dataset, Path], Path]) -> None:
    made = str(saved(dataset("dee talk concern late"), tmp_path / "d"))
    assert "policy-matrix layer new NAME begins one" in run("agreement", made).stderr
    assert "policy-matrix layer new NAME begins one" in run("layer", "list", made).stderr


def test_differences_are_listed_decided_and_carried_out(folder: str) -> None:
    text = done("reconcile", "--layers", "kim,lee", folder)
    assert text.startswith("In 1 source kim and lee agree on 1 unit; 3 differ, 3 are to be decided.\n")
    assert "early~cem~talk  only one recorded it  [open]\n    kim s3: conditional; on the condition: a treaty; “peace” at 7\n    lee: not recorded\n" in text  # fmt: skip
    reason = ("--reason", "see page 3")
    kept = run("reconcile", "--layers", "kim,lee", "--decide", "early~bob~ban=theirs", *reason, folder)
    assert "early~bob~ban  another stance  [decided]" in kept.stdout
    assert "theirs: see page 3" in kept.stdout
    assert (
        "--apply would write 2 changes (reconcile kim and lee: 1 difference decided, 1 unit alike, 2 still open)"
        in (kept.stderr)
    )
    edited = ("--decide", "early~cem~talk=edited", "--set", "stance=support", "--set", "condition=")
    done("reconcile", "--layers", "kim,lee", *edited, *reason, folder)
    assert len(load(folder).statements) == 1
    applied = run("reconcile", "--layers", "kim,lee", "--apply", "--format", "json", folder)
    assert "wrote 3 changes" in applied.stderr
    assert json.loads(applied.stdout)["alike"] == 1
    now = load(folder).statements
    assert now[["actor", "stance", "quote", "coder"]].values.tolist() == [
        ["dee", "concern", "", ""],
        ["bob", "concern", "", "lee"],
        ["cem", "support", "peace", "kim"],
        ["ann", "support", "", "kim"],
    ]
    assert "reconcile  reconcile kim and lee: 2 differences decided, 1 unit alike, 1 still open" in done(
        "history", folder
    )
    assert "nothing to write: 0 changes" in run("reconcile", "--layers", "kim,lee", "--apply", folder).stderr
    rows = [*csv.DictReader(io.StringIO(done("reconcile", "--layers", "lee,kim", "--format", "csv", folder)))]
    assert [(r["unit"], r["state"], r["decision"]) for r in rows] == [
        ("early~bob~ban", "settled", "mine"),
        ("early~cem~talk", "settled", "edited"),
        ("early~dee~ban", "open", ""),
    ]
    done("undo", folder)
    assert len(load(folder).statements) == 1


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--layers", "kim"], "two are reconciled, as in --layers kim,lee"),
        (["--layers", "kim,le"], "layer: 'le' is not one of main, kim, lee; did you mean 'lee'?"),
        (["--layers", "kim,kim"], "layers: kim appears twice"),
        (["--layers", "kim,lee", "--decide", "early~bob~ban=mine"], "reason: a decision needs one"),
        (["--layers", "kim,lee", "--decide", "early~bob~ban"], "is not of the form A=B"),
        (["--layers", "kim,lee", "--decide", "early~bob~bann=mine"], "did you mean 'early~bob~ban'?"),
        (["--layers", "kim,lee", "--decide", "early~bob~ban=mein", "--reason", "x"], "did you mean 'mine'?"),
        (["--layers", "kim,lee", "--set", "stance=oppose"], "--set belongs to --decide UNIT=edited"),
        (["--layers", "kim,lee", "--set", "stance"], "is not of the form COLUMN=VALUE"),
        (["--layers", "kim,lee", "--withdraw", "early~bob~ban"], "nothing was decided on it"),
        (["--layers", "kim,lee", "--decide", "early~dee~ban=mine", "--decide", "early~x=mine", "--reason", "x"], "early~x"),
    ],
)  # fmt: skip
def test_wrong_use_is_said_and_keeps_nothing(folder: str, arguments: list[str], words: str) -> None:
    result = run("reconcile", *arguments, folder)
    assert (result.exit_code, words in result.stderr) == (2, True), result.output
    assert not (Path(folder) / "layers" / "decisions.csv").exists()


def test_the_history_of_a_layer_is_its_own(folder: str) -> None:
    assert done("history", "--layer", "kim", folder) == ""
    assert "layer: 'kin' is not one of main, kim, lee" in run("history", "--layer", "kin", folder).stderr
    assert (
        "layers/kim/history.jsonl: holds nothing that could be taken back"
        in run("undo", "--layer", "kim", folder).stderr
    )


def test_the_commands_of_the_page_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, shipped: Path, root: Path
) -> None:
    """As docs/coding.md shows them: on the shipped tables, coded by two who differ in one statement."""
    monkeypatch.chdir(tmp_path)
    whole = load(shipped)
    made = Dataset.from_frames({**whole.frames, "statements": whole.statements.iloc[:0]}, whole.package)
    save(made, tmp_path / "my-dataset")
    page = (root / "docs" / "coding.md").read_text("utf-8").partition("## Two coders")[2].partition("\n## ")[0]
    shown = re.findall(r"```sh\n(.*?)```", page, flags=re.S)
    commands = [shlex.split(line)[1:] for line in "".join(shown).splitlines()]
    assert len(commands) > 10
    for command in commands:
        if command[0] == "check":
            for name, stance in (("kim", "support"), ("lee", "concern")):
                text = (shipped / "statements.csv").read_text("utf-8")
                text = text.replace("mofa-china,intergovernmental-dialogue,support", f"mofa-china,intergovernmental-dialogue,{stance}")  # fmt: skip
                (tmp_path / "my-dataset" / "layers" / name / "statements.csv").write_text(text, "utf-8")
        done(*command)
    now = load(tmp_path / "my-dataset").statements
    coded = now[(now["actor"] == "mofa-china") & (now["proposal"] == "intergovernmental-dialogue")]
    assert coded["stance"].tolist() == ["concern"]
    assert len(now) == (whole.statements["source"] == "aisc-2026-05").sum()
