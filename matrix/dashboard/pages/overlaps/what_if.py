"""What if a part of the evidence is dropped: the same again without it, and everything that comes out otherwise."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import streamlit as st

from matrix.analysis.common_ground import FOR_SOME, ONLY, common_ground
from matrix.analysis.formulas import MEASURES
from matrix.analysis.positions import Positions
from matrix.analysis.sensitivity import CELLS, TIERS, Sensitivity, WhatIf, sensitivity, what_ifs
from matrix.dashboard import controls
from matrix.dashboard.figures import frame_table
from matrix.dashboard.html.render import Said
from matrix.dashboard.html.text import esc, humane
from matrix.dashboard.pages.overlaps.comparison import table, value_words
from matrix.dashboard.pages.overlaps.pairs import measure_words, note
from matrix.dashboard.params import TABLE
from matrix.dataset import dates
from matrix.dataset.dataset import Dataset
from matrix.dataset.problems import SelectionError
from matrix.palette import TIER_WORDS
from matrix.wording import ATTRIBUTION_WORDS, plural

MOST_CHANGES = 15  # lines under one question; all of them stand in the table below
MOST_SOURCES = 10  # asked about unless the filter names them
MOST_ROWS = 20_000
PARTS = {"tier": "Tier", "conditions": "Condition", "attribution": "Attribution", "confidence": "Confidence"}
Words = Callable[[object], str]


def show_what_if(positions: Positions, said: Said) -> None:
    """Choose what is measured, ask every question, answer with the weightiest changes first."""
    dataset, selection = positions.dataset, positions.selection
    with st.container(key="page-choices", horizontal=True, vertical_alignment="bottom"):
        measured = {TIERS: "Common ground", CELLS: "Positions", **measure_words(tuple(MEASURES))}
        measure = controls.one("What would change", "what-if", measured)
        before = controls.text("As of an earlier date", "before", "2026-05", help="Left empty: no date is asked about.")
    if measure == TIERS and (why := common_ground(dataset, selection=selection).sentence):
        note(f"{why} Choose something else that would change.")
        return
    asked = what_ifs(dataset, selection, before)
    questions = asked if selection.source else _largest(dataset, asked)
    named = {q.words: _question(q, said) for q in questions}
    try:
        with st.spinner("Asking again without each part …"):
            found = sensitivity(dataset, measure, questions, selection)
    except SelectionError as e:
        note(str(e))
        return
    st.html(_overview(found, named, measure, measured[measure].lower(), len(asked) - len(questions)))
    for words, lines in found.changes.groupby("what_if", sort=False):
        st.html(_changes(named[str(words)], lines, measure, said))
    if len(found.changes):
        title = f"All {plural(len(found.changes), 'change')} as a table"
        controls.opens(TABLE, title, lambda: frame_table(_flat(found, named, measure, said)))


def _largest(dataset: Dataset, asked: list[WhatIf]) -> list[WhatIf]:
    """The same without the smaller sources where there are many: each takes the whole measure again."""
    times = dataset.frames["statements"]["source"].value_counts()
    sources = sorted((q.value for q in asked if q.column == "source"), key=lambda s: -int(times.get(s, 0)))
    kept = set(sources[:MOST_SOURCES])
    return [q for q in asked if q.column != "source" or q.value in kept]


def _question(question: WhatIf, said: Said) -> str:
    if question.column == "source":
        return f"Without “{said.row('sources', question.value)['title']}”"
    if question.column == "attribution":
        return f"Without statements {ATTRIBUTION_WORDS.get(question.value, humane(question.value).lower())}"
    if question.column == "as_of":
        return f"As of {dates.words(question.value, question.value)}"
    return f"Without statements of {humane(question.value).lower()} {question.column}"


def _overview(found: Sensitivity, named: dict[str, str], measure: str, measured: str, unasked: int) -> str:
    tiers = measure == TIERS
    rows = "".join(
        f'<tr><th scope="row">{esc(named[str(words)])}</th><td class="pm-number">{c["statements"]:,}</td>'
        f'<td class="pm-number">{c["changed"]:,} of {c["compared"]:,}</td>'
        + (f'<td class="pm-number">{c["shifted"]:,}</td>' if tiers else "")
        + "</tr>"
        for words, c in found.counts.to_dict("index").items()
    )
    what = {TIERS: "tiers", CELLS: "positions"}.get(measure, f"values of {measured}")
    heads = ["What if", "Statements left", f"Other {what}", *(["Same tier, other terms"] if tiers else [])]
    more = (
        f" Asked about are the {MOST_SOURCES} sources with most statements; {plural(unasked, 'smaller one')} can be "
        "asked about by the filter Source."
        if unasked
        else ""
    )
    return (
        "<h2>What if I drop a part of the evidence?</h2><p class='pm-quiet'>The same again without it. What a later "
        f"statement had replaced counts again when that statement is dropped.{more}</p>" + table(heads, rows, "What if")
    )


def _changes(title: str, lines: pd.DataFrame, measure: str, said: Said) -> str:
    value = _words(measure, said)
    if measure == TIERS:
        items = [
            _tier_line(str(id_), own.set_index("other"), value, said) for id_, own in lines.groupby("id", sort=False)
        ]
    else:
        items = [
            f"<tr><td>{_where(said, measure, str(c['id']), str(c['other']))}</td>"
            f"<td>{esc(value(c['before']))}</td><td>{esc(value(c['after']))}</td></tr>"
            for c in lines.head(MOST_CHANGES).to_dict("records")
        ]
    total = lines["id"].nunique() if measure == TIERS else len(lines)
    more = total - MOST_CHANGES
    rest = f'<p class="pm-quiet">and {plural(more, "more")}: in the table of all changes below.</p>' if more > 0 else ""
    rows = "".join(items[:MOST_CHANGES])
    return f"<h2>{esc(title)}</h2>" + table(["Where", "Before", "After"], rows, title) + rest


def _tier_line(proposal: str, own: pd.DataFrame, value: Words, said: Said) -> str:
    """A proposal before and after: its tier, and under it the terms that changed while it stands at all."""
    cells = []
    for when in ("before", "after"):
        tier = f"{value(own.loc['tier', when])}" if "tier" in own.index else "Same tier"
        terms = [value(own.loc[c, when]) or f"no {PARTS[c].lower()}" for c in own.index if c != "tier"]
        gone = "tier" in own.index and not own.loc[own.index != "tier", when].astype(bool).any()
        cells.append(
            f"<td>{esc(tier)}" + ("" if gone or not terms else f'<div class="pm-quiet">{esc("; ".join(terms))}</div>')
        )
    return f"<tr><td>{said.proposal(proposal)}</td>{'</td>'.join(cells)}</td></tr>"


def _flat(found: Sensitivity, named: dict[str, str], measure: str, said: Said) -> pd.DataFrame:
    """Every change in words, a line each."""
    lines, value = found.changes.head(MOST_ROWS), _words(measure, said)
    of = "actors" if measure in MEASURES else "proposals"
    frame = pd.DataFrame({"What if": lines["what_if"].map(named)})
    frame["One" if measure in MEASURES else "Proposal"] = [said.plain(of, i) for i in lines["id"]]
    if measure == TIERS:
        frame["What"] = [PARTS[o] for o in lines["other"]]
    else:
        frame["Other" if measure in MEASURES else "Actor"] = [said.plain("actors", o) for o in lines["other"]]
    return frame.assign(Before=[value(v) for v in lines["before"]], After=[value(v) for v in lines["after"]])


def _words(measure: str, said: Said) -> Words:
    """How a value of this measure stands in the table."""

    def of_tier(v: object) -> str:
        text = str(v or "")
        for start, meant in ((ONLY, "only on a condition: "), (FOR_SOME, "for some on a condition: ")):
            if text.startswith(start):
                return meant + text.removeprefix(start)
        if text in TIER_WORDS:
            return TIER_WORDS[text]
        return ATTRIBUTION_WORDS.get(text, f"{text} confidence" if text in ("high", "medium", "low") else text)

    def of_cell(v: object) -> str:
        looks = said.cards.looks
        return looks[str(v)].word if v in looks else "nothing" if v is None or v == "" else str(v)

    def of_pair(v: object) -> str:
        return "nothing" if v is None else value_words(measure, float(str(v)))

    return of_tier if measure == TIERS else of_cell if measure == CELLS else of_pair


def _where(said: Said, measure: str, id_: str, other: str) -> str:
    if measure in MEASURES:
        return f"{said.anywhere(id_)} and {said.anywhere(other)}"
    return said.actor(id_, other) + f" on {said.name('proposals', id_)}"
