"""A wide sheet, proposals in rows and actors in columns (or the other way round), becomes one row a statement."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np
import pandas as pd

from matrix.exchange.arriving.cells import Cells
from matrix.exchange.arriving.header_words import WORDS
from matrix.exchange.arriving.names import exact, loose

ACROSS = {"proposal": "actor", "actor": "proposal"}
_NUMBER = re.compile(r"[-+−]?[01]")
_UNNAMED = re.compile(r"column \d+")


def crossed(
    cells: Cells, chosen: Mapping[str, str], is_word: Callable[[str], bool]
) -> tuple[Cells, dict[str, str]] | None:
    """The sheet as one row a statement, and the fields of its columns; None where it is none of the wide kind.

    A wide sheet has no column of stances, but at least two that hold nothing else. Its first column says what stands
    in the rows; without a name (or with one that is unknown) these are proposals.
    """
    fields = {h: chosen.get(h) or WORDS.get(loose(h), "") for h in cells.headers}
    first = cells.headers[0]
    said = set(fields.values())
    if "stance" in said or said >= {"actor", "proposal"} or len(cells.headers) < 3:
        return None
    marked = [h for h in cells.headers[1:] if not fields[h] and _holds_stances(cells, h, is_word)]
    if len(marked) < 2 or fields[first] not in ("", "proposal", "actor"):
        return None
    # A named column without any mark is an actor who says nothing: that, too, is information.
    marked = [h for h in cells.headers[1:] if h in marked or (not fields[h] and _is_blank(cells, h))]
    rows = fields[first] or "proposal"
    kept = [h for h in cells.headers if h not in marked]
    body = cells.frame[marked].to_numpy(dtype=object)
    at, of = np.nonzero(np.array([[bool(v.strip()) for v in line] for line in body], dtype=bool).reshape(body.shape))
    columns = {h: cells.frame[h].iloc[at].reset_index(drop=True) for h in kept}
    across = pd.Series(np.array(marked, dtype=object)[of], dtype="str")
    columns[_free(ACROSS[rows], kept)] = across
    columns[_free("stance", kept)] = pd.Series(body[at, of], dtype="str")
    frame = pd.DataFrame(columns)
    mapped = {first: rows, _free(ACROSS[rows], kept): ACROSS[rows], _free("stance", kept): "stance"}
    every = {first: tuple(cells.frame[first]), _free(ACROSS[rows], kept): tuple(marked)}
    return replace(cells, frame=frame, rows=cells.rows[at], labels=tuple(marked), label_of=of, every=every), mapped


def _holds_stances(cells: Cells, header: str, is_word: Callable[[str], bool]) -> bool:
    """Whether every filled cell of the column is a word for a stance or a 0 or 1."""
    words = [exact(v) for v in cells.frame[header].unique()]
    said = [w for w in words if w]
    return bool(said) and not _UNNAMED.fullmatch(header) and all(_NUMBER.fullmatch(w) or is_word(w) for w in said)


def _is_blank(cells: Cells, header: str) -> bool:
    return not _UNNAMED.fullmatch(header) and not any(map(exact, cells.frame[header].unique()))


def _free(name: str, taken: list[str]) -> str:
    return name if name not in taken else f"{name} (cells)"
