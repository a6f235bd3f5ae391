"""The Sides page: one side's brief before talks - asks, conditions, refusals, worries, silences, who is unheard."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from itertools import groupby, islice

import pandas as pd
import streamlit as st
from markupsafe import Markup

from matrix.analysis.empty_selection import culprits
from matrix.analysis.extent import Extent
from matrix.analysis.positions import Positions, fold
from matrix.analysis.selection_words import noun, scope
from matrix.analysis.side_brief import BACKS, MIXED, RAISES, REFUSES, SILENT_ON, SideBrief, side_brief
from matrix.analysis.voices import leads
from matrix.dashboard import controls
from matrix.dashboard.filter_words import choices
from matrix.dashboard.html.dataset_html import DatasetHtml, officials_first
from matrix.dashboard.html.templates import render
from matrix.dashboard.page_frame import beside_evidence, explained, heading, note, nothing_to_show
from matrix.dataset.dataset import Dataset, Record, records
from matrix.dataset.selection import Selection
from matrix.wording import plural

MOST_TABS = 5  # sides beside each other; more are a list
MOST = 120  # proposals in one list, and conditions; the rest is counted
MOST_VOICES = 12  # entries under one proposal; the rest is counted, and stands on the proposal's own page
MOST_LINES = 200  # entries in one list
ABOUT_PAGE = "One side's brief: what it asks for, on which conditions, what it refuses, and on what it is silent."


def show(dataset: Dataset, selection: Selection) -> None:
    """Draw the page from top to bottom."""
    facts = heading(dataset, selection, "Sides", ABOUT_PAGE)
    offered = choices(dataset, "side")
    positions = fold(dataset, selection)
    with beside_evidence(positions):
        if not offered:
            note("No brief to give: the dataset has no sides. The Overlaps page compares actors without them.")
            return
        heard = {s: int((positions.speaking & positions.members(s)).sum()) for s in offered}
        with st.container(key="page-tools"):
            meant = [s for s in offered if s in selection.side] or list(offered)
            first = next((s for s in meant if heard[s]), meant[0] if selection.side else "")
            tabs = {s: f"{name} · {heard[s]:,} heard" for s, name in offered.items()}
            choose = controls.switch if len(tabs) <= MOST_TABS else partial(controls.one, width=420)
            side = choose("Side", "brief", tabs, default=first)
        found = side_brief(dataset, selection, side=side)
        if found.sentence:
            if found.nobody:
                note(found.nobody)
            else:
                _nothing(dataset, selection, side, facts)
            return
        st.html(_brief(found, DatasetHtml(dataset), positions))
        _explained()


def _nothing(dataset: Dataset, selection: Selection, side: str, facts: Extent) -> None:
    """A side that the filters leave without a position has no brief: which filter it is, and a way out."""
    own = replace(selection, side=(side,))
    blamed = [(group, count) for group, count in culprits(dataset, own) if "side" not in group]
    if facts.positions and not blamed:
        name = choices(dataset, "side")[side]
        st.html(render("page_frame.html", "unheard_side", name))
        return
    nothing_to_show(dataset, selection, blamed)


def _brief(found: SideBrief, html: DatasetHtml, positions: Positions) -> Markup:
    """The whole brief, over its scope."""
    selection = positions.selection
    parts = [_part(html, title, lines) for title, lines in found.asks_and_refusals()]  # of officials first, in turn
    silent = found.part(SILENT_ON)
    asking = "; ".join(html.plain("sides", s) for s in found.others if (silent["side"] == s).any())
    sections = [
        *parts[1::2],
        _part(html, "On what one of them is both for and against", found.part(MIXED)),
        _part(html, "What it raises without asking for anything", found.part(RAISES)),
    ]
    alone = [group[0] for part in (*parts, *sections) for p in part.proposals for words, group in p.groups if not words]
    by_actor: dict[str, dict[str, list[Record]]] = {}
    for line in records(found.conditions):
        by_actor.setdefault(line["actor"], {}).setdefault(line["conditions"], []).append(line)
    stated = [(actor, text, on) for actor, terms in by_actor.items() for text, on in terms.items()]
    return render(
        "side.html",
        "brief",
        html,
        side=html.row("sides", found.side),
        leads={
            cell: render("side.html", "said", html.when(s), html.carried(s))
            for cell, s in leads(positions, pd.DataFrame(alone, columns=found.frame.columns)).items()
        },
        counts=_counts(found),
        members=found.members,
        called=noun(selection) if selection.authority or selection.kind else ("member", "members"),
        heard=found.heard,
        scope=scope(html.dataset, selection),
        asks=parts[0::2],
        sections=sections,
        conditions=[(actor, list(on)) for actor, on in groupby(stated[:MOST], key=lambda c: c[0])],
        conditional=len(found.conditions),
        conditions_left=sum(len(on) for _, _, on in stated[MOST:]),
        silent=_part(html, f"Silent on what others ask for ({asking})", silent),
        unheard=[html.row("actors", a) for a in found.unheard],
    )


def _counts(found: SideBrief) -> list[str]:
    """What the side does, in numbers of proposals."""
    backed, conditions, silent = (
        set(lines["proposal"]) for lines in (found.part(BACKS), found.conditions, found.part(SILENT_ON))
    )
    refused = set(found.part(REFUSES)["proposal"])
    terms = f"({len(conditions)} with a condition)" if conditions else "without a condition"
    divided = f", with members on both sides of {len(backed & refused)}" if backed & refused else ""
    return [
        f"backs {plural(len(backed), 'proposal')} {terms}" if backed else "backs none",
        _refusals(found) + divided,
        *([f"is silent on {len(silent) or 'nothing'} that the others ask for"] if found.anyone_else else []),
    ]


def _refusals(found: SideBrief) -> str:
    """How many proposals it refuses, and how many of these its officials do."""
    by_officials, by_others = (lines["proposal"].nunique() for lines in found.split(REFUSES))
    n = by_officials + by_others
    if not n:
        return "refuses none"
    of_them = ("it" if n == 1 else "all of them") if not by_others else f"{by_officials or 'none'} of them"
    who = f" (its officials {'do not refuse it' if n == 1 and by_others else f'refuse {of_them}'})"
    return f"refuses {n}{who if found.officials else ''}"


@dataclass(frozen=True)
class _Proposal:
    id: str
    groups: list[tuple[str, list[Record]]]  # as of `DatasetHtml.alike`
    left: int  # actors who are only counted


@dataclass(frozen=True)
class _Part:
    title: str
    proposals: list[_Proposal]
    total: int  # proposals, with those that are only counted


def _part(html: DatasetHtml, title: str, lines: pd.DataFrame) -> _Part:
    """A part of the brief: its proposals, each with who speaks on it; an empty one takes no room."""
    groups = lines.groupby("proposal", sort=False)
    shown, entries = [], 0
    for proposal, voices in islice(groups, MOST):
        if entries >= MOST_LINES:
            break
        alike = html.alike(officials_first(voices))
        left = sum(len(group) for _, group in alike[MOST_VOICES:])
        shown.append(_Proposal(str(proposal), alike[:MOST_VOICES], left))
        entries += len(shown[-1].groups)
    return _Part(title, shown, groups.ngroups)


def _explained() -> None:
    explained(
        ("Asks", "What a member of the side backs, the most backed first."),
        ("Refuses", "Proposals that a member opposes."),
        ("Raises", "Proposals it speaks on without backing or opposing them: worries and gaps."),
        ("Silent", "No member has ever spoken on it in these sources. Silence is not neutral."),
        ("Unheard", "Named in the sources, but no statement of theirs stands in them."),
        ("Filters", "All of them narrow a brief: it speaks of the chosen proposals and of who is chosen."),
    )
