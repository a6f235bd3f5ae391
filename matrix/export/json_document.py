"""A dataset as one JSON document: head, package and every table with its columns in their order; and read again.

The `.json` export is this document; a `.parquet` file carries the same one beside the statements.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from matrix.analysis.selection_words import scope
from matrix.dataset.datapackage import PACKAGE_FILE, Package, read_package, updated
from matrix.dataset.dataset import Dataset
from matrix.dataset.problems import refuse
from matrix.dataset.selection import Selection
from matrix.export.extract import Extract, extract
from matrix.export.formats import Target, put


def to_json(dataset: Dataset, target: Target, selection: Selection | None = None) -> None:
    """Write package and tables, all text, as one JSON document; read back it is the same dataset, same version."""
    put(document(extract(dataset, selection)), target)


FORMAT, FORMAT_VERSION = "policy-matrix-dataset", "1"
BLOCK = 1_000  # rows joined at a time


def document(chosen: Extract, *, without: Sequence[str] = ()) -> bytes:
    """The document in UTF-8, one row a line; of the tables in `without` the columns only. DatasetError for NaN."""
    try:
        text = "".join(lines(chosen, without=without))
    except ValueError as e:
        refuse(PACKAGE_FILE, f"cannot be written as JSON: {e}")
    return text.encode("utf-8", "backslashreplace")  # a lone surrogate in the package stays the escape that it was


def lines(chosen: Extract, *, without: Sequence[str] = ()) -> Iterator[str]:
    """The document in pieces of text, so that a large one need not stand in memory; ValueError for NaN."""
    dataset, columns = chosen.dataset, chosen.dataset.written
    head = {
        "format": FORMAT,
        "format_version": FORMAT_VERSION,
        "title": dataset.title,
        "dataset_version": dataset.version,
        "selection": {name: list(values) for name, values in chosen.selection.chosen().items()},
        "scope": scope(chosen.dataset, chosen.selection),
        "package": _descriptor(dataset.package, columns) if dataset.package else None,
    }
    one_line = json.JSONEncoder(ensure_ascii=False).encode
    yield json.dumps(head, ensure_ascii=False, indent=2, allow_nan=False).removesuffix("\n}") + ',\n  "tables": {'
    comma = ""
    for name in dataset.frames:
        if name not in columns:
            continue
        yield f'{comma}\n    "{name}": {{\n      "columns": {one_line(columns[name])}'
        if name not in without:
            yield ',\n      "rows": ['
            frame, separator = chosen.frames[name][list(columns[name])], "\n"
            for start in range(0, len(frame), BLOCK):
                block = frame.iloc[start : start + BLOCK]
                rows = zip(*(block[c].tolist() for c in block.columns), strict=True)
                yield separator + ",\n".join(map(one_line, rows))
                separator = ",\n"
            yield "\n      ]"
        yield "\n    }"
        comma = ","
    yield "\n  }\n}\n"


def _descriptor(package: Package, columns: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """The package as it was read; one made by hand as it would be saved, so that its closed vocabularies survive."""
    descriptor = {**package.head, "resources": list(package.resources)}
    return descriptor if read_package(descriptor) == package else updated(package, columns)
