"""What two coders differ in, unit by unit, and the decisions that were made on it; `store.reconcile` makes them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal, get_args

import pandas as pd

from matrix.analysis.coding_units import CodingUnits, coding_units
from matrix.dataset.dataset import Dataset, Record, records
from matrix.dataset.former_ids import STANCES
from matrix.dataset.problems import SelectionError, not_one_of
from matrix.dataset.schema import MAIN
from matrix.wording import plural

Choice = Literal["mine", "theirs", "both", "neither", "edited"]
CHOICES: tuple[str, ...] = get_args(Choice)
ALIKE = "alike"  # of a unit on which both coders agree, once it was taken over
_TURNED = {"mine": "theirs", "theirs": "mine"}

# What two coders' statements on a unit differ in, the first that does; the columns that are compared for it.
KINDS: Mapping[str, str] = {
    "recorded": "only one recorded it",
    "stance": "another stance",
    "condition": "another condition",
    "quote": "other words marked",
    "details": "another attribution or date, or superseded by one alone",
}
_COMPARED: Mapping[str, tuple[str, ...]] = {
    "condition": ("condition", "condition_quote"),
    "quote": ("quote", "start"),
    "details": ("stance", "attribution", "date_start", "date_end"),
}
UNIT = ("source", "actor", "proposal")


@dataclass(frozen=True)
class Decision:
    """What was decided on a unit (source, actor, proposal) of two layers, `one` (mine) and `other` (theirs), and why.

    `seen`: what identifies the statements of each that were decided on. `values`: of an edited one, what differs from
    the statement that was there. `step`: the step of the dataset's history that carried it out, 0 for none; `ids`:
    which ids that step gave to the statements of the layers.
    """

    one: str
    other: str
    source: str
    actor: str
    proposal: str
    decision: str
    reason: str = ""
    by: str = ""
    time: str = ""
    seen: tuple[str, str] = ("", "")
    values: Mapping[str, str] = field(default_factory=dict)
    step: int = 0
    ids: Mapping[str, str] = field(default_factory=dict)

    @property
    def key(self) -> tuple[str, ...]:
        return (self.one, self.other, self.source, self.actor, self.proposal)

    def turned(self) -> Decision:
        """The same with the two layers in the other order."""
        turned = _TURNED.get(self.decision, self.decision)
        return replace(self, one=self.other, other=self.one, decision=turned, seen=self.seen[::-1])


@dataclass(frozen=True)
class Difference:
    """A unit on which two coders differ, with the statements of both and what was decided.

    `there`: the statements that the dataset has on the unit already, where it is not one of the two: a decision changes
    nothing then. `kind`: one of KINDS. `state`: `open`, `decided`, `settled` (carried out by a step that stands) or
    `outdated` (the statements are others than those that were decided on: it is open again).
    """

    source: str
    actor: str
    proposal: str
    kind: str
    one: tuple[Record, ...]
    other: tuple[Record, ...]
    state: str = "open"
    decision: Decision | None = None
    there: tuple[str, ...] = ()

    @property
    def unit(self) -> str:
        """`source~actor~proposal`."""
        return f"{self.source}~{self.actor}~{self.proposal}"

    @property
    def without_effect(self) -> str:
        """Why no decision on it changes the dataset; '' where one does."""
        return f"in the dataset already: {', '.join(self.there)}" if self.there else ""


@dataclass(frozen=True, eq=False)
class Differences:
    """What two coders differ in over the sources that both have finished: `items`, and as a table `frame`.

    `frame`: unit, source, actor, proposal, kind, the statement ids and the stance of each, state, decision, reason.
    `n`: the units that either recorded; `alike`: those of them on which both agree, with the statements of both.
    """

    items: tuple[Difference, ...]
    alike: tuple[Difference, ...]
    coders: tuple[str, str]
    n: int
    formula: str
    sentence: str

    @property
    def frame(self) -> pd.DataFrame:
        one, other = self.coders
        rows = [
            {
                "unit": d.unit,
                **{c: getattr(d, c) for c in (*UNIT, "kind")},
                f"{one}_stance": ";".join(s["stance"] for s in d.one),
                f"{one}_statements": ";".join(s["id"] for s in d.one),
                f"{other}_stance": ";".join(s["stance"] for s in d.other),
                f"{other}_statements": ";".join(s["id"] for s in d.other),
                "state": d.state,
                "decision": d.decision.decision if d.decision else "",
                "reason": d.decision.reason if d.decision else "",
            }
            for d in self.items
        ]
        own = [f"{n}_{c}" for n in self.coders for c in ("stance", "statements")]
        columns = ["unit", *UNIT, "kind", *own, "state", "decision", "reason"]
        return pd.DataFrame(rows, columns=columns, dtype="str")

    def of(self, unit: str) -> Difference:
        """The difference on a unit, `source~actor~proposal`; SelectionError where there is none."""
        found = {d.unit: d for d in self.items}
        if unit not in found:
            raise SelectionError(f"unit: {not_one_of(unit, list(found))}")
        return found[unit]

    def states(self) -> dict[str, int]:
        """How many differences are in each state."""
        return {s: sum(d.state == s for d in self.items) for s in ("open", "outdated", "decided", "settled")}


FORMULA = (
    "a unit is a source, an actor and a proposal; two coders differ where only one recorded it, else in the stance "
    "(folded by cautious), the condition, the words marked, or the details (attribution, dates, being superseded)"
)


def differences(one: Dataset, other: Dataset, *, decided: Sequence[Decision] = ()) -> Differences:
    """Every unit on which two coders differ, in the order of the sources, over the sources that both have finished.

    `one`, `other`: layers, as `load(address, layer="kim")` gives them; either may be `main`, which has finished the
    sources of which it has statements (a coder in training). Superseded statements are compared too. What a coder says
    in their own words (summary, note, confidence) is not compared. `decided`: decisions of these two, see
    `differences_of`.
    """
    units = coding_units([one, other], every=True)
    rows = [units.rows(k) for k in (0, 1)]
    tables = [records(c.frames["statements"]) for c in (one, other)]
    ids = [c[u].to_list() for c, u in ((one.frames[f"{n}s"]["id"], getattr(units, n)) for n in UNIT)]
    made = {(d.source, d.actor, d.proposal): d for d in decided}
    items: list[Difference] = []
    alike: list[Difference] = []
    for i, (source, actor, proposal) in enumerate(zip(*ids, strict=True)):
        mine, theirs = (tuple(tables[k][r] for r in rows[k][i]) for k in (0, 1))
        kind = _kind(units, i, mine, theirs)
        found = Difference(source, actor, proposal, kind, mine, theirs)
        if decision := made.get((source, actor, proposal)):
            found = replace(found, decision=decision, state=_state(found, decision, (one, other)))
        (items if kind else alike).append(found)
    names = (one.layer, other.layer)
    return Differences(tuple(items), tuple(alike), names, len(units), FORMULA, _sentence(units, items, len(alike)))


def _kind(units: CodingUnits, unit: int, mine: Sequence[Record], theirs: Sequence[Record]) -> str:
    """What the statements of two coders on a unit differ in, one of KINDS; '' where they are alike."""
    if not mine or not theirs:
        return "recorded"
    if units.stance[0, unit] != units.stance[1, unit]:
        return "stance"
    for kind, columns in _COMPARED.items():
        own = [sorted(tuple(s[c] for c in columns) for s in side) for side in (mine, theirs)]
        if own[0] != own[1]:
            return kind
    # By what a statement is superseded is an id of the layer; that it is decides whether it counts.
    superseded = [sorted(bool(s["superseded_by"]) for s in side) for side in (mine, theirs)]
    return "details" if superseded[0] != superseded[1] else ""


def seen_of(statements: Sequence[Record], stances: Mapping[str, str] | None = None) -> str:
    """What identifies the statements that a decision is about, whatever their actor and proposal are called.

    `stances`: by today's ids those that they had when it was made.
    """
    was = stances or {}
    rows = [{**s, "stance": was.get(s["stance"], s["stance"])} for s in statements]
    text = json.dumps([sorted((k, v) for k, v in s.items() if v and k not in ("actor", "proposal")) for s in rows])
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _state(found: Difference, decision: Decision, coders: tuple[Dataset, Dataset]) -> str:
    for coder, statements, seen in zip(coders, (found.one, found.other), decision.seen, strict=True):
        before = [{now: old} for old, now in coder.moved.get(STANCES, {}).items() if now]
        # Carrying a decision out changes `main` itself: then it is compared with nothing.
        if seen not in (seen_of(statements), *(seen_of(statements, was) for was in before)) and not (
            decision.step and coder.layer == MAIN
        ):
            return "outdated"
    return "settled" if decision.step else "decided"


def _sentence(units: CodingUnits, items: Sequence[Difference], alike: int) -> str:
    one, other = units.names
    if not len(units.compared):
        return f"Nothing to reconcile: no source is finished by both {one} and {other}."
    where = plural(len(units.compared), "source")
    if not items:
        return f"Nothing to reconcile: in {where} {one} and {other} agree on {plural(alike, 'unit')}."
    waiting = sum(d.state in ("open", "outdated") for d in items)
    verb = "differ" if len(items) > 1 else "differs"
    rest = "all are decided" if not waiting else f"{waiting} {'is' if waiting == 1 else 'are'} to be decided"
    return f"In {where} {one} and {other} agree on {plural(alike, 'unit')}; {len(items)} {verb}, {rest}."
