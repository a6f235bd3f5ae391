"""What a file from elsewhere holds, as tables of this house; and how it is refused when it cannot be read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from matrix.dataset.problems import DatasetError, Problem, near_miss, shown
from matrix.dataset.schema import TABLES
from matrix.wording import plural

TYPE = "type"  # the column of a type that is no kind of actor here


def attribute(table: str, label: str, value: str, prefix: str) -> tuple[str, str]:
    """The column an attribute belongs in, and the value as it stands there."""
    if table == "actors" and label.casefold() == TYPE:
        kind = value.strip().casefold()
        return ("kind", kind) if kind in TABLES["actors"]["kind"].values else (TYPE, value)
    if label.casefold() in ("note", "notes") and "note" in TABLES[table]:
        return "note", value
    return extra_column(table, label, prefix), value


def unknown_kinds(types: Sequence[str]) -> list[str]:
    """A sentence about types that are no kind of actor here; none where all are."""
    if not types:
        return []
    kinds = TABLES["actors"]["kind"].values
    hint = next((h for h in (near_miss(t, kinds) for t in types) if h), "")
    return [
        f"{plural(len(types), 'actor')} of a type that is no kind of actor here ({some(types)}{hint}): "
        "the type is kept in the column 'type'."
    ]


MOST_QUOTED = 200_000_000  # characters of all quotes together: spans of a hostile file may overlap without end
LISTED = 20  # rows named for one and the same fault; the rest are counted
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


def statements_frame(columns: Mapping[str, pd.Series[Any]], kept: NDArray[np.bool_]) -> pd.DataFrame:
    """The kept rows, in the schema's order; columns of the schema that are empty and not required are left out."""
    spec = TABLES["statements"]
    required = {c.name for c in spec.columns if c.required}
    order = [c for c in spec.names if c in columns] + [c for c in columns if c not in spec]
    whole = bool(kept.all())
    frame = pd.DataFrame({c: columns[c] if whole else columns[c][kept].reset_index(drop=True) for c in order})
    for c in frame.columns[frame.dtypes == "category"]:
        frame[c] = _used(frame[c])
    empty = [c for c in order if c in spec and c not in required and not (frame[c] != "").any()]
    return frame.drop(columns=empty)


def _used(column: pd.Series[Any]) -> pd.Series[Any]:
    """Without the categories of rows that were left out; pandas would sort all codes for that."""
    codes, categories = column.cat.codes.to_numpy(), column.cat.categories
    used = np.zeros(len(categories), dtype=bool)
    used[codes] = True
    if used.all():
        return column
    place = np.cumsum(used, dtype=np.int32) - 1
    return pd.Series(pd.Categorical.from_codes(place[codes], categories[used], validate=False))


def extra_column(table: str, name: str, prefix: str) -> str:
    """A column name for something the schema does not know: in small letters, never one that means something here."""
    column = "_".join("".join(c if c.isalnum() else " " for c in name.casefold()).split()) or "value"
    return f"{prefix}_{column}" if column in TABLES[table] else column


def some(things: Iterable[str]) -> str:
    """The first few of many things, quoted, and how many more there are."""
    each = list(dict.fromkeys(things))
    more = f" and {len(each) - EXAMPLES:,} more" if len(each) > EXAMPLES else ""
    return ", ".join(map(shown, each[:EXAMPLES])) + more
