"""Changes that somebody proposes to a dataset, and an editor accepts or declines: a list kept beside the tables.

A coder may not read what other coders propose, nor write the dataset's files: what they ask for here is looked up and
written for them, once the list of members says that they may.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Literal, cast, get_args

from matrix.dataset.changes import Change, next_id
from matrix.dataset.dataset import Dataset, is_there, row
from matrix.dataset.former_ids import Became
from matrix.dataset.location import Database, Location
from matrix.dataset.problems import DatasetError, Problem, SelectionError, not_one_of, shown
from matrix.dataset.schema import LIST_SEPARATOR, MAIN, TABLES
from matrix.store import Address, Store, lines, open_store
from matrix.store.atomic_files import PROPOSED_FILE, Write
from matrix.store.files import read, writing
from matrix.store.history import KINDS, OutdatedError, StepKind, apply, ids_ever, newest_first, signed, standing, tried
from matrix.store.members import Permissions, RoleError
from matrix.wording import clean

State = Literal["open", "accepted", "declined", "withdrawn"]
STATES: tuple[str, ...] = get_args(State)
LONGEST = 500  # characters of why something is proposed, or declined
NOT_ACCEPTED = "nothing was accepted, and it stays open"
_LONGEST_STEP = 1_000  # characters of the reason of the step in the history
_TRIES = 5  # it is held against the dataset piece by piece: where somebody wrote meanwhile, again
# Rows of these tables are named by no other table: such a row is the same under another id.
_NUMBERED = {*TABLES} - {c.target for t in TABLES.values() for c in t.columns if c.target and c.target != t.name}


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

    `seen`, `became` and `kind` are as in `apply`, and what `apply` would refuse now is refused: OutdatedError,
    DatasetError with every problem. SelectionError without a reason, and for what the same person has proposed already;
    RoleError for a reader. Nothing is kept then.
    """
    at = _main(store)
    words = _words("why", why)
    if not changes:
        raise SelectionError("changes: there are none to propose")
    if kind not in KINDS or kind == "undo":
        raise SelectionError(f"kind: {not_one_of(kind, [k for k in KINDS if k != 'undo'])}")
    with _holding(at.location) as write:
        made = tried(at, changes, seen=seen, became=became)
        held = _lines(at.location)
        found = _parsed(held, hidden=not _sees_all(at.location))
        for p in found:
            same = (lines.told(p.changes), p.became) == (lines.told(made), tuple(became))
            if p.is_open and p.is_of(at.location) and same:
                raise SelectionError(f"changes: you have proposed just this already, as number {p.number}")
        issuer, subject = _identity(at.location)
        line = {
            "at": _now(),
            "by": clean(signed(at.location, by)),
            **({"issuer": issuer, "subject": subject} if issuer or subject else {}),
            "kind": kind,
            "why": words,
            "changes": lines.told(made),
            **({"became": [list(b) for b in became]} if became else {}),
            "state": "open",
        }
        raw = lines.written(line)
        write({PROPOSED_FILE: b"".join([*held, raw])})
    return _proposed(len(held) + 1, lines.parsed(raw))


def proposed(store: Address) -> list[ProposedChanges]:
    """What was proposed, the oldest first: a coder's own alone; all for who may change the dataset, and for a folder.

    RoleError for a reader; DatasetError for a list that is not ours, with every line of it that is none.
    """
    at = _main(store).location
    _require(at, Permissions.require_proposing)
    everything = _sees_all(at)
    return [p for p in _parsed(_lines(at), hidden=not everything) if everything or p.is_of(at)]


def proposed_problems(store: Address) -> tuple[Problem, ...]:
    """What is wrong with the list; nothing where there is none."""
    try:
        proposed(store)
    except DatasetError as e:
        return e.problems
    return ()


def accept(store: Address, number: int, *, by: str) -> Dataset:
    """Make proposed changes, as one step of the history that names both people; the dataset as it stands then.

    Each is held against what it was proposed for: what the dataset has already is left out, a new statement whose id
    was taken meanwhile gets the next free one, and where something else has changed meanwhile DatasetError names it.
    It stays open then, and nothing is written. SelectionError where it is not open; RoleError for who may not change
    the dataset.
    """
    at = _main(store)
    _require(at.location, _may_decide)
    for _ in range(_TRIES):
        wanted = _open(at.location, number)
        now = at.load()
        changes = _brought_up(at, now, wanted)
        why = f"proposed by {wanted.by}: {wanted.why}"[:_LONGEST_STEP]

        def beside(step: int, wanted: ProposedChanges = wanted) -> dict[str, bytes]:
            if _open(at.location, number) != wanted:
                raise SelectionError(f"number: {number} was changed meanwhile: look at it again")
            return _decided(at.location, number, state="accepted", by=by, step=step)

        try:
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
        _require(at, _may_decide, logged=False)
        _open(at, number)
        write(_decided(at, number, state="declined", by=by, reason=words))


def withdraw_proposed(store: Address, number: int) -> None:
    """Take back what one has proposed oneself, while it is open; SelectionError where it is not.

    RoleError where it is somebody else's, or where there is none.
    """
    at = _main(store).location
    with _holding(at) as write:
        found = {p.number: p for p in _parsed(_lines(at), hidden=not _sees_all(at))}
        if isinstance(at, Database) and (number not in found or not found[number].is_of(at)):
            raise RoleError(f"{at.person or 'the administrator'} has proposed no number {number} in this dataset")
        _open(at, number)
        write(_decided(at, number, state="withdrawn"))


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


def _require(at: Location, require: Callable[[Permissions], None], *, logged: bool = True) -> None:
    """RoleError where the one who opened a database may not; `logged`: nobody else notes that in the log."""
    if not isinstance(at, Database):
        return
    from matrix.store.database import log_refused, reading_rows

    try:
        with reading_rows(at) as (_, may):
            require(may)
    except RoleError as e:
        if logged:
            log_refused(e)
        raise


def _sees_all(at: Location) -> bool:
    if not isinstance(at, Database):
        return True
    from matrix.store.database import reading_rows

    with reading_rows(at) as (_, may):
        return may.sees_layers


@contextmanager
def _holding(at: Location) -> Iterator[Write]:
    """Hold the dataset alone for who may propose, as `files.writing` does; the list is written for them."""
    with writing(at.as_person(None) if isinstance(at, Database) else at) as write:
        _require(at, Permissions.require_proposing, logged=False)
        yield write


# ---- the list


def _lines(at: Location) -> list[bytes]:
    """The lines of the list, each with its end, whoever asks."""
    content = read(at.as_person(None) if isinstance(at, Database) else at, PROPOSED_FILE) or b""
    return [line + b"\n" for line in content.removesuffix(b"\n").split(b"\n")] if content else []


def _parsed(held: Sequence[bytes], *, hidden: bool) -> list[ProposedChanges]:
    """Every line; what it holds is text of unknown origin. `hidden`: no word of a line that is not theirs is told."""
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
    if problems:
        raise DatasetError(problems, outcome="the list of proposed changes cannot be read")
    return found


def _proposed(number: int, line: dict[str, Any]) -> ProposedChanges:
    at, by, why = (lines.text(line, k) for k in ("at", "by", "why"))
    issuer, subject, decided_at, decided_by, reason = (
        lines.text(line, k, needed=False) for k in ("issuer", "subject", "decided_at", "decided_by", "reason")
    )
    kind, state = lines.text(line, "kind", needed=False) or "edit", lines.text(line, "state")
    if kind not in KINDS or kind == "undo":
        raise ValueError(f"kind {not_one_of(kind, [k for k in KINDS if k != 'undo'])}")
    if state not in STATES:
        raise ValueError(f"state {not_one_of(state, STATES)}")
    step = line.get("step", 0)
    if type(step) is not int or (step > 0) != (state == "accepted") or step < 0:
        raise ValueError(f"step is not the number of a step of what was accepted but {lines.seen(step)}")
    changes = tuple(map(lines.change_of, lines.list_of(line, "changes")))
    if not changes:
        raise ValueError("changes is empty")
    became = tuple(map(lines.became_of, lines.list_of(line, "became", needed=False)))
    return ProposedChanges(
        *(number, at, by, why, changes, became, cast(StepKind, kind), issuer, subject, cast(State, state)),
        *(decided_at, decided_by, reason, step),
    )


def _open(at: Location, number: int) -> ProposedChanges:
    """The one of this number; SelectionError where nothing is open under it."""
    found = {p.number: p for p in _parsed(_lines(at), hidden=not _sees_all(at))}
    if number not in found:
        still = ", ".join(str(p.number) for p in found.values() if p.is_open) or "nothing"
        raise SelectionError(f"number: nothing was proposed as number {number}; open: {still}")
    if not (one := found[number]).is_open:
        by = f" by {one.decided_by}" if one.state != "withdrawn" else ""
        raise SelectionError(f"number: {number} is not open, it was {one.state}{by}")
    return one


def _decided(
    at: Location, number: int, *, state: State, by: str = "", reason: str = "", step: int = 0
) -> dict[str, bytes]:
    """The list with what came of one of them; all else in it stays. To be called while the dataset is held."""
    held = _lines(at)
    line = {**lines.parsed(held[number - 1]), "state": state, "decided_at": _now()}
    more = {"decided_by": clean(signed(at, by)) if by else "", "reason": reason, "step": step}
    held[number - 1] = lines.written({**line, **{k: v for k, v in more.items() if v}})
    return {PROPOSED_FILE: b"".join(held)}


def _words(name: str, given: str) -> str:
    words = clean(given).strip()
    if not words:
        raise SelectionError(f"{name}: is needed, in a few words")
    if len(words) > LONGEST:
        raise SelectionError(f"{name}: has {len(words):,} characters, and {LONGEST} at most are kept")
    return words


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


# ---- held against the dataset as it is by now


def _brought_up(at: Store, now: Dataset, wanted: ProposedChanges) -> list[Change]:
    """The changes that are left to make, with ids that are free; DatasetError names what has changed meanwhile."""
    new_ids = _new_ids(at, now, wanted)
    found: list[Change] = []
    conflicts: list[Problem] = []
    for c in wanted.changes:
        there = row(now, c.table, c.id) if is_there(now, c.table, c.id) else None
        value = str(there.get(c.column, "")) if there else ""
        why = ""
        if c.kind == "added":
            if there is None or (c.table, c.id) in new_ids:
                found.append(_called(c, new_ids))
            elif not _is_row(there, c):
                why = f"there is another {shown(c.id)} by now"
        elif c.kind == "changed":
            if there is None:
                why = f"there is no {shown(c.id)} any more"
            elif value == c.old:
                found.append(_called(c, new_ids))
            elif value != c.new:
                why = f"of {c.id} is {shown(value)} by now, not {shown(c.old)} as when it was proposed"
        elif there is not None:
            if _is_row(there, c):
                found.append(c)
            else:
                why = f"{c.id}, which would be deleted, was changed meanwhile"
        conflicts += [Problem(TABLES[c.table].file, 0, c.column, why)] if why else []
    if conflicts:
        raise DatasetError(conflicts, outcome=NOT_ACCEPTED)
    if not found:
        raise SelectionError(f"number: the dataset has all of number {wanted.number} already: decline it")
    return found


def _new_ids(at: Store, now: Dataset, wanted: ProposedChanges) -> dict[tuple[str, str], str]:
    """Other ids for new rows whose id was taken meanwhile, where no other table names such rows."""
    new: dict[tuple[str, str], str] = {}
    coming = [c for c in wanted.changes if c.kind == "added" and c.table in _NUMBERED]
    for c in coming:
        if is_there(now, c.table, c.id) and not _is_row(row(now, c.table, c.id), c):
            others = {d.id for d in coming if d.table == c.table} | {i for (t, _), i in new.items() if t == c.table}
            gone = others | ids_ever(at, c.table)
            new[c.table, c.id] = next_id(now.frames[c.table]["id"].tolist(), gone)
    return new


def _called(c: Change, new_ids: dict[tuple[str, str], str]) -> Change:
    """The change with the ids of rows that come along as they are called now."""
    spec = TABLES[c.table]

    def value(column: str, given: str) -> str:
        target = spec[column].target if column in spec else ""
        many = target and spec[column].kind == "list"
        parts = given.split(LIST_SEPARATOR) if many else [given]
        return LIST_SEPARATOR.join(new_ids.get((target, p), p) for p in parts)

    if c.kind == "changed":
        return replace(c, new=value(c.column, c.new))
    own = new_ids.get((c.table, c.id), c.id)
    return replace(c, id=own, values=tuple((k, value(k, v)) for k, v in c.values))


def _is_row(there: Any, c: Change) -> bool:
    """Whether a row has the values of a whole row that was added or is to be deleted."""
    given = dict(c.values)
    return all(str(v) == given.get(str(k), "") for k, v in there.items() if k != "id")
