"""The Proposal page: everything about one proposal - what it is, where it stands, who says what, and who is silent."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
import streamlit as st
from numpy.typing import NDArray

from matrix.analysis.common_ground import ABOUT, UNHEARD, CommonGround, common_ground
from matrix.analysis.ladder import ladder
from matrix.analysis.picked import Picked, behind
from matrix.analysis.positions import EMPTY, SILENT, Positions, fold
from matrix.analysis.sides import COUNTS, counted_sides, roll_up
from matrix.analysis.timeline import timeline
from matrix.dashboard import controls
from matrix.dashboard.html.history_list import PROPOSAL, history_list, over_time
from matrix.dashboard.html.ladder import ladders, title_of
from matrix.dashboard.html.render import Said, known_by
from matrix.dashboard.html.text import bdi, esc, humane, listed, sentence
from matrix.dashboard.layout import beside_evidence, heading
from matrix.dashboard.names import FILTERS, choices
from matrix.dashboard.pages.common_ground import FORMULA
from matrix.dataset.dataset import Dataset
from matrix.dataset.records import Record, place, records
from matrix.dataset.schema import LIST_SEPARATOR
from matrix.dataset.selection import VIEW, Selection
from matrix.palette import LINK_WORDS, TIER_WORDS
from matrix.wording import plural

MOST, MOST_NAMES = 60, 60  # cards of voices, silent names of a side


def facts(*rows: tuple[str, str]) -> str:
    """A list of what is known; the values are HTML, blank ones are left out."""
    return f'<dl class="pm-facts">{"".join(f"<dt>{esc(n)}</dt><dd>{v}</dd>" for n, v in rows if v)}</dl>'


def section(title: str, body: str, count: str = "") -> str:
    """A part of the page under its heading."""
    more = f' <span class="pm-quiet">{esc(count)}</span>' if count else ""
    return f"<section><h2>{esc(title)}{more}</h2>{body}</section>"


@dataclass(frozen=True, eq=False)
class ProposalView:
    """Makes the page of one proposal; `evidence` is a selection without view filters."""

    said: Said
    id: str
    evidence: Selection

    def html(self) -> str:
        """The whole page."""
        parts = [self._head(), self._tree(), self._ladder(), self._voices(), self._touches()]
        return f'<div class="pm-brief">{"".join([*parts, self._history(), self._silences()])}</div>'

    @cached_property
    def _found(self) -> CommonGround:
        return common_ground(self.said.dataset, None, self.evidence)

    @property
    def _positions(self) -> Positions:
        return self._found.positions

    @cached_property
    def _row(self) -> Record:
        return self.said.row("proposals", self.id)

    @cached_property
    def _place(self) -> int:
        return place(self.said.dataset, "proposals", self.id)

    def _head(self) -> str:
        row, areas = self._row, self.said.dataset.frames["risk_areas"]
        named = dict(zip(areas["id"], areas["name"], strict=True))
        risks = [bdi(str(named.get(a, a))) for a in str(row["risk_areas"]).split(LIST_SEPARATOR) if a]
        definition = f"<p>{bdi(str(row['definition']))}</p>" if row["definition"] else ""
        note = f'<p class="pm-quiet">{bdi(str(row["note"]))}</p>' if row.get("note") else ""
        return f'<h2 class="pm-answer">{self.said.name("proposals", self.id)}</h2>{definition}{note}' + facts(
            ("Theme", esc(humane(str(row["theme"])))),
            ("Kind", esc(humane(str(row["kind"])))),
            ("Risk areas", ", ".join(risks)),
            ("Ladder", self._rung()),
            ("Common ground", self._tier()),
        )

    def _tier(self) -> str:
        found = self._found
        if found.sentence:
            return esc(found.sentence)
        line = dict(records(found.frame.loc[[self.id]])[0])
        weakest = known_by(dict(records(found.basis.loc[[self.id]])[0]))
        missing = found.missing[self.id]
        told = [
            f"<b>{esc(self._called(line['tier']))}</b>: {esc(ABOUT[line['tier']])}.",
            f'<span class="pm-quiet">{esc(FORMULA)}: {line["score"]:.2f} (group-aware consensus), '
            f"n = {plural(int(found.n[self.id]), 'speaker')} of the compared sides.</span>",
            esc(sentence(missing)) if missing else "",
            f'<span class="pm-quiet">Weakest evidence: {esc(weakest)}.</span>' if weakest else "",
        ]
        return "<br>".join(t for t in told if t)

    def _tier_word(self, id_: str) -> str:
        tier = "" if self._found.sentence else str(self._found.frame["tier"].get(id_, ""))
        return f' <span class="pm-quiet">{esc(self._called(tier))}</span>' if tier else ""

    def _called(self, tier: str) -> str:
        """Unheard names the compared sides: others may well speak on it."""
        sides = f" from {listed(self.said.plain('sides', s) for s in self._found.sides)}" if tier == UNHEARD else ""
        return TIER_WORDS[tier] + sides

    def _link(self, id_: str) -> str:
        """Another proposal: its own page."""
        name = self.said.name("proposals", id_)
        return self.said.links.detail("proposals", id_, name) + self._tier_word(id_)

    def _rung(self) -> str:
        name = str(self._row["ladder"])
        if not name:
            return ""
        rungs = self._rungs["proposal"].drop_duplicates().tolist()
        at = f"Rung {rungs.index(self.id) + 1} of {len(rungs)}" if self.id in rungs else "A rung"
        return f"{at} of {bdi(title_of(self.said, name))}, from the least to the most demanding"

    @cached_property
    def _rungs(self) -> pd.DataFrame:
        table = ladder(self.said.dataset, self.evidence)
        return table[table["ladder"] == str(self._row["ladder"])]

    def _ladder(self) -> str:
        if not self._row["ladder"]:
            return ""
        return ladders(self.said, self._rungs, self._found.sides)

    def _tree(self) -> str:
        """Above it its parents, below it everything under it; a circle cannot be, `check` refuses it."""
        frame = self.said.dataset.frames["proposals"]
        parent = dict(zip(frame["id"], frame["parent"].astype("str"), strict=True))
        above: list[str] = []
        at = parent[self.id]
        while at in parent and at not in above:
            above.insert(0, at)
            at = parent[at]
        children: dict[str, list[str]] = {}
        for id_, over in parent.items():
            children.setdefault(over, []).append(str(id_))
        if not above and self.id not in children:
            return ""
        inner = self._branch(self.id, children)
        for id_ in reversed(above):
            inner = f"<ul><li>{self._link(id_)}{inner}</li></ul>"
        return section(
            "Above and below it", f'<div class="pm-trunk">{inner.replace("<ul>", "<ul class=pm-tree>", 1)}</div>'
        )

    def _branch(self, id_: str, children: dict[str, list[str]]) -> str:
        name = f"<b>{self.said.name('proposals', id_)}</b>{self._tier_word(id_)}" if id_ == self.id else self._link(id_)
        below = "".join(self._branch(c, children) for c in children.get(id_, ()))
        return f"<ul><li>{name}{below}</li></ul>"

    def _voices(self) -> str:
        dataset, counts = self.said.dataset, roll_up(self._positions)
        statements = behind(self._positions, Picked(self.id)).statements
        by = {str(a): g for a, g in statements.groupby("actor", sort=False, observed=True)}
        actors = dataset.frames["actors"]
        spoken = actors[actors["id"].isin(by)]
        parts, left = [], MOST
        for side in [*dataset.frames["sides"]["id"], ""]:
            here = spoken[spoken["side"].astype("str") == side]["id"].tolist()
            if not here:
                continue
            c = {k: int(counts[side][k][self._place]) for k in COUNTS} if side else {}
            told = f"{c['speakers']} of {plural(c['members'], 'member')} with a position" if side else ""
            people = "".join(self._person(str(a), by[str(a)]) for a in here[:left])
            left -= len(here[:left])
            head = f'<h3>{self.said.side(side)} <span class="pm-quiet">{esc(told)}</span></h3>'
            parts.append(f'{head}<div class="pm-people">{people}</div>')
        rest = len(spoken) - (MOST - left)
        more = (
            f'<p class="pm-quiet">and {plural(rest, "more voice")}: the Statements page lists them.</p>' if rest else ""
        )
        body = (
            "".join(parts) or '<p class="pm-quiet">Nobody speaks on it in the chosen evidence. That is not neutral.</p>'
        )
        return section("All positions, side by side", body + more, plural(len(spoken), "voice") if len(spoken) else "")

    def _person(self, actor: str, statements: pd.DataFrame) -> str:
        a = self.said.row("actors", actor)
        code = int(self._positions.codes[self._place, place(self.said.dataset, "actors", actor)])
        n = int(self._positions.n[self._place, place(self.said.dataset, "actors", actor)])
        position = (
            f"{self.said.cards.stance(self._positions.states[code])} "
            f'<span class="pm-quiet">position from {plural(n, "statement")}, rule {esc(self.evidence.rule)}</span>'
            if code != EMPTY
            else '<span class="pm-quiet">no position of its own here</span>'
        )
        office = ", ".join(dict.fromkeys(str(a[c]) for c in ("role", "institution") if a[c]))
        about = "; ".join(v for v in (humane(str(a["authority"])), office) if v)
        changed = len(statements) > 1 or code == EMPTY
        over = over_time(self.said, self.id, actor, self.evidence) if changed else ""
        cards = "".join(self.said.cards.card(s) for _, s in statements.iterrows())
        name = self.said.links.detail("actors", actor, self.said.name("actors", actor))
        return f'<div class="pm-person"><p>{name} {position}</p><p class="pm-quiet">{esc(about)}</p>{over}{cards}</div>'

    def _touches(self) -> str:
        items = []
        for link in records(self.said.dataset.frames["links"]):
            pair = (str(link["proposal"]), str(link["other"]))
            if self.id not in pair:
                continue
            other = pair[1] if pair[0] == self.id else pair[0]
            word = LINK_WORDS.get(str(link["kind"]), humane(str(link["kind"])))
            why = f" <span>{bdi(str(link['why']))}</span>" if link["why"] else ""
            items.append(f"<li><b>{esc(word)}</b> {self._link(other)}<br>{why}</li>")
        body = f'<ul class="pm-touches">{"".join(items)}</ul>' if items else '<p class="pm-quiet">None is noted.</p>'
        return section("Near matches and tensions", body, str(len(items)) if items else "")

    def _history(self) -> str:
        frame = timeline(self.said.dataset, self.evidence)
        here = frame[[self.id in p.split(LIST_SEPARATOR) for p in frame["proposal"]]]
        about = '<p class="pm-quiet">In the order of time; an imprecise date stands at its last day.</p>'
        return section("History", about + history_list(here, self.said, PROPOSAL), str(len(here)))

    def _silences(self) -> str:
        dataset, why = self.said.dataset, self._positions.why
        actors = dataset.frames["actors"]
        ids, side = actors["id"].to_numpy(dtype=object), actors["side"].astype("str").to_numpy()
        silent, unheard = why[self._place] == SILENT, (why == SILENT).all(axis=0)
        parts = []
        for s, _ in counted_sides(dataset):
            of = side == s
            quiet, never = ids[of & silent & ~unheard], ids[of & unheard]
            lines = [
                self._named("Heard elsewhere, silent on this", quiet),
                self._named("Named but unheard in these sources", never),
            ]
            n = f"{int((of & silent).sum())} of {plural(int(of.sum()), 'member')} silent"
            parts.append(f'<h3>{self.said.side(s)} <span class="pm-quiet">{esc(n)}</span></h3>{"".join(lines)}')
        about = '<p class="pm-quiet">Never stated on it in these sources. Silence is not neutral.</p>'
        body = "".join(parts) or '<p class="pm-quiet">The dataset has no sides that count.</p>'
        return section("Who is silent", about + body)

    def _named(self, title: str, ids: NDArray[np.object_]) -> str:
        if not len(ids):
            return ""
        names = ", ".join(
            self.said.links.detail("actors", str(a), self.said.name("actors", str(a))) for a in ids[:MOST_NAMES]
        )
        more = f" and {len(ids) - MOST_NAMES} more" if len(ids) > MOST_NAMES else ""
        return f'<p><span class="pm-quiet">{esc(title)} ({len(ids)}):</span> {names}{more}</p>'


ABOUT_PAGE = (
    "One proposal: what it is, how far the sides meet on it, every voice with its conditions, and who is silent."
)


def show(dataset: Dataset, selection: Selection) -> None:
    """Draw the page from top to bottom."""
    heading(dataset, selection, "Proposal", ABOUT_PAGE)
    offered = choices(dataset, "proposal")
    with beside_evidence(fold(dataset, selection)):
        if not offered:
            st.html('<div class="pm-note" role="status"><p>The dataset has no proposals yet.</p></div>')
            return
        with st.container(key="page-tools"):
            id_ = controls.one("Proposal", "proposal-open", offered)
        st.html(unused(selection, "All voices on it are shown"))
        st.html(ProposalView(Said(dataset), id_, selection.evidence()).html())


def unused(selection: Selection, instead: str) -> str:
    """Which set filters have no say on a page about one row or column of the matrix."""
    named = [FILTERS[f] for f in VIEW if getattr(selection, f)]
    if not named:
        return "<span></span>"
    verb = "does" if len(named) == 1 else "do"
    return f'<p class="pm-quiet">{esc(f"{instead}: {listed(named)} {verb} not apply here. Evidence filters do.")}</p>'
