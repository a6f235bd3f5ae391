"""Cut a brief to two pages of A4: how many lines each section takes, and what is left out, counted."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TypeVar

from matrix.export.brief.summary import Block, BriefColumn, Point, Section, Summary
from matrix.wording import display_width

T = TypeVar("T")

# In lines of the body's type; measured with DejaVu Sans, the widest of the style's typefaces, so rather too much.
PAGE = 68.0  # a page without its foot
COVER, BIG, HEADLINE = 1.4, 1.75, 1.32  # the line under the title and the space around; a line of title, of sentence
HEADING, TITLE, COLUMN_HEAD, GAP = 1.9, 1.0, 1.45, 0.55  # a section's first block has no gap: its heading has less
WIDTH, BIG_WIDTH, HEADLINE_WIDTH = 112, 50, 66  # letters in a line
LEAST = 4.2  # lines that a section keeps at least

MOST_TITLES = 6  # of what is left out; of more their number alone is given


def fitted(summary: Summary, *, shares: tuple[float, float] = (1.0, 1.0)) -> Summary:
    """The same on two pages; whatever is left out is counted where it would have been.

    `shares` of both pages are used: above 1 for a typeface that is narrower than the widest.
    """
    sentence = math.ceil(display_width(summary.headline) / HEADLINE_WIDTH) * HEADLINE
    about = BIG * _wrapped(summary.title, BIG_WIDTH) + math.ceil(display_width(summary.about) / WIDTH) - 1
    return replace(
        summary,
        first=_page(summary.first, shares[0] * PAGE - COVER - sentence - about),
        second=_page(summary.second, shares[1] * PAGE),
    )


def _page(sections: Sequence[Section], lines: float) -> list[Section]:
    """The sections of a page, each with a fair share of its lines: who needs less leaves the rest to the others."""
    free = lines - HEADING * len(sections)
    needs = [sum(map(_block, s.blocks)) for s in sections]
    share: dict[int, float] = {}
    for rank, i in enumerate(sorted(range(len(needs)), key=needs.__getitem__)):
        share[i] = min(needs[i], max(LEAST, free / (len(needs) - rank)))
        free -= share[i]
    made = [s if needs[i] <= share[i] else _cut(s, share[i]) for i, s in enumerate(sections)]
    spare = lines - sum(map(_height, made))
    for i, section in enumerate(sections):  # what whole entries leave of a share goes to the first that lacks it
        if made[i] is not section and spare > 0:
            room = _height(made[i]) - HEADING + spare
            more = _cut(section, room) if needs[i] > room else section
            spare -= _height(more) - _height(made[i])
            made[i] = more
    return made


def _cut(section: Section, lines: float) -> Section:
    """As many blocks as fit; of a single one, as many entries of each column."""
    if len(section.blocks) == 1 or all(b.title is None for b in section.blocks):
        each = lines / len(section.blocks)
        return replace(section, blocks=_shared(section.blocks, each))
    titles = [b.title.text if b.title else "" for b in section.blocks]
    room = lines - 1.2
    kept = _fitting(section.blocks, _block, room - _wrapped("; ".join(titles[-MOST_TITLES:]), WIDTH))
    named = bool(kept) and len(titles) - kept <= MOST_TITLES
    kept = kept if named else _fitting(section.blocks, _block, room)
    blocks = section.blocks[:kept] if kept else _shared(section.blocks[:1], room)
    left_out = titles[kept:] if named else ()
    return replace(section, blocks=blocks, more=len(titles) - len(blocks), left_out=left_out)


def _shared(blocks: Sequence[Block], each: float) -> list[Block]:
    """Blocks cut to a fair share of the lines."""
    total, needs = each * len(blocks), [_block(b) for b in blocks]
    share: dict[int, float] = {}
    for rank, i in enumerate(sorted(range(len(needs)), key=needs.__getitem__)):
        share[i] = min(needs[i], total / (len(needs) - rank))
        total -= share[i]
    return [b if needs[i] <= share[i] else _shorter(b, share[i]) for i, b in enumerate(blocks)]


def _shorter(block: Block, lines: float) -> Block:
    room = lines - GAP - (TITLE if block.title else 0) - _wrapped(block.foot, WIDTH)
    width = _width(len(block.columns))
    return replace(block, columns=[_column_cut(c, width, room) for c in block.columns])


def _column_cut(column: BriefColumn, width: float, lines: float) -> BriefColumn:
    if _column(column, width) <= lines:
        return column
    room = lines - (COLUMN_HEAD if column.heading else 0) - 1.1
    if column.flow > 1:  # columns of print are balanced by whole entries
        room = (room - max(_point(p, width / column.flow) for p in column.points) / 2) * column.flow
    kept = max(1, _fitting(column.points, lambda p: _point(p, width / column.flow), room))
    return replace(column, points=column.points[:kept], more=column.more + len(column.points) - kept)


def _fitting(items: Sequence[T], height: Callable[[T], float], room: float) -> int:
    """How many of them, from the first on, fit."""
    for i, item in enumerate(items):
        room -= height(item)
        if room < 0:
            return i
    return len(items)


# ---- heights in lines


def _height(section: Section) -> float:
    return HEADING + sum(map(_block, section.blocks)) + (1.1 + _wrapped(section.rest, WIDTH) if section.more else 0)


def _block(block: Block) -> float:
    width = _width(len(block.columns))
    own = max((_column(c, width) for c in block.columns), default=0.0)
    return own + GAP + (TITLE if block.title else 0) + _wrapped(block.foot, WIDTH)


def _column(column: BriefColumn, width: float) -> float:
    head = (COLUMN_HEAD if column.heading else 0) + (1.1 if column.more else 0)
    points = [_point(p, width / column.flow) for p in column.points]
    return head + sum(points) / column.flow + (max(points, default=0) / 2 if column.flow > 1 else 0)


def _point(point: Point, width: float) -> float:
    return _wrapped(point.letters, width - 3) + 0.03


def _wrapped(text: str, width: float) -> int:
    return math.ceil(display_width(text) / max(width, 10)) if text else 0


def _width(columns: int) -> float:
    return (WIDTH - 3 * (columns - 1)) / max(columns, 1)
