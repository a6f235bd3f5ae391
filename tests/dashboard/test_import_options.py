"""A sheet made by hand on the Data page: how it is read is shown, corrected, and only then applied."""

from __future__ import annotations

import re
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

from matrix import shipped as shipped_data
from matrix.dashboard import access
from matrix.dataset.selection import Selection
from matrix.export.formats import made
from matrix.store.folder import load
from matrix.store.history import save
from tests.importing.made_dna import dna
from tests.importing.made_qdpx import CODES, LETTER, CodedWords, R, project, qdpx, refi
from tests.tiny import dataset

SHEET = """Speaker,Demand,View on it,How they put it,Where
Ann,Keep talking,rather not,"No, thanks",Late paper
Anne,Keep talking,agrees,Yes ![p](http://evil.example/p.png),Late paper
"""


@pytest.fixture
def page(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], AppTest]:
    save(dataset("ann talk support late"), tmp_path / "tiny")
    monkeypatch.setenv("POLICY_MATRIX_DATASET", str(tmp_path / "tiny"))
    monkeypatch.delenv("POLICY_MATRIX_TEXTS", raising=False)
    monkeypatch.setattr(access, "refusal", lambda headers, cookies: None)

    def run() -> AppTest:
        app = AppTest.from_file(str(root / "app.py"), default_timeout=120)
        app._page_hash = calc_hash("data")
        app.query_params["data"] = "bring-in"
        return app.run()

    return run


def choose(app: AppTest, label: str, value: str) -> AppTest:
    next(s for s in app.selectbox if label in s.label).set_value(value)
    return app.run()


def into(app: AppTest, target: str = "here") -> AppTest:
    """Answers where the file goes."""
    next(c for c in app.segmented_control if c.label == "Where does it go?").set_value(target)
    return ran(app)


def apply_button(app: AppTest) -> list[str]:
    return [b.label for b in app.button if b.label.startswith("Apply ")]


def test_a_sheet_is_shown_as_it_is_read_corrected_and_applied(page: Callable[[], AppTest], tmp_path: Path) -> None:
    app = page()
    app = dropped(app, "mine.csv", SHEET.encode())
    assert not [s for s in app.selectbox if s.label.startswith("Column")], "first it is asked where it goes"
    assert apply_button(app) == []
    app = into(app)
    boxes = {s.label.replace("\\", ""): s.value for s in app.selectbox if s.label.startswith("Column")}
    assert list(boxes.items())[:3] == [
        ("Column “Speaker” (Ann, Anne)", "actor"),
        ("Column “Demand” (Keep talking)", "proposal"),
        ("Column “View on it” (rather not, agrees)", "keep"),
    ]
    assert [*boxes.values()][3:] == ["keep", "keep"]
    assert apply_button(app) == ["Apply 0 changes"], "nothing to apply while the stance is not known"
    app = choose(app, "View on it", "stance")
    app = choose(app, "How they put it", "quote")
    app = choose(app, "Where", "source")
    assert apply_button(app) == ["Apply 0 changes"], "nor while a word for a stance is uncertain"
    assert {s.label.replace("\\", ""): s.value for s in app.selectbox if "time" in s.label} == {
        "“rather not” (1 time; row 2: Ann on Keep talking)": None,
        "“agrees” (1 time; row 3: Anne on Keep talking)": "support",
    }
    app = choose(app, "“rather not”", "oppose")
    assert not app.exception
    (apply,) = apply_button(app)
    assert apply == "Apply 3 changes"  # two statements, and Anne, who is not Ann
    next(b for b in app.button if b.label == apply).click()
    app.run()
    assert not app.exception
    made = load(tmp_path / "tiny")
    said = made.statements.set_index("actor").loc["ann"]
    assert sorted(said["stance"]) == ["oppose", "support"]
    assert made.actors["name"].tolist()[-1] == "Anne"
    assert len(made.statements) == 3


def dropped(app: AppTest, name: str, data: bytes) -> AppTest:
    app.get("file_uploader")[0].upload(name, data)
    return ran(app)


def ran(app: AppTest) -> AppTest:
    app.run()
    assert not app.exception
    return app


def typed(app: AppTest, label: str, words: str) -> AppTest:
    next(t for t in app.text_input if t.label == label).set_value(words)
    return app


def told(app: AppTest) -> str:
    return " ".join(str(e.proto.body) for e in app.get("html"))


def test_of_several_encodings_the_visitor_chooses_by_what_each_reads(page: Callable[[], AppTest]) -> None:
    data = "Actor,Proposal,Stance,Quote\nCem,Keep talking,agrees,dzięki\n".encode("cp1250")
    app = into(dropped(page(), "mine.csv", data))
    (box,) = (s for s in app.selectbox if s.label.startswith("Encoding"))
    assert box.value is None
    assert {"Windows-1252: dziêki", "Windows-1250: dzięki"} <= {*box.options}
    app = choose(app, "Encoding", "cp1250")
    assert "dzięki" in str(app.session_state["visit"].page_state["upload"].changes)
    (box,) = (s for s in app.selectbox if s.label.startswith("Encoding"))
    assert box.value == "cp1250"


def test_of_several_sheets_the_visitor_chooses(page: Callable[[], AppTest]) -> None:
    book = openpyxl.Workbook()
    for name, actor in (("May", "Cem"), ("June", "Dora")):
        sheet = book.create_sheet(name)
        sheet.append(["Actor", "Proposal", "Stance"])
        sheet.append([actor, "Keep talking", "agrees"])
    out = BytesIO()
    book.save(out)
    app = into(dropped(page(), "mine.xlsx", out.getvalue()))
    assert "everal sheets look like statements" in str(app.session_state["visit"].page_state["upload"].lines)
    assert not app.exception
    (box,) = (s for s in app.selectbox if s.label == "Sheet that is read")
    assert (box.value, box.options) == (None, ["May", "June", "all of them"])
    app = choose(app, "Sheet that is read", "June")
    assert "dora" in str(app.session_state["visit"].page_state["upload"].changes)
    app = choose(app, "Sheet that is read", "May")
    assert "cem" in str(app.session_state["visit"].page_state["upload"].changes)


def test_a_row_left_out_as_a_sum_can_be_brought_back(page: Callable[[], AppTest]) -> None:
    app = into(dropped(page(), "wide.csv", b"Proposal,Cem,Dora\nBan,1,0\nTests,1,1\nTotal,2,1\n"))
    (box,) = (s for s in app.selectbox if s.label.startswith("Row"))
    assert (box.label, box.value) == ("Row “Total”", "skip")
    app = choose(app, "Row “Total”", "proposal")
    assert any("“2”" in s.label for s in app.selectbox), "its words are asked about like all others"
    choose(app, "Row “Total”", "skip")
    assert not any("“2”" in s.label for s in app.selectbox)


def test_the_actors_of_a_database_are_organisations_or_persons(page: Callable[[], AppTest], tmp_path: Path) -> None:
    dna(tmp_path / "x.dna")
    app = into(dropped(page(), "x.dna", (tmp_path / "x.dna").read_bytes()))
    assert "steel-union" in str(app.session_state["visit"].page_state["upload"].changes)
    app = ran(typed(app, "Variable that says who speaks", "person"))
    assert "steel-union" not in str(app.session_state["visit"].page_state["upload"].changes)
    assert "ito-m" in str(app.session_state["visit"].page_state["upload"].changes)
    next(t for t in app.text_input if t.label == "Variable that says for or against").set_value("nonsense")
    assert "nonsense" in told(ran(app))


def test_codes_of_a_project_are_named_on_the_page(page: Callable[[], AppTest], tmp_path: Path) -> None:
    codes = CODES.replace('"Agrees"', '"Thumbs up"').replace('"Demands"', '"Wishes"')
    app = into(dropped(page(), "study.qdpx", qdpx(tmp_path / "study.qdpx", project(codes=codes)).read_bytes()))
    assert "does not say which codes are proposals" in told(app)
    app = ran(typed(app, "Code above the proposals", "Wishes"))
    assert "Thumbs up" in told(app)
    app = ran(typed(app, "What codes for stances mean", "support"))
    assert "Not understood: “support”." in told(app)
    app = ran(typed(app, "What codes for stances mean", "Thumbs up=support, against=skip"))
    assert "left out, as asked" in told(app)
    app = ran(typed(app, "What codes for stances mean", "thumbs up = support; against=skip"))
    assert "cannot be used" not in told(app)
    assert "left out, as asked" in told(app)
    assert "trade-chamber" in str(app.session_state["visit"].page_state["upload"].changes)
    app = ran(typed(app, "Who speaks", "source"))
    assert "trade-chamber" not in str(app.session_state["visit"].page_state["upload"].changes)
    assert "letter" in str(app.session_state["visit"].page_state["upload"].changes)


FILMS = b"""Who,Proposal,View
Ann,Ban,hurra
Bo,Ban,buh
Cem,Ban,hmm
Ann,Tests,hurra
Bo,Tests,hurra
"""


def shown_of(app: AppTest) -> dict[str, str | None]:
    """The boxes of words for a stance, in their order: the word, and what it shows."""
    boxes = [s for s in app.selectbox if "time" in s.label]
    return {s.label.split("”")[0].removeprefix("“"): s.value for s in boxes}


def test_each_box_keeps_its_word_and_its_place_while_one_answers(page: Callable[[], AppTest]) -> None:
    app = into(dropped(page(), "films.csv", FILMS))
    assert shown_of(app) == {"hurra": None, "buh": None, "hmm": None}
    for word, stance, after in (
        ("hurra", "support", {"hurra": "support", "buh": None, "hmm": None}),
        ("hmm", "skip", {"hurra": "support", "buh": None, "hmm": "skip"}),
        ("buh", "oppose", {"hurra": "support", "buh": "oppose", "hmm": "skip"}),
        ("buh", "support", {"hurra": "support", "buh": "support", "hmm": "skip"}),
    ):
        app = choose(app, f"“{word}”", stance)
        assert [*shown_of(app).items()] == [*after.items()]
        assert next(e for e in app.expander if "How the sheet is read" in e.label).proto.expanded
    assert len(app.session_state["visit"].page_state["upload"].changes) > 4


def test_the_second_pair_of_alike_names_can_be_decided_first(page: Callable[[], AppTest]) -> None:
    rows = ["Jon Miller", "John Miller", "Anna Schmidt", "Anna Schmitt"]
    sheet = "\n".join(["Who,Proposal,Stance", *(f"{who},Ban,support" for who in rows)])
    app = into(dropped(page(), "pairs.csv", sheet.encode()))
    app = choose(app, "Schmitt", "two")
    pairs = {s.label: s.value for s in app.selectbox if "” and “" in s.label}
    assert [*pairs.items()] == [
        ("“Jon Miller” and “John Miller”", None),
        ("“Anna Schmidt” and “Anna Schmitt”", "two"),
    ]


def test_a_column_taken_for_an_actor_can_be_kept_beside_them(page: Callable[[], AppTest]) -> None:
    app = into(dropped(page(), "wide.csv", b"Proposal,USA,China,Costly\nBan,yes,no,yes\nTests,no,yes,yes\n"))
    assert [s.value for s in app.selectbox if s.label == "Column “Costly”"] == ["stance"]
    app = choose(app, "Column “Costly”", "keep")
    changes = str(app.session_state["visit"].page_state["upload"].changes)
    assert "usa" in changes
    assert "id='costly'" not in changes


def test_a_file_can_become_a_dataset_of_its_own_beside_the_open_one(
    page: Callable[[], AppTest], tmp_path: Path
) -> None:
    app = into(dropped(page(), "My films.csv", FILMS), "new")
    assert [s.label for s in app.text_input if "new dataset" in s.label] == []
    app = choose(choose(choose(app, "“hurra”", "support"), "“buh”", "oppose"), "“hmm”", "skip")
    assert "2 proposals, 3 actors, 4 statements" in told(app)
    app = ran(typed(app, "Name of the new dataset", "tiny"))
    next(b for b in app.button if b.label == "Make the dataset").click()
    app = ran(app)
    assert "There is a folder “tiny” already" in told(app)
    assert len(load(tmp_path / "tiny").statements) == 1, "nothing of it was written"
    app = ran(typed(app, "Name of the new dataset", "Films of 2026"))
    next(b for b in app.button if b.label == "Make the dataset").click()
    app = ran(app)
    assert 'href="./?dataset=films-of-2026"' in told(app), "its matrix is one click away"
    assert load(tmp_path / "films-of-2026").statements["stance"].tolist() == ["support", "oppose", "support", "support"]


def test_no_new_dataset_is_offered_within_the_installed_package(
    page: Callable[[], AppTest], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "shipped.py").write_text("")
    monkeypatch.setattr(shipped_data, "__file__", str(tmp_path / "shipped.py"))
    app = dropped(page(), "films.csv", FILMS)
    assert not [c for c in app.segmented_control if c.label == "Where does it go?"]
    assert shown_of(app) == {"hurra": None, "buh": None, "hmm": None}


def test_each_column_taken_for_an_actor_has_its_box(page: Callable[[], AppTest]) -> None:
    sheet = b"Proposal,Costly,Cem,Dora\nBan,yes,no,abstain\nTests,no,yes,no\n"
    app = into(dropped(page(), "wide.csv", sheet))
    boxes = {re.sub(r" \\?\(.*", "", s.label): s.value for s in app.selectbox if s.label.startswith("Column")}
    assert boxes == {"Column “Proposal”": "proposal"} | {f"Column “{c}”": "stance" for c in ("Costly", "Cem", "Dora")}
    assert shown_of(app)["abstain"] == "neutral"


def test_which_way_round_and_lists_are_answered_on_the_page(page: Callable[[], AppTest]) -> None:
    app = into(dropped(page(), "wide.csv", b"Wibble,Ban,Tests\nPeru,no,yes\nChad,yes,no\n"))
    assert "does not say what they are" in app.session_state["visit"].page_state["upload"].lines[0].why
    app = choose(app, "Column “Wibble”", "actor")
    assert "chad" in str(app.session_state["visit"].page_state["upload"].changes)
    app = into(dropped(page(), "lists.csv", b"Bill,Fans,Foes\nBan,Peru; Chad,Fiji\n"))
    app = choose(choose(app, "Column “Fans”", "support"), "Column “Foes”", "oppose")
    assert "fiji" in str(app.session_state["visit"].page_state["upload"].changes)
    app = into(dropped(page(), "blanks.csv", b"Actor,Proposal,Stance\nPeru,Ban,no\n,Tests,yes\n"))
    app = choose(app, "Blank cells of “Actor”", "@above")
    added = [c.values for c in app.session_state["visit"].page_state["upload"].changes if c.table == "statements"]
    assert [dict(values)["actor"] for values in added] == ["peru", "peru"]


def test_what_holds_for_every_row_and_what_is_gone_are_said_on_the_page(page: Callable[[], AppTest]) -> None:
    app = into(dropped(page(), "letter.csv", b"Name,Affiliation\nAda Muster,Lab North\nBo Beispiel,Union\n"))
    app = ran(typed(app, "What holds for every row", "stance = support; Open letter"))
    assert "Not understood: “Open letter”." in told(app)
    app = ran(typed(app, "What holds for every row", "stance = support; proposal = Open letter"))
    changes = str(app.session_state["visit"].page_state["upload"].changes)
    assert "ada-muster" in changes
    assert "open-letter" in changes
    next(b for b in app.button if b.label.startswith("Apply ")).click()
    app = into(dropped(ran(app), "letter.csv", b"Name,Affiliation\nAda Muster,Lab North\n"))
    assert "no longer in the file" in told(app)
    assert not any(b.label.startswith("Apply ") and "0" not in b.label for b in app.button)
    next(c for c in app.checkbox if c.label.startswith("Remove what")).check()
    app = ran(app)
    assert "bo-beispiel" in str(app.session_state["visit"].page_state["upload"].changes)


def decided(app: AppTest) -> dict[str, str | None]:
    """The boxes of what has to be decided before anything is written."""
    boxes = {s.label.replace("\\", ""): s.value for s in app.selectbox}
    return {label: value for label, value in boxes.items() if "which is like" in label or "is new" in label}


def test_a_newer_copy_and_new_names_in_it_are_decided_on_the_page(page: Callable[[], AppTest], tmp_path: Path) -> None:
    sheet = "Proposal,Grmany,Peru,Chad\nBan,yes,no,no\nTests,no,yes,no\nFund,yes,yes,no\n"
    app = into(dropped(page(), "may.csv", sheet.encode()))
    next(b for b in app.button if b.label.startswith("Apply ")).click()
    changed = sheet.replace("Grmany", "Germany").replace("Fund,yes,yes", "Fund,yes,no")
    app = into(dropped(ran(app), "june.csv", changed.encode()))
    assert decided(app) == {"“june.csv”, which is like “may.csv”": None}
    assert apply_button(app) == ["Apply 0 changes"]
    app = choose(app, "which is like", "one")
    assert decided(app) == {"“june.csv”, which is like “may.csv”": "one", "“Grmany” is gone, “Germany” is new": None}
    assert apply_button(app) == ["Apply 0 changes"]
    app = choose(app, "“Germany” is new", "two")
    assert "id='germany'" in str(app.session_state["visit"].page_state["upload"].changes)
    app = choose(app, "“Germany” is new", "one")
    assert [*decided(app).values()] == ["one", "one"]
    assert apply_button(app) == ["Apply 2 changes"]
    next(b for b in app.button if b.label.startswith("Apply ")).click()
    ran(app)
    made = load(tmp_path / "tiny")
    assert set(made.actors["name"]) >= {"Germany", "Peru"}
    assert "Grmany" not in set(made.actors["name"])
    assert made.sources["title"].tolist().count("may.csv") == 1


def test_another_dataset_of_ours_can_become_one_beside_the_open_one(
    page: Callable[[], AppTest], tmp_path: Path, shipped: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "linked").symlink_to(tmp_path / "tiny")
    monkeypatch.setenv("POLICY_MATRIX_DATASET", str(tmp_path / "linked"))
    whole = load(shipped)
    for ending in (".json", ".xlsx"):
        app = into(dropped(page(), f"talks{ending}", made(whole, ending, Selection())))
        assert "another dataset" in told(app)
        app = into(app, "new")
        assert "cannot be used" not in told(app)
        app = ran(typed(app, "Name of the new dataset", f"talks {ending}"))
        next(b for b in app.button if b.label == "Make the dataset").click()
        assert f"?dataset=talks-{ending[1:]}" in told(ran(app))
        assert load(tmp_path / f"talks-{ending[1:]}").version == whole.version


def test_two_names_in_an_entry_of_a_list_are_divided_on_the_page(page: Callable[[], AppTest]) -> None:
    sheet = b"Bill,Supporters,Opponents\nSB 1,Anvil and Brook,Cedar\nSB 2,Delta,Cedar\n"
    app = into(dropped(page(), "bills.csv", sheet))
    assert apply_button(app) == ["Apply 0 changes"]
    app = choose(app, "Anvil and Brook", "actors")
    changes = str(app.session_state["visit"].page_state["upload"].changes)
    assert "id='anvil'" in changes
    assert "id='brook'" in changes
    assert "anvil-and-brook" not in changes


def test_a_project_that_does_not_say_who_speaks_is_asked_first_where_it_goes(
    page: Callable[[], AppTest], tmp_path: Path
) -> None:
    coded = [CodedWords("one", R, ("Register of models", "support"))]
    values = {"one": {"Organisation": "Ministry of Trade"}}
    file = refi(tmp_path / "letters.qdpx", coded, texts={"one": LETTER}, source_values=values)
    app = dropped(page(), "letters.qdpx", file.read_bytes())
    assert not [t for t in (*app.text_input, *app.selectbox) if t.label == "Who speaks"]
    assert "who speaks" not in told(app)
    app = into(app, "new")
    assert "does not say who speaks" in told(app)
    assert "to be decided first" in told(app)
    (box,) = (s for s in app.selectbox if s.label == "Who speaks")
    assert (box.value, box.options) == (None, ["variable Organisation: 'Ministry of Trade'", "sources: 'one'"])
    app = choose(app, "Who speaks", "variable:Organisation")
    assert "ministry-of-trade" in str(app.session_state["visit"].page_state["upload"].made.actors["id"].tolist())
    assert [b.label for b in app.button if b.label == "Make the dataset"] == ["Make the dataset"]
