"""The codebook changed on the Data page: seen first, done with a reason, taken back; never where one may not write."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

from matrix.dashboard import access
from matrix.dataset.dataset import Dataset
from matrix.store.folder import load
from matrix.store.history import history
from tests.tiny import dataset, table

MARKUP = "<script>alert(1)</script>"


@pytest.fixture
def folder(tmp_path: Path, saved: Callable[[Dataset, Path], Path]) -> Path:
    proposals = table(
        "id|title|theme|parent", "talk|Keep talking|process|", "test|Test models|process|talk", f"ban|{MARKUP}|arms|"
    )
    made = dataset("ann talk support early", "cem ban oppose early", "dee ban oppose late", proposals=proposals)
    return saved(made, tmp_path / "tiny")


@pytest.fixture
def page(root: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], AppTest]:
    monkeypatch.setenv("POLICY_MATRIX_DATASET", str(folder))
    monkeypatch.setattr(access, "refusal", lambda headers, cookies: None)

    def run() -> AppTest:
        app = AppTest.from_file(str(root / "app.py"), default_timeout=120)
        app._page_hash = calc_hash("data")
        app.query_params["data"] = "codebook"
        return ran(app)

    return run


def ran(app: AppTest) -> AppTest:
    app.run()
    assert not app.exception
    return app


def choose(app: AppTest, key: str, value: str) -> AppTest:
    app.selectbox(key=f"recoding-{key}").set_value(value)
    return ran(app)


def write(app: AppTest, key: str, value: str) -> AppTest:
    app.text_input(key=f"recoding-{key}").set_value(value)
    return ran(app)


def click(app: AppTest, key: str) -> AppTest:
    app.button(key=f"recoding-{key}").click()
    return ran(app)


def keys(app: AppTest) -> set[Any]:
    return {b.key for b in app.button}


@pytest.mark.slow
def test_a_merge_is_seen_done_with_a_reason_and_taken_back(
    page: Callable[[], AppTest], folder: Path, page_text: Callable[[AppTest], str], markup: Callable[[AppTest], str]
) -> None:
    before = load(folder).version
    app = choose(choose(choose(page(), "proposals", "ban"), "act-proposals", "merge"), "into-proposals-ban", "talk")
    text = page_text(app)
    assert "Proposal 'ban' merged into 'talk'. It touches 2 statements, 1 row of proposals; 2 positions change." in text
    assert "Keep talking Cem no position Opposes" in " ".join(text.split())
    assert MARKUP in text  # as text, not as an element
    assert MARKUP not in markup(app)
    assert "recoding-do" not in keys(app)  # no reason yet
    app = click(write(app, "why", "one measure"), "do")
    step = history(folder)[-1]
    assert (step.kind, step.why, step.became) == ("merge", "one measure", (("proposals", "ban", "talk"),))
    assert load(folder).proposals["id"].tolist() == ["talk", "test"]
    click(app, "undo")
    assert load(folder).version == before
    assert history(folder)[-1].undoes == step.number


@pytest.mark.slow
def test_every_operation_can_be_asked_for_and_a_refusal_says_why(
    page: Callable[[], AppTest], page_text: Callable[[AppTest], str]
) -> None:
    app = write(page(), "id-proposals-talk", "ban")
    assert "'ban' is a proposal already: merge the two, or take another id" in page_text(app)
    app = write(app, "id-proposals-talk", "chat")
    assert "Proposal 'talk' becomes 'chat'." in page_text(app)
    app = choose(app, "act-proposals", "retire")
    assert "merge it into another one, or move what refers to it first" in page_text(app)
    unused = choose(choose(app, "proposals", "test"), "act-proposals", "retire")
    assert "Proposal 'test' retired; its id opens 'talk'. It touches 0 statements" in page_text(unused)
    app = choose(app, "proposals", "talk")
    app = choose(choose(app, "act-proposals", "move"), "parent-talk", "ban")
    assert "Proposal 'talk' moved: parent 'ban'." in page_text(app)
    app = write(choose(app, "act-proposals", "split"), "new-proposals-talk", "chat")
    app = write(app, "new-title-proposals-talk", "A chat")
    app.multiselect(key="recoding-part-proposals-talk").set_value(["s1"])
    assert "Proposal 'talk' split: 'chat' (1 statement) taken from it." in page_text(ran(app))
    app = choose(choose(app, "kind", "actors"), "act-actors", "move")
    assert "Side" in {s.label for s in app.selectbox}


@pytest.mark.slow
def test_who_may_not_write_sees_no_fields(
    root: Path, folder: Path, page: Callable[[], AppTest], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.undo()
    monkeypatch.setenv("POLICY_MATRIX_DATASET", str(folder))
    app = AppTest.from_file(str(root / "app.py"), default_timeout=120)
    app._page_hash = calc_hash("data")
    app.query_params["data"] = "codebook"
    assert not {w.key for w in (*ran(app).selectbox, *app.button) if str(w.key).startswith("recoding")}
