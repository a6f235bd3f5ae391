"""A measure over time: a line through the windows that have a number, and under it how much each rests on."""

from __future__ import annotations

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from matrix.analysis.measures import MEASURES, NONE, number_text
from matrix.analysis.over_time import SIDES, OverTime
from matrix.charts.caption import LABEL, Margins, Words, framed, sentence
from matrix.charts.figure_text import plain
from matrix.charts.labels import names
from matrix.charts.theme import WIDTH, Theme, theme
from matrix.dataset import dates
from matrix.dataset.dataset import Dataset
from matrix.wording import capital, named_side, plural

HEIGHT, BARS = 250, 54  # pixels: of the line, and of the bars of n under it
MOST_SAID = 12  # windows in the alternative text


def over_time(
    found: OverTime, dataset: Dataset, *, one: str = "", other: str = "", width: int = WIDTH, dark: bool = False
) -> go.Figure:
    """The measure between `one` and `other` (of polarisation: nobody) in each window, at its middle day.

    Windows without a number break the line. Under it bars show the n of each. customdata of a point: [start, end].
    """
    look = theme(dark)
    own = found.frame[found.frame["one"].isin((one, other)) & found.frame["other"].isin((one, other))]
    called = names(dataset, found.of)
    both = [named_side(called[i].label) if found.of == SIDES else called[i].label for i in (one, other) if i]
    of = f" of {' and '.join(both)}" if both else " of the best split in two camps"
    name = MEASURES[found.measure].name if found.measure in MEASURES else found.measure
    if not own["value"].notna().any():
        why = found.sentence or f"Nothing to draw over time: in no window is there a number{of} with enough behind it."
        return sentence(why, look, width)
    middle = pd.to_datetime(own["start"]) + (pd.to_datetime(own["end"]) - pd.to_datetime(own["start"])) / 2
    share = found.measure not in MEASURES or MEASURES[found.measure].is_share
    figure = go.Figure()
    _line(figure, own, middle, found, look, share)
    _bars(figure, own, middle, look)
    return framed(
        figure,
        look,
        width,
        HEIGHT + BARS + 30,
        _words(found, own, f"{capital(name)}{of} over time"),
        Margins(left=48, right=8, top=8, bottom=26),
    )


def _line(figure: go.Figure, own: pd.DataFrame, middle: pd.Series, found: OverTime, look: Theme, share: bool) -> None:
    value = own["value"].to_numpy()
    texts = [_value(found, v) for v in value]
    figure.add_scatter(
        x=middle,
        y=value,
        mode="lines+markers",
        name="value",
        connectgaps=False,
        customdata=own[["start", "end"]].to_numpy().tolist(),
        hoverinfo="text",
        hovertext=[
            f"<b>{plain(t)}</b> (n = {n:,})<br>{dates.words(s, s)} to {dates.words(e, e)}"
            for t, n, s, e in zip(texts, own["n"], own["start"], own["end"], strict=True)
        ],
        line={"color": look.visible(look.for_), "width": 2},
        marker={"size": 7, "color": look.visible(look.for_)},
    )
    low, high = (0.0, 1.0) if share else (min(0.0, float(np.nanmin(value))), max(1.0, float(np.nanmax(value))))
    if found.measure not in MEASURES:
        high = max(0.1, 1.1 * float(np.nanmax(value)))
    elif found.normalize != NONE:  # far below 1, a line through such numbers would lie flat on the ground
        high = max(0.0, float(np.nanmax(value))) or (1.0 if low == 0 else 0.0)
    space = 0.04 * (high - low)
    figure.update_yaxes(
        range=[low - space, high + space],
        domain=[(BARS + 30) / (HEIGHT + BARS + 30), 1],
        tickformat=".0%" if found.measure in MEASURES and share else "",
        nticks=6,
    )
    figure.update_layout(xaxis={"anchor": "y2", "type": "date", "showgrid": False, "linecolor": look.line})


def _bars(figure: go.Figure, own: pd.DataFrame, middle: pd.Series, look: Theme) -> None:
    """How much each number rests on, from nothing to the most."""
    most = int(own["n"].max())
    figure.add_bar(
        x=middle,
        y=own["n"],
        yaxis="y2",
        name="n",
        hoverinfo="text",
        hovertext=[f"n = {n:,}" for n in own["n"]],
        marker={"color": look.visible(look.line), "line": {"width": 0}},
    )
    axis = {"fixedrange": True, "zeroline": False, "tickfont": {"color": look.quiet, "size": LABEL}}
    figure.update_layout(
        bargap=0.3,
        yaxis={**axis, "gridcolor": look.line},
        yaxis2={
            **axis,
            "anchor": "x",
            "domain": [0, BARS / (HEIGHT + BARS + 30)],
            "range": [0, most],
            "showgrid": False,
            "tickvals": [0, most],
            "ticktext": ["0", f"n {most:,}"],
        },
    )
    figure.update_xaxes(fixedrange=True, tickfont={"color": look.quiet, "size": LABEL})


def _value(found: OverTime, value: float) -> str:
    if np.isnan(value):
        return "no number"
    return number_text(found.measure, value) if found.measure in MEASURES else f"{value:.3f}"


def _words(found: OverTime, own: pd.DataFrame, title: str) -> Words:
    known = own[own["value"].notna()]
    each = [
        f"{s} to {e} {_value(found, v)} (n = {n})"
        for s, e, v, n in zip(known["start"], known["end"], known["value"], known["n"], strict=True)
    ]
    more = f" and {plural(len(each) - MOST_SAID, 'more window')}" if len(each) > MOST_SAID else ""
    empty = len(own) - len(known)
    notes = []
    if empty:
        why = "not both speak" if found.measure in MEASURES else "fewer than two speak"
        it = "it" if empty == 1 else "them"
        notes.append(f"{plural(empty, 'window')} without a number: {why} in {it}, or n is too small.")
    notes += found.notes
    between = ", over all pairs of their members" if found.of == SIDES else ""
    return Words(
        title,
        f"{capital(found.in_words)}, each drawn at its middle; the bars are n: {found.n_words}.",
        f"Line. {title}, {found.in_words}{between}: {'; '.join(each[:MOST_SAID])}{more}.",
        notes,
        found.formula,
    )
