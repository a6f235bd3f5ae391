"""The comparison matrix as a library: the public names, looked up only when they are used."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matrix.analysis.coalitions import coalitions as coalitions
    from matrix.analysis.common_ground import common_ground as common_ground
    from matrix.analysis.evidence import evidence as evidence
    from matrix.analysis.overlap import overlap as overlap
    from matrix.analysis.positions import positions as positions
    from matrix.analysis.sides import sides as sides
    from matrix.dataset.check import check as check
    from matrix.dataset.dataset import Dataset as Dataset
    from matrix.dataset.problems import DatasetError as DatasetError
    from matrix.dataset.problems import Problem as Problem
    from matrix.dataset.problems import SelectionError as SelectionError
    from matrix.dataset.selection import Selection as Selection
    from matrix.dataset.selection import select as select
    from matrix.export.workbook import to_workbook as to_workbook
    from matrix.importing import ImportOptions as ImportOptions
    from matrix.importing import read_file as read_file
    from matrix.importing.workbook import compare_workbook as compare_workbook
    from matrix.store.folder import load as load
    from matrix.store.folder import save as save

_HOME = {
    "Dataset": "matrix.dataset.dataset",
    "DatasetError": "matrix.dataset.problems",
    "ImportOptions": "matrix.importing",
    "Problem": "matrix.dataset.problems",
    "Selection": "matrix.dataset.selection",
    "SelectionError": "matrix.dataset.problems",
    "check": "matrix.dataset.check",
    "coalitions": "matrix.analysis.coalitions",
    "common_ground": "matrix.analysis.common_ground",
    "compare_workbook": "matrix.importing.workbook",
    "evidence": "matrix.analysis.evidence",
    "load": "matrix.store.folder",
    "overlap": "matrix.analysis.overlap",
    "positions": "matrix.analysis.positions",
    "read_file": "matrix.importing",
    "save": "matrix.store.folder",
    "select": "matrix.dataset.selection",
    "sides": "matrix.analysis.sides",
    "to_workbook": "matrix.export.workbook",
}

__all__ = sorted(_HOME)


def __getattr__(name: str) -> Any:  # PEP 562: `show --help` does not even import pandas
    if name not in _HOME:
        raise AttributeError(f"module 'matrix' has no attribute {name!r}")
    return getattr(import_module(_HOME[name]), name)


def __dir__() -> list[str]:
    return __all__
