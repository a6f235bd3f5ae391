"""A dataset and a selection become what the Matrix page shows: the grid's payload and the figures of its first line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from matrix.analysis.common_ground import CommonGround, chosen_sides, common_ground, neutral_words, shown_sides
from matrix.analysis.empty_cells import EMPTY_KINDS, HIDDEN, LOOKED_FOR, SUPERSEDED, searched
from matrix.analysis.extent import Extent, extent, heard
from matrix.analysis.positions import EMPTY, View, fold, view
from matrix.analysis.row_order import BACKED, GROUND, Band, RowPlace, band_look, ordered, tier_bands
from matrix.analysis.sides import OFFICIAL, roll_up
from matrix.analysis.voices import JOINT, conditions_of
from matrix.dashboard import grid as g
from matrix.dataset.dataset import Dataset, records, remembered
from matrix.dataset.selection import Selection
from matrix.palette import known_in_part, proposal_title, sides_of, stances_of
from matrix.wording import capital, office

_LETTERS = [c for c in "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ" if c not in g.RESERVED]
_LETTERS += [chr(i) for i in range(0x100, 0x300)]  # for scales of more stances than anybody can tell apart
_EMPTY_CODES = {kind: g.CODES[kind.id] for kind in (*EMPTY_KINDS, HIDDEN)}


@dataclass(frozen=True, eq=False)
class Screen:
    """One selection of one dataset, ready to be drawn."""

    view: View
    places: tuple[RowPlace, ...]  # the rows in the order in which they are shown
    grid: g.Grid
    facts: Extent

    @cached_property
    def ground(self) -> CommonGround:
        """The finding of this selection."""
        return common_ground(self.view.positions.dataset, self.view.positions.selection)

    @cached_property
    def bands(self) -> list[tuple[Band, int]]:
        """The tiers of its rows, each with their number, whichever are shown."""
        return tier_bands(self.view)

    @property
    def has_cells(self) -> bool:
        """Whether there is a row and a column to draw."""
        return len(self.view.rows) > 0 and len(self.view.columns) > 0


@remembered(64)
def screen(
    dataset: Dataset, selection: Selection, group: str = GROUND, sort: str = BACKED, only: tuple[str, ...] = ()
) -> Screen:
    """The screen of a selection; kept, so that a click on a cell computes nothing anew. See `ordered`."""
    seen = view(fold(dataset, selection))
    places = tuple(ordered(seen, group, sort, only=only))
    return Screen(seen, places, _grid(seen, places), extent(seen))


def _grid(seen: View, places: Sequence[RowPlace]) -> g.Grid:
    dataset = seen.positions.dataset
    bands = list(dict.fromkeys(p.band for p in places if p.band and p.band.words))
    rows = np.array([p.row for p in places], dtype=np.int64)
    looks = tuple(stances_of(dataset).values())
    letters = _LETTERS[: len(looks)]
    # The empty kinds stand behind the states: one look-up makes every cell's character.
    table = np.array([*letters, *_EMPTY_CODES.values()])
    kind = np.full(max(_EMPTY_CODES) + 1, len(letters))
    for i, why in enumerate(_EMPTY_CODES):
        kind[why] = len(letters) + i
    cells = table[np.where(seen.codes != EMPTY, seen.codes, kind[seen.why])][rows]
    at = np.ix_(seen.rows[rows], seen.columns)
    folded, sure = seen.positions.differing[at], seen.positions.uncertain[at]
    counts = np.array(list(g.COUNTS))[np.minimum(seen.positions.n[at], len(g.COUNTS) - 1)]
    shown = seen.positions.selection.side or tuple(dataset.frames["sides"]["id"])
    sides = [s for s in _sides(seen, rows) if s.id in shown]
    return g.Grid(
        rows=_rows(seen, places, bands),
        columns=_columns(seen),
        stances=_stances(dataset, looks, letters),
        cells=_lines(cells),
        sides=tuple(sides),
        marks=_lines((folded * g.FOLDED + sure * g.UNCERTAIN).astype("U1")),
        counts=_lines(counts),
        rollups=_rollups(seen, rows, [s.id for s in sides if s.counted]),
        notes=_notes(seen, rows),
        bands=tuple(_band(dataset, band) for band in bands),
        conditions=_conditions(seen, rows),
        neutral=neutral_words(dataset),
        matching=bool(seen.positions.selection.search or seen.positions.selection.stance),
    )


def _lines(characters: np.ndarray) -> tuple[str, ...]:
    return tuple("".join(line) for line in characters.tolist())


def _stances(dataset: Dataset, looks: Sequence[Any], letters: Sequence[str]) -> tuple[g.Stance, ...]:
    scale = dataset.scale
    kinds = [
        "conditional"
        if conditional and score > 0
        else "backing"
        if score > 0
        else "opposed"
        if score < 0
        else "neutral"
        for score, conditional in zip(scale.scores.tolist(), scale.conditional.tolist(), strict=True)
    ]
    return tuple(
        g.Stance(code, look.glyph, look.word, look.light, look.dark, kind)
        for code, look, kind in zip(letters, looks, [*kinds, "mixed"], strict=True)
    )


def _sides(seen: View, rows: np.ndarray) -> list[g.Side]:
    dataset, counted_in = seen.positions.dataset, seen.positions.members
    speaks = np.zeros(seen.positions.codes.shape[1], bool)  # in these rows: the same that the heading counts
    speaks[seen.columns] = (seen.codes[rows] != EMPTY).any(axis=0)
    frame = dataset.frames["sides"]
    compared, shown = chosen_sides(seen.positions), shown_sides(seen)
    return [
        g.Side(
            look.id,
            look.word,
            look.native,
            look.on_light,
            look.on_dark,
            counted != "false",
            note,
            int(counted_in(look.id).sum()),
            int((speaks & counted_in(look.id)).sum()),
            look.id in compared,
            look.id in shown,
        )
        for look, counted, note in zip(sides_of(dataset).values(), frame["counted"], frame["note"], strict=True)
    ]


def _columns(seen: View) -> tuple[g.GridColumn, ...]:
    spoke = heard(seen.positions)
    return tuple(
        g.GridColumn(
            a["id"],
            a["name"],
            a["name_native"],
            a["side"],
            office(a),
            not spoke[place],
            a["authority"] == OFFICIAL,
        )
        for place, a in zip(seen.columns, records(seen.actors), strict=True)
    )


def _band(dataset: Dataset, band: Band) -> g.GridBand:
    """A tier's mark is in its colour, or in that of the one side that asks; a theme has none."""
    if not band.tier:
        return g.GridBand(band.id, band.words)
    look = band_look(dataset, band)
    return g.GridBand(band.id, band.words, look.on_light, look.on_dark, band.about)


def _rows(seen: View, places: Sequence[RowPlace], bands: Sequence[Band]) -> tuple[g.GridRow, ...]:
    rows = records(seen.proposals)
    numbers = {band: i for i, band in enumerate(bands)}
    return tuple(
        g.GridRow(
            p["id"],
            proposal_title(p),
            p["title_zh"],
            numbers.get(place.band, -1) if place.band else -1,
            place.depth,
            ". ".join(filter(None, (p["definition"].rstrip("."), capital(known_in_part(p))))),
        )
        for place in places
        for p in [rows[place.row]]
    )


def _rollups(seen: View, rows: np.ndarray, sides: Sequence[str]) -> tuple[tuple[g.RollUp, ...], ...]:
    counts = roll_up(seen.positions) if sides else {}
    at = seen.rows[rows]
    names = ("backing", "conditional", "neutral", "opposed", "mixed", "silent", "members", "official_backing")
    lists = [[counts[s][n][at].tolist() for n in names] for s in sides]
    return tuple(tuple(g.RollUp(*(n[i] for n in side)) for side in lists) for i in range(len(at))) if sides else ()


def _conditions(seen: View, rows: np.ndarray) -> tuple[tuple[int, int, str], ...]:
    """The conditions of every visible position that depends on some."""
    row_at = {int(p): i for i, p in enumerate(seen.rows[rows])}
    column_at = {int(a): j for j, a in enumerate(seen.columns)}
    shown = seen.codes[rows] != EMPTY
    width = seen.positions.codes.shape[1]
    found = []
    for cell, texts in conditions_of(seen.positions).items():
        i, j = row_at.get(cell // width, -1), column_at.get(cell % width, -1)
        if i >= 0 and j >= 0 and shown[i, j]:
            found.append((i, j, JOINT.join(texts)))
    return tuple(found)


def _notes(seen: View, rows: np.ndarray) -> tuple[tuple[int, int, str], ...]:
    """For every superseded cell: by whom; for one that was looked for: by whom, where and when."""
    found, dataset = seen.positions.evidence, seen.positions.dataset
    codes = dataset.codes
    row_at = {int(p): i for i, p in enumerate(seen.rows[rows])}
    column_at = {int(a): j for j, a in enumerate(seen.columns)}
    ids, names = dataset.frames["statements"]["id"], dataset.frames["actors"]["name"]
    notes: dict[tuple[int, int], str] = {}
    for s in np.flatnonzero(found.passes & (found.by >= 0)):
        p, a, by = int(codes.proposal[s]), int(codes.actor[s]), int(found.by[s])
        if p in row_at and a in column_at and seen.positions.why[p, a] == SUPERSEDED:
            notes[row_at[p], column_at[a]] = f"by {names.iloc[codes.actor[by]]}'s statement {ids.iloc[by]}"
    for p, a in zip(*np.nonzero(seen.positions.why == LOOKED_FOR), strict=True):
        if p in row_at and a in column_at:
            looked = searched(
                dataset, dataset.frames["proposals"]["id"].iloc[p], dataset.frames["actors"]["id"].iloc[a]
            )
            notes[row_at[p], column_at[a]] = "; ".join(looked)
    return tuple((i, j, text) for (i, j), text in notes.items())
