"""Any mapping of tables to data frames becomes canonical text frames: every column of the schema, no missing values.

Ids and free text are `str`; columns whose values repeat (references, vocabularies, dates) are categorical, so that
every later check and fold runs over small integers. The index counts from 0 as in the file: index + 2 is the row that a
spreadsheet shows.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import cache, lru_cache, partial
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from matrix.dataset.problems import Problem, near_miss
from matrix.dataset.schema import TABLES, ColumnKind

CODED: frozenset[ColumnKind] = frozenset(
    {"ref", "list", "vocabulary", "date", "boolean", "integer", "number", "colour"}
)
FIRST_ROW = 2  # the spreadsheet row of index 0
FEW = 200  # rows of a column up to which a loop of Python's is done before pandas or Arrow have begun

Frames = dict[str, pd.DataFrame]
_STR = pd.Series(dtype="str").dtype


def is_coded(table: str, column: str) -> bool:
    """Whether the column is held as categorical: its values repeat."""
    spec = TABLES.get(table)
    return spec is not None and column in spec and column != "start" and spec[column].kind in CODED


def canonical(frames: Mapping[str, Any]) -> tuple[Frames, list[Problem]]:
    """Text frames of all the schema's tables, and what could not be read as text; the input is not changed."""
    problems = [
        Problem(f"{name}.csv", 0, "", f"is not a table of a dataset{near_miss(str(name), list(TABLES))}")
        for name in frames
        if name not in TABLES
    ]
    result: Frames = {}
    for name, spec in TABLES.items():
        if name not in frames:
            result[name] = _without_rows(name).copy()
            continue
        frame = pd.DataFrame(frames[name])
        names = [str(c) for c in frame.columns]
        doubled = sorted({c for c in names if names.count(c) > 1}) if len(set(names)) < len(names) else []
        for c in doubled:
            problems.append(Problem(spec.file, 1, c, "the column appears twice"))
        given: dict[str, pd.Series[Any]] = {}
        for c, (_, values) in zip(names, frame.items(), strict=True):
            given.setdefault(c, values)  # of a doubled column, the first
        columns: dict[str, Any] = {}
        blank = cache(partial(_blank, frame.index))  # made once: of a long table each would cost as much as a column
        for column in (*spec.names, *(c for c in given if c not in spec)):
            if column not in given:
                columns[column] = blank(is_coded(name, column))
                continue
            text, bad = _as_text(given[column])
            problems += [
                Problem(spec.file, i + FIRST_ROW, column, "holds a character that is not text (a lone surrogate)")
                for i in bad
            ]
            columns[column] = _coded(text) if is_coded(name, column) else text
        result[name] = pd.DataFrame(columns, index=frame.index, copy=False)
    return result, problems


def is_blank(values: pd.Series[Any]) -> bool:
    """Whether a canonical column has no value at all."""
    if isinstance(values.dtype, pd.CategoricalDtype):
        codes, words = codes_and_words(values)
        filled = np.array([*map(bool, words), False])
        return not (filled.any() and filled[codes].any())
    if len(values) <= FEW:
        return not any(values.tolist())
    return not (values != "").any()


def codes_and_words(values: pd.Series[Any]) -> tuple[NDArray[np.intp], list[str]]:
    """A column as codes, one a row, and the words for which they stand; -1 would stand for none."""
    held: Any = (values if isinstance(values.dtype, pd.CategoricalDtype) else _coded(values)).array
    return held.codes, held.categories.tolist()


def by_id(frame: pd.DataFrame, column: str) -> dict[str, str]:
    """One column of a table: id -> text."""
    return dict(zip(frame["id"].tolist(), frame[column].astype("str").tolist(), strict=True))


def places_by_id(frame: pd.DataFrame) -> dict[str, int]:
    """Where each row stands in its table: id -> place from 0."""
    return {id_: i for i, id_ in enumerate(frame["id"].tolist())}


def fingerprint(values: pd.Series[Any]) -> bytes:
    """The SHA-256 of a canonical column's texts, however the frame holds them: their lengths, then their UTF-8."""
    if isinstance(values.dtype, pd.CategoricalDtype):
        categories = pa.array(values.cat.categories, pa.large_string())
        text = categories.take(pa.array(values.cat.codes.to_numpy()))
    else:
        text = pa.array(values, pa.large_string())
    chunks = text.chunks if isinstance(text, pa.ChunkedArray) else [text]
    digest = hashlib.sha256()
    for chunk in chunks:
        digest.update(pc.binary_length(chunk).to_numpy(zero_copy_only=False).astype("<u4").tobytes())
    for chunk in chunks:
        _, offsets, data = chunk.buffers()
        if len(chunk) and data is not None:  # a chunk may be a window on longer buffers
            first, last = np.frombuffer(offsets, np.int64)[[chunk.offset, chunk.offset + len(chunk)]].tolist()
            digest.update(memoryview(data)[first:last])
    return digest.digest()


@cache
def _without_rows(table: str) -> pd.DataFrame:
    """The table as it is where nobody gave one: made once, for it costs as much as a filled one of a small dataset."""
    index = pd.RangeIndex(0)
    return pd.DataFrame({c: _blank(index, is_coded(table, c)) for c in TABLES[table].names}, index=index)


def _blank(index: pd.Index[Any], coded: bool) -> pd.Series[Any]:
    if not coded:
        return pd.Series("", index=index, dtype="str")
    return pd.Series(pd.Categorical.from_codes(np.zeros(len(index), np.int8), dtype=_dtype(("",))), index=index)


def _coded(text: pd.Series[Any]) -> pd.Series[Any]:
    """A column of text as categorical, its values in the order of their characters."""
    if isinstance(text.dtype, pd.CategoricalDtype):
        return text
    if len(text) > FEW:
        return text.astype("category")
    values = text.tolist()
    words = sorted(set(values))
    place = {w: i for i, w in enumerate(words)}
    codes = np.array([place[v] for v in values], dtype=np.int16)
    return pd.Series(pd.Categorical.from_codes(codes, dtype=_dtype(tuple(words))), index=text.index)


@lru_cache(maxsize=1024)  # made of the same few words again and again, and dearer than the codes of a short column
def _dtype(words: tuple[str, ...]) -> pd.CategoricalDtype:
    return pd.CategoricalDtype(pd.Index(words, dtype="str"))


def _as_text(values: pd.Series[Any]) -> tuple[pd.Series[Any], list[int]]:
    """The column as text with '' for a missing value, and the positions whose text cannot be stored."""
    if isinstance(values.dtype, pd.CategoricalDtype):
        if isinstance(values.cat.categories.dtype, pd.StringDtype) and (values.array.codes >= 0).all():
            return values, []
        values = values.astype(values.cat.categories.dtype)
    if isinstance(values.dtype, pd.StringDtype):
        values = values.fillna("") if values.array.isna().any() else values
        return values if values.dtype == _STR else values.astype("str"), []
    missing = values.isna().to_numpy()
    text = ["" if m else _text(v) for v, m in zip(values.tolist(), missing, strict=True)]
    bad = [i for i, t in enumerate(text) if not _storable(t)]
    for i in bad:
        text[i] = text[i].encode("utf-8", "replace").decode("utf-8")
    return pd.Series(text, index=values.index, dtype="str"), bad


def _text(value: Any) -> str:
    """One cell of a notebook's frame as a person would have typed it: 3.0 is 3, True is true, a day is ISO."""
    if isinstance(value, bool | np.bool_):
        return str(value).lower()
    if isinstance(value, float | np.floating) and float(value).is_integer():
        return str(int(value))
    if isinstance(value, pd.Timestamp) and value == value.normalize():
        return value.date().isoformat()
    return str(value)


def _storable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
