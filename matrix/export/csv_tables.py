"""The matrix and its statements as CSV: ids for other programs, and what a spreadsheet opens without running it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from os import PathLike
from typing import IO, TYPE_CHECKING

import pandas as pd

from matrix.analysis.matrix_numbers import SIGNED, seen_values
from matrix.analysis.positions import fold, positions, view
from matrix.analysis.selection_words import selection_words
from matrix.dataset.dataset import Dataset, names
from matrix.dataset.selection import Selection
from matrix.export.cell_text import storable
from matrix.export.extract import extract
from matrix.export.formats import Target, put

if TYPE_CHECKING:
    from matrix.analysis.camps import Camps
    from matrix.analysis.overlap import Overlap

NAMED = ("actor", "proposal", "source")  # ids that are given with their names
# What a spreadsheet may take for a formula: after blanks too, and in the full width that some of them fold.
_FORMULA = re.compile(r"[\s\u200b\ufeff]*[=+\-@\uff1d\uff0b\uff0d\uff20]|[\t\r\n]")


def to_csv(
    dataset: Dataset, target: str | PathLike[str] | IO[str] | IO[bytes], selection: Selection | None = None
) -> None:
    """Write the matrix as CSV: a column `proposal`, then one per actor id; cells a stance id, `mixed` or empty.

    UTF-8, comma, LF; rows and columns in the dataset's order, also when empty. The same as `show --format csv`.
    """
    table = positions(dataset, selection)
    table.astype("object").to_csv(target, encoding="utf-8", lineterminator="\n", index_label="proposal")


def edges_csv(found: Overlap, dataset: Dataset, selection: Selection) -> bytes:
    """Every pair that is compared, the highest first: one, other, value, n, opposed_once; ids, UTF-8, LF."""
    from matrix.analysis.opposed import edges_opposed  # only here: it brings scipy

    return edges_opposed(dataset, selection, found, order="high").to_csv(index=False, lineterminator="\n").encode()


def camps_csv(found: Camps) -> bytes:
    """Who is in which camp, a line an actor, the same as `camps --format csv`; ids, UTF-8, LF."""
    return found.frame.rename_axis("actor").to_csv(lineterminator="\n").encode()


def to_excel_csv(dataset: Dataset, target: Target, selection: Selection | None = None) -> None:
    """Write the same matrix, same ids and columns, for a spreadsheet: BOM, every value quoted, CRLF, nothing runs."""
    table = positions(dataset, selection).astype("object")
    cells = table.where(table.notna(), "")
    columns = {str(c): cells[c].tolist() for c in cells.columns}
    put(_for_spreadsheets({"proposal": table.index.tolist(), **columns}), target)


def to_signed_csv(
    dataset: Dataset, target: str | PathLike[str] | IO[str] | IO[bytes], selection: Selection | None = None
) -> None:
    """Write the matrix in numbers: a cell holds the score of its position, that of `mixed` lies between its ends.

    Empty where the actor took no position. UTF-8, comma, LF. The same as `show --values signed --format csv`.
    """
    table = seen_values(view(fold(dataset, selection)), what=SIGNED)
    table.to_csv(target, encoding="utf-8", lineterminator="\n", index_label="proposal")


def to_statements_csv(dataset: Dataset, target: Target, selection: Selection | None = None) -> None:
    """Write the statements behind the visible cells for a spreadsheet: names beside the ids, nothing runs.

    The last two columns say the dataset's version and the selection, so that a table that is passed on can tell.
    """
    chosen = extract(dataset, selection)
    statements = chosen.frames["statements"]
    called: dict[str, Mapping[str, str]] = {c: names(dataset, f"{c}s") for c in NAMED}
    called["stance"] = dict(zip(dataset.scale.ids, dataset.scale.names, strict=True))
    columns: dict[str, list[str]] = {}
    for column in statements.columns:
        columns[column] = statements[column].tolist()
        if column in called:
            columns[_free(f"{column}_name", statements)] = [called[column][v] for v in columns[column]]
    words = "; ".join(selection_words(dataset, chosen.selection)) or "none: the whole dataset"
    for name, value in (("dataset_version", dataset.version), ("selection", words)):
        columns[_free(name, statements)] = [value] * len(statements)
    put(_for_spreadsheets(columns), target)


def safe(text: str) -> str:
    """The text as no spreadsheet runs it: a `'` before what begins like a formula, control characters as pictures."""
    mark = "'" if _FORMULA.match(text) else ""
    return mark + (text if text.isprintable() else storable(text))


def _for_spreadsheets(columns: Mapping[str, Sequence[str]]) -> bytes:
    cells = [[_quoted(header), *map(_quoted, values)] for header, values in columns.items()]
    lines = "".join(",".join(row) + "\r\n" for row in zip(*cells, strict=True))
    return ("\ufeff" + lines).encode("utf-8")


def _quoted(text: str) -> str:
    return '"' + safe(text).replace('"', '""') + '"' if text else '""'


def _free(name: str, frame: pd.DataFrame) -> str:
    """The name, with `_` behind it where the dataset has a column of its own called so."""
    while name in frame.columns:
        name += "_"
    return name
