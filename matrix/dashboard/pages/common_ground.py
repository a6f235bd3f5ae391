"""The Common ground page: on what the sides meet, how far, on which conditions, and whose voice is missing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd
import streamlit as st
from markupsafe import Markup

from matrix.analysis.common_ground import SCORE_FORMULA, SCORE_SOURCE, CommonGround, common_ground
from matrix.analysis.coverage import Coverage, coverage
from matrix.analysis.evidence import Picked
from matrix.analysis.ladder import Ladder, ladder
from matrix.analysis.sides import counted_sides
from matrix.dashboard import controls, visit
from matrix.dashboard.figures import figure
from matrix.dashboard.filter_words import choices
from matrix.dashboard.html.common_ground import TEMPLATE, Ground
from matrix.dashboard.html.dataset_html import DatasetHtml
from matrix.dashboard.html.ladder import ladders
from matrix.dashboard.html.templates import render
from matrix.dashboard.page_choices import COMMON_GROUND, COVERAGE, LADDER, PICTURE
from matrix.dashboard.page_frame import beside_evidence, explained, heading, note, nothing_to_show
from matrix.dataset.dataset import Dataset
from matrix.dataset.selection import Selection
from matrix.wording import ATTRIBUTION_WORDS, capital

NAMED = 5  # proposals in the answer
SILENT = "silent: never stated in these sources, which is not neutral"
ABOUT_PAGE = "What can be built on: which proposals the sides back together, on which conditions, and what is missing."


def show(dataset: Dataset, selection: Selection) -> None:
    """Draw the page from top to bottom."""
    facts = heading(dataset, selection, "Common ground", ABOUT_PAGE)
    named = dict(counted_sides(dataset))
    chosen = tuple(s for s in visit.choices("sides") if s in named)
    found = common_ground(dataset, selection, sides=chosen or None)
    with beside_evidence(found.positions):
        if len(named) > 2:
            _tools(dataset, found.sides)
        if found.sentence:
            note(found.sentence)
            _ladder(dataset, ladder(dataset, selection), ())
            return
        if not facts.positions:
            nothing_to_show(dataset, selection)
            return
        ground = Ground(found, DatasetHtml(dataset))
        st.html(_answer(ground))
        # The parts in one element each: every element costs the browser time.
        if parts := ground.agreed_by_experts() + ground.picture():
            st.html(parts)
        rungs = ladder(dataset, selection)
        _ladder(dataset, rungs, found.sides)
        st.html(ground.apart() + ground.links() + ground.unheard() + _legend(ground))
        _pictures(dataset, selection, found, rungs)
        _explained(found)


def _tools(dataset: Dataset, sides: Sequence[str]) -> None:
    offered = choices(dataset, "side")
    counted = {i: offered[i] for i, _ in counted_sides(dataset)}
    with st.container(key="page-tools", horizontal=True):
        controls.several("Sides compared", "sides", counted, sides, few=True)


def _answer(ground: Ground) -> Markup:
    """The sentence that the page is for, and what it rests on."""
    found = ground.found
    first = found.frame.index[found.frame["tier"] == found.first_tier].tolist()
    words = found.headline
    if first:
        named = [ground.html.plain("proposals", p) for p in first[:NAMED]]
        more = [f"{len(first) - NAMED} more"] if len(first) > NAMED else []
        words = f"{words.removesuffix('.')}: {'; '.join([*named, *more])}."
    articles = ground.agreed(found.first_tier)
    return render(TEMPLATE, "answer", words, ground.cautions(first), articles, len(first) - len(articles))


def _ladder(dataset: Dataset, found: Ladder, sides: Sequence[str]) -> None:
    if not found.sentence and (drawn := ladders(DatasetHtml(dataset), found, sides)):
        st.html(drawn)


def _legend(ground: Ground) -> Markup:
    looks = list(ground.html.looks.values())
    return render(TEMPLATE, "legend", looks, ground.found.officials, SILENT)


# ---- pictures to keep


def _pictures(dataset: Dataset, selection: Selection, found: CommonGround, rungs: Ladder) -> None:
    """The same as figures to download, and who speaks on what at all."""
    controls.opens(PICTURE, "All proposals as a picture to keep", lambda: _picture(found))
    if not rungs.sentence:
        controls.opens(LADDER, "The ladder as a picture to keep", lambda: _ladder_pictures(dataset, rungs))
    if len(dataset.frames["risk_areas"]):
        title = "Who speaks on what: coverage by risk area and side"
        controls.opens(COVERAGE, title, lambda: _coverage(dataset, selection, found.sides))


def _picture(found: CommonGround) -> None:
    """Every proposal as bars that leave the middle; a click opens what the side says on it."""

    def build(width: int, dark: bool) -> Any:
        from matrix import charts

        return charts.common_ground(found, width=width, dark=dark)

    figure(
        found.positions.dataset,
        COMMON_GROUND,
        build,
        None,
        lambda data: visit.open_cell(Picked(data[0], "", data[1])) if len(data) > 1 else None,
    )


def _ladder_pictures(dataset: Dataset, found: Ladder) -> None:
    """Every ladder as a figure; a click opens what the actor says on the rung."""
    for number, name in enumerate(dict.fromkeys(found.frame["ladder"]), 1):

        def build(width: int, dark: bool, name: str = str(name)) -> Any:
            from matrix import charts

            return charts.ladder(found, dataset, name=name, width=width, dark=dark)

        figure(dataset, f"{LADDER}-{number}", build, None, lambda data: visit.open_cell(Picked(data[0], data[1])))


def _coverage(dataset: Dataset, selection: Selection, sides: Sequence[str]) -> None:
    """On how much of each risk area each side has a voice, as bars and as a table."""
    found = coverage(dataset, selection)

    def build(width: int, dark: bool) -> Any:
        from matrix import charts

        return charts.coverage(found, dataset, sides=tuple(sides), width=width, dark=dark)

    figure(dataset, COVERAGE, build, lambda: _coverage_table(found, DatasetHtml(dataset), sides))


def _coverage_table(found: Coverage, html: DatasetHtml, sides: Sequence[str]) -> pd.DataFrame:
    """A line for each risk area."""
    table = found.frame
    columns: dict[str, Any] = {"Risk area": [html.plain("risk_areas", a) for a in table.index]}
    columns["Proposals"] = table["proposals"].tolist()
    for side in sides:
        columns[f"With a voice of {html.plain('sides', side)}"] = table[f"{side}_proposals"].tolist()
        columns[f"Speakers of {html.plain('sides', side)}"] = table[f"{side}_speakers"].tolist()
    return pd.DataFrame(columns)


def _explained(found: CommonGround) -> None:
    explained(
        *((t.words, f"{t.about}.") for t in found.tiers.values()),
        (
            "Score",
            f"{capital(SCORE_FORMULA)}: the {SCORE_SOURCE}, between 0 and 1. "
            "n = speakers of the compared sides. With few speakers it stays near the middle.",
        ),
        ("Silent", "Members of a side without a position on it here. Silence is not neutral."),
        ("Weakest evidence", "The weakest attribution and confidence among the statements the tier rests on."),
        ("Attribution", ", ".join(ATTRIBUTION_WORDS.values()) + "."),
        ("Near match", "Another proposal that may mean the same or lead to it."),
        ("Tension", "Another proposal that is hard to have at the same time."),
    )
