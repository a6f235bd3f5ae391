"""What a file from elsewhere holds, as tables of this house; and how it is refused when it cannot be read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NoReturn

import pandas as pd

from matrix.dataset.problems import DatasetError, Problem, shown
from matrix.dataset.schema import TABLES

MOST_QUOTED = 200_000_000  # characters of all quotes together: spans of a hostile file may overlap without end
EXAMPLES = 3  # of many things that did not map, as many are named


@dataclass(frozen=True, eq=False)
class Arrival:
    """What a file from elsewhere holds, as tables of this house; nothing written yet.

    `frames`: canonical table names -> text frames, ready for `Dataset.from_frames`.
    `texts`: source id -> the source's text as UTF-8 bytes, whose SHA-256 stands in `frames["sources"]`.
    `notes`: what did not map, in plain sentences with counts.
    """

    frames: Mapping[str, pd.DataFrame]
    texts: Mapping[str, bytes] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    title: str = ""


def refuse(file: str, message: str, row: int = 0, column: str = "") -> NoReturn:
    """Raise the one thing that makes a file unreadable."""
    raise DatasetError([Problem(file, row, column, message)])


def name_of(source: Path | bytes, name: str = "") -> str:
    """What messages call the file."""
    return name or (source.name if isinstance(source, Path) else "the file")


def text_frame(table: str, rows: Sequence[Mapping[str, str]]) -> pd.DataFrame:
    """The rows as a text frame: the schema's columns that any row fills or that are required, then all others."""
    spec = TABLES[table]
    given = dict.fromkeys(c for row in rows for c, value in row.items() if value or c not in spec)
    required = [c.name for c in spec.columns if c.required]
    columns = [c for c in spec.names if c in given or c in required] + [c for c in given if c not in spec]
    return pd.DataFrame([[row.get(c, "") for c in columns] for row in rows], columns=columns, dtype="str")


def extra_column(table: str, name: str, prefix: str) -> str:
    """A column name for something the schema does not know: in small letters, never one that means something here."""
    column = "_".join("".join(c if c.isalnum() else " " for c in name.casefold()).split()) or "value"
    return f"{prefix}_{column}" if column in TABLES[table] else column


def some(things: Iterable[str]) -> str:
    """The first few of many things, quoted, and how many more there are."""
    each = list(dict.fromkeys(things))
    more = f" and {len(each) - EXAMPLES:,} more" if len(each) > EXAMPLES else ""
    return ", ".join(map(shown, each[:EXAMPLES])) + more
