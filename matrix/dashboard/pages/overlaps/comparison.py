"""Two actors or sides side by side: how alike they are, by measure with n and formula, and quotes on each proposal."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

import streamlit as st
from markupsafe import Markup

from matrix.analysis.comparison import PairComparison, quotes
from matrix.analysis.measures import MEASURES, UNDEFINED, number_text
from matrix.analysis.opposed import MOST_OPPOSED, Hidden
from matrix.analysis.positions import Positions
from matrix.analysis.selection_words import absent, scoped
from matrix.analysis.sets import ACTORS, SIDES
from matrix.dashboard import controls
from matrix.dashboard.controls import label
from matrix.dashboard.html.dataset_html import DatasetHtml
from matrix.dashboard.html.templates import render
from matrix.dataset.dataset import Dataset, Record
from matrix.dataset.selection import COLUMNS
from matrix.wording import capital, humane, is_many, listed, named_side, plural

MOST, MOST_VOICES = 60, 4  # proposals of one section, voices of a side on one proposal; the rest is counted
TEMPLATE = "overlaps.html"
Lines = Mapping[tuple[str, str], list[Record]]  # by proposal and who


def show_comparison(found: PairComparison, html: DatasetHtml) -> None:
    """Draw it: the answer, the measures, and the sections; those of one voice only when opened."""
    one, other = (html.plain(found.by, who) for who in (found.one, found.other))
    if found.one == found.other:
        st.html(render("parts.html", "answer", f"{one} is chosen twice: choose two different ones."))
        return
    parts = found.parts
    st.html(render("parts.html", "answer", _summary(found, one, other)))
    if not any(parts.values()):
        nothing = "Neither speaks on any proposal of this selection. Fewer filters may show more."
        st.html(render("parts.html", "quiet", nothing))
        return
    if measures := _measures(found):
        st.html(measures)
    say_hidden(found.positions.dataset, found.hidden)
    both = "Both back" if found.by == ACTORS else "Both back, nobody of either opposes"
    mixed = "Mixed or neutral, both" if found.by == ACTORS else "Divided, mixed or neutral, both"
    sections = ("refused", "Alike without backing"), ("mixed", mixed), ("differ", "They differ")
    for name, title in (("shared", both), *sections):
        if parts[name]:
            st.html(_section(found, html, f"{title}: {len(parts[name])}", parts[name]))
    for name, title in (
        ("only-one", f"Heard from {one} only"),
        ("only-other", f"Heard from {other} only"),
        ("unknown", "Heard from one, of the other not known"),
    ):
        ids = parts[name]
        if ids:
            controls.opens(name, label(f"{title}: {len(ids)}"), partial(_draw, found, html, ids))


def say_hidden(dataset: Dataset, *hides: Hidden) -> None:
    """Who opposed each other at a time, or the number alone would say that they agree; a case of several once."""
    cases = {(o.one, o.other, o.proposal): o for h in reversed(hides) for o in h.cases}
    unknown = next((h.unknown for h in hides if h.unknown), "")
    if lines := Hidden(tuple(cases.values())[:MOST_OPPOSED], unknown).in_words(dataset):
        st.html(render("page_frame.html", "lines", [*lines, *["The view Over time shows when."] * bool(cases)]))


def _draw(found: PairComparison, html: DatasetHtml, ids: tuple[str, ...]) -> None:
    st.html(_section(found, html, "", ids))


def two_proposals(html: DatasetHtml, positions: Positions, one: str, other: str) -> Markup:
    """Two proposals side by side: every actor with a position on both."""
    dataset, codes = html.dataset, positions.codes
    ids, actors = dataset.frames["proposals"]["id"].tolist(), dataset.frames["actors"]["id"].tolist()
    a, b = ids.index(one), ids.index(other)
    on = quotes(positions, set(actors), (one, other))
    both = [i for i in range(len(actors)) if codes[a, i] >= 0 and codes[b, i] >= 0]
    rows = [
        (
            actors[i],
            [(ids[p], positions.states[codes[p, i]], on.get((ids[p], actors[i]), [])[:3]) for p in (a, b)],
        )
        for i in both[:MOST]
    ]
    titles = [html.plain("proposals", one), html.plain("proposals", other)]
    return render(TEMPLATE, "two_proposals", html, titles, rows)


def _summary(found: PairComparison, one: str, other: str) -> str:
    """Every proposal of the selection on which either speaks, once: the numbers add up to what the sections hold."""
    n = {name: f"{len(ids):,}" if ids else "none" for name, ids in found.parts.items()}
    both = plural(len(found.parts["shared"]), "proposal") if found.parts["shared"] else "no proposal"
    unopposed = " with nobody of either against" if found.by == SIDES and found.parts["shared"] else ""
    alike = f", are alike on {n['refused']} without backing them" if found.parts["refused"] else ""
    if found.parts["mixed"]:
        divided = "divided, " if found.by == SIDES else ""  # among its members
        alike += f", are both {divided}mixed or neutral on {n['mixed']}"
    dataset, selection = found.positions.dataset, found.positions.selection
    if found.by == SIDES:
        if nobody := absent(dataset, selection, [found.one, found.other]):
            return f"{capital(listed(nobody))}, so the two cannot be compared."
        one, other = named_side(one), named_side(other)
    among = ("side",) if found.by == SIDES else COLUMNS  # the two are named anyway
    alone = [(who, n[part]) for who, part in ((one, "only-one"), (other, "only-other")) if found.parts[part]]
    verb = "speak" if found.by == SIDES and is_many(alone[0][0] if alone else one) else "speaks"
    said = [f"only {who} {'' if i else f'{verb} '}on {number}" for i, (who, number) in enumerate(alone)]
    only = ", ".join(said) or "neither speaks alone on any"
    unknown = len(found.parts["unknown"])
    partly = f"; on {unknown:,} only one is heard and the other is not known" if unknown else ""
    return scoped(
        dataset,
        selection.without(*among),
        f"{one} and {other} both back {both}{unopposed}, differ on {n['differ']}{alike}; {only}{partly}.",
    )


def _measures(found: PairComparison) -> Markup:
    if found.by == SIDES:
        both, either = found.backed
        words = (
            "Nobody of either backs a proposal here."
            if not either
            else (
                f"Backed by somebody of both: {both or 'none'} of {plural(either, 'proposal')} that "
                "somebody of either backs (a side backs what any member backs; some of these may be opposed by others)."
            )
        )
        return render("parts.html", "quiet", words)
    rows = [
        (humane(MEASURES[o.measure].name), number_text(o.measure, v) or UNDEFINED, n, f"{o.formula}; n: {o.n_words}")
        for o, v, n in found.measures
    ]
    return render(TEMPLATE, "measures", rows) if rows else Markup("")


def _section(found: PairComparison, html: DatasetHtml, title: str, ids: tuple[str, ...]) -> Markup:
    shown = ids[:MOST]
    voices = found.voices(shown)
    speaking = {str(line["actor"]) for lines in voices.values() for line in lines[:MOST_VOICES]}
    on = quotes(found.positions, speaking, shown)
    return render(TEMPLATE, "section", title, [_both(found, html, p, voices, on) for p in shown], len(ids) - MOST)


def _both(found: PairComparison, html: DatasetHtml, proposal: str, voices: Lines, on: Lines) -> Markup:
    """A proposal with the voices of each, in columns."""
    columns = [
        (who if found.by == SIDES else "", *_voices(html, voices[proposal, who], on))
        for who in dict.fromkeys((found.one, found.other))
        if (proposal, who) in voices
    ]
    return render(TEMPLATE, "proposal", html, proposal, columns)


def _voices(html: DatasetHtml, lines: list[Record], on: Lines) -> tuple[list[tuple[Record, list[Record]]], str]:
    """The first voices with what they stated, and the names of the others under their stances."""
    shown = [(v, on.get((str(v["proposal"]), str(v["actor"])), [])[:3]) for v in lines[:MOST_VOICES]]
    rest: dict[str, list[str]] = {}
    for voice in lines[MOST_VOICES:]:
        rest.setdefault(str(voice["stance"]), []).append(html.plain("actors", str(voice["actor"])))
    return shown, "; ".join(f"{html.word(stance)}: {listed(names, most=8)}" for stance, names in rest.items())
