"""Columns of stances that are called by a time (`Stance 2022`, `Q1 2025`): `by_time` makes a row of each cell."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pandas as pd

from matrix.dataset.problems import Problem
from matrix.importing.name_matching import exact, loose
from matrix.importing.result import some
from matrix.importing.sheet.headers import ACROSS, FIELDS_BESIDE, KEEP, SKIP, WORDS, rows_mean
from matrix.importing.sheet.named_columns import SheetCells, is_placeholder
from matrix.importing.sheet.naming_column import free_name
from matrix.importing.sheet.stances import StanceWords
from matrix.importing.sheet.written_dates import DAY_FIRST, day

_YEAR = r"(?:19|20)\d\d"
_HAS_YEAR = re.compile(rf"(?<!\d){_YEAR}(?!\d)")
_BETWEEN = re.compile(r"[\s,_:(（)）-]+")


def by_time(
    cells: SheetCells,
    chosen: Mapping[str, str],
    words: StanceWords,
    constants: Mapping[str, str],
    problems: list[Problem],
) -> tuple[SheetCells, dict[str, str], dict[str, str]] | None:
    """The sheet as one row a statement, whose date is that time; the fields of its columns, and what cells hold.

    None where it has no such columns, or others of stances. Who or what all of it is about may be a constant; where
    nothing says so, that is asked as of any sheet.
    """
    open_ = {h: chosen.get(h, "") for h in cells.headers if h not in cells.groups}
    years = {
        h: y for h, f in open_.items() if f in ("", "stance") and (y := time_of(h)[0]) and _stated(cells, h, words)
    }
    bare = [h for h in years if not time_of(h)[1]]
    if not years or len(bare) == 1:
        return None
    others = [h for h in cells.headers if h not in years]
    fields = {h: chosen.get(h) or WORDS.get(loose(h)) or rows_mean(h) for h in others}
    if "stance" in fields.values() or not {*ACROSS} & {*fields.values(), *constants}:
        return None
    if any(f in ("", KEEP) and h not in chosen and _stated(cells, h, words) for h, f in fields.items()):
        return None  # a wide sheet, of which these are some columns
    problems += [
        Problem(
            cells.file,
            cells.header_row,
            h,
            f"holds dates, and {some(years)} are dates too: say --map '{h}={KEEP}' (or {SKIP})",
        )
        for h, f in fields.items()
        if f == "date"
    ]
    body = cells.frame[[*years]].to_numpy(dtype=object)
    at, of = np.nonzero(np.array([[bool(v.strip()) for v in line] for line in body], dtype=bool).reshape(body.shape))
    frame = cells.frame[others].iloc[at].reset_index(drop=True)
    stance, date = free_name("stance", others), free_name("date", others)
    labels = [*years]
    frame = frame.assign(
        **{
            stance: pd.Series(body[at, of], dtype="str"),
            date: pd.Series([years[labels[j]] for j in of.tolist()], dtype="str"),
        }
    )
    note = f"the times in {some(years)} are the dates of their stances; --map '{labels[0]}={SKIP}' leaves one out."
    made = replace(
        cells,
        frame=frame,
        rows=cells.rows[at],
        labels=tuple(labels),
        label_of=of,
        made=cells.made | {stance, date},
        notes=(*cells.notes, note),
    )
    # A column of dates is asked about above; a word such as `Country` says whom the rows are of.
    meant = {h: f for h, f in fields.items() if h not in chosen and f in ACROSS and [*fields.values()].count(f) == 1}
    meant |= {h: KEEP for h, f in fields.items() if f == "date"}
    return made, {**meant, stance: "stance", date: "date"}, dict.fromkeys(years, "stance")


def time_of(header: str) -> tuple[str, bool]:
    """The time of `2022`, `Mar 2025`, `Position Q1 2025` and `2022 vote`, and whether a word for stances is beside it.

    '' for any other header.
    """
    if not _HAS_YEAR.search(header):
        return "", False
    if _is_time(header):
        return header, False
    gaps = [*_BETWEEN.finditer(header)]
    for gap in gaps:
        before, after = header[: gap.start()], header[gap.end() :].rstrip(")） ")
        for word, time in ((before, after), (after, before)):
            if "stance" in (FIELDS_BESIDE.get(loose(word)), WORDS.get(loose(word))) and _is_time(time):
                return time, True
    return "", False


def _is_time(text: str) -> bool:
    if not _HAS_YEAR.search(text):
        return False
    try:
        found = day(text, DAY_FIRST)
    except ValueError:
        return False
    return bool(found.start or found.end)


def _stated(cells: SheetCells, header: str, words: StanceWords) -> bool:
    """Whether a column is called one of stances, or at least half of its words are known as such."""
    if time_of(header)[1]:
        return True
    values = [v for v in map(exact, cells.frame[header].unique()) if v and not is_placeholder(v)]
    known = [v for v in values if words.certain(v) or words.doubt(v) or v in words.chosen or v in ("1", "-1", "0")]
    return bool(known) and 2 * len(known) >= len(values)
