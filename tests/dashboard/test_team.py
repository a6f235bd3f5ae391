"""What several people on one database see of each other: no rights and no layers of another, whoever came first."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from matrix.dashboard import access, datasets
from matrix.dashboard.errors import UNREACHED
from matrix.dashboard.pages.data import editing
from matrix.dataset.changes import Change
from matrix.dataset.dataset import Dataset
from matrix.dataset.location import Database
from matrix.dataset.schema import MAIN
from matrix.store.copy import copy
from matrix.store.files import UnsureError
from matrix.store.folder import load
from matrix.store.history import apply, history, save
from matrix.store.layers import new_layer
from matrix.store.members import asked_once, invite, permissions_now, remove, require_reading
from tests import databases
from tests.dashboard.test_members import Open, Read, person
from tests.dashboard.test_statement_editing import edit
from tests.tiny import dataset as tiny

pytestmark = pytest.mark.skipif(find_spec("sqlalchemy") is None, reason="a database needs the extra team")
# Every page, and each part of those that have parts.
ADDRESSES = (
    *(("matrix", "?cell=talk~ann"), ("common-ground", ""), ("side", "?side=north"), ("overlaps", "")),
    *(("overlaps", "?view=network"), ("timeline", ""), ("statements", "?statement=s1"), ("sources", "")),
    *(
        ("sources", "?reading=early"),
        ("sources", "?add=source"),
        ("proposal", "?proposal-open=talk"),
        ("actor", "?actor-open=ann"),
    ),
    *(("what-changed", ""), ("data", "?data=take-along"), ("data", "?data=bring-in"), ("data", "?data=coders")),
    *(("data", "?data=history"), ("data", "?data=codebook"), ("data", "?data=members"), ("data", "?data=proposed")),
)
# What a coder is offered in the dataset itself: a layer of their own, and to propose.
LAYER = {"Begin it", "Open this layer", "Check and propose this statement"}
READING = {"Close", "Filter to these two"}
NEVER = ("Something went wrong", "Traceback", "sqlite:", "postgresql", "folder is not", "CSV")


@pytest.fixture
def enter(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """enter(name): from now on the pages are theirs."""
    monkeypatch.setattr(access, "refusal", lambda headers, cookies: None)
    return lambda name: monkeypatch.setattr(datasets, "visitor", lambda: person(name))


PEOPLE = (("olga", "owner"), ("edith", "editor"), ("kim", "coder"), ("lee", "coder"), ("rita", "reader"))


def filled(at: Database, folder: Path) -> Database:
    """Three statements, five members, a layer of Kim's, and one step of the history by Edith."""
    save(tiny("ann talk support early", "bob test oppose late", "cem ban oppose early"), folder)
    copy(folder, at)
    for name, role in PEOPLE:
        invite(at, f"{name}@example.org", role)
        require_reading(at.as_person(person(name)))
    new_layer(at.as_person(person("kim")), "kim")
    return at


@pytest.fixture
def study(new_database: Callable[[str], Database], tmp_path: Path) -> Database:
    return filled(new_database("sqlite"), tmp_path / "tiny")


def test_what_was_worked_out_for_one_gives_no_other_their_rights(
    study: Database, enter: Callable[[str], None], page: Open, markup: Read
) -> None:
    """The pages keep what they worked out with the dataset: an editor's must not be a reader's."""
    enter("edith")
    assert "Edit statement" in markup(page("matrix", "?cell=talk~ann", study))
    enter("rita")
    shown = markup(page("matrix", "?cell=talk~ann", study))
    assert "talk" in shown
    assert "Edit statement" not in shown
    assert "Propose a change" not in shown
    enter("kim")
    shown = markup(page("matrix", "?cell=talk~ann", study))
    assert "Edit statement" not in shown
    assert "Propose a change of statement s1" in shown


@pytest.mark.parametrize(("name", "layer"), [("rita", ""), ("kim", ""), ("kim", "kim"), ("lee", "kim")])
def test_every_page_is_there_for_each_role_and_offers_what_it_allows(
    study: Database, enter: Callable[[str], None], page: Open, page_text: Read, markup: Read, name: str, layer: str
) -> None:
    enter(name)
    own = layer == name
    for where, address in ADDRESSES:
        app = page(where, f"{address}{'&' if address else '?'}layer={layer}" if layer else address, study)
        text = page_text(app)
        assert not [words for words in NEVER if words in text], (where, address)
        assert len(text) > 100, (where, address)
        # A layer that is not theirs, and what is not in it, are left out of the address with a notice.
        offered = {b.label for b in app.button} - READING - ({"OK"} if layer else set())
        allowed = {"Mark as finished", "Leave the layer"} if own else LAYER if name != "rita" else set()
        assert offered <= allowed, (where, address)
        assert not app.get("file_uploader"), (where, address)
        assert own or "Edit statement" not in markup(app), (where, address)
        assert own or "layer kim" not in text, (where, address)


def test_a_tab_drawn_for_an_editor_writes_nothing_once_she_is_a_reader(
    study: Database, enter: Callable[[str], None], page: Open, page_text: Read, caplog: pytest.LogCaptureFixture
) -> None:
    enter("edith")
    edith = study.as_person(person("edith"))
    found = datasets.open_dataset(edith)
    assert isinstance(found, Dataset)
    change = Change("changed", "statements", "s1", "note", "", "looked at")
    assert editing.write(found, [change], seen=found.version, why="a look").done
    undo = page("data", "?data=history", study)
    begin = page("data", "?data=coders", study)
    begin.text_input(key="coders-new").set_value("edith").run()
    form = page("data", "?data=bring-in", study)
    invite(study, "edith@example.org", "reader")
    before = databases.dump(study)
    caplog.clear()
    with caplog.at_level(logging.WARNING):
        for app, button in ((undo, "undo-yes"), (begin, "coders-begin-do"), (form, "form-add")):
            app.button(key=button).click().run()
            assert not app.exception
            assert "you are a reader of this dataset" in page_text(app)
            assert not [b for b in app.button if b.key == button]
    assert databases.dump(study) == before
    assert "Edith (edith@example.org) is a reader of this dataset and cannot change it" in page_text(undo)
    assert caplog.text.count("refused: Edith (edith@example.org) is a reader") == 2
    assert "Traceback" not in caplog.text


def test_a_write_of_which_nobody_knows_is_not_said_to_be_none(
    study: Database, enter: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    enter("olga")
    found = datasets.open_dataset(study.as_person(person("olga")))
    assert isinstance(found, Dataset)

    def unheard(at: Database, *_: str) -> None:
        raise UnsureError(f"{at} cannot be reached, and whether this was written is not known: look before")

    monkeypatch.setattr(editing, "invite", unheard)
    words = editing.invite_member(found, "new@example.org", "reader").words
    assert (
        words == f"The database {study.name} cannot be reached, and whether this was written is not known: look before."
    )


def test_one_run_asks_for_a_role_once(study: Database, enter: Callable[[str], None], page: Open, markup: Read) -> None:
    """Every place that offers editing wants to know it; what reads rows looks for itself, as the history does."""
    from sqlalchemy import event

    from matrix.store import database

    asked: list[str] = []

    def note(*given: Any) -> None:
        asked.append(given[2])

    enter("edith")
    event.listen(database.engine(study.url), "before_cursor_execute", note)
    for where, address, most in (
        ("side", "?side=north", 1),
        ("timeline", "", 1),
        ("what-changed", "", 1),
        ("data", "?data=bring-in", 2),  # and as what it reads what was proposed
        ("statements", "?statement=s1", 3),
    ):
        app = page(where, address, study)
        asked.clear()
        app.run()
        roles = sum("members.role" in statement for statement in asked)
        assert 0 < roles <= most, (where, address)
        assert len(asked) < 15 * most, (where, address)
    assert "Edit statement" in markup(app)
    invite(study, "edith@example.org", "reader")
    assert "Edit statement" not in markup(app.run())


def test_what_was_asked_once_is_asked_again_after_a_write(study: Database) -> None:
    olga, edith = study.as_person(person("olga")), study.as_person(person("edith"))
    with asked_once():
        assert permissions_now(edith).may_write(MAIN)
        with asked_once():  # a part of the page, drawn with it
            invite(olga, "edith@example.org", "reader")
        assert not permissions_now(edith).may_write(MAIN)
        remove(olga, "edith@example.org")
        with pytest.raises(PermissionError, match="is not a member"):
            require_reading(edith)
    invite(study, "edith@example.org", "editor")
    require_reading(edith)  # who is invited anew
    assert permissions_now(edith).may_write(MAIN)


def test_an_owner_is_told_whose_each_layer_is(
    study: Database, enter: Callable[[str], None], page: Open, page_text: Read
) -> None:
    new_layer(study, "old")  # as one that was copied in
    enter("olga")
    text = page_text(page("data", "?data=coders", study))
    assert "Layer Whose Statements" in text
    assert "kim kim@example.org 0" in text
    assert "old nobody's 0" in text
    for name in ("edith", "lee"):  # the addresses are the owners' to see
        enter(name)
        assert "Whose" not in page_text(page("data", "?data=coders", study))


# ---- two at the same rows


def test_two_who_change_different_rows_both_succeed_at_the_first_click(
    study: Database, enter: Callable[[str], None], page: Open, page_text: Read
) -> None:
    enter("edith")
    form = page("data", "?data=bring-in", study)
    for key, value in (("actor", "dee"), ("proposal", "ban"), ("stance", "oppose"), ("source", "early")):
        form.selectbox(key=f"form-{key}").set_value(value)
    form.run()
    card = edit(page("statements", "?statement=s1", study), "s1")
    card.text_input(key="form-note").set_value("as edith reads it").run()

    def olga(change: Change) -> None:
        apply(study.as_person(person("olga")), [change], by="Olga", why="meanwhile")

    one_more = {"actor": "dee", "proposal": "talk", "stance": "support", "source": "late", "date_note": "undated"}
    olga(Change("added", "statements", "s4", values=tuple(one_more.items())))
    form.button(key="form-add").click().run()
    assert "s5 is added." in page_text(form)
    olga(Change("changed", "statements", "s3", "note", "", "as olga reads it"))
    card.button(key="edit-do").click().run()
    assert "s1 is corrected." in page_text(card)
    notes = load(study).statements.set_index("id")["note"].to_dict()
    assert notes == {"s1": "as edith reads it", "s2": "", "s3": "as olga reads it", "s4": "", "s5": ""}
    assert [step.by.split()[0] for step in history(study)] == ["Olga", "Edith", "Olga", "Edith"]


def test_two_who_change_one_value_see_it_once_and_one_click_replaces_it(
    study: Database, enter: Callable[[str], None], page: Open, page_text: Read
) -> None:
    enter("edith")
    card = edit(page("statements", "?statement=s1", study), "s1")
    card.text_input(key="form-note").set_value("mine").run()
    theirs = [Change("changed", "statements", "s1", "note", "", "theirs")]
    apply(study.as_person(person("olga")), theirs, by="Olga", why="meanwhile")
    card.button(key="edit-do").click().run()
    assert "Somebody else has changed this statement meanwhile. Now it has: Note: theirs" in page_text(card)
    assert "Nothing was written" in page_text(card)
    assert load(study).statements["note"].tolist()[0] == "theirs"
    card.button(key="edit-do").click().run()
    assert "s1 is corrected." in page_text(card)
    assert load(study).statements["note"].tolist()[0] == "mine"


# ---- what keeps a click from being carried out


def with_a_quote(app: AppTest, act: str) -> AppTest:
    """The form of statement s1 for this, with words that are looked for in the text at every step."""
    edit(app, "s1")
    if act != "correct":
        app.segmented_control(key="edit-act").set_value(act).run()
    if act == "supersede":
        app.selectbox(key="form-source").set_value("early")
        app.text_input(key="form-date_note").set_value("undated")
    if act != "delete":
        app.text_area(key="form-quote").set_value("her own words")
    return app.run()


@pytest.mark.parametrize("act", ["correct", "supersede", "delete"])
@pytest.mark.parametrize("name", ["edith", "kim"])
def test_a_card_says_that_the_database_is_away_and_keeps_what_was_typed(
    study: Database,
    enter: Callable[[str], None],
    page: Open,
    page_text: Read,
    caplog: pytest.LogCaptureFixture,
    name: str,
    act: str,
) -> None:
    enter(name)
    app = with_a_quote(page("statements", "?statement=s1", study), act)
    if name == "kim":
        app.text_input(key="why-proposed").set_value("heard it again").run()
    assert study.file
    before, away = databases.dump(study), study.file.with_suffix(".away")
    if act != "delete":
        app.text_area(key="form-summary").set_value("typed last")  # comes with the click
    study.file.rename(away)
    app.button(key="edit-do").click().run()
    assert not app.exception
    assert "There is no such database" in page_text(app)
    away.rename(study.file)
    app.run()
    assert not app.exception
    assert not app.error
    assert ": nothing was written." in page_text(app)
    if act != "delete":
        assert app.text_area(key="form-summary").value == "typed last"
        assert app.text_area(key="form-quote").value == "her own words"
    assert databases.dump(study) == before
    assert "Traceback" not in caplog.text
    app.button(key="edit-do").click().run()
    told = {"correct": "s1 is corrected.", "supersede": "s4 supersedes s1.", "delete": "s1 is deleted."}
    assert ("Proposed: an editor decides." if name == "kim" else told[act]) in page_text(app)


@pytest.mark.parametrize("act", ["correct", "supersede", "delete"])
def test_a_card_of_who_was_taken_out_meanwhile_writes_nothing_and_says_why(
    study: Database,
    enter: Callable[[str], None],
    page: Open,
    page_text: Read,
    caplog: pytest.LogCaptureFixture,
    act: str,
) -> None:
    enter("kim")
    app = with_a_quote(page("statements", "?statement=s1", study), act)
    app.text_input(key="why-proposed").set_value("heard it again").run()
    remove(study, "kim@example.org")
    before = databases.dump(study)
    app.button(key="edit-do").click().run()
    assert not app.exception
    assert "is not a member of this dataset" in page_text(app)
    assert "refused: Kim (kim@example.org) is not a member" in caplog.text
    assert "Traceback" not in caplog.text
    assert databases.dump(study) == before


def test_a_card_of_who_may_only_read_now_closes_and_says_why(
    study: Database, enter: Callable[[str], None], page: Open, page_text: Read
) -> None:
    enter("edith")
    app = with_a_quote(page("statements", "?statement=s1", study), "correct")
    invite(study, "edith@example.org", "reader")
    app.button(key="edit-do").click().run()
    assert not app.exception
    assert "Edith (edith@example.org) is a reader of this dataset and cannot change it" in page_text(app)
    assert not [b for b in app.button if b.key == "edit-do"]


def test_the_form_says_that_the_database_is_away_and_keeps_what_was_typed(
    study: Database, enter: Callable[[str], None], page: Open, page_text: Read, caplog: pytest.LogCaptureFixture
) -> None:
    enter("edith")
    app = page("data", "?data=bring-in", study)
    for key, value in (("actor", "dee"), ("proposal", "ban"), ("stance", "oppose"), ("source", "early")):
        app.selectbox(key=f"form-{key}").set_value(value)
    app.text_area(key="form-quote").set_value("her own words").run()
    assert study.file
    away = study.file.with_suffix(".away")
    study.file.rename(away)
    app.button(key="form-add").click().run()
    assert not app.exception
    away.rename(study.file)
    app.run()
    assert ": nothing was written." in page_text(app)
    assert app.text_area(key="form-quote").value == "her own words"
    assert app.selectbox(key="form-actor").value == "dee"
    assert "Traceback" not in caplog.text
    app.button(key="form-add").click().run()
    assert "s4 is added." in page_text(app)
    assert not app.text_area(key="form-quote").value


def test_what_a_click_wrote_before_it_failed_is_not_said_to_be_unwritten(
    study: Database, enter: Callable[[str], None], page: Open, page_text: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    enter("edith")
    app = page("data", "?data=bring-in", study)
    for key, value in (("actor", "dee"), ("proposal", "ban"), ("stance", "oppose"), ("source", "early")):
        app.selectbox(key=f"form-{key}").set_value(value)

    def gone() -> None:
        raise ConnectionError("gone")

    monkeypatch.setattr(import_module("matrix.dashboard.pages.data.statement_form"), "empty", gone)
    app.button(key="form-add").click().run()
    assert not app.exception
    assert "1 change written. The dataset is now version" in page_text(app)
    assert "nothing was written" not in page_text(app)


def test_a_fault_of_ours_at_a_click_is_a_sentence_and_stands_in_the_log(
    study: Database,
    enter: Callable[[str], None],
    page: Open,
    page_text: Read,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    enter("edith")
    app = page("data", "?data=bring-in", study)

    def wrong(*_: object) -> None:
        raise ZeroDivisionError("a fault")

    monkeypatch.setattr(import_module("matrix.dashboard.pages.data.statement_form"), "check", wrong)
    app.button(key="form-add").click().run()
    assert not app.exception
    assert "whether this was written is not known" in page_text(app)
    assert "ZeroDivisionError: a fault" in caplog.text


# ---- the database goes while pages are open


@pytest.fixture
def served(
    postgresql: databases.PostgresServer, new_database: Callable[[str], Database], tmp_path: Path
) -> Iterator[tuple[Database, Callable[[], None], Callable[[], None]]]:
    """The study on PostgreSQL, with what stops its server and what starts it."""
    yield filled(new_database("postgresql"), tmp_path / "tiny"), postgresql.stop, postgresql.start
    if postgresql.process is None:
        postgresql.start()


def test_pages_say_that_the_database_is_away_and_go_on_when_it_is_back(
    served: tuple[Database, Callable[[], None], Callable[[], None]],
    enter: Callable[[str], None],
    page: Open,
    page_text: Read,
    caplog: pytest.LogCaptureFixture,
) -> None:
    at, stop, start = served
    enter("olga")
    olga = at.as_person(person("olga"))
    found = datasets.open_dataset(olga)
    assert isinstance(found, Dataset)
    change = Change("changed", "statements", "s1", "note", "", "looked at")
    assert editing.write(found, [change], seen=found.version, why="a look").done
    opened = {where: page(*where, at.url) for where in ADDRESSES}
    buttons = {
        ("data", "?data=history"): "undo-yes",
        ("data", "?data=coders"): "coders-begin-do",
        ("data", "?data=bring-in"): "form-add",
        ("data", "?data=members"): "members-invite-do",
    }
    opened["data", "?data=coders"].text_input(key="coders-new").set_value("olga").run()
    opened["data", "?data=members"].text_input(key="members-email").set_value("new@example.org").run()
    before = databases.dump(at)
    caplog.clear()
    stop()
    for where, app in opened.items():
        if where in buttons:
            app.button(key=buttons[where]).click()
        app.run()
        assert not app.exception, where
        assert not app.error, where
        text = page_text(app)
        assert "cannot be reached" in text, where
        assert "reload this page when the database answers again" in text, where
        assert "127.0.0.1" not in text, where
    start()
    for where, app in opened.items():
        app.run()
        assert not app.exception, where
        assert not app.error, where
        assert "cannot be opened" not in page_text(app), where
    for part in ("?data=history", "?data=members"):
        assert "nothing was written" in page_text(opened["data", part]), part
    after = databases.dump(at)
    assert {t: rows for t, rows in after.items() if t != "members"} == {
        t: rows for t, rows in before.items() if t != "members"
    }
    assert "Traceback" not in caplog.text
    assert databases.SECRET not in caplog.text


def test_a_page_of_which_the_end_cannot_be_read_says_so_in_words(
    study: Database, enter: Callable[[str], None], page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The database goes between two questions of one page."""
    enter("kim")
    app = page("data", "?data=coders", study)

    def gone(_at: object) -> tuple[str, ...]:
        raise ConnectionRefusedError("sqlite:///secret.db cannot be opened")

    monkeypatch.setattr(import_module("matrix.dashboard.pages.data.coders"), "layers", gone)
    app.run()
    assert not app.exception
    assert [e.value for e in app.error] == [UNREACHED]
