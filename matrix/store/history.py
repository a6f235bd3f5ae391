"""Changes are written into a folder with a line of history: who, when, every old and new value - and taken back."""

from __future__ import annotations

import hashlib
import io
import json
import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO, cast

import numpy as np

from matrix.dataset.changes import Change, Kind, as_they_stand, changed_frames
from matrix.dataset.dataset import Dataset, Folder
from matrix.dataset.frames import canonical
from matrix.dataset.package import read_package, updated
from matrix.dataset.problems import DatasetError, Problem, not_one_of, shown
from matrix.dataset.schema import TABLES
from matrix.store.folder import contents, load
from matrix.store.journal import HISTORY_FILE, Content, Longer, reading, writing
from matrix.store.new import text_files
from matrix.wording import clean

_BLOCK = 1 << 20
_LEFT_OUT = {"row", "sheet", "why"}  # where a file showed it, and why it was in doubt: of no use to the history


class OutdatedError(ValueError):
    """The dataset is not the one that the changes were shown against; `now` is what stands."""

    def __init__(self, now: Dataset, seen: str) -> None:
        super().__init__(
            f"the dataset was changed meanwhile (version {seen} was shown, {now.version} stands now): nothing was "
            "written; look at the changes again"
        )
        self.now = now


@dataclass(frozen=True)
class Entry:
    """One line of the history: `at` in UTC (ISO), versions before and after, the changes, and the columns there were.

    `undoes` is the number of the entry that this one took back, 0 for none; entries count from 1. `intact`: whether the
    line is as it was written, by the hash that it names; None where it names none.
    """

    number: int
    at: str
    who: str
    what: str
    before: str
    after: str
    changes: tuple[Change, ...]
    columns: Mapping[str, tuple[str, ...]]
    undoes: int = 0
    intact: bool | None = None


def applied(
    dataset: Dataset, changes: Iterable[Change], columns: Mapping[str, tuple[str, ...]] | None = None
) -> Dataset:
    """The dataset with the changes made; DatasetError with every problem that they would cause.

    `columns` are those that the tables shall have, by default those that there were; filled ones come in any case.
    """
    frames, _ = canonical(changed_frames(dataset.frames, changes))
    kept = dict(dataset.columns if columns is None else columns)
    begun = {n: tuple(c for c in f.columns if (f[c] != "").any()) for n, f in frames.items() if len(f)}
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
    folder: Path,
    changes: Sequence[Change],
    *,
    seen: str,
    who: str,
    what: str,
    texts: Mapping[str, bytes] | None = None,
) -> Dataset:
    """Make the changes in a folder, all or none, with a line in its history; the dataset as it stands then.

    `seen` is the version that the changes were shown against: OutdatedError where another one stands. DatasetError for
    what would not be a sound dataset, with nothing written; TimeoutError while someone else writes. `texts`: source ids
    and the texts that came along; those of sources that the dataset then has are kept beside the tables.
    """
    with writing(folder) as write:
        now = load(folder)
        if now.version != seen:
            raise OutdatedError(now, seen)
        new = applied(now, changes)
        write({**_with_line(folder, now, new, changes, who, what), **text_files(new, texts or {})})
        return new


def undo(folder: Path, *, who: str, number: int = 0) -> Dataset:
    """Take back the last apply that stands; DatasetError where nothing is left, or where it was built upon since.

    `number` is the entry that is meant: DatasetError where it is no longer the last one. DatasetError, too, where the
    entry's old values are not those that were there: nothing is written that the dataset never held.
    """
    with writing(folder) as write:
        now, entry = load(folder), last(newest_first(folder))
        if entry is None:
            raise DatasetError([Problem(HISTORY_FILE, 0, "", "holds nothing that could be taken back")])
        if number and number != entry.number:
            words = f"the last change is another one meanwhile ({entry.what}): nothing was taken back"
            raise DatasetError([Problem(HISTORY_FILE, entry.number, "", words)])
        wanted = [c.reversed() for c in reversed(entry.changes)]
        clashes = _clashes(now, entry)
        if clashes:
            raise DatasetError([Problem(HISTORY_FILE, entry.number, "", f"cannot be taken back: {c}") for c in clashes])
        # A column or table that the entry began goes with it - unless somebody has built upon it since.
        new = applied(now, wanted, entry.columns if now.version == entry.after else None)
        if doubt := _doubt(now, new, entry):
            raise DatasetError([Problem(HISTORY_FILE, entry.number, "", f"{doubt}: nothing was taken back")])
        words = f"undo of {entry.number}: {entry.what}"
        write(_with_line(folder, now, new, wanted, who, words, undoes=entry.number))
        return new


def _doubt(now: Dataset, new: Dataset, entry: Entry) -> str:
    """Why the entry's old values are not to be trusted; '' where they are."""
    if entry.intact is False:
        return "the line was changed after it was written (it does not have the hash that it names)"
    if now.version == entry.after and new.version != entry.before:
        return f"its old values do not lead back to version {entry.before} but to {new.version}"
    if now.version != entry.after and not entry.intact:
        return (
            f"the dataset is not version {entry.after} any more, and the line has no hash to verify its old values by"
        )
    return ""


def last(newest: Iterable[Entry]) -> Entry | None:
    """Of entries, the newest first: the first that is no undo and has not been undone."""
    undone = set()
    for entry in newest:
        if entry.undoes:
            undone.add(entry.undoes)
        elif entry.number not in undone:
            return entry
    return None


def read_history(folder: Path) -> list[Entry]:
    """Every entry, the oldest first; DatasetError names the line that is none."""
    return [*newest_first(folder)][::-1]


def history_problems(folder: Path) -> tuple[Problem, ...]:
    """What is wrong with the history; every line is read, none is kept."""
    try:
        for _ in newest_first(folder):
            pass
    except DatasetError as e:
        return e.problems
    return ()


def newest_first(folder: Path) -> Iterator[Entry]:
    """The entries from the last one back, each read when it is asked for; DatasetError names the line that is none."""
    with _opened(folder) as file:
        starts = _line_starts(file)
        for number in range(len(starts) - 1, 0, -1):
            file.seek(starts[number - 1])
            line = file.read(starts[number] - starts[number - 1])
            if line.strip():
                try:
                    yield _entry(number, line)
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


def _clashes(now: Dataset, entry: Entry) -> list[Change]:
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


def _with_line(
    folder: Path, now: Dataset, new: Dataset, changes: Iterable[Change], who: str, what: str, undoes: int = 0
) -> dict[str, Content]:
    """The files of the new dataset, and the history with one more line: they become true in the same instant."""
    with _opened(folder) as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(max(0, size - 1))
        ended = file.read(1) in (b"", b"\n")
    line = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "who": clean(who),
        "what": clean(what),
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
    text = json.dumps({**line, "hash": _hash(line)})
    return {**contents(new), HISTORY_FILE: Longer((b"" if ended else b"\n") + text.encode() + b"\n")}


def _hash(line: Mapping[str, Any]) -> str:
    """The SHA-256 of a line without its hash, by which an undo knows that its old values are those once written."""
    return f"sha256:{hashlib.sha256(json.dumps(line).encode()).hexdigest()}"


# ---- reading a line: whatever is wrong with it is a ValueError that says so


def _entry(number: int, raw: bytes) -> Entry:
    line = _json(raw)
    if not isinstance(line, dict):
        raise ValueError(f"an object is expected, not {_kind(line)}")
    named = line.pop("hash", None)
    intact = None if named is None else named == _hash(line)
    at, who, what, before, after = (_text(line, k) for k in ("at", "who", "what", "before", "after"))
    for key, version in (("before", before), ("after", after)):
        if not re.fullmatch("[0-9a-f]{12}", version):
            raise ValueError(f"{key} is not a version but {shown(version)}")
    undoes = line.get("undoes", 0)
    if type(undoes) is not int or not 0 <= undoes < number:
        raise ValueError(f"undoes is not the number of an earlier line but {_seen(undoes)}")
    changes = tuple(_change(c) for c in _list(line, "changes"))
    columns = {_table(n): _columns(c) for n, c in _object(line.get("columns"), "columns").items()}
    return Entry(number, at, who, what, before, after, changes, columns, undoes, intact)


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
    return Change(cast(Kind, kind), table, id_, column, old, new, tuple(values), at=at)


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
        raise ValueError("it holds a character that is no text (a lone surrogate)")
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
