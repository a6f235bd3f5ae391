"""The one place where a dataset is changed: each change a step of its history, which can be taken back."""

from __future__ import annotations

import hashlib
import io
import json
import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO, Literal, cast, get_args

import numpy as np
import pandas as pd

from matrix.dataset.changes import Change, as_they_stand, changed_frames, diff
from matrix.dataset.changes import Kind as ChangeKind
from matrix.dataset.datapackage import read_package, updated
from matrix.dataset.dataset import Dataset, Folder
from matrix.dataset.frames import canonical, is_blank
from matrix.dataset.problems import DatasetError, Problem, not_one_of, shown
from matrix.dataset.schema import TABLES
from matrix.store import Address, open_store
from matrix.store.atomic_files import HISTORY_FILE, IMPORTS_FILE, Content, Longer, reading, writing
from matrix.store.folder import contents, has_tables, read_folder, text_files, write_new
from matrix.store.lock import whoami
from matrix.wording import clean, listed, plural

_BLOCK = 1 << 20
_LEFT_OUT = {"row", "sheet", "why"}  # where a file showed it, and why it was in doubt: of no use to the history
NOT_UNDONE = "nothing was taken back"
_COUNTED = {"proposals": "proposal", "actors": "actor", "statements": "statement", "sources": "source"}


class OutdatedError(ValueError):
    """The dataset is not the one that the changes were shown against; `now` is what stands."""

    def __init__(self, now: Dataset, seen: str) -> None:
        super().__init__(
            f"the dataset was changed meanwhile (version {seen} was shown, {now.version} stands now): nothing was "
            "written; look at the changes again"
        )
        self.now = now


Kind = Literal["edit", "import", "fill", "undo"]
KINDS: tuple[str, ...] = get_args(Kind)


@dataclass(frozen=True)
class Step:
    """One line of the history: `at` in UTC (ISO), by whom and why, versions, the changes, the columns before it.

    `undoes` is the number of the step that this one took back, 0 for none; steps count from 1. `intact`: whether the
    line is as it was written, by the hash that it names; None where it names none.
    """

    number: int
    at: str
    by: str
    kind: Kind
    why: str
    before: str
    after: str
    changes: tuple[Change, ...]
    columns: Mapping[str, tuple[str, ...]]
    undoes: int = 0
    intact: bool | None = None

    @property
    def begins(self) -> bool:
        """Whether it made the dataset: nothing was there before, and there is nothing to take back."""
        return self.before == self.after and not self.changes

    def __str__(self) -> str:
        return f"step {self.number} ({self.kind} by {self.by}: {self.why})"


def applied(
    dataset: Dataset, changes: Iterable[Change], columns: Mapping[str, tuple[str, ...]] | None = None
) -> Dataset:
    """The dataset with the changes made; DatasetError with every problem that they would cause.

    `columns` are those that the tables shall have, by default those that there were; filled ones come in any case.
    """
    frames, _ = canonical(changed_frames(dataset.frames, changes))
    kept = dict(dataset.columns if columns is None else columns)
    begun = {n: tuple(c for c in f.columns if not is_blank(f[c])) for n, f in frames.items() if len(f)}
    # Judged as it will be loaded: with every column that will be written, and described.
    written = {**begun, **kept, **Dataset(frames, {**begun, **kept}).written}
    package = dataset.package and read_package(updated(dataset.package, written))
    return Dataset.of(Folder(frames, package, written, ()), dataset.folder)


def unsound(dataset: Dataset, changes: Iterable[Change]) -> list[Problem]:
    """What would be wrong with the dataset after the changes (conflicts aside): its errors, else its new warnings."""
    sound = [c for c in changes if c.kind != "conflict"]
    if not sound:
        return []
    try:
        found = applied(dataset, sound)
    except DatasetError as e:
        return list(e.problems)
    known = {(p.file, p.column, p.message) for p in dataset.warnings}
    return [p for p in found.warnings if (p.file, p.column, p.message) not in known]


def apply(
    store: Address,
    changes: Sequence[Change],
    *,
    by: str,
    why: str,
    kind: Kind = "edit",
    seen: str = "",
    texts: Mapping[str, bytes] | None = None,
    imports: Callable[[str], bytes] | None = None,
) -> Dataset:
    """Make the changes in a store, all or none, as one step of its history; the dataset as it stands then.

    `seen` is the version that the changes were shown against: OutdatedError where another one stands. Without it each
    change's old value must be what stands. DatasetError for what would not be a sound dataset, with nothing written;
    TimeoutError while someone else writes. `texts`: source ids and the texts that came along; those of sources that the
    dataset then has are kept beside the tables. `imports`: of an import, the content of `imports.json` for the version
    that it leads to.
    """
    folder = open_store(store).folder
    with writing(folder) as write:
        now, read = _read(folder)
        if seen and now.version != seen:
            raise OutdatedError(now, seen)
        if stale := [Problem(TABLES[c.table].file, 0, c.column, why) for c, why in _stale(now, changes, bool(seen))]:
            raise DatasetError(stale, outcome="nothing was written")
        if not changes:
            return now
        new = applied(now, changes)
        remembered = {IMPORTS_FILE: imports(new.version)} if imports else {}
        step = _with_step(folder, now, new, changes, by, why, kind)
        write({**step, **text_files(new, texts or {}), **remembered}, read)
        return new


def begin(
    dataset: Dataset,
    folder: Path,
    *,
    by: str,
    why: str,
    texts: Mapping[str, bytes] | None = None,
    imports: Callable[[str], bytes] | None = None,
) -> None:
    """Write a dataset that an import made into a folder that is new or empty; its history begins with that import.

    FileExistsError where something is there already. `texts` and `imports` are as in `apply`.
    """
    words = listed(plural(len(dataset.frames[table]), word) for table, word in _COUNTED.items())
    line = _line(dataset, dataset, (), by, f"{why}: {words}", "import")
    remembered = {IMPORTS_FILE: imports(dataset.version)} if imports else {}
    write_new(dataset, folder, texts, {HISTORY_FILE: line, **remembered})


def save(dataset: Dataset, store: Address, *, by: str = "", why: str = "saved from Python") -> None:
    """Write a whole dataset, all tables or none; where another one is, the differences are a step of its history.

    DatasetError where what is there cannot be read: nothing is written over it.
    """
    folder = open_store(store).folder
    with writing(folder) as write:
        if not has_tables(folder):
            write(contents(dataset))
            return
        now, read = _read(folder)
        changes = diff(now.frames, dataset.frames)
        if changes or now.version != dataset.version:
            write(_with_step(folder, now, dataset, changes, by or whoami(), why, "edit"), read)
        else:
            write(contents(dataset), read)


def undo(store: Address, *, by: str, step: int = 0) -> Dataset:
    """Take back a step, by default the last one that stands; the dataset as it stands then.

    DatasetError where nothing is left; where a later step or an edit by hand touched the same rows, which are named;
    and where the step's old values are not those that were there: nothing is written that the dataset never held. Where
    nothing later depends on it, every table is byte for byte as if the step had never been.
    """
    folder = open_store(store).folder
    with writing(folder) as write:
        (now, read), (meant, later) = _read(folder), _meant(folder, step)
        touched = {(c.table, c.id) for c in meant.changes}
        found = [
            f"{shown(sorted(rows)[0][1])} was changed since by {s.step}; take that back first"
            for s in later
            if s.stands and not s.step.undoes and (rows := touched & {(c.table, c.id) for c in s.step.changes})
        ] or [str(c) for c in _clashes(now, meant)]
        if found:
            raise DatasetError(
                [_refused(meant, f"cannot be taken back: {words}") for words in found], outcome=NOT_UNDONE
            )
        wanted = _in_their_places(now, meant, later)
        new = applied(now, wanted, _columns_without(now, meant, later, wanted))
        if doubt := _doubt(now, new, meant, later[0].step if later else meant):
            raise DatasetError([_refused(meant, doubt)], outcome=NOT_UNDONE)
        why = f"undo of {meant.number}: {meant.why}"
        write(_with_step(folder, now, new, wanted, by, why, "undo", undoes=meant.number), read)
        return new


def _read(folder: Path) -> tuple[Dataset, Mapping[str, str]]:
    """The dataset as it is now, and the hashes of the files that it was read from."""
    read = read_folder(folder)
    return Dataset.of(read, folder), read.hashes


def _refused(step: Step, words: str) -> Problem:
    return Problem(HISTORY_FILE, step.number, "", words)


@dataclass(frozen=True)
class _Later:
    """A step after the one that is meant, and whether it still stands."""

    step: Step
    stands: bool


def _meant(folder: Path, number: int) -> tuple[Step, list[_Later]]:
    """The step of this number (0: the last that stands and is no undo) and the later ones, the newest first."""
    later: list[_Later] = []
    for step, stands in standing(newest_first(folder)):
        if step.number == number or (not number and stands and not step.undoes and not step.begins):
            if step.begins:
                raise DatasetError(
                    [_refused(step, "made the dataset: there is nothing to take back")], outcome=NOT_UNDONE
                )
            if not stands:
                by = next(s.step.number for s in later if s.stands and s.step.undoes == step.number)
                raise DatasetError([_refused(step, f"was taken back already, by step {by}")], outcome=NOT_UNDONE)
            return step, later
        later.append(_Later(step, stands))
    words = f"has no step {number}" if number else "holds nothing that could be taken back"
    raise DatasetError([Problem(HISTORY_FILE, 0, "", words)], outcome=NOT_UNDONE)


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


def _in_their_places(now: Dataset, meant: Step, later: Sequence[_Later]) -> list[Change]:
    """The changes that take a step back, with each returning row where it would be had it never gone.

    The order of the rows before the step is found by taking the later ones back in it, the newest first; a row returns
    behind the one that was above it then and still is there.
    """
    wanted = [c.reversed() for c in reversed(meant.changes)]
    places: dict[tuple[str, str], int] = {}
    for table in {c.table for c in wanted if c.kind == "added"}:
        ids: list[str] = now.frames[table]["id"].tolist()
        before = list(ids)
        for step in (*(s.step for s in later), meant):
            before = _order_before(before, [c for c in step.changes if c.table == table and c.whole_row])
        gone = {c.id for c in wanted if c.table == table and c.kind == "deleted"}
        there = [id_ for id_ in ids if id_ not in gone]
        coming = {c.id for c in wanted if c.table == table and c.kind == "added"}
        behind: dict[str, list[str]] = {}
        above, known = "", set(there)
        for id_ in before:
            if id_ in coming:
                behind.setdefault(above, []).append(id_)
            elif id_ in known:
                above = id_
        order = [x for id_ in ("", *there) for x in ((id_,) if id_ else ()) + tuple(behind.get(id_, ()))]
        places |= {(table, id_): at for at, id_ in enumerate(order) if id_ in coming}
    return [replace(c, at=places.get((c.table, c.id), -1)) if c.kind == "added" else c for c in wanted]


def _order_before(ids: list[str], changes: Sequence[Change]) -> list[str]:
    """The ids of a table as they stood before rows were added and deleted."""
    if not changes:
        return ids
    added = {c.id for c in changes if c.kind == "added"}
    order = [id_ for id_ in ids if id_ not in added]
    for c in sorted((c for c in changes if c.kind == "deleted"), key=lambda c: c.at):
        order.insert(c.at if c.at >= 0 else len(order), c.id)
    return order


def _columns_without(
    now: Dataset, meant: Step, later: Sequence[_Later], wanted: Sequence[Change]
) -> Mapping[str, tuple[str, ...]] | None:
    """The columns of each table once the step is taken back: one that it began goes with it, unless it is in use."""
    if now.version == meant.after:
        return {t: tuple(c for c in columns if c in now.frames[t]) for t, columns in meant.columns.items()}
    if not later or later[-1].step.before != meant.after:
        return None  # edited by hand right after it: nobody knows which columns it began
    frames, _ = canonical(changed_frames(now.frames, wanted))
    left: dict[str, tuple[str, ...]] = {}
    for table, columns in now.columns.items():
        begun = set(later[-1].step.columns.get(table, ())) - set(meant.columns.get(table, ()))
        unused = {c for c in begun if c not in frames[table] or is_blank(frames[table][c])}
        if table in meant.columns or not set(columns) <= unused:
            left[table] = tuple(c for c in columns if c not in unused)
    return left


def _doubt(now: Dataset, new: Dataset, entry: Step, newest: Step) -> str:
    """Why the entry's old values are not to be trusted; '' where they are."""
    saved = {s.version for s in now.package.saved.values() if s.version} if now.package else set()
    if now.version != newest.after and saved and saved != {newest.after}:
        return f"the dataset was last saved as version {min(saved)}, and the history ends with {newest.after}"
    if entry.intact is False:
        return "the line was changed after it was written (it does not have the hash that it names)"
    if now.version == entry.after and new.version != entry.before:
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
    return [*newest_first(open_store(store).folder)][::-1]


def history_problems(folder: Path) -> tuple[Problem, ...]:
    """What is wrong with the history; every line is read, none is kept."""
    try:
        for _ in newest_first(folder):
            pass
    except DatasetError as e:
        return e.problems
    return ()


def newest_first(folder: Path) -> Iterator[Step]:
    """The steps from the last one back, each read when it is asked for; DatasetError names the line that is none."""
    with _opened(folder) as file:
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
                    raise DatasetError([Problem(HISTORY_FILE, number, "", words)]) from None


@contextmanager
def _opened(folder: Path) -> Iterator[BinaryIO]:
    """The history's file, an empty one where there is none; DatasetError where it is something else."""
    with ExitStack() as held:
        try:
            found = held.enter_context(reading(folder, [HISTORY_FILE]))
        except (FileNotFoundError, NotADirectoryError):
            yield io.BytesIO()
            return
        if HISTORY_FILE in found.faults:
            raise DatasetError([Problem(HISTORY_FILE, 0, "", found.faults[HISTORY_FILE])])
        yield found.files.get(HISTORY_FILE, io.BytesIO())


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


def _with_step(
    folder: Path,
    now: Dataset,
    new: Dataset,
    changes: Iterable[Change],
    by: str,
    why: str,
    kind: Kind,
    undoes: int = 0,
) -> dict[str, Content]:
    """The files of the new dataset, and the history with one more line: they become true in the same instant."""
    with _opened(folder) as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(max(0, size - 1))
        ended = file.read(1) in (b"", b"\n")
    text = _line(now, new, changes, by, "; ".join((why, *_rows_gone(now))), kind, undoes)
    return {**contents(new), HISTORY_FILE: Longer((b"" if ended else b"\n") + text)}


def _line(
    now: Dataset, new: Dataset, changes: Iterable[Change], by: str, why: str, kind: Kind, undoes: int = 0
) -> bytes:
    """A step as a line of the history."""
    line = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "by": clean(by),
        "kind": kind,
        "why": clean(why),
        "before": now.version,
        "after": new.version,
        "changes": [
            {k: v for k, v in asdict(c).items() if k not in _LEFT_OUT and v not in ("", (), -1)}
            for c in as_they_stand(now.frames, changes)
        ],
        "columns": {n: list(c) for n, c in now.columns.items()},
        **({"undoes": undoes} if undoes else {}),
    }
    # ASCII only: a line separator inside a value must not end the line.
    return json.dumps({**line, "hash": _hash(line)}).encode() + b"\n"


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
    line = _json(raw)
    if not isinstance(line, dict):
        raise ValueError(f"an object is expected, not {_kind(line)}")
    named = line.pop("hash", None)
    intact = None if named is None else named == _hash(line)
    at, before, after = (_text(line, k) for k in ("at", "before", "after"))
    # Before there were kinds, a line said `who` and `what`.
    by, why = (_text(line, new if new in line else old) for new, old in (("by", "who"), ("why", "what")))
    for key, version in (("before", before), ("after", after)):
        if not re.fullmatch("[0-9a-f]{12}", version):
            raise ValueError(f"{key} is not a version but {shown(version)}")
    undoes = line.get("undoes", 0)
    if type(undoes) is not int or not 0 <= undoes < number:
        raise ValueError(f"undoes is not the number of an earlier line but {_seen(undoes)}")
    kind = _text(line, "kind", needed=False) or ("undo" if undoes else "edit")
    if kind not in KINDS:
        raise ValueError(f"kind {not_one_of(kind, KINDS)}")
    changes = tuple(_change(c) for c in _list(line, "changes"))
    columns = {_table(n): _columns(c) for n, c in _object(line.get("columns"), "columns").items()}
    return Step(number, at, by, cast(Kind, kind), why, before, after, changes, columns, undoes, intact)


def _change(given: Any) -> Change:
    told = _object(given, "a change")
    kind, table, id_ = _text(told, "kind"), _table(_text(told, "table")), _text(told, "id")
    if kind not in ("added", "changed", "deleted"):
        raise ValueError(f"a change's kind {not_one_of(kind, ('added', 'changed', 'deleted'))}")
    column = _text(told, "column", needed=kind == "changed")
    if (kind == "changed") != bool(column) or column == "id" or not id_:
        raise ValueError(f"a change of kind {kind} has the column {shown(column)} and the id {shown(id_)}")
    at = told.get("at", -1)
    if type(at) is not int or at < -1:
        raise ValueError(f"a change's place 'at' is not a row but {_seen(at)}")
    values = [(_word(v[0]), _word(v[1])) for v in _list(told, "values", needed=False) if _is_pair(v)]
    if len(dict(values)) != len(told.get("values", ())):
        raise ValueError("a change's values are not pairs of a column and its value, each column once")
    old, new = (_text(told, k, needed=False) for k in ("old", "new"))
    return Change(cast(ChangeKind, kind), table, id_, column, old, new, tuple(values), at=at)


def _is_pair(value: Any) -> bool:
    return isinstance(value, list) and len(value) == 2


def _json(raw: bytes) -> Any:
    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key, value in pairs:
            if key in found:
                raise ValueError(f"{shown(key)} appears twice")
            found[key] = value
        return found

    try:
        return json.loads(raw.decode("utf-8"), object_pairs_hook=once)
    except UnicodeDecodeError as e:
        raise ValueError(f"it is not UTF-8 (byte 0x{raw[e.start]:02x})") from None
    except json.JSONDecodeError as e:
        raise ValueError(f"it is not JSON ({e.msg}, character {e.pos + 1})") from None


def _kind(value: Any) -> str:
    names = {dict: "an object", list: "a list", str: "a text", bool: "true or false", type(None): "null"}
    return names.get(type(value), "a number")


def _seen(value: Any) -> str:
    """A value for a message; of a list or object only that it is one, however deep it goes."""
    return _kind(value) if isinstance(value, dict | list) else f"{_kind(value)} ({shown(str(value))})"


def _word(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError(f"{_seen(value)} where a text is expected")
    if re.search("[\ud800-\udfff]", value):
        raise ValueError("it holds half a character (a lone surrogate)")
    return value


def _text(line: Mapping[str, Any], key: str, needed: bool = True) -> str:
    if key not in line:
        if needed:
            raise ValueError(f"{key} is missing")
        return ""
    return _word(line[key])


def _list(line: Mapping[str, Any], key: str, needed: bool = True) -> list[Any]:
    value = line.get(key, None if needed else [])
    if not isinstance(value, list):
        raise ValueError(f"{key} is not a list but {_kind(value)}" if key in line else f"{key} is missing")
    return value


def _object(value: Any, what: str) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise ValueError(f"{what} is not an object but {_kind(value)}")
    return value


def _table(name: str) -> str:
    if name not in TABLES:
        raise ValueError(f"the table {not_one_of(name, tuple(TABLES))}")
    return name


def _columns(given: Any) -> tuple[str, ...]:
    if not isinstance(given, list):
        raise ValueError(f"the columns of a table are not a list but {_kind(given)}")
    names = tuple(map(_word, given))
    if len(set(names)) != len(names):
        raise ValueError("a column of a table appears twice")
    return names
