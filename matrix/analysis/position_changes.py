"""What changed in the matrix between two days: positions new, moved, superseded or gone, and by which statements."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from matrix.analysis.empty_cells import SUPERSEDED
from matrix.analysis.positions import EMPTY, Positions, fold, view
from matrix.dataset import dates
from matrix.dataset.dataset import Dataset, place, remembered
from matrix.dataset.dates import UNKNOWN
from matrix.dataset.schema import MIXED
from matrix.dataset.selection import Selection, evidence_of

NEW, MOVED, REPLACED, GONE = KINDS = ("new", "moved", "superseded", "gone")
ABOUT = {
    NEW: "no position on the first day, one on the second",
    MOVED: "a position on both days, and not the same",
    REPLACED: "a position on the first day; on the second a later statement of the same side stands in its place",
    GONE: "a position on the first day, none on the second, and nothing in its place",
}
FORMULA = "positions as of the first and as of the second day, folded by the same rule; " + "; ".join(
    f"{kind}: {about}" for kind, about in ABOUT.items()
)
COLUMNS = ("proposal", "actor", "side", "kind", "before", "after", "statements", "replaced", "by", "now")

Bools = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class PositionChanges:
    """What differs between the positions as of `since` and as of `until` ('': before anything; everything there is).

    `frame` has one line a cell, in the order of the matrix: `before` and `after` the positions ('' for none),
    `statements` the ids that came to be folded in, `replaced` those that no longer are, `by` those in whose place
    others stand (of the same side), `now` the position that `by` voice ('' for none). `positions`: how many there are
    on the first and on the second day; `counting`: how many statements they rest on; `n`: cells with a position on
    either day; `sentence` says that nothing changed, else ''.
    """

    frame: pd.DataFrame
    since: str
    until: str
    rule: str
    positions: tuple[int, int]
    counting: tuple[int, int]
    n: int
    formula: str = FORMULA

    @property
    def sentence(self) -> str:
        return "" if len(self.frame) else f"No position changed: {self.n:,} stand as they did on both days."

    def of(self, kind: str) -> pd.DataFrame:
        """The lines of one kind."""
        return self.frame[self.frame["kind"] == kind]

    @property
    def carried(self) -> pd.DataFrame:
        """The superseded lines in whose place their side takes another stance: for the side a move, not a loss."""
        lines = self.of(REPLACED)
        return lines[lines["before"] != lines["now"]]

    def counted(self, kind: str) -> str:
        """`3 new`, `2 superseded (1 of them moved to another stance)`; '' where there is none."""
        n, moved = len(self.of(kind)), len(self.carried) if kind == REPLACED else 0
        return (f"{n:,} {kind}" + (f" ({moved:,} of them moved to another stance)" if moved else "")) if n else ""


@dataclass(frozen=True)
class CellFrom:
    """From a day on, what a cell holds: a position or '', and the statements it rests on."""

    day: str
    position: str
    statements: tuple[str, ...]
    by: tuple[str, ...] = ()  # where it is empty: the statements in whose place others stand


def moments(dataset: Dataset, selection: Selection | None = None) -> tuple[str, ...]:
    """The days, in order, from which on a statement of the chosen evidence counts: only then does the matrix change."""
    chosen = (selection or Selection()).without("as_of")
    days = np.unique(dataset.codes.day[evidence_of(dataset, chosen).passes])
    return tuple(dates.iso(int(d)) for d in days if d != UNKNOWN)


def before(days: Iterable[str], day: str) -> str:
    """The last of the days that is earlier than a (partial) day; '' where none is."""
    at = dates.interval(day)[1]
    return max((d for d in days if dates.interval(d)[1] < at), default="")


def position_changes(
    dataset: Dataset, selection: Selection | None = None, *, since: str, until: str
) -> PositionChanges:
    """What changed per cell from the positions as of `since` to those as of `until`, both folded by the same rule.

    The selection's own as-of date is not used; its other evidence filters choose what is folded, its view filters
    which cells are compared (a stance filter keeps cells that held or hold one of the stances).
    """
    selection = (selection or Selection()).without("as_of")
    new = fold(dataset, replace(selection, as_of=until))
    old = fold(dataset, replace(selection, as_of=since)) if since else _nothing(new)
    keep = view(replace(new, selection=replace(selection, stance=(), as_of=until)))
    shown = np.zeros(new.codes.shape, bool)
    shown[np.ix_(keep.rows, keep.columns)] = True
    if selection.stance:
        wanted = [new.states.index(s) for s in selection.stance]
        shown &= np.isin(old.codes, wanted) | np.isin(new.codes, wanted)
    return PositionChanges(
        _compared(old, new, shown),
        since,
        until,
        selection.rule,
        (int((old.codes != EMPTY)[shown].sum()), int((new.codes != EMPTY)[shown].sum())),
        (int(old.n[shown].sum()), int(new.n[shown].sum())),
        int(((old.codes != EMPTY) | (new.codes != EMPTY))[shown].sum()),
    )


@remembered(500)
def cell_history(
    dataset: Dataset, selection: Selection | None = None, *, proposal: str, actor: str
) -> tuple[CellFrom, ...]:
    """What a cell held from which day on, one step for each change of its position or of what it rests on.

    A last step without a day adds what is undated, where that changes it.
    """
    chosen = (selection or Selection()).without("as_of")
    p, a = place(dataset, "proposals", proposal), place(dataset, "actors", actor)
    here = (dataset.codes.proposal == p) & (dataset.codes.actor == a)
    reach = here.copy()  # the statements in whose place others stand, and those: only their days can change the cell
    for _ in range(len(reach)):
        later = dataset.codes.later[reach]
        longer = reach.copy()
        longer[later[later >= 0]] = True
        if (longer == reach).all():
            break
        reach = longer
    days = sorted({int(d) for d in dataset.codes.day[reach & evidence_of(dataset, chosen).passes] if d != UNKNOWN})
    steps: list[CellFrom] = []
    for day in [*map(dates.iso, days), ""]:
        step = _step(fold(dataset, replace(chosen, as_of=day)), p, a, here, day)
        last = steps[-1] if steps else CellFrom("", "", ())
        if (step.position, step.statements, step.by) != (last.position, last.statements, last.by):
            steps.append(step)
    return tuple(steps)


def _step(folded: Positions, p: int, a: int, here: Bools, day: str) -> CellFrom:
    ids = folded.dataset.frames["statements"]["id"].to_numpy(dtype=object)
    code = int(folded.codes[p, a])
    by = folded.evidence.by[here & folded.evidence.passes] if folded.why[p, a] == SUPERSEDED else np.array([], int)
    return CellFrom(
        day,
        folded.states[code] if code != EMPTY else "",
        tuple(ids[folded.folded & here]),
        tuple(dict.fromkeys(ids[by[by >= 0]])),
    )


def _nothing(positions: Positions) -> Positions:
    """The same matrix before any statement."""
    none = np.zeros(len(positions.folded), bool)
    found = replace(positions.evidence, passes=none, counts=none)
    return replace(positions, evidence=found, folded=none, codes=np.full_like(positions.codes, EMPTY))


def _compared(old: Positions, new: Positions, shown: Bools) -> pd.DataFrame:
    dataset = new.dataset
    p, a = np.nonzero((old.codes != new.codes) & shown)
    came = _by_cell(new, new.folded & ~old.folded)
    went = _by_cell(new, old.folded & ~new.folded)
    proposals, actors = dataset.frames["proposals"]["id"], dataset.frames["actors"]
    ids, stances = (dataset.frames["statements"][c].to_numpy(dtype=object) for c in ("id", "stance"))
    states = np.array([*new.states, ""], dtype=object)  # EMPTY (-1) reads the last: nothing
    lines = []
    for i, j in zip(p.tolist(), a.tolist(), strict=True):
        was, is_ = int(old.codes[i, j]), int(new.codes[i, j])
        left = went.get((i, j), [])
        found = new.evidence.by[left]
        by, voiced = found[found >= 0], set(stances[found[found >= 0]])
        kind = NEW if was == EMPTY else MOVED if is_ != EMPTY else REPLACED if len(by) else GONE
        lines.append(
            (
                *(proposals.iloc[i], actors["id"].iloc[j], str(actors["side"].iloc[j]), kind),
                *(states[was], states[is_]),
                *(tuple(ids[came.get((i, j), [])]), tuple(ids[left]), tuple(dict.fromkeys(ids[by]))),
                MIXED if len(voiced) > 1 else "".join(voiced),
            )
        )
    return pd.DataFrame(lines, columns=list(COLUMNS))


def _by_cell(positions: Positions, which: Bools) -> dict[tuple[int, int], list[int]]:
    codes = positions.dataset.codes
    result: dict[tuple[int, int], list[int]] = {}
    for s in np.flatnonzero(which).tolist():
        result.setdefault((int(codes.proposal[s]), int(codes.actor[s])), []).append(s)
    return result
