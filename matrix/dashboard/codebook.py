"""The codebook: what every stance, table, word, measure, tier and empty cell means, taken from where it is defined."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import streamlit as st

from matrix import palette
from matrix.analysis.citation import ATTRIBUTION_WORDS
from matrix.analysis.common_ground import ABOUT, TIERS
from matrix.analysis.formulas import DIVISORS, MEASURES, NONE
from matrix.dashboard.cards import Cards
from matrix.dashboard.ground_lines import TIER_WORDS
from matrix.dashboard.opening import problem_table
from matrix.dashboard.rows import Record, records
from matrix.dashboard.said import terms
from matrix.dashboard.text import bdi, esc, humane, sentence
from matrix.dataset.amounts import plural
from matrix.dataset.dataset import Dataset
from matrix.dataset.describe import holds
from matrix.dataset.schema import TABLES, Table

EMPTY = (  # the kinds of emptiness: sign on screen, sign in text, meaning, how to read it
    ("·", "·", palette.SILENT_WORD, "None of these sources tells of it. It is not neutral."),
    (
        palette.SUPERSEDED_MARK,
        palette.SUPERSEDED_GLYPH,
        palette.SUPERSEDED_WORD,
        "A click shows the statement, and what took its place.",
    ),
    ("dashed frame", palette.OUTSIDE_GLYPH, palette.OUTSIDE_WORD, "The filters under Evidence leave it out."),
    ("stripes", "", palette.HIDDEN_WORD, "There is a position; the filter Stance does not show it."),
)

ELSEWHERE = {  # where other catalogues put an area
    "mit_ai_risk_repository": "MIT AI Risk Repository",
    "ai_safety_report": "International AI Safety Report",
    "mapping_note": "How close",
}


def codebook(dataset: Dataset) -> None:
    """Each part opens by itself, and is made only then."""
    parts: tuple[tuple[str, Callable[[], str]], ...] = (
        ("Stances: what a cell can say", lambda: stances(dataset)),
        ("Empty cells: why there is nothing", empty),
        ("Tables, columns and words", lambda: "".join(table(t, dataset) for t in TABLES.values())),
        ("Tiers of common ground", tiers),
        ("Measures of overlap", measures),
        *([("Risk areas", lambda: risk_areas(dataset))] if len(dataset.frames["risk_areas"]) else []),
    )
    for number, (title, body) in enumerate(parts):
        with st.expander(title, key=f"codebook-{number}", on_change="rerun") as part:
            if part.open:
                st.html(body())


def checked(dataset: Dataset) -> None:
    """What the check says: no error, for else there would be no page; and the remarks it has."""
    found = dataset.warnings
    if not found:
        st.html("<p><b aria-hidden='true'>✓</b> Every rule holds: no error and no remark.</p>")
        return
    count = plural(len(found), "remark")
    st.html(f"<p><b aria-hidden='true'>✓</b> No error; {count} on things that may be meant so:</p>")
    st.html(problem_table(found))


def stances(dataset: Dataset) -> str:
    """The scale in its order, and the state that is derived."""
    cards, scale = Cards(dataset), dataset.scale
    conditional = dict(zip(scale.ids, scale.conditional, strict=True))
    rows = [
        (
            cards.stance(str(r["id"])) + native(r),
            f"<code>{esc(str(r['id']))}</code>",
            esc(str(r["score"])),
            "yes" if conditional[str(r["id"])] else "no",
            bdi(str(r["definition"])),
        )
        for r in records(dataset.stances)
    ]
    rows.append((cards.stance("mixed"), "", "", "", "Derived: the actor has said things for it and against it."))
    return _table(("Stance", "Id", "Score", "Needs a condition", "When it is coded"), rows)


def risk_areas(dataset: Dataset) -> str:
    """The areas in their order: what belongs there, the wider area, where other catalogues put it."""
    frame, table = dataset.frames["risk_areas"], TABLES["risk_areas"]
    names = dict(zip(frame["id"], frame["name"], strict=True))
    rows = []
    for r in records(frame):
        about = [f"{title}: {bdi(str(r[c]))}" for c, title in ELSEWHERE.items() if r[c]]
        if r["parent"]:
            about.append(f"Part of: {bdi(str(names[r['parent']]))}")
        rows.append(
            (
                f"<b>{bdi(str(r['name']))}</b>{native(r)}<br><code>{esc(str(r['id']))}</code>",
                bdi(str(r["definition"])),
                "<br>".join(about),
            )
        )
    return f"<p>{esc(table.about)}</p>{_table(('Area', 'What belongs here', 'Elsewhere'), rows)}"


def native(row: Record) -> str:
    """The name in Chinese, to stand behind the one in English."""
    return f' <span class="pm-native">{bdi(str(row["name_zh"]))}</span>' if row["name_zh"] else ""


def empty() -> str:
    """The kinds of emptiness."""
    rows = [(esc(sign), esc(glyph), esc(sentence(word)), esc(about)) for sign, glyph, word, about in EMPTY]
    return _table(("In the matrix", "In text", "Meaning", "Reading"), rows)


def table(spec: Table, dataset: Dataset) -> str:
    """A table's columns: what each holds and means, with the words it may hold."""
    closed = dataset.package.closed if dataset.package else {}
    rows = []
    for c in spec.columns:
        words = closed.get((spec.name, c.name)) or c.values
        listed = ""
        if words:
            said = ATTRIBUTION_WORDS if c.name == "attribution" else {}
            listed = "<br>" + ", ".join(
                f"<code>{esc(w)}</code>" + (f" {esc(said[w])}" if w in said else "") for w in words
            )
        need = " <b>required</b>" if c.required else ""
        rows.append(
            (
                f"<code>{esc(c.name)}</code>{need}",
                esc(holds(c).replace("`", "")),
                esc(c.about.replace("`", "")) + listed,
            )
        )
    own = [c for c in dataset.columns.get(spec.name, ()) if c not in spec]
    rows += [(f"<code>{esc(c)}</code>", "text", "A column of this dataset's own; it is kept.") for c in own]
    size = plural(len(dataset.frames[spec.name]), "row")
    return (
        f"<h3>{esc(humane(spec.name))} <span class='pm-quiet'>{esc(spec.file)}, {size}</span></h3>"
        f"<p>{esc(spec.about)}</p>{_table(('Column', 'Holds', 'Meaning'), rows)}"
    )


def tiers() -> str:
    """The tiers from the firmest down."""
    return terms(*((TIER_WORDS[t], sentence(ABOUT[t])) for t in TIERS))


def measures() -> str:
    """Every measure and normalisation with formula and source."""
    rows = [
        (
            f"{esc(humane(m.name))}<br><code>{esc(m.id)}</code>",
            f"<code>{esc(m.formula)}</code>",
            esc(m.source),
            esc(f"proposals {m.n}"),
            "may be normalised, counted over statements" if m.network else "positions only",
        )
        for m in MEASURES.values()
    ]
    normal = [
        (f"<code>{esc(n)}</code>", f"<code>{esc(d)}</code>" if n != NONE else "as it is") for n, d in DIVISORS.items()
    ]
    return (
        _table(("Measure", "Formula", "Source", "n counts", ""), rows)
        + "<h3>Normalisations</h3><p>What a network measure is divided by.</p>"
        + _table(("Name", "Divided by"), normal)
    )


def _table(heads: Iterable[str], rows: Iterable[tuple[str, ...]]) -> str:
    """A table whose cells are HTML already."""
    top = "".join(f'<th scope="col">{esc(h)}</th>' if h else "<td></td>" for h in heads)
    body = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows)
    return (
        f'<div class="pm-history" tabindex="0" role="region" aria-label="Table"><table><thead><tr>{top}</tr></thead>'
        f"<tbody>{body}</tbody></table></div>"
    )
