"""Pages on a database, for people of different roles: what each sees, and what the store refuses whatever a page asks."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Self

import pytest
from streamlit.testing.v1 import AppTest

from matrix.dashboard import access, datasets, server
from matrix.dashboard.pages.data import editing
from matrix.dataset.changes import Change
from matrix.dataset.dataset import Dataset
from matrix.dataset.location import Database, Person, location_of
from matrix.store.copy import copy
from matrix.store.folder import load
from matrix.store.history import apply, history, save
from matrix.store.layers import layers, new_layer
from matrix.store.members import give_layer, invite, last_seen, look, remove, require_reading
from tests.tiny import dataset as tiny

pytestmark = pytest.mark.skipif(find_spec("sqlalchemy") is None, reason="a database needs the extra team")
Open = Callable[..., AppTest]
Read = Callable[[AppTest], str]


def person(name: str, issuer: str = "https://id.example.org") -> Person:
    return Person(issuer, f"subject of {name}", f"{name}@example.org", True, name.title())


@dataclass
class SharedStudy:
    """A database with an owner, an editor, two coders and a reader, all of whom may sign in."""

    at: Database
    enter: Callable[[Person], None]


@pytest.fixture
def study(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SharedStudy:
    save(tiny("ann talk support early", "bob test oppose late", "cem ban oppose early"), tmp_path / "tiny")
    at = location_of(f"sqlite:///{tmp_path / 'study.db'}")
    assert isinstance(at, Database)
    copy(tmp_path / "tiny", at)
    for name, role in (("olga", "owner"), ("edith", "editor"), ("kim", "coder"), ("lee", "coder"), ("rita", "reader")):
        invite(at, f"{name}@example.org", role)
    monkeypatch.setattr(access, "refusal", lambda headers, cookies: None)
    return SharedStudy(at, lambda who: monkeypatch.setattr(datasets, "visitor", lambda: who))


def as_read(study: SharedStudy, who: Person, layer: str = "main") -> Dataset:
    return load(study.at.as_person(who), layer=layer)


def test_a_stranger_and_an_address_that_nobody_has_verified_see_nothing(
    study: SharedStudy, page: Open, page_text: Read
) -> None:
    for who in (person("nobody"), Person("https://id.example.org", "1", "rita@example.org", False, "Rita")):
        study.enter(who)
        text = page_text(page("statements", "", study.at))
        assert "is not a member of this dataset" in text
        assert "Ann" not in text


def test_a_switch_names_only_what_somebody_may_open(
    study: SharedStudy, page: Open, page_text: Read, markup: Read, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    others = [Database(f"sqlite:///{tmp_path / f'{name}.db'}") for name in ("hers", "secret")]
    for at, who in zip(others, ("rita", "olga"), strict=True):
        copy(tmp_path / "tiny", at)
        invite(at, f"{who}@example.org", "owner")
    monkeypatch.setenv(server.DATASETS, json.dumps([others[1].url, study.at.url, others[0].url]))
    study.enter(person("rita"))
    app = page("statements", "?dataset=study")
    assert re.findall(r'href="\?dataset=(\w+)"', markup(app)) == ["study", "hers"]
    assert "secret" not in page_text(app) + markup(app)
    app = page("statements", "?dataset=wrong")
    assert "'wrong' is not one of study, hers" in page_text(app)
    assert "secret" not in page_text(app) + markup(app)
    text = page_text(page("statements", "?dataset=secret"))  # they know of it
    assert "is not a member of this dataset" in text
    assert "Ann" not in text
    study.enter(person("lee"))
    assert 'aria-label="Dataset"' not in markup(page("statements", ""))
    study.enter(person("nobody"))
    app = page("statements", "")
    assert "is not a member of this dataset" in page_text(app)
    assert 'aria-label="Dataset"' not in markup(app)


def test_a_reader_sees_all_pages_and_is_offered_no_editing(study: SharedStudy, page: Open, page_text: Read) -> None:
    study.enter(person("rita"))
    app = page("data", "?data=bring-in", study.at)
    assert "you are a reader of this dataset" in page_text(app)
    assert not app.get("file_uploader")
    assert "3 statements" in page_text(page("statements", "", study.at))


def test_a_reader_s_call_past_the_page_is_refused_in_the_store(
    study: SharedStudy, caplog: pytest.LogCaptureFixture
) -> None:
    rita = person("rita")
    study.enter(rita)
    before = load(study.at)
    found = datasets.open_dataset(study.at.as_person(rita))
    assert isinstance(found, Dataset)
    change = Change("changed", "statements", "s1", "stance", "support", "oppose")
    outcome = editing.write(found, [change], seen=found.version, why="forged")
    assert not outcome.done
    assert "Rita (rita@example.org) is a reader of this dataset" in outcome.words
    assert load(study.at).version == before.version
    assert not history(study.at)
    assert "refused" in caplog.text


def test_coders_code_each_in_a_layer_of_their_own_and_see_no_other(
    study: SharedStudy, page: Open, page_text: Read
) -> None:
    study.enter(person("kim"))
    app = page("data", "?data=coders", study.at)
    app.text_input(key="coders-new").set_value("kim").run()
    app.button(key="coders-begin-do").click().run()
    app.button(key="coders-open-do").click().run()
    assert "You are coding in the layer kim." in page_text(app)
    study.enter(person("lee"))
    app = page("data", "?data=coders&layer=kim", study.at)
    assert "You are coding" not in page_text(app)
    assert layers(study.at.as_person(person("lee"))) == []
    study.enter(person("edith"))
    assert "kim" in page_text(page("data", "?data=coders", study.at))
    assert [x.name for x in layers(study.at.as_person(person("edith")))] == ["kim"]


def test_the_history_names_who_signed_in_whatever_name_was_given(
    study: SharedStudy, page: Open, page_text: Read
) -> None:
    edith = person("edith")
    study.enter(edith)
    found = datasets.open_dataset(study.at.as_person(edith))
    assert isinstance(found, Dataset)
    change = Change("changed", "statements", "s1", "note", "", "looked at")
    assert editing.write(found, [change], seen=found.version, why="a look").done
    assert [step.by for step in history(study.at)] == ["Edith (edith@example.org)"]
    app = page("data", "?data=history", study.at)
    assert "Edith (edith@example.org)" in page_text(app)


def test_who_was_taken_out_reads_nothing_more_though_others_have_read_it(
    study: SharedStudy, page: Open, page_text: Read
) -> None:
    study.enter(person("rita"))
    app = page("statements", "", study.at)
    assert "3 statements" in page_text(app)
    remove(study.at, "rita@example.org")
    app.run()
    assert "is not a member of this dataset" in page_text(app)
    assert "3 statements" not in page_text(app)
    study.enter(person("edith"))
    assert "3 statements" in page_text(page("statements", "", study.at))


def test_an_owner_invites_and_takes_out_and_the_last_one_stays(study: SharedStudy, page: Open, page_text: Read) -> None:
    study.enter(person("edith"))
    assert "Members" not in [w for c in page("data", "", study.at).get("button_group") for w in c.options]
    study.enter(person("olga"))
    app = page("data", "?data=members", study.at)
    assert "has not signed in yet" in page_text(app)
    app.text_input(key="members-email").set_value("new@example.org").run()
    app.selectbox(key="members-role").set_value("coder").run()
    app.button(key="members-invite-do").click().run()
    assert "new@example.org is coder now" in page_text(app)
    app.selectbox(key="members-gone").set_value("olga@example.org").run()
    app.button(key="members-remove-do").click().run()
    assert "is the last owner" in page_text(app)
    app.selectbox(key="members-gone").set_value("new@example.org").run()
    app.button(key="members-remove-do").click().run()
    assert "new@example.org is no member any more" in page_text(app)


def test_a_layer_that_was_copied_in_is_given_to_its_coder(study: SharedStudy, page: Open, page_text: Read) -> None:
    new_layer(study.at, "kim")
    kim = study.at.as_person(person("kim"))
    study.enter(person("kim"))
    assert "kim" not in page_text(page("data", "?data=coders", study.at)).split("You have no layer yet")[0]
    assert layers(kim) == []
    study.enter(person("olga"))
    app = page("data", "?data=members", study.at)
    assert app.button(key="members-layer-do").disabled, "nothing is chosen for the owner"
    assert app.button(key="members-remove-do").disabled
    app.selectbox(key="members-layer-name").set_value("kim").run()
    app.selectbox(key="members-layer-coder").set_value("kim@example.org").run()
    app.button(key="members-layer-do").click().run()
    assert "The layer kim is kim@example.org's now." in page_text(app)
    assert [x.name for x in layers(kim)] == ["kim"]
    other = Database(study.at.url.replace("study.db", "other.db"))
    assert copy(study.at, other).members == 5
    assert [x.name for x in layers(other.as_person(person("kim")))] == ["kim"]
    give_layer(study.at, "kim", "lee@example.org")  # invited, and not here yet
    lee = study.at.as_person(person("lee"))
    require_reading(lee)
    assert [x.name for x in layers(lee)] == ["kim"]
    assert layers(kim) == []


def test_what_was_typed_comes_back_when_the_database_does(study: SharedStudy, page: Open, page_text: Read) -> None:
    study.enter(person("edith"))
    app = page("statements", "", study.at)
    app.session_state["visit"].page_state["edit"] = "s1"
    app.run()
    app.text_area(key="form-summary").set_value("typed before it went").run()
    file = study.at.file
    assert file
    away = file.rename(file.with_suffix(".away"))
    app.button(key="edit-do").click().run()
    assert "there is no such database" in page_text(app) or "cannot be" in page_text(app)
    away.rename(file)
    app.run()
    assert app.text_area(key="form-summary").value == "typed before it went"
    assert app.selectbox(key="form-stance").value == "support"
    app.button(key="edit-do").click().run()
    row = load(study.at).statements.set_index("id").loc["s1"]
    assert (row["summary"], row["stance"]) == ("typed before it went", "support")


def test_a_visit_goes_on_when_the_page_is_loaded_anew(study: SharedStudy, page: Open, page_text: Read) -> None:
    rita = study.at.as_person(person("rita"))
    study.enter(person("rita"))
    assert "Since my last visit" not in choices(page("what-changed", "", study.at)), "there was none"
    apply(study.at, [Change("changed", "statements", "s1", "stance", "support", "oppose")], by="x", why="y")
    look(rita, "2026-01-01T10:00:00+00:00")
    for _ in range(2):  # the second is another session, a moment later
        app = page("what-changed", "", study.at)
        assert "Since my last visit" in choices(app)
        assert "1 position turned" in page_text(app)
    assert last_seen(rita).endswith(" 2026-01-01T10:00:00+00:00")


@pytest.mark.parametrize(("minutes", "ended"), [(29, False), (31, True), (120, True), (2880, True)])
def test_a_visit_ends_after_half_an_hour_without_a_click(
    study: SharedStudy, page: Open, page_text: Read, minutes: int, ended: bool
) -> None:
    rita = study.at.as_person(person("rita"))
    study.enter(person("rita"))
    require_reading(rita)
    apply(study.at, [Change("changed", "statements", "s1", "stance", "support", "oppose")], by="x", why="y")
    look(rita, (datetime.now(UTC) - timedelta(minutes=minutes)).isoformat(timespec="seconds"))
    app = page("what-changed", "", study.at)
    assert ("Since my last visit" in choices(app)) is ended
    assert ("This is your first visit" in page_text(app)) is not ended


def test_a_tab_that_was_left_open_begins_another_visit_unless_another_tab_went_on(
    study: SharedStudy, page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = datetime.now(UTC)

    class Clock(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> Self:
            return cls.fromtimestamp(now.timestamp(), tz)

    monkeypatch.setattr(import_module("matrix.dashboard.last_seen"), "datetime", Clock)
    study.enter(person("rita"))
    apply(study.at, [Change("changed", "statements", "s1", "stance", "support", "oppose")], by="x", why="y")
    app = page("what-changed", "", study.at)
    first, now = now, now + timedelta(minutes=20)
    page("what-changed", "", study.at)
    now += timedelta(minutes=20)
    assert "Since my last visit" not in choices(app.run()), "it went on in the other tab"
    now += timedelta(hours=2)
    assert "Since my last visit" in choices(app.run())
    begun = (first + timedelta(minutes=40)).isoformat(timespec="seconds")
    assert last_seen(study.at.as_person(person("rita"))).endswith(f" {begun}")


def choices(app: AppTest) -> list[str]:
    return [w for group in app.get("button_group") for w in group.options]
