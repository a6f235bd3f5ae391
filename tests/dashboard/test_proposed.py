"""A coder proposes from the pages that an editor writes from; the Data page shows it, and an editor decides there."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from matrix.dashboard import access, datasets
from matrix.dashboard.pages.data import editing
from matrix.dashboard.pages.data.editing import PROPOSED_WORDS
from matrix.dashboard.pages.data.proposed import _whole
from matrix.dataset.changes import Change
from matrix.dataset.dataset import Dataset
from matrix.dataset.location import Database
from matrix.dataset.quotes import hash_of
from matrix.dataset.text_marks import mark_at
from matrix.store.folder import load
from matrix.store.history import apply, history, save, undo
from matrix.store.members import RoleError, invite
from matrix.store.proposed import accept, decline, propose, proposed
from tests import databases
from tests.dashboard.test_coding import ask
from tests.dashboard.test_members import Open, Read, person
from tests.dashboard.test_statement_editing import edit
from tests.dashboard.test_team import filled
from tests.tiny import dataset as tiny

pytestmark = pytest.mark.skipif(find_spec("sqlalchemy") is None, reason="a database needs the extra team")
NOTE = Change("changed", "statements", "s1", "note", "", "as I read it")


@pytest.fixture
def enter(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """enter(name): from now on the pages are theirs."""
    monkeypatch.setattr(access, "refusal", lambda headers, cookies: None)
    return lambda name: monkeypatch.setattr(datasets, "visitor", lambda: person(name))


@pytest.fixture
def study(new_database: Callable[[str], Database], tmp_path: Path) -> Database:
    return filled(new_database("sqlite"), tmp_path / "tiny")


def by(study: Database, name: str) -> Database:
    return study.as_person(person(name))


def kim_proposes(study: Database, *changes: Change, why: str = "heard it again", name: str = "kim") -> None:
    propose(by(study, name), changes or [NOTE], seen="", by="", why=why)


def parts(app: AppTest) -> list[str]:
    return [words.replace("\\", "") for group in app.get("button_group") for words in group.options]


def buttons(app: AppTest) -> set[str]:
    return {b.label for b in app.button}


# ---- proposing


def test_a_correction_of_a_coder_is_proposed_with_their_reason_and_changes_nothing(
    study: Database, enter: Callable[[str], None], page: Open, page_text: Read
) -> None:
    before = load(study).version
    enter("kim")
    card = edit(page("statements", "?statement=s1", study), "s1")
    card.text_input(key="form-note").set_value("as I read it").run()
    card.button(key="edit-do").click().run()
    assert "Say why, for the editor who decides: nothing was proposed yet." in page_text(card)
    assert proposed(study) == []
    card.text_input(key="why-proposed").set_value("heard it again").run()
    assert card.button(key="edit-do").label == "Propose the correction"
    card.button(key="edit-do").click().run()
    text = page_text(card)
    assert PROPOSED_WORDS in text
    assert "is corrected" not in text
    assert "is now version" not in text
    assert not [b for b in card.button if b.label == "Undo"]
    (made,) = proposed(by(study, "kim"))
    assert (made.by, made.why, made.changes) == ("Kim (kim@example.org)", "heard it again", (NOTE,))
    assert load(study).version == before


@pytest.mark.parametrize(
    ("act", "label"), [("supersede", "Propose the new statement"), ("delete", "Propose to delete s1")]
)
def test_a_coder_proposes_to_supersede_or_delete_and_the_statement_stays_open(
    study: Database, enter: Callable[[str], None], page: Open, page_text: Read, act: str, label: str
) -> None:
    enter("kim")
    card = edit(page("statements", "?statement=s1", study), "s1")
    card.segmented_control(key="edit-act").set_value(act).run()
    if act == "supersede":
        card.selectbox(key="form-source").set_value("late").run()
        card.text_input(key="form-date_start").set_value("2026-06-01").run()
        card.selectbox(key="form-stance").set_value("oppose").run()
    card.text_input(key="why-proposed").set_value("they turned").run()
    assert card.button(key="edit-do").label == label
    card.button(key="edit-do").click().run()
    assert not card.exception
    assert PROPOSED_WORDS in page_text(card)
    assert card.query_params["statement"] in ("s1", ["s1"])
    (made,) = proposed(study)
    assert made.kind == ("coding" if act == "supersede" else "edit")
    now = accept(study, 1, by="admin")
    assert len(now.statements) == (4 if act == "supersede" else 2)


def test_a_coder_proposes_a_statement_and_no_file(
    study: Database, enter: Callable[[str], None], page: Open, page_text: Read
) -> None:
    enter("kim")
    form = page("data", "?data=bring-in", study)
    assert "Add a statement" in parts(form)
    assert "Bring in" not in parts(form)
    assert not form.get("file_uploader")
    for key, value in (("actor", "dee"), ("proposal", "ban"), ("stance", "oppose"), ("source", "early")):
        form.selectbox(key=f"form-{key}").set_value(value)
    form.text_input(key="why-proposed").set_value("it is in the paper").run()
    form.button(key="form-add").click().run()
    assert PROPOSED_WORDS in page_text(form)
    assert "is added" not in page_text(form)
    assert form.text_input(key="why-proposed").value == ""
    (made,) = proposed(study)
    assert (made.changes[0].id, made.why) == ("s4", "it is in the paper")
    assert len(load(study).statements) == 3


def test_a_coder_proposes_a_change_of_the_codebook(
    study: Database, enter: Callable[[str], None], page: Open, page_text: Read
) -> None:
    enter("kim")
    app = page("data", "?data=codebook", study)
    app.selectbox(key="recoding-kind").set_value("actors").run()
    app.selectbox(key="recoding-actors").set_value("dee").run()
    app.text_input(key="recoding-id-actors-dee").set_value("dora").run()
    app.text_input(key="recoding-why").set_value("her name").run()
    assert "Propose it" in buttons(app)
    app.button(key="recoding-do").click().run()
    assert PROPOSED_WORDS in page_text(app)
    assert "Take it back" not in buttons(app)
    (made,) = proposed(study)
    assert (made.kind, made.why, made.became[0].now) == ("rename", "her name", "dora")
    assert load(by(study, "kim")).moved["actors"] == {}


def test_what_is_wrong_is_said_as_to_an_editor_and_nothing_is_proposed(
    study: Database, enter: Callable[[str], None]
) -> None:
    enter("kim")
    found = datasets.open_dataset(by(study, "kim"))
    assert isinstance(found, Dataset)
    gone = Change("deleted", "actors", "ann")
    outcome = editing.write(found, [gone], seen=found.version, why="out")
    assert not outcome.done
    assert outcome.problems
    outcome = editing.write(found, [NOTE], seen="0" * 12, why="x")
    assert "was changed meanwhile" in outcome.words
    outcome = editing.write(found, [NOTE], seen="", why="x", texts={"early": b"text"})
    assert outcome.words == "A coder proposes changes of rows, no files: nothing was proposed."
    assert proposed(study) == []


def test_a_reader_s_and_a_stranger_s_call_past_the_page_proposes_nothing(
    study: Database, enter: Callable[[str], None], caplog: pytest.LogCaptureFixture
) -> None:
    before = databases.dump(study)
    found = datasets.open_dataset(by(study, "kim"))
    for name, words in (("rita", "is a reader of this dataset"), ("eve", "is not a member of this dataset")):
        enter(name)
        assert isinstance(found, Dataset)
        outcome = editing.propose_changes(found.opened_at(by(study, name)), [NOTE], seen="", why="forged")
        assert words in outcome.words
    assert databases.dump(study) == before
    assert caplog.text.count("refused") == 2


# ---- deciding


def test_an_editor_sees_how_many_wait_and_accepts(
    study: Database, enter: Callable[[str], None], page: Open, page_text: Read
) -> None:
    kim_proposes(study, NOTE, why="heard <b>it</b> again")
    kim_proposes(study, Change("changed", "actors", "bob", "name", "Bob", "<i>Ben</i>"), name="lee", why="his name")
    enter("edith")
    assert "Proposed (2)" in parts(page("data", "", study))
    app = page("data", "?data=proposed", study)
    text = page_text(app)
    for words in (
        "Kim (kim@example.org)",
        "heard <b>it</b> again",
        "as I read it",
        "s1: Ann on Keep talking",
        "<i>Ben</i>",
    ):
        assert words in text
    app.button(key="proposed-accept-1").click().run()
    assert f"Number 1 is accepted. The dataset is now version {load(study).version}." in page_text(app)
    assert "Proposed (1)" in parts(app)
    assert "accepted by Edith (edith@example.org)" in page_text(app).replace("Accepted", "accepted")
    assert "as step 1 of the history" in page_text(app)
    assert [(s.by, s.why) for s in history(study)] == [
        ("Edith (edith@example.org)", "proposed by Kim (kim@example.org): heard <b>it</b> again")
    ]
    assert "proposed by Kim (kim@example.org)" in page_text(page("data", "?data=history", study))
    undo(study, by="admin")
    assert "accepted, taken back since" in page_text(app.run())


def test_an_editor_declines_with_a_reason_which_the_coder_reads(
    study: Database, enter: Callable[[str], None], page: Open, page_text: Read
) -> None:
    kim_proposes(study)
    enter("edith")
    app = page("data", "?data=proposed", study)
    app.button(key="proposed-decline-1").click().run()
    assert "Say why, for who proposed it: nothing was declined yet." in page_text(app)
    app.text_input(key="proposed-why-1").set_value("not what was said").run()
    app.button(key="proposed-decline-1").click().run()
    assert "Number 1 is declined." in page_text(app)
    assert "is now version" not in page_text(app)
    assert "Nothing waits to be decided." in page_text(app)
    enter("kim")
    app = page("data", "?data=proposed", study)
    assert "1, declined: heard it again; reason: not what was said" in page_text(app)
    assert not {"Accept", "Decline", "Withdraw"} & buttons(app)


def test_a_conflict_is_named_and_it_stays_open(
    study: Database, enter: Callable[[str], None], page: Open, page_text: Read
) -> None:
    kim_proposes(study)
    apply(study, [Change("changed", "statements", "s1", "note", "", "as Olga reads it")], by="Olga", why="meanwhile")
    enter("edith")
    app = page("data", "?data=proposed", study)
    app.button(key="proposed-accept-1").click().run()
    text = page_text(app)
    assert "Nothing was accepted, and it stays open:" in text
    assert "of s1 is 'as Olga reads it' by now" in text
    assert "Accept" in buttons(app)


def test_a_coder_sees_and_withdraws_their_own_and_no_other_coder_s(
    study: Database, enter: Callable[[str], None], page: Open, page_text: Read
) -> None:
    enter("kim")
    app = page("data", "?data=proposed", study)
    assert "You have proposed nothing yet" in page_text(app)
    kim_proposes(study)
    kim_proposes(study, Change("changed", "actors", "bob", "name", "Bob", "Ben"), name="lee", why="a secret of lee's")
    app.run()
    assert "Proposed (1)" in parts(app)
    assert "secret" not in page_text(app)
    assert not {"Accept", "Decline"} & buttons(app)
    app.button(key="proposed-withdraw-1").click().run()
    assert "Number 1 is withdrawn." in page_text(app)
    assert "Proposed" in parts(app)
    assert [p.state for p in proposed(study)] == ["withdrawn", "open"]


def test_a_reader_sees_nothing_of_it(
    study: Database, enter: Callable[[str], None], page: Open, page_text: Read
) -> None:
    kim_proposes(study, why="a secret of kim's")
    enter("rita")
    app = page("data", "?data=proposed", study)
    assert not [words for words in parts(app) if "Proposed" in words]
    assert "secret" not in page_text(app)


def test_a_tab_drawn_for_an_editor_decides_nothing_once_she_is_a_coder(
    study: Database, enter: Callable[[str], None], page: Open, page_text: Read, caplog: pytest.LogCaptureFixture
) -> None:
    kim_proposes(study)
    enter("edith")
    accepting, declining = page("data", "?data=proposed", study), page("data", "?data=proposed", study)
    declining.text_input(key="proposed-why-1").set_value("no").run()
    invite(study, "edith@example.org", "coder")
    before = databases.dump(study)
    with caplog.at_level(logging.WARNING):
        for app, key in ((accepting, "proposed-accept-1"), (declining, "proposed-decline-1")):
            app.button(key=key).click().run()
            assert not app.exception
            assert "is a coder of this dataset and cannot change the dataset itself: nothing was written" in page_text(
                app
            )
            assert not {"Accept", "Decline"} & buttons(app)
    assert databases.dump(study) == before
    assert caplog.text.count("refused: Edith (edith@example.org) is a coder") == 2


def test_a_list_that_cannot_be_read_is_said_in_its_part_and_hides_no_other(
    study: Database, enter: Callable[[str], None], page: Open, page_text: Read
) -> None:
    from matrix.store import files
    from matrix.store.atomic_files import PROPOSED_FILE

    with files.writing(study) as write:
        write({PROPOSED_FILE: b"{\n"})
    enter("edith")
    assert "is not a line of proposed changes: it is not JSON" in page_text(page("data", "?data=proposed", study))
    assert "Take along" in page_text(page("data", "", study))
    kim_proposes(study)
    app = page("data", "?data=proposed", study)
    assert "is not a line of proposed changes: it is not JSON" in page_text(app)
    app.button(key="proposed-accept-2").click().run()
    assert "Number 2 is accepted." in page_text(app)


def test_a_coder_turns_to_the_later_of_many_that_wait_and_withdraws_one(
    study: Database, enter: Callable[[str], None], page: Open
) -> None:
    for number in range(22):
        kim_proposes(study, Change("added", "actors", f"new-{number}", values=(("name", f"N{number}"),)))
    enter("kim")
    app = page("data", "?data=proposed&waiting=2", study)
    app.button(key="proposed-withdraw-22").click().run()
    assert [p.state for p in proposed(study)][-2:] == ["open", "withdrawn"]


def test_what_is_long_is_marked_as_cut_and_can_be_had_whole(
    study: Database, enter: Callable[[str], None], page: Open, page_text: Read
) -> None:
    kim_proposes(study, Change("changed", "statements", "s1", "note", "", "word " * 200 + "the end"))
    kim_proposes(study, Change("changed", "statements", "s1", "summary", "", "turned \u202eround"))
    kim_proposes(study, *(Change("added", "actors", f"a{n}", values=(("name", f"N{n}"),)) for n in range(51)))
    enter("edith")
    app = page("data", "?data=proposed", study)
    text = page_text(app)
    assert "word word…" in text
    assert "the end" not in text
    assert "turned \ufffdround" in text
    assert [b.proto.label for b in app.get("download_button") if "Everything" in b.proto.label] == [
        "Everything in it (.json)"
    ] * 2
    found = json.loads(_whole(proposed(study)[0]))
    assert found == [
        {"kind": "changed", "table": "statements", "id": "s1", "column": "note", "new": "word " * 200 + "the end"}
    ]


def test_a_form_that_was_left_open_is_closed_on_another_page(
    study: Database, enter: Callable[[str], None], page: Open, page_text: Read, caplog: pytest.LogCaptureFixture
) -> None:
    """The browser's Back leaves it open; its fields have the keys of those on the page Data."""
    enter("kim")
    app = page("data", "?data=bring-in", study)
    state = app.session_state["visit"].page_state
    state["edit"], state["edited on"] = "s1", "statements"
    app.session_state["edit-act"] = "delete"
    app.run()
    assert not app.exception
    assert not [e.value for e in app.error]
    assert "edit" not in state
    assert "form-add" in [b.key for b in app.button]


def test_a_database_that_does_not_answer_makes_no_coder_of_an_editor(
    study: Database, enter: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    from matrix.store import database

    enter("edith")
    found = datasets.open_dataset(by(study, "edith"))
    assert isinstance(found, Dataset)
    asked, whole = [], database.reading_rows

    @contextmanager
    def once_away(at: Database) -> Iterator[object]:
        asked.append(at)
        if len(asked) == 1:
            raise TimeoutError("busy")
        with whole(at) as rows:
            yield rows

    monkeypatch.setattr(database, "reading_rows", once_away)
    assert datasets.changes_by(found) is None
    asked.clear()
    assert datasets.refusal(found) == access.Refusal.NO_ANSWER
    outcome = editing.write(found, [NOTE], seen=found.version, why="a look")
    assert outcome.done
    assert not outcome.proposed
    assert proposed(study) == []


def test_a_role_that_is_lost_while_the_page_is_drawn_is_said_in_a_sentence(
    study: Database, enter: Callable[[str], None], page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    enter("olga")
    app = page("data", "?data=coders", study)

    def lost(at: Database) -> bool:
        invite(study, "edith@example.org", "owner")
        invite(study, "olga@example.org", "editor")
        return True

    monkeypatch.setattr(import_module("matrix.dashboard.pages.data.coders"), "is_owner", lost)
    app.run()
    (error,) = [e.value for e in app.error]
    assert error.startswith("Olga (olga@example.org) is an editor of this dataset: its members are the owners'")
    assert error.endswith("The page is not whole: reload it.")


def test_a_button_that_proposed_does_not_write_once_its_coder_is_an_editor_nor_the_other_way_round(
    study: Database, enter: Callable[[str], None], page: Open, page_text: Read
) -> None:
    before = load(study).version
    for name, then in (("kim", "editor"), ("edith", "coder")):
        enter(name)
        card = edit(page("statements", "?statement=s1", study), "s1")
        card.text_input(key="form-note").set_value("as I read it").run()
        if name == "kim":
            card.text_input(key="why-proposed").set_value("heard it again").run()
        invite(study, f"{name}@example.org", then)
        card.button(key="edit-do").click().run()
        assert "Your role here has changed" in page_text(card)
        assert (load(study).version, proposed(study)) == (before, [])
        assert card.button(key="edit-do").label == ("Save" if name == "kim" else "Propose") + " the correction"
        assert card.text_input(key="form-note").value == "as I read it"
    card.text_input(key="why-proposed").set_value("heard it again").run()
    card.button(key="edit-do").click().run()
    assert [p.why for p in proposed(study)] == ["heard it again"]


@pytest.mark.parametrize("away", [False, True], ids=["taken out", "database away"])
def test_a_form_says_so_where_its_text_cannot_be_looked_into_any_more(
    study: Database,
    enter: Callable[[str], None],
    page: Open,
    page_text: Read,
    monkeypatch: pytest.MonkeyPatch,
    away: bool,
) -> None:
    enter("kim")
    form = page("data", "?data=bring-in", study)
    for key, value in (("actor", "dee"), ("proposal", "ban"), ("stance", "oppose"), ("source", "early")):
        form.selectbox(key=f"form-{key}").set_value(value)
    form.text_area(key="form-quote").set_value("No ban").run()
    form.text_input(key="why-proposed").set_value("it is in the paper").run()

    def lost(*_: object) -> None:
        raise ConnectionError(f"{study} cannot be reached") if away else RoleError("Kim is not a member any more")

    monkeypatch.setattr("matrix.dashboard.pages.data.statement_form.find_quote", lost)
    outcomes: list[editing.Outcome] = []
    monkeypatch.setattr(editing, "remember", lambda section, outcome: outcomes.append(outcome))
    form.button(key="form-add").click().run()
    assert not form.exception
    (said,) = outcomes
    assert said.words.endswith(
        ("cannot be reached: nothing was written.", "not a member any more: nothing was written.")
    )
    assert str(study) not in said.words
    assert proposed(study) == []


def test_a_coder_without_a_layer_is_told_nothing_of_others(
    study: Database, enter: Callable[[str], None], page: Open, page_text: Read
) -> None:
    invite(study, "nina@example.org", "coder")
    enter("nina")
    app = page("data", "?data=coders", study)
    assert "You have no layer yet." in page_text(app)
    assert "Nobody codes" not in page_text(app)
    app.text_input(key="coders-new").set_value("kim").run()
    app.button(key="coders-begin-do").click().run()
    assert "There is a layer 'kim' already: choose another name" in page_text(app).replace("Layer: there", "There")


def test_what_a_reader_is_told_has_a_blank_behind_the_colon(
    study: Database, enter: Callable[[str], None], page: Open, page_text: Read
) -> None:
    enter("rita")
    assert "Editing is off: you are a reader" in page_text(page("data", "", study))


def test_of_many_the_newest_that_were_decided_and_the_oldest_that_wait_come_first(
    study: Database, enter: Callable[[str], None], page: Open, page_text: Read
) -> None:
    for number in range(25):
        kim_proposes(
            study, Change("added", "actors", f"new-{number}", values=(("name", f"N{number}"),)), why=f"w{number}"
        )
    enter("edith")
    app = page("data", "?data=proposed", study)
    assert sum(label == "Accept" for label in (b.label for b in app.button)) == 20
    app.button(key="waiting-next").click().run()
    assert [b.key for b in app.button if b.label == "Accept"] == [f"proposed-accept-{n}" for n in range(21, 26)]
    for number in range(1, 13):
        decline(study, number, by="admin", reason="no")
    app.run()
    assert "12, declined: w11" in page_text(app)
    assert " 2, declined: w1;" not in page_text(app)
    app.button(key="proposed-more").click().run()
    assert " 2, declined: w1;" in page_text(app)
    assert "proposed-more" not in [b.key for b in app.button]


# ---- in a text, in one's layer


TEXT = "Eve wants a hotline. No ban, said Bob."
START = TEXT.index("wants")
MARK = {**asdict(mark_at(TEXT, START, START + len("wants a hotline"))), "sha256": hash_of(TEXT.encode())}


def test_a_code_that_a_layer_lacks_is_proposed_and_coded_with_once_it_is_accepted(
    study: Database, enter: Callable[[str], None], page: Open
) -> None:
    hashed = Change("changed", "sources", "early", "sha256", "", hash_of(TEXT.encode()))
    apply(study, [hashed], by="admin", why="its text", texts={"early": TEXT.encode()})
    enter("kim")
    app = page("sources", "?reading=early&layer=kim", study)
    fields = {"stance": "support"}
    new = {"actor": {"name": "Eve", "side": "-"}, "proposal": {"title": "A hotline", "theme": "process"}}
    answer = ask(app, "save", mark=MARK, fields=fields, new=new)
    words = "Proposed to the editors as number 1: you can code with it once it is accepted. The statement is not saved."
    news = {"number": answer["number"], "what": "save", "done": False, "words": words, "proposed": True}
    assert answer == news
    assert len(load(study, layer="kim").statements) == 0
    (made,) = proposed(study)
    assert [(c.table, c.id) for c in made.changes] == [("actors", "eve"), ("proposals", "a-hotline")]
    assert (made.by, made.kind, made.why) == (
        "Kim (kim@example.org)",
        "coding",
        "needed in Early paper: wants a hotline",
    )
    answer = ask(app, "save", mark=MARK, fields=fields, new=new)  # by the button, after a click on the stance
    assert answer == {**news, "number": answer["number"]}
    assert len(proposed(study)) == 1
    accept(by(study, "edith"), 1, by="")
    app.run()
    answer = ask(app, "save", mark=MARK, fields={**fields, "actor": "eve", "proposal": "a-hotline"})
    assert answer["done"]
    assert load(study, layer="kim").statements["actor"].tolist() == ["eve"]


def test_in_a_folder_the_part_is_there_once_something_was_proposed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, page: Open, page_text: Read
) -> None:
    monkeypatch.setattr(access, "refusal", lambda headers, cookies: None)
    save(tiny("ann talk support early"), tmp_path / "d")
    assert "Proposed" not in parts(page("data", "", tmp_path / "d"))
    propose(tmp_path / "d", [NOTE], seen="", by="Kim", why="heard it again")
    app = page("data", "?data=proposed", tmp_path / "d")
    assert "Proposed (1)" in parts(app)
    app.button(key="proposed-accept-1").click().run()
    assert "Number 1 is accepted." in page_text(app)
    assert load(tmp_path / "d").statements["note"].tolist() == ["as I read it"]
