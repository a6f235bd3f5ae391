"""Where everything on a timeline stands: `laid_out` gives a line of time to scale, and marks and names along it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import ceil

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from matrix.analysis.timeline import BAR, EVENT, EXACT, NOT_AFTER, NOT_BEFORE, UNDATED, Timeline
from matrix.charts.figure_text import clip, wide
from matrix.charts.labels import names
from matrix.dataset import dates
from matrix.dataset.dataset import Dataset, Record
from matrix.palette import stances_of
from matrix.wording import plural

DAY, MONTH, YEAR, DECADE, CENTURY = UNITS = ("day", "month", "year", "decade", "century")
EVENTS = "~events"  # the band of events: an id of a table never begins so
ACTOR, PROPOSAL = "actor", "proposal"
CELL, LINE, HANG, GAP, ARROW = 17, 17, 5, 3, 14  # pixels: a mark, a line of them, above them, between pieces, an arrow
LABEL = 12
AXIS_LABEL = 11.5
ROOMS = (170, 118, 76, 0)  # pixels for a name; the next where a band would grow too high
MOST_MARKS, MOST_PIECES = 24, 4  # marks of a piece before they are counted; pieces of one date before the rest is
WIDEST, LEAST = 92, 13  # pixels of a shortened stretch
SHARE = 1 / 8  # of the line: an empty stretch that takes more is shortened
SHORTEST = 3  # days: what is shorter is never shortened
TIMES = 3  # as long as the usual gap: what is shorter is not long
CORE = 0.3  # of the line, for the shortest stretch that holds half of the exact days

Days = NDArray[np.int64]


# ---- the line of time


@dataclass(frozen=True)
class Break:
    """A stretch that is shortened: its first day, the day after its last, its pixels, how long it is, what it lacks."""

    first: int
    end: int
    x0: float
    x1: float
    length: str
    words: str

    @property
    def turned(self) -> bool:
        """Whether it is too narrow for words that are not turned."""
        return self.x1 - self.x0 < 80

    @property
    def full(self) -> str:
        """The same with its days: `7 months without an exact date, June – December 2024`."""
        return f"{self.words}, {dates.words(dates.iso(self.first), dates.iso(self.end - 1))}"


@dataclass(frozen=True)
class TimeAxis:
    """`edges`: days on which something begins or has ended; `places`: their pixels. In between, time runs evenly.

    Between all edges a day takes the same pixels, except in the `breaks`.
    """

    edges: tuple[int, ...]
    places: tuple[float, ...]
    unit: str
    breaks: tuple[Break, ...] = ()

    def start(self, day: int) -> float:
        """The pixel on which a day begins."""
        return float(np.interp(day, self.edges, self.places))

    def end(self, day: int) -> float:
        """The pixel on which a day ends."""
        return self.start(day + 1)


def snapped(days: Days, unit: str) -> tuple[Days, Days]:
    """First and last day of the day, month, year, decade or century that holds each day."""
    if unit == DAY:
        return days, days
    moment = days.astype("datetime64[D]")
    if unit == MONTH:
        start = moment.astype("datetime64[M]")
        after = start + 1
    else:
        size = {YEAR: 1, DECADE: 10, CENTURY: 100}[unit]
        number = moment.astype("datetime64[Y]").astype(np.int64)
        number -= (number + 1970) % size
        start, after = number.astype("datetime64[Y]"), (number + size).astype("datetime64[Y]")
    return start.astype("datetime64[D]").astype(np.int64), after.astype("datetime64[D]").astype(np.int64) - 1


def axis(spans: Sequence[tuple[str, int, int]], space: float, unit: str = DAY, what: str = "statement") -> TimeAxis:
    """The line over all spans (kind of span, first and last day), to scale but for long stretches without an exact day.

    `what`: of which there is none in a stretch that no span reaches into.
    """
    exact = sorted({(a, b) for kind, a, b in spans if kind == EXACT})
    rough = {(a, b) for kind, a, b in spans if kind == BAR}
    until = max((b for kind, _, b in spans if kind == NOT_AFTER), default=None)
    since = min((a for kind, a, _ in spans if kind == NOT_BEFORE), default=None)
    edges = np.array(sorted({d for _, a, b in spans for d in (a, b + 1)}), np.int64)
    gaps = np.diff(edges)
    busy, reached = np.zeros(len(gaps), bool), np.zeros(len(gaps), bool)
    for into, pairs in ((busy, exact), (reached, rough)):
        for a, b in pairs:
            into[np.searchsorted(edges, a) : np.searchsorted(edges, b + 1)] = True
    if until is not None:
        reached |= edges[1:] <= until + 1
    if since is not None:
        reached |= edges[:-1] >= since
    pads = (ARROW if until is not None else 0, ARROW if since is not None else 0)  # there an arrow may be outermost
    space -= sum(pads)
    cut = _shortened(gaps, busy, space, _core([a for kind, a, _ in spans if kind == EXACT]))
    each = _width_of_break(len(cut), space)
    scale = (space - each * len(cut)) / max(1, int(gaps.sum() - gaps[cut].sum()))
    widths = gaps * scale
    widths[cut] = each
    places = pads[0] + np.concatenate([[0.0], np.cumsum(widths)])
    breaks = tuple(
        Break(int(edges[i]), int(edges[i + 1]), float(places[i]), float(places[i + 1]), length, f"{length} {none}")
        for i in sorted(cut)
        for length in [_length(int(edges[i]), int(edges[i + 1]))]
        for none in ["without an exact date" if reached[i] else f"without a {what}"]
    )
    return TimeAxis(tuple(edges.tolist()), tuple(places.tolist()), unit, breaks)


def _shortened(gaps: Days, busy: NDArray[np.bool_], space: float, core: int) -> list[int]:
    """Which gaps are shortened: the longest, until none takes too much of the line and the `core` not too little.

    Too much is more than its share, and more than what is usual here: of days that are evenly apart no gap is long.
    Where it cannot be reached, as many are shortened as leave most pixels to a day.
    """
    free = [i for i in np.argsort(-gaps, kind="stable").tolist() if not busy[i] and gaps[i] >= SHORTEST]
    usual = float(np.median(gaps[free])) if free else 0.0
    best, most = 0, 0.0
    for n in range(min(len(free), int(space / 2 // LEAST)) + 1):
        left = int(gaps.sum() - gaps[free[:n]].sum())
        if not left:
            break
        a_day = (space - n * _width_of_break(n, space)) / left
        if n and gaps[free[n - 1]] * a_day <= _width_of_break(n, space):
            continue  # nothing is won
        if a_day > most:
            best, most = n, a_day
        longest = int(gaps[free[n]]) if n < len(free) else 0
        too_long = longest * a_day > space * SHARE and longest > TIMES * usual
        if not too_long and (not core or core * a_day >= space * CORE):
            return free[:n]
    return free[:best]


def _core(days: Sequence[int]) -> int:
    """How many days the shortest stretch has that holds half of these, at least two; 0 where there are not two."""
    every = np.unique(np.array(days, np.int64))
    half = max(2, (len(every) + 1) // 2)
    return int((every[half - 1 :] - every[: len(every) - half + 1]).min()) + 1 if len(every) > 1 else 0


def _width_of_break(number: int, space: float) -> float:
    return min(WIDEST, space * SHARE, max(LEAST, 0.42 * space / number)) if number else 0.0


def _length(first: int, end: int) -> str:
    """How long a stretch is: `12 days`, `7 months`, `3 years`, rounded to whole ones."""
    days = end - first
    if days < 46:
        return plural(days, "day")
    months = round(days / 30.44)
    return plural(months, "month") if months < 24 else plural(round(days / 365.25), "year")


@dataclass(frozen=True)
class Tick:
    """A label that begins at a pixel, or, at the end of the line, ends there."""

    at: float
    text: str
    flipped: bool = False


def ticks(line: TimeAxis, busy: Iterable[tuple[int, int]], space: float) -> list[Tick]:
    """Labels along the line that do not touch: the busiest days, months or years first, then where a stretch begins."""
    taken: list[tuple[float, float]] = []
    found = []
    wanted = [*busy, *((d, d) for b in line.breaks for d in (b.end, b.first))]
    wanted += [(d, d) for d in line.edges[:-1] if line.unit == DAY and dates.iso(d).endswith("-01")]
    for first, last in wanted:
        text, at = _short(first, last, line.unit), line.start(first)
        size = wide(text, AXIS_LABEL) + 9
        flipped = at + size > space
        a, b = (at - size, at) if flipped else (at, at + size)
        if text and a >= 0 and at < space and all(b <= c or a >= d for c, d in taken):
            taken.append((a, b))
            found.append(Tick(at, text, flipped))
    return sorted(found, key=lambda t: t.at)


def years(line: TimeAxis, space: float) -> list[Tick]:
    """Where each year begins, at the left of its part of the line; where they would touch, the widest are named."""
    if line.unit not in (DAY, MONTH):  # they stand on the line itself
        return []
    first, last = int(dates.iso(line.edges[0])[:4]), int(dates.iso(line.edges[-1] - 1)[:4])
    parts = []
    for year in range(first, last + 1):
        a, b = dates.interval(f"{year:04}")
        at = line.start(max(a, line.edges[0]))
        parts.append((at - line.end(b), min(at, space - 32), str(year)))
    found: list[Tick] = []
    for width, at, text in sorted(parts):
        if width < -8 and all(abs(at - other.at) >= 36 for other in found):
            found.append(Tick(at, text))
    return sorted(found, key=lambda t: t.at)


def _short(first: int, last: int, unit: str) -> str:
    """`14 May`, `May` for a whole month, `2024` for a year, `2020s` for a decade, by the unit."""
    day = dates.iso(first)
    if unit == DAY:
        return f"{int(day[8:])} {_month(first)}"
    if unit == MONTH:
        return _month(first)
    return day[:4] if unit == YEAR else f"{day[:4]}s" if unit == DECADE else f"{day[:4]}–{dates.iso(last)[:4]}"


def _month(day: int) -> str:
    return dates.MONTHS[int(dates.iso(day)[5:7]) - 1][:3]


# ---- what stands on it


@dataclass(frozen=True)
class Sign:
    """A glyph: of one statement or event, `item`, or of `n` statements with that stance."""

    stance: str
    n: int
    item: Record | None
    later: bool = False


@dataclass
class Piece:
    """What one actor, or everybody on one proposal, stated on the same date; or one event.

    `id` and `of` say of whom or what (`of` '' for all that is left of a date, which is counted). Pixels once it has its
    place: of its date (`x0`, `x1`), of all it takes (`left`, `right`, `y`, `height`), and the one that its words begin
    at, or end at where it is `flipped` (`anchor`). `label` is its name as far as there is room.
    """

    band: str
    span: str
    first: int
    last: int
    marks: tuple[Sign, ...]
    of: str
    id: str
    name: str
    total: int
    status: str = ""
    label: str = ""
    x0: float = 0.0
    x1: float = 0.0
    left: float = 0.0
    right: float = 0.0
    anchor: float = 0.0
    y: float = 0.0
    columns: int = 1
    flipped: bool = False

    @property
    def counted(self) -> bool:
        """Whether its marks are numbers."""
        return any(mark.item is None for mark in self.marks)

    @property
    def later(self) -> bool:
        """Whether all of it comes after the as-of date."""
        return bool(self.marks) and all(mark.later for mark in self.marks)

    @property
    def stacked(self) -> bool:
        """Whether its name is above its marks and not behind them."""
        return not self.counted and len(self.marks) > 3

    @property
    def height(self) -> float:
        """Pixels for its lines."""
        lines = ceil(len(self.marks) / self.columns) if self.stacked else 1
        return HANG + LINE * (lines + (1 if self.stacked and self.label else 0))

    @property
    def label_width(self) -> float:
        """Pixels that its name takes at most."""
        return wide(self.label, LABEL) * 1.08 + 4 if self.label else 0.0

    @property
    def edges(self) -> tuple[float, float]:
        """The pixels that it takes from left to right, its date's and its words' together."""
        return (min(self.x0, self.left), max(self.x1, self.right)) if self.span == BAR else (self.left, self.right)


@dataclass(frozen=True)
class Track:
    """A lane of statements or the band of events: from `top` to `bottom`, with its pieces."""

    id: str
    name: str
    side: str
    pieces: tuple[Piece, ...]
    height: float
    total: int


@dataclass(frozen=True)
class TimeLayout:
    """A timeline laid out over `space` pixels: its bands from top to bottom, its line and the labels along it."""

    space: float
    bands: tuple[Track, ...]
    line: TimeAxis
    ticks: tuple[Tick, ...]
    years: tuple[Tick, ...]
    as_of: float | None = None

    @property
    def turned(self) -> bool:
        """Whether the length of any shortened stretch is turned."""
        return any(gap.turned for gap in self.line.breaks)


def laid_out(found: Timeline, dataset: Dataset, spaces: Sequence[float]) -> list[TimeLayout]:
    """Everything that is dated, laid out over each of these widths in pixels; no two pieces of a band overlap.

    Each layout may be stretched: what is anchored further apart does not overlap either. ValueError where nothing is
    dated.
    """
    frame = found.frame[found.frame["span"] != UNDATED]
    if not len(frame):
        raise ValueError("nothing is dated")
    contents: dict[str, _Content] = {}
    made = []
    for space in spaces:
        unit = _unit(frame, space)
        if unit not in contents:
            contents[unit] = _Content(frame, dataset, found, unit)
        made.append(_drawing(found, contents[unit], space))
    return made


def _drawing(found: Timeline, content: _Content, space: float) -> TimeLayout:
    pieces = {band: content.fitting(band, space) for band in content.bands}
    what = "statement or event" if EVENTS in pieces else "statement"
    line = axis([(p.span, p.first, p.last) for own in pieces.values() for p in own], space, content.unit, what)
    lanes = {lane.id: lane for lane in found.lanes}
    bands = []
    for id_, own in pieces.items():
        placed, height = _packed(own, line, space)
        lane = lanes.get(id_)
        side = lane.sides[0] if lane and len(lane.sides) == 1 else ""
        bands.append(Track(id_, lane.name if lane else "Events", side, tuple(placed), height, content.totals[id_]))
    as_of = min(space, line.end(dates.interval(found.as_of)[1])) if found.as_of else None
    along = tuple(ticks(line, content.busy, space))
    return TimeLayout(space, tuple(bands), line, along, tuple(years(line, space)), as_of)


def _budget(space: float) -> int:
    """How many pieces a lane has room for."""
    return max(28, int(space / 12))


def _packed(pieces: Sequence[Piece], line: TimeAxis, space: float) -> tuple[list[Piece], float]:
    """The pieces of one band placed, with as much of their names as it has room for, and how high it is."""
    high = 560 if space < 560 else 400
    for room in ROOMS:
        own = [Piece(**vars(p)) for p in pieces]
        for piece in own:
            _across(piece, line, space, room)
        height = pack(own)
        if height <= high or (room == ROOMS[1] and own[0].of == EVENT):
            break
    _lengthen(own, space)
    return own, height


def _lengthen(pieces: Sequence[Piece], space: float) -> None:
    """Gives names that are missing or cut the room beside them in which nothing else is."""
    for piece in pieces:
        if piece.label == piece.name or not piece.of or (piece.stacked and not piece.label):
            continue
        beside = [p for p in pieces if p is not piece and p.y < piece.y + piece.height and piece.y < p.y + p.height]
        before, (x0, x1) = piece.label_width, piece.edges
        if piece.flipped:
            free = piece.left - max([0.0, *(p.edges[1] + GAP for p in beside if p.edges[0] < x1)])
        else:
            free = min([space, *(p.edges[0] - GAP for p in beside if p.edges[1] > x0)]) - piece.right
        size = _width(piece)
        if piece.stacked:  # marks may be wider than the name
            free += size - before - 4
        if free <= 0:
            continue
        piece.label = _label(piece, before + free)
        more = _width(piece) - size
        piece.left, piece.right = (
            (piece.left - more, piece.right) if piece.flipped else (piece.left, piece.right + more)
        )


def _across(piece: Piece, line: TimeAxis, space: float, room: float) -> None:
    """Where it is from left to right, to the left of its date where it does not fit to the right."""
    piece.x0, piece.x1 = line.start(piece.first), line.end(piece.last)
    piece.columns = min(12, max(6, int((piece.x1 - piece.x0) // CELL)))
    marks = 6 if piece.stacked else _marks_width(piece) + 10
    piece.label = _label(piece, min(room, space - 2 * ARROW - marks))
    size = _width(piece)
    # What is open at one end hangs on the end that is known, to whichever side.
    start = piece.x1 if piece.span == NOT_AFTER else piece.x0
    end = piece.x0 if piece.span == NOT_BEFORE else piece.x1
    inner = (ARROW if piece.span == NOT_BEFORE else 0, ARROW if piece.span == NOT_AFTER else 0)
    right, left = start + size + inner[0] <= space, end - size - inner[1] >= 0
    piece.flipped = left and (piece.span == NOT_AFTER or not right)
    if piece.flipped:
        piece.anchor = end
        piece.left, piece.right = end - size - inner[1], end + inner[0]
    else:
        piece.anchor = start if right else max(inner[1], space - size - inner[0])
        piece.left, piece.right = piece.anchor - inner[1], piece.anchor + size + inner[0]


def _marks_width(piece: Piece) -> float:
    if piece.counted:
        return sum(CELL + (wide(f"{m.n:,}", LABEL) * 1.08 + 5 if m.item is None else 0) for m in piece.marks)
    return CELL * (min(len(piece.marks), piece.columns) if piece.stacked else len(piece.marks))


def _width(piece: Piece) -> float:
    """Pixels of its marks and its name, without an arrow."""
    marks = _marks_width(piece)
    return (max(marks, piece.label_width) if piece.stacked else marks + piece.label_width) + 4


def _label(piece: Piece, room: float) -> str:
    """Its name, cut with an ellipsis; nothing where not even a few letters of it would be left."""
    if not piece.of:
        return piece.name  # says how much is not drawn
    text = clip(piece.name, (room - 4) / 1.08, LABEL) if room >= 28 else ""
    return text if len(text) > 4 or text == piece.name else ""


def pack(pieces: Sequence[Piece]) -> float:
    """Gives every piece of one band the highest free place; returns how high the band is."""
    placed: list[tuple[float, float, float, float]] = []  # from left to right and from top to bottom
    for piece in sorted(pieces, key=lambda p: (p.edges[0] - p.edges[1] if p.span == BAR else 0.0, p.edges[0])):
        (x0, x1), height = piece.edges, piece.height
        near = sorted((top, bottom) for a, b, top, bottom in placed if a < x1 + GAP and x0 < b + GAP)
        y = 0.0
        for top, bottom in near:  # from the highest down: the first space that is high enough
            if y + height + GAP <= top:
                break
            y = max(y, bottom + GAP)
        piece.y = y
        placed.append((x0, x1, y, y + height))
    return max((bottom for *_, bottom in placed), default=0.0)


def _anchors(frame: pd.DataFrame) -> tuple[Days, Days, NDArray[np.str_]]:
    """First and last day on which each is drawn - what is open, on its only day - and the kind of its span."""
    first, last = frame["first"].to_numpy(np.int64), frame["last"].to_numpy(np.int64)
    span = frame["span"].to_numpy(str)
    return np.where(span == NOT_AFTER, last, first), np.where(span == NOT_BEFORE, first, last), span


def _unit(frame: pd.DataFrame, space: float) -> str:
    """The finest unit with which no band has more dates than it has room for."""
    first, last, span = _anchors(frame)
    is_event = (frame["kind"] == EVENT).to_numpy(bool)
    band = np.where(is_event, -1, pd.factorize(frame["lane"])[0])
    kind = pd.factorize(span)[0]
    for unit in UNITS:
        keys = {"band": band, "span": kind, "a": snapped(first, unit)[0], "b": snapped(last, unit)[1]}
        if pd.DataFrame(keys).drop_duplicates()["band"].value_counts().max() <= _budget(space) or unit == CENTURY:
            break
    return unit


class _Content:
    """What is to be placed, whatever the width: the pieces of each band, their days gathered by a unit."""

    def __init__(self, frame: pd.DataFrame, dataset: Dataset, found: Timeline, unit: str) -> None:
        first, last, span = _anchors(frame)
        a, b = snapped(first, unit)[0], snapped(last, unit)[1]
        if unit != DAY:
            span = np.where((span == BAR) & (snapped(first, unit)[1] == b), EXACT, span)
        self.unit, self.dates = unit, (a, b, span)
        self.columns = {c: frame[c].to_numpy(object) for c in frame.columns}  # quicker than a row of a frame
        self.after = frame["after"].to_numpy(bool)
        self.order = {stance: n for n, stance in enumerate(stances_of(dataset))}
        self.stance = frame["stance"].map(self.order).fillna(-1).to_numpy(np.int64)
        self.codes, self.ids = {}, {}  # of actors and proposals: whole numbers, quick to tell apart
        for of in (ACTOR, PROPOSAL):
            self.codes[of], ids = pd.factorize(frame[of])
            self.ids[of] = [str(i) for i in ids]
        self.names = {
            of: {i: n.label for i, n in names(dataset, table).items()}
            for of, table in ((ACTOR, "actors"), (PROPOSAL, "proposals"))
        }
        is_event, lane = (frame["kind"] == EVENT).to_numpy(bool), frame["lane"].to_numpy(str)
        places = {each.id: np.flatnonzero(~is_event & (lane == each.id)) for each in found.lanes}
        places[EVENTS] = np.flatnonzero(is_event)  # below: many events must not hide what was said
        in_time = np.lexsort((span, b, a))
        rank = np.empty(len(frame), np.int64)
        rank[in_time] = np.arange(len(frame))
        self.places = {band: own[np.argsort(rank[own])] for band, own in places.items() if len(own)}
        self.totals = {band: len(own) for band, own in self.places.items()}
        dated = pd.DataFrame({"a": a, "b": b, "n": np.where(span == EXACT, 100, 1)})
        weight = dated.groupby(["a", "b"])["n"].sum().sort_values(ascending=False, kind="stable")
        self.busy = [(int(x), int(y)) for x, y in weight.index]
        self._made: dict[tuple[str, int], list[Piece]] = {}

    @property
    def bands(self) -> list[str]:
        """The lanes in which anything is dated, then the band of events."""
        return list(self.places)

    def fitting(self, band: str, space: float) -> list[Piece]:
        """The pieces of a band, in the order of time: each date in as many as there is room for."""
        for most in (MOST_PIECES, 2, 1):
            own = self._pieces(band, most)
            if len(own) <= _budget(space) or band == EVENTS:
                break
        return own

    def _pieces(self, band: str, most: int) -> list[Piece]:
        if (band, most) not in self._made:
            places = self.places[band]
            if band == EVENTS:
                self._made[band, most] = [self._event(place) for place in places.tolist()]
            else:
                alone = len(np.unique(self.codes[ACTOR][places])) == 1  # the lane's name says who it is
                new = np.any([values[places][1:] != values[places][:-1] for values in self.dates], axis=0)
                self._made[band, most] = [
                    piece
                    for own in np.split(places, np.flatnonzero(new) + 1)
                    for piece in self._split(own, (band, *self._date(own[0])), most, alone=alone)
                ]
        return self._made[band, most]

    def _date(self, place: int) -> tuple[str, int, int]:
        a, b, span = self.dates
        return str(span[place]), int(a[place]), int(b[place])

    def _item(self, place: int) -> Record:
        return {name: values[place] for name, values in self.columns.items()}

    def _event(self, place: int) -> Piece:
        r = self._item(place)
        mark = Sign("", 1, r, bool(r["after"]))
        title, status = str(r["title"]), str(r["status"])
        return Piece(EVENTS, *self._date(place), (mark,), EVENT, str(r["id"]), title, 1, status)

    def _split(self, places: Days, date: tuple[str, str, int, int], most: int, *, alone: bool) -> list[Piece]:
        """Statements of one date, by actor or by proposal, whichever are fewer; of many, the rest is counted."""
        actors, proposals = (len(np.unique(self.codes[of][places])) for of in (ACTOR, PROPOSAL))
        of = PROPOSAL if alone or proposals < actors else ACTOR
        codes = self.codes[of][places]
        every, counts = np.unique(codes, return_counts=True)
        if len(every) > most == 1:
            return [Piece(*date, self._counts(places), "", "", plural(len(every), of), len(places))]
        order = np.argsort(-counts, kind="stable")
        shown = every[order if len(every) <= most else order[: most - 1]]
        found = []
        for code in shown.tolist():
            own, id_ = places[codes == code], self.ids[of][code]
            found.append(Piece(*date, self._marks(own, of), of, id_, self.names[of][id_], len(own)))
        if len(shown) < len(every):
            rest = len(places) - sum(p.total for p in found)
            name = f"+ {plural(len(every) - len(shown), f'more {of}')} ({rest:,})"
            found.append(Piece(*date, (), "", "", name, rest))
        return found

    def _marks(self, places: Days, of: str) -> tuple[Sign, ...]:
        """A mark for each statement; where they are many, or many actors on one proposal, for each stance."""
        if len(places) > (MOST_MARKS if of == ACTOR else 3):
            return self._counts(places)
        own = [self._item(place) for place in places.tolist()]
        own.sort(key=lambda r: (self.order[str(r["stance"])], str(r["id"])))
        return tuple(Sign(str(r["stance"]), 1, r, bool(r["after"])) for r in own)

    def _counts(self, places: Days) -> tuple[Sign, ...]:
        stances, counts = np.unique(self.stance[places], return_counts=True)
        ids = list(self.order)
        return tuple(
            Sign(ids[stance], n, None, bool(self.after[places[self.stance[places] == stance]].all()))
            for stance, n in zip(stances.tolist(), counts.tolist(), strict=True)
        )
