"""A statement corrected, superseded and deleted from its card, without a browser; each taken back where it was done."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from matrix import load
from matrix.dashboard import access
from matrix.dashboard.access import Refusal
from matrix.dashboard.html.links import EDITING
from matrix.dataset.changes import Change
from matrix.store.history import apply, history

Open = Callable[..., AppTest]
Write = Callable[..., Path]
Read = Callable[[AppTest], str]

TABLES = {
    "sources": "id,title,date\nn,News,2026-05-08\nm,More news,2026-06-08",
    "sides": "id,name\nus,United States",
    "actors": "id,name,side\nann,Ann,us\nbo,Bo,us",
    "proposals": "id,title\nban,A ban\nreport,Reporting",
    "statements": "id,actor,proposal,stance,source,quote,start,date_start,superseded_by\n"
    "s1,ann,ban,support,n,No <b>ban</b>,7,2026-05-08,s2\n"
    "s2,ann,ban,oppose,m,,,2026-06-08,\n"
    "s3,bo,ban,support,n,,,2026-05-08,",
}


@pytest.fixture
def folder(write: Write, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(access, "refusal", lambda headers, cookies: None)
    return write(**TABLES)


def edit(app: AppTest, id_: str) -> AppTest:
    """The app after Edit was clicked on the card of a statement."""
    app.session_state["visit"].page_state[EDITING] = id_
    app.run()
    assert not app.exception
    assert not app.error
    return app


def statements(folder: Path) -> dict[str, dict[str, str]]:
    rows = load(folder).frames["statements"].astype("str").to_dict("records")
    return {str(r["id"]): {str(k): str(v) for k, v in r.items()} for r in rows}


def test_a_correction_changes_what_was_changed_and_nothing_else(
    page: Open, folder: Path, page_text: Read, markup: Read
) -> None:
    before = (folder / "statements.csv").read_bytes()
    app = page("statements", "?statement=s3", folder)
    assert 'data-edit="s3"' in markup(app)
    edit(app, "s1")
    assert app.text_area(key="form-quote").value == "No <b>ban</b>"
    app.text_area(key="form-summary").set_value("She is against it.").run()
    app.selectbox(key="form-stance").set_value("oppose").run()
    app.button(key="edit-do").click().run()
    assert "s1 is corrected." in page_text(app)
    now = statements(folder)["s1"]
    assert (now["summary"], now["stance"], now["quote"], now["start"]) == (
        *("She is against it.", "oppose", "No <b>ban</b>", "7"),
    )
    (step,) = history(folder)
    assert {c.column for c in step.changes} == {"summary", "stance"}
    assert (step.kind, step.why) == ("edit", "correct statement s1")
    app.button(key="undo-step-button").click().run()
    assert "Taken back." in page_text(app)
    assert (folder / "statements.csv").read_bytes() == before


def meanwhile(folder: Path, id_: str, column: str, new: str) -> None:
    """Somebody else changes a statement."""
    old = statements(folder)[id_][column]
    apply(folder, [Change("changed", "statements", id_, column, old, new)], by="kim", why="kim's")


def test_what_somebody_else_changed_meanwhile_stays_where_the_field_was_left_alone(page: Open, folder: Path) -> None:
    app = edit(page("statements", "?statement=s3", folder), "s3")
    meanwhile(folder, "s3", "summary", "Kim's words")
    meanwhile(folder, "s3", "stance", "oppose")
    app.text_input(key="form-note").set_value("a note").run()
    assert app.text_area(key="form-summary").value == "Kim's words"
    app.button(key="edit-do").click().run()
    now = statements(folder)["s3"]
    assert (now["summary"], now["stance"], now["note"]) == ("Kim's words", "oppose", "a note")
    assert {c.column for c in history(folder)[-1].changes} == {"note"}


@pytest.mark.parametrize("typed_first", [True, False])
def test_what_somebody_else_wrote_into_the_same_field_is_shown_before_it_is_replaced(
    page: Open, folder: Path, page_text: Read, typed_first: bool
) -> None:
    app = edit(page("statements", "?statement=s3", folder), "s3")
    if typed_first:
        app.text_area(key="form-summary").set_value("mine").run()
    meanwhile(folder, "s3", "summary", "Kim's <b>words</b>")
    app.text_area(key="form-summary").set_value("mine")
    app.button(key="edit-do").click().run()
    assert statements(folder)["s3"]["summary"] == "Kim's <b>words</b>"
    said = " ".join(page_text(app).split())
    assert "Somebody else has changed this statement meanwhile. Now it has: Summary: Kim's <b>words</b>" in said
    for _ in range(2):  # at most once more: it is said, then done
        app.button(key="edit-do").click().run()
        if len(history(folder)) == 2:
            break
        assert "save again to replace it" in page_text(app)
        assert app.text_area(key="form-summary").value == "mine"
    assert statements(folder)["s3"]["summary"] == "mine"


def test_a_statement_that_somebody_else_deletes_meanwhile_is_named(page: Open, folder: Path, page_text: Read) -> None:
    app = edit(page("statements", "?statement=s3", folder), "s3")
    app.text_input(key="form-note").set_value("a note")
    apply(folder, [Change("deleted", "statements", "s3")], by="kim", why="twice the same")
    app.button(key="edit-do").click().run()
    assert "s3 is not there any more: somebody else has taken it out, and nothing was written." in page_text(app)
    assert not any(b.key == "edit-do" for b in app.button)
    assert len(history(folder)) == 1


def test_what_is_wrong_stands_beside_its_field_and_is_not_written(page: Open, folder: Path, page_text: Read) -> None:
    app = edit(page("statements", "", folder), "s3")
    app.text_input(key="form-date_start").set_value("yesterday").run()
    app.button(key="edit-do").click().run()
    assert "Not saved: 1 problem above." in page_text(app)
    assert not history(folder)


def test_a_new_statement_supersedes_the_old_one_in_one_step(page: Open, folder: Path) -> None:
    app = edit(page("proposal", "?proposal-open=ban", folder), "s3")
    app.segmented_control(key="edit-act").set_value("supersede").run()
    assert (app.selectbox(key="form-actor").value, app.text_input(key="form-id").value) == ("bo", "s4")
    app.selectbox(key="form-stance").set_value("oppose")
    app.button(key="edit-do").click().run()
    assert not history(folder)  # the later statement counts: it needs a date
    app.selectbox(key="form-source").set_value("m").run()
    assert app.text_input(key="form-date_start").value == "2026-06-08"  # of the source
    app.session_state["visit"].page_state["who"] = "lee"
    app.button(key="edit-do").click().run()
    now = statements(folder)
    assert (now["s4"]["date_start"], now["s4"]["coder"]) == ("2026-06-08", "lee")
    assert (now["s3"]["superseded_by"], now["s4"]["stance"]) == ("s4", "oppose")
    assert len(history(folder)) == 1
    # One that is superseded already is not superseded again: that would leave its successor without a predecessor.
    edit(app, "s1")
    assert "supersede" not in app.segmented_control(key="edit-act").options


def test_a_deletion_says_what_follows_and_comes_back_with_its_links(page: Open, folder: Path, page_text: Read) -> None:
    before = (folder / "statements.csv").read_bytes()
    app = edit(page("statements", "?statement=s2", folder), "s2")
    app.segmented_control(key="edit-act").set_value("delete").run()
    assert "s1, which it supersedes, counts again." in page_text(app)
    assert "s2" in statements(folder)
    app.button(key="edit-do").click().run()
    assert not app.exception
    assert statements(folder)["s1"]["superseded_by"] == ""
    assert "s2" not in statements(folder)
    app.button(key="undo-step-button").click().run()
    assert (folder / "statements.csv").read_bytes() == before


def test_nothing_is_offered_or_written_where_writing_is_off(
    page: Open, folder: Path, markup: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = edit(page("statements", "?statement=s3", folder), "s3")
    monkeypatch.setattr(access, "refusal", lambda headers, cookies: Refusal.READ_ONLY)
    app.button(key="edit-do").click().run()
    assert not history(folder)
    app = page("statements", "?statement=s3", folder)
    assert "data-edit" not in markup(app)
    app.session_state["visit"].page_state[EDITING] = "s3"
    app.run()
    assert not any(b.key == "edit-do" for b in app.button)


def test_the_history_takes_back_an_earlier_step_or_says_why_it_cannot(
    page: Open, folder: Path, page_text: Read
) -> None:
    for id_, words in (("s1", "one"), ("s2", "two"), ("s1", "three")):
        old = statements(folder)[id_].get("summary", "")
        apply(folder, [Change("changed", "statements", id_, "summary", old, words)], by="kim", why=words)
    app = page("data", "?data=history", folder)
    app.selectbox(key="undo-which").set_value(1).run()
    assert "'s1' was changed since by step 3 (edit by kim: three); take that back first" in page_text(app)
    assert not any(b.key == "undo-earlier-yes" for b in app.button)
    app.selectbox(key="undo-which").set_value(2).run()
    app.button(key="undo-earlier-yes").click().run()
    assert [s["summary"] for s in statements(folder).values()] == ["three", "", ""]
    assert history(folder)[-1].undoes == 2
