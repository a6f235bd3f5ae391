"""What holds for rows beyond their own cells: `with_constants` for all of them, `filled_above` from the row above."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from dataclasses import field as with_default

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from matrix.dataset.problems import Problem, not_one_of, shown
from matrix.importing.name_matching import loose
from matrix.importing.sheet.headers import ACROSS, FIELDS, GROUPED, SKIP, TOTALS, WORDS, rows_mean
from matrix.importing.sheet.named_columns import Coded, SheetCells
from matrix.wording import plural

SHEET_NAME = "@sheet"
ABOVE, BLANK = "@above", "@blank"  # what a blank cell of a column means: the one above it, or nothing
_OF_STATEMENTS = ("source", "url", "date", "date_end", "coder")  # what may be given once for several rows, too
_MOST_NOTED = 20_000  # rows of a table of which such a thing is noted


@dataclass(frozen=True, eq=False)
class Filled:
    """The sheet with its blanks filled from above; the columns of which that was said, and their rows."""

    cells: SheetCells
    columns: Mapping[str, tuple[str, str]] = with_default(default_factory=dict)  # field -> header, and what was said
    rows: NDArray[np.bool_] = with_default(
        default_factory=lambda: np.zeros(0, dtype=bool)
    )  # that got an actor or proposal


def filled_above(
    cells: SheetCells,
    constants: Mapping[str, str],
    chosen: Mapping[str, str],
    problems: list[Problem],
    unused: list[str],
) -> Filled:
    """The sheet with the cell above in each blank one of the columns of which `constants` says so.

    A row without anything stays blank. `unused`: also the names of constants that do not apply.
    """
    said = {f.strip(): v.strip() for f, v in constants.items() if v.strip() in (ABOVE, BLANK)}
    if not said:
        return Filled(cells, rows=np.zeros(len(cells.frame), dtype=bool))
    frame, columns = cells.frame, {}
    filled = _filled(frame)
    some_cell, got = filled.any(axis=1), np.zeros(len(frame), dtype=bool)
    for name, value in said.items():
        wanted = name if name in FIELDS else WORDS.get(loose(name), name)
        header = _column_of(wanted, cells, chosen)
        if not header and value == BLANK:
            continue
        if not header:
            problems.append(Problem(cells.file, 0, "", f"--set {name}={value}: no column holds it"))
            unused.append(name)
            continue
        columns[wanted] = header, value
        if value == ABOVE:
            given = filled[:, cells.headers.index(header)]
            above = frame[header].where(given, None).ffill().fillna("")
            blank = ~given & some_cell & (above != "").to_numpy(dtype=bool)
            got |= blank & (wanted in ACROSS)
            frame = frame.assign(**{header: above.where(given | blank, "").astype("str")})
    return Filled(replace(cells, frame=frame), columns, got)


def asked_above(
    cells: SheetCells, before: Filled, fields: Mapping[str, str], coded: Mapping[str, Coded], problems: list[Problem]
) -> tuple[dict[str, tuple[str, str]], list[str]]:
    """A problem for each column whose blanks may mean the cell above; field -> header and what was said; notes.

    `before`: the sheet as it is written, `cells` with one row a statement.
    """
    headers = {f: h for h, f in fields.items() if h in before.cells.headers and h not in cells.made}
    asked = dict(before.columns)
    for wanted, other in ACROSS.items():
        if wanted in headers and wanted not in asked and wanted in coded:
            rows = cells.rows[_stated_without(wanted, other, headers, cells, coded)]
            at = np.flatnonzero(np.isin(before.cells.rows, rows))
            if len(at := _below_a_name(before.cells, headers[wanted], at)):
                asked[wanted] = headers[wanted], ""
                more = f" (and {len(at) - 1:,} more)" if len(at) > 1 else ""
                what = f"the row{more} below a named {wanted} has none"
                problems.append(_question(before.cells, int(at[0]), headers[wanted], wanted, what, "is left out"))
    if before.rows.any():
        for wanted in _OF_STATEMENTS:
            if wanted in headers and wanted not in asked:
                given = (before.cells.frame[headers[wanted]].str.strip() != "").to_numpy(dtype=bool)
                if not given[before.rows].any() and given[~before.rows].any():
                    asked[wanted] = headers[wanted], ""
                    row = int(np.argmax(before.rows))
                    what = "is blank in the rows that have their actor or proposal from above"
                    problems.append(_question(before.cells, row, headers[wanted], wanted, what, "stays without one"))
    notes = []
    for wanted in GROUPED.values():
        if wanted in headers and wanted not in asked and len(cells.rows) <= _MOST_NOTED:
            column = before.cells.frame[headers[wanted]]
            at = np.arange(len(column))
            if column.nunique() > 2 and len(at := _below_a_name(before.cells, headers[wanted], at)):
                number = f"{plural(len(at), 'blank cell')} of {shown(headers[wanted])}"
                notes.append(f"{number} left blank: --set '{wanted}={ABOVE}' if it means the same as above.")
    return asked, notes


def _question(cells: SheetCells, at: int, header: str, wanted: str, what: str, else_: str) -> Problem:
    message = (
        f"{what}: say --set '{wanted}={ABOVE}' if a blank cell means the same as above, or --set '{wanted}={BLANK}' if "
        f"such a row {else_}"
    )
    return cells.problem(at, header, message)


def _stated_without(
    wanted: str, other: str, headers: Mapping[str, str], cells: SheetCells, coded: Mapping[str, Coded]
) -> NDArray[np.bool_]:
    """The rows that say something, but not of whom or what."""
    says = np.zeros(len(cells.rows), dtype=bool)
    for name in (other, "stance"):
        if name in coded and (name in headers or (name == "stance" and cells.hold)):
            says |= coded[name].filled
    sums = coded[other].which(lambda name: loose(name) in TOTALS) if other in coded else False
    stated = coded["stance"].filled if "stance" in coded else True
    lacking: NDArray[np.bool_] = ~coded[wanted].filled & says & stated & ~np.asarray(sums)
    return lacking


def _below_a_name(cells: SheetCells, header: str, at: NDArray[np.intp]) -> NDArray[np.intp]:
    """Of these rows those whose cell is blank below a filled one, and that are no sums.

    None where names are repeated from row to row: there a blank is a gap.
    """
    column = cells.frame[header]
    given = (column.str.strip() != "").to_numpy(dtype=bool)
    values = column.to_numpy(dtype=object)
    if not len(at) or not given.any() or (given[1:] & (values[1:] == values[:-1])).any():
        return at[:0]
    at = at[~given[at] & (at > np.argmax(given))]
    sums = [
        any(loose(str(cell)) in TOTALS for cell in row)
        for row in cells.frame.iloc[at].itertuples(index=False, name=None)
    ]
    kept: NDArray[np.intp] = at[~np.array(sums, dtype=bool)]
    return kept


def _column_of(wanted: str, cells: SheetCells, chosen: Mapping[str, str]) -> str:
    """The column that holds a field, by what is said of it, else by its header."""
    for fits in (
        lambda h: chosen.get(h, "").removesuffix("s") == wanted or chosen.get(h) == wanted,
        lambda h: h not in chosen and WORDS.get(loose(h)) == wanted,
        lambda h: h not in chosen and rows_mean(h) == wanted,
    ):
        if found := next(filter(fits, cells.headers), ""):
            return found
    return ""


def _filled(frame: pd.DataFrame) -> NDArray[np.bool_]:
    return np.column_stack([(frame[h].str.strip() != "").to_numpy(dtype=bool) for h in frame])


def with_constants(
    cells: SheetCells,
    constants: Mapping[str, str],
    there: Mapping[str, str],
    problems: list[Problem],
    unused: list[str],
) -> tuple[SheetCells, dict[str, str]]:
    """The sheet with a column for each constant, and its field. `there`: the fields that the sheet has, each
    with its column, '' where it is made of several.

    `unused`: also the names of constants that do not apply.
    """
    frame = cells.frame
    made: dict[str, str] = {}
    for name, value in constants.items():
        if value.strip() in (ABOVE, BLANK):
            continue
        field = name.strip() if name.strip() in FIELDS else WORDS.get(loose(name), "")
        option = f"--set {name}={value}"
        if not field:
            problems.append(Problem(cells.file, 0, "", f"{option}: {not_one_of(name, [*FIELDS])}"))
        elif field in there or field in made.values():
            column = there.get(field, "")
            way = (
                f"leave that out with --map '{column}={SKIP}', or the constant" if column else "leave the constant out"
            )
            message = f"{option}: {f'the column {shown(column)} says it' if column else 'the sheet says it'}; {way}"
            problems.append(Problem(cells.file, 0, field, message))
            unused.append(name)
        else:
            header = field if field not in cells.headers else f"{field} (set)"
            text = cells.sheet if value.strip() == SHEET_NAME else value.strip()
            frame = frame.assign(**{header: pd.Series([text] * len(frame), dtype="str")})
            made[header] = field
    return replace(cells, frame=frame), made
