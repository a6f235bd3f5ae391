"""Columns of stances that are called by their year (`Stance 2022`, `2024`): `by_year` makes a row of each cell."""

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

_YEAR = r"(?:19|20)\d\d"
_BARE = re.compile(_YEAR)
_OF_YEAR = re.compile(rf"(?P<word>.*\D)[\s,_(（-]+(?P<year>{_YEAR})[)）]?|(?P<first>{_YEAR})[\s,_-]+(?P<after>\D.*)")


def by_year(
    cells: SheetCells,
    chosen: Mapping[str, str],
    words: StanceWords,
    constants: Mapping[str, str],
    problems: list[Problem],
) -> tuple[SheetCells, dict[str, str], dict[str, str]] | None:
    """The sheet as one row a statement, whose date is the year; the fields of its columns, and what cells hold.

    None where it has no such columns, or others of stances. Who or what all of it is about may be a constant; where
    nothing says so, that is asked as of any sheet.
    """
    open_ = {h: chosen.get(h, "") for h in cells.headers if h not in cells.groups}
    years = {h: y for h, f in open_.items() if f in ("", "stance") and (y := _year(h)) and _stated(cells, h, words)}
    bare = [h for h in years if _BARE.fullmatch(h)]
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
            f"holds dates, and the years of {some(years)} are dates too: say --map '{h}={KEEP}' (or {SKIP})",
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
    note = f"the years of {some(years)} are the dates of their stances; --map '{labels[0]}={SKIP}' leaves one out."
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


def _year(header: str) -> str:
    """The year of `2022`, `Stance 2022` and `2022 vote`; '' for any other header."""
    if _BARE.fullmatch(header):
        return header
    found = _OF_YEAR.fullmatch(header)
    if not found:
        return ""
    word = loose(found["word"] or found["after"])
    return (found["year"] or found["first"]) if "stance" in (FIELDS_BESIDE.get(word), WORDS.get(word)) else ""


def _stated(cells: SheetCells, header: str, words: StanceWords) -> bool:
    """Whether a column is called one of stances, or at least half of its words are known as such."""
    if not _BARE.fullmatch(header) and _year(header):
        return True
    values = [v for v in map(exact, cells.frame[header].unique()) if v and not is_placeholder(v)]
    known = [v for v in values if words.certain(v) or words.doubt(v) or v in words.chosen or v in ("1", "-1", "0")]
    return bool(known) and 2 * len(known) >= len(values)
