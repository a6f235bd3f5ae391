"""The filters: which statements count as evidence, and which rows and columns are looked at.

Evidence filters come before folding and change positions; view filters come after it and never do.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from matrix.dataset import dates
from matrix.dataset.dataset import Dataset
from matrix.dataset.dates import UNKNOWN
from matrix.dataset.former_ids import followed, gone
from matrix.dataset.groups import Groups
from matrix.dataset.problems import SelectionError, not_one_of, shown
from matrix.dataset.schema import LIST_SEPARATOR, MAIN, MIXED, TABLES
from matrix.dataset.trees import below

Bools = NDArray[np.bool_]

CAUTIOUS, LATEST = RULES = ("cautious", "latest")
EVIDENCE = ("source", "attribution", "confidence", "since", "as_of", "layer")
VIEW = ("risk_area", "theme", "proposal", "side", "actor", "kind", "authority", "stance", "search")
ROWS = ("risk_area", "theme", "proposal")
COLUMNS = ("side", "actor", "kind", "authority")
CODES = {"theme": "themes", "proposal": "proposals", "actor": "actors", "stance": "stances"}  # filter -> kind
DATES = ("since", "as_of")  # the window of time: its first and its last day
SINGLE = (*DATES, "search", "rule", "layer")  # one value each; all others are any-of lists


@dataclass(frozen=True)
class Selection:
    """All filters at once; an empty one keeps everything. Lists mean any of; different filters must all hold.

    `layer` is no filter but names whose statements are meant: those of the dataset that was loaded, and of no other.
    """

    source: tuple[str, ...] = ()
    attribution: tuple[str, ...] = ()
    confidence: tuple[str, ...] = ()
    since: str = ""
    as_of: str = ""
    risk_area: tuple[str, ...] = ()
    theme: tuple[str, ...] = ()
    proposal: tuple[str, ...] = ()
    side: tuple[str, ...] = ()
    actor: tuple[str, ...] = ()
    kind: tuple[str, ...] = ()
    authority: tuple[str, ...] = ()
    stance: tuple[str, ...] = ()
    search: str = ""
    rule: str = CAUTIOUS
    layer: str = ""

    if TYPE_CHECKING:  # a list filter may be given as one word or several; `__post_init__` makes a tuple of either

        def __init__(
            self,
            source: str | Iterable[str] = (),
            attribution: str | Iterable[str] = (),
            confidence: str | Iterable[str] = (),
            since: str = "",
            as_of: str = "",
            risk_area: str | Iterable[str] = (),
            theme: str | Iterable[str] = (),
            proposal: str | Iterable[str] = (),
            side: str | Iterable[str] = (),
            actor: str | Iterable[str] = (),
            kind: str | Iterable[str] = (),
            authority: str | Iterable[str] = (),
            stance: str | Iterable[str] = (),
            search: str = "",
            rule: str = CAUTIOUS,
            layer: str = "",
        ) -> None: ...

    def __post_init__(self) -> None:
        for f in fields(self):
            value = getattr(self, f.name)
            if f.name in SINGLE and not isinstance(value, str):
                raise SelectionError(f"{f.name.replace('_', '-')}: text is expected, not {shown(str(value))}")
            if f.name not in SINGLE:
                object.__setattr__(self, f.name, (value,) if isinstance(value, str) else tuple(dict.fromkeys(value)))
        if self.rule not in RULES:
            raise SelectionError(f"rule: {not_one_of(self.rule, RULES)}")
        self.window()

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> Selection:
        """A selection from a mapping such as command options or what `chosen` gave; unknown names are refused."""
        names = [f.name for f in fields(cls)]
        for name in values:
            if name not in names:
                raise SelectionError(f"{not_one_of(name, names)}")
        one = {k: v[0] for k, v in values.items() if k in SINGLE and isinstance(v, list | tuple) and len(v) == 1}
        return cls(**{k: v for k, v in {**values, **one}.items() if v})

    def window(self) -> tuple[int | None, int | None]:
        """First and last day (days since 1970-01-01; None: open); a partial date gives its first, or its last."""
        found: list[int | None] = []
        for place, name in enumerate(DATES):
            value = getattr(self, name)
            try:
                found.append(dates.interval(value)[place] if value else None)
            except ValueError as e:
                raise SelectionError(f"{name.replace('_', '-')}: {shown(value)} {e}") from None
        return found[0], found[1]

    def day(self) -> int:
        """The as-of day (days since 1970-01-01): the last day of a partial date."""
        last = self.window()[1]
        if last is None:
            raise SelectionError("as-of: no date is set")
        return last

    def empty_window(self) -> str:
        """What is wrong with a window whose last day is before its first, '' for any other."""
        first, last = self.window()
        if first is None or last is None or first <= last:
            return ""
        return f"since: {self.since} is later than as-of {self.as_of}: no day lies between them"

    def chosen(self) -> dict[str, tuple[str, ...]]:
        """The filters that are set, in their order, each with its values; the default rule is none, nor is `main`."""
        result = {}
        for f in fields(self):
            value = getattr(self, f.name)
            if value and value != (MAIN if f.name == "layer" else f.default):
                result[f.name] = value if isinstance(value, tuple) else (value,)
        return result

    def without(self, *names: str) -> Selection:
        """The same with the named filters cleared."""
        default = Selection()
        return replace(self, **{n: getattr(default, n) for n in names})

    def evidence(self) -> Selection:
        """Only the part that chooses statements, with the rule."""
        return self.without(*VIEW)

    def within(self, dataset: Dataset) -> Selection:
        """The same selection in the dataset's ids of today; SelectionError tells the first thing that is not there.

        An id that was renamed or merged away means what it became.
        """
        if self.layer not in ("", dataset.layer):
            words = f"{shown(self.layer)} is chosen, and the statements are those of {dataset.layer!r}"
            raise SelectionError(f"layer: {words}; load the dataset with that layer")
        if not any(getattr(self, f.name) for f in fields(self) if f.name not in SINGLE):
            return self  # every fold asks: spare it the list of all that could have been named
        current = self.today(dataset)
        for name, allowed in options(dataset).items():
            for value in getattr(current, name):
                if value not in allowed:
                    kind = CODES.get(name, "")
                    words = gone(dataset.former, kind, value) or not_one_of(value, list(allowed))
                    raise SelectionError(f"{name.replace('_', '-')}: {words}")
        return current

    def today(self, dataset: Dataset) -> Selection:
        """The same with what ids became that were renamed or merged away."""
        if not dataset.former:
            return self
        found: dict[str, Any] = {
            name: followed(dataset.moved[kind], getattr(self, name)) for name, kind in CODES.items()
        }
        return replace(self, **found)


def options(dataset: Dataset) -> dict[str, tuple[str, ...]]:
    """What each list filter can be set to in this dataset: ids in table order, words in the order of the vocabulary."""
    return {
        "source": tuple(dataset.frames["sources"]["id"]),
        "attribution": words(dataset, "statements", "attribution"),
        "confidence": words(dataset, "statements", "confidence"),
        "risk_area": tuple(dataset.frames["risk_areas"]["id"]),
        "theme": words(dataset, "proposals", "theme"),
        "proposal": tuple(dataset.frames["proposals"]["id"]),
        "side": tuple(dataset.frames["sides"]["id"]),
        "actor": tuple(dataset.frames["actors"]["id"]),
        "kind": words(dataset, "actors", "kind"),
        "authority": words(dataset, "actors", "authority"),
        "stance": (*dataset.scale.ids, MIXED),
    }


def allowed_words(dataset: Dataset, table: str, column: str) -> tuple[str, ...]:
    """The words that a vocabulary column may hold: of the package's closed list, else the built-in ones."""
    closed = dataset.package.closed if dataset.package else {}
    return tuple(closed.get((table, column)) or TABLES[table][column].values)


def words(dataset: Dataset, table: str, column: str) -> tuple[str, ...]:
    """The words of a vocabulary column: the built-in ones, then what else stands in the data, in its order.

    Of the statements' columns in the order of the alphabet."""
    built_in = TABLES[table][column].values
    if table != "statements":
        occur = dataset.frames[table][column].unique().tolist()
    elif dataset.groups:
        occur = list(dataset.groups.words[column])
    else:  # on an engine rows have no order, and an answer shall not depend on where the statements are
        occur = sorted(dataset.frames[table][column].unique().tolist())
    return (*built_in, *(w for w in occur if w and w not in built_in))


@dataclass(frozen=True, eq=False)
class Evidence:
    """Which statements pass the evidence filters, and which of those count; one entry a statement.

    `passes`: chosen by the filters; `counts`: passes, and nothing further along its chain does; `by`: position of the
    statement that takes its place (-1: none); `uncertain`: counts although it may have been made outside the window of
    time; `undated`: how many of the chosen actors and proposals the window left out because they have no date at all.
    """

    passes: Bools
    counts: Bools
    by: NDArray[np.int32]
    uncertain: Bools
    undated: int


def evidence_of(dataset: Dataset, selection: Selection | None = None) -> Evidence:
    """Apply the evidence filters and supersession to every statement."""
    selection = (selection or Selection()).within(dataset)
    if dataset.groups:
        return _of_groups(dataset, dataset.groups, selection)
    statements, codes = dataset.frames["statements"], dataset.codes
    n = len(statements)
    passes = np.ones(n, bool)
    uncertain = np.zeros(n, bool)
    undated = 0
    for name in ("source", "attribution", "confidence"):
        wanted = getattr(selection, name)
        if wanted:
            values = statements[name]
            keep = np.append(values.cat.categories.isin(wanted), False)
            passes &= keep[values.cat.codes.to_numpy()]
    since, until = selection.window()
    if since is not None or until is not None:
        no_last, no_first = codes.last == UNKNOWN, codes.first == UNKNOWN
        chosen = rows_of(dataset, selection)[codes.proposal] & columns_of(dataset, selection)[codes.actor]
        undated = int((passes & no_last & no_first & chosen).sum())
        passes &= ~(no_last & no_first)
        if until is not None:
            open_end = no_last & (codes.first <= until)
            passes &= (~no_last & (codes.last <= until)) | open_end
            uncertain |= open_end
        if since is not None:
            passes &= no_last | (codes.last >= since)
            uncertain |= no_first | (codes.first < since)
    by = _superseded(codes.later, passes)
    counts = passes & (by < 0)
    return Evidence(passes, counts, by, uncertain & counts, undated)


def _of_groups(dataset: Dataset, groups: Groups, selection: Selection) -> Evidence:
    """What an engine decided, if it was asked for this evidence."""
    asked, decided = decides(selection), dict(groups.evidence)
    if asked["rule"] == CAUTIOUS:  # which folds all that count, however they are told apart
        decided["rule"] = CAUTIOUS
    if asked != decided:
        raise SelectionError(
            "the statements were counted on other evidence than is asked for now: have the engine count them again"
        )
    chosen = rows_of(dataset, selection)[groups.codes.proposal] & columns_of(dataset, selection)[groups.codes.actor]
    nobody = np.full(len(groups.passes), -1, np.int32)
    undated = groups.weight_of(groups.undated & chosen)
    return Evidence(groups.passes, groups.counts, nobody, groups.uncertain, undated)


def decides(selection: Selection) -> dict[str, Any]:
    """The filters, and the rule, on which it depends which statements count."""
    lists = {name: tuple(sorted(getattr(selection, name))) for name in ("source", "attribution", "confidence")}
    return {**lists, "window": selection.window(), "rule": selection.rule}


def _superseded(later: NDArray[np.int32], passes: Bools) -> NDArray[np.int32]:
    """For each statement the nearest one further along its chain that passes; -1 for none. Chains have no circle."""
    if not (later >= 0).any():
        return later
    # A statement that passes is where a jump ends; the others lead on, and each round doubles how far they lead.
    goal = np.append(np.where(passes, np.arange(len(later), dtype=np.int32), later), np.int32(-1))
    while not np.array_equal(further := goal[goal], goal):
        goal = further
    by: NDArray[np.int32] = goal[later]
    return by


def select(dataset: Dataset, selection: Selection) -> Dataset:
    """The dataset of the statements that pass the evidence part of the selection; all other tables stay whole.

    Superseded statements stay when what supersedes them does; a chain that loses a link is joined over the gap, so that
    folding the result without a filter equals folding the dataset with it.
    """
    return only(dataset, evidence_of(dataset, selection).passes)


def only(dataset: Dataset, keep: Bools) -> Dataset:
    """The dataset of these statements; where a chain of supersession loses a link it is joined over the gap."""
    if keep.all():
        return dataset
    statements = dataset.frames["statements"]
    ids = statements["id"].to_numpy(dtype=object)
    later = _superseded(dataset.codes.later, keep)
    chosen_rows = statements[keep].copy()
    after = np.where(later >= 0, ids[later], "")[keep]
    chosen_rows["superseded_by"] = pd.Categorical(pd.Series(after, dtype="str"))
    for column in chosen_rows.columns:
        if isinstance(chosen_rows[column].dtype, pd.CategoricalDtype):
            chosen_rows[column] = chosen_rows[column].cat.remove_unused_categories()
    return replace(dataset, frames={**dataset.frames, "statements": chosen_rows}, _memo={})


# ---- view: rows and columns


def rows_of(dataset: Dataset, selection: Selection) -> Bools:
    """Which proposals the row filters keep (search and stance not among them)."""
    p, selection = dataset.frames["proposals"], selection.today(dataset)
    keep = np.ones(len(p), bool)
    if selection.risk_area:
        wanted = below(dataset.frames["risk_areas"], selection.risk_area)
        keep &= _lists(p["risk_areas"], wanted)
    if selection.theme:
        keep &= p["theme"].isin(selection.theme).to_numpy()
    if selection.proposal:
        keep &= p["id"].isin(selection.proposal).to_numpy()
    return keep


def columns_of(dataset: Dataset, selection: Selection) -> Bools:
    """Which actors the column filters keep."""
    a, selection = dataset.frames["actors"], selection.today(dataset)
    keep = np.ones(len(a), bool)
    for name, column in (("side", "side"), ("actor", "id"), ("kind", "kind"), ("authority", "authority")):
        wanted = getattr(selection, name)
        if wanted:
            keep &= a[column].isin(wanted).to_numpy()
    return keep


def _lists(values: pd.Series[Any], wanted: set[str]) -> Bools:
    keep = [bool(wanted.intersection(c.split(LIST_SEPARATOR))) for c in values.cat.categories]
    return np.array([*keep, False], dtype=bool)[values.cat.codes.to_numpy()]


# ---- search


def search_key(text: str) -> str:
    """Text as it is compared: case and width folded (NFKC)."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())


@dataclass(frozen=True, eq=False)
class Found:
    """Where a text stands: which proposals and actors match by their own text, which statements by theirs."""

    proposals: Bools
    actors: Bools
    statements: Bools


def search(dataset: Dataset, text: str) -> Found:
    """Find a text; a statement's text includes its actor's names and its proposal's titles."""
    if dataset.groups:
        raise SelectionError(
            "search: it looks into the texts of the statements too, which an engine does not read; "
            "choose with --proposal, --theme, --risk-area or --actor"
        )
    wanted = search_key(text)
    statements, codes = dataset.frames["statements"], dataset.codes
    named = _holding(dataset.frames["actors"], ("name", "name_native"), wanted)
    titled = _holding(dataset.frames["proposals"], ("title", "title_zh"), wanted)
    own = _holding(statements, _free_text("statements", statements), wanted)
    return Found(
        _holding(dataset.frames["proposals"], _free_text("proposals", dataset.frames["proposals"]), wanted),
        _holding(dataset.frames["actors"], _free_text("actors", dataset.frames["actors"]), wanted),
        own | named[codes.actor] | titled[codes.proposal],
    )


def _free_text(table: str, frame: pd.DataFrame) -> tuple[str, ...]:
    """The columns that hold text for people: the schema's text columns and whatever a dataset adds."""
    spec = TABLES[table]
    return tuple(c for c in frame.columns if c not in spec or spec[c].kind == "text")


def _holding(frame: pd.DataFrame, columns: Iterable[str], wanted: str) -> Bools:
    keep = np.zeros(len(frame), bool)
    for c in columns:
        values = pd.unique(frame[c])
        hits = [v for v in values if wanted in search_key(v)]
        if hits:
            keep |= frame[c].isin(hits).to_numpy()
    return keep
