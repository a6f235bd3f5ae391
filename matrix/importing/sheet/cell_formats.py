"""What a sheet shows beside its values: `as_shown` leaves out hidden and struck-out rows; comments become notes."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import pandas as pd

from matrix.dataset.problems import shown
from matrix.importing.file_cells import NumberedRow, Sheet
from matrix.importing.name_matching import exact
from matrix.importing.result import LISTED, some
from matrix.importing.sheet.headers import REQUIRED
from matrix.importing.sheet.named_columns import CodeArray, Coded, SheetCells, filled_down, header_of
from matrix.importing.sheet.written_dates import Day
from matrix.wording import plural

COLOUR = "colour"
_COLOUR = re.compile(rf"{COLOUR} [0-9A-Fa-f]{{6,8}}")


def as_shown(sheet: Sheet, named: Collection[str] = ()) -> tuple[Sheet, list[str]]:
    """The sheet as a reader sees it: without hidden rows and columns, and without what is wholly struck out; notes.

    `named`: headers that the user says something of: a hidden column among them is read.
    """
    notes: list[str] = []
    if sheet.partly_struck:
        places = _places(sheet.partly_struck)
        notes.append(f"{plural(len(sheet.partly_struck), 'cell')} read without the part that is struck out: {places}.")
    if sheet.hidden_rows:
        if sheet.merged:  # the value of merged cells stands in the first row, which may be a hidden one
            sheet, _ = filled_down(sheet, header_of(sheet, named)[0], sheet.name)
        rows = [row for row in sheet.rows if row[0] not in sheet.hidden_rows]
        gone = sorted({n for n, _ in sheet.rows} & sheet.hidden_rows)
        if gone:
            sheet = replace(sheet, rows=rows)
            notes.append(
                f"{plural(len(gone), 'hidden or filtered row')} left out: row {_listed(gone)}; show them in the file "
                "(or clear its filter) to have them read."
            )
    if not (sheet.hidden_columns or sheet.struck) or not sheet.rows:
        return sheet, notes
    number, head = header_of(sheet, named)
    width = max(len(cells) for _, cells in sheet.rows)
    titles = [exact(head[c]) if c < len(head) else "" for c in range(width)]
    hidden = {c for c in sheet.hidden_columns if c < width and (not titles[c] or titles[c] not in named)}
    hidden = {c for c in hidden if any(c < len(cells) and cells[c].strip() for _, cells in sheet.rows)}
    struck = {c for row, c in sheet.struck if row == number and c < len(head) and c not in hidden}
    for columns, what, way in (
        (hidden, "hidden", "show it in the file, or name it with --map 'COLUMN=FIELD', to have it read"),
        (struck, "struck-out", "undo that in the file to have it read"),
    ):
        if columns:
            each = ", ".join(shown(titles[c]) if titles[c] else _letter(c) for c in sorted(columns))
            notes.append(f"{plural(len(columns), f'{what} column')} left out: {each}; {way}.")
    sheet = _without(sheet, hidden | struck)
    out = _wholly_struck(sheet, number)
    return _without_rows(sheet, out, notes), notes


def without_struck(sheet: Sheet, cells: SheetCells, columns: Mapping[str, str]) -> tuple[Sheet, list[str]]:
    """The sheet without rows whose actor, proposal or stance is struck out, once it is known where these are.

    In a wide sheet only the struck stance goes: its row and column are there all the same.
    """
    number, head = header_of(sheet, (), cells.header_row)
    titles = [exact(h) for h in head]
    labels = {*cells.labels}
    meant = {h for h, f in columns.items() if f in REQUIRED}
    rows: set[int] = set()
    blank: set[tuple[int, int]] = set()
    other: set[tuple[int, int]] = set()
    for row, column in sheet.struck:
        if row <= number:
            continue
        title = titles[column] if column < len(titles) else ""
        if title in meant and title not in labels:
            rows.add(row)
        else:
            (blank if title in labels else other).add((row, column))
    filled = dict(sheet.rows) if blank or other else {}
    notes: list[str] = []
    blank, other = (
        {(r, c) for r, c in each if r not in rows and c < len(filled.get(r, ())) and filled[r][c].strip()}
        for each in (blank, other)
    )
    if blank:
        way = "undo that in the file to have them read"
        notes.append(f"{plural(len(blank), 'struck-out cell')} left out: {_places(blank)}; {way}.")
        sheet = replace(sheet, rows=[(n, _blanked(cells, {c for r, c in blank if r == n})) for n, cells in sheet.rows])
    sheet = _without_rows(sheet, rows & {n for n, _ in sheet.rows}, notes)
    if other := {(r, c) for r, c in other if r not in rows and c < len(filled.get(r, ())) and filled[r][c].strip()}:
        cells_read = plural(len(other), "struck-out cell")
        notes.append(f"{cells_read} read all the same, being neither name nor stance: {_places(other)}.")
    return sheet, notes


def is_colour(word: str) -> bool:
    """Whether it stands in the place of a colour."""
    return bool(_COLOUR.fullmatch(word))


def colours_but_in(sheet: Sheet, cells: SheetCells | None = None) -> list[str]:
    """A note of the cells with a colour and no text that are not read: all but those of the stances in a wide sheet."""
    number, head = header_of(sheet, (), cells.header_row if cells else 0)
    read = {c for c, title in enumerate(map(exact, head)) if cells and title in cells.labels}
    rest = {(row, c) for row, c in sheet.colours if c not in read and (row > number or not cells)}
    if not rest:
        return []
    why = "they are not in a column of stances" if cells else "a colour counts in a wide sheet only"
    return [f"{plural(len(rest), 'coloured cell')} without text not read: {_places(rest)}; {why}."]


def with_colours(sheet: Sheet, cells: SheetCells | None = None) -> Sheet:
    """The sheet with `colour FFFF00` in cells that hold a colour and no text: a word whose meaning can be asked about.

    `cells`: of a wide sheet, whose stances are in some columns only; else all but the first named column are taken.
    """
    number, head = header_of(sheet, (), cells.header_row if cells else 0)
    titles = [exact(h) for h in head]
    first = next((c for c, title in enumerate(titles) if title), 0)
    wanted = {c for c, title in enumerate(titles) if (title in cells.labels if cells else title and c != first)}
    rows: dict[int, dict[int, str]] = {}
    for (row, column), colour in sheet.colours.items():
        if row > number and column in wanted:
            rows.setdefault(row, {})[column] = f"{COLOUR} {colour}"
    if not rows:
        return sheet
    return replace(sheet, rows=[(n, _filled(cells, rows[n]) if n in rows else cells) for n, cells in sheet.rows])


def with_comments(cells: SheetCells, columns: Mapping[str, pd.Series[Any]], notes: list[str]) -> pd.Series[Any]:
    """The notes of the statements, with the comments on their cells; comments elsewhere are named."""
    texts: dict[int, list[str]] = {}
    by_row: dict[int, list[int]] = {}
    for at, row in enumerate(cells.rows.tolist()):
        by_row.setdefault(row, []).append(at)
    rest, taken = [], 0
    for (row, title), comment in sorted(cells.comments.items()):
        text = comment.strip()
        positions = by_row.get(row, [])
        if cells.label_of is not None and title in cells.labels:
            label = cells.labels.index(title)
            positions = [at for at in positions if int(cells.label_of[at]) == label]
        for at in positions:
            texts.setdefault(at, []).append(text)
        if positions:
            taken += 1
        elif text:
            rest.append(f"row {row}, {title}: {shown(text)}")
    own = columns["note"].astype("str").tolist() if "note" in columns else [""] * len(cells.rows)
    if taken:
        notes.append(f"{plural(taken, 'comment')} on cells taken as notes of their statements.")
    if rest:
        more = f"; and {len(rest) - LISTED:,} more" if len(rest) > LISTED else ""
        notes.append(
            f"{plural(len(rest), 'comment')} on cells without a statement not taken: {'; '.join(rest[:LISTED])}{more}."
        )
    return pd.Series(["\n".join([*([n] if n else []), *texts.get(at, [])]) for at, n in enumerate(own)], dtype="str")


def date_notes(coded: Coded, days: Sequence[Day], header: str, rows: CodeArray) -> list[str]:
    """Sentences about dates that are intervals, and about words that are kept as they are."""
    pairs = [(v, d) for v, d in zip(coded.values, days, strict=True) if v]
    unread = [v for v, d in pairs if not d.start and not d.end and d.note]
    spans = [f"{v} ({d.start or '…'} to {d.end or '…'})" for v, d in pairs if d.start != d.end]
    notes = []
    if unread:
        each = ", ".join(f"{shown(v)} (row {int(rows[coded.first(v)])})" for v in unread[:LISTED] if v in coded.counts)
        notes.append(
            f"{plural(len(unread), 'date')} of {shown(header)} that cannot be read, kept as date notes: {each}"
            f"{', …' if len(unread) > LISTED else ''}."
        )
    if spans:
        notes.append(f"{plural(len(spans), 'date')} of {shown(header)} taken as spans of time: {some(spans)}.")
    return notes


def joined(columns: Iterable[pd.Series[Any]]) -> pd.Series[Any]:
    """The texts of several columns row by row, `; ` between those that are not empty."""
    lists = [c.astype("str").tolist() for c in columns]
    return pd.Series(["; ".join(filter(None, texts)) for texts in zip(*lists, strict=True)], dtype="str")


def _wholly_struck(sheet: Sheet, header_row: int) -> set[int]:
    """Rows below the header in which every filled cell is struck out, or the first one is."""
    rows = {row for row, _ in sheet.struck if row > header_row}
    out = set()
    for number, cells in sheet.rows:
        if number in rows:
            filled = [c for c, text in enumerate(cells) if text.strip()]
            if filled and ((number, filled[0]) in sheet.struck or all((number, c) in sheet.struck for c in filled)):
                out.add(number)
    return out


def _without_rows(sheet: Sheet, out: Collection[int], notes: list[str]) -> Sheet:
    if not out:
        return sheet
    way = "undo that in the file to have them read"
    notes.append(f"{plural(len(out), 'struck-out row')} left out: row {_listed(sorted(out))}; {way}.")
    return replace(sheet, rows=[row for row in sheet.rows if row[0] not in out])


def _without(sheet: Sheet, columns: Collection[int]) -> Sheet:
    """The sheet with these columns blank: all others keep their places."""
    if not columns:
        return sheet
    rows: list[NumberedRow] = []
    for number, cells in sheet.rows:
        left = _blanked(cells, columns)
        if any(map(str.strip, left)):
            rows.append((number, left))
    return replace(sheet, rows=rows)


def _blanked(cells: Sequence[str], columns: Collection[int]) -> tuple[str, ...]:
    return tuple("" if c in columns else text for c, text in enumerate(cells)) if columns else tuple(cells)


def _filled(cells: Sequence[str], words: Mapping[int, str]) -> tuple[str, ...]:
    width = max(len(cells), max(words) + 1)
    wide = [*cells, *[""] * (width - len(cells))]
    return tuple(text or words.get(c, "") for c, text in enumerate(wide))


def _listed(rows: Sequence[int]) -> str:
    return ", ".join(map(str, rows[:LISTED])) + (f" and {len(rows) - LISTED:,} more" if len(rows) > LISTED else "")


def _letter(column: int) -> str:
    from openpyxl.utils import get_column_letter  # only a workbook has such cells

    return get_column_letter(column + 1)


def _places(cells: Collection[tuple[int, int]]) -> str:
    each = [f"{_letter(c)}{r}" for r, c in sorted(cells)]
    return ", ".join(each[:LISTED]) + (f" and {len(each) - LISTED:,} more" if len(each) > LISTED else "")
