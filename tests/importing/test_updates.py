"""A newer copy of a file changes exactly what changed in it: nothing twice, nothing that was edited here."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from matrix.dataset.changes import Change
from matrix.dataset.dataset import Dataset
from matrix.dataset.problems import DatasetError
from matrix.importing import Import, ImportOptions, read_file
from matrix.store.folder import load
from matrix.store.history import apply, begin, history, undo
from tests.importing.made_dna import BACK, LETTER, REJECT, WANT, CodedPassage, letter, said
from tests.importing.made_qdpx import CODES, CodedWords, Codes, E, R, project, qdpx, refi

MAY = "Proposal,USA,China,EU\nMoratorium,yes,yes,yes\nRegistry,yes,no,yes\nFund,no,,yes\n"
JUNE = "Proposal,USA,China,EU\nMoratorium,no,yes,yes\nRegistry,yes,no,yes\nFund,no,yes,\n"


@dataclass
class Place:
    """A folder with files, and a dataset that they are imported into."""

    folder: Path

    @property
    def dataset(self) -> Path:
        return self.folder / "set"

    def look(self, file: Path, **options: Any) -> Import:
        into = load(self.dataset) if self.dataset.exists() else None
        return read_file(file, into=into, options=ImportOptions(**options))

    def take(self, file: Path, **options: Any) -> Import:
        """Import it, as the command with --apply does."""
        found = self.look(file, **options)
        assert found.sound, [*found.problems, *found.conflicts]
        if found.dataset:
            begin(
                found.dataset, self.dataset, by="a", why=f"import {file.name}", texts=found.texts, imports=found.memory
            )
        elif found.changes:
            apply(
                self.dataset,
                found.changes,
                seen=found.seen,
                by="a",
                why=f"import {file.name}",
                kind="import",
                texts=found.texts,
                imports=found.memory,
            )
        return found

    def text(self, name: str, content: str) -> Path:
        path = self.folder / name
        path.write_text(content, "utf-8")
        return path

    def edit(self, id: str, column: str, value: str) -> None:
        """By hand, in a spreadsheet: nothing of it is in the history."""
        data = load(self.dataset)
        frame = data.frames["statements"].copy()
        frame[column] = frame[column].astype("str").where(frame["id"] != id, value)
        path = self.dataset / "statements.csv"
        frame[list(data.written["statements"])].to_csv(path, index=False, lineterminator="\n")


@pytest.fixture
def here(tmp_path: Path) -> Place:
    return Place(tmp_path)


def brief(changes: Sequence[Change]) -> list[tuple[str, ...]]:
    return [(c.kind, c.table, *((c.column, c.old, c.new) if c.column else ())) for c in changes]


def stated(dataset: Dataset) -> list[str]:
    s = dataset.statements
    return sorted(f"{a} {p} {x}" for a, p, x in zip(s["actor"], s["proposal"], s["stance"].astype("str"), strict=True))


def noted(found: Import, words: str) -> str:
    (note,) = [n for n in found.notes if words in n]
    return note


# ---- a sheet


def test_next_months_sheet_changes_adds_and_names_what_is_gone(here: Place) -> None:
    here.take(here.text("tracker.csv", MAY))
    found = here.take(here.text("tracker.csv", JUNE))
    assert brief(found.changes) == [
        ("changed", "statements", "stance", "support", "oppose"),
        ("added", "statements"),
    ]
    assert noted(found, "no longer in the file") == (
        "1 statement of this source is no longer in the file: 'EU / Fund / support'. Keep or remove (it is kept; "
        "--update removes)."
    )
    assert here.look(here.folder / "tracker.csv").changes == ()
    removed = here.take(here.folder / "tracker.csv", update=True)
    assert brief(removed.changes) == [("deleted", "statements")]
    assert "eu fund support" not in stated(load(here.dataset))
    assert not any("no longer" in n for n in here.look(here.folder / "tracker.csv").notes)


def test_without_a_memory_the_sources_say_what_is_of_the_file(here: Place) -> None:
    here.take(here.text("tracker.csv", MAY))
    (here.dataset / "imports.json").unlink()
    found = here.take(here.text("tracker.csv", JUNE))
    assert [c.kind for c in found.changes] == ["changed", "added"]
    assert "'EU / Fund / support'" in noted(found, "no longer in the file")


def test_what_was_edited_here_stays_and_is_named_where_the_file_changed_it_too(here: Place) -> None:
    here.take(here.text("tracker.csv", MAY))
    ids = load(here.dataset).statements.set_index(["actor", "proposal"])["id"]
    here.edit(ids["usa", "registry"], "stance", "concern")  # the file goes on saying yes
    here.edit(ids["usa", "moratorium"], "stance", "concern")  # the file will say no
    assert here.look(here.folder / "tracker.csv").changes == ()
    found = here.take(here.text("tracker.csv", JUNE))
    assert brief(found.changes) == [("added", "statements")]
    assert "column stance" not in str(found.changes)
    kept = noted(found, "edited here")
    assert kept.startswith("1 value that was edited here since the last import, and in the file too, kept: ")
    assert "stance 'concern' (the file says 'oppose')" in kept
    assert {"usa registry concern", "usa moratorium concern"} <= {*stated(load(here.dataset))}


def test_a_statement_deleted_here_stays_out_until_it_is_asked_for(here: Place) -> None:
    here.take(here.text("tracker.csv", MAY))
    data = load(here.dataset)
    first = str(data.statements["id"][0])
    apply(here.dataset, [Change("deleted", "statements", first)], by="a", why="wrong")
    found = here.look(here.folder / "tracker.csv")
    assert found.changes == ()
    assert "'USA / Moratorium / support'" in noted(found, "deleted here since the last import")
    assert brief(here.look(here.folder / "tracker.csv", forget=True).changes) == [("added", "statements")]


def test_the_history_of_a_dataset_that_an_import_made_begins_with_it(here: Place) -> None:
    here.take(here.text("tracker.csv", MAY))
    (step,) = history(here.dataset)
    assert (step.number, step.kind, step.by, step.begins) == (1, "import", "a", True)
    assert step.why == "import tracker.csv: 3 proposals, 3 actors, 8 statements and 1 source"
    assert step.intact
    assert step.after == load(here.dataset).version
    with pytest.raises(DatasetError, match="holds nothing that could be taken back"):
        undo(here.dataset, by="a")
    with pytest.raises(DatasetError, match="row 1: made the dataset: there is nothing to take back"):
        undo(here.dataset, by="a", step=1)
    here.take(here.text("tracker.csv", JUNE))
    undo(here.dataset, by="a")
    assert [s.kind for s in history(here.dataset)] == ["import", "import", "undo"]
    assert load(here.dataset).version == step.after


@pytest.mark.slow
def test_an_import_that_was_undone_comes_in_again(here: Place) -> None:
    here.take(here.text("tracker.csv", MAY))
    june = here.text("tracker.csv", JUNE)
    first = here.take(june)
    undo(here.dataset, by="a")
    assert here.look(june).changes == first.changes
    here.take(june)
    assert here.look(june).changes == ()
    undo(here.dataset, by="a")
    assert here.look(june).changes == first.changes


def test_a_row_keeps_its_statement_when_its_words_and_date_change(here: Place) -> None:
    one = "Speaker,Proposal,Stance,Quote,Date,Source\nAnn,Ban,yes,We agre.,2026-05-01,Speech\nBo,Ban,no,No.,,Speech\n"
    here.take(here.text("a.csv", one))
    before = load(here.dataset).statements["id"].tolist()
    found = here.take(
        here.text("a.csv", one.replace("We agre.", "We agree.").replace("Bo,Ban,no,No.,", "Bo,Ban,no,No.,2026-05-02"))
    )
    assert {c.kind for c in found.changes} == {"changed"}
    assert load(here.dataset).statements["id"].tolist() == before


def test_what_was_coded_by_hand_is_none_of_the_file(here: Place) -> None:
    here.take(here.text("a.csv", "Speaker,Proposal,Stance,Source\nAnn,Ban,yes,Speech\nBo,Ban,no,Speech\n"))
    values = (("actor", "ann"), ("proposal", "ban"), ("stance", "oppose"), ("source", "speech"), ("quote", "Never."))
    apply(here.dataset, [Change("added", "statements", "own", values=values)], by="a", why="coded")
    found = here.look(here.text("a.csv", "Speaker,Proposal,Stance,Source\nBo,Ban,no,Speech\n"), update=True)
    (gone,) = found.changes
    assert (gone.kind, gone.id == "own") == ("deleted", False)


def test_a_condition_goes_with_the_stance_that_needed_it(here: Place) -> None:
    here.take(here.text("a.csv", "Speaker,Proposal,Stance\nAnn,Ban,yes if others do\nBo,Ban,no\n"))
    found = here.take(here.text("a.csv", "Speaker,Proposal,Stance\nAnn,Ban,yes\nBo,Ban,no\n"))
    assert brief(found.changes) == [
        ("changed", "statements", "stance", "conditional", "support"),
        ("changed", "statements", "condition", "if others do", ""),
    ]


def test_a_sheet_under_another_name_is_asked_about_once(here: Place) -> None:
    here.take(here.text("may.csv", MAY))
    june = here.text("june.csv", JUNE)
    asked = here.look(june)
    (problem,) = asked.problems
    assert problem.message == (
        "6 of its 8 statements are in the dataset already, of 'may.csv': say --same 'may.csv=june.csv' if it is a newer "
        "copy of that, or --different 'may.csv=june.csv' if it is another sheet"
    )
    other = here.look(june, different=["may.csv=june.csv"])
    assert {c.kind for c in other.changes} == {"added"}
    found = here.take(june, same=["may.csv=june.csv"])
    assert [c.kind for c in found.changes] == ["changed", "added"]
    assert "'EU / Fund / support'" in noted(found, "no longer in the file")
    july = here.text("july.csv", JUNE.replace("Registry,yes", "Registry,no"))
    found = here.take(july)
    assert brief(found.changes) == [("changed", "statements", "stance", "support", "oppose")]
    assert noted(found, "Taken for") == "Taken for a newer copy of 'may.csv'."
    assert load(here.dataset).sources["title"].tolist() == ["may.csv"]


@pytest.mark.slow
def test_a_row_that_may_have_another_title_is_asked_about(here: Place) -> None:
    here.take(here.text("tracker.csv", MAY))
    renamed = here.text("tracker.csv", MAY.replace("Registry", "Register of models"))
    asked = here.look(renamed)
    assert [p.message for p in asked.problems] == [
        "'Registry' is no longer in it, and 'Register of models' is new with 3 of 3 positions the same: say "
        "--same 'Register of models=Registry' if it was renamed, or --different 'Register of models=Registry' if it is "
        "another"
    ]
    assert asked.changes == ()
    found = here.look(renamed, same=["Register of models=Registry"])
    assert brief(found.changes) == [("changed", "proposals", "title", "Registry", "Register of models")]
    assert noted(found, "Renamed in the file") == "Renamed in the file: 'Registry' is now 'Register of models'."
    assert here.look(renamed, same=["Registry=Register of models"]).changes == ()  # the name of before stays
    two = here.take(renamed, different=["Register of models=Registry"])
    assert "undo" in noted(two, "are two, as was said")
    assert {c.kind for c in two.changes} == {"added"}
    assert here.look(renamed).changes == ()


def test_two_names_of_a_header_may_be_renamed_at_once(here: Place) -> None:
    sheet = "Proposal,USA,China,EU\nMoratorium,yes,no,yes\nRegistry,yes,no,no\nFund,no,yes,yes\nBan,yes,,\n"
    here.take(here.text("tracker.csv", sheet))
    new = sheet.replace("USA", "United States").replace("China", "PRC").replace("Ban,yes", "Ban,no")
    renamed = here.text("tracker.csv", new)
    asked = here.look(renamed)
    assert asked.changes == ()
    assert sorted(p.message.partition(" if it was")[0] for p in asked.problems) == [
        "'China' is no longer in it, and 'PRC' is new with 3 of 3 positions the same: say --same 'PRC=China'",
        "'USA' is no longer in it, and 'United States' is new with 3 of 4 positions the same: say "
        "--same 'United States=USA'",
    ]
    found = here.take(renamed, same=["United States=USA", "PRC=China"])
    assert brief(found.changes) == [
        ("changed", "actors", "name", "USA", "United States"),
        ("changed", "actors", "name", "China", "PRC"),
        ("changed", "statements", "stance", "support", "oppose"),
    ]
    assert here.look(renamed).changes == ()
    assert here.look(renamed).problems == ()


def test_a_slip_mended_in_a_header_is_asked_about_and_what_else_is_known_of_it_stays(here: Place) -> None:
    may = "Proposal,Grmany,China\nBan,yes,no\nFund,no,\nTax,,no\n"
    here.take(here.text("t.csv", may))
    side = [
        Change("added", "sides", "eu", values=(("name", "EU"),)),
        Change("changed", "actors", "grmany", "side", "", "eu"),
    ]
    apply(here.dataset, side, by="a", why="x")
    here.take(here.text("t.csv", may + "Levy,yes,\n"))  # its memory has the side now
    mended = here.text("t.csv", (may + "Levy,yes,\n").replace("Grmany", "Germany"))
    asked = here.look(mended)
    assert [(q.field, q.a, q.b) for q in asked.undecided] == [("actor", "Germany", "Grmany")]
    assert not any("taken for different ones" in n for n in asked.notes)
    found = here.take(mended, same=["Germany=Grmany"])
    assert brief(found.changes) == [("changed", "actors", "name", "Grmany", "Germany")]
    assert load(here.dataset).actors.set_index("id")["side"].to_dict() == {"grmany": "eu", "china": ""}
    assert here.look(mended).changes == ()


def test_names_with_one_position_in_common_are_noted_where_several_came_and_went(here: Place) -> None:
    here.take(here.text("t.csv", "Actor,Proposal,Stance\nAnn,Ban,yes\nBo,Ban,yes\nCy,Ban,no\n"))
    found = here.look(here.text("t.csv", "Actor,Proposal,Stance\nDee,Ban,yes\nEve,Ban,yes\nCy,Ban,no\n"))
    assert found.sound
    assert sum("is no longer in it" in n for n in found.notes) == 2
    one = here.look(here.text("t.csv", "Actor,Proposal,Stance\nAnn,Ban,yes\nDee,Ban,yes\nCy,Ban,no\n"))
    assert [(q.a, q.b) for q in one.undecided] == [("Dee", "Bo")]


def test_a_new_name_with_other_positions_is_not_asked_about(here: Place) -> None:
    here.take(here.text("tracker.csv", MAY))
    other = here.look(here.text("tracker.csv", MAY.replace("Registry,yes,no,yes", "Ban,no,yes,yes")))
    assert other.sound
    assert {c.kind for c in other.changes} == {"added"}


QUOTED = """Actor,Proposal,Stance,Quote
Anvil,Tax,support,We like it.
Brook,Tax,oppose,We do not.
Cedar,Ban,support,Ban it.
Delta,Ban,oppose,Never ban.
"""


@pytest.mark.slow
def test_a_copy_with_many_changes_under_another_name_is_asked_about(here: Place) -> None:
    here.take(here.text("t.csv", QUOTED))
    june = here.text(
        "t-june.csv",
        "Actor,Proposal,Stance,Quote\nDelta,Ban,support,Never ban.\nBrook Inc.,Tax,oppose,We do not.\n"
        "Anvil,Tax,support,We like it.\nAnvil,Fund,support,Fund it.\n",
    )
    asked = here.look(june)
    assert asked.changes == ()
    assert [p.message for p in asked.problems] == [
        "3 of its 4 quotes are in the dataset already, of 't.csv': say --same 't.csv=t-june.csv' if it is a newer copy "
        "of that, or --different 't.csv=t-june.csv' if it is another sheet"
    ]
    assert {c.kind for c in here.look(june, different=["t.csv=t-june.csv"]).changes} == {"added"}
    here.take(june, same=["t.csv=t-june.csv"])
    assert len(load(here.dataset).statements) == 5  # Cedar is kept, the fund is new
    assert here.look(june).changes == ()


def test_a_wide_copy_with_many_changes_under_another_name_is_asked_about(here: Place) -> None:
    here.take(here.text("may.csv", "Proposal,USA,China,EU\nTax,yes,yes,yes\nBan,yes,no,yes\nFund,no,no,yes\n"))
    june = "Proposal,USA,China,EU\nTax,no,yes,no\nBan,no,yes,no\nFund,no,no,yes\n"  # 4 of 9 as before
    (problem,) = here.look(here.text("june.csv", june)).problems
    assert problem.message.startswith(
        "4 of its 9 statements are in the dataset already, of 'may.csv': say --same 'may.csv=june.csv'"
    )
    found = here.look(here.folder / "june.csv", same=["may.csv=june.csv"])
    assert {c.kind for c in found.changes} == {"changed"}


LONG = "Actor,Proposal,Stance\n"


@pytest.mark.parametrize(
    ("may", "june", "copy"),
    [
        (["A,T,yes", "B,T,yes", "C,T,no"], ["A,T,yes", "B,T,yes", "D,T,no"], True),  # 2 of 3 statements
        (["A,T,yes", "B,T,yes", "C,T,no", "E,T,no"], ["A,T,yes", "B,T,yes", "F,T,no", "G,T,no"], True),  # 2 of 4
        (["A,T,yes", "B,T,yes"], ["A,T,yes", "B,T,yes", *(f"{x},U,no" for x in "CDEFG")], True),  # it grew
        (["A,T,yes", "B,T,yes", *(f"{x},U,no" for x in "CDEFG")], ["A,T,yes", "C,U,no"], True),  # it shrank
        (["A,T,yes", "B,T,yes", "C,T,yes", "D,T,yes"], ["A,T,no", "B,T,no", "C,T,no", "E,T,no"], True),  # 3 of 4 pairs
        (["A,T,yes", "B,T,yes", "C,T,yes"], ["A,T,no", "B,T,no", "D,T,no"], True),  # 2 of 3 pairs
        (["A,T,yes", "B,T,yes", "C,T,yes"], ["A,T,no", "E,T,no", "D,T,no"], False),  # 1 of 3 pairs
        ([f"{x},T,yes" for x in "ABCDEFGHIJK"], ["A,T,yes", "B,T,yes", *(f"{x},U,no" for x in "CDEFGHIJK")], False),
    ],
)
def test_what_makes_a_sheet_under_another_name_a_copy(here: Place, may: list[str], june: list[str], copy: bool) -> None:
    here.take(here.text("may.csv", LONG + "\n".join(may)))
    found = here.look(here.text("june.csv", LONG + "\n".join(june)))
    assert ["--same 'may.csv=june.csv'" in p.message for p in found.problems] == ([True] if copy else [])
    assert copy or len(found.changes) >= len(june)


def test_what_two_sheets_have_in_common_is_noted_where_it_is_little(here: Place) -> None:
    here.take(here.text("may.csv", LONG + "A,T,yes\nB,T,no\n"))
    june = here.text("june.csv", LONG + "A,T,yes\nC,T,no\nD,U,no\n")
    assert noted(here.look(june), "of 'may.csv'") == (
        "1 of its 3 statements is in the dataset already, of 'may.csv': say --same 'may.csv=june.csv' if it is a newer "
        "copy of that, or --different 'may.csv=june.csv' if it is another sheet."
    )
    assert not any("may.csv" in n for n in here.look(june, different=["may.csv=june.csv"]).notes)
    dated = "Actor,Proposal,Stance,Date\n{}"
    place = Place(here.folder / "dated")
    place.folder.mkdir()
    place.take(place.text("may.csv", dated.format("A,T,yes,2026-05-01\nB,T,no,2026-05-02\n")))
    assert place.look(place.text("june.csv", dated.format("A,T,yes,2026-06-01\nB,T,no,2026-06-02\n"))).sound


def test_sheets_of_two_coders_and_of_other_quotes_are_not_copies(here: Place) -> None:
    here.take(here.text("t.csv", QUOTED))
    assert here.look(here.text("other.csv", "Actor,Proposal,Stance,Quote\nAnvil,Fund,support,Fund it.\n")).sound
    coded = "Actor,Proposal,Stance,Quote,Coder\nAnvil,Tax,support,We like it.,{}\nBrook,Tax,{},We do not.,{}\n"
    place = Place(here.folder / "coders")
    place.folder.mkdir()
    place.take(place.text("one.csv", coded.format("a", "oppose", "a")))
    second = place.look(place.text("two.csv", coded.format("b", "support", "b").replace("support,We l", "oppose,We l")))
    assert second.sound


# ---- the same sheet as people save it anew

WIDE = "Proposal,Theme,USA,Türkei,Peru\nBan,arms,yes,no,no\nTests,arms,no,yes,no\nFund,money,yes,yes,no\n"
SAID = (
    "Actor,Proposal,Stance,Quote,Date,Source\nAnn Müller,Ban,yes,We like it.,2026-05-01,Speech\n"
    "Bo,Ban,no,We do not.,2026-05-02,Speech\nBo,Tax,no,Never.,2026-05-03,Letter\n"
)
LISTS = "Bill,Supporters,Opponents\nBan,Ann; Bo,Cy\nTax,Cy; Dee,Ann\nFund,Bo; Dee,\n"
TURNED = "\n".join(",".join(c) for c in zip(*(line.split(",") for line in WIDE.splitlines()), strict=True))


@pytest.mark.parametrize(
    ("sheet", "again"),
    [
        (WIDE, WIDE.encode("cp1252")),
        (WIDE, WIDE.replace(",", ";").encode("cp1252")),
        (WIDE, WIDE.replace(",", "\t").encode("utf-16")),
        (WIDE, WIDE.replace("\n", "\r\n").encode("utf-8-sig")),
        (WIDE, "\n".join(",".join(line.split(",")[i] for i in (0, 1, 4, 2, 3)) for line in WIDE.splitlines()).encode()),
        (WIDE, "\n".join([WIDE.splitlines()[0], *sorted(WIDE.splitlines()[1:])]).encode()),
        (WIDE, TURNED.replace("Proposal", "Country").replace("Theme,arms,arms,money\n", "").encode()),
        (WIDE, WIDE.replace("yes", "ja").replace("no", "nein").encode()),
        (SAID, SAID.replace(",", ";").encode("cp1252")),
        (SAID, re.sub(r"2026-05-0(\d)", r"\1 May 2026", SAID).encode()),
        (
            SAID,
            SAID.replace(
                "Actor,Proposal,Stance,Quote,Date,Source", "Akteur,Vorschlag,Haltung,Zitat,Datum,Quelle"
            ).encode(),
        ),
        (LISTS, LISTS.replace("Ann; Bo", "Bo; Ann").encode()),
        (LISTS, "\n".join(",".join(line.split(",")[i] for i in (0, 2, 1)) for line in LISTS.splitlines()).encode()),
    ],
)
def test_a_sheet_saved_in_another_way_changes_nothing(here: Place, sheet: str, again: bytes) -> None:
    here.take(here.text("t.csv", sheet))
    (here.folder / "t.csv").write_bytes(again)
    found = here.look(here.folder / "t.csv")
    assert (found.problems, found.changes) == ((), ())
    assert not any("no longer" in n for n in found.notes)


@pytest.mark.parametrize(
    ("sheet", "old", "new", "expected"),
    [
        (WIDE, "Ban,arms,yes", "Ban,arms,no", [("changed", "statements", "stance", "support", "oppose")]),
        (WIDE, "Ban,arms", "Ban,weapons", [("changed", "proposals", "theme", "arms", "weapons")]),
        (SAID, "Never.", "Never ever.", [("changed", "statements", "quote", "Never.", "Never ever.")]),
        (SAID, "Ann Müller", "Anna Miller", [("changed", "actors", "name", "Ann Müller", "Anna Miller")]),
        (SAID, ",Ban,", ",Ban it,", [("changed", "proposals", "title", "Ban", "Ban it")]),
        (LISTS, "Ban,Ann; Bo,Cy", "Ban,Bo,Cy; Ann", [("changed", "statements", "stance", "support", "oppose")]),
    ],
)
def test_what_was_corrected_in_a_sheet_is_all_that_changes(
    here: Place, sheet: str, old: str, new: str, expected: list[tuple[str, ...]]
) -> None:
    here.take(here.text("t.csv", sheet))
    found = here.take(here.text("t.csv", sheet.replace(old, new)))
    assert brief(found.changes) == expected
    assert here.look(here.folder / "t.csv").changes == ()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("sheet", "old", "new"),
    [
        (WIDE, "USA", "United States"),
        (WIDE, "Tests", "Test stop"),
        (LISTS, "Dee", "Deeper Inc"),
        (LISTS, "Ban,", "Ban of x,"),
    ],
)
def test_what_a_question_suggests_renames_and_nothing_else(here: Place, sheet: str, old: str, new: str) -> None:
    here.take(here.text("t.csv", sheet))
    asked = here.look(here.text("t.csv", sheet.replace(old, new)))
    assert asked.changes == ()
    (question,) = asked.undecided
    found = here.take(here.folder / "t.csv", same=[f"{question.a}={question.b}"])
    assert [(c.kind, c.old, c.new) for c in found.changes] == [("changed", old.strip(","), new.strip(","))]
    assert here.look(here.folder / "t.csv").changes == ()


# ---- DNA and REFI-QDA

TWO = [said(BACK, "Union", "Register of models", 1), said(REJECT, "Union", "Export ban", 0)]


@pytest.mark.slow
def test_two_studies_numbered_alike_do_not_clash(here: Place) -> None:
    here.take(letter(here.folder / "study.dna", TWO))
    other = [said("A ban is.", "Chamber", "Export ban", 1), said("None.", "Chamber", "Register of models", 0)]
    for title in ("Speech", "Letter"):  # of another text, even under the same title
        place = Place(here.folder / title)
        place.folder.mkdir()
        place.take(here.folder / "study.dna")
        found = place.take(letter(here.folder / "other.dna", other, text="None. A ban is.\n", title=title))
        assert {c.kind for c in found.changes} == {"added"}
        made = load(place.dataset)
        assert (len(made.statements), len(made.sources), len(made.proposals)) == (4, 2, 2)
        assert place.look(here.folder / "study.dna").changes == place.look(here.folder / "other.dna").changes == ()


def test_a_concept_or_organization_with_another_name_is_renamed(here: Place) -> None:
    here.take(letter(here.folder / "study.dna", TWO))
    new = [replace(TWO[0], values={**TWO[0].values, "concept": "Public register"}), TWO[1]]
    found = here.take(letter(here.folder / "later.dna", new))
    assert brief(found.changes) == [("changed", "proposals", "title", "Register of models", "Public register")]
    new = [replace(s, values={**s.values, "organization": "Printers"}) for s in new]
    found = here.take(letter(here.folder / "later.dna", new))
    assert brief(found.changes) == [("changed", "actors", "name", "Union", "Printers")]
    assert len(load(here.dataset).statements) == 2


def test_a_new_name_with_some_of_the_passages_of_one_that_is_gone_is_asked_about(here: Place) -> None:
    here.take(letter(here.folder / "study.dna", [*TWO, said(WANT, "Bank", "Export ban", 0)]))
    fewer = [said(BACK, "The Union", "Register of models", 1), said(WANT, "Bank", "Export ban", 0)]  # one is gone
    later = letter(here.folder / "later.dna", fewer)
    (problem,) = here.look(later).problems
    assert problem.message.startswith(
        "'Union' is no longer in it, and 'The Union' is new with 1 of its 2 passages: say"
    )
    assert brief(here.look(later, same=["The Union=Union"]).changes) == [
        ("changed", "actors", "name", "Union", "The Union")
    ]
    two = here.look(later, different=["The Union=Union"])
    assert {(c.kind, c.table) for c in two.changes} == {("added", "actors"), ("added", "statements")}


def test_a_name_that_was_edited_here_survives_the_rename_over_there(here: Place) -> None:
    here.take(letter(here.folder / "study.dna", TWO))
    apply(
        here.dataset,
        [Change("changed", "proposals", "register-of-models", "title", "Register of models", "Our title")],
        by="a",
        why="x",
    )
    assert here.look(here.folder / "study.dna").changes == ()
    new = [replace(TWO[0], values={**TWO[0].values, "concept": "Public register"}), TWO[1]]
    found = here.look(letter(here.folder / "study.dna", new))
    assert found.changes == ()
    assert "title 'Our title' (the file says 'Public register')" in noted(found, "edited here")


def test_a_thing_that_has_another_name_here_is_known_by_the_one_that_the_file_gave_it(here: Place) -> None:
    here.take(letter(here.folder / "study.dna", TWO))
    apply(here.dataset, [Change("changed", "actors", "union", "name", "Union", "Unions")], by="a", why="x")
    found = here.take(letter(here.folder / "study.dna", [TWO[0], said(WANT, "Union", "Fund", 1)]))
    assert brief(found.changes) == [("added", "proposals"), ("added", "statements")]
    assert not any("Renamed" in n for n in found.notes)
    assert found.questions == ()
    assert load(here.dataset).actors["name"].tolist() == ["Unions"]


def test_names_that_look_alike_are_asked_about_and_decided(here: Place) -> None:
    here.take(letter(here.folder / "study.dna", TWO))
    alike = [said(BACK, "Chamber", "Register of modles", 1, "Bo")]
    found = here.look(letter(here.folder / "other.dna", alike, title="Other"))
    assert [str(p) for p in found.questions] == ["proposal: 'Register of modles' and 'Register of models'"]
    pair = "Register of models=Register of modles"
    assert here.look(here.folder / "other.dna", different=[pair]).questions == ()
    found = here.look(here.folder / "other.dna", same=[pair])
    assert "title 'Letter' (the file says 'Other')" in noted(found, "1 value that is another one here, kept")
    assert brief(found.changes) == [("added", "actors"), ("added", "statements")]
    with pytest.raises(DatasetError, match="'Nobody=Union' does not name two names of the file or the dataset"):
        here.look(here.folder / "other.dna", same=["Nobody=Union"])


def test_coders_stay_apart_and_their_databases_come_together(here: Place) -> None:
    here.take(letter(here.folder / "a.dna", TWO))
    other = [said(BACK, "Union", "Register of models", 0, "Bo")]
    found = here.take(letter(here.folder / "b.dna", other))
    assert brief(found.changes) == [("added", "statements")]
    assert not any("no longer" in n for n in found.notes)
    assert sorted(load(here.dataset).statements["coder"]) == ["Bo", "Kim", "Kim"]


def test_a_coder_with_another_name_is_renamed(here: Place) -> None:
    here.take(letter(here.folder / "a.dna", TWO))
    renamed = letter(here.folder / "a.dna", [replace(s, coder="Kim Lee") for s in TWO])
    found = here.take(renamed)
    assert brief(found.changes) == [("changed", "statements", "coder", "Kim", "Kim Lee")] * 2
    assert noted(found, "Coders") == "Coders renamed in the file: 'Kim' is now 'Kim Lee'."
    assert here.look(renamed).changes == ()
    second = here.look(letter(here.folder / "b.dna", [replace(s, coder="Bo") for s in TWO]))  # a second opinion
    assert {c.kind for c in second.changes} == {"added"}


def test_a_source_with_another_name_in_the_sheet_is_renamed(here: Place) -> None:
    sheet = "Actor,Proposal,Stance,Quote,Source\nAnn,Ban,yes,We agree.,Speech\nBo,Ban,no,No.,Speech\nBo,Tax,no,Never.,Letter\n"
    here.take(here.text("a.csv", sheet))
    renamed = here.text("a.csv", sheet.replace("Speech", "Speech in Bonn"))
    found = here.look(renamed)
    assert brief(found.changes) == [("changed", "sources", "title", "Speech", "Speech in Bonn")]
    place = Place(here.folder / "p")
    place.folder.mkdir()
    for words in ("We agree.", "No.", "Never."):
        sheet = sheet.replace(words, "")
    place.take(place.text("a.csv", sheet))
    renamed = place.text("a.csv", sheet.replace("Speech", "Speech in Bonn"))
    assert [(q.field, q.a, q.b) for q in place.look(renamed).undecided] == [("source", "Speech in Bonn", "Speech")]
    found = place.take(renamed, same=["Speech in Bonn=Speech"])
    assert brief(found.changes) == [("changed", "sources", "title", "Speech", "Speech in Bonn")]
    assert place.look(renamed).changes == ()


@pytest.mark.parametrize("words", [("We agree with all of it.", "No."), ("", "")])
def test_a_source_with_another_name_in_a_copy_with_another_name_is_asked_about(
    here: Place, words: tuple[str, str]
) -> None:
    sheet = "Actor,Proposal,Stance,Quote,Source\nAnn,Ban,yes,{},Speech\nBo,Ban,no,{},Letter\nBo,Tax,no,,Letter\n"
    sheet = sheet.format(*words)
    here.take(here.text("may.csv", sheet))
    june = here.text("june.csv", sheet.replace("Speech", "Speech in Bonn"))
    asked = here.look(june)
    assert [(q.field, q.a, q.b) for q in asked.undecided] == [("source", "Speech in Bonn", "Speech")]
    assert asked.changes == ()
    two = here.look(june, different=["Speech in Bonn=Speech"])
    assert brief(two.changes) == [("added", "sources"), ("added", "statements")]
    found = here.take(june, same=["Speech in Bonn=Speech"])
    assert brief(found.changes) == [("changed", "sources", "title", "Speech", "Speech in Bonn")]
    assert here.look(june).changes == ()
    other = here.text("july.csv", "Actor,Proposal,Stance,Source\nAnn,Tax,yes,Paper\nBo,Ban,yes,Paper\n")
    assert {c.kind for c in here.look(other).changes} == {"added"}


def test_a_document_with_another_title_and_text_is_asked_about(here: Place) -> None:
    here.take(letter(here.folder / "study.dna", TWO))
    (title,) = load(here.dataset).sources["title"]
    corrected = letter(here.folder / "later.dna", TWO, title="Letter of May", text=f"Dear all, {LETTER}")
    asked = here.look(corrected)
    assert [(q.field, q.a, q.b) for q in asked.undecided] == [("source", "Letter of May", title)]
    for pair in (f"Letter of May={title}", f"{title}=Letter of May"):
        found = here.look(corrected, same=[pair])
        assert "added" not in {c.kind for c in found.changes}
        assert {*found.texts} == {*load(here.dataset).sources["id"]}
    assert {c.table for c in here.look(corrected, different=[pair]).changes} >= {"sources", "statements"}


def test_a_quote_that_stays_is_found_in_the_new_text_of_its_source(here: Place) -> None:
    here.take(letter(here.folder / "study.dna", TWO))
    before = load(here.dataset).statements.set_index("quote")["start"].astype(int)
    text = f"Dear all. {LETTER}"
    found = here.look(letter(here.folder / "study.dna", TWO[:1], text=text))  # one was withdrawn: it is kept here
    moved = {(c.old, c.new) for c in found.changes if c.column == "start"}
    assert moved == {(str(before[words]), str(text.index(words))) for words in (BACK, REJECT)}
    gone = letter(here.folder / "study.dna", TWO[:1], text=text.replace(REJECT, "We reject it."))
    found = here.take(gone)
    assert ("start", "") in {(c.column, c.new) for c in found.changes}
    assert "does not hold it exactly once: 'We reject an export ban.'." in noted(found, "without a place")
    assert here.look(gone).changes == ()


def test_a_changed_stance_is_told_from_a_second_one_on_the_passage(here: Place) -> None:
    here.take(letter(here.folder / "study.dna", TWO))
    both = [*TWO, said(BACK, "Union", "Register of models", 0)]
    found = here.take(letter(here.folder / "study.dna", both))
    assert brief(found.changes) == [("added", "statements")]
    found = here.look(letter(here.folder / "study.dna", [TWO[1], both[2]]))
    assert found.changes == ()
    assert "'Union / Register of models / support'" in noted(found, "no longer in the file")
    changed = [replace(TWO[0], values={**TWO[0].values, "agreement": 0}), TWO[1]]
    place = Place(here.folder / "p")
    place.folder.mkdir()
    place.take(letter(here.folder / "study.dna", TWO))
    assert brief(place.look(letter(here.folder / "study.dna", changed)).changes) == [
        ("changed", "statements", "stance", "support", "oppose")
    ]


def test_numbers_of_a_project_say_nothing(here: Place) -> None:
    """Codings are numbered anew with each export of some programs, and a new one may come before the old."""
    options = {"proposals": "Demands", "stances": {"Agrees": "support"}}
    here.take(qdpx(here.folder / "study.qdpx"), **options)
    again = project()
    for number in (101, 102, 103, 105, 106):
        again = again.replace(f'"{number:08x}-', f'"{number + 5000:08x}-')
    found = here.look(qdpx(here.folder / "study.qdpx", again))
    assert found.changes == ()
    renamed = project(
        codes=CODES.replace('"Ban in schools"', '"School ban"').replace('"Register of models"', '"List of models"')
    )
    found = here.look(qdpx(here.folder / "later.qdpx", renamed), **options)
    assert ("changed", "proposals", "title", "Register of models", "List of models") in brief(found.changes)
    assert not found.conflicts


# ---- laws

PASSAGES = [BACK, REJECT, WANT]
STATEMENTS = st.lists(
    st.builds(
        said,
        st.sampled_from(PASSAGES),
        st.sampled_from(["Union", "Chamber", "Ministry"]),
        st.sampled_from(["Register", "Export ban", "Fund"]),
        st.sampled_from([0, 1]),
        st.sampled_from(["Kim", "Bo"]),
    ),
    min_size=1,
    max_size=5,
)
LAWS = settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def fresh(tmp_path_factory: pytest.TempPathFactory) -> Place:
    return Place(tmp_path_factory.mktemp("law"))


def as_stated(statements: Sequence[CodedPassage]) -> list[tuple[Any, ...]]:
    return sorted((s.words, *s.values.values(), s.coder) for s in statements)


def held(dataset: Dataset) -> list[tuple[Any, ...]]:
    names = dict(zip(dataset.actors["id"], dataset.actors["name"], strict=True))
    titles = dict(zip(dataset.proposals["id"], dataset.proposals["title"], strict=True))
    columns = (dataset.statements[c].astype("str") for c in ("quote", "actor", "proposal", "stance", "coder"))
    return sorted((q, names[a], titles[p], int(s == "support"), c) for q, a, p, s, c in zip(*columns, strict=True))


@pytest.mark.slow
@LAWS
@given(statements=STATEMENTS, order=st.randoms())
def test_the_same_study_in_any_order_changes_nothing(
    statements: list[CodedPassage], order: Any, tmp_path_factory: pytest.TempPathFactory
) -> None:
    place = fresh(tmp_path_factory)
    place.take(letter(place.folder / "study.dna", statements))
    shuffled = [*statements]
    order.shuffle(shuffled)
    for name in ("study.dna", "another-name.dna"):
        assert place.look(letter(place.folder / name, shuffled)).changes == ()


@pytest.mark.slow
@LAWS
@given(statements=STATEMENTS, more=STATEMENTS)
def test_what_was_added_over_there_is_added_and_nothing_else(
    statements: list[CodedPassage], more: list[CodedPassage], tmp_path_factory: pytest.TempPathFactory
) -> None:
    place = fresh(tmp_path_factory)
    place.take(letter(place.folder / "study.dna", statements))
    found = place.take(letter(place.folder / "study.dna", [*more, *statements]))
    assert {c.kind for c in found.changes} == {"added"}
    assert held(load(place.dataset)) == as_stated([*statements, *more])


@pytest.mark.slow
@LAWS
@given(statements=STATEMENTS, kept=st.data())
def test_a_shrunk_copy_takes_away_when_asked_and_exactly_that(
    statements: list[CodedPassage], kept: Any, tmp_path_factory: pytest.TempPathFactory
) -> None:
    place = fresh(tmp_path_factory)
    place.take(letter(place.folder / "study.dna", statements))
    flags = kept.draw(st.lists(st.booleans(), min_size=len(statements), max_size=len(statements)).filter(any))
    rest = [s for s, keep in zip(statements, flags, strict=True) if keep]
    copy = letter(place.folder / "study.dna", rest)
    assert place.take(copy).changes == ()
    assert held(load(place.dataset)) == as_stated(statements)
    place.take(copy, update=True)
    assert held(load(place.dataset)) == as_stated(rest)


@pytest.mark.slow
@LAWS
@given(statements=STATEMENTS)
def test_a_renamed_concept_is_renamed_and_nothing_else(
    statements: list[CodedPassage], tmp_path_factory: pytest.TempPathFactory
) -> None:
    place = fresh(tmp_path_factory)
    place.take(letter(place.folder / "study.dna", statements))
    old = str(statements[0].values["concept"])
    new = [
        replace(s, values={**s.values, "concept": "Another name"}) if s.values["concept"] == old else s
        for s in statements
    ]
    found = place.take(letter(place.folder / "study.dna", new))
    assert brief(found.changes) == [("changed", "proposals", "title", old, "Another name")]
    assert held(load(place.dataset)) == as_stated(new)


ROW = st.lists(st.sampled_from(["yes", "no", ""]), min_size=3, max_size=3).filter(any)  # a blank one is asked about
CELLS = st.lists(ROW, min_size=2, max_size=4)


def wide(cells: Sequence[Sequence[str]]) -> str:
    rows = [f"Proposal number {'abcd'[i]}," + ",".join(row) for i, row in enumerate(cells)]
    return "Proposal,USA,China,EU\n" + "\n".join(rows) + "\n"


@pytest.mark.slow
@LAWS
@given(one=CELLS, other=CELLS)
def test_a_sheet_leads_to_what_it_says_whatever_it_said_before(
    one: list[list[str]], other: list[list[str]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    for cells in (one, other):  # a single column of marks may be a list of names: that is asked
        assume(sum(any(column) for column in zip(*cells, strict=True)) > 1)
    place, alone = fresh(tmp_path_factory), fresh(tmp_path_factory)
    place.take(place.text("tracker.csv", wide(one)))
    different: list[str] = []  # rows that come and go may look renamed
    for _ in range(3):
        problems = place.look(place.text("tracker.csv", wide(other)), different=different).problems
        different += [p.message.partition("--different '")[2].partition("'")[0] for p in problems]
    place.take(place.folder / "tracker.csv", update=True, different=different)
    alone.take(alone.text("tracker.csv", wide(other)))
    assert stated(load(place.dataset)) == stated(load(alone.dataset))
    assert place.look(place.folder / "tracker.csv").changes == ()


# ---- answers


def test_next_months_file_asks_nothing_new(here: Place) -> None:
    may = "Wer denn,Worum,Sagt\nAnn,Ban,hurra\nBo,Ban,buh\n"
    options = {
        "columns": {"Wer denn": "actor", "Worum": "proposal", "Sagt": "stance"},
        "stances": {"hurra": "support", "buh": "oppose"},
    }
    here.take(here.text("may.csv", may), **options)
    june = here.text("june.csv", may.replace("Bo,Ban,buh", "Bo,Tax,hurra\nCy,Ban,buh"))
    found = here.look(june)
    assert not found.problems
    note = noted(found, "Remembered from the import of 'may.csv'")
    assert "--map 'Wer denn=actor'" in note
    assert "--stance 'buh=oppose'" in note
    assert "--forget asks anew" in note
    assert here.look(june, forget=True).problems
    mine = here.look(june, stances={"buh": "concern"})  # what is said now goes before what is remembered
    assert "buh=oppose" not in noted(mine, "Remembered")
    assert any(("stance", "concern") in c.values for c in mine.changes)


def test_an_answer_about_what_next_months_file_does_not_have_waits_for_the_one_after_it(here: Place) -> None:
    may = 'Country,Ban,Tax,Remark\nPeru,yes,no,a\n"Chad, Mali",no,yes,b\n'
    here.take(here.text("t.csv", may), columns={"Chad, Mali": "actors", "Remark": "keep"})
    june = "Country,Ban,Tax\nPeru,yes,no\nChad,no,yes\nMali,no,no\n"
    found = here.take(here.text("t.csv", june))
    assert not any("Remembered" in n for n in found.notes)
    assert brief(found.changes) == [("changed", "statements", "stance", "support", "oppose")]
    assert here.look(here.text("t.csv", may)).sound
    here.take(here.text("u.csv", "Name,Proposal\nAnn,Letter\n"), constants={"stance": "support"})
    assert here.look(here.text("u.csv", "Name,Proposal,Stance\nAnn,Letter,yes\n")).sound


def test_a_stance_that_changed_on_the_same_words_is_changed_under_any_file_name(here: Place) -> None:
    may = "Actor,Proposal,Stance,Quote,Source\nAnn,Levy,no,We cannot pay.,Paper\nBo,Levy,yes,It is fair.,Paper\n"
    here.take(here.text("may.csv", may))
    revised = may.replace("Ann,Levy,no", "Ann,Levy,yes")
    found = here.take(here.text("june.csv", revised))
    assert brief(found.changes) == [("changed", "statements", "stance", "oppose", "support")]
    assert stated(load(here.dataset)) == ["ann levy support", "bo levy support"]
    more = here.look(here.text("july.csv", revised + "Ann,Levy,no,Not like this.,Paper\n"))  # other words: said too
    assert brief(more.changes) == [("added", "statements")]


def test_answers_for_a_sheet_of_another_shape_are_not_used(here: Place) -> None:
    options = {"columns": {"Wer denn": "actor", "Worum": "proposal", "Sagt": "stance"}}
    here.take(here.text("a.csv", "Wer denn,Worum,Sagt\nAnn,Ban,yes\n"), **options)
    found = here.look(here.text("b.csv", "Wer denn,Thing,Vote,Region,Chamber\nAnn,Ban,yes,EU,one\n"))
    assert not any("Remembered" in n for n in found.notes)


def test_variables_of_a_study_are_remembered(here: Place) -> None:
    types = {"Claim": {"claimant": "short text", "claim": "short text", "in favour": "boolean"}}
    claim = CodedPassage(BACK, {"claimant": "Union", "claim": "Register", "in favour": 1}, "Claim")
    options = {"actors": "claimant", "proposals": "claim", "stance_from": "in favour"}
    here.take(letter(here.folder / "a.dna", [claim], types=types), **options)
    found = here.take(letter(here.folder / "b.dna", [claim, replace(claim, words=REJECT)], types=types))
    assert brief(found.changes) == [("added", "statements")]
    assert "--actors 'claimant', --proposals 'claim', --stance-from 'in favour'" in noted(found, "Remembered")


def test_pairs_that_do_not_occur_any_more_are_left_out(here: Place) -> None:
    sheet = "Speaker,Proposal,Stance\nJon Miller,Ban,yes\nJohn Miller,Ban,yes\n"
    here.take(here.text("a.csv", sheet), same=["John Miller=Jon Miller"])
    found = here.look(here.text("a.csv", "Speaker,Proposal,Stance\nCy,Ban,yes\nJohn Miller,Ban,yes\n"))
    assert not found.problems


@pytest.mark.parametrize(
    ("change", "warning"),
    [
        (lambda text: "{", "imports.json cannot be read and is not used: it is not JSON"),
        (lambda text: "[]", "the file is not an object"),
        (lambda text: text.replace('"kind": "sheet"', '"kind": 7'), "kind is not a text"),
        (lambda text: text.replace('"map": {', '"mop": {'), "'mop' is not an option"),
        (lambda text: text.replace('"statements": {', '"stetements": {'), "'stetements' is not a table"),
        (lambda text: text.replace('"cells": {', '"cells": {"x": "1",'), "a row has not as many cells"),
        (lambda text: "[" * 100_000, "cannot be read and is not used"),
    ],
)
def test_a_memory_that_was_edited_wrongly_is_named_and_not_used(
    here: Place, change: Callable[[str], str], warning: str
) -> None:
    sheet = here.text("a.csv", "Wer denn,Proposal,Stance\nAnn,Ban,yes\n")
    here.take(sheet, columns={"Wer denn": "actor"})
    path = here.dataset / "imports.json"
    path.write_text(change(path.read_text("utf-8")), "utf-8")
    found = here.look(sheet, columns={"Wer denn": "actor"})
    assert warning in noted(found, "imports.json")
    assert found.changes == ()


def test_the_memory_is_readable_and_holds_no_words_of_the_file(here: Place) -> None:
    here.take(here.text("a.csv", "Wer denn,Proposal,Stance\nAnn,Ban,yes\n"), columns={"Wer denn": "actor"})
    memory = json.loads((here.dataset / "imports.json").read_text("utf-8"))
    (one,) = memory["imports"]
    assert (one["file"], one["kind"], one["names"]) == ("a.csv", "sheet", ["Wer denn", "Proposal", "Stance"])
    assert one["answers"] == {"map": {"Wer denn": "actor"}}
    assert len(one["rows"]["statements"]["cells"]) == 1


CODED = "doc,speaker,claim,pos\nHearing 1,Lee,Licensing,pro\nHearing 1,Ortiz,Licensing,{}\n"
ASK = {"Ask": "proposal"}
COLUMNS = {"doc": "source", "speaker": "actor", "claim": "proposal", "pos": "stance"}


def test_a_constant_belongs_to_its_file_not_to_files_of_its_shape(here: Place) -> None:
    anna, ben = here.text("anna.csv", CODED.format("con")), here.text("ben.csv", CODED.format("pro"))
    here.take(anna, columns=COLUMNS, constants={"coder": "Anna"})
    asked = here.look(ben)
    (problem,) = asked.problems
    assert "the import of 'anna.csv' was read with --set 'coder=Anna'" in problem.message
    assert "--set 'coder=@blank' for none" in problem.message
    assert "--map 'pos=stance'" in noted(asked, "Remembered")
    here.take(ben, constants={"coder": "Ben"})
    before = load(here.dataset).frames["statements"]
    again = here.look(anna)
    assert "coder=Anna" in noted(again, "Remembered")
    assert again.sound
    assert again.changes == ()
    assert here.look(ben).changes == ()
    assert sorted(set(before["coder"])) == ["Anna", "Ben"]
    assert (
        "'ben.csv'"
        in here.look(here.text("cy.csv", CODED.format("pro") + "Hearing 2,Lee,Audits,con\n")).problems[0].message
    )
    copy = here.look(here.text("copy of anna.csv", anna.read_text("utf-8")))  # the same content
    assert "coder=Anna" in noted(copy, "Remembered")


def test_who_a_sheet_is_of_is_asked_for_the_next_sheet_of_its_shape(here: Place) -> None:
    here.take(
        here.text("unilever.csv", "Ask,Position\nTarget,yes\nFees,no\n"), columns=ASK, constants={"actor": "Unilever"}
    )
    dow = here.text("dow.csv", "Ask,Position\nTarget,no\nQuota,yes\n")
    (problem,) = here.look(dow).problems
    assert "no column holds the actor" in problem.message
    assert "the import of 'unilever.csv' was read with --set 'actor=Unilever'" in problem.message
    assert "--same 'unilever.csv=dow.csv' if this is a newer copy of it" in problem.message
    here.take(dow, constants={"actor": "Dow"})
    assert here.look(here.folder / "unilever.csv").changes == ()
    newer = here.text("unilever2.csv", "Ask,Position\nTarget,yes\nFees,yes\n")
    found = here.look(newer, same=["unilever.csv=unilever2.csv"])
    assert brief(found.changes) == [("changed", "statements", "stance", "oppose", "support")]


def test_an_older_memory_counts_its_constants_for_its_own_file_only(here: Place) -> None:
    here.take(here.text("a.csv", "Ask,Position\nTarget,yes\n"), columns=ASK, constants={"actor": "A"})
    path = here.dataset / "imports.json"
    kept = json.loads(path.read_text("utf-8"))
    for each in kept["imports"]:
        each.pop("content")
    path.write_text(json.dumps(kept), "utf-8")
    assert here.look(here.folder / "a.csv").changes == ()
    assert here.look(here.text("b.csv", "Ask,Position\nTarget,yes\n")).problems


def test_the_answers_for_all_sheets_of_a_workbook_are_found_again(here: Place) -> None:
    def saved(name: str, **sheets: list[tuple[str, ...]]) -> Path:
        book = openpyxl.Workbook()
        book.remove(book.worksheets[0])
        for title, rows in sheets.items():
            made = book.create_sheet(title)
            for row in rows:
                made.append(row)
        book.save(here.folder / name)
        return here.folder / name

    head = ("Wanted", "Position", "Region")
    dow: list[tuple[str, ...]] = [head, ("Target", "yes", "EU"), ("Fees", "no", "EU")]
    basf: list[tuple[str, ...]] = [head, ("Target", "no", "US")]
    columns = {"Wanted": "proposal", "Region": "keep"}
    here.take(saved("all.xlsx", Dow=dow, BASF=basf), sheet="*", constants={"actor": "@sheet"}, columns=columns)
    basf.append(("Fees", "yes", "US"))
    found = here.take(saved("all.xlsx", Dow=dow, BASF=basf))
    assert brief(found.changes) == [("added", "statements")]
    assert found.sheet == "*"
    assert "--set 'actor=@sheet'" in noted(found, "--map 'Wanted=proposal'")
    one = saved("one.xlsx", Dow=dow, BASF=basf)
    here.take(one, sheet="BASF", constants={"actor": "B"}, columns=columns, different=["all.xlsx=one.xlsx"])
    assert here.look(one).sheet == "BASF"
    (problem,) = here.look(one, sheet="Dow").problems  # another sheet is of somebody else
    assert "--set 'actor=B'" in problem.message


LETTERS = """Actor,Proposal,Stance,Quote,Source
Ann,Ban,yes,We want a ban now and always.,Letter 1
Bob,Ban,no,We do not want any ban at all.,Letter 1
Cem,Tax,yes,A tax is long overdue in this country.,Letter 2
Dee,Tax,no,No tax shall be levied on machines.,Letter 3
"""


def without_columns(sheet: str, columns: int) -> str:
    return "\n".join(line.rsplit(",", columns)[0] for line in sheet.splitlines()) + "\n"


@pytest.mark.parametrize("lost", [1, 2])
def test_a_copy_under_another_name_that_lost_its_sources_is_asked_about(here: Place, lost: int) -> None:
    here.take(here.text("may.csv", LETTERS))
    june = here.text("june.csv", without_columns(LETTERS, lost))
    asked = here.look(june)
    assert [(q.field, q.a, q.b) for q in asked.undecided] == [("sheet", "may.csv", "june.csv")]
    assert {c.kind for c in here.look(june, different=["may.csv=june.csv"]).changes} == {"added"}
    found = here.look(june, same=["may.csv=june.csv"])
    assert found.changes == ()
    assert noted(found, "without a source") == "4 statements without a source: of the source that they had."
    changed = without_columns(LETTERS, lost).replace("Dee,Tax,no", "Dee,Tax,yes").replace("Bob,Ban,no", "Eve,Ban,no")
    found = here.take(here.text("june.csv", changed), same=["may.csv=june.csv"])
    assert [(c.kind, c.table) for c in found.changes if c.table == "statements"] == [
        ("changed", "statements"),
        ("added", "statements"),
    ]
    assert "'Bob / Ban / oppose'" in noted(found, "no longer in the file")
    assert here.look(here.folder / "june.csv").changes == ()
    assert load(here.dataset).sources["title"].tolist() == ["Letter 1", "Letter 2", "Letter 3", "june.csv"]


def test_a_sheet_that_lost_its_sources_keeps_them(here: Place) -> None:
    here.take(here.text("may.csv", LETTERS))
    assert here.look(here.text("may.csv", without_columns(LETTERS, 1))).changes == ()
    assert here.look(here.text("may.csv", LETTERS.replace("Letter 1", ""))).changes == ()
    again = here.look(here.text("may.csv", LETTERS + "Ann,Ban,yes,,\n"))
    assert [c.table for c in again.changes] == ["sources", "statements"], "a row beside the one that names its source"


def test_a_coder_that_is_filled_in_or_left_out_makes_no_second_statement(here: Place) -> None:
    blank = letter(here.folder / "study.dna", [replace(s, coder="") for s in TWO])
    here.take(blank)
    assert {*load(here.dataset).statements["coder"]} == {""}
    filled = letter(here.folder / "study-2.dna", [replace(TWO[0], values={**TWO[0].values, "agreement": 0}), TWO[1]])
    found = here.take(filled)
    assert sorted(brief(found.changes)) == [
        ("changed", "statements", "coder", "", "Kim"),
        ("changed", "statements", "coder", "", "Kim"),
        ("changed", "statements", "stance", "support", "oppose"),
    ]
    assert here.look(filled).changes == ()
    found = here.look(letter(here.folder / "study-3.dna", [replace(s, coder="") for s in TWO]))
    assert {c.kind for c in found.changes} <= {"changed"}


TOLD = {("one", R): "Union", ("one", E): "Chamber", ("two", R): "Ministry", ("two", E): "Union"}
CODINGS = st.lists(
    st.tuples(
        st.sampled_from([*TOLD]),
        st.sampled_from(["Register of models", "Export ban"]),
        st.sampled_from(["support", "oppose"]),
        st.sampled_from(["Ann", "Bo"]),
    ),
    min_size=1,
    max_size=6,
    unique_by=lambda c: (c[0], c[3]),  # several stances of one coder on one passage are asked about
)
Coding = tuple[tuple[str, str], str, str, str]


def coded_project(path: Path, coded: Sequence[Coding], called: Mapping[str, str]) -> Path:
    """A project of these codings; `called`: other names for its codes, cases and sources."""
    words = {c: CodedWords(called.get(c[0][0], c[0][0]), c[0][1], (called.get(c[1], c[1]), c[2]), c[3]) for c in coded}
    cases: dict[str, list[str | CodedWords]] = {}
    for c, each in words.items():
        cases.setdefault(called.get(TOLD[c[0]], TOLD[c[0]]), []).append(each)
    proposals: Codes = {called.get(p, p): {} for p in ("Register of models", "Export ban")}
    codes: Codes = {"Proposals": proposals, "Stances": {"support": {}, "oppose": {}}}
    texts = {called.get(name, name): f"{name}. {R}\n{E}\n" for name in ("one", "two")}
    return refi(path, [*words.values()], texts=texts, codes=codes, cases=cases)


def as_coded(coded: Sequence[Coding], called: Mapping[str, str]) -> list[tuple[Any, ...]]:
    return sorted(
        (c[0][1], called.get(TOLD[c[0]], TOLD[c[0]]), called.get(c[1], c[1]), int(c[2] == "support"), c[3])
        for c in coded
    )


@pytest.mark.slow
@LAWS
@given(coded=CODINGS, kept=st.data(), renamed=st.sampled_from(["Export ban", "Union", "one"]))
def test_a_renamed_and_shrunk_project_renames_and_takes_away_and_nothing_else(
    coded: list[Coding], kept: Any, renamed: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    place = fresh(tmp_path_factory)
    place.take(coded_project(place.folder / "study.qdpx", coded, {}))
    assert held(load(place.dataset)) == as_coded(coded, {})
    again = coded_project(place.folder / "again.qdpx", coded[::-1], {})
    assert place.look(again).changes == ()
    called = {renamed: "Another name"}
    place.take(coded_project(place.folder / "again.qdpx", coded, called))
    assert held(load(place.dataset)) == as_coded(coded, called)
    flags = kept.draw(st.lists(st.booleans(), min_size=len(coded), max_size=len(coded)).filter(any))
    rest = [c for c, keep in zip(coded, flags, strict=True) if keep]
    copy = coded_project(place.folder / "later.qdpx", rest, called)
    assert place.take(copy).changes == ()
    assert held(load(place.dataset)) == as_coded(coded, called)
    place.take(copy, update=True)
    assert held(load(place.dataset)) == as_coded(rest, called)


def test_a_newer_copy_with_none_of_the_old_statements_names_them(here: Place) -> None:
    here.take(letter(here.folder / "study.dna", TWO))
    other = [said(REJECT, "Chamber", "Export ban", 0, "Eva"), said(WANT, "Chamber", "Fund", 1, "Eva")]
    found = here.look(letter(here.folder / "study.dna", other))
    assert noted(found, "no longer in the file").startswith("2 statements of this source are no longer in the file")
    elsewhere = letter(here.folder / "study-2.dna", other)
    assert noted(here.look(elsewhere), "coded otherwise") == (
        "1 passage of it is in the dataset already, coded otherwise in another file, and both are kept: if this is a "
        "newer copy of that, import it under that name ('study.dna')."
    )
    assert not any("no longer" in n for n in here.look(elsewhere).notes)


def test_what_the_file_took_away_and_gives_back_is_added(here: Place) -> None:
    both = "Actor,Proposal,Stance\nAnn,Ban,yes\nBo,Fund,no\n"
    here.take(here.text("a.csv", both))
    here.take(here.text("a.csv", both.replace("Bo,Fund,no\n", "")), update=True)
    found = here.take(here.text("a.csv", both))
    assert brief(found.changes) == [("added", "statements")]
    here_deleted = str(load(here.dataset).statements["id"][1])
    apply(here.dataset, [Change("deleted", "statements", here_deleted)], by="a", why="wrong")
    assert here.look(here.folder / "a.csv").changes == ()


def test_the_same_answer_twice_is_no_mistake(here: Place) -> None:
    here.take(here.text("may.csv", MAY))
    renamed = here.text("may.csv", MAY.replace("Registry", "Public registry"))
    same = ["Public registry=Registry"]
    assert brief(here.take(renamed, same=same).changes) == [
        ("changed", "proposals", "title", "Registry", "Public registry")
    ]
    again = here.look(renamed, same=same)
    assert (again.problems, again.changes) == ((), ())
