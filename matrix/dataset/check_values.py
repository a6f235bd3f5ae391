"""The rules for single values: ids, references, vocabularies, dates, numbers, addresses; each column by its schema."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from matrix.dataset.check_report import Judge, Report, as_text, equal
from matrix.dataset.codes import among
from matrix.dataset.dates import date_problem
from matrix.dataset.frames import FEW, FIRST_ROW, Frames
from matrix.dataset.problems import LISTED, listed, near_miss, not_one_of, shown
from matrix.dataset.schema import COLOUR, HTTP_URL, LIST_SEPARATOR, SHA256, SHIPPED_STANCES, SLUG, TABLES, Column, Table


def doubled(report: Report, table: Table, frame: pd.DataFrame) -> None:
    """Report every id that stands in a row above already."""
    ids = frame["id"]
    if len(set(ids.tolist())) == len(ids) if len(ids) <= FEW else all_different(as_text(ids)):
        return
    again = ids[ids.duplicated() & (ids != "")]
    if again.empty:
        return
    first = ids[ids.isin(again)].drop_duplicates()
    row = dict(zip(first, first.index + FIRST_ROW, strict=True))

    def message(place: int) -> str:
        value = again.iloc[place]
        return f"{shown(value)} is already the id of row {row[value]}"

    report.add(table, "id", again.index, message, "have an id that a row above has already")


def wrong(
    report: Report, table: Table, column: Column, frame: pd.DataFrame, frames: Frames, closed: tuple[str, ...] | None
) -> None:
    """Report every value of a column that the schema, or the `closed` words of the package, do not allow."""
    values, name = frame[column.name], column.name
    report.add_nul(table, name, values)
    if column.required:
        empty = frame.index[equal(values, "")]
        report.add(table, name, empty, "is empty; a value is required", "are empty; a value is required")
    if column.kind == "id":
        if all_slugs(as_text(values)):
            return
        rule = "lower-case letters and digits, joined by single '-'"
        report.add_unlike(table, name, values, SLUG, f"is not an id: {rule}", f"are not ids: {rule}")
        return
    if column.kind == "hash":
        rule = "64 hexadecimal digits in lower case"
        report.add_unlike(table, name, values, SHA256, f"is not a SHA-256: {rule}", f"are not SHA-256 sums: {rule}")
    elif name == "start":
        one, many = "is not a whole number from 0", "are not whole numbers from 0"
        report.add_unlike(table, name, values, r"\d+", one, many)
    elif column.kind == "url":
        one = "is not an http(s) address and is shown as plain text"
        many = "are not http(s) addresses and are shown as plain text"
        report.add_unlike(table, name, values, HTTP_URL, one, many, warning=True)
    judge = _judge(column, values, frames)
    if judge:
        report.add_values(table, name, values, judge)
    allowed = closed if closed is not None else column.values
    if allowed or closed is not None:
        many = f"are not one of {listed(allowed)}"
        words = Judge.of(set(allowed), lambda v: not_one_of(v, allowed), many)
        report.add_values(table, name, values, words, warning=closed is None)


def _judge(column: Column, values: pd.Series[Any], frames: Frames) -> Judge | None:
    """What a distinct value of a coded column may be; None where its kind allows any text."""
    if column.name == "start":
        return None  # nearly every value is distinct: its pattern says all, for the whole column at once
    if column.kind in ("ref", "list"):
        target = _ids_in(frames, column.target)

        @cache
        def ids() -> list[str]:
            return [i for i in target.tolist() if i]

        file = TABLES[column.target].file
        if column.kind == "ref":
            # Of a long table only the ids that are named become Python objects: it may be a million statements.
            named = {*(target if len(target) <= FEW else target[among(target, values.cat.categories)]).tolist()}
            return Judge.of(named, lambda v: _no_such(v, column.target, ids()), f"are not ids in {file}")
        known = set(ids())
        return Judge(
            lambda v: _is_bad_list(v, known),
            lambda v: _bad_list(v, column.target, ids(), known),
            f"are not lists of ids in {file}, joined by '{LIST_SEPARATOR}'",
        )
    return _JUDGES.get(column.kind)


def _ids_in(frames: Frames, target: str) -> pd.Series[Any]:
    """The ids a reference may name; without a stances table the shipped scale stands in."""
    if target == "stances" and not len(frames[target]):
        return _SHIPPED
    return frames[target]["id"]


def _no_such(value: str, target: str, ids: Sequence[str]) -> str:
    if len(ids) <= LISTED:
        return not_one_of(value, ids)
    return f"{shown(value)} is not an id in {TABLES[target].file}{near_miss(value, ids)}"


def _is_bad_list(value: str, known: set[str]) -> bool:
    items = value.split(LIST_SEPARATOR)
    return len(set(items)) < len(items) or not known.issuperset(items)


def _bad_list(value: str, target: str, ids: Sequence[str], known: set[str]) -> str:
    items = value.split(LIST_SEPARATOR)
    if "" in items:
        return f"{shown(value)} has an empty place between its '{LIST_SEPARATOR}'"
    twice = sorted({i for i in items if items.count(i) > 1})
    if twice:
        return f"{shown(value)} names {shown(twice[0])} twice"
    return "; ".join(_no_such(i, target, ids) for i in items if i not in known)


def _bad_boolean(value: str) -> str:
    return "" if value in ("true", "false") else not_one_of(value, ("true", "false"))


def _bad_integer(value: str) -> str:
    return "" if value.isascii() and value.removeprefix("-").isdigit() else f"{shown(value)} is not a whole number"


def _bad_number(value: str) -> str:
    try:
        number = float(value)
    except ValueError:
        return f"{shown(value)} is not a number"
    return "" if np.isfinite(number) and "_" not in value else f"{shown(value)} is not a finite number"


def _bad_colour(value: str) -> str:
    return (
        "" if pd.Series([value]).str.fullmatch(COLOUR).all() else f"{shown(value)} is not a colour: #RRGGBB is expected"
    )


_SHIPPED = pd.Series([s["id"] for s in SHIPPED_STANCES], dtype="str")
_JUDGES = {
    "boolean": Judge.by_words(_bad_boolean, "are not one of true, false"),
    "integer": Judge.by_words(_bad_integer, "are not whole numbers"),
    "number": Judge.by_words(_bad_number, "are not numbers"),
    "colour": Judge.by_words(_bad_colour, "are not colours: #RRGGBB is expected"),
    "date": Judge.by_words(date_problem, "are not dates: YYYY, YYYY-MM or YYYY-MM-DD is expected"),
}

_LETTERS = np.isin(np.arange(256), list(b"abcdefghijklmnopqrstuvwxyz0123456789-"))
_DASH = ord("-")
_MIX = np.uint64(0x9E3779B97F4A7C15)  # odd: a product with it loses nothing
_FIRST = np.array([(1 << 8 * n) - 1 for n in range(9)], dtype=np.uint64)  # the first n bytes of eight
_LONGEST = 64  # bytes of an id that is turned into a number


def all_different(ids: pa.LargeStringArray) -> bool:
    """Whether no id stands twice."""
    return _rising(ids) or _apart(ids) or len(pc.unique(ids)) == len(ids)


def all_slugs(ids: pa.LargeStringArray) -> bool:
    """Whether each is blank or small letters and digits joined by single '-'; no null among them."""
    ends, data = _bytes(ids)
    dash = data == _DASH
    begins, ends = ends[:-1], ends[1:]
    filled = ends > begins
    single = not (dash[1:] & dash[:-1]).any()
    return single and bool(_LETTERS[data].all()) and not (dash[begins[filled]] | dash[ends[filled] - 1]).any()


def _rising(ids: pa.LargeStringArray) -> bool:
    """Whether each id is longer than the one before, or as long and behind it by spelling: then none stands twice."""
    before, after = ids[:-1], ids[1:]
    was, is_now = pc.binary_length(before), pc.binary_length(after)
    behind = pc.or_(pc.greater(is_now, was), pc.and_(pc.equal(is_now, was), pc.greater(after, before)))
    return bool(pc.all(behind, min_count=0).as_py())


def _apart(ids: pa.LargeStringArray) -> bool:
    """Whether no two ids give the same number: then none stands twice."""
    ends, data = _bytes(ids)
    begins, lengths = ends[:-1], np.diff(ends)
    longest = int(lengths.max(initial=0))
    if longest > _LONGEST:
        return False
    # The eight bytes from any place on, as a number; of the last ones only those that belong to the id.
    padded = np.concatenate([data, np.zeros(8, np.uint8)])
    words = np.ndarray(len(data) + 1, dtype="<u8", buffer=padded, strides=(1,))
    key = lengths.astype(np.uint64)
    for place in range(0, longest, 8):
        left = np.clip(lengths - place, 0, 8)
        key = (key ^ (words[np.minimum(begins + place, len(data))] & _FIRST[left])) * _MIX
        key ^= key >> np.uint64(29)
    key.sort()
    return not (key[1:] == key[:-1]).any()


def _bytes(ids: pa.LargeStringArray) -> tuple[NDArray[np.int64], NDArray[np.uint8]]:
    """Where each text begins and ends (one number more than there are texts), and the bytes of them all."""
    _, offsets, data = ids.buffers()
    every = np.frombuffer(offsets, dtype=np.int64)[ids.offset : ids.offset + len(ids) + 1]
    letters = np.frombuffer(data, dtype=np.uint8) if data is not None else np.zeros(0, np.uint8)
    return every - every[0], letters[every[0] : every[-1]]
