"""The address names what a visitor sees - filters, sorting, open cell, version - with the names of the command line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any

from matrix.analysis.evidence import Picked
from matrix.analysis.row_order import GROUND, LISTED, THEME
from matrix.dashboard.filter_words import choices
from matrix.dashboard.page_choices import AS_TABLE, DETAILS, ID_SEPARATOR, PARAMS, contradictions
from matrix.dataset.dataset import Dataset
from matrix.dataset.dates import date_problem
from matrix.dataset.former_ids import ACTORS, PROPOSALS, gone
from matrix.dataset.problems import near_miss, not_one_of, shown
from matrix.dataset.selection import CODES, DATES, RULES, SINGLE, Selection, options

Params = Mapping[str, Sequence[str]]

NAMES = {f.name: f.name.replace("_", "-") for f in fields(Selection)}  # field -> name in the address
CELL, VERSION, SORT, TABLE = "cell", "v", "sort", "table"
_FORMERLY = {THEME: {"group": [THEME], SORT: [LISTED]}, GROUND: {"group": [GROUND]}}  # what `sort` was once
# Where ids of codes stand in an address, and of which kinds; in some, several with a sign between them.
_CODES = {
    **{NAMES[name]: (kind,) for name, kind in CODES.items()},
    CELL: (),
    "pair": (PROPOSALS, ACTORS),
    **dict.fromkeys(("one", "other", "set", "bar"), (ACTORS,)),
    **{param: (table,) for table, (_, param) in DETAILS.items()},
}
_SEVERAL = (CELL, "pair", "one", "other", "set", "bar")
LONGEST = 300  # characters of a search that an address can carry


@dataclass(frozen=True)
class PageAddress:
    """What an address says."""

    selection: Selection = field(default_factory=Selection)
    cell: Picked | None = None
    version: str = ""
    choices: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # what pages let one choose, see page_choices


def read(params: Params, dataset: Dataset) -> tuple[PageAddress, list[str]]:
    """The address in terms of this dataset, and a sentence for each part that had to be left out."""
    params = _today(params)
    complaints: list[str] = []
    if dataset.former:
        params, complaints = _followed(params, dataset)
    allowed = {
        **{name: tuple(choices(dataset, name)) for name in options(dataset)},
        "rule": RULES,
        "layer": (dataset.layer,),
    }
    values: dict[str, Any] = {}
    for filter_, name in NAMES.items():
        given = [v for v in params.get(name, ()) if v]
        if filter_ == "search" and given and dataset.on_engine:
            complaints.append(f"{name}: an engine does not read what a search looks into; choose by the filters")
        elif filter_ == "search" and given:
            values[filter_] = given[-1][:LONGEST]
        elif filter_ in DATES and given:
            if problem := date_problem(given[-1]):
                complaints.append(f"{name}: {problem}")
            else:
                values[filter_] = given[-1]
        elif given:
            good = [v for v in given if v in allowed[filter_]]
            complaints += [f"{name}: {not_one_of(v, allowed[filter_])}" for v in given if v not in allowed[filter_]]
            if good:
                values[filter_] = good[-1] if filter_ in SINGLE else tuple(dict.fromkeys(good))
    if wrong_way_round := Selection.of({n: values[n] for n in DATES if n in values}).empty_window():
        complaints.append(wrong_way_round)
        values = {name: value for name, value in values.items() if name not in DATES}
    cell, wrong = cell_of((params.get(CELL) or [""])[-1], dataset)
    chosen, refused = _choices(params, dataset)
    complaints += refused
    known = [*NAMES.values(), CELL, VERSION, *PARAMS]
    for name in params:
        if name not in known:
            complaints.append(f"{shown(name)} is not a filter{near_miss(name, known)}")
    version = (params.get(VERSION) or [""])[-1]
    return PageAddress(Selection.of(values), cell, version, chosen), complaints + wrong


def _today(params: Params) -> Params:
    """The parameters by the names of today: links made before there were layouts and groups go on opening."""
    found = {name: values for name, values in params.items() if name != TABLE}
    if params.get(TABLE, [""])[-1:] == ["1"]:
        found.setdefault("layout", [AS_TABLE])
    sort = params.get(SORT, [""])[-1]
    if sort in _FORMERLY:
        del found[SORT]
        found |= _FORMERLY[sort]
    return found


def _followed(params: Params, dataset: Dataset) -> tuple[Params, list[str]]:
    """The parameters with what ids became that are gone, and a sentence for each that nothing took the place of."""
    found, complaints = dict(params), []
    for name in _CODES.keys() & params.keys():
        kept = []
        for value in params[name]:
            parts, wrong = value.split(ID_SEPARATOR) if name in _SEVERAL else [value], ""
            for i, kinds in enumerate([(PROPOSALS,), (ACTORS,)] if name == CELL else [_CODES[name]] * len(parts)):
                for kind in kinds:
                    if i < len(parts) and parts[i] in dataset.moved[kind] and not _stands(parts[i], name, dataset):
                        wrong = wrong or ("" if dataset.moved[kind][parts[i]] else gone(dataset.former, kind, parts[i]))
                        parts[i] = dataset.moved[kind][parts[i]] or parts[i]
            complaints += [f"{name}: {wrong}"] if wrong else []
            kept += [] if wrong else [ID_SEPARATOR.join(parts)]
        found[name] = kept
    return found, complaints


def _stands(id_: str, name: str, dataset: Dataset) -> bool:
    """Whether an id means something else where sides, or another kind of code, may be named too."""
    tables = {"pair": ("proposals", "actors")}.get(name, ("sides",) if name in _SEVERAL and name != CELL else ())
    return any(id_ in dataset.frames[table]["id"].values for table in tables)


def write(address: PageAddress, page: str | None = None) -> dict[str, list[str]]:
    """The shortest parameters that say the same; none at all where nothing is chosen.

    Of what pages let one choose only that of `page`, or all.
    """
    params = {NAMES[name]: list(values) for name, values in address.selection.chosen().items()}
    for name, values in address.choices.items():
        if (page is None or not PARAMS[name].page or page in PARAMS[name].page) and values not in (
            (),
            (PARAMS[name].default,),
        ):
            params[name] = list(values)
    if address.cell:
        params[CELL] = [cell_text(address.cell)]
    if params:
        params[VERSION] = [address.version]
    return params


def cell_text(cell: Picked) -> str:
    """`proposal~actor`, a row `proposal`, a column `~actor`, a side's share of a row `proposal~~side`."""
    return f"{cell.proposal}~{cell.actor}~{cell.side}".rstrip("~")


def _choices(params: Params, dataset: Dataset) -> tuple[dict[str, tuple[str, ...]], list[str]]:
    chosen, complaints = {}, []
    for name, param in PARAMS.items():
        problems = {v: param.problem(v, dataset) for v in params.get(name, ()) if v}
        complaints += [f"{name}: {problem}" for problem in problems.values() if problem]
        if good := tuple(v for v, problem in problems.items() if not problem):
            chosen[name] = good if param.many else good[-1:]
    while unfit := contradictions(chosen, dataset):  # what is left out may leave another without its like
        complaints += [f"{name}: {problem}" for name, problem in unfit.items()]
        chosen = {name: values for name, values in chosen.items() if name not in unfit}
    return chosen, complaints


def cell_of(text: str, dataset: Dataset) -> tuple[Picked | None, list[str]]:
    """The cell that a text such as `proposal~actor` means in this dataset, or what is wrong with it."""
    if not text:
        return None, []
    cell = Picked(*[*text.split("~"), "", ""][:3])
    for value, table in ((cell.proposal, "proposals"), (cell.actor, "actors"), (cell.side, "sides")):
        ids = dataset.frames[table]["id"].tolist()
        if value and value not in ids:
            return None, [f"{CELL}: {not_one_of(value, ids)}"]
    return (cell, []) if cell.proposal or cell.actor else (None, [f"{CELL}: {shown(text)} names no cell"])
