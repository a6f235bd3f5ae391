"""The Actor page: who one actor is, what they back on which conditions, who is near, what they said when."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
import streamlit as st

from matrix.analysis.neighbours import MEASURE, ONLY, Neighbours, neighbours, only_backed
from matrix.analysis.outline import outline
from matrix.analysis.picked import Picked
from matrix.analysis.positions import EMPTY, SILENT, Positions, fold
from matrix.analysis.sides import OFFICIAL
from matrix.analysis.timeline import timeline
from matrix.analysis.voices import voices
from matrix.dashboard import controls
from matrix.dashboard.html.history_list import ACTOR, history_list
from matrix.dashboard.html.render import Said, event_card, known_by, on_condition
from matrix.dashboard.html.text import bdi, esc, humane, listed
from matrix.dashboard.layout import beside_evidence, heading
from matrix.dashboard.names import choices
from matrix.dashboard.pages.overlaps.comparison import value_words
from matrix.dashboard.pages.proposal import facts, section, unused
from matrix.dataset.dataset import Dataset
from matrix.dataset.records import Record, place, records
from matrix.dataset.selection import Selection
from matrix.wording import plural

MOST = 5  # neighbours at each end
MOST_LINES = 120  # positions; the rest is counted
LONG = 4  # letters of a single name that finds a person in an event


@dataclass(frozen=True, eq=False)
class ActorView:
    """Makes the page of one actor; `evidence` is a selection without view filters."""

    said: Said
    id: str
    evidence: Selection

    def html(self) -> str:
        """The whole page."""
        parts = [self._head()]
        if len(self._lines):
            parts += [self._stands(), self._only(), self._near()]
        parts += [self._history(), self._mentions(), self._silences()]
        return f'<div class="pm-brief">{"".join(parts)}</div>'

    @cached_property
    def _positions(self) -> Positions:
        return fold(self.said.dataset, self.evidence)

    @cached_property
    def _row(self) -> Record:
        return self.said.row("actors", self.id)

    @cached_property
    def _lines(self) -> pd.DataFrame:
        """Its positions, in the order in which the matrix is read."""
        rows = np.array([line.place for line in outline(self.said.dataset.frames["proposals"])], np.int64)
        return voices(self._positions, rows, np.array([place(self.said.dataset, "actors", self.id)]))

    def _head(self) -> str:
        row = self._row
        note = f'<p class="pm-quiet">{bdi(str(row["note"]))}</p>' if row["note"] else ""
        return f'<h2 class="pm-answer">{self.said.name("actors", self.id)}</h2>{note}<p>{esc(self._sum())}</p>' + facts(
            ("Role", bdi(str(row["role"])) if row["role"] else ""),
            ("Institution", bdi(str(row["institution"])) if row["institution"] else ""),
            ("Part of", bdi(str(row["parent_institution"])) if row["parent_institution"] else ""),
            ("Side", self.said.side(str(row["side"]))),
            ("Kind", esc(humane(str(row["kind"])))),
            ("Authority", esc(humane(str(row["authority"])))),
            ("Track", esc(str(row["track"]))),
        )

    def _sum(self) -> str:
        lines = self._lines
        if not len(lines):
            ever = (self._positions.why[:, place(self.said.dataset, "actors", self.id)] != SILENT).any()
            return (
                "No position of its own on the chosen evidence; what it said is below."
                if ever
                else "Named but unheard: no statement of it stands in these sources. That is not neutral."
            )
        kinds = [
            (int((lines["score"] > 0).sum()), "backs {}"),
            (int(((lines["score"] > 0) & (lines["conditions"] != "")).sum()), "{} of them on a condition"),
            (int((lines["score"] < 0).sum()), "opposes {}"),
            (int((lines["score"] == 0).sum()), "takes neither side on {}"),
        ]
        said = [words.format(n) for n, words in kinds if n]
        return (
            f"Takes a position on {plural(len(lines), 'proposal')} in {plural(int(lines['n'].sum()), 'statement')} "
            f"(rule {self.evidence.rule}): {listed(said)}."
        )

    def _stands(self) -> str:
        themes = dict(
            zip(
                self.said.dataset.frames["proposals"]["id"], self.said.dataset.frames["proposals"]["theme"], strict=True
            )
        )
        lines = self._lines.head(MOST_LINES)
        parts = []
        for theme, group in lines.groupby(lines["proposal"].map(themes).astype("str"), sort=False):
            head = f'<h3>{esc(humane(str(theme)) or "No theme")} <span class="pm-quiet">{len(group)}</span></h3>'
            parts.append(f'{head}<ul class="pm-voices">{"".join(self._position(v) for v in records(group))}</ul>')
        more = len(self._lines) - len(lines)
        rest = f'<p class="pm-quiet">and {plural(more, "more position")}.</p>' if more else ""
        return section("All positions", "".join(parts) + rest, str(len(self._lines)))

    def _position(self, v: Record) -> str:
        proposal = str(v["proposal"])
        title = self.said.links.to(Picked(proposal, self.id), self.said.name("proposals", proposal))
        stance = self.said.cards.looks[str(v["stance"])].word.lower()
        known = [stance, plural(int(v["n"]), "statement"), known_by(v)]
        page = self.said.links.detail(
            "proposals", proposal, "all voices on it", f"All voices on {self.said.plain('proposals', proposal)}"
        )
        return (
            f'<li class="pm-voice">{self.said.glyph(str(v["stance"]))}<div>{title} '
            f'<span class="pm-quiet">{esc("; ".join(k for k in known if k))} · {page}</span>'
            f"{on_condition(str(v['conditions']))}</div></li>"
        )

    def _only(self) -> str:
        ids = only_backed(self._positions, self.id)
        items = "".join(f"<li>{self._page(p)}</li>" for p in ids)
        body = f'<ul class="pm-plain">{items}</ul>' if items else '<p class="pm-quiet">Nothing.</p>'
        about = f'<p class="pm-quiet">{esc(ONLY[:1].upper() + ONLY[1:])}.</p>'
        return section("What only it backs", about + body, str(len(ids)) if ids else "")

    def _page(self, proposal: str) -> str:
        return self.said.links.detail("proposals", proposal, self.said.name("proposals", proposal))

    def _near(self) -> str:
        found = neighbours(self._positions, self.id)
        about = (
            f'<p class="pm-quiet">Agreement ({esc(found.formula)}); n = {esc(found.n_words)}, at least {found.least}. '
            "A few proposals in common say little: read the value beside its n.</p>"
        )
        fewer = (
            f'<p class="pm-quiet">{plural(found.fewer, "other actor")} met on fewer than {found.least} proposals '
            f"{'is' if found.fewer == 1 else 'are'} left out.</p>"
            if found.fewer
            else ""
        )
        if not len(found.frame):
            nobody = f'<p class="pm-quiet">It meets nobody on {found.least} proposals or more.</p>'
            return section("Closest and farthest", about + nobody + fewer)
        return section("Closest and farthest", about + self._table(found) + fewer)

    def _table(self, found: Neighbours) -> str:
        ends = [("Closest", found.closest(MOST)), ("Farthest", found.farthest(MOST))]
        tables = []
        for title, frame in ends:
            if not len(frame):
                continue
            rows = "".join(
                f'<tr><th scope="row">{self.said.side(str(self.said.row("actors", str(r["actor"]))["side"]))} '
                f"{self.said.links.detail('actors', str(r['actor']), self.said.name('actors', str(r['actor'])))}</th>"
                f'<td class="pm-number">{esc(value_words(MEASURE, r["value"]))}</td>'
                f'<td class="pm-number">{int(r["n"])}</td></tr>'
                for r in records(frame)
            )
            tables.append(
                f'<div class="pm-table"><table><thead><tr><th scope="col">{title}</th><th scope="col">Agreement</th>'
                f'<th scope="col">n</th></tr></thead><tbody>{rows}</tbody></table></div>'
            )
        return f'<div class="pm-ends">{"".join(tables)}</div>'

    def _history(self) -> str:
        frame = timeline(self.said.dataset, self.evidence)
        own = frame[frame["actor"] == self.id]
        about = '<p class="pm-quiet">Statements in the order of time; an imprecise date stands at its last day.</p>'
        return section("History", about + history_list(own, self.said, ACTOR), plural(len(own), "statement"))

    def _mentions(self) -> str:
        found = [e for e in records(self.said.dataset.frames["events"]) if mentions(self._row, e)]
        cards = "".join(event_card(self.said, e) for e in found)
        about = '<p class="pm-quiet">Events whose title, quote or note holds the name. Filters do not apply here.</p>'
        body = f'{about}<div class="pm-versions">{cards}</div>' if found else '<p class="pm-quiet">In no event.</p>'
        return section("Mentioned in events", body, str(len(found)) if found else "")

    def _silences(self) -> str:
        """An official beside the other officials of the side."""
        row, actors = self._row, self.said.dataset.frames["actors"]
        if row["authority"] != OFFICIAL or not row["side"]:
            return ""
        own = place(self.said.dataset, "actors", self.id)
        others = ((actors["authority"] == OFFICIAL) & (actors["side"] == row["side"])).to_numpy().copy()
        others[own] = False
        spoken = (self._positions.codes[:, others] != EMPTY).any(axis=1)
        quiet = np.flatnonzero(spoken & (self._positions.why[:, own] == SILENT))
        ids = self.said.dataset.frames["proposals"]["id"].iloc[quiet]
        items = "".join(f"<li>{self._page(str(p))}</li>" for p in ids)
        if not items:
            return ""
        about = '<p class="pm-quiet">Another official of the same side has a position, this one never spoke on it.</p>'
        return section(
            "Silent where its side's officials speak", f'{about}<ul class="pm-plain">{items}</ul>', str(len(ids))
        )


def mentions(actor: Record, event: Record) -> bool:
    """Whether an event names an actor: by its id, a full name, or for a person a long enough single name."""
    text = " ".join(str(event[c]) for c in ("title", "quote", "note"))
    native, name = str(actor["name_native"]), str(actor["name"])
    if native and native in text:
        return True
    single = [w for w in name.split() if len(w) >= LONG] if actor["kind"] == "person" else []
    return any(re.search(rf"(?<!\w){re.escape(w)}(?!\w)", text) for w in (str(actor["id"]), name, *single))


ABOUT_PAGE = (
    "One actor: who it is, every position with its conditions, who is near and who is far, and what was said when."
)


def show(dataset: Dataset, selection: Selection) -> None:
    """Draw the page from top to bottom."""
    heading(dataset, selection, "Actor", ABOUT_PAGE)
    offered = choices(dataset, "actor")
    with beside_evidence(fold(dataset, selection)):
        if not offered:
            st.html('<div class="pm-note" role="status"><p>The dataset has no actors yet.</p></div>')
            return
        with st.container(key="page-tools"):
            id_ = controls.one("Actor", "actor-open", offered)
        st.html(unused(selection, "All this actor said is shown"))
        st.html(ActorView(Said(dataset), id_, selection.evidence()).html())
