"""A ladder of ever more demanding proposals: who stands on which rung, and who rejects which."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from matrix.analysis.ladder import Ladder, ladder_name
from matrix.charts.caption import EDGE, LABEL, Key, Margins, Words, framed, sentence
from matrix.charts.figure_text import clip, lines_of, listed, plain, wide, wrapped
from matrix.charts.labels import names, side_marks, stance_key
from matrix.charts.theme import NARROW, WIDTH, theme
from matrix.dataset.dataset import Dataset, records
from matrix.palette import stances_of
from matrix.wording import plural

RUNG, MOST_STEP = 46, 110  # pixels: between rungs, between actors
MOST = 40  # actors


def ladder(
    found: Ladder, dataset: Dataset, *, name: str | None = None, width: int = WIDTH, dark: bool = False
) -> go.Figure:
    """One ladder (`name`; default: the first): rungs upwards, actors beside each other.

    An actor's glyph stands on every rung with a position; a line joins the lowest and highest rung it backs.
    customdata of a glyph: [proposal, actor].
    """
    look, table = theme(dark), found.frame
    if found.sentence:
        return sentence(found.sentence, look, width)
    chosen = name or str(table["ladder"].iloc[0])
    here = table[table["ladder"] == chosen]
    spoken = here[here["actor"] != ""]
    rungs = list(dict.fromkeys(here["proposal"]))
    numbers = dict(zip(here["proposal"], here["rung"], strict=True))
    title, called = names(dataset, "proposals"), names(dataset)
    if not len(spoken):
        return sentence(
            f"Nobody of this selection speaks on {plural(len(rungs), 'rung')} of {ladder_name(dataset, chosen)}.",
            look,
            width,
        )
    reach = {a: len(t) for a, t in spoken.groupby("actor", sort=False)}
    actors: list[str] = sorted(map(str, reach), key=lambda a: -reach[a])
    narrow = width < NARROW
    left = 150 if narrow else 330
    inner = width - 2 * EDGE - left - (4 if narrow else 20)
    fits = min(MOST, int(inner // (20 if narrow else 24)))
    drawn = actors[:fits]
    step = min(MOST_STEP, inner / len(drawn))
    turned = step < 90
    level, column = {p: i for i, p in enumerate(rungs)}, {a: i for i, a in enumerate(drawn)}
    figure = go.Figure()
    for at in level.values():
        figure.add_shape(
            type="line",
            x0=-0.5,
            x1=len(drawn) - 0.5,
            y0=at,
            y1=at,
            layer="below",
            line={"color": look.line, "width": 2},
        )
    mark = side_marks(dataset, look)
    for actor in drawn:
        on = sorted(level[p] for p in spoken[(spoken["actor"] == actor) & spoken["stands"]]["proposal"])
        if len(on) > 1:
            figure.add_scatter(
                x=[column[actor]] * 2,
                y=[on[0], on[-1]],
                mode="lines",
                hoverinfo="skip",
                name="reach",
                line={"color": mark[called[actor].side].colour, "width": 3},
                opacity=0.45,
            )
    looks = stances_of(dataset)
    for stance, x in looks.items():
        part = records(spoken[(spoken["stance"] == stance) & spoken["actor"].isin(drawn)].astype(str))
        if part:
            figure.add_scatter(
                x=[column[v["actor"]] for v in part],
                y=[level[v["proposal"]] for v in part],
                mode="markers+text",
                text=[plain(x.glyph)] * len(part),
                name=stance,
                hoverinfo="text",
                textfont={"size": 19, "color": look.visible(x.colour)},
                marker={"size": 22, "color": look.ground, "opacity": 1},
                customdata=[[v["proposal"], v["actor"]] for v in part],
                hovertext=[
                    f"<b>{called[v['actor']].full}</b><br>{plain(x.glyph)} {plain(x.word)}<br>"
                    f"{plain(clip(title[v['proposal']].label, 380))}"
                    + (f"<br>{plain(clip(v['conditions'], 420))}" if v["conditions"] else "")
                    for v in part
                ],
            )
    ticks = {"showgrid": False, "zeroline": False, "ticks": "", "fixedrange": True, "tickmode": "array"}
    lines = [wrapped(f"{_number(numbers[p])}{title[p].label}", left - 12, LABEL)[: 3 if narrow else 2] for p in rungs]
    figure.update_yaxes(
        **ticks,
        range=[-0.6, len(rungs) - 0.4],
        tickvals=list(range(len(rungs))),
        ticktext=[lines_of(t) + " " for t in lines],
        tickfont={"size": LABEL, "color": look.ink},
    )
    below = []
    for a in drawn:
        dot = mark[called[a].side].dot() if called[a].side else ""
        if turned:
            below.append(plain(clip(called[a].label, 130)))
        else:
            below.append(f"{dot}<br>{lines_of(wrapped(called[a].label, step - 8)[:3])}")
    figure.update_xaxes(
        **ticks,
        range=[-0.5, len(drawn) - 0.5],
        tickvals=list(range(len(drawn))),
        ticktext=below,
        tickangle=-90 if turned else 0,
        tickfont={"size": LABEL, "color": look.ink},
    )
    space = min(130, max(wide(called[a].label) for a in drawn)) + 16 if turned else 70
    used = [x for s, x in looks.items() if (spoken["stance"] == s).any()]
    key = [stance_key(x, look) for x in used]
    sides = [m for s, m in mark.items() if s and any(called[a].side == s for a in drawn)]
    rest = [called[a].label for a in actors[len(drawn) :]]
    notes = [f"Drawn are the {len(drawn)} who speak on most rungs; also on them: {listed(rest)}."] if rest else []
    top = rungs[-1]
    rejecting = [called[a].label for a in spoken[(spoken["proposal"] == top) & spoken["rejects"]]["actor"]]
    standing = [
        f"{called[a].label} on {int(spoken[spoken['actor'] == a]['stands'].sum())} of {len(rungs)}" for a in drawn[:6]
    ]
    head = f"The ladder {ladder_name(dataset, chosen)}: {plural(len(rungs), 'rung')}, {plural(len(actors), 'actor')}"
    words = Words(
        head,
        "From the least demanding proposal (below) to the most (above); a line joins the rungs that an actor backs. "
        f"n = {plural(int(spoken['n'].sum()), 'statement')}. No mark: no position in these sources.",
        f"Ladder. {head}. Backed rungs: {listed(standing, 6)}. "
        f"The highest, {title[top].label}, is rejected by {listed(rejecting) or 'nobody'}.",
        notes,
    )
    return framed(
        figure, look, width, RUNG * len(rungs), words,
        Margins(left=left, right=max(0, width - 2 * EDGE - left - step * len(drawn)), top=6, bottom=space),
        Key([*(m.key() for m in sides), *key]),
    )  # fmt: skip


def _number(value: object) -> str:
    return "" if pd.isna(value) else f"{value}. "  # type: ignore[call-overload]
