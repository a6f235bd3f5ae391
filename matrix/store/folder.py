"""A folder of CSV tables becomes text frames and problems; frames become a folder again, all tables or none."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from matrix.dataset import separated
from matrix.dataset.dataset import Dataset, Folder
from matrix.dataset.frames import FIRST_ROW, canonical, is_coded
from matrix.dataset.package import PACKAGE_FILE, Package, head_bytes, read_package, updated
from matrix.dataset.problems import Problem, near_miss, shown
from matrix.dataset.schema import TABLES, Table
from matrix.dataset.separated import SeparatedError
from matrix.store import journal
from matrix.store.journal import commit

README_FILE = "README.md"
_SPECIAL = re.compile(r'[",\r\n]')
_TRIES = 5  # a save that falls between two of our reads is seen by the files' stamps; then we read again


def load(folder: str | Path) -> Dataset:
    """Read, check and freeze the dataset in a folder; DatasetError carries every problem at once."""
    path = Path(folder)
    return Dataset.of(read_folder(path), path)


def save(dataset: Dataset, folder: str | Path) -> None:
    """Write the dataset into a folder, all tables or none as seen through `load`; other files there stay."""
    commit(Path(folder), contents(dataset))


def contents(dataset: Dataset) -> dict[str, bytes | None]:
    """The dataset as the files of a folder; None for a file that the folder shall not have."""
    columns = dataset.written
    extra = {}
    if dataset.package is not None:
        extra[PACKAGE_FILE] = head_bytes(updated(dataset.package, columns))
    return {**tables_bytes(dataset.frames, columns), **extra}


def read_folder(path: Path) -> Folder:
    """Read every table of the folder, after completing or rolling back a save that a crash interrupted."""
    if not path.is_dir():
        what = "is a file, not a folder of CSV tables" if path.exists() else "there is no such folder"
        return Folder({}, None, {}, (Problem(str(path), 0, "", what),))
    for _ in range(_TRIES):
        journal.recover(path)
        before = signature(path)
        result = _read(path)
        if signature(path) == before:
            break
    return result


def signature(path: Path) -> tuple[tuple[str, int, int, int], ...]:
    """A stamp of the folder's files that changes when one of them does: name, inode, time and size of each."""
    names = [*(t.file for t in TABLES.values()), PACKAGE_FILE, journal.JOURNAL]
    stamps = []
    for name in names:
        try:
            s = (path / name).stat()
        except OSError:
            continue
        stamps.append((name, s.st_ino, s.st_mtime_ns, s.st_size))
    return tuple(stamps)


def tables_bytes(frames: Mapping[str, pd.DataFrame], columns: Mapping[str, tuple[str, ...]]) -> dict[str, bytes | None]:
    """The given columns of each table as the contents of its file; None for a table that is not in `columns`."""
    return {
        t.file: table_bytes(frames[t.name], columns[t.name]) if t.name in columns else None for t in TABLES.values()
    }


def table_bytes(frame: pd.DataFrame, columns: tuple[str, ...]) -> bytes:
    """The canonical CSV of a table: UTF-8, comma, LF, quoted only where needed, text verbatim."""
    # Not csv.writer: before Python 3.13 it leaves a lone carriage return unquoted, which reads as the end of a row.
    cells = [[_quoted(c), *_quoted_column(frame[c])] for c in columns]
    rows = zip(*cells, strict=True) if len(cells) > 1 else ((c or '""',) for c in cells[0])
    return "".join(",".join(row) + "\n" for row in rows).encode("utf-8")


def _quoted_column(values: pd.Series[Any]) -> list[str]:
    coded = values if isinstance(values.dtype, pd.CategoricalDtype) else None
    if coded is not None:
        words = [*map(_quoted, coded.cat.categories), ""]
        return [words[c] for c in coded.cat.codes]
    text = values.tolist()
    for i in np.flatnonzero(values.str.contains(_SPECIAL.pattern, regex=True).to_numpy(dtype=bool)):
        text[i] = _quoted(text[i])
    return text


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"' if _SPECIAL.search(text) else text


def _read(path: Path) -> Folder:
    problems: list[Problem] = []
    package = _read_package(path / PACKAGE_FILE, problems)
    raw: dict[str, pd.DataFrame] = {}
    unread: set[str] = set()
    partial: set[str] = set()
    for table in TABLES.values():
        file = path / table.file
        if file.is_file():
            before = len(problems)
            raw[table.name] = _read_table(file, table, problems)
            if len(problems) > before:
                partial.add(table.name)
                if not len(raw[table.name].columns):
                    unread.add(table.name)
        elif table.required:
            others = [f.name for f in path.glob("*.csv") if f.stem not in TABLES]
            twin = near_miss(table.file, others)
            problems.append(Problem(table.file, 0, "", f"the file is missing in {path.resolve().name}{twin}"))
            unread.add(table.name)
    frames, unreadable = canonical(raw)
    columns = {name: tuple(map(str, f.columns)) for name, f in raw.items()}
    return Folder(frames, package, columns, (*problems, *unreadable), frozenset(unread), frozenset(partial | unread))


def _read_package(file: Path, problems: list[Problem]) -> Package | None:
    if not file.is_file():
        return None
    try:
        return read_package(json.loads(file.read_bytes()))
    except json.JSONDecodeError as e:
        problems.append(Problem(file.name, e.lineno, "", f"is not JSON: {e.msg}"))
    except (UnicodeDecodeError, RecursionError):
        problems.append(Problem(file.name, 0, "", "is not JSON in UTF-8"))
    except ValueError as e:
        problems.append(Problem(file.name, 0, "", str(e)))
    return None


def _read_table(file: Path, table: Table, problems: list[Problem]) -> pd.DataFrame:
    header = _header(file, table, problems)
    if header is None:
        return pd.DataFrame()
    coded = [c for c in header if is_coded(table.name, c)]
    read = separated.table(file, header, header=True, coded=coded)
    if read is None:  # rare: the plain reader is slower but knows the row of every fault, and of blank lines between
        return _read_slowly(file, header, table, problems)
    frame: pd.DataFrame = read.unify_dictionaries().to_pandas()
    return _without_blank_rows(frame)


def _without_blank_rows(frame: pd.DataFrame) -> pd.DataFrame:
    """Rows without any value, as spreadsheets leave them, are no rows; the others keep their numbers."""
    blank = np.flatnonzero((frame.iloc[:, 0] == "").to_numpy(dtype=bool))
    blank = blank[(frame.iloc[blank] == "").all(axis=1).to_numpy(dtype=bool)]
    return frame.drop(index=frame.index[blank]) if len(blank) else frame


def _header(file: Path, table: Table, problems: list[Problem]) -> list[str] | None:
    """The column names, or None (with a problem) where nothing below them could be read."""
    with file.open("rb") as f:
        start = f.read(1 << 20)
    if start[:2] in (b"\xff\xfe", b"\xfe\xff"):
        problems.append(Problem(table.file, 0, "", "is UTF-16; save it as 'CSV UTF-8'"))
        return None
    header = next(csv.reader(io.StringIO(start.decode("utf-8-sig", "replace"), newline="")), [])
    if not header:
        problems.append(Problem(table.file, 1, "", "is empty; the first row names the columns"))
        return None
    for separator, name in ((";", "';'"), ("\t", "tabs")):
        if len(header) == 1 and separator in header[0]:
            problems.append(Problem(table.file, 1, "", f"is separated by {name}; save it with ',' between the columns"))
            return None
    for c in sorted({c for c in header if header.count(c) > 1}):
        problems.append(Problem(table.file, 1, c, "the column appears twice" if c else "two columns have no name"))
    return header if len(set(header)) == len(header) else None


def _read_slowly(file: Path, header: list[str], table: Table, problems: list[Problem]) -> pd.DataFrame:
    data = file.read_bytes()
    try:
        data.decode("utf-8-sig")
    except UnicodeDecodeError as e:
        line = data.count(b"\n", 0, e.start) + 1
        found = data[e.start : e.start + 1].hex()
        problems.append(
            Problem(table.file, 0, "", f"is not UTF-8 (line {line} holds the byte 0x{found}); save it as 'CSV UTF-8'")
        )
        return pd.DataFrame()
    rows: dict[int, list[str]] = {}
    try:
        for number, row in separated.rows(io.BytesIO(data), encoding="utf-8-sig"):
            if number < FIRST_ROW or not any(row):
                continue  # a blank line is no row, but it has a number in a spreadsheet
            if len(row) == len(header):
                rows[number - FIRST_ROW] = row
                continue
            message = (
                f"has {len(row)} values where the header names {len(header)} columns "
                f"(it begins {shown(row[0])}); is a comma or a quote missing?"
            )
            problems.append(Problem(table.file, number, "", message))
    except SeparatedError as e:
        problems.append(Problem(table.file, e.row, "", str(e)))
    return pd.DataFrame(list(rows.values()), columns=header, index=list(rows), dtype="str")
