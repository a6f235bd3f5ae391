"""Statements in lanes by side, events in a band of their own, as a figure: days to scale, imprecise dates as bars."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from matrix.analysis.evidence import Standing, standing_words
from matrix.analysis.timeline import BAR, EVENT, EXACT, NOT_AFTER, NOT_BEFORE, STATEMENT, UNDATED, Timeline
from matrix.charts.caption import EDGE, LABEL, Key, Margins, Words, framed, sentence
from matrix.charts.figure_text import clip, lines_of, one_line, plain, wrapped
from matrix.charts.labels import names, side_marks, stance_key
from matrix.charts.theme import NARROW, WIDTH, Theme, theme
from matrix.charts.timeline_layout import (
    ARROW,
    CELL,
    EVENTS,
    HANG,
    LINE,
    Break,
    Piece,
    Sign,
    TimeLayout,
    Track,
    laid_out,
)
from matrix.dataset import dates
from matrix.dataset.dataset import Dataset, Record
from matrix.palette import EVENT_GLYPH, stances_of
from matrix.wording import plural

UNCONFIRMED, PLANNED = "unconfirmed", "planned"
EVENT_WORDS = {"confirmed": "event", PLANNED: "event, planned (dashed)", UNCONFIRMED: "event, unconfirmed (dotted)"}
DASHES = {PLANNED: "dash", UNCONFIRMED: "dot"}
HEAD, PAD = 20, 7  # pixels: a lane's name above it on a phone, around what is in a lane
AXIS, BREAK_WORDS = 34, 58  # pixels: years and days; above them how long a shortened stretch is
CUT = "//"  # a shortened stretch; the sign that maps and axes have for it
MEANT = {EXACT: "exact", BAR: "imprecise", NOT_AFTER: "imprecise", NOT_BEFORE: "imprecise", UNDATED: "undated"}

Shapes = Iterator[dict[str, Any]]


def timeline(found: Timeline, dataset: Dataset, *, width: int = WIDTH, dark: bool = False) -> go.Figure:
    """Statements and events along a line of time; what comes after an as-of date is pale, right of a line.

    customdata of a mark: [statement, id, proposal, actor] or [event, id]; of a number of statements [].
    """
    look = theme(dark)
    if found.sentence:
        return sentence(found.sentence, look, width)
    narrow = width < NARROW
    left = 8 if narrow else 138
    drawing = laid_out(found, dataset, [width - 2 * EDGE - left - 8])[0]
    figure = go.Figure()
    shapes: list[dict[str, Any]] = []
    texts: list[dict[str, Any]] = []
    placed: list[tuple[float, Piece]] = []
    top = y = float(AXIS + (BREAK_WORDS if drawing.line.breaks else 0))
    for band in drawing.bands:
        start, y = y, y + (HEAD if narrow else PAD)
        placed += [(y + piece.y, piece) for piece in band.pieces]
        y += band.height + PAD
        texts.append(_head(band, dataset, look, start, y, left, narrow))
        shapes.append(_line(0, y, drawing.space, y, look.line))
    texts += _scale(drawing, look, 0, y)
    for gap in drawing.line.breaks:
        shapes.append(_rect(gap.x0, top, gap.x1, y, look.empty, 0.7))
        texts += _break(gap, look, BREAK_WORDS / 2)
    shapes += [_line(tick.at, top, tick.at, y, look.line, dash="dot") for tick in drawing.ticks]
    for at, piece in placed:
        shapes += _extent(piece, at, look)
        texts += _words_of(piece, at, look)
    if drawing.as_of is not None:
        shapes.append(_line(drawing.as_of, top, drawing.as_of, y, look.ink, dash="dash"))
    _marks(figure, placed, dataset, look)
    figure.update_xaxes(visible=False, fixedrange=True, range=[0, drawing.space])
    figure.update_yaxes(visible=False, fixedrange=True, range=[y + AXIS, 0])
    figure.update_layout(shapes=shapes)
    figure.layout.annotations = texts
    words = timeline_words(found, drawing)
    return framed(figure, look, width, y + AXIS, words, Margins(left=left, right=8), _key(found.frame, dataset, look))


def _head(
    band: Track, dataset: Dataset, look: Theme, top: float, y: float, left: float, narrow: bool
) -> dict[str, Any]:
    dot = f'<span style="color:{side_marks(dataset, look)[band.side].colour}">▌</span>' if band.side else ""
    lines = [clip(band.name, 300)] if narrow else wrapped(band.name, left - 34, LABEL)[:3]
    at = top + HEAD / 2 if narrow else (top + y) / 2
    return _text(f"{dot}<b>{lines_of(lines)}</b>", 0, at, look.ink, "left") | {"xshift": -left}


def _scale(drawing: TimeLayout, look: Theme, top: float, bottom: float) -> Iterator[dict[str, Any]]:
    """Years and days above the lanes and below them."""
    above = top + (BREAK_WORDS if drawing.line.breaks else 0)
    for year, day in ((above + 8, above + 25), (bottom + 25, bottom + 9)):
        for tick in drawing.years:
            yield _text(f"<b>{tick.text}</b>", tick.at, year, look.quiet, "left")
        for tick in drawing.ticks:
            yield _text(tick.text, tick.at, day, look.quiet, "right" if tick.flipped else "left")


def _break(gap: Break, look: Theme, at: float) -> Iterator[dict[str, Any]]:
    """How long a shortened stretch is: in lines where they fit, else upright."""
    middle = (gap.x0 + gap.x1) / 2
    if not gap.turned:
        text = lines_of([CUT, *wrapped(gap.words, gap.x1 - gap.x0 - 6, LABEL)])
        yield _text(text, middle, at, look.quiet, "center") | {"align": "center"}
    else:
        yield _text(f"{CUT} {plain(gap.length)}", middle, at, look.quiet, "center") | {"textangle": -90}


def _extent(piece: Piece, y: float, look: Theme) -> Shapes:
    """An upright at an exact day or a known end, a bar between two."""
    dash = DASHES.get(piece.status, "solid")
    bottom = y + piece.height
    if piece.span == BAR:
        yield _line(piece.x0, y + 1, piece.x1, y + 1, look.quiet, 3, dash)
        for x in (piece.x0, piece.x1):
            yield _line(x, y, x, y + HANG, look.quiet, 1)
    else:
        yield _line(piece.anchor, y, piece.anchor, bottom, look.quiet, 2, dash)


def _words_of(piece: Piece, y: float, look: Theme) -> Iterator[dict[str, Any]]:
    """A piece's name, its numbers, and an arrow to its open side."""
    line = y + HANG + LINE / 2
    ink = look.quiet if piece.later or not piece.of else look.ink
    if piece.label and piece.stacked:
        anchor = "right" if piece.flipped else "left"
        yield _text(plain(piece.label), piece.anchor - 5 if piece.flipped else _inner(piece) + 3, line, ink, anchor)
    elif piece.label:
        yield _text(plain(piece.label), _inner(piece) + _marks_wide(piece) + 3, line, ink, "left")
    x = _inner(piece)
    for mark in piece.marks if piece.counted else ():
        yield _text(f"{mark.n:,}", x + CELL + 1, line, ink, "left")
        x += _mark_wide(mark)
    if piece.span == NOT_AFTER:
        yield _text("←", piece.left + ARROW / 2, line, look.quiet, "center")
    elif piece.span == NOT_BEFORE:
        yield _text("→", piece.right - ARROW / 2, line, look.quiet, "center")


def _inner(piece: Piece) -> float:
    """The pixel at which a piece's marks begin."""
    return piece.left + 3 + (ARROW if piece.span == NOT_AFTER else 0)


def _mark_wide(mark: Sign) -> float:
    return CELL + (len(f"{mark.n:,}") * 7.2 + 5 if mark.item is None else 0)


def _marks_wide(piece: Piece) -> float:
    return sum(map(_mark_wide, piece.marks))


def _at(piece: Piece, y: float) -> Iterator[tuple[float, float]]:
    """The middle of each mark."""
    x, line = _inner(piece), y + HANG + LINE / 2
    for number, mark in enumerate(piece.marks):
        if piece.stacked:
            down, along = divmod(number, piece.columns)
            yield _inner(piece) + (along + 0.5) * CELL, line + LINE * (down + bool(piece.label))
        else:
            yield x + CELL / 2, line
            x += _mark_wide(mark)


def _line(x0: float, y0: float, x1: float, y1: float, colour: str, width: float = 1, dash: str = "solid") -> Any:
    return _shape("line", x0, y0, x1, y1, line={"width": width, "color": colour, "dash": dash})


def _rect(x0: float, y0: float, x1: float, y1: float, colour: str, opacity: float) -> Any:
    return _shape("rect", x0, y0, x1, y1, line={"width": 0}, fillcolor=colour, opacity=opacity)


def _shape(kind: str, x0: float, y0: float, x1: float, y1: float, **more: Any) -> dict[str, Any]:
    place = {"x0": x0, "x1": x1, "y0": y0, "y1": y1}
    return {"type": kind, "layer": "below", "xref": "x", "yref": "y", **place, **more}


def _marks(figure: go.Figure, placed: Sequence[tuple[float, Piece]], dataset: Dataset, look: Theme) -> None:
    """One trace a stance and one of events, pale ones apart: glyphs in colour, so that neither stands alone."""
    stances = stances_of(dataset)
    drawn: dict[tuple[str, bool], list[tuple[float, float, Sign, Piece]]] = {}
    for y, piece in placed:
        for mark, (x, at) in zip(piece.marks, _at(piece, y), strict=True):
            drawn.setdefault((mark.stance, mark.later), []).append((x, at, mark, piece))
    hover = _Hover(dataset)
    for (stance, later), points in drawn.items():
        figure.add_scatter(
            x=[p[0] for p in points],
            y=[p[1] for p in points],
            mode="markers+text",
            text=[plain(stances[stance].glyph) if stance else EVENT_GLYPH] * len(points),
            name=(f"statement {stance}" if stance else EVENT) + (" later" if later else ""),
            hoverinfo="text",
            hovertext=[hover.of(mark.item) if mark.item else hover.many(mark, piece) for *_, mark, piece in points],
            textfont={"size": 16, "color": look.visible(stances[stance].colour) if stance else look.ink},
            opacity=0.4 if later else 1,
            marker={"size": 15, "color": look.ground, "opacity": 0, "line": {"width": 0}},
            customdata=[_opens(mark) for *_, mark, _ in points],
        )


def _opens(mark: Sign) -> list[str]:
    if mark.item is None:
        return []
    item = mark.item
    if item["kind"] == EVENT:
        return [EVENT, item["id"]]
    return [STATEMENT, item["id"], item["proposal"], item["actor"]]


class _Hover:
    """What a mark says under the pointer."""

    def __init__(self, dataset: Dataset) -> None:
        self.actors, self.titles = names(dataset), names(dataset, "proposals")
        self.looks = stances_of(dataset)

    def of(self, item: Record) -> str:
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

    def many(self, mark: Sign, piece: Piece) -> str:
        return f"<b>{plain(clip(piece.name, 420))}</b><br>{plain(self.looks[mark.stance].word)}: {mark.n:,}"


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
    events = frame["kind"] == EVENT
    statuses = [s for s in EVENT_WORDS if (events & (frame["status"] == s)).any()]
    if events.any() and not statuses:
        statuses = ["confirmed"]
    return Key([*entries, *(f"{EVENT_GLYPH} {EVENT_WORDS[s]}" for s in statuses)])


def timeline_words(found: Timeline, drawing: TimeLayout) -> Words:
    """Title, what is drawn over what, and the same for who does not see it."""
    frame, line = found.frame, drawing.line
    then = frame[~frame["standing"].isin((Standing.EARLIER, Standing.LATER))]  # what counts; the rest is drawn pale
    events, statements = then["kind"] == EVENT, then["kind"] == STATEMENT
    n = int(statements.sum())
    total = f"{plural(n, 'statement')} and {plural(int(events.sum()), 'event')}"
    exact = then[statements & (then["span"] == EXACT)]
    title = f"{total}, no statement on an exact day"
    if len(exact):
        day, most = Counter(exact["last"]).most_common(1)[0]
        on = dates.words(dates.iso(int(day)), dates.iso(int(day)))
        title = f"{most} of {plural(n, 'statement')} fall on {on}, the day on which most was said"
        if most == 1:
            title = f"{total}, no two statements on the same exact day"
    meant = Counter(then["span"].map(MEANT))
    but = f", but for the stretches marked {CUT}, which are shortened" if line.breaks else ""
    gathered = "" if line.unit == "day" else f" Days are gathered by {line.unit}."
    n_undated = int((frame["span"] == UNDATED).sum())
    undated = f", {n_undated} undated below" if n_undated else ""
    if n_undated > meant[UNDATED]:  # of a window of time they are no part
        undated = f". Not counted between dates: {n_undated - meant[UNDATED]} undated, below"
    later = int(frame["after"].sum())
    until = f" {later:,} more come after {dates.words(found.as_of, found.as_of)} and are pale." if found.as_of else ""
    if found.before:
        until += f" {found.before:,} more come before {dates.words(found.since, found.since)} and are left out."
    subtitle = (
        f"n = {total}: {meant['exact']} with an exact day, {meant['imprecise']} with an imprecise date "
        "(a bar over its days, or an arrow where one end is open)"
        f"{undated}. Time is to scale{but}.{gathered}{until}"
    )
    parts = [
        f"{one_line(band.name)}: {plural(band.total, 'event' if band.id == EVENTS else 'statement')}"
        for band in drawing.bands
    ]
    unsure = int((frame["status"] == UNCONFIRMED).sum())
    shortened = "".join(f" Shortened: {gap.full}." for gap in line.breaks[:12])
    alt = (
        f"Timeline in {plural(len(parts), 'band')}. {title}. {'; '.join(parts)}. "
        f"{plural(unsure, 'event')} unconfirmed.{shortened}"
    )
    return Words(title, subtitle, alt)
