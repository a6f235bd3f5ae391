"""What holds for every row of a sheet without a column of its own: `with_constants` adds it as a column."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace

import pandas as pd

from matrix.dataset.problems import Problem, not_one_of
from matrix.importing.name_matching import loose
from matrix.importing.sheet.headers import FIELDS, SKIP, WORDS
from matrix.importing.sheet.named_columns import SheetCells

SHEET_NAME = "@sheet"


def with_constants(
    cells: SheetCells, constants: Mapping[str, str], there: Collection[str], problems: list[Problem]
) -> tuple[SheetCells, dict[str, str]]:
    """The sheet with a column for each constant, and its field. `there`: the fields that the sheet's columns have."""
    frame = cells.frame
    made: dict[str, str] = {}
    for name, value in constants.items():
        field = name.strip() if name.strip() in FIELDS else WORDS.get(loose(name), "")
        option = f"--set {name}={value}"
        if not field:
            problems.append(Problem(cells.file, 0, "", f"{option}: {not_one_of(name, [*FIELDS])}"))
        elif field in there or field in made.values():
            message = (
                f"{option}: the sheet has a column for it; leave that out with --map 'COLUMN={SKIP}', or the constant"
            )
            problems.append(Problem(cells.file, 0, field, message))
        else:
            header = field if field not in cells.headers else f"{field} (set)"
            text = cells.sheet if value.strip() == SHEET_NAME else value.strip()
            frame = frame.assign(**{header: pd.Series([text] * len(frame), dtype="str")})
            made[header] = field
    return replace(cells, frame=frame), made
