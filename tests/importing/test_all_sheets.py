"""`--sheet '*'`: all visible sheets of a workbook as one dataset, each with its name where an option asks for it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl
import pytest

from matrix.importing import Import, ImportOptions, read_file
from tests.tiny import dataset

HEAD = ("Actor", "Proposal", "Stance")


def book(folder: Path, sheets: dict[str, Any], hidden: tuple[str, ...] = ()) -> Path:
    made = openpyxl.Workbook()
    made.remove(made.worksheets[0])
    for name, rows in sheets.items():
        sheet = made.create_sheet(name)
        for row in rows:
            sheet.append(row)
        sheet.sheet_state = "hidden" if name in hidden else "visible"
    path = folder / "all.xlsx"
    made.save(path)
    return path


def read(path: Path, **options: Any) -> Import:
    return read_file(path, options=ImportOptions(sheet="*", **options))


def stated(found: Import) -> list[tuple[str, ...]]:
    assert found.dataset is not None, found.problems
    frame = found.dataset.statements[["actor", "proposal", "stance"]].astype("str")
    return list(frame.itertuples(index=False, name=None))


def test_equal_names_on_several_sheets_are_one_and_ids_appear_once(tmp_path: Path) -> None:
    sheets = {
        "2025": (HEAD, ("Ann", "Ban", "yes"), ("Bob", "Ban", "no")),
        "2026": (HEAD, ("Ann ", "Fund", "no"), ("Bob", "Ban", "yes"), ("A.N.N.", "Ban", "no")),
        "Away": (HEAD, ("Cem", "Ban", "no")),
    }
    found = read(book(tmp_path, sheets, hidden=("Away",)), different=["Ann=A.N.N."], constants={"date": "@blank"})
    assert list(found.dataset.actors["name"]) == ["Ann", "Bob", "A.N.N."]
    assert len({*found.dataset.actors["id"]}) == 3
    assert list(found.dataset.proposals["title"]) == ["Ban", "Fund"]
    assert len(stated(found)) == 5
    assert len({*found.dataset.statements["id"]}) == 5
    assert (found.sheets, found.sheet) == (("2025", "2026"), "*")
    assert any(n.startswith("2026: ") for n in found.notes)
    hidden = "the sheet 'Away' is hidden and not read; --sheet 'Away' takes it alone"
    assert hidden in found.notes
    one = read_file(tmp_path / "all.xlsx", options=ImportOptions(sheet="2025"))
    assert hidden in one.notes
    assert len(stated(one)) == 2


def test_what_is_said_of_one_sheet_only_is_no_problem_of_the_others(tmp_path: Path) -> None:
    sheets = {"One": (HEAD, ("Ann", "Ban", "yes")), "Two": (("Wer denn", *HEAD[1:]), ("Bob", "Ban", "no"))}
    path = book(tmp_path, sheets)
    assert len(stated(read(path, columns={"Wer denn": "actor"}))) == 2
    assert "--map Wen=actor: there is no such column" in str(read(path, columns={"Wen": "actor"}).problems[0])
    assert "'Ann=Zoe' does not name two names" in str(
        read(path, columns={"Wer denn": "actor"}, same=["Ann=Zoe"]).problems[0]
    )


def test_two_names_on_two_sheets_may_be_said_to_be_one(tmp_path: Path) -> None:
    sheets = {"One": (HEAD, ("Ann", "Ban", "yes")), "Two": (HEAD, ("Annie", "Fund", "no"))}
    path = book(tmp_path, sheets)
    for kept, other in (("Ann", "Annie"), ("Annie", "Ann")):
        assert list(read(path, same=[f"{kept}={other}"]).dataset.actors["name"]) == [kept]
    assert len(read(path).dataset.actors) == 2


def test_a_statement_that_two_sheets_have_word_for_word_is_one(tmp_path: Path) -> None:
    rows = (HEAD, ("Ann", "Ban", "yes"))
    found = read(book(tmp_path, {"One": rows, "Two": (*rows, ("Ann", "Ban", "no"))}))
    assert [s for *_, s in stated(found)] == ["support", "oppose"]
    assert "Two: 1 statement that an earlier sheet has too, word for word, taken once." in found.notes


def test_numbers_that_each_sheet_gives_its_own_rows_do_not_clash(tmp_path: Path) -> None:
    one = (("ID", *HEAD), ("a1", "Ann", "Ban", "yes"))
    two = (("ID", *HEAD), ("a1", "Bob", "Ban", "no"))
    found = read(book(tmp_path, {"One": one, "Two": two}))
    assert list(found.dataset.statements["id"]) == ["a1", "a1-2"]
    assert "Two: 1 statement whose id an earlier sheet gives to another one, numbered anew." in found.notes


def test_a_sheet_of_remarks_is_named_and_left_out(tmp_path: Path) -> None:
    sheets = {"Read me": (("About", "this file"), ("made by", "us")), "Data": (HEAD, ("Ann", "Ban", "yes"))}
    found = read(book(tmp_path, sheets))
    assert stated(found) == [("ann", "ban", "support")]
    assert any(
        n.startswith("the sheet 'Read me' is not read, as nothing in it looks like statements") for n in found.notes
    )


def test_a_problem_says_on_which_sheet_it_is_and_nothing_is_read(tmp_path: Path) -> None:
    sheets = {"One": (HEAD, ("Ann", "Ban", "yes")), "Two": (HEAD, ("Bob", "Ban", "hm"))}
    found = read(book(tmp_path, sheets))
    assert found.dataset is None
    assert "in the sheet 'Two': 'hm'" in str(found.problems[0])
    assert stated(read(book(tmp_path, sheets), stances={"hm": "skip"})) == [("ann", "ban", "support")]


def test_all_sheets_add_to_a_dataset_under_the_names_it_has(tmp_path: Path) -> None:
    there = dataset("ann ban support early")
    name = str(there.actors["name"].iloc[0])
    sheets = {"One": (HEAD, (name, "Ban", "yes")), "Two": (HEAD, ("Zoe", "Ban", "no"))}
    found = read_file(book(tmp_path, sheets), into=there, options=ImportOptions(sheet="*"))
    assert sorted(c.id for c in found.changes if c.table == "actors") == ["zoe"]
    assert sum(c.table == "statements" for c in found.changes) == 2
    assert found.sound


@pytest.mark.parametrize("sheet", ["*", "USA"])
def test_the_name_of_the_sheet_stands_for_what_is_set_to_it(
    tmp_path: Path, sheet: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is done with a constant is decided elsewhere: here each sheet gives its name to it."""
    from matrix.importing.sheet import mapping

    constants = []
    whole = mapping.propose

    def propose(*given: Any, options: ImportOptions, **more: Any) -> Any:
        constants.append(dict(options.constants))
        return whole(*given, options=options, **more)

    monkeypatch.setattr(mapping, "propose", propose)
    rows = (HEAD, ("Ann", "Ban", "yes"))
    path = book(tmp_path, {"USA": rows, "China": rows})
    read_file(path, options=ImportOptions(sheet=sheet, constants={"side": "@sheet", "note": "x"}))
    assert constants == [{"side": name, "note": "x"} for name in (["USA", "China"] if sheet == "*" else ["USA"])]


def test_what_only_the_names_of_sheets_say_is_asked_about(tmp_path: Path) -> None:
    wide = {"2022": (("Proposal", "Peru", "Chad"), ("Ban", "yes", "no"), ("Tax", "no", "no"))}
    wide["2024"] = (*wide["2022"][:2], ("Tax", "yes", "no"))
    file = book(tmp_path, wide)
    assert "say --set 'date=@sheet' if these are the dates of what they hold" in str(read(file).problems[0])
    dated = read(file, constants={"date": "@sheet"})
    assert len(stated(dated)) == 8
    assert {*dated.dataset.statements["date_start"]} == {"2022", "2024"}
    file = book(tmp_path, {"Peru": (HEAD[1:], ("Ban", "yes")), "Chad": (HEAD[1:], ("Ban", "no"))})
    (one,) = read_file(file).problems
    assert "all with --sheet '*' --set 'actor=@sheet' where each is of one actor" in one.message
    assert "--set 'actor=@sheet' takes the sheet's name" in read(file).problems[0].message
    assert stated(read(file, constants={"actor": "@sheet"})) == [("peru", "ban", "support"), ("chad", "ban", "oppose")]


def test_wide_sheets_of_one_header_are_asked_about(tmp_path: Path) -> None:
    rows = {
        "2019": [["Country", "Ban", "Fund"], ["Peru", "no", "yes"]],
        "2023": [["Country", "Ban", "Fund"], ["Peru", "yes", "yes"]],
    }
    path = book(tmp_path, rows)
    found = read_file(path)
    assert found.sheets == ("2019", "2023")
    assert "several sheets have much the same header: '2019', '2023'" in str(found.problems)
    found = read(path, constants={"date": "@sheet"})
    assert found.dataset is not None
    statements = found.dataset.statements
    assert sorted(zip(statements["date_start"], statements["stance"].astype(str), strict=True)) == [
        ("2019", "oppose"),
        ("2019", "support"),
        ("2023", "support"),
        ("2023", "support"),
    ]
