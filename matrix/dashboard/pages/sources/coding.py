"""Coding in a source's text: marked words become a statement, checked as the tables are, signed, undone at hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import streamlit as st

from matrix.analysis.suggestions import goes_on, suggestions
from matrix.analysis.voices import KNOWN_BY
from matrix.dashboard import visit
from matrix.dashboard.datasets import changed, open_dataset
from matrix.dashboard.errors import guarded
from matrix.dashboard.marking import marking, sent
from matrix.dashboard.pages.data import editing, statement_editing
from matrix.dashboard.pages.sources.read_ahead import (
    OFFER,
    read_ahead,
    sentence_around,
    take_up,
    turn_down,
    turned_down,
)
from matrix.dashboard.source_texts import texts_here
from matrix.dataset.changes import Change, unsound
from matrix.dataset.codebook import new_theme
from matrix.dataset.dataset import Dataset, column, is_there, records
from matrix.dataset.former_ids import Became
from matrix.dataset.frames import FIRST_ROW
from matrix.dataset.problems import DatasetError, Problem, not_one_of, shown
from matrix.dataset.quotes import hash_of
from matrix.dataset.schema import LAYERED, MAIN, TABLES
from matrix.dataset.selection import allowed_words
from matrix.dataset.text_marks import MarkError, TextMark, checked
from matrix.importing.name_matching import exact, resembling, unique_slugs
from matrix.palette import sides_of, stances_of
from matrix.store import Store
from matrix.store.proposed import proposed
from matrix.wording import ATTRIBUTION_WORDS, humane, listed, sentence

TABLE = TABLES["statements"]
FIELDS = (
    *("actor", "proposal", "stance", "condition", "attribution", "confidence"),
    *("date_start", "date_end", "summary", "note"),
)
MADE = {"actor": ("name", "side", "new_side", "kind", "authority"), "proposal": ("title", "theme")}  # a name first
NO_SIDE, NEW_SIDE = "-", "+"  # chosen for a new actor on no side, or on one that is made: nothing chosen is asked about
TABLE_OF = {"actor": "actors", "proposal": "proposals", "theme": "proposals"}
LONGEST = 2_000  # characters of a field
MOST_RECENT, MOST_STEPS = 6, 50
_ANSWER, _STEPS, _SHOWN = "marking answer", "marking steps", "marking near"

Answer = dict[str, Any]


@st.fragment
@guarded
def coding(dataset: Dataset, source: str, text: str) -> None:
    """Draw the widget for this text; what it asks for runs only this part again, until something was written."""
    if dataset.location and changed(dataset.location, dataset):
        now = open_dataset(dataset.location, dataset.layer)
        if not isinstance(now, Dataset) and (asked := sent()):  # no page is drawn that could answer
            _remember(asked, _not_done(asked, f"{now[0].message}: nothing was written."))
        st.rerun(scope="app")  # what was asked for is held against the dataset and the text as they are now
    if asked := sent():
        try:
            _remember(asked, _answer(dataset, source, asked))
        except (OSError, DatasetError) as e:
            _remember(asked, _not_done(asked, editing.what_kept_it(dataset, e).words))
    if dataset.location and changed(dataset.location, dataset):
        st.rerun(scope="app")
    marking(_data(dataset, source, text))
    read_ahead(dataset, source, text)


def _remember(asked: Mapping[str, Any], answer: Answer) -> None:
    visit.page_state()[_ANSWER] = {"number": asked["number"], **answer}


def _not_done(asked: Mapping[str, Any], words: str) -> Answer:
    return {"what": asked["what"], "done": False, "words": words, "problems": {"": [words]}}


def _answer(dataset: Dataset, source: str, asked: Mapping[str, Any]) -> Answer:
    what = asked["what"]
    if what == "suggest":
        return _suggested(dataset, source, asked)
    if what == "dismiss":
        return _dismissed(dataset, source, asked)
    if what == "near":
        kind, name = asked.get("kind"), asked.get("name")
        if kind in TABLE_OF and isinstance(name, str):
            return {"what": "near", "kind": kind, "name": name, "rows": _near(dataset, kind, name[:LONGEST])}
    if what == "save":
        return {"what": "save", **_save(dataset, source, asked)}
    if what == "undo":
        return {"what": "undo", **_undo(dataset, asked.get("step"))}
    return {}


# ---- what the widget is given


def _data(dataset: Dataset, source: str, text: str) -> dict[str, Any]:
    frames = dataset.frames
    looks, sides = stances_of(dataset), sides_of(dataset)
    words = {c: allowed_words(dataset, TABLE.name, c) for c in KNOWN_BY}
    date = column(dataset, "sources", "date").get(source, "")
    return {
        "source": source,
        "place": hash_of(f"{dataset.location}/{dataset.layer}/{source}".encode()),  # where drafts are kept by
        "text": text,
        "sha256": hash_of(text.encode()),
        "who": editing.who(dataset),
        "proposals": [_option(p, "title", "title_zh", "definition") for p in records(frames["proposals"])],
        "actors": [_option(a, "name", "name_native", "role", "institution") for a in records(frames["actors"])],
        "stances": [
            [i, looks[i].glyph, looks[i].word, c, looks[i].light, looks[i].dark]
            for i, c in zip(dataset.scale.ids, map(bool, dataset.scale.conditional), strict=True)
        ],
        "sides": [[i, look.word] for i, look in sides.items()],
        "kinds": [[w, humane(w)] for w in allowed_words(dataset, "actors", "kind")],
        "authorities": [[w, humane(w)] for w in allowed_words(dataset, "actors", "authority")],
        "themes": list(dict.fromkeys(t for t in frames["proposals"]["theme"] if t)),
        "attributions": [[w, humane(ATTRIBUTION_WORDS.get(w, w))] for w in words["attribution"]],
        "confidences": [[w, humane(w)] for w in words["confidence"]],
        "date": date,
        "recent": {c: _recent(dataset, c) for c in ("actor", "proposal")},
        "answer": visit.page_state().get(_ANSWER),
        "offer": offer if (offer := visit.page_state().get(OFFER)) and offer["source"] == source else None,
    }


def _option(row: Mapping[str, Any], name: str, native: str, *more: str) -> list[str]:
    about = " ".join(str(row[c]) for c in more if row[c])
    return [str(row["id"]), str(row[name]), str(row[native]), about[:400]]


def _recent(dataset: Dataset, name: str) -> list[str]:
    """The ids in the newest statements, the latest first."""
    return list(dict.fromkeys(dataset.frames["statements"][name].tolist()[::-1]))[:MOST_RECENT]


def _suggested(dataset: Dataset, source: str, asked: Mapping[str, Any]) -> Answer:
    """What the sentence of these words may be about, proposals and actors, each with the words that are its cause.

    `since`: the words of the last statement, with its actor, whom a pronoun may stand for here.
    """
    text = texts_here(dataset).get(source, "")
    since: TextMark | None = None
    try:
        mark = checked(text, asked.get("mark"))
        since = checked(text, asked["since"]) if asked.get("since") is not None else None
    except MarkError:
        return {}
    found = suggestions(dataset, sentence_around(text, mark), dismissed=turned_down(dataset))
    actor = str(asked.get("actor"))
    same = since is not None and goes_on(dataset, text, (since.start, since.end), (mark.start, mark.end), actor)
    best: Answer = {"what": "suggest", "start": mark.start, "proposals": [], "actors": [], "goes_on": same}
    for passage in found.passages:
        for name, candidates in (("proposals", passage.proposals), ("actors", passage.actors)):
            known = {c for c, _ in best[name]}
            best[name] += [
                [c.id, ", ".join(dict.fromkeys(r.words for r in c.reasons))] for c in candidates if c.id not in known
            ]
    return best


def _near(dataset: Dataset, kind: str, name: str) -> list[list[str]]:
    """Ids and names that are nearly this one; a visitor who has seen them may make a new row all the same."""
    frame = dataset.frames[TABLE_OF[kind]]
    if kind == "theme":
        known = {t: t for t in frame["theme"] if t and exact(t) != exact(name)}
    else:
        table = TABLES[TABLE_OF[kind]]
        names_in = ((c, zip(frame["id"], frame[c], strict=True)) for c in (table.label, table.native))
        known = {f"{i} {c}": t for c, rows in names_in for i, t in rows if t}
    visit.page_state().setdefault(_SHOWN, set()).add((kind, exact(name)))
    found = {key if kind == "theme" else key.split(" ")[0]: known[key] for key in resembling(name, known)}
    names = column(dataset, TABLE_OF[kind], TABLES[TABLE_OF[kind]].label) if kind != "theme" else found
    return [[i, names[i]] for i in found]


def _dismissed(dataset: Dataset, source: str, asked: Mapping[str, Any]) -> Answer:
    """A proposal that these words are not about is not suggested for them again."""
    text = texts_here(dataset).get(source, "")
    try:
        mark = checked(text, asked.get("mark"))
    except MarkError:
        return {}
    if is_there(dataset, "proposals", asked.get("proposal")):
        turn_down(dataset, source, sentence_around(text, mark), [str(asked["proposal"])])
    return _suggested(dataset, source, asked)


# ---- saving


@dataclass
class NewStatement:
    """A statement as it was sent: the changes that make it, and what is wrong, by field."""

    changes: list[Change]
    row: dict[str, str]
    problems: dict[str, list[str]]
    mark: TextMark | None = None
    became: tuple[Became, ...] = ()  # a theme that is new


def _save(dataset: Dataset, source: str, asked: Mapping[str, Any]) -> Answer:
    coded = _coded(dataset, source, asked)
    remarks: list[str] = []
    if not coded.problems:
        found = unsound(dataset, coded.changes, became=coded.became)
        remarks = [sentence(str(p)) for p in found if p.warning]
        _sort_in(dataset, coded, [p for p in found if not p.warning])
    if coded.problems:
        return {"done": False, "words": "Not saved yet.", "problems": coded.problems}
    if dataset.layer != MAIN and (codes := [c for c in coded.changes if c.table not in LAYERED]):
        return {"done": False, **_proposed(dataset, source, coded, codes)}
    id_ = coded.changes[-1].id
    why = f"code statement {id_} in its source"
    outcome = editing.write(dataset, coded.changes, seen=dataset.version, why=why, kind="coding", became=coded.became)
    if outcome.dataset is None:
        _sort_in(dataset, coded, outcome.problems)
        coded.problems.setdefault("", []).insert(0, outcome.words)
        return {"done": False, "words": "Not saved yet.", "problems": coded.problems}
    statement_editing.forget_done()
    now = outcome.dataset
    words = ", ".join(
        [
            column(now, "actors", "name")[coded.row["actor"]],
            stances_of(now)[coded.row["stance"]].word.lower(),
            column(now, "proposals", "title")[coded.row["proposal"]],
        ]
    )
    # One whose title was typed came true without it: only what was taken from the list tells how good the list is.
    if coded.mark is not None and asked.get("suggested") is True:
        with suppress(OSError, DatasetError):  # the statement is written, whatever becomes of this count
            take_up(dataset, source, texts_here(dataset)[source], coded.mark, coded.row["proposal"], id_)
    told = " ".join([f"{id_} is saved: {words}.", *remarks])
    saved = {k: coded.row[k] for k in ("actor", "proposal")}
    return {"done": True, "words": told, "statement": id_, "step": _step(outcome), "saved": saved}


def _proposed(dataset: Dataset, source: str, coded: NewStatement, codes: Sequence[Change]) -> Answer:
    """New codes, which all coders share, go to the editors; the statement waits in its form."""
    quote = f": {coded.mark.exact}" if coded.mark else ""
    why = f"needed in {column(dataset, 'sources', 'title').get(source, source)}{quote}"
    outcome = editing.propose_changes(dataset, codes, seen="", why=why, kind="coding", became=coded.became)
    # A click on a stance saves, and so does the button, which may be clicked after it: it is proposed all the same.
    if number := _waiting(dataset, codes):
        words = f"Proposed to the editors as number {number}: you can code with it once it is accepted."
        return {"words": f"{words} The statement is not saved.", "proposed": True}
    if outcome.done:  # and decided since
        return {"words": outcome.words, "proposed": True}
    _sort_in(dataset, coded, outcome.problems)
    coded.problems.setdefault("", []).insert(0, outcome.words)
    return {"words": "Not saved yet.", "problems": coded.problems}


def _waiting(dataset: Dataset, codes: Sequence[Change]) -> int:
    """The number under which the visitor has proposed just these rows, which waits for an editor; 0 for none."""
    rows = [(c.table, c.id, {*c.values}) for c in codes]
    at = dataset.location or Path()
    try:
        own = [p for p in proposed(Store(at)) if p.is_open and p.is_of(at)]
    except (OSError, DatasetError):
        return 0
    return next((p.number for p in own if [(c.table, c.id, {*c.values}) for c in p.changes] == rows), 0)


def _step(outcome: editing.Outcome) -> int:
    """The step that this visit has just made, so that it can be taken back; 0 where somebody else's came after it."""
    if number := editing.step_just_made(outcome):
        visit.page_state()[_STEPS] = [*visit.page_state().get(_STEPS, []), number][-MOST_STEPS:]
    return number


def _undo(dataset: Dataset, step: object) -> Answer:
    """Take back a step that this visit made here: no other, whatever a browser sends."""
    if type(step) is not int or step not in visit.page_state().get(_STEPS, []):
        return {"done": False, "words": "This step was not made here: nothing was taken back."}
    outcome = editing.take_back(dataset, step)
    return {"done": outcome.done, "words": " ".join([outcome.words, *map(str, outcome.problems)]), "step": step}


def _coded(dataset: Dataset, source: str, asked: Mapping[str, Any]) -> NewStatement:
    """The statement that these fields and marks make, and what is wrong with it before the tables' rules are held."""
    problems: dict[str, list[str]] = {}
    row = _texts(asked.get("fields"), FIELDS)
    text = texts_here(dataset).get(source)
    quote = _marked(text, asked.get("mark"), "", problems)
    if quote:
        row |= {"quote": quote.exact, "start": str(quote.start)}
    if dataset.scale.is_conditional(row.get("stance", "")):
        if asked.get("condition") is not None and (words := _marked(text, asked["condition"], "condition", problems)):
            row["condition_quote"] = words.exact
        if "condition" not in row:
            problems.setdefault("condition", []).append("Say in your words on what the backing depends.")
    elif "stance" in row and ("condition" in row or asked.get("condition") is not None):
        why = "This stance takes no condition: remove what is here, or choose another stance."
        problems.setdefault("condition", []).append(why)
    changes: list[Change] = []
    for kind in MADE:
        if made := _made(dataset, kind, asked.get("new"), problems):
            changes += made
            row[kind] = made[-1].id
    for name in KNOWN_BY:
        if name in row and row[name] not in (allowed := allowed_words(dataset, TABLE.name, name)):
            problems[name] = [sentence(not_one_of(row[name], allowed))]
    missing = [c for c in ("actor", "proposal", "stance") if c not in row and c not in problems]
    for name in missing:
        problems[name] = [f"Choose {'an' if name == 'actor' else 'a'} {name}."]
    row |= {"source": source, "coder": editing.who(dataset)}
    values = tuple((c, row[c]) for c in TABLE.names if c in row)
    changes.append(Change("added", TABLE.name, editing.next_statement(dataset), values=values))
    theme = next((v for c in changes for k, v in c.values if (c.table, k) == ("proposals", "theme")), "")
    return NewStatement(changes, row, problems, quote, new_theme(dataset, theme))


def _texts(given: object, names: Sequence[str]) -> dict[str, str]:
    """The fields that were sent as text and are not blank."""
    fields = given if isinstance(given, Mapping) else {}
    found = {n: v[:LONGEST].strip() for n in names if isinstance(v := fields.get(n), str)}
    return {n: v for n, v in found.items() if v}


def _marked(text: str | None, given: object, field: str, problems: dict[str, list[str]]) -> TextMark | None:
    try:
        if text is None:
            raise MarkError("the text of this source is not on this machine any more")
        return checked(text, given)
    except MarkError as e:
        problems.setdefault(field, []).append(sentence(str(e)))
        return None


def _made(dataset: Dataset, kind: str, given: object, problems: dict[str, list[str]]) -> list[Change]:
    """A new actor, after a side that is made for it, or proposal; a name near another's is asked about first."""
    row = _texts(given.get(kind), MADE[kind]) if isinstance(given, Mapping) and given.get(kind) is not None else {}
    label, changes = MADE[kind][0], list[Change]()
    if not row:
        return []
    if label not in row:
        problems[kind] = [f"A new {kind} needs a {label}."]
        return []
    if same := _same(dataset, kind, row[label]):
        problems[kind] = [f"There is {shown(same)}: use it, or give another {label}."]
        return []
    if kind == "actor":
        if "side" not in row:
            problems[kind] = ["Choose the side of the new actor, or say that it is on none."]
            return []
        side, made = row.pop("side"), row.pop("new_side", "")
        if side == NEW_SIDE:
            sides = dataset.frames["sides"]
            if same := next((n for n in sides["name"].tolist() if _folded(n) == _folded(made)), ""):
                made, problems[kind] = "", [f"There is the side {shown(same)}: choose it."]
            if not made:
                problems.setdefault(kind, ["Name the new side."])
                return []
            side = unique_slugs([made], "side", sides["id"].tolist())[0]
            changes.append(Change("added", "sides", side, values=(("name", made),)))
        if side != NO_SIDE:
            row["side"] = side
        for name in ("kind", "authority"):
            if name in row and row[name] not in (allowed := allowed_words(dataset, "actors", name)):
                problems[kind] = [sentence(not_one_of(row[name], allowed))]
                return []
    for asked, value in ((kind, row[label]), *([("theme", row["theme"])] if "theme" in row else [])):
        known = (asked, exact(value)) in visit.page_state().get(_SHOWN, set())
        used = asked == "theme" and value in set(dataset.frames["proposals"]["theme"])
        near = [] if known or used else _near(dataset, asked, value)
        if near:
            names = listed([shown(name) for _, name in near])
            problems.setdefault(kind, []).append(f"There is {names}: choose it, or save again to make a new {asked}.")
    table = TABLES[TABLE_OF[kind]]
    id_ = unique_slugs([row[label]], kind, dataset.frames[table.name]["id"].tolist())[0]
    return [*changes, Change("added", table.name, id_, values=tuple(row.items()))]


def _same(dataset: Dataset, kind: str, name: str) -> str:
    """The name of a row that is called just so, in its own language or the other; '' for none."""
    table = TABLES[TABLE_OF[kind]]
    for row in records(dataset.frames[table.name]):
        names = row[table.label], row[table.native], f"{row[table.label]} {row[table.native]}"
        if any(n and _folded(n) == _folded(name) for n in names):
            return str(row[table.label])
    return ""


def _folded(name: str) -> str:
    return " ".join(exact(name).casefold().split())


def _sort_in(dataset: Dataset, coded: NewStatement, problems: Sequence[Problem]) -> None:
    """The problems beside their fields: of the new statement, actor or proposal; those of other rows under ''."""
    own = {"statements.csv": "", "actors.csv": "actor", "proposals.csv": "proposal"}
    for p in problems:
        kind = own.get(p.file)
        is_new = kind is not None and p.row in (0, len(dataset.frames[p.file.removesuffix(".csv")]) + FIRST_ROW)
        field = (kind or (p.column if p.column in FIELDS else "")) if is_new else ""
        coded.problems.setdefault(field, []).append(sentence(p.message if is_new and field else str(p)))
