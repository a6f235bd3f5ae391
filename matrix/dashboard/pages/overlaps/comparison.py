"""A comparison as HTML: its measures with n and formula, then each proposal with both quotes side by side."""

from __future__ import annotations

import math
from functools import partial

import streamlit as st

from matrix.analysis.comparison import Comparison, quotes
from matrix.analysis.formulas import MEASURES
from matrix.analysis.picked import Picked
from matrix.analysis.sets import ACTORS, SIDES
from matrix.dashboard import controls
from matrix.dashboard.html.render import Said, known_by, on_condition
from matrix.dashboard.html.text import bdi, esc, humane, label, listed
from matrix.dataset import dates
from matrix.dataset.records import Record, row
from matrix.wording import plural

MOST, MOST_VOICES = 60, 4  # proposals of one section, voices of a side on one proposal; the rest is counted


def show_comparison(found: Comparison, said: Said) -> None:
    """Draw it: the answer, the measures, and the sections; those of one voice only when opened."""
    one, other = (said.plain(found.by, who) for who in (found.one, found.other))
    if found.one == found.other:
        st.html(_answer(f"{one} is chosen twice: choose two that differ."))
        return
    parts = found.parts
    st.html(_answer(_summary(found, one, other)))
    if not any(parts.values()):
        st.html(
            '<p class="pm-quiet">Neither speaks on any proposal of this selection. Fewer filters may show more.</p>'
        )
        return
    if measures := _measures(found):
        st.html(measures)
    both = "Both back" if found.by == ACTORS else "Both back, nobody of either opposes"
    for name, title in (("shared", both), ("refused", "Alike without backing"), ("differ", "They differ")):
        if parts[name] or name != "refused":
            st.html(_section(found, said, f"{title}: {len(parts[name])}", parts[name]))
    for name, who in (("only-one", one), ("only-other", other)):
        ids = parts[name]
        if ids:
            controls.opens(
                name,
                label(f"Only {who} speaks: {len(ids)}"),
                partial(_draw, found, said, ids),
            )


def _draw(found: Comparison, said: Said, ids: tuple[str, ...]) -> None:
    st.html(_section(found, said, "", ids))


def proposals_together(said: Said, found: Comparison, one: str, other: str) -> str:
    """Two proposals side by side: every actor with a position on both."""
    on = quotes(found.positions, set(said.dataset.frames["actors"]["id"]))
    codes = found.positions.codes
    ids = said.dataset.frames["proposals"]["id"].tolist()
    a, b = ids.index(one), ids.index(other)
    actors = said.dataset.frames["actors"]["id"].tolist()
    both = [i for i in range(len(actors)) if codes[a, i] >= 0 and codes[b, i] >= 0]
    states = found.positions.states
    rows = "".join(
        f"<tr><th scope='row'>{said.name('actors', actors[i])}</th>"
        + "".join(
            f"<td>{said.glyph(states[codes[p, i]])} {said.links.to(Picked(ids[p], actors[i]), 'see')}"
            f"{_quote(on.get((ids[p], actors[i]), []))}</td>"
            for p in (a, b)
        )
        + "</tr>"
        for i in both[:MOST]
    )
    if not both:
        return '<p class="pm-quiet">No actor took a stance on both.</p>'
    return table(["Actor", said.plain("proposals", one), said.plain("proposals", other)], rows, "Stances on both")


def table(heads: list[str], rows: str, name: str) -> str:
    """A table of ours around rows of HTML; it scrolls by itself where it is wide."""
    head = "".join(f'<th scope="col">{esc(h)}</th>' for h in heads)
    return (
        f'<div class="pm-table" tabindex="0" role="region" aria-label="{esc(name)}"><table>'
        f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>"
    )


def value_words(measure: str, value: float) -> str:
    """A number as people read it: shares in per cent, counts whole."""
    if math.isnan(value):
        return "not defined"
    if MEASURES[measure].is_share:
        return f"{value:.0%}"
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:.3g}"


def _answer(words: str) -> str:
    return f'<h2 class="pm-answer">{esc(words)}</h2>'


def _summary(found: Comparison, one: str, other: str) -> str:
    """Every proposal of the selection on which either speaks, once: the numbers add up to what the sections hold."""
    n = {name: len(ids) for name, ids in found.parts.items()}
    alike = f", are alike on {n['refused']} without backing them" if n["refused"] else ""
    return (
        f"{one} and {other} both back {plural(n['shared'], 'proposal')}, differ on {n['differ']}{alike}; "
        f"on {n['only-one']} only the first speaks, on {n['only-other']} only the second."
    )


def _measures(found: Comparison) -> str:
    if found.by == SIDES:
        both, either = found.backed
        return (
            f'<p class="pm-quiet">Backed by somebody of both: {both} of the {plural(either, "proposal")} that '
            "somebody of either backs (a side backs what any member backs; some of these may be opposed by others).</p>"
        )
    rows = "".join(
        f'<tr><th scope="row">{esc(humane(MEASURES[o.measure].name))}</th>'
        f'<td class="pm-number">{value_words(o.measure, v)}</td><td class="pm-number">{n}</td>'
        f'<td class="pm-quiet">{esc(o.formula)}; n: {esc(o.n_words)}</td></tr>'
        for o, v, n in found.measures
    )
    return table(["Measure", "Value", "n", "Formula"], rows, "Measures") if rows else ""


def _section(found: Comparison, said: Said, title: str, ids: tuple[str, ...]) -> str:
    heading = f"<h2>{esc(title)}</h2>" if title else ""
    if not ids:
        return f'{heading}<p class="pm-quiet">None in this selection.</p>'
    items = "".join(_both(found, said, p) for p in ids[:MOST])
    more = (
        f'<p class="pm-quiet">and {plural(len(ids) - MOST, "more")}: narrow the filters.</p>' if len(ids) > MOST else ""
    )
    return f"<section>{heading}{items}{more}</section>"


def _both(found: Comparison, said: Said, proposal: str) -> str:
    sides = "".join(
        f"<div>{f'<p>{said.side(who)}</p>' if found.by == SIDES else ''}"
        f"{_voices(found, said, found.voices[proposal, who])}</div>"
        for who in dict.fromkeys((found.one, found.other))
        if (proposal, who) in found.voices
    )
    return f'<article class="pm-ground"><h3>{said.proposal(proposal)}</h3><div class="pm-sides">{sides}</div></article>'


def _voices(found: Comparison, said: Said, lines: list[Record]) -> str:
    shown = "".join(
        f'<div class="pm-quoted"><p>{said.glyph(str(v["stance"]))} {said.actor(str(v["proposal"]), str(v["actor"]))} '
        f'<span class="pm-quiet">{esc(said.cards.looks[str(v["stance"])].word.lower())}; {esc(known_by(v))}</span></p>'
        f"{_quote(found.quotes.get((str(v['proposal']), str(v['actor'])), []), said)}"
        f"{on_condition(str(v['conditions']))}</div>"
        for v in lines[:MOST_VOICES]
    )
    rest = lines[MOST_VOICES:]
    names = listed(
        [said.plain("actors", str(v["actor"])) for v in rest[:8]] + ([f"{len(rest) - 8} more"] if len(rest) > 8 else [])
    )
    return shown + (f'<p class="pm-quiet">also {esc(names)}</p>' if rest else "")


def _quote(statements: list[Record], said: Said | None = None) -> str:
    parts = []
    for s in statements[:3]:
        words = (
            f'<blockquote dir="auto">“{esc(str(s["quote"]))}”</blockquote>'
            if s["quote"]
            else f"<p>{bdi(str(s['summary']))}</p>"
        )
        where = str(row(said.dataset, "sources", str(s["source"]))["title"]) if said else ""
        when = dates.words(str(s["date_start"]), str(s["date_end"]))
        parts.append(f'{words}<p class="pm-quiet">{esc(when)}{", " if where else ""}{bdi(where)}</p>')
    return "".join(parts)
