"""Columns of stances that are called by a time (`Stance 2022`, `First vote`): `by_time` and `by_round` read them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pandas as pd

from matrix.dataset.problems import Problem, shown
from matrix.importing.name_matching import exact, loose
from matrix.importing.result import COLUMN_ASKED, some
from matrix.importing.sheet.headers import ACROSS, FIELDS_BESIDE, KEEP, SKIP, WORDS, rows_mean
from matrix.importing.sheet.named_columns import SheetCells, is_placeholder
from matrix.importing.sheet.naming_column import free_name
from matrix.importing.sheet.stances import StanceWords
from matrix.importing.sheet.written_dates import DAY_FIRST, day

_YEAR = r"(?:19|20)\d\d"
_HAS_YEAR = re.compile(rf"(?<!\d){_YEAR}(?!\d)")
_ROUNDS = """
first; second; third; fourth; fifth; 1st; 2nd; 3rd; 4th; 5th; initial; original; previous; earlier; preliminary; final;
last; latest; revised; before; after; pre; post; old; new; reconsidered; repeat
erste; erster; erstes; zweite; zweiter; zweites; dritte; dritter; drittes; letzte; letzter; vorher; nachher; vorläufige;
endgültige; 第一次; 第二次; 第三次; 第一轮; 第二轮; 第三轮; 首轮; 首次; 再次; 最终; 初次
première; premier; deuxième; second; seconde; troisième; finale; primera; segunda; tercera;
primer; segundo; tercer; prima; seconda; terza; primeira; terceira; eerste; tweede; derde;
первое; второе; третье; первый; второй; pierwsze; drugie; trzecie; första; andra; første; anden
"""
_ROUND_WORDS = frozenset(loose(w) for w in re.split(r"[;\n]", _ROUNDS) if w.strip())
_COUNTED = ("round", "runde", "reading", "lesung", "ballot", "wahlgang", "wave", "welle", "tour", "ronda", "czytanie")
_NUMBERED = re.compile(rf"(?:(?:{'|'.join(_COUNTED)}|r|t|w|no|nr)\s*)?[1-9]")
_VOTES = (*(w for w, field in FIELDS_BESIDE.items() if field == "stance"), "abstimmung", "voting", "scrutin", *_COUNTED)
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
    fields = {h: chosen.get(h) or WORDS.get(loose(h)) or rows_mean(h) for h in cells.headers if h not in years}
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
            kind=COLUMN_ASKED,
        )
        for h, f in fields.items()
        if f == "date"
    ]
    made, stance, date = _one_row_a_cell(cells, years, "date")
    way = f"--map '{next(iter(years))}={SKIP}' leaves one out"
    note = f"the times in {some(years)} are the dates of their stances; {way}."
    # A column of dates is asked about above; a word such as `Country` says whom the rows are of.
    meant = _said_of_rows(fields, chosen) | {h: KEEP for h, f in fields.items() if f == "date"}
    fields_made = {**meant, stance: "stance", date: "date"}
    return replace(made, notes=(*made.notes, note)), fields_made, dict.fromkeys(years, "stance")


def by_round(
    cells: SheetCells,
    chosen: Mapping[str, str],
    words: StanceWords,
    constants: Mapping[str, str],
    problems: list[Problem],
) -> tuple[SheetCells, dict[str, str], dict[str, str]] | None:
    """The sheet with one of the columns `First vote`, `Second vote` as its stances, or with a row for each of them.

    Which of the two is asked. None where it has no such columns, or where each of them is of an actor or proposal.
    """
    called = {h: r for h in cells.headers if h not in cells.groups and (r := round_of(h))}
    called = {h: r for h, r in called.items() if _stated(cells, h, words)}
    said = [h for h in called if chosen.get(h) == "stance"]
    rounds = {h: r for h, r in called.items() if (h in said if said else h not in chosen)}
    if len(called) < 2 or not rounds:
        return None
    fields = {h: chosen.get(h) or WORDS.get(loose(h)) or rows_mean(h) for h in cells.headers if h not in called}
    known = {*ACROSS} & {*fields.values(), *constants}
    if "stance" in fields.values() or not known:
        return None
    if any(f in ("", KEEP) and h not in chosen and _stated(cells, h, words) for h, f in fields.items()):
        return None
    each = len(said) > 1
    ways = " and ".join(f"--map '{h}=stance'" for h in rounds)
    *others, last = rounds
    left = dict.fromkeys((h for h in called if h != last and h not in chosen), KEEP)
    if len(known) < len(ACROSS):
        if each or any(map(str.isdecimal, rounds.values())):
            return None  # `Vote 1` is a name of what was voted on as well
        if others:
            lacking = next(f for f in ACROSS if f not in known)
            message = (
                f"may be rounds of one vote: say --set '{lacking}=…' if {some(rounds)} are of one {lacking}, or "
                f"{ways} if each is a {lacking} of its own"
            )
            problems.append(
                Problem(cells.file, cells.header_row, last, message, kind=COLUMN_ASKED, others=tuple(others))
            )
            return None
    elif each:
        made, stance, kept = _one_row_a_cell(cells, rounds, "round")
        taken = {**_said_of_rows(fields, chosen), stance: "stance", kept: KEEP}
        note = f"each of {some(rounds)} is a statement of its own; which one it is stands in the column {shown(kept)}."
        return replace(made, notes=(*made.notes, note)), taken, dict.fromkeys(rounds, "stance")
    elif others:
        message = (
            f"holds stances of the same actors on the same proposals as {some(others)}: say "
            f"--map '{last}=stance' if only this one counts (the others are kept beside it), or {ways} if each is a "
            "statement of its own"
        )
        problems.append(Problem(cells.file, cells.header_row, last, message, kind=COLUMN_ASKED, others=tuple(others)))
    taken = {**left, last: "stance"}
    return cells, {**_said_of_rows(fields, chosen), **taken}, taken


def round_of(header: str) -> str:
    """`first` of `First vote`, `1` of `Vote (1)`, `round 1`, folded; '' for a header that names no round of a vote."""
    key = loose(header)
    if _HAS_YEAR.search(header):
        return ""
    for word in _VOTES:
        rest = key.removesuffix(word) if key.endswith(word) else key.removeprefix(word) if key.startswith(word) else ""
        if (rest := rest.strip()) and (rest in _ROUND_WORDS or _NUMBERED.fullmatch(rest)):
            return key if word in _COUNTED else rest
    return key if key in _ROUND_WORDS else ""


def time_in(header: str) -> str:
    """The year, or the word for a round, in a header such as `Supporters 2023`, `Ayes (second vote)`; '' for none."""
    if years := _HAS_YEAR.findall(header):
        return years[0] if len(years) == 1 else ""
    words = loose(header).split()
    return next((w for w in words if w in _ROUND_WORDS or w.isdecimal()), "")


def _said_of_rows(fields: Mapping[str, str], chosen: Mapping[str, str]) -> dict[str, str]:
    """Columns whose header says whom or what the rows are of, and no other's does."""
    every = [*fields.values()]
    return {h: f for h, f in fields.items() if h not in chosen and f in ACROSS and every.count(f) == 1}


def _one_row_a_cell(cells: SheetCells, columns: Mapping[str, str], called: str) -> tuple[SheetCells, str, str]:
    """One row for each filled cell of the columns; the names of the column of stances and of that of the times."""
    others = [h for h in cells.headers if h not in columns]
    body = cells.frame[[*columns]].to_numpy(dtype=object)
    at, of = np.nonzero(np.array([[bool(v.strip()) for v in line] for line in body], dtype=bool).reshape(body.shape))
    stance, time = free_name("stance", others), free_name(called, others)
    labels = [*columns]
    frame = cells.frame[others].iloc[at].reset_index(drop=True)
    frame = frame.assign(
        **{
            stance: pd.Series(body[at, of], dtype="str"),
            time: pd.Series([columns[labels[j]] for j in of.tolist()], dtype="str"),
        }
    )
    made = replace(
        cells,
        frame=frame,
        rows=cells.rows[at],
        labels=tuple(labels),
        label_of=of,
        made=cells.made | {stance, time},
    )
    return made, stance, time


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
