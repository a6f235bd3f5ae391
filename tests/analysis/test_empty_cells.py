"""The kinds of empty cell, and that a cell of a list which is known only in part counts nowhere; all of it by hand."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from matrix.analysis.common_ground import common_ground
from matrix.analysis.comparison import PairComparison, only_backed
from matrix.analysis.coverage import coverage
from matrix.analysis.empty_cells import EMPTY_KINDS, Why
from matrix.analysis.evidence import why_empty
from matrix.analysis.overlap import overlap
from matrix.analysis.positions import fold, view
from matrix.analysis.sets import sets
from matrix.analysis.side_brief import SILENT_ON, side_brief
from matrix.analysis.sides import sides
from matrix.analysis.silences import official_silences, silent_beside_colleagues, silent_on
from matrix.cli import main
from matrix.dataset.dataset import Dataset, records
from matrix.dataset.selection import Selection
from matrix.palette import BLANKS, known_in_part, proposal_title
from matrix.store.history import save
from tests.tiny import dataset, partly_known, table

DATA = partly_known()  # its docstring says who stands where


def kinds(data: Dataset, selection: Selection | None = None) -> dict[str, list[str]]:
    """Proposal -> the kind of every actor's cell, in the order of the table."""
    return {
        p: [Why(kind).id for kind in line]
        for p, line in zip(data.proposals["id"], fold(data, selection).why.tolist(), strict=True)
    }


def with_complete_lists(data: Dataset) -> Dataset:
    """The same with every list complete."""
    return Dataset.from_frames({**data.frames, "proposals": data.proposals.assign(coverage="complete")})


def test_each_cell_is_empty_for_the_first_reason_that_holds() -> None:
    assert kinds(DATA) == {  # ann, bob, cem, dee
        "talk": ["stated", "never", "stated", "stated"],
        "test": ["stated", "looked_for", "stated", "unknown"],
        "ban": ["stated", "unknown", "superseded", "stated"],
    }
    late = kinds(DATA, Selection(source="late"))
    assert late["test"] == ["outside", "looked_for", "outside", "unknown"]
    assert late["ban"] == ["outside", "unknown", "outside", "stated"]
    searched = dataset(
        "ann talk support early superseded_by=s2",
        "bob talk support late",
        searches=table("id|actor|proposal|where|by|date", *(f"w{a}|{a}|talk|here|Cora|2026" for a in ("ann", "dee"))),
    )
    assert kinds(searched)["talk"] == ["superseded", "stated", "never", "looked_for"]


def test_an_empty_cell_says_why_in_words() -> None:
    def why(proposal: str, actor: str) -> str:
        found = why_empty(DATA, proposal=proposal, actor=actor)
        return found.words if found else ""

    assert why("talk", "ann") == ""
    assert why("talk", "bob") == "never stated in these sources; this is not neutral"
    assert why("test", "dee") == "not known: list known in part: 3 of 4 names"
    assert why("ban", "bob") == "not known: list known in part"
    assert why("ban", "cem") == "superseded by Dee's statement s8"
    assert why("test", "bob") == (
        "looked for and not found: Cora, the list of signatories, source Early paper, February 2026"
    )


def test_every_kind_has_a_look_of_its_own() -> None:
    assert list(BLANKS) == [kind.id for kind in (*EMPTY_KINDS, Why.HIDDEN)]
    for looks in ([x.glyph for x in BLANKS.values()], [x.drawn for x in BLANKS.values()]):
        assert len(set(looks)) == len(BLANKS)


def test_a_proposal_known_in_part_carries_a_mark_and_its_note() -> None:
    rows = records(DATA.proposals)
    assert [proposal_title(p) for p in rows] == ["Keep talking", "Test models †", "Ban it all †"]
    assert [known_in_part(p) for p in rows] == ["", "list known in part: 3 of 4 names", "list known in part"]


def test_only_never_stated_and_looked_for_are_silence() -> None:
    table = sides(DATA)
    assert table["north_silent"].tolist() == [1, 1, 0]  # bob: never, looked for, unknown
    assert table["south_silent"].tolist() == [0, 0, 0]
    assert (table["north_members"] == 2).all()
    found = {s.side: s for s in silent_on(fold(DATA), proposal="test")}
    assert (found["north"].unheard, found["north"].silent, found["north"].unknown) == (("bob",), (), 0)
    assert (found["south"].unheard, found["south"].silent, found["south"].unknown) == ((), (), 1)


def test_what_is_not_known_is_no_silence_of_officials() -> None:
    rows = (
        "ann test support early",
        "cem talk support early",
    )
    assert official_silences(fold(dataset(*rows))).frame["proposal"].tolist() == ["talk", "test"]
    partly = DATA.proposals.assign(coverage="partial")
    assert official_silences(fold(dataset(*rows, proposals=partly))).n == 0
    looked = table("id|actor|proposal|where|by|date", "w1|cem|test|here|Cora|2026")
    found = official_silences(fold(dataset(*rows, proposals=partly, searches=looked))).frame
    assert found[["side", "proposal"]].to_numpy().tolist() == [["south", "test"]]


def test_an_official_beside_colleagues_is_not_silent_where_the_list_is_known_in_part() -> None:
    actors = DATA.actors.assign(authority="official")
    rows = ("ann talk support early", "ann test support early")
    complete = fold(dataset(*rows, actors=actors))
    assert silent_beside_colleagues(complete, actor="bob") == ("talk", "test")
    partly = fold(dataset(*rows, actors=actors, proposals=DATA.proposals))
    assert silent_beside_colleagues(partly, actor="bob") == ("talk",)


def test_a_side_is_not_silent_on_a_list_known_in_part() -> None:
    rows = ("ann talk support early", "ann test support early")
    assert side_brief(dataset(*rows), side="south").part(SILENT_ON)["proposal"].tolist() == ["talk", "test"]
    partly = dataset(*rows, proposals=DATA.proposals)
    assert side_brief(partly, side="south").part(SILENT_ON)["proposal"].tolist() == ["talk"]


def test_a_side_missing_on_a_list_known_in_part_is_not_found_there() -> None:
    data = dataset("ann talk support early", "ann test support early", "dee ban concern early", "ann ban support early")
    data = replace(data, frames={**data.frames, "proposals": DATA.frames["proposals"]}, _memo={})
    found = common_ground(data)
    assert found.frame["tier"].tolist() == ["one-sided"] * 3
    assert found.missing.tolist() == [
        "no South voice in these sources",
        "list known in part: South not found",
        "heard without backing it: South",
    ]


def test_jaccard_leaves_out_what_is_not_known() -> None:
    # ann and cem: talk is backed by ann alone, test by both; on ban cem is not known. 1 of 2, not of 3.
    found = overlap(DATA, measure="jaccard_backed")
    assert (found.frame.loc["ann", "cem"], found.n.loc["ann", "cem"]) == (0.5, 2)
    # bob was looked for on test: it counts there as one who does not back it; on ban he is not known.
    assert (found.frame.loc["ann", "bob"], found.n.loc["ann", "bob"]) == (0, 2)
    assert overlap(with_complete_lists(DATA), measure="jaccard_backed").n.loc["ann", "cem"] == 3
    # talk and test: ann backs both, cem only test; dee backs talk and is not known on test.
    between = overlap(DATA, measure="jaccard_backed", of="proposals")
    assert (between.frame.loc["talk", "test"], between.n.loc["talk", "test"]) == (0.5, 2)


@pytest.mark.parametrize("count", ["positions", "statements"])
def test_the_jaccard_divisor_leaves_out_what_is_not_known(count: str) -> None:
    # ann and cem share test and talk; for: test both, talk only ann; against: talk only cem; ban is not known of cem.
    found = overlap(DATA, measure="shared", normalize="jaccard", count=count).frame
    assert found.loc["ann", "cem"] == pytest.approx(2 / 3)
    assert found.equals(found.T)
    complete = overlap(with_complete_lists(DATA), measure="shared", normalize="jaccard", count=count).frame
    assert complete.loc["ann", "cem"] == pytest.approx(2 / 4)


def test_exactly_these_is_not_said_where_one_of_them_is_not_known() -> None:
    found = sets(DATA, of=["ann", "cem", "dee"])
    assert {i.of: i.exclusive for i in found.intersections if i.exclusive} == {("ann", "dee"): ("talk",)}
    assert found.unknown == ("test", "ban")
    assert next(i.inclusive for i in found.intersections if i.of == ("ann",)) == ("talk", "test", "ban")
    of_sides = sets(DATA, of=["north", "south"], by="sides")  # of south nobody backs ban, and cem is not known there
    assert of_sides.unknown == ("ban",)
    assert sum(len(i.exclusive) for i in of_sides.intersections) == len(of_sides.union) - 1


def test_only_one_backs_it_is_not_said_of_a_list_known_in_part() -> None:
    data = dataset("ann talk support early", "ann test support early", proposals=DATA.proposals)
    assert only_backed(fold(data), actor="ann") == ["talk"]


def test_two_compared_speak_alone_only_where_the_other_is_known() -> None:
    pair = PairComparison(fold(DATA), "ann", "bob")
    assert pair.parts["only-one"] == ("talk", "test")  # bob: never stated, looked for; on ban not known
    assert pair.backed == (0, 2)
    assert PairComparison(fold(DATA), "cem", "dee").parts["only-one"] == ()  # dee is not known on test
    assert PairComparison(fold(DATA), "cem", "dee").parts["unknown"] == (
        "test",
        "ban",
    )  # and so they stand in this part
    assert PairComparison(fold(DATA), "dee", "cem").parts["only-one"] == ()  # cem is superseded on ban


def test_coverage_is_a_share_of_what_is_known() -> None:
    areas = table("id|name", "risk|Risk")
    proposals = DATA.proposals.assign(risk_areas="risk")
    data = dataset("ann talk support early", "ann test support early", proposals=proposals, risk_areas=areas)
    line = coverage(data).frame.loc["risk"]
    assert (line["proposals"], line["north_proposals"], line["north_known"]) == (3, 2, 2)  # ban: nobody is found there
    assert (line["south_proposals"], line["south_known"]) == (0, 1)


def run(*command: str) -> Result:
    return CliRunner().invoke(main, list(command), catch_exceptions=False)


@pytest.fixture
def folder(tmp_path: Path) -> str:
    save(DATA, tmp_path / "d")
    return str(tmp_path / "d")


def test_the_terminal_shows_the_kinds_apart(folder: str) -> None:
    text = " ".join(run("show", folder).output.split())
    for words in (
        "Test models †",
        "∅ looked for and not found;",
        "? not known: who backs it is known only in part;",
        "↷ stated, but superseded by a later statement;",
        "† list known in part: Test models (3 of 4 names); Ban it all",
    ):
        assert words in text
    both = run("evidence", "--proposal", "test", "--actor", "bob", folder)
    assert "no position: looked for and not found: Cora, the list of signatories" in both.stderr


def test_json_names_the_kinds(folder: str) -> None:
    found = json.loads(run("show", "--format", "json", folder).output)
    assert found["empty"] == {
        "superseded": {"ban": ["cem"]},
        "looked_for": {"test": ["bob"]},
        "unknown": {"test": ["dee"], "ban": ["bob"]},
    }
    assert found["known_in_part"] == {"test": "3 of 4 names", "ban": ""}
    assert view(fold(DATA)).kinds_of_empty() == found["empty"]


def test_the_sides_text_says_how_many_are_not_known(folder: str) -> None:
    text = run("show", "--by", "sides", folder).output
    assert "silent 0 of 2, not known 1" in text
