"""The columns of a folder's Parquet parts, read from their footers: which there are, and whether all parts agree."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from matrix.dataset.problems import DatasetError, Problem
from matrix.engine.convert import DAYS
from matrix.store.folder import PARTS
from matrix.wording import plural

KEYS = {"actor": "actors", "proposal": "proposals", "stance": "stances"}
KNOWN_BY = ("attribution", "confidence")
REQUIRED = ("id", *KEYS, "source", *DAYS)
OPTIONAL = (*KNOWN_BY, "condition", "superseded_by")


def check_columns(files: Sequence[Path]) -> bool:
    """Whether some parts lack columns that others have: an engine then has to be told to look into all of them.

    DatasetError, with the first part of each kind named, where a part lacks a column that is needed, and where a column
    is of another type than is expected or than in the parts before it, or is spelled otherwise: engines look into one
    part for all, and take what they find or leave it out without a word.
    """
    found: dict[tuple[str, str], list[str]] = {}  # what is wrong in which column, and in which parts
    kinds: dict[str, tuple[str, str]] = {}  # the type of each column that is only shown, and where it was met first
    spelled = {name.casefold(): (name, "") for name in (*REQUIRED, *OPTIONAL)}
    sets = set()
    for file in files:
        columns = _columns(file)
        sets.add(frozenset(name for name, _ in columns))
        wrong = [(name, "the column is missing") for name in REQUIRED if name not in dict(columns)]
        for name, kind in columns:
            known, where = spelled.setdefault(name.casefold(), (name, file.name))
            if name != known:
                wrong.append((name, f"an engine does not tell this column from {known}{where and f' in {where}'}"))
            elif name in REQUIRED + OPTIONAL:
                what = "a date" if name in DAYS else "text"
                if kind != what:
                    wrong.append((name, f"is {_named(kind)}, and {what} is expected"))
            else:
                expected, where = kinds.setdefault(name, (kind, file.name))
                if kind != expected:
                    wrong.append((name, f"is {_named(kind)}, and {_named(expected)} in {where}"))
        if len(dict(columns)) < len(columns):
            wrong.append(("", "has two columns of one name"))
        for problem in wrong:
            found.setdefault(problem, []).append(file.name)
    if found:
        raise DatasetError(
            Problem(f"{PARTS}/{names[0]}", 0, column, words + _as_well(len(names) - 1))
            for (column, words), names in found.items()
        )
    return len(sets) > 1


def _columns(file: Path) -> list[tuple[str, str]]:
    """The names and types of a part's columns; `text` and `a date` for these, however they are packed."""
    try:
        schema = pq.read_schema(file)
    except (OSError, pa.ArrowException) as e:
        problem = Problem(f"{PARTS}/{file.name}", 0, "", "is not a Parquet file that can be read")
        raise DatasetError([problem]) from e
    columns = []
    for field in schema:
        kind = field.type.value_type if pa.types.is_dictionary(field.type) else field.type
        text = pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind)
        columns.append((field.name, "text" if text else "a date" if pa.types.is_date(kind) else str(kind)))
    return columns


def _named(kind: str) -> str:
    return kind if kind in ("text", "a date") else f"of the type {kind}"


def _as_well(more: int) -> str:
    return f"; in {plural(more, 'more part')} as well" if more else ""
