"""The comparison matrix as a library: the public names, looked up only when they are used."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matrix import charts as charts
    from matrix.analysis.agreement import agreement as agreement
    from matrix.analysis.agreement import alpha as alpha
    from matrix.analysis.camps import camps as camps
    from matrix.analysis.coalitions import TooManyCoalitionsError as TooManyCoalitionsError
    from matrix.analysis.coalitions import coalitions as coalitions
    from matrix.analysis.codebook import likely_same as likely_same
    from matrix.analysis.codebook import preview as preview
    from matrix.analysis.common_ground import common_ground as common_ground
    from matrix.analysis.differences import differences as differences
    from matrix.analysis.evidence import evidence as evidence
    from matrix.analysis.ladder import ladder as ladder
    from matrix.analysis.opposed import opposed_once as opposed_once
    from matrix.analysis.opposed import opposed_unknown as opposed_unknown
    from matrix.analysis.over_time import over_time as over_time
    from matrix.analysis.overlap import overlap as overlap
    from matrix.analysis.positions import positions as positions
    from matrix.analysis.sensitivity import WhatIf as WhatIf
    from matrix.analysis.sensitivity import sensitivity as sensitivity
    from matrix.analysis.sets import sets as sets
    from matrix.analysis.side_brief import side_brief as side_brief
    from matrix.analysis.sides import sides as sides
    from matrix.analysis.suggestions import hit_rate as hit_rate
    from matrix.analysis.suggestions import suggestions as suggestions
    from matrix.analysis.timeline import timeline as timeline
    from matrix.dataset.changes import Change as Change
    from matrix.dataset.changes import diff as diff
    from matrix.dataset.check import check as check
    from matrix.dataset.codebook import Recoding as Recoding
    from matrix.dataset.codebook import merge as merge
    from matrix.dataset.codebook import move as move
    from matrix.dataset.codebook import rename as rename
    from matrix.dataset.codebook import retire as retire
    from matrix.dataset.codebook import split as split
    from matrix.dataset.dataset import Dataset as Dataset
    from matrix.dataset.problems import DatasetError as DatasetError
    from matrix.dataset.problems import Problem as Problem
    from matrix.dataset.problems import SelectionError as SelectionError
    from matrix.dataset.selection import Selection as Selection
    from matrix.dataset.selection import select as select
    from matrix.engine.convert import convert as convert
    from matrix.engine.counted import OnEngine as OnEngine
    from matrix.engine.counted import open_engine as open_engine
    from matrix.export.brief import brief as brief
    from matrix.export.formats import write_file as write_file
    from matrix.export.workbook import to_workbook as to_workbook
    from matrix.importing import read_file as read_file
    from matrix.importing.result import Import as Import
    from matrix.importing.result import ImportOptions as ImportOptions
    from matrix.importing.workbook import compare_workbook as compare_workbook
    from matrix.store import open_store as open_store
    from matrix.store.folder import load as load
    from matrix.store.history import OutdatedError as OutdatedError
    from matrix.store.history import Step as Step
    from matrix.store.history import apply as apply
    from matrix.store.history import history as history
    from matrix.store.history import save as save
    from matrix.store.history import undo as undo
    from matrix.store.layers import finish as finish
    from matrix.store.layers import layers as layers
    from matrix.store.layers import new_layer as new_layer
    from matrix.store.layers import reopen as reopen
    from matrix.store.proposed import accept as accept
    from matrix.store.proposed import decline as decline
    from matrix.store.proposed import propose as propose
    from matrix.store.proposed import proposed as proposed
    from matrix.store.proposed import withdraw_proposed as withdraw_proposed
    from matrix.store.reconcile import decide as decide
    from matrix.store.reconcile import differences_of as differences_of
    from matrix.store.reconcile import settle as settle
    from matrix.store.reconcile import settlement as settlement
    from matrix.store.what_changed import what_changed as what_changed

# The public names by group, each with the module where it lives; docs/api.md is made from this.
GROUPS = {
    "Dataset and store": {
        "load": "matrix.store.folder",
        "open_store": "matrix.store",
        "Dataset": "matrix.dataset.dataset",
        "save": "matrix.store.history",
        "check": "matrix.dataset.check",
        "Problem": "matrix.dataset.problems",
        "DatasetError": "matrix.dataset.problems",
        "diff": "matrix.dataset.changes",
    },
    "Selection": {
        "Selection": "matrix.dataset.selection",
        "select": "matrix.dataset.selection",
        "SelectionError": "matrix.dataset.problems",
    },
    "Positions": {
        "positions": "matrix.analysis.positions",
        "evidence": "matrix.analysis.evidence",
        "sides": "matrix.analysis.sides",
        "side_brief": "matrix.analysis.side_brief",
        "common_ground": "matrix.analysis.common_ground",
        "ladder": "matrix.analysis.ladder",
    },
    "Overlaps": {
        "overlap": "matrix.analysis.overlap",
        "over_time": "matrix.analysis.over_time",
        "opposed_once": "matrix.analysis.opposed",
        "opposed_unknown": "matrix.analysis.opposed",
        "sets": "matrix.analysis.sets",
        "coalitions": "matrix.analysis.coalitions",
        "TooManyCoalitionsError": "matrix.analysis.coalitions",
        "camps": "matrix.analysis.camps",
        "sensitivity": "matrix.analysis.sensitivity",
        "WhatIf": "matrix.analysis.sensitivity",
        "timeline": "matrix.analysis.timeline",
    },
    "Coders": {
        "new_layer": "matrix.store.layers",
        "layers": "matrix.store.layers",
        "finish": "matrix.store.layers",
        "reopen": "matrix.store.layers",
        "alpha": "matrix.analysis.agreement",
        "agreement": "matrix.analysis.agreement",
        "differences": "matrix.analysis.differences",
        "differences_of": "matrix.store.reconcile",
        "decide": "matrix.store.reconcile",
        "settlement": "matrix.store.reconcile",
        "settle": "matrix.store.reconcile",
    },
    "Proposed changes": {
        "propose": "matrix.store.proposed",
        "proposed": "matrix.store.proposed",
        "accept": "matrix.store.proposed",
        "decline": "matrix.store.proposed",
        "withdraw_proposed": "matrix.store.proposed",
    },
    "Coding": {
        "suggestions": "matrix.analysis.suggestions",
        "hit_rate": "matrix.analysis.suggestions",
    },
    "In and out": {
        "apply": "matrix.store.history",
        "undo": "matrix.store.history",
        "history": "matrix.store.history",
        "what_changed": "matrix.store.what_changed",
        "Change": "matrix.dataset.changes",
        "Step": "matrix.store.history",
        "OutdatedError": "matrix.store.history",
        "read_file": "matrix.importing",
        "Import": "matrix.importing.result",
        "ImportOptions": "matrix.importing.result",
        "write_file": "matrix.export.formats",
        "to_workbook": "matrix.export.workbook",
        "compare_workbook": "matrix.importing.workbook",
        "brief": "matrix.export.brief",
    },
    "Codebook": {
        "rename": "matrix.dataset.codebook",
        "merge": "matrix.dataset.codebook",
        "split": "matrix.dataset.codebook",
        "move": "matrix.dataset.codebook",
        "retire": "matrix.dataset.codebook",
        "Recoding": "matrix.dataset.codebook",
        "preview": "matrix.analysis.codebook",
        "likely_same": "matrix.analysis.codebook",
    },
    "Engine": {
        "convert": "matrix.engine.convert",
        "open_engine": "matrix.engine.counted",
        "OnEngine": "matrix.engine.counted",
    },
    "Charts": {"charts": "matrix.charts"},
}
_HOME = {name: module for group in GROUPS.values() for name, module in group.items()}

__all__ = sorted(_HOME)


def __getattr__(name: str) -> Any:  # PEP 562: `show --help` does not even import pandas
    if name not in _HOME:
        raise AttributeError(f"module 'matrix' has no attribute {name!r}")
    module = import_module(_HOME[name])
    return module if _HOME[name] == f"matrix.{name}" else getattr(module, name)


def __dir__() -> list[str]:
    return __all__
