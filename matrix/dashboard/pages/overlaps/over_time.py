"""Over time: a measure between two, or how far the best split divides all, in moving windows; in words first."""

from __future__ import annotations

from dataclasses import replace
from math import isnan
from typing import Any

import pandas as pd
import streamlit as st

from matrix.analysis.counting import COUNTS, DUPLICATES
from matrix.analysis.measures import MEASURES, NONE, NORMALISATIONS, POLARISATION, UNDEFINED, number_text
from matrix.analysis.opposed import Hidden
from matrix.analysis.over_time import MOST_COUNTED, SIDES, OverTime, days_of, landmarks, over_time
from matrix.analysis.positions import Positions
from matrix.analysis.selection_words import absent, scoped
from matrix.analysis.sets import ACTORS
from matrix.dashboard import controls, visit
from matrix.dashboard.figures import figure
from matrix.dashboard.html.dataset_html import DatasetHtml
from matrix.dashboard.html.templates import render
from matrix.dashboard.page_choices import MOST_ASKED, OVER_TIME, STEPS, WINDOW, WINDOWS
from matrix.dashboard.page_frame import note
from matrix.dashboard.pages.overlaps.pairs import (
    COUNT_WORDS,
    DUPLICATE_WORDS,
    NORMAL_WORDS,
    count_positions,
    measure_words,
)
from matrix.dashboard.pages.overlaps.two import pick_two
from matrix.dataset import dates
from matrix.dataset.dataset import Dataset, remembered
from matrix.dataset.problems import SelectionError
from matrix.dataset.selection import COLUMNS, Selection
from matrix.wording import capital, listed, named_side

SPAN_WORDS = {
    "7d": "A week",
    "30d": "30 days",
    "90d": "90 days",
    "180d": "180 days",
    "365d": "A year (365 days)",
    "730d": "Two years (730 days)",
}


def show_over_time(positions: Positions, html: DatasetHtml) -> None:
    """Choose, compute, say and draw."""
    dataset, selection = positions.dataset, positions.selection
    measures = {**measure_words(tuple(MEASURES)), POLARISATION: "Polarisation of the best split"}
    with st.container(key="page-choices"):
        with st.container(horizontal=True, vertical_alignment="bottom"):
            measure = controls.one("Measure", "measure", measures)
            two = None if measure == POLARISATION else pick_two(positions)
            window = controls.one("Window", "window", {w: SPAN_WORDS[w] for w in WINDOWS}, default=WINDOW)
            steps = [s for s in STEPS if days_of("step", s) <= days_of("window", window)]
            third = [s for s in steps if 3 * days_of("step", s) <= days_of("window", window)]
            step = controls.one("One each", "step", {s: SPAN_WORDS[s] for s in steps}, default=(third or steps[:1])[-1])
            min_n = controls.size(
                "Min n", "min-n", 1, MOST_ASKED, help="Numbers over fewer are left out: they say little."
            )
        with st.container(horizontal=True, vertical_alignment="bottom"):
            normalize = controls.one("Normalisation", "normalize", {n: NORMAL_WORDS[n] for n in NORMALISATIONS})
            count = controls.one("Counting", "count", {c: COUNT_WORDS[c] for c in COUNTS})
            duplicates = controls.one("Repeated statements", "duplicates", {d: DUPLICATE_WORDS[d] for d in DUPLICATES})
    units = (normalize, count, duplicates)
    if measure != POLARISATION:
        if not two:
            return
        if two.one == two.other:
            note("The same is chosen twice: choose two different ones.")
            return
        if two.by == SIDES and (nobody := absent(dataset, selection, two[1:])):
            note(f"{capital(listed(nobody))}, so the two cannot be compared.")
            return
        selection = _of_two(positions, *two)
    of, one, other = (two.by, two.one, two.other) if two else (ACTORS, "", "")
    if dataset.on_engine and not _asked_for(dataset, selection, window, step, measure, *units, of):
        return
    try:
        with st.spinner("Computing each window …"):
            found = _found(dataset, selection, window, step, measure, *units, of).at_least(min_n)
    except SelectionError as e:
        note(str(e))
        if units != (NONE, COUNTS[0], DUPLICATES[0]):
            st.button("Count positions, not normalised", on_click=count_positions)
        return
    own = found.frame[found.frame["one"].isin((one, other)) & found.frame["other"].isin((one, other))]
    known = own[own["value"].notna()]
    called = [named_side(html.plain(of, i)) if of == SIDES else html.plain(of, i) for i in (one, other) if i]
    who = " and ".join(called)
    if not len(known):
        alone = f"{found.sentence} Only what {who} said is counted." if who and found.sentence else found.sentence
        note(alone or f"In no window do {who or 'these actors'} have a number with an n of {min_n} or more.")
        return
    among = positions.selection if not one else positions.selection.without(*(("side",) if of == SIDES else COLUMNS))
    what = f"{measures[measure]}{f' of {who}' if who else ''}{_how(*units)}"
    st.html(render("parts.html", "answer", scoped(dataset, among, _change(found, known, what))))
    if one and (lines := Hidden(found.opposed, found.opposed_unknown).in_words(dataset)):
        st.html(render("page_frame.html", "lines", lines))

    def build(width: int, dark: bool) -> Any:
        from matrix import charts

        return charts.over_time(found, dataset, one=one, other=other, width=width, dark=dark)

    figure(dataset, OVER_TIME, build, lambda: _table(found, own, measures[measure]))


def _of_two(positions: Positions, by: str, one: str, other: str) -> Selection:
    """The selection of these two alone: two actors whoever else is chosen, of two sides the chosen members."""
    if by == SIDES:
        return replace(positions.selection, side=(one, other))
    return replace(positions.by_proposal.without(*COLUMNS), actor=(one, other))


def _asked_for(dataset: Dataset, *question: Any) -> bool:
    """Whether an engine shall count each window for this: only after a click, for it may take long."""
    asked: set[Any] = visit.page_state().setdefault("windows counted", set())
    key = (dataset.version, *question)
    if key not in asked:
        note(
            f"An engine counts each window that holds statements by itself, {MOST_COUNTED} at most: over a shorter "
            "time, and with longer steps, it takes less."
        )
        st.button("Count the windows", type="primary", on_click=asked.add, args=(key,))
    return key in asked


@remembered(8)
def _found(
    dataset: Dataset,
    selection: Selection,
    window: str,
    step: str,
    measure: str,
    normalize: str,
    count: str,
    duplicates: str,
    of: str,
) -> OverTime:
    """The numbers; kept, for each window takes the whole measure."""
    units = {"normalize": normalize, "count": count, "duplicates": duplicates}
    return over_time(dataset, selection, window=window, step=step, measure=measure, **units, of=of)


def _text(found: OverTime, value: float) -> str:
    if isnan(value):
        return UNDEFINED
    return number_text(found.measure, value) if found.measure in MEASURES else f"{value:.3f}"


def _how(normalize: str, count: str, duplicates: str) -> str:
    """What is not as it is unless chosen, behind the name of a measure: `, by average activity`; else ''."""
    words = [NORMAL_WORDS[normalize]] if normalize != NONE else []
    if count != COUNTS[0]:
        words.append("Counting statements")
    if duplicates != DUPLICATES[0]:
        words.append(DUPLICATE_WORDS[duplicates])
    return "".join(f", {w[0].lower()}{w[1:]}" for w in words)


def _change(found: OverTime, known: pd.DataFrame, what: str) -> str:
    """The first and the last number, and between them the lowest and the highest, each with its window and n."""
    value, n = known["value"].tolist(), known["n"].tolist()
    ends = known["end"].tolist()
    if len(value) == 1:
        day = dates.words(ends[0], ends[0])
        return f"{what}: {_text(found, value[0])}, in the only window with enough of both (to {day}, n = {n[0]:,})."
    parts = [
        f"{word} {_text(found, value[k])} (in the window to {dates.words(ends[k], ends[k])}, n = {n[k]:,})"
        for k, word in landmarks(value).items()
    ]
    return f"{what}: {listed(parts)}."


def _table(found: OverTime, own: pd.DataFrame, measure: str) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "From": own["start"],
            "To": own["end"],
            capital(measure): [_text(found, v) for v in own["value"]],
            "n": own["n"],
        }
    )
