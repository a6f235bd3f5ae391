"""One statement by form: fields checked as the tables are, the quote verified in the source's text, then written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import streamlit as st

from matrix.analysis.voices import KNOWN_BY
from matrix.dashboard import visit
from matrix.dashboard.datasets import changed, open_dataset
from matrix.dashboard.errors import guarded
from matrix.dashboard.html.templates import render
from matrix.dashboard.pages.data import editing
from matrix.dashboard.source_texts import find_quote
from matrix.dataset.changes import Change, unsound
from matrix.dataset.dataset import Dataset, Record, records
from matrix.dataset.frames import FIRST_ROW
from matrix.dataset.problems import Problem
from matrix.dataset.schema import TABLES
from matrix.dataset.selection import allowed_words
from matrix.palette import stances_of
from matrix.wording import ATTRIBUTION_WORDS, humane, plural

SECTION = "form"
TABLE = TABLES["statements"]
REFERENCES = {"actor": "actors", "proposal": "proposals", "stance": "stances", "source": "sources"}
FIELDS = (
    *("actor", "proposal", "stance", "condition", "condition_quote", "source", "quote"),
    *("attribution", "confidence", "date_start", "date_end", "date_note", "summary", "note", "id"),
)
_PLACE = "form-place"
_KEPT = "form kept"  # what stood in the fields as it was sent, until they are drawn again


@st.fragment
@guarded
def form(dataset: Dataset) -> None:
    """The fields from top to bottom; each entry runs only this part again."""
    if dataset.location and changed(dataset.location, dataset):
        st.rerun(scope="app")
    kept = visit.page_state().pop(_KEPT, None)
    if kept and not is_drawn():  # the page could not be drawn meanwhile, as without its database
        fill_again(kept)
    with st.container(key="form"):
        fields(dataset)
        problems_above("Not added")
        editing.write_button(
            dataset,
            "Check and add this statement",
            "Check and propose this statement",
            key="form-add",
            on_click=_add,
            args=(dataset,),
        )
        editing.show_outcome(SECTION)  # beside the button that was clicked: the form is longer than a screen


def fields(dataset: Dataset, old: Mapping[str, str] | None = None, *, of_a_unit: bool = False) -> None:
    """The fields of a new statement, or of one that is there: `old`, whose id stays.

    `of_a_unit`: its actor, proposal and source stay too, and are not asked for.
    """
    left, right = st.columns(2)
    with left:
        for column in ("stance",) if of_a_unit else ("actor", "proposal", "stance"):
            _one(dataset, column)
        if conditional(dataset):
            _text("condition", "On what the backing depends, in our words", area=True)
            _text("condition_quote", "The source's words that set it, if any", area=True)
            _quote_found(dataset, "condition_quote")
    with right:
        if not of_a_unit:
            _one(dataset, "source")
        _text("quote", "Exact words of the source", area=True)
        _quote_found(dataset, "quote")
        _text("summary", "What is said, in our words", area=True)
    with st.container(horizontal=True, vertical_alignment="top"):
        _word(dataset, "attribution", {w: humane(meaning) for w, meaning in ATTRIBUTION_WORDS.items()})
        _word(dataset, "confidence", {})
        _text("date_start", "2026, 2026-05 or 2026-05-14", width=170)
        _text("date_end", "Same, if one day", width=170)
        if old is None:
            _id(dataset)
    left, right = st.columns(2)
    with left:
        _text("date_note", "Why the date is open or inferred")
    with right:
        _text("note", "Anything a reader should know")


def fill(row: Mapping[str, str], *, edited: bool) -> None:
    """Put the values of a row into the fields, before they are drawn; the place of its quote where it is edited."""
    for column in FIELDS:
        if column != "id":
            visit.bound(key(column), row.get(column) or (None if column in (*REFERENCES, *KNOWN_BY) else ""))
    start = row.get("start", "") if edited else ""
    visit.bound(_PLACE, int(start) if start.isascii() and start.isdigit() else None)


def taken_over(before: Mapping[str, str], now: Mapping[str, str]) -> list[str]:
    """Put what a row has become meanwhile into the fields that were left as they were; the others that differ.

    `before`: the row that filled the fields; both have a value for each column of a form, and `start`.
    """
    found = []
    for column in (*(c for c in FIELDS if c != "id"), "start"):
        if before[column] == now[column]:
            continue
        place = st.session_state.get(_PLACE)
        mine = value(column) if column != "start" else "" if place is None else str(place)
        if mine == before[column].strip():
            given = int(now[column]) if column == "start" and now[column].isdigit() else now[column]
            visit.bound(_PLACE if column == "start" else key(column), given or None)
        elif mine != now[column].strip():
            found.append(column)
    return found


def is_drawn() -> bool:
    """Whether the fields stood on the page when it was drawn last, and have values."""
    return key("stance") in st.session_state


def typed() -> dict[str, Any]:
    """What stands in the fields, with the place of the quote."""
    return {c: st.session_state[key(c)] for c in (*FIELDS, "place") if key(c) in st.session_state}


def fill_again(fields_: Mapping[str, Any]) -> None:
    """Put back what was typed: fields that a page did not draw for a while have lost it."""
    for column, given in fields_.items():
        visit.bound(key(column), given)


def empty() -> None:
    """Let go of what is in the fields."""
    for column in (*FIELDS, "place"):
        st.session_state.pop(key(column), None)


# ---- the fields


def key(column: str) -> str:
    """The key of a field's widget."""
    return f"form-{column}"


def value(column: str) -> str:
    """What is in a field."""
    return str(st.session_state.get(key(column)) or "").strip()


def conditional(dataset: Dataset) -> bool:
    """Whether the chosen stance needs a condition."""
    return dataset.scale.is_conditional(value("stance"))


def _label(column: str) -> str:
    # The condition is asked for only where it is needed.
    return humane(column) + (" *" if TABLE[column].required or column == "condition" else "")


def _one(dataset: Dataset, column: str) -> None:
    named = names(dataset, REFERENCES[column])
    if st.session_state.get(key(column)) not in named:  # it was deleted meanwhile
        visit.bound(key(column), None)
    st.selectbox(
        _label(column),
        list(named),
        format_func=lambda i: named.get(i, str(i)),
        key=key(column),
        help=TABLE[column].about,
        placeholder="Type a name or an id",
        filter_mode="contains",
    )
    _wrong(column)


def names(dataset: Dataset, table: str) -> dict[str, str]:
    """`Xi Jinping 习近平 (xi-jinping)` by id."""
    if table == "stances":
        looks = stances_of(dataset)
        return {i: f"{looks[i].glyph} {looks[i].word} ({i})" for i in dataset.scale.ids}
    columns = TABLES[table].label, TABLES[table].native
    return {
        str(r["id"]): " ".join(str(v) for v in (*(r.get(c) for c in columns), f"({r['id']})") if v)
        for r in records(dataset.frames[table])
    }


def _word(dataset: Dataset, column: str, meanings: Mapping[str, str]) -> None:
    st.selectbox(
        _label(column),
        allowed_words(dataset, TABLE.name, column),
        index=None,
        format_func=lambda w: meanings.get(w, humane(str(w))),
        key=key(column),
        help=TABLE[column].about,
        placeholder="Not said",
        width=210,
    )
    _wrong(column)


def _text(column: str, hint: str, *, area: bool = False, width: int | None = None) -> None:
    common: dict[str, Any] = {"key": key(column), "placeholder": hint, "help": TABLE[column].about}
    if area:
        st.text_area(_label(column), height=88, max_chars=20_000, **common)
    elif width:
        with st.container(width=width):
            st.text_input(_label(column), max_chars=10, **common)
            _wrong(column)
        return
    else:
        st.text_input(_label(column), max_chars=2_000, **common)
    _wrong(column)


def _id(dataset: Dataset) -> None:
    ids = dataset.frames[TABLE.name]["id"].tolist()
    proposed = editing.next_statement(dataset)
    if not value("id") or value("id") in ids:
        visit.bound(key("id"), proposed)
    with st.container(width=130):
        st.text_input("Id *", key=key("id"), max_chars=80, help="Any unused id, in the style of the others.")
        _wrong("id")


# ---- the quote


def _quote_found(dataset: Dataset, column: str) -> None:
    """Where the quote is in the text, in one line below its field; a choice where it is there several times."""
    source, quote = value("source"), value(column)
    if not source or not quote:
        return
    found = find_quote(dataset, source, quote)
    st.html(render("data.html", "verdict", found))
    if column == "quote" and len(found.places) > 1:
        if st.session_state.get(_PLACE) not in found.places:
            visit.bound(_PLACE, None)
        st.selectbox(
            "Which of these places",
            found.places,
            format_func=lambda p: f"at {p:,}: {found.around(p)}",
            key=_PLACE,
            placeholder="Choose one",
        )
        _wrong("start")


# ---- checking and writing


@dataclass(frozen=True)
class Checked:
    """A statement that can be written: the changes that make it so, its id, and what the check remarks."""

    id: str
    changes: list[Change]
    remarks: tuple[Problem, ...]


def statement(dataset: Dataset, old: Mapping[str, str] | None = None) -> tuple[dict[str, str], list[Problem]]:
    """The fields as a row, and what is wrong with it before the rules of the tables are checked."""
    columns = [c for c in FIELDS if c != "id" or old is None]
    row = {c: value(c) for c in columns if value(c)}
    if not conditional(dataset):  # a condition that was typed before the stance was changed is not shown any more
        row.pop("condition", None)
        row.pop("condition_quote", None)
    problems = [
        Problem(TABLE.file, 0, c, "is needed") for c in columns if c in TABLE and TABLE[c].required and c not in row
    ]
    for column in ("quote", "condition_quote"):
        if column in row and "source" in row:
            found = find_quote(dataset, row["source"], row[column])
            same = old is not None and all(row[c] == str(old[c]).strip() for c in ("source", column))
            row[column] = found.quote if old is None or not same else str(old[column])
            if found.kind == "missing" and not same:
                words = "these are not the exact words of the source: correct them, or say it under Summary instead"
                problems.append(Problem(TABLE.file, 0, column, words))
            elif column == "quote" and found.places:
                place = found.places[0] if len(found.places) == 1 else st.session_state.get(_PLACE)
                if place in found.places:
                    row["start"] = str(place)
                else:
                    problems.append(Problem(TABLE.file, 0, "start", "choose which place it is"))
            elif column == "quote" and same and old:
                row["start"] = str(old["start"])  # nothing is known against it
    return row, problems


def check(dataset: Dataset, old: Record | None = None, *, supersedes: str = "") -> Checked | None:
    """The fields as changes of the dataset; None where something is wrong, which is said beside the fields then.

    `old`: the statement that they correct; `supersedes`: the id of the one whose place the new one takes.
    """
    row, problems = statement(dataset, old)
    frame = dataset.frames[TABLE.name]
    ids = frame["id"].tolist()
    own = row.get("id", "") if old is None else str(old["id"])
    if old is not None:
        columns = (*(c for c in FIELDS if c != "id"), "start")
        changes = [
            Change("changed", TABLE.name, own, c, str(old[c]), row.get(c, ""))
            for c in columns
            if str(old[c]) != row.get(c, "")
        ]
    else:
        row["coder"] = editing.who(dataset)
        if supersedes and not row.keys() & {"date_start", "date_note"}:
            words = "is needed: the later statement counts; where no date is known, say why under Date note"
            problems.append(Problem(TABLE.file, 0, "date_start", words))
        changes = [Change("added", TABLE.name, own, values=tuple((c, v) for c, v in row.items() if c != "id"))]
        if supersedes:
            changes.append(Change("changed", TABLE.name, supersedes, "superseded_by", "", own))
    remarks: tuple[Problem, ...] = ()
    if old is None and own in ids:
        problems.append(Problem(TABLE.file, 0, "id", "is taken"))
    elif {**row, "id": own}.keys() >= {c.name for c in TABLE.columns if c.required}:
        found = unsound(dataset, changes)
        problems += [p for p in found if not p.warning]
        remarks = tuple(p for p in found if p.warning)
    place = len(ids) if old is None else ids.index(own)
    editing.remember_problems(SECTION, _by_field(problems, place + FIRST_ROW))
    editing.forget()
    return None if problems else Checked(own, changes, remarks)


@editing.on_click(SECTION)
def _add(dataset: Dataset) -> None:
    visit.page_state()[_KEPT] = typed()
    # A new row is held against the dataset as it is by now: what others have added since is no conflict.
    read = open_dataset(dataset.location, dataset.layer) if dataset.location else dataset
    now = read if isinstance(read, Dataset) else dataset
    if now is not dataset and value("id") == editing.next_statement(dataset):  # as it was proposed
        visit.bound(key("id"), editing.next_statement(now))
    made = check(now)
    if made is None:
        return
    outcome = editing.write(now, made.changes, seen=now.version, why=f"add statement {made.id}")
    if outcome.done:
        remarked = " The check has remarks:" if made.remarks else ""
        told = outcome.told(f"{made.id} is added. {outcome.words}")
        outcome = replace(told, words=told.words + remarked, problems=made.remarks)
        empty()
        visit.page_state().pop(_KEPT, None)
    editing.remember(SECTION, outcome)


def _by_field(problems: list[Problem], own_row: int) -> dict[str, list[str]]:
    """Messages by field; those of other rows, or of no field, under ''."""
    found: dict[str, list[str]] = {}
    for p in problems:
        own = p.file == TABLE.file and p.row in (0, own_row) and p.column in (*FIELDS, "start")
        found.setdefault(p.column if own else "", []).append(p.message if own else str(p))
    return found


def _wrong(column: str) -> None:
    editing.show_wrong(SECTION, column)


def problems_above(outcome: str) -> None:
    """The number of all problems, and those of no field, above the button; `outcome`: what did not come of it."""
    if problems := editing.problems_of(SECTION):
        count = sum(map(len, problems.values()))
        st.html(render("parts.html", "wrong", f"{outcome}: {plural(count, 'problem')} above."))
    _wrong("")
