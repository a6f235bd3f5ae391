"""Several coders: their layers begun, opened and finished; how well two agree, with what is behind each figure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pandas as pd
import streamlit as st

from matrix.analysis.agreement import FEWEST, FIGURES, SHARE, Agreement, agreement
from matrix.dashboard import controls, visit
from matrix.dashboard.datasets import open_dataset, refusal
from matrix.dashboard.html.dataset_html import DatasetHtml
from matrix.dashboard.html.templates import render
from matrix.dashboard.page_choices import CODERS_BY
from matrix.dashboard.pages.data import editing
from matrix.dashboard.pages.data.reconciling import reconciling
from matrix.dashboard.problems import problem_list
from matrix.dataset.dataset import Dataset, names, records
from matrix.dataset.location import Database
from matrix.dataset.problems import number_of
from matrix.dataset.schema import MAIN
from matrix.store.layers import LONGEST, Layer, layers
from matrix.store.members import is_owner, owners_of_layers
from matrix.wording import capital, plural

SECTION, TEMPLATE = "coders", "coders.html"
MOST = 50  # rows of a table
NO_SIDE = "No side"
BY_WORDS = {
    "source": "Source",
    "proposal": "Proposal",
    "actor": "Actor",
    "side": "Side",
    "stance": "Stance",
    "unit": "Each unit",
}
_NEW, _OPENED, _SOURCE = "coders-new", "coders-open", "coders-source"


def coders(dataset: Dataset) -> None:
    """A coder's own sources where one is coding, nothing of the others; else the layers, compared and reconciled."""
    html = DatasetHtml(dataset)
    if dataset.layer != MAIN:
        _own(dataset, html)
        return
    there = layers(editing.store_of(dataset))
    at = dataset.location
    blind = refusal(dataset) is not None  # is not told what others have coded
    owners = owners_of_layers(at) if isinstance(at, Database) and is_owner(at) else None
    st.html(render(TEMPLATE, "layers", there, [plural(number_of(x.problems), "problem") for x in there], owners, blind))
    _begin(dataset, there)
    editing.show_outcome(SECTION)
    usable = [x.name for x in there if not x.problems]
    if usable and not blind:
        _compare(dataset, usable, html)


# ---- layers


def _begin(dataset: Dataset, there: list[Layer]) -> None:
    with st.container(key="coders-begin", horizontal=True, vertical_alignment="bottom"):
        st.text_input("New layer", key=_NEW, max_chars=LONGEST, placeholder="kim", width=200)
        st.button("Begin it", key="coders-begin-do", on_click=_new, args=(dataset,))
        if usable := [x.name for x in there if not x.problems]:
            st.selectbox("Code as", usable, key=_OPENED, width=200)
            st.button("Open this layer", key="coders-open-do", on_click=_open)


@editing.on_click(SECTION)
def _new(dataset: Dataset) -> None:
    name = str(st.session_state.get(_NEW) or "").strip()
    outcome = editing.begin_layer(dataset, name)
    if outcome.done:
        st.session_state.pop(_NEW, None)
        visit.bound(_OPENED, name)
        outcome = replace(outcome, words=f"The layer {name} is there, without a statement. Open it to code in it.")
    editing.remember(SECTION, outcome)


def _open() -> None:
    editing.forget()
    visit.narrow("layer", str(st.session_state.get(_OPENED) or ""))


def _own(dataset: Dataset, html: DatasetHtml) -> None:
    """The sources of one's own layer: what is coded, what is finished, and the way out."""
    counts = dataset.frames["statements"]["source"].astype("str").value_counts()
    rows = [(s, int(counts.get(s, 0)), dataset.finished.get(s, "")[:10]) for s in dataset.frames["sources"]["id"]]
    st.html(render(TEMPLATE, "own", html, dataset.layer, rows))
    titles = names(dataset, "sources")
    with st.container(key="coders-own", horizontal=True, vertical_alignment="bottom"):
        st.selectbox("Source", [*titles], format_func=lambda s: titles.get(s, s), key=_SOURCE, width=360)
        source = str(st.session_state.get(_SOURCE) or next(iter(titles), ""))
        if source:
            _finish_button(dataset, source)
        st.button("Leave the layer", key="coders-leave", type="tertiary", on_click=visit.clear, args=("layer",))
    editing.show_outcome(SECTION)


def finishing(dataset: Dataset, source: str) -> None:
    """Whose layer it is, beside the text that is coded in it, and the button that marks the source as finished."""
    with st.container(key="coders-finishing", horizontal=True, vertical_alignment="center"):
        st.html(render(TEMPLATE, "coding_in", dataset.layer, source in dataset.finished))
        _finish_button(dataset, source)
    editing.show_outcome(SECTION)


def _finish_button(dataset: Dataset, source: str) -> None:
    finished = source in dataset.finished
    words = "Open it again" if finished else "Mark as finished"
    st.button(words, key="coders-finish", on_click=_mark, args=(dataset, source, not finished))


@editing.on_click(SECTION)
def _mark(dataset: Dataset, source: str, finished: bool) -> None:
    outcome = editing.mark_source(dataset, source, finished=finished)
    if outcome.done:
        words = "finished: what you coded there stays as it is" if finished else "open again"
        outcome = replace(outcome, words=f"{source} is {words}.")
    editing.remember(SECTION, outcome)


# ---- how well two agree


def _compare(dataset: Dataset, usable: list[str], html: DatasetHtml) -> None:
    st.html(render(TEMPLATE, "agreement_title"))
    offered = {name: name for name in (*usable, MAIN)} | {MAIN: f"{MAIN} (the dataset)"}
    with st.container(key="page-choices", horizontal=True, vertical_alignment="bottom"):
        one = controls.one("Coder", "mine", offered, default=usable[0])
        other = controls.one("Compared with", "theirs", offered, default=(*usable[1:], MAIN)[0])
    if one == other:
        st.html(render("parts.html", "note", "It takes two to compare: choose another coder."))
        return
    found: list[Dataset] = []
    for name in (one, other):
        read = open_dataset(dataset.location, name) if dataset.location else ()
        if not isinstance(read, Dataset):
            st.html(problem_list(read))
            return
        found.append(read)
    with st.spinner("Comparing …"):
        made = _agreement(found[0], found[1], *(d.version for d in (dataset, *found)), one, other)
    st.html(render(TEMPLATE, "sentence", made.sentence))
    if made.n:
        _figures(made, html)
        _tables(made, html, (one, other))
    reconciling(dataset, one, other)


@st.cache_resource(max_entries=4, show_spinner=False)
def _agreement(_one: Dataset, _other: Dataset, *versions: str) -> Agreement:
    del versions  # only the key
    return agreement([_one, _other])


def _figures(made: Agreement, html: DatasetHtml) -> None:
    rows = [
        {**line, "name": capital(FIGURES[str(line["measure"])].name), "formula": FIGURES[str(line["measure"])].formula}
        for line in records(made.of().reset_index())
    ]
    few = len(made.sources) < FEWEST
    sources = [html.name("sources", s) for s in made.sources]
    st.html(render(TEMPLATE, "figures", rows, sources, SHARE, made.draws, "units" if few else "sources", few, FEWEST))


def _tables(made: Agreement, html: DatasetHtml, pair: tuple[str, str]) -> None:
    by = controls.switch("Table by", CODERS_BY, BY_WORDS, shown=True)
    if by == "stance":
        table = made.confusion()
        heads = [html.word(s) if s in html.looks else s for s in table.columns]
        rows = [
            (html.word(str(i)) if i in html.looks else str(i), [int(v) for v in row])
            for i, row in zip(table.index, table.to_numpy(), strict=True)
        ]
        st.html(render(TEMPLATE, "confusion", pair, heads, rows))
    elif by != "unit":
        _by(made, by, html)
    _units(made, by, html, pair)


def _by(made: Agreement, by: str, html: DatasetHtml) -> None:
    named: dict[str, Callable[[], pd.DataFrame]] = {
        "source": lambda: made.by("source"),
        "proposal": lambda: made.by("proposal"),
        "actor": lambda: made.by("actor"),
        "side": lambda: made.by("side"),
    }
    table = named[by]()
    rows = [
        (
            html.name(f"{by}s", str(id_)) if id_ else NO_SIDE,
            int(row["units"]),
            [(row[f], int(row[f"n_{f}"])) for f in FIGURES],
        )
        for id_, row in table.head(MOST).iterrows()
    ]
    heads = [capital(by), "Units", *(capital(f.name) for f in FIGURES.values())]
    st.html(render(TEMPLATE, "by", heads, rows, len(table) - len(rows)))


def _units(made: Agreement, by: str, html: DatasetHtml, pair: tuple[str, str]) -> None:
    """The units behind a row of the table, or behind a cell of the table of stances."""
    key = f"coders-behind-{by}"
    if by == "unit":
        found = made.behind()
    elif by == "stance":
        states = [*made.confusion().index]
        with st.container(horizontal=True, vertical_alignment="bottom"):
            chosen = [
                st.selectbox(
                    f"Units behind: {name}",
                    states,
                    index=None,
                    format_func=lambda s: html.word(s) if s in html.looks else str(s),
                    key=f"{key}-{k}",
                    width=220,
                )
                for k, name in enumerate(pair)
            ]
        if None in chosen:
            return
        found = made.behind(stances=(str(chosen[0]), str(chosen[1])))
    else:
        titles = {**names(html.dataset, f"{by}s"), "": NO_SIDE}
        ids = made.by("side").index.tolist() if by == "side" else made.behind()[by].unique().tolist()
        one = st.selectbox(
            "Units behind",
            ids,
            index=None,
            format_func=lambda i: titles.get(i, i),
            key=key,
            width=420,
            placeholder=f"Choose one {by}",
        )
        if one is None:
            return
        found = made.behind(
            source=one if by == "source" else "",
            proposal=one if by == "proposal" else "",
            actor=one if by == "actor" else "",
            side=one if by == "side" else None,
        )
    rows = [
        (
            *(html.name(f"{c}s", str(r[c])) for c in ("source", "actor", "proposal")),
            [(str(r[f"{n}_stance"]), str(r[f"{n}_statements"])) for n in pair],
        )
        for r in records(found.head(MOST))
    ]
    st.html(render(TEMPLATE, "units", html, pair, rows, len(found) - len(rows)))
