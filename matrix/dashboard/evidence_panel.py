"""What was picked - a cell, row, column or share of a side - becomes the statements behind it; alike on all pages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd
import streamlit as st

from matrix.analysis.evidence import COUNTS, NOT_CHOSEN, evidence, why_empty
from matrix.analysis.positions import EMPTY, Positions, fold
from matrix.analysis.sides import roll_up
from matrix.dashboard import state
from matrix.dashboard.address import cell_text
from matrix.dashboard.cards import Cards
from matrix.dashboard.grid import Picked
from matrix.dashboard.names import FILTERS, RULE_WORDS
from matrix.dashboard.rows import Record, place, row, sides_of
from matrix.dashboard.text import bdi, colour, esc, humane, label, listed, plural, sentence
from matrix.dataset.dataset import Dataset
from matrix.dataset.selection import COLUMNS, ROWS, Selection, columns_of, rows_of

MOST = 60  # cards at once; the rest is counted, never dropped silently


@dataclass(frozen=True, eq=False)
class Open:
    """What is open, and the statements behind it, each with a `standing`."""

    dataset: Dataset
    selection: Selection
    picked: Picked
    statements: pd.DataFrame

    def row(self, table: str, id_: str) -> Record:
        """A row of a table by its id."""
        return row(self.dataset, table, id_)


def panel(dataset: Dataset, selection: Selection, picked: Picked) -> None:
    """Draw the panel with its buttons into the current container."""
    opened = behind(dataset, selection, picked)
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
        st.html(head(opened))
        _jump(opened)
        st.html(cards(opened))


def behind(dataset: Dataset, selection: Selection, picked: Picked) -> Open:
    """The statements behind what was picked: all of a cell or side; of a row or column those that the filters show."""
    chosen = selection.evidence()
    if not picked.actor and not picked.side:
        chosen = selection.without("stance", "search", *ROWS)
    elif not picked.proposal:
        chosen = selection.without("stance", "search", *COLUMNS)
    found = evidence(dataset, chosen, picked.proposal or None, picked.actor or None, every=True)
    if picked.side:
        actors = dataset.frames["actors"]
        found = found[found["actor"].isin(actors["id"][(actors["side"] == picked.side).to_numpy()])]
    if not picked.actor or not picked.proposal:
        found = found[found["standing"] != NOT_CHOSEN]
    # Those that count first; otherwise in the order of the table.
    return Open(dataset, selection, picked, found.sort_values("standing", key=lambda s: s != COUNTS, kind="stable"))


def head(opened: Open) -> str:
    """Who on what, the position in words, and what was folded or left open in it."""
    picked = opened.picked
    parts = []
    if picked.actor:
        parts.append(_actor(opened, opened.row("actors", picked.actor)))
    if picked.side:
        parts.append(_side(opened, opened.row("sides", picked.side)))
    if picked.proposal:
        parts.append(_proposal(opened.row("proposals", picked.proposal)))
    positions = fold(opened.dataset, opened.selection)
    said = _cell(opened, positions) if picked.actor and picked.proposal else _many(opened, positions)
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


def _jump(opened: Open) -> None:
    """A way to the statement that took the place of this cell's."""
    picked = opened.picked
    if not (picked.actor and picked.proposal):
        return
    why = why_empty(opened.dataset, opened.selection, picked.proposal, picked.actor)
    if why and why.by:
        actor = str(opened.row("statements", why.by)["actor"])
        if actor != picked.actor:
            name = opened.row("actors", actor)["name"]
            cell = Picked(picked.proposal, actor)
            st.button(label(f"Open {name}'s cell"), key="open-successor", on_click=state.open_cell, args=(cell,))


def _cell(opened: Open, positions: Positions) -> list[str]:
    dataset, picked = opened.dataset, opened.picked
    p, a = place(dataset, "proposals", picked.proposal), place(dataset, "actors", picked.actor)
    code = int(positions.codes[p, a])
    notes = []
    if code == EMPTY:
        why = why_empty(dataset, opened.selection, picked.proposal, picked.actor)
        words = esc(sentence(why.words)) if why else ""
        notes.append(f'<b class="pm-none">No position</b> {words}')
        outside = opened.statements[opened.statements["standing"] == NOT_CHOSEN]
        if len(outside) and not (why and why.by):
            notes.append(f"The evidence filters leave out {plural(len(outside), 'statement')}, shown below.")
    else:
        stance = positions.states[code]
        n = int(positions.n[p, a])
        notes.append(f"{Cards(dataset).stance(stance)} from {plural(n, 'statement')}{esc(_rule(opened, n))}")
        if positions.differing[p, a]:
            folded = opened.statements[positions.folded[_places(opened)]]
            kinds = [dataset.scale.names[dataset.scale.ids.index(s)] for s in dict.fromkeys(folded["stance"])]
            notes.append(f"Different stances are folded into it: {esc(listed(kinds))}.")
        if positions.uncertain[p, a]:
            notes.append("Uncertain: a statement it rests on may have been made after the as-of date.")
    notes += _hidden(opened, p, a, code, positions)
    return notes


def _hidden(opened: Open, p: int, a: int, code: int, positions: Positions) -> list[str]:
    chosen = opened.selection
    if not (rows_of(opened.dataset, chosen)[p] and columns_of(opened.dataset, chosen)[a]):
        return ["The filters hide this cell in the matrix."]
    if chosen.stance and code != EMPTY and positions.states[code] not in chosen.stance:
        return ["The stance filter hides this cell in the matrix."]
    return []


def _many(opened: Open, positions: Positions) -> list[str]:
    """Figures and limits of a row, a column or a side's share."""
    picked, n = opened.picked, len(opened.statements)
    if picked.side:
        return _share(opened, positions)
    kind, of = ("actor", "actors") if picked.proposal else ("proposal", "proposals")
    over = opened.statements[kind].nunique()
    notes = [f"{plural(n, 'statement')} {'by' if picked.proposal else 'on'} {plural(over, kind)}."]
    if not n:
        notes = ["Never stated in these sources; this is not neutral."]
    limits = [FILTERS[f].lower() for f in (COLUMNS if picked.proposal else ROWS) if getattr(opened.selection, f)]
    if limits:
        notes.append(f"Only {of} that the filters show ({esc(listed(limits))}).")
    return notes


def _share(opened: Open, positions: Positions) -> list[str]:
    counts = roll_up(positions)[opened.picked.side]
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


def _places(opened: Open) -> Any:
    return opened.dataset.frames["statements"].index.get_indexer(opened.statements.index)


def _actor(opened: Open, actor: Record) -> str:
    where = dict.fromkeys(v for v in (actor["role"], actor["institution"], actor["parent_institution"]) if v)
    band = _band(opened, actor["id"], "actors")
    facts = [esc(", ".join(where)), esc(humane(actor["authority"])) if actor["authority"] else ""]
    line = " · ".join(f for f in facts if f)
    note = f'<p class="pm-about">{bdi(actor["note"])}</p>' if actor["note"] and not opened.picked.proposal else ""
    return f'<h2>{_named(actor, "name")}</h2><p class="pm-about">{band}{line}</p>{note}'


def _band(opened: Open, id_: str, table: str) -> str:
    """The side of an actor, with its colour, before what else is said of them."""
    look = sides_of(opened.dataset).get(opened.row(table, id_).get("side", "")) if table == "actors" else None
    return f'<span class="pm-side-of" style="--s:{colour(look.colour)}">{bdi(look.word)}</span> ' if look else ""


def _side(opened: Open, side: Record) -> str:
    look = sides_of(opened.dataset)[side["id"]]
    note = f'<p class="pm-about">{bdi(side["note"])}</p>' if side["note"] else ""
    return f'<h2 class="pm-side-of" style="--s:{colour(look.colour)}">{_named(side, "name")}</h2>{note}'


def _proposal(proposal: Record) -> str:
    about = f'<p class="pm-about">{bdi(proposal["definition"])}</p>' if proposal["definition"] else ""
    return f'<p class="pm-on">on</p><h2>{_named(proposal, "title")}</h2>{about}'


def _named(row: Record, column: str) -> str:
    native = row.get("title_zh" if column == "title" else "name_native", "") or row.get("name_zh", "")
    return bdi(str(row[column])) + (f' <span class="pm-native">{bdi(str(native))}</span>' if native else "")
