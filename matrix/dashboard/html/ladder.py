"""The ladder as a picture: rungs from the most demanding down, who stands on each, who rejects it."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
from markupsafe import Markup

from matrix.analysis.ladder import Ladder, ladder_name
from matrix.dashboard.html.dataset_html import DatasetHtml, officials_first
from matrix.dashboard.html.templates import render
from matrix.dataset.dataset import Record
from matrix.palette import sides_of
from matrix.wording import listed, plural, some_of

MOST_NAMED = 12  # speakers on a ladder of whom each is told apart in words; of more the table says it
MOST_NAMES = 6  # of one side on one rung; above, they are counted and named on demand


def ladders(html: DatasetHtml, found: Ladder, sides: Sequence[str], only: str = "") -> Markup:
    """Every ladder of which two rungs or more are chosen, or the one named, under its name and what sums it up."""
    each = found.frame.groupby("ladder", sort=False)
    names = [only] if only else [str(name) for name, lines in each if lines["proposal"].nunique() > 1]
    return Markup("").join(_ladder(html, name, each.get_group(name), found, sides) for name in names)


def summary(html: DatasetHtml, found: Ladder, name: str, sides: Sequence[str]) -> list[str]:
    """In words: how far the sides meet, who stands on most rungs, and who is against which."""
    rungs = found.frame[found.frame["ladder"] == name]
    lines = []
    if len(sides) > 1:
        meeting = found.meeting(name, sides)
        who = "Both sides" if len(sides) == 2 else f"All {len(sides)} sides"
        lines.append(
            f"{who} are heard backing {_rungs(meeting)} of {found.places[rungs['proposal'].iloc[0]][1]}."
            if meeting
            else f"{who} back none of {plural(rungs['proposal'].nunique(), 'rung')}."
        )
    if rungs["actor"].nunique() > MOST_NAMED:
        return lines
    for actor, stands, rejects in found.steps(name):
        if len(stands) > 1 or rejects:
            parts = [f"stands on {_rungs(stands)}"] * bool(stands) + [f"rejects {_rungs(rejects)}"] * bool(rejects)
            lines.append(f"{html.plain('actors', actor)} {' and '.join(parts)}.")
    return lines


def _rungs(numbers: Sequence[int]) -> str:
    if len(numbers) > 2 and list(numbers) == list(range(numbers[0], numbers[-1] + 1)):
        return f"{plural(len(numbers), 'rung')} ({numbers[0]} to {numbers[-1]})"
    return f"{'rung' if len(numbers) == 1 else 'rungs'} {listed([str(n) for n in numbers])}"


def _ladder(html: DatasetHtml, name: str, lines: pd.DataFrame, found: Ladder, sides: Sequence[str]) -> Markup:
    """The rungs with a column for each side that speaks on one, the compared sides first; without sides one column."""
    order = list(dict.fromkeys(lines["proposal"]))
    spoken = lines[lines["actor"] != ""]
    known = sides_of(html.dataset)
    heard = set(spoken["side"])
    columns = [*sides, *(s for s in known if s in heard and s not in sides)] + ([""] if "" in heard else [])
    rungs = [
        {
            "number": found.places[p][0],
            "proposal": p,
            "cells": [_cell(html, own[own["side"] == s]) for s in columns],
            "nobody": not len(own),
        }
        for p in reversed(order)
        for own in (spoken[spoken["proposal"] == p],)
    ]
    heads = columns if known else []
    words = " ".join(summary(html, found, name, sides))
    count = some_of(len(order), found.places[order[0]][1], "rung")
    return render("ladder.html", "ladder", html, ladder_name(html.dataset, name), words, count, heads, rungs)


def _cell(html: DatasetHtml, lines: pd.DataFrame) -> list[tuple[str, list[Record], int, list[str]]]:
    """Who of one side stands on a rung, speaks on it without either, or rejects it; the names of many on demand."""
    stand, reject = lines[lines["stands"]], lines[lines["rejects"]]
    groups = [("stand", stand), ("else", lines[~lines["stands"] & ~lines["rejects"]]), ("reject", reject)]
    cells = []
    for kind, own in groups:
        shown = officials_first(own)
        many = [html.plain("actors", str(line["actor"])) for line in shown] if len(shown) > MOST_NAMES else []
        if shown:
            cells.append((kind, [] if many else shown, len(shown), many))
    return cells
