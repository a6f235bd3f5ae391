"""The evidence panel: who, on what, which position and why, then every statement behind it; alike on all pages."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from matrix.analysis.evidence import NOT_CHOSEN
from matrix.analysis.positions import EMPTY, Positions
from matrix.analysis.sides import roll_up
from matrix.dashboard import state
from matrix.dashboard.address import cell_text
from matrix.dashboard.cards import Cards
from matrix.dashboard.grid import Picked
from matrix.dashboard.links import Links
from matrix.dashboard.names import FILTERS, RULE_WORDS
from matrix.dashboard.opened import Open, behind
from matrix.dashboard.rows import Record, place, sides_of
from matrix.dashboard.text import bdi, esc, humane, label, listed, sentence, side_style
from matrix.dataset.amounts import plural
from matrix.dataset.selection import COLUMNS, ROWS, columns_of, rows_of

MOST = 60  # cards at once; the rest is counted, never dropped silently


def panel(positions: Positions, picked: Picked) -> None:
    """Draw the panel with its buttons into the current container."""
    show(prepare(positions, picked))


@dataclass(frozen=True)
class Panel:
    """The panel's text, ready to be drawn: all work is done before the browser is sent anything."""

    head: str
    cards: str
    successor: Picked | None  # a cell that its empty one points to
    name: str  # of that cell's actor


def prepare(positions: Positions, picked: Picked) -> Panel:
    """The text of what was picked."""
    opened = behind(positions, picked)
    return Panel(head(opened), cards(opened), *_successor(opened))


def show(made: Panel) -> None:
    """Draw it: one element for all text, where no button stands within, for each element costs the browser time."""
    with st.container(key="evidence", gap="small"):
        with st.container(key="evidence-close"):
            st.button(
                "Close",
                key="close-evidence",
                icon=":material/close:",
                type="tertiary",
                on_click=state.open_cell,
                args=(None,),
            )
        if not made.successor:
            st.html(f'<div style="display:grid;gap:0.75rem">{made.head}{made.cards}</div>')
            return
        st.html(made.head)
        st.button(
            label(f"Open {made.name}'s cell"),
            key="open-successor",
            on_click=state.open_cell,
            args=(made.successor,),
        )
        st.html(made.cards)


def head(opened: Open) -> str:
    """Who on what, the position in words, and what was folded or left open in it."""
    picked = opened.picked
    parts = []
    if picked.actor:
        parts.append(_actor(opened, opened.row("actors", picked.actor)))
    if picked.side:
        parts.append(_side(opened, opened.row("sides", picked.side)))
    if picked.proposal:
        parts.append(_proposal(opened, opened.row("proposals", picked.proposal)))
    said = _cell(opened) if picked.actor and picked.proposal else _many(opened)
    notes = "".join(f"<p>{note}</p>" for note in said)
    return (
        f'<section class="pm-evidence" id="pm-evidence" data-open="{esc(cell_text(picked))}" aria-label="Evidence">'
        f'{"".join(parts)}<div class="pm-position">{notes}</div></section>'
    )


def cards(opened: Open) -> str:
    """The statements as cards; among several actors or proposals, under the name of each."""
    make, picked = Cards(opened.dataset), opened.picked
    by = "proposal" if picked.actor and not picked.proposal else "actor"
    shown = opened.statements.head(MOST)
    if picked.actor and picked.proposal:
        body = "".join(make.card(s) for _, s in shown.iterrows())
    else:
        table, column = ("proposals", "title") if by == "proposal" else ("actors", "name")
        order = {id_: i for i, id_ in enumerate(opened.dataset.frames[table]["id"])}
        shown = opened.statements.sort_values(by, key=lambda ids: ids.astype("str").map(order), kind="stable").head(
            MOST
        )
        body = "".join(
            f'<h3 class="pm-group">{_band(opened, str(name), table)}{_named(opened.row(table, str(name)), column)}</h3>'
            + "".join(make.card(s) for _, s in group.iterrows())
            for name, group in shown.groupby(by, sort=False, observed=True)
        )
    more = len(opened.statements) - len(shown)
    rest = (
        f'<p class="pm-rest">and {plural(more, "more statement")}; filters or the download show them.</p>'
        if more
        else ""
    )
    return f'<div class="pm-cards">{body}{rest}</div>'


def _successor(opened: Open) -> tuple[Picked | None, str]:
    """The cell of the statement that took the place of this cell's, and its actor's name."""
    if not (opened.why and opened.why.by):
        return None, ""
    actor = str(opened.row("statements", opened.why.by)["actor"])
    if actor == opened.picked.actor:
        return None, ""
    return Picked(opened.picked.proposal, actor), opened.row("actors", actor)["name"]


def _cell(opened: Open) -> list[str]:
    """The position in words, what was folded into it, and what is uncertain or hidden."""
    dataset, positions = opened.dataset, opened.positions
    p, a = place(dataset, "proposals", opened.picked.proposal), place(dataset, "actors", opened.picked.actor)
    code, n = int(positions.codes[p, a]), int(positions.n[p, a])
    notes = []
    if opened.why:
        notes.append(f'<b class="pm-none">No position</b> {esc(sentence(opened.why.words))}')
        outside = int((opened.statements["standing"] == NOT_CHOSEN).sum())
        if outside and not opened.why.by:
            notes.append(f"The evidence filters leave out {plural(outside, 'statement')}, shown below.")
    else:
        stance = Cards(dataset).stance(positions.states[code])
        notes.append(f"{stance} from {plural(n, 'statement')}{esc(_rule(opened, n))}")
        if positions.differing[p, a]:
            folded = positions.folded[dataset.frames["statements"].index.get_indexer(opened.statements.index)]
            stances = dict.fromkeys(opened.statements["stance"][folded])
            kinds = [dataset.scale.names[dataset.scale.ids.index(s)] for s in stances]
            notes.append(f"Different stances are folded into it: {esc(listed(kinds))}.")
        if positions.uncertain[p, a]:
            notes.append("Uncertain: a statement it rests on may have been made after the as-of date.")
    return notes + _hidden(opened, p, a)


def _hidden(opened: Open, p: int, a: int) -> list[str]:
    chosen, code = opened.selection, int(opened.positions.codes[p, a])
    if not (rows_of(opened.dataset, chosen)[p] and columns_of(opened.dataset, chosen)[a]):
        return ["The filters hide this cell in the matrix."]
    if chosen.stance and code != EMPTY and opened.positions.states[code] not in chosen.stance:
        return ["The stance filter hides this cell in the matrix."]
    return []


def _many(opened: Open) -> list[str]:
    """Figures and limits of a row, a column or a side's share."""
    picked, n = opened.picked, len(opened.statements)
    if picked.side:
        return _share(opened)
    kind, of = ("actor", "actors") if picked.proposal else ("proposal", "proposals")
    over = opened.statements[kind].nunique()
    notes = [f"{plural(n, 'statement')} {'by' if picked.proposal else 'on'} {plural(over, kind)}."]
    if not n:
        notes = ["Never stated in these sources; this is not neutral."]
    limits = [FILTERS[f].lower() for f in (COLUMNS if picked.proposal else ROWS) if getattr(opened.selection, f)]
    if limits:
        notes.append(f"Only {of} that the filters show ({esc(listed(limits))}).")
    return notes


def _share(opened: Open) -> list[str]:
    counts = roll_up(opened.positions)[opened.picked.side]
    p = place(opened.dataset, "proposals", opened.picked.proposal)
    c = {k: int(v[p]) for k, v in counts.items()}
    back = f"{c['backing']} back it" + (f" ({c['conditional']} of them on a condition)" if c["conditional"] else "")
    parts = [
        back if c["backing"] else "none backs it",
        f"{c['opposed']} oppose it" if c["opposed"] else "none opposes it",
        f"{c['neutral']} neutral" if c["neutral"] else "",
        f"{c['mixed']} mixed" if c["mixed"] else "",
    ]
    officials = f"{plural(c['official_backing'], 'official')} among those who back it." if c["official_backing"] else ""
    notes = [
        f"{plural(c['members'], 'member')}: {c['speakers']} with a position, {c['silent']} silent.",
        f"Of the {c['speakers']}: {listed([x for x in parts if x])}." if c["speakers"] else "",
        officials,
        "This side is shown and never counted."
        if opened.row("sides", opened.picked.side)["counted"] == "false"
        else "",
    ]
    return [esc(n) for n in notes if n]


def _rule(opened: Open, n: int) -> str:
    rule = opened.selection.rule
    return f". Folding rule {RULE_WORDS[rule]}." if n > 1 else f" (folding rule: {rule})."


def _actor(opened: Open, actor: Record) -> str:
    where = dict.fromkeys(v for v in (actor["role"], actor["institution"], actor["parent_institution"]) if v)
    band = _band(opened, actor["id"], "actors")
    facts = [esc(", ".join(where)), esc(humane(actor["authority"])) if actor["authority"] else ""]
    line = " · ".join(f for f in facts if f)
    note = f'<p class="pm-about">{bdi(actor["note"])}</p>' if actor["note"] and not opened.picked.proposal else ""
    page = _page(opened, "actors", actor, "All of this actor")
    return f'<h2>{_named(actor, "name")}</h2><p class="pm-about">{band}{line}</p>{note}{page}'


def _band(opened: Open, id_: str, table: str) -> str:
    """The side of an actor, with its colour, before what else is said of them."""
    look = sides_of(opened.dataset).get(opened.row(table, id_).get("side", "")) if table == "actors" else None
    return f'<span class="pm-side-of" style="{side_style(look)}">{bdi(look.word)}</span> ' if look else ""


def _side(opened: Open, side: Record) -> str:
    look = sides_of(opened.dataset)[side["id"]]
    note = f'<p class="pm-about">{bdi(side["note"])}</p>' if side["note"] else ""
    return f'<h2 class="pm-side-of" style="{side_style(look)}">{_named(side, "name")}</h2>{note}'


def _page(opened: Open, table: str, row: Record, words: str) -> str:
    """A link to the page of an actor or a proposal."""
    called = f"{words}: {row['title' if table == 'proposals' else 'name']}"
    return f'<p class="pm-about">{Links(opened.dataset).detail(table, str(row["id"]), words, called)}</p>'


def _proposal(opened: Open, proposal: Record) -> str:
    about = f'<p class="pm-about">{bdi(proposal["definition"])}</p>' if proposal["definition"] else ""
    page = _page(opened, "proposals", proposal, "All of this proposal")
    return f'<p class="pm-on">on</p><h2>{_named(proposal, "title")}</h2>{about}{page}'


def _named(row: Record, column: str) -> str:
    native = row.get("title_zh" if column == "title" else "name_native", "") or row.get("name_zh", "")
    return bdi(str(row[column])) + (f' <span class="pm-native">{bdi(str(native))}</span>' if native else "")
