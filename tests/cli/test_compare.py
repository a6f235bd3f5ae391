"""The comparing commands, as typed: ids and columns in files, names in text, sentences and exit codes."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from matrix.cli import main
from matrix.store.history import save
from tests.analysis.worked_example import worked
from tests.tiny import dataset


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("worked") / "worked"
    save(worked(), path)
    return str(path)


def run(*words: str) -> Result:
    return CliRunner().invoke(main, words)


def rows(result: Result) -> list[list[str]]:
    assert result.exit_code == 0, result.output
    return list(csv.reader(io.StringIO(result.stdout)))


def test_overlap_as_csv(folder: str) -> None:
    result = run("overlap", "--measure", "net", "--count", "statements", "--format", "csv", folder)
    assert rows(result) == [["id", "a", "b"], ["a", "0.0", "-3.0"], ["b", "-3.0", "0.0"]]
    assert "net: congruence - conflict" in result.stderr
    assert rows(run("overlap", "--format", "csv", folder))[1] == ["a", "", "0.3333333333333333"]
    edges = rows(run("overlap", "--measure", "clashes", "--edges", "--format", "csv", folder))
    assert edges == [["one", "other", "value", "n", "opposed_once"], ["a", "b", "2.0", "3", ""]]
    assert rows(run("overlap", "--of", "proposals", "--format", "csv", folder))[0] == [
        "id",
        *(f"p{i}" for i in range(1, 6)),
    ]


def test_overlap_as_text_names_formula_and_n(folder: str) -> None:
    text = run("overlap", folder).stdout
    assert "A" in text.splitlines()[2]
    assert "33%  n = 3" in text
    assert "1 - mean |v-v'|/2" in text
    assert "n: proposals on which both took a stance" in " ".join(text.split())


def test_json_says_what_the_numbers_are(folder: str) -> None:
    found = json.loads(run("overlap", "--edges", "--format", "json", folder).stdout)
    assert found["measure"].startswith("points: ")
    assert found["rows"] == [{"one": "a", "other": "b", "value": pytest.approx(1 / 3), "n": 3}]


def test_camps_in_each_format(folder: str) -> None:
    result = run("camps", "--draws", "3", "--format", "json", folder)
    found = json.loads(result.stdout)
    assert found["camps"] == [["a"], ["b"]]
    assert [found[k] for k in ("frustration", "frustration_unsplit", "polarisation", "bound")] == pytest.approx(
        [1 / 3, 2 / 3, 1 / 3, 1 / 3]
    )
    assert (found["exact"], found["method"], found["n"]) == (True, "enumeration", 1)
    assert (set(found["null"]), found["null"]["draws"]) == ({"mean", "p95", "draws", "observed"}, 3)
    assert (found["wedges"], found["bridges"]) == (["p1", "p2"], ["p3"])
    assert [row["camp"] for row in found["rows"]] == [1, 2]
    assert found["findings"][0] in result.stderr
    assert rows(run("camps", "--draws", "0", "--format", "csv", folder))[0] == [
        "actor",
        "camp",
        "linked",
        "part",
        "half",
        "margin",
    ]
    text = " ".join(run("camps", "--draws", "0", folder).stdout.split())
    assert "Two camps: A against B." in text
    assert "Wedges (2)" in text
    assert "frustration = (C between + D within) / (C + D)" in text
    assert "shuffled" not in text
    assert json.loads(run("camps", "--draws", "0", "--format", "json", folder).stdout)["null"] is None


@pytest.fixture(scope="module")
def changing(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("changing") / "changing"
    on = "date_start={0} date_end={0}"
    lines = ("ann talk support", "bob talk oppose", "ann talk oppose", "bob talk support")
    days = ("2019-03-01", "2019-03-02", "2026-01-01", "2026-01-02")
    save(dataset(*(f"{line} late {on.format(day)}" for line, day in zip(lines, days, strict=True))), path)
    return str(path)


def test_overlap_over_time_has_a_line_a_window_and_pair(changing: str) -> None:
    result = run("overlap", "--window", "365d", "--format", "csv", changing)
    lines = rows(result)
    assert lines[0] == ["one", "other", "start", "end", "value", "n"]
    assert lines[1] == ["ann", "bob", "2019-03-01", "2020-02-28", "0.0", "1"]
    assert [line[4:] for line in lines[1:]] == [["0.0", "1"], *[["", "0"]] * 5, ["0.0", "1"]]
    found = json.loads(run("overlap", "--window", "365d", "--min-n", "2", "--format", "json", changing).stdout)
    assert (found["n"], found["undated"], len(found["windows"])) == (4, 0, 7)
    assert "value" not in found["rows"][0], "n is 1"
    sides = rows(run("overlap", "--window", "365d", "--of", "sides", "--format", "csv", changing))
    assert sides == [["one", "other", "start", "end", "value", "n"]], "both are of the North"
    text = run("overlap", "--window", "365d", "--step", "300d", changing).stdout
    assert "Ann and Bob\n  2019-03-01 to 2020-02-28       0%  n = 1\n" in text
    polarised = run("overlap", "--measure", "polarisation", "--window", "365d", changing).stdout
    assert "2019-03-01 to 2020-02-28    1.000  n = 1" in polarised


def test_who_opposed_each_other_does_not_agree_over_all_time_without_a_word(changing: str) -> None:
    said = "Ann and Bob opposed each other on “Keep talking” in 2019 and 2026; over all time both are mixed on it"
    for words in ((), ("--window", "365d")):
        assert said in run("overlap", *words, changing).stdout
    for format_ in ("csv", "markdown"):
        assert said in run("overlap", "--format", format_, changing).stderr
    _, pair = rows(run("overlap", "--edges", "--format", "csv", changing))
    assert pair == ["ann", "bob", "1.0", "1", "talk: 2019, 2026"]
    (one,) = json.loads(run("overlap", "--format", "json", changing).stdout)["opposed"]
    assert (one["one"], one["other"], one["proposal"], one["years"]) == ("ann", "bob", "talk", ["2019", "2026"])
    assert "opposed each other" not in run("overlap", "--as-of", "2020", changing).output
    assert "opposed each other" not in run("overlap", "--min-n", "2", changing).output, "no number is shown"


def test_camps_of_nobody_is_a_sentence(folder: str) -> None:
    assert run("camps", "--actor", "a", folder).stdout == "Nothing to compare: the filters leave 1 actor.\n"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("overlap", "--measure", "points", "--count", "statements"), "over positions only"),
        (("camps", "--normalize", "avrage"), "did you mean 'average'"),
        (("overlap", "--step", "30d"), "--step needs --window"),
        (("overlap", "--window", "3 months"), "is not a number of days or weeks, such as 90d or 13w"),
        (("overlap", "--window", "90d", "--order", "low"), "--order is for one table"),
        (("overlap", "--of", "sides"), "is not one of actors, proposals"),
        (("camps", "--duplicates", "year"), "needs statements as unit"),
        (("overlap", "--measure", "pionts"), "did you mean 'points'"),
        (("overlap", "--normalize", "average"), "without normalisation"),
        (("overlap", "--measure", "net", "--duplicates", "year"), "needs statements as unit"),
        (("common-ground", "--sides", "us"), "defines none"),
        (("coalitions", "--min-actors", "0"), "0 is not in the range"),
        (("show", "--by", "sides", "--values", "count"), "are of actors"),
    ],
)
def test_wrong_use_is_a_sentence_with_exit_code_2(words: tuple[str, ...], said: str, folder: str) -> None:
    result = run(*words, folder)
    assert result.exit_code == 2
    assert said in result.stderr
    assert not result.stdout


def test_no_sides_is_a_sentence(folder: str) -> None:
    for form in ("text", "csv", "json", "markdown"):
        result = run("common-ground", "--format", form, folder)
        assert result.exit_code == 0
        assert "the dataset has no sides" in result.stderr
    head, *lines = rows(run("common-ground", "--format", "csv", folder))
    assert head == ["proposal", "tier", "score", "missing"]
    assert [line[0] for line in lines] == ["p1", "p2", "p3", "p4", "p5"]
    assert {tuple(line[1:]) for line in lines} == {("", "", "")}, "the column tier stays, empty"


def test_nothing_to_compare_is_a_sentence(folder: str) -> None:
    result = run("overlap", "--actor", "a", folder)
    assert result.exit_code == 0
    assert "the filters leave 1 actor." in result.stderr


@pytest.mark.slow
def test_common_ground_of_the_shipped_dataset(shipped: Path) -> None:
    table = rows(run("common-ground", "--format", "csv", "--sides", "us,china", str(shipped)))
    sides = [f"{s}_{c}" for s in ("us", "china") for c in COUNTS]
    assert table[0] == ["proposal", "tier", "score", "missing", *sides]
    assert len(table) == 51
    text = run("common-ground", "--source", "krasa-2026-05-08", str(shipped)).stdout
    top = text.split("[one-sided] (")[0]
    assert "Officials of both sides back it [official] (1)" in top
    assert "Official intergovernmental AI dialogue" in top
    assert "(if: both leaders agree to it at the summit)" in top
    assert "weakest evidence: not attributed to anyone by name, low confidence" in top
    whole = run("common-ground", str(shipped))
    assert "no United States voice in these sources" in whole.stdout
    xi = " ".join(run("common-ground", "--actor", "xi-jinping", str(shipped)).stdout.split())
    assert xi.startswith(
        "Counting only Xi Jinping: no actor of the United States is chosen, so nothing is backed by both sides."
    )


COUNTS = ("members", "speakers", "backing", "conditional", "neutral", "opposed", "mixed", "silent", "official_backing")


def test_coalitions_of_the_shipped_dataset(shipped: Path) -> None:
    table = rows(run("coalitions", "--format", "csv", str(shipped)))
    assert table[0] == ["actors", "proposals"]
    assert ["xiao-qian;cai-cuihong", "bounded-cooperation;incident-communication;evaluation-exchange"] in table
    assert "4 coalitions\n" in run("coalitions", str(shipped)).stdout
    none = run("coalitions", "--min-actors", "30", str(shipped))
    assert none.exit_code == 0
    assert "No group of 30 actors" in none.stderr


def test_too_many_coalitions_stop_with_their_number(shipped: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from matrix.analysis import coalitions

    def few(*args: Any, **options: Any) -> Any:
        return whole(*args, **options, limit=2)

    whole = coalitions.coalitions
    monkeypatch.setattr(coalitions, "coalitions", few)
    result = run("coalitions", "--format", "csv", str(shipped))
    assert result.exit_code == 2
    assert "stopped after 2 coalitions" in result.stderr
    assert not result.stdout


@pytest.mark.slow
@pytest.mark.parametrize("form", ["text", "csv", "json", "markdown"])
@pytest.mark.parametrize(
    "words",
    [
        ("overlap",),
        ("overlap", "--edges"),
        ("overlap", "--of", "proposals", "--measure", "conflict", "--normalize", "cosine"),
        ("common-ground",),
        ("coalitions",),
        ("show", "--values", "count"),
        ("show", "--values", "signed", "--stance", "oppose"),
        ("show", "--values", "signed", "--search", "nothing like this"),
    ],
)
def test_every_format_of_every_command(words: tuple[str, ...], form: str, shipped: Path) -> None:
    result = run(*words, "--format", form, str(shipped))
    assert result.exit_code == 0, result.output
    if form == "json":
        json.loads(result.stdout)


def test_values_of_the_matrix(folder: str) -> None:
    table = rows(run("show", "--values", "signed", "--format", "csv", folder))
    assert table[0] == ["proposal", "a", "b"]
    assert table[1] == ["p1", "-1.0", "1.0"]
    assert table[4] == ["p4", "", "1.0"], "no position is not a neutral one"
    text = run("show", "--values", "count", folder).stdout
    assert "·" in text
    hidden = rows(run("show", "--values", "count", "--stance", "no", "--format", "csv", folder))
    assert hidden == [["proposal", "a"], ["p1", "1.0"], ["p2", "1.0"]]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("overlap",), "Nothing to compare: the dataset has no actors."),
        (("overlap", "--of", "proposals", "--measure", "congruence", "--normalize", "cosine"), "Nothing to compare: the dataset has no proposals."),
        (("overlap", "--edges", "--measure", "net", "--count", "statements"), "Nothing to compare: the dataset has no actors."),
        (("show", "--by", "sides"), "Nothing to show: the dataset has no proposal."),
        (("show", "--values", "signed"), "Nothing to show: the dataset has no proposal."),
        (("show", "--format", "csv"), "Nothing to show: the dataset has no proposal."),
        (("common-ground",), "No common ground to tell: the dataset has no sides."),
        (("coalitions",), "No group of 2 actors or more"),
    ],
)  # fmt: skip
def test_an_empty_dataset_is_a_sentence(words: tuple[str, ...], said: str, tmp_path: Path) -> None:
    assert run("new", str(tmp_path / "empty")).exit_code == 0
    for form in ("text", "csv", "json"):
        result = run(*words, *(() if "--format" in words else ("--format", form)), str(tmp_path / "empty"))
        assert result.exit_code == 0
        assert said in result.stderr


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("overlap", "--search", "zzzz"), "Nothing to compare: the filters leave no actors"),
        (("overlap", "--of", "proposals", "--search", "zzzz"), "Nothing to compare: the filters leave no proposals"),
        (("overlap", "--side", "us", "--actor", "xiao-qian"), "Nothing to compare: the filters leave no actors"),
        (("common-ground", "--search", "zzzz"), "Nothing to show: the filters leave no proposal."),
        (("common-ground", "--sides", "us,us"), "and here is only the United States."),
    ],
)
def test_filters_that_leave_nothing_are_a_sentence(words: tuple[str, ...], said: str, shipped: Path) -> None:
    result = run(*words, str(shipped))
    assert result.exit_code == 0
    assert said in result.stderr


def test_common_ground_for_programs_holds_conditions_basis_and_n(shipped: Path) -> None:
    (row,) = json.loads(
        run("common-ground", "--proposal", "evaluation-exchange", "--format", "json", str(shipped)).stdout
    )["rows"]
    assert (row["n"], row["missing"], row["missing_words"]) == (2, "us", "no United States voice in these sources")
    assert (row["weakest_attribution"], row["weakest_confidence"]) == ("paraphrased", "high")
    assert {v["actor"]: bool(v["conditions"]) for v in row["voices"]} == {"xiao-qian": False, "cai-cuihong": True}


def test_that_other_splits_are_as_good_is_said_beside_a_table_too(tmp_path: Path) -> None:
    own = {"ann": "talk", "bob": "test", "cem": "ban"}  # what each alone backs
    lines = [f"{a} {p} {'support' if p == mine else 'oppose'} late" for a, mine in own.items() for p in own.values()]
    save(dataset(*lines), tmp_path / "d")
    told = run("camps", "--draws", "0", "--format", "csv", str(tmp_path / "d")).stderr
    assert "2 other splits are as good; one of them: " in told
