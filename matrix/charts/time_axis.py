"""Spans of days become places on a line of pixels: to scale where there is room, else busy days drawn wider."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from matrix.charts.text import wide
from matrix.dataset import dates

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
    room: float,
    pads: tuple[float, float],
    unit: str,
) -> TimeAxis:
    """The line over all spans (first and last day); `needs`: the pixels that a span of exactly one unit asks for."""
    edges = sorted({d for first, last in spans for d in (first, last + 1)})
    inner = room - sum(pads)
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
