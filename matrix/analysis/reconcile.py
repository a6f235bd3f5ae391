"""Where two coders differ, what is decided about it, and the decisions as one step of the dataset's history."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import takewhile

import pandas as pd

from matrix.analysis.coding_units import CodingUnits, coding_units
from matrix.dataset.changes import Change, next_id
from matrix.dataset.dataset import Dataset, Record, records
from matrix.dataset.former_ids import STANCES
from matrix.dataset.problems import DatasetError, SelectionError, not_one_of
from matrix.dataset.schema import MAIN, TABLES
from matrix.store import Address, FolderStore, open_store
from matrix.store.atomic_files import DECISIONS_FILE
from matrix.store.decisions import ALIKE, CHOICES, Decision, decisions, record, with_decisions
from matrix.store.history import OutdatedError, applied, apply, newest_first, standing
from matrix.wording import plural

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
_UNIT = ("source", "actor", "proposal")
# What may be changed in an edited statement.
_GIVEN = tuple(c for c in TABLES["statements"].names if c not in ("id", "superseded_by", *_UNIT))


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
                **{c: getattr(d, c) for c in (*_UNIT, "kind")},
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
        columns = ["unit", *_UNIT, "kind", *own, "state", "decision", "reason"]
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
    ids = [c[u].to_list() for c, u in ((one.frames[f"{n}s"]["id"], getattr(units, n)) for n in _UNIT)]
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


def differences_of(store: Address, one: str, other: str) -> Differences:
    """The differences of two layers of a store, each with what was decided and whether it has been carried out."""
    at = FolderStore(open_store(store).folder)
    made = _standing(at, decisions(at, one, other))
    coders = (FolderStore(at.folder, name).load() for name in (one, other))
    found = differences(*coders, decided=made)
    if MAIN in (one, other):
        return found
    there: dict[str, list[str]] = {}
    for s in records(FolderStore(at.folder).load().frames["statements"]):
        there.setdefault("~".join(s[c] for c in _UNIT), []).append(s["id"])
    items = tuple(d if d.state == "settled" else replace(d, there=tuple(there.get(d.unit, ()))) for d in found.items)
    words = found.sentence
    if idle := sum(bool(d.there) for d in items):
        verb = "is" if idle == 1 else "are"
        words += f" {idle} {verb} in the dataset already: deciding changes nothing there; compare with {MAIN}."
    return replace(found, items=items, sentence=words)


def _standing(at: FolderStore, made: Sequence[Decision]) -> list[Decision]:
    """The decisions, without the step of those whose step was taken back."""
    first = min((d.step for d in made if d.step), default=0)
    if not first:
        return [*made]
    later = takewhile(lambda x: x[0].number >= first, standing(newest_first(at)))  # the rest is not even read
    stands = {step.number for step, s in later if s and step.kind == "reconcile"}
    return [d if d.step in stands else replace(d, step=0) for d in made]


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


def _seen(statements: Sequence[Record], stances: Mapping[str, str] | None = None) -> str:
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
        if seen not in (_seen(statements), *(_seen(statements, was) for was in before)) and not (
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


# ---- deciding


def decide(
    store: Address,
    found: Differences,
    unit: str,
    choice: str,
    *,
    reason: str,
    by: str,
    values: Mapping[str, str] | None = None,
) -> Decision:
    """Decide on one difference; the decision is on disk when this returns, in the place of an earlier one.

    `choice`: `mine` (of the first coder), `theirs`, `both`, `neither`, or `edited` - then `values` are the columns in
    which the statement shall differ from mine (from theirs where I have none). SelectionError for another choice, a
    unit without a difference, a missing reason; DatasetError for what would not be a sound statement.
    """
    if choice not in CHOICES:
        raise SelectionError(f"decision: {not_one_of(choice, CHOICES)}")
    if not reason.strip():
        raise SelectionError("reason: a decision needs one")
    if bool(values) != (choice == "edited"):
        words = "says in which columns the statement differs" if choice == "edited" else "changes no column"
        raise SelectionError(f"decision: {choice!r} {words}")
    for column in values or {}:
        if column not in _GIVEN:
            raise SelectionError(f"column: {not_one_of(column, _GIVEN)}")
    difference = found.of(unit)
    one, other = found.coders
    made = Decision(
        *(one, other, difference.source, difference.actor, difference.proposal, choice, reason.strip(), by),
        seen=(_seen(difference.one), _seen(difference.other)),
        values=dict(values or {}),
    )
    if choice == "edited":
        _sound(store, replace(difference, decision=made), found.coders)
    return record(store, made)


def _sound(store: Address, difference: Difference, names: tuple[str, str]) -> None:
    """DatasetError where the edited statement breaks a rule of the dataset."""
    main = FolderStore(open_store(store).folder).load()
    ((_, wanted),) = _wanted(difference, names)
    id_ = next_id(main.frames["statements"]["id"].tolist())
    values = tuple((c, v) for c, v in wanted.items() if v and c not in ("id", "superseded_by"))
    try:
        applied(main, [Change("added", "statements", id_, values=values)])
    except DatasetError as e:  # of a row that is not there yet
        raise DatasetError([replace(p, row=0) for p in e.problems], outcome="nothing was decided") from None


# ---- carrying out


@dataclass(frozen=True, eq=False)
class Settlement:
    """What would become of `main`: the changes, the decisions they carry out, and what is left out and why.

    `alike`: how many units are taken over on which both agree; `refused`: a sentence for each unit that has to be left
    out; `notes`: what else is to be known; `main`: the dataset, once it is settled with the changes made.
    """

    changes: tuple[Change, ...]
    made: tuple[Decision, ...]
    alike: int
    open: int
    refused: tuple[str, ...]
    notes: tuple[str, ...]
    coders: tuple[Dataset, Dataset]
    main: Dataset

    @property
    def sentence(self) -> str:
        decided = sum(d.decision != ALIKE for d in self.made)
        one, other = (c.layer for c in self.coders)
        taken = f"{plural(decided, 'difference')} decided, {plural(self.alike, 'unit')} alike"
        return f"reconcile {one} and {other}: {taken}, {self.open} still open"


def settlement(store: Address, one: str, other: str) -> Settlement:
    """What the decisions made so far, and the units on which both coders agree, would change in the dataset.

    Decided differences bring the statements of their choice to their unit, in the place of those that a coder in
    training is compared with. A unit of which `main` has statements of its own already is refused: compare with `main`.
    """
    at = FolderStore(open_store(store).folder)
    found = differences_of(at, one, other)
    main, *coders = (FolderStore(at.folder, name).load() for name in (MAIN, one, other))
    settled = {d.key[2:]: d for d in _standing(at, decisions(at, one, other)) if d.step}
    there: dict[tuple[str, ...], list[Record]] = {}
    for s in records(main.frames["statements"]):
        there.setdefault((s["source"], s["actor"], s["proposal"]), []).append(s)
    plan = _Settlement(main, (one, other), {k: v for d in settled.values() for k, v in d.ids.items()})
    refused: list[str] = []
    alike = kept = 0
    for d in (*found.items, *found.alike):
        key = (d.source, d.actor, d.proposal)
        present = there.get(key, [])
        if d.kind and d.state != "decided":
            continue
        if not d.kind and (MAIN in (one, other) or key in settled or present):
            kept += bool(present and MAIN not in (one, other) and key not in settled)
            continue
        if present and MAIN not in (one, other):
            ids, verb = ", ".join(s["id"] for s in present), "is" if len(present) == 1 else "are"
            refused.append(f"{d.unit}: {ids} {verb} in the dataset already; compare {one} or {other} with {MAIN}")
            continue
        alike += not d.kind
        plan.add(d, present)
    changes = (*plan.changes(), *_searches(main, coders, found, plan.notes))
    if kept:
        verb = "has" if kept == 1 else "have"
        words = "statements in the dataset already: left as they are"
        plan.notes.append(f"{plural(kept, 'unit')} alike {verb} {words}")
    return Settlement(
        changes=changes,
        made=tuple(plan.made),
        alike=alike,
        open=sum(d.state in ("open", "outdated") for d in found.items),
        refused=tuple(refused),
        notes=tuple(plan.notes),
        coders=(coders[0], coders[1]),
        main=main,
    )


def _searches(main: Dataset, coders: Sequence[Dataset], found: Differences, notes: list[str]) -> Iterator[Change]:
    """What two coders looked for in vain comes along, once, where they have finished the source or named none."""
    ids = main.frames["searches"]["id"].tolist()
    known = {_content(s) for s in records(main.frames["searches"])}
    for coder in coders:
        own = [s for s in records(coder.frames["searches"]) if _content(s) not in known] if coder.layer != MAIN else []
        if own and MAIN in found.coders:
            notes.append(
                f"{plural(len(own), 'search', 'searches')} of {coder.layer} stay in the layer: {MAIN} is compared"
            )
            continue
        coming = [s for s in own if not s["source"] or all(s["source"] in c.finished for c in coders)]
        if waiting := len(own) - len(coming):
            words = "not both have finished the source: left in the layer"
            notes.append(f"{plural(waiting, 'search', 'searches')} of {coder.layer}, {words}")
        for s in coming:
            known.add(_content(s))
            ids.append(s["id"] if s["id"] not in ids else next_id(ids))
            yield Change("added", "searches", ids[-1], values=tuple((c, v) for c, v in s.items() if v and c != "id"))
        if coming:
            notes.append(f"{plural(len(coming), 'search', 'searches')} of {coder.layer} come along")


def _content(row: Record) -> tuple[tuple[str, str], ...]:
    return tuple(sorted((c, v) for c, v in row.items() if v and c != "id"))


def settle(store: Address, one: str, other: str, *, by: str, reason: str = "") -> Settlement:
    """Carry out the decisions made so far in one step of the dataset's history; what was done.

    OutdatedError where the dataset or a layer was changed meanwhile; DatasetError for what would not be a sound
    dataset. Nothing is written then, and the decisions stay.
    """
    at = FolderStore(open_store(store).folder)
    made = settlement(at, one, other)
    if not made.changes:
        return made

    def beside(step: int) -> Mapping[str, bytes]:
        for coder in made.coders:
            if coder.layer != MAIN and (now := FolderStore(at.folder, coder.layer).load()).version != coder.version:
                raise OutdatedError(now, coder.version)
        return {DECISIONS_FILE: with_decisions(at.folder, [replace(d, step=step) for d in made.made])}

    why = "; ".join(filter(None, (made.sentence, reason)))
    now = apply(at, made.changes, by=by, why=why, kind="reconcile", seen=made.main.version, beside=beside)
    return replace(made, main=now)


def _wanted(found: Difference, names: tuple[str, str]) -> list[tuple[str, dict[str, str]]]:
    """The statements that a unit shall have, each with its layer; of a unit that is alike those of the first coder."""
    choice = found.decision.decision if found.decision and found.kind else "mine"
    mine, theirs = (
        [(name, {str(k): str(v) for k, v in s.items()}) for s in side]
        for name, side in zip(names, (found.one, found.other), strict=True)
    )
    if choice == "edited" and found.decision:
        layer, statement = (mine or theirs)[0]
        return [(layer, {**statement, **found.decision.values})]
    return {"mine": mine, "theirs": theirs, "both": mine + theirs, "neither": []}[choice]


class _Settlement:
    """The changes that bring statements to their units, with ids that are free and links that lead where they shall."""

    def __init__(self, main: Dataset, names: tuple[str, str], ids: Mapping[str, str]) -> None:
        self.made: list[Decision] = []
        self.notes: list[str] = []
        self._names = names
        self._taken: list[str] = main.frames["statements"]["id"].tolist()
        self._now = {str(s["id"]): s for s in records(main.frames["statements"])}
        self._ids = dict(ids)  # `kim:s1` -> its id in the dataset, of this and of earlier settlements
        self._placed: list[tuple[str, str, dict[str, str]]] = []  # id in the dataset, layer, statement
        self._gone: list[str] = []

    def add(self, found: Difference, present: Sequence[Record]) -> None:
        """The statements that this unit shall have take the places of those that are there and shall not stay."""
        wanted = _wanted(found, self._names)
        edited = found.decision is not None and found.decision.decision == "edited"
        stay = {s["id"] for layer, s in wanted if layer == MAIN and not edited}
        places = [str(s["id"]) for s in present if s["id"] not in stay]
        ids: dict[str, str] = {}
        for layer, statement in wanted:
            if statement["id"] in stay and layer == MAIN:
                continue
            id_ = places.pop(0) if places else self._free(statement["id"])
            self._placed.append((id_, layer, statement))
            ids[f"{layer}:{statement['id']}"] = id_
        self._gone += places
        self._ids |= ids
        seen = _seen(found.one), _seen(found.other)
        made = found.decision if found.kind else None
        made = made or Decision(*self._names, found.source, found.actor, found.proposal, ALIKE, seen=seen)
        self.made.append(replace(made, ids=ids))

    def changes(self) -> Iterator[Change]:
        """What is to be changed; what could not be linked is noted."""
        for id_, layer, statement in self._placed:
            now = self._now.get(id_)
            later = self._successor(id_, layer, statement["superseded_by"])
            if now is not None and not later:
                later = str(now["superseded_by"])
            values = {c: v for c, v in statement.items() if c != "id"} | {"superseded_by": later}
            if layer != MAIN:
                values["coder"] = statement.get("coder") or layer
            if now is None:
                yield Change("added", "statements", id_, values=tuple((c, v) for c, v in values.items() if v))
                continue
            for column, value in values.items():
                old = str(now.get(column, ""))
                if old != value:
                    yield Change("changed", "statements", id_, column, old, value)
        yield from (Change("deleted", "statements", id_) for id_ in self._gone)

    def _free(self, id_: str) -> str:
        found = next_id(self._taken) if self._taken else id_  # numbered as the dataset's own are
        self._taken.append(found)
        return found

    def _successor(self, id_: str, layer: str, later: str) -> str:
        """What supersedes a statement, by its id in the dataset; '' for what is not there (yet), which is noted."""
        if layer == MAIN or not later:
            return later
        there = self._ids.get(f"{layer}:{later}", "")
        if not there:
            words = f"{layer}'s {later}, which supersedes it, is not in the dataset: the link is left out"
            self.notes.append(f"{id_}: {words}")
        return there
