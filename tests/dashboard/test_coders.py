"""Two coders on the page, without a browser: layers begun and finished, blind, compared, reconciled in one step."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from matrix import load
from matrix.dashboard import access
from matrix.dashboard.access import Refusal
from matrix.dataset.changes import Change
from matrix.store import open_store
from matrix.store.decisions import decisions
from matrix.store.history import apply, history
from matrix.store.layers import finish, layers, new_layer, reopen

Open = Callable[..., AppTest]
Write = Callable[..., Path]
Read = Callable[[AppTest], str]

TABLES = {
    "sources": "id,title,date\nn,News,2026-05-08\nm,More <b>news</b>,2026-06-08",
    "actors": "id,name\nann,Ann\nbo,Bo\ncy,Cy",
    "proposals": "id,title\nban,A ban\nreport,Reporting",
    "statements": "id,actor,proposal,stance,source,summary\n",
}
OWN = {
    "kim": ("ann ban support", "bo ban oppose", "cy report concern"),
    "lee": ("ann ban support", "bo ban support", "ann report support"),
}


def coded(folder: Path, layer: str) -> None:
    new_layer(folder, layer)
    changes = [
        Change(
            "added",
            "statements",
            f"s{n}",
            values=(
                *zip(("actor", "proposal", "stance"), s.split(), strict=True),
                ("source", "n"),
                ("summary", f"{layer} <i>says</i>"),
            ),
        )
        for n, s in enumerate(OWN[layer], 1)
    ]
    apply(open_store(folder, layer=layer), changes, by=layer, why="code", kind="coding")


@pytest.fixture
def folder(write: Write, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(access, "refusal", lambda headers, cookies: None)
    return write(**TABLES)


@pytest.fixture
def two(folder: Path) -> Path:
    for name in OWN:
        coded(folder, name)
        finish(folder, "n", layer=name)
    return folder


def test_a_layer_is_begun_coded_in_and_finished_and_shows_nothing_of_others(
    page: Open, folder: Path, page_text: Read
) -> None:
    coded(folder, "lee")
    app = page("data", "?data=coders", folder)
    app.text_input(key="coders-new").set_value("Kim!").run()
    app.button(key="coders-begin-do").click().run()
    assert "cannot be a name" in page_text(app)
    app.text_input(key="coders-new").set_value("kim").run()
    app.button(key="coders-begin-do").click().run()
    assert [x.name for x in layers(folder)] == ["kim", "lee"]
    assert app.selectbox(key="coders-open").value == "kim", "the layer that was just begun, not the first of them"
    app.button(key="coders-open-do").click().run()
    assert "You are coding in the layer kim." in page_text(app)
    assert "kim" in app.query_params["layer"]
    assert "lee" not in page_text(app)
    app.selectbox(key="coders-source").set_value("n").run()
    app.button(key="coders-finish").click().run()
    assert set(load(folder, layer="kim").finished) == {"n"}
    app.button(key="coders-finish").click().run()
    assert not load(folder, layer="kim").finished
    app.button(key="coders-leave").click().run()
    assert "You are coding" not in page_text(app)
    assert "layer" not in app.query_params


def test_what_is_changed_in_a_layer_goes_there_and_nowhere_else(page: Open, folder: Path, page_text: Read) -> None:
    coded(folder, "kim")
    app = page("statements", "?layer=kim", folder)
    assert "3 statements" in page_text(app)
    app.session_state["visit"].page_state["edit"] = "s3"
    app.run()
    app.segmented_control(key="edit-act").set_value("delete").run()
    app.button(key="edit-do").click().run()
    assert load(folder, layer="kim").frames["statements"]["id"].tolist() == ["s1", "s2"]
    assert not history(folder)
    app.button(key="undo-step-button").click().run()
    assert len(load(folder, layer="kim").frames["statements"]) == 3


def test_clearing_the_filters_does_not_leave_the_layer(
    page: Open,
    folder: Path,
    page_text: Read,
    filters: Callable[[AppTest], dict[str, Any]],
    choose: Callable[..., AppTest],
) -> None:
    coded(folder, "kim")
    app = page("statements", "?layer=kim&proposal=ban", folder)
    assert "2 of 3 statements" in page_text(app)
    # As the button does: each of the filters that are set, but the layer (`parted`, filters.test.js).
    choose(app, **{name: [] for name, _ in filters(app)["chips"] if name != "layer"})
    assert "kim" in app.query_params["layer"]
    assert "proposal" not in app.query_params
    assert "3 statements" in page_text(app)
    # Where the filters hide all, what is offered to be removed is never the layer.
    app = page("matrix", "?layer=kim&proposal=ban&actor=cy", folder)
    (remove, *_) = (b for b in app.button if str(b.key).startswith("without-"))
    assert not any("layer" in str(b.key) for b in app.button if str(b.key).startswith("without-"))
    remove.click().run()
    assert "kim" in app.query_params["layer"]


def test_a_statement_of_a_finished_source_is_not_edited_until_it_is_open_again(
    page: Open, folder: Path, page_text: Read
) -> None:
    coded(folder, "kim")
    finish(folder, "n", layer="kim")
    app = page("statements", "?layer=kim", folder)
    app.session_state["visit"].page_state["edit"] = "s3"
    app.run()
    assert "Its source is finished: open it again to edit what is coded there." in page_text(app)
    assert not any(b.key == "edit-do" for b in app.button)
    reopen(folder, "n", layer="kim")
    app.run()
    assert any(b.key == "edit-do" for b in app.button)


@pytest.mark.parametrize(("units", "warned"), [(19, True), (20, False)])
def test_alpha_over_few_units_says_that_its_interval_is_hardly_to_be_relied_on(
    page: Open, write: Write, page_text: Read, monkeypatch: pytest.MonkeyPatch, units: int, warned: bool
) -> None:
    monkeypatch.setattr(access, "refusal", lambda headers, cookies: None)
    actors = "id,name\n" + "".join(f"a{n},A {n}\n" for n in range(units))
    folder = write(**{**TABLES, "actors": actors})
    for name in ("kim", "lee"):
        monkeypatch.setitem(OWN, name, tuple(f"a{n} ban {'oppose' if n % 2 else 'support'}" for n in range(units)))
        coded(folder, name)
        finish(folder, "n", layer=name)
    words = page_text(page("data", "?data=coders", folder))
    assert ("the interval of alpha is hardly to be relied on" in words) == warned
    assert ("With 19 units" in words) == warned


def test_two_are_compared_and_reconciled_in_one_step_that_can_be_undone(page: Open, two: Path, page_text: Read) -> None:
    app = page("data", "?data=coders&coders-by=stance", two)
    text = page_text(app)
    assert "1 unit; 3 differ, 3 are to be decided." in text
    assert "1 - (n - 1) * sum_ck" in text  # the formula of alpha
    assert "kim says" not in text
    before = (two / "statements.csv").read_bytes()
    choices = {"n~bo~ban": "theirs", "n~cy~report": "mine", "n~ann~report": "neither"}
    for unit, choice in choices.items():
        app.selectbox(key="reconcile-unit").set_value(unit).run()
        app.segmented_control(key=f"reconcile-choice-{unit}").set_value(choice).run()
        app.button(key="reconcile-do").click().run()
        assert "give a reason" in page_text(app)
        app.text_input(key=f"reconcile-reason-{unit}").set_value("see page 1").run()
        app.button(key="reconcile-do").click().run()
    assert {d.decision for d in decisions(two, "kim", "lee")} == {"mine", "theirs", "neither"}
    assert (two / "statements.csv").read_bytes() == before
    app.button(key="reconcile-settle").click().run()
    assert "Taken over." in page_text(app)
    now = load(two).frames["statements"]
    assert set(zip(now["actor"], now["proposal"], now["stance"], strict=True)) == {
        ("ann", "ban", "support"),
        ("bo", "ban", "support"),
        ("cy", "report", "concern"),
    }
    (step,) = history(two)
    assert step.kind == "reconcile"
    app.button(key="reconcile-undo").click().run()
    assert (two / "statements.csv").read_bytes() == before


def test_agreement_stands_by_side_with_the_units_behind_it(
    page: Open, write: Write, page_text: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(access, "refusal", lambda headers, cookies: None)
    shared = {"sides": "id,name\nus,<b>US</b>", "actors": "id,name,side\nann,Ann,us\nbo,Bo,\ncy,Cy,"}
    folder = write(**{**TABLES, **shared})
    for name in OWN:
        coded(folder, name)
        finish(folder, "n", layer=name)
    app = page("data", "?data=coders&coders-by=side", folder)
    words = " ".join(page_text(app).split())
    assert "Side Units" in words
    assert re.search(r"<b>US</b> 2 .*No side 2 ", words), words
    behind = app.selectbox(key="coders-behind-side")
    assert behind.options == ["<b>US</b>", "No side"]
    words = " ".join(page_text(behind.set_value("").run()).split())
    assert "News Bo A ban" in words
    assert "News Ann" not in words


def test_an_edited_decision_is_made_with_the_form_of_a_statement(page: Open, two: Path, page_text: Read) -> None:
    app = page("data", "?data=coders", two)
    app.selectbox(key="reconcile-unit").set_value("n~bo~ban").run()
    app.segmented_control(key="reconcile-choice-n~bo~ban").set_value("edited").run()
    app.selectbox(key="form-stance").set_value("concern").run()
    app.text_input(key="reconcile-reason-n~bo~ban").set_value("neither for nor against").run()
    app.button(key="reconcile-do").click().run()
    (made,) = decisions(two, "kim", "lee")
    assert (made.decision, dict(made.values)) == ("edited", {"stance": "concern"})
    assert "Decided and kept. 2 left to decide." in page_text(app)
    app.selectbox(key="reconcile-unit").set_value("n~bo~ban").run()
    app.button(key="reconcile-withdraw").click().run()
    assert not decisions(two, "kim", "lee")


def test_coders_are_not_shown_where_writing_is_off(
    page: Open, two: Path, page_text: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(access, "refusal", lambda headers, cookies: Refusal.READ_ONLY)
    app = page("data", "?data=coders&layer=kim&mine=kim", two)
    assert "layer kim" not in page_text(app)
    assert not any(b.key and b.key.startswith(("coders", "reconcile")) for b in app.button)
