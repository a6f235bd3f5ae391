"""The ladder as a picture: rungs from the most demanding down, who stands on each, who rejects it."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
from markupsafe import Markup

from matrix.analysis.ladder import ladder_name
from matrix.dashboard.html.dataset_html import DatasetHtml, officials_first
from matrix.dashboard.html.templates import render
from matrix.dataset.dataset import Record
from matrix.palette import sides_of
from matrix.wording import listed, plural

MOST_NAMED = 12  # speakers on a ladder of whom each is told apart in words; of more the table says it
MOST_NAMES = 6  # of one side on one rung; above, they are counted and named on demand


def ladders(html: DatasetHtml, table: pd.DataFrame, sides: Sequence[str]) -> Markup:
    """Every ladder, each under its name with a sentence that sums it up."""
    each = (_ladder(html, str(name), lines, sides) for name, lines in table.groupby("ladder", sort=False))
    return Markup("").join(each)


def summary(html: DatasetHtml, rungs: pd.DataFrame, sides: Sequence[str]) -> list[str]:
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
            else f"On none of {plural(len(order), 'rung')} are {who.lower()} heard backing it."
        )
    if rungs["actor"].nunique() > MOST_NAMED:
        return lines
    steps = on.groupby("actor", sort=False)["proposal"].apply(lambda ps: [order.index(p) + 1 for p in ps])
    for actor, stands in sorted(steps.items(), key=lambda item: -len(item[1])):
        against = [order.index(p) + 1 for p in rungs.loc[rungs["rejects"] & (rungs["actor"] == actor), "proposal"]]
        if len(stands) > 1 or against:
            rejects = f" and rejects {_rungs(against)}" if against else ""
            lines.append(f"{html.plain('actors', str(actor))} stands on {_rungs(stands)}{rejects}.")
    only = rungs[rungs["rejects"] & ~rungs["actor"].isin(steps.index)]
    for actor, rows in only.groupby("actor", sort=False):
        lines.append(
            f"{html.plain('actors', str(actor))} rejects {_rungs([order.index(p) + 1 for p in rows['proposal']])}."
        )
    return lines


def _rungs(numbers: Sequence[int]) -> str:
    if len(numbers) > 2 and list(numbers) == list(range(numbers[0], numbers[-1] + 1)):
        return f"{plural(len(numbers), 'rung')} ({numbers[0]} to {numbers[-1]})"
    return f"{'rung' if len(numbers) == 1 else 'rungs'} {listed([str(n) for n in numbers])}"


def _ladder(html: DatasetHtml, name: str, lines: pd.DataFrame, sides: Sequence[str]) -> Markup:
    """The rungs with a column for each side that speaks on one, the compared sides first; without sides one column."""
    order = list(dict.fromkeys(lines["proposal"]))
    spoken = lines[lines["actor"] != ""]
    known = sides_of(html.dataset)
    heard = set(spoken["side"])
    columns = [*sides, *(s for s in known if s in heard and s not in sides)] + ([""] if "" in heard else [])
    rungs = [
        {
            "number": i,
            "proposal": p,
            "cells": [_cell(html, own[own["side"] == s]) for s in columns],
            "nobody": not len(own),
        }
        for i, p in reversed(list(enumerate(order, 1)))
        for own in (spoken[spoken["proposal"] == p],)
    ]
    heads = columns if known else []
    words = " ".join(summary(html, lines, sides))
    return render("ladder.html", "ladder", html, ladder_name(html.dataset, name), words, heads, rungs)


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
