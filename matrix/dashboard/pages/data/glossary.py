"""The codebook on the Data page: what every stance, table, word, measure, tier and empty cell means."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st
from markupsafe import Markup

from matrix import palette
from matrix.analysis.common_ground import common_ground
from matrix.analysis.measures import DIVISORS, MEASURES, NONE
from matrix.analysis.source_quotes import NOT_FOUND
from matrix.dashboard.html.dataset_html import DatasetHtml
from matrix.dashboard.html.templates import render
from matrix.dashboard.problems import problem_table
from matrix.dashboard.source_texts import source_quotes
from matrix.dataset.dataset import Dataset, names, places, records
from matrix.dataset.frames import FIRST_ROW
from matrix.dataset.problems import Problem
from matrix.dataset.schema import TABLES, Table
from matrix.store.generated_files import holds
from matrix.wording import ATTRIBUTION_WORDS, sentence

TEMPLATE = "data.html"
# The kinds of emptiness: sign on screen, sign in text, meaning, how to read it.
EMPTY = tuple((x.drawn, x.glyph, x.word, x.about) for x in palette.BLANKS.values())

ELSEWHERE = {  # where other catalogues put an area
    "mit_ai_risk_repository": "MIT AI Risk Repository",
    "ai_safety_report": "International AI Safety Report",
    "mapping_note": "How close",
}


def glossary(dataset: Dataset) -> None:
    """Each part opens by itself, and is made only then."""
    parts: tuple[tuple[str, Callable[[], Markup]], ...] = (
        ("Stances: what a cell can say", lambda: _stances(dataset)),
        ("Empty cells: why there is nothing", lambda: render(TEMPLATE, "empty_cells", EMPTY)),
        (
            "Tables, columns and words",
            lambda: _tables(dataset),
        ),
        ("Tiers of common ground", lambda: _tiers(dataset)),
        ("Measures of overlap", _measures),
        *([("Risk areas", lambda: risk_areas(dataset))] if len(dataset.frames["risk_areas"]) else []),
    )
    for number, (title, body) in enumerate(parts):
        with st.expander(title, key=f"codebook-{number}", on_change="rerun") as part:
            if part.open:
                st.html(body())


def show_check(dataset: Dataset) -> None:
    """What the check says: of the tables no error, for else there would be no page; its remarks, and wrong quotes."""
    wrong = _wrong_quotes(dataset)
    st.html(render(TEMPLATE, "no_error", len(dataset.warnings), len(wrong)))
    if found := [*wrong, *dataset.warnings]:
        st.html(problem_table(found))


def _wrong_quotes(dataset: Dataset) -> list[Problem]:
    """The quotes that do not stand in the texts that are here, as the Sources page has them."""
    rows = {t: places(dataset, t) for t in ("statements", "events")}
    quotes = (q for found in source_quotes(dataset).quotes.values() for q in found if q.state == NOT_FOUND)
    return [Problem(TABLES[q.table].file, rows[q.table][q.row] + FIRST_ROW, q.column, q.fault) for q in quotes]


def risk_areas(dataset: Dataset) -> Markup:
    """The areas in their order: what belongs there, the wider area, where other catalogues put it."""
    frame = dataset.frames["risk_areas"]
    named = names(dataset, "risk_areas")
    areas = []
    for r in records(frame):
        lines = [(title, r[c]) for c, title in ELSEWHERE.items() if r[c]]
        areas.append((r, [*lines, *([("Part of", named[r["parent"]])] if r["parent"] else [])]))
    return render(TEMPLATE, "risk_areas", TABLES["risk_areas"].about, areas)


def _stances(dataset: Dataset) -> Markup:
    """The scale in its order, and the state that is derived."""
    conditional = dict(zip(dataset.scale.ids, dataset.scale.conditional, strict=True))
    rows = [(r, conditional[str(r["id"])]) for r in records(dataset.stances)]
    return render(TEMPLATE, "stances", DatasetHtml(dataset), rows)


def _tables(dataset: Dataset) -> Markup:
    return render(TEMPLATE, "tables", [_table(t, dataset) for t in TABLES.values()])


def _table(spec: Table, dataset: Dataset) -> dict[str, object]:
    """A table's columns: what each holds and means, with the words it may hold."""
    closed = dataset.package.closed if dataset.package else {}
    columns = []
    for c in spec.columns:
        meanings = ATTRIBUTION_WORDS if c.name == "attribution" else {}
        words = [(w, meanings.get(w, "")) for w in closed.get((spec.name, c.name)) or c.values]
        about = {"holds": holds(c).replace("`", ""), "about": c.about.replace("`", "")}
        columns.append({"name": c.name, "required": c.required, "words": words, **about})
    return {
        "name": spec.name,
        "file": spec.file,
        "size": len(dataset.frames[spec.name]),
        "about": spec.about,
        "columns": columns,
        "own": [c for c in dataset.columns.get(spec.name, ()) if c not in spec],
    }


def _tiers(dataset: Dataset) -> Markup:
    """The tiers from the firmest down, of the sides that are compared by default."""
    found = common_ground(dataset)
    return render("parts.html", "terms", [(t.words, sentence(t.about)) for t in found.tiers.values()])


def _measures() -> Markup:
    """Every measure and normalisation with formula and source."""
    divisors = [(name, divisor if name != NONE else "") for name, divisor in DIVISORS.items()]
    return render(TEMPLATE, "measures", MEASURES.values(), divisors)
