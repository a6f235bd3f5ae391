"""Where the marks of a timeline stand: one box for all that share a span of days, on a line that is to scale or not."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from math import ceil, sqrt

import numpy as np
import pandas as pd

from matrix.analysis.timeline import BAR, EVENT, EXACT, NOT_AFTER, NOT_BEFORE, UNDATED
from matrix.charts.figure_text import wide
from matrix.dataset import dates
from matrix.dataset.dataset import Record, records

DAY, MONTH, YEAR = UNITS = ("day", "month", "year")
SHARE = 0.62  # of the line that busy days may take


@dataclass(frozen=True)
class TimeAxis:
    """`edges`: days on which something begins or has ended; `places`: their pixels. In between, time runs evenly."""

    edges: tuple[int, ...]
    places: tuple[float, ...]
    unit: str
    to_scale: bool

    def start(self, day: int) -> float:
        """The pixel on which a day begins."""
        return float(np.interp(day, self.edges, self.places))

    def end(self, day: int) -> float:
        """The pixel on which a day ends."""
        return self.start(day + 1)


def snapped(first: int, last: int, unit: str) -> tuple[int, int]:
    """First and last day of the days, months or years that hold the span."""
    size = {DAY: 10, MONTH: 7, YEAR: 4}[unit]
    return dates.interval(dates.iso(first)[:size])[0], dates.interval(dates.iso(last)[:size])[1]


def axis(
    spans: Sequence[tuple[int, int]],
    needs: dict[tuple[int, int], float],
    space: float,
    pads: tuple[float, float],
    unit: str,
) -> TimeAxis:
    """The line over all spans (first and last day); `needs`: the pixels that a span of exactly one unit asks for."""
    edges = sorted({d for first, last in spans for d in (first, last + 1)})
    inner = space - sum(pads)
    gaps = np.diff(edges).astype(float)
    least = np.array([needs.get((a, b - 1), 0.0) for a, b in pairwise(edges)])
    even = gaps * inner / gaps.sum()
    to_scale = bool((even >= least).all())
    widths = even
    if not to_scale:
        weight = 1 + np.log2(gaps)
        widths = least + weight * max(0.0, inner - least.sum()) / weight.sum()
        widths *= inner / widths.sum()
    places = pads[0] + np.concatenate([[0.0], np.cumsum(widths)])
    return TimeAxis(tuple(edges), tuple(float(p) for p in places), unit, to_scale)


@dataclass(frozen=True)
class Tick:
    """A label centred on a pixel."""

    at: float
    text: str


def ticks(line: TimeAxis, busy: Iterable[tuple[int, int]], size: float) -> list[Tick]:
    """Labels under the line that do not touch: the busiest days, months or years first, then months that begin."""
    taken: list[tuple[float, float]] = []
    found = []
    wanted = [((line.start(a) + line.end(b)) / 2, _short(a, b, line.unit)) for a, b in busy]
    wanted += [(line.start(d), _month(d)) for d in line.edges[:-1] if line.unit == DAY and dates.iso(d).endswith("-01")]
    for middle, text in wanted:
        half = wide(text, size) / 2 + 5
        if text and all(middle + half <= a or middle - half >= b for a, b in taken):
            taken.append((middle - half, middle + half))
            found.append(Tick(middle, text))
    return sorted(found, key=lambda t: t.at)


def years(line: TimeAxis) -> list[Tick]:
    """Where each year begins, at the left of its part of the line; years that are too narrow to name are left out."""
    if line.unit == YEAR:  # they stand on the line itself
        return []
    first, last = int(dates.iso(line.edges[0])[:4]), int(dates.iso(line.edges[-1] - 1)[:4])
    found, free = [], -1.0
    for year in range(first, last + 1):
        a, b = dates.interval(f"{year:04}")
        at = line.start(max(a, line.edges[0]))
        if line.end(b) - at > 12 and at >= free:
            found.append(Tick(at, str(year)))
            free = at + 40
    return found


def _short(first: int, last: int, unit: str) -> str:
    """`14 May`, `May` for a whole month, `2024` for a whole year where that is the unit; '' for any other span."""
    day = dates.iso(first)
    if first == last:
        return f"{int(day[8:])} {_month(first)}"
    if snapped(first, first, MONTH) == (first, last):
        return _month(first)
    return day[:4] if unit == YEAR and snapped(first, first, YEAR) == (first, last) else ""


def _month(day: int) -> str:
    return dates.MONTHS[int(dates.iso(day)[5:7]) - 1][:3]


# ---- boxes

CELL, PAD, GAP = 18, 3, 4  # pixels: a mark, around the marks of a box, between boxes
ARROW = 16  # pixels of an open side beyond its marks
MOST = 48  # marks in one box; the rest is a number

Item = Record


@dataclass
class Box:
    """All marks of one lane and span; `x0` ... `y1` are pixels once it has its place."""

    lane: str
    event: bool
    status: str
    span: str
    first: int
    last: int
    items: list[Item] = field(default_factory=list)
    x0: float = 0.0
    x1: float = 0.0
    y0: float = 0.0
    y1: float = 0.0

    @property
    def shown(self) -> list[Item]:
        """Its marks, as many as there is space for."""
        return self.items if len(self.items) <= MOST else self.items[: MOST - 2]

    @property
    def columns(self) -> int:
        """How many marks stand beside each other."""
        inner = self.x1 - self.x0 - 2 * PAD - (ARROW if self.span in (NOT_AFTER, NOT_BEFORE) else 0)
        return max(1, int(inner // CELL))

    @property
    def height(self) -> float:
        """Pixels for its lines of marks."""
        return ceil(min(len(self.items), MOST) / self.columns) * CELL + 2 * PAD

    def mark(self, number: int) -> tuple[float, float]:
        """The middle of a mark."""
        line, column = divmod(number, self.columns)
        beside = min(self.columns, min(len(self.items), MOST) - line * self.columns)
        space = self.x1 - self.x0
        if self.span == NOT_AFTER:
            left = self.x1 - PAD - beside * CELL
        elif self.span == NOT_BEFORE:
            left = self.x0 + PAD
        else:
            left = self.x0 + (space - beside * CELL) / 2
        return left + (column + 0.5) * CELL, self.y0 + PAD + (line + 0.5) * CELL


def laid_out(frame: pd.DataFrame, space: float) -> tuple[list[Box], TimeAxis]:
    """The boxes of everything that is dated, each between its pixels, and the line of time below them."""
    dated = records(frame[frame["span"] != UNDATED])
    unit, most = _fitting(dated, space)
    boxes = _boxes(dated, unit)
    opens = [b.span for b in boxes]
    pads = (60.0 if NOT_AFTER in opens else 4.0, 60.0 if NOT_BEFORE in opens else 4.0)
    line = axis([(b.first, b.last) for b in boxes], _needs(boxes, most), space, pads, unit)
    for box in boxes:
        _across(box, line, space)
    return boxes, line


def pack(boxes: Sequence[Box], top: float) -> float:
    """Gives every box of one lane its height at the first free place below `top`; returns where the lane ends."""
    placed: list[Box] = []
    for box in sorted(boxes, key=lambda b: (b.event, b.x0 - b.x1)):
        near = [p for p in placed if p.x0 < box.x1 + GAP and box.x0 < p.x1 + GAP]
        for y in sorted({top, *(p.y1 + GAP for p in near)}):
            if all(y >= p.y1 + GAP or y + box.height + GAP <= p.y0 for p in near):
                box.y0, box.y1 = y, y + box.height
                break
        placed.append(box)
    return max([top + CELL, *(b.y1 for b in placed)])


def _fitting(dated: Sequence[Item], space: float) -> tuple[str, int]:
    """The finest unit, and the most marks beside each other, with which busy units leave space for the others."""
    for unit in UNITS:
        boxes = _boxes(dated, unit)
        for most in (6, 4, 3, 2, 1):
            if sum(_needs(boxes, most).values()) <= (SHARE if unit == DAY else 0.9) * space:
                return unit, most
    return YEAR, 1


def _boxes(dated: Sequence[Item], unit: str) -> list[Box]:
    found: dict[tuple[object, ...], Box] = {}
    for item in dated:
        span, event = str(item["span"]), item["kind"] == EVENT
        first, last = int(str(item["first"])), int(str(item["last"]))
        a, b = (last, last) if span == NOT_AFTER else (first, first) if span == NOT_BEFORE else (first, last)
        a, b = snapped(a, b, unit)
        kind = EXACT if span == BAR and (a, b) == snapped(a, a, unit) and unit != DAY else span
        key = (item["lane"], event, item["status"], kind, a, b)
        box = found.setdefault(key, Box(str(item["lane"]), event, str(item["status"]), kind, a, b))
        box.items.append(item)
    for box in found.values():
        box.items.sort(key=lambda i: (str(i["stance"]), str(i["id"])))
    return list(found.values())


def _needs(boxes: Sequence[Box], most: int) -> dict[tuple[int, int], float]:
    needs: dict[tuple[int, int], float] = {}
    for box in boxes:
        if box.span == EXACT:
            beside = min(most, ceil(sqrt(min(len(box.items), MOST))))
            key = (box.first, box.last)
            needs[key] = max(needs.get(key, 0.0), beside * CELL + 2 * PAD + GAP)
    return needs


def _across(box: Box, line: TimeAxis, space: float) -> None:
    beside = min(6, max(2, ceil(sqrt(len(box.items)))))
    reach = beside * CELL + 2 * PAD + ARROW
    if box.span == NOT_AFTER:
        box.x1 = line.end(box.last) - 1
        box.x0 = max(0.0, box.x1 - reach)
    elif box.span == NOT_BEFORE:
        box.x0 = line.start(box.first) + 1
        box.x1 = min(space, box.x0 + reach)
    else:
        box.x0, box.x1 = line.start(box.first) + 1, line.end(box.last) - 1
    least = CELL + 2 * PAD
    if box.x1 - box.x0 < least:  # a short span is drawn as wide as its marks are
        middle = min(max((box.x0 + box.x1) / 2, least / 2), space - least / 2)
        box.x0, box.x1 = middle - least / 2, middle + least / 2
