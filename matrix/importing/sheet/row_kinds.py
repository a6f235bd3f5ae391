"""Rows of a wide sheet that are no rows like the others: headings, remarks below the table, sums and averages."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from matrix.dataset.problems import Problem, shown
from matrix.importing.name_matching import exact, loose
from matrix.importing.sheet.headers import GROUPED, KEEP, SKIP, TOTALS, WORDS
from matrix.importing.sheet.named_columns import SheetCells, is_placeholder
from matrix.importing.sheet.stances import legend_of
from matrix.wording import plural

_NUMBER = re.compile(r"[-+−]?\d+([.,]\d+)?\s*%?|\d+\s*/\s*\d+")
_REMARK = re.compile(
    r"[*†‡§©¹²³⁴]|\([*†‡]+\)|https?://|"
    r"(?:notes?|sources?|legend|remarks?|abbreviations?|disclaimer|last updated?|as of|updated|"
    r""
    r"quellen?|anmerkung(?:en)?|hinweise?|legende|stand|bemerkung(?:en)?|erstellt|abkürzungen|datenstand|"
    r"remarques?|sources? ?|légende|fuentes?|notas?|leyenda|fonti?|fontes?|bron(?:nen)?|opmerking(?:en)?|"
    r"注|备注|来源|资料来源|数据来源|说明|附注|註|來源)"
    r"\s*(?:\d*\s*[:：)）.]|$)|n\s*=\s*\d|(?:last )?updated\b|stand \d",
    re.IGNORECASE,
)
_NUMBERED = re.compile(r"(?:[A-Z]|[IVX]+|\d{1,2}|第?[一二三四五六七八九十]+[章节部]?)\s*[.):、：]\s*\S")
_SECTION = re.compile(
    r"(?:section|part|chapter|theme|area|teil|abschnitt|kapitel|bereich|partie|parte|sección)\b", re.IGNORECASE
)
_KEY = re.compile(r"\S{1,12}(?: \S{1,8})?\s*[=\uff1d]\s*\S")  # `Y = supports`, `Light green = in part`
_FEW_WORDS = 4  # of a name at the end of a table; what is longer may be a remark
_LISTED = 20


def without_odd_rows(
    cells: SheetCells,
    naming: str,
    marked: Sequence[str],
    hold: str,
    chosen: Mapping[str, str],
    problems: list[Problem],
) -> SheetCells:
    """The rows that are actors or proposals (`hold`); headings become their theme or side, what is left out is noted.

    `naming`: the column of their names, `marked` those of their stances. `chosen`: name of a row -> that it is one
    (`proposal`), a heading (`theme`, `side`), or left out (`skip`).
    """
    names = [exact(n) for n in cells.frame[naming]]
    kinds = _kinds(cells, naming, names, marked, chosen)
    group = GROUPED[hold]
    asked = [i for i, kind in enumerate(kinds) if kind == "?"]
    for i in asked[:_LISTED]:
        message = (
            f"{shown(names[i])} has nothing beside it: say --map '{names[i]}={group}' if it is a heading, --map "
            f"'{names[i]}={hold}' if it is one of the {hold}s, or --map '{names[i]}={SKIP}'"
        )
        problems.append(Problem(cells.file, int(cells.rows[i]), naming, message))
    if not any(kinds):
        return cells
    notes = _notes(cells, names, kinds, hold)
    columns = {h: cells.frame[h] for h in cells.frame}
    made = set(cells.made)
    fields = {chosen.get(h) or WORDS.get(loose(h)) for h in cells.headers}
    if "heading" in kinds and group not in fields:
        said, above = [], ""
        for name, kind in zip(names, kinds, strict=True):
            above = name if kind == "heading" else above
            said.append(above)
        columns[group] = pd.Series(said, dtype="str")
        made.add(group)
    taken = {"heading": group, "?": "", "row": hold}
    odd = {n: taken.get(k, SKIP) for n, k in zip(names, kinds, strict=True) if k}
    out = np.array([k not in ("", "?", "row") for k in kinds], dtype=bool)
    frame = pd.DataFrame(columns)[~out].reset_index(drop=True)
    return replace(
        cells, frame=frame, rows=cells.rows[~out], odd_rows=odd, made=frozenset(made), notes=(*cells.notes, *notes)
    )


def _kinds(
    cells: SheetCells, naming: str, names: Sequence[str], marked: Sequence[str], chosen: Mapping[str, str]
) -> list[str]:
    """Of each row: 'sum', 'remark', 'heading', 'skip', '?' where it is to be asked, 'row' where it was; else ''."""
    blank = _all(cells.frame.drop(columns=naming), lambda text: not text.strip())
    numbers = _all(cells.frame[[*marked]], _is_number)
    counted = sum(n and not b for n, b in zip(numbers, blank, strict=True))
    kinds = [""] * len(names)
    filled = [i for i, b in enumerate(blank) if not b]
    last = filled[-1] if filled else -1
    for i, name in enumerate(names):
        if not name:
            continue
        summed = numbers[i] and not blank[i] and _is_sum(name, alone=counted == 1 and len(filled) > 2)
        if summed:
            kinds[i] = "sum"
        elif blank[i] and (_REMARK.match(name) or _KEY.match(name) or len(legend_of([name])) > 1):
            kinds[i] = "remark"
        elif blank[i] and i > last:
            kinds[i] = "?" if len(name.split()) > _FEW_WORDS or len(name) > 40 else ""
        elif blank[i]:
            kinds[i] = "?"
    _headings(kinds, names, blank, last)
    for i, name in enumerate(names):
        told = chosen.get(name, "") if kinds[i] or blank[i] else ""
        if told in ("actor", "proposal"):
            kinds[i] = "row"
        elif told in GROUPED.values():
            kinds[i] = "heading"
        elif told in (SKIP, KEEP):
            kinds[i] = "skip"
    return kinds


def _headings(kinds: list[str], names: Sequence[str], blank: Sequence[bool], last: int) -> None:
    """Make those headings that look like one, or all where every row of the table has one of them above it.

    One without a row below it stays a question.
    """
    rows = [names[i] for i in range(len(names)) if not blank[i] and not kinds[i]]
    asked = [i for i, kind in enumerate(kinds) if kind == "?" and i < last]
    if not asked:
        return
    numbered = any(_NUMBERED.match(n) for n in rows)
    shouted = any(_in_capitals(n) for n in rows)
    every = len(asked) > 1 and asked[0] == 0 and not any(i + 1 in asked for i in asked)
    for i in asked:
        name = names[i]
        looks = (
            (bool(_NUMBERED.match(name)) and not numbered)
            or (_in_capitals(name) and not shouted)
            or name.endswith((":", "："))
            or bool(_SECTION.match(name))
        )
        if (looks or every) and _has_row_below(i, kinds, names, blank):
            kinds[i] = "heading"


def _has_row_below(at: int, kinds: Sequence[str], names: Sequence[str], blank: Sequence[bool]) -> bool:
    """Whether a row like the others follows, before another heading or the end: `China` may be one without a word."""
    after = (i for i in range(at + 1, len(names)) if kinds[i] != "remark" and (names[i] or not blank[i]))
    first = next(after, None)
    return first is not None and not kinds[first] and not blank[first]


def _in_capitals(name: str) -> bool:
    return name.isupper() and sum(map(str.isalpha, name)) > 3


def _is_sum(name: str, *, alone: bool) -> bool:
    """Whether a row of numbers sums up: it is called so, or the only one with numbers among words."""
    words = loose(name).split() or [name]
    return alone or words[0] in TOTALS or loose(name) in TOTALS or name.startswith(("%", "Ø", "∑", "Σ"))


def _notes(cells: SheetCells, names: Sequence[str], kinds: Sequence[str], hold: str) -> list[str]:
    """What was made of the rows, each named with its place."""
    placed = [(k, f"row {r} ({shown(n)})", n) for k, r, n in zip(kinds, cells.rows.tolist(), names, strict=True)]
    notes = [
        f"{place} is left out as a sum of the others; --map '{name}={hold}' reads it."
        for kind, place, name in placed
        if kind == "sum"
    ]
    for kind, what in (
        ("heading", f"taken as {plural(2, GROUPED[hold])[2:]} of the rows below"),
        ("remark", "left out as remarks on the table"),
        ("skip", "left out, as asked"),
    ):
        found = [(place, name) for k, place, name in placed if k == kind]
        if found:
            listed = ", ".join(place for place, _ in found[:_LISTED]) + (", …" if len(found) > _LISTED else "")
            way = "" if kind == "skip" else f"; --map '{found[0][1]}={hold}' reads the first as one of the {hold}s"
            notes.append(f"{listed}: {what}{way}.")
    return notes


def _is_number(cell: str) -> bool:
    text = exact(cell)
    return not text or is_placeholder(text) or bool(_NUMBER.fullmatch(text))


def _all(frame: pd.DataFrame, holds: Callable[[str], bool]) -> list[bool]:
    """Of each row, whether every cell does so."""
    found = np.ones(len(frame), dtype=bool)
    for header in frame:
        column = frame[header]
        found &= column.map({v: holds(v) for v in column.unique()}).to_numpy(dtype=bool)
    return [bool(f) for f in found]
