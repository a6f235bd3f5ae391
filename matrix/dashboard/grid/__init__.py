"""The matrix widget: a plain frozen payload comes in, the picked cell comes out."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

import streamlit as st

from matrix import palette
from matrix.analysis.evidence import Picked
from matrix.dashboard import visit
from matrix.dashboard.assets import component

__all__ = [
    "CODES", "FOLDED", "UNCERTAIN",
    "Grid", "GridBand", "GridColumn", "GridRow", "Picked", "RollUp", "Side", "Stance",
    "count_code", "mark_code", "matrix_grid", "news",
]  # fmt: skip

HERE = Path(__file__).parent

# The one character of each kind of cell without a position.
CODES: Final = {"never": ".", "superseded": "s", "outside": "o", "looked_for": "l", "unknown": "u", "hidden": "h"}
RESERVED: Final = "".join(CODES.values())
# Code, the browser's name for it, its words in full and in the legend, what a cell shows.
BLANKS: Final = tuple(
    (code, kind, look.word, look.short, look.mark) for kind, code in CODES.items() for look in [palette.BLANKS[kind]]
)
SIGNS: Final = {"official": palette.OFFICIAL_GLYPH, "against": palette.AGAINST_GLYPH}

FOLDED: Final = 1  # mark: statements of different stances were folded into the cell
UNCERTAIN: Final = 2  # mark: the cell rests on a date uncertain as of D

COUNTS: Final = "0123456789abcdefghijklmnopqrstuvwxyz"  # one character a count; the last means "35 or more"
KINDS: Final = ("backing", "conditional", "neutral", "opposed", "mixed")

_HINT: Final = "Click a cell, or move with the arrow keys and press Enter, to see the quotes behind it."
_TOUCH: Final = "Tap a cell to see the quotes behind it."


@dataclass(frozen=True)
class Stance:
    """One stance of the scale, or `mixed`: how its cells look, and what they are called.

    `code` is the one character that stands for it in `Grid.cells`; those of CODES are taken by the empty kinds.
    `light` and `dark` are `#rrggbb` fills; the glyph's ink is chosen by contrast. `kind` (one of `KINDS`) lends
    the colour to that part of a roll-up's bar; the first stance of a kind wins.
    """

    code: str
    glyph: str
    word: str
    light: str
    dark: str
    kind: str = ""


@dataclass(frozen=True)
class Side:
    """A group of columns under one coloured band; a `counted` one gets a roll-up column.

    `light` and `dark` are `#rrggbb`, each for a line on that ground. `members` and `heard`
    are said in the band; left out, they are counted over the columns given.
    """

    id: str
    name: str
    native: str = ""
    light: str = palette.GREY
    dark: str = palette.GREY
    counted: bool = True
    note: str = ""
    members: int | None = None
    heard: int | None = None
    compared: bool = False
    shown: bool = True  # has a column by side, whoever is heard


@dataclass(frozen=True)
class GridColumn:
    """An actor; `unheard` ones are folded away until asked for. `side` may be empty."""

    id: str
    name: str
    native: str = ""
    side: str = ""
    detail: str = ""
    unheard: bool = False
    official: bool = False


@dataclass(frozen=True)
class GridBand:
    """Rows that stand together under a heading; `light` and `dark` are its mark's `#rrggbb`, '' for no mark."""

    id: str
    words: str
    light: str = ""
    dark: str = ""
    about: str = ""


@dataclass(frozen=True)
class GridRow:
    """A proposal; `band` is the number of its band, whose heading is drawn wherever it differs from the row before."""

    id: str
    title: str
    native: str = ""
    band: int = -1
    depth: int = 0
    detail: str = ""


@dataclass(frozen=True)
class RollUp:
    """One side on one proposal, in members: `conditional` is part of `backing`, `official` backs too."""

    backing: int = 0
    conditional: int = 0
    neutral: int = 0
    opposed: int = 0
    mixed: int = 0
    silent: int = 0
    members: int = 0
    official: int = 0


@dataclass(frozen=True)
class Grid:
    """Everything the widget shows, in display order; one string a row, one character a column.

    `cells[i][j]` is a stance's code or one of the empty kinds; `marks[i][j]` a digit (`mark_code`), `counts[i][j]` the
    number of statements (`count_code`); both may be left out. `rollups[i]` holds one `RollUp` per counted side, in the
    order of `sides`. `notes` adds words to single cells, `conditions` what a position depends on: (row, column, text).
    Wrong shapes raise ValueError.
    """

    rows: tuple[GridRow, ...]
    columns: tuple[GridColumn, ...]
    stances: tuple[Stance, ...]
    cells: tuple[str, ...]
    sides: tuple[Side, ...] = ()
    marks: tuple[str, ...] = ()
    counts: tuple[str, ...] = ()
    rollups: tuple[tuple[RollUp, ...], ...] = ()
    notes: tuple[tuple[int, int, str], ...] = ()
    bands: tuple[GridBand, ...] = ()
    conditions: tuple[tuple[int, int, str], ...] = ()
    neutral: tuple[str, str] = ("is neutral", "are neutral")  # what taking no side is called, of one and of several
    matching: bool = False  # a search or a stance is chosen: who does not match may yet be heard
    native_language: str = ""
    hint: str = _HINT
    touch_hint: str = _TOUCH  # where there is no pointer that hovers

    def __post_init__(self) -> None:
        codes = [stance.code for stance in self.stances]
        for code in codes:
            if len(code) != 1 or code in RESERVED or codes.count(code) > 1:
                raise ValueError(f"stance code {code!r} is not one unused character other than {RESERVED!r}")
        for name in ("cells", "marks", "counts"):
            lines: tuple[str, ...] = getattr(self, name)
            if name != "cells" and not lines:
                continue
            if len(lines) != len(self.rows) or any(len(line) != len(self.columns) for line in lines):
                raise ValueError(f"{name} is not {len(self.rows)} strings of {len(self.columns)} characters")
        unknown = set("".join(self.cells)) - set(codes) - set(RESERVED)
        if unknown:
            raise ValueError(f"cells hold codes that no stance has: {sorted(unknown)}")
        counted = sum(side.counted for side in self.sides)
        if any(row.band >= len(self.bands) for row in self.rows):
            raise ValueError(f"a row's band is not one of {len(self.bands)}")
        if self.rollups and (len(self.rollups) != len(self.rows) or any(len(line) != counted for line in self.rollups)):
            raise ValueError(f"rollups is not {len(self.rows)} rows of {counted} counted sides")

    @cached_property
    def payload(self) -> str:
        """The same as compact JSON; kept on the instance, so that a cached Grid is written once."""
        return json.dumps(
            {
                "rows": [[r.id, r.title, r.native, r.band, r.depth, r.detail] for r in self.rows],
                "columns": [
                    [c.id, c.name, c.native, c.side, c.detail, int(c.unheard), int(c.official)] for c in self.columns
                ],
                "bands": [[b.id, b.words, b.light, b.dark, b.about] for b in self.bands],
                "sides": [self._side(side) for side in self.sides],
                "stances": [[s.code, s.glyph, s.word, s.light, s.dark, s.kind] for s in self.stances],
                "blanks": BLANKS,
                "signs": SIGNS,
                "cells": self.cells,
                "marks": self.marks,
                "counts": self.counts,
                "rollups": [
                    [
                        [k.backing, k.conditional, k.neutral, k.opposed, k.mixed, k.silent, k.members, k.official]
                        for k in line
                    ]
                    for line in self.rollups
                ],
                "notes": self.notes,
                "conditions": self._conditions(),
                "neutral": self.neutral,
                "matching": int(self.matching),
                "language": self.native_language,
                "hint": self.hint,
                "touch": self.touch_hint,
            },
            separators=(",", ":"),
        )

    @cached_property
    def signature(self) -> str:
        """A hash of the payload: the browser builds anew only when it changes."""
        return hashlib.blake2b(self.payload.encode(), digest_size=12).hexdigest()

    def _conditions(self) -> dict[str, list[str] | list[tuple[int, int, int]]]:
        """Each text once, for one condition is often set on many proposals; and where it holds."""
        place: dict[str, int] = {}
        cells = [(row, column, place.setdefault(text, len(place))) for row, column, text in self.conditions]
        return {"texts": list(place), "cells": cells}

    def _side(self, side: Side) -> list[str | int]:
        own = [column for column in self.columns if column.side == side.id]
        members = len(own) if side.members is None else side.members
        heard = sum(not column.unheard for column in own) if side.heard is None else side.heard
        return [
            *(side.id, side.name, side.native, side.light, side.dark),
            *(int(side.counted), side.note, members, heard, int(side.compared), int(side.shown)),
        ]


def mark_code(*, folded: bool = False, uncertain: bool = False) -> str:
    """The character of `Grid.marks` for one cell."""
    return str(FOLDED * folded + UNCERTAIN * uncertain)


def count_code(statements: int) -> str:
    """The character of `Grid.counts` for a number of statements; 35 and more share the last one."""
    return COUNTS[min(max(statements, 0), len(COUNTS) - 1)]


def matrix_grid(
    grid: Grid,
    *,
    open_cell: Picked | tuple[str, str] | None,
    show_unheard: bool = False,
    key: str,
    picked: Picked | None = None,
    by_side: bool = False,
) -> Picked | None:
    """Draw the matrix, by actor or by side, and return what was picked since the last run, else None.

    The page keeps the open cell (in the address) and hands it back as `open_cell`: a pick is returned once, so that
    closing the panel or going Back is not undone by the widget's own memory of an older click. A page that asked for
    the `news` before, to draw the answer first, hands them in as `picked`.
    """
    state = st.session_state.get(key)
    # Read before drawing, so that the answer to a click already knows the new cell.
    picked = picked or news(grid, key=key)
    opened = picked or (Picked(*open_cell) if isinstance(open_cell, tuple) else open_cell)
    data: dict[str, object] = {
        "signature": grid.signature,
        "payload": grid.payload,
        "open": _sent(opened, picked, f"{key}.sent", fresh=not state),
    }
    if by_side:
        draw = component("by_side", HERE / "by_side.js", HERE / "grid.css", HERE / "by_side.css")
    else:
        draw = component("grid", HERE / "grid.js", HERE / "grid.css")
        data |= {"unheard": show_unheard, "memory": key}
    draw(key=key, data=data, on_cell_change=_nothing)
    return picked


def _sent(opened: Picked | None, picked: Picked | None, key: str, *, fresh: bool) -> list[str | int]:
    """What is sent to the browser of the open cell: a number that grows when it must move the mark, and the cell.

    A pick is marked by the browser itself and not sent: the message stays the same, and Streamlit sends its hash only.
    """
    number, sent, shown = visit.page_state().get(key, (0, None, None))
    if picked:
        shown = picked
    if opened != shown or (fresh and opened != sent):
        number, sent, shown = number + 1, opened, opened
    visit.page_state()[key] = (number, sent, shown)
    return [number, sent.proposal, sent.actor, sent.side] if sent else [number]


def _nothing() -> None:
    """Streamlit keeps only such state as has a callback."""


def news(grid: Grid, *, key: str) -> Picked | None:
    """What was picked since this was last asked, else None."""
    state = st.session_state.get(key)
    value = state.get("cell") if isinstance(state, Mapping) else None
    if not value or value == visit.page_state().get(f"{key}.seen"):
        return None
    visit.page_state()[f"{key}.seen"] = value
    # What a browser sends is not to be trusted: only what the grid shows can be picked.
    if not isinstance(value, (list, tuple)) or len(value) < 3:
        return None
    proposal, actor, side = value[:3]
    known = (
        (proposal, {row.id for row in grid.rows}),
        (actor, {column.id for column in grid.columns}),
        (side, {side.id for side in grid.sides}),
    )
    if not all(isinstance(part, str) and (part == "" or part in ids) for part, ids in known):
        return None
    return Picked(proposal, actor, side) if proposal or actor or side else None
