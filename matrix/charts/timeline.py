"""Statements and events in lanes by side: exact days as marks, imprecise dates as boxes over their days."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from matrix.analysis.evidence import Standing, standing_words
from matrix.analysis.timeline import BAR, EVENT, EXACT, NOT_AFTER, NOT_BEFORE, STATEMENT, UNDATED, Lane, Timeline
from matrix.charts.caption import EDGE, LABEL, Key, Margins, Words, framed, sentence
from matrix.charts.figure_text import clip, lines_of, one_line, plain, wrapped
from matrix.charts.labels import marks, names, stance_key
from matrix.charts.theme import NARROW, WIDTH, Theme, theme
from matrix.charts.timeline_layout import Box, TimeAxis, laid_out, pack, ticks, years
from matrix.dataset import dates
from matrix.dataset.dataset import Dataset
from matrix.palette import stances_of
from matrix.wording import plural

UNCONFIRMED = "unconfirmed"
EVENT_GLYPHS = {"confirmed": "■", "planned": "□", UNCONFIRMED: "▨", "": "■"}
EVENT_WORDS = {"confirmed": "event", "planned": "event, planned", UNCONFIRMED: "event, unconfirmed (hatched)"}
HEAD, GAP = 20, 12  # pixels: a lane's name above it on a phone, between lanes
MEANT = {EXACT: "exact", BAR: "imprecise", NOT_AFTER: "imprecise", NOT_BEFORE: "imprecise", UNDATED: "undated"}


def timeline(found: Timeline, dataset: Dataset, *, width: int = WIDTH, dark: bool = False) -> go.Figure:
    """Statements and events in their lanes; what comes after an as-of date is pale, right of a line.

    customdata of a mark: [statement, id, proposal, actor] or [event, id].
    """
    look, frame, as_of = theme(dark), found.frame, found.as_of
    if found.sentence:
        return sentence(found.sentence, look, width)
    narrow = width < NARROW
    left = 8 if narrow else 138
    space = width - 2 * EDGE - left - 8
    boxes, line = laid_out(frame, space)
    figure = go.Figure()
    shapes: list[dict[str, Any]] = []
    texts: list[dict[str, Any]] = []
    used = [lane for lane in found.lanes if any(b.lane == lane.id for b in boxes)]
    y = 0.0
    for lane in used:
        top, y = y, y + (HEAD if narrow else GAP / 2)
        y = pack([b for b in boxes if b.lane == lane.id], y) + GAP / 2
        texts.append(_head(lane, dataset, look, top, y, left, narrow))
        shapes.append(_rule(y, space, look))
    shapes += [s for b in boxes for s in _outline(b, look)]
    shapes += [_upright(x, y, look) for x in _months(line)]
    texts += [a for b in boxes for a in _arrow(b, look)]
    texts += [_rest(b, look) for b in boxes if len(b.shown) < len(b.items)]
    if as_of:
        shapes.append(_upright(min(space, line.end(dates.interval(as_of)[1])), y, look, strong=True))
    _hatched(figure, boxes, look)
    _marks(figure, boxes, dataset, look)
    texts += _scale(line, boxes, look)
    shapes = [*_days(boxes, look, y), *shapes]  # the last is drawn above the others
    figure.update_xaxes(visible=False, fixedrange=True, range=[0, space])
    figure.update_yaxes(visible=False, fixedrange=True, range=[y, 0])
    figure.update_layout(shapes=shapes, barmode="overlay")
    figure.layout.annotations = texts
    words = _words(frame, used, line, as_of)
    return framed(figure, look, width, y, words, Margins(left=left, right=8, bottom=40), _key(frame, dataset, look))


def _head(lane: Lane, dataset: Dataset, look: Theme, top: float, y: float, left: float, narrow: bool) -> dict[str, Any]:
    mark = marks(dataset, look)
    dot = f"{mark[lane.sides[0]].dot()} " if len(lane.sides) == 1 else ""
    lines = [clip(lane.name, 300)] if narrow else wrapped(lane.name, left - 34, LABEL)[:3]
    at = top + HEAD / 2 if narrow else (top + y) / 2
    return _text(f"{dot}<b>{lines_of(lines)}</b>", 0, at, look.ink, "left") | {"xshift": -left}


def _rule(y: float, space: float, look: Theme) -> dict[str, Any]:
    return _shape("line", 0, y, space, y, {"width": 1, "color": look.line})


def _upright(x: float, y: float, look: Theme, strong: bool = False) -> dict[str, Any]:
    ink = (
        {"width": 1.5, "color": look.ink, "dash": "dash"} if strong else {"width": 1, "color": look.line, "dash": "dot"}
    )
    return _shape("line", x, 0, x, y, ink)


def _shape(kind: str, x0: float, y0: float, x1: float, y1: float, line: dict[str, Any], **more: Any) -> dict[str, Any]:
    place = {"x0": x0, "x1": x1, "y0": y0, "y1": y1}
    return {"type": kind, "layer": "below", "xref": "x", "yref": "y", "line": line, **place, **more}


def _outline(box: Box, look: Theme) -> list[dict[str, Any]]:
    """Its ground: even between known days, fading towards an open side; of an exact day none but for an event's."""
    clear = {"width": 0}
    if box.span == EXACT:
        return []
    if box.span == BAR:
        edge = {"width": 1, "color": look.quiet}
        return [_shape("rect", box.x0, box.y0, box.x1, box.y1, edge, fillcolor=look.empty)]
    steps, width = 6, box.x1 - box.x0
    found = []
    for i in range(steps):
        a, b = box.x0 + width * i / steps, box.x0 + width * (i + 1) / steps
        share = (i + 1) / steps if box.span == NOT_AFTER else 1 - i / steps
        found.append(_shape("rect", a, box.y0, b, box.y1, clear, fillcolor=look.empty, opacity=share))
    x = box.x1 if box.span == NOT_AFTER else box.x0
    found.append(_shape("line", x, box.y0, x, box.y1, {"width": 2, "color": look.quiet}))
    return found


def _arrow(box: Box, look: Theme) -> list[dict[str, Any]]:
    if box.span not in (NOT_AFTER, NOT_BEFORE):
        return []
    ends, x = ("←", box.x0 + 7) if box.span == NOT_AFTER else ("→", box.x1 - 7)
    return [_text(ends, x, (box.y0 + box.y1) / 2, look.quiet, "center")]


def _rest(box: Box, look: Theme) -> dict[str, Any]:
    x, y = box.mark(len(box.shown))
    return _text(f"+{len(box.items) - len(box.shown)}", x + 6, y, look.ink, "center")


def _hatched(figure: go.Figure, boxes: Sequence[Box], look: Theme) -> None:
    """Unconfirmed events: their box is hatched, whatever its span."""
    for b in boxes:
        if b.event and b.status == UNCONFIRMED:
            figure.add_bar(
                orientation="h",
                base=[b.x0],
                x=[b.x1 - b.x0],
                y=[(b.y0 + b.y1) / 2],
                width=[b.y1 - b.y0],
                name="unconfirmed",
                hoverinfo="skip",
                marker={
                    "color": "rgba(0,0,0,0)",
                    "line": {"width": 0},
                    "pattern": {
                        "shape": "/",
                        "size": 7,
                        "solidity": 0.16,
                        "fgcolor": look.quiet,
                        "fillmode": "overlay",
                    },
                },
            )


def _marks(figure: go.Figure, boxes: Sequence[Box], dataset: Dataset, look: Theme) -> None:
    """One trace a stance and a status, pale ones apart: text glyphs in colour, so that neither stands alone."""
    stances = stances_of(dataset)
    drawn: dict[tuple[str, str, bool], list[tuple[float, float, dict[str, Any]]]] = {}
    for box in boxes:
        for number, item in enumerate(box.shown):
            kind = str(item["status"] if box.event else item["stance"])
            drawn.setdefault((str(item["kind"]), kind, bool(item["after"])), []).append((*box.mark(number), dict(item)))
    hover = _Hover(dataset)
    for (kind, name, after), points in drawn.items():
        event = kind == EVENT
        glyph = EVENT_GLYPHS.get(name, "■") if event else plain(stances[name].glyph)
        colour = look.quiet if event else look.visible(stances[name].colour)
        figure.add_scatter(
            x=[p[0] for p in points],
            y=[p[1] for p in points],
            mode="markers+text",
            text=[glyph] * len(points),
            name=f"{kind} {name}" + (" later" if after else ""),
            hoverinfo="text",
            hovertext=[hover.of(p[2]) for p in points],
            textfont={"size": 17, "color": colour},
            opacity=0.4 if after else 1,
            marker={
                "size": 16,
                "color": look.ground,
                "opacity": 1,
                "symbol": "square" if event else "circle",
                "line": {"width": 0},
            },
            customdata=[
                [EVENT, p[2]["id"]] if event else [STATEMENT, p[2]["id"], p[2]["proposal"], p[2]["actor"]]
                for p in points
            ],
        )


class _Hover:
    """What a mark says under the pointer."""

    def __init__(self, dataset: Dataset) -> None:
        self.actors, self.titles = names(dataset), names(dataset, "proposals")
        self.looks = stances_of(dataset)

    def of(self, item: dict[str, Any]) -> str:
        when = plain(clip(item["date"], 420))
        note = f"<br>{plain(clip(item['date_note'], 420))}" if item["date_note"] else ""
        if item["kind"] == EVENT:
            status = plain(item["status"]) or "event"
            return f"<b>{plain(clip(item['title'], 420))}</b><br>Event, {status}<br>{when}{note}"
        stance, title = self.looks[item["stance"]], self.titles[item["proposal"]]
        standing, by = item["standing"], item["by"]
        counts = "" if standing == Standing.COUNTS else f"<br>{plain(standing_words(standing, by))}"
        return (
            f"<b>{self.actors[item['actor']].full}</b><br>{plain(stance.glyph)} {plain(stance.word)}: "
            f"{plain(clip(title.label, 380))}<br>{when}{note}{counts}"
        )


def _months(line: TimeAxis) -> list[float]:
    return [tick.at for tick in years(line)]


def _days(boxes: Sequence[Box], look: Theme, y: float) -> list[dict[str, Any]]:
    """A pale band behind every span that holds exact days, so that the eye finds its date below."""
    spans = {(b.first, b.last): (b.x0, b.x1) for b in boxes if b.span == EXACT}
    clear = {"width": 0}
    return [_shape("rect", a, 0, b, y, clear, fillcolor=look.empty, opacity=0.45) for a, b in spans.values()]


def _scale(line: TimeAxis, boxes: Sequence[Box], look: Theme) -> list[dict[str, Any]]:
    """Days or months below the drawing, and under them the year in which they are."""
    weight: Counter[tuple[int, int]] = Counter()
    for box in boxes:
        weight[box.first, box.last] += len(box.items) * (100 if box.span == EXACT else 1)
    busy = [span for span, _ in weight.most_common()]
    below = {"yref": "paper", "y": 0}  # what lies outside the drawing would not be shown by its own measure
    found = [_text(t.text, t.at, 0, look.quiet, "center") | below | {"yshift": -12} for t in ticks(line, busy, LABEL)]
    named = [_text(f"<b>{t.text}</b>", t.at, 0, look.quiet, "left") for t in years(line)]
    return found + [label | below | {"yshift": -29} for label in named]


def _text(text: str, x: float, y: float, colour: str, anchor: str) -> dict[str, Any]:
    return {
        "text": text,
        "showarrow": False,
        "align": "left",
        "font": {"size": LABEL, "color": colour},
        "xref": "x",
        "x": x,
        "xanchor": anchor,
        "yref": "y",
        "y": y,
        "yanchor": "middle",
        "borderpad": 0,
    }


def _key(frame: pd.DataFrame, dataset: Dataset, look: Theme) -> Key:
    stances = [x for x in tuple(stances_of(dataset).values()) if (frame["stance"] == x.id).any()]
    entries = [stance_key(x, look) for x in stances]
    statuses = [s for s in EVENT_WORDS if ((frame["kind"] == EVENT) & (frame["status"] == s)).any()]
    return Key([*entries, *(f"{EVENT_GLYPHS[s]} {EVENT_WORDS[s]}" for s in statuses)])


def _words(frame: pd.DataFrame, lanes: Sequence[Lane], line: TimeAxis, as_of: str) -> Words:
    events, statements = frame["kind"] == EVENT, frame["kind"] == STATEMENT
    total = f"{plural(int(statements.sum()), 'statement')} and {plural(int(events.sum()), 'event')}"
    exact = frame[statements & (frame["span"] == EXACT)]
    title = f"{total}, no statement on an exact day"
    if len(exact):
        day, most = Counter(exact["last"]).most_common(1)[0]
        on = dates.words(dates.iso(int(day)), dates.iso(int(day)))
        title = f"{most} of {plural(int(statements.sum()), 'statement')} fall on {on}, the day on which most was said"
        if most == 1:
            title = f"{total}, no two statements on the same exact day"
    meant = Counter(frame["span"].map(MEANT))
    scale = (
        "Time is to scale."
        if line.to_scale
        else "Time is not to scale: a busy day is drawn wider, a stretch in which nothing begins or ends narrower."
    )
    gathered = "" if line.unit == "day" else f" Days are gathered by {line.unit}."
    later = int(frame["after"].sum())
    until = f" What comes after {dates.words(as_of, as_of)} is pale ({later})." if as_of else ""
    subtitle = (
        f"n = {total}: {meant['exact']} with an exact day, {meant['imprecise']} with an imprecise date drawn as a box "
        "over its days (fading with an arrow where one end is open), "
        f"{meant['undated']} undated below. {scale}{gathered}{until}"
    )
    parts = []
    for lane in lanes:
        of = frame[frame["lane"] == lane.id]
        n_events = int((of["kind"] == EVENT).sum())
        parts.append(f"{one_line(lane.name)}: {plural(len(of) - n_events, 'statement')}, {plural(n_events, 'event')}")
    unsure = int((frame["status"] == UNCONFIRMED).sum())
    alt = (
        f"Timeline in {plural(len(lanes), 'lane')}. {title}. {'; '.join(parts)}. {plural(unsure, 'event')} unconfirmed."
    )
    return Words(title, subtitle, alt)
