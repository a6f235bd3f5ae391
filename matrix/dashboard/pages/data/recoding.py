"""The codebook changed on the page: choose a code and what to do, see what it touches, do it with a reason, undo it."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from matrix.analysis.codebook import Preview, likely_same, preview
from matrix.dashboard import visit
from matrix.dashboard.datasets import proposes
from matrix.dashboard.html.templates import render
from matrix.dashboard.pages.data import editing
from matrix.dashboard.problems import problem_list
from matrix.dataset.codebook import Recoding, called, merge, move, one, rename, retire, split
from matrix.dataset.dataset import Dataset, Record, column, names, records
from matrix.dataset.former_ids import ACTORS, KINDS, PROPOSALS, STANCES, THEMES
from matrix.dataset.problems import DatasetError, SelectionError
from matrix.dataset.schema import LIST_SEPARATOR, MIXED
from matrix.wording import capital, clean, plural

SECTION, DONE = "recoding", "recoding done"
TEMPLATE = "data.html"
RENAME, MERGE, SPLIT, MOVE, RETIRE = ("rename", "merge", "split", "move", "retire")
WORDS = {RENAME: "Rename", MERGE: "Merge into another", SPLIT: "Split", MOVE: "Move", RETIRE: "Retire"}
CELLS, STATEMENTS, PAIRS, WORDS_OF_A_QUOTE = 40, 30, 10, 80


def recode(dataset: Dataset) -> None:
    """The fields from top to bottom, the preview, the button."""
    with st.container(key="recoding"):
        left, middle, right = st.columns(3)
        with left:
            kind = st.selectbox("Kind of code", KINDS, format_func=_kind_words, key=_key("kind"))
        coded = called(dataset, kind)
        with middle:
            code = st.selectbox(
                capital(one(kind)),
                [*coded],
                format_func=lambda c: _named(coded, c),
                key=_key(kind),
                filter_mode="contains",
            )
        with right:
            acts = [a for a in WORDS if a != MOVE or kind in (PROPOSALS, ACTORS)]
            act = st.selectbox("What to do", acts, format_func=lambda a: WORDS.get(a, a), key=_key(f"act-{kind}"))
        if pairs := _pairs(dataset, kind, coded):
            st.html(render(TEMPLATE, "likely", pairs))
        if code:
            try:
                made = _asked(dataset, kind, code, act, coded)
                if made is not None and made.changes:
                    _offer(dataset, made, preview(dataset, made))
            except SelectionError as e:
                st.html(render(TEMPLATE, "not_yet", str(e)))
            except DatasetError as e:
                st.html(problem_list(e.problems))
        editing.show_outcome(SECTION)
        if number := visit.page_state().get(DONE):
            st.button("Take it back", key=_key("undo"), icon=":material/undo:", on_click=_undo, args=(dataset, number))


def _key(name: str) -> str:
    return f"recoding-{name}"


def _kind_words(kind: str) -> str:
    return capital(kind)


def _named(coded: Mapping[str, str], code: str) -> str:
    name = coded.get(code, code)
    return name if name == code else f"{name} ({code})"


def _pairs(dataset: Dataset, kind: str, coded: Mapping[str, str]) -> list[str]:
    rows = likely_same(dataset, kind).head(PAIRS).itertuples(index=False)
    return [
        f"{_named(coded, a)} and {_named(coded, b)}: titles {likeness} % alike"
        + (f", {plural(shared, 'quote')} in common" if shared else "")
        for a, b, likeness, shared in rows
    ]


# ---- what is asked for


def _asked(dataset: Dataset, kind: str, code: str, act: str, coded: Mapping[str, str]) -> Recoding | None:
    """The operation, as soon as its fields are filled."""
    if act == RENAME:
        id_ = _text("New id" if kind != THEMES else "New word", f"id-{kind}-{code}", code)
        title = _text("New title", f"title-{kind}-{code}", coded[code]) if kind != THEMES else ""
        new = {"id": id_ if id_ != code else "", "title": title if title != coded[code] else ""}
        return rename(dataset, kind, code, **new) if any(new.values()) else None
    if act == MERGE:
        others = [c for c in coded if c != code]
        into = st.selectbox(
            "Into", others, index=None, format_func=lambda c: _named(coded, c), key=_key(f"into-{kind}-{code}")
        )
        return merge(dataset, kind, [code], into=into) if into else None
    if act == SPLIT:
        return _split(dataset, kind, code)
    if act == MOVE:
        return _move(dataset, kind, code)
    return retire(dataset, kind, code)


def _split(dataset: Dataset, kind: str, code: str) -> Recoding | None:
    """A new code, and the statements that it gets, each with its words."""
    new = _text("Id of the new one" if kind != THEMES else "New theme", f"new-{kind}-{code}")
    title = _text("Its title", f"new-title-{kind}-{code}") if kind != THEMES else ""
    if kind == THEMES:
        own = {i: t for i, t in names(dataset, PROPOSALS).items() if column(dataset, PROPOSALS, "theme")[i] == code}
    else:
        frame = dataset.frames["statements"]
        mine = frame[frame[{PROPOSALS: "proposal", ACTORS: "actor", STANCES: "stance"}[kind]] == code].astype("str")
        own = {r["id"]: _words(r) for r in records(mine)}
    given = st.multiselect(
        "What it gets", [*own], format_func=lambda i: f"{i}: {own.get(i, '')}", key=_key(f"part-{kind}-{code}")
    )
    return split(dataset, kind, code, {new: given}, titles={new: title}) if new and given else None


def _words(statement: Record) -> str:
    words = clean(statement["quote"] or statement["summary"])
    short = words if len(words) <= WORDS_OF_A_QUOTE else words[: WORDS_OF_A_QUOTE - 1] + "…"
    return f"{statement['actor']}, {statement['proposal']}, {statement['stance']} - {short}"


def _move(dataset: Dataset, kind: str, code: str) -> Recoding | None:
    if kind == ACTORS:
        side = _one_of(dataset, "Side", "sides", "side", kind, code)
        return move(dataset, kind, [code], side=side) if side != column(dataset, kind, "side")[code] else None
    theme = _text("Theme", f"theme-{code}", column(dataset, kind, "theme")[code])
    parent = _one_of(dataset, "Part of", PROPOSALS, "parent", kind, code)
    known = names(dataset, "risk_areas")
    now = [a for a in column(dataset, kind, "risk_areas")[code].split(LIST_SEPARATOR) if a]
    areas = st.multiselect(
        "Risk areas", [*known], default=now, format_func=lambda a: known.get(a, a), key=_key(f"areas-{code}")
    )
    changed = {
        "theme": theme if theme != column(dataset, kind, "theme")[code] else None,
        "parent": parent if parent != column(dataset, kind, "parent")[code] else None,
    }
    moved = areas if areas != now else None
    if moved is None and all(v is None for v in changed.values()):
        return None
    return move(dataset, kind, [code], **changed, risk_areas=moved)


def _one_of(dataset: Dataset, title: str, table: str, where: str, kind: str, code: str) -> str:
    """One row of a table, or none: what stands there at first."""
    known = {"": "none", **{i: n for i, n in names(dataset, table).items() if (table, i) != (kind, code)}}
    now = [*known].index(column(dataset, kind, where)[code])
    found: str = st.selectbox(
        title, [*known], index=now, format_func=lambda i: known.get(i, i), key=_key(f"{where}-{code}")
    )
    return found


def _text(title: str, name: str, value: str = "") -> str:
    return str(st.text_input(title, value, key=_key(name)) or "").strip()


# ---- what it would do, and doing it


def _offer(dataset: Dataset, made: Recoding, found: Preview) -> None:
    """What it touches, and the button that does it."""
    titles, actors = names(dataset, PROPOSALS), names(dataset, ACTORS)
    after = (names(found.after, PROPOSALS), names(found.after, ACTORS))
    stances = {**called(found.after, STANCES), **called(dataset, STANCES), MIXED: MIXED, "": "no position"}
    cells = [
        (titles.get(p) or after[0].get(p, p), actors.get(a) or after[1].get(a, a), stances[b], stances[c])
        for p, a, b, c in found.frame.head(CELLS).itertuples(index=False)
    ]
    more = max(0, len(found.statements) - STATEMENTS), max(0, found.n - CELLS)
    shown = found.statements[:STATEMENTS]
    st.html(render(TEMPLATE, "recoding", found.sentence, shown, more[0], cells, more[1], made.notes))
    why = _text("Why (for the history)" if not proposes(dataset) else "Why (for the editor who decides)", "why")
    if not why:
        st.html(render(TEMPLATE, "not_yet", "give the reason: then it can be done"))
        return
    editing.write_button(
        dataset, "Do it", "Propose it", key=_key("do"), on_click=_do, args=(dataset, made, why), reason=False
    )


@editing.on_click(SECTION)
def _do(dataset: Dataset, made: Recoding, why: str) -> None:
    outcome = editing.write(dataset, made.changes, seen=dataset.version, why=why, kind=made.kind, became=made.became)
    editing.remember(SECTION, outcome)
    if outcome.dataset is not None:
        visit.page_state()[DONE] = editing.step_just_made(outcome)


@editing.on_click(SECTION)
def _undo(dataset: Dataset, number: int) -> None:
    editing.remember(SECTION, editing.take_back(dataset, number))
    visit.page_state().pop(DONE, None)
