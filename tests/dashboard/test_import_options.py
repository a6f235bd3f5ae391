"""A sheet made by hand on the Data page: how it is read is shown, corrected, and only then applied."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

from matrix.dashboard import access
from matrix.store.folder import load
from matrix.store.history import save
from tests.importing.made_dna import dna
from tests.importing.made_qdpx import CODES, project, qdpx
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


def apply_button(app: AppTest) -> list[str]:
    return [b.label for b in app.button if b.label.startswith("Apply ")]


def test_a_sheet_is_shown_as_it_is_read_corrected_and_applied(page: Callable[[], AppTest], tmp_path: Path) -> None:
    app = page()
    app.get("file_uploader")[0].upload("mine.csv", SHEET.encode())
    app.run()
    assert {s.label: s.value for s in app.selectbox if s.label.startswith("Column")} == {
        "Column “Speaker”": "actor",
        "Column “Demand”": "proposal",
        "Column “View on it”": "keep",
        "Column “How they put it”": "keep",
        "Column “Where”": "keep",
    }
    assert apply_button(app) == ["Apply 0 changes"], "nothing to apply while the stance is not known"
    app = choose(app, "View on it", "stance")
    app = choose(app, "How they put it", "quote")
    app = choose(app, "Where", "source")
    assert apply_button(app) == ["Apply 0 changes"], "nor while a word for a stance is uncertain"
    assert {s.label.replace("\\", ""): s.value for s in app.selectbox if "time" in s.label} == {
        "“rather not” (1 time)": None,
        "“agrees” (1 time)": "support",
    }
    app = choose(app, "rather not", "oppose")
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


def test_of_several_sheets_the_visitor_chooses(page: Callable[[], AppTest]) -> None:
    book = openpyxl.Workbook()
    for name, actor in (("May", "Cem"), ("June", "Dora")):
        sheet = book.create_sheet(name)
        sheet.append(["Actor", "Proposal", "Stance"])
        sheet.append([actor, "Keep talking", "agrees"])
    out = BytesIO()
    book.save(out)
    app = dropped(page(), "mine.xlsx", out.getvalue())
    assert "everal sheets look like statements" in str(app.session_state["visit"].page_state["upload"].lines)
    assert not app.exception
    (box,) = (s for s in app.selectbox if s.label == "Sheet that is read")
    assert (box.value, box.options) == (None, ["May", "June"])
    app = choose(app, "Sheet that is read", "June")
    assert "dora" in str(app.session_state["visit"].page_state["upload"].changes)
    app = choose(app, "Sheet that is read", "May")
    assert "cem" in str(app.session_state["visit"].page_state["upload"].changes)


def test_a_row_left_out_as_a_sum_can_be_brought_back(page: Callable[[], AppTest]) -> None:
    app = dropped(page(), "wide.csv", b"Proposal,Cem,Dora\nBan,1,0\nTests,1,1\nTotal,2,1\n")
    (box,) = (s for s in app.selectbox if s.label.startswith("Row"))
    assert (box.label, box.value) == ("Row “Total”", "skip")
    app = choose(app, "Row “Total”", "proposal")
    assert any("“2”" in s.label for s in app.selectbox), "its words are asked about like all others"
    choose(app, "Row “Total”", "skip")
    assert not any("“2”" in s.label for s in app.selectbox)


def test_the_actors_of_a_database_are_organisations_or_persons(page: Callable[[], AppTest], tmp_path: Path) -> None:
    dna(tmp_path / "x.dna")
    app = dropped(page(), "x.dna", (tmp_path / "x.dna").read_bytes())
    assert "steel-union" in str(app.session_state["visit"].page_state["upload"].changes)
    app = choose(app, "The actors are", "person")
    assert "steel-union" not in str(app.session_state["visit"].page_state["upload"].changes)
    assert "ito-m" in str(app.session_state["visit"].page_state["upload"].changes)
    next(t for t in app.text_input if t.label == "Variable that says for or against").set_value("nonsense")
    assert "nonsense" in told(ran(app))


def test_codes_of_a_project_are_named_on_the_page(page: Callable[[], AppTest], tmp_path: Path) -> None:
    codes = CODES.replace('"Agrees"', '"Thumbs up"').replace('"Demands"', '"Wishes"')
    app = dropped(page(), "study.qdpx", qdpx(tmp_path / "study.qdpx", project(codes=codes)).read_bytes())
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
