"""Changes that somebody proposes to a dataset, and an editor accepts or declines: a list kept beside the tables.

A coder may not read what other coders propose, nor write the dataset's files: what they ask for here is looked up and
written for them, once the list of members says that they may.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Literal, cast, get_args

from matrix.dataset import dates
from matrix.dataset.changes import Change, next_id
from matrix.dataset.dataset import Dataset, is_there, row
from matrix.dataset.former_ids import PROPOSALS, THEMES, Became, codes, referring, with_ids, with_other_ids
from matrix.dataset.location import Database, Location
from matrix.dataset.problems import DatasetError, Problem, SelectionError, not_one_of, shown
from matrix.dataset.schema import MAIN, TABLES
from matrix.store import Address, Store, lines, open_store
from matrix.store.atomic_files import PROPOSED_FILE, Write
from matrix.store.files import read, writing
from matrix.store.history import OutdatedError, StepKind, apply, ids_ever, newest_first, signed, standing, tried
from matrix.store.members import Permissions, RoleError
from matrix.wording import clean, plural

State = Literal["open", "accepted", "declined", "withdrawn"]
STATES: tuple[str, ...] = get_args(State)
LONGEST = 500  # characters of why something is proposed, or declined
KINDS: tuple[StepKind, ...] = ("edit", "coding", "rename", "merge", "split")  # of a step that may be proposed
# What one person has in the list at most: open ones, and their bytes; as many bytes of what they have withdrawn.
MOST, LARGEST = 50, 2_000_000
NOT_ACCEPTED = (
    "nothing was accepted, and it stays open: make what still holds of it yourself and decline it, or decline it, so "
    "that it can be proposed anew"
)
_LONGEST_STEP = 1_000  # characters of the reason of the step in the history
_TRIES = 5  # it is held against the dataset piece by piece: where somebody wrote meanwhile, again
# Rows of these tables are named by no other table: such a row is the same under another id.
_Row = tuple[str, str]  # table, id
_SAME_UNDER_ANOTHER_ID = {*TABLES} - {
    c.target for t in TABLES.values() for c in t.columns if c.target and c.target != t.name
}


@dataclass(frozen=True)
class ProposedChanges:
    """Changes that were proposed together: when (UTC, ISO), by whom and why, and what came of them.

    `number`: its line in the list, from 1. `by` is a name to show; who it is, `issuer` and `subject` say together,
    blank where nobody signs in. `kind` and `became` are those of the step that it is to be. `state`: open, accepted,
    declined or withdrawn; then `decided_at` and `decided_by`, the `reason` of who declined, or the number of the
    `step`. It stays accepted where that step is taken back later.
    """

    number: int
    at: str
    by: str
    why: str
    changes: tuple[Change, ...]
    became: tuple[Became, ...] = ()
    kind: StepKind = "edit"
    issuer: str = ""
    subject: str = ""
    state: State = "open"
    decided_at: str = ""
    decided_by: str = ""
    reason: str = ""
    step: int = 0

    @property
    def is_open(self) -> bool:
        """Whether nothing has come of it yet."""
        return self.state == "open"

    def is_of(self, at: Location) -> bool:
        """Whether it is the one's who opened a dataset there; in a folder everything is everybody's."""
        return not isinstance(at, Database) or (self.issuer, self.subject) == _identity(at)


def propose(
    store: Address,
    changes: Sequence[Change],
    *,
    seen: str,
    by: str,
    why: str,
    became: Sequence[Became] = (),
    kind: StepKind = "edit",
) -> ProposedChanges:
    """Propose changes of the dataset itself; it stays as it is until somebody accepts them.

    `seen`, `became` and `kind` (one of `KINDS`) are as in `apply`, and what `apply` would refuse now is refused:
    OutdatedError, DatasetError with every problem. SelectionError without a reason, for what no list can hold, for what
    is open already, and for more than `MOST` open ones or `LARGEST` bytes of them; RoleError for a reader. Nothing is
    kept then.
    """
    at = _main(store)
    words = _words("why", why)
    if not changes:
        raise SelectionError("changes: there are none to propose")
    if kind not in KINDS:
        raise SelectionError(f"kind: {not_one_of(kind, KINDS)}")
    issuer, subject = _identity(at.location)
    signature = clean(signed(at.location, by))

    def line_of(given: Sequence[Change]) -> bytes:
        line = {
            "at": dates.now(),
            "by": signature,
            **({"issuer": issuer, "subject": subject} if issuer or subject else {}),
            "kind": kind,
            "why": words,
            "changes": lines.as_objects(given),
            **({"became": [list(b) for b in became]} if became else {}),
            "state": "open",
        }
        return _readable(at.location, line)

    with _holding(at.location) as write:
        held = _looked(at.location, Permissions.require_any_writing, logged=False)
        line_of(changes)  # what cannot be kept is not tried either
        made = tried(at, changes, seen=seen, became=became)
        raw = line_of(made)
        for p in held.found:
            same = (lines.as_objects(p.changes), p.became) == (lines.as_objects(made), tuple(became))
            if p.is_open and p.is_of(at.location) and same:
                whose = "you have" if isinstance(at.location, Database) or p.by == signature else f"{p.by} has"
                raise SelectionError(f"changes: {whose} proposed just this already, as number {p.number}")
        own = [p for p in held.found if p.is_of(at.location) and (p.issuer or p.by == signature)]
        kept = _with_room(held, own, len(raw))
        write({PROPOSED_FILE: b"".join([*kept, raw])})
    return _proposed(len(kept) + 1, lines.parsed(raw))


def proposed(store: Address) -> list[ProposedChanges]:
    """What was proposed, the oldest first: a coder's own alone; all for who may change the dataset, and for a folder.

    RoleError for a reader. A line that cannot be read is left out: `check` names it.
    """
    return proposed_and_problems(store)[0]


def proposed_problems(store: Address) -> tuple[Problem, ...]:
    """What is wrong with the list, each line of it that cannot be read; nothing where there is none."""
    return proposed_and_problems(store)[1]


def proposed_and_problems(store: Address) -> tuple[list[ProposedChanges], tuple[Problem, ...]]:
    """What was proposed, as `proposed` has it, and the lines that cannot be read."""
    at = _main(store).location
    held = _looked(at, Permissions.require_any_writing)
    return [p for p in held.found if held.may.sees_layers or p.is_of(at)], held.problems


def accept(store: Address, number: int, *, by: str) -> Dataset:
    """Make proposed changes, as one step of the history that names both people; the dataset as it stands then.

    Each is held against what it was proposed for: what the dataset has already is left out, a new statement whose id
    was taken meanwhile gets the next free one, what names a code since that is renamed or merged is changed along, and
    where something else has changed meanwhile DatasetError names it. It stays open then, and nothing is written.
    SelectionError where it is not open; RoleError for who may not change the dataset.
    """
    at = _main(store)
    for _ in range(_TRIES):
        wanted = _open(_looked(at.location, _may_decide), number)
        now = at.load()
        why = f"proposed by {wanted.by}: {wanted.why}"[:_LONGEST_STEP]

        def beside(step: int, wanted: ProposedChanges = wanted) -> dict[str, bytes]:
            held = _looked(at.location)
            if _open(held, number) != wanted:
                raise SelectionError(f"number: {number} was changed meanwhile: look at it again")
            return _decided(held, number, state="accepted", by=signed(at.location, by), step=step)

        try:
            changes = _brought_up(at, now, wanted)
            return apply(
                at, changes, by=by, why=why, kind=wanted.kind, seen=now.version, became=wanted.became, beside=beside
            )
        except OutdatedError:
            continue  # somebody wrote between the look and the writing
        except DatasetError as e:
            raise DatasetError(e.problems, outcome=NOT_ACCEPTED) from e
    raise TimeoutError(f"{at.location} is being changed all the time; try again in a moment")


def decline(store: Address, number: int, *, by: str, reason: str) -> None:
    """Decline proposed changes, with the reason for who proposed them. SelectionError without one, and where it is not
    open; RoleError for who may not change the dataset.
    """
    at = _main(store).location
    words = _words("reason", reason)
    with writing(at) as write:
        held = _looked(at, _may_decide, logged=False)
        _open(held, number)
        write(_decided(held, number, state="declined", by=signed(at, by), reason=words))


def withdraw_proposed(store: Address, number: int) -> None:
    """Take back what one has proposed oneself, while it is open; SelectionError where it is not.

    RoleError where it is somebody else's, or where there is none.
    """
    at = _main(store).location
    with _holding(at) as write:
        held = _looked(at, Permissions.require_any_writing, logged=False)
        if isinstance(at, Database) and not any(p.number == number and p.is_of(at) for p in held.found):
            raise RoleError(f"{at.person or 'the administrator'} has proposed no number {number} in this dataset")
        _open(held, number)
        write(_decided(held, number, state="withdrawn"))


def taken_back(store: Address, found: Iterable[ProposedChanges]) -> set[int]:
    """The numbers of those that were accepted, and whose step was taken back since."""
    steps = {p.step: p.number for p in found if p.state == "accepted"}
    gone: set[int] = set()
    for step, stands in standing(newest_first(_main(store))) if steps else ():
        if step.number < min(steps):
            break
        if step.number in steps and not stands:
            gone.add(steps[step.number])
    return gone


# ---- who may


def _main(store: Address) -> Store:
    at = open_store(store)
    if at.layer != MAIN:
        raise ValueError(f"changes are proposed to the dataset itself, not to the layer {at.layer}")
    return at


def _identity(at: Location) -> tuple[str, str]:
    person = at.person if isinstance(at, Database) else None
    return (person.issuer, person.subject) if person else ("", "")


def _may_decide(may: Permissions) -> None:
    may.require_writing(None)


def _holding(at: Location) -> AbstractContextManager[Write]:
    """Hold the dataset alone, as `files.writing` does, for who may propose: the list is written for them.

    Who may is asked by `_looked`.
    """
    return writing(at.as_person(None) if isinstance(at, Database) else at)


# ---- the list


@dataclass(frozen=True)
class _List:
    """The list as it is: its lines, those that can be read and what is wrong with the others, and who asks."""

    lines: tuple[bytes, ...]  # each with its end
    found: tuple[ProposedChanges, ...]
    problems: tuple[Problem, ...]
    may: Permissions


def _looked(at: Location, require: Callable[[Permissions], None] | None = None, *, logged: bool = True) -> _List:
    """The list as it is now; RoleError where the one who opened a database may not do what is required.

    `logged`: nobody else notes that in the log.
    """
    may = Permissions("", "")
    if isinstance(at, Database):
        from matrix.store.database import beside, log_refused

        content, may = beside(at, PROPOSED_FILE)
        try:
            if require:
                require(may)
        except RoleError as e:
            if logged:
                log_refused(e)
            raise
    else:
        content = read(at, PROPOSED_FILE)
    return _List(*_parsed(content or b"", hidden=not may.sees_layers), may)


@lru_cache(maxsize=4)  # a page asks for it each time that it is drawn
def _parsed(
    content: bytes, *, hidden: bool
) -> tuple[tuple[bytes, ...], tuple[ProposedChanges, ...], tuple[Problem, ...]]:
    """Every line; what it holds is text of unknown origin. `hidden`: no word of a line that is not theirs is told."""
    held = tuple(line + b"\n" for line in content.removesuffix(b"\n").split(b"\n")) if content else ()
    found: list[ProposedChanges] = []
    problems: list[Problem] = []
    for number, raw in enumerate(held, 1):
        try:
            found += [_proposed(number, lines.parsed(raw))] if raw.strip() else []
        except (ValueError, RecursionError) as e:
            why = "it is nested too deeply" if isinstance(e, RecursionError) else str(e)
            problems.append(
                Problem(PROPOSED_FILE, number, "", "is not a line of proposed changes" + ("" if hidden else f": {why}"))
            )
    return held, tuple(found), tuple(problems)


def _readable(at: Location, line: dict[str, Any]) -> bytes:
    """The line as it is kept; SelectionError where it could not be read again, or is too much."""
    try:
        raw = lines.written(line)
        changes = _proposed(0, lines.parsed(raw)).changes
    except (TypeError, ValueError, RecursionError) as e:
        raise SelectionError(f"changes: they cannot be kept: {e}") from None
    if len(raw) > LARGEST:
        raise SelectionError(f"changes: they have {len(raw):,} bytes, and {LARGEST:,} at most are kept: propose fewer")
    if isinstance(at, Database) and at.file is None and any("\0" in v for v in _texts(changes)):
        raise SelectionError("changes: PostgreSQL keeps no text that holds the character NUL (0x00)")
    return raw


def _texts(changes: Iterable[Change]) -> Iterator[str]:
    for c in changes:
        yield from (c.id, c.column, c.old, c.new, *(text for pair in c.values for text in pair))


def _with_room(held: _List, own: Sequence[ProposedChanges], size: int) -> list[bytes]:
    """The lines, without what one withdrew long ago; SelectionError where one has too much open for another one."""
    kept, waiting = list(held.lines), [p for p in own if p.is_open]
    much = sum(len(kept[p.number - 1]) for p in waiting) + size
    if len(waiting) >= MOST or much > LARGEST:
        most = f"{MOST} at most" if len(waiting) >= MOST else f"{LARGEST:,} bytes at most, and this would make {much:,}"
        wait = f"{plural(len(waiting), 'proposal')} of yours {'waits' if len(waiting) == 1 else 'wait'} for an editor"
        raise SelectionError(f"changes: {wait}, {most}: withdraw one, or wait until they are decided")
    room = LARGEST
    for p in reversed([p for p in own if p.state == "withdrawn"]):
        room -= len(kept[p.number - 1])
        if room < 0:
            kept[p.number - 1] = b"\n"  # its number stays its own
    return kept


def _proposed(number: int, line: dict[str, Any]) -> ProposedChanges:
    at, by, why = (lines.text(line, k) for k in ("at", "by", "why"))
    issuer, subject, decided_at, decided_by, reason = (
        lines.text(line, k, needed=False) for k in ("issuer", "subject", "decided_at", "decided_by", "reason")
    )
    kind, state = lines.text(line, "kind", needed=False) or "edit", lines.text(line, "state")
    if kind not in KINDS:
        raise ValueError(f"kind {not_one_of(kind, KINDS)}")
    if state not in STATES:
        raise ValueError(f"state {not_one_of(state, STATES)}")
    step = line.get("step", 0)
    if type(step) is not int or (step > 0) != (state == "accepted") or step < 0:
        raise ValueError(f"step is not the number of a step of what was accepted but {lines.seen(step)}")
    changes = tuple(map(lines.change_of, lines.list_of(line, "changes")))
    if not changes:
        raise ValueError("changes is empty")
    if other := [c.id for c in changes if dict(c.values).get("id", c.id) != c.id]:
        raise ValueError(f"the values of the row {shown(other[0])} have another id")
    became = tuple(map(lines.became_of, lines.list_of(line, "became", needed=False)))
    return ProposedChanges(
        *(number, at, by, why, changes, became, kind, issuer, subject, cast(State, state)),
        *(decided_at, decided_by, reason, step),
    )


def _open(held: _List, number: int) -> ProposedChanges:
    """The one of this number; SelectionError where nothing is open under it, DatasetError where it cannot be read."""
    one = next((p for p in held.found if p.number == number), None)
    if one is None:
        if broken := [p for p in held.problems if p.row == number]:
            raise DatasetError(broken, outcome=f"number {number} of the proposed changes cannot be read")
        still = ", ".join(str(p.number) for p in held.found if p.is_open) or "nothing"
        raise SelectionError(f"number: nothing was proposed as number {number}; open: {still}")
    if not one.is_open:
        by = f" by {one.decided_by}" if one.state != "withdrawn" else ""
        raise SelectionError(f"number: {number} is not open, it was {one.state}{by}")
    return one


def _decided(
    held: _List, number: int, *, state: State, by: str = "", reason: str = "", step: int = 0
) -> dict[str, bytes]:
    """The list with what came of one of them; all else in it stays. To be called while the dataset is held."""
    kept = list(held.lines)
    line = {**lines.parsed(kept[number - 1]), "state": state, "decided_at": dates.now()}
    more = {"decided_by": clean(by), "reason": reason, "step": step}
    kept[number - 1] = lines.written({**line, **{k: v for k, v in more.items() if v}})
    return {PROPOSED_FILE: b"".join(kept)}


def _words(name: str, given: str) -> str:
    words = clean(given).strip()
    if not words:
        raise SelectionError(f"{name}: is needed, in a few words")
    if len(words) > LONGEST:
        raise SelectionError(f"{name}: has {len(words):,} characters, and {LONGEST} at most are kept")
    return words


# ---- held against the dataset as it is by now


def _brought_up(at: Store, now: Dataset, wanted: ProposedChanges) -> list[Change]:
    """The changes that are left to make, with ids that are free; DatasetError names what has changed meanwhile."""
    new_ids = _new_ids(at, now, wanted)
    found: list[Change] = []
    conflicts, done = _became_else(now, wanted)
    for c in wanted.changes:
        there = row(now, c.table, c.id) if is_there(now, c.table, c.id) else None
        new = _called(c, new_ids)
        why = ""
        if c.kind == "added":
            if there is None or (c.table, c.id) in new_ids:
                found.append(new)
            elif not _is_row(there, c):
                why = f"there is another {shown(c.id)} by now"
        elif there is None:
            if c.kind == "changed":
                why = f"there is no {shown(c.id)} any more"
            else:  # met, where nothing else is left to make
                done.setdefault((c.table, c.id), f"there is no {shown(c.id)} any more, which was to be deleted")
        elif c.kind == "changed":
            if (value := str(there.get(c.column, ""))) == c.old:
                found.append(new)
            elif value != new.new:
                own = f" (its own, which would be {shown(new.new)})" if new.new != c.new else ""
                was = f"number {wanted.number} proposed {shown(c.new)}{own} in place of {shown(c.old)}"
                why = f"the {c.column.replace('_', ' ')} of {c.id} is {shown(value)} by now; {was}"
        elif _is_row(there, c):
            found.append(c)
        else:
            why = f"{c.id}, which was to be deleted, was changed meanwhile"
        if why:
            conflicts.setdefault((c.table, c.id, c.column), why)
    if conflicts or (found and done):
        gone = {(*k, ""): why for k, why in done.items()} if found else {}
        raise DatasetError([Problem(_file(k[0]), 0, "", why) for k, why in {**gone, **conflicts}.items()])
    if not found:
        raise SelectionError(f"number: the dataset has all of number {wanted.number} already: decline it")
    return [*found, *_naming(now, wanted)]


def _became_else(now: Dataset, wanted: ProposedChanges) -> tuple[dict[tuple[str, str, str], str], dict[_Row, str]]:
    """Why codes can become nothing any more, as they are gone: to something else; to just this, which is met."""
    conflicts: dict[tuple[str, str, str], str] = {}
    done: dict[_Row, str] = {}
    for b in wanted.became:
        if b.id and b.id not in codes(now.frames, b.kind):
            moved = now.moved[b.kind]
            is_now = moved.get(b.id, "")
            why = f"{shown(b.id)}, which was to become {shown(b.now)}, is {shown(is_now) if is_now else 'gone'} by now"
            if is_now == moved.get(b.now, b.now):
                done[b.kind, b.id] = why
            else:
                conflicts[b.kind, b.id, ""] = why
    return conflicts, done


def _naming(now: Dataset, wanted: ProposedChanges) -> Iterator[Change]:
    """What names a code since that goes by being renamed or merged: it names the other one from then on."""
    if wanted.kind not in ("rename", "merge"):
        return
    known = {(c.table, c.id, c.column) for c in wanted.changes}
    for kind in dict.fromkeys(b.kind for b in wanted.became):
        others = {b.id: b.now for b in wanted.became if b.kind == kind and b.now}
        for table, column in referring(kind):
            frame = now.frames[table]
            new = with_ids(frame, table, column, others)
            differs = (frame[column].astype("str") != new[column].astype("str")).to_numpy()
            rows = (f.loc[differs, column].astype("str").tolist() for f in (frame, new))
            for id_, old, value in zip(frame.loc[differs, "id"].tolist(), *rows, strict=True):
                if not known & {(table, id_, column), (table, id_, "")}:
                    yield Change("changed", table, id_, column, old, value)


def _new_ids(at: Store, now: Dataset, wanted: ProposedChanges) -> dict[_Row, str]:
    """Other ids for new rows whose id was given meanwhile, where no other table names such rows."""
    new: dict[_Row, str] = {}
    coming = [c for c in wanted.changes if c.kind == "added" and c.table in _SAME_UNDER_ANOTHER_ID]
    ever = {table: ids_ever(at, table) for table in {c.table for c in coming}}
    for c in coming:
        there = is_there(now, c.table, c.id)
        if c.id in ever[c.table] if not there else not _is_row(row(now, c.table, c.id), c):
            others = {d.id for d in coming if d.table == c.table} | {i for (t, _), i in new.items() if t == c.table}
            new[c.table, c.id] = next_id(now.frames[c.table]["id"].tolist(), others | ever[c.table])
    return new


def _called(c: Change, new_ids: dict[_Row, str]) -> Change:
    """The change with the ids of rows that come along as they are called now."""
    spec = TABLES[c.table]

    def value(column: str, given: str) -> str:
        target = spec[column].target if column in spec else ""
        many = bool(target) and spec[column].kind == "list"
        return with_other_ids(given, lambda i: new_ids.get((target, i), i), many=many)

    if c.kind == "changed":
        return replace(c, new=value(c.column, c.new))
    own = new_ids.get((c.table, c.id), c.id)
    return replace(c, id=own, values=tuple((k, value(k, v)) for k, v in c.values if k != "id"))


def _file(kind: str) -> str:
    return TABLES[PROPOSALS if kind == THEMES else kind].file


def _is_row(there: Any, c: Change) -> bool:
    """Whether a row has the values of a whole row that was added or is to be deleted."""
    given = dict(c.values)
    return all(str(v) == given.get(str(k), "") for k, v in there.items() if k != "id")
