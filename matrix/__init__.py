"""The comparison matrix as a library: the public names, looked up only when they are used."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matrix import charts as charts
    from matrix.analysis.coalitions import coalitions as coalitions
    from matrix.analysis.common_ground import common_ground as common_ground
    from matrix.analysis.evidence import evidence as evidence
    from matrix.analysis.ladder import ladder as ladder
    from matrix.analysis.overlap import overlap as overlap
    from matrix.analysis.positions import positions as positions
    from matrix.analysis.sensitivity import sensitivity as sensitivity
    from matrix.analysis.sets import sets as sets
    from matrix.analysis.side_brief import side_brief as side_brief
    from matrix.analysis.sides import sides as sides
    from matrix.analysis.timeline import timeline as timeline
    from matrix.dataset.check import check as check
    from matrix.dataset.dataset import Dataset as Dataset
    from matrix.dataset.problems import DatasetError as DatasetError
    from matrix.dataset.problems import Problem as Problem
    from matrix.dataset.problems import SelectionError as SelectionError
    from matrix.dataset.selection import Selection as Selection
    from matrix.dataset.selection import select as select
    from matrix.export.workbook import to_workbook as to_workbook
    from matrix.importing.workbook import compare_workbook as compare_workbook
    from matrix.store.folder import load as load
    from matrix.store.folder import save as save

# Where each name lives, by group.
_HOME = {
    # dataset and store
    "Dataset": "matrix.dataset.dataset",
    "DatasetError": "matrix.dataset.problems",
    "Problem": "matrix.dataset.problems",
    "check": "matrix.dataset.check",
    "load": "matrix.store.folder",
    "save": "matrix.store.folder",
    # selection
    "Selection": "matrix.dataset.selection",
    "SelectionError": "matrix.dataset.problems",
    "select": "matrix.dataset.selection",
    # positions
    "positions": "matrix.analysis.positions",
    "evidence": "matrix.analysis.evidence",
    "sides": "matrix.analysis.sides",
    "side_brief": "matrix.analysis.side_brief",
    "common_ground": "matrix.analysis.common_ground",
    "ladder": "matrix.analysis.ladder",
    # overlaps
    "overlap": "matrix.analysis.overlap",
    "sets": "matrix.analysis.sets",
    "coalitions": "matrix.analysis.coalitions",
    "sensitivity": "matrix.analysis.sensitivity",
    "timeline": "matrix.analysis.timeline",
    # in and out
    "to_workbook": "matrix.export.workbook",
    "compare_workbook": "matrix.importing.workbook",
    # charts: the package itself
    "charts": "matrix.charts",
}

__all__ = sorted(_HOME)


def __getattr__(name: str) -> Any:  # PEP 562: `show --help` does not even import pandas
    if name not in _HOME:
        raise AttributeError(f"module 'matrix' has no attribute {name!r}")
    module = import_module(_HOME[name])
    return module if _HOME[name] == f"matrix.{name}" else getattr(module, name)


def __dir__() -> list[str]:
    return __all__
