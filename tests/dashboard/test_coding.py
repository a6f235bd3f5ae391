"""Coding in a source's text without a browser: what its widget sends is checked, written, refused or taken back."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import asdict
from importlib import import_module
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from streamlit.testing.v1 import AppTest

from matrix import load
from matrix.cli import main
from matrix.dashboard import access
from matrix.dashboard.access import Refusal
from matrix.dataset.changes import Change
from matrix.dataset.datapackage import descriptor, head_bytes
from matrix.dataset.dataset import Dataset
from matrix.dataset.problems import Problem
from matrix.dataset.quotes import hash_of
from matrix.dataset.text_marks import mark_at
from matrix.store import open_store
from matrix.store.dismissed import Answered, answer, answered, hits
from matrix.store.history import apply, history, undo
from matrix.store.layers import new_layer

Open = Callable[..., AppTest]
Write = Callable[..., Path]

TEXT = "𠮷野 👨‍👩‍👧:\r\nAnn says: no ban.\r\nBo says: “talks, if calm.”\r\nAnn says: no ban.\r\n"
MARKUP = '<script>alert(1)</script> **b** <img src="//evil.example">'
TABLES = {
    "sources": f"id,title,date,sha256\nn,News,2026-05-08,{hashlib.sha256(TEXT.encode()).hexdigest()}",
    "sides": "id,name\nus,United States",
    "actors": "id,name,side\nann,Ann,us\nbo,Bo,us",
    "proposals": "id,title,theme\nban,A ban,Arms\nreport,Incident reporting,Risks",
    "statements": "id,actor,proposal,stance,source\ns1,ann,ban,support,n",
}
NUMBERS = count(1)


@pytest.fixture
def folder(write: Write) -> Path:
    return write(**TABLES)


@pytest.fixture
def coding(page: Open, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], AppTest]:
    """coding(): the source's page after its first run, with its text, for somebody who may write."""
    texts = tmp_path / "texts"
    texts.mkdir()
    (texts / "n.txt").write_bytes(TEXT.encode())
    monkeypatch.setenv("POLICY_MATRIX_TEXTS", str(texts))
    monkeypatch.setattr(access, "refusal", lambda headers, cookies: None)
    return lambda: page("sources", "?reading=n", folder)


def widget(app: AppTest) -> dict[str, Any] | None:
    """What the browser is given for the widget."""
    sent = [json.loads(c.proto.json or c.proto.mixed.json) for c in app.get("bidi_component")]
    found: dict[str, Any] | None = next((data for data in sent if "sha256" in data), None)
    return found


def ask(app: AppTest, what: str, **more: Any) -> dict[str, Any]:
    """Send this as the widget does; what it gets for an answer."""
    number = next(NUMBERS)
    app.session_state["marking"] = {"sent": {"number": number, "what": what, **more}}
    app.run()
    assert not app.exception
    assert not app.error
    data = widget(app)
    assert data is not None
    answer: dict[str, Any] = data["answer"] or {}
    assert answer.get("number") == number
    return answer


def mark(words: str, nth: int = 0) -> dict[str, Any]:
    start = -1
    for _ in range(nth + 1):
        start = TEXT.index(words, start + 1)
    return {**asdict(mark_at(TEXT, start, start + len(words))), "sha256": hash_of(TEXT.encode())}


FIELDS = {
    "actor": "ann",
    "proposal": "ban",
    "stance": "oppose",
    "attribution": "paraphrased",
    "date_start": "2026-05-08",
}


def statement(folder: Path, id_: str) -> dict[str, str]:
    frame = load(folder).frames["statements"]
    return {str(k): str(v) for k, v in frame[frame["id"] == id_].iloc[0].items()}


def test_marked_words_become_a_signed_statement_at_their_place(coding: Callable[[], AppTest], folder: Path) -> None:
    app = coding()
    answer = ask(app, "save", mark=mark("no ban", 1), fields=FIELDS)
    assert answer["done"], answer
    assert answer["words"].startswith("s2 is saved: Ann, opposes, A ban.")
    row = statement(folder, "s2")
    assert (row["quote"], row["start"]) == ("no ban", str(TEXT.rindex("no ban")))
    assert (row["source"], row["actor"], row["stance"], row["date_start"]) == ("n", "ann", "oppose", "2026-05-08")
    step = history(folder)[-1]
    assert row["coder"] == step.by
    assert (step.number, len(step.changes)) == (answer["step"], 1)


def test_what_was_just_saved_is_taken_back_and_nothing_else(coding: Callable[[], AppTest], folder: Path) -> None:
    app = coding()
    before = (folder / "statements.csv").read_bytes()
    step = ask(app, "save", mark=mark("no ban"), fields=FIELDS)["step"]
    for forged in (step + 1, 0, -1, True, "1", None):
        assert not ask(app, "undo", step=forged)["done"]
    assert statement(folder, "s2")
    answer = ask(app, "undo", step=step)
    assert answer["done"]
    assert answer["words"].startswith("Taken back.")
    assert (folder / "statements.csv").read_bytes() == before


def test_a_step_of_somebody_else_is_not_taken_back(coding: Callable[[], AppTest], folder: Path) -> None:
    ask(coding(), "save", mark=mark("no ban"), fields=FIELDS)
    answer = ask(coding(), "undo", step=1)  # another visit
    assert answer["words"] == "This step was not made here: nothing was taken back."
    assert statement(folder, "s2")


@pytest.mark.parametrize(
    ("more", "field", "words"),
    [
        ({"mark": {**mark("no ban"), "start": 1}}, "", "select the words again"),
        ({"mark": {**mark("no ban"), "sha256": "0" * 64}}, "", "The text of this source was changed meanwhile"),
        ({"mark": None}, "", "is not a mark in a text"),
        ({"fields": {**FIELDS, "actor": ""}}, "actor", "Choose an actor."),
        ({"fields": {**FIELDS, "actor": ["ann"]}}, "actor", "Choose an actor."),
        ({"fields": "ann"}, "proposal", "Choose a proposal."),
        ({"fields": {**FIELDS, "proposal": "zzz"}}, "proposal", "'zzz'"),
        ({"fields": {**FIELDS, "stance": "yes"}}, "stance", "'yes'"),
        ({"fields": {**FIELDS, "stance": "conditional"}}, "condition", "on what the backing depends"),
        ({"fields": {**FIELDS, "condition": "If calm"}}, "condition", "This stance takes no condition"),
        ({"condition": mark("if calm")}, "condition", "This stance takes no condition"),
        ({"fields": {**FIELDS, "date_start": "May"}}, "date_start", "'May'"),
        ({"fields": {**FIELDS, "attribution": "hearsay"}}, "attribution", "'hearsay'"),
        ({"new": {"actor": {"side": "us"}}}, "actor", "needs a name"),
        ({"new": {"actor": {"name": "Cem", "side": "mars"}}}, "actor", "'mars'"),
        ({"new": {"actor": {"name": "Cem"}}}, "actor", "Choose the side of the new actor, or say that it is on none."),
        ({"new": {"actor": {"name": "Cem", "side": "us", "authority": "boss"}}}, "actor", "'boss'"),
        ({"new": {"proposal": {"title": "a  BAN"}}}, "proposal", "There is 'A ban': use it, or give another title."),
    ],
)
def test_what_is_wrong_comes_back_beside_its_field_and_nothing_is_written(
    coding: Callable[[], AppTest], folder: Path, more: dict[str, Any], field: str, words: str
) -> None:
    before = {f.name: f.read_bytes() for f in folder.iterdir()}
    answer = ask(coding(), "save", **{"mark": mark("no ban"), "fields": FIELDS, **more})
    assert not answer["done"]
    assert words in " ".join(answer["problems"][field])
    assert {f.name: f.read_bytes() for f in folder.iterdir()} == before


@pytest.mark.parametrize("sent", [None, 7, [], {"what": "save"}, {"number": "1", "what": "save"}, {"number": 1}])
def test_what_no_widget_sends_does_nothing(coding: Callable[[], AppTest], folder: Path, sent: object) -> None:
    app = coding()
    before = (folder / "statements.csv").read_bytes()
    app.session_state["marking"] = {"sent": sent}
    app.run()
    assert not app.exception
    assert not app.error
    assert (folder / "statements.csv").read_bytes() == before


def test_a_condition_takes_its_words_from_a_second_mark(coding: Callable[[], AppTest], folder: Path) -> None:
    fields = {**FIELDS, "actor": "bo", "stance": "conditional", "condition": "It is calm"}
    app = coding()
    forged = ask(app, "save", mark=mark("talks"), condition={**mark("if calm"), "exact": "if so"}, fields=fields)
    assert "the text reads 'if calm'" in forged["problems"]["condition"][0]
    assert ask(app, "save", mark=mark("talks"), condition=mark("if calm"), fields=fields)["done"]
    row = statement(folder, "s2")
    assert (row["condition"], row["condition_quote"]) == ("It is calm", "if calm")


def test_what_is_sent_is_held_against_the_text_and_the_dataset_as_they_are_now(
    coding: Callable[[], AppTest], folder: Path
) -> None:
    app = coding()
    apply(folder, [Change("changed", "actors", "bo", "name", "Bo", "Bob")], by="kim", why="his name")
    assert ask(app, "save", mark=mark("talks"), fields={**FIELDS, "actor": "bo"})["words"].startswith(
        "s2 is saved: Bob"
    )
    (folder.parent / "texts" / "n.txt").write_bytes(b"Ann says: no ban at all.")
    other = hash_of(b"Ann says: no ban at all.")
    old = hash_of(TEXT.encode())
    apply(folder, [Change("changed", "sources", "n", "sha256", old, other)], by="kim", why="another text")
    answer = ask(app, "save", mark=mark("no ban"), fields=FIELDS)
    assert not answer["done"]
    assert "The text of this source was changed meanwhile: select the words again." in answer["problems"][""]
    assert len(load(folder).frames["statements"]) == 2


def test_the_id_of_a_statement_that_was_taken_back_is_not_given_to_another(
    coding: Callable[[], AppTest], folder: Path, page: Open
) -> None:
    app = coding()
    first = ask(app, "save", mark=mark("no ban"), fields=FIELDS)
    assert first["statement"] == "s2"
    assert ask(app, "undo", step=first["step"])["done"]
    assert ask(app, "save", mark=mark("talks"), fields=FIELDS)["statement"] == "s3"
    assert page("data", "?data=bring-in", folder).text_input(key="form-id").value == "s4"


def test_a_pronoun_stands_for_the_actor_of_the_last_statement(
    page: Open, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(access, "refusal", lambda headers, cookies: None)
    text = "Ann says: no ban. She wants reports. They want reports."
    folder = write(**{**TABLES, "sources": f"id,title,sha256\nn,News,{hash_of(text.encode())}"})
    (folder / "texts").mkdir()
    (folder / "texts" / "n.txt").write_bytes(text.encode())

    def at(words: str, last: bool = False) -> dict[str, Any]:
        start = text.rindex(words) if last else text.index(words)
        return {**asdict(mark_at(text, start, start + len(words))), "sha256": hash_of(text.encode())}

    def same(last: bool = False, **more: Any) -> bool:
        return bool(ask(app, "suggest", mark=at("reports", last), **more)["goes_on"])

    app = page("sources", "?reading=n", folder)
    assert same(since=at("no ban"), actor="ann")
    assert not same(since=at("no ban"), actor="bo")  # Ann is named between
    assert not same(since=at("no ban"), actor=["ann"])
    assert not same(last=True, since=at("no ban"), actor="ann")
    assert not same()
    app.session_state["marking"] = {
        "sent": {"number": 1, "what": "suggest", "mark": at("reports"), "since": {"start": 1}}
    }
    app.run()
    assert not app.exception


def test_a_new_actor_and_proposal_come_into_being_with_the_statement(
    coding: Callable[[], AppTest], folder: Path
) -> None:
    actor = {"name": "Außenministerium", "side": "-", "kind": "government", "authority": "official"}
    new = {"actor": actor, "proposal": {"title": MARKUP, "theme": "Arms"}}
    answer = ask(coding(), "save", mark=mark("no ban"), fields=FIELDS, new=new)
    assert answer["done"], answer
    frames = load(folder).frames
    assert statement(folder, "s2")["actor"] == "aussenministerium"
    made = frames["actors"].iloc[-1]
    assert [made[c] for c in actor] == ["Außenministerium", "", "government", "official"]
    assert frames["proposals"].iloc[-1]["title"] == MARKUP
    assert len(history(folder)[-1].changes) == 3


def test_a_side_comes_into_being_with_the_first_actor_on_it(coding: Callable[[], AppTest], folder: Path) -> None:
    app = coding()
    fields = {k: v for k, v in FIELDS.items() if k != "actor"}
    actor = {"name": "Norway's Ministry", "side": "+", "kind": "ministry"}
    for made, words in (
        ("", "Name the new side."),
        ("united  STATES", "There is the side 'United States': choose it."),
    ):
        new = {"actor": {**actor, "new_side": made}}
        answer = ask(app, "save", mark=mark("no ban", 1), fields=fields, new=new)
        assert answer["problems"]["actor"] == [words]
    new = {"actor": {**actor, "new_side": "Norway <b>"}}
    answer = ask(app, "save", mark=mark("no ban", 1), fields=fields, new=new)
    assert answer["done"], answer
    frames = load(folder).frames
    assert frames["sides"][["id", "name"]].values.tolist() == [["us", "United States"], ["norway-b", "Norway <b>"]]
    assert frames["actors"].iloc[-1]["side"] == "norway-b"
    (step,) = history(folder)
    assert [c.table for c in step.changes] == ["sides", "actors", "statements"]


def test_a_new_theme_comes_into_being_though_the_dataset_lists_its_themes(
    coding: Callable[[], AppTest], folder: Path
) -> None:
    data = load(folder)
    package = descriptor({"name": "d"}, data.columns, {("proposals", "theme"): ("Arms", "Risks")})
    (folder / "datapackage.json").write_bytes(head_bytes(package))
    fields = {k: v for k, v in FIELDS.items() if k != "proposal"}
    new = {"proposal": {"title": "Chips counted", "theme": "Compute oversight"}}
    answer = ask(coding(), "save", mark=mark("no ban", 1), fields=fields, new=new)
    assert answer["done"], answer
    now = load(folder)
    assert now.package is not None
    assert now.package.closed["proposals", "theme"] == ("Arms", "Risks", "Compute oversight")
    back = undo(folder, by="ann").package
    assert back is not None
    assert back.closed["proposals", "theme"] == ("Arms", "Risks")


def test_a_new_name_near_another_is_asked_about_first(coding: Callable[[], AppTest], folder: Path) -> None:
    app = coding()
    new = {"proposal": {"title": "Incident report"}}
    assert ask(app, "near", kind="proposal", name="Nothing like it")["rows"] == []
    answer = ask(app, "save", mark=mark("no ban"), fields=FIELDS, new=new)
    assert answer["problems"]["proposal"] == [
        "There is 'Incident reporting': choose it, or save again to make a new proposal."
    ]
    assert ask(app, "near", kind="proposal", name="Incident report")["rows"] == [["report", "Incident reporting"]]
    assert ask(app, "save", mark=mark("no ban"), fields=FIELDS, new=new)["done"]


def test_a_sentence_is_read_ahead_with_reasons(coding: Callable[[], AppTest]) -> None:
    answer = ask(coding(), "suggest", mark=mark("ban"))
    assert answer["proposals"][0][0] == "ban"
    assert "ban" in answer["proposals"][0][1]
    assert answer["actors"][0] == ["ann", "Ann"]


@pytest.mark.parametrize("why", [Refusal.READ_ONLY, Refusal.NO_TOKEN, Refusal.REACHABLE])
def test_who_may_not_write_has_no_widget_and_forged_messages_write_nothing(
    coding: Callable[[], AppTest], folder: Path, monkeypatch: pytest.MonkeyPatch, why: Refusal
) -> None:
    monkeypatch.setattr(access, "refusal", lambda headers, cookies: why)
    app = coding()
    assert widget(app) is None
    before = (folder / "statements.csv").read_bytes()
    app.session_state["marking"] = {"sent": {"number": 1, "what": "save", "mark": mark("no ban"), "fields": FIELDS}}
    app.run()
    assert not app.exception
    assert (folder / "statements.csv").read_bytes() == before


def test_a_refusal_that_comes_while_the_page_is_open_writes_nothing(
    coding: Callable[[], AppTest], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = coding()
    asked = iter([None])  # the page is drawn as before, and the write is refused
    monkeypatch.setattr(access, "refusal", lambda headers, cookies: next(asked, Refusal.READ_ONLY))
    before = (folder / "statements.csv").read_bytes()
    app.session_state["marking"] = {"sent": {"number": 1, "what": "save", "mark": mark("no ban"), "fields": FIELDS}}
    app.run()
    assert (folder / "statements.csv").read_bytes() == before


def test_what_is_read_ahead_is_coded_or_turned_down_for_good(
    coding: Callable[[], AppTest], folder: Path, page_text: Callable[[AppTest], str]
) -> None:
    app = coding()
    first = ask(app, "suggest", mark=mark("no ban"))
    assert [p for p, _ in first["proposals"]] == ["ban"]
    assert ask(app, "dismiss", mark=mark("no ban"), proposal="ban")["proposals"] == []
    assert ask(app, "dismiss", mark=mark("no ban"), proposal="<script>")["proposals"] == []
    assert ask(app, "suggest", mark=mark("no ban", 1))["proposals"] == []  # the same sentence, further down
    (kept,) = answered(folder)
    assert (kept.source, kept.sentence, kept.proposal, kept.statement) == ("n", "Ann says: no ban.", "ban", "")
    assert ask(app, "save", mark=mark("no ban"), fields=FIELDS)["done"]  # of one's own accord: no suggestion came true
    assert hits(answered(folder), ["s1", "s2"]) == (0, 1)


def test_a_statement_that_came_of_a_suggestion_counts_as_a_hit_as_long_as_it_is_there(
    coding: Callable[[], AppTest], folder: Path
) -> None:
    app = coding()
    typed = ask(app, "save", mark=mark("no ban"), fields=FIELDS)  # the proposal came true, but not by the suggestion
    assert hits(answered(folder), load(folder).frames["statements"]["id"]) == (0, 0)
    ask(app, "undo", step=typed["step"])
    answer = ask(app, "save", mark=mark("no ban"), fields=FIELDS, suggested=True)
    assert hits(answered(folder), load(folder).frames["statements"]["id"]) == (1, 1)
    ask(app, "undo", step=answer["step"])
    assert hits(answered(folder), load(folder).frames["statements"]["id"]) == (0, 0)


def test_a_sentence_answered_is_one_answer_and_is_taken_back_on_the_spot(
    coding: Callable[[], AppTest], folder: Path, page_text: Callable[[AppTest], str]
) -> None:
    app = coding()
    app.session_state["read-ahead"] = True
    app.run()
    not_about = next(b for b in app.button if str(b.key).startswith("ahead-not-"))
    not_about.click().run()
    assert answered(folder)
    assert "Of 1 suggested sentence answered here, 0 became statements" in page_text(app)
    anew = coding()  # after a reload it is at hand too
    anew.session_state["read-ahead"] = True
    anew.run()
    anew.button(key="ahead-undo").click().run()
    assert not answered(folder)
    for sentence in ("An older one.", "Reports <b>at once</b>."):
        answer(folder, [Answered("n", sentence, p) for p in ("ban", "report")])
    anew.run()
    assert anew.selectbox(key="ahead-turned").options == ["Reports <b>at once</b>.", "An older one."]
    anew.selectbox(key="ahead-turned").set_value("An older one.").run()
    anew.button(key="ahead-undo").click().run()
    assert {a.sentence for a in answered(folder)} == {"Reports <b>at once</b>."}
    answer(folder, [Answered("n", "Reports <b>at once</b>.", p, "s1") for p in ("ban", "report")])
    answer(folder, [Answered("n", "A ban and reports.", p) for p in ("ban", "report")])
    assert hits(answered(folder), []) == (0, 1)
    assert hits(answered(folder), ["s1"]) == (1, 2)


def test_what_has_one_number_is_done_once(coding: Callable[[], AppTest], folder: Path) -> None:
    app = coding()
    number = ask(app, "save", mark=mark("no ban"), fields=FIELDS)["number"]
    assert statement(folder, "s2")["quote"] == "no ban"
    again = {"number": number, "what": "save", "mark": mark("no ban"), "fields": {**FIELDS, "summary": "twice"}}
    app.session_state["marking"] = {"sent": again}
    app.run()
    app.run()
    assert len(load(folder).statements) == 2
    assert len(history(folder)) == 1


@pytest.mark.parametrize("before", [True, False])
def test_a_save_that_meets_no_dataset_is_answered_and_no_statement_is_there(
    coding: Callable[[], AppTest], folder: Path, monkeypatch: pytest.MonkeyPatch, before: bool
) -> None:
    """Without an answer the widget would let go of what was filled in: it might have been saved."""
    app = coding()
    once = iter([True])
    module = import_module("matrix.dashboard.pages.sources.coding")
    real_changed, real_texts = module.changed, module.texts_here

    def changed(at: Path, dataset: Dataset) -> bool:
        if before and next(once, False):
            monkeypatch.setattr(module, "open_dataset", lambda *_: (Problem("study", 0, "", "It cannot be reached"),))
            return True
        return bool(real_changed(at, dataset))

    def texts_here(dataset: Dataset) -> Mapping[str, str]:
        if not before and next(once, False):
            raise ConnectionError(111, "It cannot be reached")
        found: Mapping[str, str] = real_texts(dataset)
        return found

    monkeypatch.setattr(module, "changed", changed)
    monkeypatch.setattr(module, "texts_here", texts_here)
    answer = ask(app, "save", mark=mark("no ban"), fields=FIELDS)
    assert not answer["done"]
    assert "nothing was written" in answer["words"]
    assert "It cannot be reached" in answer["problems"][""][0]
    assert len(load(folder).statements) == 1
    assert ask(app, "save", mark=mark("no ban"), fields=FIELDS)["done"]


def test_a_layers_coder_signs_what_is_coded_in_it(coding: Callable[[], AppTest], folder: Path, page: Open) -> None:
    new_layer(folder, "kim")
    app = page("sources", "?reading=n&layer=kim", folder)
    data = widget(app)
    assert data is not None
    assert data["who"] == "kim"
    assert ask(app, "save", mark=mark("no ban"), fields={**FIELDS, "summary": "Against it."})["done"]
    (row,) = load(folder, layer="kim").frames["statements"].to_dict("records")
    assert (row["coder"], row["summary"]) == ("kim", "Against it.")


def test_the_check_reads_the_texts_that_are_kept_beside_the_dataset(write: Write, page: Open, page_text: Any) -> None:
    wrong = "id,actor,proposal,stance,source,quote\ns1,ann,ban,support,n,not in it"
    folder = write(**{**TABLES, "statements": wrong})
    (folder / "texts").mkdir()
    (folder / "texts" / "n.txt").write_bytes(TEXT.encode())
    result = CliRunner().invoke(main, ["check", str(folder)])
    assert result.exit_code == 1
    assert "statements.csv row 2, column quote: 'not in it'" in result.output
    assert "1 quote does not stand so in" in " ".join(page_text(page("data", "?data=codebook", folder)).split())


def test_another_text_takes_the_place_of_the_old_one_once_what_is_lost_was_looked_at(
    coding: Callable[[], AppTest], folder: Path, page_text: Callable[[AppTest], str]
) -> None:
    app = coding()
    ask(app, "save", mark=mark("no ban", 1), fields=FIELDS)
    new_layer(folder, "kim")
    values = (*{**FIELDS, "source": "n", "quote": "calm", "start": str(TEXT.index("calm"))}.items(),)
    apply(open_store(folder, layer="kim"), [Change("added", "statements", "s1", values=values)], by="kim", why="coded")
    before = (folder / "statements.csv").read_bytes()
    app.session_state["replace"] = True
    app.run()
    app.text_area(key="replace-text").set_value(f"{MARKUP}\n{TEXT}").run()
    assert "1 passage found again, 1 at another place; of coders' passages 1 in the layer kim" in page_text(app)
    app.text_area(key="replace-text").set_value("Ann says: no ban. <b>").run()
    assert "s2: it stood there 2 times and stands there 1 time now: no ban" in page_text(app)
    assert "Layer kim, s1: it is not in the new text: calm" in " ".join(page_text(app).split())
    assert "those of a layer stay as they are" in app.checkbox(key="replace-looked-at").label
    assert not any(b.key == "replace-do" for b in app.button)
    app.checkbox(key="replace-looked-at").check().run()
    app.button(key="replace-do").click().run()
    assert load(folder).frames["statements"]["start"].tolist() == ["", ""]
    assert load(folder).frames["sources"]["sha256"].tolist() == [hash_of(b"Ann says: no ban. <b>")]
    assert ". &lt;b&gt;" in " ".join(h.value for h in app.get("html"))
    app.button(key="replace-undo").click().run()
    assert (folder / "statements.csv").read_bytes() == before
