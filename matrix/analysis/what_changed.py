"""What changed in the matrix between two states of a dataset: positions, conditions, voices and proposals."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from matrix.analysis.positions import EMPTY, Positions, fold, view
from matrix.analysis.selection_words import scoped
from matrix.analysis.voices import conditions_of
from matrix.dataset import dates
from matrix.dataset.changes import diff
from matrix.dataset.dataset import Dataset, Record, is_there, names, place, records
from matrix.dataset.former_ids import Tables, as_today
from matrix.dataset.frames import canonical
from matrix.dataset.schema import TABLES
from matrix.dataset.selection import Selection, rows_of
from matrix.wording import does, listed, plural

TURNED, CONDITION, NEW, SILENT = KINDS = ("turned", "condition", "new", "silent")
TITLES = {
    TURNED: "Positions that turned",
    CONDITION: "Conditions dropped, added or worded anew",
    NEW: "New positions",
    SILENT: "Positions that are not there any more",
}
COLUMNS = (
    *("proposal", "actor", "side", "kind", "before", "after"),
    *("dropped", "added", "reworded", "statements", "replaced", "why"),
)
FORMULA = (
    "positions of both states, folded by the same rule, on the same selection and by the stances of today; what was "
    "renamed or merged counts as what it is called today"
)

Bools = NDArray[np.bool_]
Cell = tuple[int, int]


@dataclass(frozen=True)
class MadeStep:
    """A step of the history between the two states: `changes` are counted, `stands` unless it was taken back."""

    number: int
    at: str
    by: str
    kind: str
    why: str
    changes: int
    stands: bool


@dataclass(frozen=True, eq=False)
class WhatChanged:
    """What differs between the positions of `then` and of `now`, two states of one dataset, on one selection.

    `frame` has one line a cell, in the order of the matrix: `kind` (one of KINDS), `before` and `after` the positions
    ('' for none), conditions `dropped` and `added`, those `reworded` as pairs, the ids of `statements` that came to be
    folded in or were coded anew and of those `replaced`, and for a cell that is new or silent `why`, where the
    statements do not say it. `voices`: actors with their first statement; `proposals` that came and those `gone`;
    `repeated`: statements that came or went and turned nothing; `edits`: all other changes; `steps` of the history,
    the newest first. `then` and `now` hold the rows of both, so that every id is in both; `versions`: those of the
    states themselves. `n`: cells with a position in either. `since` is what was asked for, `short` why it is compared
    with a later state, '' where it is not.
    """

    frame: pd.DataFrame
    then: Dataset
    now: Dataset
    selection: Selection
    versions: tuple[str, str]
    n: int
    voices: tuple[str, ...] = ()
    proposals: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()
    repeated: int = 0
    edits: int = 0
    since: str = ""
    short: str = ""
    steps: tuple[MadeStep, ...] = ()
    formula: str = FORMULA

    def of(self, kind: str) -> pd.DataFrame:
        """The lines of one kind."""
        return self.frame[self.frame["kind"] == kind]

    @property
    def finding(self) -> str:
        """How much changed: `2 positions turned, 1 condition dropped; 1 new voice`."""
        stood = f"{self.n:,} {does(self.n, 'stand')} as {'it' if self.n == 1 else 'they'} did"
        return listed(self._counts()) or f"no position changed: {stood}"

    @property
    def headline(self) -> str:
        """Since when, over what, how much changed."""
        return f"{scoped(self.now, self.selection, f'{self.since_words}: {self.finding}')}."

    @property
    def reach(self) -> str:
        """With which state it is compared where that is not the one that was asked for, and why; '' where it is."""
        return f"It is compared with version {self.versions[0]}, for {self.short}." if self.short else ""

    @property
    def sentence(self) -> str:
        """The headline, and the reach behind it."""
        return f"{self.headline} {self.reach}".strip()

    @property
    def since_words(self) -> str:
        """`since 14 May 2026`, `since version 0123456789ab`, `since 14 May 2026, 10:32 UTC`."""
        if not self.since:
            return f"since version {self.versions[0]}"
        if "T" in self.since:
            moment = datetime.fromisoformat(self.since)
            day = moment.date().isoformat()
            return f"since {dates.words(day, day)}, {moment:%H:%M} UTC"
        version = bool(dates.date_problem(self.since))
        return f"since {f'version {self.since}' if version else dates.words(self.since, self.since)}"

    @property
    def others(self) -> str:
        """What else was changed in the whole dataset, in one line; '' where nothing was."""
        more = f"{plural(self.repeated, 'statement')} came or went without turning a position" if self.repeated else ""
        edits = f"{plural(self.edits, 'other edit')} (spelling, notes, sources and the like)" if self.edits else ""
        told = listed(filter(None, (more, edits)))
        return f"In the whole dataset beside what turned a position: {told}." if told else ""

    def made_by(self, *, named: bool = True) -> str:
        """Who made the steps: `7 steps: Ann 5, Bo 2`; '' where there is none."""
        if not self.steps:
            return ""
        who = ", ".join(f"{by or 'unnamed'} {n:,}" for by, n in Counter(s.by for s in self.steps).most_common())
        return plural(len(self.steps), "step") + (f": {who}" if named else "")

    @cached_property
    def statements_now(self) -> Mapping[str, Record]:
        """The `statements` of all lines, as rows of today."""
        return _rows(self.now, self.frame["statements"])

    @cached_property
    def statements_then(self) -> Mapping[str, Record]:
        """Those `replaced`, as they were."""
        return _rows(self.then, self.frame["replaced"])

    def _counts(self) -> list[str]:
        of = {kind: self.of(kind) for kind in KINDS}
        touched = [r for kind in (TURNED, CONDITION) for r in of[kind].itertuples()]
        conditions = {word: sum(len(getattr(r, word)) for r in touched) for word in ("dropped", "added", "reworded")}
        told = [
            (f"{plural(len(of[TURNED]), 'position')} turned", len(of[TURNED])),
            *((f"{plural(n, 'condition')} {word}", n) for word, n in conditions.items()),
            (plural(len(of[NEW]), "new position"), len(of[NEW])),
            (f"{plural(len(of[SILENT]), 'position')} no longer there", len(of[SILENT])),
            (plural(len(self.voices), "new voice"), len(self.voices)),
            (plural(len(self.proposals), "new proposal"), len(self.proposals)),
            (f"{plural(len(self.gone), 'proposal')} taken out", len(self.gone)),
        ]
        return [words for words, n in told if n]


def _rows(dataset: Dataset, lines: Iterable[Sequence[str]]) -> Mapping[str, Record]:
    places = [place(dataset, "statements", i) for i in dict.fromkeys(i for ids in lines for i in ids)]
    return {str(r["id"]): r for r in records(dataset.frames["statements"].iloc[places])}


def compared(old: Dataset, new: Dataset, selection: Selection | None = None) -> WhatChanged:
    """What changed from an old state of a dataset to a new one, on the same selection.

    Ids of the old one are read as what they became by the rules of the new one. Evidence filters choose in both states
    what is folded, view filters which cells are compared (a stance filter keeps cells that held or hold one of the
    stances). Sides, areas and names are those of the new state, of rows that it has not those they had.
    """
    selection = (selection or Selection()).within(new)
    before = as_today(old.frames, new.moved)
    then, now = _together(before, old, new)
    frame, shown, (was, is_) = _lines(then, now, selection)
    every = frame if selection == Selection(layer=selection.layer) else _lines(then, now, Selection())[0]
    chosen = rows_of(now, selection)
    ids = now.frames["proposals"]["id"]
    had, has = (set(f["proposals"]["id"]) for f in (before, new.frames))
    voices = _voices(was, is_, shown)
    told = {
        "statements": {s for c in ("statements", "replaced") for ids_ in every[c] for s in ids_},
        "proposals": had ^ has,
        "actors": set(every["actor"]),
    }
    repeated = edits = 0
    for c in diff(before, new.frames):
        if c.id in told.get(c.table, ()) and (c.whole_row or c.table == "statements"):
            continue
        if c.whole_row and c.table == "statements":
            repeated += 1
        else:
            edits += 1
    return WhatChanged(
        frame,
        then,
        now,
        selection,
        (old.version, new.version),
        int(((was.codes != EMPTY) | (is_.codes != EMPTY))[shown].sum()),
        voices,
        tuple(i for i in ids[chosen] if i not in had),
        tuple(i for i in ids[chosen] if i not in has),
        repeated,
        edits,
    )


def _together(before: Tables, old: Dataset, new: Dataset) -> tuple[Dataset, Dataset]:
    """The two states with the rows of both in all tables but statements: their cells lie at the same places."""
    shared: dict[str, pd.DataFrame] = {}
    for name in TABLES:
        mine, theirs = new.frames[name], before[name]
        if name == "stances":
            mine, theirs = _stances(mine, theirs, before, old, new)
        if name != "statements" and not (gone := theirs[~theirs["id"].isin(mine["id"])]).empty:
            shared[name] = pd.concat([mine.astype("str"), gone.astype("str")], ignore_index=True).fillna("")
        elif name == "stances" and mine is not new.frames[name]:
            shared[name] = mine
    both = {**new.frames, **{t: canonical(shared)[0][t] for t in shared}}
    known = {t: set(both[t]["id"]) for t in ("actors", "proposals", "sources")}
    statements = before["statements"]
    for column, table in (("actor", "actors"), ("proposal", "proposals"), ("source", "sources")):
        # Of a layer, what all coders share may have lost a row meanwhile.
        statements = statements[statements[column].astype("str").isin(known[table])]
    made = canonical({"statements": statements.reset_index(drop=True)})[0]["statements"]
    then = replace(new, frames={**both, "statements": made}, _memo={})
    return then, replace(new, frames=both, _memo={}) if shared else new


def _stances(
    mine: pd.DataFrame, theirs: pd.DataFrame, before: Tables, old: Dataset, new: Dataset
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The scale of today, and what the old statements take besides; then with what is conditional written down."""
    theirs = theirs if len(theirs) else old.stances
    used = theirs[theirs["id"].isin(before["statements"]["stance"].astype("str")) & ~theirs["id"].isin(new.scale.ids)]
    if used.empty:
        return mine, theirs.iloc[:0]
    of_old = dict(zip(old.scale.ids, old.scale.conditional.tolist(), strict=True))
    of_new = dict(zip(new.scale.ids, new.scale.conditional.tolist(), strict=True))
    today, gone = new.stances.astype("str"), used.astype("str")
    return (
        today.assign(conditional=["true" if of_new[i] else "false" for i in today["id"]]),
        gone.assign(conditional=["true" if of_old.get(i) else "false" for i in gone["id"]]),
    )


def _lines(
    then: Dataset, now: Dataset, selection: Selection
) -> tuple[pd.DataFrame, Bools, tuple[Positions, Positions]]:
    """The changed cells, which cells are compared, and the positions of both states."""
    was, is_ = fold(then, selection), fold(now, selection)
    shown = np.zeros(is_.codes.shape, bool)
    for one in (was, is_):
        keep = view(replace(one, selection=replace(selection, stance=())))
        shown[np.ix_(keep.rows, keep.columns)] = True
    if selection.stance:
        wanted = [is_.states.index(s) for s in selection.stance]
        shown &= np.isin(was.codes, wanted) | np.isin(is_.codes, wanted)
    width = is_.codes.shape[1]
    conditions = [{divmod(c, width): texts for c, texts in conditions_of(one).items()} for one in (was, is_)]
    differ = {c for c in {*conditions[0], *conditions[1]} if {*conditions[0].get(c, ())} != {*conditions[1].get(c, ())}}
    cells = {(int(p), int(a)) for p, a in zip(*np.nonzero(was.codes != is_.codes), strict=True)} | differ
    chosen = sorted(c for c in cells if shown[c])
    held = [_folded(one, set(chosen)) for one in (was, is_)]
    lines = [_line(was, is_, c, [by.get(c, []) for by in held], [by.get(c, []) for by in conditions]) for c in chosen]
    return pd.DataFrame(lines, columns=list(COLUMNS)), shown, (was, is_)


def _folded(positions: Positions, cells: set[Cell]) -> dict[Cell, list[str]]:
    """The ids of the statements that these cells rest on."""
    codes, ids = positions.dataset.codes, positions.dataset.frames["statements"]["id"].to_numpy(dtype=object)
    found: dict[Cell, list[str]] = {}
    rows = np.zeros(positions.codes.shape[0], bool)
    rows[[p for p, _ in cells]] = True
    for s in np.flatnonzero(positions.folded & rows[codes.proposal]).tolist():
        if (cell := (int(codes.proposal[s]), int(codes.actor[s]))) in cells:
            found.setdefault(cell, []).append(str(ids[s]))
    return found


def _line(
    was: Positions, is_: Positions, cell: Cell, held: Sequence[Sequence[str]], conditions: Sequence[Sequence[str]]
) -> tuple[object, ...]:
    before, after = held
    code, now = int(was.codes[cell]), int(is_.codes[cell])
    kind = NEW if code == EMPTY else SILENT if now == EMPTY else TURNED if code != now else CONDITION
    stayed = {s: (_coded(was.dataset, s), _coded(is_.dataset, s)) for s in before if s in after}
    anew = [s for s, (one, other) in stayed.items() if any(one[c] != other[c] for c in ("stance", "condition"))]
    pairs = [tuple(r["condition"] for r in stayed[s]) for s in anew]
    reworded = tuple(
        dict.fromkeys(p for p in pairs if all(p) and p[0] not in conditions[1] and p[1] not in conditions[0])
    )
    dropped = tuple(c for c in conditions[0] if c not in conditions[1] and c not in {one for one, _ in reworded})
    added = tuple(c for c in conditions[1] if c not in conditions[0] and c not in {other for _, other in reworded})
    came = tuple(s for s in after if s not in stayed or s in anew)
    went = tuple(s for s in before if s not in stayed or s in anew)
    why = ""
    if kind == SILENT:
        why = listed(dict.fromkeys(_where(is_, s, "now") for s in went))
    elif kind == NEW:
        why = listed(dict.fromkeys(filter(None, (_where(was, s, "before") for s in came))))
    actors = is_.dataset.frames["actors"]
    return (
        *(is_.dataset.frames["proposals"]["id"].iloc[cell[0]], actors["id"].iloc[cell[1]]),
        *(str(actors["side"].iloc[cell[1]]), kind),
        *(_state(was, code), _state(is_, now), dropped, added, reworded, came, went, why),
    )


def _coded(dataset: Dataset, statement: str) -> dict[str, str]:
    """How a statement is coded; of many, making records of all would take longer than all else."""
    frame, at = dataset.frames["statements"], place(dataset, "statements", statement)
    return {c: str(frame[c].iloc[at]) for c in ("actor", "proposal", "stance", "condition")}


def _state(positions: Positions, code: int) -> str:
    return "" if code == EMPTY else positions.states[code]


def _where(positions: Positions, statement: str, when: str) -> str:
    """What a statement is in the other state, in which it does not make this position; '' for new ones."""
    dataset, found = positions.dataset, positions.evidence
    if not is_there(dataset, "statements", statement):
        return f"statement {statement} was withdrawn" if when == "now" else ""
    at = place(dataset, "statements", statement)
    r = _coded(dataset, statement)
    if not found.passes[at]:
        return f"statement {statement} {'is' if when == 'now' else 'was'} outside the chosen evidence {when}"
    if found.by[at] >= 0:
        later = dataset.frames["statements"]["id"].iloc[int(found.by[at])]
        return f"statement {statement} {'is' if when == 'now' else 'was'} superseded by {later} {when}"
    if not positions.folded[at]:
        return f"statement {statement} {'is' if when == 'now' else 'was'} not the latest {when}"
    actor, proposal = (names(dataset, t)[r[c]] for t, c in (("actors", "actor"), ("proposals", "proposal")))
    return f"statement {statement} {'is' if when == 'now' else 'was'} coded as {actor} on “{proposal}” {when}"


def _voices(was: Positions, is_: Positions, shown: Bools) -> tuple[str, ...]:
    """The actors who have a statement of the chosen evidence now and had none."""
    spoke: list[Bools] = []
    for one in (was, is_):
        codes, passes = one.dataset.codes, one.evidence.passes
        heard = np.zeros(shown.shape, bool)
        heard[codes.proposal[passes], codes.actor[passes]] = True
        spoke.append(np.asarray((heard & shown).any(axis=0), dtype=bool))
    came: Bools = spoke[1] & ~spoke[0]
    return tuple(is_.dataset.frames["actors"]["id"].to_numpy(dtype=object)[came])


def step_line(step: MadeStep) -> str:
    """`step 3: Ann, import annex.xlsx (12 changes)`."""
    taken = "" if step.stands else "; taken back"
    return f"step {step.number}: {step.by or 'unnamed'}, {step.why} ({plural(step.changes, 'change')}{taken})"


def ids_joined(ids: Iterable[str]) -> str:
    """Ids or texts of a line as one cell."""
    return "; ".join(ids)
