"""The ladder as a picture: rungs from the most demanding down, who stands on each, who rejects it."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from matrix.dashboard.html.render import Said, on_condition
from matrix.dashboard.html.text import bdi, esc, humane, listed
from matrix.dataset.records import records
from matrix.wording import plural


def ladders(said: Said, table: pd.DataFrame, sides: Sequence[str]) -> str:
    """Every ladder, each under its name with a sentence that sums it up."""
    return "".join(_ladder(said, str(name), rungs, sides) for name, rungs in table.groupby("ladder", sort=False))


def title_of(said: Said, ladder: str) -> str:
    """What a ladder is called: as the risk area of the same id, else its own word."""
    areas = said.dataset.frames["risk_areas"]
    named = areas.loc[areas["id"] == ladder, "name"].tolist()
    return str(named[0]) if named else humane(ladder.upper() if len(ladder) < 5 else ladder)


def summary(said: Said, rungs: pd.DataFrame, sides: Sequence[str]) -> list[str]:
    """In words: how far the sides meet, who stands on most rungs, and who is against which."""
    order = list(dict.fromkeys(rungs["proposal"]))
    on = rungs[rungs["stands"]]
    lines = []
    if len(sides) > 1:
        meeting = [i for i, p in enumerate(order, 1) if set(sides) <= set(on.loc[on["proposal"] == p, "side"])]
        opposed = set(rungs.loc[rungs["rejects"] & rungs["side"].isin(sides), "proposal"])
        meeting = [i for i in meeting if order[i - 1] not in opposed]
        who = "Both sides" if len(sides) == 2 else f"All {len(sides)} sides"
        lines.append(
            f"{who} are heard backing {_rungs(meeting)} of {len(order)}."
            if meeting
            else f"On none of the {len(order)} rungs are {who.lower()} heard backing it."
        )
    steps = on.groupby("actor", sort=False)["proposal"].apply(lambda ps: [order.index(p) + 1 for p in ps])
    for actor, stands in sorted(steps.items(), key=lambda item: -len(item[1])):
        against = [order.index(p) + 1 for p in rungs.loc[rungs["rejects"] & (rungs["actor"] == actor), "proposal"]]
        if len(stands) > 1 or against:
            rejects = f" and rejects {_rungs(against)}" if against else ""
            lines.append(f"{said.plain('actors', str(actor))} stands on {_rungs(stands)}{rejects}.")
    only = rungs[rungs["rejects"] & ~rungs["actor"].isin(steps.index)]
    for actor, rows in only.groupby("actor", sort=False):
        lines.append(
            f"{said.plain('actors', str(actor))} rejects {_rungs([order.index(p) + 1 for p in rows['proposal']])}."
        )
    return lines


def _rungs(numbers: Sequence[int]) -> str:
    if len(numbers) > 2 and list(numbers) == list(range(numbers[0], numbers[-1] + 1)):
        return f"{plural(len(numbers), 'rung')} ({numbers[0]} to {numbers[-1]})"
    return f"{'rung' if len(numbers) == 1 else 'rungs'} {listed([str(n) for n in numbers])}"


def _ladder(said: Said, name: str, rungs: pd.DataFrame, sides: Sequence[str]) -> str:
    order = list(dict.fromkeys(rungs["proposal"]))
    steps = "".join(_rung(said, i, p, rungs[rungs["proposal"] == p]) for i, p in reversed(list(enumerate(order, 1))))
    words = " ".join(summary(said, rungs, sides))
    title = title_of(said, name)
    return (
        f'<section class="pm-ladder" aria-label="{esc(f"Ladder: {title}")}">'
        f"<h2>How far up the ladder: {bdi(title)}</h2>"
        f'<p class="pm-answer">{esc(words)}</p>'
        f'<p class="pm-quiet">{plural(len(order), "rung")}, the most demanding on top.</p>'
        f'<ol reversed class="pm-rungs">{steps}</ol></section>'
    )


def _rung(said: Said, number: int, proposal: str, lines: pd.DataFrame) -> str:
    lines = lines[lines["actor"] != ""]
    groups = [
        ("stand", "Stand on it", lines[lines["stands"]]),
        ("else", "Speak on it", lines[~lines["stands"] & ~lines["rejects"]]),
        ("reject", "Reject it", lines[lines["rejects"]]),
    ]
    who = "".join(
        f'<div class="pm-{kind}"><span class="pm-quiet">{word}</span> {_people(said, group)}</div>'
        for kind, word, group in groups
        if len(group)
    )
    nobody = '<div class="pm-quiet">Nobody is heard on it in this selection.</div>'
    state = "reject" if len(groups[2][2]) and not len(groups[0][2]) else "stand" if len(groups[0][2]) else "else"
    return (
        f'<li class="pm-rung pm-rung-{state}" value="{number}"><span class="pm-step" aria-hidden="true">{number}</span>'
        f"<div><p>{said.proposal(proposal)}</p>{who or nobody}</div></li>"
    )


def _people(said: Said, lines: pd.DataFrame) -> str:
    people = []
    for v in records(lines):
        person = said.names(str(v["proposal"]), [str(v["actor"])])
        people.append(f"<span>{said.glyph(str(v['stance']))} {person}{on_condition(str(v['conditions']))}</span>")
    return " ".join(people)
