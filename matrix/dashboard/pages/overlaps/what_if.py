"""What if a part of the evidence is dropped: the same again without it, and everything that comes out otherwise."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import streamlit as st
from markupsafe import Markup

from matrix.analysis.common_ground import CommonGround, common_ground
from matrix.analysis.measures import MEASURES, UNDEFINED, number_text
from matrix.analysis.positions import Positions
from matrix.analysis.sensitivity import CELLS, TIERS, Sensitivity, WhatIf, of_largest_sources, sensitivity, what_ifs
from matrix.dashboard import controls
from matrix.dashboard.figures import frame_table
from matrix.dashboard.html.dataset_html import DatasetHtml
from matrix.dashboard.html.templates import render
from matrix.dashboard.page_choices import TABLE
from matrix.dashboard.page_frame import note
from matrix.dashboard.pages.overlaps.pairs import measure_words
from matrix.dataset import dates
from matrix.dataset.dataset import Dataset, records, remembered
from matrix.dataset.problems import SelectionError
from matrix.dataset.selection import Selection
from matrix.wording import ATTRIBUTION_WORDS, humane, plural

MOST_CHANGES = 15  # lines under one question; all of them are in the table below
MOST_SOURCES = 10  # asked about unless the filter names them
MOST_ROWS = 20_000
PARTS = {"tier": "Tier", "conditions": "Condition", "attribution": "Attribution", "confidence": "Confidence"}
WordsOf = Callable[[object], str]


def show_what_if(positions: Positions, html: DatasetHtml) -> None:
    """Choose what is measured, ask every question, answer with the weightiest changes first."""
    dataset, selection = positions.dataset, positions.selection
    with st.container(key="page-choices", horizontal=True, vertical_alignment="bottom"):
        measured = {TIERS: "Common ground", CELLS: "Positions", **measure_words(tuple(MEASURES))}
        measure = controls.one("What would change", "what-if", measured)
        before = controls.text("As of an earlier date", "before", "2026-05", help="Empty: no date is tried.")
    ground = common_ground(dataset, selection=selection) if measure == TIERS else None
    if ground and ground.sentence:
        note(f"{ground.sentence} Choose something else that would change.")
        return
    value = _words(measure, html, ground)
    every = what_ifs(dataset, selection, before=before)
    questions = every if selection.source else of_largest_sources(dataset, every, most=MOST_SOURCES)
    named = {q.words: _question(q, html) for q in questions}
    try:
        with st.spinner("Computing without each part …"):
            found = _found(dataset, selection, measure, tuple(questions))
    except SelectionError as e:
        note(str(e))
        return
    st.html(_overview(found, named, measure, measured[measure].lower(), len(every) - len(questions)))
    for words, lines in found.frame.groupby("what_if", sort=False):
        st.html(_changes(named[str(words)], lines, measure, html, value))
    if len(found.frame):
        title = f"All {plural(len(found.frame), 'change')} as a table"
        controls.opens(TABLE, title, lambda: frame_table(_flat(found, named, measure, html, value)))


@remembered(8)
def _found(dataset: Dataset, selection: Selection, measure: str, questions: tuple[WhatIf, ...]) -> Sensitivity:
    """The answers; kept, for each takes the whole measure again."""
    return sensitivity(dataset, selection, measure=measure, questions=list(questions))


def _question(question: WhatIf, html: DatasetHtml) -> str:
    if question.column == "source":
        return f"Without “{html.row('sources', question.value)['title']}”"
    if question.column == "attribution":
        return f"Without statements {ATTRIBUTION_WORDS.get(question.value, humane(question.value).lower())}"
    if question.column == "as_of":
        return f"As of {dates.words(question.value, question.value)}"
    return f"Without statements of {humane(question.value).lower()} {question.column}"


def _overview(found: Sensitivity, named: dict[str, str], measure: str, measured: str, left_out: int) -> Markup:
    """Every question with how much comes out otherwise; `left_out` counts the sources that no question is about."""
    counts = ["statements", "changed", *(["shifted"] if measure == TIERS else [])]
    rows = [
        (
            named[str(words)],
            [f"{c[k]:,} of {c['compared']:,}" if k == "changed" else f"{c[k]:,}" for k in counts],
        )
        for words, c in found.counts.to_dict("index").items()
    ]
    what = {TIERS: "tiers", CELLS: "positions"}.get(measure, f"values of {measured}")
    heads = [
        "What if",
        "Statements left",
        f"Other {what}",
        *(["Same tier, different terms"] if measure == TIERS else []),
    ]
    about = (
        "The same again without it. What a later statement had replaced counts again when that statement is dropped."
    )
    if left_out:
        about += (
            f" Tried are the {MOST_SOURCES} sources with most statements; {plural(left_out, 'smaller one')} can "
            "be asked about by the filter Source."
        )
    return render("overlaps.html", "what_if", heads, about, rows)


def _changes(title: str, lines: pd.DataFrame, measure: str, html: DatasetHtml, value: WordsOf) -> Markup:
    if measure == TIERS:
        ids = lines["id"].unique()
        shown = lines[lines["id"].isin(ids[:MOST_CHANGES])]  # of thousands of groups only these are made
        groups = shown.groupby("id", sort=False)
        rows = [_tier_line(str(id_), own.set_index("other"), value, html) for id_, own in groups]
        total = len(ids)
    else:
        rows = [
            (
                _where(html, measure, str(c["id"]), str(c["other"])),
                {"value": value(c["before"]), "terms": []},
                {"value": value(c["after"]), "terms": []},
            )
            for c in records(lines.head(MOST_CHANGES))
        ]
        total = len(lines)
    return render("overlaps.html", "changes", title, rows, total - MOST_CHANGES)


def _tier_line(
    proposal: str, own: pd.DataFrame, value: WordsOf, html: DatasetHtml
) -> tuple[Markup, dict[str, object], dict[str, object]]:
    """A proposal before and after: its tier, and under it the terms that changed, unless it is gone."""

    def at(when: str) -> dict[str, object]:
        tier = value(own.loc["tier", when]) if "tier" in own.index else "Same tier"
        terms = [value(own.loc[c, when]) or f"no {PARTS[c].lower()}" for c in own.index if c != "tier"]
        gone = "tier" in own.index and not own.loc[own.index != "tier", when].astype(bool).any()
        return {"value": tier, "terms": [] if gone else terms}

    return html.proposal(proposal), at("before"), at("after")


def _flat(found: Sensitivity, named: dict[str, str], measure: str, html: DatasetHtml, value: WordsOf) -> pd.DataFrame:
    """Every change in words, a line each."""
    lines = found.frame.head(MOST_ROWS)
    of = "actors" if measure in MEASURES else "proposals"
    frame = pd.DataFrame({"What if": lines["what_if"].map(named)})
    frame["One" if measure in MEASURES else "Proposal"] = [html.plain(of, i) for i in lines["id"]]
    if measure == TIERS:
        frame["What"] = [PARTS[o] for o in lines["other"]]
    else:
        frame["Other" if measure in MEASURES else "Actor"] = [html.plain("actors", o) for o in lines["other"]]
    return frame.assign(Before=[value(v) for v in lines["before"]], After=[value(v) for v in lines["after"]])


def _words(measure: str, html: DatasetHtml, ground: CommonGround | None) -> WordsOf:
    """How a value of this measure is written in the table."""

    def of_tier(v: object) -> str:
        text = str(v or "")
        if ground and text in ground.tiers:
            return ground.tiers[text].words
        return ATTRIBUTION_WORDS.get(text, f"{text} confidence" if text in ("high", "medium", "low") else text)

    def of_cell(v: object) -> str:
        looks = html.looks
        return looks[str(v)].word if v in looks else "nothing" if v is None or v == "" else str(v)

    def of_pair(v: object) -> str:
        return "nothing" if v is None else number_text(measure, float(str(v))) or UNDEFINED

    return of_tier if measure == TIERS else of_cell if measure == CELLS else of_pair


def _where(html: DatasetHtml, measure: str, id_: str, other: str) -> Markup:
    return render("overlaps.html", "pair" if measure in MEASURES else "cell", html, id_, other)
