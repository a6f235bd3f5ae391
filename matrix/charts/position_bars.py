"""Positions of a side become the parts of a bar: how each kind is drawn, how many there are, where its part begins."""

from __future__ import annotations

import pandas as pd

from matrix.palette import (
    BACKING_COLOURS,
    BACKING_GLYPHS,
    MIXED_COLOUR,
    MIXED_GLYPH,
    NEUTRAL_COLOUR,
    NEUTRAL_GLYPHS,
    OPPOSING_COLOURS,
    OPPOSING_GLYPHS,
    Look,
)

OPPOSED, MIXED, NEUTRAL, CONDITIONAL, BACKING = KINDS = ("opposed", "mixed", "neutral", "conditional", "backing")


def kinds(looks: tuple[Look, ...]) -> dict[str, Look]:
    """How each kind of position is drawn: as the first stance of the scale that is of this kind."""
    stances = [x for x in looks if x.score is not None]
    full = [x for x in stances if (x.score or 0) > 0]
    found = {
        OPPOSED: next((x for x in sorted(stances, key=lambda x: x.score or 0) if (x.score or 0) < 0), None),
        MIXED: looks[-1],
        NEUTRAL: next((x for x in stances if x.score == 0), None),
        CONDITIONAL: full[-1] if len(full) > 1 else None,
        BACKING: full[0] if full else None,
    }
    plainly = {
        OPPOSED: Look("", "Opposes", "", OPPOSING_GLYPHS[0], OPPOSING_COLOURS[0]),
        MIXED: Look("", "Mixed", "", MIXED_GLYPH, MIXED_COLOUR),
        NEUTRAL: Look("", "Neutral", "", NEUTRAL_GLYPHS[0], NEUTRAL_COLOUR),
        CONDITIONAL: Look("", "Supports on a condition", "", BACKING_GLYPHS[2], BACKING_COLOURS[2]),
        BACKING: Look("", "Supports", "", BACKING_GLYPHS[0], BACKING_COLOURS[0]),
    }
    return {kind: found[kind] or plainly[kind] for kind in KINDS}


def left(count: dict[str, int]) -> float:
    """How far a bar reaches to the left of the middle."""
    return count[OPPOSED] + count[MIXED] + count[NEUTRAL] / 2


def counts_of(frame: pd.DataFrame, side: str) -> list[dict[str, int]]:
    """Per row how many of the side are of each kind; backing without those on a condition."""
    columns = {k: frame[f"{side}_{k}"].astype(int).tolist() for k in (*KINDS, "silent", "members", "official_backing")}
    columns[BACKING] = [b - c for b, c in zip(columns[BACKING], columns[CONDITIONAL], strict=True)]
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def base(c: dict[str, int], kind: str) -> float:
    """Where a part of a bar begins: the middle runs through what is neutral."""
    middle = c[NEUTRAL] / 2
    return {
        OPPOSED: -middle - c[MIXED] - c[OPPOSED],
        MIXED: -middle - c[MIXED],
        NEUTRAL: -middle,
        CONDITIONAL: middle,
        BACKING: middle + c[CONDITIONAL],
    }[kind]
