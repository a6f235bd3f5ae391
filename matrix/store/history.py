"""The one place where a dataset is changed: each change a step of its history, which can be taken back."""

from __future__ import annotations

import hashlib
import io
import json
import os
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from dataclasses import dataclass, replace
from typing import Any, BinaryIO, Literal, cast, get_args

import numpy as np
import pandas as pd

from matrix.dataset import dates
from matrix.dataset.changes import Change, applied, as_they_stand, changed_frames, diff
from matrix.dataset.dataset import Dataset
from matrix.dataset.former_ids import KINDS as CODES
from matrix.dataset.former_ids import STANCES, Became, after, referring, with_other_ids
from matrix.dataset.frames import canonical, is_blank
from matrix.dataset.location import Database, Location
from matrix.dataset.problems import DatasetError, Problem, not_one_of, shown
from matrix.dataset.schema import LAYERED, LIST_SEPARATOR, MAIN, TABLES, file_of
from matrix.store import Address, Store, lines, open_store
from matrix.store.atomic_files import HISTORY_FILE, IMPORTS_FILE, Content, Longer
from matrix.store.files import reading, writing
from matrix.store.folder import contents, has_tables, read_folder, require_layer, text_files, write_new
from matrix.store.lock import whoami
from matrix.wording import clean, listed, plural

_BLOCK = 1 << 20
NOT_UNDONE = "nothing was taken back"
_COUNTED = {"proposals": "proposal", "actors": "actor", "statements": "statement", "sources": "source"}
_Cell = tuple[str, str, str]  # table, id of the row, column
# Where codes are named, as table and column: the kind of code, whether it is a list.
_CODED = {(t, c): (k, TABLES[t][c].kind == "list") for k in CODES for t, c in referring(k)}


class OutdatedError(ValueError):
    """The dataset is not the one that the changes were shown against; `now` is what stands."""

    def __init__(self, now: Dataset, seen: str) -> None:
        super().__init__(
            f"the dataset was changed meanwhile (version {seen} was shown, {now.version} stands now): nothing was "
            "written; look at the changes again"
        )
        self.now = now


StepKind = Literal["edit", "import", "coding", "rename", "merge", "split", "fill", "reconcile", "undo"]
KINDS: tuple[str, ...] = get_args(StepKind)


@dataclass(frozen=True)
class Step:
    """One line of the history: `at` in UTC (ISO), by whom and why, versions, the changes, the columns before it.

    `undoes` is the number of the step that this one took back, 0 for none; steps count from 1. `intact`: whether the
    line is as it was written, by the hash that it names; None where it names none. `became`: of a step that renamed,
    merged or split codes, what each id became.
    """

    number: int
    at: str
    by: str
    kind: StepKind
    why: str
    before: str
    after: str
    changes: tuple[Change, ...]
    columns: Mapping[str, tuple[str, ...]]
    undoes: int = 0
    intact: bool | None = None
    became: tuple[Became, ...] = ()

    @property
    def begins(self) -> bool:
        """Whether it made the dataset: nothing was there before, and there is nothing to take back."""
        return self.before == self.after and not self.changes

    def __str__(self) -> str:
        return f"step {self.number} ({self.kind} by {self.by}: {self.why})"


def apply(
    store: Address,
    changes: Sequence[Change],
    *,
    by: str,
    why: str,
    kind: StepKind = "edit",
    seen: str = "",
    texts: Mapping[str, bytes] | None = None,
    imports: Callable[[str], bytes] | None = None,
    became: Sequence[Became] = (),
    beside: Callable[[int], Mapping[str, bytes]] | None = None,
) -> Dataset:
    """Make the changes in a store, all or none, as one step of its history; the dataset as it stands then.

    `seen` is the version that the changes were shown against: OutdatedError where another one stands. Without it each
    change's old value must be what stands. DatasetError for what would not be a sound dataset, with nothing written;
    TimeoutError while someone else writes. `texts`: source ids and the texts that came along; those of sources that the
    dataset then has are kept beside the tables. `imports`: of an import, the content of `imports.json` for the version
    that it leads to. `became`: of codes that are renamed, merged or split, what each id becomes, so that it goes on
    opening something; of a theme that is made where the package lists those that may be, `new_theme`. Of a layer only
    its own tables can be changed, and nothing of a source that is finished in it. `beside`: from the number of the
    step, other files of the dataset that change in the same instant.
    """
    at = open_store(store)
    with writing(at.location) as write:
        now, new, read = _tried(at, changes, seen, became, why)
        if not changes:
            return now
        remembered = {IMPORTS_FILE: imports(new.version)} if imports else {}
        step = _with_line(at, new, _line(now, new, changes, by, why, kind, became=became))
        others = beside(_next_number(at)) if beside else {}
        write({**step, **text_files(new, texts or {}), **remembered, **others}, read)
        return new


def tried(
    store: Address, changes: Sequence[Change], *, seen: str = "", became: Sequence[Became] = ()
) -> tuple[Change, ...]:
    """The changes with the old values, whole rows and places that stand now; refused as `apply` would refuse them.

    Nothing is written.
    """
    now, _, _ = _tried(open_store(store), changes, seen, became, "")
    return tuple(as_they_stand(now.frames, changes))


def _tried(
    at: Store, changes: Sequence[Change], seen: str, became: Sequence[Became], why: str
) -> tuple[Dataset, Dataset, Mapping[str, str]]:
    """The dataset as it is and as the changes would leave it, and the hashes of the files that it was read from."""
    now, read = _read(at)
    if seen and now.version != seen:
        raise OutdatedError(now, seen)
    found = [*_stale(now, changes, bool(seen)), *_closed(now, changes)]
    if stale := [Problem(file_of(c.table, at.layer), 0, c.column, why) for c, why in found]:
        raise DatasetError(stale, outcome="nothing was written")
    return now, applied(now, changes, became=became, why=why) if changes else now, read


def begin(
    dataset: Dataset,
    at: Location,
    *,
    by: str,
    why: str,
    texts: Mapping[str, bytes] | None = None,
    imports: Callable[[str], bytes] | None = None,
) -> None:
    """Write a dataset that an import made into an empty folder or database; its history begins with that import.

    FileExistsError where something is there already. `texts` and `imports` are as in `apply`.
    """
    words = listed(plural(len(dataset.frames[table]), word) for table, word in _COUNTED.items())
    line = _line(dataset, dataset, (), by, f"{why}: {words}", "import")
    remembered = {IMPORTS_FILE: imports(dataset.version)} if imports else {}
    write_new(dataset, at, texts, {HISTORY_FILE: line, **remembered})


def save(dataset: Dataset, store: Address, *, by: str = "", why: str = "saved from Python") -> None:
    """Write a whole dataset, all tables or none; where another one is, the differences are a step of its history.

    DatasetError where what is there cannot be read: nothing is written over it. ValueError where the one is a layer's
    and the other is not: `apply` changes a layer.
    """
    at = open_store(store)
    if not at.layer == dataset.layer == MAIN:
        raise ValueError(
            f"what is saved is {dataset.title}, and what is there is a layer or the dataset itself: use apply"
        )
    with _prepared(at.location), writing(at.location) as write:
        if not has_tables(at.location):
            write(contents(dataset))
            return
        now, read = _read(at)
        changes = diff(now.frames, dataset.frames)
        rules = {(f.kind, f.id): f for f in (*now.former, *dataset.former)}
        former = after([*rules.values()], now.frames, dataset.frames, (), clean(why))
        dataset = replace(dataset, former=former)
        if changes or now.version != dataset.version:
            write(_with_line(at, dataset, _line(now, dataset, changes, by or whoami(), why, "edit")), read)
        else:
            write(contents(dataset), read)


def _prepared(at: Location) -> AbstractContextManager[None]:
    if not isinstance(at, Database):
        return nullcontext()
    from matrix.store.database import prepared

    return prepared(at)


def undo(store: Address, *, by: str, step: int = 0) -> Dataset:
    """Take back a step, by default the last one that stands; the dataset as it stands then.

    DatasetError where nothing is left; where a later step or an edit by hand touched the same rows, which are named;
    and where the step's old values are not those that were there: nothing is written that the dataset never held. Where
    nothing later depends on it, every table is byte for byte as if the step had never been.
    """
    at = open_store(store)
    with writing(at.location) as write:
        new, files, read = _taken_back(at, step, by)
        write(files, read)
        return new


def not_undone(store: Address, *, step: int = 0) -> tuple[Problem, ...]:
    """Why `undo` could not take this step back as things are; nothing where it could. Nothing is written."""
    try:
        _taken_back(open_store(store), step, "")
    except DatasetError as e:
        return e.problems
    return ()


def _taken_back(at: Store, step: int, by: str) -> tuple[Dataset, Mapping[str, Content], Mapping[str, str]]:
    """The dataset without the step, its files, and the hashes of those before; DatasetError where it has to stay."""
    (now, read), (meant, later) = _read(at), _meant(at, step)
    touched = {(c.table, c.id) for c in meant.changes}
    found = [
        f"{shown(sorted(rows)[0][1])} was changed since by {s.step}; take that back first"
        for s in later
        if s.stands and not s.step.undoes and (rows := touched & {(c.table, c.id) for c in s.step.changes})
    ]
    if not found:
        # Had nothing been done since, its old values are what would be there; else every step is looked at.
        newest = [*newest_first(at)] if later else [meant]
        newest.insert(0, replace(meant, number=newest[0].number + 1, undoes=meant.number))
        back, further, lost = _as_if_never(now, meant, newest, _in_their_places(now, meant, newest))
        wanted = [*back, *further]
        found = [
            *_needed(now, meant, later, further),
            *_scale_changed(now, meant, later),
            *map(str, _clashes(now, meant)),
            *(why for _, why in _closed(now, [*(c.reversed() for c in meant.changes), *further])),
        ] or [*_missing(now, wanted, later, lost)]
    if found:
        raise DatasetError(
            [_refused(at, meant, f"cannot be taken back: {words}") for words in found], outcome=NOT_UNDONE
        )
    why = f"undo of {meant.number}: {meant.why}"
    became = [Became(b.kind, b.now, b.id) for b in meant.became]
    try:
        new = applied(now, wanted, _columns_without(at, now, meant, later, wanted), became=became, why=why)
    except DatasetError as e:
        if not (since := [str(s.step) for s in later if s.stands and not s.step.undoes]):
            raise
        words = f"cannot be taken back: what came after it rests on it; take that back first ({'; '.join(since)})"
        raise DatasetError([_refused(at, meant, words), *e.problems], outcome=NOT_UNDONE) from e
    if doubt := _doubt(now, new, meant, later[0].step if later else meant):
        raise DatasetError([_refused(at, meant, doubt)], outcome=NOT_UNDONE)
    line = _line(now, new, wanted, by, why, "undo", undoes=meant.number, became=became)
    return new, _with_line(at, new, line), read


def _references(change: Change) -> Iterator[tuple[str, str]]:
    """The rows, as table and id, that a change newly names."""
    given = change.values if change.kind == "added" else ((change.column, change.new),)
    spec = TABLES[change.table]
    for column, value in given if change.kind != "deleted" else ():
        if value and column in spec and (target := spec[column].target):
            yield from ((target, i) for i in (value.split(LIST_SEPARATOR) if spec[column].kind == "list" else [value]))


def _needed(now: Dataset, meant: Step, later: Sequence[_Later], further: Sequence[Change]) -> Iterator[str]:
    """Why rows that the step added cannot go: a later step that stands has named them, and they still are named.

    `further`: what will name something else then.
    """
    named_else = {(c.table, c.id, c.column) for c in further}
    going = {(c.table, c.id) for c in meant.changes if c.kind == "added"}
    own = {(c.table, c.id) for c in meant.changes}
    for s in later if going else ():
        for c in s.step.changes if s.stands else ():
            if (c.table, c.id) in own:
                continue  # it is called as before once the step is taken back
            row = now.frames[c.table][now.frames[c.table]["id"] == c.id]
            if (named := going.intersection(_references(c))) and len(row):
                still = {v for k, v in row.iloc[0].items() if k != "id" and (c.table, c.id, k) not in named_else}
                for _, id_ in named:
                    if any(id_ in str(v).split(LIST_SEPARATOR) for v in still):
                        yield f"{shown(id_)} is named by {c.id} since {s.step}; take that back first"


def _scale_changed(now: Dataset, meant: Step, later: Sequence[_Later]) -> Iterator[str]:
    """Why a step that wrote the shipped scale out cannot be taken back: a later one has changed the written scale."""
    if not any((c.table, c.kind) == (STANCES, "added") for c in meant.changes):
        return
    ids = now.frames[STANCES]["id"].tolist()
    for step in (*(s.step for s in later), meant):
        ids = order_before(ids, [c for c in step.changes if c.table == STANCES and c.whole_row])
    for s in later if not ids else ():
        if s.stands and not s.step.undoes and any(c.table == STANCES for c in s.step.changes):
            yield f"the stances, which it wrote out, were changed since by {s.step}; take that back first"


def _missing(
    now: Dataset, wanted: Sequence[Change], later: Sequence[_Later], lost: Mapping[_Cell, Step]
) -> Iterator[str]:
    """Why values cannot come back: they name a row that a later step has taken out, `lost` or never given anew."""
    for (_, id_, column), step in lost.items():
        yield f"{column} of {id_} would name what was taken out by {step}; take that back first"
    back = {(c.table, c.id) for c in wanted if c.kind == "added"}
    for c in wanted:
        for table, id_ in _references(c):
            if (table, id_) in back or not (now.frames[table]["id"] != id_).all():
                continue
            for s in later:
                if s.stands and any((d.table, d.id, d.kind) == (table, id_, "deleted") for d in s.step.changes):
                    yield f"{c.id} would name {shown(id_)}, taken out by {s.step}; take that back first"
                    break


def _read(at: Store) -> tuple[Dataset, Mapping[str, str]]:
    """The dataset as it is now, and the hashes of the files that it was read from."""
    read = read_folder(at.location, at.layer)
    return Dataset.of(read, at.location), read.hashes


def _refused(at: Store, step: Step, words: str) -> Problem:
    return Problem(at.history_file, step.number, "", words)


@dataclass(frozen=True)
class _Later:
    """A step after the one that is meant, and whether it still stands."""

    step: Step
    stands: bool


def _meant(at: Store, number: int) -> tuple[Step, list[_Later]]:
    """The step of this number (0: the last that stands and is no undo) and the later ones, the newest first."""
    later: list[_Later] = []
    for step, stands in standing(newest_first(at)):
        if step.number == number or (not number and stands and not step.undoes and not step.begins):
            if step.begins:
                raise DatasetError(
                    [_refused(at, step, "made the dataset: there is nothing to take back")], outcome=NOT_UNDONE
                )
            if not stands:
                by = next(s.step.number for s in later if s.stands and s.step.undoes == step.number)
                raise DatasetError([_refused(at, step, f"was taken back already, by step {by}")], outcome=NOT_UNDONE)
            return step, later
        later.append(_Later(step, stands))
    words = f"has no step {number}" if number else "holds nothing that could be taken back"
    raise DatasetError([Problem(at.history_file, 0, "", words)], outcome=NOT_UNDONE)


def _stale(now: Dataset, changes: Iterable[Change], seen: bool) -> Iterator[tuple[Change, str]]:
    """Changes of rows or values that are not there; the values count only where no version was seen."""
    tables: dict[str, pd.DataFrame] = {}
    for c in changes:
        if c.table not in tables:
            tables[c.table] = now.frames[c.table].set_index("id")
        frame = tables[c.table]
        if c.kind in ("changed", "deleted") and c.id not in frame.index:
            yield c, f"there is no {shown(c.id)} to be {c.kind}"
        elif c.kind == "changed" and not seen:
            value = str(frame.at[c.id, c.column]) if c.column in frame else ""
            if value != c.old:
                yield c, f"of {c.id} is {shown(value)}, not {shown(c.old)}: look at the change again"


def _closed(now: Dataset, changes: Iterable[Change]) -> Iterator[tuple[Change, str]]:
    """Changes of a layer that are not its own to make, or that touch a source which is finished in it."""
    if now.layer == MAIN:
        return
    sources = {t: dict(zip(now.frames[t]["id"], now.frames[t]["source"].astype("str"), strict=True)) for t in LAYERED}
    for c in changes:
        if c.table not in LAYERED:
            yield c, f"is shared by all layers: it is changed in the dataset itself, not in the layer {now.layer}"
            continue
        touched = (
            sources[c.table].get(c.id, ""),
            dict(c.values).get("source", ""),
            c.new if c.column == "source" else "",
        )
        if closed := [s for s in touched if s in now.finished]:
            yield c, f"{c.id} is of {shown(closed[0])}, which is finished in the layer {now.layer}: reopen it first"


def _in_their_places(now: Dataset, meant: Step, newest: Sequence[Step]) -> list[Change]:
    """The changes that take a step back, with each returning row where it would be had it never gone.

    `newest`: the steps as they will be, the newest first. The order of the rows before all of them is found by taking
    them back; then those are made again that stand. A row returns behind the one that is above it then and is there.
    """
    wanted = [c.reversed() for c in reversed(meant.changes)]
    places: dict[tuple[str, str], int] = {}
    for table in {c.table for c in wanted if c.kind == "added"}:
        ids: list[str] = now.frames[table]["id"].tolist()
        order = list(ids)
        for step in newest[1:]:
            order = order_before(order, [c for c in step.changes if c.table == table and c.whole_row])
        for step, stands in [*standing(newest)][::-1]:
            order = _order_after(order, table, step) if stands and not step.undoes else order
        gone = {c.id for c in wanted if c.table == table and c.kind == "deleted"}
        there = dict.fromkeys(id_ for id_ in ids if id_ not in gone)
        coming = {c.id for c in wanted if c.table == table and c.kind == "added"}
        behind: dict[str, list[str]] = {}
        above = ""
        for id_ in order:
            if id_ in coming:
                behind.setdefault(above, []).append(id_)
            elif id_ in there:
                above = id_
        found = [x for id_ in ("", *there) for x in ((id_,) if id_ else ()) + tuple(behind.get(id_, ()))]
        places |= {(table, id_): at for at, id_ in enumerate(found) if id_ in coming}
    return [replace(c, at=places.get((c.table, c.id), -1)) if c.kind == "added" else c for c in wanted]


def _as_if_never(
    now: Dataset, meant: Step, newest: Sequence[Step], wanted: Sequence[Change]
) -> tuple[list[Change], list[Change], dict[_Cell, Step]]:
    """Codes named as they would be had the step never been made; `newest`: the steps as they will be, newest first.

    The changes, with what they bring back called as the steps since then call it that renamed or merged it; further
    ones, for what another undo has brought back since under a name that this step gave; and the cells whose code is
    gone, with the step that took it out.
    """
    later = [s for s in newest[1:] if s.number > meant.number]
    if not later or not any(s.became for s in (meant, *later)):
        return list(wanted), [], {}
    rows = {(c.table, c.id) for s in newest if s.undoes for c in s.changes}
    given = {cell: value for c in wanted if c.kind != "deleted" for cell, value in _naming(c)}
    before, _ = _named(newest[1:], rows)
    after, lost = _named(newest, rows)
    known, _ = _named([s for s in newest if s.number < meant.number], rows)
    # A value to which the history does not lead was written by hand: what it was is all that is known of it.
    by_hand = {cell: value for cell, value in given.items() if known.get(cell) != value}
    lost = {cell: step for cell, step in lost.items() if cell in given and cell not in by_hand}
    if by_hand:
        named, gone = _named(later, rows, by_hand)
        after |= {cell: named[cell] for cell in by_hand if cell in named}
        lost |= {cell: step for cell, step in gone.items() if cell in by_hand}
    back = []
    for c in wanted:
        if c.kind == "added":
            c = replace(c, values=tuple((k, after.get((c.table, c.id, k), v)) for k, v in c.values))
        elif c.kind == "changed":
            c = replace(c, new=after.get((c.table, c.id, c.column), c.new))
        back.append(c)
    own = {(c.table, c.id) for c in wanted if c.whole_row}
    further = []
    for (table, id_, column), value in after.items():
        old = before.get((table, id_, column), value)
        if old != value and (table, id_, column) not in given and (table, id_) not in own:
            frame = now.frames[table]
            if frame.loc[frame["id"] == id_, column].astype("str").tolist() == [old]:
                further.append(Change("changed", table, id_, column, old, value))
    return back, further, lost


def _named(
    newest: Sequence[Step], rows: Collection[tuple[str, str]], begun: Mapping[_Cell, str] | None = None
) -> tuple[dict[_Cell, str], dict[_Cell, Step]]:
    """What these rows name where they name codes, had only the steps been made that stand; the newest comes first.

    And the steps that took out what a cell then named. A cell begins with its value in `begun`, else as the first step
    found it that touched it.
    """
    renamed = [b for s in newest if s.kind == "rename" for b in s.became]
    rows = {*rows}
    for b in (*renamed, *reversed(renamed)):
        if rows & {(b.kind, b.id), (b.kind, b.now)}:
            rows |= {(b.kind, b.id), (b.kind, b.now)}
    found = dict(begun or {})
    lost: dict[_Cell, Step] = {}
    seen = set(found)
    for step, stands in [*standing(newest)][::-1]:
        changes = [c for c in step.changes if (c.table, c.id) in rows]
        for c in changes:
            first = {cell: value for cell, value in _naming(c.reversed()) if cell not in seen}
            seen |= {*first}
            found |= first if c.kind != "added" else {}
        if not stands or step.undoes:
            continue
        rules = {(b.kind, b.id): b.now for b in step.became} if step.kind in ("rename", "merge") else {}
        was = {(b.kind, b.now): b.id for b in step.became} if step.kind == "rename" else {}
        out = {(c.table, c.id) for c in step.changes if c.kind == "deleted"} - {*rules}
        old, touched = dict(found), set[_Cell]()
        left = {cell: value for c in changes if c.kind == "deleted" for cell, value in _naming(c)}
        for cell in left:
            found.pop(cell, None)
        for c in changes:
            for cell, value in _naming(c) if c.kind != "deleted" else ():
                # A row that is renamed is another one by its id; what the step did not change goes with it.
                source = cell if c.kind == "changed" else (c.table, was.get((c.table, c.id), ""), cell[2])
                before = c.old if c.kind == "changed" else left.get(source)
                if before is not None and _called(cell, before, rules) == value:
                    value = _called(cell, old.get(source, before), rules)
                found[cell] = value
                lost.pop(cell, None)
                touched.add(cell)
        for cell, value in found.items():
            if cell not in touched:
                found[cell] = _called(cell, value, rules)
                kind, many = _CODED[cell[0], cell[2]]
                if any((kind, i) in out for i in (value.split(LIST_SEPARATOR) if many else [value])):
                    lost[cell] = step
    return found, lost


def _naming(change: Change) -> Iterator[tuple[_Cell, str]]:
    """The cells of a change that name codes, with the values that it gives them, or takes with a row."""
    values = dict(change.values) if change.whole_row else {change.column: change.new}
    for table, column in _CODED:
        if table == change.table and (change.whole_row or column == change.column):
            yield (table, change.id, column), values.get(column, "")


def _called(cell: _Cell, value: str, rules: Mapping[tuple[str, str], str]) -> str:
    """What a cell names, by these rules over (kind, id)."""
    kind, many = _CODED[cell[0], cell[2]]
    return with_other_ids(value, lambda i: rules.get((kind, i), i), many=many) if rules and value else value


def order_before(ids: list[str], changes: Sequence[Change]) -> list[str]:
    """The ids of a table as they stood before rows were added and deleted."""
    if not changes:
        return ids
    added = {c.id for c in changes if c.kind == "added"}
    order = [id_ for id_ in ids if id_ not in added]
    for c in sorted((c for c in changes if c.kind == "deleted"), key=lambda c: c.at):
        order.insert(c.at if c.at >= 0 else len(order), c.id)
    return order


def _order_after(ids: list[str], table: str, step: Step) -> list[str]:
    """The ids of a table as they stand once a step has been made; a row that is renamed keeps its place."""
    added = [c.id for c in step.changes if c.table == table and c.kind == "added"]
    gone = {c.id for c in step.changes if c.table == table and c.kind == "deleted"}
    if not added and not gone:
        return ids
    now = {b.id: b.now for b in step.became if b.kind == table and b.id in gone and b.now in added}
    order = dict.fromkeys(now.get(id_, id_) for id_ in ids if id_ not in gone or id_ in now)
    return [*(order | dict.fromkeys(added))]


def _columns_without(
    at: Store, now: Dataset, meant: Step, later: Sequence[_Later], wanted: Sequence[Change]
) -> Mapping[str, tuple[str, ...]] | None:
    """The columns of each table once the step is taken back: one that it used goes where nothing else began it."""
    if not later and now.version == meant.after:
        shared = {} if now.layer == MAIN else {t: c for t, c in now.columns.items() if t not in LAYERED}
        return shared | {t: tuple(c for c in columns if c in now.frames[t]) for t, columns in meant.columns.items()}
    if not later or later[-1].step.before != meant.after:
        return None  # edited by hand right after it: nobody knows which columns it began
    frames, _ = canonical(changed_frames(now.frames, wanted))
    used = _filled(meant)
    unused: dict[str, set[str]] = {}
    for table, columns in now.columns.items():
        begun = set(later[-1].step.columns.get(table, ())) - set(meant.columns.get(table, ()))
        mine = {c for c in columns if c in begun or (table, c) in used}
        unused[table] = {c for c in mine if c not in frames[table] or is_blank(frames[table][c])}
    others = _begun_by_others(at, meant) if any(unused.values()) else set()
    left: dict[str, tuple[str, ...]] = {}
    for table, columns in now.columns.items():
        gone = {c for c in unused[table] if (table, c) not in others}
        if table in meant.columns or not set(columns) <= gone:
            left[table] = tuple(c for c in columns if c not in gone)
    return left


def _filled(step: Step) -> set[tuple[str, str]]:
    """The tables and columns into which a step wrote something."""
    found = {(c.table, c.column) for c in step.changes if c.kind == "changed" and c.new}
    added = [c for c in step.changes if c.kind == "added"]
    return found | {(c.table, name) for c in added for name, value in (("id", c.id), *c.values) if value}


def _begun_by_others(at: Store, meant: Step) -> set[tuple[str, str]]:
    """The tables and columns that would be there had this step never been made.

    Those there before the first step, those that were edited by hand between two, and those that another step which
    stands has written into.
    """
    found: set[tuple[str, str]] = set()
    last = ""
    for step, stands in [*standing(newest_first(at))][::-1]:
        if step.before != last:
            found |= {(t, c) for t, columns in step.columns.items() for c in columns}
        last = step.after
        if stands and not step.undoes and step.number != meant.number:
            found |= _filled(step)
    return found


def _doubt(now: Dataset, new: Dataset, entry: Step, newest: Step) -> str:
    """Why the entry's old values are not to be trusted; '' where they are."""
    saved = {s.version for s in now.package.saved.values() if s.version} if now.package else set()
    if now.version != newest.after and saved and saved != {newest.after}:
        return f"the dataset was last saved as version {min(saved)}, and the history ends with {newest.after}"
    if entry.intact is False:
        return "the line was changed after it was written (it does not have the hash that it names)"
    if newest.number == entry.number and now.version == entry.after and new.version != entry.before:
        return f"its old values do not lead back to version {entry.before} but to {new.version}"
    if now.version != entry.after and not entry.intact:
        return (
            f"the dataset is not version {entry.after} any more, and the line has no hash to verify its old values by"
        )
    return ""


def standing(newest: Iterable[Step]) -> Iterator[tuple[Step, bool]]:
    """Of steps, the newest first: each with whether it stands, as no later one that stands has taken it back."""
    undone = set()
    for step in newest:
        stands = step.number not in undone
        if stands and step.undoes:
            undone.add(step.undoes)
        yield step, stands


def history(store: Address) -> list[Step]:
    """Every step, the oldest first; DatasetError names the line that is none."""
    return [*newest_first(store)][::-1]


def history_problems(store: Address) -> tuple[Problem, ...]:
    """What is wrong with the history; every line is read, none is kept."""
    try:
        for _ in newest_first(store):
            pass
    except DatasetError as e:
        return e.problems
    return ()


def newest_first(store: Address) -> Iterator[Step]:
    """The steps from the last one back, each read when it is asked for; DatasetError names the line that is none."""
    at = open_store(store)
    require_layer(at.location, at.layer)
    with _opened(at) as file:
        starts = _line_starts(file)
        for number in range(len(starts) - 1, 0, -1):
            file.seek(starts[number - 1])
            line = file.read(starts[number] - starts[number - 1])
            if line.strip():
                try:
                    yield _step(number, line)
                except (ValueError, RecursionError) as e:
                    why = "it is nested too deeply" if isinstance(e, RecursionError) else str(e)
                    words = f"is not a line of a history: {why}"
                    raise DatasetError([Problem(at.history_file, number, "", words)]) from None


def ids_ever(store: Address, table: str) -> set[str]:
    """The ids of every row that a step added to a table, or took out of it; DatasetError as `history` has it."""
    return {c.id for step in newest_first(store) for c in step.changes if c.table == table and c.whole_row}


@contextmanager
def _opened(at: Store) -> Iterator[BinaryIO]:
    """The history's file, an empty one where there is none; DatasetError where it is something else."""
    name = at.history_file
    with ExitStack() as held:
        try:
            found = held.enter_context(reading(at.location, [name]))
        except (FileNotFoundError, NotADirectoryError):
            yield io.BytesIO()
            return
        if name in found.faults:
            raise DatasetError([Problem(name, 0, "", found.faults[name])])
        yield found.files.get(name, io.BytesIO())


def _next_number(at: Store) -> int:
    with _opened(at) as file:
        return len(_line_starts(file))


def _line_starts(file: BinaryIO) -> list[int]:
    """Where each line of a file begins, and where the last one ends."""
    starts, at = [0], 0
    while block := file.read(_BLOCK):
        starts += (np.flatnonzero(np.frombuffer(block, np.uint8) == ord("\n")) + at + 1).tolist()
        at += len(block)
    return starts if starts[-1] == at else [*starts, at]


def _clashes(now: Dataset, entry: Step) -> list[Change]:
    """What stands now in another form than the entry left it."""
    left = {(c.table, c.id): c for c in entry.changes if c.whole_row}
    clashes = []
    for c in entry.changes:
        frame = now.frames[c.table]
        row = frame[frame["id"] == c.id]
        if c.kind == "deleted":
            stands = not row.empty
            why = f"{c.id} is there again"
        elif row.empty:
            stands, why = True, f"{c.id} is gone"
        elif c.kind == "added":
            given = dict(left[c.table, c.id].values)
            stands = any(str(row[k].iloc[0]) != given.get(k, "") for k in frame.columns if k != "id")
            why = f"{c.id} has been changed since"
        else:
            value = str(row[c.column].iloc[0]) if c.column in frame else ""
            stands, why = value != c.new, f"it is {value!r} now"
        if stands:
            clashes.append(replace(c, why=why))
    return clashes


def _with_line(at: Store, new: Dataset, line: bytes) -> dict[str, Content]:
    """The files of the new dataset, and the history with one more line: they become true in the same instant."""
    with _opened(at) as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(max(0, size - 1))
        ended = file.read(1) in (b"", b"\n")
    return {**contents(new), at.history_file: Longer((b"" if ended else b"\n") + line)}


def _line(
    now: Dataset,
    new: Dataset,
    changes: Iterable[Change],
    by: str,
    why: str,
    kind: StepKind,
    undoes: int = 0,
    became: Sequence[Became] = (),
) -> bytes:
    """A step as a line of the history."""
    line = {
        "at": dates.now(),
        "by": clean(signed(now.location, by)),
        "kind": kind,
        "why": clean("; ".join((why, *(() if now is new else _rows_gone(now))))),  # what begins has lost nothing
        "before": now.version,
        "after": new.version,
        "changes": lines.as_objects(as_they_stand(now.frames, changes)),
        "columns": {n: list(c) for n, c in now.columns.items() if now.layer == MAIN or n in LAYERED},
        **({"undoes": undoes} if undoes else {}),
        **({"became": [list(b) for b in became]} if became else {}),
    }
    return lines.written({**line, "hash": _hash(line)})


def signed(at: Location | None, by: str) -> str:
    """Who writes, for the history: of a database the person who signed in, whatever name is given."""
    return str(at.person) if isinstance(at, Database) and at.person else by


def _rows_gone(now: Dataset) -> Iterator[str]:
    """What is missing since the last save, for the history: the record of this save hides it."""
    for name, saved in (now.package.saved if now.package else {}).items():
        if name in now.frames and saved.rows > (rows := len(now.frames[name])):
            yield f"{TABLES[name].file} had {saved.rows:,} rows at the last save and {rows:,} before this change"


def _hash(line: Mapping[str, Any]) -> str:
    """The SHA-256 of a line without its hash, by which an undo knows that its old values are those once written."""
    return f"sha256:{hashlib.sha256(json.dumps(line).encode()).hexdigest()}"


# ---- reading a line: whatever is wrong with it is a ValueError that says so


def _step(number: int, raw: bytes) -> Step:
    line = lines.parsed(raw)
    named = line.pop("hash", None)
    intact = None if named is None else named == _hash(line)
    at, before, later = (lines.text(line, k) for k in ("at", "before", "after"))
    # Before there were kinds, a line said `who` and `what`.
    by, why = (lines.text(line, new if new in line else old) for new, old in (("by", "who"), ("why", "what")))
    for key, version in (("before", before), ("after", later)):
        if not re.fullmatch("[0-9a-f]{12}", version):
            raise ValueError(f"{key} is not a version but {shown(version)}")
    undoes = line.get("undoes", 0)
    if type(undoes) is not int or not 0 <= undoes < number:
        raise ValueError(f"undoes is not the number of an earlier line but {lines.seen(undoes)}")
    kind = lines.text(line, "kind", needed=False) or ("undo" if undoes else "edit")
    if kind not in KINDS:
        raise ValueError(f"kind {not_one_of(kind, KINDS)}")
    changes = tuple(map(lines.change_of, lines.list_of(line, "changes")))
    told = lines.object_of(line.get("columns"), "columns")
    columns = {lines.table_of(n): lines.columns_of(c) for n, c in told.items()}
    became = tuple(map(lines.became_of, lines.list_of(line, "became", needed=False)))
    return Step(number, at, by, cast(StepKind, kind), why, before, later, changes, columns, undoes, intact, became)
