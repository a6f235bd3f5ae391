"""Every rule of the data model: a line of broken input and its message - where, found, allowed, probably meant."""

from __future__ import annotations

import random

import pandas as pd
import pytest

from matrix import Dataset, DatasetError, check
from matrix.dataset import check_report, check_values, codes
from matrix.dataset import frames as frames_module
from matrix.dataset.datapackage import read_package
from matrix.dataset.problems import number_of
from matrix.dataset.schema import TABLES, Column, Table
from tests.tiny import frames, minimal, stated, table

GOOD = (
    "ann talk support early date_start=2026-01-10 date_end=2026-01-10",
    "cem talk conditional late",
    "dee ban oppose late",
)


def broken(change: str) -> dict[str, pd.DataFrame]:
    """The good tiny dataset with one cell changed: `statements 1 stance=suport` (row counted from 0)."""
    name, row, assignment = change.split(" ", 2)
    column, value = assignment.split("=", 1)
    tables = frames(stated(*GOOD))
    frame = tables[name].copy()
    if column not in frame.columns:
        frame[column] = ""
    frame.loc[int(row), column] = value
    return {**tables, name: frame}


@pytest.mark.parametrize("seed", range(4))
def test_short_tables_are_judged_as_long_ones_are(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    rng = random.Random(seed)
    words = [
        "",
        "a",
        "a;b",
        "a;a",
        "a\n",
        "\0",
        "true",
        "-3",
        "1_0",
        "\u0661",
        "2026-02",
        "2026-02-30",
        "support",
        "mixed",
    ]
    words += ["HTTPS://a.b", "http://a\vb", "#aabbcc", "ab" * 32, "official", "陈", "id-", "conditional"]

    def value(table: Table, c: Column, row: int) -> str:
        own = {"id": f"{table.name[0]}{row}", "ref": f"{c.target[:1]}{rng.randrange(9)}", "date": f"202{row}"}
        return rng.choice([*c.values, own.get(c.kind, ""), rng.choice(words)])

    hostile = {
        t.name: pd.DataFrame([{c.name: value(t, c, i) for c in t.columns} for i in range(8)]) for t in TABLES.values()
    }
    short = check(hostile, every=True)
    for module in (frames_module, check_report, check_values, codes):
        monkeypatch.setattr(module, "FEW", -1)
    assert len(short) > 200
    assert check(hostile, every=True) == short


def test_the_good_dataset_has_no_problem() -> None:
    assert check(frames(stated(*GOOD))) == []


ERRORS = [
    (
        "statements 0 stance=suport",
        "statements.csv row 2, column stance: "
        "'suport' is not one of support, conditional, concern, oppose; did you mean 'support'?",
    ),
    (
        "statements 0 actor=an",
        "statements.csv row 2, column actor: 'an' is not one of ann, bob, cem, dee; did you mean 'ann'?",
    ),
    ("statements 1 proposal=zzz", "statements.csv row 3, column proposal: 'zzz' is not one of talk, test, ban"),
    ("statements 2 source=", "statements.csv row 4, column source: is empty; a value is required"),
    ("statements 1 id=s1", "statements.csv row 3, column id: 's1' is already the id of row 2"),
    (
        "statements 1 id=S_2",
        "statements.csv row 3, column id: 'S_2' is not an id: lower-case letters and digits, joined by single '-'",
    ),
    (
        "statements 1 id=s2\n",
        "statements.csv row 3, column id: 's2\\n' is not an id: lower-case letters and digits, joined by single '-'",
    ),
    (
        "statements 0 date_start=2026-13-01",
        "statements.csv row 2, column date_start: '2026-13-01' is not a date: there is no month 13",
    ),
    (
        "statements 0 date_start=2026-02-30",
        "statements.csv row 2, column date_start: '2026-02-30' is not a date: 2026-02 has no day 30",
    ),
    (
        "statements 0 date_start=1.2.2026",
        "statements.csv row 2, column date_start: '1.2.2026' is not a date: YYYY, YYYY-MM or YYYY-MM-DD is expected",
    ),
    (
        "statements 0 date_end=2026-01-09",
        "statements.csv row 2, column date_end: '2026-01-09' is before date_start '2026-01-10'",
    ),
    (
        "statements 1 condition=",
        "statements.csv row 3, column condition: "
        "is empty, but the stance 'conditional' is conditional: say on what it depends",
    ),
    (
        "statements 0 condition=if so",
        "statements.csv row 2, column condition: 'if so' is given, but the stance 'support' is not conditional",
    ),
    ("statements 0 start=-3", "statements.csv row 2, column start: '-3' is not a whole number from 0"),
    (
        "statements 0 superseded_by=s9",
        "statements.csv row 2, column superseded_by: 's9' is not one of s1, s2, s3",
    ),
    ("statements 0 superseded_by=s3", "statements.csv row 2, column superseded_by: 's3' is on another proposal, 'ban'"),
    (
        "statements 0 superseded_by=s2",
        "statements.csv row 2, column superseded_by: 's2' is of 'cem', which is not on the same side",
    ),
    ("statements 0 superseded_by=s1", "statements.csv row 2, column superseded_by: runs in a circle: s1 -> s1"),
    ("proposals 0 parent=test", "proposals.csv row 2, column parent: runs in a circle: talk -> test -> talk"),
    ("proposals 0 rung=2", "proposals.csv row 2, column rung: has no ladder"),
    ("proposals 0 rung=2.5", "proposals.csv row 2, column rung: '2.5' is not a whole number"),
    ("actors 0 side=nort", "actors.csv row 2, column side: 'nort' is not one of north, south; did you mean 'north'?"),
    ("sides 0 counted=yes", "sides.csv row 2, column counted: 'yes' is not one of true, false"),
    ("sides 0 colour=red", "sides.csv row 2, column colour: 'red' is not a colour: #RRGGBB is expected"),
    ("sides 0 name=", "sides.csv row 2, column name: is empty; a value is required"),
    (
        "sources 0 sha256=abc",
        "sources.csv row 2, column sha256: 'abc' is not a SHA-256: 64 hexadecimal digits in lower case",
    ),
]


SEARCHES = table("id|actor|proposal|where|by|date|source|note", "w1|bob|ban|the ministry's site|cw|2026-03|late|")


def searched(**cells: str) -> dict[str, pd.DataFrame]:
    """The good tiny dataset with one search, some of its cells changed."""
    return frames(stated(*GOOD), searches=SEARCHES.assign(**cells))


def test_a_search_is_checked_as_every_table_is() -> None:
    assert check(searched()) == []
    assert [str(p) for p in check(searched(actor="bo", date="March", where="", by=""))] == [
        "searches.csv row 2, column actor: 'bo' is not one of ann, bob, cem, dee; did you mean 'bob'?",
        "searches.csv row 2, column by: is empty; a value is required",
        "searches.csv row 2, column date: 'March' is not a date: YYYY, YYYY-MM or YYYY-MM-DD is expected",
        "searches.csv row 2, column where: is empty; a value is required",
    ]


def test_a_recorded_statement_needs_no_quote_and_a_state_is_an_actor() -> None:
    tables = frames(stated("ann talk support early attribution=recorded"))
    assert check({**tables, "actors": tables["actors"].assign(kind="state")}) == []


def test_coverage_and_date_of_a_proposal_are_typed() -> None:
    tables = frames(stated(*GOOD))
    proposals = tables["proposals"].assign(date="2024-05", coverage="partial", coverage_note="54 of 91 names")
    assert check({**tables, "proposals": proposals}) == []
    assert [str(p) for p in check({**tables, "proposals": proposals.assign(date="May", coverage="part")})][:2] == [
        "proposals.csv row 2, column coverage: warning: 'part' is not one of complete, partial; did you mean 'partial'?",
        "proposals.csv row 2, column date: 'May' is not a date: YYYY, YYYY-MM or YYYY-MM-DD is expected",
    ]


def test_a_dataset_without_the_newer_columns_keeps_its_version() -> None:
    assert Dataset.from_frames(frames(stated(*GOOD))).version == "5a869db7cdaa"


@pytest.mark.parametrize(("change", "message"), ERRORS, ids=[c for c, _ in ERRORS])
def test_an_error_names_file_row_column_and_near_miss(change: str, message: str) -> None:
    tables = broken(change)
    assert message in [str(p) for p in check(tables) if not p.warning]
    with pytest.raises(DatasetError) as caught:
        Dataset.from_frames(tables)
    assert message in str(caught.value)


WARNINGS = [
    (
        "actors 0 authority=offical",
        "'offical' is not one of official, former_official, state_media, expert, industry, media, unnamed",
    ),
    ("sources 0 url=javascript:alert(1)", "'javascript:alert(1)' is not an http(s) address and is shown as plain text"),
    ("statements 0 date_start=2026-02", "'2026-02' is after its source was published (2026-01-31)"),
    ("actors 0 name=An\0n", "contains a NUL character, which neither spreadsheets nor databases keep; remove it"),
    ("actors 0 authority=\0", "contains a NUL character, which neither spreadsheets nor databases keep; remove it"),
    ("proposals 0 ladder=nc3", "is empty; a proposal on a ladder needs its place"),
    ("sources 0 pubisher=x", "is not a column of this table and is kept as it is; did you mean 'publisher'?"),
]


@pytest.mark.parametrize(("change", "message"), WARNINGS, ids=[c for c, _ in WARNINGS])
def test_a_warning_does_not_stop_the_dataset(change: str, message: str) -> None:
    tables = broken(change)
    if change.endswith("2026-02"):
        tables["statements"].loc[0, "date_end"] = ""
    dataset = Dataset.from_frames(tables)
    assert [p.message for p in dataset.warnings if p.message.startswith(message)]


@pytest.mark.parametrize("change", ["proposals 0 dna_theme=x", "actors 0 case_side=x"])
def test_a_column_named_apart_on_purpose_is_no_slip(change: str) -> None:
    assert not [p for p in check(broken(change)) if "is not a column of this table" in p.message]


def test_an_enum_of_the_package_turns_the_warning_into_an_error() -> None:
    field = {"name": "authority", "constraints": {"enum": ["official", "expert"]}}
    package = read_package({"resources": [{"name": "actors", "schema": {"fields": [field]}}]})
    found = check(broken("actors 0 authority=offical"), package)
    assert [str(p) for p in found] == [
        "actors.csv row 2, column authority: 'offical' is not one of official, expert; did you mean 'official'?"
    ]


def test_all_problems_come_at_once() -> None:
    tables = frames(stated("ann talk suport early", "an talk support early", "dee ban conditional late condition="))
    tables["proposals"] = pd.concat([tables["proposals"], tables["proposals"].iloc[:1]])
    assert len([p for p in check(tables) if not p.warning]) == 4


def test_a_condition_is_a_warning_on_another_scale_and_an_error_where_the_column_says_so() -> None:
    scale = table("id|name|score", "no|No|-2", "so|So|1", "yes|Yes|2")
    rows = ("x|a|p|so|s", "y|b|p|yes|s")
    assert [p.warning for p in check({**minimal(*rows), "stances": scale})] == [True]
    strict = scale.assign(conditional=["", "true", ""])
    assert [p.warning for p in check({**minimal(*rows), "stances": strict})] == [False]


def test_mixed_is_no_stance() -> None:
    scale = table("id|name|score", "mixed|Mixed|1")
    assert "'mixed' is the name of the derived state" in str(check({**minimal("x|a|p|mixed|s"), "stances": scale})[0])


def test_missing_tables_and_columns() -> None:
    tables = minimal("x|a|p|support|s")
    del tables["sources"]
    tables["actors"] = tables["actors"].rename(columns={"name": "nme"})
    found = [str(p) for p in check(tables)]
    assert "sources.csv: the table is missing" in found
    assert "actors.csv row 1, column name: the column is missing; did you mean 'nme'?" in found


def test_twenty_rows_of_a_kind_have_a_line_each_and_more_are_one() -> None:
    tables = minimal(*(f"s{i}|zzz|p|support|s" for i in range(20)))
    assert [p.row for p in check(tables)] == list(range(2, 22))
    tables = minimal(*(f"s{i}|zzz|p|support|s" for i in range(500)))
    assert [str(p) for p in check(tables)] == [
        "statements.csv: 500 rows, column actor, 'zzz' is not one of a, b; first rows 2, 3, 4"
    ]
    assert len(check(tables, every=True)) == number_of(check(tables)) == 500


def test_many_wrong_values_are_one_line_too_and_a_few_keep_their_near_miss() -> None:
    many = minimal(*(f"s{i}|z{i}|p|support|s" for i in range(30)))
    assert [str(p) for p in check(many)] == [
        "statements.csv: 30 rows, column actor, are not ids in actors.csv; first rows 2, 3, 4"
    ]
    few = minimal(*(f"s{i}|a|p|{'suport' if i % 2 else 'oposse'}|s" for i in range(50)))
    found = [p.words for p in check(few)]
    assert len(found) == 2
    assert all("did you mean" in words and "first rows" in words for words in found)


def test_warnings_are_counted_alike_and_the_order_is_the_same_by_every_way() -> None:
    late = minimal(*(f"s{i}|a|p|support|s" for i in range(40)))
    late["sources"] = table("id|title|date", "s|Source|2026-01-01")
    late["statements"]["date_start"] = "2026-05-01"
    late["statements"]["date_end"] = "2026-05-01"
    late["statements"].loc[3, "actor"] = "c"
    found = check(late)
    assert [str(p) for p in found] == [
        "statements.csv: warning: 40 rows, column date_start, are after their source was published; first rows 2, 3, 4",
        "statements.csv row 5, column actor: 'c' is not one of a, b",
    ]
    with pytest.raises(DatasetError) as raised:
        Dataset.from_frames(late)
    assert list(raised.value.problems) == [p for p in found if not p.warning]


def test_every_rule_can_be_said_of_many_rows() -> None:
    """A table in which each rule is broken in 30 rows: every problem is counted, none needs a row's own words."""
    n = range(30)
    tables = {
        "sources": table("id|title|date|url|sha256", *(f"s{i}|T|2026-01-01|ftp:{i}|{i}" for i in n)),
        "actors": table("id|name|kind", *(f"a{i}|N|planet{i}" for i in n), *(f"A {i}||" for i in n)),
        "proposals": table(
            "id|title|parent|ladder|rung|date|risk_areas",
            *(f"p{i}|T|p{i}|l|1|x{i}|;{i}" for i in n),
            *(f"q{i}|T|||{i}|2026-13|" for i in n),
        ),
        "statements": table(
            "id|actor|proposal|stance|source|condition|start|date_start|date_end|superseded_by",
            *(f"m{i}|a{i}|p{i}|support|s{i}|c|-{i}|2026-05-02|2026-05-01|n{i}" for i in n),
            *(f"n{i}|a{29 - i}|q{i}|conditional|s{i}||1|2025-05-02|2025-05-02|" for i in n),
        ),
        "links": table("id|proposal|other|kind", *(f"l{i}|p{i}|p{i}|near_match" for i in n)),
        "events": table("id|title|date_start|conflicts_with", *(f"e{i}|T|2026|e{i}" for i in n)),
        "sides": table("id|name|counted|colour", *(f"x{i}|N|maybe{i}|red{i}" for i in n)),
        "stances": table("id|name|score", *(f"t{i}|N|high{i}" for i in n)),
    }
    found = check(tables)
    assert {p.count for p in found} <= {1, 29, 30, 59, 60}
    assert number_of(found) == len(check(tables, every=True))
    counted = [p for p in found if p.count > 1]
    assert len({(p.file, p.column, p.message) for p in counted}) == len(counted) >= 20


@pytest.mark.parametrize("ring", [2, 3, 50])
def test_a_circle_of_any_length_is_found_and_its_tail_is_not(ring: int) -> None:
    rows = [f"p{i}|P{i}|p{(i + 1) % ring}" for i in range(ring)] + ["tail|T|p0"]
    tables = {**minimal(), "proposals": table("id|title|parent", *rows)}
    assert sorted(p.row for p in check(tables, every=True)) == list(range(2, ring + 2))


def test_a_chain_may_stay_with_one_actor_without_a_side_but_not_pass_to_another() -> None:
    rows = table(
        "id|actor|proposal|stance|source|superseded_by", "x|a|p|support|s|y", "y|a|p|support|s|z", "z|b|p|support|s|"
    )
    found = check({**minimal(), "statements": rows})
    assert [(p.row, p.message) for p in found] == [(3, "'z' is of 'b', which is not on the same side")]


def test_a_chain_never_goes_back_in_time() -> None:
    back = stated(
        "ann talk support late date_start=2026-05-02 superseded_by=s2",
        "ann talk oppose late date_start=2026-05-01 date_end=2026-05-01",
    )
    assert "'s2' is earlier (2026-05-01) than this (2026-05-02)" in str(check(frames(back))[0])


def test_a_conflict_that_is_not_mutual_is_a_warning_and_a_mutual_one_is_no_circle() -> None:
    mutual = table("id|title|conflicts_with", "e|E|f", "f|F|e")
    assert check({**minimal(), "events": mutual}) == []
    one_way = table("id|title|conflicts_with", "e|E|f", "f|F|")
    assert [str(p) for p in check({**minimal(), "events": one_way})] == [
        "events.csv row 2, column conflicts_with: warning: 'f' does not name 'e' in return"
    ]


def test_lists_are_checked_item_by_item() -> None:
    tables = minimal()
    tables["risk_areas"] = table("id|name", "nc3|NC3", "cyber|Cyber")
    for value, message in {
        "nc3;cyber": None,
        "nc3;cibers": "'cibers' is not one of nc3, cyber; did you mean 'cyber'?",
        "nc3;;cyber": "'nc3;;cyber' has an empty place between its ';'",
        "nc3;nc3": "'nc3;nc3' names 'nc3' twice",
    }.items():
        tables["proposals"] = table("id|title|risk_areas", f"p|Plan|{value}")
        assert [p.message for p in check(tables)] == ([message] if message else [])


def test_frames_of_any_dtype_are_read_as_a_person_would_have_typed_them() -> None:
    tables = minimal("x|a|p|so|s")
    tables["stances"] = pd.DataFrame(
        {"id": ["so", "no"], "name": ["So", "No"], "score": [2.0, -1.5], "conditional": [False, None]}
    )
    dataset = Dataset.from_frames(tables)
    assert dataset.stances["score"].tolist() == ["2", "-1.5"]
    assert dataset.stances["conditional"].tolist() == ["false", ""]


def test_a_lone_surrogate_is_refused_with_its_place() -> None:
    tables = minimal("x|a|p|support|s")
    tables["actors"] = pd.DataFrame({"id": ["a", "b"], "name": ["A\ud800", "B"]}, dtype=object)
    assert "actors.csv row 2, column name: holds a character that is not text (a lone surrogate)" in map(
        str, check(tables)
    )


@pytest.mark.parametrize(("name", "column"), [("actors", "name"), ("proposals", "title")])
def test_two_actors_or_proposals_of_one_name_are_a_warning(name: str, column: str) -> None:
    tables = frames(stated(*GOOD))
    first = tables[name][column][0]
    assert not any("is the name of" in p.message for p in check(tables))
    frame = tables[name].copy()
    frame.loc[1, column] = f"\u200f{first}\u00a0 "
    (problem,) = [p for p in check({**tables, name: frame}) if "is the name of" in p.message]
    assert problem.warning
    assert (problem.row, problem.column) == (3, column)
    assert f"is the name of {frame['id'][0]!r} too" in problem.message
