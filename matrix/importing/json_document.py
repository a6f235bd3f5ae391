"""Reads a dataset back that was exported as one JSON document."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from os import PathLike
from pathlib import Path
from typing import Any

import pandas as pd

from matrix.dataset.datapackage import Package, head_bytes, read_package
from matrix.dataset.dataset import Dataset, Folder
from matrix.dataset.frames import FIRST_ROW, canonical
from matrix.dataset.problems import DatasetError, Problem, refuse, shown
from matrix.export.json_document import FORMAT, FORMAT_VERSION

DEEPEST = 50  # levels of a package; the standard needs about ten
KINDS = {str: "text", bool: "true or false", type(None): "null", list: "a list", dict: "an object"}


def read_json(path: str | PathLike[str]) -> Dataset:
    """The dataset in a file that `to_json` wrote; DatasetError carries every problem, with table, row and column."""
    file = Path(path)
    return dataset_of(file.read_bytes(), file.name)


def dataset_of(data: bytes, file: str, frames: Mapping[str, pd.DataFrame] | None = None) -> Dataset:
    """The dataset of a document; `frames` are the tables that stand elsewhere. DatasetError names file, row, column."""
    head = _parsed(data, file)
    if head.get("selection"):  # taken for a whole dataset, all that it leaves out would count as deleted
        refuse(file, "holds a selection only; a dataset can be made from an export of the whole")
    read = _folder(head, file, frames)
    try:
        return Dataset.of(read)
    except DatasetError as e:
        found = [replace(p, file=f"{file}, table {p.file.removesuffix('.csv')}") for p in e.problems]
        raise DatasetError(found) from None


def folder_of(data: bytes, file: str, frames: Mapping[str, pd.DataFrame] | None = None) -> Folder:
    """The tables of a document as a folder would hold them, not checked: a selection need not stand on its own."""
    return _folder(_parsed(data, file), file, frames)


def _folder(head: Mapping[str, Any], file: str, frames: Mapping[str, pd.DataFrame] | None) -> Folder:
    package = _package(head.get("package"), file)
    given = head.get("tables")
    if not isinstance(given, dict):
        refuse(file, "has no object 'tables'")
    tables: dict[str, Any] = {}
    columns: dict[str, tuple[str, ...]] = {}
    problems: list[Problem] = []
    for name, table in given.items():
        where = f"{file}, table {name}"
        columns[name] = _columns(table, where)
        if frames is not None and name in frames:
            if sorted(frames[name].columns) != sorted(columns[name]):
                refuse(where, "the columns are not those that the file's own description names")
            tables[name] = frames[name][list(columns[name])]
        else:
            tables[name] = _rows(table, columns[name], where, problems)
    if problems:
        raise DatasetError(problems)
    text, unreadable = canonical(tables)
    return Folder(text, package, columns, tuple(unreadable))


def _parsed(data: bytes, file: str) -> dict[str, Any]:
    try:
        head = json.loads(
            data.decode("utf-8-sig"), parse_constant=_no_number, object_pairs_hook=lambda pairs: _object(pairs, file)
        )
    except DatasetError:
        raise
    except json.JSONDecodeError as e:
        refuse(file, f"is not JSON: {e.msg} (line {e.lineno}, character {e.colno})")
    except UnicodeDecodeError:
        refuse(file, "is not JSON in UTF-8")
    except RecursionError:
        refuse(file, "is nested too deeply to be a dataset")
    except ValueError as e:  # NaN, Infinity, or a number with thousands of digits
        refuse(file, f"is not JSON of a dataset: {e}")
    if not isinstance(head, dict) or head.get("format") != FORMAT:
        refuse(file, f'is not a dataset of this tool: an object with "format": "{FORMAT}" is expected')
    if head.get("format_version") != FORMAT_VERSION:
        found = shown(str(head.get("format_version")))
        refuse(file, f"has format version {found}; this program reads version '{FORMAT_VERSION}'")
    return head


def _object(pairs: list[tuple[str, Any]], file: str) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(n for n in names if names.count(n) > 1)
        refuse(file, f"the name {shown(twice)} appears twice in one object")
    return made


def _no_number(name: str) -> None:
    raise ValueError(f"{name} is not a value")


def _package(descriptor: Any, file: str) -> Package | None:
    if descriptor is None:
        return None
    if _deeper(descriptor, DEEPEST):
        refuse(f"{file}, package", "is nested too deeply")
    try:
        head_bytes(descriptor)  # what cannot be saved is refused now
        return read_package(descriptor)
    except UnicodeEncodeError:
        refuse(f"{file}, package", "holds a character that is not text (a lone surrogate)")
    except ValueError as e:
        refuse(f"{file}, package", str(e))


def _deeper(value: Any, levels: int) -> bool:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return levels == 0 or any(_deeper(v, levels - 1) for v in inner)


def _columns(table: Any, where: str) -> tuple[str, ...]:
    names = table.get("columns") if isinstance(table, dict) else None
    if not isinstance(names, list) or not names or not all(type(n) is str and _is_text(n) for n in names):
        refuse(where, "needs an object with 'columns', a list of names, and 'rows'")
    twice = [Problem(where, 1, c, "the column appears twice") for c in dict.fromkeys(names) if names.count(c) > 1]
    if twice:
        raise DatasetError(twice)
    return tuple(names)


def _rows(table: Mapping[str, Any], columns: Sequence[str], where: str, problems: list[Problem]) -> pd.DataFrame:
    """The rows as a frame; a problem for each that has not one text for every column. Row 2 is the first, as in CSV."""
    rows = table.get("rows")
    if not isinstance(rows, list):
        refuse(where, "needs 'rows', a list of lists")
    before, width = len(problems), len(columns)
    for number, row in enumerate(rows, FIRST_ROW):
        if type(row) is not list or len(row) != width:
            found = f"has {len(row)} values" if type(row) is list else f"is {_kind(row)}"
            problems.append(Problem(where, number, "", f"{found}; a list of {width} texts is expected"))
        elif set(map(type, row)) != {str}:
            problems += [
                Problem(where, number, c, f'is {_kind(v)}; every value is text in quotation marks, an empty one ""')
                for c, v in zip(columns, row, strict=True)
                if type(v) is not str
            ]
    if len(problems) > before:
        return pd.DataFrame(columns=list(columns), dtype="str")
    try:
        return pd.DataFrame(rows, columns=list(columns), dtype="str")
    except UnicodeEncodeError:
        problems += [
            Problem(where, number, c, "holds a character that is not text (a lone surrogate)")
            for number, row in enumerate(rows, FIRST_ROW)
            for c, v in zip(columns, row, strict=True)
            if not _is_text(v)
        ]
        return pd.DataFrame(columns=list(columns), dtype="str")


def _kind(value: Any) -> str:
    return KINDS.get(type(value), "a number")


def _is_text(text: str) -> bool:
    return not any("\ud800" <= c <= "\udfff" for c in text) if not text.isascii() else True
