"""A new source by form: its text pasted or out of a file, what is known of it, and what is like it in the dataset."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any

import streamlit as st

from matrix.dashboard import visit
from matrix.dashboard.datasets import changed
from matrix.dashboard.errors import guarded
from matrix.dashboard.html.dataset_html import DatasetHtml
from matrix.dashboard.html.templates import render
from matrix.dashboard.page_choices import ADDING
from matrix.dashboard.pages.data import editing
from matrix.dataset.dataset import Dataset
from matrix.dataset.problems import DatasetError, Problem
from matrix.dataset.schema import TABLES
from matrix.export.formats import safe_stem
from matrix.wording import clean, humane, plural

if TYPE_CHECKING:
    from matrix.importing.file_cells.encoding import Reading

SECTION, TEMPLATE = "source", "sources.html"
TABLE = TABLES["sources"]
_HINTS = {
    "title": "As published",
    "date": "2026, 2026-05 or 2026-05-14",
    "date_note": "Why the date is open or inferred",
    "url": "https://...",
    "language": "en, zh ...",
}
_FILE, _SEEN, _PROPOSED = "source-file", "source seen", "source proposed"
_START = 600  # characters of a file's text that are shown before it is added


@dataclass(frozen=True)
class _Taken:
    """What was read of an uploaded file: its text, else why there is none."""

    name: str
    text: str = ""
    notes: tuple[str, ...] = ()
    refused: tuple[Problem, ...] = ()
    readings: tuple[Reading, ...] = ()  # where its letters do not say its encoding
    asked: bool = False  # none of them has been chosen
    about: Mapping[str, str] = field(default_factory=dict)


def open_form() -> None:
    """Open the form, empty."""
    visit.choose(ADDING, "source")
    editing.forget()
    _clear()


@st.fragment
@guarded
def add_form(dataset: Dataset) -> None:
    """The fields from top to bottom; each entry runs only this part again."""
    from matrix.importing.new_source import alike, proposed_id  # only here, as all of the reading

    if visit.choice(ADDING) == "" or (dataset.location and changed(dataset.location, dataset)):
        st.rerun(scope="app")
    visit.page_state()[_SEEN] = dataset.version
    html = DatasetHtml(dataset)
    st.html(render(TEMPLATE, "adding", html))
    taken = _text_fields()
    title = value("title")
    with st.container(key="source-form"):
        _field("title")
        left, right = st.columns(2)
        with left:
            for column in ("publisher", "author", "kind"):
                _field(column, _used(dataset, column))
        with right:
            for column in ("url", "date", "language"):
                _field(column)
        left, right = st.columns(2)
        with left:
            _field("date_note")
        with right:
            _field("note")
        _id_field(proposed_id(dataset, title) if title else "")
        text = taken.text if taken else _pasted()
        if found := list(alike(dataset, title, value("url"), text.encode("utf-8"))):
            st.html(render(TEMPLATE, "alike", html, found))
        editing.name_field(dataset)
        _wrong("")
        st.button("Add this source", key="source-add", type="primary", on_click=_add, args=(dataset,))
        editing.show_outcome(SECTION)


# ---- the text


def _text_fields() -> _Taken | None:
    """The text's file, or a field to paste it; what was read of the file."""
    from matrix.importing.source_text import ENDINGS

    number = visit.page_state().setdefault("source-files", 0)
    upload = st.file_uploader(
        f"The text as a file ({', '.join(ENDINGS)})",
        type=[ending.removeprefix(".") for ending in ENDINGS],
        key=f"source-upload-{number}",
    )
    if upload is None:
        if visit.page_state().pop(_FILE, None):
            _propose({})
        st.text_area("or pasted *", key=key("text"), height=160, placeholder="The whole text, exactly as published")
        _wrong("text")
        return None
    taken = _taken(upload)
    if taken.readings:
        words = {r.encoding: f"{r.label}: {', '.join(r.words)}" for r in taken.readings}
        st.selectbox(
            "Its letters do not say its encoding. Which reading is right?",
            list(words),
            format_func=lambda e: words.get(e, str(e)),
            index=None,
            key=f"source-encoding-{upload.file_id}",
            placeholder="Choose one",
        )
    if taken.refused:
        st.html("".join(render("parts.html", "wrong", f"{taken.name} {p.message}.") for p in taken.refused))
    else:
        st.html(render(TEMPLATE, "taken", taken.name, len(taken.text), taken.text[:_START], taken.notes))
    _wrong("text")
    return taken


def _taken(upload: Any) -> _Taken:
    """What is in the file, read once for each encoding that was chosen; what it says of itself goes into the fields."""
    encoding = str(st.session_state.get(f"source-encoding-{upload.file_id}") or "")
    before = visit.page_state().get(_FILE)
    if before and before[:2] == (upload.file_id, encoding):
        found: _Taken = before[2]
        return found
    with st.spinner("Reading the text …"):
        found = read(upload.getvalue(), upload.name, encoding)
    if before and before[0] == upload.file_id:
        found = replace(found, readings=before[2].readings)
    visit.page_state()[_FILE] = upload.file_id, encoding, found
    _propose(found.about)
    return found


def read(data: bytes, name: str, encoding: str = "") -> _Taken:
    """The text of an uploaded file, or why it cannot be used."""
    from matrix.importing.source_text import ENDINGS, read_source_text

    called = clean(PurePath(name.replace("\\", "/")).name).strip()[:120] or "upload"
    ending = PurePath(called).suffix.lower()
    with tempfile.TemporaryDirectory(prefix="policy-matrix-") as folder:
        file = Path(folder) / f"{safe_stem(PurePath(called).stem)}{ending if ending in ENDINGS else '.none'}"
        file.write_bytes(data)
        try:
            found = read_source_text(file, encoding=encoding)
        except DatasetError as e:
            return _Taken(called, refused=e.problems)
    asked = found.encoding is not None and found.encoding.asked
    readings = found.encoding.readings if found.encoding and asked else ()
    return _Taken(called, found.text, found.notes, (), readings, asked, found.about)


def _pasted() -> str:
    return str(st.session_state.get(key("text")) or "")


# ---- the fields


def key(column: str) -> str:
    """The key of a field's widget."""
    return f"source-{column}"


def value(column: str) -> str:
    """What is in a field."""
    return str(st.session_state.get(key(column)) or "").strip()


def _propose(about: Mapping[str, str]) -> None:
    """Put what a file says of itself into the fields that are empty, or hold what another file said."""
    before: Any = visit.page_state().get(_PROPOSED) or {}
    for column in TABLE.names:
        if column != "id" and value(column) in ("", before.get(column)):
            visit.bound(key(column), about.get(column, ""))
    visit.page_state()[_PROPOSED] = {**about, "id": before.get("id", "")}


def _used(dataset: Dataset, column: str) -> str:
    """The words that the dataset's sources have there most often, as a hint."""
    given = dataset.frames["sources"][column]
    return ", ".join(clean(str(w))[:40] for w in given[given != ""].value_counts().index[:3])


def _field(column: str, hint: str = "") -> None:
    label = humane(column) if column != "url" else "Address"
    st.text_input(
        label + (" *" if TABLE[column].required else ""),
        key=key(column),
        placeholder=hint or _HINTS.get(column, ""),
        help=TABLE[column].about,
        max_chars=2_000,
    )
    _wrong(column)


def _id_field(proposed: str) -> None:
    """The id, made of the title until somebody writes another one."""
    known: Any = visit.page_state().setdefault(_PROPOSED, {})
    if value("id") in ("", known.get("id")):
        visit.bound(key("id"), proposed)
        known["id"] = proposed
    with st.container(width=420):
        st.text_input("Id *", key=key("id"), max_chars=80, help="Any unused id: small letters, digits and hyphens.")
        _wrong("id")


def _wrong(column: str) -> None:
    editing.show_wrong(SECTION, column)


# ---- checking and writing


@editing.on_click(SECTION)
def _add(dataset: Dataset) -> None:
    from matrix.importing.new_source import FIELDS, new_source

    file = visit.page_state().get(_FILE)
    taken: _Taken | None = file[2] if file else None
    found = new_source(dataset, {c: value(c) for c in (*FIELDS, "id")}, taken.text if taken else _pasted())
    problems = [p for p in found.problems if not p.warning]
    if taken and taken.asked:
        problems.append(Problem(TABLE.file, 0, "text", "choose its encoding first"))
    by_field: dict[str, list[str]] = {}
    for p in problems:
        own = p.file == TABLE.file and not p.row and p.column in (*FIELDS, "id", "text")
        by_field.setdefault(p.column if own else "", []).append(p.message if own else str(p))
    if problems:
        by_field.setdefault("", []).append(f"Not added: {plural(len(problems), 'problem')} above.")
    editing.remember_problems(SECTION, by_field)
    editing.forget()
    if problems:
        return
    seen = str(visit.page_state().get(_SEEN) or dataset.version)
    outcome = editing.write(
        dataset, [found.change], seen=seen, why=f"add source {found.id}", kind="coding", texts=found.texts
    )
    if outcome.done:
        remarks = tuple(p for p in found.problems if p.warning)
        words = f"The source is added. {outcome.words}{' The check has remarks:' if remarks else ''}"
        outcome = editing.Outcome(words, outcome.dataset, remarks)
        visit.choose(ADDING)
        visit.choose("reading", found.id)
        _clear()
    editing.remember(SECTION, outcome)


def _clear() -> None:
    """Empty the form."""
    state = visit.page_state()
    editing.remember_problems(SECTION, {})
    for name in (_FILE, _PROPOSED):
        state.pop(name, None)
    state["source-files"] = int(state.get("source-files", 0)) + 1
    for column in (*TABLE.names, "text"):
        st.session_state.pop(key(column), None)
