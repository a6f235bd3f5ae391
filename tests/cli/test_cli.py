"""The command line: what each command prints, where, and with which exit code."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import click
import pandas as pd
import pytest
from click.testing import CliRunner, Result

from matrix import load, positions, save
from matrix.cli import COMMANDS, main
from matrix.cli.terminal import clip
from matrix.dataset.changes import Change
from matrix.store import files as store_files
from matrix.store.folder import with_package
from matrix.store.history import apply, history, undo
from matrix.store.layers import new_layer
from matrix.wording import clean, display_width
from tests.tiny import dataset, minimal


def run(*arguments: str | Path, env: dict[str, str] | None = None) -> Result:
    return CliRunner(env=env).invoke(main, [str(a) for a in arguments])


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    """A small dataset on disk whose texts try to leave their place."""
    made = dataset("ann talk support late quote=hotline", "bob talk oppose late", "cem ban conditional late")
    frames = {n: made.table(n)[list(c)] for n, c in made.columns.items()}
    frames["actors"] = frames["actors"].assign(name=["Ann \x1b[31m|red|", "Bob", "Cem", "Dee"])
    save(type(made).from_frames(frames), tmp_path / "tiny")
    return tmp_path / "tiny"


# ---- show


def test_show_prints_a_matrix_for_people_in_100_columns(shipped: Path) -> None:
    result = run("show")
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert max(map(display_width, lines)) <= 100
    assert lines[0].startswith("US-China dialogue on AI risk, spring 2026 (version ")
    assert lines[1] == "50 of 50 proposals x 21 speakers (12 more named), n = 94 of 96 statements, rule cautious"
    text = " ".join(result.stdout.split())
    for part in (
        "[United States] a Donald Trump",
        "孙成昊",
        "12 named, unheard:",
        "● Supports",
        "never stated in these sources (not neutral)",
    ):
        assert part in text
    ban = next(line for line in lines if "Total ban on AI in NC3" in line)
    assert "1-" in ban
    assert ban.count("✕") == 1


def test_show_folds_a_wide_matrix_into_blocks(tmp_path: Path) -> None:
    from tests.tiny import minimal, table

    tables = minimal(*(f"x{i}|a{i}|p|support|s" for i in range(90)))
    tables["actors"] = table("id|name", *(f"a{i}|Actor {i}" for i in range(90)))
    from matrix import Dataset

    save(Dataset.from_frames(tables), tmp_path / "wide")
    lines = run("show", tmp_path / "wide").stdout.splitlines()
    assert max(map(display_width, lines)) <= 100
    assert sum(line.count("●") for line in lines if "Plan" in line) == 90


def test_show_csv_is_the_matrix_in_ids(shipped: Path) -> None:
    result = run("show", "--format", "csv", shipped)
    rows = list(csv.reader(io.StringIO(result.stdout)))
    made = load(shipped)
    assert rows[0] == ["proposal", *made.actors["id"]]
    assert [r[0] for r in rows[1:]] == made.proposals["id"].tolist()
    expected = positions(made).astype(object)
    assert [r[1:] for r in rows[1:]] == expected.where(expected.notna(), "").to_numpy().tolist()


def test_rows_and_columns_stay_when_empty_unless_told(tiny: Path) -> None:
    def shape(*options: str) -> tuple[list[str], list[str]]:
        rows = list(csv.reader(io.StringIO(run("show", "--format", "csv", *options, tiny).stdout)))
        return [r[0] for r in rows[1:]], rows[0][1:]

    assert shape() == (["talk", "test", "ban"], ["ann", "bob", "cem", "dee"])
    assert shape("--side", "south") == (["talk", "test", "ban"], ["cem", "dee"])
    assert shape("--stated") == (["talk", "ban"], ["ann", "bob", "cem"])
    assert shape("--stance", "oppose") == (["talk"], ["bob"])
    assert shape("--search", "hotline") == (["talk"], ["ann"])
    assert shape("--actor", "ann", "--actor", "dee", "--proposal", "ban") == (["ban"], ["ann", "dee"])


def test_show_json_carries_version_and_selection(tiny: Path) -> None:
    found = json.loads(run("show", "--format", "json", "--stated", "--theme", "arms", tiny).stdout)
    assert found["selection"] == {"theme": ["arms"]}
    assert found["version"] == load(tiny).version
    assert found["rows"] == [{"proposal": "ban", "cem": "conditional"}]
    assert found["n"] == 1
    whole = json.loads(run("show", "--format", "json", tiny).stdout)
    assert whole["n"] == 3, "n counts the statements behind the cells, in every format"


def test_show_by_sides_counts_who_is_chosen(tiny: Path) -> None:
    rows = list(
        csv.DictReader(io.StringIO(run("show", "--by", "sides", "--format", "csv", "--actor", "ann", tiny).stdout))
    )
    assert rows[0]["proposal"] == "talk"
    assert {k: v for k, v in rows[0].items() if k.startswith("north_")} == {
        "north_members": "1",
        "north_speakers": "1",
        "north_backing": "1",
        "north_conditional": "0",
        "north_neutral": "0",
        "north_opposed": "0",
        "north_mixed": "0",
        "north_silent": "0",
        "north_official_backing": "1",
    }
    assert (
        "North: backing 1 (on a condition 0, officials 1), neutral 0, opposed 1"
        in run("show", "--by", "sides", tiny).stdout
    )


def test_untrusted_text_cannot_steer_the_terminal_nor_leave_its_markdown_cell(tiny: Path) -> None:
    assert "\x1b[31m" not in run("show", tiny).stdout
    assert "Ann \ufffd[31m|red|" in run("show", tiny).stdout
    assert clean("a\x1b[2Jb\x07\x85c\nd") == "a\ufffd[2Jb\ufffd\ufffdc d"
    assert clean("\u202eevil\u2066") == "\ufffdevil\ufffd", "what turns round the rest of the line"
    from matrix.cli.terminal import markdown

    out = markdown(pd.DataFrame({"a|b": ["[x](javascript:1)\n| y"]}, index=["`i`"]), "c")
    assert out == "| c | a\\|b |\n| --- | --- |\n| \\`i\\` | \\[x\\](javascript:1) \\| y |\n"


@pytest.mark.parametrize(
    ("text", "width", "cut"), [("abc", 3, "abc"), ("abcd", 3, "ab…"), ("人工智能", 5, "人工…"), ("人工", 4, "人工")]
)
def test_text_is_cut_by_what_it_takes_on_the_screen(text: str, width: int, cut: str) -> None:
    assert clip(text, width) == cut
    assert display_width(cut) <= width


# ---- evidence


def test_evidence_shows_quote_condition_date_and_source(shipped: Path) -> None:
    result = run("evidence", "--actor", "cai-cuihong", "--proposal", "evaluation-exchange")
    text = " ".join(result.stdout.split())
    for part in (
        "s045 ◐ Cai Cuihong (蔡翠红): Supports on a condition",
        "AI Safety in China, paraphrasing Cai Cuihong: model-evaluation",
        "condition: exchange is mutual and not under rules set by the US alone",
        "14 May 2026 - Year inferred.; paraphrased; confidence high",
        "https://aisafetychina.substack.com/",
    ):
        assert part in text
    assert "n = 1 of 96 statements" in result.stderr


def test_evidence_of_a_superseded_cell_says_by_whom_and_it_comes_back(shipped: Path) -> None:
    cell = ("--actor", "us-government", "--proposal", "intergovernmental-dialogue")
    result = run("evidence", *cell)
    assert "no position: superseded by Donald Trump's statement s002" in result.stderr
    assert "superseded by s002" in result.stdout
    again = run("evidence", *cell, "--source", "krasa-2026-05-08")
    assert "superseded" not in again.stdout + again.stderr
    assert "n = 1 of 96 statements" in again.stderr
    assert "n = 0 of 96 statements\nnot counted, superseded by s002: s071\n" in result.stderr
    assert "s071  ◐ US Government" in again.stdout


def test_evidence_csv_has_the_columns_of_the_table(shipped: Path) -> None:
    rows = list(csv.DictReader(io.StringIO(run("evidence", "--format", "csv", "--actor", "sun-chenghao").stdout)))
    assert list(rows[0]) == list(load(shipped).statements.columns)
    assert {r["actor"] for r in rows} == {"sun-chenghao"}


# ---- check


def test_check_names_everything_in_one_run(shipped: Path, shared_sources: Path, tmp_path: Path) -> None:
    folder = tmp_path / "broken"
    shutil.copytree(shipped, folder)
    quotes = folder / "statements.csv"
    rows = list(csv.reader(io.StringIO(quotes.read_text("utf-8"))))
    header = rows[0]

    def change(row: int, column: str, value: str) -> None:
        rows[row - 1][header.index(column)] = value

    def write() -> None:
        out = io.StringIO()
        csv.writer(out, lineterminator="\n").writerows(rows)
        quotes.write_text(out.getvalue(), "utf-8")

    change(2, "quote", "agreed to estoblish an intergovernmental AI dialogue")
    write()
    result = run("check", "--texts", shared_sources, folder)
    assert result.exit_code == 1
    assert (
        "statements.csv row 2, column quote: 'agreed to estoblish an intergovernmental AI dialogue' is not in the source's text"
        in result.stdout
    )
    assert "the nearest passage, at 335, reads 'agreed to establish an intergovernmental AI dialogue'" in result.stdout

    change(3, "actor", "donald-trum")
    change(4, "date_start", "2026-13-01")
    change(5, "id", "s003")
    change(43, "condition", "")
    write()
    proposals = (folder / "proposals.csv").read_text("utf-8")
    proposals = proposals.replace(
        ",process,,process,dialogue-process,,", ",process,start-and-calendar,process,dialogue-process,,", 2
    )
    (folder / "proposals.csv").write_text(proposals, "utf-8")
    result = run("check", "--texts", shared_sources, folder)
    assert result.exit_code == 1
    for message in (
        "statements.csv row 3, column actor: 'donald-trum' is not an id in actors.csv; did you mean 'donald-trump'?",
        "statements.csv row 4, column date_start: '2026-13-01' is not a date: there is no month 13",
        "statements.csv row 5, column id: 's003' is already the id of row 4",
        "statements.csv row 43, column condition: is empty, but the stance 'conditional' is conditional: say on what it depends",
        "column parent: runs in a circle: continued-talks -> start-and-calendar -> continued-talks",
        "statements.csv row 2, column quote: 'agreed to estoblish an intergovernmental AI dialogue' is not in the source's text",
    ):
        assert message in result.stdout


def test_check_is_quiet_about_a_good_dataset_and_counts_its_quotes(shipped: Path, shared_sources: Path) -> None:
    result = run("check", "--texts", shared_sources, shipped)
    assert (result.exit_code, result.stdout) == (0, "")
    assert "quotes: 153 verified, 0 not found" in result.stderr


@pytest.fixture
def unplaced(tmp_path: Path) -> Path:
    """A dataset of one quote whose place and hash are missing, in `d`; its text in `texts`."""
    (tmp_path / "texts").mkdir()
    (tmp_path / "texts" / "t.txt").write_text("They said: we need a hotline.", "utf-8")
    tables = minimal("x|a|p|support|s")
    tables["statements"]["quote"] = "we need a hotline"
    save(with_package(tables), tmp_path / "d")
    return tmp_path / "d"


def test_check_fill_is_a_change_like_any_other(unplaced: Path) -> None:
    before = {f.name: f.read_bytes() for f in unplaced.glob("*.*") if f.suffix in (".csv", ".json")}
    old = load(unplaced).version
    done = run("check", "--texts", unplaced.parent / "texts", "--fill", unplaced)
    assert done.exit_code == 0, done.output
    assert "filled in: 1 sha256, 1 start" in done.output
    filled = load(unplaced)
    assert filled.statements["start"].tolist() == ["11"]
    (entry,) = history(unplaced)
    assert (entry.before, entry.after, entry.why) == (old, filled.version, "1 sha256, 1 start")
    assert [(c.column, c.old) for c in entry.changes] == [("sha256", ""), ("start", "")]
    assert run("check", "--texts", unplaced.parent / "texts", "--fill", unplaced).exit_code == 0
    assert len(history(unplaced)) == 1, "nothing to fill is no change"
    undo(unplaced, by="kim")
    assert {name: (unplaced / name).read_bytes() for name in before} == before


def test_check_fill_keeps_an_edit_made_meanwhile(unplaced: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read = store_files.texts

    def meanwhile(folder: Path) -> dict[str, bytes]:
        text = (unplaced / "actors.csv").read_text("utf-8")
        (unplaced / "actors.csv").write_text(text.replace("Ada", "Ida"), "utf-8")
        return read(folder)

    monkeypatch.setattr(store_files, "texts", meanwhile)
    done = run("check", "--texts", unplaced.parent / "texts", "--fill", unplaced)
    assert done.exit_code == 1
    assert "was changed meanwhile" in done.output
    assert load(unplaced).actors["name"].tolist() == ["Ida", "Ben"]
    assert not history(unplaced)


@pytest.mark.slow
def test_check_fill_writes_places_and_hashes(shipped: Path, shared_sources: Path, tmp_path: Path) -> None:
    folder = tmp_path / "bare"
    shutil.copytree(shipped, folder)
    for name in ("statements", "events", "sources"):
        frame = pd.read_csv(folder / f"{name}.csv", dtype=str, keep_default_na=False)
        frame = frame.assign(**({"start": ""} if name != "sources" else {"sha256": ""}))
        frame.to_csv(folder / f"{name}.csv", index=False)
    assert run("check", "--texts", shared_sources, "--fill", folder).exit_code == 0
    before, after = load(shipped), load(folder)
    assert after.sources["sha256"].tolist() == before.sources["sha256"].tolist()
    places = list(zip(before.statements["start"], after.statements["start"], strict=True))
    assert {b for a, b in places if b and a != b} == set()
    assert sum(bool(b) for _, b in places) > 80


# ---- the rest


def test_new_makes_a_dataset_that_can_be_shown(tmp_path: Path) -> None:
    assert run("new", tmp_path / "mine").exit_code == 0
    assert run("check", tmp_path / "mine").exit_code == 0
    assert run("show", tmp_path / "mine").exit_code == 0
    again = run("new", tmp_path / "mine")
    assert (again.exit_code, "is not an empty folder" in again.stderr) == (2, True)


def test_export_goes_by_the_ending(tiny: Path, tmp_path: Path) -> None:
    assert run("export", tmp_path / "m.csv", tiny).exit_code == 0
    assert (tmp_path / "m.csv").read_text("utf-8") == run("show", "--format", "csv", tiny).stdout
    assert run("export", tmp_path / "m.xlsx", tiny, "--theme", "arms").exit_code == 0
    assert (tmp_path / "m.xlsx").read_bytes()[:2] == b"PK"
    wrong = run("export", tmp_path / "m.docx", tiny)
    assert (wrong.exit_code, "m.docx: the ending must be one of .xlsx, " in wrong.stderr) == (2, True)
    assert not (tmp_path / "m.docx").exists()
    nowhere = run("export", tmp_path / "no" / "m.csv", tiny)
    assert (nowhere.exit_code, f"there is no folder {tmp_path / 'no'}" in nowhere.stderr) == (2, True)


def test_the_dataset_comes_from_the_argument_then_the_environment_then_the_shipped_one(tiny: Path) -> None:
    assert run("show", "--format", "csv").stdout.startswith("proposal,donald-trump,")
    assert run("show", "--format", "csv", env={"POLICY_MATRIX_DATASET": str(tiny)}).stdout.startswith("proposal,ann,")


def test_wrong_use_is_exit_code_2_and_broken_data_1(tiny: Path) -> None:
    wrong = run("show", "--actor", "an", tiny)
    assert wrong.exit_code == 2
    assert "actor: 'an' is not one of ann, bob, cem, dee; did you mean 'ann'?" in wrong.stderr
    assert run("show", "--as-of", "soon", tiny).exit_code == 2
    assert run("show", "--since", "soon", tiny).exit_code == 2
    assert run("show", "--since", "2026-06", "--as-of", "2026-05", tiny).exit_code == 2
    assert run("show", tiny / "nowhere").exit_code == 2
    (tiny / "actors.csv").unlink()
    broken = run("show", tiny)
    assert (broken.exit_code, broken.stdout) == (1, "")
    assert "actors.csv: the file is missing in tiny" in broken.stderr


def test_the_version_is_said_installed_or_not() -> None:
    result = run("--version")
    assert result.exit_code == 0
    assert result.stdout.startswith("policy-matrix")


def test_an_empty_dataset_says_so_and_blames_no_filter(tmp_path: Path) -> None:
    run("new", tmp_path / "mine")
    assert "the dataset has no proposal" in run("show", tmp_path / "mine").stdout


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_an_example_in_its_help(command: str) -> None:
    result = run(command, "--help")
    assert result.exit_code == 0
    assert "Example" in result.stdout
    assert f"policy-matrix {command} " in result.stdout


def test_a_stranger_s_dataset_is_shown_filtered_and_exported(tmp_path: Path) -> None:
    folder = tmp_path / "fremd"
    folder.mkdir()
    numbers = range(40)
    (folder / "sources.csv").write_text('id,title\nprotokoll,"Protokoll, ""Ausschuss"" 3/4"\n', "utf-8")
    (folder / "actors.csv").write_text(
        "id,name\n" + "".join(f'a{i},"Müller, Jörg / 部门 {i}"\n' for i in numbers), "utf-8"
    )
    (folder / "proposals.csv").write_text(
        "id,title\n" + "".join(f'p{i},"Vorschlag {i}: größere\nÄnderung 提案"\n' for i in range(38)), "utf-8"
    )
    (folder / "stances.csv").write_text(
        "id,name,score\n"
        + "".join(
            f"{n},{t},{s}\n"
            for n, t, s in (
                ("nein", "Nein", -2),
                ("eher-nein", "Eher nein", -1),
                ("egal", "Egal", 0),
                ("eher", "Eher ja", 1),
                ("ja", "Ja", 2),
            )
        ),
        "utf-8",
    )
    stances = ("nein", "eher-nein", "egal", "eher", "ja")
    (folder / "statements.csv").write_text(
        "id,actor,proposal,stance,source,quote\n"
        + "".join(
            f'x{i},a{i % 40},p{i % 38},{stances[i % 5]},protokoll,"Er sagte: ""Nein,\nniemals"" 不行"\n'
            for i in range(400)
        ),
        "utf-8",
    )
    assert run("check", folder).exit_code == 0
    shown = run("show", folder)
    assert shown.exit_code == 0
    assert max(map(display_width, shown.stdout.splitlines())) <= 100
    assert "38 of 38 proposals x 40 speakers" in shown.stdout
    some = pd.read_csv(
        io.StringIO(run("show", "--format", "csv", "--stance", "nein", "--search", "niemals", folder).stdout)
    )
    assert set(some.iloc[:, 1:].stack().dropna()) == {"nein"}
    assert run("export", tmp_path / "fremd.xlsx", folder).exit_code == 0
    assert pd.read_excel(tmp_path / "fremd.xlsx", sheet_name="Statements", engine="openpyxl").shape[0] >= 400


# ---- names and streams of every kind

EVIL = os.fsdecode(b"b\xffa\x1b[31m\xc2\x9bd\nx")
SHOWN = r"b\xffa\x1b[31m\x9bd\nx"
CONTROL = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f]")


@pytest.fixture
def evil(tmp_path: Path) -> Path:
    """A dataset in a folder whose name is no UTF-8 and would recolour the screen and begin a line."""
    try:
        (tmp_path / EVIL).mkdir()
    except OSError:
        pytest.skip("this file system knows no such names")
    save(with_package(minimal("x|a|p|support|s")), tmp_path / EVIL)
    return tmp_path / EVIL


@pytest.mark.parametrize(
    ("command", "code"),
    [
        ("check {evil}", 0),
        ("show {evil}", 0),
        ("show --format json {evil}", 0),
        ("evidence {evil}", 0),
        ("diff {evil} {evil}", 0),
        ("export {evil}/o.xlsx {evil}", 0),
        ("export {evil}/o.html {evil}", 0),
        ("export {evil}/o.graphml {evil}", 0),
        ("export {evil}/o.json {evil}", 0),
        ("export {evil}/none/o.json {evil}", 2),
        ("export {evil}\x1b {evil}", 2),
        ("new {evil}/made", 0),
        ("new {evil}", 2),
        ("import {evil} {evil}/whole --apply", 0),
        ("check {evil}/none", 2),
        ("check --texts {evil} --fill {evil}", 0),
    ],
)
def test_no_name_of_a_folder_breaks_a_command_or_reaches_the_terminal(evil: Path, command: str, code: int) -> None:
    done = run(*(part.format(evil=evil) for part in command.split(" ")))
    assert not done.exception or isinstance(done.exception, SystemExit), done.exception
    assert done.exit_code == code, done.output
    assert not CONTROL.search(done.output.replace(click.style("", reset=True), "")), done.output
    if "new" in command or "export" in command:
        assert SHOWN in done.output


def test_a_dataset_in_such_a_folder_is_new_whole_and_sound(evil: Path) -> None:
    assert run("new", evil / "made" / EVIL).exit_code == 0
    assert load(evil / "made" / EVIL).title == "b\ufffda\ufffd[31m\ufffdd x"
    (evil / "actors.csv").write_bytes(b"id,na\x1b[31mme\n")
    done = run("show", evil)
    assert done.exit_code == 1
    assert not CONTROL.search(done.output)


@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix", reason="streams that are closed from the start")
@pytest.mark.parametrize(
    ("command", "reader", "code"), [("show", "gone", 141), ("show", "none", 0), ("check", "none", 0)]
)
def test_a_closed_standard_output_leaves_no_trace(shipped: Path, command: str, reader: str, code: int) -> None:
    program = [sys.executable, "-m", "matrix", command, str(shipped)]
    out: int | None = None
    if reader == "gone":  # as behind `| head -0`
        end, out = os.pipe()
        os.close(end)
    else:
        program = ["sh", "-c", 'exec "$@" >&-', "sh", *program]
    done = subprocess.run(program, stdout=out, stderr=subprocess.PIPE, text=True, check=False, cwd=shipped.parents[1])
    if out is not None:
        os.close(out)
    assert done.returncode == code, done.stderr
    assert "Traceback" not in done.stderr
    assert "rror" not in done.stderr


# ---- what changed


def test_what_changed_says_so_in_every_format_on_the_selection_and_refuses_what_it_does_not_know(tiny: Path) -> None:
    before = load(tiny).version
    turned = Change("changed", "statements", "s2", "stance", "oppose", "support")
    apply(tiny, [turned], by="lee", why="\x1b[31mread again")
    result = run("what-changed", "--since", before, tiny)
    assert result.exit_code == 0
    assert f"Since version {before}: 1 position turned." in " ".join(result.stdout.split())
    assert "Bob (North) on “Keep talking”: opposes → supports" in result.stdout
    assert "\x1b" not in result.stdout
    assert max(map(display_width, result.stdout.splitlines())) <= 100
    rows = [*csv.DictReader(io.StringIO(run("what-changed", "--since", before, "--format", "csv", tiny).stdout))]
    assert [(r["proposal"], r["actor"], r["kind"], r["statements"]) for r in rows] == [("talk", "bob", "turned", "s2")]
    told = json.loads(run("what-changed", "--since", before, "--format", "json", tiny).stdout)
    assert (told["n"], told["versions"], told["steps"][0]["by"]) == (3, [before, load(tiny).version], "lee")
    assert {when: of["s2"]["stance"] for when, of in told["told"].items()} == {"now": "support", "then": "oppose"}
    markdown = run("what-changed", "--since", before, "--side", "south", "--format", "markdown", tiny).stdout
    assert "Among actors of South: since version" in markdown
    assert "no position changed: 1 stands as it did" in markdown
    assert "begins with step 1" in " ".join(run("what-changed", "--since", "1970", tiny).stdout.split())
    wrong = run("what-changed", "--since", "0123456789ab", tiny)
    assert (wrong.exit_code, "does not lead to version 0123456789ab" in wrong.stderr) == (2, True)
    assert run("what-changed", "--since", "yesterday", tiny).exit_code == 2
    (tiny / "history.jsonl").unlink()
    none = run("what-changed", "--since", "1970", tiny)
    assert (none.exit_code, "holds no step" in none.stderr) == (1, True)


def test_a_copy_names_what_it_leaves_behind(tmp_path: Path) -> None:
    folder, to = tmp_path / "d", tmp_path / "e"
    save(dataset("ann talk support late"), folder)
    new_layer(folder, "kim")
    (folder / "texts").mkdir()
    for name in ("README.md", "texts/late.txt"):
        (folder / name).write_text("of the dataset", "utf-8")
    assert "not copied" not in run("copy", folder, to).stderr
    for name in (
        "notes.txt",
        "sub/deep/a.txt",
        "sub/b.txt",
        "layers/kim/k.pdf",
        "layers/Old one/statements.csv",
        ".git/x",
    ):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("of somebody", "utf-8")
    (folder / "z\x1b.txt").touch()
    (folder / "empty").mkdir()
    done = run("copy", folder, tmp_path / "f")
    assert done.exit_code == 0
    left = ".git/, layers/Old one/, layers/kim/k.pdf, notes.txt, sub/ and 1 more"
    assert done.stderr.splitlines()[1:] == [f"not copied, for it is no part of a dataset: {left}"]
    there = {f.relative_to(tmp_path / "f").as_posix() for f in (tmp_path / "f").rglob("*") if f.is_file()}
    assert {"texts/late.txt", "README.md", "layers/kim/statements.csv"} <= there
    assert not {n for n in there if "of somebody" in (tmp_path / "f" / n).read_text("utf-8")}


def test_what_writes_a_folder_takes_no_address_of_a_database(
    tiny: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    before = sorted(tmp_path.rglob("*"))
    done = run("convert", tiny, "sqlite:///parts.db")
    assert done.exit_code == 2
    assert "is a database, and an engine counts a folder" in done.stderr
    assert run("convert", tiny, tiny / "actors.csv").exit_code == 2
    assert run("convert", tiny, tiny).exit_code == 2
    assert sorted(tmp_path.rglob("*")) == before
