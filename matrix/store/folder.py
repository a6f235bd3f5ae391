"""A dataset's folder of CSV tables: read, put into the bytes of its files, made anew, and the sources' texts in it."""

from __future__ import annotations

import csv
import io
import json
import os
import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, BinaryIO

import numpy as np
import pandas as pd

from matrix.dataset import delimited
from matrix.dataset.datapackage import PACKAGE_FILE, Package, descriptor, head_bytes, read_package, updated, with_record
from matrix.dataset.dataset import Dataset, Folder
from matrix.dataset.delimited import DelimitedError
from matrix.dataset.former_ids import COLUMNS, FORMER_FILE, Former, as_today, dangling, moved, parsed, to_frame
from matrix.dataset.frames import FEW, FIRST_ROW, canonical, is_coded
from matrix.dataset.groups import NOT_HERE
from matrix.dataset.location import Database, Location, location_of, name_of
from matrix.dataset.problems import DatasetError, Problem, SelectionError, near_miss, not_one_of, shown
from matrix.dataset.quotes import hash_of
from matrix.dataset.schema import LAYERED, LAYERS, MAIN, SHIPPED_STANCES, TABLES, Column, Table, file_of
from matrix.store import atomic_files, integrity
from matrix.store.atomic_files import Stamp
from matrix.store.files import layers, stamps, writing
from matrix.wording import clean

_SPECIAL = re.compile(r'[",\r\n]')
_TRIES = 5  # an editor that writes into a file while it is read is seen by the file's stamp; then we read again
PARTS = "statements"  # the folder of the Parquet parts
ON_AN_ENGINE = Problem(
    TABLES["statements"].file,
    0,
    "",
    f"the statements are Parquet parts in {PARTS}/, made for an engine to count: show, overlap, common-ground, "
    "coalitions, camps, serve and export take --engine duckdb, evidence that of one cell; nothing else reads them",
)
FINISHED = Table(
    "finished",
    (
        Column("source", "ref", True, "sources", about="A source that the coder has read to the end."),
        Column("time", about="When that was said, in UTC (ISO)."),
    ),
)


def load(address: str | os.PathLike[str] | Database, *, layer: str = MAIN) -> Dataset:
    """Read, check and freeze the dataset at an address; DatasetError carries every problem at once.

    An address is a folder, `sqlite:///study.db` or `postgresql+psycopg://user@host/study`; ValueError for another kind.

    `layer`: a coder's layer, whose statements and searches then stand in the place of the dataset's own, all other
    tables being shared; SelectionError where there is no such layer.
    """
    at = location_of(address)
    return Dataset.of(read_folder(at, layer), at)


def has_parts(folder: Location) -> bool:
    """Whether the folder holds its statements as Parquet parts, as `convert` writes them."""
    if isinstance(folder, Database):
        return False
    return not (folder / TABLES["statements"].file).exists() and any((folder / PARTS).glob("*.parquet"))


def load_around(folder: Path) -> Dataset:
    """Read and check all tables but the statements, which are Parquet parts; DatasetError carries every problem."""
    read = read_folder(folder)
    return Dataset.of(replace(read, problems=tuple(p for p in read.problems if p != ON_AN_ENGINE)), folder)


def has_tables(at: Location) -> bool:
    """Whether any file of a dataset is in the folder, or stands in its journal; or whether a database has any."""
    return bool(signature(at))


def contents(dataset: Dataset) -> dict[str, bytes | None]:
    """The dataset as the files of a folder, of a layer only its own; None for a file that the folder shall not have."""
    if dataset.groups:
        raise SelectionError(NOT_HERE)
    columns = dataset.written
    files = tables_bytes(dataset.frames, columns)
    if dataset.layer != MAIN:
        return {file_of(t, dataset.layer): files[TABLES[t].file] for t in LAYERED}
    files[FORMER_FILE] = table_bytes(to_frame(dataset.former), COLUMNS) if dataset.former else None
    if dataset.package is not None:
        rows = {name: len(frame) for name, frame in dataset.frames.items()}
        described = with_record(updated(dataset.package, columns), files, rows, dataset.version)
        files[PACKAGE_FILE] = head_bytes(described)
    return files


def read_folder(path: Location, layer: str = MAIN) -> Folder:
    """Read every table of the folder, or of the database, as they are together at one instant; nothing is written.

    Of a layer its own tables in the place of the dataset's; SelectionError where there is no such layer.
    """
    if isinstance(path, Database):
        try:
            require_layer(path, layer)
            return _read_database(path, layer)
        except DatasetError as e:
            return Folder({}, None, {}, e.problems)
        except OSError as e:
            words = (e.strerror or str(e)).removeprefix(str(path)).lstrip(": ")
            return Folder({}, None, {}, (Problem(str(path), 0, "", words),))
    if not path.is_dir():
        what = "is a file, not a folder of CSV tables" if path.exists() else "there is no such folder"
        return Folder({}, None, {}, (Problem(str(path), 0, "", what),))
    try:
        require_layer(path, layer)
        for _ in range(_TRIES):
            with atomic_files.reading(path, _files(layer)) as files:
                result = _read(path, files, layer)
                if files.still():
                    break
    except DatasetError as e:  # a journal that is not ours
        return Folder({}, None, {}, e.problems)
    except OSError as e:
        return Folder({}, None, {}, (Problem(str(path), 0, "", f"cannot be read: {e.strerror or 'no access'}"),))
    return result


def require_layer(path: Location, layer: str) -> None:
    """SelectionError where the dataset has no layer of this name, or none that the person may see."""
    if layer != MAIN and layer not in (known := layers(path)):
        if isinstance(path, Database) and path.person:
            from matrix.store.database import log_refused

            log_refused(f"{path.person} asked for the layer {shown(layer)}")
        raise SelectionError(f"layer: {not_one_of(layer, (MAIN, *known))}")


def finished_file(layer: str) -> str:
    """Where a layer's finished sources are listed."""
    return f"{LAYERS}/{layer}/{FINISHED.file}"


def signature(path: Location, layer: str = MAIN) -> tuple[tuple[str, Stamp], ...]:
    """A stamp of the folder's files that changes when one of them does, for those that are there; Parquet parts too."""
    parts: list[str] = []
    if not isinstance(path, Database) and has_parts(path):
        parts = sorted(f"{PARTS}/{p.name}" for p in (path / PARTS).glob("*.parquet"))
    return stamps(path, (*_files(layer), *parts))


def _files(layer: str) -> tuple[str, ...]:
    """The files that a dataset is read from."""
    own = () if layer == MAIN else (finished_file(layer),)
    return (*(file_of(t, layer) for t in TABLES), PACKAGE_FILE, FORMER_FILE, *own)


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
    if len(text) <= FEW:
        return [*map(_quoted, text)]
    for i in np.flatnonzero(values.str.contains(_SPECIAL.pattern, regex=True).to_numpy(dtype=bool)):
        text[i] = _quoted(text[i])
    return text


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"' if _SPECIAL.search(text) else text


def _read(path: Path, files: atomic_files.Snapshot, layer: str) -> Folder:
    problems = [Problem(name, 0, "", words, True) for name, words in files.remarks.items()]
    problems += [Problem(name, 0, "", words) for name, words in files.faults.items()]
    package = _read_package(files.files[PACKAGE_FILE], problems) if PACKAGE_FILE in files.files else None
    hashes: dict[str, str] = {}
    if file := files.files.get(PACKAGE_FILE):
        hashes[PACKAGE_FILE] = integrity.measure(file).sha256
    raw: dict[str, pd.DataFrame] = {}
    others = {n: files.files[n].read() for n in (FORMER_FILE, finished_file(layer)) if n in files.files}
    hashes |= {n: hash_of(content) for n, content in others.items()}
    unread: set[str] = set()
    partial: set[str] = set()
    for table in TABLES.values():
        name = file_of(table.name, layer)
        saved = package.saved.get(table.name) if package and name == table.file else None
        if name in files.faults:
            unread.add(table.name)
        elif file := files.files.get(name):
            found: list[Problem] = []
            look = integrity.measure(file)
            hashes[name] = look.sha256
            frame = raw[table.name] = _read_table(file, table, look.stray_quotes, found)
            last = max([FIRST_ROW - 1, *(frame.index[-1:] + FIRST_ROW), *(p.row for p in found)])
            cut = integrity.cut_off(file, table.file, look, saved, int(last))
            if cut:
                found = [cut]  # the one cause of whatever else was found
            if found:
                partial.add(table.name)
                if not len(frame.columns) or (cut and not len(frame)):  # of a cut header, half a name
                    unread.add(table.name)
            elif remark := integrity.remark(file, table.file, look, saved, len(frame)):
                found = [remark]
            problems += found
        elif table.name == "statements" and has_parts(path):
            problems.append(ON_AN_ENGINE)
            unread.add(table.name)
        elif table.required:
            twin = near_miss(table.file, [f.name for f in path.glob("*.csv") if f.stem not in TABLES])
            problems.append(Problem(table.file, 0, "", f"the file is missing in {path.resolve().name}{twin}"))
            unread.add(table.name)
        elif gone := integrity.missing(table.file, saved):
            problems.append(gone)
    return _assembled(raw, package, others, problems, unread, partial, hashes, layer)


def _read_database(at: Database, layer: str) -> Folder:
    from matrix.store.database import tables

    found = tables(at, layer, (PACKAGE_FILE, FORMER_FILE, finished_file(layer)))
    problems: list[Problem] = []
    others = dict(found.files)
    package = _read_package(io.BytesIO(others.pop(PACKAGE_FILE)), problems) if PACKAGE_FILE in others else None
    return _assembled(found.frames, package, others, problems, set(), set(), {}, layer)


def _assembled(
    raw: Mapping[str, pd.DataFrame],
    package: Package | None,
    others: Mapping[str, bytes],
    problems: list[Problem],
    unread: set[str],
    partial: set[str],
    hashes: Mapping[str, str],
    layer: str,
) -> Folder:
    """What stands in the tables as they were read, with the files beside them by their names."""
    frames, unreadable = canonical(raw)
    columns = {name: tuple(map(str, f.columns)) for name, f in raw.items()}
    problems += unreadable
    former: tuple[Former, ...] = ()
    if FORMER_FILE in others:
        former, wrong = parsed(others[FORMER_FILE])
        problems += [*wrong, *([] if unread else dangling(frames, former))]
    if layer != MAIN:  # what a coder wrote before a code was renamed or merged
        own = as_today({n: frames[n] for n in LAYERED}, moved(frames, former))
        frames = {**frames, **own}
    finished: dict[str, str] = {}
    if finished_file(layer) in others:
        listed = plain_table(io.BytesIO(others[finished_file(layer)]), FINISHED, problems)
        if "sources" not in partial:
            finished = _finished(listed, frames["sources"]["id"].tolist(), problems)
    if package and layer != MAIN:
        package = replace(package, saved={})  # it tells of the dataset's own versions
    return Folder(
        frames,
        package,
        columns,
        tuple(problems),
        frozenset(unread),
        frozenset(partial | unread),
        hashes,
        layer,
        finished,
        former,
    )


def plain_table(file: BinaryIO, table: Table, problems: list[Problem]) -> pd.DataFrame:
    """A table beside those of a dataset, as text with all its columns; what is wrong with it joins the problems."""
    frame = _read_table(file, table, integrity.measure(file).stray_quotes, problems).astype("str")
    for column in table.columns:
        if column.name in frame:
            continue
        if column.required and len(frame.columns):
            hint = near_miss(column.name, [c for c in map(str, frame.columns) if c not in table])
            problems.append(Problem(table.file, 1, column.name, f"the column is missing{hint}"))
        frame[column.name] = ""
    return frame


def _finished(listed: pd.DataFrame, sources: list[str], problems: list[Problem]) -> dict[str, str]:
    """Each finished source with its time; a source that is not there, or is listed again, is a problem."""
    found: dict[str, str] = {}
    for row, source, time in zip(listed.index + FIRST_ROW, listed["source"], listed["time"], strict=True):
        if source not in sources:
            hint = near_miss(source, sources) if source else ""
            words = f"{shown(source)} is not an id in sources.csv{hint}"
        else:
            words = f"{shown(source)} is listed twice" if source in found else ""
        if words:
            problems.append(Problem(FINISHED.file, int(row), "source", words))
        found.setdefault(source, time)
    return found


def _read_package(file: BinaryIO, problems: list[Problem]) -> Package | None:
    try:
        return read_package(json.load(file))
    except json.JSONDecodeError as e:
        problems.append(Problem(PACKAGE_FILE, e.lineno, "", f"is not JSON: {e.msg}"))
    except (UnicodeDecodeError, RecursionError):
        problems.append(Problem(PACKAGE_FILE, 0, "", "is not JSON in UTF-8"))
    except ValueError as e:
        problems.append(Problem(PACKAGE_FILE, 0, "", str(e)))
    return None


def _read_table(file: BinaryIO, table: Table, stray_quotes: bool, problems: list[Problem]) -> pd.DataFrame:
    header = _header(file, table, problems)
    if header is None:
        return pd.DataFrame()
    coded = [c for c in header if is_coded(table.name, c)]
    read = None if stray_quotes else delimited.table(file, header, header=True, coded=coded, checked=True)
    if read is None:  # rare: the plain reader is slower but knows the row of every fault, and of blank lines between
        return _read_slowly(file, header, table, problems)
    frame: pd.DataFrame = read.unify_dictionaries().to_pandas()
    return _without_blank_rows(frame)


def _without_blank_rows(frame: pd.DataFrame) -> pd.DataFrame:
    """Rows without any value, as spreadsheets leave them, are no rows; the others keep their numbers."""
    blank = np.flatnonzero((frame.iloc[:, 0] == "").to_numpy(dtype=bool))
    if not len(blank):
        return frame
    blank = blank[(frame.iloc[blank] == "").all(axis=1).to_numpy(dtype=bool)]
    return frame.drop(index=frame.index[blank])


def _header(file: BinaryIO, table: Table, problems: list[Problem]) -> list[str] | None:
    """The column names, or None (with a problem) where nothing below them could be read."""
    file.seek(0)
    start = file.read(1 << 20)
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


def _read_slowly(file: BinaryIO, header: list[str], table: Table, problems: list[Problem]) -> pd.DataFrame:
    file.seek(0)
    data = file.read()
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
        for number, row in delimited.rows(io.BytesIO(data), encoding="utf-8-sig"):
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
    except DelimitedError as e:
        problems.append(Problem(table.file, e.row, "", str(e)))
    return pd.DataFrame(list(rows.values()), columns=header, index=list(rows), dtype="str")


# ---- new folders, and sources' texts


def create(at: Location) -> None:
    """Write an empty dataset into a folder that is new or empty, or into a database without one."""
    columns = {t.name: t.names for t in TABLES.values()}
    # Without its optional column the scale's conditional stances are told from the scores, as on the shipped scale.
    columns["stances"] = tuple(c for c in columns["stances"] if c != "conditional")
    frames, _ = canonical({"stances": pd.DataFrame(list(SHIPPED_STANCES))})
    name = name_of(at)
    package = descriptor({"name": clean(name), "title": _title(name)}, columns, {})
    write_new(Dataset(frames, columns, read_package(package)), at)


def with_package(frames: Mapping[str, Any], title: str = "") -> Dataset:
    """Tables from elsewhere as a dataset with a description of its own; DatasetError with every problem."""
    columns = {name: tuple(map(str, pd.DataFrame(frame).columns)) for name, frame in frames.items() if name in TABLES}
    head = {"title": title} if title else {}
    return Dataset.from_frames(frames, read_package(descriptor(head, columns, {})))


def write_new(
    dataset: Dataset,
    at: Location,
    texts: Mapping[str, bytes] | None = None,
    more: Mapping[str, bytes] | None = None,
) -> None:
    """Write a dataset, and its sources' texts below `texts/`, where there is none yet: whole or not at all.

    `at`: a folder that is new or empty, or a database, whose tables are made. `more`: further files, by their names.
    FileExistsError where something is there already.
    """
    package = dataset.package
    if package is not None and not package.title:
        called = name_of(at)
        package = replace(package, head={"name": clean(called), "title": _title(called), **package.head})
    files = {**contents(replace(dataset, package=package)), **text_files(dataset, texts or {}), **(more or {})}
    if isinstance(at, Database):
        from matrix.store.database import prepared

        with prepared(at), writing(at) as write:
            if has_tables(at):
                raise FileExistsError(f"{at} holds a dataset already")
            write(files)
        return
    target = at.resolve()
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise FileExistsError(f"{at} exists and is not an empty folder")
    target.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=target.parent, prefix=".policy-matrix-") as near:
        made = Path(near) / target.name
        atomic_files.commit(made, files)
        made.replace(target)


def text_files(dataset: Dataset, texts: Mapping[str, bytes]) -> dict[str, bytes]:
    """Sources' texts as the files in which `check --texts` finds them: only those that the dataset names by their hash.

    `texts`: source id and the bytes of its text.
    """
    hashes = dict(zip(dataset.sources["id"], dataset.sources["sha256"], strict=True))
    return {f"{atomic_files.TEXTS}/{id}.txt": text for id, text in texts.items() if hash_of(text) == hashes.get(id)}


def _title(name: str) -> str:
    return clean(name).replace("-", " ").replace("_", " ")
