"""A sheet made by hand on the Data page: how it is read is shown, corrected, and only then applied."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit import config
from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

from matrix.dataset.dataset import load, save
from tests.tiny import dataset

SHEET = """Speaker,Demand,View on it,How they put it,Where
Ann,Keep talking,rather not,"No, thanks",Late paper
Anne,Keep talking,agrees,Yes ![p](http://evil.example/p.png),Late paper
"""


@pytest.fixture
def page(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], AppTest]:
    save(dataset("ann talk support late"), tmp_path / "tiny")
    monkeypatch.setenv("POLICY_MATRIX_DATASET", str(tmp_path / "tiny"))
    for name in ("READ_ONLY", "TEXTS"):
        monkeypatch.delenv(f"POLICY_MATRIX_{name}", raising=False)
    config.set_option("server.address", "127.0.0.1")

    def run() -> AppTest:
        app = AppTest.from_file(str(root / "app.py"), default_timeout=120)
        app._page_hash = calc_hash("data")
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
