"""The evidence panel: who, on what, which position and why, then every statement behind it; alike on all pages."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import streamlit as st
from markupsafe import Markup

from matrix.analysis.evidence import Picked, PickedEvidence, Standing, behind
from matrix.analysis.positions import EMPTY, Positions
from matrix.analysis.sides import roll_up
from matrix.dashboard import visit
from matrix.dashboard.address import cell_text
from matrix.dashboard.controls import label
from matrix.dashboard.filter_words import FILTERS, FOLD_WORDS
from matrix.dashboard.html.cards import statement_cards
from matrix.dashboard.html.dataset_html import DatasetHtml
from matrix.dashboard.html.templates import render
from matrix.dataset.dataset import place, places
from matrix.dataset.selection import COLUMNS, ROWS, columns_of, rows_of
from matrix.palette import Look, known_in_part, sides_of
from matrix.wording import OUTSIDE_DATES, does, listed, plural, sentence, unspoken, whole_office

TEMPLATE = "evidence.html"
MOST = 60  # cards at once; the rest is counted, never dropped silently


@dataclass(frozen=True)
class Panel:
    """The panel's text, ready to be drawn: all work is done before the browser is sent anything."""

    head: Markup
    cards: Markup
    successor: Picked | None  # a cell that its empty one points to
    name: str  # of that cell's actor


def prepare(positions: Positions, picked: Picked) -> Panel:
    """The text of what was picked."""
    found, html = behind(positions, picked), DatasetHtml(positions.dataset)
    return Panel(_head(found, html), _cards(found, html), *_successor(found))


def prepare_statement(positions: Positions, id_: str) -> Panel:
    """The text of one statement, and the position that its cell has."""
    html = DatasetHtml(positions.dataset)
    s = html.row("statements", id_)
    cell = behind(positions, Picked(s["proposal"], s["actor"]))
    own = replace(cell, statements=cell.statements[cell.statements["id"] == id_])
    n = len(cell.statements)
    ways = [html.links.in_source(s["source"], id_)]
    if n > 1:
        ways.append(html.cell(s["proposal"], s["actor"], f"All {n} statements by this actor on it"))
    return Panel(render(TEMPLATE, "ways", _head(cell, html, open_=id_), ways), _cards(own, html), None, "")


@contextmanager
def closable(key: str, on_close: Callable[..., None], *args: Any) -> Iterator[None]:
    """The panel beside the page, with the button that closes it; what is drawn inside goes below that."""
    with st.container(key="evidence", gap="small"):
        with st.container(key="evidence-close"):
            st.button("Close", key=key, icon=":material/close:", type="tertiary", on_click=on_close, args=args)
        yield


def show(panel: Panel) -> None:
    """Draw it: one element for all text where no button is within it, for each element costs the browser time."""
    with closable("close-evidence", visit.open_cell, None):
        if not panel.successor:
            st.html(render(TEMPLATE, "panel", panel.head, panel.cards))
            return
        st.html(panel.head)
        st.button(
            label(f"Open {panel.name}'s cell"),
            key="open-successor",
            on_click=visit.open_cell,
            args=(panel.successor,),
        )
        st.html(panel.cards)


# ---- who on what


def _head(found: PickedEvidence, html: DatasetHtml, open_: str = "") -> Markup:
    """Who on what, the position in words, and what was folded or left open in it."""
    picked = found.picked
    parts = []
    if picked.actor:
        parts.append(_actor(found, html))
    if picked.side:
        row, name = found.row("sides", picked.side), html.name("sides", picked.side)
        parts.append(render(TEMPLATE, "side", row, name, sides_of(found.dataset)[picked.side]))
    if picked.proposal:
        row, name = found.row("proposals", picked.proposal), html.name("proposals", picked.proposal)
        page = html.links.detail(
            "proposals", row["id"], "All of this proposal", f"All of this proposal: {row['title']}"
        )
        parts.append(render(TEMPLATE, "proposal", row, name, page, known_in_part(row), bool(parts)))
    notes = _cell(found, html) if picked.actor and picked.proposal else _many(found)
    return render(TEMPLATE, "head", open_ or cell_text(picked), parts, notes)


def _actor(found: PickedEvidence, html: DatasetHtml) -> Markup:
    actor = found.row("actors", found.picked.actor)
    office = whole_office(actor)
    page = html.links.detail("actors", actor["id"], "All of this actor", f"All of this actor: {actor['name']}")
    look, name = sides_of(found.dataset).get(actor["side"]), html.name("actors", actor["id"])
    return render(TEMPLATE, "actor", actor, name, look, office, page, with_note=not found.picked.proposal)


def _successor(found: PickedEvidence) -> tuple[Picked | None, str]:
    """The cell of the statement that took the place of this cell's, and its actor's name."""
    if not (found.why and found.why.by):
        return None, ""
    actor = str(found.row("statements", found.why.by)["actor"])
    if actor == found.picked.actor:
        return None, ""
    return Picked(found.picked.proposal, actor), found.row("actors", actor)["name"]


# ---- which position, and why


def _cell(found: PickedEvidence, html: DatasetHtml) -> list[str]:
    """The position in words, what was folded into it, and what is uncertain or hidden."""
    dataset, positions = found.dataset, found.positions
    p, a = place(dataset, "proposals", found.picked.proposal), place(dataset, "actors", found.picked.actor)
    code, n = int(positions.codes[p, a]), int(positions.n[p, a])
    notes: list[str] = []
    if found.why:
        notes.append(render(TEMPLATE, "no_position", found.why.words))
        outside = int((found.statements["standing"] == Standing.OUTSIDE).sum())
        if outside and not found.why.by:
            notes.append(f"The evidence filters leave out {plural(outside, 'statement')}, shown below.")
    else:
        words = f"from {plural(n, 'statement')}{_rule(found, n)}"
        notes.append(render(TEMPLATE, "position", html.stance(positions.states[code]), words))
        if positions.differing[p, a]:
            folded = positions.folded[dataset.frames["statements"].index.get_indexer(found.statements.index)]
            stances = dict.fromkeys(found.statements["stance"][folded])
            named = [dataset.scale.names[dataset.scale.ids.index(s)] for s in stances]
            notes.append(f"Different stances are folded into it: {listed(named)}.")
        if positions.uncertain[p, a]:
            notes.append(f"Uncertain: a statement it rests on {OUTSIDE_DATES}.")
    return notes + _hidden(found, p, a)


def _rule(found: PickedEvidence, n: int) -> str:
    rule = found.selection.rule
    return f". Folding rule {FOLD_WORDS[rule]}." if n > 1 else f" (folding rule: {rule})."


def _hidden(found: PickedEvidence, p: int, a: int) -> list[str]:
    chosen, code = found.selection, int(found.positions.codes[p, a])
    if not (rows_of(found.dataset, chosen)[p] and columns_of(found.dataset, chosen)[a]):
        return ["The filters hide this cell in the matrix."]
    if chosen.stance and code != EMPTY and found.positions.states[code] not in chosen.stance:
        return ["The stance filter hides this cell in the matrix."]
    return []


def _many(found: PickedEvidence) -> list[str]:
    """Figures and limits of a row, a column or a side's share."""
    picked, n = found.picked, len(found.statements)
    if picked.side:
        return _share(found)
    other = "actor" if picked.proposal else "proposal"
    over = found.statements[other].nunique()
    notes = [f"{plural(n, 'statement')} {'by' if picked.proposal else 'on'} {plural(over, other)}."]
    if not n:
        notes = ["Never stated in these sources; this is not neutral."]
    limits = [FILTERS[f].lower() for f in (COLUMNS if picked.proposal else ROWS) if getattr(found.selection, f)]
    if limits:
        notes.append(f"Only {other}s that the filters show ({listed(limits)}).")
    return notes


def _share(found: PickedEvidence) -> list[str]:
    counts = roll_up(found.positions)[found.picked.side]
    p = place(found.dataset, "proposals", found.picked.proposal)
    c = {k: int(v[p]) for k, v in counts.items()}
    of_them = "" if c["backing"] == 1 else f"{c['conditional']} of them "
    back = f"{c['backing']} {does(c['backing'], 'back')} it" + (
        f" ({of_them}on a condition)" if c["conditional"] else ""
    )
    parts = [
        back if c["backing"] else "nobody backs it",
        f"{c['opposed']} {does(c['opposed'], 'oppose')} it" if c["opposed"] else "none opposes it",
        f"{c['neutral']} neutral" if c["neutral"] else "",
        f"{c['mixed']} mixed" if c["mixed"] else "",
    ]
    officials = f"{plural(c['official_backing'], 'official')} among those who back it." if c["official_backing"] else ""
    heard = ", ".join([f"{c['speakers']} with a position", *unspoken(c)])
    notes = [
        f"{plural(c['members'], 'member')}: {heard}.",
        f"Of the {c['speakers']}: {listed([x for x in parts if x])}." if c["speakers"] > 1 else "",
        sentence(listed([x for x in parts if x])) if c["speakers"] == 1 else "",
        officials,
        "This side is shown and never counted." if found.row("sides", found.picked.side)["counted"] == "false" else "",
    ]
    return [n for n in notes if n]


# ---- the statements behind it


def _cards(found: PickedEvidence, html: DatasetHtml) -> Markup:
    """The statements as cards; among several actors or proposals, under the name of each."""
    picked, statements = found.picked, found.statements
    groups: list[tuple[Markup | None, Look | None, list[Markup]]]
    if picked.actor and picked.proposal:
        shown = statements.head(MOST)
        groups = [(None, None, statement_cards(html, shown))]
    else:
        by, table = ("proposal", "proposals") if picked.actor else ("actor", "actors")
        order = places(found.dataset, table)
        ordered = statements.sort_values(by, key=lambda ids: ids.astype("str").map(order), kind="stable")
        shown = ordered.head(MOST)
        groups = [
            (html.name(table, str(id_)), _look_of_side(found, table, str(id_)), statement_cards(html, group))
            for id_, group in shown.groupby(by, sort=False, observed=True)
        ]
    return render(TEMPLATE, "cards", groups, len(statements) - len(shown))


def _look_of_side(found: PickedEvidence, table: str, id_: str) -> Look | None:
    return sides_of(found.dataset).get(found.row(table, id_)["side"]) if table == "actors" else None
