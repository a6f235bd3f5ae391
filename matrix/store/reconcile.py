"""Two coders reconciled: their differences with what was decided, deciding, and the decisions as one step of `main`."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import takewhile

from matrix.analysis.differences import ALIKE, CHOICES, UNIT, Decision, Difference, Differences, differences, seen_of
from matrix.dataset.changes import Change, applied, next_id
from matrix.dataset.dataset import Dataset, Record, records
from matrix.dataset.problems import DatasetError, SelectionError, not_one_of
from matrix.dataset.schema import MAIN, TABLES
from matrix.store import Address, Store, open_store
from matrix.store.atomic_files import DECISIONS_FILE
from matrix.store.decisions import decisions, record, with_decisions
from matrix.store.history import OutdatedError, apply, ids_ever, newest_first, signed, standing
from matrix.wording import plural

# What may be changed in an edited statement.
_GIVEN = tuple(c for c in TABLES["statements"].names if c not in ("id", "superseded_by", *UNIT))


def differences_of(store: Address, one: str, other: str) -> Differences:
    """The differences of two layers of a store, each with what was decided and whether it has been carried out."""
    at = Store(open_store(store).location)
    made = _standing(at, decisions(at, one, other))
    coders = (Store(at.location, name).load() for name in (one, other))
    found = differences(*coders, decided=made)
    if MAIN in (one, other):
        return found
    there: dict[str, list[str]] = {}
    for s in records(Store(at.location).load().frames["statements"]):
        there.setdefault("~".join(s[c] for c in UNIT), []).append(s["id"])
    items = tuple(d if d.state == "settled" else replace(d, there=tuple(there.get(d.unit, ()))) for d in found.items)
    words = found.sentence
    if idle := sum(bool(d.there) for d in items):
        verb = "is" if idle == 1 else "are"
        words += f" {idle} {verb} in the dataset already: deciding changes nothing there; compare with {MAIN}."
    return replace(found, items=items, sentence=words)


def _standing(at: Store, made: Sequence[Decision]) -> list[Decision]:
    """The decisions, without the step of those whose step was taken back."""
    first = min((d.step for d in made if d.step), default=0)
    if not first:
        return [*made]
    later = takewhile(lambda x: x[0].number >= first, standing(newest_first(at)))  # the rest is not even read
    stands = {step.number for step, s in later if s and step.kind == "reconcile"}
    return [d if d.step in stands else replace(d, step=0) for d in made]


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
    by = signed(open_store(store).location, by)
    where = (difference.source, difference.actor, difference.proposal)
    made = Decision(
        *(one, other, *where, choice, reason.strip(), by),
        seen=(seen_of(difference.one), seen_of(difference.other)),
        values=dict(values or {}),
    )
    if choice == "edited":
        _sound(store, replace(difference, decision=made), found.coders)
    return record(store, made)


def _sound(store: Address, difference: Difference, names: tuple[str, str]) -> None:
    """DatasetError where the edited statement breaks a rule of the dataset."""
    main = Store(open_store(store).location).load()
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
    at = Store(open_store(store).location)
    found = differences_of(at, one, other)
    main, *coders = (Store(at.location, name).load() for name in (MAIN, one, other))
    made = _standing(at, decisions(at, one, other))
    settled = {d.key[2:]: d for d in made if d.step}
    there: dict[tuple[str, ...], list[Record]] = {}
    for s in records(main.frames["statements"]):
        there.setdefault((s["source"], s["actor"], s["proposal"]), []).append(s)
    plan = _Settlement(
        main,
        (one, other),
        ids={k: v for d in settled.values() for k, v in d.ids.items()},
        taken_back={k: v for d in made if not d.step for k, v in d.ids.items()},
        ever=ids_ever(at, "statements"),
    )
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
    changes = (*plan.changes(), *_searches(main, coders, found, plan.notes, ids_ever(at, "searches")))
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


def _searches(
    main: Dataset, coders: Sequence[Dataset], found: Differences, notes: list[str], ever: Collection[str]
) -> Iterator[Change]:
    """What two coders looked for in vain comes along, once, where they have finished the source or named none.

    `ever`: the ids that searches of the dataset have had.
    """
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
            ids.append(s["id"] if s["id"] not in {*ids, *ever} else next_id(ids or [s["id"]], ever))
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
    at = Store(open_store(store).location)
    made = settlement(at, one, other)
    if not made.changes:
        return made

    def beside(step: int) -> Mapping[str, bytes]:
        for coder in made.coders:
            if coder.layer != MAIN and (now := Store(at.location, coder.layer).load()).version != coder.version:
                raise OutdatedError(now, coder.version)
        return {DECISIONS_FILE: with_decisions(at.location, [replace(d, step=step) for d in made.made])}

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

    def __init__(
        self,
        main: Dataset,
        names: tuple[str, str],
        *,
        ids: Mapping[str, str],
        taken_back: Mapping[str, str],
        ever: Collection[str],
    ) -> None:
        self.made: list[Decision] = []
        self.notes: list[str] = []
        self._names = names
        self._taken: list[str] = main.frames["statements"]["id"].tolist()
        self._now = {str(s["id"]): s for s in records(main.frames["statements"])}
        self._ids = dict(ids)  # `kim:s1` -> its id in the dataset, of this and of earlier settlements
        self._taken_back = taken_back  # the same, of settlements that were taken back
        self._ever = ever  # the ids that statements of the dataset have had, which links may still name
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
            id_ = places.pop(0) if places else self._free(layer, statement["id"])
            self._placed.append((id_, layer, statement))
            ids[f"{layer}:{statement['id']}"] = id_
        self._gone += places
        self._ids |= ids
        seen = seen_of(found.one), seen_of(found.other)
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

    def _free(self, layer: str, id_: str) -> str:
        """The id that it had in a settlement that was taken back, else a new one, numbered as the dataset's own are."""
        found = self._taken_back.get(f"{layer}:{id_}", "")
        if not found and not self._taken and id_ not in self._ever:
            found = id_
        if not found or found in self._taken:
            found = next_id(self._taken or [id_], self._ever)
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
