"""Wide sheets (proposals in rows, actors in columns, or the other way round): `as_rows` makes a row of each cell."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from matrix.dataset.problems import Problem, shown
from matrix.importing.name_matching import exact, loose
from matrix.importing.sheet.headers import KEEP, SKIP, TOTALS, WORDS
from matrix.importing.sheet.named_columns import SheetCells, is_placeholder
from matrix.importing.sheet.stances import StanceWords

ACROSS = {"proposal": "actor", "actor": "proposal"}
_MARK = re.compile(r"[-+−]?[01]")
_NUMBER = re.compile(r"[-+−]?\d+([.,]\d+)?")
_UNNAMED = re.compile(r"column \d+")
_LONGEST, _MOST = 20, 12  # letters of a word that may be a stance, and words that a column of such holds


@dataclass(frozen=True)
class _Unnamed:
    """A column whose field is not known, and the distinct words in it that are more than placeholders."""

    header: str
    words: frozenset[str]
    certain: frozenset[str]
    blank: bool  # no word at all, not even a placeholder

    @property
    def sure(self) -> bool:
        return bool(self.words) and self.certain == self.words

    @property
    def short(self) -> bool:
        """Whether its words might all be stances."""
        return 0 < len(self.words) <= _MOST and all(len(w) <= _LONGEST for w in self.words - self.certain)

    @property
    def doubtful(self) -> bool:
        """Whether the header hardly names an actor or a proposal: a sum, a year."""
        return loose(self.header) in TOTALS or self.header.isdecimal()


def as_rows(
    cells: SheetCells, chosen: Mapping[str, str], words: StanceWords, problems: list[Problem]
) -> tuple[SheetCells, dict[str, str]] | None:
    """The sheet as one row a statement, and the fields of its columns; None where it is none of the wide kind.

    A wide sheet has no column of stances, but at least two that seem to hold nothing else, or of which `chosen` says
    so. Its first column says what is in the rows; without a name (or with one that is unknown) these are proposals.
    `problems`: also each column of which it is not certain whether it is one of them.
    """
    fields = {h: chosen.get(h) or WORDS.get(loose(h), "") for h in cells.headers}
    first, others = cells.headers[0], cells.headers[1:]
    stated = [h for h in others if chosen.get(h) == "stance"]
    meant = {f for h, f in fields.items() if h not in stated}
    if "stance" in meant or meant >= {"actor", "proposal"} or len(others) < 2 or fields[first] not in ("", *ACROSS):
        return None
    columns = [_column(cells, h, words) for h in others if not fields[h] and not _UNNAMED.fullmatch(h)]
    known_rows = bool(fields[first]) or bool(_UNNAMED.fullmatch(first))
    marked = _marked(columns, stated, known_rows)
    if not marked:
        return None
    rows = fields[first] or "proposal"
    problems += [_asked(cells, c.header, ACROSS[rows]) for c in columns if c.header not in marked]
    return _rows(_without_totals(cells, first, marked, chosen), [h for h in others if h in marked], rows)


def _column(cells: SheetCells, header: str, stances: StanceWords) -> _Unnamed:
    every = [w for w in map(exact, cells.frame[header].unique()) if w]
    words = frozenset(w for w in every if w in stances.chosen or not is_placeholder(w))
    certain = frozenset(w for w in words if _MARK.fullmatch(w) or stances.certain(w)) if words else words
    return _Unnamed(header, words, certain, not every)


def _marked(columns: Sequence[_Unnamed], stated: Sequence[str], known_rows: bool) -> set[str]:
    """The headers of the columns of stances; none where these are too few for a wide sheet.

    Two columns that hold certain words and nothing else are enough. Else most columns have to hold a few short words
    that occur in several of them; what the words mean is then asked.
    """
    sure = [c for c in columns if c.sure]
    often = Counter(w for c in columns if c.short for w in c.words)
    alike = [c for c in columns if c.short and (c.certain or any(often[w] > 1 for w in c.words))]
    summed = any(loose(h) in TOTALS or h.isdecimal() for h in stated)
    if len(sure) > 1 or len(stated) > 1 or (sure and summed):
        found = [c for c in columns if c.sure or (c.short and c.certain)]
    elif known_rows and len(alike) > 1 and 2 * len(alike) > sum(bool(c.words) for c in columns):
        found = alike
    else:
        return set()
    # A named column without any mark is an actor who says nothing: that, too, is information.
    return {c.header for c in columns if (c in found or not c.words) and not c.doubtful} | set(stated)


def _asked(cells: SheetCells, header: str, across: str) -> Problem:
    message = (
        f"may be one of the {across}s, or say something of the rows: say --map '{header}=stance' if its cells are "
        f"stances, or --map '{header}={KEEP}' (or {SKIP}, or another field)"
    )
    return Problem(cells.file, cells.header_row, header, message)


def _without_totals(cells: SheetCells, first: str, marked: set[str], chosen: Mapping[str, str]) -> SheetCells:
    """Without rows that sum up the others: named so, with nothing but numbers, and not `chosen` to be read."""
    names = [n for n in cells.frame[first].unique() if loose(n) in TOTALS]
    if not names:
        return cells
    sums = cells.frame[first].isin(names) & _all(cells.frame[sorted(marked)], _is_number)
    found = dict.fromkeys(exact(n) for n in cells.frame[first][sums])
    out = (sums & ~cells.frame[first].map(lambda n: chosen.get(exact(n)) in ACROSS)).to_numpy(dtype=bool)
    notes = tuple(
        f"row {row} ({shown(name)}) is left out as a sum of the others; --map '{name}=proposal' reads it."
        for row, name in zip(cells.rows[out].tolist(), map(exact, cells.frame[first][out]), strict=True)
    )
    frame = cells.frame[~out].reset_index(drop=True)
    return replace(cells, frame=frame, rows=cells.rows[~out], totals=tuple(found), notes=(*cells.notes, *notes))


def _is_number(cell: str) -> bool:
    text = exact(cell)
    return not text or is_placeholder(text) or bool(_NUMBER.fullmatch(text))


def _all(frame: pd.DataFrame, holds: Callable[[str], bool]) -> pd.Series[bool]:
    """The rows of which every cell does so."""
    return pd.DataFrame({h: frame[h].map({v: holds(v) for v in frame[h].unique()}) for h in frame}).all(axis=1)


def _rows(cells: SheetCells, marked: Sequence[str], rows: str) -> tuple[SheetCells, dict[str, str]]:
    """One row for each filled cell of the marked columns."""
    first = cells.headers[0]
    others = [h for h in cells.headers if h not in marked]
    body = cells.frame[[*marked]].to_numpy(dtype=object)
    at, of = np.nonzero(np.array([[bool(v.strip()) for v in line] for line in body], dtype=bool).reshape(body.shape))
    columns = {h: cells.frame[h].iloc[at].reset_index(drop=True) for h in others}
    across = pd.Series(np.array(marked, dtype=object)[of], dtype="str")
    columns[_free(ACROSS[rows], others)] = across
    columns[_free("stance", others)] = pd.Series(body[at, of], dtype="str")
    frame = pd.DataFrame(columns)
    mapped = {first: rows, _free(ACROSS[rows], others): ACROSS[rows], _free("stance", others): "stance"}
    every = {first: tuple(cells.frame[first]), _free(ACROSS[rows], others): tuple(marked)}
    return replace(cells, frame=frame, rows=cells.rows[at], labels=tuple(marked), label_of=of, every=every), mapped


def _free(name: str, taken: list[str]) -> str:
    return name if name not in taken else f"{name} (cells)"
