"""What pages let their visitor choose beside the filters: names in the address, what they may be, where they are."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from matrix.analysis.common_ground import TIERS
from matrix.analysis.comparison import SECTIONS
from matrix.analysis.counting import COUNTS, DUPLICATES
from matrix.analysis.measures import ACTORS, MEASURES, NONE, NORMALISATIONS, OF, POLARISATION
from matrix.analysis.row_order import GROUPS, SORTS
from matrix.analysis.sensitivity import CELLS
from matrix.analysis.sensitivity import TIERS as TIER_CHANGES
from matrix.analysis.sets import BY, EXCLUSIVE, MODES, SIDES
from matrix.analysis.sides import counted_sides
from matrix.analysis.statement_order import ORDERS
from matrix.dashboard.datasets import locations, to_choose_from
from matrix.dataset import dates
from matrix.dataset.dataset import Dataset
from matrix.dataset.problems import not_one_of, shown
from matrix.dataset.schema import MAIN
from matrix.store.files import layers

Choices = Mapping[str, tuple[str, ...]]
_OF_BY = ("one", "other", "set", "bar")  # ids of what is compared: of actors or of sides


def contradictions(chosen: Choices, dataset: Dataset) -> dict[str, str]:
    """What is wrong with a choice beside the others: name -> problem; nothing where all go together."""
    found = {}
    sides = [i for i, _ in counted_sides(dataset)]
    by = compared_by(chosen, dataset)
    if by == SIDES and len(sides) < 2:
        found["by"] = f"{shown(SIDES)} takes two sides that count, and the dataset has {len(sides) or 'none'}"
    ids = sides if by == SIDES else dataset.frames[ACTORS]["id"].tolist()
    for name in _OF_BY:
        given = [part for v in chosen.get(name, ()) for part in v.split(ID_SEPARATOR)]
        if wrong := [part for part in given if part not in ids]:
            found[name] = not_one_of(wrong[0], ids)
    if value(chosen, "pair") and (problem := _pair(value(chosen, "pair").split(ID_SEPARATOR), chosen, dataset)):
        found["pair"] = problem
    measure = value(chosen, "measure")
    if value(chosen, "view") == NETWORK and measure not in NETWORK_MEASURES:
        found["measure"] = f"a network cannot be drawn by it: {not_one_of(measure, NETWORK_MEASURES)}"
    elif measure == POLARISATION and value(chosen, "view") != OVER_TIME:
        found["measure"] = f"is shown over time only: {not_one_of(measure, tuple(MEASURES))}"
    elif (
        value(chosen, "threshold")
        and measure in MEASURES
        and MEASURES[measure].is_share
        and float(value(chosen, "threshold")) > 1
    ):
        found["threshold"] = f"{shown(value(chosen, 'threshold'))} is more than 1, the most a share can be"
    return found


def compared_by(chosen: Choices, dataset: Dataset) -> str:
    """Actors or sides: as chosen, else what the chosen ids are; sides first where two are compared."""
    if given := chosen.get("by"):
        return given[-1]
    sides = [i for i, _ in counted_sides(dataset)]
    if len(sides) < 2 or value(chosen, "view") not in OF_TWO:
        return ACTORS
    named = [*chosen.get("one", ()), *chosen.get("other", ())]
    actors = set(dataset.frames[ACTORS]["id"])
    return ACTORS if any(i in actors for i in named) else SIDES


def forgotten(name: str, chosen: Choices) -> tuple[str, ...]:
    """The other choices that a new one of this name ends, since they meant something else."""
    if name == "view" and value(chosen, "view") == NETWORK:
        unfit = ("measure", "threshold") if value(chosen, "measure") not in NETWORK_MEASURES else ()
        return (*unfit, "pair") if value(chosen, "of") != ACTORS else unfit
    if name == "view" and value(chosen, "measure") == POLARISATION and value(chosen, "view") != OVER_TIME:
        return ("measure",)
    return {"by": _OF_BY, "of": ("pair",), "measure": ("threshold",)}.get(name, ())


def value(chosen: Choices, name: str) -> str:
    """What is chosen under a name, else its default."""
    return (chosen.get(name) or (PARAMS[name].default,))[-1]


def _pair(ids: list[str], chosen: Choices, dataset: Dataset) -> str:
    of = ACTORS if value(chosen, "view") == NETWORK else value(chosen, "of")
    known = dataset.frames[of]["id"].tolist()
    if wrong := [i for i in ids if i not in known]:
        return not_one_of(wrong[0], known)
    if len(ids) != 2 or ids[0] == ids[1]:
        return f"{shown(ID_SEPARATOR.join(ids))} is not a pair: choose two different {of}"
    return ""


MATRIX = ""  # the first page has no path
LAYOUTS = BY_SIDE, BY_ACTOR, AS_TABLE = ("sides", "actors", "table")
COMMON_GROUND, SIDE, OVERLAPS, DATA = "common-ground", "side", "overlaps", "data"  # the pages' own parts of the address
STATEMENTS, SOURCES, WHAT_CHANGED = "statements", "sources", "what-changed"
TIMELINE, PROPOSAL, ACTOR = "timeline", "proposal", "actor"
DETAILS = {"proposals": (PROPOSAL, "proposal-open"), "actors": (ACTOR, "actor-open")}  # a page for each row of a table
BEGIN, ALL = "begin", "all"  # before anything was said; with everything, also what is undated
TIME_VIEWS = LANES, AS_OF, CHANGES, UNSETTLED = ("lanes", "as-of", "changes", "unsettled")
VIEWS = PAIR, AGREEMENT, SETS, NETWORK, COALITIONS, CAMPS, OVER_TIME, WHAT_IF = (
    *("pair", "agreement", "sets", "network", "coalitions", "camps", "over-time", "what-if"),
)
VIEW, TIME_VIEW = "view", "time"  # which of these is open
OF_TWO = (PAIR, OVER_TIME)  # the views in which two are compared
WINDOW = "90d"
WINDOWS, STEPS = ("30d", "90d", "180d", "365d", "730d"), ("7d", "30d", "90d", "180d", "365d")
SINCE = SINCE_DAY, SINCE_VERSION, SINCE_VISIT = ("day", "version", "visit")
DATA_PARTS = TAKE_ALONG, BRING_IN, PROPOSED, CODERS, HISTORY, CODEBOOK, MEMBERS = (
    *("take-along", "bring-in", "proposed", "coders", "history", "codebook", "members"),
)
CODERS_BY = "coders-by"  # what the table of agreement is by
TABLE, PICTURE, LADDER, COVERAGE = "table", "picture", "ladder", "coverage"
LEFT_OUT = "left-out"
DATASET = "dataset"
STATEMENT = "statement"  # the one that is read
ADDING = "add"  # the form that is open
EVENT = "event"  # the one whose card is open
ID_SEPARATOR = "~"  # between the ids of one choice, as in an open cell
MOST_ASKED = 99  # the largest minimum size
NETWORK_MEASURES = ("points", "share_same", "jaccard_backed", "shared", "congruence", "net")  # the more, the nearer

Complaint = Callable[[str, Dataset], str]


@dataclass(frozen=True)
class Param:
    """One choice: its pages (none: all), what is wrong with a value ('' if nothing), the value that is not written."""

    page: tuple[str, ...]
    problem: Complaint
    default: str = ""
    many: bool = False


def _one_of(allowed: Callable[[Dataset], Sequence[str]]) -> Complaint:
    return lambda value, dataset: "" if value in (known := allowed(dataset)) else not_one_of(value, known)


def _word(*words: str) -> Complaint:
    return _one_of(lambda _: words)


def _size(value: str, _: Dataset) -> str:
    whole = value.isascii() and value.isdigit() and 1 <= int(value[:4]) <= MOST_ASKED
    return "" if whole else f"{shown(value)} is not a whole number from 1 to {MOST_ASKED}"


def _dataset(value: str, _: Dataset) -> str:
    return "" if value in locations() else not_one_of(value, [*to_choose_from()])


def _band(value: str, dataset: Dataset) -> str:
    tier, *sides = value.split(ID_SEPARATOR)
    if tier not in TIERS:
        return not_one_of(tier, TIERS)
    known = [*(i for i, _ in counted_sides(dataset)), "others"]
    wrong = [s for s in sides if s not in known]
    return not_one_of(wrong[0], known) if wrong else ""


def _page(value: str, _: Dataset) -> str:
    whole = value.isascii() and value.isdigit() and len(value) <= 6 and int(value) >= 1
    return "" if whole else f"{shown(value)} is not the number of a page"


def _share(value: str, _: Dataset) -> str:
    plain = value.isascii() and value.replace(".", "", 1).isdigit() and len(value) < 9
    return "" if plain else f"{shown(value)} is not a number of 0 or more"


def _date(value: str, _: Dataset) -> str:
    try:
        dates.interval(value)
    except ValueError as e:
        return f"{shown(value)} {e}"
    return ""


def _version(value: str, _: Dataset) -> str:
    return "" if re.fullmatch("[0-9a-f]{12}", value) else f"{shown(value)} is not a version: 12 digits 0-9 and a-f"


def _day_or(word: str) -> Complaint:
    return lambda value, dataset: "" if value == word else _date(value, dataset)


def _ids(dataset: Dataset, *tables: str) -> list[str]:
    if dataset.groups and "statements" in tables:
        return []  # an address may name one all the same
    return [i for table in tables for i in dataset.frames[table]["id"].tolist()]


def _coders(dataset: Dataset) -> list[str]:
    """The layers by which a dataset may be compared; of one that is open as a layer no other."""
    return [*(layers(dataset.location) if dataset.location and dataset.layer == MAIN else ()), MAIN]


def _several(*tables: str) -> Complaint:
    def problem(value: str, dataset: Dataset) -> str:
        known = set(_ids(dataset, *tables))
        wrong = [part for part in value.split(ID_SEPARATOR) if part not in known]
        return not_one_of(wrong[0], _ids(dataset, *tables)) if wrong else ""

    return problem


_SOMEBODY = _several("actors", "sides")
PARAMS = {
    DATASET: Param((), _dataset),
    "layout": Param((MATRIX,), _word(*LAYOUTS), BY_SIDE),
    "group": Param((MATRIX,), _word(*GROUPS), GROUPS[0]),
    "sort": Param((MATRIX,), _word(*SORTS), SORTS[0]),
    "tier": Param((MATRIX,), _band, many=True),
    "sides": Param((COMMON_GROUND,), _one_of(lambda d: [i for i, _ in counted_sides(d)]), many=True),
    "brief": Param((SIDE,), _one_of(lambda d: _ids(d, "sides"))),
    "open": Param(
        (COMMON_GROUND, OVERLAPS, STATEMENTS, TIMELINE),
        _word(*TIERS, *SECTIONS, TABLE, PICTURE, LADDER, COVERAGE, LEFT_OUT),
        many=True,
    ),
    VIEW: Param((OVERLAPS,), _word(*VIEWS), PAIR),
    "by": Param((OVERLAPS,), _word(*BY)),  # see compared_by
    "one": Param((OVERLAPS,), _SOMEBODY),
    "other": Param((OVERLAPS,), _SOMEBODY),
    "of": Param((OVERLAPS,), _word(*OF), OF[0]),
    "measure": Param((OVERLAPS,), _word(*MEASURES, POLARISATION), "points"),
    "window": Param((OVERLAPS,), _word(*WINDOWS), WINDOW),
    "step": Param((OVERLAPS,), _word(*STEPS)),
    "normalize": Param((OVERLAPS,), _word(*NORMALISATIONS), NONE),
    "count": Param((OVERLAPS,), _word(*COUNTS), COUNTS[0]),
    "duplicates": Param((OVERLAPS,), _word(*DUPLICATES), DUPLICATES[0]),
    "pair": Param((OVERLAPS,), _several("actors", "proposals")),
    "set": Param((OVERLAPS,), _SOMEBODY, many=True),
    "mode": Param((OVERLAPS,), _word(*MODES), EXCLUSIVE),
    "bar": Param((OVERLAPS,), _SOMEBODY),
    "min-n": Param((OVERLAPS,), _size, "2"),
    "threshold": Param((OVERLAPS,), _share),
    "min-actors": Param((OVERLAPS,), _size, "2"),
    "min-proposals": Param((OVERLAPS,), _size, "2"),
    "strict": Param((OVERLAPS,), _word("1")),
    "what-if": Param((OVERLAPS,), _word(TIER_CHANGES, CELLS, *MEASURES), TIER_CHANGES),
    "before": Param((OVERLAPS,), _date),
    "order": Param((STATEMENTS,), _word(*ORDERS), ORDERS[0]),
    "page": Param((STATEMENTS,), _page, "1"),
    STATEMENT: Param((STATEMENTS,), _one_of(lambda d: _ids(d, "statements"))),
    "part": Param((SOURCES,), _page, "1"),
    "reading": Param((SOURCES,), _one_of(lambda d: _ids(d, "sources"))),
    ADDING: Param((SOURCES,), _word("source")),
    "at": Param((SOURCES,), _one_of(lambda d: _ids(d, "statements"))),
    TIME_VIEW: Param((TIMELINE,), _word(*TIME_VIEWS), LANES),
    "from": Param((TIMELINE,), _day_or(BEGIN)),
    "until": Param((TIMELINE,), _day_or(ALL), ALL),
    EVENT: Param((TIMELINE,), _one_of(lambda d: _ids(d, "events"))),
    "changed": Param((WHAT_CHANGED,), _word(*SINCE)),
    "changed-day": Param((WHAT_CHANGED,), _date),
    "changed-version": Param((WHAT_CHANGED,), _version),
    "mine": Param((DATA,), _one_of(_coders)),
    "theirs": Param((DATA,), _one_of(_coders)),
    CODERS_BY: Param((DATA,), _word("source", "proposal", "actor", "side", "stance", "unit"), "source"),
    "data": Param((DATA,), _word(*DATA_PARTS), TAKE_ALONG),
    "waiting": Param((DATA,), _page, "1"),  # of what was proposed
    "proposal-open": Param((PROPOSAL,), _one_of(lambda d: _ids(d, "proposals"))),
    "actor-open": Param((ACTOR,), _one_of(lambda d: _ids(d, "actors"))),
}
