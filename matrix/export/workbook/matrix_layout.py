"""The view of the matrix in, the order of its sheet's rows and columns out; nothing is written here."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby

import numpy as np

from matrix.analysis.outline import by_side, outline
from matrix.analysis.positions import EMPTY, View
from matrix.analysis.sides import roll_up
from matrix.dataset.dataset import records
from matrix.palette import NO_SIDE_COLOUR, Look, side_looks

WORDS_UP_TO = 20  # actors whose stances are shown as words; above, glyphs
TITLE, BANNER, NAMES, NATIVE, IDS, FIRST = 0, 2, 3, 4, 5, 6  # rows
PROPOSAL, TITLES = 0, 1  # columns
COUNT_HEADS = (("backing", "Backing"), ("opposed", "Opposing"), ("speakers", "Heard, of {}"))
DEEPEST = 6  # levels of outline below a theme; Excel has seven in all


@dataclass(frozen=True)
class MatrixRow:
    """A line of the sheet: a theme's heading (`place` -1) or a proposal (its place in the view), with its depth."""

    place: int
    depth: int
    theme: str = ""


@dataclass(frozen=True)
class ColumnBlock:
    """The actors of one side (places in the view): those heard first, then those named without a word of their own."""

    look: Look
    heard: tuple[int, ...]
    unheard: tuple[int, ...]
    counted: bool

    @property
    def actors(self) -> tuple[int, ...]:
        return (*self.heard, *self.unheard)


@dataclass(frozen=True, eq=False)
class Count:
    """A side's counts per proposal of the view; `complete`: every member stands in the sheet with all cells shown."""

    block: ColumnBlock
    members: int
    listed: int
    complete: bool
    backing: list[int]
    opposed: list[int]
    speakers: list[int]


@dataclass(frozen=True, eq=False)
class Plan:
    """The sheet before it is written: its rows, and the columns of actors, counts and folds (by place in the view)."""

    rows: list[MatrixRow]
    blocks: list[ColumnBlock]
    counts: list[Count]
    native: bool  # is there a column of native titles
    words: bool  # cells show words, not glyphs
    actors: dict[int, int]
    first_counts: list[int]
    folds: dict[int, int]  # by block, of those with unheard actors
    first: int  # column of the first actor
    end: int

    @property
    def last(self) -> int:
        """The sheet's last row of the matrix."""
        return FIRST + max(len(self.rows), 1) - 1


def rows(seen: View) -> list[MatrixRow]:
    """Proposals by theme, in order of first appearance, children below a parent of the same theme."""
    lines = outline(seen.proposals)
    headed = any(line.theme for line in lines)
    result: list[MatrixRow] = []
    for theme, group in groupby(lines, key=lambda line: line.theme):
        if headed:
            result.append(MatrixRow(-1, 0, theme[:1].upper() + theme[1:] or "No theme"))
        result += [MatrixRow(line.place, min(line.depth, DEEPEST)) for line in group]
    return result


def blocks(seen: View) -> list[ColumnBlock]:
    """Actors by side, in the sides' order, those without one last. Unheard: silent on every proposal in view."""
    dataset = seen.positions.dataset
    sides = records(dataset.frames["sides"])
    looks = [*side_looks(sides), Look("", "No side" if sides else "Actors", "", "", NO_SIDE_COLOUR)]
    counted = [*(s["counted"] != "false" for s in sides), not sides]
    silent = ~seen.heard
    if silent.all():  # nobody is heard: an empty grid says more than folded columns
        silent = np.zeros(len(seen.columns), bool)
    mine_of = dict(by_side(dataset, seen.actors))
    result = []
    for look, counts in zip(looks, counted, strict=True):
        if mine := mine_of.get(look.id):
            heard = tuple(i for i in mine if not silent[i])
            result.append(ColumnBlock(look, heard, tuple(i for i in mine if silent[i]), counts))
    return result


def counts(seen: View, blocks: list[ColumnBlock]) -> list[Count]:
    """What each counted side's roll-up says: every chosen member counts, hidden by a search or stance filter or not."""
    positions = seen.positions
    codes = positions.codes[:, positions.columns]
    scores = np.append(positions.dataset.scale.scores, [0.0, 0.0])[codes]
    everybody = {
        "members": np.full(len(scores), scores.shape[1]),
        "backing": (scores > 0).sum(axis=1),
        "opposed": (scores < 0).sum(axis=1),
        "speakers": (codes != EMPTY).sum(axis=1),
    }
    table = {**roll_up(positions), "": everybody}
    result = []
    for block in blocks:
        if not block.counted:
            continue
        of = {k: v[seen.rows].tolist() for k, v in table[block.look.id].items()}
        members = int(positions.members(block.look.id).sum()) if block.look.id else scores.shape[1]
        complete = members == len(block.actors) and not seen.hidden[:, list(block.actors)].any()
        result.append(Count(block, members, len(block.actors), complete, of["backing"], of["opposed"], of["speakers"]))
    return result


def plan(seen: View) -> Plan:
    """Where everything stands: titles first, then the sides' counts, then the actors."""
    found, sides = rows(seen), blocks(seen)
    rolled = counts(seen, sides)
    native = any(seen.proposals["title_zh"])
    column = TITLES + 1 + native
    first_counts = []
    for _ in rolled:
        first_counts.append(column)
        column += len(COUNT_HEADS)
    actors, folds = {}, {}
    first = column
    for b, block in enumerate(sides):
        for place in block.actors:
            actors[place] = column
            column += 1
        if block.unheard:
            folds[b] = column
            column += 1
    words = sum(len(b.heard) for b in sides) <= WORDS_UP_TO
    return Plan(found, sides, rolled, native, words, actors, first_counts, folds, first, column)
