"""A new source on the Sources page without a browser: pasted or out of a file, checked, and open once it is saved."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from matrix.dashboard import access
from matrix.store.folder import load
from matrix.store.history import history, undo
from tests.importing.made_texts import pdf

Read = Callable[[AppTest], str]
Open = Callable[..., AppTest]

TEXT = "Ann: we want talks.\nBo: no."
KNOWN = hashlib.sha256(TEXT.encode()).hexdigest()
TABLES = {
    "sources": f"id,title,kind,url,sha256\nnews,Old news,report,https://example.org/old,{KNOWN}",
    "actors": "id,name\nann,Ann",
    "proposals": "id,title\ntalks,Talks",
    "statements": "id,actor,proposal,stance,source\ns1,ann,talks,support,news",
}


@pytest.fixture
def folder(write: Callable[..., Path]) -> Path:
    return write(**TABLES)


@pytest.fixture
def editable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("POLICY_MATRIX_TEXTS", raising=False)
    monkeypatch.setattr(access, "refusal", lambda headers, cookies: None)


@pytest.fixture
def form(page: Open, folder: Path, editable: None) -> AppTest:
    """The empty form, opened by its button."""
    return click(page("sources", "", folder), "Add a source")


def ran(app: AppTest) -> AppTest:
    app.run()
    assert not app.exception
    assert not app.error
    return app


def click(app: AppTest, label: str) -> AppTest:
    next(b for b in app.button if b.label == label).click()
    return ran(app)


def fill(app: AppTest, **fields: str) -> AppTest:
    for name, words in fields.items():
        box = app.text_area if name == "text" else app.text_input
        box(key=f"source-{name}").input(words)
    return ran(app)


def test_a_pasted_text_becomes_a_source_of_one_step_and_opens(
    form: AppTest, folder: Path, page_text: Read, markup: Read
) -> None:
    text = "Ann:  we want 𠮷 talks.\n\nIf calm."
    fill(form, title="Talks & calm", publisher="The Paper", date="2026-05", url="https://example.org/n", text=text)
    assert form.text_input(key="source-id").value == "talks-calm"
    click(form, "Add this source")
    assert "The source is added." in page_text(form)
    assert "Ann: we want 𠮷 talks." in page_text(form)
    assert 'class="pm-text"' in markup(form)
    assert form.query_params["reading"] == "talks-calm"
    row = load(folder).sources.set_index("id").loc["talks-calm"]
    assert (row["title"], row["date"], row["sha256"]) == (
        "Talks & calm",
        "2026-05",
        hashlib.sha256(text.encode()).hexdigest(),
    )
    assert (folder / "texts" / "talks-calm.txt").read_bytes() == text.encode()
    (step,) = history(folder)
    assert (step.kind, step.why) == ("coding", "add source talks-calm")
    undo(folder, by="test")
    assert load(folder).sources["id"].tolist() == ["news"]


def test_what_is_wrong_is_said_beside_its_field_and_nothing_is_written(
    form: AppTest, folder: Path, page_text: Read
) -> None:
    before = {f.name: f.read_bytes() for f in folder.iterdir()}
    words = page_text(click(form, "Add this source"))
    assert "Is needed: paste it, or choose its file." in words
    assert "Not added: 2 problems above." in words
    fill(form, title="T", text="x", date="2026-13", id="news")
    assert "Is taken." in page_text(click(form, "Add this source"))
    fill(form, id="other")
    assert "there is no month 13" in page_text(click(form, "Add this source"))
    assert {f.name: f.read_bytes() for f in folder.iterdir()} == before


def test_a_remark_of_the_check_is_said_once_it_is_added(form: AppTest, page_text: Read, markup: Read) -> None:
    fill(form, title="T", text="<script>alert(1)</script>", url="javascript:alert(1)")
    click(form, "Add this source")
    assert "The check has remarks:" in page_text(form)
    assert "<script>alert" not in markup(form)
    assert 'href="javascript' not in markup(form)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"text": TEXT}, "Old news has this very text."),
        ({"url": "http://www.example.org/old/#part"}, "Old news has this address."),
        ({"title": "OLD NEWS!"}, "Old news has this title."),
        ({"title": "Old news", "text": TEXT}, "Old news has this very text and has this title."),
        ({"title": "New things", "text": TEXT + "\n", "url": "https://example.org/older"}, ""),
    ],
)
def test_a_source_that_may_be_there_already_is_named(
    form: AppTest, page_text: Read, fields: dict[str, str], words: str
) -> None:
    found = page_text(fill(form, **fields))
    assert words in found
    assert bool(words) == ("Is it here already?" in found)


def test_a_file_fills_the_fields_with_what_it_says_and_they_can_be_changed(
    form: AppTest, folder: Path, page_text: Read
) -> None:
    fill(form, publisher="Mine")
    page = b'<html lang=en><title>A title</title><meta property="og:site_name" content="Theirs"><article><p>One.<p>Two.'
    form.get("file_uploader")[0].upload("a.html", page)
    words = page_text(ran(form))
    assert "a.html: 10 characters of text" in words
    assert "Only the page's article was read" in words
    values = {n: form.text_input(key=f"source-{n}").value for n in ("title", "publisher", "language", "id")}
    assert values == {"title": "A title", "publisher": "Mine", "language": "en", "id": "a-title"}
    fill(form, title="Another")
    click(form, "Add this source")
    assert (folder / "texts" / "another.txt").read_bytes() == b"One.\n\nTwo."
    assert load(folder).sources["title"].tolist() == ["Old news", "Another"]


def test_a_file_in_a_doubtful_encoding_is_asked_about_and_a_scan_refused(
    form: AppTest, folder: Path, page_text: Read
) -> None:
    form.get("file_uploader")[0].upload("scan.pdf", pdf([""]))
    assert "scan.pdf is probably scanned" in page_text(ran(form))
    form.get("file_uploader")[0].upload("a.txt", "кот".encode("cp1251"))
    fill(ran(form), title="T")
    assert "Choose its encoding first." in page_text(click(form, "Add this source"))
    options = form.selectbox[0].options
    form.selectbox[0].select_index(next(n for n, o in enumerate(options) if o == "Windows-1251: кот"))
    click(ran(form), "Add this source")
    assert (folder / "texts" / "t.txt").read_text(encoding="utf-8") == "кот"


def test_no_text_is_written_over_another(form: AppTest, folder: Path, page_text: Read) -> None:
    (folder / "texts").mkdir()
    (folder / "texts" / "mine.txt").write_text("kept", encoding="utf-8")
    fill(form, title="Mine", text="new")
    assert form.text_input(key="source-id").value == "mine-2"
    fill(form, id="mine")
    assert "Is the name of another text, texts/mine.txt" in page_text(click(form, "Add this source"))
    assert (folder / "texts" / "mine.txt").read_text(encoding="utf-8") == "kept"


@pytest.mark.parametrize("refused", access.Refusal)
def test_who_may_not_write_sees_no_form_and_writes_nothing(
    page: Open, folder: Path, editable: None, refused: access.Refusal, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = page("sources", "?add=source", folder)
    fill(app, title="T", text="x")
    monkeypatch.setattr(access, "refusal", lambda headers, cookies: refused)
    click(app, "Add this source")  # drawn while it was allowed
    assert load(folder).sources["id"].tolist() == ["news"]
    fresh = page("sources", "?add=source", folder)
    assert not fresh.text_input
    assert "Add a source" not in [b.label for b in fresh.button]


def test_other_machines_see_no_text_that_is_kept_beside_the_dataset(
    page: Open, folder: Path, markup: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("POLICY_MATRIX_TEXTS", raising=False)
    (folder / "texts").mkdir()
    (folder / "texts" / "any.txt").write_bytes(TEXT.encode())
    for given, seen in (
        (access.Access(names=frozenset({"127.0.0.1"})), True),
        (access.Access("0.0.0.0"), False),
        (access.Access(names=frozenset({"example.org"})), False),
    ):
        monkeypatch.setattr(access, "_access", [given])
        assert ('class="pm-text"' in markup(page("sources", "?reading=news", folder))) is seen
