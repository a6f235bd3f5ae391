"""The views of the Overlaps page beside the pair: agreement, sets, network, coalitions and what-if."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from matrix.analysis.coalitions import TooManyCoalitionsError, coalitions
from matrix.analysis.common_ground import TIERS as TIER_IDS
from matrix.analysis.formulas import ACTORS, MEASURES, NORMALISATIONS, OF
from matrix.analysis.overlap import Overlap, overlap
from matrix.analysis.positions import Positions
from matrix.analysis.sensitivity import CELLS, TIERS, WhatIf, sensitivity, what_ifs
from matrix.analysis.sets import SIDES, Sets, sets
from matrix.analysis.sides import counted_sides
from matrix.analysis.units import COUNTS, DUPLICATES
from matrix.dashboard import choose, state
from matrix.dashboard.comparison import Comparison
from matrix.dashboard.comparison_view import proposals_together, show_comparison, table, value_words
from matrix.dashboard.figures import figure
from matrix.dashboard.grid import Picked
from matrix.dashboard.names import choices
from matrix.dashboard.params import (
    AGREEMENT,
    BETWEEN,
    COALITIONS,
    EXCLUSIVE,
    INCLUSIVE,
    MOST_ASKED,
    NETWORK,
    SETS,
    WHAT_IF,
)
from matrix.dashboard.rows import Record
from matrix.dashboard.said import Said, terms
from matrix.dashboard.text import esc, humane, listed, plural, sentence
from matrix.dataset.problems import SelectionError
from matrix.dataset.schema import LIST_SEPARATOR
from matrix.dataset.selection import columns_of

BEGIN, MOST_GROUPS, MOST_FOUND, MOST_CHANGES = 6, 60, 5_000, 40
OF_WORDS = {"actors": "Actors", "proposals": "Proposals"}
NORMAL_WORDS = {
    "none": "Not normalised",
    "average": "By average activity",
    "jaccard": "By all they said (Jaccard)",
    "product": "By product of activity",
    "cosine": "By cosine",
}
COUNT_WORDS = {"positions": "Positions", "statements": "Statements"}
DUPLICATE_WORDS = {
    "keep": "Every time",
    "source": "Once a source",
    "year": "Once a year",
    "month": "Once a month",
    "week": "Once a week",
    "all": "Once in all",
}
MODE_WORDS = {EXCLUSIVE: "Exactly these (exclusive)", INCLUSIVE: "At least these (inclusive)"}
NETWORK_MEASURES = ("points", "share_same", "jaccard_backed", "shared", "congruence", "net")


def _measure_words(ids: tuple[str, ...]) -> dict[str, str]:
    return {m: humane(MEASURES[m].name) for m in ids}


def _note(text: str) -> None:
    st.html(f'<div class="pm-note" role="status"><p>{esc(sentence(text))}</p></div>')


def _agreement(positions: Positions, said: Said) -> None:
    dataset = positions.dataset
    with st.container(key="page-choices", horizontal=True, vertical_alignment="bottom"):
        of = choose.switch("Between", "of", {o: OF_WORDS[o] for o in OF}, shown=True)
        measure = choose.one("Measure", "measure", _measure_words(tuple(MEASURES)))
        normalize = choose.one("Normalisation", "normalize", {n: NORMAL_WORDS[n] for n in NORMALISATIONS})
        count = choose.one("Counting", "count", {c: COUNT_WORDS[c] for c in COUNTS})
        duplicates = choose.one("The same again counts", "duplicates", {d: DUPLICATE_WORDS[d] for d in DUPLICATES})
    try:
        found = overlap(dataset, measure, normalize, count, duplicates, of, positions.selection)
    except SelectionError as e:
        _note(str(e))
        st.button("Count positions, not normalised", on_click=_plainly)
        return
    if found.sentence:
        _note(found.sentence)
        return

    def build(width: int, dark: bool) -> Any:
        from matrix.charts.heatmap import heatmap

        return heatmap(found, dataset, width=width, dark=dark)

    figure(dataset, AGREEMENT, build, lambda: _edges(found, said), lambda data: _choose_pair(data[:2]))
    _explained()
    _picked_pair(positions, said, of)


def _plainly() -> None:
    for name in ("normalize", "count", "duplicates"):
        state.choose(name)


def _choose_pair(ids: list[str]) -> None:
    state.choose("pair", BETWEEN.join(ids))


def _picked_pair(positions: Positions, said: Said, of: str) -> None:
    """What stands behind a clicked number."""
    ids = state.choice("pair").split(BETWEEN)
    if len(ids) != 2:
        st.html('<p class="pm-quiet">Click a cell, node or line to see the statements behind its number.</p>')
        return
    known = set(positions.dataset.frames[of]["id"])
    if not set(ids) <= known:
        return
    with st.container(key="page-picked"):
        st.button(
            "Close the comparison", type="tertiary", icon=":material/close:", on_click=state.choose, args=("pair",)
        )
        if of == ACTORS:
            show_comparison(Comparison(positions, ids[0], ids[1]), said)
        else:
            pair = Comparison(positions, "", "")
            st.html("<h2>Who took a stance on both</h2>" + proposals_together(said, pair, ids[0], ids[1]))


def _edges(found: Overlap, said: Said) -> pd.DataFrame:
    edges = found.edges().sort_values(["value", "n"], ascending=False, kind="stable")
    names = {i: said.plain(found.of, i) for i in found.frame.index}
    return pd.DataFrame(
        {
            "One": edges["one"].map(names),
            "Other": edges["other"].map(names),
            humane(MEASURES[found.measure].name): [value_words(found.measure, v) for v in edges["value"]],
            "n": edges["n"],
        }
    )


def _explained() -> None:
    with st.popover("What the measures mean", icon=":material/help:"):
        st.html(terms(*((humane(m.name), f"{m.formula} ({m.source}); n: proposals {m.n}.") for m in MEASURES.values())))


def _sets(positions: Positions, said: Said) -> None:
    dataset = positions.dataset
    sides = {i: choices(dataset, "side")[i] for i, _ in counted_sides(dataset)}
    with st.container(key="page-choices", horizontal=True, vertical_alignment="bottom"):
        by = choose.switch("Of", "by", {ACTORS: "Actors", SIDES: "Sides"}, shown=True) if len(sides) > 1 else ACTORS
        mode = choose.switch("A bar counts", "mode", MODE_WORDS, shown=True)
    offered = sides if by == SIDES else dict(choices(dataset, "actor"))
    begin = list(sides) if by == SIDES else _most_backing(positions)
    chosen = choose.several("Compared", "set", offered, begin, most=12)
    if len(chosen) < 2:
        _note(f"choose at least two {by} to see what they back together")
        return
    found = sets(dataset, chosen, by, positions.selection)

    def build(width: int, dark: bool) -> Any:
        from matrix.charts.upset import upset

        return upset(found, dataset, mode=mode, width=width, dark=dark)

    figure(dataset, SETS, build, lambda: _combinations(found, said), _choose_bar)
    _members(found, said, positions, mode)


def _choose_bar(data: list[str]) -> None:
    state.choose("bar", data[1].replace(LIST_SEPARATOR, BETWEEN) if len(data) > 2 else "")


def _most_backing(positions: Positions) -> list[str]:
    """The listed actors who back most, in the order of the table."""
    backs = np.append(positions.dataset.scale.scores > 0, [False, False])[positions.codes].sum(axis=0)
    backs = np.where(columns_of(positions.dataset, positions.selection), backs, 0)
    top = [i for i in np.argsort(-backs, kind="stable")[:BEGIN] if backs[i]]
    ids = positions.dataset.frames["actors"]["id"].tolist()
    return [ids[i] for i in sorted(top)]


def _combinations(found: Sets, said: Said) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                "Combination": listed([said.plain(found.by, s) for s in i.of]),
                "Exactly these": len(i.exclusive),
                "At least these": len(i.inclusive),
                "Proposals (at least these)": "; ".join(said.plain("proposals", p) for p in i.inclusive),
            }
            for i in found.intersections
        ]
    )


def _members(found: Sets, said: Said, positions: Positions, mode: str) -> None:
    at = {BETWEEN.join(i.of): i.exclusive if mode == EXCLUSIVE else i.inclusive for i in found.intersections}
    filled = sorted((k for k in at if at[k]), key=lambda k: -len(at[k]))
    if not filled:
        return
    names = {k: f"{listed([said.plain(found.by, s) for s in k.split(BETWEEN)])}: {len(at[k])}" for k in filled}
    bar = choose.one("The proposals of a bar", "bar", {"": "Click a bar, or choose here", **names})
    if not bar:
        return
    of = bar.split(BETWEEN)
    word = "exactly" if mode == EXCLUSIVE else "at least"
    lines = (
        Comparison(positions, of[0], of[-1], found.by).voices if len(of) <= 2 else _voices_of(positions, of, found.by)
    )
    items = "".join(
        f'<article class="pm-ground"><h3>{said.proposal(p)}</h3><div class="pm-sides">'
        + "".join(
            f'<div><ul class="pm-voices">{"".join(said.voice(v) for v in lines.get((p, s), []))}</ul></div>' for s in of
        )
        + "</div></article>"
        for p in at[bar]
    )
    who = listed([said.plain(found.by, s) for s in of])
    st.html(f"<h2>{plural(len(at[bar]), 'proposal')} backed by {word} {esc(who)}</h2>{items}")


def _voices_of(positions: Positions, of: list[str], by: str) -> dict[tuple[str, str], list[Record]]:
    result: dict[tuple[str, str], list[Record]] = {}
    for s in of:
        result.update(Comparison(positions, s, s, by).voices)
    return result


def _network(positions: Positions, said: Said) -> None:
    dataset = positions.dataset
    with st.container(key="page-choices", horizontal=True, vertical_alignment="bottom"):
        measure = choose.one("Joined by", "measure", _measure_words(NETWORK_MEASURES))
        threshold = choose.number(
            "At least", "threshold", help="Left empty: the lowest that leaves a readable picture."
        )
    found = overlap(dataset, measure, selection=positions.selection)
    if found.sentence:
        _note(found.sentence)
        return
    clash = overlap(dataset, "clashes", selection=positions.selection)

    def build(width: int, dark: bool) -> Any:
        from matrix.charts.network import network

        return network(found, dataset, clash=clash, threshold=threshold, width=width, dark=dark)

    figure(dataset, NETWORK, build, lambda: _edges(found, said), _choose_node)
    _explained()
    _picked_pair(positions, said, ACTORS)


def _choose_node(data: list[str]) -> None:
    if data[:1] == ["actor"]:
        state.open_cell(Picked("", data[1]))
    else:
        _choose_pair(data[1:3])


def _coalitions(positions: Positions, said: Said) -> None:
    with st.container(key="page-choices", horizontal=True, vertical_alignment="bottom"):
        actors = choose.size("Actors, at least", "min-actors", 1, MOST_ASKED)
        proposals = choose.size("Proposals, at least", "min-proposals", 1, MOST_ASKED)
        strict = choose.yes("Full support only", "strict", help="Backing on a condition does not count.")
    st.html(
        '<p class="pm-quiet">A coalition: actors who all back the same proposals, so that no actor or proposal could '
        "be added (maximal biclique, or formal concept: Wille 1982). The list is complete and names each once.</p>"
    )
    try:
        found = list(coalitions(positions.dataset, actors, proposals, strict, positions.selection, MOST_FOUND))
    except TooManyCoalitionsError as e:
        _note(str(e))
        return
    if not found:
        _note("no coalition of this size: lower a minimum, or clear a filter")
        return
    found.sort(key=lambda c: (-len(c.actors) * len(c.proposals), -len(c.actors)))
    rows = "".join(
        f'<tr><td class="pm-number">{len(c.actors)} × {len(c.proposals)}</td>'
        f"<td>{''.join(f'<div>{_actor(said, a)}</div>' for a in c.actors)}</td>"
        f"<td>{''.join(f'<div>{said.proposal(p)}</div>' for p in c.proposals)}</td></tr>"
        for c in found[:MOST_GROUPS]
    )
    more = f", the largest {MOST_GROUPS} shown" if len(found) > MOST_GROUPS else ""
    st.html(
        f"<h2>{plural(len(found), 'coalition')}{more}</h2>" + table(["Size", "Actors", "Proposals"], rows, "Coalitions")
    )


def _actor(said: Said, actor: str) -> str:
    return said.links.to(Picked("", actor), said.name("actors", actor))


def _what_if(positions: Positions, said: Said) -> None:
    dataset, selection = positions.dataset, positions.selection
    with st.container(key="page-choices", horizontal=True, vertical_alignment="bottom"):
        measured = {TIERS: "Common ground", CELLS: "Positions", **_measure_words(tuple(MEASURES))}
        measure = choose.one("What would change", "what-if", measured)
        before = choose.text("As of an earlier date", "before", "2026-05", help="Left empty: no date is asked about.")
    questions = what_ifs(dataset, selection, before)
    named = {q.words: _question(q, said) for q in questions}
    try:
        found = sensitivity(dataset, measure, questions, selection)
    except SelectionError as e:
        _note(str(e))
        return
    rows = "".join(
        f'<tr><th scope="row">{esc(named[str(words)])}</th><td class="pm-number">{c["statements"]:,}</td>'
        f'<td class="pm-number">{c["changed"]:,} of {c["compared"]:,}</td></tr>'
        for words, c in found.counts.to_dict("index").items()
    )
    what = {TIERS: "tiers", CELLS: "positions"}.get(measure, f"values of {measured[measure].lower()}")
    st.html(
        f"<h2>What if I drop a part of the evidence?</h2><p class='pm-quiet'>The same again without it; {esc(what)} "
        "that come out otherwise. What a later statement had replaced counts again when that statement is dropped.</p>"
        + table(["What if", "Statements left", "Changed"], rows, "What if")
    )
    for words, lines in found.changes.groupby("what_if", sort=False):
        st.html(_changes(named[str(words)], lines, measure, said))


def _question(question: WhatIf, said: Said) -> str:
    if question.column == "source":
        return f"Without “{said.row('sources', question.value)['title']}”"
    return sentence(question.words).rstrip(".")


def _changes(title: str, lines: pd.DataFrame, measure: str, said: Said) -> str:
    def value(v: object) -> str:
        if v is None or v == "":
            return "nothing"
        if isinstance(v, float):
            return value_words(measure, v) if measure in MEASURES else f"{v:.2f}"
        looks = said.cards.looks
        return looks[str(v)].word if str(v) in looks else humane(str(v)) if str(v) in TIER_IDS else str(v)

    kind = "actors" if measure in MEASURES else "proposals"
    rows = "".join(
        f"<tr><td>{_of(said, kind, str(c['id']), str(c['other']))}</td>"
        f"<td>{esc(value(c['before']))}</td><td>{esc(value(c['after']))}</td></tr>"
        for c in lines.head(MOST_CHANGES).to_dict("records")
    )
    more = len(lines) - MOST_CHANGES
    rest = f'<p class="pm-quiet">and {plural(more, "more change")}.</p>' if more > 0 else ""
    return f"<h2>{esc(title)}</h2>" + table(["Where", "Before", "After"], rows, title) + rest


def _of(said: Said, kind: str, id_: str, other: str) -> str:
    if kind == "proposals":
        return said.actor(id_, other) + f" on {said.name('proposals', id_)}" if other else said.proposal(id_)
    return f"{_actor(said, id_)} and {_actor(said, other)}"


SHOW: Mapping[str, Callable[[Positions, Said], None]] = {
    AGREEMENT: _agreement,
    SETS: _sets,
    NETWORK: _network,
    COALITIONS: _coalitions,
    WHAT_IF: _what_if,
}
