"""A text read ahead: sentences that may hold a statement, with the cause, to be coded or turned down."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict

import streamlit as st

from matrix.analysis.suggestions import Candidate, Passage, Suggestions, sentences, suggestions
from matrix.dashboard import visit
from matrix.dashboard.html.templates import render
from matrix.dashboard.pages.data import editing
from matrix.dataset.dataset import Dataset, names
from matrix.dataset.problems import DatasetError
from matrix.dataset.quotes import hash_of
from matrix.dataset.text_marks import TextMark, mark_at
from matrix.store.dismissed import Answered, answered, hits
from matrix.wording import plural

OFFER = "marking offer"  # what the widget shall open its form with
MOST = 8  # passages at once
SECTION, _TURNED_DOWN = "read ahead", "ahead-turned"


def read_ahead(dataset: Dataset, source: str, text: str) -> None:
    """The passages that are not coded yet, the likeliest first; read only once it is opened."""
    with st.expander("Read ahead: sentences that may hold a statement", key="read-ahead", on_change="rerun") as part:
        if not part.open:
            return
        found = _suggestions(dataset, text, tuple(turned_down(dataset)), dataset.of_all_tables)
        coded = _coded(dataset, source)
        left = [p for p in found.passages if not any(p.start < b and a < p.end for a, b in coded)]
        shown = min(len(left), MOST)
        st.html(render("sources.html", "read_ahead", found.sentence, len(left), shown, _rate(dataset), found.formula))
        _turned_down(dataset, source)
        editing.show_outcome(SECTION)
        proposals, actors = names(dataset, "proposals"), names(dataset, "actors")
        for passage in left[:MOST]:
            _passage(dataset, source, text, passage, proposals, actors)
        if len(left) > MOST:
            st.html(render("parts.html", "quiet", f"and {len(left) - MOST:,} more: code or turn down these first"))


@st.cache_resource(max_entries=4, show_spinner="Reading ahead …")
def _suggestions(_dataset: Dataset, text: str, dismissed: tuple[tuple[str, str], ...], tables: str) -> Suggestions:
    del tables  # only part of the key
    return suggestions(_dataset, text, dismissed=dismissed)


def _coded(dataset: Dataset, source: str) -> list[tuple[int, int]]:
    frame = dataset.frames["statements"]
    own = frame[(frame["source"] == source) & frame["start"].astype("str").str.isdigit()]
    return [(int(s), int(s) + len(q)) for s, q in zip(own["start"], own["quote"].astype("str"), strict=True)]


def _passage(
    dataset: Dataset, source: str, text: str, passage: Passage, proposals: Mapping[str, str], actors: Mapping[str, str]
) -> None:
    lines = [
        [(named.get(c.id, c.id), _cause(c)) for c in found]
        for named, found in ((proposals, passage.proposals), (actors, passage.actors))
    ]
    with st.container(key=f"ahead-{passage.start}"):
        st.html(render("sources.html", "passage", passage.text, *lines))
        with st.container(horizontal=True):
            st.button("Code it", key=f"ahead-code-{passage.start}", on_click=_code, args=(source, text, passage))
            ids = [c.id for c in passage.proposals]
            st.button(
                "Not a statement on these",
                key=f"ahead-not-{passage.start}",
                type="tertiary",
                on_click=_turn_down,
                args=(dataset, source, _one_line(passage.text), ids),
            )


@editing.on_click(SECTION)
def _turn_down(dataset: Dataset, source: str, sentence: str, proposals: Sequence[str]) -> None:
    _told(turn_down(dataset, source, sentence, proposals))


def _turned_down(dataset: Dataset, source: str) -> None:
    """What was turned down in this source, the last one first, to be taken back."""
    found: dict[str, list[Answered]] = {}
    for each in _answered(dataset):
        if each.source == source and not each.statement:
            found.setdefault(each.sentence, []).append(each)
    if not found:
        return
    latest = [*found][::-1]
    with st.container(key="ahead-turned-down", horizontal=True, vertical_alignment="bottom"):
        chosen = latest[0]
        if len(latest) > 1:
            chosen = str(st.selectbox(f"Turned down: {plural(len(latest), 'sentence')}", latest, key=_TURNED_DOWN))
        else:
            st.html(render("sources.html", "turned_down", chosen))
        st.button("Undo", key="ahead-undo", on_click=_take_back, args=(dataset, found[chosen]))


@editing.on_click(SECTION)
def _take_back(dataset: Dataset, made: Sequence[Answered]) -> None:
    _told(editing.forget_answers(dataset, made))


def _told(outcome: editing.Outcome) -> None:
    """What was done is seen in the list, of which the last one is shown; what was not is said."""
    if outcome.done:
        st.session_state.pop(_TURNED_DOWN, None)
        editing.forget()
    else:
        editing.remember(SECTION, outcome)


def _cause(candidate: Candidate) -> str:
    return ", ".join(dict.fromkeys(r.words for r in candidate.reasons))


def _code(source: str, text: str, passage: Passage) -> None:
    """Have the widget open its form on this sentence, filled with the likeliest."""
    number = int((visit.page_state().get(OFFER) or {}).get("number", 0)) + 1
    mark = {**asdict(mark_at(text, passage.start, passage.end)), "sha256": hash_of(text.encode())}
    visit.page_state()[OFFER] = {
        "number": number,
        "source": source,
        "mark": mark,
        "proposal": passage.proposals[0].id if passage.proposals else "",
        "actor": passage.actors[0].id if passage.actors else "",
    }


def _rate(dataset: Dataset) -> str:
    """How many of the suggestions that were answered in this dataset were right."""
    taken, n = hits(_answered(dataset), dataset.frames["statements"]["id"].tolist())
    if not n:
        return "No suggestion has been answered in this dataset yet."
    what = f"Of {plural(n, 'suggested sentence')} answered here"
    return f"{what}, {taken:,} became statements ({taken / n:.0%}, n = {n:,} sentences)."


# ---- what was answered


def sentence_around(text: str, mark: TextMark) -> str:
    """The sentences that marked words touch, in one line."""
    touched = [(a, b) for a, b in sentences(text) if a < mark.end and mark.start < b]
    start, end = min([mark.start, *(a for a, _ in touched)]), max([mark.end, *(b for _, b in touched)])
    return _one_line(text[start:end])


def turned_down(dataset: Dataset) -> list[tuple[str, str]]:
    """Sentences and proposals that are not suggested again."""
    return [(a.sentence, a.proposal) for a in _answered(dataset) if not a.statement]


def turn_down(dataset: Dataset, source: str, sentence: str, proposals: Sequence[str]) -> editing.Outcome:
    """Never suggest these proposals for this sentence again."""
    return editing.answer_suggestions(
        dataset, [Answered(source, sentence, p, by=editing.who(dataset)) for p in proposals]
    )


def take_up(dataset: Dataset, source: str, text: str, mark: TextMark, proposal: str, statement: str) -> None:
    """Remember that a statement came of a suggestion, if the proposal was one for these words."""
    sentence = sentence_around(text, mark)
    found = suggestions(dataset, sentence, dismissed=turned_down(dataset))
    if any(c.id == proposal for p in found.passages for c in p.proposals):
        editing.answer_suggestions(dataset, [Answered(source, sentence, proposal, statement, editing.who(dataset))])


def _answered(dataset: Dataset) -> list[Answered]:
    """None where the file cannot be read: suggestions are a help, and the check names what is wrong with it."""
    try:
        return answered(editing.store_of(dataset)) if dataset.location else []
    except DatasetError:
        return []


def _one_line(words: str) -> str:
    return " ".join(words.split())
