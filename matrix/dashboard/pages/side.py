"""The Side page: one side's brief before talks - asks, conditions, refusals, worries, silences, who is unheard."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pandas as pd
import streamlit as st

from matrix.analysis.empty_selection import culprits
from matrix.analysis.picked import Picked
from matrix.analysis.positions import fold
from matrix.analysis.side_brief import Asks, asks
from matrix.dashboard import controls
from matrix.dashboard.grid.payload import Facts
from matrix.dashboard.html.render import Said, known_by, on_condition, terms
from matrix.dashboard.html.text import bdi, esc, listed
from matrix.dashboard.layout import beside_evidence, heading, refuse
from matrix.dashboard.names import choices
from matrix.dataset.dataset import Dataset
from matrix.dataset.records import Record, records
from matrix.dataset.selection import COLUMNS, Selection
from matrix.wording import plural

MOST = 120  # proposals in one list; the rest is counted
ABOUT_PAGE = "One side's brief: what it asks for, on which conditions, what it refuses, and on what it is silent."


def show(dataset: Dataset, selection: Selection) -> None:
    """Draw the page from top to bottom."""
    facts = heading(dataset, selection, "Side", ABOUT_PAGE)
    offered = choices(dataset, "side")
    with beside_evidence(fold(dataset, selection)):
        if not offered:
            st.html(
                '<div class="pm-note" role="status"><p>No brief to give: the dataset has no sides. '
                "The Overlaps page compares actors without them.</p></div>"
            )
            return
        with st.container(key="page-tools"):
            side = controls.switch("Side", "brief", offered)
        found = asks(dataset, side, selection)
        if not any(len(lines) for lines in (found.asks, found.refusals, found.mixed, found.raises)):
            _nothing(dataset, selection, side, facts)
            return
        st.html(Brief(found, Said(dataset)).html())
        _explained()


def _nothing(dataset: Dataset, selection: Selection, side: str, facts: Facts) -> None:
    """A side that the filters leave without a position has no brief: which filter it is, and a way out."""
    own = replace(selection.without(*COLUMNS, "stance", "search"), side=(side,))
    blamed = [(group, count) for group, count in culprits(dataset, own) if "side" not in group]
    if facts.positions and not blamed:
        name = choices(dataset, "side")[side]
        st.html(
            f'<div class="pm-note" role="status"><p>No brief to give: nobody of {bdi(name)} is heard here.</p></div>'
        )
        return
    refuse(dataset, selection, blamed)


@dataclass(frozen=True, eq=False)
class Brief:
    """A side's brief as HTML."""

    found: Asks
    said: Said

    def html(self) -> str:
        """The whole brief."""
        found, parts = self.found, []
        official = found.asks.groupby("proposal", sort=False)["official"].transform("max") if len(found.asks) else None
        of_officials = found.asks if official is None else found.asks[official.astype(bool)]
        of_others = found.asks.iloc[:0] if official is None else found.asks[~official.astype(bool)]
        others = listed([self.said.plain("sides", s) for s in found.others]) or "the other sides"
        parts.append(self._head())
        parts.append(self._section("What its officials ask for", of_officials, "No official of this side backs any."))
        parts.append(self._conditions())
        parts.append(self._section("What it refuses", found.refusals, "No refusal is heard."))
        if len(found.mixed):
            parts.append(self._section("On what one of them is both for and against", found.mixed, ""))
        parts.append(self._section("What only its experts and others ask for", of_others, "Nothing more."))
        parts.append(self._section("What it raises without asking for anything", found.raises, "Nothing."))
        parts.append(
            self._section(
                f"Silent on what others ask for ({others})",
                found.silent,
                "Nothing: it has spoken on all of it.",
                theirs=True,
            )
        )
        parts.append(self._unheard())
        return f'<div class="pm-brief">{"".join(parts)}</div>'

    def _head(self) -> str:
        row = self.said.row("sides", self.found.side)
        members = int((self.said.dataset.frames["actors"]["side"] == self.found.side).sum())
        found = self.found
        counts = [
            f"backs {plural(found.asks['proposal'].nunique(), 'proposal')}",
            f"{plural(len(found.conditions), 'time')} on a condition"
            if len(found.conditions)
            else "without a condition",
            f"refuses {found.refusals['proposal'].nunique()}" if len(found.refusals) else "refuses none",
            f"is silent on {found.silent['proposal'].nunique()} that the others ask for",
        ]
        uncounted = " It is shown and never counted as the backing of a side." if row.get("counted") == "false" else ""
        note = f'<p class="pm-quiet">{bdi(str(row["note"]))}</p>' if row.get("note") else ""
        return (
            f'<h2 class="pm-answer">{self.said.side(found.side)} '
            f'<span class="pm-native">{bdi(str(row["name_zh"]))}</span></h2>{note}'
            f"<p>Of its {plural(members, 'member')}, {members - len(found.unheard)} are heard. "
            f"Together it {esc(listed(counts))}.{uncounted}</p>"
        )

    def _section(self, title: str, lines: pd.DataFrame, nothing: str, theirs: bool = False) -> str:
        proposals = list(lines.groupby("proposal", sort=False))
        count = f' <span class="pm-quiet">{len(proposals)}</span>' if proposals else ""
        items = "".join(
            f'<li class="pm-item"><p class="pm-what">{self.said.proposal(str(p))}</p>'
            f"{self.said.voices(group, side=theirs)}</li>"
            for p, group in proposals[:MOST]
        )
        more = len(proposals) - MOST
        rest = f'<p class="pm-quiet">and {plural(more, "more proposal")}: narrow the filters.</p>' if more > 0 else ""
        body = (
            f'<ul class="pm-plain pm-items">{items}</ul>{rest}' if items else f'<p class="pm-quiet">{esc(nothing)}</p>'
        )
        return f"<section><h2>{esc(title)}{count}</h2>{body}</section>"

    def _conditions(self) -> str:
        items = "".join(
            f'<li class="pm-item">{self.said.anywhere(str(actor))}{self._stated_by(lines)}</li>'
            for actor, lines in self.found.conditions.groupby("actor", sort=False)
        )
        count = f' <span class="pm-quiet">{len(self.found.conditions)}</span>' if items else ""
        nothing = '<p class="pm-quiet">No condition is stated.</p>'
        body = f'<ul class="pm-plain">{items}</ul>' if items else nothing
        return f"<section><h2>On which conditions{count}</h2>{body}</section>"

    def _stated_by(self, lines: pd.DataFrame) -> str:
        """Each condition of one actor, with the proposals that it stands on."""
        return "".join(
            f"{on_condition(str(condition))}"
            f'<ul class="pm-plain pm-under">{"".join(self._one_on(v) for v in records(on))}</ul>'
            for condition, on in lines.groupby("conditions", sort=False)
        )

    def _one_on(self, voice: Record) -> str:
        cell = Picked(str(voice["proposal"]), str(voice["actor"]))
        title = self.said.links.to(cell, self.said.name("proposals", cell.proposal))
        return f'<li>{title} <span class="pm-quiet">{esc(known_by(voice))}</span></li>'

    def _unheard(self) -> str:
        names = "".join(
            f"<li>{self.said.links.to(Picked('', a), self.said.name('actors', a))} "
            f'<span class="pm-quiet">{esc(self._office(a))}</span></li>'
            for a in self.found.unheard
        )
        body = f'<ul class="pm-plain">{names}</ul>' if names else '<p class="pm-quiet">Nobody: all are heard.</p>'
        return f"<section><h2>Named but unheard in these sources</h2>{body}</section>"

    def _office(self, actor: str) -> str:
        row = self.said.row("actors", actor)
        return ", ".join(dict.fromkeys(str(row[c]) for c in ("role", "institution") if row[c]))


def _explained() -> None:
    with st.popover("What the words mean", icon=":material/help:"):
        st.html(
            terms(
                (
                    "Asks",
                    "What a member of the side backs; proposals with an official backer first, then the most backed.",
                ),
                ("Refuses", "Proposals that a member opposes."),
                ("Raises", "Proposals it speaks on without backing or opposing them: worries and gaps."),
                ("Silent", "No member has ever spoken on it in these sources. Silence is not neutral."),
                ("Unheard", "Named in the sources, but no statement of theirs stands in them."),
                ("Filters", "Evidence and row filters narrow a brief; every member of the side speaks for itself."),
            )
        )
