"""Changes are written into a folder with a line of history: who, when, every old and new value - and taken back."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from matrix.dataset.changes import Change, changed_frames
from matrix.dataset.dataset import Dataset, contents, load
from matrix.dataset.folder import Folder
from matrix.dataset.frames import canonical
from matrix.dataset.journal import HISTORY_FILE, read, writing
from matrix.dataset.new import text_files
from matrix.dataset.package import read_package, updated
from matrix.dataset.problems import DatasetError, Problem

_CHANGE = {f.name for f in fields(Change)}
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

    `undoes` is the number of the entry that this one took back, 0 for none; entries count from 1.
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

    `number` is the entry that is meant: DatasetError where it is no longer the last one.
    """
    with writing(folder) as write:
        now, entry = load(folder), last(read_history(folder))
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
        words = f"undo of {entry.number}: {entry.what}"
        write(_with_line(folder, now, new, wanted, who, words, undoes=entry.number))
        return new


def last(entries: Sequence[Entry]) -> Entry | None:
    """The newest entry that is no undo and has not been undone."""
    undone = {e.undoes for e in entries}
    return next((e for e in reversed(entries) if not e.undoes and e.number not in undone), None)


def read_history(folder: Path) -> list[Entry]:
    """Every entry, the oldest first; DatasetError names the line that is none."""
    text = (read(folder, HISTORY_FILE) or b"").decode("utf-8", errors="replace")
    entries = []
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip():
            try:
                entries.append(_entry(number, json.loads(line)))
            except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
                raise DatasetError([Problem(HISTORY_FILE, number, "", "is no line of a history")]) from None
    return entries


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
) -> dict[str, bytes | None]:
    """The files of the new dataset, and the history with one more line: they become true in the same instant."""
    old = read(folder, HISTORY_FILE) or b""
    if old and not old.endswith(b"\n"):
        old += b"\n"
    line = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "who": who,
        "what": what,
        "before": now.version,
        "after": new.version,
        "changes": [
            {k: v for k, v in asdict(c).items() if k not in _LEFT_OUT and v not in ("", (), -1)} for c in changes
        ],
        "columns": {n: list(c) for n, c in now.columns.items()},
        **({"undoes": undoes} if undoes else {}),
    }
    # ASCII only: a line separator inside a value must not end the line.
    return {**contents(new), HISTORY_FILE: old + json.dumps(line).encode() + b"\n"}


def _entry(number: int, line: Mapping[str, Any]) -> Entry:
    changes = tuple(_change(c) for c in line["changes"])
    columns = {str(n): tuple(map(str, c)) for n, c in line["columns"].items()}
    at, who, what, before, after = (str(line[k]) for k in ("at", "who", "what", "before", "after"))
    return Entry(number, at, who, what, before, after, changes, columns, int(line.get("undoes", 0)))


def _change(told: Mapping[str, Any]) -> Change:
    values = tuple((str(k), str(v)) for k, v in told.get("values", ()))
    given = {k: v for k, v in told.items() if k in _CHANGE and k != "values"}
    return Change(**given, values=values)
